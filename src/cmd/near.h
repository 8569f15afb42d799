/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_CMD_NEAR_H
#define KMSDNS_CMD_NEAR_H

#include <stdbool.h>
#include <stddef.h>

#define KD_NEAR_MAX 40 /* longer words are not compared */

/**
 * True if a mistyped word is nearer to a candidate than to any before, and near enough to be a
 * slip of it.
 *
 * candidate  at most KD_NEAR_MAX bytes                                       borrowed
 * best     SIZE_MAX before the first candidate; keeps the least distance
 */
bool kd_near_is_nearer(const char *word, const char *candidate, size_t *best);

#endif
