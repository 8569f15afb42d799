/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json.c - facts as a report document. The tables of fields.c say what is written and in which
 * order; here is one function for each kind of member. Strings are made harmless on the way.
 */
#include "kmsdns/facts/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kmsdns/base/clock.h"
#include "kmsdns/base/mem.h"

#include "fields.h"

typedef json_t *json_write_fn(const struct kd_facts *facts, const struct kd_field *field,
                              const void *object);

/* 15 digits tell microseconds over 30 years exactly, and 0.1 as 0.1. */
#define JSON_DUMP_FLAGS (JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(15))

static json_t *json_write_object(const struct kd_facts *facts, const struct kd_layout *layout,
                                 const void *object);

static const void *json_member(const void *object, size_t offset)
{
    return (const char *)object + offset;
}

/* The pointer at a place, whatever it points to. */
static const void *json_pointer(const void *object, size_t offset)
{
    const void *pointer = NULL;

    memcpy(&pointer, json_member(object, offset), sizeof(pointer));
    return pointer;
}

static size_t json_count(const struct kd_field *field, const void *object)
{
    const size_t *count = json_member(object, field->noffset);

    return *count;
}

static int64_t json_load_int(const struct kd_field *field, const void *at)
{
    uint16_t u16 = 0;
    uint32_t u32 = 0;
    int64_t i64 = 0;

    switch (field->size) {
    case sizeof(u16):
        memcpy(&u16, at, sizeof(u16));
        return u16;
    case sizeof(u32):
        memcpy(&u32, at, sizeof(u32));
        return field->nothing == -1 ? (int64_t)(int32_t)u32 : (int64_t)u32;
    case sizeof(i64):
        memcpy(&i64, at, sizeof(i64));
        return i64;
    }
    return 0;
}

static json_t *json_write_schema(const struct kd_facts *facts, const struct kd_field *field,
                                 const void *object)
{
    (void)facts, (void)field, (void)object;
    return kd_json_text(KD_REPORT_SCHEMA);
}

/* Line ends and tabs are ours, what stands between them may be from anywhere. */
static json_t *json_write_lines(const char *text)
{
    struct kd_buf buf = {0};
    json_t *value = NULL;

    while (*text != '\0') {
        size_t len = strcspn(text, "\n\t");
        char *line = strndup(text, len);

        if (line == NULL) {
            kd_oom();
        }
        kd_buf_text_utf8(&buf, line, true);
        free(line);
        text += len;
        if (*text != '\0') {
            kd_buf_add(&buf, text, 1);
            text++;
        }
    }
    value = kd_json_must(json_string(kd_buf_str(&buf)));
    kd_buf_done(&buf);
    return value;
}

static json_t *json_write_text(const struct kd_facts *facts, const struct kd_field *field,
                               const void *object)
{
    const char *text = json_pointer(object, field->offset);

    (void)facts;
    if ((field->flags & KD_FIELD_LINES) != 0 && text != NULL) {
        return json_write_lines(text);
    }
    return kd_json_text(text);
}

static json_t *json_write_int(const struct kd_facts *facts, const struct kd_field *field,
                              const void *object)
{
    int64_t value = json_load_int(field, json_member(object, field->offset));

    (void)facts;
    return value == field->nothing ? json_null() : kd_json_must(json_integer(value));
}

static json_t *json_write_duration(const struct kd_facts *facts, const struct kd_field *field,
                                   const void *object)
{
    const uint64_t *us = json_member(object, field->offset);

    (void)facts;
    return kd_json_must(json_real((double)*us / 1e6));
}

static json_t *json_write_time(const struct kd_facts *facts, const struct kd_field *field,
                               const void *object)
{
    const int64_t *wall_s = json_member(object, field->offset);
    char text[KD_RFC3339_STRLEN];

    (void)facts;
    if ((field->flags & KD_FIELD_NULLABLE) != 0 && *wall_s < 0) {
        return json_null();
    }
    return kd_json_text(kd_rfc3339_str(*wall_s, text));
}

