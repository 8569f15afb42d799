/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_report_damage.c - saved runs and policies: one of an older version still opens; a thousand
 * of each that were changed at random places, the same ones each time, give an error with its
 * place, or are read as what they say: never a crash, never another verdict the second time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "rules_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../src/cmd/policy_file.h"
#include "../../src/cmd/record.h"
#include "kmsdns/render/render.h"

#define SAVED   TEST_SRCDIR "/data/report-0.1.json"
#define DAMAGED "test_report_damage.tmp.json"
#define ROUNDS  1000

/* A generator whose numbers are the same everywhere (Knuth's MMIX). */
static uint32_t draw(uint64_t *state, size_t below)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((*state >> 33) % below);
}

static void load_file(const char *path, struct kd_buf *ret)
{
    FILE *file = fopen(path, "rb");
    char chunk[4096];
    size_t n;

    assert_non_null(file);
    while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0) {
        kd_buf_add(ret, chunk, n);
    }
    fclose(file);
}

static void write_file(const char *bytes, size_t len)
{
    FILE *file = fopen(DAMAGED, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

/* Puts something else into a text, at a place and of a kind that are drawn. */
static void damage(struct kd_buf *text, uint64_t *state)
{
    static const char *const OTHER[] = {
        "null",  "-1", "1e999", "\"\"", "[]",      "{}",   "true", "4294967296",
        "\"x\"", "[[", "}",     ",",    "\\u0000", "\xFF", "\"",   "99999999999999999999",
    };
    static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    const char *other = OTHER[draw(state, COUNT(OTHER))];
    size_t at = draw(state, text->len), len = draw(state, 12);
    struct kd_buf out = {.data = NULL};

    len = at + len <= text->len ? len : text->len - at;
    switch (draw(state, 6)) {
    case 4:
    case 5: /* a letter or digit becomes another: it stays JSON */
        at += strcspn(text->data + at, LETTERS);
        text->data[at] = text->data[at] != '\0' ? LETTERS[draw(state, strlen(LETTERS))] : '\0';
        return;
    case 0: /* a bit falls over */
        text->data[at] = (char)(text->data[at] ^ (1 << draw(state, 8)));
        return;
    case 1: /* cut off */
        text->len = at;
        text->data[at] = '\0';
        return;
    case 2: /* replaced from a value's beginning on */
        while (at > 0 && text->data[at - 1] != ' ' && text->data[at - 1] != '\n') {
            at--;
        }
        len = strcspn(text->data + at, ",\n"); /* a NUL inside ends it, too */
        break;
    case 3: /* something in between, or in the place of some bytes */
        break;
    }
    kd_buf_add(&out, text->data, at);
    kd_buf_puts(&out, other);
    kd_buf_add(&out, text->data + at + len, text->len - at - len);
    kd_buf_done(text);
    *text = out;
}

/* The whole report, as JSON. */
static char *judged(struct kd_arena *arena, const struct kd_facts *facts)
{
    const struct kd_render_style style = {.width = 0};
    struct kd_buf out = {.data = NULL};
    char *text = NULL;

    kd_render_json(facts, kd_judge(facts, NULL), &style, &out);
    text = kd_arena_strdup(arena, kd_buf_str(&out));
    kd_buf_done(&out);
    return text;
}

/* An error tells the file and a place: a line, or the path to a member. */
static void assert_place(const struct kd_err *err)
{
    if (strncmp(err->text, DAMAGED, strlen(DAMAGED)) != 0 ||
        strchr(err->text + strlen(DAMAGED), ':') == NULL) {
        fail_msg("no place in \"%s\"", err->text);
    }
}

/* True if the file could be read: then its report, saved and read again, is the same. */
static bool check_record(void)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_facts *facts = NULL, *again = NULL;
    struct kd_err err = {.code = KD_OK};
    bool is_read = kd_record_read(arena, DAMAGED, &facts, &err) == KD_OK;

    if (is_read) {
        const char *text = judged(arena, facts);

        write_file(text, strlen(text));
        if (kd_record_read(arena, DAMAGED, &again, &err) != KD_OK) {
            fail_msg("%s", err.text);
        }
        assert_string_equal(judged(arena, again), text);
    } else {
        assert_place(&err);
    }
    kd_arena_free(arena);
    return is_read;
}

static bool check_policy(void)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_policy policy = {.nport = 0}, again = {.nport = 0};
    struct kd_err err = {.code = KD_OK};
    struct kd_buf once = {.data = NULL}, twice = {.data = NULL};
    bool is_read = kd_policy_file_read(arena, DAMAGED, &policy, &err) == KD_OK;

    if (is_read) {
        kd_policy_file_write(&policy, &once);
        write_file(once.data, once.len);
        assert_int_equal(kd_policy_file_read(arena, DAMAGED, &again, &err), KD_OK);
        kd_policy_file_write(&again, &twice);
        assert_string_equal(kd_buf_str(&once), kd_buf_str(&twice));
    } else {
        assert_place(&err);
    }
    kd_buf_done(&once);
    kd_buf_done(&twice);
    kd_arena_free(arena);
    return is_read;
}

