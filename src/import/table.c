/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * table.c - CSV (RFC 4180) and tab-delimited exports: level, date, source, id, task category, and
 * a description that has no heading and mostly runs over several lines in quotes.
 *
 * A line is the start of a record if its fourth field is a number and its second holds digits;
 * headings are in the reader's language. After damage, reading goes on with the next such line,
 * so an open quote does not swallow the rest of the file.
 */
#include "table.h"

#include <string.h>

#include "when.h"

#define TABLE_FIELDS    5
#define TABLE_MAX_BYTES ((size_t)128 * 1024) /* of one record */
#define TABLE_SAMPLES   64
#define TABLE_SAMPLE    ((size_t)4096)

typedef enum table_end {
    TABLE_MORE,  /* the buffer ends inside the record */
    TABLE_WHOLE, /* a record */
    TABLE_OTHER, /* a line that is no record's start */
    TABLE_BAD    /* a record's start, but its quotes are wrong or it has no end */
} table_end;

struct table {
    struct kd_events_import *import;
    struct kd_stream *stream;
    char delimiter;
    struct kd_when when;
    bool is_lost;    /* lines without a start were noted as damage already */
    bool is_started; /* a record was seen; before it a heading is allowed */
};

/* One record's parts; next is the byte behind it. */
struct table_row {
    struct kd_span field[TABLE_FIELDS];
    struct kd_span rest;
    const char *next;
};

/* A field's closing quote; "" inside is a quote. NULL when the text ends before it. */
static const char *table_closing(const char *at, const char *end)
{
    while (at < end) {
        const char *quote = memchr(at, '"', (size_t)(end - at));

        if (quote == NULL || quote + 1 == end || quote[1] != '"') {
            return quote;
        }
        at = quote + 2;
    }
    return NULL;
}

/* One of the short fields; NULL when the line ends in it. *ret_next is behind its delimiter. */
static bool table_field(const struct table *table, const char *at, const char *line_end,
                        struct kd_span *ret, const char **ret_next)
{
    const char *stop = at;

    if (at < line_end && *at == '"') {
        const char *closing = table_closing(at + 1, line_end);

        if (closing == NULL) {
            return false;
        }
        *ret = (struct kd_span){at + 1, (size_t)(closing - at) - 1};
        stop = closing + 1;
    } else {
        while (stop < line_end && *stop != table->delimiter) {
            stop++;
        }
        *ret = (struct kd_span){at, (size_t)(stop - at)};
    }
    if (stop < line_end && *stop != table->delimiter && *stop != '\r') {
        return false;
    }
    *ret_next = stop < line_end && *stop == table->delimiter ? stop + 1 : NULL;
    return true;
}

static bool table_has_digit(struct kd_span span)
{
    for (size_t i = 0; i < span.len; i++) {
        if (span.at[i] >= '0' && span.at[i] <= '9') {
            return true;
        }
    }
    return false;
}

/* Reads the five fields at the start of a line; true if they are a record's. */
static bool table_start(const struct table *table, const char *at, const char *line_end,
                        struct table_row *row)
{
    uint32_t id;
    const char *next = at;

    for (size_t i = 0; i < TABLE_FIELDS; i++) {
        if (next == NULL || !table_field(table, next, line_end, &row->field[i], &next)) {
            return false;
        }
    }
    row->rest = (struct kd_span){next, next != NULL ? (size_t)(line_end - next) : 0};
    return kd_span_number(kd_span_trim(row->field[3]), &id) && table_has_digit(row->field[1]);
}

/* What a record without an end means while the stream goes on. */
static table_end table_more(const struct table_row *row, const char *end)
{
    return (size_t)(end - row->field[0].at) < TABLE_MAX_BYTES ? TABLE_MORE : TABLE_BAD;
}

