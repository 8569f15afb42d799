/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * zone_fixture.h - a zone whose servers differ in every way, rights, probes and hosts, as the tests
 * of the text renderer draw them.
 */
#ifndef KMSDNS_TESTS_UNIT_ZONE_FIXTURE_H
#define KMSDNS_TESTS_UNIT_ZONE_FIXTURE_H

#include "kmsdns/facts/facts.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ADDR4(last)               \
    {                             \
        4, {192, 0, 2, (last)}, 0 \
    }
#define AT(last)        \
    {                   \
        ADDR4(last), 53 \
    }

static const char HOSTILE[] = "a\033[2J\r\n\t\x7f\x9b"
                              "31m\xe2\x80\xaeuh\xff";

static struct kd_srv OLD[] = {
    {0, 0, 1688, "kms01.corp.example.", 3600},
    {10, 0, 1689, "kms03.corp.example.", 300},
    {20, 0, 1688, "kms04.corp.example.", 300},
};
static struct kd_srv NEW = {5, 0, 1688, "kms02.corp.example.", 3600};
static struct kd_srv BOTH[] = {
    {0, 0, 1688, "kms01.corp.example.", 3600},
    {5, 0, 1688, "kms02.corp.example.", 3600},
};

/* One server for each way in which it can differ from the first. */
static struct kd_server_fact SERVERS[] = {
    {
        .name = "ns1.corp.example.",
        .address = AT(53),
        .is_primary = true,
        .is_listed = true,
        .is_authoritative = true,
        .serial = 3,
        .ttl_s = 3600,
        .records = OLD,
        .nrecords = 3,
    },
    {
        .name = "ns2.corp.example.",
        .address = {{6, {0x20, 0x01, 0x0d, 0xb8, [15] = 0x53}, 0}, 5353},
        .is_listed = true,
        .is_authoritative = true,
        .serial = 4294967290, /* older than 3: RFC 1982 */
        .tcp_status = KD_OUT_CONN_REFUSED,
        .ttl_s = 300,
        .records = OLD,
        .nrecords = 1,
    },
    {
        .name = "ns3.corp.example.",
        .address = AT(55),
        .is_listed = true,
        .status = KD_OUT_REFUSED,
        .serial = -1,
        .tcp_status = KD_OUT_REFUSED,
        .srv_status = KD_OUT_SKIPPED,
        .ttl_s = -1,
    },
    {
        .name = "ns4.corp.example.",
        .address = AT(56),
        .is_listed = true,
        .status = KD_OUT_TIMEOUT,
        .serial = -1,
        .tcp_status = KD_OUT_SKIPPED,
        .srv_status = KD_OUT_SKIPPED,
        .ttl_s = -1,
    },
    {
        .name = "ns5.corp.example.",
        .is_authoritative = true,
        .address = AT(57),
        .serial = 3,
        .srv_status = KD_OUT_NXDOMAIN,
        .srv_alias = "_vlmcs._tcp.other.example.",
        .ttl_s = -1,
    },
    {
        .name = "ns6.corp.example.",
        .is_listed = true,
        .status = KD_OUT_SKIPPED,
        .serial = -1,
        .tcp_status = KD_OUT_SKIPPED,
        .srv_status = KD_OUT_SKIPPED,
        .ttl_s = -1,
    },
};
static struct kd_zone_fact ZONE = {
    .name = "corp.example.",
    .primary = "ns1.corp.example.",
    .serial = 4294967295,
    .negative_ttl_s = 300,
    .server = SERVERS,
    .nserver = COUNT(SERVERS),
    .signed_status = KD_OUT_NOERROR,
    .signed_name = "example.",
};
static struct kd_zone_fact ZONE_SMALL = {
    .name = "lan.example.",
    .primary = "gone.lan.example.",
    .serial = -1,
    .negative_ttl_s = 86400,
    .ns_status = KD_OUT_SERVFAIL,
    .primary_status = KD_OUT_NXDOMAIN,
    .signed_status = KD_OUT_NOTAUTH,
};
static struct kd_zone_fact ZONE_NONE = {
    .status = KD_OUT_NXDOMAIN,
    .serial = -1,
    .negative_ttl_s = -1,
    .signed_status = KD_OUT_SKIPPED,
};

