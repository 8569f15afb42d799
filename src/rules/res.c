/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * res.c - rules about resolvers that are missing, silent, failing or unreadable.
 *
 * What a resolver did is tallied from the questions that really left (tries > 0) and from the
 * views. A resolver that does not do its work is critical when it is all that a client has.
 */
#include "look.h"
#include "route.h"
#include "tables.h"

#include <string.h>

/* What one resolver did with the questions it was asked. */
struct res_tally {
    size_t nsilent, nheard, nskipped;
    size_t nsrv_silent, nsrv_heard; /* of these the SRV questions of the views */
    kd_outcome how;                 /* the first silence: TIMEOUT, CONN_REFUSED, UNREACHABLE */
    struct kd_look_names silent;    /* "SRV _vlmcs._tcp.corp.example." */
    struct kd_look_queries evidence;
};

static void res_none(struct kd_judge *judge, const struct kd_facts *facts)
{
    if (facts->nresolver == 0) {
        kd_found(judge, &(struct kd_finding_args){.subject = "resolvers"},
                 "no DNS server is configured: a Windows client shows 0x8007267C");
    }
}

/* Another resolver that told what some domain holds; NULL if there is none. */
static const char *res_other_that_answers(const struct kd_facts *facts, uint32_t resolver)
{
    struct kd_look_walk walk = {.view = NULL};

    while (kd_look_next_view(facts, &walk)) {
        if (walk.view->resolver != resolver && kd_outcome_is_usable(walk.view->status)) {
            return kd_look_server(facts, walk.view->resolver);
        }
    }
    return NULL;
}

static void res_note_silence(const struct kd_facts *facts, struct res_tally *tally,
                             kd_outcome how, const char *what, uint32_t query)
{
    tally->how = tally->nsilent == 0 ? how : tally->how;
    tally->nsilent++;
    kd_look_add_name(facts, &tally->silent, what);
    kd_look_add_query(&tally->evidence, query);
}

static bool res_was_asked(const struct kd_query_fact *query)
{
    return query->tries > 0 && query->status != KD_OUT_SKIPPED;
}

/* Silence over TCP follows a truncated UDP answer: the server was heard (SRV-TCP-BLOCKED); but not
 * where TCP was all: a server of the zone is asked so, too. */
static bool res_is_heard(const struct kd_query_fact *query)
{
    return res_was_asked(query) && (!kd_outcome_is_silent(query->status) ||
                                    (query->transport == KD_TRANSPORT_TCP && query->tries > 1));
}

static void res_tally_query(const struct kd_facts *facts, struct res_tally *tally,
                            const struct kd_query_fact *query)
{
    if (!res_was_asked(query)) {
        tally->nskipped++;
    } else if (res_is_heard(query)) {
        tally->nheard++;
    } else if (query->transport != KD_TRANSPORT_TCP) {
        res_note_silence(facts, tally, query->status,
                         kd_arena_printf(facts->arena, "%s %s", query->type, query->name),
                         query->n);
    }
}

/* By a question that the report does not keep. */
static bool res_view_is_heard(const struct kd_facts *facts, const struct kd_view_fact *view)
{
    return view->status != KD_OUT_SKIPPED && !kd_outcome_is_silent(view->status) &&
           kd_facts_query(facts, view->query) == NULL;
}

static void res_tally_view(const struct kd_facts *facts, struct res_tally *tally,
                           const struct kd_domain_fact *domain, const struct kd_view_fact *view)
{
    bool is_recorded = kd_facts_query(facts, view->query) != NULL;

    if (view->status == KD_OUT_SKIPPED) {
        return;
    }
    if (!kd_outcome_is_silent(view->status)) {
        tally->nsrv_heard++;
        tally->nheard += res_view_is_heard(facts, view) ? 1 : 0;
        return;
    }
    tally->nsrv_silent++;
    if (!is_recorded) {
        res_note_silence(facts, tally, view->status,
                         kd_arena_printf(facts->arena, "SRV %s", kd_look_owner(facts, domain)),
                         0);
    }
}

