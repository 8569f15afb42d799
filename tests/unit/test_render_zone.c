/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_render_zone.c - what the report for people tells of zones, the right to write, the host to
 * be published and changes, against golden files (UPDATE_GOLDEN=1 rewrites them).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kmsdns/render/render.h"

#include "golden.h"
#include "zone_fixture.h"

static const struct kd_rule RULE_POLICY = {
    .id = "KEY-POLICY",
    .severity = KD_SEV_CRITICAL,
    .title = "the key is accepted, but may not write this record",
    .why = "The zone's rule names other keys, other names or other types.",
};
static const struct kd_rule RULE_ADDRESS = {
    .id = "HOST-NO-ADDRESS",
    .severity = KD_SEV_CRITICAL,
    .title = "the host to be published has no address",
};
static const struct kd_rule RULE_ABSENT = {
    .id = "SRV-ABSENT",
    .severity = KD_SEV_CRITICAL,
    .title = "no domain that this kind of client asks has the record",
};

/* A change as the others differ from it. */
static struct kd_change_fact planned(const char *owner)
{
    return (struct kd_change_fact){
        .action = "publish",
        .is_add = true,
        .state = KD_CHANGE_PLANNED,
        .identity = "tsig:kms-key.",
        .server = AT(53),
        .zone = "corp.example.",
        .owner = owner,
        .record = &NEW,
        .before = OLD,
        .nbefore = 1,
        .after_status = KD_OUT_SKIPPED,
        .message = MESSAGE,
        .status = KD_OUT_SKIPPED,
        .rcode = -1,
        .tsig_error = -1,
        .skew_s = KD_SKEW_UNKNOWN,
        .negative_until_s = -1,
    };
}

static struct kd_facts *new_facts(struct kd_arena *arena, const char *command)
{
    struct kd_facts *facts = kd_facts_new(arena);

    facts->tool_version = "0.1.0";
    facts->command = command;
    facts->vantage = "jump01.corp.example.";
    facts->started_s = 1795154412;
    facts->duration_us = 214300;
    facts->seed = 42;
    facts->resolver = kd_arena_alloc(arena, sizeof(*facts->resolver));
    facts->resolver[0] = (struct kd_resolver_fact){.server = AT(53), .source = "--resolver"};
    facts->nresolver = 1;
    facts->nquery = 3;
    facts->query = kd_arena_alloc(arena, facts->nquery * sizeof(*facts->query));
    for (uint32_t i = 0; i < 3; i++) {
        facts->query[i] = (struct kd_query_fact){
            .n = i + 1,
            .server = AT(53),
            .opcode = i == 0 ? "UPDATE" : "QUERY",
            .name = "_vlmcs._tcp.corp.example.",
            .type = "SRV",
            .tsig_error = -1,
            .tries = 1,
            .duration_us = 310,
        };
    }
    return facts;
}

static struct kd_domain_fact *add_domain(struct kd_facts *facts, const char *name)
{
    struct kd_domain_fact *domain;

    facts->domain =
        kd_arena_grow(facts->arena, facts->domain, facts->ndomain, sizeof(*facts->domain));
    domain = &facts->domain[facts->ndomain];
    facts->ndomain++;
    domain->name = name;
    domain->sources = KD_SOURCE_ARGUMENT;
    return domain;
}

static struct kd_change_fact *add_change(struct kd_facts *facts, const char *name,
                                         kd_change_state state)
{
    struct kd_domain_fact *domain = add_domain(facts, name);

    domain->change = kd_arena_alloc(facts->arena, sizeof(*domain->change));
    *domain->change = planned(kd_arena_printf(facts->arena, "_vlmcs._tcp.%s", name));
    domain->change->zone = name;
    domain->change->state = state;
    return domain->change;
}

struct world {
    struct kd_facts *facts;
    struct kd_judgement judgement;
};

static void add_finding(struct world *world, const struct kd_rule *rule, const char *subject,
                        const char *text)
{
    struct kd_judgement *judgement = &world->judgement;
    struct kd_finding *finding;

    judgement->finding = kd_arena_grow(world->facts->arena, judgement->finding,
                                       judgement->nfinding, sizeof(*judgement->finding));
    finding = &judgement->finding[judgement->nfinding];
    judgement->nfinding++;
    *finding = (struct kd_finding){
        .rule = rule, .severity = rule->severity, .subject = subject, .text = text};
    judgement->verdict = judgement->finding[0].severity;
}

static struct world diagnosing(struct kd_arena *arena)
{
    struct world world = {.facts = new_facts(arena, "diagnose"), {.is_determined = true}};
    struct kd_domain_fact *domain = add_domain(world.facts, "corp.example.");

    domain->zone = &ZONE;
    domain->update = UPDATES;
    domain->nupdate = COUNT(UPDATES);
    domain = add_domain(world.facts, "lan.example.");
    domain->zone = &ZONE_SMALL;
    domain = add_domain(world.facts, "gone.example.");
    domain->zone = &ZONE_NONE;
    add_finding(&world, &RULE_POLICY, "corp.example.", "the key kms-key. may not write here");
    return world;
}

