/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/report_lines.h — the lines of a text report, plain or xz. */
#ifndef CVMLAB_SIM_TRACE_IMPORT_REPORT_LINES_H
#define CVMLAB_SIM_TRACE_IMPORT_REPORT_LINES_H

#include "trace/import/xz_input.h"

enum { REPORT_LINE_BYTES = 4096, REPORT_CHUNK_BYTES = 1 << 16 };

struct report_lines {
    struct xz_input *in; /* borrowed */
    uint64_t number;     /* of the current line, from 1 */
    char text[REPORT_LINE_BYTES];
    char chunk[REPORT_CHUNK_BYTES];
    size_t chunk_at, chunk_bytes;
};

/* The next line, without its newline, in lines->text. STATUS_END; STATUS_BAD_INPUT: not text, or a
 * line too long; STATUS_IO. */
enum status report_next_line(struct report_lines *lines, struct diagnostic *diag);

/* Begins at the first line of a rewound input. */
void report_start_lines(struct report_lines *lines, struct xz_input *in);

#endif
