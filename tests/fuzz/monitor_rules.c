/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/monitor_rules.c — see monitor_rules.h. */
#include "monitor_rules.h"

#include <string.h>

#include "target.h"

static bool bytes_are_zero(const void *bytes, size_t size)
{
    const uint8_t *byte = bytes;

    for (size_t i = 0; i < size; i++)
        if (byte[i] != 0)
            return false;
    return true;
}

static bool vectors_equal(const struct guest_state *a, const struct guest_state *b)
{
    return memcmp(&a->fp, &b->fp, sizeof a->fp) == 0 &&
           memcmp(&a->vec, &b->vec, sizeof a->vec) == 0;
}

/* Where an exception delivered to this guest goes (supervisor.adoc, stvec: exceptions use BASE). */
static uint64_t vector_of(const struct guest_state *guest)
{
    return guest->csr[GCSR_VSTVEC] & ~(uint64_t)3;
}

/* The slot that an item of a row fills; bit i of the result is slot i. */
static uint64_t slots_of_item(const struct expose_item *item, const struct pending *pending)
{
    uint64_t slots = 0;

    if (item->source == ITEM_FP || item->source == ITEM_VECTOR)
        return 0;
    if (item->source == ITEM_SBI_ARGS) {
        for (unsigned i = 0; pending->call && i < SBI_ARG_MAX; i++)
            if (pending->call->expose >> i & 1)
                slots |= (uint64_t)1 << (ITEM_A0 + i);
        return slots;
    }
    if (item->slot == ITEM_RD)
        return (uint64_t)1 << pending->insn.rd;
    if (item->slot == ITEM_RS2)
        return (uint64_t)1 << pending->insn.rs2;
    return (uint64_t)1 << item->slot;
}

static void view_check(const struct monitor *mon, uint32_t vcpu, const struct exit_outcome *out)
{
    const struct exposure_row *row = &mon->spec->row[out->row];
    const struct host_view *view = &out->view;
    uint64_t allowed = 0;
    bool shows_fp = false, shows_vector = false;

    for (unsigned i = 0; i < row->read_count; i++) {
        const struct expose_item *item = &mon->spec->reads[row->first_read + i];

        shows_fp = shows_fp || item->source == ITEM_FP;
        shows_vector = shows_vector || item->source == ITEM_VECTOR;
        allowed |= slots_of_item(item, &mon->vcpu[vcpu].pending);
    }
    fuzz_expect(view->slot[ITEM_X0] == 0, "x0 of the view is 0");
    for (unsigned i = 0; i < ITEM_SLOT_COUNT; i++)
        fuzz_expect(view->slot[i] == 0 || allowed >> i & 1, "a slot the row does not name is 0");
    fuzz_expect(shows_fp || bytes_are_zero(&view->fp, sizeof view->fp), "F stays hidden");
    fuzz_expect(shows_vector || bytes_are_zero(&view->vec, sizeof view->vec), "V stays hidden");
    fuzz_expect(strcmp(mon->spec->name, "strict") != 0 || (!shows_fp && !shows_vector),
                "strict shows neither F nor V");
}

static bool item_is_injected(unsigned item)
{
    return item == ITEM_VSSTATUS || item == ITEM_VSEPC || item == ITEM_VSCAUSE ||
           item == ITEM_VSTVAL;
}

/* An exception begins where stvec says, and sepc is where it happened. */
static bool exception_begins(const struct guest_state *from, const struct guest_state *to)
{
    return to->pc == vector_of(from) && to->mode == GUEST_VS && to->csr[GCSR_VSEPC] == from->pc;
}

/* The monitor handled the exit: the guest runs the instruction again, goes on behind it with at
 * most two results, or gets an exception. */
