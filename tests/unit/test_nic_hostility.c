/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_nic_hostility.c — each lie reaches the rings, and Folio's driver stands it: two
 * queues, three mbufs, no private byte touched, nothing hangs. */
#include "nic_port_fixture.h"

#include "devices/nic_liar.h"

static struct lab lab;
static struct nic_liar liar;

static void lie(enum nic_lie which, uint64_t value)
{
    liar.lie = which;
    liar.value = value;
}

static void setup(void)
{
    lab_open(&lab, LAB_SNP, 2);
    nic_liar_init(&liar);
    nic_hostility_set(lab.nic, &liar.base);
}

static enum nic_fate arrive(unsigned number)
{
    struct flow flow = flow_udp(number);

    frame_make(lab.frame, &flow, 200, number);
    return nic_wire_in(lab.nic, lab.frame, 200, number).fate;
}

/* One frame in; what came of it is freed. Returns how many came. */
static unsigned receive_once(unsigned number)
{
    unsigned count = 0;

    for (uint16_t queue = 0; queue < 2; queue++)
        (void)folio_rx_burst(&lab.port, queue, lab.mbufs, 0);
    (void)arrive(number);
    for (uint16_t queue = 0; queue < 2; queue++) {
        uint16_t got = folio_rx_burst(&lab.port, queue, lab.mbufs, 8);

        for (uint16_t i = 0; i < got; i++)
            folio_mbuf_free(lab.mbufs[i]);
        count += got;
    }
    return count;
}

static uint64_t refused(enum folio_refusal reason)
{
    uint64_t sum = 0;

    for (uint16_t queue = 0; queue < 2; queue++) {
        struct folio_stats stats;

        folio_port_stats(&lab.port, queue, &stats);
        sum += stats.refused[reason];
    }
    return sum;
}

static void lengths_are_told_and_refused(void **unused)
{
    static const struct {
        uint64_t length;
        enum folio_refusal reason;
    } cases[] = {{0, FOLIO_REFUSED_LENGTH_ZERO},
                 {1, FOLIO_REFUSED_LENGTH_BELOW_CRC},
                 {13, FOLIO_REFUSED_LENGTH_RUNT},
                 {2049, FOLIO_REFUSED_LENGTH_ABOVE_ROOM},
                 {65535, FOLIO_REFUSED_LENGTH_ABOVE_ROOM}};

    (void)unused;
    setup();
    for (unsigned i = 0; i < 5; i++) {
        uint64_t before = refused(cases[i].reason);

        lie(NIC_LIE_LENGTH, cases[i].length);
        assert_int_equal(receive_once(i), 0);
        assert_int_equal(refused(cases[i].reason), before + 1);
    }
    lie(NIC_LIE_NONE, 0);
    assert_int_equal(receive_once(9), 1);
    lab_end(&lab);
}

static void a_bit_that_the_device_cannot_set_is_refused(void **unused)
{
    (void)unused;
    setup();
    lie(NIC_LIE_STATUS, 1 << 11);
    assert_int_equal(receive_once(1), 0);
    lie(NIC_LIE_INFO, 1 << 17);
    assert_int_equal(receive_once(1), 0);
    assert_int_equal(refused(FOLIO_REFUSED_RESERVED), 2);
    lie(NIC_LIE_STATUS, RXD_STATUS_EOP);
    assert_int_equal(receive_once(1), 0);
    assert_int_equal(refused(FOLIO_REFUSED_FRAGMENT), 1);
    lab_end(&lab);
}

static void done_too_early_twice_or_never_does_not_hang(void **unused)
{
    static const enum nic_lie lies[] = {NIC_LIE_DONE_EARLY, NIC_LIE_DONE_TWICE, NIC_LIE_REORDER,
                                        NIC_LIE_REPLAY, NIC_LIE_DONE_NEVER};

    (void)unused;
    for (unsigned i = 0; i < 5; i++) {
        setup();
        lie(lies[i], 0);
        for (unsigned number = 0; number < 50; number++) {
            (void)arrive(number);
            (void)lab_forward(&lab);
            (void)nic_tx_run(lab.nic, 4);
        }
        assert_true(liar.lies > 0);
        lab_end(&lab);
    }
}

