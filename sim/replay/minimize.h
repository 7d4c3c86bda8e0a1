/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/minimize.h — which items of a profile no recorded exit needed. An item that the host
 * can read is needed if some model of a hypervisor, given another value there, would have done
 * something else: another device access, another call, another answer. An item that the host can
 * write is used if a recorded answer carried something in it. */
#ifndef CVMLAB_SIM_REPLAY_MINIMIZE_H
#define CVMLAB_SIM_REPLAY_MINIMIZE_H

#include "replay/replay.h"

/* What is known of one item of one row. */
struct minimize_item {
    bool needed;
    uint64_t first; /* number of the first exit event that needed it */
};

/* Counts over all traces so far. Zero before the first one. Items are indexed as in the profile's
 * reads and writes. */
struct minimize_report {
    uint64_t exits[ROW_COUNT]; /* that the host was asked about and answered */
    struct minimize_item read[EXPOSURE_READ_MAX];
    struct minimize_item write[EXPOSURE_WRITE_MAX];
};

struct minimize_options {
    const struct exposure *spec;
    const struct host_model *host[REPLAY_HOST_MAX];
    uint32_t host_count; /* at least 1 */
    uint64_t seed;
};

/* Adds one trace to the report. Errors as replay_trace; the report then holds what was done until
 * there. */
enum status minimize_trace(const char *path, const struct minimize_options *options,
                           struct minimize_report *report, struct diagnostic *diag);

/* The same for one exit of a replay with the same profile; a step that no host answered changes
 * nothing. */
void minimize_step(const struct minimize_options *options, const struct replay_step *step,
                   struct minimize_report *report);

/* Items of rows with at least one exit that were never needed or used. */
uint64_t minimize_unneeded(const struct exposure *spec, const struct minimize_report *report);

#endif
