/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ns.c - rules about the zone's servers, each asked directly: who does not answer, who has no
 * authority, and who serves something else than the others.
 *
 * "No answer" is never "the answer is no": servers without an answer are counted in the text and
 * not compared. One stale secondary is told as that one server, not as a broken zone. A server that
 * --server names is judged like one that the zone lists.
 */
#include "look.h"
#include "route.h"
#include "tables.h"

#include <string.h>

#include "kmsdns/dns/serial.h"
#include "kmsdns/rules/policy.h"

static struct kd_finding_args ns_args(const struct kd_facts *facts,
                                      const struct kd_domain_fact *domain,
                                      const struct kd_server_fact *server)
{
    return (struct kd_finding_args){
        .subject = kd_look_ns(facts, server),
        .domain = domain->name,
        .zone = domain->zone->name != NULL ? domain->zone->name : domain->name,
        .server = kd_look_address(facts, &server->address),
    };
}

typedef void ns_server_fn(struct kd_judge *judge, const struct kd_facts *facts,
                          const struct kd_domain_fact *domain,
                          const struct kd_server_fact *server);

/* Calls a check for each server of a zone that is counted on and was asked; tells what was not. */
static void ns_each_of_domain(struct kd_judge *judge, const struct kd_facts *facts,
                              const struct kd_domain_fact *domain, ns_server_fn *check)
{
    for (size_t i = 0; i < domain->zone->nserver; i++) {
        const struct kd_server_fact *server = &domain->zone->server[i];

        if (!server->is_listed && !kd_server_is_given(server)) {
            continue;
        }
        if (server->status == KD_OUT_SKIPPED) {
            kd_not_judged(judge, kd_look_ns(facts, server), KD_NEED_SERVERS);
        } else {
            check(judge, facts, domain, server);
        }
    }
}

static void ns_each_counted(struct kd_judge *judge, const struct kd_facts *facts,
                            ns_server_fn *check)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        if (kd_look_has_servers(&facts->domain[i])) {
            ns_each_of_domain(judge, facts, &facts->domain[i], check);
        } else {
            kd_not_judged(judge, facts->domain[i].name, KD_NEED_SERVERS);
        }
    }
}

static bool ns_is_authoritative(const struct kd_server_fact *server)
{
    return server->status == KD_OUT_NOERROR && server->is_authoritative;
}

static void ns_lame_one(struct kd_judge *judge, const struct kd_facts *facts,
                        const struct kd_domain_fact *domain,
                        const struct kd_server_fact *server)
{
    struct kd_finding_args args = ns_args(facts, domain, server);
    bool is_cut = server->status == KD_OUT_TRUNCATED;
    bool is_given = kd_server_is_given(server);

    if (server->address.addr.family == 0 || kd_outcome_is_silent(server->status) || is_cut ||
        ns_is_authoritative(server)) {
        return;
    }
    if (domain->zone->name == NULL && kd_outcome_is_usable(server->status)) {
        return; /* it said that there is no zone: ZONE-NOT-FOUND */
    }
    args.queries = &server->query;
    args.nqueries = 1;
    kd_found(judge, &args, "%s %s %s and does not serve it: %s", args.subject,
             is_given ? "was named with --server for" : "stands in the NS records of",
             args.zone,
             server->status == KD_OUT_NOERROR ? "it answers, but without authority (no AA)"
                                              : kd_look_said(facts, server->status));
}

static void ns_lame(struct kd_judge *judge, const struct kd_facts *facts)
{
    ns_each_counted(judge, facts, ns_lame_one);
}

