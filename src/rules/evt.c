/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evt.c - rules about what event logs say: did the host publish, did clients get answers, was the
 * count enough, could all records be read. Where DNS was asked in the same run, the record is
 * looked up there, so that a code and the zone give one explanation.
 */
#include "look.h"
#include "tables.h"

#include <string.h>

#include "kmsdns/base/clock.h"
#include "kmsdns/rules/codes.h"

#define EVT_STALE_S    (26 * 3600) /* a host publishes daily; two hours for a late one */
#define EVT_BAD_PACKET 0x8007251EU /* 9502 */
#define EVT_COUNT_LOW  0xC004F038U

#define EVT_SOURCE_12293 "Microsoft, KB2553863 (event 12293); Volume Activation guides"

static const char *evt_time(const struct kd_facts *facts, int64_t time_s)
{
    char text[KD_RFC3339_STRLEN];

    return time_s < 0 ? "an unknown time"
                      : kd_arena_strdup(facts->arena, kd_rfc3339_str(time_s, text));
}

/* True if two host names have the same first label. */
static bool evt_is_same_host(const char *a, const char *b)
{
    size_t len = strcspn(a, ".");

    return len > 0 && len == strcspn(b, ".") && strncmp(a, b, len) == 0;
}

/* What DNS serves for a domain in which a host tried to publish. */
typedef enum evt_live {
    EVT_LIVE_UNKNOWN, /* not asked, or not answered */
    EVT_LIVE_ABSENT,  /* no record */
    EVT_LIVE_OTHERS,  /* records, none of this host */
    EVT_LIVE_THERE    /* this host's record, or any when the log does not name the host */
} evt_live;

static evt_live evt_look(const struct kd_facts *facts,
                         const struct kd_event_publish_fact *publish)
{
    const struct kd_domain_fact *domain = kd_facts_domain(facts, publish->domain);
    const struct kd_view_fact *view;

    if (domain == NULL || !kd_look_is_answered(domain)) {
        return EVT_LIVE_UNKNOWN;
    }
    if (!kd_domain_has_srv(domain)) {
        return EVT_LIVE_ABSENT;
    }
    view = kd_domain_main_view(domain);
    for (size_t i = 0; i < view->nrecords; i++) {
        if (publish->computer == NULL ||
            evt_is_same_host(view->records[i].target, publish->computer)) {
            return EVT_LIVE_THERE;
        }
    }
    return EVT_LIVE_OTHERS;
}

/* A clause about the record as DNS has it now; "" when that is not known. */
static const char *evt_live_str(evt_live live)
{
    switch (live) {
    case EVT_LIVE_UNKNOWN:
        return "";
    case EVT_LIVE_ABSENT:
        return " DNS has no such record now.";
    case EVT_LIVE_OTHERS:
        return " DNS has records of other hosts now, and none of this one.";
    case EVT_LIVE_THERE:
        return " DNS still has the record, so clients find the host as long as nobody removes "
               "it.";
    }
    return "";
}

/* The domain; with the computer where several publish in it. */
static const char *evt_subject(const struct kd_facts *facts,
                               const struct kd_event_publish_fact *publish)
{
    size_t n = 0;

    for (size_t i = 0; i < facts->events->npublish; i++) {
        n += strcmp(facts->events->publish[i].domain, publish->domain) == 0 ? 1 : 0;
    }
    if (n < 2 || publish->computer == NULL) {
        return publish->domain;
    }
    return kd_arena_printf(facts->arena, "%s by %s", publish->domain, publish->computer);
}

static struct kd_finding_args evt_publish_args(const struct kd_facts *facts,
                                               const struct kd_event_publish_fact *publish,
                                               struct kd_look_queries *queries)
{
    const struct kd_domain_fact *domain = kd_facts_domain(facts, publish->domain);

    if (domain != NULL) {
        kd_look_add_views(queries, domain);
    }
    return (struct kd_finding_args){
        .subject = evt_subject(facts, publish),
        .domain = publish->domain,
        .target = publish->computer,
        .queries = queries->n,
        .nqueries = queries->count,
    };
}

