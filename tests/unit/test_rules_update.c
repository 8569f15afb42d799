/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_rules_update.c - how verdicts on the right to write, keys, zones and servers are worded and
 * graded: one document a case, and what its findings say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "rules_fixture.h"

#define RECORD "{'priority':0,'weight':0,'port':1688,'target':'kms02.corp.example.'}"
#define SET    "[{'priority':0,'weight':0,'port':1688,'target':'kms01.corp.example.'}]"

/* A document with one domain; rest goes into the domain, top beside it. */
#define DOC(rest, top)                                                           \
    "{'schema':'kmsdns-report/1','service':'_vlmcs._tcp'," top "'resolvers':[]," \
    "'domains':[{'name':'corp.example.','sources':['argument']," rest "}]}"
#define HOST "'host':{'name':'kms02.corp.example.','port':1688},"

#define UPDATE(identity, sign, verdict, version, probes)                    \
    "{'identity':'" identity "','signed':" sign ",'server':'192.0.2.1:53'," \
    "'verdict':'" verdict "','version':" version ",'record':" RECORD ","    \
    "'owner':'_vlmcs._tcp.corp.example.','zone':'corp.example.','probes':[" probes "]}"
#define KEY(verdict, version, probes)    UPDATE("tsig:kms-key.", "true", verdict, version, probes)
#define NOBODY(verdict, version, probes) UPDATE("none", "false", verdict, version, probes)

#define P(kind, rcode)  "{'probe':'" kind "','rcode':'" rcode "'}"
#define PG(kind, rcode) "{'probe':'" kind "','rcode':'" rcode "','signature':'good'}"
#define PU(kind, rcode) "{'probe':'" kind "','rcode':'" rcode "','signature':'unsigned'}"
#define PT(kind, rcode, tsig) \
    "{'probe':'" kind "','rcode':'" rcode "','signature':'unsigned','tsig_error':" tsig "}"
#define SKEW(seconds)                                                                          \
    "{'probe':'target','rcode':'NOTAUTH','signature':'good','tsig_error':18,'skew_s':" seconds \
    "}"
#define UPDATES(list) DOC("'update':[" list "]", "")

#define SERVER(name, address, rest) \
    "{'name':'" name ".corp.example.','address':'" address "','listed':true," rest "}"
#define GOOD_(primary, serial, set)                                                         \
    "'primary':" primary ",'status':'NOERROR','authoritative':true,'tcp_status':'NOERROR'," \
    "'serial':" serial ",'srv_status':'NOERROR','records':" set
#define DEAD "'status':'TIMEOUT','tcp_status':'TIMEOUT','srv_status':'TIMEOUT'"
#define ZONE(servers)                                                                      \
    DOC("'zone':{'name':'corp.example.','status':'NOERROR','primary':'ns1.corp.example.'," \
        "'primary_status':'NOERROR','servers':[" servers "]}",                             \
        "")
#define FAR "'status':'UNREACHABLE','tcp_status':'CONN_REFUSED','srv_status':'UNREACHABLE'"

/* named with --server */
#define GIVEN(address, rest) "{'name':null,'address':'" address "','listed':false," rest "}"

#define NS1 SERVER("ns1", "192.0.2.1:53", GOOD_("true", "42", SET))
#define NS2 SERVER("ns2", "192.0.2.2:53", GOOD_("false", "42", SET))

#define CHANGE(rest)                                                                          \
    DOC("'change':{'action':'publish','add':true,'identity':'tsig:kms-key.',"                 \
        "'server':'192.0.2.1:53','zone':'corp.example.','owner':'_vlmcs._tcp.corp.example.'," \
        "'record':" RECORD "," rest "}",                                                      \
        "")

/* What a document must say: the finding's text holds part; severity "" is "no such finding". */
struct wording {
    const char *doc, *id, *severity, *part;
};

