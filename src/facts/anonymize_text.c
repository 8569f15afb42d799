/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * anonymize_text.c - replacements of labels, addresses, ids and paths, and of what texts are made
 * of them. A label has one replacement wherever it stands, so names keep their relations: parents
 * and children, the same host in two places, a domain written twice.
 */
#include "anonymize_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kmsdns/base/buf.h"
#include "kmsdns/base/num.h"
#include "kmsdns/dns/name.h"
#include "kmsdns/dns/usual.h"

#define ANON_MIN_WORD 3  /* shorter words of a sentence are no names */
#define ANON_GUID_LEN 36 /* "59a52881-a989-479d-af46-f275c6370663" */

/* Open addressing; both arrays have cap elements, a power of two. */
struct anon_table {
    const char **text;
    size_t *number;
    size_t n, cap;
};

struct anon_address {
    struct kd_addr from, to;
};

struct kd_anonymizer {
    struct kd_arena *arena;
    struct anon_table table[KD_ANONYMIZE_TABLE_COUNT];
    struct anon_address *address;
    size_t naddress;
    const char *service;
};

struct kd_anonymizer *kd_anonymizer_new(struct kd_arena *arena)
{
    struct kd_anonymizer *anonymizer = kd_arena_alloc(arena, sizeof(*anonymizer));

    anonymizer->arena = arena;
    anonymizer->service = KD_KMS_SERVICE;
    return anonymizer;
}

struct kd_arena *kd_anonymize_arena(const struct kd_anonymizer *anonymizer)
{
    return anonymizer->arena;
}

void kd_anonymize_keep(struct kd_anonymizer *anonymizer, const char *service)
{
    anonymizer->service = kd_arena_strdup(anonymizer->arena, service);
}

static size_t anon_place(const struct anon_table *table, const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    size_t at;

    for (const char *p = text; *p != '\0'; p++) {
        hash = (hash ^ (unsigned char)*p) * UINT64_C(1099511628211);
    }
    at = (size_t)hash & (table->cap - 1);
    while (table->text[at] != NULL && strcmp(table->text[at], text) != 0) {
        at = (at + 1) & (table->cap - 1);
    }
    return at;
}

static void anon_widen(struct kd_arena *arena, struct anon_table *table)
{
    struct anon_table wide = {.n = table->n, .cap = table->cap > 0 ? table->cap * 2 : 64};

    wide.text = kd_arena_alloc(arena, wide.cap * sizeof(*wide.text));
    wide.number = kd_arena_alloc(arena, wide.cap * sizeof(*wide.number));
    for (size_t i = 0; i < table->cap; i++) {
        if (table->text[i] != NULL) {
            size_t at = anon_place(&wide, table->text[i]);

            wide.text[at] = table->text[i];
            wide.number[at] = table->number[i];
        }
    }
    *table = wide;
}

size_t kd_anonymize_number(struct kd_anonymizer *anonymizer, kd_anonymize_table which,
                           const char *text, bool is_added)
{
    struct anon_table *table = &anonymizer->table[which];
    size_t at;

    if (table->n * 2 >= table->cap) {
        anon_widen(anonymizer->arena, table);
    }
    at = anon_place(table, text);
    if (table->text[at] == NULL && is_added) {
        table->text[at] = kd_arena_strdup(anonymizer->arena, text);
        table->number[at] = ++table->n;
    }
    return table->text[at] != NULL ? table->number[at] : 0;
}

