/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_undo_file.c - undo files: the round trip, modes and places, and files that anybody may
 * have written.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../src/cmd/undo_file.h"
#include "kmsdns/base/buf.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct kd_srv RECORD = {1, 2, 1688, "kms02.corp.example.", 3600};
static struct kd_srv BEFORE[] = {
    {0, 0, 1688, "kms01.corp.example.", 3600},
    {10, 65535, 0, "a\\032b.example.", UINT32_MAX},
};
static const struct kd_change_fact ADDED = {
    .action = "publish",
    .is_add = true,
    .identity = "tsig:kms-key.",
    .server = {{4, {192, 0, 2, 53}, 0}, 53},
    .zone = "corp.example.",
    .owner = "_vlmcs._tcp.corp.example.",
    .record = &RECORD,
    .before = BEFORE,
    .nbefore = COUNT(BEFORE),
};
static const struct kd_change_fact REMOVED = {
    .action = "unpublish",
    .server = {{6, {0x20, 0x01, 0x0d, 0xb8, [15] = 1}, 0}, 5353},
    .zone = "lan.example.",
    .owner = "_vlmcs._tcp.lan.example.",
    .record = &RECORD,
    .before = &RECORD,
    .nbefore = 1,
};

/* A folder of this test's own, entered; the names in it are short then. */
static int enter_folder(void **state)
{
    char *name = kd_arena_strdup(*state = kd_arena_new(), "test_undo_file.XXXXXX");

    (void)umask(022);
    return mkdtemp(name) != NULL && chdir(name) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
    char here[4096];
    int result = getcwd(here, sizeof(here)) != NULL && chdir("..") == 0 && rmdir(here) == 0;

    kd_arena_free(*state);
    return result == 1 ? 0 : -1;
}

static void assert_same_record(const struct kd_srv *a, const struct kd_srv *b)
{
    assert_int_equal(a->priority, b->priority);
    assert_int_equal(a->weight, b->weight);
    assert_int_equal(a->port, b->port);
    assert_int_equal(a->ttl_s, b->ttl_s);
    assert_string_equal(a->target, b->target);
}

static void assert_same_change(const struct kd_undo_change *got,
                               const struct kd_change_fact *want)
{
    assert_string_equal(got->zone, want->zone);
    assert_string_equal(got->owner, want->owner);
    assert_true(kd_endpoint_equal(&got->server, &want->server));
    assert_true(got->is_add == want->is_add);
    assert_true((got->identity == NULL) == (want->identity == NULL));
    if (got->identity != NULL) {
        assert_string_equal(got->identity, want->identity);
    }
    assert_same_record(&got->record, want->record);
    assert_int_equal(got->nbefore, want->nbefore);
    for (size_t i = 0; i < want->nbefore; i++) {
        assert_same_record(&got->before[i], &want->before[i]);
    }
}

static void test_round_trip(void **state)
{
    const struct kd_change_fact *const change[] = {&ADDED, &REMOVED};
    struct kd_err err = {0};
    struct kd_undo undo = {0};
    const char *path = NULL;
    struct stat st;

    assert_int_equal(kd_undo_file_write(*state, "u.json", change, 2, &path, &err), KD_OK);
    assert_string_equal(path, "u.json");
    assert_int_equal(lstat("u.json", &st), 0);
    assert_true(S_ISREG(st.st_mode));
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(kd_undo_file_read(*state, "u.json", &undo, &err), KD_OK);
    assert_string_equal(err.text, "");
    assert_string_equal(undo.action, "publish");
    assert_int_equal(undo.nchange, 2);
    assert_same_change(&undo.change[0], &ADDED);
    assert_same_change(&undo.change[1], &REMOVED);
    assert_int_equal(unlink("u.json"), 0);
}

/* An odd umask neither opens the file to others nor shuts its owner out. */
static void test_modes(void **state)
{
    static const mode_t MASK[] = {0, 0777};
    const struct kd_change_fact *const change[] = {&ADDED};
    struct stat st;

    for (size_t i = 0; i < COUNT(MASK); i++) {
        mode_t old = umask(MASK[i]);

        assert_int_equal(kd_undo_file_write(*state, "u", change, 1, NULL, NULL), KD_OK);
        (void)umask(old);
        assert_int_equal(lstat("u", &st), 0);
        assert_int_equal(st.st_mode & 07777, 0600);
        assert_int_equal(unlink("u"), 0);
    }
}

static void test_default_name(void **state)
{
    const struct kd_change_fact *const change[] = {&REMOVED};
    const char *path = NULL;
    struct kd_undo undo = {0};

    assert_int_equal(kd_undo_file_write(*state, NULL, change, 1, &path, NULL), KD_OK);
    assert_int_equal(strncmp(path, "kmsdns-undo-20", 14), 0);
    assert_int_equal(strspn(path + 12, "0123456789"), 8);
    assert_int_equal(path[20], 'T');
    assert_string_equal(path + strlen(path) - 5, ".json");
    assert_int_equal(kd_undo_file_read(*state, path, &undo, NULL), KD_OK);
    assert_string_equal(undo.action, "unpublish");
    assert_int_equal(unlink(path), 0);
}

