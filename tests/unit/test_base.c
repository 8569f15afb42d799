/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_base.c - the lowest floor: failures, memory, text, numbers, addresses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kmsdns/base/addr.h"
#include "kmsdns/base/arena.h"
#include "kmsdns/base/buf.h"
#include "kmsdns/base/clock.h"
#include "kmsdns/base/mem.h"
#include "kmsdns/base/num.h"
#include "kmsdns/base/rng.h"
#include "kmsdns/base/status.h"

static void test_status_names(void **state)
{
    (void)state;
    for (int code = 0; code < KD_STATUS_COUNT; code++) {
        assert_true(strlen(kd_status_str((kd_status)code)) > 1);
    }
    assert_string_equal(kd_status_str((kd_status)999), "UNKNOWN");
}

static void test_fail_and_prefix(void **state)
{
    struct kd_err err = {0};
    char huge[400];

    (void)state;
    assert_int_equal(kd_fail(NULL, KD_EIO, "x", "y"), KD_EIO);
    kd_err_prefix(&err, "ignored");
    assert_string_equal(err.text, "");
    assert_int_equal(kd_fail(&err, KD_ESYNTAX, "reg", "line %d", 3), KD_ESYNTAX);
    kd_err_prefix(&err, "%s", "a.reg");
    assert_string_equal(err.text, "a.reg: line 3");
    memset(huge, 'x', sizeof(huge));
    huge[sizeof(huge) - 1] = '\0';
    kd_err_prefix(&err, "%s", huge);
    assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
}

static void test_fail_sys(void **state)
{
    static const struct {
        int sys;
        kd_status code;
    } CASE[] = {
        {EACCES, KD_EACCES},     {EPERM, KD_EACCES}, {EROFS, KD_EACCES}, {ENOENT, KD_ENOTFOUND},
        {ENOTDIR, KD_ENOTFOUND}, {EIO, KD_EIO},      {ENOSPC, KD_EIO},   {0, KD_EIO}};
    char huge[400];

    (void)state;
    memset(huge, 'x', sizeof(huge));
    huge[sizeof(huge) - 1] = '\0';
    for (size_t i = 0; i < sizeof(CASE) / sizeof(CASE[0]); i++) {
        struct kd_err err = {0};
        char expected[200];

        assert_int_equal(kd_fail_sys(NULL, CASE[i].sys, "x", "y"), CASE[i].code);
        assert_int_equal(kd_fail_sys(&err, CASE[i].sys, "file", "cannot read %s", "a"),
                         CASE[i].code);
        assert_int_equal(err.code, CASE[i].code);
        assert_int_equal(err.sys, CASE[i].sys);
        snprintf(expected, sizeof(expected), "cannot read a: %s", strerror(CASE[i].sys));
        assert_string_equal(err.text, expected);
        kd_fail_sys(&err, CASE[i].sys, "file", "%s", huge);
        assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
    }
}

static void test_arena_grow_keeps_elements(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    uint32_t *items = NULL;

    (void)state;
    for (uint32_t i = 0; i < 5000; i++) {
        items = kd_arena_grow(arena, items, i, sizeof(*items));
        assert_int_equal(items[i], 0);
        items[i] = i;
    }
    for (uint32_t i = 0; i < 5000; i++) {
        assert_int_equal(items[i], i);
    }
    assert_null(kd_arena_strdup(arena, NULL));
    assert_string_equal(kd_arena_strndup(arena, "abcdef", 3), "abc");
    assert_string_equal(kd_arena_printf(arena, "%d-%s", 7, "x"), "7-x");
    assert_true((uintptr_t)kd_arena_alloc(arena, 1) % sizeof(void *) == 0);
    assert_non_null(kd_arena_alloc(arena, 1000000));
    kd_arena_free(arena);
    kd_arena_free(NULL);
}

