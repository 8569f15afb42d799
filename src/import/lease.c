/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lease.c - leases of DHCP clients, told apart by their content: JSON, blocks in braces, lines
 * of "key = value", lines of "KEY=value". What the words mean is in lease_field.c.
 */
#include "kmsdns/import/lease.h"

#include <jansson.h>
#include <stdbool.h>
#include <string.h>

#include "kmsdns/base/buf.h"
#include "lease_field.h"

#define MAX_DEPTH 8 /* of JSON; leases have three levels */

/* A text that is read from its beginning to its end. */
struct lease_text {
    const char *at, *end;
};

static bool lease_is_space(char c)
{
    return c == ' ' || c == '\0' || (c >= '\t' && c <= '\r');
}

/* Blanks and comments. */
static void lease_skip_blanks(struct lease_text *text)
{
    bool is_comment = false;

    for (; text->at < text->end; text->at++) {
        if (*text->at == '#') {
            is_comment = true;
        } else if (*text->at == '\n') {
            is_comment = false;
        }
        if (!is_comment && !lease_is_space(*text->at)) {
            return;
        }
    }
}

/* The character behind a backslash: three octal digits, or itself. */
static char lease_escape(struct lease_text *text)
{
    unsigned int code = 0;
    int n = 0;

    while (n < 3 && text->at < text->end && *text->at >= '0' && *text->at <= '7') {
        code = code * 8 + (unsigned int)(*text->at - '0');
        text->at++;
        n++;
    }
    if (n == 0 && text->at < text->end) {
        code = (unsigned char)*text->at;
        text->at++;
    }
    return (char)(code & 0xFF);
}

static void lease_quoted(struct lease_text *text, struct kd_buf *out)
{
    text->at++;
    while (text->at < text->end && *text->at != '"') {
        char c = *text->at;

        text->at++;
        if (c == '\\') {
            c = lease_escape(text);
        }
        kd_buf_add(out, &c, 1);
    }
    text->at += text->at < text->end ? 1 : 0;
}

/* One statement up to its ";" or to a brace, with single blanks and without quotes. */
static char lease_statement(struct lease_text *text, struct kd_buf *out)
{
    out->len = 0;
    kd_buf_add(out, "", 0);
    for (;;) {
        char c;

        lease_skip_blanks(text);
        if (text->at == text->end) {
            return '\0';
        }
        c = *text->at;
        if (c == ';' || c == '{' || c == '}') {
            text->at++;
            return c;
        }
        if (out->len > 0) {
            kd_buf_puts(out, " ");
        }
        if (c == '"') {
            lease_quoted(text, out);
            continue;
        }
        while (text->at < text->end && strchr(";{}\"#,", *text->at) == NULL &&
               !lease_is_space(*text->at)) {
            kd_buf_add(out, text->at, 1);
            text->at++;
        }
        text->at += text->at < text->end && *text->at == ',' ? 1 : 0;
    }
}

/* "option domain-name x", "fixed-address 192.0.2.9" */
static void lease_take_statement(struct kd_arena *arena, struct kd_dhcp_offer_fact *offer,
                                 const char *statement)
{
    static const char OPTION[] = "option ";
    size_t len;

    if (strncmp(statement, OPTION, sizeof(OPTION) - 1) == 0) {
        statement += sizeof(OPTION) - 1;
    }
    len = strcspn(statement, " ");
    (void)kd_lease_set(arena, offer, kd_arena_strndup(arena, statement, len),
                       statement + len + (statement[len] == ' ' ? 1 : 0));
}

/* The file is a log: what the last lease says holds. */
static bool lease_read_dhclient(struct kd_arena *arena, struct lease_text text,
                                struct kd_dhcp_offer_fact *ret)
{
    struct kd_dhcp_offer_fact empty = *ret;
    struct kd_buf statement = {.data = NULL};
    bool is_inside = false, is_found = false;
    char end = lease_statement(&text, &statement);

