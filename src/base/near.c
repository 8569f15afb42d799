/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * near.c - what somebody who mistyped a word meant.
 */
#include "kmsdns/base/near.h"

#include <string.h>

static size_t near_min(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t kd_near_distance(const char *a, const char *b)
{
    size_t row[KD_NEAR_MAX + 1];
    size_t nb = strlen(b);

    for (size_t j = 0; j <= nb; j++) {
        row[j] = j;
    }
    for (size_t i = 0; a[i] != '\0'; i++) {
        size_t diagonal = row[0];

        row[0] = i + 1;
        for (size_t j = 0; j < nb; j++) {
            size_t change = diagonal + (a[i] == b[j] ? 0 : 1);

            diagonal = row[j + 1];
            row[j + 1] = near_min(change, near_min(row[j], diagonal) + 1);
        }
    }
    return row[nb];
}

bool kd_near_is_nearer(const char *word, const char *candidate, size_t *best)
{
    size_t distance;

    if (strlen(word) > KD_NEAR_MAX || strlen(candidate) > KD_NEAR_MAX) {
        return false;
    }
    distance = kd_near_distance(word, candidate);
    /* beyond half of the word it is another word, not a slip */
    if (distance >= *best || distance * 2 > strlen(word)) {
        return false;
    }
    *best = distance;
    return true;
}
