/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_dhcp_msg.c - options of DHCP answers: plain, split, overloaded, compressed, and broken.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "kmsdns/import/dhcp_msg.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define OPTIONS      240

static struct kd_arena *arena;
static uint8_t message[1024];
static size_t length;

static int setup(void **state)
{
    (void)state;
    arena = kd_arena_new();
    memset(message, 0, sizeof(message));
    message[0] = 2;
    memcpy(message + 12, "\xc0\0\2\x09", 4);
    memcpy(message + 236, "\x63\x82\x53\x63", 4);
    length = OPTIONS;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    kd_arena_free(arena);
    return 0;
}

static void add(const void *bytes, size_t len)
{
    memcpy(message + length, bytes, len);
    length += len;
}

#define ADD(text) add((text), sizeof(text) - 1)
#define ACK       "\x35\x01\x05"

static struct kd_dhcp_offer_fact parse(void)
{
    struct kd_dhcp_offer_fact offer = {0};

    assert_true(kd_dhcp_msg_parse(arena, message, length, &offer));
    return offer;
}

static void test_plain(void **state)
{
    struct kd_dhcp_offer_fact offer;

    (void)state;
    ADD(ACK "\x36\x04\xc0\0\2\1\x0f\x0c"
            "corp.example\x06\x08\xc0\0\2\x35\xc0\0\2\x36\0\0\xff");
    offer = parse();
    assert_string_equal(offer.server, "192.0.2.1");
    assert_string_equal(offer.address, "192.0.2.9");
    assert_string_equal(offer.domain_name, "corp.example");
    assert_int_equal(offer.ndns, 2);
    assert_string_equal(offer.dns[1], "192.0.2.54");
    assert_int_equal(offer.nsearch, 0);
    assert_null(offer.malformed);
}

static void test_closing_nul(void **state)
{
    struct kd_dhcp_offer_fact offer;

    (void)state;
    ADD(ACK "\x0f\x0d"
            "corp.example\0\xff");
    offer = parse();
    assert_string_equal(offer.domain_name, "corp.example");
    assert_int_equal(offer.ndomain, 1);
    assert_null(offer.malformed);
}

/* RFC 3396: three pieces, one of them in the file field. */
static void test_split_and_overload(void **state)
{
    struct kd_dhcp_offer_fact offer;

    (void)state;
    ADD(ACK "\x34\x01\x03\x0f\x05"
            "corp.\x0f\x03"
            "exa\xff");
    memcpy(message + 108, "\x0f\x04mple\xff", 7);
    memcpy(message + 44, "\x06\x04\xc0\0\2\x35\xff", 7);
    offer = parse();
    assert_string_equal(offer.domain_name, "corp.example");
    assert_int_equal(offer.ndns, 1);
    assert_null(offer.malformed);
}

static void test_search(void **state)
{
    struct kd_dhcp_offer_fact offer;

    (void)state;
    /* RFC 3397 4: eng.apple.com., marketing.apple.com., split into two pieces */
    ADD(ACK "\x77\x09\x03"
            "eng\x05"
            "appl\x77\x12"
            "e\x03"
            "com\0\x09marketing\xc0\x04\xff");
    offer = parse();
    assert_int_equal(offer.nsearch, 2);
    assert_string_equal(offer.search[0], "eng.apple.com.");
    assert_string_equal(offer.search[1], "marketing.apple.com.");
    assert_null(offer.malformed);
}

/* What is wrong is told; what stands before it is there. */
static void test_malformed(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *says;
    } CASE[] = {
#define CASE(text, says) {(text), sizeof(text) - 1, (says)}
        CASE("\x06\x09\xc0\0\2", "says it has 9 bytes, but 3 are left"),
        CASE("\x06", "option 6 has no length"),
        CASE("\x06\x03\xc0\0\2\xff", "no list of IPv4"),
        CASE("\x34\x01\x04\xff", "option 52"),
        CASE("\x34\x02\x01\x01\xff", "option 52"),
        CASE("\x77\x02\xc0\0\xff", "backwards"),
        CASE("\x77\x04\x01"
             "a\xc0\0\xff",
             "backwards"),
        CASE("\x77\x04\x01"
             "a\xc0\x02\xff",
             "backwards"),
        CASE("\x77\x02\xc0\x7f\xff", "backwards"),
        CASE("\x77\x03\x05"
             "ab\xff",
             "no list of domain names"),
        CASE("\x77\x02\x01"
             "a\xff",
             "no list of domain names"),
        CASE("\x77\x01\xc0\xff", "no list of domain names"),
        CASE("\x77\x02\x40\0\xff", "no list of domain names"),
        CASE("\x36\x03\xc0\0\2\xff", "option 54"),
#undef CASE
    };

    for (size_t i = 0; i < COUNT(CASE); i++) {
        struct kd_dhcp_offer_fact offer;

        teardown(state);
        setup(state);
        ADD(ACK "\x0f\x0c"
                "corp.example");
        add(CASE[i].bytes, CASE[i].len);
        offer = parse();
        if (offer.malformed == NULL || strstr(offer.malformed, CASE[i].says) == NULL) {
            fail_msg("case %zu: %s, expected %s", i,
                     offer.malformed != NULL ? offer.malformed : "nothing", CASE[i].says);
        }
        assert_string_equal(offer.domain_name, "corp.example");
    }
}

static void test_foreign(void **state)
{
    struct kd_dhcp_offer_fact offer = {0};

    (void)state;
    assert_false(kd_dhcp_msg_parse(arena, message, 0, &offer));
    assert_false(kd_dhcp_msg_parse(arena, message, OPTIONS - 1, &offer));
    assert_false(kd_dhcp_msg_parse(arena, message, OPTIONS, &offer)); /* no type */
    ADD("\x35\x01\x06\xff");                                          /* DHCPNAK */
    assert_false(kd_dhcp_msg_parse(arena, message, length, &offer));
    message[OPTIONS + 2] = 5;
    assert_true(kd_dhcp_msg_parse(arena, message, length, &offer));
    message[0] = 1;
    assert_false(kd_dhcp_msg_parse(arena, message, length, &offer));
    message[0] = 2;
    message[236] = 0;
    assert_false(kd_dhcp_msg_parse(arena, message, length, &offer));
}

/* Names that unfold: 256 of them at most, each checked. */
static void test_many_names(void **state)
{
    struct kd_dhcp_offer_fact offer;

    (void)state;
    ADD(ACK);
    for (int i = 0; i < 3; i++) {
        ADD("\x77\xc0");
        for (int j = 0; j < 64; j++) {
            ADD("\x01"
                "a\0");
        }
    }
    ADD("\xff");
    offer = parse();
    assert_int_equal(offer.nsearch, 192);
    assert_null(offer.malformed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_plain, setup, teardown),
        cmocka_unit_test_setup_teardown(test_closing_nul, setup, teardown),
        cmocka_unit_test_setup_teardown(test_split_and_overload, setup, teardown),
        cmocka_unit_test_setup_teardown(test_search, setup, teardown),
        cmocka_unit_test_setup_teardown(test_malformed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_foreign, setup, teardown),
        cmocka_unit_test_setup_teardown(test_many_names, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
