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
    uint32_t number;  /* in the order in which they were added */
    int64_t started_s;
    uint64_t covers; /* hash of its domains */
    bool is_cut, is_double;
};

struct merge_file {
    const char *path;
    uint32_t
        vantage; /* the word that all its reports carry; KD_INDEX_NONE for none or several */
    int64_t newest_s; /* of its last report */
    size_t nreport, nfailed, nfailed_last;
    const char *failure;
    bool has_several;
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

/**
 * Add the answers of a report that has been entered.
 *
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
    uint32_t *place;    /* of each of these reports: index into ret->vantage */
    uint32_t *question; /* numbers of questions: domain, service, aspect, subject */
    size_t nquestion;
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

/** The run an answer came from. */
const struct merge_report *kd_merge_report_of(const struct merge_order *order,
                                              const struct merge_answer *answer);

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
