/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain_tell.c - one explanation from the row that was found: what it means, its causes with
 * the commands that look at them, the steps for each kind of server, and who says so.
 */
#include "explain_parts.h"

#include <inttypes.h>
#include <string.h>

#include "kmsdns/dns/usual.h"
#include "kmsdns/facts/facts.h"
#include "reasons.h"
#include "tables.h"

#define TELL_DOMAIN "corp.example." /* where no domain is known, as in the manual */
#define SRC_NUMBERS \
    "Microsoft, \"System Error Codes\"; what it means for KMS is concluded from that"
#define SRC_SSPI   "Microsoft, \"COM Error Codes (Security and Setup)\""
#define SRC_EVENTS "the message table of Microsoft-Windows-Security-SPP"

struct tell {
    struct kd_readings *readings;
    struct kd_arena *arena;
    struct kd_explanation *told;
    const char *domain; /* canonical */
};

/* Commands, and the words of a rule, with their places filled in. */
static const char *tell_fill(const struct tell *tell, const char *for_whom, const char *what)
{
    struct kd_facts facts = {.arena = tell->arena, .service = KD_KMS_SERVICE};
    struct kd_finding_args args = {.domain = tell->domain, .zone = tell->domain};
    /* the directory names zones without their closing dot, as Windows' commands do */
    bool is_directory = strcmp(for_whom, "samba") == 0;
    struct kd_fix fix = {is_directory ? "windows" : for_whom, what};

    return kd_fill_fix(&facts, &args, &fix);
}

/* The command line: names without their closing dot, which is what people write. */
static const char *tell_command(const struct tell *tell, const char *command)
{
    return command != NULL ? tell_fill(tell, "windows", command) : NULL;
}

static void tell_fixes(const struct tell *tell, const struct kd_fix *fix,
                       struct kd_explain_cause *cause)
{
    for (size_t i = 0; i < KD_MAX_FIXES && fix[i].for_whom != NULL; i++) {
        cause->fix[i].for_whom = fix[i].for_whom;
        cause->fix[i].what = tell_fill(tell, fix[i].for_whom, fix[i].what);
    }
}

static struct kd_explain_cause *tell_add_cause(const struct tell *tell, const char *text)
{
    struct kd_explanation *told = tell->told;

    told->cause = kd_arena_grow(tell->arena, told->cause, told->ncause, sizeof(*told->cause));
    told->cause[told->ncause].text = text;
    told->ncause++;
    return &told->cause[told->ncause - 1];
}

/* "A B+C" as "A, B, C", each once and only those that there are. */
static const char *tell_ids(const struct tell *tell, const char *list)
{
    const char *told = "";

    for (size_t len = kd_reason_word(&list, " +"); len > 0; len = kd_reason_word(&list, " +")) {
        const char *id = kd_arena_strndup(tell->arena, list, len);
        bool is_told = strstr(told, kd_arena_printf(tell->arena, "%s,", id)) != NULL;

        list += len;
        if (kd_rule_by_id(id) != NULL && !is_told) {
            told = kd_arena_printf(tell->arena, "%s%s, ", told, id);
        }
    }
    return told[0] != '\0' ? kd_arena_strndup(tell->arena, told, strlen(told) - 2) : NULL;
}

/* The reasons of a code, each with its own steps unless an earlier one has the same. */
static void tell_reasons(const struct tell *tell, const struct kd_code_reasons *row)
{
    for (size_t i = 0; i < KD_MAX_REASONS && row->reason[i] != KD_REASON_NONE; i++) {
        const struct kd_reason *reason = kd_reason(row->reason[i]);
        struct kd_explain_cause *cause = tell_add_cause(tell, reason->text);

        cause->check = tell_command(tell, reason->check);
        cause->findings = reason->confirm != NULL ? tell_ids(tell, reason->confirm) : NULL;
        for (size_t j = 0; j < i && cause->same_as == 0; j++) {
            cause->same_as = kd_reason(row->reason[j])->remedy == reason->remedy ? j + 1 : 0;
        }
        if (cause->same_as == 0) {
            tell_fixes(tell, kd_remedy_fixes(reason->remedy), cause);
        }
    }
}

