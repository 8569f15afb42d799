/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reg.c - registry exports, read character by character, so that neither a line nor a file has
 * to fit into memory:
 *
 *   header, then for each line  [key]  or  "name"=value  or  ; comment
 *
 * A value is text in quotes, dword:, hex: or hex(type): with bytes that go on behind ",\", or
 * "-". What does not fit is told with its place, and reading goes on with the next line.
 */
#include "kmsdns/import/reg.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kmsdns/base/mem.h"
#include "kmsdns/import/decode.h"
#include "reg_data.h"
#include "reg_reader.h"

#define MAX_HEADER ((size_t)64)

void kd_reg_warn_at(struct kd_reg_reader *r, uint32_t line, uint32_t column, const char *fmt,
                    ...)
{
    struct kd_reg *reg = &r->reg;
    va_list ap;

    reg->nwarnings++;
    if (reg->nwarning == KD_REG_MAX_WARNINGS) {
        return;
    }
    reg->warning = kd_arena_grow(r->arena, reg->warning, reg->nwarning, sizeof(*reg->warning));
    va_start(ap, fmt);
    reg->warning[reg->nwarning] = (struct kd_reg_warning){
        .line = line,
        .column = column,
        .text = kd_arena_vprintf(r->arena, fmt, ap),
    };
    va_end(ap);
    reg->nwarning++;
}

