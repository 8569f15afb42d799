/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_srv.c - the choice among SRV records: RFC 2782 counted out, and drawn.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kmsdns/dns/srv.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MAX_SET      5

static struct kd_srv record(uint16_t priority, uint16_t weight, const char *target)
{
    struct kd_srv srv = {
        .priority = priority, .weight = weight, .port = 1688, .target = target};

    return srv;
}

/* Counts one order of records as RFC 2782 says: each number from 0 to the sum once. */
static void count_order(const struct kd_srv *set, const size_t *order, size_t n, double *count)
{
    unsigned int sum = 0;

    for (size_t i = 0; i < n; i++) {
        /* weight 0 stands first */
        if (i > 0 && set[order[i]].weight == 0 && set[order[i - 1]].weight != 0) {
            return;
        }
        sum += set[i].weight;
    }
    for (unsigned int number = 0; number <= sum; number++) {
        unsigned int running = set[order[0]].weight;
        size_t i = 0;

        while (running < number) {
            running += set[order[++i]].weight;
        }
        count[order[i]] += 1;
    }
}

static void count_all_orders(const struct kd_srv *set, size_t *order, size_t done, size_t n,
                             double *count)
{
    if (done == n) {
        count_order(set, order, n, count);
        return;
    }
    for (size_t i = done; i < n; i++) {
        size_t kept = order[done];

        order[done] = order[i];
        order[i] = kept;
        count_all_orders(set, order, done + 1, n, count);
        order[i] = order[done];
        order[done] = kept;
    }
}

static void check_shares(const struct kd_srv *set, size_t n)
{
    double share[MAX_SET], count[MAX_SET] = {0}, total = 0, sum = 0;
    size_t order[MAX_SET] = {0, 1, 2, 3, 4};

    count_all_orders(set, order, 0, n, count);
    for (size_t i = 0; i < n; i++) {
        total += count[i];
    }
    kd_srv_shares(set, n, KD_SRV_RFC2782, share);
    for (size_t i = 0; i < n; i++) {
        assert_true(fabs(share[i] - count[i] / total) < 1e-12);
        sum += share[i];
    }
    assert_true(fabs(sum - 1) < 1e-12);
}

static void test_shares_counted_out(void **state)
{
    static const uint16_t WEIGHT[][MAX_SET] = {
        {0},
        {7},
        {0, 0},
        {1, 1},
        {3, 1},
        {0, 5},
        {0, 0, 10},
        {10, 20, 70},
        {0, 1, 2, 3, 4},
        {0, 0, 0, 1, 1},
        {1, 1, 1, 1, 1},
        {0, 0, 0, 0, 0},
        {30, 1, 0, 9, 0},
    };
    static const size_t N[COUNT(WEIGHT)] = {1, 1, 2, 2, 2, 2, 3, 3, 5, 5, 5, 5, 5};
    struct kd_srv set[MAX_SET];

    (void)state;
    for (size_t i = 0; i < COUNT(WEIGHT); i++) {
        for (size_t k = 0; k < N[i]; k++) {
            set[k] = record(0, WEIGHT[i][k], "a.");
        }
        check_shares(set, N[i]);
    }
}

static void test_shares_by_priority(void **state)
{
    struct kd_srv set[] = {record(20, 100, "a."), record(10, 1, "b."), record(10, 3, "c."),
                           record(65535, 0, "d.")};
    double share[COUNT(set)];

    (void)state;
    kd_srv_shares(set, COUNT(set), KD_SRV_RFC2782, share);
    assert_true(share[0] == 0 && share[3] == 0);
    assert_true(fabs(share[1] - 1.5 / 5) < 1e-12);
    assert_true(fabs(share[2] - 3.5 / 5) < 1e-12);
    kd_srv_shares(set, COUNT(set), KD_SRV_UNIFORM, share);
    for (size_t i = 0; i < COUNT(set); i++) {
        assert_true(share[i] == 0.25);
    }
    kd_srv_shares(set, 0, KD_SRV_RFC2782, NULL);
    set[3].priority = 65535;
    kd_srv_shares(&set[3], 1, KD_SRV_RFC2782, share);
    assert_true(share[0] == 1);
}

static void check_draws(const struct kd_srv *set, size_t n, kd_srv_choice choice)
{
    enum {
        DRAWS = 200000
    };
    double share[MAX_SET];
    size_t first[MAX_SET] = {0}, order[MAX_SET];
    struct kd_rng rng;

    kd_rng_init(&rng, 2782);
    kd_srv_shares(set, n, choice, share);
    for (int i = 0; i < DRAWS; i++) {
        size_t seen = 0;

        kd_srv_draw(set, n, choice, &rng, order);
        first[order[0]]++;
        for (size_t k = 0; k < n; k++) {
            seen |= (size_t)1 << order[k];
            assert_true(choice == KD_SRV_UNIFORM || k == 0 ||
                        set[order[k - 1]].priority <= set[order[k]].priority);
        }
        assert_int_equal(seen, ((size_t)1 << n) - 1);
    }
    for (size_t i = 0; i < n; i++) {
        double off = (double)first[i] / DRAWS - share[i];

        /* within five standard deviations */
        assert_true(off * off * DRAWS <= 25 * share[i] * (1 - share[i]));
    }
}

