/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_reg.c - registry exports: every form of one export gives the same values, damage is told
 * with its place, and what is written is what was read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena_fixture.h"
#include "kmsdns/base/mem.h"
#include "kmsdns/facts/facts.h"
#include "kmsdns/facts/json.h"
#include "kmsdns/import/reg.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define V5           "Windows Registry Editor Version 5.00\r\n\r\n"
#define V4           "REGEDIT4\r\n\r\n"
#define SPP_KEY                                                              \
    "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\" \
    "SoftwareProtectionPlatform]\r\n"

static struct kd_reg read_bytes(const void *bytes, size_t len)
{
    struct kd_reg reg = {0};
    struct kd_err err = {0};

    if (kd_reg_read(arena, bytes, len, NULL, &reg, &err) != KD_OK) {
        fail_msg("%s", err.text);
    }
    return reg;
}

static struct kd_reg read_text(const char *text)
{
    return read_bytes(text, strlen(text));
}

static char *read_file(const char *name, size_t *ret_len)
{
    char path[512];
    char *bytes = kd_xcalloc(1, 65536);
    FILE *file;

    snprintf(path, sizeof(path), "%s/data/reg/%s", TEST_SRCDIR, name);
    file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("%s is missing", path);
    }
    *ret_len = fread(bytes, 1, 65536, file);
    fclose(file);
    return bytes;
}

static struct kd_reg read_data(const char *name)
{
    size_t len = 0;
    char *bytes = read_file(name, &len);
    struct kd_reg reg = read_bytes(bytes, len);

    free(bytes);
    return reg;
}

static const struct kd_reg_value *find(const struct kd_reg *reg, const char *name)
{
    for (size_t i = 0; i < reg->nvalue; i++) {
        if (strcmp(reg->value[i].name, name) == 0) {
            return &reg->value[i];
        }
    }
    fail_msg("%s is missing", name);
    return NULL;
}

static void assert_same(const struct kd_reg *a, const struct kd_reg *b)
{
    assert_int_equal(a->nvalue, b->nvalue);
    for (size_t i = 0; i < a->nvalue; i++) {
        assert_string_equal(a->value[i].key, b->value[i].key);
        assert_string_equal(a->value[i].name, b->value[i].name);
        assert_int_equal(a->value[i].action, b->value[i].action);
        assert_int_equal(a->value[i].type, b->value[i].type);
        assert_int_equal(a->value[i].len, b->value[i].len);
        if (a->value[i].len > 0) {
            assert_memory_equal(a->value[i].data, b->value[i].data, a->value[i].len);
        }
    }
}

static void assert_round_trip(const struct kd_reg *reg)
{
    struct kd_buf out = {0};
    struct kd_reg again;

    kd_reg_write(reg->value, reg->nvalue, &out);
    again = read_bytes(out.data, out.len);
    assert_same(reg, &again);
    assert_true(again.nwarnings <= reg->nwarnings);
    kd_buf_done(&out);
}

/* The same export in the forms that administrators send. */
static void test_forms(void **state)
{
    static const struct {
        const char *name, *encoding;
    } FORM[] = {
        {"host.reg", "UTF-16LE"},       {"host-nobom.reg", "UTF-16LE"},
        {"host-utf8.reg", "UTF-8"},     {"host-utf8bom.reg", "UTF-8"},
        {"host-regedit4.reg", "UTF-8"}, {"host-utf16be.reg", "UTF-16BE"},
    };
    struct kd_reg first = read_data(FORM[0].name);

    (void)state;
    assert_int_equal(first.nvalue, 12);
    assert_int_equal(first.nwarnings, 0);
    assert_round_trip(&first);
    for (size_t i = 0; i < COUNT(FORM); i++) {
        struct kd_reg reg = read_data(FORM[i].name);

        assert_same(&first, &reg);
        assert_string_equal(reg.encoding, FORM[i].encoding);
        assert_int_equal(reg.nwarnings, 0);
    }
}

