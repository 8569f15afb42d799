/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy.c - what a policy says about one finding, one TTL, one port, one host. The values
 * without a policy are those of the table of findings.
 */
#include "kmsdns/rules/policy.h"

#include <string.h>

#include "kmsdns/dns/usual.h"

static const uint16_t POLICY_PORT[] = {KD_KMS_PORT};

static const struct kd_policy POLICY_DEFAULT = {
    .ttl_usual_s = 3600,
    .ttl_min_s = -1,
    .ttl_max_s = 86400,
    .negative_ttl_max_s = 3600,
    .serial_tolerance = 10,
    .port = POLICY_PORT,
    .nport = sizeof(POLICY_PORT) / sizeof(POLICY_PORT[0]),
    .match = KD_MATCH_EXACT,
    .modes = KD_MODE_ALL,
    .fail_level = KD_SEV_WARNING,
    .on_timeout = KD_SERVICE_UNKNOWN,
};

static const char *const MATCH_NAME[KD_MATCH_COUNT] = {
#define XX(name, text) [KD_MATCH_##name] = (text),
    KD_MATCH_MAP(XX)
#undef XX
};

static const char *const MODE_NAME[KD_MODE_COUNT] = {
#define XX(name, text) [KD_MODE_INDEX_##name] = (text),
    KD_MODE_MAP(XX)
#undef XX
};

static const char *const SERVICE_NAME[KD_SERVICE_COUNT] = {
#define XX(name, text) [KD_SERVICE_##name] = (text),
    KD_SERVICE_MAP(XX)
#undef XX
};

const struct kd_policy *kd_policy_default(void)
{
    return &POLICY_DEFAULT;
}

const struct kd_policy_level *kd_policy_level_of(const struct kd_policy *policy,
                                                 const struct kd_rule *rule)
{
    for (size_t i = 0; i < policy->nlevel; i++) {
        if (policy->level[i].rule == rule) {
            return &policy->level[i];
        }
    }
    return NULL;
}

kd_severity kd_policy_severity(const struct kd_policy *policy, const struct kd_rule *rule,
                               kd_severity told)
{
    const struct kd_policy_level *level = kd_policy_level_of(policy, rule);

    if (level == NULL || level->is_off || level->severity == rule->severity) {
        return told;
    }
    if (level->severity < rule->severity) {
        return told < level->severity ? told : level->severity;
    }
    return told >= rule->severity && told < level->severity ? level->severity : told;
}

bool kd_policy_ttl_is_usual(const struct kd_policy *policy, int64_t ttl_s)
{
    if (policy->ttl_min_s < 0) {
        return ttl_s == policy->ttl_usual_s;
    }
    return ttl_s >= policy->ttl_min_s && ttl_s <= policy->ttl_max_s;
}

bool kd_policy_has_port(const struct kd_policy *policy, uint16_t port)
{
    for (size_t i = 0; i < policy->nport; i++) {
        if (policy->port[i] == port) {
            return true;
        }
    }
    return false;
}

bool kd_policy_has_host(const struct kd_policy *policy, const char *name)
{
    for (size_t i = 0; i < policy->nhost; i++) {
        if (strcmp(policy->host[i], name) == 0) {
            return true;
        }
    }
    return false;
}

bool kd_policy_has_limit(const struct kd_policy *policy, kd_metric metric)
{
    const struct kd_limit *limit = &policy->limit[metric];

    return limit->warning.text != NULL || limit->critical.text != NULL;
}

const char *kd_match_str(kd_match match)
{
    return (size_t)match < KD_MATCH_COUNT ? MATCH_NAME[match] : "?";
}

kd_status kd_match_from_str(const char *text, kd_match *ret, struct kd_err *err)
{
    for (unsigned int i = 0; i < KD_MATCH_COUNT; i++) {
        if (strcmp(text, MATCH_NAME[i]) == 0) {
            *ret = (kd_match)i;
            return KD_OK;
        }
    }
    return kd_fail(err, KD_EINVAL, "policy", "\"%.40s\" is not exact, atleast or forbid", text);
}

const char *kd_mode_str(kd_mode mode)
{
    for (size_t i = 0; i < KD_MODE_COUNT; i++) {
        if ((unsigned int)mode == 1U << i) {
            return MODE_NAME[i];
        }
    }
    return "?";
}

kd_status kd_mode_from_str(const char *text, kd_mode *ret, struct kd_err *err)
{
    for (size_t i = 0; i < KD_MODE_COUNT; i++) {
        if (strcmp(text, MODE_NAME[i]) == 0) {
            *ret = (kd_mode)(1U << i);
            return KD_OK;
        }
    }
    return kd_fail(err, KD_EINVAL, "policy",
                   "\"%.40s\" is not discovery, consistency or publish", text);
}

const char *kd_service_str(kd_service service)
{
    return (size_t)service < KD_SERVICE_COUNT ? SERVICE_NAME[service] : "?";
}

/* Lower case, whatever the locale. */
static bool policy_is_word(const char *text, const char *upper)
{
    while (*upper != '\0' && (*text == *upper || *text == *upper - 'A' + 'a')) {
        text++;
        upper++;
    }
    return *text == *upper;
}

kd_status kd_service_from_str(const char *text, kd_service *ret, struct kd_err *err)
{
    for (size_t i = 0; i < KD_SERVICE_COUNT; i++) {
        if (policy_is_word(text, SERVICE_NAME[i]) ||
            (text[0] == (char)('0' + (char)i) && text[1] == '\0')) {
            *ret = (kd_service)i;
            return KD_OK;
        }
    }
    return kd_fail(err, KD_EINVAL, "policy",
                   "\"%.40s\" is not ok, warning, critical, unknown, or 0 to 3", text);
}
