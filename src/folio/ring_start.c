/* SPDX-License-Identifier: BSD-2-Clause */
/* src/folio/ring_start.c — sets the device up, and takes it down again. Off the data path.
 * Everything that can fail is a register access; they are tried in order and the first error ends
 * it. Source: 82599 4.6.7 (receive), 4.6.8 (transmit). Link, EEPROM and flow control are not
 * touched: the host sets up the port, the guest drives its queues. Read ring.h first. */
#include "base/bytes.h"
#include "folio/ring_internal.h"

/* The key of Microsoft's RSS specification, with published test vectors. */
static const uint8_t rss_key_known[RSS_KEY_BYTES] = {
    0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3,
    0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3,
    0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

/* Register accesses in order; after the first error the rest does nothing. */
struct steps {
    struct folio_ring_driver *driver;
    enum status status;
};

static void step_write(struct steps *steps, uint32_t offset, uint32_t value)
{
    struct folio_backend *base = &steps->driver->base;

    if (steps->status == STATUS_OK)
        steps->status = base->ops->reg_write(base, offset, value);
}

/* After a reset, head must be 0: from another start, driver and device would disagree on every
 * slot. */
static void step_expect_start(struct steps *steps, uint32_t offset, uint16_t queue)
{
    struct folio_backend *base = &steps->driver->base;
    uint32_t head = 0;

    if (steps->status == STATUS_OK)
        steps->status = base->ops->reg_read(base, offset, &head);
    if (steps->status == STATUS_OK && head != 0) {
        steps->driver->stats[queue].refused[FOLIO_REFUSED_INDEX]++;
        steps->status = STATUS_DENIED;
    }
}

static uint32_t low_half(uint64_t value)
{
    return (uint32_t)value;
}

static uint32_t high_half(uint64_t value)
{
    return (uint32_t)(value >> 32);
}

/* Frames: with or without CRC, and how large (82599 8.2.3.22.8, 8.2.3.22.13). The largest frame
 * that the device takes fits into one buffer. */
static void steps_frames(struct steps *steps, bool keep_crc)
{
    const struct folio_ring_driver *driver = steps->driver;
    uint32_t frame = driver->buffer_bytes, most = FOLIO_FRAME_BYTES_MAX + FOLIO_CRC_BYTES;

    if (!keep_crc) /* MAXFRS counts the CRC, the buffer does not see it */
        frame += FOLIO_CRC_BYTES;
    if (frame > most)
        frame = most;
    step_write(steps, NIC_HLREG0,
               HLREG0_TXCRCEN | HLREG0_TXPADEN | HLREG0_JUMBOEN |
                   (keep_crc ? 0 : HLREG0_RXCRCSTRP));
    step_write(steps, NIC_RDRXCTL, keep_crc ? 0 : RDRXCTL_CRCSTRIP);
    step_write(steps, NIC_MAXFRS, frame << 16);
}

/* RSS: the guest chooses key and table, entry i names queue i mod queue_count (82599 7.1.2.8). */
static void steps_rss(struct steps *steps, const uint8_t *key)
{
    uint32_t entry = 0;

    for (uint32_t i = 0; i < RSS_KEY_BYTES; i += 4)
        step_write(steps, NIC_RSSRK + i,
                   key[i] | (uint32_t)key[i + 1] << 8 | (uint32_t)key[i + 2] << 16 |
                       (uint32_t)key[i + 3] << 24);
    for (uint32_t i = 0; i < RETA_REGISTERS; i++) {
        uint32_t value = 0;

        for (uint32_t j = 0; j < RETA_ENTRIES_PER_REGISTER; j++)
            value |= entry++ % steps->driver->queue_count << 8 * j;
        step_write(steps, NIC_RETA + 4 * i, value);
    }
    step_write(steps, NIC_MRQC,
               MRQC_RSS | MRQC_TCP_IPV4 | MRQC_IPV4 | MRQC_UDP_IPV4 | MRQC_TCP_IPV6 | MRQC_IPV6 |
                   MRQC_UDP_IPV6);
}

/* One receive queue (82599 4.6.7): ring, buffer size, head at 0, then enable. */
static void steps_rx_queue(struct steps *steps, uint16_t queue)
{
    struct folio_ring_driver *driver = steps->driver;
    const struct folio_rx_queue *rx = &driver->rx[queue];
    uint64_t ring = ring_device_address(driver, rx->ring);

    step_write(steps, ring_register(NIC_RDBAL, queue), low_half(ring));
    step_write(steps, ring_register(NIC_RDBAH, queue), high_half(ring));
    step_write(steps, ring_register(NIC_RDLEN, queue), rx->size * FOLIO_DESCRIPTOR_BYTES);
    step_write(steps, ring_register(NIC_SRRCTL, queue),
               driver->buffer_bytes / SRRCTL_SIZE_STEP | SRRCTL_ADVANCED | SRRCTL_DROP);
    step_expect_start(steps, ring_register(NIC_RDH, queue), queue);
    step_write(steps, ring_register(NIC_RXDCTL, queue),
               NIC_QUEUE_ENABLE | (driver->vlan_strip ? RXDCTL_VLAN_STRIP : 0));
}

/* One transmit queue (82599 4.6.8). */
static void steps_tx_queue(struct steps *steps, uint16_t queue)
{
    struct folio_ring_driver *driver = steps->driver;
    const struct folio_tx_queue *tx = &driver->tx[queue];
    uint64_t ring = ring_device_address(driver, tx->ring);

    step_write(steps, ring_register(NIC_TDBAL, queue), low_half(ring));
    step_write(steps, ring_register(NIC_TDBAH, queue), high_half(ring));
    step_write(steps, ring_register(NIC_TDLEN, queue), tx->size * FOLIO_DESCRIPTOR_BYTES);
    step_expect_start(steps, ring_register(NIC_TDH, queue), queue);
    step_write(steps, ring_register(NIC_TXDCTL, queue), NIC_QUEUE_ENABLE);
}

static enum status device_start(struct folio_ring_driver *driver,
                                const struct folio_ring_setup *setup)
{
    struct steps steps = {driver, STATUS_OK};

    step_write(&steps, NIC_CTRL, NIC_CTRL_RESET);
    steps_frames(&steps, setup->keep_crc);
    steps_rss(&steps, setup->rss_key ? setup->rss_key : rss_key_known);
    for (uint16_t queue = 0; queue < driver->queue_count; queue++) {
        steps_rx_queue(&steps, queue);
        steps_tx_queue(&steps, queue);
    }
    step_write(&steps, NIC_DMATXCTL, NIC_ENABLE);
    step_write(&steps, NIC_RXCTRL, NIC_ENABLE);
    return steps.status;
}

static enum status setup_check(const struct folio_ring_setup *setup)
{
    const struct folio_region *region = &setup->region;
    const struct folio_pool *pool = setup->pool;
    size_t rings_bytes = (size_t)2 * setup->queue_count * setup->ring_size * FOLIO_DESCRIPTOR_BYTES;

    if (setup->queue_count < 1 || setup->queue_count > FOLIO_QUEUE_MAX ||
        setup->ring_size < FOLIO_RING_SIZE_MIN || setup->ring_size > FOLIO_RING_SIZE_MAX ||
        setup->ring_size % FOLIO_RING_SIZE_STEP != 0 || setup->wanted < 1 ||
        setup->wanted >= setup->ring_size)
        return STATUS_BAD_INPUT;
    if (setup->rings_offset > region->size_bytes ||
        rings_bytes > region->size_bytes - setup->rings_offset ||
        (region->device.v + setup->rings_offset) % FOLIO_RING_ALIGN_BYTES != 0 ||
        (uintptr_t)(region->base + setup->rings_offset) % FOLIO_RING_ALIGN_BYTES != 0 ||
        !folio_region_holds(region, pool->rooms, (size_t)pool->count * pool->room_bytes))
        return STATUS_BAD_ADDRESS;
    return STATUS_OK;
}

/* Divides rings and private arrays: receive of queue 0, 1, ..., then transmit. */
static void queues_set(struct folio_ring_driver *driver, const struct folio_ring_setup *setup)
{
    uint8_t *ring = setup->region.base + setup->rings_offset;
    struct folio_mbuf **posted = setup->posted;

    memset(posted, 0, (size_t)2 * setup->queue_count * setup->ring_size * sizeof *posted);
    for (uint16_t i = 0; i < 2 * setup->queue_count; i++) {
        uint16_t queue = i % setup->queue_count;

        if (i < setup->queue_count)
            driver->rx[queue] = (struct folio_rx_queue){
                .ring = ring, .posted = posted, .size = setup->ring_size, .wanted = setup->wanted};
        else
            driver->tx[queue] =
                (struct folio_tx_queue){.ring = ring, .posted = posted, .size = setup->ring_size};
        ring += (size_t)setup->ring_size * FOLIO_DESCRIPTOR_BYTES;
        posted += setup->ring_size;
    }
}

enum status folio_ring_start(struct folio_ring_driver *driver, const struct folio_ring_setup *setup)
{
    enum status st = setup_check(setup);

    if (st != STATUS_OK)
        return st;
    driver->region = setup->region;
    driver->pool = setup->pool;
    driver->fetch = setup->fetch;
    driver->port = setup->port;
    driver->queue_count = setup->queue_count;
    driver->buffer_bytes = folio_pool_capacity(setup->pool) / SRRCTL_SIZE_STEP * SRRCTL_SIZE_STEP;
    driver->crc_bytes = setup->keep_crc ? FOLIO_CRC_BYTES : 0;
    driver->vlan_strip = setup->vlan_strip;
    memset(driver->stats, 0, sizeof driver->stats);
    queues_set(driver, setup);

    st = device_start(driver, setup);
    if (st != STATUS_OK) {
        driver->queue_count = 0;
        return st;
    }
    for (uint16_t queue = 0; queue < driver->queue_count; queue++)
        folio_ring_refill(driver, queue);
    return STATUS_OK;
}

/* Every posted mbuf goes back to the pool; the slots are empty. */
static void slots_free(struct folio_mbuf **posted, uint32_t size)
{
    for (uint32_t slot = 0; slot < size; slot++) {
        struct folio_mbuf *mbuf = posted[slot];

        if (!mbuf)
            continue;
        posted[slot] = NULL;
        mbuf->place = FOLIO_MBUF_HELD;
        folio_mbuf_free(mbuf);
    }
}

void folio_ring_forget(struct folio_ring_driver *driver)
{
    for (uint16_t queue = 0; queue < driver->queue_count; queue++) {
        slots_free(driver->rx[queue].posted, driver->rx[queue].size);
        slots_free(driver->tx[queue].posted, driver->tx[queue].size);
        driver->rx[queue].count = driver->tx[queue].count = 0;
    }
    driver->queue_count = 0;
}

/* 82599 4.6.7.1, 4.6.8.1. Every queue is tried, whatever happens to the others. */
enum status folio_ring_stop(struct folio_ring_driver *driver)
{
    static const uint32_t registers[] = {NIC_RXDCTL, NIC_TXDCTL};
    struct folio_backend *base = &driver->base;
    enum status first = STATUS_OK;

    for (uint16_t queue = 0; queue < driver->queue_count; queue++)
        for (unsigned i = 0; i < sizeof registers / sizeof registers[0]; i++) {
            enum status st = base->ops->reg_write(base, ring_register(registers[i], queue), 0);

            if (first == STATUS_OK)
                first = st;
        }
    folio_ring_forget(driver);
    return first;
}

enum status folio_ring_link(struct folio_ring_driver *driver, struct folio_link *link)
{
    static const uint32_t speeds[] = {0, 100, 1000, 10000}; /* LINKS bits 29:28 */
    struct folio_backend *base = &driver->base;
    uint32_t links;
    enum status st = base->ops->reg_read(base, NIC_LINKS, &links);

    if (st != STATUS_OK)
        return st;
    link->up = bit(links, 30);
    link->megabits_per_second = link->up ? speeds[bits(links, 29, 28)] : 0;
    return STATUS_OK;
}
