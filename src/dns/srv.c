/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * srv.c - which host a client picks from an SRV set: chances, draws, order, comparison.
 *
 * RFC 2782 leaves the order of the records open before a draw, except that weight 0 comes
 * first. Shares are the average over all such orders; a draw shuffles to get one of them.
 */
#include "kmsdns/dns/srv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "kmsdns/base/mem.h"

/* A record and its place in the caller's set; kd_srv_compare works on it, too. */
struct srv_item {
    struct kd_srv srv; /* must be first */
    size_t index;
};

/* What a draw among records of one priority depends on. */
struct srv_group {
    uint16_t priority;
    size_t n, nzero;
    uint64_t sum;
};

static struct srv_group srv_lowest_group(const struct kd_srv *set, size_t n)
{
    struct srv_group group = {.priority = UINT16_MAX};

    for (size_t i = 0; i < n; i++) {
        group.priority = set[i].priority < group.priority ? set[i].priority : group.priority;
    }
    for (size_t i = 0; i < n; i++) {
        if (set[i].priority == group.priority) {
            group.n++;
            group.nzero += set[i].weight == 0 ? 1 : 0;
            group.sum += set[i].weight;
        }
    }
    return group;
}

/*
 * RFC 2782: a number from 0 to the sum, both included, picks the first record whose running sum
 * reaches it. So 0 goes to the first record: a weight 0 one, else any with the same chance.
 */
static double srv_share(const struct srv_group *group, uint16_t weight)
{
    double slots = (double)group->sum + 1.0;

    if (weight == 0) {
        return 1.0 / slots / (double)group->nzero;
    }
    return (weight + (group->nzero == 0 ? 1.0 / (double)group->n : 0.0)) / slots;
}

void kd_srv_shares(const struct kd_srv *set, size_t n, kd_srv_choice choice, double *ret_share)
{
    struct srv_group group = srv_lowest_group(set, n);

    for (size_t i = 0; i < n; i++) {
        if (choice == KD_SRV_UNIFORM) {
            ret_share[i] = 1.0 / (double)n;
        } else if (set[i].priority == group.priority) {
            ret_share[i] = srv_share(&group, set[i].weight);
        } else {
            ret_share[i] = 0.0;
        }
    }
}

static struct srv_item *srv_sorted(const struct kd_srv *set, size_t n)
{
    struct srv_item *items = kd_xcalloc(n, sizeof(*items));

    for (size_t i = 0; i < n; i++) {
        items[i].srv = set[i];
        items[i].index = i;
    }
    qsort(items, n, sizeof(*items), kd_srv_compare);
    return items;
}

static void srv_swap(struct srv_item *a, struct srv_item *b)
{
    struct srv_item kept = *a;

    *a = *b;
    *b = kept;
}

static void srv_shuffle(struct srv_item *items, size_t n, struct kd_rng *rng)
{
    for (size_t i = n; i > 1; i--) {
        srv_swap(&items[i - 1], &items[kd_rng_upto(rng, (uint32_t)(i - 1))]);
    }
}

static void srv_zeros_first(struct srv_item *items, size_t n)
{
    size_t nzero = 0;

    for (size_t i = 0; i < n; i++) {
        if (items[i].srv.weight == 0) {
            srv_swap(&items[nzero++], &items[i]);
        }
    }
}

/* One draw; returns the place of the record picked. */
static size_t srv_pick(const struct srv_item *items, size_t n, struct kd_rng *rng)
{
    uint64_t sum = 0, running = 0;
    uint32_t number;
    size_t i = 0;

    for (size_t k = 0; k < n; k++) {
        sum += items[k].srv.weight;
    }
    assert(sum <= UINT32_MAX);
    number = kd_rng_upto(rng, (uint32_t)sum);
    for (running = items[0].srv.weight; running < number; running += items[i].srv.weight) {
        i++;
    }
    return i;
}

/* Orders records of one priority: draw, take out, draw again among the rest. */
static void srv_order_group(struct srv_item *items, size_t n, struct kd_rng *rng)
{
    srv_shuffle(items, n, rng);
    srv_zeros_first(items, n);
    for (size_t i = 0; i + 1 < n; i++) {
        size_t pick = i + srv_pick(items + i, n - i, rng);
        struct srv_item picked = items[pick];

        /* the rest keeps its order, with weight 0 first */
        memmove(&items[i + 1], &items[i], (pick - i) * sizeof(*items));
        items[i] = picked;
    }
}

void kd_srv_draw(const struct kd_srv *set, size_t n, kd_srv_choice choice, struct kd_rng *rng,
                 size_t *ret_order)
{
    struct srv_item *items = srv_sorted(set, n);
    size_t first = 0;

    if (choice == KD_SRV_UNIFORM) {
        srv_shuffle(items, n, rng);
        first = n;
    }
    while (first < n) {
        size_t last = first;

        while (last < n && items[last].srv.priority == items[first].srv.priority) {
            last++;
        }
        srv_order_group(items + first, last - first, rng);
        first = last;
    }
    for (size_t i = 0; i < n; i++) {
        ret_order[i] = items[i].index;
    }
    free(items);
}

int kd_srv_compare(const void *a, const void *b)
{
    const struct kd_srv *left = a, *right = b;
    int order;

    if (left->priority != right->priority) {
        return left->priority < right->priority ? -1 : 1;
    }
    if (left->weight != right->weight) {
        return left->weight > right->weight ? -1 : 1;
    }
    order = strcmp(left->target, right->target);
    return order != 0 ? order : (int)left->port - (int)right->port;
}

bool kd_srv_set_equal(const struct kd_srv *a, size_t na, const struct kd_srv *b, size_t nb)
{
    struct srv_item *left = NULL, *right = NULL;
    bool is_equal = true;

    if (na != nb) {
        return false;
    }
    left = srv_sorted(a, na);
    right = srv_sorted(b, nb);
    for (size_t i = 0; i < na && is_equal; i++) {
        is_equal = kd_srv_compare(&left[i], &right[i]) == 0;
    }
    free(left);
    free(right);
    return is_equal;
}

int64_t kd_srv_set_ttl(const struct kd_srv *set, size_t n)
{
    int64_t ttl_s = -1;

    for (size_t i = 0; i < n; i++) {
        if (ttl_s < 0 || set[i].ttl_s < (uint64_t)ttl_s) {
            ttl_s = set[i].ttl_s;
        }
    }
    return ttl_s;
}

bool kd_srv_is_of(const struct kd_srv *record, const char *target, uint16_t port)
{
    return record->port == port && strcmp(record->target, target) == 0;
}
