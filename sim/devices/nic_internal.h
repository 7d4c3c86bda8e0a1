/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/nic_internal.h — what the files of the device share. Read nic.h first.
 * nic.c makes it, nic_register.c is its BAR, nic_dma.c its way to memory, nic_receive.c and
 * nic_transmit.c its two directions, nic_frame.c what it sees in a frame. */
#ifndef CVMLAB_SIM_DEVICES_NIC_INTERNAL_H
#define CVMLAB_SIM_DEVICES_NIC_INTERNAL_H

#include "devices/nic.h"
#include "devices/nic_frame.h"
#include "devices/nic_hostility.h"

enum {
    NIC_KEPT_PAGES = 4096,     /* pointers that the device keeps, for reads and for writes each */
    NIC_PACKET_SLOTS_MAX = 40, /* descriptors of one packet (82599 7.2.1.2, 7.1.6) */
    NIC_STAGE_BYTES = FOLIO_FRAME_BYTES_MAX + 64,
    NIC_LINK_MEGABITS = 10000,
    NIC_FRAME_BYTES_PLAIN = 1518, /* the largest with CRC, without jumbo frames (IEEE 802.3) */
    NIC_FRAME_BYTES_PADDED = 60,  /* the smallest without CRC */
    NIC_VLAN_BYTES = 4,
};

/* A page that was asked for, with a pointer that is good until it is called back. */
struct nic_kept {
    uint64_t page; /* of the iova, plus 1; 0: free */
    uint64_t spa_page;
    uint8_t *bytes; /* of the whole page */
};

/* One direction of one queue. Fields but head, tail and shown_head change only while size is 0. */
struct nic_ring {
    uint64_t base;
    uint32_t length_bytes;
    uint32_t size; /* in slots, while the queue is enabled; else 0 */
    uint32_t head, tail;
    uint32_t shown_head; /* what the register shows; differs from head only by hostility */
    uint32_t control;    /* RXDCTL or TXDCTL without the enable bit */
    uint32_t srrctl;
    bool is_stopped;        /* transmit: DMA was refused */
    uint32_t good, dropped; /* counters of the queue, cleared by reading */
};

/* Registers of the whole device. */
struct nic_registers {
    uint32_t hlreg0, maxfrs, rdrxctl, mrqc, rxctrl, dmatxctl;
    uint32_t reta[RETA_REGISTERS];
    uint8_t rss_key[RSS_KEY_BYTES];
    uint32_t undersize, oversize, missed, good_in, good_out; /* counters */
    uint64_t octets_in, octets_out;
};

struct nic {
    struct nic_config config;
    struct nic_registers registers;
    struct nic_ring rx[FOLIO_QUEUE_MAX], tx[FOLIO_QUEUE_MAX];
    struct nic_stats stats;
    struct nic_link_use *link; /* stats.plain, or stats.encrypted of a trusted device */
    struct nic_hostility *hostility;
    nic_out_fn *out;
    void *out_context;
    uint64_t time_ns;
    uint32_t link_megabits;
    uint16_t tx_turn; /* the queue that sends next */
    bool has_kept;    /* a pointer may be kept */
    struct nic_rss rss;
    struct nic_crc crc;
    uint8_t stage[NIC_STAGE_BYTES];          /* a frame that is put together */
    struct nic_kept kept[2][NIC_KEPT_PAGES]; /* by ACCESS_READ and ACCESS_WRITE */
};

/* The slot distance behind slot; both are at most size. */
static inline uint32_t nic_step(uint32_t slot, uint32_t distance, uint32_t size)
{
    uint32_t next = slot + distance;

    return next >= size ? next - size : next;
}

/* Descriptors from head to tail. 0: not enabled. */
static inline uint32_t nic_ring_pending(const struct nic_ring *ring)
{
    return ring->tail >= ring->head ? ring->tail - ring->head
                                    : ring->tail + ring->size - ring->head;
}

/* Where the device sees a slot. */
static inline uint64_t nic_ring_slot(const struct nic_ring *ring, uint32_t slot)
{
    return ring->base + (uint64_t)slot * FOLIO_DESCRIPTOR_BYTES;
}

/* The head moves over count slots. */
static inline void nic_ring_advance(struct nic_ring *ring, uint32_t count)
{
    ring->head = nic_step(ring->head, count, ring->size);
    ring->shown_head = ring->head;
}

/* --- nic.c --- */

/* All registers and queues as after power-on. */
void nic_reset(struct nic *nic);

/* --- nic_dma.c --- */

/* Watches memory and mappings. STATUS_BAD_STATE: no such device; STATUS_IO: no memory. */
enum status nic_dma_begin(struct nic *nic);
void nic_dma_end(struct nic *nic);

/* Asks the IOMMU for a page and keeps it. NULL: refused, logged and counted. */
uint8_t *nic_dma_ask(struct nic *nic, enum access_kind kind, uint64_t iova);

/* The byte at iova, good to the end of its page and until the next call of this file. */
static inline uint8_t *nic_dma_at(struct nic *nic, enum access_kind kind, uint64_t iova)
{
    uint64_t page = iova >> PAGE_SHIFT;
    const struct nic_kept *kept = &nic->kept[kind][page % NIC_KEPT_PAGES];

    if (kept->page == page + 1)
        return kept->bytes + (iova & (PAGE_SIZE - 1));
    return nic_dma_ask(nic, kind, iova);
}

/* Whether the device may do that to all of size_bytes. One refusal is logged. */
bool nic_dma_reach(struct nic *nic, enum access_kind kind, uint64_t iova, size_t size_bytes);

/* DMA, all or nothing. Returns whether it was let through. */
bool nic_dma_read(struct nic *nic, uint64_t iova, void *to, size_t size_bytes);
bool nic_dma_write(struct nic *nic, uint64_t iova, const void *from, size_t size_bytes);

/* As nic_dma_write, where nic_dma_reach was content just now: if it is not any more, some of the
 * bytes may be written. */
bool nic_dma_put(struct nic *nic, uint64_t iova, const void *from, size_t size_bytes);

/* As nic_dma_read, but without a copy if the bytes lie side by side in this computer's memory too;
 * else room, of size_bytes, holds them. NULL: refused. */
const uint8_t *nic_dma_view(struct nic *nic, uint64_t iova, uint8_t *room, size_t size_bytes);

/* Slots never cross a page: their rings are 128-byte aligned. */
bool nic_slot_read(struct nic *nic, uint64_t iova, struct folio_descriptor *descriptor);

/* A done bit is in the high word: it is written last. */
bool nic_slot_write(struct nic *nic, uint64_t iova, const struct folio_descriptor *descriptor);

/* --- nic_hostility.c --- */

/* The hooks, where there are any. */
void nic_report_before(struct nic *nic, const struct nic_report *report);
bool nic_report_done(struct nic *nic, const struct nic_report *report);
uint32_t nic_register_lie(struct nic *nic, uint32_t offset, uint32_t value);

#endif
