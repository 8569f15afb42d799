/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * query.c - one question to one server, with all its tries, to one outcome.
 *
 *   QUEUE  wait for a place in the channel's window
 *   SEND   build the question and send it once
 *   JUDGE  read what came: done, or again without EDNS, over TCP, or because nothing came
 *   TURN   nothing came: wait for a turn at an exact look
 *   LOOK   ask once more through a socket of our own, which hides nothing
 *   LOOKED the look's reply is read as any other; silence is the outcome now
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
    kd_channel_kind kind; /* of the try under way */
    struct kd_gate_ticket ticket;
    struct kd_channel_slot *slot; /* channel's; NULL when nothing is under way */
    uint8_t wire[KD_QUERY_MAX];
    size_t wire_len;
    uint64_t began_us;     /* first send; 0 before it */
    uint64_t try_began_us; /* last send */
    kd_channel_end end;    /* of the last try */
    uint8_t *reply;        /* owned; of the last try, NULL without one */
    size_t reply_len;
    struct kd_exact *look; /* child */
    bool is_looking;       /* c-ares has brought nothing */
};

static void query_finish(struct query *query, kd_outcome status)
{
    struct kd_query_result *result = &query->pub.result;

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

/* Lets go of the channel and of the place in its window. */
static void query_abandon(struct kd_op *op)
{
    struct query *query = (struct query *)op;

    kd_channel_forget(query->slot);
    query->slot = NULL;
    kd_gate_leave(&query->ticket);
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

static void query_on_reply(void *arg, kd_channel_end end, const uint8_t *wire, size_t len)
{
    struct query *query = arg;

    query->slot = NULL;
    query->end = end;
    if (end == KD_CHANNEL_REPLY) {
        query->reply = kd_xcalloc(len, 1);
        query->reply_len = len;
        memcpy(query->reply, wire, len);
    }
    kd_op_release(&query->pub.op);
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
    if (status != KD_OK) {
        query_abandon(op);
        kd_op_finish(op, status);
    }
    return status == KD_OK;
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
    query->try_began_us = kd_clock_us();
    if (query->began_us == 0) {
        query->began_us = query->try_began_us;
    }
    query->pub.result.tries++;
    query->pub.result.is_tcp = query->kind == KD_CHANNEL_TCP;
    op->step = QUERY_JUDGE;
    kd_op_hold(op);
    query->slot = kd_channel_send(channel, query->wire, query->wire_len, query_on_reply, query);
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

/* Nothing readable came from c-ares. */
static void query_judge_silence(struct query *query)
{
    const struct kd_query_limits *limits = &query->server->limits;
    uint32_t left_ms = query_left_ms(query);

    if (query->kind == KD_CHANNEL_TCP) {
        query_note(query, query->end == KD_CHANNEL_TIMEOUT
                              ? "no answer over TCP"
                              : "the TCP connection was refused or closed");
        query_end(query,
                  query->end == KD_CHANNEL_TIMEOUT ? KD_OUT_TIMEOUT : KD_OUT_CONN_REFUSED);
        return;
    }
    if (query->end == KD_CHANNEL_TIMEOUT && query->pub.result.tries < limits->tries &&
        left_ms >= limits->try_ms && !query->server->is_given_up) {
        query_again(query, query->kind);
        return;
    }
    query->pub.op.step = QUERY_TURN;
}

static bool query_has_edns(const struct query *query)
{
    return query->kind == KD_CHANNEL_EDNS;
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
        result->is_truncated = true;
        query_again(query, KD_CHANNEL_TCP);
        return;
    }
    if (query_is_bare_error(msg)) {
        query_note(query, "the reply is a header without the question");
        query_end(query, kd_outcome_from_rcode(msg->rcode));
        return;
    }
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
    uint32_t try_ms = query->server->limits.try_ms;

    if (query->server->is_given_up || left_ms < MIN_LOOK_MS) {
        kd_gate_leave(&query->ticket);
        query_end(query, query->server->is_given_up ? query->server->silence : KD_OUT_TIMEOUT);
        return;
    }
    if (!query_build(query)) {
        return;
    }
    query->is_looking = true;
    query->pub.op.step = QUERY_LOOKED;
    query->pub.result.tries++;
    query->try_began_us = kd_clock_us();
    query->look = kd_exact_start(&query->pub.op, &query->server->endpoint, query->wire,
                                 query->wire_len, left_ms < try_ms ? left_ms : try_ms);
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
    query_abandon(op);
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
