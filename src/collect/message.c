/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message.c - messages of exact bytes: built and signed, sent, their replies checked and noted.
 */
#include "message.h"

#include <string.h>

#include "kmsdns/base/clock.h"
#include "kmsdns/base/rng.h"
#include "kmsdns/dns/chaos.h"
#include "note.h"

static struct kd_message message_new(const struct kd_message_path *path, const char *opcode,
                                     const char *name, const char *type)
{
    struct kd_message message = {
        .server = path->server,
        .signer = path->signer,
        .opcode = opcode,
        .name = name,
        .type = type,
    };

    kd_random_bytes(&message.id, sizeof(message.id));
    return message;
}

/* Signs and sends; the buffer is released. */
static void message_send(struct kd_message *message, const struct kd_message_path *path,
                         struct kd_buf *wire)
{
    struct kd_err err = {0};

    if (kd_signer_sign(path->signer, kd_clock_wall_s(), wire, &message->request, &err) ==
        KD_OK) {
        message->exchange = kd_exchange_start(
            path->parent, &path->server, (const uint8_t *)wire->data, wire->len, &path->params);
    } else {
        message->problem = kd_arena_strdup(path->arena, err.text);
    }
    kd_buf_done(wire);
}

struct kd_message kd_message_update(const struct kd_message_path *path,
                                    const struct kd_update *update, const char *name)
{
    struct kd_message message = message_new(path, "UPDATE", name, "SRV");
    struct kd_buf wire = {0};
    struct kd_err err = {0};

    message.zone = update->zone;
    if (kd_update_build(update, message.id, &wire, &err) == KD_OK) {
        message_send(&message, path, &wire);
    } else {
        message.problem = kd_arena_strdup(path->arena, err.text);
        kd_buf_done(&wire);
    }
    return message;
}

struct kd_message kd_message_question(const struct kd_message_path *path, const char *name,
                                      uint16_t type)
{
    struct kd_message message =
        message_new(path, "QUERY", name, kd_rr_type_str(path->arena, type));
    struct kd_buf wire = {0};
    struct kd_err err = {0};
    uint8_t bytes[KD_QUERY_MAX];
    size_t len = 0;

    message.question_type = type;
    if (kd_msg_build_query(name, type, message.id, false, bytes, &len, &err) == KD_OK) {
        kd_buf_add(&wire, (const char *)bytes, len);
        message_send(&message, path, &wire);
    } else {
        message.problem = kd_arena_strdup(path->arena, err.text);
    }
    return message;
}

struct kd_message kd_message_version(const struct kd_message_path *path)
{
    struct kd_message message = message_new(path, "QUERY", "version.bind.", "TXT");
    uint8_t bytes[KD_QUERY_MAX];
    size_t len = kd_chaos_build_version(message.id, bytes);

    message.exchange =
        kd_exchange_start(path->parent, &path->server, bytes, len, &path->params);
    return message;
}

static kd_reply_signature message_signature(const struct kd_message *message,
                                            const struct kd_signature *signature)
{
    switch (signature->state) {
    case KD_SIG_UNSIGNED:
        return message->signer != NULL ? KD_REPLY_SIGNATURE_UNSIGNED : KD_REPLY_SIGNATURE_NONE;
    case KD_SIG_GOOD:
        return KD_REPLY_SIGNATURE_GOOD;
    case KD_SIG_BAD_MAC:
    case KD_SIG_BAD_NAME:
    case KD_SIG_BAD_ALGORITHM:
    case KD_SIG_BAD_TIME:
    case KD_SIG_TRUNCATED_MAC:
    case KD_SIG_MALFORMED:
    case KD_SIG_ECHOED:
    case KD_SIG_COUNT:
        break;
    }
    return KD_REPLY_SIGNATURE_BAD;
}

/* Fills what the signature tells; returns what is odd about it, NULL for nothing. */
static const char *message_check(const struct kd_message *message,
                                 struct kd_message_answer *answer)
{
    struct kd_signature signature = {0};

    kd_signer_verify(message->signer, &message->request, kd_clock_wall_s(),
                     message->exchange->wire, message->exchange->len, &signature);
    answer->signature = message_signature(message, &signature);
    answer->tsig_error = signature.tsig_error > 0 ? signature.tsig_error : -1;
    if (signature.has_skew) {
        answer->skew_s = signature.skew_s;
    }
    return answer->signature == KD_REPLY_SIGNATURE_BAD
               ? kd_signature_state_text(signature.state)
               : NULL;
}

