/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/csr_table.c — every CSR of a hart: number, name, what may be written, what it is after
 * reset, and who decides over an access beside the mode in its number (bits 9:8; bits 11:10 = 3:
 * read-only). fflags, frm and fcsr live in the engine, which runs instructions on them while FS is
 * Dirty. Source: riscv-isa-manual, src/priv/csrs.adoc (numbers), machine.adoc, supervisor.adoc,
 * hypervisor.adoc, smstateen.adoc. */
#include "hart/internal.h"
#include "memory/riscv_fault.h"

#define FIELD(member) offsetof(struct hart, member)
#define ONE           .count = 1
#define ALL           UINT64_MAX

/* Exceptions that may be delegated: all but ecall from M (11) and, in hedeleg, those that
 * hypervisor.adoc, table of hedeleg, says are read-only 0. 18 and 19 are writable there though
 * nothing raises them. */
enum {
    MEDELEG_BASE = 0xcb3ff,
    MEDELEG_H = 0xf00400, /* ecall from VS, guest-page faults, virtual instruction */
    HEDELEG_MASK = 0xcb1ff,
    COUNTEREN_ALL = 0xffffffff,
    COUNTINHIBIT_ALL = 5
};

static uint64_t read_medeleg(struct hart *hart, const struct csr *csr, unsigned index)
{
    (void)csr;
    (void)index;
    return hart->medeleg;
}

static void write_medeleg(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    uint64_t custom = hart->config.actor ? ONE_BIT(RISCV_PAGE_NOT_VALIDATED) : 0;

    (void)csr;
    (void)index;
    hart->medeleg = value & (MEDELEG_BASE | custom | (hart->config.features.h ? MEDELEG_H : 0));
}

/* What never changes: zero, as a rule. */
static uint64_t read_zero(struct hart *hart, const struct csr *csr, unsigned index)
{
    (void)hart;
    (void)index;
    return csr->reset;
}

static void write_nothing(struct hart *hart, const struct csr *csr, unsigned index, uint64_t value)
{
    (void)hart;
    (void)csr;
    (void)index;
    (void)value;
}

