/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain.c - the verb explain, and the option --code: what a code means, from the tables alone.
 */
#include "kmsdns/rules/explain.h"

#include <string.h>

#include "cmd.h"
#include "kmsdns/render/explain.h"
#include "option_value.h"

/* The words as one text: people paste sentences without quotes. */
static const char *explain_asked(struct kd_arena *arena, const struct kd_options *options)
{
    struct kd_buf text = {.data = NULL};
    const char *asked = NULL;

    for (size_t i = 0; i < options->nfile && text.len < KD_EXPLAIN_MAX; i++) {
        kd_buf_puts(&text, i > 0 ? " " : "");
        kd_buf_puts(&text, options->file[i]);
    }
    asked = kd_arena_strdup(arena, kd_buf_str(&text));
    kd_buf_done(&text);
    return asked;
}

static void explain_render(const struct kd_explain *told, const struct kd_options *options,
                           struct kd_buf *document)
{
    struct kd_terminal terminal;
    struct kd_render_style style;

    if (strcmp(options->format->name, "json") == 0) {
        kd_render_explain_json(told, document);
        return;
    }
    kd_terminal_read(&terminal);
    style = kd_style_choose(options, &terminal);
    kd_render_explain_text(told, &style, document);
}

int kd_cmd_explain(const struct kd_options *options)
{
    struct kd_arena *arena = kd_arena_new();
    const struct kd_explain *told = kd_explain(arena, explain_asked(arena, options));
    struct kd_buf document = {.data = NULL};
    int status = told->nfound > 0 ? KD_EXIT_OK : KD_EXIT_UNKNOWN;

    explain_render(told, options, &document);
    status = kd_cmd_deliver(options->output, options->format, &document, status);
    kd_arena_free(arena);
    return status;
}

kd_status kd_option_value_code(struct kd_arena *arena, const struct kd_option *option,
                               const char *value, struct kd_options *options,
                               struct kd_err *err)
{
    (void)arena;
    (void)option;
    return kd_explain_code(value, &options->code, err);
}
