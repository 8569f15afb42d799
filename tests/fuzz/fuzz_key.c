/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_key.c - any bytes as a key file, with and without the name that K*.private files have.
 * What is read is a key; what is not read has an error that is one harmless line.
 *
 * With libFuzzer: clang -fsanitize=fuzzer,address,undefined, this file, src/base, src/dns.
 */
#include "fuzz.h"

#include <assert.h>
#include <string.h>

#include "kmsdns/dns/key.h"
#include "kmsdns/dns/name.h"

static void fuzz_read(const uint8_t *data, size_t size, const char *file_name)
{
    uint8_t wire[KD_NAME_MAX_WIRE];
    struct kd_key *key = NULL;
    struct kd_err err = {0};

    if (kd_key_parse((const char *)data, size, file_name, &key, &err) != KD_OK) {
        assert(key == NULL && err.text[0] != '\0');
        for (const char *p = err.text; *p != '\0'; p++) {
            assert(*p >= 0x20 && *p < 0x7F);
        }
        return;
    }
    assert(kd_name_to_wire(kd_key_name(key), wire) > 0);
    assert(kd_key_algorithm_of(key) < KD_KEY_ALGORITHM_COUNT);
    kd_key_free(key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_read(data, size, NULL);
    fuzz_read(data, size, "Kkms-key.+163+12345.private");
    return 0;
}
