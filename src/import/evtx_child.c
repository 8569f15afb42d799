/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evtx_child.c - the only user of libevtx, in a child process with limits. It looks at every
 * record for its id, source and time, and sends those that matter as XML, which keeps their
 * strings apart. A frame is written before the next record is touched, so that the parent knows
 * where the child died.
 */
#include "evtx_child.h"

#if KD_HAVE_EVTX

#    include <errno.h>
#    include <fcntl.h>
#    include <signal.h>
#    include <stdlib.h>
#    include <string.h>
#    include <sys/resource.h>
#    include <unistd.h>

/* its functions that take libbfio's handles are not used, and need a header that may be missing */
#    include <libevtx/features.h>
#    undef LIBEVTX_HAVE_BFIO
#    include <libevtx.h>

#    include "kmsdns/import/events.h"

#    include "record.h"
#    include "when.h"

#    define CHILD_CPU_S   600
#    define CHILD_MEMORY  ((rlim_t)2 * 1024 * 1024 * 1024)
#    define CHILD_SOURCE  256
#    define CHILD_EPOCH_S INT64_C(11644473600) /* FILETIME counts 100 ns since 1601 */

/* A sanitizer's own memory is larger than any limit. */
#    if defined(__SANITIZE_ADDRESS__)
#        define CHILD_HAS_SANITIZER 1
#    elif defined(__has_feature)
#        if __has_feature(address_sanitizer)
#            define CHILD_HAS_SANITIZER 1
#        endif
#    endif

struct child {
    int fd;
    libevtx_file_t *file;
    struct evtx_frame frame;
    char text[EVTX_MAX_TEXT];
};

