/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/bench_hart.c — `cvmlab bench hart`: how fast the emulated hart is, and QEMU beside it in
 * the same minute. The measuring is in machine/guest_bench.c. */
#include "cli/bench_hart.h"

#include <stdlib.h>
#include <string.h>

#include "cli/bench_row.h"
#include "hart/engine.h"
#include "machine/guest_bench.h"

/* What is shown, in this order. The first five are ours; then QEMU's, and each by ours. */
enum series {
    SERIES_OPEN,
    SERIES_MIXED,
    SERIES_ECALL,
    SERIES_FAULT,
    SERIES_MMIO,
    SERIES_QEMU_MIXED,
    SERIES_QEMU_ECALL,
    SERIES_QEMU_FAULT,
    SERIES_QEMU_MMIO,
    SERIES_RATIO_ECALL,
    SERIES_RATIO_FAULT,
    SERIES_HART_COUNT
};

enum { OURS_COUNT = SERIES_QEMU_MIXED };

#define MIXED_TARGET_NEWER 600 /* MIPS with Unicorn 2.1.2 and later, whose code checks more */

static const struct bench_row rows[SERIES_HART_COUNT] = {
    [SERIES_OPEN] = {"open", "open to first instruction, ms", "ms", 10, true, 2},
    [SERIES_MIXED] = {"mixed", "mixed program, MIPS", "MIPS", 1000, false, 0},
    [SERIES_ECALL] = {"exit_ecall", "exit by ECALL, us", "us", 1.0, true, 2},
    [SERIES_FAULT] = {"exit_fault", "exit by guest-page fault, us", "us", 1.0, true, 2},
    [SERIES_MMIO] = {"mmio", "device register, ns", "ns", 150, true, 0},
    [SERIES_QEMU_MIXED] = {"qemu_mixed", "QEMU: mixed program, MIPS", "MIPS", 0, false, 0},
    [SERIES_QEMU_ECALL] = {"qemu_exit_ecall", "QEMU: exit by ECALL, us", "us", 0, true, 2},
    [SERIES_QEMU_FAULT] = {"qemu_exit_fault", "QEMU: by guest-page fault", "us", 0, true, 2},
    [SERIES_QEMU_MMIO] = {"qemu_mmio", "QEMU: device register, ns", "ns", 0, true, 0},
    [SERIES_RATIO_ECALL] = {"qemu_to_ours_ecall", "QEMU / ours, ECALL", NULL, 5, false, 1},
    [SERIES_RATIO_FAULT] = {"qemu_to_ours_fault", "QEMU / ours, fault", NULL, 5, false, 1},
};

/* How often each program goes round, and what gives the value of a round in seconds its unit. */
static const struct {
    const char *name;
    uint64_t rounds;
    double unit; /* 0: MIPS */
} programs[GUEST_PROGRAM_COUNT] = {
    [GUEST_MIXED] = {"mixed", 2000, 0},
    [GUEST_EXIT_ECALL] = {"exit_ecall", 100000, 1e6},
    [GUEST_EXIT_FAULT] = {"exit_fault", 100000, 1e6},
    [GUEST_MMIO] = {"mmio", 1000000, 1e9},
};

struct result {
    struct bench_options options;
    char unicorn[ENGINE_VERSION_BYTES], qemu[GUEST_QEMU_VERSION_BYTES]; /* qemu empty: none */
    unsigned series_count;
    uint64_t instructions[GUEST_PROGRAM_COUNT];
    struct bench_spread spread[SERIES_HART_COUNT];
};

static error_t option_parse(int key, char *arg, struct argp_state *state)
{
    struct result *result = state->input;

    (void)arg;
    if (key != ARGP_KEY_INIT)
        return ARGP_ERR_UNKNOWN;
    state->child_inputs[0] = &result->options;
    return 0;
}

static const struct argp_child children[] = {{.argp = &bench_options_argp}, {0}};

const struct argp bench_hart_argp = {
    .parser = option_parse,
    .children = children,
    .doc = "Examples:\n"
           "  cvmlab bench hart\n"
           "  cvmlab bench hart --repeat 20 --json\n"
           "\vOne hart with the H extension on the smallest machine that the programs of "
           "tests/guests need. Where qemu-system-riscv64 is installed, it runs the same images in "
           "the same repetition. docs/PERFORMANCE.md says what the numbers mean.",
};

static struct bench_row row_of(const struct result *result, unsigned series)
{
    struct bench_row row = rows[series];

    if (series == SERIES_MIXED && strcmp(result->unicorn, "2.1.1") != 0)
        row.target = MIXED_TARGET_NEWER;
    return row;
}

/* The value of a program that took so many seconds. */
static double value_of(const struct result *result, enum guest_program program, double seconds)
{
    if (seconds <= 0)
        return 0;
    if (programs[program].unit == 0)
        return (double)result->instructions[program] / seconds * 1e-6;
    return seconds / (double)programs[program].rounds * programs[program].unit;
}

/* Each program once, on ours. */
static enum status ours_run(struct result *result, double value[SERIES_HART_COUNT],
                            struct diagnostic *diag)
{
    enum status st = STATUS_OK;

