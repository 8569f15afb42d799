/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fields_zone.c - tables of the report document: the zone and its servers, the right to write, the
 * host to be published, and changes.
 */
#include "kmsdns/dns/usual.h"
#include "kmsdns/facts/facts.h"
#include "rows.h"

NAME_FUNCTION(probe, kd_probe)
NAME_FUNCTION(right, kd_right)
NAME_FUNCTION(reply_signature, kd_reply_signature)
NAME_FUNCTION(change_state, kd_change_state)

static const struct kd_field_names PROBES = {fields_probe, KD_PROBE_COUNT,
                                             "one of" KD_PROBE_MAP(WORD)};
static const struct kd_field_names RIGHTS = {fields_right, KD_RIGHT_COUNT,
                                             "one of" KD_RIGHT_MAP(WORD)};
static const struct kd_field_names SIGNATURES = {
    fields_reply_signature, KD_REPLY_SIGNATURE_COUNT, "one of" KD_REPLY_SIGNATURE_MAP(WORD)};
static const struct kd_field_names CHANGES = {fields_change_state, KD_CHANGE_COUNT,
                                              "one of" KD_CHANGE_MAP(WORD)};

/* Two clocks of 48 bits can be so far apart (RFC 8945 4.2). */
#define MAX_SKEW_S (INT64_C(1) << 48)

static const struct kd_field SERVER_FIELD[] = {
    NAME("name", kd_server_fact, name, KD_FIELD_NULLABLE),
    ENDPOINT("address", kd_server_fact, address, KD_FIELD_NULLABLE),
    STATUS("status", kd_server_fact, status),
    BOOL("authoritative", kd_server_fact, is_authoritative),
    NUMBER_OR_NULL("serial", kd_server_fact, serial, UINT32_MAX),
    STATUS("srv_status", kd_server_fact, srv_status),
    {
        .key = "srv",
        .kind = KD_FIELD_SRV_TEXT,
        AT(kd_server_fact, records),
        .noffset = offsetof(struct kd_server_fact, nrecords),
    },
    NUMBER_OR_NULL("ttl_s", kd_server_fact, ttl_s, UINT32_MAX),
    BOOL("primary", kd_server_fact, is_primary),
    BOOL("listed", kd_server_fact, is_listed),
    NAME("mname", kd_server_fact, mname, KD_FIELD_NULLABLE),
    QUERY("query", kd_server_fact, query),
    STATUS("tcp_status", kd_server_fact, tcp_status),
    QUERY("tcp_query", kd_server_fact, tcp_query),
    NAME("srv_alias", kd_server_fact, srv_alias, KD_FIELD_NULLABLE),
    BOOL("srv_wildcard", kd_server_fact, srv_is_wildcard),
    QUERY("srv_query", kd_server_fact, srv_query),
    ARRAY("records", kd_server_fact, records, nrecords, kd_layout_srv),
};
static const struct kd_server_fact SERVER_DEFAULT = {
    .is_listed = true,
    .status = KD_OUT_SKIPPED,
    .serial = -1,
    .tcp_status = KD_OUT_SKIPPED,
    .srv_status = KD_OUT_SKIPPED,
    .ttl_s = -1,
};
static const struct kd_layout SERVER_LAYOUT =
    LAYOUT(SERVER_FIELD, kd_server_fact, &SERVER_DEFAULT);

