/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * zone.c - rules about the zone that holds the record, and about its primary, to which updates go.
 */
#include "look.h"
#include "route.h"
#include "tables.h"

#include <string.h>

#include "kmsdns/dns/name.h"

static bool zone_is_found(const struct kd_zone_fact *zone)
{
    return zone->name != NULL && strcmp(zone->name, ".") != 0;
}

static struct kd_finding_args zone_args(const struct kd_domain_fact *domain)
{
    return (struct kd_finding_args){
        .subject = domain->name,
        .domain = domain->name,
        .zone = zone_is_found(domain->zone) ? domain->zone->name : NULL,
        .queries = &domain->zone->query,
        .nqueries = 1,
    };
}

static void zone_not_found(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &facts->domain[i];

        if (!kd_look_has_zone(domain)) {
            kd_not_judged(judge, domain->name, KD_NEED_ZONE);
        } else if (!zone_is_found(domain->zone)) {
            struct kd_finding_args args = zone_args(domain);

            kd_found(judge, &args,
                     "%s lies in no zone that can be updated: neither it nor a name above it "
                     "has a SOA record%s; the search ended with %s",
                     domain->name,
                     domain->zone->name != NULL ? ", only the root of DNS has one" : "",
                     kd_look_said(facts, domain->zone->status));
        }
    }
}

/* True if there is a zone to speak about; tells the domain as not judged otherwise. */
static bool zone_is_judged(struct kd_judge *judge, const struct kd_domain_fact *domain)
{
    if (!kd_look_has_zone(domain)) {
        kd_not_judged(judge, domain->name, KD_NEED_ZONE);
        return false;
    }
    return zone_is_found(domain->zone);
}

static void zone_primary_unknown(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &facts->domain[i];
        struct kd_finding_args args;
        kd_outcome status = KD_OUT_SKIPPED;

        if (!zone_is_judged(judge, domain)) {
            continue;
        }
        args = zone_args(domain);
        status = domain->zone->primary_status;
        if (!kd_outcome_is_usable(status)) {
            kd_not_judged(judge, domain->name, KD_NEED_ZONE);
        } else if (status != KD_OUT_NOERROR) {
            kd_found(judge, &args,
                     "the SOA of %s names %s as primary, and that name leads to no address: %s",
                     domain->zone->name,
                     domain->zone->primary != NULL ? domain->zone->primary : "nobody",
                     kd_look_said(facts, status));
        }
    }
}

/* What was seen of the addresses that stand for the primary. */
struct zone_primary {
    size_t nasked, nsilent, nwrong;
    struct kd_look_names silent, wrong;
    struct kd_look_queries queries;
    size_t nroute;       /* of the silent ones: this machine has no route to them */
    const char *family;  /* of the last one, constant */
    const char *address; /* of the first one that is of no use */
};

static bool zone_is_silent(const struct kd_server_fact *server)
{
    bool is_tcp_silent =
        kd_outcome_is_silent(server->tcp_status) || server->tcp_status == KD_OUT_SKIPPED;

    return kd_outcome_is_silent(server->status) && is_tcp_silent;
}

static void zone_note_primary(const struct kd_facts *facts, const struct kd_server_fact *server,
                              struct zone_primary *primary)
{
    const char *who = kd_look_ns(facts, server);
    const char *address = kd_look_address(facts, &server->address);

    primary->nasked++;
    kd_look_add_query(&primary->queries, server->query);
    kd_look_add_query(&primary->queries, server->tcp_query);
    if (zone_is_silent(server)) {
        primary->nsilent++;
        kd_look_add_name(
            facts, &primary->silent,
            kd_arena_printf(facts->arena, "%s: %s", who, kd_outcome_str(server->status)));
    } else if (!kd_outcome_is_silent(server->status) &&
               !(server->status == KD_OUT_NOERROR && server->is_authoritative)) {
        const char *said = server->status == KD_OUT_NOERROR
                               ? "an answer without authority"
                               : kd_look_said(facts, server->status);

        primary->nwrong++;
        kd_look_add_name(facts, &primary->wrong,
                         kd_arena_printf(facts->arena, "%s: %s", who, said));
    } else {
        return;
    }
    primary->address = primary->address != NULL ? primary->address : address;
}

static struct zone_primary zone_primary_of(const struct kd_facts *facts,
                                           const struct kd_domain_fact *domain)
{
    struct zone_primary primary = {.nasked = 0};

    for (size_t i = 0; i < domain->zone->nserver; i++) {
        const struct kd_server_fact *server = &domain->zone->server[i];

        if (kd_look_takes_updates(facts, domain, server) && server->status != KD_OUT_SKIPPED &&
            server->address.addr.family != 0) {
            zone_note_primary(facts, server, &primary);
            primary.nroute += kd_route_is_missing(facts, domain, server) ? 1 : 0;
            primary.family = kd_route_family(&server->address);
        }
    }
    return primary;
}

