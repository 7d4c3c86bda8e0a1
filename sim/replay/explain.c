/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/explain.c — the transparent verdict: the guest after the resume against the recorded
 * one, and why they differ. A reason must fit the row and be the whole difference; whatever is left
 * over is a mismatch. */
#include "replay/engine.h"

enum { CSR_SEED = 0x015, SBI_EID_RFNC = 0x52464E43 };

/* hvip bits that exist (hypervisor.adoc, hvip): what a hypervisor writes elsewhere has no effect.
 */
#define HVIP_IMPLEMENTED (HVIP_VSSIP | HVIP_VSTIP | HVIP_VSEIP)

struct difference {
    uint32_t gpr; /* bit i: xi differs */
    bool pc, mode, csr, hvip;
};

static const struct {
    uint8_t recorded, guest;
} live_csrs[] = {
    {TCSR_VSSTATUS, GCSR_VSSTATUS},   {TCSR_VSIE, GCSR_VSIE},   {TCSR_VSTVEC, GCSR_VSTVEC},
    {TCSR_VSSCRATCH, GCSR_VSSCRATCH}, {TCSR_VSEPC, GCSR_VSEPC}, {TCSR_VSCAUSE, GCSR_VSCAUSE},
    {TCSR_VSTVAL, GCSR_VSTVAL},       {TCSR_VSATP, GCSR_VSATP}, {TCSR_SCOUNTEREN, GCSR_SCOUNTEREN},
    {TCSR_SENVCFG, GCSR_SENVCFG},
};

static bool csrs_differ(const struct trace_event *exit, const struct trace_event *resume,
                        const struct guest_state *next)
{
    /* Known on both sides only where the hypervisor saved them at this exit. */
    if (!(exit->known & TRACE_VS_LIVE) || !(resume->known & TRACE_VS_LIVE))
        return false;
    for (unsigned i = 0; i < sizeof live_csrs / sizeof live_csrs[0]; i++)
        if (next->csr[live_csrs[i].guest] != resume->csr[live_csrs[i].recorded])
            return true;
    return false;
}

static uint32_t gprs_differing(const struct trace_event *resume, const struct guest_state *next)
{
    uint32_t differing = 0;

    for (unsigned i = 1; i < GPR_COUNT; i++)
        if (next->x[i] != resume->x[i])
            differing |= (uint32_t)1 << i;
    return differing;
}

static struct difference difference_of(const struct lane *lane, const struct trace_event *resume,
                                       const struct guest_state *next)
{
    struct difference diff = {.gpr = gprs_differing(resume, next), .pc = next->pc != resume->pc};
    uint64_t recorded_mode = resume->sstatus >> 8 & 1;

    diff.mode = next->mode != (enum guest_mode)recorded_mode;
    diff.csr = csrs_differ(&lane->exit, resume, next);
    /* Where the host was not asked it could set no interrupt: its next chance is the next exit. */
    diff.hvip = lane->outcome.route == ROUTE_HOST &&
                ((next->csr[GCSR_HVIP] ^ resume->csr[TCSR_HVIP]) & HVIP_IMPLEMENTED) != 0;
    return diff;
}

static enum replay_reason explain_call(const struct lane *lane, const struct difference *diff)
{
    const uint32_t results = (uint32_t)1 << REG_A0 | (uint32_t)1 << REG_A1;

    if ((diff->gpr & ~results) != 0 || diff->pc || diff->mode)
        return REASON_NONE;
    if (lane->outcome.row == ROW_SBI_RES)
        return (uint32_t)lane->guest.x[REG_A7] == SBI_EID_RFNC ? REASON_NONE
                                                               : REASON_ANSWERED_INSIDE;
    if (lane->outcome.row == ROW_SBI_UNK)
        return REASON_CALL_NOT_LISTED;
    if (lane->outcome.row == ROW_SBI_DBCN || lane->outcome.row == ROW_SBI_SHM)
        return lane->outcome.route == ROUTE_MONITOR ? REASON_NOT_SHARED : REASON_NONE;
    return diff->gpr == (uint32_t)1 << REG_A1 ? REASON_NO_VALUE : REASON_NONE;
}

static enum replay_reason explain_instruction(const struct lane *lane,
                                              const struct trace_event *resume,
                                              const struct guest_state *next,
                                              const struct difference *diff)
{
    struct insn insn = insn_decode(lane->code.half[0] | (uint32_t)lane->code.half[1] << 16);
    bool only_rd = (diff->gpr & ~((uint32_t)1 << insn.rd)) == 0 && !diff->pc && !diff->mode;

    if (lane->outcome.row == ROW_MMIO_L && only_rd && insn.is_signed &&
        resume->x[insn.rd] == (next->x[insn.rd] & width_mask(insn.width_bytes)))
        return REASON_NOT_SIGN_EXTENDED;
    if (lane->outcome.row == ROW_VI_CSR && insn.csr == CSR_SEED && only_rd)
        return REASON_ENTROPY_INSIDE;
    if (lane->outcome.row == ROW_VI_CNT)
        return REASON_COUNTER_INSIDE;
    if (lane->outcome.route == ROUTE_MONITOR && diff->pc &&
        lane->exit.trap.scause != EXC_SUPERVISOR_SYSCALL)
        return REASON_EMULATION_REFUSED;
    return REASON_NONE;
}

enum replay_reason explain_difference(const struct lane *lane, const struct trace_event *resume,
                                      const struct guest_state *next, bool *mismatch)
{
    struct difference diff = difference_of(lane, resume, next);
    enum replay_reason reason = REASON_NONE;

    *mismatch = false;
    if (diff.gpr == 0 && !diff.pc && !diff.mode && !diff.csr)
        return diff.hvip ? REASON_INTERRUPT_POLICY : REASON_NONE;
    if (!diff.csr || diff.pc) /* an exception delivered by one side only changes the CSRs too */
        reason = lane->exit.trap.scause == EXC_SUPERVISOR_SYSCALL
                     ? explain_call(lane, &diff)
                     : explain_instruction(lane, resume, next, &diff);
    *mismatch = reason == REASON_NONE;
    return reason;
}

enum replay_reason explain_first_entry(const struct trace_event *resume,
                                       const struct guest_state *next, bool *mismatch)
{
    uint32_t differing = gprs_differing(resume, next);

    *mismatch = next->pc != resume->pc || next->mode != (enum guest_mode)(resume->sstatus >> 8 & 1);
    return differing == 0 || *mismatch ? REASON_NONE : REASON_ENTRY_REGISTERS;
}
