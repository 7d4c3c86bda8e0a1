/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/op_firmware.c — the secure processor's commands that change pages. Swapped pages use
 * the metadata entry in the guest's context. See op.h. */
#include "scenario/op.h"

static spa_t to_of(const struct world *world, const struct scenario_step *step)
{
    return world->scenario->page[step->to].spa;
}

void run_reclaim(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    outcome_firmware(psp_page_reclaim(world->machine->psp, step->spa, step->is_large),
                     &result->outcome);
}

void run_unsmash(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    outcome_firmware(psp_page_unsmash(world->machine->psp, step->spa), &result->outcome);
}

void run_page_move(struct world *world, const struct scenario_step *step,
                   struct step_result *result)
{
    struct psp_page_move move = {.gctx = world->guest[step->guest].context,
                                 .from = step->spa,
                                 .to = to_of(world, step),
                                 .is_large = step->is_large};

    outcome_firmware(psp_page_move(world->machine->psp, &move), &result->outcome);
}

static struct psp_swap swap_of(const struct world *world, const struct scenario_step *step)
{
    return (struct psp_swap){.gctx = world->guest[step->guest].context,
                             .from = step->spa,
                             .to = to_of(world, step),
                             .is_large = step->is_large,
                             .kind = PSP_PAGE_DATA,
                             .use_root_entry = true};
}

void run_swap_out(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    struct psp_swap swap = swap_of(world, step);

    outcome_firmware(psp_swap_out(world->machine->psp, &swap), &result->outcome);
}

void run_swap_in(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    struct psp_swap swap = swap_of(world, step);

    outcome_firmware(psp_swap_in(world->machine->psp, &swap), &result->outcome);
}

void run_dbg_decrypt(struct world *world, const struct scenario_step *step,
                     struct step_result *result)
{
    outcome_firmware(psp_dbg_decrypt(world->machine->psp, world->guest[step->guest].context,
                                     step->spa, to_of(world, step)),
                     &result->outcome);
}
