/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_folio_port.c — bursts: byte for byte, one copy, whose an mbuf is, and what
 * happens when pools and rings are empty or full. */
#include "folio_fixture.h"

static struct fixture fix;

static void a_packet_comes_in_as_it_was_on_the_wire(void **unused)
{
    struct folio_mbuf *mbuf;
    struct folio_stats stats;

    (void)unused;
    fixture_small(&fix);
    mbuf = fixture_receive(&fix, 1, 5, 1514);
    assert_non_null(mbuf);
    assert_int_equal(mbuf->data_len, 1514);
    assert_int_equal(mbuf->port, 7);
    assert_int_equal(mbuf->queue, 1);
    assert_int_equal(mbuf->flags, 0);
    assert_ptr_equal(mbuf->pool, &fix.shadow);
    assert_frame(mbuf->data, 5, 1514);
    folio_mbuf_free(mbuf);
    stats = fixture_stats(&fix, 1);
    assert_int_equal(stats.rx_packets, 1);
    assert_int_equal(stats.rx_bytes, 1514);
    assert_int_equal(stats.rx_copies, 1);
    assert_int_equal(stats.rx_copied_bytes, 1514);
    assert_int_equal(fixture_stats(&fix, 0).rx_packets, 0);
    fixture_end(&fix);
}

static void an_application_never_gets_a_shared_address(void **unused)
{
    struct folio_mbuf *mbuf;

    (void)unused;
    fixture_small(&fix);
    mbuf = fixture_receive(&fix, 0, 1, 60);
    assert_false(folio_region_holds(&fix.port.region, mbuf->data, 1));
    folio_mbuf_free(mbuf);
    fixture_end(&fix);
}

static void an_echo_on_two_queues_runs_with_three_mbufs(void **unused)
{
    uint8_t sent[DEVICE_FRAME_MAX];
    uint16_t size_bytes;

    (void)unused;
    fixture_small(&fix);
    for (unsigned number = 0; number < 1000; number++) {
        uint16_t queue = number % 2, length = (uint16_t)(14 + number * 13 % 1500);
        struct folio_mbuf *mbuf = fixture_receive(&fix, queue, number, length);

        assert_non_null(mbuf);
        assert_int_equal(folio_tx_burst(&fix.port, queue, &mbuf, 1), 1);
        assert_true(device_send(&fix.device, queue, sent, &size_bytes));
        assert_int_equal(size_bytes, length);
        assert_frame(sent, number, length);
        assert_int_equal(folio_check_all(&fix.port), STATUS_OK);
    }
    assert_int_equal(fixture_stats(&fix, 0).tx_copies, 500);
    assert_int_equal(fixture_stats(&fix, 0).tx_packets, 500);
    assert_int_equal(fixture_refused(&fix, 0) + fixture_refused(&fix, 1), 0);
    fixture_end(&fix);
}

static void every_queue_has_a_buffer_however_few_there_are(void **unused)
{
    (void)unused;
    fixture_begin(&fix);
    fix.config.queue_count = FOLIO_QUEUE_MAX;
    fix.config.temporary_count = FOLIO_QUEUE_MAX + 1;
    fixture_open(&fix, FIXTURE_SHADOW_COUNT);
    for (uint16_t queue = 0; queue < FOLIO_QUEUE_MAX; queue++) {
        struct folio_mbuf *mbuf = fixture_receive(&fix, queue, queue, 60);

        assert_non_null(mbuf);
        assert_int_equal(mbuf->queue, queue);
        folio_mbuf_free(mbuf);
    }
    fixture_end(&fix);
}

static void as_many_buffers_are_posted_as_the_config_says(void **unused)
{
    (void)unused;
    fixture_begin(&fix);
    fix.config.temporary_count = 64;
    fix.config.rx_posted = 3;
    fixture_open(&fix, FIXTURE_SHADOW_COUNT);
    assert_int_equal(device_register(&fix.device, NIC_RDT, 0), 3);
    for (unsigned i = 0; i < 3; i++)
        assert_true(device_receive(&fix.device, 0, fixture_frame(&fix, i, 60), 60));
    assert_false(device_can_receive(&fix.device, 0));
    assert_int_equal(folio_rx_burst(&fix.port, 0, fix.mbufs, 3), 3);
    assert_true(device_can_receive(&fix.device, 0));
    for (unsigned i = 0; i < 3; i++)
        folio_mbuf_free(fix.mbufs[i]);
    fixture_end(&fix);
}

