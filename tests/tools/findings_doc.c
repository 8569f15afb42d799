/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * findings_doc.c - prints pages of docs/ from the tables of rules, causes and codes:
 * docs/findings.md, with --codes docs/codes.md, and with --pages DIR one page a finding into DIR,
 * and DIR/local.mk, which lists them. tests/docs/findings.sh compares them; `make update-docs`
 * writes them.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/rules/reasons.h"
#include "../../src/rules/topics.h"
#include "kmsdns/rules/cause.h"
#include "kmsdns/rules/codes.h"

static const struct {
    const char *prefix, *title;
} GROUP[] = {
    {"CAND-", "Candidate domains"},
    {"RES-", "Resolvers"},
    {"SRV-", "The SRV record"},
    {"TGT-", "The hosts it names"},
    {"HOSTS-", "The hosts that are expected"},
    {"LIMIT-", "Limits that were set for monitoring"},
    {"TTL-", "Time in caches"},
    {"ZONE-", "The zone and its primary"},
    {"NS-", "The zone's servers"},
    {"UPD-", "The right to write, and changes"},
    {"KEY-", "Keys"},
    {"HOST-", "The host to be published"},
    {"REG-", "Registry exports"},
    {"DHCP-", "DHCP"},
    {"EVT-", "Event logs"},
    {"CMID-", "Client machine ids"},
};

#define NGROUPS (sizeof(GROUP) / sizeof(GROUP[0]))

static bool doc_is_in(const char *list, const char *id)
{
    size_t len = strlen(id);

    for (size_t n = kd_reason_word(&list, " +!"); n > 0; n = kd_reason_word(&list, " +!")) {
        if (n == len && strncmp(list, id, len) == 0) {
            return true;
        }
        list += n;
    }
    return false;
}

static void doc_print_needs(FILE *out, const struct kd_rule *rule)
{
    const char *between = "It needs: ";

    for (unsigned int i = 0; i < KD_NEED_COUNT; i++) {
        if ((rule->needs & (1U << i)) != 0) {
            fprintf(out, "%s`%s` (%s)", between, kd_need_str((kd_need)(1U << i)),
                    kd_need_when((kd_need)(1U << i)));
            between = "; ";
        }
    }
    fprintf(out, "%s", rule->needs != 0 ? ".\n\n" : "");
}

/* Sentences are prose, the rest is to be pasted. */
static void doc_print_fix(FILE *out, const struct kd_fix *fix)
{
    bool is_any = strcmp(fix->for_whom, "any") == 0;
    bool is_prose = is_any || strcmp(fix->for_whom, "client") == 0 ||
                    fix->what[strlen(fix->what) - 1] == '.';
    const char *quote = is_prose ? "" : "`";

    fprintf(out, "- %s%s%s%s%s\n", is_any ? "" : fix->for_whom, is_any ? "" : ": ", quote,
            fix->what, quote);
}

/* A code has a reason that this finding proves. */
static bool doc_code_has(uint32_t hresult, const char *id)
{
    const struct kd_code_reasons *row = kd_code_reasons(hresult);

    for (size_t i = 0; i < KD_MAX_REASONS && row->reason[i] != KD_REASON_NONE; i++) {
        const char *confirm = kd_reason(row->reason[i])->confirm;

        if (confirm != NULL && doc_is_in(confirm, id)) {
            return true;
        }
    }
    return false;
}

static void doc_print_codes_of(FILE *out, const char *id)
{
    const char *between = "Codes of Windows behind which it can stand: ";
    bool has_any = false;

    for (size_t i = 0; i < kd_codes_count(); i++) {
        const struct kd_code *code = kd_code_at(i);

        if (doc_code_has(code->hresult, id)) {
            fprintf(out, "%s[0x%08" PRIX32 "](../codes.md)", between, code->hresult);
            between = ", ";
            has_any = true;
        }
    }
    fprintf(out, "%s", has_any ? ".\n\n" : "");
}

