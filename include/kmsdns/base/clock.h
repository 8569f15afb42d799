/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_BASE_CLOCK_H
#define KMSDNS_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/** Monotonic time in microseconds; only differences mean anything. */
uint64_t kd_clock_us(void);

/** Wall clock in whole seconds since 1970-01-01 UTC. */
int64_t kd_clock_wall_s(void);

/* "2026-11-20T06:00:12Z" and NUL */
#define KD_RFC3339_STRLEN 32

/** Write a wall time in RFC 3339 UTC into out (KD_RFC3339_STRLEN bytes); returns out. */
const char *kd_rfc3339_str(int64_t wall_s, char *out);

/**
 * Seconds since 1970 at the beginning of a day, in UTC.
 *
 * year, month, day  any numbers
 * returns           false for what is no date of the Gregorian calendar from year 1 to 9999,
 *                   such as 31 February
 */
bool kd_date_s(int64_t year, int64_t month, int64_t day, int64_t *ret_s);

#endif
