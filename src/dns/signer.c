/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signer.c - TSIG records on messages: appended to requests, checked on replies, whatever makes
 * the MAC (RFC 8945; RFC 3645 changes only the MAC).
 *
 *   FIND   the record is the last one, and there is no other
 *   KEY    name and algorithm are those of the request
 *   MAC    over the request's MAC, the message without the record, the record's variables
 *   TIME   within the record's fudge
 */
#include "kmsdns/dns/signer.h"

#include <assert.h>
#include <string.h>

#include "kmsdns/dns/msg.h"
#include "wire.h"

#define TSIG_FIXED     16 /* time, fudge, MAC length, original ID, error, other length */
#define TSIG_RR_FIXED  10 /* type, class, TTL, length of the data */
#define BADTIME_OTHER  6  /* bytes of the server's clock */
#define HEADER_ARCOUNT 10
#define TIME_MASK      0xFFFFFFFFFFFFULL

/* A TSIG record, RFC 8945 4.2. Pointers lead into the message. */
struct signer_tsig {
    size_t start; /* of the record in the message */
    struct kd_wire_name key, algorithm;
    uint64_t time;
    uint16_t fudge, id, error;
    const uint8_t *mac, *other;
    size_t mac_len, other_len;
};

static const struct {
    int number;
    const char *name;
} TSIG_ERROR[] = {
#define XX(id, number) {(number), #id},
    KD_TSIG_ERROR_MAP(XX)
#undef XX
};

static const char *const STATE_NAME[KD_SIG_COUNT] = {
#define XX(name, text) [KD_SIG_##name] = #name,
    KD_SIGNATURE_MAP(XX)
#undef XX
};

static const char *const STATE_TEXT[KD_SIG_COUNT] = {
#define XX(name, text) [KD_SIG_##name] = (text),
    KD_SIGNATURE_MAP(XX)
#undef XX
};

/* RFC 8945 4.3.3: what of the record is signed. */
static void signer_put_variables(struct kd_buf *data, const struct signer_tsig *tsig)
{
    kd_wire_put(data, tsig->key.bytes, tsig->key.len);
    kd_wire_put16(data, KD_CLASS_ANY);
    kd_wire_put32(data, 0);
    kd_wire_put(data, tsig->algorithm.bytes, tsig->algorithm.len);
    kd_wire_put48(data, tsig->time);
    kd_wire_put16(data, tsig->fudge);
    kd_wire_put16(data, tsig->error);
    kd_wire_put16(data, (uint16_t)tsig->other_len);
    kd_wire_put(data, tsig->other, tsig->other_len);
}

/* RFC 8945 4.2 */
static void signer_put_record(struct kd_buf *wire, const struct signer_tsig *tsig)
{
    size_t len = tsig->algorithm.len + TSIG_FIXED + tsig->mac_len;

    kd_wire_put(wire, tsig->key.bytes, tsig->key.len);
    kd_wire_put16(wire, KD_TYPE_TSIG);
    kd_wire_put16(wire, KD_CLASS_ANY);
    kd_wire_put32(wire, 0);
    kd_wire_put16(wire, (uint16_t)len);
    kd_wire_put(wire, tsig->algorithm.bytes, tsig->algorithm.len);
    kd_wire_put48(wire, tsig->time);
    kd_wire_put16(wire, tsig->fudge);
    kd_wire_put16(wire, (uint16_t)tsig->mac_len);
    kd_wire_put(wire, tsig->mac, tsig->mac_len);
    kd_wire_put16(wire, tsig->id);
    kd_wire_put16(wire, tsig->error);
    kd_wire_put16(wire, 0);
}

static void signer_names(const struct kd_signer *signer, struct signer_tsig *tsig)
{
    bool is_ok = kd_wire_name_from(signer->key_name, &tsig->key) &&
                 kd_wire_name_from(signer->algorithm, &tsig->algorithm);

    assert(is_ok);
    (void)is_ok;
}

