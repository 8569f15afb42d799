/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_ASYNC_EXCHANGE_H
#define KMSDNS_ASYNC_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kmsdns/async/op.h"
#include "kmsdns/base/addr.h"
#include "kmsdns/dns/outcome.h"

/*
 * Messages that must leave and arrive as exact bytes: updates, and whatever is signed. c-ares
 * re-encodes what it sends from 1.28 on, which breaks a signature.
 */

typedef enum kd_exchange_kind {
    /* repeated when lost; over TCP when the reply is truncated or the message has over 512 bytes */
    KD_EXCHANGE_UDP,
    /* TCP, once: a repeated update may meet its own first copy. UDP, once, where no TCP connection
       can be made, for then nothing was sent, and the message has up to 512 bytes */
    KD_EXCHANGE_WRITE,
} kd_exchange_kind;

struct kd_exchange_params {
    kd_exchange_kind kind;
    uint32_t try_ms; /* 50 .. 60000: one try */
    uint32_t tries;  /* 1 .. 10; of KD_EXCHANGE_UDP */
};

struct kd_exchange {
    struct kd_op op;
    /* final when op.is_done */
    kd_outcome status; /* NOERROR when a reply came, whatever it says; TIMEOUT, CONN_REFUSED,
                          UNREACHABLE; SKIPPED when the run was cut before it was sent, and
                          when this machine had no socket left */
    uint8_t *wire;     /* owned; the reply, NULL if none came */
    size_t len;
    bool is_tcp;
    bool was_sent; /* the server may have received it */
    uint32_t tries;
    uint64_t duration_us;
};

/**
 * Send a message and take the reply with the same ID.
 *
 * parent    running op that will own the new one                              borrowed
 * endpoint  where to                                                          copied
 * wire, len 12 .. 65535 bytes                                                 copied
 * params    copied
 * returns   the op, never NULL; valid until the parent is destroyed           owned by parent
 *
 * Finishes KD_OK          the result is filled
 *          KD_ECANCELLED  the parent ended first
 * Source   RFC 1035 4.2, RFC 2136 6, RFC 7766 8
 */
struct kd_exchange *kd_exchange_start(struct kd_op *parent, const struct kd_endpoint *endpoint,
                                      const uint8_t *wire, size_t len,
                                      const struct kd_exchange_params *params);

#endif
