/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_policy.c - what a policy does to findings: severities, thresholds, expected hosts; and
 * policies as files: both ways, and each bad one with its place and reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "rules_fixture.h"

#include <stdio.h>
#include <unistd.h>

#include "../../src/cmd/policy_file.h"
#include "kmsdns/rules/policy.h"

#define POLICY_FILE "test_policy.tmp.json"

/* A view with one record whose TTL and port a case sets, from the zone's own server. */
#define ONE(ttl, port)                                                                         \
    "{'resolvers':[{'address':'192.0.2.53:53'}],'domains':[{'name':'corp.example.','views':[{" \
    "'server':'192.0.2.53:53','status':'NOERROR','authoritative':true,'ttl_s':" #ttl           \
    ",'negative_ttl_s':3600,'records':[{'port':" #port                                         \
    ",'target':'kms01.corp.example.'}]}]}]}"

static void write_file(const char *text)
{
    FILE *file = fopen(POLICY_FILE, "w");

    assert_non_null(file);
    for (const char *p = text; *p != '\0'; p++) {
        fputc(*p == '\'' ? '"' : *p, file);
    }
    assert_int_equal(fclose(file), 0);
}

static struct kd_policy read_policy(struct kd_arena *arena, const char *text)
{
    struct kd_policy policy = {.nport = 0};
    struct kd_err err = {.code = KD_OK};

    write_file(text);
    if (kd_policy_file_read(arena, POLICY_FILE, &policy, &err) != KD_OK) {
        fail_msg("%s", err.text);
    }
    return policy;
}

/* What a document raises by a policy; severity NULL: not raised. */
static const struct {
    const char *name, *policy, *doc, *id, *severity;
} CASES[] = {
    {"another severity", "{'severity':{'TTL-UNUSUAL':'critical'}}", ONE(600, 1688),
     "TTL-UNUSUAL", "critical"},
    {"an id in small letters", "{'severity':{'ttl-unusual':'info'}}", ONE(600, 1688),
     "TTL-UNUSUAL", "info"},
    {"a finding that is off", "{'severity':{'TTL-UNUSUAL':'off'}}", ONE(600, 1688),
     "TTL-UNUSUAL", NULL},
    {"another finding is off", "{'severity':{'TTL-LONG':'off'}}", ONE(600, 1688), "TTL-UNUSUAL",
     "notice"},
    {"another usual TTL", "{'ttl_s':{'usual':600}}", ONE(600, 1688), "TTL-UNUSUAL", NULL},
    {"the usual TTL is not", "{'ttl_s':{'usual':600}}", ONE(3600, 1688), "TTL-UNUSUAL",
     "notice"},
    {"in a range", "{'ttl_s':{'min':300,'max':7200}}", ONE(7200, 1688), "TTL-UNUSUAL", NULL},
    {"below a range", "{'ttl_s':{'min':300,'max':7200}}", ONE(299, 1688), "TTL-UNUSUAL",
     "notice"},
    {"above a range", "{'ttl_s':{'min':300,'max':7200}}", ONE(7201, 1688), "TTL-LONG",
     "warning"},
    {"a longer TTL is no long one", "{'ttl_s':{'max':172800}}", ONE(100000, 1688), "TTL-LONG",
     NULL},
    {"negative answers", "{'negative_ttl_s':{'max':900}}", ONE(3600, 1688), "TTL-NEGATIVE",
     "warning"},
    {"negative answers at the limit", "{'negative_ttl_s':{'max':3600}}", ONE(3600, 1688),
     "TTL-NEGATIVE", NULL},
    {"another port", "{'ports':[1688,1689]}", ONE(3600, 1689), "SRV-PORT-ODD", NULL},
    {"the usual port is odd", "{'ports':[1689]}", ONE(3600, 1688), "SRV-PORT-ODD", "notice"},
    {"nothing is expected", "{}", ONE(3600, 1688), "HOSTS-MISSING", NULL},
    {"an expected host", "{'expect':{'hosts':['KMS01.corp.example']}}", ONE(3600, 1688),
     "HOSTS-MISSING", NULL},
    {"a missing host", "{'expect':{'hosts':['kms02.corp.example']}}", ONE(3600, 1688),
     "HOSTS-MISSING", "critical"},
    {"a surplus host", "{'expect':{'hosts':['kms02.corp.example']}}", ONE(3600, 1688),
     "HOSTS-UNEXPECTED", "critical"},
    {"a surplus host does not matter",
     "{'expect':{'hosts':['kms02.corp.example'],'match':'atleast'}}", ONE(3600, 1688),
     "HOSTS-UNEXPECTED", NULL},
    {"a forbidden host", "{'expect':{'hosts':['kms01.corp.example'],'match':'forbid'}}",
     ONE(3600, 1688), "HOSTS-UNEXPECTED", "critical"},
    {"a forbidden host need not be there",
     "{'expect':{'hosts':['kms02.corp.example'],'match':'forbid'}}", ONE(3600, 1688),
     "HOSTS-MISSING", NULL},
};