static const char *evt_host(const struct kd_event_publish_fact *publish)
{
    return publish->computer != NULL ? publish->computer : "the host";
}

static bool evt_is_failing(const struct kd_event_publish_fact *publish)
{
    return publish->nfailure > 0 && !publish->is_cleared;
}

/* The known false alarm: an error that only the reading of the reply is to blame for. */
static bool evt_is_false(const struct kd_facts *facts,
                         const struct kd_event_publish_fact *publish)
{
    return publish->hresult == EVT_BAD_PACKET && evt_look(facts, publish) == EVT_LIVE_THERE;
}

/* "On Windows: …. With BIND and others: …." */
static const char *evt_advice(const struct kd_facts *facts, uint32_t hresult)
{
    const struct kd_code *code = kd_code_find(hresult);
    const char *other;

    if (code == NULL || code->fix_windows == NULL) {
        return "";
    }
    other = code->fix_other == NULL || strcmp(code->fix_other, "the same") == 0
                ? ""
                : kd_arena_printf(facts->arena, " With BIND and others: %s.", code->fix_other);
    return kd_arena_printf(facts->arena, " On Windows: %s.%s", code->fix_windows, other);
}

static const char *evt_last_success(const struct kd_facts *facts,
                                    const struct kd_event_publish_fact *publish)
{
    if (publish->nsuccess == 0) {
        return "the log has no success";
    }
    return kd_arena_printf(facts->arena, "the last success was at %s",
                           evt_time(facts, publish->success_s));
}

static void evt_failed(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->events->npublish; i++) {
        const struct kd_event_publish_fact *publish = &facts->events->publish[i];
        evt_live live = evt_look(facts, publish);
        struct kd_look_queries queries = {.count = 0};
        struct kd_finding_args args;

        if (!evt_is_failing(publish) || evt_is_false(facts, publish)) {
            continue;
        }
        args = evt_publish_args(facts, publish, &queries);
        kd_found_as(
            judge, live == EVT_LIVE_THERE ? KD_SEV_WARNING : KD_SEV_CRITICAL, &args,
            "%s could not publish at %s (%u %s, %s): %s: %s.%s%s", evt_host(publish),
            evt_time(facts, publish->failure_s), publish->nfailure,
            publish->nfailure == 1 ? "failure" : "failures", evt_last_success(facts, publish),
            kd_code_str(facts->arena, publish->hresult), kd_code_meaning(publish->hresult),
            evt_live_str(live), evt_advice(facts, publish->hresult));
    }
}

static void evt_cleared(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->events->npublish; i++) {
        const struct kd_event_publish_fact *publish = &facts->events->publish[i];
        struct kd_look_queries queries = {.count = 0};
        struct kd_finding_args args;

        if (!publish->is_cleared) {
            continue;
        }
        args = evt_publish_args(facts, publish, &queries);
        kd_found(judge, &args,
                 "%s failed to publish until %s (%s) and has succeeded since, last at %s",
                 evt_host(publish), evt_time(facts, publish->failure_s),
                 kd_code_str(facts->arena, publish->hresult),
                 evt_time(facts, publish->success_s));
    }
}

static void evt_false(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->events->npublish; i++) {
        const struct kd_event_publish_fact *publish = &facts->events->publish[i];
        struct kd_look_queries queries = {.count = 0};
        struct kd_finding_args args;

        if (!evt_is_failing(publish) || publish->hresult != EVT_BAD_PACKET) {
            continue;
        }
        if (evt_look(facts, publish) == EVT_LIVE_UNKNOWN) {
            kd_not_judged(judge, evt_subject(facts, publish), KD_NEED_SRV_ANSWER);
        } else if (evt_is_false(facts, publish)) {
            args = evt_publish_args(facts, publish, &queries);
            kd_found(
                judge, &args,
                "%s reported 9502 (bad packet) at %s, and the record is there: Windows 7 and "
                "2008 R2 report successful updates of other makers' servers that way",
                evt_host(publish), evt_time(facts, publish->failure_s));
        }
    }
}

