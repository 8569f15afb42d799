/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RULES_RULE_H
#define KMSDNS_RULES_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kmsdns/facts/facts.h"

/*
 * Findings from facts. A rule is a row: when it may speak (needs), what it looks at (check), and
 * what it tells (title, why, fix, source). Checks are pure: no I/O, no clock, no printing.
 */

/* Order matters: a larger value is worse. */
#define KD_SEVERITY_MAP(XX) \
    XX(INFO, "info")        \
    XX(NOTICE, "notice")    \
    XX(WARNING, "warning")  \
    XX(CRITICAL, "critical")

typedef enum kd_severity {
#define XX(name, text) KD_SEV_##name,
    KD_SEVERITY_MAP(XX)
#undef XX
    KD_SEV_COUNT
} kd_severity;

/* Facts without which a rule cannot speak: name, word in "missing", when it is there. */
#define KD_NEED_MAP(XX)                                                                       \
    XX(RESOLVER, "resolver", "at least one resolver is configured")                           \
    XX(DOMAIN, "domain", "at least one candidate domain is valid")                            \
    XX(ASKED, "answers", "at least one question was asked and waited for")                    \
    XX(SRV_ANSWER, "srv-answer", "a resolver said what the service's name holds")             \
    XX(SRV, "srv", "a resolver gave SRV records")                                             \
    XX(TARGET, "targets", "a target's addresses were looked up")                              \
    XX(TCP, "tcp", "a TCP connect to a target was tried and waited for")                      \
    XX(AUTH_TTL, "authoritative-ttl", "a TTL came from an authoritative server, not a cache") \
    XX(AUTH_SERVERS, "authoritative-servers", "two authoritative servers gave the set")       \
    XX(NEGATIVE_TTL, "soa", "a SOA record of the domain's zone was seen")                     \
    XX(CONTROL, "control", "the question for a random name was answered")                     \
    XX(ZONE, "zone", "the search for the zone of a domain was answered")                      \
    XX(SERVERS, "servers", "a server of the zone was asked directly")                         \
    XX(UPDATE, "update", "a server answered whether it would take the update")                \
    XX(HOST, "host", "the host to be published was named")                                    \
    XX(CHANGE, "change", "an update was sent")                                                \
    XX(EVENTS, "events", "an event log or its export was read")                               \
    XX(REGISTRY, "registry", "a registry export holds values about licensing or DNS")         \
    XX(DHCP, "dhcp", "a lease, a DHCP answer or the domain of option 15 was given")

enum kd_need_index {
#define XX(name, text, when) KD_NEED_INDEX_##name,
    KD_NEED_MAP(XX)
#undef XX
    KD_NEED_COUNT
};

typedef enum kd_need {
    KD_NEED_NONE = 0,
#define XX(name, text, when) KD_NEED_##name = 1 << KD_NEED_INDEX_##name,
    KD_NEED_MAP(XX)
#undef XX
} kd_need;

/* One thing to do, for one kind of reader. */
struct kd_fix {
    const char *for_whom; /* "windows", "bind", "knot", "powerdns", "samba", "client", "any" */
    const char *what;     /* {domain} and the other places of rules/tables.h are filled in */
};

#define KD_MAX_FIXES 5

struct kd_judge;  /* the evaluation in progress; only rules/judge.c looks inside */
struct kd_policy; /* rules/policy.h */

typedef void kd_rule_fn(struct kd_judge *judge, const struct kd_facts *facts);

struct kd_rule {
    const char *id;       /* stable for ever: docs, JSON, tests */
    kd_severity severity; /* what kd_found tells; kd_found_as may tell less */
    kd_severity worst;    /* kd_found_as may tell as much as this when it is above severity */
    uint32_t needs;       /* mask of kd_need */
    kd_rule_fn *check;
    const char *title;  /* what is wrong, a clause for people */
    const char *when;   /* the condition, word for word as in the shared table of findings */
    const char *why;    /* what it means for clients, one or two sentences */
    const char *how;    /* how a person checks it by hand: a dig command with {…} places */
    const char *source; /* RFC section or vendor page */
    /* speaks only when a policy asks, and what it cannot judge then is missed; NULL: always */
    bool (*is_asked)(const struct kd_policy *policy);
    struct kd_fix fix[KD_MAX_FIXES]; /* ends at the first NULL */
};

