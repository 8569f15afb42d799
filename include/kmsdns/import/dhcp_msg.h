/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_IMPORT_DHCP_MSG_H
#define KMSDNS_IMPORT_DHCP_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kmsdns/base/arena.h"
#include "kmsdns/facts/facts.h"

/**
 * Read a DHCP server's answer.
 *
 * Nothing in it can fail: what is wrong with it is in ret->malformed, and whatever could be
 * read before that is there. Options 15, 119, 6 and 54 are taken, from the overloaded fields
 * too, joined when they are split.
 *
 * bytes    the payload of the datagram, at most 65535                        borrowed
 * ret      origin, server (54), address, options; the rest is the caller's
 * returns  false if this is no DHCPACK, and ret says nothing
 * Source   RFC 2131 2, RFC 2132, RFC 3396 (split), RFC 3397 (119)
 */
bool kd_dhcp_msg_parse(struct kd_arena *arena, const uint8_t *bytes, size_t len,
                       struct kd_dhcp_offer_fact *ret);

#endif
