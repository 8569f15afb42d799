/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nagios.c - the output of a monitoring plugin: a first line that says it all, with performance
 * data behind it; with -v the findings in it, with -vv a line an item, with -vvv the report.
 *
 * The first line fits the 1 KiB that NRPE's old protocol carries, all of it 64 KiB. "|" would begin
 * performance data, so that in texts it becomes \124; nothing but printable ASCII leaves.
 */
#include <string.h>

#include "kmsdns/rules/cause.h"
#include "kmsdns/rules/service.h"
#include "perfdata.h"
#include "text.h"

#define NAG_FIRST     "KMSDNS "
#define NAG_MAX_LINE  820 /* with room for an amendment */
#define NAG_MAX_TEXT  160 /* what the text may take, however long the ranges are */
#define NAG_MAX_ALL   ((size_t)60 * 1024)
#define NAG_CUT       " ..."
#define NAG_MAX_TOLD  20
#define NAG_V_DETAILS 1
#define NAG_V_LINES   2
#define NAG_V_REPORT  3

static bool nag_counts(const struct kd_text *text, const struct kd_finding *finding)
{
    return finding->severity >= text->judgement->policy->fail_level;
}

static size_t nag_place(const struct kd_rule *rule)
{
    size_t n = 0, place = 0;
    const struct kd_rule *const *all = kd_rules(&n);

    while (place < n && all[place] != rule) {
        place++;
    }
    return place;
}

/* The worst; of several the one that comes first in the order of a client's way: resolvers, the
 * record, hosts, and only then the zone and who may write there. */
static size_t nag_worst(const struct kd_text *text)
{
    const struct kd_judgement *judgement = text->judgement;
    size_t worst = 0;

    for (size_t i = 1; i < judgement->nfinding &&
                       judgement->finding[i].severity == judgement->finding[0].severity;
         i++) {
        worst =
            nag_place(judgement->finding[i].rule) < nag_place(judgement->finding[worst].rule)
                ? i
                : worst;
    }
    return worst;
}

/* What the first line tells of the worst finding. */
struct nag_told {
    size_t place; /* of the finding */
    const struct kd_finding *worst;
    const struct kd_cause *cause; /* NULL: it stands on its own */
    const char *every;            /* what is so of every resolver, or NULL */
};

static struct nag_told nag_tell(const struct kd_text *text)
{
    struct nag_told told = {.place = nag_worst(text)};

    told.worst = &text->judgement->finding[told.place];
    told.cause = kd_cause_of(text->judgement, told.place);
    if (told.cause != NULL && told.cause->confidence < KD_CONFIDENCE_PROBABLE) {
        told.cause = NULL; /* what is only possible is not told as the cause */
    }
    if (told.cause != NULL) {
        told.every = kd_cause_every(text->facts, text->judgement, told.cause->row);
    }
    return told;
}

static bool nag_is_told(const struct kd_text *text, const struct nag_told *told, size_t place)
{
    const struct kd_cause *cause = kd_cause_of(text->judgement, place);

    if (told->cause == NULL) {
        return place == told->place;
    }
    return cause == told->cause ||
           (told->every != NULL && cause != NULL && cause->row == told->cause->row);
}

/* Findings that count and that what is told does not cover. */
static size_t nag_others(const struct kd_text *text, const struct nag_told *told)
{
    size_t n = 0;

    for (size_t i = 0; i < text->judgement->nfinding; i++) {
        bool is_other = nag_counts(text, &text->judgement->finding[i]);

        n += is_other && !nag_is_told(text, told, i) ? 1 : 0;
    }
    return n;
}

/* True if an earlier finding that is told is about the same domain. */
static bool nag_is_named(const struct kd_text *text, const struct nag_told *told, size_t place)
{
    const struct kd_finding *finding = text->judgement->finding;
    const char *domain = finding[place].about.domain;

    if (domain == NULL || strcmp(domain, told->worst->about.domain) == 0) {
        return true;
    }
    for (size_t i = 0; i < place; i++) {
        if (finding[i].about.domain != NULL && strcmp(finding[i].about.domain, domain) == 0 &&
            nag_counts(text, &finding[i]) && nag_is_told(text, told, i)) {
            return true;
        }
    }
    return false;
}

/* "a. and 2 more domains: ", those that the cause holds for, unless its text names the one. */
static void nag_domains(const struct kd_text *text, const struct nag_told *told,
                        const char *clause, struct kd_buf *line)
{
    const char *first = told->worst->about.domain, *second = NULL;
    size_t nmore = 0;

    for (size_t i = 0; first != NULL && i < text->judgement->nfinding; i++) {
        const struct kd_finding *finding = &text->judgement->finding[i];

        if (nag_counts(text, finding) && nag_is_told(text, told, i) &&
            !nag_is_named(text, told, i)) {
            second = finding->about.domain;
            nmore++;
        }
    }
    if (nmore > 1) {
        kd_buf_printf(line, "%s and %zu more domains: ", first, nmore);
    } else if (nmore == 1) {
        kd_buf_printf(line, "%s and %s: ", first, second);
    } else if (first != NULL && strstr(clause, first) == NULL) {
        kd_buf_printf(line, "%s: ", first);
    }
}

