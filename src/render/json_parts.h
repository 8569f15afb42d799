/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RENDER_JSON_PARTS_H
#define KMSDNS_RENDER_JSON_PARTS_H

#include <jansson.h>

#include "kmsdns/rules/code_check.h"

/** The key "code" of a report: which explanation of the code holds. The caller's. */
json_t *kd_json_code(const struct kd_code_check *check, bool is_event);

#endif
