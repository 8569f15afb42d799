/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * help.c - usage and help, printed from the tables of verbs and options, so that they show what
 * the parser takes and nothing else. No line is longer than 80 columns.
 */
#include <string.h>

#include "kmsdns/render/wrap.h"
#include "option_table.h"

#define HELP_COLUMNS 80
#define HELP_TEXT    28 /* column where an option's text starts */
#define HELP_VERB    14

/* A verb of NULL marks the examples that every help shows. */
static const struct {
    const char *verb, *line, *about;
} HELP_EXAMPLE[] = {
    {"diagnose", "kmsdns diagnose corp.example", "Windows does not activate: why?"},
    {"diagnose", "kmsdns diagnose --resolver 192.0.2.53 --resolver 192.0.2.54 corp.example",
     "compare two resolvers"},
    {"diagnose", "kmsdns diagnose --primary-suffix corp.example --dhcp-domain lan.example",
     "the domains as one computer has them"},
    {"diagnose", "kmsdns diagnose --format json -o report.json corp.example",
     "a report for other programs"},
    {"discover", "kmsdns discover --client workgroup --seed 7 corp.example",
     "the host a workgroup computer would pick"},
    {"preflight", "kmsdns preflight --host kms02.corp.example -k kms.key corp.example",
     "may this key publish that host, and would clients find it?"},
    {"publish", "kmsdns publish --host kms02.corp.example -k kms.key corp.example",
     "the message that would be sent; nothing is written"},
    {"publish", "kmsdns publish --host kms02.corp.example -k kms.key --apply corp.example",
     "write it, and read it back"},
    {"unpublish", "kmsdns unpublish --host kms01.corp.example -k kms.key --apply corp.example",
     "take a host's record away"},
    {"undo", "kmsdns undo -k kms.key --apply kmsdns-undo-20261120T060012Z-4711.json",
     "take a change back"},
    {"events", "kmsdns events app.xml kms.txt",
     "what Windows logged about publishing and counts"},
    {"diagnose", "kmsdns diagnose --events app.xml corp.example",
     "event 12293 and the live zone, explained together"},
    {"registry", "kmsdns registry host.reg --write-reg new.reg",
     "check a host's export, and make one for the next host"},
    {"report", "kmsdns report --policy strict.json run.json",
     "judge what --record saved again"},
    {"merge", "kmsdns merge /var/lib/kmsdns/*.json",
     "which place is told something else than the others, and since when?"},
    {"diagnose", "kmsdns diagnose --code 0x8007232B corp.example",
     "a client shows this code: which of its causes holds?"},
    {"explain", "kmsdns explain 0x80072338", "what the code in event 12293 means"},
    {"explain", "kmsdns explain second host", "what is known about a matter"},
    {"check_kmsdns", "check_kmsdns -d corp.example -H 192.0.2.53 -e kms01.corp.example",
     "do clients of this resolver find just this host?"},
    {"check_kmsdns", "check_kmsdns -d corp.example --critical-hosts 2: --warning-ttl 300:86400",
     "limits: at least two hosts, and a usual TTL"},
    {"check_kmsdns", "check_kmsdns -d corp.example --mode publish -k kms.key -t 20:critical",
     "may the key still write the record? Too slow is critical"},
    {"check_kmsdns", "check_kmsdns --extra-opts=berlin@/etc/kmsdns.ini",
     "options from a file, as NRPE without arguments wants them"},
    {"discover", "kmsdns discover --service _ldap._tcp --no-tcp corp.example",
     "the same for another service, without connecting"},
};

#define HELP_JUDGE (OPT_JUDGE & ~KD_VERB_CHECK)

/* The help of the program is that of the verbs that judge. */
static const struct {
    uint32_t verbs;
    int status;
    const char *about;
} HELP_EXIT[] = {
    {KD_VERB_CHECK, 0, "OK"},
    {KD_VERB_CHECK, 1, "WARNING: a finding of this severity, or a limit that is broken"},
    {KD_VERB_CHECK, 2, "CRITICAL: the same"},
    {KD_VERB_CHECK, 3,
     "UNKNOWN: could not determine, out of time, or the command line is wrong"},
    {HELP_JUDGE, 0, "no finding at or above --fail-level"},
    {HELP_JUDGE, 1, "findings at or above --fail-level"},
    {HELP_JUDGE, 2, "the command line or the policy is wrong"},
    {HELP_JUDGE, 3, "could not determine: no answer, cut by --timeout, output not written"},
    {HELP_JUDGE, 4, "a write was refused, failed, or could not be read back"},
    {HELP_JUDGE, 130, "interrupted; what is known was shown"},
    {KD_VERB_MERGE, 0, "the vantage points were told the same"},
    {KD_VERB_MERGE, 1, "they were not"},
    {KD_VERB_EXPLAIN, 0, "something is known about it"},
    {KD_VERB_EXPLAIN | KD_VERB_MERGE, 2, "the command line is wrong"},
    {KD_VERB_EXPLAIN, 3, "nothing is known about it, or the output could not be written"},
    {KD_VERB_MERGE, 3, "could not compare, not read everything, or not write the output"},
};

#define HELP_LEN(table) (sizeof(table) / sizeof((table)[0]))

static void help_option(const struct kd_option *option, const struct kd_verb *verb,
                        struct kd_buf *out)
{
    bool is_plain = option->help_plain != NULL && verb != NULL && (verb->bit & OPT_JUDGE) == 0;
    size_t start = out->len;

