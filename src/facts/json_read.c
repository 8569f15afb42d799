/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_read.c - facts from a report document that anybody may have written.
 *
 * The tables of fields.c say what is looked for; json_value.c reads single values, this file what
 * holds others. Queries and resolvers are read first, because the rest refers to them. The path
 * to the member at hand is kept as text, for error messages, and restored on success only.
 */
#include "kmsdns/facts/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "json_value.h"
#include "kmsdns/dns/usual.h"

static kd_status read_object(struct kd_json_read *read, const struct kd_layout *layout,
                             const json_t *doc, void *object);

static void read_store_array(const struct kd_field *field, void *object, const void *items,
                             size_t n)
{
    size_t *count = kd_json_value_member(object, field->noffset);

    kd_json_value_point(object, field->offset, items);
    *count = n;
}

/* Both return the length to go back to with read_leave. */
static size_t read_enter_key(struct kd_json_read *read, const char *key)
{
    size_t len = strlen(read->path);

    snprintf(read->path + len, sizeof(read->path) - len, len == 0 ? "%s" : ".%s", key);
    return len;
}

static size_t read_enter_index(struct kd_json_read *read, size_t index)
{
    size_t len = strlen(read->path);

    snprintf(read->path + len, sizeof(read->path) - len, "[%zu]", index);
    return len;
}

static void read_leave(struct kd_json_read *read, size_t len)
{
    read->path[len] = '\0';
}

static kd_status read_check_array(struct kd_json_read *read, const struct kd_field *field,
                                  const json_t *value)
{
    if (!json_is_array(value)) {
        return kd_json_value_expected(read, field, "an array");
    }
    if (json_array_size(value) > KD_JSON_MAX_ELEMENTS) {
        return kd_json_value_fail(read, KD_ETOOBIG,
                                  "array of %zu elements, at most %d are read",
                                  json_array_size(value), KD_JSON_MAX_ELEMENTS);
    }
    return KD_OK;
}

static kd_status read_mask(struct kd_json_read *read, const struct kd_field *field,
                           const json_t *value, void *object)
{
    uint32_t *mask = kd_json_value_member(object, field->offset);
    kd_status status = read_check_array(read, field, value);

    *mask = 0;
    for (size_t i = 0; status == KD_OK && i < json_array_size(value); i++) {
        unsigned int bit = kd_json_value_index(field->names, json_array_get(value, i));

        if (bit == field->names->count) {
            read_enter_index(read, i);
            return kd_json_value_expected(read, field, field->names->expected);
        }
        *mask |= 1U << bit;
    }
    return status;
}

/* Append a resolver of which only the address is known. */
static kd_status read_add_resolver(struct kd_json_read *read, const struct kd_endpoint *server)
{
    struct kd_facts *facts = read->facts;
    struct kd_resolver_fact *added = NULL;

    if (read->has_resolvers) {
        return kd_json_value_fail(read, KD_ESYNTAX, "this server is not among the resolvers");
    }
    if (facts->nresolver == KD_JSON_MAX_ELEMENTS) {
        return kd_json_value_fail(read, KD_ETOOBIG, "more than %d different servers",
                                  KD_JSON_MAX_ELEMENTS);
    }
    facts->resolver = kd_arena_grow(facts->arena, facts->resolver, facts->nresolver,
                                    sizeof(*facts->resolver));
    added = &facts->resolver[facts->nresolver++];
    *added = *(const struct kd_resolver_fact *)kd_layout_resolver.defaults;
    added->server = *server;
    return KD_OK;
}

/* Without a server in the document, the first resolver is meant. */
static kd_status read_resolver(struct kd_json_read *read, const struct kd_field *field,
                               const json_t *value, void *object)
{
    static const struct kd_endpoint ANY = {.addr = {4, {192, 0, 2, 53}, 0},
                                           .port = KD_DNS_PORT};
    struct kd_endpoint server = ANY;
    uint32_t *index = kd_json_value_member(object, field->offset);
    kd_status status = KD_OK;

    *index = 0;
    if (value == NULL || json_is_null(value)) {
        return read->facts->nresolver == 0 ? read_add_resolver(read, &server) : KD_OK;
    }
    status = kd_json_value_endpoint(read, field, value, &server);
    if (status != KD_OK) {
        return status;
    }
    while (*index < read->facts->nresolver &&
           !kd_endpoint_equal(&read->facts->resolver[*index].server, &server)) {
        (*index)++;
    }
    return *index < read->facts->nresolver ? KD_OK : read_add_resolver(read, &server);
}

