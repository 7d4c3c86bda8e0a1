/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/inject.c — exceptions that the monitor delivers to the guest. The host has no way to
 * make one. Source: riscv-isa-manual src/priv/hypervisor.adoc, "Trap entry" (into VS-mode);
 * src/priv/supervisor.adoc, sstatus, stvec. */
#include "monitor/internal.h"

void guest_inject(struct guest_state *guest, enum exception cause, uint64_t tval)
{
    uint64_t status = guest->csr[GCSR_VSSTATUS];
    uint64_t cleared = status & ~(VSSTATUS_SPP | VSSTATUS_SPIE | VSSTATUS_SIE);

    if (guest->mode == GUEST_VS)
        cleared |= VSSTATUS_SPP;
    if (status & VSSTATUS_SIE)
        cleared |= VSSTATUS_SPIE;
    guest->csr[GCSR_VSSTATUS] = cleared;
    guest->csr[GCSR_VSEPC] = guest->pc;
    guest->csr[GCSR_VSCAUSE] = cause;
    guest->csr[GCSR_VSTVAL] = tval;
    guest->pc = guest->csr[GCSR_VSTVEC] & ~(uint64_t)3; /* exceptions are never vectored */
    guest->mode = GUEST_VS;
}

/* Access and alignment faults keep the kind of the access: an AMO counts as a store even where a
 * hart reports a load. */
static enum exception fault_of_kind(const struct trap *trap, const struct insn *insn,
                                    enum exception load, enum exception store)
{
    bool writes = insn->class == INSN_AMO || insn->class == INSN_SC;

    return trap->scause == EXC_STORE_GUEST_PAGE_FAULT || writes ? store : load;
}

enum exception inject_cause(enum inject inject, const struct trap *trap, const struct insn *insn)
{
    switch (inject) {
    case INJECT_ACCESS:
        if (trap->scause == EXC_INST_GUEST_PAGE_FAULT)
            return EXC_INST_ACCESS;
        return fault_of_kind(trap, insn, EXC_LOAD_ACCESS, EXC_STORE_ACCESS);
    case INJECT_MISALIGNED:
        return fault_of_kind(trap, insn, EXC_LOAD_MISALIGNED, EXC_STORE_MISALIGNED);
    case INJECT_SAME:
        return (enum exception)trap->scause;
    case INJECT_ILLEGAL:
    case INJECT_NONE:
        break;
    }
    return EXC_INST_ILLEGAL;
}

uint64_t inject_tval(enum inject inject, const struct trap *trap, const struct insn *insn)
{
    return inject == INJECT_ILLEGAL ? insn->raw : trap->stval;
}