static void nag_problem(const struct kd_text *text, struct kd_buf *line)
{
    struct nag_told told = nag_tell(text);
    const struct kd_rule *rule = told.worst->rule;
    size_t nother = nag_others(text, &told);

    if (told.cause != NULL) {
        const char *clause = told.every != NULL ? told.every : told.cause->text;

        nag_domains(text, &told, clause, line);
        kd_buf_printf(line, "%s (%s, %s)", clause, rule->id, told.cause->row->id);
    } else {
        kd_buf_printf(line, "%s: %s (%s)", told.worst->subject,
                      rule->is_asked != NULL ? told.worst->text : rule->title, rule->id);
    }
    if (nother > 0) {
        kd_buf_printf(line, ", and %zu more", nother);
    }
}

/* Who may write in one domain. */
static void nag_right(const struct kd_text *text, const struct kd_domain_fact *domain,
                      struct kd_buf *line)
{
    const char *identity = kd_text_identity(text, domain->update[0].identity);
    kd_right right = domain->update[0].right;

    if (right == KD_RIGHT_ALLOWED || right == KD_RIGHT_PROBABLE) {
        kd_buf_printf(line, "%s: %s may write (%s)", domain->name, identity,
                      kd_right_str(right));
    } else {
        kd_buf_printf(line, "%s: whether %s may write is open (%s)", domain->name, identity,
                      kd_right_str(right));
    }
}

/* What was asked for and is well, and nothing else. */
static void nag_fine(const struct kd_text *text, struct kd_buf *line)
{
    uint32_t modes = text->judgement->policy->modes;
    const struct kd_facts *facts = text->facts;

    if ((modes & KD_MODE_DISCOVERY) != 0) {
        kd_buf_printf(line, "%s: %s", kd_text_subject(text), kd_text_hosts(text));
    } else if ((modes & KD_MODE_CONSISTENCY) != 0) {
        kd_buf_printf(line, "%s: nothing is wrong with the zone", kd_text_subject(text));
    }
    for (size_t i = 0; i < facts->ndomain; i++) {
        if (facts->domain[i].nupdate > 0) {
            kd_buf_puts(line, line->len > 0 ? "; " : "");
            nag_right(text, &facts->domain[i], line);
        }
    }
    if (line->len == 0) {
        kd_buf_printf(line, "%s: no fault was found", kd_text_subject(text));
    }
}

/* -v: what else there is, in the same line; with -vv each has a line of its own. */
static void nag_details(const struct kd_text *text, struct kd_buf *line)
{
    const struct kd_judgement *judgement = text->judgement;

    for (size_t i = 0; i < judgement->nfinding && i < NAG_MAX_TOLD; i++) {
        const struct kd_finding *finding = &judgement->finding[i];

        if (nag_counts(text, finding)) {
            kd_buf_printf(line, "; %s %s: %s", finding->rule->id, finding->subject,
                          finding->text);
        }
    }
}

static void nag_say(const struct kd_text *text, struct kd_service_verdict verdict,
                    struct kd_buf *line)
{
    const struct kd_judgement *judgement = text->judgement;
    bool has_problem = judgement->nfinding > 0 && nag_counts(text, &judgement->finding[0]);

    if (has_problem) {
        nag_problem(text, line);
    } else if (verdict.open == NULL) {
        nag_fine(text, line);
    }
    if (verdict.open != NULL) {
        kd_buf_printf(line, "%s%s", has_problem ? "; " : "", verdict.open);
    }
    if (text->facts->vantage != NULL &&
        (judgement->policy->tells_vantage || text->style->verbosity == NAG_V_DETAILS)) {
        kd_buf_printf(line, "; seen from %s", text->facts->vantage);
    }
    if (text->style->verbosity == NAG_V_DETAILS) {
        nag_details(text, line);
    }
}

/* Appends harmless text, newlines as given; at most max bytes of it. */
static void nag_fence(struct kd_buf *out, const char *unsafe, size_t max, bool keeps_lines)
{
    size_t start = out->len;

    for (const char *p = unsafe; *p != '\0'; p++) {
        bool is_plain = *p >= ' ' && *p <= '~' && *p != '|';

        if (out->len - start + sizeof(NAG_CUT) + 4 > max) {
            kd_buf_puts(out, NAG_CUT);
            return;
        }
        if (is_plain || (keeps_lines && *p == '\n')) {
            kd_buf_add(out, p, 1);
        } else {
            kd_buf_printf(out, "\\%03u", (unsigned int)(unsigned char)*p);
        }
    }
}

