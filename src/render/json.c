/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json.c - one report document: the facts as facts/json.c tells them, with the judgement put
 * between them in the places that the contract names, and behind them what clients would find.
 */
#include "kmsdns/render/render.h"

#include <jansson.h>
#include <string.h>

#include "json_parts.h"
#include "kmsdns/facts/json.h"
#include "kmsdns/rules/cause.h"
#include "kmsdns/rules/client.h"

static json_t *render_fixes(const struct kd_fix *fix)
{
    json_t *array = kd_json_must(json_array());

    for (size_t i = 0; i < KD_MAX_FIXES && fix[i].what != NULL; i++) {
        json_t *one = kd_json_must(json_object());

        kd_json_put(one, "for", kd_json_text(fix[i].for_whom));
        kd_json_put(one, "do", kd_json_text(fix[i].what));
        kd_json_push(array, one);
    }
    return array;
}

static json_t *render_queries(const uint32_t *queries, size_t n)
{
    json_t *array = kd_json_must(json_array());

    for (size_t i = 0; i < n; i++) {
        kd_json_push(array, json_integer(queries[i]));
    }
    return array;
}

static json_t *render_finding(const struct kd_finding *finding)
{
    json_t *object = kd_json_must(json_object());

    kd_json_put(object, "id", kd_json_text(finding->rule->id));
    kd_json_put(object, "severity", kd_json_text(kd_severity_str(finding->severity)));
    kd_json_put(object, "subject", kd_json_text(finding->subject));
    kd_json_put(object, "text", kd_json_text(finding->text));
    kd_json_put(object, "queries", render_queries(finding->queries, finding->nqueries));
    kd_json_put(object, "fix", render_fixes(finding->fix));
    kd_json_put(object, "title", kd_json_text(finding->rule->title));
    kd_json_put(object, "why", kd_json_text(finding->rule->why));
    kd_json_put(object, "source", kd_json_text(finding->rule->source));
    return object;
}

/* Each id once: findings of one rule about several subjects stand together. */
static json_t *render_cause_findings(const struct kd_cause *cause)
{
    json_t *array = kd_json_must(json_array());

    for (size_t i = 0; i < cause->nfinding; i++) {
        const char *id = cause->finding[i]->rule->id;
        bool is_told = false;

        for (size_t j = 0; j < i && !is_told; j++) {
            is_told = strcmp(cause->finding[j]->rule->id, id) == 0;
        }
        if (!is_told) {
            kd_json_push(array, kd_json_text(id));
        }
    }
    return array;
}

static json_t *render_cause(const struct kd_cause *cause)
{
    json_t *object = kd_json_must(json_object());
    json_t *rivals = kd_json_must(json_array());
    json_t *open = kd_json_must(json_array());

    for (size_t i = 0; i < cause->nrival; i++) {
        kd_json_push(rivals, kd_json_text(cause->rival[i]->id));
    }
    for (size_t i = 0; i < cause->nopen; i++) {
        kd_json_push(open, kd_json_text(cause->open[i]->id));
    }
    kd_json_put(object, "id", kd_json_text(cause->row->id));
    kd_json_put(object, "confidence", kd_json_text(kd_confidence_str(cause->confidence)));
    kd_json_put(object, "subject", kd_json_text(cause->subject));
    kd_json_put(object, "text", kd_json_text(cause->text));
    kd_json_put(object, "findings", render_cause_findings(cause));
    kd_json_put(object, "queries", render_queries(cause->queries, cause->nqueries));
    kd_json_put(object, "fix", render_fixes(cause->fix));
    kd_json_put(object, "decides", kd_json_text(cause->decides));
    kd_json_put(object, "rivals", rivals);
    kd_json_put(object, "not_evaluated", open);
    return object;
}

static json_t *render_not_evaluated(const struct kd_not_evaluated *open)
{
    json_t *object = kd_json_must(json_object());

    kd_json_put(object, "id", kd_json_text(open->rule->id));
    kd_json_put(object, "missing", kd_json_text(open->missing));
    if (open->subject != NULL) {
        kd_json_put(object, "subject", kd_json_text(open->subject));
    }
    return object;
}

static void render_judgement(const struct kd_judgement *judgement, json_t *doc)
{
    json_t *findings = kd_json_must(json_array());
    json_t *causes = kd_json_must(json_array());
    json_t *not_evaluated = kd_json_must(json_array());

    for (size_t i = 0; i < judgement->ncause; i++) {
        kd_json_push(causes, render_cause(&judgement->cause[i]));
    }
    for (size_t i = 0; i < judgement->nfinding; i++) {
        kd_json_push(findings, render_finding(&judgement->finding[i]));
    }
    for (size_t i = 0; i < judgement->nnot_evaluated; i++) {
        kd_json_push(not_evaluated, render_not_evaluated(&judgement->not_evaluated[i]));
    }
    kd_json_put(doc, "findings", findings);
    kd_json_put(doc, "causes", causes);
    kd_json_put(doc, "not_evaluated", not_evaluated);
}

