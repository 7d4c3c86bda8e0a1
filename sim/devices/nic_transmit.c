/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/nic_transmit.c — from memory to the wire (82599 7.2). Read nic_internal.h first. */
#include <string.h>

#include "devices/nic_internal.h"

enum {
    TURN_PACKETS = 32, /* of one queue before the next has its turn */
    TXD_TYPE_MASK = 0xf << 20,
};

/* Commands and options that ask for work which the device does not do: TSE, VLE, checksums. */
#define TXD_COMMAND_TSE ((uint64_t)1 << 31)
#define TXD_COMMAND_VLE ((uint64_t)1 << 30)
#define TXD_OPTIONS     ((uint64_t)0x3f << 40)

/* A packet: the descriptors from the head of its ring to the one with EOP. */
struct outgoing {
    uint32_t count, size_bytes;
    bool is_good; /* all descriptors are of a kind that the device knows */
    struct folio_descriptor descriptor[NIC_PACKET_SLOTS_MAX];
};

/* What became of the packet at the head. */
enum turn { TURN_NOTHING, TURN_DONE, TURN_REFUSED };

static uint32_t data_bytes(const struct folio_descriptor *descriptor)
{
    return (uint32_t)descriptor->high & ((1U << TXD_LENGTH_BITS) - 1);
}

static bool is_known(const struct folio_descriptor *descriptor)
{
    return (descriptor->high & TXD_TYPE_MASK) == TXD_TYPE_DATA &&
           (descriptor->high & TXD_COMMAND_EXT) &&
           !(descriptor->high & (TXD_COMMAND_TSE | TXD_COMMAND_VLE | TXD_OPTIONS));
}

/* A packet ends with EOP; a descriptor that is not one of data is a packet of its own, and so is
 * what would need too many. */
static bool packet_ends(const struct outgoing *out)
{
    const struct folio_descriptor *last = &out->descriptor[out->count - 1];

    return (last->high & TXD_COMMAND_EOP) || !out->is_good || out->count == NIC_PACKET_SLOTS_MAX;
}

/* Reads the descriptors of the next packet. TURN_NOTHING: not all of it is there yet. */
static enum turn packet_fetch(struct nic *nic, const struct nic_ring *ring, struct outgoing *out)
{
    uint32_t pending = nic_ring_pending(ring);

    out->count = out->size_bytes = 0;
    out->is_good = true;
    while (out->count < pending) {
        struct folio_descriptor *next = &out->descriptor[out->count];
        uint64_t slot = nic_ring_slot(ring, nic_step(ring->head, out->count, ring->size));

        if (!nic_slot_read(nic, slot, next) || !nic_dma_at(nic, ACCESS_WRITE, slot))
            return TURN_REFUSED;
        out->count++;
        out->size_bytes += data_bytes(next);
        out->is_good = out->is_good && is_known(next);
        if (packet_ends(out)) {
            out->is_good = out->is_good && (next->high & TXD_COMMAND_EOP);
            return TURN_DONE;
        }
    }
    return TURN_NOTHING;
}

static bool packet_is_sized(const struct outgoing *out)
{
    for (uint32_t i = 0; i < out->count; i++)
        if (data_bytes(&out->descriptor[i]) == 0)
            return false;
    return out->size_bytes >= FOLIO_ETHERNET_BYTES && out->size_bytes <= FOLIO_FRAME_BYTES_MAX;
}

/* The bytes of the packet at one pointer; NULL: refused. */
static const uint8_t *packet_view(struct nic *nic, const struct outgoing *out)
{
    uint32_t done = 0;

    if (out->count == 1)
        return nic_dma_view(nic, out->descriptor[0].low, nic->stage, out->size_bytes);
    for (uint32_t i = 0; i < out->count; i++) {
        uint32_t bytes = data_bytes(&out->descriptor[i]);

        if (!nic_dma_read(nic, out->descriptor[i].low, nic->stage + done, bytes))
            return NULL;
        done += bytes;
    }
    return nic->stage;
}

