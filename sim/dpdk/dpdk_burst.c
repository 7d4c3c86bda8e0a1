/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/dpdk/dpdk_burst.c — the data path of the backend: no byte is moved. Read dpdk_backend.h
 * first. */
#include <rte_ethdev.h>
#include <string.h>

#include "dpdk/dpdk_internal.h"

/* A checksum as DPDK reports it: two bits, of which one may be set. */
static uint32_t checksum_flag(uint64_t said, uint64_t good, uint64_t bad, uint32_t if_good,
                              uint32_t if_bad)
{
    uint64_t both = said & (good | bad);

    if (both == good)
        return if_good;
    return both == bad ? if_bad : 0;
}

static uint32_t type_flags(uint32_t type)
{
    uint32_t l4 = type & RTE_PTYPE_L4_MASK, flags = 0;

    if (RTE_ETH_IS_IPV4_HDR(type))
        flags |= FOLIO_HOST_IPV4;
    if (RTE_ETH_IS_IPV6_HDR(type))
        flags |= FOLIO_HOST_IPV6;
    if (l4 == RTE_PTYPE_L4_TCP)
        flags |= FOLIO_HOST_TCP;
    if (l4 == RTE_PTYPE_L4_UDP)
        flags |= FOLIO_HOST_UDP;
    if ((type & RTE_PTYPE_TUNNEL_MASK) == RTE_PTYPE_TUNNEL_ESP)
        flags |= FOLIO_HOST_ESP;
    return flags;
}

/* What the host says of a packet, in Folio's words. */
static void said_take(struct folio_mbuf *to, const struct rte_mbuf *from)
{
    uint64_t said = from->ol_flags;

    if (said == RTE_MBUF_F_EXTERNAL && from->packet_type == 0) { /* as every virtual device */
        to->flags = 0;
        return;
    }
    to->flags = type_flags(from->packet_type) |
                checksum_flag(said, RTE_MBUF_F_RX_IP_CKSUM_GOOD, RTE_MBUF_F_RX_IP_CKSUM_BAD,
                              FOLIO_HOST_IP_GOOD, FOLIO_HOST_IP_BAD) |
                checksum_flag(said, RTE_MBUF_F_RX_L4_CKSUM_GOOD, RTE_MBUF_F_RX_L4_CKSUM_BAD,
                              FOLIO_HOST_L4_GOOD, FOLIO_HOST_L4_BAD);
    if (said & RTE_MBUF_F_RX_RSS_HASH) {
        to->rss_hash = from->hash.rss;
        to->flags |= FOLIO_HOST_RSS;
    }
    if (said & RTE_MBUF_F_RX_VLAN) {
        to->vlan = from->vlan_tci;
        to->flags |= FOLIO_HOST_VLAN;
    }
}

uint16_t dpdk_rx_burst(struct folio_backend *self, uint16_t queue, struct folio_mbuf **mbufs,
                       uint16_t count)
{
    struct dpdk_backend *backend = backend_of(self);
    struct rte_mbuf *received[FOLIO_BURST_MAX];
    uint16_t got, kept = 0;

    if (count == 0 || !backend->is_started) /* the driver refills its rings by itself */
        return 0;
    if (count > FOLIO_BURST_MAX)
        count = FOLIO_BURST_MAX;
    got = rte_eth_rx_burst(backend->setup.ethdev, queue, received, count);
    for (uint16_t i = 0; i < got; i++) {
        const struct rte_mbuf *from = received[i];
        struct folio_mbuf *to = dpdk_temporary_of(from);

        if (from->nb_segs != 1) {
            backend->rx_fragments++;
            rte_pktmbuf_free(received[i]);
            continue;
        }
        to->place = FOLIO_MBUF_HELD;
        to->data = rte_pktmbuf_mtod(from, uint8_t *);
        to->data_len = from->data_len;
        said_take(to, from);
        mbufs[kept++] = to;
    }
    return kept;
}

void dpdk_tx_push(struct dpdk_backend *backend, uint16_t queue)
{
    struct dpdk_tx_queue *tx = &backend->tx[queue];
    uint16_t sent;

    if (tx->count == 0)
        return;
    sent = rte_eth_tx_burst(backend->setup.ethdev, queue, tx->waiting, tx->count);
    tx->count = (uint16_t)(tx->count - sent);
    if (tx->count > 0)
        memmove(tx->waiting, tx->waiting + sent, tx->count * sizeof tx->waiting[0]);
}

/* The rte_mbuf of a temporary mbuf, with its packet. It is fresh but for what it was received with
 * the last time: nb_segs, next and refcnt are those of a free one. */
static struct rte_mbuf *packet_lend(const struct dpdk_backend *backend, struct folio_mbuf *from)
{
    struct rte_mbuf *to = backend->rte_mbufs[from->index];

    to->ol_flags = RTE_MBUF_F_EXTERNAL;
    to->packet_type = 0;
    to->tx_offload = 0;
    to->data_off = (uint16_t)(from->data - (uint8_t *)to->buf_addr);
    to->data_len = from->data_len;
    to->pkt_len = from->data_len;
    from->place = FOLIO_MBUF_TX_POSTED;
    return to;
}

/* How many the next call takes at least. Drivers free what they sent when they feel like it; those
 * that can be asked to are asked when mbufs become few. */
static uint16_t tx_ask(struct dpdk_backend *backend, uint16_t queue, uint16_t count)
{
    uint16_t room = (uint16_t)(FOLIO_BURST_MAX - backend->tx[queue].count);

    if (backend->temporary->free_count < FOLIO_BURST_MAX)
        (void)rte_eth_tx_done_cleanup(backend->setup.ethdev, queue, 0);
    return count < room ? count : room;
}

uint16_t dpdk_tx_burst(struct folio_backend *self, uint16_t queue, struct folio_mbuf **mbufs,
                       uint16_t count)
{
    struct dpdk_backend *backend = backend_of(self);
    struct dpdk_tx_queue *tx = &backend->tx[queue];
    uint16_t taken = 0;

    if (!backend->is_started)
        return 0;
    if (!mbufs) {
        dpdk_tx_push(backend, queue);
        return tx_ask(backend, queue, count);
    }
    while (taken < count && tx->count < FOLIO_BURST_MAX)
        tx->waiting[tx->count++] = packet_lend(backend, mbufs[taken++]);
    dpdk_tx_push(backend, queue);
    return taken;
}
