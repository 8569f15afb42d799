/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cause_check.c - what ids alone do not decide about causes: whether two findings are about the
 * same thing, and the checks that rows of the table name. All pure: facts and findings in, a
 * confidence out.
 */
#include "causes.h"

#include <string.h>

#include "dialect.h"
#include "kmsdns/dns/serial.h"
#include "kmsdns/dns/usual.h"
#include "kmsdns/facts/right.h"
#include "look.h"
#include "route.h"

#define EVENT_FAILED "EVT-12293"

static bool check_is(const struct kd_finding *finding, const char *id)
{
    return strcmp(finding->rule->id, id) == 0;
}

static bool check_same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static const struct kd_domain_fact *check_domain(const struct kd_facts *facts,
                                                 const struct kd_finding *finding)
{
    return kd_facts_domain(facts, finding->about.domain);
}

static const char *check_zone(const struct kd_facts *facts, const struct kd_finding *finding)
{
    const struct kd_domain_fact *domain = check_domain(facts, finding);

    if (domain != NULL && domain->zone != NULL && domain->zone->name != NULL) {
        return domain->zone->name;
    }
    return finding->about.zone != NULL ? finding->about.zone : finding->about.domain;
}

/* True if the second finding's server stands for the primary of the first one's domain. */
static bool check_is_primary(const struct kd_facts *facts, const struct kd_finding *a,
                             const struct kd_finding *b)
{
    const struct kd_domain_fact *domain = check_domain(facts, a);

    for (size_t i = 0; domain != NULL && domain->zone != NULL && i < domain->zone->nserver;
         i++) {
        const struct kd_server_fact *server = &domain->zone->server[i];

        if (kd_server_takes_updates(server) &&
            check_same(kd_look_address(facts, &server->address), b->about.server)) {
            return true;
        }
    }
    return false;
}

bool kd_cause_is_near(const struct kd_facts *facts, kd_near near, const struct kd_finding *a,
                      const struct kd_finding *b)
{
    switch (near) {
    case KD_NEAR_RUN:
        return true;
    case KD_NEAR_DOMAIN:
        return check_same(a->about.domain, b->about.domain);
    case KD_NEAR_ZONE:
        return check_same(check_zone(facts, a), check_zone(facts, b));
    case KD_NEAR_SERVER:
        return check_same(a->about.server, b->about.server);
    case KD_NEAR_TARGET:
        return check_same(a->about.target, b->about.target);
    case KD_NEAR_SUBJECT:
        return check_same(a->subject, b->subject) || check_same(a->subject, b->about.target);
    case KD_NEAR_PRIMARY:
        return check_is_primary(facts, a, b);
    case KD_NEAR_ROW:
    case KD_NEAR_COUNT:
        break;
    }
    return false;
}

uint32_t kd_cause_event_code(const struct kd_facts *facts, const struct kd_finding *finding)
{
    for (size_t i = 0; facts->events != NULL && i < facts->events->npublish; i++) {
        const struct kd_event_publish_fact *publish = &facts->events->publish[i];
        bool is_computer =
            publish->computer == NULL || check_same(publish->computer, finding->about.target);

        if (check_is(finding, EVENT_FAILED) && is_computer &&
            check_same(publish->domain, finding->about.domain)) {
            return publish->hresult;
        }
    }
    return 0;
}

/* Only a finding that the rule told as critical proves what the table says. */
kd_confidence kd_cause_check_critical(const struct kd_cause_look *look)
{
    return look->proof->told == KD_SEV_CRITICAL ? look->told : KD_CONFIDENCE_NONE;
}

/* A notice tells of something that is no fault of its own. */
kd_confidence kd_cause_check_above_notice(const struct kd_cause_look *look)
{
    return look->proof->told > KD_SEV_NOTICE ? look->told : KD_CONFIDENCE_NONE;
}

/* A notice: the fault is on the way from here, and nobody else need have it. */
kd_confidence kd_cause_check_notice(const struct kd_cause_look *look)
{
    return look->proof->told <= KD_SEV_NOTICE ? look->told : KD_CONFIDENCE_NONE;
}

static bool check_is_routeless_resolver(const struct kd_cause_look *look)
{
    for (uint32_t i = 0; i < look->facts->nresolver; i++) {
        if (check_same(kd_look_server(look->facts, i), look->proof->about.server)) {
            return kd_route_to_resolver_is_missing(look->facts, i);
        }
    }
    return false;
}

