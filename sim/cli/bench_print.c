/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/bench_print.c — a benchmark for a person and for a program. Read bench.h first. */
#include "cli/bench.h"

#include <inttypes.h>
#include <stdio.h>

static const struct bench_row series_rows[SERIES_COUNT] = {
    [SERIES_CORE] = {"core", "exit + resume, no encoding", "exits/s", 2e6, false, 0},
    [SERIES_CORE_FRAME] = {"core_registers", "exit + resume, registers", "exits/s", 0, false, 0},
    [SERIES_CORE_PAGE] = {"core_page", "exit + resume, shared page", "exits/s", 0, false, 0},
    [SERIES_REPLAY] = {"replay", "replay with three verdicts", "exits/s", 150e3, false, 0},
    [SERIES_DECODE] = {"decode", "reading the trace alone", "exits/s", 0, false, 0},
};

static const struct bench_row ratio_rows[RATIO_COUNT] = {
    [RATIO_FRAME] = {"core_registers_to_core", "registers / no encoding", NULL, 0, false, 2},
    [RATIO_PAGE] = {"core_page_to_core", "shared page / no encoding", NULL, 0, false, 2},
    [RATIO_REPLAY_DECODE] = {"replay_to_decode", "replay / reading alone", NULL, 0, false, 2},
    [RATIO_REPLAY_CORE] = {"replay_to_core", "replay / exit + resume", NULL, 0, false, 2},
};

double bench_target(enum bench_series series)
{
    return series_rows[series].target;
}

bool bench_targets_met(const struct bench_result *result)
{
    for (unsigned i = 0; i < SERIES_COUNT; i++)
        if (!bench_row_met(&series_rows[i], &result->rate[i]))
            return false;
    return true;
}

double bench_memory_growth(const struct bench_result *result)
{
    const struct bench_memory *shortest = &result->memory[0], *longest = shortest;

    for (unsigned i = 1; i < result->memory_count; i++) {
        if (result->memory[i].exits < shortest->exits)
            shortest = &result->memory[i];
        if (result->memory[i].exits > longest->exits)
            longest = &result->memory[i];
    }
    return result->memory_count && shortest->peak_kib
               ? (double)longest->peak_kib / (double)shortest->peak_kib
               : 1.0;
}

void bench_print(const struct bench_result *result)
{
    for (unsigned i = 0; i < result->trace_count; i++)
        printf("trace %s\n", result->traces[i]);
    printf("measured: %u paired repetitions after a warm-up, CPU time; core: %" PRIu64
           " exits a time, %" PRIu64 " held in memory\n\n",
           result->repetitions, result->core_exits, result->held);
    bench_row_head("exits/s on one core");
    for (unsigned i = 0; i < SERIES_COUNT; i++)
        bench_row_print(&series_rows[i], &result->rate[i]);
    putchar('\n');
    bench_row_head("time per exit, ratio");
    for (unsigned i = 0; i < RATIO_COUNT; i++)
        bench_row_print(&ratio_rows[i], &result->ratio[i]);
    printf("\n%-28s %10s %10s\n", "peak memory of a replay", "exits", "KiB");
    for (unsigned i = 0; i < result->memory_count; i++)
        printf("%-28s %10" PRIu64 " %10" PRIu64 "\n", result->memory[i].trace,
               result->memory[i].exits, result->memory[i].peak_kib);
    printf("longest / shortest: %.2f\n", bench_memory_growth(result));
}

static json_t *memory_json(const struct bench_result *result)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < result->memory_count; i++)
        json_array_append_new(list, json_pack("{s:s, s:I, s:I}", "trace", result->memory[i].trace,
                                              "exits", (json_int_t)result->memory[i].exits,
                                              "peak_kib", (json_int_t)result->memory[i].peak_kib));
    return list;
}

enum status bench_print_json(const struct bench_result *result)
{
    json_t *traces = json_array(), *rates = json_array(), *ratios = json_array();

    for (unsigned i = 0; i < result->trace_count; i++)
        json_array_append_new(traces, json_string(result->traces[i]));
    for (unsigned i = 0; i < SERIES_COUNT; i++)
        json_array_append_new(rates, bench_row_json(&series_rows[i], &result->rate[i]));
    for (unsigned i = 0; i < RATIO_COUNT; i++)
        json_array_append_new(ratios, bench_row_json(&ratio_rows[i], &result->ratio[i]));
    return bench_document_write(
        json_pack("{s:s, s:s, s:s, s:s, s:o, s:i, s:I, s:I, s:o, s:o, s:o, s:f, s:b}", "schema",
                  "cvm-bench", "version", "1.0", "evidence", "measured", "clock", "cpu", "traces",
                  traces, "repetitions", (int)result->repetitions, "held", (json_int_t)result->held,
                  "core_exits", (json_int_t)result->core_exits, "rates", rates, "ratios", ratios,
                  "memory", memory_json(result), "memory_growth", bench_memory_growth(result),
                  "targets_met", bench_targets_met(result)));
}
