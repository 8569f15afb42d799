/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * merge_finish.c - all that was collected, brought into an order in which the answers to one
 * question stand together, by place and time: then one walk makes the result.
 *
 *   places      who there is, from reports and from files in which no run made a report
 *   reports     by place and time; what says the same of a moment twice counts once
 *   questions   by domain, service, aspect, subject
 *   answers     by question, then report (merge_answers.c)
 */
#include <stdlib.h>
#include <string.h>

#include "merge_parts.h"

/* What sorting needs to look at. */
struct finish_key {
    const char *a, *b, *c;
    int64_t number;
    uint32_t index;
};

static int finish_compare_texts(const char *a, const char *b)
{
    if (a == NULL || b == NULL) {
        return (a != NULL) - (b != NULL);
    }
    return strcmp(a, b);
}

static int finish_compare_keys(const void *x, const void *y)
{
    const struct finish_key *one = x, *other = y;
    int order = finish_compare_texts(one->a, other->a);

    order = order != 0 ? order : finish_compare_texts(one->b, other->b);
    if (order == 0 && one->number != other->number) {
        order = one->number < other->number ? -1 : 1;
    }
    order = order != 0 ? order : finish_compare_texts(one->c, other->c);
    return order != 0 ? order : (one->index < other->index ? -1 : 1);
}

static const char *finish_word(const struct merge_order *order, uint32_t word)
{
    return kd_names_str(&order->merge->words, word);
}

const struct merge_report *kd_merge_report_of(const struct merge_order *order,
                                              const struct merge_answer *answer)
{
    return &order->merge->report[order->report[answer->report]];
}

/* Numbers from 0 in the order of their keys, whose index they are. */
static uint32_t *finish_sort(const struct merge_order *order, struct finish_key *key, size_t n)
{
    uint32_t *sorted = kd_arena_alloc(order->arena, n * sizeof(*sorted));

    if (n > 1) {
        qsort(key, n, sizeof(*key), finish_compare_keys);
    }
    for (size_t i = 0; i < n; i++) {
        sorted[i] = key[i].index;
    }
    return sorted;
}

static bool finish_is_ahead(const struct merge_order *order, int64_t started_s)
{
    return started_s > order->now_s + KD_MERGE_CLOCK_SLACK_S;
}

static bool finish_is_double(const struct merge_order *order, size_t first, size_t place,
                             const uint32_t *sorted)
{
    const struct merge_report *report = order->merge->report;

    for (size_t i = first; i < place; i++) {
        if (report[sorted[i]].content == report[sorted[place]].content &&
            report[sorted[i]].is_cut == report[sorted[place]].is_cut) {
            return true;
        }
    }
    return false;
}

/* Numbers of all reports, by place and time. */
static uint32_t *finish_sort_reports(const struct merge_order *order)
{
    const struct kd_merge *merge = order->merge;
    struct finish_key *key = kd_arena_alloc(order->arena, merge->nreport * sizeof(*key));

    for (uint32_t i = 0; i < merge->nreport; i++) {
        key[i] = (struct finish_key){.a = finish_word(order, merge->report[i].vantage),
                                     .number = merge->report[i].started_s,
                                     .index = i};
    }
    return finish_sort(order, key, merge->nreport);
}

/*
 * Without doubles. What is dated later than now would stay the present of its place for ever, so
 * it counts only where the place has nothing else.
 */
