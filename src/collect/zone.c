/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * zone.c - the zone that an update of the service's name belongs to, and its servers, each asked
 * directly.
 *
 *   LOOK     only with --server: SOA of the service's name at all of them, at once
 *   FIND     SOA at the service's name, then at its parents, until one encloses it
 *   NAMES    the zone's NS set
 *   ADDRS    A and AAAA of every listed server and of the primary, at once
 *   SERVERS  SOA over UDP and TCP, and the SRV set, at every address, at once
 *   NOTE     the servers' answers are facts
 *   DONE     the right to write is tested below this op
 *
 * With --server there is nothing to look up: these servers are asked, for the zone, too. Where none
 * of them knows a zone, a resolver may: then it can be told which zone they do not serve.
 */
#include <stdlib.h>
#include <string.h>

#include "kmsdns/dns/name.h"
#include "run.h"

enum {
    ZONE_LOOK,
    ZONE_LOOKED,
    ZONE_FIND,
    ZONE_FOUND,
    ZONE_NAMES,
    ZONE_ADDRS,
    ZONE_SERVERS,
    ZONE_NOTE,
    ZONE_DONE
};

static const char *const ZONE_STEP[] = {"LOOK",  "LOOKED",  "FIND", "FOUND", "NAMES",
                                        "ADDRS", "SERVERS", "NOTE", "DONE"};

/* A name that stands for servers: listed in the NS set, the primary of the SOA, or both. */
struct zone_name {
    const char *name;
    bool is_primary, is_listed;
    struct kd_question a, aaaa;
};

/* One address of one of them. */
struct zone_server {
    struct kd_server_fact fact;
    struct kd_question soa, soa_tcp, srv, beside;
};

/* A --server, asked for the service's name. */
struct zone_given {
    struct kd_question soa;
    uint32_t query;
};

struct zone {
    struct kd_op op;
    struct kd_discovery *discovery; /* borrowed */
    size_t domain_index;
    struct kd_zone_fact *fact; /* in the facts' arena */
    const char *owner;         /* the service's name */
    const char *beside;        /* a random name next to it */
    size_t finder;             /* who is asked: the --server, then the resolvers */
    const char *asked;         /* the owner or a parent of it */
    struct kd_question soa, ns;
    struct zone_given given[KD_MAX_SERVERS];
    struct zone_name name[KD_MAX_NS + 1];
    size_t nname;
    struct zone_server server[KD_MAX_SERVERS];
    size_t nserver;
};

static const struct kd_zone_params *zone_params(const struct zone *zone)
{
    return &zone->discovery->params.zone;
}

static struct kd_arena *zone_arena(const struct zone *zone)
{
    return zone->discovery->facts->arena;
}

static size_t zone_ngiven(const struct zone *zone)
{
    size_t nserver = zone_params(zone)->nserver;

    return nserver < KD_MAX_SERVERS ? nserver : KD_MAX_SERVERS;
}

static bool zone_is_given_finder(const struct zone *zone)
{
    return zone->finder < zone_ngiven(zone);
}

static struct kd_server *zone_given_server(const struct zone *zone, size_t i)
{
    return kd_discovery_server(zone->discovery, &zone_params(zone)->server[i]);
}

static struct kd_server *zone_finder(const struct zone *zone)
{
    return zone_is_given_finder(zone)
               ? zone_given_server(zone, zone->finder)
               : zone->discovery->server[zone->finder - zone_ngiven(zone)];
}

static void zone_ask_soa(struct zone *zone)
{
    zone->soa = kd_question_start(&zone->op, zone_finder(zone), zone_arena(zone), zone->asked,
                                  KD_RR_SOA);
    zone->op.step = ZONE_FOUND;
}

/* A SOA that encloses the name; the root's says only that nothing below it does. */
static const struct kd_rr *zone_enclosing_soa(const struct zone *zone)
{
    const struct kd_msg *msg = zone->soa.query->result.msg;
    const struct kd_rr *soa = msg != NULL ? kd_msg_soa(msg) : NULL;

    if (soa == NULL || strcmp(soa->owner, ".") == 0 ||
        !kd_name_is_below(zone->owner, soa->owner)) {
        return NULL;
    }
    return soa;
}

