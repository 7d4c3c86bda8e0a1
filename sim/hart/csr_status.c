/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/csr_status.c — mstatus and its views, hstatus, misa, the environment configuration,
 * Smstateen, and the float CSRs. Source: riscv-isa-manual, src/priv/machine.adoc, "Machine Status
 * Registers", "menvcfg"; hypervisor.adoc, "hstatus", "henvcfg", "vsstatus"; smstateen.adoc. */
#include "hart/internal.h"

#define SSTATUS_MASK (STATUS_SIE | STATUS_SPIE | STATUS_SPP | STATUS_FS | STATUS_SUM | STATUS_MXR)
#define MSTATUS_MASK                                                                               \
    (SSTATUS_MASK | STATUS_MIE | STATUS_MPIE | STATUS_MPP | STATUS_MPRV | STATUS_TVM | STATUS_TW | \
     STATUS_TSR)
#define MSTATUS_MASK_H (STATUS_GVA | STATUS_MPV)
#define HSTATUS_MASK                                                                               \
    (HSTATUS_GVA | HSTATUS_SPV | HSTATUS_SPVP | HSTATUS_HU | HSTATUS_VTVM | HSTATUS_VTW |          \
     HSTATUS_VTSR)

enum { MISA_MXL64 = 2, MPP_RESERVED = 2, CBIE_RESERVED = 2 };

static uint64_t with_sd(uint64_t status)
{
    return (status & STATUS_FS) == STATUS_FS ? status | STATUS_SD : status;
}

uint64_t read_mstatus(struct hart *hart, const struct csr *csr, unsigned index)
{
    (void)csr;
    (void)index;
    return with_sd(hart->mstatus | STATUS_UXL64 | STATUS_SXL64);
}

uint64_t read_sstatus(struct hart *hart, const struct csr *csr, unsigned index)
{
    (void)csr;
    (void)index;
    return with_sd((hart->mstatus & SSTATUS_MASK) | STATUS_UXL64);
}

uint64_t read_vsstatus(struct hart *hart, const struct csr *csr, unsigned index)
{
    (void)csr;
    (void)index;
    return with_sd(hart->vsstatus | STATUS_UXL64);
}

uint64_t read_hstatus(struct hart *hart, const struct csr *csr, unsigned index)
{
    (void)csr;
    (void)index;
    return hart->hstatus | HSTATUS_VSXL64;
}

static uint64_t replaced(uint64_t old, uint64_t value, uint64_t mask)
{
    return (old & ~mask) | (value & mask);
}

void write_mstatus(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    uint64_t mask = MSTATUS_MASK | (hart->config.features.h ? MSTATUS_MASK_H : 0);

    (void)csr;
    (void)index;
    if (bits(value, 12, 11) == MPP_RESERVED)
        mask &= ~STATUS_MPP; /* WARL: keeps what it has */
    hart->mstatus = replaced(hart->mstatus, value, mask);
    hart_rules_changed(hart);
}

void write_sstatus(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    (void)csr;
    (void)index;
    hart->mstatus = replaced(hart->mstatus, value, SSTATUS_MASK);
    hart_rules_changed(hart);
}

void write_vsstatus(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    (void)csr;
    (void)index;
    hart->vsstatus = value & SSTATUS_MASK;
    hart_rules_changed(hart);
}

void write_hstatus(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    uint64_t mask = HSTATUS_MASK;

    (void)csr;
    (void)index;
    if ((value & HSTATUS_VGEIN) >> HSTATUS_VGEIN_SHIFT <= hart->config.features.guest_interrupts)
        mask |= HSTATUS_VGEIN; /* WLRL: others are not taken */
    hart->hstatus = replaced(hart->hstatus, value, mask);
}

uint64_t read_misa(struct hart *hart, const struct csr *csr, unsigned index)
{
    const struct hart_features *has = &hart->config.features;
    uint64_t misa = (uint64_t)MISA_MXL64 << 62;

    (void)csr;
    (void)index;
    for (const char *letter = "ACDFIMSU"; *letter; letter++)
        misa |= ONE_BIT(*letter - 'A');
    if (has->h)
        misa |= ONE_BIT('H' - 'A');
    if (has->zba && has->zbb && has->zbs)
        misa |= ONE_BIT('B' - 'A');
    return misa;
}

uint64_t read_hartid(struct hart *hart, const struct csr *csr, unsigned index)
{
    (void)csr;
    (void)index;
    return hart->config.hartid;
}

/* --- environment configuration --- */

/* Which bits of xenvcfg this hart has below the uppermost three. */
static uint64_t envcfg_mask_low(const struct hart_features *has)
{
    return ENVCFG_FIOM | (has->zicbom ? ENVCFG_CBIE | ENVCFG_CBCFE : 0) |
           (has->zicboz ? ENVCFG_CBZE : 0);
}

