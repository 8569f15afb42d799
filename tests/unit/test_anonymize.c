/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_anonymize.c - anonymized facts: no name and no address of the original is left, and the
 * same findings come of them. Every document of tests/rules is a case.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "rules_fixture.h"

#include <glob.h>
#include <stdlib.h>

#include "kmsdns/facts/anonymize.h"
#include "kmsdns/render/render.h"

/* Every finding's id and severity, in the judgement's order of ids. */
static char *findings(struct kd_arena *arena, const struct kd_facts *facts)
{
    const struct kd_judgement *judgement = kd_judge(facts, NULL);
    char *text = kd_arena_strdup(arena, kd_verdict_str(judgement));

    for (size_t i = 0; i < judgement->nfinding; i++) {
        text = kd_arena_printf(arena, "%s %s:%s", text, judgement->finding[i].rule->id,
                               kd_severity_str(judgement->finding[i].severity));
    }
    return text;
}

static char *shown(struct kd_arena *arena, const struct kd_facts *facts, const char *format)
{
    const struct kd_render_style style = {.verbosity = 2};
    const struct kd_judgement *judgement = kd_judge(facts, NULL);
    struct kd_buf out = {.data = NULL};
    char *text = NULL;

    kd_format_by_name(format)->render(facts, judgement, &style, &out);
    text = kd_arena_strdup(arena, kd_buf_str(&out));
    kd_buf_done(&out);
    return text;
}

/* True for a word of a document that must not come out again. */
static bool is_secret(const char *word)
{
    static const char *const OURS[] = {"invalid", "resolv.conf"};
    struct kd_addr addr;

    if (kd_addr_from_str(word, &addr, NULL) == KD_OK) {
        return kd_addr_oddity(&addr) == NULL;
    }
    for (size_t i = 0; i < COUNT(OURS); i++) {
        if (strstr(word, OURS[i]) != NULL) {
            return false;
        }
    }
    return strstr(word, ".example") != NULL || strstr(word, "kms0") != NULL;
}

static void assert_hidden(const char *path, const char *original, const char *text)
{
    static const char INSIDE[] = "abcdefghijklmnopqrstuvwxyz0123456789.:-";
    char word[256];

    for (const char *p = original; *p != '\0';) {
        size_t len = strspn(p, INSIDE);

        if (len == 0) {
            p++;
            continue;
        }
        snprintf(word, sizeof(word), "%.*s", (int)len, p);
        if (is_secret(word) && strstr(text, word) != NULL) {
            fail_msg("%s: \"%s\" is still there:\n%s", path, word, text);
        }
        p += len;
    }
}

static struct kd_facts *anonymized(struct kd_arena *arena, const struct kd_facts *facts)
{
    struct kd_facts *hidden = NULL;
    struct kd_err err = {.code = KD_OK};

    if (kd_anonymize_facts(kd_anonymizer_new(arena), facts, &hidden, &err) != KD_OK) {
        fail_msg("%s", err.text);
    }
    return hidden;
}

/* A hostile server may name a target whose replacement is no name any more. */
static void test_grows(void **state)
{
    static const char LABELS[] = "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.";
    struct kd_arena *arena = kd_arena_new();
    struct kd_facts *facts = fixture_text(
        arena, kd_arena_printf(arena, "{'domains':[{'name':'%s%s'}]}", LABELS, LABELS));
    struct kd_facts *hidden = NULL;
    struct kd_err err = {.code = KD_OK};

    (void)state;
    assert_int_equal(kd_anonymize_facts(kd_anonymizer_new(arena), facts, &hidden, &err),
                     KD_ETOOBIG);
    assert_null(hidden);
    assert_non_null(strstr(err.text, "cannot be anonymized"));
    kd_arena_free(arena);
}

static void check_document(const char *path)
{
    struct kd_arena *arena = kd_arena_new();
    json_error_t error;
    json_t *doc = json_load_file(path, 0, &error);
    char *original = json_dumps(doc, JSON_INDENT(1));
    struct kd_facts *facts = NULL, *hidden = NULL;

    assert_non_null(original);
    facts = fixture_facts(arena, doc);
    hidden = anonymized(arena, facts);
    assert_true(hidden->is_anonymized && !facts->is_anonymized);
    if (strcmp(findings(arena, facts), findings(arena, hidden)) != 0) {
        fail_msg("%s raises\n%s\nand anonymized\n%s", path, findings(arena, facts),
                 findings(arena, hidden));
    }
    assert_hidden(path, original, shown(arena, hidden, "text"));
    assert_hidden(path, original, shown(arena, hidden, "json"));
    free(original);
    kd_arena_free(arena);
}

