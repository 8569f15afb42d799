/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_BASE_RANGE_H
#define KMSDNS_BASE_RANGE_H

#include <stdbool.h>

#include "kmsdns/base/status.h"

/*
 * Threshold ranges of monitoring plugins: [@][START:]END or [@]START:, START being ~ for minus
 * infinity. Without @ a value outside alerts, with it one inside; both ends belong to the range.
 * Source: Monitoring Plugins Development Guidelines, "Threshold and Ranges".
 */

/* Longer ones than anybody needs; what is printed again stays short. */
#define KD_RANGE_MAX_TEXT 24

struct kd_range {
    const char *text; /* as written, for performance data; NULL: no range was given */
    double start;     /* -HUGE_VAL for ~ */
    double end;       /* HUGE_VAL when left open */
    bool is_inside;   /* with @ */
};

/**
 * Read a range, strictly: nothing before, between or behind.
 *
 * text     at most KD_RANGE_MAX_TEXT bytes; must live as long as *ret        borrowed
 * ret      written on success                                                caller's
 * returns  KD_OK; KD_ESYNTAX if it is no range, KD_EINVAL if START is above END, KD_ETOOBIG;
 *          the error quotes the text
 */
kd_status kd_range_parse(const char *text, struct kd_range *ret, struct kd_err *err);

/** True if there is a range and the value alerts. */
bool kd_range_alerts(const struct kd_range *range, double value);

#endif