static void test_findings(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct kd_arena *arena = kd_arena_new();
        struct kd_policy policy = read_policy(arena, CASES[i].policy);
        const struct kd_finding *finding = fixture_find(
            kd_judge(fixture_text(arena, CASES[i].doc), &policy), CASES[i].id, NULL);

        print_message("%s\n", CASES[i].name);
        assert_int_equal(finding != NULL, CASES[i].severity != NULL);
        if (finding != NULL) {
            assert_string_equal(kd_severity_str(finding->severity), CASES[i].severity);
        }
        kd_arena_free(arena);
    }
}

/* NS-SERIAL tells a notice, or a warning beyond the tolerance. */
static void test_serial_tolerance(void **state)
{
    static const struct {
        const char *policy, *severity;
    } CASE[] = {
        {"{}", "warning"},
        {"{'serial_tolerance':1000000}", "notice"},
        {"{'severity':{'NS-SERIAL':'info'}}", "info"},
        {"{'severity':{'NS-SERIAL':'critical'},'serial_tolerance':1000000}", "critical"},
    };
    static const char DOC[] =
        "{'domains':[{'name':'a.example.','zone':{'name':'a.example.','servers':["
        "{'name':'ns1.a.example.','address':'192.0.2.1:53','status':'NOERROR','primary':true,"
        "'authoritative':true,'serial':200},{'name':'ns2.a.example.','address':'192.0.2.2:53',"
        "'status':'NOERROR','authoritative':true,'serial':100}]}}]}";

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        struct kd_arena *arena = kd_arena_new();
        struct kd_policy policy = read_policy(arena, CASE[i].policy);
        const struct kd_finding *finding =
            fixture_find(kd_judge(fixture_text(arena, DOC), &policy), "NS-SERIAL", NULL);

        assert_non_null(finding);
        assert_string_equal(kd_severity_str(finding->severity), CASE[i].severity);
        kd_arena_free(arena);
    }
}

/* What is told milder stays so where the policy is stricter, and has a ceiling where not. */
static void test_severity(void **state)
{
    static const struct {
        kd_severity wanted, told, is;
    } CASE[] = {
        {KD_SEV_CRITICAL, KD_SEV_CRITICAL, KD_SEV_CRITICAL},
        {KD_SEV_CRITICAL, KD_SEV_WARNING, KD_SEV_WARNING},
        {KD_SEV_NOTICE, KD_SEV_CRITICAL, KD_SEV_NOTICE},
        {KD_SEV_NOTICE, KD_SEV_WARNING, KD_SEV_NOTICE},
        {KD_SEV_NOTICE, KD_SEV_INFO, KD_SEV_INFO},
    };
    struct kd_policy_level level = {.rule = kd_rule_by_id("RES-TIMEOUT")};
    struct kd_policy policy = *kd_policy_default();

    (void)state;
    policy.level = &level;
    policy.nlevel = 1;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        level.severity = CASE[i].wanted;
        assert_int_equal(kd_policy_severity(&policy, level.rule, CASE[i].told), CASE[i].is);
    }
    level.rule = kd_rule_by_id("TTL-UNUSUAL");
    level.severity = KD_SEV_CRITICAL;
    assert_int_equal(kd_policy_severity(&policy, level.rule, KD_SEV_NOTICE), KD_SEV_CRITICAL);
    assert_int_equal(kd_policy_severity(&policy, level.rule, KD_SEV_INFO), KD_SEV_INFO);
}

