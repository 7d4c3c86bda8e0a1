/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/reply.c — exits that the monitor handles itself: exceptions, counters, the seed CSR.
 * Prepared first (everything that can fail), applied afterwards (nothing can fail). */
#include "monitor/internal.h"

enum { CSR_SEED = 0x015 };

/* The seed CSR (riscv-crypto scalar, entropy source): bits 31:30 OPST, bits 15:0 seed. */
enum { SEED_OPST_WAIT = 1 << 30 };
#define SEED_OPST_ES16 ((uint64_t)2 << 30)

static void reply_inject(struct reply *reply, enum exception cause, uint64_t tval)
{
    *reply = (struct reply){.kind = REPLY_INJECT, .cause = cause, .tval = tval};
}

static void reply_value(struct reply *reply, unsigned rd, uint64_t value)
{
    *reply = (struct reply){.kind = REPLY_ADVANCE, .reg = {(uint8_t)rd}, .value = {value}};
}

/* Whether a CSR instruction writes: csrrw always, csrrs and csrrc only with a source other than x0
 * or 0. */
static bool csr_writes(const struct insn *insn)
{
    return (insn->csr_op & 3) == 1 || insn->rs1 != 0;
}

/* A counter that the guest may not read by itself. User mode needs the guest kernel's consent too
 * (scounteren). */
static enum status counter_reply(const struct monitor *mon, const struct guest_state *live,
                                 const struct insn *insn, struct reply *reply)
{
    uint64_t value = 0;
    bool consent = live->mode == GUEST_VS || bit(live->csr[GCSR_SCOUNTEREN], insn->csr & 31);
    enum status st = STATUS_DENIED;

    if (consent && !csr_writes(insn))
        st = mon->platform->ops->counter(mon->platform, insn->csr, &value);
    if (st == STATUS_DENIED)
        reply_inject(reply, EXC_INST_ILLEGAL, insn->raw);
    else if (st == STATUS_OK)
        reply_value(reply, insn->rd, value);
    return st == STATUS_DENIED ? STATUS_OK : st;
}

/* Entropy never comes from the host. The seed CSR must be accessed by an instruction that writes
 * it. */
static enum status seed_reply(const struct monitor *mon, const struct guest_state *live,
                              const struct insn *insn, struct reply *reply)
{
    uint16_t seed = 0;
    enum status st;

    if (live->mode != GUEST_VS || !csr_writes(insn)) {
        reply_inject(reply, EXC_INST_ILLEGAL, insn->raw);
        return STATUS_OK;
    }
    st = mon->platform->ops->random(mon->platform, &seed);
    if (st == STATUS_OK)
        reply_value(reply, insn->rd, SEED_OPST_ES16 | seed);
    else if (st == STATUS_DENIED)
        reply_value(reply, insn->rd, SEED_OPST_WAIT);
    return st == STATUS_DENIED ? STATUS_OK : st;
}

enum status reply_prepare(const struct monitor *mon, const struct guest_state *live,
                          const struct trap *trap, const struct event *event, struct reply *reply)
{
    const struct exposure_row *row = &mon->spec->row[event->row];

    *reply = (struct reply){.kind = REPLY_RERUN};
    if (event->faulted) {
        reply_inject(reply, EXC_LOAD_PAGE_FAULT, live->x[REG_A0]);
        return STATUS_OK;
    }
    if (trap->scause == EXC_SUPERVISOR_SYSCALL)
        return reply_prepare_sbi(mon, live, event, reply);
    if (event->row == ROW_VI_CNT)
        return counter_reply(mon, live, &event->insn, reply);
    if (event->row == ROW_VI_CSR && event->insn.csr == CSR_SEED)
        return seed_reply(mon, live, &event->insn, reply);
    if (row->inject != INJECT_NONE)
        reply_inject(reply, inject_cause((enum inject)row->inject, trap, &event->insn),
                     inject_tval((enum inject)row->inject, trap, &event->insn));
    else if (row->pc == PC_PLUS4 || row->pc == PC_LEN)
        reply_value(reply, REG_ZERO, 0);
    return STATUS_OK;
}

void reply_apply(const struct reply *reply, const struct event *event, struct guest_state *guest)
{
    switch (reply->kind) {
    case REPLY_RERUN:
        break;
    case REPLY_INJECT:
        guest_inject(guest, reply->cause, reply->tval);
        break;
    case REPLY_ADVANCE:
        for (unsigned i = 0; i < 2; i++)
            guest->x[reply->reg[i]] = reply->value[i];
        guest->x[REG_ZERO] = 0;
        guest->pc += event->insn.len_bytes ? event->insn.len_bytes
                                           : 4; /* ecall: no insn is read, always 4 bytes */
        break;
    }
}
