/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * srv.c - rules about a record that is not there: nowhere, in one domain, in a domain that does
 * not exist, or next to where it should be.
 */
#include "look.h"
#include "tables.h"

#include <string.h>

#include "kmsdns/dns/usual.h"
#include "kmsdns/rules/client.h"

static bool srv_is_skipped(const struct kd_domain_fact *domain)
{
    for (size_t i = 0; i < domain->nview; i++) {
        if (domain->view[i].status != KD_OUT_SKIPPED) {
            return false;
        }
    }
    return true;
}

/* What was said about the names that the client asks. */
struct srv_absence {
    size_t nasked, nanswered, nskipped, nfound;
    struct kd_look_names absent, silent;
    struct kd_look_queries queries;
    const struct kd_domain_fact *first;
};

static void srv_note_absence(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                             struct srv_absence *absence)
{
    const struct kd_view_fact *view = kd_domain_main_view(domain);
    const char *owner = kd_look_owner(facts, domain);

    absence->first = absence->first != NULL ? absence->first : domain;
    absence->nasked++;
    absence->nfound += kd_domain_has_srv(domain) ? 1 : 0;
    absence->nskipped += srv_is_skipped(domain) ? 1 : 0;
    kd_look_add_views(&absence->queries, domain);
    if (view != NULL && kd_look_is_answered(domain)) {
        absence->nanswered++;
        kd_look_add_name(
            facts, &absence->absent,
            kd_arena_printf(facts->arena, "%s: %s", owner, kd_look_said(facts, view->status)));
    } else {
        kd_look_add_name(
            facts, &absence->silent,
            kd_arena_printf(facts->arena, "%s: %s", owner,
                            kd_outcome_str(view != NULL ? view->status : KD_OUT_SKIPPED)));
    }
}

static const char *srv_absence_subject(const struct kd_facts *facts)
{
    struct kd_look_names names = {.n = 0};

    if (facts->client != KD_CLIENT_ANY) {
        return kd_arena_printf(facts->arena, "%s client", kd_client_str(facts->client));
    }
    for (size_t i = 0; i < facts->ndomain; i++) {
        kd_look_add_name(facts, &names,
                         i < KD_LOOK_NAMES ? kd_look_owner(facts, &facts->domain[i])
                                           : facts->domain[i].name);
    }
    return kd_look_names_str(facts, &names);
}

/* Before a host is published its absence is no fault. */
static kd_severity srv_absence_severity(const struct kd_facts *facts, kd_severity severity)
{
    return strcmp(facts->command, "preflight") == 0 ? KD_SEV_NOTICE : severity;
}

static void srv_absent(struct kd_judge *judge, const struct kd_facts *facts)
{
    struct srv_absence absence = {.nasked = 0};
    const char *subject = srv_absence_subject(facts);
    const char *coverage = "";

    for (size_t i = 0; i < facts->ndomain; i++) {
        if (kd_client_asks(facts->client, facts->domain[i].sources)) {
            srv_note_absence(facts, &facts->domain[i], &absence);
        }
    }
    if (absence.nfound > 0) {
        return;
    }
    /* a name that was never asked may hold the record: only answers and silence are "none" */
    if (absence.nanswered == 0 || absence.nskipped > 0) {
        kd_not_judged(judge, subject, KD_NEED_SRV_ANSWER);
        return;
    }
    if (absence.silent.n > 0) {
        coverage = kd_arena_printf(facts->arena, "; without a usable answer: %s",
                                   kd_look_names_str(facts, &absence.silent));
    }
    kd_found_as(judge, srv_absence_severity(facts, KD_SEV_CRITICAL),
                &(struct kd_finding_args){.subject = subject,
                                          .domain = absence.first->name,
                                          .queries = absence.queries.n,
                                          .nqueries = absence.queries.count},
                "no domain that %s asks has an SRV record for %s%s: %s%s",
                facts->client == KD_CLIENT_ANY ? "a client"
                                               : kd_arena_printf(facts->arena, "a %s client",
                                                                 kd_client_str(facts->client)),
                facts->service, facts->host != NULL ? " yet" : "",
                kd_look_names_str(facts, &absence.absent), coverage);
}