static void reply_check(const struct monitor *mon, uint32_t vcpu, const struct guest_state *live)
{
    const struct guest_state *next = &mon->vcpu[vcpu].guest;
    bool injected = exception_begins(live, next);
    unsigned results = 0;

    for (unsigned i = 0; i < GPR_COUNT; i++)
        results += next->x[i] != live->x[i];
    for (unsigned i = ITEM_VSSTATUS; i < ITEM_SLOT_COUNT; i++)
        fuzz_expect(next->csr[i - ITEM_VSSTATUS] == live->csr[i - ITEM_VSSTATUS] ||
                        (injected && item_is_injected(i)),
                    "the monitor changes a CSR only for an exception");
    fuzz_expect(results == 0 || (results <= 2 && next->pc != live->pc),
                "results come with the instruction behind");
    fuzz_expect(injected || next->pc == live->pc || next->pc == live->pc + 2 ||
                    next->pc == live->pc + 4,
                "the next pc is the same, +2, +4 or the vector");
    fuzz_expect(vectors_equal(next, live), "F and V are the guest's own");
}

/* vCPUs that did not trap stay as they are, but for the target of a start. */
static void others_check(const struct monitor *before, const struct monitor *mon, uint32_t vcpu,
                         enum row_id row)
{
    for (uint32_t i = 0; i < mon->vcpu_count; i++) {
        const struct vcpu *old = &before->vcpu[i], *now = &mon->vcpu[i];
        struct guest_state guest;

        if (i == vcpu || memcmp(old, now, sizeof *old) == 0)
            continue;
        fuzz_expect(row == ROW_SBI_HSM_START, "only a start touches another vCPU");
        guest = now->guest;
        fuzz_expect(guest.csr[GCSR_HTIMEDELTA] == mon->vcpu[vcpu].guest.csr[GCSR_HTIMEDELTA],
                    "a start gives its target the time of the caller");
        guest.csr[GCSR_HTIMEDELTA] = old->guest.csr[GCSR_HTIMEDELTA];
        fuzz_expect(memcmp(&old->guest, &guest, sizeof guest) == 0,
                    "a start leaves the other registers of its target");
    }
}

void rules_check_exit(const struct monitor *before, const struct monitor *mon, uint32_t vcpu,
                      const struct guest_state *live, const struct exit_outcome *out)
{
    const struct vcpu *self = &mon->vcpu[vcpu];

    fuzz_expect(out->row < ROW_COUNT && out->route <= ROUTE_HOST, "an exit has a row and a route");
    fuzz_expect(self->guest.x[REG_ZERO] == 0, "x0 is 0");
    if (out->route == ROUTE_HOST) {
        view_check(mon, vcpu, out);
        fuzz_expect(self->life != VCPU_RUNNING, "a vCPU that is with the host does not run");
        fuzz_expect(out->view.handle == self->handle, "the view has the handle of the exit");
    } else {
        fuzz_expect(bytes_are_zero(&out->view, sizeof out->view), "no view without the host");
        if (self->life == VCPU_RUNNING)
            reply_check(mon, vcpu, live);
    }
    others_check(before, mon, vcpu, out->row);
}

/* Bits of this item that the answer to a row may have changed. Which interrupts the guest takes is
 * what counts now: the call that just ended may have allowed one. */
static uint64_t bits_writable(const struct monitor *mon, const struct vcpu *old, unsigned target)
{
    const struct exposure_row *row = &mon->spec->row[old->pending.row];
    uint64_t bits = 0;

    for (unsigned i = 0; i < row->write_count; i++) {
        const struct accept_item *item = &mon->spec->writes[row->first_write + i];
        unsigned place = item->target == ITEM_RD ? old->pending.insn.rd : item->target;

        if (place != target)
            continue;
        if (target <= ITEM_X31)
            return UINT64_MAX; /* what the mask clears becomes 0 */
        bits |= target == ITEM_HVIP ? item->mask & mon->hvip_allow : item->mask;
    }
    if (old->pending.row == ROW_SBI_COVG && (target == ITEM_A0 || target == ITEM_A1))
        return UINT64_MAX; /* the monitor's own word */
    return bits;
}

static void registers_check(const struct monitor *mon, const struct vcpu *old,
                            const struct vcpu *now, bool injected)
{
    for (unsigned i = 1; i <= ITEM_X31; i++)
        fuzz_expect(old->guest.x[i] == now->guest.x[i] || bits_writable(mon, old, i) != 0,
                    "a register the row does not name is unchanged");
    for (unsigned i = ITEM_VSSTATUS; i < ITEM_SLOT_COUNT; i++) {
        unsigned csr = i - ITEM_VSSTATUS;
        uint64_t changed = old->guest.csr[csr] ^ now->guest.csr[csr];

        if (!(injected && item_is_injected(i)))
            fuzz_expect((changed & ~bits_writable(mon, old, i)) == 0,
                        "a CSR bit the row does not name is unchanged");
    }
    fuzz_expect(vectors_equal(&old->guest, &now->guest), "F and V are the guest's own");
}

