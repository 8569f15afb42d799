/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_msg_outcome.c - what a reply means: rcodes, aliases, referrals, and their names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "kmsdns/dns/outcome.h"
#include "msg_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void test_outcome_texts(void **state)
{
    static const struct {
        unsigned int rcode;
        kd_outcome outcome;
    } CASE[] = {
        {0, KD_OUT_NOERROR},     {1, KD_OUT_FORMERR}, {2, KD_OUT_SERVFAIL},
        {3, KD_OUT_NXDOMAIN},    {4, KD_OUT_NOTIMP},  {5, KD_OUT_REFUSED},
        {8, KD_OUT_NXRRSET},     {9, KD_OUT_NOTAUTH}, {10, KD_OUT_NOTZONE},
        {11, KD_OUT_SERVFAIL},   {16, KD_OUT_NOTIMP}, {23, KD_OUT_REFUSED},
        {4095, KD_OUT_SERVFAIL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        assert_int_equal(kd_outcome_from_rcode(CASE[i].rcode), CASE[i].outcome);
    }
    for (int i = 0; i < KD_OUT_COUNT; i++) {
        assert_true(strlen(kd_outcome_str((kd_outcome)i)) > 3);
        assert_true(strlen(kd_outcome_text((kd_outcome)i)) > 8);
        assert_false(kd_outcome_is_usable((kd_outcome)i) &&
                     kd_outcome_is_silent((kd_outcome)i));
    }
    for (int i = 0; i < KD_REACH_COUNT; i++) {
        assert_true(strlen(kd_reach_str((kd_reach)i)) > 3);
    }
    assert_string_equal(kd_outcome_str(KD_OUT_NXDOMAIN), "NXDOMAIN");
    assert_string_equal(kd_outcome_str((kd_outcome)999), "?");
    assert_string_equal(kd_outcome_text(KD_OUT_COUNT), "?");
    assert_string_equal(kd_reach_str((kd_reach)-1), "?");
    assert_true(kd_outcome_is_usable(KD_OUT_NODATA));
    assert_false(kd_outcome_is_usable(KD_OUT_SERVFAIL));
    assert_true(kd_outcome_is_silent(KD_OUT_CONN_REFUSED));
}

/* Reads what was built and compares its outcome. */
static void check_outcome(struct fixture *f, kd_outcome outcome, size_t nchain,
                          const char *final)
{
    struct kd_alias *chain = NULL;
    size_t n = 99;
    const char *last = NULL;

    parse_built(f);
    assert_string_equal(kd_outcome_str(kd_msg_outcome(f->arena, &f->msg, &chain, &n, &last)),
                        kd_outcome_str(outcome));
    assert_int_equal(n, nchain);
    assert_string_equal(last, final);
    assert_string_equal(n > 0 ? chain[0].owner : f->msg.qname, f->msg.qname);
    for (size_t i = 1; i < n; i++) {
        assert_string_equal(chain[i].owner, chain[i - 1].target);
    }
}

static void test_plain_outcomes(void **state)
{
    struct fixture *f = *state;
    struct build *b = &f->b;

    put_header(b, 0x8180, "a.", KD_RR_A);
    check_outcome(f, KD_OUT_NODATA, 0, "a.");
    put_a(b, "b."); /* about another name */
    put_alias(b, 6, "c.", KD_RR_CNAME, "b.");
    check_outcome(f, KD_OUT_NODATA, 0, "a.");
    put_a(b, "a.");
    check_outcome(f, KD_OUT_NOERROR, 0, "a.");
    put_header(b, 0x8380, "a.", KD_RR_A); /* TC */
    put_a(b, "a.");
    check_outcome(f, KD_OUT_TRUNCATED, 0, "a.");
    put_header(b, 0x8183, "a.", KD_RR_A);
    put_soa(b, ".");
    check_outcome(f, KD_OUT_NXDOMAIN, 0, "a.");
    put_header(b, 0x8185, "a.", KD_RR_A);
    put_a(b, "a.");
    check_outcome(f, KD_OUT_REFUSED, 0, "a.");
}

static void test_referrals(void **state)
{
    struct fixture *f = *state;
    struct build *b = &f->b;

    put_header(b, 0x8100, "a.b.", KD_RR_A);
    put_alias(b, 8, "b.", KD_RR_NS, "ns.b.");
    check_outcome(f, KD_OUT_LAME, 0, "a.b.");
    put_soa(b, "b.");
    check_outcome(f, KD_OUT_NODATA, 0, "a.b.");
    put_header(b, 0x8500, "a.b.", KD_RR_A); /* AA */
    put_alias(b, 8, "b.", KD_RR_NS, "ns.b.");
    check_outcome(f, KD_OUT_NODATA, 0, "a.b.");
}

static void test_cname_chains(void **state)
{
    struct fixture *f = *state;
    struct build *b = &f->b;

    put_header(b, 0x8180, "a.", KD_RR_A);
    put_alias(b, 6, "b.", KD_RR_CNAME, "c."); /* not in order */
    put_alias(b, 6, "a.", KD_RR_CNAME, "b.");
    put_a(b, "c.");
    check_outcome(f, KD_OUT_NOERROR, 2, "c.");
    put_header(b, 0x8183, "a.", KD_RR_A);
    put_alias(b, 6, "a.", KD_RR_CNAME, "b.");
    check_outcome(f, KD_OUT_NXDOMAIN, 1, "b.");
    put_header(b, 0x8180, "a.", KD_RR_A);
    put_alias(b, 6, "a.", KD_RR_CNAME, "b.");
    put_a(b, "a."); /* beside the alias: still an answer */
    check_outcome(f, KD_OUT_NOERROR, 0, "a.");
    put_header(b, 0x8180, "a.", KD_RR_CNAME);
    put_alias(b, 6, "a.", KD_RR_CNAME, "b.");
    put_alias(b, 6, "b.", KD_RR_CNAME, "c.");
    check_outcome(f, KD_OUT_NOERROR, 0, "a.");
}

static void test_chains_that_loop(void **state)
{
    struct fixture *f = *state;
    struct build *b = &f->b;
    char owner[] = "a.", target[] = "b.";

    put_header(b, 0x8180, "a.", KD_RR_A);
    put_alias(b, 6, "a.", KD_RR_CNAME, "a.");
    check_outcome(f, KD_OUT_MALFORMED, 1, "a.");
    put_header(b, 0x8180, "a.", KD_RR_A);
    put_alias(b, 6, "a.", KD_RR_CNAME, "b.");
    put_alias(b, 6, "b.", KD_RR_CNAME, "a.");
    check_outcome(f, KD_OUT_MALFORMED, 2, "b.");
    put_header(b, 0x8180, "a.", KD_RR_A);
    for (int i = 0; i < 16; i++, owner[0]++, target[0]++) {
        put_alias(b, 6, owner, KD_RR_CNAME, target);
    }
    put_a(b, owner);
    check_outcome(f, KD_OUT_NOERROR, 16, "q.");
    put_header(b, 0x8180, "\\000.", KD_RR_A);
    put_alias(b, 6, "\\000.", KD_RR_CNAME, "a.");
    for (owner[0] = 'a', target[0] = 'b'; owner[0] < 'q'; owner[0]++, target[0]++) {
        put_alias(b, 6, owner, KD_RR_CNAME, target);
    }
    put_a(b, "q.");
    check_outcome(f, KD_OUT_MALFORMED, 16, "p.");
}

static void test_dname(void **state)
{
    struct fixture *f = *state;
    struct build *b = &f->b;
    struct kd_alias *chain = NULL;
    size_t n = 0;

    put_header(b, 0x8180, "x.y.old.", KD_RR_A);
    put_alias(b, 6, "old.", KD_RR_DNAME, "new.example.");
    put_alias(b, 6, "x.y.old.", KD_RR_CNAME, "x.y.new.example."); /* made by the server */
    put_a(b, "x.y.new.example.");
    check_outcome(f, KD_OUT_NOERROR, 1, "x.y.new.example.");
    kd_msg_outcome(f->arena, &f->msg, &chain, &n, NULL);
    assert_true(chain[0].is_dname);
    assert_int_equal(chain[0].ttl_s, 300);
    put_header(b, 0x8180, "x.", KD_RR_A); /* at the root, without a CNAME, to a CNAME */
    put_alias(b, 6, ".", KD_RR_DNAME, "new.");
    put_alias(b, 6, "x.new.", KD_RR_CNAME, "z.");
    put_a(b, "x.new.");
    check_outcome(f, KD_OUT_NOERROR, 1, "x.new.");
    put_header(b, 0x8180, "old.", KD_RR_A); /* not for its own owner */
    put_alias(b, 6, "old.", KD_RR_DNAME, "new.");
    check_outcome(f, KD_OUT_NODATA, 0, "old.");
    put_header(b, 0x8183, "x.old.", KD_RR_A);
    put_alias(b, 6, "old.", KD_RR_DNAME, "new.");
    check_outcome(f, KD_OUT_NXDOMAIN, 1, "x.new.");
    put_header(b, 0x8180, "x.old.", KD_RR_A); /* grows for ever */
    put_alias(b, 6, "old.", KD_RR_DNAME, "a.old.");
    check_outcome(f, KD_OUT_MALFORMED, 16, "x.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.old.");
}

static void test_dname_too_long(void **state)
{
    struct fixture *f = *state;
    char label[] = "aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbb";
    const char *name =
        kd_arena_printf(f->arena, "%s.%s.%s.%s.old.", label, label, label, label);
    const char *target = kd_arena_printf(f->arena, "%s.new.", label);

    put_header(&f->b, 0x8180, name, KD_RR_A);
    put_alias(&f->b, 6, "old.", KD_RR_DNAME, target);
    check_outcome(f, KD_OUT_MALFORMED, 0, name);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    static const struct CMUnitTest TESTS[] = {
        cmocka_unit_test(test_outcome_texts),
        TEST(test_plain_outcomes),
        TEST(test_referrals),
        TEST(test_cname_chains),
        TEST(test_chains_that_loop),
        TEST(test_dname),
        TEST(test_dname_too_long),
    };
#undef TEST

    return cmocka_run_group_tests_name("msg_outcome", TESTS, NULL, NULL);
}
