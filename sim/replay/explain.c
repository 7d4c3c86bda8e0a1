/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/explain.c — the transparent verdict: the guest after the resume against the recorded
 * one, and why they differ. A reason must fit the row and be the whole difference; whatever is left
 * over is a mismatch. */
#include "replay/engine.h"

enum { CSR_SEED = 0x015 };

/* riscv-sbi-doc, extension ids and standard errors, as far as reasons depend on them. */
enum { EID_LEGACY_LAST = 8, EID_RFNC = 0x52464E43, EID_HSM = 0x48534D };
enum { HSM_STARTED = 0, HSM_SUSPENDED = 4 };
enum { ERR_NOT_SUPPORTED = -2, ERR_INVALID_PARAM = -3 };

/* hvip bits that exist (hypervisor.adoc, hvip): what a hypervisor writes elsewhere has no effect.
 */
#define HVIP_IMPLEMENTED (HVIP_VSSIP | HVIP_VSTIP | HVIP_VSEIP)

struct difference {
    uint32_t gpr; /* bit i: xi differs */
    bool pc, mode, csr;
    uint64_t hvip; /* bits that differ */
};

static uint32_t gpr_bit(unsigned reg)
{
    return (uint32_t)1 << reg;
}

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
    if (lane->outcome.route == ROUTE_HOST)
        diff.hvip = (next->csr[GCSR_HVIP] ^ resume->csr[TCSR_HVIP]) & HVIP_IMPLEMENTED;
    return diff;
}

/* Interrupts that the profile and the guest let the host set at this exit: these must arrive. */
static uint64_t hvip_accepted(const struct replay *rp, enum row_id id)
{
    const struct exposure *spec = rp->options->spec;
    const struct exposure_row *row = &spec->row[id];
    uint64_t mask = 0;

    for (unsigned i = 0; i < row->write_count; i++)
        if (spec->writes[row->first_write + i].target == ITEM_HVIP)
            mask |= spec->writes[row->first_write + i].mask;
    return mask & rp->mon.hvip_allow;
}

/* Linux/KVM as recorded (6.12): the error for a hart that does not exist is dropped, and a vCPU
 * that is blocked counts as suspended, although only a suspend call suspends (riscv-sbi-doc
 * ext-hsm.adoc).
 */
static enum replay_reason explain_hart_status(const struct replay *rp, const struct lane *lane,
                                              const struct trace_event *resume,
                                              const struct guest_state *next)
{
    bool exists = lane->guest.x[REG_A0] < rp->mon.vcpu_count, told = resume->x[REG_A0] == 0;
    bool dropped = !exists && told && (int64_t)next->x[REG_A0] == ERR_INVALID_PARAM;
    bool blocked = exists && told && next->x[REG_A0] == 0 && next->x[REG_A1] == HSM_STARTED &&
                   resume->x[REG_A1] == HSM_SUSPENDED;

    return dropped || blocked ? REASON_HART_STATUS : REASON_NONE;
}

/* A call that the monitor answered by itself. Fences are no matter of opinion: there the two must
 * agree. */
static enum replay_reason explain_inside(const struct replay *rp, const struct lane *lane,
                                         const struct trace_event *resume,
                                         const struct guest_state *next)
{
    uint32_t eid = (uint32_t)lane->guest.x[REG_A7];
    int64_t error = (int64_t)next->x[REG_A0];

    switch (lane->outcome.row) {
    case ROW_SBI_RES:
        if (eid == EID_HSM)
            return explain_hart_status(rp, lane, resume, next);
        return eid == EID_RFNC ? REASON_NONE : REASON_ANSWERED_INSIDE;
    case ROW_SBI_UNK:
        return error == ERR_NOT_SUPPORTED ? REASON_CALL_NOT_LISTED : REASON_NONE;
    case ROW_SBI_DBCN:
    case ROW_SBI_SHM:
        return error == ERR_INVALID_PARAM ? REASON_NOT_SHARED : REASON_NONE;
    default:
        return REASON_NONE;
    }
}

