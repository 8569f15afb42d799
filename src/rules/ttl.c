/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ttl.c - rules about how long answers are kept.
 *
 * A cache gives what is left of a TTL, so its value is only a lower bound (RFC 1035 3.2.1): it
 * proves "longer than", never "equal" or "shorter". Without an authoritative server the other
 * direction stays not judged.
 */
#include "look.h"
#include "tables.h"

#include "kmsdns/rules/policy.h"

/* One TTL of the set, as a resolver or one of the zone's own servers gave it. */
struct ttl_answer {
    bool is_authoritative;
    int64_t ttl_s;
    const char *server; /* NULL as long as nobody speaks about it */
    uint32_t query;
};

static bool ttl_is_known(const struct kd_view_fact *view)
{
    return view->nrecords > 0 && view->ttl_s >= 0;
}

static struct ttl_answer ttl_of_view(const struct kd_view_fact *view)
{
    return (struct ttl_answer){view->is_authoritative, view->ttl_s, NULL, view->query};
}

/* The authoritative TTL of the run, where resolvers gave only what is left in their caches. */
static bool ttl_of_zone(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                        struct ttl_answer *ret)
{
    const struct kd_zone_fact *zone = domain->zone;

    for (size_t i = 0; zone != NULL && i < zone->nserver; i++) {
        const struct kd_server_fact *server = &zone->server[i];

        if (server->is_authoritative && server->srv_status == KD_OUT_NOERROR &&
            server->nrecords > 0 && server->ttl_s >= 0) {
            const char *address = kd_look_endpoint(facts, &server->address);

            *ret = (struct ttl_answer){true, server->ttl_s,
                                       address != NULL ? address : "the zone's server",
                                       server->srv_query};
            return true;
        }
    }
    return false;
}

static struct kd_finding_args ttl_args(const struct kd_domain_fact *domain,
                                       const struct ttl_answer *answer)
{
    return (struct kd_finding_args){
        .subject = domain->name,
        .domain = domain->name,
        .server = answer->server,
        .queries = &answer->query,
        .nqueries = 1,
    };
}

/* "3300 s" from a cache, "3600 s" from the zone: who says it and what it is. */
static const char *ttl_from(const struct ttl_answer *answer)
{
    return answer->is_authoritative ? "an authoritative answer"
                                    : "what is left of it in a cache";
}

/* How one answer bears on a question about the TTL. */
enum ttl_verdict {
    TTL_OPEN,
    TTL_PASSES,
    TTL_FAILS
};

typedef enum ttl_verdict ttl_verdict_fn(const struct kd_policy *policy,
                                        const struct ttl_answer *answer);

static enum ttl_verdict ttl_unusual_verdict(const struct kd_policy *policy,
                                            const struct ttl_answer *answer)
{
    int64_t most = policy->ttl_min_s < 0 ? policy->ttl_usual_s : policy->ttl_max_s;

    if (answer->is_authoritative) {
        return kd_policy_ttl_is_usual(policy, answer->ttl_s) ? TTL_PASSES : TTL_FAILS;
    }
    return answer->ttl_s > most ? TTL_FAILS : TTL_OPEN;
}

static enum ttl_verdict ttl_long_verdict(const struct kd_policy *policy,
                                         const struct ttl_answer *answer)
{
    if (answer->ttl_s > policy->ttl_max_s) {
        return TTL_FAILS;
    }
    return answer->is_authoritative ? TTL_PASSES : TTL_OPEN;
}

static enum ttl_verdict ttl_zero_verdict(const struct kd_policy *policy,
                                         const struct ttl_answer *answer)
{
    (void)policy;
    return answer->ttl_s == 0 ? TTL_FAILS : TTL_PASSES;
}

/* What stands in a domain's views. */
struct ttl_views {
    bool has_authority, has_passed;
    const struct kd_view_fact *failed; /* the first one, authoritative ones before caches */
};

static struct ttl_views ttl_read_views(const struct kd_policy *policy,
                                       const struct kd_domain_fact *domain,
                                       ttl_verdict_fn *verdict)
{
    struct ttl_views views = {.failed = NULL};

    for (size_t i = 0; i < domain->nview; i++) {
        const struct kd_view_fact *view = &domain->view[i];
        struct ttl_answer answer = ttl_of_view(view);
        enum ttl_verdict says = verdict(policy, &answer);

        if (!ttl_is_known(view)) {
            continue;
        }
        views.has_authority = views.has_authority || view->is_authoritative;
        views.has_passed = views.has_passed || says == TTL_PASSES;
        if (says == TTL_FAILS && (views.failed == NULL || (view->is_authoritative &&
                                                           !views.failed->is_authoritative))) {
            views.failed = view;
        }
    }
    return views;
}

