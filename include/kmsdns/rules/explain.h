/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RULES_EXPLAIN_H
#define KMSDNS_RULES_EXPLAIN_H

#include "kmsdns/base/arena.h"
#include "kmsdns/rules/rule.h"

/*
 * What a code, an rcode, an event, a finding or a few words mean for KMS and its DNS records.
 * Answers come from the tables of this floor alone: no facts, no questions.
 */

/* What an explanation is about. */
#define KD_EXPLAIN_MAP(XX) \
    XX(CODE, "code")       \
    XX(RCODE, "rcode")     \
    XX(TSIG, "tsig-error") \
    XX(EVENT, "event")     \
    XX(FINDING, "finding") \
    XX(CAUSE, "cause")     \
    XX(TOPIC, "topic")

typedef enum kd_explain_kind {
#define XX(name, text) KD_EXPLAIN_##name,
    KD_EXPLAIN_MAP(XX)
#undef XX
    KD_EXPLAIN_COUNT
} kd_explain_kind;

/* Vendor texts that contradict each other. */
struct kd_conflict {
    const char *about; /* ids of what it belongs to, parted by blanks */
    const char *point; /* what it is about, a clause */
    const char *text_a, *source_a;
    const char *text_b, *source_b;
    const char *here; /* what kmsdns takes for true, or how to tell */
};

/* One of several causes. */
struct kd_explain_cause {
    const char *text;     /* a finished sentence */
    const char *check;    /* command line of kmsdns that looks at it; NULL if none can */
    const char *findings; /* ids that confirm it, ", " between them; NULL if none can */
    struct kd_fix fix[KD_MAX_FIXES]; /* places filled in; ends at the first NULL */
    size_t same_as; /* the fixes are those of this earlier cause, from 1; 0: its own */
};

struct kd_explanation {
    kd_explain_kind kind;
    const char *id;      /* "0x80072338", "REFUSED", "12293", "SRV-ABSENT", "second-host" */
    const char *name;    /* "0x80072338 (9016, DNS_ERROR_RCODE_BADSIG)" */
    const char *meaning; /* what it means here, a clause */
    const char *more;    /* sentences; NULL */
    const char *where;   /* where it shows; NULL */
    const char *next;    /* the command line to begin with */
    const char *about;   /* what next does, a clause */
    struct kd_explain_cause *cause; /* the likeliest first */
    size_t ncause;
    const struct kd_conflict **conflict;
    size_t nconflict;
    const char *source;
    const char *see; /* ids of related things, ", " between them; NULL */
};

struct kd_explain {
    const char *asked;
    struct kd_explanation *found; /* what matters most for KMS first */
    size_t nfound;
    const char **nearest; /* when nothing was found: what there is that is spelt like it */
    size_t nnearest;
    const char *hint; /* when nothing was found: what else can be done; NULL */
};

/** "code", "finding"; constant. */
const char *kd_explain_kind_str(kd_explain_kind kind);

/**
 * Explain what somebody typed or pasted.
 *
 * arena    for all that is returned
 * asked    any text, not NULL; longer than KD_EXPLAIN_MAX is cut                    borrowed
 * returns  never NULL; nfound is 0 when nothing like it is known
 */
const struct kd_explain *kd_explain(struct kd_arena *arena, const char *asked);

#define KD_EXPLAIN_MAX 4096

/**
 * The code that a text is about, for `diagnose --code`: a code, or the id of an event when the
 * text holds no code.
 *
 * returns  KD_OK; KD_ENOTFOUND with a sentence that names the nearest ones
 */
kd_status kd_explain_code(const char *asked, uint32_t *ret, struct kd_err *err);

#endif
