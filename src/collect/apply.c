/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * apply.c - make planned changes: all domains side by side, each one to its end.
 *
 *   SEND    the update, once, over TCP
 *   BACK    its reply; then what the primary serves now, whatever the reply said
 *   JUDGE   the read-back decides what became of the change
 *   FOLLOW  ask every listed server that does not serve it yet
 *   LOOK    who serves it now; pause and ask again while there is time
 *   DONE    the facts are complete
 */
#include <string.h>

#include "change.h"
#include "kmsdns/async/loop.h"
#include "kmsdns/async/pause.h"
#include "kmsdns/base/clock.h"
#include "message.h"
#include "run.h"

enum {
    APPLY_SEND,
    APPLY_BACK,
    APPLY_JUDGE,
    APPLY_FOLLOW,
    APPLY_LOOK,
    APPLY_DONE
};

static const char *const APPLY_STEP[] = {"SEND", "BACK", "JUDGE", "FOLLOW", "LOOK", "DONE"};

/* The longer it takes, the more rarely the servers are asked. */
#define MIN_PAUSE_MS 250
#define MAX_PAUSE_MS 5000

/* A listed server that is followed. */
struct apply_server {
    const struct kd_server_fact *fact;
    struct kd_question srv; /* of the round under way */
    bool has_it;
};

struct apply {
    struct kd_op op;
    struct kd_discovery *discovery; /* borrowed */
    const struct kd_zone_fact *zone;
    struct kd_change_fact *change;
    struct kd_message update;
    struct kd_message signed_back; /* read-back as the writer; exchange is NULL without a key */
    struct kd_question back;       /* … and as anybody */
    struct apply_server server[KD_MAX_SERVERS];
    size_t nserver;
    uint64_t follow_until_us;
    uint32_t pause_ms;
};

static void apply_evidence(struct apply *apply, uint32_t query)
{
    struct kd_change_fact *change = apply->change;

    if (query != 0) {
        change->evidence = kd_arena_grow(apply->discovery->facts->arena, change->evidence,
                                         change->nevidence, sizeof(*change->evidence));
        change->evidence[change->nevidence++] = query;
    }
}

static void apply_note_reply(struct apply *apply)
{
    struct kd_change_fact *change = apply->change;
    struct kd_message_answer answer =
        kd_message_read_update(apply->discovery->facts, &apply->update);

    change->status = answer.status;
    change->rcode = answer.rcode;
    change->tsig_error = answer.tsig_error;
    change->signature = answer.signature;
    change->skew_s = answer.skew_s;
    change->query = answer.query;
}

static struct kd_question apply_ask(struct apply *apply, const struct kd_endpoint *endpoint)
{
    return kd_question_start(&apply->op, kd_discovery_server(apply->discovery, endpoint),
                             apply->discovery->facts->arena, apply->change->owner, KD_RR_SRV);
}

static struct kd_message_path apply_path(struct apply *apply, kd_exchange_kind kind)
{
    struct kd_discovery *discovery = apply->discovery;
    const struct kd_query_limits *limits = &discovery->params.limits;
    bool is_write = kind == KD_EXCHANGE_WRITE;

    return (struct kd_message_path){
        .parent = &apply->op,
        .arena = discovery->facts->arena,
        .server = apply->change->server,
        .signer = discovery->params.zone.signer,
        .params = {kind, is_write ? limits->question_ms : limits->try_ms,
                   is_write ? 1 : limits->tries},
    };
}

static void apply_send(struct apply *apply)
{
    struct kd_message_path path = apply_path(apply, KD_EXCHANGE_WRITE);
    struct kd_update update;

    kd_change_build(apply->discovery->facts, apply->change, &update);
    apply->update = kd_message_update(&path, &update, apply->change->owner);
}

/* As the writer, for a key may select a view of its own; and as anybody, if that is refused. */
static void apply_read_back(struct apply *apply)
{
    struct kd_message_path path = apply_path(apply, KD_EXCHANGE_UDP);

    if (path.signer != NULL) {
        apply->signed_back = kd_message_question(&path, apply->change->owner, KD_RR_SRV);
    }
    apply->back = apply_ask(apply, &apply->change->server);
}

static bool apply_note_signed_back(struct apply *apply)
{
    struct kd_change_fact *change = apply->change;
    struct kd_srv *set = NULL;
    size_t n = 0;
    struct kd_message_answer answer;

    if (apply->signed_back.exchange == NULL) {
        return false;
    }
    answer = kd_message_read_srv(apply->discovery->facts, &apply->signed_back, &set, &n);
    apply_evidence(apply, answer.query);
    if (answer.signature != KD_REPLY_SIGNATURE_GOOD || !kd_outcome_is_usable(answer.status)) {
        return false;
    }
    change->after_status = answer.status;
    change->after = set;
    change->nafter = n;
    return true;
}

