/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_merge.c - places compared: for each aspect one that differs, ties, silence, and what is
 * unknown and must not count as differing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "merge_fixture.h"

static void check(kd_merge_aspect aspect, const char *subject, kd_merge_verdict verdict,
                  const char *want)
{
    const struct kd_merged *merged = finish();
    const struct kd_merged_question *question = find(merged, aspect, subject);

    assert_string_equal(tell(merged, question), want);
    assert_string_equal(kd_merge_verdict_str(question->verdict), kd_merge_verdict_str(verdict));
}

#define REACH1 KMS1 ":1688"
#define SERVER "192.0.2.53:53"

/* Three places; the third is the one that is looked at. */
static const struct {
    const char *name;
    struct look third;
    kd_merge_aspect aspect;
    const char *subject;
    kd_merge_verdict verdict;
    const char *want;
} THIRD[] = {
    {"alike",
     {.serial = 17},
     KD_MERGE_SRV,
     NULL,
     KD_MERGE_IS_AGREE,
     "a. b. c. = 0 0 1688 " KMS1},
    {"other set",
     {.host = {KMS2}},
     KD_MERGE_SRV,
     NULL,
     KD_MERGE_IS_DIFFER,
     "a. b. = 0 0 1688 " KMS1 "; c. = 0 0 1688 " KMS2},
    {"larger set, in an order of its own",
     {.host = {KMS2, KMS1}},
     KD_MERGE_SRV,
     NULL,
     KD_MERGE_IS_DIFFER,
     "a. b. = 0 0 1688 " KMS1 "; c. = 0 0 1688 " KMS1 ", 0 0 1688 " KMS2},
    {"its resolvers disagree",
     {.host = {KMS2}, .other = {KMS1}},
     KD_MERGE_SRV,
     NULL,
     KD_MERGE_IS_DIFFER,
     "a. b. = 0 0 1688 " KMS1 "; c. = 0 0 1688 " KMS1 " | 0 0 1688 " KMS2},
    {"its resolvers agree",
     {.other = {KMS1}},
     KD_MERGE_SRV,
     NULL,
     KD_MERGE_IS_AGREE,
     "a. b. c. = 0 0 1688 " KMS1},
    {"no record",
     {.status = KD_OUT_NXDOMAIN},
     KD_MERGE_SRV,
     NULL,
     KD_MERGE_IS_DIFFER,
     "a. b. = 0 0 1688 " KMS1 "; c. = none"},
    {"no record, by its status",
     {.status = KD_OUT_NXDOMAIN},
     KD_MERGE_STATUS,
     NULL,
     KD_MERGE_IS_DIFFER,
     "a. b. = NOERROR; c. = NXDOMAIN"},
    {"silence is told with the statuses",
     {.status = KD_OUT_TIMEOUT},
     KD_MERGE_STATUS,
     NULL,
     KD_MERGE_IS_DIFFER,
     "a. b. = NOERROR; c. = TIMEOUT"},
    {"silence is no empty set",
     {.status = KD_OUT_TIMEOUT},
     KD_MERGE_SRV,
     NULL,
     KD_MERGE_IS_AGREE,
     "a. b. = 0 0 1688 " KMS1 ", c. ?no-answer"},
    {"a failure is no empty set",
     {.status = KD_OUT_SERVFAIL},
     KD_MERGE_SRV,
     NULL,
     KD_MERGE_IS_AGREE,
     "a. b. = 0 0 1688 " KMS1 ", c. ?no-answer"},
    {"not asked",
     {.status = KD_OUT_SKIPPED},
     KD_MERGE_STATUS,
     NULL,
     KD_MERGE_IS_AGREE,
     "a. b. = NOERROR, c. ?not-asked"},
    {"cut",
     {.status = KD_OUT_TIMEOUT, .cut = KD_CUT_DEADLINE},
     KD_MERGE_STATUS,
     NULL,
     KD_MERGE_IS_AGREE,
     "a. b. = NOERROR, c. ?cut"},
    {"cut, but answered before",
     {.host = {KMS2}, .cut = KD_CUT_SIGNAL},
     KD_MERGE_SRV,
     NULL,
     KD_MERGE_IS_DIFFER,
     "a. b. = 0 0 1688 " KMS1 "; c. = 0 0 1688 " KMS2},
    {"another domain",
     {.domain = "x.example."},
     KD_MERGE_STATUS,
     NULL,
     KD_MERGE_IS_AGREE,
     "a. b. = NOERROR, c. ?not-asked"},
    {"TTL", {.ttl_s = 60}, KD_MERGE_TTL, NULL, KD_MERGE_IS_DIFFER, "a. b. = 3600 s; c. = 60 s"},
    {"TTL of a cache",
     {.ttl_s = 60, .is_cached = true},
     KD_MERGE_TTL,
     NULL,
     KD_MERGE_IS_AGREE,
     "a. b. = 3600 s, c. ?cached"},
    {"TTL of the zone's server behind a cache",
     {.ttl_s = 60, .is_cached = true, .serial = 17},
     KD_MERGE_TTL,
     NULL,
     KD_MERGE_IS_AGREE,
     "a. b. c. = 3600 s"},
    {"TTL of no record",
     {.status = KD_OUT_NODATA},
     KD_MERGE_TTL,
     NULL,
     KD_MERGE_IS_AGREE,
     "a. b. = 3600 s, c. ?not-seen"},
    {"closed",
     {.reach = KD_REACH_REFUSED},
     KD_MERGE_REACH,
     REACH1,
     KD_MERGE_IS_DIFFER,
     "a. b. = open; c. = refused"},
    {"silent",
     {.reach = KD_REACH_TIMEOUT},
     KD_MERGE_REACH,
     REACH1,
     KD_MERGE_IS_DIFFER,
     "a. b. = open; c. = timeout"},
    {"silent when it was cut",
     {.reach = KD_REACH_TIMEOUT, .cut = KD_CUT_DEADLINE},
     KD_MERGE_REACH,
     REACH1,
     KD_MERGE_IS_AGREE,
     "a. b. = open, c. ?cut"},
    {"not tried",
     {.reach = KD_REACH_SKIPPED},
     KD_MERGE_REACH,
     REACH1,
     KD_MERGE_IS_AGREE,
     "a. b. = open, c. ?not-tried"},
    {"one of two addresses",
     {.has_two_addresses = true, .reach2 = KD_REACH_REFUSED},
     KD_MERGE_REACH,
     REACH1,
     KD_MERGE_IS_DIFFER,
     "a. b. = open; c. = open, refused"},
    {"a family without a route",
     {.has_two_addresses = true, .reach2 = KD_REACH_UNREACHABLE},
     KD_MERGE_REACH,
     REACH1,
     KD_MERGE_IS_AGREE,
     "a. b. c. = open"},
    {"no route at all",
     {.reach = KD_REACH_UNREACHABLE},
     KD_MERGE_REACH,
     REACH1,
     KD_MERGE_IS_DIFFER,
     "a. b. = open; c. = unreachable"},
    {"no address",
     {.target = KD_OUT_NXDOMAIN},
     KD_MERGE_REACH,
     REACH1,
     KD_MERGE_IS_DIFFER,
     "a. b. = open; c. = no address (NXDOMAIN)"},
    {"an address that nobody told",
     {.target = KD_OUT_TIMEOUT},
     KD_MERGE_REACH,
     REACH1,
     KD_MERGE_IS_AGREE,
     "a. b. = open, c. ?no-answer"},
    {"a host that is not in its set",
     {.host = {KMS2}},
     KD_MERGE_REACH,
     REACH1,
     KD_MERGE_IS_AGREE,
     "a. b. = open, c. ?not-seen"},
    {"another set at the server",
     {.serial = 17, .served = KMS2},
     KD_MERGE_SERVER_SRV,
     SERVER,
     KD_MERGE_IS_DIFFER,
     "a. b. = 0 0 1688 " KMS1 "; c. = 0 0 1688 " KMS2},
    {"a server that is silent from there",
     {.serial = 17, .server = KD_OUT_TIMEOUT},
     KD_MERGE_SERVER_SRV,
     SERVER,
     KD_MERGE_IS_AGREE,
     "a. b. = 0 0 1688 " KMS1 ", c. ?no-answer"},
    {"a zone that was not looked for",
     {.serial = 0},
     KD_MERGE_SERVER_SRV,
     SERVER,
     KD_MERGE_IS_AGREE,
     "a. b. = 0 0 1688 " KMS1 ", c. ?not-seen"},
    {"another serial",
     {.serial = 16},
     KD_MERGE_SERVER_SERIAL,
     SERVER,
     KD_MERGE_IS_DIFFER,
     "a. b. = 17; c. = 16"},
    {"an older serial an hour ago",
     {.serial = 16, .started_s = HOUR(-1)},
     KD_MERGE_SERVER_SERIAL,
     SERVER,
     KD_MERGE_IS_AGREE,
     "a. b. = 17, c. ?older"},
    {"a newer serial an hour ago",
     {.serial = 18, .started_s = HOUR(-1)},
     KD_MERGE_SERVER_SERIAL,
     SERVER,
     KD_MERGE_IS_DIFFER,
     "a. b. = 17; c. = 18"},
    {"a serial before it turned over",
     {.serial = 4294967295, .started_s = HOUR(-1)},
     KD_MERGE_SERVER_SERIAL,
     SERVER,
     KD_MERGE_IS_AGREE,
     "a. b. = 17, c. ?older"},
    {"stale",
     {.host = {KMS2}, .started_s = NOON_S - DAY_S - 1},
     KD_MERGE_SRV,
     NULL,
     KD_MERGE_IS_AGREE,
     "a. b. = 0 0 1688 " KMS1 ", c. ?stale"},
    {"not yet stale",
     {.host = {KMS2}, .started_s = NOON_S - DAY_S},
     KD_MERGE_SRV,
     NULL,
     KD_MERGE_IS_DIFFER,
     "a. b. = 0 0 1688 " KMS1 "; c. = 0 0 1688 " KMS2},
};

