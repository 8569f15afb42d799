/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * version.c - what runs here: kmsdns and, for bug reports, the libraries it is linked with.
 * Each floor tells the versions of the libraries that only it may include.
 */
#include "cmd.h"

#include <jansson.h>

#include "kmsdns/async/query.h"
#include "kmsdns/base/arena.h"
#include "kmsdns/dns/version.h"
#include "kmsdns/facts/json.h"
#include "kmsdns/import/events.h"
#include "kmsdns/import/reg.h"

void kd_cmd_version(struct kd_buf *out, bool verbose)
{
    struct kd_arena *arena;

    kd_buf_printf(out, "kmsdns %s\n", PACKAGE_VERSION);
    if (!verbose) {
        return;
    }
    arena = kd_arena_new();
    kd_buf_printf(out, "libraries: %s, %s, jansson %s\n", kd_async_versions(arena),
                  kd_dns_versions(arena), jansson_version_str());
    kd_buf_printf(out, "event logs: %s, %s\n", kd_events_expat_version(),
                  kd_events_evtx_version() != NULL
                      ? kd_arena_printf(arena, "libevtx %s", kd_events_evtx_version())
                      : "no libevtx: .evtx files are not read");
    kd_buf_printf(out, "report: %s\n", KD_REPORT_SCHEMA);
    kd_buf_printf(out, "registry hives: %s\n",
                  kd_hive_is_supported() ? "with libhivex" : "this build is without libhivex");
    kd_arena_free(arena);
}
