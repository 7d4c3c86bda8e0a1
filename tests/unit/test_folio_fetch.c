/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_folio_fetch.c — no shared byte is read twice, and what the host changes after the
 * read has no effect. A driver with a planted double fetch shows that the test would see one. */
#include "folio_fixture.h"
#include "folio_reads.h"

static struct fixture fix;
static struct folio_reads reads;

static void fixture_counting(uint32_t header_bytes)
{
    fixture_begin(&fix);
    fix.config.header_bytes = header_bytes;
    reads_begin(&reads, &fix.device, calloc(1, folio_port_shared_bytes(&fix.config)));
    assert_non_null(fix.device.reads);
    fix.config.fetch = &reads.base;
    fixture_open(&fix, FIXTURE_SHADOW_COUNT);
}

static void fixture_counting_end(uint64_t doubles)
{
    assert_int_equal(reads.doubles, doubles);
    assert_int_equal(reads.outside, 0);
    fixture_end(&fix);
    free(fix.device.reads);
}

static void an_echo_reads_every_shared_byte_once(void **unused)
{
    (void)unused;
    fixture_counting(0);
    for (unsigned i = 0; i < 100; i++) {
        uint16_t size_bytes, queue = i % 2;
        struct folio_mbuf *mbuf = fixture_receive(&fix, queue, i, (uint16_t)(14 + 20 * i));

        assert_frame(mbuf->data, i, 14 + 20 * i);
        assert_int_equal(folio_tx_burst(&fix.port, queue, &mbuf, 1), 1);
        assert_true(device_send(&fix.device, queue, NULL, &size_bytes));
    }
    assert_int_equal(reads.by_place[FOLIO_PLACE_RX_DESCRIPTOR], 100);
    assert_int_equal(reads.by_place[FOLIO_PLACE_RX_DATA], 100);
    assert_true(reads.by_place[FOLIO_PLACE_TX_POLL] >= 98);
    fixture_counting_end(0);
}

static void a_late_payload_is_not_a_second_read(void **unused)
{
    struct folio_mbuf *mbuf;

    (void)unused;
    fixture_counting(64);
    for (unsigned i = 0; i < 20; i++) {
        mbuf = fixture_receive(&fix, 0, i, 1000);
        assert_int_equal(mbuf->data_len, 64);
        assert_int_equal(folio_port_payload(&fix.port, mbuf), STATUS_OK);
        assert_frame(mbuf->data, i, 1000);
        assert_int_equal(folio_port_payload(&fix.port, mbuf), STATUS_OK); /* nothing more */
        folio_mbuf_free(mbuf);
    }
    assert_int_equal(reads.by_place[FOLIO_PLACE_RX_PAYLOAD], 20);
    fixture_counting_end(0);
}

/* Whatever was read is inverted at once: descriptor and packet. */
static void what_the_host_changes_after_the_read_has_no_effect(void **unused)
{
    (void)unused;
    fixture_counting(0);
    for (unsigned i = 0; i < 50; i++) {
        struct folio_mbuf *mbuf;

        reads.change_after = 1;
        mbuf = fixture_receive(&fix, 0, i, (uint16_t)(60 + i));
        assert_non_null(mbuf);
        assert_int_equal(mbuf->data_len, 60 + i);
        assert_frame(mbuf->data, i, 60 + i);
        folio_mbuf_free(mbuf);
    }
    assert_int_equal(fixture_refused(&fix, 0), 0);
    fixture_counting_end(0);
}

/* The planted bug: the length is looked at in the ring, then fetched again for the copy. */
static uint16_t double_fetch_rx(struct folio_backend *self, uint16_t queue,
                                struct folio_mbuf **mbufs, uint16_t count)
{
    struct folio_ring_driver *driver = (struct folio_ring_driver *)self; /* handle to adapter */
    const struct folio_rx_queue *rx = &driver->rx[queue];
    const uint8_t *live = rx->ring + (size_t)rx->head * FOLIO_DESCRIPTOR_BYTES;
    uint16_t taken = folio_ring_rx_burst(self, queue, mbufs, count);

    if (taken == 1)
        mbufs[0]->data_len =
            (uint16_t)(folio_snapshot(driver->fetch, live, FOLIO_PLACE_RX_DESCRIPTOR).high >>
                       RXD_LENGTH_SHIFT);
    return taken;
}

static void a_planted_double_fetch_is_found(void **unused)
{
    struct folio_backend_ops ops = device_ops;

    (void)unused;
    ops.rx_burst = double_fetch_rx;
    fixture_counting(0);
    fix.device.driver.base.ops = &ops;
    folio_mbuf_free(fixture_receive(&fix, 0, 1, 60));
    assert_int_equal(reads.doubles, FOLIO_DESCRIPTOR_BYTES);
    fixture_counting_end(FOLIO_DESCRIPTOR_BYTES);
}

static void a_forged_done_of_transmit_frees_once(void **unused)
{
    struct folio_mbuf *mbuf;
    uint16_t size_bytes;

    (void)unused;
    fixture_counting(0);
    for (unsigned i = 0; i < 40; i++) {
        struct folio_descriptor *slot = device_slot(&fix.device, NIC_TDBAL, 0, i % 8);

        mbuf = fixture_packet(&fix, i, 60);
        assert_int_equal(folio_tx_burst(&fix.port, 0, &mbuf, 1), 1);
        slot->high |= (uint64_t)TXD_STATUS_DD << 32; /* before the device has sent it */
        (void)folio_tx_burst(&fix.port, 0, NULL, 0);
        (void)folio_tx_burst(&fix.port, 0, NULL, 0);
        assert_int_equal(folio_check_all(&fix.port), STATUS_OK);
        assert_true(device_send(&fix.device, 0, NULL, &size_bytes)); /* done once more */
    }
    fixture_counting_end(0);
}

static void a_rewritten_address_changes_nothing_for_the_guest(void **unused)
{
    struct folio_mbuf *mbuf;

    (void)unused;
    fixture_small(&fix);
    for (unsigned i = 0; i < 16; i++) {
        struct folio_descriptor *slot = device_slot(&fix.device, NIC_RDBAL, 0, i % 8);
        uint64_t address = slot->low;

        slot->low = 0x1234567890; /* the host's own copy of the ring says otherwise */
        mbuf = NULL;
        slot->low = address;
        assert_true(device_receive(&fix.device, 0, fixture_frame(&fix, i, 60), 60));
        slot->low = (uint64_t)0xffffffff << 32; /* the hash, after the write-back */
        assert_int_equal(folio_rx_burst(&fix.port, 0, &mbuf, 1), 1);
        assert_frame(mbuf->data, i, 60);
        folio_mbuf_free(mbuf);
    }
    fixture_end(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_echo_reads_every_shared_byte_once),
        cmocka_unit_test(a_late_payload_is_not_a_second_read),
        cmocka_unit_test(what_the_host_changes_after_the_read_has_no_effect),
        cmocka_unit_test(a_planted_double_fetch_is_found),
        cmocka_unit_test(a_forged_done_of_transmit_frees_once),
        cmocka_unit_test(a_rewritten_address_changes_nothing_for_the_guest),
    };

    return cmocka_run_group_tests_name("folio_fetch", tests, NULL, NULL);
}