static void test_third(void **state)
{
    for (size_t i = 0; i < sizeof(THIRD) / sizeof(THIRD[0]); i++) {
        struct look third = THIRD[i].third;

        begin(state);
        print_message("%s\n", THIRD[i].name);
        kd_merge_add_file(merge, "file");
        add(&(struct look){.vantage = "a.", .started_s = NOON_S, .serial = 17});
        add(&(struct look){.vantage = "b.", .started_s = NOON_S, .serial = 17});
        third.vantage = "c.";
        third.started_s = third.started_s != 0 ? third.started_s : NOON_S;
        add(&third);
        check(THIRD[i].aspect, THIRD[i].subject, THIRD[i].verdict, THIRD[i].want);
        end(state);
    }
}

static void test_majority(void **state)
{
    const struct kd_merged *merged = NULL;
    const struct kd_merged_question *question = NULL;

    (void)state;
    kd_merge_add_file(merge, "file");
    add(&(struct look){.vantage = "a.", .started_s = NOON_S});
    add(&(struct look){.vantage = "b.", .started_s = NOON_S, .host = {KMS2}});
    merged = finish();
    question = find(merged, KD_MERGE_SRV, NULL);
    assert_int_equal(question->verdict, KD_MERGE_IS_DIFFER);
    assert_false(question->has_usual);
    assert_true(merged->vantage[0].is_differing);
    assert_true(merged->vantage[1].is_differing);
    assert_int_equal(merged->verdict, KD_MERGE_IS_DIFFER);
}

