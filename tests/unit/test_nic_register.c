/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_nic_register.c — the BAR: who may write what, and when. */
#include "nic_fixture.h"

static void a_queue_is_enabled_only_with_a_ring(void **unused)
{
    static const uint32_t lengths[] = {0, 64, 100, 129, 128 * 1024};
    struct rig rig;

    (void)unused;
    rig_begin(&rig, 1);
    for (unsigned i = 0; i < 5; i++) {
        rig_write(&rig, NIC_RDLEN, lengths[i]);
        rig_write(&rig, NIC_RXDCTL, NIC_QUEUE_ENABLE);
        assert_int_equal(rig_read(&rig, NIC_RXDCTL), 0);
    }
    rig_write(&rig, NIC_RDLEN, 128);
    rig_write(&rig, NIC_RDBAL, 64); /* not aligned */
    rig_write(&rig, NIC_RXDCTL, NIC_QUEUE_ENABLE);
    assert_int_equal(rig_read(&rig, NIC_RXDCTL), 0);
    rig_write(&rig, NIC_RDBAL, 128);
    rig_write(&rig, NIC_RXDCTL, NIC_QUEUE_ENABLE | RXDCTL_VLAN_STRIP);
    assert_int_equal(rig_read(&rig, NIC_RXDCTL), NIC_QUEUE_ENABLE | RXDCTL_VLAN_STRIP);
    assert_int_equal(nic_stats(rig.nic)->ignored_writes, 6);
    rig_end(&rig);
}

static void the_ring_of_an_enabled_queue_cannot_be_moved(void **unused)
{
    struct rig rig;

    (void)unused;
    rig_begin(&rig, 1);
    rig_receive(&rig, 0, 2, 4);
    rig_write(&rig, NIC_RDBAL, 0x1000);
    rig_write(&rig, NIC_RDBAH, 1);
    rig_write(&rig, NIC_RDLEN, 128);
    rig_write(&rig, NIC_SRRCTL, 1);
    rig_write(&rig, NIC_RDH, 3);
    assert_int_equal(rig_read(&rig, NIC_RDBAL), RIG_RX_RING);
    assert_int_equal(rig_read(&rig, NIC_RDBAH), 0);
    assert_int_equal(rig_read(&rig, NIC_RDLEN), RIG_SLOTS * FOLIO_DESCRIPTOR_BYTES);
    assert_int_equal(rig_read(&rig, NIC_SRRCTL), 2 | SRRCTL_ADVANCED | SRRCTL_DROP);
    assert_int_equal(rig_read(&rig, NIC_RDH), 0);
    assert_int_equal(nic_stats(rig.nic)->ignored_writes, 5);
    rig_end(&rig);
}

static void a_tail_outside_its_ring_is_ignored(void **unused)
{
    struct rig rig;

    (void)unused;
    rig_begin(&rig, 1);
    rig_receive(&rig, 0, 2, 4);
    rig_write(&rig, NIC_RDT, RIG_SLOTS);
    rig_write(&rig, NIC_RDT, UINT32_MAX);
    assert_int_equal(rig_read(&rig, NIC_RDT), 4);
    assert_int_equal(nic_rx_free(rig.nic, 0), 4);
    rig_write(&rig, NIC_TDT, 0); /* not enabled */
    assert_int_equal(nic_stats(rig.nic)->ignored_writes, 3);
    assert_int_equal(nic_stats(rig.nic)->doorbells, 4);
    rig_end(&rig);
}

static void a_queue_starts_anew_when_it_is_enabled_again(void **unused)
{
    struct rig rig;

    (void)unused;
    rig_begin(&rig, 1);
    rig_receive(&rig, 0, 2, 4);
    rig_write(&rig, NIC_RXDCTL, 0);
    assert_int_equal(rig_read(&rig, NIC_RDT), 0);
    assert_int_equal(nic_rx_free(rig.nic, 0), 0);
    rig_write(&rig, NIC_RXDCTL, NIC_QUEUE_ENABLE);
    assert_int_equal(nic_rx_free(rig.nic, 0), 0);
    rig_end(&rig);
}

static void reset_puts_everything_to_its_first_value(void **unused)
{
    struct rig rig, fresh;

    (void)unused;
    rig_begin(&rig, 2);
    rig_begin(&fresh, 2);
    rig_receive(&rig, 1, 2, 4);
    for (uint32_t offset = 0; offset < NIC_BAR_BYTES; offset += 4)
        if (offset != NIC_CTRL)
            rig_write(&rig, offset, 0xffffffff);
    rig_write(&rig, NIC_CTRL, NIC_CTRL_RESET);
    for (uint32_t offset = 0; offset < NIC_BAR_BYTES; offset += 4)
        assert_int_equal(rig_read(&rig, offset), rig_read(&fresh, offset));
    rig_end(&fresh);
    rig_end(&rig);
}

