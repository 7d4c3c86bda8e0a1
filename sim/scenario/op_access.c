/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/op_access.c — reads, writes, fetches and walks, by whoever. See op.h. */
#include <stdio.h>
#include <stdlib.h>

#include "memory/adversary.h"
#include "scenario/op.h"

/* What a name stood for before is gone, so that nobody takes old bytes for new ones. */
static void forget(struct world *world, int name)
{
    if (name < 0)
        return;
    free(world->bytes[name].data);
    world->bytes[name] = (struct world_bytes){0};
}

static void no_memory(struct outcome *outcome)
{
    outcome->kind = OUTCOME_FAULT;
    outcome->fault.kind = FAULT_ADDRESS;
}

/* Reads size bytes as the actor of the step sees them. */
static bool bytes_read(struct world *world, const struct scenario_step *step, uint8_t *to,
                       size_t size, struct outcome *outcome)
{
    struct memory *memory = world->machine->memory;
    struct access access;
    struct fault fault = {0};

    if (!world_access(world, step, ACCESS_READ, &access, outcome))
        return false;
    if (step->who.kind == WHO_DRAM) {
        if (dram_read(memory, access.spa, to, size) == STATUS_OK)
            return true;
        no_memory(outcome);
        return false;
    }
    if (memory_read(memory, &access, to, size, &fault))
        return true;
    world_fault(world, &access, &fault, outcome);
    return false;
}

static bool bytes_write(struct world *world, const struct scenario_step *step, const uint8_t *from,
                        size_t size, struct outcome *outcome)
{
    struct memory *memory = world->machine->memory;
    struct access access;
    struct fault fault = {0};

    if (!world_access(world, step, ACCESS_WRITE, &access, outcome))
        return false;
    if (step->who.kind == WHO_DRAM) {
        if (dram_write(memory, access.spa, from, size) == STATUS_OK)
            return true;
        no_memory(outcome);
        return false;
    }
    if (memory_write(memory, &access, from, size, &fault))
        return true;
    world_fault(world, &access, &fault, outcome);
    return false;
}

void run_read(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    uint8_t bytes[VALUE_BYTES];

    forget(world, step->remember);
    if (!bytes_read(world, step, bytes, step->size, &result->outcome))
        return;
    bytes_tell(bytes, step->size, result->after);
    if (step->remember >= 0 &&
        world_remember(world, step->remember, bytes, step->size) != STATUS_OK)
        no_memory(&result->outcome);
}

void run_write(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    uint8_t bytes[VALUE_BYTES];
    size_t size;

    if (!value_compute(world, step->data, bytes, &size) ||
        step->offset % PAGE_SIZE + size > PAGE_SIZE) {
        result->outcome.kind = OUTCOME_NOTHING;
        return;
    }
    if (bytes_write(world, step, bytes, size, &result->outcome))
        bytes_tell(bytes, size, result->after);
}

static void run_ask(struct world *world, const struct scenario_step *step, enum access_kind kind,
                    struct step_result *result)
{
    struct access access;
    struct memory_answer answer;

    if (!world_access(world, step, kind, &access, &result->outcome))
        return;
    if (memory_ask(world->machine->memory, &access, &answer))
        bytes_tell(answer.bytes, CIPHER_BLOCK_BYTES, result->after);
    else
        world_fault(world, &access, &answer.fault, &result->outcome);
}

void run_execute(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    run_ask(world, step, ACCESS_EXECUTE, result);
}

void run_walk(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    run_ask(world, step, ACCESS_WALK, result);
}

void run_copy(struct world *world, const struct scenario_step *step, struct step_result *result)
{
    struct scenario_step target = *step;
    uint8_t bytes[VALUE_BYTES];

    target.spa = world->scenario->page[step->to].spa;
    if (bytes_read(world, step, bytes, step->size, &result->outcome) &&
        bytes_write(world, &target, bytes, step->size, &result->outcome))
        bytes_tell(bytes, step->size, result->after);
}
