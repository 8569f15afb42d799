/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sku.c - names of the products that clients ask a host for: the common ones, and only those that
 * several public lists name alike. Any other is shown by its id.
 *
 * Sources: Microsoft's Volume Activation guides and articles, the table of the PowerShell module
 * PoShEvents (KmsProductSku.csv), and public lists of activation ids that agree with them.
 */
#include "state.h"

#include <string.h>

static const struct {
    const char *id, *name;
    bool is_office;
} SKU[] = {
    {"cf67834d-db4a-402c-ab1f-2c134f02b700", "Windows Vista Enterprise", false},
    {"b92e9980-b9d5-4821-9c94-140f632f6312", "Windows 7 Professional", false},
    {"ae2ee509-1b34-41c0-acb7-6d4650168915", "Windows 7 Enterprise", false},
    {"a98bcd6d-5343-4603-8afe-5908e4611112", "Windows 8 Pro", false},
    {"458e1bec-837a-45f6-b9d5-925ed5d299de", "Windows 8 Enterprise", false},
    {"c06b6981-d7fd-4a35-b7b4-054742b7af67", "Windows 8.1 Pro", false},
    {"81671aaf-79d1-4eb1-b004-8cbbe173afea", "Windows 8.1 Enterprise", false},
    {"73111121-5638-40f6-bc11-f1d7b0d64300", "Windows 10 Enterprise", false},
    {"68531fb9-5511-4989-97be-d11a0f55633f", "Windows Server 2008 R2 Standard", false},
    {"620e2b3d-09e7-42fd-802a-17a13652fe7a", "Windows Server 2008 R2 Enterprise", false},
    {"7482e61b-c589-4b7f-8ecc-46d455ac3b87", "Windows Server 2008 R2 Datacenter", false},
    {"f0f5ec41-0d55-4732-af02-440a44a3cf0f", "Windows Server 2012 Standard", false},
    {"d3643d60-0c42-412d-a7d6-52e6635327f6", "Windows Server 2012 Datacenter", false},
    {"6f327760-8c5c-417c-9b61-836a98287e0c", "Office Professional Plus 2010", true},
    {"9da2a678-fb6b-4e67-ab84-60dd6a9c819a", "Office Standard 2010", true},
    {"b322da9c-a2e2-4058-9e4e-f59a6970bd69", "Office Professional Plus 2013", true},
    {"d450596f-894d-49e0-966a-fd39ed4c4c64", "Office Professional Plus 2016", true},
    {"85dd8b5f-eaa4-4af3-a628-cce9e77c9a03", "Office Professional Plus 2019", true},
};

const char *kd_sku_name(const uint8_t *guid, bool *ret_is_office)
{
    uint8_t known[16];

    *ret_is_office = false;
    for (size_t i = 0; i < sizeof(SKU) / sizeof(SKU[0]); i++) {
        const struct kd_span id = {SKU[i].id, strlen(SKU[i].id)};

        if (kd_span_guid(id, known) && memcmp(known, guid, sizeof(known)) == 0) {
            *ret_is_office = SKU[i].is_office;
            return SKU[i].name;
        }
    }
    return NULL;
}
