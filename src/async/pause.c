/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pause.c - a leaf that only waits.
 */
#include "kmsdns/async/pause.h"

#include "internal.h"
#include "kmsdns/base/mem.h"

enum {
    PAUSE_BEGIN,
    PAUSE_END
};

struct pause {
    struct kd_op op;
    uint32_t ms;
    uv_timer_t *timer; /* owned until closed */
};

static void pause_close(struct kd_op *op)
{
    struct pause *pause = (struct pause *)op;

    kd_uv_close_and_free((uv_handle_t *)pause->timer);
    pause->timer = NULL;
}

static void pause_on_timer(uv_timer_t *timer)
{
    struct kd_op *op = timer->data;

    pause_close(op);
    kd_op_release(op);
}

static void pause_step(struct kd_op *op)
{
    struct pause *pause = (struct pause *)op;

    if (op->step == PAUSE_END || kd_loop_is_cut(op->loop)) {
        kd_op_finish(op, KD_OK);
        return;
    }
    pause->timer = kd_xcalloc(1, sizeof(*pause->timer));
    uv_timer_init(&op->loop->uv, pause->timer);
    pause->timer->data = op;
    uv_timer_start(pause->timer, pause_on_timer, pause->ms, 0);
    kd_op_hold(op);
    op->step = PAUSE_END;
}

static void pause_cut(struct kd_op *op)
{
    pause_close(op);
    kd_op_finish(op, KD_OK);
}

static const struct kd_op_class PAUSE_CLASS = {
    .name = "pause",
    .size = sizeof(struct pause),
    .step = pause_step,
    .abandon = pause_close,
    .cut = pause_cut,
};

struct kd_op *kd_pause_start(struct kd_op *parent, uint32_t ms)
{
    struct pause *pause = (struct pause *)kd_op_start(NULL, parent, &PAUSE_CLASS);

    pause->ms = ms;
    return &pause->op;
}