static json_t *json_write_hex(const struct kd_facts *facts, const struct kd_field *field,
                              const void *object)
{
    const uint32_t *code = json_member(object, field->offset);
    char text[16];

    (void)facts;
    snprintf(text, sizeof(text), "0x%08" PRIX32, *code);
    return kd_json_text(text);
}

static json_t *json_write_seed(const struct kd_facts *facts, const struct kd_field *field,
                               const void *object)
{
    const uint64_t *seed = json_member(object, field->offset);
    char text[24];

    (void)facts;
    snprintf(text, sizeof(text), "%" PRIu64, *seed);
    return kd_json_text(text);
}

static json_t *json_write_bool(const struct kd_facts *facts, const struct kd_field *field,
                               const void *object)
{
    const bool *claim = json_member(object, field->offset);

    (void)facts;
    return json_boolean(*claim);
}

static json_t *json_write_complete(const struct kd_facts *facts, const struct kd_field *field,
                                   const void *object)
{
    const kd_cut *cut = json_member(object, field->offset);

    (void)facts;
    return json_boolean(*cut == KD_CUT_NONE);
}

static json_t *json_write_enum(const struct kd_facts *facts, const struct kd_field *field,
                               const void *object)
{
    unsigned int value = 0;

    (void)facts;
    memcpy(&value, json_member(object, field->offset), sizeof(value));
    return kd_json_text(field->names->name(value));
}

static json_t *json_write_mask(const struct kd_facts *facts, const struct kd_field *field,
                               const void *object)
{
    const uint32_t *mask = json_member(object, field->offset);
    json_t *array = kd_json_must(json_array());

    (void)facts;
    for (unsigned int bit = 0; bit < field->names->count; bit++) {
        if ((*mask >> bit & 1U) != 0) {
            kd_json_push(array, kd_json_text(field->names->name(bit)));
        }
    }
    return array;
}

static json_t *json_write_endpoint(const struct kd_facts *facts, const struct kd_field *field,
                                   const void *object)
{
    const struct kd_endpoint *endpoint = json_member(object, field->offset);
    char text[KD_ENDPOINT_STRLEN];

    (void)facts;
    return endpoint->addr.family == 0 ? json_null()
                                      : kd_json_text(kd_endpoint_str(endpoint, text));
}

static json_t *json_write_address(const struct kd_facts *facts, const struct kd_field *field,
                                  const void *object)
{
    const struct kd_addr *addr = json_member(object, field->offset);
    char text[KD_ADDR_STRLEN];

    (void)facts;
    return addr->family == 0 ? json_null() : kd_json_text(kd_addr_str(addr, text));
}

static json_t *json_write_resolver(const struct kd_facts *facts, const struct kd_field *field,
                                   const void *object)
{
    const uint32_t *index = json_member(object, field->offset);
    char text[KD_ENDPOINT_STRLEN];

    if (*index >= facts->nresolver) {
        return json_null();
    }
    return kd_json_text(kd_endpoint_str(&facts->resolver[*index].server, text));
}

static json_t *json_write_strings(const struct kd_facts *facts, const struct kd_field *field,
                                  const void *object)
{
    const char *const *text = json_pointer(object, field->offset);
    json_t *array = kd_json_must(json_array());

    (void)facts;
    for (size_t i = 0; i < json_count(field, object); i++) {
        kd_json_push(array, kd_json_text(text[i]));
    }
    return array;
}

static json_t *json_write_structs(const struct kd_facts *facts, const struct kd_field *field,
                                  const void *object)
{
    const void *items = json_pointer(object, field->offset);
    json_t *array = kd_json_must(json_array());

    for (size_t i = 0; i < json_count(field, object); i++) {
        kd_json_push(array, json_write_object(facts, field->of,
                                              json_member(items, i * field->of->size)));
    }
    return array;
}

static json_t *json_write_pointers(const struct kd_facts *facts, const struct kd_field *field,
                                   const void *object)
{
    const void *items = json_pointer(object, field->offset);
    json_t *array = kd_json_must(json_array());

    for (size_t i = 0; i < json_count(field, object); i++) {
        kd_json_push(array, json_write_object(facts, field->of,
                                              json_pointer(items, i * sizeof(void *))));
    }
    return array;
}

