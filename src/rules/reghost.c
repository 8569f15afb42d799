/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reghost.c - the computer behind a registry export: its name, its domain, and which of the two
 * licensing keys it reads.
 */
#include "reghost.h"

#include <string.h>

#include "kmsdns/dns/name.h"

const struct kd_reg_value_fact *kd_reg_host_find(const struct kd_facts *facts, const char *file,
                                                 kd_reg_area area, const char *name)
{
    const struct kd_reg_value_fact *found = NULL;

    for (size_t i = 0; i < facts->registry->nvalue; i++) {
        const struct kd_reg_value_fact *value = &facts->registry->value[i];

        if (strcmp(value->file, file) == 0 && value->area == area && !value->is_deletion &&
            (area == KD_REG_AREA_LICENSING || value->scope == KD_REG_SCOPE_MACHINE) &&
            kd_reg_name_equal(value->name, name)) {
            found = value;
        }
    }
    return found;
}

const struct kd_reg_value_fact *kd_reg_host_licensing(const struct kd_reg_computer *host,
                                                      kd_reg_scope scope, const char *name)
{
    const struct kd_registry_fact *registry = host->facts->registry;
    const struct kd_reg_value_fact *found = NULL;

    for (size_t i = 0; i < registry->nvalue; i++) {
        const struct kd_reg_value_fact *value = &registry->value[i];

        if (strcmp(value->file, host->file) == 0 && value->area == KD_REG_AREA_LICENSING &&
            value->generation == host->generation && value->scope == scope &&
            !value->is_deletion && kd_reg_name_equal(value->name, name)) {
            found = value;
        }
    }
    return found;
}

static bool reg_has_generation(const struct kd_facts *facts, const char *file,
                               kd_reg_generation generation)
{
    for (size_t i = 0; i < facts->registry->nvalue; i++) {
        const struct kd_reg_value_fact *value = &facts->registry->value[i];

        if (strcmp(value->file, file) == 0 && value->generation == generation) {
            return true;
        }
    }
    return false;
}

/* 6.0 is Vista and 2008; where the version is not told, the newer key speaks for the newer. */
static kd_reg_generation reg_generation(const struct kd_facts *facts, const char *file)
{
    const struct kd_reg_value_fact *version =
        kd_reg_host_find(facts, file, KD_REG_AREA_WINDOWS, "CurrentVersion");

    if (version != NULL && version->text != NULL) {
        return strcmp(version->text, "6.0") == 0 ? KD_REG_GENERATION_SL : KD_REG_GENERATION_SPP;
    }
    if (reg_has_generation(facts, file, KD_REG_GENERATION_SPP)) {
        return KD_REG_GENERATION_SPP;
    }
    return reg_has_generation(facts, file, KD_REG_GENERATION_SL) ? KD_REG_GENERATION_SL
                                                                 : KD_REG_GENERATION_NONE;
}

/* A text of Tcpip\Parameters as a canonical name; "NV" is what holds after the next start. */
static const char *reg_tcpip_name(const struct kd_facts *facts, const char *file,
                                  const char *first, const char *second)
{
    const struct kd_reg_value_fact *value =
        kd_reg_host_find(facts, file, KD_REG_AREA_TCPIP, first);
    const char *name = NULL;

    if (value == NULL || value->text == NULL || value->text[0] == '\0') {
        value = kd_reg_host_find(facts, file, KD_REG_AREA_TCPIP, second);
    }
    if (value == NULL || value->text == NULL || value->text[0] == '\0') {
        return NULL;
    }
    return kd_name_from_str(facts->arena, value->text, &name, NULL) == KD_OK ? name : NULL;
}

static const char *reg_known_home(const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        if ((facts->domain[i].sources & KD_SOURCE_PRIMARY_SUFFIX) != 0) {
            return facts->domain[i].name;
        }
    }
    return NULL;
}

struct kd_reg_computer kd_reg_host_of(const struct kd_facts *facts, size_t file)
{
    struct kd_reg_computer host = {.facts = facts, .file = facts->registry->file[file].name};
    const char *name = reg_tcpip_name(facts, host.file, "NV Hostname", "Hostname");

    host.generation = reg_generation(facts, host.file);
    host.home = reg_tcpip_name(facts, host.file, "NV Domain", "Domain");
    if (name != NULL && host.home != NULL) {
        host.name = kd_name_join(
            facts->arena, kd_arena_strndup(facts->arena, name, strlen(name) - 1), host.home);
    }
    if (host.home == NULL && facts->registry->nfile == 1) {
        host.home = reg_known_home(facts);
    }
    return host;
}

const char *kd_reg_host_subject(const struct kd_reg_computer *host)
{
    if (host->name == NULL) {
        return host->file;
    }
    return kd_arena_printf(host->facts->arena, "%s (%s)", host->name, host->file);
}

const char *kd_reg_host_where(const struct kd_facts *facts,
                              const struct kd_reg_value_fact *value)
{
    if (value->line == 0) {
        return value->file;
    }
    return kd_arena_printf(facts->arena, "%s, line %u", value->file, value->line);
}
