/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/world_access.c — the way of an access: guest-physical address, the hypervisor's
 * G-stage, the door; and what a person wants to know of a fault. See world.h. */
#include <inttypes.h>
#include <stdio.h>

#include "scenario/world.h"

bool world_is_snp(const struct world *world)
{
    return world->scenario->mode[world->mode].mode == MEMORY_SNP;
}

struct actor world_actor(const struct world *world, const struct scenario_who *who)
{
    struct actor actor = {.kind = ACTOR_HYPERVISOR};

    if (who->kind == WHO_GUEST) {
        const struct scenario_guest *guest = &world->scenario->guest[who->index];

        actor = (struct actor){.kind = ACTOR_GUEST,
                               .asid = guest->asid,
                               .vmpl = who->vmpl,
                               .cpl = who->cpl,
                               .is_snp = guest->is_snp && world_is_snp(world)};
    }
    if (who->kind == WHO_FIRMWARE)
        actor.kind = ACTOR_FIRMWARE;
    return actor;
}

static void not_mapped(gpa_t gpa, struct outcome *outcome)
{
    outcome->kind = OUTCOME_NOT_MAPPED;
    outcome->fault = (struct fault){.kind = FAULT_NESTED, .gpa = gpa};
    (void)snprintf(outcome->why, sizeof outcome->why,
                   "the hypervisor maps nothing at gpa 0x%" PRIx64, gpa.v);
}

bool world_access(const struct world *world, const struct scenario_step *step,
                  enum access_kind kind, struct access *access, struct outcome *outcome)
{
    const struct gstage_entry *entry;

    *access = (struct access){.actor = world_actor(world, &step->who),
                              .kind = kind,
                              .spa = {step->spa.v + step->offset},
                              .is_large = step->given & 1U << ARG_LARGE && step->is_large};
    if (step->who.kind != WHO_GUEST)
        return true;
    access->gpa.v = step->gpa.v + step->offset;
    access->is_private = !step->is_shared;
    entry = gstage_find(&world->guest[step->who.index].gstage, access->gpa);
    if (!entry) {
        not_mapped(access->gpa, outcome);
        return false;
    }
    access->spa = gstage_spa(entry, access->gpa);
    access->is_large = entry->is_large;
    return true;
}

/* "guest victim", "the hypervisor", "the firmware". */
static const char *owner_tell(const struct world *world, const struct rmp_entry *entry,
                              char out[48])
{
    if (!entry || !entry->assigned)
        return "the hypervisor";
    if (entry->asid == 0)
        return "the firmware";
    for (unsigned i = 0; i < world->scenario->guest_count; i++)
        if (world->scenario->guest[i].asid == entry->asid) {
            (void)snprintf(out, 48, "guest %s", world->scenario->guest[i].name);
            return out;
        }
    (void)snprintf(out, 48, "ASID %u", entry->asid);
    return out;
}

/* "rw-s-" */
static const char *rights_tell(unsigned mask, char out[8])
{
    static const char letters[] = "rwusk";

    for (unsigned i = 0; i < 5; i++)
        out[i] = mask & 1U << i ? letters[i] : '-';
    out[5] = '\0';
    return out;
}

static const char *size_tell(bool is_large)
{
    return is_large ? "2 MiB" : "4 KiB";
}

