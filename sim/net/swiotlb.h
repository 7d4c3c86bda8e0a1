/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/swiotlb.h — what the files of the kernel's driver share: datapath_swiotlb.c,
 * swiotlb_rx.c, swiotlb_tx.c. */
#ifndef CVMLAB_SIM_NET_SWIOTLB_H
#define CVMLAB_SIM_NET_SWIOTLB_H

#include "folio/ring.h"
#include "net/datapath.h"
#include "net/net_place.h"

struct swiotlb_slot {
    struct folio_mbuf *mbuf; /* the buffer behind a posted receive descriptor; else NULL */
    uint8_t *mapping;        /* in the bounce pool; NULL: none */
};

struct swiotlb_queue {
    uint8_t *ring; /* shared */
    struct swiotlb_slot *slot;
    uint32_t size, head, count; /* slots; oldest posted; posted now */
    uint32_t announced;
    bool in_fragments; /* of receive: the last buffer was not the end of its packet */
};

struct swiotlb {
    struct datapath base;
    struct folio_fetch *fetch;
    struct folio_pool pool; /* private buffers, of the application too */
    struct folio_mbuf *headers;
    struct swiotlb_queue queue[2 * PATH_QUEUES_MAX]; /* receive, then transmit */
    struct folio_stats stats;
    uint64_t map_copies, map_copied_bytes;
    uint32_t buffer_bytes; /* what the device was told a receive buffer holds */
    /* For folio_ring_start, which posts nothing. */
    struct folio_pool nothing;
    struct folio_mbuf nothing_header, **posted;
    bool is_started;
};

/* As in struct datapath_ops. */
uint16_t swiotlb_rx_burst(struct datapath *self, uint16_t queue, struct folio_mbuf **mbufs,
                          uint16_t count);
uint16_t swiotlb_tx_burst(struct datapath *self, uint16_t queue, struct folio_mbuf **mbufs,
                          uint16_t count);

/* The slot that lies distance behind the head of a queue. */
static inline uint32_t swiotlb_slot_at(const struct swiotlb_queue *queue, uint32_t distance)
{
    uint32_t slot = queue->head + distance;

    return slot >= queue->size ? slot - queue->size : slot;
}

/* Writes a descriptor: where the device finds mapping, and the second word. */
static inline void swiotlb_post(const struct swiotlb *swiotlb, const struct swiotlb_queue *queue,
                                uint32_t slot, const uint8_t *mapping, uint64_t high)
{
    const struct folio_region *region = &swiotlb->base.region;
    volatile struct folio_descriptor *descriptor =
        (void *)(queue->ring + (size_t)slot * FOLIO_DESCRIPTOR_BYTES);

    descriptor->low = region->device.v + (uint64_t)(mapping - region->base);
    descriptor->high = high;
}

/* Writes the tail register if the device has not heard of all that is posted. */
static inline void swiotlb_announce(struct swiotlb *swiotlb, struct swiotlb_queue *queue,
                                    uint32_t reg, uint16_t index)
{
    struct folio_backend *base = &swiotlb->base.lab.backend.driver.base;
    uint32_t tail = swiotlb_slot_at(queue, queue->count);

    if (tail == queue->announced)
        return;
    __atomic_thread_fence(__ATOMIC_RELEASE);
    if (base->ops->reg_write(base, reg + (uint32_t)index * NIC_QUEUE_STRIDE, tail) == STATUS_OK)
        queue->announced = tail;
}

#endif
