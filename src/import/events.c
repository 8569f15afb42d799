/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * events.c - one reading of several files: each is opened, its form told from its first bytes,
 * and its records handed to note.c; at the end the sums become facts.
 */
#include "kmsdns/import/events.h"

#include <assert.h>
#include <errno.h>
#include <expat.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kmsdns/base/mem.h"
#include "kmsdns/base/rng.h"
#include "kmsdns/dns/name.h"

#include "evtx.h"
#include "state.h"
#include "stream.h"
#include "table.h"
#include "xml.h"

struct kd_events_import *kd_events_import_new(struct kd_arena *arena,
                                              const struct kd_events_filter *filter)
{
    struct kd_events_import *import = kd_xcalloc(1, sizeof(*import));
    static const struct kd_events_filter ALL = {.since_s = -1, .until_s = -1};

    import->arena = arena;
    import->filter = filter != NULL ? *filter : ALL;
    import->first_s = -1;
    import->last_s = -1;
    import->computer_name = KD_INDEX_NONE;
    import->timeline.last = KD_INDEX_NONE;
    kd_random_bytes(&import->seed, sizeof(import->seed));
    import->names.seed = import->seed;
    if (import->filter.computer != NULL) {
        struct kd_span name = {import->filter.computer, strlen(import->filter.computer)};

        while (name.len > 0 && name.at[name.len - 1] == '.') {
            name.len--;
        }
        (void)kd_span_utf8(name, import->computer, sizeof(import->computer));
    }
    return import;
}

/* The first byte that is no blank. */
static char events_first(const struct kd_stream *stream)
{
    struct kd_span text = {stream->text + stream->begin, stream->end - stream->begin};

    text = kd_span_trim(text);
    return text.len > 0 ? text.at[0] : '\0';
}

static kd_status events_text(struct kd_events_import *import, struct kd_stream *stream,
                             struct kd_err *err)
{
    struct kd_event_file_fact *file = kd_events_file(import);
    char delimiter;

    file->encoding = stream->encoding;
    if (events_first(stream) == '<') {
        file->format = KD_EVENT_FORMAT_XML;
        return kd_xml_read(import, stream, err);
    }
    if (kd_listing_is(stream)) {
        file->format = KD_EVENT_FORMAT_TEXT;
        kd_listing_read(import, stream);
        return KD_OK;
    }
    delimiter = kd_table_delimiter(stream);
    if (delimiter != 0) {
        file->format = delimiter == ',' ? KD_EVENT_FORMAT_CSV : KD_EVENT_FORMAT_TAB;
        kd_table_read(import, stream, delimiter);
        return KD_OK;
    }
    return kd_fail(err, KD_ESYNTAX, "events",
                   "not an event log or its export: expected .evtx, XML, CSV or tab-delimited "
                   "text of Event Viewer, or the text of wevtutil");
}

static kd_status events_stream(struct kd_events_import *import, struct kd_stream *stream,
                               struct kd_err *err)
{
    kd_status status = events_text(import, stream, err);

    if (status == KD_OK && stream->failure != 0) {
        status =
            kd_fail(err, KD_EIO, "events", "reading failed: %s", strerror(stream->failure));
    }
    kd_stream_done(stream);
    return status;
}

static kd_status events_begin(struct kd_events_import *import, const char *label,
                              struct kd_err *err)
{
    if (import->nfile >= KD_EVENTS_MAX_FILES) {
        return kd_fail(err, KD_ETOOBIG, "events", "more than %d files; give fewer in one run",
                       KD_EVENTS_MAX_FILES);
    }
    import->file =
        kd_arena_grow(import->arena, import->file, import->nfile, sizeof(*import->file));
    import->file[import->nfile] =
        (struct kd_event_file_fact){.path = kd_arena_strdup(import->arena, label)};
    import->nfile++;
    return KD_OK;
}

static kd_status events_open(const char *path, int *ret_fd, struct kd_err *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    int sys = errno;

    if (fd < 0) {
        return kd_fail_sys(err, sys, "events", "cannot be opened");
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        (void)close(fd);
        return kd_fail(err, KD_EIO, "events", "is no regular file");
    }
    *ret_fd = fd;
    return KD_OK;
}

static bool events_is_evtx(int fd)
{
    char magic[8];

    return pread(fd, magic, sizeof(magic), 0) == (ssize_t)sizeof(magic) &&
           memcmp(magic, "ElfFile", sizeof(magic)) == 0;
}

