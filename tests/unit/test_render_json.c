/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_render_json.c - the report document as a whole: order of keys, the judgement's place,
 * clients, hostile bytes, failures, formats by name.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "kmsdns/render/render.h"

#include "facts_fixture.h"

static const struct kd_rule RULE = {
    .id = "TGT-CLOSED",
    .severity = KD_SEV_CRITICAL,
    .title = "no target answers",
    .why = "Clients connect to nobody.",
    .source = "RFC 2782",
};
static uint32_t EVIDENCE[] = {1, 2};
static struct kd_finding FINDINGS[] = {
    {
        .rule = &RULE,
        .severity = KD_SEV_WARNING,
        .subject = "corp.example.",
        .text = "esc \033[2J, quote \", slash \\, bad \377\300\257, override \342\200\256, "
                "\303\274",
        .fix = {{"bind", "line\none"}, {"any", "start it"}},
        .queries = EVIDENCE,
        .nqueries = COUNT(EVIDENCE),
    },
};
static struct kd_not_evaluated OPEN[] = {
    {&RULE, "tcp", NULL},
    {&RULE, "tcp", "corp.example."},
};
static const struct kd_judgement JUDGEMENT = {
    .finding = FINDINGS,
    .nfinding = COUNT(FINDINGS),
    .not_evaluated = OPEN,
    .nnot_evaluated = COUNT(OPEN),
    .is_determined = true,
    .verdict = KD_SEV_WARNING,
};

static json_t *render(const struct kd_facts *facts)
{
    struct kd_render_style style = {.has_color = true, .is_utf8 = true};
    struct kd_buf out = {0};
    json_t *doc = NULL;

    kd_render_json(facts, &JUDGEMENT, &style, &out);
    assert_true(out.len > 2 && out.data[out.len - 1] == '\n' && out.data[out.len - 2] == '}');
    assert_null(strchr(out.data, '\033'));
    doc = load(out.data);
    kd_buf_done(&out);
    return doc;
}

static void check_keys(json_t *object, const char *expected)
{
    struct kd_buf keys = {0};
    const char *key = NULL;
    json_t *value = NULL;

    json_object_foreach(object, key, value)
    {
        kd_buf_printf(&keys, "%s ", key);
    }
    assert_string_equal(kd_buf_str(&keys), expected);
    kd_buf_done(&keys);
}

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void test_key_order(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    json_t *doc = render(full_facts(arena));

    (void)state;
    check_keys(doc,
               "schema tool_version command vantage started duration_s complete service "
               "verdict domains evidence findings causes not_evaluated queries client "
               "seed tcp_tried anonymized cut resolvers invalid_candidates host code clients ");
    assert_string_equal(text_of(doc, "verdict"), "warning");
    assert_int_equal(json_array_size(json_object_get(doc, "causes")), 0);
    json_decref(doc);
    kd_arena_free(arena);
}

static void test_findings(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    json_t *doc = render(full_facts(arena));
    json_t *finding = json_array_get(json_object_get(doc, "findings"), 0);
    json_t *fix = json_object_get(finding, "fix");
    json_t *open = json_object_get(doc, "not_evaluated");

    (void)state;
    check_keys(finding, "id severity subject text queries fix title why source ");
    assert_string_equal(text_of(finding, "severity"), "warning");
    assert_string_equal(text_of(finding, "text"),
                        "esc \\027[2J, quote \", slash \\, bad \\255\\192\\175, override "
                        "\\226\\128\\174, \303\274");
    assert_int_equal(json_array_size(json_object_get(finding, "queries")), 2);
    assert_int_equal(json_array_size(fix), 2);
    check_keys(json_array_get(fix, 0), "for do ");
    assert_string_equal(text_of(json_array_get(fix, 0), "do"), "line\\010one");
    check_keys(json_array_get(open, 0), "id missing ");
    check_keys(json_array_get(open, 1), "id missing subject ");
    json_decref(doc);
    kd_arena_free(arena);
}

