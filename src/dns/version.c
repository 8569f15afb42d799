/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * version.c - the versions that the libraries behind this floor tell about themselves.
 */
#include "kmsdns/dns/version.h"

#include <idn2.h>
#include <ldns/ldns.h>

const char *kd_dns_versions(struct kd_arena *arena)
{
    return kd_arena_printf(arena, "ldns %s, libidn2 %s", ldns_version(),
                           idn2_check_version(NULL));
}
