/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * option_evidence.c - the rows of the options about evidence: files, DHCP, what is made of them.
 */
#include "option_table.h"
#include "option_value.h"

const struct kd_option kd_options_evidence[KD_OPTION_NEVIDENCE] = {
    {
        .name = "registry",
        .argument = "FILE",
        .help = "registry export or hive of a host or client; repeatable",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_evidence,
        .evidence = KD_EVIDENCE_REGISTRY,
        .verbs = OPT_LOOK,
        .group = KD_GROUP_EVIDENCE,
        .again = KD_AGAIN_ADDS,
    },
    {
        .name = "events",
        .argument = "FILE",
        .help = "event log or its export: .evtx, XML, CSV, tab-delimited or wevtutil text; "
                "repeatable",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_evidence,
        .evidence = KD_EVIDENCE_EVENTS,
        .verbs = OPT_LOOK,
        .group = KD_GROUP_EVIDENCE,
        .again = KD_AGAIN_ADDS,
    },
    {
        .name = "since",
        .argument = "TIME",
        .help = "leave out older events; YYYY-MM-DD, \"YYYY-MM-DD HH:MM\" or RFC 3339, in UTC",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_since,
        .verbs = OPT_LOOK | KD_VERB_EVENTS,
        .group = KD_GROUP_EVIDENCE,
    },
    {
        .name = "until",
        .argument = "TIME",
        .help =
            "leave out newer events, and judge as of then (default: as of the newest record)",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_until,
        .verbs = OPT_LOOK | KD_VERB_EVENTS,
        .group = KD_GROUP_EVIDENCE,
    },
    {
        .name = "computer",
        .argument = "NAME",
        .help =
            "only events of this computer; those of exports that name none are taken for its",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_computer,
        .verbs = OPT_LOOK | KD_VERB_EVENTS,
        .group = KD_GROUP_EVIDENCE,
    },
    {
        .name = "lease",
        .argument = "FILE",
        .help = "lease of dhclient, systemd-networkd, NetworkManager (or nmcli -f DHCP4) or "
                "dhcpcd -U; repeatable",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_evidence,
        .evidence = KD_EVIDENCE_LEASE,
        .verbs = OPT_LOOK,
        .group = KD_GROUP_EVIDENCE,
        .again = KD_AGAIN_ADDS,
    },
    {
        .name = "ipconfig",
        .argument = "FILE",
        .help = "output of ipconfig /all in any language; with --client and without --resolver "
                "its DNS servers are asked; repeatable",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_evidence,
        .evidence = KD_EVIDENCE_IPCONFIG,
        .verbs = OPT_LOOK,
        .group = KD_GROUP_EVIDENCE,
        .again = KD_AGAIN_ADDS,
    },
    {
        .name = "dhcp",
        .argument = "IFACE",
        .help = "ask the DHCP servers of this interface (DHCPINFORM); needs the right to bind "
                "UDP port 68, which is given up at once",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_dhcp,
        .verbs = OPT_LOOK,
        .group = KD_GROUP_EVIDENCE,
    },
    {
        .name = "dhcp-wait",
        .argument = "SEC",
        .help = "how long to wait for DHCP servers, 0.1 to 60 s (default: 1 s)",
        .kind = KD_OPTION_DURATION,
        .offset = offsetof(struct kd_options, dhcp_wait_ms),
        .min = 100,
        .max = 60000,
        .verbs = OPT_LOOK,
        .group = KD_GROUP_EVIDENCE,
    },
    {
        .name = "write-reg",
        .argument = "FILE",
        .help = "write a registry file for another host: the publish list, from --publish-list "
                "or the export, the port and the switch",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_write_reg,
        .verbs = KD_VERB_REGISTRY,
        .group = KD_GROUP_EVIDENCE,
    },
    {
        .name = "reg-generation",
        .argument = "GEN",
        .help = "whose key --write-reg writes: spp for 7, 2008 R2 and later, sl for Vista and "
                "2008 (default: spp)",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_reg_generation,
        .verbs = KD_VERB_REGISTRY,
        .group = KD_GROUP_EVIDENCE,
    },
    {
        .name = "listen-port",
        .argument = "N",
        .help = "port that --write-reg has the host listen on, 1 to 65535 (default: as in the "
                "export, else none: 1688)",
        .kind = KD_OPTION_NUMBER,
        .offset = offsetof(struct kd_options, listen_port),
        .min = 1,
        .max = 65535,
        .verbs = KD_VERB_REGISTRY,
        .group = KD_GROUP_EVIDENCE,
    },
    {
        .name = "disable-publishing",
        .help = "have --write-reg switch publishing off",
        .kind = KD_OPTION_BOOL,
        .offset = offsetof(struct kd_options, is_publishing_off),
        .verbs = KD_VERB_REGISTRY,
        .group = KD_GROUP_EVIDENCE,
    },
};
