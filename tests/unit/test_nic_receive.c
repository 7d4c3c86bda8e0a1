/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_nic_receive.c — from the wire to memory: descriptors, splitting, drops by reason.
 */
#include "nic_fixture.h"

static void a_frame_is_written_and_then_reported(void **unused)
{
    struct flow flow = flow_udp(1);
    uint8_t frame[FRAME_MAX];
    struct folio_descriptor done;
    struct rig rig;

    (void)unused;
    rig_begin(&rig, 1);
    rig_receive(&rig, 0, 2, 4);
    frame_make(frame, &flow, 100, 1);
    assert_int_equal(rig_arrive(&rig, frame, 100), NIC_DELIVERED);
    done = rig_slot(&rig, RIG_RX_RING, 0);
    assert_int_equal(done.low, RXD_TYPE_IPV4 | RXD_TYPE_UDP);
    assert_int_equal(done.high, RXD_STATUS_DD | RXD_STATUS_EOP | RXD_STATUS_IPCS | RXD_STATUS_L4CS |
                                    UINT64_C(100) << RXD_LENGTH_SHIFT);
    assert_memory(&rig, rx_buffer(0), frame, 100);
    assert_int_equal(rig_slot(&rig, RIG_RX_RING, 1).low, rx_buffer(1)); /* as it was posted */
    assert_int_equal(rig_read(&rig, NIC_RDH), 1);
    assert_int_equal(nic_rx_free(rig.nic, 0), 3);
    assert_int_equal(nic_stats(rig.nic)->plain.write_bytes, 116);
    assert_int_equal(nic_stats(rig.nic)->encrypted.write_bytes, 0);
    rig_end(&rig);
}

static void a_wrong_checksum_is_reported_and_delivered(void **unused)
{
    struct flow flow = flow_udp(1);
    uint8_t frame[FRAME_MAX];
    struct rig rig;

    (void)unused;
    rig_begin(&rig, 1);
    rig_receive(&rig, 0, 2, 4);
    frame_make(frame, &flow, 100, 1);
    frame[99] ^= 1;
    assert_int_equal(rig_arrive(&rig, frame, 100), NIC_DELIVERED);
    assert_true(done_status(rig_slot(&rig, RIG_RX_RING, 0)) & RXD_ERROR_TCPE);
    assert_false(done_status(rig_slot(&rig, RIG_RX_RING, 0)) & RXD_ERROR_IPE);
    rig_end(&rig);
}

static void a_frame_larger_than_a_buffer_is_split(void **unused)
{
    struct flow flow = flow_udp(1);
    uint8_t frame[FRAME_MAX];
    struct rig rig;

    (void)unused;
    rig_begin(&rig, 1);
    rig_receive(&rig, 0, 2, 4);
    frame_make(frame, &flow, 5000, 1);
    assert_int_equal(rig_arrive(&rig, frame, 5000), NIC_DELIVERED);
    for (uint32_t slot = 0; slot < 3; slot++) {
        struct folio_descriptor done = rig_slot(&rig, RIG_RX_RING, slot);
        uint32_t bytes = slot == 2 ? 5000 - 4096 : 2048;

        assert_int_equal(done_length(done), bytes);
        assert_true(done_status(done) & RXD_STATUS_DD);
        assert_int_equal(done_status(done) & RXD_STATUS_EOP, slot == 2 ? RXD_STATUS_EOP : 0);
        assert_memory(&rig, rx_buffer(slot), frame + slot * 2048, bytes);
    }
    assert_int_equal(nic_rx_free(rig.nic, 0), 1);
    assert_int_equal(rig_arrive(&rig, frame, 5000), NIC_NO_DESCRIPTOR); /* one is not enough */
    assert_int_equal(rig_slot(&rig, RIG_RX_RING, 3).low, rx_buffer(3));
    rig_end(&rig);
}

static void a_frame_of_more_buffers_than_a_ring_has_is_dropped(void **unused)
{
    struct flow flow = flow_udp(1);
    uint8_t frame[FRAME_MAX];
    struct rig rig;

    (void)unused;
    rig_begin(&rig, 1);
    rig_receive(&rig, 0, 1, 15);
    rig_write(&rig, NIC_RXDCTL, 0);
    rig_write(&rig, NIC_RDLEN, 8 * FOLIO_DESCRIPTOR_BYTES);
    rig_write(&rig, NIC_RXDCTL, NIC_QUEUE_ENABLE);
    rig_write(&rig, NIC_RDT, 7);
    frame_make(frame, &flow, 8 * 1024, 1);
    assert_int_equal(rig_arrive(&rig, frame, 8 * 1024), NIC_NO_ROOM);
    assert_int_equal(rig_arrive(&rig, frame, 7 * 1024), NIC_DELIVERED);
    rig_end(&rig);
}

