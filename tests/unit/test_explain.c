/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_explain.c - explanations: every code of tests/data/codes.txt in each spelling, what else
 * people type and paste, what means several things, what is not known, and that the tables hold
 * together.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "rules_fixture.h"

#include <inttypes.h>
#include <stdlib.h>

#include "../../src/cmd/options.h"
#include "../../src/rules/reasons.h"
#include "../../src/rules/topics.h"
#include "kmsdns/render/explain.h"
#include "kmsdns/rules/code_check.h"
#include "kmsdns/rules/codes.h"

/* A row of the contract. */
struct code_row {
    uint32_t dec; /* 0 when there is none */
    uint32_t hresult;
    char symbol[64]; /* "-" when there is none */
    char use[8];
};

typedef void each_code(struct kd_arena *arena, const struct code_row *row);

static void assert_plain(const char *what, const char *text)
{
    if (text == NULL || text[0] == '\0') {
        fail_msg("%s is empty", what);
    }
    for (const char *p = text; *p != '\0'; p++) {
        if (*p < ' ' || *p > '~') {
            fail_msg("%s is not plain ASCII: %s", what, text);
        }
    }
}

/* True if one of the explanations has the id. */
static bool is_found(const struct kd_explain *told, const char *id)
{
    for (size_t i = 0; i < told->nfound; i++) {
        if (strcmp(told->found[i].id, id) == 0) {
            return true;
        }
    }
    return false;
}

static void assert_found(struct kd_arena *arena, const char *asked, const char *id)
{
    if (!is_found(kd_explain(arena, asked), id)) {
        fail_msg("\"%s\" does not lead to %s", asked, id);
    }
}

static void read_code_row(const char *line, struct code_row *ret)
{
    char dec[16], hex[16];

    assert_int_equal(sscanf(line, "%15s %15s %63s %7s", dec, hex, ret->symbol, ret->use), 4);
    ret->dec = (uint32_t)strtoul(dec[0] == '-' ? "0" : dec, NULL, 10);
    ret->hresult = (uint32_t)strtoul(hex, NULL, 16);
}

static size_t walk_codes(each_code *each)
{
    FILE *file = fopen(TEST_SRCDIR "/data/codes.txt", "r");
    char line[256];
    size_t n = 0;

    assert_non_null(file);
    assert_non_null(fgets(line, sizeof(line), file));
    for (; fgets(line, sizeof(line), file) != NULL; n++) {
        struct kd_arena *arena = kd_arena_new();
        struct code_row row;

        read_code_row(line, &row);
        each(arena, &row);
        kd_arena_free(arena);
    }
    fclose(file);
    return n;
}

static void check_spellings(struct kd_arena *arena, const struct code_row *row)
{
    const char *id = kd_arena_printf(arena, "0x%08" PRIX32, row->hresult);
    int64_t below = (int64_t)row->hresult - (INT64_C(1) << 32);

    assert_found(arena, id, id);
    assert_found(arena, kd_arena_printf(arena, "0x%08" PRIx32, row->hresult), id);
    assert_found(arena, kd_arena_printf(arena, "%08" PRIX32, row->hresult), id);
    assert_found(arena, kd_arena_printf(arena, "%" PRIu32, row->hresult), id);
    assert_found(arena, kd_arena_printf(arena, "slui.exe 0x2a %s", id), id);
    assert_found(arena, kd_arena_printf(arena, "hr=%s,", id), id);
    if (row->hresult >> 31 != 0) {
        assert_found(arena, kd_arena_printf(arena, "%" PRId64, below), id);
        assert_found(arena, kd_arena_printf(arena, "0xFFFFFFFF%08" PRIX32, row->hresult), id);
    }
    if (row->dec != 0) {
        assert_int_equal(row->hresult, 0x80070000U | row->dec);
        assert_found(arena, kd_arena_printf(arena, "%" PRIu32, row->dec), id);
        assert_found(arena, kd_arena_printf(arena, "0x%" PRIx32, row->dec), id);
        assert_found(arena, kd_arena_printf(arena, "error %" PRIu32, row->dec), id);
    }
    if (row->symbol[0] != '-') {
        assert_found(arena, row->symbol, id);
        assert_string_equal(kd_code_find(row->hresult)->symbol, row->symbol);
    }
}