static void srv_absent_domain(struct kd_judge *judge, const struct kd_facts *facts)
{
    const struct kd_domain_fact *with = kd_look_first_with_srv(facts);

    for (size_t i = 0; i < facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &facts->domain[i];
        const struct kd_view_fact *view = kd_domain_main_view(domain);
        struct kd_look_queries queries = {.count = 0};

        if (view == NULL || !kd_look_is_answered(domain)) {
            kd_not_judged(judge, domain->name, KD_NEED_SRV_ANSWER);
            continue;
        }
        if (with == NULL || kd_domain_has_srv(domain)) {
            continue;
        }
        kd_look_add_views(&queries, domain);
        kd_found_as(judge, srv_absence_severity(facts, KD_SEV_WARNING),
                    &(struct kd_finding_args){.subject = domain->name,
                                              .domain = domain->name,
                                              .queries = queries.n,
                                              .nqueries = queries.count},
                    "%s has no SRV record at %s, says %s: %s; %s has one", domain->name,
                    kd_look_owner(facts, domain), kd_look_server(facts, view->resolver),
                    kd_look_said(facts, view->status), with->name);
    }
}

/* The first view that says the domain itself is not there; NULL if none does. */
static const struct kd_view_fact *srv_missing_view(const struct kd_domain_fact *domain)
{
    for (size_t i = 0; i < domain->nview; i++) {
        /* RFC 8020 2: nothing exists below NXDOMAIN; records below prove the domain */
        if (domain->view[i].apex_status == KD_OUT_NXDOMAIN && domain->view[i].nrecords == 0) {
            return &domain->view[i];
        }
    }
    return NULL;
}

static bool srv_apex_is_known(const struct kd_domain_fact *domain)
{
    for (size_t i = 0; i < domain->nview; i++) {
        if (kd_outcome_is_usable(domain->view[i].apex_status)) {
            return true;
        }
    }
    return kd_domain_has_srv(domain);
}

static void srv_domain_missing(struct kd_judge *judge, const struct kd_facts *facts)
{
    const struct kd_domain_fact *with = kd_look_first_with_srv(facts);

    for (size_t i = 0; i < facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &facts->domain[i];
        const struct kd_view_fact *view = srv_missing_view(domain);

        if (!srv_apex_is_known(domain)) {
            kd_not_judged(judge, domain->name, KD_NEED_ASKED);
        }
        if (view == NULL) {
            continue;
        }
        kd_found_as(judge, with != NULL ? KD_SEV_WARNING : KD_SEV_CRITICAL,
                    &(struct kd_finding_args){.subject = domain->name,
                                              .domain = domain->name,
                                              .server = kd_look_server(facts, view->resolver),
                                              .queries = &view->apex_query,
                                              .nqueries = 1},
                    "the domain %s does not exist: %s says NXDOMAIN for the domain itself%s%s",
                    domain->name, kd_look_server(facts, view->resolver),
                    with != NULL ? "; the record is found in " : "",
                    with != NULL ? with->name : "");
    }
}

static void srv_typo_one(struct kd_judge *judge, const struct kd_facts *facts,
                         const struct kd_domain_fact *domain,
                         const struct kd_sibling_fact *sibling)
{
    bool is_kms = false;

    for (size_t i = 0; i < sibling->nrecords; i++) {
        is_kms = is_kms || sibling->records[i].port == KD_KMS_PORT;
    }
    kd_found(judge,
             &(struct kd_finding_args){.subject = sibling->name,
                                       .domain = domain->name,
                                       .target = sibling->records[0].target,
                                       .port = sibling->records[0].port,
                                       .queries = &sibling->query,
                                       .nqueries = 1},
             "%s holds %s%s, but clients ask for %s, which is absent: move the record there",
             sibling->name, kd_look_set(facts, sibling->records, sibling->nrecords),
             is_kms ? ", by its port a KMS record" : "", kd_look_owner(facts, domain));
}

/* False when the record is absent and a name next to it stayed unasked. */
static bool srv_siblings_are_known(const struct kd_domain_fact *domain)
{
    if (kd_domain_has_srv(domain) || srv_missing_view(domain) != NULL) {
        return true;
    }
    for (size_t i = 0; i < domain->nsibling; i++) {
        if (!kd_outcome_is_usable(domain->sibling[i].status)) {
            return false;
        }
    }
    return domain->nsibling > 0;
}

static void srv_typo_domain(struct kd_judge *judge, const struct kd_facts *facts,
                            const struct kd_domain_fact *domain)
{
    for (size_t i = 0; i < domain->nsibling; i++) {
        if (domain->sibling[i].nrecords > 0) {
            srv_typo_one(judge, facts, domain, &domain->sibling[i]);
        }
    }
    if (!srv_siblings_are_known(domain)) {
        kd_not_judged(judge, domain->name, KD_NEED_ASKED);
    }
}

