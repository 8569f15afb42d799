/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tsig_exchange.c - one signed message without a socket, for tests/scenario/test_tsig_wire.py,
 * which carries the bytes to a server and back:
 *
 *   tsig_exchange KEYFILE|none ZONE probe|add|soa CLOCK_OFFSET_S
 *
 * prints the message in hex, reads the reply in hex, and prints what it is: the state of its
 * signature, the TSIG error, the skew or "none", the rcode.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kmsdns/base/arena.h"
#include "kmsdns/base/clock.h"
#include "kmsdns/base/rng.h"
#include "kmsdns/dns/key.h"
#include "kmsdns/dns/msg.h"
#include "kmsdns/dns/name.h"
#include "kmsdns/dns/signer.h"
#include "kmsdns/dns/update.h"

static char line[2 * KD_MSG_MAX + 3];
static uint8_t reply[KD_MSG_MAX];

static kd_status exchange_build(struct kd_arena *arena, const char *zone, const char *what,
                                uint16_t id, struct kd_buf *wire, struct kd_err *err)
{
    struct kd_update update;
    uint8_t query[KD_QUERY_MAX];
    size_t len = 0;
    kd_status status;

    if (strcmp(what, "soa") == 0) {
        status = kd_msg_build_query(zone, KD_RR_SOA, id, true, query, &len, err);
        kd_buf_add(wire, (const char *)query, len);
        return status;
    }
    kd_update_init(&update, arena, zone);
    if (strcmp(what, "probe") == 0) {
        kd_update_need_no_rrset(&update, zone, KD_RR_SOA);
    }
    kd_update_add(&update, kd_name_join(arena, "_vlmcs._tcp", zone), 3600,
                  kd_rdata_srv(arena, 0, 0, 1688, "kms.example."));
    return kd_update_build(&update, id, wire, err);
}

static size_t exchange_read(void)
{
    size_t len = 0;
    unsigned int value = 0;

    if (fgets(line, sizeof(line), stdin) == NULL) {
        return 0;
    }
    while (len < sizeof(reply) && sscanf(line + 2 * len, "%2x", &value) == 1) {
        reply[len++] = (uint8_t)value;
    }
    return len;
}

static int exchange_run(struct kd_signer *signer, int64_t now_s, struct kd_buf *wire,
                        struct kd_err *err)
{
    struct kd_signed request = {0};
    struct kd_signature got = {0};
    size_t len = 0;

    if (kd_signer_sign(signer, now_s, wire, &request, err) != KD_OK) {
        return 1;
    }
    for (size_t i = 0; i < wire->len; i++) {
        printf("%02x", (unsigned int)(uint8_t)wire->data[i]);
    }
    printf("\n");
    fflush(stdout);
    len = exchange_read();
    kd_signer_verify(signer, &request, now_s, reply, len, &got);
    printf("%s %d ", kd_signature_state_str(got.state), got.tsig_error);
    if (got.has_skew) {
        printf("%" PRId64 " ", got.skew_s);
    } else {
        printf("none ");
    }
    printf("%d\n", len >= 4 ? reply[3] & 0xF : -1);
    return 0;
}

int main(int argc, char **argv)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_buf wire = {0};
    struct kd_key *key = NULL;
    struct kd_signer *signer = NULL;
    struct kd_err err = {0};
    uint16_t id = 0;
    int exit_status = 2;

    if (argc != 5) {
        return 2;
    }
    kd_random_bytes(&id, sizeof(id));
    if (strcmp(argv[1], "none") == 0 || kd_key_read(argv[1], &key, &err) == KD_OK) {
        signer = key != NULL ? kd_tsig_signer_new(key) : NULL;
        if (exchange_build(arena, argv[2], argv[3], id, &wire, &err) == KD_OK) {
            exit_status = exchange_run(signer, kd_clock_wall_s() + strtol(argv[4], NULL, 10),
                                       &wire, &err);
        }
    }
    if (err.code != KD_OK) {
        fprintf(stderr, "tsig_exchange: %s\n", err.text);
    }
    kd_signer_free(signer);
    kd_buf_done(&wire);
    kd_arena_free(arena);
    return exit_status;
}
