/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_CMD_UNDO_FILE_H
#define KMSDNS_CMD_UNDO_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "kmsdns/base/addr.h"
#include "kmsdns/base/arena.h"
#include "kmsdns/dns/srv.h"
#include "kmsdns/facts/facts.h"

/*
 * The way back: what publish, unpublish and undo note in a file before they write, and what undo
 * reads. It tells records, never keys.
 */

#define KD_UNDO_SCHEMA   "kmsdns-undo/1"
#define KD_UNDO_FILE_MAX ((size_t)1024 * 1024)

/* One change as it was about to be made; undo makes the opposite. */
struct kd_undo_change {
    const char *zone, *owner; /* canonical; owner is in the zone */
    struct kd_endpoint server;
    const char *identity; /* "none", "tsig:kms-key."; NULL when unknown */
    bool is_add;          /* record was added; false: it was removed */
    struct kd_srv record;
    struct kd_srv *before; /* the set before the change */
    size_t nbefore;
};

/* What a file tells. */
struct kd_undo {
    const char *action; /* "publish", "unpublish", "undo" */
    struct kd_undo_change *change;
    size_t nchange; /* one at least */
};

/**
 * Note changes that are about to be made, in a new file of mode 0600 that is on the disk when
 * this returns.
 *
 * arena    for ret_path
 * path     must not exist, not even as a link; NULL makes a name of time and process in the
 *          current folder, "kmsdns-undo-20261120T060012Z-4711.json"           borrowed
 * change, n  those to be made, one at least; each has zone, owner and record  borrowed
 * ret_path  the name, written on success; may be NULL
 * returns  KD_OK; KD_EINVAL if the place is taken; KD_EACCES; KD_ENOTFOUND without the folder;
 *          KD_ETOOBIG if the file would exceed KD_UNDO_FILE_MAX; KD_EIO. After a failure nothing
 *          is left behind
 */
kd_status kd_undo_file_write(struct kd_arena *arena, const char *path,
                             const struct kd_change_fact *const *change, size_t n,
                             const char **ret_path, struct kd_err *err);

/**
 * Read such a file.
 *
 * arena    for the result
 * path     untrusted: at most KD_UNDO_FILE_MAX bytes of strict JSON           borrowed
 * ret      written on success
 * returns  KD_OK; KD_ENOTFOUND; KD_EACCES; KD_EIO; KD_EINVAL if it is no regular file;
 *          KD_ETOOBIG; KD_ESYNTAX with file and place: "f.json: changes[0].record.port: expected
 *          an integer from 0 to 65535"
 */
kd_status kd_undo_file_read(struct kd_arena *arena, const char *path, struct kd_undo *ret,
                            struct kd_err *err);

#endif
