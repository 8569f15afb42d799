/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judge.c - the evaluator: for each rule test its needs and call its check, then sort.
 *
 * A rule whose needs are unmet is told as not evaluated, never as passed. Of two findings of one
 * rule about one subject (a target that stands in several domains) the worse one stays, unless each
 * domain is judged alone: then each keeps its own, as in a run of its own.
 */
#include "kmsdns/rules/rule.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "causes.h"
#include "kmsdns/rules/policy.h"
#include "tables.h"

#define MAX_FINDINGS      1000
#define MAX_NOT_EVALUATED 1000
/* What comes from files, not from questions. */
#define JUDGE_EVIDENCE \
    ((uint32_t)KD_NEED_EVENTS | (uint32_t)KD_NEED_REGISTRY | (uint32_t)KD_NEED_DHCP)

#define MAX_QUERIES 100

struct kd_judge {
    const struct kd_facts *facts;
    const struct kd_policy *policy;
    const struct kd_rule *rule; /* being checked */
    bool is_each;               /* each domain is judged alone */
    struct kd_judgement *out;
    size_t nleft_out; /* findings beyond MAX_FINDINGS */
};

/* NULL, the whole run, stands before every name. */
static int judge_compare_names(const char *a, const char *b)
{
    return strcmp(a != NULL ? a : "", b != NULL ? b : "");
}

static struct kd_finding *judge_same_subject(struct kd_judge *judge,
                                             const struct kd_finding_args *args)
{
    for (size_t i = 0; i < judge->out->nfinding; i++) {
        struct kd_finding *finding = &judge->out->finding[i];
        bool is_same =
            finding->rule == judge->rule && strcmp(finding->subject, args->subject) == 0;

        if (is_same && (!judge->is_each ||
                        judge_compare_names(finding->about.domain, args->domain) == 0)) {
            return finding;
        }
    }
    return NULL;
}

static struct kd_finding *judge_mildest(struct kd_judge *judge)
{
    struct kd_finding *mildest = &judge->out->finding[0];

    for (size_t i = 1; i < judge->out->nfinding; i++) {
        if (judge->out->finding[i].severity < mildest->severity) {
            mildest = &judge->out->finding[i];
        }
    }
    return mildest;
}

/* Where a finding goes; NULL when there is one already that says at least as much. */
static struct kd_finding *judge_slot(struct kd_judge *judge, kd_severity severity,
                                     const struct kd_finding_args *args)
{
    struct kd_judgement *out = judge->out;
    struct kd_finding *slot = judge_same_subject(judge, args);

    if (slot == NULL && out->nfinding < MAX_FINDINGS) {
        out->finding = kd_arena_grow(judge->facts->arena, out->finding, out->nfinding,
                                     sizeof(*out->finding));
        out->nfinding++;
        return &out->finding[out->nfinding - 1];
    }
    if (slot == NULL) {
        judge->nleft_out++;
        slot = judge_mildest(judge);
    }
    return slot->severity < severity ? slot : NULL;
}

static void judge_copy_queries(const struct kd_facts *facts, struct kd_finding *finding,
                               const struct kd_finding_args *args)
{
    size_t max = args->nqueries < MAX_QUERIES ? args->nqueries : MAX_QUERIES;

    finding->queries = kd_arena_alloc(facts->arena, max * sizeof(*finding->queries));
    for (size_t i = 0; i < max; i++) {
        if (args->queries[i] != 0) {
            finding->queries[finding->nqueries] = args->queries[i];
            finding->nqueries++;
        }
    }
}

static struct kd_finding_args judge_copy_about(const struct kd_facts *facts,
                                               const struct kd_finding_args *args)
{
    return (struct kd_finding_args){
        .subject = kd_arena_strdup(facts->arena, args->subject),
        .domain = kd_arena_strdup(facts->arena, args->domain),
        .target = kd_arena_strdup(facts->arena, args->target),
        .server = kd_arena_strdup(facts->arena, args->server),
        .key = kd_arena_strdup(facts->arena, args->key),
        .zone = kd_arena_strdup(facts->arena, args->zone),
        .owner = kd_arena_strdup(facts->arena, args->owner),
        .port = args->port,
        .ttl_s = args->ttl_s,
    };
}

