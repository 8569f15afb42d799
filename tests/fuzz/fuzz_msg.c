/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_msg.c - any bytes as a DNS reply: read, checked against a question, followed to its
 * outcome. Every name that comes out must be canonical.
 *
 * With libFuzzer: clang -fsanitize=fuzzer,address,undefined, this file, src/base, src/dns.
 */
#include "fuzz.h"

#include <assert.h>
#include <string.h>

#include "kmsdns/base/arena.h"
#include "kmsdns/dns/msg.h"
#include "kmsdns/dns/name.h"

static void fuzz_name(const char *name)
{
    uint8_t wire[KD_NAME_MAX_WIRE];

    if (name != NULL) {
        assert(kd_name_to_wire(name, wire) > 0);
        assert(strlen(name) < KD_NAME_MAX_TEXT);
        kd_name_is_address(name);
        kd_name_is_doubled(name, kd_name_parent(name));
    }
}

static void fuzz_section(struct kd_arena *arena, const struct kd_rr *rr, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        fuzz_name(rr[i].owner);
        assert(rr[i].ttl_s <= INT32_MAX);
        if (rr[i].type == KD_RR_SRV) {
            fuzz_name(rr[i].u.srv.target);
        } else if (rr[i].type == KD_RR_SOA) {
            fuzz_name(rr[i].u.soa.mname);
            fuzz_name(rr[i].u.soa.rname);
        } else if (rr[i].type == KD_RR_CNAME || rr[i].type == KD_RR_DNAME) {
            fuzz_name(rr[i].u.name);
            kd_name_unicode(arena, rr[i].u.name);
        }
    }
}

static void fuzz_reply(struct kd_arena *arena, const struct kd_msg *msg)
{
    struct kd_alias *chain = NULL;
    size_t nchain = 0;
    const char *final = NULL;
    struct kd_err err = {0};

    fuzz_name(msg->qname);
    fuzz_section(arena, msg->answer, msg->nanswer);
    fuzz_section(arena, msg->authority, msg->nauthority);
    kd_msg_check_reply(msg, "_vlmcs._tcp.corp.example.", KD_RR_SRV, &err);
    assert(strchr(err.text, '\n') == NULL);
    assert(kd_msg_outcome(arena, msg, &chain, &nchain, &final) < KD_OUT_COUNT);
    for (size_t i = 0; i < nchain; i++) {
        fuzz_name(chain[i].target);
    }
    fuzz_name(final);
    kd_msg_soa(msg);
    kd_rr_type_str(arena, msg->qtype);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_msg msg = {0};
    struct kd_err err = {0};

    if (kd_msg_parse(arena, data, size, &msg, &err) == KD_OK) {
        fuzz_reply(arena, &msg);
    } else {
        assert(err.text[0] != '\0');
    }
    kd_arena_free(arena);
    return 0;
}