    for (; end != '\0'; end = lease_statement(&text, &statement)) {
        if (end == '{') {
            is_inside = strcmp(kd_buf_str(&statement), "lease") == 0;
            is_found = is_found || is_inside;
            *ret = is_inside ? empty : *ret;
        } else if (end == '}') {
            is_inside = false;
        } else if (is_inside) {
            lease_take_statement(arena, ret, kd_buf_str(&statement));
        }
    }
    kd_buf_done(&statement);
    ret->format = "ISC dhclient";
    return is_found;
}

/* Strings of an array, parted by blanks; a string as it is. */
static void lease_json_text(const json_t *value, struct kd_buf *out)
{
    if (json_is_string(value)) {
        kd_buf_puts(out, out->len > 0 ? " " : "");
        kd_buf_puts(out, json_string_value(value));
        return;
    }
    for (size_t i = 0; i < json_array_size(value) && i < KD_DHCP_MAX_NAMES; i++) {
        const json_t *element = json_array_get(value, i);

        if (json_is_string(element)) {
            lease_json_text(element, out);
        }
    }
}

static bool lease_json_take(struct kd_arena *arena, struct kd_dhcp_offer_fact *offer,
                            const char *key, const json_t *value)
{
    struct kd_buf text = {.data = NULL};
    bool is_known = false;

    if (json_is_string(value) || json_is_array(value)) {
        lease_json_text(value, &text);
        is_known = text.len > 0 && kd_lease_set(arena, offer, key, kd_buf_str(&text));
    }
    kd_buf_done(&text);
    return is_known;
}

static bool lease_json_object(struct kd_arena *arena, struct kd_dhcp_offer_fact *offer,
                              json_t *object, unsigned int depth)
{
    bool is_known = false;

    for (void *iter = json_object_iter(object); iter != NULL;
         iter = json_object_iter_next(object, iter)) {
        json_t *value = json_object_iter_value(iter);
        bool is_taken = lease_json_take(arena, offer, json_object_iter_key(iter), value);

        is_known = is_known || is_taken;
        if (json_is_object(value) && depth < MAX_DEPTH) {
            is_taken = lease_json_object(arena, offer, value, depth + 1);
            is_known = is_known || is_taken;
        }
    }
    return is_known;
}

static bool lease_read_json(struct kd_arena *arena, struct lease_text text,
                            struct kd_dhcp_offer_fact *ret)
{
    json_t *doc = json_loadb(text.at, (size_t)(text.end - text.at), 0, NULL);
    bool is_known = doc != NULL && lease_json_object(arena, ret, doc, 0);

    json_decref(doc);
    ret->format = "systemd-networkd";
    return is_known;
}

/* The next piece up to a line end, or to nmcli's " | "; false at the end. */
static bool lease_line(struct lease_text *text, struct lease_text *ret)
{
    const char *p = text->at;

    if (p == text->end) {
        return false;
    }
    while (p < text->end && *p != '\n' && !(text->end - p > 3 && memcmp(p, " | ", 3) == 0)) {
        p++;
    }
    *ret = (struct lease_text){text->at, p};
    text->at = p < text->end ? p + (*p == '\n' ? 1 : 3) : p;
    while (ret->at < ret->end && lease_is_space(*ret->at)) {
        ret->at++;
    }
    while (ret->end > ret->at && lease_is_space(ret->end[-1])) {
        ret->end--;
    }
    return true;
}

/* "DHCP4.OPTION[7]:   domain_name = x": where the key begins. */
static const char *lease_behind_label(struct lease_text line)
{
    static const char LABEL[] = "DHCP4.OPTION[";
    const char *colon;

    if ((size_t)(line.end - line.at) < sizeof(LABEL) ||
        memcmp(line.at, LABEL, sizeof(LABEL) - 1) != 0) {
        return line.at;
    }
    colon = memchr(line.at, ':', (size_t)(line.end - line.at));
    if (colon == NULL) {
        return line.at;
    }
    for (colon++; colon < line.end && lease_is_space(*colon);) {
        colon++;
    }
    return colon;
}

