/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * status.c - names of failures, and the two helpers that fill them in.
 */
#include "kmsdns/base/status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const STATUS_NAME[KD_STATUS_COUNT] = {
#define XX(name) [KD_##name] = #name,
    KD_STATUS_MAP(XX)
#undef XX
};

const char *kd_status_str(kd_status code)
{
    return (size_t)code < KD_STATUS_COUNT ? STATUS_NAME[code] : "UNKNOWN";
}

static void status_fill(struct kd_err *err, kd_status code, const char *where, const char *fmt,
                        va_list args) __attribute__((format(printf, 4, 0)));

static void status_fill(struct kd_err *err, kd_status code, const char *where, const char *fmt,
                        va_list args)
{
    memset(err, 0, sizeof(*err));
    err->code = code;
    snprintf(err->where, sizeof(err->where), "%s", where);
    vsnprintf(err->text, sizeof(err->text), fmt, args);
}

kd_status kd_fail(struct kd_err *err, kd_status code, const char *where, const char *fmt, ...)
{
    va_list args;

    if (err != NULL) {
        va_start(args, fmt);
        status_fill(err, code, where, fmt, args);
        va_end(args);
    }
    return code;
}

static kd_status status_of_errno(int sys)
{
    switch (sys) {
    case EACCES:
    case EPERM:
    case EROFS:
        return KD_EACCES;
    case ENOENT:
    case ENOTDIR:
        return KD_ENOTFOUND;
    default: /* no enum: there are many, and more with each system */
        return KD_EIO;
    }
}

kd_status kd_fail_sys(struct kd_err *err, int sys, const char *where, const char *fmt, ...)
{
    kd_status code = status_of_errno(sys);
    va_list args;

    if (err != NULL) {
        size_t len;

        va_start(args, fmt);
        status_fill(err, code, where, fmt, args);
        va_end(args);
        err->sys = sys;
        len = strlen(err->text);
        snprintf(err->text + len, sizeof(err->text) - len, ": %s", strerror(sys));
    }
    return code;
}

void kd_err_prefix(struct kd_err *err, const char *fmt, ...)
{
    char text[sizeof(err->text)];
    va_list args;
    int len;

    if (err == NULL || err->code == KD_OK) {
        return;
    }
    va_start(args, fmt);
    len = vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    if (len >= 0 && (size_t)len < sizeof(text)) {
        int room = (int)sizeof(text) - len - 3;

        snprintf(text + len, sizeof(text) - (size_t)len, ": %.*s", room > 0 ? room : 0,
                 err->text);
    }
    memcpy(err->text, text, sizeof(err->text));
}
