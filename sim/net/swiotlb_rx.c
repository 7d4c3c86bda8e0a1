/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/swiotlb_rx.c — receive: map a buffer, post it, copy what came, unmap. See
 * datapath_swiotlb.c. */
#include <string.h>

#include "net/swiotlb.h"

enum { RX_SHARE_OF_POOL = 2 }; /* the rings take at most one in so many buffers */

/* Maps a buffer for the device to write to. With map_copy, the pool gets the old bytes of the
 * buffer, so that the device's neighbour's do not stay in it. false: the pool has no room. */
static bool slot_map(struct swiotlb *swiotlb, struct swiotlb_slot *slot, uint16_t queue,
                     const struct folio_mbuf *mbuf)
{
    enum bounce_refusal refusal;

    slot->mapping = bounce_map(swiotlb->base.bounce, queue, swiotlb->buffer_bytes, 1, &refusal);
    if (!slot->mapping)
        return false;
    if (swiotlb->base.path->bounce_map_copy) {
        memcpy(slot->mapping, mbuf->data, swiotlb->buffer_bytes);
        swiotlb->map_copies++;
        swiotlb->map_copied_bytes += swiotlb->buffer_bytes;
    }
    return true;
}

static uint32_t posted_most(const struct swiotlb *swiotlb)
{
    const struct path *path = swiotlb->base.path;
    uint32_t share = path->pool_mbufs / RX_SHARE_OF_POOL / path->queues;

    if (share == 0)
        share = 1;
    return share < path->ring_size ? share : path->ring_size - 1;
}

static void rx_refill(struct swiotlb *swiotlb, uint16_t index)
{
    struct swiotlb_queue *queue = &swiotlb->queue[index];
    uint32_t most = posted_most(swiotlb);

    while (queue->count < most) {
        uint32_t at = swiotlb_slot_at(queue, queue->count);
        struct swiotlb_slot *slot = &queue->slot[at];
        struct folio_mbuf *mbuf = folio_mbuf_alloc(&swiotlb->pool);

        if (!mbuf) {
            swiotlb->stats.rx_unposted++;
            break;
        }
        if (!slot_map(swiotlb, slot, index, mbuf)) {
            folio_mbuf_free(mbuf);
            break;
        }
        mbuf->queue = index;
        slot->mbuf = mbuf;
        queue->count++;
        swiotlb_post(swiotlb, queue, at, slot->mapping, 0);
    }
    swiotlb_announce(swiotlb, queue, NIC_RDT, index);
}

/* What the descriptor says, checked as any driver of a confidential guest has to. */
static enum folio_refusal descriptor_check(const struct swiotlb *swiotlb,
                                           struct swiotlb_queue *queue,
                                           const struct folio_descriptor *snapshot,
                                           uint16_t *frame_bytes)
{
    uint32_t status = (uint32_t)snapshot->high;
    bool was_inside = queue->in_fragments;

    if (!(status & RXD_STATUS_DD))
        return FOLIO_REFUSED_DD_WITHDRAWN;
    queue->in_fragments = !(status & RXD_STATUS_EOP);
    if (was_inside || queue->in_fragments) /* all parts of a packet that was spread over buffers */
        return FOLIO_REFUSED_FRAGMENT;
    if (status & RXD_ERROR_RXE)
        return FOLIO_REFUSED_RX_ERROR;
    return folio_length_check((uint32_t)(snapshot->high >> RXD_LENGTH_SHIFT) & UINT16_MAX, 0,
                              swiotlb->buffer_bytes, frame_bytes);
}

/* Takes the oldest posted slot, whose descriptor is done. NULL: refused. */
static struct folio_mbuf *slot_receive(struct swiotlb *swiotlb, struct swiotlb_queue *queue)
{
    const uint8_t *live = queue->ring + (size_t)queue->head * FOLIO_DESCRIPTOR_BYTES;
    struct swiotlb_slot *slot = &queue->slot[queue->head];
    struct folio_descriptor snapshot =
        folio_snapshot(swiotlb->fetch, live, (enum folio_place)NET_PLACE_KERNEL_RX_DESCRIPTOR);
    struct folio_mbuf *mbuf = slot->mbuf;
    uint16_t frame_bytes = 0;
    enum folio_refusal refusal = descriptor_check(swiotlb, queue, &snapshot, &frame_bytes);

    if (refusal == FOLIO_REFUSED_NOTHING) {
        folio_copy(swiotlb->fetch, mbuf->data, slot->mapping, frame_bytes,
                   (enum folio_place)NET_PLACE_BOUNCE_IN);
        mbuf->data_len = frame_bytes;
        swiotlb->stats.rx_packets++;
        swiotlb->stats.rx_bytes += frame_bytes;
    } else {
        swiotlb->stats.refused[refusal]++;
        folio_mbuf_free(mbuf);
        mbuf = NULL;
    }
    bounce_unmap(swiotlb->base.bounce, slot->mapping);
    slot->mapping = NULL;
    slot->mbuf = NULL;
    queue->head = swiotlb_slot_at(queue, 1);
    queue->count--;
    return mbuf;
}

uint16_t swiotlb_rx_burst(struct datapath *self, uint16_t index, struct folio_mbuf **mbufs,
                          uint16_t count)
{
    struct swiotlb *swiotlb = (struct swiotlb *)self;
    struct swiotlb_queue *queue = &swiotlb->queue[index];
    uint16_t received = 0;

    rx_refill(swiotlb, index);
    while (received < count && queue->count > 0) {
        const uint8_t *live = queue->ring + (size_t)queue->head * FOLIO_DESCRIPTOR_BYTES;

        if (!(folio_poll(swiotlb->fetch, live + RXD_STATUS_OFFSET,
                         (enum folio_place)NET_PLACE_KERNEL_RX_POLL) &
              RXD_STATUS_DD))
            break;
        mbufs[received] = slot_receive(swiotlb, queue);
        received += mbufs[received] != NULL;
    }
    return received;
}
