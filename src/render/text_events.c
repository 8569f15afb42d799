/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text_events.c - event logs for people: what was read, who published where, what clients tried,
 * what the host counted, and a timeline; and the report of the verb that only reads logs.
 */
#include "text.h"

#include <inttypes.h>
#include <string.h>

#include "kmsdns/base/clock.h"

#define EVENTS_BAR 24 /* columns of the longest bar */

/* "2026-11-20 06:00:12"; NULL when it is unknown, which leaves a cell empty. */
static const char *ev_time(const struct kd_text *text, int64_t time_s)
{
    char when[KD_RFC3339_STRLEN];
    char *copy;

    if (time_s < 0) {
        return NULL;
    }
    copy = kd_arena_strdup(text->arena, kd_rfc3339_str(time_s, when));
    if (strlen(copy) == 20) {
        copy[10] = ' ';
        copy[19] = '\0';
    }
    return copy;
}

/* NULL for nothing: a column of which every cell is empty takes no room. */
static const char *ev_number(const struct kd_text *text, uint32_t n)
{
    return n > 0 ? kd_arena_printf(text->arena, "%" PRIu32, n) : NULL;
}

static const char *ev_code(const struct kd_text *text, uint32_t hresult)
{
    return kd_arena_printf(text->arena, "0x%08" PRIX32, hresult);
}

static const char *ev_name(const struct kd_text *text, const char *name)
{
    return name != NULL ? kd_text_safe(text, name) : NULL;
}

static const char *ev_file(const struct kd_text *text, const struct kd_event_file_fact *file)
{
    struct kd_buf buf = {0};
    const char *line;

    kd_buf_printf(&buf, "%s: %s", kd_text_safe(text, file->path),
                  kd_event_format_str(file->format));
    if (file->format != KD_EVENT_FORMAT_EVTX) {
        kd_buf_printf(&buf, " in %s", kd_event_encoding_str(file->encoding));
    }
    kd_buf_printf(&buf, ", %s, %" PRIu32 " of the licensing service, %" PRIu32 " used",
                  kd_text_count(text, file->nrecords, "record"), file->nlicensing, file->nused);
    if (file->nfiltered > 0) {
        kd_buf_printf(&buf, ", %" PRIu32 " filtered out", file->nfiltered);
    }
    if (file->nrepeated > 0) {
        kd_buf_printf(&buf, ", %" PRIu32 " known from another file", file->nrepeated);
    }
    if (file->nunreadable > 0) {
        kd_buf_printf(&buf, ", %" PRIu32 " unreadable", file->nunreadable);
    }
    if (file->has_local_times) {
        kd_buf_puts(&buf, "; its times name no zone: they are local to the machine that "
                          "exported it, and shown as they stand");
    }
    if (file->has_ambiguous_dates) {
        kd_buf_puts(&buf, "; no date tells whether day or month stands first: month was taken");
    }
    line = kd_arena_strdup(text->arena, kd_buf_str(&buf));
    kd_buf_done(&buf);
    return line;
}

static void ev_files(const struct kd_text *text, const struct kd_events_fact *events)
{
    const char *first = ev_time(text, events->first_s);
    const char *last = ev_time(text, events->last_s);

    for (size_t i = 0; i < events->nfile; i++) {
        kd_text_keyed(text, i == 0 ? "read" : "", ev_file(text, &events->file[i]));
    }
    if (events->computer != NULL) {
        kd_text_keyed(text, "computer", kd_text_safe(text, events->computer));
    }
    if (first != NULL && last != NULL) {
        kd_text_keyed(text, "from", kd_arena_printf(text->arena, "%s to %s", first, last));
    }
    kd_buf_puts(text->out, "\n");
}

static const char *ev_publish_state(const struct kd_event_publish_fact *publish)
{
    if (publish->nfailure == 0) {
        return "published";
    }
    return publish->is_cleared ? "published again" : "FAILING";
}

static void ev_left_out(const struct kd_text *text, uint32_t n, const char *what)
{
    if (n > 0) {
        kd_text_prose(text, 2, kd_arena_printf(text->arena, "... and %" PRIu32 " %s", n, what));
    }
}

