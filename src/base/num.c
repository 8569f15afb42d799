/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * num.c - numbers and durations from text, strictly: no blanks, signs or trailing bytes.
 */
#include "kmsdns/base/num.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static bool num_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads digits at *text and moves it behind them; false without a digit or on overflow. */
static bool num_digits(const char **text, uint64_t *ret)
{
    uint64_t value = 0;

    if (!num_is_digit(**text)) {
        return false;
    }
    for (; num_is_digit(**text); (*text)++) {
        uint64_t digit = (uint64_t)(**text - '0');

        if (value > (UINT64_MAX - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *ret = value;
    return true;
}

kd_status kd_parse_u64(const char *text, uint64_t *ret, struct kd_err *err)
{
    const char *p = text;
    uint64_t value = 0;

    if (!num_digits(&p, &value) || *p != '\0') {
        return kd_fail(err, KD_ESYNTAX, "num", "\"%.40s\" is not a whole number", text);
    }
    *ret = value;
    return KD_OK;
}

kd_status kd_parse_u32(const char *text, uint32_t min, uint32_t max, uint32_t *ret,
                       struct kd_err *err)
{
    uint64_t value = 0;
    kd_status status = kd_parse_u64(text, &value, err);

    if (status != KD_OK) {
        return status;
    }
    if (value < min || value > max) {
        return kd_fail(err, KD_EINVAL, "num",
                       "%.40s is out of range: %" PRIu32 " to %" PRIu32 " is allowed", text,
                       min, max);
    }
    *ret = (uint32_t)value;
    return KD_OK;
}

static bool num_unit_ms(const char *text, uint64_t *ret)
{
    static const struct {
        const char *name;
        uint64_t ms;
    } UNIT[] = {{"", 1000},   {"ms", 1},      {"s", 1000},
                {"m", 60000}, {"h", 3600000}, {"d", 86400000}};

    for (size_t i = 0; i < sizeof(UNIT) / sizeof(UNIT[0]); i++) {
        if (strcmp(text, UNIT[i].name) == 0) {
            *ret = UNIT[i].ms;
            return true;
        }
    }
    return false;
}

/* "2.5s" is 2500: the fraction counts in thousandths, digits behind them are dropped. */
static bool num_duration_ms(const char *text, uint64_t *ret)
{
    uint64_t whole = 0, thousandths = 0, unit = 0, weight = 100;

    if (!num_digits(&text, &whole) || whole > UINT32_MAX) {
        return false;
    }
    if (*text == '.') {
        text++;
        if (!num_is_digit(*text)) {
            return false;
        }
        for (; num_is_digit(*text); text++, weight /= 10) {
            thousandths += (uint64_t)(*text - '0') * weight;
        }
    }
    if (!num_unit_ms(text, &unit)) {
        return false;
    }
    *ret = whole * unit + thousandths * unit / 1000;
    return true;
}

kd_status kd_parse_duration(const char *text, uint32_t min_ms, uint32_t max_ms,
                            uint32_t *ret_ms, struct kd_err *err)
{
    char min[KD_DECIMAL_STRLEN], max[KD_DECIMAL_STRLEN];
    uint64_t ms = 0;

    if (!num_duration_ms(text, &ms)) {
        return kd_fail(
            err, KD_ESYNTAX, "num",
            "\"%.40s\" is not a duration: write seconds, or a number with ms, s, m, h or d",
            text);
    }
    if (ms < min_ms || ms > max_ms) {
        return kd_fail(
            err, KD_EINVAL, "num", "%.40s is out of range: %s to %s seconds are allowed", text,
            kd_decimal_str(min_ms / 1000.0, min), kd_decimal_str(max_ms / 1000.0, max));
    }
    *ret_ms = (uint32_t)ms;
    return KD_OK;
}

const char *kd_decimal_str(double value, char *out)
{
    size_t len = (size_t)snprintf(out, KD_DECIMAL_STRLEN, "%.6f", value);

    while (out[len - 1] == '0') {
        len--;
    }
    len -= out[len - 1] == '.' ? 1 : 0;
    out[len] = '\0';
    return out;
}
