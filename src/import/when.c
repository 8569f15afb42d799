/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * when.c - dates by the order of their numbers. The year is the one of four digits; dots and
 * hyphens part day, month and year; slashes part them in one of two orders, which other dates of
 * the same file decide.
 */
#include "when.h"

#include <string.h>

#include "kmsdns/base/clock.h"
#include "kmsdns/base/status.h"
#include "kmsdns/import/events.h"

#define WHEN_MAX_NUMBERS 8
#define WHEN_MAX_TEXT    64
#define WHEN_DAY_S       86400
#define WHEN_FIRST_S     631152000           /* 1990-01-01 */
#define WHEN_END_S       INT64_C(7258118400) /* 2200-01-01 */

/* Words behind or before a time of twelve hours, in UTF-8. */
static const struct {
    const char *word;
    bool is_pm;
} WHEN_HALF[] = {
    {"\xec\x98\xa4\xec\xa0\x84", false},                                      /* Korean */
    {"\xec\x98\xa4\xed\x9b\x84", true},  {"\xe4\xb8\x8a\xe5\x8d\x88", false}, /* Chinese */
    {"\xe4\xb8\x8b\xe5\x8d\x88", true},  {"\xe5\x8d\x88\xe5\x89\x8d", false}, /* Japanese */
    {"\xe5\x8d\x88\xe5\xbe\x8c", true},  {"\xcf\x80\xce\xbc", false},         /* Greek */
    {"\xce\xbc\xce\xbc", true},
};

/* Numbers of a text and what stands behind each. */
struct when_scan {
    int64_t number[WHEN_MAX_NUMBERS];
    size_t ndigit[WHEN_MAX_NUMBERS];
    char behind[WHEN_MAX_NUMBERS]; /* first byte that is no blank */
    size_t n;
    bool has_words; /* letters other than the T and Z of ISO 8601 */
    bool is_ascii;
};

bool kd_when_is_plausible(int64_t time_s)
{
    return time_s >= WHEN_FIRST_S && time_s < WHEN_END_S;
}

static bool when_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t when_number(struct when_scan *scan, const char *text, size_t at, size_t len)
{
    size_t start = at;
    int64_t value = 0;

    while (at < len && when_is_digit(text[at])) {
        if (at - start < 9) {
            value = value * 10 + (text[at] - '0');
        }
        at++;
    }
    if (scan->n < WHEN_MAX_NUMBERS) {
        size_t next = at;

        while (next < len && text[next] == ' ') {
            next++;
        }
        scan->number[scan->n] = value;
        scan->ndigit[scan->n] = at - start;
        scan->behind[scan->n] = next < len ? text[next] : '\0';
        scan->n++;
    }
    return at;
}

static void when_scan_text(struct when_scan *scan, const char *text, size_t len)
{
    for (size_t at = 0; at < len;) {
        unsigned char c = (unsigned char)text[at];

        if (when_is_digit(text[at])) {
            at = when_number(scan, text, at, len);
            continue;
        }
        scan->is_ascii = scan->is_ascii && c < 0x80;
        scan->has_words = scan->has_words || c >= 0x80 || ((c | 0x20) == 'a') ||
                          ((c | 0x20) == 'p') || ((c | 0x20) == 'm');
        at++;
    }
}

/* 0 for none, 1 for AM, 2 for PM; "a. m.", "PM" and the words of the table. */
static int when_half(const char *text, size_t len, bool is_ascii)
{
    size_t nword = is_ascii ? 0 : sizeof(WHEN_HALF) / sizeof(WHEN_HALF[0]);

    for (size_t i = 0; i < nword; i++) {
        if (memmem(text, len, WHEN_HALF[i].word, strlen(WHEN_HALF[i].word)) != NULL) {
            return WHEN_HALF[i].is_pm ? 2 : 1;
        }
    }
    for (size_t i = 0; i < len; i++) {
        char first = (char)(text[i] | 0x20);
        size_t next = i + 1;

        while (next < len && (text[next] == '.' || text[next] == ' ')) {
            next++;
        }
        if ((first == 'a' || first == 'p') && next < len && (text[next] | 0x20) == 'm') {
            return first == 'p' ? 2 : 1;
        }
    }
    return 0;
}

/* True if the day stands before the month in a date that ends in its year. */
static bool when_is_day_first(struct kd_when *when, const struct when_scan *scan)
{
    if (scan->number[0] > 12 || scan->number[1] > 12) {
        return scan->number[0] > 12;
    }
    if (scan->behind[0] != '/') {
        return true;
    }
    if (when->order == KD_WHEN_UNDECIDED && scan->number[0] != scan->number[1]) {
        when->was_guessed = true;
    }
    return when->order == KD_WHEN_DAY_FIRST;
}

static int64_t when_date(struct kd_when *when, const struct when_scan *scan)
{
    int64_t year = scan->number[0], month = scan->number[1], day = scan->number[2];
    int64_t date_s;

    if (scan->ndigit[0] != 4) {
        bool is_day_first = when_is_day_first(when, scan);

        year = scan->ndigit[2] == 2 ? 2000 + scan->number[2] : scan->number[2];
        month = scan->number[is_day_first ? 1 : 0];
        day = scan->number[is_day_first ? 0 : 1];
    }
    if (!kd_date_s(year, month, day, &date_s) || !kd_when_is_plausible(date_s)) {
        return KD_WHEN_UNKNOWN;
    }
    return date_s;
}

