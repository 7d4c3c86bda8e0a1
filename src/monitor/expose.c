/* SPDX-License-Identifier: BSD-2-Clause */
/* src/monitor/expose.c — the interpreter of the readable side of a row: guest state in, view out.
 * The view is all zero when this begins; what no item names stays zero. */
#include "monitor/internal.h"

/* A source that is a slot of its own: a register, a CSR, what the hart wrote at the trap. */
static uint64_t item_value(const struct guest_state *guest, const struct trap *trap, unsigned item)
{
    if (item <= ITEM_X31)
        return guest->x[item];
    if (item >= ITEM_VSSTATUS && item < ITEM_SLOT_COUNT)
        return guest->csr[item - ITEM_VSSTATUS];
    switch (item) {
    case ITEM_PC:
        return guest->pc;
    case ITEM_MODE:
        return guest->mode;
    case ITEM_SCAUSE:
        return trap->scause;
    case ITEM_STVAL:
        return trap->stval;
    case ITEM_HTVAL:
        return trap->htval;
    case ITEM_HTINST:
        return trap->htinst;
    default:
        return 0;
    }
}

static uint64_t transformed(const struct insn *insn, bool real)
{
    uint32_t word;

    if (insn->class != INSN_LOAD && insn->class != INSN_STORE)
        return 0;
    if (!real)
        return insn_transform(insn, REG_A0);
    word = insn_transform(insn, insn->class == INSN_LOAD ? insn->rd : insn->rs2);
    return insn->len_bytes == 2 ? word & ~(uint32_t)2 : word;
}

/* A source that is no plain slot item. */
static uint64_t derived_value(const struct guest_state *guest, const struct event *event,
                              unsigned source)
{
    switch (source) {
    case ITEM_RD:
        return guest->x[event->insn.rd];
    case ITEM_RS2:
        return guest->x[event->insn.rs2];
    case ITEM_LEGACY_MASK:
        return event->has_mask ? event->legacy_mask : 0;
    case ITEM_HTINST_A0:
        return transformed(&event->insn, false);
    case ITEM_HTINST_REAL:
        return transformed(&event->insn, true);
    case ITEM_INSN:
        return event->insn.raw;
    default:
        return 0;
    }
}

static uint64_t read_narrow(uint64_t value, enum narrow narrow, const struct insn *insn)
{
    if (narrow == NARROW_CANON32)
        return sign_extend(value, 32);
    if (narrow == NARROW_WIDTH)
        return insn->width_bytes >= 1 && insn->width_bytes <= 8
                   ? value & width_mask(insn->width_bytes)
                   : 0;
    return value;
}

unsigned slot_of(unsigned slot, const struct insn *insn)
{
    if (slot == ITEM_RD)
        return insn->rd;
    if (slot == ITEM_RS2)
        return insn->rs2;
    return slot;
}

/* An argument cut to its type. */
static uint64_t sbi_narrow(uint64_t value, enum sbi_type type)
{
    switch (type) {
    case SBI_U32:
        return (uint32_t)value;
    case SBI_U8:
        return (uint8_t)value;
    case SBI_XLEN:
    case SBI_GPA_HALF:
    case SBI_GVA:
        break;
    }
    return value;
}

/* Arguments that the call table exposes, each in its own slot and cut to its type. A pointer (GVA)
 * never leaves. */
static void expose_args(const struct guest_state *guest, const struct sbi_call *call,
                        struct host_view *view)
{
    for (unsigned i = 0; call && i < SBI_ARG_MAX; i++)
        if (bit(call->expose, i) && call->type[i] != SBI_GVA)
            view->slot[ITEM_A0 + i] =
                sbi_narrow(guest->x[REG_A0 + i], (enum sbi_type)call->type[i]);
}

void view_expose(const struct monitor *mon, const struct vcpu *vcpu, const struct trap *trap,
                 const struct event *event, struct host_view *view)
{
    const struct exposure_row *row = &mon->spec->row[event->row];
    const struct guest_state *guest = &vcpu->guest;

    for (unsigned i = 0; i < row->read_count; i++) {
        const struct expose_item *item = &mon->spec->reads[row->first_read + i];
        uint64_t value;

        if (item->source == ITEM_SBI_ARGS) {
            expose_args(guest, event->call, view);
        } else if (item->source == ITEM_FP) {
            view->fp = guest->fp;
        } else if (item->source == ITEM_VECTOR) {
            view->vec = guest->vec;
        } else if (item->source != ITEM_LEGACY_MASK || event->has_mask) {
            value = item->source < ITEM_SLOT_COUNT ? item_value(guest, trap, item->source)
                                                   : derived_value(guest, event, item->source);
            value = read_narrow(value, (enum narrow)item->narrow, &event->insn) & item->mask;
            view->slot[slot_of(item->slot, &event->insn)] = value;
        }
    }
    view->slot[REG_ZERO] = 0;
}
