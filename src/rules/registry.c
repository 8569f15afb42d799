/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registry.c - all rules in one list, and the words of severities and needs.
 */
#include "tables.h"

#include <string.h>

#define XX(name, n, modes) +(n)
enum {
    NRULES = 0 KD_RULE_TABLE_MAP(XX)
};
#undef XX

static const char *const SEVERITY_NAME[KD_SEV_COUNT] = {
#define XX(name, text) [KD_SEV_##name] = (text),
    KD_SEVERITY_MAP(XX)
#undef XX
};

static const char *const NEED_NAME[KD_NEED_COUNT] = {
#define XX(name, text, when) [KD_NEED_INDEX_##name] = (text),
    KD_NEED_MAP(XX)
#undef XX
};

static const char *const NEED_WHEN[KD_NEED_COUNT] = {
#define XX(name, text, when) [KD_NEED_INDEX_##name] = (when),
    KD_NEED_MAP(XX)
#undef XX
};

static const struct {
    const struct kd_rule *row;
    size_t n;
    uint32_t modes;
} RULE_TABLE[] = {
#define XX(name, n, modes) {kd_rules_##name, (n), (modes)},
    KD_RULE_TABLE_MAP(XX)
#undef XX
};

#define NTABLES (sizeof(RULE_TABLE) / sizeof(RULE_TABLE[0]))

static size_t registry_need_index(kd_need need)
{
    size_t index = 0;

    while (index < KD_NEED_COUNT && (unsigned int)need != 1U << index) {
        index++;
    }
    return index;
}

/* Upper case, whatever the locale. */
static int registry_fold(char c)
{
    return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

static bool registry_is_same_id(const char *a, const char *b)
{
    while (*a != '\0' && registry_fold(*a) == registry_fold(*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

const char *kd_severity_str(kd_severity severity)
{
    return (size_t)severity < KD_SEV_COUNT ? SEVERITY_NAME[severity] : "?";
}

kd_status kd_severity_from_str(const char *text, kd_severity *ret, struct kd_err *err)
{
    for (size_t i = 0; i < KD_SEV_COUNT; i++) {
        if (strcmp(text, SEVERITY_NAME[i]) == 0) {
            *ret = (kd_severity)i;
            return KD_OK;
        }
    }
    return kd_fail(err, KD_EINVAL, "rules",
                   "\"%.40s\" is not a severity: write info, notice, warning or critical",
                   text);
}

const char *kd_need_str(kd_need need)
{
    size_t index = registry_need_index(need);

    return index < KD_NEED_COUNT ? NEED_NAME[index] : "?";
}

const char *kd_need_when(kd_need need)
{
    size_t index = registry_need_index(need);

    return index < KD_NEED_COUNT ? NEED_WHEN[index] : "?";
}

const struct kd_rule *const *kd_rules(size_t *ret_n)
{
    static const struct kd_rule *all[NRULES]; /* filled by the first call */
    size_t used = 0;

    for (size_t i = 0; all[NRULES - 1] == NULL && i < NTABLES; i++) {
        for (size_t j = 0; j < RULE_TABLE[i].n; j++) {
            all[used] = &RULE_TABLE[i].row[j];
            used++;
        }
    }
    *ret_n = NRULES;
    return all;
}

uint32_t kd_rule_modes(const struct kd_rule *rule)
{
    for (size_t i = 0; i < NTABLES; i++) {
        for (size_t j = 0; j < RULE_TABLE[i].n; j++) {
            if (&RULE_TABLE[i].row[j] == rule) {
                return RULE_TABLE[i].modes;
            }
        }
    }
    return KD_MODE_ALL;
}

const struct kd_rule *kd_rule_by_id(const char *id)
{
    size_t n = 0;
    const struct kd_rule *const *rule = kd_rules(&n);

    for (size_t i = 0; i < n; i++) {
        if (registry_is_same_id(rule[i]->id, id)) {
            return rule[i];
        }
    }
    return NULL;
}
