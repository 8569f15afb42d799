/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_FACTS_ANONYMIZE_H
#define KMSDNS_FACTS_ANONYMIZE_H

#include "kmsdns/facts/facts.h"

/*
 * Facts that may be shown to strangers: names, addresses, machine ids and paths are replaced,
 * each by the same one wherever it stands. What rules look at is kept: how many labels a name
 * has, which name is below which, doubled names, labels of services, address families, loopback
 * and its likes, ports, numbers, times. So the same findings come of it.
 */

/* The replacements made so far. */
struct kd_anonymizer;

/**
 * Make an empty one.
 *
 * arena    for it and for all that it returns                                borrowed
 * returns  never NULL; lives as long as the arena
 */
struct kd_anonymizer *kd_anonymizer_new(struct kd_arena *arena);

/**
 * A copy of facts with everything replaced.
 *
 * ret      written on success; lives as long as the arena
 * returns  KD_OK; KD_ETOOBIG when a replacement is longer than what stood there and does not
 *          fit any more: a name of very many short labels, or a very long text
 */
kd_status kd_anonymize_facts(struct kd_anonymizer *anonymizer, const struct kd_facts *facts,
                             struct kd_facts **ret, struct kd_err *err);

/** A canonical name as it stands in the facts that were anonymized; in the arena. */
const char *kd_anonymize_name(struct kd_anonymizer *anonymizer, const char *name);

#endif
