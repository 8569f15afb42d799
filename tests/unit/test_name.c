/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_name.c - domain names as text, and the publish list whose entries begin with one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "kmsdns/base/arena.h"
#include "kmsdns/dns/name.h"
#include "kmsdns/dns/publist.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define L10 "abcdefghij"
#define L60 L10 L10 L10 L10 L10 L10
#define L63 L60 "abc"
#define L64 L60 "abcd"

static int setup_arena(void **state)
{
    *state = kd_arena_new();
    return 0;
}

static int teardown_arena(void **state)
{
    kd_arena_free(*state);
    return 0;
}

static void test_accepted(void **state)
{
    static const struct {
        const char *text, *name;
    } CASE[] = {
        {".", "."},
        {"corp.example", "corp.example."},
        {"corp.example.", "corp.example."},
        {"CORP.Example", "corp.example."},
        {"_VLMCS._TCP.Corp.Example", "_vlmcs._tcp.corp.example."},
        {"xn--\055bad.example", "xn---bad.example."},
        {"xn--a.example", "xn--a.example."},
        {"-odd-.example", "-odd-.example."},
        {"a\\.b.example", "a\\046b.example."},
        {"a\\\\b", "a\\092b."},
        {"a\\000b\\255", "a\\000b\\255."},
        {"\\065\\066", "ab."},
        {"\\A\\ b", "a\\032b."},
        /* what a zone file or a shell would read as something else */
        {"a;b$c\"d(e)f@g", "a\\059b\\036c\\034d\\040e\\041f\\064g."},
        {"`a`|b&'c'<d>", "\\096a\\096\\124b\\038\\039c\\039\\060d\\062."},
        {"*._a-b/c+d=e", "*._a-b/c+d=e."},
        {"*.example", "*.example."},
        {"m\303\274nchen.example", "xn--mnchen-3ya.example."},
        {"M\303\234NCHEN.Example.", "xn--mnchen-3ya.example."},
        {"_vlmcs._tcp.m\303\274nchen.example", "_vlmcs._tcp.xn--mnchen-3ya.example."},
        {"stra\303\237e.example", "xn--strae-oqa.example."},     /* nontransitional */
        {"corp\343\200\202example", "corp.example."},            /* ideographic full stop */
        {"\357\275\203orp\357\274\216example", "corp.example."}, /* fullwidth c and dot */
        {"mu\314\210nchen.example", "xn--mnchen-3ya.example."},  /* combining diaeresis */
        {L63 ".example", L63 ".example."},
        {L63 "." L63 "." L63 "." L60 "a", L63 "." L63 "." L63 "." L60 "a."}, /* 255 bytes */
    };

    for (size_t i = 0; i < COUNT(CASE); i++) {
        const char *name = NULL;
        struct kd_err err = {0};
        uint8_t wire[KD_NAME_MAX_WIRE];
        size_t len;

        if (kd_name_from_str(*state, CASE[i].text, &name, &err) != KD_OK) {
            fail_msg("%s: %s", CASE[i].text, err.text);
        }
        assert_string_equal(name, CASE[i].name);
        len = kd_name_to_wire(name, wire);
        assert_true(len > 0);
        assert_string_equal(kd_name_from_wire(*state, wire, len), name);
    }
}

