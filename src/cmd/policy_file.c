/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy_file.c - policies as files, both ways. A table of members drives the reader. A member
 * that is unknown is refused as much as one with a bad value: a policy with a slip in it would
 * otherwise be one that silently does less.
 */
#include "policy_file.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "json_file.h"
#include "kmsdns/base/near.h"
#include "kmsdns/dns/name.h"
#include "kmsdns/facts/json.h"

#define POLICY_PATH_SIZE 160
#define POLICY_MAX_LIST  1000
#define POLICY_OFF       "off"

/* Reading in progress. */
struct policy_read {
    struct kd_arena *arena;
    struct kd_policy *policy;
    struct kd_limit *limit; /* the one being read */
    const struct kd_json_file *file;
    const char *name; /* of the file */
    struct kd_err *err;
    char path[POLICY_PATH_SIZE]; /* of the member at hand */
};

typedef kd_status policy_fn(struct policy_read *read, json_t *value);

/* One member that an object may have. */
struct policy_member {
    const char *key;
    policy_fn *read;
};

static kd_status policy_fail(struct policy_read *read, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static kd_status policy_fail(struct policy_read *read, const char *fmt, ...)
{
    unsigned int line = kd_json_file_line(read->file, read->path);
    char text[sizeof(read->err->text)];
    char where[16] = "";
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    if (line > 0) {
        snprintf(where, sizeof(where), ":%u", line);
    }
    return kd_fail(read->err, KD_EINVAL, "policy", "%.80s%s: %.60s%s%s", read->name, where,
                   read->path, read->path[0] != '\0' ? ": " : "", text);
}

static size_t policy_enter(struct policy_read *read, const char *key)
{
    size_t len = strlen(read->path);

    snprintf(read->path + len, sizeof(read->path) - len, "%s%.60s", len > 0 ? "." : "", key);
    return len;
}

static size_t policy_enter_index(struct policy_read *read, size_t index)
{
    size_t len = strlen(read->path);

    snprintf(read->path + len, sizeof(read->path) - len, "[%zu]", index);
    return len;
}

static kd_status policy_unknown(struct policy_read *read, const struct policy_member *member,
                                size_t n, const char *key)
{
    const char *nearest = NULL;
    struct kd_buf names = {.data = NULL};
    size_t best = SIZE_MAX;
    kd_status status;

    for (size_t i = 0; i < n; i++) {
        kd_buf_printf(&names, "%s%s", i > 0 ? ", " : "", member[i].key);
        nearest = kd_near_is_nearer(key, member[i].key, &best) ? member[i].key : nearest;
    }
    if (nearest != NULL) {
        status = policy_fail(read, "there is no such member; the nearest is %s", nearest);
    } else {
        status = policy_fail(read, "there is no such member; there are %s", kd_buf_str(&names));
    }
    kd_buf_done(&names);
    return status;
}

static kd_status policy_one(struct policy_read *read, const struct policy_member *member,
                            size_t n, const char *key, json_t *value)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(key, member[i].key) == 0) {
            return member[i].read(read, value);
        }
    }
    return policy_unknown(read, member, n, key);
}

/* An object, each member of which is one of the table. */
static kd_status policy_object(struct policy_read *read, const struct policy_member *member,
                               size_t n, json_t *value)
{
    const char *key = NULL;
    json_t *inner = NULL;

    if (!json_is_object(value)) {
        return policy_fail(read, "expected an object");
    }
    json_object_foreach(value, key, inner)
    {
        size_t len = policy_enter(read, key);
        kd_status status = policy_one(read, member, n, key, inner);

        if (status != KD_OK) {
            return status;
        }
        read->path[len] = '\0';
    }
    return KD_OK;
}

static kd_status policy_int(struct policy_read *read, json_t *value, int64_t max, int64_t *ret)
{
    json_int_t number = json_integer_value(value);

    if (!json_is_integer(value) || number < 0 || number > max) {
        return policy_fail(read, "expected an integer from 0 to %" PRId64, max);
    }
    *ret = number;
    return KD_OK;
}

static kd_status policy_schema(struct policy_read *read, json_t *value)
{
    const char *text = json_string_value(value);

    return text != NULL && strcmp(text, KD_POLICY_SCHEMA) == 0
               ? KD_OK
               : policy_fail(read, "expected \"" KD_POLICY_SCHEMA "\"");
}

