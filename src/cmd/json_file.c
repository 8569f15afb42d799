/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_file.c - JSON documents from files: read with a limit, parsed strictly, and searched for
 * the line of a member, which the parser does not keep. The search goes over text that has been
 * parsed already, so it trusts its form.
 */
#include "json_file.h"

#include <stdio.h>
#include <string.h>

#include "file_load.h"

#define FILE_PATH_SIZE     200
#define FILE_BYTES_A_VALUE 16 /* an indented report has 25 */

/* Each value but the first one stands behind a comma or an opening bracket. */
static size_t file_count_values(const struct kd_buf *text)
{
    size_t n = 1;

    for (size_t i = 0; i < text->len; i++) {
        n += text->data[i] == ',' || text->data[i] == '[' || text->data[i] == '{' ? 1 : 0;
    }
    return n;
}

static kd_status file_parse(const char *path, size_t max, struct kd_json_file *file,
                            struct kd_err *err)
{
    json_error_t fault;

    if (file_count_values(&file->text) > max / FILE_BYTES_A_VALUE) {
        return kd_fail(err, KD_ETOOBIG, "file",
                       "%.120s has more than %zu values; at most that many are read", path,
                       max / FILE_BYTES_A_VALUE);
    }
    file->doc =
        json_loadb(kd_buf_str(&file->text), file->text.len, JSON_REJECT_DUPLICATES, &fault);
    if (file->doc == NULL) {
        return kd_fail(err, KD_ESYNTAX, "file",
                       "%.100s: line %d, column %d: this is not JSON: %.80s", path, fault.line,
                       fault.column, fault.text);
    }
    return KD_OK;
}

kd_status kd_json_file_read(const char *path, size_t max, struct kd_json_file *ret,
                            struct kd_err *err)
{
    struct kd_json_file file = {.doc = NULL};
    kd_status status = kd_file_load(path, max, &file.text, err);

    if (status == KD_OK) {
        status = file_parse(path, max, &file, err);
    }
    if (status != KD_OK) {
        kd_json_file_done(&file);
        return status;
    }
    *ret = file;
    return KD_OK;
}

void kd_json_file_done(struct kd_json_file *file)
{
    json_decref(file->doc);
    file->doc = NULL;
    kd_buf_done(&file->text);
}

/* A walk over a document's text. */
struct file_walk {
    const char *p, *end;
    unsigned int line;
    unsigned int found; /* line of the wanted member; 0 not yet */
    const char *wanted;
    char path[FILE_PATH_SIZE]; /* to the value at hand */
};

static void file_skip_blanks(struct file_walk *walk)
{
    while (walk->p < walk->end && strchr(" \t\r\n,:", *walk->p) != NULL && *walk->p != '\0') {
        walk->line += *walk->p == '\n' ? 1 : 0;
        walk->p++;
    }
}

/* Behind a string; its bytes between the quotes are [*ret, *ret + returned length). */
static size_t file_skip_string(struct file_walk *walk, const char **ret)
{
    *ret = ++walk->p;
    while (walk->p < walk->end && *walk->p != '"') {
        walk->p += *walk->p == '\\' && walk->p + 1 < walk->end ? 2 : 1;
    }
    walk->p += walk->p < walk->end ? 1 : 0;
    return (size_t)(walk->p - *ret) - 1;
}

static void file_skip_word(struct file_walk *walk)
{
    while (walk->p < walk->end && strchr(",]} \t\r\n", *walk->p) == NULL) {
        walk->p++;
    }
}

/*
 * Behind one value that is no container, or behind the bracket that opens one; the path is kept
 * by the caller. True for a container.
 */
static bool file_step(struct file_walk *walk)
{
    const char *text = NULL;

    if (strcmp(walk->path, walk->wanted) == 0 && walk->found == 0) {
        walk->found = walk->line;
    }
    if (*walk->p == '[' || *walk->p == '{') {
        walk->p++;
        return true;
    }
    if (*walk->p == '"') {
        (void)file_skip_string(walk, &text);
    } else {
        file_skip_word(walk);
    }
    return false;
}

/* Puts the next member's place behind the path. False at the container's end. */
static bool file_enter(struct file_walk *walk, size_t len, bool is_array, size_t index)
{
    size_t room = sizeof(walk->path) - len;
    const char *key = NULL;
    size_t nkey;

    file_skip_blanks(walk);
    if (walk->p >= walk->end || *walk->p == ']' || *walk->p == '}') {
        walk->p += walk->p < walk->end ? 1 : 0;
        return false;
    }
    if (is_array) {
        snprintf(walk->path + len, room, "[%zu]", index);
        return true;
    }
    nkey = file_skip_string(walk, &key);
    snprintf(walk->path + len, room, "%s%.*s", len == 0 ? "" : ".",
             (int)(nkey < FILE_PATH_SIZE ? nkey : FILE_PATH_SIZE), key);
    file_skip_blanks(walk);
    return true;
}

/* The parser refuses more than 2048 levels, and the wanted path has few: no deeper is looked. */
#define FILE_MAX_DEPTH 2100

unsigned int kd_json_file_line(const struct kd_json_file *file, const char *path)
{
    struct file_walk walk = {.p = kd_buf_str(&file->text), .line = 1, .wanted = path};
    static struct {
        size_t len, index;
        bool is_array;
    } level[FILE_MAX_DEPTH];
    size_t depth = 0;

    walk.end = walk.p + file->text.len;
    file_skip_blanks(&walk);
    do {
        bool is_array = walk.p < walk.end && *walk.p == '[';

        if (file_step(&walk) && depth < FILE_MAX_DEPTH) {
            level[depth].len = strlen(walk.path);
            level[depth].index = 0;
            level[depth].is_array = is_array;
            depth++;
        }
        while (depth > 0 && walk.found == 0) {
            walk.path[level[depth - 1].len] = '\0';
            if (file_enter(&walk, level[depth - 1].len, level[depth - 1].is_array,
                           level[depth - 1].index)) {
                level[depth - 1].index++;
                break;
            }
            depth--;
        }
    } while (depth > 0 && walk.found == 0);
    return walk.found;
}
