/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RULES_CAUSES_H
#define KMSDNS_RULES_CAUSES_H

#include "kmsdns/rules/cause.h"
#include "look.h"

/* The tables of causes and how many rows each has; the deeper ones first (cause.h). */
#define KD_CAUSE_TABLE_MAP(XX) \
    XX(asked, 10)              \
    XX(zone, 10)               \
    XX(update, 16)             \
    XX(record, 16)             \
    XX(target, 12)

#define XX(name, n) extern const struct kd_cause_row kd_causes_##name[n];
KD_CAUSE_TABLE_MAP(XX)
#undef XX

/* Findings that follow wherever a record is not published. */
#define KD_EFFECT_ABSENT                                                \
    {"SRV-ABSENT", KD_NEAR_RUN}, {"SRV-ABSENT-DOMAIN", KD_NEAR_DOMAIN}, \
        {"CAND-DISJOINT", KD_NEAR_DOMAIN},                              \
    {                                                                   \
        "DHCP-NO-RECORD", KD_NEAR_DOMAIN                                \
    }

/* … and because the host cannot publish it. */
#define KD_EFFECT_UNPUBLISHED                        \
    KD_EFFECT_ABSENT, {"EVT-12293", KD_NEAR_DOMAIN}, \
    {                                                \
        "EVT-PUBLISH-STALE", KD_NEAR_DOMAIN          \
    }

/* … and because updates are refused. */
#define KD_EFFECT_REFUSED                                                                   \
    KD_EFFECT_ABSENT, {"UPD-REFUSED", KD_NEAR_DOMAIN}, {"UPD-NOT-DYNAMIC", KD_NEAR_DOMAIN}, \
    {                                                                                       \
        "UPD-INCONCLUSIVE", KD_NEAR_DOMAIN                                                  \
    }

/* A Win32 code as Windows shows it. */
#define KD_CAUSE_CODE(win32) (0x80070000U | (win32))

/** True if two findings of one judgement share what is asked. */
bool kd_cause_is_near(const struct kd_facts *facts, kd_near near, const struct kd_finding *a,
                      const struct kd_finding *b);

/**
 * The same as kd_causes_find for each domain alone, with what was found in it and with what is
 * about no domain. Causes that say the same of several domains are one.
 */
void kd_causes_find_each(const struct kd_facts *facts, struct kd_judgement *judgement);

/** The order of causes, for qsort. */
int kd_cause_compare(const void *a, const void *b);

/** Adds the questions of a finding that the cause does not have yet. */
void kd_cause_add_queries(struct kd_cause *cause, const struct kd_finding *finding);

/** True if a TGT-CLOSED is about this target, alone or as one of the whole set. */
bool kd_cause_has_target(const struct kd_finding *closed, const struct kd_target_fact *target);

/** Notes "kms01.corp.example.:1688" of each closed host of a finding, or of the silent ones. */
void kd_cause_add_hosts(const struct kd_facts *facts, const struct kd_finding *closed,
                        bool only_silent, struct kd_look_names *names);

/** How a silent server was silent: "does not answer from here". */
const char *kd_cause_silence(kd_outcome how);

/** The newest code of an EVT-12293; 0 for other findings. */
uint32_t kd_cause_event_code(const struct kd_facts *facts, const struct kd_finding *finding);

/* The checks that rows name; each says in cause_check.c what it looks at. */
kd_cause_fn kd_cause_check_critical, kd_cause_check_above_notice, kd_cause_check_notice,
    kd_cause_check_missing, kd_cause_check_stale, kd_cause_check_key_unknown,
    kd_cause_check_key_masked, kd_cause_check_key_rule, kd_cause_check_not_dynamic,
    kd_cause_check_unsigned, kd_cause_check_second_host, kd_cause_check_open,
    kd_cause_check_typo, kd_cause_check_publish_off, kd_cause_check_negative,
    kd_cause_check_stale_cache, kd_cause_check_split, kd_cause_check_of_resolver,
    kd_cause_check_of_domain, kd_cause_check_odd_port, kd_cause_check_stopped,
    kd_cause_check_firewall, kd_cause_check_nowhere, kd_cause_check_no_route,
    kd_cause_check_unheard, kd_cause_check_lossy;

#endif
