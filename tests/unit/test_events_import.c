/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_events_import.c - exports in every text form, whole and damaged, become the facts that they
 * tell; sums do not depend on the order of records; nothing grows without bound.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "kmsdns/base/buf.h"
#include "kmsdns/base/index.h"
#include "kmsdns/import/events.h"

#include "../../src/import/record.h"

#define CMID "01eb9985-230c-49ad-a8c2-c24914da4739"
#define SKU  "ae2ee509-1b34-41c0-acb7-6d4650168915"

#define TAB_HEAD "Level\tDate and Time\tSource\tEvent ID\tTask Category\r\n"
#define CSV_HEAD "Level,Date and Time,Source,Event ID,Task Category\r\n"

static struct kd_events_fact *read_filtered(struct kd_arena *arena,
                                            const struct kd_events_filter *filter,
                                            const char *text, size_t len)
{
    struct kd_events_import *import = kd_events_import_new(arena, filter);
    struct kd_err err = {0};

    if (kd_events_import_bytes(import, "log", text, len, &err) != KD_OK) {
        fail_msg("%s", err.text);
    }
    return kd_events_import_finish(import);
}

static struct kd_events_fact *read_text(struct kd_arena *arena, const char *text)
{
    return read_filtered(arena, NULL, text, strlen(text));
}

static kd_status read_failing(const char *text, struct kd_err *err)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_events_import *import = kd_events_import_new(arena, NULL);
    kd_status status = kd_events_import_bytes(import, "log", text, strlen(text), err);

    kd_events_import_finish(import);
    kd_arena_free(arena);
    return status;
}

#define TAB_ROW(date, id, text) \
    "Information\t" date "\tMicrosoft-Windows-Security-SPP\t" id "\tNone\t" text "\r\n"

static void test_publishing(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    const struct kd_events_fact *events = read_text(
        arena,
        TAB_HEAD TAB_ROW("11/20/2026 6:00:12 AM", "12293",
                         "\"Publishing ... in the 'Corp.Example' domain failed. \r\nInfo: "
                         "\r\n0x80072338\"") TAB_ROW("11/19/2026 6:00:12 AM", "12294",
                                                     "Publishing ... 'corp.example' domain is "
                                                     "successful. ")
            TAB_ROW("11/18/2026 6:00:12 AM", "12293",
                    "\"... 'corp.example' failed. \r\nInfo: \r\n0x8007232D\""));
    const struct kd_event_publish_fact *publish = &events->publish[0];

    (void)state;
    assert_int_equal(events->npublish, 1);
    assert_string_equal(publish->domain, "corp.example.");
    assert_null(publish->computer);
    assert_int_equal(publish->nfailure, 2);
    assert_int_equal(publish->nsuccess, 1);
    assert_int_equal(publish->hresult, 0x80072338);
    assert_false(publish->is_cleared);
    assert_int_equal(publish->ncode, 2);
    assert_int_equal(events->reference_s, publish->failure_s);
    assert_int_equal(events->file[0].format, KD_EVENT_FORMAT_TAB);
    assert_true(events->file[0].has_local_times);
    assert_int_equal(events->file[0].nunreadable, 0);
    kd_arena_free(arena);
}

