/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/csr_interrupt.c — mip and mie and their aliases. One bit is kept once: enables in mie,
 * VS-level pending bits in hvip, what software set of the others in mip_software. Source:
 * riscv-isa-manual, src/priv/machine.adoc, "Machine Interrupt Registers"; supervisor.adoc, "sip and
 * sie"; hypervisor.adoc, "hvip, hip, and hie", "hgeip and hgeie", "vsip and vsie". */
#include "hart/internal.h"

/* VS-level bits lie one above the S-level bits that a guest sees. */
enum { VS_SHIFT = 1 };

static bool has_guest_interrupts(const struct hart *hart)
{
    return hart->config.features.h && hart->config.features.guest_interrupts > 0;
}

/* Interrupts that go past M-mode by themselves. */
static uint64_t mideleg_fixed(const struct hart *hart)
{
    return (hart->config.features.h ? IRQ_BITS_VS : 0) |
           (has_guest_interrupts(hart) ? ONE_BIT(IRQ_SGEI) : 0);
}

static void replace(uint64_t *field, uint64_t value, uint64_t mask)
{
    *field = (*field & ~mask) | (value & mask);
}

uint64_t read_mideleg(struct hart *hart, const struct csr *csr, unsigned index)
{
    (void)csr;
    (void)index;
    return hart->mideleg | mideleg_fixed(hart);
}

void write_mideleg(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    (void)csr;
    (void)index;
    hart->mideleg = (value & IRQ_BITS_S) | mideleg_fixed(hart);
}

void write_mie(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    (void)csr;
    (void)index;
    hart->mie = value & (IRQ_BITS_M | IRQ_BITS_S | mideleg_fixed(hart));
}

/* What of mie and mip S-mode has to do with: those that are delegated, but for those in hie. */
static uint64_t s_mask(const struct hart *hart)
{
    return hart->mideleg & IRQ_BITS_S;
}

uint64_t read_sie(struct hart *hart, const struct csr *csr, unsigned index)
{
    (void)csr;
    (void)index;
    return hart->mie & s_mask(hart);
}

void write_sie(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    (void)csr;
    (void)index;
    replace(&hart->mie, value, s_mask(hart));
}

uint64_t read_hie(struct hart *hart, const struct csr *csr, unsigned index)
{
    (void)csr;
    (void)index;
    return hart->mie & mideleg_fixed(hart);
}

void write_hie(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    (void)csr;
    (void)index;
    replace(&hart->mie, value, mideleg_fixed(hart));
}

uint64_t read_vsie(struct hart *hart, const struct csr *csr, unsigned index)
{
    (void)csr;
    (void)index;
    return (hart->mie & hart->hideleg) >> VS_SHIFT;
}

void write_vsie(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    (void)csr;
    (void)index;
    replace(&hart->mie, value << VS_SHIFT, hart->hideleg);
}

uint64_t read_mip(struct hart *hart, const struct csr *csr, unsigned index)
{
    (void)csr;
    (void)index;
    return interrupts_pending(hart);
}

void write_mip(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    uint64_t mask = IRQ_BITS_S;

    (void)csr;
    (void)index;
    if (hart->menvcfg & ENVCFG_STCE)
        mask &= ~ONE_BIT(IRQ_STI); /* then it is stimecmp's */
    replace(&hart->mip_software, value, mask);
    if (hart->config.features.h)
        replace(&hart->hvip, value, ONE_BIT(IRQ_VSSI));
}

uint64_t read_sip(struct hart *hart, const struct csr *csr, unsigned index)
{
    (void)csr;
    (void)index;
    return interrupts_pending(hart) & s_mask(hart);
}

void write_sip(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    (void)csr;
    (void)index;
    replace(&hart->mip_software, value, s_mask(hart) & ONE_BIT(IRQ_SSI));
}

uint64_t read_hip(struct hart *hart, const struct csr *csr, unsigned index)
{
    (void)csr;
    (void)index;
    return interrupts_pending(hart) & mideleg_fixed(hart);
}

void write_hip(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    (void)csr;
    (void)index;
    replace(&hart->hvip, value, ONE_BIT(IRQ_VSSI));
}

uint64_t read_vsip(struct hart *hart, const struct csr *csr, unsigned index)
{
    (void)csr;
    (void)index;
    return (interrupts_pending(hart) & hart->hideleg) >> VS_SHIFT;
}

void write_vsip(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    (void)csr;
    (void)index;
    replace(&hart->hvip, value << VS_SHIFT, hart->hideleg & ONE_BIT(IRQ_VSSI));
}

/* Bits GEILEN:1. */
static uint64_t hgei_mask(const struct hart *hart)
{
    unsigned count = hart->config.features.guest_interrupts;

    return count ? bits(UINT64_MAX, count, 1) << 1 : 0;
}

void write_hgeie(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    (void)csr;
    (void)index;
    hart->hgeie = value & hgei_mask(hart);
}

void hart_guest_interrupts_set(struct hart *hart, uint64_t levels)
{
    hart->hgeip = levels & hgei_mask(hart);
    deadline_renew(hart);
}
