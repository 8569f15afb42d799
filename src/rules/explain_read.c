/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain_read.c - what a text names: a code in any spelling, a symbol, an rcode, an id, an event
 * by its number or by the words that Windows writes. A number alone may mean several things; in
 * a sentence only numbers count that cannot be a time or a count.
 */
#include "explain_parts.h"

#include <string.h>

#define READ_SENTENCE    4 /* with more pieces than this, small numbers need a word before them */
#define READ_EVENT_LEAST 8000 /* ids from here on are told without a word */

/* What the word before a number says about it. */
enum read_hint {
    HINT_NONE,
    HINT_RCODE,
    HINT_TSIG,
    HINT_EVENT,
    HINT_CODE,
    HINT_KEEP /* says nothing and leaves what was said */
};

static const struct {
    const char *word;
    enum read_hint hint;
} READ_HINT[] = {
    {"rcode", HINT_RCODE}, {"status", HINT_RCODE}, {"tsig", HINT_TSIG},
    {"tkey", HINT_TSIG},   {"event", HINT_EVENT},  {"eventid", HINT_EVENT},
    {"win32", HINT_CODE},  {"hresult", HINT_CODE}, {"hr", HINT_CODE},
    {"id", HINT_KEEP},     {"error", HINT_KEEP},   {"number", HINT_KEEP},
    {"code", HINT_KEEP},   {"is", HINT_KEEP},
};

/* Other names of the same codes. */
static const struct {
    const char *name;
    uint32_t code;
} READ_ALIAS[] = {
    {"E_ACCESSDENIED", 0x80070005},
    {"E_OUTOFMEMORY", 0x80070008},
    {"E_INVALIDARG", 0x80070057},
};

/* One text being read. */
struct read {
    struct kd_readings *readings;
    const char *asked;
    struct kd_pieces pieces;
    bool is_sentence;
};

struct read_number {
    uint64_t value;
    bool is_hex;
    size_t ndigits;
};

static int read_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* All of text in a base, at most 64 bits. */
static bool read_digits(const char *text, unsigned int base, struct read_number *ret)
{
    *ret = (struct read_number){.is_hex = base == 16};
    for (; *text != '\0'; text++) {
        unsigned int digit = (unsigned int)read_digit(*text);

        if (digit >= base || ret->ndigits >= (base == 16 ? 16U : 18U)) {
            return false;
        }
        ret->value = ret->value * base + digit;
        ret->ndigits++;
    }
    return ret->ndigits > 0;
}

/* "80072338": eight digits that begin as HRESULTs do. */
static bool read_is_bare_hex(const char *text)
{
    static const char *const BEGIN[] = {"8007", "8009", "8004", "803f", "c00", "4004"};

    for (size_t i = 0; strlen(text) == 8 && i < sizeof(BEGIN) / sizeof(BEGIN[0]); i++) {
        if (strncmp(text, BEGIN[i], strlen(BEGIN[i])) == 0) {
            return true;
        }
    }
    return false;
}

static bool read_is_number(const char *piece, struct read_number *ret)
{
    if (strncmp(piece, "0x", 2) == 0) {
        return read_digits(piece + 2, 16, ret);
    }
    if (piece[0] == '-' && read_digits(piece + 1, 10, ret)) {
        /* what a signed 32-bit number is without its sign */
        ret->value = ret->value <= 0x80000000U ? (uint32_t) - (int64_t)ret->value : UINT64_MAX;
        return true;
    }
    return (read_is_bare_hex(piece) && read_digits(piece, 16, ret)) ||
           read_digits(piece, 10, ret);
}

static void read_add_code(struct read *read, uint32_t code)
{
    const struct kd_code *row = kd_code_find(code);

    if (row != NULL) {
        kd_explain_add(read->readings, KD_EXPLAIN_CODE, row);
    }
}

static void read_add_rcode(struct read *read, uint32_t number, bool is_tsig)
{
    size_t n = 0;
    const struct kd_rcode_row *row = kd_rcode_rows(&n);

    for (size_t i = 0; i < n; i++) {
        if (row[i].number == (int)number && (row[i].is_tsig || !is_tsig)) {
            kd_explain_add(read->readings, row[i].is_tsig ? KD_EXPLAIN_TSIG : KD_EXPLAIN_RCODE,
                           &row[i]);
        }
    }
}