/* Quotes of other languages, in UTF-8 and in Windows-1252. */
static void test_quotes(void **state)
{
    static const char *const TEXT[] = {
        "in der Dom\xc3\xa4ne \xe2\x80\x9e"
        "corp.example\xe2\x80\x9c.",
        "in der Dom\xe4ne \x84"
        "corp.example\x93.",
        "dans le domaine \xc2\xab\xc2\xa0"
        "corp.example\xc2\xa0\xc2\xbb.",
        "\xe3\x83\x89\xe3\x83\xa1\xe3\x82\xa4\xe3\x83\xb3 \xe3\x80\x8c"
        "corp.example\xe3\x80\x8d",
        "nel dominio \"\"corp.example\"\" riuscita",
        "no quotes at all: corp.example published",
        "l'h\xc3\xb4te d'un domaine 'corp.example' publi\xc3\xa9",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(TEXT) / sizeof(TEXT[0]); i++) {
        struct kd_arena *arena = kd_arena_new();
        struct kd_buf buf = {0};
        const struct kd_events_fact *events;

        kd_buf_printf(&buf,
                      CSV_HEAD "Info,20.11.2026 06:00:12,Microsoft-Windows-Security-SPP,"
                               "12294,Keine,\"%s\"\r\n",
                      TEXT[i]);
        events = read_text(arena, kd_buf_str(&buf));
        assert_int_equal(events->npublish, 1);
        assert_string_equal(events->publish[0].domain, "corp.example.");
        kd_buf_done(&buf);
        kd_arena_free(arena);
    }
}

/* The line of section 5, and five computers with one id. */
static void test_host(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_buf buf = {0};
    const struct kd_events_fact *events;

    (void)state;
    kd_buf_puts(&buf, CSV_HEAD);
    for (int i = 1; i <= 5; i++) {
        kd_buf_printf(
            &buf,
            "Information,6/10/2010 7:3%d:00 PM,KmsRequests,12290,None,\"An activation "
            "request has been processed. \r\nInfo: \r\n0x0,25,TEST%d.contoso.com," CMID
            ",2010/6/10 19:32,1,2,0," SKU "\"\r\n",
            i, i);
    }
    kd_buf_puts(&buf,
                "Information,6/10/2010 7:40:00 PM,Security-SPP,12290,None,\"x \r\nInfo: \r\n"
                "0x0,5,NAME,930bd202-a335-4c7e-bd9d-7305361f0d37,2010/6/10 19:32,0,5,0,"
                "6f327760-8c5c-417c-9b61-836a98287e0c\"\r\n");
    events = read_text(arena, kd_buf_str(&buf));
    assert_int_equal(events->host.nrequest, 6);
    assert_int_equal(events->host.ncmid, 2);
    assert_int_equal(events->host.ncmid_office, 1);
    assert_int_equal(events->host.ncomputer, 6);
    assert_int_equal(events->host.nvirtual, 1);
    assert_int_equal(events->host.nphysical, 1);
    assert_int_equal(events->host.nlicence[5], 1);
    assert_int_equal(events->host.nduplicate, 1);
    assert_string_equal(events->host.duplicate[0].cmid, CMID);
    assert_int_equal(events->host.duplicate[0].ncomputer, 5);
    assert_string_equal(events->host.duplicate[0].computer[4], "test5.contoso.com");
    assert_int_equal(events->host.nsku, 2);
    assert_string_equal(events->host.sku[1].name, "Office Professional Plus 2010");
    kd_buf_done(&buf);
    kd_arena_free(arena);
}

/* One computer under its short and its full name is no duplicate. */
static void test_names(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    const struct kd_events_fact *events = read_text(
        arena,
        TAB_HEAD TAB_ROW("11/20/2026 6:00:12 AM", "12290",
                         "\"x\r\n0x0,25,PC1," CMID ",2026/11/20 6:00,0,1,0," SKU "\"")
            TAB_ROW("11/20/2026 6:00:13 AM", "12290",
                    "\"x\r\n0x0,25,pc1.Corp.Example," CMID ",2026/11/20 6:00,0,1,0," SKU "\"")
                TAB_ROW("9/20/2026 6:00:13 AM", "12290",
                        "\"x\r\n0x0,25,OLD," CMID ",2026/9/20 6:00,0,1,0," SKU "\""));

    (void)state;
    assert_int_equal(events->host.nrequest, 3);
    assert_int_equal(events->host.nduplicate, 0); /* OLD asked more than 30 days before */
    assert_int_equal(events->host.ncomputer, 1);
    kd_arena_free(arena);
}

