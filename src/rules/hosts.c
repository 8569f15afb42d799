/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hosts.c - rules about the hosts that somebody said should, or should not, be published.
 *
 * Each resolver's answer is compared with the list, by names alone. Domains without the record
 * are compared only when no candidate has it: that a second domain has none is another finding.
 */
#include "look.h"
#include "tables.h"

#include <string.h>

#include "kmsdns/rules/policy.h"

static bool hosts_has(const struct kd_view_fact *view, const char *name)
{
    for (size_t i = 0; i < view->nrecords; i++) {
        if (strcmp(view->records[i].target, name) == 0) {
            return true;
        }
    }
    return false;
}

/* "192.0.2.53:53" of who said it, when resolvers could differ. */
static const char *hosts_by(const struct kd_facts *facts, const struct kd_view_fact *view)
{
    return kd_arena_printf(facts->arena, " (as %s answers)",
                           kd_look_server(facts, view->resolver));
}

static void hosts_missing_view(struct kd_judge *judge, const struct kd_facts *facts,
                               const struct kd_domain_fact *domain,
                               const struct kd_view_fact *view)
{
    const struct kd_policy *policy = kd_judge_policy(judge);
    struct kd_look_names names = {.n = 0};
    const char *first = NULL;

    for (size_t i = 0; i < policy->nhost; i++) {
        if (!hosts_has(view, policy->host[i])) {
            first = first != NULL ? first : policy->host[i];
            kd_look_add_name(facts, &names, policy->host[i]);
        }
    }
    if (first != NULL) {
        kd_found(judge,
                 &(struct kd_finding_args){.subject = domain->name,
                                           .domain = domain->name,
                                           .target = first,
                                           .server = kd_look_server(facts, view->resolver),
                                           .queries = &view->query,
                                           .nqueries = 1},
                 "%s should name %s and does not%s", kd_look_owner(facts, domain),
                 kd_look_names_str(facts, &names), hosts_by(facts, view));
    }
}

static void hosts_unexpected_view(struct kd_judge *judge, const struct kd_facts *facts,
                                  const struct kd_domain_fact *domain,
                                  const struct kd_view_fact *view)
{
    const struct kd_policy *policy = kd_judge_policy(judge);
    bool is_wrong_when_listed = policy->match == KD_MATCH_FORBID;
    struct kd_look_names names = {.n = 0};
    const struct kd_srv *first = NULL;

    for (size_t i = 0; i < view->nrecords; i++) {
        const struct kd_srv *record = &view->records[i];

        if (kd_policy_has_host(policy, record->target) == is_wrong_when_listed) {
            first = first != NULL ? first : record;
            kd_look_add_name(facts, &names, record->target);
        }
    }
    if (first != NULL) {
        kd_found(judge,
                 &(struct kd_finding_args){.subject = domain->name,
                                           .domain = domain->name,
                                           .target = first->target,
                                           .server = kd_look_server(facts, view->resolver),
                                           .port = first->port,
                                           .queries = &view->query,
                                           .nqueries = 1},
                 "%s names %s, which should not be published%s", kd_look_owner(facts, domain),
                 kd_look_names_str(facts, &names), hosts_by(facts, view));
    }
}

typedef void hosts_view_fn(struct kd_judge *judge, const struct kd_facts *facts,
                           const struct kd_domain_fact *domain,
                           const struct kd_view_fact *view);

static void hosts_each_view(struct kd_judge *judge, const struct kd_facts *facts,
                            hosts_view_fn *check)
{
    bool is_anywhere = kd_look_first_with_srv(facts) != NULL;
    struct kd_look_walk walk = {.view = NULL};

    while (kd_look_next_view(facts, &walk)) {
        if (kd_outcome_is_usable(walk.view->status) &&
            (!is_anywhere || kd_domain_has_srv(walk.domain))) {
            check(judge, facts, walk.domain, walk.view);
        }
    }
    kd_look_tell_unanswered(judge, facts);
    if (facts->ndomain == 0) {
        kd_not_judged(judge, NULL, KD_NEED_DOMAIN);
    }
}

/* Without a list nobody expects anything: there is nothing to judge, and nothing is missing. */
static bool hosts_may_miss(const struct kd_policy *policy)
{
    return policy->nhost > 0 && policy->match != KD_MATCH_FORBID;
}

static void hosts_missing(struct kd_judge *judge, const struct kd_facts *facts)
{
    hosts_each_view(judge, facts, hosts_missing_view);
}

static bool hosts_may_surprise(const struct kd_policy *policy)
{
    return policy->nhost > 0 && policy->match != KD_MATCH_ATLEAST;
}

static void hosts_unexpected(struct kd_judge *judge, const struct kd_facts *facts)
{
    hosts_each_view(judge, facts, hosts_unexpected_view);
}

const struct kd_rule kd_rules_hosts[2] = {
    {
        .id = "HOSTS-MISSING",
        .severity = KD_SEV_CRITICAL,
        .needs = KD_NEED_NONE,
        .is_asked = hosts_may_miss,
        .check = hosts_missing,
        .title = "a host that should be published is not",
        .when = "an expected host is not in the SRV set (--match exact or atleast)",
        .why = "Clients cannot find this host. When it is the only one that works, they do not "
               "activate.",
        .how = KD_HOW_SRV,
        .source = KD_SRC_GUIDE,
        .fix =
            {
                {"any", "kmsdns publish --host {target} {domain} shows what would be written; "
                        "if the host is gone for good, take it out of the expected ones."},
                {"windows", KD_FIX_ADD_WINDOWS},
                {"bind", KD_FIX_ADD_BIND},
                {"knot", KD_FIX_ADD_KNOT},
                {"powerdns", KD_FIX_ADD_POWERDNS},
            },
    },
    {
        .id = "HOSTS-UNEXPECTED",
        .severity = KD_SEV_CRITICAL,
        .needs = KD_NEED_NONE,
        .is_asked = hosts_may_surprise,
        .check = hosts_unexpected,
        .title = "a host is published that should not be",
        .when = "a host in the SRV set is not an expected one (--match exact), or is a "
                "forbidden one (--match forbid)",
        .why = "Clients pick this host as readily as the right ones. It may be one that was "
               "retired, or one that somebody set up on the quiet.",
        .how = KD_HOW_SRV,
        .source = KD_SRC_GUIDE,
        .fix =
            {
                {"any", "kmsdns unpublish --host {target}:{port} {domain} shows what would be "
                        "removed; a host that is alive publishes itself again unless slmgr.vbs "
                        "/cdns stops it."},
                {"windows", KD_FIX_REMOVE_WINDOWS},
                {"bind",
                 "update delete {service}.{domain} SRV 0 0 {port} {target} in nsupdate"},
            },
    },
};
