/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmid.c - rules about client machine ids in the host's log (12290). A host counts ids, not
 * computers: clones that share one count once. That matters only while the count is too low; a
 * host that has enough activates every clone.
 *
 * Windows clients and servers are counted together, Office apart. Whether a product is Office is
 * known only of some; the others are taken as Windows, so the count for Windows is an upper bound.
 */
#include "look.h"
#include "tables.h"

#include <string.h>

#define CMID_DAY_S 86400

/* How many the host has counted for a product, and how that is known. */
struct cmid_count {
    int64_t n;
    bool was_reported; /* by the host itself, to a client (12289) */
};

static const struct kd_event_sku_fact *cmid_sku(const struct kd_events_fact *events,
                                                const char *id)
{
    for (size_t i = 0; i < events->host.nsku; i++) {
        if (strcmp(events->host.sku[i].id, id) == 0) {
            return &events->host.sku[i];
        }
    }
    return NULL;
}

static int64_t cmid_in_log(const struct kd_events_fact *events, bool is_office)
{
    const struct kd_event_host_fact *host = &events->host;

    return is_office ? host->ncmid_office : (int64_t)host->ncmid - host->ncmid_office;
}

/* The newest count that a client was told, when clients' logs were read, too. */
static int64_t cmid_reported(const struct kd_events_fact *events, int64_t needed)
{
    const struct kd_event_client_fact *newest = NULL;

    for (size_t i = 0; i < events->nclient; i++) {
        const struct kd_event_client_fact *client = &events->client[i];

        if (client->count >= 0 && client->needed == needed &&
            (newest == NULL || client->response_s > newest->response_s)) {
            newest = client;
        }
    }
    return newest != NULL ? newest->count : -1;
}

/* What the log shows is at least there; a host that reports more has seen more. */
static struct cmid_count cmid_count(const struct kd_events_fact *events, bool is_office,
                                    uint32_t needed)
{
    struct cmid_count count = {cmid_in_log(events, is_office), false};
    int64_t reported = cmid_reported(events, needed);

    if (reported > count.n) {
        count = (struct cmid_count){reported, true};
    }
    return count;
}

/* "; the log covers 2 of the 30 days, so the host may know more" */
static const char *cmid_coverage(const struct kd_facts *facts)
{
    const struct kd_events_fact *events = facts->events;
    int64_t covered_s = events->reference_s - events->first_s;

    if (events->first_s < 0 || covered_s >= KD_EVENTS_WINDOW_S - CMID_DAY_S) {
        return "";
    }
    return kd_arena_printf(
        facts->arena,
        "; the log covers %lld of the 30 days for which a host counts, so it "
        "may know more",
        (long long)((covered_s + CMID_DAY_S - 1) / CMID_DAY_S));
}

static const char *cmid_product(const struct kd_event_sku_fact *sku, const char *id)
{
    return sku != NULL && sku->name != NULL ? sku->name : id;
}

static const char *cmid_computers(const struct kd_facts *facts,
                                  const struct kd_event_cmid_fact *dup)
{
    struct kd_look_names names = {.n = 0};

    for (size_t i = 0; i < dup->ncomputer; i++) {
        kd_look_add_name(facts, &names, dup->computer[i]);
    }
    names.n += dup->nleft_out;
    return kd_look_names_str(facts, &names);
}

static void cmid_duplicate_one(struct kd_judge *judge, const struct kd_facts *facts,
                               const struct kd_event_cmid_fact *dup)
{
    const struct kd_event_sku_fact *sku = cmid_sku(facts->events, dup->sku);
    bool is_office = sku != NULL && sku->is_office;
    struct cmid_count count = cmid_count(facts->events, is_office, dup->needed);
    size_t n = dup->ncomputer + dup->nleft_out;
    /* one computer may have one id for each of two products: the id alone is no subject */
    struct kd_finding_args args = {
        .subject =
            kd_arena_printf(facts->arena, "%s for %s", dup->cmid, cmid_product(sku, dup->sku)),
    };

    if (count.n >= dup->needed) {
        kd_found_as(
            judge, KD_SEV_NOTICE, &args,
            "%zu computers share this client machine id: %s. The host %s %lld, and %u are "
            "enough, so they are activated all the same; the id only keeps the count down",
            n, cmid_computers(facts, dup),
            count.was_reported ? "reported a count of" : "has counted", (long long)count.n,
            dup->needed);
        return;
    }
    kd_found(judge, &args,
             "%zu computers share this client machine id: %s. The host counts them as one and "
             "activates none before it has %u; %s %lld%s",
             n, cmid_computers(facts, dup), dup->needed,
             count.was_reported ? "it reported" : "the log shows", (long long)count.n,
             cmid_coverage(facts));
}