static void finish_reports(struct merge_order *order)
{
    const struct merge_report *all = order->merge->report;
    size_t n = order->merge->nreport, first = 0, oldest = 0;
    uint32_t *sorted = finish_sort_reports(order);

    order->report = kd_arena_alloc(order->arena, n * sizeof(*order->report));
    order->ahead = kd_arena_alloc(order->arena, n * sizeof(*order->ahead));
    for (size_t i = 0; i < n; i++) {
        const struct merge_report *report = &all[sorted[i]];

        oldest = all[sorted[oldest]].vantage != report->vantage ? i : oldest;
        if (first < oldest || all[sorted[first]].started_s != report->started_s) {
            first = i;
        }
        if (finish_is_ahead(order, report->started_s) &&
            !finish_is_ahead(order, all[sorted[oldest]].started_s)) {
            order->ahead[order->ret->nahead++] = sorted[i];
        } else if (finish_is_double(order, first, i, sorted)) {
            order->ret->ndouble++;
        } else {
            order->report[order->nreport++] = sorted[i];
        }
    }
}

static struct kd_merged_vantage *finish_add_vantage(struct merge_order *order, const char *name)
{
    struct kd_merged *ret = order->ret;

    ret->vantage =
        kd_arena_grow(order->arena, ret->vantage, ret->nvantage, sizeof(*ret->vantage));
    ret->vantage[ret->nvantage] = (struct kd_merged_vantage){
        .name = kd_arena_strdup(order->arena, name), .oldest_s = -1, .newest_s = -1};
    return &ret->vantage[ret->nvantage++];
}

static int finish_compare_vantages(const void *a, const void *b)
{
    const struct kd_merged_vantage *x = a, *y = b;

    return strcmp(x->name, y->name);
}

static struct kd_merged_vantage *finish_find_vantage(const struct merge_order *order,
                                                     const char *name, size_t n)
{
    const struct kd_merged_vantage wanted = {.name = name};

    return n == 0 ? NULL
                  : bsearch(&wanted, order->ret->vantage, n, sizeof(wanted),
                            finish_compare_vantages);
}

/* Whose failures those of a file are: of the one place whose reports it holds, else its own. */
static const char *finish_failure_name(const struct merge_order *order,
                                       const struct merge_file *file)
{
    return file->nreport > 0 && !file->has_several ? finish_word(order, file->vantage)
                                                   : file->path;
}

/* Places that made no report at all; a file may be named twice. */
static void finish_add_silent(struct merge_order *order)
{
    size_t n = order->ret->nvantage;

    for (size_t i = 0; i < order->merge->nfile; i++) {
        const struct merge_file *file = &order->merge->file[i];
        const char *name = finish_failure_name(order, file);
        bool is_there = file->nfailed == 0 || finish_find_vantage(order, name, n) != NULL;

        for (size_t j = n; j < order->ret->nvantage && !is_there; j++) {
            is_there = strcmp(order->ret->vantage[j].name, name) == 0;
        }
        if (!is_there) {
            (void)finish_add_vantage(order, name);
        }
    }
    if (order->ret->nvantage > 1) {
        qsort(order->ret->vantage, order->ret->nvantage, sizeof(*order->ret->vantage),
              finish_compare_vantages);
    }
}

static void finish_note_report(struct merge_order *order, struct kd_merged_vantage *vantage,
                               const struct merge_report *report)
{
    struct kd_merged *ret = order->ret;

    vantage->oldest_s = vantage->nreport == 0 ? report->started_s : vantage->oldest_s;
    /* of several runs in its newest second none is the last one */
    vantage->is_cut =
        report->is_cut || (vantage->is_cut && vantage->newest_s == report->started_s);
    vantage->newest_s = report->started_s;
    vantage->nreport++;
    ret->oldest_s = ret->nreport == 0 || report->started_s < ret->oldest_s ? report->started_s
                                                                           : ret->oldest_s;
    ret->newest_s = report->started_s > ret->newest_s ? report->started_s : ret->newest_s;
    ret->nreport++;
}

static void finish_note_failures(struct merge_order *order)
{
    for (size_t i = 0; i < order->merge->nfile; i++) {
        const struct merge_file *file = &order->merge->file[i];
        struct kd_merged_vantage *vantage = NULL;

        if (file->nfailed == 0) {
            continue;
        }
        vantage =
            finish_find_vantage(order, finish_failure_name(order, file), order->ret->nvantage);
        vantage->nfailed += file->nfailed;
        vantage->failure = kd_arena_strdup(order->arena, file->failure);
        /* behind an older report they tell nothing about now; a newer one is left out, it is
           dated later than now */
        if (file->newest_s >= vantage->newest_s) {
            vantage->nfailed_last += file->nfailed_last;
        }
    }
}

