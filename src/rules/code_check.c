/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * code_check.c - which explanation of a code holds. Findings have three values here: raised, not
 * raised although they were judged, and not judged; "any of" and "all of" are taken over these.
 */
#include "kmsdns/rules/code_check.h"

#include <inttypes.h>
#include <string.h>

#include "kmsdns/rules/codes.h"
#include "reasons.h"
#include "topics.h"

/* What to give so that a need is met. */
static const struct {
    kd_need need;
    const char *how;
} CHECK_HOW[] = {
    {KD_NEED_RESOLVER, "name a resolver with --resolver"},
    {KD_NEED_DOMAIN, "name a domain"},
    {KD_NEED_TCP, "run it without --no-tcp, once a record is there"},
    {KD_NEED_UPDATE, "give --host and --key-file, where the primary can be reached"},
    {KD_NEED_HOST, "name the host with --host"},
    {KD_NEED_CHANGE, "make the change with kmsdns publish --apply"},
    {KD_NEED_EVENTS, "give the host's event log with --events"},
    {KD_NEED_REGISTRY, "give a registry export with --registry"},
    {KD_NEED_DHCP, "give --dhcp-domain, --lease or --dhcp"},
};

static const char *const HOLDS_NAME[KD_HOLDS_COUNT] = {
#define XX(name, text) [KD_HOLDS_##name] = (text),
    KD_HOLDS_MAP(XX)
#undef XX
};

/* One judgement being read for one claim. */
struct check {
    const struct kd_facts *facts;
    const struct kd_judgement *judgement;
    struct kd_code_claim *claim;
};

static void check_note(const struct check *check, const struct kd_rule *rule)
{
    struct kd_code_claim *claim = check->claim;

    for (size_t i = 0; i < claim->nfinding; i++) {
        if (strcmp(claim->finding[i], rule->id) == 0) {
            return;
        }
    }
    claim->finding = kd_arena_grow(check->facts->arena, claim->finding, claim->nfinding,
                                   sizeof(*claim->finding));
    claim->finding[claim->nfinding] = rule->id;
    claim->nfinding++;
}

static bool check_was_raised(const struct check *check, const struct kd_rule *rule)
{
    for (size_t i = 0; i < check->judgement->nfinding; i++) {
        if (check->judgement->finding[i].rule == rule) {
            return true;
        }
    }
    return false;
}

/* The word of what a rule lacked; NULL when it was judged of everything. */
static const char *check_missing(const struct check *check, const struct kd_rule *rule)
{
    for (size_t i = 0; i < check->judgement->nnot_evaluated; i++) {
        if (check->judgement->not_evaluated[i].rule == rule) {
            return check->judgement->not_evaluated[i].missing;
        }
    }
    return NULL;
}

static kd_holds check_rule(const struct check *check, const struct kd_rule *rule)
{
    if (check_was_raised(check, rule)) {
        return KD_HOLDS_YES;
    }
    return check_missing(check, rule) != NULL ? KD_HOLDS_OPEN : KD_HOLDS_NO;
}

static const struct kd_rule *check_find(const struct check *check, const char *id, size_t len)
{
    return kd_rule_by_id(kd_arena_strndup(check->facts->arena, id, len));
}

/* "A+B": no if any is, else open if any is. */
static kd_holds check_all_of(const struct check *check, const char *list, size_t len)
{
    kd_holds holds = KD_HOLDS_YES;

    for (const char *end = list + len; list < end; list++) {
        size_t n = strcspn(list, "+ ");
        const struct kd_rule *rule = check_find(check, list, n);
        kd_holds one = rule != NULL ? check_rule(check, rule) : KD_HOLDS_OPEN;

        if (one == KD_HOLDS_NO || (one == KD_HOLDS_OPEN && holds == KD_HOLDS_YES)) {
            holds = one;
        }
        list += n;
    }
    return holds;
}

/* Ids of the terms that have a value, into the claim. */
static void check_note_terms(const struct check *check, const char *list, kd_holds wanted)
{
    for (size_t len = kd_reason_word(&list, " "); len > 0; len = kd_reason_word(&list, " ")) {
        const char *end = list + len;
        bool is_wanted = check_all_of(check, list, len) == wanted;

        while (list < end) {
            size_t n = strcspn(list, "+ ");
            const struct kd_rule *rule = check_find(check, list, n);

            if (is_wanted && rule != NULL && check_rule(check, rule) == wanted) {
                check_note(check, rule);
            }
            list += n + (list[n] == '+' ? 1 : 0);
        }
    }
}

static kd_holds check_any_of(const struct check *check, const char *list)
{
    kd_holds holds = KD_HOLDS_NO;

    for (size_t len = kd_reason_word(&list, " "); len > 0; len = kd_reason_word(&list, " ")) {
        kd_holds one = check_all_of(check, list, len);

        if (one == KD_HOLDS_YES || (one == KD_HOLDS_OPEN && holds == KD_HOLDS_NO)) {
            holds = one;
        }
        list += len;
    }
    return holds;
}

