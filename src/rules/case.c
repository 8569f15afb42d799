/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * case.c - the cases that rules about updates and keys are asked about: each probed identity at
 * each server, and each change that was sent and refused.
 */
#include "case.h"

#include <string.h>

#include "kmsdns/facts/right.h"

#define TSIG_PREFIX "tsig:"

/* A refused change as if it had been probed. */
static struct kd_update_fact *case_from_change(const struct kd_facts *facts,
                                               const struct kd_change_fact *change)
{
    struct kd_update_fact *update = kd_arena_alloc(facts->arena, sizeof(*update));
    struct kd_probe_fact *probe = kd_arena_alloc(facts->arena, sizeof(*probe));

    *probe = (struct kd_probe_fact){
        .probe = KD_PROBE_TARGET,
        .status = change->status,
        .rcode = change->rcode,
        .tsig_error = change->tsig_error,
        .signature = change->signature,
        .skew_s = change->skew_s,
        .query = change->query,
    };
    *update = (struct kd_update_fact){
        .identity = change->identity != NULL ? change->identity : "none",
        .is_signed = change->identity != NULL && strcmp(change->identity, "none") != 0,
        .server = change->server,
        .owner = change->owner,
        .zone = change->zone,
        .record = change->record,
        .right = KD_RIGHT_REFUSED,
        .probe = probe,
        .nprobe = 1,
    };
    return update;
}

static bool case_is_change(const struct kd_domain_fact *domain)
{
    /* a test at a random name says nothing about the right to write the service's */
    return domain->change != NULL && domain->change->state == KD_CHANGE_REFUSED &&
           strcmp(domain->change->action, "write-test") != 0;
}

/* True if a probe told the same refusal already: it knows more than the change does. */
static bool case_was_probed(const struct kd_domain_fact *domain)
{
    const char *identity = domain->change->identity;

    for (size_t i = 0; i < domain->nupdate; i++) {
        const struct kd_update_fact *update = &domain->update[i];

        if (update->right == KD_RIGHT_REFUSED && identity != NULL &&
            strcmp(update->identity, identity) == 0 &&
            kd_endpoint_equal(&update->server, &domain->change->server)) {
            return true;
        }
    }
    return false;
}

static const char *case_subject(const struct kd_facts *facts,
                                const struct kd_domain_fact *domain,
                                const struct kd_update_fact *update)
{
    const char *server = kd_look_endpoint(facts, &update->server);

    if (domain->nupdate + (case_is_change(domain) ? 1 : 0) <= 1) {
        return domain->name;
    }
    return kd_arena_printf(facts->arena, "%s (%s%s%s)", domain->name, update->identity,
                           server != NULL ? " at " : "", server != NULL ? server : "");
}

/* The probe of the real update; where another one shows the refusal, that one. */
static const struct kd_probe_fact *case_deciding(const struct kd_update_fact *update)
{
    static const kd_probe OTHERS[] = {KD_PROBE_EMPTY_SIGNED, KD_PROBE_EMPTY_UNSIGNED,
                                      KD_PROBE_IDENTICAL_ADD};
    const struct kd_probe_fact *target =
        kd_probe_find(update->probe, update->nprobe, KD_PROBE_TARGET);

    if (update->right != KD_RIGHT_REFUSED || kd_probe_says_what(target) == KD_PROBE_SAYS_NO) {
        return target;
    }
    for (size_t i = 0; i < sizeof(OTHERS) / sizeof(OTHERS[0]); i++) {
        const struct kd_probe_fact *probe =
            kd_probe_find(update->probe, update->nprobe, OTHERS[i]);
        bool is_own = OTHERS[i] != KD_PROBE_EMPTY_UNSIGNED || !update->is_signed;

        if (is_own && kd_probe_says_what(probe) == KD_PROBE_SAYS_NO) {
            return probe;
        }
    }
    return target;
}

static struct kd_case case_of(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                              const struct kd_update_fact *update)
{
    struct kd_case which = {
        .domain = domain,
        .update = update,
        .decides = case_deciding(update),
        .server = kd_dialect_guess(domain, update),
        .subject = case_subject(facts, domain, update),
    };

    for (size_t i = 0; i < update->nprobe; i++) {
        kd_look_add_query(&which.queries, update->probe[i].query);
    }
    return which;
}

static void case_check(struct kd_judge *judge, const struct kd_facts *facts,
                       const struct kd_domain_fact *domain, const struct kd_update_fact *update,
                       kd_case_fn *check)
{
    struct kd_case which = case_of(facts, domain, update);

    if (update->right == KD_RIGHT_UNREACHABLE) {
        kd_not_judged(judge, which.subject, KD_NEED_UPDATE);
    } else {
        check(judge, facts, &which);
    }
}

static void case_each_of(struct kd_judge *judge, const struct kd_facts *facts,
                         const struct kd_domain_fact *domain, bool is_only_signed,
                         kd_case_fn *check)
{
    bool is_any = false;

    for (size_t i = 0; i < domain->nupdate; i++) {
        if (!is_only_signed || domain->update[i].is_signed) {
            case_check(judge, facts, domain, &domain->update[i], check);
            is_any = true;
        }
    }
    if (case_is_change(domain) && !case_was_probed(domain)) {
        const struct kd_update_fact *update = case_from_change(facts, domain->change);

        if (!is_only_signed || update->is_signed) {
            case_check(judge, facts, domain, update, check);
            is_any = true;
        }
    }
    if (!is_any) {
        kd_not_judged(judge, domain->name, KD_NEED_UPDATE);
    }
}

