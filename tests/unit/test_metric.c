/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_metric.c - the numbers for monitoring and the states made of them, where it is easy to be
 * wrong: partial answers, caches, runs that were cut, servers with several addresses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "rules_fixture.h"

#include <jansson.h>
#include <stdlib.h>

#include "kmsdns/facts/json.h"
#include "kmsdns/rules/metric.h"
#include "kmsdns/rules/service.h"

#define UNKNOWN (-1.0)

/* The document of LIMIT-HOSTS/good.json with one change: where, "domains/0/views/0/status", and a
 * value; behind the end of an array it is appended. */
static struct kd_facts *changed(struct kd_arena *arena, const char *path, const char *value)
{
    json_t *doc = json_load_file(TEST_SRCDIR "/rules/LIMIT-HOSTS/good.json", 0, NULL);
    json_t *fresh = json_loads(value, JSON_DECODE_ANY, NULL);
    json_t *at = doc, *parent = NULL;
    const char *last = path;
    struct kd_facts *facts = NULL;
    struct kd_err err = {.code = KD_OK};

    assert_non_null(doc);
    assert_non_null(fresh);
    for (const char *p = path; p != NULL; p = strchr(last, '/')) {
        last = p == path ? path : p + 1;
        parent = at;
        at = json_is_array(at)
                 ? json_array_get(at, strtoul(last, NULL, 10))
                 : json_object_get(at, kd_arena_strndup(arena, last, strcspn(last, "/")));
    }
    assert_non_null(parent);
    assert_int_equal(json_is_array(parent) ? json_array_append_new(parent, fresh)
                                           : json_object_set_new(parent, last, fresh),
                     0);
    if (kd_facts_from_json(arena, doc, &facts, &err) != KD_OK) {
        fail_msg("%s", err.text);
    }
    json_decref(doc);
    return facts;
}

#define VIEW(member)      "domains/0/views/0/" member
#define TARGET(n, member) "domains/0/targets/" #n "/" member
#define SERVER(n, member) "domains/0/zone/servers/" #n "/" member
#define NEW_SERVER        "domains/0/zone/servers/9"

#define SKIPPED_SERVER                                                                     \
    "{\"name\":\"ns3.corp.example.\",\"address\":\"192.0.2.3:53\",\"status\":\"SKIPPED\"," \
    "\"primary\":false,\"listed\":true,\"authoritative\":false,\"serial\":null,"           \
    "\"tcp_status\":\"SKIPPED\",\"srv_status\":\"SKIPPED\",\"ttl_s\":null,\"records\":[]}"

#define SILENT_SERVER                                                             \
    "{\"name\":null,\"address\":\"192.0.2.3:53\",\"status\":\"TIMEOUT\","         \
    "\"primary\":false,\"listed\":false,\"authoritative\":false,\"serial\":null," \
    "\"tcp_status\":\"TIMEOUT\",\"srv_status\":\"TIMEOUT\",\"ttl_s\":null,\"records\":[]}"