static kd_status signer_make_mac(struct kd_signer *signer, const struct kd_buf *wire,
                                 const struct signer_tsig *tsig, struct kd_signed *request,
                                 struct kd_err *err)
{
    struct kd_buf data = {0};
    kd_status status;

    kd_wire_put(&data, kd_wire_bytes(wire), wire->len);
    signer_put_variables(&data, tsig);
    status = signer->ops->make_mac(signer, kd_wire_bytes(&data), data.len, request->mac,
                                   &request->mac_len, err);
    kd_buf_done(&data);
    assert(status != KD_OK || request->mac_len <= KD_SIGN_MAC_MAX);
    return status;
}

/* Appends the record and counts it. */
static kd_status signer_append(struct kd_buf *wire, const struct signer_tsig *tsig,
                               struct kd_err *err)
{
    size_t len = wire->len + tsig->key.len + TSIG_RR_FIXED + tsig->algorithm.len + TSIG_FIXED +
                 tsig->mac_len;
    uint16_t count = kd_wire_get16(kd_wire_bytes(wire) + HEADER_ARCOUNT);

    if (len > KD_MSG_MAX) {
        return kd_fail(err, KD_ETOOBIG, "signer",
                       "the message of %zu bytes is too long to be signed: no more than %d "
                       "bytes fit",
                       wire->len, KD_MSG_MAX);
    }
    assert(count < UINT16_MAX);
    signer_put_record(wire, tsig);
    wire->data[HEADER_ARCOUNT] = (char)((count + 1) >> 8);
    wire->data[HEADER_ARCOUNT + 1] = (char)(count + 1);
    return KD_OK;
}

kd_status kd_signer_sign(struct kd_signer *signer, int64_t now_s, struct kd_buf *wire,
                         struct kd_signed *ret, struct kd_err *err)
{
    struct signer_tsig tsig = {.time = (uint64_t)now_s & TIME_MASK, .fudge = KD_SIGN_FUDGE_S};
    struct kd_signed request = {.is_signed = signer != NULL, .time_s = now_s};
    kd_status status;

    assert(wire->len >= KD_WIRE_HEADER);
    request.id = tsig.id = kd_wire_get16(kd_wire_bytes(wire));
    if (signer != NULL) {
        signer_names(signer, &tsig);
        status = signer_make_mac(signer, wire, &tsig, &request, err);
        if (status != KD_OK) {
            return status;
        }
        tsig.mac = request.mac;
        tsig.mac_len = request.mac_len;
        status = signer_append(wire, &tsig, err);
        if (status != KD_OK) {
            return status;
        }
    }
    *ret = request;
    return KD_OK;
}

/* Reads the data of a TSIG record; NULL or what is wrong with it. */
static const char *signer_read_tsig(const struct kd_wire_rr *rr, struct signer_tsig *ret)
{
    struct kd_wire_reader reader = {.wire = rr->rdata, .len = rr->rdata_len};
    const uint8_t *fixed = NULL;

    if (rr->class != KD_CLASS_ANY || rr->ttl != 0) {
        return "its TSIG record has another class than ANY or another TTL than 0";
    }
    /* the reader sees only the data, so a compressed name cannot be read (RFC 3597 4) */
    if (!kd_wire_read_name(&reader, &ret->algorithm) || reader.len - reader.pos < TSIG_FIXED) {
        return "its TSIG record is cut short";
    }
    fixed = rr->rdata + reader.pos;
    ret->time = kd_wire_get48(fixed);
    ret->fudge = kd_wire_get16(fixed + 6);
    ret->mac_len = kd_wire_get16(fixed + 8);
    ret->mac = fixed + 10;
    if (reader.len - reader.pos - TSIG_FIXED < ret->mac_len) {
        return "the signature in its TSIG record is cut short";
    }
    fixed = ret->mac + ret->mac_len;
    ret->id = kd_wire_get16(fixed);
    ret->error = kd_wire_get16(fixed + 2);
    ret->other_len = kd_wire_get16(fixed + 4);
    ret->other = fixed + 6;
    if (reader.pos + TSIG_FIXED + ret->mac_len + ret->other_len != reader.len) {
        return "the data of its TSIG record has the wrong length";
    }
    ret->key = rr->owner;
    ret->start = rr->start;
    return NULL;
}