static kd_status read_strings(struct kd_json_read *read, const struct kd_field *field,
                              const json_t *value, void *object)
{
    const char **items = NULL;
    kd_status status = read_check_array(read, field, value);
    size_t n = status == KD_OK ? json_array_size(value) : 0;

    for (size_t i = 0; i < n && status == KD_OK; i++) {
        size_t mark = read_enter_index(read, i);
        const char *text = NULL;

        status = kd_json_value_string(read, field, json_array_get(value, i), "a string", &text);
        if (status == KD_OK) {
            items = kd_arena_grow(read->arena, items, i, sizeof(*items));
            items[i] = kd_arena_strdup(read->arena, text);
            read_leave(read, mark);
        }
    }
    if (status == KD_OK) {
        read_store_array(field, object, items, n);
    }
    return status;
}

/* One element: the struct's defaults, then what the document says. */
static kd_status read_element(struct kd_json_read *read, const struct kd_layout *layout,
                              const json_t *array, size_t index, void *object)
{
    size_t mark = read_enter_index(read, index);
    kd_status status;

    memcpy(object, layout->defaults, layout->size);
    status = read_object(read, layout, json_array_get(array, index), object);
    if (status == KD_OK) {
        read_leave(read, mark);
    }
    return status;
}

static kd_status read_structs(struct kd_json_read *read, const struct kd_field *field,
                              const json_t *value, void *object)
{
    size_t size = field->of->size;
    void *items = NULL;
    kd_status status = read_check_array(read, field, value);
    size_t n = status == KD_OK ? json_array_size(value) : 0;

    for (size_t i = 0; i < n && status == KD_OK; i++) {
        items = kd_arena_grow(read->arena, items, i, size);
        status = read_element(read, field->of, value, i, kd_json_value_member(items, i * size));
    }
    if (status != KD_OK) {
        return status;
    }
    if (n > 0 && field->compare != NULL) {
        qsort(items, n, size, field->compare);
    }
    read_store_array(field, object, items, n);
    return KD_OK;
}

static kd_status read_pointers(struct kd_json_read *read, const struct kd_field *field,
                               const json_t *value, void *object)
{
    void *items = NULL;
    kd_status status = read_check_array(read, field, value);
    size_t n = status == KD_OK ? json_array_size(value) : 0;

    for (size_t i = 0; i < n && status == KD_OK; i++) {
        void *item = kd_arena_alloc(read->arena, field->of->size);

        items = kd_arena_grow(read->arena, items, i, sizeof(item));
        kd_json_value_point(items, i * sizeof(item), item);
        status = read_element(read, field->of, value, i, item);
    }
    if (status == KD_OK) {
        read_store_array(field, object, items, n);
    }
    return status;
}

static kd_status read_struct(struct kd_json_read *read, const struct kd_field *field,
                             const json_t *value, void *object)
{
    void *pointed = kd_arena_alloc(read->arena, field->of->size);
    kd_status status;

    memcpy(pointed, field->of->defaults, field->of->size);
    status = read_object(read, field->of, value, pointed);
    if (status == KD_OK) {
        kd_json_value_point(object, field->offset, pointed);
    }
    return status;
}

/* Numbers of queries, each of which must exist. */
static kd_status read_numbers(struct kd_json_read *read, const struct kd_field *field,
                              const json_t *value, void *object)
{
    static const struct kd_field ONE = {.kind = KD_FIELD_QUERY, .size = sizeof(uint32_t)};
    uint32_t *items = NULL;
    kd_status status = read_check_array(read, field, value);
    size_t n = status == KD_OK ? json_array_size(value) : 0;

    for (size_t i = 0; i < n && status == KD_OK; i++) {
        size_t mark = read_enter_index(read, i);

        items = kd_arena_grow(read->arena, items, i, sizeof(*items));
        status = kd_json_value_read[ONE.kind](read, &ONE, json_array_get(value, i), &items[i]);
        if (status == KD_OK) {
            read_leave(read, mark);
        }
    }
    if (status == KD_OK) {
        read_store_array(field, object, items, n);
    }
    return status;
}

static kd_status read_group(struct kd_json_read *read, const struct kd_field *field,
                            const json_t *value, void *object)
{
    bool *is_there = kd_json_value_member(object, field->offset);

    if ((field->flags & KD_FIELD_OPTIONAL) != 0) {
        *is_there = true;
    }
    return read_object(read, field->of, value, object);
}