/* One address that is silent for another reason is enough: then the primary is. */
static bool check_is_routeless_primary(const struct kd_cause_look *look)
{
    const struct kd_domain_fact *domain = check_domain(look->facts, look->proof);
    bool is_routeless = false;

    for (size_t i = 0; domain != NULL && domain->zone != NULL && i < domain->zone->nserver;
         i++) {
        const struct kd_server_fact *server = &domain->zone->server[i];

        if (kd_look_takes_updates(look->facts, domain, server)) {
            is_routeless = kd_route_is_missing(look->facts, domain, server);
            if (!is_routeless) {
                return false;
            }
        }
    }
    return is_routeless;
}

static bool check_is_routeless_server(const struct kd_cause_look *look)
{
    const struct kd_domain_fact *domain = check_domain(look->facts, look->proof);

    for (size_t i = 0; domain != NULL && domain->zone != NULL && i < domain->zone->nserver;
         i++) {
        const struct kd_server_fact *server = &domain->zone->server[i];

        if (check_same(kd_look_ns(look->facts, server), look->proof->subject)) {
            return kd_route_is_missing(look->facts, domain, server);
        }
    }
    return false;
}

/* Not reached because this machine has no route over one address family. */
kd_confidence kd_cause_check_no_route(const struct kd_cause_look *look)
{
    bool is_routeless = false;

    if (check_is(look->proof, "RES-TIMEOUT")) {
        is_routeless = look->proof->told <= KD_SEV_NOTICE && check_is_routeless_resolver(look);
    } else if (check_is(look->proof, "ZONE-PRIMARY-UNREACHABLE")) {
        is_routeless = check_is_routeless_primary(look);
    } else {
        is_routeless = check_is_routeless_server(look);
    }
    return is_routeless ? look->told : KD_CONFIDENCE_NONE;
}

/* The event says that a domain or zone does not resolve; seen from here it may well do. */
kd_confidence kd_cause_check_missing(const struct kd_cause_look *look)
{
    const struct kd_domain_fact *domain = check_domain(look->facts, look->proof);

    if (!check_is(look->proof, EVENT_FAILED) || domain == NULL) {
        return look->told;
    }
    for (size_t i = 0; i < domain->nview; i++) {
        if (domain->view[i].nrecords > 0 || domain->view[i].apex_status == KD_OUT_NOERROR) {
            return KD_CONFIDENCE_NONE;
        }
    }
    return look->told;
}

static bool check_is_behind(const struct kd_server_fact *primary,
                            const struct kd_server_fact *server)
{
    return primary->serial >= 0 && server->serial >= 0 &&
           kd_serial_behind((uint32_t)primary->serial, (uint32_t)server->serial) > 0;
}

/* One server that is behind the primary and serves another set is the proof. */
kd_confidence kd_cause_check_stale(const struct kd_cause_look *look)
{
    const struct kd_domain_fact *domain = check_domain(look->facts, look->proof);
    const struct kd_zone_fact *zone = domain != NULL ? domain->zone : NULL;
    const struct kd_server_fact *primary = NULL;

    for (size_t i = 0; zone != NULL && i < zone->nserver; i++) {
        primary = kd_server_takes_updates(&zone->server[i]) ? &zone->server[i] : primary;
    }
    for (size_t i = 0; primary != NULL && i < zone->nserver; i++) {
        const struct kd_server_fact *server = &zone->server[i];

        if (check_is_behind(primary, server) && kd_outcome_is_usable(server->srv_status) &&
            !kd_srv_set_equal(primary->records, primary->nrecords, server->records,
                              server->nrecords)) {
            return KD_CONFIDENCE_PROVED;
        }
    }
    return look->told;
}

/* The update that a finding about the right to write speaks of; NULL: a change, or none. */
static const struct kd_update_fact *check_update(const struct kd_cause_look *look)
{
    const struct kd_domain_fact *domain = check_domain(look->facts, look->proof);

    for (size_t i = 0; domain != NULL && i < domain->nupdate; i++) {
        const char *server = kd_look_address(look->facts, &domain->update[i].server);

        if (check_same(server, look->proof->about.server)) {
            return &domain->update[i];
        }
    }
    return NULL;
}

