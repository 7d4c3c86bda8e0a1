/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_folio_backend.c — a backend that hands out what it must not, or takes less than
 * it said; and applications that send what they must not. */
#include "folio_fixture.h"

static struct fixture fix;

/* A backend without a driver that hands out what the test says. */
struct liar {
    struct folio_backend base;
    struct folio_mbuf *out[4];
    uint16_t rx_count, room, taken; /* what rx_burst and tx_burst return */
    uint32_t endless; /* so many times, rx_burst has as many as it is asked for, and all are bad */
    struct folio_mbuf *kept[4];
};

static uint16_t liar_rx(struct folio_backend *self, uint16_t queue, struct folio_mbuf **mbufs,
                        uint16_t count)
{
    struct liar *me = (struct liar *)self; /* handle to adapter */
    uint16_t result = me->rx_count;

    (void)queue;
    if (count == 0)
        return 0;
    if (me->endless > 0) {
        memset(mbufs, 0, count * sizeof *mbufs);
        me->endless--;
        return count;
    }
    for (uint16_t i = 0; i < 4; i++)
        mbufs[i] = me->out[i];
    me->rx_count = 0;
    return result;
}

static uint16_t liar_tx(struct folio_backend *self, uint16_t queue, struct folio_mbuf **mbufs,
                        uint16_t count)
{
    struct liar *me = (struct liar *)self; /* handle to adapter */

    (void)queue;
    if (!mbufs)
        return me->room;
    for (uint16_t i = 0; i < count && i < me->taken; i++)
        me->kept[i] = mbufs[i];
    return me->taken;
}

/* What the liar shares, unshares and closes is the fixture's device. */
static enum status liar_share(struct folio_backend *self, void *memory, size_t size_bytes,
                              iova_t *address)
{
    (void)self;
    return device_share(&fix.device.driver.base, memory, size_bytes, address);
}

static enum status liar_unshare(struct folio_backend *self, void *memory, size_t size_bytes)
{
    (void)self;
    return device_unshare(&fix.device.driver.base, memory, size_bytes);
}

static void liar_close(struct folio_backend *self)
{
    (void)self;
    device_close(&fix.device.driver.base);
}

static const struct folio_backend_ops liar_ops = {
    liar_rx, liar_tx, liar_share, liar_unshare, device_reg_read, device_reg_write, liar_close,
};

static struct liar liar;

static void fixture_lying_with(uint32_t header_bytes, uint32_t shadow_count)
{
    memset(&liar, 0, sizeof liar);
    liar.base.ops = &liar_ops;
    fixture_begin(&fix);
    fix.config.backend = &liar.base;
    fix.config.driver = NULL;
    fix.config.temporary_count = 8;
    fix.config.header_bytes = header_bytes;
    fixture_open(&fix, shadow_count);
}

static void fixture_lying(void)
{
    fixture_lying_with(0, 16);
}

static struct folio_mbuf *temporary_packet(uint16_t size_bytes)
{
    struct folio_mbuf *mbuf = folio_mbuf_alloc(&fix.port.temporary);

    memcpy(mbuf->data, fixture_frame(&fix, 1, size_bytes), size_bytes);
    mbuf->data_len = size_bytes;
    return mbuf;
}

static void a_pointer_outside_the_shared_region_is_refused(void **unused)
{
    static const int64_t offsets[] = {-1, 0, 1, INT64_MAX, INT64_MIN};

    (void)unused;
    fixture_lying();
    for (unsigned i = 0; i < 5; i++) { /* the last bytes of it, and beyond */
        liar.out[0] = temporary_packet(64);
        liar.out[0]->data = (uint8_t *)((uintptr_t)fix.port.region.base +
                                        fix.port.region.size_bytes - 64 + (uintptr_t)offsets[i]);
        liar.rx_count = 1;
        assert_int_equal(folio_rx_burst(&fix.port, 0, fix.mbufs, 1), offsets[i] <= 0 && i < 2);
        if (i < 2)
            folio_mbuf_free(fix.mbufs[0]);
    }
    assert_int_equal(fixture_stats(&fix, 0).refused[FOLIO_REFUSED_OUTSIDE], 3);
    fixture_end(&fix);
}

static void a_length_out_of_range_from_any_backend_is_refused(void **unused)
{
    static const uint16_t lengths[] = {0, 3, 13, 2049, UINT16_MAX};

    (void)unused;
    fixture_lying();
    for (unsigned i = 0; i < 5; i++) {
        liar.out[0] = temporary_packet(64);
        liar.out[0]->data_len = lengths[i];
        liar.rx_count = 1;
        assert_int_equal(folio_rx_burst(&fix.port, 0, fix.mbufs, 1), 0);
    }
    assert_int_equal(fixture_refused(&fix, 0), 5);
    assert_int_equal(fixture_stats(&fix, 0).refused[FOLIO_REFUSED_LENGTH_ABOVE_ROOM], 1);
    fixture_end(&fix);
}

