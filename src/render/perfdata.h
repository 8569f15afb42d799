/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RENDER_PERFDATA_H
#define KMSDNS_RENDER_PERFDATA_H

#include "kmsdns/base/buf.h"
#include "kmsdns/facts/facts.h"
#include "kmsdns/rules/rule.h"

/**
 * Append performance data, "label=value[UOM];warn;crit;min" parted by single blanks.
 *
 * The labels are those of kd_metric_label and three more, whatever was found; "U" stands for a
 * value that nobody saw. Source: Monitoring Plugins Development Guidelines, "Performance data".
 */
void kd_render_perfdata(const struct kd_facts *facts, const struct kd_judgement *judgement,
                        struct kd_buf *out);

#endif
