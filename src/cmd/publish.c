/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * publish.c - the verbs that write: publish, unpublish, undo.
 *
 * Look, plan, show the plan; and only with --apply: confirm, note the way back in a file, write
 * under prerequisites, read back. What was planned is what is sent.
 */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "kmsdns/collect/change.h"
#include "kmsdns/dns/name.h"
#include "session.h"
#include "undo_file.h"

/* The plan goes to standard error: standard output is for the report. */
static void pub_show_plan(const struct kd_facts *facts)
{
    struct kd_buf text = {0};
    char server[KD_ENDPOINT_STRLEN];

    for (size_t d = 0; d < facts->ndomain; d++) {
        const struct kd_change_fact *change = facts->domain[d].change;

        if (change == NULL || change->state != KD_CHANGE_PLANNED) {
            continue;
        }
        kd_buf_printf(&text, "Plan for %s, to be sent to %s as %s:\n", change->owner,
                      kd_endpoint_str(&change->server, server), change->identity);
        kd_buf_puts(&text, change->message);
        kd_buf_puts(&text, "\n");
    }
    fputs(kd_buf_str(&text), stderr);
    kd_buf_done(&text);
}

static bool pub_is_confirmed(const struct kd_session *session, size_t nplanned,
                             struct kd_err *err)
{
    char question[80];

    if (session->options->yes) {
        return true;
    }
    pub_show_plan(session->facts);
    snprintf(question, sizeof(question), "Apply this change to %zu domain%s?", nplanned,
             nplanned == 1 ? "" : "s");
    return kd_confirm(question, err);
}

static kd_status pub_write_undo(struct kd_session *session, struct kd_err *err)
{
    struct kd_facts *facts = session->facts;
    size_t n = kd_session_count_changes(session, KD_CHANGE_PLANNED), at = 0;
    const struct kd_change_fact **change = kd_arena_alloc(facts->arena, n * sizeof(void *));
    const char *path = NULL;
    sigset_t all, before;
    kd_status status = KD_OK;

    for (size_t d = 0; d < facts->ndomain; d++) {
        if (facts->domain[d].change != NULL &&
            facts->domain[d].change->state == KD_CHANGE_PLANNED) {
            change[at++] = facts->domain[d].change;
        }
    }
    /* a signal just now would leave half a file; it is taken when the file is whole */
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    status =
        kd_undo_file_write(facts->arena, session->options->undo_file, change, n, &path, err);
    sigprocmask(SIG_SETMASK, &before, NULL);
    for (size_t d = 0; status == KD_OK && d < facts->ndomain; d++) {
        if (facts->domain[d].change != NULL &&
            facts->domain[d].change->state == KD_CHANGE_PLANNED) {
            facts->domain[d].change->undo_file = path;
        }
    }
    return status;
}

/* Nothing was written: then there is no way back to keep. */
static void pub_drop_needless_undo(struct kd_session *session)
{
    struct kd_facts *facts = session->facts;
    const char *path = NULL;

    if (kd_session_count_changes(session, KD_CHANGE_DONE) +
            kd_session_count_changes(session, KD_CHANGE_SILENT) +
            kd_session_count_changes(session, KD_CHANGE_UNKNOWN) >
        0) {
        return;
    }
    for (size_t d = 0; d < facts->ndomain; d++) {
        if (facts->domain[d].change != NULL && facts->domain[d].change->undo_file != NULL) {
            path = facts->domain[d].change->undo_file;
            facts->domain[d].change->undo_file = NULL;
        }
    }
    if (path != NULL) {
        unlink(path);
    }
}

