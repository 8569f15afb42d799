/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * server.c - a server with its channels (UDP with EDNS, UDP without, TCP) and their windows.
 */
#include "server.h"

#include <stdlib.h>

#include "kmsdns/base/mem.h"

/* Exact looks at one server at a time: few sockets, and the first silence spares the others. */
#define MAX_LOOKS 4

struct kd_server *kd_server_new(struct kd_loop *loop, const struct kd_endpoint *endpoint,
                                const struct kd_query_limits *limits)
{
    struct kd_server *server = kd_xcalloc(1, sizeof(*server));

    server->loop = loop;
    server->endpoint = *endpoint;
    server->limits = *limits;
    server->looks.limit = MAX_LOOKS;
    for (size_t kind = 0; kind < KD_CHANNEL_KINDS; kind++) {
        /* the first question opens the socket; only then is the window known */
        server->gate[kind].limit = 1;
    }
    return server;
}

void kd_server_free(struct kd_server *server)
{
    if (server == NULL) {
        return;
    }
    for (size_t kind = 0; kind < KD_CHANNEL_KINDS; kind++) {
        kd_channel_free(server->channel[kind]);
    }
    free(server);
}

const struct kd_endpoint *kd_server_endpoint(const struct kd_server *server)
{
    return &server->endpoint;
}

kd_outcome kd_server_silence(const struct kd_server *server)
{
    return server->is_given_up ? server->silence : KD_OUT_SKIPPED;
}

struct kd_channel *kd_server_channel(struct kd_server *server, kd_channel_kind kind)
{
    if (server->channel[kind] == NULL) {
        server->channel[kind] =
            kd_channel_new(server->loop, &server->endpoint, kind, server->limits.question_ms);
    }
    return server->channel[kind];
}

void kd_server_give_up(struct kd_server *server, kd_outcome silence)
{
    server->is_given_up = true;
    server->silence = silence;
    for (size_t kind = 0; kind < KD_CHANNEL_KINDS; kind++) {
        if (silence != KD_OUT_TIMEOUT && kind != KD_CHANNEL_TCP &&
            server->channel[kind] != NULL) {
            kd_channel_give_up(server->channel[kind]);
        }
    }
}

void kd_server_update_window(struct kd_server *server, kd_channel_kind kind)
{
    size_t window = kd_channel_window_of(server->channel[kind]);

    if (server->gate[kind].limit != window) {
        kd_gate_set_limit(&server->gate[kind], window);
    }
}

const char *kd_async_versions(struct kd_arena *arena)
{
    return kd_arena_printf(arena, "c-ares %s, libuv %s", kd_channel_library_version(),
                           uv_version_string());
}
