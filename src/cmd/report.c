/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.c - the verb report: a saved run, judged by the policy given now. And --dump-policy.
 */
#include "policy_file.h"
#include "record.h"
#include "session.h"

/* The run's own interruption is not ours: what it left open is told by the verdict. */
static int report_status(int status)
{
    return status == KD_EXIT_INTERRUPTED ? KD_EXIT_UNKNOWN : status;
}

static int report_show(struct kd_session *session, const struct kd_options *options)
{
    struct kd_options hidden = *options;
    struct kd_err err = {.code = KD_OK};

    if (options->anonymize) {
        if (kd_record_anonymize(session->facts, &session->facts, &hidden.policy, &err) !=
            KD_OK) {
            return kd_cmd_fail(options->format, &err, KD_EXIT_UNKNOWN);
        }
        session->options = &hidden;
    }
    return report_status(kd_session_report(session));
}

int kd_cmd_report(const struct kd_options *options)
{
    struct kd_session session = {.options = options, .arena = kd_arena_new()};
    struct kd_err err = {.code = KD_OK};
    int status;

    if (kd_record_read(session.arena, options->file[0], &session.facts, &err) == KD_OK) {
        status = report_show(&session, options);
    } else {
        status = kd_cmd_fail(options->format, &err, KD_EXIT_UNKNOWN);
    }
    kd_session_close(&session);
    return status;
}

int kd_cmd_dump_policy(const struct kd_options *options)
{
    struct kd_buf document = {.data = NULL};

    kd_policy_file_write(options->policy, &document);
    return kd_cmd_deliver(options->output, options->format, &document, KD_EXIT_OK);
}