static bool tell_has_word(const char *list, const char *word)
{
    size_t len = strlen(word);

    for (size_t n = kd_reason_word(&list, " "); n > 0; n = kd_reason_word(&list, " ")) {
        if (n == len && strncmp(list, word, len) == 0) {
            return true;
        }
        list += n;
    }
    return false;
}

static void tell_conflicts(const struct tell *tell)
{
    struct kd_explanation *told = tell->told;
    size_t n = 0;
    const struct kd_conflict *conflict = kd_conflicts(&n);

    for (size_t i = 0; i < n; i++) {
        if (tell_has_word(conflict[i].about, told->id)) {
            told->conflict = kd_arena_grow(tell->arena, told->conflict, told->nconflict,
                                           sizeof(*told->conflict));
            told->conflict[told->nconflict] = &conflict[i];
            told->nconflict++;
        }
    }
}

static const char *tell_where(const struct tell *tell, const char *use)
{
    static const struct {
        char letter;
        const char *place;
    } PLACE[] = {
        {'P', "in event 12293 on the KMS host"},
        {'D', "on a client that looks for a host or talks to it"},
        {'H', "on the KMS host"},
        {'L', "where a licence is asked for"},
    };
    const char *told = "";

    for (size_t i = 0; i < sizeof(PLACE) / sizeof(PLACE[0]); i++) {
        if (strchr(use, PLACE[i].letter) != NULL) {
            told = kd_arena_printf(tell->arena, "%s%s%s", told, told[0] != '\0' ? "; " : "",
                                   PLACE[i].place);
        }
    }
    return told;
}

/* The run that says which cause holds; a matter of licensing has none. */
static void tell_next(const struct tell *tell, const char *code, bool is_publishing,
                      bool is_dns)
{
    if (!is_dns) {
        return;
    }
    tell->told->next = tell_command(
        tell,
        kd_arena_printf(tell->arena, "kmsdns diagnose --code %s%s {domain}", code,
                        is_publishing ? " --host kms02.{domain} --key-file kms.key" : ""));
    tell->told->about = "asks DNS and says which of these causes holds";
}

/* Short hints of the code's own row, as sentences. */
static const char *tell_hints(const struct tell *tell, const struct kd_code *code)
{
    const char *other = code->fix_other;

    if (other == NULL || strcmp(other, "the same") == 0) {
        return kd_arena_printf(tell->arena, "First: %s.", code->fix_windows);
    }
    return kd_arena_printf(tell->arena, "First, on Windows: %s. With other servers: %s.",
                           code->fix_windows, other);
}

static const char *tell_source(const struct kd_code *code, const struct kd_code_reasons *row)
{
    if (row->source != NULL) {
        return row->source;
    }
    return code->hresult >> 16 == 0x8009 ? SRC_SSPI : SRC_NUMBERS;
}

static void tell_code(const struct tell *tell, const struct kd_code *code)
{
    struct kd_explanation *told = tell->told;
    const struct kd_code_reasons *row = kd_code_reasons(code->hresult);
    bool is_publishing = strchr(code->use, 'P') != NULL;
    bool is_dns = is_publishing || strchr(code->use, 'D') != NULL;

    told->id = kd_arena_printf(tell->arena, "0x%08" PRIX32, code->hresult);
    told->name = kd_code_str(tell->arena, code->hresult);
    told->meaning = code->meaning;
    told->where = tell_where(tell, code->use);
    told->more = tell_hints(tell, code);
    told->source = tell_source(code, row);
    told->see = is_publishing ? "12293" : is_dns ? "12288, 8198" : NULL;
    tell_next(tell, told->id, is_publishing, is_dns);
    tell_reasons(tell, row);
}

