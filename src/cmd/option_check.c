/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * option_check.c - the options of check_kmsdns alone: their rows and the readers of their values.
 */
#include "option_table.h"
#include "option_value.h"

#include <string.h>

#include "kmsdns/base/num.h"
#include "kmsdns/dns/name.h"

#define CHECK_MIN_TIMEOUT_MS 100U
#define CHECK_MAX_TIMEOUT_MS 3600000U

/* Two rows a metric; the response time has the short names that every plugin has. */
#define CHECK_LIMIT(which, METRIC, part, word, short_name, what)               \
    {                                                                          \
        .name = which "-" word,                                                \
        .letter = KD_METRIC_##METRIC == KD_METRIC_TIME ? (short_name) : '\0',  \
        .argument = "RANGE",                                                   \
        .help = which " when this is outside: " what,                          \
        .kind = KD_OPTION_HANDLER,                                             \
        .handler = kd_option_value_limit,                                      \
        .offset = offsetof(struct kd_options, limit[KD_METRIC_##METRIC].part), \
        .verbs = KD_VERB_CHECK,                                                \
        .group = KD_GROUP_LIMIT,                                               \
    },

const struct kd_option kd_options_check[KD_OPTION_NCHECK] = {
    {
        .name = "domain",
        .letter = 'd',
        .argument = "LIST",
        .help = "the domains to check, parted by commas; repeatable (default: those of this "
                "machine)",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_domains,
        .source = KD_SOURCE_ARGUMENT,
        .verbs = KD_VERB_CHECK,
        .group = KD_GROUP_CANDIDATES,
        .again = KD_AGAIN_ADDS,
    },
    {
        .name = "mode",
        .argument = "LIST",
        .help = "discovery: what clients find; consistency: the zone's servers, side by side; "
                "publish: the right to write, with --key-file or --host (default: all that the "
                "options allow)",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_mode,
        .verbs = KD_VERB_CHECK,
        .group = KD_GROUP_JUDGE,
        .again = KD_AGAIN_ADDS,
    },
    {
        .name = "timeout-result",
        .argument = "STATE",
        .help = "what it is when the time is over: ok, warning, critical, unknown, or 0 to 3 "
                "(default: unknown); what was proved before stays",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_timeout_result,
        .verbs = KD_VERB_CHECK,
        .group = KD_GROUP_JUDGE,
    },
    {
        .name = "extra-opts",
        .argument = "[=[SECTION][@FILE]]",
        .help =
            "options from an ini file, as if they stood first; repeatable (default: section "
            "check_kmsdns of the first monitoring-plugins.ini); @- is standard input",
        .kind = KD_OPTION_HANDLER,
        .handler = kd_option_value_extra_opts,
        .verbs = KD_VERB_CHECK,
        .group = KD_GROUP_OTHER,
        .again = KD_AGAIN_ADDS,
    },
    {
        .name = "exit-ok",
        .help = "exit with 0 whatever the state is: for data only",
        .kind = KD_OPTION_BOOL,
        .offset = offsetof(struct kd_options, is_exit_ok),
        .verbs = KD_VERB_CHECK,
        .group = KD_GROUP_OUTPUT,
    },
#define XX(name, word, label, unit, what)                  \
    CHECK_LIMIT("warning", name, warning, word, 'w', what) \
    CHECK_LIMIT("critical", name, critical, word, 'c', what)
    KD_METRIC_MAP(XX)
#undef XX
};

kd_status kd_option_value_limit(struct kd_arena *arena, const struct kd_option *option,
                                const char *value, struct kd_options *options,
                                struct kd_err *err)
{
    struct kd_range range = {.text = NULL};
    kd_status status = kd_range_parse(value, &range, err);

    (void)arena;
    if (status == KD_OK) {
        memcpy((char *)options + option->offset, &range, sizeof(range));
    }
    return status;
}

kd_status kd_option_value_domains(struct kd_arena *arena, const struct kd_option *option,
                                  const char *value, struct kd_options *options,
                                  struct kd_err *err)
{
    size_t before = options->ncandidate;
    kd_status status = kd_option_value_search_list(arena, option, value, options, err);

    if (status == KD_OK && options->ncandidate == before) {
        return kd_fail(err, KD_EINVAL, "options", "the domain is empty; leave the option out");
    }
    /* of a person's command this is a finding; a plugin's is written once, and must be right */
    for (size_t i = before; status == KD_OK && i < options->ncandidate; i++) {
        const char *name = NULL;

        status = kd_name_domain_from_str(arena, options->candidate[i].text, &name, err);
    }
    return status;
}

kd_status kd_option_value_mode(struct kd_arena *arena, const struct kd_option *option,
                               const char *value, struct kd_options *options,
                               struct kd_err *err)
{
    kd_status status = KD_OK;

    (void)option;
    options->modes = options->has_modes ? options->modes : 0;
    options->has_modes = true;
    for (;;) {
        size_t len = strcspn(value, ",");
        kd_mode mode = KD_MODE_ALL;

        status = kd_mode_from_str(kd_arena_strndup(arena, value, len), &mode, err);
        if (status != KD_OK) {
            return status;
        }
        options->modes |= (uint32_t)mode;
        if (value[len] == '\0') {
            return KD_OK;
        }
        value += len + 1;
    }
}

kd_status kd_option_value_timeout_result(struct kd_arena *arena, const struct kd_option *option,
                                         const char *value, struct kd_options *options,
                                         struct kd_err *err)
{
    (void)arena;
    (void)option;
    return kd_service_from_str(value, &options->on_timeout, err);
}

/* The option itself is gone before options are read: this one stood in a file. */
kd_status kd_option_value_extra_opts(struct kd_arena *arena, const struct kd_option *option,
                                     const char *value, struct kd_options *options,
                                     struct kd_err *err)
{
    (void)arena;
    (void)option;
    (void)options;
    return kd_fail(err, KD_EINVAL, "options",
                   "\"%.60s\": a file of options does not lead to another one", value);
}

/* "10", "10s", "10:critical" */
kd_status kd_option_value_timeout(struct kd_arena *arena, const struct kd_option *option,
                                  const char *value, struct kd_options *options,
                                  struct kd_err *err)
{
    size_t len = strcspn(value, ":");
    kd_status status = KD_OK;

    (void)option;
    if (value[len] == ':' && (options->verb == NULL || !options->verb->is_plugin)) {
        return kd_fail(err, KD_EINVAL, "options",
                       "\"%.40s\": a state behind the time is for check_kmsdns", value);
    }
    if (value[len] == ':') {
        status = kd_service_from_str(value + len + 1, &options->on_timeout, err);
    }
    return status != KD_OK
               ? status
               : kd_parse_duration(kd_arena_strndup(arena, value, len), CHECK_MIN_TIMEOUT_MS,
                                   CHECK_MAX_TIMEOUT_MS, &options->timeout_ms, err);
}
