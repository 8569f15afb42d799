/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dialect.c - which server this is, and what its answer to an update can mean.
 *
 * A version text decides when there is one; else the answers to the probes do, where a combination
 * belongs to one server only. What tests what first is read from the controls before it is
 * believed of a version: distributions carry old numbers with newer code.
 */
#include "dialect.h"

#include <string.h>

#include "kmsdns/facts/right.h"

static bool dialect_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char dialect_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* True if text begins with the lower-case word, in any case of letters. */
static bool dialect_begins(const char *text, const char *word)
{
    size_t i = 0;

    while (word[i] != '\0' && dialect_lower(text[i]) == word[i]) {
        i++;
    }
    return word[i] == '\0';
}

/* A number ("9.") stands at the beginning, a name anywhere. */
static bool dialect_is_named(const char *text, const char *word)
{
    if (dialect_is_digit(word[0])) {
        return dialect_begins(text, word);
    }
    for (const char *p = text; *p != '\0'; p++) {
        if (dialect_begins(p, word)) {
            return true;
        }
    }
    return false;
}

/* The number behind a dot; -1 without one, at most 9999. */
static int dialect_number(const char **text)
{
    int value = -1;

    for (; dialect_is_digit(**text); (*text)++) {
        value = value < 0 ? 0 : value;
        value = value < 1000 ? value * 10 + (**text - '0') : 9999;
    }
    *text += **text == '.' ? 1 : 0;
    return value;
}

/* bind9 commit 964f559edb came with 9.16.37, 9.18.11 and 9.19.9. */
static bool dialect_bind_is_new(const char *version)
{
    static const struct {
        int minor, patch;
    } SINCE[] = {{16, 37}, {18, 11}, {19, 9}};
    int minor = -1, patch = -1;

    (void)dialect_number(&version);
    minor = dialect_number(&version);
    patch = dialect_number(&version);
    for (size_t i = 0; i < sizeof(SINCE) / sizeof(SINCE[0]); i++) {
        if (minor == SINCE[i].minor) {
            return patch >= SINCE[i].patch;
        }
    }
    return minor > 19;
}

static kd_probe_says dialect_says(const struct kd_update_fact *update, kd_probe kind)
{
    return kd_probe_says_what(kd_probe_find(update->probe, update->nprobe, kind));
}

/* What the controls show of the order; UNKNOWN when they do not. */
static kd_order dialect_shown_order(const struct kd_update_fact *update)
{
    kd_probe_says nobody = update->is_signed ? dialect_says(update, KD_PROBE_CONTROL_UNSIGNED)
                                             : dialect_says(update, KD_PROBE_TARGET);

    if (nobody == KD_PROBE_SAYS_PASSED &&
        dialect_says(update, KD_PROBE_EMPTY_UNSIGNED) == KD_PROBE_SAYS_NO) {
        return KD_ORDER_PREREQUISITES_FIRST;
    }
    if (nobody == KD_PROBE_SAYS_NO &&
        dialect_says(update, KD_PROBE_TARGET) == KD_PROBE_SAYS_PASSED &&
        dialect_says(update, KD_PROBE_CONTROL_OTHER_NAME) == KD_PROBE_SAYS_NO) {
        return KD_ORDER_RIGHT_FIRST;
    }
    return KD_ORDER_UNKNOWN;
}

static kd_dialect dialect_by_version(const struct kd_update_fact *update)
{
    size_t n = 0;
    const struct kd_dialect_row *row = kd_dialect_rows(&n);

    for (size_t i = 0; update->version != NULL && i < n; i++) {
        if (row[i].version == NULL || !dialect_is_named(update->version, row[i].version)) {
            continue;
        }
        if (row[i].dialect == KD_DIALECT_BIND_NEW) {
            kd_order shown = dialect_shown_order(update);
            bool is_new = shown == KD_ORDER_UNKNOWN ? dialect_bind_is_new(update->version)
                                                    : shown == KD_ORDER_RIGHT_FIRST;

            return is_new ? KD_DIALECT_BIND_NEW : KD_DIALECT_BIND_OLD;
        }
        return row[i].dialect;
    }
    return KD_DIALECT_UNKNOWN;
}

/* True if the zone is served there, so that NOTAUTH cannot mean "not my zone". */
static bool dialect_is_authoritative(const struct kd_domain_fact *domain,
                                     const struct kd_update_fact *update)
{
    for (size_t i = 0; domain->zone != NULL && i < domain->zone->nserver; i++) {
        const struct kd_server_fact *server = &domain->zone->server[i];

        if (kd_endpoint_equal(&server->address, &update->server) && server->is_authoritative) {
            return true;
        }
    }
    for (size_t i = 0; i < update->nprobe; i++) {
        kd_probe_says says = kd_probe_says_what(&update->probe[i]);

        if (says == KD_PROBE_SAYS_PASSED || says == KD_PROBE_SAYS_ACCEPTED) {
            return true;
        }
    }
    return false;
}

static bool dialect_is_unsigned_probe(const struct kd_update_fact *update,
                                      const struct kd_probe_fact *probe)
{
    return !update->is_signed || probe->probe == KD_PROBE_CONTROL_UNSIGNED ||
           probe->probe == KD_PROBE_EMPTY_UNSIGNED;
}

