/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/hart_run.h — a hart that runs: the model (hart.h) on its engine (engine.h). The machine
 * makes one per hart and gives it turns. Counts and traps are the same however the turns are cut,
 * and whoever looks on. */
#ifndef CVMLAB_SIM_HART_HART_RUN_H
#define CVMLAB_SIM_HART_HART_RUN_H

#include "hart/hart.h"

struct hart_run;

/* What a platform hears of beyond its bus; all zeros: nothing. */
struct hart_platform {
    void *context;
    /* The hart has stored to one of the watched pages; told before its next instruction. */
    void (*stored)(void *context);
    /* An ebreak at pc. true: the platform has taken it, and the hart goes on behind it; false: it
     * is a breakpoint. NULL: they all are. */
    bool (*breakpoint)(void *context, uint64_t pc);
    spa_t watched[2]; /* in RAM; 0: none */
};

struct hart_run_config {
    struct hart_config hart; /* but for .engine and .masked, which are filled in here */
    /* Before every instruction, with its pc; NULL: nobody wants to know, which is ten times faster.
     * May call hart_run_stop. */
    void (*step)(void *context, uint64_t pc);
    void *step_context;
    struct hart_platform platform;
};

/* Why a turn ended. */
enum hart_run_end {
    HART_RUN_LIMIT,     /* at least the instructions asked for are done */
    HART_RUN_WAIT,      /* HART_STOP_WAIT */
    HART_RUN_TRAP_LOOP, /* HART_STOP_TRAP_LOOP */
    HART_RUN_STOPPED    /* hart_run_stop */
};

/* After reset, all registers 0, pc 0. STATUS_BAD_INPUT: a feature is out of its range; STATUS_IO:
 * no memory, or the engine cannot be started. *out is NULL then and diag says why. The caller frees
 * with hart_run_destroy; the memory outlives it. */
enum status hart_run_create(const struct hart_run_config *config, struct hart_run **out,
                            struct diagnostic *diag);

/* Frees; NULL is allowed. */
void hart_run_destroy(struct hart_run *run);

/* One turn: goes on where the last one ended, until the hart has retired limit instructions since
 * reset or a little more (the next branch, jump or trap after it), or something else ends it. *end
 * says what. STATUS_IO: the engine failed; diag says how. */
enum status hart_run(struct hart_run *run, uint64_t limit, enum hart_run_end *end,
                     struct diagnostic *diag);

/* Ends the turn after what is being done now. From a device, an observer or step (before whose
 * instruction it ends); ignored outside of a turn. */
void hart_run_stop(struct hart_run *run);

/* The hart; belongs to run. */
struct hart *hart_run_hart(struct hart_run *run);

/* Its count of instructions; belongs to run. Exact whenever a device, an observer or step is
 * called, and between turns. */
struct engine_clock *hart_run_clock(struct hart_run *run);

/* Registers by number (enum engine_register), between turns and from observers and step. */
uint64_t hart_run_get(struct hart_run *run, unsigned number);
void hart_run_set(struct hart_run *run, unsigned number, uint64_t value);

/* Where the next turn begins; between turns only. */
uint64_t hart_run_pc(const struct hart_run *run);
void hart_run_pc_set(struct hart_run *run, uint64_t pc);

#endif