    for (unsigned i = 0; i < GUEST_PROGRAM_COUNT && st == STATUS_OK; i++) {
        struct guest_result guest = {0};

        st = guest_bench_run((enum guest_program)i, programs[i].rounds, 0, &guest, diag);
        if (st == STATUS_OK && result->instructions[i] &&
            result->instructions[i] != guest.instructions)
            return diagnostic_set(diag, STATUS_BAD_STATE, "bench hart", 0, 0,
                                  "the program %s had another count of instructions than before",
                                  programs[i].name);
        result->instructions[i] = guest.instructions;
        value[SERIES_OPEN] = guest.open_seconds * 1e3;
        value[SERIES_MIXED + i] = value_of(result, (enum guest_program)i, guest.seconds);
    }
    return st;
}

/* The same under QEMU, without the time that it takes to start and end. */
static enum status qemu_run(const struct result *result, double value[SERIES_HART_COUNT],
                            struct diagnostic *diag)
{
    double empty, seconds;
    enum status st = guest_bench_qemu(GUEST_EXIT_ECALL, 0, &empty, diag);

    for (unsigned i = 0; i < GUEST_PROGRAM_COUNT && st == STATUS_OK; i++) {
        st = guest_bench_qemu((enum guest_program)i, programs[i].rounds, &seconds, diag);
        value[SERIES_QEMU_MIXED + i] = value_of(result, (enum guest_program)i, seconds - empty);
    }
    for (unsigned i = 0; i < 2 && st == STATUS_OK; i++)
        value[SERIES_RATIO_ECALL + i] = value[SERIES_ECALL + i] > 0
                                            ? value[SERIES_QEMU_ECALL + i] / value[SERIES_ECALL + i]
                                            : 0;
    return st;
}

static enum status measure(struct result *result, struct cli_progress *progress,
                           struct diagnostic *diag)
{
    double(*sample)[BENCH_REPEAT_MAX] = calloc(SERIES_HART_COUNT, sizeof *sample);
    double value[SERIES_HART_COUNT] = {0};
    struct guest_result warm_up;
    enum status st;

    if (!sample)
        return diagnostic_set(diag, STATUS_IO, "bench hart", 0, 0, "out of memory");
    st = guest_bench_run(GUEST_EXIT_ECALL, 1, 0, &warm_up, diag);
    for (unsigned n = 0; n < result->options.repetitions && st == STATUS_OK; n++) {
        st = ours_run(result, value, diag);
        if (st == STATUS_OK && result->qemu[0])
            st = qemu_run(result, value, diag);
        for (unsigned i = 0; i < SERIES_HART_COUNT; i++)
            sample[i][n] = value[i];
        cli_progress_update(progress, n + 1);
    }
    for (unsigned i = 0; i < SERIES_HART_COUNT && st == STATUS_OK; i++)
        result->spread[i] = bench_spread_of(sample[i], result->options.repetitions);
    free(sample);
    return st;
}

static bool targets_met(const struct result *result)
{
    for (unsigned i = 0; i < result->series_count; i++) {
        struct bench_row row = row_of(result, i);

        if (!bench_row_met(&row, &result->spread[i]))
            return false;
    }
    return true;
}

static void result_print(const struct result *result)
{
    printf("measured: %u repetition%s, CPU time, one hart; Unicorn %s, %s%s\n\n",
           result->options.repetitions, result->options.repetitions == 1 ? "" : "s",
           result->unicorn, result->qemu[0] ? "QEMU " : "no qemu-system-riscv64 to compare with",
           result->qemu);
    bench_row_head("hart");
    for (unsigned i = 0; i < result->series_count; i++) {
        struct bench_row row = row_of(result, i);

        bench_row_print(&row, &result->spread[i]);
    }
    printf("\ncounted: ");
    for (unsigned i = 0; i < GUEST_PROGRAM_COUNT; i++)
        printf("%s%s %llu", i ? ", " : "", programs[i].name,
               (unsigned long long)result->instructions[i]);
    printf(" instructions, the same each time\n");
}

static enum status result_json(const struct result *result)
{
    json_t *series = json_array(), *instructions = json_object();

    for (unsigned i = 0; i < result->series_count; i++) {
        struct bench_row row = row_of(result, i);

        json_array_append_new(series, bench_row_json(&row, &result->spread[i]));
    }
    for (unsigned i = 0; i < GUEST_PROGRAM_COUNT; i++)
        json_object_set_new(instructions, programs[i].name,
                            json_integer((json_int_t)result->instructions[i]));
    return bench_document_write(
        json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:o, s:o, s:o, s:b}", "schema", "cvm-bench-hart",
                  "version", "1.0", "evidence", "measured", "clock", "cpu", "repetitions",
                  (int)result->options.repetitions, "unicorn", result->unicorn, "qemu",
                  result->qemu[0] ? json_string(result->qemu) : json_null(), "series", series,
                  "instructions", instructions, "targets_met", targets_met(result)));
}

int bench_hart_run(int argc, char **argv)
{
    struct result result = {.options.repetitions = BENCH_REPEAT_DEFAULT,
                            .series_count = OURS_COUNT};
    struct cli_progress progress = {0};
    struct diagnostic diag;
    enum status st;

    cli_parse(&bench_hart_argp, argc, argv, &result);
    engine_version(result.unicorn);
    if (guest_bench_qemu_find(result.qemu))
        result.series_count = SERIES_HART_COUNT;
    if (!result.options.json)
        cli_progress_start(&progress, "bench", result.options.repetitions);
    st = measure(&result, &progress, &diag);
    cli_progress_end(&progress);
    if (st != STATUS_OK)
        return cli_fail(st, &diag);
    if (!result.options.json)
        result_print(&result);
    else if (result_json(&result) != STATUS_OK)
        return CLI_ENVIRONMENT;
    return result.options.check && !targets_met(&result) ? CLI_FINDING : CLI_OK;
}
