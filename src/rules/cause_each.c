/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cause_each.c - causes where each domain is judged as if it were the only one: what is found in
 * one domain proves and explains nothing in another one.
 *
 * For each domain a judgement with its findings and those about no domain is made and hunted on
 * its own. What the domains' causes say alike (one dead host, one resolver) becomes one cause, so
 * that many domains do not tell it many times.
 */
#include "causes.h"

#include <stdlib.h>
#include <string.h>

/* The part of a judgement that one domain alone would have. */
struct each_part {
    struct kd_judgement judgement;
    const struct kd_finding **origin; /* of each finding, in the whole judgement */
};

static bool each_is_of(const struct kd_finding *finding, const char *domain)
{
    return finding->about.domain == NULL || strcmp(finding->about.domain, domain) == 0;
}

static void each_take_findings(const struct kd_facts *facts, const struct kd_judgement *whole,
                               const char *domain, struct each_part *part)
{
    struct kd_judgement *judgement = &part->judgement;
    size_t n = 0;

    for (size_t i = 0; i < whole->nfinding; i++) {
        n += each_is_of(&whole->finding[i], domain) ? 1 : 0;
    }
    judgement->finding = kd_arena_alloc(facts->arena, n * sizeof(*judgement->finding));
    part->origin = kd_arena_alloc(facts->arena, n * sizeof(*part->origin));
    judgement->nfinding = 0;
    for (size_t i = 0; i < whole->nfinding; i++) {
        if (each_is_of(&whole->finding[i], domain)) {
            judgement->finding[judgement->nfinding] = whole->finding[i];
            part->origin[judgement->nfinding] = &whole->finding[i];
            judgement->nfinding++;
        }
    }
}

static bool each_is_open(const struct kd_not_evaluated *open, const char *domain)
{
    return open->subject == NULL || strcmp(open->subject, domain) == 0;
}

/* What is not judged about another domain is not hidden by a cause in this one. */
static void each_take_open(const struct kd_facts *facts, const struct kd_judgement *whole,
                           const char *domain, struct each_part *part)
{
    struct kd_judgement *judgement = &part->judgement;
    size_t n = 0;

    for (size_t i = 0; i < whole->nnot_evaluated; i++) {
        n += each_is_open(&whole->not_evaluated[i], domain) ? 1 : 0;
    }
    judgement->not_evaluated =
        kd_arena_alloc(facts->arena, n * sizeof(*judgement->not_evaluated));
    judgement->nnot_evaluated = 0;
    for (size_t i = 0; i < whole->nnot_evaluated; i++) {
        if (each_is_open(&whole->not_evaluated[i], domain)) {
            judgement->not_evaluated[judgement->nnot_evaluated] = whole->not_evaluated[i];
            judgement->nnot_evaluated++;
        }
    }
}

/* The cause's findings as the whole judgement has them. */
static void each_point_back(const struct each_part *part, struct kd_cause *cause)
{
    for (size_t i = 0; i < cause->nfinding; i++) {
        cause->finding[i] = part->origin[cause->finding[i] - part->judgement.finding];
    }
}

static struct kd_cause *each_same(struct kd_judgement *whole, const struct kd_cause *cause)
{
    for (size_t i = 0; i < whole->ncause; i++) {
        struct kd_cause *known = &whole->cause[i];

        if (known->row == cause->row && known->confidence == cause->confidence &&
            strcmp(known->text, cause->text) == 0) {
            return known;
        }
    }
    return NULL;
}

static bool each_has(const struct kd_cause *cause, const struct kd_finding *finding)
{
    for (size_t i = 0; i < cause->nfinding; i++) {
        if (cause->finding[i] == finding) {
            return true;
        }
    }
    return false;
}

/* Steps and what decides stay those of the first domain; each finding has steps of its own. */
static void each_join(const struct kd_facts *facts, struct kd_cause *known,
                      const struct kd_cause *cause)
{
    for (size_t i = 0; i < cause->nfinding; i++) {
        const struct kd_finding *finding = cause->finding[i];

        if (each_has(known, finding)) {
            continue;
        }
        known->finding = kd_arena_grow(facts->arena, known->finding, known->nfinding,
                                       sizeof(*known->finding));
        known->finding[known->nfinding] = finding;
        known->nfinding++;
        known->severity =
            finding->severity > known->severity ? finding->severity : known->severity;
        kd_cause_add_queries(known, finding);
    }
}

static void each_add(const struct kd_facts *facts, struct kd_judgement *whole,
                     const struct kd_cause *cause)
{
    struct kd_cause *known = each_same(whole, cause);

    if (known != NULL) {
        each_join(facts, known, cause);
        return;
    }
    whole->cause =
        kd_arena_grow(facts->arena, whole->cause, whole->ncause, sizeof(*whole->cause));
    whole->cause[whole->ncause] = *cause;
    whole->ncause++;
}

void kd_causes_find_each(const struct kd_facts *facts, struct kd_judgement *judgement)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        struct each_part part = {.judgement = *judgement};
        struct kd_facts one = *facts;

        part.judgement.cause = NULL;
        part.judgement.ncause = 0;
        one.domain = &facts->domain[i];
        one.ndomain = 1;
        each_take_findings(facts, judgement, one.domain->name, &part);
        each_take_open(facts, judgement, one.domain->name, &part);
        kd_causes_find(&one, &part.judgement);
        for (size_t j = 0; j < part.judgement.ncause; j++) {
            each_point_back(&part, &part.judgement.cause[j]);
            each_add(facts, judgement, &part.judgement.cause[j]);
        }
    }
    if (judgement->ncause > 0) {
        qsort(judgement->cause, judgement->ncause, sizeof(*judgement->cause), kd_cause_compare);
    }
}