static void test_places(void **state)
{
    const struct kd_change_fact *const change[] = {&ADDED};
    struct kd_err err = {0};
    struct stat st;

    assert_int_equal(kd_undo_file_write(*state, "u", change, 1, NULL, NULL), KD_OK);
    assert_int_equal(kd_undo_file_write(*state, "u", change, 1, NULL, &err), KD_EINVAL);
    assert_non_null(strstr(err.text, "u is there already"));
    assert_int_equal(symlink("nowhere", "link"), 0);
    assert_int_equal(kd_undo_file_write(*state, "link", change, 1, NULL, &err), KD_EINVAL);
    assert_int_equal(lstat("nowhere", &st), -1);
    assert_int_equal(kd_undo_file_write(*state, "no/u", change, 1, NULL, &err), KD_ENOTFOUND);
    assert_non_null(strstr(err.text, "cannot write the undo file no/u: "));
    assert_int_equal(kd_undo_file_write(*state, ".", change, 1, NULL, &err), KD_EINVAL);
    assert_int_equal(unlink("link"), 0);
    assert_int_equal(unlink("u"), 0);
}

/* What cannot be read again is not written. */
static void test_too_many(void **state)
{
    size_t n = 10000;
    const struct kd_change_fact **change =
        kd_arena_alloc(*state, n * sizeof(struct kd_change_fact *));
    struct kd_err err = {0};

    for (size_t i = 0; i < n; i++) {
        change[i] = &ADDED;
    }
    assert_int_equal(kd_undo_file_write(*state, "u", change, n, NULL, &err), KD_ETOOBIG);
    assert_int_equal(access("u", F_OK), -1);
}

#define RECORD_TEXT "{'priority':0,'weight':0,'port':1688,'target':'k.a.example','ttl_s':1}"
#define CHANGE_TEXT(record, before)                                                 \
    "{'zone':'A.example','owner':'_vlmcs._tcp.a.example.','server':'192.0.2.1:53'," \
    "'identity':null,'is_add':true,'record':" record ",'before':" before "}"
#define DOCUMENT(changes)                                                            \
    "{'schema':'kmsdns-undo/1','tool_version':'1','written':'2026-11-20T06:00:12Z'," \
    "'action':'undo','changes':" changes "}"
#define CHANGE DOCUMENT("[" CHANGE_TEXT(RECORD_TEXT, "[]") "]")

static void put_file(const char *path, const char *text)
{
    struct kd_buf buf = {0};
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    for (const char *p = text; *p != '\0'; p++) {
        kd_buf_add(&buf, *p == '\'' ? "\"" : p, 1);
    }
    assert_true(fd >= 0);
    assert_int_equal(write(fd, kd_buf_str(&buf), buf.len), (ssize_t)buf.len);
    assert_int_equal(close(fd), 0);
    kd_buf_done(&buf);
}

static void test_names_become_canonical(void **state)
{
    struct kd_undo undo = {0};

    put_file("u", CHANGE);
    assert_int_equal(kd_undo_file_read(*state, "u", &undo, NULL), KD_OK);
    assert_string_equal(undo.change[0].zone, "a.example.");
    assert_string_equal(undo.change[0].record.target, "k.a.example.");
    assert_null(undo.change[0].identity);
    assert_int_equal(unlink("u"), 0);
}

