/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text_merge.c - several places compared, for people: who was heard, then each domain with what
 * differs there, by whom and since when, what is alike and what is not known, and a verdict.
 * Asked for more (-v), every answer is shown.
 */
#include <inttypes.h>
#include <string.h>

#include "kmsdns/base/clock.h"
#include "kmsdns/render/merge.h"
#include "text_merge.h"

#define MRT_MAX_NAMES   4
#define MRT_MORE_NAMES  8 /* in a table, where all rows are as wide as one */
#define MRT_MAX_NAME    200
#define MRT_MAX_ANSWERS 6

enum mrt_column {
    MRT_ASPECT,
    MRT_WHO,
    MRT_REMARK,
    MRT_ANSWER /* last, because it is the longest */
};

static const char *mrt_time(const struct kd_text *text, int64_t wall_s)
{
    char str[KD_RFC3339_STRLEN];

    return wall_s < 0 ? "-" : kd_arena_strdup(text->arena, kd_rfc3339_str(wall_s, str));
}

static size_t mrt_limit(const struct kd_text *text, size_t few)
{
    return text->style->verbosity > 0 ? SIZE_MAX : few;
}

/* Domain names are shorter, but a file may tell anything, and columns are as wide as that. */
static const char *mrt_cut(const struct kd_text *text, const char *safe)
{
    return strlen(safe) <= MRT_MAX_NAME
               ? safe
               : kd_arena_printf(text->arena, "%.*s...", MRT_MAX_NAME, safe);
}

/* A copy with names that can be told as they are: each is told in a row of each question. */
static struct kd_merged mrt_with_safe_names(const struct kd_text *text,
                                            const struct kd_merged *merged)
{
    struct kd_merged told = *merged;

    told.vantage = kd_arena_alloc(text->arena, told.nvantage * sizeof(*told.vantage));
    for (size_t i = 0; i < told.nvantage; i++) {
        told.vantage[i] = merged->vantage[i];
        told.vantage[i].name = mrt_cut(text, kd_text_safe(text, merged->vantage[i].name));
    }
    return told;
}

static const char *mrt_places(const struct kd_text *text, const struct kd_merged *merged,
                              const struct kd_merged_group *group)
{
    struct kd_text_list list = {.max = text->style->verbosity > 0 ? MRT_MORE_NAMES
                                                                  : MRT_MAX_NAMES};

    for (size_t i = 0; i < group->nplace; i++) {
        kd_text_list_add(&list, merged->vantage[group->place[i].vantage].name);
    }
    return kd_text_list_end(text, &list);
}

/* "SRV set", "reach kms01.corp.example.:1688" */
static const char *mrt_aspect(const struct kd_text *text,
                              const struct kd_merged_question *question)
{
    const char *aspect = kd_merge_aspect_text(question->aspect);

    return question->subject == NULL
               ? aspect
               : kd_arena_printf(text->arena, "%s %s", aspect,
                                 mrt_cut(text, kd_text_safe(text, question->subject)));
}

static const char *mrt_since(const struct kd_text *text, const struct kd_merged_place *place,
                             bool is_usual_known)
{
    return kd_arena_printf(text->arena, "%s%ssince %s",
                           is_usual_known ? kd_text_word(text, "differs", KD_SEV_WARNING) : "",
                           place->is_at_least ? (is_usual_known ? " at least " : "at least ")
                                              : (is_usual_known ? " " : ""),
                           mrt_time(text, place->since_s));
}

static const char *mrt_answer(const struct kd_text *text, const struct kd_text_set *usual,
                              const struct kd_merged_group *group)
{
    return group->is_silent ? kd_arena_printf(text->arena, "no answer (%s)",
                                              kd_text_answer(text, group->answer))
                            : kd_text_difference(text, usual, group->answer);
}

/* A group that differs: a row for each place, because each has done so since another time. */
static void mrt_add_group(struct kd_text_table *table, const struct kd_merged *merged,
                          const struct kd_merged_question *question,
                          const struct kd_merged_group *group, const struct kd_text_set *usual)
{
    const struct kd_text *text = table->text;

    for (size_t i = 0; i < group->nplace; i++) {
        struct kd_text_row row = {{NULL}};

        row.cell[MRT_WHO] = merged->vantage[group->place[i].vantage].name;
        row.cell[MRT_REMARK] = mrt_since(text, &group->place[i], question->has_usual);
        row.cell[MRT_ANSWER] = i == 0 ? mrt_answer(text, usual, group) : NULL;
        row.cell[MRT_ASPECT] =
            group == question->group && i == 0 ? mrt_aspect(text, question) : NULL;
        kd_text_table_add(table, &row);
    }
}