static const struct wording WORDING[] = {
    /* Knot: BADKEY is the rule when the key passes elsewhere, and may be either when it does not */
    {UPDATES(KEY("refused", "'Knot DNS 3.2.6'",
                 PT("target", "NOTAUTH", "17") "," PG("empty-signed", "NOERROR"))),
     "KEY-POLICY", "critical", "NOTAUTH with the TSIG error BADKEY"},
    {UPDATES(KEY("refused", "'Knot DNS 3.2.6'",
                 PT("target", "NOTAUTH", "17") "," PG("empty-signed", "NOERROR"))),
     "KEY-UNKNOWN", "", NULL},
    {UPDATES(KEY("refused", "'Knot DNS 3.2.6'",
                 PT("target", "NOTAUTH", "17") "," PT("empty-signed", "NOTAUTH", "17"))),
     "KEY-UNKNOWN", "critical", "no acl of the zone lets this key write this record"},
    {UPDATES(NOBODY("refused", "'Knot DNS 3.2.6'", P("target", "NOTAUTH"))), "UPD-WRONG-SERVER",
     "", NULL},
    {UPDATES(NOBODY("refused", "null", P("target", "NOTAUTH"))), "UPD-WRONG-SERVER", "critical",
     "wrong server"},
    {UPDATES(KEY("refused", "null", PG("target", "NOTZONE"))), "UPD-WRONG-SERVER", "critical",
     "NOTZONE"},
    {UPDATES(KEY("refused", "null", PT("target", "NOTAUTH", "17"))), "UPD-WRONG-SERVER", "",
     NULL},

    /* PowerDNS: a REFUSED without a signature can be the key, the secret, the clock or the rule */
    {UPDATES(KEY("refused", "'PowerDNS Authoritative Server 4.7.3'",
                 PU("target", "REFUSED") "," P("control-unsigned", "REFUSED"))),
     "UPD-REFUSED", "critical", "(2) the secrets differ; (3) the clocks differ"},
    {UPDATES(KEY("refused", "null", PU("target", "REFUSED"))), "UPD-REFUSED", "critical",
     "(by its answers PowerDNS)"},
    {UPDATES(KEY("refused", "null", PU("target", "REFUSED"))), "KEY-POLICY", "", NULL},
    {UPDATES(KEY("refused", "null", PU("target", "REFUSED"))), "KEY-UNKNOWN", "", NULL},
    {UPDATES(KEY("refused", "'PowerDNS'", PG("target", "REFUSED"))), "KEY-POLICY", "critical",
     "accepts the key kms-key."},
    {UPDATES(KEY("refused", "'PowerDNS'", PG("target", "REFUSED"))), "UPD-REFUSED", "critical",
     "TSIG-ALLOW-DNSUPDATE does not name this key"},
    {UPDATES(NOBODY("probable", "'PowerDNS'",
                    P("target", "YXRRSET") "," P("empty-unsigned", "NOERROR"))),
     "UPD-OPEN", "notice", "drops silently"},

    /* BIND: a key whose empty update is taken met update-policy, nothing else */
    {UPDATES(KEY("refused", "'9.18.49'",
                 PG("target", "REFUSED") "," PG("empty-signed", "NOERROR"))),
     "UPD-REFUSED", "critical", "It means: no rule of update-policy"},
    {UPDATES(KEY("refused", "'9.18.49'", PG("target", "REFUSED"))), "UPD-REFUSED", "critical",
     "(3) the zone is frozen"},

    /* who is refused, and how bad that is */
    {UPDATES(NOBODY("refused", "null", P("target", "REFUSED"))), "UPD-REFUSED", "notice",
     "That strangers are refused is right"},
    {DOC("'update':[" NOBODY("refused", "null", P("target", "REFUSED")) "]", HOST),
     "UPD-REFUSED", "critical", "an unsigned update"},
    {UPDATES(NOBODY("refused", "null", P("target", "REFUSED")) "," KEY(
         "allowed", "null", PG("target", "YXRRSET"))),
     "UPD-REFUSED", "info", "an unsigned update"},
    {UPDATES(
         NOBODY("refused", "null", P("target", "YXRRSET") "," P("empty-unsigned", "REFUSED"))),
     "UPD-REFUSED", "notice", "to empty-unsigned, it says REFUSED"},
    {UPDATES(NOBODY("refused", "null", P("target", "REFUSED"))), "UPD-NOT-DYNAMIC", "", NULL},
    {UPDATES(NOBODY("refused", "null", P("target", "REFUSED")) "," KEY(
         "refused", "null", PG("target", "REFUSED"))),
     "UPD-NOT-DYNAMIC", "critical", "signed (tsig:kms-key.) and unsigned"},
    {UPDATES(NOBODY("refused", "null", P("target", "REFUSED")) "," KEY(
         "refused", "null", PG("target", "REFUSED") "," PG("empty-signed", "NOERROR"))),
     "UPD-NOT-DYNAMIC", "", NULL},

    /* what a proof lacks */
    {UPDATES(KEY("probable", "null",
                 PG("target", "YXRRSET") "," P("control-unsigned", "REFUSED") "," PG(
                     "control-other-name", "TIMEOUT") "," PG("empty-signed", "NOERROR"))),
     "UPD-PROBABLE", "info", "without a usable answer: control-other-name (TIMEOUT)"},
    {UPDATES(KEY("inconclusive", "null",
                 PG("target", "YXRRSET") "," P("control-unsigned",
                                               "YXRRSET") "," P("empty-unsigned", "REFUSED"))),
     "UPD-INCONCLUSIVE", "notice", "prerequisites before the right"},
    {UPDATES(KEY("inconclusive", "null", PG("target", "FORMERR"))), "UPD-INCONCLUSIVE",
     "notice", "answers FORMERR"},
    {UPDATES(KEY("inconclusive", "null", PG("target", "YXRRSET"))), "UPD-INCONCLUSIVE",
     "notice", "control-unsigned (not sent)"},

    /* the clock */
    {UPDATES(KEY("refused", "null", SKEW("3600"))), "KEY-CLOCK", "critical",
     "the server's clock is 3600 s ahead of this machine's"},
    {UPDATES(KEY("refused", "null", SKEW("-301"))), "KEY-CLOCK", "critical",
     "the server's clock is 301 s behind this machine's"},
    {UPDATES(KEY("refused", "null", SKEW("null"))), "KEY-CLOCK", "critical",
     "did not tell its time"},

    /* servers: one stale secondary is that one server; silence is not compared */
    {ZONE(NS1 "," NS2 "," SERVER("ns3", "192.0.2.3:53", GOOD_("false", "30", SET))),
     "NS-SERIAL", "warning",
     "only one differs: ns3.corp.example. (192.0.2.3:53), serial 30, 12 behind"},
    {ZONE(NS1 "," NS2 "," SERVER("ns3", "192.0.2.3:53", GOOD_("false", "32", SET))),
     "NS-SERIAL", "notice", "10 behind"},
    {ZONE(NS1 "," NS2 "," SERVER("ns3", "192.0.2.3:53", GOOD_("false", "41", "[]"))),
     "NS-SERIAL", "warning", "1 behind"},
    {ZONE(SERVER("ns1", "192.0.2.1:53", GOOD_("true", "1", SET)) "," SERVER(
         "ns2", "192.0.2.2:53", GOOD_("false", "4294967294", SET))),
     "NS-SERIAL", "notice", "3 behind"},
    {ZONE(SERVER("ns1", "192.0.2.1:53", GOOD_("true", "0", SET)) "," SERVER(
         "ns2", "192.0.2.2:53", GOOD_("false", "2147483648", SET))),
     "NS-SERIAL", "warning", "cannot be ordered"},
    {ZONE(SERVER("dc1", "192.0.2.1:53",
                 "'mname':'dc1.corp.example.'," GOOD_(
                     "true", "9", SET)) "," SERVER("dc2", "192.0.2.2:53",
                                                   "'mname':'dc2.corp.example.'," GOOD_(
                                                       "false", "90", SET))),
     "NS-SERIAL", "notice", "such serials cannot be compared"},
    {ZONE(NS1 "," NS2 "," SERVER("ns3", "192.0.2.3:53", DEAD)), "NS-SERIAL", "", NULL},
    {ZONE(NS1 "," NS2 "," SERVER("ns3", "192.0.2.3:53", DEAD)), "NS-SRV-DIFFERS", "", NULL},
    {ZONE(NS1 "," SERVER("ns2", "192.0.2.2:53",
                         GOOD_("false", "42", "[" RECORD "]")) "," SERVER("ns3", "192.0.2.3:53",
                                                                          DEAD)),
     "NS-SRV-DIFFERS", "warning", "(2 of 3 servers answered)"},
    {ZONE(
         SERVER("ns1", "192.0.2.1:53", GOOD_("false", "42", "[" RECORD "]")) "," NS2 "," SERVER(
             "ns3", "192.0.2.3:53", GOOD_("false", "42", SET))),
     "NS-SRV-DIFFERS", "warning",
     "only ns1.corp.example. (192.0.2.1:53) serves 0 0 1688 kms02.corp.example.; ns2."},
    {ZONE(NS1 "," SERVER("ns2", "192.0.2.2:53",
                         "'status':'NOERROR','authoritative':true,"
                         "'tcp_status':'TIMEOUT'")),
     "NS-TIMEOUT", "warning", "does not answer over TCP, but it does over UDP"},
    {ZONE(NS1 "," SERVER("ns2", "192.0.2.2:53", "'status':'NOERROR','authoritative':false")),
     "NS-LAME", "warning", "without authority (no AA)"},
    {ZONE(SERVER("ns1", "192.0.2.1:53", "'primary':true," DEAD) "," NS2),
     "ZONE-PRIMARY-UNREACHABLE", "critical", "ns1.corp.example. (192.0.2.1:53): TIMEOUT"},
    {ZONE(SERVER("ns1", "192.0.2.1:53", "'primary':true," DEAD) "," SERVER(
         "ns1", "[2001:db8::1]:53", GOOD_("true", "42", SET))),
     "ZONE-PRIMARY-UNREACHABLE", "", NULL},
    {ZONE(SERVER("ns1", "192.0.2.1:53", "'primary':true,'status':'REFUSED'") "," SERVER(
         "ns1", "[2001:db8::1]:53", GOOD_("true", "42", SET))),
     "ZONE-PRIMARY-NOT-AUTH", "warning", "does not serve the zone"},
    /* who is named with --server is counted on, and is not what the zone says of its servers */
    {ZONE(GIVEN("192.0.2.1:53", GOOD_("false", "42", SET)) "," GIVEN("192.0.2.9:53", DEAD)),
     "NS-TIMEOUT", "warning", "192.0.2.9:53, named with --server, answers neither"},
    {ZONE(GIVEN("192.0.2.9:53", "'status':'REFUSED'")), "NS-LAME", "warning",
     "was named with --server for corp.example. and does not serve it: REFUSED"},
    {ZONE(GIVEN("192.0.2.9:53", "'primary':true,'status':'REFUSED'")), "ZONE-PRIMARY-NOT-AUTH",
     "", NULL},
    {ZONE(GIVEN("192.0.2.9:53", "'primary':true," DEAD)), "ZONE-PRIMARY-UNREACHABLE", "", NULL},
    {DOC("'zone':{'name':'corp.example.','status':'NOERROR','servers':[" GIVEN(
             "192.0.2.9:53", "'primary':true,'status':'REFUSED'") "]}",
         HOST),
     "ZONE-PRIMARY-NOT-AUTH", "critical", "the --server for updates of corp.example. does not"},
    {DOC("'zone':{'name':null,'status':'TIMEOUT','servers':[" GIVEN("192.0.2.9:53", DEAD) "]}",
         ""),
     "NS-TIMEOUT", "warning", "192.0.2.9:53, named with --server,"},
    {DOC("'zone':{'name':null,'status':'NXDOMAIN','servers':[" GIVEN(
             "192.0.2.9:53", "'status':'NXDOMAIN'") "]}",
         ""),
     "NS-LAME", "", NULL},

    /* no route over one family is nothing about the server; where the family works, it is */
    {ZONE(NS1 "," SERVER("ns2", "[2001:db8::2]:53", FAR)), "NS-TIMEOUT", "notice",
     "there is no IPv6 route from this machine, while IPv4 works"},
    {ZONE(NS1 "," SERVER("ns2", "192.0.2.2:53", FAR)), "NS-TIMEOUT", "warning",
     "UDP nor over TCP: UNREACHABLE"},
    {ZONE(NS1 "," SERVER("ns2", "[2001:db8::2]:53",
                         GOOD_("false", "42", SET)) "," SERVER("ns3", "[2001:db8::3]:53", FAR)),
     "NS-TIMEOUT", "warning", "UDP nor over TCP: UNREACHABLE"},
    {ZONE(NS1 "," SERVER("ns2", "[fd00::2]:53",
                         GOOD_("false", "42", SET)) "," SERVER("ns3", "[2001:db8::3]:53", FAR)),
     "NS-TIMEOUT", "notice", "no IPv6 route"},
    {ZONE(NS1 "," SERVER("ns2", "[2001:db8::2]:53", DEAD)), "NS-TIMEOUT", "warning",
     "UDP nor over TCP: TIMEOUT"},
    {ZONE(GIVEN("192.0.2.1:53", GOOD_("false", "42", SET)) "," GIVEN("[2001:db8::2]:53", FAR)),
     "NS-TIMEOUT", "warning", "there is no IPv6 route from this machine"},
    {ZONE(SERVER("ns1", "[2001:db8::1]:53", "'primary':true," FAR) "," NS2),
     "ZONE-PRIMARY-UNREACHABLE", "notice", "there is no IPv6 route from this machine"},

    {DOC("'zone':{'name':'.','status':'NOERROR'}", ""), "ZONE-NOT-FOUND", "critical",
     "only the root of DNS has one"},

    /* changes */
    {CHANGE("'state':'refused','status':'NOTAUTH','rcode':9,'tsig_error':16,"
            "'signature':'unsigned'"),
     "KEY-SECRET", "critical", "the secrets differ"},
    {CHANGE("'state':'refused','status':'REFUSED','rcode':5,'signature':'good'"), "UPD-REFUSED",
     "critical", "refuses an update signed with kms-key."},
    {CHANGE("'state':'not-there','status':'NOERROR','rcode':0,'signature':'bad'"),
     "UPD-UNVERIFIED", "notice", "is not there"},
    {CHANGE("'state':'done','status':'NOERROR','rcode':0,'signature':'unsigned'"),
     "UPD-UNVERIFIED", "notice", "is not signed, although the request was"},
    {CHANGE("'state':'planned'"), "UPD-SILENT", "", NULL},

    /* the host */
    {DOC("'update':[" KEY(
             "refused", "null",
             PG("target",
                "REFUSED")) "],"
                            "'zone':{'name':'corp.example.','status':'NOERROR','servers':[" NS1
                            "]}",
         HOST),
     "HOST-OTHERS", "notice", "tsig:kms-key. may not add to the set"},
    {DOC("'zone':{'name':'corp.example.','status':'NOERROR','servers':[" SERVER(
             "ns1", "192.0.2.1:53",
             GOOD_("true", "1",
                   "[{'priority':0,'weight':0,"
                   "'port':1689,'target':'kms02.corp.example.'}]")) "]}",
         HOST),
     "HOST-PUBLISHED", "info", "with port 1689, and not with port 1688"},
};

