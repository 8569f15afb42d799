/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cause.c - the engine above the findings: walks the table of causes from the deepest row down,
 * raises a cause where a finding proves it, and gives it the findings that follow from it.
 *
 * A proof that a deeper, at least probable cause explains already proves nothing new: the cause
 * below it is dropped and what it explained goes to the deeper one. Rows that name a rival are
 * spared, so that two explanations of one finding are both shown.
 */
#include "kmsdns/rules/cause.h"

#include <stdlib.h>
#include <string.h>

#include "causes.h"
#include "kmsdns/base/buf.h"
#include "kmsdns/rules/codes.h"
#include "look.h"
#include "tables.h"

#define MAX_CAUSES   100
#define EVENT_FAILED "EVT-12293"
#define MOST_HOSTS   2 /* in a text, which the first line of a plugin repeats */

/* What a finding is to a cause. */
enum cause_role {
    ROLE_NONE,
    ROLE_EFFECT,
    ROLE_PROOF,
};

/* A cause in the making. */
struct cause_work {
    const struct kd_cause_row *row;
    kd_confidence confidence;
    const struct kd_finding *proof; /* the first one */
    uint8_t *role;                  /* enum cause_role of each finding */
};

struct cause_hunt {
    const struct kd_facts *facts;
    struct kd_judgement *judgement;
    struct cause_work work[MAX_CAUSES];
    size_t nwork;
};

static bool cause_is(const struct kd_finding *finding, const char *id)
{
    return strcmp(finding->rule->id, id) == 0;
}

static bool cause_has_code(const struct kd_cause_row *row, uint32_t code)
{
    for (size_t i = 0; row->code != NULL && row->code[i] != 0; i++) {
        if (row->code[i] == code) {
            return true;
        }
    }
    return row->code == NULL;
}

/* An event belongs to a cause only with one of its codes. */
static bool cause_fits(const struct cause_hunt *hunt, const struct kd_cause_row *row,
                       const struct kd_finding *finding)
{
    return !cause_is(finding, EVENT_FAILED) ||
           cause_has_code(row, kd_cause_event_code(hunt->facts, finding));
}

/* True if the finding that a proof needs beside it is there. */
static bool cause_has_company(const struct cause_hunt *hunt, const struct kd_cause_row *row,
                              const struct kd_cause_proof *proof,
                              const struct kd_finding *finding)
{
    kd_near near = proof->with_near != KD_NEAR_ROW ? proof->with_near : row->near;

    for (size_t i = 0; proof->with != NULL && i < hunt->judgement->nfinding; i++) {
        const struct kd_finding *other = &hunt->judgement->finding[i];

        if (cause_is(other, proof->with) &&
            kd_cause_is_near(hunt->facts, near, finding, other)) {
            return true;
        }
    }
    return proof->with == NULL;
}

/* How sure one finding makes one row. */
static kd_confidence cause_weigh(const struct cause_hunt *hunt, const struct kd_cause_row *row,
                                 const struct kd_finding *finding)
{
    kd_confidence best = KD_CONFIDENCE_NONE;

    for (size_t i = 0; i < KD_CAUSE_MAX_PROOFS && row->proof[i].id != NULL; i++) {
        const struct kd_cause_proof *proof = &row->proof[i];
        struct kd_cause_look look = {hunt->facts, hunt->judgement, finding, proof->confidence};
        kd_confidence confidence = proof->confidence;

        if (!cause_is(finding, proof->id) || !cause_fits(hunt, row, finding) ||
            !cause_has_company(hunt, row, proof, finding)) {
            continue;
        }
        confidence = row->check != NULL ? row->check(&look) : confidence;
        best = confidence > best ? confidence : best;
    }
    return best;
}

/* The cause of a row that the finding belongs to; NULL if there is none yet. */
static struct cause_work *cause_same(struct cause_hunt *hunt, const struct kd_cause_row *row,
                                     const struct kd_finding *finding)
{
    for (size_t i = hunt->nwork; i > 0 && hunt->work[i - 1].row == row; i--) {
        if (kd_cause_is_near(hunt->facts, row->near, hunt->work[i - 1].proof, finding)) {
            return &hunt->work[i - 1];
        }
    }
    return NULL;
}

