/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * outcome.c - names and texts of the ways in which a question or a connect can end.
 */
#include "kmsdns/dns/outcome.h"

#include <stddef.h>

static const char *const OUTCOME_NAME[] = {
#define XX(name, text) #name,
    KD_OUTCOME_MAP(XX)
#undef XX
};

static const char *const OUTCOME_TEXT[] = {
#define XX(name, text) text,
    KD_OUTCOME_MAP(XX)
#undef XX
};

static const char *const REACH_TEXT[] = {
#define XX(name, text) text,
    KD_REACH_MAP(XX)
#undef XX
};

/* RFC 1035 4.1.1, RFC 2136 2.2; 16 in a header is BADVERS (RFC 6891 6.1.3). */
static const struct {
    unsigned int rcode;
    kd_outcome outcome;
} RCODE[] = {
    {0, KD_OUT_NOERROR},  {1, KD_OUT_FORMERR}, {2, KD_OUT_SERVFAIL}, {3, KD_OUT_NXDOMAIN},
    {4, KD_OUT_NOTIMP},   {5, KD_OUT_REFUSED}, {6, KD_OUT_YXDOMAIN}, {7, KD_OUT_YXRRSET},
    {8, KD_OUT_NXRRSET},  {9, KD_OUT_NOTAUTH}, {10, KD_OUT_NOTZONE}, {16, KD_OUT_NOTIMP},
    {23, KD_OUT_REFUSED}, /* BADCOOKIE, RFC 7873 8 */
};

const char *kd_outcome_str(kd_outcome outcome)
{
    return (size_t)outcome < KD_OUT_COUNT ? OUTCOME_NAME[outcome] : "?";
}

const char *kd_outcome_text(kd_outcome outcome)
{
    return (size_t)outcome < KD_OUT_COUNT ? OUTCOME_TEXT[outcome] : "?";
}

const char *kd_reach_str(kd_reach reach)
{
    return (size_t)reach < KD_REACH_COUNT ? REACH_TEXT[reach] : "?";
}

bool kd_outcome_is_usable(kd_outcome outcome)
{
    return outcome == KD_OUT_NOERROR || outcome == KD_OUT_NODATA || outcome == KD_OUT_NXDOMAIN;
}

bool kd_outcome_is_silent(kd_outcome outcome)
{
    return outcome == KD_OUT_TIMEOUT || outcome == KD_OUT_CONN_REFUSED ||
           outcome == KD_OUT_UNREACHABLE;
}

kd_outcome kd_outcome_from_rcode(unsigned int rcode)
{
    for (size_t i = 0; i < sizeof(RCODE) / sizeof(RCODE[0]); i++) {
        if (RCODE[i].rcode == rcode) {
            return RCODE[i].outcome;
        }
    }
    /* an rcode that nobody has defined: whatever it means, the server gave no answer */
    return KD_OUT_SERVFAIL;
}
