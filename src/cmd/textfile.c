/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * textfile.c - --textfile: what a run found, where the node exporter's textfile collector picks it
 * up for Prometheus. The collector takes every *.prom of its folder at any moment, so the file is
 * written under another name and renamed.
 */
#include "cmd.h"
#include "guard.h"
#include "kmsdns/base/arena.h"
#include "kmsdns/collect/system.h"

kd_status kd_textfile_write(const struct kd_facts *facts, const struct kd_judgement *judgement,
                            const struct kd_options *options, struct kd_err *err)
{
    static const struct kd_render_style PLAIN = {.width = 0};
    struct kd_buf document = {.data = NULL};
    kd_status status = KD_OK;

    if (options->textfile != NULL) {
        kd_render_openmetrics(facts, judgement, &PLAIN, &document);
        status = kd_output_write_shared(options->textfile, &document, err);
        kd_buf_done(&document);
    }
    return status;
}

void kd_textfile_fail(const struct kd_options *options, const struct kd_err *failure)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_buf document = {.data = NULL};

    if (options->textfile != NULL) {
        const char *vantage =
            options->vantage != NULL ? options->vantage : kd_system_host_name(arena);

        kd_render_openmetrics_failure(vantage, failure, &document);
        kd_guard_stage("writing", options->textfile);
        (void)kd_output_write_shared(options->textfile, &document, NULL);
    }
    kd_buf_done(&document);
    kd_arena_free(arena);
}
