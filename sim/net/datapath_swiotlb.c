/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/datapath_swiotlb.c — a kernel's driver behind a bounce pool: every buffer that the device
 * is to reach is mapped into the pool, and what passes is copied between the pool and the buffer
 * (Linux: dma_map_single, dma_sync_single_for_cpu, dma_unmap_single of drivers/net/ethernet/intel/
 * ixgbe over kernel/dma/swiotlb.c). The rings are those of the 82599; Folio's ring driver sets the
 * device up, and posts nothing itself. The bursts are in swiotlb_rx.c and swiotlb_tx.c. */
#include <stdlib.h>
#include <string.h>

#include "net/swiotlb.h"

static void swiotlb_count(const struct datapath *self, struct folio_stats *stats,
                          struct ledger_entry *entry)
{
    const struct swiotlb *swiotlb = (const struct swiotlb *)self;
    struct bounce_stats bounce;

    *stats = swiotlb->stats;
    bounce_count(self->bounce, &bounce);
    entry->copies[LEDGER_BOUNCE_OUT] = stats->tx_copies;
    entry->bytes[LEDGER_BOUNCE_OUT] = stats->tx_copied_bytes;
    entry->copies[LEDGER_BOUNCE_MAP] = swiotlb->map_copies;
    entry->bytes[LEDGER_BOUNCE_MAP] = swiotlb->map_copied_bytes;
    entry->count[LEDGER_BOUNCE_MAPPINGS] = bounce.mappings;
    entry->count[LEDGER_BOUNCE_SEARCHED] = bounce.searched;
}

static enum status swiotlb_check(const struct datapath *self)
{
    const struct swiotlb *swiotlb = (const struct swiotlb *)self;
    enum status status = folio_pool_check(&swiotlb->pool);

    return status == STATUS_OK ? bounce_check(self->bounce) : status;
}

/* The buffers that are posted go back to their pool. */
static void queues_end(struct swiotlb *swiotlb)
{
    for (uint32_t i = 0; i < 2u * swiotlb->base.path->queues; i++) {
        struct swiotlb_queue *queue = &swiotlb->queue[i];

        for (uint32_t slot = 0; queue->slot && slot < queue->size; slot++)
            if (queue->slot[slot].mbuf)
                folio_mbuf_free(queue->slot[slot].mbuf);
        free(queue->slot);
    }
}

static void swiotlb_close(struct datapath *self)
{
    struct swiotlb *swiotlb = (struct swiotlb *)self;

    if (swiotlb->is_started)
        (void)folio_ring_stop(&self->lab.backend.driver);
    queues_end(swiotlb);
    bounce_free(self->bounce);
    datapath_unshare(self);
    free(swiotlb->headers);
    free(swiotlb->posted);
}

static const struct datapath_ops swiotlb_ops = {
    swiotlb_rx_burst, swiotlb_tx_burst, swiotlb_count, swiotlb_check, swiotlb_close,
};

/* Folio's ring driver programs the device. Its pool has one mbuf, which is taken out before, so
 * that it has nothing to post. */
static enum status device_start(struct swiotlb *swiotlb)
{
    struct datapath *self = &swiotlb->base;
    struct folio_ring_driver *driver = &self->lab.backend.driver;
    struct folio_ring_setup setup = {
        .region = self->region,
        .posted = swiotlb->posted,
        .pool = &swiotlb->nothing,
        .queue_count = self->path->queues,
        .ring_size = self->path->ring_size,
        .wanted = 1,
    };
    enum status status = folio_pool_init(
        &swiotlb->nothing, FOLIO_POOL_TEMPORARY, &swiotlb->nothing_header,
        self->region.base + datapath_rings_bytes(self->path), 1, self->path->room_bytes);

    if (status == STATUS_OK)
        (void)folio_mbuf_alloc(&swiotlb->nothing);
    if (status == STATUS_OK)
        status = folio_ring_start(driver, &setup);
    swiotlb->is_started = status == STATUS_OK;
    swiotlb->buffer_bytes = driver->buffer_bytes;
    for (uint16_t i = 0; status == STATUS_OK && i < self->path->queues; i++) {
        swiotlb->queue[i].ring = driver->rx[i].ring;
        swiotlb->queue[self->path->queues + i].ring = driver->tx[i].ring;
    }
    return status;
}

static enum status swiotlb_start(struct swiotlb *swiotlb)
{
    struct datapath *self = &swiotlb->base;
    const struct path *path = self->path;
    struct folio_backend *base = &self->lab.backend.driver.base;
    struct folio_region region = {.base = self->lab.device_memory,
                                  .size_bytes = self->lab.device_bytes};
    enum status status =
        folio_pool_init(&swiotlb->pool, FOLIO_POOL_SHADOW, swiotlb->headers,
                        self->lab.private_memory, path->pool_mbufs, path->room_bytes);

    if (status == STATUS_OK)
        status = base->ops->share(base, region.base, region.size_bytes, &region.device);
    if (status != STATUS_OK)
        return status;
    self->region = region;
    status = bounce_create(&self->bounce, region.base + datapath_rings_bytes(path),
                           path->bounce_bytes, path->bounce_areas);
    return status == STATUS_OK ? device_start(swiotlb) : status;
}

static bool queues_make(struct swiotlb *swiotlb)
{
    const struct path *path = swiotlb->base.path;

    for (uint32_t i = 0; i < 2u * path->queues; i++) {
        struct swiotlb_queue *queue = &swiotlb->queue[i];

        queue->size = path->ring_size;
        queue->slot = calloc(queue->size, sizeof *queue->slot);
        if (!queue->slot)
            return false;
    }
    swiotlb->headers = datapath_headers(path->pool_mbufs);
    swiotlb->posted = calloc((size_t)2 * path->queues * path->ring_size, sizeof *swiotlb->posted);
    return swiotlb->headers && swiotlb->posted;
}

struct datapath *datapath_swiotlb_open(const struct path *path, struct folio_fetch *fetch,
                                       uint64_t seed, enum status *status, struct diagnostic *diag)
{
    struct swiotlb *swiotlb = aligned_alloc(_Alignof(struct swiotlb), sizeof *swiotlb);
    struct datapath *self = &swiotlb->base;

    if (!swiotlb) {
        *status = diagnostic_set(diag, STATUS_IO, path->name, 0, 0, "no memory");
        return NULL;
    }
    memset(swiotlb, 0, sizeof *swiotlb);
    *self = (struct datapath){.ops = &swiotlb_ops, .path = path, .pool = &swiotlb->pool};
    swiotlb->fetch = fetch;
    if (!queues_make(swiotlb))
        return datapath_fail(self, STATUS_IO, "no memory", status, diag);
    *status = lab_open(&self->lab, path, datapath_rings_bytes(path) + path->bounce_bytes,
                       (size_t)path->pool_mbufs * path->room_bytes, seed, diag);
    if (*status != STATUS_OK)
        return datapath_fail(self, *status, NULL, status, diag);
    *status = swiotlb_start(swiotlb);
    if (*status != STATUS_OK)
        return datapath_fail(self, *status, "the device does not start", status, diag);
    for (uint16_t i = 0; i < path->queues; i++) /* posts the first buffers */
        (void)swiotlb_rx_burst(self, i, NULL, 0);
    return self;
}
