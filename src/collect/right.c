/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * right.c - may this identity write this record here? Asked without writing.
 *
 *   LOOK       the zone as the key sees it (views)
 *   PROBE      the real update under a prerequisite that cannot hold, and its controls, at once;
 *              and the server's version
 *   READ       the verdict; if the server tests prerequisites first it says nothing, and then
 *   IDENTICAL  adds a record that is there already, which changes nothing
 *   DONE       the facts are complete
 */
#include <string.h>

#include "kmsdns/collect/primary.h"
#include "kmsdns/dns/name.h"
#include "kmsdns/dns/usual.h"
#include "kmsdns/facts/right.h"
#include "message.h"
#include "run.h"

enum {
    RIGHT_LOOK,
    RIGHT_PROBE,
    RIGHT_READ,
    RIGHT_IDENTICAL,
    RIGHT_DONE
};

static const char *const RIGHT_STEP[] = {"LOOK", "PROBE", "READ", "IDENTICAL", "DONE"};

#define VERSION_MS 200

/* At most so many --server are tested a domain. */
#define MAX_SERVERS 8

struct right {
    struct kd_op op;
    struct kd_discovery *discovery;      /* borrowed */
    const struct kd_domain_fact *domain; /* the array does not grow during a run */
    const struct kd_server_fact *server; /* in the zone's facts */
    struct kd_update_fact *fact;
    struct kd_message version, soa, srv;
    struct kd_message probe[KD_PROBE_COUNT];
    bool is_sent[KD_PROBE_COUNT];
};

static struct kd_message_path right_path(struct right *right, struct kd_signer *signer)
{
    const struct kd_query_limits *limits = &right->discovery->params.limits;

    return (struct kd_message_path){
        .parent = &right->op,
        .arena = right->discovery->facts->arena,
        .server = right->fact->server,
        .signer = signer,
        .params = {KD_EXCHANGE_UDP, limits->try_ms, limits->tries},
    };
}

static void right_look(struct right *right)
{
    struct kd_signer *signer = right->discovery->params.zone.signer;
    struct kd_message_path path = right_path(right, signer);

    if (signer != NULL) {
        right->srv = kd_message_question(&path, right->fact->owner, KD_RR_SRV);
        right->soa = kd_message_question(&path, right->fact->owner, KD_RR_SOA);
    }
}

/* A key may be let into another view, where the name belongs to another zone. */
static void right_note_signed_soa(struct right *right)
{
    struct kd_zone_fact *zone = right->domain->zone;
    struct kd_msg *msg = NULL;
    const struct kd_rr *soa = NULL;
    struct kd_message_answer answer =
        kd_message_read_question(right->discovery->facts, &right->soa, &msg);

    zone->signed_status = answer.status;
    zone->signed_query = answer.query;
    soa = msg != NULL ? kd_msg_soa(msg) : NULL;
    if (soa != NULL && answer.signature == KD_REPLY_SIGNATURE_GOOD &&
        kd_outcome_is_usable(answer.status) && strcmp(soa->owner, ".") != 0 &&
        kd_name_is_below(right->fact->owner, soa->owner)) {
        zone->signed_name = soa->owner;
        right->fact->zone = soa->owner;
    }
}

static void right_note_signed_srv(struct right *right)
{
    struct kd_update_fact *fact = right->fact;
    struct kd_srv *set = NULL;
    size_t n = 0;
    struct kd_message_answer answer =
        kd_message_read_srv(right->discovery->facts, &right->srv, &set, &n);

    if (answer.signature == KD_REPLY_SIGNATURE_GOOD) {
        fact->seen_status = answer.status;
        fact->seen = set;
        fact->nseen = n;
    }
}

