/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * note.c - what one record adds to the sums. The order of records does not matter: exports run
 * forwards or backwards in time, and files come in any order.
 */
#include "state.h"

#include <stdarg.h>
#include <string.h>

#include "kmsdns/base/mem.h"

#define NOTE_COUNT_INSUFFICIENT 0xC004F038U
#define NOTE_FLAG_COUNT_LOW     0x04000000U /* status flags of 12289 */

int64_t kd_state_later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int64_t kd_state_earlier(int64_t a, int64_t b)
{
    if (a < 0 || b < 0) {
        return a > b ? a : b;
    }
    return a < b ? a : b;
}

struct kd_event_file_fact *kd_events_file(struct kd_events_import *import)
{
    return &import->file[import->nfile - 1];
}

void kd_events_unreadable(struct kd_events_import *import, const char *fmt, ...)
{
    struct kd_event_file_fact *file = kd_events_file(import);
    va_list ap;

    file->nunreadable++;
    if (file->first_unreadable == NULL) {
        va_start(ap, fmt);
        file->first_unreadable = kd_arena_vprintf(import->arena, fmt, ap);
        va_end(ap);
    }
}

/* A name as it is kept: without blanks and the closing dot; its length, 0 for none. */
static size_t note_name(struct kd_span span, char *out)
{
    span = kd_span_trim(span);
    if (span.len > 0 && span.at[span.len - 1] == '.') {
        span.len--;
    }
    return kd_span_utf8(span, out, KD_STATE_MAX_NAME);
}

uint32_t kd_state_name(struct kd_events_import *import, struct kd_span span)
{
    char text[KD_STATE_MAX_NAME];
    size_t len = note_name(span, text);

    return kd_names_add(&import->names, text, len);
}

/* Codes are few; the oldest gives way. */
void kd_state_add_code(struct kd_state_codes *codes, uint32_t hresult, int64_t time_s)
{
    struct kd_event_code_fact *oldest = &codes->code[0];

    for (size_t i = 0; i < codes->n; i++) {
        if (codes->code[i].hresult == hresult) {
            codes->code[i].count++;
            codes->code[i].last_s = kd_state_later(codes->code[i].last_s, time_s);
            return;
        }
        oldest = codes->code[i].last_s < oldest->last_s ? &codes->code[i] : oldest;
    }
    if (codes->n < KD_EVENTS_MAX_CODES) {
        oldest = &codes->code[codes->n++];
    } else if (oldest->last_s >= time_s) {
        return;
    }
    *oldest = (struct kd_event_code_fact){hresult, 1, time_s};
}

static bool note_publish_equal(const void *items, uint32_t number, const void *key)
{
    const struct kd_state_publish *publish = items;
    const struct kd_state_publish *wanted = key;

    return publish[number].computer == wanted->computer &&
           publish[number].domain == wanted->domain;
}

static struct kd_state_publish *note_publish_of(struct kd_events_import *import,
                                                uint32_t computer, uint32_t domain)
{
    const struct kd_state_publish key = {.computer = computer,
                                         .domain = domain,
                                         .first_s = -1,
                                         .failure_s = -1,
                                         .success_s = -1};
    const uint32_t both[2] = {computer, domain};
    uint64_t hash = kd_index_hash(import->seed, both, sizeof(both));
    uint32_t number =
        kd_index_find(&import->publish_index, hash, note_publish_equal, import->publish, &key);

    if (number == KD_INDEX_NONE) {
        if (import->publish_index.n >= KD_STATE_MAX_PUBLISH) {
            return NULL;
        }
        import->publish =
            kd_index_room(import->publish, import->publish_index.n, sizeof(*import->publish));
        number = kd_index_add(&import->publish_index, hash);
        import->publish[number] = key;
    }
    return &import->publish[number];
}

