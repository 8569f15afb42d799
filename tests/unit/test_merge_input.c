/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_merge_input.c - what many files bring: doubles, runs of one second, several domains,
 * reports without a name, runs that failed, more than fits; and the text about all of it against
 * golden files (UPDATE_GOLDEN=1 rewrites them).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "golden.h"
#include "kmsdns/render/merge.h"
#include "merge_fixture.h"

static void test_doubles(void **state)
{
    const struct look first = {.vantage = "a.", .started_s = NOON_S};
    const struct look other = {.vantage = "a.", .started_s = NOON_S, .domain = "x.example."};
    const struct kd_merged *merged = NULL;

    (void)state;
    kd_merge_add_file(merge, "one");
    add(&first);
    add(&other);
    kd_merge_add_file(merge, "again");
    add(&first);
    add(&(struct look){.vantage = "b.", .started_s = NOON_S});
    merged = finish();
    assert_int_equal(merged->ndouble, 1);
    assert_int_equal(merged->nreport, 3);
    assert_int_equal(merged->vantage[0].nreport, 2);
    assert_int_equal(merged->ndomain, 2);
    assert_string_equal(tell(merged, find(merged, KD_MERGE_STATUS, NULL)), "a. b. = NOERROR");
}

/* What another run of place c. says that began in the same second as one like those of a. and b. */
static const struct {
    struct look other;
    kd_merge_aspect aspect;
    const char *want;
} SECOND[] = {
    {{.host = {KMS2}},
     KD_MERGE_SRV,
     "a. b. = 0 0 1688 " KMS1 "; c. = 0 0 1688 " KMS1 " | 0 0 1688 " KMS2},
    {{.host = {KMS2}, .other = {KMS1}},
     KD_MERGE_SRV,
     "a. b. = 0 0 1688 " KMS1 "; c. = 0 0 1688 " KMS1 " | 0 0 1688 " KMS2},
    {{.ttl_s = 60}, KD_MERGE_TTL, "a. b. = 3600 s; c. = 3600 s | 60 s"},
    {{.status = KD_OUT_TIMEOUT}, KD_MERGE_STATUS, "a. b. = NOERROR; c. = NOERROR | TIMEOUT"},
    {{.status = KD_OUT_TIMEOUT}, KD_MERGE_SRV, "a. b. c. = 0 0 1688 " KMS1},
    {{.status = KD_OUT_SKIPPED, .cut = KD_CUT_SIGNAL}, KD_MERGE_STATUS, "a. b. c. = NOERROR"},
    {{.reach = KD_REACH_REFUSED}, KD_MERGE_REACH, "a. b. = open; c. = open | refused"},
    {{.serial = 18}, KD_MERGE_SERVER_SERIAL, "a. b. = 17; c. = 17 | 18"},
};

/* The runs of c., now and an hour ago, in one order or the other. */
static void add_second(const struct look *other, bool is_other_first, int hour)
{
    struct look look[2] = {{.serial = 17}, *other};

    for (size_t i = 0; i < 2; i++) {
        struct look *one = &look[is_other_first ? 1 - i : i];

        one->vantage = "c.";
        one->started_s = HOUR(hour);
        add(one);
    }
}

static void test_same_second(void **state)
{
    for (size_t i = 0; i < 2 * sizeof(SECOND) / sizeof(SECOND[0]); i++) {
        const struct kd_merged *merged = NULL;
        const struct kd_merged_question *question = NULL;
        bool is_other_first = i % 2 == 1;

        begin(state);
        kd_merge_add_file(merge, "file");
        add(&(struct look){.vantage = "a.", .started_s = NOON_S, .serial = 17});
        add(&(struct look){.vantage = "b.", .started_s = NOON_S, .serial = 17});
        add(&(struct look){.vantage = "a.", .started_s = HOUR(-1), .serial = 17});
        add_second(&SECOND[i / 2].other, is_other_first, 0);
        add_second(&SECOND[i / 2].other, !is_other_first, -1);
        add_second(&SECOND[i / 2].other, !is_other_first, 0);
        merged = finish();
        print_message("%s\n", SECOND[i / 2].want);
        question = find(merged, SECOND[i / 2].aspect, NULL);
        assert_string_equal(tell(merged, question), SECOND[i / 2].want);
        assert_int_equal(merged->ndouble, 2);
        assert_int_equal(merged->vantage[2].nreport, 4);
        assert_int_equal(merged->vantage[2].is_cut, SECOND[i / 2].other.cut != KD_CUT_NONE);
        if (question->ngroup > 1) {
            assert_int_equal(question->group[1].place[0].since_s, HOUR(-1));
            assert_true(question->group[1].place[0].is_at_least);
        }
        end(state);
    }
}

