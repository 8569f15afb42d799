/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * output.c - finished documents to standard output or into a file. A file is written under a
 * new name beside its place, closed, and renamed over it: readers see the old or the new one.
 * A reader of standard output that has gone is no failure; a full disk is.
 */
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kmsdns/base/rng.h"

#define OUT_NAME_TRIES 16

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
    kd_status code = sys == EACCES || sys == EPERM || sys == EROFS ? KD_EACCES : KD_EIO;

    (void)kd_fail(err, code, "output", "cannot %s %.120s: %s", what, path, strerror(sys));
    if (err != NULL) {
        err->sys = sys;
    }
    return code;
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

/* Opens a new file beside path; its name, to be freed, is in *ret_name. -1 with errno set. */
static int out_open_beside(const char *path, mode_t mode, char **ret_name)
{
    struct kd_buf name = {0};
    int fd = -1;

    for (int i = 0; i < OUT_NAME_TRIES && fd < 0; i++) {
        uint64_t salt;

        kd_random_bytes(&salt, sizeof(salt));
        kd_buf_done(&name);
        kd_buf_printf(&name, "%s.%016llx.tmp", path, (unsigned long long)salt);
        fd =
            open(kd_buf_str(&name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
        if (fd < 0 && errno != EEXIST) {
            break;
        }
    }
    *ret_name = name.data; /* now owned by the caller */
    return fd;
}

/* wanted: the mode of the file; 0 is that of the file before, or the usual one. */
static kd_status out_file(const char *path, const struct kd_buf *bytes, mode_t wanted,
                          struct kd_err *err)
{
    char *name = NULL;
    mode_t mode = 0;
    kd_status status = out_check_place(path, &mode, err);
    int fd, sys;

    if (status != KD_OK) {
        return status;
    }
    mode = wanted != 0 ? wanted : mode;
    fd = out_open_beside(path, wanted != 0 ? wanted : 0666, &name);
    if (fd < 0) {
        status = out_fail(err, path, "write", errno);
        free(name);
        return status;
    }
    sys = out_write_all(fd, bytes);
    if (sys == 0 && mode != 0 && fchmod(fd, mode) != 0) {
        sys = errno;
    }
    /* some file systems tell only now that the disk is full */
    if (close(fd) != 0 && sys == 0) {
        sys = errno;
    }
    if (sys == 0 && rename(name, path) != 0) {
        sys = errno;
    }
    if (sys != 0) {
        (void)unlink(name);
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
