/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * openmetrics_run.c - the gauges of the run and of its findings; the document of a run that
 * failed.
 */
#include "openmetrics.h"

#include <string.h>

#include "kmsdns/render/render.h"

/* ---- the run ---- */

static const char *const OM_VERDICT[] = {"ok", "notice", "warning", "critical", "unknown"};
#define OM_NVERDICT ((unsigned int)(sizeof(OM_VERDICT) / sizeof(OM_VERDICT[0])))
#define OM_UNKNOWN  (OM_NVERDICT - 1)

static const char *om_verdict(unsigned int number)
{
    return OM_VERDICT[number];
}

/* "ok", the severities in their order, "not_evaluated". */
#define OM_NOT_EVALUATED ((unsigned int)KD_SEV_COUNT + 1)

static const char *om_state(unsigned int number)
{
    return number == 0                  ? "ok"
           : number == OM_NOT_EVALUATED ? "not_evaluated"
                                        : kd_severity_str((kd_severity)(number - 1));
}

static void om_build_info(struct kd_om *om, const struct kd_om_place *place)
{
    (void)place;
    kd_expo_value(&om->expo, KD_LABELS({"version", om->facts->tool_version}), 1);
}

static void om_success(struct kd_om *om, const struct kd_om_place *place)
{
    (void)place;
    kd_expo_value(&om->expo, NULL, 1);
}

static void om_complete(struct kd_om *om, const struct kd_om_place *place)
{
    (void)place;
    kd_expo_value(&om->expo, NULL, om->facts->cut == KD_CUT_NONE ? 1 : 0);
}

static void om_started(struct kd_om *om, const struct kd_om_place *place)
{
    (void)place;
    kd_expo_value(&om->expo, NULL, (double)om->facts->started_s);
}

static void om_duration(struct kd_om *om, const struct kd_om_place *place)
{
    (void)place;
    kd_expo_value(&om->expo, NULL, kd_om_seconds(om->facts->duration_us));
}

static void om_run_verdict(struct kd_om *om, const struct kd_om_place *place)
{
    const char *verdict = kd_verdict_str(om->judgement);
    unsigned int current = 0;

    (void)place;
    while (current < OM_UNKNOWN && strcmp(OM_VERDICT[current], verdict) != 0) {
        current++;
    }
    kd_expo_states(&om->expo, NULL, "state", om_verdict, OM_NVERDICT, current);
}

static size_t om_beyond(size_t n)
{
    return n > KD_OM_MAX_EACH ? n - KD_OM_MAX_EACH : 0;
}

static void om_left_out(struct kd_om *om, const struct kd_om_place *place)
{
    enum {
        RESOLVERS,
        SERVERS,
        TARGETS,
        ADDRESSES,
        IDENTITIES,
        KINDS
    };
    static const char *const KIND[KINDS] = {"resolvers", "servers", "targets", "addresses",
                                            "identities"};
    size_t n[KINDS] = {0};

    (void)place;
    for (size_t i = 0; i < om->ndomain; i++) {
        const struct kd_domain_fact *domain = &om->facts->domain[i];

        n[RESOLVERS] += om_beyond(domain->nview);
        n[SERVERS] += domain->zone != NULL ? om_beyond(domain->zone->nserver) : 0;
        n[TARGETS] += om_beyond(domain->ntarget);
        n[IDENTITIES] += om_beyond(domain->nupdate);
        for (size_t j = 0; j < domain->ntarget; j++) {
            n[ADDRESSES] += om_beyond(domain->target[j]->naddress);
        }
    }
    kd_expo_value(&om->expo, KD_LABELS({"what", "domains"}),
                  (double)(om->facts->ndomain - om->ndomain));
    for (size_t kind = 0; kind < KINDS; kind++) {
        kd_expo_value(&om->expo, KD_LABELS({"what", KIND[kind]}), (double)n[kind]);
    }
}

/* ---- findings ---- */

static unsigned int om_rule_state(const struct kd_judgement *judgement,
                                  const struct kd_rule *rule)
{
    /* findings are sorted, the first of a rule is its worst */
    for (size_t i = 0; i < judgement->nfinding; i++) {
        if (judgement->finding[i].rule == rule) {
            return (unsigned int)judgement->finding[i].severity + 1;
        }
    }
    for (size_t i = 0; i < judgement->nnot_evaluated; i++) {
        if (judgement->not_evaluated[i].rule == rule) {
            return OM_NOT_EVALUATED;
        }
    }
    return 0;
}

