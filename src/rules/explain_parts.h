/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RULES_EXPLAIN_PARTS_H
#define KMSDNS_RULES_EXPLAIN_PARTS_H

#include "kmsdns/rules/cause.h"
#include "kmsdns/rules/codes.h"
#include "kmsdns/rules/explain.h"
#include "topics.h"

/* What the files of explain share: readings of a text, and words. */

/* One thing that the text can mean. */
struct kd_reading {
    kd_explain_kind kind;
    const void
        *row; /* kd_code, kd_rcode_row, kd_event_row, kd_rule, kd_cause_row or kd_topic */
};

struct kd_readings {
    struct kd_arena *arena;
    struct kd_reading *item; /* in the order found, no doubles */
    size_t n;
    bool has_words;     /* there are words besides, or what was read may be a mere word */
    const char *domain; /* quoted in the text of an event, canonical; NULL */
};

/* A text in pieces of letters, digits, "_", "-" and ".". */
struct kd_pieces {
    const char **at; /* lower case */
    size_t n;
};

#define KD_MAX_PIECES 128

/** True if two texts are the same in either case of ASCII letters. */
bool kd_explain_same(const char *a, const char *b);

/** A lower case copy. */
const char *kd_explain_lower(struct kd_arena *arena, const char *text);

/** Cut a text into pieces; a closing dot and quotes belong to none. */
struct kd_pieces kd_explain_pieces(struct kd_arena *arena, const char *text);

/** Add a reading unless it is there. */
void kd_explain_add(struct kd_readings *readings, kd_explain_kind kind, const void *row);

/** What the text names: codes, names, ids, events by their words. */
void kd_explain_read(struct kd_readings *readings, const char *asked);

/** What the words of the text are about: topics, findings, causes; at most four. */
void kd_explain_search(struct kd_readings *readings, const char *asked);

/** Names that are spelt like the text, the nearest first. */
const char **kd_explain_nearest(struct kd_arena *arena, const char *asked, size_t *ret_n);

#define KD_MAX_NEAREST 5

/** The part of a symbol behind what all of its kind begin with: "BADSIG". */
const char *kd_explain_short_symbol(const char *symbol);

/** Turn a reading into an explanation. */
void kd_explain_tell(struct kd_readings *readings, const struct kd_reading *reading,
                     struct kd_explanation *ret);

#endif
