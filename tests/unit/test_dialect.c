/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_dialect.c - the table of servers and of what their answers mean: complete, every row to be
 * had, servers recognised by version and by answers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "../../src/rules/dialect.h"
#include "rules_fixture.h"

static void assert_words(const char *what, const char *text)
{
    if (text == NULL || strlen(text) < 2) {
        fail_msg("a row has no %s", what);
    }
    for (const char *p = text; *p != '\0'; p++) {
        if (*p < ' ' || *p > '~') {
            fail_msg("not plain ASCII: %s", text);
        }
    }
}

static void test_servers(void **state)
{
    size_t n = 0;
    const struct kd_dialect_row *row = kd_dialect_rows(&n);

    (void)state;
    assert_int_equal(n, KD_DIALECT_COUNT);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(row[i].dialect, i);
        assert_words("name", row[i].name);
        assert_words("source", row[i].source);
        assert_true(row[i].like < KD_DIALECT_COUNT);
        assert_true(row[i].order <= KD_ORDER_TWO_GATES);
        for (const char *p = row[i].version; p != NULL && *p != '\0'; p++) {
            assert_false(*p >= 'A' && *p <= 'Z');
        }
    }
}

static void test_meanings(void **state)
{
    size_t n = 0;
    const struct kd_dialect_meaning *row = kd_dialect_meanings(&n);

    (void)state;
    assert_true(n > KD_DIALECT_COUNT);
    for (size_t i = 0; i < n; i++) {
        kd_asker asker = row[i].asker == KD_ASKER_ANYONE ? KD_ASKER_UNVERIFIED : row[i].asker;

        assert_words("cause", row[i].cause[0]);
        for (size_t j = 0; j < KD_MAX_CAUSES && row[i].cause[j] != NULL; j++) {
            assert_words("cause", row[i].cause[j]);
        }
        assert_words("next step", row[i].next);
        assert_int_equal(row[i].next[strlen(row[i].next) - 1], '.');
        assert_words("source", row[i].source);
        /* no row stands in another one's shadow */
        if (kd_dialect_meaning_of(row[i].dialect, row[i].outcome, row[i].tsig_error, asker) !=
            &row[i]) {
            fail_msg("row %zu (%s) is never reached", i, row[i].cause[0]);
        }
    }
}

/* Whatever a server refuses with has a meaning, for every server and everyone who asks. */
static void test_no_gap(void **state)
{
    static const struct {
        kd_outcome outcome;
        int32_t tsig_error;
    } ANSWER[] = {
        {KD_OUT_REFUSED, -1},  {KD_OUT_REFUSED, 0},  {KD_OUT_REFUSED, 16}, {KD_OUT_REFUSED, 17},
        {KD_OUT_REFUSED, 18},  {KD_OUT_NOTAUTH, -1}, {KD_OUT_NOTAUTH, 16}, {KD_OUT_NOTAUTH, 17},
        {KD_OUT_NOTAUTH, 18},  {KD_OUT_NOTAUTH, 22}, {KD_OUT_NOTIMP, -1},  {KD_OUT_NOTZONE, -1},
        {KD_OUT_SERVFAIL, -1}, {KD_OUT_FORMERR, -1}, {KD_OUT_YXRRSET, -1}, {KD_OUT_NOERROR, -1},
    };

    (void)state;
    for (int dialect = 0; dialect < KD_DIALECT_COUNT; dialect++) {
        for (size_t i = 0; i < COUNT(ANSWER); i++) {
            for (int asker = KD_ASKER_NOBODY; asker <= KD_ASKER_LET_IN; asker++) {
                assert_non_null(kd_dialect_meaning_of((kd_dialect)dialect, ANSWER[i].outcome,
                                                      ANSWER[i].tsig_error, (kd_asker)asker));
            }
        }
    }
    assert_null(kd_dialect_meaning_of(KD_DIALECT_KNOT, KD_OUT_NXRRSET, 0, KD_ASKER_NOBODY));
}

