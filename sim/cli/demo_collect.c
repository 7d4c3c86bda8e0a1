/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/demo_collect.c — what the demonstration picks out of a replay. Read demo.h first. */
#include "cli/demo.h"

#include "replay/engine.h"

/* General registers that a row puts before the host, as a set of slots. */
static uint32_t registers_shown(const struct exposure *spec, const struct replay_step *step,
                                const struct insn *insn)
{
    const struct exposure_row *row = &spec->row[step->outcome->row];
    const struct sbi_call *call = exposure_find_call(
        spec, (int32_t)(uint32_t)step->guest->x[REG_A7], (int32_t)(uint32_t)step->guest->x[REG_A6]);
    uint32_t slots = 0;

    for (unsigned i = row->first_read; i < row->first_read + row->read_count; i++) {
        const struct expose_item *item = &spec->reads[i];
        unsigned slot = item->slot == ITEM_RS2 ? insn->rs2 : item->slot;

        if (item->source == ITEM_SBI_ARGS)
            slots |= call ? (uint32_t)call->expose << REG_A0 : 0;
        else if (slot <= ITEM_X31)
            slots |= (uint32_t)1 << slot;
    }
    return slots & ~(uint32_t)1;
}

/* The first store of which part of the register stays hidden, else the first store at all. */
static void example_consider(struct demo_example *example, const struct replay_step *step,
                             const struct insn *insn)
{
    uint64_t data = step->guest->x[insn->rs2];
    unsigned bits_stored = 8 * (unsigned)insn->width_bytes;
    bool hides_part;

    if (insn->class != INSN_STORE || data == 0)
        return;
    hides_part = data != sign_extend(data, bits_stored) && data >> (bits_stored - 1) > 1;
    if (example->hides_part || (example->present && !hides_part))
        return;
    *example = (struct demo_example){
        .present = true,
        .hides_part = hides_part,
        .n = step->exit->n,
        .address = step->exit->trap.htval << 2 | (step->exit->trap.stval & 3),
        .insn = *insn,
        .before = *step->guest,
        .after = *step->next,
        .view = step->outcome->view,
        .answer = *step->answer,
    };
}

void demo_collect(struct demo_result *result, const struct exposure *spec,
                  const struct replay_step *step)
{
    const struct code code = code_recover(step->exit, step->resume);
    const struct insn insn = insn_decode(code.half[0] | (uint32_t)code.half[1] << 16);
    uint32_t slots = step->outcome->route == ROUTE_HOST ? registers_shown(spec, step, &insn) : 0;

    result->registers_shown += (uint64_t)__builtin_popcount(slots);
    result->exits_without_register += slots == 0;
    if (step->outcome->route != ROUTE_HOST || !step->recorded || !step->next)
        return;
    result->answers++;
    if (step->outcome->row == ROW_MMIO_S && !step->mismatch)
        example_consider(&result->example, step, &insn);
}

bool demo_holds(const struct demo_result *result)
{
    return replay_holds(&result->strict) && result->open.confidential_violations > 0;
}
