/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RULES_CODE_CHECK_H
#define KMSDNS_RULES_CODE_CHECK_H

#include "kmsdns/rules/rule.h"

/*
 * Which explanation of a code holds: the tables of reasons, read against the findings. Pure.
 */

/* Whether an explanation holds. */
#define KD_HOLDS_MAP(XX) \
    XX(YES, "yes")       \
    XX(NO, "no")         \
    XX(OPEN, "open")

typedef enum kd_holds {
#define XX(name, text) KD_HOLDS_##name,
    KD_HOLDS_MAP(XX)
#undef XX
    KD_HOLDS_COUNT
} kd_holds;

/* One explanation of the code, read against the findings. */
struct kd_code_claim {
    const char *text; /* a finished sentence */
    kd_holds holds;
    const char *
        *finding; /* ids that it rests on: raised, refuting, not raised, or not judged */
    size_t nfinding;
    const char *missing; /* word of a need that would decide it; NULL unless open */
    const char *how;     /* what to give or do so that it is decided; NULL unless open */
};

struct kd_code_check {
    uint32_t code;      /* HRESULT, or the id of an event */
    const char *id;     /* "0x80072338", "12293" */
    const char *symbol; /* "DNS_ERROR_RCODE_BADSIG"; NULL if there is none */
    const char *name;   /* "Code 0x80072338 (9016, DNS_ERROR_RCODE_BADSIG)", "Event 12293" */
    const char *text;   /* what it means here, a clause */
    struct kd_code_claim *claim; /* the likeliest first */
    size_t nclaim;
};

/** "yes", "no" or "open"; constant. */
const char *kd_holds_str(kd_holds holds);

/**
 * Say of each explanation of facts->code whether it holds.
 *
 * It holds when a finding that confirms it was raised. It does not when a finding that refutes it
 * was raised, or when all that would confirm it was judged and is not so. Else it is open: what
 * was not judged never counts as "no". No policy has a part in it: what somebody does not want to
 * be told of can still be the reason of a code.
 *
 * returns  in the facts' arena; NULL when facts->code is 0
 */
const struct kd_code_check *kd_code_check(const struct kd_facts *facts);

/** True if the code is one of publishing: its checks include the right to write. */
bool kd_code_is_publishing(uint32_t code);

#endif
