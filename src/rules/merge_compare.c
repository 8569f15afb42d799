/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * merge_compare.c - the answers of all places to one question, grouped by what they say. What
 * most places were told is the usual answer; silence is none, however many places meet it.
 */
#include <stdlib.h>
#include <string.h>

#include "kmsdns/base/mem.h"
#include "kmsdns/base/num.h"
#include "kmsdns/dns/serial.h"
#include "merge_parts.h"

/* A place's answer on the way into its group. */
struct compare_answer {
    struct kd_merged_place place;
    const char *text;
    const char *told; /* the same without the resolvers that were silent; "" where all were */
};

static bool compare_is_known(const struct merge_answer *answer)
{
    return answer->value >= KD_MERGE_WHY_COUNT;
}

/* The answer of the place's newest run about the domain; NULL if it says nothing of it. */
static const struct merge_answer *compare_newest(const struct merge_order *order,
                                                 const struct merge_slice *slice,
                                                 const struct merge_present *present)
{
    const struct merge_answer *last = slice->n > 0 ? &slice->answer[slice->n - 1] : NULL;

    if (last == NULL || kd_merge_report_of(order, last)->started_s != present->started_s) {
        return NULL;
    }
    return last;
}

static bool compare_is_silent(const char *status, size_t len)
{
    for (kd_outcome outcome = KD_OUT_NOERROR; outcome < KD_OUT_COUNT; outcome++) {
        const char *word = kd_outcome_str(outcome);

        if (kd_outcome_is_silent(outcome) && strlen(word) == len &&
            memcmp(word, status, len) == 0) {
            return true;
        }
    }
    return false;
}

bool kd_merge_is_silent(const char *status)
{
    const char *end = strstr(status, KD_MERGE_VIEWS);

    while (end != NULL && compare_is_silent(status, (size_t)(end - status))) {
        status = end + strlen(KD_MERGE_VIEWS);
        end = strstr(status, KD_MERGE_VIEWS);
    }
    return end == NULL && compare_is_silent(status, strlen(status));
}

/* What a status says without the resolvers of the place that did not answer. */
static const char *compare_told(const struct merge_order *order, const char *text)
{
    struct merge_list all = {NULL, 0}, told = {NULL, 0};

    kd_merge_list_split(order->arena, &all, text);
    for (size_t i = 0; i < all.n; i++) {
        if (!kd_merge_is_silent(all.text[i])) {
            kd_merge_list_add(order->arena, &told, all.text[i]);
        }
    }
    return told.n == all.n ? text
                           : kd_merge_list_join(order->arena, &told, KD_MERGE_VIEWS, false);
}

static void compare_add_unknown(const struct merge_order *order, struct kd_merged_question *ret,
                                size_t vantage, kd_merge_why why)
{
    ret->unknown =
        kd_arena_grow(order->arena, ret->unknown, ret->nunknown, sizeof(*ret->unknown));
    ret->unknown[ret->nunknown++] = (struct kd_merged_unknown){vantage, why};
}

/* When a place was asked; what a clock that is ahead says is no time. */
static int64_t compare_seen(const struct merge_order *order,
                            const struct compare_answer *answer)
{
    return answer->place.seen_s < order->newest_s ? answer->place.seen_s : order->newest_s;
}

static bool compare_is_older_serial(const char *text, const char *newest)
{
    uint32_t serial = 0, last = 0;

    return kd_parse_u32(text, 0, UINT32_MAX, &serial, NULL) == KD_OK &&
           kd_parse_u32(newest, 0, UINT32_MAX, &last, NULL) == KD_OK &&
           kd_serial_behind(last, serial) > 0;
}

/*
 * A lower serial in an older report is what a zone that lives looks like; only in the same
 * minute, or the other way round, does it tell of different servers behind one address.
 */
static size_t compare_drop_older(const struct merge_order *order, struct compare_answer *answer,
                                 size_t n, struct kd_merged_question *ret)
{
    size_t newest = 0, kept = 0;
    struct compare_answer last;

    for (size_t i = 1; i < n; i++) {
        newest =
            compare_seen(order, &answer[i]) > compare_seen(order, &answer[newest]) ? i : newest;
    }
    if (n == 0) {
        return 0;
    }
    last = answer[newest];
    for (size_t i = 0; i < n; i++) {
        if (compare_seen(order, &answer[i]) <
                compare_seen(order, &last) - KD_MERGE_SAME_TIME_S &&
            compare_is_older_serial(answer[i].text, last.text)) {
            compare_add_unknown(order, ret, answer[i].place.vantage, KD_MERGE_WHY_OLDER);
        } else {
            answer[kept++] = answer[i];
        }
    }
    return kept;
}

/* Each place's answer, or the reason why there is none. */
static size_t compare_collect(const struct merge_order *order, const struct merge_slice *slice,
                              const struct merge_present *present,
                              struct compare_answer *answer, struct kd_merged_question *ret)
{
    size_t n = 0;

