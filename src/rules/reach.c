/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reach.c - rules about the addresses of targets: whether anybody could reach them, whether the
 * published port answers, and whether both address families do.
 *
 * A connect that was not tried says nothing: only open, refused, timeout and unreachable count.
 */
#include "look.h"
#include "tables.h"

#include <stdio.h>
#include <string.h>

#include "kmsdns/base/addr.h"

/* The addresses of one target, or of one family of it, by how the connect ended. */
struct reach_count {
    size_t nopen, nclosed, nskipped;
};

static struct reach_count reach_count(const struct kd_target_fact *target, uint8_t family)
{
    struct reach_count count = {.nopen = 0};

    for (size_t i = 0; i < target->naddress; i++) {
        const struct kd_address_fact *address = &target->address[i];

        if (family != 0 && address->addr.family != family) {
            continue;
        }
        switch (address->tcp) {
        case KD_REACH_OPEN:
            count.nopen++;
            break;
        case KD_REACH_REFUSED:
        case KD_REACH_TIMEOUT:
        case KD_REACH_UNREACHABLE:
            count.nclosed++;
            break;
        case KD_REACH_SKIPPED:
        case KD_REACH_COUNT:
            count.nskipped++;
            break;
        }
    }
    return count;
}

static bool reach_is_closed(const struct reach_count *count)
{
    return count->nclosed > 0 && count->nopen == 0 && count->nskipped == 0;
}

/* "192.0.2.21 refused, 2001:db8::21 timeout" of one target, or of one family of it. */
static const char *reach_str(const struct kd_facts *facts, const struct kd_target_fact *target,
                             uint8_t family)
{
    struct kd_look_names names = {.n = 0};
    char text[KD_ADDR_STRLEN];

    for (size_t i = 0; i < target->naddress; i++) {
        const struct kd_address_fact *address = &target->address[i];

        if (family == 0 || address->addr.family == family) {
            kd_look_add_name(facts, &names,
                             kd_arena_printf(facts->arena, "%s %s",
                                             kd_addr_str(&address->addr, text),
                                             kd_reach_str(address->tcp)));
        }
    }
    return kd_look_names_str(facts, &names);
}

static void reach_bad_one(struct kd_judge *judge, const struct kd_facts *facts,
                          const struct kd_domain_fact *domain,
                          const struct kd_target_fact *target)
{
    const uint32_t queries[] = {target->a_query, target->aaaa_query};
    struct kd_look_names names = {.n = 0};
    char text[KD_ADDR_STRLEN];

    for (size_t i = 0; i < target->naddress; i++) {
        const char *oddity = kd_addr_oddity(&target->address[i].addr);

        if (oddity != NULL) {
            kd_look_add_name(facts, &names,
                             kd_arena_printf(facts->arena, "%s (%s)",
                                             kd_addr_str(&target->address[i].addr, text),
                                             oddity));
        }
    }
    if (names.n > 0) {
        kd_found(judge,
                 &(struct kd_finding_args){.subject = target->name,
                                           .domain = domain->name,
                                           .target = target->name,
                                           .port = target->port,
                                           .queries = queries,
                                           .nqueries = 2},
                 "%s, which %s names, has %s: no other machine can reach that", target->name,
                 kd_look_owner(facts, domain), kd_look_names_str(facts, &names));
    }
}

static bool reach_was_looked_up(const struct kd_target_fact *target)
{
    return target->naddress > 0 || strcmp(target->name, ".") == 0 ||
           (kd_outcome_is_usable(target->a_status) &&
            kd_outcome_is_usable(target->aaaa_status));
}

static void reach_bad(struct kd_judge *judge, const struct kd_facts *facts)
{
    struct kd_look_walk walk = {.target = NULL};

    while (kd_look_next_target(facts, &walk)) {
        reach_bad_one(judge, facts, walk.domain, walk.target);
        if (!reach_was_looked_up(walk.target)) {
            kd_not_judged(judge, walk.target->name, KD_NEED_TARGET);
        }
    }
    kd_look_tell_unanswered(judge, facts);
}