static bool doc_cause_has(const struct kd_cause_row *row, const char *id)
{
    for (size_t i = 0; i < KD_CAUSE_MAX_PROOFS && row->proof[i].id != NULL; i++) {
        if (strcmp(row->proof[i].id, id) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < KD_CAUSE_MAX_EFFECTS && row->effect[i].id != NULL; i++) {
        if (strcmp(row->effect[i].id, id) == 0) {
            return true;
        }
    }
    return false;
}

static void doc_print_causes_of(FILE *out, const char *id)
{
    const char *between = "Causes that it belongs to: ";
    size_t n = 0;
    const struct kd_cause_row *const *row = kd_cause_rows(&n);
    bool has_any = false;

    for (size_t i = 0; i < n; i++) {
        if (doc_cause_has(row[i], id)) {
            fprintf(out, "%s[%s](../findings.md#causes) (%s)", between, row[i]->id,
                    row[i]->title);
            between = ", ";
            has_any = true;
        }
    }
    fprintf(out, "%s", has_any ? ".\n\n" : "");
}

static void doc_print_conflicts_of(FILE *out, const char *id)
{
    size_t n = 0;
    const struct kd_conflict *conflict = kd_conflicts(&n);

    for (size_t i = 0; i < n; i++) {
        if (doc_is_in(conflict[i].about, id)) {
            fprintf(out, "Texts disagree on %s. \"%s\" (%s). \"%s\" (%s). %s\n\n",
                    conflict[i].point, conflict[i].text_a, conflict[i].source_a,
                    conflict[i].text_b, conflict[i].source_b, conflict[i].here);
        }
    }
}

static void doc_print_page(FILE *out, const struct kd_rule *rule)
{
    fprintf(out, "# %s\n\n", rule->id);
    fprintf(out, "Made from the tables in `src/rules/`; do not edit. [All "
                 "findings](../findings.md)\n\n");
    fprintf(out, "## What it checks\n\nWhether this is so: %s.\n\n", rule->title);
    doc_print_needs(out, rule);
    fprintf(out, "## When it is raised\n\n%s. Severity: **%s**", rule->when,
            kd_severity_str(rule->severity));
    if (rule->worst > rule->severity) {
        fprintf(out, ", at worst **%s**", kd_severity_str(rule->worst));
    }
    fprintf(out, ".\n\n## What it means for clients\n\n%s\n\n", rule->why);
    fprintf(out, "## How to check it by hand\n\n    %s\n\n", rule->how);
    fprintf(out, "## How to fix it\n\n");
    for (size_t i = 0; i < KD_MAX_FIXES && rule->fix[i].for_whom != NULL; i++) {
        doc_print_fix(out, &rule->fix[i]);
    }
    fprintf(out,
            "\nPlaces in braces are told on the page of [all findings](../findings.md).\n\n");
    fprintf(out, "## See also\n\n`kmsdns explain %s`\n\n", rule->id);
    doc_print_causes_of(out, rule->id);
    doc_print_codes_of(out, rule->id);
    doc_print_conflicts_of(out, rule->id);
    fprintf(out, "## Source\n\n%s\n", rule->source);
}

static FILE *doc_open(const char *dir, const char *name)
{
    char path[4096];
    FILE *out = NULL;
    int n = snprintf(path, sizeof(path), "%s/%s", dir, name);

    if (n > 0 && (size_t)n < sizeof(path)) {
        out = fopen(path, "w");
    }
    if (out == NULL) {
        perror(name);
        exit(1);
    }
    return out;
}

static void doc_close(FILE *out)
{
    if (ferror(out) != 0 || fclose(out) != 0) {
        perror("writing");
        exit(1);
    }
}

static void doc_write_pages(const char *dir)
{
    size_t n = 0;
    const struct kd_rule *const *rule = kd_rules(&n);
    FILE *list = doc_open(dir, "local.mk");

    fprintf(list, "# SPDX-License-Identifier: BSD-2-Clause\n# Made by make update-docs.\n\n");
    fprintf(list, "EXTRA_DIST +=");
    for (size_t i = 0; i < n; i++) {
        char name[64];
        FILE *out = NULL;

        (void)snprintf(name, sizeof(name), "%s.md", rule[i]->id);
        out = doc_open(dir, name);
        doc_print_page(out, rule[i]);
        doc_close(out);
        fprintf(list, " \\\n\tdocs/findings/%s", name);
    }
    fprintf(list, "\n");
    doc_close(list);
}

static void doc_print_intro(void)
{
    printf(
        "# Findings\n\n"
        "Made from the tables in `src/rules/`; do not edit. Ids are stable for ever. Each one "
        "has a page: what\nit checks, when it is raised, what it means, how to check it by "
        "hand, how to fix it, who says so.\nThe severity is the usual one: where the condition "
        "says so it is another.\n\n"
        "A finding speaks only when what it needs was seen. Without that it is listed under\n"
        "`not_evaluated`, never counted as passed. [Codes of Windows](codes.md) have a page of "
        "their own.\n\n"
        "Places in commands: `{domain}` the domain, `{service}` the service's name "
        "(`_vlmcs._tcp`),\n`{target}` the KMS host, `{server}` the DNS server, `{port}` and "
        "`{ttl}` of the record, `{key}` the TSIG key, `{zone}` the zone, `{owner}` the "
        "record's "
        "name and\n`{node}` the same without the zone.\n\n");
}

/* How many rows the group has. */
static size_t doc_print_group(const char *title, const char *prefix)
{
    size_t n = 0, nprinted = 0;
    const struct kd_rule *const *rule = kd_rules(&n);

    printf("## %s\n\n| finding | severity | what is so |\n| --- | --- | --- |\n", title);
    for (size_t i = 0; i < n; i++) {
        if (strncmp(rule[i]->id, prefix, strlen(prefix)) == 0) {
            printf("| [%s](findings/%s.md) | %s | %s |\n", rule[i]->id, rule[i]->id,
                   kd_severity_str(rule[i]->severity), rule[i]->title);
            nprinted++;
        }
    }
    printf("\n");
    return nprinted;
}

static void doc_print_cause(const struct kd_cause_row *row)
{
    const char *between = "Rests on: ";

    printf("### %s: %s\n\n", row->id, row->title);
    for (size_t i = 0; i < KD_CAUSE_MAX_PROOFS && row->proof[i].id != NULL; i++) {
        printf("%s`%s`%s%s%s (%s)", between, row->proof[i].id,
               row->proof[i].with != NULL ? " with `" : "",
               row->proof[i].with != NULL ? row->proof[i].with : "",
               row->proof[i].with != NULL ? "`" : "",
               kd_confidence_str(row->proof[i].confidence));
        between = ", ";
    }
    printf(".\n\n");
    between = "Explains: ";
    for (size_t i = 0; i < KD_CAUSE_MAX_EFFECTS && row->effect[i].id != NULL; i++) {
        printf("%s`%s`", between, row->effect[i].id);
        between = ", ";
    }
    printf("%sTo decide: %s\n\n", row->effect[0].id != NULL ? ".\n\n" : "", row->decides);
}

static void doc_print_causes(void)
{
    size_t n = 0;
    const struct kd_cause_row *const *row = kd_cause_rows(&n);

    printf("## Causes\n\n"
           "`diagnose` and `preflight` name them above the findings. Each finding that a cause "
           "rests on raises it,\nas surely as the word behind it says, or less surely where "
           "the facts leave a doubt; what it explains\nis grouped under it. Deeper causes "
           "stand first and explain away those below. What no cause explains\nstands on its "
           "own.\n\n");
    for (size_t i = 0; i < n; i++) {
        doc_print_cause(row[i]);
    }
}

static const char *doc_use(const char *use)
{
    static char told[128];

    (void)snprintf(
        told, sizeof(told), "%s%s%s%s", strchr(use, 'P') != NULL ? "publishing " : "",
        strchr(use, 'D') != NULL ? "discovery " : "", strchr(use, 'H') != NULL ? "host " : "",
        strchr(use, 'L') != NULL ? "licensing " : "");
    told[strlen(told) - 1] = '\0';
    return told;
}

static void doc_print_code(const struct kd_code *code)
{
    const struct kd_code_reasons *row = kd_code_reasons(code->hresult);
    const char *other = code->fix_other;

    printf("| 0x%08" PRIX32 " | ", code->hresult);
    if (code->hresult >> 16 == 0x8007) {
        printf("%" PRIu32, code->hresult & 0xffffU);
    }
    printf(" | %s | %s | %s | %s | %s | ", code->symbol != NULL ? code->symbol : "",
           doc_use(code->use), code->meaning, code->fix_windows,
           other == NULL                    ? ""
           : strcmp(other, "the same") == 0 ? code->fix_windows
                                            : other);
    for (size_t i = 0; i < KD_MAX_REASONS && row->reason[i] != KD_REASON_NONE; i++) {
        printf("%s%zu. %s", i > 0 ? " " : "", i + 1, kd_reason(row->reason[i])->text);
    }
    printf(" |\n");
}

static void doc_print_codes(void)
{
    printf(
        "# Codes\n\n"
        "Made from the tables in `src/rules/`; do not edit. `kmsdns explain CODE` tells more "
        "of each, and\n`kmsdns diagnose --code CODE` which of its causes holds.\n\n"
        "## Windows\n\n"
        "| code | Win32 | name | where | what it means here | first, on Windows | first, with "
        "other servers | likely causes |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for (size_t i = 0; i < kd_codes_count(); i++) {
        doc_print_code(kd_code_at(i));
    }
}

static void doc_print_rcodes(void)
{
    size_t n = 0;
    const struct kd_rcode_row *row = kd_rcode_rows(&n);

    printf("\n## DNS, TSIG and TKEY\n\n"
           "| name | number | what it means | more | source |\n"
           "| --- | --- | --- | --- | --- |\n");
    for (size_t i = 0; i < n; i++) {
        printf("| %s | ", row[i].name);
        if (row[i].number >= 0) {
            printf("%s%d", row[i].is_tsig ? "TSIG " : "", row[i].number);
        }
        printf(" | %s | %s | %s |\n", row[i].meaning, row[i].more != NULL ? row[i].more : "",
               row[i].source);
    }
}

static void doc_print_events(void)
{
    size_t n = 0;
    const struct kd_event_row *row = kd_event_rows(&n);

    printf("\n## Events\n\n"
           "| id | where | what it means | what it carries |\n| --- | --- | --- | --- |\n");
    for (size_t i = 0; i < n; i++) {
        printf("| %" PRIu32 " | %s | %s | %s |\n", row[i].id, row[i].log, row[i].meaning,
               row[i].strings != NULL ? row[i].strings : "");
    }
}

static void doc_print_conflicts(void)
{
    size_t n = 0;
    const struct kd_conflict *row = kd_conflicts(&n);

    printf("\n## Where texts disagree\n\n"
           "| on | one says | another says | here |\n| --- | --- | --- | --- |\n");
    for (size_t i = 0; i < n; i++) {
        printf("| %s | %s (%s) | %s (%s) | %s |\n", row[i].point, row[i].text_a,
               row[i].source_a, row[i].text_b, row[i].source_b, row[i].here);
    }
}

static int doc_print_index(void)
{
    size_t n = 0, nprinted = 0;

    (void)kd_rules(&n);
    doc_print_intro();
    for (size_t i = 0; i < NGROUPS; i++) {
        nprinted += doc_print_group(GROUP[i].title, GROUP[i].prefix);
    }
    doc_print_causes();
    if (nprinted != n) {
        fprintf(stderr, "%zu of %zu findings are in no group\n", n - nprinted, n);
        return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    int status = 0;

    if (argc == 3 && strcmp(argv[1], "--pages") == 0) {
        doc_write_pages(argv[2]);
    } else if (argc == 2 && strcmp(argv[1], "--codes") == 0) {
        doc_print_codes();
        doc_print_rcodes();
        doc_print_events();
        doc_print_conflicts();
    } else if (argc == 1) {
        status = doc_print_index();
    } else {
        fputs("usage: findings_doc [--codes | --pages DIR]\n", stderr);
        return 2;
    }
    return ferror(stdout) != 0 || fflush(stdout) != 0 ? 1 : status;
}