static void test_refused(void **state)
{
    static const struct {
        const char *text, *reason;
    } CASE[] = {
        {"", "it is empty"},
        {"..", "it has an empty label"},
        {".corp", "it has an empty label"},
        {"a..b", "it has an empty label"},
        {"a.b..", "it has an empty label"},
        {"m\303\274nchen..example", "it has an empty label"},
        {"corp example", "it has a blank in it"},
        {" corp.example", "it has a blank in it"},
        {"m\303\274nchen example", "it has a blank in it"},
        {"corp\tx", "it has a blank in it"},
        {"corp\nx", "it has a control character in it"},
        {"m\303\274nchen\033[2J", "it has a control character in it"},
        {"a\\",
         "a backslash needs three digits up to 255 or one printable character behind it"},
        {"a\\25",
         "a backslash needs three digits up to 255 or one printable character behind it"},
        {"a\\256",
         "a backslash needs three digits up to 255 or one printable character behind it"},
        {"a\\\n",
         "a backslash needs three digits up to 255 or one printable character behind it"},
        {L64 ".example", "a label is longer than 63 bytes"},
        {L63 "." L63 "." L63 "." L60 "ab", "it is longer than 255 bytes"},
        {L63 "." L63 "." L63 "." L60 "a.b", "it is longer than 255 bytes"},
        {"\303\274" L63 ".example", "a label is longer than 63 bytes"},
        {"\303", "it is not valid UTF-8"},
        {"m\374nchen.example", "it is not valid UTF-8"},
        {"a\\.m\303\274nchen.example",
         "backslashes and characters outside ASCII cannot be in one name"},
        {"a\357\274\274046b.example", /* fullwidth backslash */
         "backslashes and characters outside ASCII cannot be in one name"},
        {"\342\200\256corp.example", "IDNA does not allow one of its characters or labels"},
    };

    for (size_t i = 0; i < COUNT(CASE); i++) {
        const char *name = "untouched";
        struct kd_err err = {0};
        const char *colon = NULL;

        assert_int_equal(kd_name_from_str(*state, CASE[i].text, &name, &err), KD_ESYNTAX);
        assert_string_equal(name, "untouched");
        colon = strstr(err.text, "\" is not valid: ");
        assert_non_null(colon);
        assert_string_equal(colon + strlen("\" is not valid: "), CASE[i].reason);
        assert_null(strchr(err.text, '\n'));
        assert_null(strchr(err.text, '\033'));
        assert_int_equal(kd_name_from_str(*state, CASE[i].text, &name, NULL), KD_ESYNTAX);
    }
}

static void test_huge_text(void **state)
{
    static char text[200000];
    const char *name = NULL;
    struct kd_err err = {0};

    memset(text, 'a', sizeof(text) - 1);
    assert_int_equal(kd_name_from_str(*state, text, &name, &err), KD_ESYNTAX);
    for (size_t i = 0; i + 2 < sizeof(text); i += 2) {
        memcpy(text + i, "\303\274", 2);
    }
    assert_int_equal(kd_name_from_str(*state, text, &name, &err), KD_ESYNTAX);
    for (size_t i = 0; i + 2 < sizeof(text); i += 2) {
        memcpy(text + i, "a.", 2);
    }
    assert_int_equal(kd_name_from_str(*state, text, &name, &err), KD_ESYNTAX);
}

static void test_wire(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *name;
    } CASE[] = {
        {"\0", 1, "."},
        {"\3KMS\4corp\0", 10, "kms.corp."},
        {"\6a.b\\c\377\0", 8, "a\\046b\\092c\\255."},
        {"\4\0\033 x\0", 6, "\\000\\027\\032x."},
        {"", 0, NULL},
        {"\3KMS", 4, NULL},       /* no root */
        {"\3KM\0", 4, NULL},      /* label to the very end */
        {"\3KMS\0\0", 6, NULL},   /* bytes behind the root */
        {"\3KMS\300\0", 6, NULL}, /* pointer */
        {"\100", 1, NULL},
    };

    for (size_t i = 0; i < COUNT(CASE); i++) {
        const char *name =
            kd_name_from_wire(*state, (const uint8_t *)CASE[i].bytes, CASE[i].len);

        if (CASE[i].name == NULL) {
            assert_null(name);
        } else {
            assert_non_null(name);
            assert_string_equal(name, CASE[i].name);
        }
    }
}

static void test_not_canonical(void **state)
{
    static const char *const CASE[] = {"",     "corp", "Corp.", "\\097.",   "a\\.b.",
                                       "a b.", "a..",  "\\046", "\303\274."};
    uint8_t wire[KD_NAME_MAX_WIRE];

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        assert_int_equal(kd_name_to_wire(CASE[i], wire), 0);
    }
}

