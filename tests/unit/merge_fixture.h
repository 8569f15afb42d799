/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * merge_fixture.h - reports of places, each told in one line, and what a comparison says of them.
 */
#ifndef KMSDNS_TESTS_UNIT_MERGE_FIXTURE_H
#define KMSDNS_TESTS_UNIT_MERGE_FIXTURE_H

#include <string.h>

#include "arena_fixture.h"
#include "kmsdns/rules/merge.h"

#define DAY_S    86400
#define NOON_S   1795176000 /* 2026-11-20T12:00:00Z */
#define HOUR(h)  (NOON_S + (h)*3600)
#define DOMAIN   "corp.example."
#define KMS1     "kms01.corp.example."
#define KMS2     "kms02.corp.example."
#define MAX_SETS 2

/* One report about one domain; what is not set is as in a healthy one. */
struct look {
    const char *vantage;
    int64_t started_s;
    const char *host[3];  /* of the SRV set; none: KMS1 */
    const char *other[3]; /* of a second resolver's, if there is any */
    kd_outcome status;    /* 0 is NOERROR */
    uint32_t ttl_s;       /* 0 is 3600 */
    bool is_cached;
    kd_reach reach, reach2; /* of the hosts' addresses */
    bool has_two_addresses;
    kd_outcome target;  /* of the hosts' addresses; 0 is NOERROR */
    uint32_t serial;    /* of the zone's server; 0: the zone was not looked for */
    const char *served; /* host in its set; NULL is KMS1 */
    kd_outcome server;  /* 0 is NOERROR */
    kd_cut cut;
    const char *domain; /* NULL is DOMAIN */
};

static struct kd_merge *merge;
static int64_t now_s; /* by this machine's clock */

static int begin(void **state)
{
    merge = kd_merge_new(42);
    now_s = NOON_S;
    return setup(state);
}

static int end(void **state)
{
    kd_merge_free(merge);
    return teardown(state);
}

static struct kd_srv *records(struct kd_arena *to, const char *const *host, uint32_t ttl_s,
                              size_t *ret_n)
{
    struct kd_srv *set = kd_arena_alloc(to, 3 * sizeof(*set));

    for (*ret_n = 0; *ret_n < 3 && host[*ret_n] != NULL; (*ret_n)++) {
        set[*ret_n] = (struct kd_srv){0, 0, 1688, host[*ret_n], ttl_s};
    }
    return set;
}

static struct kd_view_fact view_of(struct kd_arena *to, const struct look *look,
                                   const char *const *host)
{
    static const char *const USUAL[3] = {KMS1};
    struct kd_view_fact view = {.status = look->status, .ttl_s = -1};

    view.is_authoritative = !look->is_cached;
    if (look->status == KD_OUT_NOERROR) {
        view.ttl_s = look->ttl_s != 0 ? look->ttl_s : 3600;
        view.records =
            records(to, host[0] != NULL ? host : USUAL, (uint32_t)view.ttl_s, &view.nrecords);
    }
    return view;
}

static struct kd_target_fact *target_of(struct kd_arena *to, const struct look *look,
                                        const char *name)
{
    struct kd_target_fact *target = kd_arena_alloc(to, sizeof(*target));

    *target = (struct kd_target_fact){.name = name, .port = 1688, .status = look->target};
    if (look->target == KD_OUT_NOERROR) {
        target->naddress = look->has_two_addresses ? 2 : 1;
        target->address = kd_arena_alloc(to, 2 * sizeof(*target->address));
        target->address[0].tcp = look->reach;
        target->address[1].tcp = look->reach2;
    }
    return target;
}

static struct kd_zone_fact *zone_of(struct kd_arena *to, const struct look *look)
{
    struct kd_zone_fact *zone = kd_arena_alloc(to, sizeof(*zone));
    struct kd_server_fact *server = kd_arena_alloc(to, sizeof(*server));
    const char *const host[3] = {look->served != NULL ? look->served : KMS1};

    assert_int_equal(kd_endpoint_from_str("192.0.2.53", 53, &server->address, NULL), KD_OK);
    server->status = server->srv_status = look->server;
    server->serial = server->ttl_s = -1;
    if (look->server == KD_OUT_NOERROR) {
        server->is_authoritative = true;
        server->serial = look->serial;
        server->ttl_s = 3600;
        server->records = records(to, host, 3600, &server->nrecords);
    }
    zone->server = server;
    zone->nserver = 1;
    return zone;
}

static void add(const struct look *look)
{
    struct kd_arena *to = kd_arena_new();
    struct kd_facts *facts = kd_facts_new(to);
    struct kd_domain_fact *domain = kd_arena_alloc(to, sizeof(*domain));

    facts->vantage = look->vantage;
    facts->started_s = look->started_s;
    facts->cut = look->cut;
    facts->domain = domain;
    facts->ndomain = 1;
    domain->name = look->domain != NULL ? look->domain : DOMAIN;
    domain->view = kd_arena_alloc(to, MAX_SETS * sizeof(*domain->view));
    domain->view[domain->nview++] = view_of(to, look, look->host);
    if (look->other[0] != NULL) {
        domain->view[domain->nview++] = view_of(to, look, look->other);
    }
    domain->target = kd_arena_alloc(to, 3 * sizeof(*domain->target));
    for (size_t i = 0; i < domain->view[0].nrecords; i++) {
        domain->target[domain->ntarget++] =
            target_of(to, look, domain->view[0].records[i].target);
    }
    domain->zone = look->serial != 0 ? zone_of(to, look) : NULL;
    assert_int_equal(kd_merge_add_report(merge, facts, NULL), KD_OK);
    /* nothing of a report may be needed once it was added */
    kd_arena_free(to);
}

static const struct kd_merged *finish(void)
{
    const struct kd_merged *merged = NULL;

    assert_int_equal(kd_merge_finish(merge, arena, DAY_S, now_s, &merged, NULL), KD_OK);
    return merged;
}

static const struct kd_merged_question *find(const struct kd_merged *merged,
                                             kd_merge_aspect aspect, const char *subject)
{
    for (size_t d = 0; d < merged->ndomain; d++) {
        for (size_t i = 0; i < merged->domain[d].nquestion; i++) {
            const struct kd_merged_question *question = &merged->domain[d].question[i];

            if (question->aspect == aspect &&
                (subject == NULL || strcmp(question->subject, subject) == 0)) {
                return question;
            }
        }
    }
    fail_msg("%s was not asked", kd_merge_aspect_str(aspect));
    return NULL;
}

/* "a. b. = NOERROR; c. = TIMEOUT since 10, d. ?cut" with hours of the day */
static inline const char *tell(const struct kd_merged *merged,
                               const struct kd_merged_question *question)
{
    const char *text = "";

    for (size_t i = 0; i < question->ngroup; i++) {
        const struct kd_merged_group *group = &question->group[i];

        text = kd_arena_printf(arena, "%s%s", text, i > 0 ? "; " : "");
        for (size_t j = 0; j < group->nplace; j++) {
            text = kd_arena_printf(arena, "%s%s ", text,
                                   merged->vantage[group->place[j].vantage].name);
        }
        text = kd_arena_printf(arena, "%s= %s", text, group->answer);
    }
    for (size_t i = 0; i < question->nunknown; i++) {
        text = kd_arena_printf(arena, "%s, %s ?%s", text,
                               merged->vantage[question->unknown[i].vantage].name,
                               kd_merge_why_str(question->unknown[i].why));
    }
    return text;
}

#define EACH(function) cmocka_unit_test_setup_teardown(function, begin, end)

#endif