static void ev_publish(const struct kd_text *text, const struct kd_events_fact *events)
{
    struct kd_text_table table = {.text = text, .indent = 2};
    struct kd_text_row row = {{"DOMAIN", "COMPUTER", "STATE", "FAILED", "OK", "LAST FAILURE",
                               "LAST SUCCESS", "CODE", NULL}};

    if (events->npublish == 0) {
        return;
    }
    kd_buf_puts(text->out, "Publishing\n");
    table.right = 1U << 3 | 1U << 4;
    kd_text_table_add(&table, &row);
    for (size_t i = 0; i < events->npublish; i++) {
        const struct kd_event_publish_fact *publish = &events->publish[i];

        row = (struct kd_text_row){{
            ev_name(text, publish->domain),
            ev_name(text, publish->computer),
            ev_publish_state(publish),
            ev_number(text, publish->nfailure),
            ev_number(text, publish->nsuccess),
            ev_time(text, publish->failure_s),
            ev_time(text, publish->success_s),
            publish->nfailure > 0 ? ev_code(text, publish->hresult) : NULL,
            NULL,
        }};
        kd_text_table_add(&table, &row);
    }
    kd_text_table_print(&table);
    ev_left_out(text, events->npublish_left_out, "more");
    kd_buf_puts(text->out, "\n");
}

static const char *ev_event(uint32_t event_id)
{
    switch (event_id) {
    case 12288:
        return "asked";
    case 12289:
        return "was answered";
    case 8198:
    case 8233:
        return "gave up";
    }
    return "?";
}

static void ev_client_rows(const struct kd_text *text,
                           const struct kd_event_client_fact *client,
                           struct kd_text_table *table)
{
    for (size_t i = 0; i < client->nattempt; i++) {
        const struct kd_event_attempt_fact *attempt = &client->attempt[i];
        struct kd_text_row row = {{
            i > 0                      ? NULL
            : client->computer != NULL ? ev_name(text, client->computer)
                                       : "?",
            kd_arena_printf(text->arena, "%" PRIu32, attempt->event_id),
            ev_event(attempt->event_id),
            ev_name(text, attempt->server),
            ev_code(text, attempt->hresult),
            ev_number(text, attempt->count),
            ev_time(text, attempt->last_s),
            NULL,
        }};

        kd_text_table_add(table, &row);
    }
}

static void ev_clients(const struct kd_text *text, const struct kd_events_fact *events)
{
    struct kd_text_table table = {.text = text, .indent = 2};
    const struct kd_text_row head = {
        {"COMPUTER", "EVENT", "WHAT", "HOST", "CODE", "TIMES", "LAST", NULL}};

    if (events->nclient == 0) {
        return;
    }
    kd_buf_puts(text->out, "Clients\n");
    table.right = 1U << 5;
    kd_text_table_add(&table, &head);
    for (size_t i = 0; i < events->nclient; i++) {
        ev_client_rows(text, &events->client[i], &table);
    }
    kd_text_table_print(&table);
    ev_left_out(text, events->nclient_left_out, "more");
    kd_buf_puts(text->out, "\n");
}

static const char *ev_licences(const struct kd_text *text,
                               const struct kd_event_host_fact *host)
{
    const char *list = "";

    for (unsigned int i = 0; i < KD_EVENT_LICENCES; i++) {
        if (host->nlicence[i] > 0) {
            list = kd_arena_printf(text->arena, "%s%s%" PRIu32 " %s", list,
                                   list[0] != '\0' ? ", " : "", host->nlicence[i],
                                   kd_event_licence_str(i));
        }
    }
    return list[0] != '\0' ? list : "not told";
}

