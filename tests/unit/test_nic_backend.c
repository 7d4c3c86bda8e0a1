/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_nic_backend.c — Folio's ring driver over the device model, in every mode: frames
 * in, through the port, and out; and what happens to memory around that. */
#include "nic_port_fixture.h"

/* One frame in, forwarded, out, the same bytes. */
static void loop_once(struct lab *lab, unsigned number, uint32_t size_bytes)
{
    struct flow flow = flow_udp(number);
    unsigned before = lab->sent;

    (void)folio_rx_burst(&lab->port, 0, lab->mbufs, 0); /* posts */
    (void)folio_rx_burst(&lab->port, 1, lab->mbufs, 0);
    frame_make(lab->frame, &flow, size_bytes < 80 ? 80 : size_bytes, number);
    assert_int_equal(nic_wire_in(lab->nic, lab->frame, size_bytes, number).fate, NIC_DELIVERED);
    assert_int_equal(lab_forward(lab), 1);
    assert_int_equal(nic_tx_run(lab->nic, 8), 1);
    assert_int_equal(lab->sent, before + 1);
    assert_int_equal(lab->sent_bytes, size_bytes);
    assert_memory_equal(lab->sent_frame, lab->frame, size_bytes);
}

static void frames_of_every_size_go_round_in_every_mode(void **unused)
{
    static struct lab lab;

    (void)unused;
    for (unsigned kind = 0; kind < LAB_KIND_COUNT; kind++) {
        lab_begin(&lab, kind, 2);
        lab.config.room_bytes = FOLIO_ROOM_BYTES_JUMBO;
        lab_memory(&lab);
        assert_int_equal(folio_port_open(&lab.port, &lab.config), STATUS_OK);
        for (uint32_t size = 60; size <= FOLIO_FRAME_BYTES_MAX; size += size < 2100 ? 1 : 13)
            loop_once(&lab, size, size);
        loop_once(&lab, 1, FOLIO_FRAME_BYTES_MAX);
        assert_int_equal(lab.refusals, 0);
        lab_end(&lab);
    }
}

static void a_burst_on_two_queues_with_three_mbufs_loses_nothing_unaccounted(void **unused)
{
    static struct lab lab;
    const struct nic_stats *stats;
    unsigned forwarded = 0;

    (void)unused;
    lab_open(&lab, LAB_SNP, 2);
    for (unsigned i = 0; i < 2000; i++) {
        struct flow flow = flow_udp(i * 31);

        frame_make(lab.frame, &flow, 100 + i % 1400, i);
        (void)nic_wire_in(lab.nic, lab.frame, 100 + i % 1400, i);
        if (i % 3 == 0)
            forwarded += lab_forward(&lab);
        if (i % 4 == 0)
            (void)nic_tx_run(lab.nic, 2);
    }
    while (lab_forward(&lab) > 0 || nic_tx_run(lab.nic, 8) > 0)
        continue;
    stats = nic_stats(lab.nic);
    assert_int_equal(stats->in_frames, 2000);
    assert_int_equal(stats->fate[NIC_DELIVERED] + stats->fate[NIC_NO_DESCRIPTOR], 2000);
    assert_true(stats->fate[NIC_NO_DESCRIPTOR] > 0);
    assert_true(forwarded > 200);
    assert_int_equal(stats->out_frames, lab.sent);
    lab_end(&lab);
}

static void hash_vlan_and_checksums_reach_the_guest(void **unused)
{
    static struct lab lab;
    struct flow flow = flow_udp(1);

    (void)unused;
    lab_begin(&lab, LAB_SNP, 1);
    lab.config.vlan_strip = true;
    lab.config.keep_crc = true;
    lab_memory(&lab);
    assert_int_equal(folio_port_open(&lab.port, &lab.config), STATUS_OK);
    flow.has_vlan = 1;
    frame_make(lab.frame, &flow, 104, 1);
    assert_int_equal(nic_wire_in(lab.nic, lab.frame, 104, 0).fate, NIC_DELIVERED);
    assert_int_equal(folio_rx_burst(&lab.port, 0, lab.mbufs, 4), 1);
    assert_int_equal(lab.mbufs[0]->data_len, 100);
    assert_int_equal(lab.mbufs[0]->vlan, 0x6005);
    assert_int_equal(lab.mbufs[0]->flags, FOLIO_HOST_RSS | FOLIO_HOST_VLAN | FOLIO_HOST_IP_GOOD |
                                              FOLIO_HOST_L4_GOOD | FOLIO_HOST_IPV4 |
                                              FOLIO_HOST_UDP);
    assert_memory_equal(lab.mbufs[0]->data + 12, lab.frame + 16, 88);
    folio_mbuf_free(lab.mbufs[0]);
    lab_end(&lab);
}

