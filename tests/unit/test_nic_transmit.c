/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_nic_transmit.c — from memory to the wire: packets, errors, and what a refused DMA
 * leaves. */
#include "nic_fixture.h"

#define TXD_DATA (TXD_TYPE_DATA | TXD_COMMAND_EXT | TXD_COMMAND_RS)

/* One descriptor of size_bytes at an address; more are or-ed into its high word. */
static void post(struct rig *rig, uint32_t slot, uint64_t at, uint64_t high)
{
    rig_slot_write(rig, RIG_TX_RING, slot, (struct folio_descriptor){at, high});
}

static void put_bytes(struct rig *rig, uint64_t at, const uint8_t *bytes, size_t size_bytes)
{
    struct access access = host(ACCESS_WRITE, at);
    struct fault fault;

    assert_true(memory_write(rig->memory, &access, bytes, size_bytes, &fault));
}

static bool is_done(struct rig *rig, uint32_t slot)
{
    return rig_slot(rig, RIG_TX_RING, slot).high >> 32 & TXD_STATUS_DD;
}

static void setup(struct rig *rig, uint8_t *frame)
{
    struct flow flow = flow_udp(1);

    rig_begin(rig, 1);
    rig_transmit(rig, 0);
    put_bytes(rig, RIG_TX_BUFFERS, frame_make(frame, &flow, 9000, 1), 9000);
}

static void a_packet_leaves_and_is_reported(void **unused)
{
    uint8_t frame[FRAME_MAX];
    struct rig rig;

    (void)unused;
    setup(&rig, frame);
    post(&rig, 0, RIG_TX_BUFFERS, 100 | TXD_DATA | TXD_COMMAND_EOP);
    nic_time_set(rig.nic, 42);
    assert_int_equal(nic_tx_run(rig.nic, 8), 0); /* not announced */
    rig_write(&rig, NIC_TDT, 1);
    assert_int_equal(nic_tx_pending(rig.nic, 0), 1);
    assert_int_equal(nic_tx_run(rig.nic, 8), 1);
    assert_int_equal(rig.sent, 1);
    assert_int_equal(rig.sent_bytes, 100);
    assert_int_equal(rig.sent_time_ns, 42);
    assert_memory_equal(rig.sent_frame, frame, 100);
    assert_true(is_done(&rig, 0));
    assert_int_equal(rig_read(&rig, NIC_TDH), 1);
    assert_int_equal(rig_read(&rig, NIC_GPTC), 1);
    assert_int_equal(rig_read(&rig, NIC_QPTC), 1);
    rig_end(&rig);
}

static void a_packet_of_several_buffers_leaves_whole(void **unused)
{
    uint8_t frame[FRAME_MAX];
    struct rig rig;

    (void)unused;
    setup(&rig, frame);
    post(&rig, 0, RIG_TX_BUFFERS, 5000 | TXD_DATA);
    post(&rig, 1, RIG_TX_BUFFERS + 5000, 4000 | TXD_DATA | TXD_COMMAND_EOP);
    rig_write(&rig, NIC_TDT, 1);
    assert_int_equal(nic_tx_run(rig.nic, 8), 0); /* half a packet waits */
    assert_false(is_done(&rig, 0));
    rig_write(&rig, NIC_TDT, 2);
    assert_int_equal(nic_tx_run(rig.nic, 8), 1);
    assert_int_equal(rig.sent_bytes, 9000);
    assert_memory_equal(rig.sent_frame, frame, 9000);
    assert_true(is_done(&rig, 0) && is_done(&rig, 1));
    rig_end(&rig);
}

static void only_what_asks_for_a_report_gets_one(void **unused)
{
    uint8_t frame[FRAME_MAX];
    struct rig rig;

    (void)unused;
    setup(&rig, frame);
    post(&rig, 0, RIG_TX_BUFFERS, 100 | TXD_TYPE_DATA | TXD_COMMAND_EXT | TXD_COMMAND_EOP);
    rig_write(&rig, NIC_TDT, 1);
    assert_int_equal(nic_tx_run(rig.nic, 8), 1);
    assert_false(is_done(&rig, 0));
    rig_end(&rig);
}

