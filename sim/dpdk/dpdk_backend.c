/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/dpdk/dpdk_backend.c — the life of the backend: memory shared, device up, device down. The
 * bursts are in dpdk_burst.c, the configuration of the device in dpdk_device.c. */
#include <rte_bus.h>
#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dpdk/dpdk_internal.h"

enum {
    POOL_CACHE = 64,      /* mbufs that the thread keeps at hand, of each mempool */
    TX_HEADERS_MORE = 128 /* beyond one per temporary mbuf: the cache may hold 1.5 * POOL_CACHE */
};

static size_t buffers_bytes(const struct dpdk_backend *backend)
{
    size_t bytes = (size_t)backend->setup.buffers * backend->setup.room_bytes;

    return (bytes + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
}

/* The mempools: receive buffers at the end of the region, and headers without rooms for transmit.
 * EAL keeps what it allocates for them private. */
static enum status pools_create(struct dpdk_backend *backend, uint8_t *region, size_t size_bytes)
{
    struct folio_port_config plan = {0};
    uint8_t *buffers = region + size_bytes - buffers_bytes(backend);
    struct rte_pktmbuf_extmem memory = {.buf_ptr = buffers,
                                        .buf_iova = dpdk_iova(buffers),
                                        .buf_len = buffers_bytes(backend),
                                        .elt_size = (uint16_t)backend->setup.room_bytes};
    char name[RTE_MEMPOOL_NAMESIZE];

    dpdk_backend_plan(backend, &plan);
    snprintf(name, sizeof name, "folio_rx%u", backend->setup.ethdev);
    backend->rx_pool = rte_pktmbuf_pool_create_extbuf(name, backend->setup.buffers, POOL_CACHE, 0,
                                                      (uint16_t)backend->setup.room_bytes,
                                                      SOCKET_ID_ANY, &memory, 1);
    if (!backend->rx_pool)
        return dpdk_fail(backend, "receive buffers", rte_errno);
    snprintf(name, sizeof name, "folio_tx%u", backend->setup.ethdev);
    backend->tx_pool = rte_pktmbuf_pool_create(name, plan.temporary_count + TX_HEADERS_MORE,
                                               POOL_CACHE, 0, 0, SOCKET_ID_ANY);
    return backend->tx_pool ? STATUS_OK : dpdk_fail(backend, "transmit headers", rte_errno);
}

/* Makes the region known to EAL and to the IOMMU of the device. A virtual device has none. */
static enum status region_map(struct dpdk_backend *backend, uint8_t *region, size_t size_bytes)
{
    struct rte_eth_dev_info info;

    if (rte_extmem_register(region, size_bytes, NULL, 0, PAGE_SIZE) != 0)
        return dpdk_fail(backend, "shared memory", rte_errno);
    if (!backend->needs_dma)
        return STATUS_OK;
    if (rte_eth_dev_info_get(backend->setup.ethdev, &info) == 0 &&
        rte_dev_dma_map(info.device, region, dpdk_iova(region), size_bytes) == 0)
        return STATUS_OK;
    (void)dpdk_fail(backend, "mapping for DMA", rte_errno);
    (void)rte_extmem_unregister(region, size_bytes);
    return STATUS_IO;
}

static enum status region_unmap(struct dpdk_backend *backend, uint8_t *region, size_t size_bytes)
{
    struct rte_eth_dev_info info;

    if (backend->needs_dma &&
        (rte_eth_dev_info_get(backend->setup.ethdev, &info) != 0 ||
         rte_dev_dma_unmap(info.device, region, dpdk_iova(region), size_bytes) != 0))
        return STATUS_IO;
    return rte_extmem_unregister(region, size_bytes) == 0 ? STATUS_OK : STATUS_IO;
}

static enum status op_share(struct folio_backend *self, void *memory, size_t size_bytes,
                            iova_t *device)
{
    struct dpdk_backend *backend = backend_of(self);
    enum status st;

    if (backend->region || backend->rx_pool) /* once */
        return STATUS_BAD_STATE;
    if (size_bytes < buffers_bytes(backend))
        return STATUS_BAD_INPUT;
    st = region_map(backend, memory, size_bytes);
    if (st != STATUS_OK)
        return st;
    st = pools_create(backend, memory, size_bytes);
    if (st == STATUS_OK)
        st = dpdk_device_start(backend);
    if (st != STATUS_OK) {
        (void)region_unmap(backend, memory, size_bytes);
        return st;
    }
    backend->region = memory;
    device->v = dpdk_iova(memory);
    return STATUS_OK;
}

/* What still waits is not sent: its bytes are not to be trusted any more, or the device stands. */
static void waiting_drop(struct dpdk_backend *backend)
{
    for (uint16_t queue = 0; queue < backend->setup.queue_count; queue++) {
        struct dpdk_tx_queue *tx = &backend->tx[queue];

        backend->tx_unsent += tx->count;
        for (uint16_t i = 0; i < tx->count; i++)
            rte_pktmbuf_free(tx->waiting[i]);
        tx->count = 0;
    }
}

static enum status device_stop(struct dpdk_backend *backend)
{
    if (!backend->is_started)
        return STATUS_OK;
    waiting_drop(backend);
    if (rte_eth_dev_stop(backend->setup.ethdev) != 0)
        return STATUS_IO;
    backend->is_started = false;
    return STATUS_OK;
}

enum status dpdk_backend_stop(struct dpdk_backend *backend)
{
    if (backend->is_started)
        for (uint16_t queue = 0; queue < backend->setup.queue_count; queue++)
            dpdk_tx_push(backend, queue);
    return device_stop(backend);
}

/* The port zeroed the region while the device could still write to it: once more. */
static enum status op_unshare(struct folio_backend *self, void *memory, size_t size_bytes)
{
    struct dpdk_backend *backend = backend_of(self);
    enum status st;

    if (backend->region != memory)
        return STATUS_BAD_STATE;
    st = device_stop(backend);
    if (st != STATUS_OK)
        return st;
    memset(memory, 0, size_bytes);
    if (backend->temporary) /* mbufs freed later have no buffer to give back */
        backend->temporary->released = NULL;
    backend->temporary = NULL;
    backend->region = NULL;
    return region_unmap(backend, memory, size_bytes);
}

static enum status op_reg_read(struct folio_backend *self, uint32_t offset, uint32_t *value)
{
    (void)self;
    (void)offset;
    (void)value;
    return STATUS_BAD_STATE;
}

static enum status op_reg_write(struct folio_backend *self, uint32_t offset, uint32_t value)
{
    (void)self;
    (void)offset;
    (void)value;
    return STATUS_BAD_STATE;
}

/* The device first: it still holds mbufs of the pools. */
static void op_close(struct folio_backend *self)
{
    struct dpdk_backend *backend = backend_of(self);

    (void)rte_eth_dev_close(backend->setup.ethdev);
    rte_mempool_free(backend->rx_pool);
    rte_mempool_free(backend->tx_pool);
    free(backend->lent);
    backend->rx_pool = NULL;
    backend->tx_pool = NULL;
    backend->lent = NULL;
}

static const struct folio_backend_ops dpdk_ops = {
    .rx_burst = dpdk_rx_burst,
    .tx_burst = dpdk_tx_burst,
    .share = op_share,
    .unshare = op_unshare,
    .reg_read = op_reg_read,
    .reg_write = op_reg_write,
    .close = op_close,
};

enum status dpdk_backend_open(struct dpdk_backend *backend, const struct dpdk_backend_setup *setup,
                              struct diagnostic *diag)
{
    struct rte_eth_dev_info info;
    uint16_t most;

    *backend = (struct dpdk_backend){.setup = *setup,
                                     .rx_descriptors = setup->descriptors,
                                     .tx_descriptors = setup->descriptors};
    if (rte_eth_dev_info_get(setup->ethdev, &info) != 0)
        return diagnostic_set(diag, STATUS_BAD_INPUT, "dpdk", 0, 0,
                              "there is no device %u; expected one that EAL opened", setup->ethdev);
    most = RTE_MIN(info.max_rx_queues, info.max_tx_queues);
    most = RTE_MIN(most, FOLIO_QUEUE_MAX);
    if (setup->queue_count < 1 || setup->queue_count > most)
        return diagnostic_set(diag, STATUS_BAD_INPUT, "dpdk", 0, 0,
                              "device %u (%s): %u queues; expected at most %u", setup->ethdev,
                              info.driver_name, setup->queue_count, most);
    backend->needs_dma = strcmp(rte_bus_name(rte_dev_bus(info.device)), "vdev") != 0;
    if (backend->needs_dma && rte_eal_iova_mode() != RTE_IOVA_VA)
        return diagnostic_set(diag, STATUS_BAD_INPUT, "dpdk", 0, 0,
                              "device %u (%s) does DMA to physical addresses; expected one behind "
                              "an IOMMU (vfio-pci, --iova-mode=va)",
                              setup->ethdev, info.driver_name);
    (void)rte_eth_dev_adjust_nb_rx_tx_desc(setup->ethdev, &backend->rx_descriptors,
                                           &backend->tx_descriptors);
    backend->base.ops = &dpdk_ops;
    return STATUS_OK;
}

void dpdk_backend_plan(struct dpdk_backend *backend, struct folio_port_config *config)
{
    const struct dpdk_backend_setup *setup = &backend->setup;

    config->backend = &backend->base;
    config->driver = NULL;
    config->queue_count = setup->queue_count;
    config->ring_size = FOLIO_RING_SIZE_MIN;
    config->room_bytes = setup->room_bytes;
    config->temporary_count =
        (uint32_t)setup->queue_count * (backend->tx_descriptors + FOLIO_BURST_MAX) +
        2 * FOLIO_BURST_MAX;
    config->backend_bytes = buffers_bytes(backend);
}

/* folio_pool.released: the buffer that was lent to the mbuf goes back. */
static void buffer_return(void *context, struct folio_mbuf *mbuf)
{
    (void)context;
    if (mbuf->attachment)
        rte_pktmbuf_free(mbuf->attachment);
    mbuf->attachment = NULL;
}

enum status dpdk_backend_attach(struct dpdk_backend *backend, struct folio_port *port)
{
    struct folio_pool *temporary = &port->temporary;

    backend->lent = calloc(temporary->count, sizeof *backend->lent);
    if (!backend->lent)
        return STATUS_FULL;
    for (uint32_t i = 0; i < temporary->count; i++)
        backend->lent[i] = (struct rte_mbuf_ext_shared_info){.free_cb = dpdk_room_returned,
                                                             .fcb_opaque = &temporary->mbufs[i]};
    temporary->released = buffer_return;
    backend->temporary = temporary;
    return STATUS_OK;
}