static kd_status events_read_file(struct kd_events_import *import, const char *path,
                                  struct kd_err *err)
{
    struct kd_event_file_fact *file;
    struct kd_stream stream;
    kd_status status;
    int fd = -1;

    status = events_open(path, &fd, err);
    if (status != KD_OK) {
        return status;
    }
    file = kd_events_file(import);
    if (events_is_evtx(fd)) {
        file->format = KD_EVENT_FORMAT_EVTX;
        file->encoding = KD_EVENT_ENCODING_BINARY;
        status = kd_evtx_read(import, path, err);
    } else {
        kd_stream_init(&stream, fd, NULL, 0);
        status = events_stream(import, &stream, err);
    }
    (void)close(fd);
    return status;
}

kd_status kd_events_import_file(struct kd_events_import *import, const char *path,
                                struct kd_err *err)
{
    kd_status status = events_begin(import, path, err);

    if (status == KD_OK) {
        status = events_read_file(import, path, err);
        if (status != KD_OK) {
            kd_err_prefix(err, "%.100s", path);
        }
    }
    return status;
}

kd_status kd_events_import_bytes(struct kd_events_import *import, const char *label,
                                 const void *bytes, size_t len, struct kd_err *err)
{
    struct kd_stream stream;
    kd_status status = events_begin(import, label, err);

    if (status == KD_OK) {
        kd_stream_init(&stream, -1, bytes, len);
        status = events_stream(import, &stream, err);
        if (status != KD_OK) {
            kd_err_prefix(err, "%.100s", label);
        }
    }
    return status;
}

const char *kd_events_expat_version(void)
{
    return XML_ExpatVersion();
}

static int events_compare_codes(const void *a, const void *b)
{
    const struct kd_event_code_fact *x = a, *y = b;

    if (x->last_s != y->last_s) {
        return x->last_s > y->last_s ? -1 : 1;
    }
    return x->hresult < y->hresult ? -1 : x->hresult > y->hresult ? 1 : 0;
}

struct kd_event_code_fact *kd_state_codes_fact(struct kd_arena *arena,
                                               const struct kd_state_codes *codes)
{
    struct kd_event_code_fact *fact = kd_arena_alloc(arena, (codes->n + 1) * sizeof(*fact));

    for (size_t i = 0; i < codes->n; i++) {
        fact[i] = codes->code[i];
    }
    if (codes->n > 0) {
        qsort(fact, codes->n, sizeof(*fact), events_compare_codes);
    }
    return fact;
}

static const char *events_name(const struct kd_events_import *import, uint32_t number)
{
    return kd_arena_strdup(import->arena, kd_names_str(&import->names, number));
}

/* Canonical where the log's text is a name; else as it stands, for the rules to tell. */
static const char *events_domain(const struct kd_events_import *import, uint32_t number)
{
    const char *text = events_name(import, number);
    const char *name = NULL;

    text = text != NULL ? text : "";
    return kd_name_from_str(import->arena, text, &name, NULL) == KD_OK ? name : text;
}

static int events_compare_names(const char *a, const char *b)
{
    return strcmp(a != NULL ? a : "", b != NULL ? b : "");
}

static int events_compare_publish(const void *a, const void *b)
{
    const struct kd_event_publish_fact *x = a, *y = b;
    int by_domain = strcmp(x->domain, y->domain);

    return by_domain != 0 ? by_domain : events_compare_names(x->computer, y->computer);
}

static void events_make_publish(const struct kd_events_import *import,
                                struct kd_events_fact *ret)
{
    size_t n = import->publish_index.n;

    ret->publish = kd_arena_alloc(import->arena, (n + 1) * sizeof(*ret->publish));
    for (size_t i = 0; i < n; i++) {
        const struct kd_state_publish *state = &import->publish[i];

        ret->publish[i] = (struct kd_event_publish_fact){
            .computer = events_name(import, state->computer),
            .domain = events_domain(import, state->domain),
            .nfailure = state->nfailure,
            .nsuccess = state->nsuccess,
            .first_s = state->first_s,
            .failure_s = state->failure_s,
            .success_s = state->success_s,
            .hresult = state->hresult,
            .is_cleared = state->nfailure > 0 && state->failure_s >= 0 &&
                          state->success_s >= state->failure_s,
            .code = kd_state_codes_fact(import->arena, &state->codes),
            .ncode = state->codes.n,
        };
    }
    if (n > 0) {
        qsort(ret->publish, n, sizeof(*ret->publish), events_compare_publish);
    }
    ret->npublish = n < KD_EVENTS_MAX_PUBLISH ? n : KD_EVENTS_MAX_PUBLISH;
    ret->npublish_left_out = import->npublish_left_out + (uint32_t)(n - ret->npublish);
}

