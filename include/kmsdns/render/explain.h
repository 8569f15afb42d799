/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RENDER_EXPLAIN_H
#define KMSDNS_RENDER_EXPLAIN_H

#include "kmsdns/render/render.h"
#include "kmsdns/rules/explain.h"

/* What `explain` prints: no report, so it has documents of its own. */

#define KD_EXPLAIN_SCHEMA "kmsdns-explain/1"

/** For people: the next step first, then meaning, causes, steps for each server, source. */
void kd_render_explain_text(const struct kd_explain *explain,
                            const struct kd_render_style *style, struct kd_buf *out);

/** One JSON document, kmsdns-explain/1, closed by a newline. */
void kd_render_explain_json(const struct kd_explain *explain, struct kd_buf *out);

#endif