/* KD_EXIT_OK to go on to the report; else the status with which to end. */
static int pub_apply(struct kd_session *session)
{
    size_t nplanned = kd_session_count_changes(session, KD_CHANGE_PLANNED);
    struct kd_err err = {0};

    if (nplanned == 0 || session->facts->cut != KD_CUT_NONE) {
        return KD_EXIT_OK;
    }
    if (!pub_is_confirmed(session, nplanned, &err)) {
        return kd_cmd_fail(session->options->format, &err,
                           err.code == KD_ECANCELLED ? KD_EXIT_FINDINGS : KD_EXIT_USAGE);
    }
    if (pub_write_undo(session, &err) != KD_OK) {
        kd_err_prefix(&err, "nothing was changed, for the undo file could not be written");
        return kd_cmd_fail(session->options->format, &err, KD_EXIT_WRITE);
    }
    kd_change_apply(session->facts, &session->params, session->options->wait_ms);
    pub_drop_needless_undo(session);
    return KD_EXIT_OK;
}

/* Plans were made: apply them if asked to, and report. */
static int pub_finish(struct kd_session *session)
{
    int status = session->options->apply ? pub_apply(session) : KD_EXIT_OK;

    if (status != KD_EXIT_OK) {
        return status;
    }
    status = kd_session_report(session);
    return kd_session_write_status(session, status);
}

static void pub_set_params(struct kd_session *session)
{
    session->params.has_views = false;
    session->params.zone.is_wanted = true;
    session->params.zone.has_probes = true;
}

static void pub_plan(struct kd_session *session, const void *arg)
{
    const struct kd_options *options = session->options;
    struct kd_facts *facts = session->facts;

    (void)arg;
    for (size_t d = 0; d < facts->ndomain; d++) {
        struct kd_wish wish = {
            .action = options->verb->name,
            .is_present = strcmp(options->verb->name, "publish") == 0,
            .record = {facts->domain[d].publish_priority, facts->domain[d].publish_weight,
                       options->host_port, options->host, 0},
        };

        kd_change_plan(facts, d, &wish, kd_session_identity(session));
    }
}

/* Opens, looks, plans and finishes; the plan is the verb's own. */
static int pub_run(const struct kd_options *options,
                   void (*plan)(struct kd_session *session, const void *arg), const void *arg)
{
    struct kd_session session;
    struct kd_err err = {0};
    int status;

    if (kd_session_open(&session, options, &err) == KD_OK) {
        pub_set_params(&session);
        kd_session_discover(&session);
        plan(&session, arg);
        status = pub_finish(&session);
    } else {
        status = kd_cmd_fail(options->format, &err, KD_EXIT_UNKNOWN);
    }
    kd_session_close(&session);
    return status;
}

int kd_cmd_publish(const struct kd_options *options)
{
    struct kd_err err = {0};

    if (strcmp(options->verb->name, "publish") == 0 && kd_name_nlabels(options->host) < 2) {
        kd_fail(
            &err, KD_EINVAL, "publish",
            "--host %.60s is not fully qualified: clients of other domains could not look it "
            "up; give its domain, too",
            options->host);
        return kd_cmd_fail(options->format, &err, KD_EXIT_USAGE);
    }
    return pub_run(options, pub_plan, NULL);
}

/* The opposite: the host's record as it was before, or none. */
static struct kd_wish pub_opposite(const struct kd_undo_change *made)
{
    struct kd_wish wish = {.action = "undo", .is_present = false, .record = made->record};

    for (size_t i = 0; i < made->nbefore; i++) {
        const struct kd_srv *record = &made->before[i];

        if (kd_srv_is_of(record, made->record.target, made->record.port)) {
            wish.is_present = true;
            wish.record = *record;
        }
    }
    return wish;
}

/* The domain whose service name a change is about; NULL if it is another service's. */
static const char *pub_domain_of(const char *service, const char *owner)
{
    size_t len = strlen(service);

    return strncmp(owner, service, len) == 0 && owner[len] == '.' ? owner + len + 1 : NULL;
}

/* What the files of one undo tell, as options of a run. */
struct pub_undo {
    struct kd_arena *arena;
    struct kd_options options;
    const struct kd_undo_change **change; /* by domain name, in the order of the candidates */
};

