/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * merge.c - the verb merge: read the reports of several vantage points, one after the other so
 * that only one is held in memory, and show how they compare. What cannot be read is told at
 * once, and the rest is compared all the same: nobody can say then that all agree.
 */
#include "kmsdns/rules/merge.h"

#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "kmsdns/base/clock.h"
#include "kmsdns/base/rng.h"
#include "kmsdns/render/merge.h"
#include "record.h"

/* A file with more damage is not worth more time. */
#define MERGE_MAX_DAMAGE 16

/* A document that is more than fits ends all reading. */
static bool merge_is_full(kd_status status)
{
    return status == KD_ETOOBIG;
}

static void merge_tell(struct kd_merge *merge, const struct kd_err *err)
{
    kd_merge_add_damage(merge, err);
    (void)kd_cmd_fail(NULL, err, KD_EXIT_UNKNOWN);
}

/* Into the comparison; the facts are forgotten then. */
static kd_status merge_add(struct kd_merge *merge, const char *path,
                           const struct kd_record *record, struct kd_err *err)
{
    kd_status status = record->failure != NULL
                           ? kd_merge_add_failure(merge, record->failure, err)
                           : kd_merge_add_report(merge, record->facts, err);

    kd_err_prefix(err, "%.100s", path);
    return status;
}

/* The next document of a file. False at its end, and where it is not worth reading on. */
static bool merge_next(struct kd_merge *merge, const char *path, struct kd_json_file *file,
                       size_t *ndamage, bool *is_full)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_record record = {.facts = NULL};
    struct kd_err err = {.code = KD_OK};
    kd_status status = kd_record_next(arena, path, file, &record, &err);
    bool is_end = status == KD_OK && record.facts == NULL && record.failure == NULL;

    if (status == KD_OK && !is_end) {
        status = merge_add(merge, path, &record, &err);
        *is_full = merge_is_full(status);
    }
    if (status != KD_OK) {
        merge_tell(merge, &err);
        *ndamage += 1;
    }
    kd_arena_free(arena);
    return !is_end && !*is_full && *ndamage < MERGE_MAX_DAMAGE;
}

/* False when no further file need be read. */
static bool merge_file(struct kd_merge *merge, const char *path)
{
    struct kd_json_file file = {.doc = NULL};
    struct kd_err err = {.code = KD_OK};
    size_t ndocument = 0, ndamage = 0;
    bool is_full = false;

    kd_merge_add_file(merge, path);
    if (kd_json_file_open(path, KD_RECORD_FILE_MAX, &file, &err) != KD_OK) {
        merge_tell(merge, &err);
        return true;
    }
    while (merge_next(merge, path, &file, &ndamage, &is_full)) {
        ndocument++;
    }
    if (ndocument + ndamage == 0) {
        (void)kd_fail(&err, KD_ESYNTAX, "merge", "%.120s holds no report: it is empty", path);
        merge_tell(merge, &err);
    }
    kd_json_file_done(&file);
    return !is_full;
}

/* What is missing can hide that places differ, but not undo that they do. */
static int merge_exit_status(const struct kd_merged *merged)
{
    if (merged->verdict == KD_MERGE_IS_DIFFER) {
        return KD_EXIT_FINDINGS;
    }
    return merged->ndamage > 0 || merged->verdict == KD_MERGE_IS_UNKNOWN ? KD_EXIT_UNKNOWN
                                                                         : KD_EXIT_OK;
}

static int merge_show(const struct kd_options *options, const struct kd_merged *merged)
{
    struct kd_buf document = {.data = NULL};
    struct kd_terminal terminal;
    struct kd_render_style style;

    if (strcmp(options->format->name, "json") == 0) {
        kd_render_merge_json(merged, &document);
    } else {
        kd_terminal_read(&terminal);
        style = kd_style_choose(options, &terminal);
        kd_render_merge_text(merged, &style, &document);
    }
    return kd_cmd_deliver(options->output, options->format, &document,
                          merge_exit_status(merged));
}

int kd_cmd_merge(const struct kd_options *options)
{
    struct kd_arena *arena = kd_arena_new();
    const struct kd_merged *merged = NULL;
    struct kd_merge *merge = NULL;
    struct kd_err err = {.code = KD_OK};
    uint64_t seed = 0;
    int status;

    kd_random_bytes(&seed, sizeof(seed));
    merge = kd_merge_new(seed);
    for (size_t i = 0; i < options->nfile && merge_file(merge, options->file[i]); i++) {
    }
    if (kd_merge_finish(merge, arena, options->max_age_ms / 1000, kd_clock_wall_s(), &merged,
                        &err) == KD_OK) {
        status = merge_show(options, merged);
    } else {
        status = kd_cmd_fail(options->format, &err, KD_EXIT_UNKNOWN);
    }
    kd_merge_free(merge);
    kd_arena_free(arena);
    return status;
}
