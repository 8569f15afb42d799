/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * extra_opts.c - options of a plugin from an ini file:
 *
 *   [check_kmsdns]                    # a comment
 *   domain = corp.example   # ours    -> --domain=corp.example
 *   w = 0.5                           -> --warning-time=0.5
 *   exit-ok                           -> --exit-ok
 *
 * Of our own, because the libraries for ini files refuse keys without a value and such that stand
 * twice, and options are both.
 */
#include "extra_opts.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file_load.h"
#include "guard.h"
#include "kmsdns/base/buf.h"
#include "option_table.h"

#define EXTRA_OPTION   "--extra-opts"
#define EXTRA_MAX_FILE ((size_t)64 * 1024)
#define EXTRA_MAX_ARGS 2000
#define EXTRA_COMMENT  "#;"           /* begin lines that are comments */
#define EXTRA_BOM      "\xEF\xBB\xBF" /* of UTF-8, as editors of Windows write it */

/* Arguments being put together. */
struct extra {
    struct kd_arena *arena;
    const char *plugin;
    char **argument;
    const char **place; /* of each argument; NULL: the command line */
    size_t n;
};

/* Places of the ini file, in the order of Monitoring Plugins. */
static const char *const EXTRA_PLACE[] = {
    "/usr/local/etc/monitoring-plugins/monitoring-plugins.ini",
    "/usr/local/etc/monitoring-plugins.ini",
    "/etc/monitoring-plugins/monitoring-plugins.ini",
    "/etc/monitoring-plugins.ini",
    "/etc/nagios/plugins.ini",
    "/usr/local/nagios/etc/plugins.ini",
    "/usr/local/etc/nagios/plugins.ini",
    "/etc/opt/nagios/plugins.ini",
    "/etc/nagios-plugins.ini",
    "/usr/local/etc/nagios-plugins.ini",
    "/etc/opt/nagios-plugins.ini",
};

static const char *const EXTRA_FILE[] = {"monitoring-plugins.ini", "plugins.ini",
                                         "nagios-plugins.ini"};

static bool extra_exists(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0;
}

/* One of the usual files in a folder of a list with colons; NULL without any. */
static const char *extra_in_folders(struct kd_arena *arena, const char *folders)
{
    while (folders != NULL && *folders != '\0') {
        size_t len = strcspn(folders, ":");

        for (size_t i = 0; len > 0 && i < sizeof(EXTRA_FILE) / sizeof(EXTRA_FILE[0]); i++) {
            const char *path =
                kd_arena_printf(arena, "%.*s/%s", (int)len, folders, EXTRA_FILE[i]);

            if (extra_exists(path)) {
                return path;
            }
        }
        folders += len + (folders[len] == ':' ? 1 : 0);
    }
    return NULL;
}

static const char *extra_default_file(struct kd_arena *arena)
{
    const char *named = getenv("MP_CONFIG_FILE");

    if (named != NULL && named[0] != '\0') {
        return named;
    }
    for (size_t i = 0; i < sizeof(EXTRA_PLACE) / sizeof(EXTRA_PLACE[0]); i++) {
        if (extra_exists(EXTRA_PLACE[i])) {
            return EXTRA_PLACE[i];
        }
    }
    return extra_in_folders(arena, getenv("NAGIOS_CONFIG_PATH"));
}

static void extra_add(struct extra *extra, char *argument, const char *place)
{
    extra->argument =
        kd_arena_grow(extra->arena, extra->argument, extra->n, sizeof(*extra->argument));
    extra->place = kd_arena_grow(extra->arena, extra->place, extra->n, sizeof(*extra->place));
    extra->argument[extra->n] = argument;
    extra->place[extra->n] = place;
    extra->n++;
}

static bool extra_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* The line without the blanks around it, as a copy. */
static char *extra_trim(struct kd_arena *arena, const char *text, size_t len)
{
    while (len > 0 && extra_is_blank(*text)) {
        text++;
        len--;
    }
    while (len > 0 && extra_is_blank(text[len - 1])) {
        len--;
    }
    return kd_arena_strndup(arena, text, len);
}

/* A key is the long name of an option, or its letter. */
static const struct kd_option *extra_option(const char *key)
{
    size_t len = strlen(key);

    return len == 1 ? kd_option_by_letter(key[0]) : kd_option_by_name(key, len);
}

/* "key = value", "key =" or "key" as an argument; NULL if it has no key. Only a switch may stand
 * without a value: any other option would take the next argument for it. A '#' ends the value
 * wherever it stands, as in lib/parse_ini.c of Monitoring Plugins, so that one file serves all;
 * a ';' does not, it parts the entries of a publish list. */
static char *extra_argument(struct kd_arena *arena, const char *line)
{
    size_t len = strcspn(line, "=#");
    const char *key = extra_trim(arena, line, len);
    const char *text = line[len] == '=' ? line + len + 1 : "";
    const char *value = extra_trim(arena, text, strcspn(text, "#"));
    const struct kd_option *option = extra_option(key);
    bool has_value = value[0] != '\0' || (option != NULL && option->argument != NULL);

    if (key[0] == '\0') {
        return NULL;
    }
    return kd_arena_printf(arena, "--%s%s%s", option != NULL ? option->name : key,
                           has_value ? "=" : "", value);
}

/* "[ name ] # a comment": the name; NULL if there is no bracket, or something else behind it. */
static const char *extra_section(struct kd_arena *arena, const char *line)
{
    const char *end = strchr(line, ']');
    const char *rest = end != NULL ? extra_trim(arena, end + 1, strlen(end + 1)) : NULL;

    if (rest == NULL || (rest[0] != '\0' && strchr(EXTRA_COMMENT, rest[0]) == NULL)) {
        return NULL;
    }
    return extra_trim(arena, line + 1, (size_t)(end - line) - 1);
}

