/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/bench_print.c — a benchmark for a person and for a program. Read bench.h first. */
#include "cli/bench.h"

#include <inttypes.h>
#include <jansson.h>

static const struct {
    const char *key, *text;
    double target;
} series_words[SERIES_COUNT] = {
    [SERIES_CORE] = {"core", "exit + resume, no encoding", 2e6},
    [SERIES_CORE_FRAME] = {"core_registers", "exit + resume, registers", 0},
    [SERIES_CORE_PAGE] = {"core_page", "exit + resume, shared page", 0},
    [SERIES_REPLAY] = {"replay", "replay with three verdicts", 150e3},
    [SERIES_DECODE] = {"decode", "reading the trace alone", 0},
};

static const struct {
    const char *key, *text;
} ratio_words[RATIO_COUNT] = {
    [RATIO_FRAME] = {"core_registers_to_core", "registers / no encoding"},
    [RATIO_PAGE] = {"core_page_to_core", "shared page / no encoding"},
    [RATIO_REPLAY_DECODE] = {"replay_to_decode", "replay / reading alone"},
    [RATIO_REPLAY_CORE] = {"replay_to_core", "replay / exit + resume"},
};

double bench_target(enum bench_series series)
{
    return series_words[series].target;
}

bool bench_targets_met(const struct bench_result *result)
{
    for (unsigned i = 0; i < SERIES_COUNT; i++)
        if (result->rate[i].median < series_words[i].target)
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

static void rates_print(const struct bench_result *result)
{
    printf("%-28s %10s %10s %10s\n", "exits/s on one core", "min", "median", "max");
    for (unsigned i = 0; i < SERIES_COUNT; i++) {
        const struct bench_spread *rate = &result->rate[i];

        printf("%-28s %10.0f %10.0f %10.0f", series_words[i].text, rate->min, rate->median,
               rate->max);
        if (series_words[i].target > 0)
            printf("   target %.0f: %s", series_words[i].target,
                   rate->median >= series_words[i].target ? "met" : "MISSED");
        putchar('\n');
    }
}

void bench_print(const struct bench_result *result)
{
    for (unsigned i = 0; i < result->trace_count; i++)
        printf("trace %s\n", result->traces[i]);
    printf("measured: %u paired repetitions after a warm-up, CPU time; core: %" PRIu64
           " exits a time, %" PRIu64 " held in memory\n\n",
           result->repetitions, result->core_exits, result->held);
    rates_print(result);
    printf("\n%-28s %10s %10s %10s\n", "time per exit, ratio", "min", "median", "max");
    for (unsigned i = 0; i < RATIO_COUNT; i++)
        printf("%-28s %10.2f %10.2f %10.2f\n", ratio_words[i].text, result->ratio[i].min,
               result->ratio[i].median, result->ratio[i].max);
    printf("\n%-28s %10s %10s\n", "peak memory of a replay", "exits", "KiB");
    for (unsigned i = 0; i < result->memory_count; i++)
        printf("%-28s %10" PRIu64 " %10" PRIu64 "\n", result->memory[i].trace,
               result->memory[i].exits, result->memory[i].peak_kib);
    printf("longest / shortest: %.2f\n", bench_memory_growth(result));
}

static json_t *spread_json(const char *key, const struct bench_spread *spread)
{
    return json_pack("{s:s, s:f, s:f, s:f}", "name", key, "min", spread->min, "median",
                     spread->median, "max", spread->max);
}

static json_t *rates_json(const struct bench_result *result)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < SERIES_COUNT; i++) {
        json_t *object = spread_json(series_words[i].key, &result->rate[i]);
        double target = series_words[i].target;

        json_object_set_new(object, "unit", json_string("exits/s"));
        if (target > 0) {
            json_object_set_new(object, "target", json_real(target));
            json_object_set_new(object, "met", json_boolean(result->rate[i].median >= target));
        }
        json_array_append_new(list, object);
    }
    return list;
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
    json_t *traces = json_array(), *ratios = json_array(), *document;
    int failed;

    for (unsigned i = 0; i < result->trace_count; i++)
        json_array_append_new(traces, json_string(result->traces[i]));
    for (unsigned i = 0; i < RATIO_COUNT; i++)
        json_array_append_new(ratios, spread_json(ratio_words[i].key, &result->ratio[i]));
    document =
        json_pack("{s:s, s:s, s:s, s:s, s:o, s:i, s:I, s:I, s:o, s:o, s:o, s:f, s:b}", "schema",
                  "cvm-bench", "version", "1.0", "evidence", "measured", "clock", "cpu", "traces",
                  traces, "repetitions", (int)result->repetitions, "held", (json_int_t)result->held,
                  "core_exits", (json_int_t)result->core_exits, "rates", rates_json(result),
                  "ratios", ratios, "memory", memory_json(result), "memory_growth",
                  bench_memory_growth(result), "targets_met", bench_targets_met(result));
    failed = !document || json_dumpf(document, stdout,
                                     JSON_INDENT(2) | JSON_SORT_KEYS | JSON_REAL_PRECISION(6)) != 0;
    json_decref(document);
    return failed || putchar('\n') == EOF ? STATUS_IO : STATUS_OK;
}
