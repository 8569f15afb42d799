/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exact_tcp.c - one message out, one back, byte for byte, over a TCP connection of its own.
 *
 *   QUEUE  wait for one of the sockets that may be open at a time
 *   OPEN   connect, write, read until the whole reply is there, an error, or the time limit
 *   CLOSE  the result is known
 */
#include <stdlib.h>
#include <string.h>

#include "exact.h"
#include "kmsdns/base/mem.h"

enum {
    LEAF_QUEUE,
    LEAF_OPEN,
    LEAF_CLOSE
};

#define LENGTH_SIZE 2

/* What libuv holds on to until the handle is closed, and what is only needed until then. */
struct tcp_io {
    uv_tcp_t tcp; /* first: closed and freed through it */
    uv_connect_t connect;
    uv_write_t write;
    uint8_t in[LENGTH_SIZE + 65535];
    size_t in_len, len;
    uint8_t message[]; /* with its length in front */
};

struct tcp {
    struct kd_exact pub;
    struct kd_endpoint endpoint;
    uint32_t timeout_ms;
    uint8_t *question; /* owned */
    size_t question_len;
    struct kd_gate_ticket ticket;
    struct tcp_io *io; /* owned until closed */
    uv_timer_t *timer; /* owned until closed */
};

static void tcp_close(struct kd_op *op)
{
    struct tcp *tcp = (struct tcp *)op;

    if (tcp->io != NULL) {
        kd_uv_close_and_free((uv_handle_t *)&tcp->io->tcp);
        kd_uv_close_and_free((uv_handle_t *)tcp->timer);
    }
    tcp->io = NULL;
    tcp->timer = NULL;
    kd_gate_leave(&tcp->ticket);
}

static void tcp_end(struct tcp *tcp, int uv_error)
{
    tcp->pub.uv_error = uv_error;
    tcp_close(&tcp->pub.op);
    kd_op_release(&tcp->pub.op);
}

static void tcp_on_timeout(uv_timer_t *timer)
{
    struct tcp *tcp = timer->data;

    tcp_end(tcp, tcp->pub.was_sent ? 0 : UV_ETIMEDOUT);
}

static void tcp_on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct tcp *tcp = handle->data;

    (void)suggested;
    *buf = uv_buf_init((char *)tcp->io->in + tcp->io->in_len,
                       (unsigned int)(sizeof(tcp->io->in) - tcp->io->in_len));
}

/* The length of the message on its way in, with its prefix; 0 while the prefix is not whole. */
static size_t tcp_wanted(const struct tcp_io *io)
{
    return io->in_len < LENGTH_SIZE ? 0 : LENGTH_SIZE + ((size_t)io->in[0] << 8 | io->in[1]);
}

/* False for a message with another ID: on a connection of our own it answers nobody. */
static bool tcp_take_reply(struct tcp *tcp, size_t wanted)
{
    struct tcp_io *io = tcp->io;
    size_t len = wanted - LENGTH_SIZE;

    if (len >= 2 && memcmp(io->in + LENGTH_SIZE, tcp->question, 2) != 0) {
        tcp->pub.nforeign++;
        io->in_len -= wanted;
        memmove(io->in, io->in + wanted, io->in_len);
        return false;
    }
    tcp->pub.wire = kd_xcalloc(len + 1, 1);
    tcp->pub.len = len;
    memcpy(tcp->pub.wire, io->in + LENGTH_SIZE, len);
    return true;
}

static void tcp_on_read(uv_stream_t *stream, ssize_t nread, const uv_buf_t *buf)
{
    struct tcp *tcp = stream->data;

    (void)buf;
    if (tcp == NULL || nread == 0) {
        return;
    }
    if (nread < 0) {
        tcp_end(tcp, (int)nread);
        return;
    }
    tcp->io->in_len += (size_t)nread;
    for (size_t wanted = tcp_wanted(tcp->io); wanted != 0 && tcp->io->in_len >= wanted;
         wanted = tcp_wanted(tcp->io)) {
        if (tcp_take_reply(tcp, wanted)) {
            tcp_end(tcp, 0);
            return;
        }
    }
}

