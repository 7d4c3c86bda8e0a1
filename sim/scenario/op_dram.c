/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/op_dram.c — who holds the memory modules, the bus or the cache. See op.h. */
#include <stdio.h>

#include "memory/adversary.h"
#include "scenario/op.h"

static void status_set(enum status status, struct outcome *outcome)
{
    if (status != STATUS_OK)
        outcome->kind = OUTCOME_NOTHING;
}

void run_alias(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    status_set(dram_alias_set(world->machine->memory, step->bit), &result->outcome);
}

void run_unalias(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    (void)step;
    status_set(dram_alias_set(world->machine->memory, -1), &result->outcome);
}

void run_cache(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    status_set(cache_model_set(world->machine->memory, step->on), &result->outcome);
}

void run_invd(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    bool is_patched = world->machine->spec.patched_invd;

    (void)step;
    cache_invd(world->machine->memory, is_patched);
    (void)snprintf(result->after, sizeof result->after, "%s",
                   is_patched ? "written back" : "dirty lines lost");
}

void run_wbinvd(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    (void)step;
    cache_wbinvd(world->machine->memory);
    psp_note_wbinvd(world->machine->psp);
    (void)snprintf(result->after, sizeof result->after, "written back");
}
