/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_SRC_IMPORT_RECORD_H
#define KMSDNS_SRC_IMPORT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kmsdns/base/status.h"
#include "kmsdns/import/events.h"

/* One record as the parsers of all forms hand it over, and how its parts are read. */

#define KD_RECORD_MAX_DATA 16
#define KD_RECORD_MAX_LIST 12

/* Bytes in a parser's buffer. */
struct kd_span {
    const char *at;
    size_t len;
};

struct kd_record {
    int64_t time_s; /* -1 when it cannot be read */
    uint32_t id;
    struct kd_span source;       /* provider */
    struct kd_span source_other; /* the provider's other name, of classic events */
    struct kd_span computer;
    struct kd_span data[KD_RECORD_MAX_DATA]; /* strings of the event: XML, .evtx */
    size_t ndata;
    struct kd_span message; /* description: CSV, tab, text */
};

/* for initialisers */
#define KD_SPAN(text)            \
    {                            \
        (text), sizeof(text) - 1 \
    }

/** Without blanks, CR and line ends around it. */
struct kd_span kd_span_trim(struct kd_span span);

/** True if the source is a licensing service, under any of its names. */
bool kd_record_is_licensing(const struct kd_record *record);

/** True if the id is one that facts are made of. */
bool kd_record_is_wanted(uint32_t id);

/** The first "0x…" of at most 32 bits in the strings or the description. */
bool kd_record_hresult(const struct kd_record *record, uint32_t *ret);

/**
 * A span that is nothing but a code of 32 bits: "0x80072338", 2147951416 or -2147015880. *ret is
 * written only then.
 */
bool kd_span_hresult(struct kd_span span, uint32_t *ret);

/** A span that is nothing but decimal digits, and at most 32 bits. */
bool kd_span_number(struct kd_span span, uint32_t *ret);

/** The name in quotes of any kind, or what looks like a domain; empty without one. */
struct kd_span kd_record_domain(const struct kd_record *record);

/**
 * The comma list of 12288, 12289 and 12290.
 *
 * field    KD_RECORD_MAX_LIST spans, trimmed                                 caller's
 * returns  how many fields there are; 0 without a list
 */
size_t kd_record_list(const struct kd_record *record, struct kd_span *field);

/** A GUID of 36 characters, with or without braces. */
bool kd_span_guid(struct kd_span span, uint8_t *ret);

/**
 * Bytes of a file as lower-case UTF-8: what is no UTF-8 is taken as Windows-1252.
 *
 * out      room bytes, closed by a NUL                                       caller's
 * returns  bytes written; what does not fit is cut off
 */
size_t kd_span_utf8(struct kd_span span, char *out, size_t room);

/*
 * Where records go (note.c).
 */
struct kd_events_import;

/** A readable record. */
void kd_events_note(struct kd_events_import *import, const struct kd_record *record);

/** A damaged one. fmt says where and what, without a closing dot. */
void kd_events_unreadable(struct kd_events_import *import, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/** The file being read. */
struct kd_event_file_fact *kd_events_file(struct kd_events_import *import);

#endif
