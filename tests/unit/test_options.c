/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_options.c - command lines and what becomes of them; the help; colour and width; output.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../src/cmd/cmd.h"
#include "../../src/cmd/option_table.h"
#include "options_fixture.h"

/* Everything that a case may look at, in one line. */
static const char *describe(struct kd_arena *arena, const struct kd_options *options)
{
    static const char *const ACTION[] = {"run", "help", "version", "usage", "policy"};
    const char *text = kd_arena_printf(
        arena,
        "%s %s client=%s service=%s tcp=%d progress=%d format=%s output=%s %u/%u/%u x%u "
        "fail=%s color=%d v=%u q=%d",
        ACTION[options->action], options->verb != NULL ? options->verb->name : "-",
        kd_client_str(options->client), options->service, options->use_tcp,
        options->show_progress, options->format->name,
        options->output != NULL ? options->output : "-", options->try_timeout_ms,
        options->question_timeout_ms, options->timeout_ms, options->tries,
        kd_severity_str(options->fail_level), (int)options->color, options->verbosity,
        options->is_quiet);

    if (options->vantage != NULL) {
        text = kd_arena_printf(arena, "%s from=%s", text, options->vantage);
    }
    if (options->has_seed) {
        text = kd_arena_printf(arena, "%s seed=%llu", text, (unsigned long long)options->seed);
    }
    for (size_t i = 0; i < options->nresolver; i++) {
        char str[KD_ENDPOINT_STRLEN];

        text =
            kd_arena_printf(arena, "%s @%s", text, kd_endpoint_str(&options->resolver[i], str));
    }
    for (size_t i = 0; i < options->ncandidate; i++) {
        text = kd_arena_printf(arena, "%s [%s:%s]", text,
                               kd_source_str(options->candidate[i].source),
                               options->candidate[i].text);
    }
    return text;
}

#define DEFAULTS                                                                            \
    "client=any service=_vlmcs._tcp tcp=1 progress=1 format=text output=- 2000/5000/30000 " \
    "x3 fail=warning color=0 v=0 q=0"