static void test_version(void **state)
{
    static const struct {
        const char *version;
        kd_dialect dialect;
    } TOLD[] = {
        {"9.18.49-1~deb12u1-Debian", KD_DIALECT_BIND_NEW},
        {"9.18.11", KD_DIALECT_BIND_NEW},
        {"9.18.10", KD_DIALECT_BIND_OLD},
        {"9.16.37", KD_DIALECT_BIND_NEW},
        {"9.16.36", KD_DIALECT_BIND_OLD},
        {"9.16.23-RH", KD_DIALECT_BIND_OLD},
        {"9.11.36-RedHat-9.11.36-8.el8", KD_DIALECT_BIND_OLD},
        {"9.17.22", KD_DIALECT_BIND_OLD},
        {"9.19.8", KD_DIALECT_BIND_OLD},
        {"9.19.9", KD_DIALECT_BIND_NEW},
        {"9.20.0", KD_DIALECT_BIND_NEW},
        {"9.21", KD_DIALECT_BIND_NEW},
        {"9.99999999999999999999", KD_DIALECT_BIND_NEW},
        {"9.", KD_DIALECT_BIND_OLD},
        {"Knot DNS 3.2.6", KD_DIALECT_KNOT},
        {"PowerDNS Authoritative Server 4.7.3 (built ...)", KD_DIALECT_POWERDNS},
        {"NSD 4.6.1", KD_DIALECT_NSD},
        {"Microsoft DNS 10.0.20348 (0)", KD_DIALECT_WINDOWS},
        {"not telling", KD_DIALECT_UNKNOWN},
        {"9", KD_DIALECT_UNKNOWN},
        {"19.1", KD_DIALECT_UNKNOWN},
        {"", KD_DIALECT_UNKNOWN},
        {NULL, KD_DIALECT_UNKNOWN},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(TOLD); i++) {
        const struct kd_domain_fact domain = {.name = "corp.example."};
        const struct kd_update_fact update = {.version = TOLD[i].version};
        struct kd_dialect_guess guess = kd_dialect_guess(&domain, &update);

        if (guess.row->dialect != TOLD[i].dialect) {
            fail_msg("%s is taken for %s", TOLD[i].version, guess.row->name);
        }
        assert_int_equal(guess.is_by_version, TOLD[i].dialect != KD_DIALECT_UNKNOWN);
        assert_false(guess.is_by_answers);
    }
}

#define PROBE(kind, outcome, tsig, sign)                                            \
    {                                                                               \
        .probe = KD_PROBE_##kind, .status = KD_OUT_##outcome, .tsig_error = (tsig), \
        .signature = KD_REPLY_SIGNATURE_##sign                                      \
    }

struct answers {
    const char *label;
    const char *version;
    bool is_signed;
    struct kd_probe_fact probe[5];
    size_t n;
    kd_dialect dialect;
    kd_order order;
    kd_asker asker;
};

static const struct answers ANSWERS[] = {
    {"BADKEY to a key that is accepted elsewhere",
     NULL,
     true,
     {PROBE(TARGET, NOTAUTH, 17, UNSIGNED), PROBE(EMPTY_SIGNED, NOERROR, 0, GOOD)},
     2,
     KD_DIALECT_KNOT,
     KD_ORDER_RIGHT_FIRST,
     KD_ASKER_LET_IN},
    {"BADKEY to a key that is accepted nowhere",
     NULL,
     true,
     {PROBE(TARGET, NOTAUTH, 17, UNSIGNED), PROBE(EMPTY_SIGNED, NOTAUTH, 17, UNSIGNED)},
     2,
     KD_DIALECT_UNKNOWN,
     KD_ORDER_UNKNOWN,
     KD_ASKER_UNVERIFIED},
    {"NOTAUTH to nobody in a zone that is there",
     NULL,
     true,
     {PROBE(TARGET, YXRRSET, 0, GOOD), PROBE(CONTROL_UNSIGNED, NOTAUTH, -1, NONE)},
     2,
     KD_DIALECT_KNOT,
     KD_ORDER_RIGHT_FIRST,
     KD_ASKER_ACCEPTED},
    {"NOTAUTH to nobody, the zone may not be there",
     NULL,
     false,
     {PROBE(TARGET, NOTAUTH, -1, NONE)},
     1,
     KD_DIALECT_UNKNOWN,
     KD_ORDER_UNKNOWN,
     KD_ASKER_NOBODY},
    {"REFUSED without TSIG to a signed request",
     NULL,
     true,
     {PROBE(TARGET, REFUSED, -1, UNSIGNED)},
     1,
     KD_DIALECT_POWERDNS,
     KD_ORDER_TWO_GATES,
     KD_ASKER_UNVERIFIED},
    {"REFUSED, signed",
     NULL,
     true,
     {PROBE(TARGET, REFUSED, 0, GOOD)},
     1,
     KD_DIALECT_UNKNOWN,
     KD_ORDER_UNKNOWN,
     KD_ASKER_ACCEPTED},
    {"REFUSED with a TSIG error",
     NULL,
     true,
     {PROBE(TARGET, REFUSED, 17, UNSIGNED)},
     1,
     KD_DIALECT_SAMBA,
     KD_ORDER_PREREQUISITES_FIRST,
     KD_ASKER_UNVERIFIED},
    {"REFUSED to nobody",
     NULL,
     false,
     {PROBE(TARGET, REFUSED, -1, NONE)},
     1,
     KD_DIALECT_UNKNOWN,
     KD_ORDER_UNKNOWN,
     KD_ASKER_NOBODY},
    {"an old number with newer code",
     "9.11.36-RedHat",
     true,
     {PROBE(TARGET, YXRRSET, 0, GOOD), PROBE(CONTROL_UNSIGNED, REFUSED, -1, NONE),
      PROBE(CONTROL_OTHER_NAME, REFUSED, 0, GOOD)},
     3,
     KD_DIALECT_BIND_NEW,
     KD_ORDER_RIGHT_FIRST,
     KD_ASKER_ACCEPTED},
    {"a new number with older code",
     "9.18.49",
     true,
     {PROBE(TARGET, YXRRSET, 0, GOOD), PROBE(CONTROL_UNSIGNED, YXRRSET, -1, NONE),
      PROBE(EMPTY_UNSIGNED, REFUSED, -1, NONE)},
     3,
     KD_DIALECT_BIND_OLD,
     KD_ORDER_PREREQUISITES_FIRST,
     KD_ASKER_ACCEPTED},
    {"the controls show it, nobody says who it is",
     NULL,
     true,
     {PROBE(TARGET, YXRRSET, 0, GOOD), PROBE(CONTROL_UNSIGNED, YXRRSET, -1, NONE),
      PROBE(EMPTY_UNSIGNED, REFUSED, -1, NONE)},
     3,
     KD_DIALECT_UNKNOWN,
     KD_ORDER_PREREQUISITES_FIRST,
     KD_ASKER_ACCEPTED},
    {"a version counts more than answers",
     "NSD 4.6.1",
     true,
     {PROBE(TARGET, REFUSED, 17, UNSIGNED)},
     1,
     KD_DIALECT_NSD,
     KD_ORDER_UNKNOWN,
     KD_ASKER_UNVERIFIED},
    {"a signature that does not verify accepts nothing",
     NULL,
     true,
     {PROBE(TARGET, YXRRSET, 0, BAD)},
     1,
     KD_DIALECT_UNKNOWN,
     KD_ORDER_UNKNOWN,
     KD_ASKER_UNVERIFIED},
    {"BADTIME is signed and no acceptance",
     NULL,
     true,
     {PROBE(TARGET, NOTAUTH, 18, GOOD)},
     1,
     KD_DIALECT_UNKNOWN,
     KD_ORDER_UNKNOWN,
     KD_ASKER_UNVERIFIED},
};

