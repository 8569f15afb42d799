/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cause_zone.c - causes in the zone and its servers. One broken server explains what is seen of
 * it at every other place. Data only.
 */
#include "causes.h"

#define OPENS_UPDATE ((uint32_t)KD_NEED_UPDATE)

/* the name, zone or domain is not there */
static const uint32_t CODE_MISSING[] = {KD_CAUSE_CODE(9003), KD_CAUSE_CODE(9601),
                                        KD_CAUSE_CODE(9714), KD_CAUSE_CODE(1355), 0};
/* silence, in the words of DNS, sockets and RPC */
static const uint32_t CODE_SILENCE[] = {KD_CAUSE_CODE(9002),
                                        KD_CAUSE_CODE(9503),
                                        KD_CAUSE_CODE(1231),
                                        KD_CAUSE_CODE(1232),
                                        KD_CAUSE_CODE(1460),
                                        KD_CAUSE_CODE(10051),
                                        KD_CAUSE_CODE(10060),
                                        KD_CAUSE_CODE(10061),
                                        KD_CAUSE_CODE(10065),
                                        KD_CAUSE_CODE(11002),
                                        0};
static const uint32_t CODE_NO_ADDRESS[] = {KD_CAUSE_CODE(9003), KD_CAUSE_CODE(11001),
                                           KD_CAUSE_CODE(11004), 0};
static const uint32_t CODE_NOT_AUTH[] = {KD_CAUSE_CODE(9005), KD_CAUSE_CODE(9009),
                                         KD_CAUSE_CODE(9603), KD_CAUSE_CODE(9611),
                                         KD_CAUSE_CODE(9621), 0};

#define EFFECT_UPDATES                                                                   \
    KD_EFFECT_REFUSED, {"UPD-NOTIMP", KD_NEAR_ZONE}, {"UPD-WRONG-SERVER", KD_NEAR_ZONE}, \
        {"EVT-12293", KD_NEAR_ZONE},                                                     \
    {                                                                                    \
        "EVT-PUBLISH-STALE", KD_NEAR_ZONE                                                \
    }

