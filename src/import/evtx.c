/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evtx.c - binary logs. A child process (evtx_child.c) decodes them; here its frames are checked
 * and noted. When the child dies over a record or hangs in it, that record is noted as damaged and
 * another child goes on behind it.
 */
#include "evtx.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#if KD_HAVE_EVTX

#    include <libevtx/features.h>
#    undef LIBEVTX_HAVE_BFIO
#    include <libevtx.h>
#    include <poll.h>
#    include <signal.h>
#    include <sys/wait.h>
#    include <unistd.h>

#    include "kmsdns/base/mem.h"

#    include "evtx_child.h"
#    include "state.h"
#    include "xml.h"

#    define EVTX_MAX_CHILDREN 64
#    define EVTX_MAX_IDS      ((size_t)4 * 1000 * 1000)
#    define EVTX_OPEN_MS      120000 /* for a large file to be looked through */
#    define EVTX_RECORD_MS    30000

typedef enum evtx_end {
    EVTX_END_DONE,
    EVTX_END_UNOPENED,
    EVTX_END_DIED /* or hung, or sent nonsense */
} evtx_end;

struct evtx {
    struct kd_events_import *import;
    struct kd_xml *xml; /* owned */
    char *text;         /* owned; EVTX_MAX_TEXT bytes */
    struct evtx_place next;
    uint32_t nrecord; /* of the phase */
    bool is_opened, is_damaged;
    uint64_t *id; /* owned; of the records read, only of a damaged file */
    size_t nid, nlisted;
};

static bool evtx_wait(int fd, int timeout_ms)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    int n;

    do {
        n = poll(&wait, 1, timeout_ms);
    } while (n < 0 && errno == EINTR);
    return n > 0;
}

static bool evtx_receive(int fd, void *into, size_t len, int timeout_ms)
{
    char *at = into;

    while (len > 0) {
        ssize_t n = evtx_wait(fd, timeout_ms) ? read(fd, at, len) : 0;

        if (n <= 0) {
            return false;
        }
        at += n;
        len -= (size_t)n;
    }
    return true;
}

static void evtx_add_id(struct evtx *evtx, uint64_t id)
{
    if (evtx->is_damaged && evtx->nid < EVTX_MAX_IDS) {
        evtx->id = kd_index_room(evtx->id, evtx->nid, sizeof(*evtx->id));
        evtx->id[evtx->nid] = id;
        evtx->nid++;
    }
}

static int evtx_compare_ids(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y ? 1 : 0;
}

static void evtx_sort_ids(struct evtx *evtx)
{
    if (evtx->nid > 0) {
        qsort(evtx->id, evtx->nid, sizeof(*evtx->id), evtx_compare_ids);
    }
}

/* Recovered records that were listed, too, are not counted again. */
static bool evtx_is_known(const struct evtx *evtx, const struct evtx_frame *frame)
{
    return frame->phase == EVTX_RECOVERED && evtx->nlisted > 0 &&
           bsearch(&frame->record_id, evtx->id, evtx->nlisted, sizeof(frame->record_id),
                   evtx_compare_ids) != NULL;
}

static void evtx_unreadable(struct evtx *evtx, const struct evtx_frame *frame, const char *what)
{
    /* what is recovered is mostly older than the log, and no loss */
    if (frame->phase == EVTX_LISTED) {
        kd_events_unreadable(evtx->import, "record %u of %u %s", frame->index + 1,
                             evtx->nrecord, what);
    }
}

static void evtx_record(struct evtx *evtx, const struct evtx_frame *frame)
{
    struct kd_record record = {
        .time_s = frame->time_s,
        .id = frame->event_id,
        .source = {evtx->text, frame->len},
        .computer = {evtx->text, 0},
        .message = {evtx->text, 0},
    };

    if (evtx_is_known(evtx, frame)) {
        return;
    }
    if (frame->kind == EVTX_SKIPPED) {
        kd_events_note(evtx->import, &record);
    } else if (!kd_xml_event(evtx->xml, evtx->text, frame->len)) {
        evtx_unreadable(evtx, frame, "cannot be decoded");
        return;
    }
    evtx_add_id(evtx, frame->record_id);
}

/* Takes one frame; false for one that cannot be. */
static bool evtx_take(struct evtx *evtx, const struct evtx_frame *frame)
{
    switch ((enum evtx_kind)frame->kind) {
    case EVTX_OPENED:
        evtx->is_opened = true;
        evtx->is_damaged = frame->time_s == 1;
        return true;
    case EVTX_PHASE:
        if (frame->phase == EVTX_RECOVERED && evtx->next.phase == EVTX_LISTED) {
            evtx_sort_ids(evtx);
            evtx->nlisted = evtx->nid;
            evtx->next = (struct evtx_place){EVTX_RECOVERED, 0};
        }
        evtx->nrecord = frame->index;
        return frame->phase == evtx->next.phase;
    case EVTX_SKIPPED:
    case EVTX_XML:
    case EVTX_UNREADABLE:
        if (frame->phase != evtx->next.phase || frame->index != evtx->next.index) {
            return false;
        }
        evtx->next.index++;
        if (frame->kind == EVTX_UNREADABLE) {
            evtx_unreadable(evtx, frame, "cannot be decoded");
        } else {
            evtx_record(evtx, frame);
        }
        return true;
    case EVTX_UNOPENED:
    case EVTX_DONE:
        return true;
    }
    return false;
}

