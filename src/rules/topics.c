/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * topics.c - what people ask about in words, and where vendors' texts contradict each other.
 */
#include "topics.h"

#include "tables.h"

#define CHECK_CLIENT "kmsdns diagnose {domain}"
#define CHECK_RIGHT  "kmsdns preflight --host kms02.{domain} --key-file kms.key {domain}"
#define CHECK_ZONE   "kmsdns diagnose --host kms02.{domain} {domain}"

#define SRC_12293  "Microsoft, \"Event ID 12293, error 0x80072338\" (KB 2553863)"
#define SRC_DEPLOY "Microsoft, \"Deploy KMS Activation\" (dn502531)"
#define SRC_REG    "Microsoft, \"Registry Settings for Volume Activation\" (dn502532)"
#define SRC_GUIDE  "Microsoft, \"Volume Activation 2.0 Deployment Guide\""
#define SRC_OPS    "Microsoft, \"Volume Activation 2.0 Operations Guide\""
#define SRC_KMS    "Microsoft, \"Guidelines for troubleshooting the Key Management Service\""
#define SRC_PLAN   "Microsoft, \"Plan for KMS activation\""
#define SRC_SLMGR  "Microsoft, \"Slmgr.vbs options\""
#define SRC_AGING  "Microsoft, \"DNS aging and scavenging\""