/* A file being read line by line. */
struct extra_read {
    const char *path, *section;
    bool is_ours; /* within the section */
    bool was_found;
    bool is_begun; /* some section began */
    size_t line;
};

static kd_status extra_line(struct extra *extra, struct extra_read *at, const char *line,
                            struct kd_err *err)
{
    const char *name = line[0] == '[' ? extra_section(extra->arena, line) : NULL;
    char *argument = NULL;

    if (line[0] == '\0' || strchr(EXTRA_COMMENT, line[0]) != NULL) {
        return KD_OK;
    }
    if (name != NULL) {
        at->is_ours = strcmp(name, at->section) == 0;
        at->was_found = at->was_found || at->is_ours;
        at->is_begun = true;
        return KD_OK;
    }
    argument = at->is_begun && line[0] != '[' ? extra_argument(extra->arena, line) : NULL;
    if (argument == NULL) {
        return kd_fail(err, KD_ESYNTAX, "options",
                       "%.100s:%zu: expected [SECTION]%s, or a comment behind #", at->path,
                       at->line, at->is_begun ? ", OPTION = VALUE" : " before anything else");
    }
    if (at->is_ours && extra->n >= EXTRA_MAX_ARGS) {
        return kd_fail(err, KD_ETOOBIG, "options",
                       "%.100s:%zu: more than %d options from files", at->path, at->line,
                       EXTRA_MAX_ARGS);
    }
    if (at->is_ours) {
        extra_add(extra, argument,
                  kd_arena_printf(extra->arena, "%.100s:%zu", at->path, at->line));
    }
    return KD_OK;
}

static kd_status extra_lines(struct extra *extra, struct extra_read *at,
                             const struct kd_buf *text, struct kd_err *err)
{
    const char *p = kd_buf_str(text);
    kd_status status = KD_OK;

    if (strlen(p) != text->len) {
        return kd_fail(err, KD_ESYNTAX, "options", "%.100s: a NUL byte: this is no ini file",
                       at->path);
    }
    p += strncmp(p, EXTRA_BOM, sizeof(EXTRA_BOM) - 1) == 0 ? sizeof(EXTRA_BOM) - 1 : 0;
    while (*p != '\0' && status == KD_OK) {
        size_t len = strcspn(p, "\n");

        at->line++;
        status = extra_line(extra, at, extra_trim(extra->arena, p, len), err);
        p += len + (p[len] == '\n' ? 1 : 0);
    }
    return status;
}

static kd_status extra_file(struct extra *extra, struct extra_read *at, struct kd_err *err)
{
    struct kd_buf text = {.data = NULL};
    kd_status status;

    kd_guard_stage("reading", at->path);
    status = strcmp(at->path, "-") == 0 ? kd_stdin_load(EXTRA_MAX_FILE, &text, err)
                                        : kd_file_load(at->path, EXTRA_MAX_FILE, &text, err);
    if (status == KD_OK) {
        status = extra_lines(extra, at, &text, err);
    }
    kd_buf_done(&text);
    kd_guard_stage("reading the options", NULL);
    if (status == KD_OK && !at->was_found) {
        return kd_fail(err, KD_ENOTFOUND, "options",
                       EXTRA_OPTION ": %.100s has no section [%.40s]", at->path, at->section);
    }
    return status;
}

/* "[SECTION][@FILE]" */
static kd_status extra_load(struct extra *extra, const char *where, struct kd_err *err)
{
    size_t len = strcspn(where, "@");
    struct extra_read at = {
        .section = len > 0 ? kd_arena_strndup(extra->arena, where, len) : extra->plugin,
        .path = where[len] == '@' ? where + len + 1 : extra_default_file(extra->arena),
    };

    if (at.path == NULL || at.path[0] == '\0') {
        return kd_fail(err, KD_ENOTFOUND, "options",
                       EXTRA_OPTION ": there is no ini file in any of the usual places, such "
                                    "as %s; name one: " EXTRA_OPTION "=%.40s@FILE",
                       EXTRA_PLACE[2], at.section);
    }
    return extra_file(extra, &at, err);
}

/* What stands behind the option's name: "" alone, its value, or NULL if it is another one. */
static const char *extra_where(const char *argument)
{
    size_t len = sizeof(EXTRA_OPTION) - 1;

    if (strncmp(argument, EXTRA_OPTION, len) != 0) {
        return NULL;
    }
    return argument[len] == '\0' ? "" : argument[len] == '=' ? argument + len + 1 : NULL;
}

bool kd_extra_opts_is(const char *argument)
{
    return extra_where(argument) != NULL;
}

kd_status kd_extra_opts(struct kd_arena *arena, const char *plugin, char *const *argument,
                        struct kd_extra_args *ret, struct kd_err *err)
{
    struct extra extra = {.arena = arena, .plugin = plugin};
    bool is_ended = false;

    for (char *const *p = argument; *p != NULL && strcmp(*p, "--") != 0; p++) {
        const char *where = extra_where(*p);
        kd_status status = where != NULL ? extra_load(&extra, where, err) : KD_OK;

        if (status != KD_OK) {
            return status;
        }
    }
    for (char *const *p = argument; *p != NULL; p++) {
        is_ended = is_ended || strcmp(*p, "--") == 0;
        if (is_ended || extra_where(*p) == NULL) {
            extra_add(&extra, *p, NULL);
        }
    }
    extra_add(&extra, NULL, NULL);
    *ret = (struct kd_extra_args){extra.argument, extra.place};
    return KD_OK;
}
