/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RULES_MERGE_H
#define KMSDNS_RULES_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kmsdns/base/arena.h"
#include "kmsdns/facts/facts.h"

/*
 * Reports of several places compared: who is told something else than the others, and since when.
 * Each report is read once; what is compared of it is kept as a row of short answers, each
 * different text once. The result has a row for each question and place, also where nothing is
 * known; KD_MERGE_MAX_ROWS bounds it. What a place was not told, it does not contradict: it is
 * listed as unknown, with the reason.
 */

/* A clock that is ahead by no more is none that is wrong. */
#define KD_MERGE_CLOCK_SLACK_S 300

#define KD_MERGE_MAX_REPORTS 10000
#define KD_MERGE_MAX_ANSWERS 2000000
/* Questions times places; KD_MERGE_ROW_BYTES of a name, subject or answer are one more. */
#define KD_MERGE_MAX_ROWS  400000
#define KD_MERGE_ROW_BYTES 64

/* What is compared: enumerator, word in JSON, words for people. */
#define KD_MERGE_ASPECT_MAP(XX)                                                            \
    XX(STATUS, "status", "status")                                                         \
    XX(SRV, "srv", "SRV set")                                                              \
    XX(TTL, "ttl", "TTL")                                                                  \
    XX(REACH, "reach", "reach")                /* a subject: "kms01.corp.example.:1688" */ \
    XX(SERVER_SRV, "server-srv", "SRV set at") /* a subject: "192.0.2.53:53" */            \
    XX(SERVER_SERIAL, "server-serial", "serial at")

typedef enum kd_merge_aspect {
#define XX(name, word, text) KD_MERGE_##name,
    KD_MERGE_ASPECT_MAP(XX)
#undef XX
    KD_MERGE_ASPECT_COUNT
} kd_merge_aspect;

/* Why a place's answer is not known. */
#define KD_MERGE_WHY_MAP(XX)                                                  \
    XX(NO_REPORT, "no-report", "it has no report")                            \
    XX(STALE, "stale", "its report is too old")                               \
    XX(NOT_ASKED, "not-asked", "it was not asked there")                      \
    XX(CUT, "cut", "the run was cut before an answer came")                   \
    XX(NO_ANSWER, "no-answer", "no answer came that could tell")              \
    XX(CACHED, "cached", "only a cache's TTL is known, which always differs") \
    XX(NOT_TRIED, "not-tried", "it was not connected to")                     \
    XX(NOT_SEEN, "not-seen", "nothing of it was seen there")                  \
    XX(OLDER, "older", "the report is older, the zone may have changed since")

typedef enum kd_merge_why {
#define XX(name, word, text) KD_MERGE_WHY_##name,
    KD_MERGE_WHY_MAP(XX)
#undef XX
    KD_MERGE_WHY_COUNT
} kd_merge_why;

#define KD_MERGE_VERDICT_MAP(XX)                                       \
    XX(UNKNOWN, "unknown") /* fewer than two places can be compared */ \
    XX(AGREE, "agree")                                                 \
    XX(DIFFER, "differ")

typedef enum kd_merge_verdict {
#define XX(name, word) KD_MERGE_IS_##name,
    KD_MERGE_VERDICT_MAP(XX)
#undef XX
    KD_MERGE_VERDICT_COUNT
} kd_merge_verdict;

/* One place, by the name that its reports carry. */
struct kd_merged_vantage {
    const char *name;           /* of any bytes; the file's path for reports that name none */
    size_t nreport;             /* without doubles: what says the same of the same second */
    size_t nahead;              /* reports dated later than now, left out beside others */
    size_t nfailed;             /* runs that made no report */
    size_t nfailed_last;        /* … behind the newest report */
    const char *failure;        /* what the last of them said; NULL for none */
    int64_t oldest_s, newest_s; /* wall clock; -1 without a report */
    bool is_cut;                /* the newest run was */
    bool is_stale;
    bool is_ahead; /* all its reports are dated later than now: nobody knows how old they are */
    bool is_differing; /* somewhere from the usual answer, or from any where there is none */
};

/* A place's answer. */
struct kd_merged_place {
    size_t vantage; /* index into kd_merged.vantage */
    int64_t seen_s; /* start of the newest run about the domain */
    /* it has not had the usual answer; if it has that, or none is, it has had this one */
    int64_t since_s;
    bool is_at_least; /* no older run knows better: it may have begun before */
};

struct kd_merged_group {
    const char *answer; /* parts parted by ", "; by " | " where a place's views disagree */
    struct kd_merged_place *place; /* by name */
    size_t nplace;
    bool is_silent; /* a status that is none: no answer came there */
};

