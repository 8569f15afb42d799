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

/** "signed as tsig:kms-key.", "unsigned" for nobody. */
const char *kd_text_identity(const struct kd_text *text, const char *identity);

/** "0 0 1688 kms01.corp.example.", as dig shows a record's data. */
const char *kd_text_srv(const struct kd_text *text, const struct kd_srv *record);

/** "06:06 UTC", the next full minute; with its date on another day than the run's. */
const char *kd_text_hour(const struct kd_text *text, int64_t wall_s);

/** "the server's clock is 301 s ahead of this machine's" */
const char *kd_text_skew(const struct kd_text *text, int64_t skew_s);

/** "BADKEY", "none" for 0, NULL for -1: the reply had no TSIG. */
const char *kd_text_tsig_error(const struct kd_text *text, int32_t tsig_error);

/** The names of a source mask, "argument, ad-domain". */
const char *kd_text_sources(const struct kd_text *text, uint32_t sources);

/** "CRITICAL", in its colour if colour is allowed. */
const char *kd_text_severity(const struct kd_text *text, kd_severity severity);

/** "UNKNOWN", "OK", or the worst severity, in its colour. */
const char *kd_text_verdict(const struct kd_text *text);

/** A word of the program's own in capitals, in the colour of a severity. */
const char *kd_text_word(const struct kd_text *text, const char *word, kd_severity severity);

/** "GO" or "NO-GO", in its colour. */
const char *kd_text_go_word(const struct kd_text *text, bool is_go);

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

/** True for verbs that only read files. */
bool kd_text_is_offline(const struct kd_text *text);

/** What such a verb was about: "host.reg", "3 files". */
const char *kd_text_files(const struct kd_text *text);

/* The parts of the document, in order. */
void kd_text_go(const struct kd_text *text); /* first and last of a preflight */
void kd_text_evidence(const struct kd_text *text);
void kd_text_host(const struct kd_text *text);
void kd_text_domains(const struct kd_text *text);
void kd_text_clients(const struct kd_text *text);
void kd_text_events(const struct kd_text *text); /* nothing without event logs */
void kd_text_code(const struct kd_text *text);   /* nothing where no code was asked about */
void kd_text_causes(const struct kd_text *text); /* of diagnose and preflight */
void kd_text_findings(const struct kd_text *text);
void kd_text_not_evaluated(const struct kd_text *text);
void kd_text_queries(const struct kd_text *text);

/* The parts of a domain's block that are about its zone; nothing where nothing is known. */
void kd_text_zone(const struct kd_text *text, const struct kd_domain_fact *domain);
void kd_text_rights(const struct kd_text *text, const struct kd_domain_fact *domain);
void kd_text_change(const struct kd_text *text, const struct kd_domain_fact *domain);

/** The whole document of the verb that only reads event logs. */
void kd_text_events_report(const struct kd_text *text);

/** "3 changes, 2 done, 1 refused"; NULL when the run was not about any. */
const char *kd_text_changes(const struct kd_text *text);

/**
 * The questions behind something, those of the numbers that there are.
 *
 * key      "evidence" for the first one; "" continues other questions
 * returns  the key for more of them: "" when one was told
 */
const char *kd_text_questions(const struct kd_text *text, const char *key,
                              const uint32_t *number, size_t n);

/** What is for a person is prose; what is for a server's administrator is mostly a command. */
bool kd_text_is_prose(const struct kd_fix *fix);

/** One step that mends something; key "" continues the one before. */
void kd_text_step(const struct kd_text *text, const struct kd_fix *fix, const char *key);

/** One finding with its steps; its rule's reason is told with the first one of the rule. */
void kd_text_finding(const struct kd_text *text, size_t place, bool has_why);

/** True if causes stand above the findings, which are then grouped under them. */
bool kd_text_has_causes(const struct kd_text *text);
void kd_text_findings_by_cause(const struct kd_text *text);

/** "corp.example.", "a. and b.", "a. and 4 more domains", or the files that were read. */
const char *kd_text_subject(const struct kd_text *text);

/** "2 hosts published, 1 of them answering". */
const char *kd_text_hosts(const struct kd_text *text);

/** "192.0.2.53:53 (--resolver)", all that are asked; "none". */
const char *kd_text_resolvers(const struct kd_text *text);

/** One question as evidence: "#7 192.0.2.53:53 udp SRV name: NXDOMAIN, 1 try, 0.3 ms". */
const char *kd_text_query(const struct kd_text *text, const struct kd_query_fact *query);

#endif
