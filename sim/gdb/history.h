/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/gdb/history.h — what has been, to go back there: snapshots of the machine, the first one of
 * its start, and runs from one of them to an age. Read gdb.h first.
 *
 * The age of a machine is the number of instructions and traps that all harts have behind them. The
 * machine has no choice, so the same age is the same state. What the debugger writes is not part of
 * that: it begins a new history. */
#ifndef CVMLAB_SIM_GDB_HISTORY_H
#define CVMLAB_SIM_GDB_HISTORY_H

#include "machine/live.h"
#include "machine/machine_snapshot.h"

enum { HISTORY_MARKS_MAX = 64 };

/* An age that can be gone to at once. */
struct history_mark {
    uint64_t age, instructions;
    struct machine_snapshot snapshot;
};

struct history {
    struct history_mark mark[HISTORY_MARKS_MAX]; /* by age */
    unsigned mark_count;
    uint64_t interval;   /* instructions between two marks, at least */
    size_t marked_bytes; /* of all snapshots */

    /* The machine's console passes through here: what was put out is not put out again, what was
     * taken is given again. */
    struct console console;    /* the user's */
    uint64_t at_put, at_taken; /* of the machine, bytes since its start */
    uint64_t put;              /* how far the user's is */
    uint8_t *input;            /* from input_first on */
    uint64_t input_first, input_bytes, input_room;
};

/* The console for the machine, in place of this one. history outlives it. */
struct console history_console(struct history *history, const struct console *console);

/* Frees. */
void history_free(struct history *history);

/* Begins anew: the machine, between two live_runs, is at this age, and nothing was before.
 * STATUS_IO: no memory; STATUS_BAD_STATE: of this machine there are no snapshots. There is no
 * history then. */
enum status history_begin(struct history *history, struct live *live, uint64_t age,
                          struct diagnostic *diag);

/* Adds a mark, between two live_runs, if the last one is not too near. No memory: adds none. */
void history_add(struct history *history, struct live *live, uint64_t age);

/* The last mark before an age, or at the begin: its index. There is at least one. */
unsigned history_find(const struct history *history, uint64_t age);

/* Puts the machine there. */
enum status history_go(struct history *history, struct live *live, unsigned index,
                       struct diagnostic *diag);

#endif
