/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_BASE_MEM_H
#define KMSDNS_BASE_MEM_H

#include <stddef.h>

/*
 * Heap memory that never fails: out of memory ends the process with one line on stderr.
 * The condition that makes this right: every size that a peer or a file controls is capped
 * before it is allocated.
 */

/**
 * Allocate zeroed memory for n objects of size bytes.
 *
 * n, size  their product must not overflow; 0 gives a valid unique pointer
 * returns  memory to be released with free(); never NULL                     caller's
 */
void *kd_xcalloc(size_t n, size_t size);

/**
 * Grow or shrink a heap block.
 *
 * ptr      NULL or from kd_xcalloc/kd_xrealloc                               taken
 * n, size  as for kd_xcalloc; new bytes are not zeroed
 * returns  the block; never NULL                                             caller's
 */
void *kd_xrealloc(void *ptr, size_t n, size_t size);

/**
 * Copy a string to the heap.
 *
 * text     not NULL                                                          borrowed
 * returns  copy to be released with free(); never NULL                       caller's
 */
char *kd_xstrdup(const char *text);

/** Say "out of memory" on stderr and abort. For library calls that report ENOMEM. */
void kd_oom(void) __attribute__((noreturn));

#endif
