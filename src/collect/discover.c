/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * discover.c - a run: every candidate domain at every resolver, every target, every zone and its
 * servers, and the host to be published, all side by side.
 *
 *   ASK   a view for each domain and resolver, each resolver's answer to a name that cannot be,
 *         each domain's zone, the host
 *   DONE  note the controls; give each domain its targets
 */
#include "kmsdns/collect/discover.h"

#include "kmsdns/base/clock.h"
#include "kmsdns/dns/name.h"
#include "run.h"

enum {
    DISC_ASK,
    DISC_DONE
};

static const char *const DISC_STEP[] = {"ASK", "DONE"};

struct disc {
    struct kd_op op;
    struct kd_discovery *discovery; /* borrowed */
    struct kd_question *control;    /* in the arena; one per resolver */
};

/* "invalid." never exists (RFC 6761 6.4): who gives it an address rewrites NXDOMAIN. */
static void disc_ask_control(struct disc *disc, size_t resolver)
{
    struct kd_arena *arena = disc->discovery->facts->arena;

    disc->control[resolver] = kd_question_start(
        &disc->op, disc->discovery->server[resolver], arena,
        kd_name_join(arena, kd_name_random_label(arena), "invalid."), KD_RR_A);
}

static void disc_ask_views(struct disc *disc)
{
    struct kd_facts *facts = disc->discovery->facts;

    for (size_t r = 0; r < facts->nresolver; r++) {
        for (size_t d = 0; d < facts->ndomain; d++) {
            kd_view_start(&disc->op, disc->discovery, d, r);
        }
        disc_ask_control(disc, r);
    }
}

static void disc_ask(struct disc *disc)
{
    struct kd_discovery *discovery = disc->discovery;

    if (discovery->params.has_views) {
        disc_ask_views(disc);
    }
    for (size_t d = 0; discovery->params.zone.is_wanted && d < discovery->facts->ndomain; d++) {
        kd_zone_start(&disc->op, discovery, d);
    }
    if (discovery->facts->host != NULL && discovery->facts->nresolver > 0) {
        kd_host_start(&disc->op, discovery);
    }
}

static void disc_note_controls(struct disc *disc)
{
    struct kd_facts *facts = disc->discovery->facts;

    for (size_t r = 0; r < facts->nresolver; r++) {
        facts->resolver[r].control_query = kd_note_question(facts, &disc->control[r]);
        facts->resolver[r].control_status = kd_question_status(&disc->control[r]);
    }
}

static void disc_add_target(struct kd_facts *facts, struct kd_domain_fact *domain,
                            struct kd_target_fact *target)
{
    for (size_t i = 0; i < domain->ntarget; i++) {
        if (domain->target[i] == target) {
            return;
        }
    }
    domain->target =
        kd_arena_grow(facts->arena, domain->target, domain->ntarget, sizeof(*domain->target));
    domain->target[domain->ntarget++] = target;
}

static void disc_assign_targets(const struct kd_discovery *discovery,
                                struct kd_domain_fact *domain)
{
    for (size_t v = 0; v < domain->nview; v++) {
        const struct kd_view_fact *view = &domain->view[v];

        for (size_t i = 0; i < view->nrecords; i++) {
            struct kd_target_fact *target =
                kd_target_find(discovery, view->records[i].target, view->records[i].port);

            if (target != NULL) {
                disc_add_target(discovery->facts, domain, target);
            }
        }
    }
}

static void disc_step(struct kd_op *op)
{
    struct disc *disc = (struct disc *)op;

    switch (op->step) {
    case DISC_ASK:
        disc_ask(disc);
        op->step = DISC_DONE;
        return;
    case DISC_DONE:
        disc_note_controls(disc);
        kd_right_share_versions(disc->discovery->facts);
        for (size_t d = 0; d < disc->discovery->facts->ndomain; d++) {
            disc_assign_targets(disc->discovery, &disc->discovery->facts->domain[d]);
        }
        kd_op_finish(op, KD_OK);
        return;
    }
}

static const struct kd_op_class DISC_CLASS = {
    .name = "discover",
    .size = sizeof(struct disc),
    .step_name = DISC_STEP,
    .step = disc_step,
};

static void disc_prepare_views(struct kd_facts *facts)
{
    for (size_t d = 0; d < facts->ndomain; d++) {
        struct kd_domain_fact *domain = &facts->domain[d];

        domain->view = kd_arena_alloc(facts->arena, facts->nresolver * sizeof(*domain->view));
        domain->nview = facts->nresolver;
        for (size_t r = 0; r < facts->nresolver; r++) {
            struct kd_view_fact *view = &domain->view[r];

            view->resolver = (uint32_t)r;
            view->status = view->tcp_status = view->apex_status = KD_OUT_SKIPPED;
            view->wildcard_status = view->random_status = KD_OUT_SKIPPED;
            view->ttl_s = view->negative_ttl_s = -1;
        }
    }
}

static void disc_run(struct kd_discovery *discovery)
{
    struct disc *disc = (struct disc *)kd_op_start(discovery->loop, NULL, &DISC_CLASS);

    disc->discovery = discovery;
    disc->control = kd_arena_alloc(discovery->facts->arena,
                                   discovery->facts->nresolver * sizeof(*disc->control));
    kd_discovery_run(discovery, &disc->op);
}

void kd_discover(struct kd_facts *facts, const struct kd_discover_params *params)
{
    struct kd_discovery discovery = {.facts = facts, .params = *params};

    facts->started_s = kd_clock_wall_s();
    facts->tcp_was_tried = params->has_tcp;
    if (params->has_views) {
        disc_prepare_views(facts);
    }
    kd_discovery_begin(&discovery);
    discovery.server =
        kd_arena_alloc(facts->arena, facts->nresolver * sizeof(struct kd_server *));
    for (size_t r = 0; r < facts->nresolver; r++) {
        discovery.server[r] = kd_discovery_server(&discovery, &facts->resolver[r].server);
    }
    disc_run(&discovery);
    kd_discovery_end(&discovery);
}
