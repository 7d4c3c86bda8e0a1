/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/header_words.h — private: the fixed words of the header line, for reader and writer. */
#ifndef CVMLAB_SIM_TRACE_HEADER_WORDS_H
#define CVMLAB_SIM_TRACE_HEADER_WORDS_H

#include "trace/source.h"

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

#endif
