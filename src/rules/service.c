/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * service.c - four states for monitoring: what the findings come to, and what it means that
 * something could not be found out.
 */
#include "kmsdns/rules/service.h"

#include "look.h"

kd_service kd_service_worse(kd_service a, kd_service b)
{
    static const int RANK[KD_SERVICE_COUNT] = {
        [KD_SERVICE_OK] = 0,
        [KD_SERVICE_UNKNOWN] = 1,
        [KD_SERVICE_WARNING] = 2,
        [KD_SERVICE_CRITICAL] = 3,
    };

    return RANK[a] >= RANK[b] ? a : b;
}

/* Findings are sorted, the worst is the first. */
static kd_service service_of_findings(const struct kd_judgement *judgement)
{
    kd_severity worst;

    if (judgement->nfinding == 0) {
        return KD_SERVICE_OK;
    }
    worst = judgement->finding[0].severity;
    if (worst < judgement->policy->fail_level) {
        return KD_SERVICE_OK;
    }
    return worst == KD_SEV_CRITICAL ? KD_SERVICE_CRITICAL : KD_SERVICE_WARNING;
}

static const char *service_cut(const struct kd_facts *facts)
{
    const char *waited = facts->nwaiting > 0 ? facts->waiting[0] : "nothing that has a name";

    return kd_arena_printf(facts->arena, "%s after %.3g s while waiting for %s",
                           facts->cut == KD_CUT_SIGNAL ? "interrupted" : "out of time",
                           (double)facts->duration_us / 1e6, waited);
}

/* Somebody asked for this one: that it cannot be judged is not the same as passed. */
static const char *service_missed(const struct kd_facts *facts,
                                  const struct kd_judgement *judgement)
{
    for (size_t i = 0; i < judgement->nnot_evaluated; i++) {
        const struct kd_not_evaluated *missed = &judgement->not_evaluated[i];

        if (missed->rule->is_asked != NULL) {
            return kd_arena_printf(facts->arena, "%s cannot be judged%s%s for want of %s",
                                   missed->rule->id, missed->subject != NULL ? " for " : "",
                                   missed->subject != NULL ? missed->subject : "",
                                   missed->missing);
        }
    }
    return NULL;
}

/* No probe was sent, or no server's answer means anything. */
static bool service_right_is_open(const struct kd_domain_fact *domain)
{
    for (size_t i = 0; i < domain->nupdate; i++) {
        kd_right right = domain->update[i].right;

        if (right != KD_RIGHT_INCONCLUSIVE && right != KD_RIGHT_UNREACHABLE) {
            return false;
        }
    }
    return true;
}

/* The zone's servers were to be compared, and none was heard from here. */
static bool service_servers_are_open(const struct kd_domain_fact *domain)
{
    for (size_t i = 0; domain->zone != NULL && i < domain->zone->nserver; i++) {
        if (domain->zone->server[i].is_authoritative) {
            return false;
        }
    }
    return true;
}

static bool service_discovery_is_open(const struct kd_domain_fact *domain)
{
    return !kd_look_is_answered(domain);
}

/* This machine was out of sockets, or the like: that is nothing about the hosts. */
static size_t service_count_untried(const struct kd_facts *facts)
{
    struct kd_look_walk walk = {.target = NULL};
    size_t n = 0;

    while (facts->tcp_was_tried && kd_look_next_target(facts, &walk)) {
        for (size_t i = 0; walk.target->port != 0 && i < walk.target->naddress; i++) {
            n += walk.target->address[i].tcp == KD_REACH_SKIPPED ? 1 : 0;
        }
    }
    return n;
}

/* What a mode that somebody asked for did not find out; NULL: it did. */
static const char *service_open(const struct kd_facts *facts, const struct kd_policy *policy)
{
    static const struct {
        kd_mode mode;
        bool (*is_open)(const struct kd_domain_fact *domain);
        const char *what;
    } OPEN[] = {
        {KD_MODE_PUBLISH, service_right_is_open, "the right to write cannot be determined for"},
        {KD_MODE_CONSISTENCY, service_servers_are_open,
         "no server of the zone was heard from here, for"},
        {KD_MODE_DISCOVERY, service_discovery_is_open, "no resolver told what is published in"},
    };

    size_t nuntried = service_count_untried(facts);

    if ((policy->modes & KD_MODE_DISCOVERY) != 0 && nuntried > 0) {
        return kd_arena_printf(facts->arena,
                               "this machine could not try %zu of the connections: it is out "
                               "of sockets or files",
                               nuntried);
    }
    for (size_t i = 0; i < sizeof(OPEN) / sizeof(OPEN[0]); i++) {
        bool is_demanded = (policy->demanded & policy->modes & (uint32_t)OPEN[i].mode) != 0;

        for (size_t d = 0; is_demanded && d < facts->ndomain; d++) {
            if (OPEN[i].is_open(&facts->domain[d])) {
                return kd_arena_printf(facts->arena, "%s %s", OPEN[i].what,
                                       facts->domain[d].name);
            }
        }
    }
    return NULL;
}

struct kd_service_verdict kd_service_of(const struct kd_facts *facts,
                                        const struct kd_judgement *judgement)
{
    struct kd_service_verdict verdict = {.state = service_of_findings(judgement)};
    kd_service state = KD_SERVICE_UNKNOWN;

    if (facts->cut != KD_CUT_NONE) {
        verdict.open = service_cut(facts);
        state = facts->cut == KD_CUT_DEADLINE ? judgement->policy->on_timeout : state;
    } else if (!judgement->is_determined) {
        verdict.open = "nothing could be found out";
    } else {
        verdict.open = service_missed(facts, judgement);
    }
    if (verdict.open == NULL) {
        verdict.open = service_open(facts, judgement->policy);
    }
    if (verdict.open != NULL) {
        verdict.state = kd_service_worse(verdict.state, state);
    }
    return verdict;
}
