/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl_encode.h — private: an event as a line of text. */
#ifndef CVMLAB_SIM_TRACE_JSONL_ENCODE_H
#define CVMLAB_SIM_TRACE_JSONL_ENCODE_H

#include "trace/source.h"

/* Writes event, which has no fault, with its newline to a buffer of TRACE_LINE_BYTES. before is the
 * last event of the same vCPU that was no note: only what differs is written; NULL makes a key
 * event with everything. Returns the bytes written; 0 if the text of a note does not fit into a
 * line. */
size_t jsonl_encode(const struct trace_event *event, const struct trace_event *before, char *to);

#endif