/* A document by hand tells only "srv": one view by the resolver that it names. */
static kd_status read_main_view(struct kd_json_read *read, const struct kd_field *field,
                                const json_t *value, void *object)
{
    struct kd_domain_fact *domain = object;
    struct kd_view_fact *view = kd_arena_grow(read->arena, NULL, 0, sizeof(*view));

    memcpy(view, field->of->defaults, sizeof(*view));
    domain->view = view;
    domain->nview = 1;
    return read_object(read, field->of, value, view);
}

static kd_json_read_fn *const READ[KD_FIELD_KIND_COUNT] = {
    [KD_FIELD_MASK] = read_mask,           [KD_FIELD_RESOLVER] = read_resolver,
    [KD_FIELD_STRINGS] = read_strings,     [KD_FIELD_STRUCTS] = read_structs,
    [KD_FIELD_POINTERS] = read_pointers,   [KD_FIELD_STRUCT] = read_struct,
    [KD_FIELD_NUMBERS] = read_numbers,     [KD_FIELD_GROUP] = read_group,
    [KD_FIELD_MAIN_VIEW] = read_main_view,
};

/* NULL for what is only written. */
static kd_json_read_fn *read_function(kd_field_kind kind)
{
    return kd_json_value_read[kind] != NULL ? kd_json_value_read[kind] : READ[kind];
}

static kd_status read_field(struct kd_json_read *read, const struct kd_field *field,
                            const json_t *doc, void *object)
{
    kd_json_read_fn *function = read_function(field->kind);
    const json_t *value = json_object_get(doc, field->key);
    bool is_unknown = (field->flags & KD_FIELD_NULLABLE) != 0 && json_is_null(value);
    bool is_shadowed = field->unless != NULL && json_object_get(doc, field->unless) != NULL;
    kd_status status = KD_OK;
    size_t mark;

    if (function == NULL || is_shadowed || is_unknown) {
        return KD_OK;
    }
    mark = read_enter_key(read, field->key);
    if (value != NULL || (field->flags & KD_FIELD_ALWAYS) != 0) {
        status = function(read, field, value, object);
    } else if ((field->flags & KD_FIELD_REQUIRED) != 0) {
        status = kd_json_value_fail(read, KD_ESYNTAX, "required, but not there");
    }
    if (status == KD_OK) {
        read_leave(read, mark);
    }
    return status;
}

static kd_status read_object(struct kd_json_read *read, const struct kd_layout *layout,
                             const json_t *doc, void *object)
{
    if (!json_is_object(doc)) {
        return kd_json_value_fail(read, KD_ESYNTAX, "expected an object");
    }
    for (size_t i = 0; i < layout->nfield; i++) {
        kd_status status = read_field(read, &layout->field[i], doc, object);

        if (status != KD_OK) {
            return status;
        }
    }
    return KD_OK;
}

/* A query's number is its place: kd_facts_query relies on it. */
static kd_status read_number_queries(struct kd_json_read *read)
{
    for (size_t i = 0; i < read->facts->nquery; i++) {
        struct kd_query_fact *query = &read->facts->query[i];

        if (query->n != 0 && query->n != i + 1) {
            return kd_fail(read->err, KD_ESYNTAX, "json", "queries[%zu].n: expected %zu", i,
                           i + 1);
        }
        query->n = (uint32_t)(i + 1);
    }
    return KD_OK;
}

/* The members that others refer to, or the others. */
static kd_status read_facts(struct kd_json_read *read, const json_t *doc, uint32_t first)
{
    const struct kd_layout *layout = &kd_layout_facts;
    kd_status status = KD_OK;

    for (size_t i = 0; i < layout->nfield && status == KD_OK; i++) {
        if ((layout->field[i].flags & KD_FIELD_FIRST) == first) {
            status = read_field(read, &layout->field[i], doc, read->facts);
        }
    }
    return status;
}

kd_status kd_facts_from_json(struct kd_arena *arena, const json_t *doc, struct kd_facts **ret,
                             struct kd_err *err)
{
    struct kd_json_read read = {.arena = arena, .facts = kd_facts_new(arena), .err = err};
    kd_status status = KD_OK;

    if (!json_is_object(doc)) {
        return kd_json_value_fail(&read, KD_ESYNTAX, "expected an object");
    }
    status = read_facts(&read, doc, KD_FIELD_FIRST);
    if (status == KD_OK) {
        status = read_number_queries(&read);
    }
    read.has_resolvers = read.facts->nresolver > 0;
    if (status == KD_OK) {
        status = read_facts(&read, doc, 0);
    }
    if (status == KD_OK) {
        *ret = read.facts;
    }
    return status;
}