static void ev_products(const struct kd_text *text, const struct kd_event_host_fact *host)
{
    struct kd_text_table table = {.text = text, .indent = 2};
    struct kd_text_row row = {
        {"PRODUCT", "NAME", "REQUESTS", "FAILED", "IDS IN 30 DAYS", "NEEDED", "LAST", NULL}};

    table.right = 1U << 2 | 1U << 3 | 1U << 4 | 1U << 5;
    kd_text_table_add(&table, &row);
    for (size_t i = 0; i < host->nsku; i++) {
        const struct kd_event_sku_fact *sku = &host->sku[i];

        row = (struct kd_text_row){{
            ev_name(text, sku->id),
            ev_name(text, sku->name),
            ev_number(text, sku->nrequest),
            ev_number(text, sku->nfailed),
            kd_arena_printf(text->arena, "%" PRIu32, sku->ncmid),
            ev_number(text, sku->needed),
            ev_time(text, sku->last_s),
            NULL,
        }};
        kd_text_table_add(&table, &row);
    }
    kd_text_table_print(&table);
    kd_buf_puts(text->out, "\n");
}

static void ev_duplicates(const struct kd_text *text, const struct kd_event_host_fact *host)
{
    struct kd_text_table table = {.text = text, .indent = 2};
    struct kd_text_row row = {{"CLIENT MACHINE ID", "COMPUTERS", "REQUESTS", "LAST", NULL}};

    if (host->nduplicate == 0) {
        return;
    }
    kd_buf_puts(text->out, "Client machine ids that several computers share\n");
    table.right = 1U << 2;
    kd_text_table_add(&table, &row);
    for (size_t i = 0; i < host->nduplicate; i++) {
        const struct kd_event_cmid_fact *dup = &host->duplicate[i];

        for (size_t j = 0; j < dup->ncomputer; j++) {
            row = (struct kd_text_row){{j == 0 ? ev_name(text, dup->cmid) : NULL,
                                        ev_name(text, dup->computer[j]),
                                        j == 0 ? ev_number(text, dup->nrequest) : NULL,
                                        j == 0 ? ev_time(text, dup->last_s) : NULL, NULL}};
            kd_text_table_add(&table, &row);
        }
        if (dup->nleft_out > 0) {
            row = (struct kd_text_row){
                {NULL,
                 kd_arena_printf(text->arena, "... and %" PRIu32 " more", dup->nleft_out)}};
            kd_text_table_add(&table, &row);
        }
    }
    kd_text_table_print(&table);
    kd_buf_puts(text->out, "\n");
}

static void ev_host(const struct kd_text *text, const struct kd_events_fact *events)
{
    const struct kd_event_host_fact *host = &events->host;

    if (host->nrequest == 0) {
        return;
    }
    kd_buf_puts(text->out, "Requests that the host processed\n");
    kd_text_keyed(text, "requests",
                  kd_arena_printf(text->arena, "%" PRIu32 ", %" PRIu32 " of them with an error",
                                  host->nrequest, host->nfailed));
    kd_text_keyed(text, "in 30 days",
                  kd_arena_printf(text->arena,
                                  "%" PRIu32 " client machine ids of %" PRIu32 " computers",
                                  host->ncmid, host->ncomputer));
    kd_text_keyed(text, "machines",
                  kd_arena_printf(text->arena, "%" PRIu32 " virtual, %" PRIu32 " physical",
                                  host->nvirtual, host->nphysical));
    kd_text_keyed(text, "licences", ev_licences(text, host));
    ev_left_out(text, host->nleft_out, "records, products or ids that are not listed");
    kd_buf_puts(text->out, "\n");
    ev_products(text, host);
    ev_duplicates(text, host);
}

static uint32_t ev_total(const struct kd_event_bucket_fact *bucket)
{
    return bucket->nfailure + bucket->nsuccess + bucket->nrequest + bucket->nresponse +
           bucket->nclient_failure + bucket->nprocessed;
}

/* One column for each event, at least one for any; failures to publish stand out. */
static const char *ev_bar(const struct kd_text *text, const struct kd_event_bucket_fact *bucket,
                          uint32_t most)
{
    uint32_t total = ev_total(bucket);
    size_t len = (size_t)(((uint64_t)total * EVENTS_BAR + most - 1) / most);
    char *bar;

    len = most <= EVENTS_BAR ? total : len;
    if (len == 0) {
        return NULL;
    }
    bar = kd_arena_alloc(text->arena, len + 1);
    memset(bar, '#', len);
    if (bucket->nfailure > 0) {
        bar[0] = 'x';
    }
    return bar;
}