static bool signer_skip_questions(struct kd_wire_reader *reader)
{
    struct kd_wire_rr question;
    size_t n = kd_wire_get16(reader->wire + 4);

    for (size_t i = 0; i < n; i++) {
        if (!kd_wire_read_question(reader, &question)) {
            return false;
        }
    }
    return true;
}

static size_t signer_count_records(const uint8_t *wire)
{
    return (size_t)kd_wire_get16(wire + 6) + kd_wire_get16(wire + 8) +
           kd_wire_get16(wire + HEADER_ARCOUNT);
}

/* FIND: RFC 8945 5.1. NULL or what is wrong; *ret_found tells whether there is a record. */
static const char *signer_find(const uint8_t *wire, size_t len, struct signer_tsig *ret,
                               bool *ret_found)
{
    struct kd_wire_reader reader = {.wire = wire, .len = len, .pos = KD_WIRE_HEADER};
    struct kd_wire_rr rr = {0};
    size_t nrecords = signer_count_records(wire);

    *ret_found = false;
    if (!signer_skip_questions(&reader)) {
        return "its question section cannot be read";
    }
    for (size_t i = 0; i < nrecords; i++) {
        if (*ret_found) {
            return "its TSIG record is not the last one";
        }
        if (!kd_wire_read_rr(&reader, &rr)) {
            return "its records cannot be read";
        }
        *ret_found = rr.type == KD_TYPE_TSIG;
    }
    if (reader.pos != len) {
        return "there are bytes behind its last record";
    }
    if (!*ret_found) {
        return NULL;
    }
    if (kd_wire_get16(wire + HEADER_ARCOUNT) == 0) {
        return "its TSIG record is not in the additional section";
    }
    return signer_read_tsig(&rr, ret);
}

static const char *signer_read_reply(const struct kd_signed *request, const uint8_t *wire,
                                     size_t len, struct signer_tsig *ret, bool *ret_found)
{
    *ret_found = false;
    if (len < KD_WIRE_HEADER || len > KD_MSG_MAX) {
        return "its length is that of no message";
    }
    if (kd_wire_get16(wire) != request->id) {
        return "it has another ID than the request";
    }
    return signer_find(wire, len, ret, ret_found);
}

/* RFC 8945 4.3.1, 4.3.2: the request's MAC, then the message as it was before the record. */
static bool signer_check_mac(struct kd_signer *signer, const struct kd_signed *request,
                             const uint8_t *wire, const struct signer_tsig *tsig)
{
    struct kd_buf data = {0};
    bool is_right;

    kd_wire_put16(&data, (uint16_t)request->mac_len);
    kd_wire_put(&data, request->mac, request->mac_len);
    kd_wire_put16(&data, tsig->id);
    kd_wire_put(&data, wire + 2, HEADER_ARCOUNT - 2);
    kd_wire_put16(&data, (uint16_t)(kd_wire_get16(wire + HEADER_ARCOUNT) - 1));
    kd_wire_put(&data, wire + KD_WIRE_HEADER, tsig->start - KD_WIRE_HEADER);
    signer_put_variables(&data, tsig);
    is_right = signer->ops->check_mac(signer, kd_wire_bytes(&data), data.len, tsig->mac,
                                      tsig->mac_len);
    kd_buf_done(&data);
    return is_right;
}

static bool signer_is_echo(const struct kd_signed *request, const struct signer_tsig *tsig)
{
    return tsig->mac_len == request->mac_len && tsig->mac_len > 0 &&
           memcmp(tsig->mac, request->mac, request->mac_len) == 0;
}

