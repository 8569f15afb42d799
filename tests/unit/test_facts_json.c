/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_facts_json.c - facts and the report document: both ways, order of keys, defaults, and every
 * refusal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "facts_fixture.h"

static struct kd_facts *read_quoted(struct kd_arena *arena, const char *text)
{
    struct kd_err err = {0};
    struct kd_facts *facts = NULL;
    json_t *doc = load_quoted(text);

    if (kd_facts_from_json(arena, doc, &facts, &err) != KD_OK) {
        print_error("%s\n", err.text);
    }
    json_decref(doc);
    assert_non_null(facts);
    return facts;
}

/* What two documents that are equal would not show: values lost both ways. */
static void assert_same_zone(const struct kd_facts *facts)
{
    const struct kd_zone_fact *zone = facts->domain[0].zone;
    const struct kd_update_fact *update = facts->domain[0].update;

    assert_int_equal(zone->status, KD_OUT_NODATA);
    assert_string_equal(zone->ns[1], "ns2.corp.example.");
    assert_int_equal(zone->nserver, 2);
    assert_true(zone->server[0].serial == UINT32_MAX);
    assert_true(zone->server[1].serial == -1);
    assert_true(zone->server[0].is_primary && !zone->server[0].is_listed);
    assert_int_equal(zone->server[0].nrecords, 2);
    assert_null(zone->server[1].name);
    assert_int_equal(zone->server[1].address.addr.family, 0);
    assert_int_equal(zone->signed_status, KD_OUT_NOTAUTH);
    assert_int_equal(facts->domain[0].nupdate, 2);
    assert_int_equal(update[0].right, KD_RIGHT_PROBABLE);
    assert_string_equal(update[0].record->target, "kms02.corp.example.");
    assert_int_equal(update[0].probe[0].probe, KD_PROBE_CONTROL_UNSIGNED);
    assert_int_equal(update[0].probe[0].rcode, 9);
    assert_true(update[0].probe[0].skew_s == -301);
    assert_true(update[0].probe[1].skew_s == KD_SKEW_UNKNOWN);
    assert_int_equal(update[0].probe[1].rcode, -1);
    assert_null(update[1].record);
    assert_int_equal(facts->host->port, 1689);
    assert_int_equal(facts->host->nptr, 2);
    assert_null(facts->host->ptr[1].name);
}

static void assert_same_change(const struct kd_facts *facts)
{
    const struct kd_change_fact *change = facts->domain[0].change;

    assert_int_equal(change->state, KD_CHANGE_RACE);
    assert_false(change->is_add);
    assert_int_equal(change->nbefore, 2);
    assert_int_equal(change->nafter, 1);
    assert_int_equal(change->tsig_error, 0);
    assert_int_equal(change->signature, KD_REPLY_SIGNATURE_GOOD);
    assert_int_equal(change->nevidence, 2);
    assert_int_equal(change->evidence[0], 2);
    assert_string_equal(change->lagging[0], "ns2.corp.example.");
    assert_true(change->was_followed);
    assert_int_equal(change->negative_until_s, 1795154712);
    assert_string_equal(change->problem, "nobody could be asked");
}

static void test_round_trip(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_facts *again = NULL;
    struct kd_err err = {0};
    char *first = facts_text(full_facts(arena)), *second = NULL;
    json_t *doc = load(first);

    (void)state;
    assert_int_equal(kd_facts_from_json(arena, doc, &again, &err), KD_OK);
    second = facts_text(again);
    assert_string_equal(first, second);
    assert_int_equal(again->duration_us, 214001);
    assert_true(again->seed == UINT64_MAX);
    assert_int_equal(again->started_s, 1795154412);
    assert_int_equal(again->cut, KD_CUT_SIGNAL);
    assert_int_equal(again->domain[0].sources, (1U << KD_SOURCE_COUNT) - 1);
    assert_int_equal(again->domain[0].view[0].resolver, 1);
    assert_int_equal(again->domain[0].view[0].ttl_s, -1);
    assert_int_equal(again->domain[0].view[1].resolver, 0);
    assert_true(again->domain[0].view[1].alias[1].is_dname);
    assert_int_equal(again->domain[0].target[0]->address[0].rtt_us, 400);
    assert_int_equal(again->domain[0].target[0]->address[1].addr.scope, 1);
    assert_int_equal(again->query[1].duration_us, 1500001);
    assert_int_equal(again->query[1].rcode, -1);
    assert_null(again->query[1].note);
    assert_same_zone(again);
    assert_same_change(again);
    json_decref(doc);
    free(first);
    free(second);
    kd_arena_free(arena);
}