static const struct {
    const char *args[MAX_ARGS];
    const char *want; /* a part of describe() */
} GOOD[] = {
    {{NULL}, "usage - " DEFAULTS},
    {{"-v", NULL}, "usage -"},
    {{"--help", NULL}, "help -"},
    {{"-h", NULL}, "help -"},
    {{"help", NULL}, "help - "},
    {{"help", "discover", NULL}, "help discover "},
    {{"discover", "--help", NULL}, "help discover "},
    {{"--version", "-v", NULL}, "version - "},
    {{"-Vv", NULL}, "v=1"},
    {{"diagnose", NULL}, "run diagnose " DEFAULTS},
    {{"discover", "a.example", "b.example", NULL}, "[argument:a.example] [argument:b.example]"},
    {{"--tries", "2", "diagnose", NULL}, "run diagnose"},
    {{"diagnose", "--", "--help", NULL}, "run diagnose " DEFAULTS " [argument:--help]"},
    {{"diagnose", "-", NULL}, "[argument:-]"},
    {{"diagnose", "--no-tcp", "--no-progress", "-q", NULL}, "tcp=0 progress=0"},
    {{"diagnose", "--no-tcp", "--tcp", "-q", "--no-quiet", NULL}, "run diagnose " DEFAULTS},
    {{"diagnose", "-vv", "-v", NULL}, "v=3"},
    {{"diagnose", "-vof", NULL}, "output=f "},
    {{"diagnose", "-o", "f", NULL}, "output=f "},
    {{"diagnose", "--output=f", "-o", "-", NULL}, "output=- "},
    {{"diagnose", "--format=json", NULL}, "format=json"},
    {{"diagnose", "--timeout=5", "--timeout", "7", NULL}, "2000/5000/7000"},
    {{"diagnose", "--timeout=0.5", NULL}, "500/500/500 x3"},
    {{"diagnose", "--try-timeout", "500ms", NULL}, "500/2000/30000 x3"},
    {{"diagnose", "--tries", "10", NULL}, "2000/22000/30000 x10"},
    {{"diagnose", "--tries=10", "--try-timeout=60", "--timeout=2h", NULL}, NULL},
    {{"diagnose", "--timeout=1h", NULL}, "2000/5000/3600000"},
    {{"diagnose", "--timeout=0.001d", NULL}, "2000/5000/86400"},
    {{"diagnose", "--tries=10", "--try-timeout=60", "--timeout=60m", NULL},
     "60000/300000/3600000 x10"},
    {{"diagnose", "--client", "workgroup", NULL}, "client=workgroup"},
    {{"diagnose", "--service", "_LDAP._tcp.", NULL}, "service=_ldap._tcp "},
    {{"diagnose", "--service=_ldap._tcp.dc._msdcs", NULL}, "service=_ldap._tcp.dc._msdcs "},
    {{"diagnose", "--vantage", "Branch2", NULL}, "from=branch2."},
    {{"publish", "--host=k.example", "--vantage=sat1.corp.example", NULL},
     "from=sat1.corp.example."},
    {{"diagnose", "--seed", "18446744073709551615", NULL}, "seed=18446744073709551615"},
    {{"diagnose", "--fail-level=info", "--color=never", NULL}, "fail=info color=2"},
    {{"diagnose", "--resolver", "192.0.2.1", "--resolver=[2001:db8::1]:5353", "--resolver",
      "192.0.2.1:53", NULL},
     "@192.0.2.1:53 @[2001:db8::1]:5353"},
    {{"diagnose", "--primary-suffix", "p.example", "--ad-domain", "a.example", "--dhcp-domain",
      "d1.example", "--dhcp-domain", "d2.example", NULL},
     "[primary-suffix:p.example] [ad-domain:a.example] [dhcp-option-15:d1.example] "
     "[dhcp-option-15:d2.example]"},
    {{"diagnose", "--search-list", " a.example,b.example  c.example, ", NULL},
     "[search-list:a.example] [search-list:b.example] [search-list:c.example]"},
    {{"diagnose", "--publish-list", "a.example, 1 ,2; b.example ;", "--publish-list=c.example",
      NULL},
     "[publish-list:a.example, 1 ,2] [publish-list:b.example] [publish-list:c.example]"},
};

