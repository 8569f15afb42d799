/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_ASYNC_EXACT_H
#define KMSDNS_ASYNC_EXACT_H

#include "internal.h"
#include "kmsdns/base/addr.h"

/*
 * The exact leaves: a message goes out as it is, and the bytes that come back are handed over as
 * they are. c-ares drops replies that it does not like; this tells them from silence.
 */
struct kd_exact {
    struct kd_op op;
    uint8_t *wire; /* owned; the reply, NULL if none came */
    size_t len;
    int uv_error;      /* of the socket or of the network, 0 for none */
    uint32_t nforeign; /* replies with another ID, not taken */
    bool was_sent;     /* the message left this machine, as far as it can tell */
};

/**
 * Send one datagram and wait for the reply with the same ID.
 *
 * wire, len   2 .. 65535 bytes; the first two are the ID                      copied
 * timeout_ms  1 .. 60000
 * returns     the op; finishes KD_OK with the reply, the error, or neither
 */
struct kd_exact *kd_exact_start(struct kd_op *parent, const struct kd_endpoint *endpoint,
                                const uint8_t *wire, size_t len, uint32_t timeout_ms);

/**
 * The same over a TCP connection of its own, with the two bytes of length in front (RFC 1035
 * 4.2.2). uv_error is UV_ETIMEDOUT when the connection was not made in time, which is 1500 ms at
 * the least, as far as the run's deadline allows.
 */
struct kd_exact *kd_exact_tcp_start(struct kd_op *parent, const struct kd_endpoint *endpoint,
                                    const uint8_t *wire, size_t len, uint32_t timeout_ms);

#endif
