/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * diagnose.c - the verbs that never write: diagnose, discover, preflight.
 */
#include <string.h>

#include "kmsdns/collect/change.h"
#include "kmsdns/rules/code_check.h"
#include "session.h"

/* What each verb looks at besides what clients would find. */
static void diag_choose(struct kd_session *session)
{
    const struct kd_options *options = session->options;
    struct kd_zone_params *zone = &session->params.zone;

    zone->is_wanted = strcmp(options->verb->name, "discover") != 0;
    /* probes are refused updates in a server's log: only for somebody who asks about writing */
    zone->has_version = true;
    zone->has_probes = zone->is_wanted && (options->host != NULL || zone->signer != NULL ||
                                           kd_code_is_publishing(options->code));
    if (options->code > UINT16_MAX) {
        session->facts->code = options->code;
    } else {
        session->facts->event = options->code;
    }
}

int kd_cmd_diagnose(const struct kd_options *options)
{
    struct kd_session session;
    struct kd_err err = {0};
    int status;

    if (kd_session_open(&session, options, &err) == KD_OK) {
        diag_choose(&session);
        kd_session_discover(&session);
        if (options->write_test && session.facts->cut == KD_CUT_NONE) {
            kd_write_test(session.facts, &session.params, kd_session_identity(&session));
        }
        status = kd_session_write_status(&session, kd_session_report(&session));
    } else {
        kd_textfile_fail(options, &err);
        status = kd_cmd_fail(options->format, &err, KD_EXIT_UNKNOWN);
    }
    kd_session_close(&session);
    return status;
}

int kd_cmd_preflight(const struct kd_options *options)
{
    return kd_cmd_diagnose(options);
}