/*
 * How the SRV question ended at each place, by a letter: Noerror, nXdomain, Refused, Timeout,
 * Connection refused; two where the resolvers of a place disagree. Silence is never usual.
 */
static const struct {
    const char *status[4]; /* of a., b., c. and d. */
    const char *want, *differing;
    kd_merge_verdict verdict;
    bool has_usual;
} SILENCE[] = {
    {{"T", "T", "N"}, "c. = NOERROR; a. b. = TIMEOUT", "a. b. ", KD_MERGE_IS_DIFFER, true},
    {{"T", "C", "N"},
     "c. = NOERROR; b. = CONN_REFUSED; a. = TIMEOUT",
     "a. b. ",
     KD_MERGE_IS_DIFFER,
     true},
    {{"N", "T", "N"}, "a. c. = NOERROR; b. = TIMEOUT", "b. ", KD_MERGE_IS_DIFFER, true},
    {{"T", "N", "T", "N"},
     "b. d. = NOERROR; a. c. = TIMEOUT",
     "a. c. ",
     KD_MERGE_IS_DIFFER,
     true},
    {{"N", "X", "T", "T"},
     "a. = NOERROR; b. = NXDOMAIN; c. d. = TIMEOUT",
     "a. b. c. d. ",
     KD_MERGE_IS_DIFFER,
     false},
    {{"T", "T", "T"}, "a. b. c. = TIMEOUT", "", KD_MERGE_IS_UNKNOWN, false},
    {{"T", "C"}, "b. = CONN_REFUSED; a. = TIMEOUT", "", KD_MERGE_IS_UNKNOWN, false},
    {{"T"}, "a. = TIMEOUT", "", KD_MERGE_IS_UNKNOWN, false},
    {{"NT", "NT", "N"},
     "c. = NOERROR; a. b. = NOERROR | TIMEOUT",
     "a. b. ",
     KD_MERGE_IS_DIFFER,
     true},
    {{"NT", "NT", "R"},
     "a. b. = NOERROR | TIMEOUT; c. = REFUSED",
     "c. ",
     KD_MERGE_IS_DIFFER,
     true},
    {{"NT", "NC", "R"},
     "b. = CONN_REFUSED | NOERROR; a. = NOERROR | TIMEOUT; c. = REFUSED",
     "a. b. c. ",
     KD_MERGE_IS_DIFFER,
     false},
    {{"NT", "NT", "T"},
     "a. b. = NOERROR | TIMEOUT; c. = TIMEOUT",
     "c. ",
     KD_MERGE_IS_DIFFER,
     true},
    {{"CT", "CT", "N"},
     "c. = NOERROR; a. b. = CONN_REFUSED | TIMEOUT",
     "a. b. ",
     KD_MERGE_IS_DIFFER,
     true},
};