/* What the failed check compared, in the numbers of this access. */
static void check_tell(const struct world *world, const struct access *access,
                       const struct fault *fault, struct outcome *outcome)
{
    const struct rmp_entry *entry = rmp_find(memory_rmp(world->machine->memory), fault->spa);
    const char *name = rmp_check_name(fault->check);
    char owner[48], rights[8], *out = outcome->why;
    size_t size = sizeof outcome->why;

    switch (fault->check) {
    case RMP_CHECK_HYPERVISOR_OWNED:
        if (access->is_large && !(entry && entry->assigned))
            (void)snprintf(out, size, "%s: another page of these 2 MiB is assigned", name);
        else
            (void)snprintf(out, size, "%s: the page is of %s", name,
                           owner_tell(world, entry, owner));
        break;
    case RMP_CHECK_COVERED:
        (void)snprintf(out, size, "%s: the table ends before spa 0x%" PRIx64, name, fault->spa.v);
        break;
    case RMP_CHECK_GUEST_OWNED:
        (void)snprintf(out, size, "%s: the page is of %s, used by ASID %u", name,
                       owner_tell(world, entry, owner), access->actor.asid);
        break;
    case RMP_CHECK_REVERSE_MAP:
        (void)snprintf(out, size, "%s: entry says gpa 0x%" PRIx64 ", used at 0x%" PRIx64, name,
                       entry ? entry->gpa : 0, access->gpa.v & ~(uint64_t)(PAGE_SIZE - 1));
        break;
    case RMP_CHECK_MUTABLE:
        (void)snprintf(out, size, "%s: the page waits for the firmware", name);
        break;
    case RMP_CHECK_PAGE_SIZE:
        (void)snprintf(out, size, "%s: entry is %s, %s %s", name,
                       size_tell(entry && entry->is_large),
                       fault->error & FAULT_ERROR_SIZE ? "asked for" : "mapped as",
                       size_tell(access->is_large));
        break;
    case RMP_CHECK_VALIDATED:
        (void)snprintf(out, size, "%s: the guest has not accepted this page", name);
        break;
    case RMP_CHECK_VMPL:
        (void)snprintf(out, size, "%s: VMPL%u may %s here, and asks to %s", name,
                       access->actor.vmpl,
                       rights_tell(entry ? entry->permission[access->actor.vmpl] : 0, rights),
                       access_kind_name(access->kind));
        break;
    default:
        out[0] = '\0';
    }
}

void world_mark(spa_t *list, unsigned *count, spa_t page)
{
    page.v &= ~(uint64_t)(PAGE_SIZE - 1);
    for (unsigned i = 0; i < *count; i++)
        if (list[i].v == page.v)
            return;
    if (*count < WORLD_MARK_MAX)
        list[(*count)++] = page;
}

void world_fault(struct world *world, const struct access *access, const struct fault *fault,
                 struct outcome *outcome)
{
    outcome->kind = OUTCOME_FAULT;
    outcome->fault = *fault;
    world_mark(world->faulted, &world->faulted_count, fault->spa);
    if (fault->check != RMP_CHECK_NONE)
        check_tell(world, access, fault, outcome);
    else if (fault->kind == FAULT_PROTECTION)
        (void)snprintf(outcome->why, sizeof outcome->why, "VMPL%u and CPL%u may not do this",
                       access->actor.vmpl, access->actor.cpl);
    else if (fault->kind == FAULT_ADDRESS)
        (void)snprintf(outcome->why, sizeof outcome->why, "no memory at spa 0x%" PRIx64,
                       fault->spa.v);
}

bool world_target(const struct world *world, const struct scenario_step *step,
                  struct rmp_target *target, struct outcome *outcome)
{
    struct access access;

    if (!world_access(world, step, ACCESS_READ, &access, outcome))
        return false;
    *target = (struct rmp_target){.gpa = step->gpa, .spa = access.spa, .is_large = step->is_large};
    return true;
}

void world_instruction(struct world *world, const struct scenario_step *step,
                       const struct rmp_target *target, const struct rmp_result *done,
                       struct outcome *outcome)
{
    struct access access = {.actor = world_actor(world, &step->who),
                            .spa = target->spa,
                            .gpa = target->gpa,
                            .is_large = target->is_large};

    if (done->fault.kind != FAULT_NONE) {
        world_fault(world, &access, &done->fault, outcome);
    } else if (done->code != RMP_OK) {
        outcome->kind = OUTCOME_CODE;
        outcome->code = done->code;
    } else if (done->carry) {
        outcome->kind = OUTCOME_CARRY;
        (void)snprintf(outcome->why, sizeof outcome->why,
                       "the page was in that state already: to be treated as an attack");
    }
}
