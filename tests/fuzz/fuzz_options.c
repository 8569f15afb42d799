/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_options.c - any bytes as an ini file of check_kmsdns, as its command line, a line an
 * argument, and as that of kmsdns: options that are taken keep to their limits, others get a
 * sentence.
 *
 * With libFuzzer: clang -fsanitize=fuzzer,address,undefined, this file, all of src but main.c.
 */
#include "fuzz.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../src/cmd/options.h"

#define FUZZ_MAX_ARGS 64

static void fuzz_parse(int argc, char **argv)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_options options;
    struct kd_err err = {.code = KD_OK};

    if (kd_options_parse(arena, argc, argv, &options, &err) == KD_OK) {
        assert(options.timeout_ms >= 100 && options.timeout_ms <= 3600000);
        assert(options.tries >= 1 && options.tries <= 10);
        assert(options.ncandidate <= KD_MAX_CANDIDATES);
        assert(options.nresolver <= KD_MAX_RESOLVERS && options.nserver <= KD_MAX_RESOLVERS);
        assert(options.modes != 0 && options.modes <= KD_MODE_ALL);
        for (size_t i = 0; i < KD_METRIC_COUNT; i++) {
            assert(options.limit[i].warning.text == NULL ||
                   options.limit[i].warning.start <= options.limit[i].warning.end);
        }
    } else {
        assert(err.text[0] != '\0');
    }
    assert(options.format != NULL);
    kd_arena_free(arena);
}

static void fuzz_ini(const uint8_t *data, size_t size)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    char name[] = "check_kmsdns", where[64];
    char *argv[] = {name, where, NULL};

    assert(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(where, sizeof(where), "--extra-opts=@/proc/self/fd/%d", fd);
    fuzz_parse(2, argv);
    (void)close(fd);
}

/* Files are not opened: what would name one to read options from is left out. */
static void fuzz_line(const char *program, const uint8_t *data, size_t size)
{
    static char text[65536], name[16];
    char *argv[FUZZ_MAX_ARGS + 2] = {name};
    int argc = 1;

    if (size >= sizeof(text)) {
        return;
    }
    snprintf(name, sizeof(name), "%s", program);
    memcpy(text, data, size);
    text[size] = '\0';
    for (char *p = text; *p != '\0' && argc <= FUZZ_MAX_ARGS;) {
        size_t len = strcspn(p, "\n");
        char *next = p + len + (p[len] == '\n' ? 1 : 0);

        p[len] = '\0';
        if (strncmp(p, "--extra-opts", 12) != 0) {
            argv[argc++] = p;
        }
        p = next;
    }
    fuzz_parse(argc, argv);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_ini(data, size);
    fuzz_line("check_kmsdns", data, size);
    fuzz_line("kmsdns", data, size);
    return 0;
}
