/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exchange.c - one message and its reply, byte for byte, with the tries that its kind allows.
 *
 *   SEND   a try over UDP or TCP
 *   JUDGE  a reply, or another try, or the other transport, or the outcome
 */
#include "kmsdns/async/exchange.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "exact.h"
#include "kmsdns/base/clock.h"
#include "kmsdns/base/mem.h"

enum {
    EXCH_SEND,
    EXCH_JUDGE
};

static const char *const EXCH_STEP[] = {"SEND", "JUDGE"};

#define HEADER_SIZE 12
#define HEADER_TC   0x02 /* in the third byte, RFC 1035 4.1.1 */
#define UDP_MAX     512  /* RFC 2136 has no EDNS: what is longer goes over TCP */

struct exch {
    struct kd_exchange pub;
    struct kd_endpoint endpoint;
    struct kd_exchange_params params;
    uint8_t *message; /* owned */
    size_t message_len;
    uint64_t began_us;
    struct kd_exact *leaf; /* child; of the try under way */
};

static void exch_send(struct exch *exch)
{
    struct kd_op *op = &exch->pub.op;

    if (exch->began_us == 0) {
        exch->began_us = kd_clock_us();
    }
    exch->pub.tries++;
    op->step = EXCH_JUDGE;
    exch->leaf = exch->pub.is_tcp ? kd_exact_tcp_start(op, &exch->endpoint, exch->message,
                                                       exch->message_len, exch->params.try_ms)
                                  : kd_exact_start(op, &exch->endpoint, exch->message,
                                                   exch->message_len, exch->params.try_ms);
}

static kd_outcome exch_outcome(const struct kd_exact *leaf, bool is_cut)
{
    if (kd_uv_is_local(leaf->uv_error)) {
        return KD_OUT_SKIPPED;
    }
    if (leaf->uv_error == 0 || leaf->uv_error == UV_ETIMEDOUT) {
        return is_cut && !leaf->was_sent ? KD_OUT_SKIPPED : KD_OUT_TIMEOUT;
    }
    return kd_uv_outcome(leaf->uv_error);
}

static bool exch_is_truncated(const struct exch *exch)
{
    return !exch->pub.is_tcp && exch->leaf->len >= HEADER_SIZE &&
           (exch->leaf->wire[2] & HEADER_TC) != 0;
}

/* Whether, and then how, to try again. */
static bool exch_tries_again(struct exch *exch)
{
    const struct kd_exact *leaf = exch->leaf;

    if (kd_loop_is_cut(exch->pub.op.loop)) {
        return false;
    }
    if (leaf->wire != NULL) {
        if (exch->params.kind == KD_EXCHANGE_UDP && exch_is_truncated(exch)) {
            exch->pub.is_tcp = true;
            return true;
        }
        return false;
    }
    if (exch->params.kind == KD_EXCHANGE_WRITE) {
        if (exch->pub.is_tcp && !leaf->was_sent && exch->message_len <= UDP_MAX) {
            exch->pub.is_tcp = false;
            return true;
        }
        return false;
    }
    return leaf->uv_error == 0 && exch->pub.tries < exch->params.tries;
}

static void exch_judge(struct exch *exch)
{
    struct kd_exact *leaf = exch->leaf;
    bool is_cut = kd_loop_is_cut(exch->pub.op.loop);

    exch->pub.was_sent = exch->pub.was_sent || leaf->was_sent;
    if (exch_tries_again(exch)) {
        exch->pub.op.step = EXCH_SEND;
        return;
    }
    exch->pub.status = leaf->wire != NULL ? KD_OUT_NOERROR : exch_outcome(leaf, is_cut);
    exch->pub.wire = leaf->wire;
    exch->pub.len = leaf->len;
    leaf->wire = NULL; /* the reply is ours now */
    exch->pub.duration_us = kd_clock_us() - exch->began_us;
    kd_op_finish(&exch->pub.op, KD_OK);
}

static void exch_step(struct kd_op *op)
{
    struct exch *exch = (struct exch *)op;

    switch (op->step) {
    case EXCH_SEND:
        exch_send(exch);
        return;
    case EXCH_JUDGE:
        exch_judge(exch);
        return;
    }
}

static void exch_describe(const struct kd_op *op, struct kd_buf *out)
{
    const struct exch *exch = (const struct exch *)op;
    char server[KD_ENDPOINT_STRLEN];

    kd_buf_printf(out, "with %s, try %u", kd_endpoint_str(&exch->endpoint, server),
                  (unsigned int)exch->pub.tries);
}

static void exch_destroy(struct kd_op *op)
{
    struct exch *exch = (struct exch *)op;

    free(exch->message);
    free(exch->pub.wire);
}

static const struct kd_op_class EXCH_CLASS = {
    .name = "exchange",
    .size = sizeof(struct exch),
    .step_name = EXCH_STEP,
    .step = exch_step,
    .describe = exch_describe,
    .destroy = exch_destroy,
};

struct kd_exchange *kd_exchange_start(struct kd_op *parent, const struct kd_endpoint *endpoint,
                                      const uint8_t *wire, size_t len,
                                      const struct kd_exchange_params *params)
{
    struct exch *exch = (struct exch *)kd_op_start(NULL, parent, &EXCH_CLASS);

    assert(len >= HEADER_SIZE && len <= 65535);
    exch->endpoint = *endpoint;
    exch->params = *params;
    exch->pub.status = KD_OUT_SKIPPED;
    exch->pub.is_tcp = params->kind == KD_EXCHANGE_WRITE || len > UDP_MAX;
    exch->message = kd_xcalloc(len, 1);
    exch->message_len = len;
    memcpy(exch->message, wire, len);
    return &exch->pub;
}
