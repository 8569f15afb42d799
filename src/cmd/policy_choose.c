/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy_choose.c - the policy of a run: the default, over it the file, over it the options.
 */
#include "guard.h"
#include "policy_file.h"

static void policy_choose_range(struct kd_range *range, const struct kd_range *given)
{
    *range = given->text != NULL ? *given : *range;
}

/* What somebody asked about in so many words. */
static uint32_t policy_demanded(const struct kd_options *options)
{
    bool has_identity = options->key_file != NULL || options->host != NULL;

    if (options->has_modes) {
        return options->modes;
    }
    return (has_identity ? (uint32_t)KD_MODE_PUBLISH : 0U) |
           (options->nserver > 0 ? (uint32_t)KD_MODE_CONSISTENCY : 0U);
}

/* Candidates of one client stand in for one another; the domains of a check do not. */
static bool policy_is_each(const struct kd_options *options)
{
    bool is_each = options->verb != NULL && options->verb->is_plugin;

    for (size_t i = 0; i < options->ncandidate; i++) {
        is_each = is_each && options->candidate[i].source == KD_SOURCE_ARGUMENT;
    }
    return is_each;
}

static kd_status policy_check_match(const struct kd_options *options,
                                    const struct kd_policy *policy, struct kd_err *err)
{
    bool is_plugin = options->verb != NULL && options->verb->is_plugin;

    if (is_plugin && options->has_match && policy->nhost == 0) {
        return kd_fail(err, KD_EINVAL, "options",
                       "--match says how to compare with the hosts of --expect-host, and there "
                       "are none");
    }
    return KD_OK;
}

kd_status kd_policy_of_options(struct kd_arena *arena, struct kd_options *options,
                               struct kd_err *err)
{
    struct kd_policy *policy = kd_arena_alloc(arena, sizeof(*policy));
    kd_status status = KD_OK;

    *policy = *kd_policy_default();
    if (options->policy_file != NULL) {
        kd_guard_stage("reading", options->policy_file);
        status = kd_policy_file_read(arena, options->policy_file, policy, err);
    }
    if (options->nexpect > 0) {
        policy->host = options->expect;
        policy->nhost = options->nexpect;
    }
    if (options->has_match) {
        policy->match = options->match;
    }
    for (size_t i = 0; i < KD_METRIC_COUNT; i++) {
        policy_choose_range(&policy->limit[i].warning, &options->limit[i].warning);
        policy_choose_range(&policy->limit[i].critical, &options->limit[i].critical);
    }
    policy->modes = options->modes;
    policy->demanded = policy_demanded(options);
    policy->is_each = policy_is_each(options);
    policy->tells_vantage = options->vantage != NULL;
    policy->fail_level = options->fail_level;
    policy->on_timeout = options->on_timeout;
    options->policy = policy;
    return status != KD_OK ? status : policy_check_match(options, policy, err);
}