/* Ordinary addresses become those of benchmarks (RFC 2544, RFC 5180), which nobody has. */
static void anon_new_addr(struct kd_addr *addr, uint32_t number)
{
    const char *oddity = kd_addr_oddity(addr);
    bool is_local = oddity != NULL && strcmp(oddity, "link-local") == 0;
    bool is_group = oddity != NULL && strcmp(oddity, "multicast") == 0;
    size_t last = addr->family == 4 ? 3 : 15;

    if (oddity != NULL && !is_local && !is_group) {
        return; /* loopback and the like tell nothing of anybody */
    }
    memset(addr->bytes, 0, sizeof(addr->bytes));
    if (addr->family == 4) {
        addr->bytes[0] = is_local ? 169 : is_group ? 239 : 198;
        addr->bytes[1] = is_local ? 254 : is_group ? 192 : 18;
    } else {
        addr->bytes[0] = is_local ? 0xFE : is_group ? 0xFF : 0x20;
        addr->bytes[1] = is_local ? 0x80 : is_group ? 0x08 : 0x01;
        addr->bytes[3] = is_local || is_group ? 0 : 0x02;
    }
    addr->bytes[last] = (uint8_t)number;
    addr->bytes[last - 1] = (uint8_t)(number >> 8);
    if (!is_local && !is_group) {
        addr->bytes[addr->family == 4 ? 1 : last - 2] |= (uint8_t)(number >> 16 & 1);
    }
}

struct kd_addr kd_anonymize_addr(struct kd_anonymizer *anonymizer, const struct kd_addr *addr)
{
    struct anon_address *entry = NULL;

    for (size_t i = 0; i < anonymizer->naddress; i++) {
        if (kd_addr_equal(&anonymizer->address[i].from, addr)) {
            return anonymizer->address[i].to;
        }
    }
    anonymizer->address = kd_arena_grow(anonymizer->arena, anonymizer->address,
                                        anonymizer->naddress, sizeof(*entry));
    entry = &anonymizer->address[anonymizer->naddress++];
    entry->from = *addr;
    entry->to = *addr;
    anon_new_addr(&entry->to, (uint32_t)anonymizer->naddress);
    return entry->to;
}

const char *kd_anonymize_endpoint(struct kd_anonymizer *anonymizer, const char *text)
{
    struct kd_endpoint endpoint;
    struct kd_addr addr;
    char out[KD_ENDPOINT_STRLEN];

    if (kd_addr_from_str(text, &addr, NULL) == KD_OK) {
        addr = kd_anonymize_addr(anonymizer, &addr);
        return kd_arena_strdup(anonymizer->arena, kd_addr_str(&addr, out));
    }
    if (kd_endpoint_from_str(text, KD_DNS_PORT, &endpoint, NULL) == KD_OK) {
        endpoint.addr = kd_anonymize_addr(anonymizer, &endpoint.addr);
        return kd_arena_strdup(anonymizer->arena, kd_endpoint_str(&endpoint, out));
    }
    return NULL;
}

/* Labels that say what a name is for, not whose it is. */
static bool anon_is_kept(const struct kd_anonymizer *anonymizer, const char *label)
{
    static const char *const KEPT[] = {
        "*",       "_dns-update", "_gc",  "_kerberos", "_kms",   "_kpasswd", "_ldap",
        "_msdcs",  "_sites",      "_tcp", "_udp",      "_vlmcs", "_vmlcs",   "arpa",
        "in-addr", "invalid",     "ip6",  "localhost", "tcp",    "udp",      "vlmcs",
    };
    size_t len = strlen(label);

    for (size_t i = 0; i < sizeof(KEPT) / sizeof(KEPT[0]); i++) {
        if (strcmp(label, KEPT[i]) == 0) {
            return true;
        }
    }
    for (const char *p = anonymizer->service; *p != '\0';
         p += strcspn(p, "."), p += *p != '\0') {
        if (strcspn(p, ".") == len && strncmp(p, label, len) == 0) {
            return true;
        }
    }
    return false;
}

/* True for letters, digits and hyphens inside: what a host's name may have (RFC 1123 2.1). */
static bool anon_is_host_label(const char *label)
{
    static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    size_t len = strlen(label);

    return label[strspn(label, LETTERS)] == '\0' && label[0] != '-' && label[len - 1] != '-';
}

