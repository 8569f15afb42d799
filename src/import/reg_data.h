/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_SRC_IMPORT_REG_DATA_H
#define KMSDNS_SRC_IMPORT_REG_DATA_H

#include "kmsdns/import/reg.h"

/*
 * The bytes of one value, as an export writes them and as the registry holds them.
 */

/** True for types that hold text. */
bool kd_reg_type_is_text(uint32_t type);

/** Bytes kept of a value while it is read; ANSI text doubles afterwards. */
size_t kd_reg_data_max(bool is_utf16, uint32_t type);

/** What is wrong with the bytes of a value, a clause; NULL for nothing. */
const char *kd_reg_data_fault(const struct kd_buf *data, bool is_utf16, uint32_t type);

/**
 * The bytes as the registry holds them: ANSI text as UTF-16LE, missing NULs added, half a
 * character at the end dropped.
 *
 * returns  *ret_len bytes in the arena
 */
const uint8_t *kd_reg_data_final(struct kd_arena *arena, const struct kd_buf *data,
                                 bool is_utf16, uint32_t type, size_t *ret_len);

#endif
