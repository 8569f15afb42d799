/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fields_dhcp.c - tables of the report's "evidence.dhcp".
 */
#include "kmsdns/facts/dhcp.h"

#include "kmsdns/facts/facts.h"
#include "rows.h"

NAME_FUNCTION(dhcp_origin, kd_dhcp_origin)

static const struct kd_field_names ORIGINS = {fields_dhcp_origin, KD_DHCP_ORIGIN_COUNT,
                                              "one of" KD_DHCP_ORIGIN_MAP(WORD)};

static bool offer_expires(const void *object)
{
    const struct kd_dhcp_offer_fact *offer = object;

    return offer->expires_s >= 0;
}

static const struct kd_field OFFER_FIELD[] = {
    ENUM("origin", kd_dhcp_offer_fact, origin, 0, ORIGINS),
    TEXT("source", kd_dhcp_offer_fact, source, KD_FIELD_PATH),
    TEXT("format", kd_dhcp_offer_fact, format, KD_FIELD_NULLABLE | KD_FIELD_PLAIN),
    TEXT("interface", kd_dhcp_offer_fact, interface, KD_FIELD_NULLABLE | KD_FIELD_PLAIN),
    TEXT("server", kd_dhcp_offer_fact, server, KD_FIELD_NULLABLE),
    TEXT("address", kd_dhcp_offer_fact, address, KD_FIELD_NULLABLE),
    TEXT("domain_name", kd_dhcp_offer_fact, domain_name, KD_FIELD_NULLABLE),
    STRINGS("domains", kd_dhcp_offer_fact, domain, ndomain),
    STRINGS("search_list", kd_dhcp_offer_fact, search, nsearch),
    STRINGS("dns_servers", kd_dhcp_offer_fact, dns, ndns),
    {
        .key = "expires",
        .kind = KD_FIELD_TIME,
        .flags = KD_FIELD_NULLABLE,
        AT(kd_dhcp_offer_fact, expires_s),
        .is_there = offer_expires,
    },
    TEXT("malformed", kd_dhcp_offer_fact, malformed, KD_FIELD_NULLABLE | KD_FIELD_SENTENCE),
};
static const struct kd_dhcp_offer_fact OFFER_DEFAULT = {.source = "dhcp", .expires_s = -1};
static const struct kd_layout OFFER_LAYOUT =
    LAYOUT(OFFER_FIELD, kd_dhcp_offer_fact, &OFFER_DEFAULT);

static const struct kd_field ADAPTER_FIELD[] = {
    TEXT("name", kd_adapter_fact, name, KD_FIELD_REQUIRED),
    TEXT("suffix", kd_adapter_fact, suffix, KD_FIELD_NULLABLE),
    STRINGS("search_list", kd_adapter_fact, search, nsearch),
    STRINGS("dns_servers", kd_adapter_fact, dns, ndns),
    BOOL("dhcp", kd_adapter_fact, is_dhcp),
};
static const struct kd_adapter_fact ADAPTER_DEFAULT = {.name = ""};
static const struct kd_layout ADAPTER_LAYOUT =
    LAYOUT(ADAPTER_FIELD, kd_adapter_fact, &ADAPTER_DEFAULT);

static const struct kd_field COMPUTER_FIELD[] = {
    TEXT("file", kd_computer_fact, file, KD_FIELD_PATH),
    TEXT("host_name", kd_computer_fact, host_name, KD_FIELD_NULLABLE),
    TEXT("primary_suffix", kd_computer_fact, primary_suffix, KD_FIELD_NULLABLE),
    STRINGS("search_list", kd_computer_fact, search, nsearch),
    ARRAY("adapters", kd_computer_fact, adapter, nadapter, ADAPTER_LAYOUT),
};
static const struct kd_computer_fact COMPUTER_DEFAULT = {.file = "ipconfig"};
static const struct kd_layout COMPUTER_LAYOUT =
    LAYOUT(COMPUTER_FIELD, kd_computer_fact, &COMPUTER_DEFAULT);

static const struct kd_field DHCP_FIELD[] = {
    ARRAY("offers", kd_dhcp_fact, offer, noffer, OFFER_LAYOUT),
    TEXT("interface", kd_dhcp_fact, interface, KD_FIELD_NULLABLE | KD_FIELD_PLAIN),
    DURATION("waited_s", kd_dhcp_fact, waited_us),
    NUMBER("foreign", kd_dhcp_fact, nforeign, 0, UINT32_MAX),
    ARRAY("computers", kd_dhcp_fact, computer, ncomputer, COMPUTER_LAYOUT),
};
static const struct kd_dhcp_fact DHCP_DEFAULT = {.noffer = 0};
const struct kd_layout kd_layout_dhcp = LAYOUT(DHCP_FIELD, kd_dhcp_fact, &DHCP_DEFAULT);
