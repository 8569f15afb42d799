/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_render_text.c - the report for people against golden files (UPDATE_GOLDEN=1 rewrites
 * them), and what must hold for any report: nothing hostile, no colour unless allowed, no
 * blanks at line ends, the same bytes twice.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"
#include "kmsdns/render/render.h"
#include "kmsdns/render/wrap.h"

/* Rules of this test's own: real texts may change without changing how they are drawn. */
static const struct kd_rule RULE_ABSENT = {
    .id = "SRV-ABSENT",
    .severity = KD_SEV_CRITICAL,
    .title = "no domain that this kind of client asks has the record",
    .why = "Clients that ask here find no host and show an error of their own; they try again "
           "every two hours.",
};
static const struct kd_rule RULE_DISAGREE = {
    .id = "RES-DISAGREE",
    .severity = KD_SEV_WARNING,
    .title = "resolvers give different sets",
    .why = "Which host a client finds depends on the resolver it happens to ask.",
};
static const struct kd_rule RULE_TTL = {
    .id = "TTL-UNUSUAL",
    .severity = KD_SEV_NOTICE,
    .title = "the TTL is not 3600 s",
};
static const struct kd_rule RULE_CLOSED = {.id = "TGT-CLOSED", .severity = KD_SEV_CRITICAL};
static const struct kd_rule RULE_FAMILY = {.id = "TGT-FAMILY", .severity = KD_SEV_NOTICE};

static const char HOSTILE[] = "a\033[2J\r\n\t\x7f\x9b"
                              "31m\xe2\x80\xaeuh\xff";

static struct kd_endpoint endpoint(const char *text)
{
    struct kd_endpoint result;

    assert_int_equal(kd_endpoint_from_str(text, 53, &result, NULL), KD_OK);
    return result;
}

static struct kd_facts *new_facts(struct kd_arena *arena, const char *command)
{
    struct kd_facts *facts = kd_facts_new(arena);

    facts->tool_version = "0.1.0";
    facts->command = command;
    facts->vantage = "jump01.corp.example.";
    facts->service = "_vlmcs._tcp";
    facts->started_s = 1795154412;
    facts->duration_us = 214300;
    facts->seed = 42;
    facts->tcp_was_tried = true;
    return facts;
}

static void add_resolver(struct kd_facts *facts, const char *server)
{
    facts->resolver = kd_arena_grow(facts->arena, facts->resolver, facts->nresolver,
                                    sizeof(*facts->resolver));
    facts->resolver[facts->nresolver] = (struct kd_resolver_fact){
        .server = endpoint(server), .source = "--resolver", .control_status = KD_OUT_NXDOMAIN};
    facts->nresolver++;
}

static uint32_t add_query(struct kd_facts *facts, uint32_t resolver, const char *name,
                          kd_outcome status, const char *note)
{
    facts->query =
        kd_arena_grow(facts->arena, facts->query, facts->nquery, sizeof(*facts->query));
    facts->query[facts->nquery] = (struct kd_query_fact){
        .n = (uint32_t)facts->nquery + 1,
        .server = facts->resolver[resolver].server,
        .opcode = "QUERY",
        .name = name,
        .type = "SRV",
        .status = status,
        .rcode = -1,
        .tsig_error = -1,
        .tries = kd_outcome_is_silent(status) ? 3 : 1,
        .duration_us = kd_outcome_is_silent(status) ? 5000000 : 310,
        .note = note,
    };
    facts->nquery++;
    return (uint32_t)facts->nquery;
}

static struct kd_domain_fact *add_domain(struct kd_facts *facts, const char *name,
                                         uint32_t sources)
{
    struct kd_domain_fact *domain;

    facts->domain =
        kd_arena_grow(facts->arena, facts->domain, facts->ndomain, sizeof(*facts->domain));
    domain = &facts->domain[facts->ndomain];
    facts->ndomain++;
    domain->name = name;
    domain->sources = sources;
    return domain;
}

