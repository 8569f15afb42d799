/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - read the command line, run the verb, return its exit status.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmd.h"
#include "guard.h"
#include "kmsdns/base/arena.h"
#include "policy_file.h"

static int main_run(const struct kd_options *options)
{
    struct kd_buf text = {0};
    struct kd_err err = {0};

    switch (options->action) {
    case KD_ACTION_RUN:
        return options->verb->run(options);
    case KD_ACTION_HELP:
        kd_options_help(options->verb, &text);
        return kd_cmd_deliver(NULL, NULL, &text, KD_EXIT_OK);
    case KD_ACTION_VERSION:
        kd_cmd_version(&text, options->verbosity > 0);
        return kd_cmd_deliver(NULL, NULL, &text, KD_EXIT_OK);
    case KD_ACTION_POLICY:
        return kd_cmd_dump_policy(options);
    case KD_ACTION_USAGE:
        if (options->format->render_error != NULL) {
            kd_fail(&err, KD_EINVAL, "options", "no verb was given; kmsdns --help names them");
            return kd_cmd_fail(options->format, &err, KD_EXIT_USAGE);
        }
        kd_options_usage(&text);
        (void)fputs(kd_buf_str(&text), stderr);
        kd_buf_done(&text);
        return KD_EXIT_USAGE;
    }
    return KD_EXIT_USAGE;
}

/*
 * A parent may have closed them, and then the next socket would be taken for one. Opened the wrong
 * way round, so that using them still fails.
 */
static void main_fill_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd) {
            /* no /dev: a socket that leads nowhere fails as well */
            (void)!socket(AF_UNIX, SOCK_STREAM, 0);
        }
    }
}

/* The one privilege that kmsdns can use is used and given up before any file is opened. */
static kd_status main_privileges(struct kd_options *options, struct kd_err *err)
{
    kd_status status = KD_OK, dropped;

    if (options->action == KD_ACTION_RUN && options->dhcp != NULL) {
        status = kd_dhcp_open(options->dhcp, &options->dhcp_socket, err);
    }
    dropped = kd_privileges_drop(status == KD_OK ? err : NULL);
    return status != KD_OK ? status : dropped;
}

/* Options that can be run; the status of a failure is in *ret_status, and it was told. */
static bool main_prepare(struct kd_arena *arena, int argc, char **argv,
                         struct kd_options *options, int *ret_status)
{
    struct kd_err err = {0};

    *ret_status = KD_EXIT_USAGE;
    if (kd_options_parse(arena, argc, argv, options, &err) != KD_OK) {
        *ret_status = kd_cmd_fail(options->format, &err, *ret_status);
        /* nobody reads what a plugin says about its options while old metrics say that all is well;
         * whoever types a command does */
        if (kd_options_is_plugin(argc, argv)) {
            kd_textfile_fail(options, &err);
        }
        return false;
    }
    kd_guard_limit(options->timeout_ms, options->on_timeout, options->is_exit_ok);
    if (main_privileges(options, &err) != KD_OK) {
        *ret_status = kd_cmd_fail(options->format, &err, KD_EXIT_UNKNOWN);
        kd_textfile_fail(options, &err);
        return false;
    }
    if (kd_policy_of_options(arena, options, &err) != KD_OK) {
        *ret_status = kd_cmd_fail(options->format, &err, *ret_status);
        kd_textfile_fail(options, &err);
        return false;
    }
    return true;
}

/* From the command line to the exit status. */
static int main_command(int argc, char **argv)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_options options = {0};
    bool was_run = false;
    int status = KD_EXIT_USAGE;

    if (main_prepare(arena, argc, argv, &options, &status)) {
        status = main_run(&options);
        was_run = options.action == KD_ACTION_RUN;
    }
    kd_arena_free(arena);
    /* for a plugin all but what it checks is UNKNOWN: wrong options, and help, too */
    return was_run || !kd_options_is_plugin(argc, argv) ? status : (int)KD_SERVICE_UNKNOWN;
}

int main(int argc, char **argv)
{
    /* a reader that has gone is an error of write(2), not a reason to die */
    signal(SIGPIPE, SIG_IGN);
    /* nor is a file that has grown as large as it may */
    signal(SIGXFSZ, SIG_IGN);
    main_fill_standard_streams();
    if (kd_options_is_plugin(argc, argv)) {
        return kd_guard_run(main_command, argc, argv);
    }
    return main_command(argc, argv);
}
