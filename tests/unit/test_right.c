/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_right.c - the verdict on the right to write: a case for each row of the table, for what
 * real servers answered, and for replies that did not come.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "kmsdns/facts/right.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What a case has for a probe that was not sent at all. */
#define NONE KD_OUT_COUNT

#define YX      KD_OUT_YXRRSET
#define REFUSED KD_OUT_REFUSED
#define NOTAUTH KD_OUT_NOTAUTH
#define OK      KD_OUT_NOERROR
#define TIMEOUT KD_OUT_TIMEOUT

struct right_case {
    const char *label;
    bool is_signed;
    kd_outcome status[KD_PROBE_COUNT]; /* in the order of kd_probe */
    kd_right right;
};

static const struct right_case CASE[] = {
    /* target, unsigned, other name, empty signed, empty unsigned, identical add */
    {"row 1: REFUSED", true, {REFUSED, REFUSED, YX, OK, REFUSED, NONE}, KD_RIGHT_REFUSED},
    {"row 1: NOTAUTH", true, {NOTAUTH, NOTAUTH, NOTAUTH, OK, NOTAUTH, NONE}, KD_RIGHT_REFUSED},
    {"row 1: the rest open", true, {REFUSED, YX, YX, OK, OK, NONE}, KD_RIGHT_REFUSED},
    {"row 1: SERVFAIL",
     true,
     {KD_OUT_SERVFAIL, NONE, NONE, NONE, NONE, NONE},
     KD_RIGHT_REFUSED},
    {"row 1: NOTIMP", true, {KD_OUT_NOTIMP, NONE, NONE, NONE, NONE, NONE}, KD_RIGHT_REFUSED},
    {"row 1: NOTZONE", true, {KD_OUT_NOTZONE, NONE, NONE, NONE, NONE, NONE}, KD_RIGHT_REFUSED},
    {"row 2: signed empty refused",
     true,
     {YX, YX, YX, REFUSED, REFUSED, NONE},
     KD_RIGHT_REFUSED},
    {"row 2: two gates", true, {YX, REFUSED, YX, REFUSED, REFUSED, NONE}, KD_RIGHT_REFUSED},
    {"row 3", true, {YX, REFUSED, REFUSED, OK, REFUSED, NONE}, KD_RIGHT_ALLOWED},
    {"row 3: Knot", true, {YX, NOTAUTH, NOTAUTH, OK, NOTAUTH, NONE}, KD_RIGHT_ALLOWED},
    {"row 3: anonymous empty unknown",
     true,
     {YX, REFUSED, REFUSED, OK, NONE, NONE},
     KD_RIGHT_ALLOWED},
    {"row 4", true, {YX, REFUSED, YX, OK, REFUSED, NONE}, KD_RIGHT_PROBABLE},
    {"row 5", true, {YX, YX, YX, OK, REFUSED, NONE}, KD_RIGHT_INCONCLUSIVE},
    {"row 5: other refused", true, {YX, YX, REFUSED, OK, REFUSED, NONE}, KD_RIGHT_INCONCLUSIVE},
    {"row 6", true, {YX, YX, YX, OK, OK, NONE}, KD_RIGHT_PROBABLE},
    {"identical add refused", true, {YX, YX, YX, OK, REFUSED, REFUSED}, KD_RIGHT_REFUSED},
    {"identical add denied by old Samba",
     true,
     {YX, YX, YX, OK, REFUSED, KD_OUT_SERVFAIL},
     KD_RIGHT_REFUSED},
    {"identical add accepted proves nothing",
     true,
     {YX, YX, YX, OK, REFUSED, OK},
     KD_RIGHT_INCONCLUSIVE},

    {"nobody: Samba", false, {YX, NONE, NONE, NONE, REFUSED, NONE}, KD_RIGHT_REFUSED},
    {"nobody: BIND", false, {REFUSED, NONE, NONE, NONE, REFUSED, NONE}, KD_RIGHT_REFUSED},
    {"nobody: open zone", false, {YX, NONE, YX, NONE, OK, NONE}, KD_RIGHT_PROBABLE},
    {"nobody: this record only", false, {YX, NONE, NOTAUTH, NONE, OK, NONE}, KD_RIGHT_PROBABLE},
    {"nobody: empty unknown", false, {YX, NONE, YX, NONE, NONE, NONE}, KD_RIGHT_INCONCLUSIVE},

    {"no reply", true, {TIMEOUT, REFUSED, REFUSED, OK, REFUSED, NONE}, KD_RIGHT_UNREACHABLE},
    {"nothing listens",
     true,
     {KD_OUT_CONN_REFUSED, NONE, NONE, NONE, NONE, NONE},
     KD_RIGHT_UNREACHABLE},
    {"no route",
     true,
     {KD_OUT_UNREACHABLE, NONE, NONE, NONE, NONE, NONE},
     KD_RIGHT_UNREACHABLE},
    {"not asked",
     true,
     {KD_OUT_SKIPPED, REFUSED, REFUSED, OK, REFUSED, NONE},
     KD_RIGHT_INCONCLUSIVE},
    {"no probe at all", true, {NONE, NONE, NONE, NONE, NONE, NONE}, KD_RIGHT_INCONCLUSIVE},
    {"FORMERR", true, {KD_OUT_FORMERR, REFUSED, REFUSED, OK, OK, NONE}, KD_RIGHT_INCONCLUSIVE},
    {"unreadable",
     true,
     {KD_OUT_MALFORMED, REFUSED, REFUSED, OK, OK, NONE},
     KD_RIGHT_INCONCLUSIVE},
    {"prerequisite ignored", true, {OK, REFUSED, REFUSED, OK, OK, NONE}, KD_RIGHT_INCONCLUSIVE},

    {"target only", true, {YX, NONE, NONE, NONE, NONE, NONE}, KD_RIGHT_INCONCLUSIVE},
    {"empty lost", true, {YX, REFUSED, REFUSED, TIMEOUT, REFUSED, NONE}, KD_RIGHT_PROBABLE},
    {"other name lost", true, {YX, REFUSED, TIMEOUT, OK, REFUSED, NONE}, KD_RIGHT_PROBABLE},
    {"unsigned lost", true, {YX, TIMEOUT, REFUSED, OK, REFUSED, NONE}, KD_RIGHT_PROBABLE},
    {"unsigned and empty lost",
     true,
     {YX, TIMEOUT, REFUSED, TIMEOUT, NONE, NONE},
     KD_RIGHT_PROBABLE},
    {"other name and empty lost",
     true,
     {YX, REFUSED, NONE, NONE, NONE, NONE},
     KD_RIGHT_INCONCLUSIVE},
    {"unsigned lost, all names pass",
     true,
     {YX, TIMEOUT, YX, OK, REFUSED, NONE},
     KD_RIGHT_INCONCLUSIVE},
    {"anonymous empty lost", true, {YX, YX, YX, OK, TIMEOUT, NONE}, KD_RIGHT_INCONCLUSIVE},
    {"controls unreadable",
     true,
     {YX, KD_OUT_FORMERR, KD_OUT_FORMERR, KD_OUT_FORMERR, NONE, NONE},
     KD_RIGHT_INCONCLUSIVE},
};

