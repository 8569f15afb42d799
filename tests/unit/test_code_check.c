/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_code_check.c - which explanation of a code holds, on the documents of the rules.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "rules_fixture.h"

#include <inttypes.h>

#include "kmsdns/rules/code_check.h"
#include "kmsdns/rules/codes.h"

/* What the judgement of a document says of a code: "text begins" -> holds. */
static kd_holds holds_of(struct kd_facts *facts, uint32_t code, const char *begins)
{
    const struct kd_code_check *check = NULL;

    facts->code = code;
    check = kd_code_check(facts);
    assert_non_null(check);
    for (size_t i = 0; i < check->nclaim; i++) {
        if (strncmp(check->claim[i].text, begins, strlen(begins)) == 0) {
            return check->claim[i].holds;
        }
    }
    fail_msg("0x%08" PRIX32 " has no explanation \"%s\"", code, begins);
    return KD_HOLDS_COUNT;
}

static void assert_holds(const char *id, const char *name, uint32_t code, const char *begins,
                         kd_holds holds)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_facts *facts = fixture_file(arena, id, name);

    assert_non_null(facts);
    if (holds_of(facts, code, begins) != holds) {
        fail_msg("%s/%s: \"%s ...\" is not %s", id, name, begins, kd_holds_str(holds));
    }
    kd_arena_free(arena);
}

static void test_check(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_facts *facts = kd_facts_new(arena);

    (void)state;
    assert_null(kd_code_check(facts));
    assert_holds("SRV-ABSENT", "bad", 0x8007232B, "No host is published", KD_HOLDS_YES);
    assert_holds("TTL-UNUSUAL", "good", 0x8007232B, "No host is published", KD_HOLDS_NO);
    assert_holds("KEY-CLOCK", "bad", 0x8007233A, "The clocks", KD_HOLDS_YES);
    assert_holds("SRV-ABSENT", "bad", 0x8007233A, "The clocks", KD_HOLDS_OPEN);
    assert_holds("UPD-ALLOWED", "bad", 0x8007233A, "The clocks", KD_HOLDS_NO);
    assert_holds("UPD-ALLOWED", "bad", 0x80072338, "The secret", KD_HOLDS_NO);
    assert_holds("KEY-SECRET", "bad", 0x80072338, "The secret", KD_HOLDS_YES);
    assert_holds("RES-NONE", "bad", 0x8007267C, "The computer has no DNS server", KD_HOLDS_YES);
    assert_holds("TGT-CLOSED", "bad", 0xC004F074, "The host that the record names",
                 KD_HOLDS_YES);
    assert_holds("TGT-CLOSED", "good", 0xC004F074, "The host that the record names",
                 KD_HOLDS_NO);
    assert_holds("SRV-ABSENT", "bad", 0xC004F074, "The host that the record names",
                 KD_HOLDS_OPEN);
    /* what no question to DNS can tell stays open, whatever was seen */
    assert_holds("SRV-ABSENT", "bad", 0xC004F06C, "The clocks", KD_HOLDS_OPEN);
    assert_holds("SRV-ABSENT", "bad", 0xC004C003, "This is a matter", KD_HOLDS_OPEN);
    kd_arena_free(arena);
}

static void test_check_event(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_facts *facts = fixture_file(arena, "SRV-ABSENT", "bad");
    const struct kd_code_check *check = NULL;

    (void)state;
    assert_non_null(facts);
    facts->event = 8198;
    check = kd_code_check(facts);
    assert_string_equal(check->id, "8198");
    assert_string_equal(check->name, "Event 8198");
    assert_null(check->symbol);
    assert_int_equal(check->claim[0].holds, KD_HOLDS_YES);
    assert_string_equal(check->claim[0].finding[0], "SRV-ABSENT");
    kd_arena_free(arena);
}

/* Whatever the facts: every claim has a sentence, and an open one says what would decide it. */
static void test_same_everywhere(void **state)
{
    static const char *const DOC[] = {"CAND-NONE", "SRV-ABSENT", "UPD-REFUSED", "TGT-CLOSED"};
    (void)state;
    for (size_t d = 0; d < COUNT(DOC); d++) {
        struct kd_arena *arena = kd_arena_new();
        struct kd_facts *facts = fixture_file(arena, DOC[d], "bad");

        assert_non_null(facts);
        for (size_t i = 0; i < kd_codes_count(); i++) {
            const struct kd_code_check *check = NULL;

            facts->code = kd_code_at(i)->hresult;
            check = kd_code_check(facts);
            assert_true(check->nclaim > 0);
            for (size_t j = 0; j < check->nclaim; j++) {
                assert_non_null(check->claim[j].text);
                assert_int_equal(check->claim[j].how != NULL,
                                 check->claim[j].holds == KD_HOLDS_OPEN);
                assert_true(check->claim[j].holds == KD_HOLDS_OPEN ||
                            check->claim[j].nfinding > 0);
            }
        }
        kd_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check),
        cmocka_unit_test(test_check_event),
        cmocka_unit_test(test_same_everywhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
