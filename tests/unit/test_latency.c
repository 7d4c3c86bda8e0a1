/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_latency.c — the queueing replay against one that is written plainly, and its
 * percentiles against sorted times. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "net/latency.h"

enum { PACKETS = 20000, QUEUES = 3 };

/* April 2027, as a capture says it: a millisecond before its picoseconds are a multiple of 2^64. */
#define NOW_NS UINT64_C(1807780919222536058)

struct sample {
    uint64_t arrival_ns;
    double service_ns, delay_ns;
    uint32_t queue;
};

static struct sample sample[PACKETS];
static double times[PACKETS];

static int number_order(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;

    return (first > second) - (first < second);
}

/* Bursts and pauses: the load of each queue is around one. Services are whole picoseconds. */
static void samples_make(uint64_t seed, uint64_t now_ns)
{
    for (size_t i = 0; i < PACKETS; i++) {
        now_ns += random_next(&seed) % 4 ? random_next(&seed) % 50 : random_next(&seed) % 900;
        sample[i] = (struct sample){now_ns, (double)(random_next(&seed) % 700000) / 1000,
                                    (double)(random_next(&seed) % 100000) / 1000,
                                    (uint32_t)(random_next(&seed) % QUEUES)};
    }
}

/* One queue, served first come, first served, in ns from the first arrival. */
static double plain_serve(double *free_ns, const struct sample *at)
{
    double arrival = (double)(at->arrival_ns - sample[0].arrival_ns);

    if (*free_ns < arrival)
        *free_ns = arrival;
    *free_ns += at->service_ns;
    return *free_ns + at->delay_ns - arrival;
}

static void compare_with_plain(uint64_t seed, uint64_t now_ns)
{
    struct latency *latency = latency_create(QUEUES);
    struct latency_summary summary;
    double free_ns[QUEUES] = {0}, sum = 0, busy = 0, last = 0;

    assert_non_null(latency);
    samples_make(seed, now_ns);
    for (size_t i = 0; i < PACKETS; i++) {
        const struct sample *at = &sample[i];
        double arrival = (double)(at->arrival_ns - sample[0].arrival_ns);
        bool is_idle = free_ns[at->queue] <= arrival + 1e-6;

        assert_int_equal(latency_is_idle(latency, at->queue, at->arrival_ns), is_idle);
        times[i] = plain_serve(&free_ns[at->queue], at);
        assert_true(
            fabs(latency_serve(latency, at->queue, at->arrival_ns, at->service_ns, at->delay_ns) -
                 times[i]) < 1e-3);
        sum += times[i];
        busy += at->service_ns;
        last = fmax(last, arrival + times[i]);
    }
    latency_summarize(latency, &summary);
    qsort(times, PACKETS, sizeof *times, number_order);
    assert_int_equal(summary.packets, PACKETS);
    assert_true(fabs(summary.mean - sum / PACKETS) < 1e-3);
    assert_true(fabs(summary.least - times[0]) < 1e-3);
    assert_true(fabs(summary.most - times[PACKETS - 1]) < 1e-3);
    assert_true(fabs(summary.busy_share - busy / last / QUEUES) < 1e-9);
    assert_true(fabs(summary.p50 / times[PACKETS / 2 - 1] - 1) < 1e-3);
    assert_true(fabs(summary.p95 / times[PACKETS * 95 / 100 - 1] - 1) < 1e-3);
    assert_true(fabs(summary.p99 / times[PACKETS * 99 / 100 - 1] - 1) < 1e-3);
    assert_true(fabs(summary.p999 / times[PACKETS * 999 / 1000 - 1] - 1) < 1e-3);
    latency_free(latency);
}

static void every_time_is_that_of_a_plain_queue(void **unused)
{
    (void)unused;
    for (uint64_t seed = 1; seed <= 5; seed++)
        compare_with_plain(seed, 0);
}

static void times_since_1970_do_not_wrap(void **unused)
{
    (void)unused;
    compare_with_plain(6, NOW_NS);
}

static void a_gap_of_years_leaves_the_server_idle(void **unused)
{
    struct latency *latency = latency_create(1);

    (void)unused;
    assert_non_null(latency);
    assert_true(latency_serve(latency, 0, 5, 1e6, 0) == 1e6);
    assert_true(latency_is_idle(latency, 0, NOW_NS));
    assert_true(latency_serve(latency, 0, NOW_NS, 7, 3) == 10);
    assert_true(latency_serve(latency, 0, UINT64_MAX, 7, 3) == 10);
    latency_free(latency);
}

static void a_packet_waits_only_for_its_own_queue(void **unused)
{
    struct latency *latency = latency_create(2);

    (void)unused;
    assert_non_null(latency);
    assert_true(latency_serve(latency, 0, 0, 100, 0) == 100);
    assert_true(latency_serve(latency, 0, 0, 100, 5) == 205);
    assert_true(latency_serve(latency, 1, 0, 100, 0) == 100);
    assert_false(latency_is_idle(latency, 0, 199));
    assert_true(latency_is_idle(latency, 0, 200)); /* the delay is nobody's work */
    latency_free(latency);
}

/* Whatever a file of costs says, times are times. */
static void no_cost_is_too_much(void **unused)
{
    struct latency *latency = latency_create(1);
    struct latency_summary summary;

    (void)unused;
    assert_non_null(latency);
    for (unsigned i = 0; i < 100; i++)
        assert_true(latency_serve(latency, 0, i, 1e300, 1e300) > 0);
    latency_summarize(latency, &summary);
    assert_true(summary.least > 0 && summary.p999 <= summary.most && isfinite(summary.mean));
    latency_free(latency);
}

static void percentiles_of_few_packets_are_times_that_were(void **unused)
{
    struct latency *latency = latency_create(1);
    struct latency_summary summary;

    (void)unused;
    assert_non_null(latency);
    latency_summarize(latency, &summary);
    assert_true(summary.packets == 0 && summary.p50 == 0 && summary.least == 0);
    (void)latency_serve(latency, 0, 0, 1.5, 0);
    (void)latency_serve(latency, 0, 1000, 2.5, 0);
    latency_summarize(latency, &summary);
    assert_true(summary.p50 == 1.5 && summary.p95 == 2.5 && summary.p999 == 2.5);
    (void)latency_serve(latency, 0, 2000, 0, 0);
    latency_summarize(latency, &summary);
    assert_true(summary.least == 0 && summary.p50 == 1.5);
    latency_free(latency);
    latency_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_time_is_that_of_a_plain_queue),
        cmocka_unit_test(times_since_1970_do_not_wrap),
        cmocka_unit_test(a_gap_of_years_leaves_the_server_idle),
        cmocka_unit_test(a_packet_waits_only_for_its_own_queue),
        cmocka_unit_test(no_cost_is_too_much),
        cmocka_unit_test(percentiles_of_few_packets_are_times_that_were),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
