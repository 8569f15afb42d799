/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_FACTS_ZONE_H
#define KMSDNS_FACTS_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kmsdns/base/addr.h"
#include "kmsdns/dns/outcome.h"
#include "kmsdns/dns/srv.h"

/*
 * What was seen of the zone that holds a service's name, of its servers, of the right to write
 * there, of the host that is to be published, and of a change that was made. Part of facts.h.
 */

struct kd_address_fact;

/* One address of one authoritative server. */
struct kd_server_fact {
    const char *name; /* in the NS set or the SOA; canonical; NULL: given by --server */
    struct kd_endpoint address;
    bool is_primary;       /* stands for the SOA's MNAME; old reports say so of --server, too */
    bool is_listed;        /* in the zone's NS set */
    kd_outcome status;     /* of the zone's SOA, asked directly over UDP */
    bool is_authoritative; /* … and answered with AA */
    int64_t serial;        /* -1 when unknown */
    const char *mname;     /* primary as this server names it; NULL when unknown */
    uint32_t query;
    kd_outcome tcp_status; /* of the zone's SOA over TCP */
    uint32_t tcp_query;
    kd_outcome srv_status; /* of SRV at the service's name */
    int64_t ttl_s;         /* of the SRV set, -1 without one */
    struct kd_srv *records;
    size_t nrecords;
    const char *srv_alias; /* the service's name is an alias of this; NULL if it is none */
    bool srv_is_wildcard;  /* a random name beside it is answered alike: nothing stands there */
    uint32_t srv_query;
};

/* The zone that an update of the service's name belongs to. */
struct kd_zone_fact {
    kd_outcome status;      /* of the search: NOERROR when a SOA encloses the name */
    const char *name;       /* canonical; NULL when none was found */
    const char *primary;    /* SOA MNAME; NULL when unknown */
    int64_t serial;         /* as the resolver sees it; -1 when unknown */
    int64_t negative_ttl_s; /* min(SOA TTL, minimum); -1 when unknown */
    uint32_t query;         /* that found the SOA */
    kd_outcome ns_status;   /* of the zone's NS set */
    uint32_t ns_query;
    const char **ns; /* names of the listed servers, sorted */
    size_t nns;
    kd_outcome primary_status;     /* of the primary's addresses: NOERROR with any */
    struct kd_server_fact *server; /* sorted by name, then address */
    size_t nserver;
    /* a key may lead to another view of the zone: the same search, signed; SKIPPED without a key */
    kd_outcome signed_status;
    const char *signed_name;
    uint32_t signed_query;
};

/* The probes of the right to write; names are the contract's. */
#define KD_PROBE_MAP(XX)                         \
    XX(TARGET, "target")                         \
    XX(CONTROL_UNSIGNED, "control-unsigned")     \
    XX(CONTROL_OTHER_NAME, "control-other-name") \
    XX(EMPTY_SIGNED, "empty-signed")             \
    XX(EMPTY_UNSIGNED, "empty-unsigned")         \
    XX(IDENTICAL_ADD, "identical-add")

typedef enum kd_probe {
#define XX(name, text) KD_PROBE_##name,
    KD_PROBE_MAP(XX)
#undef XX
    KD_PROBE_COUNT
} kd_probe;

/* May this identity write? The verdict on the right to write. */
#define KD_RIGHT_MAP(XX)             \
    XX(ALLOWED, "allowed")           \
    XX(PROBABLE, "probable")         \
    XX(REFUSED, "refused")           \
    XX(INCONCLUSIVE, "inconclusive") \
    XX(UNREACHABLE, "unreachable")

typedef enum kd_right {
#define XX(name, text) KD_RIGHT_##name,
    KD_RIGHT_MAP(XX)
#undef XX
    KD_RIGHT_COUNT
} kd_right;

/* What became of the signature of a reply. */
#define KD_REPLY_SIGNATURE_MAP(XX)                      \
    XX(NONE, "none")         /* nobody signed */        \
    XX(UNSIGNED, "unsigned") /* we did, they did not */ \
    XX(GOOD, "good")                                    \
    XX(BAD, "bad") /* does not verify */

typedef enum kd_reply_signature {
#define XX(name, text) KD_REPLY_SIGNATURE_##name,
    KD_REPLY_SIGNATURE_MAP(XX)
#undef XX
    KD_REPLY_SIGNATURE_COUNT
} kd_reply_signature;

struct kd_probe_fact {
    kd_probe probe;
    kd_outcome status;
    int32_t rcode;      /* -1 without a reply */
    int32_t tsig_error; /* -1 without one */
    kd_reply_signature signature;
    int64_t skew_s; /* server's clock minus ours, from a BADTIME reply */
    uint32_t query;
};

