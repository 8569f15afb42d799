/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * msg.c - DNS messages: questions to bytes, bytes to records. What a reply means for its
 * question is in msg_outcome.c.
 *
 * libldns does the wire format, name by name and rdata by rdata. It is not given a whole
 * message (ldns_wire2pkt), because version 1.8 goes on behind the last rdata field and not
 * where the record's length says, and allocates the length of the rdata for each string in
 * it: one TXT record of 60 kB would take gigabytes. So the walk over the records is here, and
 * only rdata that kmsdns reads is decoded.
 */
#include "kmsdns/dns/msg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "kmsdns/base/mem.h"
#include "kmsdns/dns/name.h"

#define MIN_RECORD  11 /* root, type, class, TTL, length of no rdata */
#define MAX_FIELDS  7
#define MAX_NAMES   ((size_t)1024 * 1024) /* text of all names of a message */
#define MAX_STEPS   255                   /* labels and pointers of one name */
#define TYPE_STRLEN 12

/* A message being read. reason says why it cannot be, once something is wrong. */
struct msg_reader {
    struct kd_arena *arena;
    const uint8_t *wire;
    size_t len, pos;
    size_t text_left; /* of MAX_NAMES */
    size_t entry;     /* of the section being read, from 1 */
    kd_status status;
    const char *reason;
};

/* What stands before a record's rdata. */
struct msg_head {
    const char *owner;
    uint16_t type, class;
    uint32_t ttl;
    size_t end; /* where the rdata ends */
};

typedef bool msg_fill_fn(struct msg_reader *reader, const ldns_rr *rdata, struct kd_rr *rr);

static const struct {
    uint16_t type;
    const char *name;
} TYPE_NAME[] = {
#define XX(name, number) {(number), #name},
    KD_RR_TYPE_MAP(XX)
#undef XX
};

static const char *msg_type_str(uint16_t type, char out[TYPE_STRLEN])
{
    for (size_t i = 0; i < sizeof(TYPE_NAME) / sizeof(TYPE_NAME[0]); i++) {
        if (TYPE_NAME[i].type == type) {
            return TYPE_NAME[i].name;
        }
    }
    snprintf(out, TYPE_STRLEN, "TYPE%u", (unsigned int)type);
    return out;
}

const char *kd_rr_type_str(struct kd_arena *arena, uint16_t type)
{
    char text[TYPE_STRLEN];
    const char *name = msg_type_str(type, text);

    return name == text ? kd_arena_strdup(arena, text) : name;
}

/* The question as ldns sees it; never NULL. */
static ldns_pkt *msg_new_query(const uint8_t *name, size_t name_len, uint16_t type)
{
    ldns_rdf *owner = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, name_len, name);
    ldns_pkt *pkt = NULL;

    if (owner == NULL) {
        kd_oom();
    }
    pkt = ldns_pkt_query_new(owner, (ldns_rr_type)type, LDNS_RR_CLASS_IN, LDNS_RD);
    if (pkt == NULL) {
        kd_oom();
    }
    return pkt;
}

kd_status kd_msg_build_query(const char *name, uint16_t type, uint16_t id, bool edns,
                             uint8_t *wire, size_t *ret_len, struct kd_err *err)
{
    uint8_t name_wire[KD_NAME_MAX_WIRE];
    size_t name_len = kd_name_to_wire(name, name_wire);
    ldns_pkt *pkt = NULL;
    uint8_t *built = NULL;
    size_t len = 0;

    if (name_len == 0) {
        return kd_fail(err, KD_EINVAL, "msg", "\"%.80s\" cannot be asked for: not a full name",
                       name);
    }
    pkt = msg_new_query(name_wire, name_len, type);
    ldns_pkt_set_id(pkt, id);
    ldns_pkt_set_edns_udp_size(pkt, edns ? KD_EDNS_SIZE : 0);
    if (ldns_pkt2wire(&built, pkt, &len) != LDNS_STATUS_OK || built == NULL ||
        len > KD_QUERY_MAX) {
        kd_oom();
    }
    memcpy(wire, built, len);
    *ret_len = len;
    free(built);
    ldns_pkt_free(pkt);
    return KD_OK;
}

