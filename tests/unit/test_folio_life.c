/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_folio_life.c — opening, closing and abandoning a port, when all goes well and
 * when any call of the backend fails. */
#include "folio_fixture.h"

static struct fixture fix;

static uint32_t reg(uint32_t first, uint16_t queue)
{
    return device_register(&fix.device, first, queue);
}

static void opening_programs_the_device(void **unused)
{
    const struct folio_device *device = &fix.device;

    (void)unused;
    fixture_small(&fix);
    for (uint16_t queue = 0; queue < 2; queue++) {
        assert_int_equal(reg(NIC_RDLEN, queue), 8 * 16);
        assert_int_equal(reg(NIC_TDLEN, queue), 8 * 16);
        assert_int_equal(reg(NIC_RDBAH, queue), DEVICE_BASE >> 32);
        assert_int_equal(reg(NIC_RDBAL, queue) % FOLIO_RING_ALIGN_BYTES, 0);
        assert_int_equal(reg(NIC_SRRCTL, queue) & 0x1f, 2); /* KiB */
        assert_int_equal(reg(NIC_RXDCTL, queue), NIC_QUEUE_ENABLE);
        assert_int_equal(reg(NIC_TXDCTL, queue), NIC_QUEUE_ENABLE);
        assert_int_equal(reg(NIC_RDT, queue), 1); /* three mbufs: one each, one for transmit */
    }
    assert_int_equal(device->reg[NIC_RETA / 4], 0x01000100);
    assert_int_equal(device->reg[NIC_RSSRK / 4], 0xda565a6d);
    assert_int_equal(device->reg[NIC_HLREG0 / 4] & HLREG0_RXCRCSTRP, HLREG0_RXCRCSTRP);
    assert_int_equal(device->reg[NIC_MAXFRS / 4] >> 16, 2048 + FOLIO_CRC_BYTES);
    assert_true(device->is_shared);
    fixture_end(&fix);
}

static void what_was_in_the_memory_before_is_not_shown(void **unused)
{
    (void)unused;
    fixture_small(&fix);
    assert_null(memchr(fix.port.region.base + fix.config.queue_count * 4 * 128, 0x5a,
                       fix.port.region.size_bytes - fix.config.queue_count * 4 * 128));
    fixture_end(&fix);
}

/* Opens with the n-th backend call failing, for every n until none fails. */
static void an_open_that_fails_leaves_nothing_behind(void **unused)
{
    uint64_t n = 0;
    enum status st;

    (void)unused;
    do {
        fixture_begin(&fix);
        fixture_allocate(&fix, FIXTURE_SHADOW_COUNT);
        fix.device.fail_at = n++;
        st = folio_port_open(&fix.port, &fix.config);
        fix.device.fail_at = DEVICE_NEVER;
        if (st == STATUS_OK) {
            (void)folio_rx_burst(&fix.port, 0, fix.mbufs, 1); /* a doorbell failed: again */
            (void)folio_rx_burst(&fix.port, 1, fix.mbufs, 1);
            assert_int_equal(reg(NIC_RDT, 0) + reg(NIC_RDT, 1), 2);
            assert_int_equal(folio_check_all(&fix.port), STATUS_OK);
            assert_int_equal(folio_port_close(&fix.port), STATUS_OK);
        } else {
            assert_int_equal(st, STATUS_IO);
            assert_int_equal(fix.device.closed, 0);
        }
        assert_int_equal(fix.port.state, FOLIO_PORT_CLOSED);
        assert_true(fixture_region_is_zero(&fix));
        assert_false(fix.device.is_shared);
        assert_int_equal(folio_check_all(&fix.port), STATUS_OK);
        assert_int_equal(folio_rx_burst(&fix.port, 0, fix.mbufs, 1), 0);
        fixture_free(&fix);
    } while (n <= fix.device.calls);
    assert_true(n > 70); /* registers: 57 of frames and RSS, 11 per queue */
}

static void a_close_that_fails_still_zeroes_the_region(void **unused)
{
    enum { CLOSE_CALLS = 5 }; /* four queues, unshare */

    (void)unused;
    for (uint64_t n = 0; n <= CLOSE_CALLS; n++) {
        fixture_small(&fix);
        memset(fix.port.region.base + PAGE_SIZE, 0x77, 64);
        fix.device.fail_at = fix.device.calls + n;
        assert_int_equal(folio_port_close(&fix.port), n < CLOSE_CALLS ? STATUS_IO : STATUS_OK);
        assert_true(fixture_region_is_zero(&fix));
        assert_int_equal(fix.device.is_shared, n == CLOSE_CALLS - 1);
        assert_int_equal(fix.device.closed, 1);
        assert_int_equal(fix.port.temporary.free_count, fix.port.temporary.count);
        assert_int_equal(folio_port_close(&fix.port), STATUS_BAD_STATE);
        assert_int_equal(folio_check_all(&fix.port), STATUS_OK);
        fixture_free(&fix);
    }
}