static void cause_raise(struct cause_hunt *hunt, const struct kd_cause_row *row, size_t place,
                        kd_confidence confidence)
{
    const struct kd_finding *finding = &hunt->judgement->finding[place];
    struct cause_work *work = cause_same(hunt, row, finding);

    if (work == NULL && hunt->nwork == MAX_CAUSES) {
        return; /* the findings are told all the same */
    }
    if (work == NULL) {
        work = &hunt->work[hunt->nwork];
        hunt->nwork++;
        *work = (struct cause_work){.row = row, .proof = finding};
        work->role = kd_arena_alloc(hunt->facts->arena, hunt->judgement->nfinding);
    }
    work->role[place] = ROLE_PROOF;
    work->confidence = confidence > work->confidence ? confidence : work->confidence;
}

/* True if the finding is as near to one of the proofs as the effect asks for. */
static bool cause_reaches(const struct cause_hunt *hunt, const struct cause_work *work,
                          const struct kd_cause_effect *effect,
                          const struct kd_finding *finding)
{
    kd_near near = effect->near != KD_NEAR_ROW ? effect->near : work->row->near;

    for (size_t i = 0; i < hunt->judgement->nfinding; i++) {
        if (work->role[i] == ROLE_PROOF &&
            kd_cause_is_near(hunt->facts, near, &hunt->judgement->finding[i], finding)) {
            return true;
        }
    }
    return false;
}

static bool cause_explains(const struct cause_hunt *hunt, const struct cause_work *work,
                           const struct kd_finding *finding)
{
    for (size_t i = 0; i < KD_CAUSE_MAX_EFFECTS && work->row->effect[i].id != NULL; i++) {
        const struct kd_cause_effect *effect = &work->row->effect[i];

        if (cause_is(finding, effect->id) && cause_fits(hunt, work->row, finding) &&
            cause_reaches(hunt, work, effect, finding)) {
            return true;
        }
    }
    return false;
}

static void cause_explain(const struct cause_hunt *hunt, struct cause_work *work)
{
    for (size_t i = 0; i < hunt->judgement->nfinding; i++) {
        if (work->role[i] == ROLE_NONE &&
            cause_explains(hunt, work, &hunt->judgement->finding[i])) {
            work->role[i] = ROLE_EFFECT;
        }
    }
}

static bool cause_is_rival(const struct kd_cause_row *row, const struct kd_cause_row *deeper)
{
    for (size_t i = 0; i < KD_CAUSE_MAX_RIVALS && row->rival[i] != NULL; i++) {
        if (strcmp(row->rival[i], deeper->id) == 0) {
            return true;
        }
    }
    return false;
}

/* Takes from a cause the proofs that a deeper one explains; returns how many stay. */
static size_t cause_yield(const struct cause_hunt *hunt, struct cause_work *work,
                          const struct cause_work *deeper)
{
    size_t nproof = 0;

    for (size_t i = 0; i < hunt->judgement->nfinding; i++) {
        if (work->role[i] == ROLE_PROOF && deeper->role[i] != ROLE_NONE) {
            work->role[i] = ROLE_NONE;
        }
        nproof += work->role[i] == ROLE_PROOF ? 1 : 0;
    }
    return nproof;
}

static void cause_absorb(const struct cause_hunt *hunt, struct cause_work *deeper,
                         const struct cause_work *work)
{
    for (size_t i = 0; i < hunt->judgement->nfinding; i++) {
        if (deeper->role[i] == ROLE_NONE && work->role[i] != ROLE_NONE) {
            deeper->role[i] = ROLE_EFFECT;
        }
    }
}

/* Drops the cause if deeper ones explain all that proves it; true if it went. */
static bool cause_is_explained_away(struct cause_hunt *hunt, struct cause_work *work)
{
    for (size_t i = 0; i < hunt->nwork; i++) {
        struct cause_work *deeper = &hunt->work[i];

        if (deeper->row == work->row) {
            break;
        }
        if (deeper->confidence < KD_CONFIDENCE_PROBABLE ||
            cause_is_rival(work->row, deeper->row)) {
            continue;
        }
        if (cause_yield(hunt, work, deeper) == 0) {
            cause_absorb(hunt, deeper, work);
            return true;
        }
    }
    return false;
}

