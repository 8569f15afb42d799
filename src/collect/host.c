/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host.c - the host that is to be published: does a client reach it by its name?
 *
 *   ASK      A and AAAA of the host                     -> a, aaaa
 *   CONNECT  a TCP connect and a PTR for each address   -> connect[], ptr[]
 *   NOTE     the facts are complete
 */
#include "kmsdns/async/connect.h"
#include "kmsdns/dns/name.h"
#include "run.h"

enum {
    HOST_ASK,
    HOST_CONNECT,
    HOST_NOTE
};

static const char *const HOST_STEP[] = {"ASK", "CONNECT", "NOTE"};

struct host {
    struct kd_op op;
    struct kd_discovery *discovery; /* borrowed */
    struct kd_question a, aaaa;
    struct kd_connect *connect[KD_MAX_ADDRESSES]; /* children */
    struct kd_question ptr[KD_MAX_ADDRESSES];
};

static size_t host_naddress(const struct host *host)
{
    size_t n = host->discovery->facts->host->naddress;

    return n < KD_MAX_ADDRESSES ? n : KD_MAX_ADDRESSES;
}

static void host_ask(struct host *host)
{
    struct kd_discovery *discovery = host->discovery;
    struct kd_host_fact *fact = discovery->facts->host;

    host->a = kd_question_start(&host->op, discovery->server[0], discovery->facts->arena,
                                fact->name, KD_RR_A);
    host->aaaa = kd_question_start(&host->op, discovery->server[0], discovery->facts->arena,
                                   fact->name, KD_RR_AAAA);
}

static void host_note_addresses(struct host *host)
{
    struct kd_facts *facts = host->discovery->facts;
    struct kd_host_fact *fact = facts->host;

    fact->a_query = kd_note_question(facts, &host->a);
    fact->aaaa_query = kd_note_question(facts, &host->aaaa);
    fact->a_status = kd_question_status(&host->a);
    fact->aaaa_status = kd_question_status(&host->aaaa);
    fact->alias_of = kd_question_alias(&host->a);
    if (fact->alias_of == NULL) {
        fact->alias_of = kd_question_alias(&host->aaaa);
    }
    kd_question_addresses(facts, &host->a, &fact->address, &fact->naddress);
    kd_question_addresses(facts, &host->aaaa, &fact->address, &fact->naddress);
}

static void host_connect(struct host *host)
{
    struct kd_discovery *discovery = host->discovery;
    struct kd_arena *arena = discovery->facts->arena;
    const struct kd_host_fact *fact = discovery->facts->host;

    for (size_t i = 0; i < host_naddress(host); i++) {
        struct kd_endpoint endpoint = {fact->address[i].addr, fact->port};

        host->ptr[i] = kd_question_start(&host->op, discovery->server[0], arena,
                                         kd_name_reverse(arena, &endpoint.addr), KD_RR_PTR);
        if (discovery->params.has_tcp) {
            host->connect[i] =
                kd_connect_start(&host->op, &endpoint, discovery->params.connect_ms);
        }
    }
}

static const char *host_ptr_name(const struct kd_question *question)
{
    const struct kd_query_result *result = &question->query->result;

    for (size_t i = 0; result->msg != NULL && i < result->msg->nanswer; i++) {
        if (result->msg->answer[i].type == KD_RR_PTR) {
            return result->msg->answer[i].u.name;
        }
    }
    return NULL;
}

static void host_note_rest(struct host *host)
{
    struct kd_facts *facts = host->discovery->facts;
    struct kd_host_fact *fact = facts->host;

    fact->nptr = host_naddress(host);
    fact->ptr = kd_arena_alloc(facts->arena, fact->nptr * sizeof(*fact->ptr));
    for (size_t i = 0; i < fact->nptr; i++) {
        fact->ptr[i].query = kd_note_question(facts, &host->ptr[i]);
        fact->ptr[i].status = kd_question_status(&host->ptr[i]);
        fact->ptr[i].name = host_ptr_name(&host->ptr[i]);
        if (host->connect[i] != NULL) {
            fact->address[i].tcp = host->connect[i]->reach;
            fact->address[i].rtt_us = host->connect[i]->rtt_us;
        }
    }
}

static void host_step(struct kd_op *op)
{
    struct host *host = (struct host *)op;

    switch (op->step) {
    case HOST_ASK:
        host_ask(host);
        op->step = HOST_CONNECT;
        return;
    case HOST_CONNECT:
        host_note_addresses(host);
        host_connect(host);
        op->step = HOST_NOTE;
        return;
    case HOST_NOTE:
        host_note_rest(host);
        kd_op_finish(op, KD_OK);
        return;
    }
}

static void host_describe(const struct kd_op *op, struct kd_buf *out)
{
    kd_buf_puts(out, ((const struct host *)op)->discovery->facts->host->name);
}

static const struct kd_op_class HOST_CLASS = {
    .name = "host",
    .size = sizeof(struct host),
    .step_name = HOST_STEP,
    .step = host_step,
    .describe = host_describe,
};

void kd_host_start(struct kd_op *parent, struct kd_discovery *discovery)
{
    struct host *host = (struct host *)kd_op_start(NULL, parent, &HOST_CLASS);

    host->discovery = discovery;
}
