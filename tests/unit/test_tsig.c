/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_tsig.c - signed requests and the check of their replies, against vectors of another
 * implementation (make_tsig_vectors.py).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "kmsdns/base/buf.h"
#include "kmsdns/base/rng.h"
#include "kmsdns/dns/key.h"
#include "kmsdns/dns/msg.h"
#include "kmsdns/dns/signer.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SHA256       3 /* of VECTOR */

struct vector {
    const char *key;       /* algorithm:name:secret */
    const char *with_tsig; /* the request with its TSIG record, hex */
    const char *reply;
};

struct verdict {
    const char *name;
    kd_signature_state state;
    int tsig_error;
    bool has_skew;
    int64_t skew_s;
    int64_t offset_s; /* our clock minus VECTOR_NOW when the reply is checked */
    const char *reply;
};

#include "tsig_vectors.h"

/* A message on the heap, of the exact size, so that ASan sees a byte too many. */
struct bytes {
    uint8_t *at;
    size_t len;
};

static unsigned int hex_digit(char c)
{
    return (unsigned int)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static struct bytes from_hex(const char *hex)
{
    struct bytes bytes = {.len = strlen(hex) / 2};

    bytes.at = malloc(bytes.len + 1);
    assert_non_null(bytes.at);
    bytes.at = realloc(bytes.at, bytes.len > 0 ? bytes.len : 1);
    for (size_t i = 0; i < bytes.len; i++) {
        bytes.at[i] = (uint8_t)(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
    }
    return bytes;
}

static struct kd_signer *signer_of(const char *text)
{
    struct kd_key *key = NULL;
    struct kd_err err = {0};

    if (kd_key_parse(text, strlen(text), NULL, &key, &err) != KD_OK) {
        fail_msg("%s", err.text);
    }
    return kd_tsig_signer_new(key);
}

/* The request of the vectors, signed. */
static struct kd_signed sign_request(struct kd_signer *signer, struct kd_buf *wire)
{
    struct bytes plain = from_hex(VECTOR_REQUEST);
    struct kd_signed request = {0};
    struct kd_err err = {0};

    wire->len = 0;
    kd_buf_add(wire, (const char *)plain.at, plain.len);
    assert_int_equal(kd_signer_sign(signer, VECTOR_NOW, wire, &request, &err), KD_OK);
    free(plain.at);
    return request;
}

static void test_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(VECTOR); i++) {
        struct kd_signer *signer = signer_of(VECTOR[i].key);
        struct bytes expected = from_hex(VECTOR[i].with_tsig),
                     reply = from_hex(VECTOR[i].reply);
        struct kd_buf wire = {0};
        struct kd_signed request = sign_request(signer, &wire);
        struct kd_signature signature = {0};

        assert_int_equal(wire.len, expected.len);
        assert_memory_equal(wire.data, expected.at, expected.len);
        assert_true(request.is_signed);
        assert_int_equal(request.id, 0x1234);
        kd_signer_verify(signer, &request, VECTOR_NOW + 5, reply.at, reply.len, &signature);
        assert_int_equal(signature.state, KD_SIG_GOOD);
        assert_int_equal(signature.tsig_error, 0);
        assert_int_equal(signature.time_s, VECTOR_NOW);
        assert_false(signature.has_skew);
        assert_null(signature.problem);
        free(expected.at);
        free(reply.at);
        kd_buf_done(&wire);
        kd_signer_free(signer);
    }
}

static void check_verdict(struct kd_signer *signer, const struct kd_signed *request,
                          const struct verdict *verdict)
{
    struct bytes reply = from_hex(verdict->reply);
    struct kd_signature got = {0};

    kd_signer_verify(signer, request, VECTOR_NOW + verdict->offset_s, reply.at, reply.len,
                     &got);
    if (got.state != verdict->state || got.tsig_error != verdict->tsig_error ||
        got.has_skew != verdict->has_skew || got.skew_s != verdict->skew_s) {
        fail_msg("%s: got %s, error %d, skew %d %ld", verdict->name,
                 kd_signature_state_str(got.state), got.tsig_error, got.has_skew,
                 (long)got.skew_s);
    }
    assert_int_equal(got.problem != NULL, got.state == KD_SIG_MALFORMED);
    free(reply.at);
}

