/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_net_crossover.c — the arithmetic of the crossover, by its own definitions. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "net/crossover.h"
#include "net/sweep.h"
#include "net/workload.h"

#define NEARLY 1e-9

static void assert_near(double a, double b)
{
    assert_true(fabs(a - b) <= NEARLY * fmax(1, fabs(b)));
}

static void at_saturation_the_loss_is_the_share_of_the_copies(void **unused)
{
    struct crossover crossover = crossover_of(90, 100, 6);

    (void)unused;
    assert_near(crossover.loss_percent, 10);
    assert_near(crossover.folio_mpps, 10);
    assert_near(crossover_loss(&crossover, 1000), 10);
}

static void below_what_folio_carries_nothing_is_lost(void **unused)
{
    struct crossover crossover = crossover_of(90, 100, 6);

    (void)unused;
    assert_near(crossover_loss(&crossover, 9.99), 0);
    assert_near(crossover_loss(&crossover, 10), 0);
    assert_true(crossover_loss(&crossover, 10.1) > 0);
}

static void at_the_crossover_the_loss_is_the_threshold(void **unused)
{
    (void)unused;
    for (double copy = 10; copy < 1000; copy *= 1.7) {
        struct crossover crossover = crossover_of(100, 100 + copy, 6);

        assert_near(crossover_loss(&crossover, crossover.rate_mpps), 6);
        assert_true(crossover.rate_mpps <= crossover.ideal_mpps);
    }
}

static void with_the_work_needed_the_loss_is_the_threshold(void **unused)
{
    struct crossover cold = crossover_of(300, 560, 6), hidden;

    (void)unused;
    assert_true(cold.work_needed_ns > 15.6 * 260 && cold.work_needed_ns < 15.7 * 260);
    hidden = crossover_of(cold.work_needed_ns, cold.work_needed_ns + 260, 6);
    assert_near(hidden.loss_percent, 6);
}

static void a_loss_below_the_threshold_has_no_crossover(void **unused)
{
    struct crossover small = crossover_of(100, 105, 6), faster = crossover_of(100, 90, 6);

    (void)unused;
    assert_true(isinf(small.rate_mpps));
    assert_near(faster.loss_percent, 0);
    assert_near(faster.work_needed_ns, 0);
    assert_near(crossover_loss(&faster, 1e6), 0);
}

static void work_of_the_workload_is_spent_on_both_sides(void **unused)
{
    struct sweep_point point = {64, 40, 50};
    struct crossover crossover = sweep_crossover(&point, 50);

    (void)unused;
    assert_near(crossover.ideal_ns, 90);
    assert_near(crossover.folio_ns, 100);
}

static void the_wire_carries_preamble_check_sequence_and_gap(void **unused)
{
    (void)unused;
    assert_near(workload_wire_gbps(1, 60), 0.672); /* 14.88 Mpps are 10 Gb/s */
    assert_true(fabs(workload_wire_gbps(14.8809524, 60) - 10) < 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_saturation_the_loss_is_the_share_of_the_copies),
        cmocka_unit_test(below_what_folio_carries_nothing_is_lost),
        cmocka_unit_test(at_the_crossover_the_loss_is_the_threshold),
        cmocka_unit_test(with_the_work_needed_the_loss_is_the_threshold),
        cmocka_unit_test(a_loss_below_the_threshold_has_no_crossover),
        cmocka_unit_test(work_of_the_workload_is_spent_on_both_sides),
        cmocka_unit_test(the_wire_carries_preamble_check_sequence_and_gap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
