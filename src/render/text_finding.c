/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text_finding.c - the judgement: each finding with its reason, the steps that mend it and, on
 * demand, the questions behind it; what could not be judged; all questions as a table.
 */
#include "text.h"

#include <inttypes.h>
#include <string.h>

enum qry_column {
    QRY_N,
    QRY_SERVER,
    QRY_TRANSPORT,
    QRY_NAME,
    QRY_TYPE,
    QRY_STATUS,
    QRY_TRIES,
    QRY_MS,
    QRY_NOTE
};

const char *kd_text_query(const struct kd_text *text, const struct kd_query_fact *query)
{
    return kd_arena_printf(
        text->arena, "#%" PRIu32 " %s %s %s %s: %s, %s, %s%s%s", query->n,
        kd_text_endpoint(text, &query->server), kd_transport_str(query->transport),
        kd_text_safe(text, query->type), kd_text_safe(text, query->name),
        kd_outcome_str(query->status),
        query->tries == 1 ? "1 try"
                          : kd_arena_printf(text->arena, "%" PRIu32 " tries", query->tries),
        kd_text_duration(text, query->duration_us), query->note != NULL ? ", " : "",
        kd_text_safe(text, query->note));
}

const char *kd_text_questions(const struct kd_text *text, const char *key,
                              const uint32_t *number, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct kd_query_fact *query = kd_facts_query(text->facts, number[i]);

        if (query != NULL) {
            kd_text_keyed(text, key, kd_text_query(text, query));
            key = "";
        }
    }
    return key;
}

bool kd_text_is_prose(const struct kd_fix *fix)
{
    return fix->for_whom == NULL || strcmp(fix->for_whom, "any") == 0 ||
           strcmp(fix->for_whom, "client") == 0;
}

void kd_text_step(const struct kd_text *text, const struct kd_fix *fix, const char *key)
{
    const char *what = kd_text_safe(text, fix->what);

    if (fix->for_whom != NULL && strcmp(fix->for_whom, "any") != 0) {
        what = kd_arena_printf(text->arena, "(%s) %s", kd_text_safe(text, fix->for_whom), what);
    }
    if (kd_text_is_prose(fix)) {
        kd_text_keyed(text, key, what);
    } else {
        /* not wrapped: a command is there to be copied whole */
        kd_buf_printf(text->out, "  %-*s%s\n", KD_TEXT_KEY_COLUMNS - 2, key, what);
    }
}

static void fnd_next_steps(const struct kd_text *text, const struct kd_finding *finding)
{
    for (size_t i = 0; i < KD_MAX_FIXES && finding->fix[i].what != NULL; i++) {
        kd_text_step(text, &finding->fix[i], i == 0 ? "next:" : "");
    }
}

/* The reason is the rule's, so it is told once, under its first finding. */
static bool fnd_is_first_of_rule(const struct kd_judgement *judgement, size_t place)
{
    return place == 0 || judgement->finding[place - 1].rule != judgement->finding[place].rule;
}

void kd_text_finding(const struct kd_text *text, size_t place, bool has_why)
{
    const struct kd_finding *finding = &text->judgement->finding[place];

    kd_buf_printf(text->out, "%s  %s  %s\n", kd_text_severity(text, finding->severity),
                  finding->rule->id, kd_text_safe(text, finding->subject));
    kd_text_prose(text, 2, kd_text_safe(text, finding->text));
    if (finding->rule->why != NULL && has_why) {
        kd_text_keyed(text, "why:", kd_text_safe(text, finding->rule->why));
    }
    fnd_next_steps(text, finding);
    if (text->style->verbosity >= 1) {
        (void)kd_text_questions(text, "evidence", finding->queries, finding->nqueries);
    }
    kd_buf_puts(text->out, "\n");
}

static void fnd_short(const struct kd_text *text, const struct kd_finding *finding)
{
    kd_text_prose(text, 0,
                  kd_arena_printf(text->arena, "%s %s %s: %s",
                                  kd_text_severity(text, finding->severity), finding->rule->id,
                                  kd_text_safe(text, finding->subject),
                                  kd_text_safe(text, finding->text)));
    if (text->style->verbosity >= 1) {
        (void)kd_text_questions(text, "evidence", finding->queries, finding->nqueries);
    }
}

void kd_text_findings(const struct kd_text *text)
{
    bool is_short =
        text->facts->command != NULL && strcmp(text->facts->command, "discover") == 0;

    if (kd_text_has_causes(text)) {
        kd_text_findings_by_cause(text);
        return;
    }
    for (size_t i = 0; i < text->judgement->nfinding; i++) {
        if (is_short) {
            fnd_short(text, &text->judgement->finding[i]);
        } else {
            kd_text_finding(text, i, fnd_is_first_of_rule(text->judgement, i));
        }
    }
    if (is_short && text->judgement->nfinding > 0) {
        kd_buf_puts(text->out, "\n");
    }
}

