/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_SRC_IMPORT_WHEN_H
#define KMSDNS_SRC_IMPORT_WHEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Dates as the many locales of Windows write them. */

#define KD_WHEN_UNKNOWN (-1)

/* What "3/4/2025" means. */
typedef enum kd_when_order {
    KD_WHEN_UNDECIDED,
    KD_WHEN_MONTH_FIRST,
    KD_WHEN_DAY_FIRST
} kd_when_order;

struct kd_when {
    kd_when_order order; /* for dates with slashes, month first when undecided */
    bool was_guessed;    /* set when a date could be read both ways and order was undecided */
    bool has_zone;       /* of the last one: its text says UTC or an offset */
};

/**
 * Read a date and time: "2025-11-20T06:00:12.5Z", "11/20/2025 6:00:12 AM", "20.11.2025 06:00:12",
 * "2025/11/20 6:00", also with the words for AM and PM of other languages. Only the order of the
 * numbers, their separators and such words count.
 *
 * returns  seconds since 1970, as if UTC when the text names no zone; KD_WHEN_UNKNOWN when it
 *          is no date from 1990 to 2199
 */
int64_t kd_when_read(struct kd_when *when, const char *text, size_t len);

/** Count dates of the form 13/1/2025 and 1/13/2025 in any bytes: hints to the order. */
void kd_when_sample(const unsigned char *bytes, size_t len, size_t *day_first,
                    size_t *month_first);

/** True for a time from 1990 to 2199: others are damage, in whatever form of a log. */
bool kd_when_is_plausible(int64_t time_s);

#endif
