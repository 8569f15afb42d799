/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loop.c - the libuv loop of a run: the queue of ready ops, the deadline, signals, progress.
 *
 * Ready ops run from an idle handle, which is active only while there are any. One turn runs those
 * that were ready when it began; what they make ready waits for the next turn, so that sockets are
 * read in between.
 */
#include "kmsdns/async/loop.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>

#include "internal.h"
#include "kmsdns/base/mem.h"

#define CONNECT_MS       1500
#define CONNECT_SPARE_MS 100

static void loop_on_idle(uv_idle_t *idle);

void kd_loop_make_ready(struct kd_loop *loop, struct kd_op *op)
{
    if (op->is_ready) {
        return;
    }
    op->is_ready = true;
    op->next_ready = NULL;
    op->before_ready = loop->ready_tail;
    if (loop->ready_tail != NULL) {
        loop->ready_tail->next_ready = op;
    } else {
        loop->ready_head = op;
    }
    loop->ready_tail = op;
    uv_idle_start(&loop->idle, loop_on_idle);
}

void kd_loop_unready(struct kd_loop *loop, struct kd_op *op)
{
    if (!op->is_ready) {
        return;
    }
    if (op->before_ready != NULL) {
        op->before_ready->next_ready = op->next_ready;
    } else {
        loop->ready_head = op->next_ready;
    }
    if (op->next_ready != NULL) {
        op->next_ready->before_ready = op->before_ready;
    } else {
        loop->ready_tail = op->before_ready;
    }
    op->is_ready = false;
}

static struct kd_op *loop_pop_ready(struct kd_loop *loop)
{
    struct kd_op *op = loop->ready_head;

    kd_loop_unready(loop, op);
    return op;
}

static void loop_on_idle(uv_idle_t *idle)
{
    struct kd_loop *loop = idle->data;
    const struct kd_op *last = loop->ready_tail;
    const struct kd_op *op = NULL;

    while (loop->ready_head != NULL && op != last) {
        struct kd_op *next = loop_pop_ready(loop);

        op = next;
        kd_op_run(next);
    }
    if (loop->ready_head == NULL) {
        uv_idle_stop(&loop->idle);
    }
    if (loop->root != NULL && loop->root->is_done) {
        uv_stop(&loop->uv);
    }
}

static void loop_cut(struct kd_loop *loop, kd_loop_end why)
{
    if (loop->is_cut) {
        return;
    }
    loop->is_cut = true;
    loop->end = why;
    if (loop->run.on_cut != NULL) {
        loop->run.on_cut(why, loop->run.arg);
    }
    kd_op_cut(loop->root);
}

static void loop_on_deadline(uv_timer_t *timer)
{
    loop_cut(timer->data, KD_LOOP_DEADLINE);
}

static void loop_on_tick(uv_timer_t *timer)
{
    struct kd_loop *loop = timer->data;

    loop->run.on_tick(loop->run.arg);
}

static void loop_stop_signals(struct kd_loop *loop)
{
    uv_signal_stop(&loop->sigint);
    uv_signal_stop(&loop->sigterm);
    uv_signal_stop(&loop->sighup);
}

static void loop_on_signal(uv_signal_t *handle, int number)
{
    struct kd_loop *loop = handle->data;

    (void)number;
    /* the system's default is in force again, so a second Ctrl-C ends the program at once */
    loop_stop_signals(loop);
    loop_cut(loop, KD_LOOP_SIGNAL);
}

struct kd_loop *kd_loop_new(void)
{
    struct kd_loop *loop = kd_xcalloc(1, sizeof(*loop));

    if (uv_loop_init(&loop->uv) != 0) {
        kd_oom();
    }
    uv_idle_init(&loop->uv, &loop->idle);
    uv_timer_init(&loop->uv, &loop->deadline);
    uv_timer_init(&loop->uv, &loop->tick);
    uv_signal_init(&loop->uv, &loop->sigint);
    uv_signal_init(&loop->uv, &loop->sigterm);
    uv_signal_init(&loop->uv, &loop->sighup);
    loop->idle.data = loop->deadline.data = loop->tick.data = loop;
    loop->sigint.data = loop->sigterm.data = loop->sighup.data = loop;
    loop->connects.limit = KD_MAX_CONNECTS;
    loop->exacts.limit = KD_MAX_EXACTS;
    return loop;
}

