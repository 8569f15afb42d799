/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_ASYNC_TRIES_H
#define KMSDNS_ASYNC_TRIES_H

#include "channel.h"

/*
 * The tries of one question that may still bring a reply, and the time that the last one has until
 * the next. A reply to an earlier try that comes late is as good as one to the last.
 */

/* Tries that are listened to at once: those that --tries allows, and the ways around EDNS. */
#define KD_MAX_TRIES 12

struct kd_tries;

/**
 * What came of a try: as kd_channel_fn, and by which channel it went. The end of an earlier try
 * without a reply is not told, as long as the last one is under way.
 */
typedef void kd_tries_fn(void *arg, kd_channel_kind kind, kd_channel_end end,
                         const uint8_t *wire, size_t len);

struct kd_try {
    struct kd_tries *tries;
    struct kd_channel_slot *slot; /* channel's; NULL when it has ended */
    kd_channel_kind kind;
};

/* A member of the op that asks; begun once. */
struct kd_tries {
    struct kd_loop *loop; /* borrowed */
    kd_tries_fn *fn;
    void *arg;
    struct kd_try at[KD_MAX_TRIES];
    size_t n;
    uv_timer_t *timer; /* owned until closed; runs while the last try has time */
    uint64_t due_us;   /* when that is over; 0 once it came too late */
};

void kd_tries_begin(struct kd_tries *tries, struct kd_loop *loop, kd_tries_fn *fn, void *arg);

/**
 * Send once more. After wait_ms without anything fn is told KD_CHANNEL_TIMEOUT, and a reply may
 * still come. fn may be called before this returns.
 */
void kd_tries_send(struct kd_tries *tries, struct kd_channel *channel, kd_channel_kind kind,
                   const uint8_t *wire, size_t len, uint32_t wait_ms);

/** Nothing more is told of what was sent. */
void kd_tries_forget(struct kd_tries *tries);

/** The same, for good. */
void kd_tries_close(struct kd_tries *tries);

#endif
