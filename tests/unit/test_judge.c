/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_judge.c - the evaluator (needs, order, limits, templates) and the cases in which a rule
 * tells less than its severity, or cannot tell.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "rules_fixture.h"

#include <stdlib.h>

#define R1      "{'address':'192.0.2.53:53','control':{'status':'NXDOMAIN'}}"
#define R2      "{'address':'192.0.2.54:53','control':{'status':'NXDOMAIN'}}"
#define V1      "'server':'192.0.2.53:53'"
#define V2      "'server':'192.0.2.54:53'"
#define K1      "{'port':1688,'target':'kms01.corp.example.'}"
#define K2      "{'port':1688,'target':'kms02.corp.example.'}"
#define HAS     "'status':'NOERROR','ttl_s':3600,'records':[" K1 "],'wildcard_status':'NXDOMAIN'"
#define T1      "'name':'kms01.corp.example.','a_status':'NOERROR','aaaa_status':'NODATA'"
#define T2      "'name':'kms02.corp.example.','a_status':'NOERROR','aaaa_status':'NODATA'"
#define A1(tcp) "'addresses':[{'address':'192.0.2.21','tcp':'" tcp "'}]"
#define NO_ADDRESS1 \
    "'name':'kms01.corp.example.','a_status':'NXDOMAIN','aaaa_status':'NXDOMAIN'"
#define DOMAIN(name, views)     "{'name':'" name "','views':[" views "]}"
#define DOC(resolvers, domains) "{'resolvers':[" resolvers "],'domains':[" domains "]}"
#define ONE(views)              DOC(R1, DOMAIN("corp.example.", views))
#define BOTH(views)             DOC(R1 "," R2, DOMAIN("corp.example.", views))
#define ZONE_TTL(ttl)                                                                     \
    DOC(R1, "{'name':'corp.example.','views':[{" V1 ",'status':'NOERROR','ttl_s':0,"      \
            "'records':[" K1 "]}],'zone':{'name':'corp.example.','status':'NOERROR',"     \
            "'servers':[{'name':'ns1.corp.example.','address':'192.0.2.7:53',"            \
            "'status':'NOERROR','authoritative':true,'srv_status':'NOERROR','ttl_s':" ttl \
            ",'records':[" K1 "]}]}}")
#define SET(records, targets)                                                           \
    DOC(R1, "{'name':'corp.example.','views':[{" V1 ",'status':'NOERROR','ttl_s':3600," \
            "'records':[" records "]}],'targets':[" targets "]}")

/* What a document raises, or which need it lacks for a subject. */
struct judge_case {
    const char *name, *doc, *id;
    const char *subject;  /* NULL: any */
    const char *severity; /* NULL: not raised */
    const char *missing;  /* NULL: judged */
    const char *text;     /* part of the sentence; NULL: whatever */
};

