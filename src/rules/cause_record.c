/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cause_record.c - causes for which clients do not find the record, or find different ones: it
 * is not published, stands elsewhere, or somebody in between tells something else. Data only.
 */
#include "causes.h"

#include "tables.h"

#define PROVED   KD_CONFIDENCE_PROVED
#define PROBABLE KD_CONFIDENCE_PROBABLE
#define POSSIBLE KD_CONFIDENCE_POSSIBLE
#define DOMAIN   KD_NEAR_DOMAIN
#define RUN      KD_NEAR_RUN

#define OPENS_ANSWER                                                                       \
    ((uint32_t)KD_NEED_SRV_ANSWER | (uint32_t)KD_NEED_SRV | (uint32_t)KD_NEED_TARGET |     \
     (uint32_t)KD_NEED_TCP | (uint32_t)KD_NEED_AUTH_TTL | (uint32_t)KD_NEED_NEGATIVE_TTL | \
     (uint32_t)KD_NEED_CONTROL | (uint32_t)KD_NEED_ZONE | (uint32_t)KD_NEED_SERVERS)

#define FIX_ADD                                                                            \
    {"windows", KD_FIX_ADD_WINDOWS}, {"bind", KD_FIX_ADD_BIND}, {"knot", KD_FIX_ADD_KNOT}, \
    {                                                                                      \
        "powerdns", KD_FIX_ADD_POWERDNS                                                    \
    }

static const uint32_t CODE_SINGLE_LABEL[] = {KD_CAUSE_CODE(9559), 0};

