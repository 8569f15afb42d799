/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * note.c - from an ended question to facts: the evidence row, and the records it found.
 */
#include "note.h"

#include <stdlib.h>
#include <string.h>

#include "kmsdns/dns/name.h"

struct kd_question kd_question_start(struct kd_op *parent, struct kd_server *server,
                                     struct kd_arena *arena, const char *name, uint16_t type)
{
    struct kd_question question = {NULL, server, name, type};

    /* a name too long to be asked for is not asked for */
    if (name != NULL) {
        question.query = kd_query_start(parent, server, arena, name, type);
    }
    return question;
}

struct kd_question kd_question_start_tcp(struct kd_op *parent, struct kd_server *server,
                                         struct kd_arena *arena, const char *name,
                                         uint16_t type)
{
    struct kd_question question = {NULL, server, name, type};

    question.query = kd_query_start_tcp(parent, server, arena, name, type);
    return question;
}

uint32_t kd_note_question(struct kd_facts *facts, const struct kd_question *question)
{
    const struct kd_query_result *result = NULL;
    struct kd_query_fact *fact = NULL;

    if (question->query == NULL) {
        return 0;
    }
    result = &question->query->result;
    facts->query =
        kd_arena_grow(facts->arena, facts->query, facts->nquery, sizeof(*facts->query));
    fact = &facts->query[facts->nquery++];
    fact->n = (uint32_t)facts->nquery;
    fact->server = *kd_server_endpoint(question->server);
    fact->transport = result->is_tcp ? KD_TRANSPORT_TCP : KD_TRANSPORT_UDP;
    fact->opcode = "QUERY";
    fact->name = question->name;
    fact->type = kd_rr_type_str(facts->arena, question->type);
    fact->status = result->status;
    fact->rcode = result->rcode;
    fact->tsig_error = -1;
    fact->tries = result->tries;
    fact->duration_us = result->duration_us;
    fact->is_authoritative = result->msg != NULL && result->msg->is_authoritative;
    fact->has_edns = result->msg != NULL && result->msg->has_edns;
    fact->note = result->note;
    fact->is_edns_dropped = result->is_edns_dropped;
    return fact->n;
}

kd_outcome kd_question_status(const struct kd_question *question)
{
    return question->query != NULL ? question->query->result.status : KD_OUT_SKIPPED;
}

size_t kd_note_srv(struct kd_facts *facts, const struct kd_msg *msg, const char *owner,
                   struct kd_srv **ret)
{
    struct kd_srv *set = NULL;
    size_t n = 0;

    for (size_t i = 0; i < msg->nanswer; i++) {
        const struct kd_rr *rr = &msg->answer[i];

        if (rr->type != KD_RR_SRV || strcmp(rr->owner, owner) != 0) {
            continue;
        }
        set = kd_arena_grow(facts->arena, set, n, sizeof(*set));
        set[n++] = (struct kd_srv){rr->u.srv.priority, rr->u.srv.weight, rr->u.srv.port,
                                   rr->u.srv.target, rr->ttl_s};
    }
    if (n > 0) {
        qsort(set, n, sizeof(*set), kd_srv_compare);
    }
    *ret = set;
    return n;
}

size_t kd_question_srv(struct kd_facts *facts, const struct kd_question *question,
                       struct kd_srv **ret)
{
    const struct kd_query_result *result =
        question->query != NULL ? &question->query->result : NULL;

    *ret = NULL;
    if (result == NULL || result->msg == NULL || result->final_name == NULL) {
        return 0;
    }
    return kd_note_srv(facts, result->msg, result->final_name, ret);
}

static void note_add_address(struct kd_facts *facts, const struct kd_addr *addr,
                             struct kd_address_fact **address, size_t *n)
{
    for (size_t i = 0; i < *n; i++) {
        if (kd_addr_equal(&(*address)[i].addr, addr)) {
            return;
        }
    }
    *address = kd_arena_grow(facts->arena, *address, *n, sizeof(**address));
    (*address)[*n].addr = *addr;
    (*address)[*n].tcp = KD_REACH_SKIPPED;
    (*n)++;
}

void kd_question_addresses(struct kd_facts *facts, const struct kd_question *question,
                           struct kd_address_fact **address, size_t *n)
{
    const struct kd_query_result *result = NULL;

    if (question->query == NULL) {
        return; /* there was no room for the name */
    }
    result = &question->query->result;
    if (result->msg == NULL || result->final_name == NULL) {
        return;
    }
    for (size_t i = 0; i < result->msg->nanswer; i++) {
        const struct kd_rr *rr = &result->msg->answer[i];

        if (rr->type == question->type && strcmp(rr->owner, result->final_name) == 0) {
            note_add_address(facts, &rr->u.addr, address, n);
        }
    }
}

const char *kd_question_alias(const struct kd_question *question)
{
    const struct kd_query_result *result = NULL;

    if (question->query == NULL) {
        return NULL;
    }
    result = &question->query->result;
    return result->nalias > 0 ? result->alias[result->nalias - 1].target : NULL;
}

kd_outcome kd_outcome_worse(kd_outcome a, kd_outcome b)
{
    if (!kd_outcome_is_usable(a)) {
        return a;
    }
    if (!kd_outcome_is_usable(b)) {
        return b;
    }
    return a > b ? a : b;
}