static evtx_end evtx_frames(struct evtx *evtx, int fd)
{
    struct evtx_frame frame = {.kind = EVTX_OPENED};
    int timeout_ms = EVTX_OPEN_MS;

    while (evtx_receive(fd, &frame, sizeof(frame), timeout_ms)) {
        if (frame.len > EVTX_MAX_TEXT ||
            !evtx_receive(fd, evtx->text, frame.len, EVTX_RECORD_MS) ||
            !evtx_take(evtx, &frame)) {
            return EVTX_END_DIED;
        }
        if (frame.kind == EVTX_UNOPENED) {
            return EVTX_END_UNOPENED;
        }
        if (frame.kind == EVTX_DONE) {
            return EVTX_END_DONE;
        }
        timeout_ms = frame.kind == EVTX_OPENED ? EVTX_OPEN_MS : EVTX_RECORD_MS;
    }
    return EVTX_END_DIED;
}

static kd_status evtx_child(struct evtx *evtx, const char *path, evtx_end *ret_end,
                            struct kd_err *err)
{
    int fd = -1;
    pid_t pid = kd_evtx_child_start(path, evtx->next, &fd);

    if (pid < 0) {
        return kd_fail(err, KD_EIO, "events", "no process could be started to read it: %s",
                       strerror(errno));
    }
    *ret_end = evtx_frames(evtx, fd);
    (void)close(fd);
    (void)kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
        continue;
    }
    return KD_OK;
}

/* Records are numbered without gaps, so gaps are what was lost. */
static void evtx_count_gaps(struct evtx *evtx, uint64_t first, uint64_t last)
{
    struct kd_event_file_fact *file = kd_events_file(evtx->import);
    uint64_t expected = first, lost = 0;

    for (size_t i = 0; i < evtx->nid; i++) {
        uint64_t id = evtx->id[i];

        if (id < expected || id > last) {
            continue;
        }
        if (id > expected && lost == 0 && file->first_unreadable == NULL) {
            file->first_unreadable =
                kd_arena_printf(evtx->import->arena, "the log is damaged at record number %llu",
                                (unsigned long long)expected);
        }
        lost += id - expected;
        expected = id + 1;
    }
    if (lost > file->nunreadable && lost <= EVTX_MAX_IDS) {
        file->nunreadable = (uint32_t)lost;
    }
}

static void evtx_finish(struct evtx *evtx)
{
    uint64_t first = 0, last = 0;

    if (!evtx->is_damaged) {
        return;
    }
    if (evtx->nlisted == 0) {
        evtx_sort_ids(evtx);
        evtx->nlisted = evtx->nid;
    }
    if (evtx->nlisted > 0) {
        first = evtx->id[0];
        last = evtx->id[evtx->nlisted - 1];
    }
    evtx_sort_ids(evtx);
    evtx_count_gaps(evtx, first, last);
    if (kd_events_file(evtx->import)->nunreadable == 0) {
        kd_events_unreadable(evtx->import, "the end of the log is damaged or cut off");
    } else if (kd_events_file(evtx->import)->first_unreadable == NULL) {
        kd_events_file(evtx->import)->first_unreadable = "in the middle of the log";
    }
}

/* Children one after another, until one comes to the end. */
static kd_status evtx_run(struct evtx *evtx, const char *path, struct kd_err *err)
{
    evtx_end end = EVTX_END_DIED;

    for (unsigned int i = 0; i < EVTX_MAX_CHILDREN && end == EVTX_END_DIED; i++) {
        kd_status status = evtx_child(evtx, path, &end, err);

        if (status != KD_OK) {
            return status;
        }
        if (end == EVTX_END_DIED && (!evtx->is_opened || evtx->next.index >= evtx->nrecord)) {
            break; /* not over a record: another child would die there, too */
        }
        if (end == EVTX_END_DIED) {
            const struct evtx_frame place = {.phase = evtx->next.phase,
                                             .index = evtx->next.index};

            evtx_unreadable(evtx, &place, "is damaged so that its reader died");
            evtx->next.index++;
        }
    }
    if (!evtx->is_opened) {
        return kd_fail(
            err, KD_EIO, "events",
            "begins like an event log (.evtx), but its header is damaged, and no record "
            "could be read");
    }
    if (end != EVTX_END_DONE) {
        kd_events_unreadable(evtx->import, "reading was given up behind record %u of %u",
                             evtx->next.index, evtx->nrecord);
    }
    return KD_OK;
}

kd_status kd_evtx_read(struct kd_events_import *import, const char *path, struct kd_err *err)
{
    struct evtx evtx = {.import = import, .next = {EVTX_LISTED, 0}};
    kd_status status;

    evtx.xml = kd_xml_new(import);
    evtx.text = kd_xcalloc(EVTX_MAX_TEXT, 1);
    status = evtx_run(&evtx, path, err);
    if (status == KD_OK) {
        evtx_finish(&evtx);
    }
    kd_xml_free(evtx.xml);
    free(evtx.text);
    free(evtx.id);
    return status;
}

const char *kd_events_evtx_version(void)
{
    return libevtx_get_version();
}

#else

kd_status kd_evtx_read(struct kd_events_import *import, const char *path, struct kd_err *err)
{
    (void)import, (void)path;
    return kd_fail(
        err, KD_ENOTSUP, "events",
        "this is a binary event log (.evtx), and this build has no libevtx; export it "
        "on Windows with \"wevtutil qe FILE /lf:true /f:xml\" and read that");
}

const char *kd_events_evtx_version(void)
{
    return NULL;
}

#endif
