/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metric.c - one small reading of the facts for each number that monitoring stores. A reading adds
 * what was seen, and nothing where something is missing that could change it.
 */
#include "kmsdns/rules/metric.h"

#include <string.h>

#include "kmsdns/dns/name.h"
#include "kmsdns/dns/serial.h"
#include "look.h"

typedef void metric_fn(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                       struct kd_metric_values *ret);

static const struct {
    const char *word, *label, *unit, *what;
} METRIC_TEXT[KD_METRIC_COUNT] = {
#define XX(name, word, label, unit, what) \
    [KD_METRIC_##name] = {(word), (label), (unit), (what)},
    KD_METRIC_MAP(XX)
#undef XX
};

static void metric_add(struct kd_metric_values *values, double value)
{
    size_t low = 0, high = 0;

    for (size_t i = 0; i < values->n; i++) {
        if (values->value[i] == value) {
            return;
        }
        low = values->value[i] < values->value[low] ? i : low;
        high = values->value[i] > values->value[high] ? i : high;
    }
    if (values->n < KD_METRIC_MAX_VALUES) {
        values->value[values->n++] = value;
    } else if (value < values->value[low]) {
        values->value[low] = value;
    } else if (value > values->value[high]) {
        values->value[high] = value;
    }
}

static void metric_time(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                        struct kd_metric_values *ret)
{
    for (size_t i = 0; i < domain->nview; i++) {
        const struct kd_query_fact *query = kd_facts_query(facts, domain->view[i].query);

        if (query != NULL && kd_outcome_is_usable(domain->view[i].status)) {
            metric_add(ret, (double)query->duration_us / 1e6);
        }
    }
}

static void metric_connect_to(const struct kd_target_fact *target, struct kd_metric_values *ret)
{
    for (size_t i = 0; i < target->naddress; i++) {
        if (target->address[i].tcp == KD_REACH_OPEN) {
            metric_add(ret, (double)target->address[i].rtt_us / 1e6);
        }
    }
}

static void metric_connect(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                           struct kd_metric_values *ret)
{
    (void)facts;
    for (size_t i = 0; i < domain->ntarget; i++) {
        metric_connect_to(domain->target[i], ret);
    }
}

/* A cache gives what is left of a TTL, which changes by the second: only the zone's own counts. */
static void metric_ttl(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                       struct kd_metric_values *ret)
{
    (void)facts;
    for (size_t i = 0; i < domain->nview; i++) {
        if (domain->view[i].is_authoritative && domain->view[i].ttl_s >= 0) {
            metric_add(ret, (double)domain->view[i].ttl_s);
        }
    }
    for (size_t i = 0; domain->zone != NULL && i < domain->zone->nserver; i++) {
        const struct kd_server_fact *server = &domain->zone->server[i];

        if (server->is_authoritative && server->ttl_s >= 0) {
            metric_add(ret, (double)server->ttl_s);
        }
    }
}

/* The set that stands for the domain; NULL when no resolver said what there is. */
static const struct kd_view_fact *metric_view(const struct kd_domain_fact *domain)
{
    const struct kd_view_fact *view = kd_domain_main_view(domain);

    return view != NULL && kd_outcome_is_usable(view->status) ? view : NULL;
}

/* A host may stand in several records; "." names none (RFC 2782). */
static bool metric_is_new_host(const struct kd_view_fact *view, size_t index)
{
    const struct kd_srv *record = &view->records[index];

    for (size_t i = 0; i < index; i++) {
        if (view->records[i].port == record->port &&
            strcmp(view->records[i].target, record->target) == 0) {
            return false;
        }
    }
    return strcmp(record->target, ".") != 0;
}

static void metric_hosts(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                         struct kd_metric_values *ret)
{
    const struct kd_view_fact *view = metric_view(domain);
    size_t n = 0;

    (void)facts;
    for (size_t i = 0; view != NULL && i < view->nrecords; i++) {
        n += metric_is_new_host(view, i) ? 1 : 0;
    }
    if (view != NULL) {
        metric_add(ret, (double)n);
    }
}

/* OPEN if some address is; SKIPPED when an address that was not seen or tried might be. */
static kd_reach metric_reach(const struct kd_domain_fact *domain, const struct kd_srv *record)
{
    const struct kd_target_fact *target = kd_domain_target(domain, record);
    kd_reach reach = KD_REACH_REFUSED;

    if (record->port == 0 || strcmp(record->target, ".") == 0 ||
        kd_name_is_address(record->target)) {
        return KD_REACH_REFUSED; /* nobody can connect there, and nobody tried */
    }
    if (target == NULL) {
        return KD_REACH_SKIPPED;
    }
    for (size_t i = 0; i < target->naddress; i++) {
        if (target->address[i].tcp == KD_REACH_OPEN) {
            return KD_REACH_OPEN;
        }
        reach = target->address[i].tcp == KD_REACH_SKIPPED ? KD_REACH_SKIPPED : reach;
    }
    return kd_outcome_is_usable(target->a_status) && kd_outcome_is_usable(target->aaaa_status)
               ? reach
               : KD_REACH_SKIPPED;
}

static void metric_reachable(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                             struct kd_metric_values *ret)
{
    const struct kd_view_fact *view = facts->tcp_was_tried ? metric_view(domain) : NULL;
    size_t n = 0;

    for (size_t i = 0; view != NULL && i < view->nrecords; i++) {
        kd_reach reach = metric_is_new_host(view, i) ? metric_reach(domain, &view->records[i])
                                                     : KD_REACH_REFUSED;

        if (reach == KD_REACH_SKIPPED) {
            return;
        }
        n += reach == KD_REACH_OPEN ? 1 : 0;
    }
    if (view != NULL) {
        metric_add(ret, (double)n);
    }
}

static void metric_servers(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                           struct kd_metric_values *ret)
{
    const struct kd_zone_fact *zone = domain->zone;
    size_t n = 0;

    (void)facts;
    for (size_t i = 0; zone != NULL && i < zone->nserver; i++) {
        bool was_asked = zone->server[i].status != KD_OUT_SKIPPED ||
                         zone->server[i].address.addr.family == 0;

        if (!was_asked) {
            return;
        }
        n += zone->server[i].is_authoritative ? 1 : 0;
    }
    if (zone != NULL && zone->nserver > 0) {
        metric_add(ret, (double)n);
    }
}

static bool metric_has_serial(const struct kd_server_fact *server)
{
    return server->is_authoritative && server->serial >= 0;
}

/* How far the servers are behind this one at the most. */
static int64_t metric_lag_behind(const struct kd_zone_fact *zone,
                                 const struct kd_server_fact *foremost)
{
    int64_t lag = 0;

    for (size_t i = 0; i < zone->nserver; i++) {
        const struct kd_server_fact *server = &zone->server[i];
        int64_t behind = 0;

        if (metric_has_serial(server)) {
            behind = kd_serial_behind((uint32_t)foremost->serial, (uint32_t)server->serial);
        }
        /* half the circle away is as far as it gets */
        behind = behind == KD_SERIAL_UNORDERED ? -behind : behind;
        lag = behind > lag ? behind : lag;
    }
    return lag;
}

static bool metric_is_same_server(const struct kd_server_fact *a,
                                  const struct kd_server_fact *b)
{
    return a->name != NULL && b->name != NULL && strcmp(a->name, b->name) == 0;
}

/* One of several servers says nothing about the others; one with several addresses is one. */
static bool metric_can_compare(const struct kd_zone_fact *zone)
{
    const struct kd_server_fact *first = NULL;
    bool has_silent = false;

    for (size_t i = 0; i < zone->nserver; i++) {
        const struct kd_server_fact *server = &zone->server[i];

        if (metric_has_serial(server)) {
            if (first != NULL && !metric_is_same_server(first, server)) {
                return !kd_look_are_masters(zone);
            }
            first = first != NULL ? first : server;
        }
    }
    for (size_t i = 0; first != NULL && i < zone->nserver; i++) {
        has_silent = has_silent || !(metric_has_serial(&zone->server[i]) ||
                                     metric_is_same_server(first, &zone->server[i]));
    }
    return first != NULL && !has_silent;
}

static void metric_serial_lag(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                              struct kd_metric_values *ret)
{
    const struct kd_zone_fact *zone = domain->zone;
    int64_t lag = 0;

    (void)facts;
    if (zone == NULL || !metric_can_compare(zone)) {
        return;
    }
    for (size_t i = 0; i < zone->nserver; i++) {
        if (metric_has_serial(&zone->server[i])) {
            int64_t behind = metric_lag_behind(zone, &zone->server[i]);

            lag = behind > lag ? behind : lag;
        }
    }
    metric_add(ret, (double)lag);
}

/* The zone's own is the larger of all sightings: caches count it down. */
static void metric_negative_ttl(const struct kd_facts *facts,
                                const struct kd_domain_fact *domain,
                                struct kd_metric_values *ret)
{
    for (size_t i = 0; i < domain->nview; i++) {
        const struct kd_query_fact *apex = kd_facts_query(facts, domain->view[i].apex_query);

        if (apex != NULL && apex->is_authoritative && domain->view[i].negative_ttl_s >= 0) {
            metric_add(ret, (double)domain->view[i].negative_ttl_s);
        }
    }
    for (size_t i = 0; domain->zone != NULL && i < domain->zone->nserver; i++) {
        if (metric_has_serial(&domain->zone->server[i]) && domain->zone->negative_ttl_s >= 0) {
            metric_add(ret, (double)domain->zone->negative_ttl_s);
        }
    }
}

struct kd_metric_values kd_metric_values_of(const struct kd_facts *facts,
                                            const struct kd_domain_fact *domain,
                                            kd_metric metric)
{
    static metric_fn *const READ[KD_METRIC_COUNT] = {
        [KD_METRIC_TIME] = metric_time,
        [KD_METRIC_CONNECT] = metric_connect,
        [KD_METRIC_TTL] = metric_ttl,
        [KD_METRIC_HOSTS] = metric_hosts,
        [KD_METRIC_REACHABLE] = metric_reachable,
        [KD_METRIC_SERVERS] = metric_servers,
        [KD_METRIC_SERIAL_LAG] = metric_serial_lag,
        [KD_METRIC_NEGATIVE_TTL] = metric_negative_ttl,
    };
    struct kd_metric_values values = {.n = 0};

    READ[metric](facts, domain, &values);
    return values;
}

bool kd_metric_is_less_worse(kd_metric metric)
{
    return metric == KD_METRIC_HOSTS || metric == KD_METRIC_REACHABLE ||
           metric == KD_METRIC_SERVERS;
}

bool kd_metric_of(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                  kd_metric metric, double *ret)
{
    struct kd_metric_values values = kd_metric_values_of(facts, domain, metric);

    for (size_t i = 0; i < values.n; i++) {
        bool is_worse =
            kd_metric_is_less_worse(metric) ? values.value[i] < *ret : values.value[i] > *ret;

        *ret = i == 0 || is_worse ? values.value[i] : *ret;
    }
    return values.n > 0;
}

const char *kd_metric_word(kd_metric metric)
{
    return METRIC_TEXT[metric].word;
}

const char *kd_metric_label(kd_metric metric)
{
    return METRIC_TEXT[metric].label;
}

const char *kd_metric_unit(kd_metric metric)
{
    return METRIC_TEXT[metric].unit;
}

const char *kd_metric_what(kd_metric metric)
{
    return METRIC_TEXT[metric].what;
}