/* clang-format aligns nothing here: one row, one line where it fits. */
const struct csr csr_table[] = {
    /* user */
    {0x001, ONE, .name = "fflags", .gate = GATE_FLOAT, .read = read_float, .write = write_float},
    {0x002, ONE, .name = "frm", .gate = GATE_FLOAT, .read = read_float, .write = write_float},
    {0x003, ONE, .name = "fcsr", .gate = GATE_FLOAT, .read = read_float, .write = write_float},
    {0xc00, ONE, .name = "cycle", .gate = GATE_COUNTER, .read = read_cycle},
    {0xc01, ONE, .name = "time", .gate = GATE_COUNTER, .read = read_time},
    {0xc02, ONE, .name = "instret", .gate = GATE_COUNTER, .read = read_instret},
    {0xc03, 29, 1, "hpmcounter", 3, .gate = GATE_COUNTER, .read = read_zero},

    /* supervisor; while V = 1 its virtual twin */
    {0x100, ONE, .name = "sstatus", .vs = 0x200, .read = read_sstatus, .write = write_sstatus},
    {0x104, ONE, .name = "sie", .vs = 0x204, .read = read_sie, .write = write_sie},
    {0x105, ONE, .name = "stvec", .vs = 0x205, .field = FIELD(stvec), .mask = ~UINT64_C(2)},
    {0x106, ONE, .name = "scounteren", .field = FIELD(scounteren), .mask = COUNTEREN_ALL},
    {0x10a, ONE, .name = "senvcfg", .field = FIELD(senvcfg), .gate = GATE_ENVCFG,
     .write = write_senvcfg},
    {0x10c, 4, 1, "sstateen", .need = NEED_STATEEN, .gate = GATE_STATEEN, .read = read_sstateen,
     .write = write_nothing},
    {0x140, ONE, .name = "sscratch", .vs = 0x240, .field = FIELD(sscratch), .mask = ALL},
    {0x141, ONE, .name = "sepc", .vs = 0x241, .field = FIELD(sepc), .mask = ~UINT64_C(1)},
    {0x142, ONE, .name = "scause", .vs = 0x242, .field = FIELD(scause), .mask = ALL},
    {0x143, ONE, .name = "stval", .vs = 0x243, .field = FIELD(stval), .mask = ALL},
    {0x144, ONE, .name = "sip", .vs = 0x244, .read = read_sip, .write = write_sip},
    {0x14d, ONE, .name = "stimecmp", .vs = 0x24d, .field = FIELD(stimecmp), .reset = ALL,
     .need = NEED_SSTC, .gate = GATE_STIMECMP, .write = write_timer},
    {0x180, ONE, .name = "satp", .vs = 0x280, .field = FIELD(satp), .gate = GATE_SATP,
     .write = write_satp},

    /* virtual supervisor */
    {0x200, ONE, .name = "vsstatus", .need = NEED_H, .read = read_vsstatus,
     .write = write_vsstatus},
    {0x204, ONE, .name = "vsie", .need = NEED_H, .read = read_vsie, .write = write_vsie},
    {0x205, ONE, .name = "vstvec", .field = FIELD(vstvec), .mask = ~UINT64_C(2), .need = NEED_H},
    {0x240, ONE, .name = "vsscratch", .field = FIELD(vsscratch), .mask = ALL, .need = NEED_H},
    {0x241, ONE, .name = "vsepc", .field = FIELD(vsepc), .mask = ~UINT64_C(1), .need = NEED_H},
    {0x242, ONE, .name = "vscause", .field = FIELD(vscause), .mask = ALL, .need = NEED_H},
    {0x243, ONE, .name = "vstval", .field = FIELD(vstval), .mask = ALL, .need = NEED_H},
    {0x244, ONE, .name = "vsip", .need = NEED_H, .read = read_vsip, .write = write_vsip},
    {0x24d, ONE, .name = "vstimecmp", .field = FIELD(vstimecmp), .reset = ALL, .need = NEED_SSTC_H,
     .gate = GATE_STIMECMP, .write = write_timer},
    {0x280, ONE, .name = "vsatp", .field = FIELD(vsatp), .need = NEED_H, .write = write_vsatp},

    /* hypervisor */
    {0x600, ONE, .name = "hstatus", .need = NEED_H, .read = read_hstatus, .write = write_hstatus},
    {0x602, ONE, .name = "hedeleg", .field = FIELD(hedeleg), .mask = HEDELEG_MASK, .need = NEED_H},
    {0x603, ONE, .name = "hideleg", .field = FIELD(hideleg), .mask = IRQ_BITS_VS, .need = NEED_H},
    {0x604, ONE, .name = "hie", .need = NEED_H, .read = read_hie, .write = write_hie},
    {0x605, ONE, .name = "htimedelta", .field = FIELD(htimedelta), .need = NEED_H,
     .write = write_timer},
    {0x606, ONE, .name = "hcounteren", .field = FIELD(hcounteren), .mask = COUNTEREN_ALL,
     .need = NEED_H},
    {0x607, ONE, .name = "hgeie", .field = FIELD(hgeie), .need = NEED_H, .write = write_hgeie},
    {0x60a, ONE, .name = "henvcfg", .need = NEED_H, .gate = GATE_ENVCFG, .read = read_henvcfg,
     .write = write_henvcfg},
    {0x60c, 4, 1, "hstateen", .need = NEED_STATEEN_H, .gate = GATE_STATEEN, .read = read_hstateen,
     .write = write_hstateen},
    {0x643, ONE, .name = "htval", .field = FIELD(htval), .mask = ALL, .need = NEED_H},
    {0x644, ONE, .name = "hip", .need = NEED_H, .read = read_hip, .write = write_hip},
    {0x645, ONE, .name = "hvip", .field = FIELD(hvip), .mask = IRQ_BITS_VS, .need = NEED_H},
    {0x64a, ONE, .name = "htinst", .field = FIELD(htinst), .mask = ALL, .need = NEED_H},
    {0x680, ONE, .name = "hgatp", .field = FIELD(hgatp), .need = NEED_H, .gate = GATE_HGATP,
     .write = write_hgatp},
    {RISCV_CSR_HRMPSYN, ONE, .name = "hrmpsyn", .field = FIELD(hrmpsyn), .mask = ALL,
     .need = NEED_SNP},
    {0xe12, ONE, .name = "hgeip", .field = FIELD(hgeip), .need = NEED_H},

    /* machine */
    {0x300, ONE, .name = "mstatus", .read = read_mstatus, .write = write_mstatus},
    {0x301, ONE, .name = "misa", .read = read_misa, .write = write_nothing},
    {0x302, ONE, .name = "medeleg", .read = read_medeleg, .write = write_medeleg},
    {0x303, ONE, .name = "mideleg", .read = read_mideleg, .write = write_mideleg},
    {0x304, ONE, .name = "mie", .field = FIELD(mie), .write = write_mie},
    {0x305, ONE, .name = "mtvec", .field = FIELD(mtvec), .mask = ~UINT64_C(2)},
    {0x306, ONE, .name = "mcounteren", .field = FIELD(mcounteren), .mask = COUNTEREN_ALL},
    {0x30a, ONE, .name = "menvcfg", .field = FIELD(menvcfg), .write = write_menvcfg},
    {0x30c, 4, 1, "mstateen", .field = FIELD(mstateen), .need = NEED_STATEEN,
     .write = write_mstateen},
    {0x320, ONE, .name = "mcountinhibit", .field = FIELD(mcountinhibit), .mask = COUNTINHIBIT_ALL,
     .write = write_mcountinhibit},
    {0x323, 29, 1, "mhpmevent", 3, .read = read_zero, .write = write_nothing},
    {0x340, ONE, .name = "mscratch", .field = FIELD(mscratch), .mask = ALL},
    {0x341, ONE, .name = "mepc", .field = FIELD(mepc), .mask = ~UINT64_C(1)},
    {0x342, ONE, .name = "mcause", .field = FIELD(mcause), .mask = ALL},
    {0x343, ONE, .name = "mtval", .field = FIELD(mtval), .mask = ALL},
    {0x344, ONE, .name = "mip", .read = read_mip, .write = write_mip},
    {0x34a, ONE, .name = "mtinst", .field = FIELD(mtinst), .mask = ALL, .need = NEED_H},
    {0x34b, ONE, .name = "mtval2", .field = FIELD(mtval2), .mask = ALL, .need = NEED_H},
    {0x3a0, 8, 2, "pmpcfg", .need = NEED_PMP, .read = read_pmpcfg, .write = write_pmpcfg},
    {0x3b0, 64, 1, "pmpaddr", .field = FIELD(pmpaddr), .need = NEED_PMP, .write = write_pmpaddr},
    {0x7a0, ONE, .name = "tselect", .read = read_zero, .write = write_nothing}, /* no triggers */
    {0x7a1, 3, 1, "tdata", 1, .read = read_zero, .write = write_nothing},
    {0x7a4, ONE, .name = "tinfo", .reset = 1, .read = read_zero, .write = write_nothing},
    {0xb00, ONE, .name = "mcycle", .read = read_mcycle, .write = write_mcycle},
    {0xb02, ONE, .name = "minstret", .read = read_minstret, .write = write_minstret},
    {0xb03, 29, 1, "mhpmcounter", 3, .read = read_zero, .write = write_nothing},
    {0xf11, ONE, .name = "mvendorid", .read = read_zero},
    {0xf12, ONE, .name = "marchid", .read = read_zero},
    {0xf13, ONE, .name = "mimpid", .read = read_zero},
    {0xf14, ONE, .name = "mhartid", .read = read_hartid},
    {0xf15, ONE, .name = "mconfigptr", .read = read_zero},
};

const unsigned csr_count = sizeof csr_table / sizeof csr_table[0];
