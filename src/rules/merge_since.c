/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * merge_since.c - since when a place has not had the usual answer. The usual answer changes, too,
 * so what a place said is compared with what the places of the usual group had said by then: their
 * reports become phases in which all of them gave one answer, or nobody can tell, and a walk goes
 * back through these phases and the place's own reports.
 */
#include <stdlib.h>

#include "kmsdns/base/mem.h"
#include "merge_parts.h"

/* No value of an answer: the usual places disagreed, or none had an answer. */
#define SINCE_NOTHING UINT32_MAX

/* What the usual places said from then on until the next phase. */
struct since_phase {
    int64_t from_s;
    uint32_t value;
    bool is_asked; /* it begins with a report, not only because one was too old by then */
};

/* A usual place begins or ends to say something. */
struct since_event {
    int64_t at_s;
    uint32_t value;
    bool is_begin;
};

struct since_usual {
    struct since_event *event;
    size_t nevent;
    struct since_phase *phase; /* oldest first */
    size_t nphase;
};

static bool since_is_known(const struct merge_answer *answer)
{
    return answer->value >= KD_MERGE_WHY_COUNT;
}

static int64_t since_started(const struct merge_order *order, const struct merge_answer *answer)
{
    return kd_merge_report_of(order, answer)->started_s;
}

/* As since_started; what a clock that is ahead says is no time. */
static int64_t since_time(const struct merge_order *order, const struct merge_answer *answer)
{
    int64_t started_s = since_started(order, answer);

    return started_s < order->newest_s ? started_s : order->newest_s;
}

static bool since_tells(const struct merge_order *order, kd_merge_aspect aspect,
                        const struct merge_answer *answer)
{
    return since_is_known(answer) &&
           !(aspect == KD_MERGE_STATUS &&
             kd_merge_is_silent(
                 kd_names_str(&order->merge->words, answer->value - KD_MERGE_WHY_COUNT)));
}

/* Each answer of a usual place holds until its next report, or until it is too old. */
static void since_add_place(const struct merge_order *order, kd_merge_aspect aspect,
                            const struct merge_slice *slice, struct since_usual *usual)
{
    for (size_t i = 0; i < slice->n; i++) {
        const struct merge_answer *answer = &slice->answer[i];
        int64_t begin_s = since_time(order, answer);
        int64_t end_s = begin_s + order->ret->max_age_s + 1;

        if (i + 1 < slice->n && since_time(order, answer + 1) < end_s) {
            end_s = since_time(order, answer + 1);
        }
        if (end_s > begin_s && since_tells(order, aspect, answer)) {
            usual->event[usual->nevent++] = (struct since_event){begin_s, answer->value, true};
            usual->event[usual->nevent++] = (struct since_event){end_s, answer->value, false};
        }
    }
}

static int since_compare_events(const void *a, const void *b)
{
    const struct since_event *x = a, *y = b;

    return x->at_s < y->at_s ? -1 : x->at_s > y->at_s;
}