static const struct judge_case CASES[] = {
    {"silence of the only resolver", ONE("{" V1 ",'status':'TIMEOUT'}"), "RES-TIMEOUT",
     "192.0.2.53:53", "critical", NULL, "did not answer: SRV _vlmcs._tcp.corp.example."},
    {"silence beside an answer", BOTH("{" V1 ",'status':'TIMEOUT'},{" V2 "," HAS "}"),
     "RES-TIMEOUT", "192.0.2.53:53", "warning", NULL, "192.0.2.54:53 answers"},
    {"silence beside SERVFAIL",
     BOTH("{" V1 ",'status':'TIMEOUT'},{" V2 ",'status':'SERVFAIL'}"), "RES-TIMEOUT",
     "192.0.2.53:53", "critical", NULL, NULL},
    {"closed port", ONE("{" V1 ",'status':'CONN_REFUSED'}"), "RES-TIMEOUT", NULL, "critical",
     NULL, "nothing listens at 192.0.2.53:53"},
    {"no route", ONE("{" V1 ",'status':'UNREACHABLE'}"), "RES-TIMEOUT", NULL, "critical", NULL,
     "no route to 192.0.2.53:53"},
    {"never asked", BOTH("{" V1 ",'status':'SKIPPED'},{" V2 "," HAS "}"), "RES-TIMEOUT",
     "192.0.2.53:53", NULL, "answers", NULL},
    {"silent on one domain of two",
     DOC(R1, DOMAIN("corp.example.", "{" V1 "," HAS "}") "," DOMAIN(
                 "lab.example.", "{" V1 ",'status':'TIMEOUT'}")),
     "RES-TIMEOUT", NULL, "warning", NULL, "SRV _vlmcs._tcp.lab.example."},
    {"silent on SRV only",
     "{'queries':[{'server':'192.0.2.53:53','name':'x.invalid.','type':'A',"
     "'status':'NXDOMAIN','tries':1}],'resolvers':[" R1
     "],'domains':[" DOMAIN("corp.example.", "{" V1 ",'status':'TIMEOUT'}") "]}",
     "RES-TIMEOUT", NULL, "critical", NULL, "no question for the service"},
    {"what was not asked is mentioned",
     "{'queries':[{'server':'192.0.2.53:53','name':'corp.example.','type':'SOA',"
     "'status':'SKIPPED'}],'resolvers':[" R1
     "],'domains':[" DOMAIN("corp.example.", "{" V1 ",'status':'TIMEOUT'}") "]}",
     "RES-TIMEOUT", NULL, "critical", NULL, "1 further question was not asked"},
    {"silence over TCP is not the resolver's",
     "{'queries':[{'server':'192.0.2.53:53','name':'_vlmcs._tcp.corp.example.','type':'SRV',"
     "'status':'TIMEOUT','transport':'tcp','tries':2}],'resolvers':[" R1
     "],'domains':[" DOMAIN("corp.example.", "{" V1 ",'status':'TRUNCATED','truncated':true,"
                                             "'tcp_status':'TIMEOUT','query':1}") "]}",
     "RES-TIMEOUT", NULL, NULL, NULL, NULL},
    {"silence to EDNS",
     "{'queries':[{'server':'192.0.2.53:53','name':'_vlmcs._tcp.corp.example.','type':'SRV',"
     "'status':'NOERROR','tries':4,'edns_dropped':true}],'resolvers':[" R1
     "],'domains':[" DOMAIN("corp.example.", "{" V1 "," HAS ",'query':1}") "]}",
     "RES-TIMEOUT", "192.0.2.53:53", "notice", NULL, "silent on those with it"},
    {"silence to EDNS once",
     "{'queries':[{'server':'192.0.2.53:53','name':'_vlmcs._tcp.corp.example.','type':'SRV',"
     "'status':'NOERROR','tries':4,'edns_dropped':true},{'server':'192.0.2.53:53',"
     "'name':'corp.example.','type':'SOA','status':'NOERROR','tries':1,'edns':true}],"
     "'resolvers':[" R1
     "],'domains':[" DOMAIN("corp.example.", "{" V1 "," HAS ",'query':1}") "]}",
     "RES-TIMEOUT", NULL, NULL, NULL, NULL},

    {"SERVFAIL alone", ONE("{" V1 ",'status':'SERVFAIL'}"), "RES-FAIL", NULL, "critical", NULL,
     "SERVFAIL (the server failed) for _vlmcs._tcp.corp.example."},
    {"LAME at the apex only", ONE("{" V1 "," HAS ",'apex_status':'LAME'}"), "RES-FAIL", NULL,
     "warning", NULL, "for corp.example."},
    {"REFUSED beside an answer", BOTH("{" V1 ",'status':'REFUSED'},{" V2 "," HAS "}"),
     "RES-FAIL", NULL, "warning", NULL, "REFUSED"},
    {"garbage beside an answer", BOTH("{" V1 ",'status':'MALFORMED'},{" V2 "," HAS "}"),
     "RES-MALFORMED", NULL, "warning", NULL, NULL},

    {"NXDOMAIN against NODATA", BOTH("{" V1 ",'status':'NXDOMAIN'},{" V2 ",'status':'NODATA'}"),
     "RES-DISAGREE", NULL, NULL, NULL, NULL},
    {"records against NXDOMAIN", BOTH("{" V1 ",'status':'NXDOMAIN'},{" V2 "," HAS "}"),
     "RES-DISAGREE", "corp.example.", "warning", NULL,
     "192.0.2.53:53 says NXDOMAIN (the name does not exist), while 192.0.2.54:53 says 0 0 1688 "
     "kms01.corp.example."},
    {"one of two is silent", BOTH("{" V1 ",'status':'TIMEOUT'},{" V2 "," HAS "}"),
     "RES-DISAGREE", "corp.example.", NULL, "srv-answer", NULL},
    {"a wildcard in the zone", ONE("{" V1 "," HAS ",'random_status':'NOERROR'}"),
     "RES-REWRITES", "corp.example.", "notice", NULL, "a wildcard there"},

    {"an address as the only host", SET("{'port':1688,'target':'192.0.2.22.'}", ""),
     "TGT-IP-LITERAL", NULL, "critical", NULL, NULL},
    {"an address beside a host",
     SET(K1 ",{'port':1688,'target':'192.0.2.22.'}", "{'port':1688," T1 "," A1("open") "}"),
     "TGT-IP-LITERAL", NULL, "warning", NULL, "they get by with kms01.corp.example."},
    {"no such service", SET("{'port':0,'target':'.'}", ""), "TGT-ROOT", NULL, "critical", NULL,
     "declares that there is no KMS host"},
    {"\".\" needs no port", SET("{'port':0,'target':'.'}", ""), "SRV-PORT-ZERO", NULL, NULL,
     NULL, NULL},
    {"\".\" beside a host",
     SET(K1 ",{'port':0,'target':'.'}", "{'port':1688," T1 "," A1("open") "}"), "TGT-ROOT",
     NULL, "warning", NULL, "beside a record of kms01.corp.example."},
    {"port 0 alone", SET("{'port':0,'target':'kms01.corp.example.'}", ""), "SRV-PORT-ZERO",
     NULL, "critical", NULL, NULL},
    {"port 0 beside a host",
     SET(K1 ",{'port':0,'target':'kms02.corp.example.'}",
         "{'port':1688," T1 "," A1("open") "}"),
     "SRV-PORT-ZERO", NULL, "warning", NULL, NULL},

    {"the record is elsewhere",
     DOC(R1, DOMAIN("corp.example.", "{" V1 "," HAS "}") "," DOMAIN(
                 "lab.example.", "{" V1 ",'status':'NXDOMAIN'}")),
     "SRV-ABSENT", NULL, NULL, NULL, NULL},
    {"this client does not ask where it is",
     "{'client':'workgroup','resolvers':[" R1 "],'domains':[{'name':'corp.example.',"
     "'sources':['ad-domain'],'views':[{" V1 "," HAS "}]},{'name':'lab.example.','sources':"
     "['dhcp-option-15'],'views':[{" V1 ",'status':'NODATA'}]}]}",
     "SRV-ABSENT", "workgroup client", "critical", NULL, "NODATA"},
    {"no domain of this kind of client",
     "{'client':'workgroup','resolvers':[" R1 "],'domains':[{'name':'corp.example.',"
     "'sources':['ad-domain'],'views':[{" V1 "," HAS "}]}]}",
     "CAND-NONE", "workgroup client", "critical", NULL, "0x8007007B"},
    {"one domain was not asked",
     DOC(R1, DOMAIN("corp.example.", "{" V1 ",'status':'SKIPPED'}") "," DOMAIN(
                 "lab.example.", "{" V1 ",'status':'NXDOMAIN'}")),
     "SRV-ABSENT", NULL, NULL, "srv-answer", NULL},
    {"one domain failed",
     DOC(R1, DOMAIN("corp.example.", "{" V1 ",'status':'SERVFAIL'}") "," DOMAIN(
                 "lab.example.", "{" V1 ",'status':'NXDOMAIN'}")),
     "SRV-ABSENT", NULL, "critical", NULL,
     "without a usable answer: _vlmcs._tcp.corp.example.: SERVFAIL"},
    {"nobody answered", ONE("{" V1 ",'status':'TIMEOUT'}"), "SRV-ABSENT", NULL, NULL,
     "srv-answer", NULL},
    {"silence is not absence",
     DOC(R1, DOMAIN("corp.example.", "{" V1 "," HAS "}") "," DOMAIN(
                 "lab.example.", "{" V1 ",'status':'TIMEOUT'}")),
     "SRV-ABSENT-DOMAIN", "lab.example.", NULL, "srv-answer", NULL},
    {"the domain is missing, another has it",
     DOC(R1, DOMAIN("corp.example.", "{" V1 "," HAS "}") "," DOMAIN(
                 "lab.example.", "{" V1 ",'status':'NXDOMAIN','apex_status':'NXDOMAIN'}")),
     "SRV-DOMAIN-MISSING", "lab.example.", "warning", NULL, "found in corp.example."},
    {"the apex was not asked", ONE("{" V1 ",'status':'NXDOMAIN'}"), "SRV-DOMAIN-MISSING",
     "corp.example.", NULL, "answers", NULL},
    {"siblings were not asked", ONE("{" V1 ",'status':'NXDOMAIN'}"), "SRV-TYPO",
     "corp.example.", NULL, "answers", NULL},
    {"nothing lives below NXDOMAIN",
     ONE("{" V1 ",'status':'NXDOMAIN','apex_status':'NXDOMAIN'}"), "SRV-TYPO", NULL, NULL, NULL,
     NULL},
    {"the wildcard control failed",
     ONE("{" V1 ",'status':'NOERROR','records':[" K1 "],'wildcard_status':'TIMEOUT'}"),
     "SRV-WILDCARD", "corp.example.", NULL, "control", NULL},
    {"a DNAME",
     ONE("{" V1 "," HAS ",'aliases':[{'owner':'corp.example.','target':'x.example.',"
         "'dname':true}]}"),
     "SRV-ALIAS", NULL, "warning", NULL, "a DNAME leads"},
    {"an alias that leads nowhere",
     ONE("{" V1 ",'status':'LAME','aliases':[{'owner':'_vlmcs._tcp.corp.example.','target':"
         "'_vlmcs._tcp.hq.example.'}]}"),
     "SRV-ALIAS", NULL, "warning", NULL, "where no SRV record was found"},
    {"TCP was not tried", ONE("{" V1 ",'status':'TRUNCATED','truncated':true}"),
     "SRV-TCP-BLOCKED", "corp.example.", NULL, "srv-answer", NULL},
    {"port 0 is odd, too",
     ONE("{" V1 ",'status':'NOERROR','records':[{'port':0,"
         "'target':'kms01.corp.example.'}]}"),
     "SRV-PORT-ODD", NULL, "notice", NULL, NULL},
    {"another service has its own ports",
     "{'service':'_ldap._tcp','resolvers':[" R1 "],'domains':[" DOMAIN(
         "corp.example.", "{" V1 ",'status':'NOERROR','records':[{'port':389,"
                          "'target':'dc1.corp.example.'}]}") "]}",
     "SRV-PORT-ODD", NULL, NULL, NULL, NULL},

    {"another target has an address",
     SET(K1 "," K2, "{" NO_ADDRESS1 "},{" T2 "," A1("open") "}"), "TGT-NO-ADDRESS",
     "kms01.corp.example.", "warning", NULL, "get by with kms02.corp.example."},
    {"the address was not found out",
     SET(K1, "{'name':'kms01.corp.example.','a_status':'NODATA','aaaa_status':'TIMEOUT'}"),
     "TGT-NO-ADDRESS", "kms01.corp.example.", NULL, "targets", NULL},
    {"an address below the domain",
     SET("{'port':1688,'target':'192.0.2.21.corp.example.'}", ""), "TGT-IP-LITERAL",
     "192.0.2.21.corp.example.", "critical", NULL, NULL},
    {"doubled beside a good one",
     SET("{'port':1688,'target':'kms01.corp.example.corp.example.'}," K2,
         "{" T2 "," A1("open") "}"),
     "TGT-DOUBLED", "kms01.corp.example.corp.example.", "warning", NULL,
     "it should be kms01.corp.example."},
    {"one target of two is closed",
     SET(K1 "," K2, "{" T1 "," A1("timeout") "},{" T2 "," A1("open") "}"), "TGT-CLOSED",
     "kms01.corp.example.:1688", "warning", NULL, "192.0.2.21 timeout"},
    {"an untried target may be open",
     SET(K1 "," K2, "{" T1 "," A1("timeout") "},{" T2 "," A1("skipped") "}"), "TGT-CLOSED",
     "corp.example.", NULL, "tcp", NULL},
    {"no TCP at all", SET(K1, "{" T1 "," A1("skipped") "}"), "TGT-CLOSED", NULL, NULL, "tcp",
     NULL},

    {"3600 from a cache is open", ONE("{" V1 "," HAS "}"), "TTL-UNUSUAL", "corp.example.", NULL,
     "authoritative-ttl", NULL},
    {"more than 3600 from a cache",
     ONE("{" V1 ",'status':'NOERROR','ttl_s':3601,'records':[" K1 "]}"), "TTL-UNUSUAL", NULL,
     "notice", NULL, "what is left of it in a cache"},
    {"a day from a cache is open",
     ONE("{" V1 ",'status':'NOERROR','ttl_s':86400,'records':[" K1 "]}"), "TTL-LONG",
     "corp.example.", NULL, "authoritative-ttl", NULL},
    {"0 from a cache", ONE("{" V1 ",'status':'NOERROR','ttl_s':0,'records':[" K1 "]}"),
     "TTL-ZERO", NULL, "notice", NULL, "in the cache of 192.0.2.53:53"},
    {"0 from a cache, and from the zone's server", ZONE_TTL("0"), "TTL-ZERO", NULL, "warning",
     NULL, "says 192.0.2.7:53"},
    {"0 from a cache, and 3600 from the zone's server", ZONE_TTL("3600"), "TTL-ZERO", NULL,
     NULL, NULL, NULL},
    {"TTLs of caches differ always",
     BOTH("{" V1 "," HAS "},{" V2 ",'status':'NOERROR','ttl_s':17,'records':[" K1 "]}"),
     "TTL-DIFFERS", NULL, NULL, "authoritative-servers", NULL},
    {"no SOA was seen", ONE("{" V1 "," HAS "}"), "TTL-NEGATIVE", NULL, NULL, "soa", NULL},
};