static void note_publish(struct kd_events_import *import, const struct kd_record *record,
                         const struct kd_parts *parts)
{
    uint32_t domain = kd_state_name(import, parts->domain);
    struct kd_state_publish *publish = note_publish_of(import, import->computer_name, domain);

    if (publish == NULL) {
        import->npublish_left_out++;
        return;
    }
    publish->first_s = kd_state_earlier(publish->first_s, record->time_s);
    if (record->id == 12294) {
        publish->nsuccess++;
        publish->success_s = kd_state_later(publish->success_s, record->time_s);
        return;
    }
    publish->nfailure++;
    kd_state_add_code(&publish->codes, parts->hresult, record->time_s);
    if (record->time_s > publish->failure_s ||
        (record->time_s == publish->failure_s && parts->hresult > publish->hresult)) {
        publish->failure_s = record->time_s;
        publish->hresult = parts->hresult;
    }
}

static bool note_client_equal(const void *items, uint32_t number, const void *key)
{
    const struct kd_state_client *client = items;
    const uint32_t *computer = key;

    return client[number].computer == *computer;
}

static struct kd_state_client *note_client_of(struct kd_events_import *import,
                                              uint32_t computer)
{
    uint64_t hash = kd_index_hash(import->seed, &computer, sizeof(computer));
    uint32_t number = kd_index_find(&import->client_index, hash, note_client_equal,
                                    import->client, &computer);

    if (number == KD_INDEX_NONE) {
        if (import->client_index.n >= KD_STATE_MAX_CLIENTS) {
            return NULL;
        }
        import->client =
            kd_index_room(import->client, import->client_index.n, sizeof(*import->client));
        number = kd_index_add(&import->client_index, hash);
        import->client[number] = (struct kd_state_client){.computer = computer,
                                                          .request_s = -1,
                                                          .response_s = -1,
                                                          .count_low_s = -1,
                                                          .count = -1,
                                                          .needed = -1};
    }
    return &import->client[number];
}

/* The attempt that equals wanted, or a place for it; NULL when the list is full. */
static struct kd_state_attempt *note_attempt_of(struct kd_state_client *client,
                                                const struct kd_state_attempt *wanted)
{
    for (size_t i = 0; i < client->nattempt; i++) {
        struct kd_state_attempt *attempt = &client->attempt[i];

        if (attempt->event_id == wanted->event_id && attempt->server == wanted->server &&
            attempt->hresult == wanted->hresult) {
            return attempt;
        }
    }
    if (client->nattempt == KD_EVENTS_MAX_ATTEMPTS) {
        return NULL;
    }
    client->attempt[client->nattempt] = *wanted;
    return &client->attempt[client->nattempt++];
}

static void note_attempt(struct kd_state_client *client, uint32_t event_id, uint32_t server,
                         uint32_t hresult, int64_t time_s)
{
    const struct kd_state_attempt wanted = {event_id, server, hresult, 0, -1, -1};
    struct kd_state_attempt *attempt = note_attempt_of(client, &wanted);

    if (attempt == NULL) {
        client->nleft_out++;
        return;
    }
    attempt->count++;
    attempt->first_s = kd_state_earlier(attempt->first_s, time_s);
    attempt->last_s = kd_state_later(attempt->last_s, time_s);
}

static void note_request(struct kd_events_import *import, struct kd_state_client *client,
                         int64_t time_s, const struct kd_parts *parts)
{
    uint32_t needed;

    client->nrequest++;
    if (parts->nfield >= 10 && time_s >= client->request_s &&
        kd_span_number(parts->field[9], &needed)) {
        client->needed = needed;
    }
    client->request_s = kd_state_later(client->request_s, time_s);
    note_attempt(client, 12288, kd_state_name(import, parts->field[2]), parts->hresult, time_s);
}

static void note_response(struct kd_state_client *client, int64_t time_s,
                          const struct kd_parts *parts)
{
    uint32_t count, flags = 0;

    client->nresponse++;
    if (time_s >= client->response_s && kd_span_number(parts->field[4], &count)) {
        client->count = count;
    }
    client->response_s = kd_state_later(client->response_s, time_s);
    if (kd_span_hresult(parts->field[1], &flags) && (flags & NOTE_FLAG_COUNT_LOW) != 0) {
        client->count_low_s = kd_state_later(client->count_low_s, time_s);
    }
    note_attempt(client, 12289, KD_INDEX_NONE, parts->hresult, time_s);
}