/* Tells what stays open, and gives the answer to speak about; false when there is nothing. */
static bool ttl_judge_domain(struct kd_judge *judge, const struct kd_facts *facts,
                             const struct kd_domain_fact *domain, ttl_verdict_fn *verdict,
                             struct ttl_answer *ret)
{
    const struct kd_policy *policy = kd_judge_policy(judge);
    struct ttl_views views = ttl_read_views(policy, domain, verdict);

    if (!views.has_authority && ttl_of_zone(facts, domain, ret)) {
        return verdict(policy, ret) == TTL_FAILS;
    }
    if (views.failed == NULL && !views.has_passed && !kd_look_is_absent(domain)) {
        kd_not_judged(judge, domain->name,
                      kd_look_is_answered(domain) ? KD_NEED_AUTH_TTL : KD_NEED_SRV_ANSWER);
    }
    if (views.failed == NULL) {
        return false;
    }
    *ret = ttl_of_view(views.failed);
    ret->server = kd_look_server(facts, views.failed->resolver);
    return true;
}

/* "the usual 3600 s", or "between 600 and 7200 s" where a policy gives a range. */
static const char *ttl_usual_str(const struct kd_facts *facts, const struct kd_policy *policy)
{
    if (policy->ttl_min_s < 0) {
        return kd_arena_printf(facts->arena, "the usual %lld s",
                               (long long)policy->ttl_usual_s);
    }
    return kd_arena_printf(facts->arena, "between %lld and %lld s",
                           (long long)policy->ttl_min_s, (long long)policy->ttl_max_s);
}

static void ttl_unusual(struct kd_judge *judge, const struct kd_facts *facts)
{
    const struct kd_policy *policy = kd_judge_policy(judge);

    for (size_t i = 0; i < facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &facts->domain[i];
        struct ttl_answer answer;

        if (ttl_judge_domain(judge, facts, domain, ttl_unusual_verdict, &answer)) {
            struct kd_finding_args args = ttl_args(domain, &answer);

            args.ttl_s = policy->ttl_usual_s;
            kd_found(judge, &args, "the TTL of %s is %lld s (%s), not %s",
                     kd_look_owner(facts, domain), (long long)answer.ttl_s, ttl_from(&answer),
                     ttl_usual_str(facts, policy));
        }
    }
}

static void ttl_long(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &facts->domain[i];
        struct ttl_answer answer;

        if (ttl_judge_domain(judge, facts, domain, ttl_long_verdict, &answer)) {
            struct kd_finding_args args = ttl_args(domain, &answer);

            args.ttl_s = kd_judge_policy(judge)->ttl_usual_s;
            kd_found(judge, &args,
                     "the TTL of %s is %lld s (%s), about %lld hours: a host that dies stays "
                     "with clients that long",
                     kd_look_owner(facts, domain), (long long)answer.ttl_s, ttl_from(&answer),
                     (long long)(answer.ttl_s / 3600));
        }
    }
}

static void ttl_zero(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &facts->domain[i];
        struct ttl_answer answer;

        if (ttl_judge_domain(judge, facts, domain, ttl_zero_verdict, &answer)) {
            struct kd_finding_args args = ttl_args(domain, &answer);

            args.ttl_s = kd_judge_policy(judge)->ttl_usual_s;
            kd_found_as(judge, answer.is_authoritative ? KD_SEV_WARNING : KD_SEV_NOTICE, &args,
                        answer.is_authoritative
                            ? "the TTL of %s is 0, says %s: no cache keeps the record, every "
                              "client asks the zone's servers"
                            : "the TTL of %s is 0 in the cache of %s: it is 0 in the zone, or "
                              "the last second of it was seen",
                        kd_look_owner(facts, domain), args.server);
        }
    }
}

/* A set and its TTL as some authoritative server gave them, to a resolver's place or directly. */
struct ttl_source {
    const char *who, *address;
    int64_t ttl_s;
    const struct kd_srv *records;
    size_t nrecords;
    uint32_t query;
};

