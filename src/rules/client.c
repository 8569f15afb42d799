/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client.c - what one kind of Windows client would ask, find and show, read from the facts.
 *
 *   names    the sources of this kind in order; a domain is asked once, by its first source
 *   set      the first name with records; of them the shares and a draw with the run's seed
 *   code     of the last name asked, when none had records, or of hosts that do not answer
 */
#include "kmsdns/rules/client.h"

#include <string.h>

#include "kmsdns/base/rng.h"
#include "look.h"

/* Order of sources; Windows documents primary suffix, AD domain or option 15, then the list. */
static const uint32_t ORDER[KD_CLIENT_COUNT][KD_SOURCE_COUNT] = {
    [KD_CLIENT_JOINED] = {KD_SOURCE_ARGUMENT, KD_SOURCE_PRIMARY_SUFFIX, KD_SOURCE_AD_DOMAIN,
                          KD_SOURCE_SEARCH_LIST, KD_SOURCE_HOST_NAME, KD_SOURCE_RESOLV_CONF},
    [KD_CLIENT_WORKGROUP] = {KD_SOURCE_ARGUMENT, KD_SOURCE_PRIMARY_SUFFIX, KD_SOURCE_DHCP_15,
                             KD_SOURCE_SEARCH_LIST, KD_SOURCE_HOST_NAME, KD_SOURCE_RESOLV_CONF},
    [KD_CLIENT_HOST] = {KD_SOURCE_ARGUMENT, KD_SOURCE_PRIMARY_SUFFIX, KD_SOURCE_HOST_NAME,
                        KD_SOURCE_PUBLISH_LIST},
};

static const struct kd_client_code CODE_NO_DOMAIN = {
    "0x8007007B", "there is no domain to ask in, so no query is sent"};
static const struct kd_client_code CODE_NO_RESOLVER = {"0x8007267C",
                                                       "no DNS server is configured"};
static const struct kd_client_code CODE_NO_ADDRESS = {
    "0x80072AF9", "the host that the record names has no address"};
static const struct kd_client_code CODE_RPC = {
    "0x800706BA", "the host that the record names does not answer"};
static const struct kd_client_code CODE_NO_KMS = {"0xC004F074",
                                                  "no KMS host could be contacted"};

/* What Windows shows for the outcome of the SRV question; 0x80070000 plus 9000 plus the rcode. */
static const struct kd_client_code CODE[KD_OUT_COUNT] = {
    [KD_OUT_NOERROR] = {"0x8007251D", "no SRV record came"},
    [KD_OUT_NODATA] = {"0x8007251D", "the name exists, but has no SRV record"},
    [KD_OUT_NXDOMAIN] = {"0x8007232B", "the name does not exist"},
    [KD_OUT_SERVFAIL] = {"0x8007232A", "the DNS server failed"},
    [KD_OUT_REFUSED] = {"0x8007232D", "the DNS server refused"},
    [KD_OUT_NOTIMP] = {"0x8007232C", "the DNS server does not know this kind of request"},
    [KD_OUT_FORMERR] = {"0x80072329", "the DNS server could not read the request"},
    [KD_OUT_NOTAUTH] = {"0x80072331", "the DNS server is not authoritative"},
    [KD_OUT_NOTZONE] = {"0x80072332", "the name is outside the zone"},
    [KD_OUT_YXDOMAIN] = {"0x8007232E", "the name exists and should not"},
    [KD_OUT_YXRRSET] = {"0x8007232F", "the record set exists and should not"},
    [KD_OUT_NXRRSET] = {"0x80072330", "the record set does not exist and should"},
    [KD_OUT_TIMEOUT] = {"0x800705B4", "the DNS server did not answer in time"},
    [KD_OUT_CONN_REFUSED] = {"0x800705B4", "no DNS server listens there"},
    [KD_OUT_UNREACHABLE] = {"0x800705B4", "there is no route to the DNS server"},
    [KD_OUT_TRUNCATED] = {"0x8007251E", "the DNS answer was cut"},
    [KD_OUT_MALFORMED] = {"0x8007251E", "the DNS answer cannot be read"},
    [KD_OUT_LAME] = {"0x8007251D", "the DNS server refers elsewhere instead of answering"},
    [KD_OUT_SKIPPED] = {NULL, NULL},
};

static void client_add_ask(const struct kd_facts *facts, struct kd_client_view *view,
                           const struct kd_domain_fact *domain, uint32_t source)
{
    const struct kd_view_fact *main_view = kd_domain_main_view(domain);

    view->ask = kd_arena_grow(facts->arena, view->ask, view->nask, sizeof(*view->ask));
    view->ask[view->nask] = (struct kd_ask){
        .domain = domain,
        .name = kd_look_owner(facts, domain),
        .via = kd_source_str((kd_source)source),
        .status = main_view != NULL ? main_view->status : KD_OUT_SKIPPED,
    };
    view->nask++;
}

static void client_list_all(const struct kd_facts *facts, struct kd_client_view *view)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        uint32_t sources = facts->domain[i].sources;

        client_add_ask(facts, view, &facts->domain[i], sources & (~sources + 1));
    }
}

static void client_list_source(const struct kd_facts *facts, struct kd_client_view *view,
                               uint32_t source, uint32_t earlier)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        uint32_t sources = facts->domain[i].sources;

        if ((sources & source) != 0 && (sources & earlier) == 0) {
            client_add_ask(facts, view, &facts->domain[i], source);
        }
    }
}

