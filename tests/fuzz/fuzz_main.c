/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_main.c - replay of a fuzz target's corpus without libFuzzer: every file of the
 * directories given, one TAP line each.
 */
#include "fuzz.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kmsdns/base/mem.h"

#define REPLAY_MAX ((size_t)1024 * 1024)

static int replay_is_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.' ? 1 : 0;
}

/* Byte order, whatever the locale. */
static int replay_compare(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = NULL;
    size_t len = 0;

    if (file == NULL) {
        return false;
    }
    data = kd_xcalloc(REPLAY_MAX, 1);
    len = fread(data, 1, REPLAY_MAX, file);
    fclose(file);
    /* a block of the exact size, so that a sanitizer sees a byte read beyond it */
    data = kd_xrealloc(data, len, 1);
    LLVMFuzzerTestOneInput(data, len);
    free(data);
    return true;
}

static bool replay_directory(const char *directory, size_t *number)
{
    struct dirent **entry = NULL;
    int n = scandir(directory, &entry, replay_is_file, replay_compare);
    bool is_ok = n > 0;

    for (int i = 0; i < n; i++) {
        char path[4096];
        bool is_read = false;

        snprintf(path, sizeof(path), "%s/%s", directory, entry[i]->d_name);
        is_read = replay_file(path);
        printf("%s %zu - %s\n", is_read ? "ok" : "not ok", ++*number, entry[i]->d_name);
        fflush(stdout);
        is_ok = is_ok && is_read;
        free(entry[i]);
    }
    free(entry);
    return is_ok;
}

static size_t replay_count(int argc, char **argv)
{
    size_t total = 0;

    for (int i = 1; i < argc; i++) {
        struct dirent **entry = NULL;
        int n = scandir(argv[i], &entry, replay_is_file, NULL);

        for (int k = 0; k < n; k++) {
            free(entry[k]);
        }
        free(entry);
        total += n > 0 ? (size_t)n : 1; /* an empty or missing directory is a failure */
    }
    return total;
}

int main(int argc, char **argv)
{
    size_t number = 0;
    bool is_ok = argc > 1;

    printf("1..%zu\n", replay_count(argc, argv));
    for (int i = 1; i < argc; i++) {
        is_ok = replay_directory(argv[i], &number) && is_ok;
    }
    return is_ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
