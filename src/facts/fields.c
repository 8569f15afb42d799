/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fields.c - tables of the report document, from the leaves up. Keys and their order are those of
 * the contract; keys that it does not name stand behind them.
 */
#include "fields.h"

#include "kmsdns/dns/usual.h"
#include "kmsdns/facts/facts.h"
#include "rows.h"

_Static_assert(sizeof(kd_outcome) == sizeof(unsigned int), "KD_FIELD_ENUM copies unsigned int");

NAME_FUNCTION(outcome, kd_outcome)
NAME_FUNCTION(reach, kd_reach)
NAME_FUNCTION(client, kd_client)
NAME_FUNCTION(cut, kd_cut)
NAME_FUNCTION(transport, kd_transport)

static const char *fields_source(unsigned int bit)
{
    return kd_source_str((kd_source)(1U << bit));
}

const struct kd_field_names kd_names_outcome = {fields_outcome, KD_OUT_COUNT,
                                                "one of" KD_OUTCOME_MAP(SYMBOL)};
static const struct kd_field_names REACHES = {fields_reach, KD_REACH_COUNT,
                                              "one of" KD_REACH_MAP(WORD)};
static const struct kd_field_names CLIENTS = {fields_client, KD_CLIENT_COUNT,
                                              "one of" KD_CLIENT_MAP(WORD)};
static const struct kd_field_names CUTS = {fields_cut, KD_CUT_COUNT, "one of" KD_CUT_MAP(WORD)};
static const struct kd_field_names TRANSPORTS = {fields_transport, KD_TRANSPORT_COUNT,
                                                 "one of udp tcp"};
static const struct kd_field_names SOURCES = {fields_source, KD_SOURCE_COUNT,
                                              "one of" KD_SOURCE_MAP(WORD)};

static const struct kd_field SRV_FIELD[] = {
    NUMBER("priority", kd_srv, priority, 0, UINT16_MAX),
    NUMBER("weight", kd_srv, weight, 0, UINT16_MAX),
    NUMBER("port", kd_srv, port, KD_FIELD_REQUIRED, UINT16_MAX),
    NAME("target", kd_srv, target, KD_FIELD_REQUIRED),
    NUMBER("ttl_s", kd_srv, ttl_s, 0, UINT32_MAX),
};
static const struct kd_srv SRV_DEFAULT = {0};
const struct kd_layout kd_layout_srv = LAYOUT(SRV_FIELD, kd_srv, &SRV_DEFAULT);

static const struct kd_field ALIAS_FIELD[] = {
    NAME("owner", kd_alias, owner, KD_FIELD_REQUIRED),
    NAME("target", kd_alias, target, KD_FIELD_REQUIRED),
    BOOL("dname", kd_alias, is_dname),
    NUMBER("ttl_s", kd_alias, ttl_s, 0, UINT32_MAX),
};
static const struct kd_alias ALIAS_DEFAULT = {0};
static const struct kd_layout ALIAS_LAYOUT = LAYOUT(ALIAS_FIELD, kd_alias, &ALIAS_DEFAULT);

/* The first four are a domain's "srv". */
#define VIEW_SRV_NFIELD 4
static const struct kd_field VIEW_FIELD[] = {
    STATUS("status", kd_view_fact, status),
    NUMBER_OR_NULL("ttl_s", kd_view_fact, ttl_s, UINT32_MAX),
    {
        .key = "server",
        .kind = KD_FIELD_RESOLVER,
        .flags = KD_FIELD_ALWAYS,
        AT(kd_view_fact, resolver),
    },
    {
        .key = "records",
        .kind = KD_FIELD_STRUCTS,
        AT(kd_view_fact, records),
        .noffset = offsetof(struct kd_view_fact, nrecords),
        .of = &kd_layout_srv,
        .compare = kd_srv_compare,
    },
    BOOL("authoritative", kd_view_fact, is_authoritative),
    ARRAY("aliases", kd_view_fact, alias, nalias, ALIAS_LAYOUT),
    BOOL("truncated", kd_view_fact, is_truncated),
    STATUS("tcp_status", kd_view_fact, tcp_status),
    QUERY("query", kd_view_fact, query),
    STATUS("apex_status", kd_view_fact, apex_status),
    QUERY("apex_query", kd_view_fact, apex_query),
    NAME("soa_zone", kd_view_fact, soa_zone, KD_FIELD_NULLABLE),
    NUMBER_OR_NULL("negative_ttl_s", kd_view_fact, negative_ttl_s, UINT32_MAX),
    STATUS("wildcard_status", kd_view_fact, wildcard_status),
    BOOL("wildcard_matches", kd_view_fact, wildcard_matches),
    QUERY("wildcard_query", kd_view_fact, wildcard_query),
    STATUS("random_status", kd_view_fact, random_status),
    QUERY("random_query", kd_view_fact, random_query),
};
static const struct kd_view_fact VIEW_DEFAULT = {
    .status = KD_OUT_SKIPPED,
    .ttl_s = -1,
    .tcp_status = KD_OUT_SKIPPED,
    .apex_status = KD_OUT_SKIPPED,
    .negative_ttl_s = -1,
    .wildcard_status = KD_OUT_SKIPPED,
    .random_status = KD_OUT_SKIPPED,
};
static const struct kd_layout VIEW_LAYOUT = LAYOUT(VIEW_FIELD, kd_view_fact, &VIEW_DEFAULT);