/* One server for all is asked straight away; of several, each zone's own is looked for again. */
static void pub_undo_note_server(struct pub_undo *undo, const struct kd_endpoint *server)
{
    struct kd_options *options = &undo->options;

    if (undo->change[0] != NULL && options->ncandidate == 1) {
        options->server = kd_arena_alloc(undo->arena, sizeof(*server));
        options->server[0] = *server;
        options->nserver = 1;
    } else if (options->nserver == 1 && !kd_endpoint_equal(&options->server[0], server)) {
        options->nserver = 0;
    }
}

static kd_status pub_undo_add(struct pub_undo *undo, const struct kd_undo_change *made,
                              bool has_servers, struct kd_err *err)
{
    struct kd_options *options = &undo->options;
    const char *domain = pub_domain_of(options->service, made->owner);

    if (domain == NULL) {
        return kd_fail(err, KD_EINVAL, "undo",
                       "%.80s is not a name of the service %s; say with --service which one is "
                       "meant",
                       made->owner, options->service);
    }
    for (size_t i = 0; i < options->ncandidate; i++) {
        if (strcmp(options->candidate[i].text, domain) == 0) {
            return kd_fail(err, KD_EINVAL, "undo",
                           "two changes of %.80s are in these files; undo them one after the "
                           "other, the last one first",
                           made->owner);
        }
    }
    if (options->ncandidate == KD_MAX_CANDIDATES) {
        return kd_fail(err, KD_ETOOBIG, "undo", "more than %d changes; give fewer files",
                       KD_MAX_CANDIDATES);
    }
    options->candidate = kd_arena_grow(undo->arena, options->candidate, options->ncandidate,
                                       sizeof(*options->candidate));
    undo->change =
        kd_arena_grow(undo->arena, undo->change, options->ncandidate, sizeof(*undo->change));
    undo->change[options->ncandidate] = made;
    options->candidate[options->ncandidate++] =
        (struct kd_candidate_text){domain, KD_SOURCE_ARGUMENT};
    if (!has_servers) {
        pub_undo_note_server(undo, &made->server);
    }
    if (options->host == NULL) {
        options->host = made->record.target;
        options->host_port = made->record.port;
    }
    return KD_OK;
}

/* KD_EXIT_OK; else why not: a file is no undo file, or these files are not for one run. */
static int pub_undo_read(struct pub_undo *undo, const struct kd_options *options,
                         struct kd_err *err)
{
    undo->options = *options;
    for (size_t f = 0; f < options->nfile; f++) {
        struct kd_undo file = {0};

        if (kd_undo_file_read(undo->arena, options->file[f], &file, err) != KD_OK) {
            return KD_EXIT_UNKNOWN;
        }
        for (size_t i = 0; i < file.nchange; i++) {
            if (pub_undo_add(undo, &file.change[i], options->nserver > 0, err) != KD_OK) {
                return KD_EXIT_USAGE;
            }
        }
    }
    return KD_EXIT_OK;
}

static void pub_plan_undo(struct kd_session *session, const void *arg)
{
    const struct pub_undo *undo = arg;
    struct kd_facts *facts = session->facts;

    for (size_t i = 0; i < undo->options.ncandidate; i++) {
        const struct kd_domain_fact *domain =
            kd_facts_domain(facts, undo->options.candidate[i].text);
        struct kd_wish wish = pub_opposite(undo->change[i]);

        if (domain != NULL) {
            kd_change_plan(facts, (size_t)(domain - facts->domain), &wish,
                           kd_session_identity(session));
        }
    }
}

int kd_cmd_undo(const struct kd_options *options)
{
    struct pub_undo undo = {.arena = kd_arena_new()};
    struct kd_err err = {0};
    int status = pub_undo_read(&undo, options, &err);

    if (status == KD_EXIT_OK) {
        status = pub_run(&undo.options, pub_plan_undo, &undo);
    } else {
        status = kd_cmd_fail(options->format, &err, status);
    }
    kd_arena_free(undo.arena);
    return status;
}
