/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fail.c - tell a failure that ends the program, in the format that was asked for; also that of
 * the delivery of a document.
 */
#include "cmd.h"

int kd_cmd_fail(const struct kd_format *format, const struct kd_err *err, int status)
{
    struct kd_buf text = {0};
    bool has_document = format != NULL && format->render_error != NULL;

    if (has_document) {
        format->render_error(err, &text);
        kd_output_write(NULL, &text, NULL);
        kd_buf_done(&text);
    }
    if (!has_document || format->error_is_mute) {
        kd_buf_puts(&text, "kmsdns: ");
        kd_buf_text(&text, err->text);
        kd_buf_puts(&text, "\n");
        fputs(kd_buf_str(&text), stderr);
    }
    kd_buf_done(&text);
    return status;
}

int kd_cmd_deliver(const char *path, const struct kd_format *format, struct kd_buf *document,
                   int status)
{
    struct kd_err err = {.code = KD_OK};

    if (kd_output_write(path, document, &err) != KD_OK) {
        status = kd_cmd_fail(path != NULL ? format : NULL, &err, KD_EXIT_UNKNOWN);
    }
    kd_buf_done(document);
    return status;
}