static void test_values(void **state)
{
    static const struct {
        const char *what;
        const char *path;
        const char *value;
        kd_metric metric;
        double expected;
    } CASE[] = {
        {"all is well", VIEW("random_status"), "\"NXDOMAIN\"", KD_METRIC_REACHABLE, 2},
        {"a host refuses", TARGET(1, "addresses/0/tcp"), "\"refused\"", KD_METRIC_REACHABLE, 1},
        {"a host has no address, as DNS says", TARGET(1, "addresses"), "[]",
         KD_METRIC_REACHABLE, 1},
        {"its addresses were not found out", TARGET(1, "aaaa_status"), "\"TIMEOUT\"",
         KD_METRIC_REACHABLE, 2},
        {"a connect was not tried", TARGET(1, "addresses/0/tcp"), "\"skipped\"",
         KD_METRIC_REACHABLE, UNKNOWN},
        {"\".\" is no host", VIEW("records/0/target"), "\".\"", KD_METRIC_REACHABLE, 1},
        {"an address is no host", VIEW("records/0/target"), "\"192.0.2.22.\"",
         KD_METRIC_REACHABLE, 1},
        {"the resolver is silent", VIEW("status"), "\"TIMEOUT\"", KD_METRIC_HOSTS, UNKNOWN},
        {"both servers serve the zone", VIEW("random_status"), "\"NXDOMAIN\"",
         KD_METRIC_SERVERS, 2},
        {"one does not", SERVER(1, "authoritative"), "false", KD_METRIC_SERVERS, 1},
        {"a third one was not asked", NEW_SERVER, SKIPPED_SERVER, KD_METRIC_SERVERS, UNKNOWN},
        {"a third one, named with --server, is silent", NEW_SERVER, SILENT_SERVER,
         KD_METRIC_SERVERS, 2},
        {"40 is two behind 42", VIEW("random_status"), "\"NXDOMAIN\"", KD_METRIC_SERIAL_LAG, 2},
        {"one of two is silent", SERVER(1, "serial"), "null", KD_METRIC_SERIAL_LAG, UNKNOWN},
        {"one of two is lame", SERVER(1, "authoritative"), "false", KD_METRIC_SERIAL_LAG,
         UNKNOWN},
        {"two addresses of one server", SERVER(1, "name"), "\"ns1.corp.example.\"",
         KD_METRIC_SERIAL_LAG, 2},
        {"domain controllers", SERVER(1, "mname"), "\"ns2.corp.example.\"",
         KD_METRIC_SERIAL_LAG, UNKNOWN},
        {"the zone's own TTL", VIEW("authoritative"), "false", KD_METRIC_TTL, 3600},
        {"the longest TTL is told", SERVER(1, "ttl_s"), "7200", KD_METRIC_TTL, 7200},
        {"the zone's negative TTL", VIEW("negative_ttl_s"), "17", KD_METRIC_NEGATIVE_TTL, 300},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        struct kd_arena *arena = kd_arena_new();
        struct kd_facts *facts = changed(arena, CASE[i].path, CASE[i].value);
        double value = 0;

        if (!kd_metric_of(facts, &facts->domain[0], CASE[i].metric, &value)) {
            value = UNKNOWN;
        }
        if (value != CASE[i].expected) {
            fail_msg("%s: %s is %g, expected %g", CASE[i].what, kd_metric_word(CASE[i].metric),
                     value, CASE[i].expected);
        }
        kd_arena_free(arena);
    }
}

/* Both hosts refused over IPv4, and IPv6 was not found out: that is not "nobody is reachable". */
static void test_family_unknown(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_facts *facts = changed(arena, TARGET(0, "aaaa_status"), "\"TIMEOUT\"");
    double value = 0;

    (void)state;
    facts->domain[0].target[0]->address[0].tcp = KD_REACH_REFUSED;
    assert_false(kd_metric_of(facts, &facts->domain[0], KD_METRIC_REACHABLE, &value));
    kd_arena_free(arena);
}

/* A limit looks at each value: the lower end of a range must see the shortest TTL. */
static void test_each_value_is_judged(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_facts *facts = changed(arena, SERVER(1, "ttl_s"), "5");
    struct kd_policy policy = *kd_policy_default();

    (void)state;
    assert_int_equal(kd_range_parse("300:86400", &policy.limit[KD_METRIC_TTL].warning, NULL),
                     KD_OK);
    assert_non_null(fixture_find(kd_judge(facts, &policy), "LIMIT-TTL", NULL));
    kd_arena_free(arena);
}

/* More values than are kept: the extremes are among them. */
static void test_many_values(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_facts *facts = changed(arena, VIEW("random_status"), "\"NXDOMAIN\"");
    struct kd_zone_fact *zone = facts->domain[0].zone;
    struct kd_server_fact *many = kd_arena_alloc(arena, 100 * sizeof(*many));
    struct kd_metric_values values;
    bool has_low = false, has_high = false;

    (void)state;
    for (size_t i = 0; i < 100; i++) {
        many[i] = zone->server[0];
        many[i].ttl_s = (int64_t)((i * 37) % 100) + 1;
    }
    zone->server = many;
    zone->nserver = 100;
    values = kd_metric_values_of(facts, &facts->domain[0], KD_METRIC_TTL);
    assert_int_equal(values.n, KD_METRIC_MAX_VALUES);
    for (size_t i = 0; i < values.n; i++) {
        has_low = has_low || values.value[i] == 1;
        has_high = has_high || values.value[i] == 3600; /* the resolver's */
    }
    assert_true(has_low && has_high);
    kd_arena_free(arena);
}

/* Each of many domains is judged alone, and what cannot be judged is bounded all the same: it was
 * a row for each rule and domain, each compared with all others. */
