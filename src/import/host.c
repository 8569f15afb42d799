/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host.c - the host's own log: requests per product, client machine ids, and which computers
 * share one. A host knows computers only by their id and counts each for 30 days after its last
 * request. A computer is known by the first label of its name: logs have short and full names.
 */
#include "state.h"

#include <stdlib.h>
#include <string.h>

#include "kmsdns/base/mem.h"

#define HOST_COUNT_INSUFFICIENT 0xC004F038U

static uint32_t host_sku(struct kd_state_host *host, const uint8_t *guid)
{
    for (size_t i = 0; i < host->nsku; i++) {
        if (memcmp(host->sku[i].guid, guid, sizeof(host->sku[i].guid)) == 0) {
            return (uint32_t)i;
        }
    }
    if (host->nsku == KD_STATE_MAX_SKUS) {
        return KD_INDEX_NONE;
    }
    memcpy(host->sku[host->nsku].guid, guid, sizeof(host->sku[host->nsku].guid));
    host->sku[host->nsku].last_s = -1;
    return (uint32_t)host->nsku++;
}

static bool host_cmid_equal(const void *items, uint32_t number, const void *key)
{
    const struct kd_state_cmid *cmid = items;
    const struct kd_state_cmid *wanted = key;

    return cmid[number].sku == wanted->sku &&
           memcmp(cmid[number].guid, wanted->guid, sizeof(wanted->guid)) == 0;
}

static uint32_t host_cmid(struct kd_state_host *host, uint64_t seed,
                          const struct kd_state_cmid *key)
{
    uint64_t hash = kd_index_hash(seed ^ key->sku, key->guid, sizeof(key->guid));
    uint32_t number = kd_index_find(&host->cmid_index, hash, host_cmid_equal, host->cmid, key);

    if (number == KD_INDEX_NONE && host->cmid_index.n < KD_STATE_MAX_CMIDS) {
        host->cmid = kd_index_room(host->cmid, host->cmid_index.n, sizeof(*host->cmid));
        number = kd_index_add(&host->cmid_index, hash);
        host->cmid[number] = *key;
        host->cmid[number].last_s = -1;
    }
    return number;
}

static bool host_pair_equal(const void *items, uint32_t number, const void *key)
{
    const struct kd_state_pair *pair = items;
    const struct kd_state_pair *wanted = key;

    return pair[number].cmid == wanted->cmid && pair[number].label == wanted->label;
}

static uint32_t host_pair(struct kd_state_host *host, uint64_t seed,
                          const struct kd_state_pair *key)
{
    const uint32_t both[2] = {key->cmid, key->label};
    uint64_t hash = kd_index_hash(seed, both, sizeof(both));
    uint32_t number = kd_index_find(&host->pair_index, hash, host_pair_equal, host->pair, key);

    if (number == KD_INDEX_NONE && host->pair_index.n < KD_STATE_MAX_PAIRS) {
        host->pair = kd_index_room(host->pair, host->pair_index.n, sizeof(*host->pair));
        number = kd_index_add(&host->pair_index, hash);
        host->pair[number] = *key;
        host->pair[number].last_s = -1;
    }
    return number;
}

static void host_note_sku(struct kd_state_sku *sku, int64_t time_s,
                          const struct kd_parts *parts)
{
    uint32_t needed;

    sku->nrequest++;
    sku->nfailed += parts->hresult != 0 ? 1 : 0;
    if (kd_span_number(parts->field[1], &needed) && time_s >= sku->last_s) {
        sku->needed = needed;
    }
    sku->last_s = kd_state_later(sku->last_s, time_s);
}

static void host_note_cmid(struct kd_state_cmid *cmid, int64_t time_s,
                           const struct kd_parts *parts)
{
    uint32_t value;

    cmid->nrequest++;
    if (time_s < cmid->last_s) {
        return;
    }
    cmid->last_s = time_s;
    cmid->is_virtual = kd_span_number(parts->field[5], &value) && value == 1 ? 1 : 0;
    cmid->licence = kd_span_number(parts->field[6], &value) && value < KD_EVENT_LICENCES
                        ? (uint8_t)value
                        : KD_EVENT_LICENCES;
}

