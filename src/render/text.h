/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RENDER_TEXT_H
#define KMSDNS_RENDER_TEXT_H

#include "kmsdns/render/render.h"
#include "kmsdns/rules/client.h"

/*
 * What the files of the text renderer share. Every string from outside becomes a harmless one
 * in the arena (kd_text_safe) before it is measured, padded or wrapped.
 */

/* One text being written. */
struct kd_text {
    const struct kd_facts *facts;
    const struct kd_judgement *judgement;
    const struct kd_render_style *style;
    struct kd_arena *arena;
    struct kd_buf *out;
};

/** Blanks before the text behind a key: "  answer     NXDOMAIN ...". */
#define KD_TEXT_KEY_COLUMNS 13

/** A harmless copy of text of any origin; "" for NULL. Lives in the arena. */
const char *kd_text_safe(const struct kd_text *text, const char *unsafe);

/** kd_endpoint_str and kd_addr_str into the arena. */
const char *kd_text_endpoint(const struct kd_text *text, const struct kd_endpoint *endpoint);
const char *kd_text_addr(const struct kd_text *text, const struct kd_addr *addr);

/** "0.4 ms", "12 ms", "1.5 s" */
const char *kd_text_duration(const struct kd_text *text, uint64_t duration_us);

/** "1 host", "2 hosts" */
const char *kd_text_count(const struct kd_text *text, size_t n, const char *thing);

/** The names of a source mask, "argument, ad-domain". */
const char *kd_text_sources(const struct kd_text *text, uint32_t sources);

/** "CRITICAL", in its colour if colour is allowed. */
const char *kd_text_severity(const struct kd_text *text, kd_severity severity);

/** "UNKNOWN", "OK", or the worst severity, in its colour. */
const char *kd_text_verdict(const struct kd_text *text);

/** Wrapped prose and a newline, all lines behind indent blanks. */
void kd_text_prose(const struct kd_text *text, size_t indent, const char *safe);

/** "  key        prose", wrapped beside the key; key "" continues the one before. */
void kd_text_keyed(const struct kd_text *text, const char *key, const char *safe);

/** The same, indented by more blanks. */
void kd_text_keyed_at(const struct kd_text *text, size_t indent, const char *key,
                      const char *safe);

/* An aligned table, collected and then printed. Cells are harmless texts, NULL is empty. */
#define KD_TEXT_MAX_COLUMNS 9

struct kd_text_row {
    const char *cell[KD_TEXT_MAX_COLUMNS];
};

struct kd_text_table {
    const struct kd_text *text;
    size_t indent;
    uint32_t right; /* mask of columns aligned to the right */
    struct kd_text_row *row;
    size_t nrow;
};

void kd_text_table_add(struct kd_text_table *table, const struct kd_text_row *row);

/** Print all rows; columns that are empty in every row take no room. */
void kd_text_table_print(const struct kd_text_table *table);

/* The parts of the document, in order. */
void kd_text_domains(const struct kd_text *text);
void kd_text_clients(const struct kd_text *text);
void kd_text_findings(const struct kd_text *text);
void kd_text_not_evaluated(const struct kd_text *text);
void kd_text_queries(const struct kd_text *text);

/** One question as evidence: "#7 192.0.2.53:53 udp SRV name: NXDOMAIN, 1 try, 0.3 ms". */
const char *kd_text_query(const struct kd_text *text, const struct kd_query_fact *query);

#endif
