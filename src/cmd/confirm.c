/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * confirm.c - one question to the person at the terminal before anything is written. Where
 * nobody sits there, the answer is no.
 */
#include "cmd.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define CONFIRM_MAX 16 /* bytes of an answer that could be a yes */

/* Reads one line, of which the beginning is kept; false at the end of input without one. */
static bool confirm_line(char *line)
{
    size_t len = 0;
    char c = '\0';

    while (c != '\n') {
        ssize_t n = read(STDIN_FILENO, &c, 1);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n != 1) {
            return false;
        }
        if (len + 1 < CONFIRM_MAX && c != '\n') {
            line[len] = c;
            len++;
        }
    }
    line[len] = '\0';
    return true;
}

static bool confirm_is_yes(const char *line)
{
    static const char *const YES[] = {"y", "Y", "yes", "Yes", "YES"};

    for (size_t i = 0; i < sizeof(YES) / sizeof(YES[0]); i++) {
        if (strcmp(line, YES[i]) == 0) {
            return true;
        }
    }
    return false;
}

bool kd_confirm(const char *question, struct kd_err *err)
{
    char line[CONFIRM_MAX];

    if (isatty(STDIN_FILENO) != 1) {
        (void)kd_fail(err, KD_EINVAL, "confirm",
                      "standard input is not a terminal; add --yes to apply without being "
                      "asked");
        return false;
    }
    if (isatty(STDERR_FILENO) != 1) {
        (void)kd_fail(err, KD_EINVAL, "confirm",
                      "standard error is not a terminal, so nobody would see the question; add "
                      "--yes to apply without being asked");
        return false;
    }
    fprintf(stderr, "%s [y/N] ", question);
    fflush(stderr);
    if (confirm_line(line) && confirm_is_yes(line)) {
        return true;
    }
    (void)kd_fail(err, KD_ECANCELLED, "confirm", "not confirmed; nothing was written");
    return false;
}