static void a_crash_zeroes_the_region_without_the_device(void **unused)
{
    struct folio_mbuf *mbuf;
    uint64_t calls;

    (void)unused;
    fixture_small(&fix);
    mbuf = fixture_receive(&fix, 0, 1, 200);
    assert_int_equal(folio_tx_burst(&fix.port, 0, &mbuf, 1), 1);
    calls = fix.device.calls;
    folio_port_abandon(&fix.port);
    assert_int_equal(fix.device.calls, calls + 1); /* unshare */
    assert_true(fixture_region_is_zero(&fix));
    assert_false(fix.device.is_shared);
    assert_int_equal(fix.device.closed, 1);
    assert_int_equal(fix.port.temporary.free_count, 3);
    folio_port_abandon(&fix.port); /* nothing more */
    assert_int_equal(fix.device.closed, 1);
    assert_int_equal(folio_check_all(&fix.port), STATUS_OK);
    fixture_free(&fix);
}

static void a_crash_where_nothing_works_still_zeroes_the_region(void **unused)
{
    (void)unused;
    fixture_small(&fix);
    memset(fix.port.region.base, 0x77, fix.port.region.size_bytes);
    fix.device.fail_at = fix.device.calls;
    folio_port_abandon(&fix.port);
    assert_true(fixture_region_is_zero(&fix));
    assert_int_equal(folio_check_all(&fix.port), STATUS_OK);
    fixture_free(&fix);
}

static void a_port_with_an_unread_payload_outside_is_not_closed(void **unused)
{
    struct folio_mbuf *mbuf;

    (void)unused;
    fixture_begin(&fix);
    fix.config.header_bytes = 64;
    fixture_open(&fix, FIXTURE_SHADOW_COUNT);
    mbuf = fixture_receive(&fix, 0, 1, 200);
    assert_int_equal(folio_port_close(&fix.port), STATUS_BAD_STATE);
    assert_int_equal(fix.port.state, FOLIO_PORT_OPEN);
    assert_int_equal(fix.device.closed, 0);
    folio_mbuf_free(mbuf);
    fixture_end(&fix);
}

static void a_payload_that_a_crash_took_away_can_still_be_freed(void **unused)
{
    struct folio_mbuf *mbuf;

    (void)unused;
    fixture_begin(&fix);
    fix.config.header_bytes = 64;
    fixture_open(&fix, FIXTURE_SHADOW_COUNT);
    mbuf = fixture_receive(&fix, 0, 1, 200);
    folio_port_abandon(&fix.port);
    assert_int_equal(folio_port_payload(&fix.port, mbuf), STATUS_BAD_STATE);
    assert_frame(mbuf->data, 1, 64);
    folio_mbuf_free(mbuf);
    assert_int_equal(fix.port.temporary.free_count, 3);
    assert_int_equal(folio_pool_check(&fix.port.temporary), STATUS_OK);
    assert_int_equal(folio_pool_check(&fix.shadow), STATUS_OK);
    fixture_free(&fix);
}

static void a_payload_of_an_earlier_life_of_the_port_is_not_freed_into_this_one(void **unused)
{
    struct folio_mbuf *stale, *again;

    (void)unused;
    fixture_begin(&fix);
    fix.config.header_bytes = 64;
    fixture_open(&fix, FIXTURE_SHADOW_COUNT);
    stale = fixture_receive(&fix, 0, 1, 200);
    again = fixture_receive(&fix, 0, 2, 200);
    folio_port_abandon(&fix.port);
    device_begin(&fix.device);
    assert_int_equal(folio_port_open(&fix.port, &fix.config), STATUS_OK);
    assert_int_equal(folio_port_payload(&fix.port, stale), STATUS_BAD_STATE);
    folio_mbuf_free(stale);
    assert_int_equal(folio_tx_burst(&fix.port, 0, &again, 1), 1);
    assert_int_equal(fixture_stats(&fix, 0).refused[FOLIO_REFUSED_TX_MBUF], 1);
    assert_int_equal(fix.port.temporary.misused, 2);
    fix.port.temporary.misused = 0;
    fixture_end(&fix);
}

static void a_port_can_be_opened_again(void **unused)
{
    (void)unused;
    fixture_small(&fix);
    folio_mbuf_free(fixture_receive(&fix, 0, 1, 60));
    assert_int_equal(folio_port_close(&fix.port), STATUS_OK);
    device_begin(&fix.device);
    assert_int_equal(folio_port_open(&fix.port, &fix.config), STATUS_OK);
    assert_int_equal(fixture_stats(&fix, 0).rx_packets, 0);
    folio_mbuf_free(fixture_receive(&fix, 0, 2, 60));
    fixture_end(&fix);
}

