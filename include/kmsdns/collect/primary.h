/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_COLLECT_PRIMARY_H
#define KMSDNS_COLLECT_PRIMARY_H

#include "kmsdns/facts/facts.h"

/**
 * The server that takes a zone's updates, as far as was seen.
 *
 * In this order: the SOA's primary, if it answers with authority; a listed server that names itself
 * as the primary, which is how a Windows host goes on (reference/kms-dns-facts.md 9.2) and what
 * directory-integrated servers say; any server that answers with authority, which may forward
 * updates (RFC 2136 6); the primary, though it was silent.
 *
 * returns  in the facts; NULL if no server is known
 */
const struct kd_server_fact *kd_zone_update_server(const struct kd_zone_fact *zone);

#endif
