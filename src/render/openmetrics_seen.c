/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * openmetrics_seen.c - the gauges of what was seen: domains, resolvers, servers of the zones,
 * published hosts, the right to write.
 */
#include "openmetrics.h"

#include <stdio.h>

#define OM_MAX_LABELS     3
#define OM_PORT_STRLEN    8
#define OM_NUMBERS_STRLEN 24 /* of a record, before its target */

static const char *om_outcome(unsigned int number)
{
    return kd_outcome_str((kd_outcome)number);
}

static const char *om_reach(unsigned int number)
{
    return kd_reach_str((kd_reach)number);
}

static const char *om_right(unsigned int number)
{
    return kd_right_str((kd_right)number);
}

/* "192.0.2.53:53" in text (KD_ENDPOINT_STRLEN bytes); "" without an address. */
static const char *om_endpoint(const struct kd_endpoint *endpoint, char *text)
{
    text[0] = '\0';
    return endpoint->addr.family != 0 ? kd_endpoint_str(endpoint, text) : text;
}

/* The labels of one sample, and what is written out for them. */
struct om_labels {
    struct kd_label item[OM_MAX_LABELS + 1]; /* ends with a NULL name */
    size_t n;
    char address[KD_ENDPOINT_STRLEN];
    char port[OM_PORT_STRLEN];
};

static void om_label(struct om_labels *labels, const char *name, const char *value)
{
    labels->item[labels->n++] = (struct kd_label){name, value};
    labels->item[labels->n] = (struct kd_label){NULL, NULL};
}

static const struct kd_label *
om_of_view(const struct kd_om *om, const struct kd_om_place *place, struct om_labels *labels)
{
    const struct kd_resolver_fact *resolver = &om->facts->resolver[place->view->resolver];

    labels->n = 0;
    om_label(labels, "domain", place->domain->name);
    om_label(labels, "resolver", om_endpoint(&resolver->server, labels->address));
    return labels->item;
}

static const struct kd_label *om_of_server(const struct kd_om_place *place,
                                           struct om_labels *labels)
{
    labels->n = 0;
    om_label(labels, "domain", place->domain->name);
    om_label(labels, "server", place->server->name);
    om_label(labels, "address", om_endpoint(&place->server->address, labels->address));
    return labels->item;
}

/* A host is tried once a run, whatever domains name it. */
static const struct kd_label *om_of_target(const struct kd_om_place *place,
                                           struct om_labels *labels)
{
    labels->n = 0;
    snprintf(labels->port, sizeof(labels->port), "%u", (unsigned int)place->target->port);
    om_label(labels, "target", place->target->name);
    om_label(labels, "port", labels->port);
    if (place->address != NULL) {
        om_label(labels, "address", kd_addr_str(&place->address->addr, labels->address));
    }
    return labels->item;
}

static const struct kd_label *om_of_update(const struct kd_om_place *place,
                                           struct om_labels *labels)
{
    labels->n = 0;
    om_label(labels, "domain", place->domain->name);
    om_label(labels, "identity", place->update->identity);
    om_label(labels, "address", om_endpoint(&place->update->server, labels->address));
    return labels->item;
}

/* FNV-1a with 32 bits: what differs is told apart, and a double holds it exactly. */
static uint32_t om_checksum(uint32_t sum, const char *text)
{
    for (; *text != '\0'; text++) {
        sum = (sum ^ (unsigned char)*text) * 16777619U;
    }
    return sum;
}

/* The records are sorted, so equal sets have equal sums; TTLs count down in caches, so they do not
 * take part. */
static void om_set_checksum(struct kd_om *om, const struct kd_om_place *place)
{
    const struct kd_view_fact *view = kd_domain_main_view(place->domain);
    uint32_t sum = view != NULL && view->nrecords > 0 ? 2166136261U : 0;

    if (view == NULL || !kd_outcome_is_usable(view->status)) {
        return;
    }
    for (size_t i = 0; i < view->nrecords; i++) {
        const struct kd_srv *record = &view->records[i];
        char numbers[OM_NUMBERS_STRLEN];

        snprintf(numbers, sizeof(numbers), "%u %u %u ", (unsigned int)record->priority,
                 (unsigned int)record->weight, (unsigned int)record->port);
        sum = om_checksum(om_checksum(om_checksum(sum, numbers), record->target), "\n");
    }
    kd_expo_value(&om->expo, KD_LABELS({"domain", place->domain->name}), sum);
}

static void om_found(struct kd_om *om, const struct kd_om_place *place)
{
    const struct kd_domain_fact *domain = place->domain;
    bool is_told = false;

    for (size_t i = 0; i < domain->nview; i++) {
        is_told = is_told || kd_outcome_is_usable(domain->view[i].status);
    }
    if (is_told) {
        kd_expo_value(&om->expo, KD_LABELS({"domain", domain->name}),
                      kd_domain_has_srv(domain) ? 1 : 0);
    }
}

static void om_view_status(struct kd_om *om, const struct kd_om_place *place)
{
    struct om_labels labels;

    kd_expo_states(&om->expo, om_of_view(om, place, &labels), "status", om_outcome,
                   KD_OUT_COUNT, place->view->status);
}

