/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl_buffer.h — a JSON Lines trace that is already in memory: for tests and fuzzers.
 */
#ifndef CVMLAB_SIM_TRACE_JSONL_BUFFER_H
#define CVMLAB_SIM_TRACE_JSONL_BUFFER_H

#include "trace/source.h"

/* As jsonl_open. bytes, plain or zstd, are kept, not copied; name appears in messages. */
struct trace_source *jsonl_open_buffer(const void *bytes, size_t size_bytes, const char *name,
                                       struct diagnostic *diag);

/* Reads a whole trace, plain or zstd, to its end and throws the events away. STATUS_OK if every
 * line of it is right; else the status of the first failure, with diag. */
enum status trace_parse_buffer(const void *bytes, size_t size_bytes, const char *name,
                               struct diagnostic *diag);

#endif
