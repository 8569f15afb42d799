/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * limit.c - rules about the limits that somebody set for the metrics of a domain. Without limits
 * they are silent; a metric that has one and no value is told as not judged.
 */
#include "look.h"
#include "tables.h"

#include <math.h>

#include "kmsdns/base/num.h"
#include "kmsdns/rules/metric.h"

/* What must be seen before a metric has a value. */
static const kd_need LIMIT_NEED[KD_METRIC_COUNT] = {
    [KD_METRIC_TIME] = KD_NEED_SRV_ANSWER,    [KD_METRIC_CONNECT] = KD_NEED_TCP,
    [KD_METRIC_TTL] = KD_NEED_AUTH_TTL,       [KD_METRIC_HOSTS] = KD_NEED_SRV_ANSWER,
    [KD_METRIC_REACHABLE] = KD_NEED_TCP,      [KD_METRIC_SERVERS] = KD_NEED_SERVERS,
    [KD_METRIC_SERIAL_LAG] = KD_NEED_SERVERS, [KD_METRIC_NEGATIVE_TTL] = KD_NEED_NEGATIVE_TTL,
};

/* "0.0123 s", "3" */
static const char *limit_value_str(const struct kd_facts *facts, kd_metric metric, double value)
{
    const char *unit = kd_metric_unit(metric);
    char text[KD_DECIMAL_STRLEN];

    return kd_arena_printf(facts->arena, "%s%s%s", kd_decimal_str(value, text),
                           unit[0] != '\0' ? " " : "", unit);
}

/* "allowed: 300 to 86400" and its likes. */
static const char *limit_range_str(const struct kd_facts *facts, const struct kd_range *range)
{
    const char *word = range->is_inside ? "not allowed" : "allowed";

    if (range->start == -HUGE_VAL && range->end == HUGE_VAL) {
        return kd_arena_printf(facts->arena, "%s: any", word);
    }
    if (range->start == -HUGE_VAL) {
        return kd_arena_printf(facts->arena, "%s: %.9g or less", word, range->end);
    }
    if (range->end == HUGE_VAL) {
        return kd_arena_printf(facts->arena, "%s: %.9g or more", word, range->start);
    }
    if (range->start == range->end) {
        return kd_arena_printf(facts->arena, "%s: %.9g", word, range->end);
    }
    return kd_arena_printf(facts->arena, "%s: %.9g to %.9g", word, range->start, range->end);
}

/* The range that some value breaks, the critical one first, and that value; NULL: none does. */
static const struct kd_range *limit_broken(const struct kd_limit *limit,
                                           const struct kd_metric_values *values, double *ret)
{
    const struct kd_range *const RANGE[] = {&limit->critical, &limit->warning};

    for (size_t i = 0; i < sizeof(RANGE) / sizeof(RANGE[0]); i++) {
        for (size_t j = 0; j < values->n; j++) {
            if (kd_range_alerts(RANGE[i], values->value[j])) {
                *ret = values->value[j];
                return RANGE[i];
            }
        }
    }
    return NULL;
}

static void limit_domain(struct kd_judge *judge, const struct kd_facts *facts,
                         const struct kd_domain_fact *domain, kd_metric metric)
{
    const struct kd_limit *limit = &kd_judge_policy(judge)->limit[metric];
    struct kd_metric_values values = kd_metric_values_of(facts, domain, metric);
    double value = 0;
    const struct kd_range *broken = limit_broken(limit, &values, &value);
    struct kd_look_queries queries = {.count = 0};

    if (values.n == 0) {
        kd_not_judged(judge, domain->name, LIMIT_NEED[metric]);
    }
    if (broken == NULL) {
        return;
    }
    kd_look_add_views(&queries, domain);
    kd_found_as(judge, broken == &limit->critical ? KD_SEV_CRITICAL : KD_SEV_WARNING,
                &(struct kd_finding_args){.subject = domain->name,
                                          .domain = domain->name,
                                          .queries = queries.n,
                                          .nqueries = queries.count},
                "%s is %s; %s (%s)", kd_metric_what(metric),
                limit_value_str(facts, metric, value), limit_range_str(facts, broken),
                broken->text);
}

static void limit_judge(struct kd_judge *judge, const struct kd_facts *facts, kd_metric metric)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        limit_domain(judge, facts, &facts->domain[i], metric);
    }
}