static void test_longest_text(void **state)
{
    uint8_t wire[KD_NAME_MAX_WIRE] = {0}, back[KD_NAME_MAX_WIRE];
    const char *name = NULL, *again = NULL;

    wire[0] = wire[64] = wire[128] = 63;
    wire[192] = 61;
    name = kd_name_from_wire(*state, wire, sizeof(wire));
    assert_non_null(name);
    assert_int_equal(strlen(name), 250 * 4 + 4);
    assert_int_equal(kd_name_to_wire(name, back), sizeof(wire));
    assert_memory_equal(wire, back, sizeof(wire));
    assert_int_equal(kd_name_from_str(*state, name, &again, NULL), KD_OK);
    assert_string_equal(again, name);
}

static void test_unicode(void **state)
{
    static const struct {
        const char *name, *unicode;
    } CASE[] = {
        {"xn--mnchen-3ya.example.", "m\303\274nchen.example."},
        {"_vlmcs._tcp.xn--mnchen-3ya.example.", "_vlmcs._tcp.m\303\274nchen.example."},
        {"a\\046b.xn--mnchen-3ya.example.", "a\\046b.m\303\274nchen.example."},
        {"corp.example.", NULL},
        {"axn--mnchen-3ya.example.", NULL},
        {"xn--a.example.", NULL}, /* U+0080 */
        {"xn--.example.", NULL},
        {"xn--99999999999.example.", NULL},
        {".", NULL},
    };

    for (size_t i = 0; i < COUNT(CASE); i++) {
        const char *unicode = kd_name_unicode(*state, CASE[i].name);

        if (CASE[i].unicode == NULL) {
            assert_null(unicode);
        } else {
            assert_non_null(unicode);
            assert_string_equal(unicode, CASE[i].unicode);
        }
    }
}

static void test_join(void **state)
{
    static const char longest[] = L63 "." L63 "." L63 "." L60 "a.";

    assert_string_equal(kd_name_join(*state, "_vlmcs._tcp", "corp.example."),
                        "_vlmcs._tcp.corp.example.");
    assert_string_equal(kd_name_join(*state, "_VLMCS._tcp", "."), "_vlmcs._tcp.");
    assert_string_equal(kd_name_join(*state, "a\\046b", "c\\000."), "a\\046b.c\\000.");
    assert_null(kd_name_join(*state, "a", longest));
    assert_string_equal(kd_name_join(*state, L63, longest + 64), longest);
}

static void test_labels(void **state)
{
    const char *name = "a.b\\046c.example.";

    (void)state;
    assert_int_equal(kd_name_nlabels("."), 0);
    assert_int_equal(kd_name_nlabels(name), 3);
    assert_ptr_equal(kd_name_parent(name), name + 2);
    assert_string_equal(kd_name_parent("example."), ".");
    assert_string_equal(kd_name_parent("."), ".");
}

