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
    {"discover", "kmsdns discover --service _ldap._tcp --no-tcp corp.example",
     "the same for another service, without connecting"},
};

static const struct {
    int status;
    const char *about;
} HELP_EXIT[] = {
    {0, "no finding at or above --fail-level"},
    {1, "findings at or above --fail-level"},
    {2, "the command line or the policy is wrong"},
    {3, "could not determine: no answer, cut by --timeout, output not written"},
    {4, "a write was refused, failed, or could not be read back"},
    {130, "interrupted; what is known was shown"},
};

#define HELP_LEN(table) (sizeof(table) / sizeof((table)[0]))

static void help_option(const struct kd_option *option, struct kd_buf *out)
{
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
    kd_wrap(out, option->help, HELP_TEXT, HELP_TEXT, HELP_COLUMNS);
    kd_buf_puts(out, "\n");
}

static bool help_has(const struct kd_option *option, const struct kd_verb *verb)
{
    size_t nverb = 0;
    const struct kd_verb *all = kd_verbs(&nverb);

    return verb == NULL || option->verbs == 0 ||
           (option->verbs & (1U << (size_t)(verb - all))) != 0;
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
            kd_buf_printf(out, "\n%s:\n", kd_option_group_title(group));
            is_first = false;
        }
        help_option(&option[i], out);
    }
}

static void help_verbs(struct kd_buf *out)
{
    size_t nverb = 0;
    const struct kd_verb *verb = kd_verbs(&nverb);

    for (size_t i = 0; i < nverb; i++) {
        size_t start = out->len;

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
        if (verb == NULL || strcmp(verb->name, HELP_EXAMPLE[i].verb) == 0) {
            kd_buf_printf(out, "  %s\n      %s\n", HELP_EXAMPLE[i].line, HELP_EXAMPLE[i].about);
        }
    }
}

static void help_exits(struct kd_buf *out)
{
    kd_buf_puts(out, "\nExit status:\n");
    for (size_t i = 0; i < HELP_LEN(HELP_EXIT); i++) {
        kd_buf_printf(out, "  %3d  %s\n", HELP_EXIT[i].status, HELP_EXIT[i].about);
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
        kd_buf_printf(out, "usage: kmsdns %s [OPTION...] %s\n\n", verb->name, verb->arguments);
        kd_wrap(out, verb->about, 0, 0, HELP_COLUMNS);
        kd_buf_puts(out, "\n");
    }
    for (int group = 0; group < KD_GROUP_COUNT; group++) {
        help_group((kd_option_group)group, verb, out);
    }
    kd_buf_puts(out, "\n");
    kd_wrap(out,
            "SEC is seconds, 0.5 too, or a number with its unit: 500ms, 2s, 1m. A switch is "
            "undone by its name with no- in front, or without it; the last one counts. -- ends "
            "the options.",
            0, 0, HELP_COLUMNS);
    kd_buf_puts(out, "\n");
    help_examples(verb, out);
    help_exits(out);
}
