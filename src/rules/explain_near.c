/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain_near.c - names that are spelt like what somebody typed: by how many letters have to be
 * changed, put in or left out; between codes also by how far apart the numbers are.
 */
#include "explain_parts.h"

#include <inttypes.h>
#include <string.h>

#include "kmsdns/base/near.h"

struct near {
    struct kd_arena *arena;
    const char *word; /* lower case, at most KD_NEAR_MAX bytes */
    size_t limit;     /* beyond that it is another word */
    const char *name[KD_MAX_NEAREST];
    uint64_t distance[KD_MAX_NEAREST]; /* letters, then how far numbers are apart */
    size_t n;
};

/* The number that a word writes; 0 for others. */
static uint32_t near_value(const char *word)
{
    bool is_hex = strncmp(word, "0x", 2) == 0;
    const char *digit = is_hex ? word + 2 : word;
    uint64_t value = 0;

    if (digit[strspn(digit, is_hex ? "0123456789abcdef" : "0123456789")] != '\0') {
        return 0;
    }
    for (; *digit != '\0' && value <= UINT32_MAX; digit++) {
        unsigned int one = (unsigned int)(*digit <= '9' ? *digit - '0' : *digit - 'a' + 10);

        value = value * (is_hex ? 16 : 10) + one;
    }
    return value <= UINT32_MAX ? (uint32_t)value : 0;
}

/* Letters count first; among those with as many, the nearer number. */
static uint64_t near_measure(const struct near *near, const char *lower)
{
    size_t letters = kd_near_distance(near->word, lower);
    uint32_t a = near_value(near->word), b = near_value(lower);

    return (uint64_t)letters << 32 | (a != 0 && b != 0 ? (a > b ? a - b : b - a) : 0);
}

static bool near_has(const struct near *near, const char *name)
{
    for (size_t i = 0; i < near->n; i++) {
        if (strcmp(near->name[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* Offers a name, shown as it should be typed. */
static void near_offer(struct near *near, const char *spelling, const char *name)
{
    const char *lower = kd_explain_lower(near->arena, spelling);
    size_t place = near->n;
    uint64_t distance;

    if (strlen(lower) > KD_NEAR_MAX) {
        return;
    }
    distance = near_measure(near, lower);
    if (distance >> 32 > near->limit || near_has(near, name)) {
        return;
    }
    while (place > 0 && distance < near->distance[place - 1]) {
        place--;
    }
    if (place >= KD_MAX_NEAREST) {
        return;
    }
    near->n += near->n < KD_MAX_NEAREST ? 1 : 0;
    for (size_t i = near->n - 1; i > place; i--) {
        near->name[i] = near->name[i - 1];
        near->distance[i] = near->distance[i - 1];
    }
    near->name[place] = name;
    near->distance[place] = distance;
}

static void near_codes(struct near *near)
{
    size_t n = kd_codes_count();

    for (size_t i = 0; i < n; i++) {
        const struct kd_code *code = kd_code_at(i);
        const char *hex = kd_arena_printf(near->arena, "0x%08" PRIX32, code->hresult);

        near_offer(near, hex, hex);
        near_offer(near, hex + 2, hex);
        if ((code->hresult & 0xffff0000U) == 0x80070000U) {
            const char *dec = kd_arena_printf(near->arena, "%" PRIu32, code->hresult & 0xffffU);

            near_offer(near, dec, dec);
        }
        if (code->symbol != NULL) {
            near_offer(near, code->symbol, code->symbol);
            near_offer(near, kd_explain_short_symbol(code->symbol), code->symbol);
        }
    }
}

static void near_names(struct near *near)
{
    size_t n = 0;
    const struct kd_rcode_row *rcode = kd_rcode_rows(&n);
    const struct kd_event_row *event = NULL;
    const struct kd_topic *topic = NULL;

    for (size_t i = 0; i < n; i++) {
        near_offer(near, rcode[i].name, rcode[i].name);
    }
    event = kd_event_rows(&n);
    for (size_t i = 0; i < n; i++) {
        const char *id = kd_arena_printf(near->arena, "%" PRIu32, event[i].id);

        near_offer(near, id, id);
    }
    topic = kd_topics(&n);
    for (size_t i = 0; i < n; i++) {
        near_offer(near, topic[i].id, topic[i].id);
    }
}

static void near_ids(struct near *near)
{
    size_t n = 0;
    const struct kd_rule *const *rule = kd_rules(&n);
    const struct kd_cause_row *const *cause = NULL;

    for (size_t i = 0; i < n; i++) {
        near_offer(near, rule[i]->id, rule[i]->id);
    }
    cause = kd_cause_rows(&n);
    for (size_t i = 0; i < n; i++) {
        near_offer(near, cause[i]->id, cause[i]->id);
    }
}

const char **kd_explain_nearest(struct kd_arena *arena, const char *asked, size_t *ret_n)
{
    struct near near = {.arena = arena};
    struct kd_pieces pieces = kd_explain_pieces(arena, asked);
    const char **name = kd_arena_alloc(arena, KD_MAX_NEAREST * sizeof(*name));

    for (size_t i = 0; i < pieces.n && i < 4; i++) {
        size_t len = strlen(pieces.at[i]);

        near.word = pieces.at[i];
        /* codes are alike as they are: one digit or two are a slip */
        near.limit = strncmp(near.word, "0x", 2) == 0 ? 2 : len < 6 ? 1 : len / 3;
        if (len > 1 && len <= KD_NEAR_MAX) {
            near_ids(&near);
            near_names(&near);
            near_codes(&near);
        }
    }
    memcpy(name, near.name, near.n * sizeof(*name));
    *ret_n = near.n;
    return name;
}
