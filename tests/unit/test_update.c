/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_update.c - updates: the bytes of each form of RFC 2136, read back by ldns, the text of a
 * plan, and replies.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "kmsdns/base/arena.h"
#include "kmsdns/base/buf.h"
#include "kmsdns/dns/msg.h"
#include "kmsdns/dns/name.h"
#include "kmsdns/dns/update.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ZONE         "corp.example."
#define OWNER        "_vlmcs._tcp.corp.example."
#define KMS          "kms.corp.example."
#define SECTION_AT   30 /* behind the header and the zone section */

struct fixture {
    struct kd_arena *arena;
    struct kd_update update;
    struct kd_buf wire;
    struct kd_err err;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    f->arena = kd_arena_new();
    kd_update_init(&f->update, f->arena, ZONE);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    kd_buf_done(&f->wire);
    kd_arena_free(f->arena);
    free(f);
    return 0;
}

static void build(struct fixture *f)
{
    if (kd_update_build(&f->update, 0x1234, &f->wire, &f->err) != KD_OK) {
        fail_msg("%s", f->err.text);
    }
}

static struct kd_rdata srv(struct fixture *f)
{
    return kd_rdata_srv(f->arena, 1, 2, 1688, KMS);
}

static void test_empty(void **state)
{
    static const uint8_t EXPECTED[] = {
        0x12, 0x34, 0x28, 0,   0,   1,   0,   0,   0,   0,   0, 0, 4, 'c', 'o',
        'r',  'p',  7,    'e', 'x', 'a', 'm', 'p', 'l', 'e', 0, 0, 6, 0,   1,
    };
    struct fixture *f = *state;

    build(f);
    assert_int_equal(f->wire.len, sizeof(EXPECTED));
    assert_memory_equal(f->wire.data, EXPECTED, sizeof(EXPECTED));
}

/* What a form writes behind the owner name, and which count it raises. */
static void check_form(struct fixture *f, size_t count_at, const void *expected, size_t len)
{
    uint8_t owner[KD_NAME_MAX_WIRE];
    size_t owner_len = kd_name_to_wire(OWNER, owner);

    build(f);
    assert_int_equal(f->wire.data[7], count_at == 7 ? 1 : 0);
    assert_int_equal(f->wire.data[9], count_at == 9 ? 1 : 0);
    assert_int_equal(f->wire.len, SECTION_AT + owner_len + len);
    assert_memory_equal(f->wire.data + SECTION_AT, owner, owner_len);
    assert_memory_equal(f->wire.data + SECTION_AT + owner_len, expected, len);
    kd_update_init(&f->update, f->arena, ZONE);
}

#define SRV_BYTES "\0\1\0\2\6\230\3kms\4corp\7example" /* and the NUL of the string */

/* type, class, TTL, length of the data: RFC 2136 2.4 and 2.5 */
static void test_forms(void **state)
{
    static const char NAME[] = "\0\377\0\377\0\0\0\0\0"; /* and the NUL of the string */
    static const char NO_NAME[] = "\0\377\0\376\0\0\0\0\0";
    static const char RRSET[] = "\0\41\0\377\0\0\0\0\0";
    static const char NO_RRSET[] = "\0\41\0\376\0\0\0\0\0";
    static const char RR[] = "\0\41\0\1\0\0\0\0\0\30" SRV_BYTES;
    static const char ADD[] = "\0\41\0\1\0\0\16\20\0\30" SRV_BYTES;
    static const char DELETE[] = "\0\41\0\376\0\0\0\0\0\30" SRV_BYTES;
    struct fixture *f = *state;

    kd_update_need_name(&f->update, OWNER);
    check_form(f, 7, NAME, sizeof(NAME));
    kd_update_need_no_name(&f->update, OWNER);
    check_form(f, 7, NO_NAME, sizeof(NO_NAME));
    kd_update_need_rrset(&f->update, OWNER, KD_RR_SRV);
    check_form(f, 7, RRSET, sizeof(RRSET));
    kd_update_need_no_rrset(&f->update, OWNER, KD_RR_SRV);
    check_form(f, 7, NO_RRSET, sizeof(NO_RRSET));
    kd_update_need_rr(&f->update, OWNER, srv(f));
    check_form(f, 7, RR, sizeof(RR));
    kd_update_add(&f->update, OWNER, 3600, srv(f));
    check_form(f, 9, ADD, sizeof(ADD));
    kd_update_delete_rrset(&f->update, OWNER, KD_RR_SRV);
    check_form(f, 9, RRSET, sizeof(RRSET));
    kd_update_delete_rr(&f->update, OWNER, srv(f));
    check_form(f, 9, DELETE, sizeof(DELETE));
}