/* The server that alone gives this reply; UNKNOWN when several do. */
static kd_dialect dialect_of_reply(const struct kd_update_fact *update,
                                   const struct kd_probe_fact *probe, bool is_authoritative)
{
    bool is_unsigned = dialect_is_unsigned_probe(update, probe);

    if (probe->status == KD_OUT_REFUSED && probe->tsig_error >= KD_TSIG_BADSIG) {
        return KD_DIALECT_SAMBA;
    }
    if (probe->status == KD_OUT_NOTAUTH && probe->tsig_error == KD_TSIG_BADKEY &&
        kd_dialect_key_is_accepted(update)) {
        return KD_DIALECT_KNOT;
    }
    if (probe->status == KD_OUT_NOTAUTH && probe->tsig_error <= KD_TSIG_NONE && is_unsigned &&
        is_authoritative) {
        return KD_DIALECT_KNOT;
    }
    if (probe->status == KD_OUT_REFUSED && !is_unsigned &&
        probe->signature == KD_REPLY_SIGNATURE_UNSIGNED) {
        return KD_DIALECT_POWERDNS;
    }
    return KD_DIALECT_UNKNOWN;
}

static kd_dialect dialect_by_answers(const struct kd_domain_fact *domain,
                                     const struct kd_update_fact *update)
{
    bool is_authoritative = dialect_is_authoritative(domain, update);

    for (size_t i = 0; i < update->nprobe; i++) {
        kd_dialect dialect = dialect_of_reply(update, &update->probe[i], is_authoritative);

        if (dialect != KD_DIALECT_UNKNOWN) {
            return dialect;
        }
    }
    return KD_DIALECT_UNKNOWN;
}

struct kd_dialect_guess kd_dialect_guess(const struct kd_domain_fact *domain,
                                         const struct kd_update_fact *update)
{
    size_t n = 0;
    const struct kd_dialect_row *row = kd_dialect_rows(&n);
    kd_dialect by_version = dialect_by_version(update);
    kd_dialect by_answers = KD_DIALECT_UNKNOWN;

    if (by_version != KD_DIALECT_UNKNOWN) {
        return (struct kd_dialect_guess){.row = &row[by_version], .is_by_version = true};
    }
    by_answers = dialect_by_answers(domain, update);
    return (struct kd_dialect_guess){
        .row = &row[by_answers],
        .is_by_answers = by_answers != KD_DIALECT_UNKNOWN,
    };
}

bool kd_dialect_key_is_accepted(const struct kd_update_fact *update)
{
    for (size_t i = 0; i < update->nprobe; i++) {
        const struct kd_probe_fact *probe = &update->probe[i];
        kd_probe_says says = kd_probe_says_what(probe);
        bool is_through = says == KD_PROBE_SAYS_PASSED || says == KD_PROBE_SAYS_ACCEPTED;

        if (dialect_is_unsigned_probe(update, probe) || probe->tsig_error > KD_TSIG_NONE ||
            probe->signature == KD_REPLY_SIGNATURE_UNSIGNED) {
            continue;
        }
        if (probe->signature == KD_REPLY_SIGNATURE_GOOD || is_through) {
            return true;
        }
    }
    return false;
}

kd_asker kd_dialect_asker(const struct kd_update_fact *update)
{
    static const kd_probe OWN[] = {KD_PROBE_TARGET, KD_PROBE_CONTROL_OTHER_NAME,
                                   KD_PROBE_EMPTY_SIGNED, KD_PROBE_IDENTICAL_ADD};

    if (!update->is_signed) {
        return KD_ASKER_NOBODY;
    }
    if (!kd_dialect_key_is_accepted(update)) {
        return KD_ASKER_UNVERIFIED;
    }
    for (size_t i = 0; i < sizeof(OWN) / sizeof(OWN[0]); i++) {
        if (dialect_says(update, OWN[i]) == KD_PROBE_SAYS_ACCEPTED) {
            return KD_ASKER_LET_IN;
        }
    }
    return KD_ASKER_ACCEPTED;
}

kd_order kd_dialect_order(const struct kd_dialect_guess *guess,
                          const struct kd_update_fact *update)
{
    kd_order shown = dialect_shown_order(update);

    return shown != KD_ORDER_UNKNOWN ? shown : guess->row->order;
}

static bool dialect_is_asker(kd_asker row, kd_asker asker)
{
    return row == KD_ASKER_ANYONE || row == asker ||
           (row == KD_ASKER_ACCEPTED && asker == KD_ASKER_LET_IN);
}

/* The first row of one server that fits; NULL if none does. */
static const struct kd_dialect_meaning *dialect_meaning(kd_dialect dialect, kd_outcome outcome,
                                                        int32_t tsig_error, kd_asker asker)
{
    size_t n = 0;
    const struct kd_dialect_meaning *row = kd_dialect_meanings(&n);

    for (size_t i = 0; i < n; i++) {
        if (row[i].dialect == dialect && row[i].outcome == outcome &&
            row[i].tsig_error == tsig_error && dialect_is_asker(row[i].asker, asker)) {
            return &row[i];
        }
    }
    return NULL;
}

const struct kd_dialect_meaning *kd_dialect_meaning_of(kd_dialect dialect, kd_outcome outcome,
                                                       int32_t tsig_error, kd_asker asker)
{
    size_t n = 0;
    const struct kd_dialect_row *row = kd_dialect_rows(&n);
    int32_t error = tsig_error > KD_TSIG_NONE ? tsig_error : KD_TSIG_NONE;
    const struct kd_dialect_meaning *meaning = dialect_meaning(dialect, outcome, error, asker);

    if (meaning == NULL) {
        meaning = dialect_meaning(row[dialect].like, outcome, error, asker);
    }
    if (meaning == NULL) {
        meaning = dialect_meaning(KD_DIALECT_UNKNOWN, outcome, error, asker);
    }
    return meaning;
}

const char *kd_dialect_tsig_str(int32_t tsig_error)
{
    const char *name = kd_tsig_error_str(tsig_error);

    if (tsig_error <= KD_TSIG_NONE) {
        return NULL;
    }
    return name != NULL ? name : "(a number without a name)";
}
