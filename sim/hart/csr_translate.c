/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/csr_translate.c — satp, vsatp, hgatp, pmpcfg and pmpaddr.
 * Source: riscv-isa-manual, src/priv/supervisor.adoc, "satp"; hypervisor.adoc, "hgatp", "vsatp";
 * machine.adoc, "Physical Memory Protection CSRs". */
#include "hart/internal.h"

#include <string.h>

enum { PMP_PER_CSR = 8, PMPADDR_BITS = 54 };

/* Bare, or a page table of as many levels as this hart walks. */
static bool mode_is_supported(const struct hart *hart, uint64_t value)
{
    uint64_t mode = value >> ATP_MODE_SHIFT;

    return mode == ATP_BARE || (mode >= ATP_SV39 && mode - ATP_SV39 + ATP_LEVELS_SV39 <=
                                                        hart->config.features.levels_max);
}

static uint64_t field_of_ones(unsigned bit_count)
{
    return bit_count ? bits(UINT64_MAX, bit_count - 1, 0) : 0;
}

/* A value with an unsupported mode has no effect at all. */
static void write_atp(struct hart *hart, uint64_t *atp, uint64_t value)
{
    uint64_t asid = field_of_ones(hart->config.features.asid_bits) << ATP_ASID_SHIFT;

    if (!mode_is_supported(hart, value))
        return;
    *atp = value & (UINT64_C(0xf) << ATP_MODE_SHIFT | asid | ATP_PPN);
    hart_rules_changed(hart);
}

void write_satp(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    (void)csr;
    (void)index;
    write_atp(hart, &hart->satp, value);
}

void write_vsatp(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    (void)csr;
    (void)index;
    write_atp(hart, &hart->vsatp, value);
}

/* Here an unsupported mode leaves the mode as it is; the other fields are taken. */
void write_hgatp(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    uint64_t vmid = field_of_ones(hart->config.features.vmid_bits) << ATP_ASID_SHIFT;
    uint64_t mask = vmid | (ATP_PPN & ~UINT64_C(3)); /* the root is 16 KiB, aligned */

    (void)csr;
    (void)index;
    if (mode_is_supported(hart, value))
        mask |= UINT64_C(0xf) << ATP_MODE_SHIFT;
    value = (hart->hgatp & ~mask) | (value & mask);
    if (value == hart->hgatp)
        return;
    hart->hgatp = value;
    memset(hart->walk_page, 0, sizeof hart->walk_page); /* tables of another guest */
    hart_rules_changed(hart);
}

uint64_t read_pmpcfg(struct hart *hart, const struct csr *csr, unsigned index)
{
    uint64_t value = 0;

    (void)csr;
    for (unsigned i = 0; i < PMP_PER_CSR; i++)
        value |= (uint64_t)hart->pmpcfg[index * PMP_PER_CSR + i] << 8 * i;
    return value;
}

/* Entries beyond those that the hart has are read-only zero. */
void write_pmpcfg(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    (void)csr;
    for (unsigned i = 0; i < PMP_PER_CSR; i++) {
        unsigned entry = index * PMP_PER_CSR + i;
        uint8_t config = (uint8_t)(value >> 8 * i) & (PMP_L | PMP_A | PMP_R | PMP_W | PMP_X);

        if (entry >= hart->config.features.pmp_count || (hart->pmpcfg[entry] & PMP_L))
            continue;
        if (!(config & PMP_R))
            config &= (uint8_t)~PMP_W; /* W without R is reserved */
        hart->pmpcfg[entry] = config;
    }
    pmp_rebuild(hart);
}

/* Locked with its own entry, or as the bottom of a locked range. */
static bool pmpaddr_is_locked(const struct hart *hart, unsigned entry)
{
    uint8_t next = entry + 1 < PMP_MAX ? hart->pmpcfg[entry + 1] : 0;

    return (hart->pmpcfg[entry] & PMP_L) ||
           ((next & PMP_L) && (next & PMP_A) >> PMP_A_SHIFT == PMP_TOR);
}

void write_pmpaddr(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    (void)csr;
    if (index >= hart->config.features.pmp_count || pmpaddr_is_locked(hart, index))
        return;
    hart->pmpaddr[index] = value & field_of_ones(PMPADDR_BITS);
    pmp_rebuild(hart);
}
