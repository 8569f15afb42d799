/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text_client.c - what each kind of Windows client would ask, which host it would pick with
 * what chance, and the code it would show. Kinds that ask the same names are told together.
 */
#include "text.h"

#include <inttypes.h>
#include <string.h>

#define CLI_KINDS 3

enum cli_column {
    CLI_HOST,
    CLI_VISTA,
    CLI_VISTA_PLACE,
    CLI_WIN7,
    CLI_WIN7_PLACE,
    CLI_ANSWERS
};

static const char *cli_title(kd_client kind)
{
    static const char *const TITLE[KD_CLIENT_COUNT] = {
        [KD_CLIENT_ANY] = "any client",
        [KD_CLIENT_JOINED] = "domain member",
        [KD_CLIENT_WORKGROUP] = "workgroup computer",
        [KD_CLIENT_HOST] = "KMS host",
    };

    return TITLE[kind];
}

static bool cli_same(const struct kd_client_view *a, const struct kd_client_view *b)
{
    if (a->nask != b->nask) {
        return false;
    }
    for (size_t i = 0; i < a->nask; i++) {
        if (a->ask[i].domain != b->ask[i].domain || strcmp(a->ask[i].via, b->ask[i].via) != 0) {
            return false;
        }
    }
    return true;
}

static void cli_asks(const struct kd_text *text, const struct kd_client_view *view)
{
    struct kd_text_table table = {.text = text, .indent = 4, .right = 0x1};

    if (view->nask == 0) {
        kd_text_keyed(text, "asks", "nothing: none of the domains is one that it asks");
        return;
    }
    kd_text_keyed(text, "asks", "in this order");
    for (size_t i = 0; i < view->nask; i++) {
        const struct kd_ask *ask = &view->ask[i];
        struct kd_text_row row = {{NULL}};

        row.cell[0] = kd_arena_printf(text->arena, "%zu.", i + 1);
        row.cell[1] = kd_text_safe(text, ask->name);
        row.cell[2] = kd_outcome_str(ask->status);
        row.cell[3] = kd_arena_printf(text->arena, "(%s)", kd_text_safe(text, ask->via));
        kd_text_table_add(&table, &row);
    }
    kd_text_table_print(&table);
}

/* How a host answered, as the pick tells it: by its best address. */
static const char *cli_answers(const struct kd_text *text, const struct kd_pick *pick)
{
    if (pick->target == NULL || pick->target->naddress == 0) {
        return "no address";
    }
    if (!text->facts->tcp_was_tried) {
        return "not tried";
    }
    return pick->is_reachable ? "yes" : "no";
}

/* The host of a pick as clients write it. */
static const char *cli_host(const struct kd_text *text, const struct kd_pick *pick)
{
    return kd_arena_printf(text->arena, "%s:%u", kd_text_safe(text, pick->record->target),
                           pick->record->port);
}

/* Where there is one host, there is nothing to draw. */
static void cli_only_pick(const struct kd_text *text, const struct kd_client_view *view)
{
    kd_text_keyed(text, "picks",
                  kd_arena_printf(text->arena, "%s from %s, always; answers: %s",
                                  cli_host(text, &view->pick[0]),
                                  kd_text_safe(text, view->found->name),
                                  cli_answers(text, &view->pick[0])));
}

static void cli_picks(const struct kd_text *text, const struct kd_client_view *view)
{
    struct kd_text_table table = {.text = text, .indent = 4};
    struct kd_text_row row = {
        {"HOST", "VISTA, 2008", "PLACE", "7, 2008 R2+", "PLACE", "ANSWERS"}};

    table.right =
        1U << CLI_VISTA | 1U << CLI_VISTA_PLACE | 1U << CLI_WIN7 | 1U << CLI_WIN7_PLACE;
    kd_text_keyed(text, "picks",
                  kd_arena_printf(text->arena,
                                  "from %s; place is the order of one draw (--seed %" PRIu64
                                  ")",
                                  kd_text_safe(text, view->found->name), text->facts->seed));
    kd_text_table_add(&table, &row);
    for (size_t i = 0; i < view->npick; i++) {
        const struct kd_pick *pick = &view->pick[i];

        row.cell[CLI_HOST] = cli_host(text, pick);
        row.cell[CLI_VISTA] =
            kd_arena_printf(text->arena, "%.1f %%", pick->share_uniform * 100);
        row.cell[CLI_VISTA_PLACE] = kd_arena_printf(text->arena, "%zu", pick->draw_uniform);
        row.cell[CLI_WIN7] = kd_arena_printf(text->arena, "%.1f %%", pick->share_rfc2782 * 100);
        row.cell[CLI_WIN7_PLACE] = kd_arena_printf(text->arena, "%zu", pick->draw_rfc2782);
        row.cell[CLI_ANSWERS] = cli_answers(text, pick);
        kd_text_table_add(&table, &row);
    }
    kd_text_table_print(&table);
}

