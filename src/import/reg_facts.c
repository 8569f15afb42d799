/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reg_facts.c - which keys and values matter, and values as facts. Roots may be spelt in full
 * or short (HKLM), names in either case; "*" stands for one part of any name.
 */
#include "kmsdns/import/reg.h"

#include <string.h>

#include "kmsdns/import/decode.h"

#define MAX_FACTS ((size_t)10000) /* of each kind, over all files: what a report may carry */
#define MAX_LIST  ((size_t)4096)  /* texts of one list */

#define HKLM     "hkey_local_machine\\"
#define SERVICE  "hkey_users\\s-1-5-20\\software\\"
#define WOW64    HKLM "software\\wow6432node\\"
#define NT       "microsoft\\windows nt\\currentversion"
#define SL       NT "\\sl"
#define SPP      NT "\\softwareprotectionplatform"
#define TCPIP    "\\services\\tcpip\\parameters"
#define POLICIES HKLM "software\\policies\\microsoft\\"

static const struct {
    const char *path;
    struct kd_reg_place place;
} PLACE[] = {
    {HKLM "software\\" SL, {KD_REG_AREA_LICENSING, KD_REG_GENERATION_SL, KD_REG_SCOPE_MACHINE}},
    {HKLM "software\\" SPP,
     {KD_REG_AREA_LICENSING, KD_REG_GENERATION_SPP, KD_REG_SCOPE_MACHINE}},
    {HKLM "software\\" SPP "\\*",
     {KD_REG_AREA_LICENSING, KD_REG_GENERATION_SPP, KD_REG_SCOPE_APPLICATION}},
    {HKLM "software\\" SPP "\\*\\*",
     {KD_REG_AREA_LICENSING, KD_REG_GENERATION_SPP, KD_REG_SCOPE_APPLICATION}},
    {WOW64 SL, {KD_REG_AREA_LICENSING, KD_REG_GENERATION_SL, KD_REG_SCOPE_WOW64}},
    {WOW64 SPP, {KD_REG_AREA_LICENSING, KD_REG_GENERATION_SPP, KD_REG_SCOPE_WOW64}},
    {SERVICE SL, {KD_REG_AREA_LICENSING, KD_REG_GENERATION_SL, KD_REG_SCOPE_SERVICE}},
    {SERVICE SPP, {KD_REG_AREA_LICENSING, KD_REG_GENERATION_SPP, KD_REG_SCOPE_SERVICE}},
    {SERVICE SPP "\\*", {KD_REG_AREA_LICENSING, KD_REG_GENERATION_SPP, KD_REG_SCOPE_SERVICE}},
    {SERVICE SPP "\\*\\*",
     {KD_REG_AREA_LICENSING, KD_REG_GENERATION_SPP, KD_REG_SCOPE_SERVICE}},
    {HKLM "system\\*" TCPIP, {KD_REG_AREA_TCPIP, KD_REG_GENERATION_NONE, KD_REG_SCOPE_MACHINE}},
    {HKLM "system\\*" TCPIP "\\interfaces\\*",
     {KD_REG_AREA_TCPIP, KD_REG_GENERATION_NONE, KD_REG_SCOPE_INTERFACE}},
    {HKLM "system\\*\\services\\dnscache\\parameters",
     {KD_REG_AREA_TCPIP, KD_REG_GENERATION_NONE, KD_REG_SCOPE_MACHINE}},
    {POLICIES "windows nt\\dnsclient",
     {KD_REG_AREA_POLICY, KD_REG_GENERATION_NONE, KD_REG_SCOPE_MACHINE}},
    {POLICIES "system\\dnsclient",
     {KD_REG_AREA_POLICY, KD_REG_GENERATION_NONE, KD_REG_SCOPE_MACHINE}},
    {POLICIES "windows nt\\currentversion\\software protection platform",
     {KD_REG_AREA_POLICY, KD_REG_GENERATION_NONE, KD_REG_SCOPE_MACHINE}},
    {HKLM "software\\" NT, {KD_REG_AREA_WINDOWS, KD_REG_GENERATION_NONE, KD_REG_SCOPE_MACHINE}},
};

