/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_COLLECT_SYSTEM_H
#define KMSDNS_COLLECT_SYSTEM_H

#include "kmsdns/base/addr.h"
#include "kmsdns/base/arena.h"
#include "kmsdns/base/status.h"

/* What this machine is told about DNS. */
struct kd_system {
    const char *path; /* the file that was read */
    struct kd_endpoint *resolver;
    size_t nresolver;
    const char **search; /* as written; the last "search" or "domain" line counts */
    size_t nsearch;
};

/**
 * Read resolv.conf.
 *
 * A line that is no "nameserver", "search" or "domain" is ignored, and so is an address that does
 * not read as one, as the system's own resolver does.
 *
 * path     "/etc/resolv.conf" or another; at most 64 KiB                      borrowed
 * ret      written on success; lives as long as the arena
 * returns  KD_OK; KD_ENOTFOUND, KD_EACCES, KD_EIO if it cannot be read; KD_ETOOBIG
 * Source   resolv.conf(5)
 */
kd_status kd_system_read(struct kd_arena *arena, const char *path, struct kd_system *ret,
                         struct kd_err *err);

/** This machine's name as a canonical name; NULL when it has none that is a DNS name. */
const char *kd_system_host_name(struct kd_arena *arena);

#endif