static struct kd_probe_fact PROBES_REFUSED[] = {
    {KD_PROBE_TARGET, KD_OUT_REFUSED, 5, 0, KD_REPLY_SIGNATURE_GOOD, KD_SKEW_UNKNOWN, 1},
    {KD_PROBE_CONTROL_UNSIGNED, KD_OUT_TIMEOUT, -1, -1, KD_REPLY_SIGNATURE_NONE,
     KD_SKEW_UNKNOWN, 2},
    {KD_PROBE_CONTROL_OTHER_NAME, KD_OUT_NOTAUTH, 9, 18, KD_REPLY_SIGNATURE_UNSIGNED, -301, 3},
    {KD_PROBE_EMPTY_SIGNED, KD_OUT_NOTAUTH, 9, 4095, KD_REPLY_SIGNATURE_BAD, KD_SKEW_UNKNOWN,
     0},
};
static struct kd_update_fact UPDATES[] = {
    {
        .identity = "tsig:kms-key.",
        .is_signed = true,
        .server = AT(53),
        .owner = "_vlmcs._tcp.corp.example.",
        .version = "9.18.28-1~deb12u2-Debian",
        .record = &NEW,
        .right = KD_RIGHT_REFUSED,
        .probe = PROBES_REFUSED,
        .nprobe = COUNT(PROBES_REFUSED),
    },
    {.identity = "none", .server = AT(54), .right = KD_RIGHT_UNREACHABLE},
};
static struct kd_update_fact ALLOWED = {
    .identity = "tsig:kms-key.",
    .server = AT(53),
    .right = KD_RIGHT_ALLOWED,
};
static struct kd_update_fact PROBABLE = {
    .identity = "tsig:kms-key.",
    .server = AT(53),
    .right = KD_RIGHT_PROBABLE,
};
static struct kd_address_fact ADDRESSES[] = {
    {ADDR4(22), KD_REACH_OPEN, 412},
    {{6, {0x20, 0x01, 0x0d, 0xb8, [15] = 0x22}, 0}, KD_REACH_REFUSED, 0},
    {ADDR4(23), KD_REACH_TIMEOUT, 0},
};
static struct kd_ptr_fact PTRS[] = {
    {"kms02.corp.example.", KD_OUT_NOERROR, 1},
    {"old.corp.example.", KD_OUT_NOERROR, 2},
    {NULL, KD_OUT_NXDOMAIN, 3},
};
static struct kd_host_fact HOST = {
    .name = "kms02.corp.example.",
    .port = 1688,
    .alias_of = "vm7.corp.example.",
    .address = ADDRESSES,
    .naddress = COUNT(ADDRESSES),
    .ptr = PTRS,
    .nptr = COUNT(PTRS),
};
static struct kd_host_fact HOST_BARE = {.name = "kms09.corp.example.",
                                        .port = 11688,
                                        .a_status = KD_OUT_NODATA,
                                        .aaaa_status = KD_OUT_TIMEOUT};

static const char MESSAGE[] = ";; opcode: UPDATE; ZONE: 1, PREREQUISITE: 1, UPDATE: 1\n\n"
                              ";; ZONE SECTION:\n;corp.example.\tIN\tSOA\n\n"
                              ";; UPDATE SECTION:\n_vlmcs._tcp.corp.example.\t3600\tIN\tSRV\t"
                              "5 0 1688 kms02.corp.example.\t; add this record\n";

static uint32_t EVIDENCE[] = {2, 99, 3};
static const char *LAGGING[] = {"ns3.corp.example.", "ns4.corp.example."};

#endif
