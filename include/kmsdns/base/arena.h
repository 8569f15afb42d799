/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_BASE_ARENA_H
#define KMSDNS_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

/*
 * Memory with the lifetime of one report: facts, findings and every string in them are
 * allocated here and released at once. No per-object free, no ownership question.
 */
struct kd_arena;

/**
 * Make an empty arena.
 *
 * returns  never NULL; release with kd_arena_free                            caller's
 */
struct kd_arena *kd_arena_new(void);

/** Release an arena and everything in it. NULL is allowed. */
void kd_arena_free(struct kd_arena *arena);

/**
 * Allocate zeroed, maximally aligned memory.
 *
 * size     0 .. 64 MiB; more is a bug of the caller, who must cap first
 * returns  never NULL; valid until kd_arena_free                             arena's
 */
void *kd_arena_alloc(struct kd_arena *arena, size_t size);

/**
 * Make room for one more element behind a growing array.
 *
 * Capacity is implied (the next power of two), so an array is a pointer and a count. Old
 * copies stay in the arena: at most as much again as the final array.
 *
 * items    NULL when n is 0, else what the last call returned                arena's
 * n        elements in use
 * size     bytes of one element
 * returns  the array, with space for n + 1 elements; the new one is zeroed   arena's
 */
void *kd_arena_grow(struct kd_arena *arena, void *items, size_t n, size_t size);

/** Copy len bytes and a closing NUL. Never NULL; valid until kd_arena_free. */
char *kd_arena_strndup(struct kd_arena *arena, const char *text, size_t len);

/** Copy a string. NULL gives NULL. */
char *kd_arena_strdup(struct kd_arena *arena, const char *text);

/** printf into the arena. Never NULL. */
char *kd_arena_printf(struct kd_arena *arena, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/** vprintf into the arena. Never NULL. */
char *kd_arena_vprintf(struct kd_arena *arena, const char *fmt, va_list args)
    __attribute__((format(printf, 2, 0)));

#endif