static void ttl_add_source(const struct kd_facts *facts, struct ttl_source **source, size_t *n,
                           struct ttl_source entry)
{
    if (entry.nrecords == 0 || entry.ttl_s < 0) {
        return;
    }
    *source = kd_arena_grow(facts->arena, *source, *n, sizeof(**source));
    (*source)[*n] = entry;
    (*n)++;
}

/* What authoritative servers gave, however they were asked; returns how many. */
static size_t ttl_sources(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                          struct ttl_source **ret)
{
    const struct kd_zone_fact *zone = domain->zone;
    size_t n = 0;

    *ret = NULL;
    for (size_t i = 0; i < domain->nview; i++) {
        const struct kd_view_fact *view = &domain->view[i];

        if (view->is_authoritative) {
            const char *who = kd_look_server(facts, view->resolver);

            ttl_add_source(facts, ret, &n,
                           (struct ttl_source){who, who, view->ttl_s, view->records,
                                               view->nrecords, view->query});
        }
    }
    for (size_t i = 0; zone != NULL && i < zone->nserver; i++) {
        const struct kd_server_fact *server = &zone->server[i];

        if (server->is_authoritative) {
            ttl_add_source(facts, ret, &n,
                           (struct ttl_source){kd_look_ns(facts, server),
                                               kd_look_address(facts, &server->address),
                                               server->ttl_s, server->records, server->nrecords,
                                               server->srv_query});
        }
    }
    return n;
}

/* A source with the same set as another one and a different TTL; NULL if there is none. */
static const struct ttl_source *ttl_odd_one(const struct ttl_source *source, size_t n,
                                            const struct ttl_source *one)
{
    for (size_t i = 0; i < n; i++) {
        if (source[i].ttl_s != one->ttl_s &&
            kd_srv_set_equal(source[i].records, source[i].nrecords, one->records,
                             one->nrecords)) {
            return &source[i];
        }
    }
    return NULL;
}

static void ttl_differs_domain(struct kd_judge *judge, const struct kd_facts *facts,
                               const struct kd_domain_fact *domain)
{
    struct ttl_source *source = NULL;
    size_t n = ttl_sources(facts, domain, &source);

    for (size_t i = 0; i < n; i++) {
        const struct ttl_source *other = ttl_odd_one(source, n, &source[i]);

        if (other != NULL) {
            const uint32_t queries[] = {source[i].query, other->query};

            kd_found(judge,
                     &(struct kd_finding_args){.subject = domain->name,
                                               .domain = domain->name,
                                               .server = source[i].address,
                                               .queries = queries,
                                               .nqueries = 2},
                     "%s serves %s with a TTL of %lld s, %s with %lld s", source[i].who,
                     kd_look_owner(facts, domain), (long long)source[i].ttl_s, other->who,
                     (long long)other->ttl_s);
            return;
        }
    }
    if (n < 2) {
        kd_not_judged(judge, domain->name, KD_NEED_AUTH_SERVERS);
    }
}

static void ttl_differs(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        ttl_differs_domain(judge, facts, &facts->domain[i]);
    }
}

/* Where "no such record" is kept longest; NULL when no SOA was seen. */
static const struct kd_view_fact *ttl_most_negative(const struct kd_domain_fact *domain)
{
    const struct kd_view_fact *most = NULL;

    for (size_t i = 0; i < domain->nview; i++) {
        const struct kd_view_fact *view = &domain->view[i];

        if (view->negative_ttl_s >= 0 &&
            (most == NULL || view->negative_ttl_s > most->negative_ttl_s)) {
            most = view;
        }
    }
    return most;
}

static void ttl_negative(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &facts->domain[i];
        const struct kd_view_fact *view = ttl_most_negative(domain);

        if (view == NULL) {
            kd_not_judged(judge, domain->name, KD_NEED_NEGATIVE_TTL);
        } else if (view->negative_ttl_s > kd_judge_policy(judge)->negative_ttl_max_s) {
            kd_found(judge,
                     &(struct kd_finding_args){.subject = domain->name,
                                               .domain = domain->name,
                                               .server = kd_look_server(facts, view->resolver),
                                               .queries = &view->apex_query,
                                               .nqueries = 1},
                     "caches keep \"no such record\" for %lld s in the zone %s: a client that "
                     "asked before the record was published waits that long",
                     (long long)view->negative_ttl_s,
                     view->soa_zone != NULL ? view->soa_zone : domain->name);
        }
    }
}

