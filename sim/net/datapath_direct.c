/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/datapath_direct.c — no copy: the application works on the buffers that the device writes
 * to and reads from. In an ordinary guest that is DPDK; with a trusted device they are private
 * (TIO); in a confidential guest without one they are shared, and the application reads what the
 * host may change at any time. */
#include <stdlib.h>

#include "net/datapath.h"

enum { TX_SHARE = 4 }; /* one in so many buffers is kept from the receive rings, as Folio does */

struct direct {
    struct datapath base;
    struct folio_pool pool;
    struct folio_mbuf *headers;
    struct folio_mbuf **posted;
    bool is_started;
};

static struct folio_backend *backend_of(struct datapath *self)
{
    return &self->lab.backend.driver.base;
}

static uint16_t direct_rx_burst(struct datapath *self, uint16_t queue, struct folio_mbuf **mbufs,
                                uint16_t count)
{
    return backend_of(self)->ops->rx_burst(backend_of(self), queue, mbufs, count);
}

static uint16_t direct_tx_burst(struct datapath *self, uint16_t queue, struct folio_mbuf **mbufs,
                                uint16_t count)
{
    return backend_of(self)->ops->tx_burst(backend_of(self), queue, mbufs, count);
}

static void direct_count(const struct datapath *self, struct folio_stats *stats,
                         struct ledger_entry *entry)
{
    const struct folio_ring_driver *driver = &self->lab.backend.driver;

    (void)entry;
    for (uint16_t queue = 0; queue < self->path->queues; queue++)
        folio_stats_add(stats, &driver->stats[queue]);
}

static enum status direct_check(const struct datapath *self)
{
    enum status status = folio_pool_check(self->pool);

    return status == STATUS_OK ? folio_ring_check(&self->lab.backend.driver) : status;
}

static void direct_close(struct datapath *self)
{
    struct direct *direct = (struct direct *)self;

    if (direct->is_started)
        (void)folio_ring_stop(&self->lab.backend.driver);
    datapath_unshare(self);
    free(direct->headers);
    free(direct->posted);
}

static const struct datapath_ops direct_ops = {
    direct_rx_burst, direct_tx_burst, direct_count, direct_check, direct_close,
};

static uint32_t wanted_of(const struct path *path)
{
    uint32_t most = path->ring_size - 1;
    uint32_t for_tx = path->pool_mbufs / TX_SHARE ? path->pool_mbufs / TX_SHARE : 1;
    uint32_t share = (path->pool_mbufs - for_tx) / path->queues;

    if (share == 0)
        share = 1;
    return share < most ? share : most;
}

static enum status direct_start(struct direct *direct, struct folio_fetch *fetch)
{
    struct datapath *self = &direct->base;
    const struct path *path = self->path;
    struct folio_region region = {.base = self->lab.device_memory,
                                  .size_bytes = self->lab.device_bytes};
    struct folio_ring_setup setup = {
        .posted = direct->posted,
        .pool = &direct->pool,
        .fetch = fetch,
        .queue_count = path->queues,
        .ring_size = path->ring_size,
        .wanted = wanted_of(path),
    };
    enum status status = folio_pool_init(&direct->pool, FOLIO_POOL_TEMPORARY, direct->headers,
                                         region.base + datapath_rings_bytes(path), path->pool_mbufs,
                                         path->room_bytes);

    if (status == STATUS_OK)
        status = backend_of(self)->ops->share(backend_of(self), region.base, region.size_bytes,
                                              &region.device);
    if (status != STATUS_OK)
        return status;
    self->region = setup.region = region;
    status = folio_ring_start(&self->lab.backend.driver, &setup);
    direct->is_started = status == STATUS_OK;
    return status;
}

struct datapath *datapath_direct_open(const struct path *path, struct folio_fetch *fetch,
                                      uint64_t seed, enum status *status, struct diagnostic *diag)
{
    struct direct *direct = calloc(1, sizeof *direct);
    size_t rooms = (size_t)path->pool_mbufs * path->room_bytes;

    if (!direct) {
        *status = diagnostic_set(diag, STATUS_IO, path->name, 0, 0, "no memory");
        return NULL;
    }
    direct->base = (struct datapath){.ops = &direct_ops, .path = path, .pool = &direct->pool};
    direct->headers = datapath_headers(path->pool_mbufs);
    direct->posted = calloc((size_t)2 * path->queues * path->ring_size, sizeof *direct->posted);
    if (!direct->headers || !direct->posted)
        return datapath_fail(&direct->base, STATUS_IO, "no memory", status, diag);
    *status = lab_open(&direct->base.lab, path, datapath_rings_bytes(path) + rooms, 0, seed, diag);
    if (*status != STATUS_OK)
        return datapath_fail(&direct->base, *status, NULL, status, diag);
    *status = direct_start(direct, fetch);
    if (*status != STATUS_OK)
        return datapath_fail(&direct->base, *status, "the device does not start", status, diag);
    return &direct->base;
}
