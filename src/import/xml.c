/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xml.c - events in XML, by expat. Exports are bare <Event> elements one after another or stand
 * in <Events>; both become children of a root that is fed in front. Where the text is damaged,
 * the parser starts again at the next "<Event". Document types, the only way to define entities,
 * end the reading; depth, text and the size of a token are limited.
 */
#include "xml.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>

#include "kmsdns/base/mem.h"

#include "when.h"

#define XML_MAX_DEPTH 32
#define XML_ROOM      ((size_t)64 * 1024) /* text of one event */
#define XML_MAX_TOKEN ((size_t)1024 * 1024)
#define XML_ROOT      "<kmsdns>"
#define XML_ROOT_END  "</kmsdns>"

/* Elements whose text is wanted, by place. */
enum xml_element {
    XML_NONE,
    XML_EVENT_ID,
    XML_COMPUTER,
    XML_DATA
};

struct xml_part {
    size_t start, len;
};

struct kd_xml {
    XML_Parser parser; /* owned */
    struct kd_events_import *import;
    unsigned int depth;       /* of open elements */
    unsigned int event_depth; /* of the open <Event>; 0 outside */
    enum xml_element element;
    char *text; /* owned; XML_ROOM bytes */
    size_t used;
    bool is_cut; /* the event has more text than there is room */
    bool is_too_deep;
    bool is_nested; /* an event begins inside another: the other has no end */
    size_t nnoted;
    struct kd_when when;
    int64_t time_s;
    struct xml_part source, source_other, id, computer, data[KD_RECORD_MAX_DATA];
    size_t ndata;
};

/* The name without its prefix, "e:Event". */
static const char *xml_local(const char *name)
{
    const char *colon = strchr(name, ':');

    return colon != NULL ? colon + 1 : name;
}

static struct xml_part xml_add(struct kd_xml *xml, const char *text, size_t len)
{
    struct xml_part part = {xml->used, 0};

    if (len > XML_ROOM - xml->used) {
        len = XML_ROOM - xml->used;
        xml->is_cut = true;
    }
    if (len > 0) {
        memcpy(xml->text + xml->used, text, len);
    }
    xml->used += len;
    part.len = len;
    return part;
}

static void xml_begin_event(struct kd_xml *xml)
{
    const struct xml_part none = {0, 0};

    xml->event_depth = xml->depth;
    xml->used = 0;
    xml->is_cut = false;
    xml->time_s = KD_WHEN_UNKNOWN;
    xml->source = none;
    xml->source_other = none;
    xml->id = none;
    xml->computer = none;
    xml->ndata = 0;
}

static void xml_provider(struct kd_xml *xml, const char **attribute)
{
    for (size_t i = 0; attribute[i] != NULL; i += 2) {
        const char *value = attribute[i + 1];

        if (strcmp(attribute[i], "Name") == 0) {
            xml->source = xml_add(xml, value, strlen(value));
        } else if (strcmp(attribute[i], "EventSourceName") == 0) {
            xml->source_other = xml_add(xml, value, strlen(value));
        }
    }
}

static void xml_time(struct kd_xml *xml, const char **attribute)
{
    for (size_t i = 0; attribute[i] != NULL; i += 2) {
        if (strcmp(attribute[i], "SystemTime") == 0) {
            xml->time_s = kd_when_read(&xml->when, attribute[i + 1], strlen(attribute[i + 1]));
        }
    }
}

/* Starts collecting text into a part; the part's length grows with the text. */
static void xml_collect(struct kd_xml *xml, enum xml_element element, struct xml_part *part)
{
    xml->element = element;
    *part = (struct xml_part){xml->used, 0};
}

