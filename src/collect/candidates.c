/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * candidates.c - the domains that a client may ask or a host publish in, each with all its sources.
 */
#include "kmsdns/collect/candidates.h"

#include <string.h>

#include "kmsdns/collect/system.h"
#include "kmsdns/dns/name.h"
#include "kmsdns/dns/publist.h"

static const char *cand_trim(struct kd_arena *arena, const char *text)
{
    static const char BLANK[] = " \t\r\n";
    size_t len;

    text += strspn(text, BLANK);
    len = strlen(text);
    while (len > 0 && strchr(BLANK, text[len - 1]) != NULL) {
        len--;
    }
    return kd_arena_strndup(arena, text, len);
}

static void cand_reject(struct kd_facts *facts, const char *text, kd_source source,
                        const struct kd_err *err)
{
    struct kd_reject_fact *reject = NULL;

    for (size_t i = 0; i < facts->nreject; i++) {
        if (strcmp(facts->reject[i].text, text) == 0) {
            facts->reject[i].sources |= (uint32_t)source;
            return;
        }
    }
    facts->reject =
        kd_arena_grow(facts->arena, facts->reject, facts->nreject, sizeof(*facts->reject));
    reject = &facts->reject[facts->nreject++];
    reject->text = text;
    reject->sources = (uint32_t)source;
    reject->reason = kd_arena_strdup(facts->arena, err->text);
}

static struct kd_domain_fact *cand_domain(struct kd_facts *facts, const char *name)
{
    struct kd_domain_fact *domain = kd_facts_domain(facts, name);

    if (domain != NULL) {
        return domain;
    }
    facts->domain =
        kd_arena_grow(facts->arena, facts->domain, facts->ndomain, sizeof(*facts->domain));
    domain = &facts->domain[facts->ndomain++];
    domain->name = name;
    domain->unicode = kd_name_unicode(facts->arena, name);
    return domain;
}

/* The service's name must fit in front of it, too. */
static kd_status cand_check_room(struct kd_facts *facts, const char *name, struct kd_err *err)
{
    if (kd_name_join(facts->arena, facts->service, name) == NULL) {
        return kd_fail(err, KD_ETOOBIG, "cand",
                       "with %s in front it is longer than the 255 bytes that a name may have",
                       facts->service);
    }
    return KD_OK;
}

void kd_candidates_add(struct kd_facts *facts, const char *text, kd_source source)
{
    struct kd_publist_entry entry = {0};
    struct kd_domain_fact *domain = NULL;
    struct kd_err err = {0};
    kd_status status;

    text = cand_trim(facts->arena, text);
    if (text[0] == '\0') {
        return;
    }
    if (source == KD_SOURCE_PUBLISH_LIST) {
        status = kd_publist_parse(facts->arena, text, &entry, &err);
    } else {
        status = kd_name_domain_from_str(facts->arena, text, &entry.domain, &err);
    }
    if (status == KD_OK) {
        status = cand_check_room(facts, entry.domain, &err);
    }
    if (status != KD_OK) {
        cand_reject(facts, text, source, &err);
        return;
    }
    domain = cand_domain(facts, entry.domain);
    domain->sources |= (uint32_t)source;
    if (entry.has_numbers) {
        domain->has_publish = true;
        domain->publish_priority = entry.priority;
        domain->publish_weight = entry.weight;
    }
}

void kd_candidates_add_system(struct kd_facts *facts, const char *const *search, size_t n)
{
    const char *host = kd_system_host_name(facts->arena);

    if (host != NULL && kd_name_nlabels(host) > 1) {
        kd_candidates_add(facts, kd_name_parent(host), KD_SOURCE_HOST_NAME);
    }
    for (size_t i = 0; i < n; i++) {
        kd_candidates_add(facts, search[i], KD_SOURCE_RESOLV_CONF);
    }
}
