/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_COLLECT_CHANGE_H
#define KMSDNS_COLLECT_CHANGE_H

#include "kmsdns/collect/discover.h"
#include "kmsdns/facts/facts.h"

/*
 * Changes of a service's SRV set: planned from what was seen, made under prerequisites that pin it,
 * read back, and followed to every server. Only records of one host and port are ever touched.
 */

/* What is wanted of one host in one domain. */
struct kd_wish {
    const char *action; /* "publish", "unpublish", "undo" */
    bool is_present;    /* the record is to be there, else not */
    struct kd_srv
        record; /* target and port say whose it is; TTL 0 is that of the set, or 3600 */
};

/**
 * Plan one domain's change; nothing is sent.
 *
 * facts    after kd_discover with zone.is_wanted: the zone's servers were asked     borrowed
 * domain   index; its change is filled in: NOTHING, PLANNED or IMPOSSIBLE
 * identity who would write, "tsig:kms-key."                                         borrowed
 */
void kd_change_plan(struct kd_facts *facts, size_t domain, const struct kd_wish *wish,
                    const char *identity);

/**
 * Make every planned change, read it back from the primary, and wait for the listed servers.
 *
 * facts    with changes; those that are PLANNED are made                            borrowed
 * params   limits, timeout, has_signals and zone.signer are used; copied
 * wait_ms  how long the listed servers are followed; 0 does not ask them
 */
void kd_change_apply(struct kd_facts *facts, const struct kd_discover_params *params,
                     uint32_t wait_ms);

/**
 * Write for a test: add an SRV record at a random name beside the service's, and remove it again.
 * The removal is tried also after the run was cut, in a run of its own that no deadline of the
 * first shortens.
 *
 * Each domain's change tells the addition, action "write-test"; its problem names what could not be
 * removed.
 *
 * facts    after kd_discover with zone.is_wanted, with a host                       borrowed
 */
void kd_write_test(struct kd_facts *facts, const struct kd_discover_params *params,
                   const char *identity);

#endif
