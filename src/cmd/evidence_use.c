/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evidence_use.c - what evidence says about the domains that a computer looks in, and about
 * whom it asks: one table for the registry, the lists of DHCP, the blocks of ipconfig.
 */
#include <string.h>

#include "evidence.h"
#include "kmsdns/collect/candidates.h"
#include "kmsdns/dns/usual.h"

/* Values of the registry that name domains. */
static const struct {
    kd_reg_area area;
    kd_source source;
    const char *name;
} USE_VALUE[] = {
    {KD_REG_AREA_TCPIP, KD_SOURCE_PRIMARY_SUFFIX, "NV Domain"},
    {KD_REG_AREA_TCPIP, KD_SOURCE_PRIMARY_SUFFIX, "Domain"},
    {KD_REG_AREA_TCPIP, KD_SOURCE_SEARCH_LIST, "SearchList"},
    {KD_REG_AREA_TCPIP, KD_SOURCE_DHCP_15, "DhcpDomain"},
    {KD_REG_AREA_POLICY, KD_SOURCE_SEARCH_LIST, "SearchList"},
    {KD_REG_AREA_POLICY, KD_SOURCE_PRIMARY_SUFFIX, "NV PrimaryDnsSuffix"},
    {KD_REG_AREA_POLICY, KD_SOURCE_PRIMARY_SUFFIX, "PrimaryDnsSuffix"},
    {KD_REG_AREA_LICENSING, KD_SOURCE_PUBLISH_LIST, "DnsDomainPublishList"},
};

/* The names of a text that commas or blanks part. */
static void use_names(struct kd_facts *facts, const char *text, kd_source source)
{
    static const char PARTS[] = ", \t";

    while (*text != '\0') {
        size_t len = strcspn(text, PARTS);

        kd_candidates_add(facts, kd_arena_strndup(facts->arena, text, len), source);
        text += len + (text[len] != '\0' ? 1 : 0);
    }
}

static void use_list(struct kd_facts *facts, const char *const *list, size_t n,
                     kd_source source)
{
    for (size_t i = 0; i < n; i++) {
        kd_candidates_add(facts, list[i], source);
    }
}

/* The domain of an adapter is not the computer's own: only DHCP's counts there. */
static bool use_is_meant(const struct kd_reg_value_fact *value, size_t row)
{
    return !value->is_deletion && value->area == USE_VALUE[row].area &&
           kd_reg_name_equal(value->name, USE_VALUE[row].name) &&
           (value->scope == KD_REG_SCOPE_MACHINE ||
            (value->scope == KD_REG_SCOPE_INTERFACE &&
             USE_VALUE[row].source == KD_SOURCE_DHCP_15));
}

static void use_value(struct kd_facts *facts, const struct kd_reg_value_fact *value)
{
    for (size_t row = 0; row < sizeof(USE_VALUE) / sizeof(USE_VALUE[0]); row++) {
        if (!use_is_meant(value, row)) {
            continue;
        }
        if (value->text != NULL) {
            use_names(facts, value->text, USE_VALUE[row].source);
        }
        use_list(facts, value->list, value->nlist, USE_VALUE[row].source);
    }
}

static void use_computer(struct kd_facts *facts, const struct kd_computer_fact *computer)
{
    if (computer->primary_suffix != NULL) {
        kd_candidates_add(facts, computer->primary_suffix, KD_SOURCE_PRIMARY_SUFFIX);
    }
    use_list(facts, computer->search, computer->nsearch, KD_SOURCE_SEARCH_LIST);
    for (size_t i = 0; i < computer->nadapter; i++) {
        const struct kd_adapter_fact *adapter = &computer->adapter[i];

        if (adapter->suffix != NULL) {
            kd_candidates_add(facts, adapter->suffix,
                              adapter->is_dhcp ? KD_SOURCE_DHCP_15 : KD_SOURCE_SEARCH_LIST);
        }
        use_list(facts, adapter->search, adapter->nsearch, KD_SOURCE_SEARCH_LIST);
    }
}

void kd_cmd_add_evidence_candidates(struct kd_facts *facts)
{
    for (size_t i = 0; facts->registry != NULL && i < facts->registry->nvalue; i++) {
        use_value(facts, &facts->registry->value[i]);
    }
    for (size_t i = 0; facts->dhcp != NULL && i < facts->dhcp->noffer; i++) {
        const struct kd_dhcp_offer_fact *offer = &facts->dhcp->offer[i];

        use_list(facts, offer->domain, offer->ndomain, KD_SOURCE_DHCP_15);
        use_list(facts, offer->search, offer->nsearch, KD_SOURCE_SEARCH_LIST);
    }
    for (size_t i = 0; facts->dhcp != NULL && i < facts->dhcp->ncomputer; i++) {
        use_computer(facts, &facts->dhcp->computer[i]);
    }
}

/* Windows shows fec0:0:0:ffff::1 .. ::3 where nobody configured a server (RFC 3879 2). */
static bool use_is_placeholder(const struct kd_addr *addr)
{
    return addr->family == 6 && addr->bytes[0] == 0xFE && (addr->bytes[1] & 0xC0) == 0xC0;
}

static void use_resolver(struct kd_facts *facts, const char *text, const char *source)
{
    struct kd_resolver_fact resolver = {.source = source, .control_status = KD_OUT_SKIPPED};

    if (kd_endpoint_from_str(text, KD_DNS_PORT, &resolver.server, NULL) != KD_OK ||
        use_is_placeholder(&resolver.server.addr) || facts->nresolver == KD_MAX_RESOLVERS) {
        return;
    }
    for (size_t i = 0; i < facts->nresolver; i++) {
        if (kd_endpoint_equal(&facts->resolver[i].server, &resolver.server)) {
            return;
        }
    }
    facts->resolver =
        kd_arena_grow(facts->arena, facts->resolver, facts->nresolver, sizeof(resolver));
    facts->resolver[facts->nresolver] = resolver;
    facts->nresolver++;
}

static void use_servers(struct kd_facts *facts, const struct kd_adapter_fact *adapter,
                        const char *source)
{
    for (size_t i = 0; i < adapter->ndns; i++) {
        use_resolver(facts, adapter->dns[i], source);
    }
}

void kd_cmd_add_evidence_resolvers(struct kd_facts *facts)
{
    if (facts->client == KD_CLIENT_ANY || facts->nresolver > 0 || facts->dhcp == NULL) {
        return;
    }
    for (size_t i = 0; i < facts->dhcp->ncomputer; i++) {
        const struct kd_computer_fact *computer = &facts->dhcp->computer[i];

        for (size_t j = 0; j < computer->nadapter; j++) {
            use_servers(facts, &computer->adapter[j], computer->file);
        }
    }
}