static void test_empty_round_trip(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    char *first = facts_text(kd_facts_new(arena)), *second = NULL;
    json_t *doc = load(first);
    struct kd_facts *again = NULL;

    (void)state;
    assert_int_equal(kd_facts_from_json(arena, doc, &again, NULL), KD_OK);
    second = facts_text(again);
    assert_string_equal(first, second);
    json_decref(doc);
    free(first);
    free(second);
    kd_arena_free(arena);
}

/* The object at a path of keys; of an array its first element. */
static json_t *at_path(json_t *doc, const char *path)
{
    char key[32];
    json_t *at = doc;

    for (const char *p = path; *p != '\0'; p += strcspn(p, ".") + (strchr(p, '.') != NULL)) {
        size_t len = strcspn(p, ".");

        assert_true(len < sizeof(key));
        memcpy(key, p, len);
        key[len] = '\0';
        at = json_object_get(at, key);
        at = json_is_array(at) ? json_array_get(at, 0) : at;
    }
    assert_true(json_is_object(at));
    return at;
}

/* The contract's keys in its order, then ours. */
static void test_key_order(void **state)
{
    static const struct {
        const char *path, *keys;
    } CASE[] = {
        {"", "schema tool_version command vantage started duration_s complete service domains "
             "evidence queries client seed tcp_tried anonymized cut resolvers "
             "invalid_candidates host code "},
        {"domains", "name sources srv targets zone update ad unicode publish views siblings "
                    "change "},
        {"domains.zone", "name primary serial negative_ttl_s servers status query ns_status "
                         "ns_query ns primary_status signed_status signed_name signed_query "},
        {"domains.zone.servers",
         "name address status authoritative serial srv_status srv ttl_s "
         "primary listed mname query tcp_status tcp_query srv_alias srv_wildcard srv_query "
         "records "},
        {"domains.update", "identity server verdict probes signed weak owner zone version "
                           "record seen_status seen "},
        {"domains.update.probes",
         "probe rcode tsig_error rcode_number signature skew_s query "},
        {"domains.change",
         "action state add identity server zone owner record before after "
         "after_status message status rcode tsig_error signature skew_s query "
         "evidence followed lagging undo_file negative_until problem "},
        {"domains.change.before", "priority weight port target ttl_s "},
        {"host", "name port alias_of addresses ptr a_status a_query aaaa_status aaaa_query "},
        {"host.addresses", "address tcp rtt_s "},
        {"host.ptr", "name status query "},
        {"domains.srv", "status ttl_s server records "},
        {"domains.srv.records", "priority weight port target ttl_s "},
        {"domains.targets", "name status alias_of addresses port a_status a_query aaaa_status "
                            "aaaa_query "},
        {"domains.targets.addresses", "address tcp rtt_s "},
        {"domains.publish", "priority weight "},
        {"domains.views", "status ttl_s server records authoritative aliases truncated "
                          "tcp_status query apex_status apex_query soa_zone negative_ttl_s "
                          "wildcard_status wildcard_matches wildcard_query random_status "
                          "random_query "},
        {"domains.siblings", "name status records query "},
        {"evidence", "events registry dhcp "},
        {"queries", "n server transport opcode name type status rcode tsig_error tries "
                    "duration_s authoritative edns note edns_dropped "},
        {"resolvers", "address source control "},
        {"resolvers.control", "status query "},
        {"cut", "reason waiting "},
        {"invalid_candidates", "text sources reason "},
    };
    struct kd_arena *arena = kd_arena_new();
    json_t *doc = kd_facts_to_json(full_facts(arena));

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        struct kd_buf keys = {0};
        const char *key = NULL;
        json_t *value = NULL;

        json_object_foreach(at_path(doc, CASE[i].path), key, value)
        {
            kd_buf_printf(&keys, "%s ", key);
        }
        assert_string_equal(kd_buf_str(&keys), CASE[i].keys);
        kd_buf_done(&keys);
    }
    json_decref(doc);
    kd_arena_free(arena);
}

