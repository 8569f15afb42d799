/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_IMPORT_LEASE_H
#define KMSDNS_IMPORT_LEASE_H

#include <stddef.h>
#include <stdint.h>

#include "kmsdns/base/arena.h"
#include "kmsdns/base/status.h"
#include "kmsdns/facts/facts.h"

#define KD_LEASE_MAX      ((size_t)1024 * 1024) /* bytes of a file */
#define KD_DHCP_MAX_NAMES 256                   /* of one list */

/**
 * Read the DHCP options that a client on Linux or a BSD noted.
 *
 * Which client wrote it is told by the content: ISC dhclient (the last lease counts),
 * systemd-networkd in both layouts, NetworkManager's internal client, the output of
 * `nmcli -g DHCP4 device show` or `-f DHCP4`, the output of `dhcpcd -U`.
 *
 * source   the file's name                                                   copied
 * ret      written on success; lives as long as the arena
 * returns  KD_OK; KD_ESYNTAX if it is none of these; KD_ETOOBIG
 */
kd_status kd_lease_read(struct kd_arena *arena, const char *source, const uint8_t *bytes,
                        size_t len, struct kd_dhcp_offer_fact *ret, struct kd_err *err);

/** Add an offer to facts->dhcp. */
void kd_dhcp_add_offer(struct kd_facts *facts, const struct kd_dhcp_offer_fact *offer);

/** facts->dhcp, made if there is none yet. */
struct kd_dhcp_fact *kd_dhcp_of(struct kd_facts *facts);

/**
 * Set option 15: its text, and the names in it, which blanks and NULs part.
 *
 * text, len  as it came; closing NULs do not count                           copied
 */
void kd_dhcp_set_domain(struct kd_arena *arena, struct kd_dhcp_offer_fact *offer,
                        const char *text, size_t len);

#endif
