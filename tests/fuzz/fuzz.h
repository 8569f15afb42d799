/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_TESTS_FUZZ_H
#define KMSDNS_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/**
 * One input for a parser; libFuzzer and fuzz_main.c call it.
 *
 * returns  0; a wrong result ends the process by an assert
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