/* Updates go to the --server where there is one. */
static const char *zone_primary_word(const struct kd_zone_fact *zone)
{
    bool is_given = zone->nserver > 0 && kd_server_is_given(&zone->server[0]);

    return is_given ? "the --server for updates of" : "the primary of";
}

static void zone_primary_not_auth(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &facts->domain[i];
        struct zone_primary primary;
        struct kd_finding_args args;

        if (!zone_is_judged(judge, domain)) {
            continue;
        }
        primary = zone_primary_of(facts, domain);
        if (primary.nasked == primary.nsilent) {
            kd_not_judged(judge, domain->name, KD_NEED_SERVERS);
        }
        if (primary.nwrong == 0) {
            continue;
        }
        args = zone_args(domain);
        args.server = primary.address;
        args.queries = primary.queries.n;
        args.nqueries = primary.queries.count;
        kd_found_as(judge,
                    primary.nwrong + primary.nsilent < primary.nasked ? KD_SEV_WARNING
                                                                      : KD_SEV_CRITICAL,
                    &args, "%s %s does not serve the zone: %s", zone_primary_word(domain->zone),
                    domain->zone->name, kd_look_names_str(facts, &primary.wrong));
    }
}

/* Why the primary's silence matters to nobody who only asks; "" when it does matter. */
static const char *zone_comfort(const struct kd_facts *facts,
                                const struct kd_domain_fact *domain,
                                const struct zone_primary *primary)
{
    if (kd_look_is_writing(facts, domain)) {
        return "";
    }
    if (primary->nroute == primary->nasked) {
        return kd_arena_printf(facts->arena,
                               "; there is no %s route from this machine, and only publishing "
                               "from here needs it",
                               primary->family);
    }
    return kd_look_is_out_of_reach(facts, domain)
               ? "; clients do not ask it, only publishing from here needs it"
               : "";
}

static void zone_primary_unreachable(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &facts->domain[i];
        struct zone_primary primary;
        struct kd_finding_args args;
        const char *comfort = "";

        if (!zone_is_judged(judge, domain)) {
            continue;
        }
        primary = zone_primary_of(facts, domain);
        if (primary.nasked == 0) {
            kd_not_judged(judge, domain->name, KD_NEED_SERVERS);
            continue;
        }
        if (primary.nsilent < primary.nasked) {
            continue;
        }
        args = zone_args(domain);
        args.server = primary.address;
        args.queries = primary.queries.n;
        args.nqueries = primary.queries.count;
        comfort = zone_comfort(facts, domain, &primary);
        kd_found_as(judge, comfort[0] != '\0' ? KD_SEV_NOTICE : KD_SEV_CRITICAL, &args,
                    "no address of %s %s answers: %s%s", zone_primary_word(domain->zone),
                    domain->zone->name, kd_look_names_str(facts, &primary.silent), comfort);
    }
}

static void zone_cut(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &facts->domain[i];
        struct kd_finding_args args;

        if (!zone_is_judged(judge, domain) || strcmp(domain->zone->name, domain->name) == 0 ||
            !kd_name_is_below(domain->zone->name, domain->name)) {
            continue;
        }
        args = zone_args(domain);
        kd_found(judge, &args,
                 "%s lies in the zone %s, which is delegated from %s: updates must name that "
                 "zone and go to its primary%s%s",
                 kd_look_owner(facts, domain), domain->zone->name, domain->name,
                 domain->zone->primary != NULL ? ", " : "",
                 domain->zone->primary != NULL ? domain->zone->primary : "");
    }
}

#define ZONE_NEEDS (KD_NEED_DOMAIN | KD_NEED_ZONE)
#define HOW_SOA    "dig {domain} SOA; dig @{server} {zone} SOA +norecurse"

