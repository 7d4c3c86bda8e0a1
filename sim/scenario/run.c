/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/run.c — runs the steps and compares what happened with what the scenario says. See
 * run.h. */
#include "scenario/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/op.h"

/* The state of the page that a step is about, as the RMP has it. */
static void state_tell(const struct world *world, const struct scenario_step *step,
                       char cell[STEP_CELL_BYTES])
{
    const struct rmp *rmp = memory_rmp(world->machine->memory);
    const struct gstage_entry *mapping;
    const struct rmp_entry *entry;
    spa_t spa = step->spa;

    if (step->who.kind == WHO_GUEST && step->op->target != TARGET_HOST) {
        mapping = gstage_find(&world->guest[step->who.index].gstage, step->gpa);
        if (!mapping)
            return;
        spa = gstage_spa(mapping, step->gpa);
    }
    entry = rmp_find(rmp, spa);
    (void)snprintf(cell, STEP_CELL_BYTES, "%s%s", rmp_state_name(rmp_page_state(rmp, spa)),
                   entry && entry->is_large ? " 2M" : "");
}

static void step_run(struct world *world, const struct scenario_step *step,
                     struct step_result *result)
{
    bool shows_state = world_is_snp(world) && step->op->flags & OP_SHOWS_STATE;

    if (step->op->flags & OP_NEEDS_SNP && !world_is_snp(world)) {
        result->outcome.kind = OUTCOME_NO_INSTRUCTION;
        (void)snprintf(result->outcome.why, sizeof result->outcome.why,
                       "only a machine with SNP has it");
        return;
    }
    if (shows_state)
        state_tell(world, step, result->before);
    step->op->run(world, step, result);
    if (shows_state)
        state_tell(world, step, result->after);
}

static int outcome_index(const struct outcome *outcome)
{
    char word[OUTCOME_TEXT_BYTES];

    return outcome_word_find(outcome_word(outcome, word));
}

static enum scenario_verdict verdict_of(const struct scenario_run *run,
                                        const struct scenario *scenario)
{
    unsigned goals = 0, reached = 0;

    for (unsigned i = 0; i < scenario->step_count; i++)
        goals += scenario->step[i].goal >= 0;
    for (unsigned i = 0; i < run->count; i++) {
        const struct step_record *record = &run->record[i];

        if (record->step->goal >= 0)
            reached += outcome_index(&record->result.outcome) == record->step->goal;
    }
    if (goals == 0)
        return run->findings == 0 ? VERDICT_HOLDS : VERDICT_BROKEN;
    return reached == goals ? VERDICT_ATTACK_WORKS : VERDICT_BLOCKED;
}

static void steps_run(struct scenario_run *run, const struct scenario *scenario,
                      const struct run_options *options)
{
    uint8_t here = (uint8_t)(1U << options->mode);
    unsigned last = options->last_step && options->last_step < scenario->step_count
                        ? options->last_step
                        : scenario->step_count;
    bool is_over = false;

    for (unsigned i = 0; i < last && !is_over; i++) {
        const struct scenario_step *step = &scenario->step[i];
        struct step_record *record = &run->record[run->count];

        if (!(step->runs_in & here))
            continue;
        *record = (struct step_record){.step = step, .number = i + 1};
        who_tell(scenario, &step->who, record->who);
        step_tell(scenario, step, record->what);
        run->world->faulted_count = 0; /* only the last stop is of interest */
        step_run(run->world, step, &record->result);
        record->as_expected = outcome_index(&record->result.outcome) == step->expect[options->mode];
        run->findings += !record->as_expected;
        run->count++;
        is_over = step->ends_in & here;
    }
    run->is_whole = is_over || last == scenario->step_count;
}

struct scenario_run *scenario_run(const struct scenario *scenario,
                                  const struct run_options *options, enum status *status,
                                  struct diagnostic *diag)
{
    const struct scenario_mode *mode = &scenario->mode[options->mode];
    struct scenario_run *run = calloc(1, sizeof *run);

    if (!run) {
        *status = diagnostic_set(diag, STATUS_IO, "scenario", 0, 0, "not enough memory");
        return NULL;
    }
    *status =
        world_create(scenario, options->mode,
                     options->seed ? *options->seed : mode->machine.memory.seed, &run->world, diag);
    if (*status != STATUS_OK) {
        scenario_run_free(run);
        return NULL;
    }
    steps_run(run, scenario, options);
    run->verdict = verdict_of(run, scenario);
    run->ends_as_said = !run->is_whole || run->verdict == mode->ends;
    run->findings += !run->ends_as_said;
    return run;
}

void scenario_run_free(struct scenario_run *run)
{
    if (!run)
        return;
    world_destroy(run->world);
    free(run);
}
