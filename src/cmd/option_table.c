/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * option_table.c - every option of every verb, one row each. What is more than a number is read
 * by option_value.c.
 */
#include "option_table.h"

#include <string.h>

#include "option_value.h"

#define OPT_CHECK KD_VERB_CHECK

/* In the order in which the help shows them; those about evidence, and those of the
 * plugin alone, stand elsewhere. */
static const struct kd_option OPT_TABLE[] = {
    {
        .name = "resolver",
        .letter = 'H',
        .argument = "ADDR[:PORT]",
        .help = "ask this resolver instead of those in /etc/resolv.conf; repeatable, at most "
                "64; port 53 by default, in check_kmsdns that of -p",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_resolver,
        .verbs = OPT_ALL | OPT_CHECK,
        .group = KD_GROUP_QUERY,
        .again = KD_AGAIN_ADDS,
    },
    {
        .name = "service",
        .argument = "NAME",
        .help = "the service to look for (default: _vlmcs._tcp)",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_service,
        .verbs = OPT_ALL | OPT_CHECK,
        .group = KD_GROUP_QUERY,
    },
    {
        .name = "tcp",
        .help = "do not connect to the hosts that are found",
        .kind = KD_OPTION_BOOL,
        .offset = offsetof(struct kd_options, use_tcp),
        .verbs = OPT_LOOK | OPT_CHECK,
        .group = KD_GROUP_QUERY,
        .is_negated = true,
    },
    {
        .name = "try-timeout",
        .argument = "SEC",
        .help = "how long after one try the next one follows, 0.05 to 60 s (default: 2 s, or "
                "less, so that it fits into --timeout; of check_kmsdns, so that all tries fit "
                "into two fifths of it); the answer to an earlier try counts as well",
        .kind = KD_OPTION_DURATION,
        .offset = offsetof(struct kd_options, try_timeout_ms),
        .min = 50,
        .max = 60000,
        .verbs = OPT_ALL | OPT_CHECK,
        .group = KD_GROUP_QUERY,
    },
    {
        .name = "tries",
        .argument = "N",
        .help =
            "tries until a server is asked once more without EDNS, and then counts as silent, "
            "1 to 10 (default: 3). A question has 5 s for all of these, of check_kmsdns no "
            "more than four fifths of --timeout; with --try-timeout or --tries given, the "
            "time of all and of one more",
        .kind = KD_OPTION_NUMBER,
        .offset = offsetof(struct kd_options, tries),
        .min = 1,
        .max = 10,
        .verbs = OPT_ALL | OPT_CHECK,
        .group = KD_GROUP_QUERY,
    },
    {
        .name = "timeout",
        .letter = 't',
        .argument = "SEC[:STATE]",
        .help = "how long the whole run may take, 0.1 to 3600 s (default: 30 s, of "
                "check_kmsdns 10 s); what is known by then is shown. STATE is for "
                "check_kmsdns: what that is worth",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_timeout,
        .verbs = OPT_ALL | OPT_CHECK,
        .group = KD_GROUP_QUERY,
    },
    {
        .name = "vantage",
        .argument = "NAME",
        .help = "the name under which this place is told in reports, and known to kmsdns merge "
                "(default: this machine's host name)",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_vantage,
        .verbs = OPT_ALL | OPT_CHECK,
        .group = KD_GROUP_QUERY,
        .again = KD_AGAIN_WRONG,
    },
    {
        .name = "host",
        .argument = "FQDN[:PORT]",
        .help = "the KMS host that is to be published, or to be judged as one (default port: "
                "1688)",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_host,
        .verbs = (OPT_ZONE & ~KD_VERB_UNDO) | OPT_CHECK,
        .group = KD_GROUP_PUBLISH,
        .again = KD_AGAIN_WRONG,
    },
    {
        .name = "key-file",
        .letter = 'k',
        .argument = "FILE",
        .help = "the TSIG key to sign with: tsig-keygen's output, Knot's alg:name:secret, or "
                "K*.private; - is standard input (default: unsigned)",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_key_file,
        .verbs = OPT_ZONE | OPT_CHECK,
        .group = KD_GROUP_PUBLISH,
        .again = KD_AGAIN_WRONG,
    },
    {
        .name = "server",
        .letter = 's',
        .argument = "ADDR[:PORT]",
        .help = "ask and update this server instead of the zone's own servers and primary; "
                "repeatable, at most 64; port of --dns-port by default",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_server,
        .verbs = OPT_ZONE | OPT_CHECK,
        .group = KD_GROUP_PUBLISH,
        .again = KD_AGAIN_ADDS,
    },
    {
        .name = "dns-port",
        .letter = 'p',
        .argument = "N",
        .help = "port of the zone's servers (default: 53)",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_dns_port,
        .verbs = OPT_ZONE | OPT_CHECK,
        .group = KD_GROUP_PUBLISH,
    },
    {
        .name = "write-test",
        .help = "write a random name into the zone and remove it again, where the probes that "
                "write nothing leave the right to write open",
        .kind = KD_OPTION_BOOL,
        .offset = offsetof(struct kd_options, write_test),
        .verbs = KD_VERB_PREFLIGHT,
        .group = KD_GROUP_PUBLISH,
    },
    {
        .name = "apply",
        .help = "make the change; without it the plan is shown and nothing is written",
        .kind = KD_OPTION_BOOL,
        .offset = offsetof(struct kd_options, apply),
        .verbs = OPT_WRITE,
        .group = KD_GROUP_PUBLISH,
    },
    {
        .name = "yes",
        .help = "with --apply: do not ask first; needed where standard input is no terminal",
        .kind = KD_OPTION_BOOL,
        .offset = offsetof(struct kd_options, yes),
        .verbs = OPT_WRITE,
        .group = KD_GROUP_PUBLISH,
    },
    {
        .name = "undo-file",
        .argument = "FILE",
        .help = "where to note the way back before anything is written; FILE must not exist "
                "(default: kmsdns-undo-TIME-PID.json here)",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_undo_file,
        .verbs = OPT_WRITE,
        .group = KD_GROUP_PUBLISH,
        .again = KD_AGAIN_WRONG,
    },
    {
        .name = "wait",
        .argument = "SEC",
        .help = "how long to wait until all of the zone's servers serve the change, 0 to 3600 "
                "s on top of --timeout (default: 0)",
        .kind = KD_OPTION_DURATION,
        .offset = offsetof(struct kd_options, wait_ms),
        .max = 3600000,
        .verbs = OPT_WRITE,
        .group = KD_GROUP_PUBLISH,
    },
    {
        .name = "primary-suffix",
        .argument = "DOMAIN",
        .help = "the computer's primary DNS suffix",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_domain,
        .source = KD_SOURCE_PRIMARY_SUFFIX,
        .verbs = OPT_DOMAINS | OPT_CHECK,
        .group = KD_GROUP_CANDIDATES,
        .again = KD_AGAIN_WRONG,
    },
    {
        .name = "ad-domain",
        .argument = "DOMAIN",
        .help = "the Active Directory domain it is joined to",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_domain,
        .source = KD_SOURCE_AD_DOMAIN,
        .verbs = OPT_DOMAINS | OPT_CHECK,
        .group = KD_GROUP_CANDIDATES,
        .again = KD_AGAIN_WRONG,
    },
    {
        .name = "dhcp-domain",
        .argument = "DOMAIN",
        .help = "the domain that DHCP option 15 gives; repeatable",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_domain,
        .source = KD_SOURCE_DHCP_15,
        .verbs = OPT_DOMAINS | OPT_CHECK,
        .group = KD_GROUP_CANDIDATES,
        .again = KD_AGAIN_ADDS,
    },
    {
        .name = "search-list",
        .argument = "LIST",
        .help = "the DNS suffix search list, parted by commas or blanks; repeatable",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_search_list,
        .source = KD_SOURCE_SEARCH_LIST,
        .verbs = OPT_DOMAINS | OPT_CHECK,
        .group = KD_GROUP_CANDIDATES,
        .again = KD_AGAIN_ADDS,
    },
    {
        .name = "publish-list",
        .argument = "ENTRY",
        .help = "an entry of DnsDomainPublishList, DOMAIN[,PRIORITY[,WEIGHT]]; several are "
                "parted by ';'; repeatable",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_publish_list,
        .source = KD_SOURCE_PUBLISH_LIST,
        .verbs = OPT_DOMAINS | KD_VERB_REGISTRY | OPT_CHECK,
        .group = KD_GROUP_CANDIDATES,
        .again = KD_AGAIN_ADDS,
    },
    {
        .name = "code",
        .argument = "CODE",
        .help = "say which explanation of this code holds: a code of Windows, an rcode, or the "
                "id or the text of an event; with codes of publishing the right to write is "
                "probed, too",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_code,
        .verbs = KD_VERB_DIAGNOSE,
        .group = KD_GROUP_CLIENT,
        .again = KD_AGAIN_WRONG,
    },
    {
        .name = "client",
        .argument = "KIND",
        .help = "whose view to take: joined, workgroup, host, or any (default: any, which "
                "shows each)",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_client,
        .verbs = OPT_LOOK | OPT_CHECK,
        .group = KD_GROUP_CLIENT,
    },
    {
        .name = "seed",
        .argument = "N",
        .help = "repeat the draw among SRV records that a run with this seed made (default: a "
                "new one each time)",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_seed,
        .verbs = OPT_LOOK,
        .group = KD_GROUP_CLIENT,
    },
    {
        .name = "max-age",
        .argument = "SEC",
        .help =
            "by how much a vantage point's newest report may be older than the newest of all, "
            "1 to 4000000 s, and still be compared (default: 86400 s, a day)",
        .kind = KD_OPTION_DURATION,
        .offset = offsetof(struct kd_options, max_age_ms),
        .min = 1000,
        .max = 4000000000U,
        .verbs = KD_VERB_MERGE,
        .group = KD_GROUP_JUDGE,
    },
    {
        .name = "policy",
        .argument = "FILE",
        .help = "other severities, thresholds and expected hosts, as --dump-policy shows them",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_policy,
        .verbs = OPT_JUDGE,
        .group = KD_GROUP_JUDGE,
        .again = KD_AGAIN_WRONG,
    },
    {
        .name = "dump-policy",
        .help = "print the policy that would be judged by, as a file for --policy, and end",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_dump_policy,
        .verbs = OPT_JUDGE & ~OPT_CHECK,
        .group = KD_GROUP_JUDGE,
    },
    {
        .name = "expect-host",
        .letter = 'e',
        .argument = "FQDN",
        .help = "a host that should be published; instead of the policy's; repeatable, or a "
                "list parted by commas",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_expect_host,
        .verbs = OPT_JUDGE,
        .group = KD_GROUP_JUDGE,
        .again = KD_AGAIN_ADDS,
    },
    {
        .name = "match",
        .argument = "HOW",
        .help = "exact: the expected hosts and no other; atleast: these, and perhaps others; "
                "forbid: none of these (default: exact)",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_match,
        .verbs = OPT_JUDGE,
        .group = KD_GROUP_JUDGE,
    },
    {
        .name = "record",
        .argument = "FILE",
        .help = "save the run, for its owner's eyes only; kmsdns report judges it again",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_record,
        .verbs = OPT_ALL | KD_VERB_REGISTRY | KD_VERB_EVENTS | OPT_CHECK,
        .group = KD_GROUP_OUTPUT,
        .again = KD_AGAIN_WRONG,
    },
    {
        .name = "textfile",
        .argument = "FILE",
        .help =
            "write the run as --format openmetrics does to FILE, too, replacing it at once, "
            "for the textfile collector of the node exporter; must end in .prom",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_textfile,
        .verbs = OPT_LOOK | OPT_CHECK,
        .group = KD_GROUP_OUTPUT,
        .again = KD_AGAIN_WRONG,
    },
    {
        .name = "anonymize",
        .help =
            "replace names and addresses in the saved run, each by the same one throughout; "
            "of report: in what it shows",
        .kind = KD_OPTION_BOOL,
        .offset = offsetof(struct kd_options, anonymize),
        .verbs = OPT_ALL | OPT_OFFLINE | OPT_CHECK,
        .group = KD_GROUP_OUTPUT,
    },
    {
        .name = "format",
        .argument = "FORMAT",
        .help = "text, json, nagios or openmetrics (default: text)",
        .help_plain = "text or json (default: text)",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_format,
        .verbs = OPT_ALL | OPT_OFFLINE | KD_VERB_EXPLAIN | KD_VERB_MERGE,
        .group = KD_GROUP_OUTPUT,
    },
    {
        .name = "output",
        .letter = 'o',
        .argument = "FILE",
        .help = "write to FILE, replacing it at once when all is known (default: standard "
                "output)",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_output,
        .verbs = OPT_ALL | OPT_OFFLINE | KD_VERB_EXPLAIN | KD_VERB_MERGE,
        .group = KD_GROUP_OUTPUT,
    },
    {
        .name = "fail-level",
        .argument = "SEVERITY",
        .help = "lowest severity that makes the exit status 1: info, notice, warning or "
                "critical (default: warning)",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_fail_level,
        .verbs = OPT_ALL | OPT_OFFLINE | OPT_CHECK,
        .group = KD_GROUP_OUTPUT,
    },
    {
        .name = "color",
        .argument = "WHEN",
        .help = "auto, always or never (default: auto, on a terminal unless NO_COLOR is set)",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_color,
        .verbs = OPT_ALL | OPT_OFFLINE | KD_VERB_EXPLAIN | KD_VERB_MERGE,
        .group = KD_GROUP_OUTPUT,
    },
    {
        .name = "progress",
        .help = "no progress line on standard error",
        .kind = KD_OPTION_BOOL,
        .offset = offsetof(struct kd_options, show_progress),
        .verbs = OPT_ALL,
        .group = KD_GROUP_OUTPUT,
        .is_negated = true,
    },
    {
        .name = "verbose",
        .letter = 'v',
        .help = "show the evidence of each finding; twice: every question asked. For "
                "check_kmsdns: more in the one line; twice: a line an item; three times: the "
                "report",
        .kind = KD_OPTION_COUNT,
        .offset = offsetof(struct kd_options, verbosity),
        .group = KD_GROUP_OUTPUT,
        .again = KD_AGAIN_ADDS,
    },
    {
        .name = "quiet",
        .letter = 'q',
        .help = "nothing on standard error but the reason of a failure",
        .kind = KD_OPTION_BOOL,
        .offset = offsetof(struct kd_options, is_quiet),
        .group = KD_GROUP_OUTPUT,
    },
    {
        .name = "help",
        .letter = 'h',
        .help = "this text; after a verb, only what that verb takes",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_help,
        .group = KD_GROUP_OTHER,
    },
    {
        .name = "version",
        .letter = 'V',
        .help = "name and version; with -v the libraries, too",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_version,
        .group = KD_GROUP_OTHER,
    },
};

