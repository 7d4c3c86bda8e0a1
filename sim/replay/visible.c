/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/visible.c — what a reference profile lets the host see of one exit, bit by bit, over
 * the guest's own registers. Reads the table as data; shares no code with the monitor's interpreter
 * of rows, which is what it is used to judge. */
#include <string.h>

#include "replay/engine.h"
#include "spec/spec.h"

static uint64_t low_bits(unsigned count)
{
    return count >= 64 ? UINT64_MAX : ((uint64_t)1 << count) - 1;
}

static uint64_t item_bits(const struct expose_item *item, unsigned width_bytes)
{
    if (item->narrow == NARROW_CANON32)
        return item->mask & low_bits(32); /* the copies of bit 31 tell nothing new */
    if (item->narrow == NARROW_WIDTH)
        return item->mask & low_bits(8 * width_bytes);
    return item->mask;
}

static void args_visible(const struct exposure *reference, const struct lane *lane,
                         struct visible *visible)
{
    const struct sbi_call *call = guest_call(reference, &lane->guest);

    for (unsigned i = 0; call && i < SBI_ARG_MAX; i++)
        if (call->expose >> i & 1)
            visible->x[REG_A0 + i] |= low_bits(sbi_type_bits(call->type[i]));
}

static void item_visible(const struct exposure *reference, const struct lane *lane,
                         const struct expose_item *item, const struct insn *insn,
                         struct visible *visible)
{
    uint64_t shown = item_bits(item, insn->width_bytes);

    if (item->source <= ITEM_X31) {
        visible->x[item->source] |= shown;
        return;
    }
    if (item->source >= ITEM_VSSTATUS && item->source < ITEM_SLOT_COUNT) {
        visible->csr[item->source - ITEM_VSSTATUS] |= shown;
        return;
    }
    switch (item->source) {
    case ITEM_STVAL:
        visible->stval |= shown;
        break;
    case ITEM_HTVAL:
        visible->htval |= shown;
        break;
    case ITEM_RS2:
        visible->x[insn->rs2] |= shown;
        break;
    case ITEM_RD:
        visible->x[insn->rd] |= shown;
        break;
    case ITEM_SBI_ARGS:
        args_visible(reference, lane, visible);
        break;
    case ITEM_PC:
        visible->pc = true;
        break;
    case ITEM_MODE:
        visible->mode = true;
        break;
    case ITEM_HTINST:
    case ITEM_HTINST_REAL:
        visible->instruction = true;
        break;
    case ITEM_LEGACY_MASK:
        visible->data = true;
        break;
    case ITEM_FP:
        visible->fp = true;
        break;
    case ITEM_VECTOR:
        visible->vector = true;
        break;
    default: /* scause, the transformed instruction, the constant of a WFI: part of what makes the
                row */
        break;
    }
}

void visible_of(const struct exposure *reference, const struct lane *lane, struct visible *visible)
{
    const struct exposure_row *row = &reference->row[lane->outcome.row];
    struct insn insn = code_insn(&lane->code);

    memset(visible, 0, sizeof *visible);
    for (unsigned i = 0; i < row->read_count; i++)
        item_visible(reference, lane, &reference->reads[row->first_read + i], &insn, visible);
}
