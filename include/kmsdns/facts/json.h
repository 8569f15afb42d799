/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_FACTS_JSON_H
#define KMSDNS_FACTS_JSON_H

#include <jansson.h>

#include "kmsdns/base/buf.h"
#include "kmsdns/facts/facts.h"

/*
 * Facts as the report document carries them (shared contract "kmsdns-report/1"), both ways. One
 * table of fields drives writer and reader, so they cannot drift apart.
 */

#define KD_REPORT_SCHEMA "kmsdns-report/1"

/**
 * Write facts as the members of a report object that are not judgements: schema, tool_version,
 * command, vantage, started, duration_s, complete, service, client, seed, resolvers, anonymized,
 * invalid_candidates, domains, evidence, queries, cut.
 *
 * returns  a new object; never NULL                                          caller's
 */
json_t *kd_facts_to_json(const struct kd_facts *facts);

/**
 * Read facts from a report document. Members that are not facts, and unknown ones, are ignored;
 * absent ones keep the value of kd_facts_new, statuses are SKIPPED then. A domain with "srv" and
 * without "views" gets one view from it; when no resolvers are listed, those that views name are
 * added.
 *
 * arena    for the result
 * doc      untrusted; at most 100,000 elements in any one array, 64 KiB in any one string
 * ret      written on success
 * returns  KD_OK; KD_ESYNTAX with the path of the offending member ("domains[2].srv.ttl_s:
 *          expected an integer from 0 to 4294967295"); KD_ETOOBIG
 */
kd_status kd_facts_from_json(struct kd_arena *arena, const json_t *doc, struct kd_facts **ret,
                             struct kd_err *err);

/*
 * For whoever builds JSON. Jansson running out of memory ends the process as everywhere else, so
 * none of these fails.
 */

/**
 * What a constructor of Jansson returned.
 *
 * value    a new value; NULL is a lack of memory and ends the process        taken
 * returns  the same; never NULL                                              caller's
 */
json_t *kd_json_must(json_t *value);

/**
 * A string of any bytes, made harmless (kd_buf_text_utf8): JSON takes well-formed UTF-8 only.
 *
 * text     NULL gives null                                                   borrowed
 * returns  a new value                                                       caller's
 */
json_t *kd_json_text(const char *text);

/** Put a new value (taken) under a key of an object. */
void kd_json_put(json_t *object, const char *key, json_t *value);

/** Append a new value (taken) to an array. */
void kd_json_push(json_t *array, json_t *value);

/** Write a document with its keys in order and a closing newline. */
void kd_json_dump(const json_t *doc, struct kd_buf *out);

/*
 * A document that is too large to be held as values is written piece by piece: begin, then keys
 * and values or only values, then end. It looks as kd_json_dump would have written it.
 */

/** Write "{" or "[". */
void kd_json_begin(struct kd_buf *out, char bracket);

/**
 * Write what stands before a member or an element.
 *
 * depth    of the object or array, 1 for the outermost
 * key      plain ASCII; NULL for an element of an array                      borrowed
 */
void kd_json_next(struct kd_buf *out, unsigned int depth, const char *key);

/** Write a value (taken) that is a member or element of an object or array of that depth. */
void kd_json_piece(json_t *value, unsigned int depth, struct kd_buf *out);

/** Write all members of an object (taken), each with its key. */
void kd_json_members(json_t *object, unsigned int depth, struct kd_buf *out);

/** Write "}" or "]" of an object or array of that depth. */
void kd_json_end(struct kd_buf *out, unsigned int depth, char bracket);

#endif
