/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_evtx.c - any bytes as a binary event log. libevtx reads files, so the bytes become one in
 * memory; the signature is put in front, else nothing would come through.
 *
 * With libFuzzer: clang -fsanitize=fuzzer,address,undefined, this file, src/base, src/dns/name.c,
 * src/facts, src/import.
 */
#include "fuzz.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz_events.h"

static void evtx_write(int fd, const uint8_t *data, size_t size)
{
    static const char MAGIC[8] = "ElfFile";
    size_t nmagic = size < sizeof(MAGIC) ? size : sizeof(MAGIC);

    assert(pwrite(fd, data, size, 0) == (ssize_t)size);
    assert(pwrite(fd, MAGIC, nmagic, 0) == (ssize_t)nmagic);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_facts *facts = kd_facts_new(arena);
    struct kd_events_import *import = kd_events_import_new(arena, NULL);
    struct kd_err err = {0};
    int fd = memfd_create("evtx", MFD_CLOEXEC);
    char path[64];

    assert(fd >= 0);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    evtx_write(fd, data, size);
    if (kd_events_import_file(import, path, &err) != KD_OK) {
        assert(err.text[0] != '\0');
    }
    facts->events = kd_events_import_finish(import);
    fuzz_events_check(facts);
    close(fd);
    kd_arena_free(arena);
    return 0;
}
