/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/run_record.h — `cvmlab run --record`: what a hypervisor on the live machine does with its
 * guests, as an exit trace (docs/TRACE.md) for `cvmlab replay`. A vCPU is what a hart runs with
 * V = 1; an exit is a trap from there to HS or M, a resume the return. */
#ifndef CVMLAB_SIM_CLI_RUN_RECORD_H
#define CVMLAB_SIM_CLI_RUN_RECORD_H

#include "machine/live.h"

struct run_record;

struct run_record_config {
    const char *path;
    const char *guest; /* name of the program, for the header */
    const struct machine_spec *spec;
};

/* Begins a recording. NULL and diag: path cannot be written, no memory, or no temporary file (the
 * header says what is known only at the end, so events wait there). */
struct run_record *run_record_create(const struct run_record_config *config,
                                     struct diagnostic *diag);

/* Puts record between the machine and observer, which hears everything as before. */
struct live_observer run_record_observer(struct run_record *record,
                                         const struct live_observer *observer);

/* The machine that is watched, once it is there. */
void run_record_live_set(struct run_record *record, struct live *live);

/* Writes the trace. STATUS_BAD_INPUT: nothing ran with V = 1; STATUS_IO: not written; STATUS_FULL:
 * the guest's memory map does not fit the header. Nothing is on disk then. */
enum status run_record_write(struct run_record *record, struct diagnostic *diag);

/* Frees; NULL is allowed. */
void run_record_destroy(struct run_record *record);

#endif