static void what_is_outside_the_bar_or_not_a_word_is_refused(void **unused)
{
    uint32_t value = 7;
    struct rig rig;

    (void)unused;
    rig_begin(&rig, 1);
    assert_int_equal(nic_reg_read(rig.nic, NIC_BAR_BYTES, &value), STATUS_BAD_ADDRESS);
    assert_int_equal(nic_reg_read(rig.nic, NIC_LINKS + 2, &value), STATUS_BAD_ADDRESS);
    assert_int_equal(nic_reg_write(rig.nic, 0xfffffffc, 0), STATUS_BAD_ADDRESS);
    assert_int_equal(value, 7);
    rig_end(&rig);
}

static void registers_of_queues_that_are_not_there_read_as_zero(void **unused)
{
    struct rig rig;

    (void)unused;
    rig_begin(&rig, 2);
    rig_write(&rig, NIC_RDLEN + 2 * NIC_QUEUE_STRIDE, 128);
    rig_write(&rig, NIC_RDLEN + NIC_QUEUE_STRIDE, 128);
    assert_int_equal(rig_read(&rig, NIC_RDLEN + 2 * NIC_QUEUE_STRIDE), 0);
    assert_int_equal(rig_read(&rig, NIC_RDLEN + NIC_QUEUE_STRIDE), 128);
    rig_end(&rig);
}

static void the_link_is_what_the_host_set(void **unused)
{
    struct rig rig;

    (void)unused;
    rig_begin(&rig, 1);
    assert_int_equal(rig_read(&rig, NIC_LINKS), UINT32_C(7) << 28);
    nic_link_set(rig.nic, 1000);
    assert_int_equal(rig_read(&rig, NIC_LINKS), UINT32_C(6) << 28);
    nic_link_set(rig.nic, 0);
    assert_int_equal(rig_read(&rig, NIC_LINKS), 0);
    rig_write(&rig, NIC_LINKS, 1);
    assert_int_equal(nic_stats(rig.nic)->ignored_writes, 1);
    rig_end(&rig);
}

static void counters_are_cleared_by_reading(void **unused)
{
    uint8_t frame[FRAME_MAX];
    struct flow flow = flow_udp(1);
    struct rig rig;

    (void)unused;
    rig_begin(&rig, 1);
    rig_receive(&rig, 0, 2, 2);
    frame_make(frame, &flow, 100, 1);
    for (unsigned i = 0; i < 3; i++)
        (void)rig_arrive(&rig, frame, 100);
    (void)rig_arrive(&rig, frame, 13);
    (void)rig_arrive(&rig, frame, FOLIO_FRAME_BYTES_MAX + 1);
    assert_int_equal(rig_read(&rig, NIC_GPRC), 2);
    assert_int_equal(rig_read(&rig, NIC_GORCL), 208);
    assert_int_equal(rig_read(&rig, NIC_GORCL), 208); /* the high half clears */
    assert_int_equal(rig_read(&rig, NIC_GORCH), 0);
    assert_int_equal(rig_read(&rig, NIC_GORCL), 0);
    assert_int_equal(rig_read(&rig, NIC_QPRC), 2);
    assert_int_equal(rig_read(&rig, NIC_QPRDC), 1);
    assert_int_equal(rig_read(&rig, NIC_RUC), 1);
    assert_int_equal(rig_read(&rig, NIC_ROC), 1);
    for (unsigned i = 0; i < 5; i++) {
        static const uint32_t counters[] = {NIC_GPRC, NIC_QPRC, NIC_QPRDC, NIC_RUC, NIC_ROC};

        assert_int_equal(rig_read(&rig, counters[i]), 0);
    }
    assert_int_equal(nic_stats(rig.nic)->in_frames, 5); /* the lab's account stays */
    rig_end(&rig);
}

static void a_device_needs_its_place_at_the_iommu(void **unused)
{
    struct nic_config config;
    struct nic *nic;
    struct rig rig;

    (void)unused;
    rig_begin(&rig, 1);
    config = (struct nic_config){rig.memory, rig.iommu, RIG_DEVICE + 1, 1};
    assert_int_equal(nic_create(&config, &nic), STATUS_BAD_STATE);
    config.queue_count = FOLIO_QUEUE_MAX + 1;
    assert_int_equal(nic_create(&config, &nic), STATUS_BAD_INPUT);
    assert_null(nic);
    rig_end(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_queue_is_enabled_only_with_a_ring),
        cmocka_unit_test(the_ring_of_an_enabled_queue_cannot_be_moved),
        cmocka_unit_test(a_tail_outside_its_ring_is_ignored),
        cmocka_unit_test(a_queue_starts_anew_when_it_is_enabled_again),
        cmocka_unit_test(reset_puts_everything_to_its_first_value),
        cmocka_unit_test(what_is_outside_the_bar_or_not_a_word_is_refused),
        cmocka_unit_test(registers_of_queues_that_are_not_there_read_as_zero),
        cmocka_unit_test(the_link_is_what_the_host_set),
        cmocka_unit_test(counters_are_cleared_by_reading),
        cmocka_unit_test(a_device_needs_its_place_at_the_iommu),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