static void res_tally(const struct kd_facts *facts, uint32_t resolver, struct res_tally *tally)
{
    const struct kd_endpoint *server = &facts->resolver[resolver].server;
    struct kd_look_walk walk = {.view = NULL};

    memset(tally, 0, sizeof(*tally));
    for (size_t i = 0; i < facts->nquery; i++) {
        if (kd_endpoint_equal(&facts->query[i].server, server)) {
            res_tally_query(facts, tally, &facts->query[i]);
        }
    }
    while (kd_look_next_view(facts, &walk)) {
        if (walk.view->resolver == resolver) {
            res_tally_view(facts, tally, walk.domain, walk.view);
        }
    }
}

/* "192.0.2.53:53 did not answer any of 3 questions" */
static const char *res_silence_str(const struct kd_facts *facts, const char *server,
                                   const struct res_tally *tally)
{
    const char *names = kd_look_names_str(facts, &tally->silent);

    if (tally->nheard > 0) {
        bool is_all_srv = tally->nsrv_silent > 0 && tally->nsrv_heard == 0;

        return kd_arena_printf(facts->arena, "%s answered %zu question%s, but %s%s: %s", server,
                               tally->nheard, tally->nheard == 1 ? "" : "s",
                               is_all_srv ? "no question for the service, and was silent on "
                                          : "was silent on ",
                               names, kd_look_said(facts, tally->how));
    }
    if (tally->how == KD_OUT_CONN_REFUSED) {
        return kd_arena_printf(facts->arena,
                               "nothing listens at %s: the host is there and refused %s",
                               server, names);
    }
    if (tally->how == KD_OUT_UNREACHABLE) {
        return kd_arena_printf(facts->arena, "there is no route to %s: %s could not be asked",
                               server, names);
    }
    return kd_arena_printf(facts->arena, "%s did not answer: %s got no reply", server, names);
}

/* The first answer is enough: each domain of a check may ask this. */
static bool res_resolver_is_heard(const struct kd_facts *facts, uint32_t resolver)
{
    struct kd_look_walk walk = {.view = NULL};

    for (size_t i = 0; i < facts->nquery; i++) {
        if (res_is_heard(&facts->query[i]) &&
            kd_endpoint_equal(&facts->query[i].server, &facts->resolver[resolver].server)) {
            return true;
        }
    }
    while (kd_look_next_view(facts, &walk)) {
        if (walk.view->resolver == resolver && res_view_is_heard(facts, walk.view)) {
            return true;
        }
    }
    return false;
}

bool kd_look_was_heard(const struct kd_facts *facts, const char *server)
{
    for (uint32_t i = 0; server != NULL && i < facts->nresolver; i++) {
        if (strcmp(kd_look_server(facts, i), server) == 0) {
            return res_resolver_is_heard(facts, i);
        }
    }
    return false;
}

static void res_timeout_one(struct kd_judge *judge, const struct kd_facts *facts,
                            uint32_t resolver, const struct res_tally *tally)
{
    const char *server = kd_look_server(facts, resolver);
    const char *other = res_other_that_answers(facts, resolver);
    bool is_dead = tally->nheard == 0 || (tally->nsrv_silent > 0 && tally->nsrv_heard == 0);
    bool is_routeless = other != NULL && tally->nheard == 0 &&
                        tally->how == KD_OUT_UNREACHABLE &&
                        kd_route_to_resolver_is_missing(facts, resolver);
    kd_severity severity = is_dead && other == NULL ? KD_SEV_CRITICAL : KD_SEV_WARNING;
    const char *skipped = "", *comfort = "";

    if (tally->nskipped > 0) {
        skipped = kd_arena_printf(facts->arena, "; %zu further question%s not asked",
                                  tally->nskipped, tally->nskipped == 1 ? " was" : "s were");
    }
    if (is_routeless) {
        severity = KD_SEV_NOTICE;
        comfort =
            kd_arena_printf(facts->arena, "; this machine has no %s route, and %s answers",
                            kd_route_family(&facts->resolver[resolver].server), other);
    } else if (other != NULL) {
        comfort = kd_arena_printf(
            facts->arena, "; %s answers, so clients get by after waiting for this one", other);
    }
    kd_found_as(judge, severity,
                &(struct kd_finding_args){.subject = server,
                                          .server = server,
                                          .queries = tally->evidence.n,
                                          .nqueries = tally->evidence.count},
                "%s%s%s", res_silence_str(facts, server, tally), skipped, comfort);
}

