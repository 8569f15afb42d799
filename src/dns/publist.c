/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * publist.c - lines of the host's DnsDomainPublishList: "domain[,priority[,weight]]".
 */
#include "kmsdns/dns/publist.h"

#include <string.h>

#include "kmsdns/base/buf.h"
#include "kmsdns/base/num.h"
#include "kmsdns/dns/name.h"

#define MAX_FIELDS 3
#define MAX_LEN    ((size_t)2048) /* an internationalized name at its longest, and numbers */

static bool publist_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Copies the field from text to end without the blanks around it. */
static const char *publist_field(struct kd_arena *arena, const char *text, const char *end)
{
    while (text < end && publist_is_blank(*text)) {
        text++;
    }
    while (end > text && publist_is_blank(end[-1])) {
        end--;
    }
    return kd_arena_strndup(arena, text, (size_t)(end - text));
}

/* Cuts the text at its commas; returns the number of fields, MAX_FIELDS + 1 for too many. */
static size_t publist_split(struct kd_arena *arena, const char *text,
                            const char *field[MAX_FIELDS])
{
    size_t n = 0;

    for (const char *p = text; p != NULL && n <= MAX_FIELDS; n++) {
        const char *comma = strchr(p, ',');

        if (n < MAX_FIELDS) {
            field[n] = publist_field(arena, p, comma != NULL ? comma : p + strlen(p));
        }
        p = comma != NULL ? comma + 1 : NULL;
    }
    return n;
}

/* The beginning of a text of unknown origin, fit for a sentence. */
static const char *publist_shown(struct kd_arena *arena, const char *text)
{
    struct kd_buf buf = {0};
    const char *shown = NULL;

    kd_buf_text_utf8(&buf, kd_arena_strndup(arena, text, strnlen(text, 40)), true);
    shown = kd_arena_strdup(arena, kd_buf_str(&buf));
    kd_buf_done(&buf);
    return shown;
}

static kd_status publist_number(struct kd_arena *arena, const char *what, const char *text,
                                uint16_t *ret, struct kd_err *err)
{
    uint32_t value = 0;

    if (kd_parse_u32(text, 0, UINT16_MAX, &value, NULL) != KD_OK) {
        return kd_fail(err, KD_ESYNTAX, "publist",
                       "the %s \"%s\" is not a number from 0 to 65535", what,
                       publist_shown(arena, text));
    }
    *ret = (uint16_t)value;
    return KD_OK;
}

kd_status kd_publist_parse(struct kd_arena *arena, const char *text,
                           struct kd_publist_entry *ret, struct kd_err *err)
{
    const char *field[MAX_FIELDS] = {NULL, NULL, NULL};
    struct kd_publist_entry entry = {0};
    kd_status status;
    size_t n;

    if (strnlen(text, MAX_LEN + 1) > MAX_LEN) {
        return kd_fail(err, KD_ESYNTAX, "publist",
                       "the publish list entry \"%s...\" is longer than a domain and two "
                       "numbers can be",
                       publist_shown(arena, text));
    }
    n = publist_split(arena, text, field);
    if (n > MAX_FIELDS) {
        return kd_fail(err, KD_ESYNTAX, "publist",
                       "the publish list entry \"%s\" has more than three fields: "
                       "write domain,priority,weight",
                       publist_shown(arena, text));
    }
    status = kd_name_domain_from_str(arena, field[0], &entry.domain, err);
    if (status == KD_OK && field[1] != NULL) {
        entry.has_numbers = true;
        status = publist_number(arena, "priority", field[1], &entry.priority, err);
    }
    if (status == KD_OK && field[2] != NULL) {
        status = publist_number(arena, "weight", field[2], &entry.weight, err);
    }
    if (status != KD_OK) {
        kd_err_prefix(err, "publish list entry \"%s\"", publist_shown(arena, text));
        return status;
    }
    *ret = entry;
    return KD_OK;
}
