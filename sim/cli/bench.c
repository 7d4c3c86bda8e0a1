/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/bench.c — `cvmlab bench replay`: how fast the monitor's core and the replay are. The
 * measuring is in replay/bench.c, the showing in bench_print.c. */
#include "cli/bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/bench_calibrate.h"
#include "cli/bench_dpdk.h"
#include "cli/bench_folio.h"
#include "cli/bench_hart.h"
#include "cli/bench_memory.h"
#include "cli/cli.h"
#include "cli/shipped.h"
#include "spec/spec.h"
#include "trace/cut.h"

enum {
    HELD_EXITS = 16384,
    CORE_EXITS = 20 * HELD_EXITS,
    PARTS = 4 /* memory is measured with the first quarter of a trace, and with all of it */
};

struct bench_arguments {
    struct bench_options options;
    char **traces; /* into argv, or to shipped */
    unsigned trace_count;
    char boot[SHIPPED_PATH_BYTES];
    char *shipped[1];
};

static error_t option_parse(int key, char *arg, struct argp_state *state)
{
    struct bench_arguments *arguments = state->input;

    (void)arg;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &arguments->options;
        return 0;
    case ARGP_KEY_ARGS:
        arguments->traces = state->argv + state->next;
        arguments->trace_count = (unsigned)(state->argc - state->next);
        if (arguments->trace_count > BENCH_MEMORY_MAX / 2)
            argp_error(state, "at most %d traces", BENCH_MEMORY_MAX / 2);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{.argp = &bench_options_argp}, {0}};

static const struct argp argp = {
    .parser = option_parse,
    .children = children,
    .args_doc = "[TRACE...]",
    .doc = "Examples:\n"
           "  cvmlab bench replay\n"
           "  cvmlab bench replay --repeat 20 --json traces/bare-smp1.cvmt.jsonl.zst\n"
           "\vWithout a trace: the shipped Linux boot. Each repetition measures everything once, "
           "so that the ratios compare neighbours in time. docs/PERFORMANCE.md says what the "
           "numbers mean.",
};

/* Copies the first exits of a trace. */
static enum status part_write(const char *from, const char *to, uint64_t exits,
                              struct diagnostic *diag)
{
    struct trace_reader *reader = trace_open(from, diag);
    struct trace_writer *writer = reader ? trace_create(to, trace_header(reader), diag) : NULL;
    struct cut cut = {.first = 0, .last = exits - 1};
    const struct trace_event *event;
    enum status st = !reader ? STATUS_BAD_INPUT : !writer ? STATUS_IO : STATUS_OK;
    uint64_t number = 0;

    while (st == STATUS_OK && !cut_is_complete(&cut)) {
        st = trace_next(reader, &event, diag);
        if (st == STATUS_OK && cut_takes(&cut, event)) {
            struct trace_event taken = *event;

            taken.n = number++;
            st = trace_write(writer, &taken, diag);
        }
    }
    if (writer && (st == STATUS_OK || st == STATUS_END))
        st = trace_commit(writer, diag);
    else if (writer)
        trace_abandon(writer);
    if (reader)
        trace_close(reader);
    return st;
}

static enum status memory_add(struct bench_result *result, const char *name, const char *path,
                              uint64_t exits, const struct exposure *spec, struct diagnostic *diag)
{
    struct bench_memory *memory = &result->memory[result->memory_count++];

    *memory = (struct bench_memory){.trace = name, .exits = exits};
    return bench_memory(path, spec, &memory->peak_kib, diag);
}