static bool address_is_open(const void *object)
{
    const struct kd_address_fact *address = object;

    return address->tcp == KD_REACH_OPEN;
}

static const struct kd_field ADDRESS_FIELD[] = {
    {
        .key = "address",
        .kind = KD_FIELD_ADDRESS,
        .flags = KD_FIELD_REQUIRED,
        AT(kd_address_fact, addr),
    },
    ENUM("tcp", kd_address_fact, tcp, 0, REACHES),
    {
        .key = "rtt_s",
        .kind = KD_FIELD_DURATION,
        .flags = KD_FIELD_NULLABLE,
        AT(kd_address_fact, rtt_us),
        .is_there = address_is_open,
    },
};
static const struct kd_address_fact ADDRESS_DEFAULT = {.tcp = KD_REACH_SKIPPED};
const struct kd_layout kd_layout_address =
    LAYOUT(ADDRESS_FIELD, kd_address_fact, &ADDRESS_DEFAULT);

static const struct kd_field TARGET_FIELD[] = {
    NAME("name", kd_target_fact, name, KD_FIELD_REQUIRED),
    STATUS("status", kd_target_fact, status),
    NAME("alias_of", kd_target_fact, alias_of, KD_FIELD_NULLABLE),
    ARRAY("addresses", kd_target_fact, address, naddress, kd_layout_address),
    NUMBER("port", kd_target_fact, port, 0, UINT16_MAX),
    STATUS("a_status", kd_target_fact, a_status),
    QUERY("a_query", kd_target_fact, a_query),
    STATUS("aaaa_status", kd_target_fact, aaaa_status),
    QUERY("aaaa_query", kd_target_fact, aaaa_query),
};
static const struct kd_target_fact TARGET_DEFAULT = {
    .port = KD_KMS_PORT, /* KMS, when a document by hand does not say */
    .status = KD_OUT_SKIPPED,
    .a_status = KD_OUT_SKIPPED,
    .aaaa_status = KD_OUT_SKIPPED,
};
static const struct kd_layout TARGET_LAYOUT =
    LAYOUT(TARGET_FIELD, kd_target_fact, &TARGET_DEFAULT);

static const struct kd_field SIBLING_FIELD[] = {
    NAME("name", kd_sibling_fact, name, KD_FIELD_REQUIRED),
    STATUS("status", kd_sibling_fact, status),
    ARRAY("records", kd_sibling_fact, records, nrecords, kd_layout_srv),
    QUERY("query", kd_sibling_fact, query),
};
static const struct kd_sibling_fact SIBLING_DEFAULT = {.status = KD_OUT_SKIPPED};
static const struct kd_layout SIBLING_LAYOUT =
    LAYOUT(SIBLING_FIELD, kd_sibling_fact, &SIBLING_DEFAULT);

static const struct kd_field PUBLISH_FIELD[] = {
    NUMBER("priority", kd_domain_fact, publish_priority, 0, UINT16_MAX),
    NUMBER("weight", kd_domain_fact, publish_weight, 0, UINT16_MAX),
};
static const struct kd_layout PUBLISH_LAYOUT = LAYOUT(PUBLISH_FIELD, kd_domain_fact, NULL);

static const struct kd_layout MAIN_VIEW_LAYOUT = {VIEW_FIELD, VIEW_SRV_NFIELD,
                                                  sizeof(struct kd_view_fact), &VIEW_DEFAULT};

