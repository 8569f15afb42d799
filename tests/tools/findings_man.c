/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * findings_man.c - prints docs/kmsdns-findings.7 from the tables of rules and causes, in mdoc.
 * tests/docs/findings.sh compares it; `make update-docs` writes it.
 */
#include <stdio.h>
#include <string.h>

#include "kmsdns/rules/cause.h"

/* Commands are there to be pasted; each .It switches hyphens on again. */
#define NO_HYPHENS ".nh\n"

/* Text of a table as one input line, on which nothing is a request or an escape. */
static void man_line(const char *before, const char *text, const char *after)
{
    printf("%s\\&", before);
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\\') {
            printf("\\e");
        } else if (*p == '-') {
            printf("\\-"); /* commands are pasted: not a typographic hyphen */
        } else {
            putchar(*p);
        }
    }
    printf("%s\n", after);
}

static void man_head(void)
{
    printf(
        ".\\\" SPDX-License-Identifier: BSD-2-Clause\n"
        ".\\\" Made by make update-docs from the tables in src/rules/; do not edit.\n"
        ".Dd November 20, 2026\n"
        ".Dt KMSDNS-FINDINGS 7\n"
        ".Os\n"
        ".Sh NAME\n"
        ".Nm kmsdns-findings\n"
        ".Nd what kmsdns reports, and the causes that it names\n"
        ".Sh DESCRIPTION\n"
        "Ids are stable for ever.\n"
        "A finding speaks only when what it needs was seen; without that it is listed as not\n"
        "evaluated, never counted as passed.\n"
        "The severity is the usual one; a policy may set another.\n"
        ".Pp\n"
        "Places in commands are in braces: {domain}, {service}, {target} (the KMS host),\n"
        "{server}, {port}, {ttl}, {key}, {zone}, {owner} (the record's name) and {node} (the\n"
        "same without the zone).\n");
}

static void man_rule(const struct kd_rule *rule)
{
    printf(".It Sy %s Pq %s\n" NO_HYPHENS, rule->id, kd_severity_str(rule->severity));
    man_line("", rule->title, ".");
    man_line(".br\nRaised when: ", rule->when, ".");
    man_line(".br\n", rule->why, "");
    man_line(".br\nBy hand: ", rule->how, "");
    for (size_t i = 0; i < KD_MAX_FIXES && rule->fix[i].for_whom != NULL; i++) {
        bool is_any = strcmp(rule->fix[i].for_whom, "any") == 0;

        printf(".br\nFix%s%s", is_any ? "" : " on ", is_any ? "" : rule->fix[i].for_whom);
        man_line(": ", rule->fix[i].what, "");
    }
}

static void man_cause(const struct kd_cause_row *row)
{
    printf(".It Sy %s\n" NO_HYPHENS, row->id);
    man_line("", row->title, ".");
    man_line(".br\nTo decide: ", row->decides, "");
}

int main(void)
{
    size_t nrules = 0, ncauses = 0;
    const struct kd_rule *const *rule = kd_rules(&nrules);
    const struct kd_cause_row *const *cause = kd_cause_rows(&ncauses);

    man_head();
    printf(".Sh FINDINGS\n.Bl -tag -width Ds\n");
    for (size_t i = 0; i < nrules; i++) {
        man_rule(rule[i]);
    }
    printf(".El\n.Sh CAUSES\n"
           "The deepest stand first; what a cause explains is grouped under it.\n"
           ".Bl -tag -width Ds\n");
    for (size_t i = 0; i < ncauses; i++) {
        man_cause(cause[i]);
    }
    printf(".El\n.Sh SEE ALSO\n.Xr kmsdns 1\n");
    return ferror(stdout) != 0 || fflush(stdout) != 0 ? 1 : 0;
}