static void test_verdicts(void **state)
{
    struct kd_signer *signer = signer_of(VECTOR[SHA256].key);
    struct kd_buf wire = {0};
    struct kd_signed request = sign_request(signer, &wire);
    size_t seen[KD_SIG_COUNT] = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(VERDICT); i++) {
        check_verdict(signer, &request, &VERDICT[i]);
        seen[VERDICT[i].state]++;
    }
    for (size_t i = 0; i < KD_SIG_COUNT; i++) {
        assert_true(seen[i] > 0);
    }
    kd_buf_done(&wire);
    kd_signer_free(signer);
}

/* Case does not count in names, and the names are signed in lower case (RFC 8945 4.3.3). */
static bool is_case_flip(const struct bytes *reply, size_t byte, unsigned int bit)
{
    /* header and zone section are signed as they are: 12 + 14 + 4 bytes */
    return bit == 5 && byte >= 30 &&
           ((reply->at[byte] >= 'a' && reply->at[byte] <= 'z') ||
            (reply->at[byte] >= 'A' && reply->at[byte] <= 'Z'));
}

/* The record's names: the key's at 30, the algorithm's behind its ten fixed bytes. */
static bool is_in_names(size_t byte)
{
    return (byte >= 30 && byte < 39) || (byte >= 49 && byte < 62);
}

static void test_bit_flips(void **state)
{
    struct kd_signer *signer = signer_of(VECTOR[SHA256].key);
    struct kd_buf wire = {0};
    struct kd_signed request = sign_request(signer, &wire);
    struct bytes reply = from_hex(VECTOR[SHA256].reply);
    struct kd_signature got = {0};

    (void)state;
    for (size_t i = 0; i < reply.len * 8; i++) {
        bool is_same = is_case_flip(&reply, i / 8, (unsigned int)(i % 8)) && is_in_names(i / 8);

        reply.at[i / 8] ^= (uint8_t)(1U << i % 8);
        kd_signer_verify(signer, &request, VECTOR_NOW, reply.at, reply.len, &got);
        if ((got.state == KD_SIG_GOOD) != is_same) {
            fail_msg("bit %zu of byte %zu: %s", i % 8, i / 8,
                     kd_signature_state_str(got.state));
        }
        reply.at[i / 8] ^= (uint8_t)(1U << i % 8);
    }
    kd_signer_verify(signer, &request, VECTOR_NOW, reply.at, reply.len, &got);
    assert_int_equal(got.state, KD_SIG_GOOD);
    free(reply.at);
    kd_buf_done(&wire);
    kd_signer_free(signer);
}

static void test_cut_everywhere(void **state)
{
    struct kd_signer *signer = signer_of(VECTOR[SHA256].key);
    struct kd_buf wire = {0};
    struct kd_signed request = sign_request(signer, &wire);
    struct bytes whole = from_hex(VECTOR[SHA256].reply);

    (void)state;
    for (size_t len = 0; len < whole.len; len++) {
        uint8_t *cut = malloc(len > 0 ? len : 1);
        struct kd_signature got = {0};

        assert_non_null(cut);
        memcpy(cut, whole.at, len);
        kd_signer_verify(signer, &request, VECTOR_NOW, cut, len, &got);
        assert_int_equal(got.state, KD_SIG_MALFORMED);
        free(cut);
    }
    free(whole.at);
    kd_buf_done(&wire);
    kd_signer_free(signer);
}

