/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/report_line.h — one line of text from trace-cmd report, ftrace or perf script.
 */
#ifndef CVMLAB_SIM_TRACE_IMPORT_REPORT_LINE_H
#define CVMLAB_SIM_TRACE_IMPORT_REPORT_LINE_H

#include "monitor/guest.h"

enum report_kind {
    REPORT_OTHER, /* a header, an empty line, another event */
    REPORT_LOST,  /* the recorder says that it dropped events here */
    REPORT_EXIT,  /* kvm:kvm_exit */
    REPORT_ENTRY, /* kvm:kvm_entry */
    REPORT_USER,  /* kvm:kvm_userspace_exit */
};

struct report_line {
    enum report_kind kind;
    uint32_t thread; /* tid */
    uint64_t ns;
    uint64_t pc;      /* exit, entry */
    struct trap trap; /* exit */
    uint32_t reason;  /* user; 0 with an error */
    int32_t error;    /* user: 0 or -errno */
};

/* Reads one line without its newline. False: an event of KVM that does not read as one; *fault is
 * what was expected and *column where (from 1). */
bool report_parse(const char *text, struct report_line *line, const char **fault, unsigned *column);

#endif
