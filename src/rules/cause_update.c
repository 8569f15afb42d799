/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cause_update.c - causes that keep a record from being written: the server, the key, the clock,
 * the rule, another host. Data only.
 */
#include "causes.h"

#include "tables.h"

#define PROVED   KD_CONFIDENCE_PROVED
#define PROBABLE KD_CONFIDENCE_PROBABLE
#define POSSIBLE KD_CONFIDENCE_POSSIBLE
#define DOMAIN   KD_NEAR_DOMAIN

#define EFFECT_EVENTS               \
    {"EVT-12293", DOMAIN},          \
    {                               \
        "EVT-PUBLISH-STALE", DOMAIN \
    }

static const uint32_t CODE_ALIAS[] = {KD_CAUSE_CODE(9570), KD_CAUSE_CODE(9708),
                                      KD_CAUSE_CODE(9709), KD_CAUSE_CODE(9720),
                                      KD_CAUSE_CODE(9721), 0};
static const uint32_t CODE_NOTIMP[] = {KD_CAUSE_CODE(9004), KD_CAUSE_CODE(9712), 0};
static const uint32_t CODE_NOTZONE[] = {KD_CAUSE_CODE(9010), KD_CAUSE_CODE(9563),
                                        KD_CAUSE_CODE(9706), 0};
static const uint32_t CODE_WRONG_SERVER[] = {KD_CAUSE_CODE(9009), KD_CAUSE_CODE(9562),
                                             KD_CAUSE_CODE(9569), KD_CAUSE_CODE(9603), 0};
static const uint32_t CODE_CLOCK[] = {KD_CAUSE_CODE(9018), KD_CAUSE_CODE(1398), 0};
/* tickets, trust, and replies that should have been signed */
static const uint32_t CODE_CREDENTIAL[] = {KD_CAUSE_CODE(9017),
                                           KD_CAUSE_CODE(9505),
                                           KD_CAUSE_CODE(1311),
                                           KD_CAUSE_CODE(1326),
                                           KD_CAUSE_CODE(1396),
                                           KD_CAUSE_CODE(1397),
                                           KD_CAUSE_CODE(1786),
                                           KD_CAUSE_CODE(1787),
                                           KD_CAUSE_CODE(1789),
                                           KD_CAUSE_CODE(1825),
                                           0};
/* 9016 is the documented code of a host that may not edit another one's record */
static const uint32_t CODE_OTHER_OWNER[] = {KD_CAUSE_CODE(9016), KD_CAUSE_CODE(5), 0};
static const uint32_t CODE_REFUSED[] = {KD_CAUSE_CODE(9005), KD_CAUSE_CODE(9009), 0};