static const struct kd_field ZONE_FIELD[] = {
    NAME("name", kd_zone_fact, name, KD_FIELD_NULLABLE),
    NAME("primary", kd_zone_fact, primary, KD_FIELD_NULLABLE),
    NUMBER_OR_NULL("serial", kd_zone_fact, serial, UINT32_MAX),
    NUMBER_OR_NULL("negative_ttl_s", kd_zone_fact, negative_ttl_s, UINT32_MAX),
    ARRAY("servers", kd_zone_fact, server, nserver, SERVER_LAYOUT),
    STATUS("status", kd_zone_fact, status),
    QUERY("query", kd_zone_fact, query),
    STATUS("ns_status", kd_zone_fact, ns_status),
    QUERY("ns_query", kd_zone_fact, ns_query),
    STRINGS("ns", kd_zone_fact, ns, nns),
    STATUS("primary_status", kd_zone_fact, primary_status),
    STATUS("signed_status", kd_zone_fact, signed_status),
    NAME("signed_name", kd_zone_fact, signed_name, KD_FIELD_NULLABLE),
    QUERY("signed_query", kd_zone_fact, signed_query),
};
static const struct kd_zone_fact ZONE_DEFAULT = {
    .status = KD_OUT_NOERROR,
    .serial = -1,
    .negative_ttl_s = -1,
    .ns_status = KD_OUT_SKIPPED,
    .primary_status = KD_OUT_SKIPPED,
    .signed_status = KD_OUT_SKIPPED,
};
const struct kd_layout kd_layout_zone = LAYOUT(ZONE_FIELD, kd_zone_fact, &ZONE_DEFAULT);

static const struct kd_field PROBE_FIELD[] = {
    ENUM("probe", kd_probe_fact, probe, KD_FIELD_REQUIRED, PROBES),
    ENUM("rcode", kd_probe_fact, status, KD_FIELD_REQUIRED, kd_names_outcome),
    NUMBER_OR_NULL("tsig_error", kd_probe_fact, tsig_error, UINT16_MAX),
    NUMBER_OR_NULL("rcode_number", kd_probe_fact, rcode, 4095),
    ENUM("signature", kd_probe_fact, signature, 0, SIGNATURES),
    NUMBER_FROM("skew_s", kd_probe_fact, skew_s, -MAX_SKEW_S, MAX_SKEW_S, KD_SKEW_UNKNOWN),
    QUERY("query", kd_probe_fact, query),
};
static const struct kd_probe_fact PROBE_DEFAULT = {
    .rcode = -1,
    .tsig_error = -1,
    .skew_s = KD_SKEW_UNKNOWN,
};
static const struct kd_layout PROBE_LAYOUT = LAYOUT(PROBE_FIELD, kd_probe_fact, &PROBE_DEFAULT);

static const struct kd_field UPDATE_FIELD[] = {
    TEXT("identity", kd_update_fact, identity, KD_FIELD_REQUIRED | KD_FIELD_IDENTITY),
    ENDPOINT("server", kd_update_fact, server, KD_FIELD_NULLABLE),
    ENUM("verdict", kd_update_fact, right, KD_FIELD_REQUIRED, RIGHTS),
    ARRAY("probes", kd_update_fact, probe, nprobe, PROBE_LAYOUT),
    BOOL("signed", kd_update_fact, is_signed),
    BOOL("weak", kd_update_fact, is_weak),
    NAME("owner", kd_update_fact, owner, KD_FIELD_NULLABLE),
    NAME("zone", kd_update_fact, zone, KD_FIELD_NULLABLE),
    TEXT("version", kd_update_fact, version, KD_FIELD_NULLABLE | KD_FIELD_SENTENCE),
    STRUCT("record", kd_update_fact, record, kd_layout_srv),
    STATUS("seen_status", kd_update_fact, seen_status),
    ARRAY("seen", kd_update_fact, seen, nseen, kd_layout_srv),
};
static const struct kd_update_fact UPDATE_DEFAULT = {
    .is_signed = true,
    .seen_status = KD_OUT_SKIPPED,
};
const struct kd_layout kd_layout_update = LAYOUT(UPDATE_FIELD, kd_update_fact, &UPDATE_DEFAULT);

static bool change_has_negative(const void *object)
{
    const struct kd_change_fact *change = object;

    return change->negative_until_s >= 0;
}