/* The targets of one domain's set, by what their addresses do. */
struct reach_set {
    size_t nopen, nclosed, nunknown;
    const struct kd_target_fact *open, *closed; /* the first ones */
    struct kd_look_names told;                  /* the closed ones with their addresses */
    struct kd_look_queries queries;
};

static void reach_add(const struct kd_facts *facts, struct reach_set *set,
                      const struct kd_target_fact *target)
{
    struct reach_count count = reach_count(target, 0);

    if (count.nopen > 0) {
        set->open = set->nopen == 0 ? target : set->open;
        set->nopen++;
    } else if (reach_is_closed(&count)) {
        set->closed = set->nclosed == 0 ? target : set->closed;
        set->nclosed++;
        kd_look_add_name(facts, &set->told,
                         kd_arena_printf(facts->arena, "%s port %u (%s)", target->name,
                                         target->port, reach_str(facts, target, 0)));
        kd_look_add_query(&set->queries, target->a_query);
        kd_look_add_query(&set->queries, target->aaaa_query);
    } else if (count.nskipped > 0 || !reach_was_looked_up(target)) {
        set->nunknown++;
    }
}

/* Some target of the set answers: each one that does not is told for itself. */
static void reach_closed_some(struct kd_judge *judge, const struct kd_facts *facts,
                              const struct kd_domain_fact *domain, const struct reach_set *set)
{
    for (size_t i = 0; i < domain->ntarget; i++) {
        const struct kd_target_fact *target = domain->target[i];
        const uint32_t queries[] = {target->a_query, target->aaaa_query};
        struct reach_count count = reach_count(target, 0);

        if (!reach_is_closed(&count)) {
            continue;
        }
        kd_found_as(
            judge, KD_SEV_WARNING,
            &(struct kd_finding_args){
                .subject = kd_arena_printf(facts->arena, "%s:%u", target->name, target->port),
                .domain = domain->name,
                .target = target->name,
                .port = target->port,
                .queries = queries,
                .nqueries = 2},
            "%s does not take connections on port %u (%s); %s of the same set does",
            target->name, target->port, reach_str(facts, target, 0), set->open->name);
    }
}

static void reach_closed_all(struct kd_judge *judge, const struct kd_facts *facts,
                             const struct kd_domain_fact *domain, const struct reach_set *set)
{
    kd_found(judge,
             &(struct kd_finding_args){.subject = domain->name,
                                       .domain = domain->name,
                                       .target = set->closed->name,
                                       .port = set->closed->port,
                                       .queries = set->queries.n,
                                       .nqueries = set->queries.count},
             "no host that %s names takes connections: %s", kd_look_owner(facts, domain),
             kd_look_names_str(facts, &set->told));
}

static void reach_closed(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &facts->domain[i];
        struct reach_set set = {.nopen = 0};

        for (size_t j = 0; j < domain->ntarget; j++) {
            reach_add(facts, &set, domain->target[j]);
        }
        if (set.nopen > 0) {
            reach_closed_some(judge, facts, domain, &set);
        } else if (set.nclosed > 0 && set.nunknown == 0) {
            reach_closed_all(judge, facts, domain, &set);
        }
        if (set.nunknown > 0) {
            kd_not_judged(judge, domain->name, KD_NEED_TCP);
        }
    }
    kd_look_tell_unanswered(judge, facts);
}

static void reach_family_one(struct kd_judge *judge, const struct kd_facts *facts,
                             const struct kd_target_fact *target, const char *domain)
{
    const uint32_t queries[] = {target->a_query, target->aaaa_query};
    struct reach_count v4 = reach_count(target, 4), v6 = reach_count(target, 6);
    bool is_v6_closed = v4.nopen > 0 && reach_is_closed(&v6);
    bool is_v4_closed = v6.nopen > 0 && reach_is_closed(&v4);

    if (!is_v4_closed && !is_v6_closed) {
        if (v4.nskipped + v6.nskipped > 0) {
            kd_not_judged(judge, target->name, KD_NEED_TCP);
        }
        return;
    }
    kd_found(judge,
             &(struct kd_finding_args){
                 .subject = kd_arena_printf(facts->arena, "%s:%u", target->name, target->port),
                 .domain = domain,
                 .target = target->name,
                 .port = target->port,
                 .queries = queries,
                 .nqueries = 2},
             "%s takes connections on port %u over %s, but not over %s, which it publishes, "
             "too: %s",
             target->name, target->port, is_v6_closed ? "IPv4" : "IPv6",
             is_v6_closed ? "IPv6" : "IPv4", reach_str(facts, target, is_v6_closed ? 6 : 4));
}

