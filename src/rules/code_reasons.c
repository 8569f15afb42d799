/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * code_reasons.c - which reasons stand behind which code, the likeliest first. Without a source,
 * the number and its name are documented, and what it means for KMS is concluded from them.
 */
#include "reasons.h"

#include <string.h>

#include "kmsdns/rules/codes.h"
#include "tables.h"

#define SRC_2A    "Microsoft, \"Error 0x8007232A\""
#define SRC_2B    "Microsoft, \"Error 0x8007232B\""
#define SRC_67C   "Microsoft, \"Error 0x8007267C\""
#define SRC_74    "Microsoft, \"Error 0xC004F074\""
#define SRC_977   "Microsoft, KB 977158 and KB 2002490"
#define SRC_8198  "Microsoft, \"Event ID 8198\""
#define SRC_12293 "Microsoft, \"Event ID 12293, error 0x80072338\" (KB 2553863)"
#define SRC_KMS   "Microsoft, \"Guidelines for troubleshooting the Key Management Service\""
#define SRC_SLMGR "Microsoft, the messages of slmgr.vbs"
#define SRC_EVENTS \
    "Microsoft, \"Volume Activation 2.0 Operations Guide\"; TechNet ff793440; " SRC_KMS

#define R(name) KD_REASON_##name

static const struct kd_code_reasons CODE_REASONS[] = {
    {0x80072329, NULL, {R(GARBLED), R(NOTIMP), R(NO_TCP)}},
    {0x8007232A,
     KD_SRC_CODES "; " SRC_2A,
     {R(RES_FAILS), R(SERVER_LAME), R(DIRECTORY), R(RES_SILENT)}},
    {0x8007232B,
     KD_SRC_CODES "; " SRC_2B,
     {R(NO_RECORD), R(SUFFIX), R(NO_ZONE), R(TYPO), R(NEGATIVE)}},
    {0x8007232C, NULL, {R(NOTIMP), R(READ_ONLY)}},
    {0x8007232D, NULL, {R(STATIC), R(POLICY), R(RES_FAILS)}},
    {0x8007232E, NULL, {R(EXISTS), R(OWNER), R(ALIAS)}},
    {0x8007232F, NULL, {R(EXISTS), R(OWNER)}},
    {0x80072330, NULL, {R(LAGGING), R(NO_RECORD)}},
    {0x80072331, NULL, {R(WRONG_SERVER), R(POLICY), R(CLOCK), R(SECRET), R(KEY), R(CUT)}},
    {0x80072332, NULL, {R(CUT), R(WRONG_SERVER), R(LIST)}},
    {0x80072338, SRC_12293, {R(OWNER), R(POLICY), R(SECRET)}},
    {0x80072339, NULL, {R(KERBEROS), R(KEY), R(CLOCK)}},
    {0x8007233A, NULL, {R(CLOCK)}},
    {0x8007251D, KD_SRC_CODES, {R(NO_RECORD), R(TYPO), R(SUFFIX), R(LAGGING)}},
    {0x8007251E, SRC_977, {R(FALSE_ALARM), R(GARBLED), R(NO_TCP)}},
    {0x8007251F, NULL, {R(RES_SILENT), R(PRIMARY_SILENT)}},
    {0x80072520, NULL, {R(RES_FAILS), R(STATIC), R(POLICY)}},
    {0x80072521, NULL, {R(UNSIGNED_REPLY)}},
    {0x80072522, NULL, {R(BUSY)}},
    {0x80072550, NULL, {R(NO_RESOLVER), R(RES_SILENT)}},
    {0x80072551, NULL, {R(DIRECTORY)}},
    {0x80072552, NULL, {R(BUSY), R(RES_FAILS)}},
    {0x80072554, NULL, {R(LIST)}},
    {0x80072557, NULL, {R(ONE_LABEL)}},
    {0x80072558, NULL, {R(LIST), R(HOST_NAME)}},
    {0x80072559, NULL, {R(LIST)}},
    {0x8007255A, NULL, {R(WRONG_SERVER)}},
    {0x8007255B, NULL, {R(CUT)}},
    {0x80072560, NULL, {R(BUSY), R(SERVER_LAME)}},
    {0x80072561, NULL, {R(READ_ONLY)}},
    {0x80072562, NULL, {R(ALIAS)}},
    {0x80072564, NULL, {R(COMPUTER)}},
    {0x80072581, NULL, {R(NO_ZONE), R(WRONG_SERVER), R(LIST)}},
    {0x80072582, NULL, {R(SERVER_LAME), R(DIRECTORY)}},
    {0x80072583, NULL, {R(READ_ONLY)}},
    {0x80072584, NULL, {R(SERVER_LAME)}},
    {0x80072585, NULL, {R(NO_ZONE), R(SERVER_LAME)}},
    {0x80072586, NULL, {R(SERVER_LAME)}},
    {0x80072587, NULL, {R(BUSY), R(STATIC)}},
    {0x8007258B, NULL, {R(READ_ONLY)}},
    {0x8007258E, NULL, {R(SERVER_LAME)}},
    {0x80072595, NULL, {R(SERVER_LAME)}},
    {0x80072596, NULL, {R(BUSY)}},
    {0x800725E5, NULL, {R(NO_RECORD)}},
    {0x800725E6, NULL, {R(HOST_NAME), R(PORT)}},
    {0x800725E7, NULL, {R(POLICY), R(LIST)}},
    {0x800725E8, NULL, {R(NOTIMP)}},
    {0x800725E9, NULL, {R(RES_SILENT)}},
    {0x800725EA, NULL, {R(CUT), R(LIST)}},
    {0x800725EB, NULL, {R(ALIAS), R(TARGET_ALIAS)}},
    {0x800725EC, NULL, {R(ALIAS), R(TARGET_ALIAS)}},
    {0x800725ED, NULL, {R(ALIAS), R(IGNORED)}},
    {0x800725EF, NULL, {R(EXISTS), R(OWNER)}},
    {0x800725F0, NULL, {R(READ_ONLY), R(NOTIMP)}},
    {0x800725F2, NULL, {R(NO_RECORD), R(NO_ZONE), R(SUFFIX)}},
    {0x800725F5, NULL, {R(DIRECTORY)}},
    {0x800725F8, NULL, {R(ALIAS)}},
    {0x800725F9, NULL, {R(ALIAS)}},
    {0x800725FA, NULL, {R(ALIAS), R(TARGET_ALIAS)}},
    {0x80072649, NULL, {R(KERBEROS)}},
    {0x8007267B, NULL, {R(COMPUTER)}},
    {0x8007267C, SRC_KMS "; " SRC_67C, {R(NO_RESOLVER)}},
    {0x800726AD, NULL, {R(DIRECTORY)}},
    {0x800726AF, NULL, {R(DIRECTORY)}},
    {0x800726B1, NULL, {R(DIRECTORY), R(LAGGING)}},
    {0x80070005, KD_SRC_CODES, {R(OWNER), R(POLICY), R(COMPUTER)}},
    {0x80070008, NULL, {R(COMPUTER)}},
    {0x8007000D, NULL, {R(LIST), R(PORT)}},
    {0x80070035, NULL, {R(NO_ADDRESS), R(CLOSED)}},
    {0x80070040, NULL, {R(CLOSED)}},
    {0x80070057, SRC_SLMGR, {R(LIST), R(PINNED), R(PORT)}},
    {0x80070078, NULL, {R(COMPUTER)}},
    {0x80070079, NULL, {R(CLOSED), R(COMPUTER)}},
    {0x8007007B,
     KD_SRC_CODES "; a field report of 2014",
     {R(NO_SUFFIX), R(NO_RECORD), R(SUFFIX)}},
    {0x80070424, NULL, {R(COMPUTER)}},
    {0x80070426, NULL, {R(COMPUTER)}},
    {0x8007042B, NULL, {R(COMPUTER)}},
    {0x800704BA, NULL, {R(HOST_NAME)}},
    {0x800704BE, NULL, {R(NO_ADDRESS), R(PINNED)}},
    {0x800704C6, NULL, {R(COMPUTER), R(RES_SILENT)}},
    {0x800704C9, NULL, {R(CLOSED), R(PORT)}},
    {0x800704CF, NULL, {R(CLOSED), R(PRIMARY_SILENT)}},
    {0x800704D0, NULL, {R(CLOSED), R(BAD_ADDRESS), R(PRIMARY_SILENT)}},
    {0x800704D4, NULL, {R(COMPUTER), R(CLOSED)}},
    {0x8007051F, NULL, {R(KERBEROS)}},
    {0x8007052E, NULL, {R(KERBEROS)}},
    {0x8007054B, NULL, {R(KERBEROS), R(NO_ZONE)}},
    {0x80070574, NULL, {R(KERBEROS)}},
    {0x80070575, NULL, {R(KERBEROS)}},
    {0x80070576, NULL, {R(CLOCK)}},
    {0x800705B4, NULL, {R(PRIMARY_SILENT), R(RES_SILENT), R(NO_TCP), R(PRIMARY_UNKNOWN)}},
    {0x800706A6, NULL, {R(PINNED), R(NO_ADDRESS)}},
    {0x800706B3, NULL, {R(CLOSED), R(PORT)}},
    {0x800706BA, KD_SRC_CODES, {R(CLOSED), R(NO_ADDRESS), R(PORT), R(PINNED)}},
    {0x800706BB, NULL, {R(BUSY), R(CLOSED)}},
    {0x800706BE, NULL, {R(CLOSED)}},
    {0x800706BF, NULL, {R(CLOSED)}},
    {0x800706C0, NULL, {R(WRONG_HOST), R(PORT)}},
    {0x800706D9, NULL, {R(PORT), R(CLOSED)}},
    {0x800706FA, NULL, {R(KERBEROS)}},
    {0x800706FB, NULL, {R(KERBEROS)}},
    {0x800706FD, NULL, {R(KERBEROS)}},
    {0x8007071A, NULL, {R(CLOSED)}},
    {0x80070721, NULL, {R(KERBEROS)}},
    {0x8007139F, SRC_8198, {R(CLOSED), R(COMPUTER)}},
    {0x8007271D, NULL, {R(COMPUTER), R(CLOSED)}},
    {0x80072740, NULL, {R(COMPUTER), R(PORT)}},
    {0x80072741, NULL, {R(BAD_ADDRESS)}},
    {0x80072742, NULL, {R(COMPUTER)}},
    {0x80072743, NULL, {R(CLOSED), R(PRIMARY_SILENT)}},
    {0x80072746, NULL, {R(CLOSED)}},
    {0x80072747, NULL, {R(COMPUTER)}},
    {0x8007274C, NULL, {R(CLOSED), R(PRIMARY_SILENT), R(NO_TCP), R(FAMILY)}},
    {0x8007274D, NULL, {R(CLOSED), R(PORT), R(NO_TCP)}},
    {0x80072751, NULL, {R(CLOSED), R(BAD_ADDRESS)}},
    {0x80072AF9, NULL, {R(NO_ADDRESS), R(TARGET_ALIAS)}},
    {0x80072AFA, NULL, {R(RES_FAILS), R(RES_SILENT)}},
    {0x80072AFB, NULL, {R(RES_FAILS), R(GARBLED)}},
    {0x80072AFC, NULL, {R(NO_ADDRESS), R(FAMILY)}},
    {0x4004F041, KD_SRC_CODES, {R(NO_RECORD), R(SUFFIX)}},
    {0x80090303, NULL, {R(KERBEROS)}},
    {0x80090304, NULL, {R(KERBEROS)}},
    {0x8009030C, NULL, {R(KERBEROS)}},
    {0x8009030E, NULL, {R(KERBEROS)}},
    {0x80090311, NULL, {R(KERBEROS)}},
    {0x80090322, NULL, {R(KERBEROS)}},
    {0x80090324, NULL, {R(CLOCK)}},
    {0x80092328, KD_SRC_CODES, {R(NO_RECORD), R(SUFFIX), R(NO_ZONE)}},
    {0xC0020017, SRC_8198, {R(CLOSED), R(NO_ADDRESS), R(PORT), R(PINNED)}},
    {0xC004F038, KD_SRC_CODES, {R(FEW)}},
    {0xC004F039, KD_SRC_CODES, {R(WRONG_HOST), R(CLOSED)}},
    {0xC004F042, KD_SRC_CODES, {R(WRONG_HOST), R(PINNED)}},
    {0xC004F06C, SRC_74, {R(TIME)}},
    {0xC004F074, SRC_74, {R(CLOSED), R(NO_ADDRESS), R(PORT), R(NO_RECORD), R(PINNED), R(TIME)}},
    /* errors of TSIG and TKEY */
    {16, NULL, {R(SECRET), R(OWNER)}},
    {17, NULL, {R(KEY), R(KERBEROS), R(CLOCK)}},
    {18, NULL, {R(CLOCK)}},
    {19, NULL, {R(KERBEROS)}},
    {20, NULL, {R(KERBEROS)}},
    {21, NULL, {R(KEY), R(KERBEROS)}},
    {22, NULL, {R(KEY)}},
    /* ids of events */
    {12288, SRC_EVENTS, {R(CLOSED), R(NO_ADDRESS), R(PINNED), R(WRONG_HOST)}},
    {12289, SRC_EVENTS, {R(FEW), R(WRONG_HOST)}},
    {12290, SRC_EVENTS, {R(FEW)}},
    {12293,
     SRC_EVENTS,
     {R(OWNER), R(POLICY), R(STATIC), R(NO_ZONE), R(PRIMARY_SILENT), R(NO_RESOLVER)}},
    {12294, SRC_EVENTS, {R(EXISTS)}},
    {8198, SRC_8198, {R(NO_RECORD), R(CLOSED), R(NO_ADDRESS), R(SUFFIX)}},
    {8200, SRC_EVENTS, {R(NO_RECORD), R(CLOSED)}},
    {8233, SRC_EVENTS, {R(NO_RECORD), R(CLOSED), R(SUFFIX)}},
};

#undef R

#define NREASONS (sizeof(CODE_REASONS) / sizeof(CODE_REASONS[0]))

static const struct kd_code_reasons REASONS_COMPUTER = {0, NULL, {KD_REASON_COMPUTER}};
static const struct kd_code_reasons REASONS_LICENCE = {0, KD_SRC_CODES, {KD_REASON_LICENCE}};

const struct kd_code_reasons *kd_code_reasons(uint32_t code)
{
    const struct kd_code *row = kd_code_find(code);

    for (size_t i = 0; i < NREASONS; i++) {
        if (CODE_REASONS[i].code == code) {
            return &CODE_REASONS[i];
        }
    }
    return row != NULL && strchr(row->use, 'L') != NULL ? &REASONS_LICENCE : &REASONS_COMPUTER;
}

const struct kd_code_reasons *kd_code_reasons_all(size_t *ret_n)
{
    *ret_n = NREASONS;
    return CODE_REASONS;
}