static void tcp_on_write(uv_write_t *request, int status)
{
    struct tcp *tcp = ((uv_handle_t *)request->handle)->data;

    if (status < 0 && tcp != NULL) {
        tcp_end(tcp, status);
    }
}

static void tcp_on_connect(uv_connect_t *request, int status)
{
    struct tcp *tcp = ((uv_handle_t *)request->handle)->data;
    struct tcp_io *io = NULL;
    uv_buf_t bytes;
    int error = status;

    if (tcp == NULL) {
        return; /* closed meanwhile */
    }
    io = tcp->io;
    if (error == 0) {
        bytes = uv_buf_init((char *)io->message, (unsigned int)io->len);
        tcp->pub.was_sent = true;
        error = uv_write(&io->write, (uv_stream_t *)&io->tcp, &bytes, 1, tcp_on_write);
    }
    if (error == 0) {
        error = uv_read_start((uv_stream_t *)&io->tcp, tcp_on_alloc, tcp_on_read);
    }
    if (error < 0) {
        tcp_end(tcp, error);
    }
}

static int tcp_open(struct tcp *tcp)
{
    struct sockaddr_storage to;
    uv_loop_t *loop = &tcp->pub.op.loop->uv;

    kd_endpoint_sockaddr(&tcp->endpoint, &to);
    tcp->io = kd_xcalloc(1, sizeof(*tcp->io) + LENGTH_SIZE + tcp->question_len);
    tcp->io->message[0] = (uint8_t)(tcp->question_len >> 8);
    tcp->io->message[1] = (uint8_t)tcp->question_len;
    memcpy(tcp->io->message + LENGTH_SIZE, tcp->question, tcp->question_len);
    tcp->io->len = LENGTH_SIZE + tcp->question_len;
    tcp->timer = kd_xcalloc(1, sizeof(*tcp->timer));
    uv_timer_init(loop, tcp->timer);
    uv_tcp_init(loop, &tcp->io->tcp);
    tcp->timer->data = tcp->io->tcp.data = tcp;
    uv_timer_start(tcp->timer, tcp_on_timeout, tcp->timeout_ms, 0);
    return uv_tcp_connect(&tcp->io->connect, &tcp->io->tcp, (const struct sockaddr *)&to,
                          tcp_on_connect);
}

static void tcp_step(struct kd_op *op)
{
    struct tcp *tcp = (struct tcp *)op;
    int error;

    switch (op->step) {
    case LEAF_QUEUE:
        op->step = LEAF_OPEN;
        if (!kd_loop_is_cut(op->loop)) {
            kd_gate_enter(&op->loop->exacts, &tcp->ticket, op);
        }
        return;
    case LEAF_OPEN:
        op->step = LEAF_CLOSE;
        if (kd_loop_is_cut(op->loop)) {
            return;
        }
        kd_op_hold(op);
        error = tcp_open(tcp);
        if (error < 0) {
            tcp_end(tcp, error);
        }
        return;
    case LEAF_CLOSE:
        kd_op_finish(op, KD_OK);
        return;
    }
}

static void tcp_cut(struct kd_op *op)
{
    tcp_close(op);
    kd_op_finish(op, KD_OK);
}

static void tcp_destroy(struct kd_op *op)
{
    struct tcp *tcp = (struct tcp *)op;

    free(tcp->question);
    free(tcp->pub.wire);
}

static const struct kd_op_class TCP_CLASS = {
    .name = "tcp",
    .size = sizeof(struct tcp),
    .step = tcp_step,
    .abandon = tcp_close,
    .cut = tcp_cut,
    .destroy = tcp_destroy,
};

struct kd_exact *kd_exact_tcp_start(struct kd_op *parent, const struct kd_endpoint *endpoint,
                                    const uint8_t *wire, size_t len, uint32_t timeout_ms)
{
    struct tcp *tcp = (struct tcp *)kd_op_start(NULL, parent, &TCP_CLASS);

    tcp->endpoint = *endpoint;
    tcp->timeout_ms = timeout_ms;
    tcp->question = kd_xcalloc(len, 1);
    tcp->question_len = len;
    memcpy(tcp->question, wire, len);
    return &tcp->pub;
}