const struct kd_rule kd_rules_ttl[5] = {
    {
        .id = "TTL-UNUSUAL",
        .severity = KD_SEV_NOTICE,
        .needs = KD_NEED_DOMAIN | KD_NEED_SRV_ANSWER | KD_NEED_SRV,
        .check = ttl_unusual,
        .title = "the TTL is not 3600 seconds",
        .when = "the TTL is not 3600 s",
        .why = "KMS hosts publish with 3600 s, and Microsoft tells admins to use 60 minutes. "
               "Another value shows that the record was made by hand or by other means.",
        .how = "dig @{server} {service}.{domain} SRV +norecurse",
        .source = "Microsoft, \"Volume Activation 2.0 Deployment Guide\" (manual SRV record)",
        .fix =
            {
                {"windows", KD_FIX_TTL_WINDOWS},
                {"bind", KD_FIX_TTL_BIND},
                {"any", "If the value is meant, leave it."},
            },
    },
    {
        .id = "TTL-LONG",
        .severity = KD_SEV_WARNING,
        .needs = KD_NEED_DOMAIN | KD_NEED_SRV_ANSWER | KD_NEED_SRV,
        .check = ttl_long,
        .title = "the TTL is over a day",
        .when = "the TTL is over 86400 s: a dead host stays with clients that long",
        .why = "Caches keep the record for that long: a KMS host that was replaced or removed "
               "goes on being found.",
        .how = "dig @{server} {service}.{domain} SRV +norecurse",
        .source = "RFC 1035 3.2.1",
        .fix =
            {
                {"windows", KD_FIX_TTL_WINDOWS},
                {"bind", KD_FIX_TTL_BIND},
                {"any", "Before a move of the KMS host, lower the TTL a day ahead."},
            },
    },
    {
        .id = "TTL-ZERO",
        .severity = KD_SEV_WARNING,
        .needs = KD_NEED_DOMAIN | KD_NEED_SRV_ANSWER | KD_NEED_SRV,
        .check = ttl_zero,
        .title = "the TTL is 0",
        .when = "the TTL is 0",
        .why = "Nobody may keep the record: each activation asks the zone's own servers, and "
               "fails while they are away.",
        .how = "dig @{server} {service}.{domain} SRV +norecurse",
        .source = "RFC 1035 3.2.1",
        .fix =
            {
                {"windows", KD_FIX_TTL_WINDOWS},
                {"bind", KD_FIX_TTL_BIND},
            },
    },
    {
        .id = "TTL-DIFFERS",
        .severity = KD_SEV_NOTICE,
        .needs = KD_NEED_DOMAIN | KD_NEED_AUTH_SERVERS,
        .check = ttl_differs,
        .title = "authoritative servers serve the set with different TTLs",
        .when = "authoritative servers serve different TTLs for the set",
        .why = "Copies of the zone differ: one has not been updated, or the record was made on "
               "each server by hand.",
        .how = "dig @{server} {service}.{domain} SRV +norecurse, for each server",
        .source = "RFC 2181 5.2",
        .fix =
            {
                {"any", "Compare the serials (dig @{server} {zone} SOA) and transfer the zone "
                        "again where it is older."},
                {"windows", "repadmin /syncall /AdeP"},
                {"bind", "rndc retransfer {zone}"},
                {"knot", "knotc zone-retransfer {zone}"},
                {"powerdns", "pdns_control retrieve {zone}"},
            },
    },
    {
        .id = "TTL-NEGATIVE",
        .severity = KD_SEV_WARNING,
        .needs = KD_NEED_DOMAIN | KD_NEED_ASKED | KD_NEED_NEGATIVE_TTL,
        .check = ttl_negative,
        .title = "caches keep \"no such record\" for more than an hour",
        .when = "negative caching (min of SOA TTL and minimum) is over 3600 s: clients that "
                "asked too early wait that long",
        .why = "A client whose resolver asked before the record was there hears \"no\" until "
               "the time is over. Flushing the client's own cache does not help.",
        .how = "dig {domain} SOA: the smaller of the record's TTL and its last number",
        .source = "RFC 2308 5",
        .fix =
            {
                {"any", "Set the last number of the zone's SOA to 900 or less before hosts are "
                        "moved; flush the resolver's cache now."},
                {"windows", "Clear-DnsServerCache on the resolver; SOA tab of the zone's "
                            "properties, \"Minimum (default) TTL\""},
                {"bind", "rndc flushname {service}.{domain} on the resolver"},
                {"powerdns", "rec_control wipe-cache {service}.{domain}"},
                {"knot", "On Knot Resolver: cache.clear('{domain}')"},
            },
    },
};
