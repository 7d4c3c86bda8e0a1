/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/nic_receive.c — from the wire to memory (82599 7.1). Read nic_internal.h first. */
#include <string.h>

#include "devices/nic_internal.h"

/* A frame on its way into a queue: the bytes that will be in memory. */
struct incoming {
    const uint8_t *bytes;
    uint32_t size_bytes;
    uint32_t buffer_bytes, buffer_count; /* of the queue; how many the frame needs */
    struct nic_headers headers;
    uint32_t info; /* low half of the descriptor: RSS type and packet type */
    uint32_t hash;
};

/* MAXFRS counts the CRC, but not a VLAN tag (82599 8.2.3.22.13). */
static bool is_oversize(const struct nic *nic, const uint8_t *frame, uint32_t size_bytes)
{
    uint32_t most = nic->registers.hlreg0 & HLREG0_JUMBOEN ? nic->registers.maxfrs >> 16
                                                           : NIC_FRAME_BYTES_PLAIN;
    uint32_t vlan = frame[12] == 0x81 && frame[13] == 0x00 ? NIC_VLAN_BYTES : 0;

    return size_bytes > FOLIO_FRAME_BYTES_MAX + vlan || size_bytes + FOLIO_CRC_BYTES > most + vlan;
}

/* The MAC's part; NIC_DELIVERED: so far. */
static enum nic_fate mac_admit(struct nic *nic, const uint8_t *frame, uint32_t size_bytes)
{
    if (!nic->link_megabits)
        return NIC_LINK_DOWN;
    if (!(nic->registers.rxctrl & NIC_ENABLE))
        return NIC_DISABLED;
    if (size_bytes < FOLIO_ETHERNET_BYTES)
        return NIC_UNDERSIZE;
    return is_oversize(nic, frame, size_bytes) ? NIC_OVERSIZE : NIC_DELIVERED;
}

/* Hash and indirection table; what is not hashed goes to queue 0 (82599 7.1.2.8). */
static uint16_t queue_choose(const struct nic *nic, struct incoming *in)
{
    uint32_t type = nic_rss_of(&nic->rss, &in->headers, nic->registers.mrqc, &in->hash);
    uint32_t entry = in->hash % (RETA_REGISTERS * RETA_ENTRIES_PER_REGISTER);

    in->info = in->headers.type | type;
    if (type == RXD_RSS_TYPE_NONE)
        return 0;
    return nic->registers.reta[entry / RETA_ENTRIES_PER_REGISTER] >>
               (8 * (entry % RETA_ENTRIES_PER_REGISTER)) &
           0xf;
}

/* Takes the VLAN tag out, appends the CRC: the frame as the driver asked for it. */
static void frame_shape(struct nic *nic, const struct nic_ring *ring, struct incoming *in)
{
    bool strip = in->headers.has_vlan && (ring->control & RXDCTL_VLAN_STRIP);
    bool keep_crc = !(nic->registers.hlreg0 & HLREG0_RXCRCSTRP);
    uint32_t crc;

    if (!strip && !keep_crc)
        return;
    crc = keep_crc ? nic_crc_of(&nic->crc, in->bytes, in->size_bytes) : 0;
    memcpy(nic->stage, in->bytes, in->size_bytes);
    if (strip) {
        memmove(nic->stage + 12, nic->stage + 12 + NIC_VLAN_BYTES,
                in->size_bytes - 12 - NIC_VLAN_BYTES);
        in->size_bytes -= NIC_VLAN_BYTES;
    }
    if (keep_crc) {
        memcpy(nic->stage + in->size_bytes, &crc,
               sizeof crc); /* low byte first: IEEE 802.3 3.2.9 */
        in->size_bytes += FOLIO_CRC_BYTES;
    }
    in->bytes = nic->stage;
}

/* Whether the ring can take the frame; NIC_DELIVERED: yes. */
static enum nic_fate ring_admit(const struct nic_ring *ring, struct incoming *in)
{
    in->buffer_bytes = (ring->srrctl & 0x1f) * SRRCTL_SIZE_STEP;
    if (in->buffer_bytes == 0)
        return NIC_NO_ROOM;
    in->buffer_count = (in->size_bytes + in->buffer_bytes - 1) / in->buffer_bytes;
    if (in->buffer_count >= ring->size)
        return NIC_NO_ROOM;
    if (in->buffer_count <= nic_ring_pending(ring))
        return NIC_DELIVERED;
    return ring->srrctl & SRRCTL_DROP ? NIC_NO_DESCRIPTOR : NIC_WAITS;
}

/* The bytes of the frame that go into its buffer number index. */
static uint32_t part_bytes(const struct incoming *in, uint32_t index)
{
    uint32_t left = in->size_bytes - index * in->buffer_bytes;

    return left < in->buffer_bytes ? left : in->buffer_bytes;
}

/* Fetches the posted buffers and sees that all of the DMA will be let through, descriptors
 * included. */
static bool buffers_fetch(struct nic *nic, const struct nic_ring *ring, const struct incoming *in,
                          uint64_t *buffer)
{
    for (uint32_t i = 0; i < in->buffer_count; i++) {
        uint64_t slot = nic_ring_slot(ring, nic_step(ring->head, i, ring->size));
        struct folio_descriptor posted;

        if (!nic_slot_read(nic, slot, &posted) ||
            !nic_dma_at(nic, ACCESS_WRITE, slot)) /* the pointer does not matter here */
            return false;
        buffer[i] = posted.low;
        if (!nic_dma_reach(nic, ACCESS_WRITE, posted.low, part_bytes(in, i)))
            return false;
    }
    return true;
}

/* 82599 7.1.6.2. Only the last descriptor of a frame says more than its length. */
static struct folio_descriptor done_descriptor(const struct incoming *in, uint32_t index)
{
    struct folio_descriptor done = {.low = 0, .high = RXD_STATUS_DD};

