/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_value.c - single values of a report document that anybody may have written: each is
 * checked for type, bounds and form before it goes into the facts. A failure names the path to
 * the member and what was expected there; what stands there is not repeated.
 */
#include "json_value.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "kmsdns/base/clock.h"
#include "kmsdns/base/num.h"
#include "kmsdns/dns/name.h"
#include "kmsdns/dns/usual.h"
#include "kmsdns/facts/json.h"

#define VALUE_MAX_DURATION_S 1e9

static kd_status value_schema(struct kd_json_read *read, const struct kd_field *field,
                              const json_t *value, void *object)
{
    const char *text = json_string_value(value);

    (void)object;
    if (text == NULL || strcmp(text, KD_REPORT_SCHEMA) != 0) {
        return kd_json_value_expected(read, field, "\"" KD_REPORT_SCHEMA "\"");
    }
    return KD_OK;
}

static kd_status value_text(struct kd_json_read *read, const struct kd_field *field,
                            const json_t *value, void *object)
{
    const char *text = NULL;
    kd_status status = kd_json_value_string(read, field, value, "a string", &text);

    if (status == KD_OK) {
        kd_json_value_point(object, field->offset, kd_arena_strdup(read->arena, text));
    }
    return status;
}

static kd_status value_canonical(struct kd_json_read *read, const struct kd_field *field,
                                 const json_t *value, const char **ret)
{
    const char *text = NULL;
    struct kd_err reason = {0};
    kd_status status = kd_json_value_string(read, field, value, "a domain name", &text);

    if (status != KD_OK) {
        return status;
    }
    if (kd_name_from_str(read->arena, text, ret, &reason) != KD_OK) {
        return kd_json_value_fail(read, KD_ESYNTAX, "expected a domain name: %s", reason.text);
    }
    return KD_OK;
}

static kd_status value_name(struct kd_json_read *read, const struct kd_field *field,
                            const json_t *value, void *object)
{
    const char *name = NULL;
    kd_status status = value_canonical(read, field, value, &name);

    if (status == KD_OK) {
        kd_json_value_point(object, field->offset, name);
    }
    return status;
}

static kd_status value_service(struct kd_json_read *read, const struct kd_field *field,
                               const json_t *value, void *object)
{
    const char *name = NULL;
    kd_status status = value_canonical(read, field, value, &name);

    if (status != KD_OK) {
        return status;
    }
    if (strcmp(name, ".") == 0) {
        return kd_json_value_expected(read, field, "a service such as \"_vlmcs._tcp\"");
    }
    kd_json_value_point(object, field->offset,
                        kd_arena_strndup(read->arena, name, strlen(name) - 1));
    return KD_OK;
}

static void value_store_int(const struct kd_field *field, int64_t value, void *object)
{
    void *at = kd_json_value_member(object, field->offset);
    uint16_t u16 = (uint16_t)value;
    uint32_t u32 = (uint32_t)value;

    switch (field->size) {
    case sizeof(u16):
        memcpy(at, &u16, sizeof(u16));
        break;
    case sizeof(u32):
        memcpy(at, &u32, sizeof(u32));
        break;
    case sizeof(value):
        memcpy(at, &value, sizeof(value));
        break;
    }
}

static kd_status value_int(struct kd_json_read *read, const struct kd_field *field,
                           const json_t *value, void *object)
{
    json_int_t number = json_integer_value(value);
    char what[72];

    if (!json_is_integer(value) || number < field->min || number > field->max) {
        snprintf(what, sizeof(what), "an integer from %" PRId64 " to %" PRId64, field->min,
                 field->max);
        return kd_json_value_expected(read, field, what);
    }
    value_store_int(field, number, object);
    return KD_OK;
}

