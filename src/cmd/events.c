/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * events.c - the verb events, and --events of the verbs that ask DNS: both read logs into the
 * same facts, which are then judged together with what else is known.
 */
#include "kmsdns/import/events.h"

#include <string.h>

#include "kmsdns/base/clock.h"
#include "session.h"

/* The files that are named, by words of the verb or by --events. */
static size_t ev_paths(const struct kd_options *options, struct kd_arena *arena,
                       const char ***ret)
{
    const char **path = NULL;
    size_t n = 0;

    for (size_t i = 0; options->verb->run == kd_cmd_events && i < options->nfile; i++) {
        path = kd_arena_grow(arena, path, n, sizeof(*path));
        path[n++] = options->file[i];
    }
    for (size_t i = 0; i < options->nevidence; i++) {
        if (options->evidence[i].kind == KD_EVIDENCE_EVENTS) {
            path = kd_arena_grow(arena, path, n, sizeof(*path));
            path[n++] = options->evidence[i].path;
        }
    }
    *ret = path;
    return n;
}

kd_status kd_cmd_read_events(struct kd_facts *facts, const struct kd_options *options,
                             struct kd_err *err)
{
    const char **path = NULL;
    size_t npath = ev_paths(options, facts->arena, &path);
    const struct kd_events_filter filter = {
        .since_s = options->since_s,
        .until_s = options->until_s,
        .computer = options->computer,
        .joins_files = npath > 1,
    };
    struct kd_events_import *import;
    kd_status status = KD_OK;

    if (npath == 0) {
        return KD_OK;
    }
    import = kd_events_import_new(facts->arena, &filter);
    for (size_t i = 0; i < npath && status == KD_OK; i++) {
        status = kd_events_import_file(import, path[i], err);
    }
    facts->events = kd_events_import_finish(import);
    return status;
}

int kd_cmd_events(const struct kd_options *options)
{
    struct kd_session session;
    uint64_t began_us = kd_clock_us();
    struct kd_err err = {0};
    int status;

    kd_session_open_offline(&session, options);
    if (kd_cmd_read_events(session.facts, options, &err) == KD_OK) {
        session.facts->duration_us = kd_clock_us() - began_us;
        status = kd_session_report(&session);
    } else {
        status = kd_cmd_fail(options->format, &err, KD_EXIT_UNKNOWN);
    }
    kd_session_close(&session);
    return status;
}