/* Of one place that got an answer it is not said that its answer is the usual one. */
static const char *mrt_usual(const struct kd_merged_question *question)
{
    if (question->ngroup == 1) {
        return question->verdict == KD_MERGE_IS_AGREE ? "all" : "alone";
    }
    return question->group[0].nplace == 1 && question->group[1].is_silent ? "answered"
                                                                          : "usual";
}

static void mrt_add_usual(struct kd_text_table *table, const struct kd_merged *merged,
                          const struct kd_merged_question *question)
{
    const struct kd_text *text = table->text;
    struct kd_text_row row = {{NULL}};

    row.cell[MRT_ASPECT] = mrt_aspect(text, question);
    row.cell[MRT_WHO] = mrt_places(text, merged, &question->group[0]);
    row.cell[MRT_REMARK] = mrt_usual(question);
    row.cell[MRT_ANSWER] = kd_text_answer(text, question->group[0].answer);
    kd_text_table_add(table, &row);
}

static void mrt_add_question(struct kd_text_table *table, const struct kd_merged *merged,
                             const struct kd_merged_question *question)
{
    struct kd_text_set usual = {.answer = NULL};

    if (question->has_usual) {
        mrt_add_usual(table, merged, question);
        usual = kd_text_set_of(question->group[0].answer);
    }
    for (size_t i = question->has_usual ? 1 : 0; i < question->ngroup; i++) {
        mrt_add_group(table, merged, question, &question->group[i],
                      question->has_usual ? &usual : NULL);
    }
    kd_text_set_done(&usual);
}

static bool mrt_is_shown(const struct kd_text *text, const struct kd_merged_question *question)
{
    return question->ngroup > 0 && (question->verdict == KD_MERGE_IS_DIFFER ||
                                    question->group[0].is_silent || text->style->verbosity > 0);
}

static void mrt_questions(const struct kd_text *text, const struct kd_merged *merged,
                          const struct kd_merged_domain *domain)
{
    struct kd_text_table table = {.text = text, .indent = 2};

    for (size_t i = 0; i < domain->nquestion; i++) {
        if (mrt_is_shown(text, &domain->question[i])) {
            mrt_add_question(&table, merged, &domain->question[i]);
        }
    }
    kd_text_table_print(&table);
}

static void mrt_alike(const struct kd_text *text, const struct kd_merged_domain *domain)
{
    struct kd_text_list list = {.max = MRT_MAX_ANSWERS};

    for (size_t i = 0; i < domain->nquestion; i++) {
        if (domain->question[i].verdict == KD_MERGE_IS_AGREE &&
            !mrt_is_shown(text, &domain->question[i])) {
            kd_text_list_add(&list, mrt_aspect(text, &domain->question[i]));
        }
    }
    if (list.n > 0) {
        kd_text_keyed(text, "alike", kd_text_list_end(text, &list));
    }
}

/* Reasons that hold for all of a place's answers are told with the place. */
static bool mrt_is_told(const struct kd_text *text, kd_merge_why why)
{
    return why != KD_MERGE_WHY_NO_REPORT && why != KD_MERGE_WHY_STALE &&
           (why != KD_MERGE_WHY_NOT_SEEN || text->style->verbosity > 0);
}

/* Every report about a domain has a status, so the first question tells who has none. */
static void mrt_not_asked(const struct kd_text *text, const struct kd_merged *merged,
                          const struct kd_merged_domain *domain)
{
    const struct kd_merged_question *status = &domain->question[0];
    struct kd_text_list list = {.max = mrt_limit(text, MRT_MAX_ANSWERS)};

    for (size_t i = 0; i < status->nunknown; i++) {
        if (status->unknown[i].why == KD_MERGE_WHY_NOT_ASKED) {
            kd_text_list_add(&list, merged->vantage[status->unknown[i].vantage].name);
        }
    }
    if (list.n > 0) {
        kd_text_keyed(text, "not asked", kd_text_list_end(text, &list));
    }
}

/*
 * The questions to which a place has no answer for one reason, all such places and reasons one
 * after the other: those of place v and reason w are from begin[v * KD_MERGE_WHY_COUNT + w] to
 * where the next ones begin.
 */