/* What regedit wrote is what comes out, byte for byte. */
static void test_bytes(void **state)
{
    size_t len = 0;
    char *bytes = read_file("host.reg", &len);
    struct kd_reg reg = read_bytes(bytes, len);
    struct kd_buf out = {0};

    (void)state;
    kd_reg_write(reg.value, reg.nvalue, &out);
    assert_int_equal(out.len, len);
    assert_memory_equal(out.data, bytes, len);
    kd_buf_done(&out);
    free(bytes);
}

static void test_values(void **state)
{
    struct kd_reg reg = read_text(V5 SPP_KEY "@=\"default\"\r\n"
                                             "\"a\\\\b\\\"c\"=\"x\\\\y\\\"z\"\r\n"
                                             "\"D\"=dword:0000AbCd ; a comment\r\n"
                                             "\"B\"=hex:00,fF,7\r\n"
                                             "\"Q\"=hex(b):01,00,00,00,00,00,00,00\r\n"
                                             "\"E\"=hex(7):\r\n"
                                             "\"Gone\"=-\r\n"
                                             "; a comment\r\n"
                                             "[-HKEY_CURRENT_USER\\x]\r\n");

    (void)state;
    assert_int_equal(reg.nwarnings, 0);
    assert_int_equal(reg.nvalue, 8);
    assert_string_equal(kd_reg_text(arena, reg.value[0].data, reg.value[0].len), "default");
    assert_string_equal(reg.value[1].name, "a\\b\"c");
    assert_string_equal(kd_reg_text(arena, reg.value[1].data, reg.value[1].len), "x\\y\"z");
    assert_memory_equal(find(&reg, "D")->data, "\xcd\xab\0\0", 4);
    assert_int_equal(find(&reg, "B")->len, 3);
    assert_int_equal(find(&reg, "Q")->type, KD_REG_TYPE_QWORD);
    assert_int_equal(find(&reg, "E")->len, 0);
    assert_int_equal(find(&reg, "Gone")->action, KD_REG_DELETE_VALUE);
    assert_int_equal(reg.value[7].action, KD_REG_DELETE_KEY);
    assert_string_equal(reg.value[7].key, "HKEY_CURRENT_USER\\x");
    assert_int_equal(find(&reg, "D")->line, 6);
    assert_round_trip(&reg);
}

/* Damage: where it is told, and that the value behind it is still read. */
static const struct damage {
    const char *text;
    uint32_t line, column;
    const char *says;
} DAMAGE[] = {
    {"\"X\"=hex(7):61,00,62\r\n", 4, 5, "odd number"},
    {"\"X\"=hex(7):61,00,00,00\r\n", 4, 5, "two NULs"},
    {"\"X\"=hex(7):61,00\r\n", 4, 5, "two NULs"},
    {"\"X\"=hex(1):61,00\r\n", 4, 5, "not closed by a NUL"},
    {"\"X\"=hex:00,zz,01\r\n", 4, 12, "no hexadecimal digit"},
    {"\"X\"=hex:00,123,01\r\n", 4, 15, "more than two digits"},
    {"\"X\"=hex:00,,01\r\n", 4, 12, "missing before the comma"},
    {"\"X\"=hex:00,\\ z\r\n", 4, 14, "behind the backslash"},
    {"\"X\"=hex:00,\\\r\n\r\n", 4, 5, "breaks off"},
    {"\"X\"=hex:00,\\\r\n", 4, 5, "breaks off"},
    {"\"X\"=hex:00,\r\n  01\r\n", 5, 1, "without a backslash"},
    {"\"X\"=hex:00,\r\n", 4, 5, "ends with a comma"},
    {"\"X\"=dword:123456789\r\n", 4, 5, "one to eight"},
    {"\"X\"=dword:12xy\r\n", 4, 5, "one to eight"},
    {"\"X\"=dword:\r\n", 4, 5, "one to eight"},
    {"\"X\"=hex(4):00\r\n", 4, 5, "four bytes"},
    {"\"X\"=binary:00\r\n", 4, 5, "neither text"},
    {"\"X\"=hex(x):00\r\n", 4, 5, "neither text"},
    {"\"X\"=\r\n", 4, 6, "nothing behind"},
    {"\"X\" 1\r\n", 4, 5, "no \"=\""},
    {"\"X=1\r\n", 4, 1, "no closing quote"},
    {"\"X\"=\"open\r\n", 4, 5, "no closing quote"},
    {"\"X\"=\"a\" b\r\n", 4, 9, "more behind"},
    {"garbage\r\n", 4, 1, "neither a key nor a value"},
    {"[HKEY_LOCAL_MACHINE\\Open\r\n", 4, 1, "closing bracket"},
};

