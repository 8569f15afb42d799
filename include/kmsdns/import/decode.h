/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_IMPORT_DECODE_H
#define KMSDNS_IMPORT_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kmsdns/base/buf.h"

/*
 * Text files of Windows as characters, told by their first bytes: UTF-16 in either order, with
 * or without a byte order mark, UTF-8, and code pages. Bytes come in pieces of any size.
 */

typedef enum kd_encoding {
    KD_ENCODING_UNKNOWN, /* fewer than two bytes so far */
    KD_ENCODING_UTF16LE,
    KD_ENCODING_UTF16BE,
    KD_ENCODING_UTF8 /* and code pages: see kd_decode_feed */
} kd_encoding;

/* Zero-initialised is ready. */
struct kd_decode {
    kd_encoding encoding;
    bool has_mark;   /* began with a byte order mark */
    bool is_ansi;    /* bytes that are not UTF-8 were seen */
    uint8_t held[4]; /* an incomplete character */
    size_t nheld;
    uint32_t high; /* first half of a surrogate pair */
};

/* Takes one character. */
typedef void kd_decode_fn(uint32_t code, void *arg);

/**
 * Decode the next piece.
 *
 * A surrogate without its other half becomes U+FFFD. In what is no UTF-16, bytes that are not
 * well-formed UTF-8 are taken for Windows-1252.
 *
 * bytes, len  the piece                                                       borrowed
 * fn, arg     called for each character, in order
 */
void kd_decode_feed(struct kd_decode *decode, const uint8_t *bytes, size_t len,
                    kd_decode_fn *fn, void *arg);

/** Decode what was held back: an incomplete character at the end is U+FFFD. */
void kd_decode_end(struct kd_decode *decode, kd_decode_fn *fn, void *arg);

/** "UTF-16LE", "UTF-8", "Windows-1252"; constant. */
const char *kd_decode_str(const struct kd_decode *decode);

/** The character of a byte in Windows-1252; holes of the page are U+FFFD. */
uint32_t kd_decode_ansi(uint8_t byte);

/** Append a character as UTF-8. NUL and what is no character become U+FFFD. */
void kd_decode_utf8(struct kd_buf *out, uint32_t code);

/** Whole bytes as UTF-8. */
void kd_decode_all(const uint8_t *bytes, size_t len, struct kd_buf *out);

/** The way back: append UTF-8 as UTF-16LE, without a byte order mark. */
void kd_decode_back(const char *text, size_t len, struct kd_buf *out);

#endif
