/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_SRC_IMPORT_LEASE_FIELD_H
#define KMSDNS_SRC_IMPORT_LEASE_FIELD_H

#include <stdbool.h>

#include "kmsdns/import/lease.h"

/* What the readers of leases and of ipconfig share. */

/**
 * Note what a lease says, in the words of any client: "domain-name", "DOMAINNAME",
 * "new_domain_name".
 *
 * value    without quotes; lists are parted by blanks or commas              borrowed
 * returns  false if the key means nothing here
 */
bool kd_lease_set(struct kd_arena *arena, struct kd_dhcp_offer_fact *offer, const char *key,
                  const char *value);

/** Append a copy of text[0..len), unless it is empty or the list has KD_DHCP_MAX_NAMES. */
void kd_lease_append(struct kd_arena *arena, const char ***list, size_t *n, const char *text,
                     size_t len);

/** The address text[0..len) in its usual form; NULL for what is none. */
const char *kd_lease_address(struct kd_arena *arena, const char *text, size_t len);

#endif
