/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lease_field.c - what the clients call the same things: one table of words, without their
 * case, hyphens, underscores and "new_" before them.
 */
#include "lease_field.h"

#include <string.h>

#include "kmsdns/base/addr.h"
#include "kmsdns/base/clock.h"
#include "kmsdns/base/num.h"

#define MAX_KEY 40
#define BLANK   " \t\r\n,"

typedef void lease_set_fn(struct kd_arena *arena, struct kd_dhcp_offer_fact *offer,
                          const char *value);

struct kd_dhcp_fact *kd_dhcp_of(struct kd_facts *facts)
{
    if (facts->dhcp == NULL) {
        facts->dhcp = kd_arena_alloc(facts->arena, sizeof(*facts->dhcp));
    }
    return facts->dhcp;
}

void kd_dhcp_add_offer(struct kd_facts *facts, const struct kd_dhcp_offer_fact *offer)
{
    struct kd_dhcp_fact *dhcp = kd_dhcp_of(facts);

    dhcp->offer = kd_arena_grow(facts->arena, dhcp->offer, dhcp->noffer, sizeof(*dhcp->offer));
    dhcp->offer[dhcp->noffer] = *offer;
    dhcp->noffer++;
}

void kd_lease_append(struct kd_arena *arena, const char ***list, size_t *n, const char *text,
                     size_t len)
{
    const char **grown = *list;

    if (*n == KD_DHCP_MAX_NAMES || len == 0) {
        return;
    }
    grown = kd_arena_grow(arena, grown, *n, sizeof(*grown));
    grown[*n] = kd_arena_strndup(arena, text, len);
    *list = grown;
    (*n)++;
}

static bool lease_is_blank(char c)
{
    return c == '\0' || strchr(BLANK, c) != NULL;
}

void kd_dhcp_set_domain(struct kd_arena *arena, struct kd_dhcp_offer_fact *offer,
                        const char *text, size_t len)
{
    size_t at = 0;

    /* RFC 2132 2: servers may close texts with a NUL, clients must not mind */
    while (len > 0 && text[len - 1] == '\0') {
        len--;
    }
    offer->domain = NULL;
    offer->ndomain = 0;
    offer->domain_name = NULL;
    while (at < len) {
        size_t end = at;

        while (end < len && !lease_is_blank(text[end])) {
            end++;
        }
        kd_lease_append(arena, &offer->domain, &offer->ndomain, text + at, end - at);
        at = end + 1;
    }
    if (offer->ndomain > 0) {
        offer->domain_name = kd_arena_strndup(arena, text, len);
    }
}

static void lease_set_domain(struct kd_arena *arena, struct kd_dhcp_offer_fact *offer,
                             const char *value)
{
    kd_dhcp_set_domain(arena, offer, value, strlen(value));
}

static void lease_set_search(struct kd_arena *arena, struct kd_dhcp_offer_fact *offer,
                             const char *value)
{
    offer->search = NULL;
    offer->nsearch = 0;
    while (*value != '\0') {
        size_t len = strcspn(value, BLANK);

        kd_lease_append(arena, &offer->search, &offer->nsearch, value, len);
        value += len + (value[len] != '\0' ? 1 : 0);
    }
}

const char *kd_lease_address(struct kd_arena *arena, const char *text, size_t len)
{
    struct kd_addr addr;
    char shown[KD_ADDR_STRLEN];

    if (kd_addr_from_str(kd_arena_strndup(arena, text, len), &addr, NULL) != KD_OK) {
        return NULL;
    }
    return kd_arena_strdup(arena, kd_addr_str(&addr, shown));
}

static void lease_set_dns(struct kd_arena *arena, struct kd_dhcp_offer_fact *offer,
                          const char *value)
{
    offer->dns = NULL;
    offer->ndns = 0;
    while (*value != '\0') {
        size_t len = strcspn(value, BLANK);
        const char *address = kd_lease_address(arena, value, len);

        if (address != NULL) {
            kd_lease_append(arena, &offer->dns, &offer->ndns, address, strlen(address));
        }
        value += len + (value[len] != '\0' ? 1 : 0);
    }
}

static void lease_set_address(struct kd_arena *arena, struct kd_dhcp_offer_fact *offer,
                              const char *value)
{
    offer->address = kd_lease_address(arena, value, strcspn(value, BLANK "/"));
}

static void lease_set_server(struct kd_arena *arena, struct kd_dhcp_offer_fact *offer,
                             const char *value)
{
    offer->server = kd_lease_address(arena, value, strcspn(value, BLANK));
}