static void xml_in_event(struct kd_xml *xml, const char *name, const char **attribute)
{
    if (strcmp(name, "Provider") == 0) {
        xml_provider(xml, attribute);
    } else if (strcmp(name, "TimeCreated") == 0) {
        xml_time(xml, attribute);
    } else if (strcmp(name, "EventID") == 0) {
        xml_collect(xml, XML_EVENT_ID, &xml->id);
    } else if (strcmp(name, "Computer") == 0) {
        xml_collect(xml, XML_COMPUTER, &xml->computer);
    } else if (strcmp(name, "Data") == 0 && xml->ndata < KD_RECORD_MAX_DATA) {
        xml_collect(xml, XML_DATA, &xml->data[xml->ndata]);
        xml->ndata++;
    }
}

static void XMLCALL xml_on_start(void *user, const char *name, const char **attribute)
{
    struct kd_xml *xml = user;

    xml->depth++;
    xml->element = XML_NONE;
    if (xml->depth > XML_MAX_DEPTH) {
        xml->is_too_deep = true;
        XML_StopParser(xml->parser, XML_FALSE);
        return;
    }
    name = xml_local(name);
    if (strcmp(name, "Event") == 0 && xml->event_depth != 0) {
        xml->is_nested = true;
        XML_StopParser(xml->parser, XML_FALSE);
    } else if (strcmp(name, "Event") == 0) {
        xml_begin_event(xml);
    } else if (xml->event_depth != 0) {
        xml_in_event(xml, name, attribute);
    }
}

static void XMLCALL xml_on_text(void *user, const char *text, int len)
{
    struct kd_xml *xml = user;
    struct xml_part added;

    if (xml->element == XML_NONE) {
        return;
    }
    added = xml_add(xml, text, (size_t)len);
    if (xml->element == XML_EVENT_ID) {
        xml->id.len += added.len;
    } else if (xml->element == XML_COMPUTER) {
        xml->computer.len += added.len;
    } else {
        xml->data[xml->ndata - 1].len += added.len;
    }
}

static struct kd_span xml_span(const struct kd_xml *xml, struct xml_part part)
{
    return (struct kd_span){xml->text + part.start, part.len};
}

static void xml_note(struct kd_xml *xml)
{
    struct kd_record record = {
        .time_s = xml->time_s,
        .source = xml_span(xml, xml->source),
        .source_other = xml_span(xml, xml->source_other),
        .computer = xml_span(xml, xml->computer),
        .ndata = xml->ndata,
        .message = {xml->text, 0},
    };
    uint32_t record_number =
        kd_events_file(xml->import)->nrecords + kd_events_file(xml->import)->nunreadable + 1;

    xml->nnoted++;
    if (!kd_span_number(kd_span_trim(xml_span(xml, xml->id)), &record.id)) {
        kd_events_unreadable(xml->import, "record %u: the event has no id", record_number);
        return;
    }
    if (xml->is_cut && kd_record_is_wanted(record.id) && kd_record_is_licensing(&record)) {
        kd_events_unreadable(xml->import, "record %u: more than %zu bytes of text",
                             record_number, XML_ROOM);
        return;
    }
    for (size_t i = 0; i < xml->ndata; i++) {
        record.data[i] = xml_span(xml, xml->data[i]);
    }
    kd_events_note(xml->import, &record);
}

static void XMLCALL xml_on_end(void *user, const char *name)
{
    struct kd_xml *xml = user;

    (void)name;
    xml->element = XML_NONE;
    if (xml->event_depth != 0 && xml->depth == xml->event_depth) {
        xml->event_depth = 0;
        xml_note(xml);
    }
    xml->depth--;
}

static void XMLCALL xml_on_doctype(void *user, const char *name, const char *system,
                                   const char *public, int has_internal)
{
    struct kd_xml *xml = user;

    (void)name, (void)system, (void)public, (void)has_internal;
    XML_StopParser(xml->parser, XML_FALSE);
}

