/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/dpdk/dpdk_device.c — sets an ethdev up for the backend: queues, RSS over them, and the
 * offloads whose results Folio passes on as the host's word. */
#include <rte_errno.h>
#include <rte_ethdev.h>

#include "dpdk/dpdk_internal.h"

enum status dpdk_fail(struct dpdk_backend *backend, const char *what, int error)
{
    return diagnostic_set(&backend->diag, STATUS_IO, "dpdk", 0, 0, "device %u: %s: %s",
                          backend->setup.ethdev, what, rte_strerror(error < 0 ? -error : error));
}

static enum status device_configure(struct dpdk_backend *backend,
                                    const struct rte_eth_dev_info *info)
{
    static const uint64_t said =
        RTE_ETH_RX_OFFLOAD_CHECKSUM | RTE_ETH_RX_OFFLOAD_RSS_HASH; /* what Folio has words for */
    struct rte_eth_conf conf = {0};
    int error;

    conf.rxmode.offloads = info->rx_offload_capa & said;
    if (backend->setup.queue_count > 1 && info->flow_type_rss_offloads != 0) {
        conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
        conf.rx_adv_conf.rss_conf.rss_hf =
            info->flow_type_rss_offloads &
            (RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP | RTE_ETH_RSS_SCTP);
    } else {
        conf.rxmode.offloads &= ~(uint64_t)RTE_ETH_RX_OFFLOAD_RSS_HASH;
    }
    error = rte_eth_dev_configure(backend->setup.ethdev, backend->setup.queue_count,
                                  backend->setup.queue_count, &conf);
    return error == 0 ? STATUS_OK : dpdk_fail(backend, "configuration", error);
}

static enum status queues_set_up(struct dpdk_backend *backend)
{
    unsigned socket = (unsigned)SOCKET_ID_ANY;

    for (uint16_t queue = 0; queue < backend->setup.queue_count; queue++) {
        int error = rte_eth_rx_queue_setup(backend->setup.ethdev, queue, backend->rx_descriptors,
                                           socket, NULL, backend->mempool);

        if (error != 0)
            return dpdk_fail(backend, "receive queue", error);
        error = rte_eth_tx_queue_setup(backend->setup.ethdev, queue, backend->tx_descriptors,
                                       socket, NULL);
        if (error != 0)
            return dpdk_fail(backend, "transmit queue", error);
    }
    return STATUS_OK;
}

enum status dpdk_device_start(struct dpdk_backend *backend)
{
    struct rte_eth_dev_info info;
    enum status st;
    int error = rte_eth_dev_info_get(backend->setup.ethdev, &info);

    if (error != 0)
        return dpdk_fail(backend, "what it can do", error);
    st = device_configure(backend, &info);
    if (st == STATUS_OK)
        st = queues_set_up(backend);
    if (st != STATUS_OK)
        return st;
    error = rte_eth_dev_start(backend->setup.ethdev);
    if (error != 0)
        return dpdk_fail(backend, "start", error);
    (void)rte_eth_promiscuous_enable(backend->setup.ethdev); /* not every device has it */
    backend->is_started = true;
    return STATUS_OK;
}
