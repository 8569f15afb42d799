/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * query.c - one question to one server, with all its tries, to one outcome.
 *
 *   QUEUE  wait for a place in the channel's window
 *   SEND   build the question and send it once
 *   JUDGE  read what came: done, or again without EDNS, over TCP, or because nothing came
 *   TURN   nothing came: wait for a turn at an exact look
 *   LOOK   ask once more, without EDNS, through a socket of our own, which hides nothing
 *   LOOKED the look's reply is read as any other; silence is the outcome now
 *
 * A reply to an earlier try may come in any of these steps; it leads to JUDGE at once.
 */
#include "kmsdns/async/query.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "exact.h"
#include "kmsdns/base/clock.h"
#include "kmsdns/base/mem.h"
#include "kmsdns/base/rng.h"
#include "server.h"
#include "tries.h"

enum {
    QUERY_QUEUE,
    QUERY_SEND,
    QUERY_JUDGE,
    QUERY_TURN,
    QUERY_LOOK,
    QUERY_LOOKED
};

/* A wait shorter than this tells nothing about a server. */
#define MIN_LOOK_MS 50

/* A reply without EDNS of this size may have been cut to it by c-ares (channel.c). */
#define PLAIN_UDP_SIZE 512

/* RFC 1035 4.1.1 */
#define HEADER_SIZE 12
#define HEADER_TC   0x02

#define RCODE_FORMERR 1
#define RCODE_NOTIMP  4
#define RCODE_BADVERS 16

struct query {
    struct kd_query pub;
    struct kd_server *server; /* borrowed */
    struct kd_arena *arena;   /* borrowed */
    const char *name;         /* borrowed */
    uint16_t type;
    kd_channel_kind kind; /* of the try under way, or of the reply */
    struct kd_gate_ticket ticket;
    struct kd_tries tries;
    bool is_held; /* until something comes of a try */
    uint8_t wire[KD_QUERY_MAX];
    size_t wire_len;
    uint64_t began_us;  /* first send; 0 before it */
    kd_channel_end end; /* of the last try */
    uint8_t *reply;     /* owned; of any try, NULL without one */
    size_t reply_len;
    struct kd_exact *look; /* child */
    bool is_looking;       /* c-ares has brought nothing */
    bool asked_edns;       /* some try had EDNS */
};

/* Lets go of the channel and of the place in its window. */
static void query_abandon(struct kd_op *op)
{
    struct query *query = (struct query *)op;

    kd_tries_close(&query->tries);
    kd_gate_leave(&query->ticket);
}

static void query_finish(struct query *query, kd_outcome status)
{
    struct kd_query_result *result = &query->pub.result;

    query_abandon(&query->pub.op);
    result->status = status;
    if (query->began_us != 0) {
        result->duration_us = kd_clock_us() - query->began_us;
    }
    kd_op_finish(&query->pub.op, KD_OK);
}

static void query_note(struct query *query, const char *note)
{
    query->pub.result.note = kd_arena_strdup(query->arena, note);
}

/* Silence over UDP says nothing about TCP. */
static bool query_is_hopeless(const struct query *query)
{
    return query->server->is_given_up && query->kind != KD_CHANNEL_TCP;
}

static void query_enter(struct query *query)
{
    struct kd_op *op = &query->pub.op;

    if (kd_loop_is_cut(op->loop)) {
        query_finish(query, query->pub.result.is_truncated ? KD_OUT_TRUNCATED : KD_OUT_SKIPPED);
        return;
    }
    if (query_is_hopeless(query)) {
        query_note(query, "not asked: this server has not answered anything");
        query_finish(query, KD_OUT_SKIPPED);
        return;
    }
    if (query->kind == KD_CHANNEL_EDNS && query->server->has_no_edns) {
        query->kind = KD_CHANNEL_PLAIN;
    }
    op->step = QUERY_SEND;
    kd_gate_enter(&query->server->gate[query->kind], &query->ticket, op);
}

/* Something came of a try: JUDGE is the next step, whatever the question waits for. */
static void query_wake(struct query *query)
{
    struct kd_op *op = &query->pub.op;

    if (query->look != NULL) {
        kd_op_cancel(&query->look->op); /* its end brings our step */
        return;
    }
    op->step = QUERY_JUDGE;
    if (query->is_held || query->ticket.state == KD_TICKET_QUEUED) {
        query->is_held = false;
        kd_gate_leave(&query->ticket);
        kd_op_release(op);
    }
}