/*
 * Windows asks without EDNS and does not notice: this tells who does. One reply with OPT, and it
 * was packet loss.
 */
static void res_edns_one(struct kd_judge *judge, const struct kd_facts *facts,
                         uint32_t resolver)
{
    const char *server = kd_look_server(facts, resolver);
    struct kd_look_queries evidence = {.count = 0};

    for (size_t i = 0; i < facts->nquery; i++) {
        const struct kd_query_fact *query = &facts->query[i];

        if (!kd_endpoint_equal(&query->server, &facts->resolver[resolver].server)) {
            continue;
        }
        if (query->has_edns) {
            return;
        }
        if (query->is_edns_dropped) {
            kd_look_add_query(&evidence, query->n);
        }
    }
    if (evidence.count > 0) {
        kd_found_as(
            judge, KD_SEV_NOTICE,
            &(struct kd_finding_args){.subject = server,
                                      .server = server,
                                      .queries = evidence.n,
                                      .nqueries = evidence.count},
            "%s answers questions without EDNS and is silent on those with it: it, or "
            "something on the way, drops them (RFC 6891 7), and who asks with EDNS waits "
            "for nothing first",
            server);
    }
}

static void res_timeout(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (uint32_t i = 0; i < facts->nresolver; i++) {
        struct res_tally tally;

        res_tally(facts, i, &tally);
        if (tally.nsilent > 0) {
            res_timeout_one(judge, facts, i, &tally);
        } else if (tally.nheard > 0) {
            res_edns_one(judge, facts, i);
        } else {
            kd_not_judged(judge, kd_look_server(facts, i), KD_NEED_ASKED);
        }
    }
}

/* What a resolver said instead of an answer, for one outcome. */
struct res_failure {
    kd_outcome outcome;
    struct kd_look_names names; /* of the service or of the domain */
};

struct res_failures {
    struct res_failure *by_outcome; /* one an outcome that the rule looks for */
    size_t n;
    size_t nfailed, nusable, nasked; /* SRV questions; the failed ones with the apex' */
    struct kd_look_queries evidence;
    const char *domain; /* the first one that failed */
};

static bool res_note_failure(const struct kd_facts *facts, struct res_failures *failures,
                             kd_outcome outcome, const char *name, uint32_t query)
{
    for (size_t i = 0; i < failures->n; i++) {
        if (failures->by_outcome[i].outcome == outcome) {
            kd_look_add_name(facts, &failures->by_outcome[i].names, name);
            kd_look_add_query(&failures->evidence, query);
            failures->nfailed++;
            return true;
        }
    }
    return false;
}

/*
 * Whether this resolver was asked, and failed, for the addresses of a target. A server that refuses
 * or refers is left out: one that serves only its own zones does that with hosts of others.
 */
static void res_target_failure(const struct kd_facts *facts, uint32_t resolver,
                               struct res_failures *failures,
                               const struct kd_target_fact *target)
{
    const struct kd_query_fact *query = kd_facts_query(facts, target->a_query);

    if (query == NULL ||
        !kd_endpoint_equal(&query->server, &facts->resolver[resolver].server) ||
        target->naddress > 0 || target->a_status == KD_OUT_REFUSED ||
        target->a_status == KD_OUT_LAME || target->a_status == KD_OUT_NOTAUTH) {
        return;
    }
    if (!res_note_failure(facts, failures, target->a_status, target->name, target->a_query)) {
        res_note_failure(facts, failures, target->aaaa_status, target->name,
                         target->aaaa_query);
    }
}

