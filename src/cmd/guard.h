/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_CMD_GUARD_H
#define KMSDNS_CMD_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "kmsdns/rules/service.h"

/*
 * The guard of a plugin: a process that does nothing but wait for another one, which does the
 * work. Whatever becomes of that one (a crash, no memory, a file system that never answers), the
 * guard prints a line and ends with a state of plugins, in time.
 */

/* The worker prints its document to standard output; what follows a form feed replaces it. */
#define KD_GUARD_AGAIN "\f"

/** Does the work; returns the exit status, a kd_service. */
typedef int kd_guard_fn(int argc, char **argv);

/**
 * Run work under a guard.
 *
 * returns  in the worker what work returned; in the guard the exit status of the plugin, 0 to 3,
 *          when everything is printed. Both return into main, so that there is one way out
 */
int kd_guard_run(kd_guard_fn *work, int argc, char **argv);

/**
 * For the worker: how long it may take, from the start of the program, and what it is worth when
 * it takes longer. Without a guard nothing happens.
 *
 * timeout_ms  more than 0
 * is_exit_ok  end with 0 whatever the state is
 */
void kd_guard_limit(uint32_t timeout_ms, kd_service on_timeout, bool is_exit_ok);

/** Milliseconds since the guard began; 0 without one. */
uint32_t kd_guard_elapsed_ms(void);

/**
 * For the worker: what it does next, a clause such as "reading kms.key", for the line that is
 * printed should it never come back. Without a guard nothing happens.
 */
void kd_guard_stage(const char *doing, const char *path);

#endif
