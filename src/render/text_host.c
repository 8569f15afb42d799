/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text_host.c - the host that is to be published: its addresses, their reverse names and ports;
 * and the sentence that a preflight begins and ends with.
 */
#include "text.h"

#include <string.h>

enum host_column {
    HOST_ADDRESS,
    HOST_TCP,
    HOST_RTT,
    HOST_PTR
};

static const char *host_ptr(const struct kd_text *text, const struct kd_host_fact *host,
                            size_t place)
{
    const struct kd_ptr_fact *ptr = place < host->nptr ? &host->ptr[place] : NULL;

    if (ptr == NULL || (ptr->name == NULL && ptr->status == KD_OUT_SKIPPED)) {
        return NULL;
    }
    if (ptr->name == NULL) {
        return kd_outcome_str(ptr->status);
    }
    return strcmp(ptr->name, host->name) == 0
               ? kd_text_safe(text, ptr->name)
               : kd_arena_printf(text->arena, "%s (DIFFERS)", kd_text_safe(text, ptr->name));
}

static void host_addresses(const struct kd_text *text, const struct kd_host_fact *host)
{
    struct kd_text_table table = {.text = text, .indent = 4, .right = 1U << HOST_RTT};
    struct kd_text_row row = {{"ADDRESS", NULL, NULL, "PTR"}};

    if (text->facts->tcp_was_tried) {
        row.cell[HOST_TCP] = kd_arena_printf(text->arena, "PORT %u", host->port);
    }
    kd_text_table_add(&table, &row);
    for (size_t i = 0; i < host->naddress; i++) {
        const struct kd_address_fact *address = &host->address[i];

        row = (struct kd_text_row){{NULL}};
        row.cell[HOST_ADDRESS] = kd_text_addr(text, &address->addr);
        if (text->facts->tcp_was_tried) {
            row.cell[HOST_TCP] = kd_reach_str(address->tcp);
        }
        if (address->tcp == KD_REACH_OPEN) {
            row.cell[HOST_RTT] = kd_text_duration(text, address->rtt_us);
        }
        row.cell[HOST_PTR] = host_ptr(text, host, i);
        kd_text_table_add(&table, &row);
    }
    kd_text_table_print(&table);
}

/* A family whose addresses are unknown, not just absent. */
static void host_gap(const struct kd_text *text, const char *type, kd_outcome status)
{
    if (status != KD_OUT_SKIPPED && !kd_outcome_is_usable(status)) {
        kd_text_keyed(text, "addresses",
                      kd_arena_printf(text->arena, "the question for %s ended in %s", type,
                                      kd_outcome_str(status)));
    }
}

void kd_text_host(const struct kd_text *text)
{
    const struct kd_host_fact *host = text->facts->host;

    if (host == NULL) {
        return;
    }
    kd_buf_printf(text->out, "Host %s, port %u\n", kd_text_safe(text, host->name), host->port);
    if (host->alias_of != NULL) {
        kd_text_keyed(
            text, "alias",
            kd_arena_printf(text->arena, "of %s", kd_text_safe(text, host->alias_of)));
    }
    if (host->naddress > 0) {
        host_gap(text, "A", host->a_status);
        host_gap(text, "AAAA", host->aaaa_status);
        host_addresses(text, host);
    } else if (host->a_status != KD_OUT_SKIPPED) {
        kd_text_keyed(text, "addresses",
                      kd_arena_printf(text->arena, "none: A %s, AAAA %s",
                                      kd_outcome_str(host->a_status),
                                      kd_outcome_str(host->aaaa_status)));
    }
    kd_buf_puts(text->out, "\n");
}

/* The best verdict on the right to write in a domain; UNREACHABLE when nobody was asked. */
static kd_right host_best_right(const struct kd_domain_fact *domain)
{
    kd_right best = KD_RIGHT_UNREACHABLE;

    for (size_t i = 0; i < domain->nupdate; i++) {
        /* the enumeration goes from the best to the worst */
        best = domain->update[i].right < best ? domain->update[i].right : best;
    }
    return best;
}

static bool host_can_publish(const struct kd_domain_fact *domain)
{
    kd_right right = host_best_right(domain);

    return right == KD_RIGHT_ALLOWED || right == KD_RIGHT_PROBABLE;
}

/* What stands in the way of publishing, other than what is published today. */
static const struct kd_finding *host_obstacle(const struct kd_text *text, bool is_host_only)
{
    static const char *const PREFIX[] = {"HOST-", "CAND-", "ZONE-", "KEY-",
                                         "GSS-",  "UPD-",  "AD-",   "RES-"};
    size_t nprefix = is_host_only ? 1 : sizeof(PREFIX) / sizeof(PREFIX[0]);

    for (size_t i = 0; i < text->judgement->nfinding; i++) {
        const struct kd_finding *finding = &text->judgement->finding[i];

        for (size_t j = 0; finding->severity == KD_SEV_CRITICAL && j < nprefix; j++) {
            if (strncmp(finding->rule->id, PREFIX[j], strlen(PREFIX[j])) == 0) {
                return finding;
            }
        }
    }
    return NULL;
}

/* Where no finding tells it: the first domain that is not to be had. */
static const char *host_first_refusal(const struct kd_text *text)
{
    for (size_t i = 0; i < text->facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &text->facts->domain[i];

        if (!host_can_publish(domain)) {
            return kd_arena_printf(
                text->arena, "the right to write in %s %s%s", kd_text_safe(text, domain->name),
                domain->nupdate > 0 ? "is " : "was not found out",
                domain->nupdate > 0 ? kd_right_str(host_best_right(domain)) : "");
        }
    }
    return text->facts->nreject > 0 ? "not every domain given is a name"
                                    : "there is no domain to publish in";
}

static const char *host_reason(const struct kd_text *text)
{
    const struct kd_host_fact *host = text->facts->host;
    const struct kd_finding *obstacle = host_obstacle(text, false);

    if (obstacle == NULL) {
        return host_first_refusal(text);
    }
    if (host != NULL && strcmp(obstacle->subject, host->name) == 0) {
        return kd_text_safe(text, obstacle->text);
    }
    return kd_arena_printf(text->arena, "%s: %s", kd_text_safe(text, obstacle->subject),
                           kd_text_safe(text, obstacle->text));
}

void kd_text_go(const struct kd_text *text)
{
    const struct kd_facts *facts = text->facts;
    const char *host = facts->host != NULL ? kd_text_safe(text, facts->host->name) : "the host";
    size_t total = facts->ndomain + facts->nreject, n = 0;
    bool is_go;

    for (size_t i = 0; i < facts->ndomain; i++) {
        n += host_can_publish(&facts->domain[i]) ? 1 : 0;
    }
    is_go = total > 0 && n == total && host_obstacle(text, true) == NULL;
    if (is_go) {
        kd_text_prose(text, 0,
                      kd_arena_printf(text->arena, "%s: %s can be published in %zu of %s",
                                      kd_text_go_word(text, true), host, n,
                                      kd_text_count(text, total, "domain")));
        return;
    }
    kd_text_prose(text, 0,
                  kd_arena_printf(text->arena,
                                  "%s: %s: %s; the record may be written in %zu of %s",
                                  kd_text_go_word(text, false), host, host_reason(text), n,
                                  kd_text_count(text, total, "domain")));
}
