/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session.c - prepare from options, run, report: what every verb that asks DNS does.
 */
#include "session.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "evidence.h"
#include "guard.h"
#include "kmsdns/base/clock.h"
#include "kmsdns/base/rng.h"
#include "kmsdns/collect/candidates.h"
#include "kmsdns/collect/system.h"
#include "kmsdns/dns/key.h"
#include "kmsdns/dns/name.h"
#include "kmsdns/rules/rule.h"
#include "record.h"

#define RESOLV_CONF "/etc/resolv.conf"

/* Progress is told only of runs that take so long that somebody wonders. */
#define PROGRESS_AFTER_US 1000000U

static void session_add_resolver(struct kd_facts *facts, const struct kd_endpoint *server,
                                 const char *source)
{
    struct kd_resolver_fact *resolver = NULL;

    facts->resolver = kd_arena_grow(facts->arena, facts->resolver, facts->nresolver,
                                    sizeof(*facts->resolver));
    resolver = &facts->resolver[facts->nresolver++];
    resolver->server = *server;
    resolver->source = source;
    resolver->control_status = KD_OUT_SKIPPED;
}

/* What was not given is taken from this machine. */
static kd_status session_add_system(struct kd_facts *facts, struct kd_err *err)
{
    const char *override = getenv("KMSDNS_RESOLV_CONF");
    const char *path = override != NULL && override[0] != '\0' ? override : RESOLV_CONF;
    struct kd_system sys = {0};
    bool has_none = facts->nresolver == 0;
    kd_status status;

    if (facts->nresolver > 0 && facts->ndomain + facts->nreject > 0) {
        return KD_OK;
    }
    kd_guard_stage("reading", path);
    status = kd_system_read(facts->arena, path, &sys, err);
    /* without the file there is no resolver and no search list, which the rules tell */
    if (status != KD_OK && status != KD_ENOTFOUND) {
        return status;
    }
    for (size_t i = 0; has_none && i < sys.nresolver; i++) {
        session_add_resolver(facts, &sys.resolver[i], sys.path);
    }
    if (facts->ndomain + facts->nreject == 0) {
        kd_candidates_add_system(facts, sys.search, sys.nsearch);
    }
    return KD_OK;
}

static kd_status session_prepare(struct kd_facts *facts, const struct kd_options *options,
                                 struct kd_err *err)
{
    kd_status status;

    facts->tool_version = PACKAGE_VERSION;
    facts->command = options->verb->name;
    facts->vantage =
        options->vantage != NULL ? options->vantage : kd_system_host_name(facts->arena);
    facts->service = options->service;
    facts->client = options->client;
    facts->seed = options->seed;
    if (!options->has_seed) {
        kd_random_bytes(&facts->seed, sizeof(facts->seed));
    }
    for (size_t i = 0; i < options->ncandidate; i++) {
        kd_candidates_add(facts, options->candidate[i].text, options->candidate[i].source);
    }
    if (options->ncandidate == 0 && options->host != NULL) {
        /* a host publishes in its own domain, if nothing else is said */
        kd_candidates_add(facts, kd_name_parent(options->host), KD_SOURCE_HOST_NAME);
    }
    for (size_t i = 0; i < options->nresolver; i++) {
        session_add_resolver(facts, &options->resolver[i], "--resolver");
    }
    status = kd_cmd_read_evidence(facts, options, err);
    if (status != KD_OK) {
        return status;
    }
    return session_add_system(facts, err);
}

struct session_progress {
    uint64_t began_us;
    bool was_shown;
};

static void session_on_progress(size_t nended, void *arg)
{
    struct session_progress *progress = arg;

    if (kd_clock_us() - progress->began_us >= PROGRESS_AFTER_US) {
        progress->was_shown = true;
        fprintf(stderr, "\rkmsdns: %zu questions answered or given up ... ", nended);
        fflush(stderr);
    }
}

/* Colour, width and the like do not matter here: only whether somebody is watching. */
static bool session_shows_progress(const struct kd_options *options)
{
    return options->show_progress && !options->is_quiet && isatty(STDERR_FILENO) == 1;
}

void kd_session_discover(struct kd_session *session)
{
    struct session_progress progress = {.began_us = kd_clock_us()};
    struct kd_discover_params params = session->params;

    if (session_shows_progress(session->options)) {
        params.on_progress = session_on_progress;
        params.progress_arg = &progress;
    }
    kd_discover(session->facts, &params);
    if (progress.was_shown) {
        /* the line is overwritten with blanks, so that nothing is left on the terminal */
        fprintf(stderr, "\r%60s\r", "");
    }
}

static int session_exit_status(const struct kd_facts *facts,
                               const struct kd_judgement *judgement, kd_severity fail_level)
{
    switch (facts->cut) {
    case KD_CUT_SIGNAL:
        return KD_EXIT_INTERRUPTED;
    case KD_CUT_DEADLINE:
        return KD_EXIT_UNKNOWN;
    case KD_CUT_NONE:
    case KD_CUT_COUNT:
        break;
    }
    if (!judgement->is_determined) {
        return KD_EXIT_UNKNOWN;
    }
    /* findings are sorted, the worst is the first */
    if (judgement->nfinding > 0 && judgement->finding[0].severity >= fail_level) {
        return KD_EXIT_FINDINGS;
    }
    return KD_EXIT_OK;
}

