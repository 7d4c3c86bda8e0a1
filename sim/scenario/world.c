/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/world.c — builds the world that a scenario declares. Set-up goes through the same
 * operations as the steps, so that it can produce no state that they could not. See world.h. */
#include "scenario/world.h"

#include <stdio.h>
#include <stdlib.h>

#include "scenario/op.h"

/* A step that nobody wrote down: what `who` does to a page. */
static struct scenario_step step_for(const struct scenario_page *page, struct scenario_who who)
{
    return (struct scenario_step){.who = who,
                                  .guest = page->guest,
                                  .spa = page->spa,
                                  .gpa = page->gpa,
                                  .is_large = page->is_large,
                                  .is_shared = page->start == PAGE_START_SHARED,
                                  .owner = OWNER_GUEST,
                                  .validate = true,
                                  .data = page->holds,
                                  .remember = SCENARIO_NONE};
}

static enum status page_fail(const struct world *world, const struct scenario_page *page,
                             const char *what, const struct step_result *result,
                             struct diagnostic *diag)
{
    char word[OUTCOME_TEXT_BYTES];

    return diagnostic_set(diag, STATUS_BAD_INPUT, page->file, page->line, page->col,
                          "page \"%s\" cannot be %s in mode %s: %s; expected pages that can all be "
                          "there at once",
                          page->name, what, world->scenario->mode[world->mode].name,
                          outcome_word(&result->outcome, word));
}

static enum status page_give(struct world *world, const struct scenario_page *page,
                             struct diagnostic *diag)
{
    struct scenario_who hypervisor = {.kind = WHO_HYPERVISOR};
    struct scenario_who guest = {.kind = WHO_GUEST, .index = (uint8_t)page->guest};
    struct scenario_step step = step_for(page, hypervisor);
    bool has_rmp = world_is_snp(world) && world->scenario->guest[page->guest].is_snp;
    struct step_result result = {0};

    run_map(world, &step, &result);
    if (page->start == PAGE_START_PRIVATE && has_rmp) {
        run_rmpupdate(world, &step, &result);
        if (result.outcome.kind != OUTCOME_OK)
            return page_fail(world, page, "given to its guest", &result, diag);
        step.who = guest;
        run_pvalidate(world, &step, &result);
    }
    if (result.outcome.kind != OUTCOME_OK)
        return page_fail(world, page, "accepted by its guest", &result, diag);
    return STATUS_OK;
}

/* What the page holds, and zeros behind it, so that no part of it is noise. */
static void page_fill(struct world *world, const struct scenario_step *step,
                      struct step_result *result)
{
    uint8_t bytes[VALUE_BYTES] = {0};
    struct access access;
    struct fault fault = {0};
    size_t size;

    if (!value_compute(world, step->data, bytes, &size))
        result->outcome.kind = OUTCOME_NOTHING;
    else if (world_access(world, step, ACCESS_WRITE, &access, &result->outcome) &&
             !memory_write(world->machine->memory, &access, bytes, sizeof bytes, &fault))
        world_fault(world, &access, &fault, &result->outcome);
}

static enum status page_set_up(struct world *world, const struct scenario_page *page,
                               struct diagnostic *diag)
{
    bool is_free = page->start == PAGE_START_FREE;
    struct scenario_who who = {.kind = is_free ? WHO_HYPERVISOR : WHO_GUEST,
                               .index = (uint8_t)(is_free ? 0 : page->guest)};
    struct scenario_step step = step_for(page, who);
    struct step_result result = {0};
    enum status status = is_free ? STATUS_OK : page_give(world, page, diag);

    if (status != STATUS_OK || page->holds < 0)
        return status;
    page_fill(world, &step, &result);
    return result.outcome.kind == OUTCOME_OK ? STATUS_OK
                                             : page_fail(world, page, "written", &result, diag);
}

/* Gives every running guest its key; guests of one ASID share it. */
static enum status keys_install(struct world *world)
{
    const struct scenario *scenario = world->scenario;

    for (unsigned i = 0; i < scenario->guest_count; i++) {
        bool is_new = scenario->guest[i].is_running;

        for (unsigned j = 0; j < i; j++)
            is_new = is_new && !(scenario->guest[j].is_running &&
                                 scenario->guest[j].asid == scenario->guest[i].asid);
        if (is_new &&
            memory_key_install(world->machine->memory, scenario->guest[i].asid) != STATUS_OK)
            return STATUS_IO;
    }
    return STATUS_OK;
}

static enum status world_set_up(struct world *world, struct diagnostic *diag)
{
    const struct scenario *scenario = world->scenario;
    enum psp_status booted = PSP_SUCCESS;
    enum status status;

    if (world_is_snp(world) && scenario->is_booted)
        booted = machine_boot(world->machine);
    if (booted != PSP_SUCCESS)
        return diagnostic_set(diag, STATUS_BAD_INPUT, scenario->doc[0].name, 0, 0,
                              "the secure processor of the machine does not start: %s; expected "
                              "another machine, or \"booted\": false",
                              psp_status_name(booted));
    status = keys_install(world);
    if (status != STATUS_OK)
        return diagnostic_set(diag, STATUS_IO, scenario->doc[0].name, 0, 0, "no key can be made");
    for (unsigned i = 0; i < scenario->page_count && status == STATUS_OK; i++)
        status = page_set_up(world, &scenario->page[i], diag);
    return status;
}

enum status world_create(const struct scenario *scenario, unsigned mode, uint64_t seed,
                         struct world **out, struct diagnostic *diag)
{
    struct machine_spec spec = scenario->mode[mode].machine;
    struct world *world = calloc(1, sizeof *world);
    enum status status = STATUS_IO;

    *out = NULL;
    spec.memory.seed = seed;
    if (world) {
        world->scenario = scenario;
        world->mode = mode;
        status = machine_create(&spec, &world->machine);
    }
    if (status == STATUS_OK)
        status = world_set_up(world, diag);
    else
        status = diagnostic_set(diag, status, scenario->doc[0].name, 0, 0,
                                "the machine \"%s\" cannot be built; expected less RAM", spec.name);
    if (status == STATUS_OK)
        *out = world;
    else
        world_destroy(world);
    return status;
}

void world_destroy(struct world *world)
{
    if (!world)
        return;
    for (unsigned i = 0; i < SCENARIO_GUEST_MAX; i++)
        gstage_free(&world->guest[i].gstage);
    for (unsigned i = 0; i < SCENARIO_BYTES_MAX; i++)
        free(world->bytes[i].data);
    machine_destroy(world->machine);
    free(world);
}