/* KEY and MAC */
static kd_signature_state signer_judge(struct kd_signer *signer,
                                       const struct kd_signed *request, const uint8_t *wire,
                                       const struct signer_tsig *tsig)
{
    struct signer_tsig own = {0};

    /* RFC 8945 5.3.2: a server that cannot check the request does not sign the reply */
    if (tsig->mac_len == 0 && tsig->error != KD_TSIG_NONE) {
        return KD_SIG_UNSIGNED;
    }
    signer_names(signer, &own);
    if (!kd_wire_name_equal(&tsig->key, &own.key)) {
        return KD_SIG_BAD_NAME;
    }
    if (!kd_wire_name_equal(&tsig->algorithm, &own.algorithm)) {
        return KD_SIG_BAD_ALGORITHM;
    }
    if (signer_is_echo(request, tsig)) {
        return KD_SIG_ECHOED;
    }
    if (tsig->mac_len > signer->mac_len) {
        return KD_SIG_MALFORMED;
    }
    if (tsig->mac_len < signer->mac_min || tsig->mac_len == 0) {
        return KD_SIG_TRUNCATED_MAC;
    }
    return signer_check_mac(signer, request, wire, tsig) ? KD_SIG_GOOD : KD_SIG_BAD_MAC;
}

/* What the record claims, whether it is to be believed or not. */
static void signer_note_claims(const struct signer_tsig *tsig, int64_t now_s,
                               struct kd_signature *ret)
{
    ret->tsig_error = tsig->error;
    ret->time_s = (int64_t)tsig->time;
    /* RFC 8945 5.2.3: the server's clock */
    if (tsig->error == KD_TSIG_BADTIME && tsig->other_len == BADTIME_OTHER) {
        ret->has_skew = true;
        ret->skew_s = (int64_t)kd_wire_get48(tsig->other) - now_s;
    }
}

/* TIME: RFC 8945 5.2.3; a reply at exactly the fudge is in time. */
static void signer_check_time(const struct signer_tsig *tsig, int64_t now_s,
                              struct kd_signature *ret)
{
    int64_t skew_s = (int64_t)tsig->time - now_s;

    if (skew_s >= -(int64_t)tsig->fudge && skew_s <= (int64_t)tsig->fudge) {
        return;
    }
    ret->state = KD_SIG_BAD_TIME;
    if (!ret->has_skew) {
        ret->has_skew = true;
        ret->skew_s = skew_s;
    }
}

void kd_signer_verify(struct kd_signer *signer, const struct kd_signed *request, int64_t now_s,
                      const uint8_t *wire, size_t len, struct kd_signature *ret)
{
    struct signer_tsig tsig = {0};
    bool is_found = false;

    *ret = (struct kd_signature){.state = KD_SIG_UNSIGNED, .tsig_error = -1};
    ret->problem = signer_read_reply(request, wire, len, &tsig, &is_found);
    if (ret->problem != NULL) {
        ret->state = KD_SIG_MALFORMED;
        return;
    }
    if (!is_found) {
        return;
    }
    signer_note_claims(&tsig, now_s, ret);
    if (signer == NULL || !request->is_signed) {
        return;
    }
    ret->state = signer_judge(signer, request, wire, &tsig);
    if (ret->state == KD_SIG_MALFORMED) {
        ret->problem = "the signature in its TSIG record is too long";
    }
    if (ret->state == KD_SIG_GOOD) {
        signer_check_time(&tsig, now_s, ret);
    }
}

void kd_signer_free(struct kd_signer *signer)
{
    if (signer != NULL) {
        signer->ops->free(signer);
    }
}

const char *kd_signer_name(const struct kd_signer *signer)
{
    return signer != NULL ? signer->name : "unsigned";
}

const char *kd_signature_state_str(kd_signature_state state)
{
    return (size_t)state < KD_SIG_COUNT ? STATE_NAME[state] : "?";
}

const char *kd_signature_state_text(kd_signature_state state)
{
    return (size_t)state < KD_SIG_COUNT ? STATE_TEXT[state] : "?";
}

const char *kd_tsig_error_str(int error)
{
    for (size_t i = 0; i < sizeof(TSIG_ERROR) / sizeof(TSIG_ERROR[0]); i++) {
        if (TSIG_ERROR[i].number == error) {
            return TSIG_ERROR[i].name;
        }
    }
    return NULL;
}