const struct kd_cause_row kd_causes_zone[10] = {
    {
        .id = "CAUSE-NO-DOMAIN",
        .title = "the domain does not exist",
        .text = "the domain {domain} does not exist in DNS: a misspelt suffix, or a zone that "
                "this resolver cannot see",
        .near = KD_NEAR_DOMAIN,
        .proof = {{"SRV-DOMAIN-MISSING", KD_CONFIDENCE_PROVED, NULL, KD_NEAR_ROW},
                  {"EVT-12293", KD_CONFIDENCE_PROBABLE, NULL, KD_NEAR_ROW}},
        .effect = {KD_EFFECT_UNPUBLISHED, {"ZONE-NOT-FOUND", KD_NEAR_DOMAIN}},
        .code = CODE_MISSING,
        .check = kd_cause_check_missing,
        .fix = {{"any", "Correct the spelling of the suffix, or make a forwarder or delegation "
                        "for {domain}"}},
        .decides = "Ask a server that should have it: dig {domain} SOA. An answer there means "
                   "that this resolver lacks the way to the zone.",
    },
    {
        .id = "CAUSE-NO-ZONE",
        .title = "no zone holds the domain",
        .text = "no zone that can be updated holds {domain}",
        .near = KD_NEAR_DOMAIN,
        .proof = {{"ZONE-NOT-FOUND", KD_CONFIDENCE_PROVED, NULL, KD_NEAR_ROW}},
        .effect = {KD_EFFECT_UNPUBLISHED},
        .code = CODE_MISSING,
        .opens = OPENS_UPDATE,
        .fix = {{"any", "Make the zone, or delegate it to the server that has it."}},
        .decides = "dig {domain} SOA, then the same for each name above it.",
    },
    {
        .id = "CAUSE-PRIMARY-DOWN",
        .title = "the zone's primary does not answer",
        .text = "the server to which updates of the zone {zone} go does not answer, so nothing "
                "can be published there",
        .near = KD_NEAR_ZONE,
        .proof = {{"ZONE-PRIMARY-UNREACHABLE", KD_CONFIDENCE_PROVED, NULL, KD_NEAR_ROW},
                  {"EVT-12293", KD_CONFIDENCE_POSSIBLE, NULL, KD_NEAR_ROW}},
        .effect = {EFFECT_UPDATES,
                   {"NS-TIMEOUT", KD_NEAR_PRIMARY},
                   {"NS-SERIAL", KD_NEAR_ZONE},
                   {"NS-SRV-DIFFERS", KD_NEAR_ZONE},
                   {"TTL-DIFFERS", KD_NEAR_ZONE},
                   {"UPD-NOT-REPLICATED", KD_NEAR_ZONE}},
        .code = CODE_SILENCE,
        .opens = OPENS_UPDATE,
        .check = kd_cause_check_above_notice,
        .fix = {{"any", "Start the primary, or open UDP and TCP port 53 to it from the KMS "
                        "host."},
                {"windows", "Test-NetConnection {server} -Port 53"}},
        .decides = "Ask it from the KMS host itself: dig @{server} {zone} SOA +norecurse, and "
                   "again with +tcp.",
    },
    {
        .id = "CAUSE-PATH",
        .title = "this machine cannot reach the zone's servers",
        .text = "no server of the zone can be reached from this machine, while the resolver "
                "answers: what is told about the right to write and about secondaries must be "
                "asked from elsewhere ({subjects})",
        .near = KD_NEAR_RUN,
        .proof = {{"ZONE-PRIMARY-UNREACHABLE", KD_CONFIDENCE_PROBABLE, NULL, KD_NEAR_ROW}},
        .effect = {{"NS-TIMEOUT", KD_NEAR_ZONE}},
        .check = kd_cause_check_notice,
        .fix = {{"any", "Run kmsdns on the KMS host, or open UDP and TCP port 53 to the zone's "
                        "servers from here."}},
        .decides = "Ask it from the KMS host itself: dig @{server} {zone} SOA +norecurse.",
    },
    {
        .id = "CAUSE-PRIMARY-NAME",
        .title = "the SOA names a primary without an address",
        .text = "the SOA of the zone {zone} names a primary that has no address, so updates "
                "have nowhere to go",
        .near = KD_NEAR_ZONE,
        .proof = {{"ZONE-PRIMARY-UNKNOWN", KD_CONFIDENCE_PROVED, NULL, KD_NEAR_ROW}},
        .effect = {EFFECT_UPDATES},
        .code = CODE_NO_ADDRESS,
        .opens = OPENS_UPDATE,
        .fix = {{"any", "Give the primary's name an address, or write the right name into the "
                        "SOA of {zone}"}},
        .decides = "dig {zone} SOA; then dig A and AAAA of the first name in it.",
    },
    {
        .id = "CAUSE-PRIMARY-WRONG",
        .title = "the server for updates does not serve the zone",
        .text = "{server}, to which updates of the zone {zone} go, does not serve the zone",
        .near = KD_NEAR_ZONE,
        .proof = {{"ZONE-PRIMARY-NOT-AUTH", KD_CONFIDENCE_PROVED, NULL, KD_NEAR_ROW}},
        .effect = {EFFECT_UPDATES, {"NS-LAME", KD_NEAR_PRIMARY}},
        .code = CODE_NOT_AUTH,
        .fix = {{"any",
                 "Load {zone} there, or name the server that has it in the SOA, or in --server "
                 "if that is given."},
                {"windows", "Get-DnsServerZone -ComputerName {server} -Name {zone}"},
                {"bind", "rndc zonestatus {zone}"},
                {"knot", "knotc zone-status {zone}"},
                {"powerdns", "pdnsutil check-zone {zone}"}},
        .decides = "dig @{server} {zone} SOA +norecurse: without the flag aa it does not serve "
                   "the zone.",
    },
    {
        .id = "CAUSE-STALE-SECONDARY",
        .title = "a secondary serves an old copy of the zone",
        .text = "a server of the zone {zone} is behind the others and serves an old copy",
        .near = KD_NEAR_ZONE,
        .proof = {{"NS-SRV-DIFFERS", KD_CONFIDENCE_PROBABLE, "NS-SERIAL", KD_NEAR_ZONE},
                  {"UPD-NOT-REPLICATED", KD_CONFIDENCE_PROBABLE, NULL, KD_NEAR_ROW}},
        .effect = {{"NS-SERIAL", KD_NEAR_ZONE},
                   {"RES-DISAGREE", KD_NEAR_DOMAIN},
                   {"TTL-DIFFERS", KD_NEAR_ZONE},
                   KD_EFFECT_ABSENT},
        .check = kd_cause_check_stale,
        .fix = {{"any", "Transfer the zone again to the server that is behind; if it stays "
                        "behind, read its log for failed transfers."},
                {"windows", "repadmin /syncall /AdeP"},
                {"bind", "rndc retransfer {zone}"},
                {"knot", "knotc zone-retransfer {zone}"},
                {"powerdns", "pdns_control retrieve {zone}"}},
        .decides = "Compare dig {zone} SOA +norecurse at each server after the zone's refresh "
                   "time: who still has the lower serial does not get transfers.",
    },
    {
        .id = "CAUSE-COPIES-DIFFER",
        .title = "the zone's servers hold different zones",
        .text = "the servers of {domain} serve different records although no serial tells them "
                "apart: each was changed on its own, or replication is under way",
        .near = KD_NEAR_ZONE,
        .proof = {{"NS-SRV-DIFFERS", KD_CONFIDENCE_PROBABLE, NULL, KD_NEAR_ROW}},
        .effect = {{"RES-DISAGREE", KD_NEAR_DOMAIN},
                   {"TTL-DIFFERS", KD_NEAR_ZONE},
                   KD_EFFECT_ABSENT},
        .fix = {{"any",
                 "Find the server that is right, and look why the others do not follow "
                 "it: replication that fails, or two primaries. Only then copy the zone."},
                {"windows", "repadmin /replsummary"},
                {"bind", "rndc zonestatus {zone}, at each server: its type and its serial"},
                {"knot", "knotc zone-status {zone}, at each server: its role and its serial"}},
        .decides = "Ask each server again in 15 minutes: what still differs was changed by "
                   "hand on one of them.",
    },
    {
        .id = "CAUSE-LAME",
        .title = "a server does not serve the zone",
        .text = "{subjects} is asked for the zone {zone} and does not serve it",
        .near = KD_NEAR_SERVER,
        .proof = {{"NS-LAME", KD_CONFIDENCE_PROVED, NULL, KD_NEAR_ROW}},
        .effect = {{"RES-FAIL", KD_NEAR_DOMAIN}},
        .fix = {{"any", "Load the zone at {server}, or take the server out of the NS records "
                        "of {zone}, in the parent, too, or out of --server."}},
        .decides = "dig @{server} {zone} SOA +norecurse: look for the flag aa.",
    },
    {
        .id = "CAUSE-SERVER-DOWN",
        .title = "a server of the zone does not answer",
        .text = "{subjects} is asked for the zone {zone} and does not answer",
        .near = KD_NEAR_SERVER,
        .proof = {{"NS-TIMEOUT", KD_CONFIDENCE_PROVED, NULL, KD_NEAR_ROW}},
        .effect = {{"UPD-NOT-REPLICATED", KD_NEAR_ZONE}},
        .fix = {{"any", "Start the server, or open UDP and TCP port 53 to it; if it is gone, "
                        "take it out of the NS records of {zone}, or out of --server."}},
        .decides = "Ask it from its own network: dig @{server} {zone} SOA +norecurse.",
    },
};
