/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reg_value.c - what stands behind "name"= in a registry export: text in quotes, dword:, bytes
 * behind hex: or hex(type): that go on over lines, or "-". Values that nobody asked for are
 * only counted, so that 10 MiB of them cost no memory.
 */
#include "reg_reader.h"

#include <string.h>

#include "reg_data.h"

/* 16 for what is no hex digit. */
static uint32_t reg_digit(uint32_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/* What is odd about the bytes of a value that is kept. */
static void reg_check_data(struct kd_reg_reader *r)
{
    const char *fault = kd_reg_data_fault(&r->data, r->is_utf16, r->type);

    if (r->ndata > r->data.len) {
        kd_reg_warn_at(r, r->value_line, r->value_column,
                       "the value has %zu bytes, of which the first %zu are read", r->ndata,
                       r->data.len);
    } else if (fault != NULL) {
        kd_reg_warn_at(r, r->value_line, r->value_column, "%s", fault);
    }
}

static void reg_finish_value(struct kd_reg_reader *r, enum kd_reg_state next)
{
    r->reg.nvalues++;
    if (r->is_wanted) {
        reg_check_data(r);
        kd_reg_store(r, KD_REG_SET, r->name);
    }
    kd_reg_leave(r, next);
}

static void reg_byte(struct kd_reg_reader *r, uint8_t byte)
{
    char c = (char)byte;

    r->ndata++;
    if (r->is_wanted && r->data.len < kd_reg_data_max(r->is_utf16, r->type)) {
        kd_buf_add(&r->data, &c, 1);
    }
}

/* A character of a text in quotes: one UTF-16 unit or two. */
static void reg_unit(struct kd_reg_reader *r, uint32_t unit)
{
    r->ndata += 2;
    if (r->is_wanted && r->data.len + 2 <= KD_REG_MAX_DATA - 2) {
        char bytes[2] = {(char)(unit & 0xFF), (char)(unit >> 8)};

        kd_buf_add(&r->data, bytes, 2);
    }
}

static void reg_character(struct kd_reg_reader *r, uint32_t c)
{
    for (; r->neol > 0; r->neol--) {
        reg_unit(r, '\r');
        reg_unit(r, '\n');
    }
    if (c >= 0x10000) {
        reg_unit(r, 0xD800 + ((c - 0x10000) >> 10));
        reg_unit(r, 0xDC00 + ((c - 0x10000) & 0x3FF));
    } else {
        reg_unit(r, c);
    }
}

void kd_reg_at_value(struct kd_reg_reader *r, uint32_t c)
{
    if (kd_reg_is_blank(c)) {
        return;
    }
    r->value_line = r->line;
    r->value_column = r->column;
    if (c == '"') {
        r->type = KD_REG_TYPE_SZ;
        r->is_utf16 = true;
        r->state = REG_STRING;
    } else if (c == '-') {
        if (r->is_wanted) {
            kd_reg_store(r, KD_REG_DELETE_VALUE, r->name);
        }
        kd_reg_leave(r, REG_TAIL);
    } else if (c == '\n') {
        kd_reg_warn(r, "there is nothing behind \"=\"");
        kd_reg_leave(r, REG_LINE);
    } else {
        kd_reg_append(&r->text, c, KD_REG_MAX_WORD);
        r->state = REG_WORD;
    }
}

static void reg_at_string(struct kd_reg_reader *r, uint32_t c)
{
    if (c == '"') {
        reg_character(r, 0); /* with the line ends before it */
        reg_finish_value(r, REG_TAIL);
    } else if (c == '\\') {
        r->state = REG_STRING_ESCAPE;
    } else if (c == '\n') {
        r->neol++;
        r->state = REG_STRING_EOL;
    } else if (c != '\r') {
        reg_character(r, c);
    }
}

static void reg_at_string_escape(struct kd_reg_reader *r, uint32_t c)
{
    r->state = REG_STRING;
    if (c != '"' && c != '\\') {
        reg_character(r, '\\');
    }
    if (c == '\n') {
        reg_at_string(r, c);
    } else {
        reg_character(r, c);
    }
}

/* Texts may hold line ends, but where a key or a name begins, the closing quote is missing. */
static void reg_at_string_eol(struct kd_reg_reader *r, uint32_t c)
{
    if (c == '[' || c == '"' || c == '@') {
        kd_reg_warn_at(r, r->value_line, r->value_column, "the text has no closing quote");
        r->neol = 0;
        reg_character(r, 0);
        reg_finish_value(r, REG_LINE);
        kd_reg_at_line(r, c);
    } else if (c == '\n') {
        r->neol++;
    } else if (c != '\r') {
        r->state = REG_STRING;
        reg_at_string(r, c);
    }
}

static void reg_at_tail(struct kd_reg_reader *r, uint32_t c)
{
    if (c == '\n') {
        r->state = REG_LINE;
    } else if (!kd_reg_is_blank(c)) {
        if (c != ';') {
            kd_reg_warn(r, "there is more behind the value");
        }
        r->state = REG_SKIP;
    }
}

/* "hex(7)" gives 7; false for what is no such word. */
static bool reg_hex_type(const char *word, uint32_t *ret)
{
    static const char HEX[] = "hex(";
    uint32_t type = 0;
    size_t n = 0;

    if (strcmp(word, "hex") == 0) {
        *ret = KD_REG_TYPE_BINARY;
        return true;
    }
    if (strncmp(word, HEX, sizeof(HEX) - 1) != 0) {
        return false;
    }
    for (word += sizeof(HEX) - 1; n < 8 && reg_digit((unsigned char)*word) < 16; word++, n++) {
        type = type << 4 | reg_digit((unsigned char)*word);
    }
    *ret = type;
    return n > 0 && strcmp(word, ")") == 0;
}

static void reg_at_word(struct kd_reg_reader *r, uint32_t c)
{
    const char *word = kd_buf_str(&r->text);

    if (c != ':' && c != '\n') {
        kd_reg_append(&r->text, c >= 'A' && c <= 'Z' ? c | 0x20 : c, KD_REG_MAX_WORD);
        return;
    }
    if (c == ':' && strcmp(word, "dword") == 0) {
        r->type = KD_REG_TYPE_DWORD;
        r->state = REG_DWORD;
    } else if (c == ':' && reg_hex_type(word, &r->type)) {
        r->state = REG_HEX;
    } else {
        kd_reg_warn_at(r, r->value_line, r->value_column,
                       "the value is neither text in quotes nor dword: nor hex:");
        kd_reg_leave(r, c == '\n' ? REG_LINE : REG_SKIP);
    }
}

static void reg_finish_dword(struct kd_reg_reader *r, enum kd_reg_state next)
{
    if (r->is_bad || r->ndigits == 0 || r->ndigits > 8) {
        kd_reg_warn_at(r, r->value_line, r->value_column,
                       "dword: needs one to eight hexadecimal digits; the value is left out");
        r->reg.nvalues++;
        kd_reg_leave(r, next);
        return;
    }
    for (unsigned int shift = 0; shift < 32; shift += 8) {
        reg_byte(r, (uint8_t)(r->number >> shift & 0xFF));
    }
    reg_finish_value(r, next);
}

static void reg_at_dword(struct kd_reg_reader *r, uint32_t c)
{
    if (c == '\n') {
        reg_finish_dword(r, REG_LINE);
    } else if (c == ';') {
        reg_finish_dword(r, REG_SKIP);
    } else if (reg_digit(c) < 16) {
        r->number = r->number << 4 | reg_digit(c);
        r->ndigits += r->ndigits < 9 ? 1U : 0U;
    } else if (!kd_reg_is_blank(c)) {
        r->is_bad = true;
    }
}

/* A comma or the end: the byte at hand is complete. */
static void reg_end_byte(struct kd_reg_reader *r)
{
    if (!r->is_bad && r->ndigits >= 1 && r->ndigits <= 2) {
        reg_byte(r, (uint8_t)r->number);
        r->had_byte = true;
    } else if (!r->is_bad && r->ndigits > 2) {
        kd_reg_warn(r, "a byte has more than two digits; it is left out");
    }
    r->number = r->ndigits = 0;
    r->is_bad = false;
}

static void reg_end_hex(struct kd_reg_reader *r, enum kd_reg_state next)
{
    reg_end_byte(r);
    reg_finish_value(r, next);
}

/* Behind ",\" comes another line of bytes; anything else says that lines are missing. */
static bool reg_is_broken_off(const struct kd_reg_reader *r, uint32_t c)
{
    return r->is_continued && !r->had_byte && r->ndigits == 0 && !r->is_bad &&
           (c == '\n' || c == '[' || c == '"' || c == '@');
}

static void reg_break_off(struct kd_reg_reader *r, uint32_t c)
{
    kd_reg_warn_at(r, r->value_line, r->value_column,
                   "the value breaks off: no bytes follow the backslash");
    reg_finish_value(r, REG_LINE);
    kd_reg_at_line(r, c);
}

static void reg_at_hex(struct kd_reg_reader *r, uint32_t c)
{
    if (reg_is_broken_off(r, c)) {
        reg_break_off(r, c);
    } else if (reg_digit(c) < 16) {
        r->number = (r->number << 4 | reg_digit(c)) & 0xFFF;
        r->ndigits += r->ndigits < 3 ? 1U : 0U;
    } else if (c == ',') {
        if (r->ndigits == 0 && !r->is_bad) {
            kd_reg_warn(r, "a byte is missing before the comma");
        }
        reg_end_byte(r);
    } else if (c == '\\') {
        reg_end_byte(r);
        r->state = REG_HEX_EOL;
    } else if (c == '\n' && r->ndigits == 0 && r->had_byte && !r->is_bad) {
        r->state = REG_HEX_CUT;
    } else if (c == '\n' || c == ';') {
        reg_end_hex(r, c == '\n' ? REG_LINE : REG_SKIP);
    } else if (!kd_reg_is_blank(c) && !r->is_bad) {
        kd_reg_warn(r, "this is no hexadecimal digit; the byte is left out");
        r->is_bad = true;
    }
}

static void reg_at_hex_eol(struct kd_reg_reader *r, uint32_t c)
{
    if (c == '\n') {
        r->state = REG_HEX;
        r->had_byte = false;
        r->is_continued = true;
    } else if (!kd_reg_is_blank(c)) {
        kd_reg_warn(r, "only a line end may stand behind the backslash");
        r->state = REG_HEX;
        r->is_bad = reg_digit(c) == 16;
        reg_at_hex(r, c);
    }
}

/* Editors and mail lose backslashes: bytes on the next line still belong to the value. */
static void reg_at_hex_cut(struct kd_reg_reader *r, uint32_t c)
{
    if (c == ' ' || c == '\t' || reg_digit(c) < 16) {
        kd_reg_warn(r, "the line before ends with a comma, but without a backslash");
        r->state = REG_HEX;
        r->had_byte = false;
        reg_at_hex(r, c);
        return;
    }
    kd_reg_warn_at(r, r->value_line, r->value_column, "the value ends with a comma");
    reg_finish_value(r, REG_LINE);
    kd_reg_at_line(r, c);
}

void kd_reg_close_value(struct kd_reg_reader *r)
{
    bool is_text =
        r->state == REG_STRING || r->state == REG_STRING_ESCAPE || r->state == REG_STRING_EOL;

    if (is_text) {
        kd_reg_warn_at(r, r->value_line, r->value_column,
                       "the file ends inside this text, which has no closing quote");
        r->neol = 0;
        reg_character(r, 0);
        reg_finish_value(r, REG_LINE);
    } else if (r->state == REG_HEX_EOL || (r->state == REG_HEX && r->ndigits == 0)) {
        if (r->ndata > 0) {
            kd_reg_warn_at(r, r->value_line, r->value_column,
                           "the file ends inside this value");
        }
        reg_end_hex(r, REG_LINE);
    }
}

kd_reg_state_fn *const kd_reg_value_state[REG_STATE_COUNT] = {
    [REG_VALUE] = kd_reg_at_value,
    [REG_STRING] = reg_at_string,
    [REG_STRING_ESCAPE] = reg_at_string_escape,
    [REG_STRING_EOL] = reg_at_string_eol,
    [REG_TAIL] = reg_at_tail,
    [REG_WORD] = reg_at_word,
    [REG_DWORD] = reg_at_dword,
    [REG_HEX] = reg_at_hex,
    [REG_HEX_EOL] = reg_at_hex_eol,
    [REG_HEX_CUT] = reg_at_hex_cut,
};
