/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * buf.c - a growing text, and the one place where bytes of unknown origin are made harmless.
 */
#include "kmsdns/base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kmsdns/base/mem.h"

static void buf_reserve(struct kd_buf *buf, size_t more)
{
    size_t need = buf->len + more + 1;

    if (need <= buf->cap) {
        return;
    }
    while (buf->cap < need) {
        buf->cap = buf->cap == 0 ? 256 : buf->cap * 2;
    }
    buf->data = kd_xrealloc(buf->data, buf->cap, 1);
}

void kd_buf_done(struct kd_buf *buf)
{
    free(buf->data);
    memset(buf, 0, sizeof(*buf));
}

void kd_buf_add(struct kd_buf *buf, const char *bytes, size_t len)
{
    buf_reserve(buf, len);
    if (len > 0) {
        memcpy(buf->data + buf->len, bytes, len);
    }
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void kd_buf_puts(struct kd_buf *buf, const char *text)
{
    kd_buf_add(buf, text, strlen(text));
}

void kd_buf_pad(struct kd_buf *buf, char c, size_t n)
{
    buf_reserve(buf, n);
    memset(buf->data + buf->len, c, n);
    buf->len += n;
    buf->data[buf->len] = '\0';
}

void kd_buf_printf(struct kd_buf *buf, const char *fmt, ...)
{
    va_list args;
    int len;

    va_start(args, fmt);
    len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (len < 0) {
        return;
    }
    buf_reserve(buf, (size_t)len);
    va_start(args, fmt);
    vsnprintf(buf->data + buf->len, (size_t)len + 1, fmt, args);
    va_end(args);
    buf->len += (size_t)len;
}

/* Bytes of the well-formed UTF-8 sequence at p, 0 if there is none (RFC 3629 4). */
static size_t utf8_sequence(const unsigned char *p, uint32_t *ret_code)
{
    size_t len = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    uint32_t code = p[0] & (0x7FU >> len);
    static const uint32_t LOWEST[5] = {0, 0, 0x80, 0x800, 0x10000};

    if (p[0] < 0xC2 || p[0] > 0xF4) {
        return 0;
    }
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            return 0;
        }
        code = code << 6 | (p[i] & 0x3FU);
    }
    if (code < LOWEST[len] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
        return 0;
    }
    *ret_code = code;
    return len;
}

/*
 * Characters that change how their neighbours look without showing themselves: C1 controls, soft
 * hyphen, zero-width and bidirectional controls, variation selectors, tags, private use.
 */
static bool utf8_is_invisible(uint32_t code)
{
    static const struct {
        uint32_t first, last;
    } RANGE[] = {
        {0x80, 0x9F},     {0xAD, 0xAD},     {0x300, 0x36F},   {0x61C, 0x61C},
        {0x115F, 0x1160}, {0x180B, 0x180F}, {0x200B, 0x200F}, {0x2028, 0x202F},
        {0x205F, 0x206F}, {0x3164, 0x3164}, {0xE000, 0xF8FF}, {0xFE00, 0xFE0F},
        {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFF}, {0xE0000, 0x10FFFF},
    };

    for (size_t i = 0; i < sizeof(RANGE) / sizeof(RANGE[0]); i++) {
        if (code >= RANGE[i].first && code <= RANGE[i].last) {
            return true;
        }
    }
    return false;
}

void kd_buf_text_utf8(struct kd_buf *buf, const char *text, bool is_utf8)
{
    const unsigned char *p = (const unsigned char *)text;
    uint32_t code = 0;
    size_t len;

    for (; p != NULL && *p != '\0'; p += len) {
        len = 1;
        if (*p >= 0x20 && *p < 0x7F) {
            kd_buf_add(buf, (const char *)p, 1);
            continue;
        }
        if (is_utf8 && *p >= 0x80) {
            len = utf8_sequence(p, &code);
            if (len > 0 && !utf8_is_invisible(code)) {
                kd_buf_add(buf, (const char *)p, len);
                continue;
            }
            len = 1;
        }
        kd_buf_printf(buf, "\\%03u", (unsigned int)*p);
    }
}

void kd_buf_text(struct kd_buf *buf, const char *text)
{
    kd_buf_text_utf8(buf, text, false);
}

const char *kd_buf_str(const struct kd_buf *buf)
{
    return buf->data != NULL ? buf->data : "";
}
