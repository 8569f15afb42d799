/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * system.c - this machine's own view of DNS: host name and resolv.conf.
 */
#include "kmsdns/collect/system.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kmsdns/dns/name.h"
#include "kmsdns/dns/usual.h"

#define MAX_FILE   ((size_t)64 * 1024)
#define MAX_HOST   256
#define BLANK      " \t\r\n"
#define MAX_SEARCH 1000

static kd_status sys_open(const char *path, FILE **ret, struct kd_err *err)
{
    FILE *file = fopen(path, "re");

    if (file == NULL) {
        return kd_fail_sys(err, errno, "file", "cannot read %s", path);
    }
    *ret = file;
    return KD_OK;
}

/* The whole file, with a closing NUL. */
static kd_status sys_load(struct kd_arena *arena, const char *path, char **ret,
                          struct kd_err *err)
{
    FILE *file = NULL;
    char *text = kd_arena_alloc(arena, MAX_FILE + 1);
    size_t len;
    kd_status status = sys_open(path, &file, err);

    if (status != KD_OK) {
        return status;
    }
    len = fread(text, 1, MAX_FILE, file);
    if (ferror(file) != 0) {
        status = kd_fail_sys(err, errno, "file", "cannot read %s", path);
    } else if (len == MAX_FILE) {
        status = kd_fail(err, KD_ETOOBIG, "file", "%s is larger than 64 KiB", path);
    }
    fclose(file);
    *ret = text;
    return status;
}

static void sys_add_server(struct kd_arena *arena, struct kd_system *sys, char **words)
{
    const char *word = strtok_r(NULL, BLANK, words);
    struct kd_endpoint endpoint = {.port = KD_DNS_PORT};

    if (word == NULL || kd_addr_from_str(word, &endpoint.addr, NULL) != KD_OK) {
        return;
    }
    sys->resolver = kd_arena_grow(arena, sys->resolver, sys->nresolver, sizeof(*sys->resolver));
    sys->resolver[sys->nresolver++] = endpoint;
}

static void sys_set_search(struct kd_arena *arena, struct kd_system *sys, char **words,
                           size_t limit)
{
    const char *word = strtok_r(NULL, BLANK, words);

    sys->search = NULL;
    sys->nsearch = 0;
    for (; word != NULL && sys->nsearch < limit; word = strtok_r(NULL, BLANK, words)) {
        sys->search = kd_arena_grow(arena, sys->search, sys->nsearch, sizeof(*sys->search));
        sys->search[sys->nsearch++] = kd_arena_strdup(arena, word);
    }
}

static void sys_read_line(struct kd_arena *arena, struct kd_system *sys, char *line)
{
    char *words = NULL;
    const char *key = strtok_r(line, BLANK, &words);

    if (key == NULL || key[0] == '#' || key[0] == ';') {
        return;
    }
    if (strcmp(key, "nameserver") == 0) {
        sys_add_server(arena, sys, &words);
    } else if (strcmp(key, "search") == 0) {
        sys_set_search(arena, sys, &words, MAX_SEARCH);
    } else if (strcmp(key, "domain") == 0) {
        sys_set_search(arena, sys, &words, 1);
    }
}

kd_status kd_system_read(struct kd_arena *arena, const char *path, struct kd_system *ret,
                         struct kd_err *err)
{
    struct kd_system sys = {.path = kd_arena_strdup(arena, path)};
    char *text = NULL, *lines = NULL;
    kd_status status = sys_load(arena, path, &text, err);

    if (status != KD_OK) {
        return status;
    }
    for (char *line = strtok_r(text, "\n", &lines); line != NULL;
         line = strtok_r(NULL, "\n", &lines)) {
        sys_read_line(arena, &sys, line);
    }
    *ret = sys;
    return KD_OK;
}

const char *kd_system_host_name(struct kd_arena *arena)
{
    char text[MAX_HOST] = "";
    const char *name = NULL;

    if (gethostname(text, sizeof(text) - 1) != 0 ||
        kd_name_from_str(arena, text, &name, NULL) != KD_OK) {
        return NULL;
    }
    return name;
}
