/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cause_words.c - words in a cause's text that come from the facts and not from a finding: hosts
 * with their ports, and how a server was silent.
 */
#include "causes.h"

#define MOST_RESOLVERS 3 /* by name, in one clause */

/* What connects to the host's addresses came to; an open one is no closed host. */
static bool words_is_closed(const struct kd_target_fact *target, bool only_silent)
{
    size_t nrefused = 0, nsilent = 0;

    for (size_t i = 0; i < target->naddress; i++) {
        kd_reach tcp = target->address[i].tcp;

        if (tcp == KD_REACH_OPEN) {
            return false;
        }
        nrefused += tcp == KD_REACH_REFUSED ? 1 : 0;
        nsilent += tcp == KD_REACH_TIMEOUT || tcp == KD_REACH_UNREACHABLE ? 1 : 0;
    }
    return nsilent > 0 || (nrefused > 0 && !only_silent);
}

void kd_cause_add_hosts(const struct kd_facts *facts, const struct kd_finding *closed,
                        bool only_silent, struct kd_look_names *names)
{
    const struct kd_domain_fact *domain = kd_facts_domain(facts, closed->about.domain);

    for (size_t i = 0; domain != NULL && i < domain->ntarget; i++) {
        const struct kd_target_fact *target = domain->target[i];

        if (kd_cause_has_target(closed, target) && words_is_closed(target, only_silent)) {
            kd_look_add_name(facts, names,
                             kd_arena_printf(facts->arena, "%s:%u", target->name,
                                             (unsigned int)target->port));
        }
    }
    if (names->n == 0) {
        kd_look_add_name(facts, names, closed->subject);
    }
}

/* A refused question shows that the host is up; silence does not even show that. */
const char *kd_cause_silence(kd_outcome how)
{
    if (how == KD_OUT_CONN_REFUSED) {
        return "does not answer: nothing listens on its port";
    }
    return how == KD_OUT_UNREACHABLE ? "does not answer: there is no route to it from here"
                                     : "does not answer from here";
}

/* "192.0.2.53:53 is silent"; the server alone where the question was not kept. */
static const char *words_brief(const struct kd_facts *facts, const struct kd_cause *cause)
{
    const struct kd_query_fact *query =
        cause->nqueries > 0 ? kd_facts_query(facts, cause->queries[0]) : NULL;
    const char *said = "is silent";

    if (query == NULL) {
        return cause->subject;
    }
    if (!kd_outcome_is_silent(query->status)) {
        return kd_arena_printf(facts->arena, "%s says %s", cause->subject,
                               kd_outcome_str(query->status));
    }
    said = query->status == KD_OUT_CONN_REFUSED ? "is closed" : said;
    said = query->status == KD_OUT_UNREACHABLE ? "cannot be reached" : said;
    return kd_arena_printf(facts->arena, "%s %s", cause->subject, said);
}

/* True if no other resolver made up for this one, in any domain. */
static bool words_is_alone(const struct kd_cause *cause)
{
    for (size_t i = 0; i < cause->nfinding; i++) {
        if (cause->finding[i]->told < KD_SEV_CRITICAL) {
            return false;
        }
    }
    return true;
}

const char *kd_cause_every(const struct kd_facts *facts, const struct kd_judgement *judgement,
                           const struct kd_cause_row *row)
{
    struct kd_look_names servers = {.n = 0}, names = {.n = 0};

    for (size_t i = 0; row->every != NULL && i < judgement->ncause; i++) {
        const struct kd_cause *cause = &judgement->cause[i];

        if (cause->row == row && words_is_alone(cause)) {
            kd_look_add_name(facts, &servers, cause->subject);
            kd_look_add_name(facts, &names, words_brief(facts, cause));
        }
    }
    if (servers.n < 2 || servers.n != facts->nresolver) {
        return NULL;
    }
    return kd_arena_printf(facts->arena, "none of the %zu resolvers %s: %s", servers.n,
                           row->every, kd_look_few_str(facts, &names, MOST_RESOLVERS));
}
