/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tgt.c - rules about the hosts that the records name: what the name looks like, and whether it
 * leads to an address. A target is told once, however many domains name it.
 */
#include "look.h"
#include "tables.h"

#include <string.h>

#include "kmsdns/dns/name.h"

static bool tgt_is_root(const char *name)
{
    return strcmp(name, ".") == 0;
}

/* Calls a check for every record of every view. */
typedef void tgt_record_fn(struct kd_judge *judge, const struct kd_facts *facts,
                           const struct kd_domain_fact *domain, const struct kd_view_fact *view,
                           const struct kd_srv *record);

static void tgt_each_record(struct kd_judge *judge, const struct kd_facts *facts,
                            tgt_record_fn *check)
{
    struct kd_look_walk walk = {.view = NULL};

    while (kd_look_next_view(facts, &walk)) {
        for (size_t i = 0; i < walk.view->nrecords; i++) {
            check(judge, facts, walk.domain, walk.view, &walk.view->records[i]);
        }
    }
    kd_look_tell_unanswered(judge, facts);
}

/* Another target of the set that has an address and is not broken in the same way. */
static const char *tgt_other_that_works(const struct kd_domain_fact *domain, const char *name)
{
    for (size_t i = 0; i < domain->ntarget; i++) {
        const struct kd_target_fact *target = domain->target[i];

        if (target->naddress > 0 && strcmp(target->name, name) != 0 &&
            !kd_name_is_doubled(target->name, domain->name)) {
            return target->name;
        }
    }
    return NULL;
}

/* True if the name is in the domain's targets and something listens there. */
static bool tgt_is_open(const struct kd_domain_fact *domain, const char *name)
{
    for (size_t i = 0; i < domain->ntarget; i++) {
        const struct kd_target_fact *target = domain->target[i];

        for (size_t j = 0; strcmp(target->name, name) == 0 && j < target->naddress; j++) {
            if (target->address[j].tcp == KD_REACH_OPEN) {
                return true;
            }
        }
    }
    return false;
}

/* Clients that draw the broken record get by with the other one. */
static kd_severity tgt_beside(const char *other)
{
    return other != NULL ? KD_SEV_WARNING : KD_SEV_CRITICAL;
}

static struct kd_finding_args tgt_args(const struct kd_domain_fact *domain, const char *name,
                                       uint16_t port, const uint32_t *queries, size_t n)
{
    return (struct kd_finding_args){
        .subject = name,
        .domain = domain->name,
        .target = name,
        .port = port,
        .queries = queries,
        .nqueries = n,
    };
}

/* Both answers say that nothing is there; SKIPPED and silence say nothing. */
static bool tgt_is_absent(kd_outcome status)
{
    return status == KD_OUT_NODATA || status == KD_OUT_NXDOMAIN;
}

static void tgt_no_address_one(struct kd_judge *judge, const struct kd_facts *facts,
                               const struct kd_domain_fact *domain,
                               const struct kd_target_fact *target)
{
    const uint32_t queries[] = {target->a_query, target->aaaa_query};
    struct kd_finding_args args = tgt_args(domain, target->name, target->port, queries, 2);
    const char *other = tgt_other_that_works(domain, target->name);
    bool is_missing = target->a_status == KD_OUT_NXDOMAIN;

    if (target->naddress > 0 || tgt_is_root(target->name)) {
        return;
    }
    if (!tgt_is_absent(target->a_status) || !tgt_is_absent(target->aaaa_status)) {
        kd_not_judged(judge, target->name, KD_NEED_TARGET);
        return;
    }
    kd_found_as(judge, tgt_beside(other), &args, "%s, which %s names, %s%s%s", target->name,
                kd_look_owner(facts, domain),
                is_missing ? "does not exist (NXDOMAIN): no client can reach it"
                           : "has neither an A nor an AAAA record: no client can reach it",
                other != NULL ? "; clients get by with " : "", other != NULL ? other : "");
}

