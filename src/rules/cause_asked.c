/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cause_asked.c - causes that keep a client from asking at all, or from hearing an answer: no
 * name to ask for, no server to ask. Data only.
 */
#include "causes.h"

#define OPENS_ALL                                                                          \
    ((uint32_t)KD_NEED_RESOLVER | (uint32_t)KD_NEED_DOMAIN | (uint32_t)KD_NEED_ASKED |     \
     (uint32_t)KD_NEED_SRV_ANSWER | (uint32_t)KD_NEED_SRV | (uint32_t)KD_NEED_TARGET |     \
     (uint32_t)KD_NEED_TCP | (uint32_t)KD_NEED_AUTH_TTL | (uint32_t)KD_NEED_AUTH_SERVERS | \
     (uint32_t)KD_NEED_NEGATIVE_TTL | (uint32_t)KD_NEED_CONTROL | (uint32_t)KD_NEED_ZONE | \
     (uint32_t)KD_NEED_SERVERS)

static const uint32_t CODE_NO_SERVERS[] = {KD_CAUSE_CODE(9852), 0};
/* invalid name, data, parameter; names that break RFC 1035; numeric names */
static const uint32_t CODE_BAD_NAME[] = {KD_CAUSE_CODE(13),
                                         KD_CAUSE_CODE(87),
                                         KD_CAUSE_CODE(123),
                                         KD_CAUSE_CODE(9556),
                                         KD_CAUSE_CODE(9560),
                                         KD_CAUSE_CODE(9561),
                                         0};

