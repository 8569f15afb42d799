/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_TESTS_MSG_FIXTURE_H
#define KMSDNS_TESTS_MSG_FIXTURE_H

/* Messages made piece by piece, for the tests of src/dns/msg*.c. Include <cmocka.h> before. */

#include <stdlib.h>
#include <string.h>

#include "kmsdns/base/arena.h"
#include "kmsdns/dns/msg.h"
#include "kmsdns/dns/name.h"

/* A message being built: names in text, compression never. */
struct build {
    uint8_t wire[65535];
    size_t len;
};

static inline void put16(struct build *b, unsigned int value)
{
    b->wire[b->len++] = (uint8_t)(value >> 8);
    b->wire[b->len++] = (uint8_t)value;
}

static inline void put_name(struct build *b, const char *name)
{
    size_t len = kd_name_to_wire(name, b->wire + b->len);

    assert_true(len > 0);
    b->len += len;
}

/* flags as they stand in the header; the question is for name and type unless name is NULL */
static inline void put_header(struct build *b, unsigned int flags, const char *name,
                              unsigned int type)
{
    memset(b->wire, 0, 12);
    b->len = 2;
    put16(b, flags);
    b->len = 12;
    if (name != NULL) {
        b->wire[5] = 1;
        put_name(b, name);
        put16(b, type);
        put16(b, 1);
    }
}

/* section is the place of its count in the header: 6, 8 or 10 */
static inline void put_rr(struct build *b, size_t section, const char *owner, unsigned int type,
                          uint32_t ttl, const void *rdata, size_t len)
{
    unsigned int count = (unsigned int)b->wire[section] << 8 | b->wire[section + 1];

    b->wire[section] = (uint8_t)((count + 1) >> 8);
    b->wire[section + 1] = (uint8_t)(count + 1);
    put_name(b, owner);
    put16(b, type);
    put16(b, 1);
    put16(b, ttl >> 16);
    put16(b, ttl & 0xFFFF);
    put16(b, (unsigned int)len);
    memcpy(b->wire + b->len, rdata, len);
    b->len += len;
}

/* CNAME, DNAME, NS */
static inline void put_alias(struct build *b, size_t section, const char *owner,
                             unsigned int type, const char *target)
{
    uint8_t rdata[KD_NAME_MAX_WIRE];

    put_rr(b, section, owner, type, 300, rdata, kd_name_to_wire(target, rdata));
}

static inline void put_a(struct build *b, const char *owner)
{
    put_rr(b, 6, owner, KD_RR_A, 60, "\300\0\2\25", 4);
}

static inline void put_soa(struct build *b, const char *owner)
{
    static const uint8_t RDATA[22] = {0};

    put_rr(b, 8, owner, KD_RR_SOA, 60, RDATA, sizeof(RDATA));
}

struct fixture {
    struct kd_arena *arena;
    struct build b;
    struct kd_msg msg;
    struct kd_err err;
};

static inline int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    f->arena = kd_arena_new();
    *state = f;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *f = *state;

    kd_arena_free(f->arena);
    free(f);
    return 0;
}

static inline void parse_built(struct fixture *f)
{
    if (kd_msg_parse(f->arena, f->b.wire, f->b.len, &f->msg, &f->err) != KD_OK) {
        fail_msg("%s", f->err.text);
    }
}

#endif
