/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_CMD_JSON_FILE_H
#define KMSDNS_CMD_JSON_FILE_H

#include <jansson.h>
#include <stddef.h>

#include "kmsdns/base/buf.h"
#include "kmsdns/base/status.h"

/* JSON documents in files that anybody may have written. */

/* A file's text and what it says. */
struct kd_json_file {
    struct kd_buf text; /* owned */
    json_t *doc;        /* owned; the document at hand */
    unsigned int line;  /* where it begins, from 1 */
    size_t max;         /* bytes that are read */
    size_t next;        /* offset behind it */
    unsigned int next_line;
};

/**
 * Read a regular file that holds one JSON document without double keys.
 *
 * path     the errors begin with it                                          borrowed
 * max      bytes that are read; a value takes 2 bytes at least and up to 200 in memory, so no
 *          more than max / 16 values are accepted either
 * ret      written on success; release with kd_json_file_done
 * returns  KD_OK; KD_ENOTFOUND; KD_EACCES; KD_EIO; KD_EINVAL if it is no regular file;
 *          KD_ETOOBIG; KD_ESYNTAX with line and column
 */
kd_status kd_json_file_read(const char *path, size_t max, struct kd_json_file *ret,
                            struct kd_err *err);

/**
 * Read the text of a regular file that holds any number of documents, one after the other, with
 * blanks or nothing between them.
 *
 * max      as of kd_json_file_read; the number of values is limited for each document
 * ret      written on success, before the first document; release with kd_json_file_done
 * returns  as kd_json_file_read, but for KD_ESYNTAX
 */
kd_status kd_json_file_open(const char *path, size_t max, struct kd_json_file *ret,
                            struct kd_err *err);

/**
 * Go to the next document; the one before is released.
 *
 * path     the errors begin with it                                          borrowed
 * file     doc is NULL behind the last document, and after a failure
 * returns  KD_OK; KD_ESYNTAX with line and column, and KD_ETOOBIG for too many values: the next
 *          call goes on at the next line that begins with "{", if there is one
 */
kd_status kd_json_file_next(const char *path, struct kd_json_file *file, struct kd_err *err);

/** Release both; the struct is empty and valid again. */
void kd_json_file_done(struct kd_json_file *file);

/**
 * The line on which a member stands.
 *
 * file     of kd_json_file_read                                              borrowed
 * path     "severity.SRV-PORT-ODD", "expect.hosts[2]", "" for the document
 * returns  1 ..; 0 when there is no such member
 */
unsigned int kd_json_file_line(const struct kd_json_file *file, const char *path);

#endif
