/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RULES_CODES_TABLE_H
#define KMSDNS_RULES_CODES_TABLE_H

#include "kmsdns/rules/codes.h"

/* The tables of codes, each sorted by its code. */

#define KD_CODES_DNS   65
#define KD_CODES_WIN32 57
#define KD_CODES_OTHER 47

extern const struct kd_code kd_codes_dns[KD_CODES_DNS];
extern const struct kd_code kd_codes_win32[KD_CODES_WIN32];
extern const struct kd_code kd_codes_other[KD_CODES_OTHER];

#endif