void kd_case_each(struct kd_judge *judge, const struct kd_facts *facts,
                  enum kd_case_which which, kd_case_fn *check)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        case_each_of(judge, facts, &facts->domain[i], which == KD_CASE_SIGNED, check);
    }
}

bool kd_case_is_answered(const struct kd_domain_fact *domain)
{
    for (size_t i = 0; i < domain->nupdate; i++) {
        if (domain->update[i].right != KD_RIGHT_UNREACHABLE) {
            return true;
        }
    }
    return case_is_change(domain);
}

const char *kd_case_key(const struct kd_case *which)
{
    const char *identity = which->update->identity;
    size_t len = strlen(TSIG_PREFIX);

    return strncmp(identity, TSIG_PREFIX, len) == 0 ? identity + len : NULL;
}

static const char *case_owner(const struct kd_facts *facts, const struct kd_case *which)
{
    return which->update->owner != NULL ? which->update->owner
                                        : kd_look_owner(facts, which->domain);
}

struct kd_finding_args kd_case_args(const struct kd_facts *facts, const struct kd_case *which)
{
    const struct kd_update_fact *update = which->update;
    const struct kd_zone_fact *zone = which->domain->zone;
    const struct kd_srv *record = update->record;

    return (struct kd_finding_args){
        .subject = which->subject,
        .domain = which->domain->name,
        .target = record != NULL ? record->target : NULL,
        .port = record != NULL ? record->port : 0,
        .server = kd_look_address(facts, &update->server),
        .key = kd_case_key(which),
        .zone = update->zone != NULL ? update->zone : (zone != NULL ? zone->name : NULL),
        .owner = case_owner(facts, which),
        .queries = which->queries.n,
        .nqueries = which->queries.count,
    };
}

const char *kd_case_update(const struct kd_facts *facts, const struct kd_case *which)
{
    const char *key = kd_case_key(which);

    if (!which->update->is_signed) {
        return "an unsigned update";
    }
    return kd_arena_printf(facts->arena, "an update signed with %s",
                           key != NULL ? key : which->update->identity);
}

const char *kd_case_record(const struct kd_facts *facts, const struct kd_case *which)
{
    const struct kd_srv *record = which->update->record;

    if (record == NULL) {
        return kd_arena_printf(facts->arena, "%s SRV", case_owner(facts, which));
    }
    return kd_arena_printf(facts->arena, "%s SRV %s", case_owner(facts, which),
                           kd_look_set(facts, record, 1));
}

const char *kd_case_server(const struct kd_facts *facts, const struct kd_case *which)
{
    const char *address = kd_look_endpoint(facts, &which->update->server);
    const char *name = which->server.row->name;

    address = address != NULL ? address : "the server";
    if (which->server.is_by_version) {
        return kd_arena_printf(facts->arena, "%s (%s, version \"%.60s\")", address, name,
                               which->update->version);
    }
    if (which->server.is_by_answers) {
        return kd_arena_printf(facts->arena, "%s (by its answers %s)", address, name);
    }
    return address;
}

const char *kd_case_answer(const struct kd_facts *facts, const struct kd_case *which)
{
    const char *tsig = NULL;

    if (which->decides == NULL) {
        return "nothing";
    }
    tsig = kd_dialect_tsig_str(which->decides->tsig_error);
    if (tsig == NULL) {
        return kd_outcome_str(which->decides->status);
    }
    return kd_arena_printf(facts->arena, "%s with the TSIG error %s",
                           kd_outcome_str(which->decides->status), tsig);
}

static const struct kd_dialect_meaning *case_meaning(const struct kd_case *which)
{
    if (which->decides == NULL) {
        return NULL;
    }
    return kd_dialect_meaning_of(which->server.row->dialect, which->decides->status,
                                 which->decides->tsig_error, kd_dialect_asker(which->update));
}

const char *kd_case_next(const struct kd_case *which)
{
    const struct kd_dialect_meaning *meaning = case_meaning(which);

    return meaning != NULL ? meaning->next : "Look into the server's log.";
}

const char *kd_case_meaning(const struct kd_facts *facts, const struct kd_case *which)
{
    const struct kd_dialect_meaning *meaning = case_meaning(which);
    const char *text = kd_case_next(which);

    if (meaning == NULL) {
        return text;
    }
    for (size_t i = 0; i < KD_MAX_CAUSES && meaning->cause[i] != NULL; i++) {
        bool is_only = i == 0 && meaning->cause[1] == NULL;

        text = is_only
                   ? kd_arena_printf(facts->arena, "%s It means: %s", text, meaning->cause[0])
                   : kd_arena_printf(facts->arena, "%s%s (%zu) %s", text,
                                     i == 0 ? " It can mean, the likeliest first:" : ";", i + 1,
                                     meaning->cause[i]);
    }
    return text;
}

const struct kd_probe_fact *kd_case_probe(const struct kd_case *which, kd_probe kind)
{
    return kd_probe_find(which->update->probe, which->update->nprobe, kind);
}
