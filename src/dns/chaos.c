/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * chaos.c - version.bind, class CHAOS: what a name server says it is.
 */
#include "kmsdns/dns/chaos.h"

#include <string.h>

#include "wire.h"

#define TYPE_TXT   16
#define CLASS_CH   3
#define FLAG_QR    0x80 /* in the third byte, RFC 1035 4.1.1 */
#define RCODE_MASK 0x0F /* in the fourth */

static const uint8_t VERSION_QUESTION[] = {
    7, 'v', 'e', 'r', 's', 'i', 'o', 'n', 4, 'b', 'i', 'n', 'd', 0, 0, TYPE_TXT, 0, CLASS_CH,
};

size_t kd_chaos_build_version(uint16_t id, uint8_t *wire)
{
    memset(wire, 0, KD_WIRE_HEADER);
    wire[0] = (uint8_t)(id >> 8);
    wire[1] = (uint8_t)id;
    wire[5] = 1; /* one question */
    memcpy(wire + KD_WIRE_HEADER, VERSION_QUESTION, sizeof(VERSION_QUESTION));
    return KD_WIRE_HEADER + sizeof(VERSION_QUESTION);
}

const char *kd_chaos_read_version(struct kd_arena *arena, const uint8_t *wire, size_t len)
{
    struct kd_wire_reader reader = {wire, len, KD_WIRE_HEADER};
    struct kd_wire_rr rr;

    if (len < KD_WIRE_HEADER || (wire[2] & FLAG_QR) == 0 || (wire[3] & RCODE_MASK) != 0 ||
        kd_wire_get16(wire + 4) != 1 || kd_wire_get16(wire + 6) == 0 ||
        !kd_wire_read_question(&reader, &rr) || !kd_wire_read_rr(&reader, &rr) ||
        rr.type != TYPE_TXT || rr.class != CLASS_CH || rr.rdata_len < 1 ||
        rr.rdata[0] >= rr.rdata_len) {
        return NULL;
    }
    return kd_arena_strndup(arena, (const char *)rr.rdata + 1, rr.rdata[0]);
}
