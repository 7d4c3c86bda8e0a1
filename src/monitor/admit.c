/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/admit.c — the interpreter of the writable side of a row: the host's answer in, next
 * guest state out, or a refusal. The answer is a copy: the host's own memory is never looked at
 * here. */
#include "monitor/internal.h"

/* Non-retentive suspend: bit 31 of the type (riscv-sbi-doc src/ext-hsm.adoc); system suspend is
 * always that (ext-sys-suspend.adoc). */
static bool suspend_loses_state(const struct vcpu *vcpu)
{
    return vcpu->pending.call->eid == SBI_SUSP || bit(vcpu->guest.x[REG_A0], 31);
}

static bool row_advances(const struct exposure_row *row)
{
    return row->pc == PC_LEN || row->pc == PC_PLUS4 || row->pc == PC_STATE;
}

static uint64_t write_narrow(const struct accept_item *item, const struct pending *pending,
                             const struct host_answer *answer, uint64_t value)
{
    const struct insn *insn = &pending->insn;

    switch ((enum narrow)item->narrow) {
    case NARROW_CANON32:
        return sign_extend(value, 32);
    case NARROW_WIDTH:
        if (insn->width_bytes < 1 || insn->width_bytes > 8)
            return 0;
        return insn->is_signed ? sign_extend(value, 8 * insn->width_bytes)
                               : value & width_mask(insn->width_bytes);
    case NARROW_STATUS:
        return value == 0 ? SBI_SUCCESS : (uint64_t)SBI_ERR_FAILED;
    case NARROW_SBI_VALUE:
        return pending->call && pending->call->has_value && answer->slot[ITEM_A0] == SBI_SUCCESS
                   ? value
                   : 0;
    case NARROW_NONE:
        break;
    }
    return value;
}

static void target_write(struct guest_state *guest, const struct pending *pending,
                         const struct accept_item *item, uint64_t allowed, uint64_t value)
{
    unsigned target = item->target == ITEM_RD ? pending->insn.rd : item->target;

    if (target <= ITEM_X31)
        guest->x[target] = value & allowed;
    else if (target == ITEM_PC)
        guest->pc = value & allowed;
    else if (target >= ITEM_VSSTATUS && target < ITEM_SLOT_COUNT)
        guest->csr[target - ITEM_VSSTATUS] =
            (guest->csr[target - ITEM_VSSTATUS] & ~allowed) | (value & allowed);
}

/* Takes the slots of the row. A retry of an operation that was not carried out brings interrupts
 * and nothing else. */
static uint32_t answer_take(const struct monitor *mon, struct vcpu *vcpu,
                            const struct host_answer *answer, bool complete)
{
    const struct exposure_row *row = &mon->spec->row[vcpu->pending.row];
    uint32_t taken = 0;

    for (unsigned i = 0; i < row->write_count; i++) {
        const struct accept_item *item = &mon->spec->writes[row->first_write + i];
        unsigned slot = slot_of(item->slot, &vcpu->pending.insn);
        uint64_t allowed = item->target == ITEM_HVIP ? item->mask & mon->hvip_allow : item->mask;

        if (item->target != ITEM_HVIP && !complete && row_advances(row))
            continue;
        target_write(&vcpu->guest, &vcpu->pending, item, allowed,
                     write_narrow(item, &vcpu->pending, answer, answer->slot[slot]));
        taken++;
    }
    vcpu->guest.x[REG_ZERO] = 0;
    return taken;
}

static void pc_advance(struct vcpu *vcpu, enum pc_rule rule)
{
    if (rule == PC_LEN)
        vcpu->guest.pc += vcpu->pending.insn.len_bytes;
    else if (rule == PC_PLUS4 || rule == PC_STATE)
        vcpu->guest.pc += 4;
}

/* The one register result that is the monitor's word, not the host's: COVG calls change the
 * monitor's own tables. That happens here and not at the exit, so that a retry finds the guest and
 * the tables as they were. */
static void covg_finish(struct monitor *mon, struct vcpu *vcpu, const struct host_answer *answer)
{
    const struct sbi_call *call = vcpu->pending.call;
    bool refused = covg_asks_host(call) && answer->slot[ITEM_A0] != SBI_SUCCESS;
    int64_t result = refused ? SBI_ERR_FAILED : covg_apply(mon, &vcpu->guest, call);

    vcpu->guest.x[REG_A0] = (uint64_t)result;
    vcpu->guest.x[REG_A1] = 0;
}

/* The operation was not carried out: the guest asks again, so an open start must be gone by then.
 */