static void om_view_ttl(struct kd_om *om, const struct kd_om_place *place)
{
    struct om_labels labels;

    if (place->view->ttl_s >= 0) {
        kd_expo_value(&om->expo, om_of_view(om, place, &labels), (double)place->view->ttl_s);
    }
}

/* True if it was an answer that took the time, not the waiting for one. */
static bool om_was_heard(kd_outcome status)
{
    return status != KD_OUT_SKIPPED && !kd_outcome_is_silent(status);
}

static void om_view_time(struct kd_om *om, const struct kd_om_place *place)
{
    const struct kd_query_fact *query = kd_facts_query(om->facts, place->view->query);
    struct om_labels labels;

    if (query != NULL && om_was_heard(query->status)) {
        kd_expo_value(&om->expo, om_of_view(om, place, &labels),
                      kd_om_seconds(query->duration_us));
    }
}

static void om_server_status(struct kd_om *om, const struct kd_om_place *place)
{
    struct om_labels labels;

    kd_expo_states(&om->expo, om_of_server(place, &labels), "status", om_outcome, KD_OUT_COUNT,
                   place->server->srv_status);
}

static void om_server_up(struct kd_om *om, const struct kd_om_place *place)
{
    struct om_labels labels;

    if (place->server->status != KD_OUT_SKIPPED) {
        kd_expo_value(&om->expo, om_of_server(place, &labels),
                      om_was_heard(place->server->status) ? 1 : 0);
    }
}

static void om_server_serial(struct kd_om *om, const struct kd_om_place *place)
{
    struct om_labels labels;

    if (place->server->serial >= 0) {
        kd_expo_value(&om->expo, om_of_server(place, &labels), (double)place->server->serial);
    }
}

static void om_server_ttl(struct kd_om *om, const struct kd_om_place *place)
{
    struct om_labels labels;

    if (place->server->ttl_s >= 0) {
        kd_expo_value(&om->expo, om_of_server(place, &labels), (double)place->server->ttl_s);
    }
}

static void om_target_addresses(struct kd_om *om, const struct kd_om_place *place)
{
    struct om_labels labels;

    if (place->target->naddress > 0 || kd_outcome_is_usable(place->target->status)) {
        kd_expo_value(&om->expo, om_of_target(place, &labels), (double)place->target->naddress);
    }
}

static void om_address_tcp(struct kd_om *om, const struct kd_om_place *place)
{
    struct om_labels labels;

    kd_expo_states(&om->expo, om_of_target(place, &labels), "state", om_reach, KD_REACH_COUNT,
                   place->address->tcp);
}

static void om_address_time(struct kd_om *om, const struct kd_om_place *place)
{
    struct om_labels labels;

    if (place->address->tcp == KD_REACH_OPEN) {
        kd_expo_value(&om->expo, om_of_target(place, &labels),
                      kd_om_seconds(place->address->rtt_us));
    }
}

static void om_update_right(struct kd_om *om, const struct kd_om_place *place)
{
    struct om_labels labels;

    kd_expo_states(&om->expo, om_of_update(place, &labels), "verdict", om_right, KD_RIGHT_COUNT,
                   place->update->right);
}

const struct kd_om_family *kd_om_seen_families(size_t *ret_n)
{
    static const struct kd_om_family FAMILY[] = {
        {"kmsdns_srv_found",
         "1 if a resolver gives the SRV record, 0 if those that answer do not",
         kd_om_each_domain, om_found},
        {"kmsdns_srv_set_checksum",
         "a number that differs where vantage points are given different SRV sets",
         kd_om_each_domain, om_set_checksum},
        {"kmsdns_srv_status", "how a resolver answered the question for the SRV record",
         kd_om_each_view, om_view_status},
        {"kmsdns_resolver_srv_ttl_seconds",
         "TTL of the SRV set at a resolver; counts down in a cache", kd_om_each_view,
         om_view_ttl},
        {"kmsdns_resolver_response_seconds",
         "how long a resolver took to answer the question for the SRV record", kd_om_each_view,
         om_view_time},
        {"kmsdns_server_up", "1 if a server of the zone answers at all", kd_om_each_server,
         om_server_up},
        {"kmsdns_server_serial", "serial of the zone at one of its servers", kd_om_each_server,
         om_server_serial},
        {"kmsdns_server_srv_status", "how a server of the zone answered for the SRV record",
         kd_om_each_server, om_server_status},
        {"kmsdns_server_srv_ttl_seconds", "TTL of the SRV set at a server of the zone",
         kd_om_each_server, om_server_ttl},
        {"kmsdns_target_addresses", "number of addresses of a published host",
         kd_om_each_target, om_target_addresses},
        {"kmsdns_target_tcp_state", "how a TCP connect to a published host ended",
         kd_om_each_address, om_address_tcp},
        {"kmsdns_target_connect_seconds", "how long the TCP connect took", kd_om_each_address,
         om_address_time},
        {"kmsdns_update_right", "whether an identity may write the record, as probes show it",
         kd_om_each_update, om_update_right},
    };

    *ret_n = sizeof(FAMILY) / sizeof(FAMILY[0]);
    return FAMILY;
}
