/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_file.c - JSON documents from files: read with a limit, parsed strictly, one or all of those
 * that stand one after the other, and searched for the line of a member, which the parser does not
 * keep. The search goes over text that has been parsed already, so it trusts its form.
 */
#include "json_file.h"

#include <stdio.h>
#include <string.h>

#include "file_load.h"

#define FILE_PATH_SIZE     200
#define FILE_BYTES_A_VALUE 16 /* an indented report has 25 */

/* What the parser is given, chunk by chunk, so that a document of too many values ends early. */
struct file_source {
    const char *at, *end;
    size_t nvalue, max_values;
};

/* Each value but the first one stands behind a comma or an opening bracket. */
static size_t file_count_values(const char *text, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        n += text[i] == ',' || text[i] == '[' || text[i] == '{' ? 1 : 0;
    }
    return n;
}

static size_t file_feed(void *chunk, size_t size, void *data)
{
    struct file_source *source = data;
    size_t rest = (size_t)(source->end - source->at);
    size_t len = size < rest ? size : rest;

    source->nvalue += file_count_values(source->at, len);
    if (len == 0 || source->nvalue >= source->max_values) {
        return 0;
    }
    memcpy(chunk, source->at, len);
    source->at += len;
    return len;
}

static unsigned int file_count_lines(const struct kd_json_file *file, size_t from, size_t to)
{
    unsigned int n = 0;

    for (size_t i = from; i < to; i++) {
        n += file->text.data[i] == '\n' ? 1 : 0;
    }
    return n;
}

static void file_go_to(struct kd_json_file *file, size_t place)
{
    file->next_line += file_count_lines(file, file->next, place);
    file->next = place;
}

/* Reads the value at file->next; *ret_len is what it takes of the text. */
static kd_status file_parse(const char *path, struct kd_json_file *file, size_t flags,
                            size_t *ret_len, struct kd_err *err)
{
    struct file_source source = {
        .at = kd_buf_str(&file->text) + file->next,
        .end = kd_buf_str(&file->text) + file->text.len,
        .max_values = file->max / FILE_BYTES_A_VALUE,
    };
    json_error_t fault;

    file->line = file->next_line;
    file->doc = json_load_callback(file_feed, &source, JSON_REJECT_DUPLICATES | flags, &fault);
    if (file->doc != NULL) {
        *ret_len = (size_t)fault.position;
        return KD_OK;
    }
    if (source.nvalue >= source.max_values) {
        return kd_fail(err, KD_ETOOBIG, "file",
                       "%.120s has more than %zu values; at most that many are read", path,
                       source.max_values);
    }
    return kd_fail(err, KD_ESYNTAX, "file",
                   "%.100s: line %u, column %d: this is not JSON: %.80s", path,
                   file->line + (unsigned int)fault.line - 1, fault.column, fault.text);
}

kd_status kd_json_file_read(const char *path, size_t max, struct kd_json_file *ret,
                            struct kd_err *err)
{
    struct kd_json_file file = {.doc = NULL};
    size_t len = 0;
    kd_status status = kd_json_file_open(path, max, &file, err);

    if (status == KD_OK) {
        status = file_parse(path, &file, 0, &len, err);
    }
    if (status != KD_OK) {
        kd_json_file_done(&file);
        return status;
    }
    *ret = file;
    return KD_OK;
}

kd_status kd_json_file_open(const char *path, size_t max, struct kd_json_file *ret,
                            struct kd_err *err)
{
    struct kd_json_file file = {.max = max, .next_line = 1};
    kd_status status = kd_file_load(path, max, &file.text, err);

    if (status != KD_OK) {
        kd_json_file_done(&file);
        return status;
    }
    *ret = file;
    return KD_OK;
}

/* The next place behind damage where a document may begin: a bracket that begins a line. */
static size_t file_resume(const struct kd_json_file *file)
{
    const char *text = kd_buf_str(&file->text);

    for (size_t i = file->next + 1; i < file->text.len; i++) {
        if (text[i] == '{' && text[i - 1] == '\n') {
            return i;
        }
    }
    return file->text.len;
}

kd_status kd_json_file_next(const char *path, struct kd_json_file *file, struct kd_err *err)
{
    const char *text = kd_buf_str(&file->text);
    size_t at = file->next, len = 0;
    kd_status status = KD_OK;

    json_decref(file->doc);
    file->doc = NULL;
    while (at < file->text.len && text[at] != '\0' && strchr(" \t\r\n", text[at]) != NULL) {
        at++;
    }
    file_go_to(file, at);
    if (at == file->text.len) {
        return KD_OK;
    }
    status = file_parse(path, file, JSON_DISABLE_EOF_CHECK, &len, err);
    file_go_to(file, status == KD_OK ? at + len : file_resume(file));
    return status;
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
