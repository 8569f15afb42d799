/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_SRC_IMPORT_EVTX_CHILD_H
#define KMSDNS_SRC_IMPORT_EVTX_CHILD_H

#include <stdint.h>
#include <sys/types.h>

/*
 * libevtx in a process of its own: on damaged logs it reads outside of its memory (found by fuzzing
 * version 20181227), so what it reads comes through a pipe, and its end is not ours.
 */

/* Records that chunks list come first, then those found between and behind damaged chunks. */
enum evtx_phase {
    EVTX_LISTED,
    EVTX_RECOVERED,
    EVTX_NPHASES
};

enum evtx_kind {
    EVTX_OPENED,     /* first frame: time_s holds 1 for a damaged file */
    EVTX_UNOPENED,   /* only frame: libevtx does not take the file */
    EVTX_PHASE,      /* a phase begins; index holds the number of its records */
    EVTX_SKIPPED,    /* a record of no interest; text is its source */
    EVTX_XML,        /* a record; text is its XML */
    EVTX_UNREADABLE, /* a record that libevtx refuses */
    EVTX_DONE        /* last frame */
};

/* One message; len bytes of text follow. */
struct evtx_frame {
    uint32_t kind, phase, index;
    uint32_t event_id;
    uint64_t record_id;
    int64_t time_s;
    uint32_t len, pad;
};

#define EVTX_MAX_TEXT ((size_t)256 * 1024)

/* Where a child begins. */
struct evtx_place {
    uint32_t phase, index;
};

/**
 * Start a child.
 *
 * ret_fd   where its frames come from                                        caller's
 * returns  its process id; -1 with errno set
 */
pid_t kd_evtx_child_start(const char *path, struct evtx_place from, int *ret_fd);

#endif