/* The first proof may be gone to a deeper cause: what is left speaks for itself. */
static void cause_renew_proof(const struct cause_hunt *hunt, struct cause_work *work)
{
    for (size_t i = 0; i < hunt->judgement->nfinding; i++) {
        if (work->role[i] == ROLE_PROOF) {
            work->proof = &hunt->judgement->finding[i];
            return;
        }
    }
}

static void cause_try_row(struct cause_hunt *hunt, const struct kd_cause_row *row)
{
    size_t first = hunt->nwork, kept = first;

    for (size_t i = 0; i < hunt->judgement->nfinding; i++) {
        kd_confidence confidence = cause_weigh(hunt, row, &hunt->judgement->finding[i]);

        if (confidence != KD_CONFIDENCE_NONE) {
            cause_raise(hunt, row, i, confidence);
        }
    }
    for (size_t i = first; i < hunt->nwork; i++) {
        cause_explain(hunt, &hunt->work[i]);
        if (!cause_is_explained_away(hunt, &hunt->work[i])) {
            cause_renew_proof(hunt, &hunt->work[i]);
            hunt->work[kept] = hunt->work[i];
            kept++;
        }
    }
    hunt->nwork = kept;
}

/* The subjects of all proofs: "a, b and 3 more". */
static const char *cause_subjects(const struct cause_hunt *hunt, const struct cause_work *work)
{
    struct kd_look_names names = {.n = 0};

    for (size_t i = 0; i < hunt->judgement->nfinding; i++) {
        if (work->role[i] == ROLE_PROOF) {
            kd_look_add_name(hunt->facts, &names, hunt->judgement->finding[i].subject);
        }
    }
    return kd_look_names_str(hunt->facts, &names);
}

static const char *cause_code_str(const struct cause_hunt *hunt, const struct cause_work *work)
{
    uint32_t code = kd_cause_event_code(hunt->facts, work->proof);

    return kd_arena_printf(hunt->facts->arena, "%s: %s", kd_code_str(hunt->facts->arena, code),
                           kd_code_meaning(code));
}

static const struct kd_query_fact *cause_query(const struct cause_hunt *hunt,
                                               const struct cause_work *work)
{
    return work->proof->nqueries > 0 ? kd_facts_query(hunt->facts, work->proof->queries[0])
                                     : NULL;
}

/* What ended the question that the proof rests on: "SERVFAIL". */
static const char *cause_answer(const struct cause_hunt *hunt, const struct cause_work *work)
{
    const struct kd_query_fact *query = cause_query(hunt, work);

    return query != NULL ? kd_outcome_str(query->status) : "an error";
}

static const char *cause_silence(const struct cause_hunt *hunt, const struct cause_work *work)
{
    const struct kd_query_fact *query = cause_query(hunt, work);

    return kd_cause_silence(query != NULL ? query->status : KD_OUT_TIMEOUT);
}

static const char *cause_hosts_of(const struct cause_hunt *hunt, const struct cause_work *work,
                                  bool only_silent)
{
    struct kd_look_names names = {.n = 0};

    for (size_t i = 0; i < hunt->judgement->nfinding; i++) {
        if (work->role[i] == ROLE_PROOF) {
            kd_cause_add_hosts(hunt->facts, &hunt->judgement->finding[i], only_silent, &names);
        }
    }
    return kd_look_few_str(hunt->facts, &names, MOST_HOSTS);
}

static const char *cause_hosts(const struct cause_hunt *hunt, const struct cause_work *work)
{
    return cause_hosts_of(hunt, work, false);
}

static const char *cause_silent_hosts(const struct cause_hunt *hunt,
                                      const struct cause_work *work)
{
    return cause_hosts_of(hunt, work, true);
}

/* One place replaced by what DNS or a log said, which is not looked at again. */
static const char *cause_replace(const struct cause_hunt *hunt, const char *text,
                                 const char *place, const char *value)
{
    const char *at = strstr(text, place);

    if (at == NULL) {
        return text;
    }
    return kd_arena_printf(hunt->facts->arena, "%.*s%s%s", (int)(at - text), text, value,
                           at + strlen(place));
}