/* One clock that is ahead must not make everybody else old. */
static void finish_ages(struct merge_order *order)
{
    struct kd_merged *ret = order->ret;

    order->newest_s = -1;
    for (size_t i = 0; i < order->nreport; i++) {
        int64_t started_s = order->merge->report[order->report[i]].started_s;

        if (started_s > order->newest_s && !finish_is_ahead(order, started_s)) {
            order->newest_s = started_s;
        }
    }
    /* where all are ahead, it is this machine's clock that cannot be trusted */
    order->newest_s = order->newest_s < 0 ? ret->newest_s : order->newest_s;
    for (size_t i = 0; i < ret->nvantage; i++) {
        struct kd_merged_vantage *vantage = &ret->vantage[i];

        vantage->is_ahead = finish_is_ahead(order, vantage->newest_s);
        vantage->is_stale =
            vantage->nreport > 0 && order->newest_s - vantage->newest_s > ret->max_age_s;
    }
}

static void finish_places(struct merge_order *order)
{
    struct kd_merged *ret = order->ret;
    const struct merge_report *report = order->merge->report;

    for (size_t i = 0; i < order->nreport; i++) {
        if (i == 0 ||
            report[order->report[i]].vantage != report[order->report[i - 1]].vantage) {
            (void)finish_add_vantage(order,
                                     finish_word(order, report[order->report[i]].vantage));
        }
    }
    finish_add_silent(order);
    order->place = kd_arena_alloc(order->arena, order->nreport * sizeof(*order->place));
    for (size_t i = 0; i < order->nreport; i++) {
        const struct merge_report *one = &report[order->report[i]];
        struct kd_merged_vantage *vantage =
            finish_find_vantage(order, finish_word(order, one->vantage), ret->nvantage);

        order->place[i] = (uint32_t)(vantage - ret->vantage);
        finish_note_report(order, vantage, one);
    }
    for (size_t i = 0; i < ret->nahead; i++) {
        const char *name = finish_word(order, report[order->ahead[i]].vantage);

        finish_find_vantage(order, name, ret->nvantage)->nahead++;
    }
    finish_note_failures(order);
    finish_ages(order);
}

static void finish_questions(struct merge_order *order)
{
    struct kd_merge *merge = order->merge;
    struct finish_key *key = kd_arena_alloc(order->arena, merge->index.n * sizeof(*key));

    order->nquestion = merge->index.n;
    for (uint32_t i = 0; i < order->nquestion; i++) {
        const struct merge_question *question = &merge->question[i];

        key[i] = (struct finish_key){.a = finish_word(order, question->domain),
                                     .b = finish_word(order, question->service),
                                     .number = question->aspect,
                                     .c = finish_word(order, question->subject),
                                     .index = i};
    }
    order->question = finish_sort(order, key, order->nquestion);
}

/* Cuts the answers to one question, from *at on, into one slice for each place. */
static void finish_slice(const struct merge_order *order, uint32_t question, size_t *at,
                         struct merge_slice *slice)
{
    const struct merge_answer *answer = order->merge->answer;
    size_t i = *at;

    memset(slice, 0, order->ret->nvantage * sizeof(*slice));
    for (; i < order->merge->nanswer && answer[i].question == question; i++) {
        struct merge_slice *one = &slice[order->place[answer[i].report]];

        one->answer = one->n == 0 ? &answer[i] : one->answer;
        one->n++;
    }
    *at = i;
}

/* Who was asked about a domain when: every report about it has an answer to the first question. */
static void finish_present(const struct merge_order *order, const struct merge_slice *slice,
                           struct merge_present *present)
{
    const struct kd_merged *ret = order->ret;