static void a_burst_may_be_larger_than_folio_serves_at_once(void **unused)
{
    enum { PACKETS = 2 * FOLIO_BURST_MAX };
    uint8_t sent[DEVICE_FRAME_MAX];
    uint16_t size_bytes;

    (void)unused;
    fixture_begin(&fix);
    fix.config.ring_size = 256;
    fix.config.temporary_count = 1024;
    fixture_open(&fix, 2 * PACKETS);
    for (unsigned i = 0; i < PACKETS; i++)
        assert_true(device_receive(&fix.device, 0, fixture_frame(&fix, i, 60), 60));
    assert_int_equal(folio_rx_burst(&fix.port, 0, fix.mbufs, PACKETS), PACKETS);
    assert_int_equal(folio_tx_burst(&fix.port, 1, fix.mbufs, PACKETS), PACKETS);
    for (unsigned i = 0; i < PACKETS; i++) {
        assert_true(device_send(&fix.device, 1, sent, &size_bytes));
        assert_frame(sent, i, 60);
    }
    fixture_end(&fix);
}

static void without_a_shadow_mbuf_packets_wait_in_the_ring(void **unused)
{
    struct folio_mbuf *held[FIXTURE_SHADOW_COUNT];

    (void)unused;
    fixture_small(&fix);
    for (unsigned i = 0; i < FIXTURE_SHADOW_COUNT; i++)
        held[i] = folio_mbuf_alloc(&fix.shadow);
    assert_null(fixture_receive(&fix, 0, 3, 60));
    assert_int_equal(fixture_stats(&fix, 0).rx_no_mbuf, 1);
    folio_mbuf_free(held[0]);
    assert_int_equal(folio_rx_burst(&fix.port, 0, fix.mbufs, 4), 1);
    assert_frame(fix.mbufs[0]->data, 3, 60);
    folio_mbuf_free(fix.mbufs[0]);
    folio_mbuf_free(held[1]);
    folio_mbuf_free(held[2]);
    fixture_end(&fix);
}

static void what_does_not_fit_into_the_ring_stays_the_callers(void **unused)
{
    uint16_t size_bytes;

    (void)unused;
    fixture_begin(&fix);
    fix.config.temporary_count = 64;
    fixture_open(&fix, 16);
    for (unsigned i = 0; i < 10; i++)
        fix.mbufs[i] = fixture_packet(&fix, i, 60);
    assert_int_equal(folio_tx_burst(&fix.port, 0, fix.mbufs, 10), 7); /* a ring of 8 holds 7 */
    assert_int_equal(fixture_stats(&fix, 0).tx_no_room, 1);
    assert_int_equal(fixture_stats(&fix, 0).tx_copies, 7);
    for (unsigned i = 7; i < 10; i++) {
        assert_int_equal(fix.mbufs[i]->place, FOLIO_MBUF_HELD);
        assert_frame(fix.mbufs[i]->data, i, 60);
    }
    assert_true(device_send(&fix.device, 0, NULL, &size_bytes));
    assert_int_equal(folio_tx_burst(&fix.port, 0, fix.mbufs + 7, 3), 1);
    assert_int_equal(fixture_stats(&fix, 0).tx_copies, 8); /* none was copied twice */
    folio_mbuf_free(fix.mbufs[8]);
    folio_mbuf_free(fix.mbufs[9]);
    fixture_end(&fix);
}

static void without_a_temporary_mbuf_packets_stay_the_callers(void **unused)
{
    uint16_t size_bytes;

    (void)unused;
    fixture_small(&fix); /* two of three are posted for receive */
    for (unsigned i = 0; i < 3; i++)
        fix.mbufs[i] = fixture_packet(&fix, i, 60);
    assert_int_equal(folio_tx_burst(&fix.port, 0, fix.mbufs, 3), 1);
    assert_int_equal(fixture_stats(&fix, 0).tx_no_mbuf, 1);
    assert_int_equal(fixture_stats(&fix, 0).tx_copies, 1);
    assert_int_equal(folio_tx_burst(&fix.port, 1, fix.mbufs + 1, 2), 0);
    assert_true(device_send(&fix.device, 0, NULL, &size_bytes));
    assert_int_equal(folio_tx_burst(&fix.port, 1, fix.mbufs + 1, 2), 1);
    folio_mbuf_free(fix.mbufs[2]);
    fixture_end(&fix);
}

static void a_receive_ring_that_ran_dry_is_refilled_later(void **unused)
{
    struct folio_mbuf *held[2];

    (void)unused;
    fixture_begin(&fix);
    fix.config.header_bytes = 14; /* unread payloads keep temporary mbufs */
    fixture_open(&fix, FIXTURE_SHADOW_COUNT);
    held[0] = fixture_receive(&fix, 0, 1, 60);
    held[1] = fixture_receive(&fix, 0, 2, 60);
    assert_false(device_can_receive(&fix.device, 0));
    assert_true(fixture_stats(&fix, 0).rx_unposted >= 1);
    assert_int_equal(folio_rx_burst(&fix.port, 0, fix.mbufs, 1), 0);
    assert_int_equal(folio_check_all(&fix.port), STATUS_OK);
    folio_mbuf_free(held[0]);
    folio_mbuf_free(held[1]);
    assert_int_equal(folio_rx_burst(&fix.port, 0, fix.mbufs, 1), 0);
    for (unsigned i = 0; i < 20; i++) { /* no descriptor was lost: around the ring twice */
        struct folio_mbuf *mbuf = fixture_receive(&fix, 0, i, 60);

        assert_non_null(mbuf);
        folio_mbuf_free(mbuf);
    }
    fixture_end(&fix);
}

