/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_DNS_WIRE_H
#define KMSDNS_DNS_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kmsdns/base/buf.h"
#include "kmsdns/dns/name.h"

/* Bytes of messages that must be seen exactly: updates, signatures. */

#define KD_WIRE_HEADER 12

#define KD_TYPE_OPT   41
#define KD_TYPE_TSIG  250
#define KD_CLASS_IN   1
#define KD_CLASS_NONE 254
#define KD_CLASS_ANY  255

/* A walk through a message; pos is never behind len. */
struct kd_wire_reader {
    const uint8_t *wire;
    size_t len, pos;
};

/* A name as it is compared and signed: without compression, in lower case (RFC 4034 6.2). */
struct kd_wire_name {
    size_t len;
    uint8_t bytes[KD_NAME_MAX_WIRE];
};

struct kd_wire_rr {
    size_t start; /* of the record in the message */
    struct kd_wire_name owner;
    uint16_t type, class;
    uint32_t ttl;
    const uint8_t *rdata; /* in the message */
    size_t rdata_len;
};

uint16_t kd_wire_get16(const uint8_t *bytes);
uint32_t kd_wire_get32(const uint8_t *bytes);
uint64_t kd_wire_get48(const uint8_t *bytes);

/** Read a name; pointers lead only back (RFC 1035 4.1.4). False if it cannot be read. */
bool kd_wire_read_name(struct kd_wire_reader *reader, struct kd_wire_name *ret);

/** Read a question's name, type and class. */
bool kd_wire_read_question(struct kd_wire_reader *reader, struct kd_wire_rr *ret);

/** Read a record and go behind it. */
bool kd_wire_read_rr(struct kd_wire_reader *reader, struct kd_wire_rr *ret);

/** The name in wire form; false unless it is canonical. */
bool kd_wire_name_from(const char *name, struct kd_wire_name *ret);

bool kd_wire_name_equal(const struct kd_wire_name *a, const struct kd_wire_name *b);

/** The bytes of a message in a buffer. */
const uint8_t *kd_wire_bytes(const struct kd_buf *buf);

void kd_wire_put(struct kd_buf *buf, const uint8_t *bytes, size_t len);
void kd_wire_put16(struct kd_buf *buf, uint16_t value);
void kd_wire_put32(struct kd_buf *buf, uint32_t value);
void kd_wire_put48(struct kd_buf *buf, uint64_t value);

#endif
