/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_options_publish.c - the command lines of the verbs that look at a zone or write to it, and
 * the question before a write.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../src/cmd/cmd.h"
#include "../../src/cmd/option_table.h"
#include "options_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What these verbs add to the options, in one line. */
static const char *describe(struct kd_arena *arena, const struct kd_options *options)
{
    const char *text = kd_arena_printf(
        arena, "%s host=%s:%u dns=%u key=%s%s%s%s undo=%s wait=%u timeout=%u",
        options->verb != NULL ? options->verb->name : "-",
        options->host != NULL ? options->host : "-", options->host_port, options->dns_port,
        options->key_file != NULL ? options->key_file : "-", options->apply ? " apply" : "",
        options->yes ? " yes" : "", options->write_test ? " write-test" : "",
        options->undo_file != NULL ? options->undo_file : "-", options->wait_ms,
        options->timeout_ms);

    for (size_t i = 0; i < options->nserver; i++) {
        char str[KD_ENDPOINT_STRLEN];

        text =
            kd_arena_printf(arena, "%s @%s", text, kd_endpoint_str(&options->server[i], str));
    }
    for (size_t i = 0; i < options->nfile; i++) {
        text = kd_arena_printf(arena, "%s <%s>", text, options->file[i]);
    }
    for (size_t i = 0; i < options->ncandidate; i++) {
        text = kd_arena_printf(arena, "%s [%s]", text, options->candidate[i].text);
    }
    return text;
}

static const struct {
    const char *args[MAX_ARGS];
    const char *want; /* a part of describe() */
} GOOD[] = {
    {{"diagnose", NULL}, "diagnose host=-:1688 dns=53 key=- undo=- wait=0 timeout=30000"},
    {{"diagnose", "--host=kms02.Corp.example", NULL}, "host=kms02.corp.example.:1688 "},
    {{"diagnose", "-k", "f", "--server", "192.0.2.1", "--dns-port=5300", NULL},
     "dns=5300 key=f undo=- wait=0 timeout=30000 @192.0.2.1:5300"},
    {{"diagnose", "--key-file=-", NULL}, "key=- "},
    {{"preflight", "--host", "kms02:1689", "--write-test", "a.example", "b.example", NULL},
     "preflight host=kms02.:1689 dns=53 key=- write-test undo=- wait=0 timeout=30000 "
     "[a.example] [b.example]"},
    {{"publish", "--host=k.example", "--apply", "--yes", "-k./a:b", "--undo-file=u", NULL},
     "publish host=k.example.:1688 dns=53 key=./a:b apply yes undo=u "},
    {{"publish", "--host=k.example", "--apply", "--no-apply", NULL}, "key=- undo=-"},
    {{"publish", "--host=k.example", "--wait=120", NULL}, "wait=120000 timeout=30000"},
    {{"publish", "--host=k.example", "--wait=2h", NULL}, NULL},
    {{"unpublish", "--host=k.example", "--server=192.0.2.1:54", "--server=[2001:db8::1]:55",
      "--server=192.0.2.1:54", "d.example", NULL},
     "@192.0.2.1:54 @[2001:db8::1]:55 [d.example]"},
    {{"undo", "a.json", "--apply", "--", "-b.json", NULL},
     " apply undo=- wait=0 timeout=30000 "
     "<a.json> <-b.json>"},
    {{"publish", "--help", NULL}, "publish host=-"},
    {{"help", "undo", NULL}, "undo host=-"},
};

static void test_good(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(GOOD); i++) {
        struct kd_arena *arena = kd_arena_new();
        struct kd_options options;
        struct kd_err err = {0};
        kd_status status = parse(arena, GOOD[i].args, &options, &err);

        if (GOOD[i].want == NULL) {
            assert_int_not_equal(status, KD_OK);
        } else {
            assert_string_equal(err.text, "");
            if (strstr(describe(arena, &options), GOOD[i].want) == NULL) {
                assert_string_equal(describe(arena, &options), GOOD[i].want);
            }
        }
        kd_arena_free(arena);
    }
}

