/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_FACTS_RIGHT_H
#define KMSDNS_FACTS_RIGHT_H

#include <stdbool.h>
#include <stddef.h>

#include "kmsdns/facts/zone.h"

/* What one probe says about the right to write. */
typedef enum kd_probe_says {
    KD_PROBE_SAYS_NOTHING, /* not sent, no answer to a control, or one that decides nothing */
    KD_PROBE_SAYS_SILENCE, /* the server was not heard */
    KD_PROBE_SAYS_NO, /* REFUSED, NOTAUTH, NOTIMP, NOTZONE, SERVFAIL (Samba before 4.19.8) */
    KD_PROBE_SAYS_PASSED,   /* YXRRSET: the server came as far as the impossible prerequisite */
    KD_PROBE_SAYS_ACCEPTED, /* NOERROR: what a probe that changes nothing is told */
} kd_probe_says;

/**
 * The probe of one kind.
 *
 * returns  NULL when there is none among the n
 */
const struct kd_probe_fact *kd_probe_find(const struct kd_probe_fact *probe, size_t n,
                                          kd_probe kind);

/** What a probe says; NULL says nothing. A reply whose signature does not verify, neither. */
kd_probe_says kd_probe_says_what(const struct kd_probe_fact *probe);

/**
 * The verdict on the right to write, from the replies alone.
 *
 * Probes carry a prerequisite that cannot hold ("the apex has no SOA", RFC 2136 2.4.3), so
 * YXRRSET means that the server got that far. That is "may write" only on a server that tests the
 * right first, which the controls show; a missing control never makes a verdict stronger.
 *
 * probe      at most one of a kind, in any order                             borrowed
 * is_signed  false for the identity "none": its own target probe is the unsigned control, and
 *            the unsigned empty update is its own
 * returns    ALLOWED only when every control was answered and the replies are verified
 */
kd_right kd_right_from_probes(const struct kd_probe_fact *probe, size_t n, bool is_signed);

#endif
