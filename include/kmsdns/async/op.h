/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_ASYNC_OP_H
#define KMSDNS_ASYNC_OP_H

#include <stdbool.h>
#include <stddef.h>

#include "kmsdns/base/buf.h"
#include "kmsdns/base/status.h"

/*
 * Asynchronous work as a tree of ops. The contract in five sentences:
 *
 * 1. Starting an op cannot fail: it returns an op; early trouble is a completion.
 * 2. An op completes exactly once, from the loop, never inside the call that started it.
 * 3. A parent owns its children; an op never outlives its parent; ending a parent cancels what
 *    is still running below it.
 * 4. A parent's step function runs again when all children it waits for have finished; a step
 *    that started nothing goes on to the next step at once.
 * 5. Only leaf ops touch sockets, timers and c-ares; sequences only start ops and read results.
 *
 * A leaf waits for the outside in the same way in which a parent waits for children: it holds
 * itself (kd_op_hold) until the event releases it (kd_op_release), and then its step runs.
 */

struct kd_loop;
struct kd_op;

struct kd_op_class {
    const char *name;               /* "discover"; for kd_op_trace */
    size_t size;                    /* of the struct that begins with struct kd_op */
    const char *const *step_name;   /* by step number; NULL for leaves without steps to tell */
    void (*step)(struct kd_op *op); /* required */
    /* Leaves: let go of sockets, timers and places in queues. Called by op.c at most once, for an
     * op that is cancelled or destroyed while it runs. NULL for sequences. */
    void (*abandon)(struct kd_op *op);
    /* Leaves: the run ends now; put what is known into the result and call kd_op_finish, unless
     * the next step is due anyway. NULL for sequences: they go on with what their leaves found. */
    void (*cut)(struct kd_op *op);
    /* What this op is about ("corp.example. SRV at 192.0.2.53:53"). May be NULL. */
    void (*describe)(const struct kd_op *op, struct kd_buf *out);
    /* Release what the op owns besides its children. May be NULL. */
    void (*destroy)(struct kd_op *op);
};

/*
 * The first member of every op. An op's own functions write step and err; the rest is for op.c, and
 * the queue of ready ops for loop.c.
 */
struct kd_op {
    const struct kd_op_class *cls;
    struct kd_loop *loop;                    /* borrowed */
    struct kd_op *parent;                    /* NULL for a root */
    struct kd_op *first_child;               /* owned, newest first */
    struct kd_op *next_sibling;              /* in the parent's list */
    struct kd_op *before_ready;              /* likewise */
    struct kd_op *next_ready;                /* in the loop's queue */
    int step;                                /* next step to run; set by the step function */
    int running_step;                        /* the one that ran last, for kd_op_trace */
    size_t nwaiting;                         /* children and outside events waited for */
    bool is_ready;                           /* stands in the loop's queue */
    bool is_finishing, is_done;              /* result is final; completion was delivered */
    kd_status status;                        /* of the completion */
    struct kd_err err;                       /* why, when status is not KD_OK */
    void (*on_done)(struct kd_op *, void *); /* roots only; from the loop, once */
    void *on_done_arg;
};

/**
 * Start an op; its first step runs from the loop.
 *
 * loop     needed for a root; for a child NULL, the parent's is taken           borrowed
 * parent   running op that will own the new one, or NULL for a root            borrowed
 * cls      lives for ever
 * returns  zeroed struct of cls->size, never NULL; a child is valid until its parent is
 *          destroyed, a root until kd_op_free                  owned by parent or caller
 */
struct kd_op *kd_op_start(struct kd_loop *loop, struct kd_op *parent,
                          const struct kd_op_class *cls);

/** Have a function called when a root op has completed. Before the loop runs. */
void kd_op_on_done(struct kd_op *root, void (*fn)(struct kd_op *, void *), void *arg);

/**
 * End a running op: its result is final, what runs below it is cancelled, and its completion
 * is delivered from the loop. A second call is a bug.
 *
 * status   KD_OK, or the failure that is in op->err
 */
void kd_op_finish(struct kd_op *op, kd_status status);

/**
 * End a running op from outside with KD_ECANCELLED, and all below it. Nothing happens to an op
 * that has finished already.
 */
void kd_op_cancel(struct kd_op *op);

/** Wait for one more outside event before the next step. */
void kd_op_hold(struct kd_op *op);

/** One outside event has come; with the last one, the step runs from the loop. */
void kd_op_release(struct kd_op *op);

/**
 * If a child ended in a failure of ours (not an observation), end the parent with the same.
 *
 * returns  true when it did: the step function must return
 */
bool kd_op_inherit_failure(struct kd_op *op, const struct kd_op *child);

/** Destroy a root op and all below it, running or not. NULL is allowed. */
void kd_op_free(struct kd_op *root);

/**
 * Tell what runs: for each running op whose children are all done one line with its ancestors,
 * "discover/ASK > view/READ corp.example. at 192.0.2.53:53 > query corp.example. SOA at
 * 192.0.2.53:53, try 1".
 *
 * fn       called for each line; line is valid during the call
 */
void kd_op_trace(const struct kd_op *op, void (*fn)(const char *line, void *arg), void *arg);

/** Call the cut function of an op and of all below it that run and have one, children first. */
void kd_op_cut(struct kd_op *op);

#endif