static void tell_rcode(const struct tell *tell, const struct kd_rcode_row *row)
{
    struct kd_explanation *told = tell->told;

    told->id = row->name;
    told->name = row->number < 0
                     ? row->name
                     : kd_arena_printf(tell->arena, "%s (%s %d)", row->name,
                                       row->is_tsig ? "TSIG error" : "rcode", row->number);
    told->meaning = row->meaning;
    told->more = row->more;
    told->source = row->source;
    if (row->code != 0) {
        const struct kd_code *code = kd_code_find(row->code);
        bool is_publishing = code != NULL && strchr(code->use, 'P') != NULL;

        told->where = kd_arena_printf(tell->arena, "%s %s",
                                      row->number <= 10 || row->number == 16 ||
                                              row->number == 17 || row->number == 18
                                          ? "Windows shows it as"
                                          : "Windows has no code of its own for it; near is",
                                      kd_code_str(tell->arena, row->code));
        tell_next(tell, row->name, is_publishing, true);
    }
    if (row->is_tsig || row->code != 0) {
        tell_reasons(tell, kd_code_reasons(row->is_tsig ? (uint32_t)row->number : row->code));
    }
}

static bool tell_has_reasons(uint32_t code)
{
    size_t n = 0;
    const struct kd_code_reasons *row = kd_code_reasons_all(&n);

    for (size_t i = 0; i < n; i++) {
        if (row[i].code == code) {
            return true;
        }
    }
    return false;
}

static void tell_event(const struct tell *tell, const struct kd_event_row *row)
{
    struct kd_explanation *told = tell->told;

    told->id = kd_arena_printf(tell->arena, "%" PRIu32, row->id);
    told->name = kd_arena_printf(tell->arena, "event %" PRIu32, row->id);
    told->meaning = row->meaning;
    told->where = row->log;
    told->more = row->strings != NULL
                     ? kd_arena_printf(tell->arena, "It carries: %s.", row->strings)
                     : NULL;
    told->source = SRC_EVENTS;
    if (strchr(row->use, 'L') == NULL) {
        told->next = "kmsdns events application.evtx";
        told->about = "reads an export of the log and tells the history of each domain";
    }
    if (tell_has_reasons(row->id)) {
        told->source = kd_code_reasons(row->id)->source;
        tell_reasons(tell, kd_code_reasons(row->id));
    }
}

/* The command line that judges a rule, by what the rule needs. */
static const char *tell_rule_command(const struct tell *tell, const struct kd_rule *rule)
{
    static const struct {
        uint32_t needs;
        const char *command;
    } COMMAND[] = {
        {KD_NEED_CHANGE, "kmsdns publish --host kms02.{domain} --key-file kms.key {domain}"},
        {KD_NEED_UPDATE, "kmsdns preflight --host kms02.{domain} --key-file kms.key {domain}"},
        {KD_NEED_HOST, "kmsdns preflight --host kms02.{domain} {domain}"},
        {KD_NEED_EVENTS, "kmsdns events application.evtx"},
        {KD_NEED_REGISTRY, "kmsdns registry host.reg"},
        {KD_NEED_DHCP, "kmsdns diagnose --client workgroup --dhcp-domain {domain}"},
    };

    for (size_t i = 0; i < sizeof(COMMAND) / sizeof(COMMAND[0]); i++) {
        if ((rule->needs & COMMAND[i].needs) != 0) {
            return tell_command(tell, COMMAND[i].command);
        }
    }
    return tell_command(tell, "kmsdns diagnose {domain}");
}

