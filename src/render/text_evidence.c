/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text_evidence.c - what files and DHCP servers say: registry exports with their values and
 * their damage, leases and answers, ipconfig output.
 */
#include "text.h"

#include <string.h>

#include "kmsdns/base/clock.h"

#define MAX_WARNINGS 20 /* shown of a file, unless everything was asked for */

/* "a, b, c"; "none" for nothing. */
static const char *evid_list(const struct kd_text *text, const char *const *list, size_t n)
{
    const char *joined = n > 0 ? kd_text_safe(text, list[0]) : "none";

    for (size_t i = 1; i < n; i++) {
        joined = kd_arena_printf(text->arena, "%s, %s", joined, kd_text_safe(text, list[i]));
    }
    return joined;
}

/* The parts of a key that tell it from others: behind CurrentVersion or Services. */
static const char *evid_key(const struct kd_text *text, const struct kd_reg_value_fact *value)
{
    static const char *const COMMON[] = {"\\CurrentVersion\\", "\\Services\\", "\\Policies\\"};
    const char *key = value->key;

    for (size_t i = 0; i < sizeof(COMMON) / sizeof(COMMON[0]); i++) {
        const char *found = strstr(key, COMMON[i]);

        key = found != NULL ? found + strlen(COMMON[i]) : key;
    }
    return kd_arena_printf(text->arena, "%s%s",
                           value->scope == KD_REG_SCOPE_SERVICE ? "S-1-5-20: "
                           : value->scope == KD_REG_SCOPE_WOW64 ? "Wow6432Node: "
                                                                : "",
                           kd_text_safe(text, key));
}

static const char *evid_data(const struct kd_text *text, const struct kd_reg_value_fact *value)
{
    if (value->is_deletion) {
        return "deleted by the file";
    }
    if (value->text != NULL) {
        return kd_arena_printf(text->arena, "\"%s\"", kd_text_safe(text, value->text));
    }
    if (value->number >= 0) {
        return kd_arena_printf(text->arena, "%lld", (long long)value->number);
    }
    return value->type == KD_REG_TYPE_MULTI_SZ ? "" : kd_reg_type_str(value->type);
}

/* A list takes a row an entry. */
static void evid_add_value(struct kd_text_table *table, const struct kd_reg_value_fact *value)
{
    const struct kd_text *text = table->text;
    struct kd_text_row row = {{
        value->line > 0 ? kd_arena_printf(text->arena, "line %u", value->line) : NULL,
        value->name[0] != '\0' ? kd_text_safe(text, value->name) : "(default)",
        value->nlist > 0 ? kd_text_safe(text, value->list[0]) : evid_data(text, value),
    }};

    kd_text_table_add(table, &row);
    for (size_t i = 1; i < value->nlist; i++) {
        kd_text_table_add(table, &(struct kd_text_row){
                                     {NULL, NULL, NULL, kd_text_safe(text, value->list[i])}});
    }
}

static void evid_warnings(const struct kd_text *text, const struct kd_reg_file_fact *file)
{
    const struct kd_registry_fact *registry = text->facts->registry;
    size_t max = text->style->verbosity >= 2 ? SIZE_MAX : MAX_WARNINGS, n = 0;

    for (size_t i = 0; i < registry->nwarning && n < max; i++) {
        const struct kd_reg_warning_fact *warning = &registry->warning[i];

        if (strcmp(warning->file, file->name) == 0) {
            kd_text_keyed(text, n == 0 ? "damage" : "",
                          kd_arena_printf(text->arena, "line %u, column %u: %s", warning->line,
                                          warning->column, kd_text_safe(text, warning->text)));
            n++;
        }
    }
    if (file->nwarnings > n) {
        kd_text_keyed(
            text, "",
            kd_arena_printf(text->arena, "and %u more", file->nwarnings - (unsigned)n));
    }
}

/* Values under their keys. */
static void evid_values(const struct kd_text *text, const struct kd_reg_file_fact *file)
{
    const struct kd_registry_fact *registry = text->facts->registry;
    struct kd_text_table table = {.text = text, .indent = 4};
    const char *key = NULL;

    for (size_t i = 0; i < registry->nvalue; i++) {
        const struct kd_reg_value_fact *value = &registry->value[i];

        if (strcmp(value->file, file->name) != 0) {
            continue;
        }
        if (key == NULL || strcmp(key, value->key) != 0) {
            kd_text_table_print(&table);
            table = (struct kd_text_table){.text = text, .indent = 4};
            kd_text_prose(text, 2, evid_key(text, value));
            key = value->key;
        }
        evid_add_value(&table, value);
    }
    kd_text_table_print(&table);
}