/* Values of licensing and network keys that say something about KMS and DNS. */
static const struct {
    kd_reg_area area;
    const char *name;
} WANTED[] = {
    {KD_REG_AREA_LICENSING, "DnsDomainPublishList"},
    {KD_REG_AREA_LICENSING, "DisableDnsPublishing"},
    {KD_REG_AREA_LICENSING, "KeyManagementServiceListeningPort"},
    {KD_REG_AREA_LICENSING, "EnableKmsLowPriority"},
    {KD_REG_AREA_LICENSING, "VLActivationInterval"},
    {KD_REG_AREA_LICENSING, "VLRenewalInterval"},
    {KD_REG_AREA_LICENSING, "KeyManagementServiceName"},
    {KD_REG_AREA_LICENSING, "KeyManagementServicePort"},
    {KD_REG_AREA_LICENSING, "KeyManagementServiceLookupDomain"},
    {KD_REG_AREA_LICENSING, "DisableKeyManagementServiceHostCaching"},
    {KD_REG_AREA_LICENSING, "VLActivationType"},
    {KD_REG_AREA_LICENSING, "KeyManagementServiceVersion"},
    {KD_REG_AREA_LICENSING, "UserOperations"},
    {KD_REG_AREA_LICENSING, "SkipRearm"},
    {KD_REG_AREA_LICENSING, "KeyManagementServiceRegisteredDomainName"},
    {KD_REG_AREA_LICENSING, "KeyManagementServiceRegisteredPortNumber"},
    {KD_REG_AREA_LICENSING, "DiscoveredKeyManagementServiceName"},
    {KD_REG_AREA_LICENSING, "DiscoveredKeyManagementServicePort"},
    {KD_REG_AREA_LICENSING, "DiscoveredKeyManagementServiceIpAddress"},
    {KD_REG_AREA_TCPIP, "Hostname"},
    {KD_REG_AREA_TCPIP, "NV Hostname"},
    {KD_REG_AREA_TCPIP, "Domain"},
    {KD_REG_AREA_TCPIP, "NV Domain"},
    {KD_REG_AREA_TCPIP, "SearchList"},
    {KD_REG_AREA_TCPIP, "DhcpDomain"},
    {KD_REG_AREA_TCPIP, "DhcpDomainSearchList"},
    {KD_REG_AREA_TCPIP, "NameServer"},
    {KD_REG_AREA_TCPIP, "DhcpNameServer"},
    {KD_REG_AREA_TCPIP, "UpdateTopLevelDomainZones"},
    {KD_REG_AREA_TCPIP, "UpdateSecurityLevel"},
    {KD_REG_AREA_TCPIP, "UseDomainNameDevolution"},
    {KD_REG_AREA_WINDOWS, "ProductName"},
    {KD_REG_AREA_WINDOWS, "CurrentVersion"},
    {KD_REG_AREA_WINDOWS, "CurrentBuildNumber"},
};

static char place_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* True if the key, behind its root, is the path; the path is in lower case. */
static bool place_matches(const char *path, const char *key)
{
    for (; *path != '\0'; path++) {
        size_t len = *path == '*' ? strcspn(key, "\\") : 1;

        if (len == 0 || (*path != '*' && place_lower(*key) != *path)) {
            return false;
        }
        key += len;
    }
    return *key == '\0';
}

/* Exports write roots in full, people write them short. */
static bool place_matches_root(const char *path, const char *key)
{
    static const struct {
        const char *full, *brief;
    } ROOT[] = {{HKLM, "hklm\\"}, {"hkey_users\\", "hku\\"}};

    if (place_matches(path, key)) {
        return true;
    }
    for (size_t i = 0; i < sizeof(ROOT) / sizeof(ROOT[0]); i++) {
        size_t nfull = strlen(ROOT[i].full), nbrief = strlen(ROOT[i].brief);
        size_t same = 0;

        while (same < nbrief && place_lower(key[same]) == ROOT[i].brief[same]) {
            same++;
        }
        if (same == nbrief && strncmp(path, ROOT[i].full, nfull) == 0) {
            return place_matches(path + nfull, key + nbrief);
        }
    }
    return false;
}

bool kd_reg_place(const char *key, struct kd_reg_place *ret)
{
    for (size_t i = 0; i < sizeof(PLACE) / sizeof(PLACE[0]); i++) {
        if (place_matches_root(PLACE[i].path, key)) {
            *ret = PLACE[i].place;
            return true;
        }
    }
    return false;
}

bool kd_reg_is_wanted(const char *key, const char *name)
{
    struct kd_reg_place place;

    if (!kd_reg_place(key, &place)) {
        return false;
    }
    /* policies have few values, and a deleted key has no name */
    if (place.area == KD_REG_AREA_POLICY || name[0] == '\0') {
        return true;
    }
    for (size_t i = 0; i < sizeof(WANTED) / sizeof(WANTED[0]); i++) {
        if (WANTED[i].area == place.area && kd_reg_name_equal(WANTED[i].name, name)) {
            return true;
        }
    }
    return false;
}

