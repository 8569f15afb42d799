/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * resdiff.c - rules about answers that cannot all be true: resolvers that disagree about one
 * domain, and resolvers or zones that answer for any name at all.
 */
#include "look.h"
#include "tables.h"

static bool resdiff_is_same(const struct kd_view_fact *a, const struct kd_view_fact *b)
{
    /* NXDOMAIN and NODATA both say "no record": a difference in words, not in the set */
    return kd_srv_set_equal(a->records, a->nrecords, b->records, b->nrecords);
}

static size_t resdiff_count_same(const struct kd_domain_fact *domain,
                                 const struct kd_view_fact *view)
{
    size_t n = 0;

    for (size_t i = 0; i < domain->nview; i++) {
        const struct kd_view_fact *other = &domain->view[i];

        if (kd_outcome_is_usable(other->status) && resdiff_is_same(view, other)) {
            n++;
        }
    }
    return n;
}

/* What most resolvers say; a set with records wins a draw, then the first. */
static const struct kd_view_fact *resdiff_majority(const struct kd_domain_fact *domain)
{
    const struct kd_view_fact *best = NULL;
    size_t nbest = 0;

    for (size_t i = 0; i < domain->nview; i++) {
        const struct kd_view_fact *view = &domain->view[i];
        size_t n = kd_outcome_is_usable(view->status) ? resdiff_count_same(domain, view) : 0;
        bool wins_draw =
            n == nbest && best != NULL && best->nrecords == 0 && view->nrecords > 0;

        if (n > nbest || (n > 0 && wins_draw)) {
            best = view;
            nbest = n;
        }
    }
    return best;
}

static const char *resdiff_said(const struct kd_facts *facts, const struct kd_view_fact *view)
{
    return view->nrecords > 0 ? kd_look_set(facts, view->records, view->nrecords)
                              : kd_look_said(facts, view->status);
}

static void resdiff_disagree_one(struct kd_judge *judge, const struct kd_facts *facts,
                                 const struct kd_domain_fact *domain,
                                 const struct kd_view_fact *majority)
{
    struct kd_look_names odd = {.n = 0};
    struct kd_look_queries queries = {.count = 0};

    for (size_t i = 0; i < domain->nview; i++) {
        const struct kd_view_fact *view = &domain->view[i];

        if (!kd_outcome_is_usable(view->status) || resdiff_is_same(view, majority)) {
            continue;
        }
        kd_look_add_name(facts, &odd,
                         kd_arena_printf(facts->arena, "%s says %s",
                                         kd_look_server(facts, view->resolver),
                                         resdiff_said(facts, view)));
        kd_look_add_query(&queries, view->query);
    }
    kd_look_add_query(&queries, majority->query);
    if (odd.n > 0) {
        kd_found(judge,
                 &(struct kd_finding_args){.subject = domain->name,
                                           .domain = domain->name,
                                           .server = kd_look_server(facts, majority->resolver),
                                           .queries = queries.n,
                                           .nqueries = queries.count},
                 "resolvers disagree about %s: %s, while %s says %s",
                 kd_look_owner(facts, domain), kd_look_names_str(facts, &odd),
                 kd_look_server(facts, majority->resolver), resdiff_said(facts, majority));
    }
}

static void resdiff_disagree(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &facts->domain[i];
        const struct kd_view_fact *majority = resdiff_majority(domain);
        size_t nusable = 0;

        for (size_t j = 0; j < domain->nview; j++) {
            nusable += kd_outcome_is_usable(domain->view[j].status) ? 1 : 0;
        }
        if (majority != NULL) {
            resdiff_disagree_one(judge, facts, domain, majority);
        }
        if (nusable < domain->nview) {
            kd_not_judged(judge, domain->name, KD_NEED_SRV_ANSWER);
        }
    }
}

static bool resdiff_rewrites(const struct kd_facts *facts, uint32_t resolver)
{
    return resolver < facts->nresolver &&
           facts->resolver[resolver].control_status == KD_OUT_NOERROR;
}

