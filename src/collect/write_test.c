/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * write_test.c - add a record at a name that nobody has, and remove it again.
 */
#include <string.h>

#include "change.h"
#include "kmsdns/collect/primary.h"
#include "kmsdns/dns/name.h"

/* Short, should it stay behind all the same. */
#define TEST_TTL_S 60

/* "_kmsdns-3f9a….<_tcp>.<domain>": a service name, so that rules for the service's kind apply. */
static const char *test_owner(const struct kd_facts *facts, const struct kd_domain_fact *domain)
{
    const char *dot = strchr(facts->service, '.');

    return kd_name_join(facts->arena,
                        kd_arena_printf(facts->arena, "_%s%s",
                                        kd_name_random_label(facts->arena),
                                        dot != NULL ? dot : ""),
                        domain->name);
}

/* The probes have proved what a write would show. */
static bool test_is_needless(const struct kd_domain_fact *domain)
{
    for (size_t i = 0; i < domain->nupdate; i++) {
        if (domain->update[i].right == KD_RIGHT_ALLOWED) {
            return true;
        }
    }
    return false;
}

static void test_plan(struct kd_facts *facts, struct kd_domain_fact *domain,
                      const char *identity)
{
    const struct kd_zone_fact *zone = domain->zone;
    const struct kd_server_fact *server =
        zone != NULL && zone->name != NULL ? kd_zone_update_server(zone) : NULL;
    const char *owner = test_owner(facts, domain);
    struct kd_wish wish = {
        "write-test", true, {0, 0, facts->host->port, facts->host->name, TEST_TTL_S}};

    if (owner == NULL || test_is_needless(domain)) {
        return;
    }
    domain->change = kd_change_new(facts, owner, &wish, identity);
    if (server == NULL) {
        domain->change->state = KD_CHANGE_IMPOSSIBLE;
        domain->change->problem = "no server is known that takes updates of this zone";
        return;
    }
    domain->change->server = server->address;
    domain->change->zone = zone->signed_name != NULL ? zone->signed_name : zone->name;
    domain->change->state = KD_CHANGE_PLANNED;
}

/* Something may be there now: everything but a clear "no" before anything was written. */
static bool test_left_something(const struct kd_change_fact *change)
{
    return change != NULL &&
           (change->state == KD_CHANGE_DONE || change->state == KD_CHANGE_UNKNOWN ||
            change->state == KD_CHANGE_SILENT);
}

static struct kd_change_fact *test_plan_removal(struct kd_facts *facts,
                                                const struct kd_change_fact *added)
{
    struct kd_wish wish = {"write-test", false, *added->record};
    struct kd_change_fact *change = kd_change_new(facts, added->owner, &wish, added->identity);

    change->server = added->server;
    change->zone = added->zone;
    change->before = added->record;
    change->nbefore = 1;
    change->state = KD_CHANGE_PLANNED;
    return change;
}

static void test_tell_leftover(const struct kd_facts *facts, struct kd_change_fact *added,
                               const struct kd_change_fact *removed)
{
    if (removed->state == KD_CHANGE_DONE) {
        return;
    }
    added->state = KD_CHANGE_UNKNOWN;
    added->problem = kd_arena_printf(
        facts->arena,
        "the test record could not be removed (%s): if it is there, delete %s SRV by hand",
        kd_change_state_str(removed->state), added->owner);
}

void kd_write_test(struct kd_facts *facts, const struct kd_discover_params *params,
                   const char *identity)
{
    struct kd_discover_params again = *params;
    struct kd_change_fact **added =
        kd_arena_alloc(facts->arena, facts->ndomain * sizeof(*added));

    for (size_t d = 0; d < facts->ndomain; d++) {
        test_plan(facts, &facts->domain[d], identity);
    }
    kd_change_apply(facts, params, 0);
    for (size_t d = 0; d < facts->ndomain; d++) {
        added[d] = facts->domain[d].change;
        if (added[d] != NULL) {
            added[d]->negative_until_s = -1; /* nobody has asked for this name */
        }
        if (test_left_something(added[d])) {
            facts->domain[d].change = test_plan_removal(facts, added[d]);
        }
    }
    again.has_signals = false;
    again.timeout_ms = 2 * params->limits.question_ms;
    kd_change_apply(facts, &again, 0);
    for (size_t d = 0; d < facts->ndomain; d++) {
        if (facts->domain[d].change != added[d]) {
            test_tell_leftover(facts, added[d], facts->domain[d].change);
            facts->domain[d].change = added[d];
        }
    }
}
