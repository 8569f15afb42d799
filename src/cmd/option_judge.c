/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * option_judge.c - the readers of the options about judging, and about saving a run to judge it
 * again or to have it collected. Files are opened later, when the whole command line is known to be
 * right.
 */
#include "option_value.h"

#include <string.h>

#include "kmsdns/dns/name.h"

#define JUDGE_MAX_HOSTS 1000

kd_status kd_option_value_policy(struct kd_arena *arena, const struct kd_option *option,
                                 const char *value, struct kd_options *options,
                                 struct kd_err *err)
{
    (void)arena;
    (void)option;
    if (value[0] == '\0') {
        return kd_fail(err, KD_EINVAL, "options", "the file name is empty");
    }
    options->policy_file = value;
    return KD_OK;
}

kd_status kd_option_value_dump_policy(struct kd_arena *arena, const struct kd_option *option,
                                      const char *value, struct kd_options *options,
                                      struct kd_err *err)
{
    (void)arena;
    (void)option;
    (void)value;
    (void)err;
    options->action = KD_ACTION_POLICY;
    return KD_OK;
}

static kd_status judge_add_host(struct kd_arena *arena, const char *value,
                                struct kd_options *options, struct kd_err *err)
{
    const char *name = NULL;
    kd_status status = kd_name_from_str(arena, value, &name, err);

    if (status != KD_OK) {
        return status;
    }
    if (kd_name_nlabels(name) == 0) {
        return kd_fail(err, KD_EINVAL, "options", "the root is no host; write a full name");
    }
    if (kd_name_is_address(name) || strchr(name, ':') != NULL) {
        return kd_fail(
            err, KD_EINVAL, "options",
            "\"%.80s\": hosts are compared by their names: write one, without a port", value);
    }
    if (options->nexpect == JUDGE_MAX_HOSTS) {
        return kd_fail(err, KD_ETOOBIG, "options", "more than %d hosts", JUDGE_MAX_HOSTS);
    }
    options->expect =
        kd_arena_grow(arena, options->expect, options->nexpect, sizeof(*options->expect));
    options->expect[options->nexpect++] = name;
    return KD_OK;
}

kd_status kd_option_value_expect_host(struct kd_arena *arena, const struct kd_option *option,
                                      const char *value, struct kd_options *options,
                                      struct kd_err *err)
{
    (void)option;
    for (;;) {
        size_t len = strcspn(value, ",");
        kd_status status =
            judge_add_host(arena, kd_arena_strndup(arena, value, len), options, err);

        if (status != KD_OK || value[len] == '\0') {
            return status;
        }
        value += len + 1;
    }
}

kd_status kd_option_value_match(struct kd_arena *arena, const struct kd_option *option,
                                const char *value, struct kd_options *options,
                                struct kd_err *err)
{
    (void)arena;
    (void)option;
    options->has_match = true;
    return kd_match_from_str(value, &options->match, err);
}

kd_status kd_option_value_record(struct kd_arena *arena, const struct kd_option *option,
                                 const char *value, struct kd_options *options,
                                 struct kd_err *err)
{
    (void)arena;
    (void)option;
    if (value[0] == '\0' || strcmp(value, "-") == 0) {
        return kd_fail(err, KD_EINVAL, "options",
                       "\"%s\" is no file name; for a report on standard output give --format "
                       "json",
                       value);
    }
    options->record = value;
    return KD_OK;
}

kd_status kd_option_value_textfile(struct kd_arena *arena, const struct kd_option *option,
                                   const char *value, struct kd_options *options,
                                   struct kd_err *err)
{
    static const char SUFFIX[] = ".prom";
    size_t len = strlen(value);

    (void)arena;
    (void)option;
    if (len < sizeof(SUFFIX) - 1 || strcmp(value + len - (sizeof(SUFFIX) - 1), SUFFIX) != 0) {
        return kd_fail(err, KD_EINVAL, "options",
                       "\"%.120s\" does not end in %s: the textfile collector of the node "
                       "exporter reads no other files",
                       value, SUFFIX);
    }
    options->textfile = value;
    return KD_OK;
}