static bool child_write(int fd, const void *bytes, size_t len)
{
    const char *at = bytes;

    while (len > 0) {
        ssize_t n = write(fd, at, len);

        if (n < 0 && errno != EINTR) {
            return false;
        }
        at += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* False when nobody reads any more. */
static bool child_send(struct child *child, enum evtx_kind kind, size_t len)
{
    child->frame.kind = kind;
    child->frame.len = (uint32_t)len;
    return child_write(child->fd, &child->frame, sizeof(child->frame)) &&
           child_write(child->fd, child->text, len);
}

static size_t child_source(struct child *child, libevtx_record_t *record)
{
    size_t size = 0;

    if (libevtx_record_get_utf8_source_name_size(record, &size, NULL) != 1 || size < 2 ||
        size > CHILD_SOURCE ||
        libevtx_record_get_utf8_source_name(record, (uint8_t *)child->text, size, NULL) != 1) {
        return 0;
    }
    return size - 1;
}

static int64_t child_time(libevtx_record_t *record)
{
    uint64_t filetime = 0;
    int64_t time_s;

    if (libevtx_record_get_written_time(record, &filetime, NULL) != 1) {
        return -1;
    }
    time_s = (int64_t)(filetime / 10000000U) - CHILD_EPOCH_S;
    return kd_when_is_plausible(time_s) ? time_s : -1;
}

static bool child_xml(struct child *child, libevtx_record_t *record)
{
    size_t size = 0;

    if (libevtx_record_get_utf8_xml_string_size(record, &size, NULL) != 1 || size < 2 ||
        size > EVTX_MAX_TEXT ||
        libevtx_record_get_utf8_xml_string(record, (uint8_t *)child->text, size, NULL) != 1) {
        return child_send(child, EVTX_UNREADABLE, 0);
    }
    return child_send(child, EVTX_XML, size - 1);
}

static bool child_record(struct child *child, libevtx_record_t *record)
{
    struct kd_record look = {.source = {child->text, 0}};

    child->frame.record_id = 0;
    child->frame.time_s = child_time(record);
    if (libevtx_record_get_identifier(record, &child->frame.record_id, NULL) != 1 ||
        libevtx_record_get_event_identifier(record, &child->frame.event_id, NULL) != 1) {
        return child_send(child, EVTX_UNREADABLE, 0);
    }
    child->frame.event_id &= 0xffffU; /* the high half are the qualifiers */
    look.source.len = child_source(child, record);
    if (kd_record_is_wanted(child->frame.event_id) && kd_record_is_licensing(&look)) {
        return child_xml(child, record);
    }
    return child_send(child, EVTX_SKIPPED, look.source.len);
}

static bool child_get(struct child *child, uint32_t phase, int index, libevtx_record_t **record)
{
    if (phase == EVTX_LISTED) {
        return libevtx_file_get_record_by_index(child->file, index, record, NULL) == 1;
    }
    return libevtx_file_get_recovered_record_by_index(child->file, index, record, NULL) == 1;
}

static int child_count(struct child *child, uint32_t phase)
{
    int n = 0;
    int result = phase == EVTX_LISTED
                     ? libevtx_file_get_number_of_records(child->file, &n, NULL)
                     : libevtx_file_get_number_of_recovered_records(child->file, &n, NULL);

    return result == 1 && n > 0 ? n : 0;
}

static bool child_phase(struct child *child, uint32_t phase, uint32_t from)
{
    int n = child_count(child, phase);
    bool is_read = true;

    child->frame = (struct evtx_frame){.phase = phase, .index = (uint32_t)n};
    is_read = child_send(child, EVTX_PHASE, 0);
    for (uint32_t i = from; i < (uint32_t)n && is_read; i++) {
        libevtx_record_t *record = NULL;

        child->frame.index = i;
        is_read = child_get(child, phase, (int)i, &record)
                      ? child_record(child, record)
                      : child_send(child, EVTX_UNREADABLE, 0);
        if (record != NULL) {
            libevtx_record_free(&record, NULL);
        }
    }
    return is_read;
}

static void child_read(struct child *child, const char *path, struct evtx_place from)
{
    bool is_damaged;

    if (libevtx_file_initialize(&child->file, NULL) != 1 ||
        libevtx_file_open(child->file, path, LIBEVTX_OPEN_READ, NULL) != 1) {
        (void)child_send(child, EVTX_UNOPENED, 0);
        return;
    }
    is_damaged = libevtx_file_is_corrupted(child->file, NULL) == 1;
    child->frame.time_s = is_damaged ? 1 : 0;
    if (!child_send(child, EVTX_OPENED, 0)) {
        return;
    }
    /* in a healthy file the rest behind its records is of no interest */
    for (uint32_t phase = from.phase; phase < (is_damaged ? EVTX_NPHASES : EVTX_RECOVERED);
         phase++) {
        if (!child_phase(child, phase, phase == from.phase ? from.index : 0)) {
            return;
        }
    }
    (void)child_send(child, EVTX_DONE, 0);
}

static void child_limit(void)
{
    const struct rlimit none = {0, 0};
    const struct rlimit cpu = {CHILD_CPU_S, CHILD_CPU_S};

    (void)setrlimit(RLIMIT_CORE, &none);
    (void)setrlimit(RLIMIT_CPU, &cpu);
#    ifndef CHILD_HAS_SANITIZER
    (void)setrlimit(RLIMIT_AS, &(const struct rlimit){CHILD_MEMORY, CHILD_MEMORY});
#    endif
}

/* Never returns: what the parent would do at its end (flush, look for leaks) is not ours to do. */
static void child_run(int fd, const char *path, struct evtx_place from)
{
    static const int FATAL[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    static struct child child;
    int null = open("/dev/null", O_RDWR);

    child_limit();
    for (size_t i = 0; i < sizeof(FATAL) / sizeof(FATAL[0]); i++) {
        (void)signal(FATAL[i], SIG_DFL);
    }
    (void)dup2(null, STDIN_FILENO);
    (void)dup2(null, STDOUT_FILENO);
    (void)dup2(null, STDERR_FILENO);
    child.fd = fd;
    child_read(&child, path, from);
    _Exit(0);
}

pid_t kd_evtx_child_start(const char *path, struct evtx_place from, int *ret_fd)
{
    int fd[2];
    pid_t pid;

    if (pipe2(fd, O_CLOEXEC) != 0) {
        return -1;
    }
    pid = fork();
    if (pid == 0) {
        (void)close(fd[0]);
        child_run(fd[1], path, from);
    }
    (void)close(fd[1]);
    if (pid < 0) {
        (void)close(fd[0]);
        return -1;
    }
    *ret_fd = fd[0];
    return pid;
}

#endif
