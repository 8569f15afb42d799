/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_COLLECT_CANDIDATES_H
#define KMSDNS_COLLECT_CANDIDATES_H

#include "kmsdns/facts/facts.h"

/**
 * Add what somebody gave as a candidate domain.
 *
 * A valid name joins its domain, which keeps all its sources; anything else becomes a rejected
 * candidate with its reason. For KD_SOURCE_PUBLISH_LIST the text is an entry of the list,
 * "domain[,priority[,weight]]".
 *
 * facts    the domain or the rejection is added to                            borrowed
 * text     any bytes; blanks around it do not count; empty adds nothing       copied
 * source   one source
 */
void kd_candidates_add(struct kd_facts *facts, const char *text, kd_source source);

/**
 * Add what this machine would ask: the domain of its host name, and the search list of its
 * resolv.conf. For runs that name no domain at all.
 *
 * search, n  the list, as kd_system_read found it                             borrowed
 */
void kd_candidates_add_system(struct kd_facts *facts, const char *const *search, size_t n);

#endif
