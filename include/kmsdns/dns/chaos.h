/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_DNS_CHAOS_H
#define KMSDNS_DNS_CHAOS_H

#include <stddef.h>
#include <stdint.h>

#include "kmsdns/base/arena.h"

/* The question that name servers answer about themselves (RFC 4892 2). */

/** Build "version.bind CH TXT"; wire has KD_QUERY_MAX bytes. Returns the bytes written. */
size_t kd_chaos_build_version(uint16_t id, uint8_t *wire);

/**
 * The text of the reply.
 *
 * wire     untrusted bytes                                                   borrowed
 * returns  the first TXT string in the arena, control bytes and all; NULL if there is none
 */
const char *kd_chaos_read_version(struct kd_arena *arena, const uint8_t *wire, size_t len);

#endif
