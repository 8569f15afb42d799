/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cause_target.c - causes for which a client finds the record and gets no further: the host's
 * name, its address, its port, the service, the count. Data only.
 */
#include "causes.h"

#include "tables.h"

#define PROVED   KD_CONFIDENCE_PROVED
#define PROBABLE KD_CONFIDENCE_PROBABLE
#define POSSIBLE KD_CONFIDENCE_POSSIBLE
#define SUBJECT  KD_NEAR_SUBJECT
#define RUN      KD_NEAR_RUN

const struct kd_cause_row kd_causes_target[12] = {
    {
        .id = "CAUSE-MISSING-DOT",
        .title = "a dot is missing in the zone file",
        .text = "a dot is missing at the end of the host's name in the zone file: the record "
                "names {subjects}",
        .near = SUBJECT,
        .proof = {{"TGT-DOUBLED", PROVED, NULL, KD_NEAR_ROW}},
        .effect = {{"TGT-NO-ADDRESS", SUBJECT}, {"TGT-CLOSED", SUBJECT}},
        .check = kd_cause_check_above_notice,
        .fix = {{"bind", KD_FIX_ADD_BIND},
                {"knot", KD_FIX_ADD_KNOT},
                {"powerdns", KD_FIX_REPLACE_POWERDNS},
                {"any", "Delete the doubled record."}},
        .decides = "dig {service}.{domain} SRV: the domain stands twice in the host's name.",
    },
    {
        .id = "CAUSE-ADDRESS-AS-NAME",
        .title = "the record names an address",
        .text = "the record names an address where a host's name belongs: {subjects}",
        .near = SUBJECT,
        .proof = {{"TGT-IP-LITERAL", PROVED, NULL, KD_NEAR_ROW}},
        .effect = {{"TGT-NO-ADDRESS", SUBJECT},
                   {"TGT-SHORT", SUBJECT},
                   {"TGT-CLOSED", SUBJECT}},
        .fix = {{"any", "Give the host a name with an A record and put that name into the "
                        "record at {service}.{domain}"}},
        .decides = "dig {service}.{domain} SRV: the last field is an address.",
    },
    {
        .id = "CAUSE-SHORT-NAME",
        .title = "the host's name lacks its domain",
        .text = "the record names a host without its domain, {subjects}, and that name has no "
                "address",
        .near = SUBJECT,
        .proof = {{"TGT-SHORT", PROBABLE, "TGT-NO-ADDRESS", SUBJECT}},
        .effect = {{"TGT-NO-ADDRESS", SUBJECT}},
        .fix = {{"any", "Name the host in full at {service}.{domain}"}},
        .decides = "dig with the domain behind the name: an address there is the proof.",
    },
    {
        .id = "CAUSE-NO-ADDRESS",
        .title = "the KMS host has no address",
        .text = "{subjects} has no address in DNS: the host is gone, or never registered",
        .near = SUBJECT,
        .proof = {{"TGT-NO-ADDRESS", PROVED, NULL, KD_NEAR_ROW},
                  {"HOST-NO-ADDRESS", PROVED, NULL, KD_NEAR_ROW}},
        .effect = {{"TGT-ALIAS", SUBJECT}, {"TGT-CLOSED", SUBJECT}},
        .fix = {{"any", "If the host is gone, delete its record at {service}.{domain}; else "
                        "give it an address."},
                {"windows", "ipconfig /registerdns on the host itself"}},
        .decides = "dig {target} A; dig {target} AAAA.",
    },
    {
        .id = "CAUSE-BAD-ADDRESS",
        .title = "the KMS host registered an address that nobody can reach",
        .text = "{subjects} has an address in DNS that no other machine can reach",
        .near = SUBJECT,
        .proof = {{"TGT-ADDRESS-BAD", PROVED, NULL, KD_NEAR_ROW}},
        .effect = {{"TGT-FAMILY", SUBJECT}, {"TGT-CLOSED", SUBJECT}},
        .fix = {{"any", "Delete that address record of {target} from the zone."},
                {"windows", KD_FIX_UNREGISTER_WINDOWS}},
        .decides = "dig {target} A; dig {target} AAAA.",
    },
    {
        .id = "CAUSE-PORT-ZERO",
        .title = "the record's port is 0",
        .text = "the record of {domain} has port 0, to which nobody can connect",
        .near = KD_NEAR_DOMAIN,
        .proof = {{"SRV-PORT-ZERO", PROVED, NULL, KD_NEAR_ROW}},
        .effect = {{"SRV-PORT-ODD", KD_NEAR_TARGET}},
        .fix = {{"any", "Publish the record again with the port on which the host listens, "
                        "mostly 1688."}},
        .decides = "dig {service}.{domain} SRV: the third number is the port.",
    },
    {
        .id = "CAUSE-WRONG-PORT",
        .title = "the record's port is not the host's",
        .text = "the port in the record is not the one on which {target} listens",
        .near = KD_NEAR_TARGET,
        .proof = {{"REG-PORT", PROVED, NULL, KD_NEAR_ROW},
                  {"SRV-PORT-ODD", POSSIBLE, "TGT-CLOSED", KD_NEAR_TARGET}},
        .effect = {{"TGT-CLOSED", KD_NEAR_TARGET}, {"SRV-PORT-ODD", KD_NEAR_TARGET}},
        .check = kd_cause_check_odd_port,
        .fix = {{"windows", "cscript slmgr.vbs /sprt 1688 on the host, then Restart-Service "
                            "sppsvc: it publishes the port it listens on"},
                {"any", "Correct a record that was made by hand."}},
        .decides = "cscript slmgr.vbs /dlv on {target} shows the port on which it listens; "
                   "nc -vz {target} 1688 shows whether it is the usual one.",
    },
    {
        .id = "CAUSE-SERVICE-DOWN",
        .title = "the KMS service does not run",
        .text = "nothing listens at {hosts}: the KMS service is stopped, or the host is off",
        .near = SUBJECT,
        .proof = {{"TGT-CLOSED", PROBABLE, NULL, KD_NEAR_ROW}},
        .effect = {{"EVT-CLIENT-UNANSWERED", RUN}},
        .check = kd_cause_check_stopped,
        .fix = {{"windows", "Start-Service sppsvc on {target}; slmgr.vbs /dlv shows whether it "
                            "is a KMS host"},
                {"any", "If {target} is gone for good, delete its record at "
                        "{service}.{domain}"}},
        .decides =
            "On {target} itself: Get-NetTCPConnection -State Listen -LocalPort {port}. A "
            "listener there means that a firewall is in the way.",
    },
    {
        .id = "CAUSE-FIREWALL",
        .title = "a firewall drops connections to the KMS host",
        .text =
            "connections to {silent_hosts} vanish: a firewall drops them, or there is no way "
            "to the host",
        .near = SUBJECT,
        .proof = {{"TGT-CLOSED", PROBABLE, NULL, KD_NEAR_ROW}},
        .effect = {{"EVT-CLIENT-UNANSWERED", RUN}},
        .check = kd_cause_check_firewall,
        .fix = {{"windows", "Enable-NetFirewallRule -Name SPPSVC-In-TCP on {target}"},
                {"any", "Open TCP port {port} to {target} in the firewalls on the way."}},
        .decides = "Connect from the network of {target}: Test-NetConnection {target} -Port "
                   "{port}. If that works, a firewall is in the way; if not, the host is off.",
        .rival = {"CAUSE-SERVICE-DOWN"},
    },
    {
        .id = "CAUSE-PINNED",
        .title = "a client is bound to one KMS host",
        .text = "a client has a registered KMS host and never asks DNS ({subjects})",
        .near = RUN,
        .proof = {{"REG-PINNED", PROVED, NULL, KD_NEAR_ROW}},
        .effect = {{"EVT-CLIENT-UNANSWERED", RUN}},
        .fix = {{"client", "cscript slmgr.vbs /ckms returns to discovery."}},
        .decides = "cscript slmgr.vbs /dlv on the client shows how it found its host.",
    },
    {
        .id = "CAUSE-CLONES",
        .title = "cloned computers count as one",
        .text = "several computers share one client machine id, so the host counts them once",
        .near = RUN,
        .proof = {{"CMID-DUPLICATE", PROVED, NULL, KD_NEAR_ROW}},
        .effect = {{"EVT-COUNT-LOW", RUN}, {"CMID-COUNT-LOW", RUN}},
        .check = kd_cause_check_critical,
        .fix = {{"client", "cscript slmgr.vbs /rearm on each clone, then restart it; run "
                           "sysprep /generalize before the image is taken."}},
        .decides = "cscript slmgr.vbs /dlv on two of them: the same client machine id (CMID) "
                   "is the proof.",
    },
    {
        .id = "CAUSE-FEW-CLIENTS",
        .title = "too few computers have asked the KMS host",
        .text = "too few computers have asked the KMS host in the last 30 days: 25 clients, or "
                "5 servers or Office, are needed",
        .near = RUN,
        .proof = {{"CMID-COUNT-LOW", PROVED, NULL, KD_NEAR_ROW},
                  {"EVT-COUNT-LOW", PROBABLE, NULL, KD_NEAR_ROW}},
        .effect = {{"EVT-COUNT-LOW", RUN}},
        .fix = {{"any", "Let more computers ask this host, or use MAK or AD-based "
                        "activation."}},
        .decides = "cscript slmgr.vbs /dlv on the host shows its count.",
    },
};
