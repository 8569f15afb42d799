/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_private.c - the private half of a key pair of files, as dnssec-keygen wrote them for HMAC
 * keys up to BIND 9.12:
 *
 *   Private-key-format: v1.3
 *   Algorithm: 163 (HMAC_SHA256)
 *   Key: base64
 *
 * The name of the key stands only in the name of the file, Kname.+163+12345.private.
 */
#include "key_parts.h"

#include <stdio.h>
#include <string.h>

#include "kmsdns/base/num.h"
#include "kmsdns/base/secret.h"
#include "kmsdns/dns/name.h"

#define SUFFIX     ".private"
#define ALG_DIGITS 3
#define TAG_DIGITS 5
#define NAME_AS_FILE \
    "a file named K<name>+<algorithm>+<number>.private, which tells the key's name"
#define NUMBER_STRLEN 11

struct private_file {
    char name[KD_NAME_MAX_TEXT]; /* from the name of the file */
    uint32_t number;
};

static int private_hex(char c)
{
    static const char DIGITS[] = "0123456789abcdef";
    const char *at = c == '\0' ? NULL : strchr(DIGITS, c >= 'A' && c <= 'F' ? c + 32 : c);

    return at == NULL ? -1 : (int)(at - DIGITS);
}

/* BIND writes %2F for a slash, and so on. */
static bool private_name(const char *text, size_t len, char out[KD_NAME_MAX_TEXT])
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        int high = -1, low = -1;

        if (n + 5 > KD_NAME_MAX_TEXT) {
            return false;
        }
        if (text[i] != '%') {
            out[n++] = text[i];
            continue;
        }
        high = i + 2 < len ? private_hex(text[i + 1]) : -1;
        low = i + 2 < len ? private_hex(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            return false;
        }
        n += (size_t)snprintf(out + n, KD_NAME_MAX_TEXT - n, "\\%03d", high * 16 + low);
        i += 2;
    }
    out[n] = '\0';
    return n > 0;
}

/* Reads "+" and exactly ndigits digits. */
static bool private_digits(const char *text, size_t ndigits, uint32_t *ret)
{
    char digits[NUMBER_STRLEN] = {0};

    memcpy(digits, text + 1, ndigits);
    return text[0] == '+' && kd_parse_u32(digits, 0, UINT32_MAX, ret, NULL) == KD_OK;
}

static bool private_file_name(const char *path, struct private_file *ret)
{
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;
    const char *base = slash != NULL ? slash + 1 : path;
    size_t len = base != NULL ? strlen(base) : 0;
    size_t tail = ALG_DIGITS + TAG_DIGITS + 2 + strlen(SUFFIX);
    const char *numbers = NULL;
    uint32_t tag = 0;

    if (len < tail + 2 || base[0] != 'K' || strcmp(base + len - strlen(SUFFIX), SUFFIX) != 0) {
        return false;
    }
    numbers = base + len - tail;
    return private_digits(numbers, ALG_DIGITS, &ret->number) &&
           private_digits(numbers + ALG_DIGITS + 1, TAG_DIGITS, &tag) &&
           private_name(base + 1, len - tail - 1, ret->name);
}

/* "163 (HMAC_SHA256)" to an algorithm's name */
static kd_status private_algorithm(const struct kd_key_piece *value, uint32_t in_name,
                                   struct kd_key_piece *ret, struct kd_err *err)
{
    char digits[NUMBER_STRLEN] = {0};
    uint32_t number = 0;
    kd_key_algorithm algorithm = KD_KEY_ALGORITHM_COUNT;

    for (size_t i = 0;
         i + 1 < sizeof(digits) && i < value->len && !kd_key_is_blank(value->at[i]); i++) {
        digits[i] = value->at[i];
    }
    if (kd_parse_u32(digits, 0, UINT32_MAX, &number, NULL) == KD_OK) {
        algorithm = kd_key_algorithm_from_number(number);
    }
    kd_secret_wipe(digits, sizeof(digits));
    if (algorithm == KD_KEY_ALGORITHM_COUNT) {
        return kd_key_expected(value->line,
                               "a number of an HMAC algorithm: 157 for MD5, 161 to 165 for "
                               "SHA-1, 224, 256, 384, 512",
                               err);
    }
    if (number != in_name) {
        return kd_key_expected(value->line,
                               "the same number of the algorithm as in the file's name", err);
    }
    ret->at = kd_key_algorithm_str(algorithm);
    ret->len = strlen(ret->at);
    ret->line = value->line;
    return KD_OK;
}

/* Other fields, as Bits and the dates, say nothing about the key itself. */
static kd_status private_field(const struct kd_key_piece *line, uint32_t in_name,
                               struct kd_key_parts *parts, struct kd_err *err)
{
    struct kd_key_piece word = {0}, value = {0};
    bool is_key = false, is_algorithm = false;

    if (!kd_key_split(line, &word, &value)) {
        return kd_key_expected(line->line, "a field and a colon", err);
    }
    is_key = kd_key_piece_is(&word, "key");
    is_algorithm = kd_key_piece_is(&word, "algorithm");
    if ((is_key && parts->secret.at != NULL) || (is_algorithm && parts->algorithm.at != NULL)) {
        return kd_key_expected(line->line, "Key and Algorithm only once", err);
    }
    if (is_key) {
        parts->secret = value;
    }
    return is_algorithm ? private_algorithm(&value, in_name, &parts->algorithm, err) : KD_OK;
}

static kd_status private_version(const struct kd_key_piece *line, struct kd_err *err)
{
    struct kd_key_piece word = {0}, value = {0};

    if (!kd_key_split(line, &word, &value) || value.len < 3 ||
        memcmp(value.at, "v1.", 3) != 0) {
        return kd_key_expected(line->line, "Private-key-format: v1.2 or v1.3", err);
    }
    return KD_OK;
}

kd_status kd_key_read_private(struct kd_key_text *text, const char *file_name,
                              struct kd_key_list *list, struct kd_err *err)
{
    struct private_file file = {0};
    struct kd_key_parts parts = {0};
    struct kd_key_piece line = {0};
    kd_status status = KD_OK;

    if (!private_file_name(file_name, &file)) {
        return kd_fail(err, KD_ESYNTAX, "key", "expected %s", NAME_AS_FILE);
    }
    /* the line that told the format */
    (void)kd_key_next_line(text, &line);
    parts.line = line.line;
    parts.name = (struct kd_key_piece){file.name, strlen(file.name), line.line};
    status = private_version(&line, err);
    while (status == KD_OK && kd_key_next_line(text, &line)) {
        status = private_field(&line, file.number, &parts, err);
    }
    return status != KD_OK ? status : kd_key_list_add(list, &parts, err);
}
