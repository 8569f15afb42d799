/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hive.c - registry hives, through libhivex: only the keys that matter are visited. Which hive
 * it is (SOFTWARE, SYSTEM, a user's) shows by which of the keys it has.
 */
#include "kmsdns/import/reg.h"

#include <string.h>

#ifdef HAVE_HIVEX
#    include <errno.h>
#    include <hivex.h>
#    include <stdlib.h>

#    include "reg_data.h"
#endif

bool kd_hive_is_hive(const uint8_t *bytes, size_t len)
{
    return len >= 4 && memcmp(bytes, "regf", 4) == 0;
}

#ifdef HAVE_HIVEX

bool kd_hive_is_supported(void)
{
    return true;
}

#    define MAX_CHILDREN 1000 /* of one key */

#    define MACHINE "HKEY_LOCAL_MACHINE\\SOFTWARE\\"
#    define SYSTEM  "HKEY_LOCAL_MACHINE\\SYSTEM\\"
#    define SERVICE "HKEY_USERS\\S-1-5-20\\"
#    define NT      "Microsoft\\Windows NT\\CurrentVersion"
#    define SPP     NT "\\SoftwareProtectionPlatform"

static const struct {
    const char *root, *path;
    unsigned int depth; /* of keys below it */
} HIVE_KEY[] = {
    {MACHINE, NT, 0},
    {MACHINE, NT "\\SL", 0},
    {MACHINE, SPP, 2},
    {MACHINE, "Wow6432Node\\" NT "\\SL", 0},
    {MACHINE, "Wow6432Node\\" SPP, 0},
    {MACHINE, "Policies\\Microsoft\\Windows NT\\DNSClient", 0},
    {MACHINE, "Policies\\Microsoft\\System\\DNSClient", 0},
    {MACHINE, "Policies\\" NT "\\Software Protection Platform", 0},
    {SERVICE, "Software\\" NT "\\SL", 0},
    {SERVICE, "Software\\" SPP, 2},
    {SYSTEM, "ControlSet001\\Services\\Tcpip\\Parameters", 2},
    {SYSTEM, "ControlSet001\\Services\\Dnscache\\Parameters", 0},
    {SYSTEM, "ControlSet002\\Services\\Tcpip\\Parameters", 2},
    {SYSTEM, "ControlSet002\\Services\\Dnscache\\Parameters", 0},
};

struct hive {
    hive_h *handle;
    struct kd_arena *arena;
    struct kd_reg *reg;
};

static void hive_value(struct hive *hive, const char *key, hive_value_h handle)
{
    struct kd_reg *reg = hive->reg;
    char *name = hivex_value_key(hive->handle, handle);
    hive_type type = hive_t_REG_NONE;
    size_t len = 0;
    char *bytes = NULL;

    if (name != NULL && reg->nvalue < KD_REG_MAX_VALUES && kd_reg_is_wanted(key, name)) {
        bytes = hivex_value_value(hive->handle, handle, &type, &len);
    }
    if (bytes != NULL && len <= KD_REG_MAX_DATA) {
        struct kd_buf data = {.data = bytes, .len = len};

        reg->value = kd_arena_grow(hive->arena, reg->value, reg->nvalue, sizeof(*reg->value));
        reg->value[reg->nvalue] = (struct kd_reg_value){
            .key = key,
            .name = kd_arena_strdup(hive->arena, name),
            .action = KD_REG_SET,
            .type = (uint32_t)type,
        };
        reg->value[reg->nvalue].data = kd_reg_data_final(
            hive->arena, &data, true, (uint32_t)type, &reg->value[reg->nvalue].len);
        reg->nvalue++;
    }
    free(bytes);
    free(name);
}

/* Goes into the keys below, as deep as asked for: names of applications cannot be listed. */
static void hive_walk(struct hive *hive, const char *key, hive_node_h node, unsigned int depth)
{
    hive_value_h *value = hivex_node_values(hive->handle, node);
    hive_node_h *child = depth > 0 ? hivex_node_children(hive->handle, node) : NULL;

    for (size_t i = 0; value != NULL && value[i] != 0; i++) {
        hive_value(hive, key, value[i]);
    }
    for (size_t i = 0; child != NULL && child[i] != 0 && i < MAX_CHILDREN; i++) {
        char *name = hivex_node_name(hive->handle, child[i]);

        if (name != NULL) {
            hive_walk(hive, kd_arena_printf(hive->arena, "%s\\%s", key, name), child[i],
                      depth - 1);
        }
        free(name);
    }
    free(value);
    free(child);
}

/* The key at a path; 0 if the hive has none. */
static hive_node_h hive_find(struct hive *hive, const char *path)
{
    hive_node_h node = hivex_root(hive->handle);

    while (node != 0 && *path != '\0') {
        size_t len = strcspn(path, "\\");

        node =
            hivex_node_get_child(hive->handle, node, kd_arena_strndup(hive->arena, path, len));
        path += len + (path[len] == '\\' ? 1 : 0);
    }
    return node;
}

kd_status kd_hive_read(struct kd_arena *arena, const char *path, struct kd_reg *ret,
                       struct kd_err *err)
{
    struct kd_reg reg = {.format = KD_REG_HIVE};
    struct hive hive = {hivex_open(path, 0), arena, &reg};

    if (hive.handle == NULL) {
        return kd_fail(err, KD_ESYNTAX, "hive", "the registry hive cannot be read: %s",
                       strerror(errno));
    }
    for (size_t i = 0; i < sizeof(HIVE_KEY) / sizeof(HIVE_KEY[0]); i++) {
        hive_node_h node = hive_find(&hive, HIVE_KEY[i].path);

        if (node != 0) {
            hive_walk(&hive, kd_arena_printf(arena, "%s%s", HIVE_KEY[i].root, HIVE_KEY[i].path),
                      node, HIVE_KEY[i].depth);
        }
    }
    hivex_close(hive.handle);
    *ret = reg;
    return KD_OK;
}

#else

bool kd_hive_is_supported(void)
{
    return false;
}

kd_status kd_hive_read(struct kd_arena *arena, const char *path, struct kd_reg *ret,
                       struct kd_err *err)
{
    (void)arena, (void)path, (void)ret;
    return kd_fail(err, KD_ENOTSUP, "hive",
                   "this is a registry hive, and this build is without libhivex; export the "
                   "keys with reg export, or rebuild --with-hivex");
}

#endif
