/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * connect.c - does something listen there? A TCP handshake, then closed at once.
 *
 *   QUEUE  wait for one of the places that bound how many connects run
 *   OPEN   connect, wait for the outcome or the time limit
 *   CLOSE  the outcome is known
 */
#include "kmsdns/async/connect.h"

#include "internal.h"
#include "kmsdns/base/clock.h"
#include "kmsdns/base/mem.h"

enum {
    CONN_QUEUE,
    CONN_OPEN,
    CONN_CLOSE
};

struct conn {
    struct kd_connect pub;
    struct kd_endpoint endpoint;
    uint32_t timeout_ms;
    struct kd_gate_ticket ticket;
    uint64_t began_us;
    uv_timer_t *timer;  /* owned until closed */
    struct conn_io *io; /* owned until closed */
};

/* The request must outlive the handle's closing, so both stand in one block. */
struct conn_io {
    uv_tcp_t tcp; /* first: closed and freed through it */
    uv_connect_t request;
};

static void conn_abandon(struct kd_op *op)
{
    struct conn *conn = (struct conn *)op;

    if (conn->io != NULL) {
        conn->io->request.data = NULL;
        kd_uv_close_and_free((uv_handle_t *)&conn->io->tcp);
        kd_uv_close_and_free((uv_handle_t *)conn->timer);
        conn->io = NULL;
        conn->timer = NULL;
    }
    kd_gate_leave(&conn->ticket);
}

static void conn_end(struct conn *conn, kd_reach reach)
{
    conn->pub.reach = reach;
    if (reach == KD_REACH_OPEN) {
        conn->pub.rtt_us = kd_clock_us() - conn->began_us;
    }
    conn_abandon(&conn->pub.op);
    kd_op_release(&conn->pub.op);
}

static kd_reach conn_reach(int uv_error)
{
    if (uv_error == 0) {
        return KD_REACH_OPEN;
    }
    if (kd_uv_is_local(uv_error)) {
        return KD_REACH_SKIPPED;
    }
    if (uv_error == UV_ETIMEDOUT) {
        return KD_REACH_TIMEOUT;
    }
    return kd_uv_is_unreachable(uv_error) ? KD_REACH_UNREACHABLE : KD_REACH_REFUSED;
}

static void conn_on_connect(uv_connect_t *request, int status)
{
    if (request->data != NULL) {
        conn_end(request->data, conn_reach(status));
    }
}

static void conn_on_timeout(uv_timer_t *timer)
{
    conn_end(timer->data, KD_REACH_TIMEOUT);
}

static int conn_open(struct conn *conn)
{
    struct sockaddr_storage to;
    uv_loop_t *loop = &conn->pub.op.loop->uv;

    kd_endpoint_sockaddr(&conn->endpoint, &to);
    conn->io = kd_xcalloc(1, sizeof(*conn->io));
    conn->timer = kd_xcalloc(1, sizeof(*conn->timer));
    uv_timer_init(loop, conn->timer);
    uv_tcp_init(loop, &conn->io->tcp);
    conn->timer->data = conn->io->request.data = conn;
    conn->began_us = kd_clock_us();
    uv_timer_start(conn->timer, conn_on_timeout,
                   kd_loop_connect_ms(conn->pub.op.loop, conn->timeout_ms), 0);
    return uv_tcp_connect(&conn->io->request, &conn->io->tcp, (const struct sockaddr *)&to,
                          conn_on_connect);
}

static void conn_step(struct kd_op *op)
{
    struct conn *conn = (struct conn *)op;
    int error;

    switch (op->step) {
    case CONN_QUEUE:
        op->step = CONN_OPEN;
        if (!kd_loop_is_cut(op->loop)) {
            kd_gate_enter(&op->loop->connects, &conn->ticket, op);
        }
        return;
    case CONN_OPEN:
        op->step = CONN_CLOSE;
        if (kd_loop_is_cut(op->loop)) {
            return;
        }
        kd_op_hold(op);
        error = conn_open(conn);
        if (error != 0) {
            conn_end(conn, conn_reach(error));
        }
        return;
    case CONN_CLOSE:
        kd_op_finish(op, KD_OK);
        return;
    }
}

/* Cut while it waited in vain is no verdict on the host: it stays "skipped". */
static void conn_cut(struct kd_op *op)
{
    conn_abandon(op);
    kd_op_finish(op, KD_OK);
}

static void conn_describe(const struct kd_op *op, struct kd_buf *out)
{
    const struct conn *conn = (const struct conn *)op;
    char text[KD_ENDPOINT_STRLEN];

    kd_buf_puts(out, kd_endpoint_str(&conn->endpoint, text));
}

static const struct kd_op_class CONN_CLASS = {
    .name = "connect",
    .size = sizeof(struct conn),
    .step = conn_step,
    .abandon = conn_abandon,
    .cut = conn_cut,
    .describe = conn_describe,
};

struct kd_connect *kd_connect_start(struct kd_op *parent, const struct kd_endpoint *endpoint,
                                    uint32_t timeout_ms)
{
    struct conn *conn = (struct conn *)kd_op_start(NULL, parent, &CONN_CLASS);

    conn->pub.reach = KD_REACH_SKIPPED;
    conn->endpoint = *endpoint;
    conn->timeout_ms = timeout_ms;
    return &conn->pub;
}