static void a_short_frame_is_padded_with_zeros(void **unused)
{
    uint8_t frame[FRAME_MAX], zeros[40] = {0};
    struct rig rig;

    (void)unused;
    setup(&rig, frame);
    post(&rig, 0, RIG_TX_BUFFERS, 20 | TXD_DATA | TXD_COMMAND_EOP);
    post(&rig, 1, RIG_TX_BUFFERS, 20 | TXD_DATA | TXD_COMMAND_EOP);
    rig_write(&rig, NIC_TDT, 1);
    assert_int_equal(nic_tx_run(rig.nic, 8), 1);
    assert_int_equal(rig.sent_bytes, 60);
    assert_memory_equal(rig.sent_frame, frame, 20);
    assert_memory_equal(rig.sent_frame + 20, zeros, 40);
    rig_write(&rig, NIC_HLREG0, 0);
    rig_write(&rig, NIC_TDT, 2);
    assert_int_equal(nic_tx_run(rig.nic, 8), 1);
    assert_int_equal(rig.sent_bytes, 20);
    rig_end(&rig);
}

static void what_the_device_cannot_do_is_an_error_and_done(void **unused)
{
    static const uint64_t bad[] = {
        100 | TXD_COMMAND_EOP | TXD_COMMAND_RS,                     /* legacy */
        100 | (uint64_t)2 << 20 | TXD_COMMAND_EXT | TXD_COMMAND_RS, /* context */
        100 | TXD_DATA | TXD_COMMAND_EOP | (uint64_t)1 << 41,       /* checksum */
        100 | TXD_DATA | TXD_COMMAND_EOP | (uint64_t)1 << 31,       /* segmentation */
        0 | TXD_DATA | TXD_COMMAND_EOP,
        13 | TXD_DATA | TXD_COMMAND_EOP, /* lengths */
        9729 | TXD_DATA | TXD_COMMAND_EOP,
    };
    uint8_t frame[FRAME_MAX];
    struct rig rig;

    (void)unused;
    setup(&rig, frame);
    for (uint32_t i = 0; i < 7; i++)
        post(&rig, i, RIG_TX_BUFFERS, bad[i]);
    post(&rig, 7, RIG_TX_BUFFERS, 100 | TXD_DATA | TXD_COMMAND_EOP);
    rig_write(&rig, NIC_TDT, 8);
    assert_int_equal(nic_tx_run(rig.nic, 100), 8);
    assert_int_equal(rig.sent, 1);
    assert_int_equal(nic_stats(rig.nic)->tx_error[NIC_TX_FORMAT], 4);
    assert_int_equal(nic_stats(rig.nic)->tx_error[NIC_TX_LENGTH], 3);
    for (uint32_t i = 0; i < 8; i++)
        assert_true(is_done(&rig, i));
    rig_end(&rig);
}

static void a_ring_without_an_end_of_packet_does_not_hang(void **unused)
{
    uint8_t frame[FRAME_MAX];
    struct rig rig;

    (void)unused;
    setup(&rig, frame);
    rig_write(&rig, NIC_TXDCTL, 0);
    rig_write(&rig, NIC_TDLEN, 64 * FOLIO_DESCRIPTOR_BYTES);
    rig_write(&rig, NIC_TXDCTL, NIC_QUEUE_ENABLE);
    for (uint32_t i = 0; i < 63; i++)
        post(&rig, i, RIG_TX_BUFFERS, 100 | TXD_DATA);
    rig_write(&rig, NIC_TDT, 63);
    assert_int_equal(nic_tx_run(rig.nic, 100), 1); /* 40 are one packet too large */
    assert_int_equal(nic_stats(rig.nic)->tx_error[NIC_TX_FORMAT], 1);
    assert_int_equal(nic_tx_pending(rig.nic, 0), 23);
    rig_end(&rig);
}

