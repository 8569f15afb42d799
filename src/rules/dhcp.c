/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp.c - rules about what DHCP gives workgroup clients to look in: option 15, one name, the
 * same from every server, and with the record in it.
 */
#include "look.h"
#include "tables.h"

#include <string.h>

/* "192.0.2.1 on eth0", "dhclient.leases" */
static const char *dhcp_who(const struct kd_facts *facts,
                            const struct kd_dhcp_offer_fact *offer)
{
    if (offer->origin == KD_DHCP_ORIGIN_LEASE) {
        return offer->source;
    }
    return kd_arena_printf(facts->arena, "%s on %s",
                           offer->server != NULL ? offer->server : "a server", offer->source);
}

/* The computer's first adapter with DHCP and, if asked for, a suffix; NULL if it has none. */
static const struct kd_adapter_fact *dhcp_adapter(const struct kd_computer_fact *computer,
                                                  bool needs_suffix)
{
    for (size_t i = 0; i < computer->nadapter; i++) {
        const struct kd_adapter_fact *adapter = &computer->adapter[i];

        if (adapter->is_dhcp && (!needs_suffix || adapter->suffix != NULL)) {
            return adapter;
        }
    }
    return NULL;
}

/* The first computer with such an adapter; NULL if there is none. */
static const struct kd_computer_fact *dhcp_computer(const struct kd_dhcp_fact *dhcp,
                                                    bool needs_suffix)
{
    for (size_t i = 0; i < dhcp->ncomputer; i++) {
        if (dhcp_adapter(&dhcp->computer[i], needs_suffix) != NULL) {
            return &dhcp->computer[i];
        }
    }
    return NULL;
}

static bool dhcp_has_option_15(const struct kd_dhcp_fact *dhcp)
{
    for (size_t i = 0; i < dhcp->noffer; i++) {
        if (dhcp->offer[i].domain_name != NULL) {
            return true;
        }
    }
    return dhcp_computer(dhcp, true) != NULL;
}

static size_t dhcp_nanswers(const struct kd_dhcp_fact *dhcp)
{
    size_t n = 0;

    for (size_t i = 0; i < dhcp->noffer; i++) {
        n += dhcp->offer[i].origin == KD_DHCP_ORIGIN_INFORM ? 1 : 0;
    }
    return n;
}

static void dhcp_none(struct kd_judge *judge, const struct kd_facts *facts)
{
    const struct kd_dhcp_fact *dhcp = facts->dhcp;
    const struct kd_computer_fact *computer = NULL;

    if (dhcp == NULL) {
        return; /* the domain was given by hand */
    }
    computer = dhcp_computer(dhcp, false);
    if (dhcp->interface != NULL && dhcp_nanswers(dhcp) == 0) {
        kd_found(judge, &(struct kd_finding_args){.subject = dhcp->interface},
                 "no DHCP server answered on %s: nothing is known about option 15 there",
                 dhcp->interface);
    }
    if (dhcp_has_option_15(dhcp)) {
        return;
    }
    for (size_t i = 0; i < dhcp->noffer; i++) {
        const char *who = dhcp_who(facts, &dhcp->offer[i]);

        kd_found(judge, &(struct kd_finding_args){.subject = who},
                 "%s gives no option 15: clients in a workgroup have no domain to look in%s%s",
                 who,
                 dhcp->offer[i].malformed != NULL ? "; but its options are malformed: " : "",
                 dhcp->offer[i].malformed != NULL ? dhcp->offer[i].malformed : "");
    }
    if (dhcp->noffer == 0 && computer != NULL) {
        kd_found(judge, &(struct kd_finding_args){.subject = computer->file},
                 "no adapter of %s that DHCP configured has a connection-specific suffix",
                 computer->host_name != NULL ? computer->host_name : computer->file);
    }
}

