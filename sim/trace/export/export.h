/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/export/export.h — events out, into any of the formats that this project writes. A file
 * appears under its name only when it is complete. */
#ifndef CVMLAB_SIM_TRACE_EXPORT_EXPORT_H
#define CVMLAB_SIM_TRACE_EXPORT_EXPORT_H

#include "trace/trace.h"

enum export_format {
    EXPORT_JSONL, /* JSON Lines, as trace_create writes them */
    EXPORT_CSV, /* one line per event, unknown values empty; first line: the names of the columns */
    EXPORT_KVMREC, /* the recorder's 592-byte records; of a trace imported from them, the same bytes
                      in the order of time */
    EXPORT_FORMATS
};

struct trace_export;

/* The format of this name ("jsonl", "csv", "kvmrec"). False if there is none. */
bool export_format_by_name(const char *name, enum export_format *format);

/* Begins a file at path; "-" is standard output. header is used during the call only. NULL and diag
 * on failure. */
struct trace_export *export_create(const char *path, enum export_format format,
                                   const struct trace_header *header, struct diagnostic *diag);

/* Adds an event. STATUS_BAD_INPUT: the format cannot hold it (a kvmrec record needs the registers);
 * STATUS_IO. A note is left out of CSV and kvmrec. After an error only export_abandon is left to
 * call. */
enum status export_write(struct trace_export *export, const struct trace_event *event,
                         struct diagnostic *diag);

/* Finishes the file and frees export, whatever is returned. On error nothing is left under path. */
enum status export_commit(struct trace_export *export, struct diagnostic *diag);

/* Frees export and leaves nothing on disk. */
void export_abandon(struct trace_export *export);

#endif
