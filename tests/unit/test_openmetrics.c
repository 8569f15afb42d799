/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_openmetrics.c - the exposition against golden files, and what must hold for any: harmless
 * bytes, label values that can be read back, no sample twice, complete state sets, bounds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "facts_fixture.h"
#include "golden.h"
#include "kmsdns/base/arena.h"
#include "kmsdns/render/render.h"
#include "kmsdns/rules/rule.h"

static const struct kd_rule RULE_RAISED = {.id = "SRV-ABSENT"};
static const struct kd_rule RULE_OPEN = {.id = "TGT-CLOSED"};
static const struct kd_rule RULE_QUIET = {.id = "TTL-LONG"};
static const struct kd_rule *RULES[] = {&RULE_RAISED, &RULE_OPEN, &RULE_QUIET};

/* Twice of the same domain, once by its subject only, once about no domain. */
static struct kd_finding FINDINGS[] = {
    {.rule = &RULE_RAISED,
     .severity = KD_SEV_CRITICAL,
     .about = {.domain = "xn--mnchen-3ya.example."},
     .subject = "192.0.2.53:53"},
    {.rule = &RULE_RAISED,
     .severity = KD_SEV_CRITICAL,
     .about = {.domain = "xn--mnchen-3ya.example."},
     .subject = "192.0.2.54:53"},
    {.rule = &RULE_RAISED, .severity = KD_SEV_NOTICE, .subject = "xn--mnchen-3ya.example."},
    {.rule = &RULE_RAISED, .severity = KD_SEV_INFO, .subject = "resolvers"},
};
static struct kd_not_evaluated OPEN[] = {
    {&RULE_OPEN, "tcp", NULL},
    {&RULE_RAISED, "srv", "other.example."}, /* raised for another one: that counts */
};

static const struct kd_judgement JUDGEMENT = {
    .finding = FINDINGS,
    .nfinding = COUNT(FINDINGS),
    .not_evaluated = OPEN,
    .nnot_evaluated = COUNT(OPEN),
    .rule = RULES,
    .nrule = COUNT(RULES),
    .is_determined = true,
    .verdict = KD_SEV_CRITICAL,
};

static void draw(const struct kd_facts *facts, const struct kd_judgement *judgement,
                 struct kd_buf *out)
{
    static const struct kd_render_style STYLE = {.width = 0};

    kd_render_openmetrics(facts, judgement, &STYLE, out);
}

static int setup(void **state)
{
    *state = kd_arena_new();
    return 0;
}

static int teardown(void **state)
{
    kd_arena_free(*state);
    return 0;
}

static size_t count(const struct kd_buf *text, const char *needle)
{
    size_t n = 0;

    for (const char *p = strstr(kd_buf_str(text), needle); p != NULL;
         p = strstr(p + 1, needle)) {
        n++;
    }
    return n;
}

static void assert_has(const struct kd_buf *text, const char *line)
{
    if (strstr(kd_buf_str(text), line) == NULL) {
        print_error("missing: %s\nin:\n%s", line, kd_buf_str(text));
    }
    assert_non_null(strstr(kd_buf_str(text), line));
}

static void test_golden(void **state)
{
    struct kd_buf got = {.data = NULL};

    draw(full_facts(*state), &JUDGEMENT, &got);
    assert_golden("run.prom", &got);
    kd_buf_done(&got);
}

static void test_failure(void **state)
{
    struct kd_err err = {.code = KD_OK};
    struct kd_buf got = {.data = NULL};

    (void)state;
    kd_fail(&err, KD_EACCES, "key", "cannot read \"%s\"", "x\n");
    kd_render_openmetrics_failure("jump01.corp.example.", &err, &got);
    assert_golden("failed.prom", &got);
    kd_buf_done(&got);
    kd_render_openmetrics_error(&err, &got);
    assert_has(&got, "kmsdns_run_success{vantage=\"\"} 0\n");
    assert_true(kd_format_by_name("openmetrics")->error_is_mute);
    kd_buf_done(&got);
}