    for (size_t v = 0; v < order->ret->nvantage; v++) {
        const struct merge_answer *newest = NULL;

        if (!present[v].is_there) {
            compare_add_unknown(order, ret, v, present[v].why);
            continue;
        }
        newest = compare_newest(order, &slice[v], &present[v]);
        if (newest == NULL || !compare_is_known(newest)) {
            compare_add_unknown(order, ret, v,
                                newest != NULL ? (kd_merge_why)newest->value
                                               : KD_MERGE_WHY_NOT_SEEN);
            continue;
        }
        answer[n].place =
            (struct kd_merged_place){.vantage = v, .seen_s = present[v].started_s};
        answer[n].text = kd_names_str(&order->merge->words, newest->value - KD_MERGE_WHY_COUNT);
        answer[n].told = ret->aspect == KD_MERGE_STATUS ? compare_told(order, answer[n].text)
                                                        : answer[n].text;
        n++;
    }
    return n;
}

static int compare_by_text(const void *a, const void *b)
{
    const struct compare_answer *x = a, *y = b;
    int order = strcmp(x->told, y->told);

    order = order != 0 ? order : strcmp(x->text, y->text);
    return order != 0                            ? order
           : x->place.vantage < y->place.vantage ? -1
                                                 : x->place.vantage > y->place.vantage;
}

static int compare_by_size(const void *a, const void *b)
{
    const struct kd_merged_group *x = a, *y = b;

    if (x->is_silent != y->is_silent) {
        return x->is_silent ? 1 : -1;
    }
    return x->nplace != y->nplace ? (x->nplace > y->nplace ? -1 : 1)
                                  : strcmp(x->answer, y->answer);
}

static int compare_by_vantage(const void *a, const void *b)
{
    const struct kd_merged_unknown *x = a, *y = b;

    return x->vantage < y->vantage ? -1 : x->vantage > y->vantage;
}

/* Sorted by what was told: that which more places were told than any other; NULL for none. */
static const char *compare_majority(const struct compare_answer *answer, size_t n)
{
    const char *best = NULL;
    size_t most = 0, end;

    for (size_t i = 0; i < n; i = end) {
        for (end = i + 1; end < n && strcmp(answer[end].told, answer[i].told) == 0; end++) {
        }
        if (answer[i].told[0] != '\0' && end - i >= most) {
            best = end - i > most ? answer[i].told : NULL;
            most = end - i;
        }
    }
    return best;
}

/*
 * The usual answer: what most were told, at best where no resolver was silent beside it, else
 * where all that were told this have it; NULL for none.
 */
static const char *compare_usual(const struct compare_answer *answer, size_t n)
{
    const char *told = compare_majority(answer, n), *usual = NULL;

    for (size_t i = 0; told != NULL && i < n; i++) {
        if (strcmp(answer[i].told, told) != 0) {
            continue;
        }
        if (strcmp(answer[i].text, told) == 0) {
            return told;
        }
        if (usual != NULL && strcmp(answer[i].text, usual) != 0) {
            return NULL;
        }
        usual = answer[i].text;
    }
    return usual;
}

/* To the front, the others keep their order. */
static void compare_put_first(struct kd_merged_question *ret, const char *usual)
{
    for (size_t i = 0; usual != NULL && i < ret->ngroup; i++) {
        struct kd_merged_group group = ret->group[i];

        if (strcmp(group.answer, usual) == 0) {
            memmove(ret->group + 1, ret->group, i * sizeof(group));
            ret->group[0] = group;
            ret->has_usual = true;
            return;
        }
    }
}

static void compare_group(const struct merge_order *order, struct compare_answer *answer,
                          size_t n, struct kd_merged_question *ret)
{
    struct kd_merged_place *place = kd_arena_alloc(order->arena, n * sizeof(*place));

    qsort(answer, n, sizeof(*answer), compare_by_text);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || strcmp(answer[i].text, answer[i - 1].text) != 0) {
            ret->group =
                kd_arena_grow(order->arena, ret->group, ret->ngroup, sizeof(*ret->group));
            ret->group[ret->ngroup++] = (struct kd_merged_group){
                .answer = kd_arena_strdup(order->arena, answer[i].text),
                .place = &place[i],
                .is_silent = answer[i].told[0] == '\0'};
        }
        place[i] = answer[i].place;
        ret->group[ret->ngroup - 1].nplace++;
    }
    qsort(ret->group, ret->ngroup, sizeof(*ret->group), compare_by_size);
    compare_put_first(ret, compare_usual(answer, n));
}

/* Nobody can say what the usual answer is where no answer came. */
static kd_merge_verdict compare_verdict(const struct kd_merged_question *question, size_t n)
{
    if (n < 2 || question->group[0].is_silent) {
        return KD_MERGE_IS_UNKNOWN;
    }
    return question->ngroup == 1 ? KD_MERGE_IS_AGREE : KD_MERGE_IS_DIFFER;
}

void kd_merge_compare(const struct merge_order *order, const struct merge_slice *slice,
                      const struct merge_present *present, struct kd_merged_question *ret)
{
    struct compare_answer *answer = kd_xcalloc(order->ret->nvantage, sizeof(*answer));
    size_t n = compare_collect(order, slice, present, answer, ret);

    if (ret->aspect == KD_MERGE_SERVER_SERIAL) {
        n = compare_drop_older(order, answer, n, ret);
    }
    if (n > 0) {
        compare_group(order, answer, n, ret);
        kd_merge_since(order, slice, ret);
    }
    free(answer);
    if (ret->nunknown > 1) {
        qsort(ret->unknown, ret->nunknown, sizeof(*ret->unknown), compare_by_vantage);
    }
    ret->verdict = compare_verdict(ret, n);
}
