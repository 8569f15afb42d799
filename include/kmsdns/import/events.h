/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_IMPORT_EVENTS_H
#define KMSDNS_IMPORT_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kmsdns/base/arena.h"
#include "kmsdns/base/status.h"
#include "kmsdns/facts/events.h"

/*
 * Event logs and their exports: .evtx, XML, CSV, tab-delimited text, `wevtutil /f:text`. The
 * form is told from the content. Files are streamed through fixed buffers; what is kept is sums
 * (facts/events.h). Descriptions are read by event id, codes, quoted names and lists, never by
 * their words, which are translated.
 */

#define KD_EVENTS_MAX_FILES 64

struct kd_events_filter {
    int64_t since_s, until_s; /* -1 unlimited; both inclusive */
    /* NULL all. Without regard to case; a first label alone matches, too. Records of exports
       without computer names are taken to be this computer's. */
    const char *computer;
    bool joins_files; /* several files will follow: a record that stands in two counts once */
};

/* A reading of several files in progress. */
struct kd_events_import;

/**
 * Start a reading.
 *
 * arena    for the facts                                                     borrowed
 * filter   copied; NULL takes everything
 * returns  never NULL; release with kd_events_import_finish                  caller's
 */
struct kd_events_import *kd_events_import_new(struct kd_arena *arena,
                                              const struct kd_events_filter *filter);

/**
 * Read one file and add what it says.
 *
 * A damaged record is a fact (nunreadable), not a failure.
 *
 * path     regular file                                                      copied
 * returns  KD_OK; KD_ENOTFOUND, KD_EACCES, KD_EIO if it cannot be read; KD_ESYNTAX if it is
 *          none of the known forms, or XML with a document type; KD_ENOTSUP for .evtx in a
 *          build without libevtx; KD_ETOOBIG beyond KD_EVENTS_MAX_FILES. err names the path
 */
kd_status kd_events_import_file(struct kd_events_import *import, const char *path,
                                struct kd_err *err);

/**
 * The same from memory, for any form but .evtx.
 *
 * label    stands for the path                                               copied
 */
kd_status kd_events_import_bytes(struct kd_events_import *import, const char *label,
                                 const void *bytes, size_t len, struct kd_err *err);

/**
 * End a reading and release it.
 *
 * returns  the facts, never NULL; live as long as the arena
 */
struct kd_events_fact *kd_events_import_finish(struct kd_events_import *import);

/** Version of the XML parser; NULL or a version for .evtx. For `--version -v`. */
const char *kd_events_expat_version(void);
const char *kd_events_evtx_version(void);

/**
 * Read a moment: RFC 3339, or "YYYY-MM-DD[ HH:MM[:SS]]" in UTC.
 *
 * is_end   a day or minute alone means its last second
 * returns  KD_OK; KD_ESYNTAX
 */
kd_status kd_events_time_from_str(const char *text, bool is_end, int64_t *ret,
                                  struct kd_err *err);

#endif