static void test_buf_escapes(void **state)
{
    static const struct {
        const char *in;
        bool is_utf8;
        const char *out;
    } CASE[] = {
        {"plain", false, "plain"},
        {NULL, false, ""},
        {"a\033[2Jb", false, "a\\027[2Jb"},
        {"tab\tnl\n\177", true, "tab\\009nl\\010\\127"},
        {"m\303\274nchen", true, "m\303\274nchen"},
        {"m\303\274nchen", false, "m\\195\\188nchen"},
        {"\302\233x", true, "\\194\\155x"},          /* C1 CSI */
        {"\342\200\256x", true, "\\226\\128\\174x"}, /* right-to-left override */
        {"\300\257", true, "\\192\\175"},            /* overlong */
        {"\355\240\200", true, "\\237\\160\\128"},   /* surrogate */
        {"cut\303", true, "cut\\195"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASE) / sizeof(CASE[0]); i++) {
        struct kd_buf buf = {0};

        kd_buf_text_utf8(&buf, CASE[i].in, CASE[i].is_utf8);
        assert_string_equal(kd_buf_str(&buf), CASE[i].out);
        kd_buf_done(&buf);
    }
}

static void test_buf_grows(void **state)
{
    struct kd_buf buf = {0};

    (void)state;
    assert_string_equal(kd_buf_str(&buf), "");
    for (int i = 0; i < 1000; i++) {
        kd_buf_printf(&buf, "%d,", i);
    }
    kd_buf_pad(&buf, '-', 3);
    assert_int_equal(buf.len, strlen(buf.data));
    assert_string_equal(buf.data + buf.len - 7, "999,---");
    kd_buf_done(&buf);
}

static void test_durations(void **state)
{
    static const struct {
        const char *text;
        kd_status status;
        uint32_t ms;
    } CASE[] = {
        {"2", KD_OK, 2000},
        {"0.5", KD_OK, 500},
        {"500ms", KD_OK, 500},
        {"1m", KD_OK, 60000},
        {"1.2345s", KD_OK, 1234},
        {"", KD_ESYNTAX, 0},
        {".5", KD_ESYNTAX, 0},
        {"5.", KD_ESYNTAX, 0},
        {"-1", KD_ESYNTAX, 0},
        {"1 s", KD_ESYNTAX, 0},
        {"1w", KD_ESYNTAX, 0},
        {"1hd", KD_ESYNTAX, 0},
        {"1H", KD_ESYNTAX, 0},
        {"0", KD_EINVAL, 0},
        {"99999999999999999999", KD_ESYNTAX, 0},
        {"2m", KD_EINVAL, 0},
    };
    static const struct {
        const char *text;
        kd_status status;
        uint32_t ms;
    } LONG[] = {
        {"1h", KD_OK, 3600000},      {"1.5h", KD_OK, 5400000}, {"5d", KD_OK, 432000000},
        {"46d", KD_OK, 3974400000U}, {"47d", KD_EINVAL, 0},    {"4294967295d", KD_EINVAL, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASE) / sizeof(CASE[0]); i++) {
        uint32_t ms = 0;

        assert_int_equal(kd_parse_duration(CASE[i].text, 1, 90000, &ms, NULL), CASE[i].status);
        assert_int_equal(ms, CASE[i].ms);
    }
    for (size_t i = 0; i < sizeof(LONG) / sizeof(LONG[0]); i++) {
        uint32_t ms = 0;
        struct kd_err err = {.code = KD_OK};

        assert_int_equal(kd_parse_duration(LONG[i].text, 1000, 4000000000U, &ms, &err),
                         LONG[i].status);
        assert_int_equal(ms, LONG[i].ms);
        assert_true(ms != 0 || strstr(err.text, "1 to 4000000 seconds") != NULL);
    }
}