static const char *ev_width(int64_t width_s)
{
    if (width_s < 86400) {
        return width_s == 3600 ? "an hour a line" : "six hours a line";
    }
    if (width_s == 86400) {
        return "a day a line";
    }
    return width_s == INT64_C(7) * 86400    ? "a week a line"
           : width_s == INT64_C(28) * 86400 ? "four weeks a line"
                                            : "52 weeks a line";
}

static void ev_timeline(const struct kd_text *text, const struct kd_events_fact *events)
{
    struct kd_text_table table = {.text = text, .indent = 2};
    struct kd_text_row row = {{"FROM", "NOT PUBLISHED", "PUBLISHED", "ASKED", "ANSWERED",
                               "GAVE UP", "PROCESSED", NULL, NULL}};
    uint32_t most = 1;

    if (events->nbucket == 0) {
        return;
    }
    kd_buf_printf(text->out, "Timeline, %s; x is a failure to publish\n",
                  ev_width(events->bucket_s));
    table.right = 0x7eU;
    kd_text_table_add(&table, &row);
    for (size_t i = 0; i < events->nbucket; i++) {
        uint32_t total = ev_total(&events->bucket[i]);

        most = total > most ? total : most;
    }
    for (size_t i = 0; i < events->nbucket; i++) {
        const struct kd_event_bucket_fact *bucket = &events->bucket[i];
        const char *start = ev_time(text, bucket->start_s);
        const char *from = kd_arena_strndup(text->arena, start != NULL ? start : "",
                                            events->bucket_s < 86400 ? 16 : 10);

        row = (struct kd_text_row){{
            from,
            ev_number(text, bucket->nfailure),
            ev_number(text, bucket->nsuccess),
            ev_number(text, bucket->nrequest),
            ev_number(text, bucket->nresponse),
            ev_number(text, bucket->nclient_failure),
            ev_number(text, bucket->nprocessed),
            ev_bar(text, bucket, most),
            NULL,
        }};
        kd_text_table_add(&table, &row);
    }
    kd_text_table_print(&table);
    kd_buf_puts(text->out, "\n");
}

void kd_text_events(const struct kd_text *text)
{
    const struct kd_events_fact *events = text->facts->events;

    if (events == NULL) {
        return;
    }
    kd_buf_puts(text->out, "Event logs\n");
    ev_files(text, events);
    ev_publish(text, events);
    ev_clients(text, events);
    ev_host(text, events);
    ev_timeline(text, events);
}

/* The worst finding in words; else what there was to see. */
static const char *ev_summary(const struct kd_text *text)
{
    const struct kd_judgement *judgement = text->judgement;
    size_t n = judgement->nfinding;
    uint64_t nused = 0;

    if (n > 0) {
        const char *more = n > 1 ? kd_arena_printf(text->arena, ", and %zu more", n - 1) : "";

        return kd_arena_printf(text->arena, "%s (%s)%s", judgement->finding[0].rule->title,
                               judgement->finding[0].rule->id, more);
    }
    for (size_t i = 0; text->facts->events != NULL && i < text->facts->events->nfile; i++) {
        nused += text->facts->events->file[i].nused;
    }
    return nused > 0 ? "nothing wrong in what was logged" : "no events about KMS";
}

void kd_text_events_report(const struct kd_text *text)
{
    const struct kd_events_fact *events = text->facts->events;
    size_t nfile = events != NULL ? events->nfile : 0;
    size_t n = text->judgement->nfinding;
    const char *subject = nfile == 1 ? kd_text_safe(text, events->file[0].path)
                                     : kd_text_count(text, nfile, "file");
    const char *line = kd_arena_printf(
        text->arena, "%s: %s, %s: %s", subject, kd_text_verdict(text),
        n == 0 ? "no findings" : kd_text_count(text, n, "finding"), ev_summary(text));

    kd_text_prose(text, 0, line);
    kd_buf_puts(text->out, "\n");
    kd_text_events(text);
    kd_text_findings(text);
    kd_text_not_evaluated(text);
    kd_text_prose(text, 0, line);
}