/* "0 0 1688 kms01.corp.example.", for people and jq; "records" tells the same with its parts. */
static json_t *json_write_srv_text(const struct kd_facts *facts, const struct kd_field *field,
                                   const void *object)
{
    const struct kd_srv *record = json_pointer(object, field->offset);
    json_t *array = kd_json_must(json_array());
    struct kd_buf text = {0};

    (void)facts;
    for (size_t i = 0; i < json_count(field, object); i++) {
        kd_buf_printf(&text, "%u %u %u %s", (unsigned int)record[i].priority,
                      (unsigned int)record[i].weight, (unsigned int)record[i].port,
                      record[i].target);
        kd_json_push(array, kd_json_text(kd_buf_str(&text)));
        kd_buf_done(&text);
    }
    return array;
}

static json_t *json_write_struct(const struct kd_facts *facts, const struct kd_field *field,
                                 const void *object)
{
    const void *item = json_pointer(object, field->offset);

    return item == NULL ? json_null() : json_write_object(facts, field->of, item);
}

static json_t *json_write_numbers(const struct kd_facts *facts, const struct kd_field *field,
                                  const void *object)
{
    const uint32_t *number = json_pointer(object, field->offset);
    json_t *array = kd_json_must(json_array());

    (void)facts;
    for (size_t i = 0; i < json_count(field, object); i++) {
        kd_json_push(array, kd_json_must(json_integer(number[i])));
    }
    return array;
}

static json_t *json_write_group(const struct kd_facts *facts, const struct kd_field *field,
                                const void *object)
{
    const bool *is_there = json_member(object, field->offset);

    if ((field->flags & KD_FIELD_OPTIONAL) != 0 && !*is_there) {
        return json_null();
    }
    return json_write_object(facts, field->of, object);
}

static json_t *json_write_main_view(const struct kd_facts *facts, const struct kd_field *field,
                                    const void *object)
{
    const struct kd_view_fact *view = kd_domain_main_view(object);

    return view == NULL ? json_null() : json_write_object(facts, field->of, view);
}

static json_t *json_write_nothing(const struct kd_facts *facts, const struct kd_field *field,
                                  const void *object)
{
    (void)facts, (void)field, (void)object;
    return json_null();
}

static json_write_fn *const JSON_WRITE[KD_FIELD_KIND_COUNT] = {
    [KD_FIELD_SCHEMA] = json_write_schema,
    [KD_FIELD_TEXT] = json_write_text,
    [KD_FIELD_NAME] = json_write_text,
    [KD_FIELD_SERVICE] = json_write_text,
    [KD_FIELD_INT] = json_write_int,
    [KD_FIELD_QUERY] = json_write_int,
    [KD_FIELD_DURATION] = json_write_duration,
    [KD_FIELD_TIME] = json_write_time,
    [KD_FIELD_HEX] = json_write_hex,
    [KD_FIELD_SEED] = json_write_seed,
    [KD_FIELD_BOOL] = json_write_bool,
    [KD_FIELD_COMPLETE] = json_write_complete,
    [KD_FIELD_ENUM] = json_write_enum,
    [KD_FIELD_MASK] = json_write_mask,
    [KD_FIELD_ENDPOINT] = json_write_endpoint,
    [KD_FIELD_ADDRESS] = json_write_address,
    [KD_FIELD_RESOLVER] = json_write_resolver,
    [KD_FIELD_STRINGS] = json_write_strings,
    [KD_FIELD_STRUCTS] = json_write_structs,
    [KD_FIELD_POINTERS] = json_write_pointers,
    [KD_FIELD_SRV_TEXT] = json_write_srv_text,
    [KD_FIELD_STRUCT] = json_write_struct,
    [KD_FIELD_NUMBERS] = json_write_numbers,
    [KD_FIELD_GROUP] = json_write_group,
    [KD_FIELD_MAIN_VIEW] = json_write_main_view,
    [KD_FIELD_NOTHING] = json_write_nothing,
};