static bool msg_bad(struct msg_reader *reader, const char *reason)
{
    reader->status = KD_ESYNTAX;
    reader->reason = reason;
    return false;
}

static bool msg_ldns_ok(struct msg_reader *reader, ldns_status status)
{
    if (status == LDNS_STATUS_MEM_ERR) {
        kd_oom();
    }
    return status == LDNS_STATUS_OK || msg_bad(reader, ldns_get_errorstr_by_id(status));
}

static bool msg_name(struct msg_reader *reader, const ldns_rdf *rdf, const char **ret)
{
    const char *name = kd_name_from_wire(reader->arena, ldns_rdf_data(rdf), ldns_rdf_size(rdf));

    if (name == NULL) {
        return msg_bad(reader, "a name in it is not well-formed");
    }
    if (strlen(name) > reader->text_left) {
        reader->status = KD_ETOOBIG;
        reader->reason = "the names up to there are longer than 1 MiB";
        return false;
    }
    reader->text_left -= strlen(name);
    *ret = name;
    return true;
}

/*
 * Sees where the pointers of a name lead, and goes behind it. RFC 1035 4.1.4: only back.
 * libldns would follow 65535 of them for each name; the rest of the name is left to it.
 */
static bool msg_skip_name(struct msg_reader *reader, size_t *pos)
{
    const uint8_t *wire = reader->wire;
    size_t at = *pos, start = at, behind = 0, nsteps = 0;

    while (at + 1 < reader->len && wire[at] != 0) {
        size_t target = ldns_read_uint16(wire + at) & 0x3FFFU;

        nsteps++;
        if (nsteps > MAX_STEPS || (wire[at] >= 0xC0 && target >= start)) {
            return msg_bad(reader, "the compression of a name in it is broken");
        }
        if (wire[at] < 0xC0) {
            at += (size_t)wire[at] + 1;
        } else {
            behind = behind == 0 ? at + 2 : behind;
            start = at = target;
        }
    }
    *pos = behind == 0 ? at + 1 : behind;
    return true;
}

static bool msg_read_name(struct msg_reader *reader, const char **ret)
{
    ldns_rdf *rdf = NULL;
    size_t behind = reader->pos;
    bool is_ok =
        msg_skip_name(reader, &behind) &&
        msg_ldns_ok(reader, ldns_wire2dname(&rdf, reader->wire, reader->len, &reader->pos)) &&
        msg_name(reader, rdf, ret);

    ldns_rdf_deep_free(rdf);
    return is_ok;
}

static bool msg_fill_name(struct msg_reader *reader, const ldns_rr *rdata, struct kd_rr *rr)
{
    return msg_name(reader, ldns_rr_rdf(rdata, 0), &rr->u.name);
}

static bool msg_fill_addr(struct msg_reader *reader, const ldns_rr *rdata, struct kd_rr *rr)
{
    const ldns_rdf *rdf = ldns_rr_rdf(rdata, 0);

    (void)reader;
    rr->u.addr.family = rr->type == KD_RR_A ? 4 : 6;
    memcpy(rr->u.addr.bytes, ldns_rdf_data(rdf), ldns_rdf_size(rdf));
    return true;
}

static bool msg_fill_srv(struct msg_reader *reader, const ldns_rr *rdata, struct kd_rr *rr)
{
    rr->u.srv.priority = ldns_rdf2native_int16(ldns_rr_rdf(rdata, 0));
    rr->u.srv.weight = ldns_rdf2native_int16(ldns_rr_rdf(rdata, 1));
    rr->u.srv.port = ldns_rdf2native_int16(ldns_rr_rdf(rdata, 2));
    return msg_name(reader, ldns_rr_rdf(rdata, 3), &rr->u.srv.target);
}