/* A description in quotes: it ends at the closing one, which must end a line. */
static table_end table_quoted(const struct table *table, const char *end, struct table_row *row)
{
    const char *closing = table_closing(row->rest.at + 1, end);
    const char *stop;

    if (closing == NULL || closing + 1 == end) {
        /* a quote at the very end may be the first of two */
        if (!table->stream->is_ended) {
            return table_more(row, end);
        }
        if (closing == NULL) {
            return TABLE_BAD;
        }
    }
    stop = closing + 1;
    while (stop < end && (*stop == ' ' || *stop == '\r')) {
        stop++;
    }
    if (stop < end && *stop != '\n' && *stop != table->delimiter) {
        return TABLE_BAD;
    }
    row->rest = (struct kd_span){row->rest.at + 1, (size_t)(closing - row->rest.at) - 1};
    stop = stop < end ? memchr(stop, '\n', (size_t)(end - stop)) : NULL;
    if (stop == NULL && !table->stream->is_ended) {
        return table_more(row, end);
    }
    row->next = stop != NULL ? stop + 1 : end;
    return TABLE_WHOLE;
}

/* A description without quotes goes on as long as no other record starts. */
static table_end table_plain(const struct table *table, const char *end, struct table_row *row)
{
    const char *next = row->next;

    for (;;) {
        struct table_row other;
        const char *newline = next < end ? memchr(next, '\n', (size_t)(end - next)) : NULL;
        const char *line_end = newline != NULL ? newline : end;

        if (newline == NULL && !table->stream->is_ended &&
            (size_t)(end - row->field[0].at) < TABLE_MAX_BYTES) {
            return TABLE_MORE;
        }
        if (next >= end || table_start(table, next, line_end, &other)) {
            break;
        }
        next = newline != NULL ? newline + 1 : end;
        if ((size_t)(next - row->field[0].at) >= TABLE_MAX_BYTES) {
            return TABLE_BAD;
        }
    }
    if (row->rest.at != NULL) {
        row->rest.len = (size_t)(next - row->rest.at);
    }
    row->next = next;
    return TABLE_WHOLE;
}

static table_end table_row(const struct table *table, struct table_row *row)
{
    const char *at = table->stream->text + table->stream->begin;
    const char *end = table->stream->text + table->stream->end;
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    const char *line_end = newline != NULL ? newline : end;

    row->next = newline != NULL ? newline + 1 : end;
    if (newline == NULL && !table->stream->is_ended && (size_t)(end - at) < TABLE_MAX_BYTES) {
        return TABLE_MORE;
    }
    if (!table_start(table, at, line_end, row)) {
        return TABLE_OTHER;
    }
    if (row->rest.len > 0 && row->rest.at[0] == '"') {
        return table_quoted(table, end, row);
    }
    return table_plain(table, end, row);
}

static void table_note(struct table *table, const struct table_row *row)
{
    struct kd_record record = {
        .time_s = kd_when_read(&table->when, row->field[1].at, row->field[1].len),
        .source = kd_span_trim(row->field[2]),
        .computer = {row->field[0].at, 0},
        .message = row->rest.at != NULL ? row->rest : (struct kd_span){row->field[0].at, 0},
    };
    struct kd_event_file_fact *file = kd_events_file(table->import);

    (void)kd_span_number(kd_span_trim(row->field[3]), &record.id);
    file->has_local_times = file->has_local_times || !table->when.has_zone;
    file->has_ambiguous_dates = file->has_ambiguous_dates || table->when.was_guessed;
    table->is_lost = false;
    table->is_started = true;
    kd_events_note(table->import, &record);
}

static bool table_is_blank(struct kd_span line)
{
    return kd_span_trim(line).len == 0;
}

/* A run of lines that belong to no record counts as one damaged record. */
static void table_lost(struct table *table, const char *what)
{
    struct kd_event_file_fact *file = kd_events_file(table->import);

    if (!table->is_lost) {
        kd_events_unreadable(
            table->import, "after record %u, near byte %llu: %s", file->nrecords,
            (unsigned long long)kd_stream_place(table->stream, table->stream->begin), what);
    }
    table->is_lost = true;
}