static enum rmp_state state_of(struct lab *lab, size_t offset)
{
    return rmp_page_state(memory_rmp(lab->memory), (spa_t){LAB_MEMORY + offset});
}

static void sharing_changes_page_states_and_back(void **unused)
{
    static struct lab lab;
    size_t pages;

    (void)unused;
    lab_begin(&lab, LAB_SNP, 2);
    lab_memory(&lab);
    pages = lab.memory_bytes / PAGE_SIZE;
    assert_int_equal(state_of(&lab, 0), RMP_GUEST_VALID);
    assert_int_equal(folio_port_open(&lab.port, &lab.config), STATUS_OK);
    for (size_t i = 0; i < pages; i++)
        assert_int_equal(state_of(&lab, i * PAGE_SIZE), RMP_HYPERVISOR);
    assert_int_equal(lab.backend.stats.pages_shared, pages);
    assert_true(lab.backend.stats.register_writes > 0);
    assert_int_equal(folio_port_close(&lab.port), STATUS_OK);
    for (size_t i = 0; i < pages; i++)
        assert_int_equal(state_of(&lab, i * PAGE_SIZE), RMP_GUEST_VALID);
    assert_int_equal(lab.backend.stats.pages_unshared, pages);
    lab_free(&lab);
}

static void a_large_page_is_split_to_share_part_of_it(void **unused)
{
    static struct lab lab;
    struct rmp_operand operand = {
        .gpa = {LAB_MEMORY}, .asid = ALICE, .assigned = true, .is_large = true};
    struct actor by = {.kind = ACTOR_GUEST, .asid = ALICE, .is_snp = true};
    struct rmp_target target = {{LAB_MEMORY}, {LAB_MEMORY}, true};
    struct folio_backend *base = &lab.backend.driver.base;
    struct nic_backend_setup setup;
    iova_t device = {0};
    void *memory;

    (void)unused;
    lab_begin(&lab, LAB_SNP, 2);
    host_update(lab.memory, LAB_MEMORY, operand);
    assert_int_equal(rmp_pvalidate(memory_rmp(lab.memory), &by, &target, true).code, RMP_OK);
    setup = lab_setup(&lab, PAGE_SIZE);
    assert_int_equal(nic_backend_open(&lab.backend, &setup), STATUS_OK);
    memory = nic_backend_memory(&lab.backend);
    assert_int_equal(base->ops->share(base, memory, PAGE_SIZE, &device), STATUS_OK);
    assert_int_equal(device.v, LAB_IOVA);
    assert_int_equal(state_of(&lab, 0), RMP_HYPERVISOR);
    assert_int_equal(state_of(&lab, PAGE_SIZE), RMP_GUEST_VALID);
    assert_int_equal(base->ops->unshare(base, memory, PAGE_SIZE), STATUS_OK);
    lab_free(&lab);
}

static void what_is_not_the_guests_memory_is_not_shared(void **unused)
{
    static struct lab lab;
    struct folio_backend *base = &lab.backend.driver.base;
    iova_t device = {7};
    uint8_t *memory;

    (void)unused;
    lab_begin(&lab, LAB_SNP, 2);
    lab_memory(&lab);
    memory = nic_backend_memory(&lab.backend);
    assert_int_equal(base->ops->share(base, memory - PAGE_SIZE, PAGE_SIZE, &device),
                     STATUS_BAD_ADDRESS);
    assert_int_equal(base->ops->share(base, memory, lab.memory_bytes + PAGE_SIZE, &device),
                     STATUS_BAD_ADDRESS);
    assert_int_equal(base->ops->share(base, memory + 1, PAGE_SIZE, &device), STATUS_BAD_ADDRESS);
    assert_int_equal(base->ops->unshare(base, memory, PAGE_SIZE), STATUS_BAD_STATE);
    assert_int_equal(device.v, 7);
    lab_free(&lab);
}

