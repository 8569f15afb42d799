/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_DNS_SERIAL_H
#define KMSDNS_DNS_SERIAL_H

#include <stdint.h>

/* Two serials that neither order can be told of. */
#define KD_SERIAL_UNORDERED ((int64_t)INT32_MIN)

/**
 * How far one zone's serial is behind another (RFC 1982 3.2).
 *
 * newest, other  serials, 0 .. UINT32_MAX
 * returns  how many steps other is behind newest, negative when it is ahead;
 *          KD_SERIAL_UNORDERED when they are just half the circle apart
 */
int64_t kd_serial_behind(uint32_t newest, uint32_t other);

#endif
