/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_range.c - threshold ranges: the grammar, what is refused, and a property test against a
 * reference that knows the rules another way (NP-22 to NP-25).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kmsdns/base/range.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define ROUNDS       100000

/* The five forms of the guidelines, at and beside their ends. */
static void test_guidelines(void **state)
{
    static const struct {
        const char *range;
        double value;
        bool alerts;
    } CASE[] = {
        {"10", -0.001, true},    {"10", 0, false},         {"10", 10, false},
        {"10", 10.001, true},    {"10:", 9.999, true},     {"10:", 10, false},
        {"10:", 1e9, false},     {"~:10", 10, false},      {"~:10", 10.001, true},
        {"~:10", -1e9, false},   {"10:20", 9.9, true},     {"10:20", 10, false},
        {"10:20", 20, false},    {"10:20", 20.1, true},    {"@10:20", 9.9, false},
        {"@10:20", 10, true},    {"@10:20", 15, true},     {"@10:20", 20, true},
        {"@10:20", 20.1, false}, {"-5:-1.5", -1.5, false}, {"-5:-1.5", -1.4, true},
        {"@10", 0, true},        {"@10", 11, false},       {"@~:0", -1, true},
        {"@1:", 1, true},        {"0", 0, false},          {"0", 1, true},
        {"~:", 1e12, false},     {"1:1", 1, false},        {"007", 7, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        struct kd_range range;

        assert_int_equal(kd_range_parse(CASE[i].range, &range, NULL), KD_OK);
        if (kd_range_alerts(&range, CASE[i].value) != CASE[i].alerts) {
            fail_msg("%s with %g: wrong", CASE[i].range, CASE[i].value);
        }
        assert_string_equal(range.text, CASE[i].range);
    }
}

static void test_refused(void **state)
{
    static const char *const TEXT[] = {
        "",      ":",   "@",    "@:",   "~",   "@~",    ":10",   "10:5",
        "1:2:3", "10 ", " 10",  "+1",   "1e3", "0x1",   "inf",   "nan",
        ".5",    "5.",  "1,5",  "10:~", "--1", "-",     "-:",    "@@1",
        "1:@2",  "~:~", "1::2", "10s",  "~10", "-1.:2", "1.2.3", "1234567890123456789012345",
        "\t1",   "1\n",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(TEXT); i++) {
        struct kd_range range = {.text = "before"};
        struct kd_err err = {.code = KD_OK};

        if (kd_range_parse(TEXT[i], &range, &err) == KD_OK) {
            fail_msg("\"%s\" was taken for a range", TEXT[i]);
        }
        assert_string_equal(range.text, "before");
        /* the bad text is quoted, as far as it is short */
        assert_non_null(
            strstr(err.text, strlen(TEXT[i]) <= KD_RANGE_MAX_TEXT ? TEXT[i] : "..."));
    }
}

static void test_no_range(void **state)
{
    struct kd_range none = {.text = NULL};

    (void)state;
    assert_false(kd_range_alerts(&none, 0));
    assert_false(kd_range_alerts(&none, -1e300));
}

/* A number with up to two decimals, as text and in hundredths. */
static long reference_number(unsigned int *seed, char *text, size_t size)
{
    long hundredths = (long)(rand_r(seed) % 40001) - 20000;
    long whole = labs(hundredths) / 100, rest = labs(hundredths) % 100;

    if (rest == 0) {
        snprintf(text, size, "%s%ld", hundredths < 0 ? "-" : "", whole);
    } else {
        snprintf(text, size, "%s%ld.%02ld", hundredths < 0 ? "-" : "", whole, rest);
    }
    return hundredths;
}

/* Integers, and no infinities: another way to the same answer. */
static bool reference_alerts(bool is_inside, const long *start, const long *end, long value)
{
    bool is_outside = (start != NULL && value < *start) || (end != NULL && value > *end);

    return is_inside ? !is_outside : is_outside;
}

static void check_round(unsigned int *seed)
{
    static const long ZERO = 0;
    char low[16], high[16], probe[16], text[64];
    long start = reference_number(seed, low, sizeof(low));
    long end = reference_number(seed, high, sizeof(high));
    long value = reference_number(seed, probe, sizeof(probe));
    bool is_inside = rand_r(seed) % 2 == 0;
    int form = rand_r(seed) % 4;
    const long *from = form == 0 ? &start : form == 1 ? NULL : form == 2 ? &ZERO : &start;
    const long *to = form == 3 ? NULL : &end;
    struct kd_range range;
    kd_status status;

    snprintf(text, sizeof(text), "%s%s%s%s", is_inside ? "@" : "",
             form == 0 || form == 3 ? low
             : form == 1            ? "~"
                                    : "",
             form == 2 ? "" : ":", form == 3 ? "" : high);
    status = kd_range_parse(text, &range, NULL);
    if (from != NULL && to != NULL && *from > *to) {
        assert_int_equal(status, KD_EINVAL);
        return;
    }
    assert_int_equal(status, KD_OK);
    /* the ends themselves are where mistakes are */
    value = rand_r(seed) % 4 == 0 && to != NULL ? *to : value;
    value = rand_r(seed) % 4 == 0 && from != NULL ? *from : value;
    if (kd_range_alerts(&range, (double)value / 100) !=
        reference_alerts(is_inside, from, to, value)) {
        fail_msg("%s with %ld hundredths", text, value);
    }
}

static void test_property(void **state)
{
    unsigned int seed = 20261120;

    (void)state;
    for (size_t i = 0; i < ROUNDS; i++) {
        check_round(&seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_guidelines),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_no_range),
        cmocka_unit_test(test_property),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
