/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file_load.c - a whole file into memory, with a limit.
 */
#include "file_load.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static kd_status load_fail_sys(struct kd_err *err, const char *path, int sys)
{
    return kd_fail_sys(err, sys, "file", "cannot read %.120s", path);
}

/* Reads at most a chunk more than is allowed; 0, or the errno that stopped it. */
static int load_bytes(int fd, size_t max, struct kd_buf *ret)
{
    static char chunk[65536];

    while (ret->len <= max) {
        ssize_t n = read(fd, chunk, sizeof(chunk));

        if (n == 0) {
            break;
        }
        if (n < 0 && errno != EINTR) {
            return errno;
        }
        if (n > 0) {
            kd_buf_add(ret, chunk, (size_t)n);
        }
    }
    return 0;
}

static kd_status load_whole(int fd, const char *path, size_t max, struct kd_buf *ret,
                            struct kd_err *err)
{
    int sys = load_bytes(fd, max, ret);

    if (sys != 0) {
        return load_fail_sys(err, path, sys);
    }
    if (ret->len > max) {
        return kd_fail(err, KD_ETOOBIG, "file",
                       "%.120s has more than %zu bytes; at most that "
                       "many are read",
                       path, max);
    }
    return KD_OK;
}

kd_status kd_file_load(const char *path, size_t max, struct kd_buf *ret, struct kd_err *err)
{
    /* non-blocking, or a pipe without a writer would keep us here */
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    struct stat st;
    kd_status status;

    if (fd < 0) {
        return load_fail_sys(err, path, errno);
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        (void)close(fd);
        return kd_fail(err, KD_EINVAL, "file", "%.120s is no regular file", path);
    }
    status = load_whole(fd, path, max, ret, err);
    (void)close(fd);
    return status;
}

kd_status kd_stdin_load(size_t max, struct kd_buf *ret, struct kd_err *err)
{
    return load_whole(STDIN_FILENO, "standard input", max, ret, err);
}