static void read_add_event(struct read *read, uint32_t id)
{
    const struct kd_event_row *row = kd_event_row(id);

    if (row != NULL) {
        kd_explain_add(read->readings, KD_EXPLAIN_EVENT, row);
    }
}

/* A number below 65536: a Win32 code, an event, or an rcode. */
static void read_small(struct read *read, const struct read_number *number, enum read_hint hint)
{
    uint32_t value = (uint32_t)number->value;

    if (hint == HINT_NONE && read->is_sentence) {
        if (number->is_hex ? number->ndigits >= 4 : value >= READ_EVENT_LEAST) {
            hint = number->is_hex ? HINT_CODE : HINT_EVENT;
        } else {
            return;
        }
    }
    if (hint == HINT_NONE || hint == HINT_CODE) {
        read_add_code(read, 0x80070000U | value);
    }
    if ((hint == HINT_NONE || hint == HINT_EVENT) && !number->is_hex) {
        read_add_event(read, value);
    }
    if ((hint == HINT_NONE && !number->is_hex) || hint == HINT_RCODE || hint == HINT_TSIG) {
        read_add_rcode(read, value, hint == HINT_TSIG);
    }
}

static void read_number(struct read *read, const struct read_number *number,
                        enum read_hint hint)
{
    uint64_t value = number->value;

    /* a 32-bit code that was carried to 64 bits with its sign */
    if (value >> 32 == 0xffffffffU) {
        value &= 0xffffffffU;
    }
    if (value <= UINT16_MAX) {
        read_small(read, number, hint);
    } else if (value <= UINT32_MAX) {
        read_add_code(read, (uint32_t)value);
    }
}

static enum read_hint read_hint(const char *piece)
{
    for (size_t i = 0; i < sizeof(READ_HINT) / sizeof(READ_HINT[0]); i++) {
        if (strcmp(piece, READ_HINT[i].word) == 0) {
            return READ_HINT[i].hint;
        }
    }
    return HINT_NONE;
}

static bool read_rcode_name(struct read *read, const char *piece)
{
    size_t n = 0;
    const struct kd_rcode_row *row = kd_rcode_rows(&n);

    for (size_t i = 0; i < n; i++) {
        if (kd_explain_same(row[i].name, piece)) {
            kd_explain_add(read->readings, row[i].is_tsig ? KD_EXPLAIN_TSIG : KD_EXPLAIN_RCODE,
                           &row[i]);
            return true;
        }
    }
    return false;
}

static bool read_symbol(struct read *read, const char *piece)
{
    size_t n = kd_codes_count();
    bool was_found = false;

    for (size_t i = 0; i < n; i++) {
        const struct kd_code *code = kd_code_at(i);

        if (code->symbol != NULL &&
            (kd_explain_same(code->symbol, piece) ||
             kd_explain_same(kd_explain_short_symbol(code->symbol), piece))) {
            kd_explain_add(read->readings, KD_EXPLAIN_CODE, code);
            was_found = true;
        }
    }
    for (size_t i = 0; i < sizeof(READ_ALIAS) / sizeof(READ_ALIAS[0]); i++) {
        if (kd_explain_same(READ_ALIAS[i].name, piece)) {
            read_add_code(read, READ_ALIAS[i].code);
            was_found = true;
        }
    }
    return was_found;
}

/* "srv_absent", "SRV-ABSENT", "second-host" */
static bool read_id(struct read *read, const char *piece)
{
    char *id = kd_arena_strdup(read->readings->arena, piece);
    size_t n = 0;
    const struct kd_topic *topic = kd_topics(&n);
    const struct kd_rule *rule = NULL;
    const struct kd_cause_row *cause = NULL;

    for (char *p = id; *p != '\0'; p++) {
        *p = *p == '_' ? '-' : *p;
    }
    rule = kd_rule_by_id(id);
    cause = kd_cause_row_by_id(id);
    if (rule != NULL) {
        kd_explain_add(read->readings, KD_EXPLAIN_FINDING, rule);
    }
    if (cause != NULL) {
        kd_explain_add(read->readings, KD_EXPLAIN_CAUSE, cause);
    }
    for (size_t i = 0; i < n; i++) {
        if (strchr(id, '-') != NULL && strcmp(topic[i].id, id) == 0) {
            kd_explain_add(read->readings, KD_EXPLAIN_TOPIC, &topic[i]);
            return true;
        }
    }
    return rule != NULL || cause != NULL;
}

