/* SPDX-License-Identifier: BSD-2-Clause */
/* src/folio/port.c — opens and closes a port. The bursts are in port_rx.c and port_tx.c.
 * Layout of the shared region: rings, rooms, and what the backend asked for, each from a page on.
 * Layout of the private memory: the headers of the temporary pool, then the slots of the rings. */
#include "base/bytes.h"
#include "folio/port_internal.h"

enum { TX_SHARE = 4 }; /* one in so many temporary mbufs is kept from the receive rings */

static size_t pages_up(size_t size_bytes)
{
    return (size_bytes + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
}

/* Slots of all rings of a port: receive and transmit. */
static size_t config_slots(const struct folio_port_config *config)
{
    return (size_t)2 * config->queue_count * config->ring_size;
}

static size_t rings_bytes(const struct folio_port_config *config)
{
    return pages_up(config_slots(config) * FOLIO_DESCRIPTOR_BYTES);
}

static size_t rooms_bytes(const struct folio_port_config *config)
{
    return pages_up((size_t)config->temporary_count * config->room_bytes);
}

/* The numbers of a config; each bound also keeps the sums of sizes from wrapping. */
static bool sizes_are_valid(const struct folio_port_config *config)
{
    return config->queue_count >= 1 && config->queue_count <= FOLIO_QUEUE_MAX &&
           config->ring_size >= FOLIO_RING_SIZE_MIN && config->ring_size <= FOLIO_RING_SIZE_MAX &&
           config->ring_size % FOLIO_RING_SIZE_STEP == 0 &&
           config->temporary_count > config->queue_count &&
           config->temporary_count <= FOLIO_MBUF_COUNT_MAX &&
           config->room_bytes >= FOLIO_ROOM_BYTES_MIN &&
           config->room_bytes <= FOLIO_ROOM_BYTES_JUMBO &&
           config->room_bytes % FOLIO_ROOM_BYTES_STEP == 0 &&
           config->rx_posted < config->ring_size &&
           config->rx_posted * config->queue_count < config->temporary_count;
}

size_t folio_port_shared_bytes(const struct folio_port_config *config)
{
    if (!sizes_are_valid(config))
        return 0;
    return rings_bytes(config) + rooms_bytes(config);
}

size_t folio_port_private_bytes(const struct folio_port_config *config)
{
    if (!sizes_are_valid(config))
        return 0;
    return config->temporary_count * sizeof(struct folio_mbuf) +
           config_slots(config) * sizeof(struct folio_mbuf *);
}

static enum status config_check(const struct folio_port_config *config)
{
    const struct folio_pool *shadow = config->shadow;

    if (!sizes_are_valid(config) || !config->backend || !shadow ||
        shadow->kind != FOLIO_POOL_SHADOW || shadow->room_bytes < config->room_bytes ||
        (config->driver && &config->driver->base != config->backend) ||
        (config->header_bytes != 0 &&
         (config->decrypt || config->header_bytes < FOLIO_ETHERNET_BYTES)))
        return STATUS_BAD_INPUT;
    if (!config->shared || (uintptr_t)config->shared % PAGE_SIZE != 0 || !config->private_memory ||
        (uintptr_t)config->private_memory % sizeof(struct folio_mbuf) != 0)
        return STATUS_BAD_ADDRESS;
    return STATUS_OK;
}

/* How many receive buffers a queue keeps posted; see folio_port_open. */
static uint32_t posted_wanted(const struct folio_port_config *config)
{
    uint32_t for_tx = config->temporary_count / TX_SHARE;
    uint32_t share;

    if (config->rx_posted != 0)
        return config->rx_posted;
    if (for_tx == 0)
        for_tx = 1;
    share = (config->temporary_count - for_tx) / config->queue_count;
    if (share == 0) /* more queues than mbufs for them: they take turns */
        share = 1;
    return share < config->ring_size ? share : config->ring_size - 1;
}

static enum status driver_start(struct folio_port *port)
{
    const struct folio_port_config *config = &port->config;
    uint8_t *slots = config->private_memory;
    struct folio_ring_setup setup = {
        .region = port->region,
        .rings_offset = 0,
        .pool = &port->temporary,
        .fetch = config->fetch,
        .port = config->port,
        .queue_count = config->queue_count,
        .ring_size = config->ring_size,
        .wanted = posted_wanted(config),
        .keep_crc = config->keep_crc,
        .vlan_strip = config->vlan_strip,
        .rss_key = config->rss_key,
    };

    /* behind the headers, which are 64 bytes each: aligned */
    setup.posted = (void *)(slots + config->temporary_count * sizeof(struct folio_mbuf));
    return folio_ring_start(config->driver, &setup);
}

/* Makes the region unreadable for what comes after: zero, then private. */
static enum status region_end(struct folio_port *port)
{
    struct folio_region *region = &port->region;
    struct folio_backend *backend = port->config.backend;
    enum status st;

    memset(region->base, 0, region->size_bytes);
    __atomic_thread_fence(__ATOMIC_SEQ_CST); /* zero before it changes hands */
    st = backend->ops->unshare(backend, region->base, region->size_bytes);
    *region = (struct folio_region){0};
    return st;
}

enum status folio_port_open(struct folio_port *port, const struct folio_port_config *config)
{
    enum status st = config_check(config);
    struct folio_region *region = &port->region;

    *port = (struct folio_port){.state = FOLIO_PORT_CLOSED};
    if (st != STATUS_OK)
        return st;
    port->config = *config;
    region->size_bytes = folio_port_shared_bytes(config);
    memset(config->shared, 0, region->size_bytes); /* nothing old is shown */
    st = config->backend->ops->share(config->backend, config->shared, region->size_bytes,
                                     &region->device);
    if (st != STATUS_OK)
        return st;

    region->base = config->shared;
    st = folio_pool_init(&port->temporary, FOLIO_POOL_TEMPORARY, config->private_memory,
                         region->base + rings_bytes(config), config->temporary_count,
                         config->room_bytes);
    if (st == STATUS_OK && config->driver)
        st = driver_start(port);
    if (st != STATUS_OK) {
        (void)region_end(port);
        return st;
    }
    port->state = FOLIO_PORT_OPEN;
    return STATUS_OK;
}

void folio_port_reclaim(struct folio_port *port)
{
    struct folio_backend *backend = port->config.backend;

    for (uint16_t queue = 0; queue < port->config.queue_count; queue++)
        (void)backend->ops->tx_burst(backend, queue, NULL, 0);
}

static bool payload_is_held(const struct folio_pool *pool)
{
    for (uint32_t i = 0; i < pool->count; i++)
        if (pool->mbufs[i].place == FOLIO_MBUF_REST)
            return true;
    return false;
}

enum status folio_port_close(struct folio_port *port)
{
    struct folio_backend *backend = port->config.backend;
    enum status stopped = STATUS_OK, ended;

    if (port->state != FOLIO_PORT_OPEN || payload_is_held(&port->temporary))
        return STATUS_BAD_STATE;
    if (port->config.driver)
        stopped = folio_ring_stop(port->config.driver);
    ended = region_end(port);
    backend->ops->close(backend);
    port->state = FOLIO_PORT_CLOSED;
    return stopped != STATUS_OK ? stopped : ended;
}

/* Payloads that nobody will read: their memory is the guest's again, and may come to hold what must
 * not be sent as theirs. */
static void payloads_forget(struct folio_pool *pool)
{
    for (uint32_t i = 0; i < pool->count; i++)
        if (pool->mbufs[i].place == FOLIO_MBUF_REST)
            pool->mbufs[i].data_len = 0;
}

void folio_port_abandon(struct folio_port *port)
{
    struct folio_backend *backend = port->config.backend;

    if (port->state != FOLIO_PORT_OPEN)
        return;
    (void)region_end(port); /* first, and whatever comes of it */
    payloads_forget(&port->temporary);
    if (port->config.driver)
        folio_ring_forget(port->config.driver);
    backend->ops->close(backend);
    port->state = FOLIO_PORT_CLOSED;
}

void folio_port_stats(const struct folio_port *port, uint16_t queue, struct folio_stats *stats)
{
    *stats = (struct folio_stats){0};
    if (queue >= port->config.queue_count)
        return;
    folio_stats_add(stats, &port->stats[queue]);
    if (port->config.driver)
        folio_stats_add(stats, &port->config.driver->stats[queue]);
}