static struct kd_view_fact *add_view(struct kd_facts *facts, struct kd_domain_fact *domain,
                                     kd_outcome status, uint32_t query)
{
    struct kd_view_fact *view;

    domain->view =
        kd_arena_grow(facts->arena, domain->view, domain->nview, sizeof(*domain->view));
    view = &domain->view[domain->nview];
    *view = (struct kd_view_fact){
        .resolver = (uint32_t)domain->nview,
        .status = status,
        .ttl_s = -1,
        .tcp_status = KD_OUT_SKIPPED,
        .query = query,
        .apex_status = KD_OUT_SKIPPED,
        .negative_ttl_s = -1,
        .wildcard_status = KD_OUT_SKIPPED,
        .random_status = KD_OUT_SKIPPED,
    };
    domain->nview++;
    return view;
}

static void add_record(struct kd_facts *facts, struct kd_view_fact *view, struct kd_srv record)
{
    view->records =
        kd_arena_grow(facts->arena, view->records, view->nrecords, sizeof(*view->records));
    view->records[view->nrecords] = record;
    view->nrecords++;
    view->ttl_s = record.ttl_s;
}

static struct kd_target_fact *add_target(struct kd_facts *facts, struct kd_domain_fact *domain,
                                         const char *name, uint16_t port)
{
    struct kd_target_fact *target = kd_arena_alloc(facts->arena, sizeof(*target));

    target->name = name;
    target->port = port;
    target->status = KD_OUT_NXDOMAIN;
    domain->target =
        kd_arena_grow(facts->arena, domain->target, domain->ntarget, sizeof(*domain->target));
    domain->target[domain->ntarget] = target;
    domain->ntarget++;
    return target;
}

static void add_address(struct kd_facts *facts, struct kd_target_fact *target,
                        const char *address, kd_reach tcp)
{
    struct kd_address_fact *fact;

    target->address =
        kd_arena_grow(facts->arena, target->address, target->naddress, sizeof(*fact));
    fact = &target->address[target->naddress];
    assert_int_equal(kd_addr_from_str(address, &fact->addr, NULL), KD_OK);
    fact->tcp = tcp;
    fact->rtt_us = tcp == KD_REACH_OPEN ? 412 : 0;
    target->naddress++;
    target->status = KD_OUT_NOERROR;
}

static struct kd_finding *add_finding(struct kd_facts *facts, struct kd_judgement *judgement,
                                      const struct kd_rule *rule, const char *subject,
                                      const char *text)
{
    struct kd_finding *finding;

    judgement->finding = kd_arena_grow(facts->arena, judgement->finding, judgement->nfinding,
                                       sizeof(*judgement->finding));
    finding = &judgement->finding[judgement->nfinding];
    judgement->nfinding++;
    *finding = (struct kd_finding){
        .rule = rule, .severity = rule->severity, .subject = subject, .text = text};
    judgement->is_determined = true;
    judgement->verdict = judgement->finding[0].severity;
    return finding;
}

static void add_not_evaluated(struct kd_facts *facts, struct kd_judgement *judgement,
                              const struct kd_rule *rule, kd_need need, const char *subject)
{
    judgement->not_evaluated =
        kd_arena_grow(facts->arena, judgement->not_evaluated, judgement->nnot_evaluated,
                      sizeof(*judgement->not_evaluated));
    judgement->not_evaluated[judgement->nnot_evaluated] = (struct kd_not_evaluated){
        .rule = rule, .missing = kd_need_str(need), .subject = subject};
    judgement->nnot_evaluated++;
}

/* A world to draw: facts and what was thought of them. */
struct world {
    struct kd_facts *facts;
    struct kd_judgement judgement;
};

static struct world healthy(struct kd_arena *arena)
{
    struct world world = {.facts = new_facts(arena, "diagnose")};
    struct kd_facts *facts = world.facts;
    struct kd_domain_fact *domain;
    struct kd_view_fact *view;
    struct kd_target_fact *target;
    uint32_t query;

