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
    policy->demanded = options->has_modes ? options->modes : policy->demanded;
    policy->fail_level = options->fail_level;
    policy->on_timeout = options->on_timeout;
    options->policy = policy;
    return status;
}