/* The first quarter of a trace, in a file of its own, and the whole. */
static enum status memory_measure(struct bench_result *result, const char *path,
                                  const struct exposure *spec, struct diagnostic *diag)
{
    const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    const char *folder = getenv("TMPDIR");
    struct bench_pass whole = {0};
    char directory[SHIPPED_PATH_BYTES], part[SHIPPED_PATH_BYTES + 16];
    enum status st = bench_decode(path, &whole, diag);

    if (st != STATUS_OK)
        return st;
    snprintf(directory, sizeof directory, "%s/cvmlab-XXXXXX",
             folder && folder[0] ? folder : "/tmp");
    if (!mkdtemp(directory))
        return diagnostic_set(diag, STATUS_IO, directory, 0, 0, "cannot be created: %s",
                              strerror(errno));
    snprintf(part, sizeof part, "%s/part.zst", directory);
    if (whole.exits >= PARTS) {
        st = part_write(path, part, whole.exits / PARTS, diag);
        if (st == STATUS_OK)
            st = memory_add(result, "first quarter of the next", part, whole.exits / PARTS, spec,
                            diag);
    }
    unlink(part);
    rmdir(directory);
    return st == STATUS_OK ? memory_add(result, base, path, whole.exits, spec, diag) : st;
}

/* Exits per second, one column per repetition. */
struct samples {
    double rate[SERIES_COUNT][BENCH_REPEAT_MAX];
    double ratio[RATIO_COUNT][BENCH_REPEAT_MAX];
};

static double rate_of(const struct bench_pass *pass)
{
    return pass->seconds > 0 ? (double)pass->exits / pass->seconds : 0;
}

static enum status repetition_run(const struct bench_result *result, struct bench_exits *exits,
                                  const struct exposure *spec, double rate[SERIES_COUNT],
                                  struct diagnostic *diag)
{
    struct bench_pass replay = {0}, decode = {0};
    enum status st = STATUS_OK;

    for (unsigned e = 0; e < BENCH_ENCODING_COUNT && st == STATUS_OK; e++) {
        struct bench_pass core = {.exits = result->core_exits};

        st = bench_core(exits, (enum bench_encoding)e, core.exits, &core.seconds);
        if (st != STATUS_OK)
            diagnostic_set(diag, st, result->traces[0], 0, 0,
                           "the monitor refused an exit that it took before");
        rate[SERIES_CORE + e] = rate_of(&core);
    }
    for (unsigned i = 0; i < result->trace_count && st == STATUS_OK; i++) {
        st = bench_replay(result->traces[i], spec, &replay, diag);
        if (st == STATUS_OK)
            st = bench_decode(result->traces[i], &decode, diag);
    }
    rate[SERIES_REPLAY] = rate_of(&replay);
    rate[SERIES_DECODE] = rate_of(&decode);
    return st;
}

static void repetition_compare(struct samples *samples, unsigned column)
{
    static const struct {
        enum bench_series slow, fast;
    } pairs[RATIO_COUNT] = {
        [RATIO_FRAME] = {SERIES_CORE_FRAME, SERIES_CORE},
        [RATIO_PAGE] = {SERIES_CORE_PAGE, SERIES_CORE},
        [RATIO_REPLAY_DECODE] = {SERIES_REPLAY, SERIES_DECODE},
        [RATIO_REPLAY_CORE] = {SERIES_REPLAY, SERIES_CORE},
    };

    for (unsigned i = 0; i < RATIO_COUNT; i++) {
        double slow = samples->rate[pairs[i].slow][column];

        samples->ratio[i][column] = slow > 0 ? samples->rate[pairs[i].fast][column] / slow : 0;
    }
}

static enum status repetitions_run(struct bench_result *result, struct bench_exits *exits,
                                   const struct exposure *spec, struct cli_progress *progress,
                                   struct diagnostic *diag)
{
    struct samples *samples = calloc(1, sizeof *samples);
    double rate[SERIES_COUNT];
    enum status st =
        samples ? STATUS_OK
                : diagnostic_set(diag, STATUS_IO, result->traces[0], 0, 0, "out of memory");

