/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * change.c - rules about an update that was really sent: whether it is there, whether all servers
 * follow, and whether the reply could be believed. What a refused one means is told by upd.c.
 */
#include "look.h"
#include "tables.h"

static struct kd_finding_args change_args(const struct kd_facts *facts,
                                          const struct kd_domain_fact *domain)
{
    const struct kd_change_fact *change = domain->change;

    return (struct kd_finding_args){
        .subject = domain->name,
        .domain = domain->name,
        .zone = change->zone,
        .owner = change->owner,
        .target = change->record != NULL ? change->record->target : NULL,
        .port = change->record != NULL ? change->record->port : 0,
        .server = kd_look_address(facts, &change->server),
    };
}

/* "_vlmcs._tcp.corp.example. SRV 0 0 1688 kms01.corp.example.". */
static const char *change_record(const struct kd_facts *facts,
                                 const struct kd_domain_fact *domain)
{
    const struct kd_change_fact *change = domain->change;
    const char *owner = change->owner != NULL ? change->owner : kd_look_owner(facts, domain);

    return kd_arena_printf(facts->arena, "%s SRV %s", owner,
                           change->record != NULL ? kd_look_set(facts, change->record, 1) : "");
}

static const char *change_server(const struct kd_facts *facts,
                                 const struct kd_change_fact *change)
{
    const char *address = kd_look_endpoint(facts, &change->server);

    return address != NULL ? address : "the server";
}

static struct kd_look_queries change_queries(const struct kd_change_fact *change)
{
    struct kd_look_queries queries = {.count = 0};

    kd_look_add_query(&queries, change->query);
    for (size_t i = 0; i < change->nevidence; i++) {
        kd_look_add_query(&queries, change->evidence[i]);
    }
    return queries;
}

/* True if an update was sent; tells the domain as not judged otherwise. */
static bool change_is_judged(struct kd_judge *judge, const struct kd_domain_fact *domain)
{
    if (!kd_look_was_sent(domain)) {
        kd_not_judged(judge, domain->name, KD_NEED_CHANGE);
        return false;
    }
    return true;
}

static void change_silent(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &facts->domain[i];
        struct kd_look_queries queries;
        struct kd_finding_args args;

        if (!change_is_judged(judge, domain) || domain->change->state != KD_CHANGE_SILENT) {
            continue;
        }
        queries = change_queries(domain->change);
        args = change_args(facts, domain);
        args.queries = queries.n;
        args.nqueries = queries.count;
        kd_found(judge, &args, "%s said %s to the update, and %s is %s there: it serves %s",
                 change_server(facts, domain->change), kd_outcome_str(domain->change->status),
                 change_record(facts, domain), domain->change->is_add ? "not" : "still",
                 domain->change->nafter > 0
                     ? kd_look_set(facts, domain->change->after, domain->change->nafter)
                     : "nothing at that name");
    }
}

static void change_not_replicated(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &facts->domain[i];
        const struct kd_change_fact *change = domain->change;
        struct kd_look_names lagging = {.n = 0};
        struct kd_look_queries queries;
        struct kd_finding_args args;

        if (!change_is_judged(judge, domain)) {
            continue;
        }
        if (change->state == KD_CHANGE_DONE && !change->was_followed) {
            kd_not_judged(judge, domain->name, KD_NEED_CHANGE);
        }
        if (change->state != KD_CHANGE_DONE || change->nlagging == 0) {
            continue;
        }
        for (size_t j = 0; j < change->nlagging; j++) {
            kd_look_add_name(facts, &lagging, change->lagging[j]);
        }
        queries = change_queries(change);
        args = change_args(facts, domain);
        args.queries = queries.n;
        args.nqueries = queries.count;
        kd_found(judge, &args,
                 "the primary %s serves the change of %s, and by the deadline %s "
                 "did not",
                 change_server(facts, change), change_record(facts, domain),
                 kd_look_names_str(facts, &lagging));
    }
}

