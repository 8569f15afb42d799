/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * names.c - events of Windows, and response codes and TSIG errors of DNS, one row each.
 */
#include "topics.h"

#define LOG_HOST   "Application log of the KMS host"
#define LOG_CLIENT "Application log of the client"
#define LOG_ANY    "Application log"

static const struct kd_event_row EVENT[] = {
    {12288, "D", LOG_CLIENT, "the client has sent a request to a KMS host",
     "code, flags, server:port, CMID, time, virtual machine, licence status, minutes left, "
     "product, number needed",
     "activation request to the key management"},
    {12289, "D", LOG_CLIENT, "the client has read a KMS host's answer",
     "code, flags, activated (1 or 0), unused, the host's count, activation and renewal "
     "interval, time",
     "activation response from the key management"},
    {12290, "H", "Key Management Service log of the KMS host",
     "the host has answered a client; without it the request never arrived",
     "code, number needed, client, CMID, time, virtual machine, licence status, minutes left, "
     "product",
     "activation request has been processed"},
    {12291, "H", LOG_HOST, "the KMS service failed to start", "code",
     "(kms) failed to start|failed to start"},
    {12292, "H", LOG_HOST, "the host could not set its renewal timer (Vista, 2008, 7)", "code",
     "renewal timer"},
    {12293, "P", LOG_HOST,
     "the host could not publish itself in one domain; the code says why, the text says where",
     "code, domain", "to dns in the|failed"},
    {12294, "P", LOG_HOST, "the host published itself in one domain", "domain",
     "to dns in the|is successful"},
    {12304, "L", LOG_ANY, "a genuine ticket was handed out; not a matter of DNS", NULL, NULL},
    {12305, "L", LOG_ANY, "the genuine state was set; not a matter of DNS", NULL, NULL},
    {12306, "L", LOG_ANY, "a rearm succeeded; not a matter of DNS", NULL, NULL},
    {12307, "L", LOG_ANY, "a rearm was skipped; not a matter of DNS", NULL, NULL},
    {12308, "L", LOG_CLIENT,
     "activation by Active Directory worked, so this client asks no KMS host",
     "product, object's name and DN", "active directory activation has succeeded"},
    {12309, "L", "Application log of a virtual machine",
     "an answer of automatic activation of virtual machines, not of KMS", NULL, NULL},
    {12310, "L", "Application log of a Hyper-V host",
     "a request of automatic activation of virtual machines, not of KMS", NULL, NULL},
    {12311, "L", LOG_CLIENT, "the licence of a device was asked for; not KMS", NULL, NULL},
    {12320, "L", LOG_CLIENT, "activation by token worked; not KMS", NULL, NULL},
    {12322, "L", LOG_CLIENT, "a token could not be deposited; not KMS", NULL, NULL},
    {8198, "D", LOG_CLIENT, "activation by slui.exe failed with the code in its text",
     "hr=code, command line", "license activation (slui.exe) failed"},
    {8200, "D", LOG_CLIENT, "a licence could not be had; the text has the details", "details",
     "license acquisition failure details"},
    {8213, "L", LOG_CLIENT, "the Active Directory activation object could not be read",
     "code and more", NULL},
    {8214, "L", LOG_CLIENT, "the Active Directory activation object could not be used",
     "code and more", NULL},
    {8215, "L", LOG_CLIENT, "activation by Active Directory failed; KMS is tried next",
     "code and more", NULL},
    {8233, "D", LOG_CLIENT,
     "an attempt to activate by volume licence failed (8, 2012 and later)",
     "reason, application, product, trigger", "failed vl activation attempt"},
    {1003, "L", LOG_ANY, "the licensing service has checked the licences", NULL, NULL},
    {1014, "L", LOG_CLIENT, "an end user licence could not be had", "code", NULL},
    {900, "H", LOG_ANY, "the licensing service is starting", NULL, NULL},
    {902, "H", LOG_ANY, "the licensing service has started", NULL, NULL},
    {903, "H", LOG_ANY, "the licensing service has stopped; it stops when idle", NULL, NULL},
    {16384, "H", LOG_ANY, "a restart of the licensing service was scheduled", "time", NULL},
};

#define SRC_1035 "RFC 1035 4.1.1"
#define SRC_2136 "RFC 2136 2.2 and 3"
#define SRC_8945 "RFC 8945 5.2"
#define SRC_2930 "RFC 2930 2.6"
#define SRC_OURS "docs/kmsdns-report.schema.json"