static kd_status policy_no_rule(struct policy_read *read, const char *id)
{
    char *upper = kd_arena_strdup(read->arena, id);
    const char *nearest = NULL;
    size_t n = 0, best = SIZE_MAX;
    const struct kd_rule *const *rule = kd_rules(&n);

    for (char *p = upper; *p != '\0'; p++) {
        *p = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
    }
    for (size_t i = 0; i < n; i++) {
        nearest = kd_near_is_nearer(upper, rule[i]->id, &best) ? rule[i]->id : nearest;
    }
    if (nearest == NULL) {
        return policy_fail(read, "no finding has this id; --dump-policy lists them all");
    }
    return policy_fail(read, "no finding has this id; the nearest is %s", nearest);
}

static kd_status policy_level(struct policy_read *read, const char *id, json_t *value)
{
    struct kd_policy *policy = read->policy;
    const char *text = json_string_value(value);
    struct kd_policy_level level = {.rule = kd_rule_by_id(id)};

    if (level.rule == NULL) {
        return policy_no_rule(read, id);
    }
    if (kd_policy_level_of(policy, level.rule) != NULL) {
        return policy_fail(read, "this finding stands here twice, in other letters");
    }
    level.is_off = text != NULL && strcmp(text, POLICY_OFF) == 0;
    if (!level.is_off &&
        (text == NULL || kd_severity_from_str(text, &level.severity, NULL) != KD_OK)) {
        return policy_fail(read, "expected info, notice, warning, critical or off");
    }
    policy->level =
        kd_arena_grow(read->arena, policy->level, policy->nlevel, sizeof(*policy->level));
    policy->level[policy->nlevel++] = level;
    return KD_OK;
}

static kd_status policy_severity(struct policy_read *read, json_t *value)
{
    const char *key = NULL;
    json_t *inner = NULL;

    if (!json_is_object(value)) {
        return policy_fail(read, "expected an object of finding ids and severities");
    }
    json_object_foreach(value, key, inner)
    {
        size_t len = policy_enter(read, key);
        kd_status status = policy_level(read, key, inner);

        if (status != KD_OK) {
            return status;
        }
        read->path[len] = '\0';
    }
    return KD_OK;
}

/* RFC 2181 8: TTLs have 31 bits. */
#define POLICY_MAX_TTL INT32_MAX

static kd_status policy_ttl_usual(struct policy_read *read, json_t *value)
{
    return policy_int(read, value, POLICY_MAX_TTL, &read->policy->ttl_usual_s);
}

static kd_status policy_ttl_min(struct policy_read *read, json_t *value)
{
    read->policy->ttl_min_s = -1;
    return json_is_null(value)
               ? KD_OK
               : policy_int(read, value, POLICY_MAX_TTL, &read->policy->ttl_min_s);
}

static kd_status policy_ttl_max(struct policy_read *read, json_t *value)
{
    return policy_int(read, value, POLICY_MAX_TTL, &read->policy->ttl_max_s);
}

static kd_status policy_ttl(struct policy_read *read, json_t *value)
{
    static const struct policy_member MEMBER[] = {
        {"usual", policy_ttl_usual},
        {"min", policy_ttl_min},
        {"max", policy_ttl_max},
    };
    const struct kd_policy *policy = read->policy;
    kd_status status = policy_object(read, MEMBER, sizeof(MEMBER) / sizeof(MEMBER[0]), value);

    if (status != KD_OK) {
        return status;
    }
    if (policy->ttl_usual_s > policy->ttl_max_s || policy->ttl_usual_s < policy->ttl_min_s) {
        return policy_fail(read,
                           "the usual TTL, %" PRId64 ", is not between min and max, %" PRId64,
                           policy->ttl_usual_s, policy->ttl_max_s);
    }
    return KD_OK;
}

static kd_status policy_negative_max(struct policy_read *read, json_t *value)
{
    return policy_int(read, value, POLICY_MAX_TTL, &read->policy->negative_ttl_max_s);
}

static kd_status policy_negative(struct policy_read *read, json_t *value)
{
    static const struct policy_member MEMBER[] = {{"max", policy_negative_max}};

    return policy_object(read, MEMBER, 1, value);
}

static kd_status policy_tolerance(struct policy_read *read, json_t *value)
{
    int64_t number = 0;
    kd_status status = policy_int(read, value, INT32_MAX, &number);

    read->policy->serial_tolerance = (uint32_t)number;
    return status;
}

static kd_status policy_list(struct policy_read *read, json_t *value, size_t least)
{
    if (!json_is_array(value) || json_array_size(value) < least ||
        json_array_size(value) > POLICY_MAX_LIST) {
        return policy_fail(read, "expected an array with %zu to %d elements", least,
                           POLICY_MAX_LIST);
    }
    return KD_OK;
}

