/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan.c - what is to be changed, from what was seen. Pure: no packet leaves here.
 */
#include <string.h>

#include "change.h"
#include "kmsdns/collect/primary.h"
#include "kmsdns/dns/name.h"

/* Records that one update can pin, with room for the change itself. */
#define MAX_PINNED (KD_UPDATE_MAX_RRS - 10)

bool kd_change_holds(const struct kd_change_fact *change, const struct kd_srv *set, size_t n)
{
    const struct kd_srv *wanted = change->record;
    bool is_there = false;

    for (size_t i = 0; i < n; i++) {
        if (!kd_srv_is_of(&set[i], wanted->target, wanted->port)) {
            continue;
        }
        if (!change->is_add || !kd_srv_set_equal(&set[i], 1, wanted, 1)) {
            return false;
        }
        is_there = true;
    }
    return is_there == change->is_add;
}

/* The set must still be what was seen (RFC 2136 2.4.2), or nothing is done. */
static void plan_pin(struct kd_update *update, const struct kd_change_fact *change)
{
    if (change->nbefore == 0) {
        kd_update_need_no_rrset(update, change->owner, KD_RR_SRV);
    }
    for (size_t i = 0; i < change->nbefore; i++) {
        const struct kd_srv *record = &change->before[i];

        kd_update_need_rr(update, change->owner,
                          kd_rdata_srv(update->arena, record->priority, record->weight,
                                       record->port, record->target));
    }
}

void kd_change_build(const struct kd_facts *facts, const struct kd_change_fact *change,
                     struct kd_update *ret)
{
    const struct kd_srv *wanted = change->record;

    kd_update_init(ret, facts->arena, change->zone);
    plan_pin(ret, change);
    for (size_t i = 0; i < change->nbefore; i++) {
        const struct kd_srv *record = &change->before[i];

        if (kd_srv_is_of(record, wanted->target, wanted->port) &&
            !(change->is_add && kd_srv_set_equal(record, 1, wanted, 1))) {
            kd_update_delete_rr(ret, change->owner,
                                kd_rdata_srv(facts->arena, record->priority, record->weight,
                                             record->port, record->target));
        }
    }
    if (change->is_add) {
        kd_update_add(ret, change->owner, wanted->ttl_s,
                      kd_rdata_srv(facts->arena, wanted->priority, wanted->weight, wanted->port,
                                   wanted->target));
    }
}

struct kd_change_fact *kd_change_new(struct kd_facts *facts, const char *owner,
                                     const struct kd_wish *wish, const char *identity)
{
    struct kd_change_fact *change = kd_arena_alloc(facts->arena, sizeof(*change));

    change->action = wish->action;
    change->is_add = wish->is_present;
    change->identity = kd_arena_strdup(facts->arena, identity);
    change->owner = owner;
    change->record = kd_arena_alloc(facts->arena, sizeof(*change->record));
    *change->record = wish->record;
    change->after_status = change->status = KD_OUT_SKIPPED;
    change->rcode = change->tsig_error = -1;
    change->skew_s = KD_SKEW_UNKNOWN;
    change->negative_until_s = -1;
    return change;
}

static size_t plan_count_own(const struct kd_change_fact *change)
{
    const struct kd_srv *wanted = change->record;
    size_t count = 0;

    for (size_t i = 0; i < change->nbefore; i++) {
        count += kd_srv_is_of(&change->before[i], wanted->target, wanted->port) ? 1 : 0;
    }
    return count;
}

/* DNS says that the host has no address; silence says nothing. */
static bool plan_host_is_nowhere(const struct kd_host_fact *host)
{
    return host != NULL && host->naddress == 0 && kd_outcome_is_usable(host->a_status) &&
           kd_outcome_is_usable(host->aaaa_status);
}

