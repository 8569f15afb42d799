/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * update.c - dynamic updates: pieces to bytes, replies to their rcode. The text form is in
 * update_text.c.
 *
 * Class, TTL and data of a record follow from what it says (RFC 2136 2.4, 2.5); that is one
 * table, for the bytes and for the text.
 */
#include "kmsdns/dns/update.h"

#include <assert.h>
#include <string.h>

#include "kmsdns/base/mem.h"
#include "kmsdns/dns/msg.h"
#include "kmsdns/dns/name.h"
#include "update_kind.h"
#include "wire.h"

#define FLAGS_UPDATE  0x2800 /* opcode 5 */
#define OPCODE_UPDATE 5
#define MAX_STRING    255

static const struct kd_update_form FORM[KD_UPDATE_KIND_COUNT] = {
    [KD_UPDATE_NEED_NAME] = {KD_CLASS_ANY, false},
    [KD_UPDATE_NEED_NO_NAME] = {KD_CLASS_NONE, false},
    [KD_UPDATE_NEED_RRSET] = {KD_CLASS_ANY, false},
    [KD_UPDATE_NEED_RR] = {KD_CLASS_IN, true},
    [KD_UPDATE_NEED_NO_RRSET] = {KD_CLASS_NONE, false},
    [KD_UPDATE_ADD] = {KD_CLASS_IN, true},
    [KD_UPDATE_DELETE_RRSET] = {KD_CLASS_ANY, false},
    [KD_UPDATE_DELETE_RR] = {KD_CLASS_NONE, true},
};

static const char *const KIND_TEXT[KD_UPDATE_KIND_COUNT] = {
#define XX(name, text) [KD_UPDATE_##name] = (text),
    KD_UPDATE_KIND_MAP(XX)
#undef XX
};

const struct kd_update_form *kd_update_form_of(kd_update_kind kind)
{
    return &FORM[kind];
}

const char *kd_update_kind_text(kd_update_kind kind)
{
    return (size_t)kind < KD_UPDATE_KIND_COUNT ? KIND_TEXT[kind] : "?";
}

void kd_update_init(struct kd_update *update, struct kd_arena *arena, const char *zone)
{
    *update = (struct kd_update){.arena = arena, .zone = kd_arena_strdup(arena, zone)};
}