static void test_codes(void **state)
{
    (void)state;
    assert_int_equal(walk_codes(check_spellings), 169);
    assert_int_equal(kd_codes_count(), 169);
}

static bool has_reader(const struct kd_explanation *told, const char *reader)
{
    for (size_t i = 0; i < told->ncause; i++) {
        for (size_t j = 0; j < KD_MAX_FIXES && told->cause[i].fix[j].for_whom != NULL; j++) {
            const char *for_whom = told->cause[i].fix[j].for_whom;

            if (strcmp(for_whom, reader) == 0 || strcmp(for_whom, "any") == 0) {
                return true;
            }
        }
    }
    return false;
}

/* What is told of each code: all of it, for each server, and letters of use as in the contract. */
static void check_told(struct kd_arena *arena, const struct code_row *row)
{
    static const char *const READER[] = {"windows", "bind", "knot", "powerdns", "samba"};
    const char *asked = kd_arena_printf(arena, "0x%08" PRIX32, row->hresult);
    const struct kd_explanation *told = &kd_explain(arena, asked)->found[0];
    bool is_dns = strpbrk(row->use, "PD") != NULL;

    assert_plain(asked, told->meaning);
    assert_plain(asked, told->source);
    assert_plain(asked, told->where);
    assert_true(told->ncause > 0);
    for (size_t i = 0; i < sizeof(READER) / sizeof(READER[0]); i++) {
        if (!has_reader(told, READER[i])) {
            fail_msg("%s says nothing for %s", asked, READER[i]);
        }
    }
    for (const char *p = row->use; *p != '\0'; p++) {
        if (strchr(kd_code_find(row->hresult)->use, *p) == NULL) {
            fail_msg("%s lacks the use %c", asked, *p);
        }
    }
    assert_int_equal(told->next != NULL, is_dns);
    assert_int_equal(kd_code_is_publishing(row->hresult), strchr(row->use, 'P') != NULL);
}

static void test_told(void **state)
{
    (void)state;
    (void)walk_codes(check_told);
}

/* What somebody types, and the first thing that it leads to. */
static const struct {
    const char *asked, *first, *second; /* NULL: no second one */
} SPELLING[] = {
    {"80072338", "0x80072338", NULL},
    {"-2147015880", "0x80072338", NULL},
    {"2147951416", "0x80072338", NULL},
    {"0x80072338.", "0x80072338", NULL},
    {"\"0x80072338\"", "0x80072338", NULL},
    {"9016", "0x80072338", NULL},
    {"0x2338", "0x80072338", NULL},
    {"dns_error_rcode_badsig", "0x80072338", NULL},
    {"slui.exe 0x2a 0x80072338", "0x80072338", NULL},
    {"slui 0x2A 0xC004F074", "0xC004F074", NULL},
    {"E_ACCESSDENIED", "0x80070005", NULL},
    {"access denied", "0x80070005", NULL},
    {"wsaetimedout", "0x8007274C", NULL},
    {"ETIMEDOUT", "0x8007274C", NULL},
    /* several readings, the nearest to KMS first */
    {"5", "0x80070005", "REFUSED"},
    {"8", "0x80070008", "NXRRSET"},
    {"badsig", "BADSIG", "0x80072338"},
    {"BADKEY", "BADKEY", "0x80072339"},
    {"rcode 5", "REFUSED", NULL},
    {"RCODE=9", "NOTAUTH", NULL},
    {"win32 5", "0x80070005", NULL},
    {"tsig 18", "BADTIME", NULL},
    {"TSIG error 17", "BADKEY", NULL},
    {"16", "BADSIG", NULL},
    {"refused", "REFUSED", NULL},
    {"status: NXDOMAIN", "NXDOMAIN", NULL},
    {"NOTAUTH/BADTIME", "NOTAUTH", "BADTIME"},
    {"12293", "12293", NULL},
    {"event 12293", "12293", NULL},
    {"Event ID: 8198", "8198", NULL},
    {"EventID 900", "900", NULL},
    {"srv_absent", "SRV-ABSENT", NULL},
    {"Srv-Absent", "SRV-ABSENT", NULL},
    {"second-host", "second-host", NULL},
    /* whole lines */
    {"Publishing the Key Management Service (KMS) to DNS in the 'corp.example' domain failed. "
     "Info: 0x80072338",
     "0x80072338", "12293"},
    {"Information,11/20/2025 6:00:13 AM,Microsoft-Windows-Security-SPP,12294,None,Publishing "
     "the "
     "Key Management Service (KMS) to DNS in the 'corp.example' domain is successful.",
     "12294", NULL},
    {"The client has sent an activation request to the key management service machine. Info: "
     "0xC004F074, 0x00000000, kms01.corp.example:1688, 930bd202-0000-0000-0000-000000000000, "
     "2025/11/20 05:58, 0, 2, 40123, ae2ee509-1b34-41c0-acb7-6d4650168915, 25",
     "0xC004F074", "12288"},
    {"License Activation (slui.exe) failed with the following error code: hr=0x8007232B "
     "Command-line arguments: RuleId=1;Action=AutoActivate",
     "0x8007232B", "8198"},
    {"the server answered NOTAUTH with 3 records at 12:04 on the 5th", "NOTAUTH", NULL},
    /* words */
    {"second host", "second-host", NULL},
    {"workgroup", "workgroup", NULL},
    {"clock", "clock", NULL},
    {"duplicate cmid", "duplicate-cmid", NULL},
    {"cloned images", "duplicate-cmid", NULL},
    {"how do I open the firewall?", "firewall", NULL},
    {"priority and weight", "priority-weight", NULL},
    {"scavenging", "aging", NULL},
    {"option 15", "workgroup", NULL},
    {"update-policy in BIND", "bind", NULL},
    {"publish list", "publish-list", NULL},
    {"negative caching", "negative-cache", NULL},
};

