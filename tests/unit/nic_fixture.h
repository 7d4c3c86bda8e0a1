/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/nic_fixture.h — a device with rings that the test writes itself, in pages of the
 * hypervisor that the IOMMU maps where they are; and frames with right checksums. Every test ends
 * with rig_end: the walker, and the sum of fates. */
#ifndef CVMLAB_TESTS_UNIT_NIC_FIXTURE_H
#define CVMLAB_TESTS_UNIT_NIC_FIXTURE_H

#include "memory_fixture.h"

#include "devices/nic.h"
#include "devices/nic_hostility.h"
#include "nic_frames.h"

enum {
    RIG_DEVICE = 0x10,
    RIG_SLOTS = 16,
    RIG_PAGES = 256,        /* mapped for the device */
    RIG_RX_RING = 0x200000, /* of queue 0; the next queue's is a page further on */
    RIG_TX_RING = 0x210000,
    RIG_BUFFERS = 0x220000, /* buffer of receive slot i, at 16 KiB distance */
    RIG_BUFFER_STEP = 0x4000,
    RIG_TX_BUFFERS = 0x280000,
    RIG_UNMAPPED = 0x400000,
};

struct rig {
    struct memory *memory;
    struct iommu *iommu;
    struct nic *nic;
    unsigned refusals; /* that the IOMMU logged */
    struct iommu_event last;
    unsigned sent; /* frames that left, and the last one */
    uint16_t sent_queue;
    uint64_t sent_time_ns;
    uint32_t sent_bytes;
    uint8_t sent_frame[FOLIO_FRAME_BYTES_MAX];
};

static inline void rig_refusal(void *context, const struct iommu_event *event)
{
    struct rig *rig = context;

    rig->refusals++;
    rig->last = *event;
}

static inline void rig_out(void *context, const struct nic_frame *frame, uint16_t queue)
{
    struct rig *rig = context;

    rig->sent++;
    rig->sent_queue = queue;
    rig->sent_time_ns = frame->time_ns;
    rig->sent_bytes = frame->size_bytes;
    memcpy(rig->sent_frame, frame->data, frame->size_bytes);
}

static inline void rig_write(struct rig *rig, uint32_t offset, uint32_t value)
{
    assert_int_equal(nic_reg_write(rig->nic, offset, value), STATUS_OK);
}

static inline uint32_t rig_read(struct rig *rig, uint32_t offset)
{
    uint32_t value = 0xdeadbeef;

    assert_int_equal(nic_reg_read(rig->nic, offset, &value), STATUS_OK);
    return value;
}

/* A device after reset, in SNP; nothing is enabled. */
static inline void rig_begin(struct rig *rig, uint16_t queue_count)
{
    struct nic_config config = {.device = RIG_DEVICE, .queue_count = queue_count};

    memset(rig, 0, sizeof *rig);
    rig->memory = memory_in_mode(MEMORY_SNP);
    rig->iommu = iommu_create(rig->memory, rig_refusal, rig);
    assert_non_null(rig->iommu);
    assert_int_equal(iommu_device_add(rig->iommu, RIG_DEVICE), STATUS_OK);
    for (uint64_t i = 0; i < RIG_PAGES; i++) {
        uint64_t at = RIG_RX_RING + i * PAGE_SIZE;

        assert_int_equal(iommu_map(rig->iommu, RIG_DEVICE, (iova_t){at}, (spa_t){at}, true),
                         STATUS_OK);
    }
    config.memory = rig->memory;
    config.iommu = rig->iommu;
    assert_int_equal(nic_create(&config, &rig->nic), STATUS_OK);
    nic_wire_out(rig->nic, rig_out, rig);
}

static inline void rig_end(struct rig *rig)
{
    assert_int_equal(nic_check(rig->nic), STATUS_OK);
    nic_destroy(rig->nic);
    iommu_destroy(rig->iommu);
    memory_destroy(rig->memory);
}

