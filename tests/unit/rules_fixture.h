/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rules_fixture.h - facts from a document, judged: from a file of tests/rules or from text in
 * which ' stands for ", so that documents can be read in C.
 */
#ifndef KMSDNS_TESTS_UNIT_RULES_FIXTURE_H
#define KMSDNS_TESTS_UNIT_RULES_FIXTURE_H

#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "kmsdns/facts/json.h"
#include "kmsdns/rules/rule.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static inline struct kd_facts *fixture_facts(struct kd_arena *arena, json_t *doc)
{
    struct kd_facts *facts = NULL;
    struct kd_err err = {.code = KD_OK};

    if (kd_facts_from_json(arena, doc, &facts, &err) != KD_OK) {
        fail_msg("%s", err.text);
    }
    json_decref(doc);
    return facts;
}

static inline struct kd_facts *fixture_text(struct kd_arena *arena, const char *text)
{
    char *copy = kd_arena_strdup(arena, text);
    json_error_t error;
    json_t *doc = NULL;

    for (char *p = copy; *p != '\0'; p++) {
        *p = *p == '\'' ? '"' : *p;
    }
    doc = json_loads(copy, 0, &error);
    if (doc == NULL) {
        fail_msg("%s\n%s", error.text, copy);
    }
    return fixture_facts(arena, doc);
}

/* NULL when there is no such file. */
static inline struct kd_facts *fixture_file(struct kd_arena *arena, const char *id,
                                            const char *name)
{
    const char *path = kd_arena_printf(arena, TEST_SRCDIR "/rules/%s/%s.json", id, name);
    json_error_t error;
    json_t *doc = json_load_file(path, 0, &error);

    if (doc == NULL) {
        print_error("%s: %s\n", path, error.text);
        return NULL;
    }
    return fixture_facts(arena, doc);
}

/* The finding with an id and, unless it is NULL, a subject; NULL if there is none. */
static inline const struct kd_finding *fixture_find(const struct kd_judgement *judgement,
                                                    const char *id, const char *subject)
{
    for (size_t i = 0; i < judgement->nfinding; i++) {
        const struct kd_finding *finding = &judgement->finding[i];

        if (strcmp(finding->rule->id, id) == 0 &&
            (subject == NULL || strcmp(finding->subject, subject) == 0)) {
            return finding;
        }
    }
    return NULL;
}

/* The word of what was missing; "" when the rule (and subject, unless NULL) was judged. */
static inline const char *fixture_missing(const struct kd_judgement *judgement, const char *id,
                                          const char *subject)
{
    for (size_t i = 0; i < judgement->nnot_evaluated; i++) {
        const struct kd_not_evaluated *entry = &judgement->not_evaluated[i];
        bool is_meant =
            subject == NULL || entry->subject == NULL || strcmp(entry->subject, subject) == 0;

        if (strcmp(entry->rule->id, id) == 0 && is_meant) {
            return entry->missing;
        }
    }
    return "";
}

#endif
