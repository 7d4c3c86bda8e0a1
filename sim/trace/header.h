/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/header.h — private: the header line of a JSON Lines trace. */
#ifndef CVMLAB_SIM_TRACE_HEADER_H
#define CVMLAB_SIM_TRACE_HEADER_H

#include "trace/source.h"

/* What the header line says beyond struct trace_header. */
struct header_layout {
    uint32_t keyframe_every; /* 1 to TRACE_KEYFRAME_EVERY: events of a vCPU per key event of it */
};

/* Decodes line 1. Strict: unknown keys (but for x-...), missing keys, wrong types and ranges are
 * STATUS_BAD_INPUT. */
enum status header_decode(const char *line, size_t size_bytes, const char *name,
                          struct trace_header *header, struct header_layout *layout,
                          struct diagnostic *diag);

/* The line without its newline, in memory that the caller frees; NULL if out of memory. major and
 * minor of header are not used: it is this program's version that is written. header has no fault
 * (trace_header_fault). */
char *header_encode(const struct trace_header *header);

#endif
