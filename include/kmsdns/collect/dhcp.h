/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_COLLECT_DHCP_H
#define KMSDNS_COLLECT_DHCP_H

#include "kmsdns/async/dhcp.h"
#include "kmsdns/base/arena.h"

/* What came back to a DHCPINFORM. */
struct kd_dhcp_answers {
    struct kd_dhcp_reply *reply; /* the bytes are in the arena */
    size_t nreply;
    uint32_t nforeign;
    uint64_t waited_us;
};

/**
 * Ask all DHCP servers of an interface, and wait for their answers.
 *
 * arena    for the result
 * socket   open; closed afterwards in any case
 * wait_ms  100 .. 60000
 * ret      written on success
 * returns  KD_OK, also without any answer; KD_EIO; KD_ECANCELLED after SIGINT or SIGTERM
 */
kd_status kd_dhcp_ask(struct kd_arena *arena, struct kd_dhcp_socket *socket, uint32_t wait_ms,
                      struct kd_dhcp_answers *ret, struct kd_err *err);

#endif
