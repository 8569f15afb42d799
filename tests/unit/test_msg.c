/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_msg.c - messages: questions as bytes, replies as records, hostile bytes as failures.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "kmsdns/base/arena.h"
#include "kmsdns/base/rng.h"
#include "kmsdns/dns/msg.h"
#include "kmsdns/dns/name.h"
#include "msg_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A reply of BIND: SRV of _vlmcs._tcp.corp.example with SOA, A and OPT, all compressed. */
/* clang-format off */
static const uint8_t SRV_REPLY[] = {
    /* QR AA RD RA, counts 1 2 1 2 */
    0x12, 0x34, 0x85, 0x80, 0, 1, 0, 2, 0, 1, 0, 2,
    /* question at 12, its corp.example at 24 */
    6, '_', 'V', 'l', 'm', 'c', 's', 4, '_', 't', 'c', 'p', 4, 'C', 'o', 'r', 'p',
    7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0, 0, 33, 0, 1,
    /* SRV 10 20 1688 kms01, which is at 60; SRV 0 0 1688 the same with TTL 2^31 */
    0xC0, 12, 0, 33, 0, 1, 0, 0, 0x0E, 0x10, 0, 14, 0, 10, 0, 20, 0x06, 0x98,
    5, 'k', 'm', 's', '0', '1', 0xC0, 24,
    0xC0, 12, 0, 33, 0, 1, 0x80, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0x06, 0x98, 0xC0, 60,
    /* SOA */
    0xC0, 24, 0, 6, 0, 1, 0, 0, 0, 60, 0, 29, 2, 'n', 's', 0xC0, 24, 1, 'h', 0xC0, 24,
    0, 0, 0, 7, 0, 0, 0, 8, 0, 0, 0, 9, 0, 0, 0, 10, 0xFF, 0xFF, 0xFF, 0xFF,
    /* A and OPT */
    0xC0, 60, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 21,
    0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 0,
};
/* clang-format on */

/* Parses from a heap copy of the exact size, so that ASan sees a byte too many. */
static kd_status parse_copy(struct kd_arena *arena, const uint8_t *wire, size_t len,
                            struct kd_msg *ret, struct kd_err *err)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);
    kd_status status;

    assert_non_null(copy);
    memcpy(copy, wire, len);
    status = kd_msg_parse(arena, copy, len, ret, err);
    free(copy);
    return status;
}

static void test_type_names(void **state)
{
    struct fixture *f = *state;

    assert_string_equal(kd_rr_type_str(f->arena, KD_RR_SRV), "SRV");
    assert_string_equal(kd_rr_type_str(f->arena, 255), "ANY");
    assert_string_equal(kd_rr_type_str(f->arena, 65), "TYPE65");
    assert_string_equal(kd_rr_type_str(f->arena, 65535), "TYPE65535");
}

static void test_build_query(void **state)
{
    static const uint8_t EXPECTED[] = {
        0xBE, 0xEF, 0x01, 0x00, 0,  1, 0, 0, 0, 0,  0,    1,    4, '_', 't', 'c', 'p', 2,
        'a',  '.',  0,    0,    33, 0, 1, 0, 0, 41, 0x04, 0xD0, 0, 0,   0,   0,   0,   0,
    };
    struct fixture *f = *state;
    uint8_t wire[KD_QUERY_MAX];
    size_t len = 0;

    assert_int_equal(
        kd_msg_build_query("_tcp.a\\046.", KD_RR_SRV, 0xBEEF, true, wire, &len, NULL), KD_OK);
    assert_int_equal(len, sizeof(EXPECTED));
    assert_memory_equal(wire, EXPECTED, len);
    assert_int_equal(
        kd_msg_build_query("_tcp.a\\046.", KD_RR_SRV, 0xBEEF, false, wire, &len, NULL), KD_OK);
    assert_int_equal(len, sizeof(EXPECTED) - 11);
    assert_int_equal(wire[11], 0);
    assert_int_equal(kd_msg_build_query(".", KD_RR_NS, 0, true, wire, &len, NULL), KD_OK);
    assert_int_equal(len, 12 + 5 + 11);
    assert_int_equal(kd_msg_parse(f->arena, wire, len, &f->msg, NULL), KD_OK);
    assert_string_equal(f->msg.qname, ".");
    assert_true(f->msg.has_edns);
    assert_int_equal(kd_msg_check_reply(&f->msg, ".", KD_RR_NS, &f->err), KD_ESYNTAX);
    assert_string_equal(f->err.text, "the message is a question and no reply");
    assert_int_equal(kd_msg_build_query("Corp.", KD_RR_A, 0, true, wire, &len, &f->err),
                     KD_EINVAL);
    assert_int_equal(kd_msg_build_query("corp", KD_RR_A, 0, true, wire, &len, NULL), KD_EINVAL);
}