static void dhcp_no_record(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; i < facts->ndomain; i++) {
        const struct kd_domain_fact *domain = &facts->domain[i];
        const struct kd_view_fact *view = kd_domain_main_view(domain);
        struct kd_look_queries queries = {.count = 0};

        if ((domain->sources & KD_SOURCE_DHCP_15) == 0 || kd_domain_has_srv(domain)) {
            continue;
        }
        if (view == NULL || !kd_look_is_answered(domain)) {
            kd_not_judged(judge, domain->name, KD_NEED_SRV_ANSWER);
            continue;
        }
        kd_look_add_views(&queries, domain);
        kd_found(judge,
                 &(struct kd_finding_args){.subject = domain->name,
                                           .domain = domain->name,
                                           .queries = queries.n,
                                           .nqueries = queries.count},
                 "option 15 sends workgroup clients to %s, which has no SRV record: %s",
                 domain->name, kd_look_said(facts, view->status));
    }
}

static void dhcp_list(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; facts->dhcp != NULL && i < facts->dhcp->noffer; i++) {
        const struct kd_dhcp_offer_fact *offer = &facts->dhcp->offer[i];
        struct kd_look_names names = {.n = 0};

        if (offer->ndomain < 2) {
            continue;
        }
        for (size_t j = 0; j < offer->ndomain; j++) {
            kd_look_add_name(facts, &names, offer->domain[j]);
        }
        kd_found(judge, &(struct kd_finding_args){.subject = dhcp_who(facts, offer)},
                 "option 15 of %s holds %zu names, %s: it is for one, and Windows takes all of "
                 "them for one suffix",
                 dhcp_who(facts, offer), offer->ndomain, kd_look_names_str(facts, &names));
    }
}

/* Names of DNS, so letters count in either case and a closing dot not at all. */
static bool dhcp_is_same_name(const char *a, const char *b)
{
    size_t na = strlen(a), nb = strlen(b);

    na -= na > 0 && a[na - 1] == '.' ? 1 : 0;
    nb -= nb > 0 && b[nb - 1] == '.' ? 1 : 0;
    for (size_t i = 0; i < na && i < nb; i++) {
        char x = a[i] >= 'A' && a[i] <= 'Z' ? (char)(a[i] | 0x20) : a[i];
        char y = b[i] >= 'A' && b[i] <= 'Z' ? (char)(b[i] | 0x20) : b[i];

        if (x != y) {
            return false;
        }
    }
    return na == nb;
}

static bool dhcp_agree(const struct kd_dhcp_offer_fact *a, const struct kd_dhcp_offer_fact *b)
{
    if (a->domain_name == NULL || b->domain_name == NULL) {
        return a->domain_name == b->domain_name;
    }
    return dhcp_is_same_name(a->domain_name, b->domain_name);
}

/* Two answers, or leases, on one network; a lease of another network may well differ. */
static bool dhcp_is_same_network(const struct kd_dhcp_offer_fact *a,
                                 const struct kd_dhcp_offer_fact *b)
{
    const char *x = a->origin == KD_DHCP_ORIGIN_INFORM ? a->source : a->interface;
    const char *y = b->origin == KD_DHCP_ORIGIN_INFORM ? b->source : b->interface;

    return x != NULL && y != NULL && strcmp(x, y) == 0;
}

static const char *dhcp_says(const struct kd_facts *facts,
                             const struct kd_dhcp_offer_fact *offer)
{
    return kd_arena_printf(facts->arena, "%s: %s", dhcp_who(facts, offer),
                           offer->domain_name != NULL ? offer->domain_name : "none");
}

/* True if an earlier offer on this network disagreed already: it is told once. */
static bool dhcp_is_told(const struct kd_dhcp_fact *dhcp, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (dhcp_is_same_network(&dhcp->offer[i], &dhcp->offer[n])) {
            return true;
        }
    }
    return false;
}

/* Compares an offer with those behind it; true if some differs. All are named. */
static bool dhcp_differs(const struct kd_facts *facts, size_t n, struct kd_look_names *names)
{
    const struct kd_dhcp_fact *dhcp = facts->dhcp;
    bool differs = false;

    kd_look_add_name(facts, names, dhcp_says(facts, &dhcp->offer[n]));
    for (size_t i = n + 1; i < dhcp->noffer; i++) {
        if (dhcp_is_same_network(&dhcp->offer[n], &dhcp->offer[i])) {
            differs = differs || !dhcp_agree(&dhcp->offer[n], &dhcp->offer[i]);
            kd_look_add_name(facts, names, dhcp_says(facts, &dhcp->offer[i]));
        }
    }
    return differs;
}

