/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text_merge_answer.c - an answer that places were given, for people: its parts, or what of it
 * differs from the usual answer. A set may have thousands of records, and each place another one.
 */
#include <stdlib.h>
#include <string.h>

#include "kmsdns/base/index.h"
#include "text_merge.h"

#define ANSWER_MAX_RECORDS 2
#define ANSWER_BETWEEN     ", "
/* Names are short, but those of a file may be of any length. */
#define ANSWER_MAX_LIST 400

void kd_text_list_add(struct kd_text_list *list, const char *safe)
{
    if (list->n < list->max && list->max != SIZE_MAX && list->buf.len > ANSWER_MAX_LIST) {
        list->max = list->n;
    }
    if (list->n < list->max) {
        kd_buf_puts(&list->buf, list->n > 0 ? ", " : "");
        kd_buf_puts(&list->buf, safe);
    }
    list->n++;
}

const char *kd_text_list_end(const struct kd_text *text, struct kd_text_list *list)
{
    const char *str;

    if (list->n > list->max) {
        kd_buf_printf(&list->buf, " +%zu", list->n - list->max);
    }
    str = kd_arena_strdup(text->arena, kd_buf_str(&list->buf));
    kd_buf_done(&list->buf);
    return str;
}

/* The next part of an answer; *at goes behind it. False at the end. */
static bool answer_next(const char **at, struct kd_text_part *ret)
{
    const char *end = strstr(*at, ANSWER_BETWEEN);

    ret->begin = *at;
    ret->len = end != NULL ? (size_t)(end - *at) : strlen(*at);
    *at += ret->len + (end != NULL ? strlen(ANSWER_BETWEEN) : 0);
    return ret->len > 0;
}

/* Only what is shown is copied. */
static void answer_add(const struct kd_text *text, struct kd_text_list *list,
                       const struct kd_text_part *part)
{
    kd_text_list_add(
        list, list->n < list->max
                  ? kd_text_safe(text, kd_arena_strndup(text->arena, part->begin, part->len))
                  : "");
}

const char *kd_text_answer(const struct kd_text *text, const char *answer)
{
    struct kd_text_list list = {.max = ANSWER_MAX_RECORDS};
    struct kd_text_part part;

    if (text->style->verbosity > 0) {
        return kd_text_safe(text, answer);
    }
    while (answer_next(&answer, &part)) {
        answer_add(text, &list, &part);
    }
    return kd_text_list_end(text, &list);
}

static int answer_compare(const void *a, const void *b)
{
    const struct kd_text_part *x = a, *y = b;
    int order = memcmp(x->begin, y->begin, x->len < y->len ? x->len : y->len);

    return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

struct kd_text_set kd_text_set_of(const char *answer)
{
    struct kd_text_set set = {.answer = answer};
    struct kd_text_part part;

    while (answer_next(&answer, &part)) {
        set.part = kd_index_room(set.part, set.n, sizeof(*set.part));
        set.part[set.n++] = part;
    }
    if (set.n > 1) {
        qsort(set.part, set.n, sizeof(*set.part), answer_compare);
    }
    return set;
}

void kd_text_set_done(struct kd_text_set *set)
{
    free(set->part);
    *set = (struct kd_text_set){.answer = NULL};
}

/* What stands in one of two sets only: side by side through both, because both are sorted. */
static void answer_compare_sets(const struct kd_text *text, const struct kd_text_set *usual,
                                const struct kd_text_set *set, struct kd_text_list *missing,
                                struct kd_text_list *more)
{
    size_t i = 0, j = 0;

    while (i < usual->n || j < set->n) {
        int order = i == usual->n ? 1
                    : j == set->n ? -1
                                  : answer_compare(&usual->part[i], &set->part[j]);

        if (order < 0) {
            answer_add(text, missing, &usual->part[i++]);
        } else if (order > 0) {
            answer_add(text, more, &set->part[j++]);
        } else {
            i++, j++;
        }
    }
}

static const char *answer_tell(const struct kd_text *text, const struct kd_text_set *usual,
                               const struct kd_text_set *set)
{
    struct kd_text_list missing = {.max = ANSWER_MAX_RECORDS};
    struct kd_text_list more = {.max = ANSWER_MAX_RECORDS};
    bool has_missing, has_more;

    answer_compare_sets(text, usual, set, &missing, &more);
    has_missing = missing.n > 0;
    has_more = more.n > 0;
    return kd_arena_printf(text->arena, "%s%s%s%s%s", has_missing ? "without " : "",
                           kd_text_list_end(text, &missing),
                           has_missing && has_more ? "; " : "", has_more ? "besides " : "",
                           kd_text_list_end(text, &more));
}

static bool answer_is_one_set(const char *answer)
{
    return strncmp(answer, "none", 4) != 0 && strstr(answer, " | ") == NULL;
}

const char *kd_text_difference(const struct kd_text *text, const struct kd_text_set *usual,
                               const char *answer)
{
    struct kd_text_set set;
    const char *told;

    if (text->style->verbosity > 0 || usual == NULL || !answer_is_one_set(usual->answer) ||
        !answer_is_one_set(answer)) {
        return kd_text_answer(text, answer);
    }
    set = kd_text_set_of(answer);
    told = set.n <= ANSWER_MAX_RECORDS ? kd_text_answer(text, answer)
                                       : answer_tell(text, usual, &set);
    kd_text_set_done(&set);
    return told;
}