/* Makes the parser ready for a new text. */
static void xml_reset(struct kd_xml *xml)
{
    XML_ParserReset(xml->parser, "UTF-8");
    XML_SetUserData(xml->parser, xml);
    XML_SetElementHandler(xml->parser, xml_on_start, xml_on_end);
    XML_SetCharacterDataHandler(xml->parser, xml_on_text);
    XML_SetStartDoctypeDeclHandler(xml->parser, xml_on_doctype);
    xml->depth = 0;
    xml->event_depth = 0;
    xml->element = XML_NONE;
    xml->is_too_deep = false;
    xml->is_nested = false;
}

struct kd_xml *kd_xml_new(struct kd_events_import *import)
{
    struct kd_xml *xml = kd_xcalloc(1, sizeof(*xml));

    xml->import = import;
    xml->text = kd_xcalloc(XML_ROOM, 1);
    xml->parser = XML_ParserCreate("UTF-8");
    if (xml->parser == NULL) {
        kd_oom();
    }
    xml_reset(xml);
    return xml;
}

bool kd_xml_event(struct kd_xml *xml, const char *text, size_t len)
{
    size_t nbefore = xml->nnoted;

    xml_reset(xml);
    return XML_Parse(xml->parser, text, (int)len, 1) == XML_STATUS_OK && xml->nnoted > nbefore;
}

void kd_xml_free(struct kd_xml *xml)
{
    XML_ParserFree(xml->parser);
    free(xml->text);
    free(xml);
}

/* A stream being read. */
struct xml_read {
    struct kd_xml *xml;
    struct kd_stream *stream;
    size_t fed;   /* bytes of the buffer, from begin on, that the parser has */
    int64_t base; /* offset in the stream that stands for the parser's offset 0 */
    bool is_lost; /* looking for the next event */
};

static void xml_start(struct xml_read *read)
{
    static const char ROOT[] = XML_ROOT;

    xml_reset(read->xml);
    (void)XML_Parse(read->xml->parser, ROOT, (int)sizeof(ROOT) - 1, 0);
    read->base =
        (int64_t)(read->stream->dropped + read->stream->begin) - ((int64_t)sizeof(ROOT) - 1);
    read->is_lost = false;
}

/* The declaration is allowed only at the very start, where the root stands now. */
static void xml_skip_declaration(struct kd_stream *stream)
{
    size_t len = stream->end - stream->begin;
    const char *at = stream->text + stream->begin;
    const char *end;

    while (len > 0 && (*at == ' ' || (*at >= '\t' && *at <= '\r'))) {
        at++;
        len--;
    }
    if (len < 5 || memcmp(at, "<?xml", 5) != 0) {
        return;
    }
    end = memmem(at, len < 1024 ? len : 1024, "?>", 2);
    if (end != NULL) {
        stream->begin = (size_t)(end + 2 - stream->text);
    }
}

/* Goes on behind the place of the damage, at the next event; lost when none is in the buffer. */
static void xml_find_event(struct xml_read *read, size_t from)
{
    static const char EVENT[] = "<Event";
    struct kd_stream *stream = read->stream;
    const char *found = NULL;

    while (from + sizeof(EVENT) <= stream->end) {
        found = memmem(stream->text + from, stream->end - from, EVENT, sizeof(EVENT) - 1);
        if (found == NULL || found + sizeof(EVENT) > stream->text + stream->end) {
            break;
        }
        /* "<Event " and "<Event>", not "<EventData>" or "<Events>" */
        if (found[sizeof(EVENT) - 1] == ' ' || found[sizeof(EVENT) - 1] == '>') {
            stream->begin = (size_t)(found - stream->text);
            xml_start(read);
            return;
        }
        from = (size_t)(found - stream->text) + 1;
        found = NULL;
    }
    read->is_lost = true;
    /* what is left may be the beginning of the word */
    stream->begin = stream->end - stream->begin > sizeof(EVENT) ? stream->end - sizeof(EVENT)
                                                                : stream->begin;
}

