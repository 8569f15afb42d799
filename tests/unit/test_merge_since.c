/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_merge_since.c - since when a place differs: the usual answer changes, that of the place
 * does, both do, and what nobody knows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "merge_fixture.h"

/*
 * The TTLs of three places by hour: '.' is a run that was cut, ' ' is none. The last ones of a.
 * and b. are the usual answer; since when has c. not had what they had then?
 */
static const struct {
    const char *row[3];
    int since; /* index into the rows */
    bool is_at_least;
} SINCE[] = {
    {{"U", "U", "A"}, 0, true},
    {{"UU", "UU", "UA"}, 1, false},
    {{"UU", "UU", "AA"}, 0, true},
    {{"UU", "UU", "BA"}, 0, true},
    {{"UUU", "UUU", "UBA"}, 1, false},
    /* back and forth */
    {{"UUUU", "UUUU", "UAUA"}, 3, false},
    {{"UUUUU", "UUUUU", "AUABA"}, 2, false},
    /* c. does not always know */
    {{"UUU", "UUU", "U.A"}, 2, false},
    {{"UUUU", "UUUU", "UA.A"}, 1, false},
    {{"UUUU", "UUUU", ".A.A"}, 1, true},
    {{"WYYY", "WYYY", "W..W"}, 3, false},
    /* the usual answer changes, and c. does not */
    {{"WWYY", "WWYY", "WWWW"}, 2, false},
    {{"WYZ", "WYZ", "YYY"}, 2, false},
    {{"WYZ", "WYZ", "AAA"}, 0, true},
    {{"WWYY", "WWYY", "WW  "}, 2, false},
    /* both change */
    {{"WWYY", "WWYY", "YYWW"}, 0, true},
    {{"WWYY", "WWYY", "WYWW"}, 1, false},
    {{"WWYYW", "WWYYW", "WWYYY"}, 4, false},
    /* the usual places disagreed */
    {{"WYYY", "WWYY", "WWWW"}, 2, true},
    {{"WYY", "YWY", "AAA"}, 2, true},
    /* or did not know, one of them or all */
    {{"  Y", "  Y", "WWW"}, 2, true},
    {{"WYY", "  Y", "WWW"}, 1, false},
    {{"W.YY", "WWYY", "WWWW"}, 2, false},
    {{"W.YY", "W.YY", "WWWW"}, 2, true},
};

/* The newest first: order in the file does not matter. Runs begin some seconds after the hour. */
static void add_row(const char *name, const char *row, int second)
{
    for (size_t n = strlen(row), at = n; at > 0; at--) {
        char what = row[at - 1];
        struct look look = {.vantage = name, .started_s = HOUR((int64_t)(at - n)) + second};

        look.ttl_s = what == '.' ? 0 : (uint32_t)what;
        look.cut = what == '.' ? KD_CUT_DEADLINE : KD_CUT_NONE;
        look.status = what == '.' ? KD_OUT_SKIPPED : KD_OUT_NOERROR;
        if (what != ' ') {
            add(&look);
        }
    }
}

/* Of place c., which differs in the end. */
static const struct kd_merged_place *third_place(kd_merge_aspect aspect)
{
    const struct kd_merged *merged = finish();
    const struct kd_merged_group *group = &find(merged, aspect, NULL)->group[1];

    assert_int_equal(find(merged, aspect, NULL)->ngroup, 2);
    assert_int_equal(group->nplace, 1);
    assert_string_equal(merged->vantage[group->place[0].vantage].name, "c.");
    return &group->place[0];
}

static void test_since(void **state)
{
    for (size_t i = 0; i < sizeof(SINCE) / sizeof(SINCE[0]); i++) {
        const char *const *row = SINCE[i].row;
        const struct kd_merged_place *place = NULL;

        begin(state);
        print_message("%s %s %s\n", row[0], row[1], row[2]);
        kd_merge_add_file(merge, "file");
        add_row("a.", row[0], 0);
        add_row("b.", row[1], 0);
        add_row("c.", row[2], 0);
        place = third_place(KD_MERGE_TTL);
        assert_int_equal(place->since_s, HOUR(SINCE[i].since - (int)strlen(row[0]) + 1));
        assert_int_equal(place->is_at_least, SINCE[i].is_at_least);
        end(state);
    }
}