struct kd_merged_unknown {
    size_t vantage;
    kd_merge_why why;
};

struct kd_merged_question {
    kd_merge_aspect aspect;
    const char *subject; /* NULL where the domain is the subject */
    kd_merge_verdict verdict;
    bool has_usual;                /* the first group was told what most were who were told */
    struct kd_merged_group *group; /* the usual one, then by size; the silent ones at the end */
    size_t ngroup;
    struct kd_merged_unknown *unknown; /* by name */
    size_t nunknown;
};

struct kd_merged_domain {
    const char *name, *service;
    kd_merge_verdict verdict;
    bool is_silent;                      /* it was asked about, and nobody got an answer */
    struct kd_merged_question *question; /* by aspect, then subject */
    size_t nquestion;
};

/* A file, or a place in it, that could not be read. */
struct kd_merged_damage {
    const char *file;
    const char *code; /* of kd_status_str */
    const char *text;
};

struct kd_merged {
    struct kd_merged_vantage *vantage; /* by name */
    size_t nvantage;
    struct kd_merged_domain *domain; /* by name, then service */
    size_t ndomain;
    struct kd_merged_damage *damage; /* in the order in which it was met */
    size_t ndamage;
    size_t nreport, ndouble, nfailed, nempty; /* empty: about no domain */
    size_t nahead;                            /* dated later than now, left out */
    size_t ncompared, ndiffer;                /* questions */
    size_t nsilent;                           /* domains; with any of them, not all agree */
    int64_t oldest_s, newest_s;               /* of all reports; -1 without one */
    uint32_t max_age_s;
    kd_merge_verdict verdict;
};

struct kd_merge;

/**
 * Begin a comparison.
 *
 * seed     a number that nobody can guess; the result does not depend on it
 * returns  never NULL; release with kd_merge_free                            caller's
 */
struct kd_merge *kd_merge_new(uint64_t seed);

/** Release; NULL is allowed. */
void kd_merge_free(struct kd_merge *merge);

/**
 * Go to another file; what is added next came from it.
 *
 * merge    kd_merge_new made it
 * path     the name of reports that carry none                               copied
 */
void kd_merge_add_file(struct kd_merge *merge, const char *path);

/**
 * Add one report.
 *
 * merge    a file was added to it before
 * facts    of the run; more is put into its arena                            borrowed
 * err      written on failure; NULL is allowed
 * returns  KD_OK; KD_EINVAL when it is anonymized; KD_ETOOBIG when there are too many reports,
 *          answers or different texts: the report is then left out, or part of it
 */
kd_status kd_merge_add_report(struct kd_merge *merge, const struct kd_facts *facts,
                              struct kd_err *err);

/**
 * Add a run that made no report. It counts as a report.
 *
 * merge    a file was added to it before
 * text     says why there is none, of any bytes                              copied
 * err      written on failure; NULL is allowed
 * returns  KD_OK; KD_ETOOBIG when there are too many reports
 */
kd_status kd_merge_add_failure(struct kd_merge *merge, const char *text, struct kd_err *err);

/**
 * Note that the file could not be read, or not all of it.
 *
 * merge    a file was added to it before
 * damage   what went wrong where                                             copied
 */
void kd_merge_add_damage(struct kd_merge *merge, const struct kd_err *damage);

/**
 * Compare all that was added; nothing may be added afterwards.
 *
 * merge    all that was added; only to be freed afterwards
 * arena    for the result
 * max_age_s  by how much a place's newest report may be older than the newest of all
 * now_s    wall clock; reports later than KD_MERGE_CLOCK_SLACK_S behind it make no other one old,
 *          and are left out where their place has others
 * ret      written on success                                                arena's
 * returns  KD_OK; KD_ETOOBIG when there are more than KD_MERGE_MAX_ROWS, or no room for a text
 *          that puts the runs of one second together
 */
kd_status kd_merge_finish(struct kd_merge *merge, struct kd_arena *arena, uint32_t max_age_s,
                          int64_t now_s, const struct kd_merged **ret, struct kd_err *err);

/** "server-srv"; constant. */
const char *kd_merge_aspect_str(kd_merge_aspect aspect);

/** "SRV set at"; constant. */
const char *kd_merge_aspect_text(kd_merge_aspect aspect);

/** "not-asked"; constant. */
const char *kd_merge_why_str(kd_merge_why why);

/** "it was not asked there"; constant. */
const char *kd_merge_why_text(kd_merge_why why);

/** "differ"; constant. */
const char *kd_merge_verdict_str(kd_merge_verdict verdict);

#endif
