/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_SRC_IMPORT_TABLE_H
#define KMSDNS_SRC_IMPORT_TABLE_H

#include "record.h"
#include "stream.h"

/* Event Viewer's "save as CSV" and "save as text", and wevtutil's text. */

/** ',' or a tab if the text begins like an export with that delimiter; 0 if it does not. */
char kd_table_delimiter(const struct kd_stream *stream);

/** Read level, date, source, id, task and description, one record after another. */
void kd_table_read(struct kd_events_import *import, struct kd_stream *stream, char delimiter);

/** True if the text begins with "Event[". */
bool kd_listing_is(const struct kd_stream *stream);

/** Read what `wevtutil /f:text` printed. */
void kd_listing_read(struct kd_events_import *import, struct kd_stream *stream);

#endif