static void a_replayed_frame_comes_again(void **unused)
{
    uint8_t first[200];

    (void)unused;
    setup();
    lie(NIC_LIE_REPLAY, 0);
    assert_int_equal(receive_once(5), 1);
    memcpy(first, lab.frame, 200);
    assert_int_equal(arrive(5), NIC_DELIVERED);
    for (uint16_t queue = 0; queue < 2; queue++)
        if (folio_rx_burst(&lab.port, queue, lab.mbufs, 1) == 1) {
            assert_memory_equal(lab.mbufs[0]->data, first, 200);
            folio_mbuf_free(lab.mbufs[0]);
        }
    lab_end(&lab);
}

static void a_strike_after_done_changes_what_is_in_memory(void **unused)
{
    uint16_t queue;

    (void)unused;
    setup();
    lie(NIC_LIE_NEXT_DATA, 0);
    (void)arrive(1);
    nic_liar_strike(&liar, lab.nic);
    queue = liar.last.queue;
    assert_int_equal(folio_rx_burst(&lab.port, queue, lab.mbufs, 1), 1);
    assert_int_equal(lab.mbufs[0]->data[100], (uint8_t)~lab.frame[100]);
    folio_mbuf_free(lab.mbufs[0]);
    (void)folio_rx_burst(&lab.port, queue, lab.mbufs, 0);
    lie(NIC_LIE_NEXT_DESCRIPTOR, RXD_STATUS_DD | RXD_STATUS_EOP | UINT64_C(65535) << 32);
    assert_int_equal(arrive(1), NIC_DELIVERED);
    nic_liar_strike(&liar, lab.nic);
    assert_int_equal(folio_rx_burst(&lab.port, queue, lab.mbufs, 1), 0);
    assert_int_equal(refused(FOLIO_REFUSED_LENGTH_ABOVE_ROOM), 1);
    lab_end(&lab);
}

static void dma_outside_is_refused_and_the_guest_hears_nothing_of_it(void **unused)
{
    (void)unused;
    setup();
    lie(NIC_LIE_ADDRESS, 0xdead000);
    assert_int_equal(receive_once(1), 1);
    assert_int_equal(lab.refusals, 1);
    assert_int_equal(nic_stats(lab.nic)->refused[IOMMU_NOT_MAPPED], 1);
    lab_end(&lab);
}

static void a_port_does_not_open_on_a_head_that_is_not_zero(void **unused)
{
    (void)unused;
    lab_begin(&lab, LAB_SNP, 2);
    lab_memory(&lab);
    nic_liar_init(&liar);
    nic_hostility_set(lab.nic, &liar.base);
    lie(NIC_LIE_HEAD, 5);
    assert_int_equal(folio_port_open(&lab.port, &lab.config), STATUS_DENIED);
    lie(NIC_LIE_NONE, 0);
    assert_int_equal(folio_port_open(&lab.port, &lab.config), STATUS_OK);
    nic_hostile_head(lab.nic, false, 0, 1000); /* from now on the device writes other slots */
    nic_hostile_head(lab.nic, true, 1, 3);
    for (unsigned number = 0; number < 50; number++) {
        (void)receive_once(number);
        (void)nic_tx_run(lab.nic, 4);
    }
    lab_end(&lab);
}

static void every_nth_report_may_be_the_lie(void **unused)
{
    unsigned received = 0;

    (void)unused;
    setup();
    lie(NIC_LIE_LENGTH, 0);
    liar.every = 4;
    for (unsigned number = 0; number < 40; number++)
        received += receive_once(number);
    assert_int_equal(liar.lies, 10);
    assert_int_equal(received, 30);
    lab_end(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lengths_are_told_and_refused),
        cmocka_unit_test(a_bit_that_the_device_cannot_set_is_refused),
        cmocka_unit_test(done_too_early_twice_or_never_does_not_hang),
        cmocka_unit_test(a_replayed_frame_comes_again),
        cmocka_unit_test(a_strike_after_done_changes_what_is_in_memory),
        cmocka_unit_test(dma_outside_is_refused_and_the_guest_hears_nothing_of_it),
        cmocka_unit_test(a_port_does_not_open_on_a_head_that_is_not_zero),
        cmocka_unit_test(every_nth_report_may_be_the_lie),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
