/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fill.c - the places of a template, {domain} {service} and so on.
 * People paste the commands of fixes into shells, so there a value that a shell could read as more
 * than a name is left out, whatever DNS said. Sentences are read, and tell all that is known.
 */
#include "tables.h"

#include <string.h>

#include "kmsdns/base/buf.h"
#include "kmsdns/dns/name.h"
#include "kmsdns/dns/usual.h"

#define USUAL_TTL 3600

enum fill_place {
#define XX(name) PLACE_##name,
    KD_PLACE_MAP(XX)
#undef XX
    PLACE_COUNT
};

static const char *const PLACE_NAME[PLACE_COUNT] = {
#define XX(name) [PLACE_##name] = "{" #name "}",
    KD_PLACE_MAP(XX)
#undef XX
};

static const char *const PLACE_UNKNOWN[PLACE_COUNT] = {
    [PLACE_domain] = "<domain>", [PLACE_service] = "<service>", [PLACE_target] = "<kms-host>",
    [PLACE_server] = "<server>", [PLACE_port] = "<port>",       [PLACE_ttl] = "<ttl>",
    [PLACE_key] = "<key>",       [PLACE_zone] = "<zone>",       [PLACE_owner] = "<owner>",
    [PLACE_node] = "<node>",
};

static bool fill_is_safe(const char *value)
{
    static const char SAFE[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                               "._-:[]%";

    return value != NULL && value[0] != '\0' && value[0] != '-' &&
           value[strspn(value, SAFE)] == '\0';
}

/* The name that an update writes at; NULL when it is not known. */
static const char *fill_owner(const struct kd_facts *facts, const struct kd_finding_args *args)
{
    if (args->owner != NULL) {
        return args->owner;
    }
    return args->domain != NULL ? kd_name_join(facts->arena, facts->service, args->domain)
                                : NULL;
}

/* The zone that holds the domain's record, as far as anybody saw it; else the domain. */
static const char *fill_zone(const struct kd_facts *facts, const struct kd_finding_args *args)
{
    const struct kd_domain_fact *domain = NULL;
    const struct kd_view_fact *view = NULL;

    if (args->zone != NULL) {
        return args->zone;
    }
    domain = kd_facts_domain(facts, args->domain);
    if (domain != NULL && domain->zone != NULL && domain->zone->name != NULL) {
        return domain->zone->name;
    }
    view = domain != NULL ? kd_domain_main_view(domain) : NULL;
    return view != NULL && view->soa_zone != NULL ? view->soa_zone : args->domain;
}

/* The owner as the zone calls it, "_vlmcs._tcp": what Active Directory names a node. */
static const char *fill_node(const struct kd_facts *facts, const struct kd_finding_args *args)
{
    const char *owner = fill_owner(facts, args);
    const char *zone = fill_zone(facts, args);

    if (owner == NULL || zone == NULL || strcmp(owner, zone) == 0 ||
        !kd_name_is_below(owner, zone) || strcmp(zone, ".") == 0) {
        return NULL;
    }
    return kd_arena_strndup(facts->arena, owner, strlen(owner) - strlen(zone) - 1);
}

/* The value as text; NULL when nobody knows it. */
static const char *fill_value(const struct kd_facts *facts, const struct kd_finding_args *args,
                              enum fill_place place)
{
    bool is_kms = facts->service != NULL && strcmp(facts->service, KD_KMS_SERVICE) == 0;
    unsigned int port = args->port != 0 ? args->port : (is_kms ? KD_KMS_PORT : 0);

    switch (place) {
    case PLACE_domain:
        return args->domain;
    case PLACE_service:
        return facts->service;
    case PLACE_target:
        return args->target;
    case PLACE_server:
        return args->server;
    case PLACE_port:
        return port != 0 ? kd_arena_printf(facts->arena, "%u", port) : NULL;
    case PLACE_ttl:
        return kd_arena_printf(facts->arena, "%lld",
                               (long long)(args->ttl_s > 0 ? args->ttl_s : USUAL_TTL));
    case PLACE_key:
        return args->key;
    case PLACE_zone:
        return fill_zone(facts, args);
    case PLACE_owner:
        return fill_owner(facts, args);
    case PLACE_node:
        return fill_node(facts, args);
    case PLACE_COUNT:
        break;
    }
    return NULL;
}

static enum fill_place fill_place_at(const char *text)
{
    for (size_t i = 0; i < PLACE_COUNT; i++) {
        if (strncmp(text, PLACE_NAME[i], strlen(PLACE_NAME[i])) == 0) {
            return (enum fill_place)i;
        }
    }
    return PLACE_COUNT;
}

/* "192.0.2.53:5353" as dig wants it behind "@": "192.0.2.53 -p 5353". */
static const char *fill_for_dig(const struct kd_facts *facts, const char *value)
{
    struct kd_endpoint endpoint;
    char text[KD_ADDR_STRLEN];

    if (kd_endpoint_from_str(value, KD_DNS_PORT, &endpoint, NULL) != KD_OK) {
        return value; /* a name */
    }
    (void)kd_addr_str(&endpoint.addr, text);
    return endpoint.port == KD_DNS_PORT
               ? kd_arena_strdup(facts->arena, text)
               : kd_arena_printf(facts->arena, "%s -p %u", text, endpoint.port);
}

static void fill_add(struct kd_buf *out, const char *value, bool drop_dot)
{
    size_t len = strlen(value);

    if (drop_dot && len > 1 && value[len - 1] == '.') {
        len--;
    }
    kd_buf_add(out, value, len);
}

/* What a template is filled for. */
struct fill {
    const struct kd_facts *facts;
    const struct kd_finding_args *args;
    bool is_sentence; /* else somebody may paste it */
    bool drop_dot;
};

static const char *fill_place_value(const struct fill *fill, enum fill_place place,
                                    const struct kd_buf *before)
{
    const char *value = fill_value(fill->facts, fill->args, place);

    if (fill->is_sentence) {
        return value != NULL ? value : "(unknown)";
    }
    value = fill_is_safe(value) ? value : PLACE_UNKNOWN[place];
    if (place == PLACE_server && before->len > 0 && before->data[before->len - 1] == '@') {
        value = fill_for_dig(fill->facts, value);
    }
    return value;
}

static const char *fill_template(const struct fill *fill, const char *text)
{
    struct kd_buf out = {.data = NULL};
    const char *copy = NULL;

    while (*text != '\0') {
        enum fill_place place = *text == '{' ? fill_place_at(text) : PLACE_COUNT;

        if (place == PLACE_COUNT) {
            kd_buf_add(&out, text, 1);
            text++;
            continue;
        }
        fill_add(&out, fill_place_value(fill, place, &out), fill->drop_dot);
        text += strlen(PLACE_NAME[place]);
    }
    copy = kd_arena_strdup(fill->facts->arena, kd_buf_str(&out));
    kd_buf_done(&out);
    return copy;
}

const char *kd_fill_fix(const struct kd_facts *facts, const struct kd_finding_args *args,
                        const struct kd_fix *fix)
{
    struct fill fill = {facts, args, .drop_dot = strcmp(fix->for_whom, "windows") == 0};

    return fill_template(&fill, fix->what);
}

const char *kd_fill_sentence(const struct kd_facts *facts, const struct kd_finding_args *args,
                             const char *text)
{
    struct fill fill = {facts, args, .is_sentence = true};

    return fill_template(&fill, text);
}
