/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_CMD_POLICY_FILE_H
#define KMSDNS_CMD_POLICY_FILE_H

#include "kmsdns/base/arena.h"
#include "kmsdns/base/buf.h"
#include "kmsdns/rules/policy.h"
#include "options.h"

/* A policy as a file: JSON, each member optional, none unknown. docs/kmsdns.1 describes it. */

#define KD_POLICY_SCHEMA   "kmsdns-policy/1"
#define KD_POLICY_FILE_MAX ((size_t)1024 * 1024)

/**
 * Read a policy.
 *
 * arena    for the result
 * path     untrusted                                                         borrowed
 * ret      the default where the file says nothing; written on success
 * returns  KD_OK; what kd_json_file_read may say; KD_EINVAL with file, line and path to the
 *          member: "p.json:3: ttl_s.max: expected an integer from 0 to 2147483647"
 */
kd_status kd_policy_file_read(struct kd_arena *arena, const char *path, struct kd_policy *ret,
                              struct kd_err *err);

/** Write a policy as such a file, with every finding's severity. */
void kd_policy_file_write(const struct kd_policy *policy, struct kd_buf *out);

/**
 * The policy of a command line: --policy's file, and --expect-host and --match before it.
 *
 * options  .policy is written on success, never NULL then
 */
kd_status kd_policy_of_options(struct kd_arena *arena, struct kd_options *options,
                               struct kd_err *err);

#endif
