/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gate.c - so many at once, the others in order of arrival.
 */
#include <assert.h>

#include "internal.h"

bool kd_gate_enter(struct kd_gate *gate, struct kd_gate_ticket *ticket, struct kd_op *op)
{
    assert(ticket->state == KD_TICKET_NONE);
    ticket->gate = gate;
    ticket->op = op;
    ticket->next = NULL;
    if (gate->inside < gate->limit) {
        gate->inside++;
        ticket->state = KD_TICKET_INSIDE;
        return true;
    }
    ticket->state = KD_TICKET_QUEUED;
    ticket->before = gate->tail;
    if (gate->tail != NULL) {
        gate->tail->next = ticket;
    } else {
        gate->head = ticket;
    }
    gate->tail = ticket;
    kd_op_hold(op);
    return false;
}

static void gate_unlink(struct kd_gate *gate, struct kd_gate_ticket *ticket)
{
    if (ticket->before != NULL) {
        ticket->before->next = ticket->next;
    } else {
        gate->head = ticket->next;
    }
    if (ticket->next != NULL) {
        ticket->next->before = ticket->before;
    } else {
        gate->tail = ticket->before;
    }
}

static void gate_admit_next(struct kd_gate *gate)
{
    struct kd_gate_ticket *next = gate->head;

    gate_unlink(gate, next);
    next->state = KD_TICKET_INSIDE;
    kd_op_release(next->op);
}

void kd_gate_set_limit(struct kd_gate *gate, size_t limit)
{
    gate->limit = limit;
    while (gate->inside < gate->limit && gate->head != NULL) {
        gate->inside++;
        gate_admit_next(gate);
    }
}

void kd_gate_leave(struct kd_gate_ticket *ticket)
{
    struct kd_gate *gate = ticket->gate;

    if (ticket->state == KD_TICKET_QUEUED) {
        gate_unlink(gate, ticket);
    } else if (ticket->state == KD_TICKET_INSIDE && gate->head != NULL &&
               gate->inside <= gate->limit) {
        /* the place is handed on, so inside does not change */
        gate_admit_next(gate);
    } else if (ticket->state == KD_TICKET_INSIDE) {
        gate->inside--;
    }
    ticket->state = KD_TICKET_NONE;
}
