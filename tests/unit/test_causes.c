/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_causes.c - the table of causes: complete, each row with a document that raises it and one
 * that does not; and the engine: what is grouped, what is explained away, what competes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "advice_fixture.h"

#include "../../src/rules/tables.h"
#include "kmsdns/rules/cause.h"
#include "kmsdns/rules/policy.h"

static const char *const PLACE[] = {
    "domain", "service", "target",   "server", "port",   "ttl",     "key",   "zone",
    "owner",  "node",    "subjects", "code",   "answer", "silence", "hosts", "silent_hosts"};
/* Findings of the contract whose rules are still to come. */
static const char *const ANNOUNCED[] = {
    "GSS-NO-CREDENTIAL",   "GSS-NO-TICKET", "GSS-CLOCK", "GSS-REJECTED",
    "AD-NODE-OTHER-OWNER", "AD-NO-CREATE",  "AD-DENIED", "AD-ZONE-INSECURE"};

static bool is_announced(const char *id)
{
    for (size_t i = 0; i < COUNT(ANNOUNCED); i++) {
        if (strcmp(ANNOUNCED[i], id) == 0) {
            return true;
        }
    }
    return false;
}

static void assert_finding(const char *row, const char *id)
{
    if (kd_rule_by_id(id) == NULL && !is_announced(id)) {
        fail_msg("%s names %s, which is no finding", row, id);
    }
}

static void check_row_texts(const struct kd_cause_row *row)
{
    assert_text("a cause", "id", row->id);
    assert_int_equal(strncmp(row->id, "CAUSE-", 6), 0);
    assert_text(row->id, "title", row->title);
    assert_text(row->id, "text", row->text);
    assert_places(row->id, row->text, PLACE, COUNT(PLACE));
    assert_text(row->id, "check that decides", row->decides);
    assert_places(row->id, row->decides, PLACE, COUNT(PLACE));
    assert_null(strchr(row->title, '{'));
    for (size_t i = 0; i < KD_MAX_FIXES && row->fix[i].for_whom != NULL; i++) {
        assert_reader(row->id, row->fix[i].for_whom);
        assert_text(row->id, "fix", row->fix[i].what);
        assert_places(row->id, row->fix[i].what, PLACE, COUNT(PLACE));
    }
}

static void check_row_findings(const struct kd_cause_row *row)
{
    assert_non_null(row->proof[0].id);
    assert_true(row->near > KD_NEAR_ROW && row->near < KD_NEAR_COUNT);
    for (size_t i = 0; i < KD_CAUSE_MAX_PROOFS && row->proof[i].id != NULL; i++) {
        assert_finding(row->id, row->proof[i].id);
        assert_true(row->proof[i].confidence > KD_CONFIDENCE_NONE);
        assert_true(row->proof[i].confidence < KD_CONFIDENCE_COUNT);
        if (row->proof[i].with != NULL) {
            assert_finding(row->id, row->proof[i].with);
        }
    }
    for (size_t i = 0; i < KD_CAUSE_MAX_EFFECTS && row->effect[i].id != NULL; i++) {
        assert_finding(row->id, row->effect[i].id);
        assert_true(row->effect[i].near < KD_NEAR_COUNT);
    }
}

static void test_rows(void **state)
{
    size_t n = 0;
    const struct kd_cause_row *const *row = kd_cause_rows(&n);

    (void)state;
    assert_true(n > 0);
    for (size_t i = 0; i < n; i++) {
        check_row_texts(row[i]);
        check_row_findings(row[i]);
        assert_ptr_equal(kd_cause_row_by_id(row[i]->id), row[i]);
        assert_null(kd_rule_by_id(row[i]->id));
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(row[i]->id, row[j]->id);
        }
    }
    assert_non_null(kd_cause_row_by_id("cause-typo"));
    assert_null(kd_cause_row_by_id("CAUSE"));
    assert_null(kd_cause_row_by_id(""));
}

