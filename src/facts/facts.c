/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * facts.c - names of the closed lists in facts, empty facts, and the few questions that everyone
 * asks of facts.
 */
#include "kmsdns/facts/facts.h"

#include <string.h>

#include "kmsdns/dns/usual.h"

static const char *const SOURCE_NAME[KD_SOURCE_COUNT] = {
#define XX(name, text) [KD_SOURCE_INDEX_##name] = (text),
    KD_SOURCE_MAP(XX)
#undef XX
};

static const char *const CLIENT_NAME[KD_CLIENT_COUNT] = {
#define XX(name, text) [KD_CLIENT_##name] = (text),
    KD_CLIENT_MAP(XX)
#undef XX
};

static const char *const CUT_NAME[KD_CUT_COUNT] = {
#define XX(name, text) [KD_CUT_##name] = (text),
    KD_CUT_MAP(XX)
#undef XX
};

static const char *const TRANSPORT_NAME[KD_TRANSPORT_COUNT] = {
    [KD_TRANSPORT_UDP] = "udp",
    [KD_TRANSPORT_TCP] = "tcp",
};

static const char *const PROBE_NAME[KD_PROBE_COUNT] = {
#define XX(name, text) [KD_PROBE_##name] = (text),
    KD_PROBE_MAP(XX)
#undef XX
};

static const char *const RIGHT_NAME[KD_RIGHT_COUNT] = {
#define XX(name, text) [KD_RIGHT_##name] = (text),
    KD_RIGHT_MAP(XX)
#undef XX
};

static const char *const REPLY_SIGNATURE_NAME[KD_REPLY_SIGNATURE_COUNT] = {
#define XX(name, text) [KD_REPLY_SIGNATURE_##name] = (text),
    KD_REPLY_SIGNATURE_MAP(XX)
#undef XX
};

static const char *const CHANGE_NAME[KD_CHANGE_COUNT] = {
#define XX(name, text) [KD_CHANGE_##name] = (text),
    KD_CHANGE_MAP(XX)
#undef XX
};

const char *kd_probe_str(kd_probe probe)
{
    return (size_t)probe < KD_PROBE_COUNT ? PROBE_NAME[probe] : "?";
}

const char *kd_right_str(kd_right right)
{
    return (size_t)right < KD_RIGHT_COUNT ? RIGHT_NAME[right] : "?";
}

const char *kd_reply_signature_str(kd_reply_signature signature)
{
    return (size_t)signature < KD_REPLY_SIGNATURE_COUNT ? REPLY_SIGNATURE_NAME[signature] : "?";
}

const char *kd_change_state_str(kd_change_state state)
{
    return (size_t)state < KD_CHANGE_COUNT ? CHANGE_NAME[state] : "?";
}

const char *kd_source_str(kd_source source)
{
    for (unsigned int i = 0; i < KD_SOURCE_COUNT; i++) {
        if ((unsigned int)source == 1U << i) {
            return SOURCE_NAME[i];
        }
    }
    return "?";
}

const char *kd_client_str(kd_client client)
{
    return (size_t)client < KD_CLIENT_COUNT ? CLIENT_NAME[client] : "?";
}

kd_status kd_client_from_str(const char *text, kd_client *ret, struct kd_err *err)
{
    for (unsigned int i = 0; i < KD_CLIENT_COUNT; i++) {
        if (strcmp(text, CLIENT_NAME[i]) == 0) {
            *ret = (kd_client)i;
            return KD_OK;
        }
    }
    return kd_fail(err, KD_EINVAL, "facts",
                   "\"%.40s\" is no kind of client; use joined, workgroup, host or any", text);
}

const char *kd_cut_str(kd_cut cut)
{
    return (size_t)cut < KD_CUT_COUNT ? CUT_NAME[cut] : "?";
}

const char *kd_transport_str(kd_transport transport)
{
    return (size_t)transport < KD_TRANSPORT_COUNT ? TRANSPORT_NAME[transport] : "?";
}

struct kd_facts *kd_facts_new(struct kd_arena *arena)
{
    struct kd_facts *facts = kd_arena_alloc(arena, sizeof(*facts));

    *facts = (struct kd_facts){
        .arena = arena,
        .tool_version = PACKAGE_VERSION,
        .command = "diagnose",
        .service = KD_KMS_SERVICE,
        .client = KD_CLIENT_ANY,
        .tcp_was_tried = true,
        .cut = KD_CUT_NONE,
    };
    return facts;
}

const struct kd_query_fact *kd_facts_query(const struct kd_facts *facts, uint32_t n)
{
    return n > 0 && n <= facts->nquery ? &facts->query[n - 1] : NULL;
}

struct kd_domain_fact *kd_facts_domain(const struct kd_facts *facts, const char *name)
{
    for (size_t i = 0; name != NULL && i < facts->ndomain; i++) {
        if (strcmp(facts->domain[i].name, name) == 0) {
            return &facts->domain[i];
        }
    }
    return NULL;
}

const struct kd_view_fact *kd_domain_main_view(const struct kd_domain_fact *domain)
{
    const struct kd_view_fact *usable = NULL;

    for (size_t i = 0; i < domain->nview; i++) {
        if (domain->view[i].nrecords > 0) {
            return &domain->view[i];
        }
        if (usable == NULL && kd_outcome_is_usable(domain->view[i].status)) {
            usable = &domain->view[i];
        }
    }
    if (usable == NULL && domain->nview > 0) {
        usable = &domain->view[0];
    }
    return usable;
}

const struct kd_target_fact *kd_domain_target(const struct kd_domain_fact *domain,
                                              const struct kd_srv *record)
{
    for (size_t i = 0; i < domain->ntarget; i++) {
        const struct kd_target_fact *target = domain->target[i];

        if (target->port == record->port && strcmp(target->name, record->target) == 0) {
            return target;
        }
    }
    return NULL;
}

bool kd_server_is_given(const struct kd_server_fact *server)
{
    return server->name == NULL && server->address.addr.family != 0;
}

bool kd_server_takes_updates(const struct kd_server_fact *server)
{
    return server->is_primary || kd_server_is_given(server);
}

bool kd_domain_has_srv(const struct kd_domain_fact *domain)
{
    const struct kd_view_fact *view = kd_domain_main_view(domain);

    return view != NULL && view->nrecords > 0;
}