static json_t *json_write_object(const struct kd_facts *facts, const struct kd_layout *layout,
                                 const void *object)
{
    json_t *told = kd_json_must(json_object());

    for (size_t i = 0; i < layout->nfield; i++) {
        const struct kd_field *field = &layout->field[i];
        bool is_there = field->is_there == NULL || field->is_there(object);

        kd_json_put(told, field->key,
                    is_there ? JSON_WRITE[field->kind](facts, field, object) : json_null());
    }
    return told;
}

json_t *kd_json_must(json_t *value)
{
    if (value == NULL) {
        kd_oom();
    }
    return value;
}

json_t *kd_json_text(const char *text)
{
    struct kd_buf buf = {0};
    json_t *value = NULL;

    if (text == NULL) {
        return json_null();
    }
    kd_buf_text_utf8(&buf, text, true);
    value = kd_json_must(json_string(kd_buf_str(&buf)));
    kd_buf_done(&buf);
    return value;
}

void kd_json_put(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) != 0) {
        kd_oom();
    }
}

void kd_json_push(json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0) {
        kd_oom();
    }
}

static int json_dump_chunk(const char *bytes, size_t len, void *data)
{
    struct kd_buf *out = data;

    kd_buf_add(out, bytes, len);
    return 0;
}

void kd_json_dump(const json_t *doc, struct kd_buf *out)
{
    if (json_dump_callback(doc, json_dump_chunk, out, JSON_DUMP_FLAGS) != 0) {
        kd_oom();
    }
    kd_buf_puts(out, "\n");
}

void kd_json_begin(struct kd_buf *out, char bracket)
{
    kd_buf_add(out, &bracket, 1);
}

/* A new line, indented as Jansson does it. */
static void json_line(struct kd_buf *out, unsigned int depth)
{
    kd_buf_puts(out, "\n");
    kd_buf_pad(out, ' ', (size_t)2 * depth);
}

/* No value ends in a bracket that opens one. */
static bool json_is_empty(const struct kd_buf *out)
{
    char last = out->data[out->len - 1];

    return last == '{' || last == '[';
}

void kd_json_next(struct kd_buf *out, unsigned int depth, const char *key)
{
    if (!json_is_empty(out)) {
        kd_buf_puts(out, ",");
    }
    json_line(out, depth);
    if (key != NULL) {
        kd_buf_printf(out, "\"%s\": ", key);
    }
}

/* A value being written somewhere inside a document. */
struct json_piece {
    struct kd_buf *out;
    unsigned int depth;
};

/* Line feeds come from indenting only: those in strings are escaped. */
static int json_dump_piece(const char *bytes, size_t len, void *data)
{
    const struct json_piece *piece = data;

    for (size_t i = 0; i < len; i++) {
        kd_buf_add(piece->out, &bytes[i], 1);
        if (bytes[i] == '\n') {
            kd_buf_pad(piece->out, ' ', (size_t)2 * piece->depth);
        }
    }
    return 0;
}

void kd_json_piece(json_t *value, unsigned int depth, struct kd_buf *out)
{
    struct json_piece piece = {out, depth};

    if (json_dump_callback(value, json_dump_piece, &piece, JSON_DUMP_FLAGS | JSON_ENCODE_ANY) !=
        0) {
        kd_oom();
    }
    json_decref(value);
}

void kd_json_members(json_t *object, unsigned int depth, struct kd_buf *out)
{
    const char *key;
    json_t *value;

    json_object_foreach(object, key, value)
    {
        kd_json_next(out, depth, key);
        kd_json_piece(json_incref(value), depth, out);
    }
    json_decref(object);
}

void kd_json_end(struct kd_buf *out, unsigned int depth, char bracket)
{
    if (!json_is_empty(out)) {
        json_line(out, depth - 1);
    }
    kd_buf_add(out, &bracket, 1);
}

json_t *kd_facts_to_json(const struct kd_facts *facts)
{
    return json_write_object(facts, &kd_layout_facts, facts);
}