static void apply_note_back(struct apply *apply)
{
    struct kd_facts *facts = apply->discovery->facts;
    struct kd_change_fact *change = apply->change;

    apply_evidence(apply, kd_note_question(facts, &apply->back));
    if (!apply_note_signed_back(apply)) {
        change->after_status = kd_question_status(&apply->back);
        change->nafter = kd_question_srv(facts, &apply->back, &change->after);
    }
}

/* The update was not done, and the set is not as it was: somebody else was faster. */
static bool apply_lost_race(const struct kd_change_fact *change)
{
    return change->status == KD_OUT_NXRRSET || change->status == KD_OUT_YXRRSET ||
           change->status == KD_OUT_NXDOMAIN;
}

/* The server may have it, whatever became of the reply: also when the connection broke. */
static bool apply_was_sent(const struct apply *apply)
{
    return apply->update.exchange != NULL && apply->update.exchange->was_sent;
}

static void apply_judge_absence(struct apply *apply)
{
    struct kd_change_fact *change = apply->change;

    if (change->status == KD_OUT_NOERROR) {
        change->state = KD_CHANGE_SILENT;
    } else if (apply_lost_race(change)) {
        change->state = KD_CHANGE_RACE;
    } else if (apply_was_sent(apply) &&
               (kd_outcome_is_silent(change->status) || change->status == KD_OUT_MALFORMED)) {
        change->state = KD_CHANGE_UNKNOWN;
        change->problem =
            "no readable reply came to the update, and the primary does not serve the "
            "change; look again before you repeat it";
    } else {
        change->state = KD_CHANGE_REFUSED;
    }
}

static void apply_judge_unread(struct apply *apply)
{
    struct kd_change_fact *change = apply->change;

    if (!apply_was_sent(apply)) {
        change->state = KD_CHANGE_REFUSED;
        change->problem = apply->update.problem != NULL
                              ? apply->update.problem
                              : "the update could not be sent; nothing was changed";
        return;
    }
    change->state = KD_CHANGE_UNKNOWN;
    change->problem =
        "the update was sent, and the primary could not be asked whether it came; the "
        "undo file takes it back if it did";
}

static void apply_judge(struct apply *apply)
{
    struct kd_change_fact *change = apply->change;

    if (!kd_outcome_is_usable(change->after_status)) {
        apply_judge_unread(apply);
    } else if (kd_change_holds(change, change->after, change->nafter)) {
        change->state = KD_CHANGE_DONE;
    } else {
        apply_judge_absence(apply);
    }
    if (change->state == KD_CHANGE_DONE && change->is_add && change->nbefore == 0 &&
        apply->zone->negative_ttl_s >= 0) {
        change->negative_until_s = kd_clock_wall_s() + apply->zone->negative_ttl_s;
    }
}

static void apply_ask_servers(struct apply *apply)
{
    for (size_t i = 0; i < apply->nserver; i++) {
        struct apply_server *server = &apply->server[i];

        server->srv.query = NULL;
        if (!server->has_it) {
            server->srv = apply_ask(apply, &server->fact->address);
        }
    }
}

static size_t apply_count_lagging(struct apply *apply)
{
    struct kd_facts *facts = apply->discovery->facts;
    size_t n = 0;

    for (size_t i = 0; i < apply->nserver; i++) {
        struct apply_server *server = &apply->server[i];
        struct kd_srv *set = NULL;
        size_t nset;

        if (server->srv.query != NULL) {
            apply_evidence(apply, kd_note_question(facts, &server->srv));
            nset = kd_question_srv(facts, &server->srv, &set);
            server->has_it = kd_outcome_is_usable(kd_question_status(&server->srv)) &&
                             kd_change_holds(apply->change, set, nset);
        }
        n += server->has_it ? 0 : 1;
    }
    return n;
}

static void apply_name_lagging(struct apply *apply)
{
    struct kd_change_fact *change = apply->change;
    struct kd_arena *arena = apply->discovery->facts->arena;
    char text[KD_ENDPOINT_STRLEN];

    for (size_t i = 0; i < apply->nserver; i++) {
        const struct kd_server_fact *fact = apply->server[i].fact;

        if (!apply->server[i].has_it) {
            change->lagging = kd_arena_grow(arena, change->lagging, change->nlagging,
                                            sizeof(*change->lagging));
            change->lagging[change->nlagging++] =
                kd_arena_printf(arena, "%s (%s)", fact->name != NULL ? fact->name : "?",
                                kd_endpoint_str(&fact->address, text));
        }
    }
}

