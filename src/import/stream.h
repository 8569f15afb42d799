/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_SRC_IMPORT_STREAM_H
#define KMSDNS_SRC_IMPORT_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kmsdns/base/status.h"
#include "kmsdns/facts/events.h"

/*
 * A file of any size as text, through one buffer: UTF-16LE becomes UTF-8, other encodings stay
 * as they are. A parser uses up what stands between begin and end, and asks for more.
 */

#define KD_STREAM_ROOM ((size_t)512 * 1024) /* the longest record that can be read */

struct kd_stream {
    int fd;                /* -1 for memory */
    const uint8_t *memory; /* borrowed */
    size_t nmemory;
    uint64_t taken;   /* bytes of the source that were read */
    uint64_t dropped; /* bytes of text before text[0] */
    kd_event_encoding encoding;
    char *text; /* owned; KD_STREAM_ROOM bytes */
    size_t begin, end;
    uint8_t odd[3]; /* bytes of a character that is not complete yet */
    size_t nodd;
    uint16_t high; /* a high surrogate that waits for its low one */
    bool is_ended; /* nothing comes behind end */
    int failure;   /* errno of a read that failed */
};

/** Start on a file (fd, from its beginning; borrowed) or on memory (fd -1); reads the first part
    and finds out the encoding. */
void kd_stream_init(struct kd_stream *stream, int fd, const uint8_t *memory, size_t nmemory);

/**
 * Read more behind end; moves what is between begin and end to the front.
 *
 * returns  false when nothing was added: is_ended, or the buffer is full
 */
bool kd_stream_more(struct kd_stream *stream);

/** Where a place in the text is in the source, near enough for people. */
uint64_t kd_stream_place(const struct kd_stream *stream, size_t at);

/** Read the source's bytes at a place without moving; the bytes read, at most len. */
size_t kd_stream_peek(const struct kd_stream *stream, uint64_t place, uint8_t *bytes,
                      size_t len);

/** Bytes in the source; 0 when nobody knows. */
uint64_t kd_stream_size(const struct kd_stream *stream);

void kd_stream_done(struct kd_stream *stream);

#endif