/* The words of a shell without its quotes; a backslash takes the next character as it is. */
static void lease_unquote(struct lease_text value, struct kd_buf *out)
{
    char quote = '\0';

    out->len = 0;
    kd_buf_add(out, "", 0);
    for (; value.at < value.end; value.at++) {
        char c = *value.at;
        bool is_open = quote == '\0' && (c == '\'' || c == '"');

        if (is_open || (quote != '\0' && c == quote)) {
            quote = is_open ? c : '\0';
            continue;
        }
        if (c == '\\' && quote != '\'' && value.at + 1 < value.end) {
            value.at++;
        }
        kd_buf_add(out, value.at, 1);
    }
}

/* How a line was written: what tells the clients apart. */
struct lease_style {
    size_t nspaced, nupper, nlower; /* keys that mean something */
};

static void lease_take_line(struct kd_arena *arena, struct lease_text line,
                            struct kd_dhcp_offer_fact *offer, struct lease_style *style)
{
    const char *begin = lease_behind_label(line);
    const char *equals = memchr(begin, '=', (size_t)(line.end - begin));
    struct kd_buf value = {.data = NULL};
    const char *end = equals;
    bool is_upper;

    if (equals == NULL || *begin == '#') {
        return;
    }
    while (end > begin && lease_is_space(end[-1])) {
        end--;
    }
    for (equals++; equals < line.end && lease_is_space(*equals);) {
        equals++;
    }
    lease_unquote((struct lease_text){equals, line.end}, &value);
    is_upper = *begin >= 'A' && *begin <= 'Z';
    if (kd_lease_set(arena, offer, kd_arena_strndup(arena, begin, (size_t)(end - begin)),
                     kd_buf_str(&value))) {
        style->nspaced += *end == ' ' ? 1 : 0;
        style->nupper += is_upper ? 1 : 0;
        style->nlower += is_upper ? 0 : 1;
    }
    kd_buf_done(&value);
}

static bool lease_read_lines(struct kd_arena *arena, struct lease_text text,
                             struct kd_dhcp_offer_fact *ret)
{
    struct lease_style style = {.nspaced = 0};
    struct lease_text line = {NULL, NULL};

    while (lease_line(&text, &line)) {
        lease_take_line(arena, line, ret, &style);
    }
    if (style.nspaced > 0) {
        ret->format = "NetworkManager, nmcli";
    } else if (style.nlower > 0) {
        ret->format = "dhcpcd";
    } else {
        /* NetworkManager's own client notes the address and nothing else */
        ret->format = style.nupper == 1 && ret->address != NULL ? "NetworkManager, internal"
                                                                : "systemd-networkd";
    }
    return style.nupper + style.nlower > 0;
}

kd_status kd_lease_read(struct kd_arena *arena, const char *source, const uint8_t *bytes,
                        size_t len, struct kd_dhcp_offer_fact *ret, struct kd_err *err)
{
    const char *begin = (const char *)bytes;
    struct lease_text text = {begin, begin + len};
    struct kd_dhcp_offer_fact offer = {
        .origin = KD_DHCP_ORIGIN_LEASE,
        .source = kd_arena_strdup(arena, source),
        .expires_s = -1,
    };
    struct kd_dhcp_offer_fact read = offer;
    bool is_read;

    if (len > KD_LEASE_MAX) {
        return kd_fail(err, KD_ETOOBIG, "lease", "a lease of more than 1 MiB is not read");
    }
    lease_skip_blanks(&text);
    if (text.at < text.end && *text.at == '{') {
        is_read = lease_read_json(arena, text, &read);
    } else {
        is_read = lease_read_dhclient(arena, text, &read);
        if (!is_read) {
            read = offer;
            is_read = lease_read_lines(arena, (struct lease_text){begin, begin + len}, &read);
        }
    }
    if (!is_read) {
        return kd_fail(err, KD_ESYNTAX, "lease",
                       "this is no lease of dhclient, systemd-networkd, NetworkManager (nmcli) "
                       "or dhcpcd");
    }
    *ret = read;
    return KD_OK;
}
