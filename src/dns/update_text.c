/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * update_text.c - updates for people: the sections of the message, as dig and nsupdate show
 * them. Whoever knows those tools sees what will be sent.
 */
#include "kmsdns/dns/update.h"

#include <string.h>

#include "kmsdns/dns/msg.h"
#include "update_kind.h"
#include "wire.h"

#define SRV_FIXED 6

static const char *text_class(uint16_t class)
{
    if (class == KD_CLASS_IN) {
        return "IN";
    }
    return class == KD_CLASS_ANY ? "ANY" : "NONE";
}

static bool text_srv(const struct kd_update *update, const struct kd_rdata *rdata,
                     struct kd_buf *buf)
{
    const char *target = NULL;

    if (rdata->type != KD_RR_SRV || rdata->len <= SRV_FIXED) {
        return false;
    }
    target = kd_name_from_wire(update->arena, rdata->bytes + SRV_FIXED, rdata->len - SRV_FIXED);
    if (target == NULL) {
        return false;
    }
    kd_buf_printf(buf, "%u %u %u %s", (unsigned int)kd_wire_get16(rdata->bytes),
                  (unsigned int)kd_wire_get16(rdata->bytes + 2),
                  (unsigned int)kd_wire_get16(rdata->bytes + 4), target);
    return true;
}

/* One string, quoted. */
static bool text_txt(const struct kd_rdata *rdata, struct kd_buf *buf)
{
    if (rdata->type != KD_RR_TXT || rdata->len == 0 ||
        rdata->bytes[0] != (uint8_t)(rdata->len - 1) || rdata->len > 256) {
        return false;
    }
    kd_buf_puts(buf, "\"");
    for (size_t i = 1; i < rdata->len; i++) {
        uint8_t c = rdata->bytes[i];

        if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\') {
            kd_buf_pad(buf, (char)c, 1);
        } else {
            kd_buf_printf(buf, "\\%03u", (unsigned int)c);
        }
    }
    kd_buf_puts(buf, "\"");
    return true;
}

/* Data of any other type as RFC 3597 5 has it. */
static void text_generic(const struct kd_rdata *rdata, struct kd_buf *buf)
{
    kd_buf_printf(buf, "\\# %u ", (unsigned int)rdata->len);
    for (size_t i = 0; i < rdata->len; i++) {
        kd_buf_printf(buf, "%02X", (unsigned int)rdata->bytes[i]);
    }
}

static void text_rr(const struct kd_update *update, const struct kd_update_rr *rr,
                    struct kd_buf *buf)
{
    const struct kd_update_form *form = kd_update_form_of(rr->kind);

    kd_buf_text(buf, rr->name);
    kd_buf_printf(buf, "\t%lu\t%s\t%s", (unsigned long)rr->ttl_s, text_class(form->class),
                  kd_rr_type_str(update->arena, rr->rdata.type));
    if (form->has_data) {
        kd_buf_puts(buf, "\t");
        if (!text_srv(update, &rr->rdata, buf) && !text_txt(&rr->rdata, buf)) {
            text_generic(&rr->rdata, buf);
        }
    }
    kd_buf_printf(buf, "\t; %s\n", kd_update_kind_text(rr->kind));
}

static void text_section(const struct kd_update *update, const char *title,
                         const struct kd_update_rr *rr, size_t n, struct kd_buf *buf)
{
    if (n == 0) {
        return;
    }
    kd_buf_printf(buf, "\n;; %s SECTION:\n", title);
    for (size_t i = 0; i < n; i++) {
        text_rr(update, &rr[i], buf);
    }
}

void kd_update_text(const struct kd_update *update, struct kd_buf *buf)
{
    kd_buf_printf(buf, ";; opcode: UPDATE; ZONE: 1, PREREQUISITE: %zu, UPDATE: %zu\n\n",
                  update->nprerequisites, update->nchanges);
    kd_buf_puts(buf, ";; ZONE SECTION:\n;");
    kd_buf_text(buf, update->zone);
    kd_buf_puts(buf, "\tIN\tSOA\n");
    text_section(update, "PREREQUISITE", update->prerequisite, update->nprerequisites, buf);
    text_section(update, "UPDATE", update->change, update->nchanges, buf);
}
