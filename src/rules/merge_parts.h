/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_SRC_RULES_MERGE_PARTS_H
#define KMSDNS_SRC_RULES_MERGE_PARTS_H

#include "kmsdns/base/index.h"
#include "kmsdns/rules/merge.h"

/*
 * What a comparison keeps until it ends. Texts are numbers of words; nothing refers to the facts.
 */

/* What can be asked about; all members are compared as bytes. */
struct merge_question {
    uint32_t domain, service, aspect, subject; /* words but for aspect; subject may be none */
};

/* One report's answer to one question. */
struct merge_answer {
    uint32_t question;
    uint32_t report;
    uint32_t value; /* a kd_merge_why, or KD_MERGE_WHY_COUNT and a word */
};

struct merge_report {
    uint32_t vantage; /* a word */
    int64_t started_s;
    uint64_t content; /* hash of what it is about and of its answers, in any order */
    bool is_cut;
};

struct merge_file {
    const char *path;
    uint32_t vantage; /* a word, of its last report; KD_INDEX_NONE without one */
    int64_t newest_s; /* of its last report */
    size_t nreport, nfailed, nfailed_last;
    const char *failure;
    bool has_several; /* vantage points */
};

struct kd_merge {
    struct kd_arena *arena; /* owned; of files and damages */
    struct kd_names words;
    struct kd_index index; /* of question */
    struct merge_question *question;
    struct merge_answer *answer;
    size_t nanswer;
    struct merge_report *report;
    size_t nreport, nfailed, nempty;
    struct merge_file *file;
    size_t nfile;
    struct kd_merged_damage *damage;
    size_t ndamage;
};

/* Texts of which each counts once. */
struct merge_list {
    const char **text;
    size_t n;
};

/** Append a text, which must live as long as the list; the array is the arena's. */
void kd_merge_list_add(struct kd_arena *arena, struct merge_list *list, const char *text);

/**
 * Join the different texts.
 *
 * between  what parts them
 * is_sorted  equal ones stand together, in an order of their own; else they are sorted here
 * returns  a text in the arena; "" for no texts
 */
const char *kd_merge_list_join(struct kd_arena *arena, const struct merge_list *list,
                               const char *between, bool is_sorted);

/* Between the answers of several resolvers of one place. */
#define KD_MERGE_VIEWS " | "

/** Append the texts that KD_MERGE_VIEWS parts, copied into the arena. */
void kd_merge_list_split(struct kd_arena *arena, struct merge_list *list, const char *text);

/**
 * Add the answers of a report that has been entered.
 *
 * merge    gets words, questions and answers
 * facts    of the run; more is put into its arena
 * report   its number in merge->report, whose content is noted
 * returns  KD_OK; KD_ETOOBIG
 */
kd_status kd_merge_digest(struct kd_merge *merge, const struct kd_facts *facts, uint32_t report,
                          struct kd_err *err);

/* Everything in the order in which it is looked at. */
struct merge_order {
    struct kd_merge *merge;
    struct kd_arena *arena; /* of the result */
    struct kd_merged *ret;
    uint32_t *report; /* numbers of reports by place, then time; without doubles */
    size_t nreport;
    uint32_t
        *ahead; /* ret->nahead numbers of reports that are left out, dated later than now */
    uint32_t *place;    /* of each of these reports: index into ret->vantage */
    uint32_t *question; /* numbers of questions: domain, service, aspect, subject */
    size_t nquestion;
    size_t nrow; /* of the result: KD_MERGE_MAX_ROWS */
    int64_t now_s;
    int64_t
        newest_s; /* the time by which others are old: of the newest report not ahead of now */
};

/* The answers to one question that each place gave, oldest first. */
struct merge_slice {
    const struct merge_answer *answer;
    size_t n;
};

/* What is known of a place and a domain before a question is looked at. */
struct merge_present {
    bool is_there;
    int64_t started_s; /* of the newest run about the domain */
    kd_merge_why why;  /* why nothing is known, if it is not there */
};

/**
 * Bring all answers into the order of questions, then of reports. Answers of one place and second
 * become one, as those of one report's resolvers are: none of them is the first.
 *
 * order    reports, places and questions are in order; the answers of merge are written
 * returns  KD_OK; KD_ETOOBIG when there is no room for a text that tells several answers
 */
kd_status kd_merge_order_answers(const struct merge_order *order, struct kd_err *err);

/** The run an answer came from. */
const struct merge_report *kd_merge_report_of(const struct merge_order *order,
                                              const struct merge_answer *answer);

/** True for a status that tells that no resolver of a place answered. */
bool kd_merge_is_silent(const char *status);

/* Runs of one minute, as cron starts them, saw the same state of a zone. */
#define KD_MERGE_SAME_TIME_S 60

/**
 * Find out since when each place answers as it does: those that differ from the usual answer since
 * when they do so, the others since when they give their answer. Reports that know nothing neither
 * end the row nor begin it.
 *
 * slice    one for each place
 * question its groups, whose places get since_s and is_at_least
 */
void kd_merge_since(const struct merge_order *order, const struct merge_slice *slice,
                    struct kd_merged_question *question);

/**
 * Compare the answers to one question.
 *
 * slice    one for each place
 * present  one for each place
 * ret      groups, unknown places, verdict; aspect is set
 */
void kd_merge_compare(const struct merge_order *order, const struct merge_slice *slice,
                      const struct merge_present *present, struct kd_merged_question *ret);

#endif
