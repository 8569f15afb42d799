/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * merge_digest.c - what is compared of one report: for each domain a status, an SRV set, a TTL,
 * and for each target and each of the zone's servers what was seen of it. Equal answers become
 * equal texts. Where nothing can be said, the answer is the reason why.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "merge_parts.h"

/* As many structs fit into an arena's chunk when they are sorted. */
#define MERGE_MAX_QUESTIONS 262144

/* One report being read. */
struct digest {
    struct kd_merge *merge;
    const struct kd_facts *facts;
    struct kd_arena *arena; /* the facts' */
    uint32_t report, domain, service;
    bool is_full; /* a limit was met; the rest is left out */
};

static uint32_t digest_word(struct digest *digest, const char *text)
{
    uint32_t word = kd_names_add(&digest->merge->words, text, strlen(text));

    digest->is_full = digest->is_full || word == KD_INDEX_NONE;
    return word;
}

static bool digest_is_question(const void *items, uint32_t number, const void *key)
{
    const struct merge_question *question = items;

    return memcmp(&question[number], key, sizeof(*question)) == 0;
}

static uint32_t digest_question(struct digest *digest, kd_merge_aspect aspect,
                                const char *subject)
{
    struct kd_merge *merge = digest->merge;
    struct merge_question question = {digest->domain, digest->service, aspect, KD_INDEX_NONE};
    uint64_t hash;
    uint32_t number;

    if (subject != NULL) {
        question.subject = digest_word(digest, subject);
    }
    hash = kd_index_hash(merge->words.seed, &question, sizeof(question));
    number = kd_index_find(&merge->index, hash, digest_is_question, merge->question, &question);
    digest->is_full = digest->is_full || merge->index.n == MERGE_MAX_QUESTIONS;
    if (number == KD_INDEX_NONE && !digest->is_full) {
        merge->question = kd_index_room(merge->question, merge->index.n, sizeof(question));
        merge->question[merge->index.n] = question;
        number = kd_index_add(&merge->index, hash);
    }
    return number;
}

static void digest_value(struct digest *digest, kd_merge_aspect aspect, const char *subject,
                         uint32_t value)
{
    struct kd_merge *merge = digest->merge;
    uint32_t question = digest_question(digest, aspect, subject);

    digest->is_full = digest->is_full || merge->nanswer == KD_MERGE_MAX_ANSWERS;
    if (digest->is_full) {
        return;
    }
    merge->answer = kd_index_room(merge->answer, merge->nanswer, sizeof(*merge->answer));
    merge->answer[merge->nanswer++] = (struct merge_answer){question, digest->report, value};
    /* a sum, because the order in which a report tells its answers does not matter */
    merge->report[digest->report].content +=
        kd_index_hash(merge->words.seed, (uint32_t[]){question, value}, 2 * sizeof(uint32_t));
}

static void digest_why(struct digest *digest, kd_merge_aspect aspect, const char *subject,
                       kd_merge_why why)
{
    digest_value(digest, aspect, subject, why);
}

static void digest_text(struct digest *digest, kd_merge_aspect aspect, const char *subject,
                        const char *text)
{
    uint32_t word = digest_word(digest, text);

    digest_value(digest, aspect, subject, KD_MERGE_WHY_COUNT + word);
}

/* "0 0 1688 kms01.corp.example., …" without TTLs; for none what it says instead. */
static const char *digest_set(struct digest *digest, const struct kd_srv *records, size_t n,
                              const char *none)
{
    struct merge_list list = {NULL, 0};
    struct kd_srv *sorted = NULL;

    if (n == 0) {
        return none;
    }
    sorted = kd_arena_alloc(digest->arena, n * sizeof(*sorted));
    memcpy(sorted, records, n * sizeof(*sorted));
    qsort(sorted, n, sizeof(*sorted), kd_srv_compare);
    for (size_t i = 0; i < n; i++) {
        kd_merge_list_add(digest->arena, &list,
                          kd_arena_printf(digest->arena, "%u %u %u %s", sorted[i].priority,
                                          sorted[i].weight, sorted[i].port, sorted[i].target));
    }
    return kd_merge_list_join(digest->arena, &list, ", ", true);
}

static bool digest_is_cut(const struct digest *digest)
{
    return digest->facts->cut != KD_CUT_NONE;
}

/* A question that a cut ended says nothing about who was asked. */
static bool digest_was_asked(const struct digest *digest, kd_outcome status)
{
    return status != KD_OUT_SKIPPED && !(digest_is_cut(digest) && kd_outcome_is_silent(status));
}