static const struct kd_field CHANGE_FIELD[] = {
    TEXT("action", kd_change_fact, action, KD_FIELD_REQUIRED | KD_FIELD_PLAIN),
    ENUM("state", kd_change_fact, state, KD_FIELD_REQUIRED, CHANGES),
    BOOL("add", kd_change_fact, is_add),
    TEXT("identity", kd_change_fact, identity, KD_FIELD_NULLABLE | KD_FIELD_IDENTITY),
    ENDPOINT("server", kd_change_fact, server, KD_FIELD_NULLABLE),
    NAME("zone", kd_change_fact, zone, KD_FIELD_NULLABLE),
    NAME("owner", kd_change_fact, owner, KD_FIELD_NULLABLE),
    STRUCT("record", kd_change_fact, record, kd_layout_srv),
    ARRAY("before", kd_change_fact, before, nbefore, kd_layout_srv),
    ARRAY("after", kd_change_fact, after, nafter, kd_layout_srv),
    STATUS("after_status", kd_change_fact, after_status),
    TEXT("message", kd_change_fact, message,
         KD_FIELD_NULLABLE | KD_FIELD_SENTENCE | KD_FIELD_LINES),
    STATUS("status", kd_change_fact, status),
    NUMBER_OR_NULL("rcode", kd_change_fact, rcode, 4095),
    NUMBER_OR_NULL("tsig_error", kd_change_fact, tsig_error, UINT16_MAX),
    ENUM("signature", kd_change_fact, signature, 0, SIGNATURES),
    NUMBER_FROM("skew_s", kd_change_fact, skew_s, -MAX_SKEW_S, MAX_SKEW_S, KD_SKEW_UNKNOWN),
    QUERY("query", kd_change_fact, query),
    QUERIES("evidence", kd_change_fact, evidence, nevidence),
    BOOL("followed", kd_change_fact, was_followed),
    STRINGS("lagging", kd_change_fact, lagging, nlagging),
    TEXT("undo_file", kd_change_fact, undo_file, KD_FIELD_NULLABLE | KD_FIELD_PATH),
    {.key = "negative_until",
     .kind = KD_FIELD_TIME,
     .flags = KD_FIELD_NULLABLE,
     AT(kd_change_fact, negative_until_s),
     .is_there = change_has_negative},
    TEXT("problem", kd_change_fact, problem, KD_FIELD_NULLABLE | KD_FIELD_SENTENCE),
};
static const struct kd_change_fact CHANGE_DEFAULT = {
    .is_add = true,
    .after_status = KD_OUT_SKIPPED,
    .status = KD_OUT_SKIPPED,
    .rcode = -1,
    .tsig_error = -1,
    .skew_s = KD_SKEW_UNKNOWN,
    .negative_until_s = -1,
};
const struct kd_layout kd_layout_change = LAYOUT(CHANGE_FIELD, kd_change_fact, &CHANGE_DEFAULT);

static const struct kd_field PTR_FIELD[] = {
    NAME("name", kd_ptr_fact, name, KD_FIELD_NULLABLE),
    STATUS("status", kd_ptr_fact, status),
    QUERY("query", kd_ptr_fact, query),
};
static const struct kd_ptr_fact PTR_DEFAULT = {.status = KD_OUT_SKIPPED};
static const struct kd_layout PTR_LAYOUT = LAYOUT(PTR_FIELD, kd_ptr_fact, &PTR_DEFAULT);

static const struct kd_field HOST_FIELD[] = {
    NAME("name", kd_host_fact, name, KD_FIELD_REQUIRED),
    NUMBER("port", kd_host_fact, port, 0, UINT16_MAX),
    NAME("alias_of", kd_host_fact, alias_of, KD_FIELD_NULLABLE),
    ARRAY("addresses", kd_host_fact, address, naddress, kd_layout_address),
    ARRAY("ptr", kd_host_fact, ptr, nptr, PTR_LAYOUT),
    STATUS("a_status", kd_host_fact, a_status),
    QUERY("a_query", kd_host_fact, a_query),
    STATUS("aaaa_status", kd_host_fact, aaaa_status),
    QUERY("aaaa_query", kd_host_fact, aaaa_query),
};
static const struct kd_host_fact HOST_DEFAULT = {
    .port = KD_KMS_PORT,
    .a_status = KD_OUT_SKIPPED,
    .aaaa_status = KD_OUT_SKIPPED,
};
const struct kd_layout kd_layout_host = LAYOUT(HOST_FIELD, kd_host_fact, &HOST_DEFAULT);
