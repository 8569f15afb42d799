/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * addr.c - addresses and endpoints: text both ways, socket addresses, which ones are odd.
 */
#include "kmsdns/base/addr.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "kmsdns/base/num.h"

static kd_status addr_fail(const char *text, struct kd_err *err)
{
    return kd_fail(err, KD_ESYNTAX, "addr", "\"%.60s\" is not an IPv4 or IPv6 address", text);
}

/* fe80::1%eth0 or fe80::1%2 */
static bool addr_scope(const char *text, uint32_t *ret)
{
    unsigned int index = if_nametoindex(text);

    if (index != 0) {
        *ret = index;
        return true;
    }
    return kd_parse_u32(text, 1, UINT32_MAX, ret, NULL) == KD_OK;
}

kd_status kd_addr_from_str(const char *text, struct kd_addr *ret, struct kd_err *err)
{
    char plain[INET6_ADDRSTRLEN];
    const char *percent = strchr(text, '%');
    size_t len = percent != NULL ? (size_t)(percent - text) : strlen(text);
    struct kd_addr addr = {0};

    if (len >= sizeof(plain)) {
        return addr_fail(text, err);
    }
    memcpy(plain, text, len);
    plain[len] = '\0';
    if (percent == NULL && inet_pton(AF_INET, plain, addr.bytes) == 1) {
        addr.family = 4;
    } else if (inet_pton(AF_INET6, plain, addr.bytes) == 1) {
        addr.family = 6;
    } else {
        return addr_fail(text, err);
    }
    if (percent != NULL && !addr_scope(percent + 1, &addr.scope)) {
        return kd_fail(err, KD_ESYNTAX, "addr",
                       "\"%.60s\" names no network interface of this machine", text);
    }
    *ret = addr;
    return KD_OK;
}

const char *kd_addr_str(const struct kd_addr *addr, char *out)
{
    size_t len;

    out[0] = '\0';
    if (addr->family != 0) {
        inet_ntop(addr->family == 4 ? AF_INET : AF_INET6, addr->bytes, out, KD_ADDR_STRLEN);
    }
    if (addr->scope != 0) {
        len = strlen(out);
        snprintf(out + len, KD_ADDR_STRLEN - len, "%%%u", (unsigned int)addr->scope);
    }
    return out;
}

/* Cuts text into address and port; *port is NULL when there is none. */
static bool endpoint_split(char *text, char **addr, char **port)
{
    char *colon = NULL;

    *addr = text;
    *port = NULL;
    if (*text == '[') {
        char *close = strchr(text, ']');

        if (close == NULL || (close[1] != '\0' && close[1] != ':')) {
            return false;
        }
        *addr = text + 1;
        *port = close[1] == ':' ? close + 2 : NULL;
        *close = '\0';
        return true;
    }
    colon = strchr(text, '@');
    if (colon == NULL) {
        /* two colons are an IPv6 address without a port */
        colon = strchr(text, ':');
        colon = colon != NULL && strchr(colon + 1, ':') == NULL ? colon : NULL;
    }
    if (colon != NULL) {
        *colon = '\0';
        *port = colon + 1;
    }
    return true;
}

kd_status kd_endpoint_from_str(const char *text, uint16_t default_port, struct kd_endpoint *ret,
                               struct kd_err *err)
{
    char copy[KD_ENDPOINT_STRLEN];
    char *addr = NULL, *port = NULL;
    struct kd_endpoint endpoint = {0};
    uint32_t number = default_port;
    kd_status status;

    if (strlen(text) >= sizeof(copy)) {
        return addr_fail(text, err);
    }
    memcpy(copy, text, strlen(text) + 1);
    if (!endpoint_split(copy, &addr, &port)) {
        return kd_fail(err, KD_ESYNTAX, "addr",
                       "\"%.60s\" is not ADDR, ADDR:PORT or [ADDR6]:PORT", text);
    }
    status = kd_addr_from_str(addr, &endpoint.addr, err);
    if (status != KD_OK) {
        return status;
    }
    if (port != NULL) {
        status = kd_parse_u32(port, 1, 65535, &number, err);
        if (status != KD_OK) {
            kd_err_prefix(err, "port of \"%.60s\"", text);
            return status;
        }
    }
    endpoint.port = (uint16_t)number;
    *ret = endpoint;
    return KD_OK;
}

