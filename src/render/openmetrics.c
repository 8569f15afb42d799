/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * openmetrics.c - facts and judgement as gauges: a table of families, each with what it is told
 * of (the run, every domain, every server ...) and the function that adds its samples.
 *
 * What is not known is left out, it is never 0. What has one of several states is told as a state
 * set: one series for each state, so that "no answer" and REFUSED are different series, and none
 * appears or vanishes when the state changes.
 */
#include "kmsdns/render/render.h"

#include <stdio.h>
#include <string.h>

#include "exposition.h"
#include "kmsdns/rules/metric.h"

/*
 * Limits, because one series costs a Prometheus server some KiB for as long as it keeps data.
 * What they leave out is told by kmsdns_left_out.
 */
#define OM_MAX_SERIES 50000 /* of all domains together */
#define OM_MAX_EACH   32    /* resolvers, servers, targets, identities of one domain */

#define OM_MAX_LABELS  3
#define OM_PORT_STRLEN 8

/* What a sample is about; members that a family is not told of are NULL. */
struct om_place {
    const struct kd_domain_fact *domain;
    const struct kd_view_fact *view;
    const struct kd_server_fact *server;
    const struct kd_target_fact *target;
    const struct kd_address_fact *address;
    const struct kd_update_fact *update;
};

struct om {
    const struct kd_facts *facts;
    const struct kd_judgement *judgement;
    struct kd_exposition expo;
    const char **finding_domain; /* one per finding, "" for none */
    size_t ndomain;              /* that are told */
};

typedef void om_add_fn(struct om *om, const struct om_place *place);
typedef void om_each_fn(struct om *om, om_add_fn *add);

struct om_family {
    const char *name;
    const char *help;
    om_each_fn *each;
    om_add_fn *add;
};

static size_t om_min(size_t a, size_t b)
{
    return a < b ? a : b;
}

static double om_seconds(uint64_t us)
{
    return (double)us / 1e6;
}

/* ---- state sets ---- */

static const char *om_outcome(unsigned int number)
{
    return kd_outcome_str((kd_outcome)number);
}

static const char *om_reach(unsigned int number)
{
    return kd_reach_str((kd_reach)number);
}

static const char *om_right(unsigned int number)
{
    return kd_right_str((kd_right)number);
}

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

/* ---- what families are told of ---- */

static void om_each_run(struct om *om, om_add_fn *add)
{
    add(om, &(struct om_place){.domain = NULL});
}

static void om_each_domain(struct om *om, om_add_fn *add)
{
    for (size_t i = 0; i < om->ndomain; i++) {
        add(om, &(struct om_place){.domain = &om->facts->domain[i]});
    }
}

static void om_each_view(struct om *om, om_add_fn *add)
{
    for (size_t i = 0; i < om->ndomain; i++) {
        const struct kd_domain_fact *domain = &om->facts->domain[i];

        for (size_t j = 0; j < om_min(domain->nview, OM_MAX_EACH); j++) {
            if (domain->view[j].resolver < om->facts->nresolver) {
                add(om, &(struct om_place){.domain = domain, .view = &domain->view[j]});
            }
        }
    }
}

static void om_each_server(struct om *om, om_add_fn *add)
{
    for (size_t i = 0; i < om->ndomain; i++) {
        const struct kd_domain_fact *domain = &om->facts->domain[i];
        const struct kd_zone_fact *zone = domain->zone;

        for (size_t j = 0; zone != NULL && j < om_min(zone->nserver, OM_MAX_EACH); j++) {
            add(om, &(struct om_place){.domain = domain, .server = &zone->server[j]});
        }
    }
}

static void om_each_target(struct om *om, om_add_fn *add)
{
    for (size_t i = 0; i < om->ndomain; i++) {
        const struct kd_domain_fact *domain = &om->facts->domain[i];

        for (size_t j = 0; j < om_min(domain->ntarget, OM_MAX_EACH); j++) {
            add(om, &(struct om_place){.domain = domain, .target = domain->target[j]});
        }
    }
}