static void test_good(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(GOOD) / sizeof(GOOD[0]); i++) {
        struct kd_arena *arena = kd_arena_new();
        struct kd_options options;
        struct kd_err err = {0};
        kd_status status = parse(arena, GOOD[i].args, &options, &err);

        if (GOOD[i].want == NULL) {
            assert_int_not_equal(status, KD_OK);
        } else {
            assert_string_equal(err.text, "");
            assert_int_equal(status, KD_OK);
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
    {{"diagnose", "--reslover", "192.0.2.1", NULL},
     "unknown option \"--reslover\"; the nearest one is --resolver"},
    {{"diagnose", "--no-tpc", NULL},
     "unknown option \"--no-tpc\"; the nearest one is --no-tcp"},
    {{"diagnose", "--no-timeout", NULL}, "--no-timeout does not exist: --timeout is no switch"},
    {{"diagnose", "--frobnicate=1", NULL}, "unknown option \"--frobnicate\"; kmsdns --help"},
    {{"diagnose", "--=x", NULL}, "unknown option \"--\"; kmsdns --help"},
    {{"diagnose", "-x", NULL}, "unknown option \"-x\"; kmsdns --help"},
    {{"diagnose", "-vx", NULL}, "unknown option \"-x\"; kmsdns --help"},
    {{"diagnos", NULL}, "unknown verb \"diagnos\"; the nearest one is diagnose"},
    {{"frobnicate", NULL}, "unknown verb \"frobnicate\"; kmsdns --help"},
    {{"help", "x", NULL}, "unknown verb \"x\"; kmsdns --help"},
    {{"corp.example", NULL}, "unknown verb \"corp.example\"; kmsdns --help"},
    {{"diagnose", "--timeout", NULL}, "--timeout needs a value, SEC"},
    {{"diagnose", "-o", NULL}, "--output needs a value, FILE"},
    {{"diagnose", "-o", "", NULL}, "--output: the file name is empty"},
    {{"diagnose", "--no-tcp=1", NULL}, "--no-tcp takes no value"},
    {{"diagnose", "--help=1", NULL}, "--help takes no value"},
    {{"diagnose", "--timeout", "soon", NULL}, "--timeout: \"soon\" is not a duration"},
    {{"diagnose", "--timeout", "0.05", NULL}, "--timeout: 0.05 is out of range"},
    {{"diagnose", "--timeout", "3601", NULL}, "--timeout: 3601 is out of range"},
    {{"diagnose", "--try-timeout", "61", NULL}, "--try-timeout: 61 is out of range"},
    {{"diagnose", "--try-timeout=40ms", NULL}, "--try-timeout: 40ms is out of range"},
    {{"diagnose", "--tries", "0", NULL}, "--tries: 0 is out of range"},
    {{"diagnose", "--tries", "11", NULL}, "--tries: 11 is out of range"},
    {{"diagnose", "--tries", "-1", NULL}, "--tries: \"-1\" is not a whole number"},
    {{"diagnose", "--timeout=1", "--try-timeout=2", NULL},
     "--try-timeout, 2 s, is longer than --timeout, 1 s"},
    {{"diagnose", "--seed", "x", NULL}, "--seed: \"x\" is not a whole number"},
    {{"diagnose", "--client", "server", NULL}, "--client: "},
    {{"diagnose", "--fail-level", "bad", NULL}, "--fail-level: "},
    {{"diagnose", "--format", "xml", NULL}, "--format: \"xml\" is not a format; write "},
    {{"diagnose", "--color", "blue", NULL}, "--color: \"blue\" is not auto, always or never"},
    {{"diagnose", "--resolver", "ns1", NULL}, "--resolver: "},
    {{"diagnose", "--vantage", "a b", NULL}, "--vantage: "},
    {{"merge", "--max-age", "50d", "a", NULL},
     "--max-age: 50d is out of range: 1 to 4000000 seconds are allowed"},
    {{"merge", "--policy", "x", "a", NULL}, "--policy is no option of merge"},
    {{"merge", NULL}, "merge needs the reports of two vantage points or more"},
    {{"diagnose", "--vantage", "", NULL}, "--vantage: "},
    {{"diagnose", "--vantage", ".", NULL}, "--vantage: the root is no place"},
    {{"diagnose", "--vantage=a", "--vantage=b", NULL}, "--vantage was given twice"},
    {{"events", "--vantage=a", "f.xml", NULL}, "--vantage is no option of events"},
    {{"diagnose", "--service", "", NULL}, "--service: \"\" is not a service name"},
    {{"diagnose", "--service", "vlmcs", NULL}, "--service: \"vlmcs\" is not a service name"},
    {{"diagnose", "--service", "_a", NULL}, "--service: \"_a\" is not a service name"},
    {{"diagnose", "--service", "_a..b", NULL}, "--service: \"_a..b\" is not a service name"},
    {{"diagnose", "--service", "_a._b c", NULL}, "--service: \"_a._b c\" is not a service"},
    {{"diagnose", "--primary-suffix=a.example", "--primary-suffix=b.example", NULL},
     "--primary-suffix was given twice"},
    {{"diagnose", "--ad-domain", " ", NULL}, "--ad-domain: the domain is empty"},
};

static void test_bad(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        struct kd_arena *arena = kd_arena_new();
        struct kd_options options;
        struct kd_err err = {0};

        assert_int_not_equal(parse(arena, BAD[i].args, &options, &err), KD_OK);
        if (strncmp(err.text, BAD[i].want, strlen(BAD[i].want)) != 0) {
            assert_string_equal(err.text, BAD[i].want);
        }
        assert_string_equal(options.format->name, "text");
        kd_arena_free(arena);
    }
}

