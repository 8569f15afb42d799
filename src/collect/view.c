/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view.c - what one resolver says about one domain.
 *
 *   ASK    the service's SRV, the domain's SOA, and two controls with random names, at once
 *   READ   note them; then the targets, or, where the record is absent, its misspelt siblings
 *   DONE   note the siblings
 */
#include <string.h>

#include "kmsdns/dns/name.h"
#include "kmsdns/dns/usual.h"
#include "run.h"

enum {
    VIEW_ASK,
    VIEW_READ,
    VIEW_DONE
};

static const char *const VIEW_STEP[] = {"ASK", "READ", "DONE"};

/* Names under which the KMS record is found when somebody mistyped it. */
static const char *const MISSPELT[] = {
    "_vmlcs._tcp", "_vlmcs._udp", "_vlmcs.tcp", "vlmcs._tcp", "_vlmcs", "_kms._tcp",
};

#define NMISSPELT    (sizeof(MISSPELT) / sizeof(MISSPELT[0]))
#define MAX_SIBLINGS (NMISSPELT + 1)

struct view {
    struct kd_op op;
    struct kd_discovery *discovery; /* borrowed */
    size_t domain_index;            /* facts->domain */
    struct kd_server *server;       /* borrowed */
    struct kd_view_fact *fact;      /* in the facts' arena */
    struct kd_question srv, apex, wildcard, random;
    struct kd_question sibling[MAX_SIBLINGS];
    size_t nsibling;
};

static struct kd_domain_fact *view_domain(const struct view *view)
{
    return &view->discovery->facts->domain[view->domain_index];
}

static struct kd_question view_ask(struct view *view, const char *name, uint16_t type)
{
    return kd_question_start(&view->op, view->server, view->discovery->facts->arena, name,
                             type);
}

static void view_ask_all(struct view *view)
{
    struct kd_arena *arena = view->discovery->facts->arena;
    const char *domain = view_domain(view)->name;

    view->srv =
        view_ask(view, kd_name_join(arena, view->discovery->facts->service, domain), KD_RR_SRV);
    view->apex = view_ask(view, domain, KD_RR_SOA);
    view->wildcard = view_ask(
        view, kd_name_beside(arena, view->discovery->facts->service, domain), KD_RR_SRV);
    view->random =
        view_ask(view, kd_name_join(arena, kd_name_random_label(arena), domain), KD_RR_A);
}

static void view_note_srv(struct view *view)
{
    struct kd_view_fact *fact = view->fact;
    struct kd_facts *facts = view->discovery->facts;
    const struct kd_query_result *result = &view->srv.query->result;

    fact->query = kd_note_question(facts, &view->srv);
    fact->status = result->status;
    fact->is_authoritative = result->msg != NULL && result->msg->is_authoritative;
    fact->is_truncated = result->is_truncated;
    fact->tcp_status = result->tcp_status;
    fact->alias = result->alias;
    fact->nalias = result->nalias;
    fact->nrecords = kd_question_srv(facts, &view->srv, &fact->records);
    fact->ttl_s = kd_srv_set_ttl(fact->records, fact->nrecords);
}

/*
 * RFC 2308 5: the lower of the SOA's own TTL and its last field. The larger of two sightings
 * counts: a cache has counted one down, or BIND has put 0 there (zero-no-soa-ttl).
 */
static void view_note_soa(struct view *view, const struct kd_question *question)
{
    struct kd_view_fact *fact = view->fact;
    const struct kd_msg *msg = question->query != NULL ? question->query->result.msg : NULL;
    const struct kd_rr *soa = msg != NULL ? kd_msg_soa(msg) : NULL;
    int64_t ttl_s;

    if (soa == NULL || !kd_name_is_below(question->name, soa->owner)) {
        return;
    }
    ttl_s = soa->ttl_s < soa->u.soa.minimum_s ? soa->ttl_s : soa->u.soa.minimum_s;
    fact->soa_zone = soa->owner;
    if (ttl_s > fact->negative_ttl_s) {
        fact->negative_ttl_s = ttl_s;
    }
}

static void view_note_controls(struct view *view)
{
    struct kd_view_fact *fact = view->fact;
    struct kd_facts *facts = view->discovery->facts;
    struct kd_srv *set = NULL;
    size_t n;

    fact->apex_query = kd_note_question(facts, &view->apex);
    fact->apex_status = kd_question_status(&view->apex);
    fact->wildcard_query = kd_note_question(facts, &view->wildcard);
    fact->wildcard_status = kd_question_status(&view->wildcard);
    n = kd_question_srv(facts, &view->wildcard, &set);
    fact->wildcard_matches = n > 0 && kd_srv_set_equal(set, n, fact->records, fact->nrecords);
    fact->random_query = kd_note_question(facts, &view->random);
    fact->random_status = kd_question_status(&view->random);
}

