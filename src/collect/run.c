/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run.c - what every run has: a loop, a pool of servers, a deadline, and what was waited for.
 */
#include "run.h"

#include "kmsdns/async/loop.h"
#include "kmsdns/base/clock.h"

/* Lines told of what a cut run waited for; the last says how many more there are. */
#define MAX_WAITING 20

#define PROGRESS_MS 250

/* The hooks of one run. */
struct run_hooks {
    struct kd_facts *facts;
    const struct kd_discover_params *params;
    struct kd_op *root;
    size_t nmore; /* waiting ops that are only counted */
};

static void run_on_waiting(const char *line, void *arg)
{
    struct run_hooks *run = arg;
    struct kd_facts *facts = run->facts;

    if (facts->nwaiting == MAX_WAITING) {
        run->nmore++;
        return;
    }
    facts->waiting =
        kd_arena_grow(facts->arena, facts->waiting, facts->nwaiting, sizeof(*facts->waiting));
    facts->waiting[facts->nwaiting++] = kd_arena_strdup(facts->arena, line);
}

static void run_on_cut(kd_loop_end why, void *arg)
{
    struct run_hooks *run = arg;
    struct kd_facts *facts = run->facts;

    facts->cut = why == KD_LOOP_SIGNAL ? KD_CUT_SIGNAL : KD_CUT_DEADLINE;
    kd_op_trace(run->root, run_on_waiting, run);
    if (run->nmore > 0) {
        facts->waiting[MAX_WAITING - 1] =
            kd_arena_printf(facts->arena, "and %zu more", run->nmore + 1);
    }
}

static void run_on_tick(void *arg)
{
    const struct run_hooks *run = arg;

    run->params->on_progress(run->facts->nquery, run->params->progress_arg);
}

struct kd_server *kd_discovery_server(struct kd_discovery *discovery,
                                      const struct kd_endpoint *endpoint)
{
    for (size_t i = 0; i < discovery->npool; i++) {
        if (kd_endpoint_equal(kd_server_endpoint(discovery->pool[i]), endpoint)) {
            return discovery->pool[i];
        }
    }
    discovery->pool = kd_arena_grow(discovery->facts->arena, discovery->pool, discovery->npool,
                                    sizeof(struct kd_server *));
    discovery->pool[discovery->npool] =
        kd_server_new(discovery->loop, endpoint, &discovery->params.limits);
    return discovery->pool[discovery->npool++];
}

void kd_discovery_begin(struct kd_discovery *discovery)
{
    discovery->began_us = kd_clock_us();
    discovery->loop = kd_loop_new();
}

void kd_discovery_run(struct kd_discovery *discovery, struct kd_op *root)
{
    const struct kd_discover_params *params = &discovery->params;
    struct run_hooks hooks = {discovery->facts, params, root, 0};
    struct kd_loop_run limits = {
        .timeout_ms = params->timeout_ms,
        .has_signals = params->has_signals,
        .stays_deaf = discovery->is_writing,
        .on_cut = run_on_cut,
        .tick_ms = params->on_progress != NULL ? PROGRESS_MS : 0,
        .on_tick = params->on_progress != NULL ? run_on_tick : NULL,
        .arg = &hooks,
    };

    kd_loop_run(discovery->loop, root, &limits);
    kd_op_free(root);
}

void kd_discovery_end(struct kd_discovery *discovery)
{
    for (size_t i = 0; i < discovery->npool; i++) {
        kd_server_free(discovery->pool[i]);
    }
    kd_loop_free(discovery->loop);
    discovery->facts->duration_us += kd_clock_us() - discovery->began_us;
}
