/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * channel.c - the fence around c-ares: the only file that includes <ares.h>.
 *
 * c-ares sends a question and matches its reply, nothing else. One server and one try a channel,
 * so it cannot move to another server or repeat on its own; NOCHECKRESP and IGNTC, so that every
 * reply comes here as it is. What is left of its own mind: after FORMERR without OPT it cuts the
 * OPT off and asks again, and stops taking more than 512 bytes from then on; query.c knows.
 * Errors without a question section, which it would drop, are taken from the socket before it.
 * Timeouts come from a fixed tick, because ares_timeout() walks all questions under way.
 */
#include "channel.h"

/* hides what newer versions deprecate; 1.18 does not know the macro */
#define CARES_NO_DEPRECATED
#include <ares.h>

#include <assert.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "kmsdns/base/clock.h"
#include "kmsdns/base/mem.h"
#include "kmsdns/dns/msg.h"

#define TICK_MS       50
#define WANTED_RCVBUF (1024 * 1024)
#define MAX_SOCKETS   4 /* c-ares has one UDP and one TCP socket; two more while it reopens */

/* reference/performance.md 4: a server with the default buffer takes 192 small questions */
#define MAX_WINDOW         192
#define REPLY_KERNEL_BYTES 1280
#define DEFAULT_RCVBUF     212992 /* Linux, until the first socket tells */
#define HEADER_SIZE        12     /* RFC 1035 4.1.1 */
#define TCP_WINDOW         100 /* over 1024 queued requests break 1.18 (performance.md 5, rule 7) */

struct kd_channel {
    ares_channel ares;
    struct kd_loop *loop;
    struct chan_socket {
        uv_poll_t *poll; /* owned; closed and freed by libuv */
        ares_socket_t fd;
    } socket[MAX_SOCKETS];
    uv_timer_t *tick; /* owned */
    uint64_t ticked_us;
    struct kd_channel_slot *slots; /* under way */
    size_t nunder_way, window;
    bool is_closing, has_no_server, is_udp;
};

struct kd_channel_slot {
    struct kd_channel *channel;
    kd_channel_fn *fn; /* NULL: nobody waits any more */
    void *arg;
    uint8_t id[2]; /* of the question as it was handed over */
    struct kd_channel_slot *next, *before;
    bool *has_ended; /* set while kd_channel_send runs, which c-ares may end in a call back */
};

size_t kd_channel_window(size_t rcvbuf_bytes)
{
    size_t window = rcvbuf_bytes / 4 * 3 / REPLY_KERNEL_BYTES;

    if (window < 1) {
        return 1;
    }
    return window < MAX_WINDOW ? window : MAX_WINDOW;
}

/* An error that does not repeat the question, as of a server that cannot read it. */
static bool chan_is_bare_error(const uint8_t *wire, size_t len)
{
    return len >= HEADER_SIZE && (wire[2] & 0x80) != 0 && (wire[3] & 0x0f) != 0 &&
           wire[4] == 0 && wire[5] == 0;
}

static struct kd_channel_slot *chan_find_slot(const struct kd_channel *channel,
                                              const uint8_t *wire)
{
    for (struct kd_channel_slot *slot = channel->slots; slot != NULL; slot = slot->next) {
        if (slot->fn != NULL && memcmp(slot->id, wire, sizeof(slot->id)) == 0) {
            return slot;
        }
    }
    return NULL;
}

/*
 * Hands over the errors at the head of the socket's queue that c-ares would drop. Those behind
 * another reply are not seen and count as silence; newer versions, which change the ID on the way,
 * end these questions themselves.
 */
static void chan_take_bare_errors(struct kd_channel *channel, int fd)
{
    uint8_t *wire = channel->loop->datagram;
    const size_t size = sizeof(channel->loop->datagram);

    for (;;) {
        ssize_t len = recv(fd, wire, size, MSG_PEEK | MSG_DONTWAIT);
        struct kd_channel_slot *slot = NULL;
        kd_channel_fn *fn = NULL;

        if (len < 0 && errno != EAGAIN && errno != EINTR) {
            /* what the network says is said once: c-ares will not hear it any more */
            kd_channel_give_up(channel);
        } else if (len >= 0 && chan_is_bare_error(wire, (size_t)len)) {
            slot = chan_find_slot(channel, wire);
        }
        if (slot == NULL) {
            return;
        }
        (void)recv(fd, wire, size, MSG_DONTWAIT);
        fn = slot->fn;
        slot->fn = NULL;
        fn(slot->arg, KD_CHANNEL_REPLY, wire, (size_t)len);
    }
}