static void res_failures_of(const struct kd_facts *facts, uint32_t resolver,
                            struct res_failures *failures)
{
    struct kd_look_walk walk = {.view = NULL};

    while (kd_look_next_view(facts, &walk)) {
        const struct kd_view_fact *view = walk.view;

        if (view->resolver != resolver || view->status == KD_OUT_SKIPPED) {
            continue;
        }
        failures->nasked++;
        failures->nusable += kd_outcome_is_usable(view->status) ? 1 : 0;
        if (!res_note_failure(facts, failures, view->status, kd_look_owner(facts, walk.domain),
                              view->query)) {
            res_note_failure(facts, failures, view->apex_status, walk.domain->name,
                             view->apex_query);
        }
        if (failures->nfailed == 1 && failures->domain == NULL) {
            failures->domain = walk.domain->name;
        }
    }
    walk = (struct kd_look_walk){.target = NULL};
    while (kd_look_next_target(facts, &walk)) {
        res_target_failure(facts, resolver, failures, walk.target);
        if (failures->nfailed > 0 && failures->domain == NULL) {
            failures->domain = walk.domain->name;
        }
    }
}

static const char *res_failures_str(const struct kd_facts *facts,
                                    const struct res_failures *failures)
{
    const char *text = "";

    for (size_t i = 0; i < failures->n; i++) {
        const struct res_failure *failure = &failures->by_outcome[i];

        if (failure->names.n > 0) {
            text = kd_arena_printf(facts->arena, "%s%s%s for %s", text,
                                   text[0] != '\0' ? ", " : "",
                                   kd_look_said(facts, failure->outcome),
                                   kd_look_names_str(facts, &failure->names));
        }
    }
    return text;
}

static void res_failing_one(struct kd_judge *judge, const struct kd_facts *facts,
                            uint32_t resolver, struct res_failures *failures)
{
    const char *server = kd_look_server(facts, resolver);
    const char *other = res_other_that_answers(facts, resolver);
    const char *comfort = "";

    res_failures_of(facts, resolver, failures);
    if (failures->nasked == 0) {
        kd_not_judged(judge, server, KD_NEED_ASKED);
    }
    if (failures->nfailed == 0) {
        return;
    }
    if (other != NULL) {
        comfort = kd_arena_printf(facts->arena, "; %s answers", other);
    } else if (failures->nusable > 0) {
        comfort = kd_arena_printf(facts->arena,
                                  "; it answers for the service in %zu of %zu "
                                  "domains",
                                  failures->nusable, failures->nasked);
    }
    kd_found_as(judge, comfort[0] == '\0' ? KD_SEV_CRITICAL : KD_SEV_WARNING,
                &(struct kd_finding_args){.subject = server,
                                          .domain = failures->domain,
                                          .server = server,
                                          .queries = failures->evidence.n,
                                          .nqueries = failures->evidence.count},
                "%s says %s%s", server, res_failures_str(facts, failures), comfort);
}

static void res_fail(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (uint32_t i = 0; i < facts->nresolver; i++) {
        struct res_failure by_outcome[] = {
            {.outcome = KD_OUT_SERVFAIL}, {.outcome = KD_OUT_REFUSED},
            {.outcome = KD_OUT_NOTIMP},   {.outcome = KD_OUT_FORMERR},
            {.outcome = KD_OUT_NOTAUTH},  {.outcome = KD_OUT_LAME},
        };
        struct res_failures failures = {.by_outcome = by_outcome,
                                        .n = sizeof(by_outcome) / sizeof(by_outcome[0])};

        res_failing_one(judge, facts, i, &failures);
    }
}

static void res_malformed(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (uint32_t i = 0; i < facts->nresolver; i++) {
        struct res_failure by_outcome[] = {{.outcome = KD_OUT_MALFORMED}};
        struct res_failures failures = {.by_outcome = by_outcome, .n = 1};

        res_failing_one(judge, facts, i, &failures);
    }
}

