/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_ASYNC_EXACT_LEAF_H
#define KMSDNS_ASYNC_EXACT_LEAF_H

#include "exact.h"

/*
 * What the exact leaves have in common: a question, a turn at the gate, a time limit.
 *
 *   QUEUE  wait for one of the sockets that may be open at a time
 *   OPEN   send the question, wait for the reply, an error or the time limit
 *   CLOSE  the result is known
 */
struct kd_exact_leaf {
    struct kd_exact pub;
    struct kd_endpoint endpoint;
    uint32_t timeout_ms;
    uint8_t *question; /* owned */
    size_t question_len;
    struct kd_gate_ticket ticket;
    uv_timer_t *timer; /* owned until closed */
    /* Opens the socket; a negative libuv error when that cannot be. */
    int (*open)(struct kd_exact_leaf *leaf);
    /* Closes the socket, if it is open; the rest is the leaf's. */
    void (*close)(struct kd_exact_leaf *leaf);
};

/* What makes a class of operations an exact leaf. */
#define KD_EXACT_LEAF_CLASS(label, type)                                   \
    {                                                                      \
        .name = (label), .size = sizeof(type), .step = kd_exact_leaf_step, \
        .abandon = kd_exact_leaf_close, .cut = kd_exact_leaf_cut,          \
        .destroy = kd_exact_leaf_destroy,                                  \
    }

/* Makes the leaf; the question is copied. open and close are the caller's to set. */
struct kd_exact_leaf *kd_exact_leaf_start(struct kd_op *parent, const struct kd_op_class *class,
                                          const struct kd_endpoint *endpoint,
                                          const uint8_t *wire, size_t len, uint32_t timeout_ms);

/* Starts the time limit; on_timeout finds the leaf in the timer's data. */
void kd_exact_leaf_time(struct kd_exact_leaf *leaf, uv_timer_cb on_timeout);

/* The event that was waited for has come; nothing more may come. */
void kd_exact_leaf_end(struct kd_exact_leaf *leaf, int uv_error);

/* True if a message answers the question; one with another ID is counted and left. */
bool kd_exact_leaf_takes(struct kd_exact_leaf *leaf, const uint8_t *message, size_t len);

void kd_exact_leaf_step(struct kd_op *op);
void kd_exact_leaf_close(struct kd_op *op);
void kd_exact_leaf_cut(struct kd_op *op);
void kd_exact_leaf_destroy(struct kd_op *op);

#endif
