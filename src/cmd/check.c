/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.c - the work of check_kmsdns: ask, judge, say it in the way of plugins, and only then write
 * the files that were asked for: what is known must not depend on a disk.
 */
#include "guard.h"
#include "kmsdns/rules/service.h"
#include "record.h"
#include "session.h"

#define CHECK_LEAST_MS 100U

static void check_choose(struct kd_session *session)
{
    const struct kd_options *options = session->options;
    struct kd_zone_params *zone = &session->params.zone;
    uint32_t gone_ms = kd_guard_elapsed_ms();
    uint32_t left_ms = options->timeout_ms > gone_ms ? options->timeout_ms - gone_ms : 0;

    session->facts->command = "diagnose"; /* it is one, and can be judged again as one */
    session->params.timeout_ms = left_ms > CHECK_LEAST_MS ? left_ms : CHECK_LEAST_MS;
    zone->is_wanted = options->modes != KD_MODE_DISCOVERY;
    zone->has_version = true;
    zone->has_probes = (options->modes & KD_MODE_PUBLISH) != 0 &&
                       (options->host != NULL || zone->signer != NULL);
}

/* The document again, with what went wrong behind it in front. */
static kd_service check_tell_failure(const struct kd_buf *document, const struct kd_err *err)
{
    struct kd_buf again = {.data = NULL};
    kd_service state;

    kd_buf_puts(&again, KD_GUARD_AGAIN);
    state = kd_render_nagios_amend(kd_buf_str(document), KD_SERVICE_UNKNOWN, err->text, &again);
    (void)kd_cmd_deliver(NULL, NULL, &again, 0);
    return state;
}

/* The files behind the report. */
static kd_status check_write(const struct kd_session *session,
                             const struct kd_judgement *judgement, struct kd_err *err)
{
    const struct kd_options *options = session->options;
    kd_status written, recorded = KD_OK;

    if (options->textfile != NULL) {
        kd_guard_stage("writing", options->textfile);
    }
    written = kd_textfile_write(session->facts, judgement, options, err);
    if (options->record != NULL) {
        kd_guard_stage("writing", options->record);
        recorded = kd_record_write(session->facts, options, written == KD_OK ? err : NULL);
    }
    return written != KD_OK ? written : recorded;
}

static kd_service check_report(struct kd_session *session)
{
    const struct kd_options *options = session->options;
    const struct kd_judgement *judgement = kd_judge(session->facts, options->policy);
    const struct kd_render_style style = {.verbosity = options->verbosity};
    kd_service state = kd_service_of(session->facts, judgement).state;
    struct kd_buf document = {.data = NULL};
    struct kd_err err = {.code = KD_OK};

    options->format->render(session->facts, judgement, &style, &document);
    (void)kd_output_write(NULL, &document, NULL);
    if (check_write(session, judgement, &err) != KD_OK) {
        state = check_tell_failure(&document, &err);
    }
    kd_buf_done(&document);
    return state;
}

int kd_cmd_check(const struct kd_options *options)
{
    struct kd_session session;
    struct kd_err err = {.code = KD_OK};
    int status;

    if (kd_session_open(&session, options, &err) == KD_OK) {
        check_choose(&session);
        kd_guard_stage("asking DNS", NULL);
        kd_session_discover(&session);
        status = (int)check_report(&session);
    } else {
        status = kd_cmd_fail(options->format, &err, (int)KD_SERVICE_UNKNOWN);
        kd_textfile_fail(options, &err);
    }
    kd_session_close(&session);
    return status;
}