/* Only a hint, and BIND answers it rarely (three a second): asked once, not long waited for. */
static void right_ask_version(struct right *right)
{
    struct kd_message_path path = right_path(right, NULL);
    struct kd_discovery *discovery = right->discovery;

    for (size_t i = 0; i < discovery->nversion_asked; i++) {
        if (kd_endpoint_equal(&discovery->version_asked[i], &path.server)) {
            return;
        }
    }
    discovery->version_asked =
        kd_arena_grow(path.arena, discovery->version_asked, discovery->nversion_asked,
                      sizeof(*discovery->version_asked));
    discovery->version_asked[discovery->nversion_asked++] = path.server;
    path.params.tries = 1;
    path.params.try_ms = path.params.try_ms < VERSION_MS ? path.params.try_ms : VERSION_MS;
    right->version = kd_message_version(&path);
}

/* What a probe changes, if its prerequisite did not forbid it. */
static void right_add_change(struct right *right, struct kd_update *update, kd_probe probe)
{
    struct kd_arena *arena = update->arena;
    const struct kd_update_fact *fact = right->fact;
    const struct kd_srv *record = fact->record;
    const char *other = NULL;

    switch (probe) {
    case KD_PROBE_TARGET:
    case KD_PROBE_CONTROL_UNSIGNED:
    case KD_PROBE_IDENTICAL_ADD:
        kd_update_add(update, fact->owner, record->ttl_s,
                      kd_rdata_srv(arena, record->priority, record->weight, record->port,
                                   record->target));
        return;
    case KD_PROBE_CONTROL_OTHER_NAME:
        other = kd_name_join(arena, kd_name_random_label(arena), fact->zone);
        kd_update_add(update, other != NULL ? other : fact->zone, KD_SRV_USUAL_TTL_S,
                      kd_rdata_txt(arena, "kmsdns control, never written"));
        return;
    case KD_PROBE_EMPTY_SIGNED:
    case KD_PROBE_EMPTY_UNSIGNED:
    case KD_PROBE_COUNT:
        return;
    }
}

static void right_add_prerequisite(struct right *right, struct kd_update *update,
                                   kd_probe probe)
{
    const struct kd_update_fact *fact = right->fact;
    const struct kd_server_fact *server = right->server;

    switch (probe) {
    case KD_PROBE_TARGET:
    case KD_PROBE_CONTROL_UNSIGNED:
    case KD_PROBE_CONTROL_OTHER_NAME:
        /* every zone has a SOA at its apex, so this never holds: YXRRSET, nothing is written */
        kd_update_need_no_rrset(update, fact->zone, KD_RR_SOA);
        return;
    case KD_PROBE_EMPTY_SIGNED:
    case KD_PROBE_EMPTY_UNSIGNED:
        kd_update_need_rrset(update, fact->zone, KD_RR_SOA);
        return;
    case KD_PROBE_IDENTICAL_ADD:
        for (size_t i = 0; i < server->nrecords; i++) {
            const struct kd_srv *record = &server->records[i];

            kd_update_need_rr(update, fact->owner,
                              kd_rdata_srv(update->arena, record->priority, record->weight,
                                           record->port, record->target));
        }
        return;
    case KD_PROBE_COUNT:
        return;
    }
}

static void right_send(struct right *right, kd_probe probe)
{
    bool is_signed = probe != KD_PROBE_CONTROL_UNSIGNED && probe != KD_PROBE_EMPTY_UNSIGNED;
    struct kd_message_path path =
        right_path(right, is_signed ? right->discovery->params.zone.signer : NULL);
    struct kd_update update;

    kd_update_init(&update, right->discovery->facts->arena, right->fact->zone);
    right_add_prerequisite(right, &update, probe);
    right_add_change(right, &update, probe);
    right->probe[probe] = kd_message_update(&path, &update, right->fact->owner);
    right->is_sent[probe] = true;
}

static void right_send_all(struct right *right)
{
    bool is_signed = right->fact->is_signed;

    right_send(right, KD_PROBE_TARGET);
    right_send(right, KD_PROBE_CONTROL_OTHER_NAME);
    right_send(right, KD_PROBE_EMPTY_UNSIGNED);
    if (is_signed) {
        right_send(right, KD_PROBE_CONTROL_UNSIGNED);
        right_send(right, KD_PROBE_EMPTY_SIGNED);
    }
}

