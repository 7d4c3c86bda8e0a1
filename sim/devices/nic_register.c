/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/nic_register.c — the BAR: what each register reads as and does (82599 8.2.3). Read
 * nic_internal.h first. */
#include <string.h>

#include "devices/nic_internal.h"

enum {
    LINKS_UP_BIT = 30,
    LINKS_SPEED_SHIFT = 28,
    QUEUES_BYTES = FOLIO_QUEUE_MAX * NIC_QUEUE_STRIDE, /* of the registers of all queues */
    RING_BYTES_MAX = FOLIO_RING_SIZE_MAX * FOLIO_DESCRIPTOR_BYTES,
};

/* A register of a queue: its offset in the block of queue 0, and whose block. */
struct place {
    uint32_t reg;
    uint16_t queue;
};

static bool place_find(const struct nic *nic, uint32_t first, uint32_t offset, struct place *place)
{
    uint32_t distance = offset - first; /* below the first: huge */

    place->reg = first + distance % NIC_QUEUE_STRIDE;
    place->queue = (uint16_t)(distance / NIC_QUEUE_STRIDE);
    return distance < QUEUES_BYTES && place->queue < nic->config.queue_count;
}

/* A counter that reading clears. */
static uint32_t take(uint32_t *counter)
{
    uint32_t value = *counter;

    *counter = 0;
    return value;
}

/* The low half stays, the high half clears both (82599 8.2.3.23). */
static uint32_t take_high(uint64_t *counter)
{
    uint32_t value = (uint32_t)(*counter >> 32);

    *counter = 0;
    return value;
}

static uint32_t links_value(const struct nic *nic)
{
    uint32_t speed = nic->link_megabits == 100     ? 1
                     : nic->link_megabits == 1000  ? 2
                     : nic->link_megabits == 10000 ? 3
                                                   : 0;

    return nic->link_megabits ? 1U << LINKS_UP_BIT | speed << LINKS_SPEED_SHIFT : 0;
}

/* reg as in the receive block; the transmit block has the same order. */
static uint32_t ring_read(struct nic_ring *ring, uint32_t reg)
{
    switch (reg) {
    case NIC_RDBAL:
        return (uint32_t)ring->base;
    case NIC_RDBAH:
        return (uint32_t)(ring->base >> 32);
    case NIC_RDLEN:
        return ring->length_bytes;
    case NIC_RDH:
        return ring->shown_head;
    case NIC_RDT:
        return ring->tail;
    case NIC_RXDCTL:
        return ring->control | (ring->size ? NIC_QUEUE_ENABLE : 0);
    case NIC_SRRCTL:
        return ring->srrctl;
    case NIC_QPRC:
        return take(&ring->good);
    default:
        return 0;
    }
}

static uint32_t device_read(struct nic *nic, uint32_t offset)
{
    struct nic_registers *regs = &nic->registers;

    switch (offset) {
    case NIC_RXCTRL:
        return regs->rxctrl;
    case NIC_DMATXCTL:
        return regs->dmatxctl;
    case NIC_HLREG0:
        return regs->hlreg0;
    case NIC_MAXFRS:
        return regs->maxfrs;
    case NIC_RDRXCTL:
        return regs->rdrxctl;
    case NIC_MRQC:
        return regs->mrqc;
    case NIC_LINKS:
        return links_value(nic);
    case NIC_RUC:
        return take(&regs->undersize);
    case NIC_ROC:
        return take(&regs->oversize);
    case NIC_RXMPC:
        return take(&regs->missed);
    case NIC_GPRC:
        return take(&regs->good_in);
    case NIC_GPTC:
        return take(&regs->good_out);
    case NIC_GORCL:
        return (uint32_t)regs->octets_in;
    case NIC_GORCH:
        return take_high(&regs->octets_in);
    case NIC_GOTCL:
        return (uint32_t)regs->octets_out;
    case NIC_GOTCH:
        return take_high(&regs->octets_out);
    default:
        return 0;
    }
}

/* The key is written in four-byte words; the first byte is the low one. */
static uint32_t key_read(const struct nic *nic, uint32_t at)
{
    uint32_t value;

    memcpy(&value, nic->registers.rss_key + at, sizeof value);
    return value;
}

static bool is_bar_offset(uint32_t offset)
{
    return offset % 4 == 0 && offset < NIC_BAR_BYTES;
}

enum status nic_reg_read(struct nic *nic, uint32_t offset, uint32_t *value)
{
    struct place place;
    uint32_t honest;

