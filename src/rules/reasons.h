/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RULES_REASONS_H
#define KMSDNS_RULES_REASONS_H

#include "kmsdns/rules/rule.h"

/*
 * Why a code comes: reasons, which findings prove them, and what mends them. A code has several
 * reasons, and a reason stands behind several codes, so they are tables of their own.
 */

/* What mends a reason, for each kind of server. */
#define KD_REMEDY_MAP(XX) \
    XX(NOTHING)           \
    XX(GRANT)             \
    XX(DYNAMIC)           \
    XX(KEY)               \
    XX(CLOCK)             \
    XX(PRIMARY)           \
    XX(ZONE)              \
    XX(LIST)              \
    XX(PUBLISH)           \
    XX(SUFFIX)            \
    XX(RESOLVER)          \
    XX(PATH)              \
    XX(SERVER)            \
    XX(REPLICATION)       \
    XX(ALIAS)             \
    XX(ADDRESS)           \
    XX(REACH)             \
    XX(PIN)               \
    XX(CACHE)             \
    XX(HOST)              \
    XX(SWITCH)            \
    XX(DIRECTORY)         \
    XX(SIGN)              \
    XX(CLONE)             \
    XX(WINDOWS)           \
    XX(LICENCE)

typedef enum kd_remedy {
#define XX(name) KD_REMEDY_##name,
    KD_REMEDY_MAP(XX)
#undef XX
    KD_REMEDY_COUNT
} kd_remedy;

/** The steps of a remedy, KD_MAX_FIXES of them, ending at the first NULL. */
const struct kd_fix *kd_remedy_fixes(kd_remedy remedy);

#define KD_REASON_MAP(XX) \
    XX(NONE)              \
    XX(OWNER)             \
    XX(POLICY)            \
    XX(STATIC)            \
    XX(SECRET)            \
    XX(KEY)               \
    XX(CLOCK)             \
    XX(KERBEROS)          \
    XX(NOTIMP)            \
    XX(WRONG_SERVER)      \
    XX(CUT)               \
    XX(NO_ZONE)           \
    XX(LIST)              \
    XX(ONE_LABEL)         \
    XX(NO_RECORD)         \
    XX(TYPO)              \
    XX(SUFFIX)            \
    XX(NO_SUFFIX)         \
    XX(NEGATIVE)          \
    XX(RES_FAILS)         \
    XX(RES_SILENT)        \
    XX(NO_RESOLVER)       \
    XX(GARBLED)           \
    XX(NO_TCP)            \
    XX(PRIMARY_SILENT)    \
    XX(PRIMARY_UNKNOWN)   \
    XX(SERVER_LAME)       \
    XX(LAGGING)           \
    XX(ALIAS)             \
    XX(IGNORED)           \
    XX(EXISTS)            \
    XX(NO_ADDRESS)        \
    XX(TARGET_ALIAS)      \
    XX(BAD_ADDRESS)       \
    XX(FAMILY)            \
    XX(CLOSED)            \
    XX(PORT)              \
    XX(PINNED)            \
    XX(WRONG_HOST)        \
    XX(FALSE_ALARM)       \
    XX(UNSIGNED_REPLY)    \
    XX(HOST_NAME)         \
    XX(SWITCHED_OFF)      \
    XX(DIRECTORY)         \
    XX(READ_ONLY)         \
    XX(BUSY)              \
    XX(FEW)               \
    XX(TIME)              \
    XX(COMPUTER)          \
    XX(LICENCE)

typedef enum kd_reason_id {
#define XX(name) KD_REASON_##name,
    KD_REASON_MAP(XX)
#undef XX
    KD_REASON_COUNT
} kd_reason_id;

struct kd_reason {
    const char *text; /* a finished sentence */
    const char
        *confirm; /* ids of findings: any of them, or all that "+" joins; NULL: none can */
    const char
        *refute;       /* any of these; "!ID" is judged and not raised; NULL: only by confirm */
    const char *check; /* command line of kmsdns, with {domain}; NULL if none can */
    kd_remedy remedy;
};

/** The row of a reason; KD_REASON_NONE has no text. */
const struct kd_reason *kd_reason(kd_reason_id id);

/* The reasons of one code. */
#define KD_MAX_REASONS 6

struct kd_code_reasons {
    uint32_t code;      /* HRESULT, the id of an event, or a TSIG error */
    const char *source; /* who says so; NULL: the number is documented, the reasons are ours */
    kd_reason_id reason[KD_MAX_REASONS]; /* the likeliest first; ends with KD_REASON_NONE */
};

/** The row of a code; one that says "licensing" or "this computer" for all others. Never NULL. */
const struct kd_code_reasons *kd_code_reasons(uint32_t code);

/** All rows; *ret_n is their number. */
const struct kd_code_reasons *kd_code_reasons_all(size_t *ret_n);

/** Skip what stands in ends; the length of the word that *list then points at, 0 at its end. */
size_t kd_reason_word(const char **list, const char *ends);

#endif
