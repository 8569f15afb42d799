/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_DNS_KEY_H
#define KMSDNS_DNS_KEY_H

#include <stdbool.h>
#include <stddef.h>

#include "kmsdns/base/status.h"

/*
 * TSIG keys and the files that people keep them in. The secret never leaves this module and
 * the signer: it is in no text, no error and no report.
 */

#define KD_KEY_FILE_MAX ((size_t)64 * 1024)

/* enumerator, name people write, name on the wire, digest, its bytes, number in K*.private */
#define KD_KEY_ALGORITHM_MAP(XX)                                          \
    XX(HMAC_MD5, "hmac-md5", "hmac-md5.sig-alg.reg.int.", "MD5", 16, 157) \
    XX(HMAC_SHA1, "hmac-sha1", "hmac-sha1.", "SHA1", 20, 161)             \
    XX(HMAC_SHA224, "hmac-sha224", "hmac-sha224.", "SHA2-224", 28, 162)   \
    XX(HMAC_SHA256, "hmac-sha256", "hmac-sha256.", "SHA2-256", 32, 163)   \
    XX(HMAC_SHA384, "hmac-sha384", "hmac-sha384.", "SHA2-384", 48, 164)   \
    XX(HMAC_SHA512, "hmac-sha512", "hmac-sha512.", "SHA2-512", 64, 165)

typedef enum kd_key_algorithm {
#define XX(id, name, wire_name, digest, mac_len, number) KD_KEY_##id,
    KD_KEY_ALGORITHM_MAP(XX)
#undef XX
    KD_KEY_ALGORITHM_COUNT
} kd_key_algorithm;

struct kd_key;

/**
 * Read the one key of a file. Three formats, told apart by what is in the file:
 *
 *   key "name" { algorithm hmac-sha256; secret "base64"; };      tsig-keygen, named.conf
 *   [algorithm:]name:base64, or the YAML that keymgr -t prints   Knot; default hmac-sha256
 *   Private-key-format: v1.3 … Algorithm: 163 … Key: base64      K<name>+<alg>+<tag>.private
 *
 * path     "-" is standard input, which is read to its end and not closed    borrowed
 * ret      the key, written on success; release with kd_key_free             caller's
 * returns  KD_OK
 *          KD_EACCES   others than the owner may read or write the file, it belongs to somebody
 *                      who is neither this user nor root, is a symbolic link or no regular
 *                      file (standard input may be a pipe), or cannot be opened
 *          KD_ENOTFOUND  there is no such file
 *          KD_EIO      reading failed
 *          KD_ETOOBIG  more than KD_KEY_FILE_MAX bytes
 *          KD_ESYNTAX  with the line and what was expected there, never with what stands
 *                      there; more than one key, with the names of the first ones
 */
kd_status kd_key_read(const char *path, struct kd_key **ret, struct kd_err *err);

/**
 * Read a key from text in memory, as kd_key_read does from a file.
 *
 * text, len  any bytes, up to KD_KEY_FILE_MAX                                borrowed
 * file_name  tells the name of a key in K*.private form; NULL if there is none
 */
kd_status kd_key_parse(const char *text, size_t len, const char *file_name, struct kd_key **ret,
                       struct kd_err *err);

/** Wipe and release; NULL is allowed. */
void kd_key_free(struct kd_key *key);

/** Canonical name; lives as long as the key. */
const char *kd_key_name(const struct kd_key *key);

kd_key_algorithm kd_key_algorithm_of(const struct kd_key *key);

/** "hmac-sha256"; constant. An unknown value gives "?". */
const char *kd_key_algorithm_str(kd_key_algorithm algorithm);

/** True for hmac-md5 and hmac-sha1 (RFC 8945 6: MUST NOT and NOT RECOMMENDED). */
bool kd_key_is_weak(const struct kd_key *key);

#endif
