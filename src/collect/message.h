/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_COLLECT_MESSAGE_H
#define KMSDNS_COLLECT_MESSAGE_H

#include "kmsdns/async/exchange.h"
#include "kmsdns/dns/signer.h"
#include "kmsdns/dns/update.h"
#include "kmsdns/facts/facts.h"

/*
 * A message that is sent as exact bytes, signed or not, on its way into the facts: updates, signed
 * questions, and the question for a server's version.
 */
struct kd_message {
    struct kd_exchange *exchange; /* owned by its parent; NULL when it is not sent at all */
    struct kd_endpoint server;
    struct kd_signer *signer; /* borrowed; NULL is unsigned */
    struct kd_signed request;
    uint16_t id;
    const char *opcode, *name, *type; /* for the evidence */
    uint16_t question_type;           /* of a question */
    const char *zone;                 /* of an update */
    const char *problem;              /* why it was not sent; NULL when it was */
};

/* What came of it. */
struct kd_message_answer {
    kd_outcome status;
    int32_t rcode;      /* -1 without a reply */
    int32_t tsig_error; /* -1 without one */
    kd_reply_signature signature;
    int64_t skew_s; /* KD_SKEW_UNKNOWN without one */
    uint32_t query; /* its number in the evidence */
};

/* Whom a message goes to, and as whom. */
struct kd_message_path {
    struct kd_op *parent;   /* owns the exchange */
    struct kd_arena *arena; /* borrowed */
    struct kd_endpoint server;
    struct kd_signer *signer; /* must outlive the exchange; NULL is unsigned; borrowed */
    struct kd_exchange_params params;
};

/** Send an update of a service's name; name is told in the evidence. */
struct kd_message kd_message_update(const struct kd_message_path *path,
                                    const struct kd_update *update, const char *name);

/** Ask a question, signed as the path says. */
struct kd_message kd_message_question(const struct kd_message_path *path, const char *name,
                                      uint16_t type);

/** Ask for the server's version (version.bind, CH TXT: RFC 4892 2). */
struct kd_message kd_message_version(const struct kd_message_path *path);

/** Read the reply to an update, check its signature, and note it in the facts. */
struct kd_message_answer kd_message_read_update(struct kd_facts *facts,
                                                const struct kd_message *message);

/**
 * Read the reply to a question.
 *
 * ret_msg  the reply, in the facts' arena; NULL if it cannot be read
 */
struct kd_message_answer kd_message_read_question(struct kd_facts *facts,
                                                  const struct kd_message *message,
                                                  struct kd_msg **ret_msg);

/** The SRV set that a question was answered with; see kd_question_srv. */
struct kd_message_answer kd_message_read_srv(struct kd_facts *facts,
                                             const struct kd_message *message,
                                             struct kd_srv **ret_set, size_t *ret_n);

/** The server's version text, in the facts' arena; NULL if it does not tell. */
const char *kd_message_read_version(struct kd_facts *facts, const struct kd_message *message);

#endif
