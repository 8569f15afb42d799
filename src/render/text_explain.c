/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text_explain.c - an explanation for people: what it is, the next step, what it means, the causes
 * with their checks and steps, where vendors disagree, who says so.
 */
#include "kmsdns/render/explain.h"

#include <string.h>

#include "text.h"

#define EXP_INDENT 3

/* A command is there to be copied whole, so it is not wrapped. */
static void exp_command(const struct kd_text *text, size_t indent, const char *key,
                        const char *command)
{
    kd_buf_pad(text->out, ' ', indent);
    kd_buf_printf(text->out, "  %-*s%s\n", KD_TEXT_KEY_COLUMNS - 2, key,
                  kd_text_safe(text, command));
}

static bool exp_is_prose(const struct kd_fix *fix)
{
    size_t len = strlen(fix->what);

    return kd_text_is_prose(fix) || (len > 0 && fix->what[len - 1] == '.');
}

static void exp_fix(const struct kd_text *text, const struct kd_fix *fix, bool is_alone)
{
    const char *key = strcmp(fix->for_whom, "any") != 0 ? fix->for_whom
                      : is_alone                        ? "fix"
                                                        : "others";

    if (exp_is_prose(fix)) {
        kd_text_keyed_at(text, EXP_INDENT, key, kd_text_safe(text, fix->what));
    } else {
        exp_command(text, EXP_INDENT, key, fix->what);
    }
}

static void exp_fixes(const struct kd_text *text, const struct kd_explain_cause *cause)
{
    bool is_alone = cause->fix[1].for_whom == NULL;

    if (cause->same_as != 0) {
        kd_text_keyed_at(text, EXP_INDENT, "fix",
                         kd_arena_printf(text->arena, "as for %zu", cause->same_as));
    }
    for (size_t i = 0; i < KD_MAX_FIXES && cause->fix[i].for_whom != NULL; i++) {
        /* steps for everybody come before or behind those of one server */
        exp_fix(text, &cause->fix[i], is_alone || i == 0);
    }
}

static void exp_causes(const struct kd_text *text, const struct kd_explanation *told)
{
    if (told->ncause == 0) {
        return;
    }
    kd_buf_puts(text->out, told->ncause == 1                ? "\n"
                           : told->kind == KD_EXPLAIN_TOPIC ? "\nWhat kmsdns tells of it:\n"
                                                            : "\nLikely causes, the likeliest "
                                                              "first:\n");
    for (size_t i = 0; i < told->ncause; i++) {
        const struct kd_explain_cause *cause = &told->cause[i];
        const char *number =
            told->ncause > 1 ? kd_arena_printf(text->arena, "%zu. ", i + 1) : "";

        kd_text_prose(
            text, EXP_INDENT - 1,
            kd_arena_printf(text->arena, "%s%s", number, kd_text_safe(text, cause->text)));
        if (cause->check != NULL) {
            exp_command(text, EXP_INDENT, "check", cause->check);
        }
        if (cause->findings != NULL) {
            kd_text_keyed_at(text, EXP_INDENT, "finding", cause->findings);
        }
        exp_fixes(text, cause);
    }
}

static void exp_conflict(const struct kd_text *text, const struct kd_conflict *conflict)
{
    kd_buf_puts(text->out, "\n");
    kd_text_prose(text, 0,
                  kd_arena_printf(text->arena, "Texts disagree on %s:", conflict->point));
    kd_text_keyed(
        text, "one says",
        kd_arena_printf(text->arena, "%s (%s)", conflict->text_a, conflict->source_a));
    kd_text_keyed(
        text, "one says",
        kd_arena_printf(text->arena, "%s (%s)", conflict->text_b, conflict->source_b));
    kd_text_keyed(text, "here", conflict->here);
}

static void exp_one(const struct kd_text *text, const struct kd_explanation *told)
{
    kd_text_prose(text, 0, kd_arena_printf(text->arena, "%s: %s", told->name, told->meaning));
    kd_buf_puts(text->out, "\n");
    if (told->next != NULL) {
        exp_command(text, 0, "next", told->next);
        kd_text_keyed(text, "", told->about);
    }
    if (told->where != NULL) {
        kd_text_keyed(text, "where", told->where);
    }
    if (told->more != NULL) {
        kd_text_keyed(text, "more", told->more);
    }
    exp_causes(text, told);
    for (size_t i = 0; i < told->nconflict; i++) {
        exp_conflict(text, told->conflict[i]);
    }
    kd_buf_puts(text->out, "\n");
    kd_text_keyed(text, "source", told->source);
    if (told->see != NULL) {
        kd_text_keyed(text, "see also", told->see);
    }
}

static void exp_nothing(const struct kd_text *text, const struct kd_explain *explain)
{
    kd_text_prose(text, 0,
                  kd_arena_printf(text->arena, "Nothing is known about \"%s\".",
                                  kd_text_safe(text, explain->asked)));
    for (size_t i = 0; i < explain->nnearest; i++) {
        exp_command(text, 0, i == 0 ? "nearest" : "",
                    kd_arena_printf(text->arena, "kmsdns explain %s", explain->nearest[i]));
    }
    if (explain->hint != NULL) {
        kd_text_prose(text, 0, kd_text_safe(text, explain->hint));
    }
}

void kd_render_explain_text(const struct kd_explain *explain,
                            const struct kd_render_style *style, struct kd_buf *out)
{
    struct kd_text text = {.style = style, .arena = kd_arena_new(), .out = out};

    for (size_t i = 0; i < explain->nfound; i++) {
        if (i > 0) {
            kd_buf_puts(out, "\n----\n\n");
        }
        exp_one(&text, &explain->found[i]);
    }
    if (explain->nfound == 0) {
        exp_nothing(&text, explain);
    }
    kd_arena_free(text.arena);
}
