/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_bench.c — the benchmark measures what it says: nothing here depends on speed. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "cli/bench.h"
#include "spec/spec.h"

#define TRACE CVMLAB_SOURCE_DIR "/traces/bare-smp1.cvmt.jsonl.zst"

enum { TRACE_EXITS = 11186, FEW_EXITS = 300 };

static int spec_setup(void **state)
{
    struct exposure *spec = calloc(1, sizeof *spec);
    struct diagnostic diag;

    *state = spec;
    return spec ? (int)spec_load("strict", spec, &diag) : -1;
}

static int spec_teardown(void **state)
{
    free(*state);
    return 0;
}

static void the_median_of_an_even_count_lies_between_the_middle_two(void **state)
{
    double odd[] = {5, 1, 3}, even[] = {4, 1, 2, 10};

    (void)state;
    assert_true(bench_spread_of(odd, 3).median == 3.0);
    assert_true(bench_spread_of(even, 4).median == 3.0);
    assert_true(bench_spread_of(even, 4).min == 1.0);
    assert_true(bench_spread_of(even, 4).max == 10.0);
}

static void held_exits_go_through_every_encoding_again_and_again(void **state)
{
    char *traces[] = {TRACE};
    struct diagnostic diag = {0};
    enum status st;
    struct bench_exits *exits = bench_hold(traces, 1, *state, FEW_EXITS, &st, &diag);

    assert_non_null(exits);
    assert_int_equal(bench_held(exits), FEW_EXITS);
    for (unsigned e = 0; e < BENCH_ENCODING_COUNT; e++) {
        double seconds = -1;

        assert_int_equal(bench_core(exits, (enum bench_encoding)e, 3 * FEW_EXITS, &seconds),
                         STATUS_OK);
        assert_true(seconds >= 0);
    }
    bench_release(exits);
}

static void a_whole_trace_of_exits_can_be_held_and_repeated(void **state)
{
    char *traces[] = {TRACE};
    struct diagnostic diag = {0};
    enum status st;
    double seconds;
    struct bench_exits *exits = bench_hold(traces, 1, *state, TRACE_EXITS, &st, &diag);

    assert_non_null(exits);
    assert_in_range(bench_held(exits), TRACE_EXITS / 2, TRACE_EXITS);
    for (unsigned e = 0; e < BENCH_ENCODING_COUNT; e++)
        assert_int_equal(bench_core(exits, (enum bench_encoding)e, 2 * TRACE_EXITS, &seconds),
                         STATUS_OK);
    bench_release(exits);
}

static void reading_and_replaying_count_the_same_exits(void **state)
{
    struct bench_pass replay = {0}, decode = {0};
    struct diagnostic diag;

    assert_int_equal(bench_replay(TRACE, *state, &replay, &diag), STATUS_OK);
    assert_int_equal(bench_decode(TRACE, &decode, &diag), STATUS_OK);
    assert_int_equal(replay.exits, TRACE_EXITS);
    assert_int_equal(decode.exits, TRACE_EXITS);
}

static void memory_is_that_of_a_child(void **state)
{
    struct diagnostic diag;
    uint64_t peak_kib = 0;

    assert_int_equal(bench_memory(TRACE, *state, &peak_kib, &diag), STATUS_OK);
    assert_true(peak_kib > 0);
}

static void a_missing_trace_is_named_by_each(void **state)
{
    char *traces[] = {"no/such.trace"};
    struct bench_pass pass = {0};
    struct diagnostic diag = {0};
    enum status st = STATUS_OK;
    uint64_t peak_kib;

    assert_null(bench_hold(traces, 1, *state, FEW_EXITS, &st, &diag));
    assert_int_equal(st, STATUS_BAD_INPUT);
    assert_non_null(strstr(diag.text, traces[0]));
    assert_int_equal(bench_replay(traces[0], *state, &pass, &diag), STATUS_BAD_INPUT);
    assert_int_equal(bench_decode(traces[0], &pass, &diag), STATUS_BAD_INPUT);
    diag.text[0] = '\0';
    assert_int_equal(bench_memory(traces[0], *state, &peak_kib, &diag), STATUS_BAD_INPUT);
    assert_non_null(strstr(diag.text, traces[0]));
}

static void targets_are_met_by_the_median(void **state)
{
    struct bench_result result = {0};

    (void)state;
    result.rate[SERIES_CORE].median = bench_target(SERIES_CORE);
    result.rate[SERIES_REPLAY].median = bench_target(SERIES_REPLAY);
    assert_true(bench_targets_met(&result));
    result.rate[SERIES_REPLAY].median -= 1;
    assert_false(bench_targets_met(&result));
}

static void growth_compares_the_longest_with_the_shortest(void **state)
{
    struct bench_result result = {
        .memory = {{"a", 400, 300}, {"b", 100, 200}, {"c", 200, 900}},
        .memory_count = 3,
    };

    (void)state;
    assert_true(bench_memory_growth(&result) == 1.5);
}

#define WITH_SPEC(test) cmocka_unit_test_setup_teardown(test, spec_setup, spec_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_median_of_an_even_count_lies_between_the_middle_two),
        WITH_SPEC(held_exits_go_through_every_encoding_again_and_again),
        WITH_SPEC(a_whole_trace_of_exits_can_be_held_and_repeated),
        WITH_SPEC(reading_and_replaying_count_the_same_exits),
        WITH_SPEC(memory_is_that_of_a_child),
        WITH_SPEC(a_missing_trace_is_named_by_each),
        cmocka_unit_test(targets_are_met_by_the_median),
        cmocka_unit_test(growth_compares_the_longest_with_the_shortest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
