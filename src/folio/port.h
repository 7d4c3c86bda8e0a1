/* SPDX-License-Identifier: BSD-2-Clause */
/* src/folio/port.h — the data path: what an application calls.
 * folio_rx_burst copies each packet once, from shared to private memory, before anything looks at
 * its bytes; folio_tx_burst copies each once the other way. An application never gets a shared
 * address. Read mbuf.h and pool.h first; seam B is backend.h; docs/FOLIO.md walks through.
 * A port, its backend and its pools belong to one thread. No globals: several ports may live side
 * by side, over one shadow pool or several. */
#ifndef CVMLAB_FOLIO_PORT_H
#define CVMLAB_FOLIO_PORT_H

#include "folio/backend.h"
#include "folio/fetch.h"
#include "folio/pool.h"
#include "folio/protect.h"
#include "folio/refusal.h"
#include "folio/ring.h"

enum { FOLIO_BURST_MAX = 64 }; /* a larger burst is served in parts of this size */

/* Everything a port needs; folio_port_open copies it. Pointers must stay valid until the port is
 * closed. Fields that are 0 or NULL have the meaning said. */
struct folio_port_config {
    struct folio_backend *backend;
    struct folio_ring_driver *driver; /* of that backend; NULL: it has rings of its own (DPDK) */
    struct folio_fetch *fetch;        /* NULL: plain */
    struct folio_pool *shadow;        /* FOLIO_POOL_SHADOW; may serve several ports */
    uint16_t port;                    /* number, for mbuf->port */
    uint16_t queue_count;             /* 1 to FOLIO_QUEUE_MAX, each with receive and transmit */
    uint32_t ring_size;       /* descriptors per ring; FOLIO_RING_SIZE_MIN to _MAX, step 8 */
    uint32_t temporary_count; /* mbufs of the temporary pool; more than queue_count */
    uint32_t room_bytes;      /* of both pools; as for folio_pool_init */
    uint32_t rx_posted;       /* receive buffers to keep posted per queue, together fewer than
                                 temporary_count; 0: see folio_port_open */
    bool keep_crc, vlan_strip;
    const uint8_t *rss_key;        /* RSS_KEY_BYTES bytes; NULL: the well-known key */
    uint32_t header_bytes;         /* header-only copy of so many bytes; 0: whole packets */
    struct folio_decrypt *decrypt; /* NULL: packets are copied as they are. Not with header_bytes */
    struct folio_guard *guard;     /* NULL: everything may leave */
    void *shared;         /* folio_port_shared_bytes(config) bytes, page-aligned; to be shared */
    void *private_memory; /* folio_port_private_bytes(config) bytes, 64-byte aligned */
};

enum folio_port_state { FOLIO_PORT_CLOSED, FOLIO_PORT_OPEN };

struct folio_port {
    enum folio_port_state state;
    struct folio_port_config config;
    struct folio_region region;
    struct folio_pool temporary;
    struct folio_stats stats[FOLIO_QUEUE_MAX];
};

/* How much memory a port of this config needs, in bytes: shared (rings, rooms; a multiple of
 * PAGE_SIZE) and private (headers and bookkeeping). 0: the config is not valid.
 * Pointers in it do not matter. */
size_t folio_port_shared_bytes(const struct folio_port_config *config);
size_t folio_port_private_bytes(const struct folio_port_config *config);

/* Opens a port: zeroes the shared memory, shares it, makes the temporary pool, and starts the
 * driver if there is one. rx_posted 0 means: an equal share of the temporary pool for each queue,
 * after a quarter of it (at least one mbuf) was set aside for transmit.
 * STATUS_BAD_INPUT: the config is not valid; STATUS_BAD_ADDRESS: memory not aligned; any other
 * error comes from the backend or the driver. On error the port is closed, the memory is private
 * again (unless unshare failed too) and zero, and the backend is still the caller's. */
enum status folio_port_open(struct folio_port *port, const struct folio_port_config *config);

/* Stops the device, zeroes the shared region, unshares it, and closes the backend.
 * STATUS_BAD_STATE: not open, or an application still holds an mbuf with an unread payload: nothing
 * happens. Any other error (the first one) comes from stop or unshare: the port is closed all the
 * same and the region zero; after a failed unshare its pages are still shared. */
enum status folio_port_close(struct folio_port *port);

/* The guest crashed or gives up: zeroes the shared region first, without asking the device for
 * anything, then unshares and closes as far as that works. Unread payloads are lost: no port
 * sends their mbufs any more. They may still be freed, before the port's private memory is used for
 * something else. Safe in any state that folio_port_open or a zeroed struct left. */
void folio_port_abandon(struct folio_port *port);

/* Receives up to count packets of a queue into mbufs; returns how many. They are shadow mbufs that
 * belong to the caller: it frees them (folio_mbuf_free) or sends them. Each holds at least an
 * Ethernet header and at most a room; every byte was copied once. Never waits: looks at no more
 * than count, refused ones included. Takes no packet from the device for which there is no shadow
 * mbuf. What is refused is counted (folio_port_stats).
 * 0 if the port is not open or queue is out of range. */
uint16_t folio_rx_burst(struct folio_port *port, uint16_t queue, struct folio_mbuf **mbufs,
                        uint16_t count);

/* Sends up to count packets in order; returns how many were taken. Those were copied once and are
 * not the caller's any more (already freed; refused ones too, which are counted); the others, from
 * mbufs[result] on, stay the caller's and were not copied. Never waits. 0 if the port is not open
 * or queue is out of range. Frames are without CRC and need at least FOLIO_ETHERNET_BYTES. */
uint16_t folio_tx_burst(struct folio_port *port, uint16_t queue, struct folio_mbuf **mbufs,
                        uint16_t count);

/* Header-only copy: copies the unread payload behind the header, once, and frees its buffer; does
 * nothing if there is none. STATUS_FULL: no room behind the header; STATUS_BAD_STATE: the port is
 * not open or the payload is not of this port. On error the mbuf is unchanged. */
enum status folio_port_payload(struct folio_port *port, struct folio_mbuf *mbuf);

/* The counts of one queue, those of its rings included, since folio_port_open; still there after
 * close. All 0 if queue is out of range. */
void folio_port_stats(const struct folio_port *port, uint16_t queue, struct folio_stats *stats);

/* Walks every invariant: both pools, and every slot of the rings. STATUS_BAD_STATE if one is
 * broken. Tests call it last. */
enum status folio_check_all(const struct folio_port *port);

#endif