/* What Prometheus makes of a label value: the text with \DDD, as everywhere else. */
static void test_escaping(void **state)
{
    static const char *const CASE[][2] = {
        {"jump01.corp.example.", "jump01.corp.example."},
        {"a\\032b\\.c.", "a\\\\032b\\\\.c."},
        {"a\"b", "a\\\"b"},
        {"a\nb\r\t", "a\\\\010b\\\\013\\\\009"},
        {"\033[2J\x7f", "\\\\027[2J\\\\127"},
        {"m\303\274nchen\xff", "m\\\\195\\\\188nchen\\\\255"},
        {"{},=# 1", "{},=# 1"},
        {"", ""},
        {NULL, ""},
    };

    for (size_t i = 0; i < COUNT(CASE); i++) {
        struct kd_facts *facts = kd_facts_new(*state);
        struct kd_buf got = {.data = NULL};
        char want[200];

        facts->vantage = CASE[i][0];
        draw(facts, &(struct kd_judgement){.nfinding = 0}, &got);
        snprintf(want, sizeof(want), "kmsdns_run_success{vantage=\"%s\"} 1\n", CASE[i][1]);
        assert_has(&got, want);
        kd_buf_done(&got);
    }
}

/* Every text that facts may hold says something hostile. */
static void test_only_harmless_bytes(void **state)
{
    static const char HOSTILE[] = "a\033\"} 1\r\n# EOF\n\\\x7f\xe2\x80\xaeuh\xff";
    struct kd_facts *facts = full_facts(*state);
    struct kd_domain_fact domain = facts->domain[0];
    struct kd_target_fact target = *domain.target[0];
    struct kd_target_fact *targets[] = {&target};
    struct kd_update_fact update = domain.update[0];
    struct kd_zone_fact zone = *domain.zone;
    struct kd_server_fact server = zone.server[0];
    struct kd_judgement judgement = JUDGEMENT;
    struct kd_finding finding = FINDINGS[0];
    struct kd_buf got = {.data = NULL};

    facts->vantage = facts->tool_version = domain.name = target.name = HOSTILE;
    update.identity = server.name = finding.about.domain = HOSTILE;
    domain.target = targets;
    domain.update = &update;
    domain.nupdate = zone.nserver = judgement.nfinding = 1;
    domain.zone = &zone;
    zone.server = &server;
    judgement.finding = &finding;
    facts->domain = &domain;
    draw(facts, &judgement, &got);
    assert_int_equal(strlen(got.data), got.len);
    for (size_t i = 0; i < got.len; i++) {
        assert_true(got.data[i] == '\n' || (got.data[i] >= 0x20 && got.data[i] < 0x7f));
    }
    assert_int_equal(count(&got, "\n# EOF"), 1);
    assert_string_equal(got.data + got.len - 7, "\n# EOF\n");
    kd_buf_done(&got);
}

static void test_nothing_twice(void **state)
{
    struct kd_facts *facts = full_facts(*state);
    struct kd_domain_fact domain[] = {facts->domain[0], facts->domain[0]};
    struct kd_buf once = {.data = NULL}, twice = {.data = NULL};

    draw(facts, &JUDGEMENT, &once);
    facts->domain = domain;
    facts->ndomain = COUNT(domain);
    draw(facts, &JUDGEMENT, &twice);
    assert_string_equal(kd_buf_str(&twice), kd_buf_str(&once));
    kd_buf_done(&once);
    kd_buf_done(&twice);
}

/* One state of each set holds, and all of them are there, whatever it is. */
static void test_state_sets(void **state)
{
    struct kd_facts *facts = full_facts(*state);
    struct kd_domain_fact domain = facts->domain[0];
    struct kd_view_fact view = domain.view[0];

    facts->domain = &domain;
    domain.view = &view;
    domain.nview = 1;
    for (unsigned int status = 0; status < KD_OUT_COUNT; status++) {
        struct kd_buf got = {.data = NULL};
        char want[200];

        view.status = (kd_outcome)status;
        draw(facts, &JUDGEMENT, &got);
        assert_int_equal(count(&got, "\nkmsdns_srv_status{"), KD_OUT_COUNT);
        for (unsigned int other = 0; other < KD_OUT_COUNT; other++) {
            snprintf(want, sizeof(want), "resolver=\"[2001:db8::1]:5353\",status=\"%s\"} %d\n",
                     kd_outcome_str((kd_outcome)other), other == status ? 1 : 0);
            assert_has(&got, want);
        }
        kd_buf_done(&got);
    }
}

