/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evidence.c - read the files and ask the DHCP servers that the options name. Registry exports
 * are read in pieces, since whole ones are large; leases and ipconfig output are small.
 */
#include "evidence.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd.h"
#include "file_load.h"
#include "kmsdns/base/mem.h"
#include "kmsdns/collect/dhcp.h"
#include "kmsdns/import/dhcp_msg.h"
#include "kmsdns/import/ipconfig.h"
#include "kmsdns/import/lease.h"
#include "kmsdns/import/reg.h"

#define PIECE    ((size_t)65536)
#define MAX_FILE ((size_t)1024 * 1024) /* of files that are read whole */

static kd_status evid_read_error(const char *path, int sys, struct kd_err *err)
{
    return kd_fail_sys(err, sys, "file", "cannot read %.120s", path);
}

static kd_status evid_open(const char *path, FILE **ret, struct kd_err *err)
{
    /* non-blocking, or a pipe without a writer would keep us here */
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    struct stat st;

    if (fd < 0) {
        return evid_read_error(path, errno, err);
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        (void)close(fd);
        return kd_fail(err, KD_EINVAL, "file", "%.120s is no regular file", path);
    }
    *ret = fdopen(fd, "rb");
    if (*ret == NULL) {
        int sys = errno;

        (void)close(fd);
        return evid_read_error(path, sys, err);
    }
    return KD_OK;
}

static kd_status evid_read_pieces(FILE *file, struct kd_reg_reader *reader, const char *path,
                                  struct kd_err *err)
{
    uint8_t *piece = kd_xcalloc(PIECE, 1);
    size_t n = PIECE;
    kd_status status = KD_OK;

    while (n == PIECE) {
        n = fread(piece, 1, PIECE, file);
        if (ferror(file) != 0) {
            status = evid_read_error(path, errno, err);
            break;
        }
        kd_reg_feed(reader, piece, n);
    }
    free(piece);
    return status;
}

static kd_status evid_read_export(struct kd_facts *facts, FILE *file, const char *path,
                                  struct kd_err *err)
{
    struct kd_reg_reader *reader = kd_reg_reader_new(facts->arena, kd_reg_is_wanted);
    struct kd_reg reg = {.nvalue = 0};
    kd_status status = evid_read_pieces(file, reader, path, err);
    kd_status ended = kd_reg_reader_end(reader, &reg, status == KD_OK ? err : NULL);

    if (status == KD_OK && ended != KD_OK) {
        kd_err_prefix(err, "%.120s", path);
        status = ended;
    }
    if (status == KD_OK) {
        kd_reg_to_facts(facts, path, &reg);
    }
    return status;
}

kd_status kd_cmd_read_registry(struct kd_facts *facts, const char *path, struct kd_err *err)
{
    uint8_t first[4] = {0};
    struct kd_reg reg = {.nvalue = 0};
    FILE *file = NULL;
    kd_status status = evid_open(path, &file, err);
    size_t n;

    if (status != KD_OK) {
        return status;
    }
    n = fread(first, 1, sizeof(first), file);
    if (kd_hive_is_hive(first, n)) {
        status = kd_hive_read(facts->arena, path, &reg, err);
        if (status == KD_OK) {
            kd_reg_to_facts(facts, path, &reg);
        } else {
            kd_err_prefix(err, "%.120s", path);
        }
    } else {
        rewind(file);
        status = evid_read_export(facts, file, path, err);
    }
    (void)fclose(file);
    return status;
}

static kd_status evid_read_small(struct kd_facts *facts, const struct kd_evidence_file *file,
                                 struct kd_err *err)
{
    struct kd_dhcp_offer_fact offer;
    struct kd_computer_fact computer;
    struct kd_buf text = {.data = NULL};
    kd_status status = kd_file_load(file->path, MAX_FILE, &text, err);
    const uint8_t *bytes = (const uint8_t *)kd_buf_str(&text);

    if (status != KD_OK) {
        kd_buf_done(&text);
        return status;
    }
    if (file->kind == KD_EVIDENCE_LEASE) {
        status = kd_lease_read(facts->arena, file->path, bytes, text.len, &offer, err);
        if (status == KD_OK) {
            kd_dhcp_add_offer(facts, &offer);
        }
    } else {
        status = kd_ipconfig_read(facts->arena, file->path, bytes, text.len, &computer, err);
        if (status == KD_OK) {
            kd_ipconfig_to_facts(facts, &computer);
        }
    }
    kd_buf_done(&text);
    kd_err_prefix(status != KD_OK ? err : NULL, "%.120s", file->path);
    return status;
}

static bool evid_is_known_server(const struct kd_facts *facts, const char *server)
{
    for (size_t i = 0; i < facts->dhcp->noffer; i++) {
        const struct kd_dhcp_offer_fact *offer = &facts->dhcp->offer[i];

        if (offer->origin == KD_DHCP_ORIGIN_INFORM && offer->server != NULL &&
            strcmp(offer->server, server) == 0) {
            return true;
        }
    }
    return false;
}

/* An answer; one server may answer twice where two networks meet. */
static void evid_add_reply(struct kd_facts *facts, const struct kd_dhcp_reply *reply)
{
    struct kd_dhcp_offer_fact offer;
    char server[KD_ADDR_STRLEN];

    if (!kd_dhcp_msg_parse(facts->arena, reply->bytes, reply->len, &offer)) {
        facts->dhcp->nforeign++;
        return;
    }
    offer.source = offer.interface = facts->dhcp->interface;
    if (offer.server == NULL) {
        offer.server = kd_arena_strdup(facts->arena, kd_addr_str(&reply->server, server));
    }
    if (!evid_is_known_server(facts, offer.server)) {
        kd_dhcp_add_offer(facts, &offer);
    }
}

static kd_status evid_ask_dhcp(struct kd_facts *facts, const struct kd_options *options,
                               struct kd_err *err)
{
    struct kd_dhcp_socket socket = options->dhcp_socket;
    struct kd_dhcp_answers answers = {.nreply = 0};
    kd_status status = kd_dhcp_ask(facts->arena, &socket, options->dhcp_wait_ms, &answers, err);
    struct kd_dhcp_fact *dhcp = NULL;

    if (status != KD_OK) {
        return status;
    }
    dhcp = kd_dhcp_of(facts);
    dhcp->interface = options->dhcp;
    dhcp->waited_us = answers.waited_us;
    dhcp->nforeign = answers.nforeign;
    for (size_t i = 0; i < answers.nreply; i++) {
        evid_add_reply(facts, &answers.reply[i]);
    }
    return KD_OK;
}

kd_status kd_cmd_read_evidence(struct kd_facts *facts, const struct kd_options *options,
                               struct kd_err *err)
{
    kd_status status = KD_OK;

    if (options->dhcp != NULL) {
        status = evid_ask_dhcp(facts, options, err);
    }
    for (size_t i = 0; i < options->nevidence && status == KD_OK; i++) {
        const struct kd_evidence_file *file = &options->evidence[i];

        switch (file->kind) {
        case KD_EVIDENCE_EVENTS:
            break; /* all of them together, below */
        case KD_EVIDENCE_REGISTRY:
            status = kd_cmd_read_registry(facts, file->path, err);
            break;
        case KD_EVIDENCE_LEASE:
        case KD_EVIDENCE_IPCONFIG:
            status = evid_read_small(facts, file, err);
            break;
        }
    }
    if (status == KD_OK) {
        status = kd_cmd_read_events(facts, options, err);
    }
    if (status == KD_OK) {
        kd_cmd_add_evidence_candidates(facts);
        kd_cmd_add_evidence_resolvers(facts);
    }
    return status;
}
