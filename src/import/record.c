/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record.c - the parts of a record: codes, quoted names, comma lists, GUIDs. Descriptions are
 * translated into some forty languages, so none of this looks at words.
 */
#include "record.h"

#include <string.h>

#define RECORD_MAX_DOMAIN 1024

/* Names of the licensing services: Vista and 2008, since 7 and 2008 R2, Office 2010. */
static const struct kd_span RECORD_SOURCE[] = {
    KD_SPAN("Security-SPP"),
    KD_SPAN("Security-Licensing-SLC"),
    KD_SPAN("Software Protection Platform Service"), /* Office's ends in it, too */
    KD_SPAN("Software Licensing Service"),
    KD_SPAN("KmsRequests"),
};

static const uint32_t RECORD_WANTED[] = {8198, 8233, 12288, 12289, 12290, 12293, 12294};

/* Opening and closing quotes of the languages of Windows, in UTF-8 and in Windows-1252. */
static const struct {
    struct kd_span open, close;
} RECORD_QUOTE[] = {
    {KD_SPAN("'"), KD_SPAN("'")},
    {KD_SPAN("\""), KD_SPAN("\"")},
    {KD_SPAN("\xe2\x80\x9c"), KD_SPAN("\xe2\x80\x9d")}, /* English */
    {KD_SPAN("\xe2\x80\x9e"), KD_SPAN("\xe2\x80\x9c")}, /* German */
    {KD_SPAN("\xe2\x80\x9e"), KD_SPAN("\xe2\x80\x9d")}, /* Polish */
    {KD_SPAN("\xe2\x80\x9d"), KD_SPAN("\xe2\x80\x9d")}, /* Swedish */
    {KD_SPAN("\xe2\x80\x98"), KD_SPAN("\xe2\x80\x99")},
    {KD_SPAN("\xe2\x80\x9a"), KD_SPAN("\xe2\x80\x98")},
    {KD_SPAN("\xe2\x80\x99"), KD_SPAN("\xe2\x80\x99")},
    {KD_SPAN("\xc2\xab"), KD_SPAN("\xc2\xbb")}, /* French, Russian */
    {KD_SPAN("\xc2\xbb"), KD_SPAN("\xc2\xab")}, /* Danish */
    {KD_SPAN("\xe2\x80\xb9"), KD_SPAN("\xe2\x80\xba")},
    {KD_SPAN("\xe3\x80\x8c"), KD_SPAN("\xe3\x80\x8d")}, /* Japanese, Chinese */
    {KD_SPAN("\xe3\x80\x8e"), KD_SPAN("\xe3\x80\x8f")},
    {KD_SPAN("\x93"), KD_SPAN("\x94")},
    {KD_SPAN("\x84"), KD_SPAN("\x93")},
    {KD_SPAN("\x84"), KD_SPAN("\x94")},
    {KD_SPAN("\x91"), KD_SPAN("\x92")},
    {KD_SPAN("\x82"), KD_SPAN("\x91")},
    {KD_SPAN("\xab"), KD_SPAN("\xbb")},
    {KD_SPAN("\xbb"), KD_SPAN("\xab")},
};

#define RECORD_LEN(table) (sizeof(table) / sizeof((table)[0]))

static bool record_is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct kd_span kd_span_trim(struct kd_span span)
{
    while (span.len > 0 && record_is_blank(span.at[0])) {
        span.at++;
        span.len--;
    }
    while (span.len > 0 && record_is_blank(span.at[span.len - 1])) {
        span.len--;
    }
    return span;
}

static bool record_is_licensing_name(struct kd_span name)
{
    for (size_t i = 0; i < RECORD_LEN(RECORD_SOURCE); i++) {
        const struct kd_span *known = &RECORD_SOURCE[i];

        if (name.len >= known->len &&
            memcmp(name.at + name.len - known->len, known->at, known->len) == 0) {
            return true;
        }
    }
    return false;
}

bool kd_record_is_licensing(const struct kd_record *record)
{
    return record_is_licensing_name(record->source) ||
           record_is_licensing_name(record->source_other);
}

bool kd_record_is_wanted(uint32_t id)
{
    for (size_t i = 0; i < RECORD_LEN(RECORD_WANTED); i++) {
        if (RECORD_WANTED[i] == id) {
            return true;
        }
    }
    return false;
}

