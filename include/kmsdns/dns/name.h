/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_DNS_NAME_H
#define KMSDNS_DNS_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kmsdns/base/addr.h"
#include "kmsdns/base/arena.h"
#include "kmsdns/base/status.h"

/*
 * Domain names as text: absolute, lower case, closed by a dot, bytes that are not printable
 * ASCII (and the blank, the dot and the backslash inside a label) written \DDD (RFC 1035 5.1,
 * RFC 4343 2.1). In this form two names are equal exactly if their texts are, and none can harm
 * a terminal. The root is ".".
 */

#define KD_NAME_MAX_WIRE 255  /* bytes, RFC 1035 3.1 */
#define KD_NAME_MAX_TEXT 1016 /* 254 bytes, each as \DDD at worst, and NUL */

/**
 * Read a name that a person typed or configured.
 *
 * Accepts a missing closing dot, upper case, \DDD and \X escapes, and internationalized names
 * (UTF-8 is turned into A-labels by IDNA2008 with the UTS 46 mapping). Leading or trailing
 * blanks are the caller's to trim.
 *
 * arena    for the result
 * text     any bytes                                                         borrowed
 * ret      the canonical text, written on success; lives as long as the arena
 * returns  KD_OK; KD_ESYNTAX with the reason in a sentence: empty label, label over 63
 *          bytes, name over 255 bytes, blank inside, invalid UTF-8 or IDNA
 * Source   RFC 1035 2.3.4, RFC 5891, UTS 46
 */
kd_status kd_name_from_str(struct kd_arena *arena, const char *text, const char **ret,
                           struct kd_err *err);

/**
 * Read the name of a domain that computers can be in, as a person typed or configured it.
 *
 * As kd_name_from_str, but refused is also what no computer has as its domain, and what was most
 * likely meant for something else: a URL, user@domain, DOMAIN\user, host:port, an address, a
 * wildcard, the root, and any character but letters, digits, hyphen and underscore. So no
 * escapes are accepted.
 *
 * returns  KD_OK; KD_ESYNTAX with the reason in a sentence
 * Source   RFC 1123 2.1; Windows refuses the same characters (DnsValidateName), and allows the
 *          underscore
 */
kd_status kd_name_domain_from_str(struct kd_arena *arena, const char *text, const char **ret,
                                  struct kd_err *err);

/**
 * Write a name of the wire as text.
 *
 * wire     one name without compression, in either case                      borrowed
 * returns  canonical text in the arena; NULL unless the bytes are exactly one name
 */
const char *kd_name_from_wire(struct kd_arena *arena, const uint8_t *wire, size_t len);

/**
 * Write a canonical name in wire form, without compression.
 *
 * wire     KD_NAME_MAX_WIRE bytes                                            caller's
 * returns  bytes written; 0 when the name is not canonical
 */
size_t kd_name_to_wire(const char *name, uint8_t *wire);

/**
 * The way people of that language write a name.
 *
 * name     canonical text                                                    borrowed
 * returns  UTF-8 with a closing dot, in the arena; NULL when the name holds no A-label, or
 *          one that does not decode
 */
const char *kd_name_unicode(struct kd_arena *arena, const char *name);

/**
 * Join a relative prefix ("_vlmcs._tcp") and a canonical name.
 *
 * returns  canonical text in the arena; NULL when the result would exceed 255 bytes
 */
const char *kd_name_join(struct kd_arena *arena, const char *prefix, const char *name);

/** Labels of a canonical name; 0 for the root. */
size_t kd_name_nlabels(const char *name);

/** The parent of a canonical name, pointing into it; "." for a one-label name and for ".". */
const char *kd_name_parent(const char *name);

/** True if name is the ancestor itself or below it; both canonical. */
bool kd_name_is_below(const char *name, const char *ancestor);

/**
 * True if the name ends in the same two or more labels twice, as "kms.corp.example.corp.example."
 * does; the sign of a dot forgotten in a zone file.
 *
 * domain   the domain the name is published in; its doubling counts with any number of labels
 */
bool kd_name_is_doubled(const char *name, const char *domain);

/** True if the name reads as an IPv4 address ("192.0.2.21.") or as an IPv6 one. */
bool kd_name_is_address(const char *name);

/**
 * The name that holds the PTR record of an address: below "in-addr.arpa." or "ip6.arpa."
 * (RFC 1035 3.5, RFC 3596 2.5).
 */
const char *kd_name_reverse(struct kd_arena *arena, const struct kd_addr *addr);

/**
 * A random label that nobody else has, "kmsdns-3f9a…" (16 hex digits), for control questions.
 *
 * returns  text in the arena, without a dot
 */
const char *kd_name_random_label(struct kd_arena *arena);

/**
 * The name of a service with its first label replaced by a random one, which only a wildcard
 * answers: "kmsdns-3f9a…._tcp.corp.example.".
 *
 * returns  canonical text in the arena; NULL when it would exceed 255 bytes
 */
const char *kd_name_beside(struct kd_arena *arena, const char *service, const char *domain);

#endif