struct mrt_gaps {
    uint32_t *begin;
    uint32_t *question;
};

static size_t mrt_gap_of(const struct kd_merged_unknown *unknown)
{
    return unknown->vantage * KD_MERGE_WHY_COUNT + unknown->why;
}

/* Counted, then put in place: each row is looked at twice, however many places there are. */
static struct mrt_gaps mrt_gaps(const struct kd_text *text, const struct kd_merged *merged,
                                const struct kd_merged_domain *domain)
{
    size_t ngap = merged->nvantage * KD_MERGE_WHY_COUNT, n = 0;
    struct mrt_gaps gaps = {kd_arena_alloc(text->arena, (ngap + 2) * sizeof(uint32_t)), NULL};
    uint32_t *next = gaps.begin + 1; /* becomes where the next ones begin */

    for (size_t i = 0; i < domain->nquestion; i++) {
        const struct kd_merged_question *question = &domain->question[i];

        n += question->nunknown;
        for (size_t j = 0; j < question->nunknown; j++) {
            next[mrt_gap_of(&question->unknown[j]) + 1]++;
        }
    }
    for (size_t i = 1; i <= ngap; i++) {
        next[i] += next[i - 1];
    }
    gaps.question = kd_arena_alloc(text->arena, n * sizeof(uint32_t));
    for (uint32_t i = 0; i < domain->nquestion; i++) {
        const struct kd_merged_question *question = &domain->question[i];

        for (size_t j = 0; j < question->nunknown; j++) {
            gaps.question[next[mrt_gap_of(&question->unknown[j])]++] = i;
        }
    }
    return gaps;
}

/* "sat3.: SRV set, TTL: no answer came that could tell" */
static void mrt_unknown(const struct kd_text *text, const struct kd_merged *merged,
                        const struct kd_merged_domain *domain, const struct mrt_gaps *gaps,
                        size_t gap)
{
    struct kd_text_list list = {.max = mrt_limit(text, MRT_MAX_ANSWERS)};
    kd_merge_why why = (kd_merge_why)(gap % KD_MERGE_WHY_COUNT);

    for (uint32_t i = gaps->begin[gap]; i < gaps->begin[gap + 1]; i++) {
        kd_text_list_add(&list, mrt_aspect(text, &domain->question[gaps->question[i]]));
    }
    kd_text_keyed(text, "unknown",
                  kd_arena_printf(text->arena, "%s: %s: %s",
                                  merged->vantage[gap / KD_MERGE_WHY_COUNT].name,
                                  kd_text_list_end(text, &list), kd_merge_why_text(why)));
}

static void mrt_unknowns(const struct kd_text *text, const struct kd_merged *merged,
                         const struct kd_merged_domain *domain)
{
    struct mrt_gaps gaps = mrt_gaps(text, merged, domain);

    for (size_t gap = 0; gap < merged->nvantage * KD_MERGE_WHY_COUNT; gap++) {
        kd_merge_why why = (kd_merge_why)(gap % KD_MERGE_WHY_COUNT);
        bool is_any = gaps.begin[gap] < gaps.begin[gap + 1];

        /* who was not even asked for a status is told with the domain */
        if (is_any && mrt_is_told(text, why) &&
            !(why == KD_MERGE_WHY_NOT_ASKED && gaps.question[gaps.begin[gap]] == 0)) {
            mrt_unknown(text, merged, domain, &gaps, gap);
        }
    }
}

static const char *mrt_verdict(const struct kd_text *text, kd_merge_verdict verdict)
{
    static const kd_severity COLOR[KD_MERGE_VERDICT_COUNT] = {
        [KD_MERGE_IS_UNKNOWN] = KD_SEV_NOTICE,
        [KD_MERGE_IS_AGREE] = KD_SEV_INFO,
        [KD_MERGE_IS_DIFFER] = KD_SEV_WARNING,
    };

    return kd_text_word(text, kd_merge_verdict_str(verdict), COLOR[verdict]);
}

static bool mrt_has_majority(const struct kd_merged_domain *domain)
{
    for (size_t i = 0; i < domain->nquestion; i++) {
        if (domain->question[i].verdict == KD_MERGE_IS_DIFFER &&
            !domain->question[i].has_usual) {
            return false;
        }
    }
    return true;
}

