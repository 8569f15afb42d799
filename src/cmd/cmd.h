/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_CMD_CMD_H
#define KMSDNS_CMD_CMD_H

#include <stdbool.h>
#include <stdio.h>

#include "kmsdns/base/buf.h"
#include "kmsdns/render/render.h"
#include "options.h"

/* What the files of this floor share. Only this floor prints and chooses exit statuses. */

#define KD_EXIT_OK          0   /* nothing at or above --fail-level */
#define KD_EXIT_FINDINGS    1   /* findings at or above it */
#define KD_EXIT_USAGE       2   /* the command line is wrong */
#define KD_EXIT_UNKNOWN     3   /* could not determine */
#define KD_EXIT_WRITE       4   /* a write was refused, failed, or could not be read back */
#define KD_EXIT_INTERRUPTED 130 /* SIGINT or SIGTERM; what is known was printed */

/** `diagnose` and `discover`: options->verb->name tells which. */
int kd_cmd_diagnose(const struct kd_options *options);

/** `preflight`: go or no-go for options->host in every domain. */
int kd_cmd_preflight(const struct kd_options *options);

/** check_kmsdns; the exit status is a kd_service. */
int kd_cmd_check(const struct kd_options *options);

/** `publish` and `unpublish`: options->verb->name tells which. */
int kd_cmd_publish(const struct kd_options *options);

/** `undo`: take back what the files of options->file tell. */
int kd_cmd_undo(const struct kd_options *options);

/**
 * Ask on standard error and read one line from standard input. Only a line "y" or "yes", in
 * either case, is a yes.
 *
 * question harmless text without a newline; " [y/N] " is put behind it         borrowed
 * err      tells why the answer is no: nobody can be asked (exit status 2), or the person said
 *          so (KD_ECANCELLED)
 * returns  true for yes
 */
bool kd_confirm(const char *question, struct kd_err *err);

/** `explain`: what options->file names; KD_EXIT_UNKNOWN when it is not known. */
int kd_cmd_explain(const struct kd_options *options);

/** `registry`: lint the exports of options->file, show them, write one for another host. */
int kd_cmd_registry(const struct kd_options *options);

/** `events`: read event logs and their exports; nothing is asked. */
int kd_cmd_events(const struct kd_options *options);

/** Read the event logs that the command line names, if any, into facts->events. */
kd_status kd_cmd_read_events(struct kd_facts *facts, const struct kd_options *options,
                             struct kd_err *err);

/** `report`: judge and show the saved run of options->file again. */
int kd_cmd_report(const struct kd_options *options);

/** `merge`: compare the reports of options->file; KD_EXIT_FINDINGS when they differ. */
int kd_cmd_merge(const struct kd_options *options);

/** --dump-policy: print options->policy as a file that --policy reads. */
int kd_cmd_dump_policy(const struct kd_options *options);

/**
 * Tell a failure that ends the program: as a document of the format where it has one, else as a
 * line on standard error.
 *
 * format   NULL tells it on standard error
 * returns  status
 */
int kd_cmd_fail(const struct kd_format *format, const struct kd_err *err, int status);

/**
 * Deliver a finished document, and tell the failure if that cannot be done.
 *
 * path     as of kd_output_write                                             borrowed
 * format   of the failure, when it is a file that cannot be written: where standard output
 *          cannot, nothing more is printed there                             borrowed
 * document empty afterwards
 * returns  the status; KD_EXIT_UNKNOWN after a failure
 */
int kd_cmd_deliver(const char *path, const struct kd_format *format, struct kd_buf *document,
                   int status);

/** "kmsdns 0.1.0" and, when verbose, the libraries this build runs with. */
void kd_cmd_version(struct kd_buf *out, bool verbose);

/**
 * Deliver a finished document.
 *
 * path     NULL or "-" is standard output. A file is written under another name in the same
 *          folder and then renamed, so that it is the old or the new one, never half of it
 * returns  KD_OK, also when the reader of standard output has gone (EPIPE);
 *          KD_EINVAL if path exists and is no regular file: symbolic links are not followed,
 *          devices are not replaced; KD_ENOTFOUND without the folder; KD_EACCES; KD_EIO
 */
kd_status kd_output_write(const char *path, const struct kd_buf *bytes, struct kd_err *err);

/** The same for a file that only its owner may read, whoever could read the one before. */
kd_status kd_output_write_private(const char *path, const struct kd_buf *bytes,
                                  struct kd_err *err);

/** The same for a file that everybody may read, whatever the umask, as collectors must. */
kd_status kd_output_write_shared(const char *path, const struct kd_buf *bytes,
                                 struct kd_err *err);

/**
 * Write a judged run to options->textfile, if there is one, as --format openmetrics would.
 *
 * returns  KD_OK; what kd_output_write_shared says
 */
kd_status kd_textfile_write(const struct kd_facts *facts, const struct kd_judgement *judgement,
                            const struct kd_options *options, struct kd_err *err);

/**
 * Write to options->textfile, if there is one, that the run failed: else what an earlier run found
 * would be collected for ever. A second failure is not told, the first one is.
 */
void kd_textfile_fail(const struct kd_options *options, const struct kd_err *failure);

/* What standard output and the environment say; texts are NULL when unset. */
struct kd_terminal {
    bool is_tty;
    unsigned int window_columns; /* 0 when unknown */
    const char *term, *no_color, *columns, *codeset;
};

/** Look at standard output and the environment; calls setlocale(LC_CTYPE, ""). */
void kd_terminal_read(struct kd_terminal *ret);

/**
 * How to draw: colour by --color, else on a terminal that can (TERM, NO_COLOR), never for auto
 * in a file; width on a terminal only.
 */
struct kd_render_style kd_style_choose(const struct kd_options *options,
                                       const struct kd_terminal *terminal);

#endif
