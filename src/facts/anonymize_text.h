/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_SRC_FACTS_ANONYMIZE_TEXT_H
#define KMSDNS_SRC_FACTS_ANONYMIZE_TEXT_H

#include "kmsdns/facts/anonymize.h"

/* How the kinds of text are anonymized; each returns text in the arena, never NULL. */

/** "192.0.2.53" or "fe80::1" → another one of its family and class. */
struct kd_addr kd_anonymize_addr(struct kd_anonymizer *anonymizer, const struct kd_addr *addr);

/** An address, or one with its port, as text; NULL if it is neither. */
const char *kd_anonymize_endpoint(struct kd_anonymizer *anonymizer, const char *text);

/** What stands in somebody's configuration: every word is a name, unless it is a number. */
const char *kd_anonymize_words(struct kd_anonymizer *anonymizer, const char *text);

/** A sentence: known names, dotted names, addresses and ids in it. */
const char *kd_anonymize_sentence(struct kd_anonymizer *anonymizer, const char *text);

/** "tsig:kms-key." → "tsig:anon7."; "none" stays. */
const char *kd_anonymize_identity(struct kd_anonymizer *anonymizer, const char *text);

/** A path → "file1"; what everybody has, and what is none, stays. */
const char *kd_anonymize_file(struct kd_anonymizer *anonymizer, const char *text);

/* Tables of replacements. */
typedef enum kd_anonymize_table {
    KD_ANONYMIZE_LABELS,
    KD_ANONYMIZE_FILES,
    KD_ANONYMIZE_GUIDS,
    KD_ANONYMIZE_TABLE_COUNT
} kd_anonymize_table;

/** The number of a text in a table, from 1; a new one if it is not there, 0 if !is_added. */
size_t kd_anonymize_number(struct kd_anonymizer *anonymizer, kd_anonymize_table table,
                           const char *text, bool is_added);

/** Remember what labels the service's name has: they are kept. */
void kd_anonymize_keep(struct kd_anonymizer *anonymizer, const char *service);

/** The arena it was made with. */
struct kd_arena *kd_anonymize_arena(const struct kd_anonymizer *anonymizer);

#endif
