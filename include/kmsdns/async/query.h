/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_ASYNC_QUERY_H
#define KMSDNS_ASYNC_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "kmsdns/async/op.h"
#include "kmsdns/base/addr.h"
#include "kmsdns/base/arena.h"
#include "kmsdns/dns/msg.h"
#include "kmsdns/dns/outcome.h"

/*
 * Plain questions to one server. c-ares carries the bytes; when to try again, without EDNS, over
 * TCP, and what the outcome is, is decided here, per question and with its history kept.
 */

struct kd_query_limits {
    uint32_t try_ms; /* 50 .. 60000: how long after one try the next one follows */
    uint32_t
        question_ms; /* 50 .. 300000: how long one question may take with all its tries, and
                             how long the answer to any of them is taken */
    uint32_t
        tries; /* 1 .. 10: questions sent over UDP before one exact look without EDNS follows,
                             if question_ms leaves time for it; then a server counts as silent */
};

struct kd_server;

/**
 * A server to ask. No packet is sent before the first question.
 *
 * loop      borrowed; the server must be freed before it
 * endpoint  address and port                                                 copied
 * limits    copied
 * returns   never NULL; release with kd_server_free after all questions to it ended
 */
struct kd_server *kd_server_new(struct kd_loop *loop, const struct kd_endpoint *endpoint,
                                const struct kd_query_limits *limits);

/** Close a server's sockets. NULL is allowed. */
void kd_server_free(struct kd_server *server);

/** Where the server is. */
const struct kd_endpoint *kd_server_endpoint(const struct kd_server *server);

/** How the question ended after which the server was given up; SKIPPED if it was not given up. */
kd_outcome kd_server_silence(const struct kd_server *server);

/* How a question ended. All in the arena given at the start. */
struct kd_query_result {
    kd_outcome status;      /* SKIPPED when it was not asked, or cut before a try was over, or
                               when this machine had no socket left */
    struct kd_msg *msg;     /* the last readable reply; NULL if none */
    struct kd_alias *alias; /* links from the question's name to the answer */
    size_t nalias;
    const char *final_name; /* owner of the answering records; NULL without any */
    bool is_tcp;            /* transport of the last try */
    bool is_truncated;      /* the UDP answer did not fit */
    bool is_edns_dropped;   /* silence until it was asked without EDNS, as never before */
    kd_outcome tcp_status; /* after truncation: how the question ended over TCP; else SKIPPED */
    int32_t rcode;         /* -1 without a readable reply */
    uint32_t tries;        /* questions sent, both transports */
    uint64_t duration_us;  /* from the first send to the end */
    const char *note;      /* what was odd, one clause; NULL for nothing */
};

struct kd_query {
    struct kd_op op;
    struct kd_query_result result; /* final when op.is_done */
};

/**
 * Ask one server one question and note what came back.
 *
 * An unwelcome answer (NXDOMAIN, REFUSED, timeout, garbage) is not an error of this op: it is in
 * result.status. SERVFAIL and REFUSED are answers and end the question. Without any answer the
 * question is repeated up to limits.tries times, at last without EDNS; the answer to any of these
 * counts, however late, until limits.question_ms are over. Over TCP there is one try, and time for
 * a SYN that the kernel sends twice. FORMERR, NOTIMP and BADVERS to a question with
 * EDNS repeat it without (RFC 6891 6.2.2, 7). A truncated answer repeats it over TCP (RFC 7766 5).
 * A server that has never answered anything is not asked again over UDP once one question ended in
 * silence: SKIPPED.
 *
 * parent   running op that will own the new one                               borrowed
 * server   must outlive the op                                                borrowed
 * arena    for the result                                                     borrowed
 * name     canonical, lives as long as the arena                              borrowed
 * type     any type
 * returns  the op, never NULL; valid until the parent is destroyed            owned by parent
 *
 * Finishes KD_OK          result is filled
 *          KD_EINVAL      the name is not canonical; op.err says why
 *          KD_ECANCELLED  the parent ended first; result is not meaningful
 * Source   RFC 1035 4.2, RFC 7766 5, RFC 6891 6.2.5
 */
struct kd_query *kd_query_start(struct kd_op *parent, struct kd_server *server,
                                struct kd_arena *arena, const char *name, uint16_t type);

/**
 * The same, over TCP from the first: does the server answer there?
 */
struct kd_query *kd_query_start_tcp(struct kd_op *parent, struct kd_server *server,
                                    struct kd_arena *arena, const char *name, uint16_t type);

/** Name and version of the libraries behind this floor: "c-ares 1.18.1, libuv 1.44.2". */
const char *kd_async_versions(struct kd_arena *arena);

#endif