/* What a check knows about one finding; zero members are "not part of it". */
struct kd_finding_args {
    const char *subject; /* what it is about: a domain, a resolver, a target; required */
    const char *domain, *target, *server;
    const char *key;          /* TSIG key's name */
    const char *zone, *owner; /* of the update; owner is service and domain when NULL */
    uint16_t port;
    int64_t ttl_s;           /* 0 is unset: rules about TTL 0 need no place for it */
    const uint32_t *queries; /* numbers of the evidence, copied; 0 entries are dropped */
    size_t nqueries;
};

struct kd_finding {
    const struct kd_rule *rule;
    kd_severity severity;
    kd_severity told;             /* by the check, before any policy */
    struct kd_finding_args about; /* what the check knew, but for the queries */
    const char *subject;
    const char *text; /* a finished sentence without the subject's context repeated */
    struct kd_fix fix[KD_MAX_FIXES]; /* places filled in */
    uint32_t *queries;
    size_t nqueries;
};

struct kd_not_evaluated {
    const struct kd_rule *rule;
    const char *missing; /* word of the first unmet need */
    const char *subject; /* NULL: for the whole run */
};

struct kd_cause;

struct kd_judgement {
    const struct kd_policy *policy; /* that was judged by; never NULL            borrowed */
    struct kd_finding *finding;     /* severity descending, then id, then subject */
    size_t nfinding;
    struct kd_not_evaluated *not_evaluated; /* by id, then subject */
    size_t nnot_evaluated;
    const struct kd_rule **rule; /* that were asked: not off, and of this kind of verb */
    size_t nrule;
    struct kd_cause *cause; /* rules/cause.h: confidence descending, then severity, then id */
    size_t ncause;
    bool is_determined;  /* false: nothing could be found out, the verdict is "unknown" */
    kd_severity verdict; /* the worst finding; INFO without any */
};

/** "warning"; constant. */
const char *kd_severity_str(kd_severity severity);

/** Reads "info" … "critical". KD_EINVAL names what is accepted. */
kd_status kd_severity_from_str(const char *text, kd_severity *ret, struct kd_err *err);

/** The word and the sentence of one need bit; constant. */
const char *kd_need_str(kd_need need);
const char *kd_need_when(kd_need need);

/** All rules, sorted by table; *ret_n is their number. */
const struct kd_rule *const *kd_rules(size_t *ret_n);

/** The rule with an id, in any case of letters; NULL if there is none. */
const struct kd_rule *kd_rule_by_id(const char *id);

/**
 * Judge facts by all rules.
 *
 * policy   NULL is kd_policy_default(); its strings must live as long as the judgement  borrowed
 * returns  never NULL; lives as long as facts->arena
 */
const struct kd_judgement *kd_judge(const struct kd_facts *facts,
                                    const struct kd_policy *policy);

/** "critical", "warning", "notice", "info", "ok" or "unknown"; constant. */
const char *kd_verdict_str(const struct kd_judgement *judgement);

/**
 * For checks: tell a finding. Severity is the rule's, or lower with kd_found_as.
 *
 * fmt      printf format of the sentence; strings from facts are canonical already
 */
void kd_found(struct kd_judge *judge, const struct kd_finding_args *args, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void kd_found_as(struct kd_judge *judge, kd_severity severity,
                 const struct kd_finding_args *args, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/** For checks: say that one subject could not be judged, and which need was unmet. */
void kd_not_judged(struct kd_judge *judge, const char *subject, kd_need missing);

#endif