static inline struct folio_descriptor rig_slot(struct rig *rig, uint64_t ring, uint32_t slot)
{
    uint64_t at = ring + slot * FOLIO_DESCRIPTOR_BYTES;

    return (struct folio_descriptor){read_word(rig->memory, host(ACCESS_READ, at)),
                                     read_word(rig->memory, host(ACCESS_READ, at + 8))};
}

static inline void rig_slot_write(struct rig *rig, uint64_t ring, uint32_t slot,
                                  struct folio_descriptor descriptor)
{
    uint64_t at = ring + slot * FOLIO_DESCRIPTOR_BYTES;

    write_word(rig->memory, host(ACCESS_WRITE, at), descriptor.low);
    write_word(rig->memory, host(ACCESS_WRITE, at + 8), descriptor.high);
}

static inline uint64_t rx_ring(uint16_t queue)
{
    return RIG_RX_RING + (uint64_t)queue * PAGE_SIZE;
}

static inline uint64_t rx_buffer(uint32_t slot)
{
    return RIG_BUFFERS + (uint64_t)slot * RIG_BUFFER_STEP;
}

/* Enables a receive queue with buffers of so many KiB, and posts count of them. */
static inline void rig_receive(struct rig *rig, uint16_t queue, uint32_t kib, uint32_t count)
{
    uint32_t at = queue * NIC_QUEUE_STRIDE;

    rig_write(rig, NIC_RDBAL + at, (uint32_t)rx_ring(queue));
    rig_write(rig, NIC_RDLEN + at, RIG_SLOTS * FOLIO_DESCRIPTOR_BYTES);
    rig_write(rig, NIC_SRRCTL + at, kib | SRRCTL_ADVANCED | SRRCTL_DROP);
    rig_write(rig, NIC_RXDCTL + at, NIC_QUEUE_ENABLE);
    for (uint32_t slot = 0; slot < count; slot++)
        rig_slot_write(rig, rx_ring(queue), slot, (struct folio_descriptor){rx_buffer(slot), 0});
    rig_write(rig, NIC_RDT + at, count);
    rig_write(rig, NIC_HLREG0, HLREG0_JUMBOEN | HLREG0_RXCRCSTRP | HLREG0_TXPADEN);
    rig_write(rig, NIC_MAXFRS, (uint32_t)(FOLIO_FRAME_BYTES_MAX + FOLIO_CRC_BYTES) << 16);
    rig_write(rig, NIC_RXCTRL, NIC_ENABLE);
}

static inline enum nic_fate rig_arrive(struct rig *rig, const uint8_t *frame, uint32_t size_bytes)
{
    return nic_wire_in(rig->nic, frame, size_bytes, 1000).fate;
}

/* What a done receive descriptor says. */
static inline uint32_t done_status(struct folio_descriptor done)
{
    return (uint32_t)done.high;
}

static inline uint32_t done_length(struct folio_descriptor done)
{
    return (uint32_t)(done.high >> RXD_LENGTH_SHIFT) & 0xffff;
}

static inline void assert_memory(struct rig *rig, uint64_t at, const uint8_t *bytes,
                                 size_t size_bytes)
{
    struct access access = host(ACCESS_READ, at);
    uint8_t *read = malloc(size_bytes);
    struct fault fault;

    assert_non_null(read);
    assert_true(memory_read(rig->memory, &access, read, size_bytes, &fault));
    assert_memory_equal(read, bytes, size_bytes);
    free(read);
}

/* Enables a transmit queue. */
static inline void rig_transmit(struct rig *rig, uint16_t queue)
{
    uint32_t at = queue * NIC_QUEUE_STRIDE;

    rig_write(rig, NIC_TDBAL + at, RIG_TX_RING + queue * PAGE_SIZE);
    rig_write(rig, NIC_TDLEN + at, RIG_SLOTS * FOLIO_DESCRIPTOR_BYTES);
    rig_write(rig, NIC_TXDCTL + at, NIC_QUEUE_ENABLE);
    rig_write(rig, NIC_DMATXCTL, NIC_ENABLE);
}

#endif
