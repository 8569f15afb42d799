/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * primary.c - where a zone's updates go.
 */
#include "kmsdns/collect/primary.h"

#include <string.h>

static bool primary_answers(const struct kd_server_fact *server)
{
    return server->is_authoritative && kd_outcome_is_usable(server->status);
}

/* The wishes, the best one first. */
static bool primary_is_soa_primary(const struct kd_server_fact *server)
{
    return kd_server_takes_updates(server) && primary_answers(server);
}

static bool primary_names_itself(const struct kd_server_fact *server)
{
    return primary_answers(server) && server->name != NULL && server->mname != NULL &&
           strcmp(server->name, server->mname) == 0;
}

static bool primary_is_silent_primary(const struct kd_server_fact *server)
{
    return kd_server_takes_updates(server) && server->address.addr.family != 0;
}

const struct kd_server_fact *kd_zone_update_server(const struct kd_zone_fact *zone)
{
    static bool (*const WISH[])(const struct kd_server_fact *) = {
        primary_is_soa_primary, primary_names_itself, primary_answers,
        primary_is_silent_primary};

    for (size_t i = 0; i < sizeof(WISH) / sizeof(WISH[0]); i++) {
        for (size_t j = 0; j < zone->nserver; j++) {
            if (WISH[i](&zone->server[j])) {
                return &zone->server[j];
            }
        }
    }
    return NULL;
}
