/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RULES_CODES_H
#define KMSDNS_RULES_CODES_H

#include <stddef.h>
#include <stdint.h>

#include "kmsdns/base/arena.h"

/*
 * What Windows' codes mean for KMS and its DNS records. Win32 codes stand as HRESULTs of facility
 * 7: 9016 is 0x80072338.
 */

struct kd_code {
    uint32_t hresult;
    const char *symbol;  /* "DNS_ERROR_RCODE_BADSIG"; NULL for codes without a public one */
    const char *use;     /* letters: P publishing (12293), D discovery, H host, L licensing */
    const char *meaning; /* a clause */
    const char *fix_windows; /* what to do on Windows or the host, a clause */
    const char
        *fix_other; /* … with BIND and other servers; NULL when that is no matter of theirs,
                                "the same" when it does not differ */
};

/** The row of a code; NULL for one that is not known. */
const struct kd_code *kd_code_find(uint32_t hresult);

/** All rows, one after another: 0 .. *ret_n - 1 by kd_code_at, sorted within each table. */
size_t kd_codes_count(void);
const struct kd_code *kd_code_at(size_t place);

/** "0x80072338 (9016, DNS_ERROR_RCODE_BADSIG)", "0xC004F038", in the arena. */
const char *kd_code_str(struct kd_arena *arena, uint32_t hresult);

/** What it means, a clause; for an unknown code that it is unknown. Constant. */
const char *kd_code_meaning(uint32_t hresult);

#endif
