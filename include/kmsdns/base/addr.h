/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_BASE_ADDR_H
#define KMSDNS_BASE_ADDR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "kmsdns/base/status.h"

/* An IPv4 or IPv6 address, with a zone index for link-local ones. */
struct kd_addr {
    uint8_t family;    /* 0 none, 4 or 6 */
    uint8_t bytes[16]; /* network order; IPv4 uses the first four */
    uint32_t scope;    /* interface index of fe80::/10, else 0 */
};

/* Where a server listens. */
struct kd_endpoint {
    struct kd_addr addr;
    uint16_t port; /* host byte order */
};

/* Longest text: "[" 45 "%" 16 "]:65535" */
#define KD_ADDR_STRLEN     64
#define KD_ENDPOINT_STRLEN 72

/** Read "192.0.2.1", "2001:db8::1" or "fe80::1%eth0". KD_ESYNTAX if it is neither. */
kd_status kd_addr_from_str(const char *text, struct kd_addr *ret, struct kd_err *err);

/** Write an address into out (KD_ADDR_STRLEN bytes) and return out. */
const char *kd_addr_str(const struct kd_addr *addr, char *out);

/**
 * Read "ADDR", "ADDR:PORT", "[ADDR6]:PORT" or "ADDR@PORT" (dig's and Unbound's spelling).
 *
 * default_port  used when the text names none
 * returns       KD_OK; KD_ESYNTAX with what was expected; KD_EINVAL for port 0 or > 65535
 */
kd_status kd_endpoint_from_str(const char *text, uint16_t default_port, struct kd_endpoint *ret,
                               struct kd_err *err);

/** Write "192.0.2.53:53" or "[2001:db8::1]:53" into out (KD_ENDPOINT_STRLEN bytes). */
const char *kd_endpoint_str(const struct kd_endpoint *endpoint, char *out);

/** Fill a socket address; returns its length. */
socklen_t kd_endpoint_sockaddr(const struct kd_endpoint *endpoint,
                               struct sockaddr_storage *ret);

bool kd_addr_equal(const struct kd_addr *a, const struct kd_addr *b);
bool kd_endpoint_equal(const struct kd_endpoint *a, const struct kd_endpoint *b);

/**
 * An order of endpoints, for sorting: IPv4 before IPv6, then by address, zone and port.
 *
 * returns  less than, equal to or greater than 0; 0 only for equal ones
 */
int kd_endpoint_compare(const struct kd_endpoint *a, const struct kd_endpoint *b);

/**
 * Say why no client elsewhere could reach an address.
 *
 * returns  "loopback", "link-local", "unspecified", "multicast" or "broadcast"; NULL for an
 *          ordinary address (RFC 6890)
 */
const char *kd_addr_oddity(const struct kd_addr *addr);

#endif
