/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_FACTS_FACTS_H
#define KMSDNS_FACTS_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kmsdns/base/addr.h"
#include "kmsdns/base/arena.h"
#include "kmsdns/dns/msg.h"
#include "kmsdns/dns/outcome.h"
#include "kmsdns/dns/srv.h"
#include "kmsdns/facts/dhcp.h"
#include "kmsdns/facts/events.h"
#include "kmsdns/facts/registry.h"
#include "kmsdns/facts/zone.h"

/*
 * What was seen, by whom, when: the vocabulary that collectors write and that rules and
 * renderers read. Nothing here judges. Every string is canonical or escaped on output, lives in
 * the facts' arena, and is NULL when unknown. Queries are referred to by their number n; 0 is
 * "none was asked".
 */

/* Where a candidate domain came from; the names are part of the report contract. */
#define KD_SOURCE_MAP(XX)                \
    XX(ARGUMENT, "argument")             \
    XX(PRIMARY_SUFFIX, "primary-suffix") \
    XX(AD_DOMAIN, "ad-domain")           \
    XX(DHCP_15, "dhcp-option-15")        \
    XX(SEARCH_LIST, "search-list")       \
    XX(PUBLISH_LIST, "publish-list")     \
    XX(HOST_NAME, "host-name")           \
    XX(RESOLV_CONF, "resolv-conf")

enum kd_source_index {
#define XX(name, text) KD_SOURCE_INDEX_##name,
    KD_SOURCE_MAP(XX)
#undef XX
    KD_SOURCE_COUNT
};

/* A set of sources is a bit mask of these. */
typedef enum kd_source {
#define XX(name, text) KD_SOURCE_##name = 1 << KD_SOURCE_INDEX_##name,
    KD_SOURCE_MAP(XX)
#undef XX
} kd_source;

/* Whose view is taken. */
#define KD_CLIENT_MAP(XX)      \
    XX(ANY, "any")             \
    XX(JOINED, "joined")       \
    XX(WORKGROUP, "workgroup") \
    XX(HOST, "host")

typedef enum kd_client {
#define XX(name, text) KD_CLIENT_##name,
    KD_CLIENT_MAP(XX)
#undef XX
    KD_CLIENT_COUNT
} kd_client;

/* Why a run ended before it was complete. */
#define KD_CUT_MAP(XX)       \
    XX(NONE, "none")         \
    XX(DEADLINE, "deadline") \
    XX(SIGNAL, "signal")

typedef enum kd_cut {
#define XX(name, text) KD_CUT_##name,
    KD_CUT_MAP(XX)
#undef XX
    KD_CUT_COUNT
} kd_cut;

typedef enum kd_transport {
    KD_TRANSPORT_UDP,
    KD_TRANSPORT_TCP,
    KD_TRANSPORT_COUNT
} kd_transport;

/* One question to one server and how it ended: the evidence behind everything else. */
struct kd_query_fact {
    uint32_t n; /* 1 .. , index in kd_facts.query plus 1 */
    struct kd_endpoint server;
    kd_transport transport; /* of the last try */
    const char *opcode;     /* "QUERY" */
    const char *name;       /* canonical */
    const char *type;       /* "SRV" */
    kd_outcome status;
    int32_t rcode;      /* -1 without a reply */
    int32_t tsig_error; /* -1 without one */
    uint32_t tries;     /* datagrams and connections used; 0 when skipped */
    uint64_t duration_us;
    bool is_authoritative; /* AA of the reply */
    bool has_edns;         /* the reply carried OPT */
    const char *note;      /* what was odd, one clause; NULL for nothing */
    bool is_edns_dropped;  /* silence until it was asked without EDNS, as never before */
};

/* A resolver that was asked. */
struct kd_resolver_fact {
    struct kd_endpoint server;
    const char *source;        /* "--resolver", "/etc/resolv.conf" */
    kd_outcome control_status; /* A of a random name below "invalid." (RFC 6761 6.4) */
    uint32_t control_query;
};

/* A misspelt or misplaced record next to an absent one. */
struct kd_sibling_fact {
    const char *name; /* the owner that was asked for, SRV */
    kd_outcome status;
    struct kd_srv *records; /* with their targets: proof that it is a KMS record */
    size_t nrecords;
    uint32_t query;
};

/* What one resolver says about one domain. */
struct kd_view_fact {
    uint32_t resolver;      /* index into kd_facts.resolver */
    kd_outcome status;      /* of the SRV question at the service's name */
    bool is_authoritative;  /* the TTL is the zone's own, not what is left of it in a cache */
    int64_t ttl_s;          /* of the SRV set, -1 without one */
    struct kd_srv *records; /* sorted with kd_srv_compare */
    size_t nrecords;
    struct kd_alias *alias; /* links from the service's name to the set */
    size_t nalias;
    bool is_truncated;      /* the UDP answer did not fit */
    kd_outcome tcp_status;  /* of the question again over TCP; SKIPPED when not truncated */
    uint32_t query;         /* the SRV question, last transport */
    kd_outcome apex_status; /* of SOA at the domain itself: NXDOMAIN is "no such domain" */
    uint32_t apex_query;
    const char *soa_zone;       /* owner of the SOA seen for the domain; NULL when none came */
    int64_t negative_ttl_s;     /* min(SOA TTL, SOA minimum), RFC 2308 5; -1 when unknown */
    kd_outcome wildcard_status; /* SRV of a random name beside the service's */
    bool wildcard_matches;      /* … and it gave the same set */
    uint32_t wildcard_query;
    kd_outcome random_status; /* A of a random name below the domain */
    uint32_t random_query;
};