static void evt_stale(struct kd_judge *judge, const struct kd_facts *facts)
{
    const struct kd_events_fact *events = facts->events;

    for (size_t i = 0; i < events->npublish; i++) {
        const struct kd_event_publish_fact *publish = &events->publish[i];
        int64_t age_s = events->reference_s - publish->success_s;
        struct kd_look_queries queries = {.count = 0};
        struct kd_finding_args args;

        /* a failure that came later is told as such */
        if (publish->success_s < 0 || age_s <= EVT_STALE_S || evt_is_failing(publish)) {
            continue;
        }
        args = evt_publish_args(facts, publish, &queries);
        kd_found(
            judge, &args,
            "%s published last at %s, %lld hours before the end of what was read (%s), and a "
            "host publishes daily.%s",
            evt_host(publish), evt_time(facts, publish->success_s), (long long)(age_s / 3600),
            evt_time(facts, events->reference_s), evt_live_str(evt_look(facts, publish)));
    }
}

static const char *evt_client_subject(const struct kd_event_client_fact *client)
{
    return client->computer != NULL ? client->computer : "the client";
}

/* The newest request, before all one with an error; NULL when only answers are in the log. */
static const struct kd_event_attempt_fact *
evt_newest_request(const struct kd_event_client_fact *client)
{
    const struct kd_event_attempt_fact *newest = NULL;

    for (size_t i = 0; i < client->nattempt; i++) {
        const struct kd_event_attempt_fact *attempt = &client->attempt[i];

        if (attempt->event_id == 12288 &&
            (newest == NULL || (newest->hresult == 0 && attempt->hresult != 0))) {
            newest = attempt;
        }
    }
    return newest;
}

static void evt_tried(const struct kd_facts *facts, const struct kd_event_client_fact *client,
                      struct kd_look_names *names)
{
    for (size_t i = 0; i < client->nattempt; i++) {
        const struct kd_event_attempt_fact *attempt = &client->attempt[i];

        if (attempt->event_id == 12288 && attempt->server != NULL) {
            kd_look_add_name(facts, names,
                             kd_arena_printf(facts->arena, "%s (0x%08X)", attempt->server,
                                             (unsigned int)attempt->hresult));
        }
    }
}

/* "kms01.corp.example:1688" as DNS and TCP have it in this run; "" when nothing was seen. */
static const char *evt_live_target(const struct kd_facts *facts, const char *server)
{
    size_t len = server != NULL ? strcspn(server, ":") : 0;
    bool was_seen = false;

    for (size_t i = 0; i < facts->ndomain && len > 0; i++) {
        const struct kd_domain_fact *domain = &facts->domain[i];

        was_seen = was_seen || kd_domain_has_srv(domain);
        for (size_t j = 0; j < domain->ntarget; j++) {
            if (strncmp(domain->target[j]->name, server, len) == 0 &&
                strcmp(domain->target[j]->name + len, ".") == 0) {
                return " DNS names that host now.";
            }
        }
    }
    return was_seen ? " DNS does not name that host now." : "";
}

static void evt_unanswered(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->events->nclient; i++) {
        const struct kd_event_client_fact *client = &facts->events->client[i];
        const struct kd_event_attempt_fact *newest = evt_newest_request(client);
        bool is_open = client->request_s > client->response_s || client->nresponse == 0;
        struct kd_finding_args args = {.subject = evt_client_subject(client)};
        struct kd_look_names tried = {.n = 0};

        if (newest == NULL || client->nrequest <= client->nresponse) {
            continue;
        }
        evt_tried(facts, client, &tried);
        args.server = newest->server;
        kd_found_as(
            judge, is_open ? KD_SEV_WARNING : KD_SEV_NOTICE, &args,
            "%u of %u requests got no response%s; it tried %s. Newest code: %s: %s.%s%s",
            client->nrequest - client->nresponse, client->nrequest,
            is_open ? "" : ", but a later one did",
            tried.n > 0 ? kd_look_names_str(facts, &tried) : "an unnamed host",
            kd_code_str(facts->arena, newest->hresult),
            newest->hresult == 0 ? "sent, and nothing came back"
                                 : kd_code_meaning(newest->hresult),
            evt_live_target(facts, newest->server), evt_advice(facts, newest->hresult));
    }
}

