/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_DNS_MSG_H
#define KMSDNS_DNS_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kmsdns/base/addr.h"
#include "kmsdns/base/arena.h"
#include "kmsdns/base/status.h"
#include "kmsdns/dns/outcome.h"

/* Record types that kmsdns asks for or reads; the numbers are IANA's. */
#define KD_RR_TYPE_MAP(XX) \
    XX(A, 1)               \
    XX(NS, 2)              \
    XX(CNAME, 5)           \
    XX(SOA, 6)             \
    XX(PTR, 12)            \
    XX(TXT, 16)            \
    XX(AAAA, 28)           \
    XX(SRV, 33)            \
    XX(DNAME, 39)          \
    XX(ANY, 255)

typedef enum kd_rr_type {
#define XX(name, number) KD_RR_##name = (number),
    KD_RR_TYPE_MAP(XX)
#undef XX
} kd_rr_type;

/* EDNS payload size that fits every path without fragments (DNS flag day 2020). */
#define KD_EDNS_SIZE   1232
#define KD_MSG_MAX     65535
#define KD_QUERY_MAX   512  /* our questions: header, one name, OPT */
#define KD_MSG_MAX_RRS 4096 /* records kept of one message; more is KD_ETOOBIG */

struct kd_rr {
    const char *owner; /* canonical */
    uint16_t type;     /* kd_rr_type or any other number */
    uint32_t ttl_s;    /* RFC 2181 8: values above 2^31-1 are read as 0 */
    union {
        struct {
            uint16_t priority, weight, port;
            const char *target; /* canonical */
        } srv;
        struct {
            const char *mname, *rname; /* canonical */
            uint32_t serial, refresh_s, retry_s, expire_s, minimum_s;
        } soa;
        struct kd_addr addr; /* A, AAAA */
        const char *name;    /* CNAME, DNAME, NS, PTR: canonical */
    } u;                     /* zero for other types */
};

/* A reply, read. Everything lives in the arena it was read into. */
struct kd_msg {
    uint16_t id;
    uint8_t opcode;
    uint16_t rcode; /* with the EDNS extension, 12 bits */
    bool is_reply, is_authoritative, is_truncated, recursion_available, has_edns;
    const char *qname; /* canonical; NULL without a question section */
    uint16_t qtype;
    struct kd_rr *answer;
    size_t nanswer;
    struct kd_rr *authority;
    size_t nauthority;
    size_t len; /* bytes on the wire */
};

/* The chain from the question's name to the records that answer it. */
struct kd_alias {
    const char *owner;  /* canonical; for a DNAME the name that was redirected */
    const char *target; /* canonical */
    bool is_dname;
    uint32_t ttl_s;
};

/** "SRV" for a type, "TYPE65" for one without a name (RFC 3597); constant or in the arena. */
const char *kd_rr_type_str(struct kd_arena *arena, uint16_t type);

/**
 * Build a question, recursion desired, class IN.
 *
 * name     canonical                                                         borrowed
 * id       of the message; the caller draws it at random
 * edns     true appends an OPT record of KD_EDNS_SIZE as the last 11 bytes: c-ares relies on
 *          that place when it takes it off again (reference/performance.md 5, rule 1)
 * wire     KD_QUERY_MAX bytes                                                caller's
 * ret_len  bytes written
 * returns  KD_OK; KD_EINVAL if the name is not canonical
 * Source   RFC 1035 4.1, RFC 6891 6.1.2
 */
kd_status kd_msg_build_query(const char *name, uint16_t type, uint16_t id, bool edns,
                             uint8_t *wire, size_t *ret_len, struct kd_err *err);

/**
 * Read a message.
 *
 * wire     untrusted bytes; compression loops, cut records, wrong lengths and more than
 *          KD_MSG_MAX_RRS records are refused, never followed                borrowed
 * len      0 .. KD_MSG_MAX
 * ret      written on success; its strings and records live in the arena
 * returns  KD_OK; KD_ESYNTAX with what is wrong; KD_ETOOBIG
 */
kd_status kd_msg_parse(struct kd_arena *arena, const uint8_t *wire, size_t len,
                       struct kd_msg *ret, struct kd_err *err);

/**
 * Check that a message answers a question: QR set, opcode QUERY, the same single question
 * (RFC 5452 9.1). The ID is not compared: newer c-ares versions change it.
 *
 * returns  KD_OK; KD_ESYNTAX with the difference in a sentence
 */
kd_status kd_msg_check_reply(const struct kd_msg *msg, const char *name, uint16_t type,
                             struct kd_err *err);

/**
 * Say what a checked reply means for its question, following the aliases inside it.
 *
 * NOERROR needs a record of the type at the end of the alias chain; without one it is NODATA,
 * or LAME when the reply only refers to other servers (no answer, no AA, NS and no SOA in the
 * authority section) or when an alias leads out of the zones of a server that does not recurse
 * (no RA, no SOA). TRUNCATED when TC is set. A chain that loops or has more than 16 links
 * is MALFORMED.
 *
 * arena        for ret_chain
 * ret_chain    the links in order, may be NULL together with ret_nchain
 * ret_final    owner name of the answering records (the last target), may be NULL
 * Source       RFC 1034 3.6.2, RFC 2308 2, RFC 6672 2
 */
kd_outcome kd_msg_outcome(struct kd_arena *arena, const struct kd_msg *msg,
                          struct kd_alias **ret_chain, size_t *ret_nchain,
                          const char **ret_final);

/**
 * The SOA of a message: from the answer section if it is there, else from the authority
 * section, where a negative answer carries it.
 *
 * returns  record inside msg, or NULL
 */
const struct kd_rr *kd_msg_soa(const struct kd_msg *msg);

#endif