/* RFC 2308 5. The larger of two sightings: BIND puts 0 into what it says of no SOA being there. */
static void zone_note_negative_ttl(struct zone *zone, const struct kd_rr *soa)
{
    int64_t ttl_s = soa->ttl_s < soa->u.soa.minimum_s ? soa->ttl_s : soa->u.soa.minimum_s;

    if (ttl_s > zone->fact->negative_ttl_s) {
        zone->fact->negative_ttl_s = ttl_s;
    }
}

static void zone_note_soa(struct zone *zone, const struct kd_rr *soa)
{
    struct kd_zone_fact *fact = zone->fact;

    fact->status = KD_OUT_NOERROR;
    fact->name = soa->owner;
    fact->primary = soa->u.soa.mname;
    fact->serial = soa->u.soa.serial;
    zone_note_negative_ttl(zone, soa);
}

static void zone_add_server(struct zone *zone, const struct kd_endpoint *endpoint,
                            const struct zone_name *name)
{
    struct kd_server_fact *fact = NULL;

    if (zone->nserver == KD_MAX_SERVERS) {
        return;
    }
    fact = &zone->server[zone->nserver++].fact;
    fact->address = *endpoint;
    fact->name = name != NULL ? name->name : NULL;
    fact->is_primary = name != NULL && name->is_primary;
    fact->is_listed = name != NULL && name->is_listed;
    fact->status = fact->tcp_status = fact->srv_status = KD_OUT_SKIPPED;
    fact->serial = fact->ttl_s = -1;
}

static void zone_add_given(struct zone *zone)
{
    const struct kd_zone_params *params = zone_params(zone);

    for (size_t i = 0; i < zone_ngiven(zone); i++) {
        zone_add_server(zone, &params->server[i], NULL);
    }
    zone->fact->primary_status = KD_OUT_NOERROR;
}

/*
 * No zone was found. What a resolver says of it is no answer for the --server, which are then the
 * ones that were of no use.
 */
static void zone_lost(struct zone *zone)
{
    zone->op.step = ZONE_DONE;
    if (zone_ngiven(zone) == 0) {
        return;
    }
    if (!zone_is_given_finder(zone)) {
        zone->fact->query = zone->given[0].query;
        zone->fact->status = kd_question_status(&zone->given[0].soa);
    }
    zone_add_given(zone);
    zone->op.step = ZONE_NOTE;
}

/* The next one that may know the zone: a --server that was of no use once is not asked again. */
static void zone_next_finder(struct zone *zone)
{
    do {
        zone->finder++;
    } while (zone_is_given_finder(zone) &&
             !kd_outcome_is_usable(kd_question_status(&zone->given[zone->finder].soa)));
    if (zone->finder < zone_ngiven(zone) + zone->discovery->facts->nresolver) {
        zone->op.step = ZONE_FIND;
    } else {
        zone_lost(zone);
    }
}

/* Found, or where to look next, or not to be found. */
static void zone_read_soa(struct zone *zone, uint32_t query)
{
    struct kd_op *op = &zone->op;
    const struct kd_rr *soa = NULL;

    zone->fact->query = query;
    zone->fact->status = kd_question_status(&zone->soa);
    if (!kd_outcome_is_usable(zone->fact->status)) {
        zone_next_finder(zone);
        return;
    }
    soa = zone_enclosing_soa(zone);
    if (soa != NULL) {
        zone_note_soa(zone, soa);
        op->step = ZONE_NAMES;
        return;
    }
    zone->asked = kd_name_parent(zone->asked);
    if (strcmp(zone->asked, ".") == 0) {
        zone_lost(zone);
    } else {
        op->step = ZONE_FIND;
    }
}

static void zone_look_given(struct zone *zone)
{
    for (size_t i = 0; i < zone_ngiven(zone); i++) {
        zone->given[i].soa = kd_question_start(&zone->op, zone_given_server(zone, i),
                                               zone_arena(zone), zone->owner, KD_RR_SOA);
    }
    zone->op.step = ZONE_LOOKED;
}

