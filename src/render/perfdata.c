/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * perfdata.c - performance data of plugins: the same labels in every run and state, one value
 * each, base units. Of several domains the one that fares worst is told.
 */
#include "perfdata.h"

#include "kmsdns/base/num.h"
#include "kmsdns/rules/policy.h"

static int perf_rank(const struct kd_limit *limit, double value)
{
    return kd_range_alerts(&limit->critical, value)  ? 2
           : kd_range_alerts(&limit->warning, value) ? 1
                                                     : 0;
}

static bool perf_is_worse(const struct kd_limit *limit, kd_metric metric, double value,
                          double than)
{
    int order = perf_rank(limit, value) - perf_rank(limit, than);

    if (order != 0) {
        return order > 0;
    }
    return kd_metric_is_less_worse(metric) ? value < than : value > than;
}

/* The value that breaks a limit, else the least welcome one; false when nobody saw any. */
static bool perf_value(const struct kd_facts *facts, const struct kd_limit *limit,
                       kd_metric metric, double *ret)
{
    bool has_value = false;

    for (size_t i = 0; i < facts->ndomain; i++) {
        struct kd_metric_values values = kd_metric_values_of(facts, &facts->domain[i], metric);

        for (size_t j = 0; j < values.n; j++) {
            if (!has_value || perf_is_worse(limit, metric, values.value[j], *ret)) {
                *ret = values.value[j];
            }
            has_value = true;
        }
    }
    return has_value;
}

static void perf_metric(const struct kd_facts *facts, const struct kd_policy *policy,
                        kd_metric metric, struct kd_buf *out)
{
    const struct kd_limit *limit = &policy->limit[metric];
    char text[KD_DECIMAL_STRLEN];
    double value = 0;

    kd_buf_printf(out, "%s=", kd_metric_label(metric));
    if (perf_value(facts, limit, metric, &value)) {
        kd_buf_printf(out, "%s%s", kd_decimal_str(value, text), kd_metric_unit(metric));
    } else {
        kd_buf_puts(out, "U");
    }
    kd_buf_printf(out, ";%s;%s;0 ", limit->warning.text != NULL ? limit->warning.text : "",
                  limit->critical.text != NULL ? limit->critical.text : "");
}

static size_t perf_count(const struct kd_judgement *judgement, kd_severity severity)
{
    size_t n = 0;

    for (size_t i = 0; i < judgement->nfinding; i++) {
        n += judgement->finding[i].severity == severity ? 1 : 0;
    }
    return n;
}

void kd_render_perfdata(const struct kd_facts *facts, const struct kd_judgement *judgement,
                        struct kd_buf *out)
{
    char text[KD_DECIMAL_STRLEN];

    for (size_t i = 0; i < KD_METRIC_COUNT; i++) {
        perf_metric(facts, judgement->policy, (kd_metric)i, out);
    }
    kd_buf_printf(out, "criticals=%zu;;;0 warnings=%zu;;;0 duration=%ss;;;0",
                  perf_count(judgement, KD_SEV_CRITICAL), perf_count(judgement, KD_SEV_WARNING),
                  kd_decimal_str((double)facts->duration_us / 1e6, text));
}