static void check_case(const struct judge_case *c)
{
    struct kd_arena *arena = kd_arena_new();
    const struct kd_judgement *judgement = kd_judge(fixture_text(arena, c->doc), NULL);
    const struct kd_finding *finding = fixture_find(judgement, c->id, c->subject);
    const char *missing = fixture_missing(judgement, c->id, c->subject);
    const char *severity = finding != NULL ? kd_severity_str(finding->severity) : "none";

    if (strcmp(severity, c->severity != NULL ? c->severity : "none") != 0) {
        fail_msg("%s: %s is %s: %s", c->name, c->id, severity,
                 finding != NULL ? finding->text : "");
    }
    if (c->severity == NULL && strcmp(missing, c->missing != NULL ? c->missing : "") != 0) {
        fail_msg("%s: %s misses \"%s\"", c->name, c->id, missing);
    }
    if (c->text != NULL && strstr(finding->text, c->text) == NULL) {
        fail_msg("%s: %s says: %s", c->name, c->id, finding->text);
    }
    kd_arena_free(arena);
}

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        check_case(&CASES[i]);
    }
}

/* Who misses the record, by what the other domains of that kind of client say. */
static void test_disjoint_effects(void **state)
{
    static const struct {
        const char *primary, *ad, *dhcp; /* SRV status of each domain */
        const char *subject, *text;
    } EFFECT[] = {
        {"NOERROR", "NXDOMAIN", "NXDOMAIN", "ad.example.",
         "joined clients still find it through "
         "primary.example."},
        {"NOERROR", "NXDOMAIN", "NXDOMAIN", "dhcp.example.",
         "workgroup clients still find it through primary.example."},
        {"NXDOMAIN", "NOERROR", "NXDOMAIN", "dhcp.example.", "workgroup clients miss it"},
        {"NXDOMAIN", "NXDOMAIN", "NOERROR", "primary.example.",
         "joined clients miss it; workgroup clients still find it through dhcp.example."},
        {"TIMEOUT", "NXDOMAIN", "NOERROR", "ad.example.",
         "joined clients miss it unless primary.example. has it, which gave no usable answer"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(EFFECT); i++) {
        struct kd_arena *arena = kd_arena_new();
        const char *doc = kd_arena_printf(
            arena,
            "{'resolvers':[" R1 "],'domains':["
            "{'name':'primary.example.','sources':['primary-suffix'],'views':[{" V1
            ",'status':'%s','records':[%s]}]},"
            "{'name':'ad.example.','sources':['ad-domain'],'views':[{" V1
            ",'status':'%s','records':[%s]}]},"
            "{'name':'dhcp.example.','sources':['dhcp-option-15'],'views':[{" V1
            ",'status':'%s','records':[%s]}]}]}",
            EFFECT[i].primary, strcmp(EFFECT[i].primary, "NOERROR") == 0 ? K1 : "",
            EFFECT[i].ad, strcmp(EFFECT[i].ad, "NOERROR") == 0 ? K1 : "", EFFECT[i].dhcp,
            strcmp(EFFECT[i].dhcp, "NOERROR") == 0 ? K1 : "");
        const struct kd_finding *finding = fixture_find(
            kd_judge(fixture_text(arena, doc), NULL), "CAND-DISJOINT", EFFECT[i].subject);

        assert_non_null(finding);
        if (strstr(finding->text, EFFECT[i].text) == NULL) {
            fail_msg("case %zu: %s", i, finding->text);
        }
        kd_arena_free(arena);
    }
}

static void test_verdict(void **state)
{
    static const struct {
        const char *doc, *verdict;
    } VERDICT[] = {
        {"{}", "critical"}, /* no domain, no resolver */
        {DOC(R1, ""), "critical"},
        {ONE("{" V1 ",'status':'SKIPPED'}"), "unknown"},
        {ONE("{" V1 ",'status':'TIMEOUT'}"), "critical"},
        {ONE("{" V1 "," HAS "}"), "ok"},
        {ONE("{" V1 "," HAS ",'negative_ttl_s':7200}"), "warning"},
        {ONE("{" V1 ",'status':'NOERROR','ttl_s':7200,'records':[" K1 "]}"), "notice"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(VERDICT); i++) {
        struct kd_arena *arena = kd_arena_new();
        const struct kd_judgement *judgement =
            kd_judge(fixture_text(arena, VERDICT[i].doc), NULL);

        if (strcmp(kd_verdict_str(judgement), VERDICT[i].verdict) != 0) {
            fail_msg("%s: %s", VERDICT[i].doc, kd_verdict_str(judgement));
        }
        assert_int_equal(judgement->is_determined, strcmp(VERDICT[i].verdict, "unknown") != 0);
        kd_arena_free(arena);
    }
}

static int compare(const struct kd_finding *a, const struct kd_finding *b)
{
    if (a->severity != b->severity) {
        return a->severity > b->severity ? -1 : 1;
    }
    return strcmp(a->rule->id, b->rule->id) != 0 ? strcmp(a->rule->id, b->rule->id)
                                                 : strcmp(a->subject, b->subject);
}

static void test_order(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    const struct kd_judgement *judgement = kd_judge(
        fixture_text(
            arena,
            DOC(R1,
                DOMAIN("z.", "{" V1 ",'status':'NXDOMAIN'}") "," DOMAIN(
                    "b.example.",
                    "{" V1 "," HAS
                    "}") "," DOMAIN("a.example.",
                                    "{" V1
                                    ",'status':'NODATA'}") "," DOMAIN("c.example.",
                                                                      "{" V1
                                                                      ",'status':'NOERROR','"
                                                                      "records':[{'port':0,"
                                                                      "'target':'x.'}]}"))),
        NULL);

    (void)state;
    assert_true(judgement->nfinding >= 6);
    for (size_t i = 1; i < judgement->nfinding; i++) {
        assert_true(compare(&judgement->finding[i - 1], &judgement->finding[i]) < 0);
    }
    for (size_t i = 1; i < judgement->nnot_evaluated; i++) {
        assert_true(strcmp(judgement->not_evaluated[i - 1].rule->id,
                           judgement->not_evaluated[i].rule->id) <= 0);
    }
    assert_int_equal(judgement->verdict, judgement->finding[0].severity);
    kd_arena_free(arena);
}

/* A target of several domains is told once, as badly as it is anywhere. */
static void test_same_subject(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    const struct kd_judgement *judgement =
        kd_judge(fixture_text(arena, "{'resolvers':[" R1 "],'domains':["
                                     "{'name':'a.example.','views':[{" V1
                                     ",'status':'NOERROR','records':[" K1 "," K2
                                     "]}],'targets':[{" NO_ADDRESS1 "},{" T2
                                     "," A1("open") "}]},"
                                                    "{'name':'b.example.','views':[{" V1
                                                    ",'status':'NOERROR','records':[" K1
                                                    "]}],'targets':[{" NO_ADDRESS1 "}]},"
                                                    "{'name':'c.example.','views':[{" V1
                                                    ",'status':'NOERROR','records':[" K1 "," K2
                                                    "]}],'targets':[{" NO_ADDRESS1 "},{" T2
                                                    "," A1("open") "}]}]}"),
                 NULL);
    size_t n = 0;

    (void)state;
    for (size_t i = 0; i < judgement->nfinding; i++) {
        n += strcmp(judgement->finding[i].rule->id, "TGT-NO-ADDRESS") == 0 ? 1 : 0;
    }
    assert_int_equal(n, 1);
    assert_int_equal(fixture_find(judgement, "TGT-NO-ADDRESS", NULL)->severity,
                     KD_SEV_CRITICAL);
    kd_arena_free(arena);
}

/* More findings than are kept: the worst stay, and the last one says how many do not. */
static void test_limits(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_facts *facts = fixture_text(arena, DOC(R1, ""));
    const struct kd_judgement *judgement = NULL;
    size_t n = 1200;

    (void)state;
    facts->domain = kd_arena_alloc(arena, n * sizeof(*facts->domain));
    facts->ndomain = n;
    for (size_t i = 0; i < n; i++) {
        facts->domain[i].name = kd_arena_printf(arena, "d%04zu.", i);
        facts->domain[i].view = kd_arena_alloc(arena, sizeof(*facts->domain[i].view));
        facts->domain[i].nview = 1;
        facts->domain[i].view[0].status = KD_OUT_NXDOMAIN;
        facts->domain[i].view[0].apex_status = i == n - 1 ? KD_OUT_NXDOMAIN : KD_OUT_SKIPPED;
        facts->domain[i].view[0].random_status = KD_OUT_SKIPPED;
    }
    judgement = kd_judge(facts, NULL);
    assert_int_equal(judgement->nfinding, 1000);
    assert_string_equal(judgement->finding[0].rule->id, "SRV-ABSENT");
    assert_non_null(fixture_find(judgement, "SRV-DOMAIN-MISSING", "d1199."));
    assert_non_null(strstr(judgement->finding[999].text, "and 202 more findings"));
    assert_true(judgement->nnot_evaluated < 1100);
    assert_string_equal(fixture_missing(judgement, "SRV-TYPO", "d0500."), "answers");
    kd_arena_free(arena);
}

static const char *counted_ports(struct kd_arena *arena, size_t nrecords)
{
    struct kd_facts *facts = fixture_text(arena, BOTH("{" V1 "," HAS "},{" V2 "," HAS "}"));
    const struct kd_finding *finding = NULL;
    struct kd_srv *records = kd_arena_alloc(arena, nrecords * sizeof(*records));

    for (size_t i = 0; i < nrecords; i++) {
        records[i] = (struct kd_srv){
            .port = 1700, .target = kd_arena_printf(arena, "kms%03zu.corp.example.", i)};
    }
    for (size_t i = 0; i < facts->domain[0].nview; i++) {
        facts->domain[0].view[i].records = records;
        facts->domain[0].view[i].nrecords = nrecords;
    }
    finding = fixture_find(kd_judge(facts, NULL), "SRV-PORT-ODD", "corp.example.");
    assert_non_null(finding);
    return finding->text;
}

/* What two resolvers give is one thing, among those that are only counted as well. */
static void test_counted_once(void **state)
{
    static const struct {
        size_t nrecords;
        const char *text;
    } CASE[] = {{5, " and kms004.corp.example. port 1700: "},
                {6, ", kms004.corp.example. port 1700 and 1 more: "},
                {7, ", kms004.corp.example. port 1700 and 2 more: "},
                {400, ", kms004.corp.example. port 1700 and 395 more: "}};
    struct kd_arena *arena = kd_arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        assert_non_null(strstr(counted_ports(arena, CASE[i].nrecords), CASE[i].text));
    }
    kd_arena_free(arena);
}

static const char *fix_for(const struct kd_finding *finding, const char *for_whom)
{
    for (size_t i = 0; i < KD_MAX_FIXES && finding->fix[i].for_whom != NULL; i++) {
        if (strcmp(finding->fix[i].for_whom, for_whom) == 0) {
            return finding->fix[i].what;
        }
    }
    return "";
}

static void test_fixes(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    const struct kd_finding *typo =
        fixture_find(kd_judge(fixture_file(arena, "SRV-TYPO", "bad"), NULL), "SRV-TYPO", NULL);
    const struct kd_finding *absent = fixture_find(
        kd_judge(fixture_file(arena, "SRV-ABSENT", "bad"), NULL), "SRV-ABSENT", NULL);

    (void)state;
    assert_string_equal(fix_for(typo, "bind"),
                        "_vlmcs._tcp.corp.example. 3600 IN SRV 0 0 1688 kms01.corp.example.");
    assert_string_equal(
        fix_for(typo, "windows"),
        "Add-DnsServerResourceRecord -Srv -ZoneName corp.example -Name "
        "_vlmcs._tcp -DomainName kms01.corp.example -Priority 0 -Weight 0 -Port "
        "1688 -TimeToLive ([TimeSpan]::FromSeconds(3600))");
    assert_string_equal(fix_for(absent, "bind"),
                        "_vlmcs._tcp.corp.example. 3600 IN SRV 0 0 1688 <kms-host>");
    kd_arena_free(arena);
}

/* A name from DNS never becomes a part of a command that a shell would run. */
static void test_hostile_names(void **state)
{
    static const char *const NAME[] = {"$(reboot).corp.example.", "a;b.corp.example.",
                                       "`id`.corp.example.",      "a'b.corp.example.",
                                       "-rf.corp.example.",       "a|b.corp.example."};

    (void)state;
    for (size_t i = 0; i < COUNT(NAME); i++) {
        struct kd_arena *arena = kd_arena_new();
        struct kd_facts *facts = fixture_text(arena, SET(K1, "{" NO_ADDRESS1 "}"));
        const struct kd_finding *finding = NULL;

        facts->domain[0].target[0]->name = NAME[i];
        finding = fixture_find(kd_judge(facts, NULL), "TGT-NO-ADDRESS", NAME[i]);
        assert_non_null(finding);
        for (size_t j = 0; j < KD_MAX_FIXES && finding->fix[j].what != NULL; j++) {
            assert_null(strstr(finding->fix[j].what, NAME[i]));
        }
        assert_non_null(strstr(fix_for(finding, "bind"), "<kms-host>"));
        kd_arena_free(arena);
    }
}

static void test_evidence(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    const struct kd_judgement *judgement =
        kd_judge(fixture_file(arena, "RES-TIMEOUT", "bad"), NULL);
    const struct kd_finding *finding = fixture_find(judgement, "RES-TIMEOUT", NULL);

    (void)state;
    assert_int_equal(finding->nqueries, 1);
    assert_int_equal(finding->queries[0], 1);
    kd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),    cmocka_unit_test(test_disjoint_effects),
        cmocka_unit_test(test_verdict),  cmocka_unit_test(test_order),
        cmocka_unit_test(test_limits),   cmocka_unit_test(test_same_subject),
        cmocka_unit_test(test_fixes),    cmocka_unit_test(test_hostile_names),
        cmocka_unit_test(test_evidence), cmocka_unit_test(test_counted_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