static bool msg_fill_soa(struct msg_reader *reader, const ldns_rr *rdata, struct kd_rr *rr)
{
    rr->u.soa.serial = ldns_rdf2native_int32(ldns_rr_rdf(rdata, 2));
    rr->u.soa.refresh_s = ldns_rdf2native_int32(ldns_rr_rdf(rdata, 3));
    rr->u.soa.retry_s = ldns_rdf2native_int32(ldns_rr_rdf(rdata, 4));
    rr->u.soa.expire_s = ldns_rdf2native_int32(ldns_rr_rdf(rdata, 5));
    rr->u.soa.minimum_s = ldns_rdf2native_int32(ldns_rr_rdf(rdata, 6));
    return msg_name(reader, ldns_rr_rdf(rdata, 0), &rr->u.soa.mname) &&
           msg_name(reader, ldns_rr_rdf(rdata, 1), &rr->u.soa.rname);
}

/* The rdata that is read, as RFC 1035, 2782, 3596 and 6672 lay it out; 0 stands for a name. */
static const struct msg_layout {
    uint16_t type;
    uint8_t nfields;
    uint8_t size[MAX_FIELDS];
    msg_fill_fn *fill;
} LAYOUT[] = {
    {KD_RR_A, 1, {4}, msg_fill_addr},
    {KD_RR_NS, 1, {0}, msg_fill_name},
    {KD_RR_CNAME, 1, {0}, msg_fill_name},
    {KD_RR_SOA, 7, {0, 0, 4, 4, 4, 4, 4}, msg_fill_soa},
    {KD_RR_PTR, 1, {0}, msg_fill_name},
    {KD_RR_AAAA, 1, {16}, msg_fill_addr},
    {KD_RR_SRV, 4, {2, 2, 2, 0}, msg_fill_srv},
    {KD_RR_DNAME, 1, {0}, msg_fill_name},
};

static const struct msg_layout *msg_layout(uint16_t type)
{
    for (size_t i = 0; i < sizeof(LAYOUT) / sizeof(LAYOUT[0]); i++) {
        if (LAYOUT[i].type == type) {
            return &LAYOUT[i];
        }
    }
    return NULL;
}

/* ldns leaves out fields for which the rdata is too short, and says nothing. */
static bool msg_rdata_fits(const ldns_rr *rdata, const struct msg_layout *layout)
{
    if (ldns_rr_rd_count(rdata) != layout->nfields) {
        return false;
    }
    for (size_t i = 0; i < layout->nfields; i++) {
        const ldns_rdf *rdf = ldns_rr_rdf(rdata, i);

        if (rdf == NULL || (layout->size[i] != 0 && ldns_rdf_size(rdf) != layout->size[i])) {
            return false;
        }
    }
    return true;
}

static bool msg_check_names(struct msg_reader *reader, const struct msg_layout *layout)
{
    size_t pos = reader->pos + 2;

    for (size_t i = 0; i < layout->nfields; i++) {
        if (layout->size[i] == 0 && !msg_skip_name(reader, &pos)) {
            return false;
        }
        pos += layout->size[i];
    }
    return true;
}

/* pos is at the length of the rdata, and at the end of it afterwards. */
static bool msg_read_rdata(struct msg_reader *reader, const struct msg_layout *layout,
                           size_t end, struct kd_rr *rr)
{
    ldns_rr *rdata = ldns_rr_new();
    bool is_ok = false;

    if (rdata == NULL) {
        kd_oom();
    }
    ldns_rr_set_type(rdata, (ldns_rr_type)layout->type);
    /* with the end of the rdata as the end of the message no name runs over it */
    is_ok = msg_check_names(reader, layout) &&
            msg_ldns_ok(reader, ldns_wire2rdf(rdata, reader->wire, end, &reader->pos));
    if (is_ok && (reader->pos != end || !msg_rdata_fits(rdata, layout))) {
        is_ok = msg_bad(reader, "its data has the wrong length");
    }
    is_ok = is_ok && layout->fill(reader, rdata, rr);
    ldns_rr_free(rdata);
    return is_ok;
}

/* Reads up to the length of the rdata and leaves pos there. */
static bool msg_read_head(struct msg_reader *reader, struct msg_head *ret)
{
    const uint8_t *fixed = NULL;

    if (!msg_read_name(reader, &ret->owner)) {
        return false;
    }
    if (reader->len - reader->pos < MIN_RECORD - 1) {
        return msg_bad(reader, "the message ends in it");
    }
    fixed = reader->wire + reader->pos;
    ret->type = ldns_read_uint16(fixed);
    ret->class = ldns_read_uint16(fixed + 2);
    ret->ttl = ldns_read_uint32(fixed + 4);
    reader->pos += 8;
    ret->end = reader->pos + 2 + ldns_read_uint16(fixed + 8);
    return ret->end <= reader->len || msg_bad(reader, "its data goes beyond the message");
}