static void test_spellings(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(SPELLING) / sizeof(SPELLING[0]); i++) {
        struct kd_arena *arena = kd_arena_new();
        const struct kd_explain *told = kd_explain(arena, SPELLING[i].asked);

        if (told->nfound == 0 || strcmp(told->found[0].id, SPELLING[i].first) != 0) {
            fail_msg("\"%s\" leads to %s instead of %s", SPELLING[i].asked,
                     told->nfound > 0 ? told->found[0].id : "nothing", SPELLING[i].first);
        }
        if (SPELLING[i].second == NULL ? told->nfound != 1
                                       : !is_found(told, SPELLING[i].second)) {
            fail_msg("\"%s\": %zu found, the last is %s", SPELLING[i].asked, told->nfound,
                     told->found[told->nfound - 1].id);
        }
        kd_arena_free(arena);
    }
}

/* Unknown, and what is near; "" for nothing. */
static const struct {
    const char *asked, *nearest;
} UNKNOWN[] = {
    {"BADSGI", "BADSIG"},
    {"SRV-ABSNT", "SRV-ABSENT"},
    {"0x80072339F", "0x80072339"},
    {"NXDOMIAN", "NXDOMAIN"},
    {"12295", "12294"},
    {"REFUSD", "REFUSED"},
    {"secnd-host", "second-host"},
    {"0x8007233B", "0x8007233A"},
    {"xyzzy-plugh-quux", ""},
    {"0x0", NULL},
    {"?", ""},
    {"", ""},
    {"...", ""},
    {"99999999999999999999", ""},
    {"\x01\x7f\xff", ""},
};

static void test_unknown(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(UNKNOWN) / sizeof(UNKNOWN[0]); i++) {
        struct kd_arena *arena = kd_arena_new();
        const struct kd_explain *told = kd_explain(arena, UNKNOWN[i].asked);
        struct kd_err err = {.code = KD_OK};
        uint32_t code = 0;

        assert_int_equal(told->nfound, 0);
        assert_true(told->nnearest <= 5);
        if (UNKNOWN[i].nearest != NULL && UNKNOWN[i].nearest[0] != '\0') {
            assert_true(told->nnearest > 0);
            assert_string_equal(told->nearest[0], UNKNOWN[i].nearest);
        } else if (UNKNOWN[i].nearest != NULL) {
            assert_int_equal(told->nnearest, 0);
        }
        assert_int_equal(kd_explain_code(UNKNOWN[i].asked, &code, &err), KD_ENOTFOUND);
        assert_int_equal(code, 0);
        kd_arena_free(arena);
    }
}