/* "does not answer over TCP, but it does over UDP"; NULL: it answers over both. */
static const char *ns_silence(const struct kd_server_fact *server)
{
    bool is_udp_silent = kd_outcome_is_silent(server->status);
    bool is_tcp_silent = kd_outcome_is_silent(server->tcp_status);

    if (is_udp_silent && is_tcp_silent) {
        return "answers neither over UDP nor over TCP";
    }
    if (is_udp_silent) {
        return server->tcp_status == KD_OUT_SKIPPED
                   ? "does not answer over UDP (TCP was not tried)"
                   : "does not answer over UDP, but it does over TCP";
    }
    return is_tcp_silent ? "does not answer over TCP, but it does over UDP" : NULL;
}

/* What a server's silence means when the server itself need not be to blame; "" for nothing. */
static const char *ns_comfort(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                              const struct kd_server_fact *server)
{
    const char *family = kd_route_family(&server->address);

    if (kd_route_is_missing(facts, domain, server)) {
        return kd_arena_printf(facts->arena,
                               "; there is no %s route from this machine, while %s works",
                               family, strcmp(family, "IPv6") == 0 ? "IPv4" : "IPv6");
    }
    return kd_look_is_out_of_reach(facts, domain)
               ? "; no server of the zone can be reached from this machine, while the resolver "
                 "answers"
               : "";
}

static void ns_timeout_one(struct kd_judge *judge, const struct kd_facts *facts,
                           const struct kd_domain_fact *domain,
                           const struct kd_server_fact *server)
{
    const uint32_t queries[] = {server->query, server->tcp_query};
    struct kd_finding_args args = ns_args(facts, domain, server);
    bool is_given = kd_server_is_given(server);
    const char *said = ns_silence(server), *comfort = "";

    args.queries = queries;
    args.nqueries = 2;
    if (server->address.addr.family == 0) {
        kd_found(judge, &args,
                 "%s stands in the NS records of %s, and its name leads to no "
                 "address: %s",
                 args.subject, domain->zone->name, kd_look_said(facts, server->status));
        return;
    }
    if (said == NULL) {
        return;
    }
    comfort = ns_comfort(facts, domain, server);
    kd_found_as(judge, comfort[0] != '\0' && !is_given ? KD_SEV_NOTICE : KD_SEV_WARNING, &args,
                "%s%s %s: %s%s", args.subject, is_given ? ", named with --server," : "", said,
                kd_outcome_str(kd_outcome_is_silent(server->status) ? server->status
                                                                    : server->tcp_status),
                comfort);
}

static void ns_timeout(struct kd_judge *judge, const struct kd_facts *facts)
{
    ns_each_counted(judge, facts, ns_timeout_one);
}

/* The servers of a zone that can be compared, and how many there are. */
struct ns_voices {
    const struct kd_server_fact **server;
    size_t n, nall;
    const struct kd_server_fact *reference; /* the primary, else one of the majority */
};

typedef bool ns_voice_fn(const struct kd_server_fact *server);

/* True if two servers say the same. */
typedef bool ns_same_fn(const struct kd_server_fact *a, const struct kd_server_fact *b);

/* Not a --server, though old reports say so. */
static bool ns_is_primary(const struct kd_server_fact *server)
{
    return server->is_primary && !kd_server_is_given(server);
}

static const struct kd_server_fact *ns_reference(const struct ns_voices *voices,
                                                 ns_same_fn *same)
{
    const struct kd_server_fact *reference = NULL;
    size_t most = 0;

    for (size_t i = 0; i < voices->n; i++) {
        size_t nsame = 0;

        if (ns_is_primary(voices->server[i])) {
            return voices->server[i];
        }
        for (size_t j = 0; j < voices->n; j++) {
            nsame += same(voices->server[i], voices->server[j]) ? 1 : 0;
        }
        if (nsame > most) {
            most = nsame;
            reference = voices->server[i];
        }
    }
    return reference;
}