/* Other programs use the same ids: 12293 is the shadow copy service's, too. */
static void test_other_sources(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    const struct kd_events_fact *events =
        read_text(arena, TAB_HEAD
                  "Error\t11/20/2026 6:00:12 AM\tVSS\t12293\tNone\t\"'corp.example' "
                  "0x80070005\"\r\nError\t11/20/2026 6:00:12 AM\tSAM\t12294\tNone\tx\r\n");

    (void)state;
    assert_int_equal(events->file[0].nrecords, 2);
    assert_int_equal(events->file[0].nlicensing, 0);
    assert_int_equal(events->npublish, 0);
    kd_arena_free(arena);
}

static void test_damage(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    const struct kd_events_fact *events = read_text(
        arena,
        CSV_HEAD "I,11/20/2026 6:00:12 AM,Security-SPP,12290,None,\"never closed\r\n"
                 "I,11/20/2026 6:00:13 AM,Security-SPP,12294,None,"
                 "\"in the 'corp.example' domain\"\r\n"
                 "I,11/20/2026 6:00:14 AM,Security-SPP,12290,None,\"x\r\n0x0,25,PC1\"\r\n"
                 "I,11/20/2026 6:00:15 AM,Security-SPP,12293,None,\"no name, 0x80072338\"\r\n");

    (void)state;
    assert_int_equal(events->npublish, 1);
    assert_int_equal(events->publish[0].nsuccess, 1);
    assert_int_equal(events->file[0].nunreadable, 3);
    assert_non_null(strstr(events->file[0].first_unreadable, "without its end"));
    kd_arena_free(arena);
}

static void test_filter(void **state)
{
    static const char TEXT[] =
        "Event[0]:\n  Log Name: Application\n  Source: Microsoft-Windows-Security-SPP\n"
        "  Date: 2026-11-18T06:00:12.000\n  Event ID: 12294\n  Task: N/A\n  Level: "
        "Information\n"
        "  Opcode: N/A\n  Keyword: Classic\n  User: N/A\n  User Name: N/A\n"
        "  Computer: kms02.corp.example\n  Description: \nin the 'corp.example' domain\n\n"
        "Event[1]\n  Protokollname: Application\n  Quelle: Microsoft-Windows-Security-SPP\n"
        "  Datum: 2026-11-20T06:00:12.000Z\n  Ereignis-ID: 12293\n  Aufgabe: N/A\n"
        "  Ebene: Informationen\n  Opcode: N/A\n  Keyword: \n  Benutzer: N/A\n"
        "  Benutzername: N/A\n  Computer: KMS03.corp.example\n  Beschreibung: \n"
        "'lab.example' 0x80072338\n";
    static const struct {
        struct kd_events_filter filter;
        size_t npublish;
    } CASE[] = {
        {{-1, -1, NULL, false}, 2},         {{1795132800, -1, NULL, false}, 1}, /* 2026-11-20 */
        {{-1, 1795046400, NULL, false}, 1},                                     /* 2026-11-19 */
        {{-1, -1, "KMS02", false}, 1},      {{-1, -1, "kms03.corp.example.", false}, 1},
        {{-1, -1, "kms0", false}, 0},       {{-1, -1, "kms02.other.example", false}, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASE) / sizeof(CASE[0]); i++) {
        struct kd_arena *arena = kd_arena_new();
        const struct kd_events_fact *events =
            read_filtered(arena, &CASE[i].filter, TEXT, sizeof(TEXT) - 1);

        assert_int_equal(events->file[0].nrecords, 2);
        assert_int_equal(events->npublish, CASE[i].npublish);
        assert_int_equal(events->file[0].nfiltered, 2 - CASE[i].npublish);
        kd_arena_free(arena);
    }
}

