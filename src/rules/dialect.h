/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RULES_DIALECT_H
#define KMSDNS_RULES_DIALECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kmsdns/dns/signer.h"
#include "kmsdns/facts/facts.h"

/*
 * Servers answer the same refusal differently, and mean different things by the same answer.
 * Two tables: the servers and how they are recognised, and what an answer can mean there.
 */

#define KD_DIALECT_MAP(XX) \
    XX(UNKNOWN)            \
    XX(BIND_NEW)           \
    XX(BIND_OLD)           \
    XX(KNOT)               \
    XX(POWERDNS)           \
    XX(NSD)                \
    XX(SAMBA)              \
    XX(WINDOWS)

typedef enum kd_dialect {
#define XX(name) KD_DIALECT_##name,
    KD_DIALECT_MAP(XX)
#undef XX
    KD_DIALECT_COUNT
} kd_dialect;

/* When the right to write is tested, and when the prerequisites of an update. */
typedef enum kd_order {
    KD_ORDER_UNKNOWN,
    KD_ORDER_RIGHT_FIRST,
    KD_ORDER_PREREQUISITES_FIRST,
    KD_ORDER_TWO_GATES, /* the zone's rule first, the record's behind the prerequisites */
} kd_order;

struct kd_dialect_row {
    kd_dialect dialect;
    const char *name;    /* for people */
    const char *version; /* part of its version text, lower case; NULL: it tells none */
    const char *answers; /* how it is known without a version; NULL: not at all */
    kd_order order;
    kd_dialect like; /* whose meanings hold where it has none of its own */
    const char *source;
};

/* Who was answered. */
typedef enum kd_asker {
    KD_ASKER_ANYONE,     /* in the table: whoever asks */
    KD_ASKER_NOBODY,     /* an unsigned request */
    KD_ASKER_UNVERIFIED, /* a key of which nobody knows whether it was accepted */
    KD_ASKER_ACCEPTED,   /* a key that the server accepts: it signed a reply with it */
    KD_ASKER_LET_IN,     /* … and whose other updates it lets in: the zone takes updates */
} kd_asker;

#define KD_MAX_CAUSES 4

/* What one answer to an update can mean at one server. */
struct kd_dialect_meaning {
    kd_dialect dialect;
    kd_outcome outcome;
    int32_t tsig_error; /* KD_TSIG_* or another number */
    kd_asker asker;
    const char *cause[KD_MAX_CAUSES]; /* the likeliest first; ends at the first NULL */
    const char *next;                 /* a sentence: what to look at */
    const char *source;
};

/* Which server this is, and how we know. */
struct kd_dialect_guess {
    const struct kd_dialect_row *row;
    bool is_by_version;
    bool is_by_answers;
};

/** All servers, one row each, in the order of kd_dialect. */
const struct kd_dialect_row *kd_dialect_rows(size_t *ret_n);

/** All meanings; of one server, outcome and error the row for a certain asker comes first. */
const struct kd_dialect_meaning *kd_dialect_meanings(size_t *ret_n);

/**
 * Recognise a server by its version text, and without one by its answers to the probes.
 *
 * domain   of the update: its zone's servers tell who is authoritative       borrowed
 * returns  .row is never NULL; KD_DIALECT_UNKNOWN's when nothing fits
 */
struct kd_dialect_guess kd_dialect_guess(const struct kd_domain_fact *domain,
                                         const struct kd_update_fact *update);

/** True if a reply shows that the server knows the key, its secret and the time. */
bool kd_dialect_key_is_accepted(const struct kd_update_fact *update);

/** Who asks, for kd_dialect_meaning_of; never KD_ASKER_ANYONE. */
kd_asker kd_dialect_asker(const struct kd_update_fact *update);

/** The tested order; what the controls of this update show counts more than the table. */
kd_order kd_dialect_order(const struct kd_dialect_guess *guess,
                          const struct kd_update_fact *update);

/**
 * What an answer can mean.
 *
 * tsig_error  -1 is taken as none
 * returns     NULL when no row of the server, of its like or of the unknown server fits
 */
const struct kd_dialect_meaning *kd_dialect_meaning_of(kd_dialect dialect, kd_outcome outcome,
                                                       int32_t tsig_error, kd_asker asker);

/** "BADKEY", "BADSIG" and so on; NULL without an error. */
const char *kd_dialect_tsig_str(int32_t tsig_error);

#endif
