/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/start.c — HSM starts: the entry address stays here, the host gets a token for it.
 * Source: riscv-sbi-doc src/ext-hsm.adoc, hart start: satp = 0, sstatus.SIE = 0, a0 = hart id, a1 =
 * opaque. */
#include "monitor/internal.h"

void guest_reset(struct guest_state *guest, uint64_t pc, uint64_t a0, uint64_t a1)
{
    *guest = (struct guest_state){.pc = pc, .mode = GUEST_VS};
    guest->x[REG_A0] = a0;
    guest->x[REG_A1] = a1;
    guest->csr[GCSR_VSSTATUS] = VSSTATUS_UXL64;
}

void start_offer(struct monitor *mon, uint32_t hart, uint64_t entry_pc, uint64_t opaque)
{
    struct vcpu *target = &mon->vcpu[hart];

    target->start_token = handle_next(mon);
    target->start_pc = entry_pc;
    target->start_opaque = opaque;
    target->life = VCPU_STARTING;
}

void start_settle(struct monitor *mon, uint32_t hart, uint64_t *error)
{
    struct vcpu *target = &mon->vcpu[hart];

    if (target->life != VCPU_STARTING) {
        *error = SBI_SUCCESS; /* it runs already: the host cannot claim otherwise */
        return;
    }
    if (*error == SBI_SUCCESS)
        return;
    target->life = VCPU_STOPPED;
    target->start_token = target->start_pc = target->start_opaque = 0;
}
