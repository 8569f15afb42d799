/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verb_table.c - every verb, one row each, in the order of the help.
 */
#include "cmd.h"
#include "option_table.h"

static const struct kd_verb VERB_TABLE[] = {
    {
        .name = "diagnose",
        .bit = KD_VERB_DIAGNOSE,
        .arguments = "[DOMAIN...]",
        .summary = "what is wrong with KMS discovery, why, and what to do",
        .about = "Asks every resolver for the service in every candidate domain, looks up the "
                 "hosts it names, connects to them, and judges what it saw. Without a domain, "
                 "those of this machine are taken. Nothing is ever written to DNS.",
        .run = kd_cmd_diagnose,
    },
    {
        .name = "discover",
        .bit = KD_VERB_DISCOVER,
        .arguments = "[DOMAIN...]",
        .summary = "what clients would find, and which host each kind would pick",
        .about = "Shows the names that each kind of client asks, in order, the hosts it finds, "
                 "how likely it picks which, and the code it shows when it fails. Without a "
                 "domain, those of this machine are taken. Nothing is ever written to DNS.",
        .run = kd_cmd_diagnose,
    },
    {
        .name = "preflight",
        .bit = KD_VERB_PREFLIGHT,
        .arguments = "[DOMAIN...]",
        .summary = "go or no-go for a KMS host that is to be published",
        .about =
            "Looks at the host's name, addresses and port, at who is published already, at "
            "each domain's zone and its servers, and whether this identity may write the "
            "record there, by probes that cannot change anything. Nothing is written, "
            "unless --write-test is given.",
        .run = kd_cmd_preflight,
        .needs_host = true,
    },
    {
        .name = "publish",
        .bit = KD_VERB_PUBLISH,
        .arguments = "[DOMAIN...]",
        .summary = "add one host's SRV record; shows the plan, --apply makes it so",
        .about = "Looks first and writes only what is missing. Each change demands that the "
                 "records are still what was seen, names this host's record and no other, is "
                 "noted in an undo file before it is sent, and is read back from the primary "
                 "afterwards. Without --apply, the message is shown and nothing is sent.",
        .run = kd_cmd_publish,
        .needs_host = true,
    },
    {
        .name = "unpublish",
        .bit = KD_VERB_UNPUBLISH,
        .arguments = "[DOMAIN...]",
        .summary = "remove one host's SRV record, with the same care",
        .about =
            "Removes the record that names --host and its port, and no other, as guarded as "
            "publish adds one. Without --apply, the message is shown and nothing is sent.",
        .run = kd_cmd_publish,
        .needs_host = true,
    },
    {
        .name = "undo",
        .bit = KD_VERB_UNDO,
        .arguments = "FILE...",
        .summary = "take back what publish or unpublish noted in an undo file",
        .about =
            "Makes the opposite of each change in the files, as guarded as the change was: "
            "where somebody else has changed the records since, nothing is written and "
            "both states are shown. Without --apply, the message is shown and nothing is "
            "sent.",
        .run = kd_cmd_undo,
        .files = "a file that publish or unpublish wrote",
    },
    {
        .name = "registry",
        .bit = KD_VERB_REGISTRY,
        .arguments = "FILE...",
        .summary = "what registry exports say about publishing and discovery",
        .about =
            "Reads exports of regedit and reg (both formats, also saved again by an editor) "
            "and hives, checks the publish list entry by entry, the switches and the ports, "
            "and shows damage with its line. --write-reg makes a file that another host "
            "imports. Nothing is asked.",
        .run = kd_cmd_registry,
        .files = "a registry export, or --write-reg FILE with --publish-list",
    },
    {
        .name = "events",
        .bit = KD_VERB_EVENTS,
        .arguments = "FILE...",
        .summary = "what event logs say about publishing, clients and counts",
        .about =
            "Reads Application and Key Management Service logs: .evtx, XML, CSV, tab-delimited "
            "text, and the text of wevtutil, of any size and in any language. Shows who "
            "published "
            "where and why not (12293, 12294), what clients tried (12288, 12289, 8198, 8233), "
            "whom the host counted and who shares an id (12290). Nothing is asked.",
        .run = kd_cmd_events,
        .files = "an event log or its export",
    },
    {
        .name = "report",
        .bit = KD_VERB_REPORT,
        .arguments = "FILE",
        .summary = "judge and show a saved run again",
        .about = "Reads what --record saved, or a report in JSON, judges it by the policy "
                 "given now, "
                 "and shows it in any format, as the run itself would have. Nothing is asked.",
        .run = kd_cmd_report,
        .files = "a run that --record saved",
    },
    {
        .name = "explain",
        .bit = KD_VERB_EXPLAIN,
        .arguments = "WHAT...",
        .summary = "what a code, an rcode, an event or a finding means, and what to do",
        .about =
            "WHAT is a code of Windows in any spelling, an rcode, a TSIG error, the id or the "
            "text of an event, a finding, or a few words. Tells the likely causes in "
            "order, how to check each, what to do on each kind of server, and who says so. "
            "Nothing is asked.",
        .run = kd_cmd_explain,
        .files = "a code, an rcode, an event, a finding or a few words",
    },
    {
        .name = "merge",
        .bit = KD_VERB_MERGE,
        .arguments = "FILE...",
        .summary = "compare saved reports of several vantage points",
        .about =
            "Reads what --record saved or --format json printed, also many reports one after "
            "the other in a file. The newest report of each vantage point is its present, "
            "the older ones are its history. Groups the vantage points by what they were "
            "told, names those that differ from the others, and since when. What was not "
            "asked or not answered counts as unknown. Nothing is asked.",
        .run = kd_cmd_merge,
        .files = "the reports of two vantage points or more",
    },
    {
        .name = "check_kmsdns",
        .bit = KD_VERB_CHECK,
        .arguments = "",
        .summary = "the plugin for Nagios, Icinga and their kin",
        .about =
            "Checks what clients find, how the zone's servers agree, and whether a key may "
            "write the record, and says in one line which state that is. It never writes to "
            "DNS.",
        .run = kd_cmd_check,
        .is_plugin = true,
    },
};

const struct kd_verb *kd_verbs(size_t *ret_n)
{
    *ret_n = sizeof(VERB_TABLE) / sizeof(VERB_TABLE[0]);
    return VERB_TABLE;
}
