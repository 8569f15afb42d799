/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * name.c - domain names as canonical text, to and from the wire and as people write them.
 *
 * Every name goes through the wire form once: text -> name_scan -> bytes -> name_print ->
 * canonical text. So there is one place that knows the limits and one that knows the escapes.
 */
#include "kmsdns/dns/name.h"

#include <arpa/inet.h>
#include <idn2.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "kmsdns/base/buf.h"
#include "kmsdns/base/mem.h"
#include "kmsdns/base/num.h"
#include "kmsdns/base/rng.h"

#define MAX_LABEL 63
#define IDN_FLAGS (IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT)

static const char LABEL_TOO_LONG[] = "a label is longer than 63 bytes";
static const char NAME_TOO_LONG[] = "it is longer than 255 bytes";

/* Reasons for libidn2's codes; every other one is told by IDN_OTHER. */
static const struct {
    int code;
    const char *reason;
} IDN_REASON[] = {
    {IDN2_ENCODING_ERROR, "it is not valid UTF-8"},
    {IDN2_TOO_BIG_DOMAIN, NAME_TOO_LONG},
    {IDN2_TOO_BIG_LABEL, LABEL_TOO_LONG},
    {IDN2_PUNYCODE_BIG_OUTPUT, LABEL_TOO_LONG},
    {IDN2_HYPHEN_STARTEND, "a label begins or ends with a hyphen"},
    {IDN2_2HYPHEN, "a label has hyphens in the third and fourth place"},
    {IDN2_LEADING_COMBINING, "a label begins with a combining character"},
    {IDN2_BIDI, "a label mixes directions of writing"},
};
static const char IDN_OTHER[] = "IDNA does not allow one of its characters or labels";

/* A wire form being written. */
struct name_bytes {
    uint8_t *wire; /* KD_NAME_MAX_WIRE bytes */
    size_t start;  /* place of the open label's length */
    size_t len;    /* bytes so far, that one included */
};

static bool name_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static uint8_t name_lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

/* Reads what follows a backslash: three digits or one character (RFC 1035 5.1). */
static const char *name_read_escape(const char **text, uint8_t *ret)
{
    static const char reason[] =
        "a backslash needs three digits up to 255 or one printable character behind it";
    const char *p = *text;
    unsigned int value = 0;

    if (!name_is_digit(*p)) {
        *ret = (uint8_t)*p;
        *text = p + 1;
        return *p >= 0x20 && *p < 0x7F ? NULL : reason;
    }
    for (size_t i = 0; i < 3; i++) {
        if (!name_is_digit(p[i])) {
            return reason;
        }
        value = value * 10 + (unsigned int)(p[i] - '0');
    }
    if (value > 255) {
        return reason;
    }
    *ret = (uint8_t)value;
    *text = p + 3;
    return NULL;
}

/* Why a byte cannot stand in a name unescaped; NULL if it can. */
static const char *name_invisible(uint8_t c)
{
    if (c == ' ' || c == '\t') {
        return "it has a blank in it";
    }
    return c < 0x20 || c == 0x7F ? "it has a control character in it" : NULL;
}

/* Reads one byte of a label. */
static const char *name_read_byte(const char **text, uint8_t *ret)
{
    uint8_t c = (uint8_t) * *text;

    (*text)++;
    if (c == '\\') {
        return name_read_escape(text, ret);
    }
    if (c >= 0x80) {
        return "it has a byte outside ASCII in it";
    }
    *ret = c;
    return name_invisible(c);
}

static const char *name_put_byte(struct name_bytes *bytes, const char **text)
{
    const char *reason = NULL;

    if (bytes->len - bytes->start > MAX_LABEL) {
        return LABEL_TOO_LONG;
    }
    /* the last byte is the root's */
    if (bytes->len >= KD_NAME_MAX_WIRE - 1) {
        return NAME_TOO_LONG;
    }
    reason = name_read_byte(text, &bytes->wire[bytes->len]);
    bytes->wire[bytes->len] = name_lower(bytes->wire[bytes->len]);
    bytes->len++;
    return reason;
}

static const char *name_close_label(struct name_bytes *bytes)
{
    if (bytes->len == bytes->start + 1) {
        return "it has an empty label";
    }
    bytes->wire[bytes->start] = (uint8_t)(bytes->len - bytes->start - 1);
    bytes->start = bytes->len++;
    return NULL;
}

/* Text with escapes to wire form in lower case. NULL or the reason why it is no name. */
static const char *name_scan(const char *text, uint8_t wire[KD_NAME_MAX_WIRE], size_t *ret_len)
{
    struct name_bytes bytes = {.wire = wire, .start = 0, .len = 1};
    const char *reason = *text == '\0' ? "it is empty" : NULL;
    const char *p = strcmp(text, ".") == 0 ? "" : text;

    while (reason == NULL && *p != '\0') {
        if (*p != '.') {
            reason = name_put_byte(&bytes, &p);
        }
        if (reason == NULL && (*p == '.' || *p == '\0')) {
            reason = name_close_label(&bytes);
            p += *p == '.' ? 1 : 0;
        }
    }
    wire[bytes.start] = 0;
    *ret_len = bytes.start + 1;
    return reason;
}