static void test_text_of_values(void **state)
{
    static const char *const PART[] = {
        "\"started\": \"2026-11-20T06:00:12Z\"",
        "\"duration_s\": 0.214001",
        "\"duration_s\": 0.0003",
        "\"rtt_s\": 0.0004",
        "\"rtt_s\": null",
        "\"complete\": false",
        "\"seed\": \"18446744073709551615\"",
        "\"address\": \"[2001:db8::1]:5353\"",
        "\"text\": \"bad name\\\\027[2J\"",
        "\"unicode\": \"m\303\274nchen.example.\"",
        "\"name\": \"a\\\\032b.corp.example.\"",
        "\"verdict\": \"probable\"",
        "\"probe\": \"control-unsigned\"",
        "\"rcode\": \"NOTAUTH\"",
        "\"skew_s\": -301",
        "\"skew_s\": null",
        "\"state\": \"lost-race\"",
        "\"negative_until\": \"2026-11-20T06:05:12Z\"",
        "\"reason\": \"signal\"",
    };
    struct kd_arena *arena = kd_arena_new();
    char *text = facts_text(full_facts(arena));

    (void)state;
    for (size_t i = 0; i < COUNT(PART); i++) {
        if (strstr(text, PART[i]) == NULL) {
            print_error("not found: %s\n", PART[i]);
        }
        assert_non_null(strstr(text, PART[i]));
    }
    free(text);
    kd_arena_free(arena);
}

static void test_durations_stay(void **state)
{
    static const uint64_t CASE[] = {
        0, 1, 100000, 999999, 1000001, 86400000001, 999999999999999, 123456789012345,
    };
    struct kd_arena *arena = kd_arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        struct kd_facts *facts = kd_facts_new(arena), *again = NULL;
        char *text = NULL;
        json_t *doc = NULL;

        facts->duration_us = CASE[i];
        text = facts_text(facts);
        doc = load(text);
        assert_int_equal(kd_facts_from_json(arena, doc, &again, NULL), KD_OK);
        assert_true(again->duration_us == CASE[i]);
        json_decref(doc);
        free(text);
    }
    kd_arena_free(arena);
}

static void test_defaults(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    const struct kd_facts *facts = read_quoted(arena, "{}");

    (void)state;
    assert_string_equal(facts->service, "_vlmcs._tcp");
    assert_true(facts->tcp_was_tried);
    assert_false(facts->is_anonymized);
    assert_int_equal(facts->client, KD_CLIENT_ANY);
    assert_int_equal(facts->cut, KD_CUT_NONE);
    assert_null(facts->vantage);
    assert_int_equal(facts->ndomain + facts->nquery + facts->nresolver + facts->nreject, 0);

    facts = read_quoted(arena, "{'complete':false,'later':[1],'vantage':null}");
    assert_int_equal(facts->cut, KD_CUT_DEADLINE);

    facts = read_quoted(arena, "{'queries':[{'name':'A.Example','type':'A'}],"
                               "'domains':[{'name':'x.'}]}");
    assert_int_equal(facts->query[0].n, 1);
    assert_int_equal(facts->query[0].status, KD_OUT_SKIPPED);
    assert_int_equal(facts->query[0].rcode, -1);
    assert_string_equal(facts->query[0].opcode, "QUERY");
    assert_string_equal(facts->query[0].name, "a.example.");
    assert_int_equal(facts->domain[0].sources, KD_SOURCE_ARGUMENT);
    assert_int_equal(facts->domain[0].nview, 0);
    assert_false(facts->domain[0].has_publish);
    kd_arena_free(arena);
}

