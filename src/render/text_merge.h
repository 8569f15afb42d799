/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RENDER_TEXT_MERGE_H
#define KMSDNS_RENDER_TEXT_MERGE_H

#include "kmsdns/rules/merge.h"
#include "text.h"

/* What the files that tell a comparison share: lists, and answers with what makes them differ. */

/* A list in a sentence, of which only the first few are named. */
struct kd_text_list {
    struct kd_buf buf;
    size_t n, max;
};

/** Append one more; beyond the first few, and where the text gets long, it is only counted. */
void kd_text_list_add(struct kd_text_list *list, const char *safe);

/** "a, b +3"; lives in the arena, the list is empty then. */
const char *kd_text_list_end(const struct kd_text *text, struct kd_text_list *list);

/** An answer of which only the first few parts are told, all of them when asked for more. */
const char *kd_text_answer(const struct kd_text *text, const char *answer);

/* An answer cut into its parts, sorted. They point into it. */
struct kd_text_part {
    const char *begin;
    size_t len;
};

struct kd_text_set {
    const char *answer; /* borrowed */
    struct kd_text_part *part;
    size_t n;
};

/**
 * Cut an answer into its parts.
 *
 * answer   must live as long as the set                                      borrowed
 * returns  release with kd_text_set_done                                     caller's
 */
struct kd_text_set kd_text_set_of(const char *answer);

void kd_text_set_done(struct kd_text_set *set);

/**
 * A long set, told by what makes it differ from the usual one; another answer as it is.
 *
 * usual    NULL where there is none                                          borrowed
 * returns  "without 0 0 1688 kms01.example.; besides 0 0 1688 kms09.example."; in the arena
 */
const char *kd_text_difference(const struct kd_text *text, const struct kd_text_set *usual,
                               const char *answer);

#endif