static kd_status policy_ports(struct policy_read *read, json_t *value)
{
    kd_status status = policy_list(read, value, 1);
    uint16_t *port = NULL;
    size_t n = 0;

    for (; status == KD_OK && n < json_array_size(value); n++) {
        size_t len = policy_enter_index(read, n);
        json_int_t number = json_integer_value(json_array_get(value, n));

        if (!json_is_integer(json_array_get(value, n)) || number < 1 || number > UINT16_MAX) {
            return policy_fail(read, "expected an integer from 1 to 65535");
        }
        port = kd_arena_grow(read->arena, port, n, sizeof(*port));
        port[n] = (uint16_t)number;
        read->path[len] = '\0';
    }
    if (status == KD_OK) {
        read->policy->port = port;
        read->policy->nport = n;
    }
    return status;
}

static kd_status policy_host(struct policy_read *read, json_t *value, const char **ret)
{
    const char *text = json_string_value(value);
    struct kd_err reason = {.code = KD_OK};

    if (text == NULL || strlen(text) != json_string_length(value)) {
        return policy_fail(read, "expected a host's full name");
    }
    if (kd_name_from_str(read->arena, text, ret, &reason) != KD_OK) {
        return policy_fail(read, "expected a host's full name: %s", reason.text);
    }
    return KD_OK;
}

static kd_status policy_hosts(struct policy_read *read, json_t *value)
{
    kd_status status = policy_list(read, value, 0);
    const char **host = NULL;
    size_t n = 0;

    for (; status == KD_OK && n < json_array_size(value); n++) {
        size_t len = policy_enter_index(read, n);

        host = kd_arena_grow(read->arena, host, n, sizeof(*host));
        status = policy_host(read, json_array_get(value, n), &host[n]);
        if (status == KD_OK) {
            read->path[len] = '\0';
        }
    }
    if (status == KD_OK) {
        read->policy->host = host;
        read->policy->nhost = n;
    }
    return status;
}

static kd_status policy_match(struct policy_read *read, json_t *value)
{
    const char *text = json_string_value(value);

    if (text == NULL || kd_match_from_str(text, &read->policy->match, NULL) != KD_OK) {
        return policy_fail(read, "expected exact, atleast or forbid");
    }
    return KD_OK;
}

static kd_status policy_expect(struct policy_read *read, json_t *value)
{
    static const struct policy_member MEMBER[] = {
        {"hosts", policy_hosts},
        {"match", policy_match},
    };

    return policy_object(read, MEMBER, sizeof(MEMBER) / sizeof(MEMBER[0]), value);
}

static kd_status policy_range(struct policy_read *read, json_t *value, struct kd_range *ret)
{
    const char *text = json_string_value(value);
    struct kd_err reason = {.code = KD_OK};

    if (json_is_null(value)) {
        *ret = (struct kd_range){.text = NULL};
        return KD_OK;
    }
    if (text == NULL || strlen(text) != json_string_length(value)) {
        return policy_fail(read, "expected a range in quotation marks, or null");
    }
    /* the document is freed before the policy is */
    return kd_range_parse(kd_arena_strdup(read->arena, text), ret, &reason) == KD_OK
               ? KD_OK
               : policy_fail(read, "%s", reason.text);
}

static kd_status policy_limit_warning(struct policy_read *read, json_t *value)
{
    return policy_range(read, value, &read->limit->warning);
}

static kd_status policy_limit_critical(struct policy_read *read, json_t *value)
{
    return policy_range(read, value, &read->limit->critical);
}

static kd_status policy_limit(struct policy_read *read, json_t *value)
{
    static const struct policy_member MEMBER[] = {
        {"warning", policy_limit_warning},
        {"critical", policy_limit_critical},
    };

    return policy_object(read, MEMBER, sizeof(MEMBER) / sizeof(MEMBER[0]), value);
}

static kd_status policy_limits(struct policy_read *read, json_t *value)
{
    struct policy_member member[KD_METRIC_COUNT];
    const char *key = NULL;
    json_t *inner = NULL;

    for (size_t i = 0; i < KD_METRIC_COUNT; i++) {
        member[i] = (struct policy_member){kd_metric_word((kd_metric)i), policy_limit};
    }
    if (!json_is_object(value)) {
        return policy_fail(read, "expected an object of metrics and their limits");
    }
    json_object_foreach(value, key, inner)
    {
        size_t len = policy_enter(read, key);
        kd_status status;

        for (size_t i = 0; i < KD_METRIC_COUNT; i++) {
            read->limit =
                strcmp(key, member[i].key) == 0 ? &read->policy->limit[i] : read->limit;
        }
        status = policy_one(read, member, KD_METRIC_COUNT, key, inner);
        if (status != KD_OK) {
            return status;
        }
        read->path[len] = '\0';
    }
    return KD_OK;
}