const struct kd_rule kd_rules_zone[5] = {
    {
        .id = "ZONE-NOT-FOUND",
        .severity = KD_SEV_CRITICAL,
        .needs = ZONE_NEEDS,
        .check = zone_not_found,
        .title = "no zone holds the domain",
        .when = "no SOA encloses the domain",
        .why = "An update goes to the primary of the zone that holds the name. Without a zone "
               "a KMS host has nowhere to publish, and event 12293 shows 0x8007232B.",
        .how = "dig {domain} SOA, then the same for each name above it",
        .source = "RFC 2136 3.1.1 and 4; RFC 2308 2",
        .fix =
            {
                {"any",
                 "Check the spelling of {domain} first, also in DnsDomainPublishList. If "
                 "it is right, make the zone, or delegate it to the server that has it."},
                {"windows", "Add-DnsServerPrimaryZone -Name {domain} -ReplicationScope Domain "
                            "-DynamicUpdate Secure"},
                {"bind", "zone \"{domain}\" { type primary; file \"{domain}zone\"; };"},
                {"knot", "knotc conf-begin && knotc conf-set 'zone[{domain}]' && knotc "
                         "conf-commit"},
                {"powerdns", "pdnsutil create-zone {domain}"},
            },
    },
    {
        .id = "ZONE-PRIMARY-UNKNOWN",
        .severity = KD_SEV_CRITICAL,
        .needs = ZONE_NEEDS,
        .check = zone_primary_unknown,
        .title = "the zone's primary has no address",
        .when = "the SOA's primary name does not resolve",
        .why = "Windows and others send updates to the server that the SOA record names. That "
               "name leads nowhere, so publishing depends on fallbacks.",
        .how = "dig {zone} SOA; then dig A and AAAA of the first name in it",
        .source = "RFC 1035 3.3.13; RFC 2136 4.3",
        .fix =
            {
                {"any", "Give the primary's name an A or AAAA record, or write the right name "
                        "into the SOA of {zone}"},
                {"bind", "{zone} IN SOA <primary's name>. <mail>. ( ... ) : write the name in "
                         "full, raise the serial, rndc reload {zone}"},
                {"knot", "knotc zone-begin {zone} && knotc zone-set {zone} @ SOA <primary's "
                         "name>. <mail>. <numbers> && knotc zone-commit {zone}"},
                {"powerdns", "pdnsutil edit-zone {zone}"},
            },
    },
    {
        .id = "ZONE-PRIMARY-NOT-AUTH",
        .severity = KD_SEV_CRITICAL,
        .needs = ZONE_NEEDS | KD_NEED_SERVERS,
        .check = zone_primary_not_auth,
        .title = "the primary does not serve the zone",
        .when = "the server named as primary does not answer authoritatively for the zone",
        .why =
            "Updates go to this server, and it does not hold the zone: it answers NOTAUTH or "
            "REFUSED to each of them.",
        .how = HOW_SOA,
        .source = "RFC 2136 3.1.1 and 4.3; RFC 1035 4.1.1 (AA)",
        .fix =
            {
                {"any", "Ask the server's admin whether {zone} is loaded there; if another "
                        "server is the primary now, name that one in the SOA."},
                {"windows", "Get-DnsServerZone -ComputerName {server} -Name {zone}"},
                {"bind", "rndc zonestatus {zone}"},
                {"knot", "knotc zone-status {zone}"},
                {"powerdns", "pdnsutil check-zone {zone}"},
            },
    },
    {
        .id = "ZONE-PRIMARY-UNREACHABLE",
        .severity = KD_SEV_CRITICAL,
        .needs = ZONE_NEEDS | KD_NEED_SERVERS,
        .check = zone_primary_unreachable,
        .title = "the primary does not answer",
        .when = "the primary does not answer",
        .why = "Only the primary takes updates. While it cannot be reached from here nothing "
               "can be published from here; event 12293 shows 0x800705B4 or 0x8007274C.",
        .how = "dig @{server} {zone} SOA +norecurse; dig @{server} {zone} SOA +norecurse +tcp",
        .source = "RFC 2136 4.5 and 6",
        .fix =
            {
                {"any", "Look at the path first: UDP and TCP port 53 from this machine to "
                        "{server}; then whether the server runs. A hidden primary needs a "
                        "server that forwards updates to it."},
                {"windows", "Test-NetConnection {server} -Port 53"},
            },
    },
    {
        .id = "ZONE-CUT",
        .severity = KD_SEV_NOTICE,
        .needs = ZONE_NEEDS,
        .check = zone_cut,
        .title = "the record lies in a delegated child zone",
        .when = "the SRV owner lies in a child zone (_tcp delegated); updates must go there",
        .why =
            "The child zone has servers and update rules of its own; a right to write in the "
            "parent is of no use there.",
        .how = "dig {service}.{domain} SRV; dig {zone} SOA; dig {zone} NS",
        .source = "RFC 2136 3.4.1.3 (NOTZONE); RFC 1034 4.2",
        .fix =
            {
                {"any", "Grant the KMS host the right to write in {zone}, not in {domain}"},
            },
    },
};
