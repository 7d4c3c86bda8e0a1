/* SPDX-License-Identifier: BSD-2-Clause */
/* src/folio/mbuf.h — a packet buffer: one private cache line that describes one data room.
 * Two kinds, told apart by the pool they come from (pool.h): a *temporary* mbuf describes a room in
 * shared memory and never leaves Folio and its backend; a *shadow* mbuf describes a private room
 * and is all that an application ever sees. One mbuf is one packet (no chains). */
#ifndef CVMLAB_FOLIO_MBUF_H
#define CVMLAB_FOLIO_MBUF_H

#include "base/types.h"

struct folio_pool;

/* What the host says about a received packet. Nobody in the guest has checked it: a hint for
 * speed, never a reason to skip a check that protects the guest. The values are narrowed to those
 * named here; everything else in the descriptor is refused (refusal.h). Security argument: docs/
 * FOLIO.md, "What the host may lie about". */
enum folio_host_flag {
    FOLIO_HOST_RSS = 1 << 0,     /* rss_hash holds the device's hash */
    FOLIO_HOST_VLAN = 1 << 1,    /* vlan holds a tag that the device stripped or saw */
    FOLIO_HOST_IP_GOOD = 1 << 2, /* IPv4 header checksum */
    FOLIO_HOST_IP_BAD = 1 << 3,
    FOLIO_HOST_L4_GOOD = 1 << 4, /* TCP or UDP checksum */
    FOLIO_HOST_L4_BAD = 1 << 5,
    FOLIO_HOST_IPV4 = 1 << 6, /* packet type */
    FOLIO_HOST_IPV6 = 1 << 7,
    FOLIO_HOST_TCP = 1 << 8,
    FOLIO_HOST_UDP = 1 << 9,
    FOLIO_HOST_ESP = 1 << 10,
    FOLIO_HOST_FLAGS_ALL = (1 << 11) - 1,
};

/* In whose hands an mbuf is. Kept so that a second free has no effect and folio_check_all can
 * count. */
enum folio_mbuf_place {
    FOLIO_MBUF_FREE,      /* in its pool */
    FOLIO_MBUF_HELD,      /* with the application (shadow), or inside a burst call (temporary) */
    FOLIO_MBUF_RX_POSTED, /* temporary: a receive descriptor names its room */
    FOLIO_MBUF_TX_POSTED, /* temporary: a transmit descriptor names its room */
    FOLIO_MBUF_REST,      /* temporary: the unread payload of a shadow mbuf */
};

struct folio_mbuf {
    uint8_t *data;     /* first byte of the packet, inside the room */
    uint16_t data_len; /* bytes at data */
    uint16_t port, queue;
    uint16_t vlan;           /* see FOLIO_HOST_VLAN */
    uint32_t rss_hash;       /* see FOLIO_HOST_RSS */
    uint32_t flags;          /* enum folio_host_flag; 0 on a fresh mbuf */
    struct folio_pool *pool; /* where it goes back to */
    struct folio_mbuf *next; /* of the pool's free list; NULL while it is out */
    struct folio_mbuf *rest; /* header-only copy: the temporary mbuf with the unread payload */
    void *attachment; /* of whoever holds it: the backend (temporary) or the application (shadow) */
    uint32_t index;   /* of this mbuf in its pool; fixed */
    uint16_t slot;    /* of the ring, while posted */
    uint8_t place;    /* enum folio_mbuf_place */
    uint8_t unused;
} __attribute__((aligned(64)));

_Static_assert(sizeof(struct folio_mbuf) == 64, "one cache line");

#endif
