/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/classify.c — which row of the exposure table a trap belongs to. Every trap has
 * exactly one. The instruction is read once, and believed only if it fits the cause; else the guest
 * runs it again. */
#include "monitor/internal.h"

static enum row_id interrupt_row(uint64_t code)
{
    switch (code) {
    case 1:
        return ROW_INT_SSI;
    case 5:
        return ROW_INT_STI;
    case 9:
        return ROW_INT_SEI;
    case 12:
        return ROW_INT_SGEI;
    case 13:
        return ROW_INT_LCOFI;
    case 3:
    case 7:
    case 11:
        return ROW_INT_M;
    case 2:
    case 6:
    case 10:
        return ROW_INT_VS;
    default:
        return ROW_EXC_UNK;
    }
}

static enum row_id exception_row(uint64_t cause)
{
    switch (cause) {
    case EXC_INST_MISALIGNED:
    case EXC_INST_ACCESS:
    case EXC_INST_ILLEGAL:
    case EXC_LOAD_MISALIGNED:
    case EXC_LOAD_ACCESS:
    case EXC_STORE_MISALIGNED:
    case EXC_STORE_ACCESS:
    case EXC_SYSCALL:
    case EXC_INST_PAGE_FAULT:
    case EXC_LOAD_PAGE_FAULT:
    case EXC_STORE_PAGE_FAULT:
    case EXC_SOFTWARE_CHECK:
        return ROW_EXC_FWD;
    case EXC_BREAKPOINT:
        return ROW_EXC_DBG;
    case EXC_DOUBLE_TRAP:
        return ROW_EXC_DBL;
    case EXC_HARDWARE_ERROR:
        return ROW_EXC_HW;
    default:
        return ROW_EXC_UNK;
    }
}

/* Reads the instruction at the guest pc, each halfword once. STATUS_FAULT: not readable now. */
static enum status insn_fetch(const struct monitor *mon, const struct guest_state *live,
                              uint32_t *raw)
{
    const struct platform_ops *ops = mon->platform->ops;
    uint16_t low, high;
    enum status st = ops->fetch(mon->platform, live, (gva_t){live->pc}, &low);

    if (st != STATUS_OK)
        return st;
    *raw = low;
    if (insn_length(low) == 2)
        return STATUS_OK;
    st = ops->fetch(mon->platform, live, (gva_t){live->pc + 2}, &high);
    if (st == STATUS_OK)
        *raw |= (uint32_t)high << 16;
    return st;
}

/* The hart's own account of a load or store, where it gives one, must agree with what was read.
 * Bits 63:32 set, or bit 0 clear: no account. Field rs1 is the address offset and not compared. */
static bool htinst_agrees(uint64_t htinst, const struct insn *insn)
{
    unsigned reg = insn->class == INSN_LOAD ? insn->rd : insn->rs2;
    uint32_t expected;

    if (htinst >> 32 != 0 || bit(htinst, 0) == 0)
        return true;
    expected = insn_transform(insn, reg);
    if (insn->len_bytes == 2)
        expected &= ~(uint32_t)2;
    return ((expected ^ (uint32_t)htinst) & ~((uint32_t)31 << 15)) == 0;
}

static enum row_id mmio_row(const struct insn *insn, const struct trap *trap, gpa_t where)
{
    bool load = trap->scause == EXC_LOAD_GUEST_PAGE_FAULT;

    switch (insn->class) {
    case INSN_LOAD:
    case INSN_STORE:
        if ((insn->class == INSN_LOAD) != load || !htinst_agrees(trap->htinst, insn))
            return ROW_MMIO_MISMATCH;
        if (where.v % insn->width_bytes != 0)
            return ROW_MMIO_MIS;
        return load ? ROW_MMIO_L : ROW_MMIO_S;
    case INSN_FP_LOAD:
    case INSN_FP_STORE:
        return (insn->class == INSN_FP_LOAD) == load ? ROW_MMIO_FP : ROW_MMIO_MISMATCH;
    case INSN_LR:
        return load ? ROW_MMIO_AMO : ROW_MMIO_MISMATCH;
    case INSN_SC:
    case INSN_AMO: /* some harts report the read half: either cause */
        return ROW_MMIO_AMO;
    case INSN_VECTOR:
        return ROW_MMIO_V;
    case INSN_CBO:
        return load ? ROW_MMIO_MISMATCH : ROW_MMIO_CBO;
    default:
        return ROW_MMIO_MISMATCH;
    }
}

