/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * target.c - a host and port that an SRV record names: its addresses, and whether it listens.
 *
 *   ASK      A and AAAA of the target, at once          -> a, aaaa
 *   FOLLOW   the same of its alias, where the server knows no more than that
 *   CONNECT  a TCP connect to each address, at once     -> connect[]
 *   NOTE     the addresses' reach is known
 */
#include <string.h>

#include "kmsdns/async/connect.h"
#include "kmsdns/dns/name.h"
#include "run.h"

enum {
    TARGET_ASK,
    TARGET_FOLLOW,
    TARGET_CONNECT,
    TARGET_NOTE
};

static const char *const TARGET_STEP[] = {"ASK", "FOLLOW", "CONNECT", "NOTE"};

struct target {
    struct kd_op op;
    struct kd_discovery *discovery; /* borrowed */
    struct kd_server *server;       /* borrowed */
    struct kd_target_fact *fact;    /* in the facts' arena */
    struct kd_question a, aaaa;
    bool is_followed;
    struct kd_connect *connect[KD_MAX_ADDRESSES]; /* children */
};

struct kd_target_fact *kd_target_find(const struct kd_discovery *discovery, const char *name,
                                      uint16_t port)
{
    for (size_t i = 0; i < discovery->ntarget; i++) {
        struct kd_target_fact *fact = discovery->target[i];

        if (fact->port == port && strcmp(fact->name, name) == 0) {
            return fact;
        }
    }
    return NULL;
}

static void target_note(struct target *target)
{
    struct kd_target_fact *fact = target->fact;
    struct kd_facts *facts = target->discovery->facts;

    fact->a_query = kd_note_question(facts, &target->a);
    fact->aaaa_query = kd_note_question(facts, &target->aaaa);
    fact->a_status = kd_question_status(&target->a);
    fact->aaaa_status = kd_question_status(&target->aaaa);
    if (fact->alias_of == NULL) {
        fact->alias_of = kd_question_alias(&target->a);
    }
    if (fact->alias_of == NULL) {
        fact->alias_of = kd_question_alias(&target->aaaa);
    }
    kd_question_addresses(facts, &target->a, &fact->address, &fact->naddress);
    kd_question_addresses(facts, &target->aaaa, &fact->address, &fact->naddress);
    fact->status = fact->naddress > 0 ? KD_OUT_NOERROR
                                      : kd_outcome_worse(fact->a_status, fact->aaaa_status);
}

static void target_connect(struct target *target)
{
    const struct kd_target_fact *fact = target->fact;

    if (!target->discovery->params.has_tcp || fact->port == 0) {
        return;
    }
    for (size_t i = 0; i < fact->naddress && i < KD_MAX_ADDRESSES; i++) {
        struct kd_endpoint endpoint = {fact->address[i].addr, fact->port};

        target->connect[i] =
            kd_connect_start(&target->op, &endpoint, target->discovery->params.connect_ms);
    }
}

static void target_note_connects(struct target *target)
{
    for (size_t i = 0; i < target->fact->naddress && i < KD_MAX_ADDRESSES; i++) {
        if (target->connect[i] != NULL) {
            target->fact->address[i].tcp = target->connect[i]->reach;
            target->fact->address[i].rtt_us = target->connect[i]->rtt_us;
        }
    }
}

static void target_ask(struct target *target, const char *name)
{
    struct kd_arena *arena = target->discovery->facts->arena;

    target->a = kd_question_start(&target->op, target->server, arena, name, KD_RR_A);
    target->aaaa = kd_question_start(&target->op, target->server, arena, name, KD_RR_AAAA);
}

static void target_step(struct kd_op *op)
{
    struct target *target = (struct target *)op;

    switch (op->step) {
    case TARGET_ASK:
        target_ask(target, target->fact->name);
        op->step = TARGET_FOLLOW;
        return;
    case TARGET_FOLLOW:
        target_note(target);
        op->step = TARGET_CONNECT;
        /* an alias out of the zones of a server that does not recurse */
        if (target->fact->status == KD_OUT_LAME && target->fact->alias_of != NULL) {
            target->is_followed = true;
            target_ask(target, target->fact->alias_of);
        }
        return;
    case TARGET_CONNECT:
        if (target->is_followed) {
            target_note(target);
        }
        target_connect(target);
        op->step = TARGET_NOTE;
        return;
    case TARGET_NOTE:
        target_note_connects(target);
        kd_op_finish(op, KD_OK);
        return;
    }
}

static void target_describe(const struct kd_op *op, struct kd_buf *out)
{
    const struct target *target = (const struct target *)op;

    kd_buf_printf(out, "%s port %u", target->fact->name, (unsigned int)target->fact->port);
}

static const struct kd_op_class TARGET_CLASS = {
    .name = "target",
    .size = sizeof(struct target),
    .step_name = TARGET_STEP,
    .step = target_step,
    .describe = target_describe,
};

static struct kd_target_fact *target_new_fact(struct kd_discovery *discovery, const char *name,
                                              uint16_t port)
{
    struct kd_arena *arena = discovery->facts->arena;
    struct kd_target_fact *fact = kd_arena_alloc(arena, sizeof(*fact));

    fact->name = name;
    fact->port = port;
    fact->status = fact->a_status = fact->aaaa_status = KD_OUT_SKIPPED;
    discovery->target =
        kd_arena_grow(arena, discovery->target, discovery->ntarget, sizeof(*discovery->target));
    discovery->target[discovery->ntarget++] = fact;
    return fact;
}

void kd_target_want(struct kd_op *parent, struct kd_discovery *discovery,
                    struct kd_server *server, const char *name, uint16_t port)
{
    struct target *target = NULL;
    struct kd_target_fact *fact = kd_target_find(discovery, name, port);

    if (fact != NULL || discovery->ntarget == KD_MAX_TARGETS) {
        return;
    }
    fact = target_new_fact(discovery, name, port);
    /* "." says that there is no service (RFC 2782): there is nothing to look up */
    if (strcmp(name, ".") == 0) {
        return;
    }
    target = (struct target *)kd_op_start(NULL, parent, &TARGET_CLASS);
    target->discovery = discovery;
    target->server = server;
    target->fact = fact;
}