static void test_damage(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(DAMAGE); i++) {
        char text[512];
        struct kd_reg reg;

        snprintf(text, sizeof(text), "%s%s%s\"After\"=\"read\"\r\n", V5, SPP_KEY,
                 DAMAGE[i].text);
        reg = read_text(text);
        if (reg.nwarning != 1 || strstr(reg.warning[0].text, DAMAGE[i].says) == NULL ||
            reg.warning[0].line != DAMAGE[i].line ||
            reg.warning[0].column != DAMAGE[i].column) {
            fail_msg("%s: %zu warnings, the first at %u:%u: %s", DAMAGE[i].text, reg.nwarning,
                     reg.nwarning > 0 ? reg.warning[0].line : 0,
                     reg.nwarning > 0 ? reg.warning[0].column : 0,
                     reg.nwarning > 0 ? reg.warning[0].text : "none");
        }
        assert_string_equal(
            kd_reg_text(arena, find(&reg, "After")->data, find(&reg, "After")->len), "read");
        assert_round_trip(&reg);
    }
}

/* Every cut of a file is read without a crash, and what is left makes a round trip. */
static void test_cuts(void **state)
{
    static const char *const NAME[] = {"host.reg", "host-regedit4.reg"};

    (void)state;
    for (size_t i = 0; i < COUNT(NAME); i++) {
        size_t len = 0;
        char *bytes = read_file(NAME[i], &len);

        for (size_t cut = 0; cut < len; cut++) {
            struct kd_arena *own = kd_arena_new();
            struct kd_reg reg = {0};

            if (kd_reg_read(own, (const uint8_t *)bytes, cut, NULL, &reg, NULL) == KD_OK) {
                assert_round_trip(&reg);
            }
            kd_arena_free(own);
        }
        free(bytes);
    }
}

/* In pieces of one byte as in one. */
static void test_pieces(void **state)
{
    size_t len = 0;
    char *bytes = read_file("host.reg", &len);
    struct kd_reg whole = read_bytes(bytes, len), pieces = {0};
    struct kd_reg_reader *reader = kd_reg_reader_new(arena, NULL);

    (void)state;
    for (size_t i = 0; i < len; i++) {
        kd_reg_feed(reader, (const uint8_t *)bytes + i, 1);
    }
    assert_int_equal(kd_reg_reader_end(reader, &pieces, NULL), KD_OK);
    assert_same(&whole, &pieces);
    free(bytes);
}

static bool keep_nothing(const char *key, const char *name)
{
    (void)key, (void)name;
    return false;
}

static void test_large_value(void **state)
{
    size_t n = (size_t)10 * 1024 * 1024;
    struct kd_buf text = {0};
    struct kd_reg reg;

    (void)state;
    kd_buf_puts(&text, V5 SPP_KEY "\"DnsDomainPublishList\"=hex(7):");
    for (size_t i = 0; i < n; i++) {
        kd_buf_puts(&text, (i + 1) % 25 == 0 ? "61,\\\r\n  " : "61,");
    }
    kd_buf_puts(&text, "00,00,00,00\r\n\"KeyManagementServiceListeningPort\"=\"1688\"\r\n");
    reg = read_bytes(text.data, text.len);
    assert_int_equal(reg.nvalue, 2);
    assert_int_equal(reg.nwarnings, 1);
    assert_non_null(strstr(reg.warning[0].text, "10485764 bytes"));
    assert_int_equal(reg.warning[0].line, 4);
    assert_in_range(reg.value[0].len, 1, KD_REG_MAX_DATA + 8);
    assert_string_equal(kd_reg_text(arena, reg.value[1].data, reg.value[1].len), "1688");
    /* a value that nobody asked for is only counted */
    assert_int_equal(
        kd_reg_read(arena, (const uint8_t *)text.data, text.len, keep_nothing, &reg, NULL),
        KD_OK);
    assert_int_equal(reg.nvalues, 2);
    assert_int_equal(reg.nvalue + reg.nwarnings, 0);
    kd_buf_done(&text);
}