/* What is absent today is no obstacle to publishing. */
static struct world going(struct kd_arena *arena)
{
    struct world world = {.facts = new_facts(arena, "preflight"), {.is_determined = true}};
    struct kd_domain_fact *domain = add_domain(world.facts, "corp.example.");

    world.facts->host = &HOST;
    domain->zone = &ZONE;
    domain->update = &ALLOWED;
    domain->nupdate = 1;
    domain = add_domain(world.facts, "lan.example.");
    domain->zone = &ZONE_SMALL;
    domain->update = &PROBABLE;
    domain->nupdate = 1;
    add_finding(&world, &RULE_ABSENT, "corp.example.", "no record yet");
    return world;
}

static struct world stopping(struct kd_arena *arena)
{
    struct world world = going(arena);

    world.facts->domain[0].update = UPDATES;
    world.facts->domain[0].nupdate = COUNT(UPDATES);
    add_finding(&world, &RULE_POLICY, "corp.example.", "the key kms-key. may not write here");
    return world;
}

/* No finding tells why, and nothing is known of the domains' servers. */
static struct world unproved(struct kd_arena *arena)
{
    struct world world = {.facts = new_facts(arena, "preflight"), {.is_determined = true}};

    world.facts->host = &HOST_BARE;
    add_domain(world.facts, "corp.example.");
    return world;
}

static struct world hostless(struct kd_arena *arena)
{
    struct world world = going(arena);

    world.facts->host = &HOST_BARE;
    world.facts->host->aaaa_status = KD_OUT_NXDOMAIN;
    world.facts->tcp_was_tried = false;
    world.facts->ndomain = 1;
    add_finding(&world, &RULE_ADDRESS, "kms09.corp.example.", "it has no address");
    return world;
}

static struct world planning(struct kd_arena *arena)
{
    struct world world = {.facts = new_facts(arena, "publish"), {.is_determined = true}};
    struct kd_change_fact *change;

    add_change(world.facts, "corp.example.", KD_CHANGE_PLANNED);
    change = add_change(world.facts, "lan.example.", KD_CHANGE_NOTHING);
    change->message = NULL;
    change = add_change(world.facts, "gone.example.", KD_CHANGE_IMPOSSIBLE);
    change->zone = NULL;
    change->record = NULL;
    change->problem = "no SOA encloses the domain";
    return world;
}

static struct world applying(struct kd_arena *arena)
{
    struct world world = {.facts = new_facts(arena, "unpublish"), {.is_determined = true}};
    struct kd_change_fact *change;

    for (int state = KD_CHANGE_DONE; state < KD_CHANGE_COUNT; state++) {
        change = add_change(world.facts, kd_arena_printf(arena, "d%d.example.", state),
                            (kd_change_state)state);
        change->status = KD_OUT_NOERROR;
        change->rcode = 0;
        change->signature = KD_REPLY_SIGNATURE_GOOD;
        change->query = 1;
        change->message = NULL;
        change->undo_file = "kmsdns-undo-20261120T060012Z-4711.json";
    }
    change = world.facts->domain[0].change; /* done, and a day until everybody sees it */
    change->after_status = KD_OUT_NOERROR;
    change->after = BOTH;
    change->nafter = COUNT(BOTH);
    change->was_followed = true;
    change->lagging = LAGGING;
    change->nlagging = COUNT(LAGGING);
    change->evidence = EVIDENCE;
    change->nevidence = COUNT(EVIDENCE);
    change->negative_until_s = world.facts->started_s + 86400;
    change = world.facts->domain[1].change; /* refused for the clock */
    change->status = KD_OUT_NOTAUTH;
    change->rcode = 9;
    change->tsig_error = 18;
    change->signature = KD_REPLY_SIGNATURE_UNSIGNED;
    change->skew_s = 4000;
    change = world.facts->domain[2].change; /* a lost race */
    change->status = KD_OUT_NXRRSET;
    change->after_status = KD_OUT_NXDOMAIN;
    change = world.facts->domain[4].change; /* not known */
    change->is_add = false;
    change->before = BOTH;
    change->nbefore = COUNT(BOTH);
    change->after_status = KD_OUT_TIMEOUT;
    change->status = KD_OUT_TIMEOUT;
    change->rcode = -1;
    change->problem = "the primary has not answered since";
    return world;
}

static struct world followed(struct kd_arena *arena)
{
    struct world world = {.facts = new_facts(arena, "undo"), {.is_determined = true}};
    struct kd_change_fact *change = add_change(world.facts, "corp.example.", KD_CHANGE_DONE);

    change->action = "undo";
    change->is_add = false;
    change->identity = NULL;
    change->before = &NEW;
    change->nbefore = 1;
    change->after_status = KD_OUT_NODATA;
    change->was_followed = true;
    change->message = NULL;
    change = add_change(world.facts, "lan.example.", KD_CHANGE_DONE);
    change->after_status = KD_OUT_NOERROR;
    change->message = NULL;
    return world;
}