/* What the read-back said; NULL when nothing was written. */
static const char *change_verdict(kd_change_state state)
{
    switch (state) {
    case KD_CHANGE_DONE:
        return "the change was read back from the primary, so it is there";
    case KD_CHANGE_SILENT:
        return "the change was looked for at the primary, and is not there";
    case KD_CHANGE_UNKNOWN:
        return "the primary could not be asked, so it is open whether the change is there";
    case KD_CHANGE_RACE:
        return "the set at the primary is neither the old nor the wanted one";
    case KD_CHANGE_NOTHING:
    case KD_CHANGE_PLANNED:
    case KD_CHANGE_IMPOSSIBLE:
    case KD_CHANGE_REFUSED:
    case KD_CHANGE_COUNT:
        break;
    }
    return NULL;
}

static void change_unverified(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &facts->domain[i];
        struct kd_finding_args args;
        bool is_bad = false;

        if (!change_is_judged(judge, domain) || change_verdict(domain->change->state) == NULL) {
            continue;
        }
        is_bad = domain->change->signature == KD_REPLY_SIGNATURE_BAD;
        if (!is_bad && domain->change->signature != KD_REPLY_SIGNATURE_UNSIGNED) {
            continue;
        }
        args = change_args(facts, domain);
        args.queries = &domain->change->query;
        args.nqueries = 1;
        kd_found(judge, &args, "the reply of %s (%s) %s; %s",
                 change_server(facts, domain->change), kd_outcome_str(domain->change->status),
                 is_bad ? "carries a signature that does not verify"
                        : "is not signed, although the request was",
                 change_verdict(domain->change->state));
    }
}

#define CHANGE_NEEDS (KD_NEED_DOMAIN | KD_NEED_CHANGE)
#define HOW_READ     "dig @{server} {owner} SRV +norecurse"

const struct kd_rule kd_rules_change[3] = {
    {
        .id = "UPD-SILENT",
        .severity = KD_SEV_CRITICAL,
        .needs = CHANGE_NEEDS,
        .check = change_silent,
        .title = "the server said yes and did not make the change",
        .when = "a write was acknowledged and the record is not there",
        .why =
            "Some servers drop what they do not allow and say NOERROR all the same: PowerDNS "
            "with a Lua update policy, BIND with a limit of records or a CNAME in the way.",
        .how = HOW_READ,
        .source = "RFC 2136 3.4.2.2; PowerDNS, \"Dynamic DNS Update\"; BIND 9 ARM, "
                  "\"update-policy\"",
        .fix =
            {
                {"any", "Read the server's log of that moment first; then look for a CNAME at "
                        "{owner}"},
                {"powerdns", "grep 'Not permitted by policy' <log>; then look at the script of "
                             "lua-dnsupdate-policy-script."},
                {"bind", "Look for a limit of records, SRV(<n>), in update-policy, and for a "
                         "CNAME at {owner}."},
            },
    },
    {
        .id = "UPD-NOT-REPLICATED",
        .severity = KD_SEV_WARNING,
        .needs = CHANGE_NEEDS,
        .check = change_not_replicated,
        .title = "not all servers serve the change",
        .when = "the primary serves the change, a secondary does not by the deadline",
        .why =
            "Clients that ask these servers see the old state until the zone is transferred, "
            "with Active Directory until it is replicated.",
        .how = "dig @<server> {owner} SRV +norecurse; dig @<server> {zone} SOA +norecurse",
        .source = "RFC 1996 3; RFC 1034 4.3.5",
        .fix =
            {
                {"any",
                 "Wait for the zone's refresh time; if a server stays behind, look at its "
                 "log for failed transfers."},
                {"windows", "repadmin /syncall /AdeP"},
                {"bind", "rndc retransfer {zone}"},
                {"knot", "knotc zone-retransfer {zone}"},
                {"powerdns", "pdns_control retrieve {zone}"},
            },
    },
    {
        .id = "UPD-UNVERIFIED",
        .severity = KD_SEV_NOTICE,
        .needs = CHANGE_NEEDS,
        .check = change_unverified,
        .title = "the reply to the update cannot be believed",
        .when = "the reply's signature does not verify; the read-back decides",
        .why =
            "Somebody in between may have answered, or the server signs in a way of its own. "
            "What was read back from the primary counts.",
        .how = HOW_READ,
        .source = "RFC 8945 5.3 and 5.4; RFC 3645 4.2",
        .fix =
            {
                {"any", "Look at what was read back; if it is right, nothing needs to be done. "
                        "If it happens each time, look for a proxy before the server."},
            },
    },
};
