/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RULES_POLICY_H
#define KMSDNS_RULES_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kmsdns/base/range.h"
#include "kmsdns/rules/metric.h"
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

/* What a check is about; the parts can be watched apart: name, word. */
#define KD_MODE_MAP(XX)                                                   \
    XX(DISCOVERY, "discovery")     /* what clients find */                \
    XX(CONSISTENCY, "consistency") /* the zone's servers, side by side */ \
    XX(PUBLISH, "publish")         /* the right to write */

enum kd_mode_index {
#define XX(name, text) KD_MODE_INDEX_##name,
    KD_MODE_MAP(XX)
#undef XX
    KD_MODE_COUNT
};

/* A set of modes is a bit mask of these. */
typedef enum kd_mode {
#define XX(name, text) KD_MODE_##name = 1 << KD_MODE_INDEX_##name,
    KD_MODE_MAP(XX)
#undef XX
    KD_MODE_ALL = (1 << KD_MODE_COUNT) - 1
} kd_mode;

/* States of a service in monitoring; the values are the exit statuses of plugins. */
#define KD_SERVICE_MAP(XX)   \
    XX(OK, "OK")             \
    XX(WARNING, "WARNING")   \
    XX(CRITICAL, "CRITICAL") \
    XX(UNKNOWN, "UNKNOWN")

typedef enum kd_service {
#define XX(name, text) KD_SERVICE_##name,
    KD_SERVICE_MAP(XX)
#undef XX
    KD_SERVICE_COUNT
} kd_service;

/* When a metric is worth a finding; ranges without text are not set. */
struct kd_limit {
    struct kd_range warning, critical;
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
    struct kd_limit limit[KD_METRIC_COUNT];
    /* of the command line alone, no part of a policy's file */
    uint32_t modes;         /* mask of kd_mode: rules of the others do not speak */
    uint32_t demanded;      /* those that somebody asked for: open is not the same as passed */
    bool is_each;           /* each domain is judged as if it were the only one */
    bool tells_vantage;     /* somebody gave this place a name */
    kd_severity fail_level; /* milder findings do not count */
    kd_service on_timeout;  /* what a run that its deadline cut is, unless it found worse */
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

/** True if a limit of the metric was set. */
bool kd_policy_has_limit(const struct kd_policy *policy, kd_metric metric);

/** "atleast"; constant. */
const char *kd_match_str(kd_match match);

/** Reads "exact", "atleast" or "forbid". KD_EINVAL names what is accepted. */
kd_status kd_match_from_str(const char *text, kd_match *ret, struct kd_err *err);

/** "consistency" for one bit of a mask; constant. */
const char *kd_mode_str(kd_mode mode);

/** Reads one mode. KD_EINVAL names what is accepted. */
kd_status kd_mode_from_str(const char *text, kd_mode *ret, struct kd_err *err);

/** "CRITICAL"; constant. */
const char *kd_service_str(kd_service service);

/** Reads a state in any case of letters, or its number. KD_EINVAL names what is accepted. */
kd_status kd_service_from_str(const char *text, kd_service *ret, struct kd_err *err);

#endif