    for (size_t v = 0; v < ret->nvantage; v++) {
        const struct merge_slice *one = &slice[v];

        present[v] = (struct merge_present){.why = KD_MERGE_WHY_NOT_ASKED};
        if (ret->vantage[v].nreport == 0) {
            present[v].why = KD_MERGE_WHY_NO_REPORT;
        } else if (one->n > 0) {
            present[v].started_s =
                kd_merge_report_of(order, &one->answer[one->n - 1])->started_s;
            present[v].is_there = order->newest_s - present[v].started_s <= ret->max_age_s;
            present[v].why = KD_MERGE_WHY_STALE;
        }
    }
}

static struct kd_merged_domain *finish_domain(const struct merge_order *order,
                                              const struct merge_question *question)
{
    struct kd_merged *ret = order->ret;
    const char *name = finish_word(order, question->domain);
    const char *service = finish_word(order, question->service);
    struct kd_merged_domain *last = ret->ndomain > 0 ? &ret->domain[ret->ndomain - 1] : NULL;

    if (last != NULL && strcmp(last->name, name) == 0 && strcmp(last->service, service) == 0) {
        return last;
    }
    ret->domain = kd_arena_grow(order->arena, ret->domain, ret->ndomain, sizeof(*ret->domain));
    ret->domain[ret->ndomain] = (struct kd_merged_domain){
        .name = kd_arena_strdup(order->arena, name),
        .service = kd_arena_strdup(order->arena, service),
    };
    return &ret->domain[ret->ndomain++];
}

/* Where no answer is the usual one, everybody differs. */
static void finish_mark(struct kd_merged *ret, const struct kd_merged_question *question)
{
    if (question->verdict != KD_MERGE_IS_DIFFER) {
        return;
    }
    for (size_t i = question->has_usual ? 1 : 0; i < question->ngroup; i++) {
        for (size_t j = 0; j < question->group[i].nplace; j++) {
            ret->vantage[question->group[i].place[j].vantage].is_differing = true;
        }
    }
}

/* That nobody got an answer is nothing on which all agree. */
static void finish_silence(struct kd_merged *ret, struct kd_merged_domain *domain,
                           const struct kd_merged_question *question)
{
    if (question->aspect == KD_MERGE_STATUS && question->ngroup > 0 &&
        question->group[0].is_silent) {
        domain->is_silent = true;
        ret->nsilent++;
    }
}

static void finish_count(struct kd_merged *ret, struct kd_merged_domain *domain,
                         kd_merge_verdict verdict)
{
    ret->ncompared += verdict != KD_MERGE_IS_UNKNOWN ? 1 : 0;
    ret->ndiffer += verdict == KD_MERGE_IS_DIFFER ? 1 : 0;
    if (domain->is_silent && verdict == KD_MERGE_IS_AGREE) {
        return;
    }
    /* in the order of the verdicts, the larger one counts */
    domain->verdict = verdict > domain->verdict ? verdict : domain->verdict;
    ret->verdict = verdict > ret->verdict ? verdict : ret->verdict;
}

static kd_status finish_check_rows(const struct merge_order *order, struct kd_err *err)
{
    if (order->nrow <= KD_MERGE_MAX_ROWS) {
        return KD_OK;
    }
    return kd_fail(err, KD_ETOOBIG, "merge",
                   "%zu questions about %zu vantage points are more than one comparison takes "
                   "(%d rows, of long names and answers fewer); give fewer reports at once",
                   order->nquestion, order->ret->nvantage, KD_MERGE_MAX_ROWS);
}

/* What each place is told of, for each question. */
static kd_status finish_count_places(struct merge_order *order, struct kd_err *err)
{
    size_t n = 0;

    for (size_t i = 0; i < order->ret->nvantage; i++) {
        n += 1 + strlen(order->ret->vantage[i].name) / KD_MERGE_ROW_BYTES;
    }
    order->nrow = order->nquestion * n;
    return finish_check_rows(order, err);
}