static void dhcp_disagree(struct kd_judge *judge, const struct kd_facts *facts)
{
    for (size_t i = 0; facts->dhcp != NULL && i < facts->dhcp->noffer; i++) {
        const struct kd_dhcp_offer_fact *offer = &facts->dhcp->offer[i];
        struct kd_look_names names = {.n = 0};

        if (!dhcp_is_told(facts->dhcp, i) && dhcp_differs(facts, i, &names)) {
            kd_found(
                judge,
                &(struct kd_finding_args){
                    .subject = offer->interface != NULL ? offer->interface : offer->source},
                "DHCP servers of one network give different option 15 values: %s",
                kd_look_names_str(facts, &names));
        }
    }
}

#define DHCP_SRC "RFC 2132 3.17; " KD_SRC_GUIDE
#define DHCP_HOW "kmsdns discover --client workgroup --dhcp eth0"
#define DHCP_SET \
    "Set-DhcpServerv4OptionValue -ScopeId <scope> -OptionId 15 -Value <domain of the record>"

const struct kd_rule kd_rules_dhcp[4] = {
    {
        .id = "DHCP-NONE",
        .severity = KD_SEV_NOTICE,
        .needs = KD_NEED_DHCP,
        .check = dhcp_none,
        .title = "DHCP gives no domain",
        .when = "no option 15 was offered",
        .why =
            "A workgroup computer without a primary suffix looks in the domain of option 15; "
            "without one it sends no query at all (0x8007007B).",
        .how = DHCP_HOW,
        .source = DHCP_SRC,
        .fix =
            {
                {"windows", DHCP_SET},
                {"any", "ISC dhcpd: option domain-name \"corp.example\"; dnsmasq: "
                        "domain=corp.example; Kea: option-data domain-name"},
            },
    },
    {
        .id = "DHCP-NO-RECORD",
        .severity = KD_SEV_WARNING,
        .needs = KD_NEED_DHCP | KD_NEED_SRV_ANSWER,
        .check = dhcp_no_record,
        .title = "the domain of option 15 lacks the record",
        .when = "the domain of option 15 has no SRV record: workgroup clients miss it",
        .why = "Workgroup clients look in the domain that DHCP gives them, and find no KMS "
               "host there.",
        .how = KD_HOW_SRV,
        .source = DHCP_SRC,
        .fix =
            {
                {"any", "Add {domain} to DnsDomainPublishList on the KMS host, or give the "
                        "domain that has the record as option 15"},
                {"windows", KD_FIX_ADD_WINDOWS},
                {"bind", KD_FIX_ADD_BIND},
            },
    },
    {
        .id = "DHCP-LIST",
        .severity = KD_SEV_WARNING,
        .needs = KD_NEED_DHCP,
        .check = dhcp_list,
        .title = "option 15 holds several names",
        .when = "option 15 holds several names",
        .why = "Option 15 is one domain. Some clients take the names apart, Windows does not, "
               "and asks in a domain that does not exist.",
        .how = DHCP_HOW,
        .source = DHCP_SRC "; RFC 3397",
        .fix =
            {
                {"any", "Give one name as option 15; a list belongs into option 119, or into "
                        "the search list of a Group Policy"},
                {"windows", DHCP_SET},
            },
    },
    {
        .id = "DHCP-DISAGREE",
        .severity = KD_SEV_WARNING,
        .needs = KD_NEED_DHCP,
        .check = dhcp_disagree,
        .title = "DHCP servers give different domains",
        .when = "DHCP servers offer different option 15 values",
        .why = "Which domain a workgroup client looks in then depends on which server was "
               "faster: the same computer activates today and fails tomorrow.",
        .how = DHCP_HOW,
        .source = DHCP_SRC "; RFC 2131 4.3",
        .fix =
            {
                {"any", "Give the same option 15 on all servers of the network, and look for a "
                        "server that does not belong there"},
            },
    },
};
