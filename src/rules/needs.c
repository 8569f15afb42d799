/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * needs.c - which facts there are: a table of need and test. A need is met when it is met
 * anywhere in the run; checks tell the subjects for which it is not with kd_not_judged.
 */
#include "case.h"
#include "look.h"
#include "tables.h"

typedef bool needs_view_fn(const struct kd_view_fact *view);
typedef bool needs_facts_fn(const struct kd_facts *facts);

static bool needs_any_view(const struct kd_facts *facts, needs_view_fn *is_met)
{
    struct kd_look_walk walk = {.view = NULL};

    while (kd_look_next_view(facts, &walk)) {
        if (is_met(walk.view)) {
            return true;
        }
    }
    return false;
}

static bool needs_view_asked(const struct kd_view_fact *view)
{
    return view->status != KD_OUT_SKIPPED;
}

static bool needs_view_answer(const struct kd_view_fact *view)
{
    return kd_outcome_is_usable(view->status);
}

static bool needs_view_srv(const struct kd_view_fact *view)
{
    return view->nrecords > 0;
}

static bool needs_view_auth_ttl(const struct kd_view_fact *view)
{
    return view->nrecords > 0 && view->is_authoritative && view->ttl_s >= 0;
}

static bool needs_view_negative_ttl(const struct kd_view_fact *view)
{
    return view->negative_ttl_s >= 0;
}

static bool needs_view_control(const struct kd_view_fact *view)
{
    return kd_outcome_is_usable(view->random_status) ||
           kd_outcome_is_usable(view->wildcard_status);
}

static bool needs_resolver(const struct kd_facts *facts)
{
    return facts->nresolver > 0;
}

static bool needs_domain(const struct kd_facts *facts)
{
    return facts->ndomain > 0;
}

static bool needs_asked(const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->nquery; i++) {
        if (facts->query[i].tries > 0 && facts->query[i].status != KD_OUT_SKIPPED) {
            return true;
        }
    }
    return needs_any_view(facts, needs_view_asked);
}

static bool needs_srv_answer(const struct kd_facts *facts)
{
    return needs_any_view(facts, needs_view_answer);
}

static bool needs_srv(const struct kd_facts *facts)
{
    return needs_any_view(facts, needs_view_srv);
}

static bool needs_target(const struct kd_facts *facts)
{
    struct kd_look_walk walk = {.target = NULL};

    while (kd_look_next_target(facts, &walk)) {
        if (walk.target->naddress > 0 || kd_outcome_is_usable(walk.target->a_status) ||
            kd_outcome_is_usable(walk.target->aaaa_status)) {
            return true;
        }
    }
    return false;
}

static bool needs_tcp_of(const struct kd_target_fact *target)
{
    for (size_t i = 0; i < target->naddress; i++) {
        if (target->address[i].tcp != KD_REACH_SKIPPED) {
            return true;
        }
    }
    return false;
}

static bool needs_tcp(const struct kd_facts *facts)
{
    struct kd_look_walk walk = {.target = NULL};

    while (kd_look_next_target(facts, &walk)) {
        if (needs_tcp_of(walk.target)) {
            return true;
        }
    }
    return false;
}

static bool needs_auth_ttl(const struct kd_facts *facts)
{
    return needs_any_view(facts, needs_view_auth_ttl);
}

static bool needs_server_auth_ttl(const struct kd_server_fact *server)
{
    return server->nrecords > 0 && server->is_authoritative && server->ttl_s >= 0;
}

static bool needs_auth_servers(const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        const struct kd_zone_fact *zone = facts->domain[i].zone;
        size_t n = 0;

        for (size_t j = 0; j < facts->domain[i].nview; j++) {
            n += needs_view_auth_ttl(&facts->domain[i].view[j]) ? 1 : 0;
        }
        for (size_t j = 0; zone != NULL && j < zone->nserver; j++) {
            n += needs_server_auth_ttl(&zone->server[j]) ? 1 : 0;
        }
        if (n >= 2) {
            return true;
        }
    }
    return false;
}

static bool needs_negative_ttl(const struct kd_facts *facts)
{
    return needs_any_view(facts, needs_view_negative_ttl);
}

static bool needs_control(const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->nresolver; i++) {
        if (kd_outcome_is_usable(facts->resolver[i].control_status)) {
            return true;
        }
    }
    return needs_any_view(facts, needs_view_control);
}

typedef bool needs_domain_fn(const struct kd_domain_fact *domain);

static bool needs_any_domain(const struct kd_facts *facts, needs_domain_fn *is_met)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        if (is_met(&facts->domain[i])) {
            return true;
        }
    }
    return false;
}

static bool needs_zone(const struct kd_facts *facts)
{
    return needs_any_domain(facts, kd_look_has_zone);
}

static bool needs_servers(const struct kd_facts *facts)
{
    return needs_any_domain(facts, kd_look_has_servers);
}

static bool needs_update(const struct kd_facts *facts)
{
    return needs_any_domain(facts, kd_case_is_answered);
}

static bool needs_host(const struct kd_facts *facts)
{
    return facts->host != NULL;
}

static bool needs_change(const struct kd_facts *facts)
{
    return needs_any_domain(facts, kd_look_was_sent);
}

static bool needs_events(const struct kd_facts *facts)
{
    return facts->events != NULL;
}

static bool needs_registry(const struct kd_facts *facts)
{
    return facts->registry != NULL && facts->registry->nvalue > 0;
}

static bool needs_dhcp(const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        if ((facts->domain[i].sources & KD_SOURCE_DHCP_15) != 0) {
            return true;
        }
    }
    return facts->dhcp != NULL;
}

uint32_t kd_needs_met(const struct kd_facts *facts)
{
    static needs_facts_fn *const TEST[KD_NEED_COUNT] = {
        [KD_NEED_INDEX_RESOLVER] = needs_resolver,
        [KD_NEED_INDEX_DOMAIN] = needs_domain,
        [KD_NEED_INDEX_ASKED] = needs_asked,
        [KD_NEED_INDEX_SRV_ANSWER] = needs_srv_answer,
        [KD_NEED_INDEX_SRV] = needs_srv,
        [KD_NEED_INDEX_TARGET] = needs_target,
        [KD_NEED_INDEX_TCP] = needs_tcp,
        [KD_NEED_INDEX_AUTH_TTL] = needs_auth_ttl,
        [KD_NEED_INDEX_AUTH_SERVERS] = needs_auth_servers,
        [KD_NEED_INDEX_NEGATIVE_TTL] = needs_negative_ttl,
        [KD_NEED_INDEX_CONTROL] = needs_control,
        [KD_NEED_INDEX_ZONE] = needs_zone,
        [KD_NEED_INDEX_SERVERS] = needs_servers,
        [KD_NEED_INDEX_UPDATE] = needs_update,
        [KD_NEED_INDEX_HOST] = needs_host,
        [KD_NEED_INDEX_CHANGE] = needs_change,
        [KD_NEED_INDEX_EVENTS] = needs_events,
        [KD_NEED_INDEX_REGISTRY] = needs_registry,
        [KD_NEED_INDEX_DHCP] = needs_dhcp,
    };
    uint32_t met = 0;

    for (size_t i = 0; i < KD_NEED_COUNT; i++) {
        met |= TEST[i](facts) ? 1U << i : 0U;
    }
    return met;
}
