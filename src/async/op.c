/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * op.c - the tree of ops: when steps run, how completion travels up and cancellation down.
 *
 * An op is running, then finishing (its result is final), then done (its parent was told). Steps
 * and completions run only from the loop's queue, so nothing ever happens inside a caller's call.
 */
#include "kmsdns/async/op.h"

#include <assert.h>
#include <stdlib.h>

#include "internal.h"
#include "kmsdns/base/mem.h"

struct kd_op *kd_op_start(struct kd_loop *loop, struct kd_op *parent,
                          const struct kd_op_class *cls)
{
    struct kd_op *op = kd_xcalloc(1, cls->size);

    assert(cls->size >= sizeof(*op) && cls->step != NULL);
    assert((loop != NULL) != (parent != NULL));
    op->cls = cls;
    op->parent = parent;
    op->loop = loop;
    if (parent != NULL) {
        assert(!parent->is_finishing);
        op->loop = parent->loop;
        op->next_sibling = parent->first_child;
        parent->first_child = op;
        parent->nwaiting++;
    }
    kd_loop_make_ready(op->loop, op);
    return op;
}

void kd_op_on_done(struct kd_op *root, void (*fn)(struct kd_op *, void *), void *arg)
{
    assert(root->parent == NULL && !root->is_done);
    root->on_done = fn;
    root->on_done_arg = arg;
}

/* The result is final; completion is delivered from the loop, after that of the children. */
static void op_end(struct kd_op *op, kd_status status)
{
    assert(!op->is_finishing);
    for (struct kd_op *child = op->first_child; child != NULL; child = child->next_sibling) {
        kd_op_cancel(child);
    }
    op->is_finishing = true;
    op->status = status;
    kd_loop_unready(op->loop, op);
    kd_loop_make_ready(op->loop, op);
}

void kd_op_finish(struct kd_op *op, kd_status status)
{
    op_end(op, status);
}

void kd_op_cancel(struct kd_op *op)
{
    if (op->is_finishing) {
        return;
    }
    if (op->cls->abandon != NULL) {
        op->cls->abandon(op);
    }
    op_end(op, KD_ECANCELLED);
}

void kd_op_hold(struct kd_op *op)
{
    assert(!op->is_finishing);
    op->nwaiting++;
}

void kd_op_release(struct kd_op *op)
{
    assert(op->nwaiting > 0);
    op->nwaiting--;
    if (op->nwaiting == 0 && !op->is_finishing) {
        kd_loop_make_ready(op->loop, op);
    }
}

bool kd_op_inherit_failure(struct kd_op *op, const struct kd_op *child)
{
    if (child->status == KD_OK) {
        return false;
    }
    op->err = child->err;
    kd_op_finish(op, child->status);
    return true;
}

static void op_deliver(struct kd_op *op)
{
    op->is_done = true;
    if (op->parent != NULL) {
        kd_op_release(op->parent);
    } else if (op->on_done != NULL) {
        op->on_done(op, op->on_done_arg);
    }
}

void kd_op_run(struct kd_op *op)
{
    if (op->is_finishing) {
        op_deliver(op);
        return;
    }
    while (!op->is_finishing && op->nwaiting == 0) {
        op->running_step = op->step;
        op->cls->step(op);
        /* a step that neither waits, ends nor goes on would spin for ever */
        assert(op->is_finishing || op->nwaiting > 0 || op->step != op->running_step);
    }
}

void kd_op_free(struct kd_op *root)
{
    if (root == NULL) {
        return;
    }
    while (root->first_child != NULL) {
        struct kd_op *child = root->first_child;

        root->first_child = child->next_sibling;
        kd_op_free(child);
    }
    if (!root->is_finishing && root->cls->abandon != NULL) {
        root->cls->abandon(root);
    }
    if (root->cls->destroy != NULL) {
        root->cls->destroy(root);
    }
    kd_loop_unready(root->loop, root);
    free(root);
}

void kd_op_cut(struct kd_op *op)
{
    for (struct kd_op *child = op->first_child; child != NULL; child = child->next_sibling) {
        kd_op_cut(child);
    }
    if (!op->is_finishing && op->cls->cut != NULL) {
        op->cls->cut(op);
    }
}

static void op_describe(const struct kd_op *op, struct kd_buf *out)
{
    if (op->parent != NULL) {
        op_describe(op->parent, out);
        kd_buf_puts(out, " > ");
    }
    kd_buf_puts(out, op->cls->name);
    if (op->cls->step_name != NULL) {
        kd_buf_printf(out, "/%s", op->cls->step_name[op->running_step]);
    }
    if (op->cls->describe != NULL) {
        kd_buf_puts(out, " ");
        op->cls->describe(op, out);
    }
}

void kd_op_trace(const struct kd_op *op, void (*fn)(const char *line, void *arg), void *arg)
{
    struct kd_buf line = {0};
    bool is_leaf = true;

    for (const struct kd_op *child = op->first_child; child != NULL;
         child = child->next_sibling) {
        if (!child->is_done) {
            is_leaf = false;
            kd_op_trace(child, fn, arg);
        }
    }
    if (is_leaf && !op->is_finishing) {
        op_describe(op, &line);
        fn(kd_buf_str(&line), arg);
        kd_buf_done(&line);
    }
}
