/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/report.h — text reports of the tracepoints kvm_entry, kvm_exit and kvm_userspace_exit
 * as a trace source. */
#ifndef CVMLAB_SIM_TRACE_REPORT_H
#define CVMLAB_SIM_TRACE_REPORT_H

#include "trace/source.h"

/* Opens a report of trace-cmd, ftrace or perf script, plain or xz; format is its name for the
 * header. The trace is causes-only: registers are unknown, as are interrupts (hvip_allow has all
 * three). A vCPU is a thread; they are numbered by thread id. NULL and diag on failure. */
struct trace_source *report_open(const char *path, const char *format, struct diagnostic *diag);

#endif
