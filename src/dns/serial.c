/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial.c - arithmetic of zone serials, which go round.
 */
#include "kmsdns/dns/serial.h"

int64_t kd_serial_behind(uint32_t newest, uint32_t other)
{
    uint32_t distance = newest - other;

    return distance <= INT32_MAX ? (int64_t)distance
                                 : (int64_t)distance - ((int64_t)UINT32_MAX + 1);
}
