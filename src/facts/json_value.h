/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_SRC_FACTS_JSON_VALUE_H
#define KMSDNS_SRC_FACTS_JSON_VALUE_H

#include <jansson.h>

#include "kmsdns/facts/facts.h"

#include "fields.h"

#define KD_JSON_MAX_ELEMENTS \
    100000                      /* of one array: as many structs fit into an arena's chunk */
#define KD_JSON_MAX_TEXT 262144 /* bytes of one string; a registry value has up to 98,304 */

/* Longer than any path the tables can make. */
#define KD_JSON_PATH_SIZE 128

/* Reading in progress. */
struct kd_json_read {
    struct kd_arena *arena;
    struct kd_facts *facts;
    struct kd_err *err; /* may be NULL */
    bool has_resolvers; /* the document lists them, so the others may only refer to them */
    char path[KD_JSON_PATH_SIZE]; /* of the member at hand: "domains[2].srv.ttl_s" */
};

/* Reads a value into the field of an object; the object's type is the one of the field's table. */
typedef kd_status kd_json_read_fn(struct kd_json_read *read, const struct kd_field *field,
                                  const json_t *value, void *object);

/** Fail with the path before the sentence. */
kd_status kd_json_value_fail(struct kd_json_read *read, kd_status code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/** Fail because the value is not "an integer", or null where that is allowed. */
kd_status kd_json_value_expected(struct kd_json_read *read, const struct kd_field *field,
                                 const char *what);

/** The bytes of a string, inside value; what is expected goes into the message. */
kd_status kd_json_value_string(struct kd_json_read *read, const struct kd_field *field,
                               const json_t *value, const char *what, const char **ret);

/** "192.0.2.53:53", port 53 when there is none. */
kd_status kd_json_value_endpoint(struct kd_json_read *read, const struct kd_field *field,
                                 const json_t *value, struct kd_endpoint *ret);

/** Index of a name; the names' count when value is none of them. */
unsigned int kd_json_value_index(const struct kd_field_names *names, const json_t *value);

/** A place in an object. */
void *kd_json_value_member(void *object, size_t offset);

/** Put a pointer to anything at a place in an object. */
void kd_json_value_point(void *object, size_t offset, const void *pointer);

/* The readers of single values; NULL for other kinds of field. */
extern kd_json_read_fn *const kd_json_value_read[KD_FIELD_KIND_COUNT];

#endif