/* A bad file and what is told about it, behind the file's name. */
static const struct {
    const char *text, *told;
} BAD[] = {
    {"", ": line 1, column 0: this is not JSON"},
    {"{\n'ports':[1688],\n'ports':[1689]}", ": line 3"},
    {"[]", ":1: expected an object"},
    {"{'severities':{}}", ":1: severities: there is no such member; the nearest is severity"},
    {"{'zzz':1}", ":1: zzz: there is no such member; there are schema, severity, ttl_s"},
    {"{\n 'severity': {\n  'SRV-PORT-OD': 'info' } }",
     ":3: severity.SRV-PORT-OD: no finding has this id; the nearest is SRV-PORT-ODD"},
    {"{'severity':{'X':'info'}}", ":1: severity.X: no finding has this id; --dump-policy"},
    {"{'severity':{'SRV-ABSENT':'fatal'}}",
     ":1: severity.SRV-ABSENT: expected info, notice, warning, critical or off"},
    {"{'severity':{'SRV-ABSENT':'info','srv-absent':'info'}}", "srv-absent: this finding"},
    {"{'severity':[]}", ":1: severity: expected an object"},
    {"{'ttl_s':{'usual':'x'}}", ":1: ttl_s.usual: expected an integer from 0 to 2147483647"},
    {"{\n'ttl_s':\n{'usual':1,\n'max':-1}}", ":4: ttl_s.max: expected an integer"},
    {"{'ttl_s':{'usual':90000}}", ":1: ttl_s: the usual TTL, 90000, is not between"},
    {"{'ttl_s':{'usual':10,'min':20}}", ":1: ttl_s: the usual TTL, 10, is not between"},
    {"{'negative_ttl_s':{'max':1.5}}", ":1: negative_ttl_s.max: expected an integer"},
    {"{'serial_tolerance':-1}", ":1: serial_tolerance: expected an integer from 0"},
    {"{'ports':[]}", ":1: ports: expected an array with 1 to 1000 elements"},
    {"{'ports':[1688,\n0]}", ":2: ports[1]: expected an integer from 1 to 65535"},
    {"{'expect':{'hosts':['a.example',\n'b..example']}}",
     ":2: expect.hosts[1]: expected a host's full name: "},
    {"{'expect':{'match':'all'}}", ":1: expect.match: expected exact, atleast or forbid"},
    {"{'schema':'kmsdns-policy/2'}", ":1: schema: expected \"kmsdns-policy/1\""},
};

static void test_bad_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(BAD); i++) {
        struct kd_arena *arena = kd_arena_new();
        struct kd_policy policy;
        struct kd_err err = {.code = KD_OK};

        write_file(BAD[i].text);
        assert_int_not_equal(kd_policy_file_read(arena, POLICY_FILE, &policy, &err), KD_OK);
        if (strstr(err.text, POLICY_FILE) == NULL || strstr(err.text, BAD[i].told) == NULL) {
            fail_msg("%s\ntells:  %s\nwanted: %s", BAD[i].text, err.text, BAD[i].told);
        }
        kd_arena_free(arena);
    }
}

static void test_round_trip(void **state)
{
    static const char *const POLICY[] = {
        "{}",
        "{'severity':{'NS-SERIAL':'off','TTL-ZERO':'info'},'ttl_s':{'usual':60,'min':30,'max':"
        "90},'negative_ttl_s':{'max':1},'serial_tolerance':0,'ports':[1,65535],'expect':{"
        "'hosts':['a.example'],'match':'forbid'}}",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(POLICY); i++) {
        struct kd_arena *arena = kd_arena_new();
        struct kd_policy policy = read_policy(arena, POLICY[i]);
        struct kd_buf once = {.data = NULL}, twice = {.data = NULL};

        kd_policy_file_write(&policy, &once);
        policy = read_policy(arena, kd_buf_str(&once));
        kd_policy_file_write(&policy, &twice);
        assert_string_equal(kd_buf_str(&once), kd_buf_str(&twice));
        kd_buf_done(&once);
        kd_buf_done(&twice);
        kd_arena_free(arena);
    }
}

static int remove_file(void **state)
{
    (void)state;
    (void)unlink(POLICY_FILE);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_findings),   cmocka_unit_test(test_serial_tolerance),
        cmocka_unit_test(test_severity),   cmocka_unit_test(test_bad_files),
        cmocka_unit_test(test_round_trip),
    };

    return cmocka_run_group_tests_name("policy", tests, NULL, remove_file);
}
