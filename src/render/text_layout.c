/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text_layout.c - the small pieces that texts for people are made of: harmless copies, words
 * with colour, keys with prose beside them, aligned tables.
 */
#include "text.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "kmsdns/dns/signer.h"
#include "kmsdns/render/wrap.h"

#define LAYOUT_RESET "\033[0m"

/* Words carry the meaning, colour only repeats it. */
static const char *const LAYOUT_COLOR[KD_SEV_COUNT] = {
    [KD_SEV_INFO] = "\033[32m",
    [KD_SEV_NOTICE] = "\033[36m",
    [KD_SEV_WARNING] = "\033[1;33m",
    [KD_SEV_CRITICAL] = "\033[1;31m",
};
static const char LAYOUT_COLOR_UNKNOWN[] = "\033[1;35m";

const char *kd_text_safe(const struct kd_text *text, const char *unsafe)
{
    struct kd_buf buf = {0};
    const char *safe;

    kd_buf_text_utf8(&buf, unsafe, text->style->is_utf8);
    safe = kd_arena_strndup(text->arena, kd_buf_str(&buf), buf.len);
    kd_buf_done(&buf);
    return safe;
}

const char *kd_text_endpoint(const struct kd_text *text, const struct kd_endpoint *endpoint)
{
    char str[KD_ENDPOINT_STRLEN];

    return kd_arena_strdup(text->arena, kd_endpoint_str(endpoint, str));
}

const char *kd_text_addr(const struct kd_text *text, const struct kd_addr *addr)
{
    char str[KD_ADDR_STRLEN];

    return kd_arena_strdup(text->arena, kd_addr_str(addr, str));
}

const char *kd_text_duration(const struct kd_text *text, uint64_t duration_us)
{
    if (duration_us < 10000) {
        return kd_arena_printf(text->arena, "%.1f ms", (double)duration_us / 1e3);
    }
    if (duration_us < 1000000) {
        return kd_arena_printf(text->arena, "%" PRIu64 " ms", (duration_us + 500) / 1000);
    }
    return kd_arena_printf(text->arena, "%.1f s", (double)duration_us / 1e6);
}

const char *kd_text_count(const struct kd_text *text, size_t n, const char *thing)
{
    return kd_arena_printf(text->arena, "%zu %s%s", n, thing, n == 1 ? "" : "s");
}

const char *kd_text_identity(const struct kd_text *text, const char *identity)
{
    if (identity == NULL || strcmp(identity, "none") == 0 ||
        strcmp(identity, "unsigned") == 0) {
        return "unsigned";
    }
    return kd_arena_printf(text->arena, "signed as %s", kd_text_safe(text, identity));
}

const char *kd_text_srv(const struct kd_text *text, const struct kd_srv *record)
{
    return kd_arena_printf(text->arena, "%u %u %u %s", record->priority, record->weight,
                           record->port, kd_text_safe(text, record->target));
}

const char *kd_text_hour(const struct kd_text *text, int64_t wall_s)
{
    time_t began = (time_t)text->facts->started_s;
    time_t when = (time_t)(wall_s + 59);
    struct tm today = {0}, utc = {0};
    char out[64] = "";

    if (gmtime_r(&began, &today) == NULL || gmtime_r(&when, &utc) == NULL) {
        return "an unknown time";
    }
    (void)strftime(out, sizeof(out),
                   utc.tm_yday == today.tm_yday && utc.tm_year == today.tm_year
                       ? "%H:%M UTC"
                       : "%Y-%m-%d %H:%M UTC",
                   &utc);
    return kd_arena_strdup(text->arena, out);
}

const char *kd_text_skew(const struct kd_text *text, int64_t skew_s)
{
    int64_t apart_s = skew_s < 0 ? -skew_s : skew_s;

    if (skew_s == 0) {
        return "the server's clock agrees with this machine's";
    }
    return kd_arena_printf(text->arena, "the server's clock is %" PRId64 " s %s this machine's",
                           apart_s, skew_s < 0 ? "behind" : "ahead of");
}

const char *kd_text_tsig_error(const struct kd_text *text, int32_t tsig_error)
{
    const char *name = kd_tsig_error_str(tsig_error);

    if (tsig_error <= KD_TSIG_NONE) {
        return tsig_error == KD_TSIG_NONE ? "none" : NULL;
    }
    return name != NULL ? name : kd_arena_printf(text->arena, "%" PRId32, tsig_error);
}

const char *kd_text_sources(const struct kd_text *text, uint32_t sources)
{
    struct kd_buf buf = {0};
    const char *list;

    for (int i = 0; i < KD_SOURCE_COUNT; i++) {
        if ((sources & (1U << i)) != 0) {
            kd_buf_puts(&buf, buf.len > 0 ? ", " : "");
            kd_buf_puts(&buf, kd_source_str((kd_source)(1 << i)));
        }
    }
    list = kd_arena_strdup(text->arena, kd_buf_str(&buf));
    kd_buf_done(&buf);
    return list;
}