static void test_numbers(void **state)
{
    uint32_t value = 7;
    uint64_t big = 7;

    (void)state;
    assert_int_equal(kd_parse_u32("65535", 1, 65535, &value, NULL), KD_OK);
    assert_int_equal(value, 65535);
    assert_int_equal(kd_parse_u32("65536", 1, 65535, &value, NULL), KD_EINVAL);
    assert_int_equal(kd_parse_u32("4294967297", 0, UINT32_MAX, &value, NULL), KD_EINVAL);
    assert_int_equal(kd_parse_u32("0x10", 0, 99, &value, NULL), KD_ESYNTAX);
    assert_int_equal(kd_parse_u32(" 1", 0, 99, &value, NULL), KD_ESYNTAX);
    assert_int_equal(value, 65535);
    assert_int_equal(kd_parse_u64("18446744073709551615", &big, NULL), KD_OK);
    assert_true(big == UINT64_MAX);
    assert_int_equal(kd_parse_u64("18446744073709551616", &big, NULL), KD_ESYNTAX);
}

static void test_endpoints(void **state)
{
    static const struct {
        const char *text;
        kd_status status;
        const char *out;
    } CASE[] = {
        {"192.0.2.53", KD_OK, "192.0.2.53:53"},
        {"192.0.2.53:5353", KD_OK, "192.0.2.53:5353"},
        {"192.0.2.53@5353", KD_OK, "192.0.2.53:5353"},
        {"2001:DB8::1", KD_OK, "[2001:db8::1]:53"},
        {"[2001:db8::1]:99", KD_OK, "[2001:db8::1]:99"},
        {"[2001:db8::1]", KD_OK, "[2001:db8::1]:53"},
        {"2001:db8::1@99", KD_OK, "[2001:db8::1]:99"},
        {"192.0.2.53:0", KD_EINVAL, NULL},
        {"192.0.2.53:65536", KD_EINVAL, NULL},
        {"192.0.2.53:", KD_ESYNTAX, NULL},
        {"192.0.2.256", KD_ESYNTAX, NULL},
        {"192.0.2", KD_ESYNTAX, NULL},
        {"[::1", KD_ESYNTAX, NULL},
        {"[::1]x", KD_ESYNTAX, NULL},
        {"ns1.corp.example", KD_ESYNTAX, NULL},
        {"fe80::1%nosuchinterface", KD_ESYNTAX, NULL},
        {"fe80::1%1", KD_OK, "[fe80::1%1]:53"},
        {"", KD_ESYNTAX, NULL},
        {"1111111111111111111111111111111111111111111111111111111111111111111111111111111",
         KD_ESYNTAX, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASE) / sizeof(CASE[0]); i++) {
        struct kd_endpoint endpoint;
        char text[KD_ENDPOINT_STRLEN];

        assert_int_equal(kd_endpoint_from_str(CASE[i].text, 53, &endpoint, NULL),
                         CASE[i].status);
        if (CASE[i].out != NULL) {
            assert_string_equal(kd_endpoint_str(&endpoint, text), CASE[i].out);
        }
    }
}

/* Sorted; whatever stands between the members of the struct does not count. */
static void test_endpoint_order(void **state)
{
    static const char *const SORTED[] = {
        "192.0.2.9:53",     "192.0.2.9:5353",   "192.0.2.10:53",  "[2001:db8::1]:53",
        "[2001:db8::1]:54", "[2001:db8::2]:53", "[fe80::1%1]:53", "[fe80::1%256]:53",
    };
    const size_t n = sizeof(SORTED) / sizeof(SORTED[0]);
    const size_t gap = offsetof(struct kd_addr, bytes) + 16;

    (void)state;
    for (size_t i = 0; i < n * n; i++) {
        struct kd_endpoint a, b;
        int wanted = (i / n > i % n) - (i / n < i % n);
        int order;

        assert_int_equal(kd_endpoint_from_str(SORTED[i / n], 53, &a, NULL), KD_OK);
        assert_int_equal(kd_endpoint_from_str(SORTED[i % n], 53, &b, NULL), KD_OK);
        memset((char *)&b.addr + gap, 0xff, offsetof(struct kd_addr, scope) - gap);
        order = kd_endpoint_compare(&a, &b);
        assert_int_equal((order > 0) - (order < 0), wanted);
        assert_int_equal(kd_endpoint_equal(&a, &b), wanted == 0);
    }
}

