/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * findings_doc.c - prints docs/findings.md from the tables of rules. tests/docs/findings.sh
 * compares the two; `make update-docs` writes the page.
 */
#include <stdio.h>
#include <string.h>

#include "kmsdns/rules/rule.h"

static const struct {
    const char *prefix, *title;
} GROUP[] = {
    {"CAND-", "Candidate domains"},
    {"RES-", "Resolvers"},
    {"SRV-", "The SRV record"},
    {"TGT-", "The hosts it names"},
    {"TTL-", "Time in caches"},
    {"ZONE-", "The zone and its primary"},
    {"NS-", "The zone's servers"},
    {"UPD-", "The right to write, and changes"},
    {"KEY-", "Keys"},
    {"HOST-", "The host to be published"},
    {"EVT-", "Event logs"},
    {"CMID-", "Client machine ids"},
};

#define NGROUPS (sizeof(GROUP) / sizeof(GROUP[0]))

static void doc_print_needs(const struct kd_rule *rule)
{
    const char *between = "Needs: ";

    for (unsigned int i = 0; i < KD_NEED_COUNT; i++) {
        if ((rule->needs & (1U << i)) != 0) {
            printf("%s`%s` (%s)", between, kd_need_str((kd_need)(1U << i)),
                   kd_need_when((kd_need)(1U << i)));
            between = "; ";
        }
    }
    printf("%s", rule->needs != 0 ? ".\n\n" : "");
}

/* Sentences are prose, the rest is to be pasted. */
static void doc_print_fix(const struct kd_fix *fix)
{
    bool is_any = strcmp(fix->for_whom, "any") == 0;
    bool is_prose = is_any || strcmp(fix->for_whom, "client") == 0 ||
                    fix->what[strlen(fix->what) - 1] == '.';
    const char *quote = is_prose ? "" : "`";

    printf("- %s%s%s%s%s\n", is_any ? "" : fix->for_whom, is_any ? "" : ": ", quote, fix->what,
           quote);
}

static void doc_print_rule(const struct kd_rule *rule)
{
    printf("### %s: %s\n\n", rule->id, rule->title);
    printf("Severity: **%s**. When: %s.\n\n", kd_severity_str(rule->severity), rule->when);
    printf("%s\n\n", rule->why);
    printf("Check by hand:\n\n    %s\n\n", rule->how);
    printf("What to do:\n\n");
    for (size_t i = 0; i < KD_MAX_FIXES && rule->fix[i].for_whom != NULL; i++) {
        doc_print_fix(&rule->fix[i]);
    }
    printf("\n");
    doc_print_needs(rule);
    printf("Source: %s\n\n", rule->source);
}

static void doc_print_intro(void)
{
    printf(
        "# Findings\n\n"
        "Made from the tables in `src/rules/`; do not edit. Ids are stable for ever. The "
        "severity is the\nhighest that a finding can have: where the condition says so it is "
        "lower.\n\n"
        "A finding speaks only when what it needs was seen. Without that it is listed under\n"
        "`not_evaluated`, never counted as passed.\n\n"
        "Places in commands: `{domain}` the domain, `{service}` the service's name "
        "(`_vlmcs._tcp`),\n`{target}` the KMS host, `{server}` the DNS server, `{port}` and "
        "`{ttl}` of the record, `{key}` the TSIG key, `{zone}` the zone, `{owner}` the "
        "record's "
        "name and\n`{node}` the same without the zone.\n\n");
}

static void doc_print_group(const char *title, const char *prefix)
{
    size_t n = 0;
    const struct kd_rule *const *rule = kd_rules(&n);

    printf("## %s\n\n", title);
    for (size_t i = 0; i < n; i++) {
        if (strncmp(rule[i]->id, prefix, strlen(prefix)) == 0) {
            doc_print_rule(rule[i]);
        }
    }
}

int main(void)
{
    doc_print_intro();
    for (size_t i = 0; i < NGROUPS; i++) {
        doc_print_group(GROUP[i].title, GROUP[i].prefix);
    }
    return ferror(stdout) != 0 || fflush(stdout) != 0 ? 1 : 0;
}
