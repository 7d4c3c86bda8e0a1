/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/cut.h — which events belong to a range of exits: each exit with what answered it. */
#ifndef CVMLAB_SIM_TRACE_CUT_H
#define CVMLAB_SIM_TRACE_CUT_H

#include "trace/source.h"

/* Set first and last, the rest to 0. Exits are numbered 0, 1, ... over all vCPUs in the order of
 * the trace. */
struct cut {
    uint64_t first, last;         /* both belong to the range */
    uint64_t exits;               /* seen so far */
    uint32_t unanswered;          /* exits of the range whose resume is still to come */
    bool is_open[TRACE_VCPU_MAX]; /* of which vCPUs */
};

/* Takes the next event of the trace into account; true if it belongs to the range: an exit in it,
 * what follows one on the same vCPU up to its resume, a note within. */
bool cut_takes(struct cut *cut, const struct trace_event *event);

/* Whether no further event can belong to the range. */
bool cut_is_complete(const struct cut *cut);

#endif
