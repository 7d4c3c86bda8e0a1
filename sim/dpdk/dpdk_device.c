/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/dpdk/dpdk_device.c — sets an ethdev up: queues, RSS over them, and the offloads whose results
 * Folio passes on as the host's word. */
#include <rte_errno.h>
#include <rte_ethdev.h>

#include "dpdk/dpdk_internal.h"

enum status dpdk_fail(struct diagnostic *diag, uint16_t ethdev, const char *what, int error)
{
    return diagnostic_set(diag, STATUS_IO, "dpdk", 0, 0, "device %u: %s: %s", ethdev, what,
                          rte_strerror(error < 0 ? -error : error));
}

static enum status device_configure(const struct dpdk_device *device,
                                    const struct rte_eth_dev_info *info, struct diagnostic *diag)
{
    static const uint64_t said =
        RTE_ETH_RX_OFFLOAD_CHECKSUM | RTE_ETH_RX_OFFLOAD_RSS_HASH; /* what Folio has words for */
    struct rte_eth_conf conf = {0};
    int error;

    conf.rxmode.offloads = info->rx_offload_capa & said;
    if (device->queue_count > 1 && info->flow_type_rss_offloads != 0) {
        conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
        conf.rx_adv_conf.rss_conf.rss_hf =
            info->flow_type_rss_offloads &
            (RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP | RTE_ETH_RSS_SCTP);
    } else {
        conf.rxmode.offloads &= ~(uint64_t)RTE_ETH_RX_OFFLOAD_RSS_HASH;
    }
    error = rte_eth_dev_configure(device->ethdev, device->queue_count, device->queue_count, &conf);
    return error == 0 ? STATUS_OK : dpdk_fail(diag, device->ethdev, "configuration", error);
}

static enum status queues_set_up(const struct dpdk_device *device, struct diagnostic *diag)
{
    unsigned socket = (unsigned)SOCKET_ID_ANY;

    for (uint16_t queue = 0; queue < device->queue_count; queue++) {
        int error = rte_eth_rx_queue_setup(device->ethdev, queue, device->rx_descriptors, socket,
                                           NULL, device->mempool);

        if (error != 0)
            return dpdk_fail(diag, device->ethdev, "receive queue", error);
        error = rte_eth_tx_queue_setup(device->ethdev, queue, device->tx_descriptors, socket, NULL);
        if (error != 0)
            return dpdk_fail(diag, device->ethdev, "transmit queue", error);
    }
    return STATUS_OK;
}

enum status dpdk_device_start(const struct dpdk_device *device, struct diagnostic *diag)
{
    struct rte_eth_dev_info info;
    enum status st;
    int error = rte_eth_dev_info_get(device->ethdev, &info);

    if (error != 0)
        return dpdk_fail(diag, device->ethdev, "what it can do", error);
    st = device_configure(device, &info, diag);
    if (st == STATUS_OK)
        st = queues_set_up(device, diag);
    if (st != STATUS_OK)
        return st;
    error = rte_eth_dev_start(device->ethdev);
    if (error != 0)
        return dpdk_fail(diag, device->ethdev, "start", error);
    (void)rte_eth_promiscuous_enable(device->ethdev); /* not every device has it */
    return STATUS_OK;
}