static void a_vlan_tag_is_told_and_taken_out_if_wanted(void **unused)
{
    struct flow flow = flow_udp(1);
    uint8_t frame[FRAME_MAX], plain[FRAME_MAX];
    struct folio_descriptor done;
    struct rig rig;

    (void)unused;
    rig_begin(&rig, 1);
    rig_receive(&rig, 0, 2, 4);
    flow.has_vlan = 1;
    frame_make(frame, &flow, 104, 1);
    assert_int_equal(rig_arrive(&rig, frame, 104), NIC_DELIVERED);
    rig_write(&rig, NIC_RXDCTL, NIC_QUEUE_ENABLE | RXDCTL_VLAN_STRIP);
    assert_int_equal(rig_arrive(&rig, frame, 104), NIC_DELIVERED);
    done = rig_slot(&rig, RIG_RX_RING, 0);
    assert_int_equal(done_length(done), 104);
    assert_memory(&rig, rx_buffer(0), frame, 104);
    done = rig_slot(&rig, RIG_RX_RING, 1);
    assert_int_equal(done_length(done), 100);
    assert_int_equal(done.high >> RXD_VLAN_SHIFT, 0x6005);
    assert_true(done_status(done) & RXD_STATUS_VP);
    memcpy(plain, frame, 12);
    memcpy(plain + 12, frame + 16, 88);
    assert_memory(&rig, rx_buffer(1), plain, 100);
    rig_end(&rig);
}

static void the_crc_is_kept_if_wanted(void **unused)
{
    /* A frame whose CRC is known: 60 zero bytes (computed bit by bit below). */
    uint8_t frame[64] = {0};
    uint32_t rest = UINT32_MAX;
    struct rig rig;

    (void)unused;
    for (unsigned bit = 0; bit < 60 * 8; bit++)
        rest = rest >> 1 ^ (rest & 1 ? 0xedb88320 : 0);
    for (unsigned i = 0; i < 4; i++)
        frame[60 + i] = (uint8_t)(~rest >> 8 * i);
    rig_begin(&rig, 1);
    rig_receive(&rig, 0, 2, 4);
    rig_write(&rig, NIC_HLREG0, HLREG0_JUMBOEN);
    assert_int_equal(rig_arrive(&rig, frame, 60), NIC_DELIVERED);
    assert_int_equal(done_length(rig_slot(&rig, RIG_RX_RING, 0)), 64);
    assert_memory(&rig, rx_buffer(0), frame, 64);
    rig_end(&rig);
}

static void frames_go_to_the_queue_that_the_table_names(void **unused)
{
    static const uint32_t expected_queue[] = {3, 1, 0, 2};
    uint8_t frame[FRAME_MAX];
    unsigned hits[4] = {0};
    struct rig rig;

    (void)unused;
    rig_begin(&rig, 4);
    for (uint16_t queue = 0; queue < 4; queue++)
        rig_receive(&rig, queue, 2, 15);
    for (uint32_t i = 0; i < RSS_KEY_BYTES; i += 4)
        rig_write(&rig, NIC_RSSRK + i, 0x5a6d0000 + i * 0x01010101);
    for (uint32_t i = 0; i < RETA_REGISTERS; i++)
        rig_write(&rig, NIC_RETA + 4 * i, 0x02000103); /* low byte first: 3, 1, 0, 2 */
    rig_write(&rig, NIC_MRQC, MRQC_RSS | MRQC_UDP_IPV4);
    for (unsigned i = 0; i < 40; i++) {
        struct flow flow = flow_udp(i * 77);
        struct nic_arrival arrival = nic_wire_in(rig.nic, frame_make(frame, &flow, 100, i), 100, 0);
        struct folio_descriptor done;

        if (arrival.fate != NIC_DELIVERED)
            continue;
        done = rig_slot(&rig, rx_ring(arrival.queue), hits[arrival.queue]++);
        assert_int_equal(done.low & 0xf, RXD_RSS_TYPE_UDP_IPV4);
        assert_int_equal(expected_queue[(done.low >> RXD_RSS_HASH_SHIFT) % 4], arrival.queue);
    }
    for (unsigned queue = 0; queue < 4; queue++)
        assert_true(hits[queue] > 2);
    rig_end(&rig);
}