/* The first one whose answer can be used stands for all. */
static void zone_looked_given(struct zone *zone)
{
    size_t n = zone_ngiven(zone);

    for (size_t i = 0; i < n; i++) {
        zone->given[i].query = kd_note_question(zone->discovery->facts, &zone->given[i].soa);
    }
    for (size_t i = 0; i + 1 < n; i++) {
        if (kd_outcome_is_usable(kd_question_status(&zone->given[zone->finder].soa))) {
            break;
        }
        zone->finder++;
    }
    zone->soa = zone->given[zone->finder].soa;
    zone_read_soa(zone, zone->given[zone->finder].query);
}

static struct zone_name *zone_add_name(struct zone *zone, const char *name)
{
    for (size_t i = 0; i < zone->nname; i++) {
        if (strcmp(zone->name[i].name, name) == 0) {
            return &zone->name[i];
        }
    }
    if (zone->nname == sizeof(zone->name) / sizeof(zone->name[0])) {
        return NULL;
    }
    zone->name[zone->nname].name = name;
    return &zone->name[zone->nname++];
}

static int zone_compare_text(const void *a, const void *b)
{
    const char *left = NULL, *right = NULL;

    memcpy(&left, a, sizeof(left));
    memcpy(&right, b, sizeof(right));
    return strcmp(left, right);
}

static void zone_note_ns(struct zone *zone)
{
    struct kd_zone_fact *fact = zone->fact;
    const struct kd_msg *msg = zone->ns.query->result.msg;

    fact->ns_query = kd_note_question(zone->discovery->facts, &zone->ns);
    fact->ns_status = kd_question_status(&zone->ns);
    for (size_t i = 0; msg != NULL && i < msg->nanswer; i++) {
        const struct kd_rr *rr = &msg->answer[i];

        if (rr->type == KD_RR_NS && strcmp(rr->owner, fact->name) == 0) {
            fact->ns = kd_arena_grow(zone_arena(zone), fact->ns, fact->nns, sizeof(*fact->ns));
            fact->ns[fact->nns++] = rr->u.name;
        }
    }
    if (fact->nns > 0) {
        qsort(fact->ns, fact->nns, sizeof(*fact->ns), zone_compare_text);
    }
}

static void zone_ask_addresses(struct zone *zone)
{
    struct zone_name *name = zone_add_name(zone, zone->fact->primary);

    /* the primary comes first, so that it has a place however long the list is */
    name->is_primary = true;
    for (size_t i = 0; i < zone->fact->nns; i++) {
        name = zone_add_name(zone, zone->fact->ns[i]);
        if (name != NULL) {
            name->is_listed = true;
        }
    }
    for (size_t i = 0; i < zone->nname; i++) {
        zone->name[i].a = kd_question_start(&zone->op, zone_finder(zone), zone_arena(zone),
                                            zone->name[i].name, KD_RR_A);
        zone->name[i].aaaa = kd_question_start(&zone->op, zone_finder(zone), zone_arena(zone),
                                               zone->name[i].name, KD_RR_AAAA);
    }
}

/* A listed name that leads nowhere is a fact, too: a server without an address. */
static void zone_add_nameless(struct zone *zone, const struct zone_name *name)
{
    const struct kd_endpoint nowhere = {.port = zone_params(zone)->dns_port};
    size_t before = zone->nserver;

    zone_add_server(zone, &nowhere, name);
    if (zone->nserver > before) {
        zone->server[before].fact.status =
            kd_outcome_worse(kd_question_status(&name->a), kd_question_status(&name->aaaa));
    }
}

static void zone_note_addresses(struct zone *zone)
{
    struct kd_facts *facts = zone->discovery->facts;

    for (size_t i = 0; i < zone->nname; i++) {
        struct zone_name *name = &zone->name[i];
        struct kd_address_fact *address = NULL;
        size_t n = 0;

        kd_note_question(facts, &name->a);
        kd_note_question(facts, &name->aaaa);
        kd_question_addresses(facts, &name->a, &address, &n);
        kd_question_addresses(facts, &name->aaaa, &address, &n);
        if (name->is_primary) {
            zone->fact->primary_status =
                n > 0 ? KD_OUT_NOERROR
                      : kd_outcome_worse(kd_question_status(&name->a),
                                         kd_question_status(&name->aaaa));
        }
        if (n == 0) {
            zone_add_nameless(zone, name);
        }
        for (size_t j = 0; j < n; j++) {
            struct kd_endpoint endpoint = {address[j].addr, zone_params(zone)->dns_port};

            zone_add_server(zone, &endpoint, name);
        }
    }
}

