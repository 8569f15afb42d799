/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stream.c - files as text through one buffer. The encoding is told from the byte order mark, or
 * from the zero bytes that UTF-16 has beside ASCII.
 */
#include "stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kmsdns/base/mem.h"

#define STREAM_RAW   ((size_t)64 * 1024) /* bytes of UTF-16 at once: at most 96 KiB of UTF-8 */
#define STREAM_PROBE 4096

static size_t stream_read(struct kd_stream *stream, void *into, size_t len)
{
    ssize_t n = 0;

    if (stream->fd < 0) {
        size_t left = stream->nmemory - (size_t)stream->taken;

        len = len < left ? len : left;
        if (len > 0) {
            memcpy(into, stream->memory + stream->taken, len);
        }
        stream->taken += len;
        return len;
    }
    do {
        n = read(stream->fd, into, len);
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
        stream->failure = errno;
        return 0;
    }
    stream->taken += (uint64_t)n;
    return (size_t)n;
}

static size_t stream_put(char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

/* One unit of UTF-16 into UTF-8; a surrogate without its partner becomes U+FFFD. */
static size_t stream_unit(struct kd_stream *stream, uint16_t unit, char *out)
{
    bool is_low = unit >= 0xdc00 && unit <= 0xdfff;
    size_t used = 0;

    if (stream->high != 0 && is_low) {
        uint32_t c = 0x10000U + ((uint32_t)(stream->high - 0xd800U) << 10) + (unit - 0xdc00U);

        stream->high = 0;
        return stream_put(out, c);
    }
    if (stream->high != 0) {
        used = stream_put(out, 0xfffd);
        stream->high = 0;
    }
    if (unit >= 0xd800 && unit <= 0xdbff) {
        stream->high = unit;
        return used;
    }
    return used + stream_put(out + used, is_low ? 0xfffdU : unit);
}

static size_t stream_from_utf16(struct kd_stream *stream, const uint8_t *raw, size_t len,
                                char *out)
{
    size_t used = 0;

    for (size_t i = 0; i + 1 < len; i += 2) {
        uint16_t unit = (uint16_t)(raw[i] | raw[i + 1] << 8);

        if (unit < 0x80 && stream->high == 0) {
            out[used] = (char)unit;
            used++;
        } else {
            used += stream_unit(stream, unit, out + used);
        }
    }
    return used;
}

static bool stream_more_utf16(struct kd_stream *stream, size_t room)
{
    uint8_t raw[STREAM_RAW];
    size_t most = room / 3 * 2 < STREAM_RAW ? room / 3 * 2 : STREAM_RAW;
    size_t kept = stream->nodd, n;

    /* a unit and the U+FFFD before it are six bytes at most */
    if (room < 16) {
        return false;
    }
    memcpy(raw, stream->odd, kept);
    n = stream_read(stream, raw + kept, (most & ~(size_t)1) - 4 - kept);
    stream->is_ended = n == 0;
    n += kept;
    stream->nodd = n % 2;
    stream->odd[0] = n % 2 != 0 ? raw[n - 1] : 0;
    stream->end += stream_from_utf16(stream, raw, n - stream->nodd, stream->text + stream->end);
    return !stream->is_ended;
}

bool kd_stream_more(struct kd_stream *stream)
{
    size_t room, n;

    if (stream->is_ended) {
        return false;
    }
    memmove(stream->text, stream->text + stream->begin, stream->end - stream->begin);
    stream->dropped += stream->begin;
    stream->end -= stream->begin;
    stream->begin = 0;
    room = KD_STREAM_ROOM - stream->end;
    if (stream->encoding == KD_EVENT_ENCODING_UTF16LE) {
        return stream_more_utf16(stream, room);
    }
    if (room == 0) {
        return false;
    }
    n = stream_read(stream, stream->text + stream->end, room);
    stream->end += n;
    stream->is_ended = n == 0;
    return n > 0;
}

/* UTF-16 without a mark: nearly every second byte is zero. */
static bool stream_is_utf16(const uint8_t *bytes, size_t len)
{
    size_t nzero = 0;

    for (size_t i = 1; i < len; i += 2) {
        nzero += bytes[i] == 0 && bytes[i - 1] != 0 ? 1 : 0;
    }
    return len >= 4 && nzero * 2 * 10 > len * 7;
}

static bool stream_is_utf8(const uint8_t *bytes, size_t len)
{
    size_t nbad = 0, ntail = 0;

    for (size_t i = 0; i < len; i++) {
        if (ntail > 0) {
            nbad += (bytes[i] & 0xc0) != 0x80 ? 1 : 0;
            ntail--;
        } else if (bytes[i] >= 0x80) {
            ntail = bytes[i] >= 0xf0 ? 3 : bytes[i] >= 0xe0 ? 2 : 1;
            nbad += bytes[i] < 0xc2 ? 1 : 0;
        }
    }
    return nbad == 0;
}

static kd_event_encoding stream_guess(const uint8_t *bytes, size_t len)
{
    if ((len >= 2 && bytes[0] == 0xff && bytes[1] == 0xfe) || stream_is_utf16(bytes, len)) {
        return KD_EVENT_ENCODING_UTF16LE;
    }
    return stream_is_utf8(bytes, len) ? KD_EVENT_ENCODING_UTF8 : KD_EVENT_ENCODING_ANSI;
}

void kd_stream_init(struct kd_stream *stream, int fd, const uint8_t *memory, size_t nmemory)
{
    uint8_t probe[STREAM_PROBE];
    size_t n;

    *stream = (struct kd_stream){.fd = fd, .memory = memory, .nmemory = nmemory};
    stream->text = kd_xcalloc(KD_STREAM_ROOM, 1);
    n = kd_stream_peek(stream, 0, probe, sizeof(probe));
    stream->encoding = stream_guess(probe, n);
    kd_stream_more(stream);
    /* the mark is U+FEFF, by now in UTF-8 */
    if (stream->end >= 3 && memcmp(stream->text, "\xef\xbb\xbf", 3) == 0) {
        stream->begin = 3;
    }
}

uint64_t kd_stream_place(const struct kd_stream *stream, size_t at)
{
    uint64_t place = stream->dropped + at;

    return stream->encoding == KD_EVENT_ENCODING_UTF16LE ? place * 2 : place;
}

size_t kd_stream_peek(const struct kd_stream *stream, uint64_t place, uint8_t *bytes,
                      size_t len)
{
    ssize_t n = 0;

    if (stream->fd >= 0) {
        n = pread(stream->fd, bytes, len, (off_t)place);
        return n > 0 ? (size_t)n : 0;
    }
    if (place >= stream->nmemory) {
        return 0;
    }
    len = len < stream->nmemory - place ? len : stream->nmemory - (size_t)place;
    memcpy(bytes, stream->memory + place, len);
    return len;
}

uint64_t kd_stream_size(const struct kd_stream *stream)
{
    struct stat st;

    if (stream->fd < 0) {
        return stream->nmemory;
    }
    return fstat(stream->fd, &st) == 0 && st.st_size > 0 ? (uint64_t)st.st_size : 0;
}

void kd_stream_done(struct kd_stream *stream)
{
    free(stream->text);
    stream->text = NULL;
}
