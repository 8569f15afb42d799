/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * srvset.c - rules about a set that is there: where it comes from, how it is delivered, and
 * what its numbers say. One finding a domain; the views are read in the resolvers' order.
 */
#include "look.h"
#include "tables.h"

#include <string.h>

#include "kmsdns/dns/usual.h"
#include "kmsdns/rules/policy.h"

/* Calls a per-view check until it has told something; true if it did. */
typedef bool srvset_view_fn(struct kd_judge *judge, const struct kd_facts *facts,
                            const struct kd_domain_fact *domain,
                            const struct kd_view_fact *view);

static void srvset_each(struct kd_judge *judge, const struct kd_facts *facts,
                        srvset_view_fn *check)
{
    struct kd_look_walk walk = {.view = NULL};

    while (kd_look_next_view(facts, &walk)) {
        if (check(judge, facts, walk.domain, walk.view)) {
            kd_look_skip_domain(&walk);
        }
    }
}

static struct kd_finding_args srvset_args(const struct kd_facts *facts,
                                          const struct kd_domain_fact *domain,
                                          const struct kd_view_fact *view)
{
    return (struct kd_finding_args){
        .subject = domain->name,
        .domain = domain->name,
        .server = kd_look_server(facts, view->resolver),
        .queries = &view->query,
        .nqueries = 1,
    };
}

static bool srvset_wildcard_view(struct kd_judge *judge, const struct kd_facts *facts,
                                 const struct kd_domain_fact *domain,
                                 const struct kd_view_fact *view)
{
    const uint32_t queries[] = {view->query, view->wildcard_query};
    struct kd_finding_args args = srvset_args(facts, domain, view);

    if (!view->wildcard_matches) {
        return false;
    }
    args.queries = queries;
    args.nqueries = 2;
    kd_found(judge, &args,
             "the answer for %s comes from a wildcard: %s gives the same records for a random "
             "name beside it",
             kd_look_owner(facts, domain), args.server);
    return true;
}

static void srvset_wildcard(struct kd_judge *judge, const struct kd_facts *facts)
{
    srvset_each(judge, facts, srvset_wildcard_view);
    kd_look_tell_unanswered(judge, facts);
    for (size_t i = 0; i < facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &facts->domain[i];
        bool is_judged = !kd_domain_has_srv(domain);

        for (size_t j = 0; j < domain->nview; j++) {
            is_judged = is_judged || (domain->view[j].nrecords > 0 &&
                                      kd_outcome_is_usable(domain->view[j].wildcard_status));
        }
        if (!is_judged) {
            kd_not_judged(judge, domain->name, KD_NEED_CONTROL);
        }
    }
}

static bool srvset_alias_view(struct kd_judge *judge, const struct kd_facts *facts,
                              const struct kd_domain_fact *domain,
                              const struct kd_view_fact *view)
{
    struct kd_finding_args args = srvset_args(facts, domain, view);

    if (view->nalias == 0) {
        return false;
    }
    kd_found(judge, &args, "%s is an alias: a %s leads from %s to %s%s",
             kd_look_owner(facts, domain), view->alias[0].is_dname ? "DNAME" : "CNAME",
             view->alias[0].owner, view->alias[view->nalias - 1].target,
             view->nrecords > 0 ? "" : ", where no SRV record was found");
    return true;
}

static bool srvset_has_alias(const struct kd_domain_fact *domain)
{
    for (size_t i = 0; i < domain->nview; i++) {
        if (domain->view[i].nalias > 0) {
            return true;
        }
    }
    return false;
}

static void srvset_alias(struct kd_judge *judge, const struct kd_facts *facts)
{
    srvset_each(judge, facts, srvset_alias_view);
    for (size_t i = 0; i < facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &facts->domain[i];

        /* an alias whose end gave no answer is an alias all the same */
        if (!kd_look_is_answered(domain) && !srvset_has_alias(domain)) {
            kd_not_judged(judge, domain->name, KD_NEED_SRV_ANSWER);
        }
    }
}