/* A rival that stood below would have no chance to explain the row away. */
static void test_rivals_stand_above(void **state)
{
    size_t n = 0;
    const struct kd_cause_row *const *row = kd_cause_rows(&n);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        for (size_t r = 0; r < KD_CAUSE_MAX_RIVALS && row[i]->rival[r] != NULL; r++) {
            bool is_above = false;

            for (size_t j = 0; j < i; j++) {
                is_above = is_above || strcmp(row[j]->id, row[i]->rival[r]) == 0;
            }
            if (!is_above) {
                fail_msg("%s names the rival %s, which does not stand above it", row[i]->id,
                         row[i]->rival[r]);
            }
        }
    }
}

static void test_words(void **state)
{
    (void)state;
    assert_string_equal(kd_confidence_str(KD_CONFIDENCE_PROVED), "proved");
    assert_string_equal(kd_confidence_str(KD_CONFIDENCE_POSSIBLE), "possible");
    assert_string_equal(kd_confidence_str(KD_CONFIDENCE_COUNT), "?");
}

static const struct kd_cause *find(const struct kd_judgement *judgement, const char *id)
{
    for (size_t i = 0; i < judgement->ncause; i++) {
        if (strcmp(judgement->cause[i].row->id, id) == 0) {
            return &judgement->cause[i];
        }
    }
    return NULL;
}

/* A row can be raised when the rule of one of its proofs is there. */
static bool is_raisable(const struct kd_cause_row *row)
{
    for (size_t i = 0; i < KD_CAUSE_MAX_PROOFS && row->proof[i].id != NULL; i++) {
        if (kd_rule_by_id(row->proof[i].id) != NULL) {
            return true;
        }
    }
    return false;
}

static struct kd_facts *cause_file(struct kd_arena *arena, const char *id, const char *name)
{
    const char *path = kd_arena_printf(arena, TEST_SRCDIR "/causes/%s/%s.json", id, name);
    json_error_t error;
    json_t *doc = json_load_file(path, 0, &error);

    if (doc == NULL) {
        fail_msg("%s: %s", path, error.text);
    }
    return fixture_facts(arena, doc);
}

static void check_cause(const struct kd_cause *cause)
{
    const char *id = cause->row->id;

    assert_text(id, "filled text", cause->text);
    assert_null(strchr(cause->text, '{'));
    if (strchr(cause->text, '<') != NULL) {
        fail_msg("%s has an empty place: %s", id, cause->text);
    }
    assert_true(cause->nfinding > 0);
    assert_non_null(cause->subject);
    assert_text(id, "fix", cause->fix[0].what);
    assert_true(cause->decides != NULL || cause->confidence == KD_CONFIDENCE_PROVED);
    if (cause->decides != NULL) {
        assert_text(id, "filled check", cause->decides);
    }
}

static void test_fixtures(void **state)
{
    size_t n = 0;
    const struct kd_cause_row *const *row = kd_cause_rows(&n);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        struct kd_arena *arena = kd_arena_new();
        const struct kd_cause *cause = NULL;

        if (is_raisable(row[i])) {
            cause = find(kd_judge(cause_file(arena, row[i]->id, "bad"), NULL), row[i]->id);
            if (cause == NULL) {
                fail_msg("%s/bad.json does not raise it", row[i]->id);
            }
            check_cause(cause);
            cause = find(kd_judge(cause_file(arena, row[i]->id, "good"), NULL), row[i]->id);
            if (cause != NULL) {
                fail_msg("%s/good.json raises it: %s", row[i]->id, cause->text);
            }
        }
        kd_arena_free(arena);
    }
}

#define R1     "{'address':'192.0.2.53:53','control':{'status':'NXDOMAIN'}}"
#define R2     "{'address':'192.0.2.54:53','control':{'status':'NXDOMAIN'}}"
#define V1     "'server':'192.0.2.53:53'"
#define V2     "'server':'192.0.2.54:53'"
#define K1     "{'port':1688,'target':'kms01.corp.example.'}"
#define HAS    "'status':'NOERROR','ttl_s':3600,'records':[" K1 "]"
#define ABSENT "'status':'NXDOMAIN','apex_status':'NOERROR'"
#define T1     "'name':'kms01.corp.example.','a_status':'NOERROR','aaaa_status':'NODATA'"
#define SIBLING                                                                             \
    "'siblings':[{'name':'_vmlcs._tcp.corp.example.','status':'NOERROR','records':[" K1 "]" \
    "}]"
