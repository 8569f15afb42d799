/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decode.c - bytes of text files as characters. The first bytes tell the encoding: a byte
 * order mark, a zero in every other place, or neither. What is incomplete at the end of a
 * piece is held until the next one.
 */
#include "kmsdns/import/decode.h"

#define REPLACEMENT 0xFFFDU

uint32_t kd_decode_ansi(uint8_t byte)
{
    static const uint16_t HIGH[32] = {
        0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
    };

    return byte >= 0x80 && byte < 0xA0 ? HIGH[byte - 0x80] : byte;
}

void kd_decode_utf8(struct kd_buf *out, uint32_t code)
{
    char bytes[4];
    size_t n = 0;

    if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
        code = REPLACEMENT;
    }
    if (code < 0x80) {
        bytes[n++] = (char)code;
    } else if (code < 0x800) {
        bytes[n++] = (char)(0xC0 | code >> 6);
    } else if (code < 0x10000) {
        bytes[n++] = (char)(0xE0 | code >> 12);
        bytes[n++] = (char)(0x80 | (code >> 6 & 0x3F));
    } else {
        bytes[n++] = (char)(0xF0 | code >> 18);
        bytes[n++] = (char)(0x80 | (code >> 12 & 0x3F));
        bytes[n++] = (char)(0x80 | (code >> 6 & 0x3F));
    }
    if (code >= 0x80) {
        bytes[n++] = (char)(0x80 | (code & 0x3F));
    }
    kd_buf_add(out, bytes, n);
}

static void decode_unit(struct kd_decode *decode, uint32_t unit, kd_decode_fn *fn, void *arg)
{
    if (decode->high != 0 && unit >= 0xDC00 && unit <= 0xDFFF) {
        fn(0x10000 + ((decode->high - 0xD800) << 10) + (unit - 0xDC00), arg);
        decode->high = 0;
        return;
    }
    if (decode->high != 0) {
        fn(REPLACEMENT, arg);
        decode->high = 0;
    }
    if (unit >= 0xD800 && unit <= 0xDBFF) {
        decode->high = unit;
    } else {
        fn(unit >= 0xDC00 && unit <= 0xDFFF ? REPLACEMENT : unit, arg);
    }
}

static void decode_utf16(struct kd_decode *decode, uint8_t byte, kd_decode_fn *fn, void *arg)
{
    bool is_little = decode->encoding == KD_ENCODING_UTF16LE;
    uint32_t low, high;

    if (decode->nheld == 0) {
        decode->held[0] = byte;
        decode->nheld = 1;
        return;
    }
    decode->nheld = 0;
    low = is_little ? decode->held[0] : byte;
    high = is_little ? byte : decode->held[0];
    decode_unit(decode, high << 8 | low, fn, arg);
}

/* Bytes that a UTF-8 sequence beginning so has; 0 if none begins so (RFC 3629 4). */
static size_t decode_expected(uint8_t first)
{
    if (first < 0xC2 || first > 0xF4) {
        return 0;
    }
    return first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
}

static bool decode_may_follow(uint8_t first, size_t place, uint8_t byte)
{
    if ((byte & 0xC0) != 0x80) {
        return false;
    }
    if (place > 1) {
        return true;
    }
    /* no overlong forms, no surrogates, nothing above U+10FFFF */
    return !(first == 0xE0 && byte < 0xA0) && !(first == 0xED && byte > 0x9F) &&
           !(first == 0xF0 && byte < 0x90) && !(first == 0xF4 && byte > 0x8F);
}

/* The held bytes are no UTF-8: each is a character of the code page. */
static void decode_flush_ansi(struct kd_decode *decode, kd_decode_fn *fn, void *arg)
{
    for (size_t i = 0; i < decode->nheld; i++) {
        decode->is_ansi = true;
        fn(kd_decode_ansi(decode->held[i]), arg);
    }
    decode->nheld = 0;
}

static void decode_8bit(struct kd_decode *decode, uint8_t byte, kd_decode_fn *fn, void *arg)
{
    uint32_t code;

    if (decode->nheld > 0 && !decode_may_follow(decode->held[0], decode->nheld, byte)) {
        decode_flush_ansi(decode, fn, arg);
    }
    if (decode->nheld == 0 && byte < 0x80) {
        fn(byte, arg);
        return;
    }
    decode->held[decode->nheld++] = byte;
    if (decode_expected(decode->held[0]) == 0) {
        decode_flush_ansi(decode, fn, arg);
        return;
    }
    if (decode->nheld < decode_expected(decode->held[0])) {
        return;
    }
    code = decode->held[0] & (0x7FU >> decode->nheld);
    for (size_t i = 1; i < decode->nheld; i++) {
        code = code << 6 | (decode->held[i] & 0x3FU);
    }
    decode->nheld = 0;
    fn(code, arg);
}