    if (!is_bar_offset(offset))
        return STATUS_BAD_ADDRESS;
    if (place_find(nic, NIC_RDBAL, offset, &place))
        honest = ring_read(&nic->rx[place.queue], place.reg);
    else if (place_find(nic, NIC_TDBAL, offset, &place))
        honest = ring_read(&nic->tx[place.queue], place.reg - NIC_TDBAL + NIC_RDBAL);
    else if (place_find(nic, NIC_QPRDC, offset, &place) && place.reg == NIC_QPRDC)
        honest = take(&nic->rx[place.queue].dropped);
    else if (offset - NIC_RETA < sizeof nic->registers.reta)
        honest = nic->registers.reta[(offset - NIC_RETA) / 4];
    else if (offset - NIC_RSSRK < RSS_KEY_BYTES)
        honest = key_read(nic, offset - NIC_RSSRK);
    else
        honest = device_read(nic, offset);
    *value = nic->hostility ? nic_register_lie(nic, offset, honest) : honest;
    return STATUS_OK;
}

static bool ring_is_valid(const struct nic_ring *ring)
{
    return ring->length_bytes != 0 && ring->length_bytes <= RING_BYTES_MAX &&
           ring->length_bytes % FOLIO_RING_ALIGN_BYTES == 0 &&
           ring->base % FOLIO_RING_ALIGN_BYTES == 0;
}

/* Enabling starts at slot 0, with an empty ring; disabling ends there. Returns whether it is as
 * asked. */
static bool ring_control(struct nic_ring *ring, uint32_t value)
{
    bool wanted = value & NIC_QUEUE_ENABLE, valid = ring_is_valid(ring);

    ring->control = value & ~NIC_QUEUE_ENABLE;
    if (!wanted || ring->size == 0) {
        ring->size = wanted && valid ? ring->length_bytes / FOLIO_DESCRIPTOR_BYTES : 0;
        ring->head = ring->tail = ring->shown_head = 0;
    }
    ring->is_stopped = false;
    return !wanted || valid;
}

/* Returns whether the write was taken. reg as in the receive block. */
static bool ring_write(struct nic *nic, struct nic_ring *ring, uint32_t reg, uint32_t value)
{
    bool is_off = ring->size == 0;

    switch (reg) {
    case NIC_RDT:
        nic->stats.doorbells++;
        if (value >= ring->size)
            return false;
        ring->tail = value;
        return true;
    case NIC_RDBAL:
        ring->base = is_off ? (ring->base & ~(uint64_t)UINT32_MAX) | value : ring->base;
        return is_off;
    case NIC_RDBAH:
        ring->base = is_off ? (uint64_t)value << 32 | (uint32_t)ring->base : ring->base;
        return is_off;
    case NIC_RDLEN:
        ring->length_bytes = is_off ? value : ring->length_bytes;
        return is_off;
    case NIC_SRRCTL:
        ring->srrctl = is_off ? value : ring->srrctl;
        return is_off;
    case NIC_RXDCTL:
        return ring_control(ring, value);
    default:
        return reg == NIC_RDH && is_off && value == 0;
    }
}

static bool device_write(struct nic *nic, uint32_t offset, uint32_t value)
{
    struct nic_registers *regs = &nic->registers;

    switch (offset) {
    case NIC_CTRL:
        if (value & NIC_CTRL_RESET)
            nic_reset(nic);
        return value & NIC_CTRL_RESET;
    case NIC_RXCTRL:
        regs->rxctrl = value;
        return true;
    case NIC_DMATXCTL:
        regs->dmatxctl = value;
        return true;
    case NIC_HLREG0:
        regs->hlreg0 = value;
        return true;
    case NIC_MAXFRS:
        regs->maxfrs = value;
        return true;
    case NIC_RDRXCTL:
        regs->rdrxctl = value;
        return true;
    case NIC_MRQC:
        regs->mrqc = value;
        return true;
    default:
        return false;
    }
}

static void key_write(struct nic *nic, uint32_t at, uint32_t value)
{
    memcpy(nic->registers.rss_key + at, &value, sizeof value);
    nic_rss_set(&nic->rss, nic->registers.rss_key);
}

/* Returns whether the write was taken. */
static bool bar_write(struct nic *nic, uint32_t offset, uint32_t value)
{
    struct place place;

    if (place_find(nic, NIC_RDBAL, offset, &place))
        return ring_write(nic, &nic->rx[place.queue], place.reg, value);
    if (place_find(nic, NIC_TDBAL, offset, &place))
        return ring_write(nic, &nic->tx[place.queue], place.reg - NIC_TDBAL + NIC_RDBAL, value);
    if (offset - NIC_RETA < sizeof nic->registers.reta) {
        nic->registers.reta[(offset - NIC_RETA) / 4] = value & 0x0f0f0f0f; /* 4 bits are used */
        return true;
    }
    if (offset - NIC_RSSRK < RSS_KEY_BYTES) {
        key_write(nic, offset - NIC_RSSRK, value);
        return true;
    }
    return device_write(nic, offset, value);
}

enum status nic_reg_write(struct nic *nic, uint32_t offset, uint32_t value)
{
    if (!is_bar_offset(offset))
        return STATUS_BAD_ADDRESS;
    nic->stats.ignored_writes += !bar_write(nic, offset, value);
    return STATUS_OK;
}
