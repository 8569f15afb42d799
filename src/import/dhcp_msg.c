/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp_msg.c - options of a DHCP answer:
 *
 *   1. the options field, up to its end mark
 *   2. the file and sname fields, if option 52 says that they hold options (RFC 2132 9.3)
 *   3. pieces of one option joined in that order (RFC 3396 7), then read
 *
 * The first thing that is wrong is told; reading goes on with what is left.
 */
#include "kmsdns/import/dhcp_msg.h"

#include <string.h>

#include "kmsdns/base/buf.h"
#include "kmsdns/dns/name.h"
#include "kmsdns/import/lease.h"

/* RFC 2131 2 */
#define AT_CIADDR  ((size_t)12)
#define AT_SNAME   ((size_t)44)
#define AT_FILE    ((size_t)108)
#define AT_COOKIE  ((size_t)236)
#define AT_OPTIONS ((size_t)240)

#define OPTION_PAD      0
#define OPTION_DNS      6
#define OPTION_DOMAIN   15
#define OPTION_OVERLOAD 52
#define OPTION_TYPE     53
#define OPTION_SERVER   54
#define OPTION_SEARCH   119
#define OPTION_END      255

#define BOOTREPLY 2
#define DHCPACK   5

struct dhcp_msg {
    struct kd_arena *arena;
    struct kd_dhcp_offer_fact *offer;
    struct kd_buf option[256]; /* joined, by code */
};

static void msg_malformed(struct dhcp_msg *msg, const char *text)
{
    if (msg->offer->malformed == NULL) {
        msg->offer->malformed = text;
    }
}

/* Takes the options of one field. */
static void msg_take_field(struct dhcp_msg *msg, const uint8_t *at, size_t len)
{
    size_t i = 0;

    while (i < len && at[i] != OPTION_END) {
        uint8_t code = at[i];
        size_t size;

        i++;
        if (code == OPTION_PAD) {
            continue;
        }
        if (i == len) {
            msg_malformed(msg, kd_arena_printf(msg->arena, "option %u has no length", code));
            return;
        }
        size = at[i];
        i++;
        if (size > len - i) {
            msg_malformed(msg,
                          kd_arena_printf(msg->arena,
                                          "option %u says it has %zu bytes, but %zu are left",
                                          code, size, len - i));
            return;
        }
        kd_buf_add(&msg->option[code], (const char *)at + i, size);
        i += size;
    }
}

/* The overloaded fields; their own option 52 means nothing. */
static void msg_take_overload(struct dhcp_msg *msg, const uint8_t *bytes)
{
    const struct kd_buf *overload = &msg->option[OPTION_OVERLOAD];
    unsigned int which;

    if (overload->len == 0) {
        return;
    }
    which = (unsigned char)overload->data[0];
    if (overload->len != 1 || which < 1 || which > 3) {
        msg_malformed(msg, "option 52 is none of 1, 2 and 3");
        return;
    }
    if ((which & 1) != 0) {
        msg_take_field(msg, bytes + AT_FILE, AT_COOKIE - AT_FILE);
    }
    if ((which & 2) != 0) {
        msg_take_field(msg, bytes + AT_SNAME, AT_FILE - AT_SNAME);
    }
}

static const char *msg_address(struct kd_arena *arena, const char *bytes)
{
    struct kd_addr addr = {.family = 4};
    char text[KD_ADDR_STRLEN];

    memcpy(addr.bytes, bytes, 4);
    return kd_arena_strdup(arena, kd_addr_str(&addr, text));
}

static void msg_add_name(struct kd_arena *arena, const char ***list, size_t *n,
                         const char *name)
{
    const char **grown = *list;

    if (*n < KD_DHCP_MAX_NAMES) {
        grown = kd_arena_grow(arena, grown, *n, sizeof(*grown));
        grown[*n] = name;
        *list = grown;
        (*n)++;
    }
}

static void msg_read_dns(struct dhcp_msg *msg)
{
    const struct kd_buf *option = &msg->option[OPTION_DNS];

    if (option->len % 4 != 0) {
        msg_malformed(msg, "option 6 is no list of IPv4 addresses");
    }
    for (size_t i = 0; i + 4 <= option->len; i += 4) {
        msg_add_name(msg->arena, &msg->offer->dns, &msg->offer->ndns,
                     msg_address(msg->arena, option->data + i));
    }
}

/* A name of option 119 being read. */
struct msg_walk {
    size_t from;   /* the next label */
    size_t lowest; /* every pointer must point below it */
    size_t after;  /* where the next name begins; 0 before the first pointer */
};

