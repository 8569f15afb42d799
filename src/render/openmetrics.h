/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RENDER_OPENMETRICS_H
#define KMSDNS_RENDER_OPENMETRICS_H

#include <stdint.h>

#include "exposition.h"
#include "kmsdns/facts/facts.h"
#include "kmsdns/rules/rule.h"

/* What the files that make an exposition of a run share. */

/*
 * Limits, because one series costs a Prometheus server some KiB for as long as it keeps data.
 * What they leave out is told by kmsdns_left_out.
 */
#define KD_OM_MAX_SERIES 50000 /* of all domains together */
#define KD_OM_MAX_EACH   32    /* resolvers, servers, targets, identities of one domain */

/* What a sample is about; members that a family is not told of are NULL. */
struct kd_om_place {
    const struct kd_domain_fact *domain;
    const struct kd_view_fact *view;
    const struct kd_server_fact *server;
    const struct kd_target_fact *target;
    const struct kd_address_fact *address;
    const struct kd_update_fact *update;
};

struct kd_om {
    const struct kd_facts *facts;
    const struct kd_judgement *judgement;
    struct kd_exposition expo;
    const char **finding_domain; /* one per finding, "" for none */
    size_t ndomain;              /* that are told */
};

typedef void kd_om_add_fn(struct kd_om *om, const struct kd_om_place *place);

/* Calls add for each of something that is told: a domain, a server ... */
typedef void kd_om_each_fn(struct kd_om *om, kd_om_add_fn *add);

struct kd_om_family {
    const char *name;
    const char *help;
    kd_om_each_fn *each;
    kd_om_add_fn *add;
};

static inline double kd_om_seconds(uint64_t us)
{
    return (double)us / 1e6;
}

kd_om_each_fn kd_om_each_run; /* once */
kd_om_each_fn kd_om_each_domain;
kd_om_each_fn kd_om_each_view;
kd_om_each_fn kd_om_each_server;
kd_om_each_fn kd_om_each_target;
kd_om_each_fn kd_om_each_address;
kd_om_each_fn kd_om_each_update;

/** Families of the run and of its findings; *ret_n is their number. */
const struct kd_om_family *kd_om_run_families(size_t *ret_n);

/** Families of what was seen; *ret_n is their number. */
const struct kd_om_family *kd_om_seen_families(size_t *ret_n);

#endif