    add_resolver(facts, "192.0.2.53");
    query = add_query(facts, 0, "_vlmcs._tcp.corp.example.", KD_OUT_NOERROR, NULL);
    domain = add_domain(facts, "corp.example.", KD_SOURCE_ARGUMENT | KD_SOURCE_PRIMARY_SUFFIX);
    view = add_view(facts, domain, KD_OUT_NOERROR, query);
    view->is_authoritative = true;
    add_record(facts, view, (struct kd_srv){0, 0, 1688, "kms01.corp.example.", 3600});
    add_record(facts, view, (struct kd_srv){10, 100, 11688, "kms-02.corp.example.", 3600});
    target = add_target(facts, domain, "kms01.corp.example.", 1688);
    add_address(facts, target, "192.0.2.21", KD_REACH_OPEN);
    add_address(facts, target, "2001:db8::21", KD_REACH_REFUSED);
    target = add_target(facts, domain, "kms-02.corp.example.", 11688);
    target->alias_of = "host7.corp.example.";
    add_address(facts, target, "198.51.100.22", KD_REACH_OPEN);
    world.judgement.is_determined = true;
    return world;
}

static struct world discovering(struct kd_arena *arena)
{
    struct world world = healthy(arena);

    world.facts->command = "discover";
    world.facts->client = KD_CLIENT_WORKGROUP;
    world.facts->tcp_was_tried = false;
    for (size_t i = 0; i < world.facts->domain[0].ntarget; i++) {
        struct kd_target_fact *target = world.facts->domain[0].target[i];

        for (size_t j = 0; j < target->naddress; j++) {
            target->address[j].tcp = KD_REACH_SKIPPED;
        }
    }
    add_finding(world.facts, &world.judgement, &RULE_TTL, "corp.example.",
                "the TTL is 300 s; 3600 s is what Microsoft tells to set");
    return world;
}

static struct world disagreeing(struct kd_arena *arena)
{
    static uint32_t queries[] = {1, 2, 3};
    struct world world = {.facts = new_facts(arena, "diagnose")};
    struct kd_facts *facts = world.facts;
    struct kd_domain_fact *domain;
    struct kd_view_fact *view;
    struct kd_target_fact *target;
    struct kd_finding *finding;

    add_resolver(facts, "192.0.2.53");
    add_resolver(facts, "[2001:db8::53]:5353");
    add_resolver(facts, "192.0.2.55");
    domain = add_domain(facts, "xn--bcher-kva.example.", KD_SOURCE_PUBLISH_LIST);
    domain->unicode = "b\xc3\xbc"
                      "cher.example.";
    domain->has_publish = true;
    domain->publish_priority = 10;
    domain->publish_weight = 20;
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t query = add_query(facts, i, "_vlmcs._tcp.xn--bcher-kva.example.",
                                   i < 2 ? KD_OUT_NOERROR : KD_OUT_TIMEOUT,
                                   i == 1 ? "answered without EDNS" : NULL);

        view = add_view(facts, domain, i < 2 ? KD_OUT_NOERROR : KD_OUT_TIMEOUT, query);
        if (i < 2) {
            add_record(facts, view,
                       (struct kd_srv){0, 0, 1688, i == 0 ? "kms01.example." : "old.example.",
                                       i == 0 ? 3600 : 120});
        }
    }
    domain->view[0].alias = kd_arena_alloc(arena, sizeof(struct kd_alias));
    domain->view[0].alias[0] = (struct kd_alias){.owner = "_vlmcs._tcp.xn--bcher-kva.example.",
                                                 .target = "_vlmcs._tcp.example."};
    domain->view[0].nalias = 1;
    domain->view[1].is_truncated = true;
    domain->view[1].tcp_status = KD_OUT_NOERROR;
    target = add_target(facts, domain, "kms01.example.", 1688);
    add_address(facts, target, "192.0.2.21", KD_REACH_TIMEOUT);
    add_target(facts, domain, "old.example.", 1688);
    finding = add_finding(facts, &world.judgement, &RULE_DISAGREE, "xn--bcher-kva.example.",
                          "192.0.2.53:53 gives kms01.example., [2001:db8::53]:5353 gives "
                          "old.example., and 192.0.2.55:53 says nothing at all");
    finding->fix[0] =
        (struct kd_fix){"any", "Compare what the zone's own servers hold, then find "
                               "out which of the resolvers forwards elsewhere."};
    finding->fix[1] = (struct kd_fix){"bind", "rndc flushtree xn--bcher-kva.example."};
    finding->queries = queries;
    finding->nqueries = 3;
    finding = add_finding(facts, &world.judgement, &RULE_TTL, "a.example.", "the TTL is 120 s");
    finding = add_finding(facts, &world.judgement, &RULE_TTL, "b.example.", "the TTL is 121 s");
    return world;
}