static const char *mrt_domain_remark(const struct kd_merged_domain *domain)
{
    if (domain->verdict == KD_MERGE_IS_UNKNOWN) {
        return domain->is_silent ? ", no vantage point got an answer"
                                 : ", fewer than two vantage points can be compared";
    }
    return mrt_has_majority(domain)
               ? ""
               : "; there is no majority where no answer is marked as usual";
}

static void mrt_tell_domain(const struct kd_text *text, const struct kd_merged *merged,
                            const struct kd_merged_domain *domain)
{
    kd_buf_puts(text->out, "\n");
    kd_text_prose(
        text, 0,
        kd_arena_printf(text->arena, "%s.%s: %s%s", kd_text_safe(text, domain->service),
                        kd_text_safe(text, domain->name), mrt_verdict(text, domain->verdict),
                        mrt_domain_remark(domain)));
    mrt_questions(text, merged, domain);
    mrt_alike(text, domain);
    mrt_not_asked(text, merged, domain);
    mrt_unknowns(text, merged, domain);
}

/* Domains are told one after the other, and nothing is kept of them. */
static void mrt_domain(const struct kd_text *text, const struct kd_merged *merged,
                       const struct kd_merged_domain *domain)
{
    struct kd_text own = *text;

    own.arena = kd_arena_new();
    mrt_tell_domain(&own, merged, domain);
    kd_arena_free(own.arena);
}

static const char *mrt_remark(const struct kd_text *text,
                              const struct kd_merged_vantage *vantage)
{
    struct kd_text_list list = {.max = SIZE_MAX};

    if (vantage->is_stale) {
        kd_text_list_add(&list, kd_text_word(text, "stale", KD_SEV_NOTICE));
    }
    if (vantage->is_ahead) {
        kd_text_list_add(&list, "its clock is ahead");
    }
    if (vantage->is_cut) {
        kd_text_list_add(&list, "its newest run was cut");
    }
    if (vantage->nfailed_last > 0) {
        kd_text_list_add(&list, vantage->nreport > 0 ? "could not ask since" : "could not ask");
    }
    return kd_text_list_end(text, &list);
}

static void mrt_vantages(const struct kd_text *text, const struct kd_merged *merged)
{
    struct kd_text_table table = {.text = text, .indent = 2, .right = 1U << 1};
    const struct kd_text_row head = {{"VANTAGE POINT", "REPORTS", "OLDEST", "NEWEST", NULL}};

    kd_text_table_add(&table, &head);
    for (size_t i = 0; i < merged->nvantage; i++) {
        const struct kd_merged_vantage *vantage = &merged->vantage[i];
        struct kd_text_row row = {{NULL}};

        row.cell[0] = merged->vantage[i].name;
        row.cell[1] = kd_arena_printf(text->arena, "%zu", vantage->nreport);
        row.cell[2] = mrt_time(text, vantage->oldest_s);
        row.cell[3] = mrt_time(text, vantage->newest_s);
        row.cell[4] = mrt_remark(text, vantage);
        kd_text_table_add(&table, &row);
    }
    kd_text_table_print(&table);
}

/* What the table of places has no room for. */
static void mrt_notes(const struct kd_text *text, const struct kd_merged *merged)
{
    struct kd_text_list ahead = {.max = mrt_limit(text, MRT_MAX_NAMES)};
    size_t nstale = 0;

    for (size_t i = 0; i < merged->nvantage; i++) {
        const struct kd_merged_vantage *vantage = &merged->vantage[i];

        nstale += vantage->is_stale ? 1 : 0;
        if (vantage->is_ahead) {
            kd_text_list_add(&ahead, merged->vantage[i].name);
        }
        if (vantage->nahead > 0) {
            kd_text_keyed(text, "clock",
                          kd_arena_printf(text->arena,
                                          "%s: %s dated later than now by this "
                                          "machine's clock, left out",
                                          vantage->name,
                                          kd_text_count(text, vantage->nahead, "report")));
        }
        if (vantage->nfailed > 0) {
            kd_text_keyed(text, "failed",
                          kd_arena_printf(text->arena, "%s: %s made no report, the last: %s",
                                          merged->vantage[i].name,
                                          kd_text_count(text, vantage->nfailed, "run"),
                                          kd_text_safe(text, vantage->failure)));
        }
    }
    if (ahead.n > 0) {
        kd_text_keyed(
            text, "clock",
            kd_arena_printf(text->arena,
                            "%s: dated later than now by this machine's clock, so the "
                            "age of the report is not known",
                            kd_text_list_end(text, &ahead)));
    }
    if (nstale > 0) {
        kd_text_keyed(text, "stale",
                      kd_arena_printf(text->arena,
                                      "more than %" PRIu32 " s older than the newest report "
                                      "(--max-age): not compared",
                                      merged->max_age_s));
    }
}

