/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_DNS_UPDATE_KIND_H
#define KMSDNS_DNS_UPDATE_KIND_H

#include <stdbool.h>
#include <stdint.h>

#include "kmsdns/dns/update.h"

/* How a record of an update is written. */
struct kd_update_form {
    uint16_t class;
    bool has_data;
};

const struct kd_update_form *kd_update_form_of(kd_update_kind kind);

#endif