static const struct kd_field DOMAIN_FIELD[] = {
    NAME("name", kd_domain_fact, name, KD_FIELD_REQUIRED),
    MASK("sources", kd_domain_fact, sources, SOURCES),
    {
        .key = "srv",
        .kind = KD_FIELD_MAIN_VIEW,
        .flags = KD_FIELD_NULLABLE,
        .of = &MAIN_VIEW_LAYOUT,
        .unless = "views",
    },
    {
        .key = "targets",
        .kind = KD_FIELD_POINTERS,
        AT(kd_domain_fact, target),
        .noffset = offsetof(struct kd_domain_fact, ntarget),
        .of = &TARGET_LAYOUT,
    },
    STRUCT("zone", kd_domain_fact, zone, kd_layout_zone),
    ARRAY("update", kd_domain_fact, update, nupdate, kd_layout_update),
    NOTHING("ad"),
    TEXT("unicode", kd_domain_fact, unicode, KD_FIELD_NULLABLE | KD_FIELD_HIDDEN),
    {
        .key = "publish",
        .kind = KD_FIELD_GROUP,
        .flags = KD_FIELD_OPTIONAL | KD_FIELD_NULLABLE,
        AT(kd_domain_fact, has_publish),
        .of = &PUBLISH_LAYOUT,
    },
    ARRAY("views", kd_domain_fact, view, nview, VIEW_LAYOUT),
    ARRAY("siblings", kd_domain_fact, sibling, nsibling, SIBLING_LAYOUT),
    STRUCT("change", kd_domain_fact, change, kd_layout_change),
};
static const struct kd_domain_fact DOMAIN_DEFAULT = {.sources = KD_SOURCE_ARGUMENT};
static const struct kd_layout DOMAIN_LAYOUT =
    LAYOUT(DOMAIN_FIELD, kd_domain_fact, &DOMAIN_DEFAULT);

static const struct kd_field QUERY_FIELD[] = {
    NUMBER("n", kd_query_fact, n, 0, UINT32_MAX),
    ENDPOINT("server", kd_query_fact, server, KD_FIELD_NULLABLE),
    ENUM("transport", kd_query_fact, transport, 0, TRANSPORTS),
    TEXT("opcode", kd_query_fact, opcode, KD_FIELD_PLAIN),
    NAME("name", kd_query_fact, name, KD_FIELD_REQUIRED),
    TEXT("type", kd_query_fact, type, KD_FIELD_REQUIRED | KD_FIELD_PLAIN),
    STATUS("status", kd_query_fact, status),
    NUMBER_OR_NULL("rcode", kd_query_fact, rcode, 4095),
    NUMBER_OR_NULL("tsig_error", kd_query_fact, tsig_error, UINT16_MAX),
    NUMBER("tries", kd_query_fact, tries, 0, UINT32_MAX),
    DURATION("duration_s", kd_query_fact, duration_us),
    BOOL("authoritative", kd_query_fact, is_authoritative),
    BOOL("edns", kd_query_fact, has_edns),
    TEXT("note", kd_query_fact, note, KD_FIELD_NULLABLE | KD_FIELD_SENTENCE),
    BOOL("edns_dropped", kd_query_fact, is_edns_dropped),
};
static const struct kd_query_fact QUERY_DEFAULT = {
    .opcode = "QUERY",
    .status = KD_OUT_SKIPPED,
    .rcode = -1,
    .tsig_error = -1,
};
static const struct kd_layout QUERY_LAYOUT = LAYOUT(QUERY_FIELD, kd_query_fact, &QUERY_DEFAULT);

static const struct kd_field CONTROL_FIELD[] = {
    STATUS("status", kd_resolver_fact, control_status),
    QUERY("query", kd_resolver_fact, control_query),
};
static const struct kd_layout CONTROL_LAYOUT = LAYOUT(CONTROL_FIELD, kd_resolver_fact, NULL);

static const struct kd_field RESOLVER_FIELD[] = {
    ENDPOINT("address", kd_resolver_fact, server, KD_FIELD_REQUIRED),
    TEXT("source", kd_resolver_fact, source, KD_FIELD_PATH),
    GROUP("control", CONTROL_LAYOUT),
};
static const struct kd_resolver_fact RESOLVER_DEFAULT = {
    .source = "saved run",
    .control_status = KD_OUT_SKIPPED,
};
const struct kd_layout kd_layout_resolver =
    LAYOUT(RESOLVER_FIELD, kd_resolver_fact, &RESOLVER_DEFAULT);

static const struct kd_field REJECT_FIELD[] = {
    TEXT("text", kd_reject_fact, text, KD_FIELD_REQUIRED),
    MASK("sources", kd_reject_fact, sources, SOURCES),
    TEXT("reason", kd_reject_fact, reason, KD_FIELD_REQUIRED | KD_FIELD_SENTENCE),
};
static const struct kd_reject_fact REJECT_DEFAULT = {.sources = KD_SOURCE_ARGUMENT};
static const struct kd_layout REJECT_LAYOUT =
    LAYOUT(REJECT_FIELD, kd_reject_fact, &REJECT_DEFAULT);

