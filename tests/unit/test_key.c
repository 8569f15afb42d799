/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_key.c - key files: the three formats, what is refused, and that no error ever shows what
 * stands in a file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kmsdns/base/rng.h"
#include "kmsdns/base/secret.h"
#include "kmsdns/dns/key.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SECRET       "eadI8Q7Arli+IoGoWKtZ1YJk6ja3F4VYq5BlurK4yEY="
#define PRIVATE_NAME "Kkms-key.+163+12345.private"

#define BIND_KEY                 \
    "key \"kms-key\" {\n"        \
    "\talgorithm hmac-sha256;\n" \
    "\tsecret \"" SECRET "\";\n" \
    "};\n"
#define KNOT_LINE "hmac-sha256:kms-key:" SECRET
#define KNOT_YAML                  \
    "# " KNOT_LINE "\n"            \
    "key:\n"                       \
    "  - id: kms-key\n"            \
    "    algorithm: hmac-sha256\n" \
    "    secret: " SECRET "\n"
#define PRIVATE                      \
    "Private-key-format: v1.3\n"     \
    "Algorithm: 163 (HMAC_SHA256)\n" \
    "Key: " SECRET "\n"              \
    "Bits: AAA=\n"                   \
    "Created: 20261120060012\n"      \
    "Publish: 20261120060012\n"

static kd_status parse(const char *text, const char *file, struct kd_key **ret,
                       struct kd_err *err)
{
    size_t len = strlen(text);
    char *copy = malloc(len > 0 ? len : 1); /* without a NUL, for ASan */
    kd_status status;

    assert_non_null(copy);
    memcpy(copy, text, len);
    *ret = NULL;
    memset(err, 0, sizeof(*err));
    status = kd_key_parse(copy, len, file, ret, err);
    free(copy);
    return status;
}

static void test_formats(void **state)
{
    static const struct {
        const char *text, *name;
        kd_key_algorithm algorithm;
    } CASE[] = {
        {BIND_KEY, "kms-key.", KD_KEY_HMAC_SHA256},
        {"key kms-key{algorithm hmac-sha256;secret " SECRET ";};", "kms-key.",
         KD_KEY_HMAC_SHA256},
        {"// made by tsig-keygen\n/* two\n lines */ KEY # here\n\"KMS-Key.Corp.Example.\"\r\n{ "
         "Secret \"" SECRET "\" ; // and\nalgorithm \"HMAC-SHA512.\"/* no blank */;};\n#end",
         "kms-key.corp.example.", KD_KEY_HMAC_SHA512},
        {"key a { algorithm hmac-md5; secret \"" SECRET "\"; };", "a.", KD_KEY_HMAC_MD5},
        {"key a { algorithm hmac-md5.sig-alg.reg.int; secret \"" SECRET "\"; };", "a.",
         KD_KEY_HMAC_MD5},
        {"key a { algorithm HMAC-MD5.SIG-ALG.REG.INT.; secret \"" SECRET "\"; };", "a.",
         KD_KEY_HMAC_MD5},
        {"key a { algorithm hmac-md5.; secret \"" SECRET "\"; };", "a.", KD_KEY_HMAC_MD5},
        {KNOT_LINE, "kms-key.", KD_KEY_HMAC_SHA256},
        {"\n  # a comment\n" KNOT_LINE "  \r\n\n", "kms-key.", KD_KEY_HMAC_SHA256},
        {"kms-key.corp.example:" SECRET "\n", "kms-key.corp.example.", KD_KEY_HMAC_SHA256},
        {"key:" SECRET, "key.", KD_KEY_HMAC_SHA256},
        {"keys.example:" SECRET, "keys.example.", KD_KEY_HMAC_SHA256},
        {"hmac-sha1:a:" SECRET, "a.", KD_KEY_HMAC_SHA1},
        {"hmac-sha224:a:" SECRET, "a.", KD_KEY_HMAC_SHA224},
        {"hmac-sha384:a:" SECRET, "a.", KD_KEY_HMAC_SHA384},
        {KNOT_YAML, "kms-key.", KD_KEY_HMAC_SHA256},
        {"key:\n- secret: \"" SECRET "\"\n  algorithm: hmac-sha1\n\n  # c\n  id: \"a.b\"",
         "a.b.", KD_KEY_HMAC_SHA1},
        {PRIVATE, "kms-key.", KD_KEY_HMAC_SHA256},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        struct kd_key *key = NULL;
        struct kd_err err = {0};

        if (parse(CASE[i].text, PRIVATE_NAME, &key, &err) != KD_OK) {
            fail_msg("%zu: %s", i, err.text);
        }
        assert_string_equal(kd_key_name(key), CASE[i].name);
        assert_int_equal(kd_key_algorithm_of(key), CASE[i].algorithm);
        assert_int_equal(kd_key_is_weak(key), CASE[i].algorithm <= KD_KEY_HMAC_SHA1);
        kd_key_free(key);
    }
}

