/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_SRC_FACTS_ROWS_H
#define KMSDNS_SRC_FACTS_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "fields.h"

/*
 * How a row of a field table is written, and the tables that several files use. Included only by
 * the files that hold tables (fields*.c).
 */

/* One adapter an enumeration: tables cannot call functions of different types. */
#define NAME_FUNCTION(word, type)                        \
    static const char *fields_##word(unsigned int value) \
    {                                                    \
        return kd_##word##_str((type)value);             \
    }

#define SYMBOL(name, text) " " #name
#define WORD(name, text)   " " text

#define AT(type, member) .offset = offsetof(struct type, member)
#define INT_AT(type, member) \
    .kind = KD_FIELD_INT, AT(type, member), .size = sizeof(((struct type *)NULL)->member)
#define NO_NULL INT64_MIN

/* key, struct, member, … */
#define TEXT(k, type, member, f)                                          \
    {                                                                     \
        .key = (k), .kind = KD_FIELD_TEXT, AT(type, member), .flags = (f) \
    }
#define NAME(k, type, member, f)                                          \
    {                                                                     \
        .key = (k), .kind = KD_FIELD_NAME, AT(type, member), .flags = (f) \
    }
#define NUMBER(k, type, member, f, most)                                                  \
    {                                                                                     \
        .key = (k), INT_AT(type, member), .flags = (f), .max = (most), .nothing = NO_NULL \
    }
#define NUMBER_OR_NULL(k, type, member, most)                                        \
    {                                                                                \
        .key = (k), INT_AT(type, member), .flags = KD_FIELD_NULLABLE, .max = (most), \
        .nothing = -1                                                                \
    }
/* numbers below zero, and one that stands for null */
#define NUMBER_FROM(k, type, member, least, most, null)                               \
    {                                                                                 \
        .key = (k), INT_AT(type, member), .flags = KD_FIELD_NULLABLE, .min = (least), \
        .max = (most), .nothing = (null)                                              \
    }
#define QUERY(k, type, member)                                                            \
    {                                                                                     \
        .key = (k), .kind = KD_FIELD_QUERY, .flags = KD_FIELD_NULLABLE, AT(type, member), \
        .size = sizeof(uint32_t)                                                          \
    }
#define BOOL(k, type, member)                               \
    {                                                       \
        .key = (k), .kind = KD_FIELD_BOOL, AT(type, member) \
    }
#define DURATION(k, type, member)                               \
    {                                                           \
        .key = (k), .kind = KD_FIELD_DURATION, AT(type, member) \
    }
#define ENUM(k, type, member, f, list)                                                      \
    {                                                                                       \
        .key = (k), .kind = KD_FIELD_ENUM, AT(type, member), .flags = (f), .names = &(list) \
    }
#define STATUS(k, type, member) ENUM(k, type, member, 0, kd_names_outcome)
#define MASK(k, type, member, list)                                           \
    {                                                                         \
        .key = (k), .kind = KD_FIELD_MASK, AT(type, member), .names = &(list) \
    }
#define ENDPOINT(k, type, member, f)                                          \
    {                                                                         \
        .key = (k), .kind = KD_FIELD_ENDPOINT, AT(type, member), .flags = (f) \
    }
#define ARRAY(k, type, member, nmember, layout)                    \
    {                                                              \
        .key = (k), .kind = KD_FIELD_STRUCTS, AT(type, member),    \
        .noffset = offsetof(struct type, nmember), .of = &(layout) \
    }
#define GROUP(k, layout)                                    \
    {                                                       \
        .key = (k), .kind = KD_FIELD_GROUP, .of = &(layout) \
    }
/* a pointer to one struct, null without it */
#define STRUCT(k, type, member, layout)                                                    \
    {                                                                                      \
        .key = (k), .kind = KD_FIELD_STRUCT, AT(type, member), .flags = KD_FIELD_NULLABLE, \
        .of = &(layout)                                                                    \
    }
#define QUERIES(k, type, member, nmember)                       \
    {                                                           \
        .key = (k), .kind = KD_FIELD_NUMBERS, AT(type, member), \
        .noffset = offsetof(struct type, nmember)               \
    }
#define STRINGS(k, type, member, nmember)                       \
    {                                                           \
        .key = (k), .kind = KD_FIELD_STRINGS, AT(type, member), \
        .noffset = offsetof(struct type, nmember)               \
    }
#define HEX(k, type, member)                               \
    {                                                      \
        .key = (k), .kind = KD_FIELD_HEX, AT(type, member) \
    }
/* -1 is null */
#define TIME_OR_NULL(k, type, member)                                                   \
    {                                                                                   \
        .key = (k), .kind = KD_FIELD_TIME, AT(type, member), .flags = KD_FIELD_NULLABLE \
    }
#define NOTHING(k)                           \
    {                                        \
        .key = (k), .kind = KD_FIELD_NOTHING \
    }

#define LAYOUT(fields, type, values)                                                  \
    {                                                                                 \
        (fields), sizeof(fields) / sizeof((fields)[0]), sizeof(struct type), (values) \
    }

/* Shared tables. */
extern const struct kd_field_names kd_names_outcome;
extern const struct kd_layout kd_layout_srv;
extern const struct kd_layout kd_layout_address;

/* Tables of single files, used where the whole is put together. */
extern const struct kd_layout kd_layout_zone;
extern const struct kd_layout kd_layout_update;
extern const struct kd_layout kd_layout_change;
extern const struct kd_layout kd_layout_host;
extern const struct kd_layout kd_layout_events;
extern const struct kd_layout kd_layout_registry;
extern const struct kd_layout kd_layout_dhcp;

#endif