static void a_device_that_does_not_start_at_index_0_is_refused(void **unused)
{
    static const uint32_t heads[] = {NIC_RDH, NIC_TDH};

    (void)unused;
    for (unsigned i = 0; i < 2; i++) {
        fixture_begin(&fix);
        fixture_allocate(&fix, FIXTURE_SHADOW_COUNT);
        fix.device.reg[heads[i] / 4] = 8;
        assert_int_equal(folio_port_open(&fix.port, &fix.config), STATUS_DENIED);
        assert_int_equal(fixture_stats(&fix, 0).refused[FOLIO_REFUSED_INDEX], 1);
        assert_false(fix.device.is_shared);
        assert_int_equal(folio_check_all(&fix.port), STATUS_OK);
        fixture_free(&fix);
    }
}

static void a_config_out_of_range_is_refused_before_anything_is_shared(void **unused)
{
    enum { BAD_COUNT = 19 };
    struct folio_port_config good, bad[BAD_COUNT];
    struct folio_pool temporary;
    struct folio_backend other = {NULL};
    struct folio_decrypt decrypt = {NULL};

    (void)unused;
    fixture_begin(&fix);
    fixture_allocate(&fix, FIXTURE_SHADOW_COUNT);
    good = fix.config;
    temporary = fix.shadow;
    temporary.kind = FOLIO_POOL_TEMPORARY;
    for (unsigned i = 0; i < BAD_COUNT; i++)
        bad[i] = good;
    bad[0].queue_count = 0;
    bad[1].queue_count = FOLIO_QUEUE_MAX + 1;
    bad[2].ring_size = 0;
    bad[3].ring_size = FOLIO_RING_SIZE_MAX + 8;
    bad[4].ring_size = 12;
    bad[5].temporary_count = 2; /* two queues: nothing left for transmit */
    bad[6].temporary_count = FOLIO_MBUF_COUNT_MAX + 1;
    bad[7].room_bytes = 1024;
    bad[8].room_bytes = FOLIO_ROOM_BYTES_JUMBO + 64;
    bad[9].room_bytes = FOLIO_ROOM_BYTES + 64; /* more than the shadow pool's */
    bad[10].rx_posted = 8;
    bad[11].rx_posted = 2; /* 2 * 2 of 3 */
    bad[12].room_bytes = 0;
    bad[13].backend = NULL;
    bad[14].backend = &other; /* not the driver's */
    bad[15].shadow = NULL;
    bad[16].shadow = &temporary;
    bad[17].header_bytes = 13;
    bad[18].header_bytes = 64;
    bad[18].decrypt = &decrypt;
    assert_int_equal(folio_port_shared_bytes(&bad[0]) + folio_port_private_bytes(&bad[0]), 0);
    for (unsigned i = 0; i < BAD_COUNT; i++)
        assert_int_equal(folio_port_open(&fix.port, &bad[i]), STATUS_BAD_INPUT);
    fix.config.shared = (uint8_t *)good.shared + 64;
    assert_int_equal(folio_port_open(&fix.port, &fix.config), STATUS_BAD_ADDRESS);
    fix.config = good;
    fix.config.private_memory = (uint8_t *)good.private_memory + 8;
    assert_int_equal(folio_port_open(&fix.port, &fix.config), STATUS_BAD_ADDRESS);
    fix.config = good;
    assert_int_equal(fix.device.calls, 0);
    assert_int_equal(folio_port_open(&fix.port, &fix.config), STATUS_OK);
    fixture_end(&fix);
}

static void the_walker_finds_a_broken_ring(void **unused)
{
    struct folio_rx_queue *rx = fix.device.driver.rx;
    struct folio_mbuf *posted;

    (void)unused;
    fixture_small(&fix);
    posted = rx[0].posted[0];
    posted->slot = 1; /* it thinks that it is elsewhere */
    assert_int_equal(folio_check_all(&fix.port), STATUS_BAD_STATE);
    posted->slot = 0;
    posted->queue = 1;
    assert_int_equal(folio_check_all(&fix.port), STATUS_BAD_STATE);
    posted->queue = 0;
    rx[0].posted[5] = posted; /* named outside the window */
    assert_int_equal(folio_check_all(&fix.port), STATUS_BAD_STATE);
    rx[0].posted[5] = NULL;
    rx[0].posted[0] = rx[1].posted[0]; /* named twice */
    assert_int_equal(folio_check_all(&fix.port), STATUS_BAD_STATE);
    rx[0].posted[0] = NULL;
    assert_int_equal(folio_check_all(&fix.port), STATUS_BAD_STATE);
    rx[0].count = 0; /* lost */
    assert_int_equal(folio_check_all(&fix.port), STATUS_BAD_STATE);
    rx[0].count = 1;
    rx[0].posted[0] = posted;
    posted->place = FOLIO_MBUF_HELD; /* nobody holds it */
    assert_int_equal(folio_check_all(&fix.port), STATUS_BAD_STATE);
    posted->place = FOLIO_MBUF_RX_POSTED;
    rx[0].head = 8;
    assert_int_equal(folio_check_all(&fix.port), STATUS_BAD_STATE);
    rx[0].head = 0;
    fixture_end(&fix);
}

