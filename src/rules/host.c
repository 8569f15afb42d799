/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host.c - rules about the host that is to be published: its name and addresses, whether it is
 * published already, and who else is.
 */
#include "look.h"
#include "tables.h"

#include <string.h>

#include "kmsdns/dns/name.h"

static struct kd_finding_args host_args(const struct kd_facts *facts)
{
    return (struct kd_finding_args){
        .subject = facts->host->name,
        .target = facts->host->name,
        .port = facts->host->port,
        .domain = facts->ndomain > 0 ? facts->domain[0].name : NULL,
    };
}

static void host_no_address(struct kd_judge *judge, const struct kd_facts *facts)
{
    const struct kd_host_fact *host = facts->host;
    const uint32_t queries[] = {host->a_query, host->aaaa_query};
    struct kd_finding_args args = host_args(facts);

    if (host->naddress > 0) {
        return;
    }
    if (!kd_outcome_is_usable(host->a_status) || !kd_outcome_is_usable(host->aaaa_status)) {
        kd_not_judged(judge, host->name, KD_NEED_HOST);
        return;
    }
    args.queries = queries;
    args.nqueries = 2;
    kd_found(judge, &args, "%s has no address: A %s, AAAA %s", host->name,
             kd_outcome_str(host->a_status), kd_outcome_str(host->aaaa_status));
}

static void host_short(struct kd_judge *judge, const struct kd_facts *facts)
{
    struct kd_finding_args args = host_args(facts);

    if (kd_name_nlabels(facts->host->name) < 2) {
        kd_found(judge, &args, "%s has no domain: clients elsewhere cannot complete it",
                 facts->host->name);
    }
}

static void host_ptr(struct kd_judge *judge, const struct kd_facts *facts)
{
    const struct kd_host_fact *host = facts->host;
    size_t n = host->nptr < host->naddress ? host->nptr : host->naddress;
    struct kd_look_queries queries = {.count = 0};
    struct kd_look_names odd = {.n = 0};
    struct kd_finding_args args = host_args(facts);
    size_t nanswered = 0;

    for (size_t i = 0; i < n; i++) {
        const struct kd_ptr_fact *ptr = &host->ptr[i];
        char address[KD_ADDR_STRLEN];

        if (!kd_outcome_is_usable(ptr->status)) {
            continue;
        }
        nanswered++;
        if (ptr->name == NULL || strcmp(ptr->name, host->name) != 0) {
            kd_look_add_query(&queries, ptr->query);
            kd_look_add_name(facts, &odd,
                             kd_arena_printf(facts->arena, "%s %s",
                                             kd_addr_str(&host->address[i].addr, address),
                                             ptr->name != NULL ? ptr->name : "has none"));
        }
    }
    if (nanswered == 0) {
        kd_not_judged(judge, host->name, KD_NEED_HOST);
    }
    if (odd.n > 0) {
        args.queries = queries.n;
        args.nqueries = queries.count;
        kd_found(judge, &args, "the reverse names do not lead back to %s: %s", host->name,
                 kd_look_names_str(facts, &odd));
    }
}

/* The set of a domain as the best source has it, and the question that gave it. */
struct host_set {
    const struct kd_srv *records;
    size_t n;
    uint32_t query;
    bool is_known;
};

static struct host_set host_set_of(const struct kd_domain_fact *domain)
{
    const struct kd_zone_fact *zone = domain->zone;
    const struct kd_view_fact *view = kd_domain_main_view(domain);

    for (size_t i = 0; zone != NULL && i < zone->nserver; i++) {
        const struct kd_server_fact *server = &zone->server[i];

        if (kd_server_takes_updates(server) && server->is_authoritative &&
            kd_outcome_is_usable(server->srv_status)) {
            return (struct host_set){server->records, server->nrecords, server->srv_query,
                                     true};
        }
    }
    if (view != NULL && kd_outcome_is_usable(view->status)) {
        return (struct host_set){view->records, view->nrecords, view->query, true};
    }
    return (struct host_set){.records = NULL};
}

