/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * golden.h - compare a text with the file that holds it; UPDATE_GOLDEN=1 rewrites the file.
 */
#ifndef KMSDNS_TESTS_UNIT_GOLDEN_H
#define KMSDNS_TESTS_UNIT_GOLDEN_H

#include <stdio.h>
#include <stdlib.h>

#include "kmsdns/base/buf.h"

static void golden_write(const char *path, const struct kd_buf *text)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(text->data, 1, text->len, file), text->len);
    assert_int_equal(fclose(file), 0);
}

static void golden_read(const char *path, struct kd_buf *ret)
{
    FILE *file = fopen(path, "rb");
    char chunk[4096];
    size_t n;

    assert_non_null(file);
    for (n = fread(chunk, 1, sizeof(chunk), file); n > 0;
         n = fread(chunk, 1, sizeof(chunk), file)) {
        kd_buf_add(ret, chunk, n);
    }
    fclose(file);
}

/* name is a file in tests/golden */
static void assert_golden(const char *name, const struct kd_buf *got)
{
    struct kd_buf want = {0};
    char path[4096];

    snprintf(path, sizeof(path), "%s/golden/%s", TEST_SRCDIR, name);
    if (getenv("UPDATE_GOLDEN") != NULL) {
        golden_write(path, got);
    }
    golden_read(path, &want);
    assert_string_equal(kd_buf_str(got), kd_buf_str(&want));
    kd_buf_done(&want);
}

#endif
