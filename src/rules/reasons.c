/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reasons.c - why codes come, and which findings say so. A reason that no finding can prove says
 * how to look at it by hand in its text or has a remedy that does.
 */
#include "reasons.h"

#include <string.h>

#define CHECK_CLIENT   "kmsdns diagnose {domain}"
#define CHECK_FORMS    "kmsdns diagnose --primary-suffix {domain} --dhcp-domain lan.example"
#define CHECK_RIGHT    "kmsdns preflight --host kms02.{domain} --key-file kms.key {domain}"
#define CHECK_ZONE     "kmsdns diagnose --host kms02.{domain} {domain}"
#define CHECK_LIST     "kmsdns diagnose --client host --publish-list eng.{domain} {domain}"
#define CHECK_REGISTRY "kmsdns registry host.reg"

static const struct kd_reason REASON[KD_REASON_COUNT] = {
    [KD_REASON_OWNER] =
        {"Another host published first and owns the record _vlmcs; this one may "
         "not change it.",
         "HOST-OTHERS+KEY-POLICY HOST-OTHERS+UPD-REFUSED", "!HOST-OTHERS UPD-ALLOWED",
         CHECK_RIGHT, KD_REMEDY_GRANT},
    [KD_REASON_POLICY] = {"The zone's rules do not let this host or key write the record.",
                          "KEY-POLICY UPD-REFUSED", "UPD-ALLOWED UPD-OPEN", CHECK_RIGHT,
                          KD_REMEDY_GRANT},
    [KD_REASON_STATIC] = {"The zone takes no dynamic updates, or none from whoever was tried.",
                          "UPD-NOT-DYNAMIC", "UPD-ALLOWED UPD-OPEN KEY-POLICY", CHECK_RIGHT,
                          KD_REMEDY_DYNAMIC},
    [KD_REASON_SECRET] = {"The secret of the key differs from the server's, or its keytab is "
                          "older than the account's key.",
                          "KEY-SECRET", "UPD-ALLOWED KEY-POLICY KEY-UNKNOWN", CHECK_RIGHT,
                          KD_REMEDY_KEY},
    [KD_REASON_KEY] = {"The server does not know the key, or knows it with another algorithm.",
                       "KEY-UNKNOWN", "UPD-ALLOWED KEY-POLICY KEY-SECRET", CHECK_RIGHT,
                       KD_REMEDY_KEY},
    [KD_REASON_CLOCK] = {"The clocks of host and DNS server differ by more than 300 s.",
                         "KEY-CLOCK", "UPD-ALLOWED KEY-POLICY", CHECK_RIGHT, KD_REMEDY_CLOCK},
    [KD_REASON_KERBEROS] = {"The host gets no Kerberos ticket for DNS/<server>: the SPN, the "
                            "domain controller, or the computer's account.",
                            NULL, "UPD-OPEN", NULL, KD_REMEDY_KEY},
    [KD_REASON_NOTIMP] = {"The update reached a server that does none: a secondary without "
                          "forwarding, or an appliance.",
                          "UPD-NOTIMP", "UPD-ALLOWED UPD-REFUSED UPD-NOT-DYNAMIC", CHECK_RIGHT,
                          KD_REMEDY_PRIMARY},
    [KD_REASON_WRONG_SERVER] = {"The update reached a server that does not hold the zone.",
                                "UPD-WRONG-SERVER ZONE-PRIMARY-NOT-AUTH",
                                "UPD-ALLOWED UPD-REFUSED", CHECK_RIGHT, KD_REMEDY_PRIMARY},
    [KD_REASON_CUT] = {"The record lies in a child zone, such as a delegated _tcp.", "ZONE-CUT",
                       NULL, CHECK_ZONE, KD_REMEDY_LIST},
    [KD_REASON_NO_ZONE] = {"There is no zone for the domain: it is misspelt, or not there yet.",
                           "ZONE-NOT-FOUND SRV-DOMAIN-MISSING", NULL, CHECK_ZONE,
                           KD_REMEDY_ZONE},
    [KD_REASON_LIST] = {"An entry of DnsDomainPublishList is malformed.",
                        "REG-LIST-BAD CAND-INVALID", NULL, CHECK_REGISTRY, KD_REMEDY_LIST},
    [KD_REASON_ONE_LABEL] = {"The domain has one label; Windows does not update such zones by "
                             "default.",
                             "CAND-SINGLE-LABEL", NULL, CHECK_LIST, KD_REMEDY_LIST},
    [KD_REASON_NO_RECORD] = {"No host is published in a domain that the client asks.",
                             "SRV-ABSENT SRV-ABSENT-DOMAIN", NULL, CHECK_CLIENT,
                             KD_REMEDY_PUBLISH},
    [KD_REASON_TYPO] = {"The record is there under a misspelt name.", "SRV-TYPO", "!SRV-ABSENT",
                        CHECK_CLIENT, KD_REMEDY_PUBLISH},
    [KD_REASON_SUFFIX] = {"The client asks in another domain than the one that has the record.",
                          "CAND-DISJOINT SRV-ABSENT-DOMAIN", NULL, CHECK_FORMS,
                          KD_REMEDY_SUFFIX},
    [KD_REASON_NO_SUFFIX] = {"The client has no DNS suffix at all, so it asks nothing.",
                             "CAND-NONE CAND-INVALID", NULL,
                             "kmsdns diagnose --client workgroup --ipconfig ipconfig.txt",
                             KD_REMEDY_SUFFIX},
    [KD_REASON_NEGATIVE] = {"The client, or its resolver, still remembers that there was no "
                            "record.",
                            "TTL-NEGATIVE", NULL, CHECK_CLIENT, KD_REMEDY_CACHE},
    [KD_REASON_RES_FAILS] = {"A resolver answers SERVFAIL or REFUSED.", "RES-FAIL", NULL,
                             CHECK_CLIENT, KD_REMEDY_SERVER},
    [KD_REASON_RES_SILENT] = {"A resolver does not answer.", "RES-TIMEOUT", NULL, CHECK_CLIENT,
                              KD_REMEDY_PATH},
    [KD_REASON_NO_RESOLVER] = {"The computer has no DNS server in its settings.", "RES-NONE",
                               NULL,
                               "kmsdns diagnose --client host --ipconfig ipconfig.txt {domain}",
                               KD_REMEDY_RESOLVER},
    [KD_REASON_GARBLED] = {"Something on the way breaks or rewrites DNS messages.",
                           "RES-MALFORMED", NULL, CHECK_CLIENT, KD_REMEDY_PATH},
    [KD_REASON_NO_TCP] = {"The answer does not fit UDP, and TCP port 53 is closed.",
                          "SRV-TCP-BLOCKED", NULL, CHECK_CLIENT, KD_REMEDY_PATH},
    [KD_REASON_PRIMARY_SILENT] = {"The zone's primary does not answer.",
                                  "ZONE-PRIMARY-UNREACHABLE", "UPD-ALLOWED UPD-REFUSED",
                                  CHECK_ZONE, KD_REMEDY_PATH},
    [KD_REASON_PRIMARY_UNKNOWN] = {"The primary's name in the SOA does not resolve.",
                                   "ZONE-PRIMARY-UNKNOWN", NULL, CHECK_ZONE, KD_REMEDY_PRIMARY},
    [KD_REASON_SERVER_LAME] = {"A server that is listed for the zone does not serve it, or is "
                               "down.",
                               "NS-LAME NS-TIMEOUT ZONE-PRIMARY-NOT-AUTH", NULL, CHECK_ZONE,
                               KD_REMEDY_SERVER},
    [KD_REASON_LAGGING] = {"The zone's servers serve different records: replication is late.",
                           "NS-SRV-DIFFERS NS-SERIAL", NULL, CHECK_ZONE, KD_REMEDY_REPLICATION},
    [KD_REASON_ALIAS] = {"An alias stands at the service's name.", "SRV-ALIAS", NULL,
                         CHECK_CLIENT, KD_REMEDY_ALIAS},
    [KD_REASON_IGNORED] =
        {"The server took the update and wrote nothing, as BIND does beside an "
         "alias.",
         "UPD-SILENT SRV-ALIAS", NULL, CHECK_RIGHT, KD_REMEDY_ALIAS},
    [KD_REASON_EXISTS] = {"The record is there already.", "HOST-PUBLISHED HOST-OTHERS",
                          "SRV-ABSENT", CHECK_ZONE, KD_REMEDY_GRANT},
    [KD_REASON_NO_ADDRESS] = {"The host that the record names has no address.",
                              "TGT-NO-ADDRESS TGT-DOUBLED TGT-SHORT TGT-IP-LITERAL TGT-ROOT",
                              NULL, CHECK_CLIENT, KD_REMEDY_ADDRESS},
    [KD_REASON_TARGET_ALIAS] = {"The host's name in the record is an alias.", "TGT-ALIAS", NULL,
                                CHECK_CLIENT, KD_REMEDY_ADDRESS},
    [KD_REASON_BAD_ADDRESS] = {"The host's address cannot be reached from elsewhere: loopback, "
                               "link-local and the like.",
                               "TGT-ADDRESS-BAD", NULL, CHECK_CLIENT, KD_REMEDY_ADDRESS},
    [KD_REASON_FAMILY] = {"The host answers over one address family and publishes two.",
                          "TGT-FAMILY", NULL, CHECK_CLIENT, KD_REMEDY_ADDRESS},
    [KD_REASON_CLOSED] = {"The host that the record names does not accept connections: it is "
                          "gone, sppsvc is stopped, or a firewall is in the way.",
                          "TGT-CLOSED", NULL, CHECK_CLIENT, KD_REMEDY_REACH},
    [KD_REASON_PORT] = {"The record names another port than the host listens on.",
                        "SRV-PORT-ZERO REG-PORT", NULL, CHECK_REGISTRY, KD_REMEDY_REACH},
    [KD_REASON_PINNED] = {"The client has a KMS host of its own (slmgr /skms) and does not ask "
                          "DNS.",
                          "REG-PINNED", NULL, "kmsdns registry client.reg", KD_REMEDY_PIN},
    [KD_REASON_WRONG_HOST] =
        {"The record names a computer that is no KMS host, or one without a "
         "key for this product.",
         NULL, "SRV-ABSENT", "kmsdns discover {domain}", KD_REMEDY_REACH},
    [KD_REASON_FALSE_ALARM] =
        {"The update was written; Windows 7 and 2008 R2 misread the reply "
         "of another maker's server.",
         "EVT-12293-FALSE HOST-PUBLISHED", "SRV-ABSENT", CHECK_ZONE, KD_REMEDY_NOTHING},
    [KD_REASON_UNSIGNED_REPLY] = {"The reply is not signed, or its signature does not verify.",
                                  "UPD-UNVERIFIED", NULL, CHECK_RIGHT, KD_REMEDY_SIGN},
    [KD_REASON_HOST_NAME] = {"The host's own name is not fully qualified, or has no address.",
                             "HOST-SHORT HOST-NO-ADDRESS", NULL, CHECK_ZONE, KD_REMEDY_HOST},
    [KD_REASON_SWITCHED_OFF] = {"Publishing is switched off on the host.",
                                "REG-PUBLISH-DISABLED", NULL, CHECK_REGISTRY, KD_REMEDY_SWITCH},
    [KD_REASON_DIRECTORY] = {"The DNS server cannot read or write its zone in the directory.",
                             NULL, "UPD-ALLOWED", NULL, KD_REMEDY_DIRECTORY},
    [KD_REASON_READ_ONLY] = {"The update reached a read-only copy: a secondary, a stub or an "
                             "RODC.",
                             "UPD-NOTIMP UPD-WRONG-SERVER", "UPD-ALLOWED", CHECK_RIGHT,
                             KD_REMEDY_PRIMARY},
    [KD_REASON_BUSY] = {"The server, or the zone, was busy for the moment: try again.", NULL,
                        NULL, NULL, KD_REMEDY_SERVER},
    [KD_REASON_FEW] = {"The host has counted too few computers, often because clones share one "
                       "id.",
                       "CMID-DUPLICATE CMID-COUNT-LOW EVT-COUNT-LOW", NULL,
                       "kmsdns events kms.evtx", KD_REMEDY_CLONE},
    [KD_REASON_TIME] = {"The clocks of client and host differ by more than four hours.", NULL,
                        NULL, NULL, KD_REMEDY_CLOCK},
    [KD_REASON_COMPUTER] = {"Something on the Windows computer itself: its service, network or "
                            "memory.",
                            NULL, NULL, NULL, KD_REMEDY_WINDOWS},
    [KD_REASON_LICENCE] = {"This is a matter of licensing; no DNS record has a part in it.",
                           NULL, NULL, NULL, KD_REMEDY_LICENCE},
};

const struct kd_reason *kd_reason(kd_reason_id id)
{
    return &REASON[id];
}

size_t kd_reason_word(const char **list, const char *ends)
{
    *list += strspn(*list, ends);
    return strcspn(*list, ends);
}
