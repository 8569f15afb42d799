/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_events_xml.c - any bytes as XML exports of event logs.
 *
 * With libFuzzer: clang -fsanitize=fuzzer,address,undefined, this file, src/base, src/dns/name.c,
 * src/facts, src/import.
 */
#include "fuzz.h"

#include "fuzz_events.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_facts *facts = kd_facts_new(arena);
    const struct kd_events_filter filter = {.since_s = -1, .until_s = -1};
    struct kd_events_import *import = kd_events_import_new(arena, &filter);
    struct kd_err err = {0};

    if (kd_events_import_bytes(import, "fuzz", data, size, &err) != KD_OK) {
        assert(strncmp(err.text, "fuzz: ", 6) == 0);
    }
    facts->events = kd_events_import_finish(import);
    fuzz_events_check(facts);
    kd_arena_free(arena);
    return 0;
}