static void test_multi_line_text(void **state)
{
    struct kd_reg reg = read_text(V5 SPP_KEY "\"T\"=\"one\r\n\r\ntwo\"\r\n\"N\"=\"x\"\r\n");

    (void)state;
    assert_int_equal(reg.nwarnings, 0);
    assert_int_equal(reg.nvalue, 2);
    assert_string_equal(kd_reg_text(arena, reg.value[0].data, reg.value[0].len),
                        "one\r\n\r\ntwo");
    assert_round_trip(&reg);
}

static void test_foreign(void **state)
{
    static const char *const FOREIGN[] = {"", "\r\n", "hello\r\nworld\r\n", "<xml/>",
                                          "Windows Registry Editor Version 6.00\r\n"};

    (void)state;
    for (size_t i = 0; i < COUNT(FOREIGN); i++) {
        struct kd_reg reg;
        struct kd_err err = {0};

        assert_int_equal(kd_reg_read(arena, (const uint8_t *)FOREIGN[i], strlen(FOREIGN[i]),
                                     NULL, &reg, &err),
                         KD_ESYNTAX);
        assert_non_null(strstr(err.text, "no registry export"));
    }
    /* without its first line it is still one */
    assert_int_equal(read_text(SPP_KEY "\"A\"=\"b\"\r\n").nvalue, 1);
    assert_int_equal(read_text(SPP_KEY "\"A\"=\"b\"\r\n").nwarnings, 1);
}