static void update_put16(uint8_t *bytes, uint16_t value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

struct kd_rdata kd_rdata_srv(struct kd_arena *arena, uint16_t priority, uint16_t weight,
                             uint16_t port, const char *target)
{
    uint8_t *bytes = kd_arena_alloc(arena, 6 + KD_NAME_MAX_WIRE);
    size_t len = kd_name_to_wire(target, bytes + 6);

    assert(len > 0);
    update_put16(bytes, priority);
    update_put16(bytes + 2, weight);
    update_put16(bytes + 4, port);
    return (struct kd_rdata){.type = KD_RR_SRV, .len = (uint16_t)(6 + len), .bytes = bytes};
}

struct kd_rdata kd_rdata_txt(struct kd_arena *arena, const char *text)
{
    size_t len = strnlen(text, MAX_STRING);
    uint8_t *bytes = kd_arena_alloc(arena, len + 1);

    bytes[0] = (uint8_t)len;
    memcpy(bytes + 1, text, len);
    return (struct kd_rdata){.type = KD_RR_TXT, .len = (uint16_t)(len + 1), .bytes = bytes};
}

static struct kd_update_rr update_rr(const struct kd_update *update, kd_update_kind kind,
                                     const char *name, struct kd_rdata rdata)
{
    struct kd_update_rr rr = {
        .kind = kind, .name = kd_arena_strdup(update->arena, name), .rdata = rdata};

    assert(FORM[kind].has_data == (rdata.len > 0));
    if (rdata.len > 0) {
        uint8_t *copy = kd_arena_alloc(update->arena, rdata.len);

        memcpy(copy, rdata.bytes, rdata.len);
        rr.rdata.bytes = copy;
    }
    return rr;
}

static void update_need(struct kd_update *update, kd_update_kind kind, const char *name,
                        struct kd_rdata rdata)
{
    assert(update->nprerequisites < KD_UPDATE_MAX_RRS);
    update->prerequisite = kd_arena_grow(update->arena, update->prerequisite,
                                         update->nprerequisites, sizeof(*update->prerequisite));
    update->prerequisite[update->nprerequisites++] = update_rr(update, kind, name, rdata);
}

static void update_change(struct kd_update *update, kd_update_kind kind, const char *name,
                          uint32_t ttl_s, struct kd_rdata rdata)
{
    assert(update->nchanges < KD_UPDATE_MAX_RRS);
    update->change =
        kd_arena_grow(update->arena, update->change, update->nchanges, sizeof(*update->change));
    update->change[update->nchanges] = update_rr(update, kind, name, rdata);
    update->change[update->nchanges++].ttl_s = ttl_s;
}

void kd_update_need_name(struct kd_update *update, const char *name)
{
    update_need(update, KD_UPDATE_NEED_NAME, name, (struct kd_rdata){.type = KD_TYPE_ANY});
}

void kd_update_need_no_name(struct kd_update *update, const char *name)
{
    update_need(update, KD_UPDATE_NEED_NO_NAME, name, (struct kd_rdata){.type = KD_TYPE_ANY});
}

void kd_update_need_rrset(struct kd_update *update, const char *name, uint16_t type)
{
    update_need(update, KD_UPDATE_NEED_RRSET, name, (struct kd_rdata){.type = type});
}

void kd_update_need_no_rrset(struct kd_update *update, const char *name, uint16_t type)
{
    update_need(update, KD_UPDATE_NEED_NO_RRSET, name, (struct kd_rdata){.type = type});
}

void kd_update_need_rr(struct kd_update *update, const char *name, struct kd_rdata rdata)
{
    update_need(update, KD_UPDATE_NEED_RR, name, rdata);
}

void kd_update_add(struct kd_update *update, const char *name, uint32_t ttl_s,
                   struct kd_rdata rdata)
{
    update_change(update, KD_UPDATE_ADD, name, ttl_s, rdata);
}

void kd_update_delete_rr(struct kd_update *update, const char *name, struct kd_rdata rdata)
{
    update_change(update, KD_UPDATE_DELETE_RR, name, 0, rdata);
}

void kd_update_delete_rrset(struct kd_update *update, const char *name, uint16_t type)
{
    update_change(update, KD_UPDATE_DELETE_RRSET, name, 0, (struct kd_rdata){.type = type});
}

static void update_put_header(const struct kd_update *update, uint16_t id, struct kd_buf *wire)
{
    kd_wire_put16(wire, id);
    kd_wire_put16(wire, FLAGS_UPDATE);
    kd_wire_put16(wire, 1);
    kd_wire_put16(wire, (uint16_t)update->nprerequisites);
    kd_wire_put16(wire, (uint16_t)update->nchanges);
    kd_wire_put16(wire, 0);
}

static kd_status update_put_name(const char *text, struct kd_buf *wire, struct kd_err *err)
{
    struct kd_wire_name name;

    if (!kd_wire_name_from(text, &name)) {
        return kd_fail(err, KD_EINVAL, "update",
                       "the update cannot be made: a name in it is not a full name");
    }
    kd_wire_put(wire, name.bytes, name.len);
    return KD_OK;
}

static kd_status update_put_rr(const struct kd_update_rr *rr, struct kd_buf *wire,
                               struct kd_err *err)
{
    kd_status status = update_put_name(rr->name, wire, err);

    if (status != KD_OK) {
        return status;
    }
    kd_wire_put16(wire, rr->rdata.type);
    kd_wire_put16(wire, FORM[rr->kind].class);
    kd_wire_put32(wire, rr->ttl_s);
    kd_wire_put16(wire, rr->rdata.len);
    kd_wire_put(wire, rr->rdata.bytes, rr->rdata.len);
    return wire->len <= KD_MSG_MAX ? KD_OK
                                   : kd_fail(err, KD_ETOOBIG, "update",
                                             "the update cannot be made: it would have more "
                                             "than %d bytes",
                                             KD_MSG_MAX);
}

static kd_status update_put_section(const struct kd_update_rr *rr, size_t n,
                                    struct kd_buf *wire, struct kd_err *err)
{
    kd_status status = KD_OK;

    for (size_t i = 0; i < n && status == KD_OK; i++) {
        status = update_put_rr(&rr[i], wire, err);
    }
    return status;
}

kd_status kd_update_build(const struct kd_update *update, uint16_t id, struct kd_buf *wire,
                          struct kd_err *err)
{
    kd_status status;

    wire->len = 0;
    update_put_header(update, id, wire);
    status = update_put_name(update->zone, wire, err);
    kd_wire_put16(wire, KD_RR_SOA);
    kd_wire_put16(wire, KD_CLASS_IN);
    if (status == KD_OK) {
        status = update_put_section(update->prerequisite, update->nprerequisites, wire, err);
    }
    if (status == KD_OK) {
        status = update_put_section(update->change, update->nchanges, wire, err);
    }
    return status;
}

static kd_status update_check_header(const uint8_t *wire, size_t len, uint16_t id,
                                     struct kd_err *err)
{
    if (len < KD_WIRE_HEADER || len > KD_MSG_MAX) {
        return kd_fail(err, KD_ESYNTAX, "update",
                       "the reply has %zu bytes, which no message has", len);
    }
    if ((wire[2] & 0x80) == 0) {
        return kd_fail(err, KD_ESYNTAX, "update", "the message is a request and no reply");
    }
    if ((wire[2] >> 3 & 0xF) != OPCODE_UPDATE) {
        return kd_fail(err, KD_ESYNTAX, "update", "the reply has opcode %d instead of UPDATE",
                       wire[2] >> 3 & 0xF);
    }
    if (kd_wire_get16(wire) != id) {
        return kd_fail(err, KD_ESYNTAX, "update", "the reply has another ID than the update");
    }
    return KD_OK;
}

/* RFC 2136 3.8: the zone section is copied, or empty. */
static kd_status update_check_zone(struct kd_wire_reader *reader, const char *zone,
                                   bool *ret_has_zone, struct kd_err *err)
{
    size_t n = kd_wire_get16(reader->wire + 4);
    struct kd_wire_rr question = {0};
    struct kd_wire_name name;

    *ret_has_zone = n == 1;
    if (n == 0) {
        return KD_OK;
    }
    if (n > 1 || !kd_wire_read_question(reader, &question)) {
        return kd_fail(err, KD_ESYNTAX, "update",
                       "the zone section of the reply cannot be read");
    }
    if (!kd_wire_name_from(zone, &name) || !kd_wire_name_equal(&name, &question.owner) ||
        question.type != KD_RR_SOA || question.class != KD_CLASS_IN) {
        return kd_fail(err, KD_ESYNTAX, "update", "the reply is about another zone");
    }
    return KD_OK;
}

/* Only OPT says anything: the upper bits of the rcode (RFC 6891 6.1.3). */
static kd_status update_read_records(struct kd_wire_reader *reader,
                                     struct kd_update_reply *reply, struct kd_err *err)
{
    const uint8_t *wire = reader->wire;
    size_t nadditional = kd_wire_get16(wire + 10);
    size_t n = (size_t)kd_wire_get16(wire + 6) + kd_wire_get16(wire + 8) + nadditional;
    struct kd_wire_rr rr = {0};

    for (size_t i = 0; i < n; i++) {
        if (!kd_wire_read_rr(reader, &rr)) {
            return kd_fail(err, KD_ESYNTAX, "update", "record %zu of the reply cannot be read",
                           i + 1);
        }
        if (rr.type == KD_TYPE_OPT && i >= n - nadditional && !reply->has_edns) {
            reply->has_edns = true;
            reply->rcode = (uint16_t)(reply->rcode | rr.ttl >> 24 << 4);
        }
    }
    if (reader->pos != reader->len) {
        return kd_fail(err, KD_ESYNTAX, "update", "there are %zu bytes behind the reply",
                       reader->len - reader->pos);
    }
    return KD_OK;
}

kd_status kd_update_reply_parse(const uint8_t *wire, size_t len, uint16_t id, const char *zone,
                                struct kd_update_reply *ret, struct kd_err *err)
{
    struct kd_wire_reader reader = {.wire = wire, .len = len, .pos = KD_WIRE_HEADER};
    struct kd_update_reply reply = {0};
    kd_status status = update_check_header(wire, len, id, err);

    if (status != KD_OK) {
        return status;
    }
    reply.rcode = wire[3] & 0xF;
    reply.is_truncated = (wire[2] & 0x02) != 0;
    status = update_check_zone(&reader, zone, &reply.has_zone, err);
    if (status == KD_OK) {
        status = update_read_records(&reader, &reply, err);
    }
    if (status == KD_OK) {
        *ret = reply;
    }
    return status;
}
