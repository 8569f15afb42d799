/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_DNS_OUTCOME_H
#define KMSDNS_DNS_OUTCOME_H

#include <stdbool.h>

/*
 * The closed lists in which every observation on the network is told. They are part of the
 * report contract; text in JSON is the enumerator's name.
 */

/* How a question ended. The first block are answers, the second is their absence. */
#define KD_OUTCOME_MAP(XX)                                                            \
    XX(NOERROR, "a positive answer")                                                  \
    XX(NODATA, "the name exists, but has no record of this type")                     \
    XX(NXDOMAIN, "the name does not exist")                                           \
    XX(SERVFAIL, "the server failed")                                                 \
    XX(REFUSED, "the server refused")                                                 \
    XX(NOTIMP, "the server does not know this kind of request")                       \
    XX(FORMERR, "the server could not read the request")                              \
    XX(NOTAUTH, "the server is not authoritative, or the signature was not accepted") \
    XX(NOTZONE, "the name is outside the zone")                                       \
    XX(YXDOMAIN, "the name exists and should not")                                    \
    XX(YXRRSET, "the record set exists and should not")                               \
    XX(NXRRSET, "the record set does not exist and should")                           \
    XX(TIMEOUT, "no answer came")                                                     \
    XX(CONN_REFUSED, "nothing listens there")                                         \
    XX(UNREACHABLE, "there is no route to the server")                                \
    XX(TRUNCATED, "the answer was cut and could not be had whole")                    \
    XX(MALFORMED, "the reply cannot be read as an answer to this question")           \
    XX(LAME, "the server refers elsewhere instead of answering")                      \
    XX(SKIPPED, "not asked")

typedef enum kd_outcome {
#define XX(name, text) KD_OUT_##name,
    KD_OUTCOME_MAP(XX)
#undef XX
    KD_OUT_COUNT
} kd_outcome;

/* How a TCP connect ended. */
#define KD_REACH_MAP(XX)           \
    XX(OPEN, "open")               \
    XX(REFUSED, "refused")         \
    XX(TIMEOUT, "timeout")         \
    XX(UNREACHABLE, "unreachable") \
    XX(SKIPPED, "skipped")

typedef enum kd_reach {
#define XX(name, text) KD_REACH_##name,
    KD_REACH_MAP(XX)
#undef XX
    KD_REACH_COUNT
} kd_reach;

/** "NXDOMAIN"; constant. An unknown value gives "?". */
const char *kd_outcome_str(kd_outcome outcome);

/** "the name does not exist"; constant. */
const char *kd_outcome_text(kd_outcome outcome);

/** "open"; constant. */
const char *kd_reach_str(kd_reach reach);

/** True for NOERROR, NODATA and NXDOMAIN: the server told what the name holds. */
bool kd_outcome_is_usable(kd_outcome outcome);

/** True for TIMEOUT, CONN_REFUSED and UNREACHABLE: the server was not heard at all. */
bool kd_outcome_is_silent(kd_outcome outcome);

/** The outcome that a DNS rcode means when no other circumstance decides; 0 is NOERROR.
 * BADVERS gives NOTIMP, BADCOOKIE gives REFUSED, a number without a meaning SERVFAIL. */
kd_outcome kd_outcome_from_rcode(unsigned int rcode);

#endif
