/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_ASYNC_CHANNEL_H
#define KMSDNS_ASYNC_CHANNEL_H

#include <stdint.h>

#include "internal.h"
#include "kmsdns/base/addr.h"

/*
 * One c-ares channel: one server, one transport, one try a question. channel.c is the only file
 * that knows c-ares.
 */

typedef enum kd_channel_kind {
    KD_CHANNEL_EDNS,  /* UDP, questions end in an OPT record */
    KD_CHANNEL_PLAIN, /* UDP, questions without EDNS */
    KD_CHANNEL_TCP,
    KD_CHANNEL_KINDS
} kd_channel_kind;

typedef enum kd_channel_end {
    KD_CHANNEL_REPLY,      /* bytes came */
    KD_CHANNEL_TIMEOUT,    /* nothing came in time */
    KD_CHANNEL_UNREADABLE, /* something came that c-ares does not hand over */
    KD_CHANNEL_FAILED      /* refused, unreachable, connection closed: c-ares does not tell */
} kd_channel_end;

/* wire is valid during the call and NULL without a reply. May be called before send returns. */
typedef void kd_channel_fn(void *arg, kd_channel_end end, const uint8_t *wire, size_t len);

struct kd_channel;
struct kd_channel_slot; /* one question under way */

/**
 * Open a channel. No socket is opened before the first question.
 *
 * wait_ms  how long a reply to what was sent is taken; the callers' tries are shorter
 * returns  never NULL
 */
struct kd_channel *kd_channel_new(struct kd_loop *loop, const struct kd_endpoint *endpoint,
                                  kd_channel_kind kind, uint32_t wait_ms);

/** Close a channel; questions under way are dropped without a call. NULL is allowed. */
void kd_channel_free(struct kd_channel *channel);

/**
 * Send a question, once.
 *
 * returns  its slot, for kd_channel_forget; NULL when fn was called already  channel's
 */
struct kd_channel_slot *kd_channel_send(struct kd_channel *channel, const uint8_t *wire,
                                        size_t len, kd_channel_fn *fn, void *arg);

/** The caller does not wait any more: fn will not be called. NULL is allowed. */
void kd_channel_forget(struct kd_channel_slot *slot);

/** End all questions under way as failed; their fn is called during this call. */
void kd_channel_give_up(struct kd_channel *channel);

/**
 * How many questions may be under way in one channel, from the size of its receive buffer.
 *
 * The kernel charges up to 1280 bytes for a reply of ours and frees a buffer a quarter at a time
 * (reference/performance.md 4), so three quarters of it are safe; and never more than a server
 * with the default buffer can take.
 */
size_t kd_channel_window(size_t rcvbuf_bytes);

/** The window of a channel: a guess until its first socket is open, then what was granted. */
size_t kd_channel_window_of(const struct kd_channel *channel);

/** The version of c-ares that is loaded, "1.18.1"; constant. */
const char *kd_channel_library_version(void);

#endif