static const struct kd_topic TOPIC[] = {
    {"second-host",
     "second two another other several hosts owner permission acl rights publish",
     "a second KMS host cannot publish itself",
     "All hosts share one record set. In a zone that takes secure updates only, the first host "
     "owns it, and the second is turned away: event 12293, mostly with 0x80072338. Put all "
     "hosts "
     "into one group and give it Full Control of _vlmcs.",
     "HOST-OTHERS KEY-POLICY UPD-REFUSED", CHECK_RIGHT, SRC_12293 "; " SRC_GUIDE},
    {"workgroup", "workgroup unjoined standalone dhcp option 15 suffix",
     "computers in a workgroup find no host",
     "They have no Active Directory domain. They ask in their primary DNS suffix, in the "
     "domain "
     "of DHCP option 15 and in their search list. Without any of these Windows sends no query "
     "and shows 0x8007007B.",
     "CAND-NONE CAND-DISJOINT DHCP-NO-RECORD DHCP-NONE",
     "kmsdns diagnose --client workgroup --dhcp-domain {domain}", KD_SRC_GUIDE},
    {"clock", "clock clocks time skew ntp badtime kerberos w32time hours", "clocks that differ",
     "A signed update may be 300 s off (BADTIME, 0x8007233A). Kerberos allows as much "
     "(0x80090324, 1398). A client may be four hours off the host, else 0xC004F06C.",
     "KEY-CLOCK", CHECK_RIGHT, "RFC 8945 5.2.3; Microsoft, \"Error 0xC004F074\""},
    {"duplicate-cmid", "duplicate cmid clone clones cloned image sysprep rearm same id citrix",
     "clones that share one client id (CMID)",
     "The host counts each CMID once. Computers from one image without sysprep /generalize "
     "share theirs, so the count stays low (0xC004F038). Only the count suffers: once it is "
     "reached, the clones activate, too.",
     "CMID-DUPLICATE CMID-COUNT-LOW EVT-COUNT-LOW", "kmsdns events kms.evtx",
     "Microsoft, \"KMS current count does not increase\" (KB 929829)"},
    {"count", "count threshold 25 five 5 minimum n-policy insufficient",
     "the count that a host must reach",
     "A host answers Windows clients from 25 computers on, servers and Office from 5. It keeps "
     "each for 30 days and the newest 50 at most. Hosts do not share their counts.",
     "EVT-COUNT-LOW CMID-COUNT-LOW", "kmsdns events kms.evtx", SRC_PLAN "; " SRC_KMS},
    {"firewall", "firewall open port 1688 blocked closed tcp rpc unreachable connection",
     "a firewall between client and host",
     "Clients talk RPC to TCP port 1688 of the host. The rule SPPSVC-In-TCP is there, but it "
     "is "
     "not enabled by default. Symptoms: 0xC004F074, 0x800706BA, 0x8007274C.",
     "TGT-CLOSED TGT-FAMILY", CHECK_CLIENT, SRC_KMS},
    {"no-record", "no record srv missing absent nxdomain found discovery find client cannot",
     "clients find no SRV record",
     "A client asks for _vlmcs._tcp in the domains that it knows. The record is missing, it is "
     "under another name, or the client asks in another domain. Symptoms: 0x8007232B, "
     "0x8007251D, 0x8007007B.",
     "SRV-ABSENT SRV-ABSENT-DOMAIN SRV-TYPO CAND-DISJOINT", CHECK_CLIENT, KD_SRC_GUIDE},
    {"stale-record",
     "stale old dead gone removed decommissioned orphan left behind remove host",
     "records of hosts that are gone",
     "Nothing says that a host takes its record away when it is switched off, renamed or told "
     "not to publish (slmgr /cdns). Clients that pick such a record lose time, or fail.",
     "TGT-CLOSED TGT-NO-ADDRESS", CHECK_CLIENT, SRC_KMS},
    {"aging", "aging scavenging scavenge timestamp static stale dynamic refresh",
     "aging and scavenging of the record",
     "A host publishes once a day, so that its record is not scavenged. Aging is off by "
     "default; "
     "with its defaults a record that nobody refreshes goes after 14 to 21 days. A record made "
     "by hand has no timestamp and stays.",
     "TTL-UNUSUAL HOST-PUBLISHED", CHECK_ZONE, SRC_AGING},
    {"daily-publishing", "daily publish publishing republish refresh day 24 hours event 12294",
     "how often a host publishes itself",
     "When it becomes a host, when sppsvc starts and name or port have changed, and once a "
     "day. "
     "Each attempt leaves event 12294 or 12293 for each domain. Restart sppsvc to have one "
     "now.",
     "EVT-PUBLISH-STALE EVT-12293 REG-PUBLISH-DISABLED", "kmsdns events application.evtx",
     SRC_GUIDE "; " SRC_DEPLOY},
    {"publish-list", "publish list dnsdomainpublishlist domains other several forest multi_sz",
     "publishing in more domains: DnsDomainPublishList",
     "A REG_MULTI_SZ: one domain a line, since Windows 7 with priority and weight behind it, "
     "parted by commas. The host needs the right to write in each of these zones. Each domain "
     "has its own event 12293 or 12294.",
     "REG-LIST-BAD REG-LIST-HOME REG-KEY-OLD CAND-INVALID",
     "kmsdns diagnose --client host --publish-list eng.{domain} {domain}",
     SRC_REG "; " SRC_DEPLOY},
    {"priority-weight", "priority weight priorities weights balance load preferred",
     "priority and weight of the records",
     "Windows 7, 2008 R2 and later take the lowest priority first and share by weight. Vista "
     "and "
     "2008 draw at random. A cached host freezes the first choice.",
     "SRV-WEIGHTS", "kmsdns discover {domain}", "RFC 2782; " SRC_DEPLOY},
    {"cached-host", "cache cached caching sticky remembers host ckhc skhc",
     "clients keep the host that worked",
     "After a success a client stores the host and goes to it straight. It asks DNS again only "
     "when that host does not answer. slmgr /ckhc switches this off.",
     "SRV-WEIGHTS REG-PINNED", "kmsdns registry client.reg", SRC_SLMGR},
    {"pinned-host", "pinned registered skms fixed manual keymanagementservicename bypass",
     "a client with a registered host asks no DNS",
     "slmgr /skms (KeyManagementServiceName) comes before discovery. slmgr /ckms goes back. "
     "/skms-domain names one domain to look in instead of the search list.",
     "REG-PINNED", "kmsdns registry client.reg", SRC_SLMGR},
    {"negative-cache",
     "negative cache cached nxdomain still flushdns remembers soa minimum wait",
     "clients do not see a record that is there",
     "A no is kept for min(SOA TTL, SOA minimum). Who asked before the record was there waits "
     "that long. Empty the cache of the client and of its resolver.",
     "TTL-NEGATIVE", CHECK_CLIENT, "RFC 2308 5"},
    {"manual-record", "manual manually hand create created srv record admin ttl",
     "a record made by hand",
     "_vlmcs._tcp SRV 0 0 1688 with the host's full name and a TTL of 3600 s. Whoever makes it "
     "in an AD zone owns it: no host can update it until it is given the right.",
     "SRV-ABSENT HOST-OTHERS", CHECK_CLIENT, SRC_GUIDE "; " KD_SRC_GUIDE},
    {"bind", "bind named allow-update update-policy nsupdate linux unix",
     "publishing into a zone on BIND",
     "Grant one name and one type to one key, in update-policy. With Kerberos: grant REALM "
     "ms-subdomain-self-rhs _vlmcs._tcp.DOMAIN SRV. ms-self alone does not cover _vlmcs.",
     "UPD-NOT-DYNAMIC KEY-POLICY UPD-OPEN", CHECK_RIGHT, "BIND 9 ARM, \"update-policy\""},
    {"unsigned-updates", "unsigned nonsecure insecure open any security updatesecuritylevel",
     "signed and unsigned updates",
     "Windows tries without a signature first and signs when it is refused. "
     "UpdateSecurityLevel 16 forbids it to sign: a sure 12293 in a zone that takes secure "
     "updates only. A zone that takes unsigned ones lets anybody publish.",
     "UPD-OPEN UPD-NOT-DYNAMIC", CHECK_RIGHT,
     "Microsoft, policy \"Update security level\"; RFC 3007"},
    {"replication", "replication replicate secondary secondaries lag differ serial controllers",
     "servers of the zone that differ",
     "A change is on one server first. Clients of the others see it after the transfer, or "
     "after the replication of the directory.",
     "NS-SRV-DIFFERS NS-SERIAL UPD-NOT-REPLICATED", CHECK_ZONE, SRC_DEPLOY},
    {"ad-activation", "adba active directory based activation object 12308 token",
     "activation by Active Directory comes first",
     "Members of a domain from Windows 8 and 2012 on try Active Directory before KMS, so they "
     "may never ask for _vlmcs. slmgr /act-type 2 makes them ask.",
     "SRV-ABSENT", "kmsdns diagnose --client joined {domain}", SRC_SLMGR},
    {"single-label", "single label one top level tld dotless", "a domain of one label",
     "Windows sends no dynamic updates to zones of one label, unless the policy \"Update top "
     "level domain zones\" says so.",
     "CAND-SINGLE-LABEL", "kmsdns diagnose --primary-suffix corp",
     "Microsoft, KB 300684; KB 826743"},
    {"registry-key", "registry key path software protection platform sl old vista",
     "the registry key of the settings",
     "Vista and 2008 use CurrentVersion\\SL, later ones CurrentVersion\\"
     "SoftwareProtectionPlatform, both below HKLM\\SOFTWARE\\Microsoft\\Windows NT. Ports are "
     "text (REG_SZ), not numbers.",
     "REG-KEY-OLD REG-PORT REG-PUBLISH-DISABLED", "kmsdns registry host.reg", SRC_REG},
    {"false-alarm", "false alarm 9502 bad packet hotfix third party success",
     "an error although the record was written",
     "Windows 7 and 2008 R2 can report 9502 (0x8007251E) after a successful update of another "
     "maker's server. Look whether the record is there before believing it.",
     "EVT-12293-FALSE HOST-PUBLISHED", CHECK_ZONE, "Microsoft, KB 977158 and KB 2002490"},
    {"ipv6", "ipv6 address colon brackets aaaa family", "hosts and clients with IPv6",
     "Every address that a host publishes should answer. A client that gets an address which "
     "does not loses time on it.",
     "TGT-FAMILY TGT-ADDRESS-BAD", CHECK_CLIENT, "RFC 6724; " SRC_SLMGR},
    {"delegation", "delegation delegated subzone child zone cut _tcp", "a delegated _tcp",
     "If _tcp is a zone of its own, the record lies there and updates go to its primary, with "
     "its rules. A publish list entry that names the parent leads to NOTZONE or NOTAUTH.",
     "ZONE-CUT UPD-WRONG-SERVER", CHECK_ZONE, "RFC 2136 3.1"},
    {"kerberos", "kerberos gss tsig ticket spn tkey keytab secure channel badkey account",
     "secure updates by Kerberos (GSS-TSIG)",
     "The host needs a ticket for DNS/<server>, where <server> is the primary in the SOA. The "
     "SPN, a domain controller, the computer's account and the clock have to be right.",
     "KEY-UNKNOWN KEY-CLOCK UPD-REFUSED", CHECK_RIGHT, "RFC 3645; RFC 2930"},
};

