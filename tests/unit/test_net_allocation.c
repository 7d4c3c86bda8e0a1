/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_net_allocation.c — the data path takes nothing from the heap, however many
 * packets come: neither timed nor accounted. So memory is constant while a capture of any length
 * streams. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "allocation_count.h"
#include "net/native.h"
#include "net/workload.h"

#define KEYS CVMLAB_SOURCE_DIR "/traces/packets/esp-keys.json"

/* Paths that move bytes, and applications, crypto included. */
static const char *const paths[] = {"snp-tio-dpdk", "plain-dpdk", "folio", "snp-sriov"};
static const char *const apps[] = {"macswap", "udp-echo", "ipsec"};

enum { PATHS = sizeof paths / sizeof *paths, APPS = sizeof apps / sizeof *apps };

static void the_hook_sees_allocations(void **unused)
{
    uint64_t before = allocation_count;
    void *volatile memory;

    (void)unused;
    if (!allocation_is_counted())
        skip();
    memory = malloc(100);
    free(memory);
    assert_int_equal(allocation_count, before + 1);
}

static void a_timed_run_allocates_nothing(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < PATHS * APPS; i++) {
        struct experiment experiment = {
            .path = paths[i / APPS], .app = apps[i % APPS], .keys = KEYS, .frame_bytes = 500};
        struct native_sample sample;
        struct native *native;
        uint64_t before;

        assert_int_equal(native_open(&native, &experiment, NULL), STATUS_OK);
        before = allocation_count;
        assert_int_equal(native_run(native, &sample, NULL), STATUS_OK);
        assert_int_equal(allocation_count, before);
        assert_true(sample.guest_ns > 0 && sample.device_ns > 0);
        native_close(native);
    }
}

static enum status packets_play(struct run *run, const struct packet_set *set)
{
    size_t count;
    const struct packet *packet = packet_set_packets(set, &count);
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = run_packet(run, &packet[i], NULL);
    return status;
}

static void an_accounted_run_allocates_nothing(void **unused)
{
    struct workload_shape shape = {500, 640, 1e6, NULL};
    enum status status;
    struct packet_set *set = workload_make(&shape, &status, NULL);
    struct cost cost;

    (void)unused;
    assert_int_equal(cost_open(&cost, "generic-100g", NULL), STATUS_OK);
    for (size_t i = 0; i < PATHS; i++) {
        struct path path;
        struct run_config config = {.path = &path, .cost = &cost, .app = app_find("udp-echo")};
        struct run *run;
        uint64_t before;

        assert_int_equal(path_open(&path, paths[i], NULL), STATUS_OK);
        assert_int_equal(run_open(&run, &config, NULL), STATUS_OK);
        assert_int_equal(packets_play(run, set), STATUS_OK);
        before = allocation_count;
        for (unsigned round = 0; round < 8; round++)
            assert_int_equal(packets_play(run, set), STATUS_OK);
        assert_int_equal(allocation_count, before);
        run_close(run);
    }
    packet_set_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hook_sees_allocations),
        cmocka_unit_test(a_timed_run_allocates_nothing),
        cmocka_unit_test(an_accounted_run_allocates_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