static int events_compare_attempts(const void *a, const void *b)
{
    const struct kd_event_attempt_fact *x = a, *y = b;

    if (x->last_s != y->last_s) {
        return x->last_s > y->last_s ? -1 : 1;
    }
    if (x->event_id != y->event_id) {
        return x->event_id < y->event_id ? -1 : 1;
    }
    if (x->hresult != y->hresult) {
        return x->hresult < y->hresult ? -1 : 1;
    }
    return events_compare_names(x->server, y->server);
}

static void events_make_attempts(const struct kd_events_import *import,
                                 const struct kd_state_client *state,
                                 struct kd_event_client_fact *client)
{
    client->attempt =
        kd_arena_alloc(import->arena, (state->nattempt + 1) * sizeof(*client->attempt));
    client->nattempt = state->nattempt;
    for (size_t i = 0; i < state->nattempt; i++) {
        const struct kd_state_attempt *attempt = &state->attempt[i];

        client->attempt[i] = (struct kd_event_attempt_fact){
            .event_id = attempt->event_id,
            .server = events_name(import, attempt->server),
            .hresult = attempt->hresult,
            .count = attempt->count,
            .first_s = attempt->first_s,
            .last_s = attempt->last_s,
        };
    }
    if (client->nattempt > 0) {
        qsort(client->attempt, client->nattempt, sizeof(*client->attempt),
              events_compare_attempts);
    }
}

static int events_compare_clients(const void *a, const void *b)
{
    const struct kd_event_client_fact *x = a, *y = b;

    return events_compare_names(x->computer, y->computer);
}

static void events_make_clients(const struct kd_events_import *import,
                                struct kd_events_fact *ret)
{
    size_t n = import->client_index.n;

    ret->client = kd_arena_alloc(import->arena, (n + 1) * sizeof(*ret->client));
    for (size_t i = 0; i < n; i++) {
        const struct kd_state_client *state = &import->client[i];

        ret->client[i] = (struct kd_event_client_fact){
            .computer = events_name(import, state->computer),
            .nrequest = state->nrequest,
            .nresponse = state->nresponse,
            .request_s = state->request_s,
            .response_s = state->response_s,
            .count = state->count,
            .needed = state->needed,
            .count_low_s = state->count_low_s,
            .nleft_out = state->nleft_out,
        };
        events_make_attempts(import, state, &ret->client[i]);
    }
    if (n > 0) {
        qsort(ret->client, n, sizeof(*ret->client), events_compare_clients);
    }
    ret->nclient = n < KD_EVENTS_MAX_CLIENTS ? n : KD_EVENTS_MAX_CLIENTS;
    ret->nclient_left_out = import->nclient_left_out + (uint32_t)(n - ret->nclient);
}

static void events_free(struct kd_events_import *import)
{
    kd_names_done(&import->names);
    kd_index_done(&import->publish_index);
    kd_index_done(&import->client_index);
    kd_index_done(&import->seen.index);
    kd_host_done(&import->host);
    kd_timeline_done(&import->timeline);
    free(import->publish);
    free(import->client);
    free(import->seen.key);
    free(import->seen.file);
    free(import);
}

struct kd_events_fact *kd_events_import_finish(struct kd_events_import *import)
{
    struct kd_events_fact *ret = kd_arena_alloc(import->arena, sizeof(*ret));

    ret->file = import->file;
    ret->nfile = import->nfile;
    ret->first_s = import->first_s;
    ret->last_s = import->last_s;
    ret->since_s = import->filter.since_s;
    ret->until_s = import->filter.until_s;
    ret->reference_s = ret->until_s >= 0 ? ret->until_s : ret->last_s;
    ret->computer =
        import->computer[0] != '\0' ? kd_arena_strdup(import->arena, import->computer) : NULL;
    events_make_publish(import, ret);
    events_make_clients(import, ret);
    kd_host_fact(import, ret->reference_s, &ret->host);
    kd_timeline_fact(&import->timeline, import->arena, ret);
    events_free(import);
    return ret;
}
