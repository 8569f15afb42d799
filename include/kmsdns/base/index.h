/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_BASE_INDEX_H
#define KMSDNS_BASE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Finding things that were seen before, in files that anybody may have written: open
 * addressing with a secret seed, so that nobody can make all keys collide, and a limit on
 * their number.
 */

#define KD_INDEX_NONE UINT32_MAX

/* From hash to the number of an item; the items are the caller's. */
struct kd_index {
    uint32_t *slot; /* owned; number + 1, 0 is free */
    uint32_t *hash; /* owned; of each item */
    size_t nslot, n, cap;
};

typedef bool kd_index_equal_fn(const void *items, uint32_t number, const void *key);

/** A hash of bytes. */
uint64_t kd_index_hash(uint64_t seed, const void *bytes, size_t len);

/** The number of the item that equals key; KD_INDEX_NONE if there is none. */
uint32_t kd_index_find(const struct kd_index *index, uint64_t hash, kd_index_equal_fn *equal,
                       const void *items, const void *key);

/** Enter the next item; returns its number, which is the count before the call. */
uint32_t kd_index_add(struct kd_index *index, uint64_t hash);

void kd_index_done(struct kd_index *index);

/**
 * Make room for one more element of a heap array that grows by doubling.
 *
 * returns  the array, perhaps moved; new bytes are zeroed
 */
void *kd_index_room(void *items, size_t n, size_t size);

/* Texts, each kept once. */
struct kd_names {
    uint64_t seed;
    struct kd_index index;
    uint32_t *offset; /* owned; of each text in bytes */
    char *bytes;      /* owned; texts with their NULs */
    size_t used, cap;
};

#define KD_NAMES_MAX       262144
#define KD_NAMES_MAX_BYTES ((size_t)12 * 1024 * 1024)

/**
 * The number of a text, the same for the same bytes.
 *
 * returns  KD_INDEX_NONE for an empty one, and when there are too many
 */
uint32_t kd_names_add(struct kd_names *names, const char *text, size_t len);

/** The text with a number; NULL for KD_INDEX_NONE. Valid until the next kd_names_add. */
const char *kd_names_str(const struct kd_names *names, uint32_t number);

void kd_names_done(struct kd_names *names);

#endif
