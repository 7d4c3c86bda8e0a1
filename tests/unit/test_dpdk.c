/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_dpdk.c — Folio over ethdevs of DPDK that need no hardware. Skipped (77) in a
 * build without DPDK. EAL lives once per process: every test has a device of its own. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "dpdk/dpdk.h"

enum { SKIPPED = 77, BURST = 32, FRAME_BYTES = 200, BUFFERS = 256, DESCRIPTORS = 64 };

enum device {
    RING_LOOP,
    RING_HEADER,
    RING_FULL,
    RING_CRASH,
    NULL_QUEUES,
    NULL_REFUSED,
    NULL_THREE
};

static const char *const devices[] = {
    [RING_LOOP] = "net_ring0",
    [RING_HEADER] = "net_ring1",
    [RING_FULL] = "net_ring2",
    [RING_CRASH] = "net_ring3",
    [NULL_QUEUES] = "net_null0,size=64",
    [NULL_REFUSED] = "net_null1",
    [NULL_THREE] = "net_null2,size=1500,copy=1",
};

static struct dpdk_port_setup setup_of(enum device device)
{
    return (struct dpdk_port_setup){.ethdev = (uint16_t)device,
                                    .queue_count = 1,
                                    .descriptors = DESCRIPTORS,
                                    .buffers = BUFFERS,
                                    .room_bytes = FOLIO_ROOM_BYTES};
}

static struct dpdk_port *port_open(const struct dpdk_port_setup *setup)
{
    struct diagnostic diag = {{0}};
    enum status st;
    struct dpdk_port *port = dpdk_port_open(setup, &st, &diag);

    assert_string_equal(diag.text, "");
    assert_non_null(port);
    return port;
}

/* The invariants, every mbuf home, and the end. */
static void port_end(struct dpdk_port *port)
{
    struct folio_port *folio = dpdk_port_folio(port);

    assert_int_equal(folio_check_all(folio), STATUS_OK);
    assert_int_equal(folio->config.shadow->free_count, folio->config.shadow->count);
    assert_int_equal(folio->temporary.free_count, folio->temporary.count);
    assert_int_equal(folio->config.shadow->misused + folio->temporary.misused, 0);
    assert_int_equal(dpdk_port_close(port), STATUS_OK);
}

static uint8_t frame_byte(unsigned number, unsigned i)
{
    return (uint8_t)(number * 31 + i * 7);
}

static struct folio_mbuf *frame_make(struct folio_port *folio, unsigned number)
{
    struct folio_mbuf *mbuf = folio_mbuf_alloc(folio->config.shadow);

    assert_non_null(mbuf);
    for (unsigned i = 0; i < FRAME_BYTES; i++)
        mbuf->data[i] = frame_byte(number, i);
    mbuf->data_len = FRAME_BYTES;
    return mbuf;
}

static void assert_frame(const struct folio_mbuf *mbuf, unsigned number)
{
    assert_int_equal(mbuf->data_len, FRAME_BYTES);
    for (unsigned i = 0; i < FRAME_BYTES; i++)
        assert_int_equal(mbuf->data[i], frame_byte(number, i));
}

static void what_is_sent_comes_back_with_one_copy_each_way(void **unused)
{
    struct dpdk_port_setup setup = setup_of(RING_LOOP);
    struct dpdk_port *port = port_open(&setup);
    struct folio_port *folio = dpdk_port_folio(port);
    struct folio_mbuf *mbufs[BURST];
    struct folio_stats stats;

    (void)unused;
    for (unsigned round = 0; round < 100; round++) {
        for (unsigned i = 0; i < BURST; i++)
            mbufs[i] = frame_make(folio, round + i);
        assert_int_equal(folio_tx_burst(folio, 0, mbufs, BURST), BURST);
        assert_int_equal(folio->temporary.free_count, folio->temporary.count - BURST);
        assert_int_equal(folio_rx_burst(folio, 0, mbufs, BURST), BURST);
        for (unsigned i = 0; i < BURST; i++) {
            assert_frame(mbufs[i], round + i);
            folio_mbuf_free(mbufs[i]);
        }
    }
    folio_port_stats(folio, 0, &stats);
    assert_int_equal(stats.rx_packets, 100 * BURST);
    assert_int_equal(stats.rx_copies, 100 * BURST);
    assert_int_equal(stats.tx_copies, 100 * BURST);
    assert_int_equal(stats.rx_copied_bytes, 100 * BURST * FRAME_BYTES);
    port_end(port);
}