static void zone_ask_servers(struct zone *zone)
{
    struct kd_arena *arena = zone_arena(zone);

    for (size_t i = 0; i < zone->nserver; i++) {
        struct zone_server *server = &zone->server[i];
        struct kd_server *at = NULL;

        if (server->fact.address.addr.family == 0) {
            continue;
        }
        at = kd_discovery_server(zone->discovery, &server->fact.address);

        server->soa = kd_question_start(&zone->op, at, arena, zone->fact->name, KD_RR_SOA);
        server->soa_tcp =
            kd_question_start_tcp(&zone->op, at, arena, zone->fact->name, KD_RR_SOA);
        server->srv = kd_question_start(&zone->op, at, arena, zone->owner, KD_RR_SRV);
        server->beside = kd_question_start(&zone->op, at, arena, zone->beside, KD_RR_SRV);
    }
}

/* The service's name and a random one beside it lead to the same. */
static bool zone_is_wildcard(struct zone *zone, struct zone_server *server)
{
    struct kd_facts *facts = zone->discovery->facts;
    const char *alias = kd_question_alias(&server->srv);
    const char *other = kd_question_alias(&server->beside);
    struct kd_srv *set = NULL, *beside = NULL;
    size_t n = kd_question_srv(facts, &server->srv, &set);
    size_t nbeside = kd_question_srv(facts, &server->beside, &beside);

    kd_note_question(facts, &server->beside);
    if (alias != NULL || other != NULL) {
        return alias != NULL && other != NULL && strcmp(alias, other) == 0;
    }
    return n > 0 && kd_srv_set_equal(set, n, beside, nbeside);
}

/* What was not asked of a --server because it was of no use before: what it was then. */
static void zone_note_given(struct zone *zone, size_t i)
{
    struct kd_server_fact *fact = &zone->server[i].fact;
    kd_outcome before = kd_question_status(&zone->given[i].soa);

    if (fact->status != KD_OUT_SKIPPED) {
        return;
    }
    if (kd_outcome_is_silent(before) || zone->fact->name == NULL) {
        fact->query = zone->given[i].query;
        fact->status = before;
    }
    if (fact->status == KD_OUT_SKIPPED) {
        fact->status = kd_server_silence(zone_given_server(zone, i));
    }
    if (fact->srv_status == KD_OUT_SKIPPED && kd_outcome_is_silent(fact->status)) {
        fact->srv_status = fact->status;
    }
}

static void zone_note_server(struct zone *zone, struct zone_server *server)
{
    struct kd_facts *facts = zone->discovery->facts;
    struct kd_server_fact *fact = &server->fact;
    const struct kd_msg *msg = server->soa.query->result.msg;
    const struct kd_rr *soa = msg != NULL ? kd_msg_soa(msg) : NULL;

    fact->query = kd_note_question(facts, &server->soa);
    fact->status = kd_question_status(&server->soa);
    fact->is_authoritative = msg != NULL && msg->is_authoritative;
    if (soa != NULL && strcmp(soa->owner, zone->fact->name) == 0) {
        fact->serial = soa->u.soa.serial;
        fact->mname = soa->u.soa.mname;
        zone_note_negative_ttl(zone, soa);
    }
    fact->tcp_query = kd_note_question(facts, &server->soa_tcp);
    fact->tcp_status = kd_question_status(&server->soa_tcp);
    fact->srv_query = kd_note_question(facts, &server->srv);
    fact->srv_status = kd_question_status(&server->srv);
    fact->srv_alias = kd_question_alias(&server->srv);
    fact->srv_is_wildcard = zone_is_wildcard(zone, server);
    fact->nrecords = kd_question_srv(facts, &server->srv, &fact->records);
    fact->ttl_s = kd_srv_set_ttl(fact->records, fact->nrecords);
}

/* By name, then address and port: two runs give the same order. */
static int zone_compare_server(const void *a, const void *b)
{
    const struct kd_server_fact *left = a, *right = b;
    int order =
        strcmp(left->name != NULL ? left->name : "", right->name != NULL ? right->name : "");

    return order != 0 ? order : kd_endpoint_compare(&left->address, &right->address);
}

