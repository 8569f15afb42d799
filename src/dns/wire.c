/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wire.c - messages byte by byte, where the exact bytes matter: a signature covers them, and
 * has to be the last record. Reading for content is in msg.c.
 */
#include "wire.h"

#include <string.h>

#define MAX_LABEL 63
#define MAX_STEPS 255 /* labels and pointers of one name */
#define RR_FIXED  10  /* type, class, TTL, length of the data */

uint16_t kd_wire_get16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

uint32_t kd_wire_get32(const uint8_t *bytes)
{
    return (uint32_t)kd_wire_get16(bytes) << 16 | kd_wire_get16(bytes + 2);
}

uint64_t kd_wire_get48(const uint8_t *bytes)
{
    return (uint64_t)kd_wire_get16(bytes) << 32 | kd_wire_get32(bytes + 2);
}

static uint8_t wire_lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

/* Copies the label at *at and goes behind it; false when it has no place there. */
static bool wire_take_label(const struct kd_wire_reader *reader, size_t *at,
                            struct kd_wire_name *ret)
{
    const uint8_t *label = reader->wire + *at;
    size_t len = label[0];

    /* one byte behind it is the root's */
    if (len > MAX_LABEL || reader->len - *at < len + 1 ||
        ret->len + len + 2 > KD_NAME_MAX_WIRE) {
        return false;
    }
    ret->bytes[ret->len++] = (uint8_t)len;
    for (size_t i = 1; i <= len; i++) {
        ret->bytes[ret->len++] = wire_lower(label[i]);
    }
    *at += len + 1;
    return true;
}

/* Follows the pointer at *at; it must lead before *start, where these labels began. */
static bool wire_follow(const struct kd_wire_reader *reader, size_t *at, size_t *start)
{
    size_t target;

    if (reader->len - *at < 2) {
        return false;
    }
    target = kd_wire_get16(reader->wire + *at) & 0x3FFFU;
    if (target >= *start) {
        return false;
    }
    *start = *at = target;
    return true;
}

bool kd_wire_read_name(struct kd_wire_reader *reader, struct kd_wire_name *ret)
{
    const uint8_t *wire = reader->wire;
    size_t at = reader->pos, start = at, behind = 0;
    bool is_pointer;

    ret->len = 0;
    for (size_t nsteps = 0; nsteps < MAX_STEPS && at < reader->len; nsteps++) {
        if (wire[at] == 0) {
            ret->bytes[ret->len++] = 0;
            reader->pos = behind == 0 ? at + 1 : behind;
            return true;
        }
        is_pointer = wire[at] >= 0xC0;
        behind = is_pointer && behind == 0 ? at + 2 : behind;
        if (!(is_pointer ? wire_follow(reader, &at, &start)
                         : wire_take_label(reader, &at, ret))) {
            return false;
        }
    }
    return false;
}

bool kd_wire_read_question(struct kd_wire_reader *reader, struct kd_wire_rr *ret)
{
    memset(ret, 0, sizeof(*ret));
    ret->start = reader->pos;
    if (!kd_wire_read_name(reader, &ret->owner) || reader->len - reader->pos < 4) {
        return false;
    }
    ret->type = kd_wire_get16(reader->wire + reader->pos);
    ret->class = kd_wire_get16(reader->wire + reader->pos + 2);
    reader->pos += 4;
    return true;
}

bool kd_wire_read_rr(struct kd_wire_reader *reader, struct kd_wire_rr *ret)
{
    const uint8_t *fixed = NULL;

    ret->start = reader->pos;
    if (!kd_wire_read_name(reader, &ret->owner) || reader->len - reader->pos < RR_FIXED) {
        return false;
    }
    fixed = reader->wire + reader->pos;
    ret->type = kd_wire_get16(fixed);
    ret->class = kd_wire_get16(fixed + 2);
    ret->ttl = kd_wire_get32(fixed + 4);
    ret->rdata_len = kd_wire_get16(fixed + 8);
    ret->rdata = fixed + RR_FIXED;
    if (reader->len - reader->pos - RR_FIXED < ret->rdata_len) {
        return false;
    }
    reader->pos += RR_FIXED + ret->rdata_len;
    return true;
}

bool kd_wire_name_from(const char *name, struct kd_wire_name *ret)
{
    ret->len = kd_name_to_wire(name, ret->bytes);
    return ret->len > 0;
}

bool kd_wire_name_equal(const struct kd_wire_name *a, const struct kd_wire_name *b)
{
    return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

const uint8_t *kd_wire_bytes(const struct kd_buf *buf)
{
    return (const uint8_t *)buf->data;
}

void kd_wire_put(struct kd_buf *buf, const uint8_t *bytes, size_t len)
{
    kd_buf_add(buf, (const char *)bytes, len);
}

void kd_wire_put16(struct kd_buf *buf, uint16_t value)
{
    const uint8_t bytes[2] = {(uint8_t)(value >> 8), (uint8_t)value};

    kd_wire_put(buf, bytes, sizeof(bytes));
}

void kd_wire_put32(struct kd_buf *buf, uint32_t value)
{
    kd_wire_put16(buf, (uint16_t)(value >> 16));
    kd_wire_put16(buf, (uint16_t)value);
}

void kd_wire_put48(struct kd_buf *buf, uint64_t value)
{
    kd_wire_put16(buf, (uint16_t)(value >> 32));
    kd_wire_put32(buf, (uint32_t)value);
}