static void test_wording(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(WORDING); i++) {
        struct kd_arena *arena = kd_arena_new();
        const struct kd_judgement *judgement =
            kd_judge(fixture_text(arena, WORDING[i].doc), NULL);
        const struct kd_finding *finding = fixture_find(judgement, WORDING[i].id, NULL);

        if ((finding == NULL) != (WORDING[i].part == NULL)) {
            fail_msg("case %zu: %s %s", i, WORDING[i].id,
                     finding != NULL ? finding->text : "is missing");
        }
        if (finding != NULL) {
            /* of several findings of one rule the mildest is meant: identities differ */
            for (size_t j = 0; j < judgement->nfinding; j++) {
                finding = strcmp(judgement->finding[j].rule->id, WORDING[i].id) == 0
                              ? &judgement->finding[j]
                              : finding;
            }
            if (strcmp(kd_severity_str(finding->severity), WORDING[i].severity) != 0 ||
                strstr(finding->text, WORDING[i].part) == NULL) {
                fail_msg("case %zu: %s %s: %s", i, kd_severity_str(finding->severity),
                         WORDING[i].id, finding->text);
            }
            assert_null(strstr(finding->text, ".."));
        }
        kd_arena_free(arena);
    }
}

/* The rule that is printed for each server names this key, this name and this type. */
static void test_narrowest_rule(void **state)
{
    static const struct {
        const char *for_whom, *what;
    } FIX[] = {
        {"bind", "update-policy { grant kms-key. name _vlmcs._tcp.corp.example. SRV; };"},
        {"knot", "update-type: SRV\\n    update-owner: name\\n    update-owner-match: equal\\n"
                 "    update-owner-name: _vlmcs._tcp.corp.example.\\n"},
        {"knot", "key: kms-key.\\n"},
        {"powerdns", "i:getQName():equal(\"_vlmcs._tcp.corp.example.\")"},
        {"powerdns", "set-meta corp.example. TSIG-ALLOW-DNSUPDATE kms-key."},
        {"windows", "DC=_vlmcs._tcp,DC=corp.example,CN=MicrosoftDNS"},
    };
    struct kd_arena *arena = kd_arena_new();
    const struct kd_finding *finding = fixture_find(
        kd_judge(fixture_file(arena, "KEY-POLICY", "bad"), NULL), "KEY-POLICY", NULL);

    (void)state;
    assert_non_null(finding);
    for (size_t i = 0; i < COUNT(FIX); i++) {
        bool is_found = false;

        for (size_t j = 0; j < KD_MAX_FIXES && finding->fix[j].for_whom != NULL; j++) {
            is_found = is_found || (strcmp(finding->fix[j].for_whom, FIX[i].for_whom) == 0 &&
                                    strstr(finding->fix[j].what, FIX[i].what) != NULL);
        }
        if (!is_found) {
            fail_msg("%s: %s", FIX[i].for_whom, FIX[i].what);
        }
    }
    kd_arena_free(arena);
}