static char *anon_lower(struct kd_arena *arena, const char *text, size_t len)
{
    char *lower = kd_arena_strndup(arena, text, len);

    for (char *p = lower; *p != '\0'; p++) {
        *p = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
    }
    return lower;
}

static void anon_add_label(struct kd_anonymizer *anonymizer, const char *text, size_t len,
                           struct kd_buf *out)
{
    const char *label = anon_lower(anonymizer->arena, text, len);

    if (anon_is_kept(anonymizer, label)) {
        kd_buf_puts(out, label);
        return;
    }
    kd_buf_printf(out, "%sanon%zu%s", label[0] == '_' ? "_" : "",
                  kd_anonymize_number(anonymizer, KD_ANONYMIZE_LABELS, label, true),
                  label[0] == '_' || anon_is_host_label(label) ? "" : "_");
}

/* Bytes of the labels that read as an IPv4 address at a name's start; 0 without one. */
static size_t anon_address_len(const char *name, struct kd_addr *ret)
{
    char text[16];
    size_t len = 0;

    for (int dots = 0; name[len] != '\0' && len < sizeof(text); len++) {
        dots += name[len] == '.' ? 1 : 0;
        if (dots == 4) {
            break;
        }
    }
    if (len == 0 || len >= sizeof(text)) {
        return 0;
    }
    memcpy(text, name, len);
    text[len] = '\0';
    return kd_addr_from_str(text, ret, NULL) == KD_OK && ret->family == 4 ? len : 0;
}

