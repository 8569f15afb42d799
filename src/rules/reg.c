/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reg.c - rules about the registry of a KMS host or client: is publishing on, under the right
 * key, does the port agree, is a client pinned.
 */
#include "look.h"
#include "reghost.h"
#include "tables.h"

#include <string.h>

#include "kmsdns/base/num.h"
#include "kmsdns/dns/usual.h"

/* Some resolver gave a record of the domain that names the host. */
static bool reg_is_named(const struct kd_domain_fact *domain, const char *host)
{
    for (size_t i = 0; i < domain->ntarget; i++) {
        if (strcmp(domain->target[i]->name, host) == 0) {
            return true;
        }
    }
    return false;
}

static void reg_disabled_one(struct kd_judge *judge, const struct kd_reg_computer *host,
                             const struct kd_reg_value_fact *value)
{
    const struct kd_facts *facts = host->facts;
    const struct kd_domain_fact *with = kd_look_first_with_srv(facts);
    struct kd_finding_args args = {.subject = kd_reg_host_subject(host), .target = host->name};
    size_t nanswered = 0;

    for (size_t i = 0; i < facts->ndomain; i++) {
        nanswered += kd_look_is_answered(&facts->domain[i]) ? 1 : 0;
    }
    if (with != NULL) {
        bool is_other = host->name != NULL && !reg_is_named(with, host->name);

        args.domain = with->name;
        kd_found_as(judge, KD_SEV_NOTICE, &args,
                    "DisableDnsPublishing is %lld (%s): this host does not keep its record up "
                    "to date; %s",
                    (long long)value->number, kd_reg_host_where(facts, value),
                    kd_arena_printf(facts->arena,
                                    is_other ? "%s has one, but of another host"
                                             : "%s has one all the same, made by hand or left "
                                               "over",
                                    with->name));
    } else if (nanswered > 0 && nanswered == facts->ndomain) {
        args.domain = facts->domain[0].name;
        kd_found(judge, &args,
                 "DisableDnsPublishing is %lld (%s): this host does not publish itself, and no "
                 "record exists",
                 (long long)value->number, kd_reg_host_where(facts, value));
    } else {
        args.domain = host->home;
        kd_found_as(judge, KD_SEV_WARNING, &args,
                    "DisableDnsPublishing is %lld (%s): this host does not publish itself; "
                    "whether a record exists all the same is not known",
                    (long long)value->number, kd_reg_host_where(facts, value));
    }
}

static void reg_publish_disabled(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->registry->nfile; i++) {
        struct kd_reg_computer host = kd_reg_host_of(facts, i);
        const struct kd_reg_value_fact *value =
            kd_reg_host_licensing(&host, KD_REG_SCOPE_MACHINE, "DisableDnsPublishing");

        if (value != NULL && value->number > 0) {
            reg_disabled_one(judge, &host, value);
        }
    }
}

/* The values of a file that stand under one generation's key of the machine. */
static void reg_key_names(const struct kd_reg_computer *host, kd_reg_generation generation,
                          struct kd_look_names *names)
{
    const struct kd_registry_fact *registry = host->facts->registry;

    for (size_t i = 0; i < registry->nvalue; i++) {
        const struct kd_reg_value_fact *value = &registry->value[i];

        if (strcmp(value->file, host->file) == 0 && value->area == KD_REG_AREA_LICENSING &&
            value->scope == KD_REG_SCOPE_MACHINE && value->generation == generation &&
            !value->is_deletion) {
            kd_look_add_name(host->facts, names, value->name);
        }
    }
}

static void reg_key_old(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->registry->nfile; i++) {
        struct kd_reg_computer host = kd_reg_host_of(facts, i);
        bool knows_version =
            kd_reg_host_find(facts, host.file, KD_REG_AREA_WINDOWS, "CurrentVersion") != NULL;
        bool is_vista = knows_version && host.generation == KD_REG_GENERATION_SL;
        struct kd_look_names names = {.n = 0};

        reg_key_names(&host, is_vista ? KD_REG_GENERATION_SPP : KD_REG_GENERATION_SL, &names);
        if (names.n == 0) {
            continue;
        }
        kd_found(judge,
                 &(struct kd_finding_args){.subject = kd_reg_host_subject(&host),
                                           .target = host.name},
                 is_vista ? "%s under ...\\CurrentVersion\\SoftwareProtectionPlatform: Vista "
                            "and 2008 read only ...\\CurrentVersion\\SL"
                          : "%s under ...\\CurrentVersion\\SL: only Vista and 2008 read that "
                            "key, 7, 2008 R2 and later read SoftwareProtectionPlatform",
                 kd_look_names_str(facts, &names));
    }
}