static void om_finding_states(struct kd_om *om, const struct kd_om_place *place)
{
    (void)place;
    for (size_t i = 0; i < om->judgement->nrule; i++) {
        const struct kd_rule *rule = om->judgement->rule[i];

        kd_expo_states(&om->expo, KD_LABELS({"id", rule->id}), "state", om_state,
                       OM_NOT_EVALUATED + 1, om_rule_state(om->judgement, rule));
    }
}

static void om_findings(struct kd_om *om, const struct kd_om_place *place)
{
    (void)place;
    for (size_t i = 0; i < om->judgement->nfinding; i++) {
        const struct kd_finding *finding = &om->judgement->finding[i];

        kd_expo_value(&om->expo,
                      KD_LABELS({"domain", om->finding_domain[i]}, {"id", finding->rule->id},
                                {"severity", kd_severity_str(finding->severity)}),
                      1);
    }
}

static void om_count_of(struct kd_om *om, const char *domain)
{
    unsigned int count[KD_SEV_COUNT] = {0};

    for (size_t i = 0; i < om->judgement->nfinding; i++) {
        if (strcmp(om->finding_domain[i], domain) == 0) {
            count[om->judgement->finding[i].severity]++;
        }
    }
    for (unsigned int severity = 0; severity < KD_SEV_COUNT; severity++) {
        kd_expo_value(
            &om->expo,
            KD_LABELS({"domain", domain}, {"severity", kd_severity_str((kd_severity)severity)}),
            count[severity]);
    }
}

static void om_counts(struct kd_om *om, const struct kd_om_place *place)
{
    (void)place;
    om_count_of(om, "");
    for (size_t i = 0; i < om->ndomain; i++) {
        om_count_of(om, om->facts->domain[i].name);
    }
}

const struct kd_om_family *kd_om_run_families(size_t *ret_n)
{
    static const struct kd_om_family FAMILY[] = {
        {"kmsdns_build_info", "version of kmsdns that made this", kd_om_each_run,
         om_build_info},
        {"kmsdns_run_success", "1 if the run came to a report, 0 if it failed before",
         kd_om_each_run, om_success},
        {"kmsdns_run_complete", "0 if a deadline or a signal cut the run", kd_om_each_run,
         om_complete},
        {"kmsdns_last_run_timestamp_seconds", "when the run began", kd_om_each_run, om_started},
        {"kmsdns_run_duration_seconds", "how long the run took", kd_om_each_run, om_duration},
        {"kmsdns_left_out", "how many were seen and are not told here, to bound this document",
         kd_om_each_run, om_left_out},
        {"kmsdns_verdict", "the worst of all findings; unknown if nothing was found out",
         kd_om_each_run, om_run_verdict},
        {"kmsdns_finding_state", "what each check came to, the worst of its subjects",
         kd_om_each_run, om_finding_states},
        {"kmsdns_finding", "a check that found something, of a domain where it is about one",
         kd_om_each_run, om_findings},
        {"kmsdns_findings", "number of findings", kd_om_each_run, om_counts},
    };

    *ret_n = sizeof(FAMILY) / sizeof(FAMILY[0]);
    return FAMILY;
}

void kd_render_openmetrics_failure(const char *vantage, const struct kd_err *failure,
                                   struct kd_buf *out)
{
    struct kd_exposition expo = {.out = out, .vantage = vantage};

    kd_expo_family(&expo, "kmsdns_run_success",
                   "1 if the run came to a report, 0 if it failed before");
    kd_expo_value(&expo, NULL, 0);
    kd_expo_family(&expo, "kmsdns_run_failure", "why the run failed");
    kd_expo_value(&expo, KD_LABELS({"code", kd_status_str(failure->code)}), 1);
    kd_expo_family(&expo, "kmsdns_verdict",
                   "the worst of all findings; unknown if nothing was found out");
    kd_expo_states(&expo, NULL, "state", om_verdict, OM_NVERDICT, OM_UNKNOWN);
    kd_expo_done(&expo);
}

void kd_render_openmetrics_error(const struct kd_err *failure, struct kd_buf *out)
{
    kd_render_openmetrics_failure(NULL, failure, out);
}
