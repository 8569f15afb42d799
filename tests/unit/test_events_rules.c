/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_events_rules.c - what logs and live DNS say together, and when a shared id matters.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "rules_fixture.h"

/* status, records, events */
#define HEAD                                                                                 \
    "{'schema': 'kmsdns-report/1', 'command': 'diagnose', 'resolvers': [{'address': "        \
    "'192.0.2.53:53'}], 'domains': [{'name': 'corp.example.', 'srv': {'server': "            \
    "'192.0.2.53:53', 'status': '%s', 'records': [%s]}}], 'evidence': {'events': {'first': " \
    "'2026-11-01T00:00:00Z', 'last': '2026-11-20T06:00:12Z', 'reference': "                  \
    "'2026-11-20T06:00:12Z', %s}}}"
#define RECORD(host) "{'port': 1688, 'target': '" host "'}"
#define FAILED(computer, code)                                                                \
    "{'computer': '" computer "', 'domain': 'corp.example.', 'failures': 2, 'last_failure': " \
    "'2026-11-20T06:00:12Z', 'hresult': '" code "'}"

static const struct kd_judgement *judge_text(struct kd_arena *arena, const char *status,
                                             const char *records, const char *events)
{
    return kd_judge(fixture_text(arena, kd_arena_printf(arena, HEAD, status, records, events)),
                    NULL);
}

static void assert_found(const struct kd_judgement *judgement, const char *id,
                         const char *subject, kd_severity severity, const char *words)
{
    const struct kd_finding *finding = fixture_find(judgement, id, subject);

    if (finding == NULL) {
        fail_msg("%s is not found", id);
    }
    assert_int_equal(finding->severity, severity);
    if (strstr(finding->text, words) == NULL) {
        fail_msg("\"%s\" is not in: %s", words, finding->text);
    }
}

static void test_live(void **state)
{
    static const struct {
        const char *status, *records, *code;
        const char *id;
        kd_severity severity;
        const char *words;
    } CASE[] = {
        {"NXDOMAIN", "", "0x80072338", "EVT-12293", KD_SEV_CRITICAL,
         "DNS has no such record now"},
        {"NOERROR", RECORD("kms01.corp.example."), "0x80072338", "EVT-12293", KD_SEV_CRITICAL,
         "none of this one"},
        {"NOERROR", RECORD("kms02.corp.example."), "0x80072338", "EVT-12293", KD_SEV_WARNING,
         "DNS still has the record"},
        {"TIMEOUT", "", "0x80072338", "EVT-12293", KD_SEV_CRITICAL, "DNS_ERROR_RCODE_BADSIG"},
        {"NOERROR", RECORD("kms02.corp.example."), "0x8007251E", "EVT-12293-FALSE",
         KD_SEV_NOTICE, "the record is there"},
        {"NXDOMAIN", "", "0x8007251E", "EVT-12293", KD_SEV_CRITICAL, "9502"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        struct kd_arena *arena = kd_arena_new();
        const char *events = kd_arena_printf(
            arena,
            "'publishing': [{'computer': 'kms02.corp.example', 'domain': 'corp.example.', "
            "'failures': 2, 'last_failure': '2026-11-20T06:00:12Z', 'hresult': '%s'}]",
            CASE[i].code);

        assert_found(judge_text(arena, CASE[i].status, CASE[i].records, events), CASE[i].id,
                     "corp.example.", CASE[i].severity, CASE[i].words);
        kd_arena_free(arena);
    }
}

/* Two hosts that fail in one domain are two findings. */
static void test_two_hosts(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    const struct kd_judgement *judgement =
        judge_text(arena, "NXDOMAIN", "",
                   "'publishing': [" FAILED("kms02.corp.example", "0x80072338") ", " FAILED(
                       "kms03.corp.example", "0x8007232D") "]");

    (void)state;
    assert_found(judgement, "EVT-12293", "corp.example. by kms02.corp.example", KD_SEV_CRITICAL,
                 "0x80072338");
    assert_found(judgement, "EVT-12293", "corp.example. by kms03.corp.example", KD_SEV_CRITICAL,
                 "0x8007232D");
    kd_arena_free(arena);
}

#define SKU "ae2ee509-1b34-41c0-acb7-6d4650168915"
#define SHARED                                                                             \
    "'host': {'requests': 9, 'cmids': %s, 'products': [{'id': '" SKU                       \
    "', 'needed': 25, 'requests': 9, 'cmids': 3}], 'duplicates': [{'cmid': "               \
    "'01eb9985-230c-49ad-a8c2-c24914da4739', 'sku': '" SKU "', 'needed': 25, 'requests': " \
    "5, 'computers': ['test1', 'test2']}]}%s"

/* A shared id is critical only below the threshold, which a client's log may settle. */
static void test_threshold(void **state)
{
    static const struct {
        const char *cmids, *clients;
        kd_severity severity;
        const char *words;
    } CASE[] = {
        {"3", "", KD_SEV_CRITICAL, "the log shows 3"},
        {"25", "", KD_SEV_NOTICE, "has counted 25"},
        {"3",
         ", 'clients': [{'computer': 'pc', 'requests': 1, 'responses': 1, 'needed': 25, "
         "'count': "
         "50, 'last_response': '2026-11-19T06:00:12Z'}]",
         KD_SEV_NOTICE, "reported a count of 50"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        struct kd_arena *arena = kd_arena_new();
        const char *events = kd_arena_printf(arena, SHARED, CASE[i].cmids, CASE[i].clients);

        assert_found(judge_text(arena, "NXDOMAIN", "", events), "CMID-DUPLICATE", NULL,
                     CASE[i].severity, CASE[i].words);
        kd_arena_free(arena);
    }
}

/* An export of a few days cannot show 30 days of clients; the text says so. */
static void test_coverage(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    const char *events = kd_arena_printf(arena, SHARED, "3", "");

    (void)state;
    assert_found(judge_text(arena, "NXDOMAIN", "", events), "CMID-COUNT-LOW", NULL,
                 KD_SEV_WARNING, "20 of the 30 days");
    kd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_live),
        cmocka_unit_test(test_two_hosts),
        cmocka_unit_test(test_threshold),
        cmocka_unit_test(test_coverage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