static void test_draws_match_shares(void **state)
{
    struct kd_srv mixed[] = {record(0, 0, "a."), record(0, 60, "b."), record(0, 10, "c."),
                             record(0, 0, "d."), record(5, 99, "e.")};
    struct kd_srv small[] = {record(1, 1, "a."), record(1, 1, "b."), record(1, 2, "c.")};
    struct kd_srv zeros[] = {record(0, 0, "a."), record(0, 0, "b."), record(0, 0, "c.")};

    (void)state;
    check_draws(mixed, COUNT(mixed), KD_SRV_RFC2782);
    check_draws(mixed, COUNT(mixed), KD_SRV_UNIFORM);
    check_draws(small, COUNT(small), KD_SRV_RFC2782);
    check_draws(zeros, COUNT(zeros), KD_SRV_RFC2782);
}

/* Of the second place: after b. (of weight 3) is out, a. and c. share as 1 and 2 do. */
static void test_draw_goes_on_among_the_rest(void **state)
{
    struct kd_srv set[] = {record(0, 1, "a."), record(0, 3, "b."), record(0, 2, "c.")};
    size_t order[COUNT(set)], nfirst = 0, nsecond = 0;
    struct kd_rng rng;

    (void)state;
    kd_rng_init(&rng, 1);
    for (int i = 0; i < 200000; i++) {
        kd_srv_draw(set, COUNT(set), KD_SRV_RFC2782, &rng, order);
        nfirst += order[0] == 1 ? 1 : 0;
        nsecond += order[0] == 1 && order[1] == 0 ? 1 : 0;
    }
    assert_true(fabs((double)nsecond / (double)nfirst - 1.5 / 4) < 0.01);
}

static void test_draw_ignores_input_order(void **state)
{
    struct kd_srv set[] = {record(0, 0, "a."), record(0, 60, "b."), record(0, 60, "c."),
                           record(1, 7, "d."), record(1, 7, "a.")};
    struct kd_srv turned[COUNT(set)];
    size_t one[COUNT(set)], two[COUNT(set)];
    struct kd_rng rng;

    (void)state;
    for (size_t i = 0; i < COUNT(set); i++) {
        turned[i] = set[COUNT(set) - 1 - i];
    }
    for (uint64_t seed = 0; seed < 200; seed++) {
        kd_srv_choice choice = seed % 2 == 0 ? KD_SRV_RFC2782 : KD_SRV_UNIFORM;

        kd_rng_init(&rng, seed);
        kd_srv_draw(set, COUNT(set), choice, &rng, one);
        kd_rng_init(&rng, seed);
        kd_srv_draw(turned, COUNT(set), choice, &rng, two);
        for (size_t i = 0; i < COUNT(set); i++) {
            assert_int_equal(one[i], COUNT(set) - 1 - two[i]);
        }
    }
    kd_srv_draw(NULL, 0, KD_SRV_RFC2782, &rng, NULL);
}

static void test_large_set(void **state)
{
    enum {
        N = 4096
    };
    struct kd_srv *set = calloc(N, sizeof(*set));
    size_t *order = calloc(N, sizeof(*order));
    struct kd_rng rng;

    (void)state;
    assert_non_null(set);
    assert_non_null(order);
    for (size_t i = 0; i < N; i++) {
        set[i] = record(0, 65535, "a.");
    }
    kd_rng_init(&rng, 0);
    kd_srv_draw(set, N, KD_SRV_RFC2782, &rng, order);
    free(order);
    free(set);
}

static void test_output_order(void **state)
{
    static const struct kd_srv SORTED[] = {
        {0, 9, 1688, "b.", 1}, {0, 5, 1688, "a.", 1}, {0, 5, 1688, "b.", 1},
        {0, 5, 1689, "b.", 1}, {1, 0, 1688, "a.", 1}, {1, 0, 65535, "a.", 1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(SORTED); i++) {
        for (size_t k = 0; k < COUNT(SORTED); k++) {
            int order = kd_srv_compare(&SORTED[i], &SORTED[k]);

            assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
        }
    }
}

static void test_set_equal(void **state)
{
    struct kd_srv a[] = {record(0, 1, "a."), record(0, 2, "b."), record(0, 2, "b.")};
    struct kd_srv b[] = {record(0, 2, "b."), record(0, 1, "a."), record(0, 2, "b.")};

    (void)state;
    b[0].ttl_s = 99;
    assert_true(kd_srv_set_equal(a, 3, b, 3));
    assert_false(kd_srv_set_equal(a, 3, b, 2));
    b[2].port++;
    assert_false(kd_srv_set_equal(a, 3, b, 3));
    assert_true(kd_srv_set_equal(NULL, 0, NULL, 0));
    /* the same record once more is another set */
    assert_false(kd_srv_set_equal(a, 2, a, 3));
}

int main(void)
{
    static const struct CMUnitTest TESTS[] = {
        cmocka_unit_test(test_shares_counted_out),
        cmocka_unit_test(test_shares_by_priority),
        cmocka_unit_test(test_draws_match_shares),
        cmocka_unit_test(test_draw_goes_on_among_the_rest),
        cmocka_unit_test(test_draw_ignores_input_order),
        cmocka_unit_test(test_large_set),
        cmocka_unit_test(test_output_order),
        cmocka_unit_test(test_set_equal),
    };

    return cmocka_run_group_tests_name("srv", TESTS, NULL, NULL);
}