static int since_compare_values(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

/* How many places say each of the values; those that are said by any are counted and summed up. */
struct since_count {
    uint32_t *value; /* sorted */
    size_t *nplace;  /* for each value */
    size_t n, nsaid, sum;
};

static void since_count_event(struct since_count *count, const struct since_event *event)
{
    const uint32_t *value =
        bsearch(&event->value, count->value, count->n, sizeof(*value), since_compare_values);
    size_t index = (size_t)(value - count->value);

    if (event->is_begin && count->nplace[index]++ == 0) {
        count->nsaid++;
        count->sum += index;
    } else if (!event->is_begin && --count->nplace[index] == 0) {
        count->nsaid--;
        count->sum -= index;
    }
}

/* Of one value the sum is its index. */
static uint32_t since_said(const struct since_count *count)
{
    return count->nsaid == 1 ? count->value[count->sum] : SINCE_NOTHING;
}

static struct since_count since_count_new(const struct since_usual *usual)
{
    struct since_count count = {.value = kd_xcalloc(usual->nevent, sizeof(*count.value)),
                                .nplace = kd_xcalloc(usual->nevent, sizeof(*count.nplace))};

    for (size_t i = 0; i < usual->nevent; i++) {
        count.value[i] = usual->event[i].value;
    }
    qsort(count.value, usual->nevent, sizeof(*count.value), since_compare_values);
    for (size_t i = 0; i < usual->nevent; i++) {
        if (i == 0 || count.value[i] != count.value[count.n - 1]) {
            count.value[count.n++] = count.value[i];
        }
    }
    return count;
}

static void since_add_phase(struct since_usual *usual, const struct since_phase *phase)
{
    const struct since_phase *last =
        usual->nphase > 0 ? &usual->phase[usual->nphase - 1] : NULL;

    if (last == NULL || last->value != phase->value || (phase->is_asked && !last->is_asked)) {
        usual->phase[usual->nphase++] = *phase;
    }
}

/* Up to the time by which others are old; the last phase is the present. */
static void since_find_phases(const struct merge_order *order, struct since_usual *usual)
{
    struct since_count count = since_count_new(usual);
    const struct since_event *event = usual->event;

    for (size_t i = 0; i < usual->nevent && event[i].at_s <= order->newest_s;) {
        struct since_phase phase = {.from_s = event[i].at_s};

        for (; i < usual->nevent && event[i].at_s == phase.from_s; i++) {
            since_count_event(&count, &event[i]);
            phase.is_asked = phase.is_asked || event[i].is_begin;
        }
        phase.value = since_said(&count);
        since_add_phase(usual, &phase);
    }
    free(count.value);
    free(count.nplace);
}

static struct since_usual since_usual_new(const struct merge_order *order,
                                          const struct merge_slice *slice,
                                          const struct kd_merged_question *question)
{
    const struct kd_merged_group *group = &question->group[0];
    struct since_usual usual = {.event = NULL};
    size_t n = 0;

    for (size_t i = 0; i < group->nplace; i++) {
        n += slice[group->place[i].vantage].n;
    }
    usual.event = kd_xcalloc(2 * n, sizeof(*usual.event));
    usual.phase = kd_xcalloc(2 * n, sizeof(*usual.phase));
    for (size_t i = 0; i < group->nplace; i++) {
        since_add_place(order, question->aspect, &slice[group->place[i].vantage], &usual);
    }
    qsort(usual.event, usual.nevent, sizeof(*usual.event), since_compare_events);
    since_find_phases(order, &usual);
    return usual;
}

static void since_usual_done(struct since_usual *usual)
{
    free(usual->event);
    free(usual->phase);
}

/*
 * Back through phases and reports while they differ. The places do not ask in the same second:
 * that the usual ones disagree for a minute, on the way from one answer to another, is passed by.
 */
static void since_differing(const struct merge_order *order, const struct merge_slice *slice,
                            const struct since_usual *usual, struct kd_merged_place *place)
{
    size_t i = slice->n - 1, k = usual->nphase - 1;
    int64_t last_s = order->newest_s;

    for (;;) {
        const struct merge_answer *answer = &slice->answer[i];
        const struct since_phase *phase = &usual->phase[k];
        int64_t asked_s = since_time(order, answer);
        int64_t at_s = asked_s > phase->from_s ? asked_s : phase->from_s;
        bool is_known = since_is_known(answer) && at_s - asked_s <= order->ret->max_age_s &&
                        (at_s == asked_s || phase->is_asked);

        if (is_known && phase->value == answer->value) {
            place->is_at_least = false;
            return;
        }
        if (is_known && phase->value != SINCE_NOTHING) {
            last_s = at_s;
            place->since_s =
                at_s - asked_s <= KD_MERGE_SAME_TIME_S ? since_started(order, answer) : at_s;
        } else if (is_known && last_s - at_s > KD_MERGE_SAME_TIME_S) {
            return;
        }
        if ((at_s == asked_s && i == 0) || (at_s == phase->from_s && k == 0)) {
            return;
        }
        i -= at_s == asked_s ? 1 : 0;
        k -= at_s == phase->from_s ? 1 : 0;
    }
}

/* Back through the reports to the first that gave the answer of the last one. */
static void since_answering(const struct merge_order *order, const struct merge_slice *slice,
                            struct kd_merged_place *place)
{
    uint32_t value = slice->answer[slice->n - 1].value;

    for (size_t i = slice->n; i > 0; i--) {
        const struct merge_answer *answer = &slice->answer[i - 1];

        if (answer->value == value) {
            place->since_s = since_started(order, answer);
        } else if (since_is_known(answer)) {
            place->is_at_least = false;
            return;
        }
    }
}

void kd_merge_since(const struct merge_order *order, const struct merge_slice *slice,
                    struct kd_merged_question *question)
{
    bool has_usual = question->has_usual && question->ngroup > 1;
    struct since_usual usual = {.event = NULL};

    if (has_usual) {
        usual = since_usual_new(order, slice, question);
    }
    for (size_t i = 0; i < question->ngroup; i++) {
        for (size_t j = 0; j < question->group[i].nplace; j++) {
            struct kd_merged_place *place = &question->group[i].place[j];

            place->is_at_least = true;
            if (has_usual && i > 0) {
                since_differing(order, &slice[place->vantage], &usual, place);
            } else {
                since_answering(order, &slice[place->vantage], place);
            }
        }
    }
    since_usual_done(&usual);
}
