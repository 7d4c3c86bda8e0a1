/* SPDX-License-Identifier: BSD-2-Clause */
/* src/folio/ring_tx.c — transmit side of the ring driver. Descriptors are written and then only
 * polled for "done". Read ring.h first. */
#include "folio/ring_internal.h"

/* Gives back what the device is done with, oldest first (82599 7.2.3.5). A slot is emptied before
 * its mbuf is freed, so that a "done" can be told once only. */
static void tx_reclaim(struct folio_ring_driver *driver, struct folio_tx_queue *tx)
{
    while (tx->count > 0) {
        const uint8_t *live = ring_descriptor(tx->ring, tx->head);
        struct folio_mbuf *mbuf;

        if (!(folio_poll(driver->fetch, live + TXD_STATUS_OFFSET, FOLIO_PLACE_TX_POLL) &
              TXD_STATUS_DD))
            break;
        mbuf = tx->posted[tx->head];
        tx->posted[tx->head] = NULL;
        tx->head = ring_step(tx->head, 1, tx->size);
        tx->count--;
        mbuf->place = FOLIO_MBUF_HELD;
        folio_mbuf_free(mbuf);
    }
}

/* 82599 7.2.3.2.4: one data descriptor, no offloads; DD is written as 0, the device sets it. */
static void tx_post(struct folio_ring_driver *driver, uint16_t queue, struct folio_mbuf *mbuf)
{
    struct folio_tx_queue *tx = &driver->tx[queue];
    uint32_t slot = ring_step(tx->head, tx->count, tx->size);

    mbuf->place = FOLIO_MBUF_TX_POSTED;
    mbuf->queue = queue;
    mbuf->slot = (uint16_t)slot;
    tx->posted[slot] = mbuf;
    tx->count++;
    ring_write(tx->ring, slot, ring_device_address(driver, mbuf->data),
               mbuf->data_len | TXD_TYPE_DATA | TXD_COMMAND_EOP | TXD_COMMAND_FCS | TXD_COMMAND_RS |
                   TXD_COMMAND_EXT | (uint64_t)mbuf->data_len << TXD_PAYLEN_SHIFT);
}

uint16_t folio_ring_tx_burst(struct folio_backend *self, uint16_t queue, struct folio_mbuf **mbufs,
                             uint16_t count)
{
    struct folio_ring_driver *driver = ring_driver(self);
    struct folio_tx_queue *tx;
    uint32_t room;

    if (queue >= driver->queue_count)
        return 0;
    tx = &driver->tx[queue];
    tx_reclaim(driver, tx);
    room = tx->size - 1 - tx->count; /* one slot stays empty: head == tail means none */
    if (count > room)
        count = (uint16_t)room;
    if (mbufs)
        for (uint16_t i = 0; i < count; i++)
            tx_post(driver, queue, mbufs[i]);
    folio_ring_announce(driver, ring_register(NIC_TDT, queue),
                        ring_step(tx->head, tx->count, tx->size), &tx->announced);
    return count;
}
