/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_knot.c - keys as Knot DNS has them: the line [algorithm:]name:secret that kdig and
 * knsupdate read, and the section of knotd's configuration that "keymgr -t" prints:
 *
 *   # hmac-sha256:name:secret
 *   key:
 *     - id: name
 *       algorithm: hmac-sha256
 *       secret: base64
 */
#include "key_parts.h"

#include <string.h>

#define DEFAULT_ALGORITHM "hmac-sha256" /* of kdig and knsupdate */

static bool knot_has_blank(const struct kd_key_piece *line)
{
    for (size_t i = 0; i < line->len; i++) {
        if (kd_key_is_blank(line->at[i])) {
            return true;
        }
    }
    return false;
}

static kd_status knot_line(const struct kd_key_piece *line, struct kd_key_list *list,
                           struct kd_err *err)
{
    static const char FORMS[] =
        "key \"NAME\" { algorithm ...; secret ...; }; or [ALGORITHM:]NAME:SECRET or a "
        "K*.private file";
    struct kd_key_parts parts = {.line = line->line};
    struct kd_key_piece rest = {0}, last = {0};

    if (knot_has_blank(line) || !kd_key_split(line, &parts.algorithm, &rest)) {
        return kd_key_expected(line->line, FORMS, err);
    }
    if (kd_key_split(&rest, &parts.name, &last)) {
        parts.secret = last;
        return kd_key_list_add(list, &parts, err);
    }
    parts.name = parts.algorithm;
    parts.secret = rest;
    parts.algorithm = (struct kd_key_piece){
        .at = DEFAULT_ALGORITHM, .len = strlen(DEFAULT_ALGORITHM), .line = line->line};
    return kd_key_list_add(list, &parts, err);
}

kd_status kd_key_read_knot_line(struct kd_key_text *text, struct kd_key_list *list,
                                struct kd_err *err)
{
    struct kd_key_piece line = {0};
    kd_status status = KD_OK;

    while (status == KD_OK && kd_key_next_line(text, &line)) {
        status = knot_line(&line, list, err);
    }
    return status;
}

static struct kd_key_piece knot_unquoted(struct kd_key_piece value)
{
    if (value.len >= 2 && value.at[0] == '"' && value.at[value.len - 1] == '"') {
        value.at++;
        value.len -= 2;
    }
    return value;
}

/* The place of a field; NULL for another word. */
static struct kd_key_piece *knot_field(struct kd_key_parts *parts,
                                       const struct kd_key_piece *word)
{
    if (kd_key_piece_is(word, "id")) {
        return &parts->name;
    }
    if (kd_key_piece_is(word, "algorithm")) {
        return &parts->algorithm;
    }
    return kd_key_piece_is(word, "secret") ? &parts->secret : NULL;
}

/* "- " begins the next key. */
static kd_status knot_begin_item(struct kd_key_piece *line, struct kd_key_parts *parts,
                                 struct kd_key_list *list, struct kd_err *err)
{
    kd_status status = KD_OK;

    if (line->len < 2 || line->at[0] != '-' || !kd_key_is_blank(line->at[1])) {
        return KD_OK;
    }
    if (parts->line != 0) {
        status = kd_key_list_add(list, parts, err);
    }
    *parts = (struct kd_key_parts){.line = line->line};
    line->at++;
    line->len--;
    *line = kd_key_piece_trim(*line);
    return status;
}

static kd_status knot_item(struct kd_key_piece *line, struct kd_key_parts *parts,
                           struct kd_key_list *list, struct kd_err *err)
{
    struct kd_key_piece word = {0}, value = {0}, *field = NULL;
    kd_status status = knot_begin_item(line, parts, list, err);

    if (status != KD_OK) {
        return status;
    }
    if (kd_key_split(line, &word, &value)) {
        field = knot_field(parts, &word);
    }
    if (field == NULL || field->at != NULL || parts->line == 0) {
        return kd_key_expected(
            line->line, "\"- id:\", \"algorithm:\" or \"secret:\", once in each key", err);
    }
    *field = knot_unquoted(value);
    return KD_OK;
}

kd_status kd_key_read_knot_yaml(struct kd_key_text *text, struct kd_key_list *list,
                                struct kd_err *err)
{
    struct kd_key_parts parts = {0};
    struct kd_key_piece line = {0};
    kd_status status = KD_OK;

    /* the line "key:", which told the format */
    (void)kd_key_next_line(text, &line);
    while (status == KD_OK && kd_key_next_line(text, &line)) {
        status = knot_item(&line, &parts, list, err);
    }
    if (status == KD_OK && parts.line != 0) {
        status = kd_key_list_add(list, &parts, err);
    }
    return status;
}
