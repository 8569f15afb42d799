/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_BASE_RNG_H
#define KMSDNS_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

/** Fill with bytes that nobody can predict (query IDs, names of control questions). */
void kd_random_bytes(void *out, size_t len);

/* A repeatable generator for draws that a user may want to see again (--seed). */
struct kd_rng {
    uint64_t state;
};

/** Start the generator; the same seed gives the same draws on every system. */
void kd_rng_init(struct kd_rng *rng, uint64_t seed);

/** A number from 0 to bound, both included, without bias. */
uint32_t kd_rng_upto(struct kd_rng *rng, uint32_t bound);

#endif