static bool srvset_truncated_view(struct kd_judge *judge, const struct kd_facts *facts,
                                  const struct kd_domain_fact *domain,
                                  const struct kd_view_fact *view)
{
    struct kd_finding_args args = srvset_args(facts, domain, view);
    const char *count = "";

    if (!view->is_truncated) {
        return false;
    }
    if (view->nrecords > 0) {
        count = kd_arena_printf(facts->arena, " (%zu records)", view->nrecords);
    }
    kd_found(judge, &args,
             "the answer of %s for %s does not fit a UDP reply%s: every client asks again over "
             "TCP",
             args.server, kd_look_owner(facts, domain), count);
    return true;
}

static void srvset_truncated(struct kd_judge *judge, const struct kd_facts *facts)
{
    srvset_each(judge, facts, srvset_truncated_view);
    for (size_t i = 0; i < facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &facts->domain[i];
        bool was_heard = false;

        for (size_t j = 0; j < domain->nview; j++) {
            was_heard = was_heard || domain->view[j].is_truncated;
        }
        if (!was_heard && !kd_look_is_answered(domain)) {
            kd_not_judged(judge, domain->name, KD_NEED_SRV_ANSWER);
        }
    }
}

static bool srvset_tcp_blocked_view(struct kd_judge *judge, const struct kd_facts *facts,
                                    const struct kd_domain_fact *domain,
                                    const struct kd_view_fact *view)
{
    struct kd_finding_args args = srvset_args(facts, domain, view);

    if (!view->is_truncated || view->tcp_status == KD_OUT_SKIPPED ||
        kd_outcome_is_usable(view->tcp_status)) {
        return false;
    }
    kd_found(judge, &args,
             "the answer for %s does not fit UDP, and %s does not give it over TCP: %s",
             kd_look_owner(facts, domain), args.server, kd_look_said(facts, view->tcp_status));
    return true;
}

/* Whether TCP works is known of a domain that was answered, or of which TCP was tried. */
static bool srvset_tcp_is_known(const struct kd_domain_fact *domain)
{
    for (size_t i = 0; i < domain->nview; i++) {
        if (domain->view[i].is_truncated && domain->view[i].tcp_status != KD_OUT_SKIPPED) {
            return true;
        }
    }
    return kd_look_is_answered(domain);
}

static void srvset_tcp_blocked(struct kd_judge *judge, const struct kd_facts *facts)
{
    srvset_each(judge, facts, srvset_tcp_blocked_view);
    for (size_t i = 0; i < facts->ndomain; i++) {
        if (!srvset_tcp_is_known(&facts->domain[i])) {
            kd_not_judged(judge, facts->domain[i].name, KD_NEED_SRV_ANSWER);
        }
    }
}

/* The records of a domain that a test picks. */
typedef bool srvset_record_fn(const struct kd_policy *policy, const struct kd_srv *record);

static bool srvset_port_is_zero(const struct kd_policy *policy, const struct kd_srv *record)
{
    (void)policy;
    /* "." needs no port: TGT-ROOT tells of it */
    return record->port == 0 && strcmp(record->target, ".") != 0;
}

static bool srvset_port_is_odd(const struct kd_policy *policy, const struct kd_srv *record)
{
    return !kd_policy_has_port(policy, record->port);
}

/* Notes "kms01.corp.example. port 0" of what is picked, and gives the first. */
static const struct kd_srv *srvset_pick(const struct kd_facts *facts,
                                        const struct kd_policy *policy,
                                        const struct kd_view_fact *view,
                                        srvset_record_fn *is_picked,
                                        struct kd_look_names *names)
{
    const struct kd_srv *first = NULL;

    for (size_t i = 0; i < view->nrecords; i++) {
        const struct kd_srv *record = &view->records[i];

        if (is_picked(policy, record)) {
            first = first != NULL ? first : record;
            kd_look_add_name(
                facts, names,
                kd_arena_printf(facts->arena, "%s port %u", record->target, record->port));
        }
    }
    return first;
}

