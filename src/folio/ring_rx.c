/* SPDX-License-Identifier: BSD-2-Clause */
/* src/folio/ring_rx.c — receive side of the ring driver: poll, one snapshot, checks, an mbuf.
 * Read ring.h first. */
#include "folio/ring_internal.h"

/* Status bits that a device set up by folio_ring_start can write (82599 7.1.6.2): bit 10 says that
 * a UDP checksum was there to be checked. The others belong to features that are off. */
#define RXD_STATUS_UDPV ((uint32_t)1 << 10)
#define RXD_STATUS_KNOWN                                                                           \
    (RXD_STATUS_DD | RXD_STATUS_EOP | RXD_STATUS_VP | RXD_STATUS_UDPCS | RXD_STATUS_L4CS |         \
     RXD_STATUS_IPCS | RXD_STATUS_PIF | RXD_STATUS_UDPV)
#define RXD_ERRORS_KNOWN (RXD_ERROR_RXE | RXD_ERROR_TCPE | RXD_ERROR_IPE)

enum {
    RXD_RSS_TYPE_MASK = 0xf,
    RXD_RSS_TYPES_KNOWN = 1 << RXD_RSS_TYPE_NONE | 1 << RXD_RSS_TYPE_TCP_IPV4 |
                          1 << RXD_RSS_TYPE_IPV4 | 1 << RXD_RSS_TYPE_TCP_IPV6 |
                          1 << RXD_RSS_TYPE_IPV6 | 1 << RXD_RSS_TYPE_UDP_IPV4 |
                          1 << RXD_RSS_TYPE_UDP_IPV6,
    RXD_TYPE_L4 = RXD_TYPE_TCP | RXD_TYPE_UDP | RXD_TYPE_SCTP,
    RXD_TYPE_KNOWN = RXD_TYPE_IPV4 | RXD_TYPE_IPV4_OPTIONS | RXD_TYPE_IPV6 |
                     RXD_TYPE_IPV6_EXTENSIONS | RXD_TYPE_L4 | RXD_TYPE_NFS | RXD_TYPE_ESP |
                     RXD_TYPE_AH,
};

enum folio_refusal folio_length_check(uint32_t reported_bytes, uint32_t crc_bytes,
                                      uint32_t room_bytes, uint16_t *frame_bytes)
{
    if (reported_bytes == 0)
        return FOLIO_REFUSED_LENGTH_ZERO;
    if (reported_bytes < FOLIO_CRC_BYTES)
        return FOLIO_REFUSED_LENGTH_BELOW_CRC;
    if (reported_bytes < FOLIO_ETHERNET_BYTES + crc_bytes)
        return FOLIO_REFUSED_LENGTH_RUNT;
    if (reported_bytes > room_bytes) /* the device wrote the CRC into the room as well */
        return FOLIO_REFUSED_LENGTH_ABOVE_ROOM;
    *frame_bytes = (uint16_t)(reported_bytes - crc_bytes);
    return FOLIO_REFUSED_NOTHING;
}

/* Packet info and status hold only what this device, as it was set up, can say. */
static bool snapshot_is_known(uint32_t info, uint32_t status)
{
    uint32_t l4 = info & RXD_TYPE_L4;

    return (RXD_RSS_TYPES_KNOWN >> (info & RXD_RSS_TYPE_MASK) & 1) &&
           (info & ~(uint32_t)(RXD_TYPE_KNOWN | RXD_RSS_TYPE_MASK)) == 0 && (l4 & (l4 - 1)) == 0 &&
           (status & ~(RXD_STATUS_KNOWN | RXD_ERRORS_KNOWN)) == 0;
}

/* Whether this buffer is a whole packet. Of one that is spread over buffers, all parts are refused:
 * the device was told that a frame fits into one. */
static bool fragment_step(struct folio_rx_queue *rx, uint32_t status)
{
    bool was_inside = rx->in_fragments;

    rx->in_fragments = !(status & RXD_STATUS_EOP);
    return was_inside || rx->in_fragments;
}

static enum folio_refusal snapshot_check(const struct folio_ring_driver *driver,
                                         struct folio_rx_queue *rx,
                                         const struct folio_descriptor *snapshot,
                                         uint16_t *frame_bytes)
{
    uint32_t status = (uint32_t)snapshot->high;

    if (!(status & RXD_STATUS_DD))
        return FOLIO_REFUSED_DD_WITHDRAWN;
    if (!snapshot_is_known((uint32_t)snapshot->low, status))
        return FOLIO_REFUSED_RESERVED;
    if (fragment_step(rx, status))
        return FOLIO_REFUSED_FRAGMENT;
    if (status & RXD_ERROR_RXE)
        return FOLIO_REFUSED_RX_ERROR;
    return folio_length_check((uint32_t)(snapshot->high >> RXD_LENGTH_SHIFT) & UINT16_MAX,
                              driver->crc_bytes, driver->buffer_bytes, frame_bytes);
}

