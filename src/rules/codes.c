/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * codes.c - looking up what a code of Windows means.
 */
#include "kmsdns/rules/codes.h"

#include <inttypes.h>

#include "codes_table.h"

#define CODES_WIN32 0x80070000U /* FACILITY_WIN32 with the bit for failure */

static const struct {
    const struct kd_code *row;
    size_t n;
} CODES[] = {
    {kd_codes_dns, KD_CODES_DNS},
    {kd_codes_win32, KD_CODES_WIN32},
    {kd_codes_other, KD_CODES_OTHER},
};

#define CODES_NTABLES (sizeof(CODES) / sizeof(CODES[0]))

size_t kd_codes_count(void)
{
    size_t n = 0;

    for (size_t i = 0; i < CODES_NTABLES; i++) {
        n += CODES[i].n;
    }
    return n;
}

const struct kd_code *kd_code_at(size_t place)
{
    for (size_t i = 0; i < CODES_NTABLES; i++) {
        if (place < CODES[i].n) {
            return &CODES[i].row[place];
        }
        place -= CODES[i].n;
    }
    return NULL;
}

const struct kd_code *kd_code_find(uint32_t hresult)
{
    size_t n = kd_codes_count();

    for (size_t i = 0; i < n; i++) {
        const struct kd_code *code = kd_code_at(i);

        if (code->hresult == hresult) {
            return code;
        }
    }
    return NULL;
}

const char *kd_code_str(struct kd_arena *arena, uint32_t hresult)
{
    const struct kd_code *code = kd_code_find(hresult);
    const char *symbol = code != NULL && code->symbol != NULL ? code->symbol : NULL;

    if ((hresult & 0xffff0000U) != CODES_WIN32) {
        return symbol == NULL ? kd_arena_printf(arena, "0x%08" PRIX32, hresult)
                              : kd_arena_printf(arena, "0x%08" PRIX32 " (%s)", hresult, symbol);
    }
    return symbol == NULL ? kd_arena_printf(arena, "0x%08" PRIX32 " (%" PRIu32 ")", hresult,
                                            hresult & 0xffffU)
                          : kd_arena_printf(arena, "0x%08" PRIX32 " (%" PRIu32 ", %s)", hresult,
                                            hresult & 0xffffU, symbol);
}

const char *kd_code_meaning(uint32_t hresult)
{
    const struct kd_code *code = kd_code_find(hresult);

    return code != NULL ? code->meaning : "a code that kmsdns does not know";
}