static void judge_found_va(struct kd_judge *judge, kd_severity severity,
                           const struct kd_finding_args *args, const char *fmt, va_list ap)
    __attribute__((format(printf, 4, 0)));

static void judge_found_va(struct kd_judge *judge, kd_severity severity,
                           const struct kd_finding_args *args, const char *fmt, va_list ap)
{
    const struct kd_rule *rule = judge->rule;
    kd_severity worst = rule->worst > rule->severity ? rule->worst : rule->severity;
    kd_severity told = severity < worst ? severity : worst;
    struct kd_finding *finding = NULL;

    severity = kd_policy_severity(judge->policy, rule, told);
    finding = judge_slot(judge, severity, args);
    if (finding == NULL) {
        return;
    }
    *finding = (struct kd_finding){
        .rule = rule,
        .severity = severity,
        .told = told,
        .about = judge_copy_about(judge->facts, args),
        .subject = kd_arena_strdup(judge->facts->arena, args->subject),
        .text = kd_arena_vprintf(judge->facts->arena, fmt, ap),
    };
    for (size_t i = 0; i < KD_MAX_FIXES && rule->fix[i].for_whom != NULL; i++) {
        finding->fix[i].for_whom = rule->fix[i].for_whom;
        finding->fix[i].what = kd_fill_fix(judge->facts, args, &rule->fix[i]);
    }
    judge_copy_queries(judge->facts, finding, args);
}

static void judge_add_not_evaluated(struct kd_judge *judge, const char *subject, kd_need need)
{
    struct kd_judgement *out = judge->out;

    for (size_t i = 0; i < out->nnot_evaluated; i++) {
        const struct kd_not_evaluated *known = &out->not_evaluated[i];

        if (known->rule != judge->rule) {
            continue;
        }
        if (known->subject == NULL || subject == NULL ? known->subject == subject
                                                      : strcmp(known->subject, subject) == 0) {
            return;
        }
    }
    out->not_evaluated = kd_arena_grow(judge->facts->arena, out->not_evaluated,
                                       out->nnot_evaluated, sizeof(*out->not_evaluated));
    out->not_evaluated[out->nnot_evaluated] = (struct kd_not_evaluated){
        .rule = judge->rule,
        .missing = kd_need_str(need),
        .subject = kd_arena_strdup(judge->facts->arena, subject),
    };
    out->nnot_evaluated++;
}

static kd_need judge_first_unmet(uint32_t needs, uint32_t met)
{
    uint32_t unmet = needs & ~met;

    for (size_t i = 0; i < KD_NEED_COUNT; i++) {
        if ((unmet & (1U << i)) != 0) {
            return (kd_need)(1U << i);
        }
    }
    return KD_NEED_NONE;
}

static int judge_compare_findings(const void *a, const void *b)
{
    const struct kd_finding *x = a, *y = b;
    int by_id = strcmp(x->rule->id, y->rule->id);
    int by_subject = strcmp(x->subject, y->subject);

    if (x->severity != y->severity) {
        return x->severity > y->severity ? -1 : 1;
    }
    if (by_id != 0 || by_subject != 0) {
        return by_id != 0 ? by_id : by_subject;
    }
    return judge_compare_names(x->about.domain, y->about.domain);
}

static int judge_compare_not_evaluated(const void *a, const void *b)
{
    const struct kd_not_evaluated *x = a, *y = b;
    int by_id = strcmp(x->rule->id, y->rule->id);

    if (by_id != 0) {
        return by_id;
    }
    return judge_compare_names(x->subject, y->subject);
}

/* Verbs that only read files: what they did not ask is no finding, and nobody misses it. */
static bool judge_is_offline(const struct kd_facts *facts)
{
    return strcmp(facts->command, "registry") == 0 || strcmp(facts->command, "events") == 0;
}

