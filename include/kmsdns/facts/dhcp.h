/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_FACTS_DHCP_H
#define KMSDNS_FACTS_DHCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What DHCP tells a computer about DNS: the options of leases, of servers that were asked, and
 * what `ipconfig /all` shows came of it. Part of facts.h.
 */

#define KD_DHCP_ORIGIN_MAP(XX) \
    XX(LEASE, "lease")         \
    XX(INFORM, "dhcpinform")

typedef enum kd_dhcp_origin {
#define XX(name, text) KD_DHCP_ORIGIN_##name,
    KD_DHCP_ORIGIN_MAP(XX)
#undef XX
    KD_DHCP_ORIGIN_COUNT
} kd_dhcp_origin;

/* One lease, or one server's answer. Addresses are texts in their usual form. */
struct kd_dhcp_offer_fact {
    kd_dhcp_origin origin;
    const char *source;      /* the file's name, or "eth0" */
    const char *format;      /* "ISC dhclient", "DHCPACK" */
    const char *interface;   /* NULL when unknown */
    const char *server;      /* NULL when unknown */
    const char *address;     /* the client's; NULL when unknown */
    const char *domain_name; /* option 15 as it came; NULL when there was none */
    const char **domain;     /* the names in it */
    size_t ndomain;
    const char **search; /* option 119 */
    size_t nsearch;
    const char **dns; /* option 6 */
    size_t ndns;
    int64_t expires_s;     /* wall clock; -1 when unknown */
    const char *malformed; /* what was wrong with the bytes, a clause; NULL for nothing */
};

/* One network adapter, as `ipconfig /all` shows it. */
struct kd_adapter_fact {
    const char *name;   /* its heading, in the computer's language */
    const char *suffix; /* connection-specific; NULL for none */
    const char **search;
    size_t nsearch;
    const char **dns;
    size_t ndns;
    bool is_dhcp; /* a DHCP server is named */
};

/* One computer, as `ipconfig /all` shows it. */
struct kd_computer_fact {
    const char *file;
    const char *host_name;      /* NULL when none was found */
    const char *primary_suffix; /* NULL for none */
    const char **search;
    size_t nsearch;
    struct kd_adapter_fact *adapter;
    size_t nadapter;
};

struct kd_dhcp_fact {
    struct kd_dhcp_offer_fact *offer;
    size_t noffer;
    const char *interface; /* DHCPINFORM was sent here; NULL if none was */
    uint64_t waited_us;    /* for answers */
    uint32_t nforeign;     /* datagrams that were no answer to it */
    struct kd_computer_fact *computer;
    size_t ncomputer;
};

/** "lease" or "dhcpinform"; constant. */
const char *kd_dhcp_origin_str(kd_dhcp_origin origin);

#endif
