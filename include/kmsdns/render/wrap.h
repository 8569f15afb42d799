/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RENDER_WRAP_H
#define KMSDNS_RENDER_WRAP_H

#include <stddef.h>

#include "kmsdns/base/buf.h"

/* Lines for a terminal: how wide a text is, and prose broken at blanks. */

/**
 * Columns that a text takes: one per ASCII byte or UTF-8 sequence, none for colour sequences.
 *
 * text     already harmless (kd_buf_text), without newlines                  borrowed
 * Wide East Asian letters count as one, so a table that holds them may be a column off.
 */
size_t kd_wrap_columns(const char *text);

/**
 * Append prose, broken at blanks so that no line is longer than width if a word allows it.
 *
 * text     already harmless, without newlines                                borrowed
 * column   where the cursor stands on the current line
 * indent   blanks before each further line
 * width    columns; 0 appends the text as it is
 *
 * No newline is appended at the end.
 */
void kd_wrap(struct kd_buf *out, const char *text, size_t column, size_t indent, size_t width);

#endif
