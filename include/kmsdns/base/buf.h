/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_BASE_BUF_H
#define KMSDNS_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A growing text that renderers write into. Zero-initialised is empty and valid.
 */
struct kd_buf {
    char *data; /* owned; NUL-terminated once anything was added; NULL when empty */
    size_t len; /* bytes without the NUL */
    size_t cap; /* bytes allocated */
};

/** Release the text; the buffer is empty and valid again. */
void kd_buf_done(struct kd_buf *buf);

/** Append len bytes as they are. */
void kd_buf_add(struct kd_buf *buf, const char *bytes, size_t len);

/** Append a string as it is. */
void kd_buf_puts(struct kd_buf *buf, const char *text);

/** Append n copies of a character. */
void kd_buf_pad(struct kd_buf *buf, char c, size_t n);

/** Append formatted text. Never use it for bytes from outside: see kd_buf_text. */
void kd_buf_printf(struct kd_buf *buf, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * Append text of unknown origin for a terminal: printable ASCII stays, every other byte
 * becomes \DDD (three decimal digits, RFC 1035 5.1).
 *
 * text     NUL-terminated; NULL appends nothing                              borrowed
 */
void kd_buf_text(struct kd_buf *buf, const char *text);

/**
 * Like kd_buf_text, but well-formed UTF-8 letters stay when is_utf8 is true. C0, DEL, C1,
 * bidirectional controls and other format characters are escaped all the same.
 */
void kd_buf_text_utf8(struct kd_buf *buf, const char *text, bool is_utf8);

/** The text so far, "" when empty; valid until the next append. */
const char *kd_buf_str(const struct kd_buf *buf);

#endif
