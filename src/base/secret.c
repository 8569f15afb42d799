/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * secret.c - memory for key material. Whole pages, so that locking them and keeping them out of
 * core dumps touches nobody else's data; both are best effort: a small RLIMIT_MEMLOCK or an
 * older kernel must not stop a run.
 */
#include "kmsdns/base/secret.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kmsdns/base/mem.h"

#define MAX_SECRET ((size_t)1024 * 1024)

static size_t secret_page(void)
{
    long page = sysconf(_SC_PAGESIZE);

    return page > 0 ? (size_t)page : 4096;
}

static size_t secret_rounded(size_t size)
{
    size_t page = secret_page();

    assert(size <= MAX_SECRET);
    return (size / page + 1) * page;
}

/* Failure is no error, see above. */
static void secret_set_dump(void *secret, size_t rounded, bool is_dumped)
{
#ifdef MADV_DONTDUMP
    (void)madvise(secret, rounded, is_dumped ? MADV_DODUMP : MADV_DONTDUMP);
#else
    (void)secret;
    (void)rounded;
    (void)is_dumped;
#endif
}

void *kd_secret_alloc(size_t size)
{
    size_t rounded = secret_rounded(size);
    void *secret = aligned_alloc(secret_page(), rounded);

    if (secret == NULL) {
        kd_oom();
    }
    memset(secret, 0, rounded);
    secret_set_dump(secret, rounded, false);
    (void)mlock(secret, rounded);
    return secret;
}

void kd_secret_wipe(void *bytes, size_t len)
{
    explicit_bzero(bytes, len);
}

void kd_secret_free(void *secret, size_t size)
{
    size_t rounded = secret_rounded(size);

    if (secret == NULL) {
        return;
    }
    kd_secret_wipe(secret, rounded);
    (void)munlock(secret, rounded);
    secret_set_dump(secret, rounded, true);
    free(secret);
}
