/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/swiotlb_tx.c — transmit: map, copy into the pool, post; unmap what the device has sent.
 * See datapath_swiotlb.c. The mbuf is free as soon as its bytes are in the pool. */
#include <string.h>

#include "net/swiotlb.h"

static void tx_reclaim(struct swiotlb *swiotlb, struct swiotlb_queue *queue)
{
    while (queue->count > 0) {
        const uint8_t *live = queue->ring + (size_t)queue->head * FOLIO_DESCRIPTOR_BYTES;
        struct swiotlb_slot *slot = &queue->slot[queue->head];

        if (!(folio_poll(swiotlb->fetch, live + TXD_STATUS_OFFSET,
                         (enum folio_place)NET_PLACE_KERNEL_TX_POLL) &
              TXD_STATUS_DD))
            break;
        bounce_unmap(swiotlb->base.bounce, slot->mapping);
        slot->mapping = NULL;
        queue->head = swiotlb_slot_at(queue, 1);
        queue->count--;
    }
}

static void slot_send(struct swiotlb *swiotlb, struct swiotlb_queue *queue, uint32_t at,
                      struct folio_mbuf *mbuf)
{
    uint16_t length = mbuf->data_len;

    memcpy(queue->slot[at].mapping, mbuf->data, length);
    swiotlb->stats.tx_copies++;
    swiotlb->stats.tx_copied_bytes += length;
    swiotlb->stats.tx_packets++;
    swiotlb->stats.tx_bytes += length;
    queue->count++;
    swiotlb_post(swiotlb, queue, at, queue->slot[at].mapping,
                 length | TXD_TYPE_DATA | TXD_COMMAND_EOP | TXD_COMMAND_FCS | TXD_COMMAND_RS |
                     TXD_COMMAND_EXT | (uint64_t)length << TXD_PAYLEN_SHIFT);
    folio_mbuf_free(mbuf);
}

uint16_t swiotlb_tx_burst(struct datapath *self, uint16_t index, struct folio_mbuf **mbufs,
                          uint16_t count)
{
    struct swiotlb *swiotlb = (struct swiotlb *)self;
    struct swiotlb_queue *queue = &swiotlb->queue[self->path->queues + index];
    uint16_t taken = 0;

    tx_reclaim(swiotlb, queue);
    for (; taken < count; taken++) {
        uint32_t at = swiotlb_slot_at(queue, queue->count);
        enum bounce_refusal refusal;

        if (queue->count + 1 >= queue->size) { /* one slot stays empty: head == tail means none */
            swiotlb->stats.tx_no_room++;
            break;
        }
        if (mbufs[taken]->data_len < FOLIO_ETHERNET_BYTES) {
            swiotlb->stats.refused[FOLIO_REFUSED_TX_LENGTH]++;
            folio_mbuf_free(mbufs[taken]);
            continue;
        }
        queue->slot[at].mapping =
            bounce_map(self->bounce, index, mbufs[taken]->data_len, 1, &refusal);
        if (!queue->slot[at].mapping)
            break;
        slot_send(swiotlb, queue, at, mbufs[taken]);
    }
    swiotlb_announce(swiotlb, queue, NIC_TDT, index);
    return taken;
}