static uint32_t operation_retry(struct monitor *mon, struct vcpu *vcpu,
                                const struct host_answer *answer)
{
    if (vcpu->pending.row == ROW_SBI_HSM_START)
        (void)start_cancel(mon, vcpu->pending.start_token);
    return answer_take(mon, vcpu, answer, false);
}

/* The host completed the operation: registers, pc, and what the row means beyond them. */
static uint32_t operation_complete(struct monitor *mon, uint32_t id,
                                   const struct host_answer *answer)
{
    struct vcpu *vcpu = &mon->vcpu[id];
    enum row_id row = vcpu->pending.row;
    uint64_t entry = vcpu->guest.x[REG_A1], opaque = vcpu->guest.x[REG_A1 + 1];
    bool restart = row == ROW_SBI_HSM_SUSP && suspend_loses_state(vcpu) &&
                   answer->slot[ITEM_A0] == SBI_SUCCESS;
    uint32_t taken;

    if (row == ROW_SBI_COVG) {
        taken = covg_asks_host(vcpu->pending.call);
        covg_finish(mon, vcpu, answer);
        taken += answer_take(mon, vcpu, answer, false);
    } else {
        taken = answer_take(mon, vcpu, answer, true);
    }
    if (row == ROW_SBI_HSM_START)
        start_settle(mon, vcpu->pending.start_token, &vcpu->guest.x[REG_A0]);
    pc_advance(vcpu, (enum pc_rule)mon->spec->row[row].pc);
    if (restart)
        guest_reset(&vcpu->guest, entry, id, opaque);
    return taken;
}

static enum refusal answer_check(const struct monitor *mon, const struct vcpu *vcpu,
                                 const struct host_answer *answer)
{
    const struct exposure_row *row = &mon->spec->row[vcpu->pending.row];

    if (vcpu->life != VCPU_EXITED)
        return REFUSED_VCPU;
    if (answer->handle != vcpu->handle)
        return REFUSED_HANDLE;
    if (answer->action == HOST_DONE && !row_advances(row))
        return REFUSED_ACTION;
    if (answer->action == HOST_INJECT && row->inject == INJECT_NONE)
        return REFUSED_ACTION;
    if (answer->action == HOST_DONE && vcpu->pending.row == ROW_SBI_SRST &&
        answer->slot[ITEM_A0] == SBI_SUCCESS)
        return REFUSED_ACTION; /* a reset that succeeded does not return */
    return REFUSED_NOTHING;
}

/* First entry of a vCPU that another one started. */
static void start_enter(struct vcpu *vcpu, uint32_t id)
{
    guest_reset(&vcpu->guest, vcpu->start_pc, id, vcpu->start_opaque);
    vcpu->start_token = vcpu->start_pc = vcpu->start_opaque = 0;
    vcpu->life = VCPU_RUNNING;
}

static bool answer_starts(const struct vcpu *vcpu, const struct host_answer *answer)
{
    return vcpu->life == VCPU_STARTING && answer->handle == vcpu->start_token &&
           answer->action == HOST_RETRY;
}

enum status monitor_resume(struct monitor *mon, uint32_t vcpu, const struct host_answer *answer,
                           struct resume_outcome *out)
{
    struct vcpu *self;
    enum inject inject;

    *out = (struct resume_outcome){.refusal = REFUSED_VCPU, .row = ROW_RUN_REFUSED};
    if (vcpu >= mon->vcpu_count)
        return STATUS_DENIED;
    self = &mon->vcpu[vcpu];
    if (answer_starts(self, answer)) {
        *out = (struct resume_outcome){.refusal = REFUSED_NOTHING, .row = ROW_LIFE_HSMSTART};
        start_enter(self, vcpu);
        return STATUS_OK;
    }
    out->refusal = self->life == VCPU_STARTING ? REFUSED_HANDLE : answer_check(mon, self, answer);
    if (out->refusal != REFUSED_NOTHING)
        return STATUS_DENIED;

    out->row = self->pending.row;
    inject = (enum inject)mon->spec->row[out->row].inject;
    if (answer->action == HOST_DONE)
        out->accepted = operation_complete(mon, vcpu, answer);
    else
        out->accepted = operation_retry(mon, self, answer);
    if (answer->action == HOST_INJECT)
        guest_inject(&self->guest, inject_cause(inject, &self->pending.trap, &self->pending.insn),
                     inject_tval(inject, &self->pending.trap, &self->pending.insn));
    self->pending = (struct pending){.row = out->row};
    self->handle = 0;
    self->life = VCPU_RUNNING;
    return STATUS_OK;
}