static void reach_family(struct kd_judge *judge, const struct kd_facts *facts)
{
    struct kd_look_walk walk = {.target = NULL};

    while (kd_look_next_target(facts, &walk)) {
        reach_family_one(judge, facts, walk.target, walk.domain->name);
    }
    kd_look_tell_unanswered(judge, facts);
}

const struct kd_rule kd_rules_reach[3] = {
    {
        .id = "TGT-ADDRESS-BAD",
        .severity = KD_SEV_WARNING,
        .needs = KD_NEED_DOMAIN | KD_NEED_SRV_ANSWER | KD_NEED_SRV | KD_NEED_TARGET,
        .check = reach_bad,
        .title = "a host has an address that nobody else can reach",
        .when = "a target's address is loopback, link-local, unspecified or multicast",
        .why = "A loopback, link-local, unspecified or multicast address leads each client to "
               "itself or nowhere; it comes from a host that registered every adapter.",
        .how = "dig {target} A; dig {target} AAAA",
        .source = "RFC 6890 2.2; RFC 4291 2.5",
        .fix =
            {
                {"windows", KD_FIX_UNREGISTER_WINDOWS},
                {"any", "Delete the address record from the zone."},
                {"bind", "nsupdate: update delete {target} A <address>"},
            },
    },
    {
        .id = "TGT-CLOSED",
        .severity = KD_SEV_CRITICAL,
        .needs =
            KD_NEED_DOMAIN | KD_NEED_SRV_ANSWER | KD_NEED_SRV | KD_NEED_TARGET | KD_NEED_TCP,
        .check = reach_closed,
        .title = "nothing answers on the published port",
        .when = "every address of every target refuses or ignores TCP on the published port; "
                "warning when some target is open",
        .why = "Clients find the record and then fail with 0xC004F074 (Vista: 0x800706BA). The "
               "host is off, the service is stopped, or a firewall is in the way.",
        .how = "dig {target} A; then nc -vz {target} {port}",
        .source = "Microsoft, \"Deploy KMS Activation\" (TCP port 1688 must be open)",
        .fix =
            {
                {"windows", "Enable-NetFirewallRule -Name SPPSVC-In-TCP on {target}; then "
                            "Test-NetConnection {target} -Port {port}"},
                {"any", "If {target} is gone for good, delete its record at "
                        "{service}.{domain}"},
                {"client", "Refused means that the host is up and nothing listens; a timeout "
                           "means a firewall or a host that is off."},
            },
    },
    {
        .id = "TGT-FAMILY",
        .severity = KD_SEV_NOTICE,
        .needs =
            KD_NEED_DOMAIN | KD_NEED_SRV_ANSWER | KD_NEED_SRV | KD_NEED_TARGET | KD_NEED_TCP,
        .check = reach_family,
        .title = "a host answers over one address family only",
        .when = "a target is reachable over one address family and not over the other one "
                "that it publishes",
        .why = "Clients that prefer the other family wait for a timeout first; clients that "
               "have only that one fail.",
        .how = "dig {target} A; dig {target} AAAA; nc -4 -vz {target} {port}; nc -6 -vz "
               "{target} {port}",
        .source = "RFC 6724; RFC 8305",
        .fix =
            {
                {"any", "Open port {port} for both families in the firewalls, or delete the "
                        "address record that leads nowhere."},
                {"windows", "Get-NetFirewallRule -Name SPPSVC-In-TCP | "
                            "Get-NetFirewallAddressFilter"},
            },
    },
};
