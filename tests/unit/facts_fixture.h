/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * facts_fixture.h - facts in which every member differs from its default, and the ways between
 * facts, documents and text that the tests of both floors need.
 */
#ifndef KMSDNS_TESTS_UNIT_FACTS_FIXTURE_H
#define KMSDNS_TESTS_UNIT_FACTS_FIXTURE_H

#include <cmocka.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "kmsdns/base/buf.h"
#include "kmsdns/facts/facts.h"
#include "kmsdns/facts/json.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Every member differs from its default. */
static struct kd_query_fact QUERIES[] = {
    {
        .n = 1,
        .server = {{4, {192, 0, 2, 53}, 0}, 53},
        .transport = KD_TRANSPORT_TCP,
        .opcode = "UPDATE",
        .name = "_vlmcs._tcp.corp.example.",
        .type = "SRV",
        .status = KD_OUT_NOERROR,
        .rcode = 16,
        .tsig_error = 17,
        .tries = 3,
        .duration_us = 300,
        .is_authoritative = true,
        .has_edns = true,
        .note = "EDNS left out after FORMERR",
    },
    {
        .n = 2,
        .server = {{6, {0x20, 0x01, 0x0d, 0xb8, [15] = 1}, 0}, 5353},
        .opcode = "QUERY",
        .name = "a\\032b.corp.example.",
        .type = "A",
        .status = KD_OUT_TIMEOUT,
        .rcode = -1,
        .tsig_error = -1,
        .tries = 2,
        .duration_us = 1500001,
    },
};
static struct kd_resolver_fact RESOLVERS[] = {
    {{{4, {192, 0, 2, 53}, 0}, 53}, "/etc/resolv.conf", KD_OUT_NXDOMAIN, 2},
    {{{6, {0x20, 0x01, 0x0d, 0xb8, [15] = 1}, 0}, 5353}, "--resolver", KD_OUT_TIMEOUT, 1},
};
static struct kd_reject_fact REJECTS[] = {
    {"bad name\033[2J", KD_SOURCE_PUBLISH_LIST | KD_SOURCE_DHCP_15, "it has a blank in it"},
};
static struct kd_srv RECORDS[] = {
    {0, 10, 1688, "kms01.corp.example.", 3600},
    {10, 0, 1689, "kms02.corp.example.", 3601},
};
static struct kd_alias ALIASES[] = {
    {"_vlmcs._tcp.corp.example.", "_vlmcs._tcp.other.example.", false, 300},
    {"corp.example.", "other.example.", true, 301},
};
static struct kd_view_fact VIEWS[] = {
    {
        .resolver = 1,
        .status = KD_OUT_TIMEOUT,
        .ttl_s = -1,
        .tcp_status = KD_OUT_SKIPPED,
        .apex_status = KD_OUT_TIMEOUT,
        .negative_ttl_s = -1,
        .wildcard_status = KD_OUT_SKIPPED,
        .random_status = KD_OUT_SKIPPED,
    },
    {
        .resolver = 0,
        .status = KD_OUT_NOERROR,
        .is_authoritative = true,
        .ttl_s = 3600,
        .records = RECORDS,
        .nrecords = COUNT(RECORDS),
        .alias = ALIASES,
        .nalias = COUNT(ALIASES),
        .is_truncated = true,
        .tcp_status = KD_OUT_CONN_REFUSED,
        .query = 1,
        .apex_status = KD_OUT_NODATA,
        .apex_query = 2,
        .soa_zone = "example.",
        .negative_ttl_s = 300,
        .wildcard_status = KD_OUT_NXDOMAIN,
        .wildcard_matches = true,
        .wildcard_query = 1,
        .random_status = KD_OUT_SERVFAIL,
        .random_query = 2,
    },
};
static struct kd_sibling_fact SIBLINGS[] = {
    {"_kms._tcp.corp.example.", KD_OUT_NOERROR, RECORDS, 1, 2},
};
static struct kd_address_fact ADDRESSES[] = {
    {{4, {192, 0, 2, 21}, 0}, KD_REACH_OPEN, 400},
    {{6, {0xfe, 0x80, [15] = 2}, 1}, KD_REACH_REFUSED, 0},
};
static struct kd_target_fact TARGET = {
    .name = "kms01.corp.example.",
    .port = 1690,
    .status = KD_OUT_NOERROR,
    .alias_of = "real.corp.example.",
    .address = ADDRESSES,
    .naddress = COUNT(ADDRESSES),
    .a_status = KD_OUT_NOERROR,
    .aaaa_status = KD_OUT_NODATA,
    .a_query = 1,
    .aaaa_query = 2,
};
static struct kd_target_fact *TARGETS[] = {&TARGET};
static const char *NS[] = {"ns1.corp.example.", "ns2.corp.example."};
static struct kd_server_fact SERVERS[] = {
    {
        .name = "ns1.corp.example.",
        .address = {{4, {192, 0, 2, 53}, 0}, 53},
        .is_primary = true,
        .is_listed = false,
        .status = KD_OUT_NOERROR,
        .is_authoritative = true,
        .serial = UINT32_MAX,
        .mname = "ns0.corp.example.",
        .query = 1,
        .tcp_status = KD_OUT_CONN_REFUSED,
        .tcp_query = 2,
        .srv_status = KD_OUT_NOERROR,
        .ttl_s = 3600,
        .records = RECORDS,
        .nrecords = COUNT(RECORDS),
        .srv_alias = "other.example.",
        .srv_query = 1,
    },
    {
        .is_listed = true,
        .status = KD_OUT_TIMEOUT,
        .serial = -1,
        .tcp_status = KD_OUT_SKIPPED,
        .srv_status = KD_OUT_SKIPPED,
        .ttl_s = -1,
    },
};
static struct kd_zone_fact ZONE = {
    .status = KD_OUT_NODATA,
    .name = "corp.example.",
    .primary = "ns1.corp.example.",
    .serial = 17,
    .negative_ttl_s = 300,
    .query = 1,
    .ns_status = KD_OUT_NOERROR,
    .ns_query = 2,
    .ns = NS,
    .nns = COUNT(NS),
    .primary_status = KD_OUT_NXDOMAIN,
    .server = SERVERS,
    .nserver = COUNT(SERVERS),
    .signed_status = KD_OUT_NOTAUTH,
    .signed_name = "example.",
    .signed_query = 2,
};
static struct kd_probe_fact PROBES[] = {
    {KD_PROBE_CONTROL_UNSIGNED, KD_OUT_NOTAUTH, 9, 18, KD_REPLY_SIGNATURE_BAD, -301, 2},
    {KD_PROBE_IDENTICAL_ADD, KD_OUT_TIMEOUT, -1, -1, KD_REPLY_SIGNATURE_NONE, KD_SKEW_UNKNOWN,
     0},
};
static struct kd_update_fact UPDATES[] = {
    {
        .identity = "tsig:kms-key.",
        .is_signed = false,
        .is_weak = true,
        .server = {{4, {192, 0, 2, 53}, 0}, 53},
        .owner = "_vlmcs._tcp.corp.example.",
        .zone = "corp.example.",
        .version = "9.18.28",
        .seen_status = KD_OUT_NOERROR,
        .seen = RECORDS,
        .nseen = 1,
        .record = &RECORDS[1],
        .right = KD_RIGHT_PROBABLE,
        .probe = PROBES,
        .nprobe = COUNT(PROBES),
    },
    {.identity = "none", .is_signed = true, .right = KD_RIGHT_UNREACHABLE},
};
static struct kd_ptr_fact PTRS[] = {
    {"kms01.corp.example.", KD_OUT_NOERROR, 1},
    {NULL, KD_OUT_NXDOMAIN, 2},
};
static struct kd_host_fact HOST = {
    .name = "kms02.corp.example.",
    .port = 1689,
    .a_status = KD_OUT_NOERROR,
    .aaaa_status = KD_OUT_NODATA,
    .a_query = 1,
    .aaaa_query = 2,
    .alias_of = "vm7.corp.example.",
    .address = ADDRESSES,
    .naddress = COUNT(ADDRESSES),
    .ptr = PTRS,
    .nptr = COUNT(PTRS),
};
static uint32_t CHANGE_EVIDENCE[] = {2, 1};
static const char *LAGGING[] = {"ns2.corp.example."};
static struct kd_change_fact CHANGE = {
    .action = "unpublish",
    .is_add = false,
    .state = KD_CHANGE_RACE,
    .identity = "tsig:kms-key.",
    .server = {{4, {192, 0, 2, 53}, 0}, 53},
    .zone = "corp.example.",
    .owner = "_vlmcs._tcp.corp.example.",
    .record = &RECORDS[0],
    .before = RECORDS,
    .nbefore = COUNT(RECORDS),
    .after = RECORDS,
    .nafter = 1,
    .after_status = KD_OUT_NOERROR,
    .message = ";; opcode: UPDATE",
    .status = KD_OUT_NXRRSET,
    .rcode = 8,
    .tsig_error = 0,
    .signature = KD_REPLY_SIGNATURE_GOOD,
    .skew_s = 7,
    .query = 1,
    .evidence = CHANGE_EVIDENCE,
    .nevidence = COUNT(CHANGE_EVIDENCE),
    .lagging = LAGGING,
    .nlagging = COUNT(LAGGING),
    .was_followed = true,
    .undo_file = "undo.json",
    .negative_until_s = 1795154712,
    .problem = "nobody could be asked",
};
static struct kd_domain_fact DOMAINS[] = {
    {
        .name = "xn--mnchen-3ya.example.",
        .unicode = "m\303\274nchen.example.",
        .sources = (1U << KD_SOURCE_COUNT) - 1,
        .has_publish = true,
        .publish_priority = 10,
        .publish_weight = 20,
        .view = VIEWS,
        .nview = COUNT(VIEWS),
        .sibling = SIBLINGS,
        .nsibling = COUNT(SIBLINGS),
        .target = TARGETS,
        .ntarget = COUNT(TARGETS),
        .zone = &ZONE,
        .update = UPDATES,
        .nupdate = COUNT(UPDATES),
        .change = &CHANGE,
    },
};
static const char *WAITING[] = {"discover/corp.example./SRV 1 running"};