static const char *cause_text(const struct cause_hunt *hunt, const struct cause_work *work)
{
    static const struct {
        const char *place;
        const char *(*value)(const struct cause_hunt *hunt, const struct cause_work *work);
    } PLACE[] = {
        {"{code}", cause_code_str},   {"{answer}", cause_answer},
        {"{silence}", cause_silence}, {"{subjects}", cause_subjects},
        {"{hosts}", cause_hosts},     {"{silent_hosts}", cause_silent_hosts},
    };
    const char *text = kd_fill_sentence(hunt->facts, &work->proof->about, work->row->text);

    for (size_t i = 0; i < sizeof(PLACE) / sizeof(PLACE[0]); i++) {
        if (strstr(text, PLACE[i].place) != NULL) {
            return cause_replace(hunt, text, PLACE[i].place, PLACE[i].value(hunt, work));
        }
    }
    return text;
}

static void cause_fill_fixes(const struct cause_hunt *hunt, const struct cause_work *work,
                             struct kd_cause *cause)
{
    const struct kd_fix *fix = work->row->fix;

    for (size_t i = 0; i < KD_MAX_FIXES; i++) {
        if (fix[0].for_whom == NULL) {
            cause->fix[i] = work->proof->fix[i];
        } else if (fix[i].for_whom != NULL) {
            cause->fix[i].for_whom = fix[i].for_whom;
            cause->fix[i].what = kd_fill_fix(hunt->facts, &work->proof->about, &fix[i]);
        }
    }
}

void kd_cause_add_queries(struct kd_cause *cause, const struct kd_finding *finding)
{
    for (size_t i = 0; i < finding->nqueries; i++) {
        bool is_known = false;

        for (size_t j = 0; j < cause->nqueries && !is_known; j++) {
            is_known = cause->queries[j] == finding->queries[i];
        }
        if (!is_known && cause->nqueries < KD_LOOK_QUERIES) {
            cause->queries[cause->nqueries] = finding->queries[i];
            cause->nqueries++;
        }
    }
}

static void cause_list_findings(const struct cause_hunt *hunt, const struct cause_work *work,
                                struct kd_cause *cause)
{
    struct kd_arena *arena = hunt->facts->arena;

    cause->queries = kd_arena_alloc(arena, KD_LOOK_QUERIES * sizeof(*cause->queries));
    for (size_t i = 0; i < hunt->judgement->nfinding; i++) {
        const struct kd_finding *finding = &hunt->judgement->finding[i];

        if (work->role[i] == ROLE_NONE) {
            continue;
        }
        cause->finding =
            kd_arena_grow(arena, cause->finding, cause->nfinding, sizeof(*cause->finding));
        cause->finding[cause->nfinding] = finding;
        cause->nfinding++;
        cause->severity =
            finding->severity > cause->severity ? finding->severity : cause->severity;
        kd_cause_add_queries(cause, finding);
    }
}

/* Nobody misses what was not wanted. */
static bool cause_was_wanted(const struct kd_facts *facts, const char *missing)
{
    size_t nupdate = 0;

    if (strcmp(missing, kd_need_str(KD_NEED_TCP)) == 0) {
        return facts->tcp_was_tried;
    }
    for (size_t i = 0; i < facts->ndomain; i++) {
        nupdate += facts->domain[i].nupdate;
    }
    return nupdate > 0 || strcmp(missing, kd_need_str(KD_NEED_UPDATE)) != 0;
}

static bool cause_opens(const struct cause_hunt *hunt, const struct cause_work *work,
                        const struct kd_not_evaluated *open)
{
    for (unsigned int i = 0; i < KD_NEED_COUNT; i++) {
        if ((work->row->opens & 1U << i) != 0 &&
            strcmp(open->missing, kd_need_str((kd_need)(1U << i))) == 0) {
            return cause_was_wanted(hunt->facts, open->missing);
        }
    }
    return false;
}

/* A fault that others make up for keeps nothing from being judged. */
static void cause_list_open(const struct cause_hunt *hunt, const struct cause_work *work,
                            struct kd_cause *cause)
{
    const struct kd_judgement *judgement = hunt->judgement;