#define LIMIT_CHECK(lower, METRIC)                                                  \
    static void limit_##lower(struct kd_judge *judge, const struct kd_facts *facts) \
    {                                                                               \
        limit_judge(judge, facts, KD_METRIC_##METRIC);                              \
    }                                                                               \
    static bool limit_has_##lower(const struct kd_policy *policy)                   \
    {                                                                               \
        return kd_policy_has_limit(policy, KD_METRIC_##METRIC);                     \
    }

LIMIT_CHECK(time, TIME)
LIMIT_CHECK(connect, CONNECT)
LIMIT_CHECK(ttl, TTL)
LIMIT_CHECK(hosts, HOSTS)
LIMIT_CHECK(reachable, REACHABLE)
LIMIT_CHECK(servers, SERVERS)
LIMIT_CHECK(serial_lag, SERIAL_LAG)
LIMIT_CHECK(negative_ttl, NEGATIVE_TTL)

#define LIMIT_ROW                                                                \
    .severity = KD_SEV_WARNING, .worst = KD_SEV_CRITICAL, .needs = KD_NEED_NONE, \
    .source = "Monitoring Plugins Development Guidelines, \"Threshold and Ranges\""

const struct kd_rule kd_rules_limit[8] = {
    {
        .id = "LIMIT-TIME",
        LIMIT_ROW,
        .check = limit_time,
        .is_asked = limit_has_time,
        .title = "a resolver is slower than the limit",
        .when = "the response time of the slowest resolver is outside the limit that was set",
        .why = "Clients wait for this resolver each time they look for a KMS host; over a few "
               "seconds they give up.",
        .how = "dig {service}.{domain} SRV : look at the query time",
        .fix = {{"any", "Look at the path to the resolver and at its load; a resolver that "
                        "must ask far away is slow for the first client only."}},
    },
    {
        .id = "LIMIT-CONNECT",
        LIMIT_ROW,
        .check = limit_connect,
        .is_asked = limit_has_connect,
        .title = "a host takes TCP connections more slowly than the limit",
        .when = "the slowest TCP connect to a published host is outside the limit that was set",
        .why = "Clients that draw this host wait that long before they even begin to activate.",
        .how = "time nc -zv HOST {port}, for each host of dig {service}.{domain} SRV",
        .fix = {{"any", "Look at the path to the host: how far it is, and what lies between; "
                        "a host that clients should rather not draw gets a higher priority "
                        "number."}},
    },
    {
        .id = "LIMIT-TTL",
        LIMIT_ROW,
        .check = limit_ttl,
        .is_asked = limit_has_ttl,
        .title = "the TTL of the record is outside the limit",
        .when = "the TTL of the SRV set is outside the limit that was set",
        .why = "A long TTL keeps a dead host with clients; a short one brings every client "
               "back to the zone's servers.",
        .how = "dig @{server} {service}.{domain} SRV +norecurse",
        .fix =
            {
                {"windows", KD_FIX_TTL_WINDOWS},
                {"any", "Set the TTL that you want in the zone, and look which program wrote "
                        "the other one."},
            },
    },
    {
        .id = "LIMIT-HOSTS",
        LIMIT_ROW,
        .check = limit_hosts,
        .is_asked = limit_has_hosts,
        .title = "the number of published hosts is outside the limit",
        .when = "the number of published hosts is outside the limit that was set",
        .why = "Too few hosts leave clients without a spare one; too many are often test "
               "machines that published themselves.",
        .how = KD_HOW_SRV,
        .fix = {{"any", "Compare the records with the hosts that should be there: "
                        "--expect-host says which one is missing or should go."}},
    },
    {
        .id = "LIMIT-REACHABLE",
        LIMIT_ROW,
        .check = limit_reachable,
        .is_asked = limit_has_reachable,
        .title = "the number of hosts that take connections is outside the limit",
        .when = "the number of published hosts that take TCP is outside the limit that was set",
        .why = "Clients draw among the published hosts, the unreachable ones included, and "
               "lose time with these.",
        .how = "nc -zv HOST {port}, for each host of dig {service}.{domain} SRV",
        .fix = {{"any", "Start the service at the hosts that refuse, open the path to those "
                        "that are silent, or unpublish them."}},
    },
    {
        .id = "LIMIT-SERVERS",
        LIMIT_ROW,
        .check = limit_servers,
        .is_asked = limit_has_servers,
        .title = "the number of servers that serve the zone is outside the limit",
        .when = "the number of servers that serve the zone is outside the limit that was set",
        .why = "Resolvers ask any of the zone's servers; with few of them the next failure "
               "takes the domain away.",
        .how = "dig @{server} {zone} SOA +norecurse, for each server of dig {zone} NS",
        .fix = {{"any", "Start the servers that are missing, or take them out of the NS "
                        "records of {zone}."}},
    },
    {
        .id = "LIMIT-SERIAL-LAG",
        LIMIT_ROW,
        .check = limit_serial_lag,
        .is_asked = limit_has_serial_lag,
        .title = "a server of the zone is further behind than the limit",
        .when = "a server's serial is further behind the foremost than the limit that was set",
        .why = "A server that is behind serves an older zone: what was published since then "
               "is missing there.",
        .how = "dig @{server} {zone} SOA +norecurse, for each server of dig {zone} NS",
        .fix =
            {
                {"any", "Look again after the zone's refresh time; if a server stays behind, "
                        "transfer the zone again there and read its log."},
                {"bind", "rndc retransfer {zone}"},
                {"knot", "knotc zone-retransfer {zone}"},
            },
    },
    {
        .id = "LIMIT-NEGATIVE-TTL",
        LIMIT_ROW,
        .check = limit_negative_ttl,
        .is_asked = limit_has_negative_ttl,
        .title = "negative answers are kept outside the limit",
        .when =
            "the time for which negative answers are kept is outside the limit that was set",
        .why = "Who asked before the record was published waits that long before it is seen.",
        .how = "dig {zone} SOA : the smaller of the record's TTL and its last number",
        .fix = {{"any", "Set the last number of the SOA record of {zone}, the minimum, and "
                        "its TTL."}},
    },
};