static const char *mrt_differing(const struct kd_text *text, const struct kd_merged *merged)
{
    struct kd_text_list list = {.max = mrt_limit(text, MRT_MAX_NAMES)};

    for (size_t i = 0; i < merged->nvantage; i++) {
        if (merged->vantage[i].is_differing) {
            kd_text_list_add(&list, merged->vantage[i].name);
        }
    }
    return kd_text_list_end(text, &list);
}

/* "no vantage point got an answer about corp.example." */
static const char *mrt_silence(const struct kd_text *text, const struct kd_merged *merged)
{
    struct kd_text_list list = {.max = mrt_limit(text, MRT_MAX_NAMES)};

    for (size_t i = 0; i < merged->ndomain; i++) {
        if (merged->domain[i].is_silent) {
            kd_text_list_add(&list, mrt_cut(text, kd_text_safe(text, merged->domain[i].name)));
        }
    }
    return kd_arena_printf(text->arena, "no vantage point got an answer about %s",
                           kd_text_list_end(text, &list));
}

/* "sat3. in 3 of 9 answers", "all of 9 answers" */
static const char *mrt_result(const struct kd_text *text, const struct kd_merged *merged)
{
    switch (merged->verdict) {
    case KD_MERGE_IS_UNKNOWN:
        return merged->nsilent > 0 ? mrt_silence(text, merged)
                                   : "no answer of two vantage points could be compared";
    case KD_MERGE_IS_AGREE:
        return kd_arena_printf(text->arena, "all of %s",
                               kd_text_count(text, merged->ncompared, "answer"));
    case KD_MERGE_IS_DIFFER:
        return kd_arena_printf(text->arena, "%s in %zu of %s", mrt_differing(text, merged),
                               merged->ndiffer,
                               kd_text_count(text, merged->ncompared, "answer"));
    case KD_MERGE_VERDICT_COUNT:
        break;
    }
    return "";
}

static void mrt_count(const struct kd_text *text, struct kd_text_list *list, size_t n,
                      const char *thing, const char *rest)
{
    if (n > 0) {
        kd_text_list_add(
            list, kd_arena_printf(text->arena, "%s%s", kd_text_count(text, n, thing), rest));
    }
}

static void mrt_last_line(const struct kd_text *text, const struct kd_merged *merged)
{
    struct kd_text_list list = {.max = SIZE_MAX};

    kd_text_list_add(&list,
                     kd_arena_printf(text->arena, "%s of %s",
                                     kd_text_count(text, merged->nreport, "report"),
                                     kd_text_count(text, merged->nvantage, "vantage point")));
    mrt_count(text, &list, merged->ndouble, "double", "");
    mrt_count(text, &list, merged->nahead, "report", " dated later than now");
    mrt_count(text, &list, merged->nfailed, "run", " without a report");
    mrt_count(text, &list, merged->nempty, "report", " about no domain");
    mrt_count(text, &list, merged->ndamage, "place", " that could not be read");
    kd_buf_puts(text->out, "\n");
    kd_text_prose(
        text, 0,
        kd_arena_printf(text->arena, "%s: %s; %s, %s to %s", mrt_verdict(text, merged->verdict),
                        mrt_result(text, merged), kd_text_list_end(text, &list),
                        mrt_time(text, merged->oldest_s), mrt_time(text, merged->newest_s)));
}

void kd_render_merge_text(const struct kd_merged *merged, const struct kd_render_style *style,
                          struct kd_buf *out)
{
    struct kd_text text = {.style = style, .arena = kd_arena_new(), .out = out};
    struct kd_merged told = mrt_with_safe_names(&text, merged);

    if (told.nvantage > 0) {
        mrt_vantages(&text, &told);
    }
    mrt_notes(&text, &told);
    for (size_t i = 0; i < told.ndomain; i++) {
        mrt_domain(&text, &told, &told.domain[i]);
    }
    mrt_last_line(&text, &told);
    kd_arena_free(text.arena);
}
