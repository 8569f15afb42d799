/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * openmetrics.c - facts and judgement as gauges: a table of families, each with what it is told
 * of (the run, every domain, every server ...) and the function that adds its samples.
 *
 * What is not known is left out, it is never 0. What has one of several states is told as a state
 * set: one series for each state, so that "no answer" and REFUSED are different series, and none
 * appears or vanishes when the state changes.
 */
#include "kmsdns/render/render.h"

#include <string.h>

#include "kmsdns/rules/metric.h"
#include "openmetrics.h"

static size_t om_min(size_t a, size_t b)
{
    return a < b ? a : b;
}

void kd_om_each_run(struct kd_om *om, kd_om_add_fn *add)
{
    add(om, &(struct kd_om_place){.domain = NULL});
}

void kd_om_each_domain(struct kd_om *om, kd_om_add_fn *add)
{
    for (size_t i = 0; i < om->ndomain; i++) {
        add(om, &(struct kd_om_place){.domain = &om->facts->domain[i]});
    }
}

void kd_om_each_view(struct kd_om *om, kd_om_add_fn *add)
{
    for (size_t i = 0; i < om->ndomain; i++) {
        const struct kd_domain_fact *domain = &om->facts->domain[i];

        for (size_t j = 0; j < om_min(domain->nview, KD_OM_MAX_EACH); j++) {
            if (domain->view[j].resolver < om->facts->nresolver) {
                add(om, &(struct kd_om_place){.domain = domain, .view = &domain->view[j]});
            }
        }
    }
}

void kd_om_each_server(struct kd_om *om, kd_om_add_fn *add)
{
    for (size_t i = 0; i < om->ndomain; i++) {
        const struct kd_domain_fact *domain = &om->facts->domain[i];
        const struct kd_zone_fact *zone = domain->zone;

        for (size_t j = 0; zone != NULL && j < om_min(zone->nserver, KD_OM_MAX_EACH); j++) {
            add(om, &(struct kd_om_place){.domain = domain, .server = &zone->server[j]});
        }
    }
}

void kd_om_each_target(struct kd_om *om, kd_om_add_fn *add)
{
    for (size_t i = 0; i < om->ndomain; i++) {
        const struct kd_domain_fact *domain = &om->facts->domain[i];

        for (size_t j = 0; j < om_min(domain->ntarget, KD_OM_MAX_EACH); j++) {
            add(om, &(struct kd_om_place){.domain = domain, .target = domain->target[j]});
        }
    }
}

void kd_om_each_address(struct kd_om *om, kd_om_add_fn *add)
{
    for (size_t i = 0; i < om->ndomain; i++) {
        const struct kd_domain_fact *domain = &om->facts->domain[i];

        for (size_t j = 0; j < om_min(domain->ntarget, KD_OM_MAX_EACH); j++) {
            const struct kd_target_fact *target = domain->target[j];

            for (size_t k = 0; k < om_min(target->naddress, KD_OM_MAX_EACH); k++) {
                add(om,
                    &(struct kd_om_place){.target = target, .address = &target->address[k]});
            }
        }
    }
}

void kd_om_each_update(struct kd_om *om, kd_om_add_fn *add)
{
    for (size_t i = 0; i < om->ndomain; i++) {
        const struct kd_domain_fact *domain = &om->facts->domain[i];

        for (size_t j = 0; j < om_min(domain->nupdate, KD_OM_MAX_EACH); j++) {
            add(om, &(struct kd_om_place){.domain = domain, .update = &domain->update[j]});
        }
    }
}

