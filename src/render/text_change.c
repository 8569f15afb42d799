/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text_change.c - a change of one domain's SRV set: the plan with the message itself, what is
 * there and what will be, and then how far it came and who serves it.
 */
#include "text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *chg_state(kd_change_state state)
{
    static const char *const TEXT[KD_CHANGE_COUNT] = {
        [KD_CHANGE_NOTHING] = "nothing to do: the records are as wanted",
        [KD_CHANGE_PLANNED] = "planned: nothing was sent; --apply makes the change",
        [KD_CHANGE_IMPOSSIBLE] = "IMPOSSIBLE: nothing was sent",
        [KD_CHANGE_DONE] = "done: read back from the primary",
        [KD_CHANGE_REFUSED] = "REFUSED: the server said no; nothing was changed",
        [KD_CHANGE_RACE] = "LOST RACE: somebody changed the records in between; this change "
                           "was not made",
        [KD_CHANGE_SILENT] = "NOT THERE: the server acknowledged the change and does not serve "
                             "it",
        [KD_CHANGE_UNKNOWN] = "UNKNOWN: it was sent, and nobody could be asked whether it came",
    };

    return TEXT[state];
}

/* One record a line beside the key, "no record" for none. */
static void chg_set(const struct kd_text *text, const char *key, const struct kd_srv *set,
                    size_t n)
{
    for (size_t i = 0; i < n; i++) {
        kd_text_keyed(text, i == 0 ? key : "",
                      kd_arena_printf(text->arena, "%s, TTL %" PRIu32 " s",
                                      kd_text_srv(text, &set[i]), set[i].ttl_s));
    }
    if (n == 0) {
        kd_text_keyed(text, key, "no record");
    }
}

/* The set as the change leaves it. */
static void chg_after_plan(const struct kd_text *text, const struct kd_change_fact *change)
{
    struct kd_srv *set =
        kd_arena_alloc(text->arena, (change->nbefore + 1) * sizeof(struct kd_srv));
    size_t n = 0;

    for (size_t i = 0; i < change->nbefore; i++) {
        if (!kd_srv_is_of(&change->before[i], change->record->target, change->record->port)) {
            set[n] = change->before[i];
            n++;
        }
    }
    if (change->is_add) {
        set[n] = *change->record;
        n++;
    }
    qsort(set, n, sizeof(*set), kd_srv_compare);
    chg_set(text, "then", set, n);
}

/* One line of the message; the tabs between its columns become blanks. */
static void chg_message_line(const struct kd_text *text, char *line)
{
    size_t blanks = 4; /* held back, so that no line ends in blanks */

    for (char *cell = line; *cell != '\0';) {
        size_t len = strcspn(cell, "\t");
        bool is_last = cell[len] == '\0';

        cell[len] = '\0';
        kd_buf_pad(text->out, ' ', len > 0 ? blanks : 0);
        kd_buf_puts(text->out, kd_text_safe(text, cell));
        blanks = len > 0 ? 2 : blanks;
        cell += is_last ? len : len + 1;
    }
    kd_buf_puts(text->out, "\n");
}

/* Not wrapped and line by line: it is the message that would be sent. */
static void chg_message(const struct kd_text *text, const char *message)
{
    char *copy = kd_arena_strdup(text->arena, message);

    kd_text_keyed(text, "message", "as it is sent, without its signature");
    for (char *line = copy; *line != '\0';) {
        size_t len = strcspn(line, "\n");
        bool is_last = line[len] == '\0';

        line[len] = '\0';
        chg_message_line(text, line);
        line += is_last ? len : len + 1;
    }
}

static void chg_plan(const struct kd_text *text, const struct kd_change_fact *change)
{
    const char *server =
        change->server.addr.family != 0 ? kd_text_endpoint(text, &change->server) : "no server";

    if (change->record != NULL) {
        kd_text_keyed(text, "plan",
                      kd_arena_printf(
                          text->arena, "%s: %s %s SRV %s", kd_text_safe(text, change->action),
                          change->is_add ? "add" : "remove", kd_text_safe(text, change->owner),
                          kd_text_srv(text, change->record)));
    } else {
        kd_text_keyed(text, "plan", kd_text_safe(text, change->action));
    }
    if (change->zone != NULL) {
        kd_text_keyed(text, "",
                      kd_arena_printf(text->arena, "in the zone %s at %s, %s",
                                      kd_text_safe(text, change->zone), server,
                                      kd_text_identity(text, change->identity)));
    }
    if (change->state == KD_CHANGE_IMPOSSIBLE || change->record == NULL) {
        return;
    }
    chg_set(text, "now", change->before, change->nbefore);
    if (change->state != KD_CHANGE_NOTHING) {
        chg_after_plan(text, change);
    }
    if (change->message != NULL) {
        chg_message(text, change->message);
    }
}

