/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timeline.c - events per stretch of time. It starts with hours and goes on to coarser widths
 * whenever there are too many, so that any log fits; in the end the width is one that gives a
 * picture of at most a screen.
 */
#include "state.h"

#include <stdlib.h>
#include <string.h>

#define TIMELINE_ROWS 48

static const int64_t TIMELINE_WIDTH[] = {
    3600, 6 * 3600, 86400, 7 * 86400, 28 * 86400, 364 * (int64_t)86400,
};

#define TIMELINE_NWIDTHS (sizeof(TIMELINE_WIDTH) / sizeof(TIMELINE_WIDTH[0]))

static bool timeline_equal(const void *items, uint32_t number, const void *key)
{
    const struct kd_state_bucket *bucket = items;
    const int64_t *wanted = key;

    return bucket[number].number == *wanted;
}

static struct kd_state_bucket *timeline_bucket(struct kd_state_timeline *timeline,
                                               uint64_t seed, int64_t number)
{
    uint64_t hash = kd_index_hash(seed, &number, sizeof(number));
    uint32_t place =
        kd_index_find(&timeline->index, hash, timeline_equal, timeline->bucket, &number);

    if (place == KD_INDEX_NONE) {
        timeline->bucket =
            kd_index_room(timeline->bucket, timeline->index.n, sizeof(*timeline->bucket));
        place = kd_index_add(&timeline->index, hash);
        timeline->bucket[place] = (struct kd_state_bucket){.number = number};
    }
    timeline->last = place;
    return &timeline->bucket[place];
}

static void timeline_add(struct kd_event_bucket_fact *sum,
                         const struct kd_event_bucket_fact *more)
{
    sum->nfailure += more->nfailure;
    sum->nsuccess += more->nsuccess;
    sum->nrequest += more->nrequest;
    sum->nresponse += more->nresponse;
    sum->nclient_failure += more->nclient_failure;
    sum->nprocessed += more->nprocessed;
}

static void timeline_coarsen(struct kd_state_timeline *timeline, uint64_t seed)
{
    struct kd_state_timeline coarse = {.width = timeline->width + 1, .last = KD_INDEX_NONE};

    for (size_t i = 0; i < timeline->index.n; i++) {
        int64_t start_s = timeline->bucket[i].number * TIMELINE_WIDTH[timeline->width];

        timeline_add(
            &timeline_bucket(&coarse, seed, start_s / TIMELINE_WIDTH[coarse.width])->sum,
            &timeline->bucket[i].sum);
    }
    kd_timeline_done(timeline);
    *timeline = coarse;
}

static void timeline_count(struct kd_event_bucket_fact *sum, uint32_t event_id)
{
    sum->nfailure += event_id == 12293 ? 1 : 0;
    sum->nsuccess += event_id == 12294 ? 1 : 0;
    sum->nrequest += event_id == 12288 ? 1 : 0;
    sum->nresponse += event_id == 12289 ? 1 : 0;
    sum->nprocessed += event_id == 12290 ? 1 : 0;
    sum->nclient_failure += event_id == 8198 || event_id == 8233 ? 1 : 0;
}

void kd_timeline_note(struct kd_state_timeline *timeline, uint64_t seed, int64_t time_s,
                      uint32_t event_id)
{
    struct kd_state_bucket *bucket;
    int64_t number;

    if (time_s < 0) {
        return;
    }
    number = time_s / TIMELINE_WIDTH[timeline->width];
    bucket = timeline->index.n > 0 && timeline->last != KD_INDEX_NONE
                 ? &timeline->bucket[timeline->last]
                 : NULL;
    if (bucket == NULL || bucket->number != number) {
        bucket = timeline_bucket(timeline, seed, number);
    }
    timeline_count(&bucket->sum, event_id);
    if (timeline->index.n > KD_STATE_MAX_BUCKETS && timeline->width + 1 < TIMELINE_NWIDTHS) {
        timeline_coarsen(timeline, seed);
    }
}

static void timeline_range(const struct kd_state_timeline *timeline, int64_t *ret_first,
                           int64_t *ret_last)
{
    *ret_first = INT64_MAX;
    *ret_last = 0;
    for (size_t i = 0; i < timeline->index.n; i++) {
        int64_t number = timeline->bucket[i].number;

        *ret_first = number < *ret_first ? number : *ret_first;
        *ret_last = number > *ret_last ? number : *ret_last;
    }
}

void kd_timeline_fact(struct kd_state_timeline *timeline, struct kd_arena *arena,
                      struct kd_events_fact *ret)
{
    int64_t first, last;

    if (timeline->index.n == 0) {
        return;
    }
    timeline_range(timeline, &first, &last);
    while (last - first >= TIMELINE_ROWS && timeline->width + 1 < TIMELINE_NWIDTHS) {
        timeline_coarsen(timeline, 0);
        timeline_range(timeline, &first, &last);
    }
    ret->bucket_s = TIMELINE_WIDTH[timeline->width];
    ret->nbucket = (size_t)(last - first) + 1;
    /* years from 1990 to 2199, and there is no coarser width */
    if (ret->nbucket > KD_EVENTS_MAX_BUCKETS) {
        first = last - KD_EVENTS_MAX_BUCKETS + 1;
        ret->nbucket = KD_EVENTS_MAX_BUCKETS;
    }
    ret->bucket = kd_arena_alloc(arena, ret->nbucket * sizeof(*ret->bucket));
    for (size_t i = 0; i < timeline->index.n; i++) {
        int64_t number = timeline->bucket[i].number;

        if (number >= first) {
            timeline_add(&ret->bucket[number - first], &timeline->bucket[i].sum);
        }
    }
    for (size_t i = 0; i < ret->nbucket; i++) {
        ret->bucket[i].start_s = (first + (int64_t)i) * ret->bucket_s;
    }
}

void kd_timeline_done(struct kd_state_timeline *timeline)
{
    kd_index_done(&timeline->index);
    free(timeline->bucket);
    timeline->bucket = NULL;
}
