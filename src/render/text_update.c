/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text_update.c - the right to write, per identity and server: the verdict, and the probes that
 * it rests on.
 */
#include "text.h"

#include <inttypes.h>
#include <stdlib.h>

enum upd_column {
    UPD_PROBE,
    UPD_ANSWER,
    UPD_TSIG,
    UPD_SIGNATURE,
    UPD_SKEW
};

static const char *upd_right(kd_right right)
{
    static const char *const TEXT[KD_RIGHT_COUNT] = {
        [KD_RIGHT_ALLOWED] = "this identity may write the record",
        [KD_RIGHT_PROBABLE] = "most likely; not everything could be shown without writing",
        [KD_RIGHT_REFUSED] = "this update would be refused here and now",
        [KD_RIGHT_INCONCLUSIVE] = "probes that write nothing show nothing on this server",
        [KD_RIGHT_UNREACHABLE] = "the server gave no answer to an update",
    };

    return TEXT[right];
}

/* "the server's clock is 301 s ahead" from the first reply that tells; NULL without one. */
static const char *upd_clock(const struct kd_text *text, const struct kd_update_fact *update)
{
    for (size_t i = 0; i < update->nprobe; i++) {
        if (update->probe[i].skew_s != KD_SKEW_UNKNOWN) {
            return kd_text_skew(text, update->probe[i].skew_s);
        }
    }
    return NULL;
}

static void upd_probes(const struct kd_text *text, const struct kd_update_fact *update)
{
    struct kd_text_table table = {.text = text, .indent = 4};
    const struct kd_text_row head = {{"PROBE", "ANSWER", "TSIG ERROR", "SIGNATURE", "SKEW"}};

    table.right = 1U << UPD_SKEW;
    kd_text_table_add(&table, &head);
    for (size_t i = 0; i < update->nprobe; i++) {
        const struct kd_probe_fact *probe = &update->probe[i];
        struct kd_text_row row = {{NULL}};

        row.cell[UPD_PROBE] = kd_probe_str(probe->probe);
        row.cell[UPD_ANSWER] = kd_outcome_str(probe->status);
        row.cell[UPD_TSIG] = kd_text_tsig_error(text, probe->tsig_error);
        if (probe->rcode >= 0) {
            row.cell[UPD_SIGNATURE] = kd_reply_signature_str(probe->signature);
        }
        if (probe->skew_s != KD_SKEW_UNKNOWN) {
            row.cell[UPD_SKEW] = kd_arena_printf(text->arena, "%+" PRId64 " s", probe->skew_s);
        }
        kd_text_table_add(&table, &row);
    }
    kd_text_table_print(&table);
}

static void upd_one(const struct kd_text *text, const struct kd_update_fact *update)
{
    const char *clock = upd_clock(text, update);
    const char *server =
        update->server.addr.family != 0 ? kd_text_endpoint(text, &update->server) : "no server";

    kd_text_keyed(text, "may write",
                  kd_arena_printf(text->arena, "%s at %s, %s: %s", kd_right_str(update->right),
                                  server, kd_text_identity(text, update->identity),
                                  upd_right(update->right)));
    if (update->record != NULL) {
        kd_text_keyed(text, "",
                      kd_arena_printf(text->arena, "the record %s SRV %s",
                                      kd_text_safe(text, update->owner),
                                      kd_text_srv(text, update->record)));
    }
    if (update->version != NULL) {
        kd_text_keyed(text, "",
                      kd_arena_printf(text->arena, "the server says that it is \"%s\"",
                                      kd_text_safe(text, update->version)));
    }
    if (clock != NULL) {
        kd_text_keyed(text, "", clock);
    }
    if (update->nprobe > 0) {
        upd_probes(text, update);
    }
}

void kd_text_rights(const struct kd_text *text, const struct kd_domain_fact *domain)
{
    for (size_t i = 0; i < domain->nupdate; i++) {
        upd_one(text, &domain->update[i]);
    }
}
