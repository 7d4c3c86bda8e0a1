/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/dpdk/dpdk_backend.c — the life of the backend: memory shared, device up, device down. The
 * bursts are in dpdk_burst.c, the configuration of the device in dpdk_device.c. */
#include <rte_bus.h>
#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <string.h>

#include "dpdk/dpdk_internal.h"

/* Makes the region known to EAL and to the IOMMU of the device. A virtual device has none. */
static enum status region_map(struct dpdk_backend *backend, uint8_t *region, size_t size_bytes)
{
    struct rte_eth_dev_info info;

    if (rte_extmem_register(region, size_bytes, NULL, 0, PAGE_SIZE) != 0)
        return dpdk_fail(&backend->diag, backend->setup.ethdev, "shared memory", rte_errno);
    if (!backend->needs_dma)
        return STATUS_OK;
    if (rte_eth_dev_info_get(backend->setup.ethdev, &info) == 0 &&
        rte_dev_dma_map(info.device, region, dpdk_iova(region), size_bytes) == 0)
        return STATUS_OK;
    (void)dpdk_fail(&backend->diag, backend->setup.ethdev, "mapping for DMA", rte_errno);
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

    if (backend->region) /* once */
        return STATUS_BAD_STATE;
    st = region_map(backend, memory, size_bytes);
    if (st != STATUS_OK)
        return st;
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
        for (uint16_t i = 0; i < tx->count; i++) {
            backend->tx_unsent_bytes += tx->waiting[i]->pkt_len;
            rte_pktmbuf_free(tx->waiting[i]);
        }
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
    dpdk_pool_free(backend);
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
        setup->buffers +
        (uint32_t)setup->queue_count * (backend->tx_descriptors + FOLIO_BURST_MAX) +
        2 * FOLIO_BURST_MAX;
}

enum status dpdk_backend_attach(struct dpdk_backend *backend, struct folio_port *port)
{
    struct dpdk_device device = {.ethdev = backend->setup.ethdev,
                                 .queue_count = backend->setup.queue_count,
                                 .rx_descriptors = backend->rx_descriptors,
                                 .tx_descriptors = backend->tx_descriptors};
    enum status st;

    backend->temporary = &port->temporary;
    st = dpdk_pool_create(backend);
    if (st != STATUS_OK)
        return st;
    device.mempool = backend->mempool;
    st = dpdk_device_start(&device, &backend->diag);
    backend->is_started = st == STATUS_OK;
    return st;
}