/* Why the change cannot even be planned; NULL when it can. */
static const char *plan_obstacle(const struct kd_facts *facts, const struct kd_zone_fact *zone,
                                 const struct kd_server_fact *server,
                                 const struct kd_change_fact *change)
{
    if (zone == NULL || zone->name == NULL) {
        return kd_arena_printf(facts->arena, "no zone was found that holds %s", change->owner);
    }
    if (server == NULL) {
        return kd_arena_printf(facts->arena, "no address of a server of zone %s is known",
                               zone->name);
    }
    if (!kd_outcome_is_usable(server->srv_status)) {
        return kd_arena_printf(
            facts->arena,
            "the server that takes the updates of zone %s did not tell what is "
            "there now (%s: %s)",
            zone->name, kd_outcome_str(server->srv_status),
            kd_outcome_text(server->srv_status));
    }
    if (strcmp(change->action, "publish") == 0 && facts->host->alias_of != NULL) {
        return kd_arena_printf(
            facts->arena,
            "%s is an alias; an SRV record must name the host itself (RFC 2782): "
            "publish %s",
            facts->host->name, facts->host->alias_of);
    }
    if (strcmp(change->action, "publish") == 0 && plan_host_is_nowhere(facts->host)) {
        return kd_arena_printf(
            facts->arena, "%s has neither an A nor an AAAA record; clients could not reach it",
            facts->host->name);
    }
    if (server->srv_alias != NULL && !server->srv_is_wildcard) {
        /* RFC 2136 3.4.2.2: the server would ignore the record without a word */
        return kd_arena_printf(facts->arena,
                               "%s is an alias of %s; an SRV record cannot stand there",
                               change->owner, server->srv_alias);
    }
    return NULL;
}

/* Why the set that was seen cannot be changed so that undo brings it back; NULL when it can. */
static const char *plan_set_obstacle(const struct kd_facts *facts,
                                     const struct kd_change_fact *change)
{
    if (change->nbefore > MAX_PINNED) {
        return kd_arena_printf(
            facts->arena,
            "%s holds %zu records, more than the %d that can be pinned in one "
            "update; remove stale ones by hand first",
            change->owner, change->nbefore, MAX_PINNED);
    }
    if (plan_count_own(change) > 1) {
        return kd_arena_printf(
            facts->arena,
            "%s holds more than one record of %s with port %u; remove all but one "
            "by hand first, so that undo can restore what was there",
            change->owner, change->record->target, (unsigned int)change->record->port);
    }
    return NULL;
}

/* A record keeps the TTL of the set it joins: RFC 2181 5.2 allows only one. */
static uint32_t plan_ttl(const struct kd_change_fact *change)
{
    int64_t ttl_s = kd_srv_set_ttl(change->before, change->nbefore);

    if (ttl_s >= 0) {
        return (uint32_t)ttl_s;
    }
    return change->record->ttl_s > 0 ? change->record->ttl_s : KD_SRV_USUAL_TTL_S;
}

/* What the identity is shown, where it was asked: a key may select a view of its own. */
static void plan_note_before(struct kd_change_fact *change, const struct kd_domain_fact *domain,
                             const struct kd_server_fact *server)
{
    if (server->srv_is_wildcard) {
        return; /* nothing stands at the name itself (RFC 4592 2.2) */
    }
    change->before = server->records;
    change->nbefore = server->nrecords;
    for (size_t i = 0; i < domain->nupdate; i++) {
        const struct kd_update_fact *update = &domain->update[i];

        if (kd_outcome_is_usable(update->seen_status) &&
            kd_endpoint_equal(&update->server, &change->server)) {
            change->before = update->seen;
            change->nbefore = update->nseen;
        }
    }
}

static void plan_describe(struct kd_facts *facts, struct kd_change_fact *change)
{
    struct kd_update update;
    struct kd_buf text = {0};

    kd_change_build(facts, change, &update);
    kd_update_text(&update, &text);
    change->message = kd_arena_strdup(facts->arena, kd_buf_str(&text));
    kd_buf_done(&text);
}

void kd_change_plan(struct kd_facts *facts, size_t domain, const struct kd_wish *wish,
                    const char *identity)
{
    struct kd_domain_fact *fact = &facts->domain[domain];
    const char *owner = kd_name_join(facts->arena, facts->service, fact->name);
    struct kd_change_fact *change = kd_change_new(facts, owner, wish, identity);
    const struct kd_zone_fact *zone = fact->zone;
    const struct kd_server_fact *server =
        zone != NULL && zone->name != NULL ? kd_zone_update_server(zone) : NULL;

    fact->change = change;
    change->problem = plan_obstacle(facts, zone, server, change);
    if (change->problem != NULL) {
        change->state = KD_CHANGE_IMPOSSIBLE;
        return;
    }
    change->server = server->address;
    change->zone = zone->signed_name != NULL ? zone->signed_name : zone->name;
    plan_note_before(change, fact, server);
    change->problem = plan_set_obstacle(facts, change);
    if (change->problem != NULL) {
        change->state = KD_CHANGE_IMPOSSIBLE;
        return;
    }
    change->record->ttl_s = plan_ttl(change);
    if (kd_change_holds(change, change->before, change->nbefore)) {
        change->state = KD_CHANGE_NOTHING;
        return;
    }
    change->state = KD_CHANGE_PLANNED;
    plan_describe(facts, change);
}