#define OPT_N (sizeof(OPT_TABLE) / sizeof(OPT_TABLE[0]))

const struct kd_option *kd_option_table(size_t *ret_n)
{
    static struct kd_option all[OPT_N + KD_OPTION_NEVIDENCE + KD_OPTION_NCHECK];

    if (all[0].name == NULL) { /* filled by the first call */
        memcpy(all, OPT_TABLE, sizeof(OPT_TABLE));
        memcpy(all + OPT_N, kd_options_evidence, sizeof(kd_options_evidence));
        memcpy(all + OPT_N + KD_OPTION_NEVIDENCE, kd_options_check, sizeof(kd_options_check));
    }
    *ret_n = sizeof(all) / sizeof(all[0]);
    return all;
}

const struct kd_option *kd_option_by_name(const char *name, size_t len)
{
    size_t n = 0;
    const struct kd_option *option = kd_option_table(&n);

    for (size_t i = 0; i < n; i++) {
        if (strlen(option[i].name) == len && memcmp(option[i].name, name, len) == 0) {
            return &option[i];
        }
    }
    return NULL;
}

const struct kd_option *kd_option_by_letter(char letter)
{
    size_t n = 0;
    const struct kd_option *option = kd_option_table(&n);

    for (size_t i = 0; letter != '\0' && i < n; i++) {
        if (option[i].letter == letter) {
            return &option[i];
        }
    }
    return NULL;
}