static void query_on_try(void *arg, kd_channel_kind kind, kd_channel_end end,
                         const uint8_t *wire, size_t len)
{
    struct query *query = arg;

    if (end == KD_CHANNEL_REPLY && query->reply == NULL) {
        query->kind = kind;
        query->reply = kd_xcalloc(len, 1);
        query->reply_len = len;
        memcpy(query->reply, wire, len);
        query_wake(query);
    } else if (query->is_held) {
        query->end = end;
        query_wake(query);
    }
}

/* False when the op has ended, because the name cannot be asked for. */
static bool query_build(struct query *query)
{
    struct kd_op *op = &query->pub.op;
    uint16_t id = 0;
    kd_status status;

    kd_random_bytes(&id, sizeof(id));
    status = kd_msg_build_query(query->name, query->type, id, query->kind == KD_CHANNEL_EDNS,
                                query->wire, &query->wire_len, &op->err);
    query->asked_edns = query->asked_edns || query->kind == KD_CHANNEL_EDNS;
    if (status != KD_OK) {
        query_abandon(op);
        kd_op_finish(op, status);
    }
    return status == KD_OK;
}

/* How long a try is waited for before the next one; a connection needs time of its own. */
static uint32_t query_wait_ms(const struct query *query)
{
    uint32_t try_ms = query->server->limits.try_ms;

    return query->kind == KD_CHANNEL_TCP ? kd_loop_connect_ms(query->pub.op.loop, try_ms)
                                         : try_ms;
}

static void query_send(struct query *query)
{
    struct kd_op *op = &query->pub.op;
    struct kd_channel *channel = kd_server_channel(query->server, query->kind);

    if (query_is_hopeless(query)) {
        /* learnt while this question stood in the queue */
        query_abandon(op);
        op->step = QUERY_QUEUE;
        return;
    }
    if (!query_build(query)) {
        return;
    }
    if (query->began_us == 0) {
        query->began_us = kd_clock_us();
    }
    query->pub.result.tries++;
    query->pub.result.is_tcp = query->kind == KD_CHANNEL_TCP;
    op->step = QUERY_JUDGE;
    query->is_held = true;
    kd_op_hold(op);
    kd_tries_send(&query->tries, channel, query->kind, query->wire, query->wire_len,
                  query_wait_ms(query));
    kd_server_update_window(query->server, query->kind);
}

/*
 * Asks again in another way; the outcome is not yet known. What c-ares has dropped once it would
 * drop again: then the look is repeated.
 */
static void query_again(struct query *query, kd_channel_kind kind)
{
    query->kind = kind;
    query->pub.op.step = query->is_looking && kind != KD_CHANNEL_TCP ? QUERY_TURN : QUERY_QUEUE;
}

static void query_end(struct query *query, kd_outcome status)
{
    struct kd_query_result *result = &query->pub.result;

    if (query->kind == KD_CHANNEL_TCP && result->is_truncated) {
        result->tcp_status = status;
        if (kd_outcome_is_silent(status)) {
            /* the part that came over UDP is all there is */
            status = KD_OUT_TRUNCATED;
        }
    }
    query_finish(query, status);
}

static uint32_t query_left_ms(const struct query *query)
{
    uint64_t spent_ms = (kd_clock_us() - query->began_us) / 1000;
    uint32_t limit_ms = query->server->limits.question_ms;

    return spent_ms < limit_ms ? (uint32_t)(limit_ms - spent_ms) : 0;
}

static bool query_has_edns(const struct query *query)
{
    return query->kind == KD_CHANNEL_EDNS;
}

/* Nothing readable came from c-ares. */
static void query_judge_silence(struct query *query)
{
    const struct kd_query_limits *limits = &query->server->limits;
    uint32_t left_ms = query_left_ms(query);

    if (query->kind == KD_CHANNEL_TCP) {
        query_note(query, query->end == KD_CHANNEL_FAILED
                              ? "the TCP connection was refused or closed"
                              : "no answer over TCP");
        query_end(query,
                  query->end == KD_CHANNEL_FAILED ? KD_OUT_CONN_REFUSED : KD_OUT_TIMEOUT);
        return;
    }
    if (query->end == KD_CHANNEL_UNREADABLE && query_has_edns(query)) {
        query->server->heard_edns = true;
    }
    if (query->end == KD_CHANNEL_TIMEOUT && query->pub.result.tries < limits->tries &&
        left_ms >= limits->try_ms && !query->server->is_given_up) {
        query_again(query, query->kind);
        return;
    }
    query->pub.op.step = QUERY_TURN;
}

/*
 * Only what had no EDNS was answered: from then on all is asked so. A server, or a box before it,
 * that drops what it does not know does this (RFC 6891 7).
 */