/* A vCPU that begins anew: at the address that the monitor held, in the time of the VM. */
static void start_check(const struct guest_state *now, uint64_t pc, uint64_t opaque, uint32_t vcpu,
                        uint64_t htimedelta)
{
    struct guest_state fresh = {.pc = pc, .mode = GUEST_VS};

    fresh.x[REG_A0] = vcpu;
    fresh.x[REG_A1] = opaque;
    fresh.csr[GCSR_VSSTATUS] = VSSTATUS_UXL64;
    fresh.csr[GCSR_VSTIMECMP] = UINT64_MAX;
    fresh.csr[GCSR_HTIMEDELTA] = htimedelta;
    fuzz_expect(
        now->pc == pc && now->mode == GUEST_VS && memcmp(now->x, fresh.x, sizeof fresh.x) == 0 &&
            memcmp(now->csr, fresh.csr, sizeof fresh.csr) == 0 &&
            bytes_are_zero(&now->fp, sizeof now->fp) && bytes_are_zero(&now->vec, sizeof now->vec),
        "a start is at the held address, with reset registers");
}

/* A suspend that loses the registers and succeeded: riscv-sbi-doc, ext-hsm.adoc (bit 31 of the
 * type) and ext-sys-suspend.adoc. */
static bool suspend_restarts(const struct vcpu *old, const struct host_answer *answer)
{
    enum { SUSP = 0x53555350 };

    return old->pending.row == ROW_SBI_HSM_SUSP && answer->action == HOST_DONE &&
           answer->slot[ITEM_A0] == 0 &&
           (old->pending.call->eid == SUSP || old->guest.x[REG_A0] >> 31 & 1);
}

/* What the host did is something that the row lets it do. */
static void action_check(const struct exposure_row *row, const struct host_answer *answer)
{
    if (answer->action == HOST_DONE)
        fuzz_expect(row->pc != PC_SAME && row->pc != PC_VECTOR, "only what can complete is done");
    if (answer->action == HOST_INJECT)
        fuzz_expect(row->inject != INJECT_NONE, "an exception is one that the row has");
}

void rules_check_resume(const struct monitor *before, const struct monitor *mon, uint32_t vcpu,
                        const struct host_answer *answer, const struct resume_outcome *out)
{
    const struct vcpu *old = &before->vcpu[vcpu], *now = &mon->vcpu[vcpu];
    const struct guest_state *guest = &old->guest;
    bool injected = answer->action == HOST_INJECT;

    fuzz_expect(out->refusal == REFUSED_NOTHING, "what succeeded was not refused");
    fuzz_expect(now->life == VCPU_RUNNING && now->guest.x[REG_ZERO] == 0, "it runs, x0 is 0");
    fuzz_expect(monitor_find_handle(mon, answer->handle) == VCPU_MAX, "a handle works once");
    others_check(before, mon, vcpu, old->pending.row);
    if (out->row == ROW_LIFE_HSMSTART) {
        fuzz_expect(answer->handle == old->start_token, "a start needs the token");
        start_check(&now->guest, old->start_pc, old->start_opaque, vcpu,
                    old->guest.csr[GCSR_HTIMEDELTA]);
        return;
    }
    fuzz_expect(answer->handle == old->handle, "a resume needs the handle of the exit");
    action_check(&before->spec->row[old->pending.row], answer);
    if (suspend_restarts(old, answer)) {
        start_check(&now->guest, guest->x[REG_A1], guest->x[REG_A1 + 1], vcpu,
                    guest->csr[GCSR_HTIMEDELTA]);
        return;
    }
    if (injected)
        fuzz_expect(exception_begins(guest, &now->guest), "an exception begins at the vector");
    else
        fuzz_expect(now->guest.pc == guest->pc || now->guest.pc == guest->pc + 2 ||
                        now->guest.pc == guest->pc + 4,
                    "the next pc is the same, +2 or +4");
    registers_check(mon, old, now, injected);
}