static void test_documents(void **state)
{
    glob_t found;

    (void)state;
    assert_int_equal(glob(TEST_SRCDIR "/rules/*/*.json", 0, NULL, &found), 0);
    assert_true(found.gl_pathc > 100);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        check_document(found.gl_pathv[i]);
    }
    globfree(&found);
}

/* Names and what becomes of them, in this order by one anonymizer. */
static void test_names(void **state)
{
    static const struct {
        const char *name, *becomes;
    } CASE[] = {
        {".", "."},
        {"corp.example.", "anon1.anon2."},
        {"kms01.corp.example.", "anon3.anon1.anon2."},
        {"_vlmcs._tcp.corp.example.", "_vlmcs._tcp.anon1.anon2."},
        {"_secret._tcp.corp.example.", "_anon4._tcp.anon1.anon2."},
        {"kms01.corp.example.corp.example.", "anon3.anon1.anon2.anon1.anon2."},
        {"kms01.", "anon3."},
        {"bad-.corp.example.", "anon5_.anon1.anon2."},
        {"*.corp.example.", "*.anon1.anon2."},
        {"192.0.2.21.", "198.18.0.1."},
        {"192.0.2.21.corp.example.", "198.18.0.1.anon1.anon2."},
        {"21.2.0.192.in-addr.arpa.", "1.0.18.198.in-addr.arpa."},
        {"2001:db8::1.", "2001:2::2."},
        {"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.",
         "2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.2.0.0.0.1.0.0.2.ip6.arpa."},
        {"127.0.0.1.", "127.0.0.1."},
    };
    struct kd_arena *arena = kd_arena_new();
    struct kd_anonymizer *anonymizer = kd_anonymizer_new(arena);

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        assert_string_equal(kd_anonymize_name(anonymizer, CASE[i].name), CASE[i].becomes);
    }
    kd_arena_free(arena);
}

/* Texts of every kind, in one document: sentences, paths, ids, what somebody configured. */
static void test_texts(void **state)
{
    static const char DOC[] =
        "{'vantage':'jump01.corp.example.','resolvers':[{'address':'[fe80::1%3]:53','source':"
        "'/home/anna/resolv.conf'}],'invalid_candidates':[{'text':'Corp..Example,1,2','reason':"
        "'a label of CORP is empty'}],'queries':[{'name':'kms01.corp.example.','type':'A',"
        "'server':'192.0.2.53:53','note':'the answer is about other.dev7.example., not "
        "KMS01'}],"
        "'domains':[{'name':'corp.example.','update':[{'identity':'tsig:kms-key.','verdict':"
        "'refused','server':'192.0.2.53:53','version':'BIND 9.18.24-1 of corp'}],"
        "'change':{'action':'publish','state':'planned','undo_file':'/home/anna/undo.json',"
        "'message':'; at 192.0.2.53\\nkms01.corp.example. 0 SRV kms-key.\\n'}}],"
        "'evidence':{'events':{'files':[{'path':'anna.evtx'}],'host':{'duplicates':[{'cmid':"
        "'59a52881-a989-479d-af46-f275c6370663','sku':'59a52881-a989-479d-af46-f275c6370663',"
        "'computers':['DESKTOP-ANNA']}]}}}}";
    static const char *const GONE[] = {"jump01", "corp",    "Corp",  "CORP",    "example",
                                       "kms01",  "KMS01",   "other", "dev7",    "anna",
                                       "ANNA",   "kms-key", "192.0", "fe80::1", "'cmid':'59a5"};
    static const char *const KEPT[] = {"BIND 9.18.24-1 of ",
                                       "00000000-0000-4000-8000-000000000001", "..anon", ",1,2",
                                       "tsig:anon"};
    struct kd_arena *arena = kd_arena_new();
    struct kd_facts *hidden = anonymized(arena, fixture_text(arena, DOC));
    const char *text = shown(arena, hidden, "json");

    (void)state;
    for (size_t i = 0; i < COUNT(GONE); i++) {
        if (strstr(text, GONE[i]) != NULL) {
            fail_msg("\"%s\" is still there:\n%s", GONE[i], text);
        }
    }
    for (size_t i = 0; i < COUNT(KEPT); i++) {
        if (strstr(text, KEPT[i]) == NULL) {
            fail_msg("\"%s\" is gone:\n%s", KEPT[i], text);
        }
    }
    kd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_documents),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_grows),
    };

    return cmocka_run_group_tests_name("anonymize", tests, NULL, NULL);
}