static void test_longest_query(void **state)
{
    struct fixture *f = *state;
    uint8_t name[KD_NAME_MAX_WIRE] = {[0] = 63, [64] = 63, [128] = 63, [192] = 61};
    const char *text = kd_name_from_wire(f->arena, name, sizeof(name));
    uint8_t wire[KD_QUERY_MAX];
    size_t len = 0;

    assert_int_equal(kd_msg_build_query(text, KD_RR_SRV, 1, true, wire, &len, NULL), KD_OK);
    assert_int_equal(len, 12 + 255 + 4 + 11);
    assert_int_equal(kd_msg_parse(f->arena, wire, len, &f->msg, NULL), KD_OK);
    assert_string_equal(f->msg.qname, text);
}

static void test_parse_srv_reply(void **state)
{
    struct fixture *f = *state;
    const struct kd_msg *msg = &f->msg;

    assert_int_equal(parse_copy(f->arena, SRV_REPLY, sizeof(SRV_REPLY), &f->msg, NULL), KD_OK);
    assert_int_equal(msg->id, 0x1234);
    assert_true(msg->is_reply && msg->is_authoritative && msg->recursion_available);
    assert_true(msg->has_edns && !msg->is_truncated);
    assert_int_equal(msg->rcode, 0);
    assert_int_equal(msg->len, sizeof(SRV_REPLY));
    assert_string_equal(msg->qname, "_vlmcs._tcp.corp.example.");
    assert_int_equal(msg->nanswer, 2);
    assert_string_equal(msg->answer[0].owner, "_vlmcs._tcp.corp.example.");
    assert_int_equal(msg->answer[0].ttl_s, 3600);
    assert_int_equal(msg->answer[0].u.srv.priority, 10);
    assert_int_equal(msg->answer[0].u.srv.weight, 20);
    assert_int_equal(msg->answer[0].u.srv.port, 1688);
    assert_string_equal(msg->answer[0].u.srv.target, "kms01.corp.example.");
    assert_string_equal(msg->answer[1].u.srv.target, "kms01.corp.example.");
    assert_int_equal(msg->answer[1].ttl_s, 0); /* 2^31 */
    assert_int_equal(msg->nauthority, 1);
    assert_string_equal(msg->authority[0].u.soa.mname, "ns.corp.example.");
    assert_string_equal(msg->authority[0].u.soa.rname, "h.corp.example.");
    assert_int_equal(msg->authority[0].u.soa.serial, 7);
    assert_int_equal(msg->authority[0].u.soa.expire_s, 10);
    assert_int_equal(msg->authority[0].u.soa.minimum_s, UINT32_MAX);
    assert_ptr_equal(kd_msg_soa(msg), &msg->authority[0]);
    assert_int_equal(kd_msg_check_reply(msg, "_vlmcs._tcp.corp.example.", KD_RR_SRV, NULL),
                     KD_OK);
    assert_int_equal(kd_msg_outcome(f->arena, msg, NULL, NULL, NULL), KD_OUT_NOERROR);
}

