/* SPDX-License-Identifier: BSD-2-Clause */
/* src/folio/ring.h — the driver of an 82599-style device: rings of advanced descriptors in shared
 * memory. Gives a backend its rx_burst and tx_burst; the adapter adds share, unshare, registers
 * and close. Read descriptor.h first.
 *
 * Access rules (one per field, docs/FOLIO.md): a descriptor that the device owns is only polled,
 * one 32-bit word at a time. Once it says done, receive takes one snapshot of 16 bytes and never
 * looks again; transmit takes nothing else. What the driver writes it never reads back: which room
 * a slot names is in the private arrays below. No value from the device selects a room, a slot or a
 * queue. */
#ifndef CVMLAB_FOLIO_RING_H
#define CVMLAB_FOLIO_RING_H

#include "folio/backend.h"
#include "folio/descriptor.h"
#include "folio/fetch.h"
#include "folio/pool.h"
#include "folio/refusal.h"

struct folio_rx_queue {
    uint8_t *ring;              /* shared: size descriptors */
    struct folio_mbuf **posted; /* private: the mbuf of each posted slot, else NULL */
    uint32_t size, head, count; /* slots; oldest posted; posted now: head to head + count - 1 */
    uint32_t announced;         /* tail as the device last heard it */
    uint32_t wanted;            /* how many to keep posted, at most size - 1 */
    bool in_fragments;          /* the last buffer was not the end of its packet */
};

struct folio_tx_queue {
    uint8_t *ring;
    struct folio_mbuf **posted;
    uint32_t size, head, count;
    uint32_t announced;
};

/* What folio_ring_start is told. All sizes in descriptors unless the name says otherwise. */
struct folio_ring_setup {
    struct folio_region region; /* shared already; holds rings and rooms */
    size_t rings_offset;        /* of the first ring in it, FOLIO_RING_ALIGN_BYTES-aligned */
    struct folio_mbuf **posted; /* private: 2 * queue_count * ring_size pointers */
    struct folio_pool *pool;    /* temporary; its rooms lie in the region */
    struct folio_fetch *fetch;  /* NULL: plain */
    uint16_t port, queue_count;
    uint32_t ring_size;     /* of every ring: receive of queue 0, 1, ..., then transmit */
    uint32_t wanted;        /* receive descriptors to keep posted, 1 to ring_size - 1 */
    bool keep_crc;          /* the device leaves the CRC on received frames */
    bool vlan_strip;        /* the device takes the VLAN tag out */
    const uint8_t *rss_key; /* RSS_KEY_BYTES bytes, or NULL for the well-known key */
};

/* An adapter embeds this as its first member and sets base.ops; the rest is folio_ring_start's. */
struct folio_ring_driver {
    struct folio_backend base;
    struct folio_region region;
    struct folio_pool *pool;
    struct folio_fetch *fetch;
    uint16_t port, queue_count; /* queue_count 0: not started */
    uint32_t buffer_bytes;      /* what the device was told a receive buffer holds */
    uint32_t crc_bytes;         /* of a received length: 0 or FOLIO_CRC_BYTES */
    bool vlan_strip;
    struct folio_rx_queue rx[FOLIO_QUEUE_MAX];
    struct folio_tx_queue tx[FOLIO_QUEUE_MAX];
    struct folio_stats stats[FOLIO_QUEUE_MAX];
};

/* Resets the device, programs rings, RSS and queues through base.ops, posts the first receive
 * buffers and enables both directions (82599 4.6.7, 4.6.8). Counts start at 0. Keeps what setup
 * points to, not setup itself. STATUS_BAD_INPUT: sizes out of range; STATUS_BAD_ADDRESS: rings or
 * rooms not inside the region, or not aligned; STATUS_DENIED: the device did not start at index 0
 * (counted as FOLIO_REFUSED_INDEX); any other error is the register access's. On error every mbuf
 * is back in the pool and the driver is not started. */
enum status folio_ring_start(struct folio_ring_driver *driver,
                             const struct folio_ring_setup *setup);

/* Disables the queues as far as register accesses succeed (the first error is returned), then takes
 * back every posted mbuf. The driver is not started afterwards, whatever is returned. The device
 * may still write to the region until it is unshared. */
enum status folio_ring_stop(struct folio_ring_driver *driver);

/* As folio_ring_stop without a single access to the device: for a crash. */
void folio_ring_forget(struct folio_ring_driver *driver);

/* struct folio_backend_ops.rx_burst; self is a started struct folio_ring_driver. A descriptor that
 * is refused is counted, its mbuf goes back to the pool, and the burst goes on. 0 if queue is out
 * of range. (82599 7.1.6) */
uint16_t folio_ring_rx_burst(struct folio_backend *self, uint16_t queue, struct folio_mbuf **mbufs,
                             uint16_t count);

/* struct folio_backend_ops.tx_burst, with its question form; self is a started struct
 * folio_ring_driver. Takes only mbufs of its own pool. A "done" that the device reports too early
 * makes the guest reuse a room that the device may still read: it may then send the wrong packet,
 * but only bytes that were already let out or came from outside, since nothing else is ever in a
 * shared room. The mbuf itself is freed once: its slot is empty from then on. (82599 7.2.3) */
uint16_t folio_ring_tx_burst(struct folio_backend *self, uint16_t queue, struct folio_mbuf **mbufs,
                             uint16_t count);

/* What the device says of its link; nothing in Folio depends on it. */
struct folio_link {
    bool up;
    uint32_t megabits_per_second; /* 0: down, or a speed that the 82599 does not have */
};

/* Reads LINKS once (82599 8.2.3.22.20). Errors are the register access's; *link is unchanged. */
enum status folio_ring_link(struct folio_ring_driver *driver, struct folio_link *link);

/* Splits a length as the device reported it. STATUS in terms of refusal.h: FOLIO_REFUSED_NOTHING
 * and *frame_bytes (without CRC, FOLIO_ETHERNET_BYTES to room_bytes), or the reason and
 * *frame_bytes unchanged. The only place where a CRC is subtracted, after the test: no length can
 * go below 0. crc_bytes: 0 or FOLIO_CRC_BYTES. */
enum folio_refusal folio_length_check(uint32_t reported_bytes, uint32_t crc_bytes,
                                      uint32_t room_bytes, uint16_t *frame_bytes);

/* Every posted slot names one mbuf that knows its slot, and no mbuf is named twice.
 * STATUS_BAD_STATE if not. */
enum status folio_ring_check(const struct folio_ring_driver *driver);

#endif