/* The port that a value gives; 0 for none, -1 for a text that is no port. */
static int32_t reg_port_of(const struct kd_reg_value_fact *value)
{
    uint32_t port = 0;

    if (value == NULL || value->text == NULL) {
        return 0;
    }
    return kd_parse_u32(value->text, 1, UINT16_MAX, &port, NULL) == KD_OK ? (int32_t)port : -1;
}

/* True if what was asked is known to be this host's record, or may be. */
static bool reg_is_record_of(const struct kd_reg_computer *host, const struct kd_srv *record)
{
    return host->name == NULL || strcmp(record->target, host->name) == 0;
}

/* Notes the host's records of one view: how many have the port, and one that has another. */
static void reg_note_records(const struct kd_reg_computer *host,
                             const struct kd_view_fact *view, int32_t port, size_t *ret_nport,
                             const struct kd_srv **ret_other)
{
    for (size_t i = 0; i < view->nrecords; i++) {
        const struct kd_srv *record = &view->records[i];

        if (reg_is_record_of(host, record)) {
            *ret_nport += record->port == port ? 1 : 0;
            *ret_other = record->port != port ? record : *ret_other;
        }
    }
}

static void reg_port_type(struct kd_judge *judge, const struct kd_reg_computer *host,
                          const struct kd_reg_value_fact *value)
{
    struct kd_finding_args args = {.subject = kd_reg_host_subject(host), .target = host->name};

    if (value->type != KD_REG_TYPE_SZ) {
        kd_found_as(judge, KD_SEV_WARNING, &args,
                    KD_REG_PORT_NAME
                    " is %s (%s), but the host reads it only as REG_SZ: it listens "
                    "on 1688",
                    kd_reg_type_str(value->type), kd_reg_host_where(host->facts, value));
    } else if (reg_port_of(value) < 0) {
        kd_found(judge, &args, KD_REG_PORT_NAME " (%s) is no port from 1 to 65535",
                 kd_reg_host_where(host->facts, value));
    }
}

static void reg_port_records(struct kd_judge *judge, const struct kd_reg_computer *host,
                             int32_t port)
{
    const struct kd_srv *other = NULL;
    size_t nport = 0;

    for (size_t i = 0; i < host->facts->ndomain; i++) {
        const struct kd_view_fact *view = kd_domain_main_view(&host->facts->domain[i]);

        if (view != NULL) {
            reg_note_records(host, view, port, &nport, &other);
        }
    }
    /* of a host without a name some record may be its own: only if none has the port */
    if (other == NULL || (host->name == NULL && nport > 0)) {
        return;
    }
    kd_found(judge,
             &(struct kd_finding_args){.subject = kd_reg_host_subject(host),
                                       .target = other->target,
                                       .port = (uint16_t)port},
             "the host listens on port %d, but the SRV record of %s says %u", (int)port,
             other->target, other->port);
}

/* Without the value it listens on 1688; without any of these nothing says it is a host. */
static bool reg_is_kms_host(const struct kd_reg_computer *host)
{
    static const char *const NAME[] = {KD_REG_LIST_NAME, KD_REG_PORT_NAME,
                                       "DisableDnsPublishing", "KeyManagementServiceVersion"};

    for (size_t i = 0; i < sizeof(NAME) / sizeof(NAME[0]); i++) {
        if (kd_reg_host_licensing(host, KD_REG_SCOPE_MACHINE, NAME[i]) != NULL) {
            return true;
        }
    }
    return false;
}

static void reg_port(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->registry->nfile; i++) {
        struct kd_reg_computer host = kd_reg_host_of(facts, i);
        const struct kd_reg_value_fact *value =
            kd_reg_host_licensing(&host, KD_REG_SCOPE_MACHINE, KD_REG_PORT_NAME);
        /* the host reads no other type */
        int32_t set = value != NULL && value->type == KD_REG_TYPE_SZ ? reg_port_of(value) : 0;
        int32_t port = set > 0 ? set : KD_KMS_PORT;
        int32_t published = reg_port_of(kd_reg_host_licensing(
            &host, KD_REG_SCOPE_SERVICE, "KeyManagementServiceRegisteredPortNumber"));

        if (!reg_is_kms_host(&host)) {
            continue;
        }
        if (value != NULL) {
            reg_port_type(judge, &host, value);
        }
        if (published > 0 && published != port) {
            kd_found(judge,
                     &(struct kd_finding_args){.subject = kd_reg_host_subject(&host),
                                               .target = host.name,
                                               .port = (uint16_t)port},
                     "the host listens on port %d, but published %d last", (int)port,
                     (int)published);
        }
        reg_port_records(judge, &host, port);
    }
}

