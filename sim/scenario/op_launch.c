/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/op_launch.c — the secure processor's commands that start and end guests: those of
 * SEV-SNP in the mode snp, the older ones in the others. See op.h. */
#include <stdio.h>

#include "psp/sev_guest.h"
#include "scenario/op.h"

static struct world_guest *guest_of(struct world *world, const struct scenario_step *step)
{
    return &world->guest[step->guest];
}

void run_init(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    enum psp_status status = machine_boot(world->machine);

    (void)step;
    outcome_firmware(status, &result->outcome);
    if (status == PSP_INVALID_CONFIG && world->machine->spec.alias_check)
        (void)snprintf(result->outcome.why, sizeof result->outcome.why,
                       "the search for aliases found two addresses with the same cells");
}

void run_gctx_create(struct world *world, const struct scenario_step *step,
                     struct step_result *result)
{
    enum psp_status status = psp_gctx_create(world->machine->psp, step->spa);

    outcome_firmware(status, &result->outcome);
    if (status != PSP_SUCCESS)
        return;
    guest_of(world, step)->context = step->spa;
    guest_of(world, step)->has_context = true;
}

void run_launch_start(struct world *world, const struct scenario_step *step,
                      struct step_result *result)
{
    struct world_guest *guest = guest_of(world, step);
    struct psp_launch_start start = {
        .gctx = guest->context, .policy = PSP_POLICY_MUST_BE_ONE | PSP_POLICY_SMT | step->policy};

    if (world_is_snp(world))
        outcome_firmware(psp_launch_start(world->machine->psp, &start), &result->outcome);
    else
        outcome_firmware(sev_launch_start(world->machine->psp, 0, &guest->handle),
                         &result->outcome);
}

void run_activate(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    const struct world_guest *guest = guest_of(world, step);
    uint16_t asid = world->scenario->guest[step->guest].asid;

    if (world_is_snp(world))
        outcome_firmware(psp_activate(world->machine->psp, guest->context, asid), &result->outcome);
    else
        outcome_firmware(sev_activate(world->machine->psp, guest->handle, asid), &result->outcome);
}

static enum psp_status update_snp(struct world *world, const struct scenario_step *step)
{
    struct psp_launch_update update = {.gctx = guest_of(world, step)->context,
                                       .page = step->spa,
                                       .is_large = step->is_large,
                                       .page_type = (enum launch_page_type)step->type};

    if (step->of_vmpl > 0)
        update.permissions[step->of_vmpl - 1] = step->rights;
    return psp_launch_update(world->machine->psp, &update);
}

void run_launch_update(struct world *world, const struct scenario_step *step,
                       struct step_result *result)
{
    uint32_t handle = guest_of(world, step)->handle;
    struct psp *psp = world->machine->psp;

    if (world_is_snp(world))
        outcome_firmware(update_snp(world, step), &result->outcome);
    else if (step->type == LAUNCH_PAGE_VMSA)
        outcome_firmware(sev_launch_update_vmsa(psp, handle, step->spa), &result->outcome);
    else
        outcome_firmware(sev_launch_update_data(psp, handle, step->spa,
                                                step->is_large ? LARGE_PAGE_SIZE : PAGE_SIZE),
                         &result->outcome);
}

void run_launch_measure(struct world *world, const struct scenario_step *step,
                        struct step_result *result)
{
    const struct world_guest *guest = guest_of(world, step);
    uint8_t legacy[LEGACY_DIGEST_BYTES];
    struct psp_guest told = {0};
    enum psp_status status;
    const uint8_t *digest = world_is_snp(world) ? told.digest.ld : legacy;
    size_t size = world_is_snp(world) ? DIGEST_BYTES : LEGACY_DIGEST_BYTES;

    if (world_is_snp(world))
        status = psp_guest_status(world->machine->psp, guest->context, &told);
    else
        status = sev_launch_measure(world->machine->psp, guest->handle, legacy);
    outcome_firmware(status, &result->outcome);
    if (status != PSP_SUCCESS)
        return;
    bytes_tell(digest, size, result->after);
    if (step->remember >= 0 && world_remember(world, step->remember, digest, size) != STATUS_OK)
        result->outcome.kind = OUTCOME_NOTHING;
}

void run_launch_finish(struct world *world, const struct scenario_step *step,
                       struct step_result *result)
{
    struct psp_launch_finish finish = {.gctx = guest_of(world, step)->context};

    if (world_is_snp(world))
        outcome_firmware(psp_launch_finish(world->machine->psp, &finish), &result->outcome);
    else
        outcome_firmware(sev_launch_finish(world->machine->psp, guest_of(world, step)->handle),
                         &result->outcome);
}

void run_decommission(struct world *world, const struct scenario_step *step,
                      struct step_result *result)
{
    struct world_guest *guest = guest_of(world, step);

    if (world_is_snp(world))
        outcome_firmware(psp_decommission(world->machine->psp, guest->context), &result->outcome);
    else
        outcome_firmware(sev_decommission(world->machine->psp, guest->handle), &result->outcome);
    if (result->outcome.kind == OUTCOME_OK)
        guest->has_context = false;
}

void run_df_flush(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    struct psp *psp = world->machine->psp;

    (void)step;
    outcome_firmware(world_is_snp(world) ? psp_df_flush(psp) : sev_df_flush(psp), &result->outcome);
}

void run_key_install(struct world *world, const struct scenario_step *step,
                     struct step_result *result)
{
    uint16_t asid = world->scenario->guest[step->guest].asid;

    if (memory_key_install(world->machine->memory, asid) != STATUS_OK)
        result->outcome.kind = OUTCOME_NOTHING;
}