static void evid_file(const struct kd_text *text, const struct kd_reg_file_fact *file)
{
    const char *content =
        kd_arena_printf(text->arena, "%s in %s, %u of them about licensing and DNS",
                        kd_text_count(text, file->nvalues, "value"),
                        kd_text_count(text, file->nkeys, "key"), file->nkept);

    kd_text_prose(text, 0,
                  kd_arena_printf(text->arena, "registry %s", kd_text_safe(text, file->name)));
    kd_text_keyed(text, "format",
                  file->encoding != NULL
                      ? kd_arena_printf(text->arena, "%s, %s", kd_text_safe(text, file->format),
                                        kd_text_safe(text, file->encoding))
                      : kd_text_safe(text, file->format));
    if (file->encoding != NULL) {
        kd_text_keyed(text, "content", content);
    }
    evid_warnings(text, file);
    evid_values(text, file);
    kd_buf_puts(text->out, "\n");
}

static void evid_offer(const struct kd_text *text, const struct kd_dhcp_offer_fact *offer)
{
    char when[KD_RFC3339_STRLEN];
    bool is_lease = offer->origin == KD_DHCP_ORIGIN_LEASE;

    kd_text_prose(text, 0,
                  is_lease ? kd_arena_printf(text->arena, "lease %s (%s)",
                                             kd_text_safe(text, offer->source),
                                             kd_text_safe(text, offer->format))
                           : kd_arena_printf(text->arena, "DHCP server %s on %s",
                                             kd_text_safe(text, offer->server),
                                             kd_text_safe(text, offer->source)));
    if (offer->interface != NULL && is_lease) {
        kd_text_keyed(text, "interface", kd_text_safe(text, offer->interface));
    }
    if (offer->server != NULL && is_lease) {
        kd_text_keyed(text, "server", kd_text_safe(text, offer->server));
    }
    if (offer->expires_s >= 0) {
        kd_text_keyed(text, "expires", kd_rfc3339_str(offer->expires_s, when));
    }
    kd_text_keyed(text, "option 15",
                  offer->domain_name != NULL ? kd_text_safe(text, offer->domain_name) : "none");
    kd_text_keyed(text, "option 119", evid_list(text, offer->search, offer->nsearch));
    kd_text_keyed(text, "option 6", evid_list(text, offer->dns, offer->ndns));
    if (offer->malformed != NULL) {
        kd_text_keyed(text, "malformed", kd_text_safe(text, offer->malformed));
    }
    kd_buf_puts(text->out, "\n");
}

static void evid_computer(const struct kd_text *text, const struct kd_computer_fact *computer)
{
    kd_text_prose(
        text, 0,
        kd_arena_printf(text->arena, "ipconfig %s", kd_text_safe(text, computer->file)));
    kd_text_keyed(text, "host",
                  computer->host_name != NULL ? kd_text_safe(text, computer->host_name) : "?");
    kd_text_keyed(text, "suffix",
                  computer->primary_suffix != NULL
                      ? kd_text_safe(text, computer->primary_suffix)
                      : "none");
    kd_text_keyed(text, "search", evid_list(text, computer->search, computer->nsearch));
    for (size_t i = 0; i < computer->nadapter; i++) {
        const struct kd_adapter_fact *adapter = &computer->adapter[i];

        kd_text_keyed(
            text, "adapter",
            kd_arena_printf(
                text->arena, "%s%s: suffix %s, DNS %s", kd_text_safe(text, adapter->name),
                adapter->is_dhcp ? " (DHCP)" : "",
                adapter->suffix != NULL ? kd_text_safe(text, adapter->suffix) : "none",
                evid_list(text, adapter->dns, adapter->ndns)));
    }
    kd_buf_puts(text->out, "\n");
}

bool kd_text_is_offline(const struct kd_text *text)
{
    const char *command = text->facts->command;

    return command != NULL &&
           (strcmp(command, "registry") == 0 || strcmp(command, "events") == 0);
}

const char *kd_text_files(const struct kd_text *text)
{
    const struct kd_registry_fact *registry = text->facts->registry;

    if (registry != NULL && registry->nfile == 1) {
        return kd_text_safe(text, registry->file[0].name);
    }
    return registry == NULL ? "no file" : kd_text_count(text, registry->nfile, "file");
}

void kd_text_evidence(const struct kd_text *text)
{
    const struct kd_registry_fact *registry = text->facts->registry;
    const struct kd_dhcp_fact *dhcp = text->facts->dhcp;

    for (size_t i = 0; registry != NULL && i < registry->nfile; i++) {
        evid_file(text, &registry->file[i]);
    }
    if (dhcp != NULL && dhcp->interface != NULL && dhcp->noffer == 0) {
        kd_text_prose(text, 0,
                      kd_arena_printf(text->arena, "DHCPINFORM on %s: no answer within %s",
                                      kd_text_safe(text, dhcp->interface),
                                      kd_text_duration(text, dhcp->waited_us)));
        kd_buf_puts(text->out, "\n");
    }
    for (size_t i = 0; dhcp != NULL && i < dhcp->noffer; i++) {
        evid_offer(text, &dhcp->offer[i]);
    }
    for (size_t i = 0; dhcp != NULL && i < dhcp->ncomputer; i++) {
        evid_computer(text, &dhcp->computer[i]);
    }
}