static void tgt_no_address(struct kd_judge *judge, const struct kd_facts *facts)
{
    struct kd_look_walk walk = {.target = NULL};

    while (kd_look_next_target(facts, &walk)) {
        tgt_no_address_one(judge, facts, walk.domain, walk.target);
    }
    kd_look_tell_unanswered(judge, facts);
}

static void tgt_alias_one(struct kd_judge *judge, const struct kd_facts *facts,
                          const struct kd_domain_fact *domain,
                          const struct kd_target_fact *target)
{
    const uint32_t queries[] = {target->a_query, target->aaaa_query};
    struct kd_finding_args args = tgt_args(domain, target->name, target->port, queries, 2);
    bool is_known = target->naddress > 0 || kd_outcome_is_usable(target->a_status) ||
                    kd_outcome_is_usable(target->aaaa_status);

    if (target->alias_of != NULL) {
        kd_found(judge, &args, "%s, which %s names, is an alias of %s", target->name,
                 kd_look_owner(facts, domain), target->alias_of);
    } else if (!is_known && !tgt_is_root(target->name)) {
        kd_not_judged(judge, target->name, KD_NEED_TARGET);
    }
}

static void tgt_alias(struct kd_judge *judge, const struct kd_facts *facts)
{
    struct kd_look_walk walk = {.target = NULL};

    while (kd_look_next_target(facts, &walk)) {
        tgt_alias_one(judge, facts, walk.domain, walk.target);
    }
    kd_look_tell_unanswered(judge, facts);
}

static void tgt_root_record(struct kd_judge *judge, const struct kd_facts *facts,
                            const struct kd_domain_fact *domain,
                            const struct kd_view_fact *view, const struct kd_srv *record)
{
    struct kd_finding_args args = tgt_args(domain, NULL, record->port, &view->query, 1);
    const char *other = tgt_other_that_works(domain, record->target);

    if (tgt_is_root(record->target)) {
        args.subject = domain->name;
        kd_found_as(judge, tgt_beside(other), &args,
                    "%s names \".\" as its host, says %s: %s%s", kd_look_owner(facts, domain),
                    kd_look_server(facts, view->resolver),
                    other == NULL ? "the zone declares that there is no KMS host here"
                                  : "that means that there is none, beside a record of ",
                    other != NULL ? other : "");
    }
}

static void tgt_root(struct kd_judge *judge, const struct kd_facts *facts)
{
    tgt_each_record(judge, facts, tgt_root_record);
}

/* The name without the domain behind it; the name itself if it does not stand there. */
static const char *tgt_relative(const struct kd_facts *facts,
                                const struct kd_domain_fact *domain, const char *name)
{
    size_t len = strlen(name), tail = strlen(domain->name);

    if (len > tail && tail > 1 && kd_name_is_below(name, domain->name)) {
        return kd_arena_strndup(facts->arena, name, len - tail);
    }
    return name;
}

static void tgt_doubled_record(struct kd_judge *judge, const struct kd_facts *facts,
                               const struct kd_domain_fact *domain,
                               const struct kd_view_fact *view, const struct kd_srv *record)
{
    struct kd_finding_args args =
        tgt_args(domain, record->target, record->port, &view->query, 1);
    const char *other = tgt_other_that_works(domain, record->target);
    const char *once = tgt_relative(facts, domain, record->target);
    bool is_clear = strcmp(once, record->target) != 0 && kd_name_is_below(once, domain->name);

    if (!kd_name_is_doubled(record->target, domain->name)) {
        return;
    }
    args.target = is_clear ? once : NULL; /* the fix names what it should be */
    if (tgt_is_open(domain, record->target)) {
        kd_found_as(
            judge, KD_SEV_NOTICE, &args,
            "%s names %s, which carries a domain twice; it exists and listens on port %u, "
            "so it may be meant",
            kd_look_owner(facts, domain), record->target, (unsigned int)record->port);
        return;
    }
    kd_found_as(judge, tgt_beside(other), &args,
                "%s names %s, which carries a domain twice: a dot is missing at the end of the "
                "host's name in the zone file%s%s%s%s",
                kd_look_owner(facts, domain), record->target, is_clear ? "; it should be " : "",
                is_clear ? once : "", other != NULL ? "; clients get by with " : "",
                other != NULL ? other : "");
}

