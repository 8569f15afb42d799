/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options_face.c - the two faces of the program, kmsdns and check_kmsdns: by which name it was
 * called, and what options are before any is read.
 */
#include <string.h>

#include "cmd.h"
#include "kmsdns/dns/usual.h"
#include "option_table.h"

/* The ladder; docs/kmsdns.1 and the help name these numbers, too. */
#define FACE_TRY_MS      2000
#define FACE_QUESTION_MS 5000
#define FACE_RUN_MS      30000
#define FACE_DHCP_MS     1000
#define FACE_MAX_AGE_MS  86400000
#define FACE_TRIES       3
#define FACE_PLUGIN_MS   10000    /* a run of the plugin */
#define FACE_PLUGIN      "check_" /* with anything behind it */

bool kd_options_is_plugin(int argc, char *const *argv)
{
    const char *name = argc > 0 ? argv[0] : "";
    const char *slash = strrchr(name, '/');

    return strncmp(slash != NULL ? slash + 1 : name, FACE_PLUGIN, sizeof(FACE_PLUGIN) - 1) == 0;
}

/* The plugin has its verb without a word, and less time than a person. */
static void face_choose_plugin(struct kd_options *options)
{
    size_t nverb = 0;
    const struct kd_verb *verb = kd_verbs(&nverb);

    for (size_t i = 0; i < nverb; i++) {
        options->verb = verb[i].is_plugin ? &verb[i] : options->verb;
    }
    options->format = kd_format_by_name("nagios");
    options->timeout_ms = FACE_PLUGIN_MS;
}

/* Help wins over whatever else is on the line, and over what is wrong with it (NP-17). */
static kd_action face_early_action(char *const *argument)
{
    kd_action action = KD_ACTION_RUN;

    for (; *argument != NULL && strcmp(*argument, "--") != 0; argument++) {
        if (strcmp(*argument, "--help") == 0 || strcmp(*argument, "-h") == 0) {
            return KD_ACTION_HELP;
        }
        if (strcmp(*argument, "--version") == 0 || strcmp(*argument, "-V") == 0) {
            action = KD_ACTION_VERSION;
        }
    }
    return action;
}

/* A failure is told in the format asked for, even if that stands behind it. */
static const struct kd_format *face_wanted_format(char *const *argument)
{
    static const char NAME[] = "--format";
    const struct kd_format *wanted = kd_format_by_name("text");

    for (; *argument != NULL && strcmp(*argument, "--") != 0; argument++) {
        const char *value = NULL;
        const struct kd_format *format;

        if (strncmp(*argument, NAME, sizeof(NAME) - 1) != 0) {
            continue;
        }
        value = *argument + sizeof(NAME) - 1;
        value = *value == '=' ? value + 1 : *value == '\0' ? argument[1] : NULL;
        format = value != NULL ? kd_format_by_name(value) : NULL;
        wanted = format != NULL ? format : wanted;
    }
    return wanted;
}

static void face_defaults(struct kd_options *options)
{
    *options = (struct kd_options){
        .action = KD_ACTION_RUN,
        .client = KD_CLIENT_ANY,
        .service = KD_KMS_SERVICE,
        .use_tcp = true,
        .try_timeout_ms = FACE_TRY_MS,
        .question_timeout_ms = FACE_QUESTION_MS,
        .timeout_ms = FACE_RUN_MS,
        .tries = FACE_TRIES,
        .dhcp_socket = {.fd = -1},
        .dhcp_wait_ms = FACE_DHCP_MS,
        .max_age_ms = FACE_MAX_AGE_MS,
        .reg_generation = KD_REG_GENERATION_SPP,
        .dns_port = KD_DNS_PORT,
        .host_port = KD_KMS_PORT,
        .fail_level = KD_SEV_WARNING,
        .modes = KD_MODE_ALL,
        .on_timeout = KD_SERVICE_UNKNOWN,
        .color = KD_COLOR_AUTO,
        .show_progress = true,
        .since_s = -1,
        .until_s = -1,
    };
}

char *const *kd_options_begin(int argc, char *const *argv, struct kd_options *options)
{
    char *const *next = argc > 0 ? argv + 1 : argv;

    face_defaults(options);
    if (kd_options_is_plugin(argc, argv)) {
        face_choose_plugin(options);
        options->action = face_early_action(next);
    } else {
        options->format = face_wanted_format(next);
    }
    return next;
}