/* Some of the files must be readable still, and most not: else the damage is not well chosen. */
static void check_rounds(const struct kd_buf *whole, uint64_t seed, bool (*check)(void))
{
    uint64_t state = seed;
    size_t nread = 0;

    for (size_t i = 0; i < ROUNDS; i++) {
        struct kd_buf text = {.data = NULL};

        kd_buf_add(&text, whole->data, whole->len);
        for (size_t n = 1 + draw(&state, 2); n > 0 && text.len > 0; n--) {
            damage(&text, &state);
        }
        write_file(kd_buf_str(&text), text.len);
        nread += check() ? 1 : 0;
        kd_buf_done(&text);
    }
    print_message("%zu of %d were readable\n", nread, ROUNDS);
    assert_true(nread > 10 && nread < ROUNDS * 3 / 4);
}

static void test_damaged_records(void **state)
{
    struct kd_buf whole = {.data = NULL};

    (void)state;
    load_file(SAVED, &whole);
    check_rounds(&whole, 4, check_record);
    kd_buf_done(&whole);
}

static void test_damaged_policies(void **state)
{
    struct kd_policy policy = *kd_policy_default();
    const char *host[] = {"kms01.corp.example.", "kms02.corp.example."};
    struct kd_buf whole = {.data = NULL};

    (void)state;
    policy.host = host;
    policy.nhost = COUNT(host);
    kd_policy_file_write(&policy, &whole);
    check_rounds(&whole, 11, check_policy);
    kd_buf_done(&whole);
}

/* What this version saved, any later one of the same schema opens, and finds the same. */
static void test_older_version(void **state)
{
    static const char *const ID[] = {"CAND-INVALID", "HOST-OTHERS", "UPD-ALLOWED"};
    struct kd_arena *arena = kd_arena_new();
    struct kd_facts *facts = NULL;
    struct kd_err err = {.code = KD_OK};
    const struct kd_judgement *judgement = NULL;

    (void)state;
    if (kd_record_read(arena, SAVED, &facts, &err) != KD_OK) {
        fail_msg("%s", err.text);
    }
    assert_string_equal(facts->tool_version, "0.1.0");
    assert_string_equal(facts->vantage, "jump01.corp.example.");
    judgement = kd_judge(facts, NULL);
    assert_string_equal(kd_verdict_str(judgement), "critical");
    for (size_t i = 0; i < COUNT(ID); i++) {
        assert_non_null(fixture_find(judgement, ID[i], NULL));
    }
    kd_arena_free(arena);
}

/* A member that nobody knows is a later version's; one that is missing has its default. */
static void test_other_members(void **state)
{
    static const struct {
        const char *text, *told;
    } CASE[] = {
        {"{\"schema\":\"kmsdns-report/1\",\"future\":{\"a\":[1]},\"domains\":[{\"name\":"
         "\"a.example.\",\"mood\":7}]}",
         NULL},
        {"{\"schema\":\"kmsdns-report/1\"}", NULL},
        {"{\"schema\":\"kmsdns-report/2\"}", "schema: expected \"kmsdns-report/1\""},
        {"{\"schema\":\"kmsdns-report/1\",\"error\":{\"code\":\"EIO\",\"text\":\"no disk\"}}",
         "a run that failed, there is nothing to judge: no disk"},
        {"{\"schema\":\"kmsdns-report/1\",\"error\":7}", "it does not say why"},
        {"{}", "schema: required"},
        {"[1]", "document: expected an object"},
        {"", "line 1, column 0"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        struct kd_arena *arena = kd_arena_new();
        struct kd_facts *facts = NULL;
        struct kd_err err = {.code = KD_OK};
        kd_status status;

        write_file(CASE[i].text, strlen(CASE[i].text));
        status = kd_record_read(arena, DAMAGED, &facts, &err);
        assert_int_equal(status == KD_OK, CASE[i].told == NULL);
        if (status != KD_OK && strstr(err.text, CASE[i].told) == NULL) {
            fail_msg("%s\ntells %s", CASE[i].text, err.text);
        }
        kd_arena_free(arena);
    }
}

/* A file that would take more memory than it is worth is refused before it is parsed. */
static void test_limits(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_facts *facts = NULL;
    struct kd_err err = {.code = KD_OK};
    size_t len = (size_t)10 * 1024 * 1024;
    char *commas = malloc(len);

    (void)state;
    assert_non_null(commas);
    for (size_t i = 0; i < len; i++) {
        commas[i] = i % 2 == 0 ? ',' : '0';
    }
    commas[0] = '[';
    write_file(commas, len);
    assert_int_equal(kd_record_read(arena, DAMAGED, &facts, &err), KD_ETOOBIG);
    assert_non_null(strstr(err.text, "values"));
    free(commas);
    assert_int_equal(truncate(DAMAGED, (off_t)KD_RECORD_FILE_MAX + 1), 0);
    assert_int_equal(kd_record_read(arena, DAMAGED, &facts, &err), KD_ETOOBIG);
    assert_non_null(strstr(err.text, "bytes"));
    kd_arena_free(arena);
}

static int remove_file(void **state)
{
    (void)state;
    (void)unlink(DAMAGED);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_damaged_records), cmocka_unit_test(test_damaged_policies),
        cmocka_unit_test(test_older_version),   cmocka_unit_test(test_other_members),
        cmocka_unit_test(test_limits),
    };

    return cmocka_run_group_tests_name("report_damage", tests, NULL, remove_file);
}