static void test_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(ANSWERS); i++) {
        struct kd_probe_fact probe[COUNT(ANSWERS[0].probe)];
        const struct kd_domain_fact domain = {.name = "corp.example."};
        struct kd_update_fact update = {.version = ANSWERS[i].version,
                                        .is_signed = ANSWERS[i].is_signed,
                                        .probe = probe,
                                        .nprobe = ANSWERS[i].n};
        struct kd_dialect_guess guess;

        memcpy(probe, ANSWERS[i].probe, sizeof(probe));
        guess = kd_dialect_guess(&domain, &update);
        if (guess.row->dialect != ANSWERS[i].dialect) {
            fail_msg("%s: taken for %s", ANSWERS[i].label, guess.row->name);
        }
        if (kd_dialect_order(&guess, &update) != ANSWERS[i].order ||
            kd_dialect_asker(&update) != ANSWERS[i].asker) {
            fail_msg("%s: order %d, asker %d", ANSWERS[i].label,
                     (int)kd_dialect_order(&guess, &update), (int)kd_dialect_asker(&update));
        }
    }
}

/* NOTAUTH of a server that serves the zone is a denial, not the wrong server. */
static void test_authority(void **state)
{
    struct kd_server_fact server = {
        .address = {.addr = {.family = 4, .bytes = {192, 0, 2, 1}}, .port = 53}};
    struct kd_zone_fact zone = {.name = "corp.example.", .server = &server, .nserver = 1};
    const struct kd_domain_fact domain = {.name = "corp.example.", .zone = &zone};
    struct kd_probe_fact probe = PROBE(TARGET, NOTAUTH, -1, NONE);
    const struct kd_update_fact update = {
        .server = server.address, .probe = &probe, .nprobe = 1};

    (void)state;
    assert_int_equal(kd_dialect_guess(&domain, &update).row->dialect, KD_DIALECT_UNKNOWN);
    server.is_authoritative = true;
    assert_int_equal(kd_dialect_guess(&domain, &update).row->dialect, KD_DIALECT_KNOT);
    server.address.port = 5353;
    assert_int_equal(kd_dialect_guess(&domain, &update).row->dialect, KD_DIALECT_UNKNOWN);
}

static void test_tsig_words(void **state)
{
    (void)state;
    assert_string_equal(kd_dialect_tsig_str(17), "BADKEY");
    assert_string_equal(kd_dialect_tsig_str(22), "BADTRUNC");
    assert_null(kd_dialect_tsig_str(0));
    assert_null(kd_dialect_tsig_str(-1));
    assert_non_null(kd_dialect_tsig_str(4000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_servers),    cmocka_unit_test(test_meanings),
        cmocka_unit_test(test_no_gap),     cmocka_unit_test(test_version),
        cmocka_unit_test(test_answers),    cmocka_unit_test(test_authority),
        cmocka_unit_test(test_tsig_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