static void test_parse_other_types(void **state)
{
    struct fixture *f = *state;
    struct build *b = &f->b;

    put_header(b, 0x8180, "a.", KD_RR_ANY);
    put_rr(b, 6, "a.", KD_RR_A, INT32_MAX, "\300\0\2\25", 4);
    put_rr(b, 6, "a.", KD_RR_AAAA, UINT32_MAX, "\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\1", 16);
    put_alias(b, 6, "a.", KD_RR_NS, "ns.b.");
    put_rr(b, 6, "a.", KD_RR_TXT, 1, "\3abc", 4);
    put_rr(b, 6, "a.", 65280, 1, "", 0);
    put_rr(b, 6, "a.", 250, 1, "xyz", 3); /* TSIG */
    put_rr(b, 6, "a.", KD_RR_A, 1, "\300\0\2\26", 4);
    b->wire[b->len - 11] = 3; /* class CH */
    parse_built(f);
    assert_int_equal(f->msg.nanswer, 5);
    assert_int_equal(f->msg.answer[0].u.addr.family, 4);
    assert_memory_equal(f->msg.answer[0].u.addr.bytes, "\300\0\2\25", 4);
    assert_int_equal(f->msg.answer[0].ttl_s, INT32_MAX);
    assert_int_equal(f->msg.answer[1].u.addr.family, 6);
    assert_int_equal(f->msg.answer[1].u.addr.bytes[15], 1);
    assert_int_equal(f->msg.answer[1].ttl_s, 0);
    assert_string_equal(f->msg.answer[2].u.name, "ns.b.");
    assert_int_equal(f->msg.answer[3].type, KD_RR_TXT);
    assert_null(f->msg.answer[3].u.name);
    assert_int_equal(f->msg.answer[4].type, 65280);
    assert_null(kd_msg_soa(&f->msg));
    assert_int_equal(kd_msg_outcome(f->arena, &f->msg, NULL, NULL, NULL), KD_OUT_NOERROR);
}

static void test_header_only(void **state)
{
    struct fixture *f = *state;

    put_header(&f->b, 0x8005, NULL, 0);
    parse_built(f);
    assert_int_equal(f->msg.rcode, 5);
    assert_true(f->msg.is_reply);
    assert_null(f->msg.qname);
    assert_int_equal(kd_msg_check_reply(&f->msg, "a.", KD_RR_A, &f->err), KD_ESYNTAX);
    assert_string_equal(f->err.text, "the reply has no question section");
    assert_int_equal(kd_msg_outcome(f->arena, &f->msg, NULL, NULL, NULL), KD_OUT_MALFORMED);
}

static void test_extended_rcode(void **state)
{
    struct fixture *f = *state;

    put_header(&f->b, 0x8180, "a.", KD_RR_A);
    put_rr(&f->b, 10, ".", 41, 0x01000000, "", 0);
    f->b.len += 7; /* bytes behind the message */
    parse_built(f);
    assert_int_equal(f->msg.rcode, 16);
    assert_int_equal(kd_msg_outcome(f->arena, &f->msg, NULL, NULL, NULL), KD_OUT_NOTIMP);
    put_header(&f->b, 0x818F, "a.", KD_RR_A);
    put_rr(&f->b, 10, ".", 41, 0xFF000000, "", 0);
    parse_built(f);
    assert_int_equal(f->msg.rcode, 4095);
}

