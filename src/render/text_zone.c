/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text_zone.c - the zone that holds a domain's service: what the resolver says of it, and a row
 * for each of its servers. A server that differs from the others is told by a word in its row.
 */
#include "text.h"

#include <inttypes.h>
#include <string.h>

#include "kmsdns/dns/serial.h"

/* Targets of a set that are named in a row; the others are counted. */
#define ZONE_MAX_TARGETS 2

enum zone_column {
    ZONE_NAME,
    ZONE_ADDRESS,
    ZONE_UDP,
    ZONE_TCP,
    ZONE_AUTH,
    ZONE_SERIAL,
    ZONE_TTL,
    ZONE_SRV,
    ZONE_REMARK
};

/* a is older than b; half the circle away is neither. */
static bool zone_is_older(int64_t a, int64_t b)
{
    return a >= 0 && b >= 0 && kd_serial_behind((uint32_t)b, (uint32_t)a) > 0;
}

static bool zone_gave_srv(const struct kd_server_fact *server)
{
    return server->is_authoritative && kd_outcome_is_usable(server->srv_status);
}

/* The server that the others are compared with: the primary, else the first one that answers. */
static const struct kd_server_fact *zone_reference(const struct kd_zone_fact *zone)
{
    const struct kd_server_fact *reference = NULL;

    for (size_t i = 0; i < zone->nserver; i++) {
        const struct kd_server_fact *server = &zone->server[i];

        if (!zone_gave_srv(server)) {
            continue;
        }
        if (server->is_primary && !kd_server_is_given(server)) {
            return server;
        }
        reference = reference != NULL ? reference : server;
    }
    return reference;
}

static int64_t zone_newest(const struct kd_zone_fact *zone)
{
    int64_t newest = -1;

    for (size_t i = 0; i < zone->nserver; i++) {
        int64_t serial = zone->server[i].serial;

        newest = newest < 0 || zone_is_older(newest, serial) ? serial : newest;
    }
    return newest;
}

static void zone_add_word(struct kd_buf *buf, bool is_so, const char *word)
{
    if (is_so) {
        kd_buf_printf(buf, "%s%s", buf->len > 0 ? ", " : "", word);
    }
}

/* "primary", and what is odd about the server in words. */
static const char *zone_remark(const struct kd_text *text, const struct kd_zone_fact *zone,
                               const struct kd_server_fact *server)
{
    const struct kd_server_fact *reference = zone_reference(zone);
    bool was_asked = server->status != KD_OUT_SKIPPED;
    bool is_given = kd_server_is_given(server);
    bool is_silent = kd_outcome_is_silent(server->status);
    struct kd_buf buf = {0};
    const char *remark;

    zone_add_word(&buf, is_given, "by --server");
    zone_add_word(&buf, server->is_primary && !is_given, "primary");
    zone_add_word(&buf, !server->is_listed && !is_given, "not in NS set");
    zone_add_word(&buf, is_silent, "SILENT");
    zone_add_word(&buf,
                  was_asked && !is_silent && !server->is_authoritative &&
                      server->address.addr.family != 0,
                  "LAME");
    zone_add_word(&buf, zone_is_older(server->serial, zone_newest(zone)), "BEHIND");
    zone_add_word(&buf,
                  reference != NULL && zone_gave_srv(server) &&
                      !kd_srv_set_equal(server->records, server->nrecords, reference->records,
                                        reference->nrecords),
                  "DIFFERS");
    zone_add_word(&buf, !is_silent && kd_outcome_is_silent(server->tcp_status), "NO TCP");
    remark = kd_arena_strdup(text->arena, kd_buf_str(&buf));
    kd_buf_done(&buf);
    return remark;
}

/* "kms01.example.:1688, kms02.example.:1688 +3", or why there is none. */
static const char *zone_set(const struct kd_text *text, const struct kd_server_fact *server)
{
    const char *list = "";

    if (server->srv_alias != NULL) {
        return kd_arena_printf(text->arena, "alias of %s",
                               kd_text_safe(text, server->srv_alias));
    }
    if (server->nrecords == 0) {
        return server->srv_status != KD_OUT_SKIPPED ? kd_outcome_str(server->srv_status) : NULL;
    }
    for (size_t i = 0; i < server->nrecords && i < ZONE_MAX_TARGETS; i++) {
        list = kd_arena_printf(text->arena, "%s%s%s:%u", list, i > 0 ? ", " : "",
                               kd_text_safe(text, server->records[i].target),
                               server->records[i].port);
    }
    if (server->nrecords > ZONE_MAX_TARGETS) {
        list =
            kd_arena_printf(text->arena, "%s +%zu", list, server->nrecords - ZONE_MAX_TARGETS);
    }
    return list;
}