static void srvset_ports_domain(struct kd_judge *judge, const struct kd_facts *facts,
                                const struct kd_domain_fact *domain,
                                srvset_record_fn *is_picked, kd_severity severity,
                                const char *fate)
{
    struct kd_look_names names = {.n = 0};
    struct kd_look_queries queries = {.count = 0};
    const struct kd_srv *first = NULL;

    for (size_t i = 0; i < domain->nview; i++) {
        const struct kd_srv *record =
            srvset_pick(facts, kd_judge_policy(judge), &domain->view[i], is_picked, &names);

        first = first != NULL ? first : record;
    }
    if (first == NULL) {
        return;
    }
    kd_look_add_views(&queries, domain);
    kd_found_as(judge, severity,
                &(struct kd_finding_args){.subject = domain->name,
                                          .domain = domain->name,
                                          .target = first->target,
                                          .queries = queries.n,
                                          .nqueries = queries.count},
                "%s names %s: %s", kd_look_owner(facts, domain),
                kd_look_names_str(facts, &names), fate);
}

/* Clients that draw the other record get by with a host that has an address. */
static bool srvset_has_usable_port(const struct kd_domain_fact *domain)
{
    for (size_t i = 0; i < domain->ntarget; i++) {
        if (domain->target[i]->port != 0 && domain->target[i]->naddress > 0) {
            return true;
        }
    }
    return false;
}

static void srvset_port_zero(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &facts->domain[i];

        srvset_ports_domain(judge, facts, domain, srvset_port_is_zero,
                            srvset_has_usable_port(domain) ? KD_SEV_WARNING : KD_SEV_CRITICAL,
                            "nobody can connect to port 0");
    }
    kd_look_tell_unanswered(judge, facts);
}

static void srvset_port_odd(struct kd_judge *judge, const struct kd_facts *facts)
{
    if (strcmp(facts->service, KD_KMS_SERVICE) != 0) {
        return;
    }
    for (size_t i = 0; i < facts->ndomain; i++) {
        srvset_ports_domain(judge, facts, &facts->domain[i], srvset_port_is_odd, KD_SEV_NOTICE,
                            "KMS listens on 1688 unless it was told otherwise");
    }
    kd_look_tell_unanswered(judge, facts);
}

/* True if a record before this one names the same host and port. */
static bool srvset_is_repeated(const struct kd_view_fact *view, size_t place)
{
    const struct kd_srv *record = &view->records[place];

    for (size_t i = 0; i < place; i++) {
        if (view->records[i].port == record->port &&
            strcmp(view->records[i].target, record->target) == 0) {
            return true;
        }
    }
    return false;
}

static bool srvset_duplicate_view(struct kd_judge *judge, const struct kd_facts *facts,
                                  const struct kd_domain_fact *domain,
                                  const struct kd_view_fact *view)
{
    struct kd_finding_args args = srvset_args(facts, domain, view);
    struct kd_look_names names = {.n = 0};

    for (size_t i = 0; i < view->nrecords; i++) {
        if (srvset_is_repeated(view, i)) {
            args.target = view->records[i].target;
            kd_look_add_name(facts, &names,
                             kd_arena_printf(facts->arena, "%s port %u", args.target,
                                             view->records[i].port));
        }
    }
    if (names.n == 0) {
        return false;
    }
    kd_found(judge, &args, "%s stands in more than one record of %s",
             kd_look_names_str(facts, &names), kd_look_owner(facts, domain));
    return true;
}

static void srvset_duplicate(struct kd_judge *judge, const struct kd_facts *facts)
{
    srvset_each(judge, facts, srvset_duplicate_view);
    kd_look_tell_unanswered(judge, facts);
}