/* "+01:00" behind the time; its numbers follow those of the time. */
static int64_t when_offset(const char *text, size_t len)
{
    const char *clock = memchr(text, ':', len);
    struct when_scan zone = {.n = 0};
    size_t at = clock != NULL ? (size_t)(clock - text) : len;

    while (at < len && text[at] != '+' && text[at] != '-') {
        at++;
    }
    if (at >= len) {
        return 0;
    }
    when_scan_text(&zone, text + at + 1, len - at - 1);
    if (zone.n < 2 || zone.number[0] > 14 || zone.number[1] > 59) {
        return 0;
    }
    return (text[at] == '-' ? -1 : 1) * (zone.number[0] * 3600 + zone.number[1] * 60);
}

static bool when_has_zone(const char *text, size_t len)
{
    const char *clock = memchr(text, ':', len);
    size_t rest = clock != NULL ? len - (size_t)(clock - text) : 0;

    return clock != NULL &&
           (memchr(clock, 'Z', rest) != NULL || memchr(clock, '+', rest) != NULL ||
            memchr(clock, '-', rest) != NULL);
}

int64_t kd_when_read(struct kd_when *when, const char *text, size_t len)
{
    struct when_scan scan = {.is_ascii = true};
    int64_t date, hour, minute, second;
    int half;

    len = len < WHEN_MAX_TEXT ? len : WHEN_MAX_TEXT;
    when_scan_text(&scan, text, len);
    when->has_zone = when_has_zone(text, len);
    if (scan.n < 3) {
        return KD_WHEN_UNKNOWN;
    }
    date = when_date(when, &scan);
    hour = scan.n > 4 ? scan.number[3] : 0;
    minute = scan.n > 4 ? scan.number[4] : 0;
    second =
        scan.n > 5 && (scan.behind[4] == ':' || scan.behind[4] == '.') ? scan.number[5] : 0;
    half = scan.has_words ? when_half(text, len, scan.is_ascii) : 0;
    if (half != 0 && hour <= 12) {
        hour = hour % 12 + (half == 2 ? 12 : 0);
    }
    if (date == KD_WHEN_UNKNOWN || hour > 23 || minute > 59 || second > 60) {
        return KD_WHEN_UNKNOWN;
    }
    date += hour * 3600 + minute * 60 + second;
    return when->has_zone ? date - when_offset(text, len) : date;
}

/* One or two digits that end at at; their value, 0 without any. */
static unsigned int when_before(const unsigned char *bytes, size_t at)
{
    unsigned int value = 0, place = 1;

    for (size_t i = 0; i < 2 && at > 0 && when_is_digit((char)bytes[at - 1]); i++) {
        at--;
        value += (unsigned int)(bytes[at] - '0') * place;
        place *= 10;
    }
    return value;
}

static bool when_is_year(const unsigned char *bytes, size_t len)
{
    return len >= 4 &&
           ((bytes[0] == '1' && bytes[1] == '9') || (bytes[0] == '2' && bytes[1] == '0')) &&
           when_is_digit((char)bytes[2]) && when_is_digit((char)bytes[3]);
}

void kd_when_sample(const unsigned char *bytes, size_t len, size_t *day_first,
                    size_t *month_first)
{
    for (size_t i = 1; i + 5 < len; i++) {
        size_t second = i + 1;
        unsigned int a, b;

        if (bytes[i] != '/') {
            continue;
        }
        while (second < len && second < i + 3 && when_is_digit((char)bytes[second])) {
            second++;
        }
        if (second >= len || bytes[second] != '/' ||
            !when_is_year(bytes + second + 1, len - second - 1)) {
            continue;
        }
        a = when_before(bytes, i);
        b = when_before(bytes, second);
        *day_first += a > 12 && b <= 12 ? 1 : 0;
        *month_first += b > 12 && a <= 12 ? 1 : 0;
    }
}

kd_status kd_events_time_from_str(const char *text, bool is_end, int64_t *ret,
                                  struct kd_err *err)
{
    struct kd_when when = {.order = KD_WHEN_UNDECIDED};
    static const char ALLOWED[] = "0123456789-:.TtZz+ ";
    size_t len = strlen(text);
    bool is_form = len >= 10 && len < WHEN_MAX_TEXT && text[strspn(text, ALLOWED)] == '\0' &&
                   text[4] == '-' && text[7] == '-' && (len == 10 || len >= 16);
    int64_t wall_s = is_form ? kd_when_read(&when, text, len) : KD_WHEN_UNKNOWN;

    if (wall_s == KD_WHEN_UNKNOWN) {
        return kd_fail(err, KD_ESYNTAX, "events",
                       "\"%.40s\" is no moment such as 2026-11-20, 2026-11-20 06:00 or "
                       "2026-11-20T06:00:12Z",
                       text);
    }
    if (is_end && len == 10) {
        wall_s += WHEN_DAY_S - 1;
    } else if (is_end && len == 16) {
        wall_s += 59;
    }
    *ret = wall_s;
    return KD_OK;
}
