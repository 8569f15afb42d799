/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evidence.c - names of the closed lists in facts about the registry and DHCP.
 */
#include "kmsdns/facts/registry.h"

#include "kmsdns/facts/dhcp.h"

#define XX(name, text) (text),
static const char *const AREA_NAME[KD_REG_AREA_COUNT] = {KD_REG_AREA_MAP(XX)};
static const char *const GENERATION_NAME[KD_REG_GENERATION_COUNT] = {KD_REG_GENERATION_MAP(XX)};
static const char *const SCOPE_NAME[KD_REG_SCOPE_COUNT] = {KD_REG_SCOPE_MAP(XX)};
static const char *const TYPE_NAME[KD_REG_TYPE_COUNT] = {KD_REG_TYPE_MAP(XX)};
static const char *const ORIGIN_NAME[KD_DHCP_ORIGIN_COUNT] = {KD_DHCP_ORIGIN_MAP(XX)};
#undef XX

static char registry_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

const char *kd_reg_area_str(kd_reg_area area)
{
    return (size_t)area < KD_REG_AREA_COUNT ? AREA_NAME[area] : "?";
}

const char *kd_reg_generation_str(kd_reg_generation generation)
{
    return (size_t)generation < KD_REG_GENERATION_COUNT ? GENERATION_NAME[generation] : "?";
}

const char *kd_reg_scope_str(kd_reg_scope scope)
{
    return (size_t)scope < KD_REG_SCOPE_COUNT ? SCOPE_NAME[scope] : "?";
}

const char *kd_reg_type_str(kd_reg_type type)
{
    return (size_t)type < KD_REG_TYPE_COUNT ? TYPE_NAME[type] : "?";
}

bool kd_reg_name_equal(const char *a, const char *b)
{
    while (*a != '\0' && registry_lower(*a) == registry_lower(*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

const char *kd_dhcp_origin_str(kd_dhcp_origin origin)
{
    return (size_t)origin < KD_DHCP_ORIGIN_COUNT ? ORIGIN_NAME[origin] : "?";
}
