/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RULES_TOPICS_H
#define KMSDNS_RULES_TOPICS_H

#include <stddef.h>
#include <stdint.h>

#include "kmsdns/rules/explain.h"

/* What `explain` knows besides codes and findings: one row a line. */

/* An event of Windows. */
struct kd_event_row {
    uint32_t id;
    const char *use; /* letters: P publishing, D discovery, H host, L licensing */
    const char *log; /* where it stands, and who writes it */
    const char *meaning;
    const char *strings; /* what it carries; NULL */
    const char *phrase;  /* words of its text, lower case, parted by "|"; NULL */
};

/** The row of an event, NULL if there is none. */
const struct kd_event_row *kd_event_row(uint32_t id);
const struct kd_event_row *kd_event_rows(size_t *ret_n);

/* A response code of DNS, an error of TSIG or TKEY, or how else a question ends. */
struct kd_rcode_row {
    const char *name; /* "REFUSED" */
    int number;       /* -1: kmsdns' own word */
    bool is_tsig;     /* an error in a TSIG or TKEY record */
    uint32_t code;    /* what Windows makes of it; 0: nothing of its own */
    const char *meaning;
    const char *more; /* which server says it when; a sentence; NULL */
    const char *source;
};

const struct kd_rcode_row *kd_rcode_rows(size_t *ret_n);

/* Something that people ask about in words. */
struct kd_topic {
    const char *id;       /* "second-host" */
    const char *words;    /* that lead here, lower case; those of the title count as well */
    const char *title;    /* a clause */
    const char *text;     /* sentences */
    const char *findings; /* ids, parted by blanks; the first ones matter most */
    const char *check;    /* command line, with {domain} */
    const char *source;
};

const struct kd_topic *kd_topics(size_t *ret_n);

const struct kd_conflict *kd_conflicts(size_t *ret_n);

#endif
