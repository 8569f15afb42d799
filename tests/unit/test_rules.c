/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_rules.c - the tables of rules: complete, equal to the contract (tests/rules/findings.tsv),
 * and each row with a document that raises it and one that does not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "advice_fixture.h"

#include <stdlib.h>

#include "kmsdns/rules/policy.h"

static const char *const PLACE[] = {"domain", "service", "target", "server", "port",
                                    "ttl",    "key",     "zone",   "owner",  "node"};

static void test_rows(void **state)
{
    size_t n = 0;
    const struct kd_rule *const *rule = kd_rules(&n);

    (void)state;
    assert_true(n > 0);
    for (size_t i = 0; i < n; i++) {
        const char *id = rule[i]->id;

        assert_text("a rule", "id", id);
        assert_non_null(rule[i]->check);
        assert_true(rule[i]->severity < KD_SEV_COUNT);
        assert_true(rule[i]->needs < 1U << KD_NEED_COUNT);
        assert_text(id, "title", rule[i]->title);
        assert_text(id, "condition", rule[i]->when);
        assert_text(id, "reason", rule[i]->why);
        assert_text(id, "way to check", rule[i]->how);
        assert_text(id, "source", rule[i]->source);
        assert_null(strchr(rule[i]->title, '{')); /* places are filled in fixes only */
        assert_null(strchr(rule[i]->why, '{'));
        assert_places(id, rule[i]->how, PLACE, COUNT(PLACE));
        assert_text(id, "fix", rule[i]->fix[0].what);
        for (size_t j = 0; j < KD_MAX_FIXES && rule[i]->fix[j].for_whom != NULL; j++) {
            assert_reader(id, rule[i]->fix[j].for_whom);
            assert_text(id, "fix", rule[i]->fix[j].what);
            assert_places(id, rule[i]->fix[j].what, PLACE, COUNT(PLACE));
        }
    }
}

static void test_ids(void **state)
{
    size_t n = 0;
    const struct kd_rule *const *rule = kd_rules(&n);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(rule[i]->id, rule[j]->id);
        }
        assert_ptr_equal(kd_rule_by_id(rule[i]->id), rule[i]);
    }
    assert_non_null(kd_rule_by_id("srv-absent"));
    assert_null(kd_rule_by_id("SRV"));
    assert_null(kd_rule_by_id("SRV-ABSENTEE"));
    assert_null(kd_rule_by_id(""));
}

/* Compares one row of the contract with the rule of its id. */
static void check_contract_row(char *line)
{
    char *severity = strchr(line, '\t');
    char *when = severity != NULL ? strchr(severity + 1, '\t') : NULL;
    const struct kd_rule *rule = NULL;

    assert_non_null(when);
    *severity = '\0';
    *when = '\0';
    when[strcspn(when + 1, "\n") + 1] = '\0';
    rule = kd_rule_by_id(line);
    if (rule == NULL) {
        fail_msg("%s is missing", line);
    }
    assert_string_equal(kd_severity_str(rule->severity), severity + 1);
    assert_string_equal(rule->when, when + 1);
}

static void test_contract(void **state)
{
    FILE *file = fopen(TEST_SRCDIR "/rules/findings.tsv", "r");
    char line[512];
    size_t nrows = 0, nrules = 0;

    (void)state;
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof(line), file));
    assert_string_equal(line, "id\tseverity\twhen\n");
    while (fgets(line, sizeof(line), file) != NULL) {
        check_contract_row(line);
        nrows++;
    }
    fclose(file);
    kd_rules(&nrules);
    assert_int_equal(nrows, nrules);
}

static void test_words(void **state)
{
    kd_severity severity = KD_SEV_INFO;
    struct kd_err err;

    (void)state;
    for (int i = 0; i < KD_SEV_COUNT; i++) {
        assert_int_equal(kd_severity_from_str(kd_severity_str((kd_severity)i), &severity, NULL),
                         KD_OK);
        assert_int_equal(severity, i);
    }
    assert_int_equal(kd_severity_from_str("Critical", &severity, &err), KD_EINVAL);
    assert_non_null(strstr(err.text, "info, notice, warning or critical"));
    assert_string_equal(kd_severity_str(KD_SEV_COUNT), "?");
    assert_string_equal(kd_need_str(KD_NEED_TCP), "tcp");
    assert_non_null(strstr(kd_need_when(KD_NEED_TCP), "TCP"));
    assert_string_equal(kd_need_str(KD_NEED_NONE), "?");
    assert_string_equal(kd_need_when((kd_need)3), "?");
}

/* Rules about limits and expected hosts speak only with a policy: it expects kms01. */
static const struct kd_policy *fixture_policy(const struct kd_rule *rule)
{
    static const char *const LIMIT[KD_METRIC_COUNT] = {
        [KD_METRIC_TIME] = "0.5",      [KD_METRIC_CONNECT] = "0.5",
        [KD_METRIC_TTL] = "300:86400", [KD_METRIC_HOSTS] = "2:",
        [KD_METRIC_REACHABLE] = "2:",  [KD_METRIC_SERVERS] = "2:",
        [KD_METRIC_SERIAL_LAG] = "5",  [KD_METRIC_NEGATIVE_TTL] = "~:600",
    };
    static const char *host[] = {"kms01.corp.example."};
    static struct kd_policy expecting;

    if (rule->is_asked == NULL) {
        return NULL;
    }
    if (strncmp(rule->id, "LIMIT-", 6) == 0) {
        expecting = *kd_policy_default();
        for (size_t i = 0; i < KD_METRIC_COUNT; i++) {
            assert_int_equal(kd_range_parse(LIMIT[i], &expecting.limit[i].warning, NULL),
                             KD_OK);
        }
        return &expecting;
    }
    expecting = *kd_policy_default();
    expecting.host = host;
    expecting.nhost = COUNT(host);
    return &expecting;
}

/* bad.json must raise the id; good.json must not, although the rule can speak about it. */
static void check_fixtures(const struct kd_rule *rule)
{
    const struct kd_policy *policy = fixture_policy(rule);
    struct kd_arena *arena = kd_arena_new();
    struct kd_facts *bad = fixture_file(arena, rule->id, "bad");
    struct kd_facts *good = fixture_file(arena, rule->id, "good");
    const struct kd_finding *finding = NULL;

    if (bad == NULL || good == NULL) {
        fail_msg("%s has no pair of documents in tests/rules", rule->id);
    }
    finding = fixture_find(kd_judge(bad, policy), rule->id, NULL);
    if (finding == NULL) {
        fail_msg("%s/bad.json does not raise it", rule->id);
    }
    assert_int_equal(finding->severity, rule->severity);
    assert_text(rule->id, "text", finding->text);
    assert_null(strchr(finding->text, '{'));
    if (fixture_find(kd_judge(good, policy), rule->id, NULL) != NULL) {
        fail_msg("%s/good.json raises it: %s", rule->id,
                 fixture_find(kd_judge(good, policy), rule->id, NULL)->text);
    }
    assert_string_equal(fixture_missing(kd_judge(good, policy), rule->id, NULL), "");
    kd_arena_free(arena);
}

static void test_fixtures(void **state)
{
    size_t n = 0;
    const struct kd_rule *const *rule = kd_rules(&n);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        check_fixtures(rule[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),     cmocka_unit_test(test_ids),
        cmocka_unit_test(test_contract), cmocka_unit_test(test_words),
        cmocka_unit_test(test_fixtures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
