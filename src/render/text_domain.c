/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text_domain.c - one block per candidate domain: where it comes from, what each resolver says
 * about the service in it, the records, and what is known about the hosts they name. What is
 * known of the zone stands at its end (text_zone.c, text_update.c, text_change.c).
 */
#include "text.h"

#include <inttypes.h>
#include <string.h>

#include "kmsdns/render/wrap.h"

enum dom_column {
    DOM_PRIORITY,
    DOM_WEIGHT,
    DOM_PORT,
    DOM_TARGET,
    DOM_TTL,
    DOM_TCP,
    DOM_RTT
};

static const struct kd_target_fact *dom_target(const struct kd_domain_fact *domain,
                                               const struct kd_srv *record)
{
    for (size_t i = 0; i < domain->ntarget; i++) {
        if (domain->target[i]->port == record->port &&
            strcmp(domain->target[i]->name, record->target) == 0) {
            return domain->target[i];
        }
    }
    return NULL;
}

static void dom_add_address(struct kd_text_table *table, const struct kd_address_fact *address)
{
    const struct kd_text *text = table->text;
    struct kd_text_row row = {{NULL}};

    row.cell[DOM_TARGET] =
        kd_arena_printf(text->arena, "  %s", kd_text_addr(text, &address->addr));
    if (text->facts->tcp_was_tried) {
        row.cell[DOM_TCP] = kd_reach_str(address->tcp);
    }
    if (address->tcp == KD_REACH_OPEN) {
        row.cell[DOM_RTT] = kd_text_duration(text, address->rtt_us);
    }
    kd_text_table_add(table, &row);
}

/* A line below a record that is no address: "  alias of ...", "  no address: NXDOMAIN". */
static void dom_add_remark(struct kd_text_table *table, const char *remark)
{
    struct kd_text_row row = {{NULL}};

    row.cell[DOM_TARGET] = kd_arena_printf(table->text->arena, "  %s", remark);
    kd_text_table_add(table, &row);
}

static void dom_add_target(struct kd_text_table *table, const struct kd_target_fact *target)
{
    const struct kd_text *text = table->text;

    if (target == NULL) {
        dom_add_remark(table, "(not looked up)");
        return;
    }
    if (target->alias_of != NULL) {
        dom_add_remark(table, kd_arena_printf(text->arena, "(alias of %s)",
                                              kd_text_safe(text, target->alias_of)));
    }
    if (target->naddress == 0) {
        dom_add_remark(table, kd_arena_printf(text->arena, "(no address: %s)",
                                              kd_outcome_str(target->status)));
    }
    for (size_t i = 0; i < target->naddress; i++) {
        dom_add_address(table, &target->address[i]);
    }
}

static void dom_records(const struct kd_text *text, const struct kd_domain_fact *domain,
                        const struct kd_view_fact *view)
{
    struct kd_text_table table = {.text = text, .indent = 4};
    struct kd_text_row row = {{"PRIORITY", "WEIGHT", "PORT", "TARGET", "TTL"}};

    table.right =
        1U << DOM_PRIORITY | 1U << DOM_WEIGHT | 1U << DOM_PORT | 1U << DOM_TTL | 1U << DOM_RTT;
    if (text->facts->tcp_was_tried) {
        row.cell[DOM_TCP] = "TCP";
    }
    kd_text_table_add(&table, &row);
    for (size_t i = 0; i < view->nrecords; i++) {
        const struct kd_srv *record = &view->records[i];

        row = (struct kd_text_row){{NULL}};
        row.cell[DOM_PRIORITY] = kd_arena_printf(text->arena, "%u", record->priority);
        row.cell[DOM_WEIGHT] = kd_arena_printf(text->arena, "%u", record->weight);
        row.cell[DOM_PORT] = kd_arena_printf(text->arena, "%u", record->port);
        row.cell[DOM_TARGET] = kd_text_safe(text, record->target);
        row.cell[DOM_TTL] = kd_arena_printf(text->arena, "%" PRIu32 " s", record->ttl_s);
        kd_text_table_add(&table, &row);
        dom_add_target(&table, dom_target(domain, record));
    }
    kd_text_table_print(&table);
}