/* Family of each number that rules and plugin know, too; kd_metric_what says what it is. */
static const char *const OM_METRIC[KD_METRIC_COUNT] = {
    [KD_METRIC_TIME] = "kmsdns_response_time_seconds",
    [KD_METRIC_CONNECT] = "kmsdns_connect_time_seconds",
    [KD_METRIC_TTL] = "kmsdns_srv_ttl_seconds",
    [KD_METRIC_HOSTS] = "kmsdns_srv_hosts",
    [KD_METRIC_REACHABLE] = "kmsdns_srv_hosts_reachable",
    [KD_METRIC_SERVERS] = "kmsdns_zone_servers_answering",
    [KD_METRIC_SERIAL_LAG] = "kmsdns_serial_lag",
    [KD_METRIC_NEGATIVE_TTL] = "kmsdns_negative_ttl_seconds",
};

static void om_metrics(struct kd_om *om)
{
    for (unsigned int metric = 0; metric < KD_METRIC_COUNT; metric++) {
        kd_expo_family(&om->expo, OM_METRIC[metric], kd_metric_what((kd_metric)metric));
        for (size_t i = 0; i < om->ndomain; i++) {
            const struct kd_domain_fact *domain = &om->facts->domain[i];
            double value = 0;

            if (kd_metric_of(om->facts, domain, (kd_metric)metric, &value)) {
                kd_expo_value(&om->expo, KD_LABELS({"domain", domain->name}), value);
            }
        }
    }
}

/* The domain that a finding is about; many checks say it, others have it as their subject. */
static const char *om_domain_of(const struct kd_facts *facts, const struct kd_finding *finding)
{
    const struct kd_domain_fact *domain = NULL;

    if (finding->about.domain != NULL) {
        return finding->about.domain;
    }
    domain = kd_facts_domain(facts, finding->subject);
    return domain != NULL ? domain->name : "";
}

/* About as many series as a domain makes. */
static size_t om_cost(const struct kd_domain_fact *domain)
{
    size_t cost = KD_SEV_COUNT + KD_METRIC_COUNT + 2 +
                  om_min(domain->nview, KD_OM_MAX_EACH) * (KD_OUT_COUNT + 2) +
                  om_min(domain->nupdate, KD_OM_MAX_EACH) * KD_RIGHT_COUNT;

    if (domain->zone != NULL) {
        cost += om_min(domain->zone->nserver, KD_OM_MAX_EACH) * (KD_OUT_COUNT + 3);
    }
    for (size_t i = 0; i < om_min(domain->ntarget, KD_OM_MAX_EACH); i++) {
        cost += 1 + om_min(domain->target[i]->naddress, KD_OM_MAX_EACH) * (KD_REACH_COUNT + 1);
    }
    return cost;
}

static size_t om_count_domains(const struct kd_facts *facts)
{
    size_t cost = 0, n = 0;

    while (n < facts->ndomain) {
        cost += om_cost(&facts->domain[n]);
        if (cost > KD_OM_MAX_SERIES) {
            break;
        }
        n++;
    }
    return n;
}

static void om_families(struct kd_om *om, const struct kd_om_family *(*table)(size_t *ret_n))
{
    size_t n = 0;
    const struct kd_om_family *family = table(&n);

    for (size_t i = 0; i < n; i++) {
        kd_expo_family(&om->expo, family[i].name, family[i].help);
        family[i].each(om, family[i].add);
    }
}

void kd_render_openmetrics(const struct kd_facts *facts, const struct kd_judgement *judgement,
                           const struct kd_render_style *style, struct kd_buf *out)
{
    struct kd_om om = {
        .facts = facts,
        .judgement = judgement,
        .expo = {.out = out, .vantage = facts->vantage},
        .ndomain = om_count_domains(facts),
    };

    (void)style;
    om.finding_domain =
        kd_arena_alloc(facts->arena, judgement->nfinding * sizeof(*om.finding_domain));
    for (size_t i = 0; i < judgement->nfinding; i++) {
        om.finding_domain[i] = om_domain_of(facts, &judgement->finding[i]);
    }
    om_families(&om, kd_om_run_families);
    om_families(&om, kd_om_seen_families);
    om_metrics(&om);
    kd_expo_done(&om.expo);
}
