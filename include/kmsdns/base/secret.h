/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_BASE_SECRET_H
#define KMSDNS_BASE_SECRET_H

#include <stddef.h>

/*
 * Memory for key material and for the files it is read from: in pages of its own, which are
 * kept out of core dumps and of swap where the system allows that, and wiped on release.
 */

/**
 * Allocate zeroed memory for a secret.
 *
 * size     0 .. 1 MiB; more is a bug of the caller, who must cap first
 * returns  never NULL; release with kd_secret_free and the same size         caller's
 */
void *kd_secret_alloc(size_t size);

/**
 * Wipe and release.
 *
 * secret   from kd_secret_alloc; NULL is allowed                             taken
 * size     as it was allocated with
 */
void kd_secret_free(void *secret, size_t size);

/** Overwrite bytes in a way that the compiler does not remove. */
void kd_secret_wipe(void *bytes, size_t len);

#endif
