/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_lease.c - leases of all clients tell the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "arena_fixture.h"
#include "kmsdns/import/lease.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define NOON_2026_11_20 1795176000

static kd_status read_text(const char *text, size_t len, struct kd_dhcp_offer_fact *offer,
                           struct kd_err *err)
{
    return kd_lease_read(arena, "lease", (const uint8_t *)text, len, offer, err);
}

static struct kd_dhcp_offer_fact read_data(const char *name)
{
    char path[512], text[8192];
    struct kd_dhcp_offer_fact offer = {0};
    struct kd_err err = {0};
    FILE *file;
    size_t len;

    snprintf(path, sizeof(path), "%s/data/lease/%s", TEST_SRCDIR, name);
    file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("%s is missing", path);
    }
    len = fread(text, 1, sizeof(text), file);
    fclose(file);
    if (read_text(text, len, &offer, &err) != KD_OK) {
        fail_msg("%s: %s", name, err.text);
    }
    return offer;
}

/* What each client notes of the same lease: NULL and 0 are what it does not note. */
static void test_clients(void **state)
{
    static const struct {
        const char *file, *format, *interface, *server;
        size_t nsearch, ndns;
        int64_t expires_s;
        const char *domain;
    } CASE[] = {
        {"dhclient.leases", "ISC dhclient", "eth0", "192.0.2.1", 2, 2, NOON_2026_11_20,
         "corp.example"},
        {"networkd.lease", "systemd-networkd", NULL, "192.0.2.1", 2, 2, -1, "corp.example"},
        {"networkd.json", "systemd-networkd", NULL, "192.0.2.1", 2, 2, -1, "corp.example"},
        {"nmcli-f.txt", "NetworkManager, nmcli", NULL, "192.0.2.1", 2, 2, NOON_2026_11_20,
         "corp.example"},
        {"nmcli-g.txt", "NetworkManager, nmcli", NULL, "192.0.2.1", 2, 2, NOON_2026_11_20,
         "corp.example"},
        {"networkmanager.lease", "NetworkManager, internal", NULL, NULL, 0, 0, -1, NULL},
        {"dhcpcd.txt", "dhcpcd", NULL, "192.0.2.1", 2, 2, -1, "corp.example"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        struct kd_dhcp_offer_fact offer = read_data(CASE[i].file);

        assert_string_equal(offer.format, CASE[i].format);
        assert_int_equal(offer.origin, KD_DHCP_ORIGIN_LEASE);
        assert_string_equal(offer.address, "192.0.2.10");
        assert_string_equal(offer.interface != NULL ? offer.interface : "",
                            CASE[i].interface != NULL ? CASE[i].interface : "");
        assert_string_equal(offer.server != NULL ? offer.server : "",
                            CASE[i].server != NULL ? CASE[i].server : "");
        assert_int_equal(offer.nsearch, CASE[i].nsearch);
        assert_int_equal(offer.ndns, CASE[i].ndns);
        assert_int_equal(offer.expires_s, CASE[i].expires_s);
        assert_string_equal(offer.domain_name != NULL ? offer.domain_name : "",
                            CASE[i].domain != NULL ? CASE[i].domain : "");
        if (offer.ndns > 0) {
            assert_string_equal(offer.dns[0], "192.0.2.53");
            assert_string_equal(offer.dns[1], "192.0.2.54");
            assert_memory_equal(offer.search[1], "b.example", 9);
        }
    }
}

static void test_several_names(void **state)
{
    static const char *const TEXT[] = {
        "lease { option domain-name \"a.example b.example\"; }",
        "DOMAINNAME=a.example b.example\nADDRESS=192.0.2.1\n",
        "domain_name='a.example b.example'\n",
        "{\"Domain_Name\": \"a.example b.example\"}",
        ("lease { option domain-name \"a.example\\000b.example\\000\"; "
         "option domain-name \"a.example b.example\"; }"),
    };

    (void)state;
    for (size_t i = 0; i < COUNT(TEXT); i++) {
        struct kd_dhcp_offer_fact offer = {0};

        assert_int_equal(read_text(TEXT[i], strlen(TEXT[i]), &offer, NULL), KD_OK);
        assert_int_equal(offer.ndomain, 2);
        assert_string_equal(offer.domain[0], "a.example");
        assert_string_equal(offer.domain[1], "b.example");
        assert_string_equal(offer.domain_name, "a.example b.example");
    }
}

static void test_dhclient_grammar(void **state)
{
    static const struct {
        const char *text;
        int64_t expires_s;
    } CASE[] = {
        {"lease{expire epoch 1795176000; # Fri\n}", NOON_2026_11_20},
        {"lease{expire 5 2026/11/20 12:00:00;}", NOON_2026_11_20},
        {"lease{expire 5 2026/11/20 12:00:00 UTC;}", NOON_2026_11_20},
        {"lease{expire never;}", -1},
        {"lease{expire 5 2026/13/20 12:00:00;}", -1},
        {"lease{expire 5 2026/11/20;}", -1},
        {"lease{expire 4 2024/02/29 00:00:00;}", 1709164800},
        {"lease{expire 4 2025/02/29 00:00:00;}", -1},
        {"lease{expire 4 2026/04/31 00:00:00;}", -1},
        {"lease{expire 4 1970/01/01 00:00:00;}", 0},
        {"lease{expire 4 9999/12/31 23:59:59;}", 253402300799},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        struct kd_dhcp_offer_fact offer = {0};

        assert_int_equal(read_text(CASE[i].text, strlen(CASE[i].text), &offer, NULL), KD_OK);
        assert_int_equal(offer.expires_s, CASE[i].expires_s);
    }
}

static void test_foreign(void **state)
{
    static const char *const TEXT[] = {
        "",  "\n",    "hello world\n", "{\"a\": 1}",
        "{", "lease", "x=1\n",         "lease6 { interface \"eth0\"; }"};

    (void)state;
    for (size_t i = 0; i < COUNT(TEXT); i++) {
        struct kd_dhcp_offer_fact offer = {0};
        struct kd_err err = {0};

        assert_int_equal(read_text(TEXT[i], strlen(TEXT[i]), &offer, &err), KD_ESYNTAX);
        assert_non_null(strstr(err.text, "dhclient"));
    }
}

static void test_cuts(void **state)
{
    static const char *const NAME[] = {"dhclient.leases", "networkd.json", "dhcpcd.txt"};
    char path[512], text[8192];

    (void)state;
    for (size_t i = 0; i < COUNT(NAME); i++) {
        FILE *file;
        size_t len;

        snprintf(path, sizeof(path), "%s/data/lease/%s", TEST_SRCDIR, NAME[i]);
        file = fopen(path, "rb");
        assert_non_null(file);
        len = fread(text, 1, sizeof(text), file);
        fclose(file);
        for (size_t cut = 0; cut < len; cut++) {
            struct kd_dhcp_offer_fact offer = {0};

            (void)read_text(text, cut, &offer, NULL);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_clients, setup, teardown),
        cmocka_unit_test_setup_teardown(test_several_names, setup, teardown),
        cmocka_unit_test_setup_teardown(test_dhclient_grammar, setup, teardown),
        cmocka_unit_test_setup_teardown(test_foreign, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cuts, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
