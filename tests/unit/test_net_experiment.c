/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_net_experiment.c — packets that are made, operating points, and our numbers for
 * claims. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "net/experiment.h"
#include "net/frame.h"
#include "net/workload.h"

#define KEYS CVMLAB_SOURCE_DIR "/traces/packets/esp-keys.json"

static struct cost cost;

static int machine_read(void **unused)
{
    (void)unused;
    return cost_open(&cost, "generic-100g", NULL) == STATUS_OK ? 0 : -1;
}

static struct experiment point(const char *path, const char *app, uint32_t frame_bytes)
{
    return (struct experiment){
        .path = path, .app = app, .keys = KEYS, .cost = &cost, .frame_bytes = frame_bytes};
}

static void made_frames_are_datagrams_of_the_size_that_was_asked_for(void **unused)
{
    static const uint32_t sizes[] = {60, 61, 64, 1514, 9000, 9728};
    struct diagnostic diag;
    enum status status;

    (void)unused;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct workload_shape shape = {sizes[i], 20, 1e6, NULL};
        struct packet_set *set = workload_make(&shape, &status, &diag);
        size_t count;
        const struct packet *packet = packet_set_packets(set, &count);
        struct frame frame;
        uint32_t payload, payload_bytes;

        assert_int_equal(count, 20);
        assert_int_equal(packet[19].time_ns, 19000);
        assert_int_equal(packet[0].frame_bytes, sizes[i]);
        assert_memory_not_equal(packet[0].frame, packet[1].frame, sizes[i]);
        assert_int_equal(frame_parse(&frame, (uint8_t *)(uintptr_t)packet[19].frame, sizes[i]),
                         APP_ANSWERED);
        assert_true(frame_udp(&frame, &payload, &payload_bytes));
        assert_int_equal(payload_bytes, sizes[i] - WORKLOAD_UDP_HEADERS);
        packet_set_free(set);
    }
}

static void with_keys_frames_are_esp_and_a_little_smaller(void **unused)
{
    struct workload_shape shape = {1000, 3, 0, KEYS};
    struct diagnostic diag;
    enum status status;
    struct packet_set *set = workload_make(&shape, &status, &diag);
    size_t count;
    const struct packet *packet = packet_set_packets(set, &count);

    (void)unused;
    assert_int_equal(count, 3);
    assert_in_range(packet->frame_bytes, 997, 1000);
    assert_int_equal(packet->frame[23], FRAME_PROTOCOL_ESP);
    packet_set_free(set);
}

static void a_shape_out_of_range_is_refused(void **unused)
{
    static const struct workload_shape shapes[] = {{59, 1, 0, NULL},
                                                   {9729, 1, 0, NULL},
                                                   {60, 0, 0, NULL},
                                                   {60, 2, 1e-300, NULL},
                                                   {60, 2, -1, NULL}};
    struct diagnostic diag;
    enum status status;

    (void)unused;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        assert_null(workload_make(&shapes[i], &status, &diag));
        assert_int_equal(status, STATUS_BAD_INPUT);
    }
}

/* The copies are all that is between the two, and they cost what the curve says. */
static void folio_costs_the_ideal_and_two_copies(void **unused)
{
    static const bool colds[] = {false, true};

    (void)unused;
    for (size_t i = 0; i < 2; i++) {
        struct experiment ideal = point("snp-tio-dpdk", "l2fwd", 1000);
        struct experiment folio = point("folio", "l2fwd", 1000);
        enum cost_curve curve = colds[i] ? COST_COPY_COLD : COST_COPY_HOT;
        struct experiment_result a, b;

        ideal.is_cold = folio.is_cold = colds[i];
        assert_int_equal(experiment_run(&ideal, &a, NULL), STATUS_OK);
        assert_int_equal(experiment_run(&folio, &b, NULL), STATUS_OK);
        assert_true(fabs(b.busy_ns - a.busy_ns - 2 * cost_curve_ns(&cost, curve, 1000)) < 1e-6);
        assert_int_equal(ledger_copies_rx(&b.sum), b.packets);
        assert_int_equal(ledger_copies_tx(&b.sum), b.packets);
        assert_int_equal(ledger_bytes_copied(&a.sum), 0);
    }
}

