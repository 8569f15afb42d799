/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_DNS_UPDATE_H
#define KMSDNS_DNS_UPDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kmsdns/base/arena.h"
#include "kmsdns/base/buf.h"
#include "kmsdns/base/status.h"

/*
 * Dynamic updates (RFC 2136): put together piece by piece, shown as text, made into bytes.
 * The same description gives both, so that the plan shown is the message sent. Names are
 * canonical; all pieces live in the arena.
 */

#define KD_UPDATE_MAX_RRS 1000 /* of either section; more is a bug of the caller */
#define KD_TYPE_ANY       255

/* The data of a record. */
struct kd_rdata {
    uint16_t type;
    uint16_t len;
    const uint8_t *bytes; /* wire form, names without compression */
};

/* What one record of an update says; the section, class and length follow from it. */
#define KD_UPDATE_KIND_MAP(XX)                                            \
    XX(NEED_NAME, "the name has records")                     /* 2.4.4 */ \
    XX(NEED_NO_NAME, "the name has no records")               /* 2.4.5 */ \
    XX(NEED_RRSET, "the name has records of this type")       /* 2.4.1 */ \
    XX(NEED_RR, "the records of this type are just these")    /* 2.4.2 */ \
    XX(NEED_NO_RRSET, "the name has no records of this type") /* 2.4.3 */ \
    XX(ADD, "add this record")                                /* 2.5.1 */ \
    XX(DELETE_RRSET, "delete the records of this type")       /* 2.5.2 */ \
    XX(DELETE_RR, "delete this record")                       /* 2.5.4 */

typedef enum kd_update_kind {
#define XX(name, text) KD_UPDATE_##name,
    KD_UPDATE_KIND_MAP(XX)
#undef XX
    KD_UPDATE_KIND_COUNT
} kd_update_kind;

struct kd_update_rr {
    kd_update_kind kind;
    const char *name;      /* canonical, in the arena */
    uint32_t ttl_s;        /* of ADD */
    struct kd_rdata rdata; /* len 0 where the kind has no data; type ANY for names */
};

struct kd_update {
    struct kd_arena *arena; /* borrowed */
    const char *zone;       /* canonical */
    struct kd_update_rr *prerequisite;
    size_t nprerequisites;
    struct kd_update_rr *change;
    size_t nchanges;
};

/* The header of a reply to an update, and what its sections say about it. */
struct kd_update_reply {
    uint16_t rcode; /* with the EDNS extension, 12 bits */
    bool is_truncated, has_edns, has_zone;
};

/** Begin an update of a zone; zone is canonical and copied. */
void kd_update_init(struct kd_update *update, struct kd_arena *arena, const char *zone);

/** Data of an SRV record; target is canonical. */
struct kd_rdata kd_rdata_srv(struct kd_arena *arena, uint16_t priority, uint16_t weight,
                             uint16_t port, const char *target);

/** Data of a TXT record of one string, at most 255 bytes of it. */
struct kd_rdata kd_rdata_txt(struct kd_arena *arena, const char *text);

/**
 * Add a prerequisite. All of them must hold, or the server changes nothing.
 *
 * NEED_RR once for each record of the set: it holds if the set is these records and no others.
 */
void kd_update_need_name(struct kd_update *update, const char *name);
void kd_update_need_no_name(struct kd_update *update, const char *name);
void kd_update_need_rrset(struct kd_update *update, const char *name, uint16_t type);
void kd_update_need_no_rrset(struct kd_update *update, const char *name, uint16_t type);
void kd_update_need_rr(struct kd_update *update, const char *name, struct kd_rdata rdata);

/** Add a record; adding one that is there already changes nothing but its TTL. */
void kd_update_add(struct kd_update *update, const char *name, uint32_t ttl_s,
                   struct kd_rdata rdata);

/** Delete one record, whatever its TTL; deleting what is not there is no error. */
void kd_update_delete_rr(struct kd_update *update, const char *name, struct kd_rdata rdata);

/** Delete all records of a type at a name. */
void kd_update_delete_rrset(struct kd_update *update, const char *name, uint16_t type);

/**
 * Make the message, without compression, recursion not desired.
 *
 * id       of the message; the caller draws it at random
 * wire     emptied and filled; kd_signer_sign can go on with it              caller's
 * returns  KD_OK; KD_EINVAL if a name is not canonical; KD_ETOOBIG above 65535 bytes
 * Source   RFC 2136 2
 */
kd_status kd_update_build(const struct kd_update *update, uint16_t id, struct kd_buf *wire,
                          struct kd_err *err);

/**
 * Append the update as text, in the manner of dig: its sections, one record a line.
 * Bytes that could harm a terminal are escaped.
 */
void kd_update_text(const struct kd_update *update, struct kd_buf *buf);

/**
 * Read the reply to an update. Its sections may all be empty (RFC 2136 3.8).
 *
 * wire     untrusted bytes                                                   borrowed
 * id, zone of the request
 * returns  KD_OK; KD_ESYNTAX with what is wrong: too short, no reply, another opcode or ID,
 *          another zone, records that cannot be read or bytes behind the last one
 */
kd_status kd_update_reply_parse(const uint8_t *wire, size_t len, uint16_t id, const char *zone,
                                struct kd_update_reply *ret, struct kd_err *err);

/** "the name has no records"; constant. */
const char *kd_update_kind_text(kd_update_kind kind);

#endif