static void tgt_doubled(struct kd_judge *judge, const struct kd_facts *facts)
{
    tgt_each_record(judge, facts, tgt_doubled_record);
}

static void tgt_short_record(struct kd_judge *judge, const struct kd_facts *facts,
                             const struct kd_domain_fact *domain,
                             const struct kd_view_fact *view, const struct kd_srv *record)
{
    struct kd_finding_args args =
        tgt_args(domain, record->target, record->port, &view->query, 1);

    if (kd_name_nlabels(record->target) == 1 && !kd_name_is_address(record->target)) {
        kd_found(judge, &args,
                 "%s names %s, a single label: clients ask for it as a top-level name or with "
                 "their own suffix",
                 kd_look_owner(facts, domain), record->target);
    }
}

static void tgt_short(struct kd_judge *judge, const struct kd_facts *facts)
{
    tgt_each_record(judge, facts, tgt_short_record);
}

static void tgt_literal_record(struct kd_judge *judge, const struct kd_facts *facts,
                               const struct kd_domain_fact *domain,
                               const struct kd_view_fact *view, const struct kd_srv *record)
{
    struct kd_finding_args args =
        tgt_args(domain, record->target, record->port, &view->query, 1);
    const char *other = tgt_other_that_works(domain, record->target);
    /* without its closing dot a zone file makes 192.0.2.21.corp.example. of the address */
    bool is_relative = kd_name_is_address(tgt_relative(facts, domain, record->target));

    if (is_relative || kd_name_is_address(record->target)) {
        kd_found_as(judge, tgt_beside(other), &args,
                    "%s names %s, an address written as a name: clients look it up as a host "
                    "name and find nothing%s%s",
                    kd_look_owner(facts, domain), record->target,
                    other != NULL ? "; they get by with " : "", other != NULL ? other : "");
    }
}

static void tgt_literal(struct kd_judge *judge, const struct kd_facts *facts)
{
    tgt_each_record(judge, facts, tgt_literal_record);
}

