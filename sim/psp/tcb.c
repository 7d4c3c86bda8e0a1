/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/tcb.c — see tcb.h. */
#include "psp/tcb.h"

#include <string.h>
#include <strings.h>

enum { NO_BYTE = 0xff };

/* Byte of each part. */
static const uint8_t byte_of_zen3[TCB_PART_COUNT] = {
    [TCB_FMC] = NO_BYTE, [TCB_BOOT_LOADER] = 0, [TCB_TEE] = 1, [TCB_SNP] = 6, [TCB_MICROCODE] = 7,
};
static const uint8_t byte_of_zen5[TCB_PART_COUNT] = {
    [TCB_FMC] = 0, [TCB_BOOT_LOADER] = 1, [TCB_TEE] = 2, [TCB_SNP] = 3, [TCB_MICROCODE] = 7,
};

static const char *const product_names[PRODUCT_COUNT] = {"unknown", "Milan", "Genoa", "Turin"};

static const char *const part_names[TCB_PART_COUNT] = {
    [TCB_FMC] = "fmc", [TCB_BOOT_LOADER] = "boot_loader", [TCB_TEE] = "tee",
    [TCB_SNP] = "snp", [TCB_MICROCODE] = "microcode",
};

static const uint8_t *bytes_of(enum product product)
{
    return product == PRODUCT_TURIN ? byte_of_zen5 : byte_of_zen3;
}

const char *product_name(enum product product)
{
    return product_names[product];
}

enum product product_by_name(const char *name)
{
    size_t length = strcspn(name, "-");

    for (unsigned i = PRODUCT_MILAN; i < PRODUCT_COUNT; i++)
        if (length == strlen(product_names[i]) && strncasecmp(name, product_names[i], length) == 0)
            return (enum product)i;
    if ((length == 7 && strncasecmp(name, "Bergamo", length) == 0) ||
        (length == 5 && strncasecmp(name, "Siena", length) == 0))
        return PRODUCT_GENOA;
    return PRODUCT_UNKNOWN;
}

enum product product_by_cpu(uint64_t family, uint64_t model)
{
    if (family == 0x19 && model <= 0x0f)
        return PRODUCT_MILAN;
    if (family == 0x19 && ((model >= 0x10 && model <= 0x1f) || (model >= 0xa0 && model <= 0xaf)))
        return PRODUCT_GENOA;
    if (family == 0x1a && model <= 0x11)
        return PRODUCT_TURIN;
    return PRODUCT_UNKNOWN;
}

const char *tcb_part_name(enum tcb_part part)
{
    return part_names[part];
}

enum tcb_part tcb_part_by_name(const char *name)
{
    unsigned part = 0;

    while (part < TCB_PART_COUNT && strcmp(part_names[part], name) != 0)
        part++;
    return (enum tcb_part)part;
}

bool tcb_part_exists(enum product product, enum tcb_part part)
{
    return bytes_of(product)[part] != NO_BYTE;
}

void tcb_decode(enum product product, const uint8_t bytes[TCB_BYTES], struct tcb *tcb)
{
    for (unsigned part = 0; part < TCB_PART_COUNT; part++) {
        uint8_t at = bytes_of(product)[part];

        tcb->part[part] = at == NO_BYTE ? 0 : bytes[at];
    }
}

void tcb_encode(enum product product, const struct tcb *tcb, uint8_t bytes[TCB_BYTES])
{
    memset(bytes, 0, TCB_BYTES);
    for (unsigned part = 0; part < TCB_PART_COUNT; part++) {
        uint8_t at = bytes_of(product)[part];

        if (at != NO_BYTE)
            bytes[at] = tcb->part[part];
    }
}

bool tcb_reserved_is_zero(enum product product, const uint8_t bytes[TCB_BYTES])
{
    struct tcb tcb;
    uint8_t again[TCB_BYTES];

    tcb_decode(product, bytes, &tcb);
    tcb_encode(product, &tcb, again);
    return memcmp(bytes, again, TCB_BYTES) == 0;
}

enum tcb_part tcb_find_below(const struct tcb *tcb, const struct tcb *least)
{
    unsigned part = 0;

    while (part < TCB_PART_COUNT && tcb->part[part] >= least->part[part])
        part++;
    return (enum tcb_part)part;
}
