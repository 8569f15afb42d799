/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tsig.c - the signer with a shared key: HMAC by OpenSSL.
 *
 * ldns has TSIG, too, but not with hmac-sha224 and hmac-sha384 (1.8.3 compares with the name
 * "hmac-shac384."), and its check looks at the MAC only.
 */
#include "kmsdns/dns/signer.h"

#include <stdio.h>
#include <stdlib.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "key_parts.h"
#include "kmsdns/base/mem.h"
#include "kmsdns/dns/key.h"

#define NAME_PREFIX   "tsig:"
#define MAC_LEN_LEAST 10 /* RFC 8945 5.2.2.1 */

struct tsig_signer {
    struct kd_signer base;
    struct kd_key *key; /* owned */
    char *name;         /* owned */
};

static bool tsig_hmac_with(EVP_MAC_CTX *ctx, const struct kd_key *key, const uint8_t *data,
                           size_t len, uint8_t *mac)
{
    char digest[16] = {0};
    OSSL_PARAM params[2];
    size_t mac_len = 0;

    /* the parameter wants bytes that are not constant, and does not change them */
    (void)snprintf(digest, sizeof(digest), "%s", kd_key_algorithm_digest(key->algorithm));
    params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0);
    params[1] = OSSL_PARAM_construct_end();
    return EVP_MAC_init(ctx, key->secret, key->secret_len, params) == 1 &&
           EVP_MAC_update(ctx, data, len) == 1 &&
           EVP_MAC_final(ctx, mac, &mac_len, KD_SIGN_MAC_MAX) == 1 &&
           mac_len == kd_key_algorithm_mac_len(key->algorithm);
}

/* mac has KD_SIGN_MAC_MAX bytes; false if OpenSSL cannot do it. */
static bool tsig_hmac(const struct kd_key *key, const uint8_t *data, size_t len, uint8_t *mac)
{
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *ctx = hmac != NULL ? EVP_MAC_CTX_new(hmac) : NULL;
    bool is_ok = ctx != NULL && tsig_hmac_with(ctx, key, data, len, mac);

    EVP_MAC_CTX_free(ctx);
    EVP_MAC_free(hmac);
    return is_ok;
}

static kd_status tsig_make_mac(struct kd_signer *signer, const uint8_t *data, size_t len,
                               uint8_t *mac, size_t *ret_mac_len, struct kd_err *err)
{
    const struct kd_key *key = ((struct tsig_signer *)signer)->key;

    if (!tsig_hmac(key, data, len, mac)) {
        return kd_fail(err, KD_ENOTSUP, "tsig",
                       "OpenSSL makes no %s signatures here; its policy may forbid them",
                       kd_key_algorithm_str(key->algorithm));
    }
    *ret_mac_len = signer->mac_len;
    return KD_OK;
}

static bool tsig_check_mac(struct kd_signer *signer, const uint8_t *data, size_t len,
                           const uint8_t *mac, size_t mac_len)
{
    const struct kd_key *key = ((struct tsig_signer *)signer)->key;
    uint8_t right[KD_SIGN_MAC_MAX];

    return tsig_hmac(key, data, len, right) && CRYPTO_memcmp(right, mac, mac_len) == 0;
}

static void tsig_free(struct kd_signer *signer)
{
    struct tsig_signer *tsig = (struct tsig_signer *)signer;

    kd_key_free(tsig->key);
    free(tsig->name);
    free(tsig);
}

static const struct kd_signer_ops TSIG_OPS = {
    .make_mac = tsig_make_mac,
    .check_mac = tsig_check_mac,
    .free = tsig_free,
};

struct kd_signer *kd_tsig_signer_new(struct kd_key *key)
{
    struct tsig_signer *tsig = kd_xcalloc(1, sizeof(*tsig));
    struct kd_buf name = {0};
    size_t mac_len = kd_key_algorithm_mac_len(key->algorithm);

    kd_buf_printf(&name, "%s%s", NAME_PREFIX, key->name);
    tsig->key = key;
    tsig->name = kd_xstrdup(kd_buf_str(&name));
    tsig->base.ops = &TSIG_OPS;
    tsig->base.name = tsig->name;
    tsig->base.key_name = key->name;
    tsig->base.algorithm = kd_key_algorithm_wire(key->algorithm);
    tsig->base.mac_len = mac_len;
    tsig->base.mac_min = mac_len / 2 > MAC_LEN_LEAST ? mac_len / 2 : MAC_LEN_LEAST;
    kd_buf_done(&name);
    return &tsig->base;
}