static void judge_finish(struct kd_judge *judge, uint32_t met)
{
    struct kd_judgement *out = judge->out;

    if (out->nfinding > 0) {
        qsort(out->finding, out->nfinding, sizeof(*out->finding), judge_compare_findings);
        out->verdict = out->finding[0].severity;
    }
    if (out->nnot_evaluated > 0) {
        qsort(out->not_evaluated, out->nnot_evaluated, sizeof(*out->not_evaluated),
              judge_compare_not_evaluated);
    }
    if (judge->nleft_out > 0) {
        struct kd_finding *last = &out->finding[out->nfinding - 1];

        last->text = kd_arena_printf(judge->facts->arena,
                                     "%s (... and %zu more findings, none of them worse, are "
                                     "not listed)",
                                     last->text, judge->nleft_out);
    }
    out->is_determined =
        out->nfinding > 0 ||
        (met & (judge_is_offline(judge->facts) ? JUDGE_EVIDENCE : KD_NEED_ASKED)) != 0;
}

void kd_found(struct kd_judge *judge, const struct kd_finding_args *args, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    judge_found_va(judge, judge->rule->severity, args, fmt, ap);
    va_end(ap);
}

void kd_found_as(struct kd_judge *judge, kd_severity severity,
                 const struct kd_finding_args *args, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    judge_found_va(judge, severity, args, fmt, ap);
    va_end(ap);
}

void kd_not_judged(struct kd_judge *judge, const char *subject, kd_need missing)
{
    /* beyond the limit the rule is told once for the whole run */
    bool is_full = judge->out->nnot_evaluated >= MAX_NOT_EVALUATED;

    judge_add_not_evaluated(judge, is_full ? NULL : subject, missing);
}

const struct kd_policy *kd_judge_policy(const struct kd_judge *judge)
{
    return judge->policy;
}

static bool judge_is_off(const struct kd_policy *policy, const struct kd_rule *rule)
{
    const struct kd_policy_level *level = kd_policy_level_of(policy, rule);

    return (level != NULL && level->is_off) || (kd_rule_modes(rule) & policy->modes) == 0 ||
           (rule->is_asked != NULL && !rule->is_asked(policy));
}

/* All rules over these facts; subject is of those that cannot speak, NULL for the whole run. */
static void judge_rules(struct kd_judge *judge, const struct kd_facts *facts, uint32_t met,
                        const char *subject)
{
    bool is_offline = judge_is_offline(facts);
    size_t n = 0;
    const struct kd_rule *const *rule = kd_rules(&n);

    judge->out->nrule = 0;
    for (size_t i = 0; i < n; i++) {
        kd_need unmet = judge_first_unmet(rule[i]->needs, met);

        if (is_offline && (rule[i]->needs & JUDGE_EVIDENCE & met) == 0) {
            continue;
        }
        if (judge_is_off(judge->policy, rule[i])) {
            continue;
        }
        judge->rule = rule[i];
        judge->out->rule[judge->out->nrule++] = rule[i];
        if (unmet != KD_NEED_NONE) {
            kd_not_judged(judge, subject, unmet);
        } else {
            rule[i]->check(judge, facts);
        }
    }
}

/* Domains that do not stand in for one another: the same as a run for each. */
static void judge_each(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        struct kd_facts one = *facts;

        one.domain = &facts->domain[i];
        one.ndomain = 1;
        judge_rules(judge, &one, kd_needs_met(&one), one.domain->name);
    }
}

const struct kd_judgement *kd_judge(const struct kd_facts *facts,
                                    const struct kd_policy *policy)
{
    struct kd_judge judge = {.facts = facts};
    uint32_t met = kd_needs_met(facts);
    size_t n = 0;

    (void)kd_rules(&n);
    judge.out = kd_arena_alloc(facts->arena, sizeof(*judge.out));
    judge.out->verdict = KD_SEV_INFO;
    judge.out->rule = kd_arena_alloc(facts->arena, n * sizeof(*judge.out->rule));
    judge.policy = policy != NULL ? policy : kd_policy_default();
    judge.out->policy = judge.policy;
    judge.is_each = judge.policy->is_each && facts->ndomain > 1;
    if (judge.is_each) {
        judge_each(&judge, facts);
    } else {
        judge_rules(&judge, facts, met, NULL);
    }
    judge_finish(&judge, met);
    if (judge.is_each) {
        kd_causes_find_each(facts, judge.out);
    } else {
        kd_causes_find(facts, judge.out);
    }
    return judge.out;
}

const char *kd_verdict_str(const struct kd_judgement *judgement)
{
    if (!judgement->is_determined) {
        return "unknown";
    }
    return judgement->verdict == KD_SEV_INFO ? "ok" : kd_severity_str(judgement->verdict);
}