static void fill_all(struct fixture *f)
{
    kd_update_need_name(&f->update, ZONE);
    kd_update_need_no_name(&f->update, "nobody." ZONE);
    kd_update_need_rrset(&f->update, ZONE, KD_RR_SOA);
    kd_update_need_no_rrset(&f->update, ZONE, KD_RR_CNAME);
    kd_update_need_rr(&f->update, OWNER, srv(f));
    kd_update_add(&f->update, OWNER, 3600, kd_rdata_srv(f->arena, 0, 0, 1688, "kms02." ZONE));
    kd_update_add(&f->update, "kmsdns-1." ZONE, 60, kd_rdata_txt(f->arena, "a \"b\\\033"));
    kd_update_add(&f->update, "kms02." ZONE, 60,
                  (struct kd_rdata){KD_RR_A, 4, (const uint8_t *)"\300\0\2\25"});
    kd_update_delete_rr(&f->update, OWNER, srv(f));
    kd_update_delete_rrset(&f->update, "old." ZONE, KD_RR_SRV);
}

static void test_ldns_reads_it(void **state)
{
    struct fixture *f = *state;
    ldns_pkt *pkt = NULL;
    char *text = NULL;

    fill_all(f);
    build(f);
    assert_int_equal(ldns_wire2pkt(&pkt, (const uint8_t *)f->wire.data, f->wire.len),
                     LDNS_STATUS_OK);
    assert_int_equal(ldns_pkt_id(pkt), 0x1234);
    assert_int_equal(ldns_pkt_get_opcode(pkt), LDNS_PACKET_UPDATE);
    assert_false(ldns_pkt_rd(pkt));
    assert_false(ldns_pkt_qr(pkt));
    assert_int_equal(ldns_rr_list_rr_count(ldns_pkt_question(pkt)), 1);
    assert_int_equal(ldns_rr_list_rr_count(ldns_pkt_answer(pkt)), 5);
    assert_int_equal(ldns_rr_list_rr_count(ldns_pkt_authority(pkt)), 5);
    text = ldns_rr2str(ldns_rr_list_rr(ldns_pkt_authority(pkt), 0));
    assert_string_equal(text, OWNER "\t3600\tIN\tSRV\t0 0 1688 kms02." ZONE "\n");
    free(text);
    text = ldns_rr2str(ldns_rr_list_rr(ldns_pkt_authority(pkt), 3));
    assert_string_equal(text, OWNER "\t0\tNONE\tSRV\t1 2 1688 " KMS "\n");
    free(text);
    ldns_pkt_free(pkt);
}

static void test_text(void **state)
{
    static const char EXPECTED[] =
        ";; opcode: UPDATE; ZONE: 1, PREREQUISITE: 5, UPDATE: 5\n"
        "\n"
        ";; ZONE SECTION:\n"
        ";corp.example.\tIN\tSOA\n"
        "\n"
        ";; PREREQUISITE SECTION:\n"
        "corp.example.\t0\tANY\tANY\t; the name has records\n"
        "nobody.corp.example.\t0\tNONE\tANY\t; the name has no records\n"
        "corp.example.\t0\tANY\tSOA\t; the name has records of this type\n"
        "corp.example.\t0\tNONE\tCNAME\t; the name has no records of this type\n"
        "_vlmcs._tcp.corp.example.\t0\tIN\tSRV\t1 2 1688 kms.corp.example.\t; the records of "
        "this type are just these\n"
        "\n"
        ";; UPDATE SECTION:\n"
        "_vlmcs._tcp.corp.example.\t3600\tIN\tSRV\t0 0 1688 kms02.corp.example.\t; add this "
        "record\n"
        "kmsdns-1.corp.example.\t60\tIN\tTXT\t\"a \\034b\\092\\027\"\t; add this record\n"
        "kms02.corp.example.\t60\tIN\tA\t\\# 4 C0000215\t; add this record\n"
        "_vlmcs._tcp.corp.example.\t0\tNONE\tSRV\t1 2 1688 kms.corp.example.\t; delete this "
        "record\n"
        "old.corp.example.\t0\tANY\tSRV\t; delete the records of this type\n";
    struct fixture *f = *state;
    struct kd_buf text = {0};

    fill_all(f);
    kd_update_text(&f->update, &text);
    assert_string_equal(kd_buf_str(&text), EXPECTED);
    kd_buf_done(&text);
}

/* Empty sections are not shown. */
static void test_text_empty(void **state)
{
    struct fixture *f = *state;
    struct kd_buf text = {0};

    kd_update_text(&f->update, &text);
    assert_null(strstr(kd_buf_str(&text), "PREREQUISITE SECTION"));
    assert_null(strstr(kd_buf_str(&text), "UPDATE SECTION"));
    kd_buf_done(&text);
}

static void test_refused(void **state)
{
    struct fixture *f = *state;

    kd_update_need_name(&f->update, "Not Canonical");
    assert_int_equal(kd_update_build(&f->update, 1, &f->wire, &f->err), KD_EINVAL);
    kd_update_init(&f->update, f->arena, "no-dot");
    assert_int_equal(kd_update_build(&f->update, 1, &f->wire, &f->err), KD_EINVAL);
}

static void test_too_large(void **state)
{
    struct fixture *f = *state;
    char text[256];

    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    for (size_t i = 0; i < 300; i++) {
        kd_update_add(&f->update, OWNER, 60, kd_rdata_txt(f->arena, text));
    }
    assert_int_equal(kd_update_build(&f->update, 1, &f->wire, &f->err), KD_ETOOBIG);
    assert_non_null(strstr(f->err.text, "65535"));
}

