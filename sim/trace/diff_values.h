/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/diff_values.h — private to diff*.c: an event as the row of numbers that is compared. */
#ifndef CVMLAB_SIM_TRACE_DIFF_VALUES_H
#define CVMLAB_SIM_TRACE_DIFF_VALUES_H

#include "trace/diff.h"

/* Fills the row. */
void diff_values_fill(uint64_t value[DIFF_VALUES], const struct trace_event *event);

#endif