/* Of two names used at one time the longer one is the full one. */
static bool host_is_fuller(const struct kd_events_import *import, const struct kd_state_pair *a,
                           const struct kd_state_pair *b)
{
    const char *x = kd_names_str(&import->names, a->name);
    const char *y = kd_names_str(&import->names, b->name);

    return x != NULL &&
           (y == NULL || strlen(x) > strlen(y) || (strlen(x) == strlen(y) && strcmp(x, y) > 0));
}

static void host_note_pair(struct kd_events_import *import, uint32_t cmid, int64_t time_s,
                           struct kd_span computer)
{
    struct kd_span label = computer;
    const char *dot = memchr(computer.at, '.', computer.len);
    struct kd_state_pair key = {.cmid = cmid, .name = kd_state_name(import, computer)};
    struct kd_state_pair *pair;
    uint32_t number;

    label.len = dot != NULL ? (size_t)(dot - computer.at) : computer.len;
    key.label = kd_state_name(import, label);
    /* a whole name may be unfit, or one too many, while its first label is known */
    key.name = key.name != KD_INDEX_NONE ? key.name : key.label;
    number = key.label != KD_INDEX_NONE ? host_pair(&import->host, import->seed, &key)
                                        : KD_INDEX_NONE;
    if (number == KD_INDEX_NONE) {
        import->host.nleft_out++;
        return;
    }
    pair = &import->host.pair[number];
    if (time_s > pair->last_s ||
        (time_s == pair->last_s && host_is_fuller(import, &key, pair))) {
        pair->name = key.name;
    }
    pair->last_s = kd_state_later(pair->last_s, time_s);
}

void kd_host_note(struct kd_events_import *import, int64_t time_s, const struct kd_parts *parts)
{
    struct kd_state_host *host = &import->host;
    struct kd_state_cmid key = {.sku = KD_INDEX_NONE};
    uint8_t sku[16];
    uint32_t number;

    host->nrequest++;
    if (parts->hresult != 0) {
        host->nfailed++;
        kd_state_add_code(&host->codes, parts->hresult, time_s);
    }
    key.sku = kd_span_guid(parts->field[8], sku) ? host_sku(host, sku) : KD_INDEX_NONE;
    if (key.sku != KD_INDEX_NONE) {
        host_note_sku(&host->sku[key.sku], time_s, parts);
    }
    /* what the host refuses for another reason than its count is not counted by it */
    if (parts->hresult != 0 && parts->hresult != HOST_COUNT_INSUFFICIENT) {
        return;
    }
    if (key.sku == KD_INDEX_NONE || !kd_span_guid(parts->field[3], key.guid)) {
        host->nleft_out++;
        return;
    }
    number = host_cmid(host, import->seed, &key);
    if (number == KD_INDEX_NONE) {
        host->nleft_out++;
        return;
    }
    host_note_cmid(&host->cmid[number], time_s, parts);
    host_note_pair(import, number, time_s, parts->field[2]);
}

static const char *host_guid_str(struct kd_arena *arena, const uint8_t *guid)
{
    return kd_arena_printf(arena,
                           "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
                           "%02x%02x%02x%02x%02x%02x",
                           guid[0], guid[1], guid[2], guid[3], guid[4], guid[5], guid[6],
                           guid[7], guid[8], guid[9], guid[10], guid[11], guid[12], guid[13],
                           guid[14], guid[15]);
}

/* The sums being made facts. */
struct host_build {
    const struct kd_events_import *import;
    struct kd_event_host_fact *ret;
    int64_t start_s; /* of the window; -1 when no time is known, then everything is inside */
    struct kd_event_sku_fact *sku; /* of all products, in the order of the table */
};

static bool host_is_inside(const struct host_build *build, int64_t time_s)
{
    return build->start_s < 0 || time_s >= build->start_s;
}

static int host_compare_guids(const void *a, const void *b)
{
    return memcmp(a, b, 16);
}

/* How many different ids there are among n. */
static uint32_t host_distinct(uint8_t (*guid)[16], size_t n)
{
    uint32_t distinct = 0;

    if (n > 0) {
        qsort(guid, n, sizeof(*guid), host_compare_guids);
    }
    for (size_t i = 0; i < n; i++) {
        distinct += i == 0 || memcmp(guid[i - 1], guid[i], sizeof(*guid)) != 0 ? 1 : 0;
    }
    return distinct;
}

