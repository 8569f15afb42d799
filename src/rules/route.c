/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * route.c - does this machine have a way to an address family at all? Told from who was heard.
 */
#include "route.h"

#include "kmsdns/base/addr.h"

/* Who was heard over each family. */
struct route_seen {
    bool v4, v6;                 /* somebody was */
    bool v4_outside, v6_outside; /* … and not on this machine or its own links */
};

/* RFC 4193: such addresses are used without any way to the Internet. */
static bool route_is_unique_local(const struct kd_addr *addr)
{
    return addr->family == 6 && (addr->bytes[0] & 0xFE) == 0xFC;
}

static void route_note(struct route_seen *seen, const struct kd_endpoint *endpoint,
                       kd_outcome outcome)
{
    const struct kd_addr *addr = &endpoint->addr;
    bool is_outside = kd_addr_oddity(addr) == NULL && !route_is_unique_local(addr);

    if (outcome == KD_OUT_SKIPPED || kd_outcome_is_silent(outcome)) {
        return;
    }
    seen->v4 = seen->v4 || addr->family == 4;
    seen->v6 = seen->v6 || addr->family == 6;
    seen->v4_outside = seen->v4_outside || (addr->family == 4 && is_outside);
    seen->v6_outside = seen->v6_outside || (addr->family == 6 && is_outside);
}

static void route_note_domain(struct route_seen *seen, const struct kd_facts *facts,
                              const struct kd_domain_fact *domain)
{
    for (size_t i = 0; i < domain->nview; i++) {
        const struct kd_view_fact *view = &domain->view[i];

        if (view->resolver < facts->nresolver) {
            route_note(seen, &facts->resolver[view->resolver].server, view->status);
        }
    }
    for (size_t i = 0; domain->zone != NULL && i < domain->zone->nserver; i++) {
        const struct kd_server_fact *server = &domain->zone->server[i];

        route_note(seen, &server->address, server->status);
        route_note(seen, &server->address, server->tcp_status);
    }
}

static bool route_lacks(const struct route_seen *seen, uint8_t family)
{
    return family == 6 ? seen->v4 && !seen->v6_outside : seen->v6 && !seen->v4_outside;
}

bool kd_route_is_missing(const struct kd_facts *facts, const struct kd_domain_fact *domain,
                         const struct kd_server_fact *server)
{
    struct route_seen seen = {.v4 = false};

    if (server->status != KD_OUT_UNREACHABLE) {
        return false;
    }
    route_note_domain(&seen, facts, domain);
    return route_lacks(&seen, server->address.addr.family);
}

bool kd_route_to_resolver_is_missing(const struct kd_facts *facts, uint32_t resolver)
{
    struct route_seen seen = {.v4 = false};

    for (size_t i = 0; i < facts->ndomain; i++) {
        route_note_domain(&seen, facts, &facts->domain[i]);
    }
    return route_lacks(&seen, facts->resolver[resolver].server.addr.family);
}

const char *kd_route_family(const struct kd_endpoint *endpoint)
{
    return endpoint->addr.family == 6 ? "IPv6" : "IPv4";
}
