/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_CMD_EXTRA_OPTS_H
#define KMSDNS_CMD_EXTRA_OPTS_H

#include <stdbool.h>

#include "kmsdns/base/arena.h"
#include "kmsdns/base/status.h"

/* Arguments of a command line and of files. */
struct kd_extra_args {
    char *const *argument;    /* ended by NULL */
    const char *const *place; /* "plugins.ini:3" for each; NULL: the command line */
};

/**
 * Put the options of a plugin's ini file before those of the command line, which then win.
 *
 * Each --extra-opts[=[SECTION][@FILE]] is replaced by what its section says. Without SECTION it is
 * the plugin's name, without FILE the first of the places where plugins have their ini file:
 * MP_CONFIG_FILE, a list of paths, the folders of NAGIOS_CONFIG_PATH; "@-" is standard input.
 *
 * arena    for the result
 * plugin   default section                                                   borrowed
 * argument arguments without the program's name, ended by NULL               borrowed
 * ret      the same without --extra-opts, written on success; points into argument and the arena
 * returns  KD_OK; KD_ENOTFOUND if there is no file or no such section; KD_EACCES, KD_EIO;
 *          KD_ESYNTAX with the line; KD_ETOOBIG
 * Source   Monitoring Plugins, "Extra-Opts"
 */
kd_status kd_extra_opts(struct kd_arena *arena, const char *plugin, char *const *argument,
                        struct kd_extra_args *ret, struct kd_err *err);

/** True for "--extra-opts" and "--extra-opts=...". */
bool kd_extra_opts_is(const char *argument);

#endif
