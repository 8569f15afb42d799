/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipconfig.c - `ipconfig /all` in any language.
 *
 *   Windows IP Configuration                      title: at the margin, no colon
 *      Host Name . . . . . . . . : PC01           field: label, dots, colon, value
 *      DNS Suffix Search List. . : a.example
 *                                  b.example      value: far to the right
 *   Ethernet adapter Ethernet:                    heading: at the margin, ends with a colon
 *
 * Fields before the first heading are the computer's: host name, primary suffix, ..., search
 * list.
 */
#include "kmsdns/import/ipconfig.h"

#include <stdbool.h>
#include <string.h>

#include "kmsdns/base/buf.h"
#include "kmsdns/import/decode.h"
#include "lease_field.h"

#define MAX_ADAPTERS 1000
#define MAX_VALUES   64

/* Labels begin left of this column, values that continue a field right of it. */
#define VALUE_COLUMN 16

/* A line of the text, without its line end and the blanks around it. */
struct ipc_line {
    const char *at, *end;
    size_t indent;
};

/* A field with all its values. */
struct ipc_field {
    const char *label;
    const char *value[MAX_VALUES];
    size_t nvalue;
};

struct ipc {
    struct kd_arena *arena;
    struct kd_computer_fact *computer;
    struct kd_adapter_fact *adapter; /* at hand; NULL before the first heading */
    struct ipc_field field;          /* at hand; label NULL for none */
    size_t nfield;                   /* of the computer, ended so far */
    bool has_primary, has_suffix;    /* their fields were seen, empty or not */
    bool is_full;                    /* the adapter at hand is one too many: it is left out */
};

static bool ipc_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* An address, without "(Preferred)" in any language and without a zone; NULL for none. */
static const char *ipc_address(struct kd_arena *arena, const char *text)
{
    return kd_lease_address(arena, text, strcspn(text, "(% "));
}