static uint64_t envcfg_mask_high(const struct hart_features *has)
{
    return (has->svadu ? ENVCFG_ADUE : 0) | (has->svpbmt ? ENVCFG_PBMTE : 0) |
           (has->sstc ? ENVCFG_STCE : 0);
}

static uint64_t envcfg_replaced(uint64_t old, uint64_t value, uint64_t mask)
{
    if ((value & ENVCFG_CBIE) >> ENVCFG_CBIE_SHIFT == CBIE_RESERVED)
        mask &= ~ENVCFG_CBIE; /* WARL: keeps what it has */
    return replaced(old, value, mask);
}

uint64_t henvcfg_effective(const struct hart *hart)
{
    return hart->henvcfg & (hart->menvcfg | ~(ENVCFG_ADUE | ENVCFG_PBMTE | ENVCFG_STCE));
}

/* PBMTE and ADUE say how page-table entries are read; STCE which timer interrupts there are. */
static void envcfg_changed(struct hart *hart, uint64_t changed)
{
    if (changed & (ENVCFG_ADUE | ENVCFG_PBMTE))
        hart_flush(hart);
    if (changed & ENVCFG_STCE)
        deadline_renew(hart);
}

void write_menvcfg(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    const struct hart_features *has = &hart->config.features;
    uint64_t old = hart->menvcfg;

    (void)csr;
    (void)index;
    hart->menvcfg = envcfg_replaced(old, value, envcfg_mask_low(has) | envcfg_mask_high(has));
    envcfg_changed(hart, old ^ hart->menvcfg);
}

uint64_t read_henvcfg(struct hart *hart, const struct csr *csr, unsigned index)
{
    (void)csr;
    (void)index;
    return henvcfg_effective(hart);
}

void write_henvcfg(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    const struct hart_features *has = &hart->config.features;
    uint64_t old = hart->henvcfg;
    uint64_t mask = envcfg_mask_low(has) | (envcfg_mask_high(has) & hart->menvcfg);

    (void)csr;
    (void)index;
    hart->henvcfg = envcfg_replaced(old, value, mask);
    envcfg_changed(hart, old ^ hart->henvcfg);
}

void write_senvcfg(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    (void)csr;
    (void)index;
    hart->senvcfg = envcfg_replaced(hart->senvcfg, value, envcfg_mask_low(&hart->config.features));
}

/* --- Smstateen: of all that it guards there is only ENVCFG, and the registers themselves --- */

static uint64_t stateen_mask(unsigned index)
{
    return index == 0 ? STATEEN_SE | STATEEN_ENVCFG : STATEEN_SE;
}

void write_mstateen(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    (void)csr;
    hart->mstateen[index] = value & stateen_mask(index);
}

/* A bit that is zero in mstateen reads as zero here. */
uint64_t read_hstateen(struct hart *hart, const struct csr *csr, unsigned index)
{
    (void)csr;
    return hart->hstateen[index] & hart->mstateen[index];
}

void write_hstateen(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    (void)csr;
    hart->hstateen[index] = replaced(hart->hstateen[index], value, hart->mstateen[index]);
}

uint64_t read_sstateen(struct hart *hart, const struct csr *csr, unsigned index)
{
    (void)hart;
    (void)csr;
    (void)index;
    return 0; /* nothing that U-mode could be kept from */
}

/* --- fflags, frm, fcsr: parts of the engine's register --- */

enum { CSR_FFLAGS = 1, CSR_FRM = 2, FFLAGS_BITS = 5, FRM_BITS = 3 };

static void float_field(uint16_t number, unsigned *shift, uint64_t *mask)
{
    *shift = number == CSR_FRM ? FFLAGS_BITS : 0;
    *mask = number == CSR_FFLAGS ? (1U << FFLAGS_BITS) - 1
            : number == CSR_FRM  ? (1U << FRM_BITS) - 1
                                 : (1U << (FFLAGS_BITS + FRM_BITS)) - 1;
}

uint64_t read_float(struct hart *hart, const struct csr *csr, unsigned index)
{
    const struct hart_engine *engine = &hart->config.engine;
    unsigned shift;
    uint64_t mask;

    (void)index;
    float_field(csr->number, &shift, &mask);
    return engine->get(engine->context, ENGINE_FCSR) >> shift & mask;
}

void write_float(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    const struct hart_engine *engine = &hart->config.engine;
    unsigned shift;
    uint64_t mask;

    (void)index;
    float_field(csr->number, &shift, &mask);
    engine->set(engine->context, ENGINE_FCSR,
                replaced(engine->get(engine->context, ENGINE_FCSR), value << shift, mask << shift));
    hart_float_dirty(hart);
}
