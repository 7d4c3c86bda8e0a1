/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/run.h — runs a scenario in one of its modes, and keeps what each step did. */
#ifndef CVMLAB_SIM_SCENARIO_RUN_H
#define CVMLAB_SIM_SCENARIO_RUN_H

#include "scenario/world.h"

enum { STEP_WHO_BYTES = 48, STEP_WHAT_BYTES = 96 };

/* What happened at one step. */
struct step_record {
    const struct scenario_step *step;
    unsigned number; /* from 1, the same in every mode */
    char who[STEP_WHO_BYTES];
    char what[STEP_WHAT_BYTES];
    struct step_result result;
    bool as_expected;
};

struct scenario_run {
    struct world *world; /* as the last step left it; owned */
    struct step_record record[SCENARIO_STEP_MAX];
    unsigned count;    /* steps that ran */
    unsigned findings; /* steps that did not end as expected, and a wrong end */
    bool is_whole;     /* ran to its end: verdict means something */
    enum scenario_verdict verdict;
    bool ends_as_said;
};

struct run_options {
    unsigned mode;        /* index in scenario->mode */
    unsigned last_step;   /* the number of the last step to run; 0: all */
    const uint64_t *seed; /* NULL: the machine's */
};

/* Runs it. The scenario must outlive the run. NULL on error: *status STATUS_BAD_INPUT, what the
 * scenario declares cannot be; STATUS_IO, no memory. The caller frees with scenario_run_free. */
struct scenario_run *scenario_run(const struct scenario *scenario,
                                  const struct run_options *options, enum status *status,
                                  struct diagnostic *diag);

/* Frees; NULL is allowed. */
void scenario_run_free(struct scenario_run *run);

/* "victim VMPL1": who acts, for people. */
void who_tell(const struct scenario *scenario, const struct scenario_who *who,
              char out[STEP_WHO_BYTES]);

/* "rmpupdate secret -> victim gpa 0x8000": what a step does, for people. */
void step_tell(const struct scenario *scenario, const struct scenario_step *step,
               char out[STEP_WHAT_BYTES]);

#endif