/* Two jobs, each about a domain of its own: the newest about each is the present. */
static void test_present_of_domain(void **state)
{
    const struct kd_merged *merged = NULL;

    (void)state;
    kd_merge_add_file(merge, "file");
    add(&(struct look){.vantage = "a.", .started_s = HOUR(-1)});
    add(&(struct look){.vantage = "a.", .started_s = NOON_S, .domain = "x.example."});
    add(&(struct look){.vantage = "b.", .started_s = NOON_S, .host = {KMS2}});
    merged = finish();
    assert_string_equal(tell(merged, find(merged, KD_MERGE_SRV, NULL)),
                        "a. = 0 0 1688 " KMS1 "; b. = 0 0 1688 " KMS2);
}

static void test_without_name(void **state)
{
    const struct kd_merged *merged = NULL;

    (void)state;
    kd_merge_add_file(merge, "here/one.json");
    add(&(struct look){.started_s = NOON_S});
    kd_merge_add_file(merge, "there/one.json");
    add(&(struct look){.vantage = "", .started_s = NOON_S});
    merged = finish();
    assert_int_equal(merged->nvantage, 2);
    assert_string_equal(merged->vantage[0].name, "here/one.json");
    assert_string_equal(merged->vantage[1].name, "there/one.json");
    assert_int_equal(merged->verdict, KD_MERGE_IS_AGREE);
}

/* What is anon1. in one report is something else in another one. */
static void test_anonymized(void **state)
{
    struct kd_facts *facts = kd_facts_new(arena);
    struct kd_domain_fact domain = {.name = "anon2.anon3."};
    struct kd_err err = {.code = KD_OK};

    (void)state;
    facts->vantage = "anon1.";
    facts->domain = &domain;
    facts->ndomain = 1;
    facts->is_anonymized = true;
    kd_merge_add_file(merge, "file");
    assert_int_equal(kd_merge_add_report(merge, facts, &err), KD_EINVAL);
    assert_non_null(strstr(err.text, "is anonymized"));
    assert_int_equal(finish()->nvantage, 0);
}

static void test_failures(void **state)
{
    const struct kd_merged *merged = NULL;

    (void)state;
    kd_merge_add_file(merge, "a.json");
    assert_int_equal(kd_merge_add_failure(merge, "first", NULL), KD_OK);
    add(&(struct look){.vantage = "a.", .started_s = NOON_S});
    assert_int_equal(kd_merge_add_failure(merge, "second", NULL), KD_OK);
    assert_int_equal(kd_merge_add_failure(merge, "third", NULL), KD_OK);
    kd_merge_add_file(merge, "b.json");
    assert_int_equal(kd_merge_add_failure(merge, "never", NULL), KD_OK);
    kd_merge_add_file(merge, "both.json");
    add(&(struct look){.vantage = "c.", .started_s = NOON_S});
    add(&(struct look){.vantage = "d.", .started_s = NOON_S});
    assert_int_equal(kd_merge_add_failure(merge, "whose?", NULL), KD_OK);
    merged = finish();
    assert_int_equal(merged->nvantage, 5);
    assert_int_equal(merged->nfailed, 5);
    assert_string_equal(merged->vantage[0].name, "a.");
    assert_int_equal(merged->vantage[0].nfailed, 3);
    assert_int_equal(merged->vantage[0].nfailed_last, 2);
    assert_string_equal(merged->vantage[0].failure, "third");
    assert_string_equal(merged->vantage[1].name, "b.json");
    assert_int_equal(merged->vantage[1].nreport, 0);
    assert_int_equal(merged->vantage[1].newest_s, -1);
    assert_string_equal(merged->vantage[2].name, "both.json");
    assert_string_equal(tell(merged, find(merged, KD_MERGE_STATUS, NULL)),
                        "a. c. d. = NOERROR, b.json ?no-report, both.json ?no-report");
}

static void test_limit_of_reports(void **state)
{
    const struct kd_facts *empty = kd_facts_new(arena);
    struct kd_err err = {.code = KD_OK};

    (void)state;
    kd_merge_add_file(merge, "file");
    for (size_t i = 0; i < KD_MERGE_MAX_REPORTS; i++) {
        assert_int_equal(kd_merge_add_failure(merge, "no", &err), KD_OK);
    }
    assert_int_equal(kd_merge_add_report(merge, empty, &err), KD_ETOOBIG);
    assert_non_null(strstr(err.text, "10000 reports"));
    assert_int_equal(kd_merge_add_failure(merge, "no", &err), KD_ETOOBIG);
    assert_int_equal(finish()->nfailed, KD_MERGE_MAX_REPORTS);
}

#define LONG 60000

/* A name of that many letters. */
static const char *long_name(char letter)
{
    char *name = kd_arena_alloc(arena, LONG + 1);

    memset(name, letter, LONG);
    return name;
}