static void test_srv_by_hand(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    const struct kd_facts *facts = NULL;
    const struct kd_view_fact *view = NULL;

    (void)state;
    facts = read_quoted(arena, "{'domains':[{'name':'corp.example.',"
                               "'srv':{'status':'NXDOMAIN'}}]}");
    assert_int_equal(facts->nresolver, 1);
    assert_int_equal(facts->resolver[0].control_status, KD_OUT_SKIPPED);
    assert_string_equal(facts->resolver[0].source, "saved run");
    assert_int_equal(facts->domain[0].nview, 1);
    view = &facts->domain[0].view[0];
    assert_int_equal(view->status, KD_OUT_NXDOMAIN);
    assert_int_equal(view->apex_status, KD_OUT_SKIPPED);
    assert_int_equal(view->ttl_s, -1);

    facts =
        read_quoted(arena, "{'domains':[{'name':'a.','srv':{'server':'192.0.2.1'}},"
                           "{'name':'b.','srv':{'server':'192.0.2.2:5353','ttl_s':7,'records':["
                           "{'priority':1,'port':1,'target':'z.'},{'port':2,'target':'y.'}]}},"
                           "{'name':'c.','srv':{'server':'192.0.2.1:53'}}]}");
    assert_int_equal(facts->nresolver, 2);
    assert_int_equal(facts->domain[1].view[0].resolver, 1);
    assert_int_equal(facts->domain[2].view[0].resolver, 0);
    assert_string_equal(facts->domain[1].view[0].records[0].target, "y.");

    /* the views are the whole story */
    facts = read_quoted(arena, "{'domains':[{'name':'a.','srv':{'status':1},'views':[]}]}");
    assert_int_equal(facts->domain[0].nview, 0);
    kd_arena_free(arena);
}