static void om_each_address(struct om *om, om_add_fn *add)
{
    for (size_t i = 0; i < om->ndomain; i++) {
        const struct kd_domain_fact *domain = &om->facts->domain[i];

        for (size_t j = 0; j < om_min(domain->ntarget, OM_MAX_EACH); j++) {
            const struct kd_target_fact *target = domain->target[j];

            for (size_t k = 0; k < om_min(target->naddress, OM_MAX_EACH); k++) {
                add(om, &(struct om_place){.target = target, .address = &target->address[k]});
            }
        }
    }
}

static void om_each_update(struct om *om, om_add_fn *add)
{
    for (size_t i = 0; i < om->ndomain; i++) {
        const struct kd_domain_fact *domain = &om->facts->domain[i];

        for (size_t j = 0; j < om_min(domain->nupdate, OM_MAX_EACH); j++) {
            add(om, &(struct om_place){.domain = domain, .update = &domain->update[j]});
        }
    }
}

/* ---- labels ---- */

/* "192.0.2.53:53" in text (KD_ENDPOINT_STRLEN bytes); "" without an address. */
static const char *om_endpoint(const struct kd_endpoint *endpoint, char *text)
{
    text[0] = '\0';
    return endpoint->addr.family != 0 ? kd_endpoint_str(endpoint, text) : text;
}

/* The labels of one sample, and what is written out for them. */
struct om_labels {
    struct kd_label item[OM_MAX_LABELS + 1]; /* ends with a NULL name */
    size_t n;
    char address[KD_ENDPOINT_STRLEN];
    char port[OM_PORT_STRLEN];
};

static void om_label(struct om_labels *labels, const char *name, const char *value)
{
    labels->item[labels->n++] = (struct kd_label){name, value};
    labels->item[labels->n] = (struct kd_label){NULL, NULL};
}

static const struct kd_label *om_of_view(const struct om *om, const struct om_place *place,
                                         struct om_labels *labels)
{
    const struct kd_resolver_fact *resolver = &om->facts->resolver[place->view->resolver];

    labels->n = 0;
    om_label(labels, "domain", place->domain->name);
    om_label(labels, "resolver", om_endpoint(&resolver->server, labels->address));
    return labels->item;
}

static const struct kd_label *om_of_server(const struct om_place *place,
                                           struct om_labels *labels)
{
    labels->n = 0;
    om_label(labels, "domain", place->domain->name);
    om_label(labels, "server", place->server->name);
    om_label(labels, "address", om_endpoint(&place->server->address, labels->address));
    return labels->item;
}

/* A host is tried once a run, whatever domains name it. */
static const struct kd_label *om_of_target(const struct om_place *place,
                                           struct om_labels *labels)
{
    labels->n = 0;
    snprintf(labels->port, sizeof(labels->port), "%u", (unsigned int)place->target->port);
    om_label(labels, "target", place->target->name);
    om_label(labels, "port", labels->port);
    if (place->address != NULL) {
        om_label(labels, "address", kd_addr_str(&place->address->addr, labels->address));
    }
    return labels->item;
}

static const struct kd_label *om_of_update(const struct om_place *place,
                                           struct om_labels *labels)
{
    labels->n = 0;
    om_label(labels, "domain", place->domain->name);
    om_label(labels, "identity", place->update->identity);
    om_label(labels, "address", om_endpoint(&place->update->server, labels->address));
    return labels->item;
}

/* ---- the run ---- */

static void om_build_info(struct om *om, const struct om_place *place)
{
    (void)place;
    kd_expo_value(&om->expo, KD_LABELS({"version", om->facts->tool_version}), 1);
}

static void om_success(struct om *om, const struct om_place *place)
{
    (void)place;
    kd_expo_value(&om->expo, NULL, 1);
}

static void om_complete(struct om *om, const struct om_place *place)
{
    (void)place;
    kd_expo_value(&om->expo, NULL, om->facts->cut == KD_CUT_NONE ? 1 : 0);
}

static void om_started(struct om *om, const struct om_place *place)
{
    (void)place;
    kd_expo_value(&om->expo, NULL, (double)om->facts->started_s);
}

static void om_duration(struct om *om, const struct om_place *place)
{
    (void)place;
    kd_expo_value(&om->expo, NULL, om_seconds(om->facts->duration_us));
}