#define SERVER(name, address, srv)                                                 \
    "{'name':'" name "','address':'" address "','listed':true,'status':'NOERROR'," \
    "'authoritative':true,'serial':42,'tcp_status':'NOERROR'," srv "}"
#define DOMAIN(name, views, more) "{'name':'" name "','views':[" views "]" more "}"
#define DOC(resolvers, domains)   "{'resolvers':[" resolvers "],'domains':[" domains "]}"

/* What a document is explained by: "id confidence finding finding", surest first. */
struct cause_case {
    const char *name, *doc;
    const char *expected[4];
};

static const struct cause_case CASES[] = {
    {"nothing is wrong",
     DOC(R1, DOMAIN("corp.example.", "{" V1 "," HAS "}",
                    ",'targets':[{" T1 ",'addresses':[{'address':'192.0.2.21','tcp':'open'}]}"
                    "]")),
     {NULL}},
    {"a misspelt record explains the absent one",
     DOC(R1, DOMAIN("corp.example.", "{" V1 "," ABSENT "}", "," SIBLING)),
     {"CAUSE-TYPO proved SRV-ABSENT SRV-TYPO"}},
    {"in one domain misspelt, in the other one never published",
     DOC(R1, DOMAIN("lab.example.", "{" V1 "," HAS "}", "") "," DOMAIN(
                 "corp.example.", "{" V1 "," ABSENT "}",
                 "," SIBLING) "," DOMAIN("hq.example.", "{" V1 "," ABSENT "}", "")),
     {"CAUSE-SOME-SUFFIXES proved SRV-ABSENT-DOMAIN",
      "CAUSE-TYPO proved SRV-ABSENT-DOMAIN SRV-TYPO"}},
    {"one server of the zone has the record: somebody published it",
     DOC(R1, DOMAIN("corp.example.", "{" V1 ",'authoritative':true," ABSENT "}",
                    ",'zone':{'name':'corp.example.','status':'NOERROR','ns':['ns1.','ns2.'],"
                    "'servers':[" SERVER("ns1.", "192.0.2.1:53",
                                         "'srv_status':'NOERROR','ttl_s':3600,"
                                         "'records':[" K1
                                         "]") "," SERVER("ns2.", "192.0.2.53:53",
                                                         "'srv_status':'NXDOMAIN'") "]}")),
     {"CAUSE-COPIES-DIFFER probable SRV-ABSENT NS-SRV-DIFFERS"}},
    {"a domain that is missing is not also unpublished",
     DOC(R1,
         DOMAIN("corp.example.", "{" V1 ",'status':'NXDOMAIN','apex_status':'NXDOMAIN'}", "")),
     {"CAUSE-NO-DOMAIN proved SRV-ABSENT SRV-DOMAIN-MISSING"}},
    {"a silent host: two explanations",
     DOC(R1, DOMAIN("corp.example.", "{" V1 "," HAS "}",
                    ",'targets':[{" T1 ",'addresses':[{'address':'192.0.2.21','tcp':'timeout'}"
                    "]}]")),
     {"CAUSE-FIREWALL probable TGT-CLOSED", "CAUSE-SERVICE-DOWN possible TGT-CLOSED"}},
    {"a host that refuses: one",
     DOC(R1, DOMAIN("corp.example.", "{" V1 "," HAS "}",
                    ",'targets':[{" T1 ",'addresses':[{'address':'192.0.2.21','tcp':'refused'}"
                    "]}]")),
     {"CAUSE-SERVICE-DOWN probable TGT-CLOSED"}},
    {"two faults are two causes",
     DOC(R1 "," R2, DOMAIN("corp.example.", "{" V1 "," HAS "},{" V2 ",'status':'TIMEOUT'}",
                           ",'targets':[{" T1
                           ",'addresses':[{'address':'192.0.2.21','tcp':'refused'}]}]")),
     {"CAUSE-RESOLVER-DOWN proved RES-TIMEOUT", "CAUSE-SERVICE-DOWN probable TGT-CLOSED"}},
    {"what no cause explains stands on its own",
     DOC(R1, DOMAIN("corp.example.",
                    "{" V1 ",'status':'NOERROR','ttl_s':90000,'authoritative':true,'records':"
                    "[" K1 "]}",
                    "")),
     {NULL}},
};

