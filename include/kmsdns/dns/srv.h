/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_DNS_SRV_H
#define KMSDNS_DNS_SRV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kmsdns/base/rng.h"
#include "kmsdns/base/status.h"

/* TTL of a record made by hand in the vendor's guide (Volume Activation 2.0 Deployment Guide). */
#define KD_SRV_USUAL_TTL_S 3600

/* One entry of an SRV set; the type facts use, too. */
struct kd_srv {
    uint16_t priority, weight, port;
    const char *target; /* canonical name, borrowed */
    uint32_t ttl_s;
};

/* The two ways in which Windows chooses (reference/kms-dns-facts.md 1). */
typedef enum kd_srv_choice {
    KD_SRV_UNIFORM, /* Vista and 2008: priority and weight are ignored */
    KD_SRV_RFC2782, /* 7, 2008 R2 and later: lowest priority, then by weight */
} kd_srv_choice;

/**
 * How likely each record is the first that a client tries.
 *
 * With RFC 2782's running sum a draw is one of sum + 1 numbers and records of weight 0 stand
 * first; where the RFC leaves the order open ("any order") the average over all orders is given.
 *
 * set, n     the records in any order                                        borrowed
 * ret_share  n numbers from 0 to 1 that add up to 1                          caller's
 */
void kd_srv_shares(const struct kd_srv *set, size_t n, kd_srv_choice choice, double *ret_share);

/**
 * Draw the order in which one client would try the records.
 *
 * rng        the same state gives the same order, whatever order set has
 * ret_order  n indexes into set                                              caller's
 * Source     RFC 2782, "Usage rules"
 */
void kd_srv_draw(const struct kd_srv *set, size_t n, kd_srv_choice choice, struct kd_rng *rng,
                 size_t *ret_order);

/** Order for output: priority, then weight descending, then target, then port. For qsort. */
int kd_srv_compare(const void *a, const void *b);

/**
 * The TTL of a set; -1 of an empty one. Where a server errs and gives several (RFC 2181 5.2), it is
 * the lowest: the one that caches keep.
 */
int64_t kd_srv_set_ttl(const struct kd_srv *set, size_t n);

/** True if a record is that of one host and port; target is canonical. */
bool kd_srv_is_of(const struct kd_srv *record, const char *target, uint16_t port);

/** True if two sets hold the same records, TTL aside, in any order. */
bool kd_srv_set_equal(const struct kd_srv *a, size_t na, const struct kd_srv *b, size_t nb);

#endif