/* What means something to a shell: what is printed ends in tickets, scripts and the commands of
 * monitoring systems. */
#define NAME_SHELL "\"$&'();<>`|"

/* Bytes of a label that stand for themselves. Not those that mean something in a zone file or to
 * a shell. */
static bool name_is_plain(uint8_t c)
{
    return c > 0x20 && c < 0x7F && strchr(".\\@" NAME_SHELL, c) == NULL;
}

/* Writes one label and its dot; returns the bytes written. */
static size_t name_print_label(const uint8_t *label, size_t len, char *out)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        uint8_t c = name_lower(label[i]);

        if (name_is_plain(c)) {
            out[n++] = (char)c;
        } else {
            out[n++] = '\\';
            out[n++] = (char)('0' + c / 100);
            out[n++] = (char)('0' + c / 10 % 10);
            out[n++] = (char)('0' + c % 10);
        }
    }
    out[n++] = '.';
    return n;
}

/* Wire form to canonical text; false unless the bytes are exactly one name. */
static bool name_print(const uint8_t *wire, size_t len, char out[KD_NAME_MAX_TEXT])
{
    size_t pos = 0, n = 0;

    if (len == 0 || len > KD_NAME_MAX_WIRE) {
        return false;
    }
    while (wire[pos] != 0) {
        size_t label_len = wire[pos];

        /* there must be room for the root behind it */
        if (label_len > MAX_LABEL || pos + 1 + label_len >= len) {
            return false;
        }
        n += name_print_label(wire + pos + 1, label_len, out + n);
        pos += 1 + label_len;
    }
    if (n == 0) {
        out[n++] = '.';
    }
    out[n] = '\0';
    return pos + 1 == len;
}

const char *kd_name_from_wire(struct kd_arena *arena, const uint8_t *wire, size_t len)
{
    char text[KD_NAME_MAX_TEXT];

    return name_print(wire, len, text) ? kd_arena_strdup(arena, text) : NULL;
}

size_t kd_name_to_wire(const char *name, uint8_t *wire)
{
    char text[KD_NAME_MAX_TEXT];
    size_t len = 0;

    if (name_scan(name, wire, &len) != NULL || !name_print(wire, len, text)) {
        return 0;
    }
    return strcmp(text, name) == 0 ? len : 0;
}

static bool name_is_ascii(const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if ((unsigned char)*p >= 0x80) {
            return false;
        }
    }
    return true;
}

static const char *name_idn_reason(int code)
{
    for (size_t i = 0; i < sizeof(IDN_REASON) / sizeof(IDN_REASON[0]); i++) {
        if (IDN_REASON[i].code == code) {
            return IDN_REASON[i].reason;
        }
    }
    return IDN_OTHER;
}

/* UTF-8 to A-labels. ret is to be released with idn2_free, also after a failure. */
static const char *name_to_ascii(const char *text, char **ret)
{
    int code;

    for (const char *p = text; *p != '\0'; p++) {
        if (name_invisible((uint8_t)*p) != NULL) {
            return name_invisible((uint8_t)*p);
        }
    }
    if (strnlen(text, 4 * (size_t)KD_NAME_MAX_WIRE + 1) > 4 * (size_t)KD_NAME_MAX_WIRE) {
        return NAME_TOO_LONG;
    }
    code = idn2_to_ascii_8z(text, ret, IDN_FLAGS);
    if (code == IDN2_MALLOC) {
        kd_oom();
    }
    if (code != IDN2_OK) {
        return name_idn_reason(code);
    }
    /* the mapping makes backslashes of their wide forms, and dots of what follows them */
    return strchr(*ret, '\\') == NULL
               ? NULL
               : "backslashes and characters outside ASCII cannot be in one name";
}

static kd_status name_fail(const char *text, const char *reason, struct kd_err *err)
{
    struct kd_buf shown = {0}, escaped = {0};
    char cut[81];

    snprintf(cut, sizeof(cut), "%s", text);
    for (const char *p = cut; *p != '\0'; p++) {
        bool is_shell = strchr(NAME_SHELL, *p) != NULL;

        kd_buf_printf(&escaped, is_shell ? "\\%03d" : "%c", *p);
    }
    kd_buf_text_utf8(&shown, kd_buf_str(&escaped), true);
    kd_buf_done(&escaped);
    kd_fail(err, KD_ESYNTAX, "name", "the name \"%.120s\" is not valid: %s", kd_buf_str(&shown),
            reason);
    kd_buf_done(&shown);
    return KD_ESYNTAX;
}

