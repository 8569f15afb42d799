/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain.c - from a text to explanations: what it names (explain_read.c), else what its words
 * are about, else what it is spelt like.
 */
#include "kmsdns/rules/explain.h"

#include <string.h>

#include "explain_parts.h"

#define EXPLAIN_MAX_FOUND 6
#define EXPLAIN_FEW       4 /* words; more are a sentence, of which the codes tell enough */

static const char *const EXPLAIN_KIND[KD_EXPLAIN_COUNT] = {
#define XX(name, text) [KD_EXPLAIN_##name] = (text),
    KD_EXPLAIN_MAP(XX)
#undef XX
};

const char *kd_explain_kind_str(kd_explain_kind kind)
{
    return (size_t)kind < KD_EXPLAIN_COUNT ? EXPLAIN_KIND[kind] : "?";
}

void kd_explain_add(struct kd_readings *readings, kd_explain_kind kind, const void *row)
{
    for (size_t i = 0; i < readings->n; i++) {
        if (readings->item[i].row == row) {
            return;
        }
    }
    readings->item =
        kd_arena_grow(readings->arena, readings->item, readings->n, sizeof(*readings->item));
    readings->item[readings->n] = (struct kd_reading){kind, row};
    readings->n++;
}

/* What else can be done about a code that is not in the tables. */
static const char *explain_hint(struct kd_arena *arena, const char *asked)
{
    struct kd_pieces pieces = kd_explain_pieces(arena, asked);

    for (size_t i = 0; i < pieces.n; i++) {
        if (strncmp(pieces.at[i], "0x", 2) == 0 && strlen(pieces.at[i]) > 6) {
            return kd_arena_printf(arena, "On Windows, slui.exe 0x2a %.40s shows its text.",
                                   pieces.at[i]);
        }
    }
    return NULL;
}

/* Puts what a reading is called behind the others that are related. */
static void explain_see(struct kd_readings *readings, const struct kd_reading *reading,
                        struct kd_explanation *told)
{
    struct kd_explanation other = {.id = NULL};

    kd_explain_tell(readings, reading, &other);
    told->see = kd_arena_printf(readings->arena, "%s%s%s", told->see != NULL ? told->see : "",
                                told->see != NULL ? ", " : "", other.id);
}

const struct kd_explain *kd_explain(struct kd_arena *arena, const char *asked)
{
    struct kd_explain *told = kd_arena_alloc(arena, sizeof(*told));
    struct kd_readings readings = {.arena = arena};
    size_t len = strlen(asked), nread;

    told->asked = kd_arena_strndup(arena, asked, len < KD_EXPLAIN_MAX ? len : KD_EXPLAIN_MAX);
    kd_explain_read(&readings, told->asked);
    nread = readings.n;
    if (nread == 0 ||
        (readings.has_words && kd_explain_pieces(arena, told->asked).n <= EXPLAIN_FEW)) {
        /* a name among several words may be a mere word: "connection refused" */
        kd_explain_search(&readings, told->asked);
    }
    /* what words are about is told once; the others are only named */
    told->nfound = nread == 0 && readings.n > 0 ? 1 : nread;
    told->nfound = told->nfound < EXPLAIN_MAX_FOUND ? told->nfound : EXPLAIN_MAX_FOUND;
    told->found = kd_arena_alloc(arena, EXPLAIN_MAX_FOUND * sizeof(*told->found));
    for (size_t i = 0; i < told->nfound; i++) {
        kd_explain_tell(&readings, &readings.item[i], &told->found[i]);
    }
    for (size_t i = told->nfound; told->nfound > 0 && i < readings.n; i++) {
        explain_see(&readings, &readings.item[i], &told->found[told->nfound - 1]);
    }
    if (told->nfound == 0) {
        told->nearest = kd_explain_nearest(arena, told->asked, &told->nnearest);
        told->hint = explain_hint(arena, told->asked);
    }
    return told;
}

static uint32_t explain_code_of(const struct kd_reading *reading)
{
    const struct kd_code *code = reading->row;
    const struct kd_rcode_row *rcode = reading->row;

    if (reading->kind == KD_EXPLAIN_CODE) {
        return code->hresult;
    }
    return reading->kind == KD_EXPLAIN_RCODE || reading->kind == KD_EXPLAIN_TSIG ? rcode->code
                                                                                 : 0;
}

kd_status kd_explain_code(const char *asked, uint32_t *ret, struct kd_err *err)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_readings readings = {.arena = arena};
    const char *nearest = "";
    uint32_t found = 0;

    kd_explain_read(&readings, asked);
    for (size_t i = 0; i < readings.n && found == 0; i++) {
        found = explain_code_of(&readings.item[i]);
    }
    for (size_t i = 0; i < readings.n && found == 0; i++) {
        const struct kd_event_row *event = readings.item[i].row;

        found = readings.item[i].kind == KD_EXPLAIN_EVENT ? event->id : 0;
    }
    if (found == 0) {
        size_t n = 0;
        const char **name = kd_explain_nearest(arena, asked, &n);

        nearest = n > 0 ? kd_arena_printf(arena, "; the nearest one is %s", name[0]) : "";
        (void)kd_fail(err, KD_ENOTFOUND, "explain",
                      "\"%.60s\" is no code, rcode or event that is known here%s", asked,
                      nearest);
        kd_arena_free(arena);
        return KD_ENOTFOUND;
    }
    *ret = found;
    kd_arena_free(arena);
    return KD_OK;
}