static const struct kd_conflict CONFLICT[] = {
    {"publish-list REG-LIST-HOME 12293 12294", "the host's own domain beside a publish list",
     "It is always published as well and need not be listed.", SRC_REG "; " SRC_OPS,
     "The list suspends publishing in it.", SRC_DEPLOY,
     "List the host's own domain, too: right in both cases."},
    {"priority-weight SRV-WEIGHTS cached-host", "priority and weight",
     "KMS does not use the values.", KD_SRC_GUIDE,
     "Windows 7, 2008 R2 and later use them as RFC 2782 says.", SRC_DEPLOY "; " SRC_REG,
     "kmsdns shows both draws; the first text was true of Vista and 2008."},
    {"registry-key REG-KEY-OLD publish-list REG-PUBLISH-DISABLED", "the registry key",
     "The values stand under CurrentVersion\\SL.", KD_SRC_GUIDE,
     "They stand under CurrentVersion\\SoftwareProtectionPlatform.",
     "Microsoft, \"Error 0x8007232B\"; " SRC_DEPLOY,
     "The second from Windows 7 and 2008 R2 on; kmsdns reads both."},
    {"duplicate-cmid count CMID-COUNT-LOW CMID-DUPLICATE 0xC004F038",
     "how long a host keeps a client id", "30 days after its last request.",
     SRC_PLAN "; \"Understanding KMS\"", "180 days.", "a weblog of 2009",
     "30 days; 180 days is how long a client's activation lasts."},
    {"12290 duplicate-cmid", "the product 6f327760-8c5c-417c-9b61-836a98287e0c", "Office 2013.",
     "a weblog on the KMS count", "Office Professional Plus 2010.",
     "the table of products of PoShEvents", "2010: the event that shows it is of that year."},
    {"12291 12292", "what event 12291 tells", "The renewal timer could not be set.", SRC_OPS,
     "The KMS service failed to start.", "the message table of Security-SPP, 2022",
     "The first on Vista and 2008, the second later. Web tables that give other meanings to "
     "12288 to 12292 are wrong."},
    {"12309 12310", "whose events 12309 and 12310 are", "KMS.", "common belief",
     "Automatic activation of virtual machines.", "the message table of Security-SPP, 2022",
     "The second."},
    {"12288 12289 12290 count", "which tab of slmgr /dlv is the host's",
     "The page describes the host's output under \"KMS client\", and the client's under \"KMS "
     "host\".",
     SRC_KMS, "\"Key Management Service is enabled on this machine\" is the host's.",
     "the stock slmgr.vbs", "The second."},
    {"aging manual-record", "a record made by hand that a host later refreshes",
     "It stays static.", "Samba, tests of dns_aging against Windows",
     "A dynamic update can give it a timestamp.", SRC_AGING,
     "Look at its timestamp; do not build on either."},
    {"ipv6 pinned-host REG-PINNED 0x80070057", "an IPv6 address with slmgr /skms",
     "Not possible; write a name and a port.", SRC_SLMGR,
     "[address]:port, says one page, address:port another.", SRC_DEPLOY "; " KD_SRC_GUIDE,
     "Write the host's name."},
    {"workgroup CAND-DISJOINT DHCP-LIST DHCP-NO-RECORD", "the search list by DHCP option 119",
     "Windows does not ask for it.", "a report of the days of 2008 R2",
     "Windows has taken it since Windows 2000.", "a list on the web",
     "Do not rely on it: give option 15."},
    {"publish-list REG-LIST-BAD", "the form of a publish list entry",
     "One suffix a line; it differs for 2008 R2.", KD_SRC_GUIDE,
     "domain, priority, weight: the numbers are optional.", SRC_REG,
     "The second since Windows 7 and 2008 R2; the first on Vista and 2008."},
    {"bind UPD-OPEN UPD-NOT-DYNAMIC unsigned-updates 0x8007232D REFUSED",
     "what BIND should allow", "allow-update { any; };", KD_SRC_GUIDE,
     "A group of the KMS hosts, with a right to the one record.",
     "Microsoft, TechNet ff793405; " SRC_GUIDE,
     "The second: with the first anybody may publish a KMS host."},
    {"no-record SRV-TYPO manual-record", "the name of the record",
     "_vlmcs, in two places of the page until 2020.", KD_SRC_GUIDE,
     "_VLMCS._TCP, in the same page.", KD_SRC_GUIDE,
     "Both labels; letters of either case are the same in DNS."},
    {"0x80072338 second-host BADSIG", "what 0x80072338 means",
     "The signature of the update did not verify.", "Microsoft, \"System Error Codes\"",
     "The host may not change the record _vlmcs, which another one owns.", SRC_12293,
     "The second on Windows DNS. The first where TSIG keys are used."},
    {"0x8007007B workgroup CAND-NONE", "what 0x8007007B means", "The DNS name does not exist.",
     KD_SRC_CODES, "The client has no suffix and sends no query at all.",
     "a field report of 2014", "Look at the client's suffixes before you look at DNS."},
    {"0x8007232A SERVFAIL", "what 0x8007232A means", "The server failed (SERVFAIL).",
     "Microsoft, \"System Error Codes\"", "The DNS server, or the KMS host, is not reached.",
     "Microsoft, \"Error 0x8007232A\"", "kmsdns tells SERVFAIL from silence."},
    {"0x8007251E 9502 false-alarm EVT-12293-FALSE", "what 0x8007251E means",
     "A bad packet came.", "Microsoft, \"System Error Codes\"",
     "The update worked, if the server is not Microsoft's.",
     "Microsoft, KB 977158 and KB 2002490", "Look whether the record is there."},
};

const struct kd_topic *kd_topics(size_t *ret_n)
{
    *ret_n = sizeof(TOPIC) / sizeof(TOPIC[0]);
    return TOPIC;
}

const struct kd_conflict *kd_conflicts(size_t *ret_n)
{
    *ret_n = sizeof(CONFLICT) / sizeof(CONFLICT[0]);
    return CONFLICT;
}