/* What the probes say about adding to a set that others made. */
static const char *host_may_extend(const struct kd_facts *facts,
                                   const struct kd_domain_fact *domain)
{
    const struct kd_update_fact *best = NULL;

    for (size_t i = 0; i < domain->nupdate; i++) {
        if (best == NULL || domain->update[i].right < best->right) {
            best = &domain->update[i];
        }
    }
    if (best == NULL) {
        return "whether this host may add to the set was not tried";
    }
    switch (best->right) {
    case KD_RIGHT_ALLOWED:
        return kd_arena_printf(facts->arena, "%s may add to the set", best->identity);
    case KD_RIGHT_PROBABLE:
        return kd_arena_printf(facts->arena, "%s probably may add to the set", best->identity);
    case KD_RIGHT_REFUSED:
        return kd_arena_printf(facts->arena, "%s may not add to the set", best->identity);
    case KD_RIGHT_INCONCLUSIVE:
    case KD_RIGHT_UNREACHABLE:
    case KD_RIGHT_COUNT:
        break;
    }
    return kd_arena_printf(facts->arena, "whether %s may add to the set is open",
                           best->identity);
}

typedef void host_domain_fn(struct kd_judge *judge, const struct kd_facts *facts,
                            const struct kd_domain_fact *domain, const struct host_set *set);

static void host_each_set(struct kd_judge *judge, const struct kd_facts *facts,
                          host_domain_fn *check)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        struct host_set set = host_set_of(&facts->domain[i]);

        if (set.is_known) {
            check(judge, facts, &facts->domain[i], &set);
        } else {
            kd_not_judged(judge, facts->domain[i].name, KD_NEED_SRV_ANSWER);
        }
    }
}

static struct kd_finding_args host_domain_args(const struct kd_facts *facts,
                                               const struct kd_domain_fact *domain,
                                               const struct host_set *set)
{
    struct kd_finding_args args = host_args(facts);

    args.subject = domain->name;
    args.domain = domain->name;
    args.zone = domain->zone != NULL ? domain->zone->name : NULL;
    args.queries = &set->query;
    args.nqueries = 1;
    return args;
}

static void host_others_domain(struct kd_judge *judge, const struct kd_facts *facts,
                               const struct kd_domain_fact *domain, const struct host_set *set)
{
    struct kd_finding_args args = host_domain_args(facts, domain, set);
    struct kd_look_names others = {.n = 0};

    for (size_t i = 0; i < set->n; i++) {
        if (strcmp(set->records[i].target, facts->host->name) != 0) {
            kd_look_add_name(facts, &others, set->records[i].target);
        }
    }
    if (others.n > 0) {
        kd_found(judge, &args, "%s is published by %s already; %s",
                 kd_look_owner(facts, domain), kd_look_names_str(facts, &others),
                 host_may_extend(facts, domain));
    }
}

static void host_others(struct kd_judge *judge, const struct kd_facts *facts)
{
    host_each_set(judge, facts, host_others_domain);
}

static void host_published_domain(struct kd_judge *judge, const struct kd_facts *facts,
                                  const struct kd_domain_fact *domain,
                                  const struct host_set *set)
{
    struct kd_finding_args args = host_domain_args(facts, domain, set);
    const struct kd_srv *found = NULL;

    for (size_t i = 0; i < set->n; i++) {
        const struct kd_srv *record = &set->records[i];

        if (strcmp(record->target, facts->host->name) == 0 &&
            (found == NULL || record->port == facts->host->port)) {
            found = record;
        }
    }
    if (found == NULL) {
        return;
    }
    if (found->port == facts->host->port) {
        kd_found(judge, &args, "%s has %s", kd_look_owner(facts, domain),
                 kd_look_set(facts, found, 1));
    } else {
        kd_found(judge, &args, "%s names %s with port %u, and not with port %u",
                 kd_look_owner(facts, domain), found->target, found->port, facts->host->port);
    }
}