#define SHA256_LIST "one of the algorithms hmac-md5, hmac-sha1, hmac-sha224, hmac-sha256"

static const struct {
    const char *text, *error;
} REFUSED[] = {
    {"", "no key in it"},
    {" \n# only a comment\n/* and another */ // and\n", "no key in it"},
    {"# " KNOT_LINE "\n", "no key in it"},
    {"key:\n", "no key in it"},
    {SECRET, "line 1: expected key \"NAME\" {"},
    {"\n\n" SECRET "\n", "line 3: expected key"},
    {"options { directory \"/\"; };", "line 1: expected key"},
    /* BIND */
    {"key", "line 1: expected the name of the key"},
    {"key \"a\" ;", "line 1: expected \"{\""},
    {"key \"a\"\n{ };", "line 1: expected an algorithm in the key that begins there"},
    {"key a { algorithm hmac-sha256; };", "expected a secret"},
    {"key a { secret \"" SECRET "\"; };", "expected an algorithm"},
    {"key a {\nalgorithm hmac-sha257;\nsecret \"" SECRET "\"; };",
     "line 2: expected " SHA256_LIST},
    {"key a {\nalgorithm \"" SECRET "\";\nsecret \"x\"; };", "line 2: expected " SHA256_LIST},
    {"key a { algorithm hmac-sha256;\n\nsecret \"" SECRET "!\"; };",
     "line 3: expected the secret in base64"},
    {"key a { algorithm hmac-sha256; secret \"\"; };", "the secret in base64"},
    {"key a { algorithm hmac-sha256; secret \"====\"; };", "the secret in base64"},
    {"key a { algorithm hmac-sha256; secret \"AA=A\"; };", "the secret in base64"},
    {"key a { algorithm hmac-sha256; secret \" AAAA\"; };", "the secret in base64"},
    {"key a { algorithm hmac-sha256; secret \"AAAAA\"; };", "the secret in base64"},
    {"key a { algorithm hmac-sha256\nsecret \"" SECRET "\"; };", "line 2: expected \";\""},
    {"key a { algorithm hmac-sha256;\nalgorithm hmac-sha1; };", "line 2: expected algorithm, "},
    {"key a { algorithm hmac-sha256; secret \"" SECRET "\"; }", "\";\" behind \"}\""},
    {"key a { algorithm hmac-sha256; secret \"" SECRET "\"; }; x", "nothing but key"},
    {"key \"" SECRET, "line 1: expected the end of the comment or quotation"},
    {"key \"a\" {\n/* " SECRET, "line 2: expected the end of the comment"},
    {"key \"a..b\" { algorithm hmac-sha256; secret \"" SECRET "\"; };",
     "line 1: expected the name of the key"},
    {"key \"\" { algorithm hmac-sha256; secret \"" SECRET "\"; };", "expected a name"},
    {BIND_KEY "key \"b\" { algorithm hmac-sha1; secret \"" SECRET "\"; };",
     "there are 2 keys in it (kms-key., b.)"},
    {BIND_KEY BIND_KEY BIND_KEY BIND_KEY BIND_KEY,
     "5 keys in it (kms-key., kms-key., kms-key., kms-key., ...)"},
    /* Knot */
    {"hmac-sha256 kms-key " SECRET, "line 1: expected key"},
    {"hmac-sha256:kms-key:" SECRET ":x", "the secret in base64"},
    {"hmac-sha256::" SECRET, "expected a name"},
    {":" SECRET, "expected a name"},
    {"a:", "the secret in base64"},
    {"sha256:kms-key:" SECRET, "line 1: expected " SHA256_LIST},
    {KNOT_LINE "\nhmac-sha1:b:" SECRET, "there are 2 keys in it (kms-key., b.)"},
    {"key:\n  - id: a\n    algorithm: hmac-sha256\n", "line 2: expected a secret"},
    {"key:\n  - id: a\n    secret: " SECRET "\n", "line 2: expected an algorithm"},
    {"key:\n  - id: a\n    id: b\n", "line 3: expected \"- id:\""},
    {"key:\n  id: a\n", "line 2: expected \"- id:\""},
    {"key:\n  - id: a\n    " SECRET "\n", "line 3: expected \"- id:\""},
    {KNOT_YAML "server:\n", "line 6: expected \"- id:\""},
    {KNOT_YAML "  - id: b\n    algorithm: hmac-sha1\n    secret: " SECRET,
     "there are 2 keys in it (kms-key., b.)"},
    /* K*.private */
    {"Private-key-format: v2.0\nAlgorithm: 163\nKey: " SECRET, "line 1: expected Private"},
    {"Private-key-format: v1.3\nAlgorithm: 13 (ECDSAP256SHA256)\nKey: " SECRET,
     "line 2: expected a number of an HMAC algorithm"},
    {"Private-key-format: v1.3\nAlgorithm: " SECRET, "line 2: expected a number of an HMAC"},
    {"Private-key-format: v1.3\nAlgorithm: 161 (HMAC_SHA1)\nKey: " SECRET,
     "line 2: expected the same number"},
    {"Private-key-format: v1.3\nAlgorithm: 163\n", "expected a secret"},
    {"Private-key-format: v1.3\nKey: " SECRET "\n", "expected an algorithm"},
    {"Private-key-format: v1.3\nKey: " SECRET "\nKey: " SECRET, "line 3: expected Key and"},
    {"Private-key-format: v1.3\n" SECRET, "line 2: expected a field and a colon"},
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(REFUSED); i++) {
        struct kd_key *key = NULL;
        struct kd_err err = {0};

        if (parse(REFUSED[i].text, PRIVATE_NAME, &key, &err) != KD_ESYNTAX ||
            strstr(err.text, REFUSED[i].error) == NULL || strstr(err.text, "eadI8") != NULL) {
            fail_msg("%zu: %s", i, err.text);
        }
        assert_null(key);
    }
}

