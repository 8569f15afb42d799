/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_bind.c - the key statement of named.conf, as tsig-keygen and ddns-confgen write it:
 *
 *   key "name" { algorithm hmac-sha256; secret "base64"; };
 *
 * with any blanks and the three kinds of comments between the words.
 */
#include "key_parts.h"

#include <string.h>

enum bind_kind {
    BIND_END,
    BIND_WORD, /* with or without quotes */
    BIND_MARK, /* one of { } ; */
    BIND_OPEN, /* a comment or a quotation that is not closed */
};

struct bind_token {
    enum bind_kind kind;
    struct kd_key_piece piece;
};

static bool bind_starts(const struct kd_key_text *text, const char *mark)
{
    size_t len = strlen(mark);

    return (size_t)(text->end - text->at) >= len && memcmp(text->at, mark, len) == 0;
}

static void bind_advance(struct kd_key_text *text, size_t n)
{
    for (size_t i = 0; i < n && text->at < text->end; i++) {
        text->line += *text->at == '\n' ? 1 : 0;
        text->at++;
    }
}

/* Goes on to a mark; false if there is none. */
static bool bind_advance_to(struct kd_key_text *text, const char *mark)
{
    while (text->at < text->end && !bind_starts(text, mark)) {
        bind_advance(text, 1);
    }
    return text->at < text->end;
}

/* Goes behind a comment; false if it is not closed. */
static bool bind_skip_block(struct kd_key_text *text)
{
    bind_advance(text, 2);
    if (!bind_advance_to(text, "*/")) {
        return false;
    }
    bind_advance(text, 2);
    return true;
}

/* Goes behind blanks and comments; false if the comment in *ret_line is not closed. */
static bool bind_skip(struct kd_key_text *text, unsigned int *ret_line)
{
    bool is_closed = true;

    while (is_closed && text->at < text->end) {
        *ret_line = text->line;
        if (kd_key_is_blank(*text->at)) {
            bind_advance(text, 1);
        } else if (*text->at == '#' || bind_starts(text, "//")) {
            (void)bind_advance_to(text, "\n");
        } else if (bind_starts(text, "/*")) {
            is_closed = bind_skip_block(text);
        } else {
            return true;
        }
    }
    return is_closed;
}

static bool bind_is_mark(char c)
{
    return c == '{' || c == '}' || c == ';';
}

static struct bind_token bind_quoted(struct kd_key_text *text)
{
    struct bind_token token = {BIND_WORD, {text->at + 1, 0, text->line}};
    bool is_closed;

    bind_advance(text, 1);
    is_closed = bind_advance_to(text, "\"");
    token.piece.len = (size_t)(text->at - token.piece.at);
    if (!is_closed) {
        token.kind = BIND_OPEN;
    }
    bind_advance(text, 1);
    return token;
}

static struct bind_token bind_next(struct kd_key_text *text)
{
    struct bind_token token = {BIND_END, {0}};

    if (!bind_skip(text, &token.piece.line)) {
        token.kind = BIND_OPEN;
        return token;
    }
    token.piece = (struct kd_key_piece){text->at, 0, text->line};
    if (text->at == text->end) {
        return token;
    }
    if (*text->at == '"') {
        return bind_quoted(text);
    }
    token.kind = bind_is_mark(*text->at) ? BIND_MARK : BIND_WORD;
    do {
        bind_advance(text, 1);
        token.piece.len++;
    } while (token.kind == BIND_WORD && text->at < text->end && !kd_key_is_blank(*text->at) &&
             !bind_is_mark(*text->at) && *text->at != '"');
    return token;
}

static kd_status bind_expected(const struct bind_token *token, const char *expected,
                               struct kd_err *err)
{
    if (token->kind == BIND_OPEN) {
        expected = "the end of the comment or quotation that begins there";
    }
    return kd_key_expected(token->piece.line, expected, err);
}

static kd_status bind_mark(struct kd_key_text *text, const char *mark, const char *expected,
                           struct kd_err *err)
{
    struct bind_token token = bind_next(text);

    if (token.kind != BIND_MARK || !kd_key_piece_is(&token.piece, mark)) {
        return bind_expected(&token, expected, err);
    }
    return KD_OK;
}

static kd_status bind_word(struct kd_key_text *text, const char *expected,
                           struct kd_key_piece *ret, struct kd_err *err)
{
    struct bind_token token = bind_next(text);

    if (token.kind != BIND_WORD) {
        return bind_expected(&token, expected, err);
    }
    *ret = token.piece;
    return KD_OK;
}

/* "algorithm word;" or "secret word;", whose first word is field. */
static kd_status bind_field(struct kd_key_text *text, const struct bind_token *field,
                            struct kd_key_parts *parts, struct kd_err *err)
{
    static const char FIELDS[] = "algorithm, secret or \"}\", each of the two once";
    bool is_algorithm = kd_key_piece_is(&field->piece, "algorithm");
    struct kd_key_piece *piece = is_algorithm ? &parts->algorithm : &parts->secret;
    kd_status status;

    if (field->kind != BIND_WORD || piece->at != NULL ||
        (!is_algorithm && !kd_key_piece_is(&field->piece, "secret"))) {
        return bind_expected(field, FIELDS, err);
    }
    status = bind_word(text, is_algorithm ? "the name of an algorithm" : "the secret in base64",
                       piece, err);
    return status != KD_OK ? status
                           : bind_mark(text, ";", "\";\" behind the algorithm or secret", err);
}

/* Behind the word key. */
static kd_status bind_statement(struct kd_key_text *text, struct kd_key_list *list,
                                struct kd_err *err)
{
    struct kd_key_parts parts = {.line = text->line};
    struct bind_token token = {0};
    kd_status status = bind_word(text, "the name of the key", &parts.name, err);

    status = status != KD_OK ? status : bind_mark(text, "{", "\"{\"", err);
    while (status == KD_OK) {
        token = bind_next(text);
        if (token.kind == BIND_MARK && kd_key_piece_is(&token.piece, "}")) {
            break;
        }
        status = bind_field(text, &token, &parts, err);
    }
    status = status != KD_OK ? status : bind_mark(text, ";", "\";\" behind \"}\"", err);
    return status != KD_OK ? status : kd_key_list_add(list, &parts, err);
}

kd_status kd_key_read_bind(struct kd_key_text *text, struct kd_key_list *list,
                           struct kd_err *err)
{
    struct bind_token token = bind_next(text);
    kd_status status = KD_OK;

    while (status == KD_OK && token.kind != BIND_END) {
        if (token.kind != BIND_WORD || !kd_key_piece_is(&token.piece, "key")) {
            return bind_expected(&token, "nothing but key statements", err);
        }
        status = bind_statement(text, list, err);
        token = bind_next(text);
    }
    return status;
}