static const char *told(struct kd_arena *arena, const struct kd_cause *cause)
{
    const char *text =
        kd_arena_printf(arena, "%s %s", cause->row->id, kd_confidence_str(cause->confidence));

    for (size_t i = 0; i < cause->nfinding; i++) {
        text = kd_arena_printf(arena, "%s %s", text, cause->finding[i]->rule->id);
    }
    return text;
}

static void check_case(const struct cause_case *row, const struct kd_policy *policy)
{
    struct kd_arena *arena = kd_arena_new();
    const struct kd_judgement *judgement = kd_judge(fixture_text(arena, row->doc), policy);
    size_t n = 0;

    for (; n < COUNT(row->expected) && row->expected[n] != NULL; n++) {
        const char *got = n < judgement->ncause ? told(arena, &judgement->cause[n]) : "";

        if (strcmp(got, row->expected[n]) != 0) {
            fail_msg("%s: \"%s\" instead of \"%s\"", row->name, got, row->expected[n]);
        }
    }
    if (judgement->ncause != n) {
        fail_msg("%s: also %s", row->name, told(arena, &judgement->cause[n]));
    }
    kd_arena_free(arena);
}

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        check_case(&CASES[i], NULL);
    }
}

#define TWO(views, more) \
    DOC(R1, DOMAIN("corp.example.", views, more) "," DOMAIN("lab.example.", views, more))
#define CLOSED_HOST                                                               \
    ",'targets':[{" T1 ",'port':1688,'addresses':[{'address':'192.0.2.21','tcp':" \
    "'refused'}]}]"

/* Each domain judged alone: "id confidence finding finding", surest first. */
static const struct cause_case EACH[] = {
    {"misspelt in one domain says nothing about another one",
     DOC(R1, DOMAIN("corp.example.", "{" V1 "," ABSENT "}",
                    "," SIBLING) "," DOMAIN("lab.example.", "{" V1 "," ABSENT "}", "")),
     {"CAUSE-TYPO proved SRV-ABSENT SRV-TYPO", "CAUSE-NEVER-PUBLISHED probable SRV-ABSENT"}},
    {"what is said of several domains is said once",
     TWO("{" V1 "," ABSENT "}", ""),
     {"CAUSE-NEVER-PUBLISHED probable SRV-ABSENT SRV-ABSENT"}},
    {"one host of two domains",
     TWO("{" V1 "," HAS "}", CLOSED_HOST),
     {"CAUSE-SERVICE-DOWN probable TGT-CLOSED TGT-CLOSED"}},
    {"a resolver that fails in two domains is found in both",
     TWO("{" V1 ",'status':'REFUSED'}", ""),
     {"CAUSE-RESOLVER-FAILS proved RES-FAIL RES-FAIL"}},
    {"a silent resolver is no domain's",
     TWO("{" V1 ",'status':'TIMEOUT'}", ""),
     {"CAUSE-RESOLVER-DOWN proved RES-TIMEOUT"}},
};

static void test_each(void **state)
{
    struct kd_policy policy = *kd_policy_default();

    (void)state;
    policy.is_each = true;
    for (size_t i = 0; i < COUNT(EACH); i++) {
        check_case(&EACH[i], &policy);
    }
}

#define SET(port) "{'port':" port ",'target':'kms01.corp.example.'}"
#define AT(port, tcp) \
    "{" T1 ",'port':" port ",'addresses':[{'address':'192.0.2.21','tcp':'" tcp "'}]}"
#define CLOSED(sets, targets)                                                       \
    DOC(R1, DOMAIN("corp.example.",                                                 \
                   "{" V1 ",'status':'NOERROR','ttl_s':3600,'records':[" sets "]}", \
                   ",'targets':[" targets "]"))
#define SRV_ASKED(server, n, status)                                                 \
    "{" server ",'transport':'udp','name':'_vlmcs._tcp.corp.example.','type':'SRV'," \
    "'status':'" status "','tries':3,'n':" n "}"

/* The first words of a cause, and what is so of every resolver. */
struct words_case {
    const char *doc, *row, *text, *every;
};

