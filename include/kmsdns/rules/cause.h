/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RULES_CAUSE_H
#define KMSDNS_RULES_CAUSE_H

#include "kmsdns/rules/rule.h"

/*
 * Few causes above many findings. A cause is a row: the findings that prove it, how surely, and
 * those that follow from it. What no cause explains stays a finding on its own: nothing is
 * invented for it.
 */

/* Order matters: a larger value is surer. NONE is for checks: not this cause. */
#define KD_CONFIDENCE_MAP(XX) \
    XX(NONE, "none")          \
    XX(POSSIBLE, "possible")  \
    XX(PROBABLE, "probable")  \
    XX(PROVED, "proved")

typedef enum kd_confidence {
#define XX(name, text) KD_CONFIDENCE_##name,
    KD_CONFIDENCE_MAP(XX)
#undef XX
    KD_CONFIDENCE_COUNT
} kd_confidence;

/* What two findings must share to belong together. */
#define KD_NEAR_MAP(XX)                                                     \
    XX(ROW)     /* as the row says */                                       \
    XX(RUN)     /* nothing: it is about the whole run */                    \
    XX(DOMAIN)  /* the domain */                                            \
    XX(ZONE)    /* the zone that holds their domains */                     \
    XX(SERVER)  /* the server */                                            \
    XX(TARGET)  /* the host that the record names */                        \
    XX(SUBJECT) /* the subject; or the one's subject is the other's host */ \
    XX(PRIMARY) /* the second's server is the primary of the first's domain */

typedef enum kd_near {
#define XX(name) KD_NEAR_##name,
    KD_NEAR_MAP(XX)
#undef XX
    KD_NEAR_COUNT
} kd_near;

#define KD_CAUSE_MAX_PROOFS  5
#define KD_CAUSE_MAX_EFFECTS 18
#define KD_CAUSE_MAX_RIVALS  3

/* A finding that raises the cause; with another one beside it unless that is NULL. */
struct kd_cause_proof {
    const char *id;
    kd_confidence confidence;
    const char *with;
    kd_near with_near;
};

/* A finding that follows from the cause. */
struct kd_cause_effect {
    const char *id;
    kd_near near;
};

/* What a check looks at: one finding that would raise the cause. */
struct kd_cause_look {
    const struct kd_facts *facts;
    const struct kd_judgement *judgement;
    const struct kd_finding *proof;
    kd_confidence told; /* by the table */
};

/** Pure: how sure the cause is with this proof; KD_CONFIDENCE_NONE when it is not this cause. */
typedef kd_confidence kd_cause_fn(const struct kd_cause_look *look);

struct kd_cause_row {
    const char *id;    /* "CAUSE-TYPO", stable for ever */
    const char *title; /* a clause of few words */
    const char
        *text; /* a clause; places as in fixes, and one of {subjects}, {hosts}, {silent_hosts},
                  {answer}, {silence}, and {code} of an event */
    kd_near near;                                     /* what the proofs of one cause share */
    struct kd_cause_proof proof[KD_CAUSE_MAX_PROOFS]; /* ends at the first NULL */
    struct kd_cause_effect effect[KD_CAUSE_MAX_EFFECTS]; /* ends at the first NULL */
    const uint32_t *code; /* Windows codes of the EVT-12293 that belong here; NULL: all; ends at
                             0 */
    const char *every;    /* what no resolver does if it is so of each: "answers"; or NULL */
    uint32_t opens;       /* mask of kd_need: what is not judged because of it */
    kd_cause_fn *check;   /* NULL: the table alone decides */
    struct kd_fix fix[KD_MAX_FIXES];        /* none: that of the finding */
    const char *decides;                    /* what to do to be sure, a sentence */
    const char *rival[KD_CAUSE_MAX_RIVALS]; /* rows above that do not explain this one away */
};

struct kd_cause {
    const struct kd_cause_row *row;
    kd_confidence confidence;
    kd_severity severity; /* of its worst finding */
    const char *subject;
    const char *text; /* a clause, places filled in */
    struct kd_fix fix[KD_MAX_FIXES];
    const char *decides;               /* NULL: proved, and nothing competes */
    const struct kd_finding **finding; /* of the judgement, in its order */
    size_t nfinding;
    const struct kd_rule **open; /* not judged because of it; each once */
    size_t nopen;
    const struct kd_cause_row **rival; /* rows of causes that would explain the same */
    size_t nrival;
    uint32_t *queries; /* of its findings, each once */
    size_t nqueries;
};

/** "proved"; constant. */
const char *kd_confidence_str(kd_confidence confidence);

/** All rows, the deeper causes first: one may explain away only what stands below it. */
const struct kd_cause_row *const *kd_cause_rows(size_t *ret_n);

/** The row with an id, in any case of letters; NULL if there is none. */
const struct kd_cause_row *kd_cause_row_by_id(const char *id);

/**
 * Find the causes of a judgement's findings, which are sorted already.
 *
 * Sets judgement->cause and ncause: by confidence, severity of the worst finding, id, subject.
 * Pointers go into judgement->finding, which must not move any more. Needs facts->arena.
 */
void kd_causes_find(const struct kd_facts *facts, struct kd_judgement *judgement);

/**
 * What is so of every resolver, in one clause: "none of the 2 resolvers answers: 192.0.2.53:53 is
 * silent and 192.0.2.54:53 is closed"; NULL if it is not, or if there is only one resolver.
 */
const char *kd_cause_every(const struct kd_facts *facts, const struct kd_judgement *judgement,
                           const struct kd_cause_row *row);

/** The first cause that has the finding with this place; NULL: it stands on its own. */
const struct kd_cause *kd_cause_of(const struct kd_judgement *judgement, size_t finding);

#endif