static enum status mmio_classify(const struct monitor *mon, const struct guest_state *live,
                                 const struct trap *trap, gpa_t where, struct event *event)
{
    uint32_t raw = 0;
    enum status st = insn_fetch(mon, live, &raw);

    if (st == STATUS_FAULT) {
        event->row = ROW_MMIO_FETCHFAIL;
        return STATUS_OK;
    }
    if (st != STATUS_OK)
        return st;
    event->insn = insn_decode(raw);
    event->row = mmio_row(&event->insn, trap, where);
    return STATUS_OK;
}

/* A guest page fault. htval 0 means address 0, which no map holds: a hart that leaves htval out
 * (legal without Shtvala) gets access faults, never a wrong address. */
static enum status fault_classify(const struct monitor *mon, const struct guest_state *live,
                                  const struct trap *trap, struct event *event)
{
    gpa_t where = {trap->htval << 2 | (trap->stval & 3)};
    enum region_kind kind = monitor_region_at(mon, where);
    bool walk = trap->htinst == HTINST_PSEUDO_READ || trap->htinst == HTINST_PSEUDO_WRITE;
    bool writes =
        walk ? trap->htinst == HTINST_PSEUDO_WRITE : trap->scause == EXC_STORE_GUEST_PAGE_FAULT;
    bool memory = kind == REGION_RAM || kind == REGION_SHARED || (kind == REGION_ROM && !writes);

    if (walk) {
        event->row = memory ? ROW_GPF_PT : ROW_GPF_PT_MMIO;
        return STATUS_OK;
    }
    if (trap->scause == EXC_INST_GUEST_PAGE_FAULT) {
        event->row = memory ? ROW_GPF_X_RAM : ROW_GPF_X_BAD;
        return STATUS_OK;
    }
    if (memory) {
        event->row = trap->scause == EXC_LOAD_GUEST_PAGE_FAULT ? ROW_GPF_L_RAM : ROW_GPF_S_RAM;
        return STATUS_OK;
    }
    if (kind == REGION_NONE) {
        event->row = ROW_GPF_UNREG;
        return STATUS_OK;
    }
    return mmio_classify(mon, live, trap, where, event);
}

static enum row_id virtual_row(const struct insn *insn, enum guest_mode mode)
{
    switch (insn->class) {
    case INSN_WFI:
        return mode == GUEST_VS ? ROW_VI_WFI : ROW_VI_WFI_VU;
    case INSN_WRS:
        return ROW_VI_WRS;
    case INSN_CSR:
        return csr_is_counter(insn->csr) ? ROW_VI_CNT : ROW_VI_CSR;
    case INSN_CBO:
        return ROW_VI_CBO;
    case INSN_PRIV:
    case INSN_OTHER: /* an extension that the monitor does not know: illegal to the guest */
        return ROW_VI_PRIV;
    default:
        return ROW_MMIO_MISMATCH; /* nothing else can raise this cause: the code was rewritten
                                     meanwhile */
    }
}

/* stval holds the instruction that trapped, or 0; only then is memory read (hypervisor.adoc,
 * virtual-instruction exception). */
static enum status virtual_classify(const struct monitor *mon, const struct guest_state *live,
                                    const struct trap *trap, struct event *event)
{
    uint32_t raw = (uint32_t)trap->stval;
    enum status st = STATUS_OK;

    if (trap->stval == 0)
        st = insn_fetch(mon, live, &raw);
    if (st == STATUS_FAULT) {
        event->row = ROW_MMIO_FETCHFAIL;
        return STATUS_OK;
    }
    if (st != STATUS_OK)
        return st;
    event->insn = insn_decode(raw);
    event->row = virtual_row(&event->insn, live->mode);
    return STATUS_OK;
}

enum status event_classify(const struct monitor *mon, const struct guest_state *live,
                           const struct trap *trap, struct event *event)
{
    enum status st = STATUS_OK;

    *event = (struct event){.row = ROW_EXC_UNK};
    if (trap->scause & SCAUSE_INTERRUPT) {
        event->row = interrupt_row(trap->scause & ~SCAUSE_INTERRUPT);
        event->route = (enum route)mon->spec->row[event->row].route;
        return STATUS_OK;
    }
    switch (trap->scause) {
    case EXC_SUPERVISOR_SYSCALL:
        return event_classify_sbi(mon, live, event);
    case EXC_INST_GUEST_PAGE_FAULT:
    case EXC_LOAD_GUEST_PAGE_FAULT:
    case EXC_STORE_GUEST_PAGE_FAULT:
        st = fault_classify(mon, live, trap, event);
        break;
    case EXC_VIRTUAL_INST_FAULT:
        st = virtual_classify(mon, live, trap, event);
        break;
    default:
        event->row = exception_row(trap->scause);
        break;
    }
    event->route = (enum route)mon->spec->row[event->row].route;
    return st;
}
