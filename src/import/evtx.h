/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_SRC_IMPORT_EVTX_H
#define KMSDNS_SRC_IMPORT_EVTX_H

#include "record.h"

/** Read a binary log. KD_ENOTSUP in a build without libevtx; KD_EIO if it cannot be opened. */
kd_status kd_evtx_read(struct kd_events_import *import, const char *path, struct kd_err *err);

#endif
