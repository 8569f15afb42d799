/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text_code.c - the block of a report that says which explanation of the user's code holds.
 */
#include "kmsdns/rules/code_check.h"
#include "text.h"

/* "HOST-OTHERS, KEY-POLICY" */
static const char *cod_findings(const struct kd_text *text, const struct kd_code_claim *claim)
{
    const char *list = "";

    for (size_t i = 0; i < claim->nfinding; i++) {
        list =
            kd_arena_printf(text->arena, "%s%s%s", list, i > 0 ? ", " : "", claim->finding[i]);
    }
    return list;
}

static const char *cod_why(const struct kd_text *text, const struct kd_code_claim *claim)
{
    const char *list = cod_findings(text, claim);

    if (claim->nfinding == 0) {
        return claim->how != NULL ? kd_arena_printf(text->arena, " [%s]", claim->how) : "";
    }
    if (claim->holds == KD_HOLDS_OPEN) {
        return kd_arena_printf(text->arena, " [%s not judged: %s]", list, claim->how);
    }
    return kd_arena_printf(text->arena, " [%s]", list);
}

static void cod_claim(const struct kd_text *text, const struct kd_code_claim *claim)
{
    kd_text_keyed(text, kd_holds_str(claim->holds),
                  kd_arena_printf(text->arena, "%s%s", claim->text, cod_why(text, claim)));
}

/* What holds is told first; the order within is that of likelihood. */
void kd_text_code(const struct kd_text *text)
{
    const struct kd_code_check *check = kd_code_check(text->facts);

    if (check == NULL) {
        return;
    }
    kd_text_prose(text, 0, kd_arena_printf(text->arena, "%s: %s", check->name, check->text));
    for (int holds = 0; holds < KD_HOLDS_COUNT; holds++) {
        for (size_t i = 0; i < check->nclaim; i++) {
            if (check->claim[i].holds == (kd_holds)holds) {
                cod_claim(text, &check->claim[i]);
            }
        }
    }
    kd_buf_puts(text->out, "\n");
}
