/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mem.c - heap memory that never fails.
 */
#include "kmsdns/base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void kd_oom(void)
{
    fputs("kmsdns: out of memory\n", stderr);
    abort();
}

void *kd_xcalloc(size_t n, size_t size)
{
    void *ptr = calloc(n > 0 ? n : 1, size > 0 ? size : 1);

    if (ptr == NULL) {
        kd_oom();
    }
    return ptr;
}

void *kd_xrealloc(void *ptr, size_t n, size_t size)
{
    void *grown = NULL;

    if (size != 0 && n > SIZE_MAX / size) {
        kd_oom();
    }
    grown = realloc(ptr, n * size > 0 ? n * size : 1);
    if (grown == NULL) {
        kd_oom();
    }
    return grown;
}

char *kd_xstrdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = kd_xcalloc(size, 1);

    memcpy(copy, text, size);
    return copy;
}
