/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/start.c — HSM starts: the entry address stays here, the host gets a token for it.
 * Source: riscv-sbi-doc src/ext-hsm.adoc, hart start: satp = 0, sstatus.SIE = 0, a0 = hart id, a1 =
 * opaque. */
#include "monitor/internal.h"

void guest_reset(struct guest_state *guest, uint64_t pc, uint64_t a0, uint64_t a1)
{
    uint64_t htimedelta = guest->csr[GCSR_HTIMEDELTA];

    *guest = (struct guest_state){.pc = pc, .mode = GUEST_VS};
    guest->csr[GCSR_HTIMEDELTA] = htimedelta;
    guest->csr[GCSR_VSTIMECMP] = UINT64_MAX;
    guest->x[REG_A0] = a0;
    guest->x[REG_A1] = a1;
    guest->csr[GCSR_VSSTATUS] = VSSTATUS_UXL64;
}

uint64_t start_offer(struct monitor *mon, uint32_t hart, const struct guest_state *caller)
{
    struct vcpu *target = &mon->vcpu[hart];

    target->start_token = handle_next(mon);
    target->start_pc = caller->x[REG_A1];
    target->start_opaque = caller->x[REG_A1 + 1];
    target->guest.csr[GCSR_HTIMEDELTA] =
        caller->csr[GCSR_HTIMEDELTA]; /* one time for the whole VM */
    target->life = VCPU_STARTING;
    return target->start_token;
}

bool start_cancel(struct monitor *mon, uint64_t token)
{
    uint32_t hart = monitor_find_handle(mon, token);
    struct vcpu *target;

    if (hart == VCPU_MAX)
        return false; /* the hart may be under another start by now: that one stays */
    target = &mon->vcpu[hart];
    target->life = VCPU_STOPPED;
    target->start_token = target->start_pc = target->start_opaque = 0;
    return true;
}

void start_settle(struct monitor *mon, uint64_t token, uint64_t *error)
{
    if (*error != SBI_SUCCESS && !start_cancel(mon, token))
        *error = SBI_SUCCESS; /* it has run: the host cannot claim otherwise */
}
