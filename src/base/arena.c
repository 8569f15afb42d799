/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arena.c - a list of blocks that are filled from the front and released together.
 */
#include "kmsdns/base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kmsdns/base/mem.h"

#define BLOCK_SIZE ((size_t)16 * 1024)
#define MAX_SIZE   ((size_t)64 * 1024 * 1024)

struct block {
    struct block *next;
    size_t used, size; /* bytes of data */
    alignas(max_align_t) unsigned char data[];
};

struct kd_arena {
    struct block *head; /* the block being filled; older and oversized ones behind it */
};

static struct block *arena_add_block(struct kd_arena *arena, size_t size)
{
    size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
    struct block *block = kd_xcalloc(1, sizeof(*block) + room);

    block->size = room;
    /* an oversized block goes behind the head, whose free space stays in use */
    if (room > BLOCK_SIZE && arena->head != NULL) {
        block->next = arena->head->next;
        arena->head->next = block;
    } else {
        block->next = arena->head;
        arena->head = block;
    }
    return block;
}

struct kd_arena *kd_arena_new(void)
{
    return kd_xcalloc(1, sizeof(struct kd_arena));
}

void kd_arena_free(struct kd_arena *arena)
{
    struct block *block = NULL;

    if (arena == NULL) {
        return;
    }
    while (arena->head != NULL) {
        block = arena->head;
        arena->head = block->next;
        free(block);
    }
    free(arena);
}

void *kd_arena_alloc(struct kd_arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    struct block *block = arena->head;
    void *ptr = NULL;

    assert(size <= MAX_SIZE);
    size = (size + align - 1) / align * align;
    if (block == NULL || block->size - block->used < size) {
        block = arena_add_block(arena, size);
    }
    ptr = block->data + block->used;
    block->used += size;
    return ptr;
}

void *kd_arena_grow(struct kd_arena *arena, void *items, size_t n, size_t size)
{
    void *grown = NULL;

    /* full exactly when n is zero or a power of two */
    if (n != 0 && (n & (n - 1)) != 0) {
        return items;
    }
    assert(n <= MAX_SIZE / 2 / size);
    grown = kd_arena_alloc(arena, (n == 0 ? 1 : 2 * n) * size);
    if (n != 0) {
        memcpy(grown, items, n * size);
    }
    return grown;
}

char *kd_arena_strndup(struct kd_arena *arena, const char *text, size_t len)
{
    char *copy = kd_arena_alloc(arena, len + 1);

    memcpy(copy, text, len);
    return copy;
}

char *kd_arena_strdup(struct kd_arena *arena, const char *text)
{
    return text != NULL ? kd_arena_strndup(arena, text, strlen(text)) : NULL;
}

char *kd_arena_vprintf(struct kd_arena *arena, const char *fmt, va_list args)
{
    va_list again;
    char *text = NULL;
    int len;

    va_copy(again, args);
    len = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    assert(len >= 0);
    text = kd_arena_alloc(arena, (size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, fmt, args);
    return text;
}

char *kd_arena_printf(struct kd_arena *arena, const char *fmt, ...)
{
    va_list args;
    char *text = NULL;

    va_start(args, fmt);
    text = kd_arena_vprintf(arena, fmt, args);
    va_end(args);
    return text;
}