static void test_nul_bytes(void **state)
{
    static const char TEXT[] = "hmac-sha256:kms\0key:" SECRET;
    struct kd_key *key = NULL;
    struct kd_err err = {0};

    (void)state;
    assert_int_equal(kd_key_parse(TEXT, sizeof(TEXT) - 1, NULL, &key, &err), KD_ESYNTAX);
    assert_non_null(strstr(err.text, "the name of the key"));
}

static void test_private_names(void **state)
{
    static const struct {
        const char *file, *name; /* NULL: refused */
    } CASE[] = {
        {PRIVATE_NAME, "kms-key."},
        {"/etc/dns.d/Kkms-key.corp.example.+163+00001.private", "kms-key.corp.example."},
        {"./Ka%2Fb.+163+00001.private", "a/b."},
        {"Ka+b.+163+00001.private", "a+b."},
        {"Kno-dot+163+00001.private", "no-dot."},
        {"K..+163+00001.private", NULL},
        {"K+163+00001.private", NULL},
        {"Ka%2+163+00001.private", NULL}, /* half an escape */
        {"Ka%zz.+163+00001.private", NULL},
        {"Ka.+163+0001.private", NULL},
        {"Ka.+163+00001.key", NULL},
        {"Ka.-163-00001.private", NULL},
        {"ka.+163+00001.private", NULL},
        {"Ka.+16x+00001.private", NULL},
        {"key.private", NULL},
        {"", NULL},
        {NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(CASE); i++) {
        struct kd_key *key = NULL;
        struct kd_err err = {0};
        kd_status status = parse(PRIVATE, CASE[i].file, &key, &err);

        assert_int_equal(status, CASE[i].name != NULL ? KD_OK : KD_ESYNTAX);
        if (key != NULL) {
            assert_string_equal(kd_key_name(key), CASE[i].name);
        }
        kd_key_free(key);
    }
}

/* True if eight characters of the secret in a row stand in the text. */
static bool shows_secret(const char *text)
{
    for (size_t i = 0; i + 8 < strlen(SECRET); i++) {
        char part[9] = {0};

        memcpy(part, &SECRET[i], 8);
        if (strstr(text, part) != NULL) {
            return true;
        }
    }
    return false;
}

/* Whatever single thing is wrong with a file, its error keeps the secret. */
static void test_errors_keep_secrets(void **state)
{
    static const char *const TEXT[] = {BIND_KEY, KNOT_LINE, KNOT_YAML, PRIVATE};
    static const char PUT[] = "\0\n \";:{}#/=A\377";

    (void)state;
    for (size_t i = 0; i < COUNT(TEXT) * (sizeof(PUT) + 1); i++) {
        size_t which = i / (sizeof(PUT) + 1), how = i % (sizeof(PUT) + 1);
        size_t len = strlen(TEXT[which]);

        for (size_t at = 0; at < len; at++) {
            char copy[512];
            struct kd_key *key = NULL;
            struct kd_err err = {0};

            memcpy(copy, TEXT[which], len);
            if (how < sizeof(PUT)) {
                copy[at] = PUT[how];
            }
            if (kd_key_parse(copy, how < sizeof(PUT) ? len : at, PRIVATE_NAME, &key, &err) !=
                KD_OK) {
                assert_true(err.text[0] != '\0');
                assert_false(shows_secret(err.text));
                assert_null(strchr(err.text, '\n'));
            }
            kd_key_free(key);
        }
    }
}

/* A directory for one test. */
struct folder {
    char path[64], file[128];
};

static int setup_folder(void **state)
{
    struct folder *folder = calloc(1, sizeof(*folder));

    assert_non_null(folder);
    snprintf(folder->path, sizeof(folder->path), "test_key.XXXXXX");
    assert_non_null(mkdtemp(folder->path));
    snprintf(folder->file, sizeof(folder->file), "%s/" PRIVATE_NAME, folder->path);
    *state = folder;
    return 0;
}

static int teardown_folder(void **state)
{
    struct folder *folder = *state;

    unlink(folder->file);
    assert_int_equal(rmdir(folder->path), 0);
    free(folder);
    return 0;
}

static void write_file(const char *path, const char *text, size_t len, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, len), (ssize_t)len);
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