static void test_code_option(void **state)
{
    static const struct {
        const char *text;
        uint32_t code;
    } CASE[] = {
        {"0x80072338", 0x80072338},
        {"REFUSED", 0x8007232D},
        {"badkey", 0x80072339},
        {"9003", 0x8007232B},
        {"12293", 12293},
        {"event 8198", 8198},
        {"TIMEOUT", 0x800705B4},
        {"Publishing the Key Management Service (KMS) to DNS in the 'corp.example' domain "
         "failed. "
         "Info: 0x8007232D",
         0x8007232D},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASE) / sizeof(CASE[0]); i++) {
        uint32_t code = 0;

        assert_int_equal(kd_explain_code(CASE[i].text, &code, NULL), KD_OK);
        assert_int_equal(code, CASE[i].code);
    }
}

#define EVENT_TEXT                                                                         \
    "Publishing the Key Management Service (KMS) to DNS in the '%s' domain failed. Info: " \
    "0x8007232B"

/* The domain of an event's text is that of the commands; nothing else gets into a command. */
static void test_domain(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    const struct kd_explain *told = NULL;

    (void)state;
    told = kd_explain(arena, kd_arena_printf(arena, EVENT_TEXT, "Corp.Contoso.com"));
    assert_non_null(strstr(told->found[0].next, " corp.contoso.com"));
    told = kd_explain(arena, kd_arena_printf(arena, EVENT_TEXT, "a.b; rm -rf /"));
    assert_null(strstr(told->found[0].next, "rm"));
    told = kd_explain(arena, kd_arena_printf(arena, EVENT_TEXT, "-k.example"));
    assert_null(strstr(told->found[0].next, "-k.example"));
    kd_arena_free(arena);
}

/* Each id of a list parted by blanks and "+" is a finding's. */
static void assert_ids(const char *where, const char *list)
{
    struct kd_arena *arena = kd_arena_new();

    for (size_t len = kd_reason_word(&list, " +!"); list != NULL && len > 0;
         len = kd_reason_word(&list, " +!")) {
        if (kd_rule_by_id(kd_arena_strndup(arena, list, len)) == NULL) {
            fail_msg("%s names %.*s, which is no finding", where, (int)len, list);
        }
        list += len;
    }
    kd_arena_free(arena);
}

/* A command of the tables is one that the program takes. */
static void assert_command(const char *command)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_options options;
    struct kd_err err = {.code = KD_OK};
    char *copy = kd_arena_strdup(arena, command);
    char *argv[32];
    int argc = 0;

    for (char *p = copy; *p != '\0' && argc < 31;) {
        size_t len = strcspn(p, " ");

        argv[argc] = p;
        argc++;
        p += len;
        if (*p == ' ') {
            *p = '\0';
            p++;
        }
    }
    argv[argc] = NULL;
    assert_string_equal(argv[0], "kmsdns");
    if (kd_options_parse(arena, argc, argv, &options, &err) != KD_OK) {
        fail_msg("\"%s\" is refused: %s", command, err.text);
    }
    assert_int_equal(options.action, KD_ACTION_RUN);
    kd_arena_free(arena);
}

static void check_commands(const struct kd_explanation *told)
{
    if (told->next != NULL) {
        assert_command(told->next);
    }
    for (size_t i = 0; i < told->ncause; i++) {
        assert_plain(told->id, told->cause[i].text);
        if (told->cause[i].check != NULL) {
            assert_command(told->cause[i].check);
        }
    }
}

static void assert_commands(const char *asked)
{
    struct kd_arena *arena = kd_arena_new();
    const struct kd_explain *told = kd_explain(arena, asked);

    if (told->nfound == 0) {
        fail_msg("\"%s\" is not known", asked);
    }
    for (size_t i = 0; i < told->nfound; i++) {
        check_commands(&told->found[i]);
    }
    kd_arena_free(arena);
}