static kd_outcome outcome_of(char letter)
{
    return letter == 'X'   ? KD_OUT_NXDOMAIN
           : letter == 'R' ? KD_OUT_REFUSED
           : letter == 'T' ? KD_OUT_TIMEOUT
           : letter == 'C' ? KD_OUT_CONN_REFUSED
                           : KD_OUT_NOERROR;
}

static void add_statuses(const char *const status[4])
{
    static const char *const NAME[4] = {"a.", "b.", "c.", "d."};

    for (size_t place = 0; place < 4 && status[place] != NULL; place++) {
        for (const char *letter = status[place]; *letter != '\0'; letter++) {
            add(&(struct look){
                .vantage = NAME[place], .started_s = NOON_S, .status = outcome_of(*letter)});
        }
    }
}

static const char *differing(const struct kd_merged *merged)
{
    const char *text = "";

    for (size_t i = 0; i < merged->nvantage; i++) {
        if (merged->vantage[i].is_differing) {
            text = kd_arena_printf(arena, "%s%s ", text, merged->vantage[i].name);
        }
    }
    return text;
}

static void test_silence(void **state)
{
    for (size_t i = 0; i < sizeof(SILENCE) / sizeof(SILENCE[0]); i++) {
        const struct kd_merged *merged = NULL;
        const struct kd_merged_question *question = NULL;

        begin(state);
        print_message("%s\n", SILENCE[i].want);
        kd_merge_add_file(merge, "file");
        add_statuses(SILENCE[i].status);
        merged = finish();
        question = find(merged, KD_MERGE_STATUS, NULL);
        assert_string_equal(tell(merged, question), SILENCE[i].want);
        assert_int_equal(question->verdict, SILENCE[i].verdict);
        assert_int_equal(question->has_usual, SILENCE[i].has_usual);
        assert_int_equal(merged->verdict, SILENCE[i].verdict);
        assert_int_equal(merged->nsilent, SILENCE[i].verdict == KD_MERGE_IS_UNKNOWN);
        assert_string_equal(differing(merged), SILENCE[i].differing);
        end(state);
    }
}

