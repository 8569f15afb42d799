/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * diagnose.c - the verbs diagnose and discover: collect, judge, render.
 */
#include <stdlib.h>
#include <unistd.h>

#include "cmd.h"
#include "kmsdns/base/clock.h"
#include "kmsdns/base/rng.h"
#include "kmsdns/collect/candidates.h"
#include "kmsdns/collect/discover.h"
#include "kmsdns/collect/system.h"
#include "kmsdns/rules/rule.h"

#define RESOLV_CONF "/etc/resolv.conf"

/* Progress is told only of runs that take so long that somebody wonders. */
#define PROGRESS_AFTER_US 1000000U

static void diag_add_resolver(struct kd_facts *facts, const struct kd_endpoint *server,
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
static kd_status diag_add_system(struct kd_facts *facts, const struct kd_options *options,
                                 struct kd_err *err)
{
    const char *override = getenv("KMSDNS_RESOLV_CONF");
    const char *path = override != NULL && override[0] != '\0' ? override : RESOLV_CONF;
    struct kd_system sys = {0};
    kd_status status;

    if (options->nresolver > 0 && options->ncandidate > 0) {
        return KD_OK;
    }
    status = kd_system_read(facts->arena, path, &sys, err);
    /* without the file there is no resolver and no search list, which the rules tell */
    if (status != KD_OK && status != KD_ENOTFOUND) {
        return status;
    }
    for (size_t i = 0; options->nresolver == 0 && i < sys.nresolver; i++) {
        diag_add_resolver(facts, &sys.resolver[i], sys.path);
    }
    if (options->ncandidate == 0) {
        kd_candidates_add_system(facts, sys.search, sys.nsearch);
    }
    return KD_OK;
}

static kd_status diag_prepare(struct kd_facts *facts, const struct kd_options *options,
                              struct kd_err *err)
{
    facts->tool_version = PACKAGE_VERSION;
    facts->command = options->verb->name;
    facts->vantage = kd_system_host_name(facts->arena);
    facts->service = options->service;
    facts->client = options->client;
    facts->seed = options->seed;
    if (!options->has_seed) {
        kd_random_bytes(&facts->seed, sizeof(facts->seed));
    }
    for (size_t i = 0; i < options->ncandidate; i++) {
        kd_candidates_add(facts, options->candidate[i].text, options->candidate[i].source);
    }
    for (size_t i = 0; i < options->nresolver; i++) {
        diag_add_resolver(facts, &options->resolver[i], "--resolver");
    }
    return diag_add_system(facts, options, err);
}

struct diag_progress {
    uint64_t began_us;
    bool was_shown;
};

static void diag_on_progress(size_t nended, void *arg)
{
    struct diag_progress *progress = arg;

    if (kd_clock_us() - progress->began_us >= PROGRESS_AFTER_US) {
        progress->was_shown = true;
        fprintf(stderr, "\rkmsdns: %zu questions answered or given up ... ", nended);
        fflush(stderr);
    }
}

static void diag_collect(struct kd_facts *facts, const struct kd_options *options)
{
    struct diag_progress progress = {.began_us = kd_clock_us()};
    bool has_progress =
        options->show_progress && !options->is_quiet && isatty(STDERR_FILENO) == 1;
    const struct kd_discover_params params = {
        .limits = {options->try_timeout_ms, options->question_timeout_ms, options->tries},
        .timeout_ms = options->timeout_ms,
        .connect_ms = options->try_timeout_ms,
        .has_tcp = options->use_tcp,
        .has_signals = true,
        .on_progress = has_progress ? diag_on_progress : NULL,
        .progress_arg = &progress,
    };

    kd_discover(facts, &params);
    if (progress.was_shown) {
        /* the line is overwritten with blanks, so that nothing is left on the terminal */
        fprintf(stderr, "\r%60s\r", "");
    }
}

static int diag_exit_status(const struct kd_facts *facts, const struct kd_judgement *judgement,
                            kd_severity fail_level)
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

static int diag_report(const struct kd_facts *facts, const struct kd_options *options)
{
    const struct kd_judgement *judgement = kd_judge(facts);
    struct kd_terminal terminal;
    struct kd_render_style style;
    struct kd_buf document = {0};
    struct kd_err err = {0};
    int status = diag_exit_status(facts, judgement, options->fail_level);

    kd_terminal_read(&terminal);
    style = kd_style_choose(options, &terminal);
    options->format->render(facts, judgement, &style, &document);
    if (kd_output_write(options->output, &document, &err) != KD_OK) {
        status = kd_cmd_fail(options->output != NULL ? options->format : NULL, &err,
                             KD_EXIT_UNKNOWN);
    }
    kd_buf_done(&document);
    return status;
}

int kd_cmd_diagnose(const struct kd_options *options)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_facts *facts = kd_facts_new(arena);
    struct kd_err err = {0};
    int status;

    if (diag_prepare(facts, options, &err) == KD_OK) {
        diag_collect(facts, options);
        status = diag_report(facts, options);
    } else {
        status = kd_cmd_fail(options->format, &err, KD_EXIT_UNKNOWN);
    }
    kd_arena_free(arena);
    return status;
}
