/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_ASYNC_INTERNAL_H
#define KMSDNS_ASYNC_INTERNAL_H

#include <uv.h>

#include "kmsdns/async/loop.h"
#include "kmsdns/dns/outcome.h"

/* Connects that run at one time on a loop: far below the usual limit of 1024 descriptors. */
#define KD_MAX_CONNECTS 64
#define KD_MAX_EXACTS   64 /* sockets of exact leaves, likewise */

/* A place where only so many ops may be at once; the others queue in order of arrival. */
struct kd_gate {
    size_t limit, inside;
    struct kd_gate_ticket *head, *tail; /* waiting */
};

/* One op's place at a gate; a member of the op. */
struct kd_gate_ticket {
    struct kd_gate *gate; /* borrowed; where the place is */
    struct kd_op *op;
    struct kd_gate_ticket *next, *before;
    enum {
        KD_TICKET_NONE,
        KD_TICKET_QUEUED,
        KD_TICKET_INSIDE
    } state;
};

struct kd_loop {
    uv_loop_t uv;
    uv_idle_t idle; /* active while ops are ready, so that the loop does not block */
    uv_timer_t deadline, tick;
    uv_signal_t sigint, sigterm, sighup;
    struct kd_op *ready_head, *ready_tail;
    struct kd_op *root; /* of kd_loop_run; borrowed */
    struct kd_loop_run run;
    kd_loop_end end;
    bool is_cut;
    struct kd_gate connects, exacts;
    uint8_t datagram[65536]; /* received into by all exact leaves, one at a time */
};

/**
 * How long a TCP handshake may take that would be given wanted_ms: enough for a SYN that is lost,
 * which the kernel sends again after a second (RFC 6298 2), if the run's deadline leaves as much.
 */
uint32_t kd_loop_connect_ms(const struct kd_loop *loop, uint32_t wanted_ms);

/** Put an op into the queue of those whose step or completion is due. */
void kd_loop_make_ready(struct kd_loop *loop, struct kd_op *op);

/** Take an op out of that queue, if it is there. */
void kd_loop_unready(struct kd_loop *loop, struct kd_op *op);

/** Run an op that was in the queue: deliver its completion or run its steps. */
void kd_op_run(struct kd_op *op);

/**
 * Ask for a place. The op is held until it has one: when its step runs again it is inside.
 * With a free place the op is inside at once and not held.
 *
 * returns  true when inside at once
 */
bool kd_gate_enter(struct kd_gate *gate, struct kd_gate_ticket *ticket, struct kd_op *op);

/** Give a place, or a place in the queue, back; the next in the queue is released. */
void kd_gate_leave(struct kd_gate_ticket *ticket);

/** Change how many may be inside; more places release the first in the queue. */
void kd_gate_set_limit(struct kd_gate *gate, size_t limit);

/** Close a handle that was allocated by itself and free it when libuv lets go of it. */
void kd_uv_close_and_free(uv_handle_t *handle);

/** True if the network says that there is no way to the other side. */
bool kd_uv_is_unreachable(int uv_error);

/** What a failed exchange says about the other side; uv_error is not 0 and not local. */
kd_outcome kd_uv_outcome(int uv_error);

/** True if this machine is out of sockets or memory: that is nothing about the other side. */
bool kd_uv_is_local(int uv_error);

#endif
