/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/jsonl.h — JSON Lines in memory: a trace that is already there (for tests and
 * fuzzers), and an event as a line (encode.c). */
#ifndef CVMLAB_SIM_TRACE_JSONL_JSONL_H
#define CVMLAB_SIM_TRACE_JSONL_JSONL_H

#include "trace/source.h"

/* As jsonl_open. bytes, plain or zstd, are kept, not copied; name appears in messages. */
struct trace_source *jsonl_open_buffer(const void *bytes, size_t size_bytes, const char *name,
                                       struct diagnostic *diag);

/* Reads a whole trace, plain or zstd, to its end and throws the events away. STATUS_OK if every
 * line of it is right; else the status of the first failure, with diag. */
enum status trace_parse_buffer(const void *bytes, size_t size_bytes, const char *name,
                               struct diagnostic *diag);

/* Writes event, which has no fault, with its newline to a buffer of TRACE_LINE_BYTES. before is the
 * last event of the same vCPU that was no note: only what differs is written; NULL makes a key
 * event with everything. Returns the bytes written; 0 if the text of a note does not fit into a
 * line. */
size_t jsonl_encode(const struct trace_event *event, const struct trace_event *before, char *to);

#endif