static void test_own_documents(void **state)
{
    static const char *const VERB[] = {"merge", "explain"};

    (void)state;
    for (size_t i = 0; i < sizeof(VERB) / sizeof(VERB[0]); i++) {
        struct kd_arena *arena = kd_arena_new();
        struct kd_options options;
        struct kd_err err = {0};
        const char *const nagios[] = {VERB[i], "--format=nagios", "5", NULL};
        const char *const json[] = {VERB[i], "--format=json", "5", NULL};

        assert_int_equal(parse(arena, nagios, &options, &err), KD_EINVAL);
        assert_non_null(strstr(err.text, "judges nothing; write text or json"));
        assert_string_equal(options.format->name, "text"); /* nor is the failure told in it */
        assert_int_equal(parse(arena, json, &options, NULL), KD_OK);
        kd_arena_free(arena);
    }
}

static void test_failure_knows_the_format(void **state)
{
    static const struct {
        const char *args[MAX_ARGS];
        const char *want;
    } CASE[] = {
        {{"diagnose", "--bogus", "--format", "json", NULL}, "json"},
        {{"diagnose", "--timeout", "--format=json", NULL}, "json"},
        {{"diagnose", "--format=json", "--bogus", NULL}, "json"},
        {{"diagnose", "--bogus", "--", "--format=json", NULL}, "text"},
        {{"diagnose", "--bogus", "--format", NULL}, "text"},
        {{"diagnose", "--format=openmetrics", "--bogus", NULL}, "openmetrics"},
        {{"merge", "--format=openmetrics", "a", NULL}, "text"},
        {{"merge", "--format=openmetrics", "--bogus", NULL}, "text"},
        {{"merge", "--format=json", "--bogus", NULL}, "json"},
        {{"explain", "--format=nagios", "5", NULL}, "text"},
        {{"explain", "--policy=x", "--format=json", "5", NULL}, "json"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASE) / sizeof(CASE[0]); i++) {
        struct kd_arena *arena = kd_arena_new();
        struct kd_options options;

        assert_int_not_equal(parse(arena, CASE[i].args, &options, NULL), KD_OK);
        assert_string_equal(options.format->name, CASE[i].want);
        kd_arena_free(arena);
    }
}

static void test_caps(void **state)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_options options = {0};
    char *argv[KD_MAX_RESOLVERS + 4] = {NULL};
    struct kd_err err = {0};
    int argc = 0;

    (void)state;
    for (int i = 0; i < KD_MAX_CANDIDATES; i++) {
        assert_int_equal(
            kd_option_add_candidate(arena, &options, "x", KD_SOURCE_ARGUMENT, &err), KD_OK);
    }
    assert_int_equal(kd_option_add_candidate(arena, &options, "x", KD_SOURCE_ARGUMENT, &err),
                     KD_ETOOBIG);
    argv[argc++] = kd_arena_strdup(arena, "kmsdns");
    argv[argc++] = kd_arena_strdup(arena, "diagnose");
    for (int i = 0; i <= KD_MAX_RESOLVERS; i++) {
        argv[argc++] = kd_arena_printf(arena, "--resolver=192.0.2.%d", i + 1);
    }
    assert_int_equal(kd_options_parse(arena, argc, argv, &options, &err), KD_ETOOBIG);
    assert_int_equal(options.nresolver, KD_MAX_RESOLVERS);
    kd_arena_free(arena);
}

static void assert_lines_fit(const char *text, size_t columns)
{
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");

        assert_true(len <= columns);
        assert_true(len == 0 || text[len - 1] != ' ');
        assert_int_equal(text[len], '\n');
        text += len + 1;
    }
}

static void test_help(void **state)
{
    size_t nverb = 0, noption = 0;
    const struct kd_verb *verb = kd_verbs(&nverb);
    const struct kd_option *option = kd_option_table(&noption);

    (void)state;
    for (size_t i = 0; i <= nverb; i++) {
        struct kd_buf help = {0};

        kd_options_help(i < nverb ? &verb[i] : NULL, &help);
        assert_lines_fit(kd_buf_str(&help), 80);
        for (size_t j = 0; j < noption; j++) {
            const char *no = option[j].is_negated ? "no-" : "";
            bool has_it = i == nverb
                              ? option[j].verbs != KD_VERB_CHECK
                              : option[j].verbs == 0 || (option[j].verbs & verb[i].bit) != 0;
            char name[64];

            snprintf(name, sizeof(name), " --%s%s", no, option[j].name);
            assert_true(!has_it || strstr(kd_buf_str(&help), name) != NULL);
        }
        assert_non_null(strstr(kd_buf_str(&help), "Exit status:"));
        kd_buf_done(&help);
    }
}