/* Why there is no answer, by how its question ended. */
static kd_merge_why digest_why_of(const struct digest *digest, kd_outcome status)
{
    return digest_was_asked(digest, status) ? KD_MERGE_WHY_NO_ANSWER
           : digest_is_cut(digest)          ? KD_MERGE_WHY_CUT
                                            : KD_MERGE_WHY_NOT_ASKED;
}

/* As digest_why_of, of the resolver that came farthest. */
static kd_merge_why digest_why_of_views(const struct digest *digest,
                                        const struct kd_domain_fact *domain)
{
    for (size_t i = 0; i < domain->nview; i++) {
        if (digest_was_asked(digest, domain->view[i].status)) {
            return KD_MERGE_WHY_NO_ANSWER;
        }
    }
    return digest_why_of(digest, KD_OUT_SKIPPED);
}

static void digest_status(struct digest *digest, const struct kd_domain_fact *domain)
{
    struct merge_list list = {NULL, 0};

    for (size_t i = 0; i < domain->nview; i++) {
        if (digest_was_asked(digest, domain->view[i].status)) {
            kd_merge_list_add(digest->arena, &list, kd_outcome_str(domain->view[i].status));
        }
    }
    if (list.n > 0) {
        digest_text(digest, KD_MERGE_STATUS, NULL,
                    kd_merge_list_join(digest->arena, &list, KD_MERGE_VIEWS, false));
    } else {
        digest_why(digest, KD_MERGE_STATUS, NULL, digest_why_of_views(digest, domain));
    }
}

static void digest_srv(struct digest *digest, const struct kd_domain_fact *domain)
{
    struct merge_list list = {NULL, 0};

    for (size_t i = 0; i < domain->nview; i++) {
        const struct kd_view_fact *view = &domain->view[i];

        if (kd_outcome_is_usable(view->status)) {
            kd_merge_list_add(digest->arena, &list,
                              digest_set(digest, view->records, view->nrecords, "none"));
        }
    }
    if (list.n > 0) {
        digest_text(digest, KD_MERGE_SRV, NULL,
                    kd_merge_list_join(digest->arena, &list, KD_MERGE_VIEWS, false));
    } else {
        digest_why(digest, KD_MERGE_SRV, NULL, digest_why_of_views(digest, domain));
    }
}

static void digest_add_ttl(struct digest *digest, struct merge_list *list, int64_t ttl_s)
{
    kd_merge_list_add(digest->arena, list,
                      kd_arena_printf(digest->arena, "%" PRId64 " s", ttl_s));
}

/* TTLs of the resolvers that are authoritative, else those of the zone's servers. */
static void digest_own_ttls(struct digest *digest, const struct kd_domain_fact *domain,
                            struct merge_list *list)
{
    const struct kd_zone_fact *zone = domain->zone;

    for (size_t i = 0; i < domain->nview; i++) {
        const struct kd_view_fact *view = &domain->view[i];

        if (view->is_authoritative && view->nrecords > 0 && view->ttl_s >= 0) {
            digest_add_ttl(digest, list, view->ttl_s);
        }
    }
    for (size_t i = 0; list->n == 0 && zone != NULL && i < zone->nserver; i++) {
        const struct kd_server_fact *server = &zone->server[i];

        if (server->is_authoritative && server->nrecords > 0 && server->ttl_s >= 0) {
            digest_add_ttl(digest, list, server->ttl_s);
        }
    }
}

static void digest_ttl(struct digest *digest, const struct kd_domain_fact *domain)
{
    struct merge_list list = {NULL, 0};
    kd_merge_why why = digest_why_of_views(digest, domain);

    digest_own_ttls(digest, domain, &list);
    if (list.n > 0) {
        digest_text(digest, KD_MERGE_TTL, NULL,
                    kd_merge_list_join(digest->arena, &list, KD_MERGE_VIEWS, false));
        return;
    }
    for (size_t i = 0; i < domain->nview && why != KD_MERGE_WHY_CACHED; i++) {
        why = domain->view[i].nrecords > 0                   ? KD_MERGE_WHY_CACHED
              : kd_outcome_is_usable(domain->view[i].status) ? KD_MERGE_WHY_NOT_SEEN
                                                             : why;
    }
    digest_why(digest, KD_MERGE_TTL, NULL, why);
}