static kd_dialect check_dialect(const struct kd_cause_look *look,
                                const struct kd_update_fact *update)
{
    const struct kd_domain_fact *domain = check_domain(look->facts, look->proof);

    return update != NULL && domain != NULL ? kd_dialect_guess(domain, update).row->dialect
                                            : KD_DIALECT_UNKNOWN;
}

/* True if the judgement has a finding about the same domain. */
static bool check_has(const struct kd_cause_look *look, const char *id)
{
    for (size_t i = 0; i < look->judgement->nfinding; i++) {
        const struct kd_finding *finding = &look->judgement->finding[i];

        if (check_is(finding, id) &&
            kd_cause_is_near(look->facts, KD_NEAR_DOMAIN, look->proof, finding)) {
            return true;
        }
    }
    return false;
}

/* Knot says BADKEY also to a key that it knows and that no acl names. */
kd_confidence kd_cause_check_key_unknown(const struct kd_cause_look *look)
{
    return check_dialect(look, check_update(look)) == KD_DIALECT_KNOT ? KD_CONFIDENCE_PROBABLE
                                                                      : look->told;
}

/* PowerDNS says REFUSED whatever is wrong, and signs its reply to a key that it takes. */
kd_confidence kd_cause_check_key_masked(const struct kd_cause_look *look)
{
    const struct kd_update_fact *update = check_update(look);

    if (update == NULL || !update->is_signed || kd_dialect_key_is_accepted(update) ||
        check_dialect(look, update) != KD_DIALECT_POWERDNS) {
        return KD_CONFIDENCE_NONE;
    }
    return look->told;
}

/* Where everybody is refused alike, a zone without updates is as good an explanation. */
kd_confidence kd_cause_check_key_rule(const struct kd_cause_look *look)
{
    bool is_unknown = check_is(look->proof, "KEY-UNKNOWN");

    if (is_unknown && check_dialect(look, check_update(look)) != KD_DIALECT_KNOT) {
        return KD_CONFIDENCE_NONE;
    }
    return is_unknown || check_has(look, "UPD-NOT-DYNAMIC") ? KD_CONFIDENCE_POSSIBLE
                                                            : look->told;
}

/* The event's REFUSED can mean more than what the probes have shown. */
kd_confidence kd_cause_check_not_dynamic(const struct kd_cause_look *look)
{
    return check_is(look->proof, EVENT_FAILED) && check_has(look, "KEY-POLICY")
               ? KD_CONFIDENCE_NONE
               : look->told;
}

/* A host was to be published, and nobody signed for it. */
kd_confidence kd_cause_check_unsigned(const struct kd_cause_look *look)
{
    const struct kd_update_fact *update = check_update(look);

    return look->proof->told == KD_SEV_CRITICAL && update != NULL && !update->is_signed
               ? look->told
               : KD_CONFIDENCE_NONE;
}

/* The owner of the record counts where names have owners, or where other names may be written. */
kd_confidence kd_cause_check_second_host(const struct kd_cause_look *look)
{
    const struct kd_update_fact *update = check_update(look);
    kd_dialect dialect = check_dialect(look, update);
    const struct kd_probe_fact *other;

    if (!check_is(look->proof, "UPD-REFUSED")) {
        return look->told;
    }
    if (update == NULL || !update->is_signed) {
        return KD_CONFIDENCE_NONE;
    }
    other = kd_probe_find(update->probe, update->nprobe, KD_PROBE_CONTROL_OTHER_NAME);
    return dialect == KD_DIALECT_WINDOWS || dialect == KD_DIALECT_SAMBA ||
                   kd_probe_says_what(other) == KD_PROBE_SAYS_PASSED
               ? KD_CONFIDENCE_PROBABLE
               : look->told;
}

/* PowerDNS with a policy in Lua looks open and is not. */
kd_confidence kd_cause_check_open(const struct kd_cause_look *look)
{
    return look->proof->told <= KD_SEV_NOTICE ? KD_CONFIDENCE_POSSIBLE : look->told;
}