static void chan_on_poll(uv_poll_t *poll, int status, int events)
{
    struct kd_channel *channel = poll->data;
    uv_os_fd_t fd = -1;

    if (channel == NULL || uv_fileno((uv_handle_t *)poll, &fd) != 0) {
        return;
    }
    /* an error is found again by reading, and then c-ares knows which questions it ends */
    if (status < 0) {
        events = UV_READABLE | UV_WRITABLE;
    }
    if (channel->is_udp && (events & UV_READABLE) != 0) {
        chan_take_bare_errors(channel, fd);
    }
    ares_process_fd(channel->ares, (events & UV_READABLE) != 0 ? fd : ARES_SOCKET_BAD,
                    (events & UV_WRITABLE) != 0 ? fd : ARES_SOCKET_BAD);
}

static void chan_on_tick(uv_timer_t *timer)
{
    struct kd_channel *channel = timer->data;
    uint64_t now_us = kd_clock_us();
    uint64_t gap_us = now_us - channel->ticked_us;

    channel->ticked_us = now_us;
    /* after a stall read first: replies may be waiting in the socket (performance.md 5, rule 15) */
    if (gap_us < 4 * TICK_MS * 1000) {
        ares_process_fd(channel->ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    }
}

static struct chan_socket *chan_find_socket(struct kd_channel *channel, ares_socket_t fd)
{
    for (size_t i = 0; i < MAX_SOCKETS; i++) {
        if (channel->socket[i].fd == fd) {
            return &channel->socket[i];
        }
    }
    return NULL;
}

/* NULL when the socket cannot be watched: its questions then end in timeouts, as seen. */
static struct chan_socket *chan_watch(struct kd_channel *channel, ares_socket_t fd)
{
    struct chan_socket *socket = chan_find_socket(channel, ARES_SOCKET_BAD);
    uv_poll_t *poll = kd_xcalloc(1, sizeof(*poll));

    if (socket == NULL || uv_poll_init(&channel->loop->uv, poll, fd) != 0) {
        free(poll);
        return NULL;
    }
    socket->fd = fd;
    socket->poll = poll;
    poll->data = channel;
    return socket;
}

static void chan_on_socket_state(void *arg, ares_socket_t fd, int is_readable, int is_writable)
{
    struct kd_channel *channel = arg;
    struct chan_socket *socket = chan_find_socket(channel, fd);
    int events = (is_readable ? UV_READABLE : 0) | (is_writable ? UV_WRITABLE : 0);

    if (events == 0) {
        if (socket != NULL) {
            kd_uv_close_and_free((uv_handle_t *)socket->poll);
            socket->poll = NULL;
            socket->fd = ARES_SOCKET_BAD;
        }
        return;
    }
    if (socket == NULL) {
        socket = chan_watch(channel, fd);
    }
    if (socket != NULL) {
        uv_poll_start(socket->poll, events, chan_on_poll);
    }
}

static void chan_set_options(struct ares_options *options, int *mask, kd_channel_kind kind,
                             uint32_t wait_ms)
{
    options->flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_IGNTC | ARES_FLAG_NOSEARCH |
                     ARES_FLAG_NOALIASES | ARES_FLAG_STAYOPEN;
    if (kind == KD_CHANNEL_TCP) {
        options->flags |= ARES_FLAG_USEVC;
    } else if (kind == KD_CHANNEL_EDNS) {
        options->flags |= ARES_FLAG_EDNS;
    }
    options->timeout = (int)wait_ms;
    options->tries = 1;
    options->ednspsz = KD_EDNS_SIZE;
    options->socket_receive_buffer_size = WANTED_RCVBUF;
    *mask |= ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_EDNSPSZ |
             ARES_OPT_SOCK_STATE_CB | ARES_OPT_SOCK_RCVBUF;
#ifdef ARES_OPT_QUERY_CACHE
    /* on by default since 1.31; a diagnosis must not be answered from our own memory */
    options->qcache_max_ttl = 0;
    *mask |= ARES_OPT_QUERY_CACHE;
#endif
}

/* Asked for is not granted: the window follows from what the kernel really gave. */
static int chan_on_socket_made(ares_socket_t fd, int type, void *arg)
{
    struct kd_channel *channel = arg;
    int granted = 0;
    socklen_t len = sizeof(granted);

    if (type == SOCK_DGRAM && getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &granted, &len) == 0) {
        channel->window = kd_channel_window((size_t)granted);
    }
    return ARES_SUCCESS;
}

/* c-ares 1.18 knows no interface in an address: a link-local server is bound to its device. */
static bool chan_set_server(struct kd_channel *channel, const struct kd_endpoint *endpoint)
{
    struct kd_endpoint plain = *endpoint;
    char device[IF_NAMESIZE];
    char server[KD_ENDPOINT_STRLEN];

    if (endpoint->addr.scope != 0) {
        if (if_indextoname(endpoint->addr.scope, device) == NULL) {
            return false;
        }
        ares_set_local_dev(channel->ares, device);
        plain.addr.scope = 0;
    }
    return ares_set_servers_ports_csv(channel->ares, kd_endpoint_str(&plain, server)) ==
           ARES_SUCCESS;
}

