/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/report_input.h — private seam of report.c: where the events of a report come
 * from, the text of a tool (report_text.c) or trace-cmd's own file (report_dat.c, or
 * report_no_dat.c in a build without libtracecmd). */
#ifndef CVMLAB_SIM_TRACE_IMPORT_REPORT_INPUT_H
#define CVMLAB_SIM_TRACE_IMPORT_REPORT_INPUT_H

#include "trace/import/report_line.h"
#include "trace/import/xz_input.h"

struct report_input;

struct report_input_ops {
    /* The next event or loss; never REPORT_OTHER. STATUS_END; STATUS_BAD_INPUT or STATUS_IO with
     * diag, after which only close is left to call. */
    enum status (*next)(struct report_input *input, struct report_line *line,
                        struct diagnostic *diag);
    /* Back to the first. */
    enum status (*rewind)(struct report_input *input, struct diagnostic *diag);
    /* Frees the input. */
    void (*close)(struct report_input *input);
};

/* First member of each adapter. */
struct report_input {
    const struct report_input_ops *ops;
    const char *path;
    uint64_t number; /* of the current line or record, from 1; for messages */
};

/* The lines of a text report, plain or xz. in is borrowed and stands at its start. NULL and diag if
 * out of memory. */
struct report_input *report_text_open(struct xz_input *in, struct diagnostic *diag);

/* trace-cmd's own file, not compressed by xz. path is kept. STATUS_OK with *input NULL: it is no
 * such file, or this build cannot read one. STATUS_BAD_INPUT or STATUS_IO with diag: it is one, but
 * damaged or without what is needed of KVM's events. */
enum status report_dat_open(const char *path, struct report_input **input, struct diagnostic *diag);

#endif