static struct ns_voices ns_voices_of(const struct kd_facts *facts,
                                     const struct kd_zone_fact *zone, ns_voice_fn *has_voice,
                                     ns_same_fn *same)
{
    struct ns_voices voices = {.nall = zone->nserver};

    voices.server =
        kd_arena_alloc(facts->arena, zone->nserver * sizeof(const struct kd_server_fact *));
    for (size_t i = 0; i < zone->nserver; i++) {
        if (ns_is_authoritative(&zone->server[i]) && has_voice(&zone->server[i])) {
            voices.server[voices.n] = &zone->server[i];
            voices.n++;
        }
    }
    voices.reference = ns_reference(&voices, same);
    return voices;
}

static bool ns_has_set(const struct kd_server_fact *server)
{
    return kd_outcome_is_usable(server->srv_status);
}

static bool ns_same_set(const struct kd_server_fact *a, const struct kd_server_fact *b)
{
    return kd_srv_set_equal(a->records, a->nrecords, b->records, b->nrecords);
}

static const char *ns_set(const struct kd_facts *facts, const struct kd_server_fact *server)
{
    if (server->nrecords == 0) {
        return kd_arena_printf(facts->arena, "nothing (%s)",
                               kd_outcome_str(server->srv_status));
    }
    return kd_look_set(facts, server->records, server->nrecords);
}

/* "the primary ns1.…" or "2 of the servers, ns1.… among them". */
static const char *ns_reference_str(const struct kd_facts *facts,
                                    const struct ns_voices *voices, size_t nodd)
{
    const char *who = kd_look_ns(facts, voices->reference);

    if (ns_is_primary(voices->reference)) {
        return kd_arena_printf(facts->arena, "the primary %s", who);
    }
    return kd_arena_printf(facts->arena, "%s%s", who,
                           voices->n - nodd > 1 ? " and those that agree with it" : "");
}

static void ns_srv_differs_domain(struct kd_judge *judge, const struct kd_facts *facts,
                                  const struct kd_domain_fact *domain)
{
    struct ns_voices voices = ns_voices_of(facts, domain->zone, ns_has_set, ns_same_set);
    struct kd_look_queries queries = {.count = 0};
    struct kd_look_names odd = {.n = 0};
    struct kd_finding_args args;

    if (voices.n < 2) {
        kd_not_judged(judge, domain->name, KD_NEED_SERVERS);
        return;
    }
    kd_look_add_query(&queries, voices.reference->srv_query);
    for (size_t i = 0; i < voices.n; i++) {
        if (!ns_same_set(voices.reference, voices.server[i])) {
            kd_look_add_query(&queries, voices.server[i]->srv_query);
            kd_look_add_name(facts, &odd,
                             kd_arena_printf(facts->arena, "%s serves %s",
                                             kd_look_ns(facts, voices.server[i]),
                                             ns_set(facts, voices.server[i])));
        }
    }
    if (odd.n == 0) {
        return;
    }
    args = ns_args(facts, domain, voices.reference);
    args.subject = domain->name;
    args.queries = queries.n;
    args.nqueries = queries.count;
    kd_found(judge, &args, "%s%s; %s serves %s (%zu of %zu servers answered)",
             odd.n == 1 ? "only " : "", kd_look_names_str(facts, &odd),
             ns_reference_str(facts, &voices, odd.n), ns_set(facts, voices.reference), voices.n,
             voices.nall);
}

typedef void ns_domain_fn(struct kd_judge *judge, const struct kd_facts *facts,
                          const struct kd_domain_fact *domain);

static void ns_each_domain(struct kd_judge *judge, const struct kd_facts *facts,
                           ns_domain_fn *check)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        if (kd_look_has_servers(&facts->domain[i])) {
            check(judge, facts, &facts->domain[i]);
        } else {
            kd_not_judged(judge, facts->domain[i].name, KD_NEED_SERVERS);
        }
    }
}

static void ns_srv_differs(struct kd_judge *judge, const struct kd_facts *facts)
{
    ns_each_domain(judge, facts, ns_srv_differs_domain);
}

static bool ns_has_serial(const struct kd_server_fact *server)
{
    return server->serial >= 0;
}

static bool ns_same_serial(const struct kd_server_fact *a, const struct kd_server_fact *b)
{
    return a->serial == b->serial;
}