static void test_fudge(void **state)
{
    static const struct {
        int64_t offset_s;
        kd_signature_state state;
    } CASE[] = {
        {0, KD_SIG_GOOD},
        {299, KD_SIG_GOOD},
        {300, KD_SIG_GOOD},
        {301, KD_SIG_BAD_TIME},
        {-300, KD_SIG_GOOD},
        {-301, KD_SIG_BAD_TIME},
        {86400, KD_SIG_BAD_TIME},
        {-VECTOR_NOW, KD_SIG_BAD_TIME},
        {INT64_C(1) << 47, KD_SIG_BAD_TIME},
    };
    struct kd_signer *signer = signer_of(VECTOR[SHA256].key);
    struct kd_buf wire = {0};
    struct kd_signed request = sign_request(signer, &wire);
    struct bytes reply = from_hex(VECTOR[SHA256].reply);

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        struct kd_signature got = {0};

        kd_signer_verify(signer, &request, VECTOR_NOW + CASE[i].offset_s, reply.at, reply.len,
                         &got);
        assert_int_equal(got.state, CASE[i].state);
        assert_int_equal(got.has_skew, got.state == KD_SIG_BAD_TIME);
        assert_int_equal(got.skew_s, got.has_skew ? -CASE[i].offset_s : 0);
    }
    free(reply.at);
    kd_buf_done(&wire);
    kd_signer_free(signer);
}

/* A reply belongs to one request only, also when key, ID and time are the same. */
static void test_other_request(void **state)
{
    struct kd_signer *signer = signer_of(VECTOR[SHA256].key);
    struct kd_buf wire = {0};
    struct kd_signed request = sign_request(signer, &wire);
    struct bytes reply = from_hex(VECTOR[SHA256].reply);
    struct kd_signature got = {0};

    (void)state;
    request.mac[31] ^= 1;
    kd_signer_verify(signer, &request, VECTOR_NOW, reply.at, reply.len, &got);
    assert_int_equal(got.state, KD_SIG_BAD_MAC);
    free(reply.at);
    kd_buf_done(&wire);
    kd_signer_free(signer);
}

static void test_query_with_edns(void **state)
{
    uint8_t query[KD_QUERY_MAX];
    size_t len = 0;
    struct kd_signer *signer = signer_of(VECTOR[SHA256].key);
    struct kd_buf wire = {0};
    struct kd_signed request = {0};
    struct kd_err err = {0};

    (void)state;
    assert_int_equal(
        kd_msg_build_query("corp.example.", KD_RR_SOA, 0xBEEF, true, query, &len, &err), KD_OK);
    kd_buf_add(&wire, (const char *)query, len);
    assert_int_equal(kd_signer_sign(signer, VECTOR_NOW, &wire, &request, &err), KD_OK);
    assert_int_equal(request.id, 0xBEEF);
    assert_int_equal(wire.data[11], 2);
    /* all but the count stays as it was, with OPT before the record */
    assert_memory_equal(wire.data, query, 11);
    assert_memory_equal(wire.data + 12, query + 12, len - 12);
    kd_buf_done(&wire);
    kd_signer_free(signer);
}

static void test_unsigned(void **state)
{
    struct bytes plain = from_hex(VECTOR_REQUEST), reply = from_hex(VECTOR[SHA256].reply);
    struct kd_buf wire = {0};
    struct kd_signed request = {0};
    struct kd_signature got = {0};
    struct kd_err err = {0};

    (void)state;
    kd_buf_add(&wire, (const char *)plain.at, plain.len);
    assert_int_equal(kd_signer_sign(NULL, VECTOR_NOW, &wire, &request, &err), KD_OK);
    assert_int_equal(wire.len, plain.len);
    assert_memory_equal(wire.data, plain.at, plain.len);
    assert_false(request.is_signed);
    assert_int_equal(request.id, 0x1234);
    kd_signer_verify(NULL, &request, VECTOR_NOW, reply.at, reply.len, &got);
    assert_int_equal(got.state, KD_SIG_UNSIGNED);
    assert_int_equal(got.tsig_error, 0);
    assert_string_equal(kd_signer_name(NULL), "unsigned");
    kd_signer_free(NULL);
    free(plain.at);
    free(reply.at);
    kd_buf_done(&wire);
}