/* What a verb refuses is not offered by its help. */
static void test_help_offers_nothing_refused(void **state)
{
    static const char *const JUDGING[] = {"--policy",    "--dump-policy", "--expect-host",
                                          "--match",     "--fail-level",  "nagios",
                                          "openmetrics", "--timeout"};
    static const char *const VERB[] = {"merge", "explain"};

    (void)state;
    for (size_t i = 0; i < sizeof(VERB) / sizeof(VERB[0]); i++) {
        struct kd_arena *arena = kd_arena_new();
        struct kd_buf help = {0};
        struct kd_options options;
        const char *const args[] = {"help", VERB[i], NULL};

        assert_int_equal(parse(arena, args, &options, NULL), KD_OK);
        kd_options_help(options.verb, &help);
        for (size_t j = 0; j < sizeof(JUDGING) / sizeof(JUDGING[0]); j++) {
            if (strstr(kd_buf_str(&help), JUDGING[j]) != NULL) {
                fail_msg("%s --help offers %s", VERB[i], JUDGING[j]);
            }
        }
        assert_non_null(strstr(kd_buf_str(&help), "text or json"));
        kd_buf_done(&help);
        kd_arena_free(arena);
    }
}

static void test_table(void **state)
{
    size_t noption = 0;
    const struct kd_option *option = kd_option_table(&noption);

    (void)state;
    for (size_t i = 0; i < noption; i++) {
        bool needs_value =
            option[i].kind == KD_OPTION_DURATION || option[i].kind == KD_OPTION_NUMBER;

        assert_true(option[i].help != NULL && strncmp(option[i].name, "no-", 3) != 0);
        assert_true(!needs_value || option[i].argument != NULL);
        assert_true(option[i].kind != KD_OPTION_HANDLER || option[i].handler != NULL);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(option[i].name, option[j].name);
            assert_true(option[i].letter == 0 || option[i].letter != option[j].letter);
        }
    }
}

static void test_style(void **state)
{
    static const struct {
        struct kd_terminal terminal;
        kd_color_when color;
        const char *output;
        bool has_color;
        unsigned int width;
        bool is_utf8;
    } CASE[] = {
        {{true, 120, "xterm", NULL, NULL, "UTF-8"}, KD_COLOR_AUTO, NULL, true, 120, true},
        {{true, 120, "xterm", "", "100", "UTF-8"}, KD_COLOR_AUTO, NULL, true, 100, true},
        {{true, 0, "xterm", "1", NULL, NULL}, KD_COLOR_AUTO, NULL, false, 80, false},
        {{true, 0, "xterm", "1", "x", NULL}, KD_COLOR_ALWAYS, NULL, true, 80, false},
        {{true, 0, "dumb", NULL, "0", "ANSI_X3.4-1968"}, KD_COLOR_AUTO, NULL, false, 80, false},
        {{true, 10, NULL, NULL, NULL, NULL}, KD_COLOR_AUTO, NULL, false, 40, false},
        {{true, 90, "xterm", NULL, NULL, NULL}, KD_COLOR_NEVER, NULL, false, 90, false},
        {{true, 90, "xterm", NULL, NULL, NULL}, KD_COLOR_AUTO, "f", false, 0, false},
        {{false, 0, "xterm", NULL, "90", NULL}, KD_COLOR_AUTO, NULL, false, 0, false},
        {{false, 0, "xterm", "1", "90", NULL}, KD_COLOR_ALWAYS, NULL, true, 0, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASE) / sizeof(CASE[0]); i++) {
        struct kd_options options = {.color = CASE[i].color, .output = CASE[i].output};
        struct kd_render_style style = kd_style_choose(&options, &CASE[i].terminal);

        assert_int_equal(style.has_color, CASE[i].has_color);
        assert_int_equal(style.width, CASE[i].width);
        assert_int_equal(style.is_utf8, CASE[i].is_utf8);
    }
}