static int64_t ns_behind(const struct kd_server_fact *a, const struct kd_server_fact *b)
{
    return kd_serial_behind((uint32_t)a->serial, (uint32_t)b->serial);
}

static const char *ns_behind_str(const struct kd_facts *facts, const struct ns_voices *voices,
                                 const struct kd_server_fact *server)
{
    int64_t behind = ns_behind(voices->reference, server);
    const char *who = kd_look_ns(facts, server);

    if (behind == KD_SERIAL_UNORDERED) {
        return kd_arena_printf(facts->arena, "%s, serial %lld, which cannot be ordered", who,
                               (long long)server->serial);
    }
    return kd_arena_printf(
        facts->arena, "%s, serial %lld, %lld %s", who, (long long)server->serial,
        (long long)(behind < 0 ? -behind : behind), behind < 0 ? "ahead" : "behind");
}

/* As many changes as tolerated may be on their way to a secondary without a word about it. */
static bool ns_is_beyond(const struct kd_server_fact *a, const struct kd_server_fact *b,
                         int64_t tolerance)
{
    int64_t behind = ns_behind(a, b);
    bool serve_otherwise = ns_has_set(a) && ns_has_set(b) && !ns_same_set(a, b);

    return serve_otherwise || behind > tolerance || behind < -tolerance;
}

static void ns_tell_serials(struct kd_judge *judge, const struct kd_facts *facts,
                            const struct kd_domain_fact *domain, const struct ns_voices *voices,
                            const struct kd_look_names *odd)
{
    struct kd_finding_args args = ns_args(facts, domain, voices->reference);
    struct kd_look_queries queries = {.count = 0};
    bool are_masters = kd_look_are_masters(domain->zone);
    bool is_beyond = false;

    args.subject = domain->name;
    for (size_t i = 0; i < voices->n; i++) {
        kd_look_add_query(&queries, voices->server[i]->query);
        is_beyond = is_beyond || ns_is_beyond(voices->reference, voices->server[i],
                                              kd_judge_policy(judge)->serial_tolerance);
    }
    args.queries = queries.n;
    args.nqueries = queries.count;
    kd_found_as(judge, is_beyond && !are_masters ? KD_SEV_WARNING : KD_SEV_NOTICE, &args,
                "%s%s; %s has %lld (%zu of %zu servers answered)%s",
                odd->n == 1 ? "only one differs: " : "", kd_look_names_str(facts, odd),
                ns_reference_str(facts, voices, odd->n), (long long)voices->reference->serial,
                voices->n, voices->nall,
                are_masters ? "; each names itself as primary, as domain controllers do, and "
                              "such serials cannot be compared"
                            : "");
}

static void ns_serial_domain(struct kd_judge *judge, const struct kd_facts *facts,
                             const struct kd_domain_fact *domain)
{
    struct ns_voices voices = ns_voices_of(facts, domain->zone, ns_has_serial, ns_same_serial);
    struct kd_look_names odd = {.n = 0};

    if (voices.n < 2) {
        kd_not_judged(judge, domain->name, KD_NEED_SERVERS);
        return;
    }
    for (size_t i = 0; i < voices.n; i++) {
        if (!ns_same_serial(voices.reference, voices.server[i])) {
            kd_look_add_name(facts, &odd, ns_behind_str(facts, &voices, voices.server[i]));
        }
    }
    if (odd.n > 0) {
        ns_tell_serials(judge, facts, domain, &voices, &odd);
    }
}

static void ns_serial(struct kd_judge *judge, const struct kd_facts *facts)
{
    ns_each_domain(judge, facts, ns_serial_domain);
}

