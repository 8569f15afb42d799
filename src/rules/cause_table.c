/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cause_table.c - all causes in one list, the deeper ones first, and the words of confidence.
 */
#include "causes.h"

#include <string.h>

#define XX(name, n) +(n)
enum {
    NCAUSES = 0 KD_CAUSE_TABLE_MAP(XX)
};
#undef XX

static const char *const CONFIDENCE_NAME[KD_CONFIDENCE_COUNT] = {
#define XX(name, text) [KD_CONFIDENCE_##name] = (text),
    KD_CONFIDENCE_MAP(XX)
#undef XX
};

/* Upper case, whatever the locale. */
static int table_fold(char c)
{
    return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

static bool table_is_same_id(const char *a, const char *b)
{
    while (*a != '\0' && table_fold(*a) == table_fold(*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

const char *kd_confidence_str(kd_confidence confidence)
{
    return (size_t)confidence < KD_CONFIDENCE_COUNT ? CONFIDENCE_NAME[confidence] : "?";
}

const struct kd_cause_row *const *kd_cause_rows(size_t *ret_n)
{
    static const struct {
        const struct kd_cause_row *row;
        size_t n;
    } TABLE[] = {
#define XX(name, n) {kd_causes_##name, (n)},
        KD_CAUSE_TABLE_MAP(XX)
#undef XX
    };
    static const struct kd_cause_row *all[NCAUSES]; /* filled by the first call */
    size_t used = 0;

    for (size_t i = 0; all[NCAUSES - 1] == NULL && i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
        for (size_t j = 0; j < TABLE[i].n; j++) {
            all[used] = &TABLE[i].row[j];
            used++;
        }
    }
    *ret_n = NCAUSES;
    return all;
}

const struct kd_cause_row *kd_cause_row_by_id(const char *id)
{
    size_t n = 0;
    const struct kd_cause_row *const *row = kd_cause_rows(&n);

    for (size_t i = 0; i < n; i++) {
        if (table_is_same_id(row[i]->id, id)) {
            return row[i];
        }
    }
    return NULL;
}