static void query_note_edns(struct query *query)
{
    struct kd_server *server = query->server;

    if (query->kind == KD_CHANNEL_PLAIN && query->asked_edns && !server->heard_edns) {
        server->has_no_edns = true;
        query->pub.result.is_edns_dropped = true;
        query_note(query, "answered without EDNS only");
    }
}

/* The server cannot EDNS, or says so: ask again without (RFC 6891 7). */
static bool query_falls_back(struct query *query, const struct kd_msg *msg)
{
    if (!query_has_edns(query)) {
        return false;
    }
    if (!msg->has_edns) {
        /* also what c-ares makes of FORMERR: it has asked again on its own */
        query->server->has_no_edns = true;
        query_note(query, "the server does not do EDNS");
    }
    return msg->rcode == RCODE_FORMERR || msg->rcode == RCODE_NOTIMP ||
           msg->rcode == RCODE_BADVERS;
}

/* Servers that cannot even read a question may leave it out of their error (RFC 1035 7.3). */
static bool query_is_bare_error(const struct kd_msg *msg)
{
    return msg->is_reply && msg->qname == NULL && msg->rcode != 0;
}

static void query_judge_message(struct query *query, struct kd_msg *msg)
{
    struct kd_query_result *result = &query->pub.result;
    kd_outcome status;

    result->msg = msg;
    result->rcode = msg->rcode;
    if (query_falls_back(query, msg)) {
        query->server->has_no_edns = true;
        query_again(query, KD_CHANNEL_PLAIN);
        return;
    }
    if (msg->is_truncated && query->kind != KD_CHANNEL_TCP) {
        query_note_edns(query);
        result->is_truncated = true;
        query_again(query, KD_CHANNEL_TCP);
        return;
    }
    if (query_is_bare_error(msg)) {
        query_note(query, "the reply is a header without the question");
        query_end(query, kd_outcome_from_rcode(msg->rcode));
        return;
    }
    query_note_edns(query);
    status =
        kd_msg_outcome(query->arena, msg, &result->alias, &result->nalias, &result->final_name);
    if (status == KD_OUT_MALFORMED) {
        query_note(query, "the aliases in the reply form a loop, or too long a chain");
    }
    query_end(query, status);
}

/* An unreadable datagram that says TC, or that c-ares may have cut. */
static bool query_is_cut(const uint8_t *wire, size_t len)
{
    return len == PLAIN_UDP_SIZE || (len >= HEADER_SIZE && (wire[2] & HEADER_TC) != 0);
}

static void query_judge_reply(struct query *query, const uint8_t *wire, size_t len)
{
    struct kd_msg *msg = kd_arena_alloc(query->arena, sizeof(*msg));
    struct kd_err err = {0};

    query->server->was_heard = true;
    query->server->is_given_up = false;
    query->server->heard_edns = query->server->heard_edns || query_has_edns(query);
    kd_tries_forget(&query->tries);
    if (kd_msg_parse(query->arena, wire, len, msg, &err) == KD_OK &&
        (query_is_bare_error(msg) ||
         kd_msg_check_reply(msg, query->name, query->type, &err) == KD_OK)) {
        query_judge_message(query, msg);
        return;
    }
    if (query->kind != KD_CHANNEL_TCP && query_is_cut(wire, len)) {
        query->pub.result.is_truncated = true;
        query_again(query, KD_CHANNEL_TCP);
        return;
    }
    query_note(query, err.text);
    query_end(query, KD_OUT_MALFORMED);
}

static void query_judge(struct query *query)
{
    uint8_t *reply = query->reply;

    kd_gate_leave(&query->ticket);
    query->reply = NULL;
    if (reply != NULL) {
        query_judge_reply(query, reply, query->reply_len);
        free(reply);
    } else {
        query_judge_silence(query);
    }
}

static void query_look(struct query *query)
{
    uint32_t left_ms = query_left_ms(query);

    if (query->server->is_given_up || left_ms < MIN_LOOK_MS) {
        kd_gate_leave(&query->ticket);
        query_end(query, query->server->is_given_up ? query->server->silence : KD_OUT_TIMEOUT);
        return;
    }
    query->kind = KD_CHANNEL_PLAIN;
    if (!query_build(query)) {
        return;
    }
    query->is_looking = true;
    query->pub.op.step = QUERY_LOOKED;
    query->pub.result.tries++;
    query->look = kd_exact_start(&query->pub.op, &query->server->endpoint, query->wire,
                                 query->wire_len, left_ms);
}

