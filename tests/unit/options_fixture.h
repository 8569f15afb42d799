/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options_fixture.h - a command line for the tests of options, and verbs that do nothing.
 */
#ifndef KMSDNS_TESTS_UNIT_OPTIONS_FIXTURE_H
#define KMSDNS_TESTS_UNIT_OPTIONS_FIXTURE_H

#include "../../src/cmd/cmd.h"
#include "../../src/cmd/options.h"

#define MAX_ARGS 16

/* These stand in for the verbs, so that this test needs no network floor. */
int kd_cmd_diagnose(const struct kd_options *options)
{
    (void)options;
    return KD_EXIT_OK;
}

int kd_cmd_preflight(const struct kd_options *options)
{
    return kd_cmd_diagnose(options);
}

int kd_cmd_publish(const struct kd_options *options)
{
    return kd_cmd_diagnose(options);
}

int kd_cmd_undo(const struct kd_options *options)
{
    return kd_cmd_diagnose(options);
}

static kd_status parse(struct kd_arena *arena, const char *const *args, struct kd_options *ret,
                       struct kd_err *err)
{
    char *argv[MAX_ARGS + 2] = {NULL};
    int argc = 0;

    argv[argc++] = kd_arena_strdup(arena, "kmsdns");
    for (size_t i = 0; i < MAX_ARGS && args[i] != NULL; i++) {
        argv[argc++] = kd_arena_strdup(arena, args[i]);
    }
    return kd_options_parse(arena, argc, argv, ret, err);
}

#endif
