/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrap.c - prose for a terminal: words are kept whole, further lines are indented, and colour
 * sequences (which only kmsdns itself writes) take no columns.
 */
#include "kmsdns/render/wrap.h"

#include <string.h>

/* Bytes of the colour sequence at p, 0 if there is none: ESC "[" digits and ";" "m". */
static size_t wrap_color_len(const char *p, size_t len)
{
    size_t i = 2;

    if (len < 3 || p[0] != '\033' || p[1] != '[') {
        return 0;
    }
    while (i < len && ((p[i] >= '0' && p[i] <= '9') || p[i] == ';')) {
        i++;
    }
    return i < len && p[i] == 'm' ? i + 1 : 0;
}

static size_t wrap_columns(const char *text, size_t len)
{
    size_t columns = 0;

    for (size_t i = 0; i < len;) {
        size_t color = wrap_color_len(text + i, len - i);

        if (color > 0) {
            i += color;
            continue;
        }
        /* RFC 3629 3: bytes 10xxxxxx continue a letter */
        if (((unsigned char)text[i] & 0xC0U) != 0x80U) {
            columns++;
        }
        i++;
    }
    return columns;
}

size_t kd_wrap_columns(const char *text)
{
    return wrap_columns(text, strlen(text));
}

void kd_wrap(struct kd_buf *out, const char *text, size_t column, size_t indent, size_t width)
{
    bool is_first = true;

    if (width == 0) {
        kd_buf_puts(out, text);
        return;
    }
    while (*text != '\0') {
        size_t len = strcspn(text, " ");
        size_t columns = wrap_columns(text, len);

        if (!is_first && column + 1 + columns > width) {
            kd_buf_puts(out, "\n");
            kd_buf_pad(out, ' ', indent);
            column = indent;
        } else if (!is_first) {
            kd_buf_puts(out, " ");
            column++;
        }
        kd_buf_add(out, text, len);
        column += columns;
        is_first = false;
        text += len;
        text += strspn(text, " ");
    }
}
