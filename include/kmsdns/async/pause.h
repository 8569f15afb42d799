/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_ASYNC_PAUSE_H
#define KMSDNS_ASYNC_PAUSE_H

#include <stdint.h>

#include "kmsdns/async/op.h"

/**
 * Wait, before something is asked for again.
 *
 * parent   running op that will own the new one                               borrowed
 * ms       1 .. 3600000
 * returns  the op; finishes KD_OK when the time is over or the run is cut     owned by parent
 */
struct kd_op *kd_pause_start(struct kd_op *parent, uint32_t ms);

#endif
