/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_CMD_FILE_LOAD_H
#define KMSDNS_CMD_FILE_LOAD_H

#include <stddef.h>

#include "kmsdns/base/buf.h"
#include "kmsdns/base/status.h"

/**
 * Read a regular file to its end.
 *
 * path     the errors name it                                        borrowed
 * max      bytes that are accepted
 * ret      filled; to be released also after a failure                       caller's
 * returns  KD_OK; KD_ENOTFOUND; KD_EACCES; KD_EIO; KD_EINVAL if it is no regular file; KD_ETOOBIG
 */
kd_status kd_file_load(const char *path, size_t max, struct kd_buf *ret, struct kd_err *err);

/** The same for standard input, which may be anything. */
kd_status kd_stdin_load(size_t max, struct kd_buf *ret, struct kd_err *err);

#endif