void kd_loop_free(struct kd_loop *loop)
{
    int left;

    if (loop == NULL) {
        return;
    }
    assert(loop->ready_head == NULL);
    uv_close((uv_handle_t *)&loop->idle, NULL);
    uv_close((uv_handle_t *)&loop->deadline, NULL);
    uv_close((uv_handle_t *)&loop->tick, NULL);
    uv_close((uv_handle_t *)&loop->sigint, NULL);
    uv_close((uv_handle_t *)&loop->sigterm, NULL);
    uv_close((uv_handle_t *)&loop->sighup, NULL);
    uv_run(&loop->uv, UV_RUN_DEFAULT);
    left = uv_loop_close(&loop->uv);
    /* a handle that is still open is a leak of ours */
    assert(left == 0);
    (void)left;
    free(loop);
}

/* libuv puts the default back when it lets go of a signal; one that comes then must not kill. */
static void loop_go_deaf(struct kd_loop *loop)
{
    static const int SIGNALS[] = {SIGINT, SIGTERM, SIGHUP};
    sigset_t some, before;

    sigemptyset(&some);
    for (size_t i = 0; i < sizeof(SIGNALS) / sizeof(SIGNALS[0]); i++) {
        sigaddset(&some, SIGNALS[i]);
    }
    pthread_sigmask(SIG_BLOCK, &some, &before);
    loop_stop_signals(loop);
    for (size_t i = 0; i < sizeof(SIGNALS) / sizeof(SIGNALS[0]); i++) {
        signal(SIGNALS[i], SIG_IGN);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

kd_loop_end kd_loop_run(struct kd_loop *loop, struct kd_op *root, const struct kd_loop_run *run)
{
    loop->root = root;
    loop->run = *run;
    loop->end = KD_LOOP_COMPLETE;
    uv_update_time(&loop->uv);
    if (run->timeout_ms > 0) {
        uv_timer_start(&loop->deadline, loop_on_deadline, run->timeout_ms, 0);
    }
    if (run->tick_ms > 0 && run->on_tick != NULL) {
        uv_timer_start(&loop->tick, loop_on_tick, run->tick_ms, run->tick_ms);
    }
    if (run->has_signals) {
        uv_signal_start(&loop->sigint, loop_on_signal, SIGINT);
        uv_signal_start(&loop->sigterm, loop_on_signal, SIGTERM);
        uv_signal_start(&loop->sighup, loop_on_signal, SIGHUP);
    }
    if (!root->is_done) {
        uv_run(&loop->uv, UV_RUN_DEFAULT);
    }
    uv_timer_stop(&loop->deadline);
    uv_timer_stop(&loop->tick);
    if (run->stays_deaf) {
        loop_go_deaf(loop);
    }
    loop_stop_signals(loop);
    loop->root = NULL;
    return loop->end;
}

bool kd_loop_is_cut(const struct kd_loop *loop)
{
    return loop->is_cut;
}

uint32_t kd_loop_connect_ms(const struct kd_loop *loop, uint32_t wanted_ms)
{
    uint64_t most_ms = CONNECT_MS;

    if (uv_is_active((const uv_handle_t *)&loop->deadline) != 0) {
        uint64_t left_ms = uv_timer_get_due_in(&loop->deadline);

        /* over before the run is, so that a host that drops everything is still told as one */
        left_ms = left_ms > CONNECT_SPARE_MS ? left_ms - CONNECT_SPARE_MS : 0;
        most_ms = left_ms < most_ms ? left_ms : most_ms;
    }
    return most_ms > wanted_ms ? (uint32_t)most_ms : wanted_ms;
}

static void loop_free_handle(uv_handle_t *handle)
{
    free(handle);
}

void kd_uv_close_and_free(uv_handle_t *handle)
{
    if (handle != NULL) {
        handle->data = NULL;
        uv_close(handle, loop_free_handle);
    }
}

bool kd_uv_is_unreachable(int uv_error)
{
    return uv_error == UV_ENETUNREACH || uv_error == UV_EHOSTUNREACH ||
           uv_error == UV_ENETDOWN || uv_error == UV_EACCES || uv_error == UV_EPERM ||
           uv_error == UV_EADDRNOTAVAIL;
}

kd_outcome kd_uv_outcome(int uv_error)
{
    if (uv_error == UV_ETIMEDOUT) {
        return KD_OUT_TIMEOUT;
    }
    return kd_uv_is_unreachable(uv_error) ? KD_OUT_UNREACHABLE : KD_OUT_CONN_REFUSED;
}

bool kd_uv_is_local(int uv_error)
{
    return uv_error == UV_EMFILE || uv_error == UV_ENFILE || uv_error == UV_ENOBUFS ||
           uv_error == UV_ENOMEM || uv_error == UV_EAGAIN;
}
