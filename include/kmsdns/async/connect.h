/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_ASYNC_CONNECT_H
#define KMSDNS_ASYNC_CONNECT_H

#include <stdint.h>

#include "kmsdns/async/op.h"
#include "kmsdns/base/addr.h"
#include "kmsdns/dns/outcome.h"

struct kd_connect {
    struct kd_op op;
    kd_reach reach;  /* final when op.is_done */
    uint64_t rtt_us; /* until the handshake was done; 0 unless open */
};

/**
 * Open a TCP connection and close it at once; not a byte is sent on it.
 *
 * At most 64 connects run at a time on a loop; others wait their turn, and the time limit counts
 * from the turn.
 *
 * parent      running op that will own the new one                            borrowed
 * endpoint    where to connect to                                             copied
 * timeout_ms  50 .. 60000; 1500 at the least, as far as the run's deadline allows
 * returns     the op, never NULL; valid until the parent is destroyed         owned by parent
 *
 * Finishes KD_OK          reach and rtt_us are filled; SKIPPED when the run was cut first, and
 *                         when this machine had no socket left
 *          KD_ECANCELLED  the parent ended first
 */
struct kd_connect *kd_connect_start(struct kd_op *parent, const struct kd_endpoint *endpoint,
                                    uint32_t timeout_ms);

#endif
