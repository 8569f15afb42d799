/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cand.c - rules about the candidate domains: is there any name that a client would ask in, is
 * each a name at all, and do the kinds of clients end up in the same place?
 */
#include "look.h"
#include "tables.h"

#include "kmsdns/dns/name.h"
#include "kmsdns/rules/client.h"

/* The three sources that Windows combines; which kind of client takes which (facts 2.4). */
#define SOURCES_JOINED    ((uint32_t)KD_SOURCE_PRIMARY_SUFFIX | (uint32_t)KD_SOURCE_AD_DOMAIN)
#define SOURCES_WORKGROUP ((uint32_t)KD_SOURCE_PRIMARY_SUFFIX | (uint32_t)KD_SOURCE_DHCP_15)
#define SOURCES_ALL       (SOURCES_JOINED | SOURCES_WORKGROUP)

static void cand_none(struct kd_judge *judge, const struct kd_facts *facts)
{
    const char *kind = kd_client_str(facts->client);

    for (size_t i = 0; i < facts->ndomain; i++) {
        if (kd_client_asks(facts->client, facts->domain[i].sources)) {
            return;
        }
    }
    if (facts->ndomain == 0) {
        kd_found(
            judge, &(struct kd_finding_args){.subject = "candidates"},
            "no source gives a valid domain, so a Windows client sends no query at all and "
            "shows 0x8007007B");
    } else {
        kd_found(
            judge,
            &(struct kd_finding_args){.subject =
                                          kd_arena_printf(facts->arena, "%s client", kind)},
            "none of the candidate domains comes from a source that a %s client uses, so it "
            "sends no query at all and shows 0x8007007B",
            kind);
    }
}

static const char *cand_sources_str(const struct kd_facts *facts, uint32_t sources)
{
    struct kd_look_names names = {.n = 0};

    for (size_t i = 0; i < KD_SOURCE_COUNT; i++) {
        if ((sources & (1U << i)) != 0) {
            kd_look_add_name(facts, &names, kd_source_str((kd_source)(1U << i)));
        }
    }
    return names.n > 0 ? kd_look_names_str(facts, &names) : "an unnamed source";
}

static void cand_invalid(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->nreject; i++) {
        const struct kd_reject_fact *reject = &facts->reject[i];
        const char *text = reject->text != NULL ? reject->text : "";

        kd_found(
            judge,
            &(struct kd_finding_args){.subject = kd_arena_printf(facts->arena, "%.200s", text)},
            "\"%.200s\" (from %s) is no domain name: %s", text,
            cand_sources_str(facts, reject->sources),
            reject->reason != NULL ? reject->reason : "it cannot be read");
    }
}

static void cand_single_label(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &facts->domain[i];

        if (kd_name_nlabels(domain->name) == 1) {
            kd_found(
                judge,
                &(struct kd_finding_args){.subject = domain->name, .domain = domain->name},
                "%s has a single label: Windows hosts do not publish in such a zone unless "
                "a policy allows it",
                domain->name);
        }
    }
}

/* How a kind of client gets by without the record in one of its domains. */
enum cand_detour {
    DETOUR_NONE,    /* it does not: every other domain it asks lacks the record, too */
    DETOUR_UNKNOWN, /* another domain gave no usable answer */
    DETOUR_FOUND,
};

static enum cand_detour cand_detour(const struct kd_facts *facts, uint32_t sources,
                                    const char **ret_via)
{
    enum cand_detour detour = DETOUR_NONE;

    for (size_t i = 0; i < facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &facts->domain[i];

        if ((domain->sources & sources) == 0) {
            continue;
        }
        if (kd_domain_has_srv(domain)) {
            *ret_via = domain->name;
            return DETOUR_FOUND;
        }
        if (!kd_look_is_answered(domain)) {
            *ret_via = domain->name;
            detour = DETOUR_UNKNOWN;
        }
    }
    return detour;
}

/* "; joined clients miss it", "" for a kind that does not ask here. */
static const char *cand_effect(const struct kd_facts *facts,
                               const struct kd_domain_fact *domain, uint32_t sources,
                               const char *kind)
{
    const char *via = NULL;

    if ((domain->sources & sources) == 0) {
        return "";
    }
    switch (cand_detour(facts, sources, &via)) {
    case DETOUR_NONE:
        return kd_arena_printf(facts->arena, "; %s clients miss it", kind);
    case DETOUR_UNKNOWN:
        return kd_arena_printf(facts->arena,
                               "; %s clients miss it unless %s has it, which gave no usable "
                               "answer",
                               kind, via);
    case DETOUR_FOUND:
        return kd_arena_printf(facts->arena, "; %s clients still find it through %s", kind,
                               via);
    }
    return "";
}

static void cand_disjoint_one(struct kd_judge *judge, const struct kd_facts *facts,
                              const struct kd_domain_fact *domain,
                              const struct kd_domain_fact *with)
{
    struct kd_look_queries queries = {.count = 0};

    kd_look_add_views(&queries, domain);
    kd_look_add_views(&queries, with);
    kd_found(judge,
             &(struct kd_finding_args){.subject = domain->name,
                                       .domain = domain->name,
                                       .queries = queries.n,
                                       .nqueries = queries.count},
             "%s (%s) has no %s record, %s (%s) has one%s%s", domain->name,
             cand_sources_str(facts, domain->sources), facts->service, with->name,
             cand_sources_str(facts, with->sources),
             cand_effect(facts, domain, SOURCES_JOINED, "joined"),
             cand_effect(facts, domain, SOURCES_WORKGROUP, "workgroup"));
}

