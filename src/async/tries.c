/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tries.c - the tries of one question that may still bring a reply.
 */
#include "tries.h"

#include "kmsdns/base/clock.h"
#include "kmsdns/base/mem.h"

/* A timer this late was held up, and so were the sockets, which are read after timers. */
#define STALL_US 200000
#define AGAIN_MS 50

static void tries_on_timer(uv_timer_t *timer)
{
    struct kd_tries *tries = timer->data;

    if (tries->due_us != 0 && kd_clock_us() > tries->due_us + STALL_US) {
        tries->due_us = 0;
        uv_timer_start(timer, tries_on_timer, AGAIN_MS, 0);
        return;
    }
    tries->fn(tries->arg, tries->at[tries->n - 1].kind, KD_CHANNEL_TIMEOUT, NULL, 0);
}

static void tries_on_end(void *arg, kd_channel_end end, const uint8_t *wire, size_t len)
{
    struct kd_try *one = arg;
    struct kd_tries *tries = one->tries;
    bool is_last = one == &tries->at[tries->n - 1];

    one->slot = NULL;
    if (end != KD_CHANNEL_REPLY && !is_last) {
        return;
    }
    uv_timer_stop(tries->timer);
    tries->fn(tries->arg, one->kind, end, wire, len);
}

void kd_tries_begin(struct kd_tries *tries, struct kd_loop *loop, kd_tries_fn *fn, void *arg)
{
    tries->loop = loop;
    tries->fn = fn;
    tries->arg = arg;
}

void kd_tries_send(struct kd_tries *tries, struct kd_channel *channel, kd_channel_kind kind,
                   const uint8_t *wire, size_t len, uint32_t wait_ms)
{
    struct kd_try *one = NULL;

    if (tries->n == KD_MAX_TRIES) {
        kd_tries_forget(tries);
    }
    if (tries->timer == NULL) {
        tries->timer = kd_xcalloc(1, sizeof(*tries->timer));
        uv_timer_init(&tries->loop->uv, tries->timer);
        tries->timer->data = tries;
    }
    one = &tries->at[tries->n];
    tries->n++;
    *one = (struct kd_try){.tries = tries, .kind = kind};
    tries->due_us = kd_clock_us() + (uint64_t)wait_ms * 1000;
    uv_timer_start(tries->timer, tries_on_timer, wait_ms, 0);
    one->slot = kd_channel_send(channel, wire, len, tries_on_end, one);
}

void kd_tries_forget(struct kd_tries *tries)
{
    for (size_t i = 0; i < tries->n; i++) {
        kd_channel_forget(tries->at[i].slot);
    }
    tries->n = 0;
    if (tries->timer != NULL) {
        uv_timer_stop(tries->timer);
    }
}

void kd_tries_close(struct kd_tries *tries)
{
    kd_tries_forget(tries);
    kd_uv_close_and_free((uv_handle_t *)tries->timer);
    tries->timer = NULL;
}