static void every_drop_has_its_reason(void **unused)
{
    struct flow flow = flow_udp(1);
    uint8_t frame[FRAME_MAX + 1];
    const struct nic_stats *stats;
    struct rig rig;

    (void)unused;
    rig_begin(&rig, 1);
    frame_make(frame, &flow, 1600, 1);
    assert_int_equal(rig_arrive(&rig, frame, 100), NIC_DISABLED);
    rig_receive(&rig, 0, 2, 1);
    assert_int_equal(rig_arrive(&rig, frame, 13), NIC_UNDERSIZE);
    assert_int_equal(rig_arrive(&rig, frame, FOLIO_FRAME_BYTES_MAX + 1), NIC_OVERSIZE);
    assert_int_equal(rig_arrive(&rig, frame, UINT32_MAX), NIC_OVERSIZE);
    rig_write(&rig, NIC_HLREG0, HLREG0_RXCRCSTRP);
    assert_int_equal(rig_arrive(&rig, frame, 1515), NIC_OVERSIZE);
    nic_link_set(rig.nic, 0);
    assert_int_equal(rig_arrive(&rig, frame, 100), NIC_LINK_DOWN);
    nic_link_set(rig.nic, 10000);
    assert_int_equal(rig_arrive(&rig, frame, 1514), NIC_DELIVERED);
    assert_int_equal(rig_arrive(&rig, frame, 100), NIC_NO_DESCRIPTOR);
    rig_write(&rig, NIC_RXDCTL, 0);
    assert_int_equal(rig_arrive(&rig, frame, 100), NIC_DISABLED);
    stats = nic_stats(rig.nic);
    assert_int_equal(stats->in_frames, 9);
    assert_int_equal(stats->fate[NIC_DISABLED], 2);
    assert_int_equal(stats->fate[NIC_OVERSIZE], 3);
    rig_end(&rig);
}

static void a_queue_that_may_not_drop_makes_the_wire_wait(void **unused)
{
    struct flow flow = flow_udp(1);
    uint8_t frame[FRAME_MAX];
    struct nic_frame frames[4];
    struct nic_arrival arrivals[4];
    struct rig rig;

    (void)unused;
    rig_begin(&rig, 1);
    rig_receive(&rig, 0, 2, 2);
    rig_write(&rig, NIC_RXDCTL, 0);
    rig_write(&rig, NIC_SRRCTL, 2 | SRRCTL_ADVANCED);
    rig_write(&rig, NIC_RXDCTL, NIC_QUEUE_ENABLE);
    rig_write(&rig, NIC_RDT, 2);
    for (unsigned i = 0; i < 4; i++)
        frames[i] = (struct nic_frame){frame_make(frame, &flow, 100, 1), 100, i};
    assert_int_equal(nic_wire_in_burst(rig.nic, frames, 4, arrivals), 2);
    assert_int_equal(arrivals[1].fate, NIC_DELIVERED);
    assert_int_equal(arrivals[2].fate, NIC_WAITS);
    assert_int_equal(nic_stats(rig.nic)->in_frames, 2);
    assert_int_equal(nic_stats(rig.nic)->fate[NIC_WAITS], 1);
    rig_write(&rig, NIC_RDT, 4);
    rig_slot_write(&rig, RIG_RX_RING, 2, (struct folio_descriptor){rx_buffer(2), 0});
    rig_slot_write(&rig, RIG_RX_RING, 3, (struct folio_descriptor){rx_buffer(3), 0});
    assert_int_equal(nic_wire_in_burst(rig.nic, frames + 2, 2, NULL), 2);
    rig_end(&rig);
}

static void refused_dma_leaves_the_descriptor_as_it_was(void **unused)
{
    struct flow flow = flow_udp(1);
    uint8_t frame[FRAME_MAX];
    struct rig rig;

    (void)unused;
    rig_begin(&rig, 1);
    rig_receive(&rig, 0, 2, 4);
    frame_make(frame, &flow, 3000, 1);
    rig_slot_write(&rig, RIG_RX_RING, 1, (struct folio_descriptor){RIG_UNMAPPED, 0});
    assert_int_equal(rig_arrive(&rig, frame, 3000), NIC_DMA_REFUSED); /* the second buffer */
    assert_int_equal(rig.refusals, 1);
    assert_int_equal(rig.last.reason, IOMMU_NOT_MAPPED);
    assert_int_equal(rig.last.iova.v, RIG_UNMAPPED);
    assert_int_equal(rig_slot(&rig, RIG_RX_RING, 0).high, 0);
    assert_int_equal(read_word(rig.memory, host(ACCESS_READ, rx_buffer(0))), 0); /* not even data */
    assert_int_equal(rig_read(&rig, NIC_RDH), 0);
    assert_int_equal(rig_arrive(&rig, frame, 1000), NIC_DELIVERED);
    assert_int_equal(rig_arrive(&rig, frame, 1000), NIC_DMA_REFUSED);
    assert_int_equal(nic_stats(rig.nic)->refused[IOMMU_NOT_MAPPED], 2);
    rig_end(&rig);
}