#define ZONE_BYTES "\4corp\7example\0\0\6\0\1"
#define OPT_BYTES  "\0\0\51\4\320\1\0\0\0\0\0"

static void test_replies(void **state)
{
    static const struct {
        const char *wire;
        size_t len;
        uint16_t rcode;
        bool has_zone, has_edns, is_truncated;
    } CASE[] = {
        /* clang-format off */
        {"\x12\x34\xA8\x05\0\0\0\0\0\0\0\0", 12, 5, false, false, false},
        {"\x12\x34\xA8\0\0\1\0\0\0\0\0\0" ZONE_BYTES, 30, 0, true, false, false},
        {"\x12\x34\xAA\x09\0\1\0\0\0\0\0\0\4CORP\7Example\0\0\6\0\1", 30, 9, true, false, true},
        {"\x12\x34\xA8\x06\0\1\0\0\0\0\0\1" ZONE_BYTES OPT_BYTES, 41, 22, true, true, false},
        {"\x12\x34\xA8\x07\0\0\0\0\0\0\0\1" OPT_BYTES, 23, 23, false, true, false},
        /* clang-format on */
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < COUNT(CASE); i++) {
        struct kd_update_reply reply = {0};

        assert_int_equal(kd_update_reply_parse((const uint8_t *)CASE[i].wire, CASE[i].len,
                                               0x1234, ZONE, &reply, &f->err),
                         KD_OK);
        assert_int_equal(reply.rcode, CASE[i].rcode);
        assert_int_equal(reply.has_zone, CASE[i].has_zone);
        assert_int_equal(reply.has_edns, CASE[i].has_edns);
        assert_int_equal(reply.is_truncated, CASE[i].is_truncated);
    }
}

static void test_bad_replies(void **state)
{
    static const struct {
        const char *wire;
        size_t len;
        const char *text;
    } CASE[] = {
        /* clang-format off */
        {"", 0, "0 bytes"},
        {"\x12\x34\xA8\x05\0\0\0\0\0\0\0", 11, "11 bytes"},
        {"\x12\x34\x28\x05\0\0\0\0\0\0\0\0", 12, "a request"},
        {"\x12\x34\x80\x05\0\0\0\0\0\0\0\0", 12, "opcode 0"},
        {"\x12\x35\xA8\x05\0\0\0\0\0\0\0\0", 12, "another ID"},
        {"\x12\x34\xA8\x05\0\1\0\0\0\0\0\0\4corp\7exbmple\0\0\6\0\1", 30, "another zone"},
        {"\x12\x34\xA8\x05\0\1\0\0\0\0\0\0\4corp\7example\0\0\41\0\1", 30, "another zone"},
        {"\x12\x34\xA8\x05\0\2\0\0\0\0\0\0" ZONE_BYTES, 30, "zone section"},
        {"\x12\x34\xA8\x05\0\1\0\0\0\0\0\0" ZONE_BYTES, 29, "zone section"},
        {"\x12\x34\xA8\x05\0\0\0\0\0\0\0\1", 12, "record 1"},
        {"\x12\x34\xA8\x05\0\0\377\377\377\377\377\377" OPT_BYTES, 23, "record 2"},
        {"\x12\x34\xA8\x05\0\0\0\0\0\0\0\0x", 13, "1 bytes behind"},
        /* clang-format on */
    };
    struct fixture *f = *state;
    struct kd_update_reply reply = {.rcode = 77};

    for (size_t i = 0; i < COUNT(CASE); i++) {
        uint8_t *copy = malloc(CASE[i].len > 0 ? CASE[i].len : 1);

        assert_non_null(copy);
        memcpy(copy, CASE[i].wire, CASE[i].len);
        assert_int_equal(
            kd_update_reply_parse(copy, CASE[i].len, 0x1234, ZONE, &reply, &f->err),
            KD_ESYNTAX);
        if (strstr(f->err.text, CASE[i].text) == NULL) {
            fail_msg("%zu: %s", i, f->err.text);
        }
        assert_int_equal(reply.rcode, 77);
        free(copy);
    }
}

static void test_kind_text(void **state)
{
    (void)state;
    for (int i = 0; i < KD_UPDATE_KIND_COUNT; i++) {
        assert_true(strlen(kd_update_kind_text((kd_update_kind)i)) > 5);
    }
    assert_string_equal(kd_update_kind_text((kd_update_kind)99), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_empty, setup, teardown),
        cmocka_unit_test_setup_teardown(test_forms, setup, teardown),
        cmocka_unit_test_setup_teardown(test_ldns_reads_it, setup, teardown),
        cmocka_unit_test_setup_teardown(test_text, setup, teardown),
        cmocka_unit_test_setup_teardown(test_text_empty, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_too_large, setup, teardown),
        cmocka_unit_test_setup_teardown(test_replies, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad_replies, setup, teardown),
        cmocka_unit_test(test_kind_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
