/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/source.h — private seam of this folder: one file format behind trace_open. struct
 * trace_reader of trace.h is a struct trace_source under its public name. Read trace.h first. */
#ifndef CVMLAB_SIM_TRACE_SOURCE_H
#define CVMLAB_SIM_TRACE_SOURCE_H

#include "trace/trace.h"

/* Bounds of every format. A line of text has at most TRACE_LINE_BYTES bytes with its newline; cpu
 * is below TRACE_VCPU_MAX; counts, ids and times are at most TRACE_INTEGER_MAX (2^53 - 1: what
 * every JSON reader holds exactly). */
enum { TRACE_LINE_BYTES = 64 * 1024, TRACE_VCPU_MAX = 1024 };
#define TRACE_INTEGER_MAX (((uint64_t)1 << 53) - 1)

struct trace_source;

struct trace_source_ops {
    /* Valid until close. */
    const struct trace_header *(*header)(const struct trace_source *source);
    /* As trace_next. After a failure every further call fails in the same way. */
    enum status (*next)(struct trace_source *source, const struct trace_event **event,
                        struct diagnostic *diag);
    /* Frees the source with everything it holds. */
    void (*close)(struct trace_source *source);
};

/* First member of each format's own struct. */
struct trace_source {
    const struct trace_source_ops *ops;
};

/* JSON Lines, plain or zstd; "-" is standard input. NULL and diag on failure; the header line has
 * been read on return. */
struct trace_source *jsonl_open(const char *path, struct diagnostic *diag);

/* A kvmrec recording (records of 592 bytes), plain or xz. NULL and diag on failure; the header is
 * complete on return. */
struct trace_source *kvmrec_open(const char *path, struct diagnostic *diag);

/* The tracepoints kvm_entry, kvm_exit and kvm_userspace_exit in the text of trace-cmd report,
 * ftrace or perf script, plain or xz; for "trace-cmd" a trace.dat as well, in a build with
 * libtracecmd. format is its name for the header. Only an import opens it. The trace is
 * causes-only: registers are unknown, as are interrupts (hvip_allow has all three). A vCPU is a
 * thread; they are numbered by thread id. NULL and diag on failure; the header is complete on
 * return. */
struct trace_source *report_open(const char *path, const char *format, struct diagnostic *diag);

/* Checks what every event satisfies, whichever format it came from (the writer refuses others):
 * - known: an exit may have any set; a resume and a vmm event no TRACE_KNOWS_TRAP and no
 * TRACE_KNOWS_INSN; a note none. TRACE_VS_LIVE only together with TRACE_KNOWS_GPR;
 * - what known does not name, or what does not belong to the type (trap outside an exit, vmm_reason
 * and vmm_errno outside a vmm event, text outside a note), is 0; x[0] is 0; in a note, kvm is 0;
 * - vmm_errno is -4095 to 0; a note has a text of valid UTF-8; n, t are at most TRACE_INTEGER_MAX,
 * cpu below TRACE_VCPU_MAX. NULL if all hold, else what is wrong, for a message. */
const char *trace_event_fault(const struct trace_event *event);

/* The same of a header: at least one vCPU and at most TRACE_VCPU_MAX (0: not known); regions
 * sorted, disjoint, not empty; hvip_allow within VSSI, VSTI, VSEI; texts of valid UTF-8;
 * source_sha384 empty or 96 lower-case hex digits. */
const char *trace_header_fault(const struct trace_header *header);

#endif