static const char *cli_code(const struct kd_text *text, const struct kd_client_code *code)
{
    return kd_arena_printf(text->arena, "%s (%s)", kd_text_safe(text, code->code),
                           kd_text_safe(text, code->text));
}

static const char *cli_failure(const struct kd_text *text, const struct kd_client_view *view)
{
    const struct kd_client_code *vista = view->code_vista, *win7 = view->code_win7;

    if (vista == NULL && win7 == NULL) {
        return "cannot be told: too little was answered";
    }
    if (vista == NULL || win7 == NULL) {
        return kd_arena_printf(text->arena, "fails, %s shows %s",
                               vista != NULL ? "Vista or 2008" : "7, 2008 R2 or later",
                               cli_code(text, vista != NULL ? vista : win7));
    }
    if (strcmp(vista->code, win7->code) == 0) {
        return kd_arena_printf(text->arena, "fails and shows %s", cli_code(text, win7));
    }
    return kd_arena_printf(text->arena,
                           "fails: 7, 2008 R2 and later show %s; Vista and 2008 show %s",
                           cli_code(text, win7), cli_code(text, vista));
}

static const char *cli_success(const struct kd_text *text, const struct kd_client_view *view)
{
    size_t nanswer = 0;

    if (!text->facts->tcp_was_tried) {
        return kd_arena_printf(text->arena, "finds %s, not connected to",
                               kd_text_count(text, view->npick, "host"));
    }
    for (size_t i = 0; i < view->npick; i++) {
        nanswer += view->pick[i].is_reachable ? 1 : 0;
    }
    if (view->npick == 1) {
        return nanswer == 1 ? "finds 1 host, and it answers" : "finds 1 host";
    }
    return kd_arena_printf(text->arena, "finds %s, %zu of them answering",
                           kd_text_count(text, view->npick, "host"), nanswer);
}

static void cli_view(const struct kd_text *text, const char *title,
                     const struct kd_client_view *view)
{
    kd_text_prose(text, 0, kd_arena_printf(text->arena, "What a client does: %s", title));
    cli_asks(text, view);
    if (view->found != NULL && view->npick == 1) {
        cli_only_pick(text, view);
    } else if (view->found != NULL && view->npick > 1) {
        cli_picks(text, view);
    }
    kd_text_keyed(text, "result",
                  view->succeeds ? cli_success(text, view) : cli_failure(text, view));
    kd_buf_puts(text->out, "\n");
}

/* The title of a kind and of those after it that ask the same; NULL if one before it does. */
static const char *cli_group(const struct kd_text *text,
                             const struct kd_client_view *const *view, size_t place)
{
    const char *title = cli_title(view[place]->kind);

    for (size_t i = 0; i < CLI_KINDS; i++) {
        if (i == place || !cli_same(view[i], view[place])) {
            continue;
        }
        if (i < place) {
            return NULL;
        }
        title = kd_arena_printf(text->arena, "%s, %s", title, cli_title(view[i]->kind));
    }
    return title;
}

void kd_text_clients(const struct kd_text *text)
{
    static const kd_client KIND[CLI_KINDS] = {KD_CLIENT_JOINED, KD_CLIENT_WORKGROUP,
                                              KD_CLIENT_HOST};
    const struct kd_client_view *view[CLI_KINDS];

    if (text->facts->client != KD_CLIENT_ANY) {
        cli_view(text, cli_title(text->facts->client),
                 kd_client_view(text->facts, text->facts->client));
        return;
    }
    for (size_t i = 0; i < CLI_KINDS; i++) {
        view[i] = kd_client_view(text->facts, KIND[i]);
    }
    for (size_t i = 0; i < CLI_KINDS; i++) {
        const char *title = cli_group(text, view, i);

        if (title != NULL) {
            cli_view(text, title, view[i]);
        }
    }
}