static void mbufs_of_a_queue_that_went_quiet_come_back(void **unused)
{
    struct folio_mbuf *mbuf;
    uint16_t size_bytes;

    (void)unused;
    fixture_small(&fix);
    mbuf = fixture_packet(&fix, 1, 60);
    assert_int_equal(folio_tx_burst(&fix.port, 0, &mbuf, 1), 1);
    assert_true(device_send(&fix.device, 0, NULL, &size_bytes));
    for (unsigned i = 0; i < 3; i++) { /* the only free one is in the ring of queue 0 */
        mbuf = fixture_packet(&fix, i, 60);
        assert_int_equal(folio_tx_burst(&fix.port, 1, &mbuf, 1), 1);
        assert_true(device_send(&fix.device, 1, NULL, &size_bytes));
    }
    fixture_end(&fix);
}

static void what_the_host_says_goes_along_as_such(void **unused)
{
    struct folio_descriptor done = device_done(FIXTURE_FRAME_BYTES);
    const struct folio_mbuf *mbuf;

    (void)unused;
    fixture_small(&fix);
    done.low = (uint64_t)0xfeedface << 32 | RXD_TYPE_IPV4 | RXD_TYPE_UDP | RXD_RSS_TYPE_UDP_IPV4;
    done.high |= (uint64_t)0x123 << RXD_VLAN_SHIFT | RXD_STATUS_VP | RXD_STATUS_IPCS |
                 RXD_STATUS_L4CS | RXD_ERROR_TCPE;
    assert_int_equal(fixture_report(&fix, done), 1);
    mbuf = fix.mbufs[0];
    assert_int_equal(mbuf->rss_hash, 0xfeedface);
    assert_int_equal(mbuf->vlan, 0x123);
    assert_int_equal(mbuf->flags, FOLIO_HOST_RSS | FOLIO_HOST_VLAN | FOLIO_HOST_IP_GOOD |
                                      FOLIO_HOST_L4_BAD | FOLIO_HOST_IPV4 | FOLIO_HOST_UDP);
    folio_mbuf_free(fix.mbufs[0]);

    done = device_done(FIXTURE_FRAME_BYTES); /* values without their flag are not taken */
    done.low = (uint64_t)0xfeedface << 32;
    done.high |= (uint64_t)0x123 << RXD_VLAN_SHIFT;
    (void)folio_rx_burst(&fix.port, 0, fix.mbufs, 1);
    assert_int_equal(fixture_report(&fix, done), 1);
    assert_int_equal(fix.mbufs[0]->rss_hash + fix.mbufs[0]->vlan + fix.mbufs[0]->flags, 0);
    folio_mbuf_free(fix.mbufs[0]);
    fixture_end(&fix);
}

static void a_kept_crc_is_not_part_of_the_packet(void **unused)
{
    struct folio_mbuf *mbuf;

    (void)unused;
    fixture_begin(&fix);
    fix.config.keep_crc = true;
    fixture_open(&fix, FIXTURE_SHADOW_COUNT);
    mbuf = fixture_receive(&fix, 0, 4, 64);
    assert_int_equal(mbuf->data_len, 60);
    folio_mbuf_free(mbuf);
    (void)folio_rx_burst(&fix.port, 0, fix.mbufs, 1);
    assert_null(fixture_receive(&fix, 0, 4, 17)); /* 13 bytes of frame */
    assert_int_equal(fixture_stats(&fix, 0).refused[FOLIO_REFUSED_LENGTH_RUNT], 1);
    fixture_end(&fix);
}

static void a_jumbo_frame_passes_through_jumbo_rooms(void **unused)
{
    uint8_t sent[DEVICE_FRAME_MAX];
    uint16_t size_bytes;
    struct folio_mbuf *mbuf;

    (void)unused;
    fixture_begin(&fix);
    fix.config.room_bytes = FOLIO_ROOM_BYTES_JUMBO;
    fixture_open(&fix, FIXTURE_SHADOW_COUNT);
    mbuf = fixture_receive(&fix, 0, 2, FOLIO_FRAME_BYTES_MAX);
    assert_int_equal(mbuf->data_len, FOLIO_FRAME_BYTES_MAX);
    assert_int_equal(folio_tx_burst(&fix.port, 0, &mbuf, 1), 1);
    assert_true(device_send(&fix.device, 0, sent, &size_bytes));
    assert_int_equal(size_bytes, FOLIO_FRAME_BYTES_MAX);
    assert_frame(sent, 2, FOLIO_FRAME_BYTES_MAX);
    fixture_end(&fix);
}

