/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rng.c - unpredictable bytes from the kernel, and a repeatable generator for draws.
 */
#include "kmsdns/base/rng.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

void kd_random_bytes(void *out, size_t len)
{
    /* at most 256 bytes never fail or come short once the pool is ready (getrandom(2)) */
    for (size_t done = 0; done < len;) {
        size_t part = len - done > 256 ? 256 : len - done;
        ssize_t got = getrandom((unsigned char *)out + done, part, 0);

        if (got > 0) {
            done += (size_t)got;
        } else if (errno != EINTR) {
            /* without random IDs every answer could be forged */
            abort();
        }
    }
}

void kd_rng_init(struct kd_rng *rng, uint64_t seed)
{
    rng->state = seed;
}

/* SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014). */
static uint64_t rng_next(struct kd_rng *rng)
{
    uint64_t z = rng->state += 0x9E3779B97F4A7C15U;

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27) * 0x94D049BB133111EBU;
    return z ^ z >> 31;
}

uint32_t kd_rng_upto(struct kd_rng *rng, uint32_t bound)
{
    uint64_t span = (uint64_t)bound + 1;
    uint64_t limit = UINT64_MAX - UINT64_MAX % span;
    uint64_t draw = rng_next(rng);

    while (draw >= limit) {
        draw = rng_next(rng);
    }
    return (uint32_t)(draw % span);
}