struct kd_address_fact {
    struct kd_addr addr;
    kd_reach tcp;
    uint64_t rtt_us; /* of the connect when open, else 0 */
};

/* A host and port that an SRV record names, looked up and tried once per run. */
struct kd_target_fact {
    const char *name; /* canonical */
    uint16_t port;
    kd_outcome status;    /* NOERROR when any address was found, else the worse of A and AAAA */
    const char *alias_of; /* canonical name at the end of its CNAME chain; NULL if no alias */
    struct kd_address_fact *address;
    size_t naddress;
    kd_outcome a_status, aaaa_status;
    uint32_t a_query, aaaa_query;
};

/* A domain that some client may ask, or a host publish in. */
struct kd_domain_fact {
    const char *name;    /* canonical, A-labels */
    const char *unicode; /* the same for people; NULL when equal */
    uint32_t sources;    /* mask of kd_source */
    bool has_publish;    /* the publish list gave numbers for it */
    uint16_t publish_priority, publish_weight;
    struct kd_view_fact *view; /* one per resolver, in the resolvers' order */
    size_t nview;
    struct kd_sibling_fact *sibling; /* asked for only when the record is absent */
    size_t nsibling;
    struct kd_target_fact **target; /* of all views, in the order of the records, no doubles */
    size_t ntarget;
    struct kd_zone_fact *zone;     /* NULL: the zone was not looked for */
    struct kd_update_fact *update; /* the right to write, per identity and server */
    size_t nupdate;
    struct kd_change_fact *change; /* NULL: no verb that writes */
};

/* A configured text that is no domain name. */
struct kd_reject_fact {
    const char *text;
    uint32_t sources;
    const char *reason; /* a clause: "label of 64 bytes, 63 are allowed" */
};

/* One run. */
struct kd_facts {
    struct kd_arena *arena; /* owned by whoever made the facts */
    const char *tool_version;
    const char *command; /* "diagnose" */
    const char *vantage; /* this machine's name, canonical; NULL when unknown */
    const char *service; /* "_vlmcs._tcp", lower case */
    int64_t started_s;   /* wall clock */
    uint64_t duration_us;
    kd_client client;
    uint64_t seed;      /* of the draw among SRV records */
    bool tcp_was_tried; /* false with --no-tcp */
    bool is_anonymized; /* names and addresses are replaced, by others in each report */
    uint32_t code;      /* HRESULT that the user asks about; 0: none */
    uint32_t event;     /* id of the event that the user asks about; 0: none */
    kd_cut cut;
    const char **waiting; /* what ran when the run was cut: "discover/ASK > view/ASK …" */
    size_t nwaiting;
    struct kd_resolver_fact *resolver;
    size_t nresolver;
    struct kd_reject_fact *reject;
    size_t nreject;
    struct kd_events_fact *events;     /* NULL without event logs */
    struct kd_registry_fact *registry; /* NULL without registry exports */
    struct kd_dhcp_fact *dhcp;         /* NULL without leases, DHCPINFORM and ipconfig */
    struct kd_domain_fact *domain;     /* in the order in which they were given */
    size_t ndomain;
    struct kd_host_fact *host; /* NULL: no host was named */
    struct kd_query_fact *query;
    size_t nquery;
};

/** "argument" for one bit of a source mask; constant. */
const char *kd_source_str(kd_source source);

/** "joined"; constant. */
const char *kd_client_str(kd_client client);

/** Reads "joined", "workgroup", "host" or "any". KD_EINVAL names what is accepted. */
kd_status kd_client_from_str(const char *text, kd_client *ret, struct kd_err *err);

/** "deadline"; constant. */
const char *kd_cut_str(kd_cut cut);

/** "udp" or "tcp"; constant. */
const char *kd_transport_str(kd_transport transport);

/**
 * Empty facts: no domains, no queries, every "unknown" value set; the rest as in a plain
 * "diagnose" of _vlmcs._tcp by any client, not cut, with TCP tried.
 *
 * arena    for the facts and all that will be put into them                  borrowed
 * returns  never NULL; lives as long as the arena
 */
struct kd_facts *kd_facts_new(struct kd_arena *arena);

/** The query with number n, NULL for 0 or a number that does not exist. */
const struct kd_query_fact *kd_facts_query(const struct kd_facts *facts, uint32_t n);

/** The domain of a canonical name; NULL for NULL and for one that was not asked about. */
struct kd_domain_fact *kd_facts_domain(const struct kd_facts *facts, const char *name);

/**
 * The view that stands for a domain in the report's "srv": the first with records, else the
 * first usable, else the first.
 *
 * returns  NULL for a domain without views
 */
const struct kd_view_fact *kd_domain_main_view(const struct kd_domain_fact *domain);

/** The host that a record of the domain names, as it was looked up; NULL when it was not. */
const struct kd_target_fact *kd_domain_target(const struct kd_domain_fact *domain,
                                              const struct kd_srv *record);

/** True if some resolver gave SRV records for the domain. */
bool kd_domain_has_srv(const struct kd_domain_fact *domain);

#endif