static const struct {
    const char *text;
    const char *want; /* the start of the error's text */
} DAMAGED[] = {
    {"", "u: line 1, column 0: this is not JSON: "},
    {"{'schema':1", "u: line 1, column 11: this is not JSON: "},
    {"{'schema':1,'schema':2}", "u: line 1, column 20: this is not JSON: "},
    {"{'schema':'a\\u0000b'}", "u: line 1, column 20: this is not JSON: "},
    {CHANGE "x", "u: line 1, column 307: this is not JSON: "},
    {"[]", "u: document: expected an object"},
    {"{}", "u: schema: expected this key to be there"},
    {"{'schema':'kmsdns-undo/2','tool_version':'1','written':'','action':'','changes':[]}",
     "u: schema: expected \"kmsdns-undo/1\""},
    {"{'schema':'kmsdns-undo/1','tool_version':1,'written':'','action':'','changes':[]}",
     "u: tool_version: expected a string"},
    {"{'schema':'kmsdns-undo/1','tool_version':'1','written':[],'action':'','changes':[]}",
     "u: written: expected a string"},
    {"{'schema':'kmsdns-undo/1','tool_version':'1','written':'','action':'x','changes':[]}",
     "u: action: expected publish, unpublish or undo"},
    {"{'schema':'kmsdns-undo/1','tool_version':'1','written':'','action':'x','changes':[],"
     "'more':1}",
     "u: document: expected no keys but those"},
    {DOCUMENT("[]"), "u: changes: expected an array with one change"},
    {DOCUMENT("{}"), "u: changes: expected an array with one change"},
    {DOCUMENT("[1]"), "u: changes[0]: expected an object"},
    {DOCUMENT("[{}]"), "u: changes[0].zone: expected this key"},
    {DOCUMENT("[" CHANGE_TEXT(RECORD_TEXT, "7") "]"),
     "u: changes[0].before: expected an array"},
    {DOCUMENT("[" CHANGE_TEXT(RECORD_TEXT, "[" RECORD_TEXT ",2]") "]"),
     "u: changes[0].before[1]: expected an object"},
    {DOCUMENT("[" CHANGE_TEXT("null", "[]") "]"), "u: changes[0].record: expected an object"},
    {DOCUMENT("[" CHANGE_TEXT(RECORD_TEXT, "[]") "," CHANGE_TEXT("{}", "[]") "]"),
     "u: changes[1].record.priority: expected this key"},
    {DOCUMENT("[" CHANGE_TEXT("{'priority':0,'weight':0,'port':65536,'target':'k','ttl_s':1}",
                              "[]") "]"),
     "u: changes[0].record.port: expected an integer from 0 to 65535"},
    {DOCUMENT("[" CHANGE_TEXT("{'priority':-1,'weight':0,'port':1,'target':'k','ttl_s':1}",
                              "[]") "]"),
     "u: changes[0].record.priority: expected an integer from 0 to 65535"},
    {DOCUMENT("[" CHANGE_TEXT("{'priority':1.0,'weight':0,'port':1,'target':'k','ttl_s':1}",
                              "[]") "]"),
     "u: changes[0].record.priority: expected an integer"},
    {DOCUMENT("[" CHANGE_TEXT("{'priority':1,'weight':0,'port':1,'target':'k..','ttl_s':1}",
                              "[]") "]"),
     "u: changes[0].record.target: expected a domain name"},
    {DOCUMENT("[" CHANGE_TEXT(
         "{'priority':1,'weight':0,'port':1,'target':'k','ttl_s':4294967296}", "[]") "]"),
     "u: changes[0].record.ttl_s: expected an integer from 0 to 4294967295"},
    {DOCUMENT("[{'zone':'b.example','owner':'_vlmcs._tcp.a.example','server':'192.0.2.1',"
              "'identity':null,'is_add':true,'record':{},'before':[]}]"),
     "u: changes[0].owner: expected a name in the zone"},
    {DOCUMENT("[{'zone':'a.example','owner':'_vlmcs._tcp.a.example','server':'ns1',"
              "'identity':null,'is_add':true,'record':{},'before':[]}]"),
     "u: changes[0].server: expected a server such as"},
    {DOCUMENT("[{'zone':'a.example','owner':'_vlmcs._tcp.a.example','server':'192.0.2.1',"
              "'identity':1,'is_add':true,'record':{},'before':[]}]"),
     "u: changes[0].identity: expected a string"},
    {DOCUMENT("[{'zone':'a.example','owner':'_vlmcs._tcp.a.example','server':'192.0.2.1',"
              "'identity':'x','is_add':1,'record':{},'before':[]}]"),
     "u: changes[0].is_add: expected true or false"},
};

static void test_damaged(void **state)
{
    for (size_t i = 0; i < COUNT(DAMAGED); i++) {
        struct kd_undo undo = {0};
        struct kd_err err = {0};

        put_file("u", DAMAGED[i].text);
        assert_int_equal(kd_undo_file_read(*state, "u", &undo, &err), KD_ESYNTAX);
        if (strncmp(err.text, DAMAGED[i].want, strlen(DAMAGED[i].want)) != 0) {
            assert_string_equal(err.text, DAMAGED[i].want);
        }
        assert_null(undo.change);
        assert_int_equal(kd_undo_file_read(*state, "u", &undo, NULL), KD_ESYNTAX);
    }
    assert_int_equal(unlink("u"), 0);
}

static void test_unreadable(void **state)
{
    struct kd_undo undo = {0};
    struct kd_err err = {0};

    assert_int_equal(kd_undo_file_read(*state, "none", &undo, &err), KD_ENOTFOUND);
    assert_non_null(strstr(err.text, "cannot read none: "));
    assert_int_equal(kd_undo_file_read(*state, ".", &undo, &err), KD_EINVAL);
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_int_equal(kd_undo_file_read(*state, "pipe", &undo, &err), KD_EINVAL);
    assert_string_equal(err.text, "pipe is no regular file");
    assert_int_equal(unlink("pipe"), 0);
    put_file("big", "{}");
    assert_int_equal(truncate("big", (off_t)KD_UNDO_FILE_MAX), 0);
    assert_int_equal(kd_undo_file_read(*state, "big", &undo, &err), KD_ESYNTAX);
    assert_int_equal(truncate("big", (off_t)KD_UNDO_FILE_MAX + 1), 0);
    assert_int_equal(kd_undo_file_read(*state, "big", &undo, &err), KD_ETOOBIG);
    assert_int_equal(unlink("big"), 0);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_round_trip),   IN_FOLDER(test_modes),
        IN_FOLDER(test_default_name), IN_FOLDER(test_places),
        IN_FOLDER(test_too_many),     IN_FOLDER(test_names_become_canonical),
        IN_FOLDER(test_damaged),      IN_FOLDER(test_unreadable),
    };

    return cmocka_run_group_tests_name("undo_file", tests, NULL, NULL);
}
