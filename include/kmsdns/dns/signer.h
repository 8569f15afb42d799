/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_DNS_SIGNER_H
#define KMSDNS_DNS_SIGNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kmsdns/base/buf.h"
#include "kmsdns/base/status.h"

/*
 * Signing of messages and checking of signed replies (RFC 8945). What makes the MAC is behind
 * kd_signer: HMAC with a shared key here, GSS-API elsewhere (RFC 3645). Everything else, the
 * record, what is signed and what is checked in which order, is the same for both.
 *
 * A signer has no state of its own between request and reply, so that one serves any number
 * of exchanges at once; what the reply needs of the request is in struct kd_signed.
 */

#define KD_SIGN_FUDGE_S 300 /* RFC 8945 10 */
#define KD_SIGN_MAC_MAX 512 /* bytes; GSS-API tokens are longer than HMACs */

/* What the check of a reply came to. */
#define KD_SIGNATURE_MAP(XX)                                                         \
    XX(UNSIGNED, "the reply is not signed")                                          \
    XX(GOOD, "the signature of the reply is right")                                  \
    XX(BAD_MAC, "the signature of the reply does not match its content")             \
    XX(BAD_NAME, "the reply is signed with another key than the request")            \
    XX(BAD_ALGORITHM, "the reply is signed with another algorithm than the request") \
    XX(BAD_TIME, "the reply was signed at another time than now")                    \
    XX(TRUNCATED_MAC, "the signature of the reply is too short to prove anything")   \
    XX(MALFORMED, "the reply cannot be read as a signed reply to this request")      \
    XX(ECHOED, "the reply carries the signature of the request")

typedef enum kd_signature_state {
#define XX(name, text) KD_SIG_##name,
    KD_SIGNATURE_MAP(XX)
#undef XX
    KD_SIG_COUNT
} kd_signature_state;

/* Error numbers of TSIG and TKEY records; IANA, "DNS RCODEs". */
#define KD_TSIG_ERROR_MAP(XX) \
    XX(NONE, 0)               \
    XX(BADSIG, 16)            \
    XX(BADKEY, 17)            \
    XX(BADTIME, 18)           \
    XX(BADMODE, 19)           \
    XX(BADNAME, 20)           \
    XX(BADALG, 21)            \
    XX(BADTRUNC, 22)

typedef enum kd_tsig_error {
#define XX(id, number) KD_TSIG_##id = (number),
    KD_TSIG_ERROR_MAP(XX)
#undef XX
} kd_tsig_error;

/* What stays of a signed request until its reply is checked. Nothing in it is secret. */
struct kd_signed {
    bool is_signed;
    uint16_t id;
    int64_t time_s;
    size_t mac_len;
    uint8_t mac[KD_SIGN_MAC_MAX];
};

/* A reply's signature, checked. */
struct kd_signature {
    kd_signature_state state;
    int tsig_error;      /* number in the reply's TSIG record; -1 without one */
    int64_t time_s;      /* when it was signed, by its TSIG record; 0 without one */
    bool has_skew;       /* the reply tells the server's clock, and it differs too much */
    int64_t skew_s;      /* server's clock minus ours: BADTIME's other data, or BAD_TIME */
    const char *problem; /* a sentence part for MALFORMED, constant; else NULL */
};

struct kd_signer;

/* One way to make MACs. */
struct kd_signer_ops {
    /*
     * mac has KD_SIGN_MAC_MAX bytes. KD_OK; KD_ENOTSUP with the reason in a sentence.
     */
    kd_status (*make_mac)(struct kd_signer *signer, const uint8_t *data, size_t len,
                          uint8_t *mac, size_t *ret_mac_len, struct kd_err *err);
    /* mac_len is 1 .. signer->mac_len, and never below RFC 8945's least length */
    bool (*check_mac)(struct kd_signer *signer, const uint8_t *data, size_t len,
                      const uint8_t *mac, size_t mac_len);
    void (*free)(struct kd_signer *signer);
};

/* First member of every signer. */
struct kd_signer {
    const struct kd_signer_ops *ops;
    const char *name;      /* for reports, "tsig:kms-key."; signer's */
    const char *key_name;  /* canonical; signer's */
    const char *algorithm; /* canonical name on the wire, "hmac-sha256."; signer's */
    size_t mac_len;        /* longest MAC that a reply may carry */
    size_t mac_min;        /* shortest one: RFC 8945 5.2.2.1, max(10, half of it) for HMAC */
};

/**
 * Sign a message: append its TSIG record, which must be the last one.
 *
 * signer   NULL leaves the message unsigned                                  borrowed
 * now_s    wall clock, seconds since 1970
 * wire     a whole message with a header; grows; unchanged after a failure   caller's
 * ret      for the check of the reply                                        caller's
 * returns  KD_OK; KD_ETOOBIG above 65535 bytes; KD_ENOTSUP if the MAC cannot be made
 * Source   RFC 8945 4.3, 5.1
 */
kd_status kd_signer_sign(struct kd_signer *signer, int64_t now_s, struct kd_buf *wire,
                         struct kd_signed *ret, struct kd_err *err);

/**
 * Check a reply: key name and algorithm are those of the request, then MAC, then time, in the
 * order of RFC 8945 5.2. A reply is only GOOD if it has the ID of the request and if the TSIG
 * record is the last one of its additional section and of the message.
 *
 * A reply that says BADKEY or BADSIG is unsigned (RFC 8945 5.3.2): UNSIGNED, with the error in
 * tsig_error; anyone can forge it. One that says BADTIME is signed: GOOD, with the skew. With
 * another state than GOOD the error and the times are what the record claims.
 *
 * signer   NULL gives UNSIGNED and the error of a TSIG record, if there is one
 * request  of kd_signer_sign
 * wire     untrusted bytes                                                   borrowed
 * ret      always written
 */
void kd_signer_verify(struct kd_signer *signer, const struct kd_signed *request, int64_t now_s,
                      const uint8_t *wire, size_t len, struct kd_signature *ret);

/** Wipe and release; NULL is allowed. */
void kd_signer_free(struct kd_signer *signer);

/** "tsig:kms-key."; "unsigned" for NULL. Lives as long as the signer. */
const char *kd_signer_name(const struct kd_signer *signer);

/** "BAD_MAC"; constant. An unknown value gives "?". */
const char *kd_signature_state_str(kd_signature_state state);

/** "the reply is not signed"; constant. */
const char *kd_signature_state_text(kd_signature_state state);

/** "BADKEY", "NONE" for 0; NULL for a number without a name, as -1. */
const char *kd_tsig_error_str(int error);

struct kd_key;

/**
 * Sign with a shared key.
 *
 * key      not NULL                                                          taken
 * returns  release with kd_signer_free                                       caller's
 */
struct kd_signer *kd_tsig_signer_new(struct kd_key *key);

#endif
