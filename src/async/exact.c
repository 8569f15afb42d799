/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exact.c - one datagram out, one back, byte for byte, over a connected UDP socket of its own:
 * an ICMP error counts as an answer of the network.
 */
#include "exact.h"

#include <string.h>

#include "exact_leaf.h"
#include "kmsdns/base/mem.h"

struct exact {
    struct kd_exact_leaf leaf;
    uv_udp_t *udp; /* owned until closed */
};

static void exact_close(struct kd_exact_leaf *leaf)
{
    struct exact *exact = (struct exact *)leaf;

    kd_uv_close_and_free((uv_handle_t *)exact->udp);
    exact->udp = NULL;
}

static void exact_on_timeout(uv_timer_t *timer)
{
    kd_exact_leaf_end(timer->data, 0);
}

static void exact_on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct kd_loop *loop = ((struct exact *)handle->data)->leaf.pub.op.loop;

    (void)suggested;
    *buf = uv_buf_init((char *)loop->datagram, sizeof(loop->datagram));
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
        kd_exact_leaf_end(&exact->leaf, (int)nread);
        return;
    }
    if (kd_exact_leaf_takes(&exact->leaf, (const uint8_t *)buf->base, (size_t)nread)) {
        kd_exact_leaf_end(&exact->leaf, 0);
    }
}

static int exact_open(struct kd_exact_leaf *leaf)
{
    struct exact *exact = (struct exact *)leaf;
    struct sockaddr_storage to;
    uv_buf_t bytes = uv_buf_init((char *)leaf->question, (unsigned int)leaf->question_len);
    int error;

    kd_endpoint_sockaddr(&leaf->endpoint, &to);
    exact->udp = kd_xcalloc(1, sizeof(*exact->udp));
    uv_udp_init(&leaf->pub.op.loop->uv, exact->udp);
    exact->udp->data = exact;
    error = uv_udp_connect(exact->udp, (const struct sockaddr *)&to);
    if (error == 0) {
        error = uv_udp_try_send(exact->udp, &bytes, 1, NULL);
    }
    if (error < 0) {
        return error;
    }
    leaf->pub.was_sent = true;
    kd_exact_leaf_time(leaf, exact_on_timeout);
    return uv_udp_recv_start(exact->udp, exact_on_alloc, exact_on_recv);
}

static const struct kd_op_class EXACT_CLASS = KD_EXACT_LEAF_CLASS("look", struct exact);

struct kd_exact *kd_exact_start(struct kd_op *parent, const struct kd_endpoint *endpoint,
                                const uint8_t *wire, size_t len, uint32_t timeout_ms)
{
    struct kd_exact_leaf *leaf =
        kd_exact_leaf_start(parent, &EXACT_CLASS, endpoint, wire, len, timeout_ms);

    leaf->open = exact_open;
    leaf->close = exact_close;
    return &leaf->pub;
}
