/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_BASE_NEAR_H
#define KMSDNS_BASE_NEAR_H

#include <stdbool.h>
#include <stddef.h>

#define KD_NEAR_MAX 48 /* longer words are not compared */

/**
 * Levenshtein's distance: how many letters have to be changed, put in or left out.
 *
 * a, b  at most KD_NEAR_MAX bytes                                            borrowed
 */
size_t kd_near_distance(const char *a, const char *b);

/**
 * True if a mistyped word is nearer to a candidate than to any before, and near enough to be a
 * slip of it.
 *
 * candidate  at most KD_NEAR_MAX bytes                                       borrowed
 * best     SIZE_MAX before the first candidate; keeps the least distance
 */
bool kd_near_is_nearer(const char *word, const char *candidate, size_t *best);

#endif
