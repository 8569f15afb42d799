/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_DNS_VERSION_H
#define KMSDNS_DNS_VERSION_H

#include "kmsdns/base/arena.h"

/** Name and version of the libraries behind this floor: "ldns 1.8.3, libidn2 2.3.3". */
const char *kd_dns_versions(struct kd_arena *arena);

#endif
