/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RENDER_RENDER_H
#define KMSDNS_RENDER_RENDER_H

#include "kmsdns/base/buf.h"
#include "kmsdns/facts/facts.h"
#include "kmsdns/rules/policy.h"
#include "kmsdns/rules/rule.h"

/*
 * Renderers turn facts and a judgement into bytes. They ask nothing, judge nothing, print nothing.
 */

struct kd_render_style {
    bool has_color;         /* escape sequences may be used */
    bool is_utf8;           /* letters outside ASCII may be used */
    unsigned int verbosity; /* 0 short .. 2 with every question */
    unsigned int width;     /* columns to wrap prose at; 0 does not wrap */
};

typedef void kd_render_fn(const struct kd_facts *facts, const struct kd_judgement *judgement,
                          const struct kd_render_style *style, struct kd_buf *out);

struct kd_format {
    const char *name; /* as in --format */
    kd_render_fn *render;
    /* a failure that ends the run before there are facts: one document, too; NULL writes nothing */
    void (*render_error)(const struct kd_err *failure, struct kd_buf *out);
    bool error_is_mute; /* … and has no place for the sentence, which is told elsewhere, too */
};

/** The format with a name, NULL if there is none. */
const struct kd_format *kd_format_by_name(const char *name);

/** All formats; *ret_n is their number. For help texts and error messages. */
const struct kd_format *kd_formats(size_t *ret_n);

/** For people: verdict, a block per domain, findings with cause and next step, verdict. */
void kd_render_text(const struct kd_facts *facts, const struct kd_judgement *judgement,
                    const struct kd_render_style *style, struct kd_buf *out);

/** One JSON document, kmsdns-report/1, closed by a newline. */
void kd_render_json(const struct kd_facts *facts, const struct kd_judgement *judgement,
                    const struct kd_render_style *style, struct kd_buf *out);
void kd_render_json_error(const struct kd_err *failure, struct kd_buf *out);

/**
 * Output of a monitoring plugin: "KMSDNS STATE - text | performance data", and lines for people
 * behind it by the style's verbosity, 0 to 3. At most 64 KiB of printable ASCII.
 */
void kd_render_nagios(const struct kd_facts *facts, const struct kd_judgement *judgement,
                      const struct kd_render_style *style, struct kd_buf *out);
void kd_render_nagios_error(const struct kd_err *failure, struct kd_buf *out);

/**
 * The state that such an output tells.
 *
 * document any text                                                          borrowed
 * ret      written when it is such an output
 * returns  what stands behind the state; NULL when it is another text, as a help is
 */
const char *kd_render_nagios_state(const char *document, kd_service *ret);

/**
 * Such an output with what went wrong behind it put in front of its text.
 *
 * document what kd_render_nagios wrote; "" if there is nothing               borrowed
 * state    what the trouble is worth; the document's own stays if it is worse
 * why      a clause of any origin                                            borrowed
 * returns  the state that it has now
 */
kd_service kd_render_nagios_amend(const char *document, kd_service state, const char *why,
                                  struct kd_buf *out);

/**
 * Gauges that Prometheus and OpenMetrics readers take, closed by "# EOF" and a newline. Every
 * series has the label vantage; at most some 50,000 are told, kmsdns_left_out counts the rest.
 */
void kd_render_openmetrics(const struct kd_facts *facts, const struct kd_judgement *judgement,
                           const struct kd_render_style *style, struct kd_buf *out);
void kd_render_openmetrics_error(const struct kd_err *failure, struct kd_buf *out);

/** As kd_render_openmetrics_error, by somebody who knows the vantage; NULL does not. */
void kd_render_openmetrics_failure(const char *vantage, const struct kd_err *failure,
                                   struct kd_buf *out);

#endif
