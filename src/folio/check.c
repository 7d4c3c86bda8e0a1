/* SPDX-License-Identifier: BSD-2-Clause */
/* src/folio/check.c — the invariants of the data path, walked. Tests call folio_check_all last. */
#include "folio/port.h"

/* The window of one ring: its slots name mbufs that know their slot; all others are empty. */
static enum status slots_check(struct folio_mbuf *const *posted, uint32_t size, uint32_t head,
                               uint32_t count, uint16_t queue, enum folio_mbuf_place place)
{
    if (head >= size || count >= size)
        return STATUS_BAD_STATE;
    for (uint32_t distance = 0; distance < size; distance++) {
        uint32_t slot = (head + distance) % size;
        const struct folio_mbuf *mbuf = posted[slot];

        if (distance >= count && mbuf)
            return STATUS_BAD_STATE;
        if (distance < count &&
            (!mbuf || mbuf->place != place || mbuf->slot != slot || mbuf->queue != queue))
            return STATUS_BAD_STATE;
    }
    return STATUS_OK;
}

static uint32_t place_count(const struct folio_pool *pool, enum folio_mbuf_place place)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < pool->count; i++)
        count += pool->mbufs[i].place == place;
    return count;
}

enum status folio_ring_check(const struct folio_ring_driver *driver)
{
    uint32_t rx_posted = 0, tx_posted = 0;

    for (uint16_t queue = 0; queue < driver->queue_count; queue++) {
        const struct folio_rx_queue *rx = &driver->rx[queue];
        const struct folio_tx_queue *tx = &driver->tx[queue];

        if (slots_check(rx->posted, rx->size, rx->head, rx->count, queue, FOLIO_MBUF_RX_POSTED) !=
                STATUS_OK ||
            slots_check(tx->posted, tx->size, tx->head, tx->count, queue, FOLIO_MBUF_TX_POSTED) !=
                STATUS_OK)
            return STATUS_BAD_STATE;
        rx_posted += rx->count;
        tx_posted += tx->count;
    }
    /* Each slot names an mbuf that names this slot, so equal sums mean: all of them, each once. */
    if (driver->queue_count > 0 && (rx_posted != place_count(driver->pool, FOLIO_MBUF_RX_POSTED) ||
                                    tx_posted != place_count(driver->pool, FOLIO_MBUF_TX_POSTED)))
        return STATUS_BAD_STATE;
    return STATUS_OK;
}

enum status folio_check_all(const struct folio_port *port)
{
    const struct folio_port_config *config = &port->config;

    if (port->state != FOLIO_PORT_OPEN)
        return STATUS_OK;
    if (folio_pool_check(&port->temporary) != STATUS_OK ||
        folio_pool_check(config->shadow) != STATUS_OK)
        return STATUS_BAD_STATE;
    /* Between two calls nothing is in the hands of Folio itself. */
    if (place_count(&port->temporary, FOLIO_MBUF_HELD) != 0 && config->driver)
        return STATUS_BAD_STATE;
    return config->driver ? folio_ring_check(config->driver) : STATUS_OK;
}
