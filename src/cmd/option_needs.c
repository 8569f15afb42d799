/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * option_needs.c - what the options of a command line must be together, once each is known.
 */
#include <string.h>

#include "cmd.h"
#include "option_table.h"

bool kd_verb_has_format(const struct kd_verb *verb, const struct kd_format *format)
{
    return (verb->bit & OPT_JUDGE) != 0 || strcmp(format->name, "text") == 0 ||
           strcmp(format->name, "json") == 0;
}

kd_status kd_option_needs(const struct kd_options *options, struct kd_err *err)
{
    bool is_report = options->verb->run == kd_cmd_report;

    if (options->anonymize && options->record == NULL && !is_report) {
        return kd_fail(err, KD_EINVAL, "options",
                       "--anonymize is about the saved run: give --record FILE, too");
    }
    if (!kd_verb_has_format(options->verb, options->format)) {
        return kd_fail(err, KD_EINVAL, "options",
                       "--format: %s judges nothing; write text or json", options->verb->name);
    }
    if (is_report && options->nfile > 1) {
        return kd_fail(err, KD_EINVAL, "options", "report takes one file, not %zu",
                       options->nfile);
    }
    if (options->has_modes && (options->modes & KD_MODE_PUBLISH) != 0 &&
        options->key_file == NULL && options->host == NULL) {
        return kd_fail(err, KD_EINVAL, "options",
                       "--mode publish needs --key-file FILE, or --host FQDN: whose right to "
                       "write, and for which host?");
    }
    if (options->verb->needs_host && options->host == NULL) {
        return kd_fail(err, KD_EINVAL, "options", "%s needs --host FQDN[:PORT], the KMS host",
                       options->verb->name);
    }
    if (options->write_reg != NULL && options->nfile == 0 &&
        (options->output != NULL || options->record != NULL)) {
        return kd_fail(err, KD_EINVAL, "options",
                       "without an export there is nothing to report: leave out --output and "
                       "--record");
    }
    if (options->verb->files != NULL && options->nfile == 0 && options->write_reg == NULL) {
        return kd_fail(err, KD_EINVAL, "options", "%s needs %s", options->verb->name,
                       options->verb->files);
    }
    return KD_OK;
}