static void test_modes(void **state)
{
    static const struct {
        mode_t mode;
        kd_status status;
    } CASE[] = {
        {0600, KD_OK},     {0400, KD_OK},     {0700, KD_OK},     {0611, KD_OK},
        {0640, KD_EACCES}, {0604, KD_EACCES}, {0620, KD_EACCES}, {0602, KD_EACCES},
        {0644, KD_EACCES}, {0666, KD_EACCES}, {0440, KD_EACCES}, {0404, KD_EACCES},
    };
    static const char *const TEXT[] = {BIND_KEY, KNOT_LINE, KNOT_YAML, PRIVATE};
    struct folder *folder = *state;

    for (size_t i = 0; i < COUNT(CASE) * COUNT(TEXT); i++) {
        const char *text = TEXT[i % COUNT(TEXT)];
        kd_status expected = CASE[i / COUNT(TEXT)].status;
        struct kd_key *key = NULL;
        struct kd_err err = {0};

        unlink(folder->file);
        write_file(folder->file, text, strlen(text), CASE[i / COUNT(TEXT)].mode);
        assert_int_equal(kd_key_read(folder->file, &key, &err), expected);
        assert_int_equal(key != NULL, expected == KD_OK);
        if (expected != KD_OK) {
            assert_non_null(strstr(err.text, "others can read or change it (mode 0"));
            assert_non_null(strstr(err.text, "chmod 600"));
        }
        kd_key_free(key);
    }
}

static void expect_refusal(const char *path, kd_status status, const char *text)
{
    struct kd_key *key = NULL;
    struct kd_err err = {0};

    assert_int_equal(kd_key_read(path, &key, &err), status);
    assert_null(key);
    if (strstr(err.text, text) == NULL) {
        fail_msg("%s", err.text);
    }
}

static void test_no_regular_file(void **state)
{
    struct folder *folder = *state;
    char target[160];

    expect_refusal(folder->path, KD_EACCES, "it is no regular file");
    expect_refusal("/dev/null", KD_EACCES, "it is no regular file");
    expect_refusal(folder->file, KD_ENOTFOUND, "No such file");
    expect_refusal("test_key-\033[31m-\n", KD_ENOTFOUND, "\"test_key-\\027[31m-\\010\"");
    assert_int_equal(mkfifo(folder->file, 0600), 0);
    expect_refusal(folder->file, KD_EACCES, "it is no regular file");
    assert_int_equal(unlink(folder->file), 0);
    snprintf(target, sizeof(target), "%s/target", folder->path);
    write_file(target, BIND_KEY, strlen(BIND_KEY), 0600);
    assert_int_equal(symlink("target", folder->file), 0);
    expect_refusal(folder->file, KD_EACCES, "it is a symbolic link");
    assert_int_equal(unlink(target), 0);
}