static kd_status value_query(struct kd_json_read *read, const struct kd_field *field,
                             const json_t *value, void *object)
{
    json_int_t number = json_integer_value(value);

    if (!json_is_integer(value) || number < 1 || (uint64_t)number > read->facts->nquery) {
        return kd_json_value_fail(read, KD_ESYNTAX,
                                  "expected the number of a query from 1 to %zu or null",
                                  read->facts->nquery);
    }
    value_store_int(field, number, object);
    return KD_OK;
}

static kd_status value_duration(struct kd_json_read *read, const struct kd_field *field,
                                const json_t *value, void *object)
{
    double seconds = json_number_value(value);
    uint64_t *us = kd_json_value_member(object, field->offset);

    if (!json_is_number(value) || !(seconds >= 0 && seconds <= VALUE_MAX_DURATION_S)) {
        return kd_json_value_expected(read, field, "seconds from 0 to 1000000000");
    }
    *us = (uint64_t)(seconds * 1e6 + 0.5);
    return KD_OK;
}

static kd_status value_time(struct kd_json_read *read, const struct kd_field *field,
                            const json_t *value, void *object)
{
    const char *text = json_string_value(value);
    int64_t *wall_s = kd_json_value_member(object, field->offset);
    char again[KD_RFC3339_STRLEN];
    struct tm utc;
    time_t when = 0;

    memset(&utc, 0, sizeof(utc));
    if (text != NULL && strptime(text, "%Y-%m-%dT%H:%M:%SZ", &utc) != NULL) {
        when = timegm(&utc);
    }
    /* strptime is lenient, and timegm carries "February 30th" over: compare */
    if (text == NULL || strcmp(kd_rfc3339_str(when, again), text) != 0) {
        return kd_json_value_expected(read, field, "a time such as \"2026-11-20T06:00:12Z\"");
    }
    *wall_s = when;
    return KD_OK;
}

static kd_status value_hex(struct kd_json_read *read, const struct kd_field *field,
                           const json_t *value, void *object)
{
    const char *text = json_string_value(value);
    uint32_t *code = kd_json_value_member(object, field->offset);
    uint32_t sum = 0;

    if (text == NULL || strlen(text) != 10 || strncmp(text, "0x", 2) != 0 ||
        strspn(text + 2, "0123456789ABCDEFabcdef") != 8) {
        return kd_json_value_expected(read, field, "a code such as \"0x80072338\"");
    }
    for (const char *p = text + 2; *p != '\0'; p++) {
        sum = sum << 4 | (uint32_t)(*p <= '9' ? *p - '0' : (*p | 0x20) - 'a' + 10);
    }
    *code = sum;
    return KD_OK;
}

static kd_status value_seed(struct kd_json_read *read, const struct kd_field *field,
                            const json_t *value, void *object)
{
    const char *text = json_string_value(value);
    uint64_t *seed = kd_json_value_member(object, field->offset);

    if (text == NULL || kd_parse_u64(text, seed, NULL) != KD_OK) {
        return kd_json_value_expected(read, field, "a string of digits, below 2^64");
    }
    return KD_OK;
}

static kd_status value_bool(struct kd_json_read *read, const struct kd_field *field,
                            const json_t *value, void *object)
{
    bool *claim = kd_json_value_member(object, field->offset);

    if (!json_is_boolean(value)) {
        return kd_json_value_expected(read, field, "true or false");
    }
    *claim = json_is_true(value);
    return KD_OK;
}

/* What cut the run stands in "cut"; without it a deadline is the likelier reason. */
static kd_status value_complete(struct kd_json_read *read, const struct kd_field *field,
                                const json_t *value, void *object)
{
    kd_cut *cut = kd_json_value_member(object, field->offset);

    if (!json_is_boolean(value)) {
        return kd_json_value_expected(read, field, "true or false");
    }
    *cut = json_is_true(value) ? KD_CUT_NONE : KD_CUT_DEADLINE;
    return KD_OK;
}

static kd_status value_enum(struct kd_json_read *read, const struct kd_field *field,
                            const json_t *value, void *object)
{
    unsigned int index = kd_json_value_index(field->names, value);

    if (index == field->names->count) {
        return kd_json_value_expected(read, field, field->names->expected);
    }
    memcpy(kd_json_value_member(object, field->offset), &index, sizeof(index));
    return KD_OK;
}