/* What a resolver says where there are no records: does at least the domain exist? */
static void dom_tell_absence(const struct kd_view_fact *view, struct kd_buf *buf)
{
    if (view->apex_status == KD_OUT_NXDOMAIN) {
        kd_buf_puts(buf, "; neither does the domain");
    } else if (kd_outcome_is_usable(view->apex_status)) {
        kd_buf_puts(buf, "; the domain does");
    }
    if (view->negative_ttl_s >= 0) {
        kd_buf_printf(buf, "; caches may keep that for %" PRId64 " s", view->negative_ttl_s);
    }
}

static const char *dom_view_text(const struct kd_text *text, const struct kd_view_fact *view)
{
    const struct kd_query_fact *query = kd_facts_query(text->facts, view->query);
    struct kd_buf buf = {0};
    const char *result;

    if (view->nrecords > 0) {
        kd_buf_printf(&buf, "%s, TTL %" PRId64 " s %s",
                      kd_text_count(text, view->nrecords, "record"), view->ttl_s,
                      view->is_authoritative ? "from the zone's server" : "from a cache");
    } else {
        kd_buf_puts(&buf, kd_outcome_text(view->status));
    }
    if (view->status == KD_OUT_NXDOMAIN) {
        dom_tell_absence(view, &buf);
    } else if (view->status == KD_OUT_NODATA && view->negative_ttl_s >= 0) {
        kd_buf_printf(&buf, "; caches may keep that for %" PRId64 " s", view->negative_ttl_s);
    }
    if (view->wildcard_matches) {
        kd_buf_puts(&buf, "; a wildcard gives them");
    }
    if (view->is_truncated) {
        kd_buf_printf(&buf, "; too large for UDP, over TCP: %s",
                      kd_outcome_str(view->tcp_status));
    }
    if (query != NULL && query->note != NULL) {
        kd_buf_printf(&buf, "; %s", kd_text_safe(text, query->note));
    }
    result = kd_arena_strdup(text->arena, kd_buf_str(&buf));
    kd_buf_done(&buf);
    return result;
}

static const char *dom_resolver(const struct kd_text *text, const struct kd_view_fact *view)
{
    if (view->resolver >= text->facts->nresolver) {
        return "?";
    }
    return kd_text_endpoint(text, &text->facts->resolver[view->resolver].server);
}

/* One row a resolver, its name only where there are several. */
static void dom_views(const struct kd_text *text, const struct kd_domain_fact *domain)
{
    size_t widest = 0;

    for (size_t i = 0; i < domain->nview && text->facts->nresolver > 1; i++) {
        size_t columns = strlen(dom_resolver(text, &domain->view[i]));

        widest = columns > widest ? columns : widest;
    }
    for (size_t i = 0; i < domain->nview; i++) {
        const struct kd_view_fact *view = &domain->view[i];
        const char *resolver = widest > 0 ? dom_resolver(text, view) : "";
        const char *key = i == 0 ? "answer" : "";
        size_t column = KD_TEXT_KEY_COLUMNS + (widest > 0 ? widest + 2 : 0);

        kd_buf_printf(text->out, "  %-*s%s", KD_TEXT_KEY_COLUMNS - 2, key, resolver);
        kd_buf_pad(text->out, ' ', column - KD_TEXT_KEY_COLUMNS - strlen(resolver));
        kd_wrap(text->out,
                kd_arena_printf(text->arena, "%s: %s", kd_outcome_str(view->status),
                                dom_view_text(text, view)),
                column, column, text->style->width);
        kd_buf_puts(text->out, "\n");
    }
}

static bool dom_same_set(const struct kd_view_fact *a, const struct kd_view_fact *b)
{
    return kd_srv_set_equal(a->records, a->nrecords, b->records, b->nrecords);
}

/* The resolvers that give the set of the view at place; NULL if one before it does. */
static const char *dom_set_owners(const struct kd_text *text,
                                  const struct kd_domain_fact *domain, size_t place)
{
    const char *owners = dom_resolver(text, &domain->view[place]);

    for (size_t i = 0; i < domain->nview; i++) {
        if (i == place || !dom_same_set(&domain->view[i], &domain->view[place])) {
            continue;
        }
        if (i < place) {
            return NULL;
        }
        owners = kd_arena_printf(text->arena, "%s, %s", owners,
                                 dom_resolver(text, &domain->view[i]));
    }
    return owners;
}