static void test_reasons(void **state)
{
    size_t n = 0;
    const struct kd_code_reasons *row = kd_code_reasons_all(&n);
    bool is_used[KD_REASON_COUNT] = {[KD_REASON_NONE] = true, [KD_REASON_LICENCE] = true};

    (void)state;
    for (size_t i = 0; i < n; i++) {
        assert_int_not_equal(row[i].reason[0], KD_REASON_NONE);
        for (size_t j = 0; j < i; j++) {
            assert_int_not_equal(row[i].code, row[j].code);
        }
        for (size_t j = 0; j < KD_MAX_REASONS; j++) {
            is_used[row[i].reason[j]] = true;
        }
    }
    for (size_t i = KD_REASON_NONE + 1; i < KD_REASON_COUNT; i++) {
        const struct kd_reason *reason = kd_reason((kd_reason_id)i);

        assert_plain("a reason", reason->text);
        assert_int_equal(reason->text[strlen(reason->text) - 1], '.');
        assert_ids(reason->text, reason->confirm != NULL ? reason->confirm : "");
        assert_ids(reason->text, reason->refute != NULL ? reason->refute : "");
        assert_non_null(kd_remedy_fixes(reason->remedy)[0].what);
        if (i != KD_REASON_SWITCHED_OFF && !is_used[i]) {
            fail_msg("no code has the reason \"%s\"", reason->text);
        }
    }
}

static void test_rows(void **state)
{
    size_t n = 0;
    const struct kd_topic *topic = kd_topics(&n);
    const struct kd_event_row *event = NULL;
    const struct kd_rcode_row *rcode = NULL;

    (void)state;
    for (size_t i = 0; i < n; i++) {
        assert_ids(topic[i].id, topic[i].findings);
        assert_commands(topic[i].id);
        assert_plain(topic[i].id, topic[i].source);
    }
    event = kd_event_rows(&n);
    for (size_t i = 0; i < n; i++) {
        char asked[32];

        (void)snprintf(asked, sizeof(asked), "event %" PRIu32, event[i].id);
        assert_commands(asked);
    }
    rcode = kd_rcode_rows(&n);
    for (size_t i = 0; i < n; i++) {
        assert_commands(rcode[i].name);
        assert_true(rcode[i].code == 0 || kd_code_find(rcode[i].code) != NULL);
    }
}

static void test_findings(void **state)
{
    size_t n = 0;
    const struct kd_rule *const *rule = kd_rules(&n);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        assert_commands(rule[i]->id);
    }
}

/* Both texts are told where they belong. */
static void test_conflicts(void **state)
{
    size_t n = 0;
    const struct kd_conflict *conflict = kd_conflicts(&n);

    (void)state;
    assert_true(n >= 17);
    for (size_t i = 0; i < n; i++) {
        const char *list = conflict[i].about;

        assert_plain(conflict[i].point, conflict[i].text_a);
        assert_plain(conflict[i].point, conflict[i].text_b);
        assert_plain(conflict[i].point, conflict[i].source_a);
        assert_plain(conflict[i].point, conflict[i].source_b);
        assert_plain(conflict[i].point, conflict[i].here);
        for (size_t len = kd_reason_word(&list, " "); len > 0;
             len = kd_reason_word(&list, " ")) {
            struct kd_arena *arena = kd_arena_new();
            const char *id = kd_arena_strndup(arena, list, len);
            const struct kd_explain *told = kd_explain(arena, id);
            bool is_told = false;

            for (size_t j = 0; j < told->nfound; j++) {
                for (size_t k = 0; k < told->found[j].nconflict; k++) {
                    is_told = is_told || told->found[j].conflict[k] == &conflict[i];
                }
            }
            if (!is_told) {
                fail_msg("%s does not tell of \"%s\"", id, conflict[i].point);
            }
            kd_arena_free(arena);
            list += len;
        }
    }
}

static void test_text_is_harmless(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_render_style style = {.width = 80};
    struct kd_buf out = {.data = NULL};

    (void)state;
    kd_render_explain_text(kd_explain(arena, "\x1b[31mred\nline"), &style, &out);
    assert_null(strchr(kd_buf_str(&out), '\x1b'));
    assert_non_null(strstr(kd_buf_str(&out), "\\027"));
    kd_buf_done(&out);
    kd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_told),
        cmocka_unit_test(test_spellings),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_code_option),
        cmocka_unit_test(test_domain),
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_findings),
        cmocka_unit_test(test_conflicts),
        cmocka_unit_test(test_text_is_harmless),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
