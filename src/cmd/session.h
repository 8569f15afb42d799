/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_CMD_SESSION_H
#define KMSDNS_CMD_SESSION_H

#include "cmd.h"
#include "kmsdns/collect/discover.h"
#include "kmsdns/dns/signer.h"

/*
 * What the verbs that judge have in common: facts prepared from the options, a run, a report.
 */
struct kd_session {
    const struct kd_options *options; /* borrowed */
    struct kd_arena *arena;           /* owned */
    struct kd_facts *facts;
    struct kd_signer *signer; /* owned; NULL without --key-file */
    struct kd_discover_params params;
};

/**
 * Read the key, and turn options into facts and parameters. Every verb changes params as it needs
 * before the run.
 *
 * session  to be closed with kd_session_close, also after a failure
 * returns  KD_OK, or why the verb cannot begin
 */
kd_status kd_session_open(struct kd_session *session, const struct kd_options *options,
                          struct kd_err *err);

/**
 * Make facts for a verb that reads files and asks nobody.
 *
 * session  to be closed with kd_session_close
 */
void kd_session_open_offline(struct kd_session *session, const struct kd_options *options);

/** Ask; with progress on a terminal. */
void kd_session_discover(struct kd_session *session);

/**
 * Judge, render and deliver.
 *
 * returns  the exit status that follows from the findings, or KD_EXIT_UNKNOWN when the report could
 *          not be delivered
 */
int kd_session_report(struct kd_session *session);

/** Who writes: "tsig:kms-key.", or "none" without a key. Lives as long as the session. */
const char *kd_session_identity(const struct kd_session *session);

/** How many domains' changes came to a state. */
size_t kd_session_count_changes(const struct kd_session *session, kd_change_state state);

/** The exit status of a verb that writes: that of the report, if the writes allow it. */
int kd_session_write_status(const struct kd_session *session, int status);

/** Wipe the key and release everything. */
void kd_session_close(struct kd_session *session);

#endif