static json_t *render_ask(const struct kd_ask *ask)
{
    json_t *object = kd_json_must(json_object());

    kd_json_put(object, "name", kd_json_text(ask->name));
    kd_json_put(object, "via", kd_json_text(ask->via));
    kd_json_put(object, "status", kd_json_text(kd_outcome_str(ask->status)));
    return object;
}

static json_t *render_pick(const struct kd_pick *pick)
{
    json_t *object = kd_json_must(json_object());

    kd_json_put(object, "target", kd_json_text(pick->record->target));
    kd_json_put(object, "port", json_integer(pick->record->port));
    kd_json_put(object, "priority", json_integer(pick->record->priority));
    kd_json_put(object, "weight", json_integer(pick->record->weight));
    kd_json_put(object, "share_vista", json_real(pick->share_uniform));
    kd_json_put(object, "share_win7", json_real(pick->share_rfc2782));
    kd_json_put(object, "draw_vista", json_integer((json_int_t)pick->draw_uniform));
    kd_json_put(object, "draw_win7", json_integer((json_int_t)pick->draw_rfc2782));
    kd_json_put(object, "reachable", json_boolean(pick->is_reachable));
    return object;
}

static json_t *render_code(const struct kd_client_code *code)
{
    json_t *object = NULL;

    if (code == NULL) {
        return json_null();
    }
    object = kd_json_must(json_object());
    kd_json_put(object, "code", kd_json_text(code->code));
    kd_json_put(object, "text", kd_json_text(code->text));
    return object;
}

static json_t *render_client(const struct kd_client_view *view)
{
    json_t *object = kd_json_must(json_object());
    json_t *asks = kd_json_must(json_array());
    json_t *picks = kd_json_must(json_array());

    for (size_t i = 0; i < view->nask; i++) {
        kd_json_push(asks, render_ask(&view->ask[i]));
    }
    for (size_t i = 0; i < view->npick; i++) {
        kd_json_push(picks, render_pick(&view->pick[i]));
    }
    kd_json_put(object, "kind", kd_json_text(kd_client_str(view->kind)));
    kd_json_put(object, "asks", asks);
    kd_json_put(object, "found", kd_json_text(view->found != NULL ? view->found->name : NULL));
    kd_json_put(object, "picks", picks);
    kd_json_put(object, "succeeds", json_boolean(view->succeeds));
    kd_json_put(object, "code_vista", render_code(view->code_vista));
    kd_json_put(object, "code_win7", render_code(view->code_win7));
    return object;
}

/* The kind that the user asked about, or every real one. */
static json_t *render_clients(const struct kd_facts *facts)
{
    json_t *array = kd_json_must(json_array());

    for (unsigned int kind = KD_CLIENT_ANY + 1; kind < KD_CLIENT_COUNT; kind++) {
        if (facts->client == KD_CLIENT_ANY || facts->client == (kd_client)kind) {
            kd_json_push(array, render_client(kd_client_view(facts, (kd_client)kind)));
        }
    }
    return array;
}

void kd_render_json(const struct kd_facts *facts, const struct kd_judgement *judgement,
                    const struct kd_render_style *style, struct kd_buf *out)
{
    const struct kd_code_check *check = kd_code_check(facts);
    json_t *told = kd_facts_to_json(facts);
    json_t *doc = kd_json_must(json_object());
    const char *key = NULL;
    json_t *value = NULL;

    (void)style;
    json_object_foreach(told, key, value)
    {
        /* the contract's order: what was judged stands before its evidence */
        if (strcmp(key, "queries") == 0) {
            render_judgement(judgement, doc);
        }
        kd_json_put(doc, key, json_incref(value));
        if (strcmp(key, "code") == 0 && check != NULL) {
            kd_json_put(doc, key, kd_json_code(check, facts->code == 0));
        }
        if (strcmp(key, "service") == 0) {
            kd_json_put(doc, "verdict", kd_json_text(kd_verdict_str(judgement)));
        }
    }
    kd_json_put(doc, "clients", render_clients(facts));
    kd_json_dump(doc, out);
    json_decref(doc);
    json_decref(told);
}

void kd_render_json_error(const struct kd_err *failure, struct kd_buf *out)
{
    json_t *doc = kd_json_must(json_object());
    json_t *error = kd_json_must(json_object());

    kd_json_put(error, "code", kd_json_text(kd_status_str(failure->code)));
    kd_json_put(error, "text", kd_json_text(failure->text));
    kd_json_put(doc, "schema", kd_json_text(KD_REPORT_SCHEMA));
    kd_json_put(doc, "error", error);
    kd_json_dump(doc, out);
    json_decref(doc);
}
