/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key.c - TSIG keys: algorithms, and the way from a file's text to a key. The formats are read
 * in key_bind.c, key_knot.c and key_private.c; the file itself is looked at in key_file.c.
 *
 * No error shows what stands in a file: who takes the wrong line for the secret must not find
 * it in a log.
 */
#include "kmsdns/dns/key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "key_parts.h"
#include "kmsdns/base/arena.h"
#include "kmsdns/base/mem.h"
#include "kmsdns/base/secret.h"
#include "kmsdns/dns/name.h"

#define MAX_NAMED 4 /* keys that an error names */

static const struct {
    const char *name, *wire_name, *digest;
    size_t mac_len;
    uint32_t number;
} ALGORITHM[KD_KEY_ALGORITHM_COUNT] = {
#define XX(id, name, wire_name, digest, mac_len, number) \
    [KD_KEY_##id] = {(name), (wire_name), (digest), (mac_len), (number)},
    KD_KEY_ALGORITHM_MAP(XX)
#undef XX
};

const char *kd_key_algorithm_str(kd_key_algorithm algorithm)
{
    return (size_t)algorithm < KD_KEY_ALGORITHM_COUNT ? ALGORITHM[algorithm].name : "?";
}

const char *kd_key_algorithm_wire(kd_key_algorithm algorithm)
{
    return ALGORITHM[algorithm].wire_name;
}

const char *kd_key_algorithm_digest(kd_key_algorithm algorithm)
{
    return ALGORITHM[algorithm].digest;
}

size_t kd_key_algorithm_mac_len(kd_key_algorithm algorithm)
{
    return ALGORITHM[algorithm].mac_len;
}

kd_key_algorithm kd_key_algorithm_from_number(uint32_t number)
{
    size_t i = 0;

    while (i < KD_KEY_ALGORITHM_COUNT && ALGORITHM[i].number != number) {
        i++;
    }
    return (kd_key_algorithm)i;
}

kd_status kd_key_expected(unsigned int line, const char *expected, struct kd_err *err)
{
    return kd_fail(err, KD_ESYNTAX, "key", "line %u: expected %s", line, expected);
}

bool kd_key_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool key_is_same(char c, char lower)
{
    return c == lower || (c >= 'A' && c <= 'Z' && c - 'A' == lower - 'a');
}

static bool key_is_word(const struct kd_key_piece *piece, const char *word, size_t len)
{
    if (piece->at == NULL || piece->len != len) {
        return false;
    }
    for (size_t i = 0; i < piece->len; i++) {
        if (!key_is_same(piece->at[i], word[i])) {
            return false;
        }
    }
    return true;
}

bool kd_key_piece_is(const struct kd_key_piece *piece, const char *word)
{
    return key_is_word(piece, word, strlen(word));
}

struct kd_key_piece kd_key_piece_trim(struct kd_key_piece piece)
{
    while (piece.len > 0 && kd_key_is_blank(piece.at[0])) {
        piece.at++;
        piece.len--;
    }
    while (piece.len > 0 && kd_key_is_blank(piece.at[piece.len - 1])) {
        piece.len--;
    }
    return piece;
}

bool kd_key_next_line(struct kd_key_text *text, struct kd_key_piece *ret)
{
    while (text->at < text->end) {
        size_t left = (size_t)(text->end - text->at);
        const char *newline = memchr(text->at, '\n', left);
        size_t len = newline != NULL ? (size_t)(newline - text->at) : left;
        struct kd_key_piece line = {text->at, len, text->line};

        text->at += newline != NULL ? len + 1 : len;
        text->line++;
        line = kd_key_piece_trim(line);
        if (line.len > 0 && line.at[0] != '#') {
            *ret = line;
            return true;
        }
    }
    return false;
}

bool kd_key_split(const struct kd_key_piece *line, struct kd_key_piece *ret_word,
                  struct kd_key_piece *ret_value)
{
    const char *colon = memchr(line->at, ':', line->len);
    struct kd_key_piece word = *line, value = *line;

    if (colon == NULL) {
        return false;
    }
    word.len = (size_t)(colon - line->at);
    value.at = colon + 1;
    value.len = line->len - word.len - 1;
    *ret_word = kd_key_piece_trim(word);
    *ret_value = kd_key_piece_trim(value);
    return true;
}

static kd_status key_set_name(struct kd_key *key, const struct kd_key_piece *piece,
                              struct kd_err *err)
{
    char text[KD_NAME_MAX_TEXT] = {0};
    struct kd_arena *arena = kd_arena_new();
    const char *name = NULL;
    bool is_name = piece->len < sizeof(text) && memchr(piece->at, '\0', piece->len) == NULL;

    if (is_name) {
        memcpy(text, piece->at, piece->len);
        /* its error would show the text */
        is_name = kd_name_from_str(arena, text, &name, NULL) == KD_OK;
    }
    if (is_name) {
        key->name = kd_xstrdup(name);
    }
    kd_secret_wipe(text, sizeof(text));
    kd_arena_free(arena);
    return is_name ? KD_OK : kd_key_expected(piece->line, "the name of the key", err);
}

/* "hmac-sha256" or its name on the wire, with or without a closing dot */
static kd_status key_set_algorithm(struct kd_key *key, const struct kd_key_piece *piece,
                                   struct kd_err *err)
{
    struct kd_key_piece bare = *piece;

    if (bare.len > 0 && bare.at[bare.len - 1] == '.') {
        bare.len--;
    }
    for (size_t i = 0; i < KD_KEY_ALGORITHM_COUNT; i++) {
        const char *wire_name = ALGORITHM[i].wire_name;

        if (kd_key_piece_is(&bare, ALGORITHM[i].name) ||
            key_is_word(&bare, wire_name, strlen(wire_name) - 1)) {
            key->algorithm = (kd_key_algorithm)i;
            return KD_OK;
        }
    }
    return kd_key_expected(piece->line,
                           "one of the algorithms hmac-md5, hmac-sha1, hmac-sha224, "
                           "hmac-sha256, hmac-sha384, hmac-sha512",
                           err);
}

static bool key_is_base64_char(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           c == '+' || c == '/';
}

/* EVP_DecodeBlock takes blanks, and "=" in places where it has none to be. */
static bool key_is_base64(const struct kd_key_piece *piece, size_t *ret_npadding)
{
    size_t npadding = 0;

    if (piece->len == 0 || piece->len % 4 != 0) {
        return false;
    }
    while (npadding < 2 && piece->at[piece->len - 1 - npadding] == '=') {
        npadding++;
    }
    for (size_t i = 0; i < piece->len - npadding; i++) {
        if (!key_is_base64_char(piece->at[i])) {
            return false;
        }
    }
    *ret_npadding = npadding;
    return true;
}

static kd_status key_set_secret(struct kd_key *key, const struct kd_key_piece *piece,
                                struct kd_err *err)
{
    size_t npadding = 0;
    int len = -1;

    if (piece->len <= KD_KEY_FILE_MAX && key_is_base64(piece, &npadding)) {
        key->secret_size = piece->len / 4 * 3;
        key->secret = kd_secret_alloc(key->secret_size);
        len = EVP_DecodeBlock(key->secret, (const unsigned char *)piece->at, (int)piece->len);
    }
    if (len < 0 || (size_t)len <= npadding) {
        return kd_key_expected(piece->line, "the secret in base64", err);
    }
    key->secret_len = (size_t)len - npadding;
    return KD_OK;
}

static kd_status key_check_parts(const struct kd_key_parts *parts, struct kd_err *err)
{
    if (parts->name.at == NULL || parts->name.len == 0) {
        return kd_key_expected(parts->line, "a name in the key that begins there", err);
    }
    if (parts->algorithm.at == NULL) {
        return kd_key_expected(parts->line, "an algorithm in the key that begins there", err);
    }
    if (parts->secret.at == NULL) {
        return kd_key_expected(parts->line, "a secret in the key that begins there", err);
    }
    return KD_OK;
}

kd_status kd_key_list_add(struct kd_key_list *list, const struct kd_key_parts *parts,
                          struct kd_err *err)
{
    struct kd_key *key = kd_xcalloc(1, sizeof(*key));
    kd_status status = key_check_parts(parts, err);

    status = status != KD_OK ? status : key_set_algorithm(key, &parts->algorithm, err);
    status = status != KD_OK ? status : key_set_secret(key, &parts->secret, err);
    status = status != KD_OK ? status : key_set_name(key, &parts->name, err);
    if (status == KD_OK) {
        list->n++;
        if (list->n <= MAX_NAMED) {
            kd_buf_printf(&list->names, "%s%.40s", list->n > 1 ? ", " : "", key->name);
        }
    }
    if (status == KD_OK && list->first == NULL) {
        list->first = key;
        key = NULL;
    }
    kd_key_free(key);
    return status;
}

static kd_status key_pick(struct kd_key_list *list, struct kd_key **ret, struct kd_err *err)
{
    if (list->n == 0) {
        return kd_fail(err, KD_ESYNTAX, "key", "there is no key in it");
    }
    if (list->n > 1) {
        return kd_fail(err, KD_ESYNTAX, "key",
                       "there are %zu keys in it (%s%s); put the one to be used into a file of "
                       "its own",
                       list->n, kd_buf_str(&list->names), list->n > MAX_NAMED ? ", ..." : "");
    }
    *ret = list->first;
    list->first = NULL;
    return KD_OK;
}

/* Goes behind blanks and all that the formats have as comments. */
static void key_skip_comments(struct kd_key_text *text)
{
    bool is_line = false, is_block = false;

    for (; text->at < text->end; text->at++) {
        size_t left = (size_t)(text->end - text->at);
        const char *at = text->at;

        if (*at == '\n') {
            is_line = false;
            text->line++;
        } else if (is_block && left > 1 && at[0] == '*' && at[1] == '/') {
            is_block = false;
            text->at++;
        } else if (is_line || is_block || kd_key_is_blank(*at)) {
            continue;
        } else if (*at == '#' || (left > 1 && at[0] == '/' && at[1] == '/')) {
            is_line = true;
        } else if (left > 1 && at[0] == '/' && at[1] == '*') {
            is_block = true;
            text->at++;
        } else {
            return;
        }
    }
}

/* The first line that is not a comment tells the format. */
static kd_status key_read_any(struct kd_key_text *text, const char *file_name,
                              struct kd_key_list *list, struct kd_err *err)
{
    struct kd_key_text look = *text;
    struct kd_key_piece line = {0}, word = {0}, value = {0};

    key_skip_comments(&look);
    line.line = look.line;
    if (!kd_key_next_line(&look, &line)) {
        return KD_OK;
    }
    if (kd_key_split(&line, &word, &value)) {
        if (kd_key_piece_is(&word, "private-key-format")) {
            return kd_key_read_private(text, file_name, list, err);
        }
        if (kd_key_piece_is(&word, "key") && value.len == 0) {
            return kd_key_read_knot_yaml(text, list, err);
        }
    }
    word = line;
    word.len = word.len < 3 ? word.len : 3;
    if (kd_key_piece_is(&word, "key") && (line.len == 3 || kd_key_is_blank(line.at[3]) ||
                                          line.at[3] == '"' || line.at[3] == '/')) {
        return kd_key_read_bind(text, list, err);
    }
    return kd_key_read_knot_line(text, list, err);
}

kd_status kd_key_parse(const char *text, size_t len, const char *file_name, struct kd_key **ret,
                       struct kd_err *err)
{
    struct kd_key_text rest = {.at = text, .end = text + len, .line = 1};
    struct kd_key_list list = {0};
    kd_status status;

    if (len > KD_KEY_FILE_MAX) {
        return kd_fail(err, KD_ETOOBIG, "key", "it has more than %zu bytes", KD_KEY_FILE_MAX);
    }
    status = key_read_any(&rest, file_name, &list, err);
    if (status == KD_OK) {
        status = key_pick(&list, ret, err);
    }
    kd_key_free(list.first);
    kd_buf_done(&list.names);
    return status;
}

void kd_key_free(struct kd_key *key)
{
    if (key == NULL) {
        return;
    }
    kd_secret_free(key->secret, key->secret_size);
    free(key->name);
    kd_secret_wipe(key, sizeof(*key));
    free(key);
}

const char *kd_key_name(const struct kd_key *key)
{
    return key->name;
}

kd_key_algorithm kd_key_algorithm_of(const struct kd_key *key)
{
    return key->algorithm;
}

bool kd_key_is_weak(const struct kd_key *key)
{
    return key->algorithm == KD_KEY_HMAC_MD5 || key->algorithm == KD_KEY_HMAC_SHA1;
}
