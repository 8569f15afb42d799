/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exact.c - one datagram out, one back, byte for byte, over a connected UDP socket of its own.
 *
 *   QUEUE  wait for one of the sockets that may be open at a time
 *   OPEN   send the datagram, wait for a reply, an ICMP error or the time limit
 *   CLOSE  the result is known
 */
#include "exact.h"

#include <stdlib.h>
#include <string.h>

#include "kmsdns/base/mem.h"

enum {
    EXACT_QUEUE,
    EXACT_OPEN,
    EXACT_CLOSE
};

struct exact {
    struct kd_exact pub;
    struct kd_endpoint endpoint;
    uint32_t timeout_ms;
    uint8_t *question; /* owned */
    size_t question_len;
    struct kd_gate_ticket ticket;
    uv_udp_t *udp;     /* owned until closed */
    uv_timer_t *timer; /* owned until closed */
};

static void exact_close(struct kd_op *op)
{
    struct exact *exact = (struct exact *)op;

    kd_uv_close_and_free((uv_handle_t *)exact->udp);
    kd_uv_close_and_free((uv_handle_t *)exact->timer);
    exact->udp = NULL;
    exact->timer = NULL;
    kd_gate_leave(&exact->ticket);
}

/* The event that was waited for has come; nothing more may come. */
static void exact_end(struct exact *exact, int uv_error)
{
    exact->pub.uv_error = uv_error;
    exact_close(&exact->pub.op);
    kd_op_release(&exact->pub.op);
}

static void exact_on_timeout(uv_timer_t *timer)
{
    exact_end(timer->data, 0);
}

static void exact_on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct exact *exact = handle->data;

    (void)suggested;
    *buf =
        uv_buf_init((char *)exact->pub.op.loop->datagram, sizeof(exact->pub.op.loop->datagram));
}

static void exact_on_recv(uv_udp_t *udp, ssize_t nread, const uv_buf_t *buf,
                          const struct sockaddr *from, unsigned int flags)
{
    struct exact *exact = udp->data;

    (void)flags;
    if (exact == NULL || (nread == 0 && from == NULL)) {
        return; /* nothing more to read just now */
    }
    if (nread < 0) {
        exact_end(exact, (int)nread);
        return;
    }
    if (nread >= 2 && memcmp(buf->base, exact->question, 2) != 0) {
        exact->pub.nforeign++;
        return;
    }
    exact->pub.wire = kd_xcalloc((size_t)nread + 1, 1);
    exact->pub.len = (size_t)nread;
    memcpy(exact->pub.wire, buf->base, exact->pub.len);
    exact_end(exact, 0);
}

static int exact_open(struct exact *exact)
{
    struct sockaddr_storage to;
    uv_buf_t bytes = uv_buf_init((char *)exact->question, (unsigned int)exact->question_len);
    int error;

    kd_endpoint_sockaddr(&exact->endpoint, &to);
    exact->udp = kd_xcalloc(1, sizeof(*exact->udp));
    exact->timer = kd_xcalloc(1, sizeof(*exact->timer));
    uv_timer_init(&exact->pub.op.loop->uv, exact->timer);
    uv_udp_init(&exact->pub.op.loop->uv, exact->udp);
    exact->timer->data = exact->udp->data = exact;
    error = uv_udp_connect(exact->udp, (const struct sockaddr *)&to);
    if (error == 0) {
        error = uv_udp_try_send(exact->udp, &bytes, 1, NULL);
    }
    if (error < 0) {
        return error;
    }
    exact->pub.was_sent = true;
    uv_timer_start(exact->timer, exact_on_timeout, exact->timeout_ms, 0);
    return uv_udp_recv_start(exact->udp, exact_on_alloc, exact_on_recv);
}

static void exact_step(struct kd_op *op)
{
    struct exact *exact = (struct exact *)op;
    int error;

    switch (op->step) {
    case EXACT_QUEUE:
        op->step = EXACT_OPEN;
        if (!kd_loop_is_cut(op->loop)) {
            kd_gate_enter(&op->loop->exacts, &exact->ticket, op);
        }
        return;
    case EXACT_OPEN:
        op->step = EXACT_CLOSE;
        if (kd_loop_is_cut(op->loop)) {
            return;
        }
        kd_op_hold(op);
        error = exact_open(exact);
        if (error < 0) {
            exact_end(exact, error);
        }
        return;
    case EXACT_CLOSE:
        kd_op_finish(op, KD_OK);
        return;
    }
}

static void exact_cut(struct kd_op *op)
{
    exact_close(op);
    kd_op_finish(op, KD_OK);
}

static void exact_destroy(struct kd_op *op)
{
    struct exact *exact = (struct exact *)op;

    free(exact->question);
    free(exact->pub.wire);
}

static const struct kd_op_class EXACT_CLASS = {
    .name = "look",
    .size = sizeof(struct exact),
    .step = exact_step,
    .abandon = exact_close,
    .cut = exact_cut,
    .destroy = exact_destroy,
};

struct kd_exact *kd_exact_start(struct kd_op *parent, const struct kd_endpoint *endpoint,
                                const uint8_t *wire, size_t len, uint32_t timeout_ms)
{
    struct exact *exact = (struct exact *)kd_op_start(NULL, parent, &EXACT_CLASS);

    exact->endpoint = *endpoint;
    exact->timeout_ms = timeout_ms;
    exact->question = kd_xcalloc(len, 1);
    exact->question_len = len;
    memcpy(exact->question, wire, len);
    return &exact->pub;
}