static void a_trusted_device_shares_nothing_and_its_link_is_encrypted(void **unused)
{
    static struct lab lab;
    const struct nic_stats *stats;

    (void)unused;
    lab_open(&lab, LAB_TIO, 2);
    assert_int_equal(state_of(&lab, 0), RMP_GUEST_VALID);
    assert_int_equal(lab.backend.stats.pages_shared, 0);
    loop_once(&lab, 1, 1000);
    stats = nic_stats(lab.nic);
    assert_int_equal(stats->plain.write_bytes, 0);
    assert_int_equal(stats->encrypted.write_bytes, 1000 + 2 * FOLIO_DESCRIPTOR_BYTES);
    assert_int_equal(stats->encrypted.read_bytes, 1000 + 2 * FOLIO_DESCRIPTOR_BYTES);
    lab_end(&lab);
}

static void the_host_sees_ciphertext_of_what_a_trusted_device_wrote(void **unused)
{
    static struct lab lab;
    struct access access = host(ACCESS_READ, LAB_MEMORY);
    static uint8_t seen[64 * PAGE_SIZE];
    struct flow flow = flow_udp(1);
    struct fault fault;

    (void)unused;
    lab_open(&lab, LAB_TIO, 1);
    frame_make(lab.frame, &flow, 1000, 1);
    assert_int_equal(nic_wire_in(lab.nic, lab.frame, 1000, 0).fate, NIC_DELIVERED);
    assert_true(lab.memory_bytes <= sizeof seen);
    assert_true(memory_read(lab.memory, &access, seen, lab.memory_bytes, &fault));
    for (size_t i = 0; i + 64 <= lab.memory_bytes; i++)
        assert_int_not_equal(memcmp(seen + i, lab.frame + 100, 64), 0);
    assert_int_equal(lab_forward(&lab), 1);
    lab_end(&lab);
}

static void acceptance_taken_back_stops_a_trusted_device(void **unused)
{
    static struct lab lab;
    struct flow flow = flow_udp(1);

    (void)unused;
    lab_open(&lab, LAB_TIO, 2);
    loop_once(&lab, 1, 100);
    assert_int_equal(iommu_accept(lab.iommu, LAB_DEVICE, ALICE, false), STATUS_OK);
    frame_make(lab.frame, &flow, 100, 1);
    assert_int_equal(nic_wire_in(lab.nic, lab.frame, 100, 0).fate, NIC_DMA_REFUSED);
    assert_int_equal(lab_forward(&lab), 0);
    assert_int_equal(nic_stats(lab.nic)->refused[IOMMU_NOT_ACCEPTED], 1);
    lab_end(&lab);
}

static void after_close_the_device_reaches_nothing_of_it(void **unused)
{
    static struct lab lab;
    struct flow flow = flow_udp(1);
    uint32_t ring, length, tail;

    (void)unused;
    lab_open(&lab, LAB_SNP, 1);
    assert_int_equal(nic_reg_read(lab.nic, NIC_RDBAL, &ring), STATUS_OK);
    assert_int_equal(nic_reg_read(lab.nic, NIC_RDLEN, &length), STATUS_OK);
    assert_int_equal(nic_reg_read(lab.nic, NIC_RDT, &tail), STATUS_OK);
    folio_port_abandon(
        &lab.port); /* a crash: the device's queues stay enabled, posted as they are */
    assert_int_equal(state_of(&lab, 0), RMP_GUEST_VALID);
    frame_make(lab.frame, &flow, 100, 1);
    assert_true(nic_rx_free(lab.nic, 0) > 0);
    assert_int_equal(nic_wire_in(lab.nic, lab.frame, 100, 0).fate, NIC_DMA_REFUSED);
    assert_true(lab.refusals > 0);
    for (size_t i = 0; i < lab.memory_bytes; i += 8) /* private again; not one byte of the frame */
        assert_int_not_equal(memcmp(lab.backend.memory + i, lab.frame + 40, 8), 0);
    assert_int_equal(nic_check(lab.nic), STATUS_OK);
    lab_free(&lab);
}