static void right_note_probe(struct right *right, kd_probe probe)
{
    struct kd_facts *facts = right->discovery->facts;
    struct kd_update_fact *fact = right->fact;
    struct kd_message_answer answer = kd_message_read_update(facts, &right->probe[probe]);

    fact->probe = kd_arena_grow(facts->arena, fact->probe, fact->nprobe, sizeof(*fact->probe));
    fact->probe[fact->nprobe++] = (struct kd_probe_fact){
        .probe = probe,
        .status = answer.status,
        .rcode = answer.rcode,
        .tsig_error = answer.tsig_error,
        .signature = answer.signature,
        .skew_s = answer.skew_s,
        .query = answer.query,
    };
}

/*
 * Adding what is there already changes nothing, if the identity is shown the same set as we are,
 * TTL and all (RFC 2136 3.4.2.2), and if the set can be pinned.
 */
static bool right_may_repeat(const struct right *right)
{
    const struct kd_update_fact *fact = right->fact;
    const struct kd_server_fact *server = right->server;

    if (server->nrecords >= KD_UPDATE_MAX_RRS || !server->is_authoritative ||
        !kd_outcome_is_usable(fact->seen_status) ||
        !kd_srv_set_equal(fact->seen, fact->nseen, server->records, server->nrecords) ||
        kd_srv_set_ttl(fact->seen, fact->nseen) != server->ttl_s) {
        return false;
    }
    for (size_t i = 0; i < fact->nseen; i++) {
        if (fact->seen[i].ttl_s == fact->record->ttl_s &&
            kd_srv_set_equal(&fact->seen[i], 1, fact->record, 1)) {
            return true;
        }
    }
    return false;
}

static void right_read(struct right *right)
{
    struct kd_update_fact *fact = right->fact;

    fact->version = kd_message_read_version(right->discovery->facts, &right->version);
    for (unsigned int probe = 0; probe < KD_PROBE_COUNT; probe++) {
        if (right->is_sent[probe]) {
            right_note_probe(right, (kd_probe)probe);
        }
    }
    fact->right = kd_right_from_probes(fact->probe, fact->nprobe, fact->is_signed);
    right->op.step = RIGHT_DONE;
    if (fact->right == KD_RIGHT_INCONCLUSIVE && fact->is_signed && right_may_repeat(right)) {
        right_send(right, KD_PROBE_IDENTICAL_ADD);
        right->op.step = RIGHT_IDENTICAL;
    }
}

static void right_step(struct kd_op *op)
{
    struct right *right = (struct right *)op;
    struct kd_update_fact *fact = right->fact;

    switch (op->step) {
    case RIGHT_LOOK:
        right_look(right);
        op->step = RIGHT_PROBE;
        return;
    case RIGHT_PROBE:
        if (right->soa.exchange != NULL) {
            right_note_signed_soa(right);
            right_note_signed_srv(right);
        }
        if (right->discovery->params.zone.has_version) {
            right_ask_version(right);
        }
        right_send_all(right);
        op->step = RIGHT_READ;
        return;
    case RIGHT_READ:
        right_read(right);
        return;
    case RIGHT_IDENTICAL:
        right_note_probe(right, KD_PROBE_IDENTICAL_ADD);
        fact->right = kd_right_from_probes(fact->probe, fact->nprobe, fact->is_signed);
        op->step = RIGHT_DONE;
        return;
    case RIGHT_DONE:
        kd_op_finish(op, KD_OK);
        return;
    }
}

static void right_describe(const struct kd_op *op, struct kd_buf *out)
{
    const struct right *right = (const struct right *)op;
    char server[KD_ENDPOINT_STRLEN];

    kd_buf_printf(out, "%s at %s", right->fact->owner,
                  kd_endpoint_str(&right->fact->server, server));
}

static const struct kd_op_class RIGHT_CLASS = {
    .name = "right",
    .size = sizeof(struct right),
    .step_name = RIGHT_STEP,
    .step = right_step,
    .describe = right_describe,
};