/* The rule that refutes the claim; NULL if none does. */
static const struct kd_rule *check_refuting(const struct check *check, const char *list)
{
    for (size_t len = kd_reason_word(&list, " "); len > 0; len = kd_reason_word(&list, " ")) {
        bool is_not = *list == '!';
        const struct kd_rule *rule =
            check_find(check, list + (is_not ? 1 : 0), len - (is_not ? 1 : 0));
        kd_holds refutes = is_not ? KD_HOLDS_NO : KD_HOLDS_YES;

        if (rule != NULL && check_rule(check, rule) == refutes) {
            return rule;
        }
        list += len;
    }
    return NULL;
}

/* What would decide an open claim: what the first of its rules lacks. */
static void check_tell_lack(const struct check *check)
{
    struct kd_code_claim *claim = check->claim;
    const struct kd_rule *rule = claim->nfinding > 0 ? kd_rule_by_id(claim->finding[0]) : NULL;

    claim->missing = rule != NULL ? check_missing(check, rule) : NULL;
    claim->how = claim->missing != NULL ? "the answer that it needs did not come"
                                        : "no question to DNS can tell";
    for (size_t i = 0; i < sizeof(CHECK_HOW) / sizeof(CHECK_HOW[0]); i++) {
        if (claim->missing != NULL &&
            strcmp(claim->missing, kd_need_str(CHECK_HOW[i].need)) == 0) {
            claim->how = CHECK_HOW[i].how;
        }
    }
}

static void check_claim(const struct check *check, const struct kd_reason *reason)
{
    struct kd_code_claim *claim = check->claim;
    const struct kd_rule *refuting = NULL;
    kd_holds holds = KD_HOLDS_OPEN;

    if (reason->confirm != NULL) {
        holds = check_any_of(check, reason->confirm);
    }
    if (holds != KD_HOLDS_YES && reason->refute != NULL) {
        refuting = check_refuting(check, reason->refute);
    }
    claim->holds = refuting != NULL ? KD_HOLDS_NO : holds;
    if (refuting != NULL) {
        check_note(check, refuting);
    } else if (reason->confirm != NULL) {
        check_note_terms(check, reason->confirm, holds);
    }
    if (claim->holds == KD_HOLDS_OPEN) {
        check_tell_lack(check);
    }
}

static void check_name(struct kd_arena *arena, struct kd_code_check *told)
{
    const struct kd_code *code = kd_code_find(told->code);
    const struct kd_event_row *event = kd_event_row(told->code);

    if (event != NULL) {
        told->id = kd_arena_printf(arena, "%" PRIu32, told->code);
        told->name = kd_arena_printf(arena, "Event %" PRIu32, told->code);
        told->text = event->meaning;
        return;
    }
    told->id = kd_arena_printf(arena, "0x%08" PRIX32, told->code);
    told->symbol = code != NULL ? code->symbol : NULL;
    told->name = kd_arena_printf(arena, "Code %s", kd_code_str(arena, told->code));
    told->text = kd_code_meaning(told->code);
}

const char *kd_holds_str(kd_holds holds)
{
    return (size_t)holds < KD_HOLDS_COUNT ? HOLDS_NAME[holds] : "?";
}

const struct kd_code_check *kd_code_check(const struct kd_facts *facts)
{
    const struct kd_judgement *judgement = NULL;
    struct kd_code_check *told = NULL;
    const struct kd_code_reasons *row = NULL;

    if (facts->code == 0 && facts->event == 0) {
        return NULL;
    }
    judgement = kd_judge(facts, NULL);
    told = kd_arena_alloc(facts->arena, sizeof(*told));
    told->code = facts->code != 0 ? facts->code : facts->event;
    check_name(facts->arena, told);
    row = kd_code_reasons(told->code);
    told->claim = kd_arena_alloc(facts->arena, KD_MAX_REASONS * sizeof(*told->claim));
    for (size_t i = 0; i < KD_MAX_REASONS && row->reason[i] != KD_REASON_NONE; i++) {
        const struct kd_reason *reason = kd_reason(row->reason[i]);
        struct check check = {facts, judgement, &told->claim[i]};

        told->claim[i].text = reason->text;
        check_claim(&check, reason);
        told->nclaim++;
    }
    return told;
}

bool kd_code_is_publishing(uint32_t code)
{
    const struct kd_code *row = kd_code_find(code);
    const struct kd_event_row *event = kd_event_row(code);

    return (row != NULL && strchr(row->use, 'P') != NULL) ||
           (event != NULL && strchr(event->use, 'P') != NULL);
}
