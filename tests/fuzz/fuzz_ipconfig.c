/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_ipconfig.c - any bytes as output of ipconfig /all: DNS servers are addresses, and
 * suffixes are not empty.
 *
 * With libFuzzer: clang -fsanitize=fuzzer,address,undefined, this file, src/base, src/dns,
 * src/facts, src/import.
 */
#include "fuzz.h"

#include <assert.h>

#include "kmsdns/base/addr.h"
#include "kmsdns/import/ipconfig.h"

static void fuzz_adapter(const struct kd_adapter_fact *adapter)
{
    struct kd_addr addr;

    assert(adapter->name != NULL);
    assert(adapter->suffix == NULL || adapter->suffix[0] != '\0');
    for (size_t i = 0; i < adapter->ndns; i++) {
        assert(kd_addr_from_str(adapter->dns[i], &addr, NULL) == KD_OK);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_computer_fact computer = {.nadapter = 0};
    struct kd_err err = {.code = KD_OK};

    if (kd_ipconfig_read(arena, "fuzz", data, size, &computer, &err) == KD_OK) {
        assert(computer.primary_suffix == NULL || computer.primary_suffix[0] != '\0');
        for (size_t i = 0; i < computer.nadapter; i++) {
            fuzz_adapter(&computer.adapter[i]);
        }
    } else {
        assert(err.text[0] != '\0');
    }
    kd_arena_free(arena);
    return 0;
}