static void zone_add_server(struct kd_text_table *table, const struct kd_zone_fact *zone,
                            const struct kd_server_fact *server)
{
    const struct kd_text *text = table->text;
    struct kd_text_row row = {{NULL}};

    row.cell[ZONE_NAME] = kd_text_safe(text, server->name);
    row.cell[ZONE_ADDRESS] = server->address.addr.family != 0
                                 ? kd_text_endpoint(text, &server->address)
                                 : "no address";
    row.cell[ZONE_UDP] = kd_outcome_str(server->status);
    row.cell[ZONE_TCP] = kd_outcome_str(server->tcp_status);
    if (!kd_outcome_is_silent(server->status) && server->status != KD_OUT_SKIPPED) {
        row.cell[ZONE_AUTH] = server->is_authoritative ? "yes" : "no";
    }
    if (server->serial >= 0) {
        row.cell[ZONE_SERIAL] = kd_arena_printf(text->arena, "%" PRId64, server->serial);
    }
    if (server->ttl_s >= 0) {
        row.cell[ZONE_TTL] = kd_arena_printf(text->arena, "%" PRId64 " s", server->ttl_s);
    }
    row.cell[ZONE_SRV] = zone_set(text, server);
    row.cell[ZONE_REMARK] = zone_remark(text, zone, server);
    kd_text_table_add(table, &row);
}

static void zone_servers(const struct kd_text *text, const struct kd_zone_fact *zone)
{
    struct kd_text_table table = {.text = text, .indent = 4};
    const struct kd_text_row head = {
        {"SERVER", "ADDRESS", "UDP", "TCP", "AUTH", "SERIAL", "TTL", "SRV", NULL}};

    table.right = 1U << ZONE_SERIAL | 1U << ZONE_TTL;
    kd_text_table_add(&table, &head);
    for (size_t i = 0; i < zone->nserver; i++) {
        zone_add_server(&table, zone, &zone->server[i]);
    }
    kd_text_table_print(&table);
}

/* Where the zone's servers could not all be found out. */
static void zone_gaps(const struct kd_text *text, const struct kd_zone_fact *zone)
{
    if (zone->ns_status != KD_OUT_NOERROR && zone->ns_status != KD_OUT_SKIPPED) {
        kd_text_keyed(text, "servers",
                      kd_arena_printf(text->arena, "unknown, the question for NS ended in %s",
                                      kd_outcome_str(zone->ns_status)));
    }
    if (zone->primary != NULL && zone->primary_status != KD_OUT_NOERROR &&
        zone->primary_status != KD_OUT_SKIPPED) {
        kd_text_keyed(text, "primary",
                      kd_arena_printf(text->arena, "%s has no address: %s",
                                      kd_text_safe(text, zone->primary),
                                      kd_outcome_str(zone->primary_status)));
    }
}

/* A key may lead to another view, in which the zone is another one. */
static void zone_signed(const struct kd_text *text, const struct kd_zone_fact *zone)
{
    if (zone->signed_status == KD_OUT_SKIPPED) {
        return;
    }
    if (zone->signed_name == NULL) {
        kd_text_keyed(text, "signed",
                      kd_arena_printf(text->arena, "asked with the key: %s",
                                      kd_outcome_str(zone->signed_status)));
    } else if (zone->name == NULL || strcmp(zone->signed_name, zone->name) != 0) {
        kd_text_keyed(text, "signed",
                      kd_arena_printf(text->arena, "asked with the key, the zone is %s",
                                      kd_text_safe(text, zone->signed_name)));
    }
}

static void zone_head(const struct kd_text *text, const struct kd_zone_fact *zone)
{
    struct kd_buf buf = {0};

    if (zone->name == NULL) {
        kd_text_keyed(text, "zone",
                      kd_arena_printf(text->arena, "not found: %s (%s)",
                                      kd_outcome_str(zone->status),
                                      kd_outcome_text(zone->status)));
        return;
    }
    kd_buf_puts(&buf, kd_text_safe(text, zone->name));
    if (zone->primary != NULL) {
        kd_buf_printf(&buf, ", primary %s", kd_text_safe(text, zone->primary));
    }
    if (zone->serial >= 0) {
        kd_buf_printf(&buf, ", serial %" PRId64, zone->serial);
    }
    if (zone->negative_ttl_s >= 0) {
        kd_buf_printf(&buf, ", negative answers are kept for %" PRId64 " s",
                      zone->negative_ttl_s);
    }
    kd_text_keyed(text, "zone", kd_buf_str(&buf));
    kd_buf_done(&buf);
}

/* RFC 2308 5: who asked just before the record came keeps "there is none" for so long. */
static void zone_negative(const struct kd_text *text, const struct kd_domain_fact *domain)
{
    const struct kd_facts *facts = text->facts;
    const struct kd_server_fact *reference = zone_reference(domain->zone);
    int64_t now_s = facts->started_s + (int64_t)(facts->duration_us / 1000000);

    if (facts->host == NULL || domain->change != NULL || domain->zone->negative_ttl_s < 0 ||
        kd_domain_has_srv(domain) || (reference != NULL && reference->nrecords > 0)) {
        return;
    }
    kd_text_keyed(text, "clients",
                  kd_arena_printf(text->arena,
                                  "that asked already will see a record published now after %s",
                                  kd_text_hour(text, now_s + domain->zone->negative_ttl_s)));
}

void kd_text_zone(const struct kd_text *text, const struct kd_domain_fact *domain)
{
    const struct kd_zone_fact *zone = domain->zone;

    if (zone == NULL) {
        return;
    }
    zone_head(text, zone);
    zone_negative(text, domain);
    zone_signed(text, zone);
    zone_gaps(text, zone);
    if (zone->nserver > 0) {
        zone_servers(text, zone);
    }
}