static void test_refusals(void **state)
{
    static const struct {
        const char *doc;
        kd_status status;
        const char *text; /* its beginning */
    } CASE[] = {
        {"[]", KD_ESYNTAX, "document: expected an object"},
        {"7", KD_ESYNTAX, "document: expected an object"},
        {"{'schema':'kmsdns-report/2'}", KD_ESYNTAX, "schema: expected \"kmsdns-report/1\""},
        {"{'command':null}", KD_ESYNTAX, "command: expected a string"},
        {"{'command':'a\\u0000b'}", KD_ESYNTAX, "command: expected a string"},
        {"{'vantage':1}", KD_ESYNTAX, "vantage: expected a string or null"},
        {"{'service':'.'}", KD_ESYNTAX, "service: expected a service such as"},
        {"{'service':'_a..b'}", KD_ESYNTAX, "service: expected a domain name: "},
        {"{'started':'2026-02-30T00:00:00Z'}", KD_ESYNTAX, "started: expected a time such as"},
        {"{'started':'now'}", KD_ESYNTAX, "started: expected a time such as"},
        {"{'started':5}", KD_ESYNTAX, "started: expected a time such as"},
        {"{'duration_s':-1}", KD_ESYNTAX, "duration_s: expected seconds from 0 to 1000000000"},
        {"{'duration_s':1e300}", KD_ESYNTAX, "duration_s: expected seconds"},
        {"{'complete':'yes'}", KD_ESYNTAX, "complete: expected true or false"},
        {"{'tcp_tried':0}", KD_ESYNTAX, "tcp_tried: expected true or false"},
        {"{'anonymized':'no'}", KD_ESYNTAX, "anonymized: expected true or false"},
        {"{'client':'guest'}", KD_ESYNTAX, "client: expected one of any joined workgroup host"},
        {"{'seed':7}", KD_ESYNTAX, "seed: expected a string of digits, below 2^64"},
        {"{'seed':'18446744073709551616'}", KD_ESYNTAX, "seed: expected a string of digits"},
        {"{'cut':{}}", KD_ESYNTAX, "cut.reason: required, but not there"},
        {"{'cut':{'reason':'deadline','waiting':['a',1]}}", KD_ESYNTAX,
         "cut.waiting[1]: expected a string"},
        {"{'cut':[]}", KD_ESYNTAX, "cut: expected an object"},
        {"{'resolvers':{}}", KD_ESYNTAX, "resolvers: expected an array"},
        {"{'resolvers':[null]}", KD_ESYNTAX, "resolvers[0]: expected an object"},
        {"{'resolvers':[{}]}", KD_ESYNTAX, "resolvers[0].address: required, but not there"},
        {"{'resolvers':[{'address':'a:53'}]}", KD_ESYNTAX,
         "resolvers[0].address: expected a server such as \"192.0.2.53:53\""},
        {"{'resolvers':[{'address':'192.0.2.1','control':{'query':1}}]}", KD_ESYNTAX,
         "resolvers[0].control.query: expected the number of a query from 1 to 0 or null"},
        {"{'invalid_candidates':[{'text':'x'}]}", KD_ESYNTAX,
         "invalid_candidates[0].reason: required"},
        {"{'queries':[{'n':2,'name':'a','type':'A'}]}", KD_ESYNTAX, "queries[0].n: expected 1"},
        {"{'queries':[{'name':'a','type':'A','transport':'udp6'}]}", KD_ESYNTAX,
         "queries[0].transport: expected one of udp tcp"},
        {"{'queries':[{'name':'a','type':'A','rcode':4096}]}", KD_ESYNTAX,
         "queries[0].rcode: expected an integer from 0 to 4095 or null"},
        {"{'domains':[{'name':'a'},{'name':'a b'}]}", KD_ESYNTAX,
         "domains[1].name: expected a domain name: "},
        {"{'domains':[{'name':'a','sources':['argument','me']}]}", KD_ESYNTAX,
         "domains[0].sources[1]: expected one of argument primary-suffix"},
        {"{'domains':[{'name':'a','sources':7}]}", KD_ESYNTAX,
         "domains[0].sources: expected an array"},
        {"{'domains':[{'name':'a','publish':{'weight':65536}}]}", KD_ESYNTAX,
         "domains[0].publish.weight: expected an integer from 0 to 65535"},
        {"{'domains':[{'name':'a'},{'name':'b'},{'name':'c','srv':{'ttl_s':-1}}]}", KD_ESYNTAX,
         "domains[2].srv.ttl_s: expected an integer from 0 to 4294967295"},
        {"{'domains':[{'name':'a','srv':{'ttl_s':1.5}}]}", KD_ESYNTAX,
         "domains[0].srv.ttl_s: expected an integer"},
        {"{'domains':[{'name':'a','srv':{'status':'nodata'}}]}", KD_ESYNTAX,
         "domains[0].srv.status: expected one of NOERROR NODATA NXDOMAIN"},
        {"{'domains':[{'name':'a','srv':{'records':[{'port':1}]}}]}", KD_ESYNTAX,
         "domains[0].srv.records[0].target: required, but not there"},
        {"{'domains':[{'name':'a','views':[{'server':'x'}]}]}", KD_ESYNTAX,
         "domains[0].views[0].server: expected a server"},
        {"{'resolvers':[{'address':'192.0.2.1'}],"
         "'domains':[{'name':'a','views':[{'server':'192.0.2.2'}]}]}",
         KD_ESYNTAX, "domains[0].views[0].server: this server is not among the resolvers"},
        {"{'queries':[{'name':'a','type':'A'}],"
         "'domains':[{'name':'a','views':[{'apex_query':2}]}]}",
         KD_ESYNTAX,
         "domains[0].views[0].apex_query: expected the number of a query from 1 to 1 or null"},
        {"{'domains':[{'name':'a','targets':[{'name':'b','addresses':[{'address':'1.2.3'}]}]}]"
         "}",
         KD_ESYNTAX, "domains[0].targets[0].addresses[0].address: expected an address such as"},
        {"{'domains':[{'name':'a','targets':[{'name':'b','addresses':["
         "{'address':'192.0.2.1','tcp':'shut'}]}]}]}",
         KD_ESYNTAX,
         "domains[0].targets[0].addresses[0].tcp: expected one of open refused timeout "
         "unreachable skipped"},
    };
    struct kd_arena *arena = kd_arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        struct kd_facts *facts = NULL;
        struct kd_err err = {0};
        json_t *doc = load_quoted(CASE[i].doc);

        if (kd_facts_from_json(arena, doc, &facts, &err) != CASE[i].status ||
            strncmp(err.text, CASE[i].text, strlen(CASE[i].text)) != 0) {
            print_error("%s\n  %s\n", CASE[i].doc, err.text);
        }
        assert_int_equal(err.code, CASE[i].status);
        assert_memory_equal(err.text, CASE[i].text, strlen(CASE[i].text));
        assert_null(facts);
        assert_int_equal(kd_facts_from_json(arena, doc, &facts, NULL), CASE[i].status);
        json_decref(doc);
    }
    kd_arena_free(arena);
}

