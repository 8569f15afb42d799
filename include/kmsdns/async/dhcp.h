/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_ASYNC_DHCP_H
#define KMSDNS_ASYNC_DHCP_H

#include <stddef.h>
#include <stdint.h>

#include "kmsdns/async/op.h"
#include "kmsdns/base/addr.h"

/*
 * DHCPINFORM: ask all DHCP servers of a network for options, without a lease (RFC 2131 3.4).
 * The port needs a privilege, so the socket is opened first, before anything from outside is
 * read.
 */

#define KD_DHCP_MAX_REPLIES 64

/* A socket for DHCPINFORM, and what the question is made of. */
struct kd_dhcp_socket {
    int fd;               /* owned; -1 when closed */
    char interface[16];   /* IF_NAMESIZE */
    struct kd_addr addr;  /* the interface's first IPv4 address */
    uint8_t hardware[16]; /* its address below IP */
    uint8_t hardware_len;
    uint8_t hardware_type; /* ARPHRD_, as DHCP's htype */
};

/**
 * Bind the DHCP client port on an interface.
 *
 * interface  "eth0"                                                          copied
 * ret        written on success; close with kd_dhcp_close
 * returns    KD_OK; KD_ENOTFOUND without such an interface, or without an IPv4 address on it;
 *            KD_EACCES without the right to bind port 68; KD_EIO, as when another DHCP client
 *            keeps the port for itself
 */
kd_status kd_dhcp_open(const char *interface, struct kd_dhcp_socket *ret, struct kd_err *err);

/** Close it. Closed ones and those of all zeros but fd -1 are allowed. */
void kd_dhcp_close(struct kd_dhcp_socket *socket);

/**
 * Give up what kd_dhcp_open needs: a set-user-ID and a set-group-ID become the caller's own for
 * good, and capabilities of the file are dropped. Root keeps being root.
 *
 * returns  KD_OK; KD_EIO if the system refuses, and then the program must end
 */
kd_status kd_privileges_drop(struct kd_err *err);

struct kd_dhcp_reply {
    struct kd_addr server; /* where it came from */
    uint8_t *bytes;        /* owned by the op */
    size_t len;
};

struct kd_dhcp_inform {
    struct kd_op op;
    struct kd_dhcp_reply reply[KD_DHCP_MAX_REPLIES];
    size_t nreply;
    uint32_t nforeign;  /* datagrams that do not answer the question, or are too many */
    uint64_t waited_us; /* from sending to the end */
};

/**
 * Ask, and collect what comes back until the time is over.
 *
 * parent   running op that will own the new one                               borrowed
 * socket   open; its descriptor is taken, and fd set to -1
 * wait_ms  100 .. 60000
 * returns  the op, never NULL; valid until the parent is destroyed            owned by parent
 *
 * Finishes KD_OK          reply[0..nreply) are filled; none is an observation, too
 *          KD_EIO         the question could not be sent; op.err says why
 *          KD_ECANCELLED  the parent ended first
 */
struct kd_dhcp_inform *kd_dhcp_inform_start(struct kd_op *parent, struct kd_dhcp_socket *socket,
                                            uint32_t wait_ms);

#endif