static void test_odd_addresses(void **state)
{
    static const struct {
        const char *text, *oddity;
    } CASE[] = {
        {"127.0.0.1", "loopback"},
        {"127.255.0.9", "loopback"},
        {"::1", "loopback"},
        {"::ffff:127.0.0.1", "loopback"},
        {"169.254.3.4", "link-local"},
        {"fe80::1", "link-local"},
        {"febf::1", "link-local"},
        {"0.0.0.0", "unspecified"},
        {"::", "unspecified"},
        {"224.0.0.251", "multicast"},
        {"239.1.1.1", "multicast"},
        {"ff02::1", "multicast"},
        {"255.255.255.255", "broadcast"},
        {"192.0.2.1", NULL},
        {"10.0.0.1", NULL},
        {"2001:db8::1", NULL},
        {"fec0::1", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASE) / sizeof(CASE[0]); i++) {
        struct kd_addr addr;

        assert_int_equal(kd_addr_from_str(CASE[i].text, &addr, NULL), KD_OK);
        if (CASE[i].oddity == NULL) {
            assert_null(kd_addr_oddity(&addr));
        } else {
            assert_string_equal(kd_addr_oddity(&addr), CASE[i].oddity);
        }
    }
}

static void test_rng_is_repeatable_and_even(void **state)
{
    struct kd_rng a, b;
    unsigned int count[3] = {0};

    (void)state;
    kd_rng_init(&a, 42);
    kd_rng_init(&b, 42);
    for (int i = 0; i < 30000; i++) {
        uint32_t draw = kd_rng_upto(&a, 2);

        assert_int_equal(draw, kd_rng_upto(&b, 2));
        count[draw]++;
    }
    for (int i = 0; i < 3; i++) {
        assert_true(count[i] > 9500 && count[i] < 10500);
    }
    assert_int_equal(kd_rng_upto(&a, 0), 0);
}

static void test_time(void **state)
{
    char text[KD_RFC3339_STRLEN];

    (void)state;
    assert_string_equal(kd_rfc3339_str(1795154412, text), "2026-11-20T06:00:12Z");
    assert_true(kd_clock_us() <= kd_clock_us());
}

/* Every day that there is, and some that there are not. */
static void test_dates(void **state)
{
    static const int64_t NO_DATE[][3] = {
        {2025, 2, 29},
        {2100, 2, 29},
        {2024, 2, 30},
        {2026, 4, 31},
        {2026, 12, 32},
        {2026, 1, 0},
        {2026, 0, 1},
        {2026, 13, 1},
        {0, 1, 1},
        {10000, 1, 1},
        {2026, -1, 1},
        {2026, 1, -1},
        {INT64_MIN, INT64_MIN, INT64_MIN},
        {INT64_MAX, INT64_MAX, INT64_MAX},
    };

    (void)state;
    for (int64_t day = -719162; day < 2932897; day++) { /* 0001-01-01 to 9999-12-31 */
        time_t when = (time_t)(day * 86400);
        struct tm utc;
        int64_t back_s = 0;

        assert_non_null(gmtime_r(&when, &utc));
        assert_true(kd_date_s(utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, &back_s));
        assert_int_equal(back_s, when);
    }
    for (size_t i = 0; i < sizeof(NO_DATE) / sizeof(NO_DATE[0]); i++) {
        int64_t date_s = 17;

        assert_false(kd_date_s(NO_DATE[i][0], NO_DATE[i][1], NO_DATE[i][2], &date_s));
        assert_int_equal(date_s, 17);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status_names),  cmocka_unit_test(test_fail_and_prefix),
        cmocka_unit_test(test_fail_sys),      cmocka_unit_test(test_arena_grow_keeps_elements),
        cmocka_unit_test(test_buf_escapes),   cmocka_unit_test(test_buf_grows),
        cmocka_unit_test(test_durations),     cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_endpoints),     cmocka_unit_test(test_endpoint_order),
        cmocka_unit_test(test_odd_addresses), cmocka_unit_test(test_rng_is_repeatable_and_even),
        cmocka_unit_test(test_time),          cmocka_unit_test(test_dates),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