/* Where the zone's servers agree, or another domain does, silence is still nothing to agree on. */
static void test_silence_beside(void **state)
{
    static const struct {
        const char *domain;
        uint32_t serial;
    } CASE[] = {{NULL, 17}, {"x.example.", 0}};

    for (size_t i = 0; i < sizeof(CASE) / sizeof(CASE[0]); i++) {
        const struct kd_merged *merged = NULL;

        begin(state);
        kd_merge_add_file(merge, "file");
        for (const char *const *name = (const char *const[]){"a.", "b.", NULL}; *name != NULL;
             name++) {
            add(&(struct look){.vantage = *name,
                               .started_s = NOON_S,
                               .status = KD_OUT_TIMEOUT,
                               .serial = CASE[i].serial});
            if (CASE[i].domain != NULL) {
                add(&(struct look){
                    .vantage = *name, .started_s = NOON_S, .domain = CASE[i].domain});
            }
        }
        merged = finish();
        assert_true(merged->ncompared > 0);
        assert_int_equal(merged->ndiffer, 0);
        assert_int_equal(merged->domain[0].verdict, KD_MERGE_IS_UNKNOWN);
        assert_int_equal(merged->verdict, KD_MERGE_IS_UNKNOWN);
        end(state);
    }
}

static void test_largest_group(void **state)
{
    const struct kd_merged *merged = NULL;

    (void)state;
    kd_merge_add_file(merge, "file");
    for (const char *const *name = (const char *const[]){"a.", "b.", "c.", "d.", NULL};
         *name != NULL; name++) {
        add(&(struct look){.vantage = *name,
                           .started_s = NOON_S,
                           .ttl_s = **name == 'a'   ? 60
                                    : **name == 'b' ? 61
                                                    : 3600});
    }
    merged = finish();
    assert_true(find(merged, KD_MERGE_TTL, NULL)->has_usual);
    assert_string_equal(tell(merged, find(merged, KD_MERGE_TTL, NULL)),
                        "c. d. = 3600 s; a. = 60 s; b. = 61 s");
    assert_true(merged->vantage[0].is_differing);
    assert_true(merged->vantage[1].is_differing);
    assert_false(merged->vantage[2].is_differing);
}

static void test_one_place(void **state)
{
    const struct kd_merged *merged = NULL;

    (void)state;
    kd_merge_add_file(merge, "file");
    add(&(struct look){.vantage = "a.", .started_s = NOON_S});
    merged = finish();
    assert_int_equal(merged->verdict, KD_MERGE_IS_UNKNOWN);
    assert_int_equal(merged->ncompared, 0);
}

