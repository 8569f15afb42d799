/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_tsig.c - any bytes as the reply to a signed update: its signature, then the update's
 * reply. The key is known to nobody who made the bytes, so that no reply may be GOOD but the
 * one of the corpus and those that differ from it in the case of a name.
 *
 * With libFuzzer: clang -fsanitize=fuzzer,address,undefined, this file, src/base, src/dns.
 */
#include "fuzz.h"

#include <assert.h>
#include <string.h>

#include "kmsdns/base/arena.h"
#include "kmsdns/dns/key.h"
#include "kmsdns/dns/signer.h"
#include "kmsdns/dns/update.h"

#define KEY  "hmac-sha256:kms-key:AwoRGB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dw="
#define ZONE "corp.example."
#define NOW  1800000000
#define ID   0x1234

static struct kd_signed fuzz_request(struct kd_signer *signer)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_update update;
    struct kd_signed request = {0};
    struct kd_buf wire = {0};
    kd_status status;

    kd_update_init(&update, arena, ZONE);
    kd_update_add(&update, "_vlmcs._tcp.corp.example.", 3600,
                  kd_rdata_srv(arena, 0, 0, 1688, "kms.corp.example."));
    status = kd_update_build(&update, ID, &wire, NULL);
    assert(status == KD_OK);
    status = kd_signer_sign(signer, NOW, &wire, &request, NULL);
    assert(status == KD_OK);
    kd_buf_done(&wire);
    kd_arena_free(arena);
    return request;
}

static void fuzz_signature(struct kd_signer *signer, const struct kd_signed *request,
                           const uint8_t *data, size_t size)
{
    struct kd_signature got = {0};

    kd_signer_verify(signer, request, NOW, data, size, &got);
    assert(got.state < KD_SIG_COUNT);
    assert((got.problem != NULL) == (got.state == KD_SIG_MALFORMED));
    if (got.state == KD_SIG_GOOD) {
        assert(size >= 12 && got.tsig_error >= 0);
        assert(got.time_s >= NOW - 65535 && got.time_s <= NOW + 65535);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kd_key *key = NULL;
    struct kd_signer *signer = NULL;
    struct kd_signed request = {0};
    struct kd_update_reply reply = {0};
    struct kd_err err = {0};
    kd_status status = kd_key_parse(KEY, strlen(KEY), NULL, &key, NULL);

    assert(status == KD_OK);
    signer = kd_tsig_signer_new(key);
    request = fuzz_request(signer);
    fuzz_signature(signer, &request, data, size);
    fuzz_signature(NULL, &request, data, size);
    status = kd_update_reply_parse(data, size, ID, ZONE, &reply, &err);
    assert(status == KD_OK || err.text[0] != '\0');
    kd_signer_free(signer);
    return 0;
}
