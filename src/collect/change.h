/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_COLLECT_SRC_CHANGE_H
#define KMSDNS_COLLECT_SRC_CHANGE_H

#include "kmsdns/collect/change.h"
#include "kmsdns/dns/update.h"

/**
 * The update that makes a planned change. Made from the facts alone, so that the plan that was
 * shown and the message that is sent are the same.
 */
void kd_change_build(const struct kd_facts *facts, const struct kd_change_fact *change,
                     struct kd_update *ret);

/** A change of an owner's set that is neither planned nor made yet. */
struct kd_change_fact *kd_change_new(struct kd_facts *facts, const char *owner,
                                     const struct kd_wish *wish, const char *identity);

/** True if a set is as the change wants it. */
bool kd_change_holds(const struct kd_change_fact *change, const struct kd_srv *set, size_t n);

#endif