    done.high |= (uint64_t)part_bytes(in, index) << RXD_LENGTH_SHIFT;
    if (index + 1 < in->buffer_count)
        return done;
    done.low = in->info | (uint64_t)in->hash << RXD_RSS_HASH_SHIFT;
    done.high |= RXD_STATUS_EOP | in->headers.status;
    if (in->headers.has_vlan)
        done.high |= (uint64_t)in->headers.vlan << RXD_VLAN_SHIFT;
    return done;
}

static struct nic_report report_of(const struct nic *nic, const struct nic_ring *ring,
                                   const struct incoming *in, uint64_t buffer, uint32_t index)
{
    return (struct nic_report){.queue = (uint16_t)(ring - nic->rx),
                               .slot = nic_step(ring->head, index, ring->size),
                               .ring_slots = ring->size,
                               .ring = {ring->base},
                               .buffer = {buffer},
                               .buffer_bytes = part_bytes(in, index),
                               .descriptor = done_descriptor(in, index)};
}

/* The first of the steps that a device which lies takes otherwise. */
static void frame_announce(struct nic *nic, const struct nic_ring *ring, const struct incoming *in,
                           const uint64_t *buffer)
{
    for (uint32_t i = 0; i < in->buffer_count; i++) {
        struct nic_report report = report_of(nic, ring, in, buffer[i], i);

        nic_report_before(nic, &report);
    }
}

static bool descriptor_finish(struct nic *nic, const struct nic_ring *ring,
                              const struct incoming *in, uint64_t buffer, uint32_t index)
{
    struct folio_descriptor done;

    if (nic->hostility) {
        struct nic_report report = report_of(nic, ring, in, buffer, index);

        return nic_report_done(nic, &report);
    }
    done = done_descriptor(in, index);
    return nic_slot_write(nic, nic_ring_slot(ring, nic_step(ring->head, index, ring->size)), &done);
}

/* Data first, then the descriptors in order: whoever sees "done" finds the data. */
static enum nic_fate frame_store(struct nic *nic, struct nic_ring *ring, const struct incoming *in)
{
    uint64_t buffer[NIC_PACKET_SLOTS_MAX];

    if (in->buffer_count > NIC_PACKET_SLOTS_MAX)
        return NIC_NO_ROOM;
    if (!buffers_fetch(nic, ring, in, buffer))
        return NIC_DMA_REFUSED;
    if (nic->hostility)
        frame_announce(nic, ring, in, buffer);
    for (uint32_t i = 0; i < in->buffer_count; i++)
        if (!nic_dma_put(nic, buffer[i], in->bytes + (size_t)i * in->buffer_bytes,
                         part_bytes(in, i)))
            return NIC_DMA_REFUSED;
    for (uint32_t i = 0; i < in->buffer_count; i++)
        if (!descriptor_finish(nic, ring, in, buffer[i], i))
            return NIC_DMA_REFUSED;
    nic_ring_advance(ring, in->buffer_count);
    return NIC_DELIVERED;
}

static enum nic_fate frame_queue(struct nic *nic, uint16_t queue, struct incoming *in)
{
    struct nic_ring *ring = &nic->rx[queue];
    enum nic_fate fate;

    if (ring->size == 0)
        return NIC_DISABLED;
    frame_shape(nic, ring, in);
    fate = ring_admit(ring, in);
    if (fate == NIC_DELIVERED)
        fate = frame_store(nic, ring, in);
    if (fate == NIC_DELIVERED)
        ring->good++;
    else if (fate == NIC_NO_DESCRIPTOR)
        ring->dropped++;
    return fate;
}

static void fate_count(struct nic *nic, enum nic_fate fate, uint32_t size_bytes)
{
    struct nic_registers *regs = &nic->registers;

    nic->stats.fate[fate]++;
    if (fate == NIC_WAITS)
        return;
    nic->stats.in_frames++;
    nic->stats.in_bytes += size_bytes;
    if (fate == NIC_DELIVERED) {
        nic->stats.delivered_bytes += size_bytes;
        regs->good_in++;
        regs->octets_in += size_bytes + FOLIO_CRC_BYTES;
    } else {
        regs->undersize += fate == NIC_UNDERSIZE;
        regs->oversize += fate == NIC_OVERSIZE;
        regs->missed += fate == NIC_DISABLED || fate == NIC_NO_ROOM || fate == NIC_DMA_REFUSED;
    }
}

struct nic_arrival nic_wire_in(struct nic *nic, const uint8_t *frame, uint32_t size_bytes,
                               uint64_t time_ns)
{
    struct nic_arrival arrival = {.fate = mac_admit(nic, frame, size_bytes)};
    struct incoming in = {.bytes = frame, .size_bytes = size_bytes};

    nic->time_ns = time_ns;
    if (arrival.fate == NIC_DELIVERED) {
        nic_headers_parse(frame, size_bytes, &in.headers);
        arrival.queue = queue_choose(nic, &in);
        arrival.fate = frame_queue(nic, arrival.queue, &in);
    }
    fate_count(nic, arrival.fate, size_bytes);
    return arrival;
}

uint32_t nic_wire_in_burst(struct nic *nic, const struct nic_frame *frames, uint32_t count,
                           struct nic_arrival *arrivals)
{
    uint32_t taken = 0;

    for (; taken < count; taken++) {
        const struct nic_frame *frame = &frames[taken];
        struct nic_arrival arrival =
            nic_wire_in(nic, frame->data, frame->size_bytes, frame->time_ns);

        if (arrivals)
            arrivals[taken] = arrival;
        if (arrival.fate == NIC_WAITS)
            break;
    }
    return taken;
}