static const struct kd_field EVIDENCE_FIELD[] = {
    STRUCT("events", kd_facts, events, kd_layout_events),
    STRUCT("registry", kd_facts, registry, kd_layout_registry),
    STRUCT("dhcp", kd_facts, dhcp, kd_layout_dhcp),
};
static const struct kd_layout EVIDENCE_LAYOUT = LAYOUT(EVIDENCE_FIELD, kd_facts, NULL);

static bool facts_are_cut(const void *object)
{
    const struct kd_facts *facts = object;

    return facts->cut != KD_CUT_NONE;
}

static const struct kd_field CUT_FIELD[] = {
    ENUM("reason", kd_facts, cut, KD_FIELD_REQUIRED, CUTS),
    {
        .key = "waiting",
        .kind = KD_FIELD_STRINGS,
        .flags = KD_FIELD_SENTENCE,
        AT(kd_facts, waiting),
        .noffset = offsetof(struct kd_facts, nwaiting),
    },
};
static const struct kd_layout CUT_LAYOUT = LAYOUT(CUT_FIELD, kd_facts, NULL);

static bool facts_have_question(const void *object)
{
    const struct kd_facts *facts = object;

    return facts->code != 0 || facts->event != 0;
}

static bool facts_have_code(const void *object)
{
    const struct kd_facts *facts = object;

    return facts->code != 0;
}

/* What the renderer adds to it is concluded, not seen. */
static const struct kd_field CODE_FIELD[] = {
    {
        .key = "code",
        .kind = KD_FIELD_HEX,
        .flags = KD_FIELD_NULLABLE,
        AT(kd_facts, code),
        .is_there = facts_have_code,
    },
    NUMBER_FROM("event", kd_facts, event, 0, UINT16_MAX, 0),
};
static const struct kd_layout CODE_LAYOUT = LAYOUT(CODE_FIELD, kd_facts, NULL);

static const struct kd_field FACTS_FIELD[] = {
    {.key = "schema", .kind = KD_FIELD_SCHEMA},
    TEXT("tool_version", kd_facts, tool_version, KD_FIELD_PLAIN),
    TEXT("command", kd_facts, command, KD_FIELD_PLAIN),
    TEXT("vantage", kd_facts, vantage, KD_FIELD_NULLABLE),
    {.key = "started", .kind = KD_FIELD_TIME, AT(kd_facts, started_s)},
    DURATION("duration_s", kd_facts, duration_us),
    {.key = "complete", .kind = KD_FIELD_COMPLETE, AT(kd_facts, cut)},
    {.key = "service", .kind = KD_FIELD_SERVICE, AT(kd_facts, service)},
    ARRAY("domains", kd_facts, domain, ndomain, DOMAIN_LAYOUT),
    GROUP("evidence", EVIDENCE_LAYOUT),
    {
        .key = "queries",
        .kind = KD_FIELD_STRUCTS,
        .flags = KD_FIELD_FIRST,
        AT(kd_facts, query),
        .noffset = offsetof(struct kd_facts, nquery),
        .of = &QUERY_LAYOUT,
    },
    ENUM("client", kd_facts, client, 0, CLIENTS),
    {.key = "seed", .kind = KD_FIELD_SEED, AT(kd_facts, seed)},
    BOOL("tcp_tried", kd_facts, tcp_was_tried),
    BOOL("anonymized", kd_facts, is_anonymized),
    {
        .key = "cut",
        .kind = KD_FIELD_GROUP,
        .flags = KD_FIELD_NULLABLE,
        .of = &CUT_LAYOUT,
        .is_there = facts_are_cut,
    },
    {
        .key = "resolvers",
        .kind = KD_FIELD_STRUCTS,
        .flags = KD_FIELD_FIRST,
        AT(kd_facts, resolver),
        .noffset = offsetof(struct kd_facts, nresolver),
        .of = &kd_layout_resolver,
    },
    ARRAY("invalid_candidates", kd_facts, reject, nreject, REJECT_LAYOUT),
    STRUCT("host", kd_facts, host, kd_layout_host),
    {
        .key = "code",
        .kind = KD_FIELD_GROUP,
        .flags = KD_FIELD_NULLABLE,
        .of = &CODE_LAYOUT,
        .is_there = facts_have_question,
    },
};
const struct kd_layout kd_layout_facts = LAYOUT(FACTS_FIELD, kd_facts, NULL);