kd_status kd_name_from_str(struct kd_arena *arena, const char *text, const char **ret,
                           struct kd_err *err)
{
    uint8_t wire[KD_NAME_MAX_WIRE] = {0};
    size_t len = 0;
    char *ascii = NULL;
    const char *reason = NULL;

    if (name_is_ascii(text)) {
        reason = name_scan(text, wire, &len);
    } else {
        reason = name_to_ascii(text, &ascii);
        reason = reason == NULL ? name_scan(ascii, wire, &len) : reason;
    }
    idn2_free(ascii);
    if (reason != NULL) {
        return name_fail(text, reason, err);
    }
    *ret = kd_name_from_wire(arena, wire, len);
    return KD_OK;
}

static const char OTHER_BYTES[] = "domains have only letters, digits, hyphens and underscores";

/* What a text is that was given for a domain; the first row that fits tells the reason. */
static const struct {
    const char *part;
    const char *reason;
} NOT_A_DOMAIN[] = {
    {"://", "it is a URL; write its domain alone"},
    {"\\", "it has a backslash in it, like DOMAIN\\user; write the DNS name of the domain"},
    {"@", "it looks like user@domain; write what stands behind the @"},
    {"*", "it is a wildcard; write the name of one domain"},
    {":", "it looks like host:port; a domain has no port"},
};

/* The first byte that is ASCII and in no computer's domain, which IDNA cannot change; NUL for none.
 * Blanks and control characters are told by whoever reads the name. */