int kd_session_report(struct kd_session *session)
{
    const struct kd_options *options = session->options;
    const struct kd_judgement *judgement = kd_judge(session->facts, options->policy);
    struct kd_terminal terminal;
    struct kd_render_style style;
    struct kd_buf document = {0};
    struct kd_err err = {0};
    int status = session_exit_status(session->facts, judgement, options->fail_level);

    kd_terminal_read(&terminal);
    style = kd_style_choose(options, &terminal);
    options->format->render(session->facts, judgement, &style, &document);
    status = kd_cmd_deliver(options->output, options->format, &document, status);
    /* the report is out: one document more would be one too many */
    if (kd_textfile_write(session->facts, judgement, options, &err) != KD_OK) {
        status = kd_cmd_fail(NULL, &err, KD_EXIT_UNKNOWN);
    }
    if (options->record != NULL && kd_record_write(session->facts, options, &err) != KD_OK) {
        status = kd_cmd_fail(NULL, &err, KD_EXIT_UNKNOWN);
    }
    return status;
}

/* Every pair is a view, and every view is in the report: beyond this it is nobody's to read. */
#define MAX_VIEWS 50000

static kd_status session_check_size(const struct kd_facts *facts, struct kd_err *err)
{
    if (facts->ndomain * facts->nresolver > MAX_VIEWS) {
        return kd_fail(
            err, KD_ETOOBIG, "session",
            "%zu domains at %zu resolvers are more than one run takes (%d pairs); give "
            "fewer of either",
            facts->ndomain, facts->nresolver, MAX_VIEWS);
    }
    return KD_OK;
}

static kd_status session_read_key(struct kd_session *session, struct kd_err *err)
{
    struct kd_key *key = NULL;
    kd_status status = KD_OK;

    if (session->options->key_file == NULL) {
        return KD_OK;
    }
    kd_guard_stage("reading", session->options->key_file);
    status = kd_key_read(session->options->key_file, &key, err);
    if (status == KD_OK) {
        session->params.zone.is_weak = kd_key_is_weak(key);
        session->signer = kd_tsig_signer_new(key);
        session->params.zone.signer = session->signer;
    }
    return status;
}

/* The host is evidence, too, where no verb is about it. */
static void session_set_host(struct kd_session *session)
{
    const struct kd_options *options = session->options;
    struct kd_host_fact *host = NULL;

    if (options->host == NULL) {
        return;
    }
    host = kd_arena_alloc(session->arena, sizeof(*host));
    host->name = options->host;
    host->port = options->host_port;
    host->a_status = host->aaaa_status = KD_OUT_SKIPPED;
    session->facts->host = host;
}

static void session_set_params(struct kd_session *session)
{
    const struct kd_options *options = session->options;
    struct kd_discover_params *params = &session->params;

    params->limits = (struct kd_query_limits){options->try_timeout_ms,
                                              options->question_timeout_ms, options->tries};
    params->timeout_ms = options->timeout_ms;
    params->connect_ms = options->try_timeout_ms;
    params->has_views = true;
    params->has_tcp = options->use_tcp;
    params->has_signals = true;
    params->zone.server = options->server;
    params->zone.nserver = options->nserver;
    params->zone.dns_port = options->dns_port;
}

/* The loop itself takes a handful, and every server and host its own. */
#define MIN_FILES 24

static kd_status session_check_files(struct kd_err *err)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < MIN_FILES) {
        return kd_fail(err, KD_EIO, "session",
                       "only %llu files may be open at once, and %d are needed at the least: "
                       "raise the limit (ulimit -n)",
                       (unsigned long long)limit.rlim_cur, MIN_FILES);
    }
    return KD_OK;
}

kd_status kd_session_open(struct kd_session *session, const struct kd_options *options,
                          struct kd_err *err)
{
    kd_status status = KD_OK;

    memset(session, 0, sizeof(*session));
    session->options = options;
    session->arena = kd_arena_new();
    session->facts = kd_facts_new(session->arena);
    session_set_params(session);
    session_set_host(session);
    status = session_check_files(err);
    if (status == KD_OK) {
        status = session_read_key(session, err);
    }
    if (status == KD_OK) {
        status = session_prepare(session->facts, options, err);
    }
    if (status == KD_OK) {
        status = session_check_size(session->facts, err);
    }
    return status;
}

void kd_session_open_offline(struct kd_session *session, const struct kd_options *options)
{
    memset(session, 0, sizeof(*session));
    session->options = options;
    session->arena = kd_arena_new();
    session->facts = kd_facts_new(session->arena);
    session->facts->command = options->verb->name;
    session->facts->vantage = kd_system_host_name(session->arena);
    session->facts->started_s = kd_clock_wall_s();
    session->facts->tcp_was_tried = false;
}

const char *kd_session_identity(const struct kd_session *session)
{
    return session->signer != NULL ? kd_signer_name(session->signer) : "none";
}

size_t kd_session_count_changes(const struct kd_session *session, kd_change_state state)
{
    const struct kd_facts *facts = session->facts;
    size_t n = 0;

    for (size_t d = 0; d < facts->ndomain; d++) {
        const struct kd_change_fact *change = facts->domain[d].change;

        n += change != NULL && change->state == state ? 1 : 0;
    }
    return n;
}

int kd_session_write_status(const struct kd_session *session, int status)
{
    static const kd_change_state FAILED[] = {KD_CHANGE_REFUSED, KD_CHANGE_RACE,
                                             KD_CHANGE_SILENT, KD_CHANGE_UNKNOWN};

    if (status == KD_EXIT_INTERRUPTED) {
        return status;
    }
    for (size_t i = 0; i < sizeof(FAILED) / sizeof(FAILED[0]); i++) {
        if (kd_session_count_changes(session, FAILED[i]) > 0) {
            return KD_EXIT_WRITE;
        }
    }
    if (kd_session_count_changes(session, KD_CHANGE_IMPOSSIBLE) > 0) {
        return KD_EXIT_UNKNOWN;
    }
    return status;
}

void kd_session_close(struct kd_session *session)
{
    kd_signer_free(session->signer);
    kd_arena_free(session->arena);
}