static void test_too_big(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_facts *facts = NULL;
    struct kd_err err = {0};
    json_t *doc = load_quoted("{'cut':{'reason':'deadline','waiting':[]}}");
    json_t *waiting = json_object_get(json_object_get(doc, "cut"), "waiting");
    char *huge = calloc(1, 262146);

    (void)state;
    for (int i = 0; i < 100000; i++) {
        json_array_append_new(waiting, json_string("x"));
    }
    assert_int_equal(kd_facts_from_json(arena, doc, &facts, &err), KD_OK);
    assert_int_equal(facts->nwaiting, 100000);
    json_array_append_new(waiting, json_string("x"));
    assert_int_equal(kd_facts_from_json(arena, doc, &facts, &err), KD_ETOOBIG);
    assert_string_equal(err.text,
                        "cut.waiting: array of 100001 elements, at most 100000 are read");
    json_object_del(doc, "cut");

    assert_non_null(huge);
    memset(huge, 'x', 262145);
    json_object_set_new(doc, "vantage", json_string(huge));
    assert_int_equal(kd_facts_from_json(arena, doc, &facts, &err), KD_ETOOBIG);
    assert_string_equal(err.text, "vantage: text of 262145 bytes, at most 262144 are read");
    huge[262144] = '\0';
    json_object_set_new(doc, "vantage", json_string(huge));
    assert_int_equal(kd_facts_from_json(arena, doc, &facts, &err), KD_OK);
    free(huge);
    json_decref(doc);
    kd_arena_free(arena);
}

static void test_main_view(void **state)
{
    static const struct {
        const char *views;
        int main; /* -1 for none */
        bool has_srv;
    } CASE[] = {
        {"[]", -1, false},
        {"[{'status':'TIMEOUT'}]", 0, false},
        {"[{'status':'TIMEOUT'},{'status':'NXDOMAIN'},{'status':'NODATA'}]", 1, false},
        {"[{'status':'NXDOMAIN'},{'status':'NOERROR','records':[{'port':1,'target':'a'}]}]", 1,
         true},
    };
    struct kd_arena *arena = kd_arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        struct kd_buf doc = {0};
        const struct kd_domain_fact *domain = NULL;

        kd_buf_printf(&doc, "{'domains':[{'name':'a','views':%s}]}", CASE[i].views);
        domain = read_quoted(arena, kd_buf_str(&doc))->domain;
        assert_ptr_equal(kd_domain_main_view(domain),
                         CASE[i].main < 0 ? NULL : &domain->view[CASE[i].main]);
        assert_true(kd_domain_has_srv(domain) == CASE[i].has_srv);
        kd_buf_done(&doc);
    }
    kd_arena_free(arena);
}