static const struct {
    const char *args[MAX_ARGS];
    const char *want; /* the start of the error's text */
} BAD[] = {
    {{"preflight", NULL}, "preflight needs --host FQDN[:PORT], the KMS host"},
    {{"publish", "a.example", NULL}, "publish needs --host "},
    {{"unpublish", "--yes", NULL}, "unpublish needs --host "},
    {{"undo", NULL}, "undo needs a file that publish or unpublish wrote"},
    {{"publish", "--host", "k.example:0", NULL}, "--host: port of \"k.example:0\": 0 is out"},
    {{"publish", "--host", "k.example:65536", NULL}, "--host: port of \"k.example:65536\": "},
    {{"publish", "--host", "k.example:", NULL}, "--host: port of \"k.example:\": "},
    {{"publish", "--host", "k.example:1:2", NULL}, "--host: port of \"k.example:1:2\": "},
    {{"publish", "--host", "192.0.2.1", NULL}, "--host: \"192.0.2.1\" is an address; "},
    {{"publish", "--host", "192.0.2.1:1688", NULL}, "--host: \"192.0.2.1:1688\" is an address"},
    {{"publish", "--host", "2001:db8::1", NULL}, "--host: \"2001:db8::1\" is an address"},
    {{"publish", "--host", "[2001:db8::1]:1688", NULL}, "--host: \"[2001:db8::1]:1688\" is an"},
    {{"publish", "--host", "a..b", NULL}, "--host: "},
    {{"publish", "--host", "", NULL}, "--host: "},
    {{"publish", "--host", ".", NULL}, "--host: the root is no host"},
    {{"publish", "--host=a", "--host=b", NULL},
     "--host was given twice; there can be only one"},
    {{"publish", "--host=a", "-kf", "-kg", NULL}, "--key-file was given twice"},
    {{"publish", "--host=a", "-k", "", NULL}, "--key-file: the file name is empty"},
    {{"publish", "--host=a", "--undo-file=", NULL}, "--undo-file: \"\" is no file name"},
    {{"publish", "--host=a", "--undo-file=-", NULL}, "--undo-file: \"-\" is no file name"},
    {{"publish", "--host=a", "--wait=3601", NULL}, "--wait: 3601 is out of range: 0 to 3600"},
    {{"publish", "--host=a", "--dns-port=0", NULL}, "--dns-port: 0 is out of range"},
    {{"publish", "--host=a", "--dns-port=65536", NULL}, "--dns-port: 65536 is out of range"},
    {{"publish", "--host=a", "--server=ns1", NULL}, "--server: "},
    {{"publish", "--host=a", "--write-test", NULL}, "--write-test is no option of publish"},
    {{"preflight", "--host=a", "--apply", NULL}, "--apply is no option of preflight"},
    {{"diagnose", "--undo-file=f", NULL}, "--undo-file is no option of diagnose"},
    {{"discover", "--host=a", NULL}, "--host is no option of discover"},
    {{"discover", "-kf", NULL}, "--key-file is no option of discover"},
    {{"undo", "f", "--host=a", NULL}, "--host is no option of undo"},
    {{"undo", "f", "--publish-list=a", NULL}, "--publish-list is no option of undo"},
};

static void test_bad(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(BAD); i++) {
        struct kd_arena *arena = kd_arena_new();
        struct kd_options options;
        struct kd_err err = {0};

        assert_int_not_equal(parse(arena, BAD[i].args, &options, &err), KD_OK);
        if (strncmp(err.text, BAD[i].want, strlen(BAD[i].want)) != 0) {
            assert_string_equal(err.text, BAD[i].want);
        }
        kd_arena_free(arena);
    }
}

/* However somebody tries to hand over a secret: one answer, and nothing of it in the answer. */
static void test_secrets(void **state)
{
    static const char *const ARGS[][MAX_ARGS] = {
        {"publish", "-y", "hmac-sha256:k:c2VjcmV0", NULL},
        {"publish", "-yhmac-sha256:k:c2VjcmV0", NULL},
        {"publish", "-vy", "k:c2VjcmV0", NULL},
        {"publish", "--key=k:c2VjcmV0", NULL},
        {"publish", "--key", "k:c2VjcmV0", NULL},
        {"diagnose", "--secret=c2VjcmV0", NULL},
        {"diagnose", "--tsig=k:c2VjcmV0", NULL},
        {"publish", "-k", "hmac-sha256:k:c2VjcmV0", NULL},
        {"publish", "--key-file=k.example:c2VjcmV0/c2VjcmV0==", NULL},
    };
    static const char WANT[] =
        "use --key-file: secrets on the command line can be seen by others";

    (void)state;
    for (size_t i = 0; i < COUNT(ARGS); i++) {
        struct kd_arena *arena = kd_arena_new();
        struct kd_options options;
        struct kd_err err = {0};

        assert_int_equal(parse(arena, ARGS[i], &options, &err), KD_EINVAL);
        assert_non_null(strstr(err.text, WANT));
        assert_null(strstr(err.text, "c2VjcmV0"));
        kd_arena_free(arena);
    }
    {
        struct kd_arena *arena = kd_arena_new();
        const char *args[] = {"publish", "--passwort=c2VjcmV0", NULL};
        struct kd_options options;
        struct kd_err err = {0};

        assert_int_equal(parse(arena, args, &options, &err), KD_EINVAL);
        assert_null(strstr(err.text, "c2VjcmV0"));
        kd_arena_free(arena);
    }
}

