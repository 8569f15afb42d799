/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fields_registry.c - tables of the report's "evidence.registry".
 */
#include "kmsdns/facts/registry.h"

#include "kmsdns/facts/facts.h"
#include "rows.h"

NAME_FUNCTION(reg_area, kd_reg_area)
NAME_FUNCTION(reg_generation, kd_reg_generation)
NAME_FUNCTION(reg_scope, kd_reg_scope)
NAME_FUNCTION(reg_type, kd_reg_type)

static const struct kd_field_names AREAS = {fields_reg_area, KD_REG_AREA_COUNT,
                                            "one of" KD_REG_AREA_MAP(WORD)};
static const struct kd_field_names GENERATIONS = {
    fields_reg_generation, KD_REG_GENERATION_COUNT, "one of" KD_REG_GENERATION_MAP(WORD)};
static const struct kd_field_names SCOPES = {fields_reg_scope, KD_REG_SCOPE_COUNT,
                                             "one of" KD_REG_SCOPE_MAP(WORD)};
static const struct kd_field_names TYPES = {fields_reg_type, KD_REG_TYPE_COUNT,
                                            "a type such as \"REG_SZ\""};

static const struct kd_field FILE_FIELD[] = {
    TEXT("name", kd_reg_file_fact, name, KD_FIELD_REQUIRED | KD_FIELD_PATH),
    TEXT("format", kd_reg_file_fact, format, KD_FIELD_PLAIN),
    TEXT("encoding", kd_reg_file_fact, encoding, KD_FIELD_NULLABLE | KD_FIELD_PLAIN),
    NUMBER("keys", kd_reg_file_fact, nkeys, 0, UINT32_MAX),
    NUMBER("values", kd_reg_file_fact, nvalues, 0, UINT32_MAX),
    NUMBER("kept", kd_reg_file_fact, nkept, 0, UINT32_MAX),
    NUMBER("warnings", kd_reg_file_fact, nwarnings, 0, UINT32_MAX),
};
static const struct kd_reg_file_fact FILE_DEFAULT = {.format = "Registry Editor 5"};
static const struct kd_layout FILE_LAYOUT = LAYOUT(FILE_FIELD, kd_reg_file_fact, &FILE_DEFAULT);

static const struct kd_field VALUE_FIELD[] = {
    TEXT("file", kd_reg_value_fact, file, KD_FIELD_PATH),
    NUMBER("line", kd_reg_value_fact, line, 0, UINT32_MAX),
    ENUM("area", kd_reg_value_fact, area, 0, AREAS),
    ENUM("generation", kd_reg_value_fact, generation, 0, GENERATIONS),
    ENUM("scope", kd_reg_value_fact, scope, 0, SCOPES),
    TEXT("key", kd_reg_value_fact, key, KD_FIELD_REQUIRED | KD_FIELD_SENTENCE),
    TEXT("name", kd_reg_value_fact, name, KD_FIELD_REQUIRED | KD_FIELD_PLAIN),
    ENUM("type", kd_reg_value_fact, type, 0, TYPES),
    BOOL("deletion", kd_reg_value_fact, is_deletion),
    TEXT("text", kd_reg_value_fact, text, KD_FIELD_NULLABLE),
    NUMBER_OR_NULL("number", kd_reg_value_fact, number, UINT32_MAX),
    STRINGS("list", kd_reg_value_fact, list, nlist),
};
static const struct kd_reg_value_fact VALUE_DEFAULT = {
    .file = "registry",
    .type = KD_REG_TYPE_SZ,
    .number = -1,
};
static const struct kd_layout VALUE_LAYOUT =
    LAYOUT(VALUE_FIELD, kd_reg_value_fact, &VALUE_DEFAULT);

static const struct kd_field WARNING_FIELD[] = {
    TEXT("file", kd_reg_warning_fact, file, KD_FIELD_PATH),
    NUMBER("line", kd_reg_warning_fact, line, 0, UINT32_MAX),
    NUMBER("column", kd_reg_warning_fact, column, 0, UINT32_MAX),
    TEXT("text", kd_reg_warning_fact, text, KD_FIELD_REQUIRED | KD_FIELD_SENTENCE),
};
static const struct kd_reg_warning_fact WARNING_DEFAULT = {.file = "registry"};
static const struct kd_layout WARNING_LAYOUT =
    LAYOUT(WARNING_FIELD, kd_reg_warning_fact, &WARNING_DEFAULT);

static const struct kd_field REGISTRY_FIELD[] = {
    ARRAY("files", kd_registry_fact, file, nfile, FILE_LAYOUT),
    ARRAY("values", kd_registry_fact, value, nvalue, VALUE_LAYOUT),
    ARRAY("warnings", kd_registry_fact, warning, nwarning, WARNING_LAYOUT),
};
static const struct kd_registry_fact REGISTRY_DEFAULT = {.nfile = 0};
const struct kd_layout kd_layout_registry =
    LAYOUT(REGISTRY_FIELD, kd_registry_fact, &REGISTRY_DEFAULT);