static void query_note_foreign(struct query *query, uint32_t nforeign)
{
    query->server->was_heard = true;
    query->pub.result.note =
        kd_arena_printf(query->arena, "%u replies carried another ID and were not taken",
                        (unsigned int)nforeign);
    query_end(query, KD_OUT_MALFORMED);
}

static void query_looked(struct query *query)
{
    const struct kd_exact *look = query->look;
    kd_outcome status = KD_OUT_TIMEOUT;

    query->look = NULL;
    if (query->reply != NULL) {
        query->pub.op.step = QUERY_JUDGE;
        return;
    }
    kd_gate_leave(&query->ticket);
    if (look->wire != NULL) {
        query_judge_reply(query, look->wire, look->len);
        return;
    }
    if (look->nforeign > 0) {
        query_note_foreign(query, look->nforeign);
        return;
    }
    if (kd_uv_is_local(look->uv_error)) {
        query_note(query, "this machine had no socket left to ask with");
        query_end(query, KD_OUT_SKIPPED);
        return;
    }
    if (look->uv_error != 0) {
        status = kd_uv_outcome(look->uv_error);
    }
    if (!query->server->was_heard && !kd_loop_is_cut(query->pub.op.loop)) {
        kd_server_give_up(query->server, status);
    }
    query_end(query, status);
}

static void query_step(struct kd_op *op)
{
    struct query *query = (struct query *)op;

    switch (op->step) {
    case QUERY_QUEUE:
        query_enter(query);
        return;
    case QUERY_SEND:
        query_send(query);
        return;
    case QUERY_JUDGE:
        query_judge(query);
        return;
    case QUERY_TURN:
        op->step = QUERY_LOOK;
        kd_gate_enter(&query->server->looks, &query->ticket, op);
        return;
    case QUERY_LOOK:
        query_look(query);
        return;
    case QUERY_LOOKED:
        query_looked(query);
        return;
    }
}

/*
 * The run ends. A server that was waited for through a whole try has been silent; one that was only
 * just asked has not, and nothing is said about it.
 */
static void query_cut(struct kd_op *op)
{
    struct query *query = (struct query *)op;
    struct kd_query_result *result = &query->pub.result;
    bool was_silent = result->tries > 1 && result->rcode < 0;

    if (query->reply != NULL) {
        return; /* its step is due, and will end here */
    }
    if (query->look != NULL) {
        return; /* it was cut, too, and its end brings our step */
    }
    if (result->is_truncated) {
        query_finish(query, KD_OUT_TRUNCATED);
        return;
    }
    query_note(query, result->tries > 0 ? "the run ended before an answer came"
                                        : "the run ended before it was asked");
    query_finish(query, was_silent ? KD_OUT_TIMEOUT : KD_OUT_SKIPPED);
}

static void query_describe(const struct kd_op *op, struct kd_buf *out)
{
    const struct query *query = (const struct query *)op;
    char server[KD_ENDPOINT_STRLEN];

    kd_buf_printf(out, "%s %s at %s, try %u", query->name,
                  kd_rr_type_str(query->arena, query->type),
                  kd_endpoint_str(&query->server->endpoint, server),
                  (unsigned int)query->pub.result.tries);
}

static void query_destroy(struct kd_op *op)
{
    free(((struct query *)op)->reply);
}

static const struct kd_op_class QUERY_CLASS = {
    .name = "query",
    .size = sizeof(struct query),
    .step = query_step,
    .abandon = query_abandon,
    .cut = query_cut,
    .describe = query_describe,
    .destroy = query_destroy,
};

static struct query *query_new(struct kd_op *parent, struct kd_server *server,
                               struct kd_arena *arena, const char *name, uint16_t type)
{
    struct query *query = (struct query *)kd_op_start(NULL, parent, &QUERY_CLASS);

    query->server = server;
    query->arena = arena;
    query->name = name;
    query->type = type;
    query->kind = KD_CHANNEL_EDNS;
    kd_tries_begin(&query->tries, query->pub.op.loop, query_on_try, query);
    query->pub.result.status = KD_OUT_SKIPPED;
    query->pub.result.tcp_status = KD_OUT_SKIPPED;
    query->pub.result.rcode = -1;
    return query;
}

struct kd_query *kd_query_start(struct kd_op *parent, struct kd_server *server,
                                struct kd_arena *arena, const char *name, uint16_t type)
{
    return &query_new(parent, server, arena, name, type)->pub;
}

struct kd_query *kd_query_start_tcp(struct kd_op *parent, struct kd_server *server,
                                    struct kd_arena *arena, const char *name, uint16_t type)
{
    struct query *query = query_new(parent, server, arena, name, type);

    query->kind = KD_CHANNEL_TCP;
    return &query->pub;
}
