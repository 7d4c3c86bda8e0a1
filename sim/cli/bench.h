/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/bench.h — what a benchmark of the replay measured, and the ways to show it. */
#ifndef CVMLAB_SIM_CLI_BENCH_H
#define CVMLAB_SIM_CLI_BENCH_H

#include "cli/bench_row.h"

enum { BENCH_MEMORY_MAX = 16 };

/* What is timed in each repetition; the first three are enum bench_encoding. */
enum bench_series {
    SERIES_CORE,
    SERIES_CORE_FRAME,
    SERIES_CORE_PAGE,
    SERIES_REPLAY,
    SERIES_DECODE,
    SERIES_COUNT
};

/* Two series of the same repetition against each other: time of one exit in a by that in b. */
enum bench_ratio { RATIO_FRAME, RATIO_PAGE, RATIO_REPLAY_DECODE, RATIO_REPLAY_CORE, RATIO_COUNT };

struct bench_memory {
    const char *trace;
    uint64_t exits, peak_kib;
};

struct bench_result {
    char **traces;
    unsigned trace_count, repetitions;
    uint64_t held, core_exits;              /* exits in memory; sent per repetition */
    struct bench_spread rate[SERIES_COUNT]; /* exits per second */
    struct bench_spread ratio[RATIO_COUNT];
    struct bench_memory memory[BENCH_MEMORY_MAX];
    unsigned memory_count;
};

/* Exits per second that a series must reach, or 0. */
double bench_target(enum bench_series series);

/* Whether every median reaches its target. */
bool bench_targets_met(const struct bench_result *result);

/* Peak of the longest replay by that of the shortest. */
double bench_memory_growth(const struct bench_result *result);

/* For a person, on standard output. */
void bench_print(const struct bench_result *result);

/* For a program: one JSON document with stable keys (docs/PERFORMANCE.md). */
enum status bench_print_json(const struct bench_result *result);

#endif
