/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * look.c - what several rules read from the facts: names and sets as text, and whether a domain
 * was answered at all. "No answer" is never "the answer is no".
 */
#include "look.h"

#include <string.h>

#include "kmsdns/base/addr.h"
#include "kmsdns/base/index.h"
#include "kmsdns/dns/name.h"

#define LOOK_PLACES 64

/* The place of a hash or, if it was not counted yet, a free one. */
static uint64_t *look_place(uint64_t *counted, size_t nplace, uint64_t hash)
{
    size_t at = (size_t)hash & (nplace - 1);

    while (counted[at] != 0 && counted[at] != hash) {
        at = (at + 1) & (nplace - 1);
    }
    return &counted[at];
}

static void look_double(const struct kd_facts *facts, struct kd_look_names *names)
{
    size_t nplace = names->nplace > 0 ? names->nplace * 2 : LOOK_PLACES;
    uint64_t *counted = kd_arena_alloc(facts->arena, nplace * sizeof(*counted));

    for (size_t i = 0; i < names->nplace; i++) {
        if (names->counted[i] != 0) {
            *look_place(counted, nplace, names->counted[i]) = names->counted[i];
        }
    }
    names->counted = counted;
    names->nplace = nplace;
}

/* Several resolvers tell the same of the same: also behind the names that are told. */
static bool look_was_counted(const struct kd_facts *facts, struct kd_look_names *names,
                             const char *name)
{
    uint64_t hash = kd_index_hash(0, name, strlen(name)) | 1;
    uint64_t *place;

    if (names->ncounted >= names->nplace / 2) {
        look_double(facts, names);
    }
    place = look_place(names->counted, names->nplace, hash);
    if (*place == hash) {
        return true;
    }
    *place = hash;
    names->ncounted++;
    return false;
}

void kd_look_add_name(const struct kd_facts *facts, struct kd_look_names *names,
                      const char *name)
{
    size_t kept = names->n < KD_LOOK_NAMES ? names->n : KD_LOOK_NAMES;

    for (size_t i = 0; i < kept; i++) {
        if (strcmp(names->name[i], name) == 0) {
            return;
        }
    }
    if (names->n >= KD_LOOK_NAMES && look_was_counted(facts, names, name)) {
        return;
    }
    if (names->n < KD_LOOK_NAMES) {
        names->name[names->n] = name;
    }
    names->n++;
}

const char *kd_look_names_str(const struct kd_facts *facts, const struct kd_look_names *names)
{
    return kd_look_few_str(facts, names, KD_LOOK_NAMES);
}

const char *kd_look_few_str(const struct kd_facts *facts, const struct kd_look_names *names,
                            size_t max)
{
    size_t most = max < KD_LOOK_NAMES ? max : KD_LOOK_NAMES;
    size_t kept = names->n < most ? names->n : most;
    const char *text = kept > 0 ? names->name[0] : "";

    for (size_t i = 1; i < kept; i++) {
        bool is_last = i + 1 == names->n;

        text = kd_arena_printf(facts->arena, "%s%s%s", text, is_last ? " and " : ", ",
                               names->name[i]);
    }
    if (names->n > kept) {
        text = kd_arena_printf(facts->arena, "%s and %zu more", text, names->n - kept);
    }
    return text;
}

void kd_look_add_query(struct kd_look_queries *queries, uint32_t n)
{
    if (n == 0 || queries->count == KD_LOOK_QUERIES) {
        return;
    }
    for (size_t i = 0; i < queries->count; i++) {
        if (queries->n[i] == n) {
            return;
        }
    }
    queries->n[queries->count] = n;
    queries->count++;
}

const char *kd_look_owner(const struct kd_facts *facts, const struct kd_domain_fact *domain)
{
    const char *owner = kd_name_join(facts->arena, facts->service, domain->name);

    return owner != NULL ? owner : domain->name;
}

const char *kd_look_server(const struct kd_facts *facts, uint32_t resolver)
{
    char text[KD_ENDPOINT_STRLEN];

    if (resolver >= facts->nresolver) {
        return "an unknown server";
    }
    return kd_arena_strdup(facts->arena,
                           kd_endpoint_str(&facts->resolver[resolver].server, text));
}

const char *kd_look_said(const struct kd_facts *facts, kd_outcome outcome)
{
    return kd_arena_printf(facts->arena, "%s (%s)", kd_outcome_str(outcome),
                           kd_outcome_text(outcome));
}

const char *kd_look_set(const struct kd_facts *facts, const struct kd_srv *set, size_t n)
{
    struct kd_look_names names = {.n = 0};

    for (size_t i = 0; i < n; i++) {
        if (i >= KD_LOOK_NAMES) {
            names.n++; /* beyond the limit names are only counted */
            continue;
        }
        kd_look_add_name(facts, &names,
                         kd_arena_printf(facts->arena, "%u %u %u %s", set[i].priority,
                                         set[i].weight, set[i].port, set[i].target));
    }
    return kd_look_names_str(facts, &names);
}

bool kd_look_is_answered(const struct kd_domain_fact *domain)
{
    for (size_t i = 0; i < domain->nview; i++) {
        if (kd_outcome_is_usable(domain->view[i].status)) {
            return true;
        }
    }
    return false;
}

