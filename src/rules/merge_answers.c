/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * merge_answers.c - all answers in the order in which they are looked at. Runs of one place may
 * begin in the same second, with other resolvers or other options: what they say is put together
 * as if one run had said all of it, whatever the order of the files is.
 */
#include <stdlib.h>
#include <string.h>

#include "kmsdns/base/buf.h"
#include "merge_parts.h"

void kd_merge_list_add(struct kd_arena *arena, struct merge_list *list, const char *text)
{
    list->text = kd_arena_grow(arena, list->text, list->n, sizeof(*list->text));
    list->text[list->n++] = text;
}

static int answers_compare_texts(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;

    return strcmp(*x, *y);
}

const char *kd_merge_list_join(struct kd_arena *arena, const struct merge_list *list,
                               const char *between, bool is_sorted)
{
    struct kd_buf buf = {.data = NULL};
    const char *text;

    if (list->n > 1 && !is_sorted) {
        qsort(list->text, list->n, sizeof(*list->text), answers_compare_texts);
    }
    for (size_t i = 0; i < list->n; i++) {
        if (i == 0 || strcmp(list->text[i], list->text[i - 1]) != 0) {
            kd_buf_puts(&buf, i > 0 ? between : "");
            kd_buf_puts(&buf, list->text[i]);
        }
    }
    text = kd_arena_strndup(arena, kd_buf_str(&buf), buf.len);
    kd_buf_done(&buf);
    return text;
}

static int answers_compare(const void *a, const void *b)
{
    const struct merge_answer *x = a, *y = b;

    if (x->question != y->question) {
        return x->question < y->question ? -1 : 1;
    }
    return x->report < y->report ? -1 : x->report > y->report;
}

/* The place of each number in an order; UINT32_MAX for those that are not in it. */
static uint32_t *answers_ranks(const struct merge_order *order, const uint32_t *sorted,
                               size_t n, size_t nnumber)
{
    uint32_t *rank = kd_arena_alloc(order->arena, nnumber * sizeof(*rank));

    memset(rank, 0xff, nnumber * sizeof(*rank));
    for (uint32_t i = 0; i < n; i++) {
        rank[sorted[i]] = i;
    }
    return rank;
}

/* Sorted, and without those of doubles. */
static size_t answers_sort(const struct merge_order *order)
{
    struct merge_answer *answer = order->merge->answer;
    uint32_t *question =
        answers_ranks(order, order->question, order->nquestion, order->nquestion);
    uint32_t *report =
        answers_ranks(order, order->report, order->nreport, order->merge->nreport);
    size_t n = 0;

    for (size_t i = 0; i < order->merge->nanswer; i++) {
        struct merge_answer ranked = {question[answer[i].question], report[answer[i].report],
                                      answer[i].value};

        if (ranked.report != UINT32_MAX) {
            answer[n++] = ranked;
        }
    }
    if (n > 1) {
        qsort(answer, n, sizeof(*answer), answers_compare);
    }
    return n;
}

/* True if both are of one place and second. */
static bool answers_are_of_one(const struct merge_order *order, const struct merge_answer *a,
                               const struct merge_answer *b)
{
    return a->question == b->question && order->place[a->report] == order->place[b->report] &&
           kd_merge_report_of(order, a)->started_s == kd_merge_report_of(order, b)->started_s;
}

void kd_merge_list_split(struct kd_arena *arena, struct merge_list *list, const char *text)
{
    const char *end = strstr(text, KD_MERGE_VIEWS);

    for (; end != NULL; end = strstr(text, KD_MERGE_VIEWS)) {
        kd_merge_list_add(arena, list, kd_arena_strndup(arena, text, (size_t)(end - text)));
        text = end + strlen(KD_MERGE_VIEWS);
    }
    kd_merge_list_add(arena, list, kd_arena_strdup(arena, text));
}

/* The word for all that is said; KD_INDEX_NONE when there is no room for it. */
static uint32_t answers_join(struct kd_merge *merge, const struct merge_answer *answer,
                             size_t n)
{
    struct kd_arena *arena = kd_arena_new();
    struct merge_list list = {NULL, 0};
    const char *text;
    uint32_t word;

    for (size_t i = 0; i < n; i++) {
        if (answer[i].value >= KD_MERGE_WHY_COUNT) {
            kd_merge_list_split(
                arena, &list,
                kd_names_str(&merge->words, answer[i].value - KD_MERGE_WHY_COUNT));
        }
    }
    text = kd_merge_list_join(arena, &list, KD_MERGE_VIEWS, false);
    word = kd_names_add(&merge->words, text, strlen(text));
    kd_arena_free(arena);
    return word;
}

/* One value for answers of one place and second; what is known counts, else the last reason. */
static kd_status answers_unite(struct kd_merge *merge, const struct merge_answer *answer,
                               size_t n, uint32_t *ret, struct kd_err *err)
{
    uint32_t value = answer[0].value, word;
    bool is_one = true;

    for (size_t i = 1; i < n; i++) {
        uint32_t other = answer[i].value;

        is_one = is_one &&
                 (value < KD_MERGE_WHY_COUNT || other < KD_MERGE_WHY_COUNT || value == other);
        value = other > value ? other : value;
    }
    if (!is_one) {
        word = answers_join(merge, answer, n);
        if (word == KD_INDEX_NONE) {
            return kd_fail(err, KD_ETOOBIG, "merge",
                           "too many different texts (%d) to put together what the runs of one "
                           "second say; give fewer reports at once",
                           KD_NAMES_MAX);
        }
        value = KD_MERGE_WHY_COUNT + word;
    }
    *ret = value;
    return KD_OK;
}

kd_status kd_merge_order_answers(const struct merge_order *order, struct kd_err *err)
{
    struct merge_answer *answer = order->merge->answer;
    size_t n = answers_sort(order), kept = 0, end;

    for (size_t i = 0; i < n; i = end) {
        uint32_t value = 0;
        kd_status status;

        for (end = i + 1; end < n && answers_are_of_one(order, &answer[i], &answer[end]);
             end++) {
        }
        status = answers_unite(order->merge, &answer[i], end - i, &value, err);
        if (status != KD_OK) {
            return status;
        }
        answer[kept] = answer[i];
        answer[kept++].value = value;
    }
    order->merge->nanswer = kept;
    return KD_OK;
}