static void decode_byte(struct kd_decode *decode, uint8_t byte, kd_decode_fn *fn, void *arg)
{
    if (decode->encoding == KD_ENCODING_UTF8) {
        decode_8bit(decode, byte, fn, arg);
    } else {
        decode_utf16(decode, byte, fn, arg);
    }
}

/* Tells the encoding once two bytes are held; a UTF-8 mark comes out as U+FEFF. */
static void decode_detect(struct kd_decode *decode, kd_decode_fn *fn, void *arg)
{
    uint8_t first = decode->held[0], second = decode->held[1];

    decode->nheld = 0;
    decode->has_mark = (first == 0xFF && second == 0xFE) || (first == 0xFE && second == 0xFF);
    if (decode->has_mark) {
        decode->encoding = first == 0xFF ? KD_ENCODING_UTF16LE : KD_ENCODING_UTF16BE;
        return;
    }
    decode->encoding = first != 0 && second == 0   ? KD_ENCODING_UTF16LE
                       : first == 0 && second != 0 ? KD_ENCODING_UTF16BE
                                                   : KD_ENCODING_UTF8;
    decode_byte(decode, first, fn, arg);
    decode_byte(decode, second, fn, arg);
}

void kd_decode_feed(struct kd_decode *decode, const uint8_t *bytes, size_t len,
                    kd_decode_fn *fn, void *arg)
{
    for (size_t i = 0; i < len; i++) {
        if (decode->encoding != KD_ENCODING_UNKNOWN) {
            decode_byte(decode, bytes[i], fn, arg);
            continue;
        }
        decode->held[decode->nheld++] = bytes[i];
        if (decode->nheld == 2) {
            decode_detect(decode, fn, arg);
        }
    }
}

void kd_decode_end(struct kd_decode *decode, kd_decode_fn *fn, void *arg)
{
    if (decode->encoding == KD_ENCODING_UNKNOWN || decode->encoding == KD_ENCODING_UTF8) {
        decode->encoding = KD_ENCODING_UTF8;
        for (size_t i = 0; i < decode->nheld; i++) {
            decode->is_ansi = decode->is_ansi || decode->held[i] >= 0x80;
            fn(kd_decode_ansi(decode->held[i]), arg);
        }
    } else if (decode->nheld > 0 || decode->high != 0) {
        fn(REPLACEMENT, arg);
    }
    decode->nheld = 0;
    decode->high = 0;
}

const char *kd_decode_str(const struct kd_decode *decode)
{
    switch (decode->encoding) {
    case KD_ENCODING_UTF16LE:
        return "UTF-16LE";
    case KD_ENCODING_UTF16BE:
        return "UTF-16BE";
    case KD_ENCODING_UNKNOWN:
    case KD_ENCODING_UTF8:
        break;
    }
    return decode->is_ansi ? "Windows-1252" : "UTF-8";
}

static void decode_append(uint32_t code, void *arg)
{
    if (code != 0xFEFF) {
        kd_decode_utf8(arg, code);
    }
}

void kd_decode_all(const uint8_t *bytes, size_t len, struct kd_buf *out)
{
    struct kd_decode decode = {.encoding = KD_ENCODING_UNKNOWN};

    kd_decode_feed(&decode, bytes, len, decode_append, out);
    kd_decode_end(&decode, decode_append, out);
}

static void decode_put_unit(struct kd_buf *out, uint32_t unit)
{
    const char bytes[2] = {(char)(unit & 0xFF), (char)(unit >> 8)};

    kd_buf_add(out, bytes, sizeof(bytes));
}

static void decode_append_utf16(uint32_t code, void *arg)
{
    if (code >= 0x10000) {
        decode_put_unit(arg, 0xD800 + ((code - 0x10000) >> 10));
        code = 0xDC00 + ((code - 0x10000) & 0x3FF);
    }
    decode_put_unit(arg, code);
}

void kd_decode_back(const char *text, size_t len, struct kd_buf *out)
{
    struct kd_decode decode = {.encoding = KD_ENCODING_UTF8};

    kd_decode_feed(&decode, (const uint8_t *)text, len, decode_append_utf16, out);
    kd_decode_end(&decode, decode_append_utf16, out);
}
