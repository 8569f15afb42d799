/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_DNS_KEY_PARTS_H
#define KMSDNS_DNS_KEY_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kmsdns/base/buf.h"
#include "kmsdns/dns/key.h"

/* Shared by key.c, the readers of the formats and tsig.c. */

struct kd_key {
    char *name; /* canonical, owned */
    kd_key_algorithm algorithm;
    uint8_t *secret; /* kd_secret_alloc(secret_size), owned */
    size_t secret_size, secret_len;
};

/* A stretch of the file; at is NULL where it has not been seen. Never shown. */
struct kd_key_piece {
    const char *at;
    size_t len;
    unsigned int line;
};

/* The three parts of a key in any format. */
struct kd_key_parts {
    struct kd_key_piece name, algorithm, secret;
    unsigned int line; /* where the key begins, for what is missing */
};

/* What is left of the file. */
struct kd_key_text {
    const char *at, *end;
    unsigned int line;
};

/* The keys of a file. All but the first are only named. */
struct kd_key_list {
    struct kd_key *first; /* owned */
    size_t n;
    struct kd_buf names; /* "a., b." of the first ones */
};

/** KD_ESYNTAX, "line 3: expected …"; expected is constant text of ours. */
kd_status kd_key_expected(unsigned int line, const char *expected, struct kd_err *err);

/** Make a key of its parts and put it on the list. */
kd_status kd_key_list_add(struct kd_key_list *list, const struct kd_key_parts *parts,
                          struct kd_err *err);

bool kd_key_is_blank(char c);

/** True if the piece is this word, in either case. */
bool kd_key_piece_is(const struct kd_key_piece *piece, const char *word);

/** The piece without blanks at its ends. */
struct kd_key_piece kd_key_piece_trim(struct kd_key_piece piece);

/** Take the next line that is neither blank nor a comment (#), without blanks at its ends. */
bool kd_key_next_line(struct kd_key_text *text, struct kd_key_piece *ret);

/** Cut a line at its first colon into a word and what follows; false without a colon. */
bool kd_key_split(const struct kd_key_piece *line, struct kd_key_piece *ret_word,
                  struct kd_key_piece *ret_value);

/* The formats; each reads all the keys of a file. */
kd_status kd_key_read_bind(struct kd_key_text *text, struct kd_key_list *list,
                           struct kd_err *err);
kd_status kd_key_read_knot_line(struct kd_key_text *text, struct kd_key_list *list,
                                struct kd_err *err);
kd_status kd_key_read_knot_yaml(struct kd_key_text *text, struct kd_key_list *list,
                                struct kd_err *err);
kd_status kd_key_read_private(struct kd_key_text *text, const char *file_name,
                              struct kd_key_list *list, struct kd_err *err);

/** The algorithm with a number of K*.private files; KD_KEY_ALGORITHM_COUNT if none has it. */
kd_key_algorithm kd_key_algorithm_from_number(uint32_t number);

/** Its name on the wire, digest of OpenSSL, bytes of a MAC. */
const char *kd_key_algorithm_wire(kd_key_algorithm algorithm);
const char *kd_key_algorithm_digest(kd_key_algorithm algorithm);
size_t kd_key_algorithm_mac_len(kd_key_algorithm algorithm);

#endif