static inline struct kd_facts *full_facts(struct kd_arena *arena)
{
    struct kd_facts *facts = kd_facts_new(arena);

    *facts = (struct kd_facts){
        .arena = arena,
        .tool_version = "9.8.7",
        .command = "discover",
        .vantage = "jump01.corp.example.",
        .service = "_ldap._tcp",
        .started_s = 1795154412,
        .duration_us = 214001,
        .client = KD_CLIENT_WORKGROUP,
        .seed = UINT64_MAX,
        .tcp_was_tried = false,
        .is_anonymized = true,
        .code = 0x80072338,
        .event = 12293,
        .cut = KD_CUT_SIGNAL,
        .waiting = WAITING,
        .nwaiting = COUNT(WAITING),
        .resolver = RESOLVERS,
        .nresolver = COUNT(RESOLVERS),
        .reject = REJECTS,
        .nreject = COUNT(REJECTS),
        .domain = DOMAINS,
        .ndomain = COUNT(DOMAINS),
        .host = &HOST,
        .query = QUERIES,
        .nquery = COUNT(QUERIES),
    };
    return facts;
}

static inline char *facts_text(const struct kd_facts *facts)
{
    struct kd_buf buf = {0};
    json_t *doc = kd_facts_to_json(facts);

    kd_json_dump(doc, &buf);
    json_decref(doc);
    return buf.data;
}

static inline json_t *load(const char *text)
{
    json_error_t error;
    json_t *doc = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);

    if (doc == NULL) {
        print_error("%s: %s\n", text, error.text);
    }
    assert_non_null(doc);
    return doc;
}

/* 'x' for "x": readable documents in C. */
static inline json_t *load_quoted(const char *text)
{
    struct kd_buf buf = {0};
    json_t *doc = NULL;

    for (const char *p = text; *p != '\0'; p++) {
        kd_buf_add(&buf, *p == '\'' ? "\"" : p, 1);
    }
    doc = load(kd_buf_str(&buf));
    kd_buf_done(&buf);
    return doc;
}

#endif
