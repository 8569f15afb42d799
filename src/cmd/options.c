/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options.c - the command line, read with the option table: long options with "=" or a separate
 * value, --no-NAME for switches, short ones alone or in a cluster, "--" to end them. The first
 * word that is no option is the verb, the others are domains (or files). At last the three
 * timeouts are made a ladder: a try fits into a question, a question into the run.
 */
#include "options.h"

#include <assert.h>
#include <string.h>

#include "cmd.h"
#include "extra_opts.h"
#include "guard.h"
#include "kmsdns/base/near.h"
#include "kmsdns/base/num.h"
#include "kmsdns/dns/usual.h"
#include "option_table.h"
#include "option_value.h"

#define OPT_MAX_OPTIONS 96

#define OPT_MAX_QUESTION_MS 300000 /* async/query.h */

/* A command line being read. */
struct opt_parse {
    struct kd_arena *arena;
    struct kd_options *options;
    const struct kd_option *table;
    size_t noption;
    bool seen[OPT_MAX_OPTIONS]; /* by place in the table */
    bool is_help_verb;          /* `kmsdns help VERB` */
    bool is_scan;               /* only to know the limits before files are read */
    size_t nword;               /* words that are no options */
    char *const *next;          /* the next argument; ends with NULL */
    struct kd_extra_args all;   /* what next points into; place is NULL without ini files */
};

static bool opt_is_of(const struct kd_option *option, const struct kd_verb *verb)
{
    return option->verbs == 0 || (option->verbs & verb->bit) != 0;
}