/* Domains with long names, until there is no room for another one. */
static void fill_texts(void)
{
    struct kd_facts *facts = kd_facts_new(arena);
    struct kd_err err = {.code = KD_OK};
    struct kd_view_fact view = {.status = KD_OUT_NXDOMAIN, .ttl_s = -1};
    size_t n = 300;

    facts->vantage = "b.";
    facts->started_s = NOON_S;
    facts->domain = kd_arena_alloc(arena, n * sizeof(*facts->domain));
    facts->ndomain = n;
    for (size_t i = 0; i < n; i++) {
        facts->domain[i].name = kd_arena_printf(arena, "d%zu.%s.", i, long_name('x'));
        facts->domain[i].view = &view;
        facts->domain[i].nview = 1;
    }
    assert_int_equal(kd_merge_add_report(merge, facts, &err), KD_ETOOBIG);
    assert_non_null(strstr(err.text, "more than one comparison holds"));
}

/* More texts than are kept: what was read before stays. */
static void test_limit_of_texts(void **state)
{
    (void)state;
    kd_merge_add_file(merge, "file");
    add(&(struct look){.vantage = "a.", .started_s = NOON_S});
    fill_texts();
    assert_true(finish()->ndomain > 150);
}

/* Answers that must be put together, and no room for that. */
static void test_limit_in_one_second(void **state)
{
    const struct kd_merged *merged = NULL;
    struct kd_err err = {.code = KD_OK};

    (void)state;
    kd_merge_add_file(merge, "file");
    add(&(struct look){.vantage = "a.", .started_s = NOON_S, .host = {long_name('k')}});
    add(&(struct look){.vantage = "a.", .started_s = NOON_S, .host = {long_name('m')}});
    fill_texts();
    assert_int_equal(kd_merge_finish(merge, arena, DAY_S, now_s, &merged, &err), KD_ETOOBIG);
    assert_non_null(strstr(err.text, "one second"));
    assert_null(merged);
}

/* So many domains at so many places with names of so many bytes. */
static kd_status finish_rows(size_t ndomain, size_t nplace, int nbyte, struct kd_err *err)
{
    const struct kd_merged *merged = NULL;
    struct kd_facts *facts = kd_facts_new(arena);
    struct kd_view_fact view = {.status = KD_OUT_NXDOMAIN, .ttl_s = -1};
    kd_status status;

    facts->domain = kd_arena_alloc(arena, ndomain * sizeof(*facts->domain));
    facts->ndomain = ndomain;
    facts->started_s = NOON_S;
    for (size_t i = 0; i < ndomain; i++) {
        facts->domain[i].name = kd_arena_printf(arena, "d%zu.example.", i);
        facts->domain[i].view = &view;
        facts->domain[i].nview = 1;
    }
    kd_merge_add_file(merge, "file");
    for (size_t i = 0; i < nplace; i++) {
        facts->vantage = kd_arena_printf(arena, "%0*zu", nbyte, i);
        assert_int_equal(kd_merge_add_report(merge, facts, err), KD_OK);
    }
    status = kd_merge_finish(merge, arena, DAY_S, now_s, &merged, err);
    assert_int_equal(status == KD_OK, merged != NULL);
    return status;
}

/* Each domain has three questions; a long name counts as several places. */
static void test_limit_of_rows(void **state)
{
    static const struct {
        size_t ndomain, nplace;
        int nbyte;
        kd_status status;
    } CASE[] = {
        {KD_MERGE_MAX_ROWS / 300, 100, KD_MERGE_ROW_BYTES - 1, KD_OK},
        {KD_MERGE_MAX_ROWS / 300 + 1, 100, KD_MERGE_ROW_BYTES - 1, KD_ETOOBIG},
        {KD_MERGE_MAX_ROWS / 300, 100, KD_MERGE_ROW_BYTES, KD_ETOOBIG},
    };

    for (size_t i = 0; i < sizeof(CASE) / sizeof(CASE[0]); i++) {
        struct kd_err err = {.code = KD_OK};

        begin(state);
        assert_int_equal(finish_rows(CASE[i].ndomain, CASE[i].nplace, CASE[i].nbyte, &err),
                         CASE[i].status);
        assert_int_equal(strstr(err.text, "vantage points") != NULL, CASE[i].status != KD_OK);
        end(state);
    }
}

/* Long answers count, and long subjects. */
static void test_limit_of_answers(void **state)
{
    const struct kd_merged *merged = NULL;
    struct kd_err err = {.code = KD_OK};
    const char *host = long_name('k');

    (void)state;
    kd_merge_add_file(merge, "file");
    for (size_t i = 0; i < 300; i++) {
        add(&(struct look){.vantage = "a.",
                           .started_s = NOON_S,
                           .host = {host},
                           .domain = kd_arena_printf(arena, "d%zu.example.", i)});
    }
    assert_int_equal(kd_merge_finish(merge, arena, DAY_S, now_s, &merged, &err), KD_ETOOBIG);
    assert_non_null(strstr(err.text, "long names and answers"));
}