static const char XML_EVENT[] =
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider "
    "Name='Microsoft-Windows-Security-SPP' EventSourceName='Software Protection Platform "
    "Service'/><EventID Qualifiers='16384'>12293</EventID><TimeCreated "
    "SystemTime='2026-11-20T06:00:12.0Z'/><Computer>kms02.corp.example</Computer></System>"
    "<EventData><Data>0x80072338</Data><Data>corp.example</Data></EventData></Event>";

static void test_xml(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    const char *text = kd_arena_printf(
        arena, "<?xml version='1.0' encoding='utf-16'?>\r\n%s\r\n<Events>%s</Events>%.200s\n%s",
        XML_EVENT, XML_EVENT, XML_EVENT, XML_EVENT);
    const struct kd_events_fact *events = read_text(arena, text);

    (void)state;
    assert_int_equal(events->file[0].nrecords, 3);
    assert_int_equal(events->file[0].nunreadable, 1);
    assert_string_equal(events->publish[0].computer, "kms02.corp.example");
    assert_int_equal(events->publish[0].nfailure, 3);
    assert_false(events->file[0].has_local_times);
    kd_arena_free(arena);
}

static void test_refused(void **state)
{
    struct kd_err err = {0};

    (void)state;
    assert_int_equal(read_failing("<!DOCTYPE a [<!ENTITY b 'c'>]><Events>&b;</Events>", &err),
                     KD_ESYNTAX);
    assert_non_null(strstr(err.text, "document type"));
    assert_int_equal(read_failing("just words\nand more of them\n", &err), KD_ESYNTAX);
    assert_non_null(strstr(err.text, "not an event log"));
    assert_int_equal(read_failing("", &err), KD_ESYNTAX);
}

/* The same record in two files counts once. */
static void test_joined(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    const struct kd_events_filter filter = {.since_s = -1, .until_s = -1, .joins_files = true};
    struct kd_events_import *import = kd_events_import_new(arena, &filter);
    const struct kd_events_fact *events;

    (void)state;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(
            kd_events_import_bytes(import, "log", XML_EVENT, sizeof(XML_EVENT) - 1, NULL),
            KD_OK);
    }
    events = kd_events_import_finish(import);
    assert_int_equal(events->nfile, 2);
    assert_int_equal(events->publish[0].nfailure, 1);
    assert_int_equal(events->file[1].nrepeated, 1);
    kd_arena_free(arena);
}

/* More foreign computers than names are kept of: all of them are left out. */
static void test_foreign_computers(void **state)
{
    static const char RECORD[] =
        "Event[%d]\n  Log: Application\n  Source: Microsoft-Windows-Security-SPP\n"
        "  Date: 2026-11-20T06:00:12.000Z\n  Event ID: 12294\n  Task: N/A\n  Level: I\n"
        "  Opcode: N/A\n  Keyword: \n  User: N/A\n  User Name: N/A\n"
        "  Computer: %s\n  Description: \n'corp.example'\n\n";
    const struct kd_events_filter filter = {-1, -1, "kms02.corp.example", false};
    const int nforeign = (int)(KD_NAMES_MAX_BYTES / 240) + 500;
    struct kd_arena *arena = kd_arena_new();
    struct kd_buf buf = {0};
    const struct kd_events_fact *events;
    char foreign[241];

    (void)state;
    for (int i = 0; i < nforeign; i++) {
        snprintf(foreign, sizeof(foreign), "pc%06d.%0230d", i, 0);
        kd_buf_printf(&buf, RECORD, i, foreign);
    }
    kd_buf_printf(&buf, RECORD, nforeign, "KMS02.corp.example");
    events = read_filtered(arena, &filter, kd_buf_str(&buf), buf.len);
    assert_int_equal(events->file[0].nrecords, nforeign + 1);
    assert_int_equal(events->file[0].nfiltered, nforeign);
    assert_int_equal(events->npublish, 1);
    assert_int_equal(events->publish[0].nsuccess, 1);
    assert_string_equal(events->publish[0].domain, "corp.example.");
    kd_buf_done(&buf);
    kd_arena_free(arena);
}