static struct world absent(struct kd_arena *arena)
{
    static const char *waiting[] = {"discover/corp.example./SRV 192.0.2.53:53", "connect 1688"};
    struct world world = {.facts = new_facts(arena, "diagnose")};
    struct kd_facts *facts = world.facts;
    struct kd_domain_fact *domain;
    struct kd_view_fact *view;

    add_resolver(facts, "192.0.2.53");
    domain = add_domain(facts, "corp.example.", KD_SOURCE_DHCP_15);
    view = add_view(facts, domain, KD_OUT_NXDOMAIN,
                    add_query(facts, 0, "_vlmcs._tcp.corp.example.", KD_OUT_NXDOMAIN, NULL));
    view->apex_status = KD_OUT_NOERROR;
    view->negative_ttl_s = 900;
    domain->sibling = kd_arena_alloc(arena, sizeof(*domain->sibling));
    domain->nsibling = 1;
    domain->sibling[0].name = "_vmlcs._tcp.corp.example.";
    domain->sibling[0].status = KD_OUT_NOERROR;
    domain->sibling[0].nrecords = 1;
    domain->sibling[0].records = kd_arena_alloc(arena, sizeof(struct kd_srv));
    domain->sibling[0].records[0] = (struct kd_srv){0, 0, 1688, "kms01.corp.example.", 3600};
    domain = add_domain(facts, "gone.example.", KD_SOURCE_SEARCH_LIST);
    view = add_view(facts, domain, KD_OUT_NXDOMAIN, 0);
    view->apex_status = KD_OUT_NXDOMAIN;
    domain = add_domain(facts, "empty.example.", KD_SOURCE_SEARCH_LIST);
    view = add_view(facts, domain, KD_OUT_NODATA, 0);
    view->negative_ttl_s = 60;
    facts->cut = KD_CUT_DEADLINE;
    facts->waiting = waiting;
    facts->nwaiting = 2;
    facts->reject = kd_arena_alloc(arena, sizeof(*facts->reject));
    facts->nreject = 1;
    facts->reject[0] =
        (struct kd_reject_fact){"foo..bar", KD_SOURCE_ARGUMENT, "a label is empty"};
    add_finding(facts, &world.judgement, &RULE_ABSENT, "corp.example.",
                "_vlmcs._tcp.corp.example. does not exist (NXDOMAIN)");
    add_not_evaluated(facts, &world.judgement, &RULE_CLOSED, KD_NEED_TCP, NULL);
    add_not_evaluated(facts, &world.judgement, &RULE_FAMILY, KD_NEED_TCP, NULL);
    add_not_evaluated(facts, &world.judgement, &RULE_TTL, KD_NEED_AUTH_TTL, "a.example.");
    add_not_evaluated(facts, &world.judgement, &RULE_TTL, KD_NEED_AUTH_TTL, "b.example.");
    return world;
}

static struct world nothing(struct kd_arena *arena)
{
    struct world world = {.facts = new_facts(arena, "diagnose")};

    world.facts->vantage = NULL;
    world.facts->cut = KD_CUT_SIGNAL;
    return world;
}

/* Every text that comes from outside says HOSTILE. */
static struct world hostile(struct kd_arena *arena)
{
    static uint32_t queries[] = {99, 1};
    struct world world = {.facts = new_facts(arena, "diagnose")};
    struct kd_facts *facts = world.facts;
    struct kd_domain_fact *domain;
    struct kd_view_fact *view;
    struct kd_target_fact *target;
    struct kd_finding *finding;

