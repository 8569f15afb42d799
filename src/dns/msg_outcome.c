/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * msg_outcome.c - what a reply means for its question: the aliases from the name asked for to
 * the records that answer, and how it ended. Bytes become records in msg.c.
 */
#include "kmsdns/dns/msg.h"

#include <string.h>

#include "kmsdns/dns/name.h"

#define MAX_LINKS 16

/* The chain while it is followed. */
struct msg_walk {
    struct kd_arena *arena;
    const struct kd_msg *msg;
    struct kd_alias *chain;
    size_t nchain;
    const char *name; /* where the chain has come to */
};

static const struct kd_rr *msg_find(const struct kd_rr *rr, size_t n, const char *owner,
                                    uint16_t type)
{
    for (size_t i = 0; i < n; i++) {
        if ((type == KD_RR_ANY || rr[i].type == type) &&
            (owner == NULL || strcmp(rr[i].owner, owner) == 0)) {
            return &rr[i];
        }
    }
    return NULL;
}

/* A DNAME of the answer section above the name, not at it (RFC 6672 2.3). */
static const struct kd_rr *msg_find_dname(const struct kd_msg *msg, const char *name)
{
    for (size_t i = 0; i < msg->nanswer; i++) {
        const struct kd_rr *rr = &msg->answer[i];

        if (rr->type == KD_RR_DNAME && kd_name_is_below(name, rr->owner) &&
            strcmp(name, rr->owner) != 0) {
            return rr;
        }
    }
    return NULL;
}

/* RFC 6672 2.2: the labels before the DNAME's owner, then its target; NULL if too long. */
static const char *msg_redirect(struct kd_arena *arena, const char *name,
                                const struct kd_rr *dname)
{
    size_t below = strcmp(dname->owner, ".") == 0 ? 0 : strlen(dname->owner);
    size_t prefix_len = strlen(name) - below - 1;

    return kd_name_join(arena, kd_arena_strndup(arena, name, prefix_len), dname->u.name);
}

/*
 * Finds the next link. A CNAME that a server made from a DNAME (RFC 6672 3.1) is one step with
 * it, so the DNAME goes first. False at the end of the chain; link->target is NULL when the
 * redirected name would be too long.
 */
static bool msg_next_link(const struct msg_walk *walk, struct kd_alias *link)
{
    const struct kd_msg *msg = walk->msg;
    const struct kd_rr *rr = msg_find_dname(msg, walk->name);

    link->owner = walk->name;
    link->is_dname = rr != NULL;
    if (rr != NULL) {
        link->target = msg_redirect(walk->arena, walk->name, rr);
    } else {
        rr = msg_find(msg->answer, msg->nanswer, walk->name, KD_RR_CNAME);
        link->target = rr != NULL ? rr->u.name : NULL;
    }
    link->ttl_s = rr != NULL ? rr->ttl_s : 0;
    return rr != NULL;
}

static bool msg_was_seen(const struct msg_walk *walk, const char *name)
{
    for (size_t i = 0; i < walk->nchain; i++) {
        if (strcmp(walk->chain[i].owner, name) == 0) {
            return true;
        }
    }
    return false;
}

/* Goes to the end of the chain; false if it has none. */
static bool msg_follow(struct msg_walk *walk, bool *ret_is_found)
{
    const struct kd_msg *msg = walk->msg;
    struct kd_alias link = {0};

    *ret_is_found = msg_find(msg->answer, msg->nanswer, walk->name, msg->qtype) != NULL;
    while (!*ret_is_found && msg_next_link(walk, &link)) {
        if (link.target == NULL || walk->nchain == MAX_LINKS) {
            return false;
        }
        walk->chain =
            kd_arena_grow(walk->arena, walk->chain, walk->nchain, sizeof(*walk->chain));
        walk->chain[walk->nchain++] = link;
        if (msg_was_seen(walk, link.target)) {
            return false;
        }
        walk->name = link.target;
        *ret_is_found = msg_find(msg->answer, msg->nanswer, walk->name, msg->qtype) != NULL;
    }
    return true;
}

/* A reply that only names other servers (RFC 1034 4.3.1); RFC 2308 2.2 for the SOA. */
static bool msg_is_referral(const struct kd_msg *msg)
{
    return msg->nanswer == 0 && !msg->is_authoritative &&
           msg_find(msg->authority, msg->nauthority, NULL, KD_RR_NS) != NULL &&
           msg_find(msg->authority, msg->nauthority, NULL, KD_RR_SOA) == NULL;
}

/* An alias out of the server's zones, which a server that does not recurse leaves there. */
static bool msg_ends_outside(const struct msg_walk *walk)
{
    return walk->nchain > 0 && !walk->msg->recursion_available &&
           msg_find(walk->msg->authority, walk->msg->nauthority, NULL, KD_RR_SOA) == NULL;
}

static kd_outcome msg_judge(struct msg_walk *walk)
{
    const struct kd_msg *msg = walk->msg;
    kd_outcome outcome = kd_outcome_from_rcode(msg->rcode);
    bool is_found = false;

    if (msg->qname == NULL) {
        return KD_OUT_MALFORMED;
    }
    if (msg->is_truncated) {
        return KD_OUT_TRUNCATED;
    }
    if (outcome != KD_OUT_NOERROR && outcome != KD_OUT_NXDOMAIN) {
        return outcome;
    }
    if (!msg_follow(walk, &is_found)) {
        return KD_OUT_MALFORMED;
    }
    /* RFC 6604 3: NXDOMAIN is said of the last name of the chain */
    if (outcome == KD_OUT_NXDOMAIN || is_found) {
        return outcome;
    }
    return msg_is_referral(msg) || msg_ends_outside(walk) ? KD_OUT_LAME : KD_OUT_NODATA;
}

kd_outcome kd_msg_outcome(struct kd_arena *arena, const struct kd_msg *msg,
                          struct kd_alias **ret_chain, size_t *ret_nchain,
                          const char **ret_final)
{
    struct msg_walk walk = {.arena = arena, .msg = msg, .name = msg->qname};
    kd_outcome outcome = msg_judge(&walk);

    if (ret_chain != NULL && ret_nchain != NULL) {
        *ret_chain = walk.chain;
        *ret_nchain = walk.nchain;
    }
    if (ret_final != NULL) {
        *ret_final = walk.name;
    }
    return outcome;
}

const struct kd_rr *kd_msg_soa(const struct kd_msg *msg)
{
    const struct kd_rr *soa = msg_find(msg->answer, msg->nanswer, NULL, KD_RR_SOA);

    return soa != NULL ? soa : msg_find(msg->authority, msg->nauthority, NULL, KD_RR_SOA);
}