static void table_other(struct table *table, const struct table_row *row)
{
    const char *at = table->stream->text + table->stream->begin;
    struct kd_span line = {at, (size_t)(row->next - at)};

    if (table->is_started && !table_is_blank(line)) {
        table_lost(table, "a line that belongs to no record");
    }
}

/* Dates all over the file tell whether 3/4 is in March or in April. */
static kd_when_order table_order(const struct kd_stream *stream)
{
    size_t day_first = 0, month_first = 0;
    uint64_t size = kd_stream_size(stream);
    uint64_t step = size / TABLE_SAMPLES > TABLE_SAMPLE ? size / TABLE_SAMPLES : TABLE_SAMPLE;

    for (uint64_t place = 0; place < size; place += step) {
        uint8_t bytes[TABLE_SAMPLE], *narrow = bytes;
        size_t n = kd_stream_peek(stream, place, bytes, sizeof(bytes));

        for (size_t i = 0; i < n; i++) {
            *narrow = bytes[i];
            narrow += bytes[i] != 0 ? 1 : 0; /* UTF-16 without its zeros */
        }
        kd_when_sample(bytes, (size_t)(narrow - bytes), &day_first, &month_first);
    }
    if (day_first == month_first) {
        return KD_WHEN_UNDECIDED;
    }
    return day_first > month_first ? KD_WHEN_DAY_FIRST : KD_WHEN_MONTH_FIRST;
}

void kd_table_read(struct kd_events_import *import, struct kd_stream *stream, char delimiter)
{
    struct table table = {.import = import, .stream = stream, .delimiter = delimiter};

    table.when.order = table_order(stream);
    for (;;) {
        struct table_row row = {.next = NULL};
        table_end ended = TABLE_MORE;

        if (stream->begin < stream->end) {
            ended = table_row(&table, &row);
        }
        switch (ended) {
        case TABLE_MORE:
            if (!kd_stream_more(stream) &&
                (stream->begin == stream->end || !stream->is_ended)) {
                return;
            }
            continue;
        case TABLE_WHOLE:
            table_note(&table, &row);
            break;
        case TABLE_OTHER:
            table_other(&table, &row);
            break;
        case TABLE_BAD:
            table_lost(&table, "a description without its end");
            break;
        }
        stream->begin = (size_t)(row.next - stream->text);
    }
}

/* The first lines: one is a heading with five fields, or a record. */
static bool table_is(const struct kd_stream *stream, char delimiter)
{
    const struct table table = {.delimiter = delimiter};
    const char *at = stream->text + stream->begin;
    const char *end = stream->text + stream->end;

    for (int i = 0; i < 50 && at < end; i++) {
        struct table_row row;
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *line_end = newline != NULL ? newline : end;

        if (table_start(&table, at, line_end, &row)) {
            return true;
        }
        at = newline != NULL ? newline + 1 : end;
    }
    return false;
}

/* A heading alone, of an export without records: five short fields in one line. */
static bool table_is_heading(const struct kd_stream *stream, char delimiter)
{
    const char *at = stream->text + stream->begin;
    size_t len = stream->end - stream->begin;
    const char *newline = memchr(at, '\n', len);
    size_t line = newline != NULL ? (size_t)(newline - at) : len;
    size_t n = 0;

    for (size_t i = 0; i < line; i++) {
        n += at[i] == delimiter ? 1 : 0;
    }
    return n == TABLE_FIELDS - 1 && line < 200 &&
           table_is_blank((struct kd_span){at + line, len - line});
}

char kd_table_delimiter(const struct kd_stream *stream)
{
    static const char DELIMITER[2] = {'\t', ','};

    for (size_t i = 0; i < 2; i++) {
        if (table_is(stream, DELIMITER[i])) {
            return DELIMITER[i];
        }
    }
    for (size_t i = 0; i < 2; i++) {
        if (table_is_heading(stream, DELIMITER[i])) {
            return DELIMITER[i];
        }
    }
    return 0;
}