/* RFC 3397 2: pointers count from the beginning of the joined option, and point backwards. */
static bool msg_jump(struct dhcp_msg *msg, const uint8_t *data, struct msg_walk *walk)
{
    size_t to = (size_t)(data[walk->from] & 0x3F) << 8 | data[walk->from + 1];

    if (to >= walk->lowest) {
        msg_malformed(msg,
                      "option 119 has a compression pointer that does not point backwards");
        return false;
    }
    walk->after = walk->after != 0 ? walk->after : walk->from + 2;
    walk->from = walk->lowest = to;
    return true;
}

/* One name at *at, uncompressed into wire; its length, or 0 with what is wrong told. */
static size_t msg_read_name(struct dhcp_msg *msg, const struct kd_buf *option, size_t *at,
                            uint8_t *wire)
{
    const uint8_t *data = (const uint8_t *)option->data;
    struct msg_walk walk = {.from = *at, .lowest = *at};
    size_t n = 0, len = 1;

    while (walk.from < option->len && len > 0) {
        bool is_pointer = data[walk.from] >= 0xC0 && walk.from + 1 < option->len;

        if (is_pointer && !msg_jump(msg, data, &walk)) {
            return 0;
        }
        if (is_pointer) {
            continue;
        }
        len = data[walk.from];
        if (len > 63 || len + 1 > option->len - walk.from || n + len + 1 > KD_NAME_MAX_WIRE) {
            break;
        }
        memcpy(wire + n, data + walk.from, len + 1);
        n += len + 1;
        walk.from += len + 1;
    }
    if (len > 0) {
        msg_malformed(msg, "option 119 is no list of domain names");
        return 0;
    }
    *at = walk.after != 0 ? walk.after : walk.from;
    return n;
}

static void msg_read_search(struct dhcp_msg *msg)
{
    const struct kd_buf *option = &msg->option[OPTION_SEARCH];
    uint8_t wire[KD_NAME_MAX_WIRE];
    size_t at = 0, len = 1;

    while (at < option->len && len > 0) {
        const char *name = NULL;

        len = msg_read_name(msg, option, &at, wire);
        name = len > 0 ? kd_name_from_wire(msg->arena, wire, len) : NULL;
        if (name != NULL) {
            msg_add_name(msg->arena, &msg->offer->search, &msg->offer->nsearch, name);
        }
    }
}

static void msg_read_options(struct dhcp_msg *msg)
{
    const struct kd_buf *server = &msg->option[OPTION_SERVER];
    const struct kd_buf *domain = &msg->option[OPTION_DOMAIN];

    if (server->len == 4) {
        msg->offer->server = msg_address(msg->arena, server->data);
    } else if (server->len != 0) {
        msg_malformed(msg, "option 54 is no IPv4 address");
    }
    if (domain->data != NULL) {
        kd_dhcp_set_domain(msg->arena, msg->offer, domain->data, domain->len);
        if (msg->offer->domain_name == NULL) {
            msg_malformed(msg, "option 15 is empty");
        }
    }
    msg_read_dns(msg);
    msg_read_search(msg);
}

bool kd_dhcp_msg_parse(struct kd_arena *arena, const uint8_t *bytes, size_t len,
                       struct kd_dhcp_offer_fact *ret)
{
    static const uint8_t COOKIE[4] = {99, 130, 83, 99}; /* RFC 2131 3 */
    static const uint8_t NOBODY[4] = {0, 0, 0, 0};
    struct dhcp_msg msg = {.arena = arena, .offer = ret};
    const struct kd_buf *type = &msg.option[OPTION_TYPE];
    bool is_ack;

    if (len < AT_OPTIONS || bytes[0] != BOOTREPLY ||
        memcmp(bytes + AT_COOKIE, COOKIE, sizeof(COOKIE)) != 0) {
        return false;
    }
    *ret = (struct kd_dhcp_offer_fact){
        .origin = KD_DHCP_ORIGIN_INFORM, .format = "DHCPACK", .expires_s = -1};
    msg_take_field(&msg, bytes + AT_OPTIONS, len - AT_OPTIONS);
    msg_take_overload(&msg, bytes);
    is_ack = type->len == 1 && type->data[0] == DHCPACK;
    if (is_ack) {
        msg_read_options(&msg);
        if (memcmp(bytes + AT_CIADDR, NOBODY, sizeof(NOBODY)) != 0) {
            ret->address = msg_address(arena, (const char *)bytes + AT_CIADDR);
        }
    }
    for (size_t i = 0; i < sizeof(msg.option) / sizeof(msg.option[0]); i++) {
        kd_buf_done(&msg.option[i]);
    }
    return is_ack;
}
