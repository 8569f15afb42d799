/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_SRC_IMPORT_STATE_H
#define KMSDNS_SRC_IMPORT_STATE_H

#include "kmsdns/base/index.h"
#include "kmsdns/import/events.h"

#include "record.h"

/*
 * A reading in progress: sums on the heap, made facts at the end. Every table has a limit; what
 * does not fit is counted.
 */

#define KD_STATE_MAX_PUBLISH 1024
#define KD_STATE_MAX_CLIENTS 4096
#define KD_STATE_MAX_SKUS    256
#define KD_STATE_MAX_CMIDS   200000
#define KD_STATE_MAX_PAIRS   250000
#define KD_STATE_MAX_SEEN    1000000
#define KD_STATE_MAX_BUCKETS 4096
#define KD_STATE_MAX_NAME    256

struct kd_state_codes {
    struct kd_event_code_fact code[KD_EVENTS_MAX_CODES];
    size_t n;
};

/** Count a code; the ones that came last stay when there are too many. */
void kd_state_add_code(struct kd_state_codes *codes, uint32_t hresult, int64_t time_s);

struct kd_state_publish {
    uint32_t computer, domain; /* names */
    uint32_t nfailure, nsuccess, hresult;
    int64_t first_s, failure_s, success_s;
    struct kd_state_codes codes;
};

struct kd_state_attempt {
    uint32_t event_id, server, hresult, count;
    int64_t first_s, last_s;
};

struct kd_state_client {
    uint32_t computer;
    uint32_t nrequest, nresponse, nleft_out;
    int64_t request_s, response_s, count_low_s;
    int64_t count, needed;
    struct kd_state_attempt attempt[KD_EVENTS_MAX_ATTEMPTS];
    size_t nattempt;
};

struct kd_state_sku {
    uint8_t guid[16];
    uint32_t needed, nrequest, nfailed;
    int64_t last_s;
};

/* One client machine id for one product. */
struct kd_state_cmid {
    uint8_t guid[16];
    uint32_t sku; /* place in the table */
    uint32_t nrequest;
    int64_t last_s;
    uint8_t is_virtual, licence; /* of the newest request */
};

/* One id used by one computer. */
struct kd_state_pair {
    uint32_t cmid;  /* place in the table */
    uint32_t label; /* first label of the computer's name, a name */
    uint32_t name;  /* the newest whole name */
    int64_t last_s;
};

struct kd_state_host {
    uint32_t nrequest, nfailed, nleft_out;
    struct kd_state_codes codes;
    struct kd_state_sku sku[KD_STATE_MAX_SKUS];
    size_t nsku;
    struct kd_index cmid_index, pair_index;
    struct kd_state_cmid *cmid; /* owned */
    struct kd_state_pair *pair; /* owned */
};

struct kd_state_bucket {
    int64_t number; /* time / width */
    struct kd_event_bucket_fact sum;
};

struct kd_state_timeline {
    size_t width; /* place in the table of widths */
    struct kd_index index;
    struct kd_state_bucket *bucket; /* owned */
    uint32_t last;                  /* the bucket of the record before; KD_INDEX_NONE */
};

struct kd_state_seen {
    struct kd_index index;
    uint64_t *key;  /* owned */
    uint32_t *file; /* owned; in which it was first seen */
};

struct kd_events_import {
    struct kd_arena *arena;
    struct kd_events_filter filter;
    char computer[KD_STATE_MAX_NAME]; /* of the filter, lower case */
    uint64_t seed;
    struct kd_event_file_fact *file;
    size_t nfile;
    int64_t first_s, last_s;
    struct kd_names names;
    struct kd_state_publish *publish; /* owned */
    struct kd_state_client *client;   /* owned */
    struct kd_index publish_index, client_index;
    uint32_t npublish_left_out, nclient_left_out;
    struct kd_state_host host;
    struct kd_state_timeline timeline;
    struct kd_state_seen seen;
    /* the source and computer of the record before: mostly the same again */
    char source[KD_STATE_MAX_NAME];
    size_t nsource;
    bool is_licensing;
    char computer_raw[KD_STATE_MAX_NAME];
    size_t ncomputer_raw;
    uint32_t computer_name;
};

/* What a record says, read from its strings or description. */
struct kd_parts {
    uint32_t hresult; /* 0 when there is none */
    struct kd_span domain;
    struct kd_span field[KD_RECORD_MAX_LIST];
    size_t nfield;
};

/** The number of a name in lower case, without its closing dot. */
uint32_t kd_state_name(struct kd_events_import *import, struct kd_span span);

/** The later of two times, where -1 is unknown; the earlier one. */
int64_t kd_state_later(int64_t a, int64_t b);
int64_t kd_state_earlier(int64_t a, int64_t b);

/** Note a request that the host processed (12290). */
void kd_host_note(struct kd_events_import *import, int64_t time_s,
                  const struct kd_parts *parts);

/** The sums of the host, over the window that ends at reference_s. */
void kd_host_fact(const struct kd_events_import *import, int64_t reference_s,
                  struct kd_event_host_fact *ret);

void kd_host_done(struct kd_state_host *host);

/** Count an event of a kind in its stretch of time. */
void kd_timeline_note(struct kd_state_timeline *timeline, uint64_t seed, int64_t time_s,
                      uint32_t event_id);

/** Stretches of a width that people can look over. */
void kd_timeline_fact(struct kd_state_timeline *timeline, struct kd_arena *arena,
                      struct kd_events_fact *ret);

void kd_timeline_done(struct kd_state_timeline *timeline);

/** The code facts, newest first. */
struct kd_event_code_fact *kd_state_codes_fact(struct kd_arena *arena,
                                               const struct kd_state_codes *codes);

/** The name of a product, NULL unless certain; whether it is Office. */
const char *kd_sku_name(const uint8_t *guid, bool *ret_is_office);

#endif