static void test_places(void **state)
{
    static const struct {
        const char *key;
        int area, generation, scope; /* area -1: nobody asks for it */
    } CASE[] = {
        {"HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SL",
         KD_REG_AREA_LICENSING, KD_REG_GENERATION_SL, KD_REG_SCOPE_MACHINE},
        {"hklm\\software\\microsoft\\windows nt\\currentversion\\softwareprotectionplatform",
         KD_REG_AREA_LICENSING, KD_REG_GENERATION_SPP, KD_REG_SCOPE_MACHINE},
        {"HKEY_LOCAL_MACHINE\\SOFTWARE\\Wow6432Node\\Microsoft\\Windows NT\\CurrentVersion\\SL",
         KD_REG_AREA_LICENSING, KD_REG_GENERATION_SL, KD_REG_SCOPE_WOW64},
        {"HKEY_USERS\\S-1-5-20\\Software\\Microsoft\\Windows NT\\CurrentVersion\\"
         "SoftwareProtectionPlatform",
         KD_REG_AREA_LICENSING, KD_REG_GENERATION_SPP, KD_REG_SCOPE_SERVICE},
        {"HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\"
         "SoftwareProtectionPlatform\\55c92734\\73111121",
         KD_REG_AREA_LICENSING, KD_REG_GENERATION_SPP, KD_REG_SCOPE_APPLICATION},
        {"HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters",
         KD_REG_AREA_TCPIP, KD_REG_GENERATION_NONE, KD_REG_SCOPE_MACHINE},
        {"HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\Tcpip\\Parameters\\Interfaces\\"
         "{1}",
         KD_REG_AREA_TCPIP, KD_REG_GENERATION_NONE, KD_REG_SCOPE_INTERFACE},
        {"HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\DNSClient",
         KD_REG_AREA_POLICY, KD_REG_GENERATION_NONE, KD_REG_SCOPE_MACHINE},
        {"HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SLx", -1, 0, 0},
        {"HKEY_LOCAL_MACHINE", -1, 0, 0},
        {"HKLM", -1, 0, 0},
        {"", -1, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        struct kd_reg_place place = {0};
        bool is_known = kd_reg_place(CASE[i].key, &place);

        assert_int_equal(is_known, CASE[i].area >= 0);
        if (is_known) {
            assert_int_equal(place.area, CASE[i].area);
            assert_int_equal(place.generation, CASE[i].generation);
            assert_int_equal(place.scope, CASE[i].scope);
        }
    }
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

static void test_facts(void **state)
{
    struct kd_facts *facts = kd_facts_new(arena);
    struct kd_reg reg = {0};
    size_t len = 0;
    char *bytes = read_file("host.reg", &len);
    const struct kd_reg_value_fact *list = NULL;

    (void)state;
    assert_int_equal(
        kd_reg_read(arena, (const uint8_t *)bytes, len, kd_reg_is_wanted, &reg, NULL), KD_OK);
    free(bytes);
    assert_int_equal(reg.nvalues, 12);
    assert_int_equal(reg.nvalue, 10);
    kd_reg_to_facts(facts, "host.reg", &reg);
    assert_int_equal(facts->registry->nfile, 1);
    assert_int_equal(facts->registry->nvalue, 10);
    for (size_t i = 0; i < facts->registry->nvalue; i++) {
        if (strcmp(facts->registry->value[i].name, "DnsDomainPublishList") == 0) {
            list = &facts->registry->value[i];
        }
    }
    assert_non_null(list);
    assert_int_equal(list->nlist, 2);
    assert_string_equal(list->list[0], "corp.contoso.com");
    assert_string_equal(list->list[1], "eng.contoso.com,10,50");
    assert_int_equal(list->generation, KD_REG_GENERATION_SPP);
    assert_json_round_trip(facts);
}

/* The example of the reference: wrapped as regedit does. */
static void test_host(void **state)
{
    static const char *const LIST[] = {"corp.contoso.com", "eng.contoso.com,10,50"};
    static const char EXPECTED[] =
        V5 SPP_KEY "\"DisableDnsPublishing\"=dword:00000000\r\n"
                   "\"KeyManagementServiceListeningPort\"=\"1688\"\r\n"
                   "\"DnsDomainPublishList\"=hex(7):63,00,6f,00,72,00,70,00,2e,00,63,00,6f,00,"
                   "6e,00,\\\r\n"
                   "  74,00,6f,00,73,00,6f,00,2e,00,63,00,6f,00,6d,00,00,00,65,00,6e,00,67,00,"
                   "2e,\\\r\n"
                   "  00,63,00,6f,00,6e,00,74,00,6f,00,73,00,6f,00,2e,00,63,00,6f,00,6d,00,2c,"
                   "00,\\\r\n"
                   "  31,00,30,00,2c,00,35,00,30,00,00,00,00,00\r\n\r\n";
    struct kd_reg_host host = {KD_REG_GENERATION_SPP, LIST, 2, 1688, false};
    size_t n = 0;
    const struct kd_reg_value *value = kd_reg_host_values(arena, &host, &n);
    struct kd_buf out = {0};

    (void)state;
    kd_reg_write(value, n, &out);
    assert_memory_equal(out.data, "\xff\xfe", 2);
    assert_int_equal(out.len, 2 + 2 * (sizeof(EXPECTED) - 1));
    for (size_t i = 0; i < sizeof(EXPECTED) - 1; i++) {
        assert_int_equal(out.data[2 + 2 * i], EXPECTED[i]);
        assert_int_equal(out.data[3 + 2 * i], 0);
    }
    kd_buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_forms, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_values, setup, teardown),
        cmocka_unit_test_setup_teardown(test_damage, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cuts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pieces, setup, teardown),
        cmocka_unit_test_setup_teardown(test_large_value, setup, teardown),
        cmocka_unit_test_setup_teardown(test_multi_line_text, setup, teardown),
        cmocka_unit_test_setup_teardown(test_foreign, setup, teardown),
        cmocka_unit_test_setup_teardown(test_places, setup, teardown),
        cmocka_unit_test_setup_teardown(test_facts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_host, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