static void frame_send(struct nic *nic, uint16_t queue, const uint8_t *bytes, uint32_t size_bytes)
{
    struct nic_frame frame = {.data = bytes, .size_bytes = size_bytes, .time_ns = nic->time_ns};

    if (size_bytes < NIC_FRAME_BYTES_PADDED && (nic->registers.hlreg0 & HLREG0_TXPADEN)) {
        memmove(nic->stage, bytes, size_bytes);
        memset(nic->stage + size_bytes, 0, NIC_FRAME_BYTES_PADDED - size_bytes);
        frame.data = nic->stage;
        frame.size_bytes = NIC_FRAME_BYTES_PADDED;
    }
    nic->stats.out_frames++;
    nic->stats.out_bytes += frame.size_bytes;
    nic->registers.good_out++;
    nic->registers.octets_out += frame.size_bytes + FOLIO_CRC_BYTES;
    nic->tx[queue].good++;
    if (nic->out)
        nic->out(nic->out_context, &frame, queue);
}

static struct nic_report report_of(const struct nic *nic, const struct nic_ring *ring,
                                   const struct outgoing *out, uint32_t index)
{
    const struct folio_descriptor *posted = &out->descriptor[index];

    return (struct nic_report){
        .queue = (uint16_t)(ring - nic->tx),
        .is_transmit = true,
        .slot = nic_step(ring->head, index, ring->size),
        .ring_slots = ring->size,
        .ring = {ring->base},
        .buffer = {is_known(posted) ? posted->low : 0},
        .buffer_bytes = data_bytes(posted),
        .descriptor = {posted->low, posted->high | (uint64_t)TXD_STATUS_DD << 32}};
}

/* Reports what the driver wants to hear of (82599 7.2.3.2.5). */
static bool packet_finish(struct nic *nic, const struct nic_ring *ring, const struct outgoing *out)
{
    for (uint32_t i = 0; i < out->count; i++) {
        struct nic_report report;

        if (!(out->descriptor[i].high & TXD_COMMAND_RS))
            continue;
        report = report_of(nic, ring, out, i);
        if (!(nic->hostility ? nic_report_done(nic, &report) : nic_report_write(nic, &report)))
            return false;
    }
    return true;
}

static void packet_announce(struct nic *nic, const struct nic_ring *ring,
                            const struct outgoing *out)
{
    for (uint32_t i = 0; i < out->count; i++) {
        struct nic_report report = report_of(nic, ring, out, i);

        nic_report_before(nic, &report);
    }
}

/* Nothing more of this queue until it is enabled anew. */
static enum turn queue_stop(struct nic *nic, struct nic_ring *ring)
{
    ring->is_stopped = true;
    nic->stats.tx_error[NIC_TX_DMA_REFUSED]++;
    return TURN_REFUSED;
}

static enum turn packet_send(struct nic *nic, uint16_t queue)
{
    struct nic_ring *ring = &nic->tx[queue];
    struct outgoing out;
    enum turn turn = packet_fetch(nic, ring, &out);

    if (turn == TURN_NOTHING)
        return turn;
    if (turn == TURN_REFUSED)
        return queue_stop(nic, ring);
    if (nic->hostility)
        packet_announce(nic, ring, &out);
    if (!out.is_good) {
        nic->stats.tx_error[NIC_TX_FORMAT]++;
    } else if (!packet_is_sized(&out)) {
        nic->stats.tx_error[NIC_TX_LENGTH]++;
    } else {
        const uint8_t *bytes = packet_view(nic, &out);

        if (!bytes)
            return queue_stop(nic, ring);
        frame_send(nic, queue, bytes, out.size_bytes);
    }
    if (!packet_finish(nic, ring, &out))
        ring->is_stopped = true; /* sent, but nobody will know */
    nic_ring_advance(ring, out.count);
    return TURN_DONE;
}

/* Up to budget packets of one queue; returns how many were finished. */
static uint32_t queue_send(struct nic *nic, uint16_t queue, uint32_t budget)
{
    struct nic_ring *ring = &nic->tx[queue];
    uint32_t done = 0;

    if (ring->size == 0)
        return 0;
    while (done < budget && !ring->is_stopped && packet_send(nic, queue) == TURN_DONE)
        done++;
    return done;
}

uint32_t nic_tx_run(struct nic *nic, uint32_t budget)
{
    uint32_t done = 0, idle = 0;

    if (!nic->link_megabits || !(nic->registers.dmatxctl & NIC_ENABLE))
        return 0;
    while (done < budget && idle < nic->config.queue_count) {
        uint32_t left = budget - done;
        uint32_t sent = queue_send(nic, nic->tx_turn, left < TURN_PACKETS ? left : TURN_PACKETS);

        done += sent;
        idle = sent ? 0 : idle + 1;
        nic->tx_turn = (uint16_t)nic_step(nic->tx_turn, 1, nic->config.queue_count);
    }
    return done;
}
