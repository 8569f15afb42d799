/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_CMD_EVIDENCE_H
#define KMSDNS_CMD_EVIDENCE_H

#include "options.h"

/*
 * Evidence that comes from files and from DHCP.
 */

/**
 * Read all evidence that the options name into the facts, and take candidate domains and, for
 * the view of one client, resolvers from it.
 *
 * facts    with the candidates and resolvers of the command line
 * returns  KD_OK; else why a file cannot be used, with its name
 */
kd_status kd_cmd_read_evidence(struct kd_facts *facts, const struct kd_options *options,
                               struct kd_err *err);

/** Read one registry export or hive into the facts. */
kd_status kd_cmd_read_registry(struct kd_facts *facts, const char *path, struct kd_err *err);

/** Candidate domains from what was read. */
void kd_cmd_add_evidence_candidates(struct kd_facts *facts);

/**
 * The DNS servers of `ipconfig /all` as resolvers, if the facts have none yet and the view of
 * one kind of client was asked for.
 */
void kd_cmd_add_evidence_resolvers(struct kd_facts *facts);

#endif
