/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_COLLECT_RUN_H
#define KMSDNS_COLLECT_RUN_H

#include "kmsdns/async/op.h"
#include "kmsdns/collect/discover.h"
#include "note.h"

/* What the ops of one discovery share. */
struct kd_discovery {
    struct kd_facts *facts; /* borrowed */
    struct kd_discover_params params;
    struct kd_server **server;      /* owned; one per facts->resolver */
    struct kd_target_fact **target; /* every target of the run, in order of appearance */
    size_t ntarget;
};

/** Ask one resolver about one domain; the view is in facts->domain[domain].view[resolver]. */
void kd_view_start(struct kd_op *parent, struct kd_discovery *discovery, size_t domain,
                   size_t resolver);

/** The run's entry for a target, NULL if nobody has asked for it. */
struct kd_target_fact *kd_target_find(const struct kd_discovery *discovery, const char *name,
                                      uint16_t port);

/**
 * Look a target up and try it, unless the run has done so already.
 *
 * server   that gave the SRV record; asked for the addresses, too             borrowed
 */
void kd_target_want(struct kd_op *parent, struct kd_discovery *discovery,
                    struct kd_server *server, const char *name, uint16_t port);

#endif