/* Where nothing was seen, nothing passes. */
static void test_open(void **state)
{
    static const struct {
        const char *doc, *id, *missing;
    } OPEN[] = {
        {DOC("'zone':null", ""), "ZONE-NOT-FOUND", "zone"},
        {DOC("'zone':{'name':null,'status':'TIMEOUT'}", ""), "ZONE-NOT-FOUND", "zone"},
        {DOC("'zone':{'name':'corp.example.','status':'NOERROR'}", ""), "NS-LAME", "servers"},
        {ZONE(NS1), "NS-SRV-DIFFERS", "servers"},
        {DOC("'update':[]", ""), "UPD-REFUSED", "update"},
        {UPDATES(KEY("unreachable", "null", P("target", "TIMEOUT"))), "UPD-ALLOWED", "update"},
        {UPDATES(NOBODY("refused", "null", P("target", "REFUSED"))), "KEY-SECRET", "update"},
        {CHANGE("'state':'planned'"), "UPD-SILENT", "change"},
        {CHANGE("'state':'done','status':'NOERROR','rcode':0"), "UPD-NOT-REPLICATED", "change"},
        {DOC("'zone':null", ""), "HOST-SHORT", "host"},
        {DOC("'zone':null", HOST), "HOST-NO-ADDRESS", "host"},
        {DOC("'zone':null", HOST), "HOST-OTHERS", "srv-answer"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(OPEN); i++) {
        struct kd_arena *arena = kd_arena_new();
        const struct kd_judgement *judgement = kd_judge(fixture_text(arena, OPEN[i].doc), NULL);

        assert_string_equal(fixture_missing(judgement, OPEN[i].id, NULL), OPEN[i].missing);
        kd_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wording),
        cmocka_unit_test(test_narrowest_rule),
        cmocka_unit_test(test_open),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