static size_t opt_min(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Names under which other tools, or habit, take a secret as value. */
static bool opt_is_secret(const char *name)
{
    static const char *const NAME[] = {"key", "password", "secret", "tsig", "tsig-key"};

    for (size_t i = 0; i < sizeof(NAME) / sizeof(NAME[0]); i++) {
        if (strcmp(name, NAME[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool opt_is_plugin(const struct kd_options *options)
{
    return options->verb != NULL && options->verb->is_plugin;
}

/* Who lists the options: "kmsdns", or the plugin. */
static const char *opt_program(const struct opt_parse *parse)
{
    return opt_is_plugin(parse->options) ? parse->options->verb->name : "kmsdns";
}

/* What stands behind "=" is not repeated: it might be a secret. */
static kd_status opt_unknown(const struct opt_parse *parse, const char *word, size_t len,
                             struct kd_err *err)
{
    const char *name = kd_arena_strndup(parse->arena, word, len);
    const char *nearest = NULL;
    const char *no = "";
    size_t best = SIZE_MAX;

    if (opt_is_secret(name)) {
        return kd_option_value_secret(err);
    }
    for (size_t i = 0; i < parse->noption; i++) {
        const struct kd_option *option = &parse->table[i];
        const char *negated = kd_arena_printf(parse->arena, "no-%s", option->name);

        if (opt_is_plugin(parse->options) && !opt_is_of(option, parse->options->verb)) {
            continue;
        }
        if (kd_near_is_nearer(name, option->name, &best)) {
            nearest = option->name;
            no = "";
        }
        if (option->kind == KD_OPTION_BOOL && kd_near_is_nearer(name, negated, &best)) {
            nearest = option->name;
            no = "no-";
        }
    }
    if (nearest == NULL) {
        return kd_fail(err, KD_EINVAL, "options",
                       "unknown option \"--%.60s\"; %s --help lists those there are", name,
                       opt_program(parse));
    }
    return kd_fail(err, KD_EINVAL, "options",
                   "unknown option \"--%.60s\"; the nearest one is --%s%s", name, no, nearest);
}

static kd_status opt_store(struct opt_parse *parse, const struct kd_option *option,
                           const char *value, bool is_on, struct kd_err *err)
{
    void *field = (char *)parse->options + option->offset;

    switch (option->kind) {
    case KD_OPTION_BOOL:
        *(bool *)field = is_on;
        return KD_OK;
    case KD_OPTION_COUNT:
        *(unsigned int *)field += 1;
        return KD_OK;
    case KD_OPTION_DURATION:
        return kd_parse_duration(value, option->min, option->max, field, err);
    case KD_OPTION_NUMBER:
        return kd_parse_u32(value, option->min, option->max, field, err);
    case KD_OPTION_HANDLER:
        return option->handler(parse->arena, option, value, parse->options, err);
    }
    return KD_OK;
}

static kd_status opt_not_of_verb(const struct kd_option *option, const struct kd_verb *verb,
                                 struct kd_err *err)
{
    return kd_fail(err, KD_EINVAL, "options",
                   "--%s is no option of %s; %s%s --help lists its options", option->name,
                   verb->name, verb->is_plugin ? "" : "kmsdns ", verb->name);
}

/* Takes one option with its value; shown is how it was written, for errors. */
static kd_status opt_apply(struct opt_parse *parse, const struct kd_option *option,
                           const char *value, bool is_on, struct kd_err *err)
{
    size_t place = (size_t)(option - parse->table);
    kd_status status;

    if (opt_is_plugin(parse->options) && !opt_is_of(option, parse->options->verb)) {
        return opt_not_of_verb(option, parse->options->verb, err);
    }
    if (option->argument != NULL && value == NULL) {
        value = *parse->next;
        if (value == NULL) {
            return kd_fail(err, KD_EINVAL, "options", "--%s needs a value, %s", option->name,
                           option->argument);
        }
        parse->next++;
    }
    /* of the plugin the first one may stand in an ini file, and the command line wins */
    if (option->again == KD_AGAIN_WRONG && parse->seen[place] &&
        !opt_is_plugin(parse->options)) {
        return kd_fail(err, KD_EINVAL, "options", "--%s was given twice; there can be only one",
                       option->name);
    }
    parse->seen[place] = true;
    status = opt_store(parse, option, value, is_on, err);
    if (status != KD_OK) {
        kd_err_prefix(err, "--%s", option->name);
    }
    return status;
}

static kd_status opt_long(struct opt_parse *parse, const char *argument, struct kd_err *err)
{
    const char *name = argument + 2;
    size_t len = strcspn(name, "=");
    const char *value = name[len] == '=' ? name + len + 1 : NULL;
    const struct kd_option *option = kd_option_by_name(name, len);
    bool is_on = true;

    if (option == NULL && len > 3 && memcmp(name, "no-", 3) == 0) {
        option = kd_option_by_name(name + 3, len - 3);
        is_on = false;
        if (option != NULL && option->kind != KD_OPTION_BOOL) {
            return kd_fail(err, KD_EINVAL, "options",
                           "--no-%s does not exist: --%s is no switch", option->name,
                           option->name);
        }
    }
    if (option == NULL) {
        return opt_unknown(parse, name, len, err);
    }
    if (option->argument == NULL && value != NULL) {
        return kd_fail(err, KD_EINVAL, "options", "--%.*s takes no value", (int)len, name);
    }
    return opt_apply(parse, option, value, is_on, err);
}

/* "-v", "-vv", "-o FILE", "-oFILE", "-vo FILE" */
static kd_status opt_cluster(struct opt_parse *parse, const char *argument, struct kd_err *err)
{
    for (const char *p = argument + 1; *p != '\0'; p++) {
        const struct kd_option *option = kd_option_by_letter(*p);
        const char *value = NULL;
        kd_status status;

        /* dig -y and nsupdate -y take [alg:]name:secret */
        if (option == NULL && *p == 'y') {
            return kd_option_value_secret(err);
        }
        if (option == NULL) {
            return kd_fail(err, KD_EINVAL, "options",
                           "unknown option \"-%c\"; %s --help lists those there are", *p,
                           opt_program(parse));
        }
        if (option->argument != NULL && p[1] != '\0') {
            value = p + 1;
        }
        status = opt_apply(parse, option, value, true, err);
        if (status != KD_OK || option->argument != NULL) {
            return status;
        }
    }
    return KD_OK;
}

static kd_status opt_verb(struct opt_parse *parse, const char *word, struct kd_err *err)
{
    size_t nverb = 0, best = SIZE_MAX;
    const struct kd_verb *verb = kd_verbs(&nverb);
    const char *nearest = NULL;

    for (size_t i = 0; i < nverb; i++) {
        if (verb[i].is_plugin) {
            continue;
        }
        if (strcmp(word, verb[i].name) == 0) {
            parse->options->verb = &verb[i];
            return KD_OK;
        }
        if (kd_near_is_nearer(word, verb[i].name, &best)) {
            nearest = verb[i].name;
        }
    }
    if (nearest != NULL) {
        return kd_fail(err, KD_EINVAL, "options",
                       "unknown verb \"%.60s\"; the nearest one is %s", word, nearest);
    }
    return kd_fail(err, KD_EINVAL, "options",
                   "unknown verb \"%.60s\"; kmsdns --help lists those there are", word);
}

static kd_status opt_add_file(struct opt_parse *parse, const char *path, struct kd_err *err)
{
    struct kd_options *options = parse->options;

    if (options->nfile >= KD_MAX_FILES) {
        return kd_fail(err, KD_ETOOBIG, "options", "more than %d files; give fewer in one run",
                       KD_MAX_FILES);
    }
    options->file =
        kd_arena_grow(parse->arena, options->file, options->nfile, sizeof(*options->file));
    options->file[options->nfile] = path;
    options->nfile++;
    return KD_OK;
}

static kd_status opt_word(struct opt_parse *parse, const char *word, struct kd_err *err)
{
    size_t place = parse->nword++;

    if (opt_is_plugin(parse->options)) {
        return kd_fail(
            err, KD_EINVAL, "options",
            "\"%.60s\": check_kmsdns takes options alone; write -d %.60s for a domain", word,
            word);
    }
    if (place == 0 && strcmp(word, "help") == 0) {
        parse->is_help_verb = true;
        return KD_OK;
    }
    if (place == 0 || (place == 1 && parse->is_help_verb)) {
        return opt_verb(parse, word, err);
    }
    if (parse->options->verb->files != NULL) {
        return opt_add_file(parse, word, err);
    }
    return kd_option_add_candidate(parse->arena, parse->options, word, KD_SOURCE_ARGUMENT, err);
}

/* "-2147015880" is how some programs write 0x80072338. */
static bool opt_is_code(const struct opt_parse *parse, const char *argument)
{
    return parse->options->verb != NULL && parse->options->verb->run == kd_cmd_explain &&
           argument[1] >= '0' && argument[1] <= '9';
}

static kd_status opt_walk(struct opt_parse *parse, struct kd_err *err)
{
    bool is_ended = false;
    kd_status status = KD_OK;

    while ((status == KD_OK || parse->is_scan) && *parse->next != NULL) {
        size_t at = (size_t)(parse->next - parse->all.argument);
        const char *argument = *parse->next;

        parse->next++;
        if (parse->is_scan && kd_extra_opts_is(argument)) {
            continue;
        }
        if (is_ended || argument[0] != '-' || argument[1] == '\0' ||
            opt_is_code(parse, argument)) {
            status = opt_word(parse, argument, err);
        } else if (strcmp(argument, "--") == 0) {
            is_ended = true;
        } else if (argument[1] == '-') {
            status = opt_long(parse, argument, err);
        } else {
            status = opt_cluster(parse, argument, err);
        }
        if (status != KD_OK && parse->all.place != NULL && parse->all.place[at] != NULL) {
            kd_err_prefix(err, "%s", parse->all.place[at]);
        }
    }
    return status;
}

static bool opt_was_given(const struct opt_parse *parse, const char *name)
{
    const struct kd_option *option = kd_option_by_name(name, strlen(name));

    return parse->seen[option - parse->table];
}

/*
 * A silent server is to be a finding before the run's own time is over. Silence of one more behind
 * it, as of a server of the zone behind a resolver, is told where two tries still fit; a slow
 * resolver is heard as long as that allows.
 */
static void opt_hurry(struct kd_options *options)
{
    uint32_t question_ms = options->timeout_ms / 5 * 4;
    uint32_t try_ms = options->timeout_ms / 5 * 2 / options->tries;

    options->question_timeout_ms = (uint32_t)opt_min(options->question_timeout_ms, question_ms);
    options->try_timeout_ms = (uint32_t)opt_min(options->try_timeout_ms, try_ms);
}

static kd_status opt_ladder(const struct opt_parse *parse, struct kd_err *err)
{
    struct kd_options *options = parse->options;
    bool has_try = opt_was_given(parse, "try-timeout");

    if (opt_is_plugin(options) && !has_try && !opt_was_given(parse, "tries")) {
        opt_hurry(options);
    }
    if (!has_try) {
        options->try_timeout_ms =
            (uint32_t)opt_min(options->try_timeout_ms, options->timeout_ms);
    }
    if (options->try_timeout_ms > options->timeout_ms) {
        return kd_fail(err, KD_EINVAL, "options",
                       "--try-timeout, %g s, is longer than --timeout, %g s: one try must fit "
                       "into the run",
                       options->try_timeout_ms / 1000.0, options->timeout_ms / 1000.0);
    }
    if (has_try || opt_was_given(parse, "tries")) {
        /* one more than the tries: the exact look that tells a broken reply from silence */
        options->question_timeout_ms = (uint32_t)opt_min(
            (size_t)options->try_timeout_ms * (options->tries + 1), OPT_MAX_QUESTION_MS);
    }
    options->question_timeout_ms =
        (uint32_t)opt_min(options->question_timeout_ms, options->timeout_ms);
    return KD_OK;
}

/* The port of those that named none, and then each server once. Returns how many are left. */
static size_t opt_fill_ports(struct kd_endpoint *server, size_t n, uint16_t port)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        size_t same = 0;

        server[i].port = server[i].port != 0 ? server[i].port : port;
        while (same < kept && !kd_endpoint_equal(&server[same], &server[i])) {
            same++;
        }
        if (same == kept) {
            server[kept++] = server[i];
        }
    }
    return kept;
}

/* -p of a plugin is the port of -H, as everywhere among plugins; --dns-port of a command is that of
 * the zone's servers, while resolvers have the usual one. */
static void opt_ports(struct kd_options *options)
{
    uint16_t port = opt_is_plugin(options) ? options->dns_port : KD_DNS_PORT;

    options->nresolver = opt_fill_ports(options->resolver, options->nresolver, port);
    options->nserver = opt_fill_ports(options->server, options->nserver, options->dns_port);
}

/* Each option must be one of the verb's. */
static kd_status opt_check_verb(const struct opt_parse *parse, struct kd_err *err)
{
    const struct kd_verb *verb = parse->options->verb;

    if (verb == NULL) {
        return KD_OK;
    }
    for (size_t i = 0; i < parse->noption; i++) {
        const struct kd_option *option = &parse->table[i];

        if (parse->seen[i] && !opt_is_of(option, verb)) {
            return opt_not_of_verb(option, verb, err);
        }
    }
    return KD_OK;
}

/* Ini files may stand on a disk that hangs, so the limits of the command line, which win anyway,
 * hold before these are read, and those behind a wrong one, too. What is wrong is told by the real
 * reading. */
static void opt_early_limit(const struct opt_parse *parse)
{
    struct kd_options early = *parse->options;
    struct opt_parse scan = *parse;
    struct kd_err err = {.code = KD_OK};

    scan.options = &early;
    scan.is_scan = true;
    (void)opt_walk(&scan, &err);
    kd_guard_limit(early.timeout_ms, early.on_timeout, early.is_exit_ok);
}

/* The metrics of a plugin whose options are wrong must say so in the place of old ones, which tell
 * that all is well; the option that names their file may stand behind the wrong one. */
static void opt_keep_textfile(const struct opt_parse *parse, struct kd_options *ret)
{
    struct kd_options late = {.verb = ret->verb, .format = ret->format};
    struct opt_parse scan = *parse;
    struct kd_err err = {.code = KD_OK};

    scan.options = &late;
    scan.is_scan = true;
    scan.next = parse->all.argument;
    (void)opt_walk(&scan, &err);
    ret->textfile = late.textfile;
    ret->vantage = late.vantage;
}

/* What judges nothing has no other formats, for failures neither. */
static void opt_keep_format(struct kd_options *ret)
{
    if (ret->verb != NULL && !kd_verb_has_format(ret->verb, ret->format)) {
        ret->format = kd_format_by_name("text");
    }
}

kd_status kd_options_parse(struct kd_arena *arena, int argc, char *const *argv,
                           struct kd_options *ret, struct kd_err *err)
{
    struct opt_parse parse = {.arena = arena, .options = ret};
    kd_status status = KD_OK;

    parse.table = kd_option_table(&parse.noption);
    assert(parse.noption <= OPT_MAX_OPTIONS);
    parse.all.argument = parse.next = kd_options_begin(argc, argv, ret);
    if (opt_is_plugin(ret)) {
        if (ret->action != KD_ACTION_RUN) {
            return KD_OK;
        }
        opt_early_limit(&parse);
        status = kd_extra_opts(arena, ret->verb->name, parse.next, &parse.all, err);
        parse.next = parse.all.argument;
    }
    if (status == KD_OK) {
        status = opt_walk(&parse, err);
    }
    if (status == KD_OK) {
        status = opt_check_verb(&parse, err);
    }
    if (status == KD_OK) {
        status = opt_ladder(&parse, err);
        opt_ports(ret);
    }
    if (status == KD_OK && ret->action == KD_ACTION_RUN) {
        ret->action = parse.is_help_verb  ? KD_ACTION_HELP
                      : ret->verb == NULL ? KD_ACTION_USAGE
                                          : KD_ACTION_RUN;
    }
    if (status == KD_OK && ret->action == KD_ACTION_RUN) {
        status = kd_option_needs(ret, err);
    }
    if (status != KD_OK && opt_is_plugin(ret)) {
        opt_keep_textfile(&parse, ret);
    }
    if (status != KD_OK) {
        opt_keep_format(ret);
    }
    return status;
}