/* Where a server of the zone has the record, it was published. */
kd_confidence kd_cause_check_nowhere(const struct kd_cause_look *look)
{
    const struct kd_domain_fact *domain = check_domain(look->facts, look->proof);
    const struct kd_zone_fact *zone = domain != NULL ? domain->zone : NULL;

    for (size_t i = 0; zone != NULL && i < zone->nserver; i++) {
        const struct kd_server_fact *server = &zone->server[i];

        if (server->is_authoritative && kd_outcome_is_usable(server->srv_status) &&
            server->nrecords > 0) {
            return KD_CONFIDENCE_NONE;
        }
    }
    return look->told;
}

/* A sibling with the port of KMS is the record that clients miss. */
kd_confidence kd_cause_check_typo(const struct kd_cause_look *look)
{
    return look->proof->about.port == KD_KMS_PORT ? look->told : KD_CONFIDENCE_PROBABLE;
}

/* Critical: no record exists; warning: nobody asked; notice: there is one all the same. */
kd_confidence kd_cause_check_publish_off(const struct kd_cause_look *look)
{
    if (look->proof->told == KD_SEV_CRITICAL) {
        return look->told;
    }
    return look->proof->told == KD_SEV_WARNING ? KD_CONFIDENCE_PROBABLE : KD_CONFIDENCE_NONE;
}

/* True if a cache says that there is no record. */
static bool check_is_negative(const struct kd_domain_fact *domain)
{
    for (size_t i = 0; i < domain->nview; i++) {
        const struct kd_view_fact *view = &domain->view[i];

        if (kd_outcome_is_usable(view->status) && view->nrecords == 0 &&
            !view->is_authoritative) {
            return true;
        }
    }
    return false;
}

/* The set as somebody with authority gave it; NULL when nobody did, or they differ. */
static bool check_truth(const struct kd_domain_fact *domain, const struct kd_srv **ret,
                        size_t *ret_n)
{
    bool is_known = false;

    for (size_t i = 0; i < domain->nview; i++) {
        const struct kd_view_fact *view = &domain->view[i];

        if (!view->is_authoritative || !kd_outcome_is_usable(view->status)) {
            continue;
        }
        if (is_known && !kd_srv_set_equal(*ret, *ret_n, view->records, view->nrecords)) {
            return false;
        }
        *ret = view->records;
        *ret_n = view->nrecords;
        is_known = true;
    }
    for (size_t i = 0; domain->zone != NULL && i < domain->zone->nserver; i++) {
        const struct kd_server_fact *server = &domain->zone->server[i];

        if (!server->is_authoritative || !kd_outcome_is_usable(server->srv_status)) {
            continue;
        }
        if (is_known && !kd_srv_set_equal(*ret, *ret_n, server->records, server->nrecords)) {
            return false;
        }
        *ret = server->records;
        *ret_n = server->nrecords;
        is_known = true;
    }
    return is_known;
}

/* The zone has the record, and a cache still says that there is none. */
kd_confidence kd_cause_check_negative(const struct kd_cause_look *look)
{
    const struct kd_domain_fact *domain = check_domain(look->facts, look->proof);
    const struct kd_srv *truth = NULL;
    size_t n = 0;

    if (domain == NULL || !check_is_negative(domain) || !check_truth(domain, &truth, &n)) {
        return KD_CONFIDENCE_NONE;
    }
    return n > 0 ? look->told : KD_CONFIDENCE_NONE;
}

/* A cache whose set is not the zone's; without the zone's own word it stays possible. */
kd_confidence kd_cause_check_stale_cache(const struct kd_cause_look *look)
{
    const struct kd_domain_fact *domain = check_domain(look->facts, look->proof);
    const struct kd_srv *truth = NULL;
    size_t n = 0, ncached = 0;

    if (domain == NULL) {
        return KD_CONFIDENCE_NONE;
    }
    for (size_t i = 0; i < domain->nview; i++) {
        const struct kd_view_fact *view = &domain->view[i];

        ncached +=
            kd_outcome_is_usable(view->status) && !view->is_authoritative && view->nrecords > 0
                ? 1
                : 0;
    }
    if (ncached == 0) {
        return KD_CONFIDENCE_NONE;
    }
    return check_truth(domain, &truth, &n) ? look->told : KD_CONFIDENCE_POSSIBLE;
}