static size_t fill(const struct right_case *row, struct kd_probe_fact *probe)
{
    size_t n = 0;

    for (size_t i = 0; i < KD_PROBE_COUNT; i++) {
        if (row->status[i] != NONE) {
            probe[n] = (struct kd_probe_fact){
                .probe = (kd_probe)i, .status = row->status[i], .rcode = -1, .tsig_error = -1};
            n++;
        }
    }
    return n;
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        struct kd_probe_fact probe[KD_PROBE_COUNT];
        size_t n = fill(&CASE[i], probe);
        kd_right right = kd_right_from_probes(probe, n, CASE[i].is_signed);

        if (right != CASE[i].right) {
            fail_msg("%s: %s, not %s", CASE[i].label, kd_right_str(right),
                     kd_right_str(CASE[i].right));
        }
    }
}

/* Whatever is taken away from the full set, no verdict gets stronger than the full one's. */
static void test_missing(void **state)
{
    static const struct right_case FULL = {
        "row 3", true, {YX, REFUSED, REFUSED, OK, REFUSED, NONE}, KD_RIGHT_ALLOWED};

    (void)state;
    for (unsigned int lost = 1; lost < 1U << KD_PROBE_IDENTICAL_ADD; lost++) {
        struct right_case row = FULL;
        struct kd_probe_fact probe[KD_PROBE_COUNT];
        bool is_only_anonymous = lost == 1U << KD_PROBE_EMPTY_UNSIGNED;
        kd_right right;

        for (size_t i = 0; i < KD_PROBE_IDENTICAL_ADD; i++) {
            row.status[i] = (lost & 1U << i) != 0 ? TIMEOUT : row.status[i];
        }
        right = kd_right_from_probes(probe, fill(&row, probe), true);
        assert_int_equal(right == KD_RIGHT_ALLOWED, is_only_anonymous);
        assert_int_equal(right == KD_RIGHT_UNREACHABLE, (lost & 1U) != 0);
    }
}

