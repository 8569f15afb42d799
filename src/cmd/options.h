/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_CMD_OPTIONS_H
#define KMSDNS_CMD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kmsdns/async/dhcp.h"
#include "kmsdns/base/addr.h"
#include "kmsdns/base/arena.h"
#include "kmsdns/base/buf.h"
#include "kmsdns/facts/facts.h"
#include "kmsdns/render/render.h"
#include "kmsdns/rules/policy.h"
#include "kmsdns/rules/rule.h"

/*
 * The command line. One table of options drives the parser, the help texts and the checks, so
 * they cannot differ.
 */

#define KD_MAX_CANDIDATES 10000
#define KD_MAX_RESOLVERS  64 /* and servers */
#define KD_MAX_FILES      100

struct kd_options;

/* Does the verb's work; returns the exit status (cmd.h). */
typedef int kd_verb_fn(const struct kd_options *options);

struct kd_verb {
    const char *name;
    uint32_t bit;          /* KD_VERB_..., unique: for the options' masks */
    const char *arguments; /* "[DOMAIN...]" */
    const char *summary;   /* one line of help */
    const char *about;     /* a paragraph of the verb's own help */
    kd_verb_fn *run;
    bool needs_host;   /* --host must be given */
    const char *files; /* what its arguments are, instead of domains; NULL: domains */
    bool is_plugin;    /* no verb that is written: check_kmsdns, the program's other name */
};

/* A file with evidence, by the option that named it. */
typedef enum kd_evidence_kind {
    KD_EVIDENCE_EVENTS,
    KD_EVIDENCE_REGISTRY,
    KD_EVIDENCE_LEASE,
    KD_EVIDENCE_IPCONFIG
} kd_evidence_kind;

struct kd_evidence_file {
    kd_evidence_kind kind;
    const char *path;
};

/* What the command line asks for. */
typedef enum kd_action {
    KD_ACTION_RUN,     /* verb is set */
    KD_ACTION_HELP,    /* of the verb, or of all when verb is NULL: stdout, exit 0 */
    KD_ACTION_VERSION, /* stdout, exit 0 */
    KD_ACTION_USAGE,   /* no verb: short usage on stderr, exit 2 */
    KD_ACTION_POLICY   /* --dump-policy: to output, exit 0 */
} kd_action;

typedef enum kd_color_when {
    KD_COLOR_AUTO,
    KD_COLOR_ALWAYS,
    KD_COLOR_NEVER
} kd_color_when;

/* A candidate domain as it was written; what is no name becomes a finding, not an error. */
struct kd_candidate_text {
    const char *text; /* as given, without blanks around it; may be a publish list entry */
    kd_source source;
};

struct kd_options {
    kd_action action;
    const struct kd_verb *verb;
    struct kd_endpoint *resolver; /* in the order given, no doubles; none: the system's */
    size_t nresolver;
    struct kd_candidate_text *candidate; /* in the order given; none: this machine's */
    size_t ncandidate;
    kd_client client;
    const char *service; /* lower case, without a closing dot */
    const char *vantage; /* canonical; NULL: this machine's host name */
    bool use_tcp;
    bool has_seed;
    uint64_t seed;
    struct kd_endpoint *server; /* in the order given, no doubles; none: the zone's own */
    size_t nserver;
    uint16_t dns_port;    /* of the zone's servers that are found */
    const char *key_file; /* "-" is standard input; NULL: unsigned */
    const char *host;     /* canonical; NULL when none was given */
    uint16_t host_port;   /* never 0 */
    bool write_test;
    bool apply, yes;
    const char *undo_file; /* NULL: a new name in the current folder */
    uint32_t wait_ms;
    uint32_t code;     /* HRESULT, or id of an event, that is asked about; 0: none */
    const char **file; /* words of verbs that take files, in the order given */
    size_t nfile;
    struct kd_evidence_file *evidence; /* in the order given */
    size_t nevidence;
    int64_t since_s, until_s;          /* of event logs; -1 unlimited */
    const char *computer;              /* of event logs; NULL all */
    const char *dhcp;                  /* interface to send DHCPINFORM on; NULL for none */
    struct kd_dhcp_socket dhcp_socket; /* opened by main.c, before anything is read */
    uint32_t dhcp_wait_ms;
    uint32_t max_age_ms;   /* of reports that are compared */
    const char *write_reg; /* NULL: no registry file is written */
    kd_reg_generation reg_generation;
    uint32_t listen_port; /* for write_reg; 0: as the export has it */
    bool is_publishing_off;
    const struct kd_format *format;
    const char *output;           /* path; NULL is standard output */
    uint32_t try_timeout_ms;      /* never above question_timeout_ms */
    uint32_t question_timeout_ms; /* never above timeout_ms */
    uint32_t timeout_ms;
    uint32_t tries;
    kd_severity fail_level;
    const char *policy_file;        /* NULL: the default */
    const struct kd_policy *policy; /* what all of it comes to; set by kd_policy_of_options */
    const char **expect;            /* canonical host names, in the order given */
    size_t nexpect;
    bool has_match;
    kd_match match;
    struct kd_limit limit[KD_METRIC_COUNT]; /* those without text: the policy's */
    bool has_modes;
    uint32_t modes; /* mask of kd_mode; all unless has_modes */
    bool is_exit_ok;
    kd_service on_timeout;
    const char *record;   /* path to save the run at; NULL: nowhere */
    const char *textfile; /* path ending in ".prom" for the node exporter; NULL: nowhere */
    bool anonymize;       /* the saved run, or the report of one */
    kd_color_when color;
    bool show_progress; /* if stderr is a terminal */
    bool is_quiet;
    unsigned int verbosity;
};

/**
 * Read the command line.
 *
 * arena    for all that ret points to, except what points into argv
 * argc, argv  as main got them; argv[0] is skipped                           borrowed
 * ret      complete on success. After a failure only format is sure to be set: to what
 *          --format asks for anywhere on the line, so that the failure can be told in it
 * returns  KD_OK; KD_EINVAL, KD_ESYNTAX or KD_ETOOBIG with one sentence naming the option.
 *          The sentence may quote argv: print it through kd_buf_text
 */
kd_status kd_options_parse(struct kd_arena *arena, int argc, char *const *argv,
                           struct kd_options *ret, struct kd_err *err);

/** True if the program was called by a plugin's name, "check_kmsdns" or another "check_...". */
bool kd_options_is_plugin(int argc, char *const *argv);

/**
 * Set what options are before any is read, by the name that the program was called by. Of the
 * plugin action is set, too, when help or version is asked for anywhere.
 *
 * argv     as main got them                                                  borrowed
 * returns  the arguments that are to be read
 */
char *const *kd_options_begin(int argc, char *const *argv, struct kd_options *options);

/** The two-line usage that `kmsdns` alone prints. */
void kd_options_usage(struct kd_buf *out);

/** The full help, or one verb's; at most 80 columns. */
void kd_options_help(const struct kd_verb *verb, struct kd_buf *out);

/** All verbs; *ret_n is their number. */
const struct kd_verb *kd_verbs(size_t *ret_n);

#endif