static void note_client(struct kd_events_import *import, const struct kd_record *record,
                        const struct kd_parts *parts)
{
    struct kd_state_client *client = note_client_of(import, import->computer_name);

    if (client == NULL) {
        import->nclient_left_out++;
        return;
    }
    if (record->id == 12288) {
        note_request(import, client, record->time_s, parts);
    } else if (record->id == 12289) {
        note_response(client, record->time_s, parts);
    } else {
        note_attempt(client, record->id, KD_INDEX_NONE, parts->hresult, record->time_s);
    }
    if (parts->hresult == NOTE_COUNT_INSUFFICIENT) {
        client->count_low_s = kd_state_later(client->count_low_s, record->time_s);
    }
}

/* Fewest fields that a list of 12288, 12289, 12290 can have and still be understood. */
static size_t note_min_fields(uint32_t id)
{
    return id == 12290 ? 9 : id == 12289 ? 5 : 4;
}

/* Reads what the id promises; false with the reason told. */
static bool note_parse(struct kd_events_import *import, const struct kd_record *record,
                       struct kd_parts *parts)
{
    bool is_list = record->id >= 12288 && record->id <= 12290;

    if (is_list) {
        parts->nfield = kd_record_list(record, parts->field);
        if (parts->nfield < note_min_fields(record->id) ||
            !kd_span_hresult(parts->field[0], &parts->hresult)) {
            kd_events_unreadable(import,
                                 "record %u: event %u has a list of %zu fields, not %zu",
                                 kd_events_file(import)->nrecords, record->id, parts->nfield,
                                 note_min_fields(record->id));
            return false;
        }
        return true;
    }
    if (record->id != 12294) {
        (void)kd_record_hresult(record, &parts->hresult);
    }
    if (record->id == 12293 || record->id == 12294) {
        parts->domain = kd_record_domain(record);
        if (parts->domain.len == 0) {
            kd_events_unreadable(import, "record %u: event %u names no domain",
                                 kd_events_file(import)->nrecords, record->id);
            return false;
        }
    }
    return true;
}

static bool note_is_outside(const struct kd_events_filter *filter, int64_t time_s)
{
    if (filter->since_s >= 0 && time_s < filter->since_s) {
        return true;
    }
    return filter->until_s >= 0 && (time_s < 0 || time_s > filter->until_s);
}

/* "kms01" asked for matches "kms01.corp.example", and the other way round. */
static bool note_is_other_computer(const char *wanted, const char *name)
{
    size_t nwanted = strlen(wanted), nname = strlen(name);
    size_t shared = nwanted < nname ? nwanted : nname;
    const char *rest = nwanted < nname ? name + shared : wanted + shared;

    if (strncmp(wanted, name, shared) != 0 || (rest[0] != '\0' && rest[0] != '.')) {
        return true;
    }
    return rest[0] == '.' && strchr(nwanted < nname ? wanted : name, '.') != NULL;
}

static void note_computer(struct kd_events_import *import, struct kd_span computer)
{
    if (computer.len == import->ncomputer_raw && computer.len > 0 &&
        memcmp(computer.at, import->computer_raw, computer.len) == 0) {
        return;
    }
    import->computer_name = kd_state_name(import, computer);
    import->ncomputer_raw = computer.len < sizeof(import->computer_raw) ? computer.len : 0;
    if (import->ncomputer_raw > 0) {
        memcpy(import->computer_raw, computer.at, computer.len);
    }
}

