/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_FACTS_REGISTRY_H
#define KMSDNS_FACTS_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What registry exports hold about licensing and DNS: the values that hosts and clients act on,
 * each with its place. Part of facts.h.
 */

/* What a key is about. */
#define KD_REG_AREA_MAP(XX)                                            \
    XX(LICENSING, "licensing") /* SL and SoftwareProtectionPlatform */ \
    XX(TCPIP, "tcpip")         /* Tcpip\Parameters */                  \
    XX(POLICY, "policy")       /* what Group Policy writes */          \
    XX(WINDOWS, "windows")     /* which Windows it is */

typedef enum kd_reg_area {
#define XX(name, text) KD_REG_AREA_##name,
    KD_REG_AREA_MAP(XX)
#undef XX
    KD_REG_AREA_COUNT
} kd_reg_area;

/* Which Windows reads a licensing key: Vista and 2008, or 7, 2008 R2 and later. */
#define KD_REG_GENERATION_MAP(XX) \
    XX(NONE, "none")              \
    XX(SL, "sl")                  \
    XX(SPP, "spp")

typedef enum kd_reg_generation {
#define XX(name, text) KD_REG_GENERATION_##name,
    KD_REG_GENERATION_MAP(XX)
#undef XX
    KD_REG_GENERATION_COUNT
} kd_reg_generation;

/* For what part of the system a key speaks. */
#define KD_REG_SCOPE_MAP(XX)                                  \
    XX(MACHINE, "machine")                                    \
    XX(WOW64, "wow64")             /* the 32-bit view */      \
    XX(SERVICE, "service")         /* HKEY_USERS\S-1-5-20 */  \
    XX(APPLICATION, "application") /* a key below, by GUID */ \
    XX(INTERFACE, "interface")     /* one network adapter */

typedef enum kd_reg_scope {
#define XX(name, text) KD_REG_SCOPE_##name,
    KD_REG_SCOPE_MAP(XX)
#undef XX
    KD_REG_SCOPE_COUNT
} kd_reg_scope;

/* Types of values; the numbers are Windows' own. */
#define KD_REG_TYPE_MAP(XX)                            \
    XX(NONE, "REG_NONE")                               \
    XX(SZ, "REG_SZ")                                   \
    XX(EXPAND_SZ, "REG_EXPAND_SZ")                     \
    XX(BINARY, "REG_BINARY")                           \
    XX(DWORD, "REG_DWORD")                             \
    XX(DWORD_BIG_ENDIAN, "REG_DWORD_BIG_ENDIAN")       \
    XX(LINK, "REG_LINK")                               \
    XX(MULTI_SZ, "REG_MULTI_SZ")                       \
    XX(RESOURCE_LIST, "REG_RESOURCE_LIST")             \
    XX(FULL_RESOURCE, "REG_FULL_RESOURCE_DESCRIPTOR")  \
    XX(REQUIREMENTS, "REG_RESOURCE_REQUIREMENTS_LIST") \
    XX(QWORD, "REG_QWORD")                             \
    XX(OTHER, "other")

typedef enum kd_reg_type {
#define XX(name, text) KD_REG_TYPE_##name,
    KD_REG_TYPE_MAP(XX)
#undef XX
    KD_REG_TYPE_COUNT
} kd_reg_type;

/* One value. */
struct kd_reg_value_fact {
    const char *file;
    uint32_t line; /* where it begins; 0 in a hive */
    kd_reg_area area;
    kd_reg_generation generation;
    kd_reg_scope scope;
    const char *key;  /* whole path, as written */
    const char *name; /* as written; "" is the key's default value */
    kd_reg_type type;
    bool is_deletion;  /* the file deletes it: "name"=- */
    const char *text;  /* REG_SZ and REG_EXPAND_SZ; else NULL */
    int64_t number;    /* REG_DWORD; else -1 */
    const char **list; /* REG_MULTI_SZ */
    size_t nlist;
};

/* What was wrong in a file, and where; the rest of it was read. */
struct kd_reg_warning_fact {
    const char *file;
    uint32_t line, column; /* from 1; 0 in a hive */
    const char *text;      /* a clause */
};

/* One file that was read. */
struct kd_reg_file_fact {
    const char *name;
    const char *format;      /* "Registry Editor 5", "REGEDIT4", "hive" */
    const char *encoding;    /* "UTF-16LE"; NULL for a hive */
    uint32_t nkeys, nvalues; /* all that it holds; 0 for a hive, which is not walked whole */
    uint32_t nkept;          /* those that are told here */
    uint32_t nwarnings;      /* all; not all of them are listed */
};

struct kd_registry_fact {
    struct kd_reg_file_fact *file;
    size_t nfile;
    struct kd_reg_value_fact *value; /* in the order of the files */
    size_t nvalue;
    struct kd_reg_warning_fact *warning;
    size_t nwarning;
};

/** "licensing", "spp", "machine", "REG_SZ"; constant. */
const char *kd_reg_area_str(kd_reg_area area);
const char *kd_reg_generation_str(kd_reg_generation generation);
const char *kd_reg_scope_str(kd_reg_scope scope);
const char *kd_reg_type_str(kd_reg_type type);

/** True if two names of keys or values are the same: ASCII letters in either case. */
bool kd_reg_name_equal(const char *a, const char *b);

#endif
