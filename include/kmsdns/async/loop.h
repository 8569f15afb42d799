/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_ASYNC_LOOP_H
#define KMSDNS_ASYNC_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "kmsdns/async/op.h"

/*
 * The one loop of a run, single-threaded, over libuv. A run can be cut, by its deadline or by
 * a signal: then nothing is asked any more, leaves end at once with what they know, and
 * sequences run to their ends on that.
 */

typedef enum kd_loop_end {
    KD_LOOP_COMPLETE, /* the root op ran to its end */
    KD_LOOP_DEADLINE, /* timeout_ms was over first */
    KD_LOOP_SIGNAL,   /* SIGINT, SIGTERM or SIGHUP came first; the next one kills as usual */
} kd_loop_end;

struct kd_loop_run {
    uint32_t timeout_ms; /* for the whole run; 0 is no limit */
    bool has_signals;    /* watch SIGINT, SIGTERM and SIGHUP */
    bool stays_deaf; /* ignore them afterwards: something was written and is yet to be told */
    /* called once when the run is cut, before the leaves are; may be NULL */
    void (*on_cut)(kd_loop_end why, void *arg);
    uint32_t tick_ms;           /* on_tick's period; 0 for none */
    void (*on_tick)(void *arg); /* progress; may be NULL */
    void *arg;                  /* of on_cut and on_tick */
};

/** A new loop; never NULL; ends the process when the system has no descriptors for it. */
struct kd_loop *kd_loop_new(void);

/** Close a loop. All ops on it must have been freed. NULL is allowed. */
void kd_loop_free(struct kd_loop *loop);

/**
 * Run until a root op has completed.
 *
 * root     started on this loop; if it has completed already, nothing runs   borrowed
 * run      limits and hooks; copied
 * returns  how the run ended
 */
kd_loop_end kd_loop_run(struct kd_loop *loop, struct kd_op *root,
                        const struct kd_loop_run *run);

/** True once a run of this loop was cut: leaves that start now end at once, as not asked. */
bool kd_loop_is_cut(const struct kd_loop *loop);

#endif