/* Thousands of domains: the list is cut, and says so. */
static void test_bounded(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_buf buf = {0};
    const struct kd_events_fact *events;

    (void)state;
    kd_buf_puts(&buf, TAB_HEAD);
    for (int i = 0; i < 3000; i++) {
        kd_buf_printf(&buf, TAB_ROW("11/20/2026 6:00:12 AM", "12294", "'d%d.example'"), i);
    }
    events = read_text(arena, kd_buf_str(&buf));
    assert_int_equal(events->file[0].nrecords, 3000);
    assert_int_equal(events->npublish, KD_EVENTS_MAX_PUBLISH);
    assert_int_equal(events->npublish_left_out, 3000 - KD_EVENTS_MAX_PUBLISH);
    kd_buf_done(&buf);
    kd_arena_free(arena);
}

/* Codes and numbers of 32 bits, up to their borders; 17 is what was there before. */
static void test_numbers(void **state)
{
    static const struct {
        const char *text;
        uint32_t code, number;
    } CASE[] = {
        {"0x80072338", 0x80072338, 17},
        {"0X8007232b", 0x8007232B, 17},
        {"0x0", 0, 17},
        {"0xFFFFFFFF", UINT32_MAX, 17},
        {"0x100000000", 17, 17},
        {"0xFFFFFFFF80072338", 17, 17},
        {"0x0080072338", 0x80072338, 17},
        {"0x", 17, 17},
        {"0x8007233g", 17, 17},
        {"0", 0, 0},
        {"999999999", 999999999, 999999999},
        {"1000000000", 1000000000, 1000000000},
        {"2147951416", 0x80072338, 0x80072338},
        {"4294967295", UINT32_MAX, UINT32_MAX},
        {"4294967296", 17, 17},
        {"18446744073709551616", 17, 17},
        {"0000000000042", 42, 42},
        {"-1", UINT32_MAX, 17},
        {"-2147015880", 0x80072338, 17},
        {"-2147483648", 0x80000000, 17},
        {"-2147483649", 17, 17},
        {"-4294967295", 17, 17},
        {"-", 17, 17},
        {"--1", 17, 17},
        {"+1", 17, 17},
        {"", 17, 17},
        {"1 ", 17, 17},
        {"-0x1", 17, 17},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASE) / sizeof(CASE[0]); i++) {
        struct kd_span span = {CASE[i].text, strlen(CASE[i].text)};
        uint32_t code = 17, number = 17;
        bool is_code = kd_span_hresult(span, &code);
        bool is_number = kd_span_number(span, &number);

        if (is_code != (CASE[i].code != 17) || code != CASE[i].code ||
            is_number != (CASE[i].number != 17) || number != CASE[i].number) {
            fail_msg("\"%s\" is 0x%08X and %u", CASE[i].text, (unsigned int)code,
                     (unsigned int)number);
        }
    }
}

/* A number of more than 32 bits in a description is no code; the next one may be. */
static void test_long_code(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    const struct kd_events_fact *events =
        read_text(arena, TAB_HEAD TAB_ROW("11/20/2026 6:00:12 AM", "12293",
                                          "'a.example' of 0x8007232B12, 0x80072338"));

    (void)state;
    assert_int_equal(events->publish[0].hresult, 0x80072338);
    kd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),       cmocka_unit_test(test_long_code),
        cmocka_unit_test(test_publishing),    cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_host),          cmocka_unit_test(test_names),
        cmocka_unit_test(test_other_sources), cmocka_unit_test(test_damage),
        cmocka_unit_test(test_filter),        cmocka_unit_test(test_xml),
        cmocka_unit_test(test_refused),       cmocka_unit_test(test_joined),
        cmocka_unit_test(test_bounded),       cmocka_unit_test(test_foreign_computers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