static void test_clients(void **state)
{
    static const struct {
        kd_client client;
        size_t n;
        const char *first;
    } CASE[] = {
        {KD_CLIENT_ANY, 3, "joined"},
        {KD_CLIENT_JOINED, 1, "joined"},
        {KD_CLIENT_WORKGROUP, 1, "workgroup"},
        {KD_CLIENT_HOST, 1, "host"},
    };
    struct kd_arena *arena = kd_arena_new();
    struct kd_facts *facts = full_facts(arena);

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        json_t *doc = NULL, *clients = NULL, *client = NULL;

        facts->client = CASE[i].client;
        doc = render(facts);
        clients = json_object_get(doc, "clients");
        client = json_array_get(clients, 0);
        assert_int_equal(json_array_size(clients), CASE[i].n);
        check_keys(client, "kind asks found picks succeeds code_vista code_win7 ");
        assert_string_equal(text_of(client, "kind"), CASE[i].first);
        check_keys(json_array_get(json_object_get(client, "asks"), 0), "name via status ");
        check_keys(json_array_get(json_object_get(client, "picks"), 0),
                   "target port priority weight share_vista share_win7 draw_vista draw_win7 "
                   "reachable ");
        json_decref(doc);
    }
    kd_arena_free(arena);
}

static void test_error_document(void **state)
{
    struct kd_err err = {0};
    struct kd_buf out = {0};

    (void)state;
    kd_fail(&err, KD_EINVAL, "options", "\"%s\" is no domain name", "a\033b\377");
    kd_render_json_error(&err, &out);
    assert_string_equal(kd_buf_str(&out),
                        "{\n"
                        "  \"schema\": \"kmsdns-report/1\",\n"
                        "  \"error\": {\n"
                        "    \"code\": \"EINVAL\",\n"
                        "    \"text\": \"\\\"a\\\\027b\\\\255\\\" is no domain name\"\n"
                        "  }\n"
                        "}\n");
    kd_buf_done(&out);
}

static void test_formats(void **state)
{
    size_t n = 0;
    const struct kd_format *formats = kd_formats(&n);

    (void)state;
    assert_true(n >= 2);
    for (size_t i = 0; i < n; i++) {
        assert_ptr_equal(kd_format_by_name(formats[i].name), &formats[i]);
        assert_non_null(formats[i].render);
    }
    assert_ptr_equal(kd_format_by_name("json")->render_error, kd_render_json_error);
    assert_null(kd_format_by_name("JSON"));
    assert_null(kd_format_by_name(""));
}

static void check_list(const json_t *schema, const char *name, const char *const *list,
                       size_t n)
{
    const json_t *found =
        json_object_get(json_object_get(json_object_get(schema, "$defs"), name), "enum");

    assert_int_equal(json_array_size(found), n);
    for (size_t i = 0; i < n; i++) {
        const char *text = json_string_value(json_array_get(found, i));
        size_t at = 0;

        while (at < n && strcmp(text, list[at]) != 0) {
            at++;
        }
        assert_true(at < n);
    }
}

#define SYMBOL(name, text) #name,
#define WORD(name, text)   text,

/* The schema's closed lists are those of the headers. */
static void test_schema_lists(void **state)
{
    static const char *const STATUS[] = {KD_OUTCOME_MAP(SYMBOL)};
    static const char *const REACH[] = {KD_REACH_MAP(WORD)};
    static const char *const SOURCE[] = {KD_SOURCE_MAP(WORD)};
    static const char *const SEVERITY[] = {KD_SEVERITY_MAP(WORD)};
    json_t *schema = json_load_file(TEST_SRCDIR "/../docs/kmsdns-report.schema.json", 0, NULL);

    (void)state;
    assert_non_null(schema);
    check_list(schema, "status", STATUS, COUNT(STATUS));
    check_list(schema, "reach", REACH, COUNT(REACH));
    check_list(schema, "source", SOURCE, COUNT(SOURCE));
    check_list(schema, "severity", SEVERITY, COUNT(SEVERITY));
    json_decref(schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key_order), cmocka_unit_test(test_findings),
        cmocka_unit_test(test_clients),   cmocka_unit_test(test_error_document),
        cmocka_unit_test(test_formats),   cmocka_unit_test(test_schema_lists),
    };

    return cmocka_run_group_tests_name("render_json", tests, NULL, NULL);
}
