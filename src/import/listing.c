/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * listing.c - the text of `wevtutil qe … /f:text`: "Event[0]:", twelve lines "  Key: value" whose
 * keys are translated and whose order is fixed, then the description up to the next event.
 */
#include "table.h"

#include <string.h>

#include "when.h"

#define LISTING_MAX_BYTES ((size_t)128 * 1024)

/* Lines behind "Event[n]", by place. */
enum listing_line {
    LISTING_LOG,
    LISTING_SOURCE,
    LISTING_DATE,
    LISTING_ID,
    LISTING_TASK,
    LISTING_LEVEL,
    LISTING_OPCODE,
    LISTING_KEYWORD,
    LISTING_USER,
    LISTING_USER_NAME,
    LISTING_COMPUTER,
    LISTING_DESCRIPTION,
    LISTING_COUNT
};

static const char LISTING_EVENT[] = "Event[";

bool kd_listing_is(const struct kd_stream *stream)
{
    struct kd_span text = {stream->text + stream->begin, stream->end - stream->begin};

    text = kd_span_trim(text);
    return text.len > sizeof(LISTING_EVENT) &&
           memcmp(text.at, LISTING_EVENT, sizeof(LISTING_EVENT) - 1) == 0;
}

/* The next line; at moves behind it. */
static struct kd_span listing_next(const char **at, const char *end)
{
    const char *newline = memchr(*at, '\n', (size_t)(end - *at));
    struct kd_span line = {*at, (size_t)((newline != NULL ? newline : end) - *at)};

    *at = newline != NULL ? newline + 1 : end;
    return line;
}

/* The part of "  Key: value" behind the colon; Windows writes a blank behind each. */
static struct kd_span listing_value(struct kd_span line)
{
    const char *colon = memchr(line.at, ':', line.len);
    size_t used = colon != NULL ? (size_t)(colon - line.at) + 1 : line.len;

    return kd_span_trim((struct kd_span){line.at + used, line.len - used});
}

static void listing_event(struct kd_events_import *import, struct kd_when *when,
                          struct kd_span event)
{
    struct kd_event_file_fact *file = kd_events_file(import);
    const char *end = event.at + event.len;
    const char *at = event.at;
    struct kd_span value[LISTING_COUNT];
    struct kd_record record = {.message = {end, 0}};

    (void)listing_next(&at, end);
    for (size_t i = 0; i < LISTING_COUNT; i++) {
        value[i] = listing_value(listing_next(&at, end));
    }
    if (!kd_span_number(value[LISTING_ID], &record.id)) {
        kd_events_unreadable(import,
                             "after record %u: an event without its id in the fourth line",
                             file->nrecords);
        return;
    }
    record.time_s = kd_when_read(when, value[LISTING_DATE].at, value[LISTING_DATE].len);
    record.source = value[LISTING_SOURCE];
    record.computer = value[LISTING_COMPUTER];
    /* a description of one line may stand beside its key */
    record.message = value[LISTING_DESCRIPTION].len > 0
                         ? (struct kd_span){value[LISTING_DESCRIPTION].at,
                                            (size_t)(end - value[LISTING_DESCRIPTION].at)}
                         : (struct kd_span){at, (size_t)(end - at)};
    file->has_local_times = file->has_local_times || !when->has_zone;
    kd_events_note(import, &record);
}

/* Where the next event begins, behind at; NULL when it is not in the buffer. */
static const char *listing_find(const char *at, const char *end)
{
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));

        if (newline == NULL || (size_t)(end - newline) <= sizeof(LISTING_EVENT)) {
            return NULL;
        }
        if (memcmp(newline + 1, LISTING_EVENT, sizeof(LISTING_EVENT) - 1) == 0 &&
            newline[sizeof(LISTING_EVENT)] >= '0' && newline[sizeof(LISTING_EVENT)] <= '9') {
            return newline + 1;
        }
        at = newline + 1;
    }
    return NULL;
}

void kd_listing_read(struct kd_events_import *import, struct kd_stream *stream)
{
    struct kd_when when = {.order = KD_WHEN_UNDECIDED};

    for (;;) {
        const char *at = stream->text + stream->begin;
        const char *end = stream->text + stream->end;
        const char *next = listing_find(at, end);

        if (next == NULL && !stream->is_ended) {
            if (kd_stream_more(stream)) {
                continue;
            }
            at = stream->text + stream->begin;
            end = stream->text + stream->end;
            next = listing_find(at, end);
        }
        next = next != NULL ? next : end;
        if ((size_t)(next - at) > LISTING_MAX_BYTES) {
            kd_events_unreadable(import, "after record %u: an event of more than %zu bytes",
                                 kd_events_file(import)->nrecords, LISTING_MAX_BYTES);
        } else if (kd_span_trim((struct kd_span){at, (size_t)(next - at)}).len > 0) {
            listing_event(import, &when, (struct kd_span){at, (size_t)(next - at)});
        }
        stream->begin = (size_t)(next - stream->text);
        if (stream->begin == stream->end && !kd_stream_more(stream)) {
            return;
        }
    }
}
