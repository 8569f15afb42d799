/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reg_write.c - a registry export as regedit writes it, and the values of a new KMS host. Text
 * that could not be read back from quotes is written as bytes.
 */
#include "kmsdns/import/reg.h"

#include <stdio.h>
#include <string.h>

#include "kmsdns/import/decode.h"
#include "reg_data.h"

/* regedit goes to the next line behind the byte that reaches this column. */
#define WRAP_COLUMN ((size_t)77)

#define ROOT     "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\"
#define KEY_SL   ROOT "SL"
#define KEY_SPP  ROOT "SoftwareProtectionPlatform"
#define V5_TITLE "Windows Registry Editor Version 5.00"
#define EOL      "\r\n"

/* Appends to text, with the escapes of quotes; returns the columns that it takes. */
static size_t write_quoted(struct kd_buf *text, const char *content)
{
    size_t begin = text->len;

    kd_buf_puts(text, "\"");
    for (; *content != '\0'; content++) {
        if (*content == '"' || *content == '\\') {
            kd_buf_puts(text, "\\");
        }
        kd_buf_add(text, content, 1);
    }
    kd_buf_puts(text, "\"");
    return text->len - begin;
}

static uint32_t write_unit(const struct kd_reg_value *value, size_t at)
{
    return (uint32_t)value->data[at] | (uint32_t)value->data[at + 1] << 8;
}

/* True for a REG_SZ that quotes can carry: one NUL, at its end, and only whole characters. */
static bool write_is_plain(const struct kd_reg_value *value)
{
    uint32_t before = 0;

    if (value->type != KD_REG_TYPE_SZ || value->len < 2 || value->len % 2 != 0 ||
        write_unit(value, value->len - 2) != 0) {
        return false;
    }
    for (size_t at = 0; at + 2 < value->len; at += 2) {
        uint32_t unit = write_unit(value, at);
        bool is_second = unit >= 0xDC00 && unit <= 0xDFFF;
        bool had_first = before >= 0xD800 && before <= 0xDBFF;

        if (unit < 0x20 || is_second != had_first) {
            return false;
        }
        before = unit;
    }
    return before < 0xD800 || before > 0xDBFF;
}

static void write_hex(struct kd_buf *text, const struct kd_reg_value *value, size_t column)
{
    char word[16] = "hex:";

    if (value->type != KD_REG_TYPE_BINARY) {
        (void)snprintf(word, sizeof(word), "hex(%x):", (unsigned int)value->type);
    }
    kd_buf_puts(text, word);
    column += strlen(word);
    for (size_t i = 0; i < value->len; i++) {
        kd_buf_printf(text, "%02x%s", (unsigned int)value->data[i],
                      i + 1 < value->len ? "," : "");
        column += 3;
        if (column >= WRAP_COLUMN && i + 1 < value->len) {
            kd_buf_puts(text, "\\" EOL "  ");
            column = 2;
        }
    }
}

static void write_data(struct kd_arena *arena, struct kd_buf *text,
                       const struct kd_reg_value *value, size_t column)
{
    if (value->action == KD_REG_DELETE_VALUE) {
        kd_buf_puts(text, "-");
    } else if (write_is_plain(value)) {
        write_quoted(text, kd_reg_text(arena, value->data, value->len));
    } else if (value->type == KD_REG_TYPE_DWORD && value->len == 4) {
        kd_buf_printf(text, "dword:%02x%02x%02x%02x", value->data[3], value->data[2],
                      value->data[1], value->data[0]);
    } else {
        write_hex(text, value, column);
    }
}

static void write_value(struct kd_arena *arena, struct kd_buf *text,
                        const struct kd_reg_value *value)
{
    size_t column = 1;

    if (value->name[0] == '\0') {
        kd_buf_puts(text, "@");
    } else {
        column = write_quoted(text, value->name);
    }
    kd_buf_puts(text, "=");
    write_data(arena, text, value, column + 1);
    kd_buf_puts(text, EOL);
}

static void write_all(struct kd_arena *arena, struct kd_buf *text,
                      const struct kd_reg_value *value, size_t n)
{
    const struct kd_reg_value *before = NULL;

    kd_buf_puts(text, V5_TITLE EOL);
    for (size_t i = 0; i < n; i++) {
        bool is_deletion = value[i].action == KD_REG_DELETE_KEY;

        if (is_deletion || before == NULL || before->action == KD_REG_DELETE_KEY ||
            strcmp(before->key, value[i].key) != 0) {
            kd_buf_printf(text, EOL "[%s%s]" EOL, is_deletion ? "-" : "", value[i].key);
        }
        if (!is_deletion) {
            write_value(arena, text, &value[i]);
        }
        before = &value[i];
    }
    kd_buf_puts(text, EOL);
}

void kd_reg_write(const struct kd_reg_value *value, size_t n, struct kd_buf *out)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_buf text = {0};

    write_all(arena, &text, value, n);
    kd_buf_add(out, "\xFF\xFE", 2);
    kd_decode_back(kd_buf_str(&text), text.len, out);
    kd_buf_done(&text);
    kd_arena_free(arena);
}

static const uint8_t *write_list(struct kd_arena *arena, const struct kd_reg_host *host,
                                 size_t *ret_len)
{
    struct kd_buf bytes = {0};
    uint8_t *data;

    for (size_t i = 0; i < host->nlist; i++) {
        size_t len = 0;
        const uint8_t *entry = kd_reg_utf16(arena, host->list[i], &len);

        kd_buf_add(&bytes, (const char *)entry, len);
    }
    kd_buf_add(&bytes, "\0", 2);
    *ret_len = bytes.len;
    data = kd_arena_alloc(arena, bytes.len);
    memcpy(data, bytes.data, bytes.len);
    kd_buf_done(&bytes);
    return data;
}

struct kd_reg_value *kd_reg_host_values(struct kd_arena *arena, const struct kd_reg_host *host,
                                        size_t *ret_n)
{
    struct kd_reg_value *value = kd_arena_alloc(arena, 3 * sizeof(*value));
    uint8_t *off = kd_arena_alloc(arena, 4);
    const char *key = host->generation == KD_REG_GENERATION_SL ? KEY_SL : KEY_SPP;
    size_t n = 0;

    off[0] = host->is_publishing_off ? 1 : 0;
    value[n++] = (struct kd_reg_value){
        .name = "DisableDnsPublishing", .type = KD_REG_TYPE_DWORD, .data = off, .len = 4};
    if (host->port != 0) {
        value[n] =
            (struct kd_reg_value){.name = "KeyManagementServiceListeningPort",
                                  .type = KD_REG_TYPE_SZ}; /* the service reads text only */
        value[n].data =
            kd_reg_utf16(arena, kd_arena_printf(arena, "%u", host->port), &value[n].len);
        n++;
    }
    if (host->nlist > 0) {
        value[n] =
            (struct kd_reg_value){.name = "DnsDomainPublishList", .type = KD_REG_TYPE_MULTI_SZ};
        value[n].data = write_list(arena, host, &value[n].len);
        n++;
    }
    for (size_t i = 0; i < n; i++) {
        value[i].key = key;
    }
    *ret_n = n;
    return value;
}
