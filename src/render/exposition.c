/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exposition.c - samples, escaped and without doubles, family by family.
 *
 * A reader of either format refuses the whole document for one sample that comes twice, and facts
 * may come from a file that somebody wrote. So a family's lines are held back until it is complete,
 * and of those with the same labels only the first is written.
 */
#include "exposition.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kmsdns/base/mem.h"

#define EXPO_NUMBER 32 /* bytes of a value */

struct kd_expo_sample {
    size_t at;       /* of its line in lines */
    size_t nlabels;  /* bytes of the line that name it */
    size_t len;      /* bytes of the line */
    const char *key; /* the line; set when the family is complete */
    bool is_double;
};

/*
 * Both formats know three escapes in a label's value: backslash, quote and newline. What is no
 * printable ASCII is told as \DDD before, so a newline never comes that far.
 */
static void expo_value(struct kd_buf *out, const char *value)
{
    struct kd_buf harmless = {.data = NULL};

    kd_buf_text(&harmless, value);
    for (const char *p = kd_buf_str(&harmless); *p != '\0'; p++) {
        if (*p == '\\' || *p == '"') {
            kd_buf_puts(out, "\\");
        }
        kd_buf_add(out, p, 1);
    }
    kd_buf_done(&harmless);
}

static void expo_label(struct kd_buf *out, const char *separator, const char *name,
                       const char *value)
{
    kd_buf_printf(out, "%s%s=\"", separator, name);
    expo_value(out, value);
    kd_buf_puts(out, "\"");
}

/* Begins a line: name and labels, without what closes them. */
static size_t expo_begin(struct kd_exposition *expo, const struct kd_label *label)
{
    size_t at = expo->lines.len;

    kd_buf_puts(&expo->lines, expo->name);
    expo_label(&expo->lines, "{", "vantage", expo->vantage);
    for (; label != NULL && label->name != NULL; label++) {
        expo_label(&expo->lines, ",", label->name, label->value);
    }
    return at;
}

static void expo_end(struct kd_exposition *expo, size_t at, const char *value)
{
    size_t nlabels;

    kd_buf_puts(&expo->lines, "}");
    nlabels = expo->lines.len - at;
    kd_buf_puts(&expo->lines, " ");
    kd_buf_puts(&expo->lines, value);
    kd_buf_puts(&expo->lines, "\n");
    if (expo->nsample == expo->capacity) {
        expo->capacity = expo->capacity == 0 ? 64 : expo->capacity * 2;
        expo->sample = kd_xrealloc(expo->sample, expo->capacity, sizeof(*expo->sample));
    }
    expo->sample[expo->nsample++] =
        (struct kd_expo_sample){.at = at, .nlabels = nlabels, .len = expo->lines.len - at};
}

static int expo_compare(const void *a, const void *b)
{
    const struct kd_expo_sample *x = *(struct kd_expo_sample *const *)a;
    const struct kd_expo_sample *y = *(struct kd_expo_sample *const *)b;
    size_t common = x->nlabels < y->nlabels ? x->nlabels : y->nlabels;
    int order = memcmp(x->key, y->key, common);

    if (order == 0 && x->nlabels != y->nlabels) {
        return x->nlabels < y->nlabels ? -1 : 1;
    }
    return order != 0 ? order : x->at < y->at ? -1 : 1;
}

static bool expo_is_same(const struct kd_expo_sample *a, const struct kd_expo_sample *b)
{
    return a->nlabels == b->nlabels && memcmp(a->key, b->key, a->nlabels) == 0;
}

static void expo_mark_doubles(struct kd_exposition *expo)
{
    struct kd_expo_sample **sorted = kd_xcalloc(expo->nsample, sizeof(struct kd_expo_sample *));

    for (size_t i = 0; i < expo->nsample; i++) {
        expo->sample[i].key = expo->lines.data + expo->sample[i].at;
        sorted[i] = &expo->sample[i];
    }
    qsort(sorted, expo->nsample, sizeof(struct kd_expo_sample *), expo_compare);
    for (size_t i = 1; i < expo->nsample; i++) {
        sorted[i]->is_double = expo_is_same(sorted[i - 1], sorted[i]);
    }
    free(sorted);
}

static void expo_flush(struct kd_exposition *expo)
{
    if (expo->nsample == 0) {
        return;
    }
    expo_mark_doubles(expo);
    kd_buf_printf(expo->out, "# HELP %s %s\n# TYPE %s gauge\n", expo->name, expo->help,
                  expo->name);
    for (size_t i = 0; i < expo->nsample; i++) {
        if (!expo->sample[i].is_double) {
            kd_buf_add(expo->out, expo->sample[i].key, expo->sample[i].len);
        }
    }
    expo->nsample = 0;
    expo->lines.len = 0;
}

void kd_expo_family(struct kd_exposition *expo, const char *name, const char *help)
{
    expo_flush(expo);
    expo->name = name;
    expo->help = help;
}

void kd_expo_value(struct kd_exposition *expo, const struct kd_label *label, double value)
{
    char text[EXPO_NUMBER];

    /* all that is counted here is exact in 15 digits, microseconds of a day are, too */
    snprintf(text, sizeof(text), "%.15g", value);
    expo_end(expo, expo_begin(expo, label), text);
}

void kd_expo_states(struct kd_exposition *expo, const struct kd_label *label, const char *set,
                    const char *(*state)(unsigned int number), unsigned int n,
                    unsigned int current)
{
    for (unsigned int i = 0; i < n; i++) {
        size_t at = expo_begin(expo, label);

        expo_label(&expo->lines, ",", set, state(i));
        expo_end(expo, at, i == current ? "1" : "0");
    }
}

void kd_expo_done(struct kd_exposition *expo)
{
    expo_flush(expo);
    kd_buf_puts(expo->out, "# EOF\n");
    kd_buf_done(&expo->lines);
    free(expo->sample);
    *expo = (struct kd_exposition){.out = expo->out, .vantage = expo->vantage};
}
