/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_file.c - key files: opened without following a link, and looked at through the open
 * descriptor, so that what was checked is what is read.
 */
#include "kmsdns/dns/key.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kmsdns/base/buf.h"
#include "kmsdns/base/secret.h"

#define FORBIDDEN (S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH)

static bool file_is_stdin(const char *path)
{
    return strcmp(path, "-") == 0;
}

/* O_NONBLOCK: a pipe in the file's place must not stop us before it is looked at. */
static kd_status file_open(const char *path, int *ret, struct kd_err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    int sys = errno;
    kd_status status = KD_EIO;

    if (fd >= 0) {
        *ret = fd;
        return KD_OK;
    }
    if (sys == ELOOP) {
        return kd_fail(err, KD_EACCES, "key",
                       "it is a symbolic link; name the file that it leads to");
    }
    if (sys == ENOENT || sys == ENOTDIR) {
        status = KD_ENOTFOUND;
    } else if (sys == EACCES || sys == EPERM || sys == ENXIO) {
        status = KD_EACCES;
    }
    kd_fail(err, status, "key", "it cannot be opened: %s", strerror(sys));
    if (err != NULL) {
        err->sys = sys;
    }
    return status;
}

/* Whoever can read a TSIG key can write what its owner can. */
static kd_status file_check(int fd, bool is_stdin, struct kd_err *err)
{
    struct stat info = {0};

    if (fstat(fd, &info) != 0) {
        return kd_fail(err, KD_EIO, "key", "it cannot be looked at: %s", strerror(errno));
    }
    if (!S_ISREG(info.st_mode)) {
        return is_stdin ? KD_OK : kd_fail(err, KD_EACCES, "key", "it is no regular file");
    }
    if (info.st_uid != geteuid() && info.st_uid != 0) {
        return kd_fail(err, KD_EACCES, "key",
                       "it belongs to user %lu, who could put another key there; use a file "
                       "of your own",
                       (unsigned long)info.st_uid);
    }
    if ((info.st_mode & FORBIDDEN) != 0) {
        return kd_fail(err, KD_EACCES, "key",
                       "others can read or change it (mode %04o); chmod 600 it, and think "
                       "about a new key if anyone may have read it",
                       (unsigned int)(info.st_mode & 07777));
    }
    return KD_OK;
}

/* Reads to the end, at most one byte more than a key file may have. */
static kd_status file_read(int fd, char *text, size_t *ret_len, struct kd_err *err)
{
    size_t len = 0;
    ssize_t n = 1;

    while (n != 0 && len <= KD_KEY_FILE_MAX) {
        n = read(fd, text + len, KD_KEY_FILE_MAX + 1 - len);
        if (n < 0 && errno != EINTR) {
            return kd_fail(err, KD_EIO, "key", "it cannot be read: %s", strerror(errno));
        }
        len += n > 0 ? (size_t)n : 0;
    }
    if (len > KD_KEY_FILE_MAX) {
        return kd_fail(err, KD_ETOOBIG, "key", "it has more than %zu bytes and is no key file",
                       KD_KEY_FILE_MAX);
    }
    *ret_len = len;
    return KD_OK;
}

static void file_prefix(const char *path, struct kd_err *err)
{
    struct kd_buf shown = {0};

    if (file_is_stdin(path)) {
        kd_err_prefix(err, "the key on standard input cannot be used");
        return;
    }
    kd_buf_text(&shown, path);
    kd_err_prefix(err, "the key file \"%.60s\" cannot be used", kd_buf_str(&shown));
    kd_buf_done(&shown);
}

static kd_status file_use(int fd, const char *path, struct kd_key **ret, struct kd_err *err)
{
    bool is_stdin = file_is_stdin(path);
    char *text = NULL;
    size_t len = 0;
    kd_status status = file_check(fd, is_stdin, err);

    if (status != KD_OK) {
        return status;
    }
    text = kd_secret_alloc(KD_KEY_FILE_MAX + 1);
    status = file_read(fd, text, &len, err);
    if (status == KD_OK) {
        status = kd_key_parse(text, len, is_stdin ? NULL : path, ret, err);
    }
    kd_secret_free(text, KD_KEY_FILE_MAX + 1);
    return status;
}

kd_status kd_key_read(const char *path, struct kd_key **ret, struct kd_err *err)
{
    int fd = STDIN_FILENO;
    kd_status status = file_is_stdin(path) ? KD_OK : file_open(path, &fd, err);

    if (status == KD_OK) {
        status = file_use(fd, path, ret, err);
        if (!file_is_stdin(path)) {
            close(fd);
        }
    }
    if (status != KD_OK) {
        file_prefix(path, err);
    }
    return status;
}