static void an_unread_payload_is_sent_on_and_fetched_later(void **unused)
{
    enum { HOPS = 3, CUT_BYTES = 4 };
    struct dpdk_port_setup setup = setup_of(RING_HEADER);
    struct dpdk_port *port;
    struct folio_port *folio;
    struct folio_mbuf *mbuf;

    (void)unused;
    setup.header_bytes = 20;
    port = port_open(&setup);
    folio = dpdk_port_folio(port);
    mbuf = frame_make(folio, 5);
    for (unsigned hop = 0; hop < HOPS; hop++) {
        assert_int_equal(folio_tx_burst(folio, 0, &mbuf, 1), 1);
        assert_int_equal(folio_rx_burst(folio, 0, &mbuf, 1), 1);
        assert_int_equal(mbuf->data_len, setup.header_bytes);
        assert_non_null(mbuf->rest);
        mbuf->data += CUT_BYTES; /* a shorter header: the packet begins elsewhere in its room */
        mbuf->data_len -= CUT_BYTES;
    }
    assert_int_equal(folio_port_payload(folio, mbuf), STATUS_OK);
    assert_int_equal(mbuf->data_len, FRAME_BYTES - HOPS * CUT_BYTES);
    for (unsigned i = 0; i < mbuf->data_len; i++)
        assert_int_equal(mbuf->data[i], frame_byte(5, i + HOPS * CUT_BYTES));
    folio_mbuf_free(mbuf);
    port_end(port);
}

static void a_full_device_loses_nothing_that_was_taken(void **unused)
{
    enum { NET_RING_SIZE = 1024 }; /* it holds one frame fewer */
    struct dpdk_port_setup setup = setup_of(RING_FULL);
    struct dpdk_port *port;
    struct folio_port *folio;
    struct folio_mbuf *mbufs[BURST];
    unsigned taken = 0, received = 0;
    uint16_t count;

    (void)unused;
    setup.descriptors = NET_RING_SIZE;
    port = port_open(&setup);
    folio = dpdk_port_folio(port);
    do { /* until the ring is full, and as many as wait for it in the backend */
        for (unsigned i = 0; i < BURST; i++)
            mbufs[i] = frame_make(folio, taken + i);
        count = folio_tx_burst(folio, 0, mbufs, BURST);
        taken += count;
        for (unsigned i = count; i < BURST; i++)
            folio_mbuf_free(mbufs[i]);
    } while (count == BURST);
    assert_int_equal(taken, NET_RING_SIZE - 1 + FOLIO_BURST_MAX);

    do {
        count = folio_rx_burst(folio, 0, mbufs, BURST);
        for (unsigned i = 0; i < count; i++) {
            assert_frame(mbufs[i], received++);
            folio_mbuf_free(mbufs[i]);
        }
        (void)folio_tx_burst(folio, 0, mbufs, 0); /* what waits moves on */
    } while (count > 0);
    assert_int_equal(received, taken);
    port_end(port);
}

static void after_a_crash_the_shared_region_is_zero(void **unused)
{
    struct dpdk_port_setup setup = setup_of(RING_CRASH);
    struct dpdk_port *port = port_open(&setup);
    struct folio_port *folio = dpdk_port_folio(port);
    size_t size_bytes = folio->region.size_bytes, nonzero = 0;
    const uint8_t *shared = folio->region.base;
    struct folio_mbuf *mbuf = frame_make(folio, 1);

    (void)unused;
    assert_int_equal(folio_tx_burst(folio, 0, &mbuf, 1), 1);
    for (size_t i = 0; i < size_bytes; i++)
        nonzero += shared[i] != 0;
    assert_true(nonzero > 0);
    folio_port_abandon(folio);
    for (size_t i = 0; i < size_bytes; i++)
        assert_int_equal(shared[i], 0);
    assert_int_equal(folio_rx_burst(folio, 0, &mbuf, 1), 0);
    assert_int_equal(dpdk_port_close(port), STATUS_BAD_STATE); /* closed already; frees */
}