static const struct words_case WORDS[] = {
    {CLOSED(SET("1688"), AT("1688", "refused")), "CAUSE-SERVICE-DOWN",
     "nothing listens at kms01.corp.example.:1688: ", NULL},
    {CLOSED(SET("1688") "," SET("1689") "," SET("1690") "," SET("1691"),
            AT("1688", "refused") "," AT("1689", "refused") "," AT("1690", "refused") "," AT(
                "1691", "refused")),
     "CAUSE-SERVICE-DOWN",
     "nothing listens at kms01.corp.example.:1688, kms01.corp.example.:1689 and 2 more: ",
     NULL},
    {CLOSED(SET("1688") "," SET("1689"), AT("1688", "refused") "," AT("1689", "timeout")),
     "CAUSE-FIREWALL", "connections to kms01.corp.example.:1689 vanish: ", NULL},
    {"{'resolvers':[" R1 "," R2 "],'domains':[" DOMAIN(
         "corp.example.",
         "{" V1 ",'status':'TIMEOUT','query':1},{" V2 ",'status':'CONN_REFUSED','query':2}",
         "") "],'queries':[" SRV_ASKED(V1, "1", "TIMEOUT") "," SRV_ASKED(V2, "2",
                                                                         "CONN_REFUSED") "]}",
     "CAUSE-RESOLVER-DOWN", "the resolver 192.0.2.53:53 does not answer from here",
     "none of the 2 resolvers answers: 192.0.2.53:53 is silent and 192.0.2.54:53 is closed"},
    {"{'resolvers':[" R1 "," R2 "],'domains':[" DOMAIN(
         "corp.example.",
         "{" V1 ",'status':'UNREACHABLE','query':1},{" V2 ",'status':'SERVFAIL','query':2}",
         "") "],'queries':[" SRV_ASKED(V1, "1", "UNREACHABLE") "," SRV_ASKED(V2, "2",
                                                                             "SERVFAIL") "]}",
     "CAUSE-RESOLVER-DOWN",
     "the resolver 192.0.2.53:53 does not answer: there is no route to it from here", NULL},
    {DOC(R1 "," R2, DOMAIN("corp.example.",
                           "{" V1 ",'status':'SERVFAIL'},{" V2 ",'status':'SERVFAIL'}", "")),
     "CAUSE-RESOLVER-FAILS", "the resolver 192.0.2.53:53 answers ",
     "none of the 2 resolvers gives the record: 192.0.2.53:53 and 192.0.2.54:53"},
    /* each fails in one domain, where the other one has the record */
    {DOC(R1 "," R2, DOMAIN("corp.example.", "{" V1 ",'status':'SERVFAIL'},{" V2 "," HAS "}",
                           "") "," DOMAIN("lab.example.",
                                          "{" V1 "," HAS "},{" V2 ",'status':'SERVFAIL'}", "")),
     "CAUSE-RESOLVER-FAILS", "the resolver 192.0.2.53:53 answers ", NULL},
    {DOC(R1, DOMAIN("corp.example.", "{" V1 ",'status':'TIMEOUT'}", "")), "CAUSE-RESOLVER-DOWN",
     "the resolver 192.0.2.53:53 does not answer from here", NULL},
};

static void test_cause_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(WORDS); i++) {
        struct kd_arena *arena = kd_arena_new();
        const struct kd_facts *facts = fixture_text(arena, WORDS[i].doc);
        const struct kd_judgement *judgement = kd_judge(facts, NULL);
        const struct kd_cause *cause = find(judgement, WORDS[i].row);
        const char *every = NULL;

        assert_non_null(cause);
        if (strncmp(cause->text, WORDS[i].text, strlen(WORDS[i].text)) != 0) {
            fail_msg("\"%s\" instead of \"%s\"", cause->text, WORDS[i].text);
        }
        every = kd_cause_every(facts, judgement, cause->row);
        assert_true((every != NULL) == (WORDS[i].every != NULL));
        if (every != NULL && strncmp(every, WORDS[i].every, strlen(WORDS[i].every)) != 0) {
            fail_msg("\"%s\" instead of \"%s\"", every, WORDS[i].every);
        }
        kd_arena_free(arena);
    }
}

