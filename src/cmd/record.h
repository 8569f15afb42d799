/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_CMD_RECORD_H
#define KMSDNS_CMD_RECORD_H

#include "json_file.h"
#include "kmsdns/base/arena.h"
#include "kmsdns/facts/facts.h"
#include "kmsdns/rules/rule.h"
#include "options.h"

/* Saved runs: the JSON report as it is, which holds facts and no secrets. */

#define KD_RECORD_FILE_MAX ((size_t)64 * 1024 * 1024)

/**
 * Save a run at options->record, anonymized if options ask for it.
 *
 * returns  KD_OK; KD_ETOOBIG when it could not be read again; what kd_output_write says
 */
kd_status kd_record_write(const struct kd_facts *facts, const struct kd_options *options,
                          struct kd_err *err);

/**
 * Read a saved run.
 *
 * arena    for the result
 * path     untrusted                                                         borrowed
 * ret      written on success
 * returns  KD_OK; what kd_json_file_read says; KD_ESYNTAX, KD_EINVAL or KD_ETOOBIG with the file
 *          and the path to the member that is wrong; KD_EINVAL for the document of a failure,
 *          telling that failure
 */
kd_status kd_record_read(struct kd_arena *arena, const char *path, struct kd_facts **ret,
                         struct kd_err *err);

/* What one document of a file of saved runs tells; nothing behind the last one. */
struct kd_record {
    struct kd_facts *facts;
    const char *failure; /* why the run made no facts; NULL if it did */
};

/**
 * Read the next of the saved runs that stand one after the other in a file.
 *
 * arena    for the facts
 * path     the errors begin with it                                          borrowed
 * file     of kd_json_file_open with KD_RECORD_FILE_MAX
 * ret      always written; failure lives until the next call
 * returns  KD_OK; KD_ESYNTAX or KD_ETOOBIG with the place of what is wrong: the next call goes on
 *          behind it
 */
kd_status kd_record_next(struct kd_arena *arena, const char *path, struct kd_json_file *file,
                         struct kd_record *ret, struct kd_err *err);

/**
 * Facts without names and addresses of their own, and the policy with the same ones in it.
 *
 * ret      written on success; in facts->arena
 * policy   replaced by a copy whose expected hosts are replaced as they are in the facts
 * returns  KD_OK; KD_ETOOBIG, see kd_anonymize_facts
 */
kd_status kd_record_anonymize(const struct kd_facts *facts, struct kd_facts **ret,
                              const struct kd_policy **policy, struct kd_err *err);

#endif