bool kd_look_is_absent(const struct kd_domain_fact *domain)
{
    return kd_look_is_answered(domain) && !kd_domain_has_srv(domain);
}

const struct kd_domain_fact *kd_look_first_with_srv(const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        if (kd_domain_has_srv(&facts->domain[i])) {
            return &facts->domain[i];
        }
    }
    return NULL;
}

bool kd_look_has_zone(const struct kd_domain_fact *domain)
{
    return domain->zone != NULL && kd_outcome_is_usable(domain->zone->status);
}

bool kd_look_has_servers(const struct kd_domain_fact *domain)
{
    for (size_t i = 0; domain->zone != NULL && i < domain->zone->nserver; i++) {
        if (domain->zone->server[i].status != KD_OUT_SKIPPED) {
            return true;
        }
    }
    return false;
}

bool kd_look_was_sent(const struct kd_domain_fact *domain)
{
    return domain->change != NULL && domain->change->status != KD_OUT_SKIPPED;
}

const char *kd_look_address(const struct kd_facts *facts, const struct kd_endpoint *endpoint)
{
    char text[KD_ADDR_STRLEN];

    if (endpoint->addr.family == 0) {
        return NULL;
    }
    return kd_arena_strdup(facts->arena, kd_addr_str(&endpoint->addr, text));
}

const char *kd_look_endpoint(const struct kd_facts *facts, const struct kd_endpoint *endpoint)
{
    char text[KD_ENDPOINT_STRLEN];

    if (endpoint->addr.family == 0) {
        return NULL;
    }
    return kd_arena_strdup(facts->arena, kd_endpoint_str(endpoint, text));
}

const char *kd_look_ns(const struct kd_facts *facts, const struct kd_server_fact *server)
{
    const char *address = kd_look_endpoint(facts, &server->address);

    if (server->name == NULL || address == NULL) {
        return server->name != NULL ? server->name
                                    : (address != NULL ? address : "an unknown server");
    }
    return kd_arena_printf(facts->arena, "%s (%s)", server->name, address);
}

void kd_look_add_views(struct kd_look_queries *queries, const struct kd_domain_fact *domain)
{
    for (size_t i = 0; i < domain->nview; i++) {
        kd_look_add_query(queries, domain->view[i].query);
    }
}

bool kd_look_next_view(const struct kd_facts *facts, struct kd_look_walk *walk)
{
    for (; walk->idomain < facts->ndomain; kd_look_skip_domain(walk)) {
        walk->domain = &facts->domain[walk->idomain];
        if (walk->inext < walk->domain->nview) {
            walk->view = &walk->domain->view[walk->inext];
            walk->inext++;
            return true;
        }
    }
    return false;
}

bool kd_look_next_target(const struct kd_facts *facts, struct kd_look_walk *walk)
{
    for (; walk->idomain < facts->ndomain; kd_look_skip_domain(walk)) {
        walk->domain = &facts->domain[walk->idomain];
        if (walk->inext < walk->domain->ntarget) {
            walk->target = walk->domain->target[walk->inext];
            walk->inext++;
            return true;
        }
    }
    return false;
}

void kd_look_skip_domain(struct kd_look_walk *walk)
{
    walk->idomain++;
    walk->inext = 0;
}

void kd_look_tell_unanswered(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        if (!kd_look_is_answered(&facts->domain[i])) {
            kd_not_judged(judge, facts->domain[i].name, KD_NEED_SRV_ANSWER);
        }
    }
}

bool kd_look_is_writing(const struct kd_facts *facts, const struct kd_domain_fact *domain)
{
    return facts->host != NULL || domain->nupdate > 0 || domain->change != NULL;
}

bool kd_look_takes_updates(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                           const struct kd_server_fact *server)
{
    return kd_server_is_given(server) ? kd_look_is_writing(facts, domain) : server->is_primary;
}

bool kd_look_is_out_of_reach(const struct kd_facts *facts, const struct kd_domain_fact *domain)
{
    const struct kd_zone_fact *zone = domain->zone;

    if (zone == NULL || kd_look_is_writing(facts, domain) || !kd_look_is_answered(domain)) {
        return false;
    }
    for (size_t i = 0; i < zone->nserver; i++) {
        const struct kd_server_fact *server = &zone->server[i];

        /* somebody counts on the answer of one that --server names */
        if (kd_server_is_given(server) || !kd_outcome_is_silent(server->status) ||
            !kd_outcome_is_silent(server->tcp_status)) {
            return false;
        }
    }
    return zone->nserver > 0;
}

bool kd_look_are_masters(const struct kd_zone_fact *zone)
{
    const char *first = NULL;
    bool are_several = false;

    for (size_t i = 0; i < zone->nserver; i++) {
        const struct kd_server_fact *server = &zone->server[i];

        if (!server->is_authoritative || server->serial < 0) {
            continue;
        }
        if (server->mname == NULL || server->name == NULL ||
            strcmp(server->mname, server->name) != 0) {
            return false;
        }
        are_several = are_several || (first != NULL && strcmp(first, server->name) != 0);
        first = server->name;
    }
    return are_several;
}