    facts->vantage = facts->service = HOSTILE;
    add_resolver(facts, "192.0.2.53");
    facts->resolver[0].source = HOSTILE;
    domain = add_domain(facts, HOSTILE, KD_SOURCE_ARGUMENT);
    domain->unicode = "\xd0\xb6"
                      "\xe2\x80\xae"
                      "\033x";
    view = add_view(facts, domain, KD_OUT_NOERROR,
                    add_query(facts, 0, HOSTILE, KD_OUT_NOERROR, HOSTILE));
    facts->query[0].type = HOSTILE;
    view->alias = kd_arena_alloc(arena, sizeof(struct kd_alias));
    view->alias[0] = (struct kd_alias){.owner = HOSTILE, .target = HOSTILE};
    view->nalias = 1;
    add_record(facts, view, (struct kd_srv){0, 0, 1688, HOSTILE, 3600});
    target = add_target(facts, domain, HOSTILE, 1688);
    target->alias_of = HOSTILE;
    domain->sibling = kd_arena_alloc(arena, sizeof(*domain->sibling));
    domain->nsibling = 1;
    domain->sibling[0] = (struct kd_sibling_fact){
        .name = HOSTILE, .status = KD_OUT_NOERROR, .records = view->records, .nrecords = 1};
    facts->cut = KD_CUT_SIGNAL;
    facts->waiting = kd_arena_alloc(arena, sizeof(char *));
    facts->waiting[0] = HOSTILE;
    facts->nwaiting = 1;
    facts->reject = kd_arena_alloc(arena, sizeof(*facts->reject));
    facts->nreject = 1;
    facts->reject[0] = (struct kd_reject_fact){HOSTILE, KD_SOURCE_ARGUMENT, HOSTILE};
    finding = add_finding(facts, &world.judgement, &RULE_DISAGREE, HOSTILE, HOSTILE);
    finding->fix[0] = (struct kd_fix){"bind", HOSTILE};
    finding->queries = queries;
    finding->nqueries = 2;
    return world;
}

typedef struct world world_fn(struct kd_arena *arena);

static const struct {
    const char *golden;
    world_fn *make;
    struct kd_render_style style;
} CASE[] = {
    {"healthy.txt", healthy, {.is_utf8 = true}},
    {"healthy-color.txt", healthy, {.has_color = true, .is_utf8 = true, .width = 80}},
    {"discover.txt", discovering, {.width = 80, .verbosity = 1}},
    {"disagree.txt", disagreeing, {.is_utf8 = true, .width = 80}},
    {"disagree-v.txt", disagreeing, {.width = 80, .verbosity = 1}},
    {"disagree-vv.txt", disagreeing, {.has_color = true, .is_utf8 = true, .verbosity = 2}},
    {"absent.txt", absent, {.is_utf8 = true, .width = 60}},
    {"nothing.txt", nothing, {.width = 80}},
    {"hostile.txt", hostile, {.is_utf8 = true, .verbosity = 2}},
    {"hostile-ascii.txt", hostile, {.width = 50, .verbosity = 2}},
};

#define NCASES (sizeof(CASE) / sizeof(CASE[0]))

static void draw(size_t i, const struct kd_render_style *style, struct kd_buf *out)
{
    struct kd_arena *arena = kd_arena_new();
    struct world world = CASE[i].make(arena);

    kd_render_text(world.facts, &world.judgement, style, out);
    kd_arena_free(arena);
}

static void test_golden(void **state)
{
    (void)state;
    for (size_t i = 0; i < NCASES; i++) {
        struct kd_buf got = {0};

        draw(i, &CASE[i].style, &got);
        assert_golden(CASE[i].golden, &got);
        kd_buf_done(&got);
    }
}

static void test_same_bytes_twice(void **state)
{
    (void)state;
    for (size_t i = 0; i < NCASES; i++) {
        struct kd_buf one = {0}, two = {0};

        draw(i, &CASE[i].style, &one);
        draw(i, &CASE[i].style, &two);
        assert_string_equal(kd_buf_str(&one), kd_buf_str(&two));
        kd_buf_done(&one);
        kd_buf_done(&two);
    }
}

