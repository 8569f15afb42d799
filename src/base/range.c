/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * range.c - threshold ranges of monitoring plugins, read and applied.
 */
#include "kmsdns/base/range.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static const char *range_skip_digits(const char *text)
{
    return text + strspn(text, "0123456789");
}

/* Reads "-12.5" at *text and moves it behind; false without a number. strtod() alone would take
 * hexadecimal, exponents, infinities and blanks, too. */
static bool range_number(const char **text, double *ret)
{
    const char *digits = *text + (**text == '-' ? 1 : 0);
    const char *end = range_skip_digits(digits);

    if (end == digits) {
        return false;
    }
    if (*end == '.') {
        const char *fraction = end + 1;

        end = range_skip_digits(fraction);
        if (end == fraction) {
            return false;
        }
    }
    *ret = strtod(*text, NULL);
    *text = end;
    return true;
}

/* What stands behind the @, if there is one. */
static bool range_bounds(const char *text, struct kd_range *range)
{
    bool has_start = strchr(text, ':') != NULL;

    range->start = 0;
    range->end = HUGE_VAL;
    if (has_start && *text == '~') {
        range->start = -HUGE_VAL;
        text++;
    } else if (has_start && !range_number(&text, &range->start)) {
        return false;
    }
    if (has_start && *text++ != ':') {
        return false;
    }
    if (has_start && *text == '\0') {
        return true;
    }
    return range_number(&text, &range->end) && *text == '\0';
}

kd_status kd_range_parse(const char *text, struct kd_range *ret, struct kd_err *err)
{
    struct kd_range range = {.text = text};

    if (strlen(text) > KD_RANGE_MAX_TEXT) {
        return kd_fail(err, KD_ETOOBIG, "range",
                       "\"%.30s...\" is longer than a range may be, %d characters", text,
                       KD_RANGE_MAX_TEXT);
    }
    range.is_inside = text[0] == '@';
    if (!range_bounds(text + (range.is_inside ? 1 : 0), &range)) {
        return kd_fail(err, KD_ESYNTAX, "range",
                       "\"%s\" is not a range: write [@][START:]END or [@]START:, ~ for minus "
                       "infinity",
                       text);
    }
    if (range.start > range.end) {
        return kd_fail(err, KD_EINVAL, "range", "\"%s\": the start is above the end", text);
    }
    *ret = range;
    return KD_OK;
}

bool kd_range_alerts(const struct kd_range *range, double value)
{
    bool is_within = value >= range->start && value <= range->end;

    return range->text != NULL && is_within == range->is_inside;
}
