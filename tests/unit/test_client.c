/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_client.c - a kind of client's view: the names it asks in order, the host it would pick,
 * and the code that it shows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "rules_fixture.h"

#include "kmsdns/rules/client.h"

#define EVERY_SOURCE                                                  \
    "{'domains':[{'name':'resolv.','sources':['resolv-conf']},"       \
    "{'name':'search.','sources':['search-list']},"                   \
    "{'name':'publish.','sources':['publish-list']},"                 \
    "{'name':'dhcp.','sources':['dhcp-option-15']},"                  \
    "{'name':'ad.','sources':['ad-domain']},"                         \
    "{'name':'host.','sources':['host-name']},"                       \
    "{'name':'primary.','sources':['primary-suffix','search-list']}," \
    "{'name':'argument.','sources':['argument']}]}"

static const char *names_str(struct kd_arena *arena, const struct kd_client_view *view)
{
    const char *text = "";

    for (size_t i = 0; i < view->nask; i++) {
        text = kd_arena_printf(arena, "%s%s%s:%s", text, i > 0 ? " " : "",
                               view->ask[i].domain->name, view->ask[i].via);
    }
    return text;
}

static void test_order(void **state)
{
    static const struct {
        kd_client kind;
        const char *names;
    } ORDER[] = {
        {KD_CLIENT_JOINED,
         "argument.:argument primary.:primary-suffix ad.:ad-domain search.:search-list "
         "host.:host-name resolv.:resolv-conf"},
        {KD_CLIENT_WORKGROUP,
         "argument.:argument primary.:primary-suffix dhcp.:dhcp-option-15 search.:search-list "
         "host.:host-name resolv.:resolv-conf"},
        {KD_CLIENT_HOST, "argument.:argument primary.:primary-suffix host.:host-name "
                         "publish.:publish-list"},
        {KD_CLIENT_ANY,
         "resolv.:resolv-conf search.:search-list publish.:publish-list dhcp.:dhcp-option-15 "
         "ad.:ad-domain host.:host-name primary.:primary-suffix argument.:argument"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(ORDER); i++) {
        struct kd_arena *arena = kd_arena_new();
        const struct kd_client_view *view =
            kd_client_view(fixture_text(arena, EVERY_SOURCE), ORDER[i].kind);

        assert_string_equal(names_str(arena, view), ORDER[i].names);
        assert_string_equal(view->ask[0].name + strlen("_vlmcs._tcp."),
                            view->ask[0].domain->name);
        for (size_t j = 0; j < view->nask; j++) {
            assert_true(kd_client_asks(ORDER[i].kind, view->ask[j].domain->sources));
        }
        kd_arena_free(arena);
    }
}

static void test_asks(void **state)
{
    (void)state;
    assert_true(kd_client_asks(KD_CLIENT_ANY, 0));
    assert_true(kd_client_asks(KD_CLIENT_HOST, KD_SOURCE_ARGUMENT));
    assert_true(kd_client_asks(KD_CLIENT_JOINED, KD_SOURCE_AD_DOMAIN));
    assert_false(kd_client_asks(KD_CLIENT_WORKGROUP, KD_SOURCE_AD_DOMAIN));
    assert_false(kd_client_asks(KD_CLIENT_JOINED, KD_SOURCE_DHCP_15));
    assert_false(kd_client_asks(KD_CLIENT_JOINED, KD_SOURCE_PUBLISH_LIST));
    assert_false(kd_client_asks(KD_CLIENT_JOINED, 0));
}

#define ASKED(status)                                                                          \
    "{'domains':[{'name':'a.example.','srv':{'status':'NXDOMAIN'}},{'name':'b.example.','srv'" \
    ":{'status':'" status "'}}]}"
#define FOUND(targets)                                                                    \
    "{'domains':[{'name':'a.example.','srv':{'status':'NOERROR','records':[{'port':1688," \
    "'target':'k.a.example.'}]},'targets':[" targets "]}]}"
#define TARGET(rest) "{'name':'k.a.example.'," rest "}"

static void test_codes(void **state)
{
    static const struct {
        const char *doc;
        const char *vista, *win7; /* NULL: none */
        bool succeeds;
    } CODE[] = {
        {"{}", "0x8007007B", "0x8007007B", false},
        {"{'domains':[{'name':'a.example.'}]}", "0x8007267C", "0x8007267C", false},
        {ASKED("NXDOMAIN"), "0x8007232B", "0x8007232B", false},
        {ASKED("NODATA"), "0x8007251D", "0x8007251D", false},
        {ASKED("SERVFAIL"), "0x8007232A", "0x8007232A", false},
        {ASKED("REFUSED"), "0x8007232D", "0x8007232D", false},
        {ASKED("FORMERR"), "0x80072329", "0x80072329", false},
        {ASKED("NOTIMP"), "0x8007232C", "0x8007232C", false},
        {ASKED("TIMEOUT"), "0x800705B4", "0x800705B4", false},
        {ASKED("CONN_REFUSED"), "0x800705B4", "0x800705B4", false},
        {ASKED("UNREACHABLE"), "0x800705B4", "0x800705B4", false},
        {ASKED("MALFORMED"), "0x8007251E", "0x8007251E", false},
        {ASKED("TRUNCATED"), "0x8007251E", "0x8007251E", false},
        {ASKED("SKIPPED"), NULL, NULL, false},
        {FOUND(""), NULL, NULL, true},
        {FOUND(TARGET("'a_status':'SKIPPED'")), NULL, NULL, true},
        {FOUND(TARGET("'a_status':'NODATA','aaaa_status':'NXDOMAIN'")), "0x80072AF9",
         "0xC004F074", false},
        {FOUND(TARGET("'addresses':[{'address':'192.0.2.1','tcp':'refused'}]")), "0x800706BA",
         "0xC004F074", false},
        {FOUND(TARGET("'addresses':[{'address':'192.0.2.1','tcp':'refused'},"
                      "{'address':'192.0.2.2','tcp':'open'}]")),
         NULL, NULL, true},
        {FOUND(TARGET("'addresses':[{'address':'192.0.2.1','tcp':'skipped'}]")), NULL, NULL,
         true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(CODE); i++) {
        struct kd_arena *arena = kd_arena_new();
        const struct kd_client_view *view =
            kd_client_view(fixture_text(arena, CODE[i].doc), KD_CLIENT_JOINED);

        assert_int_equal(view->succeeds, CODE[i].succeeds);
        assert_int_equal(view->code_vista == NULL, CODE[i].vista == NULL);
        assert_int_equal(view->code_win7 == NULL, CODE[i].win7 == NULL);
        if (CODE[i].vista != NULL) {
            assert_string_equal(view->code_vista->code, CODE[i].vista);
            assert_string_equal(view->code_win7->code, CODE[i].win7);
            assert_non_null(view->code_win7->text);
        }
        kd_arena_free(arena);
    }
}

/* The first name with records ends the search; others are not taken into account. */
static void test_first_found(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_facts *facts = fixture_text(
        arena,
        "{'domains':[{'name':'list.','sources':['search-list'],'srv':{'status':'NOERROR',"
        "'records':[{'port':1,'target':'l.'}]}},{'name':'ad.','sources':['ad-domain'],"
        "'srv':{'status':'NOERROR','records':[{'port':2,'target':'a.'}]}}]}");

    (void)state;
    assert_string_equal(kd_client_view(facts, KD_CLIENT_JOINED)->found->name, "ad.");
    assert_string_equal(kd_client_view(facts, KD_CLIENT_WORKGROUP)->found->name, "list.");
    assert_null(kd_client_view(facts, KD_CLIENT_HOST)->found);
    kd_arena_free(arena);
}

static void test_picks(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_facts *facts = fixture_text(
        arena,
        "{'seed':'7','domains':[{'name':'a.','srv':{'status':'NOERROR','records':["
        "{'priority':0,'port':1688,'target':'x.'},{'priority':0,'port':1688,'target':'y.'"
        "},{'priority':9,'port':1688,'target':'.'}]},'targets':[{'name':'x.','addresses':"
        "[{'address':'192.0.2.1','tcp':'open'}]}]}]}");
    const struct kd_client_view *view = kd_client_view(facts, KD_CLIENT_ANY);
    const struct kd_client_view *again = kd_client_view(facts, KD_CLIENT_ANY);
    double uniform = 0, rfc2782 = 0;
    size_t places = 0;

    (void)state;
    assert_int_equal(view->npick, 3);
    for (size_t i = 0; i < view->npick; i++) {
        uniform += view->pick[i].share_uniform;
        rfc2782 += view->pick[i].share_rfc2782;
        places |= (size_t)1 << view->pick[i].draw_rfc2782;
        assert_int_equal(view->pick[i].draw_uniform, again->pick[i].draw_uniform);
        assert_int_equal(view->pick[i].draw_rfc2782, again->pick[i].draw_rfc2782);
    }
    assert_true(uniform > 0.999 && uniform < 1.001 && rfc2782 > 0.999 && rfc2782 < 1.001);
    assert_int_equal(places, 2 + 4 + 8);
    assert_int_equal(view->pick[2].draw_rfc2782, 3); /* the higher priority comes last */
    assert_true(view->pick[2].share_rfc2782 < 0.001);
    assert_true(view->pick[2].share_uniform > 0.3);
    assert_string_equal(view->pick[0].target->name, "x.");
    assert_null(view->pick[1].target);
    assert_false(view->pick[2].is_reachable); /* "." is no host */
    kd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order), cmocka_unit_test(test_asks),
        cmocka_unit_test(test_codes), cmocka_unit_test(test_first_found),
        cmocka_unit_test(test_picks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
