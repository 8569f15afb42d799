/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_SRC_IMPORT_REG_READER_H
#define KMSDNS_SRC_IMPORT_REG_READER_H

#include "kmsdns/import/decode.h"
#include "kmsdns/import/reg.h"

/*
 * What reg.c (lines, keys, names) and reg_value.c (values) share: the state of reading.
 */

#define KD_REG_MAX_NAME ((size_t)65536) /* bytes of a key or name that are kept */
#define KD_REG_MAX_WORD ((size_t)16)

enum kd_reg_state {
    REG_HEADER,
    REG_LINE,        /* at the beginning of a line */
    REG_SKIP,        /* the rest of the line does not matter */
    REG_KEY,         /* behind [ */
    REG_NAME,        /* behind " */
    REG_NAME_ESCAPE, /* behind a backslash in a name */
    REG_EQUALS,      /* behind the name */
    REG_VALUE,       /* behind = */
    REG_STRING,
    REG_STRING_ESCAPE,
    REG_STRING_EOL, /* a line ended inside a text */
    REG_TAIL,       /* behind the value: only blanks and a comment */
    REG_WORD,       /* dword, hex, hex(7), up to the colon */
    REG_DWORD,
    REG_HEX,     /* among the bytes */
    REG_HEX_EOL, /* behind the backslash */
    REG_HEX_CUT, /* the line ended with a comma and no backslash */
    REG_STATE_COUNT
};

struct kd_reg_reader {
    struct kd_arena *arena; /* borrowed */
    kd_reg_keep_fn *keep;
    struct kd_decode decode;
    struct kd_reg reg;
    enum kd_reg_state state;
    uint32_t line, column;             /* of the character at hand */
    uint32_t name_line, name_column;   /* of the value's name, or of the key */
    uint32_t value_line, value_column; /* of what stands behind = */
    bool is_header_read, is_foreign, is_full;
    struct kd_buf text; /* header, key, name or word at hand */
    struct kd_buf key;  /* at hand */
    bool is_key_useful; /* false before the first one and behind a damaged or deleted one */
    char *name;         /* owned; of the value at hand */
    bool is_wanted;     /* the value at hand is kept */
    struct kd_buf data; /* its bytes as written */
    uint32_t type;
    size_t ndata;         /* bytes written, kept or not */
    size_t neol;          /* line ends inside a text that nothing followed yet */
    uint32_t number;      /* dword, or the byte at hand */
    unsigned int ndigits; /* of number */
    bool is_utf16;        /* its texts are UTF-16LE already */
    bool is_bad;          /* the byte or number at hand */
    bool had_byte;        /* on this line */
    bool is_continued;    /* it has more than one line */
};

/** Tell what is wrong at a place; beyond KD_REG_MAX_WARNINGS it is only counted. */
void kd_reg_warn_at(struct kd_reg_reader *r, uint32_t line, uint32_t column, const char *fmt,
                    ...) __attribute__((format(printf, 4, 5)));

/** The same at the character at hand. */
#define kd_reg_warn(r, ...) kd_reg_warn_at((r), (r)->line, (r)->column, __VA_ARGS__)

bool kd_reg_is_blank(uint32_t c);

/** Append a character unless the text has max bytes already. */
void kd_reg_append(struct kd_buf *buf, uint32_t c, size_t max);

/** Drop what was collected; state is where reading goes on. */
void kd_reg_leave(struct kd_reg_reader *r, enum kd_reg_state state);

/** Keep a value, or a deletion. */
void kd_reg_store(struct kd_reg_reader *r, kd_reg_action action, const char *name);

/** Take a character at the beginning of a line. */
void kd_reg_at_line(struct kd_reg_reader *r, uint32_t c);

/** Take a character behind the "=". */
void kd_reg_at_value(struct kd_reg_reader *r, uint32_t c);

/** The file ends: finish a value that breaks off. */
void kd_reg_close_value(struct kd_reg_reader *r);

typedef void kd_reg_state_fn(struct kd_reg_reader *r, uint32_t c);

/* What reg_value.c does in its states; NULL for the others. */
extern kd_reg_state_fn *const kd_reg_value_state[REG_STATE_COUNT];

#endif