static void what_a_backend_says_is_narrowed_to_what_has_a_name(void **unused)
{
    (void)unused;
    fixture_lying();
    liar.out[0] = temporary_packet(64);
    liar.out[0]->flags = UINT32_MAX;
    liar.rx_count = 1;
    assert_int_equal(folio_rx_burst(&fix.port, 0, fix.mbufs, 1), 1);
    assert_int_equal(fix.mbufs[0]->flags, FOLIO_HOST_FLAGS_ALL);
    folio_mbuf_free(fix.mbufs[0]);
    fixture_end(&fix);
}

static void an_mbuf_that_is_not_this_ports_is_refused(void **unused)
{
    struct folio_mbuf *mbuf;

    (void)unused;
    fixture_lying();
    mbuf = temporary_packet(64);
    liar.out[0] = mbuf;
    liar.out[1] = mbuf; /* twice */
    liar.out[2] = NULL;
    liar.out[3] = (struct folio_mbuf *)((uintptr_t)mbuf + 8); /* in the middle of one */
    liar.rx_count = 4;
    assert_int_equal(folio_rx_burst(&fix.port, 0, fix.mbufs, 4), 1);
    assert_int_equal(fixture_stats(&fix, 0).refused[FOLIO_REFUSED_FOREIGN], 3);
    folio_mbuf_free(fix.mbufs[0]);
    liar.out[0] = fix.shadow_headers;
    liar.rx_count = 1;
    assert_int_equal(folio_rx_burst(&fix.port, 0, fix.mbufs, 4), 0);
    assert_int_equal(fixture_stats(&fix, 0).refused[FOLIO_REFUSED_FOREIGN], 4);
    fixture_end(&fix);
}

static void a_count_above_the_one_asked_for_is_refused(void **unused)
{
    struct folio_mbuf *mbuf;

    (void)unused;
    fixture_lying();
    liar.out[0] = temporary_packet(64);
    liar.rx_count = UINT16_MAX;
    assert_int_equal(folio_rx_burst(&fix.port, 0, fix.mbufs, 1), 1);
    assert_int_equal(fixture_stats(&fix, 0).refused[FOLIO_REFUSED_INDEX], 1);
    liar.room = UINT16_MAX;
    liar.taken = 1;
    mbuf = fix.mbufs[0];
    assert_int_equal(folio_tx_burst(&fix.port, 0, &mbuf, 1), 1);
    assert_int_equal(fixture_stats(&fix, 0).refused[FOLIO_REFUSED_INDEX], 2);
    folio_mbuf_free(liar.kept[0]);

    liar.room = 1;
    liar.taken = 4; /* of one */
    mbuf = fixture_packet(&fix, 1, 60);
    assert_int_equal(folio_tx_burst(&fix.port, 0, &mbuf, 1), 1);
    assert_int_equal(fixture_stats(&fix, 0).refused[FOLIO_REFUSED_INDEX], 3);
    assert_int_equal(fixture_stats(&fix, 0).tx_packets, 2);
    folio_mbuf_free(liar.kept[0]);
    fixture_end(&fix);
}

static void a_device_that_is_never_out_of_bad_packets_does_not_keep_a_burst(void **unused)
{
    enum { COUNT = 2 * FOLIO_BURST_MAX };

    (void)unused;
    fixture_lying_with(0, COUNT);
    liar.endless = 1000;
    assert_int_equal(folio_rx_burst(&fix.port, 0, fix.mbufs, COUNT), 0);
    assert_int_equal(liar.endless, 998);
    assert_int_equal(fixture_stats(&fix, 0).refused[FOLIO_REFUSED_FOREIGN], COUNT);
    fixture_end(&fix);
}

static void a_backend_that_takes_fewer_than_it_said_loses_counted_packets(void **unused)
{
    (void)unused;
    fixture_lying();
    for (unsigned i = 0; i < 4; i++)
        fix.mbufs[i] = fixture_packet(&fix, i, 60);
    liar.room = 4;
    liar.taken = 1;
    assert_int_equal(folio_tx_burst(&fix.port, 0, fix.mbufs, 4), 4);
    assert_int_equal(fixture_stats(&fix, 0).refused[FOLIO_REFUSED_BACKEND], 3);
    assert_int_equal(fixture_stats(&fix, 0).tx_packets, 1);
    assert_int_equal(fixture_stats(&fix, 0).tx_bytes, 60);
    folio_mbuf_free(liar.kept[0]);
    fixture_end(&fix);
}

