/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/nic_port_fixture.h — a Folio port of Alice's over the device model: a guest with
 * memory for it, sharing, rings and all. Two queues and a temporary pool of three mbufs unless the
 * test says otherwise. Every test ends with lab_end. */
#ifndef CVMLAB_TESTS_UNIT_NIC_PORT_FIXTURE_H
#define CVMLAB_TESTS_UNIT_NIC_PORT_FIXTURE_H

#include "memory_fixture.h"

#include "devices/nic_backend.h"
#include "folio/port.h"
#include "nic_frames.h"

enum {
    LAB_DEVICE = 0x10,
    LAB_MEMORY = 0x200000, /* spa and gpa of the memory for the port */
    LAB_IOVA = 0x7000000,
    LAB_SHADOWS = 8,
};

/* How the guest is protected. */
enum lab_kind { LAB_NONE, LAB_SEV, LAB_SNP, LAB_TIO, LAB_KIND_COUNT };

struct lab {
    enum lab_kind kind;
    struct memory *memory;
    struct iommu *iommu;
    struct nic *nic;
    struct nic_backend backend;
    struct folio_port port;
    struct folio_pool shadow;
    struct folio_port_config config;
    size_t memory_bytes;
    struct folio_mbuf *shadow_headers;
    uint8_t *shadow_rooms;
    unsigned refusals;
    unsigned sent;
    uint32_t sent_bytes;
    uint8_t frame[FRAME_MAX], sent_frame[FRAME_MAX];
    struct folio_mbuf *mbufs[FOLIO_BURST_MAX];
};

static inline void lab_refusal(void *context, const struct iommu_event *event)
{
    struct lab *lab = context;

    (void)event;
    lab->refusals++;
}

static inline void lab_out(void *context, const struct nic_frame *frame, uint16_t queue)
{
    struct lab *lab = context;

    (void)queue;
    lab->sent++;
    lab->sent_bytes = frame->size_bytes;
    memcpy(lab->sent_frame, frame->data, frame->size_bytes);
}

static inline enum memory_mode lab_mode(enum lab_kind kind)
{
    static const enum memory_mode modes[LAB_KIND_COUNT] = {MEMORY_NONE, MEMORY_SEV, MEMORY_SNP,
                                                           MEMORY_SNP};

    return modes[kind];
}

/* The machine, the device, and the config of the smallest port; a test may change that. */
static inline void lab_begin(struct lab *lab, enum lab_kind kind, uint16_t queue_count)
{
    struct nic_config config = {.device = LAB_DEVICE, .queue_count = queue_count};

    memset(lab, 0, sizeof *lab);
    lab->kind = kind;
    lab->memory = memory_in_mode(lab_mode(kind));
    lab->iommu = iommu_create(lab->memory, lab_refusal, lab);
    assert_non_null(lab->iommu);
    assert_int_equal(iommu_device_add(lab->iommu, LAB_DEVICE), STATUS_OK);
    if (kind == LAB_TIO) {
        assert_int_equal(iommu_bind(lab->iommu, LAB_DEVICE, ALICE), STATUS_OK);
        assert_int_equal(iommu_accept(lab->iommu, LAB_DEVICE, ALICE, true), STATUS_OK);
    }
    config.memory = lab->memory;
    config.iommu = lab->iommu;
    assert_int_equal(nic_create(&config, &lab->nic), STATUS_OK);
    nic_wire_out(lab->nic, lab_out, lab);
    lab->config = (struct folio_port_config){.backend = &lab->backend.driver.base,
                                             .driver = &lab->backend.driver,
                                             .shadow = &lab->shadow,
                                             .queue_count = queue_count,
                                             .ring_size = 8,
                                             .temporary_count = 3,
                                             .room_bytes = FOLIO_ROOM_BYTES};
}

