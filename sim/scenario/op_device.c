/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/op_device.c — the IOMMU, and the devices that go through it. See op.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "scenario/op.h"

static uint16_t device_id(const struct world *world, int index)
{
    return scenario_device(world->scenario, (unsigned)index)->id;
}

static void status_set(enum status status, struct outcome *outcome)
{
    if (status == STATUS_OK)
        return;
    outcome->kind = OUTCOME_DENIED;
    (void)snprintf(outcome->why, sizeof outcome->why, "%s",
                   status == STATUS_DENIED ? "the device is bound to another guest, or to none"
                                           : "the IOMMU cannot do this");
}

void run_iommu_map(struct world *world, const struct scenario_step *step,
                   struct step_result *result)
{
    enum status status = iommu_map(world->machine->iommu, device_id(world, step->device),
                                   step->iova, step->spa, step->writable);

    status_set(status, &result->outcome);
    if (status == STATUS_OK)
        world_mark(world->reached, &world->reached_count, step->spa);
    (void)snprintf(result->after, sizeof result->after, "spa 0x%" PRIx64, step->spa.v);
}

void run_iommu_unmap(struct world *world, const struct scenario_step *step,
                     struct step_result *result)
{
    status_set(iommu_unmap(world->machine->iommu, device_id(world, step->device), step->iova),
               &result->outcome);
}

void run_bind(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    uint16_t asid = step->guest < 0 ? 0 : world->scenario->guest[step->guest].asid;

    status_set(iommu_bind(world->machine->iommu, device_id(world, step->device), asid),
               &result->outcome);
}

void run_accept_device(struct world *world, const struct scenario_step *step,
                       struct step_result *result)
{
    status_set(iommu_accept(world->machine->iommu, device_id(world, step->device),
                            world->scenario->guest[step->who.index].asid, step->on),
               &result->outcome);
}

/* What the IOMMU tells the hypervisor. */
static void event_set(struct world *world, const struct iommu_event *event, struct outcome *outcome)
{
    struct access access = {
        .actor = {.kind = ACTOR_DEVICE}, .kind = event->kind, .spa = event->spa};

    outcome->event = *event;
    if (event->reason == IOMMU_RMP_PAGE_FAULT && event->fault.check != RMP_CHECK_NONE) {
        access.gpa = event->fault.gpa;
        world_fault(world, &access, &event->fault, outcome);
    }
    outcome->kind = OUTCOME_DEVICE;
    if (outcome->why[0] == '\0')
        (void)snprintf(outcome->why, sizeof outcome->why, "%s: iova 0x%" PRIx64,
                       iommu_reason_name(event->reason), event->iova.v);
}

void run_dma_read(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    struct iommu_event event = {0};
    uint8_t bytes[VALUE_BYTES];
    enum status status = iommu_dma_read(world->machine->iommu, device_id(world, step->who.index),
                                        step->iova, bytes, step->size, &event);

    if (step->remember >= 0) {
        free(world->bytes[step->remember].data);
        world->bytes[step->remember] = (struct world_bytes){0};
    }
    if (status != STATUS_OK) {
        event_set(world, &event, &result->outcome);
        return;
    }
    bytes_tell(bytes, step->size, result->after);
    if (step->remember >= 0)
        status_set(world_remember(world, step->remember, bytes, step->size), &result->outcome);
}

void run_dma_write(struct world *world, const struct scenario_step *step,
                   struct step_result *result)
{
    struct iommu_event event = {0};
    uint8_t bytes[VALUE_BYTES];
    size_t size;

    if (!value_compute(world, step->data, bytes, &size)) {
        result->outcome.kind = OUTCOME_NOTHING;
        return;
    }
    if (iommu_dma_write(world->machine->iommu, device_id(world, step->who.index), step->iova, bytes,
                        size, &event) != STATUS_OK)
        event_set(world, &event, &result->outcome);
    else
        bytes_tell(bytes, size, result->after);
}
