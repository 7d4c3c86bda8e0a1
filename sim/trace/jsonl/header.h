/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/header.h — private: the header line of a JSON Lines trace. */
#ifndef CVMLAB_SIM_TRACE_JSONL_HEADER_H
#define CVMLAB_SIM_TRACE_JSONL_HEADER_H

#include "trace/source.h"

/* The fixed words of the line, for reader and writer. */
#define TRACE_FORMAT_WORD "cvm-exit-trace"
#define TRACE_ISA_WORD    "rv64gc_h" /* the registers that an event can hold */
#define TRACE_CLOCK_WORD  "ns" /* the unit of t; which clock it was is told in source.provenance */
#define TRACE_REGS_WORD   "delta"

enum {
    COMPLETENESS_COUNT = TRACE_CAUSES_ONLY + 1,
    REGION_KIND_COUNT = REGION_MMIO + 1,
    INTERRUPT_COUNT = 3
};

struct interrupt_word {
    const char *text;
    uint64_t hvip;
};

extern const char *const completeness_word[COMPLETENESS_COUNT]; /* index: enum trace_completeness */
extern const char *const region_kind_word[REGION_KIND_COUNT];   /* index: enum region_kind */
extern const struct interrupt_word interrupt_word[INTERRUPT_COUNT];

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