/* May this identity write this record at this server? */
struct kd_update_fact {
    const char *identity; /* "none", "tsig:kms-key." */
    bool is_signed;
    bool is_weak; /* its algorithm is hmac-md5 or hmac-sha1 */
    struct kd_endpoint server;
    const char *owner;   /* where the record would be written; canonical */
    const char *zone;    /* canonical */
    const char *version; /* what the server says it is (version.bind); NULL when it does not */
    struct kd_srv *record; /* what would be written; NULL when unknown */
    /* the SRV set as this identity is shown it: a key may select another view */
    kd_outcome seen_status; /* SKIPPED when it was not asked signed */
    struct kd_srv *seen;
    size_t nseen;
    kd_right right;
    struct kd_probe_fact *probe; /* in the order of kd_probe */
    size_t nprobe;
};

/* The reverse name of one of the host's addresses. */
struct kd_ptr_fact {
    const char *name; /* NULL when there is none */
    kd_outcome status;
    uint32_t query;
};

/* The host that is to be published, as DNS and the network know it. */
struct kd_host_fact {
    const char *name; /* canonical */
    uint16_t port;
    kd_outcome a_status, aaaa_status;
    uint32_t a_query, aaaa_query;
    const char *alias_of; /* NULL if the name is no alias */
    struct kd_address_fact *address;
    size_t naddress;
    struct kd_ptr_fact *ptr; /* in the order of the addresses */
    size_t nptr;
};

/* How far a change came. */
#define KD_CHANGE_MAP(XX)                                                            \
    XX(NOTHING, "nothing-to-do") /* it is as wanted */                               \
    XX(PLANNED, "planned")       /* shown, not sent: no --apply, or not confirmed */ \
    XX(IMPOSSIBLE, "impossible") /* no zone, no server, a bad host name */           \
    XX(DONE, "done")             /* read back from the primary */                    \
    XX(REFUSED, "refused")       /* the server said no; nothing was changed */       \
    XX(RACE, "lost-race")        /* somebody changed the set in between */           \
    XX(SILENT, "not-there")      /* acknowledged, and not there */                   \
    XX(UNKNOWN, "unknown")       /* sent; nobody could be asked whether it came */

typedef enum kd_change_state {
#define XX(name, text) KD_CHANGE_##name,
    KD_CHANGE_MAP(XX)
#undef XX
    KD_CHANGE_COUNT
} kd_change_state;

/* One domain's change of the SRV set. */
struct kd_change_fact {
    const char *action; /* "publish", "unpublish", "undo" */
    bool is_add;
    kd_change_state state;
    const char *identity;
    struct kd_endpoint server; /* the primary */
    const char *zone, *owner;  /* canonical */
    struct kd_srv *record;     /* added or removed; NULL when unknown */
    struct kd_srv *before;     /* the set when the change was planned */
    size_t nbefore;
    struct kd_srv *after; /* the set when it was read back */
    size_t nafter;
    kd_outcome after_status;
    const char *message; /* the update as text, dig-like */
    kd_outcome status;   /* of the update; SKIPPED when it was not sent */
    int32_t rcode;
    int32_t tsig_error;
    kd_reply_signature signature;
    int64_t skew_s;
    uint32_t query;
    uint32_t *evidence; /* queries of looking first and reading back */
    size_t nevidence;
    const char **lagging; /* listed servers that do not serve the change yet */
    size_t nlagging;
    bool was_followed;        /* the listed servers were asked (--wait) */
    const char *undo_file;    /* NULL when none was written */
    int64_t negative_until_s; /* wall clock at which the last negative answer has expired; -1 */
    const char *problem; /* a sentence when the state is IMPOSSIBLE or UNKNOWN; else NULL */
};

/* No skew is known. */
#define KD_SKEW_UNKNOWN INT64_MIN

/** True of a server that somebody named with --server: its answer is counted on. */
bool kd_server_is_given(const struct kd_server_fact *server);

/** True of the primary, and of a --server, which stands in for it: updates go there. */
bool kd_server_takes_updates(const struct kd_server_fact *server);

/** "control-unsigned"; constant. */
const char *kd_probe_str(kd_probe probe);

/** "probable"; constant. */
const char *kd_right_str(kd_right right);

/** "good"; constant. */
const char *kd_reply_signature_str(kd_reply_signature signature);

/** "lost-race"; constant. */
const char *kd_change_state_str(kd_change_state state);

#endif