static void reg_pinned(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->registry->nvalue; i++) {
        const struct kd_reg_value_fact *value = &facts->registry->value[i];

        if (value->area != KD_REG_AREA_LICENSING || value->is_deletion || value->text == NULL ||
            value->text[0] == '\0' ||
            !kd_reg_name_equal(value->name, "KeyManagementServiceName")) {
            continue;
        }
        kd_found(judge,
                 &(struct kd_finding_args){.subject = kd_arena_printf(facts->arena, "%s: %s",
                                                                      value->file, value->key)},
                 "KeyManagementServiceName is \"%.100s\" (%s, %s): this client asks no SRV "
                 "record",
                 value->text, kd_reg_host_where(facts, value), kd_reg_scope_str(value->scope));
    }
}

const struct kd_rule kd_rules_reg[4] = {
    {
        .id = "REG-PUBLISH-DISABLED",
        .severity = KD_SEV_CRITICAL,
        .needs = KD_NEED_REGISTRY,
        .check = reg_publish_disabled,
        .title = "the host is told not to publish itself",
        .when = "DisableDnsPublishing is on and no record exists; notice when one does",
        .why = "With DisableDnsPublishing the host neither makes nor refreshes its record: "
               "clients find it only through one made by hand.",
        .how = KD_HOW_REGISTRY " /v DisableDnsPublishing",
        .source = KD_SRC_REGISTRY,
        .fix =
            {
                {"windows", "cscript slmgr.vbs /sdns, then restart sppsvc"},
                {"any", "Or keep publishing off and make the record by hand: "
                        "{service}.{domain} {ttl} IN SRV 0 0 {port} {target}"},
            },
    },
    {
        .id = "REG-KEY-OLD",
        .severity = KD_SEV_NOTICE,
        .needs = KD_NEED_REGISTRY,
        .check = reg_key_old,
        .title = "values stand under the key of the other Windows generation",
        .when = "the value stands under the key of the other Windows generation",
        .why = "A host reads only the key of its own generation, so these settings do nothing; "
               "older guides name the old key for new systems, too.",
        .how = KD_HOW_REGISTRY,
        .source = KD_SRC_REGISTRY "; \"Error 0x8007232B\" troubleshooting article",
        .fix =
            {
                {"windows", "Write them under the right key: kmsdns registry FILE --write-reg "
                            "NEW.reg makes a file to import"},
            },
    },
    {
        .id = "REG-PORT",
        .severity = KD_SEV_CRITICAL,
        .needs = KD_NEED_REGISTRY,
        .check = reg_port,
        .title = "the host listens on another port than it published",
        .when = "the listening port and the published port differ",
        .why = "Clients connect to the port of the SRV record, where nothing listens: "
               "0xC004F074.",
        .how = KD_HOW_REGISTRY " /v KeyManagementServiceListeningPort",
        .source = KD_SRC_REGISTRY,
        .fix =
            {
                {"windows", "cscript slmgr.vbs /sprt {port}, then restart sppsvc: it publishes "
                            "the port it listens on"},
                {"any", "Correct a record that was made by hand: {service}.{domain} {ttl} IN "
                        "SRV 0 0 {port} {target}"},
            },
    },
    {
        .id = "REG-PINNED",
        .severity = KD_SEV_WARNING,
        .needs = KD_NEED_REGISTRY,
        .check = reg_pinned,
        .title = "a client has a registered KMS host",
        .when = "a client has a registered KMS host: discovery is bypassed",
        .why = "A client with a registered host never asks DNS: it keeps to that host also "
               "when it has moved or gone.",
        .how = KD_HOW_REGISTRY " /v KeyManagementServiceName",
        .source = KD_SRC_REGISTRY,
        .fix =
            {
                {"client", "cscript slmgr.vbs /ckms returns to discovery; leave it if the "
                           "client shall use this host alone"},
            },
    },
};