/* The record to test for: the host's; without a host one that is there; else a likely one. */
static struct kd_srv *right_record(const struct kd_facts *facts,
                                   const struct kd_domain_fact *domain,
                                   const struct kd_server_fact *server)
{
    struct kd_srv *record = kd_arena_alloc(facts->arena, sizeof(*record));

    if (facts->host == NULL && server->nrecords > 0) {
        *record = server->records[0];
        return record;
    }
    record->priority = domain->publish_priority;
    record->weight = domain->publish_weight;
    record->port = facts->host != NULL ? facts->host->port : KD_KMS_PORT;
    record->target = facts->host != NULL ? facts->host->name : domain->name;
    record->ttl_s = server->ttl_s >= 0 ? (uint32_t)server->ttl_s : KD_SRV_USUAL_TTL_S;
    return record;
}

static bool right_was_heard(const struct kd_server_fact *server)
{
    return !kd_outcome_is_silent(server->status) || !kd_outcome_is_silent(server->tcp_status) ||
           !kd_outcome_is_silent(server->srv_status);
}

static void right_start_at(struct kd_op *parent, struct kd_discovery *discovery,
                           struct kd_domain_fact *domain, const struct kd_server_fact *server,
                           struct kd_update_fact *fact)
{
    struct kd_facts *facts = discovery->facts;
    const struct kd_zone_params *params = &discovery->params.zone;
    struct right *right = NULL;

    fact->identity = params->signer != NULL
                         ? kd_arena_strdup(facts->arena, kd_signer_name(params->signer))
                         : "none";
    fact->is_signed = params->signer != NULL;
    fact->is_weak = params->is_weak;
    fact->server = server->address;
    fact->owner = kd_name_join(facts->arena, facts->service, domain->name);
    fact->zone = domain->zone->name;
    fact->record = right_record(facts, domain, server);
    fact->right = KD_RIGHT_UNREACHABLE;
    fact->seen_status = KD_OUT_SKIPPED;
    if (!right_was_heard(server)) {
        return; /* it was silent for a whole question already */
    }
    right = (struct right *)kd_op_start(NULL, parent, &RIGHT_CLASS);
    right->discovery = discovery;
    right->domain = domain;
    right->server = server;
    right->fact = fact;
}

void kd_right_start(struct kd_op *parent, struct kd_discovery *discovery, size_t domain)
{
    struct kd_domain_fact *fact = &discovery->facts->domain[domain];
    const struct kd_zone_fact *zone = fact->zone;
    size_t nserver = discovery->params.zone.nserver;
    const struct kd_server_fact *only = nserver == 0 ? kd_zone_update_server(zone) : NULL;
    size_t n = nserver == 0 ? (only != NULL ? 1 : 0) : zone->nserver;

    n = n < MAX_SERVERS ? n : MAX_SERVERS;
    fact->update = kd_arena_alloc(discovery->facts->arena, n * sizeof(*fact->update));
    fact->nupdate = n;
    for (size_t i = 0; i < n; i++) {
        right_start_at(parent, discovery, fact, only != NULL ? only : &zone->server[i],
                       &fact->update[i]);
    }
}

static const char *right_version_of(const struct kd_facts *facts,
                                    const struct kd_endpoint *server)
{
    for (size_t d = 0; d < facts->ndomain; d++) {
        for (size_t i = 0; i < facts->domain[d].nupdate; i++) {
            const struct kd_update_fact *fact = &facts->domain[d].update[i];

            if (fact->version != NULL && kd_endpoint_equal(&fact->server, server)) {
                return fact->version;
            }
        }
    }
    return NULL;
}

void kd_right_share_versions(struct kd_facts *facts)
{
    for (size_t d = 0; d < facts->ndomain; d++) {
        for (size_t i = 0; i < facts->domain[d].nupdate; i++) {
            struct kd_update_fact *fact = &facts->domain[d].update[i];

            if (fact->version == NULL) {
                fact->version = right_version_of(facts, &fact->server);
            }
        }
    }
}
