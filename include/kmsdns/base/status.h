/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_BASE_STATUS_H
#define KMSDNS_BASE_STATUS_H

/*
 * Failures to do what was asked. Three kinds of trouble are kept apart (docs/design.md):
 * a bug is an assert(), a failure is a kd_status with a kd_err, and an observation about
 * the world (NXDOMAIN, a timeout, a malformed reply) is a fact and no error at all.
 */

/* name, text for people */
#define KD_STATUS_MAP(XX) \
    XX(OK)                \
    XX(EINVAL)            \
    XX(ESYNTAX)           \
    XX(ETOOBIG)           \
    XX(EIO)               \
    XX(ENOTFOUND)         \
    XX(EACCES)            \
    XX(ENOTSUP)           \
    XX(ECANCELLED)

typedef enum kd_status {
#define XX(name) KD_##name,
    KD_STATUS_MAP(XX)
#undef XX
    KD_STATUS_COUNT
} kd_status;

/* One failure, on the caller's stack. All zero means "no error". */
struct kd_err {
    kd_status code;
    int sys;        /* errno or the library's code, 0 if none */
    char where[24]; /* module that failed: "file", "ares" */
    char text[232]; /* a finished English sentence without a newline */
};

/**
 * Name of a status for logs and JSON, "ESYNTAX".
 *
 * code     any value; an unknown one gives "UNKNOWN"
 * returns  constant text
 */
const char *kd_status_str(kd_status code);

/**
 * Fill an error and return its code, so that a failure is one line.
 *
 * err      may be NULL; then only the code is returned                       caller's
 * code     not KD_OK
 * where    short module word, cut to 23 bytes                               copied
 * fmt      printf format of the sentence, cut to 231 bytes                  copied
 * returns  code
 */
kd_status kd_fail(struct kd_err *err, kd_status code, const char *where, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/**
 * The same for what the system refused: the sentence ends in ": " and the system's words.
 *
 * sys      errno of the call that failed; kept in err
 * returns  KD_EACCES, KD_ENOTFOUND or KD_EIO, as sys tells
 */
kd_status kd_fail_sys(struct kd_err *err, int sys, const char *where, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/**
 * Put context before an error's text: "zones.txt: line 3: …".
 *
 * err      may be NULL or hold KD_OK; then nothing happens                  caller's
 * fmt      printf format of the prefix, without the colon                   copied
 */
void kd_err_prefix(struct kd_err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