    if (work->proof->told < KD_SEV_CRITICAL) {
        return;
    }
    for (size_t i = 0; i < judgement->nnot_evaluated; i++) {
        const struct kd_rule *rule = judgement->not_evaluated[i].rule;

        if (!cause_opens(hunt, work, &judgement->not_evaluated[i]) ||
            (cause->nopen > 0 && cause->open[cause->nopen - 1] == rule)) {
            continue;
        }
        cause->open =
            kd_arena_grow(hunt->facts->arena, cause->open, cause->nopen, sizeof(*cause->open));
        cause->open[cause->nopen] = rule;
        cause->nopen++;
    }
}

/* True if both would explain one finding, and it is what at least one of them rests on. */
static bool cause_compete(const struct cause_hunt *hunt, const struct cause_work *a,
                          const struct cause_work *b)
{
    for (size_t i = 0; a->row != b->row && i < hunt->judgement->nfinding; i++) {
        if (a->role[i] != ROLE_NONE && b->role[i] != ROLE_NONE &&
            (a->role[i] == ROLE_PROOF || b->role[i] == ROLE_PROOF)) {
            return true;
        }
    }
    return false;
}

static void cause_list_rivals(const struct cause_hunt *hunt, const struct cause_work *work,
                              struct kd_cause *cause)
{
    for (size_t i = 0; i < hunt->nwork; i++) {
        if (&hunt->work[i] != work && cause_compete(hunt, work, &hunt->work[i])) {
            cause->rival = kd_arena_grow(hunt->facts->arena, cause->rival, cause->nrival,
                                         sizeof(*cause->rival));
            cause->rival[cause->nrival] = hunt->work[i].row;
            cause->nrival++;
        }
    }
}

static void cause_finish(const struct cause_hunt *hunt, const struct cause_work *work,
                         struct kd_cause *cause)
{
    cause->row = work->row;
    cause->confidence = work->confidence;
    cause->subject = cause_subjects(hunt, work);
    cause->text = cause_text(hunt, work);
    cause_fill_fixes(hunt, work, cause);
    cause_list_findings(hunt, work, cause);
    cause_list_open(hunt, work, cause);
    cause_list_rivals(hunt, work, cause);
    if (cause->nrival > 0 || cause->confidence < KD_CONFIDENCE_PROVED) {
        const struct kd_fix decides = {"any", work->row->decides};

        cause->decides = kd_fill_fix(hunt->facts, &work->proof->about, &decides);
    }
}

int kd_cause_compare(const void *a, const void *b)
{
    const struct kd_cause *x = a, *y = b;
    int by_id = strcmp(x->row->id, y->row->id);

    if (x->confidence != y->confidence) {
        return x->confidence > y->confidence ? -1 : 1;
    }
    if (x->severity != y->severity) {
        return x->severity > y->severity ? -1 : 1;
    }
    return by_id != 0 ? by_id : strcmp(x->subject, y->subject);
}

void kd_causes_find(const struct kd_facts *facts, struct kd_judgement *judgement)
{
    struct cause_hunt hunt = {.facts = facts, .judgement = judgement};
    size_t n = 0;
    const struct kd_cause_row *const *row = kd_cause_rows(&n);

    if (judgement->nfinding == 0) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        cause_try_row(&hunt, row[i]);
    }
    judgement->cause = kd_arena_alloc(facts->arena, hunt.nwork * sizeof(*judgement->cause));
    judgement->ncause = hunt.nwork;
    for (size_t i = 0; i < hunt.nwork; i++) {
        cause_finish(&hunt, &hunt.work[i], &judgement->cause[i]);
    }
    if (hunt.nwork > 0) {
        qsort(judgement->cause, judgement->ncause, sizeof(*judgement->cause), kd_cause_compare);
    }
}

const struct kd_cause *kd_cause_of(const struct kd_judgement *judgement, size_t finding)
{
    for (size_t i = 0; i < judgement->ncause; i++) {
        for (size_t j = 0; j < judgement->cause[i].nfinding; j++) {
            if (judgement->cause[i].finding[j] == &judgement->finding[finding]) {
                return &judgement->cause[i];
            }
        }
    }
    return NULL;
}