/* The texts of a REG_MULTI_SZ; empty ones within it are kept, the last one only closes it. */
static void facts_list(struct kd_arena *arena, const struct kd_reg_value *value,
                       struct kd_reg_value_fact *fact)
{
    size_t at = 0;

    while (at + 1 < value->len && fact->nlist < MAX_LIST) {
        size_t end = at;

        while (end + 1 < value->len && (value->data[end] != 0 || value->data[end + 1] != 0)) {
            end += 2;
        }
        if (end == at && end + 3 >= value->len) {
            return;
        }
        fact->list = kd_arena_grow(arena, fact->list, fact->nlist, sizeof(*fact->list));
        fact->list[fact->nlist] = kd_reg_text(arena, value->data + at, end - at);
        fact->nlist++;
        at = end + 2;
    }
}

static void facts_data(struct kd_arena *arena, const struct kd_reg_value *value,
                       struct kd_reg_value_fact *fact)
{
    switch (value->type) {
    case KD_REG_TYPE_SZ:
    case KD_REG_TYPE_EXPAND_SZ:
        fact->text = kd_reg_text(arena, value->data, value->len);
        break;
    case KD_REG_TYPE_DWORD:
        if (value->len == 4) {
            fact->number = (int64_t)value->data[0] | (int64_t)value->data[1] << 8 |
                           (int64_t)value->data[2] << 16 | (int64_t)value->data[3] << 24;
        }
        break;
    case KD_REG_TYPE_MULTI_SZ:
        facts_list(arena, value, fact);
        break;
    }
}

static void facts_value(struct kd_facts *facts, const char *file,
                        const struct kd_reg_value *value)
{
    struct kd_registry_fact *registry = facts->registry;
    struct kd_reg_place place = {KD_REG_AREA_LICENSING, KD_REG_GENERATION_NONE,
                                 KD_REG_SCOPE_MACHINE};
    struct kd_reg_value_fact *fact = NULL;

    if (registry->nvalue == MAX_FACTS || !kd_reg_place(value->key, &place)) {
        return;
    }
    registry->value = kd_arena_grow(facts->arena, registry->value, registry->nvalue,
                                    sizeof(*registry->value));
    fact = &registry->value[registry->nvalue++];
    *fact = (struct kd_reg_value_fact){
        .file = file,
        .line = value->line,
        .area = place.area,
        .generation = place.generation,
        .scope = place.scope,
        .key = value->key,
        .name = value->name,
        .type = value->type < KD_REG_TYPE_OTHER ? (kd_reg_type)value->type : KD_REG_TYPE_OTHER,
        .is_deletion = value->action != KD_REG_SET,
        .number = -1,
    };
    if (value->action == KD_REG_SET) {
        facts_data(facts->arena, value, fact);
    }
}

static void facts_warning(struct kd_facts *facts, const char *file,
                          const struct kd_reg_warning *warning)
{
    struct kd_registry_fact *registry = facts->registry;

    if (registry->nwarning == MAX_FACTS) {
        return;
    }
    registry->warning = kd_arena_grow(facts->arena, registry->warning, registry->nwarning,
                                      sizeof(*registry->warning));
    registry->warning[registry->nwarning++] = (struct kd_reg_warning_fact){
        .file = file,
        .line = warning->line,
        .column = warning->column,
        .text = warning->text,
    };
}

void kd_reg_to_facts(struct kd_facts *facts, const char *name, const struct kd_reg *reg)
{
    static const char *const FORMAT[KD_REG_FORMAT_COUNT] = {
        [KD_REG_V5] = "Registry Editor 5",
        [KD_REG_REGEDIT4] = "REGEDIT4",
        [KD_REG_HIVE] = "hive",
    };
    const char *file = kd_arena_strdup(facts->arena, name);
    struct kd_registry_fact *registry = facts->registry;

    if (registry == NULL) {
        registry = facts->registry = kd_arena_alloc(facts->arena, sizeof(*registry));
    }
    registry->file =
        kd_arena_grow(facts->arena, registry->file, registry->nfile, sizeof(*registry->file));
    registry->file[registry->nfile++] = (struct kd_reg_file_fact){
        .name = file,
        .format = FORMAT[reg->format],
        .encoding = reg->encoding,
        .nkeys = reg->nkeys,
        .nvalues = reg->nvalues,
        .nkept = (uint32_t)reg->nvalue,
        .nwarnings = reg->nwarnings,
    };
    for (size_t i = 0; i < reg->nvalue; i++) {
        facts_value(facts, file, &reg->value[i]);
    }
    for (size_t i = 0; i < reg->nwarning; i++) {
        facts_warning(facts, file, &reg->warning[i]);
    }
}