static void view_add_sibling(struct view *view, const char *prefix, const char *domain)
{
    const char *name =
        domain != NULL ? kd_name_join(view->discovery->facts->arena, prefix, domain) : NULL;

    if (name != NULL) {
        view->sibling[view->nsibling++] = view_ask(view, name, KD_RR_SRV);
    }
}

/* "corp.example." in front of itself: what a dot forgotten in a zone file makes of a name. */
static const char *view_doubled(const struct view *view)
{
    struct kd_arena *arena = view->discovery->facts->arena;
    const char *domain = view_domain(view)->name;
    size_t len = strlen(domain);

    return len > 1 ? kd_name_join(arena, kd_arena_strndup(arena, domain, len - 1), domain)
                   : NULL;
}

static void view_ask_siblings(struct view *view)
{
    const char *service = view->discovery->facts->service;
    struct kd_domain_fact *domain = view_domain(view);

    /* one resolver's word is enough for a hint */
    if (domain->nsibling > 0) {
        return;
    }
    if (strcmp(service, KD_KMS_SERVICE) == 0) {
        for (size_t i = 0; i < NMISSPELT; i++) {
            view_add_sibling(view, MISSPELT[i], domain->name);
        }
    }
    view_add_sibling(view, service, view_doubled(view));
    domain->sibling = kd_arena_alloc(view->discovery->facts->arena,
                                     view->nsibling * sizeof(*domain->sibling));
    domain->nsibling = view->nsibling;
    for (size_t i = 0; i < view->nsibling; i++) {
        domain->sibling[i].name = view->sibling[i].name;
        domain->sibling[i].status = KD_OUT_SKIPPED;
    }
}

static void view_note_siblings(struct view *view)
{
    struct kd_facts *facts = view->discovery->facts;

    for (size_t i = 0; i < view->nsibling; i++) {
        struct kd_sibling_fact *sibling = &view_domain(view)->sibling[i];

        sibling->query = kd_note_question(facts, &view->sibling[i]);
        sibling->status = kd_question_status(&view->sibling[i]);
        sibling->nrecords = kd_question_srv(facts, &view->sibling[i], &sibling->records);
    }
}

static void view_read(struct view *view)
{
    struct kd_view_fact *fact = view->fact;

    view_note_srv(view);
    view_note_controls(view);
    view_note_soa(view, &view->srv);
    view_note_soa(view, &view->apex);
    for (size_t i = 0; i < fact->nrecords; i++) {
        kd_target_want(&view->op, view->discovery, view->server, fact->records[i].target,
                       fact->records[i].port);
    }
    if (fact->status == KD_OUT_NXDOMAIN || fact->status == KD_OUT_NODATA) {
        view_ask_siblings(view);
    }
}

static void view_step(struct kd_op *op)
{
    struct view *view = (struct view *)op;

    switch (op->step) {
    case VIEW_ASK:
        view_ask_all(view);
        op->step = VIEW_READ;
        return;
    case VIEW_READ:
        view_read(view);
        op->step = VIEW_DONE;
        return;
    case VIEW_DONE:
        view_note_siblings(view);
        kd_op_finish(op, KD_OK);
        return;
    }
}

static void view_describe(const struct kd_op *op, struct kd_buf *out)
{
    const struct view *view = (const struct view *)op;
    char server[KD_ENDPOINT_STRLEN];

    kd_buf_printf(out, "%s at %s", view_domain(view)->name,
                  kd_endpoint_str(kd_server_endpoint(view->server), server));
}

static const struct kd_op_class VIEW_CLASS = {
    .name = "view",
    .size = sizeof(struct view),
    .step_name = VIEW_STEP,
    .step = view_step,
    .describe = view_describe,
};

void kd_view_start(struct kd_op *parent, struct kd_discovery *discovery, size_t domain,
                   size_t resolver)
{
    struct view *view = (struct view *)kd_op_start(NULL, parent, &VIEW_CLASS);

    view->discovery = discovery;
    view->domain_index = domain;
    view->server = discovery->server[resolver];
    view->fact = &discovery->facts->domain[domain].view[resolver];
}
