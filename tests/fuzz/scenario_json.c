/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/scenario_json.c — the reader of scenarios, and the runner. The input is the file; what
 * it begins with comes from the built-in scenarios. A scenario that is accepted runs in every mode,
 * and leaves tables that can be. */
#include <string.h>

#include "scenario/run.h"
#include "target.h"

enum { PAGES_MAX = 1 << 14 }; /* a larger machine is read, and not run */

static void run_check(const struct scenario *scenario, unsigned mode)
{
    struct run_options options = {.mode = mode};
    struct diagnostic diag = {{0}};
    enum status status;
    struct scenario_run *run = scenario_run(scenario, &options, &status, &diag);
    spa_t page;

    if (!run) {
        fuzz_expect(status == STATUS_BAD_INPUT && diag.text[0] && !strchr(diag.text, '\n'),
                    "what cannot be set up has one line that says why");
        return;
    }
    fuzz_expect(run->count <= scenario->step_count, "no step runs twice");
    for (unsigned i = 0; i < run->count; i++) {
        const struct step_result *result = &run->record[i].result;
        char word[OUTCOME_TEXT_BYTES];

        fuzz_expect(memchr(result->before, '\0', STEP_CELL_BYTES) != NULL &&
                        memchr(result->after, '\0', STEP_CELL_BYTES) != NULL,
                    "cells end");
        fuzz_expect(outcome_word_find(outcome_word(&result->outcome, word)) >= 0,
                    "every outcome can be expected");
    }
    fuzz_expect(rmp_check_all(memory_rmp(run->world->machine->memory), &page) == STATUS_OK,
                "every entry of the RMP stands for a state");
    fuzz_expect(psp_check_all(run->world->machine->psp, &page) == STATUS_OK,
                "contexts and Context pages belong together");
    scenario_run_free(run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct diagnostic diag = {{0}};
    enum status status;
    struct scenario *scenario =
        scenario_parse((const char *)data, size, "input.json", NULL, &status, &diag);

    if (!scenario) {
        fuzz_expect(status == STATUS_BAD_INPUT && diag.text[0] && !strchr(diag.text, '\n'),
                    "a refused scenario has one line that says why");
        return 0;
    }
    for (unsigned mode = 0; mode < scenario->mode_count; mode++)
        if (scenario->mode[mode].machine.memory.page_count <= PAGES_MAX)
            run_check(scenario, mode);
    scenario_free(scenario);
    return 0;
}
