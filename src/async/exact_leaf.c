/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exact_leaf.c - what one message out and one back have in common, over whatever they go.
 */
#include "exact_leaf.h"

#include <stdlib.h>
#include <string.h>

#include "kmsdns/base/mem.h"

enum {
    LEAF_QUEUE,
    LEAF_OPEN,
    LEAF_CLOSE
};

void kd_exact_leaf_close(struct kd_op *op)
{
    struct kd_exact_leaf *leaf = (struct kd_exact_leaf *)op;

    leaf->close(leaf);
    kd_uv_close_and_free((uv_handle_t *)leaf->timer);
    leaf->timer = NULL;
    kd_gate_leave(&leaf->ticket);
}

void kd_exact_leaf_end(struct kd_exact_leaf *leaf, int uv_error)
{
    leaf->pub.uv_error = uv_error;
    kd_exact_leaf_close(&leaf->pub.op);
    kd_op_release(&leaf->pub.op);
}

void kd_exact_leaf_time(struct kd_exact_leaf *leaf, uv_timer_cb on_timeout)
{
    leaf->timer = kd_xcalloc(1, sizeof(*leaf->timer));
    uv_timer_init(&leaf->pub.op.loop->uv, leaf->timer);
    leaf->timer->data = leaf;
    uv_timer_start(leaf->timer, on_timeout, leaf->timeout_ms, 0);
}

bool kd_exact_leaf_takes(struct kd_exact_leaf *leaf, const uint8_t *message, size_t len)
{
    if (len >= 2 && memcmp(message, leaf->question, 2) != 0) {
        leaf->pub.nforeign++;
        return false;
    }
    leaf->pub.wire = kd_xcalloc(len + 1, 1);
    leaf->pub.len = len;
    memcpy(leaf->pub.wire, message, len);
    return true;
}

void kd_exact_leaf_step(struct kd_op *op)
{
    struct kd_exact_leaf *leaf = (struct kd_exact_leaf *)op;
    int error;

    switch (op->step) {
    case LEAF_QUEUE:
        op->step = LEAF_OPEN;
        if (!kd_loop_is_cut(op->loop)) {
            kd_gate_enter(&op->loop->exacts, &leaf->ticket, op);
        }
        return;
    case LEAF_OPEN:
        op->step = LEAF_CLOSE;
        if (kd_loop_is_cut(op->loop)) {
            return;
        }
        kd_op_hold(op);
        error = leaf->open(leaf);
        if (error < 0) {
            kd_exact_leaf_end(leaf, error);
        }
        return;
    case LEAF_CLOSE:
        kd_op_finish(op, KD_OK);
        return;
    }
}

void kd_exact_leaf_cut(struct kd_op *op)
{
    kd_exact_leaf_close(op);
    kd_op_finish(op, KD_OK);
}

void kd_exact_leaf_destroy(struct kd_op *op)
{
    struct kd_exact_leaf *leaf = (struct kd_exact_leaf *)op;

    free(leaf->question);
    free(leaf->pub.wire);
}

struct kd_exact_leaf *kd_exact_leaf_start(struct kd_op *parent, const struct kd_op_class *class,
                                          const struct kd_endpoint *endpoint,
                                          const uint8_t *wire, size_t len, uint32_t timeout_ms)
{
    struct kd_exact_leaf *leaf = (struct kd_exact_leaf *)kd_op_start(NULL, parent, class);

    leaf->endpoint = *endpoint;
    leaf->timeout_ms = timeout_ms;
    leaf->question = kd_xcalloc(len, 1);
    leaf->question_len = len;
    memcpy(leaf->question, wire, len);
    return leaf;
}
