/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock.c - time: monotonic for durations, wall clock for the report.
 */
#include "kmsdns/base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

uint64_t kd_clock_us(void)
{
    struct timespec now = {0};

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000U + (uint64_t)now.tv_nsec / 1000U;
}

int64_t kd_clock_wall_s(void)
{
    return (int64_t)time(NULL);
}

const char *kd_rfc3339_str(int64_t wall_s, char *out)
{
    time_t when = (time_t)wall_s;
    struct tm utc;

    memset(&utc, 0, sizeof(utc));
    if (gmtime_r(&when, &utc) == NULL ||
        strftime(out, KD_RFC3339_STRLEN, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0) {
        snprintf(out, KD_RFC3339_STRLEN, "1970-01-01T00:00:00Z");
    }
    return out;
}

bool kd_date_s(int64_t year, int64_t month, int64_t day, int64_t *ret_s)
{
    static const uint8_t LENGTH[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    int64_t y, in_year;

    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
        day > LENGTH[month - 1] + (month == 2 && is_leap ? 1 : 0)) {
        return false;
    }
    /* H. Hinnant's days_from_civil: years start in March, so that leap days are the last ones */
    y = month <= 2 ? year - 1 : year;
    in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    *ret_s = (365 * y + y / 4 - y / 100 + y / 400 + in_year - 719468) * 86400;
    return true;
}
