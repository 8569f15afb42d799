/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_SRC_IMPORT_XML_H
#define KMSDNS_SRC_IMPORT_XML_H

#include "record.h"
#include "stream.h"

/* Event XML: `wevtutil /f:xml`, Event Viewer's "save as XML", and what libevtx makes. */

/** Read a stream of events. KD_ESYNTAX for a document type; damaged events are noted. */
kd_status kd_xml_read(struct kd_events_import *import, struct kd_stream *stream,
                      struct kd_err *err);

/* A parser for events one by one. */
struct kd_xml;

struct kd_xml *kd_xml_new(struct kd_events_import *import);

/**
 * Read one event and note it.
 *
 * text     "<Event …>…</Event>" in UTF-8                                     borrowed
 * returns  false when it is not well-formed; nothing was noted then
 */
bool kd_xml_event(struct kd_xml *xml, const char *text, size_t len);

void kd_xml_free(struct kd_xml *xml);

#endif