static enum replay_reason explain_call(const struct replay *rp, const struct lane *lane,
                                       const struct trace_event *resume,
                                       const struct guest_state *next,
                                       const struct difference *diff)
{
    const uint32_t eid = (uint32_t)lane->guest.x[REG_A7];
    const uint32_t results = gpr_bit(REG_A0) | (eid > EID_LEGACY_LAST ? gpr_bit(REG_A1) : 0);
    const struct sbi_call *call = guest_call(rp->options->spec, &lane->guest);
    bool has_value = call && call->has_value && resume->x[REG_A0] == 0;
    bool kept = next->x[REG_A1] == 0 || next->x[REG_A1] == lane->guest.x[REG_A1];

    if ((diff->gpr & ~results) != 0 || diff->pc || diff->mode || diff->csr)
        return REASON_NONE;
    if (lane->outcome.route == ROUTE_MONITOR)
        return explain_inside(rp, lane, resume, next);
    return diff->gpr == gpr_bit(REG_A1) && !has_value && kept ? REASON_NO_VALUE : REASON_NONE;
}

/* One side delivered an exception where the other one completed the instruction. */
static bool one_refused(const struct lane *lane, const struct insn *insn, uint64_t recorded_pc,
                        const struct guest_state *next, const struct difference *diff)
{
    uint64_t vector = lane->guest.csr[GCSR_VSTVEC] & ~(uint64_t)3;
    uint64_t behind = lane->guest.pc + insn->len_bytes;
    bool by_monitor = next->pc == vector && recorded_pc == behind;
    bool by_recorded = recorded_pc == vector && next->pc == behind;

    return (by_monitor || by_recorded) && (diff->gpr & ~gpr_bit(insn->rd)) == 0;
}

static enum replay_reason explain_instruction(const struct lane *lane,
                                              const struct trace_event *resume,
                                              const struct guest_state *next,
                                              const struct difference *diff)
{
    struct insn insn = code_insn(&lane->code);
    bool only_rd = diff->gpr == gpr_bit(insn.rd) && !diff->pc && !diff->mode && !diff->csr;
    bool inside = lane->outcome.route == ROUTE_MONITOR;
    bool refused = inside && one_refused(lane, &insn, resume->pc, next, diff);

    switch (lane->outcome.row) {
    case ROW_MMIO_L:
        return only_rd && insn.is_signed &&
                       resume->x[insn.rd] == (next->x[insn.rd] & width_mask(insn.width_bytes))
                   ? REASON_NOT_SIGN_EXTENDED
                   : REASON_NONE;
    case ROW_VI_CSR:
        if (only_rd && insn.csr == CSR_SEED)
            return REASON_ENTROPY_INSIDE;
        break;
    case ROW_VI_CNT:
        return only_rd || refused ? REASON_COUNTER_INSIDE : REASON_NONE;
    default:
        break;
    }
    return refused ? REASON_EMULATION_REFUSED : REASON_NONE;
}

enum replay_reason explain_difference(const struct replay *rp, const struct lane *lane,
                                      const struct trace_event *resume,
                                      const struct guest_state *next, bool *mismatch)
{
    struct difference diff = difference_of(lane, resume, next);
    enum replay_reason reason;

    *mismatch = (diff.hvip & hvip_accepted(rp, lane->outcome.row)) != 0;
    if (*mismatch)
        return REASON_NONE;
    if (diff.gpr == 0 && !diff.pc && !diff.mode && !diff.csr)
        return diff.hvip ? REASON_INTERRUPT_POLICY : REASON_NONE;
    reason = lane->exit.trap.scause == EXC_SUPERVISOR_SYSCALL
                 ? explain_call(rp, lane, resume, next, &diff)
                 : explain_instruction(lane, resume, next, &diff);
    *mismatch = reason == REASON_NONE;
    return reason;
}

enum replay_reason explain_first_entry(enum row_id row, const struct trace_event *resume,
                                       const struct guest_state *next, bool *mismatch)
{
    const uint32_t measured = gpr_bit(REG_A0) | gpr_bit(REG_A1);
    uint32_t differing = gprs_differing(resume, next);

    *mismatch = next->pc != resume->pc ||
                next->mode != (enum guest_mode)(resume->sstatus >> 8 & 1) ||
                (differing & (row == ROW_LIFE_FIRST ? measured : UINT32_MAX)) != 0;
    return differing == 0 || *mismatch ? REASON_NONE : REASON_ENTRY_REGISTERS;
}