    for (unsigned n = 0; n < result->repetitions && st == STATUS_OK; n++) {
        st = repetition_run(result, exits, spec, rate, diag);
        for (unsigned i = 0; i < SERIES_COUNT; i++)
            samples->rate[i][n] = rate[i];
        repetition_compare(samples, n);
        cli_progress_update(progress, n + 1);
    }
    for (unsigned i = 0; i < SERIES_COUNT && st == STATUS_OK; i++)
        result->rate[i] = bench_spread_of(samples->rate[i], result->repetitions);
    for (unsigned i = 0; i < RATIO_COUNT && st == STATUS_OK; i++)
        result->ratio[i] = bench_spread_of(samples->ratio[i], result->repetitions);
    free(samples);
    return st;
}

/* Memory first: later this process is too large to measure its children. */
static enum status bench_measure(struct bench_result *result, const struct exposure *spec,
                                 struct cli_progress *progress, struct diagnostic *diag)
{
    struct bench_exits *exits;
    enum status st = STATUS_OK;

    for (unsigned i = 0; i < result->trace_count && st == STATUS_OK; i++)
        st = memory_measure(result, result->traces[i], spec, diag);
    if (st != STATUS_OK)
        return st;
    exits = bench_hold(result->traces, result->trace_count, spec, HELD_EXITS, &st, diag);
    if (!exits)
        return st;
    result->held = bench_held(exits);
    result->core_exits = CORE_EXITS;
    st = repetitions_run(result, exits, spec, progress, diag);
    bench_release(exits);
    return st;
}

static int bench_with(const struct bench_arguments *arguments, const struct exposure *spec,
                      struct bench_result *result)
{
    struct cli_progress progress = {0};
    struct diagnostic diag;
    enum status st;

    result->traces = arguments->traces;
    result->trace_count = arguments->trace_count;
    result->repetitions = arguments->options.repetitions;
    if (!arguments->options.json)
        cli_progress_start(&progress, "bench", arguments->options.repetitions);
    st = bench_measure(result, spec, &progress, &diag);
    cli_progress_end(&progress);
    if (st != STATUS_OK)
        return cli_fail(st, &diag);
    if (!arguments->options.json)
        bench_print(result);
    else if (bench_print_json(result) != STATUS_OK)
        return CLI_ENVIRONMENT;
    return arguments->options.check && !bench_targets_met(result) ? CLI_FINDING : CLI_OK;
}

static int bench_run(int argc, char **argv)
{
    struct bench_arguments arguments = {.options.repetitions = BENCH_REPEAT_DEFAULT};
    struct bench_result *result = calloc(1, sizeof *result);
    struct exposure *spec = calloc(1, sizeof *spec);
    struct diagnostic diag;
    enum status st = STATUS_OK;
    int code = CLI_ENVIRONMENT;

    cli_parse(&argp, argc, argv, &arguments);
    if (arguments.trace_count == 0) {
        arguments.shipped[0] = arguments.boot;
        arguments.traces = arguments.shipped;
        arguments.trace_count = 1;
        st = shipped_find(SHIPPED_BOOT, arguments.boot, &diag);
    }
    if (st == STATUS_OK && spec)
        st = spec_load("strict", spec, &diag);
    if (st != STATUS_OK)
        code = cli_fail(st, &diag);
    else if (result && spec)
        code = bench_with(&arguments, spec, result);
    free(result);
    free(spec);
    return code;
}

static const struct cli_verb verbs[] = {
    {"replay", "speed of the monitor's core and of the replay, and peak memory", &argp, bench_run},
    {"memory", "speed of the encrypted memory, and what it costs", &bench_memory_argp,
     bench_memory_run},
    {"folio", "what Folio's copies cost: measured, modelled, and claimed by the paper",
     &bench_folio_argp, bench_folio_run},
    {"hart", "speed of the emulated hart: instructions, exits, devices; QEMU beside it",
     &bench_hart_argp, bench_hart_run},
    {"dpdk", "Folio on DPDK against DPDK without it", &bench_dpdk_argp, bench_dpdk_run},
    {"calibrate", "measure this computer and write it as a machine", &bench_calibrate_argp,
     bench_calibrate_run},
    {0},
};

const struct cli_command command_bench = {
    .name = "bench", .summary = "measure speed and memory", .verbs = verbs};