/* Prints each different set once, and whose it is where there are several resolvers. */
static void dom_sets(const struct kd_text *text, const struct kd_domain_fact *domain)
{
    bool is_first = true;

    for (size_t i = 0; i < domain->nview; i++) {
        const struct kd_view_fact *view = &domain->view[i];
        const char *owners = view->nrecords > 0 ? dom_set_owners(text, domain, i) : NULL;

        if (owners == NULL) {
            continue;
        }
        if (domain->nview > 1) {
            kd_text_keyed(text, is_first ? "records" : "but", owners);
        }
        is_first = false;
        dom_records(text, domain, view);
    }
}

static void dom_aliases(const struct kd_text *text, const struct kd_domain_fact *domain)
{
    const struct kd_view_fact *view = kd_domain_main_view(domain);

    for (size_t i = 0; view != NULL && i < view->nalias; i++) {
        const struct kd_alias *alias = &view->alias[i];

        kd_text_keyed(text, i == 0 ? "alias" : "",
                      kd_arena_printf(text->arena, "%s is a %s for %s",
                                      kd_text_safe(text, alias->owner),
                                      alias->is_dname ? "DNAME" : "CNAME",
                                      kd_text_safe(text, alias->target)));
    }
}

static void dom_siblings(const struct kd_text *text, const struct kd_domain_fact *domain)
{
    bool is_first = true;

    for (size_t i = 0; i < domain->nsibling; i++) {
        const struct kd_sibling_fact *sibling = &domain->sibling[i];

        for (size_t j = 0; j < sibling->nrecords; j++) {
            const struct kd_srv *record = &sibling->records[j];

            kd_text_keyed(text, is_first ? "instead" : "",
                          kd_arena_printf(text->arena, "%s SRV %u %u %u %s",
                                          kd_text_safe(text, sibling->name), record->priority,
                                          record->weight, record->port,
                                          kd_text_safe(text, record->target)));
            is_first = false;
        }
    }
}

static void dom_head(const struct kd_text *text, const struct kd_domain_fact *domain)
{
    const char *sources = kd_text_sources(text, domain->sources);

    kd_buf_puts(text->out, kd_text_safe(text, domain->name));
    if (domain->unicode != NULL && text->style->is_utf8 &&
        strcmp(domain->unicode, domain->name) != 0) {
        kd_buf_printf(text->out, " (%s)", kd_text_safe(text, domain->unicode));
    }
    kd_buf_puts(text->out, "\n");
    if (domain->has_publish) {
        sources =
            kd_arena_printf(text->arena, "%s (to be published with priority %u, weight %u)",
                            sources, domain->publish_priority, domain->publish_weight);
    }
    kd_text_keyed(text, "source", sources);
}

static void dom_rejects(const struct kd_text *text)
{
    for (size_t i = 0; i < text->facts->nreject; i++) {
        const struct kd_reject_fact *reject = &text->facts->reject[i];

        kd_buf_printf(text->out, "\"%s\"\n", kd_text_safe(text, reject->text));
        kd_text_keyed(text, "source", kd_text_sources(text, reject->sources));
        kd_text_keyed(text, "no name",
                      kd_arena_printf(text->arena, "%s; nothing was asked",
                                      kd_text_safe(text, reject->reason)));
        kd_buf_puts(text->out, "\n");
    }
}

void kd_text_domains(const struct kd_text *text)
{
    for (size_t i = 0; i < text->facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &text->facts->domain[i];

        dom_head(text, domain);
        dom_views(text, domain);
        dom_aliases(text, domain);
        dom_siblings(text, domain);
        dom_sets(text, domain);
        kd_text_zone(text, domain);
        kd_text_rights(text, domain);
        kd_text_change(text, domain);
        kd_buf_puts(text->out, "\n");
    }
    dom_rejects(text);
}