static void test_many_domains(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_facts *facts = changed(arena, VIEW("random_status"), "\"NXDOMAIN\"");
    struct kd_domain_fact *many = kd_arena_alloc(arena, 3000 * sizeof(*many));
    struct kd_policy policy = *kd_policy_default();
    const struct kd_judgement *judgement = NULL;
    size_t nrule = 0;

    (void)state;
    for (size_t i = 0; i < 3000; i++) {
        many[i] = facts->domain[0];
        many[i].name = kd_arena_printf(arena, "d%zu.example.", i);
    }
    facts->domain = many;
    facts->ndomain = 3000;
    policy.is_each = true;
    kd_rules(&nrule);
    judgement = kd_judge(facts, &policy);
    assert_true(judgement->nnot_evaluated > 0);
    assert_true(judgement->nnot_evaluated <= 1000 + nrule);
    kd_arena_free(arena);
}

/* Every pair of states, and what each trouble comes to. */
static void test_states(void **state)
{
    static const kd_service ORDER[] = {KD_SERVICE_OK, KD_SERVICE_UNKNOWN, KD_SERVICE_WARNING,
                                       KD_SERVICE_CRITICAL};

    (void)state;
    for (size_t i = 0; i < COUNT(ORDER); i++) {
        for (size_t j = 0; j < COUNT(ORDER); j++) {
            assert_int_equal(kd_service_worse(ORDER[i], ORDER[j]), ORDER[i > j ? i : j]);
        }
    }
}

static void check_service(kd_cut cut, kd_service on_timeout, const char *range,
                          uint32_t demanded, kd_service expected)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_facts *facts = changed(arena, VIEW("random_status"), "\"NXDOMAIN\"");
    struct kd_policy policy = *kd_policy_default();
    struct kd_service_verdict verdict;

    /* nobody was heard there, as from behind a firewall: no finding that counts by itself */
    for (size_t i = 0; i < facts->domain[0].zone->nserver; i++) {
        struct kd_server_fact *server = &facts->domain[0].zone->server[i];

        server->status = server->tcp_status = server->srv_status = KD_OUT_TIMEOUT;
        server->is_authoritative = false;
        server->serial = server->ttl_s = -1;
        server->nrecords = 0;
    }
    facts->cut = cut;
    policy.on_timeout = on_timeout;
    policy.demanded = demanded;
    policy.modes = KD_MODE_DISCOVERY | KD_MODE_PUBLISH | demanded;
    if (range != NULL) {
        assert_int_equal(kd_range_parse(range, &policy.limit[KD_METRIC_HOSTS].critical, NULL),
                         KD_OK);
    }
    verdict = kd_service_of(facts, kd_judge(facts, &policy));
    assert_int_equal(verdict.state, expected);
    assert_int_equal(verdict.open != NULL, cut != KD_CUT_NONE || demanded != 0);
    kd_arena_free(arena);
}

static void test_service(void **state)
{
    (void)state;
    check_service(KD_CUT_NONE, KD_SERVICE_UNKNOWN, NULL, 0, KD_SERVICE_OK);
    check_service(KD_CUT_NONE, KD_SERVICE_UNKNOWN, "3:", 0, KD_SERVICE_CRITICAL);
    /* somebody asked about the servers, and none was heard */
    check_service(KD_CUT_NONE, KD_SERVICE_UNKNOWN, NULL, KD_MODE_CONSISTENCY,
                  KD_SERVICE_UNKNOWN);
    check_service(KD_CUT_NONE, KD_SERVICE_UNKNOWN, "3:", KD_MODE_CONSISTENCY,
                  KD_SERVICE_CRITICAL);
    /* about the right to write, and no probe was sent */
    check_service(KD_CUT_NONE, KD_SERVICE_UNKNOWN, NULL, KD_MODE_PUBLISH, KD_SERVICE_UNKNOWN);
    check_service(KD_CUT_DEADLINE, KD_SERVICE_UNKNOWN, NULL, 0, KD_SERVICE_UNKNOWN);
    check_service(KD_CUT_DEADLINE, KD_SERVICE_OK, NULL, 0, KD_SERVICE_OK);
    check_service(KD_CUT_DEADLINE, KD_SERVICE_WARNING, NULL, 0, KD_SERVICE_WARNING);
    check_service(KD_CUT_DEADLINE, KD_SERVICE_OK, "3:", 0, KD_SERVICE_CRITICAL);
    check_service(KD_CUT_SIGNAL, KD_SERVICE_OK, NULL, 0, KD_SERVICE_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_family_unknown),
        cmocka_unit_test(test_each_value_is_judged),
        cmocka_unit_test(test_many_values),
        cmocka_unit_test(test_many_domains),
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_service),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
