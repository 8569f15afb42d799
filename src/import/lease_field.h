/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_SRC_IMPORT_LEASE_FIELD_H
#define KMSDNS_SRC_IMPORT_LEASE_FIELD_H

#include <stdbool.h>

#include "kmsdns/import/lease.h"

/**
 * Note what a lease says, in the words of any client: "domain-name", "DOMAINNAME",
 * "new_domain_name".
 *
 * value    without quotes; lists are parted by blanks or commas              borrowed
 * returns  false if the key means nothing here
 */
bool kd_lease_set(struct kd_arena *arena, struct kd_dhcp_offer_fact *offer, const char *key,
                  const char *value);

#endif
