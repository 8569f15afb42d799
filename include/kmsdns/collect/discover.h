/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_COLLECT_DISCOVER_H
#define KMSDNS_COLLECT_DISCOVER_H

#include <stdbool.h>
#include <stdint.h>

#include "kmsdns/async/query.h"
#include "kmsdns/facts/facts.h"

/* At most so many different targets are looked up in a run; the others stay "not asked". */
#define KD_MAX_TARGETS 512

/* At most so many addresses of one target are tried. */
#define KD_MAX_ADDRESSES 16

struct kd_discover_params {
    struct kd_query_limits limits;
    uint32_t timeout_ms; /* of the whole run */
    uint32_t connect_ms; /* of one TCP connect */
    bool has_tcp;        /* false: do not connect to the targets */
    bool has_signals;    /* SIGINT and SIGTERM cut the run */
    /* called every 250 ms with the number of questions that have ended; may be NULL */
    void (*on_progress)(size_t nended, void *arg);
    void *progress_arg;
};

/**
 * Ask every resolver about every candidate domain, and try every target: all side by side.
 *
 * facts     with service, candidates and resolvers; the rest is filled in, also when the run is cut
 * params    copied
 */
void kd_discover(struct kd_facts *facts, const struct kd_discover_params *params);

#endif