#define NS_ASKED (KD_NEED_DOMAIN | KD_NEED_SERVERS)
#define NS_NEEDS (KD_NEED_DOMAIN | KD_NEED_ZONE | KD_NEED_SERVERS)
#define FIX_TRANSFER                                                            \
    {"windows", "repadmin /syncall /AdeP"}, {"bind", "rndc retransfer {zone}"}, \
        {"knot", "knotc zone-retransfer {zone}"},                               \
    {                                                                           \
        "powerdns", "pdns_control retrieve {zone}"                              \
    }

const struct kd_rule kd_rules_ns[4] = {
    {
        .id = "NS-LAME",
        .severity = KD_SEV_WARNING,
        .needs = NS_ASKED,
        .check = ns_lame,
        .title = "a server does not serve the zone",
        .when = "a listed server, or one named with --server, does not answer "
                "authoritatively",
        .why = "Resolvers ask this server, too, and lose time with it or fail. Windows also "
               "tries to publish at the servers of the list when the primary fails.",
        .how = "dig @{server} {zone} SOA +norecurse : look for the flag aa",
        .source = "RFC 1912 2.8; RFC 2136 4.4",
        .fix =
            {
                {"any",
                 "Load the zone at {server}, or take the server out of the NS records of "
                 "{zone}, in the parent, too, or out of --server."},
                {"bind", "rndc zonestatus {zone}"},
                {"windows", "Get-DnsServerZone -ComputerName {server} -Name {zone}"},
                {"knot", "knotc zone-status {zone}"},
                {"powerdns", "pdnsutil check-zone {zone}"},
            },
    },
    {
        .id = "NS-TIMEOUT",
        .severity = KD_SEV_WARNING,
        .needs = NS_ASKED,
        .check = ns_timeout,
        .title = "a server of the zone does not answer",
        .when = "a listed server, or one named with --server, does not answer; notice when "
                "only this machine lacks the way to it",
        .why =
            "Clients whose resolver draws this server wait for it. Without TCP it cannot give "
            "answers that do not fit UDP, and no signed updates with Kerberos.",
        .how = "dig @{server} {zone} SOA +norecurse; dig @{server} {zone} SOA +norecurse +tcp",
        .source = "RFC 1912 2.8; RFC 7766 5",
        .fix =
            {
                {"any",
                 "Look at the path first: UDP and TCP port 53 to {server}; then whether "
                 "the server runs. If it is gone, take it out of the NS records or out of "
                 "--server."},
                {"windows", "Test-NetConnection {server} -Port 53"},
            },
    },
    {
        .id = "NS-SRV-DIFFERS",
        .severity = KD_SEV_WARNING,
        .needs = NS_NEEDS,
        .check = ns_srv_differs,
        .title = "the zone's servers serve different SRV sets",
        .when = "authoritative servers serve different SRV sets; text names the odd ones",
        .why = "Which KMS host a client finds, or whether it finds one, depends on the server "
               "that its resolver happens to ask.",
        .how = "dig @{server} {service}.{domain} SRV +norecurse, for each server",
        .source = "RFC 1034 4.3.5; RFC 1996 3",
        .fix =
            {
                {"any", "Transfer the zone again to the servers that differ; if they keep "
                        "differing, look why the transfer fails (their log, also-notify, "
                        "allow-transfer)."},
                FIX_TRANSFER,
            },
    },
    {
        .id = "NS-SERIAL",
        .severity = KD_SEV_NOTICE,
        .worst = KD_SEV_WARNING,
        .needs = NS_NEEDS,
        .check = ns_serial,
        .title = "the zone's servers have different serials",
        .when = "serials differ (RFC 1982); warning beyond the tolerance",
        .why = "A server that is behind serves an older zone: what was published a moment ago "
               "is missing there. Just after a change this is normal for a while.",
        .how = "dig @{server} {zone} SOA +norecurse, for each server",
        .source = "RFC 1982 3.2; RFC 1996 3",
        .fix =
            {
                {"any", "Look again after the zone's refresh time; if a server stays behind, "
                        "transfer the zone again there and read its log."},
                FIX_TRANSFER,
            },
    },
};