/* A computer may ask for two products with one id: ids are counted once, whatever they ask. */
static uint32_t host_count_cmids(const struct host_build *build, bool only_office)
{
    const struct kd_state_host *host = &build->import->host;
    uint8_t(*guid)[16] = kd_xcalloc(host->cmid_index.n + 1, sizeof(*guid));
    uint32_t distinct;
    size_t n = 0;

    for (size_t i = 0; i < host->cmid_index.n; i++) {
        const struct kd_state_cmid *cmid = &host->cmid[i];

        if (host_is_inside(build, cmid->last_s) &&
            (!only_office || build->sku[cmid->sku].is_office)) {
            memcpy(guid[n], cmid->guid, sizeof(*guid));
            n++;
        }
    }
    distinct = host_distinct(guid, n);
    free(guid);
    return distinct;
}

static void host_sum_cmids(const struct host_build *build)
{
    const struct kd_state_host *host = &build->import->host;
    struct kd_event_host_fact *ret = build->ret;

    for (size_t i = 0; i < host->cmid_index.n; i++) {
        const struct kd_state_cmid *cmid = &host->cmid[i];

        if (!host_is_inside(build, cmid->last_s)) {
            continue;
        }
        build->sku[cmid->sku].ncmid++;
        ret->nvirtual += cmid->is_virtual;
        ret->nphysical += cmid->is_virtual == 0 ? 1 : 0;
        if (cmid->licence < KD_EVENT_LICENCES) {
            ret->nlicence[cmid->licence]++;
        }
    }
    ret->ncmid = host_count_cmids(build, false);
    ret->ncmid_office = host_count_cmids(build, true);
}

static int host_compare_skus(const void *a, const void *b)
{
    const struct kd_event_sku_fact *x = a, *y = b;

    if (x->nrequest != y->nrequest) {
        return x->nrequest > y->nrequest ? -1 : 1;
    }
    return strcmp(x->id, y->id);
}

static void host_make_skus(struct host_build *build)
{
    const struct kd_state_host *host = &build->import->host;
    struct kd_arena *arena = build->import->arena;

    build->sku = kd_arena_alloc(arena, (host->nsku + 1) * sizeof(*build->sku));
    for (size_t i = 0; i < host->nsku; i++) {
        struct kd_event_sku_fact *sku = &build->sku[i];

        sku->id = host_guid_str(arena, host->sku[i].guid);
        sku->name = kd_sku_name(host->sku[i].guid, &sku->is_office);
        sku->needed = host->sku[i].needed;
        sku->nrequest = host->sku[i].nrequest;
        sku->nfailed = host->sku[i].nfailed;
        sku->last_s = host->sku[i].last_s;
    }
}

static int host_compare_texts(const void *a, const void *b)
{
    const char *const *x = a;
    const char *const *y = b;

    return strcmp(*x, *y);
}

static int host_compare_duplicates(const void *a, const void *b)
{
    const struct kd_event_cmid_fact *x = a, *y = b;
    size_t nx = x->ncomputer + x->nleft_out, ny = y->ncomputer + y->nleft_out;
    int by_cmid = strcmp(x->cmid, y->cmid);

    if (nx != ny) {
        return nx > ny ? -1 : 1;
    }
    return by_cmid != 0 ? by_cmid : strcmp(x->sku, y->sku);
}

/* Pairs by id, the newest first, so that the computers of one id stand together. */
static int host_compare_pairs(const void *a, const void *b)
{
    const struct kd_state_pair *x = a, *y = b;

    if (x->cmid != y->cmid) {
        return x->cmid < y->cmid ? -1 : 1;
    }
    if (x->last_s != y->last_s) {
        return x->last_s > y->last_s ? -1 : 1;
    }
    return x->label < y->label ? -1 : x->label > y->label ? 1 : 0;
}

