/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp.c - DHCPINFORM on one interface.
 *
 *   ASK    send the question to everybody, wait until the time is over
 *   CLOSE  all answers are there
 *
 * An answer carries the question's transaction number; everything else is only counted.
 */
#include "kmsdns/async/dhcp.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"
#include "kmsdns/base/clock.h"
#include "kmsdns/base/mem.h"
#include "kmsdns/base/rng.h"

enum {
    INFORM_ASK,
    INFORM_CLOSE
};

#define SERVER_PORT 67
#define XID_AT      ((size_t)4)
#define XID_LEN     ((size_t)4)
#define MSG_LEN     ((size_t)300) /* BOOTP's smallest, RFC 1542 2.1 */

struct inform {
    struct kd_dhcp_inform pub;
    struct kd_dhcp_socket socket; /* fd owned until libuv has it */
    uint32_t wait_ms;
    uint64_t began_us;
    uint8_t question[MSG_LEN];
    uv_udp_t *udp;     /* owned until closed */
    uv_timer_t *timer; /* owned until closed */
};

static void inform_close(struct kd_op *op)
{
    struct inform *inform = (struct inform *)op;

    kd_uv_close_and_free((uv_handle_t *)inform->udp);
    kd_uv_close_and_free((uv_handle_t *)inform->timer);
    inform->udp = NULL;
    inform->timer = NULL;
    kd_dhcp_close(&inform->socket);
    if (inform->began_us != 0) {
        inform->pub.waited_us = kd_clock_us() - inform->began_us;
    }
}

static void inform_on_timeout(uv_timer_t *timer)
{
    struct inform *inform = timer->data;

    inform_close(&inform->pub.op);
    kd_op_release(&inform->pub.op);
}

static void inform_on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct inform *inform = handle->data;

    (void)suggested;
    *buf = uv_buf_init((char *)inform->pub.op.loop->datagram,
                       sizeof(inform->pub.op.loop->datagram));
}

static void inform_on_recv(uv_udp_t *udp, ssize_t nread, const uv_buf_t *buf,
                           const struct sockaddr *from, unsigned int flags)
{
    struct inform *inform = udp->data;
    struct kd_dhcp_reply *reply = NULL;

    (void)flags;
    if (inform == NULL || nread < 0 || from == NULL || from->sa_family != AF_INET) {
        return; /* an error on the socket is no answer; the time limit ends the op */
    }
    if ((size_t)nread < XID_AT + XID_LEN ||
        memcmp(buf->base + XID_AT, inform->question + XID_AT, XID_LEN) != 0 ||
        inform->pub.nreply == KD_DHCP_MAX_REPLIES) {
        inform->pub.nforeign++;
        return;
    }
    reply = &inform->pub.reply[inform->pub.nreply];
    reply->server.family = 4;
    memcpy(reply->server.bytes,
           &((const struct sockaddr_in *)(const void *)from)->sin_addr.s_addr, 4);
    reply->bytes = kd_xcalloc((size_t)nread, 1);
    reply->len = (size_t)nread;
    memcpy(reply->bytes, buf->base, reply->len);
    inform->pub.nreply++;
}

/* RFC 2131 4.4.3: ciaddr is filled in, no address is asked for. */
static void inform_build(struct inform *inform)
{
    static const uint8_t OPTION[] = {
        99,  130, 83,   99,      /* magic cookie */
        53,  1,   8,             /* DHCPINFORM */
        57,  2,   0x05, 0xDC,    /* answers up to 1500 bytes */
        55,  3,   15,   119,  6, /* what is asked for */
        255,
    };
    uint8_t *msg = inform->question;
    const struct kd_dhcp_socket *socket = &inform->socket;

    memset(msg, 0, MSG_LEN);
    msg[0] = 1; /* BOOTREQUEST */
    msg[1] = socket->hardware_type;
    msg[2] = socket->hardware_len;
    kd_random_bytes(msg + XID_AT, XID_LEN);
    memcpy(msg + 12, socket->addr.bytes, 4);
    memcpy(msg + 28, socket->hardware, socket->hardware_len);
    memcpy(msg + 236, OPTION, sizeof(OPTION));
}

static int inform_open(struct inform *inform)
{
    struct kd_endpoint everybody = {.addr = {4, {255, 255, 255, 255}, 0}, .port = SERVER_PORT};
    struct sockaddr_storage to;
    uv_loop_t *loop = &inform->pub.op.loop->uv;
    uv_buf_t bytes = uv_buf_init((char *)inform->question, MSG_LEN);
    int error;

    inform_build(inform);
    inform->udp = kd_xcalloc(1, sizeof(*inform->udp));
    inform->timer = kd_xcalloc(1, sizeof(*inform->timer));
    uv_timer_init(loop, inform->timer);
    uv_udp_init(loop, inform->udp);
    inform->timer->data = inform->udp->data = inform;
    error = uv_udp_open(inform->udp, inform->socket.fd);
    if (error != 0) {
        return error;
    }
    inform->socket.fd = -1; /* libuv's now */
    kd_endpoint_sockaddr(&everybody, &to);
    inform->began_us = kd_clock_us();
    error = uv_udp_recv_start(inform->udp, inform_on_alloc, inform_on_recv);
    if (error == 0) {
        error = uv_udp_try_send(inform->udp, &bytes, 1, (const struct sockaddr *)&to);
    }
    if (error < 0) {
        return error;
    }
    return uv_timer_start(inform->timer, inform_on_timeout, inform->wait_ms, 0);
}

static void inform_step(struct kd_op *op)
{
    struct inform *inform = (struct inform *)op;
    int error;

    switch (op->step) {
    case INFORM_ASK:
        op->step = INFORM_CLOSE;
        if (kd_loop_is_cut(op->loop)) {
            return;
        }
        error = inform_open(inform);
        if (error < 0) {
            inform_close(op);
            kd_op_finish(op,
                         kd_fail(&op->err, KD_EIO, "dhcp", "cannot send DHCPINFORM on %s: %s",
                                 inform->socket.interface, uv_strerror(error)));
            return;
        }
        kd_op_hold(op);
        return;
    case INFORM_CLOSE:
        kd_op_finish(op, KD_OK);
        return;
    }
}

static void inform_cut(struct kd_op *op)
{
    inform_close(op);
    kd_op_finish(op, KD_OK);
}

static void inform_describe(const struct kd_op *op, struct kd_buf *out)
{
    const struct inform *inform = (const struct inform *)op;

    kd_buf_puts(out, inform->socket.interface);
}

static void inform_destroy(struct kd_op *op)
{
    struct inform *inform = (struct inform *)op;

    kd_dhcp_close(&inform->socket);
    for (size_t i = 0; i < inform->pub.nreply; i++) {
        free(inform->pub.reply[i].bytes);
    }
}

static const struct kd_op_class INFORM_CLASS = {
    .name = "dhcpinform",
    .size = sizeof(struct inform),
    .step = inform_step,
    .abandon = inform_close,
    .cut = inform_cut,
    .describe = inform_describe,
    .destroy = inform_destroy,
};

struct kd_dhcp_inform *kd_dhcp_inform_start(struct kd_op *parent, struct kd_dhcp_socket *socket,
                                            uint32_t wait_ms)
{
    struct inform *inform = (struct inform *)kd_op_start(NULL, parent, &INFORM_CLASS);

    inform->socket = *socket;
    inform->wait_ms = wait_ms;
    socket->fd = -1;
    return &inform->pub;
}