/* What is told of one question and its answers. */
static kd_status finish_count_answers(struct merge_order *order,
                                      const struct kd_merged_question *question,
                                      struct kd_err *err)
{
    order->nrow +=
        question->subject != NULL ? strlen(question->subject) / KD_MERGE_ROW_BYTES : 0;
    for (size_t i = 0; i < question->ngroup; i++) {
        order->nrow += strlen(question->group[i].answer) / KD_MERGE_ROW_BYTES;
    }
    return finish_check_rows(order, err);
}

static kd_status finish_compare(struct merge_order *order, struct kd_err *err)
{
    kd_status status = KD_OK;
    size_t nvantage = order->ret->nvantage, at = 0;
    struct merge_slice *slice = kd_arena_alloc(order->arena, nvantage * sizeof(*slice));
    struct merge_present *present = kd_arena_alloc(order->arena, nvantage * sizeof(*present));

    for (uint32_t i = 0; i < order->nquestion && status == KD_OK; i++) {
        const struct merge_question *asked = &order->merge->question[order->question[i]];
        struct kd_merged_domain *domain = finish_domain(order, asked);
        struct kd_merged_question *question = NULL;

        finish_slice(order, i, &at, slice);
        if (domain->nquestion == 0) {
            finish_present(order, slice, present);
        }
        domain->question = kd_arena_grow(order->arena, domain->question, domain->nquestion,
                                         sizeof(*domain->question));
        question = &domain->question[domain->nquestion++];
        question->aspect = (kd_merge_aspect)asked->aspect;
        question->subject = kd_arena_strdup(order->arena, finish_word(order, asked->subject));
        kd_merge_compare(order, slice, present, question);
        finish_mark(order->ret, question);
        finish_silence(order->ret, domain, question);
        finish_count(order->ret, domain, question->verdict);
        status = finish_count_answers(order, question, err);
    }
    return status;
}

static void finish_damage(const struct merge_order *order)
{
    struct kd_merged *ret = order->ret;

    ret->ndamage = order->merge->ndamage;
    ret->damage = kd_arena_alloc(order->arena, ret->ndamage * sizeof(*ret->damage));
    for (size_t i = 0; i < ret->ndamage; i++) {
        const struct kd_merged_damage *damage = &order->merge->damage[i];

        ret->damage[i] =
            (struct kd_merged_damage){.file = kd_arena_strdup(order->arena, damage->file),
                                      .code = damage->code,
                                      .text = kd_arena_strdup(order->arena, damage->text)};
    }
}

kd_status kd_merge_finish(struct kd_merge *merge, struct kd_arena *arena, uint32_t max_age_s,
                          int64_t now_s, const struct kd_merged **ret, struct kd_err *err)
{
    struct merge_order order = {
        .merge = merge,
        .arena = arena,
        .ret = kd_arena_alloc(arena, sizeof(*order.ret)),
        .now_s = now_s,
    };
    kd_status status;

    *order.ret = (struct kd_merged){
        .nfailed = merge->nfailed,
        .nempty = merge->nempty,
        .oldest_s = -1,
        .newest_s = -1,
        .max_age_s = max_age_s,
    };
    finish_damage(&order);
    finish_reports(&order);
    finish_places(&order);
    finish_questions(&order);
    status = finish_count_places(&order, err);
    if (status == KD_OK) {
        status = kd_merge_order_answers(&order, err);
    }
    if (status == KD_OK) {
        status = finish_compare(&order, err);
    }
    if (order.ret->nsilent > 0 && order.ret->verdict == KD_MERGE_IS_AGREE) {
        order.ret->verdict = KD_MERGE_IS_UNKNOWN;
    }
    *ret = status == KD_OK ? order.ret : *ret;
    return status;
}
