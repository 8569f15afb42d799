/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.c - the report for people: the verdict and what it rests on, a block per domain, what
 * clients would do, the findings with their next steps, what stayed open, the verdict again.
 * A preflight stands between two sentences that say go or no-go. The same facts always give the
 * same bytes.
 */
#include "text.h"

#include <stdlib.h>
#include <string.h>

#include "kmsdns/base/clock.h"

const char *kd_text_subject(const struct kd_text *text)
{
    const struct kd_facts *facts = text->facts;

    if (kd_text_is_offline(text)) {
        return kd_text_files(text);
    }
    if (facts->ndomain == 0) {
        return "no domain";
    }
    if (facts->ndomain == 1) {
        return kd_text_safe(text, facts->domain[0].name);
    }
    if (facts->ndomain == 2) {
        return kd_arena_printf(text->arena, "%s and %s",
                               kd_text_safe(text, facts->domain[0].name),
                               kd_text_safe(text, facts->domain[1].name));
    }
    return kd_arena_printf(text->arena, "%s and %zu more domains",
                           kd_text_safe(text, facts->domain[0].name), facts->ndomain - 1);
}

static int txt_compare_targets(const void *a, const void *b)
{
    const struct kd_target_fact *x = a, *y = b;
    int order = strcmp(x->name, y->name);

    return order != 0 ? order : (int)x->port - (int)y->port;
}

static bool txt_is_open(const struct kd_target_fact *target)
{
    for (size_t i = 0; i < target->naddress; i++) {
        if (target->address[i].tcp == KD_REACH_OPEN) {
            return true;
        }
    }
    return false;
}

/* Each host counts once, in however many domains it stands. */
const char *kd_text_hosts(const struct kd_text *text)
{
    struct kd_target_fact *all = NULL;
    size_t n = 0, nhost = 0, nopen = 0;

    for (size_t i = 0; i < text->facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &text->facts->domain[i];

        for (size_t j = 0; j < domain->ntarget; j++) {
            all = kd_arena_grow(text->arena, all, n, sizeof(*all));
            all[n] = *domain->target[j];
            n++;
        }
    }
    if (n == 0) {
        return "no host published";
    }
    qsort(all, n, sizeof(*all), txt_compare_targets);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || txt_compare_targets(&all[i - 1], &all[i]) != 0) {
            nhost++;
            nopen += txt_is_open(&all[i]) ? 1 : 0;
        }
    }
    if (!text->facts->tcp_was_tried) {
        return kd_arena_printf(text->arena, "%s published, not connected to",
                               kd_text_count(text, nhost, "host"));
    }
    if (nhost == 1) {
        return nopen == 1 ? "1 host published, it answers" : "1 host published, no answer";
    }
    return kd_arena_printf(text->arena, "%zu hosts published, %zu of them answering", nhost,
                           nopen);
}

/* What was changed, else the worst finding in words and how many there are besides. */
static const char *txt_worst(const struct kd_text *text)
{
    const struct kd_judgement *judgement = text->judgement;
    const char *changes = kd_text_changes(text);
    const struct kd_finding *worst;
    const char *more = "";

    if (changes != NULL) {
        return changes;
    }

    if (judgement->nfinding == 0) {
        return !judgement->is_determined  ? "nothing could be found out"
               : kd_text_is_offline(text) ? "nothing in it is wrong"
                                          : kd_text_hosts(text);
    }
    worst = &judgement->finding[0];
    if (judgement->nfinding > 1) {
        more = kd_arena_printf(text->arena, ", and %zu more", judgement->nfinding - 1);
    }
    return kd_arena_printf(
        text->arena, "%s (%s)%s",
        kd_text_safe(text, worst->rule->title != NULL ? worst->rule->title : worst->text),
        worst->rule->id, more);
}

static const char *txt_nfindings(const struct kd_text *text)
{
    size_t n = text->judgement->nfinding;

    return n == 0 ? "no findings" : kd_text_count(text, n, "finding");
}

static void txt_first_line(const struct kd_text *text)
{
    kd_text_prose(text, 0,
                  kd_arena_printf(text->arena, "%s: %s, %s%s: %s", kd_text_subject(text),
                                  kd_text_verdict(text), txt_nfindings(text),
                                  text->facts->cut != KD_CUT_NONE ? ", incomplete" : "",
                                  txt_worst(text)));
    kd_buf_puts(text->out, "\n");
}

const char *kd_text_resolvers(const struct kd_text *text)
{
    struct kd_buf buf = {0};
    const char *list;

    for (size_t i = 0; i < text->facts->nresolver; i++) {
        const struct kd_resolver_fact *resolver = &text->facts->resolver[i];

        kd_buf_printf(&buf, "%s%s", i == 0 ? "" : ", ",
                      kd_text_endpoint(text, &resolver->server));
        if (resolver->source != NULL) {
            kd_buf_printf(&buf, " (%s)", kd_text_safe(text, resolver->source));
        }
    }
    list = buf.len > 0 ? kd_arena_strdup(text->arena, kd_buf_str(&buf)) : "none";
    kd_buf_done(&buf);
    return list;
}

static void txt_head(const struct kd_text *text)
{
    const char *vantage = text->facts->vantage;

    kd_text_keyed(text, "service", kd_text_safe(text, text->facts->service));
    if (vantage != NULL) {
        kd_text_keyed(text, "seen from", kd_text_safe(text, vantage));
    }
    kd_text_keyed(text, "resolvers", kd_text_resolvers(text));
    kd_buf_puts(text->out, "\n");
}

