/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain_words.c - texts in pieces, what a few words are about, and what a misspelt name is near
 * to. A topic is found by its own words before others' titles, and by more words before fewer.
 */
#include "explain_parts.h"

#include <string.h>

#define WORDS_LEAST 3 /* shorter ones are everywhere */
#define WORDS_MAX   12
#define WORDS_FOUND 4

/* How much a word counts where it stands. */
#define POINTS_WORDS 6
#define POINTS_TITLE 4
#define POINTS_TEXT  1

static const char WORDS_BLANKS[] = " \t\r\n,;:!?()[]{}<>'\"/=|&*+";

/* They say nothing about what is meant. */
static const char WORDS_EMPTY[] =
    " the and for are but can does has have how into its not our "
    "that their them then there they this too was what when where "
    "which who why will with you your kms dns windows explain ";

struct words {
    const char *at[WORDS_MAX];
    size_t n;
};

/* One thing that words were found in. */
struct hit {
    struct kd_reading reading;
    size_t nwords;
    size_t points;
};

static char words_fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool kd_explain_same(const char *a, const char *b)
{
    while (*a != '\0' && words_fold(*a) == words_fold(*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

const char *kd_explain_lower(struct kd_arena *arena, const char *text)
{
    char *copy = kd_arena_strdup(arena, text);

    for (char *p = copy; *p != '\0'; p++) {
        *p = words_fold(*p);
    }
    return copy;
}

struct kd_pieces kd_explain_pieces(struct kd_arena *arena, const char *text)
{
    const char *lower = kd_explain_lower(arena, text);
    struct kd_pieces pieces = {.n = 0};

    while (pieces.n < KD_MAX_PIECES) {
        size_t len, whole;

        lower += strspn(lower, WORDS_BLANKS);
        len = whole = strcspn(lower, WORDS_BLANKS);
        while (len > 0 && (lower[len - 1] == '.' || lower[len - 1] == '-')) {
            len--;
        }
        if (whole == 0) {
            break;
        }
        if (len > 0) {
            pieces.at = kd_arena_grow(arena, pieces.at, pieces.n, sizeof(*pieces.at));
            pieces.at[pieces.n] = kd_arena_strndup(arena, lower, len);
            pieces.n++;
        }
        lower += whole;
    }
    return pieces;
}

static bool words_is_empty(struct kd_arena *arena, const char *word)
{
    return strlen(word) < WORDS_LEAST ||
           strstr(WORDS_EMPTY, kd_arena_printf(arena, " %s ", word)) != NULL;
}

/* The words that mean something, without the endings that come and go. */
static struct words words_of(struct kd_arena *arena, const char *asked)
{
    struct kd_pieces pieces = kd_explain_pieces(arena, asked);
    struct words words = {.n = 0};

    for (size_t i = 0; i < pieces.n && words.n < WORDS_MAX; i++) {
        size_t len = strlen(pieces.at[i]);
        bool is_plural =
            len > 4 && pieces.at[i][len - 1] == 's' && pieces.at[i][len - 2] != 's';
        bool is_doing = len > 6 && strcmp(pieces.at[i] + len - 3, "ing") == 0;

        if (!words_is_empty(arena, pieces.at[i])) {
            /* "caching", "caches" and "cache" are one word */
            len -= is_plural ? 1 : is_doing ? 3 : 0;
            words.at[words.n] = kd_arena_strndup(arena, pieces.at[i], len);
            words.n++;
        }
    }
    return words;
}

static bool words_is_letter(char c)
{
    c = words_fold(c);
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* The word begins a word of the text: "clone" is in "clones", "count" not in "account". */
static bool words_are_in(const char *text, const char *word)
{
    size_t len = strlen(word);

    for (const char *p = text; *p != '\0'; p++) {
        size_t n = 0;

        while (n < len && words_fold(p[n]) == word[n]) {
            n++;
        }
        if (n == len && (p == text || !words_is_letter(p[-1]))) {
            return true;
        }
    }
    return false;
}

/* What a row is found by, the most telling first. */
struct texts {
    const char *words, *title, *text;
};

static struct hit words_hit(const struct words *words, const struct texts *texts,
                            kd_explain_kind kind, const void *row)
{
    struct hit hit = {.reading = {kind, row}};

    for (size_t i = 0; i < words->n; i++) {
        const char *word = words->at[i];
        size_t points = 0;

        points += words_are_in(texts->words, word) ? POINTS_WORDS : 0;
        points += words_are_in(texts->title, word) ? POINTS_TITLE : 0;
        points += words_are_in(texts->text, word) ? POINTS_TEXT : 0;
        hit.nwords += points > 0 ? 1 : 0;
        hit.points += points;
    }
    return hit;
}

static bool words_is_better(const struct hit *a, const struct hit *b)
{
    return a->nwords != b->nwords ? a->nwords > b->nwords : a->points > b->points;
}

/* Keeps the best ones, sorted; what is as good as another stays behind it. */
static void words_keep(struct hit *best, size_t *n, const struct hit *hit)
{
    size_t place = *n;

    /* a word in a long text alone is chance */
    if (hit->points < POINTS_TITLE) {
        return;
    }
    while (place > 0 && words_is_better(hit, &best[place - 1])) {
        place--;
    }
    if (place >= WORDS_FOUND) {
        return;
    }
    *n += *n < WORDS_FOUND ? 1 : 0;
    memmove(&best[place + 1], &best[place], (*n - place - 1) * sizeof(*best));
    best[place] = *hit;
}

static void words_look_at_topics(const struct words *words, struct hit *best, size_t *n)
{
    size_t ntopic = 0;
    const struct kd_topic *topic = kd_topics(&ntopic);

    for (size_t i = 0; i < ntopic; i++) {
        struct texts texts = {topic[i].words, topic[i].title, topic[i].text};
        struct hit hit = words_hit(words, &texts, KD_EXPLAIN_TOPIC, &topic[i]);

        words_keep(best, n, &hit);
    }
}

static void words_look_at_rows(const struct words *words, struct hit *best, size_t *n)
{
    size_t nrule = 0, ncause = 0;
    const struct kd_rule *const *rule = kd_rules(&nrule);
    const struct kd_cause_row *const *cause = kd_cause_rows(&ncause);

    for (size_t i = 0; i < nrule; i++) {
        struct texts texts = {"", rule[i]->title, rule[i]->why};
        struct hit hit = words_hit(words, &texts, KD_EXPLAIN_FINDING, rule[i]);

        words_keep(best, n, &hit);
    }
    for (size_t i = 0; i < ncause; i++) {
        struct texts texts = {"", cause[i]->title, cause[i]->text};
        struct hit hit = words_hit(words, &texts, KD_EXPLAIN_CAUSE, cause[i]);

        words_keep(best, n, &hit);
    }
}

void kd_explain_search(struct kd_readings *readings, const char *asked)
{
    struct words words = words_of(readings->arena, asked);
    struct hit best[WORDS_FOUND];
    size_t n = 0;

    words_look_at_topics(&words, best, &n);
    words_look_at_rows(&words, best, &n);
    /* what has less than half of the words, or of what the best one has, is about other things */
    for (size_t i = 0; i < n; i++) {
        if (best[i].nwords * 2 >= words.n && best[i].nwords * 2 > best[0].nwords &&
            best[i].points * 3 >= best[0].points) {
            kd_explain_add(readings, best[i].reading.kind, best[i].reading.row);
        }
    }
}

const char *kd_explain_short_symbol(const char *symbol)
{
    static const char *const BEGIN[] = {
        "DNS_ERROR_RCODE_", "DNS_ERROR_", "DNS_STATUS_", "DNS_INFO_", "DNS_", "ERROR_",
        "RPC_S_",           "RPC_NT_",    "EPT_S_",      "SEC_E_",    "WSA"};

    for (size_t i = 0; i < sizeof(BEGIN) / sizeof(BEGIN[0]); i++) {
        if (strncmp(symbol, BEGIN[i], strlen(BEGIN[i])) == 0) {
            return symbol + strlen(BEGIN[i]);
        }
    }
    return symbol;
}