static void test_caps(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    char *argv[KD_MAX_FILES + 4] = {NULL};
    struct kd_options options;
    struct kd_err err = {0};
    int argc = 0;

    (void)state;
    argv[argc++] = kd_arena_strdup(arena, "kmsdns");
    argv[argc++] = kd_arena_strdup(arena, "undo");
    for (int i = 0; i <= KD_MAX_FILES; i++) {
        argv[argc++] = kd_arena_strdup(arena, "f");
    }
    assert_int_equal(kd_options_parse(arena, argc, argv, &options, &err), KD_ETOOBIG);
    assert_int_equal(options.nfile, KD_MAX_FILES);
    argv[KD_MAX_FILES + 2] = NULL;
    assert_int_equal(kd_options_parse(arena, argc - 1, argv, &options, &err), KD_OK);
    kd_arena_free(arena);
}

/* The verbs' places are the bits of the table. */
static void test_verb_bits(void **state)
{
    static const struct {
        const char *name;
        uint32_t bit;
    } VERB[] = {
        {"diagnose", KD_VERB_DIAGNOSE},   {"discover", KD_VERB_DISCOVER},
        {"preflight", KD_VERB_PREFLIGHT}, {"publish", KD_VERB_PUBLISH},
        {"unpublish", KD_VERB_UNPUBLISH}, {"undo", KD_VERB_UNDO},
    };
    size_t nverb = 0;
    const struct kd_verb *verb = kd_verbs(&nverb);

    (void)state;
    assert_true(nverb >= COUNT(VERB));
    for (size_t i = 0; i < COUNT(VERB); i++) {
        assert_string_equal(verb[i].name, VERB[i].name);
        assert_int_equal(VERB[i].bit, 1U << i);
    }
}

/* Asks with standard input and standard error replaced by one descriptor. */
static bool confirm_on(int fd, struct kd_err *err)
{
    int in = dup(STDIN_FILENO), out = dup(STDERR_FILENO);
    bool answer;

    assert_true(in >= 0 && out >= 0);
    assert_true(dup2(fd, STDIN_FILENO) >= 0 && dup2(fd, STDERR_FILENO) >= 0);
    answer = kd_confirm("Apply this change to 2 domains?", err);
    assert_true(dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDERR_FILENO) >= 0);
    close(in);
    close(out);
    return answer;
}

static void test_confirm_needs_a_terminal(void **state)
{
    struct kd_err err = {0};
    int fds[2];

    (void)state;
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(write(fds[1], "y\n", 2), 2);
    assert_false(confirm_on(fds[0], &err));
    assert_int_equal(err.code, KD_EINVAL);
    assert_string_equal(err.text, "standard input is not a terminal; add --yes to apply "
                                  "without being asked");
    close(fds[0]);
    close(fds[1]);
}

/* All that was written to a terminal whose other end is closed. */
static void read_all(int master, char *out, size_t size)
{
    size_t len = 0;
    ssize_t n = 0;

    do {
        len += (size_t)n;
        n = read(master, out + len, size - 1 - len);
    } while (n > 0);
    out[len] = '\0';
}

static void test_confirm(void **state)
{
    static const struct {
        const char *line;
        bool answer;
    } CASE[] = {
        {"y\n", true},   {"yes\n", true},
        {"Y\n", true},   {"n\n", false},
        {"\n", false},   {"yellow\n", false},
        {" y\n", false}, {"yesyesyesyesyesyesyes\n", false},
        {"\004", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        int master = posix_openpt(O_RDWR | O_NOCTTY), slave;
        struct kd_err err = {0};
        char shown[256] = "";

        if (master < 0) {
            return; /* no /dev/pts; test_publish_faults.py reports that as skipped */
        }
        assert_true(grantpt(master) == 0 && unlockpt(master) == 0);
        slave = open(ptsname(master), O_RDWR | O_NOCTTY);
        assert_true(slave >= 0);
        assert_int_equal(write(master, CASE[i].line, strlen(CASE[i].line)),
                         (ssize_t)strlen(CASE[i].line));
        assert_true(confirm_on(slave, &err) == CASE[i].answer);
        assert_int_equal(err.code, CASE[i].answer ? KD_OK : KD_ECANCELLED);
        close(slave);
        read_all(master, shown, sizeof(shown));
        assert_non_null(strstr(shown, "Apply this change to 2 domains? [y/N] "));
        close(master);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),      cmocka_unit_test(test_bad),
        cmocka_unit_test(test_secrets),   cmocka_unit_test(test_caps),
        cmocka_unit_test(test_verb_bits), cmocka_unit_test(test_confirm_needs_a_terminal),
        cmocka_unit_test(test_confirm),
    };

    return cmocka_run_group_tests_name("options_publish", tests, NULL, NULL);
}