static void a_packet_that_cannot_be_sent_is_refused(void **unused)
{
    struct folio_mbuf *mbuf, *freed;

    (void)unused;
    fixture_begin(&fix);
    fix.config.temporary_count = 32;
    fixture_open(&fix, 16);
    fix.mbufs[0] = fixture_packet(&fix, 0, 13);
    fix.mbufs[1] = fixture_packet(&fix, 1, 2000);
    fix.mbufs[1]->data -= 128;
    fix.mbufs[1]->data_len = 2049; /* fits into its room, but not into a receive buffer */
    fix.mbufs[2] = fixture_packet(&fix, 2, 60);
    assert_int_equal(folio_tx_burst(&fix.port, 0, fix.mbufs, 3), 3);
    assert_int_equal(fixture_stats(&fix, 0).refused[FOLIO_REFUSED_TX_LENGTH], 2);
    assert_int_equal(fixture_stats(&fix, 0).tx_packets, 1);

    mbuf = fixture_packet(&fix, 0, 60);
    mbuf->data = folio_mbuf_room(mbuf) - 1; /* before its room */
    fix.mbufs[0] = mbuf;
    mbuf = fixture_packet(&fix, 0, 60);
    mbuf->data = folio_mbuf_room(mbuf) + FOLIO_ROOM_BYTES - 59; /* a byte too far */
    fix.mbufs[1] = mbuf;
    freed = fixture_packet(&fix, 0, 60);
    folio_mbuf_free(freed);
    fix.mbufs[2] = freed;
    fix.mbufs[3] = fix.port.temporary.mbufs; /* a temporary one */
    fix.mbufs[4] = NULL;
    assert_int_equal(folio_tx_burst(&fix.port, 0, fix.mbufs, 5), 5);
    assert_int_equal(fixture_stats(&fix, 0).refused[FOLIO_REFUSED_TX_MBUF], 5);
    assert_int_equal(fixture_stats(&fix, 0).tx_copies, 1);
    fixture_end(&fix);
}

/* Whatever the backend says: in place is sent only what lies in the mbuf's own room. */
static void a_payload_outside_its_own_room_is_copied_when_it_is_sent(void **unused)
{
    enum { HEADER_BYTES = 20, GROWN_BYTES = 60 };
    uint8_t *buffer, neighbour[GROWN_BYTES];
    struct folio_mbuf *mbuf;

    (void)unused;
    fixture_lying_with(HEADER_BYTES, 16);
    buffer = fix.port.region.base + fix.port.region.size_bytes - PAGE_SIZE / 2;
    memset(buffer - sizeof neighbour, 0x77, sizeof neighbour);
    memset(neighbour, 0x77, sizeof neighbour);
    memcpy(buffer, fixture_frame(&fix, 3, 100), 100);
    liar.out[0] = temporary_packet(100);
    liar.out[0]->data = buffer;
    liar.rx_count = 1;
    assert_int_equal(folio_rx_burst(&fix.port, 0, &mbuf, 1), 1);

    mbuf->data -= GROWN_BYTES - HEADER_BYTES; /* more than lies between the two buffers */
    mbuf->data_len = GROWN_BYTES;
    memset(mbuf->data, 0x11, GROWN_BYTES);
    liar.room = liar.taken = 1;
    assert_int_equal(folio_tx_burst(&fix.port, 0, &mbuf, 1), 1);
    assert_memory_equal(buffer - sizeof neighbour, neighbour, sizeof neighbour);
    assert_int_equal(liar.kept[0]->data_len, GROWN_BYTES + 100 - HEADER_BYTES);
    assert_memory_equal(liar.kept[0]->data + GROWN_BYTES,
                        fixture_frame(&fix, 3, 100) + HEADER_BYTES, 100 - HEADER_BYTES);
    folio_mbuf_free(liar.kept[0]);
    fixture_end(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pointer_outside_the_shared_region_is_refused),
        cmocka_unit_test(a_length_out_of_range_from_any_backend_is_refused),
        cmocka_unit_test(what_a_backend_says_is_narrowed_to_what_has_a_name),
        cmocka_unit_test(an_mbuf_that_is_not_this_ports_is_refused),
        cmocka_unit_test(a_count_above_the_one_asked_for_is_refused),
        cmocka_unit_test(a_device_that_is_never_out_of_bad_packets_does_not_keep_a_burst),
        cmocka_unit_test(a_backend_that_takes_fewer_than_it_said_loses_counted_packets),
        cmocka_unit_test(a_packet_that_cannot_be_sent_is_refused),
        cmocka_unit_test(a_payload_outside_its_own_room_is_copied_when_it_is_sent),
    };

    return cmocka_run_group_tests_name("folio_backend", tests, NULL, NULL);
}