static void cmid_duplicate(struct kd_judge *judge, const struct kd_facts *facts)
{
    const struct kd_event_host_fact *host = &facts->events->host;

    for (size_t i = 0; i < host->nduplicate; i++) {
        cmid_duplicate_one(judge, facts, &host->duplicate[i]);
    }
}

/* The products of one kind that need the same number. */
static void cmid_low_group(struct kd_judge *judge, const struct kd_facts *facts,
                           const struct kd_event_sku_fact *first)
{
    const struct kd_event_host_fact *host = &facts->events->host;
    struct cmid_count count = cmid_count(facts->events, first->is_office, first->needed);
    struct kd_look_names products = {.n = 0};

    if (count.n >= first->needed) {
        return;
    }
    for (size_t i = 0; i < host->nsku; i++) {
        const struct kd_event_sku_fact *sku = &host->sku[i];

        if (sku->is_office == first->is_office && sku->needed == first->needed) {
            kd_look_add_name(facts, &products, cmid_product(sku, sku->id));
        }
    }
    kd_found(judge,
             &(struct kd_finding_args){
                 .subject = kd_arena_printf(facts->arena, "%s that need %u",
                                            first->is_office ? "Office products" : "products",
                                            first->needed)},
             "%s %lld different client machine ids within 30 days, and %s %s %u%s",
             count.was_reported ? "the host reported" : "the log shows", (long long)count.n,
             kd_look_names_str(facts, &products), products.n == 1 ? "needs" : "need",
             first->needed, cmid_coverage(facts));
}

static void cmid_count_low(struct kd_judge *judge, const struct kd_facts *facts)
{
    const struct kd_event_host_fact *host = &facts->events->host;

    for (size_t i = 0; i < host->nsku; i++) {
        const struct kd_event_sku_fact *sku = &host->sku[i];
        bool is_first = sku->ncmid > 0;

        for (size_t j = 0; j < i && is_first; j++) {
            is_first = host->sku[j].ncmid == 0 || host->sku[j].is_office != sku->is_office ||
                       host->sku[j].needed != sku->needed;
        }
        if (is_first) {
            cmid_low_group(judge, facts, sku);
        }
    }
}

const struct kd_rule kd_rules_cmid[2] = {
    {
        .id = "CMID-DUPLICATE",
        .severity = KD_SEV_CRITICAL,
        .needs = KD_NEED_EVENTS,
        .check = cmid_duplicate,
        .title = "computers share one client machine id",
        .when =
            "one CMID from several computers while the count is below the threshold; notice "
            "once it is met",
        .why =
            "They were cloned from an image without sysprep /generalize, or with SkipRearm set "
            "to 1 in its answer file. The host counts each id once. A computer has one id for "
            "Windows and one for Office, so two ids of one computer are normal.",
        .how = "slmgr.vbs /dlv on two of them: compare Client Machine ID (CMID)",
        .source = "Microsoft, KB929829 (the current count does not increase)",
        .fix =
            {
                {"windows",
                 "On each clone: slmgr.vbs /rearm, then restart; slmgr.vbs /dlv shows "
                 "the remaining rearm count"},
                {"windows", "Better: rebuild the image with sysprep /generalize, without "
                            "<SkipRearm>1</SkipRearm>; clones of an image that was never "
                            "generalized stay unsupported"},
                {"any",
                 "Out of rearms: activation by a KMS host gives one back. A registry value "
                 "SkipRearm of 1 makes /rearm do nothing."},
                {"any", "For Office: OSPPREARM.EXE, then ospp.vbs /act"},
            },
    },
    {
        .id = "CMID-COUNT-LOW",
        .severity = KD_SEV_WARNING,
        .needs = KD_NEED_EVENTS,
        .check = cmid_count_low,
        .title = "too few computers have asked the KMS host",
        .when = "distinct CMIDs of the last 30 days are below the threshold (25 clients, 5 "
                "servers or Office)",
        .why =
            "A host keeps each id for 30 days after its last request and activates nothing "
            "until it has enough of them: 25 for Windows clients, 5 for servers, 5 for Office. "
            "Clients and servers are counted together.",
        .how = "slmgr.vbs /dlv on the host: Current count",
        .source = "Microsoft, \"Understanding KMS\"; KB929829",
        .fix =
            {
                {"any", "Let more computers ask this host: publish it in the domains that they "
                        "ask, and retire hosts that share the clients."},
                {"windows", "On each client: slmgr.vbs /ato"},
                {"any", "With fewer computers than that, use a MAK or Active Directory-based "
                        "activation."},
            },
    },
};
