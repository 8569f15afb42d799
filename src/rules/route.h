/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RULES_ROUTE_H
#define KMSDNS_RULES_ROUTE_H

#include "kmsdns/facts/facts.h"

/*
 * A machine that has only one address family reaches no server over the other one. That is nothing
 * about these servers: others may reach them.
 */

/**
 * True if this machine lacks a route to one of the zone's servers: it is unreachable, no server
 * outside was heard over its address family, and some server was over the other one.
 */
bool kd_route_is_missing(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                         const struct kd_server_fact *server);

/** The same for a resolver that was found unreachable. */
bool kd_route_to_resolver_is_missing(const struct kd_facts *facts, uint32_t resolver);

/** "IPv6" */
const char *kd_route_family(const struct kd_endpoint *endpoint);

#endif