struct kd_channel *kd_channel_new(struct kd_loop *loop, const struct kd_endpoint *endpoint,
                                  kd_channel_kind kind, uint32_t wait_ms)
{
    struct kd_channel *channel = kd_xcalloc(1, sizeof(*channel));
    struct ares_options options;
    int mask = 0;

    memset(&options, 0, sizeof(options));
    channel->loop = loop;
    channel->is_udp = kind != KD_CHANNEL_TCP;
    channel->window = kind == KD_CHANNEL_TCP ? TCP_WINDOW : kd_channel_window(DEFAULT_RCVBUF);
    for (size_t i = 0; i < MAX_SOCKETS; i++) {
        channel->socket[i].fd = ARES_SOCKET_BAD;
    }
    options.sock_state_cb = chan_on_socket_state;
    options.sock_state_cb_data = channel;
    chan_set_options(&options, &mask, kind, wait_ms);
    if (ares_init_options(&channel->ares, &options, mask) != ARES_SUCCESS) {
        kd_oom();
    }
    ares_set_socket_configure_callback(channel->ares, chan_on_socket_made, channel);
    /* without this, c-ares would ask the system's resolvers instead */
    channel->has_no_server = !chan_set_server(channel, endpoint);
    channel->tick = kd_xcalloc(1, sizeof(*channel->tick));
    uv_timer_init(&loop->uv, channel->tick);
    channel->tick->data = channel;
    return channel;
}

void kd_channel_free(struct kd_channel *channel)
{
    if (channel == NULL) {
        return;
    }
    channel->is_closing = true;
    ares_destroy(channel->ares);
    assert(channel->nunder_way == 0);
    kd_uv_close_and_free((uv_handle_t *)channel->tick);
    free(channel);
}

static void chan_list(struct kd_channel *channel, struct kd_channel_slot *slot)
{
    slot->next = channel->slots;
    if (slot->next != NULL) {
        slot->next->before = slot;
    }
    channel->slots = slot;
    channel->nunder_way++;
}

static void chan_unlist(struct kd_channel *channel, const struct kd_channel_slot *slot)
{
    if (slot->before != NULL) {
        slot->before->next = slot->next;
    } else {
        channel->slots = slot->next;
    }
    if (slot->next != NULL) {
        slot->next->before = slot->before;
    }
    channel->nunder_way--;
}

static void chan_on_reply(void *arg, int status, int timeouts, unsigned char *wire, int len)
{
    struct kd_channel_slot *slot = arg;
    struct kd_channel *channel = slot->channel;
    kd_channel_end end = KD_CHANNEL_FAILED;

    (void)timeouts;
    chan_unlist(channel, slot);
    if (channel->nunder_way == 0) {
        uv_timer_stop(channel->tick);
    }
    if (status == ARES_SUCCESS && wire != NULL && len > 0) {
        end = KD_CHANNEL_REPLY;
    } else if (status == ARES_ETIMEOUT) {
        end = KD_CHANNEL_TIMEOUT;
    } else if (status == ARES_EBADRESP) {
        /* newer versions say so for a reply that 1.18 drops; the exact look finds it */
        end = KD_CHANNEL_UNREADABLE;
    }
    if (slot->fn != NULL && !channel->is_closing) {
        slot->fn(slot->arg, end, end == KD_CHANNEL_REPLY ? wire : NULL,
                 end == KD_CHANNEL_REPLY ? (size_t)len : 0);
    }
    if (slot->has_ended != NULL) {
        *slot->has_ended = true;
    }
    free(slot);
}

struct kd_channel_slot *kd_channel_send(struct kd_channel *channel, const uint8_t *wire,
                                        size_t len, kd_channel_fn *fn, void *arg)
{
    struct kd_channel_slot *slot = kd_xcalloc(1, sizeof(*slot));
    bool has_ended = false;

    slot->channel = channel;
    slot->fn = fn;
    slot->arg = arg;
    memcpy(slot->id, wire, sizeof(slot->id));
    slot->has_ended = &has_ended;
    if (channel->nunder_way == 0) {
        channel->ticked_us = kd_clock_us();
        uv_timer_start(channel->tick, chan_on_tick, TICK_MS, TICK_MS);
    }
    chan_list(channel, slot);
    if (channel->has_no_server) {
        chan_on_reply(slot, ARES_ECONNREFUSED, 0, NULL, 0);
    } else {
        ares_send(channel->ares, wire, (int)len, chan_on_reply, slot);
    }
    if (has_ended) {
        return NULL;
    }
    slot->has_ended = NULL;
    return slot;
}

void kd_channel_forget(struct kd_channel_slot *slot)
{
    if (slot != NULL) {
        slot->fn = NULL;
        slot->arg = NULL;
    }
}

void kd_channel_give_up(struct kd_channel *channel)
{
    ares_cancel(channel->ares);
}

size_t kd_channel_window_of(const struct kd_channel *channel)
{
    return channel->window;
}

const char *kd_channel_library_version(void)
{
    return ares_version(NULL);
}