/* OPT, TSIG and the like are about the message and no data (RFC 6895 3.1). */
static bool msg_is_data(const struct msg_head *head)
{
    return head->class == LDNS_RR_CLASS_IN && head->type != 0 &&
           head->type != LDNS_RR_TYPE_OPT && (head->type < 128 || head->type > 255);
}

/* Reads one record; *ret_is_kept tells whether rr was written. */
static bool msg_read_rr(struct msg_reader *reader, struct kd_rr *rr, bool *ret_is_kept)
{
    const struct msg_layout *layout = NULL;
    struct msg_head head = {0};

    if (!msg_read_head(reader, &head)) {
        return false;
    }
    *ret_is_kept = msg_is_data(&head);
    if (*ret_is_kept) {
        rr->owner = head.owner;
        rr->type = head.type;
        rr->ttl_s = head.ttl > INT32_MAX ? 0 : head.ttl; /* RFC 2181 8 */
        layout = msg_layout(head.type);
    }
    if (layout != NULL) {
        return msg_read_rdata(reader, layout, head.end, rr);
    }
    reader->pos = head.end;
    return true;
}

static bool msg_read_section(struct msg_reader *reader, size_t count, struct kd_rr **ret,
                             size_t *ret_n)
{
    struct kd_rr *rr = kd_arena_alloc(reader->arena, count * sizeof(*rr));
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        bool is_kept = false;

        reader->entry = i + 1;
        if (!msg_read_rr(reader, &rr[n], &is_kept)) {
            return false;
        }
        n += is_kept ? 1 : 0;
    }
    *ret = n > 0 ? rr : NULL;
    *ret_n = n;
    return true;
}

static bool msg_read_question(struct msg_reader *reader, struct kd_msg *msg)
{
    reader->entry = 1;
    if (!msg_read_name(reader, &msg->qname)) {
        return false;
    }
    if (reader->len - reader->pos < 4) {
        return msg_bad(reader, "the message ends in it");
    }
    msg->qtype = ldns_read_uint16(reader->wire + reader->pos);
    if (ldns_read_uint16(reader->wire + reader->pos + 2) != LDNS_RR_CLASS_IN) {
        return msg_bad(reader, "its class is not IN");
    }
    reader->pos += 4;
    return true;
}

/* Of the additional section only OPT matters: the upper bits of the rcode (RFC 6891 6.1.3). */
static bool msg_read_additional(struct msg_reader *reader, size_t count, struct kd_msg *msg)
{
    for (size_t i = 0; i < count; i++) {
        struct msg_head head = {0};

        reader->entry = i + 1;
        if (!msg_read_head(reader, &head)) {
            return false;
        }
        if (head.type == LDNS_RR_TYPE_OPT && !msg->has_edns) {
            msg->has_edns = true;
            msg->rcode = (uint16_t)(msg->rcode | head.ttl >> 24 << 4);
        }
        reader->pos = head.end;
    }
    return true;
}

static void msg_read_header(const uint8_t *wire, struct kd_msg *msg)
{
    msg->id = LDNS_ID_WIRE(wire);
    msg->opcode = LDNS_OPCODE_WIRE(wire);
    msg->rcode = LDNS_RCODE_WIRE(wire);
    msg->is_reply = LDNS_QR_WIRE(wire) != 0;
    msg->is_authoritative = LDNS_AA_WIRE(wire) != 0;
    msg->is_truncated = LDNS_TC_WIRE(wire) != 0;
    msg->recursion_available = LDNS_RA_WIRE(wire) != 0;
}