static void xml_damaged(struct xml_read *read, const char *what, uint64_t place)
{
    struct kd_event_file_fact *file = kd_events_file(read->xml->import);

    kd_events_unreadable(read->xml->import, "after record %u, near byte %llu: %s",
                         file->nrecords, (unsigned long long)place, what);
}

static const char *xml_reason(const struct kd_xml *xml)
{
    if (xml->is_nested) {
        return "an event without its end";
    }
    return xml->is_too_deep ? "elements nested too deep"
                            : XML_ErrorString(XML_GetErrorCode(xml->parser));
}

/* Feeds what stands in the buffer; true when it was taken whole. */
static bool xml_feed(struct xml_read *read)
{
    struct kd_stream *stream = read->stream;
    XML_Parser parser = read->xml->parser;
    size_t len = stream->end - stream->begin;
    int64_t at;
    size_t place;

    if (XML_Parse(parser, stream->text + stream->begin, (int)len, 0) == XML_STATUS_OK) {
        int64_t fed = (int64_t)(stream->dropped + stream->end) - read->base;

        stream->begin = stream->end;
        /* expat keeps an unfinished token whole */
        return fed - (int64_t)XML_GetCurrentByteIndex(parser) < (int64_t)XML_MAX_TOKEN;
    }
    at = (int64_t)XML_GetCurrentByteIndex(parser) + read->base - (int64_t)stream->dropped;
    place = at > (int64_t)stream->begin ? (size_t)at : stream->begin;
    place = place < stream->end ? place : stream->end;
    xml_damaged(read, xml_reason(read->xml), kd_stream_place(stream, place));
    /* the damage may be that the next event begins here */
    xml_find_event(read, place > stream->begin || read->xml->is_nested ? place : place + 1);
    return true;
}

static void xml_step(struct xml_read *read)
{
    if (read->is_lost) {
        xml_find_event(read, read->stream->begin);
        return;
    }
    if (!xml_feed(read)) {
        xml_damaged(read, "a tag without an end",
                    kd_stream_place(read->stream, read->stream->begin));
        read->is_lost = true;
    }
}

/* The last event must be whole. */
static void xml_finish(struct xml_read *read)
{
    static const char END[] = XML_ROOT_END;

    if (!read->is_lost &&
        (XML_Parse(read->xml->parser, END, (int)sizeof(END) - 1, 1) != XML_STATUS_OK ||
         read->xml->event_depth != 0)) {
        xml_damaged(read, "the file ends inside an event",
                    kd_stream_place(read->stream, read->stream->end));
    }
}

/* Inside the root a document type would only be damage; it shall be told for what it is. */
static bool xml_has_doctype(const struct kd_stream *stream)
{
    const char *text = stream->text + stream->begin;
    size_t len = stream->end - stream->begin;
    const char *event = memmem(text, len, "<Event", 6);

    return memmem(text, event != NULL ? (size_t)(event - text) : len, "<!DOCTYPE", 9) != NULL;
}

kd_status kd_xml_read(struct kd_events_import *import, struct kd_stream *stream,
                      struct kd_err *err)
{
    struct xml_read read = {.stream = stream};

    xml_skip_declaration(stream);
    if (xml_has_doctype(stream)) {
        return kd_fail(
            err, KD_ESYNTAX, "events",
            "the XML has a document type (<!DOCTYPE>), which no event export has; it "
            "is not read, because such types can define entities without bound");
    }
    read.xml = kd_xml_new(import);
    xml_start(&read);
    do {
        /* after damage the rest of the buffer is read again from the next event on */
        while (stream->begin < stream->end) {
            size_t begin = stream->begin;
            bool was_lost = read.is_lost;

            xml_step(&read);
            if (read.is_lost && (was_lost || stream->begin == begin)) {
                break;
            }
        }
    } while (kd_stream_more(stream));
    xml_finish(&read);
    kd_xml_free(read.xml);
    return KD_OK;
}