/* Nobody asks in the same second: c. asks before the others, between them, or after them. */
static void test_since_of_a_minute(void **state)
{
    /* of a., b. and c., and since when */
    static const int SECOND_OF[][4] = {
        {2, 5, 0, 0}, {0, 5, 2, 2}, {0, 2, 5, 2}, {0, 60, 30, 30}};

    for (size_t i = 0; i < sizeof(SECOND_OF) / sizeof(SECOND_OF[0]); i++) {
        const int *second = SECOND_OF[i];
        const struct kd_merged_place *place = NULL;

        begin(state);
        now_s = HOUR(1);
        kd_merge_add_file(merge, "file");
        add_row("a.", "WWYY", second[0]);
        add_row("b.", "WWYY", second[1]);
        add_row("c.", "WWWW", second[2]);
        place = third_place(KD_MERGE_TTL);
        assert_int_equal(place->since_s, HOUR(-1) + second[3]);
        assert_false(place->is_at_least);
        end(state);
    }
}

/* What the usual places said is as old as their reports: a day is the limit here. */
static void test_since_old(void **state)
{
    static const struct {
        int64_t then_s;
        bool is_at_least;
    } CASE[] = {{NOON_S - 2 * DAY_S, false}, {NOON_S - 2 * DAY_S - 1, true}};

    for (size_t i = 0; i < sizeof(CASE) / sizeof(CASE[0]); i++) {
        const struct kd_merged_place *place = NULL;

        begin(state);
        kd_merge_add_file(merge, "file");
        for (const char *const *name = (const char *const[]){"a.", "b.", NULL}; *name != NULL;
             name++) {
            add(&(struct look){.vantage = *name, .started_s = CASE[i].then_s});
            add(&(struct look){.vantage = *name, .started_s = NOON_S});
        }
        add(&(struct look){.vantage = "c.", .started_s = NOON_S - DAY_S});
        add(&(struct look){.vantage = "c.", .started_s = NOON_S, .ttl_s = 60});
        place = third_place(KD_MERGE_TTL);
        assert_int_equal(place->since_s, NOON_S);
        assert_int_equal(place->is_at_least, CASE[i].is_at_least);
        end(state);
    }
}

/* When nobody got an answer, c. did not differ, and agreed with nobody. */
static void test_since_silence(void **state)
{
    static const kd_outcome STATUS[][3] = {
        {KD_OUT_TIMEOUT, KD_OUT_NOERROR, KD_OUT_NOERROR},
        {KD_OUT_TIMEOUT, KD_OUT_NOERROR, KD_OUT_NOERROR},
        {KD_OUT_TIMEOUT, KD_OUT_CONN_REFUSED, KD_OUT_TIMEOUT},
    };
    static const char *const NAME[] = {"a.", "b.", "c."};
    const struct kd_merged_place *place = NULL;

    (void)state;
    kd_merge_add_file(merge, "file");
    for (size_t i = 0; i < 3; i++) {
        for (int hour = 0; hour < 3; hour++) {
            add(&(struct look){
                .vantage = NAME[i], .started_s = HOUR(hour - 2), .status = STATUS[i][hour]});
        }
    }
    place = third_place(KD_MERGE_STATUS);
    assert_int_equal(place->since_s, HOUR(-1));
    assert_true(place->is_at_least);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_since),
        cmocka_unit_test(test_since_of_a_minute),
        cmocka_unit_test(test_since_old),
        EACH(test_since_silence),
    };

    return cmocka_run_group_tests_name("merge_since", tests, NULL, NULL);
}