static void zone_note_servers(struct zone *zone)
{
    struct kd_zone_fact *fact = zone->fact;

    fact->server = kd_arena_alloc(zone_arena(zone), zone->nserver * sizeof(*fact->server));
    fact->nserver = zone->nserver;
    for (size_t i = 0; i < zone->nserver; i++) {
        if (zone->server[i].soa.query != NULL) {
            zone_note_server(zone, &zone->server[i]);
        }
        if (zone_ngiven(zone) > 0) {
            zone_note_given(zone, i);
        }
        fact->server[i] = zone->server[i].fact;
    }
    if (zone->nserver > 0) {
        qsort(fact->server, fact->nserver, sizeof(*fact->server), zone_compare_server);
    }
}

static void zone_ask_names(struct zone *zone)
{
    if (zone_params(zone)->nserver > 0) {
        zone_add_given(zone);
        zone->op.step = ZONE_SERVERS;
        return;
    }
    zone->ns = kd_question_start(&zone->op, zone_finder(zone), zone_arena(zone),
                                 zone->fact->name, KD_RR_NS);
    zone->op.step = ZONE_ADDRS;
}

static void zone_step(struct kd_op *op)
{
    struct zone *zone = (struct zone *)op;

    switch (op->step) {
    case ZONE_LOOK:
        zone_look_given(zone);
        return;
    case ZONE_LOOKED:
        zone_looked_given(zone);
        return;
    case ZONE_FIND:
        zone_ask_soa(zone);
        return;
    case ZONE_FOUND:
        zone_read_soa(zone, kd_note_question(zone->discovery->facts, &zone->soa));
        return;
    case ZONE_NAMES:
        zone_ask_names(zone);
        return;
    case ZONE_ADDRS:
        zone_note_ns(zone);
        zone_ask_addresses(zone);
        op->step = ZONE_SERVERS;
        return;
    case ZONE_SERVERS:
        zone_note_addresses(zone);
        zone_ask_servers(zone);
        op->step = ZONE_NOTE;
        return;
    case ZONE_NOTE:
        zone_note_servers(zone);
        if (zone_params(zone)->has_probes && zone->fact->name != NULL) {
            kd_right_start(op, zone->discovery, zone->domain_index);
        }
        op->step = ZONE_DONE;
        return;
    case ZONE_DONE:
        kd_op_finish(op, KD_OK);
        return;
    }
}

static void zone_describe(const struct kd_op *op, struct kd_buf *out)
{
    kd_buf_puts(out, ((const struct zone *)op)->owner);
}

static const struct kd_op_class ZONE_CLASS = {
    .name = "zone",
    .size = sizeof(struct zone),
    .step_name = ZONE_STEP,
    .step = zone_step,
    .describe = zone_describe,
};

static struct kd_zone_fact *zone_new_fact(struct kd_arena *arena)
{
    struct kd_zone_fact *fact = kd_arena_alloc(arena, sizeof(*fact));

    fact->status = fact->ns_status = KD_OUT_SKIPPED;
    fact->primary_status = fact->signed_status = KD_OUT_SKIPPED;
    fact->serial = fact->negative_ttl_s = -1;
    return fact;
}

void kd_zone_start(struct kd_op *parent, struct kd_discovery *discovery, size_t domain)
{
    struct zone *zone = NULL;
    struct kd_domain_fact *fact = &discovery->facts->domain[domain];

    fact->zone = zone_new_fact(discovery->facts->arena);
    if (discovery->params.zone.nserver == 0 && discovery->facts->nresolver == 0) {
        return; /* nobody to ask */
    }
    zone = (struct zone *)kd_op_start(NULL, parent, &ZONE_CLASS);
    zone->discovery = discovery;
    zone->domain_index = domain;
    zone->fact = fact->zone;
    zone->owner = kd_name_join(discovery->facts->arena, discovery->facts->service, fact->name);
    zone->beside =
        kd_name_beside(discovery->facts->arena, discovery->facts->service, fact->name);
    zone->asked = zone->owner;
    zone->op.step = zone_ngiven(zone) > 0 ? ZONE_LOOK : ZONE_FIND;
}