static void every_path_answers_every_packet_with_and_without_ipsec(void **unused)
{
    (void)unused;
    for (size_t i = 0; path_builtin(i); i++) {
        struct experiment echo = point(path_builtin(i), "udp-echo", 300);
        struct experiment ipsec = point(path_builtin(i), "ipsec", 9000);
        struct experiment_result result;

        assert_int_equal(experiment_run(&echo, &result, NULL), STATUS_OK);
        assert_int_equal(experiment_run(&ipsec, &result, NULL), STATUS_OK);
        assert_int_equal(result.sum.count[LEDGER_CRYPTO_CALLS], 2 * result.packets);
    }
}

static void the_same_point_gives_the_same_numbers(void **unused)
{
    struct experiment experiment = point("snp-sriov", "udp-echo", 64);
    struct experiment_result a, b;

    (void)unused;
    memset(&a, 0, sizeof a); /* padding too */
    memset(&b, 0, sizeof b);
    experiment.packets_per_second = 30000;
    assert_int_equal(experiment_run(&experiment, &a, NULL), STATUS_OK);
    assert_int_equal(experiment_run(&experiment, &b, NULL), STATUS_OK);
    assert_memory_equal(&a.sum, &b.sum, sizeof a.sum);
    assert_true(a.latency_mean == b.latency_mean && a.busy_ns == b.busy_ns);
}

static void an_unknown_path_or_application_is_named(void **unused)
{
    struct experiment path = point("no-such", "l2fwd", 64), app = point("folio", "no-such", 64);
    struct experiment queues = point("folio", "l2fwd", 64);
    struct experiment_result result;
    struct diagnostic diag;

    (void)unused;
    assert_int_equal(experiment_run(&path, &result, &diag), STATUS_BAD_INPUT);
    assert_non_null(strstr(diag.text, "no-such"));
    assert_int_equal(experiment_run(&app, &result, &diag), STATUS_BAD_INPUT);
    assert_non_null(strstr(diag.text, "unknown application \"no-such\""));
    queues.queues = 17;
    assert_int_equal(experiment_run(&queues, &result, &diag), STATUS_BAD_INPUT);
    assert_string_equal(diag.text, "folio: 17 queues; expected at most 16");
}

/* One claim by hand: the work hides the copies as far as the arithmetic says. */
static void a_rate_loss_is_what_the_two_points_say(void **unused)
{
    struct workload workload = {.app = "l2fwd", .work_ns = 1000};
    struct claim claim = {.path = "folio",
                          .against = "plain-dpdk",
                          .metric = CLAIM_RATE_LOSS,
                          .workload = &workload,
                          .against_workload = &workload,
                          .frame_bytes = 1000,
                          .against_frame_bytes = 1000,
                          .queues = 1};
    struct experiment ideal = point("plain-dpdk", "l2fwd", 1000);
    struct experiment_result result;
    double ours, copies = 2 * cost_curve_ns(&cost, COST_COPY_HOT, 1000);

    (void)unused;
    assert_int_equal(experiment_run(&ideal, &result, NULL), STATUS_OK);
    assert_int_equal(claim_number(&claim, &cost, KEYS, &ours, NULL), STATUS_OK);
    assert_true(fabs(ours - 100 * copies / (result.busy_ns + 1000 + copies)) < 1e-6);
}

static void the_pool_is_its_rooms_without_what_fills_the_page(void **unused)
{
    struct claim claim = {.path = "folio", .metric = CLAIM_POOL_BYTES, .mbufs = 65456};
    double ours;

    (void)unused;
    assert_int_equal(claim_number(&claim, &cost, KEYS, &ours, NULL), STATUS_OK);
    assert_int_equal((uint64_t)ours, 65456 * 2176);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(made_frames_are_datagrams_of_the_size_that_was_asked_for),
        cmocka_unit_test(with_keys_frames_are_esp_and_a_little_smaller),
        cmocka_unit_test(a_shape_out_of_range_is_refused),
        cmocka_unit_test(folio_costs_the_ideal_and_two_copies),
        cmocka_unit_test(every_path_answers_every_packet_with_and_without_ipsec),
        cmocka_unit_test(the_same_point_gives_the_same_numbers),
        cmocka_unit_test(an_unknown_path_or_application_is_named),
        cmocka_unit_test(a_rate_loss_is_what_the_two_points_say),
        cmocka_unit_test(the_pool_is_its_rooms_without_what_fills_the_page),
    };

    return cmocka_run_group_tests(tests, machine_read, NULL);
}
