/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_ipconfig.c - `ipconfig /all` of one computer in six languages and four encodings tells
 * the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "arena_fixture.h"
#include "kmsdns/facts/json.h"
#include "kmsdns/import/ipconfig.h"
#include "kmsdns/import/lease.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const LANGUAGE[] = {
    "english.txt",  "english-utf16.txt", "german.txt",  "german-utf16-nobom.txt",
    "french.txt",   "french-cp850.txt",  "italian.txt", "portuguese.txt",
    "japanese.txt", "japanese-utf8.txt",
};

static size_t load(const char *name, uint8_t *bytes, size_t size)
{
    char path[512];
    FILE *file;
    size_t len;

    snprintf(path, sizeof(path), "%s/data/ipconfig/%s", TEST_SRCDIR, name);
    file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("%s is missing", path);
    }
    len = fread(bytes, 1, size, file);
    fclose(file);
    return len;
}

static void assert_computer(const char *name, const struct kd_computer_fact *computer)
{
    const struct kd_adapter_fact *adapter = computer->adapter;

    if (computer->nadapter != 2 || computer->nsearch != 2 || adapter[0].ndns != 3) {
        fail_msg("%s: %zu adapters, %zu names, %zu servers", name, computer->nadapter,
                 computer->nsearch, computer->nadapter > 0 ? adapter[0].ndns : 0);
    }
    assert_string_equal(computer->host_name, "PC01");
    assert_string_equal(computer->primary_suffix, "corp.contoso.com");
    assert_string_equal(computer->search[0], "corp.contoso.com");
    assert_string_equal(computer->search[1], "eng.contoso.com");
    assert_string_equal(adapter[0].suffix, "lan.contoso.com");
    assert_true(adapter[0].is_dhcp);
    assert_string_equal(adapter[0].dns[0], "2001:db8::53");
    assert_string_equal(adapter[0].dns[1], "192.168.1.1");
    assert_string_equal(adapter[0].dns[2], "192.168.1.2");
    assert_int_equal(adapter[0].nsearch, 1);
    assert_string_equal(adapter[0].search[0], "branch.contoso.com");
    assert_null(adapter[1].suffix);
    assert_false(adapter[1].is_dhcp);
    assert_int_equal(adapter[1].ndns, 0);
}

static void test_languages(void **state)
{
    uint8_t bytes[16384];

    (void)state;
    for (size_t i = 0; i < COUNT(LANGUAGE); i++) {
        size_t len = load(LANGUAGE[i], bytes, sizeof(bytes));
        struct kd_computer_fact computer = {0};
        struct kd_err err = {0};

        if (kd_ipconfig_read(arena, LANGUAGE[i], bytes, len, &computer, &err) != KD_OK) {
            fail_msg("%s: %s", LANGUAGE[i], err.text);
        }
        assert_computer(LANGUAGE[i], &computer);
    }
}

/* A computer in a workgroup: no primary suffix, one adapter without DHCP. */
static void test_workgroup(void **state)
{
    static const char TEXT[] = "Windows IP Configuration\n\n"
                               "   Host Name . . . . . . . . . . . . : ALONE\n"
                               "   Primary Dns Suffix  . . . . . . . : \n"
                               "   Node Type . . . . . . . . . . . . : Hybrid\n"
                               "   IP Routing Enabled. . . . . . . . : No\n"
                               "   WINS Proxy Enabled. . . . . . . . : No\n\n"
                               "Ethernet adapter Ethernet:\n\n"
                               "   Connection-specific DNS Suffix  . : \n"
                               "   DNS Servers . . . . . . . . . . . : fec0:0:0:ffff::1%1\n"
                               "                                       192.0.2.53\n"
                               "   Connection-specific DNS Suffix Search List :\n"
                               "                                       a.example\n";
    struct kd_computer_fact computer = {0};

    (void)state;
    assert_int_equal(
        kd_ipconfig_read(arena, "x", (const uint8_t *)TEXT, strlen(TEXT), &computer, NULL),
        KD_OK);
    assert_string_equal(computer.host_name, "ALONE");
    assert_null(computer.primary_suffix);
    assert_int_equal(computer.nsearch, 0);
    assert_int_equal(computer.nadapter, 1);
    assert_string_equal(computer.adapter[0].name, "Ethernet adapter Ethernet");
    assert_null(computer.adapter[0].suffix);
    assert_int_equal(computer.adapter[0].ndns, 2);
    assert_string_equal(computer.adapter[0].dns[0], "fec0:0:0:ffff::1");
    assert_int_equal(computer.adapter[0].nsearch, 1);
}

/* What a report tells of the evidence is read back as it was. */
static void assert_json_round_trip(const struct kd_facts *facts)
{
    json_t *told = kd_facts_to_json(facts), *again;
    struct kd_facts *read = NULL;
    struct kd_err err = {0};

    if (kd_facts_from_json(arena, told, &read, &err) != KD_OK) {
        fail_msg("%s", err.text);
    }
    again = kd_facts_to_json(read);
    assert_true(
        json_equal(json_object_get(told, "evidence"), json_object_get(again, "evidence")));
    json_decref(told);
    json_decref(again);
}

static void test_json(void **state)
{
    static const char LEASE[] = "lease { interface \"eth0\"; option domain-name \"a b\"; "
                                "expire epoch 1795176000; }";
    struct kd_facts *facts = kd_facts_new(arena);
    struct kd_computer_fact computer = {0};
    struct kd_dhcp_offer_fact offer = {0};
    uint8_t bytes[16384];
    size_t len = load("german.txt", bytes, sizeof(bytes));

    (void)state;
    assert_int_equal(kd_ipconfig_read(arena, "x", bytes, len, &computer, NULL), KD_OK);
    kd_ipconfig_to_facts(facts, &computer);
    assert_int_equal(
        kd_lease_read(arena, "y", (const uint8_t *)LEASE, sizeof(LEASE) - 1, &offer, NULL),
        KD_OK);
    kd_dhcp_add_offer(facts, &offer);
    facts->dhcp->interface = "eth0";
    assert_json_round_trip(facts);
}

static void test_foreign(void **state)
{
    static const char *const TEXT[] = {"", "\n\n", "hello\n", "key=value\n"};

    (void)state;
    for (size_t i = 0; i < COUNT(TEXT); i++) {
        struct kd_computer_fact computer = {0};

        assert_int_equal(kd_ipconfig_read(arena, "x", (const uint8_t *)TEXT[i], strlen(TEXT[i]),
                                          &computer, NULL),
                         KD_ESYNTAX);
    }
}

static void test_cuts(void **state)
{
    uint8_t bytes[16384];

    (void)state;
    for (size_t i = 0; i < COUNT(LANGUAGE); i++) {
        size_t len = load(LANGUAGE[i], bytes, sizeof(bytes));

        for (size_t cut = 0; cut < len; cut += 7) {
            struct kd_computer_fact computer = {0};

            (void)kd_ipconfig_read(arena, "x", bytes, cut, &computer, NULL);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_languages, setup, teardown),
        cmocka_unit_test_setup_teardown(test_workgroup, setup, teardown),
        cmocka_unit_test_setup_teardown(test_json, setup, teardown),
        cmocka_unit_test_setup_teardown(test_foreign, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cuts, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
