/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_COLLECT_NOTE_H
#define KMSDNS_COLLECT_NOTE_H

#include "kmsdns/async/query.h"
#include "kmsdns/facts/facts.h"

/* A question on its way into the facts: the op, and what it asks. */
struct kd_question {
    struct kd_query *query; /* owned by its parent; NULL when it is not asked at all */
    struct kd_server *server;
    const char *name; /* canonical */
    uint16_t type;
};

/** Start a question. */
struct kd_question kd_question_start(struct kd_op *parent, struct kd_server *server,
                                     struct kd_arena *arena, const char *name, uint16_t type);

/** The same over TCP from the first. */
struct kd_question kd_question_start_tcp(struct kd_op *parent, struct kd_server *server,
                                         struct kd_arena *arena, const char *name,
                                         uint16_t type);

/**
 * Note an ended question in the facts.
 *
 * returns  its number; 0 when it was not started
 */
uint32_t kd_note_question(struct kd_facts *facts, const struct kd_question *question);

/** How an ended question ended; SKIPPED when it was not started. */
kd_outcome kd_question_status(const struct kd_question *question);

/**
 * The SRV records that an ended question found, sorted.
 *
 * ret      in the facts' arena; NULL without any
 * returns  how many
 */
size_t kd_question_srv(struct kd_facts *facts, const struct kd_question *question,
                       struct kd_srv **ret);

/** The same of a reply; owner is the name at the end of its aliases. */
size_t kd_note_srv(struct kd_facts *facts, const struct kd_msg *msg, const char *owner,
                   struct kd_srv **ret);

/**
 * The addresses that an ended question found, added to an array that holds each once.
 *
 * address, n   the array in the arena; grows
 */
void kd_question_addresses(struct kd_facts *facts, const struct kd_question *question,
                           struct kd_address_fact **address, size_t *n);

/** The name at the end of the chain of aliases, NULL without one. */
const char *kd_question_alias(const struct kd_question *question);

/** Of two questions about one name, the worse status: the less we know, the worse. */
kd_outcome kd_outcome_worse(kd_outcome a, kd_outcome b);

#endif
