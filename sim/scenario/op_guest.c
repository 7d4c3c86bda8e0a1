/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/op_guest.c — what a guest does to its pages: the instructions, and the rule by which
 * a careful one accepts a page. See op.h. */
#include <stdio.h>

#include "scenario/op.h"

static bool record_has(const struct world_guest *guest, gpa_t gpa)
{
    for (unsigned i = 0; i < guest->accepted_count; i++)
        if (guest->accepted[i] == gpa.v)
            return true;
    return false;
}

static void record_add(struct world_guest *guest, gpa_t gpa)
{
    if (!record_has(guest, gpa) && guest->accepted_count < SCENARIO_STEP_MAX)
        guest->accepted[guest->accepted_count++] = gpa.v;
}

static void record_remove(struct world_guest *guest, gpa_t gpa)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < guest->accepted_count; i++)
        if (guest->accepted[i] != gpa.v)
            guest->accepted[kept++] = guest->accepted[i];
    guest->accepted_count = kept;
}

void run_pvalidate(struct world *world, const struct scenario_step *step,
                   struct step_result *result)
{
    struct world_guest *guest = &world->guest[step->who.index];
    struct actor actor = world_actor(world, &step->who);
    struct rmp_target target;
    struct rmp_result done;

    if (!world_target(world, step, &target, &result->outcome))
        return;
    done = rmp_pvalidate(memory_rmp(world->machine->memory), &actor, &target, step->validate);
    world_instruction(world, step, &target, &done, &result->outcome);
    if (result->outcome.kind != OUTCOME_OK)
        return;
    if (step->validate)
        record_add(guest, step->gpa);
    else
        record_remove(guest, step->gpa);
}

/* What a guest's software makes of a page that it is told is new. */
void run_accept_page(struct world *world, const struct scenario_step *step,
                     struct step_result *result)
{
    bool is_careful = world->scenario->guest[step->who.index].is_careful;
    struct outcome *outcome = &result->outcome;

    if (is_careful && record_has(&world->guest[step->who.index], step->gpa)) {
        outcome->kind = OUTCOME_REFUSED_RECORD;
        (void)snprintf(outcome->why, sizeof outcome->why,
                       "the guest's own list says that it has accepted this address before");
        return;
    }
    run_pvalidate(world, step, result);
    if (outcome->kind != OUTCOME_CARRY)
        return;
    outcome->kind = is_careful ? OUTCOME_REFUSED_CARRY : OUTCOME_OK;
    (void)snprintf(outcome->why, sizeof outcome->why, "PVALIDATE says CF = 1: %s",
                   is_careful ? "the page is not new" : "this guest does not look");
}

void run_rmpadjust(struct world *world, const struct scenario_step *step,
                   struct step_result *result)
{
    struct actor actor = world_actor(world, &step->who);
    struct rmp_rights rights = {.vmpl = step->of_vmpl, .mask = step->rights, .vmsa = step->vmsa};
    struct rmp_target target;
    struct rmp_result done;

    if (!world_target(world, step, &target, &result->outcome))
        return;
    done = rmp_adjust(memory_rmp(world->machine->memory), &actor, &target, &rights);
    world_instruction(world, step, &target, &done, &result->outcome);
}

void run_rmpquery(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    static const char letters[] = "rwusk";
    struct actor actor = world_actor(world, &step->who);
    struct rmp_rights rights = {.vmpl = step->of_vmpl};
    struct rmp_target target;
    struct rmp_result done;

    if (!world_target(world, step, &target, &result->outcome))
        return;
    done = rmp_query(memory_rmp(world->machine->memory), &actor, &target, &rights);
    world_instruction(world, step, &target, &done, &result->outcome);
    if (result->outcome.kind != OUTCOME_OK)
        return;
    for (unsigned i = 0; letters[i]; i++)
        result->after[i] = rights.mask & 1U << i ? letters[i] : '-';
}