static void test_reply_to_something_else(void **state)
{
    static const struct {
        unsigned int flags;
        const char *name;
        unsigned int type;
        const char *text;
    } CASE[] = {
        {0x0100, "a.", KD_RR_A, "the message is a question and no reply"},
        {0xA980, "a.", KD_RR_A, "the reply has opcode 5 instead of QUERY"},
        {0x8180, "b.", KD_RR_A, "the reply is about \"b.\", not \"a.\""},
        {0x8180, "a.", KD_RR_SRV, "the reply is about SRV records, not A"},
        {0x8180, "a.", 65, "the reply is about TYPE65 records, not A"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < COUNT(CASE); i++) {
        put_header(&f->b, CASE[i].flags, CASE[i].name, CASE[i].type);
        parse_built(f);
        assert_int_equal(kd_msg_check_reply(&f->msg, "a.", KD_RR_A, &f->err), KD_ESYNTAX);
        assert_string_equal(f->err.text, CASE[i].text);
    }
}

static void test_hostile_labels(void **state)
{
    struct fixture *f = *state;
    static const uint8_t TARGET[] = {0, 0,    0,  0,   0x06, 0x98, 5, '.',
                                     0, 0xFF, 27, 'A', 1,    '\\', 0};

    put_header(&f->b, 0x8180, "a.", KD_RR_SRV);
    put_rr(&f->b, 6, "a.", KD_RR_SRV, 1, TARGET, sizeof(TARGET));
    parse_built(f);
    assert_string_equal(f->msg.answer[0].u.srv.target, "\\046\\000\\255\\027a.\\092.");
}

static void test_refused_messages(void **state)
{
#define Q1       "\0\1\201\200\0\1\0\0\0\0\0\0"
#define R1       "\0\1\201\200\0\0\0\1\0\0\0\0"
#define M(text)  text, sizeof(text) - 1
#define RR(type) "\0\0" type "\0\1\0\0\0\1"
    static const struct {
        const char *wire;
        size_t len;
        const char *part;
    } CASE[] = {
        {M(""), "has 0 bytes"},
        {M("\0\0\200\0\0\0\0\0\0\0\0"), "has 11 bytes"},
        {M("\0\0\200\0\0\0\377\377\377\377\377\377"), "196605 records"},
        {M("\0\0\200\0\377\377\0\0\0\0\0\0"), "65535 questions"},
        {M("\0\0\200\0\0\1\0\0\0\0\0\0"), "too short"},
        {M(Q1 "\300\14\0\1\0\1"), "question section"},    /* points to itself */
        {M(Q1 "\1a\300\14\0\1\0\1"), "question section"}, /* a loop */
        {M(Q1 "\300\40\0\1\0\1"), "question section"},    /* beyond the end */
        {M(Q1 "\377\377\0\1\0\1"), "question section"},
        {M(Q1 "\300\0\0\1\0\1"), "question section"}, /* into the header */
        {M(Q1 "\100aaaaaaaaa"), "question section"},  /* label type 01 */
        {M(Q1 "\77aaaaaaaaa"), "question section"},
        {M(Q1 "\1a\1a\1a"), "question section"}, /* no root */
        {M(Q1 "\1a\0\0\1\0"), "message ends"},
        {M(Q1 "\1a\0\0\1\0\3"), "class is not IN"},
        {M(R1 RR("\1") "\0\3abcd"), "entry 1 of the answer section"},
        {M(R1 RR("\1") "\0\5abcde"), "wrong length"}, /* A of 5 bytes */
        {M(R1 RR("\1") "\0"), "too short"},
        {M(R1 RR("\1") "\0\0"), "wrong length"},
        {M(R1 RR("\34") "\0\4abcd"), "answer section"},
        {M(R1 RR("\41") "\0\6\0\0\0\0\0\0"), "wrong length"}, /* no target */
        {M(R1 RR("\41") "\0\7\0\0\0\0\0\0\1a\0"), "answer section"},
        {M(R1 RR("\41") "\0\10\0\0\0\0\0\0\0\0"), "wrong length"},
        {M(R1 RR("\6") "\0\6\0\0abcd"), "wrong length"}, /* SOA cut */
        {M(R1 RR("\5") "\0\1\300\14"), "answer section"},
        {M(R1 RR("\5") "\0\2\300\26"), "answer section"}, /* to itself */
        {M(R1 RR("\20") "\377\377abcd"), "beyond the message"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < COUNT(CASE); i++) {
        kd_status status =
            parse_copy(f->arena, (const uint8_t *)CASE[i].wire, CASE[i].len, &f->msg, &f->err);

        assert_int_equal(status, KD_ESYNTAX);
        if (strstr(f->err.text, CASE[i].part) == NULL) {
            fail_msg("case %zu: %s", i, f->err.text);
        }
    }
}

static void test_too_many_records(void **state)
{
    struct fixture *f = *state;

    put_header(&f->b, 0x8180, NULL, 0);
    for (size_t i = 0; i < KD_MSG_MAX_RRS; i++) {
        put_rr(&f->b, 6, ".", 65280, 1, "", 0);
    }
    parse_built(f);
    assert_int_equal(f->msg.nanswer, KD_MSG_MAX_RRS);
    put_rr(&f->b, 8, ".", 65280, 1, "", 0);
    assert_int_equal(kd_msg_parse(f->arena, f->b.wire, f->b.len, &f->msg, &f->err), KD_ETOOBIG);
    assert_int_equal(kd_msg_parse(f->arena, f->b.wire, KD_MSG_MAX + 1, &f->msg, &f->err),
                     KD_ETOOBIG);
}

/* Small records that all point at the longest name would swell to megabytes of text. */
static void test_names_that_swell(void **state)
{
    struct fixture *f = *state;
    struct build *b = &f->b;
    uint8_t name[KD_NAME_MAX_WIRE] = {[0] = 63, [64] = 63, [128] = 63, [192] = 61};

    put_header(b, 0x8180, kd_name_from_wire(f->arena, name, sizeof(name)), KD_RR_A);
    for (size_t i = 0; i < KD_MSG_MAX_RRS; i++) {
        memcpy(b->wire + b->len, "\300\14\377\0\0\1\0\0\0\1\0\0", 12);
        b->len += 12;
    }
    b->wire[6] = KD_MSG_MAX_RRS >> 8;
    assert_int_equal(kd_msg_parse(f->arena, b->wire, b->len, &f->msg, &f->err), KD_ETOOBIG);
    assert_non_null(strstr(f->err.text, "longer than 1 MiB"));
}

/* A name may point at a pointer, but not through hundreds of them. */
static void test_chain_of_pointers(void **state)
{
    struct fixture *f = *state;
    struct build *b = &f->b;
    uint8_t rdata[700] = {0};

    for (size_t i = 1; i + 1 < sizeof(rdata); i += 2) {
        size_t before = i == 1 ? 23 : 23 + i - 2;

        rdata[i] = (uint8_t)(0xC0 | before >> 8);
        rdata[i + 1] = (uint8_t)before;
    }
    put_header(b, 0x8180, NULL, 0);
    put_rr(b, 6, ".", 65280, 1, rdata, sizeof(rdata));
    put_rr(b, 6, ".", KD_RR_CNAME, 1, "\1a\300\52", 4); /* ten pointers */
    parse_built(f);
    assert_string_equal(f->msg.answer[1].u.name, "a.");
    b->wire[b->len - 2] = 0xC2; /* 522 bytes on, 260 pointers */
    assert_int_equal(kd_msg_parse(f->arena, b->wire, b->len, &f->msg, &f->err), KD_ESYNTAX);
    assert_non_null(strstr(f->err.text, "compression of a name"));
}

/* libldns allocates the length of the whole rdata for each of its strings. */
static void test_txt_of_many_strings(void **state)
{
    static const uint8_t STRINGS[60000] = {0};
    struct fixture *f = *state;

    put_header(&f->b, 0x8180, "a.", KD_RR_TXT);
    put_rr(&f->b, 6, "a.", KD_RR_TXT, 1, STRINGS, sizeof(STRINGS));
    parse_built(f);
    assert_int_equal(f->msg.nanswer, 1);
}

static void use_message(struct kd_arena *arena, const struct kd_msg *msg)
{
    struct kd_alias *chain = NULL;
    size_t nchain = 0;
    const char *final = NULL;

    if (msg->qname != NULL) {
        kd_msg_check_reply(msg, msg->qname, msg->qtype, NULL);
    }
    kd_msg_outcome(arena, msg, &chain, &nchain, &final);
    assert_true(nchain <= 16);
}

static void test_cut_everywhere(void **state)
{
    struct fixture *f = *state;

    for (size_t len = 0; len < sizeof(SRV_REPLY); len++) {
        assert_int_equal(parse_copy(f->arena, SRV_REPLY, len, &f->msg, &f->err), KD_ESYNTAX);
        assert_true(strlen(f->err.text) > 20);
    }
}

static void test_mutations(void **state)
{
    struct kd_rng rng;
    size_t nread = 0;

    (void)state;
    kd_rng_init(&rng, 1035);
    for (int i = 0; i < 20000; i++) {
        struct kd_arena *arena = kd_arena_new();
        uint8_t wire[sizeof(SRV_REPLY)];
        struct kd_msg msg = {0};

        memcpy(wire, SRV_REPLY, sizeof(wire));
        for (uint32_t n = kd_rng_upto(&rng, 7) + 1; n > 0; n--) {
            wire[kd_rng_upto(&rng, sizeof(wire) - 1)] = (uint8_t)kd_rng_upto(&rng, 255);
        }
        if (parse_copy(arena, wire, sizeof(wire), &msg, NULL) == KD_OK) {
            use_message(arena, &msg);
            nread++;
        }
        kd_arena_free(arena);
    }
    assert_true(nread > 1000 && nread < 19000);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    static const struct CMUnitTest TESTS[] = {
        TEST(test_type_names),        TEST(test_build_query),
        TEST(test_longest_query),     TEST(test_parse_srv_reply),
        TEST(test_parse_other_types), TEST(test_header_only),
        TEST(test_extended_rcode),    TEST(test_reply_to_something_else),
        TEST(test_hostile_labels),    TEST(test_refused_messages),
        TEST(test_too_many_records),  TEST(test_names_that_swell),
        TEST(test_chain_of_pointers), TEST(test_txt_of_many_strings),
        TEST(test_cut_everywhere),    cmocka_unit_test(test_mutations),
    };
#undef TEST

    return cmocka_run_group_tests_name("msg", TESTS, NULL, NULL);
}