const struct kd_cause_row kd_causes_record[16] = {
    {
        .id = "CAUSE-TYPO",
        .title = "the record stands under a misspelt name",
        .text = "the record of {domain} stands under a misspelt name, {subjects}, where no "
                "client looks",
        .near = DOMAIN,
        .proof = {{"SRV-TYPO", PROVED, NULL, KD_NEAR_ROW}},
        .effect = {KD_EFFECT_ABSENT},
        .check = kd_cause_check_typo,
        .fix = {{"any", "Publish at {service}.{domain} and delete the misspelt record."},
                FIX_ADD},
        .decides = "Ask the owner of the record what it is for: its port is not that of KMS.",
    },
    {
        .id = "CAUSE-PUBLISH-OFF",
        .title = "publishing is switched off on the KMS host",
        .text = "publishing is switched off on the KMS host ({subjects})",
        .near = RUN,
        .proof = {{"REG-PUBLISH-DISABLED", PROVED, NULL, KD_NEAR_ROW}},
        .effect = {{"SRV-ABSENT", RUN},
                   {"SRV-ABSENT-DOMAIN", RUN},
                   {"CAND-DISJOINT", RUN},
                   {"DHCP-NO-RECORD", RUN},
                   {"EVT-PUBLISH-STALE", RUN}},
        .check = kd_cause_check_publish_off,
        .fix = {{"windows", "cscript slmgr.vbs /sdns, then Restart-Service sppsvc"}},
        .decides = "Look whether a record exists: kmsdns diagnose DOMAIN --registry FILE.",
    },
    {
        .id = "CAUSE-NOT-LISTED",
        .title = "the domain is not in the publish list",
        .text = "the publish list of the KMS host does not name {domain}",
        .near = DOMAIN,
        .proof = {{"REG-LIST-HOME", PROBABLE, "SRV-ABSENT-DOMAIN", DOMAIN},
                  {"REG-LIST-HOME", PROBABLE, "SRV-ABSENT", RUN}},
        .effect = {KD_EFFECT_ABSENT},
        .fix = {{"windows", "Add {domain} to DnsDomainPublishList, then Restart-Service "
                            "sppsvc"}},
        .decides = "Add the domain, restart sppsvc, and look for event 12294.",
    },
    {
        .id = "CAUSE-OLD-KEY",
        .title = "the settings stand where this Windows does not read them",
        .text =
            "the publishing settings stand under the registry key of another Windows, where "
            "the host does not read them ({subjects})",
        .near = RUN,
        .proof = {{"REG-KEY-OLD", POSSIBLE, "SRV-ABSENT", RUN},
                  {"REG-KEY-OLD", POSSIBLE, "SRV-ABSENT-DOMAIN", RUN}},
        .effect = {{"SRV-ABSENT", RUN}, {"SRV-ABSENT-DOMAIN", RUN}, {"CAND-DISJOINT", RUN}},
        .decides = "Write them under the right key, restart sppsvc, and look for event 12294.",
    },
    {
        .id = "CAUSE-SINGLE-LABEL",
        .title = "Windows does not publish in a zone of one label",
        .text = "{domain} has a single label, and Windows hosts do not publish in such a zone",
        .near = DOMAIN,
        .proof = {{"CAND-SINGLE-LABEL", PROBABLE, "SRV-ABSENT", RUN},
                  {"CAND-SINGLE-LABEL", PROBABLE, "SRV-ABSENT-DOMAIN", DOMAIN},
                  {"EVT-12293", PROVED, NULL, KD_NEAR_ROW}},
        .effect = {KD_EFFECT_UNPUBLISHED, {"CAND-SINGLE-LABEL", DOMAIN}},
        .code = CODE_SINGLE_LABEL,
        .fix = {{"any", "Publish in a domain of two or more labels and let clients ask there."},
                {"windows", "Switch on the policy \"Update top level domain zones\" on the KMS "
                            "host."}},
        .decides = "Look at the host's event 12293: 0x80072557 is this cause.",
    },
    {
        .id = "CAUSE-REWRITTEN",
        .title = "the resolver rewrites NXDOMAIN",
        .text = "the resolver {server} answers for names that do not exist",
        .near = KD_NEAR_SERVER,
        .proof = {{"RES-REWRITES", PROVED, NULL, KD_NEAR_ROW}},
        .effect = {{"SRV-WILDCARD", RUN}, {"RES-DISAGREE", RUN}},
        .check = kd_cause_check_of_resolver,
        .fix = {{"any", "Switch off NXDOMAIN redirection on {server}, or ask another "
                        "resolver."}},
        .decides = "dig @{server} kmsdns-surely-absent.invalid A: any address is rewriting.",
    },
    {
        .id = "CAUSE-WILDCARD",
        .title = "a wildcard answers in the zone",
        .text = "a wildcard in {domain} answers for names that nobody made",
        .near = DOMAIN,
        .proof = {{"SRV-WILDCARD", PROVED, NULL, KD_NEAR_ROW},
                  {"RES-REWRITES", PROBABLE, NULL, KD_NEAR_ROW}},
        .effect = {{"RES-REWRITES", DOMAIN}},
        .check = kd_cause_check_of_domain,
        .fix = {{"any", "Remove the wildcard from the zone, and publish the record at its own "
                        "name {service}.{domain}"}},
        .decides = "dig '*.{domain}' ANY at the zone's primary: a record there is the "
                   "wildcard; none means that the resolver rewrites.",
    },
    {
        .id = "CAUSE-NEGATIVE-CACHE",
        .title = "a resolver remembers that there was no record",
        .text =
            "the zone of {domain} has the record, and a resolver still remembers that there "
            "was none",
        .near = DOMAIN,
        .proof = {{"SRV-ABSENT", PROBABLE, NULL, KD_NEAR_ROW},
                  {"SRV-ABSENT-DOMAIN", PROBABLE, NULL, KD_NEAR_ROW},
                  {"RES-DISAGREE", PROBABLE, NULL, KD_NEAR_ROW}},
        .effect = {KD_EFFECT_ABSENT, {"RES-DISAGREE", DOMAIN}, {"TTL-NEGATIVE", DOMAIN}},
        .check = kd_cause_check_negative,
        .fix = {{"windows", "Clear-DnsServerCache on the resolver"},
                {"bind", "rndc flushname {service}.{domain}"},
                {"powerdns", "rec_control wipe-cache {service}.{domain}"},
                {"any", "Or wait for the zone's negative caching time, the last number of its "
                        "SOA."}},
        .decides = "Flush the name on the resolver and ask again: if it still says no, it sees "
                   "another zone of that name.",
    },
    {
        .id = "CAUSE-STALE-CACHE",
        .title = "a resolver remembers an old set",
        .text = "a resolver still has an old set of {domain} in its cache",
        .near = DOMAIN,
        .proof = {{"RES-DISAGREE", PROBABLE, NULL, KD_NEAR_ROW}},
        .check = kd_cause_check_stale_cache,
        .fix = {{"windows", "Clear-DnsServerCache on the odd resolver"},
                {"bind", "rndc flushname {service}.{domain}"},
                {"powerdns", "rec_control wipe-cache {service}.{domain}"}},
        .decides = "Flush the name on the odd resolver and ask again: if it still differs, it "
                   "sees another zone of that name.",
        .rival = {"CAUSE-NEGATIVE-CACHE"},
    },
    {
        .id = "CAUSE-SPLIT-VIEW",
        .title = "two zones of one name",
        .text = "resolvers see different zones called {domain} (split DNS, or a copy that "
                "nobody updates)",
        .near = DOMAIN,
        .proof = {{"RES-DISAGREE", POSSIBLE, NULL, KD_NEAR_ROW},
                  {"SRV-ABSENT", POSSIBLE, NULL, KD_NEAR_ROW},
                  {"SRV-ABSENT-DOMAIN", POSSIBLE, NULL, KD_NEAR_ROW}},
        .check = kd_cause_check_split,
        .fix = {{"any", "Publish in both zones, or let all resolvers forward to one of them."}},
        .decides = "Compare dig {domain} SOA at each resolver: different primaries are "
                   "different zones.",
        .rival = {"CAUSE-NEGATIVE-CACHE", "CAUSE-STALE-CACHE", "CAUSE-REWRITTEN"},
    },
    {
        .id = "CAUSE-RESOLVER-FAILS",
        .title = "a resolver answers with an error",
        .text = "the resolver {server} answers {answer} instead of the record",
        .every = "gives the record",
        .near = KD_NEAR_SERVER,
        .proof = {{"RES-FAIL", PROVED, NULL, KD_NEAR_ROW}},
        .opens = OPENS_ANSWER,
        .decides = "Ask the zone's own servers: if they answer, the fault is in {server} or on "
                   "the way between them.",
    },
    {
        .id = "CAUSE-TCP-BLOCKED",
        .title = "DNS over TCP is blocked",
        .text = "DNS over TCP is blocked to {server}, and the answer for {domain} does not fit "
                "UDP",
        .near = DOMAIN,
        .proof = {{"SRV-TCP-BLOCKED", PROVED, NULL, KD_NEAR_ROW}},
        .effect = {{"SRV-TRUNCATED", DOMAIN}, KD_EFFECT_ABSENT},
        .opens = OPENS_ANSWER,
        .fix = {{"any", "Open TCP port 53 to {server} in every firewall on the way."}},
        .decides = "Ask from the server's own network: dig @{server} {service}.{domain} SRV "
                   "+tcp. An answer there means that a firewall blocks it.",
    },
    {
        .id = "CAUSE-PUBLISH-FAILS",
        .title = "the KMS host could not publish",
        .text = "the KMS host could not publish in {domain}: {code}",
        .near = DOMAIN,
        .proof = {{"EVT-12293", PROBABLE, NULL, KD_NEAR_ROW}},
        .effect = {KD_EFFECT_ABSENT, {"EVT-PUBLISH-STALE", DOMAIN}},
        .decides = "Show what this host may write: kmsdns preflight --host <kms-host> {domain}",
        .fix = {{"any", "Do what the finding says about this code, then restart sppsvc and "
                        "look for event 12294."}},
    },
    {
        .id = "CAUSE-SOME-SUFFIXES",
        .title = "the record is not published in all domains",
        .text = "the record is published in one domain and not in {subjects}",
        .near = RUN,
        .proof = {{"SRV-ABSENT-DOMAIN", PROVED, NULL, KD_NEAR_ROW},
                  {"CAND-DISJOINT", PROVED, NULL, KD_NEAR_ROW}},
        .effect = {{"DHCP-NO-RECORD", RUN}},
        .fix = {{"any", "Add {domain} to DnsDomainPublishList on the KMS host and restart "
                        "sppsvc; if no client asks there, leave the domain out."},
                FIX_ADD},
        .decides = "Look whether clients ask there at all: ipconfig /all shows their suffixes.",
    },
    {
        .id = "CAUSE-NEVER-PUBLISHED",
        .title = "nobody has published the record",
        .text = "nobody has published the record where clients look, or it was removed",
        .near = RUN,
        .proof = {{"SRV-ABSENT", PROBABLE, NULL, KD_NEAR_ROW}},
        .effect = {{"DHCP-NO-RECORD", RUN}, {"EVT-PUBLISH-STALE", RUN}},
        .check = kd_cause_check_nowhere,
        .fix = {{"any", "Restart sppsvc on the KMS host and read event 12294, or 12293 with a "
                        "reason."},
                FIX_ADD},
        .decides =
            "Read the log of the KMS host: kmsdns events FILE. Event 12294 means that it "
            "published and somebody removed the record, 12293 tells why it could not.",
    },
    {
        .id = "CAUSE-DECLARED-ABSENT",
        .title = "the zone declares that there is no KMS host",
        .text = "{domain} declares that there is no KMS host: its record names \".\"",
        .near = DOMAIN,
        .proof = {{"TGT-ROOT", PROVED, NULL, KD_NEAR_ROW}},
        .check = kd_cause_check_critical,
        .fix = {{"any", "If there is a KMS host for this domain, replace the record."}},
        .decides = "dig {service}.{domain} SRV: the target is a single dot.",
        .effect = {{"SRV-PORT-ZERO", DOMAIN}, {"SRV-PORT-ODD", DOMAIN}},
    },
};
