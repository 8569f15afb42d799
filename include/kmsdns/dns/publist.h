/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_DNS_PUBLIST_H
#define KMSDNS_DNS_PUBLIST_H

#include <stdbool.h>
#include <stdint.h>

#include "kmsdns/base/arena.h"
#include "kmsdns/base/status.h"

/* One line of DnsDomainPublishList: "domain[,priority[,weight]]". */
struct kd_publist_entry {
    const char *domain; /* canonical, in the arena */
    bool has_numbers;   /* priority or weight was given */
    uint16_t priority, weight;
};

/**
 * Read one entry of the host's publish list.
 *
 * text     blanks around fields are allowed, a trailing dot too              borrowed
 * returns  KD_OK; KD_ESYNTAX for a bad domain or number, or more than three fields
 * Source   "Registry Settings for Volume Activation" (dn502532): domain, priority, weight
 */
kd_status kd_publist_parse(struct kd_arena *arena, const char *text,
                           struct kd_publist_entry *ret, struct kd_err *err);

#endif
