/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp.c - one DHCPINFORM, in a run of its own: its answers are candidates for the questions
 * that follow.
 *
 *   ASK   the question to everybody on the network
 *   READ  copy the answers
 */
#include "kmsdns/collect/dhcp.h"

#include <string.h>

#include "kmsdns/async/loop.h"

enum {
    DHCP_ASK,
    DHCP_READ
};

static const char *const DHCP_STEP[] = {"ASK", "READ"};

struct dhcp {
    struct kd_op op;
    struct kd_arena *arena;        /* borrowed */
    struct kd_dhcp_socket *socket; /* borrowed */
    uint32_t wait_ms;
    struct kd_dhcp_inform *inform;
    struct kd_dhcp_answers *answers; /* borrowed */
};

static void dhcp_copy(struct dhcp *dhcp)
{
    const struct kd_dhcp_inform *inform = dhcp->inform;
    struct kd_dhcp_answers *answers = dhcp->answers;

    answers->nreply = inform->nreply;
    answers->nforeign = inform->nforeign;
    answers->waited_us = inform->waited_us;
    answers->reply = kd_arena_alloc(dhcp->arena, inform->nreply * sizeof(*answers->reply));
    for (size_t i = 0; i < inform->nreply; i++) {
        answers->reply[i] = inform->reply[i];
        answers->reply[i].bytes = kd_arena_alloc(dhcp->arena, inform->reply[i].len);
        memcpy(answers->reply[i].bytes, inform->reply[i].bytes, inform->reply[i].len);
    }
}

static void dhcp_step(struct kd_op *op)
{
    struct dhcp *dhcp = (struct dhcp *)op;

    switch (op->step) {
    case DHCP_ASK:
        dhcp->inform = kd_dhcp_inform_start(op, dhcp->socket, dhcp->wait_ms);
        op->step = DHCP_READ;
        return;
    case DHCP_READ:
        if (kd_op_inherit_failure(op, &dhcp->inform->op)) {
            return;
        }
        dhcp_copy(dhcp);
        kd_op_finish(op, KD_OK);
        return;
    }
}

static const struct kd_op_class DHCP_CLASS = {
    .name = "dhcp",
    .size = sizeof(struct dhcp),
    .step_name = DHCP_STEP,
    .step = dhcp_step,
};

kd_status kd_dhcp_ask(struct kd_arena *arena, struct kd_dhcp_socket *socket, uint32_t wait_ms,
                      struct kd_dhcp_answers *ret, struct kd_err *err)
{
    struct kd_loop *loop = kd_loop_new();
    struct dhcp *dhcp = (struct dhcp *)kd_op_start(loop, NULL, &DHCP_CLASS);
    struct kd_dhcp_answers answers = {.nreply = 0};
    struct kd_loop_run run = {.has_signals = true};
    kd_status status;

    dhcp->arena = arena;
    dhcp->socket = socket;
    dhcp->wait_ms = wait_ms;
    dhcp->answers = &answers;
    if (kd_loop_run(loop, &dhcp->op, &run) == KD_LOOP_SIGNAL) {
        status = kd_fail(err, KD_ECANCELLED, "dhcp", "interrupted while waiting for DHCP");
    } else {
        status = dhcp->op.status;
        if (status == KD_OK) {
            *ret = answers;
        } else if (err != NULL) {
            *err = dhcp->op.err;
        }
    }
    kd_op_free(&dhcp->op);
    kd_loop_free(loop);
    kd_dhcp_close(socket);
    return status;
}