static const struct policy_member POLICY_MEMBER[] = {
    {"schema", policy_schema},
    {"severity", policy_severity},
    {"ttl_s", policy_ttl},
    {"negative_ttl_s", policy_negative},
    {"serial_tolerance", policy_tolerance},
    {"ports", policy_ports},
    {"expect", policy_expect},
    {"limits", policy_limits},
};

kd_status kd_policy_file_read(struct kd_arena *arena, const char *path, struct kd_policy *ret,
                              struct kd_err *err)
{
    struct kd_policy policy = *kd_policy_default();
    struct kd_json_file file = {.doc = NULL};
    struct policy_read read = {
        .arena = arena, .policy = &policy, .file = &file, .name = path, .err = err};
    kd_status status = kd_json_file_read(path, KD_POLICY_FILE_MAX, &file, err);

    if (status == KD_OK) {
        status = policy_object(&read, POLICY_MEMBER,
                               sizeof(POLICY_MEMBER) / sizeof(POLICY_MEMBER[0]), file.doc);
    }
    kd_json_file_done(&file);
    if (status == KD_OK) {
        *ret = policy;
    }
    return status;
}

static json_t *policy_tell_severity(const struct kd_policy *policy)
{
    json_t *object = kd_json_must(json_object());
    size_t n = 0;
    const struct kd_rule *const *rule = kd_rules(&n);

    for (size_t i = 0; i < n; i++) {
        const struct kd_policy_level *level = kd_policy_level_of(policy, rule[i]);
        const char *word = kd_severity_str(level != NULL ? level->severity : rule[i]->severity);

        kd_json_put(object, rule[i]->id,
                    kd_json_text(level != NULL && level->is_off ? POLICY_OFF : word));
    }
    return object;
}

static json_t *policy_tell_ttl(const struct kd_policy *policy)
{
    json_t *object = kd_json_must(json_object());

    kd_json_put(object, "usual", json_integer(policy->ttl_usual_s));
    kd_json_put(object, "min",
                policy->ttl_min_s < 0 ? json_null() : json_integer(policy->ttl_min_s));
    kd_json_put(object, "max", json_integer(policy->ttl_max_s));
    return object;
}

static json_t *policy_tell_expect(const struct kd_policy *policy)
{
    json_t *object = kd_json_must(json_object());
    json_t *hosts = kd_json_must(json_array());

    for (size_t i = 0; i < policy->nhost; i++) {
        kd_json_push(hosts, kd_json_text(policy->host[i]));
    }
    kd_json_put(object, "hosts", hosts);
    kd_json_put(object, "match", kd_json_text(kd_match_str(policy->match)));
    return object;
}

static json_t *policy_tell_range(const struct kd_range *range)
{
    return range->text != NULL ? kd_json_text(range->text) : kd_json_must(json_null());
}

static json_t *policy_tell_limits(const struct kd_policy *policy)
{
    json_t *object = kd_json_must(json_object());

    for (size_t i = 0; i < KD_METRIC_COUNT; i++) {
        json_t *limit = kd_json_must(json_object());

        kd_json_put(limit, "warning", policy_tell_range(&policy->limit[i].warning));
        kd_json_put(limit, "critical", policy_tell_range(&policy->limit[i].critical));
        kd_json_put(object, kd_metric_word((kd_metric)i), limit);
    }
    return object;
}

void kd_policy_file_write(const struct kd_policy *policy, struct kd_buf *out)
{
    json_t *doc = kd_json_must(json_object());
    json_t *negative = kd_json_must(json_object());
    json_t *ports = kd_json_must(json_array());

    for (size_t i = 0; i < policy->nport; i++) {
        kd_json_push(ports, json_integer(policy->port[i]));
    }
    kd_json_put(negative, "max", json_integer(policy->negative_ttl_max_s));
    kd_json_put(doc, "schema", kd_json_text(KD_POLICY_SCHEMA));
    kd_json_put(doc, "severity", policy_tell_severity(policy));
    kd_json_put(doc, "ttl_s", policy_tell_ttl(policy));
    kd_json_put(doc, "negative_ttl_s", negative);
    kd_json_put(doc, "serial_tolerance", json_integer(policy->serial_tolerance));
    kd_json_put(doc, "ports", ports);
    kd_json_put(doc, "expect", policy_tell_expect(policy));
    kd_json_put(doc, "limits", policy_tell_limits(policy));
    kd_json_dump(doc, out);
    json_decref(doc);
}
