/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_CMD_OPTION_TABLE_H
#define KMSDNS_CMD_OPTION_TABLE_H

#include "options.h"

/* One row an option: what the parser, the help and the checks know about it. */

typedef enum kd_option_kind {
    KD_OPTION_BOOL,     /* bool at offset; --no-NAME is its contrary */
    KD_OPTION_COUNT,    /* unsigned int at offset, one more each time */
    KD_OPTION_DURATION, /* uint32_t milliseconds at offset, min .. max */
    KD_OPTION_NUMBER,   /* uint32_t at offset, min .. max */
    KD_OPTION_HANDLER   /* handler reads the value */
} kd_option_kind;

/* What giving an option again means. */
typedef enum kd_option_again {
    KD_AGAIN_REPLACES, /* the last one counts, so that an alias can be overridden */
    KD_AGAIN_ADDS,
    KD_AGAIN_WRONG /* there can be only one such thing */
} kd_option_again;

typedef enum kd_option_group {
    KD_GROUP_QUERY,
    KD_GROUP_PUBLISH,
    KD_GROUP_CANDIDATES,
    KD_GROUP_EVIDENCE,
    KD_GROUP_CLIENT,
    KD_GROUP_JUDGE,
    KD_GROUP_LIMIT,
    KD_GROUP_OUTPUT,
    KD_GROUP_OTHER,
    KD_GROUP_COUNT
} kd_option_group;

/* Verbs that take an option; 0: every command line does. */
#define KD_VERB_DIAGNOSE  0x1U
#define KD_VERB_DISCOVER  0x2U
#define KD_VERB_PREFLIGHT 0x4U
#define KD_VERB_PUBLISH   0x8U
#define KD_VERB_UNPUBLISH 0x10U
#define KD_VERB_UNDO      0x20U
#define KD_VERB_REGISTRY  0x40U
#define KD_VERB_EVENTS    0x80U
#define KD_VERB_REPORT    0x100U
#define KD_VERB_EXPLAIN   0x200U
#define KD_VERB_MERGE     0x400U
#define KD_VERB_CHECK     0x800U /* the plugin */

/* Sets of verbs, as rows need them. */
#define OPT_LOOK    (KD_VERB_DIAGNOSE | KD_VERB_DISCOVER | KD_VERB_PREFLIGHT)
#define OPT_WRITE   (KD_VERB_PUBLISH | KD_VERB_UNPUBLISH | KD_VERB_UNDO)
#define OPT_DOMAINS (OPT_LOOK | KD_VERB_PUBLISH | KD_VERB_UNPUBLISH)
#define OPT_ALL     (OPT_LOOK | OPT_WRITE)
#define OPT_OFFLINE (KD_VERB_REGISTRY | KD_VERB_EVENTS | KD_VERB_REPORT)
#define OPT_JUDGE   (OPT_ALL | OPT_OFFLINE | KD_VERB_CHECK)
#define OPT_ZONE    (OPT_ALL & ~KD_VERB_DISCOVER) /* those that look at the zone's servers */

struct kd_option;

typedef kd_status kd_option_fn(struct kd_arena *arena, const struct kd_option *option,
                               const char *value, struct kd_options *options,
                               struct kd_err *err);

struct kd_option {
    const char *name;       /* without "--" and without "no-" */
    const char *argument;   /* "SEC"; NULL for none */
    const char *help;       /* with unit and default */
    const char *help_plain; /* of verbs that judge nothing; NULL: the same */
    kd_option_fn *handler;
    size_t offset;
    uint32_t min, max;
    uint32_t verbs;
    kd_source source;          /* of the candidates that the value names */
    kd_evidence_kind evidence; /* of the file that the value names */
    kd_option_kind kind;
    kd_option_group group;
    kd_option_again again;
    char letter;     /* 0 for none */
    bool is_negated; /* on by default: help shows --no-NAME */
};

/* Parts of kd_option_table: the rows about evidence, and those of the plugin alone. */
#define KD_OPTION_NEVIDENCE 13
extern const struct kd_option kd_options_evidence[KD_OPTION_NEVIDENCE];
#define KD_OPTION_NCHECK (5 + 2 * KD_METRIC_COUNT)
extern const struct kd_option kd_options_check[KD_OPTION_NCHECK];

/** All options; *ret_n is their number. */
const struct kd_option *kd_option_table(size_t *ret_n);

/** The option of a long name, name[0..len); NULL if there is none. */
const struct kd_option *kd_option_by_name(const char *name, size_t len);

/** The option of a letter; NULL if there is none, and for NUL. */
const struct kd_option *kd_option_by_letter(char letter);

/** What a verb cannot work without, and what does not go together; KD_EINVAL names it. */
kd_status kd_option_needs(const struct kd_options *options, struct kd_err *err);

/** True if a verb's document can be had in the format: those that judge nothing have two. */
bool kd_verb_has_format(const struct kd_verb *verb, const struct kd_format *format);

/** Add one candidate; KD_ETOOBIG beyond KD_MAX_CANDIDATES. */
kd_status kd_option_add_candidate(struct kd_arena *arena, struct kd_options *options,
                                  const char *text, kd_source source, struct kd_err *err);

#endif