static bool srvset_weights_view(struct kd_judge *judge, const struct kd_facts *facts,
                                const struct kd_domain_fact *domain,
                                const struct kd_view_fact *view)
{
    struct kd_finding_args args = srvset_args(facts, domain, view);
    bool priorities = false, weights = false;

    for (size_t i = 1; i < view->nrecords; i++) {
        priorities = priorities || view->records[i].priority != view->records[0].priority;
        weights = weights || view->records[i].weight != view->records[0].weight;
    }
    if (!priorities && !weights) {
        return false;
    }
    kd_found(judge, &args,
             "the %s in %s differ (%s): Windows 7 and later follow them, Vista and 2008 do not",
             priorities ? (weights ? "priorities and weights" : "priorities") : "weights",
             kd_look_owner(facts, domain), kd_look_set(facts, view->records, view->nrecords));
    return true;
}

static void srvset_weights(struct kd_judge *judge, const struct kd_facts *facts)
{
    srvset_each(judge, facts, srvset_weights_view);
    kd_look_tell_unanswered(judge, facts);
}

const struct kd_rule kd_rules_srvset[8] = {
    {
        .id = "SRV-WILDCARD",
        .severity = KD_SEV_WARNING,
        .needs = KD_NEED_DOMAIN | KD_NEED_SRV_ANSWER,
        .check = srvset_wildcard,
        .title = "the record comes from a wildcard",
        .when = "the SRV answer comes from a wildcard",
        .why = "Every service name below the domain leads to the KMS host, and once any record "
               "stands at the service's own name the wildcard no longer answers there.",
        .how = "dig {service}.{domain} SRV; dig _kmsdns-test._tcp.{domain} SRV",
        .source = "RFC 4592 3.3",
        .fix =
            {
                {"any", "Publish the record at {service}.{domain} and remove the wildcard."},
                {"windows", KD_FIX_ADD_WINDOWS},
                {"bind", KD_FIX_ADD_BIND},
                {"knot", KD_FIX_ADD_KNOT},
                {"powerdns", KD_FIX_ADD_POWERDNS},
            },
    },
    {
        .id = "SRV-ALIAS",
        .severity = KD_SEV_WARNING,
        .needs = KD_NEED_DOMAIN | KD_NEED_ASKED,
        .check = srvset_alias,
        .title = "the record's name is an alias",
        .when = "the owner name is a CNAME or DNAME",
        .why = "Clients follow the alias, but no KMS host can publish there: a CNAME admits no "
               "other record beside it, a DNAME none below it. BIND ignores such an update "
               "silently.",
        .how = "dig {service}.{domain} CNAME; dig {service}.{domain} SRV",
        .source = "RFC 1034 3.6.2; RFC 6672 2.4; RFC 2136 3.4.2.2",
        .fix =
            {
                {"any", "Replace the alias by the SRV records it leads to."},
                {"windows", "Remove-DnsServerResourceRecord -ZoneName {zone} -Name {node} "
                            "-RRType CName; then let the KMS host publish (restart sppsvc)"},
                {"bind", KD_FIX_ADD_BIND},
                {"knot", "knotc zone-begin {zone} && knotc zone-unset {zone} {node} "
                         "CNAME && knotc zone-commit {zone}"},
                {"powerdns", "pdnsutil delete-rrset {zone} {node} CNAME"},
            },
    },
    {
        .id = "SRV-TRUNCATED",
        .severity = KD_SEV_NOTICE,
        .needs = KD_NEED_DOMAIN | KD_NEED_ASKED,
        .check = srvset_truncated,
        .title = "the answer does not fit a UDP reply",
        .when = "the answer does not fit UDP",
        .why = "Clients must ask again over TCP; where a firewall lets only UDP through they "
               "find nothing.",
        .how = "dig {service}.{domain} SRV +ignore",
        .source = "RFC 2181 9; RFC 7766 5",
        .fix =
            {
                {"any", "Let TCP port 53 through everywhere, and remove records of hosts that "
                        "are gone."},
                {"windows", KD_FIX_REMOVE_WINDOWS},
            },
    },
    {
        .id = "SRV-TCP-BLOCKED",
        .severity = KD_SEV_CRITICAL,
        .needs = KD_NEED_DOMAIN | KD_NEED_ASKED,
        .check = srvset_tcp_blocked,
        .title = "the answer is truncated and TCP does not work",
        .when = "the answer is truncated and TCP does not work",
        .why = "The client cannot get the whole set: it fails, or works with the part that "
               "fitted.",
        .how = "dig @{server} {service}.{domain} SRV +tcp",
        .source = "RFC 7766 5",
        .fix =
            {
                {"any", "Open TCP port 53 to {server} in every firewall on the way."},
                {"windows",
                 "New-NetFirewallRule -DisplayName 'DNS over TCP' -Direction Inbound "
                 "-Protocol TCP -LocalPort 53 -Action Allow"},
                {"bind", "named listens on TCP where it listens on UDP: see listen-on and "
                         "tcp-clients"},
            },
    },
    {
        .id = "SRV-PORT-ZERO",
        .severity = KD_SEV_CRITICAL,
        .needs = KD_NEED_DOMAIN | KD_NEED_SRV_ANSWER,
        .check = srvset_port_zero,
        .title = "a record's port is 0",
        .when = "a record's port is 0",
        .why = "A client that picks this record cannot connect and shows 0xC004F074.",
        .how = KD_HOW_SRV,
        .source = "RFC 2782",
        .fix =
            {
                {"windows", KD_FIX_REMOVE_WINDOWS},
                {"any", "Publish it again with the port on which the host listens, mostly "
                        "1688."},
                {"bind", KD_FIX_ADD_BIND},
                {"knot", KD_FIX_ADD_KNOT},
                {"powerdns", KD_FIX_REPLACE_POWERDNS},
            },
    },
    {
        .id = "SRV-PORT-ODD",
        .severity = KD_SEV_NOTICE,
        .needs = KD_NEED_DOMAIN | KD_NEED_SRV_ANSWER,
        .check = srvset_port_odd,
        .title = "a record's port is not 1688",
        .when = "a record's port is not 1688",
        .why = "That is right only if the KMS host really listens there and firewalls know it.",
        .how = KD_HOW_SRV,
        .source = "Microsoft, \"Registry Settings for Volume Activation\" "
                  "(KeyManagementServiceListeningPort)",
        .fix =
            {
                {"windows", "slmgr.vbs /dlv on the host shows its port; slmgr.vbs /sprt 1688 "
                            "and a restart of sppsvc put it back."},
                {"any", "If the port is meant, open it in the firewalls and leave the record."},
            },
    },
    {
        .id = "SRV-DUPLICATE",
        .severity = KD_SEV_NOTICE,
        .needs = KD_NEED_DOMAIN | KD_NEED_SRV_ANSWER,
        .check = srvset_duplicate,
        .title = "one host and port stand in more than one record",
        .when = "one target and port stand in more than one record",
        .why = "The host is picked more often than the others, and when it is down clients try "
               "it more than once.",
        .how = KD_HOW_SRV,
        .source = "RFC 2782",
        .fix =
            {
                {"any",
                 "Keep one record of {target} and delete the others: mostly one was made "
                 "by hand and one by the host."},
                {"windows", KD_FIX_REMOVE_WINDOWS},
                {"bind", "Delete the extra line at {service}.{domain}, raise the serial, rndc "
                         "reload {zone}"},
            },
    },
    {
        .id = "SRV-WEIGHTS",
        .severity = KD_SEV_NOTICE,
        .needs = KD_NEED_DOMAIN | KD_NEED_SRV_ANSWER,
        .check = srvset_weights,
        .title = "priorities or weights differ",
        .when = "priorities or weights differ; Vista/2008 clients ignore them, cached hosts "
                "freeze them",
        .why = "Vista and 2008 ignore them and pick at random. Later clients follow them once, "
               "then keep the host they found, so a change reaches them late.",
        .how = KD_HOW_SRV,
        .source = "RFC 2782; Microsoft, \"Deploy KMS Activation\"",
        .fix =
            {
                {"any", "If the difference is meant, switch host caching off on the clients: "
                        "slmgr.vbs /ckhc"},
                {"windows", "If not: write DnsDomainPublishList entries without numbers on "
                            "every KMS host and restart sppsvc."},
            },
    },
};