const struct kd_cause_row kd_causes_asked[10] = {
    {
        .id = "CAUSE-NO-RESOLVER",
        .title = "no DNS server is configured",
        .text = "no DNS server is configured, so nothing can be asked or published",
        .near = KD_NEAR_RUN,
        .proof = {{"RES-NONE", KD_CONFIDENCE_PROVED, NULL, KD_NEAR_ROW},
                  {"EVT-12293", KD_CONFIDENCE_PROBABLE, NULL, KD_NEAR_ROW}},
        .effect = {KD_EFFECT_UNPUBLISHED},
        .code = CODE_NO_SERVERS,
        .opens = OPENS_ALL,
        .fix = {{"client", "Name one: --resolver 192.0.2.53, or a nameserver line in "
                           "/etc/resolv.conf."},
                {"windows", "Set-DnsClientServerAddress -InterfaceAlias Ethernet "
                            "-ServerAddresses 192.0.2.53"}},
        .decides = "Look at the machine's own list: ipconfig /all, cat /etc/resolv.conf.",
    },
    {
        .id = "CAUSE-LIST-BAD",
        .title = "the publish list is malformed",
        .text = "an entry of DnsDomainPublishList cannot be used, so the host does not publish "
                "there ({subjects})",
        .near = KD_NEAR_RUN,
        .proof = {{"REG-LIST-BAD", KD_CONFIDENCE_PROVED, NULL, KD_NEAR_ROW},
                  {"EVT-12293", KD_CONFIDENCE_PROBABLE, NULL, KD_NEAR_ROW}},
        .effect = {{"SRV-ABSENT", KD_NEAR_RUN},
                   {"SRV-ABSENT-DOMAIN", KD_NEAR_RUN},
                   {"CAND-DISJOINT", KD_NEAR_RUN},
                   {"CAND-INVALID", KD_NEAR_RUN},
                   {"DHCP-NO-RECORD", KD_NEAR_RUN},
                   {"EVT-12293", KD_NEAR_RUN}},
        .code = CODE_BAD_NAME,
        .check = kd_cause_check_above_notice,
        .fix = {{"windows", "Correct the entry of DnsDomainPublishList with regedit, then "
                            "Restart-Service sppsvc"}},
        .decides = "Read the list: kmsdns registry FILE names each entry and what is wrong.",
    },
    {
        .id = "CAUSE-DHCP-LIST",
        .title = "DHCP option 15 holds several names",
        .text = "option 15 holds several names, and Windows takes them for one suffix "
                "({subjects})",
        .near = KD_NEAR_RUN,
        .proof = {{"DHCP-LIST", KD_CONFIDENCE_PROVED, NULL, KD_NEAR_ROW}},
        .effect = {{"CAND-INVALID", KD_NEAR_RUN}, {"DHCP-NO-RECORD", KD_NEAR_RUN}},
        .fix = {{"any", "Give one name as option 15; a list belongs into option 119."}},
        .decides = "Look at the suffix of a workgroup client: ipconfig /all.",
    },
    {
        .id = "CAUSE-SUFFIX-BAD",
        .title = "a configured domain is no DNS name",
        .text = "a configured domain is no DNS name, so nobody can ask there: {subjects}",
        .near = KD_NEAR_RUN,
        .proof = {{"CAND-INVALID", KD_CONFIDENCE_PROVED, NULL, KD_NEAR_ROW}},
        .effect = {{"CAND-NONE", KD_NEAR_RUN}},
        .fix = {{"any", "Correct the name where it is configured."}},
        .decides = "Look where the name comes from: the finding names its source.",
    },
    {
        .id = "CAUSE-DHCP-SILENT",
        .title = "DHCP gives no domain",
        .text = "DHCP gives no domain (option 15), and the client has no other name to ask in",
        .near = KD_NEAR_RUN,
        .proof = {{"DHCP-NONE", KD_CONFIDENCE_PROVED, "CAND-NONE", KD_NEAR_RUN}},
        .effect = {{"CAND-NONE", KD_NEAR_RUN}},
        .fix = {{"windows", "Set-DhcpServerv4OptionValue -ScopeId <scope> -OptionId 15 -Value "
                            "<domain of the record>"},
                {"any", "Or give the client a primary DNS suffix."}},
        .decides = "Look at the suffixes of the client: ipconfig /all.",
    },
    {
        .id = "CAUSE-NO-SUFFIX",
        .title = "the client has no domain to ask in",
        .text = "no source gives this client a domain, so it sends no query at all",
        .near = KD_NEAR_RUN,
        .proof = {{"CAND-NONE", KD_CONFIDENCE_PROVED, NULL, KD_NEAR_ROW}},
        .effect = {{"DHCP-NONE", KD_NEAR_RUN}},
        .opens = OPENS_ALL,
        .fix = {{"client", "Give the client a primary DNS suffix, or DHCP option 15."},
                {"windows", "Set-DnsClientGlobalSetting -SuffixSearchList @('corp.example')"}},
        .decides = "Look at the suffixes of the client: ipconfig /all.",
    },
    {
        .id = "CAUSE-NO-ROUTE",
        .title = "this machine has no route over one address family",
        .text = "this machine has a route for one address family only and cannot ask servers "
                "of the other one ({subjects}); nothing need be wrong with them",
        .near = KD_NEAR_RUN,
        .proof = {{"RES-TIMEOUT", KD_CONFIDENCE_PROBABLE, NULL, KD_NEAR_ROW},
                  {"NS-TIMEOUT", KD_CONFIDENCE_PROBABLE, NULL, KD_NEAR_ROW},
                  {"ZONE-PRIMARY-UNREACHABLE", KD_CONFIDENCE_PROBABLE, NULL, KD_NEAR_ROW}},
        .check = kd_cause_check_no_route,
        .fix = {{"any", "Give this machine a route for that address family, or run kmsdns "
                        "where there is one."},
                {"client", "Or take the addresses without a route out of /etc/resolv.conf and "
                           "--server."}},
        .decides = "Look at the routes of this machine: ip -6 route; ip -4 route. With a route "
                   "there, look at the path to the server.",
    },
    {
        .id = "CAUSE-RESOLVER-DOWN",
        .title = "a resolver does not answer",
        .text = "the resolver {server} {silence}",
        .every = "answers",
        .near = KD_NEAR_SERVER,
        .proof = {{"RES-TIMEOUT", KD_CONFIDENCE_PROVED, NULL, KD_NEAR_ROW}},
        .opens = OPENS_ALL,
        .check = kd_cause_check_unheard,
        .fix = {{"any", "See whether the DNS service runs on {server} and whether a firewall "
                        "lets UDP and TCP port 53 through from here."}},
        .decides = "Ask it from its own network: dig @{server} {service}.{domain} SRV. An "
                   "answer there means that the path is closed.",
    },
    {
        .id = "CAUSE-RESOLVER-LOSSY",
        .title = "a resolver answers only some questions",
        .text = "the resolver {server} answers only some questions: packet loss or overload",
        .near = KD_NEAR_SERVER,
        .proof = {{"RES-TIMEOUT", KD_CONFIDENCE_PROVED, NULL, KD_NEAR_ROW}},
        .opens = OPENS_ALL,
        .check = kd_cause_check_lossy,
        .fix = {{"any", "Look for lost packets between here and {server} (ping, counters of "
                        "interfaces and firewalls), for its load, and for a limit on how much "
                        "one client may ask."},
                {"any",
                 "Where the same question stays without an answer each time, see whether "
                 "{server} can reach the servers of that zone, and what filters DNS on "
                 "the way."}},
        .decides = "Ask it the same again and again: dig @{server} {service}.{domain} SRV. "
                   "Silence now and then is loss or overload; silence each time is not.",
    },
    {
        .id = "CAUSE-RESOLVER-GARBLED",
        .title = "something on the way breaks DNS replies",
        .text = "replies of the resolver {server} arrive unreadable",
        .near = KD_NEAR_SERVER,
        .proof = {{"RES-MALFORMED", KD_CONFIDENCE_PROVED, NULL, KD_NEAR_ROW}},
        .opens = OPENS_ALL,
        .fix = {{"any", "Take DNS inspection, NAT or a load balancer out of the path to "
                        "{server}."}},
        .decides = "Ask it from its own network: dig @{server} {service}.{domain} SRV. A clean "
                   "answer there means that a middlebox breaks it.",
    },
};
