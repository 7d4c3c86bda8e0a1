/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_bench_memory.c — the benchmark of the memory does what it says: nothing here
 * depends on speed. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "replay/bench_memory.h"

enum { PAGES = 2048, TOUCHED = 600, FEW = 100 };

static void every_series_runs_again_and_again(void **unused)
{
    struct memory_bench *bench = memory_bench_create();

    (void)unused;
    assert_non_null(bench);
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < MEMORY_SERIES_COUNT; i++) {
            double seconds = -1;

            assert_int_equal(memory_bench_run(bench, (enum memory_series)i,
                                              i < PAGE_VIEW ? BENCH_ROUND : FEW, &seconds),
                             STATUS_OK);
            assert_true(seconds >= 0);
        }
    }
    memory_bench_destroy(bench);
    memory_bench_destroy(NULL);
}

static void a_footprint_counts_the_pages_that_were_touched(void **unused)
{
    struct memory_footprint foot;

    (void)unused;
    assert_int_equal(memory_bench_footprint(PAGES, TOUCHED, &foot), STATUS_OK);
    assert_int_equal(foot.ram_bytes, PAGES * PAGE_SIZE);
    assert_int_equal(foot.touched_pages, TOUCHED);
    assert_true(foot.per_page_bytes >= PAGE_SIZE);
    assert_true(foot.metadata_share > 0 && foot.metadata_share <= 0.01);
}

/* A guest cannot take what is not there. */
static void more_pages_than_there_are_are_refused(void **unused)
{
    struct memory_footprint foot;

    (void)unused;
    assert_int_equal(memory_bench_footprint(TOUCHED, TOUCHED + 1, &foot), STATUS_BAD_STATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_series_runs_again_and_again),
        cmocka_unit_test(a_footprint_counts_the_pages_that_were_touched),
        cmocka_unit_test(more_pages_than_there_are_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