static void test_names_and_queries(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    const struct kd_facts *facts = full_facts(arena);
    kd_client client = KD_CLIENT_ANY;
    struct kd_err err = {0};

    (void)state;
    for (unsigned int i = 0; i < KD_CLIENT_COUNT; i++) {
        assert_int_equal(kd_client_from_str(kd_client_str((kd_client)i), &client, &err), KD_OK);
        assert_int_equal(client, i);
    }
    assert_int_equal(kd_client_from_str("Joined", &client, &err), KD_EINVAL);
    assert_non_null(strstr(err.text, "joined, workgroup, host or any"));
    assert_string_equal(kd_client_str(KD_CLIENT_COUNT), "?");
    assert_string_equal(kd_source_str(KD_SOURCE_RESOLV_CONF), "resolv-conf");
    assert_string_equal(kd_source_str((kd_source)3), "?");
    assert_string_equal(kd_cut_str(KD_CUT_SIGNAL), "signal");
    assert_string_equal(kd_cut_str(KD_CUT_COUNT), "?");
    assert_string_equal(kd_transport_str(KD_TRANSPORT_TCP), "tcp");
    assert_string_equal(kd_transport_str(KD_TRANSPORT_COUNT), "?");
    assert_null(kd_facts_query(facts, 0));
    assert_ptr_equal(kd_facts_query(facts, 2), &QUERIES[1]);
    assert_null(kd_facts_query(facts, 3));
    kd_arena_free(arena);
}

/* Written piece by piece, a document looks as if it had been written at once. */
static void test_pieces(void **state)
{
    json_t *doc = json_loads("{\"a\": 1, \"b\": {\"x\": [], \"y\": [[1, \"\\n{\"], {}]},"
                             " \"c\": [{\"z\": null}, \"[\"], \"d\": []}",
                             0, NULL);
    json_t *head = json_object();
    struct kd_buf whole = {.data = NULL}, pieces = {.data = NULL};

    (void)state;
    kd_json_put(head, "a", json_incref(json_object_get(doc, "a")));
    kd_json_put(head, "b", json_incref(json_object_get(doc, "b")));
    kd_json_begin(&pieces, '{');
    kd_json_members(head, 1, &pieces);
    kd_json_next(&pieces, 1, "c");
    kd_json_begin(&pieces, '[');
    for (size_t i = 0; i < 2; i++) {
        kd_json_next(&pieces, 2, NULL);
        kd_json_piece(json_incref(json_array_get(json_object_get(doc, "c"), i)), 2, &pieces);
    }
    kd_json_end(&pieces, 2, ']');
    kd_json_next(&pieces, 1, "d");
    kd_json_begin(&pieces, '[');
    kd_json_end(&pieces, 2, ']');
    kd_json_end(&pieces, 1, '}');
    kd_buf_puts(&pieces, "\n");
    kd_json_dump(doc, &whole);
    assert_string_equal(kd_buf_str(&pieces), kd_buf_str(&whole));
    kd_buf_done(&pieces);
    kd_buf_done(&whole);
    json_decref(doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),        cmocka_unit_test(test_empty_round_trip),
        cmocka_unit_test(test_key_order),         cmocka_unit_test(test_text_of_values),
        cmocka_unit_test(test_durations_stay),    cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_srv_by_hand),       cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_too_big),           cmocka_unit_test(test_main_view),
        cmocka_unit_test(test_names_and_queries), cmocka_unit_test(test_pieces),
    };

    return cmocka_run_group_tests_name("facts_json", tests, NULL, NULL);
}