static void tell_finding(const struct tell *tell, const struct kd_rule *rule)
{
    struct kd_explanation *told = tell->told;
    struct kd_explain_cause *cause = tell_add_cause(
        tell, kd_arena_printf(tell->arena, "It is raised when: %s.", rule->when));

    told->id = rule->id;
    told->name =
        kd_arena_printf(tell->arena, "%s (%s)", rule->id, kd_severity_str(rule->severity));
    told->meaning = rule->title;
    told->more = rule->why;
    told->where =
        kd_arena_printf(tell->arena, "By hand: %s", tell_fill(tell, "any", rule->how));
    told->source = rule->source;
    told->next = tell_rule_command(tell, rule);
    told->about = "judges it";
    tell_fixes(tell, rule->fix, cause);
}

static const char *tell_proofs(const struct tell *tell, const struct kd_cause_row *row)
{
    const char *told = "";

    for (size_t i = 0; i < KD_CAUSE_MAX_PROOFS && row->proof[i].id != NULL; i++) {
        told = kd_arena_printf(tell->arena, "%s%s ", told, row->proof[i].id);
    }
    return tell_ids(tell, told);
}

static void tell_cause(const struct tell *tell, const struct kd_cause_row *row)
{
    struct kd_explanation *told = tell->told;
    struct kd_explain_cause *cause = NULL;
    const struct kd_rule *rule =
        row->proof[0].id != NULL ? kd_rule_by_id(row->proof[0].id) : NULL;

    told->id = row->id;
    told->name = row->id;
    told->meaning = row->title;
    told->more = row->decides;
    told->source = rule != NULL ? rule->source : "docs/findings.md";
    told->next = rule != NULL ? tell_rule_command(tell, rule)
                              : tell_command(tell, "kmsdns diagnose {domain}");
    told->about = "looks for its findings";
    cause = tell_add_cause(tell, "These findings tell it.");
    cause->findings = tell_proofs(tell, row);
    tell_fixes(tell, row->fix[0].what != NULL || rule == NULL ? row->fix : rule->fix, cause);
}

static void tell_topic(const struct tell *tell, const struct kd_topic *topic)
{
    struct kd_explanation *told = tell->told;
    const char *list = topic->findings;

    told->id = topic->id;
    told->name = topic->id;
    told->meaning = topic->title;
    told->more = topic->text;
    told->source = topic->source;
    told->next = tell_command(tell, topic->check);
    told->about = "looks at it";
    for (size_t len = kd_reason_word(&list, " "); len > 0; len = kd_reason_word(&list, " ")) {
        const struct kd_rule *rule = kd_rule_by_id(kd_arena_strndup(tell->arena, list, len));
        struct kd_explain_cause *cause = NULL;
        const char *command = NULL;

        list += len;
        if (rule != NULL) {
            cause = tell_add_cause(
                tell, kd_arena_printf(tell->arena, "%s: %s.", rule->id, rule->title));
            command = tell_rule_command(tell, rule);
            cause->check = strcmp(command, told->next) != 0 ? command : NULL;
            tell_fixes(tell, rule->fix, cause);
        }
    }
}

void kd_explain_tell(struct kd_readings *readings, const struct kd_reading *reading,
                     struct kd_explanation *ret)
{
    struct tell tell = {readings, readings->arena, ret,
                        readings->domain != NULL ? readings->domain : TELL_DOMAIN};

    ret->kind = reading->kind;
    switch (reading->kind) {
    case KD_EXPLAIN_CODE:
        tell_code(&tell, reading->row);
        break;
    case KD_EXPLAIN_RCODE:
    case KD_EXPLAIN_TSIG:
        tell_rcode(&tell, reading->row);
        break;
    case KD_EXPLAIN_EVENT:
        tell_event(&tell, reading->row);
        break;
    case KD_EXPLAIN_FINDING:
        tell_finding(&tell, reading->row);
        break;
    case KD_EXPLAIN_CAUSE:
        tell_cause(&tell, reading->row);
        break;
    case KD_EXPLAIN_TOPIC:
        tell_topic(&tell, reading->row);
        break;
    case KD_EXPLAIN_COUNT:
        break;
    }
    tell_conflicts(&tell);
}
