/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * format.c - the formats by name.
 */
#include "kmsdns/render/render.h"

#include <string.h>

static const struct kd_format FORMATS[] = {
    {
        .name = "text",
        .render = kd_render_text,
    },
    {
        .name = "json",
        .render = kd_render_json,
        .render_error = kd_render_json_error,
    },
    {
        .name = "nagios",
        .render = kd_render_nagios,
        .render_error = kd_render_nagios_error,
    },
    {
        .name = "openmetrics",
        .render = kd_render_openmetrics,
        .render_error = kd_render_openmetrics_error,
        .error_is_mute = true,
    },
};

const struct kd_format *kd_formats(size_t *ret_n)
{
    *ret_n = sizeof(FORMATS) / sizeof(FORMATS[0]);
    return FORMATS;
}

const struct kd_format *kd_format_by_name(const char *name)
{
    for (size_t i = 0; i < sizeof(FORMATS) / sizeof(FORMATS[0]); i++) {
        if (strcmp(FORMATS[i].name, name) == 0) {
            return &FORMATS[i];
        }
    }
    return NULL;
}
