/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RULES_CASE_H
#define KMSDNS_RULES_CASE_H

#include "dialect.h"
#include "look.h"

/*
 * One identity at one server that would write one record: what the rules about updates and keys
 * are asked about. A change that was really sent and refused is a case, too.
 */
struct kd_case {
    const struct kd_domain_fact *domain;
    const struct kd_update_fact *update;
    const struct kd_probe_fact *decides; /* the probe whose answer is told; NULL without one */
    struct kd_dialect_guess server;
    const char *subject; /* the domain, with identity and server where there are several */
    struct kd_look_queries queries;
};

typedef void kd_case_fn(struct kd_judge *judge, const struct kd_facts *facts,
                        const struct kd_case *which);

enum kd_case_which {
    KD_CASE_ALL,
    KD_CASE_SIGNED, /* domains without a signed identity are told as not judged */
};

/**
 * Call a check for each case whose server answered; tell the others as not judged.
 */
void kd_case_each(struct kd_judge *judge, const struct kd_facts *facts,
                  enum kd_case_which which, kd_case_fn *check);

/** True if a server said whether it would take an update of the domain's record. */
bool kd_case_is_answered(const struct kd_domain_fact *domain);

/** What a finding about a case is made of. */
struct kd_finding_args kd_case_args(const struct kd_facts *facts, const struct kd_case *which);

/** "an update signed with kms-key."; "an unsigned update". */
const char *kd_case_update(const struct kd_facts *facts, const struct kd_case *which);

/** "_vlmcs._tcp.corp.example. SRV 0 0 1688 kms01.corp.example.". */
const char *kd_case_record(const struct kd_facts *facts, const struct kd_case *which);

/** "192.0.2.53:53, Knot DNS by its version,". */
const char *kd_case_server(const struct kd_facts *facts, const struct kd_case *which);

/** "NOTAUTH with the TSIG error BADKEY": what the deciding probe was answered. */
const char *kd_case_answer(const struct kd_facts *facts, const struct kd_case *which);

/** What that answer can mean there, the next step first: "Look at …. It can mean: …". */
const char *kd_case_meaning(const struct kd_facts *facts, const struct kd_case *which);

/** Only the next step of it. */
const char *kd_case_next(const struct kd_case *which);

/** The key's name, for an identity that is a shared key; NULL for others. */
const char *kd_case_key(const struct kd_case *which);

/** The probe of a kind of this case; NULL when it was not sent. */
const struct kd_probe_fact *kd_case_probe(const struct kd_case *which, kd_probe kind);

#endif