/* A folder of this test's own, entered; the names in it are short then. */
static int enter_folder(void **state)
{
    char *name = kd_arena_strdup(*state = kd_arena_new(), "test_options.XXXXXX");

    return mkdtemp(name) != NULL && chdir(name) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
    char here[4096];
    int result = getcwd(here, sizeof(here)) != NULL && chdir("..") == 0 && rmdir(here) == 0;

    kd_arena_free(*state);
    return result == 1 ? 0 : -1;
}

static void assert_file_is(const char *path, const char *want)
{
    char got[64] = {0};
    int fd = open(path, O_RDONLY);

    assert_true(fd >= 0);
    assert_int_equal(read(fd, got, sizeof(got) - 1), (ssize_t)strlen(want));
    assert_string_equal(got, want);
    close(fd);
}

static size_t count_files(void)
{
    DIR *dir = opendir(".");
    size_t n = 0;

    assert_non_null(dir);
    while (readdir(dir) != NULL) {
        n++;
    }
    closedir(dir);
    return n - 2; /* "." and ".." */
}

static void test_output_file(void **state)
{
    struct kd_buf bytes = {0};
    struct kd_err err = {0};
    struct stat st;

    (void)state;
    kd_buf_puts(&bytes, "one");
    assert_int_equal(kd_output_write("f", &bytes, &err), KD_OK);
    assert_file_is("f", "one");
    assert_int_equal(chmod("f", 0640), 0);
    kd_buf_puts(&bytes, " two");
    assert_int_equal(kd_output_write("f", &bytes, &err), KD_OK);
    assert_file_is("f", "one two");
    assert_int_equal(stat("f", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);

    assert_int_equal(symlink("f", "link"), 0);
    assert_int_equal(kd_output_write("link", &bytes, &err), KD_EINVAL);
    assert_non_null(strstr(err.text, "link is a symbolic link"));
    assert_int_equal(kd_output_write(".", &bytes, &err), KD_EINVAL);
    assert_int_equal(kd_output_write("/dev/null", &bytes, &err), KD_EINVAL);
    assert_int_equal(kd_output_write("no/such/place", &bytes, &err), KD_ENOTFOUND);
    assert_non_null(strstr(err.text, "no/such/place"));
    assert_int_equal(count_files(), 2);
    assert_int_equal(unlink("link"), 0);
    assert_int_equal(unlink("f"), 0);
    kd_buf_done(&bytes);
}

/* Standard output replaced by fd while the bytes are written. */
static kd_status write_stdout_to(int fd, const struct kd_buf *bytes, struct kd_err *err)
{
    int saved = dup(STDOUT_FILENO);
    kd_status status;

    fflush(stdout);
    assert_true(saved >= 0 && dup2(fd, STDOUT_FILENO) >= 0);
    status = kd_output_write(NULL, bytes, err);
    assert_true(dup2(saved, STDOUT_FILENO) >= 0);
    close(saved);
    return status;
}

static void test_output_stdout(void **state)
{
    struct kd_buf bytes = {0};
    struct kd_err err = {0};
    int fds[2], full;

    (void)state;
    kd_buf_pad(&bytes, 'x', 100);
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(write_stdout_to(fds[1], &bytes, &err), KD_OK);
    close(fds[0]);
    assert_int_equal(write_stdout_to(fds[1], &bytes, &err), KD_OK);
    close(fds[1]);
    full = open("/dev/full", O_WRONLY);
    assert_true(full >= 0);
    assert_int_equal(write_stdout_to(full, &bytes, &err), KD_EIO);
    assert_non_null(strstr(err.text, "cannot write to standard output"));
    close(full);
    kd_buf_done(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_own_documents),
        cmocka_unit_test(test_failure_knows_the_format),
        cmocka_unit_test(test_caps),
        cmocka_unit_test(test_help),
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_style),
        cmocka_unit_test_setup_teardown(test_output_file, enter_folder, leave_folder),
        cmocka_unit_test(test_output_stdout),
        cmocka_unit_test(test_help_offers_nothing_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