static void txt_cut(const struct kd_text *text)
{
    const struct kd_facts *facts = text->facts;

    if (facts->cut == KD_CUT_NONE) {
        return;
    }
    kd_text_prose(
        text, 0,
        facts->cut == KD_CUT_DEADLINE
            ? "Incomplete: the time of the run (--timeout) was over while it waited for"
            : "Incomplete: the run was interrupted while it waited for");
    for (size_t i = 0; i < facts->nwaiting; i++) {
        kd_text_prose(text, 2, kd_text_safe(text, facts->waiting[i]));
    }
    if (facts->nwaiting == 0) {
        kd_text_prose(text, 2, "nothing that has a name");
    }
    kd_buf_puts(text->out, "\n");
}

static size_t txt_nservers(const struct kd_text *text)
{
    const struct kd_facts *facts = text->facts;
    struct kd_endpoint *seen = NULL;
    size_t nseen = 0;

    for (size_t i = 0; i < facts->nquery; i++) {
        bool is_new = facts->query[i].tries > 0;

        for (size_t j = 0; j < nseen && is_new; j++) {
            is_new = !kd_endpoint_equal(&seen[j], &facts->query[i].server);
        }
        if (is_new) {
            seen = kd_arena_grow(text->arena, seen, nseen, sizeof(*seen));
            seen[nseen] = facts->query[i].server;
            nseen++;
        }
    }
    return nseen;
}

/* "1 critical, 2 notices" */
static const char *txt_severities(const struct kd_text *text)
{
    const char *list = "";

    for (int severity = KD_SEV_COUNT - 1; severity >= 0; severity--) {
        bool is_noun = severity == KD_SEV_WARNING || severity == KD_SEV_NOTICE;
        size_t n = 0;

        for (size_t i = 0; i < text->judgement->nfinding; i++) {
            n += text->judgement->finding[i].severity == (kd_severity)severity ? 1 : 0;
        }
        if (n > 0) {
            list = kd_arena_printf(
                text->arena, "%s%s%zu %s%s", list, list[0] != '\0' ? ", " : "", n,
                kd_severity_str((kd_severity)severity), n > 1 && is_noun ? "s" : "");
        }
    }
    return list[0] != '\0' ? list : "no findings";
}

static bool txt_is_command(const struct kd_text *text, const char *name)
{
    return text->facts->command != NULL && strcmp(text->facts->command, name) == 0;
}

/* The other commands are about clients. */
static bool txt_is_about_host(const struct kd_text *text)
{
    return txt_is_command(text, "preflight") || txt_is_command(text, "publish") ||
           txt_is_command(text, "unpublish") || txt_is_command(text, "undo");
}

/* All that differs between two runs of the same world stands in this line, at its end, but for
 * the hour at which clients see a change. */
static void txt_last_line(const struct kd_text *text)
{
    char when[KD_RFC3339_STRLEN];
    size_t nasked = 0;

    (void)kd_rfc3339_str(text->facts->started_s, when);
    if (kd_text_is_offline(text)) {
        kd_text_prose(text, 0,
                      kd_arena_printf(text->arena, "%s: %s; read at %s in %.3f s",
                                      kd_text_verdict(text), txt_severities(text), when,
                                      (double)text->facts->duration_us / 1e6));
        return;
    }
    for (size_t i = 0; i < text->facts->nquery; i++) {
        nasked += text->facts->query[i].tries > 0 ? 1 : 0;
    }
    kd_text_prose(text, 0,
                  kd_arena_printf(text->arena, "%s: %s%s; %s to %s at %s in %.3f s",
                                  kd_text_verdict(text), txt_severities(text),
                                  text->facts->cut != KD_CUT_NONE ? ", incomplete" : "",
                                  kd_text_count(text, nasked, "question"),
                                  kd_text_count(text, txt_nservers(text), "server"), when,
                                  (double)text->facts->duration_us / 1e6));
}

void kd_render_text(const struct kd_facts *facts, const struct kd_judgement *judgement,
                    const struct kd_render_style *style, struct kd_buf *out)
{
    struct kd_text text = {
        .facts = facts,
        .judgement = judgement,
        .style = style,
        .arena = kd_arena_new(),
        .out = out,
    };
    bool is_preflight;

    if (txt_is_command(&text, "events")) {
        kd_text_events_report(&text);
        kd_arena_free(text.arena);
        return;
    }
    is_preflight = txt_is_command(&text, "preflight");
    if (is_preflight) {
        kd_text_go(&text);
    }
    txt_first_line(&text);
    kd_text_code(&text);
    kd_text_causes(&text);
    if (!kd_text_is_offline(&text)) {
        txt_head(&text);
    }
    kd_text_evidence(&text);
    kd_text_host(&text);
    kd_text_domains(&text);
    if (!txt_is_about_host(&text) && !kd_text_is_offline(&text)) {
        kd_text_clients(&text);
    }
    kd_text_events(&text);
    kd_text_findings(&text);
    kd_text_not_evaluated(&text);
    txt_cut(&text);
    if (style->verbosity >= 2 && facts->nquery > 0) {
        kd_text_queries(&text);
    }
    txt_last_line(&text);
    if (is_preflight) {
        kd_text_go(&text);
    }
    kd_arena_free(text.arena);
}