/* 0 to 15; 16 for what is no hexadecimal digit. */
static unsigned int record_hex(char c)
{
    if (c >= '0' && c <= '9') {
        return (unsigned int)(c - '0');
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? (unsigned int)(c - 'a') + 10 : 16;
}

/*
 * Reads "0x" and all the digits behind it at the start of a text; the bytes used, 0 for none and
 * for more than 32 bits.
 */
static size_t record_hex_at(struct kd_span span, uint32_t *ret)
{
    uint32_t value = 0;
    size_t used = 2;

    if (span.len < 3 || span.at[0] != '0' || (span.at[1] | 0x20) != 'x') {
        return 0;
    }
    for (; used < span.len && record_hex(span.at[used]) < 16; used++) {
        if (value > UINT32_MAX >> 4) {
            return 0;
        }
        value = value << 4 | record_hex(span.at[used]);
    }
    *ret = used > 2 ? value : *ret;
    return used > 2 ? used : 0;
}

/* The rest of a text from its first "0x…" on; empty without one. */
static struct kd_span record_find_hex(struct kd_span span)
{
    const char *end = span.at + span.len;
    const char *x = span.at;
    uint32_t value;

    while (x < end) {
        x = memchr(x, 'x', (size_t)(end - x));
        if (x == NULL) {
            break;
        }
        if (x > span.at && x[-1] == '0') {
            struct kd_span rest = {x - 1, (size_t)(end - x) + 1};

            if (record_hex_at(rest, &value) > 0) {
                return rest;
            }
        }
        x++;
    }
    return (struct kd_span){end, 0};
}

bool kd_record_hresult(const struct kd_record *record, uint32_t *ret)
{
    for (size_t i = 0; i < record->ndata; i++) {
        if (record_hex_at(record_find_hex(record->data[i]), ret) > 0) {
            return true;
        }
    }
    return record_hex_at(record_find_hex(record->message), ret) > 0;
}

bool kd_span_number(struct kd_span span, uint32_t *ret)
{
    uint64_t value = 0;

    if (span.len == 0) {
        return false;
    }
    for (size_t i = 0; i < span.len; i++) {
        if (span.at[i] < '0' || span.at[i] > '9') {
            return false;
        }
        value = value * 10 + (uint64_t)(span.at[i] - '0');
        if (value > UINT32_MAX) {
            return false;
        }
    }
    *ret = (uint32_t)value;
    return true;
}

bool kd_span_hresult(struct kd_span span, uint32_t *ret)
{
    uint32_t value = 0;
    size_t used = record_hex_at(span, &value);

    if (used > 0 && used == span.len) {
        *ret = value;
        return true;
    }
    if (span.len == 0 || span.at[0] != '-') {
        return kd_span_number(span, ret);
    }
    /* HRESULT is a signed type: 0x80072338 is -2147015880 */
    span.at++;
    span.len--;
    if (!kd_span_number(span, &value) || value > UINT32_C(0x80000000)) {
        return false;
    }
    *ret = 0U - value;
    return true;
}

static bool record_is_domain_byte(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-' ||
           c == '_' || c == '.' || (unsigned char)c >= 0x80;
}

/* True if quoted text can be a domain: one word. */
static bool record_is_word(struct kd_span span)
{
    for (size_t i = 0; i < span.len; i++) {
        if (record_is_blank(span.at[i])) {
            return false;
        }
    }
    return span.len > 0 && span.len <= RECORD_MAX_DOMAIN;
}

static bool record_starts(struct kd_span span, size_t at, struct kd_span with)
{
    return span.len - at >= with.len && memcmp(span.at + at, with.at, with.len) == 0;
}

/* French puts a narrow or a fixed blank between quotes and word: U+00A0, U+202F, 0xa0. */
static struct kd_span record_trim_quoted(struct kd_span word)
{
    static const struct kd_span BLANK[] = {
        KD_SPAN("\xc2\xa0"),
        KD_SPAN("\xe2\x80\xaf"),
        KD_SPAN("\xa0"),
    };

    for (size_t i = 0; i < RECORD_LEN(BLANK); i++) {
        size_t len = BLANK[i].len;

        if (word.len > len && memcmp(word.at, BLANK[i].at, len) == 0) {
            word = (struct kd_span){word.at + len, word.len - len};
        }
        if (word.len > len && memcmp(word.at + word.len - len, BLANK[i].at, len) == 0) {
            word.len -= len;
        }
    }
    return kd_span_trim(word);
}

/* The word between a quote at a place and its closing one; empty if that is no such quote. */
static struct kd_span record_quoted_at(struct kd_span message, size_t at)
{
    for (size_t i = 0; i < RECORD_LEN(RECORD_QUOTE); i++) {
        struct kd_span word = {message.at + at + RECORD_QUOTE[i].open.len, 0};
        const char *close;

        if (!record_starts(message, at, RECORD_QUOTE[i].open)) {
            continue;
        }
        close = memmem(word.at, message.len - at - RECORD_QUOTE[i].open.len,
                       RECORD_QUOTE[i].close.at, RECORD_QUOTE[i].close.len);
        word.len = close != NULL ? (size_t)(close - word.at) : 0;
        word = record_trim_quoted(kd_span_trim(word));
        if (record_is_word(word)) {
            return word;
        }
    }
    return (struct kd_span){message.at, 0};
}

/* The first word with a dot between letters, "corp.example". */
static struct kd_span record_dotted(struct kd_span message)
{
    size_t at = 0;

    while (at < message.len) {
        size_t start = at;
        struct kd_span word;

        while (at < message.len && record_is_domain_byte(message.at[at])) {
            at++;
        }
        word = (struct kd_span){message.at + start, at - start};
        if (word.len > 2 && memchr(word.at + 1, '.', word.len - 2) != NULL) {
            return word;
        }
        at++;
    }
    return (struct kd_span){message.at, 0};
}

struct kd_span kd_record_domain(const struct kd_record *record)
{
    struct kd_span message = record->message;

    if (record->ndata > 0) {
        /* 12293 has the code before the domain, 12294 the domain alone */
        return kd_span_trim(record->data[record->id == 12293 && record->ndata > 1 ? 1 : 0]);
    }
    message.len = message.len < 4096 ? message.len : 4096;
    for (size_t at = 0; at < message.len; at++) {
        struct kd_span word = {message.at, 0};

        if (!record_is_domain_byte(message.at[at]) || (unsigned char)message.at[at] >= 0x80) {
            word = record_quoted_at(message, at);
        }
        if (word.len > 0) {
            return word;
        }
    }
    return record_dotted(message);
}

/* Splits one line at its commas. */
static size_t record_split(struct kd_span line, struct kd_span *field)
{
    const char *end = line.at + line.len;
    const char *at = line.at;
    size_t n = 0;

    while (n < KD_RECORD_MAX_LIST) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        const char *stop = comma != NULL ? comma : end;

        field[n] = kd_span_trim((struct kd_span){at, (size_t)(stop - at)});
        n++;
        if (comma == NULL) {
            return n;
        }
        at = comma + 1;
    }
    return n;
}

