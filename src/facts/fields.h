/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_SRC_FACTS_FIELDS_H
#define KMSDNS_SRC_FACTS_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The shape of the report document: for every member its key, where it lies in the facts and how
 * it is told. json.c writes from these tables and json_read.c reads by them.
 */

typedef enum kd_field_kind {
    KD_FIELD_SCHEMA,    /* the document's own name and version */
    KD_FIELD_TEXT,      /* any text; made harmless when written */
    KD_FIELD_NAME,      /* a domain name, canonical once read */
    KD_FIELD_SERVICE,   /* "_vlmcs._tcp": labels without the closing dot */
    KD_FIELD_INT,       /* uint16_t, uint32_t, int32_t or int64_t, by size and nothing */
    KD_FIELD_QUERY,     /* number of a query; null is 0 */
    KD_FIELD_DURATION,  /* microseconds, told in seconds */
    KD_FIELD_TIME,      /* wall clock, told as RFC 3339; NULLABLE: null below 0 */
    KD_FIELD_SEED,      /* 64 bits, told as text: JSON numbers carry 53 */
    KD_FIELD_HEX,       /* uint32_t, told as "0x80072338" */
    KD_FIELD_BOOL,      /* bool */
    KD_FIELD_COMPLETE,  /* kd_cut, told as a claim */
    KD_FIELD_ENUM,      /* an enumeration, by names */
    KD_FIELD_MASK,      /* bits of an uint32_t, told as an array of names */
    KD_FIELD_ENDPOINT,  /* struct kd_endpoint; null without an address */
    KD_FIELD_ADDRESS,   /* struct kd_addr; null without an address */
    KD_FIELD_RESOLVER,  /* index of a resolver, told as its address */
    KD_FIELD_STRINGS,   /* pointer to texts, and their count */
    KD_FIELD_STRUCTS,   /* pointer to structs, and their count */
    KD_FIELD_POINTERS,  /* pointer to pointers to structs, and their count */
    KD_FIELD_SRV_TEXT,  /* pointer to struct kd_srv, and their count, as texts; not read */
    KD_FIELD_STRUCT,    /* pointer to a struct, or NULL */
    KD_FIELD_NUMBERS,   /* pointer to query numbers, and their count */
    KD_FIELD_GROUP,     /* members of the same struct, told as an object of their own */
    KD_FIELD_MAIN_VIEW, /* kd_domain_main_view; read only when there are no views */
    KD_FIELD_NOTHING,   /* null: a part of the contract that is not collected yet */
    KD_FIELD_KIND_COUNT
} kd_field_kind;

enum kd_field_flag {
    KD_FIELD_REQUIRED = 1 << 0, /* the reader refuses an object without it */
    KD_FIELD_NULLABLE = 1 << 1, /* null is read as "unknown" */
    KD_FIELD_FIRST = 1 << 2,    /* read before the others, which refer to it */
    KD_FIELD_ALWAYS = 1 << 3,   /* the reader has work to do without it, too */
    KD_FIELD_OPTIONAL = 1 << 4, /* of a group: the bool at offset says whether it is there */
    /* what anonymize.c does with a text; without any, each word of it is replaced */
    KD_FIELD_PLAIN = 1 << 5,    /* it is ours and tells nothing of anybody */
    KD_FIELD_SENTENCE = 1 << 6, /* ours, with names in it */
    KD_FIELD_PATH = 1 << 7,     /* replaced as a whole */
    KD_FIELD_IDENTITY = 1 << 8, /* "tsig:" and a key's name */
    KD_FIELD_HIDDEN = 1 << 9,   /* left out */
    KD_FIELD_LINES = 1 << 10,   /* of a text: it has several lines */
};

/* Names of an enumeration, or of the bits of a mask. */
struct kd_field_names {
    const char *(*name)(unsigned int value);
    unsigned int count;
    const char *expected; /* for error messages */
};

struct kd_layout;

struct kd_field {
    const char *key;
    kd_field_kind kind;
    uint32_t flags;   /* mask of kd_field_flag */
    size_t offset;    /* of the member */
    size_t noffset;   /* of the count of an array */
    size_t size;      /* bytes of an integer */
    int64_t min, max; /* of an integer */
    int64_t nothing;  /* the integer that null stands for; below -1 for none */
    const struct kd_field_names *names;
    const struct kd_layout *of;                   /* elements of an array, members of a group */
    int (*compare)(const void *a, const void *b); /* order of an array once read */
    bool (*is_there)(const void *object);         /* false writes null; NULL is always */
    const char *unless; /* key beside which the reader ignores this one */
};

/* A struct and its members in the order of the document. */
struct kd_layout {
    const struct kd_field *field;
    size_t nfield;
    size_t size;
    const void *defaults; /* what absent members are */
};

/** The whole document: struct kd_facts. Its defaults are those of kd_facts_new. */
extern const struct kd_layout kd_layout_facts;

/** struct kd_resolver_fact. */
extern const struct kd_layout kd_layout_resolver;

#endif