static char name_odd_byte(const char *text)
{
    static const char PLAIN[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_.";

    for (; *text != '\0'; text++) {
        if (*text > 0x20 && *text < 0x7F && strchr(PLAIN, *text) == NULL) {
            return *text;
        }
    }
    return '\0';
}

/* Why a text can be no domain, if a look at its characters shows it; else NULL. */
static const char *name_not_a_domain(struct kd_arena *arena, const char *text)
{
    char odd = name_odd_byte(text);

    if (odd == '\0') {
        return NULL;
    }
    for (size_t i = 0; i < sizeof(NOT_A_DOMAIN) / sizeof(NOT_A_DOMAIN[0]); i++) {
        if (strstr(text, NOT_A_DOMAIN[i].part) != NULL) {
            return NOT_A_DOMAIN[i].reason;
        }
    }
    return strchr(NAME_SHELL, odd) != NULL
               ? OTHER_BYTES
               : kd_arena_printf(arena, "it has a %c in it; %s", odd, OTHER_BYTES);
}

/* The same of a name that could be read. Full-width forms are by now what they look like (UTS 46),
 * escaped where that is no part of a name. */
static const char *name_no_computers(const char *name)
{
    if (strcmp(name, ".") == 0) {
        return "the root of DNS is nobody's domain";
    }
    if (kd_name_is_address(name)) {
        return "it is an address; write the name of a domain";
    }
    return name_odd_byte(name) != '\0' ? OTHER_BYTES : NULL;
}

kd_status kd_name_domain_from_str(struct kd_arena *arena, const char *text, const char **ret,
                                  struct kd_err *err)
{
    const char *name = NULL, *reason = name_not_a_domain(arena, text);
    struct kd_addr addr;

    if (kd_addr_from_str(text, &addr, NULL) == KD_OK) {
        reason = "it is an address; write the name of a domain";
    }
    if (reason == NULL) {
        kd_status status = kd_name_from_str(arena, text, &name, err);

        if (status != KD_OK) {
            return status;
        }
        reason = name_no_computers(name);
    }
    if (reason != NULL) {
        return name_fail(text, reason, err);
    }
    *ret = name;
    return KD_OK;
}

static bool name_has_a_label(const char *name)
{
    const char *p = name;

    while (strncmp(p, "xn--", 4) != 0) {
        p = strchr(p, '.');
        if (p == NULL) {
            return false;
        }
        p++;
    }
    return true;
}

const char *kd_name_unicode(struct kd_arena *arena, const char *name)
{
    char *unicode = NULL, *ascii = NULL;
    const char *shown = NULL;

    if (!name_has_a_label(name)) {
        return NULL;
    }
    /* RFC 5891 5.4: what does not lead back to the same A-labels must not be shown */
    if (idn2_to_unicode_8z8z(name, &unicode, 0) == IDN2_OK && !name_is_ascii(unicode) &&
        idn2_to_ascii_8z(unicode, &ascii, IDN_FLAGS) == IDN2_OK && strcmp(ascii, name) == 0) {
        shown = kd_arena_strdup(arena, unicode);
    }
    idn2_free(ascii);
    idn2_free(unicode);
    return shown;
}

const char *kd_name_join(struct kd_arena *arena, const char *prefix, const char *name)
{
    char text[2 * KD_NAME_MAX_TEXT];
    uint8_t wire[KD_NAME_MAX_WIRE] = {0};
    size_t len = 0;
    int n = snprintf(text, sizeof(text), "%s.%s", prefix, strcmp(name, ".") == 0 ? "" : name);

    if (n < 0 || (size_t)n >= sizeof(text) || name_scan(text, wire, &len) != NULL) {
        return NULL;
    }
    return kd_name_from_wire(arena, wire, len);
}

size_t kd_name_nlabels(const char *name)
{
    size_t n = 0;

    for (const char *p = strcmp(name, ".") == 0 ? "" : name; *p != '\0'; p++) {
        n += *p == '.' ? 1 : 0;
    }
    return n;
}

const char *kd_name_parent(const char *name)
{
    const char *dot = strchr(name, '.');

    if (dot == NULL) {
        return name;
    }
    return dot[1] != '\0' ? dot + 1 : dot;
}

bool kd_name_is_below(const char *name, const char *ancestor)
{
    size_t len = strlen(name), ancestor_len = strlen(ancestor);

    if (strcmp(ancestor, ".") == 0) {
        return true;
    }
    if (len < ancestor_len || strcmp(name + (len - ancestor_len), ancestor) != 0) {
        return false;
    }
    return len == ancestor_len || name[len - ancestor_len - 1] == '.';
}

/* The last n labels; n is at most as many as there are. */
static const char *name_tail(const char *name, size_t n)
{
    for (size_t more = kd_name_nlabels(name) - n; more > 0; more--) {
        name = kd_name_parent(name);
    }
    return name;
}

/* True if the last 2 * n labels are the same n labels twice. */
static bool name_is_twice(const char *name, size_t n)
{
    const char *last = name_tail(name, n), *before = name_tail(name, 2 * n);

    return (size_t)(last - before) == strlen(last) && strncmp(before, last, strlen(last)) == 0;
}

bool kd_name_is_doubled(const char *name, const char *domain)
{
    size_t nlabels = kd_name_nlabels(name), ndomain = kd_name_nlabels(domain);

    if (ndomain > 0 && 2 * ndomain <= nlabels && kd_name_is_below(name, domain) &&
        name_is_twice(name, ndomain)) {
        return true;
    }
    for (size_t n = 2; 2 * n <= nlabels; n++) {
        if (name_is_twice(name, n)) {
            return true;
        }
    }
    return false;
}

/* Four labels, each a number up to 255; inet_pton would refuse leading zeros. */
static bool name_is_ipv4(char *text)
{
    uint32_t value = 0;
    size_t n = 0;
    char *next = NULL;

    for (char *p = text; p != NULL && n <= 4; p = next, n++) {
        next = strchr(p, '.');
        if (next != NULL) {
            *next++ = '\0';
        }
        if (kd_parse_u32(p, 0, 255, &value, NULL) != KD_OK) {
            return false;
        }
    }
    return n == 4;
}

bool kd_name_is_address(const char *name)
{
    char text[INET6_ADDRSTRLEN];
    struct in6_addr addr;
    size_t len = strlen(name);

    if (len < 2 || len > sizeof(text)) {
        return false;
    }
    memcpy(text, name, len - 1);
    text[len - 1] = '\0';
    return inet_pton(AF_INET6, text, &addr) == 1 || name_is_ipv4(text);
}

const char *kd_name_reverse(struct kd_arena *arena, const struct kd_addr *addr)
{
    static const char HEX[] = "0123456789abcdef";
    const uint8_t *b = addr->bytes;
    char nibbles[65] = "";

    if (addr->family == 4) {
        return kd_arena_printf(arena, "%u.%u.%u.%u.in-addr.arpa.", (unsigned int)b[3],
                               (unsigned int)b[2], (unsigned int)b[1], (unsigned int)b[0]);
    }
    for (size_t i = 0; i < 16; i++) {
        nibbles[4 * i] = HEX[b[15 - i] & 0x0F];
        nibbles[4 * i + 1] = nibbles[4 * i + 3] = '.';
        nibbles[4 * i + 2] = HEX[b[15 - i] >> 4];
    }
    return kd_arena_printf(arena, "%sip6.arpa.", nibbles);
}

const char *kd_name_random_label(struct kd_arena *arena)
{
    uint64_t value = 0;

    kd_random_bytes(&value, sizeof(value));
    return kd_arena_printf(arena, "kmsdns-%016" PRIx64, value);
}

const char *kd_name_beside(struct kd_arena *arena, const char *service, const char *domain)
{
    const char *dot = strchr(service, '.');

    return kd_name_join(
        arena,
        kd_arena_printf(arena, "%s%s", kd_name_random_label(arena), dot != NULL ? dot : ""),
        domain);
}