/* What the host says, in the words of mbuf.h. info and status are known ones. */
static uint32_t host_flags(uint32_t info, uint32_t status)
{
    uint32_t flags = 0;

    flags |= info & RXD_RSS_TYPE_MASK ? FOLIO_HOST_RSS : 0;
    flags |= status & RXD_STATUS_VP ? FOLIO_HOST_VLAN : 0;
    if (status & RXD_STATUS_IPCS)
        flags |= status & RXD_ERROR_IPE ? FOLIO_HOST_IP_BAD : FOLIO_HOST_IP_GOOD;
    if (status & RXD_STATUS_L4CS)
        flags |= status & RXD_ERROR_TCPE ? FOLIO_HOST_L4_BAD : FOLIO_HOST_L4_GOOD;
    flags |= info & RXD_TYPE_IPV4 ? FOLIO_HOST_IPV4 : 0;
    flags |= info & RXD_TYPE_IPV6 ? FOLIO_HOST_IPV6 : 0;
    flags |= info & RXD_TYPE_TCP ? FOLIO_HOST_TCP : 0;
    flags |= info & RXD_TYPE_UDP ? FOLIO_HOST_UDP : 0;
    flags |= info & RXD_TYPE_ESP ? FOLIO_HOST_ESP : 0;
    return flags;
}

static void mbuf_describe(struct folio_mbuf *mbuf, const struct folio_ring_driver *driver,
                          const struct folio_descriptor *snapshot)
{
    mbuf->port = driver->port;
    mbuf->flags = host_flags((uint32_t)snapshot->low, (uint32_t)snapshot->high);
    if (mbuf->flags & FOLIO_HOST_RSS)
        mbuf->rss_hash = (uint32_t)(snapshot->low >> RXD_RSS_HASH_SHIFT);
    if (mbuf->flags & FOLIO_HOST_VLAN)
        mbuf->vlan = (uint16_t)(snapshot->high >> RXD_VLAN_SHIFT);
}

void folio_ring_announce(struct folio_ring_driver *driver, uint32_t reg, uint32_t tail,
                         uint32_t *announced)
{
    if (tail == *announced)
        return;
    __atomic_thread_fence(__ATOMIC_RELEASE); /* descriptors first, then the doorbell */
    if (driver->base.ops->reg_write(&driver->base, reg, tail) == STATUS_OK)
        *announced = tail;
}

void folio_ring_refill(struct folio_ring_driver *driver, uint16_t queue)
{
    struct folio_rx_queue *rx = &driver->rx[queue];

    while (rx->count < rx->wanted) {
        struct folio_mbuf *mbuf = folio_mbuf_alloc(driver->pool);
        uint32_t slot = ring_step(rx->head, rx->count, rx->size);

        if (!mbuf) {
            driver->stats[queue].rx_unposted++;
            break;
        }
        mbuf->place = FOLIO_MBUF_RX_POSTED;
        mbuf->queue = queue;
        mbuf->slot = (uint16_t)slot;
        rx->posted[slot] = mbuf;
        rx->count++;
        ring_write(rx->ring, slot, ring_device_address(driver, mbuf->data), 0);
    }
    folio_ring_announce(driver, ring_register(NIC_RDT, queue),
                        ring_step(rx->head, rx->count, rx->size), &rx->announced);
}

/* Takes the oldest posted mbuf out of the ring. */
static struct folio_mbuf *posted_take(struct folio_rx_queue *rx)
{
    struct folio_mbuf *mbuf = rx->posted[rx->head];

    rx->posted[rx->head] = NULL;
    rx->head = ring_step(rx->head, 1, rx->size);
    rx->count--;
    mbuf->place = FOLIO_MBUF_HELD;
    return mbuf;
}

uint16_t folio_ring_rx_burst(struct folio_backend *self, uint16_t queue, struct folio_mbuf **mbufs,
                             uint16_t count)
{
    struct folio_ring_driver *driver = ring_driver(self);
    struct folio_rx_queue *rx;
    uint16_t taken = 0;

    if (queue >= driver->queue_count)
        return 0;
    rx = &driver->rx[queue];
    folio_ring_refill(driver, queue);
    while (taken < count && rx->count > 0) { /* nothing is posted in here: it ends */
        const uint8_t *live = ring_descriptor(rx->ring, rx->head);
        struct folio_descriptor snapshot;
        struct folio_mbuf *mbuf;
        enum folio_refusal reason;

        /* 82599 7.1.6.2: the device sets DD last. Then once more, all of it, and never again. */
        if (!(folio_poll(driver->fetch, live + RXD_STATUS_OFFSET, FOLIO_PLACE_RX_POLL) &
              RXD_STATUS_DD))
            break;
        snapshot = folio_snapshot(driver->fetch, live, FOLIO_PLACE_RX_DESCRIPTOR);

        mbuf = posted_take(rx);
        reason = snapshot_check(driver, rx, &snapshot, &mbuf->data_len);
        if (reason != FOLIO_REFUSED_NOTHING) {
            driver->stats[queue].refused[reason]++;
            folio_mbuf_free(mbuf);
            continue;
        }
        mbuf_describe(mbuf, driver, &snapshot);
        mbufs[taken++] = mbuf;
    }
    return taken;
}
