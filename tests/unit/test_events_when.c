/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_events_when.c - dates as the locales of Windows write them, and moments of options.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "kmsdns/base/clock.h"
#include "kmsdns/import/events.h"

#include "../../src/import/when.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void assert_when(struct kd_when *when, const char *text, const char *expected)
{
    int64_t wall_s = kd_when_read(when, text, strlen(text));
    char told[KD_RFC3339_STRLEN];

    if (wall_s == KD_WHEN_UNKNOWN) {
        assert_string_equal(expected, "unknown");
        return;
    }
    if (strcmp(kd_rfc3339_str(wall_s, told), expected) != 0) {
        fail_msg("\"%s\" was read as %s, not %s", text, told, expected);
    }
}

static void test_forms(void **state)
{
    static const struct {
        const char *text, *expected;
    } CASE[] = {
        {"2026-11-20T06:00:12.000000000Z", "2026-11-20T06:00:12Z"},
        {"2026-11-20T06:00:12+01:00", "2026-11-20T05:00:12Z"},
        {"2026-11-20T06:00:12.5-08:00", "2026-11-20T14:00:12Z"},
        {"2026-11-20T06:00:12.000", "2026-11-20T06:00:12Z"},
        {"2026-11-20 06:00:12", "2026-11-20T06:00:12Z"},
        {"2026/11/20 6:00:12", "2026-11-20T06:00:12Z"},
        {"2010/6/10 19:32", "2010-06-10T19:32:00Z"},
        {"11/20/2026 6:00:12 AM", "2026-11-20T06:00:12Z"},
        {"11/20/2026 12:00:12 AM", "2026-11-20T00:00:12Z"},
        {"11/20/2026 12:00:12 PM", "2026-11-20T12:00:12Z"},
        {"20/11/2026 6:00:12 p. m.", "2026-11-20T18:00:12Z"},
        {"20.11.2026 06:00:12", "2026-11-20T06:00:12Z"},
        {"20-11-2026 06:00:12", "2026-11-20T06:00:12Z"},
        {"20. 11. 2026 6:00:12", "2026-11-20T06:00:12Z"},
        {"2026. 11. 20. 6:00:12", "2026-11-20T06:00:12Z"},
        {"20.11.26 06.00.12", "2026-11-20T06:00:12Z"},
        {"2026-11-20 \xec\x98\xa4\xed\x9b\x84 6:00:12", "2026-11-20T18:00:12Z"},
        {"2026/11/20 \xe4\xb8\x8a\xe5\x8d\x88 12:00:12", "2026-11-20T00:00:12Z"},
        {"\xe2\x80\x8e"
         "11/20/2026 6:00:12 AM",
         "2026-11-20T06:00:12Z"},
        {"29.02.2024 23:59:60", "2024-03-01T00:00:00Z"},
        {"", "unknown"},
        {"yesterday", "unknown"},
        {"13/13/2026 6:00:12", "unknown"},
        {"1601-01-01 00:00:00", "unknown"},
        {"2026-11-20 24:00:00", "unknown"},
        {"2026-00-20 06:00:12", "unknown"},
        {"99999999999999999999/1/1", "unknown"},
        /* days that no year, or not this year, has */
        {"2026-02-29 06:00:12", "unknown"},
        {"2026-02-31T06:00:12Z", "unknown"},
        {"2/30/2026 6:00:12 AM", "unknown"},
        {"31.04.2026 06:00:12", "unknown"},
        {"29.02.2100 06:00:12", "unknown"},
        {"28.02.2100 06:00:12", "2100-02-28T06:00:12Z"},
        {"29.02.2000 06:00:12", "2000-02-29T06:00:12Z"},
        {"1989-12-31 23:59:59", "unknown"},
        {"1990-01-01 00:00:00", "1990-01-01T00:00:00Z"},
        {"2199-12-31 23:59:59", "2199-12-31T23:59:59Z"},
        {"2200-01-01 00:00:00", "unknown"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        struct kd_when when = {.order = KD_WHEN_UNDECIDED};

        assert_when(&when, CASE[i].text, CASE[i].expected);
    }
}

static void test_order(void **state)
{
    struct kd_when when = {.order = KD_WHEN_UNDECIDED};

    (void)state;
    assert_when(&when, "3/3/2026 06:00:12", "2026-03-03T06:00:12Z");
    assert_false(when.was_guessed);
    assert_when(&when, "3/4/2026 06:00:12", "2026-03-04T06:00:12Z");
    assert_true(when.was_guessed);
    when = (struct kd_when){.order = KD_WHEN_DAY_FIRST};
    assert_when(&when, "3/4/2026 06:00:12", "2026-04-03T06:00:12Z");
    assert_false(when.was_guessed);
    /* a date that can be read in one way only is read so */
    assert_when(&when, "3/14/2026 06:00:12", "2026-03-14T06:00:12Z");
}

static void test_zone(void **state)
{
    struct kd_when when = {.order = KD_WHEN_UNDECIDED};

    (void)state;
    assert_when(&when, "2026-11-20T06:00:12.000Z", "2026-11-20T06:00:12Z");
    assert_true(when.has_zone);
    assert_when(&when, "2026-11-20T06:00:12.000", "2026-11-20T06:00:12Z");
    assert_false(when.has_zone);
}

static void test_sample(void **state)
{
    static const char TEXT[] = "x\t11/20/2026 6:00\ny\t3/4/2026\n20/11/2026/7 1/2/3 99/99/2026";
    size_t day_first = 0, month_first = 0;

    (void)state;
    kd_when_sample((const unsigned char *)TEXT, sizeof(TEXT) - 1, &day_first, &month_first);
    assert_int_equal(day_first, 1);
    assert_int_equal(month_first, 1);
    kd_when_sample((const unsigned char *)"/", 1, &day_first, &month_first);
    kd_when_sample((const unsigned char *)"", 0, &day_first, &month_first);
}

static void test_option(void **state)
{
    static const struct {
        const char *text;
        bool is_end;
        const char *expected;
    } CASE[] = {
        {"2026-11-20", false, "2026-11-20T00:00:00Z"},
        {"2026-11-20", true, "2026-11-20T23:59:59Z"},
        {"2026-11-20 06:00", false, "2026-11-20T06:00:00Z"},
        {"2026-11-20 06:00", true, "2026-11-20T06:00:59Z"},
        {"2026-11-20T06:00:12Z", true, "2026-11-20T06:00:12Z"},
        {"2026-11-20T06:00:12+01:00", false, "2026-11-20T05:00:12Z"},
    };
    static const char *const WRONG[] = {"",           "20.11.2026",   "2026-11",   "2026-13-01",
                                        "2026-11-2x", "2026-11-20 6", "2026-02-29"};
    int64_t wall_s = 0;
    struct kd_err err;
    char told[KD_RFC3339_STRLEN];

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        assert_int_equal(kd_events_time_from_str(CASE[i].text, CASE[i].is_end, &wall_s, &err),
                         KD_OK);
        assert_string_equal(kd_rfc3339_str(wall_s, told), CASE[i].expected);
    }
    for (size_t i = 0; i < COUNT(WRONG); i++) {
        assert_int_equal(kd_events_time_from_str(WRONG[i], false, &wall_s, &err), KD_ESYNTAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),  cmocka_unit_test(test_order),
        cmocka_unit_test(test_zone),   cmocka_unit_test(test_sample),
        cmocka_unit_test(test_option),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