static uint32_t message_note(struct kd_facts *facts, const struct kd_message *message,
                             const struct kd_message_answer *answer, const char *note)
{
    const struct kd_exchange *exchange = message->exchange;
    struct kd_query_fact *fact = NULL;

    facts->query =
        kd_arena_grow(facts->arena, facts->query, facts->nquery, sizeof(*facts->query));
    fact = &facts->query[facts->nquery++];
    *fact = (struct kd_query_fact){
        .n = (uint32_t)facts->nquery,
        .server = message->server,
        .transport = exchange != NULL && exchange->is_tcp ? KD_TRANSPORT_TCP : KD_TRANSPORT_UDP,
        .opcode = message->opcode,
        .name = message->name,
        .type = message->type,
        .status = answer->status,
        .rcode = answer->rcode,
        .tsig_error = answer->tsig_error,
        .tries = exchange != NULL ? exchange->tries : 0,
        .duration_us = exchange != NULL ? exchange->duration_us : 0,
        .note = kd_arena_strdup(facts->arena, note),
    };
    return fact->n;
}

static struct kd_message_answer message_begin_answer(const struct kd_message *message)
{
    return (struct kd_message_answer){
        .status = message->exchange != NULL ? message->exchange->status : KD_OUT_SKIPPED,
        .rcode = -1,
        .tsig_error = -1,
        .skew_s = KD_SKEW_UNKNOWN,
    };
}

struct kd_message_answer kd_message_read_update(struct kd_facts *facts,
                                                const struct kd_message *message)
{
    struct kd_message_answer answer = message_begin_answer(message);
    struct kd_update_reply reply = {0};
    struct kd_err err = {0};
    const char *note = message->problem;

    if (message->exchange != NULL && message->exchange->wire != NULL) {
        note = message_check(message, &answer);
        if (kd_update_reply_parse(message->exchange->wire, message->exchange->len, message->id,
                                  message->zone, &reply, &err) == KD_OK) {
            answer.rcode = reply.rcode;
            answer.status = kd_outcome_from_rcode(reply.rcode);
        } else {
            answer.status = KD_OUT_MALFORMED;
            note = err.text;
        }
    }
    answer.query = message_note(facts, message, &answer, note);
    return answer;
}

struct kd_message_answer kd_message_read_question(struct kd_facts *facts,
                                                  const struct kd_message *message,
                                                  struct kd_msg **ret_msg)
{
    struct kd_message_answer answer = message_begin_answer(message);
    struct kd_msg *msg = kd_arena_alloc(facts->arena, sizeof(*msg));
    struct kd_err err = {0};
    const char *note = message->problem;

    *ret_msg = NULL;
    if (message->exchange != NULL && message->exchange->wire != NULL) {
        note = message_check(message, &answer);
        if (kd_msg_parse(facts->arena, message->exchange->wire, message->exchange->len, msg,
                         &err) == KD_OK &&
            kd_msg_check_reply(msg, message->name, message->question_type, &err) == KD_OK) {
            answer.rcode = msg->rcode;
            answer.status = kd_msg_outcome(facts->arena, msg, NULL, NULL, NULL);
            *ret_msg = msg;
        } else {
            answer.status = KD_OUT_MALFORMED;
            note = err.text;
        }
    }
    answer.query = message_note(facts, message, &answer, note);
    return answer;
}

struct kd_message_answer kd_message_read_srv(struct kd_facts *facts,
                                             const struct kd_message *message,
                                             struct kd_srv **ret_set, size_t *ret_n)
{
    struct kd_msg *msg = NULL;
    const char *owner = NULL;
    struct kd_message_answer answer = kd_message_read_question(facts, message, &msg);

    *ret_set = NULL;
    *ret_n = 0;
    if (msg != NULL) {
        kd_msg_outcome(facts->arena, msg, NULL, NULL, &owner);
    }
    if (owner != NULL) {
        *ret_n = kd_note_srv(facts, msg, owner, ret_set);
    }
    return answer;
}

const char *kd_message_read_version(struct kd_facts *facts, const struct kd_message *message)
{
    const struct kd_exchange *exchange = message->exchange;
    struct kd_message_answer answer = message_begin_answer(message);
    const char *text = NULL;

    if (exchange == NULL || exchange->wire == NULL) {
        return NULL; /* BIND limits these answers: silence says nothing about the server */
    }
    text = kd_chaos_read_version(facts->arena, exchange->wire, exchange->len);
    answer.status = text != NULL ? KD_OUT_NOERROR : KD_OUT_NODATA;
    message_note(facts, message, &answer, text != NULL ? text : "the server does not tell");
    return text;
}