static void lease_set_interface(struct kd_arena *arena, struct kd_dhcp_offer_fact *offer,
                                const char *value)
{
    if (value[0] != '\0') {
        offer->interface = kd_arena_strdup(arena, value);
    }
}

/* Reads width digits; -1 if others stand there. */
static int64_t lease_digits(const char *text, size_t width)
{
    int64_t number = 0;

    for (size_t i = 0; i < width; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        number = number * 10 + (text[i] - '0');
    }
    return number;
}

/* Reads "2025/11/20 12:00:00"; false for anything else. */
static bool lease_date(const char *text, int64_t *ret_s)
{
    static const struct {
        size_t width;
        char behind; /* NUL: whatever */
        int64_t min, max;
    } PART[] = {{4, '/', 1970, 9999}, {2, '/', 1, 12}, {2, ' ', 1, 31},
                {2, ':', 0, 23},      {2, ':', 0, 59}, {2, '\0', 0, 60}};
    int64_t part[6] = {0};

    for (size_t i = 0; i < sizeof(PART) / sizeof(PART[0]); i++) {
        part[i] = lease_digits(text, PART[i].width);
        if (part[i] < PART[i].min || part[i] > PART[i].max ||
            (PART[i].behind != '\0' && text[PART[i].width] != PART[i].behind)) {
            return false;
        }
        text += PART[i].width + 1;
    }
    if (!kd_date_s(part[0], part[1], part[2], ret_s)) {
        return false;
    }
    *ret_s += part[3] * 3600 + part[4] * 60 + part[5];
    return true;
}

/* "1535394964", "epoch 1535394964", "4 2025/11/20 12:00:00" */
static void lease_set_expiry(struct kd_arena *arena, struct kd_dhcp_offer_fact *offer,
                             const char *value)
{
    static const char EPOCH[] = "epoch ";
    uint32_t seconds = 0;

    (void)arena;
    if (strncmp(value, EPOCH, sizeof(EPOCH) - 1) == 0) {
        value += sizeof(EPOCH) - 1;
    }
    if (kd_parse_u32(value, 0, UINT32_MAX, &seconds, NULL) == KD_OK) {
        offer->expires_s = seconds;
    } else if (value[0] >= '0' && value[0] <= '6' && value[1] == ' ') {
        (void)lease_date(value + 2, &offer->expires_s);
    }
}

static const struct {
    const char *key;
    lease_set_fn *set;
} LEASE_KEY[] = {
    {"domainname", lease_set_domain},
    {"domainsearch", lease_set_search},
    {"domainsearchlist", lease_set_search},
    {"dns", lease_set_dns},
    {"domainnameservers", lease_set_dns},
    {"address", lease_set_address},
    {"ipaddress", lease_set_address},
    {"fixedaddress", lease_set_address},
    {"serveraddress", lease_set_server},
    {"serveridentifier", lease_set_server},
    {"dhcpserveridentifier", lease_set_server},
    {"interface", lease_set_interface},
    {"interfacename", lease_set_interface},
    {"ifname", lease_set_interface},
    {"expire", lease_set_expiry},
    {"expiry", lease_set_expiry},
};

/* The key without case, hyphens and underscores; false if it is too long to be one of ours. */
static bool lease_plain_key(const char *key, char *out)
{
    static const char NEW[] = "new_";
    size_t n = 0;

    if (strncmp(key, NEW, sizeof(NEW) - 1) == 0) {
        key += sizeof(NEW) - 1;
    }
    for (; *key != '\0'; key++) {
        if (*key == '-' || *key == '_') {
            continue;
        }
        if (n == MAX_KEY) {
            return false;
        }
        out[n++] = *key >= 'A' && *key <= 'Z' ? (char)(*key - 'A' + 'a') : *key;
    }
    out[n] = '\0';
    return true;
}

bool kd_lease_set(struct kd_arena *arena, struct kd_dhcp_offer_fact *offer, const char *key,
                  const char *value)
{
    char plain[MAX_KEY + 1];

    if (!lease_plain_key(key, plain)) {
        return false;
    }
    for (size_t i = 0; i < sizeof(LEASE_KEY) / sizeof(LEASE_KEY[0]); i++) {
        if (strcmp(LEASE_KEY[i].key, plain) == 0) {
            LEASE_KEY[i].set(arena, offer, value);
            return true;
        }
    }
    return false;
}