/* A report of 2030 is no reason to call those of today old, and proves no time of a serial. */
static void test_clock_ahead(void **state)
{
    const struct kd_merged *merged = NULL;

    (void)state;
    kd_merge_add_file(merge, "file");
    add(&(struct look){.vantage = "a.", .started_s = NOON_S, .serial = 17});
    add(&(struct look){.vantage = "b.", .started_s = NOON_S - DAY_S, .serial = 17});
    add(&(struct look){.vantage = "c.", .started_s = NOON_S + 3 * 365 * DAY_S, .serial = 18});
    add(&(struct look){.vantage = "d.", .started_s = NOON_S - DAY_S - 1});
    add(&(struct look){.vantage = "e.", .started_s = NOON_S - DAY_S, .serial = 16});
    merged = finish();
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(merged->vantage[i].is_ahead, i == 2);
        assert_int_equal(merged->vantage[i].is_stale, i == 3);
    }
    assert_string_equal(tell(merged, find(merged, KD_MERGE_STATUS, NULL)),
                        "a. b. c. e. = NOERROR, d. ?stale");
    assert_string_equal(tell(merged, find(merged, KD_MERGE_SERVER_SERIAL, SERVER)),
                        "a. b. = 17; c. = 18, d. ?stale, e. ?older");
    assert_int_equal(merged->newest_s, NOON_S + 3 * 365 * DAY_S);
}

/* A report of 2030 does not stay the present of its place when others come. */
static void test_left_out(void **state)
{
    const struct kd_merged *merged = NULL;

    for (int ahead = 0; ahead < 2; ahead++) {
        begin(state);
        kd_merge_add_file(merge, "file");
        add(&(struct look){.vantage = "c.",
                           .started_s = NOON_S + KD_MERGE_CLOCK_SLACK_S + ahead,
                           .host = {KMS2}});
        add(&(struct look){.vantage = "a.", .started_s = NOON_S});
        add(&(struct look){.vantage = "c.", .started_s = NOON_S});
        add(&(struct look){.vantage = "b.", .started_s = NOON_S});
        merged = finish();
        assert_int_equal(merged->nahead, ahead);
        assert_int_equal(merged->vantage[2].nahead, ahead);
        assert_int_equal(merged->nreport, 4 - ahead);
        assert_int_equal(merged->vantage[2].nreport, 2 - ahead);
        assert_int_equal(merged->newest_s, NOON_S + (ahead ? 0 : KD_MERGE_CLOCK_SLACK_S));
        assert_false(merged->vantage[2].is_ahead);
        assert_int_equal(merged->verdict, ahead ? KD_MERGE_IS_AGREE : KD_MERGE_IS_DIFFER);
        end(state);
    }
}

/* Five minutes are forgiven, and where everybody is ahead, reports are old by each other. */
static void test_clock_behind(void **state)
{
    const struct kd_merged *merged = NULL;

    for (int ahead = 0; ahead < 2; ahead++) {
        begin(state);
        now_s = NOON_S - KD_MERGE_CLOCK_SLACK_S - ahead;
        kd_merge_add_file(merge, "file");
        add(&(struct look){.vantage = "a.", .started_s = NOON_S});
        add(&(struct look){.vantage = "b.", .started_s = NOON_S + DAY_S + ahead});
        merged = finish();
        assert_int_equal(merged->vantage[0].is_ahead, ahead);
        assert_true(merged->vantage[1].is_ahead);
        assert_int_equal(merged->vantage[0].is_stale, ahead);
        assert_false(merged->vantage[1].is_stale);
        end(state);
    }
}

static void test_nothing(void **state)
{
    const struct kd_merged *merged = NULL;

    (void)state;
    merged = finish();
    assert_int_equal(merged->verdict, KD_MERGE_IS_UNKNOWN);
    assert_int_equal(merged->newest_s, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_third),
        EACH(test_majority),
        EACH(test_largest_group),
        cmocka_unit_test(test_clock_behind),
        EACH(test_clock_ahead),
        EACH(test_one_place),
        EACH(test_nothing),
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_silence_beside),
        cmocka_unit_test(test_left_out),
    };

    return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