static const struct kd_rcode_row RCODE[] = {
    {"NOERROR", 0, false, 0, "the server did as it was asked",
     "An update that changed nothing is answered so, too: only the read-back proves a write.",
     SRC_1035},
    {"FORMERR", 1, false, 0x80072329, "the server says the message is malformed", NULL,
     SRC_1035},
    {"SERVFAIL", 2, false, 0x8007232A, "the server failed, or those behind it did",
     "Samba before 4.19.8 and 4.20.2 says so when the directory denies an update.", SRC_1035},
    {"NXDOMAIN", 3, false, 0x8007232B, "the name does not exist", NULL, SRC_1035},
    {"NOTIMP", 4, false, 0x8007232C, "the server does not do this",
     "BIND's secondaries without allow-update-forwarding say so to an update.", SRC_1035},
    {"REFUSED", 5, false, 0x8007232D, "the server will not do this for whoever asks",
     "BIND and PowerDNS refuse updates so; Knot says NOTAUTH; Samba says it of bad keys, too.",
     SRC_1035},
    {"YXDOMAIN", 6, false, 0x8007232E, "a name exists that should not", NULL, SRC_2136},
    {"YXRRSET", 7, false, 0x8007232F, "a record set exists that should not",
     "The probes of kmsdns get this where the update would have been allowed.", SRC_2136},
    {"NXRRSET", 8, false, 0x80072330, "a record set is missing that should exist", NULL,
     SRC_2136},
    {"NOTAUTH", 9, false, 0x80072331, "the server does not hold the zone, or rejects the key",
     "With a TSIG error beside it, it is about the key; without one, Knot's acl or the wrong "
     "server.",
     SRC_2136 "; " SRC_8945},
    {"NOTZONE", 10, false, 0x80072332, "the name is outside the zone of the update", NULL,
     SRC_2136},
    {"BADSIG", 16, true, 0x80072338, "the signature does not verify: the secrets differ",
     "The reply is not signed, so anybody on the way could have sent it.", SRC_8945},
    {"BADKEY", 17, true, 0x80072339, "the server does not know the key",
     "Name and algorithm count. With Kerberos: the context has expired, or was never made.",
     SRC_8945},
    {"BADTIME", 18, true, 0x8007233A, "the clocks differ by more than the fudge, mostly 300 s",
     "The reply is signed and carries the server's clock; kmsdns shows the difference.",
     SRC_8945},
    {"BADMODE", 19, true, 0, "the server does not do this mode of TKEY",
     "Kerberos needs mode 3 (GSS-API).", SRC_2930},
    {"BADNAME", 20, true, 0, "a key of that name is there already",
     "A security context under another name helps.", SRC_2930},
    {"BADALG", 21, true, 0, "the server does not know the algorithm",
     "Samba takes gss-tsig and gss.microsoft.com, in lower case only.", SRC_2930},
    {"BADTRUNC", 22, true, 0, "the signature was cut shorter than the server allows", NULL,
     SRC_8945},
    {"NODATA", -1, false, 0x8007251D, "the name exists and has no record of the type", NULL,
     "RFC 2308 2.2"},
    {"TIMEOUT", -1, false, 0x800705B4, "no answer came in time", NULL, SRC_OURS},
    {"CONN_REFUSED", -1, false, 0x8007274D, "nothing listens at the address and port", NULL,
     SRC_OURS},
    {"UNREACHABLE", -1, false, 0x80072751, "there is no way to the address", NULL, SRC_OURS},
    {"TRUNCATED", -1, false, 0x8007251E, "the answer does not fit UDP, and TCP does not work",
     NULL, "RFC 7766 5"},
    {"MALFORMED", -1, false, 0x8007251E, "what came is no DNS message", NULL, SRC_OURS},
    {"LAME", -1, false, 0x80072331, "the server does not hold the zone that it is listed for",
     NULL, "RFC 1912 2.8"},
};

const struct kd_event_row *kd_event_rows(size_t *ret_n)
{
    *ret_n = sizeof(EVENT) / sizeof(EVENT[0]);
    return EVENT;
}

const struct kd_event_row *kd_event_row(uint32_t id)
{
    for (size_t i = 0; i < sizeof(EVENT) / sizeof(EVENT[0]); i++) {
        if (EVENT[i].id == id) {
            return &EVENT[i];
        }
    }
    return NULL;
}

const struct kd_rcode_row *kd_rcode_rows(size_t *ret_n)
{
    *ret_n = sizeof(RCODE) / sizeof(RCODE[0]);
    return RCODE;
}