/* How the connects ended, each way once; NULL when none tells anything. */
static const char *digest_reaches(struct digest *digest, const struct kd_target_fact *target)
{
    struct merge_list list = {NULL, 0};
    bool has[KD_REACH_COUNT] = {false};

    for (size_t i = 0; i < target->naddress; i++) {
        has[target->address[i].tcp] = true;
    }
    has[KD_REACH_SKIPPED] = false;
    has[KD_REACH_TIMEOUT] = has[KD_REACH_TIMEOUT] && !digest_is_cut(digest);
    /* an address of a family without a route from there tells nothing beside another one */
    has[KD_REACH_UNREACHABLE] =
        has[KD_REACH_UNREACHABLE] &&
        !(has[KD_REACH_OPEN] || has[KD_REACH_REFUSED] || has[KD_REACH_TIMEOUT]);
    for (unsigned int reach = 0; reach < KD_REACH_COUNT; reach++) {
        if (has[reach]) {
            kd_merge_list_add(digest->arena, &list, kd_reach_str((kd_reach)reach));
        }
    }
    return list.n > 0 ? kd_merge_list_join(digest->arena, &list, ", ", true) : NULL;
}

static void digest_target(struct digest *digest, const struct kd_target_fact *target)
{
    const char *subject = kd_arena_printf(digest->arena, "%s:%u", target->name, target->port);
    const char *reaches = digest_reaches(digest, target);

    if (reaches != NULL) {
        digest_text(digest, KD_MERGE_REACH, subject, reaches);
    } else if (target->naddress > 0) {
        digest_why(digest, KD_MERGE_REACH, subject,
                   digest_is_cut(digest) ? KD_MERGE_WHY_CUT : KD_MERGE_WHY_NOT_TRIED);
    } else if (kd_outcome_is_usable(target->status)) {
        digest_text(
            digest, KD_MERGE_REACH, subject,
            kd_arena_printf(digest->arena, "no address (%s)", kd_outcome_str(target->status)));
    } else {
        digest_why(digest, KD_MERGE_REACH, subject, digest_why_of(digest, target->status));
    }
}

/* What a server that is not authoritative says is not what it serves. */
static void digest_server(struct digest *digest, const struct kd_server_fact *server)
{
    char subject[KD_ENDPOINT_STRLEN];
    kd_outcome status = server->srv_status;

    if (server->address.addr.family == 0) {
        return;
    }
    (void)kd_endpoint_str(&server->address, subject);
    if (server->is_authoritative && kd_outcome_is_usable(status)) {
        digest_text(
            digest, KD_MERGE_SERVER_SRV, subject,
            digest_set(digest, server->records, server->nrecords,
                       kd_arena_printf(digest->arena, "none (%s)", kd_outcome_str(status))));
    } else {
        digest_why(digest, KD_MERGE_SERVER_SRV, subject, digest_why_of(digest, status));
    }
    if (server->is_authoritative && server->serial >= 0) {
        digest_text(digest, KD_MERGE_SERVER_SERIAL, subject,
                    kd_arena_printf(digest->arena, "%" PRId64, server->serial));
    } else {
        digest_why(digest, KD_MERGE_SERVER_SERIAL, subject,
                   digest_why_of(digest, server->status));
    }
}

static void digest_domain(struct digest *digest, const struct kd_domain_fact *domain)
{
    digest->domain = digest_word(digest, domain->name);
    digest->service = digest_word(digest, digest->facts->service);
    digest_status(digest, domain);
    digest_srv(digest, domain);
    digest_ttl(digest, domain);
    for (size_t i = 0; i < domain->ntarget && !digest->is_full; i++) {
        digest_target(digest, domain->target[i]);
    }
    for (size_t i = 0; domain->zone != NULL && i < domain->zone->nserver; i++) {
        digest_server(digest, &domain->zone->server[i]);
    }
}

kd_status kd_merge_digest(struct kd_merge *merge, const struct kd_facts *facts, uint32_t report,
                          struct kd_err *err)
{
    struct digest digest = {
        .merge = merge, .facts = facts, .arena = facts->arena, .report = report};

    for (size_t i = 0; i < facts->ndomain && !digest.is_full; i++) {
        /* verbs that only write may know a domain without having asked a resolver */
        if (facts->domain[i].nview > 0) {
            digest_domain(&digest, &facts->domain[i]);
        }
    }
    if (digest.is_full) {
        return kd_fail(err, KD_ETOOBIG, "merge",
                       "more than one comparison holds (%d answers, %d different texts); give "
                       "fewer reports at once",
                       KD_MERGE_MAX_ANSWERS, KD_NAMES_MAX);
    }
    return KD_OK;
}