/* "3, and 5 are needed"; what of it is known. */
static const char *evt_count(const struct kd_facts *facts, int64_t count, int64_t needed)
{
    const char *have = count < 0 ? "the host's count is not in the log"
                                 : kd_arena_printf(facts->arena, "the host's count was %lld",
                                                   (long long)count);

    return needed < 0 ? have
                      : kd_arena_printf(facts->arena, "%s, and %lld are needed", have,
                                        (long long)needed);
}

static void evt_count_low_host(struct kd_judge *judge, const struct kd_facts *facts)
{
    const struct kd_event_host_fact *host = &facts->events->host;

    for (size_t i = 0; i < host->ncode; i++) {
        if (host->code[i].hresult == EVT_COUNT_LOW) {
            kd_found(judge, &(struct kd_finding_args){.subject = "the host's log"},
                     "the host told %u %s that its count is too low, last at %s",
                     host->code[i].count, host->code[i].count == 1 ? "client" : "clients",
                     evt_time(facts, host->code[i].last_s));
        }
    }
}

static void evt_count_low(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->events->nclient; i++) {
        const struct kd_event_client_fact *client = &facts->events->client[i];
        bool was_told = client->count_low_s >= 0 && client->count_low_s >= client->response_s;
        bool is_below = client->count >= 0 && client->count < client->needed;

        if (was_told || is_below) {
            kd_found(
                judge, &(struct kd_finding_args){.subject = evt_client_subject(client)},
                "the KMS host answered, but has counted too few computers (0xC004F038): %s",
                evt_count(facts, client->count, client->needed));
        }
    }
    evt_count_low_host(judge, facts);
}

static void evt_unreadable(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->events->nfile; i++) {
        const struct kd_event_file_fact *file = &facts->events->file[i];

        if (file->nunreadable > 0) {
            kd_found(judge, &(struct kd_finding_args){.subject = file->path},
                     "%u %s could not be read, beside %u that could; the first: %s",
                     file->nunreadable, file->nunreadable == 1 ? "record" : "records",
                     file->nrecords,
                     file->first_unreadable != NULL ? file->first_unreadable : "unknown");
        }
    }
}

