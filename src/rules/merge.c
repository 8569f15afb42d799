/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * merge.c - collect what is compared of many reports. merge_digest.c reads one report,
 * merge_finish.c brings all answers into an order, merge_compare.c groups those to one question.
 */
#include "kmsdns/rules/merge.h"

#include <stdlib.h>
#include <string.h>

#include "kmsdns/base/mem.h"
#include "kmsdns/dns/name.h"
#include "merge_parts.h"

/* A run's failure is a sentence; the last one of a file is kept. */
#define MERGE_MAX_FAILURE 240
/* Bytes that are told of the name of a place; one that kmsdns writes is a domain name. */
#define MERGE_MAX_VANTAGE KD_NAME_MAX_TEXT

const char *kd_merge_aspect_str(kd_merge_aspect aspect)
{
    static const char *const NAME[KD_MERGE_ASPECT_COUNT] = {
#define XX(name, word, text) [KD_MERGE_##name] = (word),
        KD_MERGE_ASPECT_MAP(XX)
#undef XX
    };

    return NAME[aspect];
}

const char *kd_merge_aspect_text(kd_merge_aspect aspect)
{
    static const char *const TEXT[KD_MERGE_ASPECT_COUNT] = {
#define XX(name, word, text) [KD_MERGE_##name] = (text),
        KD_MERGE_ASPECT_MAP(XX)
#undef XX
    };

    return TEXT[aspect];
}

const char *kd_merge_why_str(kd_merge_why why)
{
    static const char *const NAME[KD_MERGE_WHY_COUNT] = {
#define XX(name, word, text) [KD_MERGE_WHY_##name] = (word),
        KD_MERGE_WHY_MAP(XX)
#undef XX
    };

    return NAME[why];
}

const char *kd_merge_why_text(kd_merge_why why)
{
    static const char *const TEXT[KD_MERGE_WHY_COUNT] = {
#define XX(name, word, text) [KD_MERGE_WHY_##name] = (text),
        KD_MERGE_WHY_MAP(XX)
#undef XX
    };

    return TEXT[why];
}

const char *kd_merge_verdict_str(kd_merge_verdict verdict)
{
    static const char *const NAME[KD_MERGE_VERDICT_COUNT] = {
#define XX(name, word) [KD_MERGE_IS_##name] = (word),
        KD_MERGE_VERDICT_MAP(XX)
#undef XX
    };

    return NAME[verdict];
}

struct kd_merge *kd_merge_new(uint64_t seed)
{
    struct kd_merge *merge = kd_xcalloc(1, sizeof(*merge));

    merge->arena = kd_arena_new();
    merge->words.seed = seed;
    return merge;
}

void kd_merge_free(struct kd_merge *merge)
{
    if (merge == NULL) {
        return;
    }
    kd_arena_free(merge->arena);
    kd_names_done(&merge->words);
    kd_index_done(&merge->index);
    free(merge->question);
    free(merge->answer);
    free(merge->report);
    free(merge);
}

void kd_merge_add_file(struct kd_merge *merge, const char *path)
{
    merge->file = kd_arena_grow(merge->arena, merge->file, merge->nfile, sizeof(*merge->file));
    merge->file[merge->nfile++] = (struct merge_file){
        .path = kd_arena_strdup(merge->arena, path),
        .vantage = KD_INDEX_NONE,
        .newest_s = -1,
    };
}

static struct merge_file *merge_file(struct kd_merge *merge)
{
    return &merge->file[merge->nfile - 1];
}

static kd_status merge_check_room(const struct kd_merge *merge, struct kd_err *err)
{
    if (merge->nreport + merge->nfailed + merge->nempty < KD_MERGE_MAX_REPORTS) {
        return KD_OK;
    }
    return kd_fail(err, KD_ETOOBIG, "merge",
                   "more than %d reports in all; give fewer files or shorter ones",
                   KD_MERGE_MAX_REPORTS);
}

/* The word of a place; an empty name is none. */
static uint32_t merge_vantage(struct kd_merge *merge, const char *name)
{
    if (name == NULL || name[0] == '\0') {
        name = merge_file(merge)->path;
    }
    return kd_names_add(&merge->words, name, strnlen(name, MERGE_MAX_VANTAGE));
}

/* What the report is about; its answers come on top. */
static uint64_t merge_covers(const struct kd_merge *merge, const struct kd_facts *facts)
{
    uint64_t hash = kd_index_hash(merge->words.seed, facts->service, strlen(facts->service));

    for (size_t i = 0; i < facts->ndomain; i++) {
        hash = kd_index_hash(hash, facts->domain[i].name, strlen(facts->domain[i].name));
    }
    return hash;
}

static void merge_note_file(struct merge_file *file, uint32_t vantage, int64_t started_s)
{
    file->has_several = file->nreport > 0 && (file->has_several || file->vantage != vantage);
    file->vantage = vantage;
    file->newest_s = started_s;
    file->nreport++;
    file->nfailed_last = 0;
}

kd_status kd_merge_add_report(struct kd_merge *merge, const struct kd_facts *facts,
                              struct kd_err *err)
{
    uint32_t number = (uint32_t)merge->nreport;
    uint32_t vantage;
    kd_status status = merge_check_room(merge, err);

    if (status != KD_OK) {
        return status;
    }
    if (facts->is_anonymized) {
        return kd_fail(err, KD_EINVAL, "merge",
                       "this report is anonymized, its names mean something else than those of "
                       "any other report, so it is not compared; give the report itself");
    }
    if (facts->ndomain == 0) {
        merge->nempty++;
        return KD_OK;
    }
    vantage = merge_vantage(merge, facts->vantage);
    if (vantage == KD_INDEX_NONE) {
        return kd_fail(err, KD_ETOOBIG, "merge",
                       "too many different texts; give fewer reports");
    }
    merge->report = kd_index_room(merge->report, number, sizeof(*merge->report));
    merge->report[number] = (struct merge_report){
        .vantage = vantage,
        .started_s = facts->started_s,
        .content = merge_covers(merge, facts),
        .is_cut = facts->cut != KD_CUT_NONE,
    };
    merge->nreport++;
    merge_note_file(merge_file(merge), vantage, facts->started_s);
    return kd_merge_digest(merge, facts, number, err);
}

kd_status kd_merge_add_failure(struct kd_merge *merge, const char *text, struct kd_err *err)
{
    struct merge_file *file = merge_file(merge);
    kd_status status = merge_check_room(merge, err);

    if (status != KD_OK) {
        return status;
    }
    merge->nfailed++;
    file->nfailed++;
    file->nfailed_last++;
    file->failure = kd_arena_strndup(merge->arena, text, strnlen(text, MERGE_MAX_FAILURE));
    return KD_OK;
}

void kd_merge_add_damage(struct kd_merge *merge, const struct kd_err *damage)
{
    merge->damage =
        kd_arena_grow(merge->arena, merge->damage, merge->ndamage, sizeof(*merge->damage));
    merge->damage[merge->ndamage++] = (struct kd_merged_damage){
        .file = merge_file(merge)->path,
        .code = kd_status_str(damage->code),
        .text = kd_arena_strdup(merge->arena, damage->text),
    };
}