static void test_signature(void **state)
{
    static const struct {
        kd_probe probe;
        kd_reply_signature signature;
        kd_right right;
    } SIGNATURE[] = {
        {KD_PROBE_TARGET, KD_REPLY_SIGNATURE_GOOD, KD_RIGHT_ALLOWED},
        {KD_PROBE_TARGET, KD_REPLY_SIGNATURE_UNSIGNED, KD_RIGHT_PROBABLE},
        {KD_PROBE_TARGET, KD_REPLY_SIGNATURE_BAD, KD_RIGHT_INCONCLUSIVE},
        {KD_PROBE_EMPTY_SIGNED, KD_REPLY_SIGNATURE_UNSIGNED, KD_RIGHT_PROBABLE},
        {KD_PROBE_EMPTY_SIGNED, KD_REPLY_SIGNATURE_BAD, KD_RIGHT_PROBABLE},
        /* refusals are often unsigned (RFC 8945 5.2) */
        {KD_PROBE_CONTROL_OTHER_NAME, KD_REPLY_SIGNATURE_UNSIGNED, KD_RIGHT_ALLOWED},
    };
    static const struct right_case FULL = {
        "row 3", true, {YX, REFUSED, REFUSED, OK, REFUSED, NONE}, KD_RIGHT_ALLOWED};

    (void)state;
    for (size_t i = 0; i < COUNT(SIGNATURE); i++) {
        struct kd_probe_fact probe[KD_PROBE_COUNT];
        size_t n = fill(&FULL, probe);

        probe[SIGNATURE[i].probe].signature = SIGNATURE[i].signature;
        assert_int_equal(kd_right_from_probes(probe, n, true), SIGNATURE[i].right);
    }
}

static void test_find(void **state)
{
    const struct kd_probe_fact probe[] = {
        {.probe = KD_PROBE_EMPTY_SIGNED, .status = OK},
        {.probe = KD_PROBE_TARGET, .status = YX},
    };

    (void)state;
    assert_ptr_equal(kd_probe_find(probe, 2, KD_PROBE_TARGET), &probe[1]);
    assert_null(kd_probe_find(probe, 2, KD_PROBE_IDENTICAL_ADD));
    assert_null(kd_probe_find(NULL, 0, KD_PROBE_TARGET));
    assert_int_equal(kd_probe_says_what(NULL), KD_PROBE_SAYS_NOTHING);
    assert_int_equal(kd_probe_says_what(&probe[0]), KD_PROBE_SAYS_ACCEPTED);
    assert_int_equal(kd_right_from_probes(NULL, 0, true), KD_RIGHT_INCONCLUSIVE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_signature),
        cmocka_unit_test(test_find),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