const struct kd_rule kd_rules_res[4] = {
    {
        .id = "RES-NONE",
        .severity = KD_SEV_CRITICAL,
        .needs = KD_NEED_NONE,
        .check = res_none,
        .title = "no DNS server is configured",
        .when = "no resolver is configured (0x8007267C)",
        .why = "Without a DNS server a client cannot ask for a KMS host and shows 0x8007267C.",
        .how = "cat /etc/resolv.conf; on the client ipconfig /all",
        .source = KD_SRC_CODES " (0x8007267C)",
        .fix =
            {
                {"client", "Name one: --resolver 192.0.2.53, or a nameserver line in "
                           "/etc/resolv.conf."},
                {"windows", "Set-DnsClientServerAddress -InterfaceAlias Ethernet "
                            "-ServerAddresses 192.0.2.53"},
                {"any", "Or hand it out with DHCP option 6."},
            },
    },
    {
        .id = "RES-TIMEOUT",
        .severity = KD_SEV_CRITICAL,
        .needs = KD_NEED_RESOLVER | KD_NEED_ASKED,
        .check = res_timeout,
        .title = "a resolver does not answer",
        .when =
            "a resolver did not answer; warning while another one does, notice when only this "
            "machine lacks the route to it",
        .why = "A client that has only this resolver finds no KMS host (0x800705B4); one that "
               "has others waits for it first.",
        .how = "dig @{server} {service}.{domain} SRV +tries=3 +time=2",
        .source = "RFC 1035 4.2.1; " KD_SRC_GUIDE,
        .fix =
            {
                {"any", "See whether the DNS service runs on {server} and whether a firewall "
                        "lets UDP and TCP through from here; where it answers other "
                        "questions, look for lost packets and for its load."},
                {"client", "Take {server} out of the list of DNS servers if it is gone for "
                           "good."},
            },
    },
    {
        .id = "RES-FAIL",
        .severity = KD_SEV_CRITICAL,
        .needs = KD_NEED_RESOLVER | KD_NEED_DOMAIN | KD_NEED_ASKED,
        .check = res_fail,
        .title = "a resolver answers with an error",
        .when = "a resolver answers SERVFAIL or REFUSED; warning while another one answers",
        .why = "The client takes the error for its answer: 0x8007232A for SERVFAIL, 0x8007232D "
               "for REFUSED. Whether the record exists stays open.",
        .how = "dig @{server} {service}.{domain} SRV",
        .source = "RFC 1035 4.1.1; " KD_SRC_CODES,
        .fix =
            {
                {"any", "Ask the zone's own servers: if they answer, the fault is in {server} "
                        "or on the way between them (forwarder, delegation, DNSSEC)."},
                {"windows",
                 "Get-DnsServerZone; Get-DnsServerForwarder; look for a zone that is "
                 "not loaded or a dead forwarder."},
                {"bind", "rndc zonestatus {zone}; REFUSED: allow-query and allow-recursion "
                         "must name the clients' networks."},
                {"knot", "knotc zone-status {zone}"},
                {"powerdns", "pdnsutil check-zone {zone}; REFUSED: allow-from of the "
                             "recursor, or a zone that is not there."},
            },
    },
    {
        .id = "RES-MALFORMED",
        .severity = KD_SEV_CRITICAL,
        .needs = KD_NEED_RESOLVER | KD_NEED_DOMAIN | KD_NEED_ASKED,
        .check = res_malformed,
        .title = "a resolver's replies cannot be read",
        .when = "a resolver's replies cannot be read; warning while another one answers",
        .why = "A client drops such replies (0x8007251E) as if none had come. A firewall or "
               "load balancer that rewrites DNS is the usual cause.",
        .how = "dig @{server} {service}.{domain} SRV +qr; and again with +tcp",
        .source = "RFC 1035 4.1; RFC 5452 9.1",
        .fix =
            {
                {"any", "Take DNS inspection, NAT or a load balancer out of the path to "
                        "{server} and ask again."},
                {"client", "Use another DNS server until then."},
            },
    },
};