const struct kd_cause_row kd_causes_update[16] = {
    {
        .id = "CAUSE-ALIAS",
        .title = "an alias stands where the record belongs",
        .text =
            "the record's name in {domain} is an alias, and no host can publish at an alias",
        .near = DOMAIN,
        .proof = {{"SRV-ALIAS", PROVED, NULL, KD_NEAR_ROW},
                  {"EVT-12293", PROVED, NULL, KD_NEAR_ROW}},
        .effect = {KD_EFFECT_UNPUBLISHED, {"UPD-SILENT", DOMAIN}},
        .code = CODE_ALIAS,
        .fix = {{"any", "Replace the alias at {service}.{domain} by the SRV records it leads "
                        "to."}},
        .decides = "dig {service}.{domain} CNAME: an answer is the alias.",
    },
    {
        .id = "CAUSE-NO-UPDATE",
        .title = "the server does not do updates",
        .text = "the server of {domain} does not do dynamic updates at all",
        .near = DOMAIN,
        .proof = {{"UPD-NOTIMP", PROVED, NULL, KD_NEAR_ROW},
                  {"EVT-12293", PROBABLE, NULL, KD_NEAR_ROW}},
        .effect = {KD_EFFECT_REFUSED, EFFECT_EVENTS},
        .code = CODE_NOTIMP,
        .fix = {{"any", "Send updates to a primary that takes them (the SOA must name it), or "
                        "make the record by hand: {owner} {ttl} IN SRV 0 0 {port} {target}"},
                {"bind", "On a secondary: allow-update-forwarding"}},
        .decides = "dig {domain} SOA: is the first name in it the server that was asked?",
    },
    {
        .id = "CAUSE-DELEGATED",
        .title = "the record lies in a delegated child zone",
        .text =
            "the record of {domain} lies in a child zone, whose own servers and rules count",
        .near = DOMAIN,
        .proof = {{"ZONE-CUT", PROBABLE, "UPD-WRONG-SERVER", DOMAIN},
                  {"ZONE-CUT", POSSIBLE, "UPD-REFUSED", DOMAIN},
                  {"EVT-12293", PROBABLE, NULL, KD_NEAR_ROW}},
        .effect = {KD_EFFECT_REFUSED, EFFECT_EVENTS, {"UPD-WRONG-SERVER", DOMAIN}},
        .code = CODE_NOTZONE,
        .fix = {{"any", "Grant the KMS host the right to write in the child zone, not in "
                        "{domain}"}},
        .decides = "dig {service}.{domain} SRV: the authority section names the zone that "
                   "updates must name.",
    },
    {
        .id = "CAUSE-WRONG-SERVER",
        .title = "updates go to a server that does not hold the zone",
        .text =
            "the update of {domain} goes to a server that is not authoritative for the zone",
        .near = DOMAIN,
        .proof = {{"UPD-WRONG-SERVER", PROVED, NULL, KD_NEAR_ROW},
                  {"EVT-12293", PROBABLE, NULL, KD_NEAR_ROW}},
        .effect = {KD_EFFECT_REFUSED, EFFECT_EVENTS},
        .code = CODE_WRONG_SERVER,
        .fix = {{"any", "Name the zone's primary in its SOA, and in --server if that is "
                        "given."}},
        .decides = "dig @{server} {zone} SOA +norecurse: without the flag aa it is the wrong "
                   "server.",
    },
    {
        .id = "CAUSE-CLOCK",
        .title = "the clocks differ too much",
        .text = "the clocks of the DNS server and of who signs the update differ too much "
                "({subjects})",
        .near = DOMAIN,
        .proof = {{"KEY-CLOCK", PROVED, NULL, KD_NEAR_ROW},
                  {"GSS-CLOCK", PROVED, NULL, KD_NEAR_ROW},
                  {"EVT-12293", PROBABLE, NULL, KD_NEAR_ROW}},
        .effect = {KD_EFFECT_REFUSED, EFFECT_EVENTS},
        .code = CODE_CLOCK,
        .fix = {{"any", "Set both clocks by NTP: timedatectl, chronyc tracking."},
                {"windows", "w32tm /resync"}},
        .decides = "Compare date -u on both machines.",
    },
    {
        .id = "CAUSE-KEY-SECRET",
        .title = "the key's secret is wrong",
        .text = "the secret of the key {key} is not the one that the server has",
        .near = DOMAIN,
        .proof = {{"KEY-SECRET", PROVED, NULL, KD_NEAR_ROW}},
        .effect = {KD_EFFECT_REFUSED},
        .fix = {{"any", "Copy the secret of {key} again from the server's configuration, whole "
                        "and without blanks."}},
        .decides = "Compare both secrets on their machines, never over the network.",
    },
    {
        .id = "CAUSE-KEY-UNKNOWN",
        .title = "the server does not know the key",
        .text = "the server does not know the key {key}: another name, another algorithm, or "
                "not loaded",
        .near = DOMAIN,
        .proof = {{"KEY-UNKNOWN", PROVED, NULL, KD_NEAR_ROW}},
        .effect = {KD_EFFECT_REFUSED},
        .check = kd_cause_check_key_unknown,
        .fix = {{"any", "Compare the name and algorithm of {key} in the key file with the "
                        "server's configuration; then reload the server."}},
        .decides = "Ask for the zone with the key: dig @{server} -k <key file> {zone} SOA. "
                   "BADKEY there, too, means that the key is unknown; an answer means that no "
                   "rule lets it write.",
    },
    {
        .id = "CAUSE-KEY-MASKED",
        .title = "the server does not take the key and does not say why",
        .text = "the server does not take the key {key}: it is unknown there, has another "
                "secret, or the clocks differ; this server does not tell these apart",
        .near = DOMAIN,
        .proof = {{"UPD-REFUSED", PROBABLE, NULL, KD_NEAR_ROW}},
        .effect = {KD_EFFECT_REFUSED},
        .check = kd_cause_check_key_masked,
        .fix = {{"powerdns", "pdnsutil list-tsig-keys; compare name, algorithm and secret of "
                             "{key} with the key file"}},
        .decides = "Ask for the zone with the key: dig @{server} -k <key file> {zone} SOA. The "
                   "reply names BADKEY, BADSIG or BADTIME.",
    },
    {
        .id = "CAUSE-CREDENTIAL",
        .title = "the Kerberos credential is not accepted",
        .text = "no Kerberos credential is accepted for updates of {domain} ({subjects})",
        .near = DOMAIN,
        .proof = {{"GSS-NO-CREDENTIAL", PROVED, NULL, KD_NEAR_ROW},
                  {"GSS-NO-TICKET", PROVED, NULL, KD_NEAR_ROW},
                  {"GSS-REJECTED", PROVED, NULL, KD_NEAR_ROW},
                  {"EVT-12293", PROBABLE, NULL, KD_NEAR_ROW}},
        .effect = {KD_EFFECT_REFUSED, EFFECT_EVENTS},
        .code = CODE_CREDENTIAL,
        .fix = {{"windows",
                 "Test-ComputerSecureChannel -Repair on the KMS host; then setspn -Q "
                 "DNS/<server>"},
                {"any", "Renew the keytab or ticket, and look at the SPN DNS/<server>."}},
        .decides = "klist get DNS/<server> on the KMS host: an error is the cause.",
    },
    {
        .id = "CAUSE-SECOND-HOST",
        .title = "another host owns the record",
        .text = "another host published in {domain} first, and this one may not change its set",
        .near = DOMAIN,
        .proof = {{"AD-NODE-OTHER-OWNER", PROVED, NULL, KD_NEAR_ROW},
                  {"UPD-REFUSED", POSSIBLE, "HOST-OTHERS", DOMAIN},
                  {"EVT-12293", PROBABLE, NULL, KD_NEAR_ROW}},
        .effect = {KD_EFFECT_REFUSED, EFFECT_EVENTS, {"HOST-OTHERS", DOMAIN}},
        .code = CODE_OTHER_OWNER,
        .check = kd_cause_check_second_host,
        .fix = {{"windows", KD_FIX_OWNER_WINDOWS}, {"any", "Or unpublish the old host first."}},
        .decides = "Look who owns the node _vlmcs._tcp of {domain} (Properties, Security, "
                   "Advanced): another computer than this host is the proof.",
    },
    {
        .id = "CAUSE-DENIED",
        .title = "the directory does not let this host write",
        .text = "the directory does not let this host write in {domain} ({subjects})",
        .near = DOMAIN,
        .proof = {{"AD-NO-CREATE", PROVED, NULL, KD_NEAR_ROW},
                  {"AD-DENIED", PROVED, NULL, KD_NEAR_ROW}},
        .effect = {KD_EFFECT_REFUSED, EFFECT_EVENTS},
        .fix = {{"windows", "Give the group of the KMS hosts the right to create names in the "
                            "zone {domain}: dnsmgmt.msc, Properties, Security"}},
        .decides = "Look at the effective rights of the host on the zone {domain}.",
    },
    {
        .id = "CAUSE-NOT-DYNAMIC",
        .title = "the zone takes no dynamic updates, or none from here",
        .text = "the zone of {domain} takes no dynamic updates, or none from whoever was tried",
        .near = DOMAIN,
        .proof = {{"UPD-NOT-DYNAMIC", PROBABLE, NULL, KD_NEAR_ROW},
                  {"EVT-12293", POSSIBLE, NULL, KD_NEAR_ROW}},
        .effect = {KD_EFFECT_REFUSED, EFFECT_EVENTS, {"KEY-POLICY", DOMAIN}},
        .code = CODE_REFUSED,
        .check = kd_cause_check_not_dynamic,
        .fix = {{"windows", KD_FIX_SECURE_WINDOWS},
                {"bind", "update-policy { grant {key} name {owner} SRV; };"},
                {"knot", KD_FIX_GRANT_KNOT},
                {"powerdns", "pdnsutil set-meta {zone} ALLOW-DNSUPDATE-FROM <network>; "
                             "dnsupdate=yes in pdns.conf"}},
        .decides = "Look at the zone on its server: rndc zonestatus {zone} says whether it is "
                   "dynamic; knotc conf-read 'zone[{zone}].acl' and Get-DnsServerZone {zone} "
                   "likewise. If it is, its rule leaves this key out.",
    },
    {
        .id = "CAUSE-KEY-RULE",
        .title = "no rule lets this key write the record",
        .text = "the key {key} is good, and no rule of the zone lets it write {owner}",
        .near = DOMAIN,
        .proof = {{"KEY-POLICY", PROVED, NULL, KD_NEAR_ROW},
                  {"KEY-UNKNOWN", POSSIBLE, NULL, KD_NEAR_ROW}},
        .effect = {KD_EFFECT_REFUSED, EFFECT_EVENTS},
        .code = CODE_REFUSED,
        .check = kd_cause_check_key_rule,
        .fix = {{"bind", KD_FIX_GRANT_BIND},
                {"knot", KD_FIX_GRANT_KNOT},
                {"powerdns", KD_FIX_GRANT_POWERDNS},
                {"windows", KD_FIX_GRANT_WINDOWS}},
        .rival = {"CAUSE-NOT-DYNAMIC", "CAUSE-KEY-UNKNOWN"},
        .decides =
            "Look at the zone's rules on its server: named-checkconf -p, knotc conf-read acl "
            "or pdnsutil get-meta {zone} show them. A zone without any rule takes no updates.",
    },
    {
        .id = "CAUSE-UNSIGNED",
        .title = "updates must be signed",
        .text = "the zone of {domain} takes no unsigned updates, and no key was given",
        .near = DOMAIN,
        .proof = {{"UPD-REFUSED", PROBABLE, NULL, KD_NEAR_ROW}},
        .effect = {KD_EFFECT_REFUSED},
        .check = kd_cause_check_unsigned,
        .fix = {{"any", "Give the key that may write here: -k FILE. That strangers are refused "
                        "is right."}},
        .decides = "Try again with a key (-k FILE): a zone that refuses everybody takes no "
                   "updates at all.",
    },
    {
        .id = "CAUSE-SILENT",
        .title = "the server says yes and drops the change",
        .text = "the server of {domain} acknowledges changes and drops them: a policy that "
                "refuses in silence, or a limit of records",
        .near = DOMAIN,
        .proof = {{"UPD-SILENT", PROBABLE, NULL, KD_NEAR_ROW}},
        .effect = {KD_EFFECT_ABSENT, {"UPD-OPEN", DOMAIN}, {"UPD-NOT-REPLICATED", DOMAIN}},
        .fix = {{"powerdns", "Read lua-dnsupdate-policy-script and let it allow {owner} SRV; "
                             "the log says 'Not permitted by policy'"},
                {"bind", "Look for a limit of records, SRV(<n>), in update-policy"}},
        .decides = "Read the server's log of the moment of the update.",
    },
    {
        .id = "CAUSE-OPEN",
        .title = "the zone is open to anyone",
        .text = "the zone of {domain} takes unsigned updates: anyone may publish a KMS host",
        .near = DOMAIN,
        .proof = {{"UPD-OPEN", PROVED, NULL, KD_NEAR_ROW},
                  {"AD-ZONE-INSECURE", PROVED, NULL, KD_NEAR_ROW}},
        .effect = {{"UPD-PROBABLE", DOMAIN}},
        .check = kd_cause_check_open,
        .fix = {{"windows", KD_FIX_SECURE_WINDOWS},
                {"bind", KD_FIX_GRANT_BIND},
                {"powerdns", "pdnsutil set-meta {zone} TSIG-ALLOW-DNSUPDATE {key}"}},
        .decides = "Read the zone's rule on its server; with PowerDNS also the script of "
                   "lua-dnsupdate-policy-script.",
    },
};