/* Two that compete name each other and say what would decide. */
static void test_rivals(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    const struct kd_judgement *judgement =
        kd_judge(cause_file(arena, "CAUSE-FIREWALL", "bad"), NULL);
    const struct kd_cause *firewall = find(judgement, "CAUSE-FIREWALL");
    const struct kd_cause *stopped = find(judgement, "CAUSE-SERVICE-DOWN");

    (void)state;
    assert_non_null(firewall);
    assert_non_null(stopped);
    assert_int_equal(firewall->nrival, 1);
    assert_ptr_equal(firewall->rival[0], stopped->row);
    assert_int_equal(stopped->nrival, 1);
    assert_ptr_equal(stopped->rival[0], firewall->row);
    assert_non_null(strstr(firewall->decides, "Test-NetConnection kms01.corp.example."));
    assert_non_null(stopped->decides);
    assert_ptr_equal(kd_cause_of(judgement, 0), firewall);
    kd_arena_free(arena);
}

/* A broken primary is one cause, whatever is seen of it; what it hides is counted. */
static void test_primary(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    const struct kd_judgement *judgement =
        kd_judge(cause_file(arena, "CAUSE-PRIMARY-DOWN", "bad"), NULL);
    const struct kd_cause *cause = find(judgement, "CAUSE-PRIMARY-DOWN");

    (void)state;
    assert_non_null(cause);
    assert_int_equal(judgement->ncause, 1);
    assert_int_equal(cause->confidence, KD_CONFIDENCE_PROVED);
    assert_null(cause->decides);
    assert_true(cause->nfinding >= 2); /* the primary's silence as a listed server, too */
    assert_int_equal(cause->severity, KD_SEV_CRITICAL);
    kd_arena_free(arena);
}

static void test_open(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    const struct kd_judgement *judgement = kd_judge(
        fixture_text(arena,
                     DOC(R1, DOMAIN("corp.example.", "{" V1 ",'status':'TIMEOUT'}", ""))),
        NULL);
    const struct kd_cause *cause = find(judgement, "CAUSE-RESOLVER-DOWN");
    bool has_absent = false;

    (void)state;
    assert_non_null(cause);
    for (size_t i = 0; i < cause->nopen; i++) {
        has_absent = has_absent || strcmp(cause->open[i]->id, "SRV-ABSENT") == 0;
        assert_int_not_equal(strncmp(cause->open[i]->id, "REG-", 4), 0);
    }
    assert_true(has_absent);
    kd_arena_free(arena);
}

/* A sentence tells a name that no command may hold, and says so when there is none. */
static void test_sentences_have_no_places(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_facts *facts = cause_file(arena, "CAUSE-NO-DOMAIN", "bad");
    const struct kd_finding_args nothing = {.subject = "x"};
    const struct kd_cause *cause = NULL;
    const char *text;

    (void)state;
    facts->domain[0].name = "a\\059b/c.test.";
    cause = find(kd_judge(facts, NULL), "CAUSE-NO-DOMAIN");
    assert_non_null(cause);
    assert_non_null(strstr(cause->text, "the domain a\\059b/c.test. does not exist"));
    assert_non_null(strstr(cause->decides != NULL ? cause->decides : "<domain>", "<domain>"));
    text = kd_fill_sentence(facts, &nothing, "the domain {domain} of {server}, {service}");
    assert_string_equal(text, "the domain (unknown) of (unknown), _vlmcs._tcp");
    kd_arena_free(arena);
}

/* Without findings nothing is looked for. */
static void test_no_findings(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_judgement judgement = {.nfinding = 0};

    (void)state;
    kd_causes_find(fixture_text(arena, DOC(R1, "")), &judgement);
    assert_int_equal(judgement.ncause, 0);
    kd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),        cmocka_unit_test(test_rivals_stand_above),
        cmocka_unit_test(test_words),       cmocka_unit_test(test_fixtures),
        cmocka_unit_test(test_cases),       cmocka_unit_test(test_rivals),
        cmocka_unit_test(test_primary),     cmocka_unit_test(test_open),
        cmocka_unit_test(test_no_findings), cmocka_unit_test(test_sentences_have_no_places),
        cmocka_unit_test(test_each),        cmocka_unit_test(test_cause_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
