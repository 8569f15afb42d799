/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_facts_damage.c - report documents that somebody damaged: each member and each element in
 * turn replaced by something else or removed. Nothing crashes, and what is read stays the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "facts_fixture.h"

/* What a member or an element may be turned into; the last row removes it. */
static const char *const DAMAGE[] = {
    "null",
    "true",
    "0",
    "-1",
    "65536",
    "4294967296",
    "1e300",
    "''",
    "'x'",
    "'NXDOMAIN'",
    "'\\u001b[2J\\u0000'",
    "[]",
    "[null]",
    "[[[{}]]]",
    "[{},{}]",
    "{}",
    NULL,
};

/* Damages the node that *countdown counts down to, in document order; false if there is none. */
static bool damage(json_t *at, size_t *countdown, const char *with)
{
    const char *key = NULL;
    json_t *value = NULL;
    void *next = NULL;

    json_object_foreach_safe(at, next, key, value)
    {
        if ((*countdown)-- == 0) {
            return with != NULL ? json_object_set_new(at, key, load_quoted(with)) == 0
                                : json_object_del(at, key) == 0;
        }
        if (damage(value, countdown, with)) {
            return true;
        }
    }
    for (size_t i = 0; i < json_array_size(at); i++) {
        if ((*countdown)-- == 0) {
            return with != NULL ? json_array_set_new(at, i, load_quoted(with)) == 0
                                : json_array_remove(at, i) == 0;
        }
        if (damage(json_array_get(at, i), countdown, with)) {
            return true;
        }
    }
    return false;
}

/* What is read can be written, and is read again as the same. */
static void check_damaged(const json_t *doc)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_facts *facts = NULL, *again = NULL;
    struct kd_err err = {0};
    kd_status status = kd_facts_from_json(arena, doc, &facts, &err);
    char *text = NULL, *text_again = NULL;
    json_t *written = NULL;

    if (status != KD_OK) {
        assert_true(strlen(err.text) > 10);
        kd_arena_free(arena);
        return;
    }
    text = facts_text(facts);
    written = load(text);
    if (kd_facts_from_json(arena, written, &again, &err) != KD_OK) {
        print_error("%s\n", err.text);
    }
    assert_non_null(again);
    text_again = facts_text(again);
    assert_string_equal(text, text_again);
    free(text);
    free(text_again);
    json_decref(written);
    kd_arena_free(arena);
}

static void test_damaged_documents(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    json_t *whole = kd_facts_to_json(full_facts(arena));
    size_t ndocs = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(DAMAGE); i++) {
        for (size_t node = 0;; node++) {
            json_t *doc = json_deep_copy(whole);
            size_t countdown = node;
            bool is_done = !damage(doc, &countdown, DAMAGE[i]);

            if (!is_done) {
                check_damaged(doc);
                ndocs++;
            }
            json_decref(doc);
            if (is_done) {
                break;
            }
        }
    }
    assert_true(ndocs > 2000);
    json_decref(whole);
    kd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_damaged_documents),
    };

    return cmocka_run_group_tests_name("facts_damage", tests, NULL, NULL);
}
