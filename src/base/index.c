/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * index.c - hash tables over items in arrays. Each item's hash is kept, so that growing needs no
 * look at the items, and most comparisons end at the hash.
 */
#include "kmsdns/base/index.h"

#include <stdlib.h>
#include <string.h>

#include "kmsdns/base/mem.h"

#define INDEX_MIN_SLOTS 64

/* The mixing step of splitmix64. */
static uint64_t index_mix(uint64_t x)
{
    x ^= x >> 30;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 27;
    x *= UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

uint64_t kd_index_hash(uint64_t seed, const void *bytes, size_t len)
{
    const unsigned char *at = bytes;
    uint64_t hash = index_mix(seed ^ len);

    while (len >= sizeof(uint64_t)) {
        uint64_t word;

        memcpy(&word, at, sizeof(word));
        hash = index_mix(hash ^ word);
        at += sizeof(word);
        len -= sizeof(word);
    }
    if (len > 0) {
        uint64_t word = 0;

        memcpy(&word, at, len);
        hash = index_mix(hash ^ word);
    }
    return hash;
}

uint32_t kd_index_find(const struct kd_index *index, uint64_t hash, kd_index_equal_fn *equal,
                       const void *items, const void *key)
{
    size_t mask = index->nslot - 1;

    if (index->nslot == 0) {
        return KD_INDEX_NONE;
    }
    for (size_t at = hash & mask; index->slot[at] != 0; at = (at + 1) & mask) {
        uint32_t number = index->slot[at] - 1;

        if (index->hash[number] == (uint32_t)hash && equal(items, number, key)) {
            return number;
        }
    }
    return KD_INDEX_NONE;
}

static void index_enter(struct kd_index *index, uint32_t number)
{
    size_t mask = index->nslot - 1;
    size_t at = index->hash[number] & mask;

    while (index->slot[at] != 0) {
        at = (at + 1) & mask;
    }
    index->slot[at] = number + 1;
}

/* Slots stay at most half full. Hashes have 32 bits, and so have the masks of all sizes here. */
static void index_grow(struct kd_index *index)
{
    size_t nslot = index->nslot == 0 ? INDEX_MIN_SLOTS : index->nslot * 2;

    free(index->slot);
    index->slot = kd_xcalloc(nslot, sizeof(*index->slot));
    index->nslot = nslot;
    for (size_t i = 0; i < index->n; i++) {
        index_enter(index, (uint32_t)i);
    }
}

uint32_t kd_index_add(struct kd_index *index, uint64_t hash)
{
    uint32_t number = (uint32_t)index->n;

    if ((index->n + 1) * 2 > index->nslot) {
        index_grow(index);
    }
    index->hash = kd_index_room(index->hash, index->n, sizeof(*index->hash));
    index->hash[number] = (uint32_t)hash;
    index->n++;
    index_enter(index, number);
    return number;
}

void kd_index_done(struct kd_index *index)
{
    free(index->slot);
    free(index->hash);
    *index = (struct kd_index){.slot = NULL};
}

void *kd_index_room(void *items, size_t n, size_t size)
{
    size_t room = n == 0 ? 16 : n * 2;

    /* full exactly at zero and at the powers of two from 16 on */
    if (n != 0 && (n < 16 || (n & (n - 1)) != 0)) {
        return items;
    }
    items = kd_xrealloc(items, room, size);
    memset((char *)items + n * size, 0, (room - n) * size);
    return items;
}

struct names_key {
    const char *text;
    size_t len;
};

static bool names_equal(const void *items, uint32_t number, const void *key)
{
    const struct kd_names *names = items;
    const struct names_key *wanted = key;
    const char *text = names->bytes + names->offset[number];

    return strncmp(text, wanted->text, wanted->len) == 0 && text[wanted->len] == '\0';
}

static bool names_make_room(struct kd_names *names, size_t len)
{
    if (names->index.n >= KD_NAMES_MAX || len > KD_NAMES_MAX_BYTES - names->used) {
        return false;
    }
    while (names->cap - names->used < len) {
        names->cap = names->cap == 0 ? 4096 : names->cap * 2;
        names->bytes = kd_xrealloc(names->bytes, names->cap, 1);
    }
    names->offset = kd_index_room(names->offset, names->index.n, sizeof(*names->offset));
    return true;
}

uint32_t kd_names_add(struct kd_names *names, const char *text, size_t len)
{
    const struct names_key key = {text, len};
    uint64_t hash;
    uint32_t number;

    /* a NUL inside would make two texts look equal */
    if (len == 0 || memchr(text, '\0', len) != NULL) {
        return KD_INDEX_NONE;
    }
    hash = kd_index_hash(names->seed, text, len);
    number = kd_index_find(&names->index, hash, names_equal, names, &key);
    if (number != KD_INDEX_NONE || !names_make_room(names, len + 1)) {
        return number;
    }
    number = kd_index_add(&names->index, hash);
    names->offset[number] = (uint32_t)names->used;
    memcpy(names->bytes + names->used, text, len);
    names->bytes[names->used + len] = '\0';
    names->used += len + 1;
    return number;
}

const char *kd_names_str(const struct kd_names *names, uint32_t number)
{
    return number == KD_INDEX_NONE ? NULL : names->bytes + names->offset[number];
}

void kd_names_done(struct kd_names *names)
{
    kd_index_done(&names->index);
    free(names->offset);
    free(names->bytes);
    names->offset = NULL;
    names->bytes = NULL;
}
