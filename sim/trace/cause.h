/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/cause.h — private: cause_by_name of trace.h for a piece of a line. */
#ifndef CVMLAB_SIM_TRACE_CAUSE_H
#define CVMLAB_SIM_TRACE_CAUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The scause whose name is these bytes. False, and scause undefined, if there is none. */
bool cause_by_text(const char *text, size_t size_bytes, uint64_t *scause);

#endif
