/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reg_data.c - bytes of registry values: what damage shows in them, their form in the registry,
 * and texts in and out of UTF-16LE.
 */
#include "reg_data.h"

#include <string.h>

#include "kmsdns/import/decode.h"

#define NUL_LEN ((size_t)2) /* of UTF-16 */

bool kd_reg_type_is_text(uint32_t type)
{
    return type == KD_REG_TYPE_SZ || type == KD_REG_TYPE_EXPAND_SZ ||
           type == KD_REG_TYPE_MULTI_SZ;
}

size_t kd_reg_data_max(bool is_utf16, uint32_t type)
{
    return is_utf16 || !kd_reg_type_is_text(type) ? KD_REG_MAX_DATA : KD_REG_MAX_DATA / 2;
}

static bool data_is_nul(const struct kd_buf *data, size_t at, size_t width)
{
    for (size_t i = 0; i < width; i++) {
        if (data->data[at + i] != '\0') {
            return false;
        }
    }
    return true;
}

/* How many of the NULs that close a text or a list are missing: 0, 1 or 2. */
static size_t data_nmissing(const struct kd_buf *data, size_t len, size_t width, uint32_t type)
{
    bool is_list = type == KD_REG_TYPE_MULTI_SZ;

    if (len == 0) {
        return 0;
    }
    if (!data_is_nul(data, len - width, width)) {
        return is_list ? 2 : 1;
    }
    /* the empty list is one NUL alone */
    return is_list && len > width && !data_is_nul(data, len - 2 * width, width) ? 1 : 0;
}

const char *kd_reg_data_fault(const struct kd_buf *data, bool is_utf16, uint32_t type)
{
    size_t width = is_utf16 ? NUL_LEN : 1;
    size_t nmissing;

    if (type == KD_REG_TYPE_DWORD && data->len != 4) {
        return "a REG_DWORD has four bytes";
    }
    if (!kd_reg_type_is_text(type)) {
        return NULL;
    }
    if (data->len % width != 0) {
        return "the text has an odd number of bytes; the last one is left out";
    }
    nmissing = data_nmissing(data, data->len, width, type);
    if (nmissing == 0) {
        return NULL;
    }
    return type == KD_REG_TYPE_MULTI_SZ ? "the list is not closed by two NULs"
                                        : "the text is not closed by a NUL";
}

/* Appends to bytes that are long enough. */
static size_t data_put(uint8_t *bytes, size_t len, uint32_t unit)
{
    bytes[len] = (uint8_t)(unit & 0xFF);
    bytes[len + 1] = (uint8_t)(unit >> 8);
    return len + 2;
}

const uint8_t *kd_reg_data_final(struct kd_arena *arena, const struct kd_buf *data,
                                 bool is_utf16, uint32_t type, size_t *ret_len)
{
    bool is_text = kd_reg_type_is_text(type);
    size_t width = is_utf16 ? NUL_LEN : 1;
    size_t used = is_text ? data->len - data->len % width : data->len;
    size_t nmissing = is_text ? data_nmissing(data, used, width, type) : 0;
    uint8_t *bytes = kd_arena_alloc(arena, 2 * used + 2 * NUL_LEN);
    size_t len = used;

    if (is_text && !is_utf16) {
        len = 0;
        for (size_t i = 0; i < used; i++) {
            len = data_put(bytes, len, kd_decode_ansi((uint8_t)data->data[i]));
        }
    } else if (used > 0) {
        memcpy(bytes, data->data, used);
    }
    for (; nmissing > 0; nmissing--) {
        len = data_put(bytes, len, 0);
    }
    *ret_len = len;
    return bytes;
}

static void data_take(uint32_t code, void *arg)
{
    kd_decode_utf8(arg, code);
}

const char *kd_reg_text(struct kd_arena *arena, const uint8_t *data, size_t len)
{
    struct kd_decode decode = {.encoding = KD_ENCODING_UTF16LE};
    struct kd_buf buf = {0};
    const char *text;
    size_t used = 0;

    while (used + 1 < len && (data[used] != 0 || data[used + 1] != 0)) {
        used += 2;
    }
    kd_decode_feed(&decode, data, used, data_take, &buf);
    kd_decode_end(&decode, data_take, &buf);
    text = kd_arena_strdup(arena, kd_buf_str(&buf));
    kd_buf_done(&buf);
    return text;
}

const uint8_t *kd_reg_utf16(struct kd_arena *arena, const char *text, size_t *ret_len)
{
    struct kd_buf buf = {0};
    uint8_t *bytes;

    kd_decode_back(text, strlen(text) + 1, &buf);
    *ret_len = buf.len;
    bytes = kd_arena_alloc(arena, buf.len);
    memcpy(bytes, buf.data, buf.len);
    kd_buf_done(&buf);
    return bytes;
}