const struct kd_rule kd_rules_evt[7] = {
    {
        .id = "EVT-12293",
        .severity = KD_SEV_CRITICAL,
        .needs = KD_NEED_EVENTS,
        .check = evt_failed,
        .title = "the KMS host could not publish its record",
        .when = "the newest publishing event of a domain is a failure; text explains its code",
        .why = "The host tries daily. Until it succeeds, clients find it only by a record that "
               "somebody made or that is left over, and scavenging may remove that one.",
        .how =
            "wevtutil qe Application \"/q:*[System[(EventID=12293 or EventID=12294)]]\" /c:5 "
            "/rd:true /f:text",
        .source = EVT_SOURCE_12293,
        .fix =
            {
                {"windows", KD_FIX_OWNER_WINDOWS},
                {"bind", "grant <key or principal of the host> name {service}.{domain} SRV;"},
                {"any", "Show what this host may write: kmsdns preflight --host <kms-host> "
                        "{domain}"},
            },
    },
    {
        .id = "EVT-12293-CLEARED",
        .severity = KD_SEV_INFO,
        .needs = KD_NEED_EVENTS,
        .check = evt_cleared,
        .title = "the KMS host failed to publish and has succeeded since",
        .when = "a failure is followed by a success",
        .why = "Whatever was in the way is gone; the code tells what it was.",
        .how =
            "wevtutil qe Application \"/q:*[System[(EventID=12293 or EventID=12294)]]\" /c:5 "
            "/rd:true /f:text",
        .source = EVT_SOURCE_12293,
        .fix = {{"any", "Nothing, unless it comes back."}},
    },
    {
        .id = "EVT-12293-FALSE",
        .severity = KD_SEV_NOTICE,
        .needs = KD_NEED_EVENTS,
        .check = evt_false,
        .title = "the reported failure is a known false alarm",
        .when = "9502 was logged and the record is there (known false alarm)",
        .why =
            "Windows 7 and 2008 R2 take the reply of a DNS server that is not Microsoft's for "
            "a bad packet although it says that the update succeeded.",
        .how = KD_HOW_SRV,
        .source = "Microsoft, KB977158 and KB2002490",
        .fix = {{"windows", "Install hotfix 977158 on the host, or leave it"}},
    },
    {
        .id = "EVT-PUBLISH-STALE",
        .severity = KD_SEV_WARNING,
        .needs = KD_NEED_EVENTS,
        .check = evt_stale,
        .title = "the KMS host has not published for more than a day",
        .when = "the newest success is older than 26 hours",
        .why =
            "A host publishes once a day. One that has stopped no longer refreshes its record, "
            "and scavenging removes it some time.",
        .how =
            "wevtutil qe Application \"/q:*[System[(EventID=12294)]]\" /c:1 /rd:true /f:text",
        .source = "Microsoft, Volume Activation guides (publishing, event 12294)",
        .fix =
            {
                {"any", "Export the whole log, not only events of one id: then its last record "
                        "tells until when it was written."},
                {"windows", "Restart-Service sppsvc, then look for event 12294"},
            },
    },
    {
        .id = "EVT-CLIENT-UNANSWERED",
        .severity = KD_SEV_WARNING,
        .needs = KD_NEED_EVENTS,
        .check = evt_unanswered,
        .title = "a client asks a KMS host and gets no response",
        .when = "client requests (12288) without responses (12289)",
        .why =
            "The client found a host in DNS and sent its request there, and the host did not "
            "answer: it is gone, its service is stopped, or port 1688 is filtered.",
        .how =
            "wevtutil qe Application \"/q:*[System[(EventID=12288 or EventID=12289)]]\" /c:10 "
            "/rd:true /f:text",
        .source = "Microsoft, \"General guidelines for troubleshooting KMS\"",
        .fix =
            {
                {"windows", "On the host: Start-Service sppsvc; Enable-NetFirewallRule -Name "
                            "SPPSVC-In-TCP"},
                {"any",
                 "If the host is gone, remove its record: kmsdns discover {domain} shows "
                 "who is published"},
            },
    },
    {
        .id = "EVT-COUNT-LOW",
        .severity = KD_SEV_WARNING,
        .needs = KD_NEED_EVENTS,
        .check = evt_count_low,
        .title = "the KMS host has counted too few computers",
        .when = "the host's count is below what the client needs (0xC004F038)",
        .why =
            "DNS works: the client reached the host. The host activates Windows clients only "
            "from 25 computers on, servers and Office from 5 on, and counts each computer by "
            "an id that clones share.",
        .how = "slmgr.vbs /dlv on the host: Current count",
        .source = "Microsoft, \"Understanding KMS\"; " KD_SRC_CODES,
        .fix =
            {
                {"any",
                 "Export the host's log \"Key Management Service\" and read it with kmsdns "
                 "events: it shows computers that share an id."},
                {"any", "Let few hosts share many clients: hosts do not add up their counts."},
            },
    },
    {
        .id = "EVT-UNREADABLE",
        .severity = KD_SEV_NOTICE,
        .needs = KD_NEED_EVENTS,
        .check = evt_unreadable,
        .title = "a part of the event log could not be read",
        .when = "records that could not be read; how many, and the first one's place",
        .why = "What stands in those records is missing from the counts and from the history.",
        .how = "wevtutil gli <file> /lf:true",
        .source = "kmsdns events",
        .fix = {{"any", "Export the log again, best as XML: wevtutil qe Application /f:xml"}},
    },
};