static void client_list_names(const struct kd_facts *facts, struct kd_client_view *view)
{
    const uint32_t *order = ORDER[view->kind];
    uint32_t earlier = 0; /* sources that are done: what has one of them is in the list */

    for (size_t i = 0; i < KD_SOURCE_COUNT && order[i] != 0; i++) {
        client_list_source(facts, view, order[i], earlier);
        earlier |= order[i];
    }
}

/* False only when it is known: "not asked" and "not tried" leave a host reachable. */
static bool client_is_reachable(const struct kd_facts *facts, const struct kd_srv *record,
                                const struct kd_target_fact *target)
{
    if (strcmp(record->target, ".") == 0) {
        return false; /* RFC 2782: decidedly not available */
    }
    if (target == NULL) {
        return true;
    }
    if (target->naddress == 0) {
        return target->a_status == KD_OUT_SKIPPED || target->aaaa_status == KD_OUT_SKIPPED;
    }
    for (size_t i = 0; i < target->naddress; i++) {
        kd_reach tcp = target->address[i].tcp;

        if (tcp == KD_REACH_OPEN || tcp == KD_REACH_SKIPPED) {
            return true;
        }
    }
    return !facts->tcp_was_tried;
}

static void client_fill_picks(const struct kd_facts *facts, struct kd_client_view *view,
                              const struct kd_view_fact *found)
{
    size_t n = found->nrecords;
    double *share = kd_arena_alloc(facts->arena, n * sizeof(*share));
    size_t *order = kd_arena_alloc(facts->arena, n * sizeof(*order));
    struct kd_rng rng;

    view->pick = kd_arena_alloc(facts->arena, n * sizeof(*view->pick));
    view->npick = n;
    for (size_t i = 0; i < n; i++) {
        view->pick[i].record = &found->records[i];
        view->pick[i].target = kd_domain_target(view->found, &found->records[i]);
        view->pick[i].is_reachable =
            client_is_reachable(facts, &found->records[i], view->pick[i].target);
    }
    kd_srv_shares(found->records, n, KD_SRV_UNIFORM, share);
    kd_rng_init(&rng, facts->seed);
    kd_srv_draw(found->records, n, KD_SRV_UNIFORM, &rng, order);
    for (size_t i = 0; i < n; i++) {
        view->pick[i].share_uniform = share[i];
        view->pick[order[i]].draw_uniform = i + 1;
    }
    kd_srv_shares(found->records, n, KD_SRV_RFC2782, share);
    kd_rng_init(&rng, facts->seed);
    kd_srv_draw(found->records, n, KD_SRV_RFC2782, &rng, order);
    for (size_t i = 0; i < n; i++) {
        view->pick[i].share_rfc2782 = share[i];
        view->pick[order[i]].draw_rfc2782 = i + 1;
    }
}

static void client_set_codes(struct kd_client_view *view, const struct kd_client_code *vista,
                             const struct kd_client_code *win7)
{
    view->code_vista = vista->code != NULL ? vista : NULL;
    view->code_win7 = win7->code != NULL ? win7 : NULL;
}

/* Records were found: it works when one host may answer. */
static void client_judge_found(struct kd_client_view *view)
{
    bool has_address = false;

    for (size_t i = 0; i < view->npick; i++) {
        const struct kd_target_fact *target = view->pick[i].target;

        view->succeeds = view->succeeds || view->pick[i].is_reachable;
        has_address = has_address || (target != NULL && target->naddress > 0);
    }
    if (!view->succeeds) {
        client_set_codes(view, has_address ? &CODE_RPC : &CODE_NO_ADDRESS, &CODE_NO_KMS);
    }
}

static void client_judge_absent(const struct kd_facts *facts, struct kd_client_view *view)
{
    if (view->nask == 0) {
        client_set_codes(view, &CODE_NO_DOMAIN, &CODE_NO_DOMAIN);
    } else if (facts->nresolver == 0) {
        client_set_codes(view, &CODE_NO_RESOLVER, &CODE_NO_RESOLVER);
    } else {
        const struct kd_client_code *last = &CODE[view->ask[view->nask - 1].status];

        client_set_codes(view, last, last);
    }
}

bool kd_client_asks(kd_client kind, uint32_t sources)
{
    if (kind == KD_CLIENT_ANY || (size_t)kind >= KD_CLIENT_COUNT) {
        return true;
    }
    for (size_t i = 0; i < KD_SOURCE_COUNT; i++) {
        if ((sources & ORDER[kind][i]) != 0) {
            return true;
        }
    }
    return false;
}

const struct kd_client_view *kd_client_view(const struct kd_facts *facts, kd_client kind)
{
    struct kd_client_view *view = kd_arena_alloc(facts->arena, sizeof(*view));

    view->kind = kind;
    if (kind == KD_CLIENT_ANY || (size_t)kind >= KD_CLIENT_COUNT) {
        client_list_all(facts, view);
    } else {
        client_list_names(facts, view);
    }
    for (size_t i = 0; i < view->nask && view->found == NULL; i++) {
        if (kd_domain_has_srv(view->ask[i].domain)) {
            view->found = view->ask[i].domain;
        }
    }
    if (view->found != NULL) {
        client_fill_picks(facts, view, kd_domain_main_view(view->found));
        client_judge_found(view);
    } else {
        client_judge_absent(facts, view);
    }
    return view;
}