static void host_add_duplicate(const struct host_build *build, const struct kd_state_pair *pair,
                               size_t n)
{
    const struct kd_events_import *import = build->import;
    const struct kd_state_cmid *cmid = &import->host.cmid[pair->cmid];
    struct kd_event_host_fact *ret = build->ret;
    struct kd_event_cmid_fact *dup;
    size_t kept = n < KD_EVENTS_MAX_COMPUTERS ? n : KD_EVENTS_MAX_COMPUTERS;

    ret->duplicate =
        kd_arena_grow(import->arena, ret->duplicate, ret->nduplicate, sizeof(*dup));
    dup = &ret->duplicate[ret->nduplicate++];
    *dup = (struct kd_event_cmid_fact){
        .cmid = host_guid_str(import->arena, cmid->guid),
        .sku = build->sku[cmid->sku].id,
        .needed = build->sku[cmid->sku].needed,
        .nrequest = cmid->nrequest,
        .last_s = cmid->last_s,
        .computer = kd_arena_alloc(import->arena, kept * sizeof(*dup->computer)),
        .ncomputer = kept,
        .nleft_out = (uint32_t)(n - kept),
    };
    for (size_t i = 0; i < kept; i++) {
        dup->computer[i] =
            kd_arena_strdup(import->arena, kd_names_str(&import->names, pair[i].name));
    }
    qsort(dup->computer, kept, sizeof(*dup->computer), host_compare_texts);
}

static void host_make_duplicates(const struct host_build *build)
{
    const struct kd_state_host *host = &build->import->host;
    struct kd_event_host_fact *ret = build->ret;
    size_t npair = host->pair_index.n;

    for (size_t start = 0, next = 0; start < npair; start = next) {
        size_t n = 0;

        /* the newest stand first, so those inside the window are a beginning */
        for (next = start; next < npair && host->pair[next].cmid == host->pair[start].cmid;
             next++) {
            n += host_is_inside(build, host->pair[next].last_s) ? 1 : 0;
        }
        if (n < 2) {
            continue;
        }
        if (ret->nduplicate < KD_EVENTS_MAX_CMIDS) {
            host_add_duplicate(build, &host->pair[start], n);
        } else {
            ret->nleft_out++;
        }
    }
    if (ret->nduplicate > 0) {
        qsort(ret->duplicate, ret->nduplicate, sizeof(*ret->duplicate),
              host_compare_duplicates);
    }
}

static uint32_t host_count_computers(const struct host_build *build)
{
    const struct kd_events_import *import = build->import;
    uint8_t *was_seen = kd_xcalloc(import->names.index.n + 1, 1);
    uint32_t n = 0;

    for (size_t i = 0; i < import->host.pair_index.n; i++) {
        const struct kd_state_pair *pair = &import->host.pair[i];

        if (host_is_inside(build, pair->last_s) && was_seen[pair->label] == 0) {
            was_seen[pair->label] = 1;
            n++;
        }
    }
    free(was_seen);
    return n;
}

void kd_host_fact(const struct kd_events_import *import, int64_t reference_s,
                  struct kd_event_host_fact *ret)
{
    const struct kd_state_host *host = &import->host;
    struct host_build build = {import, ret, -1, NULL};

    if (reference_s >= KD_EVENTS_WINDOW_S) {
        build.start_s = reference_s - KD_EVENTS_WINDOW_S;
    }
    ret->nrequest = host->nrequest;
    ret->nfailed = host->nfailed;
    ret->nleft_out = host->nleft_out;
    ret->code = kd_state_codes_fact(import->arena, &host->codes);
    ret->ncode = host->codes.n;
    host_make_skus(&build);
    host_sum_cmids(&build);
    ret->ncomputer = host_count_computers(&build);
    /* after this the places of pairs mean nothing any more; nobody needs them */
    if (host->pair_index.n > 0) {
        qsort(host->pair, host->pair_index.n, sizeof(*host->pair), host_compare_pairs);
    }
    host_make_duplicates(&build);
    ret->sku = build.sku;
    ret->nsku = host->nsku;
    if (ret->nsku > 0) {
        qsort(ret->sku, ret->nsku, sizeof(*ret->sku), host_compare_skus);
    }
    if (ret->nsku > KD_EVENTS_MAX_SKUS) {
        ret->nleft_out += (uint32_t)(ret->nsku - KD_EVENTS_MAX_SKUS);
        ret->nsku = KD_EVENTS_MAX_SKUS;
    }
}

void kd_host_done(struct kd_state_host *host)
{
    kd_index_done(&host->cmid_index);
    kd_index_done(&host->pair_index);
    free(host->cmid);
    free(host->pair);
}
