/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text_cause.c - the few causes above the findings: each with its next step, what it explains and,
 * where it is not certain, the check that decides; then the findings, grouped under their causes.
 */
#include "text.h"

#include <string.h>

#include "kmsdns/rules/cause.h"

/* One step that anybody can read; the commands stand with the findings, and here with -v. */
static void cause_next_steps(const struct kd_text *text, const struct kd_cause *cause)
{
    const struct kd_fix *fix = cause->fix;
    size_t only = KD_MAX_FIXES;
    const char *key = "next:";

    for (size_t i = KD_MAX_FIXES; i > 0 && text->style->verbosity == 0; i--) {
        bool is_one = fix[i - 1].what != NULL && kd_text_is_prose(&fix[i - 1]);

        only = is_one ? i - 1 : only;
    }
    for (size_t i = 0; i < KD_MAX_FIXES && fix[i].what != NULL; i++) {
        if (only == KD_MAX_FIXES || i == only) {
            kd_text_step(text, &fix[i], key);
            key = "";
        }
    }
}

/* "SRV-ABSENT, SRV-TYPO", each id once */
static const char *cause_ids(const struct kd_text *text, const struct kd_cause *cause)
{
    const char *list = "";

    for (size_t i = 0; i < cause->nfinding; i++) {
        const char *id = cause->finding[i]->rule->id;
        bool is_told = false;

        for (size_t j = 0; j < i && !is_told; j++) {
            is_told = cause->finding[j]->rule == cause->finding[i]->rule;
        }
        if (!is_told) {
            list = kd_arena_printf(text->arena, "%s%s%s", list, i == 0 ? "" : ", ", id);
        }
    }
    return list;
}

static const char *cause_rivals(const struct kd_text *text, const struct kd_cause *cause)
{
    const char *list = "";

    for (size_t i = 0; i < cause->nrival; i++) {
        list = kd_arena_printf(text->arena, "%s%s%s (%s)", list, i == 0 ? "" : ", ",
                               cause->rival[i]->title, cause->rival[i]->id);
    }
    return list;
}

static void cause_one(const struct kd_text *text, const struct kd_cause *cause)
{
    kd_text_prose(text, 0,
                  kd_arena_printf(text->arena, "Cause (%s): %s (%s)",
                                  kd_confidence_str(cause->confidence),
                                  kd_text_safe(text, cause->text), cause->row->id));
    cause_next_steps(text, cause);
    kd_text_keyed(text, "explains", cause_ids(text, cause));
    if (cause->nopen > 0) {
        kd_text_keyed(text, "hides",
                      kd_arena_printf(text->arena, "%s that cannot be judged because of it",
                                      kd_text_count(text, cause->nopen, "finding")));
    }
    if (cause->nrival > 0) {
        kd_text_keyed(text, "or it is", cause_rivals(text, cause));
    }
    if (cause->decides != NULL) {
        kd_text_keyed(text, "to decide", kd_text_safe(text, cause->decides));
    }
    if (text->style->verbosity >= 1) {
        (void)kd_text_questions(text, "evidence", cause->queries, cause->nqueries);
    }
    kd_buf_puts(text->out, "\n");
}

bool kd_text_has_causes(const struct kd_text *text)
{
    const char *command = text->facts->command;

    return text->judgement->ncause > 0 && command != NULL &&
           (strcmp(command, "diagnose") == 0 || strcmp(command, "preflight") == 0);
}

void kd_text_causes(const struct kd_text *text)
{
    for (size_t i = 0; kd_text_has_causes(text) && i < text->judgement->ncause; i++) {
        cause_one(text, &text->judgement->cause[i]);
    }
}

/* The reason is the rule's, so it is told once, under its first finding. */
static void cause_finding(const struct kd_text *text, size_t place, bool *is_told)
{
    const struct kd_judgement *judgement = text->judgement;
    bool is_first = true;

    for (size_t i = 0; i < judgement->nfinding && is_first; i++) {
        is_first = !is_told[i] || judgement->finding[i].rule != judgement->finding[place].rule;
    }
    is_told[place] = true;
    kd_text_finding(text, place, is_first);
}

/* The findings of one cause, or with NULL those that stand on their own. */
static void cause_group(const struct kd_text *text, const struct kd_cause *cause, bool *is_told)
{
    bool has_heading = false;

    for (size_t i = 0; i < text->judgement->nfinding; i++) {
        if (is_told[i] || kd_cause_of(text->judgement, i) != cause) {
            continue;
        }
        if (!has_heading) {
            kd_text_prose(text, 0,
                          cause != NULL
                              ? kd_arena_printf(text->arena, "Because of %s:", cause->row->id)
                              : "On their own:");
            kd_buf_puts(text->out, "\n");
            has_heading = true;
        }
        cause_finding(text, i, is_told);
    }
}

void kd_text_findings_by_cause(const struct kd_text *text)
{
    const struct kd_judgement *judgement = text->judgement;
    bool *is_told = kd_arena_alloc(text->arena, judgement->nfinding * sizeof(*is_told));

    for (size_t i = 0; i < judgement->ncause; i++) {
        cause_group(text, &judgement->cause[i], is_told);
    }
    cause_group(text, NULL, is_told);
}
