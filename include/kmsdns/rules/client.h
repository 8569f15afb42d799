/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RULES_CLIENT_H
#define KMSDNS_RULES_CLIENT_H

#include "kmsdns/facts/facts.h"

/*
 * What a Windows client of one kind would ask, find and show: a reading of the facts, no new
 * questions (reference/kms-dns-facts.md 2).
 */

/* One name that the client asks, in order. */
struct kd_ask {
    const struct kd_domain_fact *domain;
    const char *name; /* "_vlmcs._tcp.corp.example." */
    const char *via;  /* the source that puts it in this client's list, "primary-suffix" */
    kd_outcome status;
};

/* One host of the set the client found. */
struct kd_pick {
    const struct kd_srv *record;
    const struct kd_target_fact *target; /* NULL when it was not looked up */
    double share_uniform;                /* 0 .. 1: Vista, 2008 */
    double share_rfc2782;                /* 0 .. 1: 7, 2008 R2 and later */
    size_t draw_uniform, draw_rfc2782;   /* place in the order drawn with the seed, 1 .. */
    bool is_reachable;                   /* some address is open, or TCP was not tried */
};

/* A code that Windows shows. */
struct kd_client_code {
    const char *code; /* "0x8007232B" */
    const char *text; /* what it says here, one clause */
};

struct kd_client_view {
    kd_client kind;
    struct kd_ask *ask;
    size_t nask;
    const struct kd_domain_fact *found; /* first domain with records; NULL if none */
    struct kd_pick *pick;               /* in the records' order */
    size_t npick;
    bool succeeds; /* a host was found and, as far as was tried, answers */
    const struct kd_client_code *code_vista; /* NULL when it succeeds */
    const struct kd_client_code *code_win7;  /* 7, 2008 R2 and later; NULL when it succeeds */
};

/**
 * Whether a kind of client asks in a domain that has these sources.
 *
 * Arguments are asked by every kind: whoever typed them wants to know.
 */
bool kd_client_asks(kd_client kind, uint32_t sources);

/**
 * Take the view of one kind of client.
 *
 * kind     joined, workgroup or host; ANY takes all candidates in their order
 * returns  never NULL; lives as long as facts->arena
 */
const struct kd_client_view *kd_client_view(const struct kd_facts *facts, kd_client kind);

#endif