static void refused_dma_stops_the_queue_until_it_is_enabled_anew(void **unused)
{
    uint8_t frame[FRAME_MAX];
    struct rig rig;

    (void)unused;
    setup(&rig, frame);
    post(&rig, 0, RIG_UNMAPPED - 8, 100 | TXD_DATA | TXD_COMMAND_EOP);
    post(&rig, 1, RIG_TX_BUFFERS, 100 | TXD_DATA | TXD_COMMAND_EOP);
    rig_write(&rig, NIC_TDT, 2);
    assert_int_equal(nic_tx_run(rig.nic, 8), 0);
    assert_int_equal(nic_tx_run(rig.nic, 8), 0);
    assert_int_equal(rig.refusals, 1);
    assert_int_equal(rig.sent, 0);
    assert_false(is_done(&rig, 0));
    assert_int_equal(nic_stats(rig.nic)->tx_error[NIC_TX_DMA_REFUSED], 1);
    rig_write(&rig, NIC_TXDCTL, 0);
    rig_write(&rig, NIC_TXDCTL, NIC_QUEUE_ENABLE);
    post(&rig, 0, RIG_TX_BUFFERS, 100 | TXD_DATA | TXD_COMMAND_EOP);
    rig_write(&rig, NIC_TDT, 1);
    assert_int_equal(nic_tx_run(rig.nic, 8), 1);
    rig_end(&rig);
}

static void queues_take_turns_and_keep_to_the_budget(void **unused)
{
    uint8_t frame[FRAME_MAX];
    struct flow flow = flow_udp(1);
    struct rig rig;

    (void)unused;
    rig_begin(&rig, 3);
    put_bytes(&rig, RIG_TX_BUFFERS, frame_make(frame, &flow, 100, 1), 100);
    for (uint16_t queue = 0; queue < 3; queue++) {
        rig_transmit(&rig, queue);
        for (uint32_t slot = 0; slot < 4; slot++)
            rig_slot_write(
                &rig, RIG_TX_RING + queue * PAGE_SIZE, slot,
                (struct folio_descriptor){RIG_TX_BUFFERS, 100 | TXD_DATA | TXD_COMMAND_EOP});
        rig_write(&rig, NIC_TDT + queue * NIC_QUEUE_STRIDE, 4);
    }
    assert_int_equal(nic_tx_run(rig.nic, 5), 5);
    assert_int_equal(rig.sent_queue, 1);
    assert_int_equal(nic_tx_run(rig.nic, 0), 0);
    nic_link_set(rig.nic, 0);
    assert_int_equal(nic_tx_run(rig.nic, 100), 0);
    nic_link_set(rig.nic, 10000);
    assert_int_equal(nic_tx_run(rig.nic, 100), 7);
    assert_int_equal(rig.sent, 12);
    rig_end(&rig);
}

static void pages_that_do_not_lie_side_by_side_are_put_together(void **unused)
{
    uint8_t frame[FRAME_MAX];
    struct rig rig;

    (void)unused;
    setup(&rig, frame);
    put_bytes(&rig, 0x300000, frame + PAGE_SIZE, PAGE_SIZE);
    assert_int_equal(iommu_map(rig.iommu, RIG_DEVICE, (iova_t){RIG_TX_BUFFERS + PAGE_SIZE},
                               (spa_t){0x300000}, false),
                     STATUS_OK);
    put_bytes(&rig, RIG_TX_BUFFERS + PAGE_SIZE, (const uint8_t *)"elsewhere", 9);
    post(&rig, 0, RIG_TX_BUFFERS, 6000 | TXD_DATA | TXD_COMMAND_EOP);
    rig_write(&rig, NIC_TDT, 1);
    assert_int_equal(nic_tx_run(rig.nic, 1), 1);
    assert_memory_equal(rig.sent_frame, frame, 6000);
    rig_end(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_packet_leaves_and_is_reported),
        cmocka_unit_test(a_packet_of_several_buffers_leaves_whole),
        cmocka_unit_test(only_what_asks_for_a_report_gets_one),
        cmocka_unit_test(a_short_frame_is_padded_with_zeros),
        cmocka_unit_test(what_the_device_cannot_do_is_an_error_and_done),
        cmocka_unit_test(a_ring_without_an_end_of_packet_does_not_hang),
        cmocka_unit_test(refused_dma_stops_the_queue_until_it_is_enabled_anew),
        cmocka_unit_test(queues_take_turns_and_keep_to_the_budget),
        cmocka_unit_test(pages_that_do_not_lie_side_by_side_are_put_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