    if (option->letter != 0) {
        kd_buf_printf(out, "  -%c, ", option->letter);
    } else {
        kd_buf_puts(out, "      ");
    }
    kd_buf_printf(out, "--%s%s", option->is_negated ? "no-" : "", option->name);
    if (option->argument != NULL) {
        kd_buf_printf(out, " %s", option->argument);
    }
    if (out->len - start + 2 > HELP_TEXT) {
        kd_buf_puts(out, "\n");
        kd_buf_pad(out, ' ', HELP_TEXT);
    } else {
        kd_buf_pad(out, ' ', HELP_TEXT - (out->len - start));
    }
    kd_wrap(out, is_plain ? option->help_plain : option->help, HELP_TEXT, HELP_TEXT,
            HELP_COLUMNS);
    kd_buf_puts(out, "\n");
}

static bool help_has(const struct kd_option *option, const struct kd_verb *verb)
{
    if (verb == NULL) {
        return option->verbs != KD_VERB_CHECK;
    }
    return option->verbs == 0 || (option->verbs & verb->bit) != 0;
}

static const char *help_group_title(kd_option_group group)
{
    static const char *const TITLE[KD_GROUP_COUNT] = {
        [KD_GROUP_QUERY] = "Asking",
        [KD_GROUP_PUBLISH] = "The zone, and writing to it",
        [KD_GROUP_CANDIDATES] = "Candidate domains, by where a computer has them from",
        [KD_GROUP_EVIDENCE] = "Evidence from files and from DHCP",
        [KD_GROUP_CLIENT] = "Clients",
        [KD_GROUP_JUDGE] = "Judging",
        [KD_GROUP_LIMIT] = "Limits, [@][START:]END or [@]START:, ~ for minus infinity",
        [KD_GROUP_OUTPUT] = "Output",
        [KD_GROUP_OTHER] = "Other",
    };

    return TITLE[group];
}

static void help_group(kd_option_group group, const struct kd_verb *verb, struct kd_buf *out)
{
    size_t noption = 0;
    const struct kd_option *option = kd_option_table(&noption);
    bool is_first = true;

    for (size_t i = 0; i < noption; i++) {
        if (option[i].group != group || !help_has(&option[i], verb)) {
            continue;
        }
        if (is_first) {
            kd_buf_printf(out, "\n%s:\n", help_group_title(group));
            is_first = false;
        }
        help_option(&option[i], verb, out);
    }
}

static void help_verbs(struct kd_buf *out)
{
    size_t nverb = 0;
    const struct kd_verb *verb = kd_verbs(&nverb);

    for (size_t i = 0; i < nverb; i++) {
        size_t start = out->len;

        if (verb[i].is_plugin) {
            continue;
        }
        kd_buf_printf(out, "  %s", verb[i].name);
        kd_buf_pad(out, ' ', HELP_VERB - (out->len - start));
        kd_wrap(out, verb[i].summary, HELP_VERB, HELP_VERB, HELP_COLUMNS);
        kd_buf_puts(out, "\n");
    }
}

static void help_examples(const struct kd_verb *verb, struct kd_buf *out)
{
    kd_buf_puts(out, "\nExamples:\n");
    for (size_t i = 0; i < HELP_LEN(HELP_EXAMPLE); i++) {
        bool is_plugin = strcmp(HELP_EXAMPLE[i].verb, "check_kmsdns") == 0;

        if (verb == NULL ? !is_plugin : strcmp(verb->name, HELP_EXAMPLE[i].verb) == 0) {
            kd_buf_printf(out, "  %s\n      %s\n", HELP_EXAMPLE[i].line, HELP_EXAMPLE[i].about);
        }
    }
}

static void help_exits(const struct kd_verb *verb, struct kd_buf *out)
{
    uint32_t verbs = verb != NULL ? verb->bit : HELP_JUDGE;

    kd_buf_puts(out, "\nExit status:\n");
    for (size_t i = 0; i < HELP_LEN(HELP_EXIT); i++) {
        if ((HELP_EXIT[i].verbs & verbs) != 0) {
            kd_buf_printf(out, "  %3d  %s\n", HELP_EXIT[i].status, HELP_EXIT[i].about);
        }
    }
}

void kd_options_usage(struct kd_buf *out)
{
    kd_buf_puts(out, "usage: kmsdns VERB [OPTION...] [DOMAIN...]\n");
    help_verbs(out);
    kd_buf_puts(out, "kmsdns --help tells more.\n");
}

void kd_options_help(const struct kd_verb *verb, struct kd_buf *out)
{
    if (verb == NULL) {
        kd_buf_puts(out, "usage: kmsdns VERB [OPTION...] [DOMAIN...]\n\n");
        kd_wrap(
            out,
            "Tells, from DNS alone, what Windows clients find when they look for a KMS host, "
            "and what is wrong with it. Speaks no KMS protocol. Nothing is written to DNS, "
            "unless "
            "publish, unpublish or undo are given --apply, or preflight --write-test.",
            0, 0, HELP_COLUMNS);
        kd_buf_puts(out, "\n\nVerbs:\n");
        help_verbs(out);
    } else {
        kd_buf_printf(out, "usage: %s%s [OPTION...]%s%s\n\n", verb->is_plugin ? "" : "kmsdns ",
                      verb->name, verb->arguments[0] != '\0' ? " " : "", verb->arguments);
        kd_wrap(out, verb->about, 0, 0, HELP_COLUMNS);
        kd_buf_puts(out, "\n");
    }
    for (int group = 0; group < KD_GROUP_COUNT; group++) {
        help_group((kd_option_group)group, verb, out);
    }
    kd_buf_puts(out, "\n");
    kd_wrap(out,
            "SEC is seconds, 0.5 too, or a number with its unit: 500ms, 2s, 1m, 12h, 5d. A "
            "switch is "
            "undone by its name with no- in front, or without it; the last one counts. -- ends "
            "the options.",
            0, 0, HELP_COLUMNS);
    kd_buf_puts(out, "\n");
    help_examples(verb, out);
    help_exits(verb, out);
}