/* Every text that comes from outside says HOSTILE. */
static struct world hostile(struct kd_arena *arena)
{
    static struct kd_srv record = {0, 0, 1688, HOSTILE, 3600};
    static const char *lagging[] = {HOSTILE};
    static struct kd_server_fact server = {.name = HOSTILE,
                                           .is_authoritative = true,
                                           .serial = -1,
                                           .ttl_s = -1,
                                           .records = &record,
                                           .nrecords = 1};
    static struct kd_zone_fact zone = {.name = HOSTILE,
                                       .primary = HOSTILE,
                                       .serial = -1,
                                       .negative_ttl_s = -1,
                                       .primary_status = KD_OUT_NXDOMAIN,
                                       .server = &server,
                                       .nserver = 1,
                                       .signed_name = "x."};
    static struct kd_update_fact update = {
        .identity = HOSTILE, .owner = HOSTILE, .version = HOSTILE, .record = &record};
    static struct kd_ptr_fact ptr = {HOSTILE, KD_OUT_NOERROR, 0};
    static struct kd_host_fact host = {.name = "kms.",
                                       .alias_of = HOSTILE,
                                       .address = ADDRESSES,
                                       .naddress = 1,
                                       .ptr = &ptr,
                                       .nptr = 1};
    struct world world = {.facts = new_facts(arena, "preflight"), {.is_determined = true}};
    struct kd_change_fact *change = add_change(world.facts, HOSTILE, KD_CHANGE_DONE);

    world.facts->host = &host;
    world.facts->domain[0].zone = &zone;
    world.facts->domain[0].update = &update;
    world.facts->domain[0].nupdate = 1;
    change->action = change->identity = change->zone = change->owner = HOSTILE;
    change->message = change->undo_file = change->problem = HOSTILE;
    change->record = &record;
    change->was_followed = true;
    change->lagging = lagging;
    change->nlagging = 1;
    add_finding(&world, &RULE_POLICY, HOSTILE, HOSTILE);
    return world;
}

typedef struct world world_fn(struct kd_arena *arena);

static const struct {
    const char *golden;
    world_fn *make;
    struct kd_render_style style;
} CASE[] = {
    {"zone-diagnose.txt", diagnosing, {.is_utf8 = true}},
    {"preflight-go.txt", going, {.is_utf8 = true, .width = 80}},
    {"preflight-go-color.txt", going, {.has_color = true, .is_utf8 = true}},
    {"preflight-no-go.txt", stopping, {.is_utf8 = true}},
    {"preflight-unproved.txt", unproved, {.is_utf8 = true}},
    {"preflight-hostless.txt", hostless, {.is_utf8 = true}},
    {"publish-plan.txt", planning, {.is_utf8 = true}},
    {"unpublish-outcomes.txt", applying, {.is_utf8 = true, .width = 80, .verbosity = 1}},
    {"undo-followed.txt", followed, {.is_utf8 = true}},
    {"zone-hostile.txt", hostile, {.is_utf8 = true}},
};

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
    for (size_t i = 0; i < COUNT(CASE); i++) {
        struct kd_buf got = {0};

        draw(i, &CASE[i].style, &got);
        assert_golden(CASE[i].golden, &got);
        kd_buf_done(&got);
    }
}

static void test_only_harmless_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        struct kd_render_style style = {.verbosity = 2, .width = 60};
        struct kd_buf out = {0};

        draw(i, &style, &out);
        assert_int_equal(strlen(out.data), out.len);
        for (size_t j = 0; j < out.len; j++) {
            assert_true(out.data[j] == '\n' || (out.data[j] >= 0x20 && out.data[j] < 0x7f));
            assert_false(out.data[j] == '\n' && j > 0 && out.data[j - 1] == ' ');
        }
        kd_buf_done(&out);
    }
}

/* A preflight says go or no-go first and last, in the same words. */
static void test_go_stands_at_both_ends(void **state)
{
    static const struct {
        world_fn *make;
        const char *want;
    } END[] = {
        {going, "GO: kms02.corp.example. can be published in 2 of 2 domains\n"},
        {stopping, "NO-GO: kms02.corp.example.: corp.example.: the key kms-key. may not write "
                   "here; the record may be written in 1 of 2 domains\n"},
        {unproved, "NO-GO: kms09.corp.example.: the right to write in corp.example. was not "
                   "found out; the record may be written in 0 of 1 domain\n"},
        {hostless, "NO-GO: kms09.corp.example.: it has no address; the record may be written "
                   "in 1 of 1 domain\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(END); i++) {
        struct kd_arena *arena = kd_arena_new();
        struct kd_render_style style = {.is_utf8 = true};
        struct world world = END[i].make(arena);
        struct kd_buf out = {0};
        size_t len = strlen(END[i].want);

        kd_render_text(world.facts, &world.judgement, &style, &out);
        assert_true(out.len > 2 * len);
        assert_memory_equal(out.data, END[i].want, len);
        assert_string_equal(out.data + out.len - len, END[i].want);
        kd_buf_done(&out);
        kd_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_only_harmless_bytes),
        cmocka_unit_test(test_go_stands_at_both_ends),
    };

    return cmocka_run_group_tests_name("render_zone", tests, NULL, NULL);
}
