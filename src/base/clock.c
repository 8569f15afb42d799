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