static void resdiff_rewrites_resolver(struct kd_judge *judge, const struct kd_facts *facts,
                                      uint32_t resolver)
{
    const struct kd_resolver_fact *fact = &facts->resolver[resolver];
    const char *server = kd_look_server(facts, resolver);

    if (fact->control_status == KD_OUT_NOERROR) {
        kd_found(judge,
                 &(struct kd_finding_args){.subject = server,
                                           .server = server,
                                           .queries = &fact->control_query,
                                           .nqueries = 1},
                 "%s gives an address for a random name below invalid., where nothing exists: "
                 "it rewrites NXDOMAIN, so misspelt host names seem to resolve",
                 server);
    } else if (!kd_outcome_is_usable(fact->control_status)) {
        kd_not_judged(judge, server, KD_NEED_CONTROL);
    }
}

static void resdiff_rewrites_domain(struct kd_judge *judge, const struct kd_facts *facts,
                                    const struct kd_domain_fact *domain)
{
    bool is_judged = domain->nview == 0;

    for (size_t i = 0; i < domain->nview; i++) {
        const struct kd_view_fact *view = &domain->view[i];
        bool rewrites = resdiff_rewrites(facts, view->resolver);

        is_judged = is_judged || rewrites || kd_outcome_is_usable(view->random_status);
        if (rewrites || view->random_status != KD_OUT_NOERROR) {
            continue;
        }
        kd_found_as(judge, KD_SEV_NOTICE,
                    &(struct kd_finding_args){.subject = domain->name,
                                              .domain = domain->name,
                                              .server = kd_look_server(facts, view->resolver),
                                              .queries = &view->random_query,
                                              .nqueries = 1},
                    "a random name below %s has an address, says %s: a wildcard there (or "
                    "rewriting below this domain only) makes misspelt host names resolve, and "
                    "an absent %s looks like NODATA instead of NXDOMAIN",
                    domain->name, kd_look_server(facts, view->resolver), facts->service);
        return;
    }
    if (!is_judged) {
        kd_not_judged(judge, domain->name, KD_NEED_CONTROL);
    }
}

static void resdiff_rewriting(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (uint32_t i = 0; i < facts->nresolver; i++) {
        resdiff_rewrites_resolver(judge, facts, i);
    }
    for (size_t i = 0; i < facts->ndomain; i++) {
        resdiff_rewrites_domain(judge, facts, &facts->domain[i]);
    }
}

const struct kd_rule kd_rules_resdiff[2] = {
    {
        .id = "RES-DISAGREE",
        .severity = KD_SEV_WARNING,
        .needs = KD_NEED_RESOLVER | KD_NEED_DOMAIN | KD_NEED_SRV_ANSWER,
        .check = resdiff_disagree,
        .title = "resolvers give different records for one domain",
        .when = "resolvers give different SRV sets for one domain",
        .why = "Which KMS host a client finds, or whether it finds one, depends on the DNS "
               "server that answers it. Replication lag, a stale cache or two zones of the "
               "same name are the usual causes.",
        .how = "dig @{server} {service}.{domain} SRV, for each resolver",
        .source = KD_SRC_GUIDE,
        .fix =
            {
                {"any", "Compare the zone's serial on each server (dig @{server} {zone} "
                        "SOA): a lower "
                        "one has not been updated yet."},
                {"windows",
                 "repadmin /syncall /AdeP, then Clear-DnsServerCache on the odd one"},
                {"bind", "rndc retransfer {zone} on a secondary; rndc flushname "
                         "{service}.{domain} on a cache"},
                {"knot", "knotc zone-retransfer {zone}"},
                {"powerdns", "pdns_control retrieve {zone}; rec_control wipe-cache "
                             "{service}.{domain}"},
            },
    },
    {
        .id = "RES-REWRITES",
        .severity = KD_SEV_WARNING,
        .needs = KD_NEED_RESOLVER | KD_NEED_CONTROL,
        .check = resdiff_rewriting,
        .title = "a name that does not exist gets an answer",
        .when = "the resolver answers a random name positively (NXDOMAIN is rewritten)",
        .why = "Where any name resolves, a misspelt or removed KMS host seems to exist, and "
               "clients connect to whatever stands at that address.",
        .how = "dig @{server} kmsdns-surely-absent.invalid A",
        .source = "RFC 6761 6.4; RFC 8020 2",
        .fix =
            {
                {"any",
                 "Switch off \"search help\" or NXDOMAIN redirection on the resolver, or "
                 "ask another one."},
                {"bind", "Remove the zone of \"type redirect\" or the response-policy zone "
                         "that rewrites; in a zone of yours remove the wildcard *.{domain}"},
                {"windows", "Remove the forwarder that rewrites: Get-DnsServerForwarder"},
            },
    },
};