/* What the server answered to the update itself. */
static void chg_reply(const struct kd_text *text, const struct kd_change_fact *change)
{
    const char *tsig = kd_text_tsig_error(text, change->tsig_error);
    struct kd_buf buf = {0};

    if (change->status == KD_OUT_SKIPPED) {
        return;
    }
    kd_buf_printf(&buf, "%s (%s)", kd_outcome_str(change->status),
                  kd_outcome_text(change->status));
    if (tsig != NULL && change->tsig_error != 0) {
        kd_buf_printf(&buf, ", TSIG error %s", tsig);
    }
    if (change->rcode >= 0) {
        kd_buf_printf(&buf, ", signature: %s", kd_reply_signature_str(change->signature));
    }
    kd_text_keyed(text, "reply", kd_buf_str(&buf));
    kd_buf_done(&buf);
    if (change->skew_s != KD_SKEW_UNKNOWN) {
        kd_text_keyed(text, "", kd_text_skew(text, change->skew_s));
    }
}

static void chg_read_back(const struct kd_text *text, const struct kd_change_fact *change)
{
    if (change->after_status == KD_OUT_SKIPPED) {
        return;
    }
    if (kd_outcome_is_usable(change->after_status)) {
        chg_set(text, "read back", change->after, change->nafter);
    } else {
        kd_text_keyed(text, "read back", kd_outcome_str(change->after_status));
    }
}

static void chg_followers(const struct kd_text *text, const struct kd_change_fact *change)
{
    if (change->state != KD_CHANGE_DONE) {
        return;
    }
    if (!change->was_followed) {
        kd_text_keyed(text, "servers",
                      "the zone's other servers were not asked; --wait SEC waits for them");
    } else if (change->nlagging == 0) {
        kd_text_keyed(text, "servers", "all servers of the zone serve the change");
    }
    for (size_t i = 0; i < change->nlagging; i++) {
        kd_text_keyed(text, i == 0 ? "servers" : "",
                      kd_arena_printf(text->arena, "%s DOES NOT SERVE IT YET",
                                      kd_text_safe(text, change->lagging[i])));
    }
}

static void chg_negative(const struct kd_text *text, const struct kd_change_fact *change)
{
    if (change->negative_until_s >= 0) {
        kd_text_keyed(text, "clients",
                      kd_arena_printf(text->arena,
                                      "that asked before will see it after %s: the last "
                                      "negative answer has expired then",
                                      kd_text_hour(text, change->negative_until_s)));
    }
}

static void chg_evidence(const struct kd_text *text, const struct kd_change_fact *change)
{
    const char *key = kd_text_questions(text, "evidence", &change->query, 1);

    (void)kd_text_questions(text, key, change->evidence, change->nevidence);
}

void kd_text_change(const struct kd_text *text, const struct kd_domain_fact *domain)
{
    const struct kd_change_fact *change = domain->change;

    if (change == NULL) {
        return;
    }
    chg_plan(text, change);
    kd_text_keyed(text, "outcome", chg_state(change->state));
    if (change->problem != NULL) {
        kd_text_keyed(text, "", kd_text_safe(text, change->problem));
    }
    chg_reply(text, change);
    chg_read_back(text, change);
    chg_followers(text, change);
    chg_negative(text, change);
    if (change->undo_file != NULL) {
        kd_text_keyed(text, "undo file", kd_text_safe(text, change->undo_file));
    }
    if (text->style->verbosity >= 1) {
        chg_evidence(text, change);
    }
}

const char *kd_text_changes(const struct kd_text *text)
{
    static const char *const WORD[KD_CHANGE_COUNT] = {
        [KD_CHANGE_NOTHING] = "with nothing to do",
        [KD_CHANGE_PLANNED] = "planned",
        [KD_CHANGE_IMPOSSIBLE] = "impossible",
        [KD_CHANGE_DONE] = "done",
        [KD_CHANGE_REFUSED] = "refused",
        [KD_CHANGE_RACE] = "lost to somebody else's change",
        [KD_CHANGE_SILENT] = "acknowledged and not there",
        [KD_CHANGE_UNKNOWN] = "unknown",
    };
    const char *list = "";
    size_t count[KD_CHANGE_COUNT] = {0}, n = 0;

    for (size_t i = 0; i < text->facts->ndomain; i++) {
        const struct kd_change_fact *change = text->facts->domain[i].change;

        if (change != NULL) {
            count[change->state]++;
            n++;
        }
    }
    for (size_t i = 0; i < KD_CHANGE_COUNT; i++) {
        if (count[i] > 0) {
            list = kd_arena_printf(text->arena, "%s%s%zu %s", list, list[0] != '\0' ? ", " : "",
                                   count[i], WORD[i]);
        }
    }
    return n == 0
               ? NULL
               : kd_arena_printf(text->arena, "%s, %s", kd_text_count(text, n, "change"), list);
}
