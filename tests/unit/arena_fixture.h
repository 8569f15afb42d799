/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arena_fixture.h - an arena for each test.
 */
#ifndef KMSDNS_TESTS_UNIT_ARENA_FIXTURE_H
#define KMSDNS_TESTS_UNIT_ARENA_FIXTURE_H

#include "kmsdns/base/arena.h"

static struct kd_arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = kd_arena_new();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    kd_arena_free(arena);
    return 0;
}

#endif