/* A backend of Alice's over so many bytes. */
static inline struct nic_backend_setup lab_setup(const struct lab *lab, size_t size_bytes)
{
    return (struct nic_backend_setup){.memory = lab->memory,
                                      .iommu = lab->iommu,
                                      .nic = lab->nic,
                                      .device = LAB_DEVICE,
                                      .asid = ALICE,
                                      .is_trusted = lab->kind == LAB_TIO,
                                      .gpa = {LAB_MEMORY},
                                      .spa = {LAB_MEMORY},
                                      .size_bytes = size_bytes,
                                      .iova = {LAB_IOVA}};
}

/* The guest's memory, its backend, and its shadow pool. */
static inline void lab_memory(struct lab *lab)
{
    struct nic_backend_setup setup = lab_setup(lab, folio_port_shared_bytes(&lab->config));
    size_t rooms = (size_t)LAB_SHADOWS * lab->config.room_bytes;

    lab->memory_bytes = setup.size_bytes;
    assert_int_not_equal(setup.size_bytes, 0);
    for (size_t offset = 0; offset < setup.size_bytes; offset += PAGE_SIZE)
        page_give(lab->memory, ALICE, LAB_MEMORY + offset);
    assert_int_equal(nic_backend_open(&lab->backend, &setup), STATUS_OK);
    lab->config.shared = nic_backend_memory(&lab->backend);
    lab->config.private_memory =
        aligned_alloc(64, (folio_port_private_bytes(&lab->config) + 63) / 64 * 64);
    lab->shadow_headers = aligned_alloc(64, LAB_SHADOWS * sizeof *lab->shadow_headers);
    lab->shadow_rooms = aligned_alloc(64, rooms);
    assert_non_null(lab->config.private_memory);
    assert_non_null(lab->shadow_headers);
    assert_non_null(lab->shadow_rooms);
    assert_int_equal(folio_pool_init(&lab->shadow, FOLIO_POOL_SHADOW, lab->shadow_headers,
                                     lab->shadow_rooms, LAB_SHADOWS, lab->config.room_bytes),
                     STATUS_OK);
}

static inline void lab_open(struct lab *lab, enum lab_kind kind, uint16_t queue_count)
{
    lab_begin(lab, kind, queue_count);
    lab_memory(lab);
    assert_int_equal(folio_port_open(&lab->port, &lab->config), STATUS_OK);
}

/* Invariants of everything, without closing. */
static inline void lab_check(struct lab *lab)
{
    assert_int_equal(nic_check(lab->nic), STATUS_OK);
    assert_int_equal(folio_check_all(&lab->port), STATUS_OK);
    assert_int_equal(lab->shadow.free_count, lab->shadow.count);
    assert_int_equal(lab->shadow.misused, 0);
    assert_int_equal(lab->port.temporary.misused, 0);
}

static inline void lab_free(struct lab *lab)
{
    nic_backend_end(&lab->backend);
    nic_destroy(lab->nic);
    iommu_destroy(lab->iommu);
    memory_destroy(lab->memory);
    free(lab->config.private_memory);
    free(lab->shadow_headers);
    free(lab->shadow_rooms);
}

static inline void lab_end(struct lab *lab)
{
    lab_check(lab);
    assert_int_equal(folio_port_close(&lab->port), STATUS_OK);
    assert_int_equal(nic_check(lab->nic), STATUS_OK);
    lab_free(lab);
}

/* Everything that was received on any queue goes out on the same; returns how many. */
static inline unsigned lab_forward(struct lab *lab)
{
    unsigned count = 0;

    for (uint16_t queue = 0; queue < lab->config.queue_count; queue++) {
        uint16_t got = folio_rx_burst(&lab->port, queue, lab->mbufs, FOLIO_BURST_MAX);
        uint16_t sent = folio_tx_burst(&lab->port, queue, lab->mbufs, got);

        for (uint16_t i = sent; i < got; i++)
            folio_mbuf_free(lab->mbufs[i]);
        count += sent;
    }
    return count;
}

#endif