size_t kd_record_list(const struct kd_record *record, struct kd_span *field)
{
    struct kd_span list;
    const char *end;
    size_t first =
        record->ndata > 0 && memchr(record->data[0].at, ',', record->data[0].len) ? 1 : 0;

    /* newer hosts log the fields one by one, behind the whole list */
    if (record->ndata >= first + 8) {
        size_t n = record->ndata - first;

        n = n < KD_RECORD_MAX_LIST ? n : KD_RECORD_MAX_LIST;
        for (size_t i = 0; i < n; i++) {
            field[i] = kd_span_trim(record->data[first + i]);
        }
        return n;
    }
    list = record_find_hex(record->ndata > 0 ? record->data[0] : record->message);
    if (list.len == 0) {
        return 0;
    }
    end = memchr(list.at, '\n', list.len);
    list.len = end != NULL ? (size_t)(end - list.at) : list.len;
    return record_split(list, field);
}

bool kd_span_guid(struct kd_span span, uint8_t *ret)
{
    static const uint8_t HYPHEN[4] = {8, 13, 18, 23};
    size_t n = 0;

    if (span.len == 38 && span.at[0] == '{' && span.at[37] == '}') {
        span = (struct kd_span){span.at + 1, 36};
    }
    if (span.len != 36) {
        return false;
    }
    for (size_t i = 0; i < 4; i++) {
        if (span.at[HYPHEN[i]] != '-') {
            return false;
        }
    }
    for (size_t i = 0; i < 36; i += 2) {
        unsigned int high, low;

        i += span.at[i] == '-' ? 1 : 0;
        high = record_hex(span.at[i]);
        low = record_hex(span.at[i + 1]);
        if (high > 15 || low > 15) {
            return false;
        }
        ret[n] = (uint8_t)(high << 4 | low);
        n++;
    }
    return true;
}

/* Bytes of the UTF-8 sequence at a place, 0 if there is none (RFC 3629 3). */
static size_t record_utf8_len(const unsigned char *at, size_t len)
{
    size_t need = at[0] < 0x80 ? 1 : at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : 2;

    if (at[0] >= 0x80 && (at[0] < 0xc2 || at[0] > 0xf4)) {
        return 0;
    }
    if (need > len) {
        return 0;
    }
    for (size_t i = 1; i < need; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return need;
}

static bool record_is_utf8(struct kd_span span)
{
    const unsigned char *at = (const unsigned char *)span.at;

    for (size_t i = 0; i < span.len;) {
        size_t n = record_utf8_len(at + i, span.len - i);

        if (n == 0) {
            return false;
        }
        i += n;
    }
    return true;
}

/* Windows-1252 is Latin-1 except for 0x80 .. 0x9f, which names do not hold: those become "?". */
static size_t record_from_ansi(unsigned char c, char *out)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0xa0) {
        out[0] = '?';
        return 1;
    }
    out[0] = (char)(0xc0 | c >> 6);
    out[1] = (char)(0x80 | (c & 0x3f));
    return 2;
}

size_t kd_span_utf8(struct kd_span span, char *out, size_t room)
{
    bool is_utf8 = record_is_utf8(span);
    size_t used = 0;

    for (size_t i = 0; i < span.len && used + 3 <= room; i++) {
        char c = span.at[i];

        if (c >= 'A' && c <= 'Z') {
            c = (char)(c | 0x20);
        }
        if (is_utf8) {
            out[used] = c;
            used++;
        } else {
            used += record_from_ansi((unsigned char)c, out + used);
        }
    }
    out[used] = '\0';
    return used;
}