/* The largest message that can be signed has 65535 bytes with its record. */
static void test_too_large(void **state)
{
    static const size_t RECORD = 9 + 10 + 13 + 16 + 32; /* key, fixed, algorithm, fixed, MAC */
    struct kd_signer *signer = signer_of(VECTOR[SHA256].key);
    struct kd_signed request = {0};
    struct kd_err err = {0};

    (void)state;
    for (size_t more = 0; more < 2; more++) {
        struct kd_buf wire = {0};
        size_t len = KD_MSG_MAX - RECORD + more;

        kd_buf_pad(&wire, '\0', len);
        assert_int_equal(kd_signer_sign(signer, VECTOR_NOW, &wire, &request, &err),
                         more == 0 ? KD_OK : KD_ETOOBIG);
        assert_int_equal(wire.len, more == 0 ? KD_MSG_MAX : len);
        assert_int_equal(wire.data[11], more == 0 ? 1 : 0);
        kd_buf_done(&wire);
    }
    assert_non_null(strstr(err.text, "too long"));
    kd_signer_free(signer);
}

/* Random damage never makes the check read beyond the end. */
static void test_random_damage(void **state)
{
    struct kd_signer *signer = signer_of(VECTOR[SHA256].key);
    struct kd_buf wire = {0};
    struct kd_signed request = sign_request(signer, &wire);
    struct kd_rng rng;

    (void)state;
    kd_rng_init(&rng, 8945);
    for (size_t round = 0; round < 20000; round++) {
        struct bytes reply = from_hex(VERDICT[round % COUNT(VERDICT)].reply);
        struct kd_signature got = {0};

        for (size_t i = 0; i < 3 && reply.len > 0; i++) {
            size_t at = kd_rng_upto(&rng, (uint32_t)reply.len - 1);

            reply.at[at] = (uint8_t)(reply.at[at] ^ (1 + kd_rng_upto(&rng, 30)));
        }
        kd_signer_verify(signer, &request, VECTOR_NOW, reply.at, reply.len, &got);
        assert_true(got.state < KD_SIG_COUNT);
        free(reply.at);
    }
    kd_buf_done(&wire);
    kd_signer_free(signer);
}

static void test_names(void **state)
{
    struct kd_signer *signer =
        signer_of("hmac-sha512:KMS-Key.Example:AAAAAAAAAAAAAAAAAAAAAA==");

    (void)state;
    assert_string_equal(kd_signer_name(signer), "tsig:kms-key.example.");
    assert_string_equal(signer->algorithm, "hmac-sha512.");
    assert_int_equal(signer->mac_len, 64);
    assert_int_equal(signer->mac_min, 32);
    kd_signer_free(signer);
    signer = signer_of("hmac-md5:k:AAAAAAAAAAAAAAAAAAAAAA==");
    assert_string_equal(signer->algorithm, "hmac-md5.sig-alg.reg.int.");
    assert_int_equal(signer->mac_min, 10);
    kd_signer_free(signer);
    for (int i = 0; i < KD_SIG_COUNT; i++) {
        assert_true(strlen(kd_signature_state_str((kd_signature_state)i)) > 3);
        assert_true(strlen(kd_signature_state_text((kd_signature_state)i)) > 10);
    }
    assert_string_equal(kd_signature_state_str((kd_signature_state)99), "?");
    assert_string_equal(kd_tsig_error_str(KD_TSIG_BADTIME), "BADTIME");
    assert_null(kd_tsig_error_str(-1));
    assert_null(kd_tsig_error_str(15));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),         cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_bit_flips),       cmocka_unit_test(test_cut_everywhere),
        cmocka_unit_test(test_fudge),           cmocka_unit_test(test_other_request),
        cmocka_unit_test(test_query_with_edns), cmocka_unit_test(test_unsigned),
        cmocka_unit_test(test_too_large),       cmocka_unit_test(test_random_damage),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