/* Everything that a text can tell, with names that would move a cursor. */
static void golden_world(void)
{
    static const char *const HOST[3] = {KMS1, KMS2, "kms03.corp.example."};

    kd_merge_add_file(merge, "sat1.json");
    for (int hour = -3; hour <= 0; hour++) {
        struct look look = {.vantage = "sat1.", .started_s = HOUR(hour), .serial = 17};

        memcpy(look.host, HOST, sizeof(HOST));
        add(&look);
        look.vantage = "sat2.";
        add(&look);
        look.vantage = "sat3.";
        look.host[2] = hour < -1 ? HOST[2] : "kms09.corp.example.";
        look.reach = hour < 0 ? KD_REACH_OPEN : KD_REACH_TIMEOUT;
        look.serial = 16;
        add(&look);
    }
    add(&(struct look){
        .vantage = "a\033[2J\xff", .started_s = HOUR(1), .status = KD_OUT_TIMEOUT});
    add(&(struct look){.vantage = "cut.",
                       .started_s = NOON_S,
                       .status = KD_OUT_SKIPPED,
                       .cut = KD_CUT_DEADLINE});
    add(&(struct look){.vantage = "old.", .started_s = NOON_S - 2 * DAY_S});
    add(&(struct look){.vantage = "sat1.", .started_s = NOON_S, .domain = "a.example."});
    add(&(struct look){.vantage = "sat2.", .started_s = NOON_S, .domain = "a.example."});
    add(&(struct look){.vantage = "sat1.", .started_s = NOON_S, .domain = "b.example."});
    add(&(struct look){.vantage = "sat1.", .started_s = NOON_S, .domain = "c.example."});
    add(&(struct look){
        .vantage = "sat2.", .started_s = NOON_S, .domain = "c.example.", .ttl_s = 60});
    kd_merge_add_file(merge, "sat4\n.json");
    assert_int_equal(kd_merge_add_failure(merge, "cannot\033]0;x\a read", NULL), KD_OK);
    kd_merge_add_damage(merge, &(struct kd_err){.code = KD_ESYNTAX, .text = "line 7"});
}

static void test_golden(void **state)
{
    static const struct {
        const char *name;
        struct kd_render_style style;
    } CASE[] = {
        {"merge.txt", {.width = 0}},
        {"merge-v.txt", {.verbosity = 1}},
        {"merge-color.txt", {.has_color = true, .width = 80}},
    };

    for (size_t i = 0; i < sizeof(CASE) / sizeof(CASE[0]); i++) {
        struct kd_buf text = {.data = NULL};

        begin(state);
        golden_world();
        kd_render_merge_text(finish(), &CASE[i].style, &text);
        for (size_t at = 0; at < text.len; at++) {
            unsigned char byte = (unsigned char)text.data[at];

            assert_true(byte == '\n' || (byte >= ' ' && byte < 0x7f) ||
                        (byte == 0x1b && CASE[i].style.has_color));
        }
        assert_golden(CASE[i].name, &text);
        kd_buf_done(&text);
        end(state);
    }
}

/* A column is as wide as its longest cell, in each of many rows. */
static void test_long_names(void **state)
{
    struct kd_buf text = {.data = NULL};
    const char *host = long_name('k'), *place = long_name('v');

    (void)state;
    kd_merge_add_file(merge, "file");
    add(&(struct look){.vantage = place, .started_s = NOON_S, .host = {host}});
    add(&(struct look){.vantage = "b.", .started_s = NOON_S, .host = {host}});
    kd_render_merge_text(finish(), &(struct kd_render_style){.verbosity = 1}, &text);
    assert_non_null(strstr(text.data, kd_arena_printf(arena, "  %.200s... ", place)));
    assert_null(strstr(text.data, kd_arena_printf(arena, "%.201s", place)));
    assert_non_null(strstr(text.data, kd_arena_printf(arena, "  reach %.200s... ", host)));
    kd_buf_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(test_doubles),
        cmocka_unit_test(test_same_second),
        EACH(test_present_of_domain),
        EACH(test_without_name),
        EACH(test_failures),
        EACH(test_anonymized),
        EACH(test_limit_of_reports),
        EACH(test_limit_of_texts),
        EACH(test_limit_in_one_second),
        EACH(test_long_names),
        EACH(test_limit_of_answers),
        cmocka_unit_test(test_limit_of_rows),
        cmocka_unit_test(test_golden),
    };

    return cmocka_run_group_tests_name("merge_input", tests, NULL, NULL);
}
