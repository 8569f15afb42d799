/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exact_tcp.c - one message out, one back, byte for byte, over a TCP connection of its own.
 */
#include <string.h>

#include "exact_leaf.h"
#include "kmsdns/base/mem.h"

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
    struct kd_exact_leaf leaf;
    struct tcp_io *io; /* owned until closed */
};

static void tcp_close(struct kd_exact_leaf *leaf)
{
    struct tcp *tcp = (struct tcp *)leaf;

    kd_uv_close_and_free((uv_handle_t *)tcp->io);
    tcp->io = NULL;
}

static void tcp_on_timeout(uv_timer_t *timer)
{
    struct kd_exact_leaf *leaf = timer->data;

    kd_exact_leaf_end(leaf, leaf->pub.was_sent ? 0 : UV_ETIMEDOUT);
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

    if (kd_exact_leaf_takes(&tcp->leaf, io->in + LENGTH_SIZE, wanted - LENGTH_SIZE)) {
        return true;
    }
    io->in_len -= wanted;
    memmove(io->in, io->in + wanted, io->in_len);
    return false;
}

static void tcp_on_read(uv_stream_t *stream, ssize_t nread, const uv_buf_t *buf)
{
    struct tcp *tcp = stream->data;

    (void)buf;
    if (tcp == NULL || nread == 0) {
        return;
    }
    if (nread < 0) {
        kd_exact_leaf_end(&tcp->leaf, (int)nread);
        return;
    }
    tcp->io->in_len += (size_t)nread;
    for (size_t wanted = tcp_wanted(tcp->io); wanted != 0 && tcp->io->in_len >= wanted;
         wanted = tcp_wanted(tcp->io)) {
        if (tcp_take_reply(tcp, wanted)) {
            kd_exact_leaf_end(&tcp->leaf, 0);
            return;
        }
    }
}

static void tcp_on_write(uv_write_t *request, int status)
{
    struct tcp *tcp = ((uv_handle_t *)request->handle)->data;

    if (status < 0 && tcp != NULL) {
        kd_exact_leaf_end(&tcp->leaf, status);
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
        tcp->leaf.pub.was_sent = true;
        error = uv_write(&io->write, (uv_stream_t *)&io->tcp, &bytes, 1, tcp_on_write);
    }
    if (error == 0) {
        error = uv_read_start((uv_stream_t *)&io->tcp, tcp_on_alloc, tcp_on_read);
    }
    if (error < 0) {
        kd_exact_leaf_end(&tcp->leaf, error);
    }
}

static int tcp_open(struct kd_exact_leaf *leaf)
{
    struct tcp *tcp = (struct tcp *)leaf;
    struct sockaddr_storage to;
    struct tcp_io *io = kd_xcalloc(1, sizeof(*io) + LENGTH_SIZE + leaf->question_len);

    kd_endpoint_sockaddr(&leaf->endpoint, &to);
    io->message[0] = (uint8_t)(leaf->question_len >> 8);
    io->message[1] = (uint8_t)leaf->question_len;
    memcpy(io->message + LENGTH_SIZE, leaf->question, leaf->question_len);
    io->len = LENGTH_SIZE + leaf->question_len;
    uv_tcp_init(&leaf->pub.op.loop->uv, &io->tcp);
    io->tcp.data = tcp;
    tcp->io = io;
    leaf->timeout_ms = kd_loop_connect_ms(leaf->pub.op.loop, leaf->timeout_ms);
    kd_exact_leaf_time(leaf, tcp_on_timeout);
    return uv_tcp_connect(&io->connect, &io->tcp, (const struct sockaddr *)&to, tcp_on_connect);
}

static const struct kd_op_class TCP_CLASS = KD_EXACT_LEAF_CLASS("tcp", struct tcp);

struct kd_exact *kd_exact_tcp_start(struct kd_op *parent, const struct kd_endpoint *endpoint,
                                    const uint8_t *wire, size_t len, uint32_t timeout_ms)
{
    struct kd_exact_leaf *leaf =
        kd_exact_leaf_start(parent, &TCP_CLASS, endpoint, wire, len, timeout_ms);

    leaf->open = tcp_open;
    leaf->close = tcp_close;
    return &leaf->pub;
}