static void nag_first_line(const struct kd_text *text)
{
    struct kd_service_verdict verdict = kd_service_of(text->facts, text->judgement);
    struct kd_buf line = {.data = NULL}, perfdata = {.data = NULL};
    size_t room;

    nag_say(text, verdict, &line);
    kd_render_perfdata(text->facts, text->judgement, &perfdata);
    room =
        perfdata.len + NAG_MAX_TEXT < NAG_MAX_LINE ? NAG_MAX_LINE - perfdata.len : NAG_MAX_TEXT;
    kd_buf_printf(text->out, NAG_FIRST "%s - ", kd_service_str(verdict.state));
    nag_fence(text->out, kd_buf_str(&line), room, false);
    kd_buf_printf(text->out, " | %s\n", kd_buf_str(&perfdata));
    kd_buf_done(&line);
    kd_buf_done(&perfdata);
}

/* -vv: each item a line of its own, what was asked at the end. */
static void nag_lines(const struct kd_text *text)
{
    const struct kd_judgement *judgement = text->judgement;

    for (size_t i = 0; i < judgement->nfinding; i++) {
        const struct kd_finding *finding = &judgement->finding[i];

        kd_buf_printf(text->out, "%s %s %s: %s\n", kd_text_severity(text, finding->severity),
                      finding->rule->id, finding->subject, finding->text);
        if (finding->fix[0].what != NULL && nag_counts(text, finding)) {
            kd_buf_printf(text->out, "  next: %s\n", finding->fix[0].what);
        }
    }
    kd_buf_printf(text->out, "service %s, seen from %s\nresolvers %s\n", text->facts->service,
                  text->facts->vantage != NULL ? text->facts->vantage : "an unnamed place",
                  kd_text_resolvers(text));
    for (size_t i = 0; i < text->facts->ndomain; i++) {
        kd_text_zone(text, &text->facts->domain[i]);
    }
    for (size_t i = 0; i < text->facts->nquery; i++) {
        kd_buf_printf(text->out, "%s\n", kd_text_query(text, &text->facts->query[i]));
    }
}

static void nag_body(const struct kd_text *text, struct kd_buf *out)
{
    static const struct kd_render_style FULL = {.verbosity = 2};

    if (text->style->verbosity >= NAG_V_REPORT) {
        kd_render_text(text->facts, text->judgement, &FULL, text->out);
    } else if (text->style->verbosity >= NAG_V_LINES) {
        nag_lines(text);
    }
    nag_fence(out, kd_buf_str(text->out), NAG_MAX_ALL, true);
    if (text->out->len > 0 && out->data[out->len - 1] != '\n') {
        kd_buf_puts(out, "\n");
    }
}

void kd_render_nagios(const struct kd_facts *facts, const struct kd_judgement *judgement,
                      const struct kd_render_style *style, struct kd_buf *out)
{
    /* no colour, no wrapping: a line is an item */
    const struct kd_render_style plain = {.verbosity = style->verbosity};
    struct kd_buf body = {.data = NULL};
    struct kd_text text = {
        .facts = facts,
        .judgement = judgement,
        .style = &plain,
        .arena = kd_arena_new(),
        .out = out,
    };

    nag_first_line(&text);
    text.out = &body;
    nag_body(&text, out);
    kd_buf_done(&body);
    kd_arena_free(text.arena);
}

void kd_render_nagios_error(const struct kd_err *failure, struct kd_buf *out)
{
    kd_buf_printf(out, NAG_FIRST "%s - ", kd_service_str(KD_SERVICE_UNKNOWN));
    nag_fence(out, failure->text, NAG_MAX_LINE, false);
    kd_buf_puts(out, "\n");
}

const char *kd_render_nagios_state(const char *document, kd_service *ret)
{
    for (int i = 0; i < KD_SERVICE_COUNT; i++) {
        const char *word = kd_service_str((kd_service)i);
        size_t first = sizeof(NAG_FIRST) - 1, len = strlen(word);

        if (strncmp(document, NAG_FIRST, first) == 0 &&
            strncmp(document + first, word, len) == 0 &&
            strncmp(document + first + len, " - ", 3) == 0) {
            *ret = (kd_service)i;
            return document + first + len + 3;
        }
    }
    return NULL;
}

kd_service kd_render_nagios_amend(const char *document, kd_service state, const char *why,
                                  struct kd_buf *out)
{
    kd_service told = KD_SERVICE_OK;
    const char *rest = kd_render_nagios_state(document, &told);

    state = kd_service_worse(told, state);
    kd_buf_printf(out, NAG_FIRST "%s - ", kd_service_str(state));
    nag_fence(out, why, NAG_MAX_TEXT, false);
    kd_buf_printf(out, "%s%s", rest != NULL ? "; before that: " : "",
                  rest != NULL ? rest : "\n");
    return state;
}
