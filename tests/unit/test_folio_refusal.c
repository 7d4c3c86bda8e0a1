/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_folio_refusal.c — every reason for which a receive descriptor is refused: counted
 * once, no mbuf lost, and the next packet passes. */
#include "folio_fixture.h"

static struct fixture fix;

/* One descriptor that is refused for this reason; then a good one, which is not. */
static void assert_refused(struct folio_descriptor done, enum folio_refusal reason)
{
    uint64_t before = fixture_stats(&fix, 0).refused[reason], all = fixture_refused(&fix, 0);

    assert_int_equal(fixture_report(&fix, done), 0);
    assert_int_equal(fixture_stats(&fix, 0).refused[reason], before + 1);
    assert_int_equal(fixture_refused(&fix, 0), all + 1);
    assert_int_equal(folio_check_all(&fix.port), STATUS_OK);
    assert_int_equal(fixture_report(&fix, device_done(FIXTURE_FRAME_BYTES)), 1);
    folio_mbuf_free(fix.mbufs[0]);
}

/* The port has one descriptor per queue posted: refill after a burst that only refused. */
static void fixture_refusing(void)
{
    fixture_begin(&fix);
    fix.config.temporary_count = 16;
    fixture_open(&fix, FIXTURE_SHADOW_COUNT);
}

static void every_length_out_of_range_is_refused(void **unused)
{
    (void)unused;
    fixture_refusing();
    assert_refused(device_done(0), FOLIO_REFUSED_LENGTH_ZERO);
    for (uint16_t length = 1; length < 4; length++)
        assert_refused(device_done(length), FOLIO_REFUSED_LENGTH_BELOW_CRC);
    for (uint16_t length = 4; length < 14; length++)
        assert_refused(device_done(length), FOLIO_REFUSED_LENGTH_RUNT);
    assert_refused(device_done(2049), FOLIO_REFUSED_LENGTH_ABOVE_ROOM);
    assert_refused(device_done(UINT16_MAX), FOLIO_REFUSED_LENGTH_ABOVE_ROOM);
    fixture_end(&fix);
}

static void no_length_can_underflow(void **unused)
{
    (void)unused;
    for (uint32_t crc = 0; crc <= FOLIO_CRC_BYTES; crc += FOLIO_CRC_BYTES)
        for (uint32_t length = 0; length <= UINT16_MAX; length++) {
            uint16_t frame = 0xdead;
            enum folio_refusal reason = folio_length_check(length, crc, 2048, &frame);

            if (reason != FOLIO_REFUSED_NOTHING) {
                assert_int_equal(frame, 0xdead);
                continue;
            }
            assert_int_equal(frame, length - crc);
            assert_true(frame >= FOLIO_ETHERNET_BYTES && length <= 2048);
        }
}

static void unknown_and_reserved_bits_are_refused(void **unused)
{
    static const uint64_t low[] = {
        4,
        6,
        9,
        0xa,
        0xe,
        0xf,
        (uint64_t)1 << 14,
        1 << 15,
        1 << 16,
        1 << 17,
        1 << 20,
        1 << 21,
        1 << 30,
        (uint64_t)1 << 31,
        RXD_TYPE_TCP | RXD_TYPE_UDP,
        RXD_TYPE_SCTP | RXD_TYPE_UDP,
    };
    static const uint8_t high[] = {2, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 23, 25, 27, 28};

    (void)unused;
    fixture_refusing();
    for (unsigned i = 0; i < sizeof low / sizeof low[0]; i++) {
        struct folio_descriptor done = device_done(FIXTURE_FRAME_BYTES);

        done.low = low[i];
        assert_refused(done, FOLIO_REFUSED_RESERVED);
    }
    for (unsigned i = 0; i < sizeof high / sizeof high[0]; i++) {
        struct folio_descriptor done = device_done(FIXTURE_FRAME_BYTES);

        done.high |= (uint64_t)1 << high[i];
        assert_refused(done, FOLIO_REFUSED_RESERVED);
    }
    fixture_end(&fix);
}

static void a_mac_error_is_refused(void **unused)
{
    struct folio_descriptor done = device_done(FIXTURE_FRAME_BYTES);

    (void)unused;
    fixture_refusing();
    done.high |= RXD_ERROR_RXE;
    assert_refused(done, FOLIO_REFUSED_RX_ERROR);
    fixture_end(&fix);
}

static void all_parts_of_a_packet_over_several_buffers_are_refused(void **unused)
{
    struct folio_descriptor part = device_done(FIXTURE_FRAME_BYTES);

    (void)unused;
    fixture_refusing();
    part.high &= ~(uint64_t)RXD_STATUS_EOP;
    assert_int_equal(fixture_report(&fix, part), 0);
    assert_int_equal(fixture_report(&fix, part), 0);
    assert_refused(device_done(FIXTURE_FRAME_BYTES), FOLIO_REFUSED_FRAGMENT); /* the last part */
    assert_int_equal(fixture_stats(&fix, 0).refused[FOLIO_REFUSED_FRAGMENT], 3);
    fixture_end(&fix);
}

/* Says done when polled and something else in the snapshot. */
static uint32_t poll_done(struct folio_fetch *self, const void *shared, enum folio_place place)
{
    (void)self, (void)shared;
    return place == FOLIO_PLACE_RX_POLL ? RXD_STATUS_DD : 0;
}

static struct folio_descriptor snapshot_live(struct folio_fetch *self, const void *shared,
                                             enum folio_place place)
{
    (void)self;
    return folio_snapshot(NULL, shared, place);
}

static void copy_live(struct folio_fetch *self, void *to, const void *shared, size_t size_bytes,
                      enum folio_place place)
{
    (void)self;
    folio_copy(NULL, to, shared, size_bytes, place);
}

static void a_done_that_is_withdrawn_is_refused(void **unused)
{
    static const struct folio_fetch_ops ops = {poll_done, snapshot_live, copy_live};
    struct folio_fetch fetch = {&ops};

    (void)unused;
    fixture_begin(&fix);
    fix.config.temporary_count = 16;
    fix.config.fetch = &fetch;
    fixture_open(&fix, FIXTURE_SHADOW_COUNT);
    assert_int_equal(folio_rx_burst(&fix.port, 0, fix.mbufs, 4), 0);
    assert_true(fixture_stats(&fix, 0).refused[FOLIO_REFUSED_DD_WITHDRAWN] >= 1);
    assert_int_equal(fixture_stats(&fix, 0).rx_packets, 0);
    fixture_end(&fix);
}

static void every_reason_has_its_own_name(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < FOLIO_REFUSAL_COUNT; i++) {
        assert_non_null(folio_refusal_name((enum folio_refusal)i));
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(folio_refusal_name((enum folio_refusal)i),
                                    folio_refusal_name((enum folio_refusal)j));
    }
    assert_null(folio_refusal_name(FOLIO_REFUSAL_COUNT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_length_out_of_range_is_refused),
        cmocka_unit_test(no_length_can_underflow),
        cmocka_unit_test(unknown_and_reserved_bits_are_refused),
        cmocka_unit_test(a_mac_error_is_refused),
        cmocka_unit_test(all_parts_of_a_packet_over_several_buffers_are_refused),
        cmocka_unit_test(a_done_that_is_withdrawn_is_refused),
        cmocka_unit_test(every_reason_has_its_own_name),
    };

    return cmocka_run_group_tests_name("folio_refusal", tests, NULL, NULL);
}