static void test_below(void **state)
{
    static const struct {
        const char *name, *ancestor;
        bool is_below;
    } CASE[] = {
        {"kms.corp.example.", "corp.example.", true},
        {"corp.example.", "corp.example.", true},
        {"mycorp.example.", "corp.example.", false},
        {"example.", "corp.example.", false},
        {"corp.example.", ".", true},
        {".", ".", true},
        {".", "example.", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        assert_int_equal(kd_name_is_below(CASE[i].name, CASE[i].ancestor), CASE[i].is_below);
    }
}

static void test_doubled(void **state)
{
    static const struct {
        const char *name, *domain;
        bool is_doubled;
    } CASE[] = {
        {"kms01.corp.example.corp.example.", "corp.example.", true},
        {"kms01.corp.example.corp.example.", "other.", true},
        {"kms01.corp.example.", "corp.example.", false},
        {"kms.example.example.", "example.", true},
        {"kms.example.example.", "other.", false},
        {"example.example.", "example.", true},
        {"kms.a.b.c.", "a.b.c.", false},
        {"a.b.a.b.", "c.", true},
        {"x.a.b.c.a.b.c.", "q.", true},
        {"kms.corp.example.xcorp.example.", "corp.example.", false},
        {"ab.b.a.b.", "c.", false},
        {"kms.kms.", ".", false},
        {".", ".", false},
        {"example.", "example.", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        assert_int_equal(kd_name_is_doubled(CASE[i].name, CASE[i].domain), CASE[i].is_doubled);
    }
}

static void test_address(void **state)
{
    static const struct {
        const char *name;
        bool is_address;
    } CASE[] = {
        {"192.0.2.21.", true},
        {"255.255.255.255.", true},
        {"010.000.002.021.", true},
        {"2001:db8::1.", true},
        {"::.", true},
        {"::ffff:192.0.2.1.", true},
        {"192.0.2.256.", false},
        {"192.0.2.", false},
        {"192.0.2.21.1.", false},
        {"192.0.2.21.corp.", false},
        {"a.b.c.d.", false},
        {".", false},
        {"2001:db8::g.", false},
        {"kms.", false},
        {"1e1.0.2.1.", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        assert_int_equal(kd_name_is_address(CASE[i].name), CASE[i].is_address);
    }
}

static void test_random_label(void **state)
{
    const char *one = kd_name_random_label(*state), *two = kd_name_random_label(*state);

    assert_int_equal(strlen(one), strlen("kmsdns-") + 16);
    assert_int_equal(strspn(one + 7, "0123456789abcdef"), 16);
    assert_string_not_equal(one, two);
}

static void test_domain_accepted(void **state)
{
    static const struct {
        const char *text, *name;
    } CASE[] = {
        {"Corp.Example.", "corp.example."},
        {"corp", "corp."},
        {"_msdcs.corp-1.example", "_msdcs.corp-1.example."},
        {"xn--mnchen-3ya.example", "xn--mnchen-3ya.example."},
        {"m\303\274nchen.example", "xn--mnchen-3ya.example."},
        {"corp\343\200\202example", "corp.example."},
        {"192.0.2.corp", "192.0.2.corp."},
        {"192.0.2.256", "192.0.2.256."}, /* no address */
    };

    for (size_t i = 0; i < COUNT(CASE); i++) {
        const char *name = NULL;
        struct kd_err err = {0};

        if (kd_name_domain_from_str(*state, CASE[i].text, &name, &err) != KD_OK) {
            fail_msg("%s: %s", CASE[i].text, err.text);
        }
        assert_string_equal(name, CASE[i].name);
    }
}

static void test_domain_refused(void **state)
{
    static const struct {
        const char *text, *part;
    } CASE[] = {
        {"http://corp.example/", "it is a URL"},
        {"https://kms:1688/x@y", "it is a URL"},
        {"kms01@corp.example", "user@domain; write what stands behind the @"},
        {"CORP\\user", "DOMAIN\\user; write the DNS name of the domain"},
        {"a\\065b", "backslash"},
        {"*.example", "it is a wildcard"},
        {"*", "it is a wildcard"},
        {"corp.example:53", "host:port; a domain has no port"},
        {"[2001:db8::1]:53", "host:port"},
        {"192.0.2.53:53", "host:port"},
        {"192.0.2.53", "it is an address"},
        {"192.0.2.53.", "it is an address"},
        {"2001:db8::1", "it is an address"},
        {"a;b.example", "the name \"a\\059b.example\" is not valid: domains have only letters"},
        {"#", "it has a # in it"},
        {"a/b.example", "it has a / in it"},
        {"m\303\274nchen/x", "it has a / in it"},
        {"$(id).example", "\"\\036\\040id\\041.example\""},
        {"'`|", "\"\\039\\096\\124\" is"},
        {"corp\357\274\240x.example", "domains have only"}, /* fullwidth @ */
        {"corp\357\274\217x.example", "domains have only"}, /* fullwidth / */
        {".", "the root of DNS is nobody's domain"},
        {"a b", "it has a blank in it"},
        {"a\nb", "it has a control character in it"},
        {"a..b", "it has an empty label"},
        {"", "it is empty"},
        {L64 ".example", "a label is longer than 63 bytes"},
    };

    for (size_t i = 0; i < COUNT(CASE); i++) {
        const char *name = "untouched";
        struct kd_err err = {0};

        assert_int_equal(kd_name_domain_from_str(*state, CASE[i].text, &name, &err),
                         KD_ESYNTAX);
        if (strstr(err.text, CASE[i].part) == NULL) {
            fail_msg("%s: %s", CASE[i].text, err.text);
        }
        assert_string_equal(name, "untouched");
    }
}

static void test_publist_accepted(void **state)
{
    static const struct {
        const char *text, *domain;
        bool has_numbers;
        uint16_t priority, weight;
    } CASE[] = {
        {"corp.example", "corp.example.", false, 0, 0},
        {" Corp.Example. ", "corp.example.", false, 0, 0},
        {"corp.example,10", "corp.example.", true, 10, 0},
        {"corp.example, 10, 100", "corp.example.", true, 10, 100},
        {"corp.example\t,\t65535 ,0", "corp.example.", true, 65535, 0},
        {"m\303\274nchen.example,0,0", "xn--mnchen-3ya.example.", true, 0, 0},
    };

    for (size_t i = 0; i < COUNT(CASE); i++) {
        struct kd_publist_entry entry = {0};

        assert_int_equal(kd_publist_parse(*state, CASE[i].text, &entry, NULL), KD_OK);
        assert_string_equal(entry.domain, CASE[i].domain);
        assert_int_equal(entry.has_numbers, CASE[i].has_numbers);
        assert_int_equal(entry.priority, CASE[i].priority);
        assert_int_equal(entry.weight, CASE[i].weight);
    }
}

static void test_publist_refused(void **state)
{
    static const struct {
        const char *text, *part;
    } CASE[] = {
        {"", "it is empty"},
        {",10", "it is empty"},
        {"corp example", "it has a blank in it"},
        {"CORP\\user,1", "backslash"},
        {"*.example", "wildcard"},
        {"corp.example,", "the priority \"\" is not a number from 0 to 65535"},
        {"corp.example,,5", "the priority \"\" is not a number"},
        {"corp.example,1,", "the weight \"\" is not a number"},
        {"corp.example,65536", "the priority \"65536\" is not a number"},
        {"corp.example,-1", "the priority \"-1\" is not a number"},
        {"corp.example,1,x\033", "the weight \"x\\027\" is not a number"},
        {"corp.example,1,2,3", "more than three fields"},
        {"corp.example,1,2,", "more than three fields"},
        {"corp.example,1,2,,,,,,,", "more than three fields"},
    };
    static char huge[100000];
    struct kd_publist_entry entry = {.weight = 7};
    struct kd_err err = {0};

    for (size_t i = 0; i < COUNT(CASE); i++) {
        assert_int_equal(kd_publist_parse(*state, CASE[i].text, &entry, &err), KD_ESYNTAX);
        assert_non_null(strstr(err.text, "publish list entry \""));
        assert_non_null(strstr(err.text, CASE[i].part));
        assert_int_equal(entry.weight, 7);
    }
    memset(huge, ',', sizeof(huge) - 1);
    assert_int_equal(kd_publist_parse(*state, huge, &entry, &err), KD_ESYNTAX);
    assert_non_null(strstr(err.text, "is longer than"));
}

int main(void)
{
    static const struct CMUnitTest TESTS[] = {
        cmocka_unit_test_setup_teardown(test_accepted, setup_arena, teardown_arena),
        cmocka_unit_test_setup_teardown(test_refused, setup_arena, teardown_arena),
        cmocka_unit_test_setup_teardown(test_huge_text, setup_arena, teardown_arena),
        cmocka_unit_test_setup_teardown(test_wire, setup_arena, teardown_arena),
        cmocka_unit_test(test_not_canonical),
        cmocka_unit_test_setup_teardown(test_longest_text, setup_arena, teardown_arena),
        cmocka_unit_test_setup_teardown(test_unicode, setup_arena, teardown_arena),
        cmocka_unit_test_setup_teardown(test_join, setup_arena, teardown_arena),
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_below),
        cmocka_unit_test(test_doubled),
        cmocka_unit_test(test_address),
        cmocka_unit_test_setup_teardown(test_random_label, setup_arena, teardown_arena),
        cmocka_unit_test_setup_teardown(test_publist_accepted, setup_arena, teardown_arena),
        cmocka_unit_test_setup_teardown(test_publist_refused, setup_arena, teardown_arena),
        cmocka_unit_test_setup_teardown(test_domain_accepted, setup_arena, teardown_arena),
        cmocka_unit_test_setup_teardown(test_domain_refused, setup_arena, teardown_arena),
    };

    return cmocka_run_group_tests_name("name", TESTS, NULL, NULL);
}
