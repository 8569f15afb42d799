/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metric.c - one small reading of the facts for each number that monitoring stores.
 */
#include "kmsdns/rules/metric.h"

#include <string.h>

#include "kmsdns/dns/serial.h"

typedef bool metric_fn(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                       double *ret);

static const struct {
    const char *word, *label, *unit, *what;
} METRIC_TEXT[KD_METRIC_COUNT] = {
#define XX(name, word, label, unit, what) \
    [KD_METRIC_##name] = {(word), (label), (unit), (what)},
    KD_METRIC_MAP(XX)
#undef XX
};

/* Keeps the greatest; true from the first value on. */
static bool metric_max(bool has_value, double value, double *ret)
{
    *ret = has_value && *ret > value ? *ret : value;
    return true;
}

static bool metric_time(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                        double *ret)
{
    bool has_value = false;

    for (size_t i = 0; i < domain->nview; i++) {
        const struct kd_query_fact *query = kd_facts_query(facts, domain->view[i].query);

        if (query != NULL && kd_outcome_is_usable(domain->view[i].status)) {
            has_value = metric_max(has_value, (double)query->duration_us / 1e6, ret);
        }
    }
    return has_value;
}

static bool metric_connect(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                           double *ret)
{
    bool has_value = false;

    (void)facts;
    for (size_t i = 0; i < domain->ntarget; i++) {
        for (size_t j = 0; j < domain->target[i]->naddress; j++) {
            const struct kd_address_fact *address = &domain->target[i]->address[j];

            if (address->tcp == KD_REACH_OPEN) {
                has_value = metric_max(has_value, (double)address->rtt_us / 1e6, ret);
            }
        }
    }
    return has_value;
}

/* A cache gives what is left of a TTL, which changes by the second: only the zone's own counts. */
static bool metric_ttl(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                       double *ret)
{
    bool has_value = false;

    (void)facts;
    for (size_t i = 0; i < domain->nview; i++) {
        if (domain->view[i].is_authoritative && domain->view[i].ttl_s >= 0) {
            has_value = metric_max(has_value, (double)domain->view[i].ttl_s, ret);
        }
    }
    for (size_t i = 0; domain->zone != NULL && i < domain->zone->nserver; i++) {
        const struct kd_server_fact *server = &domain->zone->server[i];

        if (server->is_authoritative && server->ttl_s >= 0) {
            has_value = metric_max(has_value, (double)server->ttl_s, ret);
        }
    }
    return has_value;
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

static bool metric_hosts(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                         double *ret)
{
    const struct kd_view_fact *view = metric_view(domain);
    size_t n = 0;

    (void)facts;
    for (size_t i = 0; view != NULL && i < view->nrecords; i++) {
        n += metric_is_new_host(view, i) ? 1 : 0;
    }
    *ret = (double)n;
    return view != NULL;
}

/* The reach of a host by its best address; SKIPPED when that was not found out. */
static kd_reach metric_reach(const struct kd_domain_fact *domain, const struct kd_srv *record)
{
    const struct kd_target_fact *target = NULL;
    kd_reach reach = KD_REACH_REFUSED;

    for (size_t i = 0; i < domain->ntarget && target == NULL; i++) {
        const struct kd_target_fact *one = domain->target[i];

        target =
            one->port == record->port && strcmp(one->name, record->target) == 0 ? one : NULL;
    }
    if (record->port == 0) {
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
    return reach;
}

static bool metric_reachable(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                             double *ret)
{
    const struct kd_view_fact *view = metric_view(domain);
    size_t n = 0;

    if (view == NULL || !facts->tcp_was_tried) {
        return false;
    }
    for (size_t i = 0; i < view->nrecords; i++) {
        kd_reach reach = KD_REACH_SKIPPED;

        if (!metric_is_new_host(view, i)) {
            continue;
        }
        reach = metric_reach(domain, &view->records[i]);
        if (reach == KD_REACH_SKIPPED) {
            return false;
        }
        n += reach == KD_REACH_OPEN ? 1 : 0;
    }
    *ret = (double)n;
    return true;
}

static bool metric_servers(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                           double *ret)
{
    const struct kd_zone_fact *zone = domain->zone;
    size_t nasked = 0, n = 0;

    (void)facts;
    for (size_t i = 0; zone != NULL && i < zone->nserver; i++) {
        nasked += zone->server[i].status != KD_OUT_SKIPPED ? 1 : 0;
        n += zone->server[i].is_authoritative ? 1 : 0;
    }
    *ret = (double)n;
    return nasked > 0;
}

static bool metric_is_master(const struct kd_server_fact *server)
{
    return server->mname != NULL && server->name != NULL &&
           strcmp(server->mname, server->name) == 0;
}

/* How far the servers are behind this one at the most. */
static int64_t metric_lag_behind(const struct kd_zone_fact *zone,
                                 const struct kd_server_fact *foremost)
{
    int64_t lag = 0;

    for (size_t i = 0; i < zone->nserver; i++) {
        const struct kd_server_fact *server = &zone->server[i];
        int64_t behind = server->serial >= 0 ? kd_serial_behind((uint32_t)foremost->serial,
                                                                (uint32_t)server->serial)
                                             : 0;

        /* half the circle away is as far as it gets */
        behind = behind == KD_SERIAL_UNORDERED ? -behind : behind;
        lag = behind > lag ? behind : lag;
    }
    return lag;
}

static bool metric_serial_lag(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                              double *ret)
{
    const struct kd_zone_fact *zone = domain->zone;
    size_t nserial = 0, nmaster = 0;
    int64_t lag = 0;

    (void)facts;
    for (size_t i = 0; zone != NULL && i < zone->nserver; i++) {
        const struct kd_server_fact *server = &zone->server[i];

        if (server->serial >= 0) {
            int64_t behind = metric_lag_behind(zone, server);

            nserial++;
            nmaster += metric_is_master(server) ? 1 : 0;
            lag = behind > lag ? behind : lag;
        }
    }
    *ret = (double)lag;
    return nserial == 1 || (nserial > 0 && nmaster < nserial);
}

static bool metric_negative_ttl(const struct kd_facts *facts,
                                const struct kd_domain_fact *domain, double *ret)
{
    bool has_value = false;

    (void)facts;
    for (size_t i = 0; i < domain->nview; i++) {
        if (domain->view[i].negative_ttl_s >= 0) {
            has_value = metric_max(has_value, (double)domain->view[i].negative_ttl_s, ret);
        }
    }
    return has_value;
}

bool kd_metric_of(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                  kd_metric metric, double *ret)
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
    double value = 0;

    if (!READ[metric](facts, domain, &value)) {
        return false;
    }
    *ret = value;
    return true;
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
