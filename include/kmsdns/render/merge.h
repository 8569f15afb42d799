/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RENDER_MERGE_H
#define KMSDNS_RENDER_MERGE_H

#include "kmsdns/render/render.h"
#include "kmsdns/rules/merge.h"

/* What `merge` prints: no report of one place, so it has documents of its own. */

#define KD_MERGE_SCHEMA "kmsdns-merge/1"

/** For people: who was heard, what differs in each domain and since when, a verdict. */
void kd_render_merge_text(const struct kd_merged *merged, const struct kd_render_style *style,
                          struct kd_buf *out);

/** One JSON document, kmsdns-merge/1, closed by a newline. */
void kd_render_merge_json(const struct kd_merged *merged, struct kd_buf *out);

#endif