static void apply_look(struct apply *apply)
{
    size_t nlagging = apply_count_lagging(apply);

    if (nlagging > 0 && kd_clock_us() < apply->follow_until_us &&
        !kd_loop_is_cut(apply->op.loop)) {
        kd_pause_start(&apply->op, apply->pause_ms);
        apply->pause_ms =
            apply->pause_ms * 3 / 2 < MAX_PAUSE_MS ? apply->pause_ms * 3 / 2 : MAX_PAUSE_MS;
        apply->op.step = APPLY_FOLLOW;
        return;
    }
    apply->change->was_followed = apply->nserver > 0;
    apply_name_lagging(apply);
    apply->op.step = APPLY_DONE;
}

static bool apply_follows(const struct apply *apply)
{
    return apply->change->state == KD_CHANGE_DONE && apply->discovery->follow_ms > 0;
}

static void apply_step(struct kd_op *op)
{
    struct apply *apply = (struct apply *)op;

    switch (op->step) {
    case APPLY_SEND:
        apply_send(apply);
        op->step = APPLY_BACK;
        return;
    case APPLY_BACK:
        apply_note_reply(apply);
        apply_read_back(apply);
        op->step = APPLY_JUDGE;
        return;
    case APPLY_JUDGE:
        apply_note_back(apply);
        apply_judge(apply);
        apply->follow_until_us = kd_clock_us() + (uint64_t)apply->discovery->follow_ms * 1000;
        op->step = apply_follows(apply) ? APPLY_FOLLOW : APPLY_DONE;
        return;
    case APPLY_FOLLOW:
        apply_ask_servers(apply);
        op->step = APPLY_LOOK;
        return;
    case APPLY_LOOK:
        apply_look(apply);
        return;
    case APPLY_DONE:
        kd_op_finish(op, KD_OK);
        return;
    }
}

static void apply_describe(const struct kd_op *op, struct kd_buf *out)
{
    const struct kd_change_fact *change = ((const struct apply *)op)->change;

    kd_buf_printf(out, "%s %s", change->action, change->owner);
}

static const struct kd_op_class APPLY_CLASS = {
    .name = "change",
    .size = sizeof(struct apply),
    .step_name = APPLY_STEP,
    .step = apply_step,
    .describe = apply_describe,
};

static void apply_start(struct kd_op *parent, struct kd_discovery *discovery,
                        struct kd_domain_fact *domain)
{
    struct apply *apply = (struct apply *)kd_op_start(NULL, parent, &APPLY_CLASS);

    apply->discovery = discovery;
    apply->pause_ms = MIN_PAUSE_MS;
    apply->zone = domain->zone;
    apply->change = domain->change;
    for (size_t i = 0; i < domain->zone->nserver && i < KD_MAX_SERVERS; i++) {
        const struct kd_server_fact *fact = &domain->zone->server[i];

        /* without a name it is a --server, which stands for the zone's own */
        bool is_followed =
            (fact->is_listed || fact->name == NULL) && fact->address.addr.family != 0;

        if (is_followed && !kd_endpoint_equal(&fact->address, &domain->change->server)) {
            apply->server[apply->nserver++].fact = fact;
        }
    }
}

/* All changes side by side. */
struct applies {
    struct kd_op op;
    struct kd_discovery *discovery;
};

static void applies_step(struct kd_op *op)
{
    struct applies *applies = (struct applies *)op;
    struct kd_facts *facts = applies->discovery->facts;

    if (op->step == 1) {
        kd_op_finish(op, KD_OK);
        return;
    }
    for (size_t d = 0; d < facts->ndomain; d++) {
        if (facts->domain[d].change != NULL &&
            facts->domain[d].change->state == KD_CHANGE_PLANNED) {
            apply_start(op, applies->discovery, &facts->domain[d]);
        }
    }
    op->step = 1;
}

static const struct kd_op_class APPLIES_CLASS = {
    .name = "apply",
    .size = sizeof(struct applies),
    .step = applies_step,
};

void kd_change_apply(struct kd_facts *facts, const struct kd_discover_params *params,
                     uint32_t wait_ms)
{
    struct kd_discovery discovery = {
        .facts = facts, .params = *params, .is_writing = true, .follow_ms = wait_ms};
    struct applies *applies = NULL;

    discovery.params.timeout_ms += wait_ms;
    kd_discovery_begin(&discovery);
    applies = (struct applies *)kd_op_start(discovery.loop, NULL, &APPLIES_CLASS);
    applies->discovery = &discovery;
    kd_discovery_run(&discovery, &applies->op);
    kd_discovery_end(&discovery);
}
