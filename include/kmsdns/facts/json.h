/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_FACTS_JSON_H
#define KMSDNS_FACTS_JSON_H

#include <jansson.h>

#include "kmsdns/facts/facts.h"

/*
 * Facts as the report document carries them (shared contract "kmsdns-report/1"), both ways. One
 * table of fields drives writer and reader, so they cannot drift apart.
 */

#define KD_REPORT_SCHEMA "kmsdns-report/1"

/**
 * Write facts as the members of a report object that are not judgements: schema, tool_version,
 * command, vantage, started, duration_s, complete, service, client, seed, resolvers,
 * invalid_candidates, domains, evidence, queries, cut.
 *
 * returns  a new object; never NULL                                          caller's
 */
json_t *kd_facts_to_json(const struct kd_facts *facts);

/**
 * Read facts from a report document. Members that are not facts, and unknown ones, are ignored;
 * absent ones keep the value of kd_facts_new.
 *
 * arena    for the result
 * doc      untrusted; at most 10,000 elements in any one array
 * ret      written on success
 * returns  KD_OK; KD_ESYNTAX with the path of the offending member ("domains[2].srv.ttl_s:
 *          expected an integer from 0 to 4294967295"); KD_ETOOBIG
 */
kd_status kd_facts_from_json(struct kd_arena *arena, const json_t *doc, struct kd_facts **ret,
                             struct kd_err *err);

#endif