static void exactly_the_bytes_of_the_packet_leave(void **unused)
{
    struct folio_mbuf *mbuf;
    const uint8_t *region;
    unsigned found = 0;

    (void)unused;
    fixture_small(&fix);
    mbuf = folio_mbuf_alloc(&fix.shadow);
    memset(folio_mbuf_room(mbuf), 0xc3, FOLIO_ROOM_BYTES); /* secrets around the packet */
    mbuf->data_len = 100;
    assert_int_equal(folio_tx_burst(&fix.port, 0, &mbuf, 1), 1);
    region = fix.port.region.base;
    for (size_t i = 0; i < fix.port.region.size_bytes; i++)
        found += region[i] == 0xc3;
    assert_int_equal(found, 100);
    fixture_end(&fix);
}

static void two_ports_may_share_one_shadow_pool(void **unused)
{
    static struct fixture other;
    uint8_t sent[DEVICE_FRAME_MAX];
    uint16_t size_bytes;
    struct folio_mbuf *mbuf;

    (void)unused;
    fixture_small(&fix);
    fixture_begin(&other);
    fixture_allocate(&other, 1);
    other.config.shadow = &fix.shadow;
    assert_int_equal(folio_port_open(&other.port, &other.config), STATUS_OK);
    mbuf = fixture_receive(&fix, 0, 9, 200);
    assert_int_equal(folio_tx_burst(&other.port, 1, &mbuf, 1), 1);
    assert_true(device_send(&other.device, 1, sent, &size_bytes));
    assert_frame(sent, 9, 200);
    fixture_end(&other);
    fixture_end(&fix);
}

static void a_queue_or_port_that_is_not_there_does_nothing(void **unused)
{
    struct folio_mbuf *mbuf;

    (void)unused;
    fixture_small(&fix);
    mbuf = fixture_packet(&fix, 1, 60);
    assert_int_equal(folio_rx_burst(&fix.port, 2, fix.mbufs, 1), 0);
    assert_int_equal(folio_rx_burst(&fix.port, UINT16_MAX, fix.mbufs, 1), 0);
    assert_int_equal(folio_tx_burst(&fix.port, 2, &mbuf, 1), 0);
    assert_int_equal(folio_ring_rx_burst(&fix.device.driver.base, 2, fix.mbufs, 1), 0);
    assert_int_equal(folio_ring_tx_burst(&fix.device.driver.base, 2, NULL, 1), 0);
    assert_int_equal(fixture_stats(&fix, 2).rx_packets, 0);
    folio_mbuf_free(mbuf);
    fixture_end(&fix);
    mbuf = NULL;
    assert_int_equal(folio_rx_burst(&fix.port, 0, fix.mbufs, 1), 0);
    assert_int_equal(folio_tx_burst(&fix.port, 0, &mbuf, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_packet_comes_in_as_it_was_on_the_wire),
        cmocka_unit_test(an_application_never_gets_a_shared_address),
        cmocka_unit_test(an_echo_on_two_queues_runs_with_three_mbufs),
        cmocka_unit_test(every_queue_has_a_buffer_however_few_there_are),
        cmocka_unit_test(as_many_buffers_are_posted_as_the_config_says),
        cmocka_unit_test(a_burst_may_be_larger_than_folio_serves_at_once),
        cmocka_unit_test(without_a_shadow_mbuf_packets_wait_in_the_ring),
        cmocka_unit_test(what_does_not_fit_into_the_ring_stays_the_callers),
        cmocka_unit_test(without_a_temporary_mbuf_packets_stay_the_callers),
        cmocka_unit_test(a_receive_ring_that_ran_dry_is_refilled_later),
        cmocka_unit_test(mbufs_of_a_queue_that_went_quiet_come_back),
        cmocka_unit_test(what_the_host_says_goes_along_as_such),
        cmocka_unit_test(a_kept_crc_is_not_part_of_the_packet),
        cmocka_unit_test(a_jumbo_frame_passes_through_jumbo_rooms),
        cmocka_unit_test(exactly_the_bytes_of_the_packet_leave),
        cmocka_unit_test(two_ports_may_share_one_shadow_pool),
        cmocka_unit_test(a_queue_or_port_that_is_not_there_does_nothing),
    };

    return cmocka_run_group_tests_name("folio_port", tests, NULL, NULL);
}