static int anon_nibble(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The address whose PTR record a name holds (RFC 1035 3.5, RFC 3596 2.5). */
static bool anon_from_reverse(const char *name, struct kd_addr *ret)
{
    struct kd_addr addr = {.family = 0};
    size_t len = anon_address_len(name, &addr);

    if (len > 0 && strcmp(name + len, ".in-addr.arpa.") == 0) {
        *ret = (struct kd_addr){.family = 4};
        for (size_t i = 0; i < 4; i++) {
            ret->bytes[i] = addr.bytes[3 - i];
        }
        return true;
    }
    if (strlen(name) != 64 + strlen("ip6.arpa.") || strcmp(name + 64, "ip6.arpa.") != 0) {
        return false;
    }
    *ret = (struct kd_addr){.family = 6};
    for (size_t i = 0; i < 32; i++) {
        int nibble = anon_nibble(name[i * 2]);

        if (nibble < 0 || name[i * 2 + 1] != '.') {
            return false;
        }
        ret->bytes[15 - i / 2] |= (uint8_t)(i % 2 == 0 ? nibble : nibble << 4);
    }
    return true;
}

/* A dotted text, canonical or not: every label that is not empty. */
static void anon_add_name(struct kd_anonymizer *anonymizer, const char *name,
                          struct kd_buf *out)
{
    struct kd_addr addr;
    char text[KD_ADDR_STRLEN];
    size_t len = anon_address_len(name, &addr);

    if (anon_from_reverse(name, &addr)) {
        addr = kd_anonymize_addr(anonymizer, &addr);
        kd_buf_puts(out, kd_name_reverse(anonymizer->arena, &addr));
        return;
    }
    if (len > 0) {
        addr = kd_anonymize_addr(anonymizer, &addr);
        kd_buf_puts(out, kd_addr_str(&addr, text));
        name += len;
    }
    while (*name != '\0') {
        len = strcspn(name, ".");
        if (len > 0) {
            anon_add_label(anonymizer, name, len, out);
        }
        name += len;
        if (*name == '.') {
            kd_buf_puts(out, ".");
            name++;
        }
    }
}

static const char *anon_take(struct kd_anonymizer *anonymizer, struct kd_buf *buf)
{
    const char *text = kd_arena_strdup(anonymizer->arena, kd_buf_str(buf));

    kd_buf_done(buf);
    return text;
}

const char *kd_anonymize_name(struct kd_anonymizer *anonymizer, const char *name)
{
    const char *address = NULL;
    struct kd_buf out = {.data = NULL};

    /* an IPv6 address as a name is one label */
    if (kd_name_is_address(name) && strchr(name, ':') != NULL) {
        address = kd_anonymize_endpoint(
            anonymizer, kd_arena_strndup(anonymizer->arena, name, strlen(name) - 1));
    }
    if (address != NULL) {
        return kd_arena_printf(anonymizer->arena, "%s.", address);
    }
    anon_add_name(anonymizer, name, &out);
    return anon_take(anonymizer, &out);
}

static bool anon_is_guid(const char *text)
{
    static const char HEX[] = "0123456789abcdefABCDEF";

    for (size_t i = 0; i < ANON_GUID_LEN; i++) {
        bool is_hyphen = i == 8 || i == 13 || i == 18 || i == 23;

        if (is_hyphen ? text[i] != '-' : (text[i] == '\0' || strchr(HEX, text[i]) == NULL)) {
            return false;
        }
    }
    return text[ANON_GUID_LEN] == '\0';
}

static void anon_add_guid(struct kd_anonymizer *anonymizer, const char *text,
                          struct kd_buf *out)
{
    const char *lower = anon_lower(anonymizer->arena, text, ANON_GUID_LEN);

    kd_buf_printf(out, "00000000-0000-4000-8000-%012zx",
                  kd_anonymize_number(anonymizer, KD_ANONYMIZE_GUIDS, lower, true));
}

/* Bytes of the token at p: what names, addresses and ids are made of. */
static size_t anon_token(const char *p)
{
    static const char INSIDE[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "0123456789_-.:\\%*[]";
    size_t len = 0;

    while (p[len] != '\0' &&
           ((unsigned char)p[len] >= 0x80 || strchr(INSIDE, p[len]) != NULL)) {
        len++;
    }
    return len;
}

/* What one token becomes. */
typedef void anon_token_fn(struct kd_anonymizer *anonymizer, const char *token,
                           struct kd_buf *out);

static const char *anon_each_token(struct kd_anonymizer *anonymizer, const char *text,
                                   anon_token_fn *add)
{
    struct kd_buf out = {.data = NULL};

    while (*text != '\0') {
        size_t len = anon_token(text);
        const char *token = kd_arena_strndup(anonymizer->arena, text, len);
        const char *address = len > 0 ? kd_anonymize_endpoint(anonymizer, token) : NULL;

        if (address != NULL) {
            kd_buf_puts(&out, address);
        } else if (anon_is_guid(token)) {
            anon_add_guid(anonymizer, token, &out);
        } else if (len > 0) {
            add(anonymizer, token, &out);
        } else {
            kd_buf_add(&out, text, 1);
            len = 1;
        }
        text += len;
    }
    return anon_take(anonymizer, &out);
}

static bool anon_is_number(const char *text)
{
    return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

/* One name of a configuration. What was no valid name stays none: a rule may be about it. */
static void anon_add_configured(struct kd_anonymizer *anonymizer, const char *text,
                                struct kd_buf *out)
{
    struct kd_arena *arena = anonymizer->arena;
    struct kd_buf name = {.data = NULL};
    const char *canonical = NULL, *ignored = NULL;
    bool is_name = kd_name_from_str(arena, text, &canonical, NULL) == KD_OK;
    size_t len = strlen(text);

    anon_add_name(anonymizer, is_name ? canonical : text, &name);
    if (is_name && (len == 0 || text[len - 1] != '.') && name.len > 1) {
        name.data[--name.len] = '\0';
    }
    if (!is_name && kd_name_from_str(arena, kd_buf_str(&name), &ignored, NULL) == KD_OK) {
        kd_buf_puts(&name, "..");
    }
    kd_buf_puts(out, kd_buf_str(&name));
    kd_buf_done(&name);
}

/* "kms01.corp.example:1688" is two words. */
static void anon_add_word(struct kd_anonymizer *anonymizer, const char *token,
                          struct kd_buf *out)
{
    while (*token != '\0') {
        size_t len = strcspn(token, ":[]%*");
        const char *word = kd_arena_strndup(anonymizer->arena, token, len);

        if (anon_is_number(word)) {
            kd_buf_puts(out, word);
        } else if (len > 0) {
            anon_add_configured(anonymizer, word, out);
        } else {
            kd_buf_add(out, token, 1);
            len = 1;
        }
        token += len;
    }
}

const char *kd_anonymize_words(struct kd_anonymizer *anonymizer, const char *text)
{
    return anon_each_token(anonymizer, text, anon_add_word);
}

static bool anon_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (unsigned char)c >= 0x80;
}

/* True if a word with a dot inside is a name and no version, "9.18.24": its last label tells. */
static bool anon_is_dotted(const char *word, size_t len)
{
    size_t start = len;

    while (start > 0 && word[start - 1] != '.') {
        start--;
    }
    return start > 0 && start < len && anon_is_letter(word[start]);
}

static void anon_add_sentence_word(struct kd_anonymizer *anonymizer, const char *word,
                                   struct kd_buf *out)
{
    size_t len = strlen(word);
    const char *bare, *lower;

    while (len > 0 && word[len - 1] == '.') {
        len--; /* the name's or the sentence's: it stays either way */
    }
    bare = kd_arena_strndup(anonymizer->arena, word, len);
    lower = anon_lower(anonymizer->arena, word, len);
    if (anon_is_dotted(word, len)) {
        anon_add_name(anonymizer, bare, out);
    } else if (len >= ANON_MIN_WORD && !anon_is_kept(anonymizer, lower) &&
               kd_anonymize_number(anonymizer, KD_ANONYMIZE_LABELS, lower, false) > 0) {
        anon_add_label(anonymizer, bare, len, out);
    } else {
        kd_buf_puts(out, bare);
    }
    kd_buf_puts(out, word + len);
}

static void anon_add_sentence_token(struct kd_anonymizer *anonymizer, const char *token,
                                    struct kd_buf *out)
{
    while (*token != '\0') {
        size_t len = strcspn(token, ":[]%");
        const char *word = kd_arena_strndup(anonymizer->arena, token, len);
        const char *address = kd_anonymize_endpoint(anonymizer, word);

        if (address != NULL) {
            kd_buf_puts(out, address);
        } else if (len > 0) {
            anon_add_sentence_word(anonymizer, word, out);
        } else {
            kd_buf_add(out, token, 1);
            len = 1;
        }
        token += len;
    }
}

const char *kd_anonymize_sentence(struct kd_anonymizer *anonymizer, const char *text)
{
    return anon_each_token(anonymizer, text, anon_add_sentence_token);
}

const char *kd_anonymize_identity(struct kd_anonymizer *anonymizer, const char *text)
{
    size_t len = strcspn(text, ":");

    if (text[len] == '\0') {
        return kd_arena_strdup(anonymizer->arena, text);
    }
    return kd_arena_printf(anonymizer->arena, "%.*s:%s", (int)len, text,
                           kd_anonymize_words(anonymizer, text + len + 1));
}

const char *kd_anonymize_file(struct kd_anonymizer *anonymizer, const char *text)
{
    static const char *const KEPT[] = {"--resolver", "/etc/resolv.conf", "saved run"};

    for (size_t i = 0; i < sizeof(KEPT) / sizeof(KEPT[0]); i++) {
        if (strcmp(text, KEPT[i]) == 0) {
            return KEPT[i];
        }
    }
    return kd_arena_printf(anonymizer->arena, "file%zu",
                           kd_anonymize_number(anonymizer, KD_ANONYMIZE_FILES, text, true));
}