/* Two servers that both claim authority and differ have two zones of one name. */
kd_confidence kd_cause_check_split(const struct kd_cause_look *look)
{
    const struct kd_domain_fact *domain = check_domain(look->facts, look->proof);
    const struct kd_view_fact *first = NULL;

    if (domain == NULL || (!check_is(look->proof, "RES-DISAGREE") &&
                           kd_cause_check_negative(look) == KD_CONFIDENCE_NONE)) {
        return KD_CONFIDENCE_NONE;
    }
    for (size_t i = 0; i < domain->nview; i++) {
        const struct kd_view_fact *view = &domain->view[i];

        if (!view->is_authoritative || !kd_outcome_is_usable(view->status)) {
            continue;
        }
        if (first != NULL &&
            !kd_srv_set_equal(first->records, first->nrecords, view->records, view->nrecords)) {
            return KD_CONFIDENCE_PROBABLE;
        }
        first = view;
    }
    return look->told;
}

/* RES-TIMEOUT about a resolver that was never heard; a notice is about EDNS or a route only. */
kd_confidence kd_cause_check_unheard(const struct kd_cause_look *look)
{
    return kd_look_was_heard(look->facts, look->proof->about.server)
               ? KD_CONFIDENCE_NONE
               : kd_cause_check_above_notice(look);
}

/* … and about one that answered something else. */
kd_confidence kd_cause_check_lossy(const struct kd_cause_look *look)
{
    return kd_look_was_heard(look->facts, look->proof->about.server)
               ? kd_cause_check_above_notice(look)
               : KD_CONFIDENCE_NONE;
}

/* RES-REWRITES about a resolver, not about one domain. */
kd_confidence kd_cause_check_of_resolver(const struct kd_cause_look *look)
{
    return look->proof->about.domain == NULL ? look->told : KD_CONFIDENCE_NONE;
}

/* … and about a domain. */
kd_confidence kd_cause_check_of_domain(const struct kd_cause_look *look)
{
    return look->proof->about.domain != NULL ? look->told : KD_CONFIDENCE_NONE;
}

/* A port other than 1688 is a fault only where the closed host is the one with that port. */
kd_confidence kd_cause_check_odd_port(const struct kd_cause_look *look)
{
    for (size_t i = 0; i < look->judgement->nfinding; i++) {
        const struct kd_finding *finding = &look->judgement->finding[i];

        if (check_is(finding, "TGT-CLOSED") && finding->about.port != KD_KMS_PORT &&
            check_same(finding->about.target, look->proof->about.target)) {
            return look->told;
        }
    }
    return check_is(look->proof, "REG-PORT") ? look->told : KD_CONFIDENCE_NONE;
}

bool kd_cause_has_target(const struct kd_finding *closed, const struct kd_target_fact *target)
{
    bool is_whole_set = check_same(closed->subject, closed->about.domain);

    return is_whole_set || (check_same(target->name, closed->about.target) &&
                            target->port == closed->about.port);
}

/* How connects to the closed hosts of one finding ended. */
struct check_reach {
    size_t nrefused, nsilent;
};

static struct check_reach check_reach(const struct kd_cause_look *look)
{
    const struct kd_domain_fact *domain = check_domain(look->facts, look->proof);
    struct check_reach reach = {0, 0};

    for (size_t i = 0; domain != NULL && i < domain->ntarget; i++) {
        const struct kd_target_fact *target = domain->target[i];

        if (!kd_cause_has_target(look->proof, target)) {
            continue;
        }
        for (size_t j = 0; j < target->naddress; j++) {
            kd_reach tcp = target->address[j].tcp;

            reach.nrefused += tcp == KD_REACH_REFUSED ? 1 : 0;
            reach.nsilent += tcp == KD_REACH_TIMEOUT || tcp == KD_REACH_UNREACHABLE ? 1 : 0;
        }
    }
    return reach;
}

/* Refused: the host is up, and nothing listens. Silence says less. */
kd_confidence kd_cause_check_stopped(const struct kd_cause_look *look)
{
    struct check_reach reach = check_reach(look);

    return reach.nrefused > 0 && reach.nsilent == 0 ? look->told : KD_CONFIDENCE_POSSIBLE;
}

kd_confidence kd_cause_check_firewall(const struct kd_cause_look *look)
{
    struct check_reach reach = check_reach(look);

    return reach.nsilent > 0 ? look->told : KD_CONFIDENCE_NONE;
}