static void two_queues_are_two_queues(void **unused)
{
    struct dpdk_port_setup setup = setup_of(NULL_QUEUES);
    struct dpdk_port *port;
    struct folio_port *folio;
    struct folio_mbuf *mbufs[BURST];
    struct folio_stats stats;

    (void)unused;
    setup.queue_count = 2;
    port = port_open(&setup);
    folio = dpdk_port_folio(port);
    for (uint16_t queue = 0; queue < 2; queue++) {
        assert_int_equal(folio_rx_burst(folio, queue, mbufs, BURST), BURST);
        assert_int_equal(mbufs[0]->queue, queue);
        assert_int_equal(mbufs[0]->data_len, 64);
        assert_int_equal(folio_tx_burst(folio, queue, mbufs, BURST), BURST);
        folio_port_stats(folio, queue, &stats);
        assert_int_equal(stats.rx_copies, BURST);
        assert_int_equal(stats.tx_copies, BURST);
    }
    assert_int_equal(folio_rx_burst(folio, 2, mbufs, BURST), 0);
    port_end(port);
}

static void three_mbufs_on_two_queues_are_enough(void **unused)
{
    enum { MBUFS = 3, ROUNDS = 1000 };
    struct dpdk_port_setup setup = setup_of(NULL_THREE);
    struct dpdk_port *port;
    struct folio_port *folio;
    struct folio_mbuf *mbufs[BURST];
    struct folio_stats stats;

    (void)unused;
    setup.queue_count = 2;
    setup.buffers = MBUFS;
    port = port_open(&setup);
    folio = dpdk_port_folio(port);
    for (unsigned round = 0; round < ROUNDS; round++)
        for (uint16_t queue = 0; queue < 2; queue++) {
            assert_int_equal(folio_rx_burst(folio, queue, mbufs, BURST), MBUFS);
            assert_int_equal(folio_tx_burst(folio, queue, mbufs, MBUFS), MBUFS);
            assert_int_equal(folio_check_all(folio), STATUS_OK);
        }
    folio_port_stats(folio, 1, &stats);
    assert_int_equal(stats.tx_copied_bytes, ROUNDS * MBUFS * 1500);
    port_end(port);
}

static void what_cannot_be_opened_is_said(void **unused)
{
    struct {
        struct dpdk_port_setup setup;
        const char *text;
    } cases[] = {
        {setup_of(NULL_REFUSED), "dpdk: 0 buffers; expected 1 to 8388608"},
        {setup_of(NULL_REFUSED),
         "dpdk: rooms of 100 bytes; expected 1152 to 10368, in steps of 64"},
        {setup_of(NULL_REFUSED), "dpdk: device 5 (net_null): 17 queues; expected at most 16"},
        {setup_of(NULL_REFUSED), "dpdk: there is no device 99; expected one that EAL opened"},
    };

    (void)unused;
    cases[0].setup.buffers = 0;
    cases[1].setup.room_bytes = 100;
    cases[2].setup.queue_count = 17;
    cases[3].setup.ethdev = 99;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct diagnostic diag = {{0}};
        enum status st = STATUS_OK;

        assert_null(dpdk_port_open(&cases[i].setup, &st, &diag));
        assert_int_equal(st, STATUS_BAD_INPUT);
        assert_string_equal(diag.text, cases[i].text);
    }
}

static int eal_begin(void **unused)
{
    struct dpdk_eal_setup setup = {.vdevs = devices,
                                   .vdev_count = sizeof devices / sizeof devices[0]};
    struct diagnostic diag = {{0}};

    (void)unused;
    if (dpdk_eal_begin(&setup, &diag) == STATUS_OK)
        return 0;
    print_error("%s\n", diag.text);
    return -1;
}

static int eal_end(void **unused)
{
    (void)unused;
    dpdk_eal_end();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sent_comes_back_with_one_copy_each_way),
        cmocka_unit_test(an_unread_payload_is_sent_on_and_fetched_later),
        cmocka_unit_test(a_full_device_loses_nothing_that_was_taken),
        cmocka_unit_test(after_a_crash_the_shared_region_is_zero),
        cmocka_unit_test(two_queues_are_two_queues),
        cmocka_unit_test(three_mbufs_on_two_queues_are_enough),
        cmocka_unit_test(what_cannot_be_opened_is_said),
    };

    if (!dpdk_is_present()) {
        print_message("skipped: built without DPDK (apt-get install libdpdk-dev)\n");
        return SKIPPED;
    }
    return cmocka_run_group_tests_name("dpdk", tests, eal_begin, eal_end);
}