static void srv_typo(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        srv_typo_domain(judge, facts, &facts->domain[i]);
    }
}

const struct kd_rule kd_rules_srv[4] = {
    {
        .id = "SRV-ABSENT",
        .severity = KD_SEV_CRITICAL,
        .needs = KD_NEED_RESOLVER | KD_NEED_DOMAIN | KD_NEED_ASKED | KD_NEED_SRV_ANSWER,
        .check = srv_absent,
        .title = "no domain has the record that clients look for",
        .when = "no domain that this kind of client asks has the SRV record",
        .why = "Clients that are not told a KMS host by hand find none: 0x8007232B where the "
               "name does not exist, 0x8007251D where it exists without an SRV record.",
        .how = KD_HOW_SRV,
        .source = KD_SRC_GUIDE "; " KD_SRC_CODES,
        .fix =
            {
                {"any", "Look at the KMS host first: restart its sppsvc service, and event "
                        "12294 (or 12293 with a reason) tells how publishing went."},
                {"windows", KD_FIX_ADD_WINDOWS},
                {"bind", KD_FIX_ADD_BIND},
                {"knot", KD_FIX_ADD_KNOT},
                {"powerdns", KD_FIX_ADD_POWERDNS},
            },
    },
    {
        .id = "SRV-ABSENT-DOMAIN",
        .severity = KD_SEV_WARNING,
        .needs = KD_NEED_RESOLVER | KD_NEED_DOMAIN | KD_NEED_SRV_ANSWER,
        .check = srv_absent_domain,
        .title = "one domain lacks the record that another one has",
        .when = "this domain has none, another one has; text tells NXDOMAIN from NODATA",
        .why = "Clients that ask only in this domain find no KMS host: NXDOMAIN shows as "
               "0x8007232B, NODATA as 0x8007251D.",
        .how = KD_HOW_SRV,
        .source = "RFC 2308 2; " KD_SRC_GUIDE,
        .fix =
            {
                {"any", "If clients ask here: add {domain} to DnsDomainPublishList on the KMS "
                        "host and restart sppsvc. If not, leave the domain out."},
                {"windows", KD_FIX_ADD_WINDOWS},
                {"bind", KD_FIX_ADD_BIND},
                {"knot", KD_FIX_ADD_KNOT},
                {"powerdns", KD_FIX_ADD_POWERDNS},
            },
    },
    {
        .id = "SRV-DOMAIN-MISSING",
        .severity = KD_SEV_CRITICAL,
        .needs = KD_NEED_RESOLVER | KD_NEED_DOMAIN | KD_NEED_ASKED,
        .check = srv_domain_missing,
        .title = "the domain itself does not exist",
        .when = "the domain itself does not exist (NXDOMAIN at its apex); warning while "
                "another domain has the record",
        .why = "There is nothing to find below a domain that DNS does not know, and no place "
               "for a KMS host to publish: mostly a misspelt suffix or a zone that this "
               "resolver cannot see.",
        .how = "dig {domain} SOA",
        .source = "RFC 2308 2.1; RFC 8020 2",
        .fix =
            {
                {"any",
                 "Check the spelling of the suffix; if it is right, the resolver needs a "
                 "forwarder or a delegation for {domain}"},
                {"windows", "Add-DnsServerConditionalForwarderZone -Name {domain} "
                            "-MasterServers <address of its DNS server>"},
                {"bind", "zone \"{domain}\" { type forward; forwarders { <address>; }; };"},
            },
    },
    {
        .id = "SRV-TYPO",
        .severity = KD_SEV_WARNING,
        .needs = KD_NEED_RESOLVER | KD_NEED_DOMAIN | KD_NEED_SRV_ANSWER,
        .check = srv_typo,
        .title = "the record stands under a misspelt name",
        .when = "a misspelt sibling exists (_vmlcs, _vlmcs._udp, _vlmcs.tcp, _kms._tcp, the "
                "name doubled)",
        .why = "Clients ask for exactly one name below their domain; a record at any other "
               "name helps nobody.",
        .how = "dig _vmlcs._tcp.{domain} SRV; dig {service}.{domain} SRV",
        .source = "RFC 2782; " KD_SRC_GUIDE,
        .fix =
            {
                {"any", "Publish at {service}.{domain} and delete the misspelt record."},
                {"windows", KD_FIX_ADD_WINDOWS},
                {"bind", KD_FIX_ADD_BIND},
                {"knot", KD_FIX_ADD_KNOT},
                {"powerdns", KD_FIX_ADD_POWERDNS},
            },
    },
};
