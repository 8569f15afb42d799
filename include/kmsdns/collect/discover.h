/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_COLLECT_DISCOVER_H
#define KMSDNS_COLLECT_DISCOVER_H

#include <stdbool.h>
#include <stdint.h>

#include "kmsdns/async/query.h"
#include "kmsdns/dns/signer.h"
#include "kmsdns/facts/facts.h"

/* At most so many different targets are looked up in a run; the others are only in the sets. */
#define KD_MAX_TARGETS 512

/* At most so many addresses of one target are tried. */
#define KD_MAX_ADDRESSES 16

/* At most so many authoritative servers of a zone are asked; the others are only named. */
#define KD_MAX_NS      32
#define KD_MAX_SERVERS 64

/* What is to be found out about zones and the right to write; all zero is nothing. */
struct kd_zone_params {
    bool is_wanted;                   /* look for each domain's zone and ask its servers */
    const struct kd_endpoint *server; /* instead of the zone's own; borrowed */
    size_t nserver;
    uint16_t dns_port;        /* of the zone's own servers */
    bool has_probes;          /* test the right to write, without writing */
    bool has_version;         /* ask servers for their version, a hint for the wording */
    struct kd_signer *signer; /* who would write; NULL is nobody; borrowed */
    bool is_weak;             /* the signer's algorithm is hmac-md5 or hmac-sha1 */
};

struct kd_discover_params {
    struct kd_query_limits limits;
    uint32_t timeout_ms; /* of the whole run */
    uint32_t connect_ms; /* of one TCP connect */
    bool has_views;      /* ask the resolvers what clients would find */
    struct kd_zone_params zone;
    bool has_tcp;     /* false: do not connect to the targets */
    bool has_signals; /* SIGINT and SIGTERM cut the run */
    /* called every 250 ms with the number of questions that have ended; may be NULL */
    void (*on_progress)(size_t nended, void *arg);
    void *progress_arg;
};

/**
 * Ask every resolver about every candidate domain, try every target, ask each zone's own servers,
 * and test the right to write: all side by side.
 *
 * facts     with service, candidates and resolvers; with a host, its addresses are looked up and it
 *           is the record of the right to write; the rest is filled in, also when the run is cut
 * params    copied
 */
void kd_discover(struct kd_facts *facts, const struct kd_discover_params *params);

#endif
