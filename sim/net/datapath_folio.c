/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/datapath_folio.c — Folio in the lab: a port over the NIC model, with a shadow pool in the
 * guest's private memory. All that matters is in src/folio. */
#include <stdlib.h>

#include "folio/port.h"
#include "net/datapath.h"
#include "net/esp_guard.h"

struct folio_path {
    struct datapath base;
    struct folio_port port;
    struct folio_pool shadow;
    struct folio_mbuf *headers; /* of the shadow pool */
    void *private_memory;       /* of the port */
    struct esp_guard guard;     /* with egress_guard */
};

static const struct folio_path *folio_of(const struct datapath *self)
{
    return (const struct folio_path *)self;
}

static uint16_t port_rx_burst(struct datapath *self, uint16_t queue, struct folio_mbuf **mbufs,
                              uint16_t count)
{
    return folio_rx_burst(&((struct folio_path *)self)->port, queue, mbufs, count);
}

static uint16_t port_tx_burst(struct datapath *self, uint16_t queue, struct folio_mbuf **mbufs,
                              uint16_t count)
{
    return folio_tx_burst(&((struct folio_path *)self)->port, queue, mbufs, count);
}

static void port_count(const struct datapath *self, struct folio_stats *stats,
                       struct ledger_entry *entry)
{
    for (uint16_t queue = 0; queue < self->path->queues; queue++) {
        struct folio_stats one;

        folio_port_stats(&folio_of(self)->port, queue, &one);
        folio_stats_add(stats, &one);
    }
    entry->copies[LEDGER_PRIVATE_TO_SHARED] += stats->tx_copies;
    entry->bytes[LEDGER_PRIVATE_TO_SHARED] += stats->tx_copied_bytes;
}

static enum status port_check(const struct datapath *self)
{
    return folio_check_all(&folio_of(self)->port);
}

static void port_close(struct datapath *self)
{
    struct folio_path *folio = (struct folio_path *)self;

    if (folio->port.state == FOLIO_PORT_OPEN) {
        if (folio_port_close(&folio->port) == STATUS_BAD_STATE)
            folio_port_abandon(&folio->port);
        self->lab.is_backend_open = false; /* the port has closed it */
    }
    free(folio->headers);
    free(folio->private_memory);
}

static const struct datapath_ops port_ops = {
    port_rx_burst, port_tx_burst, port_count, port_check, port_close,
};

/* But for what the machine gives it, and the guard. */
static struct folio_port_config config_of(const struct path *path, struct folio_fetch *fetch,
                                          struct folio_decrypt *decrypt)
{
    return (struct folio_port_config){
        .fetch = fetch,
        .queue_count = path->queues,
        .ring_size = path->ring_size,
        .temporary_count = path->pool_mbufs,
        .room_bytes = path->room_bytes,
        .header_bytes = path->header_copy_bytes,
        .decrypt = path->single_fetch ? decrypt : NULL,
    };
}

static enum status port_start(struct folio_path *folio, struct folio_port_config *config)
{
    struct datapath *self = &folio->base;
    struct folio_ring_driver *driver = &self->lab.backend.driver;
    enum status status =
        folio_pool_init(&folio->shadow, FOLIO_POOL_SHADOW, folio->headers, self->lab.private_memory,
                        self->path->pool_mbufs, self->path->room_bytes);

    if (status != STATUS_OK)
        return status;
    config->backend = &driver->base;
    config->driver = driver;
    config->shadow = &folio->shadow;
    config->shared = self->lab.device_memory;
    config->private_memory = folio->private_memory;
    if (self->path->egress_guard) {
        esp_guard_begin(&folio->guard);
        config->guard = &folio->guard.base;
    }
    status = folio_port_open(&folio->port, config);
    self->region = folio->port.region;
    self->rooms = &folio->port.temporary;
    return status;
}

struct datapath *datapath_folio_open(const struct path *path, struct folio_fetch *fetch,
                                     struct folio_decrypt *decrypt, uint64_t seed,
                                     enum status *status, struct diagnostic *diag)
{
    struct folio_port_config config = config_of(path, fetch, decrypt);
    size_t shared_bytes = folio_port_shared_bytes(&config);
    size_t private_bytes = folio_port_private_bytes(&config);
    struct folio_path *folio = calloc(1, sizeof *folio);

    if (!folio) {
        *status = diagnostic_set(diag, STATUS_IO, path->name, 0, 0, "no memory");
        return NULL;
    }
    folio->base = (struct datapath){.ops = &port_ops, .path = path, .pool = &folio->shadow};
    if (path->single_fetch && !decrypt)
        return datapath_fail(&folio->base, STATUS_BAD_INPUT,
                             "single_fetch needs the keys of the application; expected ipsec",
                             status, diag);
    if (shared_bytes == 0)
        return datapath_fail(&folio->base, STATUS_BAD_INPUT,
                             "pool, ring and queues do not fit each other; expected more mbufs "
                             "than queues",
                             status, diag);
    folio->headers = datapath_headers(path->pool_mbufs);
    folio->private_memory = aligned_alloc(64, (private_bytes + 63) / 64 * 64);
    if (!folio->headers || !folio->private_memory)
        return datapath_fail(&folio->base, STATUS_IO, "no memory", status, diag);
    *status = lab_open(&folio->base.lab, path, shared_bytes,
                       (size_t)path->pool_mbufs * path->room_bytes, seed, diag);
    if (*status != STATUS_OK)
        return datapath_fail(&folio->base, *status, NULL, status, diag);
    *status = port_start(folio, &config);
    if (*status != STATUS_OK)
        return datapath_fail(&folio->base, *status, "the port does not open", status, diag);
    return &folio->base;
}
