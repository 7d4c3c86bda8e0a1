/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/op_host.c — what the hypervisor does to its tables: the G-stage of a guest, and the
 * RMP. See op.h. */
#include <inttypes.h>
#include <stdio.h>

#include "scenario/op.h"

static void mapping_tell(const struct gstage_entry *entry, char cell[STEP_CELL_BYTES])
{
    if (entry)
        (void)snprintf(cell, STEP_CELL_BYTES, "spa 0x%" PRIx64, entry->spa.v);
    else
        (void)snprintf(cell, STEP_CELL_BYTES, "nothing");
}

void run_map(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    struct gstage *gstage = &world->guest[step->guest].gstage;
    struct gstage_entry entry = {.gpa = step->gpa, .spa = step->spa, .is_large = step->is_large};

    mapping_tell(gstage_find(gstage, step->gpa), result->before);
    if (gstage_map(gstage, &entry) != STATUS_OK)
        result->outcome.kind = OUTCOME_NOTHING;
    mapping_tell(gstage_find(gstage, step->gpa), result->after);
}

void run_unmap(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    struct gstage *gstage = &world->guest[step->guest].gstage;

    mapping_tell(gstage_find(gstage, step->gpa), result->before);
    gstage_unmap(gstage, step->gpa);
    mapping_tell(gstage_find(gstage, step->gpa), result->after);
}

static void code_set(enum rmp_code code, struct outcome *outcome)
{
    if (code == RMP_OK)
        return;
    outcome->kind = OUTCOME_CODE;
    outcome->code = code;
}

void run_rmpupdate(struct world *world, const struct scenario_step *step,
                   struct step_result *result)
{
    struct actor actor = world_actor(world, &step->who);
    struct rmp_operand operand = {.assigned = step->owner != OWNER_HYPERVISOR,
                                  .is_large = step->is_large,
                                  .immutable = step->immutable};

    if (step->owner == OWNER_GUEST) {
        operand.asid = world->scenario->guest[step->guest].asid;
        operand.gpa = step->gpa;
    }
    if (step->owner == OWNER_FIRMWARE)
        operand.immutable = true; /* that is how a page is donated */
    code_set(rmp_update(memory_rmp(world->machine->memory), &actor, step->spa, &operand),
             &result->outcome);
}

void run_psmash(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    struct actor actor = world_actor(world, &step->who);

    code_set(rmp_psmash(memory_rmp(world->machine->memory), &actor, step->spa), &result->outcome);
}

void run_rmpread(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    struct actor actor = world_actor(world, &step->who);
    struct rmp_operand operand = {0};
    enum rmp_code code = rmp_read(memory_rmp(world->machine->memory), &actor, step->spa, &operand);

    code_set(code, &result->outcome);
    if (code == RMP_OK)
        (void)snprintf(result->after, sizeof result->after, "ASID %u, 0x%" PRIx64, operand.asid,
                       operand.gpa.v);
}

void run_vmrun(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    struct scenario_step entered = *step; /* as the guest that is run */
    struct rmp_target target = {.gpa = step->gpa, .spa = step->spa};
    struct rmp_result done;
    struct actor actor;

    entered.who = (struct scenario_who){.kind = WHO_GUEST, .index = (uint8_t)step->guest};
    actor = world_actor(world, &entered.who);
    done = rmp_vmsa_enter(memory_rmp(world->machine->memory), &actor, step->gpa, step->spa);
    world_instruction(world, &entered, &target, &done, &result->outcome);
    if (result->outcome.kind == OUTCOME_FAULT && result->outcome.why[0] == '\0')
        (void)snprintf(result->outcome.why, sizeof result->outcome.why, "the page is no save area");
}

void run_vmexit(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    (void)result;
    rmp_vmsa_leave(memory_rmp(world->machine->memory), step->spa);
}