static void a_guest_whose_page_was_taken_stops(void **unused)
{
    static struct lab lab;
    struct fault fault;
    struct flow flow = flow_udp(1);
    uint32_t value;

    (void)unused;
    lab_open(&lab, LAB_SNP, 2);
    loop_once(&lab, 1, 100);
    assert_false(nic_backend_is_stopped(&lab.backend, &fault));
    page_give(lab.memory, BOB, LAB_MEMORY + PAGE_SIZE); /* the host gives it to another guest */
    frame_make(lab.frame, &flow, 100, 1);
    assert_int_equal(folio_rx_burst(&lab.port, 0, lab.mbufs, 4), 0);
    assert_true(nic_backend_is_stopped(&lab.backend, &fault));
    assert_int_equal(fault.kind, FAULT_NESTED);
    assert_int_equal(fault.spa.v, LAB_MEMORY + PAGE_SIZE);
    assert_int_equal(lab.backend.driver.base.ops->reg_read(&lab.backend.driver.base, 0, &value),
                     STATUS_FAULT);
    assert_int_equal(nic_check(lab.nic), STATUS_OK);
    lab_free(&lab);
}

static void a_call_back_without_a_refusal_changes_nothing(void **unused)
{
    static struct lab lab;

    (void)unused;
    lab_open(&lab, LAB_SEV, 2);
    (void)grant_of(lab.memory, guest(ALICE, ACCESS_READ, LAB_MEMORY)); /* a view under her key */
    loop_once(&lab, 1, 100);
    assert_true(lab.backend.stats.renewals > 0);
    assert_false(nic_backend_is_stopped(&lab.backend, NULL));
    lab_end(&lab);
}

static void a_refused_page_state_change_leaves_everything_private(void **unused)
{
    static struct lab lab;
    spa_t page = {LAB_MEMORY + PAGE_SIZE};
    struct rmp_entry entry;

    (void)unused;
    lab_begin(&lab, LAB_SNP, 2);
    lab_memory(&lab);
    entry = *rmp_find(memory_rmp(lab.memory), page);
    entry.lock = true; /* PVALIDATE finds it in use */
    assert_int_equal(rmp_firmware_set(memory_rmp(lab.memory), page, &entry), STATUS_OK);
    assert_int_equal(folio_port_open(&lab.port, &lab.config), STATUS_DENIED);
    assert_int_equal(state_of(&lab, 0), RMP_GUEST_VALID);
    assert_int_equal(state_of(&lab, 2 * PAGE_SIZE), RMP_GUEST_VALID);
    assert_false(lab.backend.is_shared);
    assert_int_equal(iommu_dma_write(lab.iommu, LAB_DEVICE, (iova_t){LAB_IOVA}, "x", 1, NULL),
                     STATUS_DENIED);
    lab_free(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_of_every_size_go_round_in_every_mode),
        cmocka_unit_test(a_burst_on_two_queues_with_three_mbufs_loses_nothing_unaccounted),
        cmocka_unit_test(hash_vlan_and_checksums_reach_the_guest),
        cmocka_unit_test(sharing_changes_page_states_and_back),
        cmocka_unit_test(a_large_page_is_split_to_share_part_of_it),
        cmocka_unit_test(what_is_not_the_guests_memory_is_not_shared),
        cmocka_unit_test(a_trusted_device_shares_nothing_and_its_link_is_encrypted),
        cmocka_unit_test(the_host_sees_ciphertext_of_what_a_trusted_device_wrote),
        cmocka_unit_test(acceptance_taken_back_stops_a_trusted_device),
        cmocka_unit_test(after_close_the_device_reaches_nothing_of_it),
        cmocka_unit_test(a_guest_whose_page_was_taken_stops),
        cmocka_unit_test(a_call_back_without_a_refusal_changes_nothing),
        cmocka_unit_test(a_refused_page_state_change_leaves_everything_private),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
