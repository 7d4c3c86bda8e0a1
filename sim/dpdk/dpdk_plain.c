/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/dpdk/dpdk_plain.c — macswap on DPDK without Folio: what its rate is compared with. The
 * mempool is DPDK's default, with a cache, and rooms right behind their headers. */
#include <rte_ethdev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dpdk/dpdk.h"
#include "dpdk/dpdk_internal.h"

enum { BURST = 32, CACHE = 256, MAC_BYTES = 6 };

struct dpdk_plain {
    uint16_t ethdev;
    bool is_started;
    uint32_t room_bytes;
    struct rte_mempool *mempool;
    uint8_t *rooms; /* BURST private ones, to copy through */
};

static enum status plain_set_up(struct dpdk_plain *plain, const struct dpdk_port_setup *setup,
                                struct diagnostic *diag)
{
    struct dpdk_device device = {.ethdev = setup->ethdev,
                                 .queue_count = 1,
                                 .rx_descriptors = setup->descriptors,
                                 .tx_descriptors = setup->descriptors};
    char name[RTE_MEMPOOL_NAMESIZE];
    enum status st;

    plain->rooms = calloc(BURST, setup->room_bytes);
    snprintf(name, sizeof name, "plain%u", setup->ethdev);
    plain->mempool = rte_pktmbuf_pool_create(name, setup->buffers + setup->descriptors + CACHE,
                                             CACHE, 0, (uint16_t)setup->room_bytes, SOCKET_ID_ANY);
    if (!plain->rooms || !plain->mempool)
        return dpdk_fail(diag, setup->ethdev, "mempool", ENOMEM);
    (void)rte_eth_dev_adjust_nb_rx_tx_desc(setup->ethdev, &device.rx_descriptors,
                                           &device.tx_descriptors);
    device.mempool = plain->mempool;
    st = dpdk_device_start(&device, diag);
    plain->is_started = st == STATUS_OK;
    return st;
}

struct dpdk_plain *dpdk_plain_open(const struct dpdk_port_setup *setup, enum status *status,
                                   struct diagnostic *diag)
{
    struct dpdk_plain *plain = calloc(1, sizeof *plain);

    if (!plain) {
        *status = dpdk_fail(diag, setup->ethdev, "memory", ENOMEM);
        return NULL;
    }
    plain->ethdev = setup->ethdev;
    plain->room_bytes = setup->room_bytes;
    *status = plain_set_up(plain, setup, diag);
    if (*status == STATUS_OK)
        return plain;
    (void)dpdk_plain_close(plain);
    return NULL;
}

static void macs_swap(uint8_t *frame)
{
    uint8_t destination[MAC_BYTES];

    memcpy(destination, frame, MAC_BYTES);
    memcpy(frame, frame + MAC_BYTES, MAC_BYTES);
    memcpy(frame + MAC_BYTES, destination, MAC_BYTES);
}

/* All in, then all out, as Folio does it. */
static void burst_copied(const struct dpdk_plain *plain, struct rte_mbuf **mbufs, uint16_t count)
{
    for (uint16_t i = 0; i < count; i++)
        memcpy(plain->rooms + i * plain->room_bytes, rte_pktmbuf_mtod(mbufs[i], uint8_t *),
               mbufs[i]->data_len);
    for (uint16_t i = 0; i < count; i++)
        macs_swap(plain->rooms + i * plain->room_bytes);
    for (uint16_t i = 0; i < count; i++)
        memcpy(rte_pktmbuf_mtod(mbufs[i], uint8_t *), plain->rooms + i * plain->room_bytes,
               mbufs[i]->data_len);
}

static void burst_in_place(struct rte_mbuf **mbufs, uint16_t count)
{
    for (uint16_t i = 0; i < count; i++)
        macs_swap(rte_pktmbuf_mtod(mbufs[i], uint8_t *));
}

uint64_t dpdk_plain_run(struct dpdk_plain *plain, unsigned rounds, bool copies)
{
    struct rte_mbuf *mbufs[BURST];
    uint64_t packets = 0;

    for (unsigned round = 0; round < rounds; round++) {
        uint16_t count = rte_eth_rx_burst(plain->ethdev, 0, mbufs, BURST), sent;

        if (copies)
            burst_copied(plain, mbufs, count);
        else
            burst_in_place(mbufs, count);
        sent = rte_eth_tx_burst(plain->ethdev, 0, mbufs, count);
        for (uint16_t i = sent; i < count; i++)
            rte_pktmbuf_free(mbufs[i]);
        packets += count;
    }
    return packets;
}

enum status dpdk_plain_close(struct dpdk_plain *plain)
{
    enum status st = STATUS_OK;

    if (plain->is_started && rte_eth_dev_stop(plain->ethdev) != 0)
        st = STATUS_IO;
    (void)rte_eth_dev_close(plain->ethdev);
    rte_mempool_free(plain->mempool);
    free(plain->rooms);
    free(plain);
    return st;
}
