/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_IMPORT_IPCONFIG_H
#define KMSDNS_IMPORT_IPCONFIG_H

#include <stddef.h>
#include <stdint.h>

#include "kmsdns/base/arena.h"
#include "kmsdns/base/status.h"
#include "kmsdns/facts/facts.h"

#define KD_IPCONFIG_MAX ((size_t)1024 * 1024) /* bytes of a file */

/**
 * Read what `ipconfig /all` printed, in any language.
 *
 * Structure is read, not words: headings of adapters stand at the margin and end with a colon,
 * fields are indented and have dots before theirs, further values stand below the first. What
 * is what shows by place and by the shape of the values; the one word used is "DNS", which
 * every language keeps.
 *
 * file     its name                                                          copied
 * bytes    UTF-8, UTF-16 or a code page
 * ret      written on success; lives as long as the arena
 * returns  KD_OK; KD_ESYNTAX if no computer and no adapter was found; KD_ETOOBIG
 */
kd_status kd_ipconfig_read(struct kd_arena *arena, const char *file, const uint8_t *bytes,
                           size_t len, struct kd_computer_fact *ret, struct kd_err *err);

/** Add a computer to facts->dhcp. */
void kd_ipconfig_to_facts(struct kd_facts *facts, const struct kd_computer_fact *computer);

#endif