/* True if an entry before this one told the same id for the same lack. */
static bool fnd_is_told(const struct kd_judgement *judgement, size_t place)
{
    const struct kd_not_evaluated *entry = &judgement->not_evaluated[place];

    for (size_t i = place; i > 0; i--) {
        const struct kd_not_evaluated *other = &judgement->not_evaluated[i - 1];

        if (other->rule != entry->rule) {
            return false; /* they are sorted by id */
        }
        if (strcmp(other->missing, entry->missing) == 0) {
            return true;
        }
    }
    return false;
}

/* "TGT-CLOSED, TGT-FAMILY (tcp is missing)"; nothing when no id lacks it. */
static void fnd_add_lack(const struct kd_judgement *judgement, const char *missing,
                         struct kd_buf *buf)
{
    bool is_first = true;

    for (size_t i = 0; i < judgement->nnot_evaluated; i++) {
        const struct kd_not_evaluated *entry = &judgement->not_evaluated[i];

        if (strcmp(entry->missing, missing) != 0 || fnd_is_told(judgement, i)) {
            continue;
        }
        kd_buf_printf(buf, "%s%s",
                      !is_first      ? ", "
                      : buf->len > 0 ? "; "
                                     : "",
                      entry->rule->id);
        is_first = false;
    }
    if (!is_first) {
        kd_buf_printf(buf, " (%s missing)", missing);
    }
}

/* "6 for want of registry": the ids would take more lines than most readers give them. */
static void fnd_count_lack(const struct kd_judgement *judgement, const char *missing,
                           struct kd_buf *buf)
{
    size_t n = 0;

    for (size_t i = 0; i < judgement->nnot_evaluated; i++) {
        if (strcmp(judgement->not_evaluated[i].missing, missing) == 0 &&
            !fnd_is_told(judgement, i)) {
            n++;
        }
    }
    if (n > 0) {
        kd_buf_printf(buf, "%s%zu for want of %s", buf->len > 0 ? ", " : "", n, missing);
    }
}

void kd_text_not_evaluated(const struct kd_text *text)
{
    struct kd_buf buf = {0};
    bool is_brief = text->style->verbosity == 0;

    if (text->judgement->nnot_evaluated == 0) {
        return;
    }
    for (int i = 0; i < KD_NEED_COUNT; i++) {
        const char *missing = kd_need_str((kd_need)(1 << i));

        if (is_brief) {
            fnd_count_lack(text->judgement, missing, &buf);
        } else {
            fnd_add_lack(text->judgement, missing, &buf);
        }
    }
    kd_text_prose(text, 0,
                  kd_arena_printf(text->arena, "Not evaluated: %s%s", kd_buf_str(&buf),
                                  is_brief ? "; -v names them" : ""));
    kd_buf_puts(text->out, "\n");
    kd_buf_done(&buf);
}

void kd_text_queries(const struct kd_text *text)
{
    struct kd_text_table table = {.text = text};
    struct kd_text_row row = {
        {"N", "SERVER", "VIA", "NAME", "TYPE", "STATUS", "TRIES", "MS", NULL}};

    table.right = 1U << QRY_N | 1U << QRY_TRIES | 1U << QRY_MS;
    kd_text_table_add(&table, &row);
    for (size_t i = 0; i < text->facts->nquery; i++) {
        const struct kd_query_fact *query = &text->facts->query[i];

        row.cell[QRY_N] = kd_arena_printf(text->arena, "%" PRIu32, query->n);
        row.cell[QRY_SERVER] = kd_text_endpoint(text, &query->server);
        row.cell[QRY_TRANSPORT] = kd_transport_str(query->transport);
        row.cell[QRY_NAME] = kd_text_safe(text, query->name);
        row.cell[QRY_TYPE] = kd_text_safe(text, query->type);
        row.cell[QRY_STATUS] = kd_outcome_str(query->status);
        row.cell[QRY_TRIES] = kd_arena_printf(text->arena, "%" PRIu32, query->tries);
        row.cell[QRY_MS] =
            kd_arena_printf(text->arena, "%.1f", (double)query->duration_us / 1e3);
        row.cell[QRY_NOTE] = kd_text_safe(text, query->note);
        kd_text_table_add(&table, &row);
    }
    kd_text_table_print(&table);
    kd_buf_puts(text->out, "\n");
}