static kd_status value_endpoint(struct kd_json_read *read, const struct kd_field *field,
                                const json_t *value, void *object)
{
    return kd_json_value_endpoint(read, field, value,
                                  kd_json_value_member(object, field->offset));
}

static kd_status value_address(struct kd_json_read *read, const struct kd_field *field,
                               const json_t *value, void *object)
{
    const char *text = json_string_value(value);

    if (text == NULL ||
        kd_addr_from_str(text, kd_json_value_member(object, field->offset), NULL) != KD_OK) {
        return kd_json_value_expected(read, field, "an address such as \"192.0.2.21\"");
    }
    return KD_OK;
}

void *kd_json_value_member(void *object, size_t offset)
{
    return (char *)object + offset;
}

void kd_json_value_point(void *object, size_t offset, const void *pointer)
{
    memcpy(kd_json_value_member(object, offset), &pointer, sizeof(pointer));
}

kd_status kd_json_value_fail(struct kd_json_read *read, kd_status code, const char *fmt, ...)
{
    char text[sizeof(read->err->text)];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    return kd_fail(read->err, code, "json", "%s: %s",
                   read->path[0] != '\0' ? read->path : "document", text);
}

kd_status kd_json_value_expected(struct kd_json_read *read, const struct kd_field *field,
                                 const char *what)
{
    return kd_json_value_fail(read, KD_ESYNTAX, "expected %s%s", what,
                              (field->flags & KD_FIELD_NULLABLE) != 0 ? " or null" : "");
}

kd_status kd_json_value_string(struct kd_json_read *read, const struct kd_field *field,
                               const json_t *value, const char *what, const char **ret)
{
    const char *text = json_string_value(value);

    if (text == NULL || strlen(text) != json_string_length(value)) {
        return kd_json_value_expected(read, field, what);
    }
    if (json_string_length(value) > KD_JSON_MAX_TEXT) {
        return kd_json_value_fail(read, KD_ETOOBIG, "text of %zu bytes, at most %d are read",
                                  json_string_length(value), KD_JSON_MAX_TEXT);
    }
    *ret = text;
    return KD_OK;
}

kd_status kd_json_value_endpoint(struct kd_json_read *read, const struct kd_field *field,
                                 const json_t *value, struct kd_endpoint *ret)
{
    const char *text = json_string_value(value);

    if (text == NULL || kd_endpoint_from_str(text, KD_DNS_PORT, ret, NULL) != KD_OK) {
        return kd_json_value_expected(read, field, "a server such as \"192.0.2.53:53\"");
    }
    return KD_OK;
}

unsigned int kd_json_value_index(const struct kd_field_names *names, const json_t *value)
{
    const char *text = json_string_value(value);
    unsigned int index = 0;

    while (index < names->count && (text == NULL || strcmp(text, names->name(index)) != 0)) {
        index++;
    }
    return index;
}

kd_json_read_fn *const kd_json_value_read[KD_FIELD_KIND_COUNT] = {
    [KD_FIELD_SCHEMA] = value_schema,     [KD_FIELD_TEXT] = value_text,
    [KD_FIELD_NAME] = value_name,         [KD_FIELD_SERVICE] = value_service,
    [KD_FIELD_INT] = value_int,           [KD_FIELD_QUERY] = value_query,
    [KD_FIELD_DURATION] = value_duration, [KD_FIELD_TIME] = value_time,
    [KD_FIELD_HEX] = value_hex,           [KD_FIELD_SEED] = value_seed,
    [KD_FIELD_BOOL] = value_bool,         [KD_FIELD_COMPLETE] = value_complete,
    [KD_FIELD_ENUM] = value_enum,         [KD_FIELD_ENDPOINT] = value_endpoint,
    [KD_FIELD_ADDRESS] = value_address,
};