bool kd_reg_is_blank(uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void reg_restart(struct kd_buf *buf)
{
    buf->len = 0;
    kd_buf_add(buf, "", 0);
}

void kd_reg_append(struct kd_buf *buf, uint32_t c, size_t max)
{
    if (buf->len < max) {
        kd_decode_utf8(buf, c);
    }
}

/* Drops the value at hand; *state* is where reading goes on. */
void kd_reg_leave(struct kd_reg_reader *r, enum kd_reg_state state)
{
    reg_restart(&r->text);
    reg_restart(&r->data);
    r->state = state;
}

/* Values of one key share its text. */
static const char *reg_kept_key(const struct kd_reg_reader *r)
{
    const struct kd_reg *reg = &r->reg;
    const char *key = kd_buf_str(&r->key);

    if (reg->nvalue > 0 && strcmp(reg->value[reg->nvalue - 1].key, key) == 0) {
        return reg->value[reg->nvalue - 1].key;
    }
    return kd_arena_strdup(r->arena, key);
}

void kd_reg_store(struct kd_reg_reader *r, kd_reg_action action, const char *name)
{
    struct kd_reg *reg = &r->reg;
    struct kd_reg_value *value = NULL;

    if (reg->nvalue == KD_REG_MAX_VALUES) {
        if (!r->is_full) {
            kd_reg_warn_at(r, r->name_line, r->name_column,
                           "more than %d values are of interest; the others are left out",
                           KD_REG_MAX_VALUES);
        }
        r->is_full = true;
        return;
    }
    reg->value = kd_arena_grow(r->arena, reg->value, reg->nvalue, sizeof(*reg->value));
    value = &reg->value[reg->nvalue];
    *value = (struct kd_reg_value){
        .key = reg_kept_key(r),
        .name = kd_arena_strdup(r->arena, name),
        .action = action,
        .type = r->type,
        .line = r->name_line,
        .column = r->name_column,
    };
    if (action == KD_REG_SET) {
        value->data = kd_reg_data_final(r->arena, &r->data, r->is_utf16, r->type, &value->len);
    }
    reg->nvalue++;
}

static void reg_begin_name(struct kd_reg_reader *r, enum kd_reg_state state)
{
    r->name_line = r->line;
    r->name_column = r->column;
    kd_reg_leave(r, state);
}

void kd_reg_at_line(struct kd_reg_reader *r, uint32_t c)
{
    if (kd_reg_is_blank(c) || c == '\n') {
        return;
    }
    if (c == '[') {
        reg_begin_name(r, REG_KEY);
    } else if (c == '"') {
        reg_begin_name(r, REG_NAME);
    } else if (c == '@') {
        reg_begin_name(r, REG_EQUALS);
    } else {
        if (c != ';') {
            kd_reg_warn(r, "the line is neither a key nor a value");
        }
        r->state = REG_SKIP;
    }
}

static void reg_end_header(struct kd_reg_reader *r)
{
    static const char V5[] = "Windows Registry Editor Version 5.00", V4[] = "REGEDIT4";
    const char *text = kd_buf_str(&r->text);
    size_t len = r->text.len;

    while (len > 0 && kd_reg_is_blank((unsigned char)text[len - 1])) {
        len--;
    }
    if (len == 0) {
        kd_reg_leave(r, REG_HEADER);
        return;
    }
    r->is_header_read = true;
    if (len == strlen(V4) && strncmp(text, V4, len) == 0) {
        r->reg.format = KD_REG_REGEDIT4;
    } else if (len != strlen(V5) || strncmp(text, V5, len) != 0) {
        r->is_foreign = true;
    }
    kd_reg_leave(r, REG_LINE);
}

static void reg_at_header(struct kd_reg_reader *r, uint32_t c)
{
    if (c == '\n') {
        reg_end_header(r);
    } else if (c == '[' && r->text.len == 0) {
        r->is_header_read = true;
        kd_reg_warn(r, "the first line is no header of a registry export; read as version 5");
        r->state = REG_LINE;
        kd_reg_at_line(r, c);
    } else if (r->text.len < MAX_HEADER && (r->text.len > 0 || !kd_reg_is_blank(c))) {
        kd_reg_append(&r->text, c, MAX_HEADER);
    }
}

static void reg_set_key(struct kd_reg_reader *r, const char *text, size_t len)
{
    bool is_deletion = len > 0 && text[0] == '-';

    r->reg.nkeys++;
    r->key.len = 0;
    kd_buf_add(&r->key, text + (is_deletion ? 1 : 0), len - (is_deletion ? 1 : 0));
    r->is_key_useful = !is_deletion && len > 0;
    if (is_deletion && (r->keep == NULL || r->keep(kd_buf_str(&r->key), ""))) {
        r->type = 0;
        kd_reg_store(r, KD_REG_DELETE_KEY, "");
    }
}

/* Names of keys may hold brackets, so the last one closes. */
static void reg_end_key(struct kd_reg_reader *r)
{
    const char *text = kd_buf_str(&r->text);
    const char *close = strrchr(text, ']');
    size_t len = r->text.len;

    while (len > 0 && kd_reg_is_blank((unsigned char)text[len - 1])) {
        len--;
    }
    if (close == NULL) {
        kd_reg_warn_at(r, r->name_line, r->name_column, "the key has no closing bracket");
    } else {
        len = (size_t)(close - text);
    }
    if (r->text.len >= KD_REG_MAX_NAME) {
        kd_reg_warn_at(r, r->name_line, r->name_column,
                       "the key's name is longer than %zu bytes; its values are left out",
                       KD_REG_MAX_NAME);
        len = 0;
    }
    reg_set_key(r, text, len);
    kd_reg_leave(r, REG_LINE);
}

static void reg_at_key(struct kd_reg_reader *r, uint32_t c)
{
    if (c == '\n') {
        reg_end_key(r);
    } else {
        kd_reg_append(&r->text, c, KD_REG_MAX_NAME);
    }
}

static void reg_at_skip(struct kd_reg_reader *r, uint32_t c)
{
    if (c == '\n') {
        r->state = REG_LINE;
    }
}

static void reg_at_name(struct kd_reg_reader *r, uint32_t c)
{
    if (c == '"') {
        r->state = REG_EQUALS;
    } else if (c == '\\') {
        r->state = REG_NAME_ESCAPE;
    } else if (c == '\n') {
        kd_reg_warn_at(r, r->name_line, r->name_column, "the name has no closing quote");
        kd_reg_leave(r, REG_LINE);
    } else {
        kd_reg_append(&r->text, c, KD_REG_MAX_NAME);
    }
}

static void reg_at_name_escape(struct kd_reg_reader *r, uint32_t c)
{
    r->state = REG_NAME;
    if (c != '"' && c != '\\') {
        kd_reg_append(&r->text, '\\', KD_REG_MAX_NAME);
    }
    if (c == '\n') {
        reg_at_name(r, c);
    } else {
        kd_reg_append(&r->text, c, KD_REG_MAX_NAME);
    }
}

static void reg_begin_value(struct kd_reg_reader *r)
{
    free(r->name);
    r->name = kd_xstrdup(kd_buf_str(&r->text));
    r->is_wanted = r->is_key_useful && r->text.len < KD_REG_MAX_NAME &&
                   (r->keep == NULL || r->keep(kd_buf_str(&r->key), r->name));
    if (r->reg.nkeys == 0) {
        kd_reg_warn_at(r, r->name_line, r->name_column,
                       "the value stands before the first key");
    }
    kd_reg_leave(r, REG_VALUE);
    r->type = 0;
    r->ndata = r->neol = 0;
    r->number = r->ndigits = 0;
    r->is_bad = r->had_byte = r->is_continued = false;
    r->is_utf16 = r->reg.format == KD_REG_V5;
}

static void reg_at_equals(struct kd_reg_reader *r, uint32_t c)
{
    if (c == '=') {
        reg_begin_value(r);
    } else if (!kd_reg_is_blank(c)) {
        kd_reg_warn(r, "there is no \"=\" behind the name");
        kd_reg_leave(r, c == '\n' ? REG_LINE : REG_SKIP);
    }
}

static kd_reg_state_fn *const REG_STATE[REG_STATE_COUNT] = {
    [REG_HEADER] = reg_at_header, [REG_LINE] = kd_reg_at_line,
    [REG_SKIP] = reg_at_skip,     [REG_KEY] = reg_at_key,
    [REG_NAME] = reg_at_name,     [REG_NAME_ESCAPE] = reg_at_name_escape,
    [REG_EQUALS] = reg_at_equals,
};

static void reg_take(uint32_t c, void *arg)
{
    struct kd_reg_reader *r = arg;

    if (r->is_foreign || (c == 0xFEFF && r->line == 1 && r->column == 0)) {
        return;
    }
    r->column++;
    if (REG_STATE[r->state] != NULL) {
        REG_STATE[r->state](r, c);
    } else {
        kd_reg_value_state[r->state](r, c);
    }
    if (c == '\n') {
        r->line++;
        r->column = 0;
    }
}

struct kd_reg_reader *kd_reg_reader_new(struct kd_arena *arena, kd_reg_keep_fn *keep)
{
    struct kd_reg_reader *r = kd_xcalloc(1, sizeof(*r));

    r->arena = arena;
    r->keep = keep;
    r->line = 1;
    kd_reg_leave(r, REG_HEADER);
    return r;
}

void kd_reg_feed(struct kd_reg_reader *reader, const uint8_t *bytes, size_t len)
{
    kd_decode_feed(&reader->decode, bytes, len, reg_take, reader);
}

static void reg_free(struct kd_reg_reader *r)
{
    kd_buf_done(&r->text);
    kd_buf_done(&r->key);
    kd_buf_done(&r->data);
    free(r->name);
    free(r);
}

kd_status kd_reg_reader_end(struct kd_reg_reader *reader, struct kd_reg *ret,
                            struct kd_err *err)
{
    kd_status status = KD_OK;

    kd_decode_end(&reader->decode, reg_take, reader);
    kd_reg_close_value(reader);
    reg_take('\n', reader);
    reg_take('\n', reader); /* the first one may only end a line of bytes */
    reader->reg.encoding = kd_decode_str(&reader->decode);
    if (reader->is_foreign || !reader->is_header_read) {
        status = kd_fail(err, KD_ESYNTAX, "reg",
                         "this is no registry export: its first line is not \"Windows Registry "
                         "Editor Version 5.00\" or \"REGEDIT4\"");
    } else {
        *ret = reader->reg;
    }
    reg_free(reader);
    return status;
}

kd_status kd_reg_read(struct kd_arena *arena, const uint8_t *bytes, size_t len,
                      kd_reg_keep_fn *keep, struct kd_reg *ret, struct kd_err *err)
{
    struct kd_reg_reader *reader = kd_reg_reader_new(arena, keep);

    kd_reg_feed(reader, bytes, len);
    return kd_reg_reader_end(reader, ret, err);
}