/* Only root can give a file away. */
static void test_owner(void **state)
{
    struct folder *folder = *state;

    write_file(folder->file, BIND_KEY, strlen(BIND_KEY), 0600);
    if (chown(folder->file, 12345, (gid_t)-1) == 0) {
        expect_refusal(folder->file, KD_EACCES, "it belongs to user 12345");
    }
}

static void test_size(void **state)
{
    struct folder *folder = *state;
    size_t size = KD_KEY_FILE_MAX + 1;
    char *text = malloc(size);
    struct kd_key *key = NULL;
    struct kd_err err = {0};

    assert_non_null(text);
    memset(text, '\n', size);
    memcpy(text, BIND_KEY, strlen(BIND_KEY));
    write_file(folder->file, text, size, 0600);
    expect_refusal(folder->file, KD_ETOOBIG, "more than 65536 bytes");
    assert_int_equal(kd_key_parse(text, size, NULL, &key, &err), KD_ETOOBIG);
    write_file(folder->file, text, size - 1, 0600);
    assert_int_equal(kd_key_read(folder->file, &key, &err), KD_OK);
    kd_key_free(key);
    free(text);
}

/* Runs kd_key_read("-") with this standard input. */
static kd_status read_stdin(int fd, struct kd_key **ret, struct kd_err *err)
{
    int saved = dup(STDIN_FILENO);
    kd_status status;

    assert_true(saved >= 0);
    assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    status = kd_key_read("-", ret, err);
    assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), 0); /* still open */
    assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
    close(saved);
    return status;
}

static void test_stdin(void **state)
{
    struct folder *folder = *state;
    struct kd_key *key = NULL;
    struct kd_err err = {0};
    int ends[2] = {-1, -1}, fd = -1;

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], BIND_KEY, strlen(BIND_KEY)), (ssize_t)strlen(BIND_KEY));
    close(ends[1]);
    assert_int_equal(read_stdin(ends[0], &key, &err), KD_OK);
    assert_string_equal(kd_key_name(key), "kms-key.");
    kd_key_free(key);
    /* at the end of the pipe */
    assert_int_equal(read_stdin(ends[0], &key, &err), KD_ESYNTAX);
    assert_non_null(strstr(err.text, "the key on standard input cannot be used: there is no"));
    close(ends[0]);
    write_file(folder->file, PRIVATE, strlen(PRIVATE), 0600);
    fd = open(folder->file, O_RDONLY);
    assert_int_equal(read_stdin(fd, &key, &err), KD_ESYNTAX);
    assert_non_null(strstr(err.text, "expected a file named K<name>+"));
    assert_int_equal(fchmod(fd, 0644), 0);
    assert_int_equal(read_stdin(fd, &key, &err), KD_EACCES);
    close(fd);
}

static void test_secret_memory(void **state)
{
    static const size_t SIZE[] = {0, 1, 4095, 4096, 4097, 65537, 1024 * 1024};

    (void)state;
    for (size_t i = 0; i < COUNT(SIZE); i++) {
        uint8_t *secret = kd_secret_alloc(SIZE[i]);

        for (size_t at = 0; at < SIZE[i]; at++) {
            assert_int_equal(secret[at], 0);
            secret[at] = 0xAA;
        }
        kd_secret_wipe(secret, SIZE[i]);
        for (size_t at = 0; at < SIZE[i]; at++) {
            assert_int_equal(secret[at], 0);
        }
        kd_secret_free(secret, SIZE[i]);
    }
    kd_secret_free(NULL, 7);
    kd_key_free(NULL);
}

static void test_algorithm_names(void **state)
{
    (void)state;
    assert_string_equal(kd_key_algorithm_str(KD_KEY_HMAC_MD5), "hmac-md5");
    assert_string_equal(kd_key_algorithm_str(KD_KEY_HMAC_SHA384), "hmac-sha384");
    assert_string_equal(kd_key_algorithm_str(KD_KEY_ALGORITHM_COUNT), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_nul_bytes),
        cmocka_unit_test(test_private_names),
        cmocka_unit_test(test_errors_keep_secrets),
        cmocka_unit_test_setup_teardown(test_modes, setup_folder, teardown_folder),
        cmocka_unit_test_setup_teardown(test_no_regular_file, setup_folder, teardown_folder),
        cmocka_unit_test_setup_teardown(test_owner, setup_folder, teardown_folder),
        cmocka_unit_test_setup_teardown(test_size, setup_folder, teardown_folder),
        cmocka_unit_test_setup_teardown(test_stdin, setup_folder, teardown_folder),
        cmocka_unit_test(test_secret_memory),
        cmocka_unit_test(test_algorithm_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