static void test_verdicts(void **state)
{
    static const char *const WORD[] = {"ok", "notice", "warning", "critical", "unknown"};

    for (size_t i = 0; i < COUNT(WORD); i++) {
        struct kd_judgement judgement = {.is_determined = i + 1 < COUNT(WORD),
                                         .verdict = (kd_severity)(i % KD_SEV_COUNT)};
        struct kd_buf got = {.data = NULL};

        draw(kd_facts_new(*state), &judgement, &got);
        for (size_t j = 0; j < COUNT(WORD); j++) {
            char want[200];

            snprintf(want, sizeof(want), "kmsdns_verdict{vantage=\"\",state=\"%s\"} %d\n",
                     WORD[j], i == j ? 1 : 0);
            assert_has(&got, want);
        }
        kd_buf_done(&got);
    }
}

/* What nobody knows is not told; a resolver that does not exist neither. */
static void test_unknown_is_left_out(void **state)
{
    struct kd_facts *facts = full_facts(*state);
    struct kd_domain_fact domain = facts->domain[0];
    struct kd_view_fact view = domain.view[0];
    struct kd_buf got = {.data = NULL};

    facts->domain = &domain;
    domain.view = &view;
    domain.nview = 1; /* a timeout */
    draw(facts, &JUDGEMENT, &got);
    assert_int_equal(count(&got, "kmsdns_resolver_srv_ttl_seconds"), 0);
    assert_int_equal(count(&got, "kmsdns_resolver_response_seconds"), 0);
    assert_int_equal(count(&got, "kmsdns_srv_found"), 0);
    assert_int_equal(count(&got, "\nkmsdns_server_serial{"), 1);
    kd_buf_done(&got);
    view.resolver = 99;
    draw(facts, &JUDGEMENT, &got);
    assert_int_equal(count(&got, "kmsdns_srv_status"), 0);
    kd_buf_done(&got);
}

static void test_bounds(void **state)
{
    struct kd_facts *facts = full_facts(*state);
    struct kd_zone_fact zone = *facts->domain[0].zone;
    struct kd_domain_fact *domain;
    struct kd_buf got = {.data = NULL};

    domain = kd_arena_alloc(*state, 5000 * sizeof(*domain));
    zone.nserver = 40;
    zone.server = kd_arena_alloc(*state, zone.nserver * sizeof(*zone.server));
    for (size_t i = 0; i < zone.nserver; i++) {
        zone.server[i] = SERVERS[0];
        zone.server[i].name = kd_arena_printf(*state, "ns%zu.example.", i);
    }
    for (size_t i = 0; i < 5000; i++) {
        domain[i] = facts->domain[0];
        domain[i].name = kd_arena_printf(*state, "d%zu.example.", i);
    }
    domain[0].zone = &zone;
    facts->domain = domain;
    facts->ndomain = 1;
    draw(facts, &JUDGEMENT, &got);
    assert_int_equal(count(&got, "\nkmsdns_server_up{"), 32);
    assert_has(&got, "what=\"servers\"} 8\n");
    assert_has(&got, "what=\"domains\"} 0\n");
    kd_buf_done(&got);
    facts->ndomain = 5000;
    draw(facts, &JUDGEMENT, &got);
    assert_in_range(count(&got, "\nkmsdns_"), 25000, 51000);
    assert_int_equal(count(&got, "what=\"domains\"} 0\n"), 0);
    assert_in_range(got.len, 1, 8U * 1024 * 1024);
    kd_buf_done(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_golden, setup, teardown),
        cmocka_unit_test(test_failure),
        cmocka_unit_test_setup_teardown(test_escaping, setup, teardown),
        cmocka_unit_test_setup_teardown(test_only_harmless_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nothing_twice, setup, teardown),
        cmocka_unit_test_setup_teardown(test_state_sets, setup, teardown),
        cmocka_unit_test_setup_teardown(test_verdicts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unknown_is_left_out, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bounds, setup, teardown),
    };

    return cmocka_run_group_tests_name("openmetrics", tests, NULL, NULL);
}