/* Refuses counts that the message cannot hold before anything is allocated for them. */
static kd_status msg_check_counts(const uint8_t *wire, size_t len, struct kd_err *err)
{
    size_t nquestions = LDNS_QDCOUNT(wire);
    size_t nkept = (size_t)LDNS_ANCOUNT(wire) + LDNS_NSCOUNT(wire);
    size_t nrecords = nkept + LDNS_ARCOUNT(wire);

    if (nquestions > 1) { /* RFC 9619 4 */
        return kd_fail(err, KD_ESYNTAX, "msg", "the message has %zu questions", nquestions);
    }
    if (nquestions * 5 + nrecords * MIN_RECORD > len - LDNS_HEADER_SIZE) {
        return kd_fail(err, KD_ESYNTAX, "msg",
                       "the message of %zu bytes is too short for the %zu records that it "
                       "claims to have",
                       len, nrecords);
    }
    if (nkept > KD_MSG_MAX_RRS) {
        return kd_fail(err, KD_ETOOBIG, "msg",
                       "the message has %zu records; no more than %d are read", nkept,
                       KD_MSG_MAX_RRS);
    }
    return KD_OK;
}

/* Reads behind the header; returns the section in which it failed, or NULL. */
static const char *msg_read_sections(struct msg_reader *reader, struct kd_msg *msg)
{
    const uint8_t *wire = reader->wire;

    if (LDNS_QDCOUNT(wire) != 0 && !msg_read_question(reader, msg)) {
        return "question";
    }
    if (!msg_read_section(reader, LDNS_ANCOUNT(wire), &msg->answer, &msg->nanswer)) {
        return "answer";
    }
    if (!msg_read_section(reader, LDNS_NSCOUNT(wire), &msg->authority, &msg->nauthority)) {
        return "authority";
    }
    if (!msg_read_additional(reader, LDNS_ARCOUNT(wire), msg)) {
        return "additional";
    }
    return NULL;
}

kd_status kd_msg_parse(struct kd_arena *arena, const uint8_t *wire, size_t len,
                       struct kd_msg *ret, struct kd_err *err)
{
    struct msg_reader reader = {
        .arena = arena,
        .wire = wire,
        .len = len,
        .pos = LDNS_HEADER_SIZE,
        .text_left = MAX_NAMES,
    };
    struct kd_msg msg = {.len = len};
    const char *section = NULL;
    kd_status status;

    if (len < LDNS_HEADER_SIZE) {
        return kd_fail(err, KD_ESYNTAX, "msg",
                       "the message has %zu bytes, fewer than the %d of a header", len,
                       LDNS_HEADER_SIZE);
    }
    if (len > KD_MSG_MAX) {
        return kd_fail(err, KD_ETOOBIG, "msg", "the message is longer than %d bytes",
                       KD_MSG_MAX);
    }
    status = msg_check_counts(wire, len, err);
    if (status != KD_OK) {
        return status;
    }
    msg_read_header(wire, &msg);
    section = msg_read_sections(&reader, &msg);
    if (section != NULL) {
        return kd_fail(err, reader.status, "msg",
                       "entry %zu of the %s section cannot be read: %s", reader.entry, section,
                       reader.reason);
    }
    *ret = msg;
    return KD_OK;
}

kd_status kd_msg_check_reply(const struct kd_msg *msg, const char *name, uint16_t type,
                             struct kd_err *err)
{
    char got[TYPE_STRLEN], asked[TYPE_STRLEN];

    if (!msg->is_reply) {
        return kd_fail(err, KD_ESYNTAX, "msg", "the message is a question and no reply");
    }
    if (msg->opcode != LDNS_PACKET_QUERY) {
        return kd_fail(err, KD_ESYNTAX, "msg", "the reply has opcode %u instead of QUERY",
                       (unsigned int)msg->opcode);
    }
    if (msg->qname == NULL) {
        return kd_fail(err, KD_ESYNTAX, "msg", "the reply has no question section");
    }
    if (strcmp(msg->qname, name) != 0) {
        return kd_fail(err, KD_ESYNTAX, "msg", "the reply is about \"%.80s\", not \"%.80s\"",
                       msg->qname, name);
    }
    if (msg->qtype != type) {
        return kd_fail(err, KD_ESYNTAX, "msg", "the reply is about %s records, not %s",
                       msg_type_str(msg->qtype, got), msg_type_str(type, asked));
    }
    return KD_OK;
}
