/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registry.c - the verb registry: read exports, judge them, show them, and write one for
 * another host. Nothing is asked.
 */
#include <string.h>

#include "evidence.h"
#include "kmsdns/base/clock.h"
#include "kmsdns/base/num.h"
#include "kmsdns/dns/publist.h"
#include "kmsdns/import/reg.h"
#include "session.h"

/* What the new file is to say. */
struct registry_plan {
    struct kd_facts *facts;
    struct kd_reg_host host;
    const char **list;
};

/* An entry as the host reads it; what is malformed would break it there, too. */
static kd_status registry_add_entry(struct registry_plan *plan, const char *text,
                                    struct kd_err *err)
{
    struct kd_arena *arena = plan->facts->arena;
    struct kd_publist_entry entry = {.domain = NULL};
    kd_status status = kd_publist_parse(arena, text, &entry, err);
    bool is_vista = plan->host.generation == KD_REG_GENERATION_SL;
    const char *domain;

    if (status != KD_OK) {
        return status;
    }
    domain = kd_arena_strndup(arena, entry.domain, strlen(entry.domain) - 1);
    plan->list = kd_arena_grow(arena, plan->list, plan->host.nlist, sizeof(*plan->list));
    plan->list[plan->host.nlist] =
        entry.has_numbers && !is_vista
            ? kd_arena_printf(arena, "%s,%u,%u", domain, entry.priority, entry.weight)
            : domain;
    plan->host.nlist++;
    plan->host.list = plan->list;
    return KD_OK;
}

/* The value of the machine's licensing key that was read last; the newer key goes before. */
static const struct kd_reg_value_fact *registry_find(const struct kd_facts *facts,
                                                     const char *name)
{
    const struct kd_reg_value_fact *found = NULL;

    for (size_t i = 0; facts->registry != NULL && i < facts->registry->nvalue; i++) {
        const struct kd_reg_value_fact *value = &facts->registry->value[i];

        if (value->area == KD_REG_AREA_LICENSING && value->scope == KD_REG_SCOPE_MACHINE &&
            !value->is_deletion && kd_reg_name_equal(value->name, name) &&
            (found == NULL || value->generation >= found->generation)) {
            found = value;
        }
    }
    return found;
}

static kd_status registry_plan_list(struct registry_plan *plan,
                                    const struct kd_options *options, struct kd_err *err)
{
    const struct kd_reg_value_fact *list = registry_find(plan->facts, "DnsDomainPublishList");
    kd_status status = KD_OK;

    for (size_t i = 0; i < options->ncandidate && status == KD_OK; i++) {
        status = registry_add_entry(plan, options->candidate[i].text, err);
    }
    for (size_t i = 0; options->ncandidate == 0 && list != NULL && i < list->nlist; i++) {
        /* what is malformed is a finding of its own */
        (void)registry_add_entry(plan, list->list[i], NULL);
    }
    return status;
}

static void registry_plan_switches(struct registry_plan *plan, const struct kd_options *options)
{
    const struct kd_reg_value_fact *port =
        registry_find(plan->facts, "KeyManagementServiceListeningPort");
    const struct kd_reg_value_fact *off = registry_find(plan->facts, "DisableDnsPublishing");
    uint32_t number = options->listen_port;

    if (number == 0 && port != NULL && port->text != NULL) {
        (void)kd_parse_u32(port->text, 1, UINT16_MAX, &number, NULL);
    }
    plan->host.port = (uint16_t)number;
    plan->host.is_publishing_off =
        options->is_publishing_off || (off != NULL && off->number > 0);
}

static kd_status registry_write(struct kd_facts *facts, const struct kd_options *options,
                                struct kd_err *err)
{
    struct registry_plan plan = {.facts = facts,
                                 .host = {.generation = options->reg_generation}};
    struct kd_buf out = {.data = NULL};
    const struct kd_reg_value *value;
    kd_status status = registry_plan_list(&plan, options, err);
    size_t n = 0;

    if (status != KD_OK) {
        return status;
    }
    registry_plan_switches(&plan, options);
    if (plan.host.nlist == 0 && plan.host.port == 0 && !plan.host.is_publishing_off) {
        return kd_fail(err, KD_EINVAL, "registry",
                       "--write-reg has nothing to write: give --publish-list, --listen-port "
                       "or an export that has them");
    }
    value = kd_reg_host_values(facts->arena, &plan.host, &n);
    kd_reg_write(value, n, &out);
    status = kd_output_write(options->write_reg, &out, err);
    kd_buf_done(&out);
    return status;
}

static kd_status registry_read(struct kd_facts *facts, const struct kd_options *options,
                               struct kd_err *err)
{
    kd_status status = KD_OK;

    for (size_t i = 0; i < options->nfile && status == KD_OK; i++) {
        status = kd_cmd_read_registry(facts, options->file[i], err);
    }
    return status;
}

int kd_cmd_registry(const struct kd_options *options)
{
    struct kd_session session;
    uint64_t began_us = kd_clock_us();
    struct kd_err err = {.code = KD_OK};
    kd_status status;
    int exit_status = KD_EXIT_OK;

    kd_session_open_offline(&session, options);
    status = registry_read(session.facts, options, &err);
    if (status == KD_OK && options->write_reg != NULL) {
        status = registry_write(session.facts, options, &err);
    }
    session.facts->duration_us = kd_clock_us() - began_us;
    if (status != KD_OK) {
        exit_status = kd_cmd_fail(options->format, &err, KD_EXIT_UNKNOWN);
    } else if (options->nfile > 0) {
        exit_status = kd_session_report(&session);
    }
    kd_session_close(&session);
    return exit_status;
}