const char *kd_endpoint_str(const struct kd_endpoint *endpoint, char *out)
{
    char addr[KD_ADDR_STRLEN];

    kd_addr_str(&endpoint->addr, addr);
    snprintf(out, KD_ENDPOINT_STRLEN, endpoint->addr.family == 6 ? "[%s]:%u" : "%s:%u", addr,
             (unsigned int)endpoint->port);
    return out;
}

socklen_t kd_endpoint_sockaddr(const struct kd_endpoint *endpoint, struct sockaddr_storage *ret)
{
    struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons(endpoint->port)};
    struct sockaddr_in6 sin6 = {.sin6_family = AF_INET6, .sin6_port = htons(endpoint->port)};

    memset(ret, 0, sizeof(*ret));
    if (endpoint->addr.family == 4) {
        memcpy(&sin.sin_addr, endpoint->addr.bytes, 4);
        memcpy(ret, &sin, sizeof(sin));
        return sizeof(sin);
    }
    memcpy(&sin6.sin6_addr, endpoint->addr.bytes, 16);
    sin6.sin6_scope_id = endpoint->addr.scope;
    memcpy(ret, &sin6, sizeof(sin6));
    return sizeof(sin6);
}

/* Member by member: the bytes between them can be anything. */
static int addr_compare(const struct kd_addr *a, const struct kd_addr *b)
{
    int order = (int)a->family - (int)b->family;

    if (order == 0) {
        order = memcmp(a->bytes, b->bytes, a->family == 4 ? 4 : sizeof(a->bytes));
    }
    return order != 0 ? order : (a->scope > b->scope) - (a->scope < b->scope);
}

bool kd_addr_equal(const struct kd_addr *a, const struct kd_addr *b)
{
    return addr_compare(a, b) == 0;
}

bool kd_endpoint_equal(const struct kd_endpoint *a, const struct kd_endpoint *b)
{
    return kd_endpoint_compare(a, b) == 0;
}

int kd_endpoint_compare(const struct kd_endpoint *a, const struct kd_endpoint *b)
{
    int order = addr_compare(&a->addr, &b->addr);

    return order != 0 ? order : (int)a->port - (int)b->port;
}

/* Special-purpose blocks of RFC 6890 that no client elsewhere can reach. */
static const struct {
    uint8_t family, prefix_len;
    uint8_t prefix[16];
    const char *oddity;
} ODD_BLOCK[] = {
    {4, 8, {127}, "loopback"},
    {4, 16, {169, 254}, "link-local"},
    {4, 8, {0}, "unspecified"},
    {4, 4, {224}, "multicast"},
    {4, 32, {255, 255, 255, 255}, "broadcast"},
    {6, 128, {[15] = 1}, "loopback"},
    {6, 128, {0}, "unspecified"},
    {6, 10, {0xFE, 0x80}, "link-local"},
    {6, 8, {0xFF}, "multicast"},
    {6, 104, {[10] = 0xFF, [11] = 0xFF, [12] = 127}, "loopback"},
};

static bool addr_in_block(const struct kd_addr *addr, const uint8_t *prefix, unsigned int len)
{
    unsigned int whole = len / 8, rest = len % 8;

    if (memcmp(addr->bytes, prefix, whole) != 0) {
        return false;
    }
    return rest == 0 || (addr->bytes[whole] ^ prefix[whole]) >> (8 - rest) == 0;
}

const char *kd_addr_oddity(const struct kd_addr *addr)
{
    for (size_t i = 0; i < sizeof(ODD_BLOCK) / sizeof(ODD_BLOCK[0]); i++) {
        if (ODD_BLOCK[i].family == addr->family &&
            addr_in_block(addr, ODD_BLOCK[i].prefix, ODD_BLOCK[i].prefix_len)) {
            return ODD_BLOCK[i].oddity;
        }
    }
    return NULL;
}
