/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reglist.c - rules about DnsDomainPublishList: each entry, and whether the host's own domain
 * is among them.
 */
#include "look.h"
#include "reghost.h"
#include "tables.h"

#include <string.h>

#include "kmsdns/dns/name.h"
#include "kmsdns/dns/publist.h"

/* True for a list that some Windows reads; the texts of its entries may still be wrong. */
static bool reg_is_list(const struct kd_reg_value_fact *value)
{
    return value->area == KD_REG_AREA_LICENSING && !value->is_deletion &&
           (value->scope == KD_REG_SCOPE_MACHINE || value->scope == KD_REG_SCOPE_WOW64) &&
           kd_reg_name_equal(value->name, KD_REG_LIST_NAME);
}

/* What each entry of a list names; NULL for one that cannot be read. */
static const char **reg_list_domains(const struct kd_facts *facts,
                                     const struct kd_reg_value_fact *value)
{
    const char **domain = kd_arena_alloc(facts->arena, value->nlist * sizeof(*domain));

    for (size_t i = 0; i < value->nlist; i++) {
        struct kd_publist_entry entry = {.domain = NULL};

        (void)kd_publist_parse(facts->arena, value->list[i], &entry, NULL);
        domain[i] = entry.domain;
    }
    return domain;
}

/* The first of n entries that names a domain; n if there is none. */
static size_t reg_same_entry(const char *const *entry, size_t n, const char *domain)
{
    for (size_t i = 0; i < n; i++) {
        if (entry[i] != NULL && strcmp(entry[i], domain) == 0) {
            return i;
        }
    }
    return n;
}

static void reg_list_oddity(struct kd_judge *judge, const struct kd_facts *facts,
                            const struct kd_reg_value_fact *value, size_t n, size_t same,
                            const struct kd_publist_entry *entry,
                            const struct kd_finding_args *args)
{
    if (kd_name_nlabels(entry->domain) < 2) {
        kd_found_as(judge, KD_SEV_WARNING, args,
                    "entry %zu of " KD_REG_LIST_NAME
                    " (%s) is %s, which has one label: Windows does "
                    "not update such zones unless UpdateTopLevelDomainZones is set",
                    n + 1, kd_reg_host_where(facts, value), entry->domain);
    } else if (entry->has_numbers && value->generation == KD_REG_GENERATION_SL) {
        kd_found_as(judge, KD_SEV_WARNING, args,
                    "entry %zu of " KD_REG_LIST_NAME
                    " (%s) has a priority or weight, but Vista and "
                    "2008, whose key this is, take only a domain",
                    n + 1, kd_reg_host_where(facts, value));
    } else if (same < n) {
        kd_found_as(judge, KD_SEV_NOTICE, args,
                    "entry %zu of " KD_REG_LIST_NAME " (%s) names %s, as entry %zu does", n + 1,
                    kd_reg_host_where(facts, value), entry->domain, same + 1);
    }
}

static void reg_list_entry(struct kd_judge *judge, const struct kd_facts *facts,
                           const struct kd_reg_value_fact *value, size_t n,
                           const char *const *domain)
{
    struct kd_publist_entry entry = {.domain = NULL};
    struct kd_err err = {.code = KD_OK};
    struct kd_finding_args args = {
        .subject =
            kd_arena_printf(facts->arena, "%s: " KD_REG_LIST_NAME "[%zu]", value->file, n + 1)};

    if (value->list[n][0] == '\0') {
        kd_found(judge, &args,
                 "entry %zu of " KD_REG_LIST_NAME
                 " (%s) is empty: what reads the list takes it for "
                 "the end, and %zu more follow",
                 n + 1, kd_reg_host_where(facts, value), value->nlist - n - 1);
    } else if (kd_publist_parse(facts->arena, value->list[n], &entry, &err) != KD_OK) {
        kd_found(judge, &args, "entry %zu of " KD_REG_LIST_NAME " (%s): %s", n + 1,
                 kd_reg_host_where(facts, value), err.text);
    } else {
        args.domain = entry.domain;
        reg_list_oddity(judge, facts, value, n, reg_same_entry(domain, n, entry.domain), &entry,
                        &args);
    }
}

