/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_ASYNC_SERVER_H
#define KMSDNS_ASYNC_SERVER_H

#include "channel.h"
#include "internal.h"
#include "kmsdns/async/query.h"

/* A server, its channels, and what its answers so far have taught. */
struct kd_server {
    struct kd_loop *loop; /* borrowed */
    struct kd_endpoint endpoint;
    struct kd_query_limits limits;
    struct kd_channel *channel[KD_CHANNEL_KINDS]; /* owned; opened when needed */
    struct kd_gate gate[KD_CHANNEL_KINDS];        /* places in each channel's window */
    struct kd_gate looks;                         /* exact looks have sockets of their own */
    bool has_no_edns;   /* it refuses, drops or leaves out OPT: asked without from then on */
    bool heard_edns;    /* some reply to a question with EDNS came, whatever it was */
    bool was_heard;     /* some reply came, whatever it was */
    bool is_given_up;   /* a question ended in silence and nothing was ever heard */
    kd_outcome silence; /* … and how that question ended */
};

/** The channel of a kind, opened at the first call. */
struct kd_channel *kd_server_channel(struct kd_server *server, kd_channel_kind kind);

/**
 * Nothing was ever heard of the server, and one question ended: the others need not try.
 *
 * silence  how that question ended; questions under way end at once when the network itself said
 *          that nobody is there, and wait on when it was only silent
 */
void kd_server_give_up(struct kd_server *server, kd_outcome silence);

/** After a send: the window may have become known. */
void kd_server_update_window(struct kd_server *server, kd_channel_kind kind);

#endif
