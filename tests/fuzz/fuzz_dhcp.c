/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_dhcp.c - any bytes as a DHCP answer, and any bytes as the options of one: names are
 * canonical, lists keep to their limits.
 *
 * With libFuzzer: clang -fsanitize=fuzzer,address,undefined, this file, src/base, src/dns,
 * src/facts, src/import.
 */
#include "fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "kmsdns/base/mem.h"
#include "kmsdns/dns/name.h"
#include "kmsdns/import/dhcp_msg.h"
#include "kmsdns/import/lease.h"

#define FIXED_LEN ((size_t)243)

static void fuzz_message(const uint8_t *data, size_t size)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_dhcp_offer_fact offer = {.ndomain = 0};
    uint8_t wire[KD_NAME_MAX_WIRE];

    if (kd_dhcp_msg_parse(arena, data, size, &offer)) {
        assert(offer.nsearch <= KD_DHCP_MAX_NAMES && offer.ndns <= KD_DHCP_MAX_NAMES);
        assert((offer.domain_name == NULL) == (offer.ndomain == 0));
        for (size_t i = 0; i < offer.nsearch; i++) {
            assert(kd_name_to_wire(offer.search[i], wire) > 0);
        }
    }
    kd_arena_free(arena);
}

/* Behind a sound beginning, and over its sname and file fields: the options get all the bytes. */
static void fuzz_options(const uint8_t *data, size_t size)
{
    uint8_t *message = kd_xcalloc(FIXED_LEN + size, 1);
    size_t over = size < 192 ? size : 192;

    message[0] = 2;
    memcpy(message + 44, data, over);
    memcpy(message + 236, "\x63\x82\x53\x63\x35\x01\x05", 7);
    memcpy(message + FIXED_LEN, data, size);
    fuzz_message(message, FIXED_LEN + size);
    free(message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_message(data, size);
    if (size > 0) {
        fuzz_options(data, size);
    }
    return 0;
}
