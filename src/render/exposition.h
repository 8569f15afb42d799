/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RENDER_EXPOSITION_H
#define KMSDNS_RENDER_EXPOSITION_H

#include <stddef.h>

#include "kmsdns/base/buf.h"

/*
 * Samples written so that both OpenMetrics 1.0 and the Prometheus text format 0.0.4 accept them:
 * gauges only, each family once with its HELP and TYPE, no sample twice, no timestamps.
 */

/* One label; a row with a NULL name ends a list. A NULL value is told as "". */
struct kd_label {
    const char *name;  /* [a-z_]+ */
    const char *value; /* of unknown origin: escaped when written                borrowed */
};

#define KD_LABELS(...)        \
    (const struct kd_label[]) \
    {                         \
        __VA_ARGS__,          \
        {                     \
            NULL, NULL        \
        }                     \
    }

struct kd_expo_sample; /* exposition.c */

/* An exposition being written; zero but for out and vantage is ready. */
struct kd_exposition {
    struct kd_buf *out;  /* caller's */
    const char *vantage; /* a label of every sample; NULL is told as ""        borrowed */
    const char *name;    /* of the family begun last                           borrowed */
    const char *help;    /*                                                    borrowed */
    struct kd_buf lines; /* its samples so far */
    struct kd_expo_sample *sample;
    size_t nsample, capacity;
};

/**
 * End the family before, if there is one, and begin the next.
 *
 * name     of a gauge, by the conventions: kmsdns_..., base units as suffix    borrowed
 * help     a clause without backslashes and quotes                           borrowed
 * A family that gets no sample is not written.
 */
void kd_expo_family(struct kd_exposition *expo, const char *name, const char *help);

/**
 * Add a sample.
 *
 * label    besides vantage; NULL for none. A sample with the same labels as an earlier one of the
 *          family is dropped
 * value    finite, in base units
 */
void kd_expo_value(struct kd_exposition *expo, const struct kd_label *label, double value);

/**
 * Add a state set: one sample for each of n states, 1 for the current one, 0 for the others.
 *
 * set      name of the label that holds the state
 * state    text of the state with a number; constant
 * current  below n, or n when none holds
 */
void kd_expo_states(struct kd_exposition *expo, const struct kd_label *label, const char *set,
                    const char *(*state)(unsigned int number), unsigned int n,
                    unsigned int current);

/** End the last family and the document ("# EOF"); release everything but out. */
void kd_expo_done(struct kd_exposition *expo);

#endif