static void a_page_that_becomes_a_guests_is_out_of_reach_at_once(void **unused)
{
    struct flow flow = flow_udp(1);
    uint8_t frame[FRAME_MAX];
    struct rig rig;

    (void)unused;
    rig_begin(&rig, 1);
    rig_receive(&rig, 0, 2, 8);
    frame_make(frame, &flow, 100, 1);
    rig_slot_write(&rig, RIG_RX_RING, 1, (struct folio_descriptor){rx_buffer(0) + 2048, 0});
    assert_int_equal(rig_arrive(&rig, frame, 100), NIC_DELIVERED);
    page_give(rig.memory, ALICE, rx_buffer(0));
    assert_true(nic_stats(rig.nic)->called_back > 0);
    assert_int_equal(rig_arrive(&rig, frame, 100), NIC_DMA_REFUSED);
    assert_int_equal(rig.last.reason, IOMMU_RMP_PAGE_FAULT);
    page_take(rig.memory, rx_buffer(0));
    assert_int_equal(rig_arrive(&rig, frame, 100), NIC_DELIVERED);
    page_give(rig.memory, ALICE, RIG_RX_RING); /* the ring itself */
    assert_int_equal(rig_arrive(&rig, frame, 100), NIC_DMA_REFUSED);
    rig_end(&rig);
}

static void a_mapping_that_is_taken_away_is_forgotten(void **unused)
{
    struct flow flow = flow_udp(1);
    uint8_t frame[FRAME_MAX];
    struct rig rig;

    (void)unused;
    rig_begin(&rig, 1);
    rig_receive(&rig, 0, 2, 8);
    frame_make(frame, &flow, 100, 1);
    rig_slot_write(&rig, RIG_RX_RING, 1, (struct folio_descriptor){rx_buffer(0) + 2048, 0});
    assert_int_equal(rig_arrive(&rig, frame, 100), NIC_DELIVERED);
    assert_int_equal(iommu_unmap(rig.iommu, RIG_DEVICE, (iova_t){rx_buffer(0)}), STATUS_OK);
    assert_int_equal(rig_arrive(&rig, frame, 100), NIC_DMA_REFUSED);
    assert_int_equal(
        iommu_map(rig.iommu, RIG_DEVICE, (iova_t){rx_buffer(0)}, (spa_t){rx_buffer(0)}, false),
        STATUS_OK);
    assert_int_equal(rig_arrive(&rig, frame, 100), NIC_DMA_REFUSED);
    assert_int_equal(rig.last.reason, IOMMU_NOT_WRITABLE);
    rig_end(&rig);
}

static void pages_are_asked_for_once(void **unused)
{
    struct flow flow = flow_udp(1);
    uint8_t frame[FRAME_MAX];
    uint64_t asked;
    struct rig rig;

    (void)unused;
    rig_begin(&rig, 1);
    rig_receive(&rig, 0, 2, 15);
    frame_make(frame, &flow, 100, 1);
    for (uint32_t slot = 0; slot < 15; slot++)
        rig_slot_write(&rig, RIG_RX_RING, slot, (struct folio_descriptor){rx_buffer(0), 0});
    assert_int_equal(rig_arrive(&rig, frame, 100), NIC_DELIVERED);
    asked = nic_stats(rig.nic)->translations;
    assert_int_equal(asked, 3); /* ring to read, ring and buffer to write */
    for (unsigned i = 1; i < 15; i++)
        assert_int_equal(rig_arrive(&rig, frame, 100), NIC_DELIVERED);
    assert_int_equal(nic_stats(rig.nic)->translations, asked);
    rig_end(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_is_written_and_then_reported),
        cmocka_unit_test(a_wrong_checksum_is_reported_and_delivered),
        cmocka_unit_test(a_frame_larger_than_a_buffer_is_split),
        cmocka_unit_test(a_frame_of_more_buffers_than_a_ring_has_is_dropped),
        cmocka_unit_test(a_vlan_tag_is_told_and_taken_out_if_wanted),
        cmocka_unit_test(the_crc_is_kept_if_wanted),
        cmocka_unit_test(frames_go_to_the_queue_that_the_table_names),
        cmocka_unit_test(every_drop_has_its_reason),
        cmocka_unit_test(a_queue_that_may_not_drop_makes_the_wire_wait),
        cmocka_unit_test(refused_dma_leaves_the_descriptor_as_it_was),
        cmocka_unit_test(a_page_that_becomes_a_guests_is_out_of_reach_at_once),
        cmocka_unit_test(a_mapping_that_is_taken_away_is_forgotten),
        cmocka_unit_test(pages_are_asked_for_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
