/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/diff.h — compares two traces exit by exit: what the guest had, and what it was
 * answered. Exits are aligned by vCPU, cause and ordinal (the third timer interrupt of vCPU 1), so
 * that one more exit on one side does not make everything after it look different. Times and what
 * only a KVM recording has (physical CPU, thread, ...) do not count. */
#ifndef CVMLAB_SIM_TRACE_DIFF_H
#define CVMLAB_SIM_TRACE_DIFF_H

#include "trace/trace.h"

/* What of an event is compared, as one row of numbers: known, pc, stval, htval, htinst, insn,
 * reason, errno, sstatus, hstatus, x1 to x31, the CSRs. */
enum { DIFF_PLAIN_VALUES = 10, DIFF_VALUES = DIFF_PLAIN_VALUES + GPR_COUNT - 1 + TCSR_COUNT };

/* Name of a value ("x10"), static. index < DIFF_VALUES. */
const char *diff_value_name(unsigned index);

/* No peer in the other trace. */
#define DIFF_ALONE UINT64_MAX

/* One exit, as much as it takes to compare it; a long trace fits in memory. */
struct diff_exit {
    uint64_t number; /* among all exits of the trace, from 0 */
    uint64_t event;  /* its n: what `cvmlab replay --exit` takes */
    uint64_t scause;
    uint32_t cpu;
    uint64_t exit_digest, answer_digest;
    uint64_t ordinal; /* diff_align: of this cause on this vCPU, from 0 */
    uint64_t peer;    /* diff_align: number of the other trace's exit, or DIFF_ALONE */
    bool differs;     /* diff_align: it has a peer that is not the same */
};

/* All exits of one trace, by number. Zero-initialised it is empty. */
struct diff_side {
    struct diff_exit *exit;
    size_t count, capacity;
};

struct diff_totals {
    uint64_t aligned;   /* exits that both have */
    uint64_t different; /* of these */
    uint64_t alone[2];  /* exits that only one has */
};

/* Reads the rest of a trace. STATUS_BAD_INPUT, STATUS_IO as trace_next; STATUS_FULL: out of memory.
 * side is to be freed anyway. */
enum status diff_read(struct diff_side *side, struct trace_reader *reader, struct diagnostic *diag);

/* Finds each exit's peer and counts. */
struct diff_totals diff_align(struct diff_side *a, struct diff_side *b);

/* Frees the exits; side is empty again. */
void diff_free(struct diff_side *side);

/* The parts of an exit: itself, the last return to user space before its resume, the resume. */
enum diff_part { DIFF_EXIT, DIFF_VMM, DIFF_RESUME, DIFF_PARTS };

/* One exit in full, for a report of what differs. */
struct diff_pick {
    uint64_t number;                         /* which; set by the caller */
    uint64_t value[DIFF_PARTS][DIFF_VALUES]; /* 0 if the part is missing */
    uint32_t vmm_count;
};

/* Fills count picks from the beginning of a trace. Errors as trace_next. */
enum status diff_pick_read(struct diff_pick *pick, size_t count, struct trace_reader *reader,
                           struct diagnostic *diag);

#endif