static void om_run_verdict(struct om *om, const struct om_place *place)
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
    return n > OM_MAX_EACH ? n - OM_MAX_EACH : 0;
}

static void om_left_out(struct om *om, const struct om_place *place)
{
    size_t nresolver = 0, nserver = 0, ntarget = 0;

    (void)place;
    for (size_t i = 0; i < om->ndomain; i++) {
        const struct kd_domain_fact *domain = &om->facts->domain[i];

        nresolver += om_beyond(domain->nview);
        nserver += domain->zone != NULL ? om_beyond(domain->zone->nserver) : 0;
        ntarget += om_beyond(domain->ntarget);
    }
    kd_expo_value(&om->expo, KD_LABELS({"what", "domains"}),
                  (double)(om->facts->ndomain - om->ndomain));
    kd_expo_value(&om->expo, KD_LABELS({"what", "resolvers"}), (double)nresolver);
    kd_expo_value(&om->expo, KD_LABELS({"what", "servers"}), (double)nserver);
    kd_expo_value(&om->expo, KD_LABELS({"what", "targets"}), (double)ntarget);
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

static void om_finding_states(struct om *om, const struct om_place *place)
{
    (void)place;
    for (size_t i = 0; i < om->judgement->nrule; i++) {
        const struct kd_rule *rule = om->judgement->rule[i];

        kd_expo_states(&om->expo, KD_LABELS({"id", rule->id}), "state", om_state,
                       OM_NOT_EVALUATED + 1, om_rule_state(om->judgement, rule));
    }
}

static void om_findings(struct om *om, const struct om_place *place)
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

static void om_count_of(struct om *om, const char *domain)
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

static void om_counts(struct om *om, const struct om_place *place)
{
    (void)place;
    om_count_of(om, "");
    for (size_t i = 0; i < om->ndomain; i++) {
        om_count_of(om, om->facts->domain[i].name);
    }
}

/* ---- domains, resolvers, servers ---- */

/* Family of each number that rules and plugin know, too; kd_metric_what says what it is. */
static const char *const OM_METRIC[KD_METRIC_COUNT] = {
    [KD_METRIC_TIME] = "kmsdns_response_time_seconds",
    [KD_METRIC_CONNECT] = "kmsdns_connect_time_seconds",
    [KD_METRIC_TTL] = "kmsdns_srv_ttl_seconds",
    [KD_METRIC_HOSTS] = "kmsdns_srv_hosts",
    [KD_METRIC_REACHABLE] = "kmsdns_srv_hosts_reachable",
    [KD_METRIC_SERVERS] = "kmsdns_zone_servers_answering",
    [KD_METRIC_SERIAL_LAG] = "kmsdns_serial_lag",
    [KD_METRIC_NEGATIVE_TTL] = "kmsdns_negative_ttl_seconds",
};

static void om_metrics(struct om *om)
{
    for (unsigned int metric = 0; metric < KD_METRIC_COUNT; metric++) {
        kd_expo_family(&om->expo, OM_METRIC[metric], kd_metric_what((kd_metric)metric));
        for (size_t i = 0; i < om->ndomain; i++) {
            const struct kd_domain_fact *domain = &om->facts->domain[i];
            double value = 0;

            if (kd_metric_of(om->facts, domain, (kd_metric)metric, &value)) {
                kd_expo_value(&om->expo, KD_LABELS({"domain", domain->name}), value);
            }
        }
    }
}

static void om_found(struct om *om, const struct om_place *place)
{
    const struct kd_domain_fact *domain = place->domain;
    bool is_told = false;

    for (size_t i = 0; i < domain->nview; i++) {
        is_told = is_told || kd_outcome_is_usable(domain->view[i].status);
    }
    if (is_told) {
        kd_expo_value(&om->expo, KD_LABELS({"domain", domain->name}),
                      kd_domain_has_srv(domain) ? 1 : 0);
    }
}

static void om_view_status(struct om *om, const struct om_place *place)
{
    struct om_labels labels;

    kd_expo_states(&om->expo, om_of_view(om, place, &labels), "status", om_outcome,
                   KD_OUT_COUNT, place->view->status);
}

static void om_view_ttl(struct om *om, const struct om_place *place)
{
    struct om_labels labels;

    if (place->view->ttl_s >= 0) {
        kd_expo_value(&om->expo, om_of_view(om, place, &labels), (double)place->view->ttl_s);
    }
}

/* True if it was an answer that took the time, not the waiting for one. */
static bool om_was_heard(kd_outcome status)
{
    return status != KD_OUT_SKIPPED && !kd_outcome_is_silent(status);
}

static void om_view_time(struct om *om, const struct om_place *place)
{
    const struct kd_query_fact *query = kd_facts_query(om->facts, place->view->query);
    struct om_labels labels;

    if (query != NULL && om_was_heard(query->status)) {
        kd_expo_value(&om->expo, om_of_view(om, place, &labels),
                      om_seconds(query->duration_us));
    }
}

static void om_server_status(struct om *om, const struct om_place *place)
{
    struct om_labels labels;

    kd_expo_states(&om->expo, om_of_server(place, &labels), "status", om_outcome, KD_OUT_COUNT,
                   place->server->srv_status);
}

static void om_server_up(struct om *om, const struct om_place *place)
{
    struct om_labels labels;

    if (place->server->status != KD_OUT_SKIPPED) {
        kd_expo_value(&om->expo, om_of_server(place, &labels),
                      om_was_heard(place->server->status) ? 1 : 0);
    }
}

static void om_server_serial(struct om *om, const struct om_place *place)
{
    struct om_labels labels;

    if (place->server->serial >= 0) {
        kd_expo_value(&om->expo, om_of_server(place, &labels), (double)place->server->serial);
    }
}

static void om_server_ttl(struct om *om, const struct om_place *place)
{
    struct om_labels labels;

    if (place->server->ttl_s >= 0) {
        kd_expo_value(&om->expo, om_of_server(place, &labels), (double)place->server->ttl_s);
    }
}

/* ---- hosts, the right to write ---- */

static void om_target_addresses(struct om *om, const struct om_place *place)
{
    struct om_labels labels;

    if (place->target->naddress > 0 || kd_outcome_is_usable(place->target->status)) {
        kd_expo_value(&om->expo, om_of_target(place, &labels), (double)place->target->naddress);
    }
}

static void om_address_tcp(struct om *om, const struct om_place *place)
{
    struct om_labels labels;

    kd_expo_states(&om->expo, om_of_target(place, &labels), "state", om_reach, KD_REACH_COUNT,
                   place->address->tcp);
}

static void om_address_time(struct om *om, const struct om_place *place)
{
    struct om_labels labels;

    if (place->address->tcp == KD_REACH_OPEN) {
        kd_expo_value(&om->expo, om_of_target(place, &labels),
                      om_seconds(place->address->rtt_us));
    }
}

static void om_update_right(struct om *om, const struct om_place *place)
{
    struct om_labels labels;

    kd_expo_states(&om->expo, om_of_update(place, &labels), "verdict", om_right, KD_RIGHT_COUNT,
                   place->update->right);
}

/* In the order of the document. */
static const struct om_family OM_FAMILY[] = {
    {"kmsdns_build_info", "version of kmsdns that made this", om_each_run, om_build_info},
    {"kmsdns_run_success", "1 if the run came to a report, 0 if it failed before", om_each_run,
     om_success},
    {"kmsdns_run_complete", "0 if a deadline or a signal cut the run", om_each_run,
     om_complete},
    {"kmsdns_last_run_timestamp_seconds", "when the run began", om_each_run, om_started},
    {"kmsdns_run_duration_seconds", "how long the run took", om_each_run, om_duration},
    {"kmsdns_left_out", "how many were seen and are not told here, to bound this document",
     om_each_run, om_left_out},
    {"kmsdns_verdict", "the worst of all findings; unknown if nothing was found out",
     om_each_run, om_run_verdict},
    {"kmsdns_finding_state", "what each check came to, the worst of its subjects", om_each_run,
     om_finding_states},
    {"kmsdns_finding", "a check that found something, of a domain where it is about one",
     om_each_run, om_findings},
    {"kmsdns_findings", "number of findings", om_each_run, om_counts},
    {"kmsdns_srv_found", "1 if a resolver gives the SRV record, 0 if those that answer do not",
     om_each_domain, om_found},
    {"kmsdns_srv_status", "how a resolver answered the question for the SRV record",
     om_each_view, om_view_status},
    {"kmsdns_resolver_srv_ttl_seconds",
     "TTL of the SRV set at a resolver; counts down in a cache", om_each_view, om_view_ttl},
    {"kmsdns_resolver_response_seconds",
     "how long a resolver took to answer the question for the SRV record", om_each_view,
     om_view_time},
    {"kmsdns_server_up", "1 if a server of the zone answers at all", om_each_server,
     om_server_up},
    {"kmsdns_server_serial", "serial of the zone at one of its servers", om_each_server,
     om_server_serial},
    {"kmsdns_server_srv_status", "how a server of the zone answered for the SRV record",
     om_each_server, om_server_status},
    {"kmsdns_server_srv_ttl_seconds", "TTL of the SRV set at a server of the zone",
     om_each_server, om_server_ttl},
    {"kmsdns_target_addresses", "number of addresses of a published host", om_each_target,
     om_target_addresses},
    {"kmsdns_target_tcp_state", "how a TCP connect to a published host ended", om_each_address,
     om_address_tcp},
    {"kmsdns_target_connect_seconds", "how long the TCP connect took", om_each_address,
     om_address_time},
    {"kmsdns_update_right", "whether an identity may write the record, as probes show it",
     om_each_update, om_update_right},
};

/* ---- the document ---- */

/* The domain that a finding is about; many checks say it, others have it as their subject. */
static const char *om_domain_of(const struct kd_facts *facts, const struct kd_finding *finding)
{
    if (finding->about.domain != NULL) {
        return finding->about.domain;
    }
    for (size_t i = 0; i < facts->ndomain; i++) {
        if (strcmp(facts->domain[i].name, finding->subject) == 0) {
            return facts->domain[i].name;
        }
    }
    return "";
}

/* About as many series as a domain makes. */
static size_t om_cost(const struct kd_domain_fact *domain)
{
    size_t cost = KD_SEV_COUNT + KD_METRIC_COUNT + 1 +
                  om_min(domain->nview, OM_MAX_EACH) * (KD_OUT_COUNT + 2) +
                  om_min(domain->nupdate, OM_MAX_EACH) * KD_RIGHT_COUNT;

    if (domain->zone != NULL) {
        cost += om_min(domain->zone->nserver, OM_MAX_EACH) * (KD_OUT_COUNT + 3);
    }
    for (size_t i = 0; i < om_min(domain->ntarget, OM_MAX_EACH); i++) {
        cost += 1 + om_min(domain->target[i]->naddress, OM_MAX_EACH) * (KD_REACH_COUNT + 1);
    }
    return cost;
}

static size_t om_count_domains(const struct kd_facts *facts)
{
    size_t cost = 0, n = 0;

    while (n < facts->ndomain) {
        cost += om_cost(&facts->domain[n]);
        if (cost > OM_MAX_SERIES) {
            break;
        }
        n++;
    }
    return n;
}

void kd_render_openmetrics(const struct kd_facts *facts, const struct kd_judgement *judgement,
                           const struct kd_render_style *style, struct kd_buf *out)
{
    struct om om = {
        .facts = facts,
        .judgement = judgement,
        .expo = {.out = out, .vantage = facts->vantage},
        .ndomain = om_count_domains(facts),
    };

    (void)style;
    om.finding_domain =
        kd_arena_alloc(facts->arena, judgement->nfinding * sizeof(*om.finding_domain));
    for (size_t i = 0; i < judgement->nfinding; i++) {
        om.finding_domain[i] = om_domain_of(facts, &judgement->finding[i]);
    }
    for (size_t i = 0; i < sizeof(OM_FAMILY) / sizeof(OM_FAMILY[0]); i++) {
        kd_expo_family(&om.expo, OM_FAMILY[i].name, OM_FAMILY[i].help);
        OM_FAMILY[i].each(&om, OM_FAMILY[i].add);
    }
    om_metrics(&om);
    kd_expo_done(&om.expo);
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
