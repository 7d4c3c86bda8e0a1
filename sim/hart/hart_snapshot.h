/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/hart_snapshot.h — a hart that runs, as bytes: everything that decides what it does next.
 * Its translations are not part of it; whoever saves or loads one calls the memory's pages back
 * (memory/memory_snapshot.h), which empties them. */
#ifndef CVMLAB_SIM_HART_HART_SNAPSHOT_H
#define CVMLAB_SIM_HART_HART_SNAPSHOT_H

#include "base/snapshot_stream.h"
#include "hart/hart_run.h"

/* Saves it, between two turns, or loads it into a hart of the same features. Memory and the clock
 * of the platform are loaded before. Loading fails on what this hart can never hold, illegal values
 * of CSRs among it; then it is as after a reset, or so in parts. */
void hart_run_snapshot(struct hart_run *run, struct snapshot_stream *stream);

/* The same for the model alone, for hart_run.c. */
void hart_snapshot(struct hart *hart, struct snapshot_stream *stream);

#endif