static void a_ring_outside_the_region_is_not_started(void **unused)
{
    struct folio_ring_setup setup;

    (void)unused;
    fixture_small(&fix);
    setup = (struct folio_ring_setup){.region = fix.port.region,
                                      .pool = &fix.port.temporary,
                                      .queue_count = 2,
                                      .ring_size = 8,
                                      .wanted = 1};
    setup.rings_offset = setup.region.size_bytes - 4 * 128 + 128;
    assert_int_equal(folio_ring_start(&fix.device.driver, &setup), STATUS_BAD_ADDRESS);
    setup.rings_offset = 64;
    assert_int_equal(folio_ring_start(&fix.device.driver, &setup), STATUS_BAD_ADDRESS);
    setup.rings_offset = 0;
    setup.pool = &fix.shadow;
    assert_int_equal(folio_ring_start(&fix.device.driver, &setup), STATUS_BAD_ADDRESS);
    setup.wanted = 8;
    assert_int_equal(folio_ring_start(&fix.device.driver, &setup), STATUS_BAD_INPUT);
    fixture_end(&fix); /* the one that runs was not touched */
}

static void the_link_is_what_the_device_says(void **unused)
{
    struct folio_link link = {0};

    (void)unused;
    fixture_small(&fix);
    fix.device.reg[NIC_LINKS / 4] = (uint32_t)1 << 30 | (uint32_t)3 << 28;
    assert_int_equal(folio_ring_link(&fix.device.driver, &link), STATUS_OK);
    assert_true(link.up);
    assert_int_equal(link.megabits_per_second, 10000);
    fix.device.reg[NIC_LINKS / 4] = (uint32_t)3 << 28;
    assert_int_equal(folio_ring_link(&fix.device.driver, &link), STATUS_OK);
    assert_int_equal(link.up + link.megabits_per_second, 0);
    fix.device.fail_at = fix.device.calls;
    assert_int_equal(folio_ring_link(&fix.device.driver, &link), STATUS_IO);
    fixture_end(&fix);
}

static void a_lost_doorbell_is_rung_again(void **unused)
{
    struct folio_mbuf *mbuf;
    uint16_t size_bytes;

    (void)unused;
    fixture_small(&fix);
    mbuf = fixture_packet(&fix, 1, 60);
    fix.device.fail_at = fix.device.calls;
    assert_int_equal(folio_tx_burst(&fix.port, 0, &mbuf, 1), 1);
    assert_false(device_send(&fix.device, 0, NULL, &size_bytes));
    assert_int_equal(folio_tx_burst(&fix.port, 0, NULL, 0), 0);
    assert_true(device_send(&fix.device, 0, NULL, &size_bytes));
    fixture_end(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opening_programs_the_device),
        cmocka_unit_test(what_was_in_the_memory_before_is_not_shown),
        cmocka_unit_test(an_open_that_fails_leaves_nothing_behind),
        cmocka_unit_test(a_close_that_fails_still_zeroes_the_region),
        cmocka_unit_test(a_crash_zeroes_the_region_without_the_device),
        cmocka_unit_test(a_crash_where_nothing_works_still_zeroes_the_region),
        cmocka_unit_test(a_port_with_an_unread_payload_outside_is_not_closed),
        cmocka_unit_test(a_payload_that_a_crash_took_away_can_still_be_freed),
        cmocka_unit_test(a_payload_of_an_earlier_life_of_the_port_is_not_freed_into_this_one),
        cmocka_unit_test(a_port_can_be_opened_again),
        cmocka_unit_test(a_device_that_does_not_start_at_index_0_is_refused),
        cmocka_unit_test(a_config_out_of_range_is_refused_before_anything_is_shared),
        cmocka_unit_test(the_walker_finds_a_broken_ring),
        cmocka_unit_test(a_ring_outside_the_region_is_not_started),
        cmocka_unit_test(the_link_is_what_the_device_says),
        cmocka_unit_test(a_lost_doorbell_is_rung_again),
    };

    return cmocka_run_group_tests_name("folio_life", tests, NULL, NULL);
}