static void reg_list_bad(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->registry->nvalue; i++) {
        const struct kd_reg_value_fact *value = &facts->registry->value[i];
        const char **domain = NULL;

        if (!reg_is_list(value)) {
            continue;
        }
        domain = reg_list_domains(facts, value);
        if (value->type != KD_REG_TYPE_MULTI_SZ) {
            kd_found(judge,
                     &(struct kd_finding_args){
                         .subject = kd_arena_printf(facts->arena, "%s: " KD_REG_LIST_NAME,
                                                    value->file)},
                     KD_REG_LIST_NAME " is %s (%s), but the host reads it only as REG_MULTI_SZ",
                     kd_reg_type_str(value->type), kd_reg_host_where(facts, value));
        }
        for (size_t n = 0; n < value->nlist; n++) {
            reg_list_entry(judge, facts, value, n, domain);
        }
    }
}

static bool reg_list_names(const struct kd_facts *facts, const struct kd_reg_value_fact *list,
                           const char *domain)
{
    return reg_same_entry(reg_list_domains(facts, list), list->nlist, domain) < list->nlist;
}

static void reg_list_home(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->registry->nfile; i++) {
        struct kd_reg_computer host = kd_reg_host_of(facts, i);
        const struct kd_reg_value_fact *list =
            kd_reg_host_licensing(&host, KD_REG_SCOPE_MACHINE, KD_REG_LIST_NAME);

        if (list == NULL || list->nlist == 0) {
            continue;
        }
        if (host.home == NULL) {
            kd_not_judged(judge, kd_reg_host_subject(&host), KD_NEED_DOMAIN);
        } else if (!reg_list_names(facts, list, host.home)) {
            kd_found(judge,
                     &(struct kd_finding_args){.subject = kd_reg_host_subject(&host),
                                               .domain = host.home,
                                               .target = host.name},
                     KD_REG_LIST_NAME
                     " (%s) does not name %s, the host's own domain: by one source "
                     "it is published in all the same, by another not",
                     kd_reg_host_where(facts, list), host.home);
        }
    }
}

const struct kd_rule kd_rules_reglist[2] = {
    {
        .id = "REG-LIST-BAD",
        .severity = KD_SEV_CRITICAL,
        .needs = KD_NEED_REGISTRY,
        .check = reg_list_bad,
        .title = "an entry of the publish list is malformed",
        .when = "an entry of DnsDomainPublishList is malformed",
        .why = "The host cannot publish in a domain whose entry it cannot read; each line is a "
               "domain, or domain,priority,weight from 7 and 2008 R2 on.",
        .how = KD_HOW_REGISTRY " /v DnsDomainPublishList",
        .source = KD_SRC_REGISTRY,
        .fix =
            {
                {"windows", "Correct the line with regedit, or import what kmsdns registry "
                            "--write-reg FILE makes of a right list; then restart sppsvc"},
            },
    },
    {
        .id = "REG-LIST-HOME",
        .severity = KD_SEV_NOTICE,
        .needs = KD_NEED_REGISTRY,
        .check = reg_list_home,
        .title = "the host's own domain is not in its publish list",
        .when = "the host's own domain is not in the publish list (sources conflict on what "
                "happens then)",
        .why = "One source says that the host publishes in its own domain in any case, another "
               "that the list replaces it: naming the domain leaves no doubt.",
        .how = KD_HOW_REGISTRY " /v DnsDomainPublishList",
        .source = "Microsoft, \"Registry Settings for Volume Activation\" (dn502532) against "
                  "\"Deploy KMS Activation\" (dn502531)",
        .fix =
            {
                {"windows", "Add {domain} to DnsDomainPublishList and restart sppsvc"},
            },
    },
};