/* "access denied" is ERROR_ACCESS_DENIED. */
static void read_two_words(struct read *read, size_t place)
{
    const char *const *at = read->pieces.at;

    if (place + 1 < read->pieces.n) {
        (void)read_symbol(
            read, kd_arena_printf(read->readings->arena, "%s_%s", at[place], at[place + 1]));
    }
}

/* A name in a text of several pieces may be a mere word, if it is written as words are. */
static void read_name(struct read *read, size_t place)
{
    const char *piece = read->pieces.at[place];
    bool is_rcode = read_rcode_name(read, piece);
    /* what an rcode means is what its code means; of a TSIG error Windows makes something else */
    bool is_same =
        is_rcode && read->readings->item[read->readings->n - 1].kind == KD_EXPLAIN_RCODE;
    bool was_found = (!is_same && read_symbol(read, piece)) || is_rcode;

    was_found = read_id(read, piece) || was_found;
    read_two_words(read, place);
    if (!was_found || (read->pieces.n > 1 && strpbrk(piece, "_-") == NULL &&
                       strstr(read->asked, piece) != NULL)) {
        read->readings->has_words = true;
    }
}

/* "slui.exe 0x2a CODE": 0x2a asks slui to show the text of a code. */
static bool read_is_slui(const struct read *read, size_t place)
{
    return place > 0 && strcmp(read->pieces.at[place], "0x2a") == 0 &&
           strncmp(read->pieces.at[place - 1], "slui", 4) == 0;
}

static void read_pieces(struct read *read)
{
    enum read_hint hint = HINT_NONE;

    for (size_t i = 0; i < read->pieces.n; i++) {
        const char *piece = read->pieces.at[i];
        enum read_hint said = read_hint(piece);
        struct read_number number;

        if (read_is_slui(read, i)) {
            continue;
        }
        if (read_is_number(piece, &number)) {
            read_number(read, &number, hint);
            hint = HINT_NONE;
        } else if (said != HINT_NONE) {
            hint = said == HINT_KEEP ? hint : said;
        } else {
            read_name(read, i);
            hint = HINT_NONE;
        }
    }
}

/* All parts of a phrase, which "|" parts, stand in the text. */
static bool read_has_phrase(struct read *read, const char *text, const char *phrase)
{
    while (*phrase != '\0') {
        size_t len = strcspn(phrase, "|");

        if (strstr(text, kd_arena_strndup(read->readings->arena, phrase, len)) == NULL) {
            return false;
        }
        phrase += len + (phrase[len] == '|' ? 1 : 0);
    }
    return true;
}

static void read_phrases(struct read *read, const char *text)
{
    size_t n = 0;
    const struct kd_event_row *row = kd_event_rows(&n);

    for (size_t i = 0; i < n; i++) {
        if (row[i].phrase != NULL && read_has_phrase(read, text, row[i].phrase)) {
            kd_explain_add(read->readings, KD_EXPLAIN_EVENT, &row[i]);
            return;
        }
    }
}

/* "… to DNS in the 'corp.example' domain …": only a plain name is taken. */
static void read_domain(struct read *read, const char *text)
{
    static const char PLAIN[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";
    const char *begin = strstr(text, "dns in the '");
    size_t len;

    if (begin == NULL) {
        return;
    }
    begin += strlen("dns in the '");
    len = strspn(begin, PLAIN);
    if (len > 0 && len < 250 && begin[len] == '\'' && begin[0] != '-' && begin[0] != '.') {
        read->readings->domain = kd_arena_printf(read->readings->arena, "%.*s%s", (int)len,
                                                 begin, begin[len - 1] == '.' ? "" : ".");
    }
}

void kd_explain_read(struct kd_readings *readings, const char *asked)
{
    const char *text = kd_explain_lower(readings->arena, asked);
    struct read read = {.readings = readings,
                        .asked = asked,
                        .pieces = kd_explain_pieces(readings->arena, asked)};

    read.is_sentence = read.pieces.n > READ_SENTENCE;
    read_pieces(&read);
    if (read.is_sentence) {
        read_phrases(&read, text);
        read_domain(&read, text);
    }
}