/* Letters, digits, hyphens, underscores and dots, or bytes of other alphabets. */
static bool ipc_is_name(const char *text)
{
    static const char PLAIN[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789-_.";

    if (text[0] == '\0' || text[0] == '.' || text[0] == '-') {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (strchr(PLAIN, *text) == NULL && ((unsigned char)*text < 0x80)) {
            return false;
        }
    }
    return true;
}

static bool ipc_has_word(const char *label, const char *word)
{
    size_t len = strlen(word);

    for (; *label != '\0'; label++) {
        size_t i = 0;

        while (i < len && (label[i] & ~0x20) == word[i]) {
            i++;
        }
        if (i == len) {
            return true;
        }
    }
    return false;
}

static bool ipc_is_dotted(const char *text)
{
    return text != NULL && strchr(text, '.') != NULL;
}

/* True if all values of a field are names, none an address. */
static bool ipc_all_names(const struct ipc *ipc, const struct ipc_field *field)
{
    for (size_t i = 0; i < field->nvalue; i++) {
        if (!ipc_is_name(field->value[i]) || ipc_address(ipc->arena, field->value[i]) != NULL) {
            return false;
        }
    }
    return true;
}

static bool ipc_all_addresses(const struct ipc *ipc, const struct ipc_field *field)
{
    for (size_t i = 0; i < field->nvalue; i++) {
        if (ipc_address(ipc->arena, field->value[i]) == NULL) {
            return false;
        }
    }
    return field->nvalue > 0;
}

static void ipc_append_all(struct ipc *ipc, const char ***list, size_t *n,
                           const struct ipc_field *field)
{
    for (size_t i = 0; i < field->nvalue; i++) {
        kd_lease_append(ipc->arena, list, n, field->value[i], strlen(field->value[i]));
    }
}

/*
 * The computer's fields stand in a fixed order: host name, primary suffix, node type, two
 * switches, search list. Only the suffixes have DNS in their labels.
 */
static void ipc_end_computer_field(struct ipc *ipc, const struct ipc_field *field)
{
    struct kd_computer_fact *computer = ipc->computer;
    bool is_dns = ipc_has_word(field->label, "DNS");
    const char *first = field->nvalue > 0 ? field->value[0] : NULL;

    ipc->nfield++;
    if (ipc->nfield == 1) {
        computer->host_name = first;
        return;
    }
    if (!ipc_all_names(ipc, field)) {
        return;
    }
    if (!ipc->has_primary && (is_dns || (ipc->nfield == 2 && ipc_is_dotted(first)))) {
        ipc->has_primary = true;
        computer->primary_suffix = first;
    } else if (is_dns) {
        ipc_append_all(ipc, &computer->search, &computer->nsearch, field);
    }
}

/* DNS with names or nothing is the suffix, once more the search list; else the servers. */
static void ipc_end_adapter_field(struct ipc *ipc, const struct ipc_field *field)
{
    struct kd_adapter_fact *adapter = ipc->adapter;

    if (ipc_has_word(field->label, "DHCP") && ipc_all_addresses(ipc, field)) {
        adapter->is_dhcp = true;
        return;
    }
    if (!ipc_has_word(field->label, "DNS")) {
        return;
    }
    if (ipc_all_addresses(ipc, field)) {
        for (size_t i = 0; i < field->nvalue; i++) {
            const char *address = ipc_address(ipc->arena, field->value[i]);

            kd_lease_append(ipc->arena, &adapter->dns, &adapter->ndns, address,
                            strlen(address));
        }
    } else if (ipc_all_names(ipc, field) && !ipc->has_suffix) {
        ipc->has_suffix = true;
        adapter->suffix = field->nvalue > 0 ? field->value[0] : NULL;
    } else if (ipc_all_names(ipc, field)) {
        ipc_append_all(ipc, &adapter->search, &adapter->nsearch, field);
    }
}

static void ipc_end_field(struct ipc *ipc)
{
    if (ipc->field.label != NULL && !ipc->is_full) {
        if (ipc->adapter != NULL) {
            ipc_end_adapter_field(ipc, &ipc->field);
        } else {
            ipc_end_computer_field(ipc, &ipc->field);
        }
    }
    ipc->field = (struct ipc_field){.label = NULL};
}

static void ipc_add_value(struct ipc *ipc, const char *at, const char *end)
{
    struct ipc_field *field = &ipc->field;

    while (at < end && ipc_is_blank(*at)) {
        at++;
    }
    while (end > at && ipc_is_blank(end[-1])) {
        end--;
    }
    if (at < end && field->label != NULL && field->nvalue < MAX_VALUES) {
        field->value[field->nvalue] = kd_arena_strndup(ipc->arena, at, (size_t)(end - at));
        field->nvalue++;
    }
}

/* The colon that parts label and value: the first one behind a dot or a blank. */
static const char *ipc_colon(struct ipc_line line)
{
    for (const char *p = line.at + 1; p < line.end; p++) {
        if (*p == ':' && (p[-1] == '.' || ipc_is_blank(p[-1]))) {
            return p;
        }
    }
    return NULL;
}

static bool ipc_has_dots(struct ipc_line line)
{
    for (const char *p = line.at; p + 2 < line.end; p++) {
        if (memcmp(p, ". .", 3) == 0) {
            return true;
        }
    }
    return false;
}

/* At the margin and closed by a colon, which Chinese and Japanese may write wide. */
static bool ipc_is_heading(struct ipc_line line)
{
    static const char WIDE[] = "\xEF\xBC\x9A";
    size_t len = (size_t)(line.end - line.at);

    if (line.indent > 0 || ipc_has_dots(line)) {
        return false;
    }
    return line.end[-1] == ':' || (len > 3 && memcmp(line.end - 3, WIDE, 3) == 0);
}

static void ipc_begin_adapter(struct ipc *ipc, struct ipc_line line)
{
    struct kd_computer_fact *computer = ipc->computer;
    size_t len = (size_t)(line.end - line.at) - (line.end[-1] == ':' ? 1 : 3);

    ipc->is_full = computer->nadapter == MAX_ADAPTERS;
    if (ipc->is_full) {
        return;
    }
    while (len > 0 && ipc_is_blank(line.at[len - 1])) {
        len--;
    }
    computer->adapter = kd_arena_grow(ipc->arena, computer->adapter, computer->nadapter,
                                      sizeof(*computer->adapter));
    ipc->adapter = &computer->adapter[computer->nadapter++];
    ipc->has_suffix = false;
    ipc->adapter->name = kd_arena_strndup(ipc->arena, line.at, len);
}

static void ipc_begin_field(struct ipc *ipc, struct ipc_line line, const char *colon)
{
    const char *end = colon;

    while (end > line.at && (end[-1] == '.' || ipc_is_blank(end[-1]))) {
        end--;
    }
    ipc->field.label = kd_arena_strndup(ipc->arena, line.at, (size_t)(end - line.at));
    ipc_add_value(ipc, colon + 1, line.end);
}

static void ipc_take_line(struct ipc *ipc, struct ipc_line line)
{
    const char *colon = ipc_colon(line);

    if (ipc_is_heading(line)) {
        ipc_end_field(ipc);
        ipc_begin_adapter(ipc, line);
    } else if (colon != NULL && line.indent < VALUE_COLUMN &&
               (line.indent > 0 || ipc_has_dots(line))) {
        ipc_end_field(ipc);
        ipc_begin_field(ipc, line, colon);
    } else if (line.indent > 0) {
        ipc_add_value(ipc, line.at, line.end);
    }
}

/* The next line that is not empty; false at the end. */
static bool ipc_next_line(const char **at, const char *end, struct ipc_line *ret)
{
    while (*at < end) {
        const char *eol = memchr(*at, '\n', (size_t)(end - *at));
        struct ipc_line line = {*at, eol != NULL ? eol : end, 0};

        *at = eol != NULL ? eol + 1 : end;
        while (line.at < line.end && ipc_is_blank(*line.at)) {
            line.indent += *line.at == '\t' ? 8 : 1;
            line.at++;
        }
        while (line.end > line.at && ipc_is_blank(line.end[-1])) {
            line.end--;
        }
        if (line.at < line.end) {
            *ret = line;
            return true;
        }
    }
    return false;
}

/* What is neither UTF-16 nor UTF-8 stays as it is: all that matters in it is ASCII. */
static void ipc_decode(const uint8_t *bytes, size_t len, struct kd_buf *out)
{
    bool is_wide = len >= 2 && ((bytes[0] == 0xFF && bytes[1] == 0xFE) ||
                                (bytes[0] == 0xFE && bytes[1] == 0xFF) ||
                                (bytes[0] == 0) != (bytes[1] == 0));
    bool has_mark = len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0;

    if (is_wide) {
        kd_decode_all(bytes, len, out);
        return;
    }
    for (size_t i = has_mark ? 3 : 0; i < len; i++) {
        kd_buf_add(out, bytes[i] != 0 ? (const char *)&bytes[i] : "?", 1);
    }
}

kd_status kd_ipconfig_read(struct kd_arena *arena, const char *file, const uint8_t *bytes,
                           size_t len, struct kd_computer_fact *ret, struct kd_err *err)
{
    struct kd_computer_fact computer = {.file = kd_arena_strdup(arena, file)};
    struct ipc ipc = {.arena = arena, .computer = &computer};
    struct kd_buf text = {.data = NULL};
    struct ipc_line line = {NULL, NULL, 0};
    const char *at;

    if (len > KD_IPCONFIG_MAX) {
        return kd_fail(err, KD_ETOOBIG, "ipconfig",
                       "more than 1 MiB is no output of ipconfig /all");
    }
    ipc_decode(bytes, len, &text);
    at = kd_buf_str(&text);
    while (ipc_next_line(&at, kd_buf_str(&text) + text.len, &line)) {
        ipc_take_line(&ipc, line);
    }
    ipc_end_field(&ipc);
    kd_buf_done(&text);
    if (computer.host_name == NULL && computer.nadapter == 0) {
        return kd_fail(
            err, KD_ESYNTAX, "ipconfig",
            "this is no output of ipconfig /all: it has no adapter and no host name");
    }
    *ret = computer;
    return KD_OK;
}

void kd_ipconfig_to_facts(struct kd_facts *facts, const struct kd_computer_fact *computer)
{
    struct kd_dhcp_fact *dhcp = kd_dhcp_of(facts);

    dhcp->computer =
        kd_arena_grow(facts->arena, dhcp->computer, dhcp->ncomputer, sizeof(*dhcp->computer));
    dhcp->computer[dhcp->ncomputer] = *computer;
    dhcp->ncomputer++;
}
