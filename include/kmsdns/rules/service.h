/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RULES_SERVICE_H
#define KMSDNS_RULES_SERVICE_H

#include "kmsdns/rules/policy.h"
#include "kmsdns/rules/rule.h"

/*
 * What a judgement is for a monitoring system: one of four states, by the fail level and the
 * state on timeout of its policy.
 */

struct kd_service_verdict {
    kd_service state;
    const char *open; /* a clause: what could not be determined; NULL: nothing that matters */
};

/**
 * The state of a service. CRITICAL beats WARNING beats UNKNOWN beats OK, so that what is proved
 * stays proved when something else could not be found out.
 *
 * returns  open lives as long as facts->arena
 */
struct kd_service_verdict kd_service_of(const struct kd_facts *facts,
                                        const struct kd_judgement *judgement);

/** The worse of two states, in that order. */
kd_service kd_service_worse(kd_service a, kd_service b);

#endif
