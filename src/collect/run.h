/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_COLLECT_RUN_H
#define KMSDNS_COLLECT_RUN_H

#include "kmsdns/async/op.h"
#include "kmsdns/collect/discover.h"
#include "note.h"

/* What the ops of one run share. */
struct kd_discovery {
    struct kd_facts *facts; /* borrowed */
    struct kd_discover_params params;
    struct kd_loop *loop; /* owned */
    uint64_t began_us;
    struct kd_endpoint
        *version_asked; /* in the arena; a server is asked for its version once */
    size_t nversion_asked;
    bool is_writing;
    uint32_t follow_ms;      /* how long a change is followed to the listed servers */
    struct kd_server **pool; /* owned; every server of the run, once */
    size_t npool;
    struct kd_server **server;      /* in the arena; one per facts->resolver */
    struct kd_target_fact **target; /* every target of the run, in order of appearance */
    size_t ntarget;
};

/** Make the loop. Before any server is asked for. */
void kd_discovery_begin(struct kd_discovery *discovery);

/** Run a root op on the loop to its end, or until the run is cut; frees it. */
void kd_discovery_run(struct kd_discovery *discovery, struct kd_op *root);

/** Close servers and loop; the run's time is added to the facts. */
void kd_discovery_end(struct kd_discovery *discovery);

/** The run's server at an endpoint; made when it is asked for the first time. */
struct kd_server *kd_discovery_server(struct kd_discovery *discovery,
                                      const struct kd_endpoint *endpoint);

/** Find one domain's zone, ask its servers, and test the right to write there. */
void kd_zone_start(struct kd_op *parent, struct kd_discovery *discovery, size_t domain);

/** Look up the host that is to be published, and its reverse names, and try its port. */
void kd_host_start(struct kd_op *parent, struct kd_discovery *discovery);

/**
 * Test whether the run's identity may write the host's record in a domain's zone: at each --server,
 * else at the server that takes the zone's updates.
 */
void kd_right_start(struct kd_op *parent, struct kd_discovery *discovery, size_t domain);

/** Give every test at a server the version that one of them was told. */
void kd_right_share_versions(struct kd_facts *facts);

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
