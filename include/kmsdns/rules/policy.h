/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RULES_POLICY_H
#define KMSDNS_RULES_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kmsdns/rules/rule.h"

/*
 * What somebody wants judged otherwise: severities, thresholds, and the hosts that should be
 * published. Facts stay what they are; a saved run can be judged again by another policy.
 */

/* How published hosts are compared with the expected ones: name, word. */
#define KD_MATCH_MAP(XX)                                         \
    XX(EXACT, "exact")     /* these and no other */              \
    XX(ATLEAST, "atleast") /* these, and others do not matter */ \
    XX(FORBID, "forbid")   /* none of these */

typedef enum kd_match {
#define XX(name, text) KD_MATCH_##name,
    KD_MATCH_MAP(XX)
#undef XX
    KD_MATCH_COUNT
} kd_match;

/* Another severity for one rule's findings. */
struct kd_policy_level {
    const struct kd_rule *rule;
    bool is_off; /* its findings are not told at all */
    kd_severity severity;
};

struct kd_policy {
    struct kd_policy_level *level; /* at most one a rule; the others keep the table's */
    size_t nlevel;
    int64_t ttl_usual_s;
    int64_t ttl_min_s; /* any TTL from here to ttl_max_s is usual; -1: ttl_usual_s only */
    int64_t ttl_max_s;
    int64_t negative_ttl_max_s;
    uint32_t serial_tolerance;
    const uint16_t *port; /* never empty */
    size_t nport;
    const char **host; /* canonical; none: nothing is expected */
    size_t nhost;
    kd_match match;
};

/** The policy without a policy; constant. */
const struct kd_policy *kd_policy_default(void);

/** The policy of a judgement in progress; never NULL. For checks. */
const struct kd_policy *kd_judge_policy(const struct kd_judge *judge);

/** The row about a rule; NULL if it keeps the table's severity. */
const struct kd_policy_level *kd_policy_level_of(const struct kd_policy *policy,
                                                 const struct kd_rule *rule);

/**
 * The severity that a finding gets.
 *
 * A policy sets what the rule usually tells. Where a check tells less, because something else
 * still works, a stricter policy leaves that as it is; a milder one is a ceiling.
 *
 * told     what the check said
 */
kd_severity kd_policy_severity(const struct kd_policy *policy, const struct kd_rule *rule,
                               kd_severity told);

/** True if a TTL is one that nobody wonders about. */
bool kd_policy_ttl_is_usual(const struct kd_policy *policy, int64_t ttl_s);

/** True if a KMS host may listen there. */
bool kd_policy_has_port(const struct kd_policy *policy, uint16_t port);

/** True if a host is among the expected ones. */
bool kd_policy_has_host(const struct kd_policy *policy, const char *name);

/** "atleast"; constant. */
const char *kd_match_str(kd_match match);

/** Reads "exact", "atleast" or "forbid". KD_EINVAL names what is accepted. */
kd_status kd_match_from_str(const char *text, kd_match *ret, struct kd_err *err);

#endif