static const char *layout_word(const struct kd_text *text, const char *word, const char *color)
{
    char *upper = kd_arena_strdup(text->arena, word);

    for (char *p = upper; *p != '\0'; p++) {
        if (*p >= 'a' && *p <= 'z') {
            *p = (char)(*p - 'a' + 'A');
        }
    }
    if (!text->style->has_color) {
        return upper;
    }
    return kd_arena_printf(text->arena, "%s%s" LAYOUT_RESET, color, upper);
}

const char *kd_text_severity(const struct kd_text *text, kd_severity severity)
{
    return layout_word(text, kd_severity_str(severity), LAYOUT_COLOR[severity]);
}

const char *kd_text_word(const struct kd_text *text, const char *word, kd_severity severity)
{
    return layout_word(text, word, LAYOUT_COLOR[severity]);
}

const char *kd_text_go_word(const struct kd_text *text, bool is_go)
{
    return is_go ? layout_word(text, "go", LAYOUT_COLOR[KD_SEV_INFO])
                 : layout_word(text, "no-go", LAYOUT_COLOR[KD_SEV_CRITICAL]);
}

const char *kd_text_verdict(const struct kd_text *text)
{
    return layout_word(text, kd_verdict_str(text->judgement),
                       text->judgement->is_determined ? LAYOUT_COLOR[text->judgement->verdict]
                                                      : LAYOUT_COLOR_UNKNOWN);
}

void kd_text_prose(const struct kd_text *text, size_t indent, const char *safe)
{
    kd_buf_pad(text->out, ' ', indent);
    kd_wrap(text->out, safe, indent, indent, text->style->width);
    kd_buf_puts(text->out, "\n");
}

void kd_text_keyed_at(const struct kd_text *text, size_t indent, const char *key,
                      const char *safe)
{
    size_t column = indent + KD_TEXT_KEY_COLUMNS;
    size_t used = strlen(key);

    kd_buf_pad(text->out, ' ', indent + 2);
    kd_buf_puts(text->out, key);
    /* a long key keeps one blank and shifts only its own first line */
    used = used + 3 > KD_TEXT_KEY_COLUMNS ? KD_TEXT_KEY_COLUMNS - 3 : used;
    kd_buf_pad(text->out, ' ', KD_TEXT_KEY_COLUMNS - 2 - used);
    kd_wrap(text->out, safe, column, column, text->style->width);
    kd_buf_puts(text->out, "\n");
}

void kd_text_keyed(const struct kd_text *text, const char *key, const char *safe)
{
    kd_text_keyed_at(text, 0, key, safe);
}

void kd_text_table_add(struct kd_text_table *table, const struct kd_text_row *row)
{
    table->row = kd_arena_grow(table->text->arena, table->row, table->nrow, sizeof(*row));
    table->row[table->nrow] = *row;
    table->nrow++;
}

static const char *layout_cell(const struct kd_text_table *table, size_t row, size_t column)
{
    const char *cell = table->row[row].cell[column];

    return cell != NULL ? cell : "";
}

static void layout_row(const struct kd_text_table *table, size_t row, const size_t *width)
{
    struct kd_buf *out = table->text->out;
    size_t blanks = table->indent; /* held back, so that no line ends in blanks */

    for (size_t i = 0; i < KD_TEXT_MAX_COLUMNS; i++) {
        const char *cell = layout_cell(table, row, i);
        size_t columns = kd_wrap_columns(cell);
        size_t fill = width[i] - columns;
        bool is_right = (table->right & (1U << i)) != 0;

        if (width[i] == 0) {
            continue;
        }
        if (columns > 0) {
            kd_buf_pad(out, ' ', blanks + (is_right ? fill : 0));
            kd_buf_puts(out, cell);
            blanks = is_right ? 0 : fill;
        } else {
            blanks += fill;
        }
        blanks += 2;
    }
    kd_buf_puts(out, "\n");
}

void kd_text_table_print(const struct kd_text_table *table)
{
    size_t width[KD_TEXT_MAX_COLUMNS] = {0};

    for (size_t row = 0; row < table->nrow; row++) {
        for (size_t i = 0; i < KD_TEXT_MAX_COLUMNS; i++) {
            size_t columns = kd_wrap_columns(layout_cell(table, row, i));

            width[i] = columns > width[i] ? columns : width[i];
        }
    }
    for (size_t row = 0; row < table->nrow; row++) {
        layout_row(table, row, width);
    }
}
