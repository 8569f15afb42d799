/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RULES_LOOK_H
#define KMSDNS_RULES_LOOK_H

#include "kmsdns/facts/facts.h"
#include "kmsdns/rules/rule.h"

/*
 * Readings of facts that several rules share, and the two lists that a finding is made of:
 * names for its sentence and numbers of questions for its evidence. Strings that are returned
 * live in the facts' arena.
 */

#define KD_LOOK_NAMES   5  /* told by name; the others are counted */
#define KD_LOOK_QUERIES 16 /* kept as evidence */

struct kd_look_names {
    const char *name[KD_LOOK_NAMES];
    size_t n;                /* all different ones; more than KD_LOOK_NAMES are only counted */
    uint64_t *counted;       /* hashes of those that are only counted; 0 is a free place */
    size_t ncounted, nplace; /* places: 0 or a power of two */
};

struct kd_look_queries {
    uint32_t n[KD_LOOK_QUERIES];
    size_t count;
};

/** Note a name that lives as long as the facts; one again is not counted twice. */
void kd_look_add_name(const struct kd_facts *facts, struct kd_look_names *names,
                      const char *name);

/** "a, b and c"; "a, b, c, d, e and 3 more". */
const char *kd_look_names_str(const struct kd_facts *facts, const struct kd_look_names *names);

/** The same with at most max names, and not more than KD_LOOK_NAMES. */
const char *kd_look_few_str(const struct kd_facts *facts, const struct kd_look_names *names,
                            size_t max);

/** Note a question's number; 0, a known one and those beyond the limit are dropped. */
void kd_look_add_query(struct kd_look_queries *queries, uint32_t n);

/** "_vlmcs._tcp.corp.example."; the domain's own name if that would be too long. */
const char *kd_look_owner(const struct kd_facts *facts, const struct kd_domain_fact *domain);

/** "192.0.2.53:53" of the resolver with an index; "an unknown server" beyond the list. */
const char *kd_look_server(const struct kd_facts *facts, uint32_t resolver);

/** True if a resolver, told as kd_look_server does, answered some question. */
bool kd_look_was_heard(const struct kd_facts *facts, const char *server);

/** "NXDOMAIN (the name does not exist)". */
const char *kd_look_said(const struct kd_facts *facts, kd_outcome outcome);

/** "0 0 1688 kms01.corp.example." and its likes, at most KD_LOOK_NAMES of them. */
const char *kd_look_set(const struct kd_facts *facts, const struct kd_srv *set, size_t n);

/** True if some resolver said what the service's name holds. */
bool kd_look_is_answered(const struct kd_domain_fact *domain);

/** True if the service's name was answered and no resolver gave records. */
bool kd_look_is_absent(const struct kd_domain_fact *domain);

/** The first candidate with the record; NULL if none has it. */
const struct kd_domain_fact *kd_look_first_with_srv(const struct kd_facts *facts);

/* A walk over the views, or over the targets, of all domains; zero stands before the first. */
struct kd_look_walk {
    const struct kd_domain_fact *domain;
    const struct kd_view_fact *view;     /* of kd_look_next_view */
    const struct kd_target_fact *target; /* of kd_look_next_target */
    size_t idomain, inext;               /* where to go on: not the caller's */
};

/** Goes on to the next view, or target; false behind the last one. */
bool kd_look_next_view(const struct kd_facts *facts, struct kd_look_walk *walk);
bool kd_look_next_target(const struct kd_facts *facts, struct kd_look_walk *walk);

/** Leaves out what is left of this domain. */
void kd_look_skip_domain(struct kd_look_walk *walk);

/**
 * True if no server of the domain's zone was heard from here, though a resolver answers for the
 * domain, and nobody asked about writing: a firewall around this machine explains it as well, and
 * clients do not ask these servers.
 */
bool kd_look_is_out_of_reach(const struct kd_facts *facts, const struct kd_domain_fact *domain);

/**
 * True if somebody asked whether the domain's record can be written: then updates go to the zone's
 * primary, or to the --server.
 */
bool kd_look_is_writing(const struct kd_facts *facts, const struct kd_domain_fact *domain);

/** True if a server is where the domain's updates would go. */
bool kd_look_takes_updates(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                           const struct kd_server_fact *server);

/** Says of each domain without any usable answer that it is not judged. */
void kd_look_tell_unanswered(struct kd_judge *judge, const struct kd_facts *facts);

/** True if the search for the domain's zone was answered. */
bool kd_look_has_zone(const struct kd_domain_fact *domain);

/** True if some server of the domain's zone was asked directly. */
bool kd_look_has_servers(const struct kd_domain_fact *domain);

/** True if an update of the domain's record was sent. */
bool kd_look_was_sent(const struct kd_domain_fact *domain);

/** "ns1.corp.example. (192.0.2.53:53)"; one of the two when the other is not known. */
const char *kd_look_ns(const struct kd_facts *facts, const struct kd_server_fact *server);

/**
 * True if two servers or more answer for the zone and each names itself as its primary, as domain
 * controllers do: serials of such servers cannot be compared.
 */
bool kd_look_are_masters(const struct kd_zone_fact *zone);

/** "192.0.2.53", for commands; NULL without an address. */
const char *kd_look_address(const struct kd_facts *facts, const struct kd_endpoint *endpoint);

/** "192.0.2.53:53"; NULL without an address. */
const char *kd_look_endpoint(const struct kd_facts *facts, const struct kd_endpoint *endpoint);

/** The SRV questions of all views of a domain. */
void kd_look_add_views(struct kd_look_queries *queries, const struct kd_domain_fact *domain);

#endif
