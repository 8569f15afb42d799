/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_lease.c - any bytes as a lease: what is read keeps to its limits.
 *
 * With libFuzzer: clang -fsanitize=fuzzer,address,undefined, this file, src/base, src/dns,
 * src/facts, src/import.
 */
#include "fuzz.h"

#include <assert.h>
#include <string.h>

#include "kmsdns/base/addr.h"
#include "kmsdns/import/lease.h"

static void fuzz_texts(const char *const *list, size_t n)
{
    assert(n <= KD_DHCP_MAX_NAMES);
    for (size_t i = 0; i < n; i++) {
        assert(list[i][0] != '\0');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_dhcp_offer_fact offer = {.ndomain = 0};
    struct kd_err err = {.code = KD_OK};

    if (kd_lease_read(arena, "fuzz", data, size, &offer, &err) == KD_OK) {
        fuzz_texts(offer.domain, offer.ndomain);
        fuzz_texts(offer.search, offer.nsearch);
        fuzz_texts(offer.dns, offer.ndns);
        assert((offer.domain_name == NULL) == (offer.ndomain == 0));
        assert(offer.format != NULL && offer.expires_s >= -1);
    } else {
        assert(err.text[0] != '\0');
    }
    kd_arena_free(arena);
    return 0;
}