/* Settles whose record it is; false, and nothing is kept, when it is not the one asked for. */
static bool note_is_wanted_computer(struct kd_events_import *import,
                                    const struct kd_record *record)
{
    char name[KD_STATE_MAX_NAME];

    if (import->computer[0] == '\0') {
        note_computer(import, record->computer);
        return true;
    }
    if (note_name(record->computer, name) > 0 &&
        note_is_other_computer(import->computer, name)) {
        return false;
    }
    /* one spelling for all files: the one that was asked for */
    import->computer_name =
        kd_names_add(&import->names, import->computer, strlen(import->computer));
    return true;
}

static bool note_seen_equal(const void *items, uint32_t number, const void *key)
{
    const uint64_t *keys = items;
    const uint64_t *wanted = key;

    return keys[number] == *wanted;
}

static uint64_t note_key(const struct kd_events_import *import, const struct kd_record *record,
                         const struct kd_parts *parts)
{
    const uint64_t head[4] = {(uint64_t)record->time_s, record->id, import->computer_name,
                              parts->hresult};
    uint64_t key = kd_index_hash(import->seed, head, sizeof(head));

    key = kd_index_hash(key, parts->domain.at, parts->domain.len);
    for (size_t i = 0; i < parts->nfield; i++) {
        key = kd_index_hash(key, parts->field[i].at, parts->field[i].len);
    }
    return key;
}

/* True if an earlier file has this very record. */
static bool note_is_repeated(struct kd_events_import *import, const struct kd_record *record,
                             const struct kd_parts *parts)
{
    struct kd_state_seen *seen = &import->seen;
    uint64_t key = note_key(import, record, parts);
    uint32_t number = kd_index_find(&seen->index, key, note_seen_equal, seen->key, &key);

    if (number != KD_INDEX_NONE) {
        return seen->file[number] != import->nfile;
    }
    if (seen->index.n < KD_STATE_MAX_SEEN) {
        seen->key = kd_index_room(seen->key, seen->index.n, sizeof(*seen->key));
        seen->file = kd_index_room(seen->file, seen->index.n, sizeof(*seen->file));
        number = kd_index_add(&seen->index, key);
        seen->key[number] = key;
        seen->file[number] = (uint32_t)import->nfile;
    }
    return false;
}

static bool note_is_licensing(struct kd_events_import *import, const struct kd_record *record)
{
    struct kd_span source = record->source;

    if (record->source_other.len > 0 || source.len == 0 || source.len > KD_STATE_MAX_NAME) {
        return kd_record_is_licensing(record);
    }
    if (source.len != import->nsource || memcmp(source.at, import->source, source.len) != 0) {
        memcpy(import->source, source.at, source.len);
        import->nsource = source.len;
        import->is_licensing = kd_record_is_licensing(record);
    }
    return import->is_licensing;
}

static void note_apply(struct kd_events_import *import, const struct kd_record *record,
                       const struct kd_parts *parts)
{
    kd_timeline_note(&import->timeline, import->seed, record->time_s, record->id);
    if (record->id == 12290) {
        kd_host_note(import, record->time_s, parts);
    } else if (record->id == 12293 || record->id == 12294) {
        note_publish(import, record, parts);
    } else {
        note_client(import, record, parts);
    }
}

void kd_events_note(struct kd_events_import *import, const struct kd_record *record)
{
    struct kd_event_file_fact *file = kd_events_file(import);
    struct kd_parts parts = {.hresult = 0};
    bool is_outside = note_is_outside(&import->filter, record->time_s);

    file->nrecords++;
    if (!is_outside) {
        import->first_s = kd_state_earlier(import->first_s, record->time_s);
        import->last_s = kd_state_later(import->last_s, record->time_s);
    }
    if (!note_is_licensing(import, record)) {
        return;
    }
    file->nlicensing++;
    if (!kd_record_is_wanted(record->id)) {
        return;
    }
    if (is_outside || !note_is_wanted_computer(import, record)) {
        file->nfiltered++;
        return;
    }
    if (!note_parse(import, record, &parts)) {
        return;
    }
    if (import->filter.joins_files && note_is_repeated(import, record, &parts)) {
        file->nrepeated++;
        return;
    }
    file->nused++;
    note_apply(import, record, &parts);
}