const struct kd_rule kd_rules_tgt[6] = {
    {
        .id = "TGT-NO-ADDRESS",
        .severity = KD_SEV_CRITICAL,
        .needs = KD_NEED_DOMAIN | KD_NEED_SRV_ANSWER | KD_NEED_SRV | KD_NEED_TARGET,
        .check = tgt_no_address,
        .title = "a host that the record names has no address",
        .when = "a target has neither A nor AAAA; warning while another target of the set "
                "works",
        .why = "A client that picks this host cannot connect. If it is the only one, "
               "activation fails with 0xC004F074 (Vista: 0x80072AF9).",
        .how = "dig {target} A; dig {target} AAAA",
        .source = "RFC 2782, \"Target\"",
        .fix =
            {
                {"any", "If {target} is gone, delete its record at {service}.{domain}; else "
                        "give it an address."},
                {"windows", KD_FIX_REMOVE_WINDOWS},
                {"bind", "{target} {ttl} IN A <address>"},
                {"knot", "knotc zone-begin <zone> && knotc zone-set <zone> {target} {ttl} A "
                         "<address> && knotc zone-commit <zone>"},
                {"powerdns", "pdnsutil add-record <zone> <host> A {ttl} <address>"},
            },
    },
    {
        .id = "TGT-ALIAS",
        .severity = KD_SEV_WARNING,
        .needs = KD_NEED_DOMAIN | KD_NEED_SRV_ANSWER | KD_NEED_SRV | KD_NEED_TARGET,
        .check = tgt_alias,
        .title = "a host that the record names is an alias",
        .when = "a target is a CNAME (RFC 2782 forbids it)",
        .why =
            "RFC 2782 forbids it. Most clients follow the alias; others drop the host, and a "
            "KMS host does not recognise itself in the record.",
        .how = "dig {target} CNAME",
        .source = "RFC 2782, \"Target\"; RFC 2181 10.3",
        .fix =
            {
                {"any", "Name the host's own name in the record instead of {target}"},
                {"windows", KD_FIX_REMOVE_WINDOWS},
                {"bind", "{service}.{domain} {ttl} IN SRV 0 0 {port} <the host's own name>."},
            },
    },
    {
        .id = "TGT-ROOT",
        .severity = KD_SEV_CRITICAL,
        .needs = KD_NEED_DOMAIN | KD_NEED_SRV_ANSWER | KD_NEED_SRV,
        .check = tgt_root,
        .title = "the zone declares that there is no such service",
        .when = "the target is \".\" (service decidedly not available)",
        .why = "A target of \".\" means \"decidedly not available\": clients stop looking.",
        .how = KD_HOW_SRV,
        .source = "RFC 2782, \"Target\"",
        .fix =
            {
                {"any", "If there is a KMS host for this domain, replace the record."},
                {"windows", KD_FIX_ADD_WINDOWS},
                {"bind", KD_FIX_ADD_BIND},
                {"knot", KD_FIX_ADD_KNOT},
                {"powerdns", KD_FIX_REPLACE_POWERDNS},
            },
    },
    {
        .id = "TGT-DOUBLED",
        .severity = KD_SEV_CRITICAL,
        .needs = KD_NEED_DOMAIN | KD_NEED_SRV_ANSWER | KD_NEED_SRV,
        .check = tgt_doubled,
        .title = "a host's name carries its domain twice",
        .when = "the target carries its domain twice (missing dot in the zone file); warning "
                "while another target works",
        .why = "A dot was forgotten at the end of the name in the zone file, so the server put "
               "the zone's name behind it. The name leads nowhere.",
        .how = KD_HOW_SRV,
        .source = "RFC 1035 5.1",
        .fix =
            {
                {"bind", KD_FIX_ADD_BIND},
                {"knot", KD_FIX_ADD_KNOT},
                {"powerdns", KD_FIX_REPLACE_POWERDNS},
                {"windows", KD_FIX_ADD_WINDOWS},
                {"any", "Delete the doubled record, and look for other names with the same "
                        "fault in the zone."},
            },
    },
    {
        .id = "TGT-SHORT",
        .severity = KD_SEV_WARNING,
        .needs = KD_NEED_DOMAIN | KD_NEED_SRV_ANSWER | KD_NEED_SRV,
        .check = tgt_short,
        .title = "a host's name has a single label",
        .when = "the target has one label",
        .why =
            "Names in DNS are complete. A single label works only for clients whose suffixes "
            "happen to complete it.",
        .how = KD_HOW_SRV,
        .source = "RFC 2782, \"Target\"",
        .fix =
            {
                {"any", "Name the host in full at {service}.{domain}"},
                {"windows", KD_FIX_REMOVE_WINDOWS},
                {"bind", "{service}.{domain} {ttl} IN SRV 0 0 {port} <host>.{domain}"},
            },
    },
    {
        .id = "TGT-IP-LITERAL",
        .severity = KD_SEV_CRITICAL,
        .needs = KD_NEED_DOMAIN | KD_NEED_SRV_ANSWER | KD_NEED_SRV,
        .check = tgt_literal,
        .title = "the record names an address instead of a host",
        .when = "the target is an address written as a name",
        .why = "An SRV record names a host. Clients ask DNS for the address of a host called "
               "like that, and there is none.",
        .how = KD_HOW_SRV,
        .source = "RFC 2782, \"Target\"",
        .fix =
            {
                {"any", "Give the host a name with an A record and put that name into the "
                        "record."},
                {"windows", KD_FIX_REMOVE_WINDOWS},
                {"bind", "{service}.{domain} {ttl} IN SRV 0 0 {port} <host>.{domain}"},
            },
    },
};