static void host_published(struct kd_judge *judge, const struct kd_facts *facts)
{
    host_each_set(judge, facts, host_published_domain);
}

#define HOW_HOST "dig {target} A; dig {target} AAAA"

const struct kd_rule kd_rules_host[5] = {
    {
        .id = "HOST-NO-ADDRESS",
        .severity = KD_SEV_CRITICAL,
        .needs = KD_NEED_HOST,
        .check = host_no_address,
        .title = "the host to be published has no address",
        .when = "the host to be published has no address record",
        .why = "An SRV record names a host; clients then ask for its address. Without one they "
               "find the name and cannot reach it.",
        .how = HOW_HOST,
        .source = "RFC 2782, \"Target\"",
        .fix =
            {
                {"any", "Check the spelling of {target} first; then give it an A or AAAA "
                        "record."},
                {"windows", "ipconfig /registerdns on the host itself"},
                {"bind", "{target} {ttl} IN A <address>"},
            },
    },
    {
        .id = "HOST-SHORT",
        .severity = KD_SEV_CRITICAL,
        .needs = KD_NEED_HOST,
        .check = host_short,
        .title = "the host's name has no domain",
        .when = "the host's name is not fully qualified",
        .why = "Names in DNS are complete. A single label is looked for at the top of DNS, "
               "where it does not exist.",
        .how = "ipconfig /all, or hostname -f, on the host",
        .source = "RFC 2782, \"Target\"; RFC 1034 3.1",
        .fix =
            {
                {"any", "Give the whole name: --host <host>.{domain}"},
                {"windows", "Set the host's primary DNS suffix (System, Computer Name, More), "
                            "and restart it."},
            },
    },
    {
        .id = "HOST-PTR",
        .severity = KD_SEV_NOTICE,
        .needs = KD_NEED_HOST,
        .check = host_ptr,
        .title = "the host's reverse name is another one",
        .when = "the reverse name differs",
        .why =
            "Activation does not need it; logs, some firewalls and Kerberos setups do, and it "
            "often shows an address that belongs to another machine by now.",
        .how = "dig -x <address>",
        .source = "RFC 1912 2.1",
        .fix =
            {
                {"any", "Correct the PTR record, or leave it if the address is shared on "
                        "purpose."},
                {"windows", "ipconfig /registerdns on the host itself"},
            },
    },
    {
        .id = "HOST-OTHERS",
        .severity = KD_SEV_NOTICE,
        .needs = KD_NEED_HOST | KD_NEED_DOMAIN,
        .check = host_others,
        .title = "other hosts publish here already",
        .when =
            "other hosts already publish here: the second-host case; text says whether this "
            "identity may extend their set",
        .why = "All records of a set stand at one name. In Active Directory the host that "
               "published first owns the name, and every other host is refused: event 12293 "
               "with 0x80072338.",
        .how = KD_HOW_SRV,
        .source = "Microsoft, \"Event ID 12293, error 0x80072338\" (KB 2553863)",
        .fix =
            {
                {"any", "If two hosts are meant, give the new one the right to write the same "
                        "name; else unpublish the old one first."},
                {"windows", KD_FIX_GRANT_WINDOWS},
            },
    },
    {
        .id = "HOST-PUBLISHED",
        .severity = KD_SEV_INFO,
        .needs = KD_NEED_HOST | KD_NEED_DOMAIN,
        .check = host_published,
        .title = "the host is published already",
        .when = "the host is already published",
        .why = "The record is there. A refused update then changes nothing for clients until "
               "the host's name or port changes, or the record is removed.",
        .how = KD_HOW_SRV,
        .source = "RFC 2136 3.4.2.2 (adding what is there changes nothing)",
        .fix =
            {
                {"any", "Nothing needs to be done; if the port differs, correct the record or "
                        "the host's port (slmgr /sprt)."},
            },
    },
};
