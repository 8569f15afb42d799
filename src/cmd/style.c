/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * style.c - how the text may look where it goes: colour, letters, width. Reading the environment
 * and deciding are two functions, so that the decision can be tested.
 */
#include "cmd.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kmsdns/base/num.h"

#define STYLE_DEFAULT_COLUMNS 80
#define STYLE_MIN_COLUMNS     40 /* below, aligned blocks leave no room for prose */
#define STYLE_MAX_COLUMNS     1000

void kd_terminal_read(struct kd_terminal *ret)
{
    struct winsize size = {0};

    *ret = (struct kd_terminal){
        .is_tty = isatty(STDOUT_FILENO) == 1,
        .term = getenv("TERM"),
        .no_color = getenv("NO_COLOR"),
        .columns = getenv("COLUMNS"),
    };
    /* a locale that is not installed leaves "C" in place: ASCII, which is always right */
    (void)setlocale(LC_CTYPE, "");
    ret->codeset = nl_langinfo(CODESET);
    if (ret->is_tty && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
        ret->window_columns = size.ws_col;
    }
}

static bool style_has_color(const struct kd_options *options,
                            const struct kd_terminal *terminal)
{
    switch (options->color) {
    case KD_COLOR_ALWAYS:
        return true;
    case KD_COLOR_NEVER:
        return false;
    case KD_COLOR_AUTO:
        break;
    }
    return terminal->is_tty && options->output == NULL && terminal->term != NULL &&
           terminal->term[0] != '\0' && strcmp(terminal->term, "dumb") != 0 &&
           (terminal->no_color == NULL || terminal->no_color[0] == '\0');
}

static unsigned int style_width(const struct kd_options *options,
                                const struct kd_terminal *terminal)
{
    uint32_t columns = terminal->window_columns;

    /* what is piped or stored is not wrapped: grep and diff want whole sentences */
    if (!terminal->is_tty || options->output != NULL) {
        return 0;
    }
    if (terminal->columns != NULL) {
        (void)kd_parse_u32(terminal->columns, 1, STYLE_MAX_COLUMNS, &columns, NULL);
    }
    if (columns == 0) {
        columns = STYLE_DEFAULT_COLUMNS;
    }
    return columns < STYLE_MIN_COLUMNS ? STYLE_MIN_COLUMNS : columns;
}

struct kd_render_style kd_style_choose(const struct kd_options *options,
                                       const struct kd_terminal *terminal)
{
    return (struct kd_render_style){
        .has_color = style_has_color(options, terminal),
        .is_utf8 = terminal->codeset != NULL && strcmp(terminal->codeset, "UTF-8") == 0,
        .verbosity = options->verbosity,
        .width = style_width(options, terminal),
    };
}
