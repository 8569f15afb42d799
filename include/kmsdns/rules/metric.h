/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RULES_METRIC_H
#define KMSDNS_RULES_METRIC_H

#include <stdbool.h>
#include <stddef.h>

#include "kmsdns/facts/facts.h"

/*
 * Numbers of a domain that somebody watches over time: what monitoring stores, and what limits
 * can be set for. Base units only.
 */

/* enumerator, word in options and policies, label of performance data, unit, what it is */
#define KD_METRIC_MAP(XX)                                                                  \
    XX(TIME, "time", "time", "s", "response time of the slowest resolver")                 \
    XX(CONNECT, "connect", "connect", "s", "time of the slowest TCP connect to a host")    \
    XX(TTL, "ttl", "ttl", "s", "TTL of the SRV set at the zone's servers")                 \
    XX(HOSTS, "hosts", "hosts", "", "number of published hosts")                           \
    XX(REACHABLE, "reachable", "reachable", "", "number of published hosts that take TCP") \
    XX(SERVERS, "servers", "servers", "", "number of servers that serve the zone")         \
    XX(SERIAL_LAG, "serial-lag", "serial_lag", "",                                         \
       "distance of the zone's rearmost serial from the foremost")                         \
    XX(NEGATIVE_TTL, "negative-ttl", "negative_ttl", "s", "time that negative answers are kept")

typedef enum kd_metric {
#define XX(name, word, label, unit, what) KD_METRIC_##name,
    KD_METRIC_MAP(XX)
#undef XX
    KD_METRIC_COUNT
} kd_metric;

/** "serial-lag"; constant. */
const char *kd_metric_word(kd_metric metric);

/** "serial_lag": ASCII, unique in its first 19 bytes; constant. */
const char *kd_metric_label(kd_metric metric);

/** "s", or "" for a number of things; constant. */
const char *kd_metric_unit(kd_metric metric);

/** "number of published hosts"; constant. */
const char *kd_metric_what(kd_metric metric);

/** True if a smaller number is the worse one: fewer hosts are worse, a shorter time is not. */
bool kd_metric_is_less_worse(kd_metric metric);

/* Several servers may give several values. Beyond the limit the extremes are kept. */
#define KD_METRIC_MAX_VALUES 16

struct kd_metric_values {
    double value[KD_METRIC_MAX_VALUES]; /* 0 or more each, no doubles */
    size_t n;                           /* 0: nobody saw it */
};

/**
 * The values of a metric of one domain, as they were seen.
 *
 * There is none when it was not asked for, the answer did not come, or came from a cache, which
 * counts a TTL down; nor where a part is missing that could change it: a host that was not looked
 * up, a server that was not asked. Serials of servers that each name themselves as primary, as
 * domain controllers do, cannot be compared (RFC 1982 knows one primary).
 *
 * facts, domain  the run and one of its domains                              borrowed
 */
struct kd_metric_values kd_metric_values_of(const struct kd_facts *facts,
                                            const struct kd_domain_fact *domain,
                                            kd_metric metric);

/**
 * The least welcome of these values.
 *
 * ret      written on success
 * returns  false when there is none
 */
bool kd_metric_of(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                  kd_metric metric, double *ret);

#endif
