/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/tally.c — how many bits of the guest a view holds. */
#include "replay/engine.h"
#include "spec/spec.h"

uint64_t replay_guest_bits(void)
{
    const uint64_t trap_values = 3, fp_words = FPR_COUNT + 1, vector_words = 4;

    return 64 * (GPR_COUNT - 1 + 1 + GCSR_COUNT + trap_values + fp_words + vector_words) +
           8 * (uint64_t)VECTOR_COUNT * VLEN_BYTES + 1;
}

static unsigned bit_count(uint64_t value)
{
    return (unsigned)__builtin_popcountll(value);
}

static uint64_t arg_bits(const struct sbi_call *call)
{
    uint64_t total = 0;

    for (unsigned i = 0; call && i < SBI_ARG_MAX; i++)
        total += call->expose >> i & 1 ? sbi_type_bits(call->type[i]) : 0;
    return total;
}

static uint64_t item_bits(const struct exposure *spec, const struct expose_item *item,
                          const struct lane *lane, const struct insn *insn)
{
    switch (item->source) {
    case ITEM_SCAUSE: /* the host's own doing: it entered the guest and knows that it left */
    case ITEM_HTINST_A0:
    case ITEM_INSN:
        return 0; /* constants of the row: no bit of the guest */
    case ITEM_FP:
        return 64 * (FPR_COUNT + 1);
    case ITEM_VECTOR:
        return 8 * (uint64_t)VECTOR_COUNT * VLEN_BYTES + 64 * 4;
    case ITEM_MODE:
        return 1;
    case ITEM_SBI_ARGS:
        return arg_bits(guest_call(spec, &lane->guest));
    case ITEM_LEGACY_MASK:
        return lane->guest.x[REG_A7] == 4 ? 64 : 0;
    default:
        break;
    }
    if (item->narrow == NARROW_CANON32)
        return bit_count(item->mask & UINT32_MAX);
    if (item->narrow == NARROW_WIDTH)
        return insn->width_bytes
                   ? bit_count(item->mask &
                               width_mask(insn->width_bytes > 8 ? 8 : insn->width_bytes))
                   : 0;
    return bit_count(item->mask);
}

uint64_t tally_bits(const struct exposure *spec, const struct exit_outcome *outcome,
                    const struct lane *lane)
{
    const struct exposure_row *row = &spec->row[outcome->row];
    struct insn insn = code_insn(&lane->code);
    uint64_t total = 0;

    if (outcome->route != ROUTE_HOST)
        return 0;
    for (unsigned i = 0; i < row->read_count; i++)
        total += item_bits(spec, &spec->reads[row->first_read + i], lane, &insn);
    return total;
}