static void cand_disjoint(struct kd_judge *judge, const struct kd_facts *facts)
{
    const struct kd_domain_fact *with = kd_look_first_with_srv(facts);
    size_t ndiffering = 0;

    for (size_t i = 0; i < facts->ndomain; i++) {
        ndiffering += (facts->domain[i].sources & SOURCES_ALL) != 0 ? 1 : 0;
    }
    for (size_t i = 0; ndiffering >= 2 && i < facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &facts->domain[i];

        if ((domain->sources & SOURCES_ALL) == 0) {
            continue;
        }
        if (!kd_look_is_answered(domain)) {
            kd_not_judged(judge, domain->name, KD_NEED_SRV_ANSWER);
        } else if (with != NULL && kd_look_is_absent(domain)) {
            cand_disjoint_one(judge, facts, domain, with);
        }
    }
}

const struct kd_rule kd_rules_cand[4] = {
    {
        .id = "CAND-NONE",
        .severity = KD_SEV_CRITICAL,
        .needs = KD_NEED_NONE,
        .check = cand_none,
        .title = "there is no domain to ask in",
        .when = "no candidate domain from any source; a Windows client would send no query at"
                " all (0x8007007B)",
        .why = "A client looks for a KMS host in its primary DNS suffix, its AD domain, DHCP "
               "option 15 and its search list. With none of them it sends no query and shows "
               "0x8007007B.",
        .how = "ipconfig /all on the client; then dig {service}.{domain} SRV",
        .source = KD_SRC_CODES " (0x8007007B)",
        .fix =
            {
                {"client", "Name a domain: kmsdns diagnose corp.example, or give "
                           "--primary-suffix, --ad-domain or --dhcp-domain."},
                {"windows", "Set-DnsClientGlobalSetting -SuffixSearchList @('corp.example')"},
                {"any", "Give workgroup clients a domain with DHCP option 15."},
            },
    },
    {
        .id = "CAND-INVALID",
        .severity = KD_SEV_CRITICAL,
        .needs = KD_NEED_NONE,
        .check = cand_invalid,
        .title = "a configured name is not a DNS name",
        .when = "a configured name (publish list, option 15, suffix) is not a valid DNS name",
        .why =
            "Nobody can ask for such a name: clients that have it as a suffix skip it, and a "
            "host that has it in its publish list logs event 12293.",
        .how = "dig {service}.{domain} SRV",
        .source = "RFC 1035 2.3.4",
        .fix =
            {
                {"any", "Correct the name where it is configured: letters, digits, hyphens and "
                        "underscores, labels of 1 to 63 bytes, 255 bytes in all, no blanks."},
                {"windows", "Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\Windows NT\\"
                            "CurrentVersion\\SoftwareProtectionPlatform' "
                            "DnsDomainPublishList"},
            },
    },
    {
        .id = "CAND-SINGLE-LABEL",
        .severity = KD_SEV_WARNING,
        .needs = KD_NEED_DOMAIN,
        .check = cand_single_label,
        .title = "a candidate domain has a single label",
        .when = "a candidate has one label; Windows does not update such zones by default",
        .why =
            "Windows sends no dynamic update for a name in a top-level zone by default, so a "
            "KMS host never publishes itself there and its record goes stale.",
        .how = "dig {domain} SOA",
        .source = "Microsoft, group policy \"Update top level domain zones\"; KB 300684",
        .fix =
            {
                {"any", "Publish in a domain of two or more labels and let clients ask there."},
                {"windows", "Switch on the policy \"Update top level domain zones\" "
                            "(UpdateTopLevelDomainZones) on the KMS host."},
            },
    },
    {
        .id = "CAND-DISJOINT",
        .severity = KD_SEV_WARNING,
        .needs = KD_NEED_DOMAIN | KD_NEED_SRV_ANSWER,
        .check = cand_disjoint,
        .title = "primary suffix, AD domain and DHCP domain differ, and one lacks the record",
        .when = "primary suffix, AD domain and option 15 differ and the record is not in all "
                "of them; text says which clients miss it",
        .why = "Joined clients ask in their primary suffix and AD domain, workgroup clients in "
               "their primary suffix and DHCP option 15. Those whose domains lack the record "
               "do not find the KMS host that others find.",
        .how = KD_HOW_SRV,
        .source = KD_SRC_GUIDE,
        .fix =
            {
                {"windows", KD_FIX_ADD_WINDOWS},
                {"bind", KD_FIX_ADD_BIND},
                {"knot", KD_FIX_ADD_KNOT},
                {"powerdns", KD_FIX_ADD_POWERDNS},
                {"any", "Or let the KMS host do it: add {domain} to DnsDomainPublishList and "
                        "restart its sppsvc service."},
            },
    },
};