static void test_only_harmless_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < NCASES; i++) {
        struct kd_render_style style = CASE[i].style;
        struct kd_buf out = {0};

        style.has_color = style.is_utf8 = false;
        style.verbosity = 2;
        draw(i, &style, &out);
        assert_int_equal(strlen(out.data), out.len);
        for (size_t j = 0; j < out.len; j++) {
            assert_true(out.data[j] == '\n' || (out.data[j] >= 0x20 && out.data[j] < 0x7f));
            assert_false(out.data[j] == '\n' && j > 0 && out.data[j - 1] == ' ');
        }
        assert_true(out.len > 0 && out.data[out.len - 1] == '\n');
        kd_buf_done(&out);
    }
}

/* UTF-8 lets letters through, and no control: ESC, C1, bidirectional override. */
static void test_utf8_stays_harmless(void **state)
{
    static const char *const NEVER[] = {"\033", "\x7f", "\r", "\t", "\xe2\x80\xae", "\xff"};
    struct kd_render_style style = {.is_utf8 = true, .verbosity = 2};
    size_t place = NCASES - 1;
    struct kd_buf out = {0};

    (void)state;
    assert_ptr_equal(CASE[place].make, hostile);
    draw(place, &style, &out);
    for (size_t i = 0; i < sizeof(NEVER) / sizeof(NEVER[0]); i++) {
        assert_null(strstr(kd_buf_str(&out), NEVER[i]));
    }
    assert_non_null(strstr(kd_buf_str(&out), "\xd0\xb6"));
    kd_buf_done(&out);
}

/* Colour adds sequences and nothing else, not even other line breaks. */
static void test_color_is_only_added(void **state)
{
    (void)state;
    for (size_t i = 0; i < NCASES; i++) {
        struct kd_render_style style = CASE[i].style;
        struct kd_buf plain = {0}, bright = {0}, stripped = {0};

        style.has_color = false;
        draw(i, &style, &plain);
        style.has_color = true;
        draw(i, &style, &bright);
        assert_non_null(strchr(kd_buf_str(&bright), '\033'));
        for (const char *p = kd_buf_str(&bright); *p != '\0'; p++) {
            if (*p == '\033') {
                p = strchr(p, 'm');
                assert_non_null(p);
            } else {
                kd_buf_add(&stripped, p, 1);
            }
        }
        assert_string_equal(kd_buf_str(&stripped), kd_buf_str(&plain));
        kd_buf_done(&plain);
        kd_buf_done(&bright);
        kd_buf_done(&stripped);
    }
}

static void test_wrap(void **state)
{
    static const struct {
        const char *text;
        size_t column, indent, width;
        const char *want;
    } WRAP[] = {
        {"", 0, 0, 10, ""},
        {"one two three", 0, 2, 0, "one two three"},
        {"one two three", 0, 2, 7, "one two\n  three"},
        {"one two three", 0, 2, 8, "one two\n  three"},
        {"one two three", 4, 4, 7, "one\n    two\n    three"},
        {"abcdefghijkl mn", 0, 1, 5, "abcdefghijkl\n mn"},
        {"a  b", 0, 0, 80, "a b"},
        {"\xc3\xbc\xc3\xbc \xc3\xbc", 0, 0, 4, "\xc3\xbc\xc3\xbc \xc3\xbc"},
        {"\033[1;31mab\033[0m cd", 0, 0, 5, "\033[1;31mab\033[0m cd"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(WRAP) / sizeof(WRAP[0]); i++) {
        struct kd_buf out = {0};

        kd_wrap(&out, WRAP[i].text, WRAP[i].column, WRAP[i].indent, WRAP[i].width);
        assert_string_equal(kd_buf_str(&out), WRAP[i].want);
        kd_buf_done(&out);
    }
    assert_int_equal(kd_wrap_columns("a\033[1;31m\xc3\xbc\033[0m"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_same_bytes_twice),
        cmocka_unit_test(test_only_harmless_bytes),
        cmocka_unit_test(test_utf8_stays_harmless),
        cmocka_unit_test(test_color_is_only_added),
        cmocka_unit_test(test_wrap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
