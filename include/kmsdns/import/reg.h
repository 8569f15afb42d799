/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_IMPORT_REG_H
#define KMSDNS_IMPORT_REG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kmsdns/base/arena.h"
#include "kmsdns/base/buf.h"
#include "kmsdns/base/status.h"
#include "kmsdns/facts/facts.h"

/*
 * Registry exports: `regedit` and `reg export` (version 5, UTF-16LE), REGEDIT4 (ANSI), either
 * saved again by an editor, and hives. What is damaged is told with its place; the rest is
 * read.
 */

#define KD_REG_MAX_DATA     65536 /* bytes kept of one value */
#define KD_REG_MAX_VALUES   10000 /* values kept of one file */
#define KD_REG_MAX_WARNINGS 200   /* listed; all are counted */

typedef enum kd_reg_format {
    KD_REG_V5,
    KD_REG_REGEDIT4,
    KD_REG_HIVE,
    KD_REG_FORMAT_COUNT
} kd_reg_format;

typedef enum kd_reg_action {
    KD_REG_SET,
    KD_REG_DELETE_VALUE, /* "name"=- */
    KD_REG_DELETE_KEY    /* [-key]; name is "" */
} kd_reg_action;

/* One line of an export. */
struct kd_reg_value {
    const char *key;  /* UTF-8, whole path */
    const char *name; /* UTF-8; "" with @ */
    kd_reg_action action;
    uint32_t type; /* Windows' number */
    /* as the registry holds it: texts are UTF-16LE with their NULs, numbers little endian */
    const uint8_t *data;
    size_t len;
    uint32_t line, column; /* of its name, from 1; 0 in a hive */
};

struct kd_reg_warning {
    uint32_t line, column;
    const char *text; /* a clause, harmless */
};

/* One file. */
struct kd_reg {
    kd_reg_format format;
    const char *encoding;       /* "UTF-16LE"; NULL for a hive */
    struct kd_reg_value *value; /* that keep asked for, in the order of the file */
    size_t nvalue;
    struct kd_reg_warning *warning;
    size_t nwarning;
    uint32_t nwarnings;      /* all, listed or not */
    uint32_t nkeys, nvalues; /* all */
};

/* Whether a value is wanted. */
typedef bool kd_reg_keep_fn(const char *key, const char *name);

struct kd_reg_reader;

/**
 * Begin to read an export that comes in pieces. Memory stays bounded, however large it is.
 *
 * arena    for what is kept                                                  borrowed
 * keep     NULL keeps every value
 * returns  never NULL; kd_reg_reader_end releases it                         caller's
 */
struct kd_reg_reader *kd_reg_reader_new(struct kd_arena *arena, kd_reg_keep_fn *keep);

/** Take the next piece. */
void kd_reg_feed(struct kd_reg_reader *reader, const uint8_t *bytes, size_t len);

/**
 * End, and release the reader.
 *
 * ret      written on success; lives as long as the arena
 * returns  KD_OK, also with warnings; KD_ESYNTAX if this is no registry export at all
 */
kd_status kd_reg_reader_end(struct kd_reg_reader *reader, struct kd_reg *ret,
                            struct kd_err *err);

/** The three calls above for bytes that are all there. */
kd_status kd_reg_read(struct kd_arena *arena, const uint8_t *bytes, size_t len,
                      kd_reg_keep_fn *keep, struct kd_reg *ret, struct kd_err *err);

/**
 * Write an export that regedit imports: version 5, UTF-16LE with its mark, CRLF, values in the
 * order given under the key of each, long ones wrapped as regedit wraps them.
 *
 * Reading it again gives the same values.
 */
void kd_reg_write(const struct kd_reg_value *value, size_t n, struct kd_buf *out);

/* What a new host is to have. */
struct kd_reg_host {
    kd_reg_generation generation; /* whose key: SL or SPP */
    const char *const *list;      /* entries of DnsDomainPublishList */
    size_t nlist;
    uint16_t port; /* 0 leaves the value out, the host then listens on 1688 */
    bool is_publishing_off;
};

/**
 * The values of such a host, for kd_reg_write.
 *
 * returns  an array of *ret_n values                                         arena's
 */
struct kd_reg_value *kd_reg_host_values(struct kd_arena *arena, const struct kd_reg_host *host,
                                        size_t *ret_n);

/** True if this build can read hives. */
bool kd_hive_is_supported(void);

/** True if these first bytes are those of a hive ("regf"). */
bool kd_hive_is_hive(const uint8_t *bytes, size_t len);

/**
 * Read the values of a hive that kd_reg_is_wanted asks for, through libhivex.
 *
 * path     of the file: the library opens it by itself
 * returns  KD_OK; KD_ENOTSUP in a build without the library; KD_EIO, KD_ESYNTAX
 */
kd_status kd_hive_read(struct kd_arena *arena, const char *path, struct kd_reg *ret,
                       struct kd_err *err);

/* Where a key stands. */
struct kd_reg_place {
    kd_reg_area area;
    kd_reg_generation generation;
    kd_reg_scope scope;
};

/** Tell what a key is about; false for keys that nobody here asks for. */
bool kd_reg_place(const char *key, struct kd_reg_place *ret);

/** True for the values that facts hold: a kd_reg_keep_fn. */
bool kd_reg_is_wanted(const char *key, const char *name);

/**
 * Add a file that was read to facts->registry.
 *
 * name     of the file                                                       copied
 */
void kd_reg_to_facts(struct kd_facts *facts, const char *name, const struct kd_reg *reg);

/**
 * The text of a REG_SZ or the like, up to its first NUL, as UTF-8.
 *
 * returns  text in the arena; never NULL
 */
const char *kd_reg_text(struct kd_arena *arena, const uint8_t *data, size_t len);

/** A text as UTF-16LE with its NUL; *ret_len bytes in the arena. */
const uint8_t *kd_reg_utf16(struct kd_arena *arena, const char *text, size_t *ret_len);

#endif
