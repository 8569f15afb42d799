/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_BASE_NUM_H
#define KMSDNS_BASE_NUM_H

#include <stdint.h>

#include "kmsdns/base/status.h"

/**
 * Read a decimal number, nothing before or after it.
 *
 * text     not NULL                                                          borrowed
 * min, max inclusive bounds
 * ret      written on success                                                caller's
 * returns  KD_OK; KD_ESYNTAX if text is not all digits; KD_EINVAL if out of bounds
 */
kd_status kd_parse_u32(const char *text, uint32_t min, uint32_t max, uint32_t *ret,
                       struct kd_err *err);

/** As kd_parse_u32, for 64-bit values such as a seed. */
kd_status kd_parse_u64(const char *text, uint64_t *ret, struct kd_err *err);

/**
 * Read a duration: "2", "0.5", "2s", "500ms", "1m", "12h", "5d"; a bare number is seconds.
 *
 * min_ms, max_ms  inclusive bounds in milliseconds
 * ret_ms   milliseconds, written on success
 * returns  KD_OK; KD_ESYNTAX if text is no duration; KD_EINVAL if out of bounds
 */
kd_status kd_parse_duration(const char *text, uint32_t min_ms, uint32_t max_ms,
                            uint32_t *ret_ms, struct kd_err *err);

#define KD_DECIMAL_STRLEN 336 /* the longest double, its six decimals and the NUL */

/**
 * Write a number as people and monitoring read it: at most six decimals, no exponent, no zeros
 * that say nothing: "0.0123", "3".
 *
 * out      KD_DECIMAL_STRLEN bytes                                           caller's
 * returns  out
 */
const char *kd_decimal_str(double value, char *out);

#endif
