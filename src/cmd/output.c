/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * output.c - finished documents to standard output or into a file. A file is written beside its
 * place, closed, and renamed over what was there: readers see the old or the new one.
 * A reader of standard output that has gone is no failure; a full disk is.
 */
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kmsdns/base/rng.h"

/* Writes all of it; 0, or the errno that stopped it. */
static int out_write_all(int fd, const struct kd_buf *bytes)
{
    for (size_t done = 0; done < bytes->len;) {
        ssize_t n = write(fd, bytes->data + done, bytes->len - done);
        struct pollfd wait = {.fd = fd, .events = POLLOUT};

        if (n >= 0) {
            done += (size_t)n;
        } else if (errno == EAGAIN) {
            /* somebody before us made the terminal or pipe non-blocking */
            (void)poll(&wait, 1, -1);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

static kd_status out_fail(struct kd_err *err, const char *path, const char *what, int sys)
{
    return kd_fail_sys(err, sys, "output", "cannot %s %.120s", what, path);
}

static kd_status out_stdout(const struct kd_buf *bytes, struct kd_err *err)
{
    int sys;

    /* else a closed pipe would end the process, and the exit status would not be ours */
    (void)signal(SIGPIPE, SIG_IGN);
    sys = out_write_all(STDOUT_FILENO, bytes);
    if (sys == 0 || sys == EPIPE) {
        return KD_OK;
    }
    return out_fail(err, "standard output", "write to", sys);
}

/* KD_OK if path can be replaced; *ret_mode keeps the permissions of what is there. */
static kd_status out_check_place(const char *path, mode_t *ret_mode, struct kd_err *err)
{
    struct stat st;

    *ret_mode = 0;
    if (lstat(path, &st) != 0) {
        return errno == ENOENT ? KD_OK : out_fail(err, path, "write", errno);
    }
    if (S_ISREG(st.st_mode)) {
        *ret_mode = st.st_mode & 0777U;
        return KD_OK;
    }
    return kd_fail(err, KD_EINVAL, "output",
                   "%.120s is %s; only regular files are replaced: name another file or "
                   "redirect standard output",
                   path,
                   S_ISLNK(st.st_mode)   ? "a symbolic link"
                   : S_ISDIR(st.st_mode) ? "a folder"
                                         : "a device, pipe or socket");
}

/* A name beside path that nobody has; to be freed. */
static char *out_new_name(const char *path)
{
    struct kd_buf name = {0};
    uint64_t salt;

    kd_random_bytes(&salt, sizeof(salt));
    kd_buf_printf(&name, "%s.%016llx.tmp", path, (unsigned long long)salt);
    return name.data;
}

/* A file of path's folder without a name. -1 where the file system has no such files (NFS). */
static int out_open_nameless(const char *path, mode_t mode)
{
    const char *slash = strrchr(path, '/');
    struct kd_buf folder = {0};
    int fd;

    kd_buf_printf(&folder, "%.*s", slash != NULL ? (int)(slash - path) + 1 : 2,
                  slash != NULL ? path : "./");
    fd = open(kd_buf_str(&folder), O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
    kd_buf_done(&folder);
    return fd;
}

static bool out_give_name(int fd, const char *name)
{
    char from[32];

    snprintf(from, sizeof(from), "/proc/self/fd/%d", fd);
    return linkat(AT_FDCWD, from, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0;
}

/* Writes all of it and sets the mode, if not 0. 0 or the errno that stopped it. */
static int out_fill(int fd, const struct kd_buf *bytes, mode_t mode)
{
    int sys = out_write_all(fd, bytes);

    return sys == 0 && mode != 0 && fchmod(fd, mode) != 0 ? errno : sys;
}

/* A file that gets its name when it is whole: whoever is killed leaves nothing behind. False where
 * that cannot be: the other way shows why, or works. */
static bool out_write_nameless(const char *path, const char *name, const struct kd_buf *bytes,
                               mode_t created, mode_t mode)
{
    int fd = out_open_nameless(path, created);
    bool is_done = fd >= 0 && out_fill(fd, bytes, mode) == 0 && out_give_name(fd, name);

    if (fd >= 0) {
        (void)close(fd);
    }
    return is_done;
}

/* 0 or the errno that stopped it; then no file is left. */
static int out_write_named(const char *name, const struct kd_buf *bytes, mode_t created,
                           mode_t mode)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, created);
    int sys;

    if (fd < 0) {
        return errno;
    }
    sys = out_fill(fd, bytes, mode);
    /* some file systems tell only now that the disk is full */
    if (close(fd) != 0 && sys == 0) {
        sys = errno;
    }
    if (sys != 0) {
        (void)unlink(name);
    }
    return sys;
}

/* wanted: the mode of the file; 0 is that of the file before, or the usual one. */
static kd_status out_file(const char *path, const struct kd_buf *bytes, mode_t wanted,
                          struct kd_err *err)
{
    mode_t mode = 0, created = wanted != 0 ? wanted : 0666;
    kd_status status = out_check_place(path, &mode, err);
    char *name;
    int sys = 0;

    if (status != KD_OK) {
        return status;
    }
    mode = wanted != 0 ? wanted : mode;
    name = out_new_name(path);
    if (!out_write_nameless(path, name, bytes, created, mode)) {
        sys = out_write_named(name, bytes, created, mode);
    }
    if (sys == 0 && rename(name, path) != 0) {
        sys = errno;
        (void)unlink(name);
    }
    if (sys != 0) {
        status = out_fail(err, path, "write", sys);
    }
    free(name);
    return status;
}

kd_status kd_output_write(const char *path, const struct kd_buf *bytes, struct kd_err *err)
{
    if (path == NULL || strcmp(path, "-") == 0) {
        return out_stdout(bytes, err);
    }
    return out_file(path, bytes, 0, err);
}

kd_status kd_output_write_private(const char *path, const struct kd_buf *bytes,
                                  struct kd_err *err)
{
    return out_file(path, bytes, S_IRUSR | S_IWUSR, err);
}

kd_status kd_output_write_shared(const char *path, const struct kd_buf *bytes,
                                 struct kd_err *err)
{
    return out_file(path, bytes, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH, err);
}
